"""Finds covers, imprints, reference lists and other stretches without provisions that no heading announces. Pure.

A heading that the layout recognises is already in the heading path of the passages below it
(:mod:`kb.text.page_kinds`). This module finds headings that are printed like the text around them, and pages whose
lines show their kind.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from kb.text.page_kinds import Apparatus, kind_of_heading
from kb.types import Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.layout.layout import Layout

SHORT = 80
"""Largest number of words on a first page that may be a cover, and of lines on it that may end a sentence."""
FEWEST_PAGES = 4
"""Smallest number of pages of a document that may have a cover or an imprint page."""
OUTER_PAGES = 3
"""Number of pages at either end among which an imprint is looked for."""
ENTRIES = 0.25
"""Share of a page's lines that must show the year and the author of a source for the page to be a list of sources."""
FEWEST_ENTRIES = 4

_ENTRY = re.compile(
    r"^\W*(?:\d{1,3}\W{1,3})?[A-ZÀ-Þ][\w’'-]+(?:,\s+(?:[A-ZÀ-Þ][\w.-]*[,;]?\s+){1,6}|\s+(?:et al\.|and [A-Z]))"
    r".{0,200}?\(?(?:19|20)\d\d[a-z]?\)?|\bdoi\.org/|\barXiv:|(?:accessed|retrieved) (?:on )?\d"
)
_IMPRINT_SIGNS = (
    re.compile(r"[\w.+-]+@[\w-]+\.[a-z]{2,}"),
    re.compile(r"\b(?:tel|phone|fax|telephone)\b[.:]?\s*\+?\d|☎|전화\s*[:)]?\s*\d", re.IGNORECASE),
    re.compile(r"\bISBN\b|\bISSN\b|\bdoi:", re.IGNORECASE),
    re.compile(r"©|\bcopyright\b|\ball rights reserved\b|저작권", re.IGNORECASE),
    re.compile(r"\b(?:www\.|https?://)[\w./-]+", re.IGNORECASE),
    re.compile(r"\b(?:street|avenue|road|rue|calle|place|boulevard|p\.?o\.? box)\b.*\d|\b\d{5}\b", re.IGNORECASE),
    re.compile(r"\b(?:published|printed|designed|typeset) (?:in \d{4} )?by\b|발행처|발행인|펴낸", re.IGNORECASE),
)
_PLAIN_HEADING = re.compile(
    r"(?:\d+\.?\s+)?(?:references(?: cited)?|bibliography|works cited|(?:table of )?contents|acknowledge?ments?"
    r"|bibliografía|referencias|índice|agradecimientos|참고 ?문헌|목 ?차|차 ?례|감사의 ?글)",
    re.IGNORECASE,
)
"""Headings that are not words of the text even if they are printed like it."""
_ENDS_A_SENTENCE = re.compile(r"[.!?。][\"”’)]*\d{0,3}$")


def ranges_by_kind(layout: Layout, heads: Sequence[Span]) -> list[tuple[Span, Apparatus]]:
    """The stretches ``[start, end)`` with their kinds, in reading order; ``heads`` are the headings that the layout
    recognises."""
    pages: dict[int, list[int]] = defaultdict(list)
    for n, line in enumerate(layout.lines):
        pages[line.page].append(n)
    texts = [" ".join(layout.line_text(line).split()) for line in layout.lines]
    out = _under_plain_headings(layout, texts, [h.start for h in heads])
    taken = {layout.lines[n].page for span, _ in out for n in _lines_in(layout, span)}
    ordered = sorted(pages)
    for page in ordered:
        if page not in taken and (kind := _kind_of_page([texts[n] for n in pages[page]], ordered, page)) is not None:
            lines = [layout.lines[n] for n in pages[page]]
            out.append((Span(lines[0].start, lines[-1].end), kind))
    return sorted(out)


def _under_plain_headings(layout: Layout, texts: Sequence[str], heads: Sequence[int]) -> list[tuple[Span, Apparatus]]:
    """The stretch from each line that is such a heading, though not printed as one, to the next heading or the end of
    its page; a list of contents ends where its first entry stands again, above the text that it announces."""
    known = set(heads)
    out: list[tuple[Span, Apparatus]] = []
    for n, (line, text) in enumerate(zip(layout.lines, texts, strict=True)):
        kind = kind_of_heading(text) if line.start not in known and _PLAIN_HEADING.fullmatch(text) else None
        if kind is None or any(span.start <= line.start < span.end for span, _ in out):
            continue
        end = line.end
        first = _listed_as(texts[n + 1]) if kind is Apparatus.CONTENTS and n + 1 < len(texts) else ""
        for k, (other, words) in enumerate(zip(layout.lines[n + 1 :], texts[n + 1 :], strict=True)):
            if other.page != line.page or other.start in known or _PLAIN_HEADING.fullmatch(words):
                break
            if k and len(first) >= FEWEST_LETTERS and _listed_as(words) == first:
                break
            end = other.end
        if end > line.end:
            out.append((Span(line.start, end), kind))
    return out


_AROUND_ENTRY = re.compile(
    r"^(?:(?:chapter|section|part|제)? ?\d+(?:\.\d+)*(?:장|절|부)?|[ivxlc]+)[.:)]?\s+|(?:\s*\.){2,}.*$|\s+\d+$",
    re.IGNORECASE,
)
"""The number before an entry of a list of contents, and the dots and the page behind it."""
FEWEST_LETTERS = 4
"""Letters of the first entry of a list of contents from which it is known again."""


def _listed_as(words: str) -> str:
    """The letters of a line without its number and, in a list of contents, its page."""
    return "".join(letter for letter in _AROUND_ENTRY.sub("", words).casefold() if letter.isalpha())


def _lines_in(layout: Layout, span: Span) -> list[int]:
    return [n for n, line in enumerate(layout.lines) if span.start <= line.start < span.end]


def _kind_of_page(texts: Sequence[str], pages: Sequence[int], page: int) -> Apparatus | None:
    entries = sum(_ENTRY.search(text) is not None for text in texts)
    if entries >= FEWEST_ENTRIES and entries >= ENTRIES * len(texts):
        return Apparatus.REFERENCES
    if len(pages) < FEWEST_PAGES:
        return None
    ends = sum(_ENDS_A_SENTENCE.search(text) is not None for text in texts)
    words = sum(len(text.split()) for text in texts)
    place = pages.index(page)
    if place == 0 and words <= SHORT and ends <= 1:
        return Apparatus.COVER
    signs = sum(any(sign.search(text) for text in texts) for sign in _IMPRINT_SIGNS)
    outer = place < OUTER_PAGES or place >= len(pages) - OUTER_PAGES
    return Apparatus.IMPRINT if outer and signs >= 3 and words <= 4 * SHORT and ends <= 12 else None
