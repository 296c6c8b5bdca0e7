"""The About screen: the purpose of the app, its index, its measures, and what works on this machine."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import gradio as gr

from app.doctor import Finding, findings
from app.settings import Settings
from app.web.handlers import Handlers
from app.web.html.about import about_page, about_shell, doctor_html
from app.web.measures import shipped_measures
from app.web.screens.screen import OWN_STYLE, Context, Screen, script

SECONDS_SEEN = 30.0


def about_screen(context: Context) -> Screen:
    """The panel of the screen; its script loads the content."""
    calls = AboutCalls(context.desk)
    panel = gr.HTML(about_shell(context.start), js_on_load=script("about/about"), elem_id="kb-about", **OWN_STYLE)
    return Screen((panel,), lambda code: (about_shell(code),), {"facts": calls.facts, "doctor": calls.doctor})


class AboutCalls:
    """The calls of the screen's script."""

    def __init__(self, desk: Handlers, look: Callable[[Settings], Iterable[Finding]] = findings) -> None:
        """:param look: looks at what works on this machine."""
        self._desk = desk
        self._look = look
        self._looking = threading.Lock()
        self._seen: tuple[float, list[Finding]] = (0.0, [])

    def facts(self, data: Mapping[str, Any], lang: str) -> dict[str, str]:
        """The purpose of the app, its index and its measures."""
        del data
        return {"html": about_page(self._desk.facts(lang), shipped_measures(), lang)}

    def doctor(self, data: Mapping[str, Any], lang: str) -> dict[str, str]:
        """The check of this machine. It loads the configured encoder, which takes seconds and memory: only one check
        runs at a time, and its result is kept for :data:`SECONDS_SEEN`."""
        del data
        with self._looking:
            at, found = self._seen
            if not found or time.monotonic() - at > SECONDS_SEEN:
                found = list(self._look(self._desk.settings))
                self._seen = time.monotonic(), found
        return {"html": doctor_html(found, lang)}
