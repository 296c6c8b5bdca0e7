"""Assigns each quotation of a draft to the reference that it belongs to, by their positions in the text. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kb.records import dataclass
from kb.text.sentences import sentences

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kb.drafts.draft import DraftPart
    from kb.drafts.quotations import Quotation
    from kb.drafts.sources import NamedPlace


@dataclass(frozen=True, slots=True)
class Attached:
    """The references that a quotation may belong to, the likeliest first.

    ``firm`` says that a note, a bracket or the same sentence ties them to the quotation; otherwise they only precede
    it.
    """

    places: tuple[NamedPlace, ...]
    firm: bool


@dataclass(frozen=True, slots=True)
class PartRead:
    """A part with the quotations and references found in it; ``plain`` is its text with the quotations blanked out."""

    part: DraftPart
    quotations: tuple[Quotation, ...]
    places: tuple[NamedPlace, ...]
    plain: str


_AT_ONCE = re.compile(
    r"[”\"’」』»]?[\s.,;:]*[(\[（–—-]*\s*(?:see|cf\.?|in|from|at|source:?|출처:?|참조:?)?\s*", re.IGNORECASE
)
_JOINED_BY = re.compile(
    r"^[\s,;.]*(?:\((?:see |cf\.? )?|as\b|is\b|in\b|of\b|from\b|per\b|according to\b|says\b"
    r"|라고|라는|이라는|이라고|고\b)",
    re.IGNORECASE,
)
_TURNS = re.compile(r"\b(?:while|whereas|but|and|although)\b|;|반면|그리고|한편|이며|하고", re.IGNORECASE)
_ATTRIBUTION = re.compile(r"\s*(?:[—–-]{1,2}|\(|source:?|from:?|출처:?)\s*", re.IGNORECASE)
NEAR_BEHIND = 60
"""Characters after a quotation within which a bracket with its reference may begin."""


def attached(parts: Sequence[PartRead], n: int, quotation: Quotation, notes: Mapping[str, PartRead]) -> Attached:
    """The references that a quotation of part number ``n`` (from 0) may belong to, none if nothing fits.

    :param notes: the draft's notes by name; a quotation with a note mark belongs to the references of the note.
    """
    here = parts[n]
    begin, end = sentence_around(here, quotation)
    around = [p for p in here.places if p.start < quotation.start and quotation.end < p.end]
    if around:
        return Attached(tuple(around), True)
    if (noted := _of_note(here, quotation, end, notes)) is not None:
        return noted
    following = next((p for p in here.places if p.start >= quotation.outer_end), None)
    between = here.part.text[quotation.outer_end : following.start] if following is not None else ""
    after_q = next((q.outer_start for q in here.quotations if q.outer_start >= quotation.outer_end), None)
    is_next = following is not None and (after_q is None or following.start < after_q)
    if following is not None and is_next and len(between) < NEAR_BEHIND and _is_at_once(between):
        return Attached((following,), True)
    before = [p for p in here.places if p.end <= quotation.outer_start]
    preceding = before[-1] if before else None
    in_sentence = following is not None and is_next and following.start < end
    if preceding is not None and preceding.start >= begin:
        if in_sentence and following is not None and _JOINED_BY.match(between) and not _TURNS.search(between):
            return Attached((preceding, following), True)
        return Attached((preceding,), True)
    if in_sentence and following is not None:
        return Attached((following,), True)
    if quotation.set_off and not here.places and (led := _led(parts, n)) is not None:
        return led
    if preceding is not None:
        return Attached((preceding,), False)
    opens = not here.plain[: quotation.outer_start].strip(" \u2003>\t")
    if opens and (led := _led(parts, n)) is not None:
        return led
    return Attached((), False)


def sentence_around(here: PartRead, quotation: Quotation) -> tuple[int, int]:
    """The range ``[start, end)`` of the sentence around a quotation; the quotation itself is read as one word."""
    text = list(here.plain)
    for q in here.quotations:
        inner = "x" * (q.outer_end - q.outer_start)
        text[q.outer_start : q.outer_end] = inner
        behind = here.part.text[q.outer_end : q.outer_end + 3]
        stop = here.part.text[q.end - 1 : q.end]
        if stop in {".", "!", "?", "。"} and re.match(r"\s+[A-Z가-힣“\"]", behind) and q.outer_end > q.outer_start + 1:
            text[q.outer_end - 1] = "."
    for a, b in sentences("".join(text)):
        if a <= quotation.outer_start < b:
            return a, b
    return quotation.outer_start, quotation.outer_end


def _of_note(here: PartRead, quotation: Quotation, end: int, notes: Mapping[str, PartRead]) -> Attached | None:
    """The references of the note whose mark follows a quotation and precedes the next one; ``None`` if there is no
    mark."""
    stop = min([q.outer_start for q in here.quotations if q.outer_start >= quotation.outer_end], default=10**9)
    for offset, name in here.part.marks:
        if quotation.end <= offset <= min(max(end, quotation.outer_end + 3), stop):
            note = notes.get(name)
            if note is not None and note.places:
                return Attached(note.places[:1], True)
    return None


def _is_at_once(between: str) -> bool:
    """Whether only punctuation, blanks and words such as "see" separate a quotation from a reference, and a bracket or
    nothing but blanks is among them."""
    found = _AT_ONCE.fullmatch(between)
    return found is not None and (bool(re.search(r"[(\[（–—-]", between)) or len(between.strip()) == 0)


def _led(parts: Sequence[PartRead], n: int) -> Attached | None:
    """The reference of a quotation that fills a part: in the attribution after it, or in the sentence that introduces
    it."""
    if n + 1 < len(parts):
        behind = parts[n + 1]
        lead = _ATTRIBUTION.match(behind.part.text)
        if behind.places and lead is not None and behind.places[0].start <= lead.end() + 2 and not behind.quotations:
            return Attached(behind.places[:1], True)
    for before in parts[n - 1 : n] if n else ():
        if before.places and not before.part.note:
            leads = before.plain.rstrip().endswith((":", "："))
            if leads or parts[n].part.quoted or parts[n].part.perhaps:
                return Attached(before.places[-1:], True)
    return None
