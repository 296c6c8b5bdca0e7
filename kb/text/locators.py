"""Places in a document: spans ↔ pages ↔ labels ↔ units. Pure; no citation styles."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

from kb.text.hangul import count_hangul
from kb.types import Locator, Page, PageKind, Span, Unit

if TYPE_CHECKING:
    from collections.abc import Sequence


def page_at(pages: Sequence[Page], offset: int) -> Page:
    """The page a character of the document text is on.

    :raises IndexError: there are no pages.
    """
    starts = [page.start for page in pages]
    return pages[max(0, bisect_right(starts, offset) - 1)]


def locator_of(
    doc_id: str, span: Span, pages: Sequence[Page], unit: Unit | None, headings: Sequence[str] = ()
) -> Locator:
    """The place of a span. A unit whose numbering is not proven is not named: the heading takes its place."""
    first = page_at(pages, span.start)
    last = page_at(pages, max(span.start, span.end - 1))
    label = first.label
    if label is not None and last.index != first.index and last.label is not None:
        label = f"{first.label}–{_after(first, last)}"
    kind_of_page = first.kind
    if unit is not None and unit.proven:
        return Locator(
            doc_id, span, first.index, last.index, label, unit.kind, unit.path, unit.path, unit.unit_id, kind_of_page
        )
    heading = headings[-1] if headings else ""
    kind = "heading" if heading else "page"
    path = " > ".join(headings)
    return Locator(doc_id, span, first.index, last.index, label, kind, heading, path, None, kind_of_page)


def _after(first: Page, last: Page) -> str:
    """The label of the last page as it is after that of the first: of rows of one sheet the number alone."""
    label = last.label or ""
    sheet, sign, number = label.rpartition("!")
    same = last.kind is PageKind.ROW and (first.label or "").rpartition("!")[0] == sheet
    return number if sign and same else label


def raw_ranges(page: Page, start: int, end: int) -> list[tuple[int, int]]:
    """The pieces of a page's own text that document characters ``[start, end)`` are, as raw offsets of that page."""
    out: list[tuple[int, int]] = []
    a, b = max(start, page.start) - page.start, min(end, page.end) - page.start
    for offset, raw, length in page.segments:
        low, high = max(a, offset), min(b, offset + length)
        if low < high:
            out.append((raw + low - offset, raw + high - offset))
    return out


_FACTS_LINE = re.compile(r"^Force: ", re.MULTILINE)


def gist_spans(text: str, unit: Span) -> tuple[Span, ...]:
    """The gists inside an entry of a compiled register: the English one, then the Korean one, where they are there.

    An entry is printed as a heading that ends with its key in brackets, the English gist, the Korean gist, and a line
    of facts that begins "Force: ".
    """
    body = text[unit.start : unit.end]
    begin = body.find("\n", max(0, body.find("]"))) + 1  # the heading ends with its key in brackets, on one line or two
    if begin == 0:
        return ()
    facts = list(_FACTS_LINE.finditer(body))
    end = facts[-1].start() if facts else len(body)
    cut = end
    at = begin
    for line in body[begin:end].splitlines(keepends=True):
        if count_hangul(line) > 0.25 * len(line.strip()):
            cut = at
            break
        at += len(line)
    out: list[Span] = []
    for a, b in ((begin, cut), (cut, end)):
        piece = body[a:b]
        lead = len(piece) - len(piece.lstrip())
        if piece.strip():
            out.append(Span(unit.start + a + lead, unit.start + a + lead + len(piece.strip())))
    return tuple(out)
