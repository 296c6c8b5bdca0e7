"""The page as it is passed to Gradio, and as it is served."""

from __future__ import annotations

import re
import socket
import urllib.error
import urllib.request
from dataclasses import replace
from pathlib import Path

import pytest

from app.settings import Settings
from app.web import page
from app.web.handlers import EXAMPLE_REFERENCES, EXAMPLES, Handlers
from app.web.html.escape import escape
from app.web.page import build_page, launch
from kb.knowledge_base import KnowledgeBase
from tests.app.web.conversations import asked
from tests.app.web.pages import check


def test_a_korean_interface_has_korean_words_everywhere(desk: Handlers, base: KnowledgeBase) -> None:
    korean = Handlers(replace(desk.settings, language="ko"), base)
    config = build_page(korean)[0].get_config_file()
    assert config["title"] == "표준 지식베이스"
    said = [str(c["props"].get("label") or "") for c in config["components"] if c["type"] == "tabitem"]
    assert said == ["질문", "조회", "목록", "일괄", "초안 검사", "문서", "대조", "정보"]
    panels = [str(c["props"].get("value") or "") for c in config["components"] if c["type"] == "html"]
    worded = [html for html in panels if re.search("[a-z가-힣]", re.sub("<[^>]*>", "", html))]
    assert worded
    for html in worded:
        assert re.search("[가-힣]", html), html[:200]
    assert "적재" in korean.status("ko")
    assert "쪽 보기" in check(asked(korean, "OECD 1.3", lang="ko")[1]).text


def test_the_page_builds_and_opens_no_way_in(desk: Handlers) -> None:
    blocks, _ = build_page(desk)
    config = blocks.get_config_file()
    assert config["title"] == "Standards knowledge base"
    assert blocks.analytics_enabled is False
    assert config["dependencies"] and EXAMPLES
    for dependency in config["dependencies"]:
        assert dependency["api_visibility"] == "private"
    shown = " ".join(str(c["props"].get("value")) for c in config["components"])
    for text in (*EXAMPLES, *EXAMPLE_REFERENCES):
        assert escape(text) in shown


def test_fonts_are_the_systems_own() -> None:
    theme = page.theme()
    assert "url(http" not in theme._get_theme_css().replace('"', "").replace("'", "")
    assert "@font-face" not in theme._get_theme_css()
    assert theme._stylesheets == []
    folder = Path(page.__file__).parent
    files = [*folder.rglob("*.css"), *folder.rglob("*.js")]
    assert len(files) > 4
    names_of_markup = "http://www.w3.org/2000/svg"  # a name, from which nothing is loaded
    assert not [file.name for file in files if "http" in file.read_text("utf-8").replace(names_of_markup, "")]


def test_served_page_names_no_other_host_to_load_from(desk: Handlers) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    served = Handlers(Settings(home=desk.settings.home, port=port), desk.base())
    blocks = launch(served)
    try:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        html = opener.open(f"http://127.0.0.1:{port}/", timeout=20).read().decode()
        loaded = re.findall(r"<(?:script|link|img|iframe)[^>]*(?:src|href)=\"(https?://[^\"]*)", html)
        assert [u for u in loaded if not u.startswith(f"http://127.0.0.1:{port}")] == []
        for path in ("docs", "redoc", "openapi.json"):
            with pytest.raises(urllib.error.HTTPError, match="404"):
                opener.open(f"http://127.0.0.1:{port}/{path}", timeout=20)
    finally:
        blocks.close(verbose=False)
