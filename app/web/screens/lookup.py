"""The Look up screen: a reference, suggestions while it is typed, and the units that it leads to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gradio as gr

from app.web.handlers import look_up_start
from app.web.screens.events import clicked
from app.web.screens.screen import QUIET, Context, Screen, script
from kb.messages import message
from kb.types import MAX_QUESTION


def lookup_screen(context: Context) -> Screen:
    """The components of the screen and their events."""
    desk, lang, start = context.desk, context.lang, context.start
    reference = gr.Textbox(
        label=message(start, "tab lookup"),
        show_label=False,
        container=False,
        placeholder="OECD 1.3 · UNESCO para 37 · EU AI Act Article 14(2) · 제37항",
        max_length=MAX_QUESTION,
        submit_btn=message(start, "look up"),
        elem_id="kb-reference",
    )
    meant = gr.HTML("", js_on_load=script("buttons"), elem_id="kb-suggestions")
    unit = gr.HTML(look_up_start(start), js_on_load=script("buttons", "lookup/open"), elem_id="kb-unit")

    def opened(code: str, event: gr.EventData) -> tuple[Any, ...]:
        kind, _, _, text = clicked(event._data)
        if kind == "unit":
            return desk.unit(text, code), gr.skip()
        return desk.look_up(text, code), text

    def said(code: str) -> Sequence[Any]:
        return gr.Textbox(label=message(code, "tab lookup"), submit_btn=message(code, "look up")), look_up_start(code)

    unit.select(opened, [lang], [unit, reference], **QUIET)
    reference.input(desk.suggest, [reference, lang], [meant], trigger_mode="always_last", **QUIET)
    reference.submit(lambda: "", None, [meant], **QUIET)
    reference.submit(desk.look_up, [reference, lang], [unit], api_visibility="private", show_progress="minimal")
    return Screen((reference, unit), said)
