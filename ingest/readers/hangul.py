"""Reads Hangul documents (HWPX, the zipped XML of OWPML) as source pages.

Tracked changes are accepted, automatic numbers are written out, notes are separate; headers, footers and hidden
comments are left out. Pages follow the page breaks that the author set, and the sections.
"""

from __future__ import annotations

import re
from collections import Counter as Tally
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from ingest.layout.source_page import FileContent, LineRole
from ingest.readers.flow import INDENT, MAX_CELL, Paragraph, changes_note, flow_page, table_rows
from ingest.readers.numbering import BULLET, Counter, Level
from ingest.readers.package import attribute, child, children, local, open_package
from ingest.readers.word_numbering import integer
from kb.errors import EncryptedError, UnreadableError
from kb.types import PageKind, notice

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from ingest.readers.package import Package

_SECTION_PART = re.compile(r"contents/section(\d+)\.xml")
_NUMERALS = {
    "DIGIT": "decimal",
    "CIRCLED_DIGIT": "decimalEnclosedCircle",
    "ROMAN_CAPITAL": "upperRoman",
    "ROMAN_SMALL": "lowerRoman",
    "LATIN_CAPITAL": "upperLetter",
    "LATIN_SMALL": "lowerLetter",
    "HANGUL_SYLLABLE": "ganada",
    "HANGUL_JAMO": "chosung",
    "HANGUL_PHONETIC": "koreanCounting",
    "IDEOGRAPH": "chineseCounting",
}
_INSIDE_WORDS = {"tab": " ", "lineBreak": "\n", "hyphen": "-", "nbSpace": "\u00a0", "fwSpace": " "}
_OUTLINE_STYLE = re.compile(r"(?:개요|outline)\s*(\d{1,2})", re.IGNORECASE)
_SENTENCE = re.compile(r"[.,;:?!。]$")
MAX_HEADING_CHARS = 100


def read_hwpx(path: Path) -> FileContent:
    """The paragraphs and table rows of the sections in order; footnotes are at the end of their page, endnotes at the
    end.

    :raises UnreadableError: the file is not a HWPX document, or has no text.
    :raises EncryptedError: a password is needed.
    :raises TooLargeError: the file exceeds the bounds of :mod:`ingest.readers.package`.
    """
    with open_package(path, "HWPX document", ".hwpx") as package:
        manifest = package.xml("META-INF/manifest.xml")
        if manifest is not None and any(local(e) == "encryption-data" for e in manifest.iter()):
            raise EncryptedError(notice("file protected", file=path.name))
        reader = _HangulReader(_Definitions(package.xml("Contents/header.xml")))
        for name in _section_parts(package):
            reader.read_section(package.needed(name))
        reader.finish()
        metadata = _hpf_metadata(package)
    if not any(p.text for page in reader.pages for p in page):
        raise UnreadableError(notice("document without text", file=path.name))
    kind = PageKind.BREAKS if len(reader.pages) > 1 else PageKind.FLOW
    notes = changes_note(reader.n_changed)
    if kind is PageKind.FLOW:
        notes.append(notice("note no page breaks"))
    pages = [flow_page(n, page, kind) for n, page in enumerate(reader.pages, 1)]
    return FileContent(pages, [], metadata, notes)


def _section_parts(package: Package) -> list[str]:
    """The parts that hold the text, in the order in which the file's spine or else their names put them."""
    found = {name: int(m.group(1)) for name in package.names if (m := _SECTION_PART.fullmatch(name))}
    if not found:
        raise package.unreadable("it has no section")
    root = package.xml("Contents/content.hpf")
    order: list[str] = []
    if root is not None:
        targets = {attribute(e, "id"): attribute(e, "href").casefold() for e in root.iter() if local(e) == "item"}
        spine = [targets.get(attribute(e, "idref"), "") for e in root.iter() if local(e) == "itemref"]
        order = [n for n in (t if t.startswith("contents/") else f"contents/{t}" for t in spine) if n in found]
    rest = sorted((n for n in found if n not in order), key=lambda name: found[name])
    return [*dict.fromkeys(order), *rest]


def _hpf_metadata(package: Package) -> dict[str, str]:
    root = package.xml("Contents/content.hpf")
    out: dict[str, str] = {}
    names = {"creator": "Author", "CreatedDate": "CreationDate", "ModifiedDate": "ModDate"}
    for element in [] if root is None else root.iter():
        text = " ".join((element.text or "").split())[:500]
        if text and local(element) == "title":
            out["Title"] = text
        elif text and local(element) == "meta" and attribute(element, "name") in names:
            out[names[attribute(element, "name")]] = text
    return out


class _Definitions:
    """The definitions in the header of a document: letters, paragraphs with their numbers, lists, styles."""

    def __init__(self, root: Any | None) -> None:
        self.letters: dict[str, tuple[int, bool]] = {}
        self.heads: dict[str, tuple[str, str, int]] = {}
        self.lists: dict[str, dict[int, Level]] = {}
        self.styles: dict[str, tuple[str, str]] = {}
        for element in [] if root is None else root.iter():
            name, own_id = local(element), attribute(element, "id")
            if name == "charPr":
                self.letters[own_id] = (integer(attribute(element, "height")), child(element, "bold") is not None)
            elif name == "paraPr":
                heading = next((e for e in element.iter() if local(e) == "heading"), None)
                kind = attribute(heading, "type", "NONE")
                self.heads[own_id] = (kind, attribute(heading, "idRef"), integer(attribute(heading, "level")))
            elif name == "numbering":
                self.lists[own_id] = {
                    integer(attribute(head, "level"), 1) - 1: Level(
                        _NUMERALS.get(attribute(head, "numFormat"), "decimal"),
                        re.sub(r"\^([1-9])", r"%\1", "".join(head.itertext()).strip()),
                        integer(attribute(head, "start", "1"), 1),
                    )
                    for head in children(element, "paraHead")
                }
            elif name == "style":
                self.styles[own_id] = (attribute(element, "name"), attribute(element, "paraPrIDRef"))


@dataclass
class _Collected:
    """The parts of one paragraph, as they are collected."""

    parts: list[str] = field(default_factory=list)
    changed: bool = False
    inside: list[Any] = field(default_factory=list)
    notes: list[Any] = field(default_factory=list)
    weights: Tally[str] = field(default_factory=Tally)

    @property
    def text(self) -> str:
        return "\n".join(" ".join(line.split(" ")).strip() for line in "".join(self.parts).split("\n")).strip()


@dataclass
class _HangulReader:
    """Reads the sections of one document once, in order."""

    known: _Definitions
    pages: list[list[Paragraph]] = field(default_factory=lambda: [[]])
    n_changed: int = 0

    def __post_init__(self) -> None:
        self._counters: dict[str, Counter] = {}
        self._outline = ""
        self._deleting = False
        self._footnotes: list[Paragraph] = []
        self._endnotes: list[Paragraph] = []
        self._n_notes: Tally[str] = Tally()
        self._sizes: Tally[int] = Tally()
        self._sized: list[tuple[int, int, int]] = []

    def read_section(self, root: Any) -> None:
        """Reads one section, which begins a page."""
        shape = next((e for e in root.iter() if local(e) == "secPr"), None)
        self._outline = attribute(shape, "outlineShapeIDRef") or self._outline
        if any(self.pages) or len(self.pages) > 1:
            self._turn()
        for paragraph in children(root, "p"):
            self._paragraph(paragraph, is_outer=True)

    def finish(self) -> None:
        """Puts the last notes in their place, and gives large short paragraphs their size."""
        self.pages[-1].extend([*self._footnotes, *self._endnotes])
        usual = self._sizes.most_common(1)[0][0] if self._sizes else 0
        for page, at, size in self._sized:
            paragraph = self.pages[page][at]
            if usual and size > 1.15 * usual and len(paragraph.text) < 160:
                self.pages[page][at] = replace(paragraph, depth=0, size=size / usual, bold=True)

    def _turn(self) -> None:
        self.pages[-1].extend(self._footnotes)
        self._footnotes = []
        self.pages.append([])

    def _paragraph(self, element: Any, is_outer: bool = False) -> None:
        """Reads a paragraph, then the tables and boxes that are in it."""
        if is_outer and attribute(element, "pageBreak") in {"1", "true"} and any(self.pages):
            self._turn()
        found = _Collected()
        self._collect(element, found)
        text = found.text
        number, depth, level = self._number(element)
        if text:
            heading = depth if len(text) <= MAX_HEADING_CHARS and not _SENTENCE.search(text) else 0
            letters = (
                self.known.letters.get(found.weights.most_common(1)[0][0], (0, False)) if found.weights else (0, False)
            )
            bold = letters[1] and len(text) <= MAX_HEADING_CHARS
            made = Paragraph(
                number + text, heading, indent=0.0 if heading else INDENT * level, changed=found.changed, bold=bold
            )
            self.pages[-1].append(made)
            self._sizes[letters[0]] += len(text)
            self._sized.append((len(self.pages) - 1, len(self.pages[-1]) - 1, letters[0]))
            self.n_changed += found.changed
        for inner in found.inside:
            if local(inner) == "tbl":
                self._table(inner)
            else:
                for paragraph in _own_paragraphs(inner):
                    self._paragraph(paragraph)
        for note in found.notes:
            self._note(note)

    def _number(self, element: Any) -> tuple[str, int, int]:
        """The number before a paragraph, its depth as a heading (0 for none), and its level."""
        style, of_style = self.known.styles.get(attribute(element, "styleIDRef"), ("", ""))
        kind, list_id, level = self.known.heads.get(attribute(element, "paraPrIDRef") or of_style, ("NONE", "", 0))
        named = _OUTLINE_STYLE.fullmatch(style.strip())
        if kind == "BULLET":
            return f"{BULLET} ", 0, level
        if kind not in {"NUMBER", "OUTLINE"}:
            return "", (integer(named.group(1)) if named else 0), level
        name = self._outline if kind == "OUTLINE" else list_id
        levels: Mapping[int, Level] = self.known.lists.get(name, {})
        counter = self._counters.setdefault(f"{kind} {name}", Counter())
        shown = counter.advance(levels, level) if levels else ""
        return shown, (level + 1 if kind == "OUTLINE" else 0), level

    def _collect(self, paragraph: Any, found: _Collected) -> None:
        for run in children(paragraph, "run"):
            style = attribute(run, "charPrIDRef")
            for node in run:
                name = local(node)
                if name == "t":
                    before = len(found.parts)
                    self._words(node, found)
                    found.weights[style] += sum(len(part.strip()) for part in found.parts[before:])
                elif name == "ctrl":
                    found.notes.extend(children(node, "footNote", "endNote"))
                elif name == "equation":
                    script = child(node, "script")
                    found.parts.append("" if script is None else (script.text or ""))
                elif self._deleting:
                    continue
                elif name == "tbl" or any(local(e) == "drawText" for e in node.iter()):
                    found.inside.append(node)

    def _words(self, element: Any, found: _Collected) -> None:
        """The words of a text element; marks inside it begin and end what was inserted and deleted."""
        self._add(element.text, found)
        for node in element:
            name = local(node)
            if name in {"deleteBegin", "deleteEnd"}:
                self._deleting = name == "deleteBegin"
                found.changed = True
            elif name in {"insertBegin", "insertEnd"}:
                found.changed = True
            elif name in _INSIDE_WORDS and not self._deleting:
                found.parts.append(_INSIDE_WORDS[name])
            self._add(node.tail, found)

    def _add(self, text: str | None, found: _Collected) -> None:
        if text and not self._deleting:
            found.parts.append(re.sub(r"[\r\n\t]+", " ", text))

    def _note(self, note: Any) -> None:
        kind = local(note)
        self._n_notes[kind] += 1
        texts: list[str] = []
        changed = False
        for paragraph in _own_paragraphs(note):
            found = _Collected()
            self._collect(paragraph, found)
            texts.append(found.text.replace("\n", " "))
            changed = changed or found.changed
        text = " ".join(t for t in texts if t)
        if text:
            made = Paragraph(f"{self._n_notes[kind]}) {text}", role=LineRole.NOTE, changed=changed)
            (self._footnotes if kind == "footNote" else self._endnotes).append(made)
            self.n_changed += changed

    def _table(self, table: Any) -> None:
        rows = list(children(table, "tr"))
        cells = [list(children(row, "tc")) for row in rows]
        longest = max((len("".join(_text_parts(c))) for row in cells for c in row), default=0)
        if max(map(len, cells), default=0) < 2 or longest > MAX_CELL:
            for row in cells:
                for cell in row:
                    for paragraph in _own_paragraphs(cell):
                        self._paragraph(paragraph)
            return
        grid: dict[tuple[int, int], str] = {}
        changed: dict[int, bool] = {}
        heads: dict[int, bool] = {}
        notes: list[Any] = []
        for n, row in enumerate(cells):
            for k, cell in enumerate(row):
                address, span = child(cell, "cellAddr"), child(cell, "cellSpan")
                at_row = integer(attribute(address, "rowAddr", str(n)), n)
                at_column = integer(attribute(address, "colAddr", str(k)), k)
                text, is_changed = self._cell_words(cell, notes)
                for below in range(min(max(1, integer(attribute(span, "rowSpan", "1"), 1)), len(rows))):
                    grid[at_row + below, at_column] = text
                changed[at_row] = changed.get(at_row, False) or is_changed
                heads[at_row] = heads.get(at_row, True) and attribute(cell, "header") in {"1", "true"}
        last = max((r for r, _ in grid), default=-1)
        columns = sorted({c for _, c in grid})
        covered = [[grid[r, c] for c in columns if (r, c) in grid] for r in range(last + 1)]
        marked = next((r for r in range(last + 1) if not heads.get(r, False)), 0)
        made = [p for p in table_rows(covered, marked, [changed.get(r, False) for r in range(last + 1)]) if p.text]
        self.pages[-1].extend(made)
        self.n_changed += sum(p.changed for p in made)
        for note in notes:
            self._note(note)

    def _cell_words(self, cell: Any, notes: list[Any]) -> tuple[str, bool]:
        """The words of a cell and whether they were changed; its numbers count, and tables inside it are words."""
        texts: list[str] = []
        changed = False
        todo = list(_own_paragraphs(cell))[::-1]
        while todo:
            paragraph = todo.pop()
            found = _Collected()
            self._collect(paragraph, found)
            number = self._number(paragraph)[0]
            texts.append(number + found.text.replace("\n", " ") if found.text else "")
            changed = changed or found.changed
            notes.extend(found.notes)
            todo.extend([p for inner in found.inside for p in _own_paragraphs(inner)][::-1])
        return " ".join(t for t in texts if t), changed


def _own_paragraphs(element: Any) -> Iterator[Any]:
    """The outermost paragraphs inside an element, in order."""
    for node in element:
        if local(node) == "p":
            yield node
        elif local(node) not in {"header", "footer", "hiddenComment", "caption"}:
            yield from _own_paragraphs(node)


def _text_parts(element: Any) -> Iterator[str]:
    return (e.text or "" for e in element.iter() if local(e) == "t")
