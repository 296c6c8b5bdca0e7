"""Units of UNESCO texts: numbered paragraphs, and guidelines numbered 1.1, 2.1.1. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ingest.units.assembly import UnitDraft
from ingest.units.chains import Rule, candidates, chain, likeness, merge, top
from ingest.units.lists import indent, with_lists

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ingest.layout.line_features import LineFeatures
    from kb.types import Notice

_PARA = Rule(
    "para", re.compile(r"(?P<n>\d{1,3})\.(?!\d)(?=\s|$|[^\W\d_]{3})"), 3, lambda n: (f"para:{n}", f"para. {n}")
)
_NUMBER = r"(?P<n>\d{1,2}(?:\.\d{1,2})*)"


def numbered_paragraphs(features: LineFeatures) -> tuple[list[UnitDraft], list[Notice]]:
    """Paragraphs counted through the document ("1." … "141."), with (a) and (i) inside; headings end them."""
    body = [i for i in range(len(features.texts)) if i not in features.notes and i not in features.heads]
    tops = [top(features, c, _PARA) for c in chain(candidates(features, _PARA, body))]
    for n, (line, found) in enumerate(tops):
        stop = tops[n + 1][0] if n + 1 < len(tops) else len(features.texts)
        cut = next((i for i in range(line + 1, stop) if i in features.heads), None)
        if cut is not None:
            found.limit = features.starts[cut]
    return with_lists(features, tops), []


def decimal(
    features: LineFeatures,
    name: Callable[[str], tuple[str, str, str]],
    lines: Iterable[int] | None = None,
    min_parts: int = 1,
    lists: bool = False,
    alone: bool = False,
) -> list[tuple[int, UnitDraft]]:
    """Decimal numbers ("2", "2.1", "2.1.1") where expected: a sibling's successor, or the last one's first child.

    With ``alone`` a heading may be a number with nothing behind it.
    """
    pattern = re.compile(_NUMBER + (r"\.?(?=\s|$)" if alone else r"\.?(?=\s)") + r"\s*(?P<title>\S.*)?$")
    last: dict[tuple[int, ...], int] = {}
    out: list[tuple[int, UnitDraft]] = []
    current: tuple[int, ...] = ()
    for i in lines if lines is not None else range(len(features.texts)):
        match = pattern.match(features.texts[i])
        if not match or i in features.notes:
            continue
        number = tuple(int(x) for x in match["n"].split("."))
        if len(number) < min_parts or 0 in number:
            continue
        parent, n = number[:-1], number[-1]
        if n != last.get(parent, 0) + 1 or (parent and current[: len(parent)] != parent and min_parts == 1):
            continue
        if likeness(features, i, match.end("n")) < 0.8:
            continue
        last[parent] = n
        for below in [k for k in last if k[: len(number)] == number]:
            del last[below]
        current = number
        kind, key, path = name(match["n"])
        title = (match["title"] or "").strip()
        start = features.layout.lines[i].start + indent(features, i)
        head = features.layout.lines[i].end if i in features.heads else start + match.end("n")
        if i in features.heads and (more := _heading_goes_on(features, i)):
            title += " " + " ".join(features.texts[j] for j in more)
            head = features.layout.lines[more[-1]].end
        found = UnitDraft(kind, match["n"], key, path, title if len(title) < 160 else "", start, 2 + len(number), head)
        found.lists = lists
        out.append((i, found))
    return out


def _heading_goes_on(features: LineFeatures, i: int) -> list[int]:
    """The next lines of the same heading: printed alike, directly below, without a number."""
    out: list[int] = []
    lines = features.layout.lines
    for j in range(i + 1, min(i + 4, len(lines))):
        line, before = lines[j], lines[j - 1]
        if (
            j not in features.heads
            or line.page != before.page
            or abs(line.size - before.size) > 0.06
            or not 0 < line.top - before.top < 0.035 * max(1.0, line.size)
            or re.match(r"\d", features.texts[j])
            or before.x1 - before.x0
            < 0.45 * max(x.x1 - x.x0 for x in lines[max(0, i - 30) : i + 30] if x.page == line.page)
        ):
            break
        out.append(j)
    return out


def guidelines(features: LineFeatures) -> tuple[list[UnitDraft], list[Notice]]:
    """Numbered guidelines: sections 1., 2., principles 1.1–1.n and recommendations 2.1.1 and the like."""

    def name(n: str) -> tuple[str, str, str]:
        kind = "principle" if n.startswith("1.") and n.count(".") == 1 else "recommendation"
        return kind, f"{kind}:{n}", n

    numbered = decimal(features, name, min_parts=2, lists=True)
    for line, found in numbered:
        if line not in features.heads:
            found.title = _lead(features, line)
        _stop_at_wide_line(features, line, found)
    sections = _sections_above(features, numbered)
    return with_lists(features, merge(numbered, sections)), []


def _sections_above(features: LineFeatures, numbered: list[tuple[int, UnitDraft]]) -> list[tuple[int, UnitDraft]]:
    """ "2. Title" headings that are before the first 2.x and after the last 1.x."""
    out: list[tuple[int, UnitDraft]] = []
    at = 0
    for n in range(1, 30):
        first = next((line for line, f in numbered if f.number.split(".")[0] == str(n)), None)
        if first is None:
            break
        heads = [i for i in range(at, first) if i in features.heads and re.match(rf"{n}\.\s+\S", features.texts[i])]
        if heads:
            i = heads[-1]
            more = _heading_goes_on(features, i)
            title = " ".join([re.sub(r"^\d+\.\s+", "", features.texts[i]), *(features.texts[j] for j in more)])
            head = features.layout.lines[more[-1] if more else i].end
            out.append(
                (i, UnitDraft("section", str(n), f"section:{n}", f"section {n}", title, features.starts[i], 1, head))
            )
        at = max(line for line, f in numbered if f.number.split(".")[0] == str(n))
    return out


def _lead(features: LineFeatures, i: int) -> str:
    """The first words of a numbered guideline, up to its first full stop or colon."""
    text = " ".join(features.texts[i : i + 9])
    match = re.match(r"[\d.]+\s*([^.:]{3,300})[.:](?=\s|$)", text)
    return match.group(1).strip() if match else ""


def _stop_at_wide_line(features: LineFeatures, i: int, found: UnitDraft) -> None:
    """Ends a unit in a column before a box or figure that is set across the page."""
    own = features.layout.lines[i]
    measure = max(
        (x.x1 for x in features.layout.lines[i : i + 3] if x.page == own.page and abs(x.x0 - own.x0) < 60),
        default=own.x1,
    )
    for line in features.layout.lines[i + 1 :]:
        if line.page != own.page or line.x0 > measure:
            return
        if line.x1 > measure + 40 or line.x0 < own.x0 - 40 < line.x1 - 60:
            found.limit = line.start
            return
