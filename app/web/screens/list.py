"""The Citation list screen: the citations that a person collected, in the person's own order, to be saved."""

from __future__ import annotations

import gradio as gr

from app.web.collecting import CitationBasket
from app.web.html.basket import basket_start
from app.web.screens.screen import OWN_STYLE, Context, Screen, script


def list_screen(context: Context) -> Screen:
    """The screen; its script fills it with the citations that the browser keeps."""
    calls = CitationBasket(context.desk.base, context.desk.record)
    panel = gr.HTML(
        basket_start(context.start),
        js_on_load=script("work", "list/basket"),
        elem_id="kb-list",
        **OWN_STYLE,
        padding=False,
    )
    return Screen(
        (panel,),
        lambda code: (basket_start(code),),
        {
            "rows": calls.rows,
            "file": calls.file,
            "preview": calls.preview,
            "copied": calls.copied,
            "paste": calls.paste,
        },
    )
