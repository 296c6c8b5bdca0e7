"""Units of NIST's AI publications: the RMF's functions, categories, subcategories; actions of AI 600-1. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ingest.layout.line_features import CONTENTS
from ingest.units.assembly import UnitDraft
from ingest.units.chains import merge
from ingest.units.lists import indent
from ingest.units.unesco import decimal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.layout.line_features import LineFeatures
    from kb.types import Notice

_ROW = re.compile(r"(GOVERN|MAP|MEASURE|MANAGE)\s+(\d{1,2})(?:\.(\d{1,2}))?\s*:")
_ACTION_LINE = re.compile(r"((?:GV|MP|MS|MG)-\d{1,2}\.\d{1,2}-\d{3})\b(?!\s*[,;)])")
_FUNCTIONS = {"GV": "GOVERN", "MP": "MAP", "MS": "MEASURE", "MG": "MANAGE"}
_FURNITURE = re.compile(
    r"(?:Table \d+\b.{0,120}|Continued on next page|Categories\s+Subcategories|Action ID\b.{0,80})$"
)


def nist_rmf(features: LineFeatures) -> tuple[list[UnitDraft], list[Notice]]:
    """Sections, functions, categories "GOVERN 1:" and subcategories "GOVERN 1.1:"; each subcategory once."""
    tops: list[tuple[int, UnitDraft]] = []
    due: dict[str, int] = {}
    first: dict[str, int] = {}
    rows: list[tuple[int, UnitDraft]] = []
    for i, text in enumerate(features.texts):
        match = _ROW.match(text)
        if not match:
            continue
        function, category, sub = match.groups()
        name = f"{function} {category}" + (f".{sub}" if sub else "")
        counter = f"{function} {category}" if sub else function
        if int(sub or category) != due.get(counter, 1):
            continue
        due[counter] = int(sub or category) + 1
        first.setdefault(function, i)
        kind = "subcategory" if sub else "category"
        key = f"{function.lower()}:{category}" + (f".{sub}" if sub else "")
        rows.append((i, UnitDraft(kind, name, key, name, "", features.starts[i], 12 if sub else 11)))
    for function, i in first.items():
        head = _function_heading(features, function, i)
        at = i if head is None else head
        key = f"function:{function.lower()}"
        tops.append(
            (
                at,
                UnitDraft(
                    "function", function, key, function, "", features.starts[at], 10, features.layout.lines[at].end
                ),
            )
        )
    heads = [i for i in sorted(features.heads) if not _ROW.match(features.texts[i])]
    sections = decimal(features, lambda n: ("section", f"section:{n}", f"section {n}"), heads)
    for i, text in enumerate(features.texts):
        match = re.match(r"Appendix ([A-Z])\b\s*:?\s*(.*)$", text)
        if match and i in features.heads:
            title = match.group(2) or (features.texts[i + 1] if i + 1 in features.heads else "")
            head = features.layout.lines[i if match.group(2) else i + 1].end
            n = match.group(1)
            sections.append(
                (i, UnitDraft("appendix", n, f"appendix:{n}", f"Appendix {n}", title, features.starts[i], 1, head))
            )
        elif re.match(r"Part \d\s*:", text) and i in features.heads and sections:
            for _, f in sections:
                if not f.limit and f.rank > 1 and f.start < features.starts[i]:
                    f.limit = features.starts[i]
    _by_number(rows)
    found = [f for _, f in merge(tops, rows, sections)]
    _end_rows(features, found)
    return found, []


def _by_number(rows: Sequence[tuple[int, UnitDraft]]) -> None:
    """Puts rows that were read column by column under the category that their number names, not under the last one."""
    category: UnitDraft | None = None
    for _, row in rows:
        if row.kind == "category":
            category = row
        elif category is not None:
            own = row.number.startswith(f"{category.number}.")
            if not own and not category.limit:
                category.limit = row.start
            if not own or category.limit:
                row.under = row.key.rpartition(".")[0]


def _function_heading(features: LineFeatures, function: str, before: int) -> int | None:
    """The heading "5.2 Map" that opens a function, before its table."""
    pattern = re.compile(rf"(?:\d+(?:\.\d+)*\s+)?{function}$", re.IGNORECASE)
    return next((i for i in range(before, -1, -1) if i in features.heads and pattern.match(features.texts[i])), None)


def _end_rows(features: LineFeatures, found: Sequence[UnitDraft]) -> None:
    """Ends a table's rows before the caption, prose or heading that follows; names a category by its own cell."""
    starts = {f.start for f in found}
    category: UnitDraft | None = None
    for f in found:
        if f.kind == "category":
            category = f
            f.title = _cell(features, f, starts)
        if f.kind != "subcategory":
            continue
        i = features.at(f.start)
        own = features.layout.lines[i]
        width = (
            max((features.layout.lines[features.at(x.start)].x1 for x in found if x.kind == "subcategory"), default=0)
            - own.x0
        )
        for j in range(i + 1, len(features.texts)):
            line = features.layout.lines[j]
            if line.start in starts:
                break
            if (
                _FURNITURE.match(features.texts[j])
                or j in features.heads
                or line.x0 < own.x0 - 40
                or line.x1 - line.x0 > 1.2 * width
            ):
                f.limit = line.start
                break
        if category is not None and f.limit and not f.under and f is _last_child(found, category):
            category.limit = f.limit


def _last_child(found: Sequence[UnitDraft], category: UnitDraft) -> UnitDraft | None:
    children = [f for f in found if f.kind == "subcategory" and f.number.startswith(category.number + ".")]
    return children[-1] if children else None


def _cell(features: LineFeatures, category: UnitDraft, starts: set[int]) -> str:
    """The words of a category's own table cell, also where the cell continues on the next page."""
    i = features.at(category.start)
    left = features.layout.lines[i].x0
    words = [_ROW.sub("", features.texts[i]).strip()]
    for j in range(i + 1, len(features.texts)):
        line, text = features.layout.lines[j], features.texts[j]
        row = _ROW.match(text)
        if (row and not row.group(3)) or j in features.heads or line.page > features.layout.lines[i].page + 2:
            break
        if abs(line.x0 - left) < 12 and not row and not _FURNITURE.match(text) and line.start not in starts:
            if line.x1 - line.x0 > 160:
                break  # prose below the table
            words.append(text)
    return " ".join(w for w in words if w).rstrip(".")


def ai_600(features: LineFeatures) -> tuple[list[UnitDraft], list[Notice]]:
    """Suggested actions "GV-1.5-001", each in its table, under the RMF subcategory of the table."""
    seen: set[str] = set()
    tops: list[tuple[int, UnitDraft]] = []
    heads: dict[str, tuple[int, UnitDraft]] = {}
    for i, text in enumerate(features.texts):
        row = _ROW.match(text)
        if row and row.group(3) and i not in features.notes:
            name = f"{row.group(1)} {row.group(2)}.{row.group(3)}"
            if name not in heads:
                key = f"{row.group(1).lower()}:{row.group(2)}.{row.group(3)}"
                heads[name] = (i, UnitDraft("subcategory", name, key, name, "", features.starts[i], 10))
    used: set[str] = set()
    for i, text in enumerate(features.texts):
        match = _ACTION_LINE.match(text)
        if not match or match.group(1) in seen or i in features.notes or CONTENTS.search(text):
            continue
        n = match.group(1)
        seen.add(n)
        prefix, middle, _ = n.split("-")
        used.add(f"{_FUNCTIONS[prefix]} {middle}")
        start = features.starts[i] + indent(features, i)
        found = UnitDraft("action", n, f"action:{n}", n, "", start, 11, start + len(n))
        for j in range(i + 1, len(features.texts)):  # a row ends before a caption, a heading or the table's head
            if _ACTION_LINE.match(features.texts[j]) or _ROW.match(features.texts[j]):
                break
            if (
                _FURNITURE.match(features.texts[j])
                or j in features.heads
                or re.match(r"AI Actor Tasks", features.texts[j])
            ):
                found.limit = features.starts[j]
                break
        tops.append((i, found))
    return [f for _, f in merge(tops, [item for name, item in heads.items() if name in used])], []
