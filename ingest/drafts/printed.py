"""Reads a PDF into the parts of a draft: its paragraphs, also those that continue over a page end, and its
footnotes."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING

from ingest.layout.blocks import find_blocks
from ingest.layout.layout import lay_out
from ingest.layout.line_features import SENTENCE_END
from ingest.readers.pdf import read_pdf
from kb.drafts.draft import DraftPart
from kb.text.cleaning import clean
from kb.types import BlockKind, Span, notice

if TYPE_CHECKING:
    from pathlib import Path

    from ingest.layout.layout import Layout
    from kb.types import Block

_FOOTNOTE_BEGIN = re.compile(r"\s*(?P<name>\d{1,3}|[*†‡§]{1,3})[.)]?\s*(?=\S)")


def pdf_parts(path: Path) -> tuple[DraftPart, ...]:
    """The paragraphs of a PDF in reading order, each with its page; footnotes are the notes of the marks on their page.

    :raises UnreadableError: the file is not a readable PDF, or has no text.
    """
    pages, outline, _, notes = read_pdf(path)
    layout = lay_out(pages, outline, notes)
    on_page: dict[int, int] = {}
    out: list[DraftPart] = []
    for blocks in _whole_paragraphs(layout, find_blocks(layout)):
        first = blocks[0]
        if first.kind is BlockKind.FURNITURE:
            out += _notes(layout, first)
            continue
        on_page[first.page] = on_page.get(first.page, 0) + 1
        text, origin = clean(layout.text[first.span.start : blocks[-1].span.end]) if len(blocks) == 1 else ("", [])
        if len(blocks) > 1:
            text, origin = _joined_blocks(layout, blocks)
        start = first.span.start if len(blocks) == 1 else 0
        places = [start + at for at in origin]
        marks = tuple(
            (bisect_left(places, at), f"{_page_at(layout, at)}:{name}")
            for at, name in layout.marks
            if any(b.span.start <= at <= b.span.end for b in blocks)
        )
        if text:
            place = notice("draft at page", page=first.page, n=on_page[first.page])
            out.append(DraftPart(text, place, marks=marks))
    return tuple(out)


def _whole_paragraphs(layout: Layout, blocks: list[Block]) -> list[list[Block]]:
    """The blocks, grouped by paragraph: a block that ends a page inside a sentence continues on the next page."""
    out: list[list[Block]] = []
    last: list[Block] | None = None
    for block in blocks:
        if block.kind is BlockKind.FURNITURE:
            out.append([block])
            continue
        text = layout.text[block.span.start : block.span.end].strip()
        if (
            last is not None
            and block.page == last[-1].page + 1
            and block.kind is BlockKind.PARAGRAPH
            and last[-1].kind in {BlockKind.PARAGRAPH, BlockKind.LIST_ITEM}
            and not SENTENCE_END.search(layout.text[last[-1].span.start : last[-1].span.end].strip())
            and text
            and not text[0].isupper()
        ):
            last.append(block)
            continue
        last = [block]
        out.append(last)
    return out


def _joined_blocks(layout: Layout, blocks: list[Block]) -> tuple[str, list[int]]:
    """The words of several blocks separated by blanks, and the offset of each character in the document text."""
    text: list[str] = []
    places: list[int] = []
    for block in blocks:
        words, origin = clean(layout.text[block.span.start : block.span.end])
        if text and not layout.text[: block.span.start].rstrip("\n\f ").endswith("\u00ad"):
            text.append(" ")
            places.append(block.span.start)
        text.append(words)
        places += [block.span.start + at for at in origin]
    return "".join(text), places


def _page_at(layout: Layout, at: int) -> int:
    return next((p.index for p in layout.pages if p.start <= at <= p.end), 0)


def _notes(layout: Layout, block: Block) -> list[DraftPart]:
    """The footnotes of one block; each begins with its mark at the start of a line."""
    names = {name for at, name in layout.marks if _page_at(layout, at) == block.page}
    begins: list[tuple[Span, str]] = []
    for line in layout.lines:
        if block.span.start <= line.start < block.span.end:
            found = _FOOTNOTE_BEGIN.match(layout.line_text(line))
            if found and (found["name"] in names or not begins):
                begins.append((Span(line.start + found.end(), line.end), found["name"]))
            elif begins:
                begins[-1] = Span(begins[-1][0].start, line.end), begins[-1][1]
    place_of = [(clean(layout.text[span.start : span.end])[0], name) for span, name in begins]
    return [
        DraftPart(words, notice("draft at footnote", n=name), note=f"{block.page}:{name}")
        for words, name in place_of
        if words
    ]
