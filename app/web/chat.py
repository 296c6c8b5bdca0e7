"""The app in a browser: Gradio components and wiring. The only importer of ``gradio``.

A handler of :class:`Handlers` calls the service, then :mod:`app.web.render`, and returns HTML; :func:`build` wires
handlers to components. Anything a person can mend becomes one line in the page; anything else is logged and becomes
a general one."""

from __future__ import annotations

import errno
import logging
import platform
import socket
import sys
import threading
from collections import Counter
from collections.abc import Iterator, Sequence  # gradio reads the handlers' annotations
from dataclasses import dataclass, replace
from functools import partial
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit

import gradio as gr

from app.models import models_of
from app.web import render
from app.web.render import Turn
from kb.errors import ConfigError, KBError
from kb.knowledge_base import KnowledgeBase
from kb.library.counterparts import counterparts
from kb.lookup.lookup import MAX_REFERENCE as MAX_QUESTION
from kb.lookup.lookup import look_up, suggest, view
from kb.messages import LANGUAGES, message
from kb.page_images import page_view
from kb.types import SearchFilter

if TYPE_CHECKING:
    from collections.abc import Callable

    from PIL.Image import Image

    from app.settings import Settings
    from kb.library.library import Library
    from kb.types import Answer, Edition

MAX_TYPED = 120
"""Characters up to which what is typed in the look-up gets suggestions."""
MAX_TURNS = 30
"""Answers a conversation keeps; older ones leave the page."""

GENERAL = "Something went wrong that should not have. The terminal that runs `kb serve` shows what; please report it."

EXAMPLES = (
    "What does OECD say about accountability of AI actors?",
    "Who must keep logs of high-risk AI systems?",
    "How should privacy and data protection be assured?",
    "What are the drivers and inhibitors of transparency?",
    "EU AI Act Article 14",
    "OECD 원칙 1.3",
    "유네스코 권고 제37항",
    "인공지능 시스템의 투명성과 설명가능성",
)
REFERENCES = ("OECD 1.3", "UNESCO para 37", "EU AI Act Art. 14", "NIST MAP 3.1", "IEEE 7003-2024", "HLEG 1.4", "제37항")

_LOG = logging.getLogger(__name__)
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class EvidencePanel:
    """What stands beside the chat: the cards, what is said of the page, and its image."""

    cards: str
    caption: str
    image: Image | None = None


def no_evidence(lang: str = "en") -> EvidencePanel:
    """What stands there before there is any."""
    return EvidencePanel(render.hint(message(lang, "evidence here")), render.hint(message(lang, "page here")))


class Handlers:
    """The handlers. Holds the service once there is an index; until then every call looks for one."""

    def __init__(self, settings: Settings, base: KnowledgeBase | None = None) -> None:
        self.settings = settings
        self._base = base
        self._lock = threading.Lock()

    def base(self) -> KnowledgeBase:
        """The knowledge base, opened at the first need.

        :raises NoIndexError: there is no index yet.
        :raises IndexFolderError: it is damaged.
        """
        with self._lock:
            if self._base is None:
                self._base = KnowledgeBase.open(self.settings.home_path, partial(models_of, self.settings))
            return self._base

    def warm(self) -> None:
        """Loads what the first question would wait for; its problems are the first question's to tell."""
        try:
            base = self.base()
            store = base.library().store
            base.models().encoder(store.manifest["encoder"])
            _ = store.words, store.vectors
        except KBError as error:
            _LOG.info("not loaded ahead: %s", error)
        except Exception:
            _LOG.exception("loading ahead failed")

    def _try(self, work: Callable[[], _T]) -> tuple[_T | None, str]:
        """What ``work`` returns, or ``None`` and one line that says why not."""
        try:
            return work(), ""
        except KBError as error:
            return None, str(error)
        except Exception:
            _LOG.exception("a handler failed")
            return None, GENERAL

    # --- Ask

    def ask(
        self,
        question: str,
        turns: Sequence[Turn],
        publishers: Sequence[str] = (),
        documents: Sequence[str] = (),
        lang: str = "en",
    ) -> tuple[tuple[Turn, ...], EvidencePanel]:
        """The conversation with one more turn, and the evidence for it."""
        question = render.tidy(question or "").strip()
        n = turns[-1].n + 1 if turns else 1
        if not question:
            return tuple(turns), self.evidence(turns, turns[-1].n if turns else 0, 1, lang)
        shown = question if len(question) <= MAX_QUESTION else question[:200] + "…"
        if len(question) > MAX_QUESTION:
            answer, problem = None, _too_long(question, lang)
        else:
            chosen = SearchFilter(doc_ids=_strings(documents), publishers=_strings(publishers))
            # an answer knows its question as it was read; the page shows it as it was typed
            earlier = [t.answer.question if t.answer is not None else t.question for t in turns]
            answer, problem = self._try(lambda: self._answer(question, chosen, earlier, lang))
        new = (*turns, Turn(n, shown, answer, problem))[-MAX_TURNS:]
        # the page of a merely near place is shown when it is asked for, so that nobody takes it for support
        return new, self.evidence(new, n, 0 if answer is None or answer.refused else 1, lang)

    def _answer(self, question: str, chosen: SearchFilter, earlier: Sequence[str], lang: str) -> Answer:
        return self.base().ask(question, chosen, earlier, language=lang)

    def drafts(self, turns: Sequence[Turn]) -> Iterator[tuple[Turn, ...]]:
        """The conversation again and again as a language model's draft of the last answer grows, where one is set."""
        last = turns[-1] if turns else None
        if not self.settings.llm_base_url or last is None or last.answer is None:
            return
        try:
            for answer in self.base().drafts(last.answer):
                yield (*turns[:-1], replace(last, answer=answer))
        except Exception:  # the quotes are in the page already
            _LOG.exception("a draft failed")

    def evidence(self, turns: Sequence[Turn], n: int, selected: int = 1, lang: str = "en") -> EvidencePanel:
        """The evidence of turn ``n`` with citation ``selected`` and its page in view."""
        turn = next((t for t in turns if t.n == n), None)
        if turn is None:
            return no_evidence(lang)
        if turn.answer is None:
            return EvidencePanel(render.hint(message(lang, "no evidence here")), no_evidence(lang).caption)
        answer = turn.answer
        listed = answer.citations or answer.nearest
        citation = next((c for c in listed if c.n == selected), None)
        if citation is None:
            return EvidencePanel(render.cards(answer, n, 0, lang), no_evidence(lang).caption)
        view, problem = self._try(lambda: page_view(self.base().library(), citation))
        caption = render.page_caption(view.lines) if view else render.problem(problem)
        return EvidencePanel(render.cards(answer, n, selected, lang), caption, view.image if view else None)

    # --- Look up

    def look_up(self, reference: str, lang: str = "en") -> str:
        """What a reference leads to."""
        reference = render.tidy(reference or "").strip()
        if not reference:
            return look_up_start(lang)
        if len(reference) > MAX_QUESTION:
            return render.problem(_too_long(reference, lang))

        def work() -> str:
            library = self.base().library()
            found = look_up(library, reference)
            units = [view.unit.unit_id for item in found for view in item.units]
            elsewhere = {unit_id: counterparts(library, unit_id) for unit_id in units}
            return render.look_up(found, _refs(library), elsewhere, lang)

        page, problem = self._try(work)
        return page or render.problem(problem)

    def suggest(self, typed: str, lang: str = "en") -> str:
        """What a person who has typed so far may mean; nothing while there is no index."""
        typed = render.tidy(typed or "")
        if not typed.strip() or len(typed) > MAX_TYPED:
            return ""

        def work() -> str:
            library = self.base().library()
            found = [(each, library.units.describe(each.unit.unit_id)) for each in suggest(library, typed)]
            return render.suggestions(found, lang)

        return self._try(work)[0] or ""

    def unit(self, unit_id: str, lang: str = "en") -> str:
        """A unit by its id."""

        def work() -> str:
            library = self.base().library()
            seen = view(library, unit_id)
            found = counterparts(library, unit_id)
            return render.unit(seen, _refs(library), found, lang) if seen else ""

        page, problem = self._try(work)
        return page or render.problem(problem or f"The index in service has no unit {unit_id[:120]}")

    # --- Documents, About

    def documents(self) -> str:
        """What is loaded, what only the register describes, what could be added."""
        page, problem = self._try(self._documents)
        return render.problem(problem) if page is None else page

    def _documents(self) -> str:
        library = self.base().library()
        refs = _refs(library)
        store = library.store

        def row(edition: Edition, **more: Any) -> render.Row:
            return render.Row(edition, refs.get(edition.superseded_by or "", ""), **more)

        stored = [
            row(
                d.edition,
                n_pages=d.n_pages,
                n_units=d.n_units,
                proven=bool(d.report.get("holds")) if d.n_units else None,
                source=Path(d.source).name,
                notes=d.notes,
            )
            for d in store.documents
        ]
        registers = [r for r in stored if r.edition.register_of]
        loaded = [r for r in stored if not r.edition.register_of]
        entries = Counter(u.of_document for r in registers for u in store.units(r.edition.doc_id))
        here = {r.edition.doc_id for r in stored}
        absent = [e for e in library.catalog.editions if e.doc_id not in here and not e.register_of]
        described = [row(e, n_units=entries[e.doc_id]) for e in absent if entries[e.doc_id]]
        addable = [row(e) for e in absent if not entries[e.doc_id]]
        return render.documents(loaded, registers, described, addable)

    def about(self) -> str:
        """What this is and what the index in service is made of."""
        facts, problem = self._try(self._facts)
        return render.about(facts if facts is not None else [("Problem", problem)])

    def _facts(self) -> list[tuple[str, str]]:
        store = self.base().library().store
        manifest, encoder = store.manifest, store.manifest["encoder"]
        official = [d for d in store.documents if not d.edition.register_of]
        return [
            ("Index id", store.index_id),
            ("Built on", f"{manifest.get('created', '')} by version {manifest.get('version', '')}"),
            ("Documents", f"{len(official)} publications, {len(store.documents) - len(official)} registers"),
            ("Pages", f"{sum(d.n_pages for d in store.documents):,}"),
            ("Numbered units", f"{sum(d.n_units for d in store.documents):,}"),
            ("Passages", f"{store.n_passages:,}"),
            ("Encoder", f"{encoder['name']} ({encoder['fingerprint']}), {encoder['dimension']} dimensions"),
            ("Reranker", self._reranker_words()),
            ("Language model", self._model_words()),
            ("Versions", ", ".join([f"Python {platform.python_version()}", *map(_version, _SHOWN_VERSIONS)])),
        ]

    def _reranker_words(self) -> str:
        s = self.settings
        spoken = f"set for {s.reranker_languages}, " if s.reranker_languages.strip() else ""
        return f"{s.reranker} ({spoken}depth {s.reranker_depth}), at question time only" if s.reranker else "none"

    def _model_words(self) -> str:
        if not self.settings.llm_base_url:
            return "none"
        return f"{self.settings.llm_model or 'no name set'} at {urlsplit(self.settings.llm_base_url).hostname}"

    def status(self, lang: str = "en") -> str:
        """The line under the title: what is loaded, or how to build an index."""
        text, problem = self._try(lambda: self._status(lang))
        if text is not None:
            return text
        missing = not (self.settings.home_path / "index" / "CURRENT").exists()
        return render.NO_INDEX if missing else render.problem(problem)

    def _status(self, lang: str) -> str:
        store = self.base().library().store
        n = sum(not d.edition.register_of for d in store.documents)
        key = {0: "none loaded", 1: "one loaded"}.get(n, "loaded")
        return render.hint(message(lang, key, n=n, id=store.index_id))

    def language(self, accepted: str) -> str:
        """The interface's language: the one set, else the first of those a browser asks for that there is."""
        if self.settings.language != "auto":
            return self.settings.language
        wanted = (part.split(";")[0].strip().lower().partition("-")[0] for part in accepted[:500].split(","))
        return next((code for code in wanted if code in LANGUAGES), self.settings.interface)

    def choices(self) -> tuple[list[str], list[tuple[str, str]]]:
        """What can be filtered by: publishers, and documents as (name, id)."""
        found, _ = self._try(self._choices)
        return found or ([], [])

    def _choices(self) -> tuple[list[str], list[tuple[str, str]]]:
        library = self.base().library()
        documents = library.store.documents
        described = [e for d in documents for i in d.edition.register_of if (e := library.editions.get(i)) is not None]
        own = [d.edition for d in documents if not d.edition.register_of]
        listed = sorted(documents, key=lambda d: (bool(d.edition.register_of), d.edition.ref))
        return sorted({e.publisher for e in (*own, *described)}), [(d.edition.ref, d.doc_id) for d in listed]


_SHOWN_VERSIONS = ("standards-kb", "gradio", "sentence-transformers", "faiss-cpu", "bm25s", "pypdfium2")


def _version(package: str) -> str:
    try:
        return f"{package} {metadata.version(package)}"
    except metadata.PackageNotFoundError:
        return f"{package} (not installed)"


def _refs(library: Library) -> dict[str, str]:
    return {e.doc_id: e.ref for e in library.editions.all}


def _too_long(text: str, lang: str) -> str:
    return message(lang, "too long", n=len(text), limit=MAX_QUESTION)


def _strings(values: object) -> tuple[str, ...]:
    """The strings of what a browser sent for a list of strings."""
    return tuple(v for v in values if isinstance(v, str))[:200] if isinstance(values, (list, tuple)) else ()


def look_up_start(lang: str = "en") -> str:
    """What the look-up shows before the first reference."""
    return render.references(message(lang, "references here"), REFERENCES)


# --- the page

# Buttons inside our HTML carry data-kb; markers in the chat are links to #kb-TURN-N. Both become a "select" event of
# their panel.
_ACT = """
const copy = async (button) => {
  const text = button.dataset.text;
  try { await navigator.clipboard.writeText(text); }
  catch (_) {
    const area = document.createElement('textarea');
    area.value = text; document.body.append(area); area.select(); document.execCommand('copy'); area.remove();
  }
  const words = button.textContent; button.textContent = 'Copied';
  setTimeout(() => { button.textContent = words; }, 1200);
};
element.addEventListener('click', (event) => {
  const button = event.target.closest('[data-kb]');
  if (!button) return;
  const data = button.dataset;
  if (data.kb === 'copy') { copy(button); return; }
  trigger('select', {kind: data.kb, turn: Number(data.turn) || 0, n: Number(data.n) || 0, unit: data.unit || ''});
  if (data.kb === 'page' && window.innerWidth < 1000)
    setTimeout(() => document.getElementById('kb-page')?.scrollIntoView({behavior: 'smooth'}), 700);
});
"""
_MARKS = """
element.addEventListener('click', (event) => {
  const mark = event.target.closest('a[href^="#kb-"]');
  const found = mark && /^#kb-(\\d+)-(\\d+)$/.exec(mark.getAttribute('href'));
  if (!found) return;
  event.preventDefault();
  trigger('select', {kind: 'page', turn: Number(found[1]), n: Number(found[2]), unit: ''});
  setTimeout(() => {
    const card = document.getElementById(`kb-${found[1]}-${found[2]}`), list = card && card.closest('.kb-cards');
    if (!card) return;
    if (window.innerWidth < 1000) card.scrollIntoView({behavior: 'smooth'});
    else list.scrollTop = card.offsetTop - list.offsetTop;
  }, 500);
});
"""
# a new turn is read from its question on
_FOLLOW = """
watch('value', () => {
  const log = element.querySelector('.kb-chat'), asked = element.querySelectorAll('.kb-q');
  if (log && asked.length) log.scrollTop = asked[asked.length - 1].offsetTop - log.offsetTop - 10;
});
"""


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


def build(desk: Handlers) -> gr.Blocks:
    """The page, wired."""
    blocks: gr.Blocks
    start = desk.language("")  # until a browser has said which language it asks for
    with gr.Blocks(
        title=message(start, "title"), analytics_enabled=False, fill_width=True, delete_cache=(3600, 3600)
    ) as blocks:
        turns = gr.State((), time_to_live=12 * 3600)
        lang = gr.State(start)
        with gr.Row(elem_id="kb-top"):
            title = gr.HTML(_title(start), elem_id="kb-title")
            status = gr.HTML(elem_id="kb-status")
        with gr.Tabs(selected="ask", overflow_behavior="wrap", elem_id="kb-tabs") as tabs:
            with gr.Tab(message(start, "tab ask"), id="ask") as ask_tab, gr.Row(elem_id="kb-ask"):
                with gr.Column(scale=5, min_width=340, elem_id="kb-left"):
                    chat = gr.HTML(
                        render.conversation((), EXAMPLES, "", start),
                        js_on_load=_ACT + _MARKS + _FOLLOW,
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
                    cards = gr.HTML(no_evidence(start).cards, js_on_load=_ACT, elem_id="kb-cards")
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
                meant = gr.HTML("", js_on_load=_ACT, elem_id="kb-suggestions")
                unit = gr.HTML(look_up_start(start), js_on_load=_ACT, elem_id="kb-unit")
            with gr.Tab(message(start, "tab documents"), id="documents") as documents_tab:
                listing = gr.HTML(elem_id="kb-listing")
            with gr.Tab(message(start, "tab about"), id="about") as about_tab:
                about = gr.HTML(elem_id="kb-about")

        def shown(evidence: EvidencePanel) -> tuple[Any, ...]:
            return evidence.cards, evidence.caption, gr.Image(evidence.image, visible=evidence.image is not None)

        def ask(
            asked: str, old: tuple[Turn, ...], by: list[str], only: list[str], code: str
        ) -> Iterator[tuple[Any, ...]]:
            asked = render.tidy(asked or "").strip()[: MAX_QUESTION + 1]
            yield render.conversation(old, EXAMPLES, asked[:MAX_QUESTION], code), *[gr.skip()] * 4, ""
            new, evidence = desk.ask(asked, old, by, only, code)
            yield render.conversation(new, EXAMPLES, "", code), new, *shown(evidence), gr.skip()
            if not asked:
                return
            for grown in desk.drafts(new):
                yield render.conversation(grown, EXAMPLES, "", code), grown, *[gr.skip()] * 4
                new = grown
            if new and new[-1].answer is not None and (new[-1].answer.draft or new[-1].answer.withheld):
                copied = render.cards(new[-1].answer, new[-1].n, 1, code)  # what is copied has the draft too
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
                _title(code),
                render.conversation((), EXAMPLES, "", code),
                evidence.cards,
                evidence.caption,
                look_up_start(code),
            )

        def empty(code: str) -> tuple[Any, ...]:
            return render.conversation((), EXAMPLES, "", code), (), *shown(no_evidence(code)), ""

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
        documents_tab.select(desk.documents, None, [listing], **quiet)
        about_tab.select(desk.about, None, [about], **quiet)
    return blocks


def _title(lang: str) -> str:
    return f"<h1>{message(lang, 'title')}</h1>"


def _event(data: object) -> tuple[str, int, int, str]:
    """What a click in our HTML asks for, as far as it is well formed: kind, turn, number, unit id or reference."""
    if not isinstance(data, dict):
        return "", 0, 0, ""
    kind, turn, n, unit = (data.get(k) for k in ("kind", "turn", "n", "unit"))
    whole = [v if isinstance(v, int) and not isinstance(v, bool) else 0 for v in (turn, n)]
    return str(kind)[:20], whole[0], whole[1], unit[:MAX_QUESTION] if isinstance(unit, str) else ""


# --- serving


def serve(settings: Settings) -> None:
    """Runs the app until interrupted; prints its address.

    :raises ConfigError: the address cannot be listened on.
    """
    _check_address(settings.host, settings.port)
    desk = Handlers(settings)
    try:
        blocks = launch(desk)
    except OSError as error:
        raise ConfigError(_cannot_listen(settings.host, settings.port, error)) from error
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    sys.stdout.write(f"http://{host}:{settings.port}\n")
    sys.stdout.flush()
    if not _is_loopback(settings.host):
        sys.stderr.write("kb: other machines can reach this address, and there is no password\n")
    threading.Thread(target=desk.warm, daemon=True, name="warm").start()
    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        pass
    finally:
        blocks.close(verbose=False)


def launch(desk: Handlers) -> gr.Blocks:
    """The page, being served by a thread of this process."""
    blocks = build(desk)
    blocks.queue(default_concurrency_limit=2, max_size=32, api_open=False)
    blocks.launch(
        server_name=desk.settings.host,
        server_port=desk.settings.port,
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
        css_paths=Path(__file__).with_name("chat.css"),
        app_kwargs={"docs_url": None, "redoc_url": None, "openapi_url": None},
    )
    return blocks


def _is_loopback(host: str) -> bool:
    return host in {"localhost", "::1"} or host.startswith("127.")


def _check_address(host: str, port: int) -> None:
    """Tries the address before anything slow is done.

    :raises ConfigError: it is taken, not allowed, or not this machine's.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            if sys.platform != "win32":
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            other = port + 1 if port < 65535 else 7861
            advice = f"choose another, e.g. `kb serve --port {other}`"
            raise ConfigError(f"port {port} on {host} is taken; {advice}") from None
        raise ConfigError(_cannot_listen(host, port, error)) from error


def _cannot_listen(host: str, port: int, error: OSError) -> str:
    return f"cannot listen on {host}, port {port} ({error.strerror or error}); choose another with --host or --port"
