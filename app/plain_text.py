"""An answer and its citations as plain text, for the terminal and the clipboard.

:func:`answer_lines` is what ``kb ask`` prints, :func:`citation_line` what a person copies of a citation.
The words around the quotes are in the language of the question.
"""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING

from kb import messages
from kb.messages import message, words
from kb.messages import notices_in_words as in_words
from kb.messages.places import in_language

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kb.types import Answer, Citation, Enumeration, Sentence

_UNPAIRED = re.compile("[\ud800-\udfff]")
_PLAIN_UNSAFE = dict.fromkeys([*range(9), *range(11, 32), *range(127, 160)], " ")


def without_surrogates(text: str) -> str:
    """The text without halves of surrogate pairs, which cannot be sent or stored."""
    return _UNPAIRED.sub("\ufffd", text)


def unit_place(citation: Citation, lang: str = "en") -> str:
    """Unit path or heading without the document's name; "" where the whole document is meant."""
    path = citation.path.strip()
    path = path.removeprefix(citation.doc_ref).lstrip(" ,") if path.startswith(citation.doc_ref) else path
    if citation.locator_type == "heading":
        return message(lang, "under", heading=citation.locator or path)
    return path


def match_words(citation: Citation, lang: str = "en") -> str:
    """How the quote relates to the text at its place."""
    known = citation.match in {"verbatim", "elided", "register"}
    return message(lang, citation.match) if known else citation.match


def status_note(status: str, successors: Sequence[str], lang: str = "en") -> str:
    """The status of an edition in words, a superseded one with its successors; "" for a current one."""
    if status == "current":
        return ""
    text = messages.status(lang, status)
    if not successors or status == "unknown":
        return text
    return message(lang, "successor", status=text, successor=messages.list_in_words(lang, successors))


def plain(text: str) -> str:
    """Text to copy: control characters are blanks, everything else as it is."""
    return without_surrogates(text).translate(_PLAIN_UNSAFE)


def citation_line(citation: Citation, lang: str = "en") -> str:
    """One line to paste: document, place, page, then the quote, or the register's words marked as such."""
    parts = [citation.doc_ref]
    if named := unit_place(citation, lang):
        parts.append(named)
    status = status_note(citation.status, citation.superseded_by, lang)
    mark, page = (f" [{status}]" if status else ""), messages.page_words(lang, citation)
    if citation.match == "register":
        checked = "" if citation.verified else message(lang, "own words unchecked")
        ours = message(lang, "own words", checked=checked)
        return plain(f"{', '.join(parts)}{mark}; {ours}, {page}: {citation.quote}")
    source = "" if lang == citation.language else f" ({messages.source_language(lang, citation)})"
    return plain(f"{', '.join([*parts, page])}{mark}: “{citation.quote}”{source}")


def by_document(answer: Answer) -> list[tuple[str, list[Sentence]]]:
    """The sentences that have citations, document by document in order, each group with the document's name; without
    one where the whole answer is from one document."""
    refs = {c.n: c.doc_ref for c in answer.citations}
    groups = [(ref, list(own)) for ref, own in groupby(supported_sentences(answer), key=lambda s: refs[s.cites[0]])]
    return groups if len(groups) > 1 else [("", own) for _, own in groups]


def list_of(answer: Answer, n: int) -> Enumeration | None:
    """The list that the quote of citation ``n`` is, or ``None``."""
    return next((each for each in answer.enumerations if each.n == n), None)


def points_words(found: Enumeration, lang: str) -> str:
    """How many of a list's points are shown: "8 of 8 points"."""
    return message(lang, "points shown", n=len(found.points), m=found.total)


def _quoted_lines(answer: Answer, sentence: Sentence, lang: str) -> list[str]:
    """A quote with its numbers; a list as its opening words, a line for each point, and how many there are."""
    found = list_of(answer, sentence.cites[0])
    if found is None:
        return [_marked(sentence)]
    marks = "".join(f"[{n}]" for n in sentence.cites)
    head = [f"{found.opening} {marks}"] if found.opening else []
    count = f"  ({points_words(found, lang)}){'' if head else f' {marks}'}"
    return [*head, *(f"  {point}" for point in found.points), count]


POINTER_CHARS = 220
"""Characters of a pointer's quote that are shown in its line."""


def beginning(text: str, most: int) -> str:
    """The whole text, or its beginning of at most ``most`` characters and " …"; a word is cut only where it alone is
    longer than half of that."""
    if len(text) <= most:
        return text
    cut = max(text.rfind(" ", most // 2, most + 1), text.rfind("\n", most // 2, most + 1))
    return text[: cut if cut > 0 else most].rstrip() + " …"


def on_one_line(citation: Citation) -> str:
    """The beginning of a quote, for a pointer's line."""
    return beginning(citation.quote, POINTER_CHARS)


def pointer_line(citation: Citation, lang: str = "en") -> str:
    """A place that is also relevant in one line: document, unit, page, and the beginning of its sentence."""
    where = in_language(lang, unit_place(citation, lang), citation.locator_type)
    parts = [citation.doc_ref, *filter(None, (where, messages.page_words(lang, citation)))]
    status = status_note(citation.status, citation.superseded_by, lang)
    mark = f" [{status}]" if status else ""
    if citation.match == "register":
        mark += f" [{message(lang, 'register')}]"
    return plain(f"{', '.join(parts)}{mark}: {on_one_line(citation)}")


def _draft_sentence(sentence: Sentence, lang: str) -> str:
    mark = f" ({message(lang, 'translation')})" if sentence.kind == "translated" else ""
    return f"{_marked(sentence)}{mark}"


def _marked(sentence: Sentence) -> str:
    return f"{sentence.text} {''.join(f'[{n}]' for n in sentence.cites)}"


def with_full_stop(text: str) -> str:
    """The text with a full stop where it does not end a sentence."""
    text = text.strip()
    return text if text.endswith((".", "!", "?")) else f"{text}."


def supported_sentences(answer: Answer) -> list[Sentence]:
    """The sentences of an answer whose citations are all among its citations; the others are not shown."""
    known = {c.n for c in answer.citations}
    return [s for s in answer.sentences if s.cites and set(s.cites) <= known]


# --- the terminal


def answer_lines(answer: Answer, otherwise: str = "en") -> list[str]:
    """The lines of an answer or a refusal without its notices; ``otherwise`` is the language of the words around the
    quotes where the question shows none."""
    lang = messages.language(answer.question, otherwise)
    if answer.refused:
        return _refusal_lines(answer, lang)
    lines: list[str] = []
    if answer.draft:
        lines += [message(lang, "draft heading"), *(f"  {_draft_sentence(s, lang)}" for s in answer.draft)]
        lines += ["", message(lang, "verbatim heading")]
    for name, sentences in by_document(answer):
        lines += [f"{name}:"] if name else []
        lines += [f"{'  ' if name else ''}{line}" for s in sentences for line in _quoted_lines(answer, s, lang)]
    lines.append("")
    for citation in answer.citations:
        lines.append(f"[{citation.n}] {place_line(citation, lang)}")
        lines += [f"    {citation.url}"] if citation.url else []
    if answer.also_relevant:
        lines += ["", f"{message(lang, 'also relevant')}:"]
        lines += [f"[{c.n}] {pointer_line(c, lang)}" for c in answer.also_relevant]
    return lines


def _refusal_lines(answer: Answer, lang: str) -> list[str]:
    searched = "; ".join(answer.searched) or message(lang, "nothing")
    lines = [
        f"{message(lang, 'not answered')}: {in_words(answer.reason, lang).rstrip('.')}.",
        message(lang, "searched", refs=searched),
    ]
    if answer.nearest:
        lines += [message(lang, "nearest, short"), *(f"  {place_line(c, lang)}" for c in answer.nearest)]
    return lines


def note_lines(answer: Answer, otherwise: str = "en") -> list[str]:
    """The notices of an answer, each marked as a note."""
    lang = messages.language(answer.question, otherwise)
    return [message(lang, "note", text=words(notice, lang)) for notice in answer.notices]


def place_line(citation: Citation, lang: str = "en") -> str:
    """Document, unit, page, title, edition and language of a citation in one line, with what limits its use."""
    status = ""
    if citation.status in {"superseded", "amended"}:
        status = f"; {messages.status_words(lang, citation.status, citation.superseded_by)}"
    mark = f"; {message(lang, 'register')}" if citation.match == "register" else ""
    checked = "" if citation.verified else f"; {message(lang, 'not verified')}"
    where = f", {in_language(lang, citation.locator, citation.locator_type)}" if citation.locator else ""
    page, edition = messages.page_words(lang, citation), f"{citation.title}, {citation.edition}"
    source = messages.source_language(lang, citation)
    return f"{citation.doc_ref}{where}, {page} — {edition}{status}{mark}{checked}; {source}"
