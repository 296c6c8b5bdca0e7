"""Units of OECD legal instruments. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ingest.units.assembly import UnitDraft, slug
from ingest.units.chains import Rule, candidates, chain, merge, top, where
from ingest.units.lists import indent, with_lists
from kb.text.numerals import roman_value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.layout.line_features import LineFeatures
    from kb.types import Notice

_CLAUSE_RULE = Rule(
    "clause", re.compile(r"\**(?P<n>[IVX]+)\.\s+(?=\S)"), 2, lambda n: (f"clause:{n}", f"Clause {n}"), roman_value
)


def oecd(features: LineFeatures) -> tuple[list[UnitDraft], list[Notice]]:
    """Preamble, clauses I–…, sections, 1.1–2.5, letters and romans; definitions under the clause that agrees them."""
    if keyed := _keyed(features):
        return keyed, []
    n_lines = range(len(features.texts))
    clauses = chain(candidates(features, _CLAUSE_RULE, n_lines))
    out = [top(features, c, _CLAUSE_RULE) for c in clauses]
    out += _preamble(features, clauses[0].line if clauses else 0)
    for n in (1, 2):
        line = where(features, rf"^\**Section {n}\b\s*[:.–-]?(?!\s*(?:of|and|or|to)\b)")
        if line is not None:
            title = re.sub(r"^\**Section \d\s*[:.–-]?\s*", "", features.texts[line])
            start, head = features.layout.lines[line].start, features.layout.lines[line].end
            out.append((line, UnitDraft("section", str(n), f"section:{n}", f"Section {n}", title, start, 1, head)))
        kind = "principle" if n == 1 else "recommendation"
        word = kind.capitalize()
        rule = Rule(
            kind,
            re.compile(rf"\**{n}\.(?P<n>\d)\.?\s+(?P<title>\S.*)$"),
            2,
            lambda x, n=n, kind=kind, word=word: (f"{kind}:{n}.{x}", f"{word} {n}.{x}"),  # type: ignore[misc]
        )
        for c in chain(candidates(features, rule, n_lines)):
            at, found = top(features, c, rule)
            found.number = f"{n}.{c.number}"
            found.head = features.layout.lines[c.line].end
            out.append((at, found))
    return with_lists(features, merge(out, _definitions(features, out))), []


def _preamble(features: LineFeatures, stop: int) -> list[tuple[int, UnitDraft]]:
    """The lines from "THE COUNCIL," to the first clause."""
    line = where(features, r"^\**THE COUNCIL\s*,?\s*\**\s*$")
    if line is None or line >= stop:
        return []
    start = features.layout.lines[line].start
    return [(line, UnitDraft("section", "", "section:preamble", "Preamble", "Preamble", start, 1))]


def _definitions(features: LineFeatures, tops: Sequence[tuple[int, UnitDraft]]) -> list[tuple[int, UnitDraft]]:
    """Defined terms, one on each line, under the clause that adopts them."""
    ordered = sorted(tops, key=lambda item: item[0])
    first = next((k for k, (_, f) in enumerate(ordered) if f.key == "clause:I"), None)
    if first is None:
        return []
    begin = ordered[first][0]
    end = ordered[first + 1][0] if first + 1 < len(ordered) else len(features.texts)
    out: list[tuple[int, UnitDraft]] = []
    for i in range(begin + 1, end):
        match = re.match(r"[-–•‒*]*\s*([A-Z][A-Za-z -]{2,40}?)\s*:\s*\S", features.texts[i])
        if match:
            term = match.group(1)
            start = features.layout.lines[i].start + indent(features, i)
            key = f"definition:{slug(term)}"
            out.append((i, UnitDraft("definition", "", key, f"Definition of “{term}”", term, start, 3)))
    return out


_KEY = re.compile(r"(?P<key>Section|Def|Proposal|[12])\.(?P<n>\d[\d.]*?)\.?(?P<what>Ti|sec)=(?P<text>.*)$")
_ROMANS = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")


def _keyed(features: LineFeatures) -> list[UnitDraft]:
    """Units of a file in the form "key=text": the instrument's numbers are in the keys, not in the text."""
    matches = [(i, m) for i, text in enumerate(features.texts) if (m := _KEY.match(text))]
    if len(matches) < 12:
        return []
    out: list[UnitDraft] = []
    named: set[str] = set()
    for i, m in matches:
        line = features.layout.lines[i]
        text = re.sub(r"<[^>]*>", "", m["text"]).strip()
        numbers = m["n"].split(".")
        found: UnitDraft | None = None
        start = line.start + m.start("text")
        if m["key"] == "Section" and m["what"] == "Ti" and numbers != ["0"]:
            title = re.sub(r"^Section \d\s*:\s*", "", text)
            found = UnitDraft("section", m["n"], f"section:{m['n']}", f"Section {m['n']}", title, start, 1, line.end)
        elif m["key"] == "Def" and (term := re.match(r"\W*([A-Z][A-Za-z ]{2,40}?)\s*:", text)):
            name = term.group(1)
            found = UnitDraft("definition", "", f"definition:{slug(name)}", f"Definition of “{name}”", name, start, 3)
        elif m["key"] == "Def" and m["n"] == "0":
            found = UnitDraft("clause", "I", "clause:I", "Clause I", "", start, 2)
        elif m["key"] == "Proposal" and int(numbers[0]) < len(_ROMANS):
            number = _ROMANS[int(numbers[0])]
            letter = re.match(r"([a-z])\)", text)
            if letter:
                n = f"{number}({letter.group(1)})"
                found = UnitDraft("point", n, f"clause:{number}.{letter.group(1)}", f"Clause {n}", "", start, 20)
            else:
                found = UnitDraft("clause", number, f"clause:{number}", f"Clause {number}", "", start, 2)
        elif m["key"] in "12" and numbers[0] != "0":
            kind = "principle" if m["key"] == "1" else "recommendation"
            number = f"{m['key']}.{numbers[0]}"
            point = re.match(r"([a-z]+)[).]", text)
            if m["what"] == "Ti":
                found = UnitDraft(
                    kind, number, f"{kind}:{number}", f"{kind.capitalize()} {number}", text, start, 2, line.end
                )
            elif point and len(numbers) > 1:
                n = f"{number}({point.group(1)})"
                found = UnitDraft(
                    "point", n, f"{kind}:{number}.{point.group(1)}", f"{kind.capitalize()} {n}", "", start, 20
                )
        if found is not None and found.key not in named:
            named.add(found.key)
            out.append(found)
    return out
