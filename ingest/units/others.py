"""Units of the Korean self-checklist, of compiled registers, and of any text with numbered headings. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ingest.units.assembly import UnitDraft
from ingest.units.chains import Rule, candidates, chain, merge, title_below, top
from ingest.units.lists import indent, with_lists
from ingest.units.unesco import decimal
from kb.text.numerals import roman_value

if TYPE_CHECKING:
    from collections.abc import Collection

    from ingest.layout.layout import Line
    from ingest.layout.line_features import LineFeatures

_QUESTION = re.compile(r"E\s?(\d{2})\s?\.\s?(\d{2})(?!\d)\s*(?![,)와과및~-])")
_ARTICLE = Rule(
    "article", re.compile(r"Article\s+(?P<n>\d{1,3})(?:\s*[–—:.-]\s*(?P<title>\S.*))?$"), 4,
    lambda n: (f"article:{n}", f"Article {n}"),
)  # fmt: skip
_KO_ARTICLE = Rule(
    "article", re.compile(r"제\s?(?P<n>\d{1,3})\s?조\s?\((?P<title>[^)]{1,60})\)"), 4,
    lambda n: (f"article:{n}", f"Article {n}"),
)  # fmt: skip
_CHAPTER = Rule(
    "chapter", re.compile(r"(?:CHAPTER|Chapter)\s+(?P<n>[IVXLC]+)(?:\s*[–—:.-]\s*(?P<title>\S.*))?$"), 1,
    lambda n: (f"chapter:{n}", f"Chapter {n}"), roman_value, lists=False,
)  # fmt: skip
_REQUIREMENT = Rule(
    "requirement", re.compile(r"REQUIREMENT\s+#?(?P<n>\d{1,2})\s*[:–—-]?\s*(?P<title>\S.*)?$", re.IGNORECASE), 2,
    lambda n: (f"requirement:{n}", f"Requirement {n}"), lists=False,
)  # fmt: skip


def kisdi(features: LineFeatures) -> tuple[list[UnitDraft], list[str]]:
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


def register_units(features: LineFeatures, register_of: Collection[str]) -> tuple[list[UnitDraft], list[str]]:
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


def outline_units(features: LineFeatures) -> tuple[list[UnitDraft], list[str]]:
    """Articles of a treaty or law, or sections whose headings have decimal numbers that count up in order.

    Documents with fewer than three of them have no units.
    """
    articles = _articles(features)
    if len(articles) >= 3:
        return with_lists(features, articles), []
    heads = [i for i, text in enumerate(features.texts) if text and _heads(features, i, text)]
    requirements = chain(candidates(features, _REQUIREMENT, heads))
    if len(requirements) >= 3:
        return [f for _, f in merge([top(features, c, _REQUIREMENT) for c in requirements])], []
    tops = decimal(features, lambda n: ("section", f"section:{n}", f"section {n}"), heads)
    return ([f for _, f in tops], []) if len(tops) >= 3 else ([], [])


def _articles(features: LineFeatures) -> list[tuple[int, UnitDraft]]:
    for rule in (_ARTICLE, _KO_ARTICLE):
        lines = [i for i, text in enumerate(features.texts) if len(text) < 90 or rule is _KO_ARTICLE]
        run = chain(candidates(features, rule, lines))
        if len(run) < 3 or run[0].value != 1:
            continue
        out: list[tuple[int, UnitDraft]] = []
        for c in run:
            title, n = ("", 0) if c.title else title_below(features, c.line, 2)
            out.append(top(features, c, rule, c.title or title, n))
        for c in chain(candidates(features, _CHAPTER, range(len(features.texts)))):
            title, n = ("", 0) if c.title else title_below(features, c.line, 2)
            out.append(top(features, c, _CHAPTER, c.title or title, n))
        return merge(out)
    return []


def _heads(features: LineFeatures, i: int, text: str) -> bool:
    """Whether a numbered line is printed as a heading: bold or large, or short and no sentence."""
    line = features.layout.lines[i]
    if i in features.notes:
        return False
    return (
        i in features.heads
        or line.size > 1.05
        or (len(text) < 80 and text[-1:] not in ".;:,?" and not text[-1:].islower())
    )
