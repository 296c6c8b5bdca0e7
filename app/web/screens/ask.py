"""The Ask screen: the conversation, the question, and the evidence of an answer with its page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import gradio as gr

from app.plain_text import without_surrogates
from app.web.handlers import EXAMPLES, EvidencePanel, no_evidence
from app.web.html.chat import Turn, conversation
from app.web.html.evidence import evidence_cards
from app.web.screens.events import clicked
from app.web.screens.screen import QUIET, Context, Screen, script
from kb.messages import message
from kb.types import MAX_QUESTION


def ask_screen(context: Context) -> Screen:
    """The components of the screen and their events."""
    desk, lang, start = context.desk, context.lang, context.start
    turns = gr.State((), time_to_live=12 * 3600)
    with gr.Row(elem_id="kb-ask"):
        with gr.Column(scale=5, min_width=340, elem_id="kb-left"):
            chat = gr.HTML(
                conversation((), EXAMPLES, "", start),
                js_on_load=script("buttons", "ask/markers", "ask/follow"),
                elem_id="kb-chat",
            )
            question = gr.Textbox(
                label=message(start, "tab ask"),
                show_label=False,
                container=False,
                placeholder=message(start, "ask here"),
                max_length=MAX_QUESTION,
                submit_btn=message(start, "ask"),
                autofocus=True,
                elem_id="kb-question",
            )
            with gr.Accordion(message(start, "filter"), open=False) as filtering:
                publishers = gr.Dropdown(
                    [], label=message(start, "publishers"), multiselect=True, elem_id="kb-publishers"
                )
                documents = gr.Dropdown(
                    [],
                    label=message(start, "documents"),
                    info=message(start, "only these"),
                    multiselect=True,
                    elem_id="kb-documents",
                )
            clear = gr.Button(message(start, "new conversation"), size="sm", variant="secondary")
        with gr.Column(scale=4, min_width=320, elem_id="kb-evidence"):
            cards = gr.HTML(no_evidence(start).cards, js_on_load=script("buttons"), elem_id="kb-cards")
        with gr.Column(scale=4, min_width=320, elem_id="kb-page"):
            caption = gr.HTML(no_evidence(start).caption, elem_id="kb-page-caption")
            image = gr.Image(
                show_label=False,
                interactive=False,
                buttons=["fullscreen"],
                visible=False,
                elem_id="kb-page-image",
                alt_text=message(start, "page alt"),
            )

    def shown(evidence: EvidencePanel) -> tuple[Any, ...]:
        return evidence.cards, evidence.caption, gr.Image(evidence.image, visible=evidence.image is not None)

    def ask(asked: str, old: tuple[Turn, ...], by: list[str], only: list[str], code: str) -> Iterator[tuple[Any, ...]]:
        asked = without_surrogates(asked or "").strip()[: MAX_QUESTION + 1]
        yield conversation(old, EXAMPLES, asked[:MAX_QUESTION], code), *[gr.skip()] * 4, ""
        new, evidence = desk.ask(asked, old, by, only, code)
        yield conversation(new, EXAMPLES, "", code), new, *shown(evidence), gr.skip()
        if not asked:
            return
        for grown in desk.drafts(new, code):
            yield conversation(grown, EXAMPLES, "", code), grown, *[gr.skip()] * 4
            new = grown
        if new and new[-1].answer is not None and (new[-1].answer.draft or new[-1].answer.withheld):
            copied = evidence_cards(new[-1].answer, new[-1].n, 1, code)  # the copied text has the draft too
            yield gr.skip(), gr.skip(), copied, *[gr.skip()] * 3

    def chat_act(
        old: tuple[Turn, ...], by: list[str], only: list[str], code: str, event: gr.EventData
    ) -> Iterator[tuple[Any, ...]]:
        kind, turn, n, text = clicked(event._data)
        if kind == "ask":
            yield from ask(text, old, by, only, code)
        elif kind == "page":
            yield gr.skip(), gr.skip(), *shown(desk.evidence(old, turn, n, code)), gr.skip()

    def act(old: tuple[Turn, ...], code: str, event: gr.EventData) -> tuple[Any, ...]:
        kind, turn, n, _ = clicked(event._data)
        return shown(desk.evidence(old, turn, n, code)) if kind == "page" else (gr.skip(),) * 3

    def empty(code: str) -> tuple[Any, ...]:
        return conversation((), EXAMPLES, "", code), (), *shown(no_evidence(code)), ""

    def said(code: str) -> Sequence[Any]:
        evidence = no_evidence(code)
        by, only = desk.choices()
        return (
            gr.Textbox(
                label=message(code, "tab ask"), placeholder=message(code, "ask here"), submit_btn=message(code, "ask")
            ),
            gr.Accordion(label=message(code, "filter")),
            gr.Button(message(code, "new conversation")),
            gr.Dropdown(by, label=message(code, "publishers")),
            gr.Dropdown(only, label=message(code, "documents"), info=message(code, "only these")),
            conversation((), EXAMPLES, "", code),
            evidence.cards,
            evidence.caption,
        )

    answered = [chat, turns, cards, caption, image, question]
    filters = [publishers, documents]
    question.submit(ask, [question, turns, *filters, lang], answered, concurrency_id="ask", **QUIET)
    chat.select(chat_act, [turns, *filters, lang], answered, concurrency_id="ask", **QUIET)
    cards.select(act, [turns, lang], [cards, caption, image], **QUIET)
    clear.click(empty, [lang], answered, **QUIET)
    return Screen((question, filtering, clear, publishers, documents, chat, cards, caption), said)
