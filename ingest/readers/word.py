"""Reads Word documents as source pages: tracked changes accepted, automatic numbers written out, notes separate.

Headers, footers and comments are left out. Pages follow the page breaks that are stored in the file.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from ingest.layout.source_page import FileContent, LineRole
from ingest.readers.flow import INDENT, MAX_CELL, Paragraph, changes_note, flow_page, table_rows
from ingest.readers.numbering import numeral
from ingest.readers.package import attribute, child, children, local, open_package
from ingest.readers.word_numbering import Styles, WordNumbers, integer, is_on
from kb.errors import UnreadableError
from kb.types import PageKind, notice

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from ingest.readers.package import Package

_HEADING = re.compile(r"heading (\d)", re.IGNORECASE)
_TITLES = {"title": (1, 2.2), "subtitle": (2, 0.0)}
_CONTENTS = re.compile(r"toc \d|table of figures", re.IGNORECASE)
_ENDED = re.compile(r"[.,;:!?。]$")
_BREAK, _RENDERED = "\f", "\v"
"""Signs inside a paragraph's words: a page break that the author set, and one where Word last began a page."""

MAX_HEADING = 100
_CONTAINERS = frozenset("ins moveTo sdt sdtContent customXml smartTag hyperlink fldSimple dir bdo rubyBase".split())
_BLANKS = {"tab": "\t", "ptab": "\t", "cr": "\n", "noBreakHyphen": "-", "softHyphen": ""}


def read_docx(path: Path) -> FileContent:
    """The paragraphs and table rows in order; footnotes are at the end of their page, endnotes at the end.

    :raises UnreadableError: the file is not a Word document, or has no text.
    :raises EncryptedError: a password is needed.
    :raises TooLargeError: the file exceeds the bounds of :mod:`ingest.readers.package`.
    """
    with open_package(path, "Word document", ".docx") as package:
        main = package.related("", "officeDocument") or "word/document.xml"
        body = child(package.needed(main), "body")
        if body is None:
            raise package.unreadable("it has no body")
        reader = _WordReader(package, main, body)
        reader.read(body)
        reader.finish()
        metadata = package.metadata()
    if not any(p.text for page in reader.pages for p in page):
        raise UnreadableError(notice("document without text", file=path.name))
    kind = PageKind.BREAKS if len(reader.pages) > 1 else PageKind.FLOW
    pages = [flow_page(n, page, kind) for n, page in enumerate(reader.pages, 1)]
    notes = changes_note(reader.n_changed)
    if reader.n_hidden:
        notes.append(notice("note hidden texts" if reader.n_hidden > 1 else "note hidden text", n=reader.n_hidden))
    if kind is PageKind.FLOW:
        notes.append(notice("note no page breaks"))
    return FileContent(pages, [], metadata, notes)


@dataclass(slots=True)
class _ParagraphWords:
    """The parts of one paragraph, as they are collected: its words with the signs of breaks, its boxes, notes and
    changes."""

    parts: list[str] = field(default_factory=list)
    changed: bool = False
    boxes: list[Any] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    weights: Counter[tuple[bool, int]] = field(default_factory=Counter)

    @property
    def text(self) -> str:
        return "".join(self.parts)


@dataclass
class _WordReader:
    """Reads the body of one document once, from its beginning to its end."""

    package: Package
    main: str
    body: Any
    pages: list[list[Paragraph]] = field(default_factory=lambda: [[]])
    n_changed: int = 0
    n_hidden: int = 0

    def __post_init__(self) -> None:
        parts = dict(self.package.relations(self.main).values())

        def root(kind: str) -> Any | None:
            return self.package.xml(parts[kind]) if kind in parts else None

        self._styles = Styles(root("styles"))
        self._numbers = WordNumbers(root("numbering"), self._styles)
        self._notes = {kind: _by_id(root(f"{kind}s"), kind) for kind in ("footnote", "endnote")}
        self._note_counts: Counter[str] = Counter()
        self._page_notes: list[Paragraph] = []
        self._endnotes: list[Paragraph] = []
        self._carried: _ParagraphWords | None = None
        self._set_break = False
        self._empty = True
        self._listed: list[tuple[int, int, tuple[str, int] | None]] = []
        self._sizes: Counter[int] = Counter()
        self._sized: list[tuple[int, int, int]] = []
        sections = list(self.body.iter("{*}sectPr"))
        kinds = [attribute(child(s, "type"), "val", "nextPage") for s in sections]
        self._section_breaks = {id(s): after for s, after in zip(sections, kinds[1:], strict=False)}
        self._sections = sections  # kept, so that the ids keep their meaning

    # --- blocks

    def read(self, container: Any) -> None:
        """Reads the paragraphs and tables of a container in order."""
        for block in container:
            name = local(block)
            if name == "p":
                self._paragraph(block)
            elif name == "tbl":
                self._table(block)
            elif name == "AlternateContent":
                self.read(_choice(block))
            elif name in _CONTAINERS:
                self.read(block)

    def finish(self) -> None:
        """Completes the open parts: a paragraph whose end was deleted, notes, headings made of lists."""
        if self._carried is not None:
            words, self._carried = self._carried, None
            self._put(words, None, "")
        self.pages[-1].extend(self._page_notes)
        self.pages[-1].extend(self._endnotes)
        self._mark_list_headings()
        self._mark_large()

    def _paragraph(self, element: Any) -> None:
        properties = child(element, "pPr")
        style_id = attribute(child(properties, "pStyle"), "val") or self._styles.default
        words = self._carried or _ParagraphWords()
        self._carried = None
        letters = child(properties, "rPr")
        if child(letters, "ins") is not None:
            words.changed = True
        self._inline(element, words, self._is_hidden_style(style_id))
        if child(letters, "del") is not None or child(letters, "moveFrom") is not None:
            words.changed = words.changed or bool(words.text.strip())
            self._carried = words if words.text.strip() or words.boxes else None
            if self._carried is None:
                self._gather_notes(words)
            return
        if is_on(properties, "pageBreakBefore") and not (self._empty and self._set_break):
            self._turn(is_set=True)
        self._put(words, properties, style_id)
        for box in words.boxes:
            self.read(box)
        section = child(properties, "sectPr")
        if section is not None and self._section_breaks.get(id(section)) not in {
            "continuous",
            "nextColumn",
        }:
            self._turn(is_set=True)

    def _put(self, words: _ParagraphWords, properties: Any | None, style_id: str) -> None:
        """Adds a paragraph to the current page, and to the following ones where page breaks divide it."""
        place = self._numbers.place(properties, style_id)
        number = self._numbers.next(place) if place else ""
        depth, size = self._depth(properties, style_id)
        contents = any(_CONTENTS.match(style.name) for _, style in self._styles.chain(style_id))
        text = words.text if contents else words.text.replace("\t", " ")
        if contents:
            text = re.sub(r"\t(?=[^\t]*$)", "     ", text).replace("\t", " ")
        pieces = re.split(f"([{_BREAK}{_RENDERED}])", text)
        told = [n for n in range(0, len(pieces), 2) if pieces[n].strip()]
        bold, font_size = max(words.weights, key=lambda k: words.weights[k], default=(False, 0))
        for n, piece in enumerate(pieces):
            if piece in {_BREAK, _RENDERED}:
                self._turn(is_set=piece == _BREAK)
                continue
            if not piece.strip():
                continue
            first, last = n == told[0], n == told[-1]
            self._empty = False
            indent = INDENT * place[1] if place and not depth else 0.0
            paragraph = Paragraph(
                (number if first else "") + piece.strip(), depth, LineRole.TEXT, indent, words.changed, size, not last,
                bold and not depth and len(text) < MAX_HEADING,
            )  # fmt: skip
            self.pages[-1].append(paragraph)
            if first:
                counted = place is not None and not depth and self._numbers.levels(place[0]).get(place[1])
                listed = (self._numbers.name(place[0]), place[1]) if place and counted and counted.counts else None
                self._listed.append((len(self.pages) - 1, len(self.pages[-1]) - 1, listed))
                if not depth and font_size:
                    self._sizes[font_size] += len(text)
                    self._sized.append((len(self.pages) - 1, len(self.pages[-1]) - 1, font_size))
        self.n_changed += words.changed and bool(told)
        self._gather_notes(words)

    def _turn(self, is_set: bool) -> None:
        """Begins a page; where Word notes a page that an author's break has just begun, that is the same one."""
        if not is_set and self._empty and self._set_break:
            return
        self.pages[-1].extend(self._page_notes)
        self._page_notes = []
        self.pages.append([])
        self._empty, self._set_break = True, is_set

    def _depth(self, properties: Any | None, style_id: str) -> tuple[int, float]:
        """The depth of a heading and its size; (0, 0) for other paragraphs."""
        own = attribute(child(properties, "outlineLvl"), "val")
        if own and integer(own, 9) < 9:
            return integer(own) + 1, 0.0
        for _, style in self._styles.chain(style_id):
            name = style.name.casefold()
            if name in _TITLES:
                return _TITLES[name]
            if match := _HEADING.match(name):
                return int(match.group(1)), 0.0
            if style.outline is not None:
                return (style.outline + 1, 0.0) if style.outline < 9 else (0, 0.0)
        return 0, 0.0

    def _mark_list_headings(self) -> None:
        """Numbered list items become headings where the items of their level stand over text, and are no sentences."""
        items: defaultdict[tuple[str, int], list[bool]] = defaultdict(list)
        for n, (page, at, listed) in enumerate(self._listed):
            if listed is not None:
                text = self.pages[page][at].text
                after = self._listed[n + 1][2] if n + 1 < len(self._listed) else listed
                over_text = after is None or (after[0] == listed[0] and after[1] > listed[1])
                items[listed].append(over_text and len(text) <= MAX_HEADING and not _ENDED.search(text))
        for page, at, listed in self._listed:
            if listed is not None and sum(items[listed]) > 0.6 * len(items[listed]):
                paragraph = self.pages[page][at]
                if len(paragraph.text) <= MAX_HEADING:
                    self.pages[page][at] = replace(paragraph, depth=listed[1] + 2, indent=0.0)

    def _mark_large(self) -> None:
        """Short paragraphs in larger letters than most of the text get their size."""
        if not self._sizes:
            return
        usual = self._sizes.most_common(1)[0][0]
        for page, at, size in self._sized:
            paragraph = self.pages[page][at]
            if size > 1.15 * usual and len(paragraph.text) < 160 and not paragraph.depth:
                self.pages[page][at] = replace(paragraph, size=size / usual)

    # --- the words of a paragraph

    def _is_hidden_style(self, style_id: str) -> bool:
        return any(style.hidden for _, style in self._styles.chain(style_id))

    def _inline(self, element: Any, words: _ParagraphWords, hidden: bool = False) -> None:
        """Collects the words of a paragraph or a part of it, with the changes accepted."""
        for node in element:
            name = local(node)
            if name == "r":
                self._run(node, words, hidden)
            elif name in {"del", "moveFrom"}:
                words.changed = words.changed or _holds_text(node)
            elif name in _CONTAINERS:
                words.changed = words.changed or (name in {"ins", "moveTo"} and _holds_text(node))
                self._inline(node, words, hidden)
            elif name == "AlternateContent":
                self._inline(_choice(node), words, hidden)
            elif name in {"oMath", "oMathPara"}:
                words.parts.append("".join(t.text or "" for t in node.iter("{*}t")))

    def _run(self, run: Any, words: _ParagraphWords, hidden: bool) -> None:
        properties = child(run, "rPr")
        style_id = attribute(child(properties, "rStyle"), "val")
        unseen = hidden or self._is_hidden_style(style_id) if style_id else hidden
        vanish = child(properties, "vanish")
        if vanish is not None:
            unseen = is_on(properties, "vanish")
        if unseen:
            self.n_hidden += _holds_text(run)
            return
        if child(properties, "del") is not None and child(properties, "ins") is None:
            return
        bold = is_on(properties, "b") or any(s.bold for _, s in self._styles.chain(style_id))
        size = integer(attribute(child(properties, "sz"), "val"))
        before = len(words.parts)
        self._content(run, words)
        words.weights[(bold, size)] += sum(len(part.strip()) for part in words.parts[before:])

    def _content(self, run: Any, words: _ParagraphWords) -> None:
        for node in run:
            name = local(node)
            if name == "t":
                words.parts.append((node.text or "").translate(_SIGN_BLANKS))
            elif name in _BLANKS:
                words.parts.append(_BLANKS[name])
            elif name == "br":
                words.parts.append(_BREAK if attribute(node, "type") == "page" else "\n")
            elif name == "lastRenderedPageBreak":
                words.parts.append(_RENDERED)
            elif name == "sym":
                code = integer_of_hex(attribute(node, "char"))
                words.parts.append(chr(code) if 31 < code < 0xD800 or 0xDFFF < code < 0xFFFE else "")
            elif name in {"footnoteReference", "endnoteReference"}:
                words.notes.append((name.removesuffix("Reference"), attribute(node, "id")))
            elif name == "AlternateContent":
                self._content(_choice(node), words)
            elif name in {"drawing", "pict", "object"}:
                self._empty = False
                words.boxes.extend(node.iter("{*}txbxContent"))
            elif name == "ruby":
                self._inline(child(node, "rubyBase") if child(node, "rubyBase") is not None else [], words)

    def _gather_notes(self, words: _ParagraphWords) -> None:
        """Reads the notes that a paragraph refers to; their marks are no part of its words."""
        for kind, note_id in words.notes:
            note = self._notes[kind].get(note_id)
            if note is None:
                continue
            self._note_counts[kind] += 1
            n = self._note_counts[kind]
            texts: list[str] = []
            changed = False
            for paragraph in note.iter("{*}p"):
                inner = _ParagraphWords()
                self._inline(paragraph, inner)
                changed = changed or inner.changed
                texts.append(" ".join(inner.text.split()))
            text = " ".join(t for t in texts if t)
            if text:
                mark = numeral("decimal" if kind == "footnote" else "lowerRoman", n)
                made = Paragraph(f"{mark} {text}", role=LineRole.NOTE, changed=changed)
                (self._page_notes if kind == "footnote" else self._endnotes).append(made)
                self.n_changed += changed

    # --- tables

    def _table(self, table: Any) -> None:
        rows = [row for row in _parts_of(table, "tr") if not _is_deleted(row)]
        cells = [
            [cell for cell in _parts_of(row, "tc") if child(child(cell, "tcPr"), "cellDel") is None] for row in rows
        ]
        widest = max(map(len, cells), default=0)
        if widest < 2 or any(len("".join(c.itertext("{*}t"))) > MAX_CELL for row in cells for c in row):
            for row in cells:
                for cell in row:
                    self.read(cell)
            return
        texts: list[list[str]] = []
        changed: list[bool] = []
        above: dict[int, str] = {}
        turns: list[tuple[int, int]] = []
        boxes: list[Any] = []
        notes: list[_ParagraphWords] = []
        heads = 0
        for n, (row, row_cells) in enumerate(zip(rows, cells, strict=True)):
            properties = child(row, "trPr")
            heads += heads == n and is_on(properties, "tblHeader")
            column = integer(attribute(child(properties, "gridBefore"), "val"))
            out: list[str] = [""] * column
            is_changed = child(properties, "ins") is not None
            before = after = 0
            for cell in row_cells:
                words, text = self._cell(cell)
                boxes.extend(words.boxes)
                notes.append(words)
                is_changed = is_changed or words.changed
                found = [m.start() for m in re.finditer(f"[{_BREAK}{_RENDERED}]", text)]
                leading = sum(not text[:at].strip(f" \n{_BREAK}{_RENDERED}") for at in found) if not any(out) else 0
                before, after = max(before, leading), max(after, len(found) - leading)
                text = " ".join(re.sub(f"[{_BREAK}{_RENDERED}]", " ", text).split())
                merge = child(child(cell, "tcPr"), "vMerge")
                if merge is not None and attribute(merge, "val", "continue") == "continue" and not text:
                    text = above.get(column, "")
                above[column] = text
                out.append(text)
                column += integer(attribute(child(child(cell, "tcPr"), "gridSpan"), "val", "1"), 1)
            texts.append(out)
            changed.append(is_changed)
            turns.append((before, after))
        for paragraph, (before, after) in zip(table_rows(texts, heads, changed), turns, strict=True):
            for _ in range(before):
                self._turn(is_set=False)
            if paragraph.text:
                self._empty = False
                self.pages[-1].append(paragraph)
                self.n_changed += paragraph.changed
                self._listed.append((len(self.pages) - 1, len(self.pages[-1]) - 1, None))
            for _ in range(after):
                self._turn(is_set=False)
        for words in notes:
            self._gather_notes(words)
        for box in boxes:
            self.read(box)

    def _cell(self, cell: Any) -> tuple[_ParagraphWords, str]:
        """The words of a cell, its paragraphs one behind the other with their numbers."""
        gathered = _ParagraphWords()
        texts: list[str] = []
        for paragraph in cell.iter("{*}p"):
            if any(local(a) in {"txbxContent", "Fallback"} for a in paragraph.iterancestors() if a is not cell):
                continue
            properties = child(paragraph, "pPr")
            letters = child(properties, "rPr")
            words = _ParagraphWords()
            self._inline(paragraph, words)
            gathered.changed = gathered.changed or words.changed or child(letters, "ins") is not None
            gathered.boxes.extend(words.boxes)
            gathered.notes.extend(words.notes)
            if child(letters, "del") is not None and not words.text.strip():
                continue
            style_id = attribute(child(properties, "pStyle"), "val") or self._styles.default
            place = self._numbers.place(properties, style_id)
            texts.append((self._numbers.next(place) if place else "") + words.text)
        return gathered, " ".join(t for t in texts if t)


_SIGN_BLANKS = {ord(sign): " " for sign in (_BREAK, _RENDERED, "\n", "\r", "\t")}


def integer_of_hex(text: str) -> int:
    """The number that hexadecimal digits write, or 0."""
    try:
        return int(text, 16)
    except ValueError:
        return 0


def _choice(alternatives: Any) -> Any:
    """The branch of alternatives that is read: the first that newer programs would take, else the fallback."""
    chosen = child(alternatives, "Choice")
    found = chosen if chosen is not None and len(chosen) else child(alternatives, "Fallback")
    return [] if found is None else found


def _holds_text(element: Any) -> bool:
    return any((t.text or "").strip() for t in element.iter("{*}t", "{*}delText"))


def _by_id(root: Any | None, kind: str) -> dict[str, Any]:
    """The notes of a part by their ids, without the lines that separate them from the text."""
    found = [] if root is None else children(root, kind)
    return {attribute(n, "id"): n for n in found if attribute(n, "type", "normal") == "normal"}


def _parts_of(whole: Any, part: str) -> Iterable[Any]:
    """The rows of a table ("tr") or the cells of a row ("tc"), also within the elements that only hold others."""
    for node in whole:
        name = local(node)
        if name == part:
            yield node
        elif name in _CONTAINERS:
            yield from _parts_of(node, part)


def _is_deleted(row: Any) -> bool:
    return child(child(row, "trPr"), "del") is not None
