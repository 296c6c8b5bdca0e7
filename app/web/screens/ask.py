"""The Ask screen: conversations at the side, the conversation with its question box, the evidence with its page.

The screen is one panel. Its scripts keep the conversations in the browser and call :mod:`app.web.asking`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import gradio as gr

from app.web.asking import Asking
from app.web.html.ask import ask_page
from app.web.html.filters import Choices
from app.web.screens.screen import OWN_STYLE, Context, Screen, script

_SCRIPT = script("ask/talks", "ask/box", "ask/filters", "ask/evidence", "ask/screen")


def ask_screen(context: Context) -> Screen:
    """The panel of the screen, and the functions that its scripts call."""
    asking = Asking(context.desk)
    panel = gr.HTML(
        ask_page(Choices(), context.start, is_ready=False), js_on_load=_SCRIPT, elem_id="kb-ask", **OWN_STYLE
    )

    def said(code: str) -> Sequence[Any]:
        return (ask_page(asking.choices(), code),)

    return Screen((panel,), said, asking.calls())
