"""Finds boxes ("Box 2.1") and definitions ("'term' means …") as units of a numbered document. Pure.

A box ends where its page ends, at the next heading, and at the next number around it. A definition is a unit only where
it stands in a list of them; it ends where the next begins.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ingest.layout.line_features import SENTENCE_END
from ingest.units.assembly import UnitDraft, slug
from ingest.units.general.marks import start_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.layout.line_features import LineFeatures

_BOX = re.compile(
    r"(?P<word>Box|BOX|Recuadro|RECUADRO|Cuadro|Encadré|Kasten|Riquadro|글상자|박스)\s?(?:n\s?[º°.]\s?|No\.\s?)?"
    r"(?P<n>\d{1,2}(?:\.\d{1,2})?|[A-H])(?:\s?[.:–—-]\s*|\s+|$)(?P<title>.*)$"
)
_TERM_MEANS = re.compile(
    r"[‘“\"'「](?P<term>[^‘’“”\"'「」]{2,80})[’”\"'」]\s?(?:\([^)]{1,40}\)\s)?"
    r"(?:means|shall mean|refers to|ha(?:s|ve) the (?:same )?meaning|is defined as|denotes|designa|significa"
    r"|se entiende|désigne|(?:이)?란|(?:이)?라\s?함은)"
)
_POINT_OF_DEFINITION = re.compile(r"\(?(?:[a-z]{1,2}|[ivx]{1,4}|\d{1,2})[.)]\s|[•·▪–-]\s|[①-⑳]|[가-하]\.")
_LEAST_DEFINITIONS = 3
_MOST_TITLE = 160


def boxes(features: LineFeatures, rank: int) -> list[tuple[int, UnitDraft]]:
    """The boxes of a document whose heads are printed as such, each number once."""
    lines, texts = features.layout.lines, features.texts
    out: list[tuple[int, UnitDraft]] = []
    seen: set[str] = set()
    for i, text in enumerate(texts):
        match = _BOX.match(text)
        if match is None or match["n"] in seen or i in features.notes or i in features.contents:
            continue
        title = match["title"].strip()
        headed = i in features.heads or lines[i].bold or lines[i].size > 1.05
        short = len(text) <= _MOST_TITLE and not re.search(r"[.;,]$", title) and not title[:1].islower()
        if not (short and headed):
            continue
        seen.add(match["n"])
        draft = UnitDraft("box", match["n"], f"box:{match['n'].lower()}", f"{match['word'].capitalize()} {match['n']}",
                          title, start_of(features, i), rank, lines[i].end)  # fmt: skip
        draft.limit = _end_of_box(features, i)
        out.append((i, draft))
    return out


def _end_of_box(features: LineFeatures, i: int) -> int:
    """The latest possible end of a box: the next heading, or the end of its page."""
    lines = features.layout.lines
    for j in range(i + 1, len(lines)):
        if lines[j].page != lines[i].page or (j in features.heads and j - 1 not in features.heads and j > i + 1):
            return lines[j].start
    return lines[-1].end


def definitions(features: LineFeatures, taken: frozenset[int], rank: int) -> list[tuple[int, UnitDraft]]:
    """The definitions of a list without numbers: three or more, each at the start of a line."""
    found: list[tuple[int, re.Match[str]]] = []
    for i, text in enumerate(features.texts):
        match = _TERM_MEANS.match(text) if i not in taken and i not in features.notes else None
        if match is not None and slug(match["term"]):
            found.append((i, match))
    if len(found) < _LEAST_DEFINITIONS:
        return []
    keys: Sequence[str] = [slug(match["term"]) for _, match in found]
    out = []
    for (i, match), key in zip(found, keys, strict=True):
        if keys.count(key) > 1:
            continue
        start = start_of(features, i)
        path = f"Definition of “{match['term']}”"
        draft = UnitDraft("definition", key, f"definition:{key}", path, match["term"], start, rank, start)
        draft.limit = _end_of_definition(features, i)
        out.append((i, draft))
    return out


def _end_of_definition(features: LineFeatures, i: int) -> int:
    """The latest possible end of a definition's paragraph, with the points (a), (b) that belong to it."""
    lines, texts = features.layout.lines, features.texts
    for j in range(i + 1, len(lines)):
        ended = bool(SENTENCE_END.search(texts[j - 1])) and texts[j - 1][-1] not in ":;,"
        if j in features.heads or (ended and not _POINT_OF_DEFINITION.match(texts[j]) and not texts[j][:1].islower()):
            return lines[j].start
    return lines[-1].end
