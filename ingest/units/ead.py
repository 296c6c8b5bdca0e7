"""Units of IEEE Ethically Aligned Design and of its glossary. Pure."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from typing import TYPE_CHECKING

from ingest.units.assembly import UnitDraft, slug
from ingest.units.chains import Rule, candidates, chain, merge, top

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.layout.line_features import LineFeatures
    from kb.types import Notice

_SHORT_SLUGS = {
    "new committee descriptions": "new-committees",
    "classical ethics in information": "classical-ethics",
    "effective policymaking": "policymaking",
    "identifying norms": "identifying-norms",
    "embedding norms": "embedding-norms",
    "evaluating the alignment of norms": "evaluating-norms",
}
"""Short names of parts without a number, by the beginnings of their titles; others are named by the whole title."""

_PRINCIPLE = Rule(
    "principle",
    re.compile(r"Principle\s+(?P<n>\d)\s*[–—-]\s*(?P<title>\S.*)$"),
    3,
    lambda n: (f"principle:{n}", f"Principle {n}"),
    lists=False,
)
_BACK_MATTER = re.compile(r"table of contents|contents|end ?notes|.*\bmembership|references|index", re.IGNORECASE)
_ISSUE = re.compile(r"Issue\s*:\s*")


def ead(features: LineFeatures) -> tuple[list[UnitDraft], list[Notice]]:
    """Chapters and parts from the bookmarks, their sections, "Principle N – Title", and each "Issue:".

    The issues have no printed number: they are numbered by their place in the chapter, and their path says so.
    """
    layout = features.layout
    first: dict[int, int] = {}
    for i, line in enumerate(layout.lines):
        first.setdefault(line.page, i)
    tops: list[tuple[int, UnitDraft]] = []
    outer: list[tuple[int, str, str]] = []
    stops: list[int] = []
    for item in layout.outline:
        match = re.match(r"(?:(\d{1,2})\.?\s+)?(\S.*)$", item.title)
        if item.depth or item.page not in first or match is None:
            continue
        number, title = match.group(1) or "", match.group(2)
        i = first[item.page]
        if _BACK_MATTER.fullmatch(title):
            stops.append(layout.lines[i].start)
            continue
        key = f"chapter:{number}" if number else f"part:{_short(title)}"
        outer.append((i, number, key))
        kind, path = ("chapter", f"chapter {number}") if number else ("part", title)
        tops.append((i, UnitDraft(kind, number, key, path, title, layout.lines[i].start, 1)))
    for _, f in tops:
        f.limit = next((s for s in stops if s > f.start), 0)
        f.head = _display_end(features, features.at(f.start))
    principles = [top(features, c, _PRINCIPLE) for c in chain(candidates(features, _PRINCIPLE, sorted(features.heads)))]
    for at, f in principles:
        f.head = layout.lines[at].end
    tops += principles
    tops += _sections(features, outer, {at for at, _ in principles}, stops)
    counts: Counter[str] = Counter()
    for i, text in enumerate(features.texts):
        if not _ISSUE.match(text):
            continue
        chapter = next((number for at, number, _ in reversed(outer) if at <= i), "")
        if chapter:
            counts[chapter] += 1
            n = f"{chapter}.{counts[chapter]}"
            path = f"chapter {chapter}, issue {counts[chapter]}"
            title, head = _issue_title(features, i)
            tops.append((i, UnitDraft("issue", n, f"issue:{n}", path, title, layout.lines[i].start, 4, head)))
    return [f for _, f in merge(tops)], []


def _short(title: str) -> str:
    low = " ".join(title.lower().split())
    return next((name for begin, name in _SHORT_SLUGS.items() if low.startswith(begin)), slug(title))


def _display_end(features: LineFeatures, i: int) -> int:
    """The end of the display heading that begins on a line."""
    lines = features.layout.lines
    size, page, j = lines[i].size, lines[i].page, i
    while j + 1 < len(lines) and lines[j + 1].page == page and abs(lines[j + 1].size - size) < 0.1 and size > 1.4:
        j += 1
    return lines[j].end


def _sections(
    features: LineFeatures, outer: Sequence[tuple[int, str, str]], principles: set[int], stops: Sequence[int]
) -> list[tuple[int, UnitDraft]]:
    """Display headings inside a chapter or part: "Section 1 – Title" by its number, others by a short name."""
    lines = features.layout.lines
    out: list[tuple[int, UnitDraft]] = []
    begins = [at for at, _, _ in outer]
    taken: set[str] = set()
    i = 0
    while i < len(lines):
        size = lines[i].size
        at = next((o for o in reversed(outer) if o[0] <= i), None)
        past = at is not None and any(lines[at[0]].start < s <= lines[i].start for s in stops)
        if at is None or past or i not in features.heads or size < 2.3 or i in principles:
            i += 1
            continue
        j = i
        while j + 1 < len(lines) and lines[j + 1].page == lines[i].page and abs(lines[j + 1].size - size) < 0.1:
            j += 1
        title = " ".join(" ".join(features.texts[i : j + 1]).split())
        _, number, outer_key = at
        numbered = re.match(r"Section\s+(\d{1,2})\s*[–—:.-]\s*(\S.*)$", title)
        tail = numbered.group(1) if numbered else _short(title)
        if number:
            key = f"section:{number}.{tail}"
            path = f"chapter {number}, section {tail}" if numbered else f"chapter {number}, “{title}”"
        else:
            key, path = f"{outer_key}.{tail}", title
        begins_outer = bisect_left(begins, i) < len(begins) and begins[bisect_left(begins, i)] == i
        summary = not number and outer_key == "part:executive-summary"
        if key not in taken and not summary and (not begins_outer or not number):
            taken.add(key)
            kind = "section" if number else "part"
            printed = f"{number}.{tail}" if numbered else ""
            name = numbered.group(2) if numbered else title
            out.append((i, UnitDraft(kind, printed, key, path, name, lines[i].start, 2, lines[j].end)))
        i = j + 1
    return out


def _issue_title(features: LineFeatures, i: int) -> tuple[str, int]:
    """The title of an issue, which is printed alike, and its end."""
    lines = features.layout.lines
    words = [_ISSUE.sub("", features.texts[i])]
    head = lines[i].end
    for j in range(i + 1, min(i + 16, len(lines))):
        if abs(lines[j].size - lines[i].size) > 0.06 or re.match(
            r"Background\b|Candidate Recommendation", features.texts[j]
        ):
            break
        words.append(features.texts[j])
        head = lines[j].end
    return " ".join(w for w in words if w), head


# --- glossary --------------------------------------------------------------------------------------------------------

_TERM = re.compile(
    r"((?:[A-Z](?:[A-Z’'/()-]|\.(?=[A-Z]))+)(?:[ ,/-]+(?:OF|AND|THE|IN|\([A-Z]+\)|[A-Z][A-Z’'/()-]+))*)(?=\s|$)"
)
_ALIAS = re.compile(r"\((?:also|also known as|or)\b.*$", re.IGNORECASE)


def glossary(features: LineFeatures) -> tuple[list[UnitDraft], list[Notice]]:
    """Terms: lines in bold capitals in the first column, each opening a table row."""
    lines = features.layout.lines
    opening = next((i for i, text in enumerate(features.texts) if re.match(r"TERM\b", text)), None)
    if opening is None:
        return [], []
    left = lines[opening].x0
    ending = next(
        (
            i
            for i in range(opening, len(lines))
            if re.match(r"(?:glossary )?(?:references|bibliography|works cited)\b", features.texts[i], re.I)
        ),
        len(lines),
    )
    found: list[UnitDraft] = []
    i = opening + 1
    while i < ending:
        text = features.texts[i]
        match = _TERM.match(text)
        if not match or len(match.group(1)) < 3 or abs(lines[i].x0 - left) > 12 or not lines[i].bold:
            i += 1
            continue
        words = match.group(1)
        alone = match.end() == len(text.rstrip())
        j = i
        depth = words.count("(") - words.count(")")
        while alone and j + 1 < ending and abs(lines[j + 1].x0 - left) <= 12 and lines[j + 1].page == lines[i].page:
            if lines[j + 1].top - lines[j].top > 0.03 and not depth:
                break
            more = features.texts[j + 1]
            if not (re.match(r"[A-Z(][A-Z’'/() -]+(?=\s|$)", more) or more.lower().startswith("(also") or depth > 0):
                break
            words += " " + more
            depth = words.count("(") - words.count(")")
            j += 1
        title = _ALIAS.sub("", " ".join(words.split())).strip(" ,")
        name = title if len(title) > 2 else words
        shown = " ".join(w if "(" in w or "/" in w else w.lower() for w in name.split())
        shown = shown[:1].upper() + shown[1:]
        head = lines[j].end if alone else lines[i].start + match.end()
        found.append(
            UnitDraft("term", "", f"term:{slug(shown)}", f"Definition of “{shown}”", shown, lines[i].start, 3, head)
        )
        i = j + 1
    if found and ending < len(lines):
        found[-1].limit = lines[ending].start
    return found, []
