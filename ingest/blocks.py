"""Body lines → headings and the passages' cutting places. Pure; knows no token budget."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.lines import CONTENTS, contents_pages
from kb.types import Block, BlockKind, Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.pages import Layout

_BULLET = re.compile(r"[•▪◦·\uf000-\uf0ff*–-]\s|\(?[a-z]{1,4}[).]\s|\(?\d{1,3}[).]\s", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.;:?!。][\"'”’»)\]]*\d{0,3}$")
_MAX_HEADING = 160


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: where it stands, how deep (1 outermost), its words."""

    span: Span
    level: int
    text: str


def find_blocks(layout: Layout) -> list[Block]:
    """Headings, paragraphs, list items and tables of contents; every block's text is a slice of the document text."""
    texts = [layout.line_text(line).strip() for line in layout.lines]
    contents = contents_pages(layout, texts)
    titles = {(_norm(item.title), item.page) for item in layout.outline}
    right = max((line.x1 for line in layout.lines), default=1.0)
    blocks: list[Block] = []
    kinds: list[BlockKind] = []
    for i, (line, text) in enumerate(zip(layout.lines, texts, strict=True)):
        if line.page in contents or CONTENTS.search(text):
            kinds.append(BlockKind.CONTENTS)
        elif _is_heading(layout, i, texts, titles):
            kinds.append(BlockKind.HEADING)
        elif _BULLET.match(text):
            kinds.append(BlockKind.LIST_ITEM)
        else:
            kinds.append(BlockKind.PARAGRAPH)
    for i, line in enumerate(layout.lines):
        kind = kinds[i]
        level = _level(line.size) if kind is BlockKind.HEADING else 0
        previous = blocks[-1] if blocks else None
        if previous is not None and _continues(layout, i, kinds, texts, previous, level, right):
            blocks[-1] = Block(previous.kind, Span(previous.span.start, line.end), previous.page, previous.level)
        else:
            blocks.append(Block(kind, Span(line.start, line.end), line.page, level))
    return blocks


def _norm(text: str) -> str:
    return re.sub(r"[^\w]+", "", re.sub(r"^[\d.]+\s*", "", text)).casefold()


def _is_heading(layout: Layout, i: int, texts: Sequence[str], titles: set[tuple[str, int]]) -> bool:
    line, text = layout.lines[i], texts[i]
    if not text or len(text) > _MAX_HEADING or not any(c.isalpha() for c in text):
        return False
    if (_norm(text), line.page) in titles:
        return True
    if line.size > 1.18:
        return True
    if not line.bold or line.size < 0.95 or _SENTENCE_END.search(text) or text[0].islower():
        return False
    before = texts[i - 1] if i and layout.lines[i - 1].page == line.page else ""
    return not before or bool(_SENTENCE_END.search(before)) or layout.lines[i - 1].bold or len(before) < 60


def _level(size: float) -> int:
    return 1 if size > 1.9 else 2 if size > 1.45 else 3 if size > 1.18 else 4


def _continues(
    layout: Layout,
    i: int,
    kinds: Sequence[BlockKind],
    texts: Sequence[str],
    previous: Block,
    level: int,
    right: float,
) -> bool:
    line, before = layout.lines[i], layout.lines[i - 1]
    if kinds[i] is BlockKind.LIST_ITEM or line.page != previous.page:
        return False
    if kinds[i] is BlockKind.HEADING or previous.kind is BlockKind.HEADING:
        return kinds[i] is previous.kind and level == previous.level
    if (kinds[i] is BlockKind.CONTENTS) != (previous.kind is BlockKind.CONTENTS):
        return False
    gap = line.top - before.top
    if gap > 0.032 or gap < -0.02 or abs(line.size - before.size) > 0.15:
        return False
    return not (_SENTENCE_END.search(texts[i - 1]) and before.x1 < before.x0 + 0.75 * (right - before.x0))


def headings(layout: Layout, blocks: Sequence[Block]) -> list[Heading]:
    """The headings in reading order, their words on one line."""
    return [
        Heading(b.span, b.level, " ".join(layout.text[b.span.start : b.span.end].replace("\x02", "").split()))
        for b in blocks
        if b.kind is BlockKind.HEADING
    ]
