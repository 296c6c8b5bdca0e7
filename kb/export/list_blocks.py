"""A list of answers as the blocks of a page, in reading order. Markdown, HTML, Word and the clipboard are written from
them."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from kb.export.answer_lists import RowsBy
from kb.export.bibliography import merged_locators
from kb.export.citation_styles import styled_works
from kb.export.list_workbook import reading_in_words, reference_words
from kb.messages import message, source_language, status_words
from kb.records import dataclass
from kb.text.safe_cells import on_a_line, without_controls

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kb.export.answer_lists import AnswerList, AnswerRow
    from kb.types import Citation


class BlockOf(str, Enum):
    """The kind of a block."""

    TITLE = "title"
    SECTION = "section"
    ENTRY = "entry"
    QUOTE = "quote"
    NOTE = "note"
    REFERENCE = "reference"
    WORK = "work"
    FACT = "fact"


@dataclass(frozen=True, slots=True)
class PageBlock:
    """One block of words without control characters.

    ``cites`` are the numbers of a quote's citations, ``n`` and ``url`` the number and address of a reference.
    ``record`` has the unit id, document and hash of a reference; clipboard and footnotes leave it out.
    """

    kind: BlockOf
    text: str
    cites: tuple[int, ...] = ()
    n: int = 0
    url: str = ""
    record: str = ""

    @property
    def whole(self) -> str:
        """The words followed by the record."""
        return f"{self.text} ({self.record})" if self.record else self.text


def list_blocks(found: AnswerList, lang: str, by: RowsBy = RowsBy.QUESTION, style: str = "") -> tuple[PageBlock, ...]:
    """The blocks of a list, grouped by question, document or unit; with ``style`` the works follow in that citation
    style."""
    blocks = [PageBlock(BlockOf.TITLE, message(lang, "list title"))]
    shown: set[int] = set()
    if by is RowsBy.QUESTION:
        blocks += [block for row in found.rows for block in _row_blocks(row, lang, shown)]
    else:
        blocks += _place_blocks(found, lang, by)
        shown |= {c.n for c in found.places}
        left = [row for row in found.rows if not row.is_answered]
        if left:
            blocks.append(PageBlock(BlockOf.SECTION, message(lang, "list sheet open")))
            blocks += [block for row in left for block in _row_blocks(row, lang, shown)]
    if found.places:
        blocks.append(PageBlock(BlockOf.SECTION, message(lang, "list head references")))
        blocks += [reference_block(c, lang, c.n not in shown) for c in found.places]
    if style and found.works:
        blocks.append(PageBlock(BlockOf.SECTION, message(lang, "list works")))
        styled = styled_works(found.works, style)
        blocks += [
            PageBlock(BlockOf.WORK, text, url="" if work.url in text else on_a_line(work.url)) for work, text in styled
        ]
    blocks.append(PageBlock(BlockOf.SECTION, message(lang, "list sheet about")))
    return (*blocks, *_fact_blocks(found, lang))


def _row_blocks(row: AnswerRow, lang: str, shown: set[int]) -> Iterator[PageBlock]:
    yield PageBlock(BlockOf.ENTRY, f"{row.place.number}. {on_a_line(row.asked)}")
    whole = {c.n: c.quote for c in row.citations}
    for text, ns in row.quotes:
        yield PageBlock(BlockOf.QUOTE, without_controls(text), ns)
        shown |= {n for n in ns if whole.get(n) == text}
    if row.reason:
        yield PageBlock(BlockOf.NOTE, f"{reading_in_words(row, lang)}: {on_a_line(row.reason)}")
    for label, parts in (("choices", row.choices), ("nearest", row.nearest if not row.is_answered else ())):
        if parts:
            yield PageBlock(BlockOf.NOTE, f"{message(lang, f'list head {label}')}: {on_a_line('; '.join(parts))}")
    yield from (PageBlock(BlockOf.NOTE, on_a_line(notice)) for notice in row.notices)
    if row.searched and not row.is_answered:
        yield PageBlock(BlockOf.NOTE, f"{message(lang, 'list head searched')}: {on_a_line('; '.join(row.searched))}")


def _place_blocks(found: AnswerList, lang: str, by: RowsBy) -> Iterator[PageBlock]:
    for work in found.works:
        yield PageBlock(BlockOf.SECTION, on_a_line(f"{work.doc_ref}: {work.title}"))
        if by is RowsBy.DOCUMENT:
            yield PageBlock(BlockOf.NOTE, merged_locators(work.places))
        units: dict[str, list[Citation]] = {}
        for c in work.places:
            units.setdefault(c.locator, []).append(c)
        for locator, places in units.items():
            if by is RowsBy.UNIT:
                yield PageBlock(BlockOf.ENTRY, on_a_line(locator or work.doc_ref))
            for c in places:
                yield PageBlock(BlockOf.QUOTE, without_controls(c.quote), (c.n,))
                asked = "; ".join(f"{r.place.number}. {on_a_line(r.asked)}" for r in found.rows_of_place(c.n))
                yield PageBlock(BlockOf.NOTE, f"{message(lang, 'list head rows')}: {asked}")


def reference_line(citation: Citation, lang: str) -> str:
    """A reference on one line: place, title and edition, restrictions of use, language."""
    c = citation
    parts = [f"{reference_words(c, lang)} — {c.title}, {c.edition}"]
    if c.status in {"superseded", "amended", "withdrawn", "draft"}:
        parts.append(status_words(lang, c.status, c.superseded_by))
    if c.match != "verbatim":
        parts.append(message(lang, c.match))
    if not c.verified:
        parts.append(message(lang, "not verified"))
    parts += [source_language(lang, c), c.amendment]
    return on_a_line("; ".join(filter(None, parts)))


def reference_block(citation: Citation, lang: str, with_quote: bool) -> PageBlock:
    """The block of a reference, with its quote if no other block has it."""
    text = reference_line(citation, lang)
    if with_quote:
        text += f": “{on_a_line(citation.quote)}”"
    url = citation.url if citation.url.startswith(("https://", "http://")) else ""
    record = f"{citation.unit_id or citation.cite_key}; {citation.doc_id}; sha256 {citation.quote_sha256}"
    return PageBlock(BlockOf.REFERENCE, text, n=citation.n, url=on_a_line(url), record=on_a_line(record))


def _fact_blocks(found: AnswerList, lang: str) -> list[PageBlock]:
    source, answered = found.source, sum(row.is_answered for row in found.rows)
    facts: Sequence[tuple[str, object]] = (
        ("input", source.file),
        ("input_hash", source.sha256),
        ("rows", len(found.rows)),
        ("answered", answered),
        ("index", source.index_id),
        ("made_by", f"standards-kb {source.release}"),
        ("searched", "; ".join(source.documents)),
    )
    return [
        PageBlock(BlockOf.FACT, on_a_line(f"{message(lang, f'list fact {key}')}: {value}"))
        for key, value in facts
        if value
    ]
