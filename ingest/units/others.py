"""Finds the units of the Korean self-checklist and of compiled registers. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ingest.units.assembly import UnitDraft
from ingest.units.lists import indent

if TYPE_CHECKING:
    from collections.abc import Collection

    from ingest.layout.layout import Line
    from ingest.layout.line_features import LineFeatures
    from kb.types import Notice

_QUESTION = re.compile(r"E\s?(\d{2})\s?\.\s?(\d{2})(?!\d)\s*(?![,)와과및~-])")


def kisdi(features: LineFeatures) -> tuple[list[UnitDraft], list[Notice]]:
    """Questions "E07. 02" of the Korean self-checklist, each at its first occurrence."""
    found: list[UnitDraft] = []
    seen: set[str] = set()
    last = (0, 0)
    for i, text in enumerate(features.texts):
        match = _QUESTION.match(text)
        if not match or i in features.notes:
            continue
        at = (int(match.group(1)), int(match.group(2)))
        n = f"E{match.group(1)}.{match.group(2)}"
        follows = at == (last[0], last[1] + 1) or (at[0] == last[0] + 1 and at[1] == 1)
        if n in seen or not (follows or (at > last and not _due_later(features, i, last))):
            continue
        seen.add(n)
        last = at
        start = features.starts[i] + indent(features, i)
        found.append(UnitDraft("question", n, f"question:{n}", n, "", start, 3, start + match.end()))
    return found, []


def _due_later(features: LineFeatures, i: int, last: tuple[int, int]) -> bool:
    """Whether the question after the last one comes later; then this line only mentions another question."""
    for text in features.texts[i + 1 :]:
        match = _QUESTION.match(text)
        if match and (int(match.group(1)), int(match.group(2))) in {(last[0], last[1] + 1), (last[0] + 1, 1)}:
            return True
    return False


def register_units(features: LineFeatures, register_of: Collection[str]) -> tuple[list[UnitDraft], list[Notice]]:
    """Entries of a compiled register: "path — title [key]" below an edition's "ref — title [doc id]".

    Headings are recognised by size; a broken one continues in that size until its bracket closes. An edition's heading
    belongs to no entry.
    """
    found: list[UnitDraft] = []
    heading: list[Line] = []
    doc_id = ""
    line_text = features.layout.line_text
    for line in features.layout.lines:
        if line.size < 1.15:
            heading = []
            continue
        if heading and (line.page, round(line.size, 1)) != (heading[0].page, round(heading[0].size, 1)):
            heading = []
        heading.append(line)
        words = " ".join(" ".join(map(line_text, heading)).split())
        match = re.fullmatch(r"(?P<path>.+?) — (?P<title>.+) \[(?P<key>[^\[\]\s]+)\]", words)
        if match is None:
            continue
        start = heading[0].start
        if match["key"] in register_of:
            doc_id = match["key"]
            if found:
                found[-1].limit = start
        elif doc_id:
            found.append(
                UnitDraft("entry", "", f"{doc_id}|{match['key']}", match["path"], match["title"], start, 3, line.end)
            )
        heading = []
    return found, []
