"""The About screen: the purpose of the app, its index, its measures, and what works on this machine."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import gradio as gr

from app.doctor import findings
from app.web.handlers import Handlers
from app.web.html.about import about_page, about_shell, doctor_html
from app.web.measures import shipped_measures
from app.web.screens.screen import Context, Screen, script


def about_screen(context: Context) -> Screen:
    """The panel of the screen; everything in it is asked for by its script."""
    calls = AboutCalls(context.desk)
    panel = gr.HTML(about_shell(context.start), js_on_load=script("about/about"), elem_id="kb-about")
    return Screen((panel,), lambda code: (about_shell(code),), {"facts": calls.facts, "doctor": calls.doctor})


class AboutCalls:
    """What the script of the screen asks for."""

    def __init__(self, desk: Handlers) -> None:
        self._desk = desk

    def facts(self, data: Mapping[str, Any], lang: str) -> dict[str, str]:
        """The purpose of the app, its index and its measures."""
        del data
        return {"html": about_page(self._desk.facts(lang), shipped_measures(), lang)}

    def doctor(self, data: Mapping[str, Any], lang: str) -> dict[str, str]:
        """What works on this machine; an encoder that is set is loaded for it, which takes seconds."""
        del data
        return {"html": doctor_html(list(findings(self._desk.settings)), lang)}
