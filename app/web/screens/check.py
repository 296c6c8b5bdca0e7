"""The Check screen: the references and quotations of a person's own draft, with findings beside its text."""

from __future__ import annotations

import gradio as gr

from app.web.drafts import ENDINGS_OF_DRAFTS, DraftChecks
from app.web.html.draft import check_start
from app.web.screens.screen import OWN_STYLE, Context, Screen, script


def check_screen(context: Context) -> Screen:
    """The screen; its script sends the draft and shows the findings."""
    desk = context.desk
    calls = DraftChecks(desk.base, desk.files, desk.settings.home_path, desk.record)
    panel = gr.HTML(
        check_start(context.start, ENDINGS_OF_DRAFTS),
        js_on_load=script("work", "check/findings"),
        elem_id="kb-check",
        **OWN_STYLE,
        padding=False,
    )
    return Screen(
        (panel,),
        lambda code: (check_start(code, ENDINGS_OF_DRAFTS),),
        {"read": calls.read, "state": calls.state, "drop": calls.drop, "file": calls.file, "marked": calls.marked},
    )
