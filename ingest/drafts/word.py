"""Reads Word files into the parts of a draft, with the XML node of each character, so that comments can be set.

Tracked changes are read as accepted: deleted and moved-away words are not part of the draft, inserted words are.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ingest.drafts.tables import columns_of
from ingest.readers.package import attribute, child, children, local, open_package
from kb.drafts.draft import Draft, DraftPart
from kb.types import Notice, notice

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ingest.readers.package import Package

_HOLDERS = frozenset("ins moveTo sdt sdtContent customXml smartTag hyperlink fldSimple dir bdo".split())
_GONE = frozenset({"del", "moveFrom"})
_BLANK_SIGNS = {"tab": " ", "ptab": " ", "br": " ", "cr": " ", "noBreakHyphen": "-", "softHyphen": ""}
_QUOTE_STYLE = re.compile(r"quot|인용|zitat|citation", re.IGNORECASE)
_INDENT = 560
"""Indentation in twentieths of a point from which a paragraph without a number counts as a block quote."""
CELL = " | "


@dataclass(frozen=True, slots=True)
class TextPiece:
    """The characters ``[start, end)`` of a part: the XML node that holds them, and the run around it."""

    start: int
    end: int
    node: Any
    run: Any


@dataclass(frozen=True, slots=True)
class WordPart:
    """The place of a part in the file: its pieces in order, and its paragraphs.

    A note's paragraphs are in another file of the package; ``mark`` is then the run of its mark in the body.
    """

    pieces: tuple[TextPiece, ...]
    paragraphs: tuple[Any, ...]
    mark: Any = None


@dataclass(frozen=True, slots=True)
class WordDraft:
    """A draft that was read from a Word file: the draft, the place of each part, and the name and root element of the
    main part."""

    draft: Draft
    places: tuple[WordPart, ...]
    main: str
    root: Any


def read_word(path: Path) -> WordDraft:
    """The paragraphs, rows of tables and notes of a Word file.

    :raises UnreadableError: the file is not a Word document.
    :raises EncryptedError: a password is needed.
    :raises TooLargeError: the file exceeds the bounds of :mod:`ingest.readers.package`.
    """
    with open_package(path, "Word document", ".docx") as package:
        return read_word_package(package, path.name)


def read_word_package(package: Package, name: str) -> WordDraft:
    """The result of :func:`read_word` for an open package."""
    main = package.related("", "officeDocument") or "word/document.xml"
    root = package.needed(main)
    body = child(root, "body")
    if body is None:
        raise package.unreadable("it has no body")
    reader = _WordDraftReader(package, main)
    reader.blocks(body)
    reader.notes()
    remarks = (notice("draft changes accepted"),) if reader.changed else ()
    return WordDraft(Draft(name, tuple(reader.parts), remarks), tuple(reader.places), main, root)


@dataclass(slots=True)
class _PartWords:
    """The words of one part while it is read."""

    texts: list[str] = field(default_factory=list)
    pieces: list[TextPiece] = field(default_factory=list)
    marks: list[tuple[int, str]] = field(default_factory=list)
    size: int = 0

    def add(self, text: str, node: Any = None, run: Any = None) -> None:
        if node is not None and text:
            self.pieces.append(TextPiece(self.size, self.size + len(text), node, run))
        self.texts.append(text)
        self.size += len(text)

    @property
    def text(self) -> str:
        return "".join(self.texts)


@dataclass
class _WordDraftReader:
    """Reads one file from its beginning to its end."""

    package: Package
    main: str
    parts: list[DraftPart] = field(default_factory=list)
    places: list[WordPart] = field(default_factory=list)
    changed: bool = False
    n_paragraphs: int = 0

    def __post_init__(self) -> None:
        related = dict(self.package.relations(self.main).values())
        self._roots = {
            kind: self.package.xml(related[f"{kind}s"]) if f"{kind}s" in related else None
            for kind in ("footnote", "endnote")
        }
        styles = self.package.xml(related["styles"]) if "styles" in related else None
        self._quote_styles = {
            attribute(style, "styleId")
            for style in (styles if styles is not None else ())
            if local(style) == "style" and _QUOTE_STYLE.search(attribute(child(style, "name"), "val"))
        }
        self._marks: dict[str, tuple[int, Any]] = {}

    def blocks(self, container: Any) -> None:
        """Reads paragraphs and tables in order."""
        for block in container:
            kind = local(block)
            if kind == "p":
                self._paragraph(block)
            elif kind == "tbl":
                self._table(block)
            elif kind in _HOLDERS:
                self.blocks(block)

    def _paragraph(self, paragraph: Any) -> None:
        self.n_paragraphs += 1
        words = _PartWords()
        self._inline(paragraph, words)
        if not words.text.strip():
            return
        properties = child(paragraph, "pPr")
        style = attribute(child(properties, "pStyle"), "val")
        indent = child(properties, "ind")
        left = attribute(indent, "left") or attribute(indent, "start")
        set_in = left.isdigit() and int(left) >= _INDENT and child(properties, "numPr") is None
        whole = ((0, len(words.text)),)
        is_quote = style in self._quote_styles or bool(style and _QUOTE_STYLE.search(style))
        marked = bool(re.search('[“”„«「『"]', words.text))
        self._put(
            words,
            notice("draft at paragraph", n=self.n_paragraphs),
            (paragraph,),
            quoted=whole if is_quote else (),
            perhaps=whole if set_in and not is_quote and not marked else (),
        )

    def _put(
        self, words: _PartWords, place: Notice, paragraphs: tuple[Any, ...], quoted: tuple[tuple[int, int], ...] = (),
        perhaps: tuple[tuple[int, int], ...] = (), note: str = "", mark: Any = None,
    ) -> None:  # fmt: skip
        self.parts.append(DraftPart(words.text, place, quoted, perhaps, tuple(words.marks), note))
        self.places.append(WordPart(tuple(words.pieces), paragraphs, mark))

    def _inline(self, container: Any, words: _PartWords) -> None:
        for node in container:
            kind = local(node)
            if kind in _GONE:
                self.changed = True
            elif kind == "r":
                self._run(node, words)
            elif kind in _HOLDERS:
                self.changed = self.changed or kind in {"ins", "moveTo"}
                self._inline(node, words)

    def _run(self, run: Any, words: _PartWords) -> None:
        properties = child(run, "rPr")
        if properties is not None and child(properties, "vanish") is not None:
            return
        for node in run:
            kind = local(node)
            if kind == "t":
                words.add(node.text or "", node, run)
            elif kind in _BLANK_SIGNS:
                words.add(_BLANK_SIGNS[kind], node, run)
            elif kind in {"footnoteReference", "endnoteReference"}:
                name = f"{kind.removesuffix('Reference')} {attribute(node, 'id')}"
                self._marks.setdefault(name, (len(self._marks) + 1, run))
                words.marks.append((words.size, name))

    def _table(self, table: Any) -> None:
        """Adds a part for each row; the words of a column of quotations are quotations."""
        rows = [[list(_paragraphs_of(cell)) for cell in children(row, "tc")] for row in _rows_left(table)]
        plain = [[" ".join(self._plain(p) for p in cell).strip() for cell in row] for row in rows]
        head, columns = columns_of(plain)
        for n, row in enumerate(rows):
            words = _PartWords()
            quoted: list[tuple[int, int]] = []
            paragraphs: list[Any] = []
            for column, cell in enumerate(row):
                if column and words.size:
                    words.add(CELL)
                begin = words.size
                for paragraph in cell:
                    if words.size > begin:
                        words.add(" ")
                    self._inline(paragraph, words)
                    paragraphs.append(paragraph)
                if n > head and columns.get(column) == "quote" and words.text[begin:].strip():
                    quoted.append((begin, words.size))
            self.n_paragraphs += len(paragraphs)
            if words.text.strip(" |"):
                place = notice("draft at paragraph", n=self.n_paragraphs)
                self._put(words, place, tuple(paragraphs), quoted=tuple(quoted))

    def _plain(self, paragraph: Any) -> str:
        words = _PartWords()
        self._inline(paragraph, words)
        return words.text

    def notes(self) -> None:
        """Reads the notes whose marks were found, in the order of their marks."""
        counts = {"footnote": 0, "endnote": 0}
        for name, (_, mark) in sorted(self._marks.items(), key=lambda each: each[1][0]):
            kind, _, note_id = name.partition(" ")
            root = self._roots[kind]
            note = next((n for n in (root if root is not None else ()) if attribute(n, "id") == note_id), None)
            counts[kind] += 1
            if note is None:
                continue
            words = _PartWords()
            for paragraph in note.iter("{*}p"):
                if words.size:
                    words.add(" ")
                self._inline(paragraph, words)
            if words.text.strip():
                self._put(words, notice(f"draft at {kind}", n=counts[kind]), (), note=name, mark=mark)


def _rows_left(table: Any) -> Iterator[Any]:
    for row in table:
        if local(row) == "tr":
            properties = child(row, "trPr")
            if properties is None or child(properties, "del") is None:
                yield row
        elif local(row) in _HOLDERS:
            yield from _rows_left(row)


def _paragraphs_of(container: Any) -> Iterator[Any]:
    for block in container:
        if local(block) == "p":
            yield block
        elif local(block) in _HOLDERS | {"tbl", "tr", "tc"}:
            yield from _paragraphs_of(block)
