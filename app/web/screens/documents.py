"""The Documents screen: what the index holds, and what could be added."""

from __future__ import annotations

import gradio as gr

from app.web.screens.screen import QUIET, Context, Screen


def documents_screen(context: Context) -> Screen:
    """The list, filled when the tab is opened."""
    listing = gr.HTML(elem_id="kb-listing")
    context.tab.select(context.desk.documents, [context.lang], [listing], **QUIET)
    return Screen()
