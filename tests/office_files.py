"""Office files made part by part, so that a test says which XML stands in them."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from ingest.layout.source_page import FileContent

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def relations(targets: Mapping[str, tuple[str, str]]) -> str:
    """A part of relations: id → (the last word of the type, the target)."""
    inside = "".join(
        f'<Relationship Id="{rid}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for rid, (kind, target) in targets.items()
    )
    return f'<Relationships xmlns="{_RELATIONS}">{inside}</Relationships>'


def packed(path: Path, parts: Mapping[str, str | bytes]) -> Path:
    """A zip archive of these parts."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return path


def word_file(path: Path, body: str, **parts: str) -> Path:
    """A Word file with this body; ``parts`` are styles, numbering, footnotes, endnotes and header1."""
    roots = {"styles": "styles", "numbering": "numbering", "footnotes": "footnotes", "endnotes": "endnotes"}
    made: dict[str, str | bytes] = {
        "_rels/.rels": relations({"r1": ("officeDocument", "word/document.xml")}),
        "word/document.xml": f"<w:document {W}><w:body>{body}</w:body></w:document>",
        "word/_rels/document.xml.rels": relations({name: (roots.get(name, "header"), f"{name}.xml") for name in parts}),
    }
    for name, content in parts.items():
        root = roots.get(name, "hdr")
        made[f"word/{name}.xml"] = f"<w:{root} {W}>{content}</w:{root}>"
    return packed(path, made)


def run(words: str, properties: str = "") -> str:
    """A run of a Word paragraph."""
    inside = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f'<w:r>{inside}<w:t xml:space="preserve">{words}</w:t></w:r>'


def paragraph(*runs: str, style: str = "", number: tuple[int, int] | None = None, more: str = "") -> str:
    """A Word paragraph; ``number`` is (list, level), a run without markup is words."""
    properties = f'<w:pStyle w:val="{style}"/>' if style else ""
    if number:
        properties += f'<w:numPr><w:ilvl w:val="{number[1]}"/><w:numId w:val="{number[0]}"/></w:numPr>'
    inside = "".join(each if each.startswith("<") else run(each) for each in runs)
    return f"<w:p><w:pPr>{properties}{more}</w:pPr>{inside}</w:p>"


def table(*rows: tuple[str, ...], head: bool = False) -> str:
    """A Word table; with ``head`` its first row is marked as column heads."""
    out = ""
    for n, row in enumerate(rows):
        marked = "<w:trPr><w:tblHeader/></w:trPr>" if head and not n else ""
        cells = "".join(f"<w:tc>{cell if cell.startswith('<') else paragraph(cell)}</w:tc>" for cell in row)
        out += f"<w:tr>{marked}{cells}</w:tr>"
    return f"<w:tbl>{out}</w:tbl>"


def levels(*written: tuple[str, str], start: int = 1) -> str:
    """The levels of a list: (form, text) from the outermost in."""
    return "".join(
        f'<w:lvl w:ilvl="{n}"><w:start w:val="{start}"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/></w:lvl>'
        for n, (form, text) in enumerate(written)
    )


def texts(content: FileContent) -> list[list[str]]:
    """The lines of each page."""
    return [[page.text[line.start : line.end] for line in page.lines] for page in content.pages]
