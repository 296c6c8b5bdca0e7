"""The About screen: the purpose of the app, and the facts of its index."""

from __future__ import annotations

import gradio as gr

from app.web.screens.screen import QUIET, Context, Screen


def about_screen(context: Context) -> Screen:
    """The facts, filled when the tab is opened."""
    about = gr.HTML(elem_id="kb-about")
    context.tab.select(context.desk.about, [context.lang], [about], **QUIET)
    return Screen()
