"""The page: Gradio components, wired to the handlers. The only importer of ``gradio``."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import gradio as gr

from app.plain_text import without_surrogates
from app.web.handlers import EXAMPLES, EvidencePanel, Handlers, look_up_start, no_evidence
from app.web.html.chat import Turn, conversation
from app.web.html.evidence import evidence_cards
from app.web.request_guard import GuardRules, RequestGuard
from kb.messages import message
from kb.types import MAX_QUESTION

_FOLDER = Path(__file__).parent
_BUTTONS, _MARKERS, _FOLLOW = (
    (_FOLDER / "scripts" / f"{name}.js").read_text("utf-8") for name in ("buttons", "markers", "follow")
)
"""Scripts of our HTML panels. Gradio runs each with the panel as ``element``."""


def theme() -> gr.themes.Base:
    """Gradio's soft theme with fonts of the person's system, so that no page asks another host for one."""
    korean = ("Apple SD Gothic Neo", "Malgun Gothic", "Noto Sans KR", "Noto Sans CJK KR", "NanumGothic")
    return gr.themes.Soft(
        primary_hue="blue",
        neutral_hue="slate",
        text_size="md",
        font=["system-ui", "Segoe UI", "Roboto", "Helvetica Neue", *korean, "sans-serif"],
        font_mono=["ui-monospace", "Consolas", "monospace"],
    )


def build_page(desk: Handlers) -> gr.Blocks:
    """The page with its components and the events that call the handlers."""
    blocks: gr.Blocks
    start = desk.language("")  # until a browser has sent its list of languages
    with gr.Blocks(
        title=message(start, "title"), analytics_enabled=False, fill_width=True, delete_cache=(3600, 3600)
    ) as blocks:
        turns = gr.State((), time_to_live=12 * 3600)
        lang = gr.State(start)
        with gr.Row(elem_id="kb-top"):
            title = gr.HTML(_page_title(start), elem_id="kb-title")
            status = gr.HTML(elem_id="kb-status")
        with gr.Tabs(selected="ask", overflow_behavior="wrap", elem_id="kb-tabs") as tabs:
            with gr.Tab(message(start, "tab ask"), id="ask") as ask_tab, gr.Row(elem_id="kb-ask"):
                with gr.Column(scale=5, min_width=340, elem_id="kb-left"):
                    chat = gr.HTML(
                        conversation((), EXAMPLES, "", start),
                        js_on_load=_BUTTONS + _MARKERS + _FOLLOW,
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
                    cards = gr.HTML(no_evidence(start).cards, js_on_load=_BUTTONS, elem_id="kb-cards")
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
            with gr.Tab(message(start, "tab look up"), id="lookup") as lookup_tab:
                reference = gr.Textbox(
                    label=message(start, "tab look up"),
                    show_label=False,
                    container=False,
                    placeholder="OECD 1.3 · UNESCO para 37 · EU AI Act Article 14(2) · 제37항",
                    max_length=MAX_QUESTION,
                    submit_btn=message(start, "look up"),
                    elem_id="kb-reference",
                )
                meant = gr.HTML("", js_on_load=_BUTTONS, elem_id="kb-suggestions")
                unit = gr.HTML(look_up_start(start), js_on_load=_BUTTONS, elem_id="kb-unit")
            with gr.Tab(message(start, "tab documents"), id="documents") as documents_tab:
                listing = gr.HTML(elem_id="kb-listing")
            with gr.Tab(message(start, "tab about"), id="about") as about_tab:
                about = gr.HTML(elem_id="kb-about")

        def shown(evidence: EvidencePanel) -> tuple[Any, ...]:
            return evidence.cards, evidence.caption, gr.Image(evidence.image, visible=evidence.image is not None)

        def ask(
            asked: str, old: tuple[Turn, ...], by: list[str], only: list[str], code: str
        ) -> Iterator[tuple[Any, ...]]:
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
            kind, turn, n, text = _event(event._data)
            if kind == "ask":
                yield from ask(text, old, by, only, code)
            elif kind == "page":
                yield gr.skip(), gr.skip(), *shown(desk.evidence(old, turn, n, code)), gr.skip()

        def act(old: tuple[Turn, ...], code: str, event: gr.EventData) -> tuple[Any, ...]:
            kind, turn, n, text = _event(event._data)
            if kind == "page":
                return *shown(desk.evidence(old, turn, n, code)), gr.skip(), gr.skip(), gr.skip()
            if kind == "unit":
                return *[gr.skip()] * 3, gr.Tabs(selected="lookup"), desk.unit(text, code), gr.skip()
            if kind == "reference":
                return *[gr.skip()] * 4, desk.look_up(text, code), text
            return (gr.skip(),) * 6

        def fresh(request: gr.Request) -> tuple[Any, ...]:
            by, only = desk.choices()
            code = desk.language(str(request.headers.get("accept-language", "")))
            chosen = gr.Dropdown(only, label=message(code, "documents"), info=message(code, "only these"))
            there = desk.status(code), gr.Dropdown(by, label=message(code, "publishers")), chosen, code
            if code == start:
                return *there, *[gr.skip()] * 13
            evidence = no_evidence(code)
            return (
                *there,
                *(gr.Tab(label=message(code, f"tab {name}")) for name in ("ask", "look up", "documents", "about")),
                gr.Textbox(
                    label=message(code, "tab ask"),
                    placeholder=message(code, "ask here"),
                    submit_btn=message(code, "ask"),
                ),
                gr.Textbox(label=message(code, "tab look up"), submit_btn=message(code, "look up")),
                gr.Accordion(label=message(code, "filter")),
                gr.Button(message(code, "new conversation")),
                _page_title(code),
                conversation((), EXAMPLES, "", code),
                evidence.cards,
                evidence.caption,
                look_up_start(code),
            )

        def empty(code: str) -> tuple[Any, ...]:
            return conversation((), EXAMPLES, "", code), (), *shown(no_evidence(code)), ""

        quiet: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
        answered = [chat, turns, cards, caption, image, question]
        filters = [publishers, documents]
        question.submit(ask, [question, turns, *filters, lang], answered, concurrency_id="ask", **quiet)
        chat.select(chat_act, [turns, *filters, lang], answered, concurrency_id="ask", **quiet)
        acted = [cards, caption, image, tabs, unit, reference]
        cards.select(act, [turns, lang], acted, **quiet)
        unit.select(act, [turns, lang], acted, **quiet)
        meant.select(act, [turns, lang], acted, **quiet)
        reference.input(desk.suggest, [reference, lang], [meant], trigger_mode="always_last", **quiet)
        reference.submit(lambda: "", None, [meant], **quiet)
        reference.submit(desk.look_up, [reference, lang], [unit], api_visibility="private", show_progress="minimal")
        clear.click(empty, [lang], answered, **quiet)
        labelled = [ask_tab, lookup_tab, documents_tab, about_tab, question, reference, filtering, clear]
        said = [title, chat, cards, caption, unit]
        blocks.load(fresh, None, [status, publishers, documents, lang, *labelled, *said], **quiet)
        documents_tab.select(desk.documents, [lang], [listing], **quiet)
        about_tab.select(desk.about, [lang], [about], **quiet)
    return blocks


def _page_title(lang: str) -> str:
    return f"<h1>{message(lang, 'title')}</h1>"


def _event(data: object) -> tuple[str, int, int, str]:
    """Kind, turn, number, and unit id or reference of a click in our HTML; an ill-formed value becomes 0 or ""."""
    if not isinstance(data, dict):
        return "", 0, 0, ""
    kind, turn, n, unit = (data.get(k) for k in ("kind", "turn", "n", "unit"))
    whole = [v if isinstance(v, int) and not isinstance(v, bool) else 0 for v in (turn, n)]
    return str(kind)[:20], whole[0], whole[1], unit[:MAX_QUESTION] if isinstance(unit, str) else ""


def launch(desk: Handlers) -> gr.Blocks:
    """The page, served by a thread of this process behind a :class:`app.web.request_guard.RequestGuard`."""
    blocks = build_page(desk)
    settings = desk.settings
    rules = GuardRules(settings.host, settings.served_names, settings.proxies)

    @asynccontextmanager
    async def guarded(served: Any) -> AsyncIterator[None]:
        # the framework's own layers answer some requests, so the guard stands in front of them all
        served.middleware_stack = RequestGuard(served.middleware_stack, rules)
        yield

    blocks.queue(default_concurrency_limit=2, max_size=32, api_open=False)
    blocks.launch(
        server_name=f"[{settings.host}]" if ":" in settings.host else settings.host,
        server_port=settings.port,
        root_path="",
        allowed_paths=[],
        blocked_paths=[],
        share=False,
        inbrowser=False,
        quiet=True,
        show_error=False,
        ssr_mode=False,
        pwa=False,
        mcp_server=False,
        enable_monitoring=False,
        run_history=False,
        footer_links=[],
        max_file_size=1,  # nothing here takes a file
        prevent_thread_lock=True,
        theme=theme(),
        css_paths=_FOLDER / "chat.css",
        app_kwargs={"docs_url": None, "redoc_url": None, "openapi_url": None, "lifespan": guarded},
    )
    return blocks
