"""Finds tables and figures as units, each by its caption, for documents that have numbered units. Pure.

The unit is the caption alone: where a table ends is not known, and its words stay in the unit around it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import replace
from typing import TYPE_CHECKING

from ingest.layout.line_features import SENTENCE_END, line_features
from ingest.units.assembly import tidy
from ingest.units.general.marks import start_of
from kb.types import Span, Unit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.layout.layout import Layout
    from ingest.layout.line_features import LineFeatures
    from kb.types import Edition

_HEAD_OF_TABLE = re.compile(
    r"[<〈《\[［【]?\s?(?:(?P<table>Table|Tabla|Cuadro|Tableau|Tabelle|Tabella|Tabela|표)"
    r"|(?P<figure>Figure|Fig\.|Figura|Gráfico|Abbildung|Abb\.|그림|도표))\s?(?:n[º°.]\s?|No\.\s?)?"
    r"(?P<n>(?:[A-Z][.-]?)?\d{1,3}(?:[.-]\d{1,3})?)(?P<after>\s?[>〉》\]］】]\s?|\s?[.:|–—-]+\s+|\s?[:.]?$|\s+)(?P<title>.*)$",
    re.IGNORECASE,
)
_CAPTION_GOES_ON = re.compile(r"\W*\b(?:continued|cont[’']?d?|suite|continuación|fortsetzung|계속)\W*$", re.IGNORECASE)
_MOST_HEAD_OF_TABLE = 300
_LONG_ROW = 60
"""Letters from which a line is long enough for its sentence to go on in the next."""


def with_captions(units: Sequence[Unit], layout: Layout, edition: Edition) -> list[Unit]:
    """The units of a document and its captions, in reading order; unchanged if there are no units.

    A number that two different captions have is that of neither.
    """
    if not units:
        return list(units)
    found: dict[str, tuple[Span, str, str, str]] = {}
    twice: set[str] = set()
    features = line_features(layout)
    for i in range(len(features.texts)):
        if (caption := _caption_on(features, i)) is None:
            continue
        kind, number, title, span = caption
        key = f"{kind}:{number.replace('-', '.')}"
        before = found.setdefault(key, (span, kind, number, title))
        again = _CAPTION_GOES_ON.sub("", title)
        if before[0] != span and again and before[3].casefold() != again.casefold():
            twice.add(key)
    taken = {unit.unit_id for unit in units}
    pages = [page.start for page in layout.pages]
    out = list(units)
    for key, (span, kind, number, title) in found.items():
        unit_id = f"{edition.urn}:{key}"
        if key in twice or unit_id in taken:
            continue
        around = [u for u in units if u.span.start <= span.start and span.end <= u.span.end]
        page = bisect_right(pages, span.start)
        out.append(
            Unit(
                *(unit_id, edition.doc_id, edition.doc_id, kind, number, f"{kind.capitalize()} {number}", tidy(title)),
                *(span, span, page, page),
                parent_id=around[-1].unit_id if around else None,
            )
        )
    out.sort(key=lambda unit: unit.span.start)
    return [replace(unit, order=n) for n, unit in enumerate(out)]


def _caption_on(features: LineFeatures, i: int) -> tuple[str, str, str, Span] | None:
    """The kind, the number, the title and the place of the caption that a line begins with. A sentence that begins with
    "Table 4 shows", or whose line happens to begin with the number, is none; a caption that is a number alone has its
    title in the next line."""
    lines, text = features.layout.lines, features.texts[i]
    match = _HEAD_OF_TABLE.match(text) if len(text) <= _MOST_HEAD_OF_TABLE and i not in features.notes else None
    if match is None or _runs_into(features, i):
        return None
    title, end = match["title"].strip(), lines[i].end
    if not match["after"].strip() and title and not re.match(r"[A-ZÀ-Þ가-힣\d“\"'‘(「]", title):
        return None
    below = features.texts[i + 1] if i + 1 < len(lines) and lines[i + 1].page == lines[i].page else ""
    if not title and below and len(below) <= _MOST_HEAD_OF_TABLE and i + 1 not in features.notes:
        title, end = below.strip(), lines[i + 1].end
    return ("table" if match["table"] else "figure", match["n"].upper(), title, Span(start_of(features, i), end))


def _runs_into(features: LineFeatures, i: int) -> bool:
    """Whether a line goes on with the sentence of the long line above it, which is printed alike."""
    if not i:
        return False
    above, line, words = features.layout.lines[i - 1], features.layout.lines[i], features.texts[i - 1]
    next_row = above.page == line.page and features.layout.text[above.end : line.start].count("\n") <= 1
    alike = abs(above.size - line.size) < 0.03 and above.bold == line.bold and i - 1 not in features.heads
    open_ended = len(words) > _LONG_ROW and not SENTENCE_END.search(words) and _HEAD_OF_TABLE.match(words) is None
    return next_row and alike and open_ended
