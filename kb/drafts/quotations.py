"""Finds quotations in a text, words such as "ibid." that repeat a reference, and page numbers. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kb.records import dataclass
from kb.text.hangul import begins_with_hangul
from kb.text.letters import word_ranges

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kb.drafts.draft import DraftPart

MAX_QUOTATION = 8_000
"""Characters of a quotation that are compared."""

_PAIRS = {"“": "”", "„": "“”", "「": "」", "『": "』", "«": "»", "‘": "’", "‹": "›", "＂": "＂", "〈": "〉", "《": "》"}
_OPENS_BEFORE = re.compile(r"[\s(\[{—–:;,/>·|]|^$")
_CLOSES_AFTER = re.compile(r"[\s)\]}—–:;,.!?/<|\d]|^$|[가-힣]")


@dataclass(frozen=True, slots=True)
class Quotation:
    """A quotation: ``[start, end)`` are the words inside the marks, ``[outer_start, outer_end)`` includes the marks.

    ``set_off`` says that the format sets the words apart, so that they need no marks. ``perhaps`` says that they may be
    no quotation.
    """

    start: int
    end: int
    outer_start: int
    outer_end: int
    set_off: bool = False
    perhaps: bool = False


def quotations(part: DraftPart, goes_on: bool = False) -> tuple[Quotation, ...]:
    """The quotations of a part in order. They do not overlap; of nested marks the outermost count.

    :param goes_on: a quotation that opens in this part may end in a later one, as in quotations of several paragraphs.
    """
    text = part.text
    out = [_without_outer_marks(text, Quotation(a, b, a, b, set_off=True)) for a, b in part.quoted]
    out += [_without_outer_marks(text, Quotation(a, b, a, b, set_off=True, perhaps=True)) for a, b in part.perhaps]
    taken = [(q.outer_start, q.outer_end) for q in out]
    at = 0
    while at < len(text):
        if inside := next((end for start, end in taken if start <= at < end), None):
            at = inside
            continue
        close = _closing(text, at, goes_on)
        if close is None:
            at += 1
            continue
        end, after = close
        out.append(Quotation(at + 1, end, at, after))
        at = after
    return tuple(sorted((q for q in out if q.end > q.start), key=lambda q: q.start))


def _without_outer_marks(text: str, q: Quotation) -> Quotation:
    """A set-off quotation without quotation marks and blanks at its ends."""
    start, end = q.start, q.end
    while start < end and (text[start].isspace() or text[start] in '“"„«「『‘'):
        start += 1
    while end > start and (text[end - 1].isspace() or text[end - 1] in '”"»」』’'):
        end -= 1
    return Quotation(start, end, q.outer_start, q.outer_end, q.set_off, q.perhaps)


def _closing(text: str, at: int, goes_on: bool) -> tuple[int, int] | None:
    """The end of the quotation that opens at an offset, without and with its closing mark; ``None`` if none opens
    there."""
    mark = text[at]
    before = text[at - 1 : at]
    if mark in "\"'":
        if not _OPENS_BEFORE.match(before) and not begins_with_hangul(before):
            return None
        for found in re.finditer(re.escape(mark), text[at + 1 : at + 1 + MAX_QUOTATION]):
            end = at + 1 + found.start()
            if text[end - 1].isspace() or not _CLOSES_AFTER.match(text[end + 1 : end + 2]):
                continue
            if mark == "'" and not _is_worth_it(text[at + 1 : end]):
                return None
            return end, end + 1
        return None
    if mark not in _PAIRS:
        return None
    depth = 0
    closing = _PAIRS[mark]
    for place in range(at + 1, min(len(text), at + 1 + MAX_QUOTATION)):
        char = text[place]
        if char == mark and mark != "＂":
            depth += 1
        elif char in closing:
            if char == "’" and text[place - 1].isalnum() and text[place + 1 : place + 2].isalnum():
                follows = text[place + 1]
                if not begins_with_hangul(follows):
                    continue  # an apostrophe
            if depth:
                depth -= 1
                continue
            return place, place + 1
    if goes_on and mark in "“「『«":
        return len(text), len(text)
    return None


def _is_worth_it(words: str) -> bool:
    return len(word_ranges(words)) >= 3


def masked(text: str, found: Sequence[Quotation], keep: Sequence[bool] = ()) -> str:
    """The text with blanks in place of the quotations; offsets stay the same. ``keep`` says which quotations are not
    blanked."""
    out = list(text)
    for n, q in enumerate(found):
        if n < len(keep) and keep[n]:
            continue
        out[q.outer_start : q.outer_end] = ["\u2003"] * (q.outer_end - q.outer_start)
    return "".join(out)


@dataclass(frozen=True, slots=True)
class Repeat:
    """Words that refer to an earlier reference. ``unit`` says that they mean the same unit; else they mean the
    document."""

    start: int
    end: int
    unit: bool


_SAME_UNIT = re.compile(
    r"\b(?:ibid(?:em)?|id)\b\.?|\bloc\. ?cit\.?|\b(?:as|cited|quoted) above\b"
    r"|\bthe same (?:paragraph|para|article|principle|clause|provision|section|subsection|point|recital|passage)\b"
    r"|상동|위와 같음|(?:같은|동|위|앞의|이) ?(?:항|조항|조|문단|규정|원칙)(?=[에은는이을를의도,. )]|$)",
    re.IGNORECASE,
)
_SAME_DOCUMENT = re.compile(
    r"\bop\. ?cit\.?"
    r"|\b(?:the|that|this) same (?:recommendation|document|text|act|regulation|guidelines?|guidance|standard|instrument"
    r"|report|code|convention|publication|framework)\b"
    r"|(?:같은|동|위|위의|앞의) ?(?:권고|권고문|문서|법률?|글|책|규정|지침|가이드라인|보고서|표준|기준|협약|자료)"
    r"(?=[에은는이을를의도,. )\d]|$)",
    re.IGNORECASE,
)


def repeats(text: str) -> tuple[Repeat, ...]:
    """The places where a text points back to a reference: "ibid.", "the same Recommendation", "같은 권고"."""
    units = [Repeat(*m.span(), True) for m in _SAME_UNIT.finditer(text) if _is_id(m)]
    documents = [Repeat(*m.span(), False) for m in _SAME_DOCUMENT.finditer(text)]
    documents = [d for d in documents if not any(u.start < d.end and d.start < u.end for u in units)]
    return tuple(sorted((*units, *documents), key=lambda r: r.start))


def _is_id(match: re.Match[str]) -> bool:
    """Whether "id" is the abbreviation of "idem": it has a full stop, and a sentence or a bracket begins before it."""
    words = match.group()
    if not words.lower().startswith("id") or words.lower() == "ibid":
        return True
    before = match.string[: match.start()].rstrip()
    return words.endswith(".") and (not before or before[-1] in '(.;[—”"' or match.start() == 0)


@dataclass(frozen=True, slots=True)
class PageClaim:
    """Pages that a text names, as they are written ("23", "iv"); ``last`` is empty for a single page."""

    start: int
    end: int
    first: str
    last: str = ""


_PAGES = re.compile(
    r"(?<![\w.])(?:pp?\.?|pages?)[\s\u00a0]{0,2}(?P<a>\d{1,4}|[ivxl]{1,7})(?![\w.]\d)(?:\s?[-–—]\s?(?P<b>\d{1,4}|[ivxl]{1,7}))?\b"
    r"|(?<![\d.])(?:(?P<c>\d{1,4})\s?[-–~∼]\s?)?(?P<d>\d{1,4})\s?(?:쪽|페이지)",
    re.IGNORECASE,
)


def page_claims(text: str) -> tuple[PageClaim, ...]:
    """The pages that a text names: "p. 23", "pp. 4–6", "23쪽"."""
    out = []
    for m in _PAGES.finditer(text):
        first, last = (m["a"], m["b"] or "") if m["a"] else (m["c"] or m["d"], m["d"] if m["c"] else "")
        if m["a"] and not m["a"].isdigit() and m.group().lower().startswith("p") and m.group()[1:2].isalpha():
            continue
        out.append(PageClaim(*m.span(), first.lower(), last.lower()))
    return tuple(out)


_ELLIPSIS = re.compile(
    r"\s*(?:\[\s*(?:…|\.{3}|\. \. \.|중략|생략)\s*\]|\(\s*(?:…|\.{3}|중략|생략)\s*\)|<\s*(?:중략|생략)\s*>"
    r"|…+|\.{3,}|\. \. \.|⋯+)\s*"
)
_INSERTED = re.compile(r"\[(?P<words>[^\[\]]{0,120})\]")
_ADDED = re.compile(
    r"\s*[(\[](?:sic|emphasis (?:added|mine|ours)|강조(?:는)? ?(?:추가|인용자|필자)[^)\]]{0,12})[)\]]\.?", re.I
)


@dataclass(frozen=True, slots=True)
class Pieces:
    """The pieces of a quotation in order, between which it marks omissions.

    ``opens`` and ``closes`` say that the quotation itself marks an omission at its beginning or at its end.
    """

    pieces: tuple[str, ...]
    opens: bool = False
    closes: bool = False


def pieces_of(quote: str, editorial: bool = True) -> Pieces:
    """The pieces of a quotation, divided at its marks of omission.

    With ``editorial``, words in square brackets count as insertions of the quoting author, and "[t]he" is read as
    "the".
    """
    text = _ADDED.sub("", quote).strip()
    if editorial:
        text = re.sub(r"\[(\w)\](?=\w)", r"\1", text)
        text = _INSERTED.sub(lambda m: "…" if not _ELLIPSIS.fullmatch(m.group()) else m.group(), text)
    parts = [part.strip() for part in _ELLIPSIS.split(text)]
    kept = tuple(part for part in parts if word_ranges(part))
    return Pieces(kept, bool(parts) and not word_ranges(parts[0]), bool(parts) and not word_ranges(parts[-1]))


_PRINTED_MARK = re.compile(
    r"(?<=[a-zà-ÿ가-힣][a-zà-ÿ가-힣])\d{1,3}(?=[\s.,;:)\]”]|$)|(?<=\D[.,;:])\d{1,3}(?=\s|$)|\[\d{1,3}\]|[⁰¹²³⁴-⁹]+|[*†‡](?=[\s.,;)]|$)"
)


def without_note_marks(quote: str) -> str:
    """A quotation without figures and signs that may be note marks of the printed source."""
    return _PRINTED_MARK.sub("", quote)


ENDS = re.compile(r"[.!?。][\"”’»」』)\]]*$")
"""The end of a sentence at the end of a quotation."""

LIMITING = re.compile(
    r"\b(?:unless|except|excluding|provided|subject to|only|to the extent|in so far|insofar|where|wherever|when|if"
    r"|as appropriate|where appropriate|in a manner|that (?:is|are)|which (?:is|are|does|do|shall|may)"
    r"|consistent with|in accordance with|in line with|without prejudice|until|within (?:the|their)|taking into account"
    r"|having regard|as long as|so long as|other than|save|but|however|albeit|based on|appropriate to"
    r"|for the purposes? of|in conditions|by way of derogation|notwithstanding)\b"
    r"|다만|단,|제외|경우|한하여|한정|한해|범위 ?(?:에서|내)|않는 한|아니하는 한|조건|따라|고려하여|불구하고",
    re.IGNORECASE,
)
"""Words that begin a limit, a condition or an exception."""

EXCEPTED = re.compile(r"[\s,;]*(?:except|unless|provided that|other than|다만|단,)", re.IGNORECASE)
"""Words directly after a quotation that make an exception to it, wherever the quotation ends."""
