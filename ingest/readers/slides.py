"""Reads presentations as source pages, one for each slide, so that a page number is the number of the slide.

Hidden slides are left out and named in a note; speaker's notes are kept apart from the words on the slide.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ingest.layout.source_page import FileContent, LineRole
from ingest.readers.flow import INDENT, Paragraph, flow_page, table_rows
from ingest.readers.numbering import BULLET, numeral
from ingest.readers.package import attribute, child, children, local, open_package
from ingest.readers.word_numbering import integer
from kb.errors import UnreadableError
from kb.types import Notice, PageKind, notice

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ingest.layout.source_page import SourcePage
    from ingest.readers.package import Package

MAX_SLIDES = 5_000
_TITLE_KINDS = frozenset({"title", "ctrTitle"})
_NOT_SHOWN = frozenset({"dt", "ftr", "hdr", "sldNum", "sldImg"})
_NUMBER_FORMS = {
    "arabic": "decimal",
    "alphaLc": "lowerLetter",
    "alphaUc": "upperLetter",
    "romanLc": "lowerRoman",
    "romanUc": "upperRoman",
    "circleNum": "decimalEnclosedCircle",
}
_ENDS = {"Period": ("", "."), "ParenR": ("", ")"), "ParenBoth": ("(", ")"), "Plain": ("", ""), "DbPlain": ("", "")}


def read_pptx(path: Path) -> FileContent:
    """The slides in the order of the presentation: title, text and table rows, then the speaker's notes.

    :raises UnreadableError: the file is not a presentation, or has no words.
    :raises EncryptedError: a password is needed.
    :raises TooLargeError: the file exceeds the bounds of :mod:`ingest.readers.package`.
    """
    with open_package(path, "presentation", ".pptx") as package:
        main = package.related("", "officeDocument") or "ppt/presentation.xml"
        parts = package.relations(main)
        listed = child(package.needed(main), "sldIdLst")
        ids = [] if listed is None else [_relation_id(slide) for slide in children(listed, "sldId")]
        names = [parts[rid][1] for rid in ids if rid in parts][:MAX_SLIDES]
        pages: list[SourcePage] = []
        hidden: list[int] = []
        for number, name in enumerate(names, 1):
            slide = package.needed(name)
            if attribute(slide, "show", "1") in {"0", "false"}:
                hidden.append(number)
                pages.append(flow_page(number, [], PageKind.SLIDE))
                continue
            paragraphs = [*_shown_paragraphs(slide), *_speaker_notes(package, name)]
            pages.append(flow_page(number, paragraphs, PageKind.SLIDE))
        metadata = package.metadata()
    if not any(page.text.strip() for page in pages):
        raise UnreadableError(notice("slides without words", file=path.name))
    notes: list[Notice] = []
    if hidden:
        numbers = ", ".join(map(str, hidden))
        notes.append(notice("note hidden slides" if len(hidden) > 1 else "note hidden slide", numbers=numbers))
    return FileContent(pages, [], metadata, notes)


def _relation_id(element: Any) -> str:
    """The id of a relation, which is beside an id of the element's own."""
    return next((str(v) for k, v in element.items() if k.endswith("}id")), "")


def _shown_paragraphs(slide: Any) -> list[Paragraph]:
    """The text of a slide: its title first, then its shapes in the order of the file."""
    titles: list[Paragraph] = []
    rest: list[Paragraph] = []
    for shape in _shapes(slide):
        kind = _placeholder_kind(shape)
        if kind in _NOT_SHOWN:
            continue
        if local(shape) == "graphicFrame":
            for table in shape.iter("{*}tbl"):
                rest.extend(_table_paragraphs(table))
            continue
        body = child(shape, "txBody")
        if body is not None:
            (titles if kind in _TITLE_KINDS else rest).extend(
                _body_texts(body, kind in _TITLE_KINDS, kind in {"body", "", "obj"})
            )
    return titles + rest


def _shapes(element: Any) -> Iterator[Any]:
    for node in element:
        name = local(node)
        if name in {"cSld", "spTree", "grpSp"}:
            yield from _shapes(node)
        elif name == "AlternateContent":
            chosen = child(node, "Choice")
            yield from _shapes(chosen if chosen is not None else (child(node, "Fallback") or []))
        elif name in {"sp", "graphicFrame"} and not _is_unseen(node):
            yield node


def _is_unseen(shape: Any) -> bool:
    properties = next(shape.iter("{*}cNvPr"), None)
    return properties is not None and attribute(properties, "hidden") in {"1", "true"}


def _placeholder_kind(shape: Any) -> str:
    """The kind of a placeholder ("title"); "-" for a shape that is none."""
    found = next(shape.iter("{*}ph"), None)
    return "-" if found is None else attribute(found, "type")


def _body_texts(body: Any, is_title: bool, is_listed: bool) -> list[Paragraph]:
    counts: dict[int, tuple[str, int]] = {}
    out: list[Paragraph] = []
    for paragraph in children(body, "p"):
        text = _paragraph_text(paragraph)
        if not text.strip():
            continue
        properties = child(paragraph, "pPr")
        level = integer(attribute(properties, "lvl"))
        mark = "" if is_title else _list_mark(properties, level, counts, is_listed)
        out.append(Paragraph(mark + text, depth=1 if is_title else 0, indent=INDENT * level))
    if is_title and len(out) > 1:
        return [Paragraph(" ".join(p.text.replace("\n", " ") for p in out), depth=1)]
    return out


def _list_mark(properties: Any | None, level: int, counts: dict[int, tuple[str, int]], is_listed: bool) -> str:
    """The number or bullet before a paragraph, as its own properties name it; a placeholder's own text has bullets."""
    for deeper in [k for k in counts if k > level]:
        del counts[deeper]
    auto = child(properties, "buAutoNum")
    if auto is not None:
        kind = attribute(auto, "type", "arabicPeriod")
        form = next((f for f in _NUMBER_FORMS if kind.startswith(f)), "arabic")
        start = integer(attribute(auto, "startAt", "1"), 1)
        before = counts.get(level)
        n = before[1] + 1 if before and before[0] == kind else start
        counts[level] = (kind, n)
        opening, closing = _ENDS.get(kind.removeprefix(form), ("", "."))
        return f"{opening}{numeral(_NUMBER_FORMS[form], n)}{closing} "
    counts.pop(level, None)
    if child(properties, "buNone") is not None:
        return ""
    return f"{BULLET} " if child(properties, "buChar") is not None or (is_listed and level > 0) else ""


def _paragraph_text(paragraph: Any) -> str:
    parts: list[str] = []
    for node in paragraph:
        name = local(node)
        if name in {"r", "fld"}:
            text = child(node, "t")
            parts.append("" if text is None else " ".join((text.text or "").split("\n")))
        elif name == "br":
            parts.append("\n")
        elif name in {"AlternateContent", "m"}:
            parts.append("".join(t.text or "" for t in node.iter("{*}t")))
    return "".join(parts).replace("\v", "\n").strip()


def _table_paragraphs(table: Any) -> list[Paragraph]:
    """The rows of a table; a cell that spans rows is in each of them."""
    rows: list[list[str]] = []
    for row in children(table, "tr"):
        out: list[str] = []
        for n, cell in enumerate(children(row, "tc")):
            if attribute(cell, "hMerge") in {"1", "true"}:
                continue
            if attribute(cell, "vMerge") in {"1", "true"} and rows and n < len(rows[-1]):
                out.append(rows[-1][n])
                continue
            body = child(cell, "txBody")
            out.append(" ".join(_paragraph_text(p) for p in children(body, "p")) if body is not None else "")
        rows.append(out)
    heads = int(attribute(child(table, "tblPr"), "firstRow") in {"1", "true"} and len(rows) > 1)
    return table_rows(rows, heads)


def _speaker_notes(package: Package, slide: str) -> list[Paragraph]:
    name = package.related(slide, "notesSlide")
    root = package.xml(name) if name else None
    out: list[Paragraph] = []
    for shape in [] if root is None else _shapes(root):
        body = child(shape, "txBody")
        if _placeholder_kind(shape) == "body" and body is not None:
            texts = [_paragraph_text(p) for p in children(body, "p")]
            out.extend(Paragraph(text, role=LineRole.NOTE) for text in texts if text)
    return out
