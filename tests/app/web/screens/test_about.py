"""The check of this machine runs once for many simultaneous requests."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from app.doctor import Finding
from app.settings import Settings
from app.web.handlers import Handlers
from app.web.screens.about import AboutCalls
from kb.messages import LANGUAGES
from kb.types import notice
from tests.app.web.pages import check


def test_many_who_look_at_once_load_the_encoder_once(tmp_path: Path) -> None:
    looks, all_ask = [], threading.Barrier(4)

    def look(_: Settings) -> list[Finding]:
        looks.append(1)
        return [Finding(notice("doctor package", name="torch"), True)]

    calls = AboutCalls(Handlers(Settings(home=str(tmp_path))), look)

    def ask(lang: str) -> str:
        all_ask.wait(20)
        return calls.doctor({}, lang)["html"]

    with ThreadPoolExecutor(4) as pool:
        shown = list(pool.map(ask, (*LANGUAGES, *LANGUAGES)))
    assert len(looks) == 1
    assert all("torch" in check(html).text for html in shown) and shown[0] != shown[1]
