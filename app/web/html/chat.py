"""The conversation as HTML: questions, answers with their markers, refusals and notices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from app.plain_text import list_of, on_one_line, status_note, supported_sentences, with_full_stop
from app.web.html.escape import escape, escape_lines, foreign, worded
from app.web.html.names import cited_place
from app.web.html.pieces import button_row, capitalised, folded_list, folded_quote, joined, problem_box, tag
from kb import messages
from kb.messages import message, notices_in_words, words
from kb.types import Answer, Citation, Notice


@dataclass(frozen=True, slots=True)
class Turn:
    """A question with its answer, or with the problem that prevented an answer; ``entry`` is its number in the log."""

    n: int
    question: str
    answer: Answer | None = None
    problem: str = ""
    entry: int = 0


_STATUS_NOTICES = frozenset({"superseded", "superseded by", "amended by"})
FEEDBACK_REASONS = ("place", "page", "answer", "incomplete", "refuse", "edition")


def turn_html(turn: Turn, lang: str = "en", limited: str = "", steps: Sequence[str] = ()) -> str:
    """A question and its answer with the actions that they offer.

    :param limited: the filter of the question in words, empty if there is none.
    :param steps: next steps of :func:`refused_steps`, each a button below a refusal.
    :param lang: the language of the interface.
    """
    answer = turn.answer
    said = (
        f'<div class="kb-sub kb-limited">{foreign(message(lang, "limited to", filter=limited))}</div>'
        if limited
        else ""
    )
    body = answer_html(answer, turn.n, lang) if answer is not None else problem_box(turn.problem)
    next_steps = "".join(
        _act(f"next-{step.replace(' ', '-')}", message(lang, f"next {step}"), turn.n) for step in steps
    )
    row = f'<div class="kb-acts kb-next">{next_steps}</div>' if next_steps else ""
    return f'{_question(turn.question)}<div class="kb-a">{said}{body}{row}{turn_actions(turn, lang)}</div>'


def welcome(examples: Sequence[str], lang: str = "en") -> str:
    """The content of an empty conversation: how to ask, and examples to click."""
    return f'<div class="kb-hint">{message(lang, "welcome")}</div>{button_row("ask", examples, "kb-row")}'


def refused_steps(answer: Answer | None, is_limited: bool, is_dated: bool) -> tuple[str, ...]:
    """The next steps that a refusal offers."""
    if answer is None or not answer.refused:
        return ()
    return (*(("no filter",) if is_limited else ()), *(("all editions",) if is_dated else ()), "look up")


def turn_actions(turn: Turn, lang: str) -> str:
    """The row below an answer: copy, collect, ask again, change the question, leave out the register, feedback."""
    n, answer = turn.n, turn.answer
    out: list[str] = []
    if answer is not None:
        out.append(
            _act("copy-answer", message(lang, "copy answer"), n, f' data-done="{escape(message(lang, "copied"))}"')
        )
        if not answer.refused:
            out.append(_act("collect-all", message(lang, "collect all"), n))
    out += [_act("retry", message(lang, "retry"), n), _act("edit", message(lang, "edit"), n)]
    if answer is None:
        return f'<div class="kb-acts kb-turn-acts">{"".join(out)}</div>'
    if any(c.match == "register" for c in answer.citations):
        out.append(_act("official", message(lang, "official only"), n))
    out.append(_feedback(n, lang))
    return f'<div class="kb-acts kb-turn-acts">{"".join(out)}</div>'


def _feedback(n: int, lang: str) -> str:
    """The question whether the answer was good, and the reasons to choose from if it was not."""
    good, bad = (escape(message(lang, f"feedback {key}")) for key in ("good", "bad"))
    named = {key: escape(message(lang, f"feedback {key}")) for key in FEEDBACK_REASONS}
    reasons = "".join(
        f'<label class="kb-pick"><input type="checkbox" data-reason="{key}">{words}</label>'
        for key, words in named.items()
    )
    css = "kb-act kb-tip kb-icon kb-icon-"
    return (
        f'<button type="button" class="{css}good" data-kb="good" data-turn="{n}"'
        f' aria-label="{good}" data-tip="{good}"></button>'
        f'<details class="kb-pickchip kb-bad"><summary class="{css}bad" aria-label="{bad}" data-tip="{bad}"></summary>'
        f'<div class="kb-picks">{reasons}{_act("bad", message(lang, "feedback send"), n)}</div></details>'
    )


def _act(kind: str, words: str, turn: int, more: str = "") -> str:
    return f'<button type="button" class="kb-act" data-kb="{kind}" data-turn="{turn}"{more}>{escape(words)}</button>'


def _question(text: str) -> str:
    return f'<div class="kb-q" dir="auto">{escape_lines(text)}</div>'


def answer_html(found: Answer, turn: int, lang: str = "en") -> str:
    """The answer: sentences grouped by document, each with its markers, then notices.

    A marker links to ``#kb-TURN-N``. A sentence with a citation that does not resolve is withheld, and a notice says
    so. The words around the quotes are in the language of the question, or in ``lang`` if the question shows none.
    """
    lang = messages.language(found.question, lang)
    if found.refused:
        return _refusal(found, turn, lang)
    by_number = {c.n: c for c in found.citations}
    shown = supported_sentences(found)
    out: list[str] = []
    said_above: list[Notice] = []
    for _, group in groupby(
        shown, key=lambda s: (by_number[s.cites[0]].doc_ref, by_number[s.cites[0]].match == "register")
    ):
        sentences = list(group)
        first = by_number[sentences[0].cites[0]]
        status, remark = _edition_status(first, found.notices, lang)
        said_above += remark
        out.append(f'<h2 class="kb-doc">{foreign(first.doc_ref)}{_mark_source(first, lang)}</h2>{status}')
        for sentence in sentences:
            marks = "".join(_citation_marker(by_number[n], turn, lang) for n in sentence.cites)
            found_list = list_of(found, sentence.cites[0])
            quote = (
                folded_list(found_list, first.language, lang)
                if found_list is not None
                else folded_quote(sentence.text, first.language, lang, by_number[sentence.cites[0]].sentence)
            )
            out.append(f'<div class="kb-sentence">{quote}{marks}</div>')
    withheld = len(found.sentences) - len(shown)
    below = [n for n in found.notices if n not in said_above]
    notices = [*(words(n, lang) for n in below), *([message(lang, "withheld", n=withheld)] if withheld else [])]
    body = f"{_draft(found, by_number, turn, lang)}{''.join(out)}{_also_relevant(found, turn, lang)}"
    return f'<div class="kb-answer">{body}{_notice_list(notices)}</div>'


def _edition_status(citation: Citation, notices: Sequence[Notice], lang: str) -> tuple[str, list[Notice]]:
    """The status of an edition in words, shown once for its document, and the notices that it replaces."""
    of_edition = [n for n in notices if n.kind in _STATUS_NOTICES and n.get("ref") == citation.doc_ref]
    status = status_note(citation.status, citation.superseded_by, lang)
    text = " ".join(words(n, lang) for n in of_edition) or with_full_stop(capitalised(status))
    return (f'<div class="kb-superseded">{foreign(text)}</div>' if status else ""), of_edition if status else []


def _also_relevant(found: Answer, turn: int, lang: str) -> str:
    """Further places as pointers: document, unit and page as a link to the card, and the beginning of the sentence.

    The status of an edition is shown at its first place, unless the answer above has shown it.
    """
    refs = {c.doc_ref for c in found.citations}
    items: list[str] = []
    for c in found.also_relevant:
        status = tag(status_note(c.status, (), lang), "status") if c.doc_ref not in refs else ""
        refs.add(c.doc_ref)
        items.append(
            f'<li><a class="kb-near" href="#kb-{turn}-{c.n}">{foreign(joined(c.doc_ref, cited_place(c, lang)))}</a>, '
            f"{escape(messages.page_words(lang, c))}{_mark_source(c, lang)}{status}"
            f'<div class="kb-sub">{foreign(on_one_line(c))}</div></li>'
        )
    rows = "".join(items)
    return f'<div class="kb-sub">{message(lang, "also relevant")}</div><ul class="kb-also">{rows}</ul>' if items else ""


def _draft(found: Answer, by_number: Mapping[int, Citation], turn: int, lang: str) -> str:
    """The sentences of a language model, marked as such, above the quotes on which they are based."""
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
    words = joined(cited_place(citation, lang), messages.page_words(lang, citation))
    return (
        f'<div class="kb-sub"><a class="kb-mark" href="#kb-{turn}-{citation.n}">&#91;{citation.n}&#93;</a> '
        f"{foreign(words)}</div>"
    )


def _mark_source(citation: Citation, lang: str) -> str:
    """Tags before a document's first quote: the mark of the register, and the language if it differs."""
    ours = tag(message(lang, "register") if citation.match == "register" else "", "register")
    return ours + tag(messages.source_language(lang, citation) if citation.language != lang else "")


def _notice_list(notices: Iterable[str]) -> str:
    items = "".join(f"<li>{worded(n)}</li>" for n in notices)
    return f'<ul class="kb-notices">{items}</ul>' if items else ""


def _refusal(found: Answer, turn: int, lang: str) -> str:
    why = worded(with_full_stop(capitalised(notices_in_words(found.reason, lang))))
    head = f'<h2 class="kb-doc">{message(lang, "not answered")}</h2>'
    out = [f'<div class="kb-answer kb-refused">{head}<div>{why}</div>']
    if found.nearest:
        items = "".join(
            f'<li><a class="kb-near" href="#kb-{turn}-{c.n}">{foreign(joined(c.doc_ref, cited_place(c, lang)))}</a>, '
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
