"""Divides body lines into blocks: headings, paragraphs, list items, footnotes, tables of contents. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.layout.line_features import SENTENCE_END, line_features
from kb.types import Block, BlockKind, Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.layout.layout import Layout
    from ingest.layout.line_features import LineFeatures

_ITEM_MARK = re.compile(r"[•▪◦·\uf000-\uf0ff*–-]\s|\(?[a-z]{1,4}[).]\s|\(?\d{1,3}[).]\s", re.IGNORECASE)
_TABLE_FURNITURE = re.compile(
    r"Continued (?:on|from) (?:the )?(?:next|previous) page|Table \d+\b.{0,120}\(continued\)\.?"
    r"|Categories\s+Subcategories|Action ID\b.{0,60}",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: its span in the document text, its depth (1 is outermost) and its words."""

    span: Span
    level: int
    text: str


def find_blocks(layout: Layout) -> list[Block]:
    """The blocks of a document: headings, paragraphs, list items, tables of contents; the text of a block is a slice of
    the document text.

    Footnotes, and lines that only say that a table continues, are blocks of furniture: they are not part of the text
    around them.
    """
    features = line_features(layout)
    kinds = [_block_kind(features, i) for i in range(len(features.texts))]
    right = max((line.x1 for line in layout.lines), default=1.0)
    blocks: list[Block] = []
    for i, line in enumerate(layout.lines):
        kind = kinds[i]
        level = _heading_level(line.size) if kind is BlockKind.HEADING else 0
        previous = blocks[-1] if blocks else None
        if previous is not None and _continues(features, i, kinds, previous, level, right):
            blocks[-1] = Block(previous.kind, Span(previous.span.start, line.end), previous.page, previous.level)
        else:
            blocks.append(Block(kind, Span(line.start, line.end), line.page, level))
    return blocks


def _block_kind(features: LineFeatures, i: int) -> BlockKind:
    if i in features.contents:
        return BlockKind.CONTENTS
    if i in features.notes or _TABLE_FURNITURE.fullmatch(features.texts[i]):
        return BlockKind.FURNITURE
    if i in features.heads:
        return BlockKind.HEADING
    return BlockKind.LIST_ITEM if _ITEM_MARK.match(features.texts[i]) else BlockKind.PARAGRAPH


def carries_a_table_over(text: str) -> bool:
    """Whether a line only says that a table continues, or repeats its head."""
    return bool(_TABLE_FURNITURE.fullmatch(text))


def _heading_level(size: float) -> int:
    return 1 if size > 1.9 else 2 if size > 1.45 else 3 if size > 1.18 else 4


def _continues(
    features: LineFeatures, i: int, kinds: Sequence[BlockKind], previous: Block, level: int, right: float
) -> bool:
    line, before = features.layout.lines[i], features.layout.lines[i - 1]
    kind = kinds[i]
    if kind is BlockKind.LIST_ITEM or line.page != previous.page:
        return False
    alone = {BlockKind.HEADING, BlockKind.CONTENTS, BlockKind.FURNITURE}
    if kind in alone or previous.kind in alone:
        if kind is not previous.kind or kind is not BlockKind.HEADING:
            return kind is previous.kind
        close = 0 < line.top - before.top < 0.035 * max(1.0, line.size)
        return (
            level == previous.level and abs(line.size - before.size) < 0.08 and close and not _starts_anew(features, i)
        )
    gap = line.top - before.top
    if gap > 0.032 or gap < -0.02 or abs(line.size - before.size) > 0.15:
        return False
    return not (SENTENCE_END.search(features.texts[i - 1]) and before.x1 < before.x0 + 0.75 * (right - before.x0))


def _starts_anew(features: LineFeatures, i: int) -> bool:
    """Whether a heading line begins with a number, so that it is a heading of its own."""
    return bool(
        re.match(r"(?:\d+(?:\.\d+)*\.?|[A-Z]\.|(?:part|section|chapter|annex)\s+\w+)\s", features.texts[i], re.I)
    )


def headings(layout: Layout, blocks: Sequence[Block]) -> list[Heading]:
    """The headings in reading order, each with its words on one line."""
    return [
        Heading(b.span, b.level, " ".join(layout.text[b.span.start : b.span.end].replace("\x02", "").split()))
        for b in blocks
        if b.kind is BlockKind.HEADING
    ]
