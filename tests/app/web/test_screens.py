"""Every screen, built in each language without an index: a screen that lacks a message stops the whole app."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import gradio as gr
import pytest

from app.settings import Settings
from app.web.handlers import Handlers
from app.web.page import SCREENS, build_page, screens_here
from app.web.screens.screen import Context
from kb.messages import LANGUAGES, message_table
from tests.app.web.pages import check

APP = Path(__file__).parents[3] / "app"


@pytest.mark.parametrize("start", LANGUAGES)
def test_every_screen_is_built_and_says_its_words_in_each_language(tmp_path: Path, start: str) -> None:
    desk = Handlers(Settings(home=str(tmp_path / "none"), language=start))
    blocks, calls = build_page(desk)
    assert blocks.get_config_file()["components"]
    assert {name.partition("/")[0] for name in calls} == {"pages", *SCREENS}
    assert tuple(screens_here()) == SCREENS
    with gr.Blocks():
        for name, module in screens_here().items():
            with gr.Tab(name) as tab:
                screen = getattr(module, f"{name}_screen")(Context(desk, tab, start))
            for code in LANGUAGES:
                said = screen.said(code)
                assert len(said) == len(screen.worded), name
                for html in said:
                    check(html)
                    assert code == "en" or re.search("[가-힣]", html), name


def named_messages(path: Path) -> list[tuple[str, str]]:
    """The keys that a module gives to ``message`` and ``say``, as patterns: what is computed in a key is anything."""
    found = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not isinstance(node, ast.Call) or len(node.args) < 2 or not isinstance(node.func, ast.Name):
            continue
        if node.func.id not in {"message", "say"}:
            continue
        at = node.args[1]
        keys = [at.body, at.orelse] if isinstance(at, ast.IfExp) else [at]
        for key in keys:
            if isinstance(key, ast.Constant):
                found.append((path.name, re.escape(str(key.value))))
            elif isinstance(key, ast.JoinedStr):
                parts = [re.escape(str(p.value)) if isinstance(p, ast.Constant) else ".+" for p in key.values]
                found.append((path.name, "".join(parts)))
    return found


def test_every_message_that_the_app_names_is_in_both_tables() -> None:
    named = [each for path in sorted(APP.rglob("*.py")) for each in named_messages(path)]
    assert len(named) > 300
    for lang in LANGUAGES:
        keys = "\n".join(message_table(lang))
        assert [each for each in named if not re.search(f"^{each[1]}$", keys, re.MULTILINE)] == []
