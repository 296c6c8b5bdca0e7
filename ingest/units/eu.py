"""Units of European texts: regulations (recitals, articles, annexes) and the HLEG guidelines. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ingest.units.assembly import UnitDraft
from ingest.units.chains import Candidate, Rule, candidates, chain, merge, title_below, top, where
from ingest.units.lists import in_brackets, indent, with_lists
from kb.text.numerals import roman_value
from kb.types import Notice, notice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.layout.line_features import LineFeatures

_RECITAL = Rule("recital", re.compile(r"\((?P<n>\d{1,3})\)(?=\s|$)"), 3, lambda n: (f"recital:{n}", f"Recital {n}"))
_ARTICLE = Rule("article", re.compile(r"Article\s+(?P<n>\d{1,3})$"), 4, lambda n: (f"article:{n}", f"Article {n}"))
_ANNEX_HEADING = Rule(
    "annex", re.compile(r"ANNEX\s+(?P<n>[IVXLC]+)[a-z]?$"), 1, lambda n: (f"annex:{n}", f"Annex {n}"), roman_value
)
_CHAPTER_RULE = Rule(
    "chapter",
    re.compile(r"(?:CHAPTER|TITLE)\s+(?P<n>[IVXLC]+)$"),
    1,
    lambda n: (f"chapter:{n}", f"Chapter {n}"),
    roman_value,
    lists=False,
)
_SECTION = re.compile(r"SECTION\s+(?P<n>\d+)$", re.IGNORECASE)
_PART = re.compile(r"Section\s+(?P<n>[A-H]|\d)(?:\s*[.:–—-]\s*(?P<title>\S.*))?$")


def eu_act(features: LineFeatures) -> tuple[list[UnitDraft], list[Notice]]:
    """Recitals, chapters, sections, articles with paragraphs and points, annexes with their sections and points."""
    n_lines = len(features.texts)
    whereas = where(features, r"^whereas\s*:") or 0
    enacting = where(features, r"^HA(?:VE|S) ADOPTED THIS", whereas)
    if enacting is None:
        return [], [notice("note no enacting words")]
    annexes = chain(candidates(features, _ANNEX_HEADING, range(enacting, n_lines)))
    body_end = annexes[0].line if annexes else n_lines
    recitals = chain(candidates(features, _RECITAL, range(whereas, enacting)))
    articles = chain(candidates(features, _ARTICLE, range(enacting, body_end)))
    chapters = chain(candidates(features, _CHAPTER_RULE, range(enacting, body_end)))
    start = features.layout.lines[enacting].start
    formula = UnitDraft("formula", "", "enacting-terms", "Enacting terms", "", start, 1)
    tops = merge(
        [top(features, c, _RECITAL) for c in recitals],
        [_titled(features, c, _ARTICLE) for c in articles],
        [_titled(features, c, _CHAPTER_RULE) for c in chapters],
        [_titled(features, c, _ANNEX_HEADING) for c in annexes],
        _sections_of_chapters(features, chapters, body_end),
        _annex_parts(features, annexes),
        [(enacting, formula)],
    )
    signed = where(features, r"^Done at\b", articles[-1].line) if articles else None
    if signed is not None and signed < body_end:
        tops = merge(
            tops, [(signed, UnitDraft("formula", "", "signature", "Signature", "", features.starts[signed], 1))]
        )
    return with_lists(features, tops, _write), []


def _titled(features: LineFeatures, c: Candidate, rule: Rule) -> tuple[int, UnitDraft]:
    title, n = title_below(features, c.line)
    return top(features, c, rule, title, n)


def _write(path: str, numbers: Sequence[str]) -> str:
    """ "Article 14(2)(a)", but "Annex III, point 1(a)"."""
    if path.startswith("Annex") and numbers and numbers[0][:1].isdigit():
        return f"{path}, point {numbers[0]}{in_brackets(numbers[1:])}"
    return path + in_brackets(numbers)


def _sections_of_chapters(
    features: LineFeatures, chapters: Sequence[Candidate], end: int
) -> list[tuple[int, UnitDraft]]:
    """Sections of chapters, which are counted from 1 in each chapter."""
    out: list[tuple[int, UnitDraft]] = []
    for n, chapter in enumerate(chapters):
        stop = chapters[n + 1].line if n + 1 < len(chapters) else end
        due = 1
        for i in range(chapter.line, stop):
            match = _SECTION.match(features.texts[i])
            if match and int(match["n"]) == due:
                due += 1
                title, lines = title_below(features, i)
                key, path = f"section:{chapter.number}.{match['n']}", f"Chapter {chapter.number}, Section {match['n']}"
                head = features.layout.lines[i + lines].end
                out.append((i, UnitDraft("section", match["n"], key, path, title, features.starts[i], 2, head)))
    return out


def _annex_parts(features: LineFeatures, annexes: Sequence[Candidate]) -> list[tuple[int, UnitDraft]]:
    """ "Section A" and "Section 1" inside annexes: points may be counted from 1 in each."""
    out: list[tuple[int, UnitDraft]] = []
    for n, annex in enumerate(annexes):
        stop = annexes[n + 1].line if n + 1 < len(annexes) else len(features.texts)
        due = 1
        for i in range(annex.line + 1, stop):
            match = _PART.match(features.texts[i])
            if match is None or (match["title"] is None and len(features.texts[i]) > 12):
                continue
            number = match["n"]
            value = int(number) if number.isdigit() else ord(number) - 64
            if value != due:
                continue
            due += 1
            title, lines = (match["title"], 0) if match["title"] else title_below(features, i)
            tail = f"section-{number}" if number.isdigit() else number
            start = features.starts[i] + indent(features, i)
            found = UnitDraft(
                "section", number, f"annex:{annex.number}.{tail}", f"Annex {annex.number}, Section {number}",
                title or "", start, 2, features.layout.lines[i + lines].end, lists=True,
            )  # fmt: skip
            out.append((i, found))
    return out


# --- HLEG ------------------------------------------------------------------------------------------------------------

_PRINCIPLES = ("respect for human autonomy", "prevention of harm", "fairness", "explicability")
_ELEMENTS: dict[int, dict[str, str]] = {
    1: {
        "fundamental-rights": "Fundamental rights",
        "human-agency": "Human agency",
        "human-oversight": "Human oversight",
    },
    2: {
        "resilience": "Resilience to attack",
        "fallback": "Fallback plan",
        "accuracy": "Accuracy",
        "reliability": "Reliability",
    },
    3: {"privacy": "Privacy", "data-quality": "Quality and integrity", "data-access": "Access to data"},
    4: {"traceability": "Traceability", "explainability": "Explainability", "communication": "Communication"},
    5: {"bias": "Avoidance of unfair bias", "accessibility": "Accessibility", "participation": "Stakeholder"},
    6: {"sustainable": "Sustainable", "social-impact": "Social impact", "democracy": "Society and"},
    7: {
        "auditability": "Auditability",
        "negative-impacts": "Minimisation",
        "trade-offs": "Trade-offs",
        "redress": "Redress",
    },
}
"""The first printed words of the elements of each requirement, by the end of their key: they have no number."""

_REQUIREMENT_RULE = Rule(
    "requirement",
    re.compile(r"1\.(?P<n>\d)\.?\s+(?P<title>[A-Z]\S.*)$"),
    3,
    lambda n: (f"requirement:1.{n}", f"Requirement 1.{n}"),
    lists=False,
)
_HLEG_CHAPTER = Rule(
    "chapter",
    re.compile(r"(?:[IVX]+\.\s+)?Chapter\s+(?P<n>[IVX]+)\s*:\s*(?P<title>\S.*)$"),
    1,
    lambda n: (f"chapter:{n}", f"Chapter {n}"),
    roman_value,
    lists=False,
)
_HLEG_SECTION = re.compile(r"(?P<n>\d(?:\.\d)?)\.?\s+(?P<title>[A-Z]\S.*)$")


def hleg(features: LineFeatures) -> tuple[list[UnitDraft], list[Notice]]:
    """Chapters, their sections, the four principles, the seven requirements 1.1–1.7 and the elements of each."""
    lines = features.layout.lines
    bold = [i for i in range(len(lines)) if lines[i].bold]
    tops = [
        top(features, c, _HLEG_CHAPTER)
        for c in chain(candidates(features, _HLEG_CHAPTER, [i for i in bold if i in features.heads]))
    ]
    requirements = chain(candidates(features, _REQUIREMENT_RULE, [i for i in bold if i in features.heads]))
    taken = {c.line for c in requirements}
    for c in requirements:
        line, found = top(features, c, _REQUIREMENT_RULE)
        found.number = f"1.{c.number}"
        tops.append((line, found))
    after = [lines[i].start for i in sorted(features.heads)]
    for n, c in enumerate(requirements):
        stop = requirements[n + 1].line if n + 1 < len(requirements) else len(lines)
        stop = min(stop, next((features.at(s) for s in after if s > lines[c.line].start), stop))
        tops += _elements(features, c, stop)
    tops += _chapter_sections(features, tops, taken)
    tops += _principles(features)
    end = where(features, r"^(?:C\.\s+)?EXAMPLES OF OPPORTUNITIES", tops[-1][0] if tops else 0)
    ordered = merge(tops)
    if end is not None and end in features.heads:
        for _, f in ordered:
            f.limit = f.limit or features.starts[end]
    return [f for _, f in ordered], []


def _elements(features: LineFeatures, requirement: Candidate, stop: int) -> list[tuple[int, UnitDraft]]:
    out: list[tuple[int, UnitDraft]] = []
    names = list(_ELEMENTS.get(requirement.value, {}).items())
    for i in range(requirement.line + 1, stop):
        name = next((n for n in names if features.layout.lines[i].bold and features.texts[i].startswith(n[1])), None)
        if name is None:
            continue
        names.remove(name)
        title = re.split(r"[.:]\s", features.texts[i] + " ", maxsplit=1)[0]
        number = f"1.{requirement.number}"
        path = f"Requirement {number}, {title}"
        out.append((i, UnitDraft("element", "", f"requirement:{number}.{name[0]}", path, title, features.starts[i], 4)))
    return out


def _chapter_sections(
    features: LineFeatures, tops: Sequence[tuple[int, UnitDraft]], taken: set[int]
) -> list[tuple[int, UnitDraft]]:
    """ "1.", "2." and "2.3" in each chapter, over headings, in order."""
    chapters = sorted((line, f) for line, f in tops if f.kind == "chapter")
    out: list[tuple[int, UnitDraft]] = []
    for n, (begin, chapter) in enumerate(chapters):
        stop = chapters[n + 1][0] if n + 1 < len(chapters) else len(features.texts)
        last: tuple[int, ...] = (0,)
        for i in sorted(x for x in features.heads if begin < x < stop and x not in taken):
            match = _HLEG_SECTION.match(features.texts[i])
            if match is None:
                continue
            number = tuple(int(x) for x in match["n"].split("."))
            due = {(*last[:k], last[k] + 1) for k in range(len(last))} | {(*last, 1)}
            if number not in due or number == (1, 1):
                continue
            last = number
            key, path = f"section:{chapter.number}.{match['n']}", f"Chapter {chapter.number}, section {match['n']}"
            found = UnitDraft(
                "section",
                match["n"],
                key,
                path,
                match["title"],
                features.starts[i],
                1 + len(number),
                features.layout.lines[i].end,
            )
            out.append((i, found))
    return out


def _principles(features: LineFeatures) -> list[tuple[int, UnitDraft]]:
    """The four principles, each under its own line "The principle of …", in order."""
    out: list[tuple[int, UnitDraft]] = []
    at = 0
    for n, name in enumerate(_PRINCIPLES, 1):
        line = where(features, rf"^\W*The principle of {name}\s*$", at)
        if line is None:
            return []
        at = line + 1
        here = features.layout.lines[line]
        start = here.start + max(0, features.layout.text[here.start : here.end].find("The principle"))
        title = name.capitalize()
        out.append(
            (line, UnitDraft("principle", str(n), f"principle:{n}", f"Principle {n}", title, start, 4, here.end))
        )
    return out
