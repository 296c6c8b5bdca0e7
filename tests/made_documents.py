"""Documents as organisations write them, in our own words, from the texts in ``tests/data/made``.

There are policies in Word with parts whose clauses begin again, a Korean regulation, a French charter, a Spanish guide,
a standard with annexes, a checklist, and rules in Markdown and in plain text.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from tests.office_files import levels, paragraph, run, table, word_file
from tests.paths import ROOT

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_TEXTS = ROOT / "tests" / "data" / "made"
_STYLES = "".join(
    f'<w:style w:type="paragraph" w:styleId="{name.title().replace(" ", "")}"><w:name w:val="{name}"/>'
    f'<w:pPr>{outline}</w:pPr><w:rPr><w:b/><w:sz w:val="{size}"/></w:rPr></w:style>'
    for name, size, outline in (
        ("heading 1", 32, '<w:outlineLvl w:val="0"/>'),
        ("heading 2", 26, '<w:outlineLvl w:val="1"/>'),
        ("heading 3", 23, '<w:outlineLvl w:val="2"/>'),
        ("title", 48, ""),
    )
)
_LEVELS = levels(("upperRoman", "Part %1"), ("decimal", "%2."), ("lowerLetter", "(%3)"), ("lowerRoman", "(%4)"))
_NUMBERS = (
    f'<w:abstractNum w:abstractNumId="0">{_LEVELS}</w:abstractNum>'
    '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
)


def made_documents(folder: Path) -> list[Path]:
    """The files, written to a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    guide = "Guía para la adquisición responsable de sistemas de inteligencia artificial"
    standard = "Harbour machinery – Automatic mooring aids – Requirements for learning systems"
    agency = "Agencia Municipal de Innovación de Valdeplata, noviembre de 2024"
    return [
        *(
            shutil.copy(_TEXTS / name, folder / name)
            for name in ("hanbit.txt", "charte.html", "lindholm.md", "panel.txt")
        ),
        word_file(folder / "northgate.docx", _northgate(), styles=_STYLES, numbering=_NUMBERS),
        word_file(folder / "halden.docx", _halden(), styles=_STYLES),
        word_file(folder / "valdeplata.docx", _outlined("valdeplata", [guide], agency), styles=_STYLES),
        word_file(
            folder / "mooring.docx",
            _outlined("mooring", ["HMS 4410:2024", standard], "Second edition, 2024-10"),
            styles=_STYLES,
        ),
        word_file(
            folder / "checklist.docx",
            _outlined("checklist", ["AI control checklist"], "Quayside Insurance, March 2025"),
            styles=_STYLES,
        ),
    ]


def _lines(name: str) -> list[str]:
    return (_TEXTS / f"{name}.txt").read_text("utf-8").strip().split("\n")


def _northgate() -> str:
    """A policy whose parts, clauses and points Word numbers itself; each line of the text begins with its level."""
    body = paragraph("Policy on the Use of Artificial Intelligence Systems", style="Title")
    body += paragraph("Northgate Water Services Ltd")
    body += paragraph("Document no. NWS-POL-017, version 3.2, approved by the Board on 14 May 2025")
    for line in _lines("northgate"):
        level, words = int(line[0]), line[2:]
        body += paragraph(words, style="" if level else "Heading1", number=(1, level))
    body += paragraph("Schedule 1", style="Heading1") + paragraph("Systems that are always refused", style="Heading2")
    body += paragraph("1. Systems that score employees by their expression of emotion.")
    body += paragraph("2. Systems that decide on disconnection without review by a person.")
    return body + paragraph("3. Systems whose supplier does not disclose the origin of the training data.")


def _halden() -> str:
    """A policy whose clauses are typed and begin again in each part."""
    body = paragraph("Acceptable Use Policy for Generative Tools", style="Title")
    body += paragraph("Halden University Library, Policy No. 12/2024, 3 September 2024")
    for line in _lines("halden"):
        large = line.startswith(("PART", "Annex"))
        body += paragraph(run(line, '<w:b/><w:sz w:val="28"/>') if large else line)
    return body


def _outlined(name: str, titles: Sequence[str], imprint: str) -> str:
    """A text whose headings are marked "# ", "## " and "### ", and whose tables are rows with bars."""
    body = "".join(paragraph(title, style="Title") for title in titles) + paragraph(imprint)
    rows: list[tuple[str, ...]] = []
    for line in [*_lines(name), ""]:
        if "|" in line:
            rows.append(tuple(line.split("|")))
            continue
        body += table(*rows, head=True) if rows else ""
        rows = []
        level = len(line) - len(line.lstrip("#"))
        body += paragraph(line.lstrip("# "), style=f"Heading{level}" if level else "") if line else ""
    return body
