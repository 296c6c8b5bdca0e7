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


def kisdi(looks: LineFeatures) -> tuple[list[UnitDraft], list[str]]:
    """Questions "E07. 02" of the Korean self-checklist, each where it is first asked."""
    found: list[UnitDraft] = []
    seen: set[str] = set()
    last = (0, 0)
    for i, text in enumerate(looks.texts):
        match = _QUESTION.match(text)
        if not match or i in looks.notes:
            continue
        at = (int(match.group(1)), int(match.group(2)))
        n = f"E{match.group(1)}.{match.group(2)}"
        follows = at == (last[0], last[1] + 1) or (at[0] == last[0] + 1 and at[1] == 1)
        if n in seen or not (follows or (at > last and not _due_later(looks, i, last))):
            continue
        seen.add(n)
        last = at
        start = looks.starts[i] + indent(looks, i)
        found.append(UnitDraft("question", n, f"question:{n}", n, "", start, 3, start + match.end()))
    return found, []


def _due_later(looks: LineFeatures, i: int, last: tuple[int, int]) -> bool:
    """Whether the next question after the last one is still to come: then this line only names another."""
    for text in looks.texts[i + 1 :]:
        match = _QUESTION.match(text)
        if match and (int(match.group(1)), int(match.group(2))) in {(last[0], last[1] + 1), (last[0] + 1, 1)}:
            return True
    return False


def register_units(looks: LineFeatures, register_of: Collection[str]) -> tuple[list[UnitDraft], list[str]]:
    """Entries of a compiled register: "path — title [key]" below an edition's "ref — title [doc id]".

    Headings are told by size; a broken one goes on in that size until its bracket closes. An edition's heading belongs
    to no entry.
    """
    found: list[UnitDraft] = []
    heading: list[Line] = []
    doc_id = ""
    line_text = looks.layout.line_text
    for line in looks.layout.lines:
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


def outline_units(looks: LineFeatures) -> tuple[list[UnitDraft], list[str]]:
    """Articles of a treaty or law, or sections whose decimal numbers count up in order over headings.

    Documents with fewer than three of them have no units.
    """
    articles = _articles(looks)
    if len(articles) >= 3:
        return with_lists(looks, articles), []
    heads = [i for i, text in enumerate(looks.texts) if text and _heads(looks, i, text)]
    requirements = chain(candidates(looks, _REQUIREMENT, heads))
    if len(requirements) >= 3:
        return [f for _, f in merge([top(looks, c, _REQUIREMENT) for c in requirements])], []
    tops = decimal(looks, lambda n: ("section", f"section:{n}", f"section {n}"), heads)
    return ([f for _, f in tops], []) if len(tops) >= 3 else ([], [])


def _articles(looks: LineFeatures) -> list[tuple[int, UnitDraft]]:
    for rule in (_ARTICLE, _KO_ARTICLE):
        lines = [i for i, text in enumerate(looks.texts) if len(text) < 90 or rule is _KO_ARTICLE]
        run = chain(candidates(looks, rule, lines))
        if len(run) < 3 or run[0].value != 1:
            continue
        out: list[tuple[int, UnitDraft]] = []
        for c in run:
            title, n = ("", 0) if c.title else title_below(looks, c.line, 2)
            out.append(top(looks, c, rule, c.title or title, n))
        for c in chain(candidates(looks, _CHAPTER, range(len(looks.texts)))):
            title, n = ("", 0) if c.title else title_below(looks, c.line, 2)
            out.append(top(looks, c, _CHAPTER, c.title or title, n))
        return merge(out)
    return []


def _heads(looks: LineFeatures, i: int, text: str) -> bool:
    """Whether a numbered line is set as a heading: bold or large, or short and no sentence."""
    line = looks.layout.lines[i]
    if i in looks.notes:
        return False
    return (
        i in looks.heads
        or line.size > 1.05
        or (len(text) < 80 and text[-1:] not in ".;:,?" and not text[-1:].islower())
    )
