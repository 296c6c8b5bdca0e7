"""The Batch screen: a table of questions and references, previewed, answered with the time left, stopped, resumed,
saved."""

from __future__ import annotations

import gradio as gr

from app.web.batches import Batches
from app.web.html.batch import batch_start
from app.web.screens.screen import OWN_STYLE, Context, Screen, script
from kb.lists.tables import TABLE_SUFFIXES


def batch_screen(context: Context) -> Screen:
    """The screen; its script sends the file and shows the run."""
    desk = context.desk
    calls = Batches(desk.base, desk.files, desk.settings.home_path, desk.record)
    kinds = TABLE_SUFFIXES[:-1]
    panel = gr.HTML(
        batch_start(context.start, kinds),
        js_on_load=script("work", "batch/run"),
        elem_id="kb-batch",
        **OWN_STYLE,
        padding=False,
    )
    return Screen(
        (panel,),
        lambda code: (batch_start(code, kinds),),
        {
            "read": calls.read,
            "column": calls.column,
            "settle": calls.settle,
            "run": calls.run,
            "again": calls.run,
            "stop": calls.stop,
            "state": calls.state,
            "drop": calls.drop,
            "page": calls.page,
            "evidence": calls.evidence,
            "approve": calls.approve,
            "collected": calls.collected,
            "file": calls.file,
            "preview": calls.preview,
            "workbook": calls.workbook,
        },
    )
