"""The conversation as HTML: questions, answers with their markers, refusals and notices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from app.plain_text import list_of, on_one_line, status_note, supported_sentences, unit_place, with_full_stop
from app.web.html.escape import escape, escape_lines, foreign
from app.web.html.pieces import button_row, capitalised, folded_list, folded_quote, joined, problem_box, tag
from kb import messages
from kb.messages import message, notices_in_words, words
from kb.types import Answer, Citation


@dataclass(frozen=True, slots=True)
class Turn:
    """A question with its answer, or with the problem that prevented an answer."""

    n: int
    question: str
    answer: Answer | None = None
    problem: str = ""


def conversation(turns: Sequence[Turn], examples: Sequence[str], pending: str = "", lang: str = "en") -> str:
    """The chat: questions and answers in order; before the first, examples to click. ``pending`` is a question that
    is still being answered; ``lang`` is the interface's language."""
    out = [
        f'{_question(turn.question)}<div class="kb-a">'
        f"{answer_html(turn.answer, turn.n, lang) if turn.answer is not None else problem_box(turn.problem)}</div>"
        for turn in turns
    ]
    if pending:
        out.append(f'{_question(pending)}<div class="kb-a kb-hint" aria-busy="true">{message(lang, "searching")}</div>')
    if not out:
        out = [f'<div class="kb-hint">{message(lang, "welcome")}</div>', button_row("ask", examples, "kb-row")]
    label = escape(message(lang, "conversation"))
    return f'<div class="kb-chat" role="log" aria-label="{label}" tabindex="0">{"".join(out)}</div>'


def _question(text: str) -> str:
    return f'<div class="kb-q" dir="auto">{escape_lines(text)}</div>'


def answer_html(found: Answer, turn: int, lang: str = "en") -> str:
    """The answer: sentences grouped by document, each with its markers, then notices. A marker links to
    ``#kb-TURN-N``. A sentence whose citations do not all resolve is withheld, and a notice says so.
    The words around the quotes are in the question's language, in ``lang`` where it shows none."""
    lang = messages.language(found.question, lang)
    if found.refused:
        return _refusal(found, turn, lang)
    by_number = {c.n: c for c in found.citations}
    shown = supported_sentences(found)
    out: list[str] = []
    for _, group in groupby(
        shown, key=lambda s: (by_number[s.cites[0]].doc_ref, by_number[s.cites[0]].match == "register")
    ):
        sentences = list(group)
        first = by_number[sentences[0].cites[0]]
        out.append(f'<div class="kb-doc">{foreign(first.doc_ref)}{_mark_source(first, lang)}</div>')
        for sentence in sentences:
            marks = "".join(_citation_marker(by_number[n], turn, lang) for n in sentence.cites)
            found_list = list_of(found, sentence.cites[0])
            quote = (
                folded_list(found_list, first.language, lang)
                if found_list is not None
                else folded_quote(sentence.text, first.language, lang)
            )
            out.append(f'<div class="kb-sentence">{quote}{marks}</div>')
    withheld = len(found.sentences) - len(shown)
    notices = [*(words(n, lang) for n in found.notices), *([message(lang, "withheld", n=withheld)] if withheld else [])]
    body = f"{_draft(found, by_number, turn, lang)}{''.join(out)}{_also_relevant(found, turn, lang)}"
    return f'<div class="kb-answer">{body}{_notice_list(notices)}</div>'


def _also_relevant(found: Answer, turn: int, lang: str) -> str:
    """Further places as pointers: document, unit and page as a link to the card, and the beginning of the sentence."""
    items = "".join(
        f'<li><a class="kb-near" href="#kb-{turn}-{c.n}">{foreign(joined(c.doc_ref, unit_place(c, lang)))}</a>, '
        f"{escape(messages.page_words(lang, c))}{_mark_source(c, lang)}"
        f'<div class="kb-sub">{foreign(on_one_line(c))}</div></li>'
        for c in found.also_relevant
    )
    return f'<div class="kb-sub">{message(lang, "also relevant")}</div><ul>{items}</ul>' if items else ""


def _draft(found: Answer, by_number: Mapping[int, Citation], turn: int, lang: str) -> str:
    """A model's sentences, marked as such, above the quotes they rest on."""
    out: list[str] = []
    for sentence in found.draft:
        if not sentence.cites or not set(sentence.cites) <= set(by_number):
            continue
        marks = " ".join(f'<a class="kb-mark" href="#kb-{turn}-{n}">&#91;{n}&#93;</a>' for n in sentence.cites)
        mark = tag(message(lang, "translation"), "status") if sentence.kind == "translated" else ""
        out.append(f'<div class="kb-sentence kb-words" dir="auto">{escape(sentence.text)} {marks}{mark}</div>')
    head = f'<div class="kb-doc">{message(lang, "in short")}{tag(message(lang, "draft"), "model")}</div>'
    return f'<div class="kb-draft">{head}{"".join(out)}</div>' if out else ""


def _citation_marker(citation: Citation, turn: int, lang: str) -> str:
    words = joined(unit_place(citation, lang), messages.page_words(lang, citation))
    return (
        f'<div class="kb-sub"><a class="kb-mark" href="#kb-{turn}-{citation.n}">&#91;{citation.n}&#93;</a> '
        f"{foreign(words)}</div>"
    )


def _mark_source(citation: Citation, lang: str) -> str:
    """Tags before a document's first quote: the register's mark, the status of the edition, the language."""
    return (
        tag(message(lang, "register") if citation.match == "register" else "", "register")
        + tag(status_note(citation.status, (), lang), "status")
        + tag(messages.source_language(lang, citation))
    )


def _notice_list(notices: Iterable[str]) -> str:
    items = "".join(f"<li>{foreign(n)}</li>" for n in notices)
    return f'<ul class="kb-notices">{items}</ul>' if items else ""


def _refusal(found: Answer, turn: int, lang: str) -> str:
    why = foreign(with_full_stop(capitalised(notices_in_words(found.reason, lang))))
    head = f'<div class="kb-doc">{message(lang, "not answered")}</div>'
    out = [f'<div class="kb-answer kb-refused">{head}<div>{why}</div>']
    if found.nearest:
        items = "".join(
            f'<li><a class="kb-near" href="#kb-{turn}-{c.n}">{foreign(joined(c.doc_ref, unit_place(c, lang)))}</a>, '
            f"{escape(messages.page_words(lang, c))}</li>"
            for c in found.nearest
        )
        out.append(f'<div class="kb-sub">{message(lang, "nearest")}</div><ul>{items}</ul>')
    if found.searched:
        refs = "; ".join(foreign(r) for r in found.searched)
        n = len(found.searched)
        summary = message(lang, "n searched" if n > 1 else "one searched", n=n)
        out.append(f'<details class="kb-rest"><summary>{summary}</summary>{refs}</details>')
    out.append(_notice_list(words(n, lang) for n in found.notices) + "</div>")
    return "".join(out)
