"""Title pages for tests of recognition: read from a file, or made from a few words."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from ingest.bibliography.facts import find_facts
from ingest.layout.layout import lay_out
from ingest.layout.source_page import SourceLine, SourcePage
from ingest.readers.plain import read_plain
from kb import pdf
from kb.catalog.title_page import TitlePage
from tests.paths import first_pages_text

if TYPE_CHECKING:
    from pathlib import Path


def made(title: str, rest: str = "") -> TitlePage:
    """A title page with this title and these words beside it."""
    return TitlePage(f"{title} {rest}".strip(), (title,) if title else (), rest)


def _line(line: pdf.RawLine, height: float) -> SourceLine:
    top, bottom = 1 - line.y1 / height, 1 - line.y0 / height
    bold = line.weight >= 600
    return SourceLine(line.start, line.end, line.x0, line.x1, top, line.size, bold, bottom)


@cache
def title_page(path: Path) -> TitlePage:
    """What the first pages of a file say, without the rest being read: of a PDF five pages, without its metadata."""
    printed = path.suffix == ".pdf"
    if printed:
        with pdf.open_pdf(path) as document:
            raw = [pdf.read_page(document, n) for n in range(1, min(6, len(document) + 1))]
        pages = [
            SourcePage(r.index, r.text, tuple(_line(x, r.height) for x in r.lines if x.end <= len(r.text))) for r in raw
        ]
    else:
        pages = read_plain(path).pages
    known = {"oecd": "OECD", "unesco": "UNESCO", "ieee": "IEEE"}
    facts = find_facts(lay_out(pages), {}, path.stem, known, printed)
    return TitlePage(first_pages_text(path), facts.page.titles, facts.page.cover, facts.page.issuer)
