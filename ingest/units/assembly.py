"""Completes drafts of units with their ends, pages and ids. Pure."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.layout.line_features import SENTENCE_END
from ingest.layout.source_lists import REFERENCES
from kb.types import Edition, Span, Unit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.layout.line_features import LineFeatures

LIST_RANK = 20
"""Units of this rank and above are items of a list inside another unit; their numbering is checked list by list."""

_RULE = re.compile(r"(?:[\s_=*•·.–—-]{3,})?")
_BACK_MATTER = re.compile(
    r"(?:notes|glossary|glosario|conclusi[oó]n(?:es)?|conclusions?|anexos?|anexo \w+|appendix(?: \w+)?:?|appendices"
    r"|background information|about the oecd|acknowledge?ments|agradecimientos|acr[oó]nimos|abbreviations)\b.{0,40}",
    re.IGNORECASE,
)


@dataclass(slots=True)
class UnitDraft:
    """A unit whose end is not yet known.

    ``rank`` is the depth, outermost first. ``head`` is the end of its number and title. Its text goes on to the next
    unit of its rank or above, but not past ``limit``. With ``lists``, points inside it are looked for. ``under`` is the
    key of its parent where that is not the unit around it, as for a row of a table that is read by columns.
    """

    kind: str
    number: str
    key: str
    path: str
    title: str
    start: int
    rank: int
    head: int = 0
    limit: int = 0
    lists: bool = False
    under: str = ""
    parent: int | None = None
    end: int = 0
    own_end: int = 0


def slug(text: str) -> str:
    """Lower-case ASCII words joined by hyphens, at most sixty characters."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:60].strip("-") or "x"


def assemble(
    found: Sequence[UnitDraft], features: LineFeatures, edition: Edition, to_the_end: bool = False
) -> list[Unit]:
    """The drafts as units with ends, pages and ids.

    A unit ends where the next one of its rank or above begins, without the heading of that one and the footnotes at the
    foot of the page between. The last units end at back matter, unless the scheme reads ``to_the_end`` of the text.
    """
    text = features.layout.text
    stack: list[int] = []
    for i, unit in enumerate(found):
        while stack and found[stack[-1]].rank >= unit.rank:
            found[stack.pop()].end = unit.start
        unit.parent = stack[-1] if stack else None
        if stack and not found[stack[-1]].own_end:
            found[stack[-1]].own_end = unit.start
        stack.append(i)
    stop = len(text)
    if found and not to_the_end:
        stop = _back_matter(features, found[-1].start, stop)
        stop = _before_banner(features, found[-1], stop)
    for i in stack:
        found[i].end = stop
    for unit in reversed(found):
        if unit.limit:
            unit.end = min(unit.end, max(unit.limit, unit.start))
        unit.end = _drawn_back(features, unit)
    keys = {unit.key: n for n, unit in enumerate(found)}
    for unit in reversed(found):  # a unit reaches at least as far as the units in it, unless it was cut on purpose
        if unit.under in keys:
            unit.parent = keys[unit.under]
        elif unit.parent is not None:
            parent = found[unit.parent]
            if parent.limit and unit.end > parent.limit >= unit.start:
                unit.end = parent.end
            parent.end = max(parent.end, unit.end)
    return _records(found, features, edition)


def _drawn_back(features: LineFeatures, unit: UnitDraft) -> int:
    """The unit's end without trailing headings, footnotes and rules, which belong to the next unit or to none."""
    end = unit.end
    lines = features.layout.lines
    i = bisect_right(features.starts, end - 1) - 1 if end else -1
    floor = max(unit.head, unit.start + 1)
    while i >= 0 and lines[i].start >= floor:
        bare = _RULE.fullmatch(features.texts[i]) or (features.texts[i].isdigit() and lines[i].size > 1.4)
        if not (i in features.notes or i in features.heads or i in features.contents or bare):
            break
        end = lines[i].start
        i -= 1
    return end


def _back_matter(features: LineFeatures, after: int, stop: int) -> int:
    """The beginning of unnumbered back matter after an offset: a heading that names it."""
    for i in range(features.at(after) + 1, len(features.starts)):
        if (i in features.heads or features.layout.lines[i].bold or features.layout.lines[i].size > 1.08) and (
            _BACK_MATTER.fullmatch(features.texts[i]) or REFERENCES.fullmatch(features.texts[i])
        ):
            return min(stop, features.starts[i])
    lines = features.layout.lines
    last = lines[-1].page
    k = next(i for i, line in enumerate(lines) if line.page == last)
    if (
        len(lines) - k <= 3
        and lines[k].start > after
        and lines[k].top > 0.3
        and SENTENCE_END.search(features.texts[k - 1])
    ):
        return min(stop, lines[k].start)  # a back cover
    return stop


def _before_banner(features: LineFeatures, unit: UnitDraft, stop: int) -> int:
    """The first line that is much larger than the numbered text: a display heading or a pull quote, not its text."""
    own = features.layout.lines[features.at(unit.start)]
    for line in features.layout.lines[features.at(max(unit.start, unit.head)) + 1 :]:
        if line.start < stop and line.size > max(1.5, 1.4 * own.size):
            return line.start
    return stop


def _records(found: Sequence[UnitDraft], features: LineFeatures, edition: Edition) -> list[Unit]:
    layout = features.layout
    starts = [page.start for page in layout.pages]
    units: list[Unit] = []
    seen: Counter[str] = Counter()
    ids: list[str] = []
    for order, unit in enumerate(found):
        end = max(unit.start, unit.start + len(layout.text[unit.start : unit.end].rstrip()))
        own_end = max(unit.start, min(unit.own_end or end, end))
        seen[unit.key] += 1
        key = unit.key if seen[unit.key] == 1 else f"{unit.key}~{seen[unit.key]}"
        ids.append(f"{edition.urn}:{key}")
        units.append(
            Unit(
                ids[-1],
                edition.doc_id,
                edition.doc_id,
                unit.kind,
                unit.number,
                unit.path,
                tidy(unit.title),
                Span(unit.start, end),
                Span(unit.start, own_end),
                max(1, bisect_right(starts, unit.start)),
                max(1, bisect_right(starts, max(unit.start, end - 1))),
                ids[unit.parent] if unit.parent is not None else None,
                order,
                edition.verified,
            )
        )
    return units


def tidy(title: str, most: int = 300) -> str:
    """A title on one line, without stray characters at its ends; a very long one is cut after a word and gets an
    ellipsis."""
    words = " ".join(title.replace("▌", " ").split()).strip(" `*·•–—-:|")
    if len(words) <= most:
        return words
    return words[:most].rsplit(" ", 1)[0].rstrip(" ,;") + " …"
