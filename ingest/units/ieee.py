"""Units of IEEE standards: clauses, definitions, normative and informative annexes. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ingest.layout.line_features import SENTENCE_END
from ingest.units.assembly import UnitDraft
from ingest.units.chains import Rule, candidates, chain, merge, title_below, top
from ingest.units.lists import indent, with_lists
from ingest.units.unesco import decimal
from kb.types import PageKind

if TYPE_CHECKING:
    from ingest.layout.line_features import LineFeatures
    from kb.types import Notice

_ANNEX = Rule(
    "annex",
    re.compile(r"Annex\s+(?P<n>[A-Z])\b\s*(?P<title>\(?(?:normative|informative)?\)?.*)$"),
    3,
    lambda n: (f"annex:{n}", f"Annex {n}"),
    lambda s: ord(s) - 64,
    lists=False,
)
_STATUS = re.compile(r"\(?(normative|informative)\)?", re.IGNORECASE)
_DEFINITIONS = re.compile(r"(?:terms and )?definitions\b|definitions, acronyms", re.IGNORECASE)
_MOST_TERM = 80
_TERM = re.compile(r"(?P<n>\d+\.\d+(?:\.\d+)?)\s+(?P<term>[^:]{2,80}):(?=\s|$)")


def ieee(features: LineFeatures) -> tuple[list[UnitDraft], list[Notice]]:
    """Clauses and sub-clauses ("5.1.2 Title") with their lists, "3.1 term: …", annexes ("Annex A (informative)")."""
    n_lines = len(features.texts)
    annexes = [c for c in chain(candidates(features, _ANNEX, range(n_lines))) if _is_annex_head(features, c.line)]
    stop = annexes[0].line if annexes else n_lines
    numbered = decimal(
        features, lambda n: ("clause", f"clause:{n}", f"clause {n}"), range(stop), lists=True, alone=True
    )
    clauses = [
        (i, f)
        for i, f in numbered
        if i in features.heads
        or _heading_like(features, i)
        or _TERM.match(features.texts[i])
        or _is_lone(features, i)
        or _is_numbered_text(features, i)
    ]
    out = _without_orphans(clauses)
    for i, f in out:
        term = _TERM.match(features.texts[i])
        if term and _under_definitions(f, out):
            f.kind, f.title, f.head = "definition", term["term"].strip(), features.starts[i] + term.end()
        elif f.title and _is_numbered_text(features, i) and i not in features.heads and not _heading_like(features, i):
            f.title = ""
        elif not f.title and i + 1 < stop and len(features.texts[i + 1]) < _MOST_TERM and _under_definitions(f, out):
            f.kind, f.title, f.head = "definition", features.texts[i + 1], features.layout.lines[i + 1].end
    for k, c in enumerate(annexes):
        status = _STATUS.search(features.texts[c.line]) or (
            _STATUS.fullmatch(features.texts[c.line + 1]) if c.line + 1 < n_lines else None
        )
        apart = bool(status) and c.line + 1 < n_lines and _STATUS.fullmatch(features.texts[c.line + 1]) is not None
        title, lines = title_below(features, c.line + apart, 3)
        lines += apart
        words = _STATUS.sub("", f"{c.title} {title}").strip()
        path = f" ({status.group(1).lower()})" if status else ""
        at, found = top(features, c, _ANNEX, f"{words}{path}".strip(), lines)
        out.append((at, found))
        end = annexes[k + 1].line if k + 1 < len(annexes) else n_lines
        out += _annex_clauses(features, c.number, c.line + 1, end)
    return with_lists(features, merge(out)), []


def _is_annex_head(features: LineFeatures, i: int) -> bool:
    """ "Annex A" on a line of its own, or with its status or a title, and no sentence."""
    text = features.texts[i]
    return i in features.heads or bool(re.fullmatch(r"Annex [A-Z](?:\s*\(?(?:normative|informative)\)?.{0,80})?", text))


def _heading_like(features: LineFeatures, i: int) -> bool:
    """Whether a text is short and no sentence."""
    text = features.texts[i]
    return len(text) < 80 and text[-1:] not in ".;:,?" and bool(re.match(r"[\d.]+\s+[A-Z]", text))


def _is_lone(features: LineFeatures, i: int) -> bool:
    """Whether a number has a line of its own in bold or larger print: "3.1" above the term that it defines."""
    line, page = features.layout.lines[i], features.layout.pages[features.layout.lines[i].page - 1]
    if page.kind is PageKind.FLOW and i + 1 < len(features.texts) and len(features.texts[i + 1]) < _MOST_TERM:
        return bool(re.fullmatch(r"\d{1,2}(?:\.\d{1,2})+", features.texts[i]))
    return features.texts[i].replace(".", "").isdigit() and (line.bold or line.size > 1.05)


def _is_numbered_text(features: LineFeatures, i: int) -> bool:
    """Whether a sentence has a number of its own, "4.2.1 The maker shall …": it begins one, and none is open above."""
    if not re.match(r"\d{1,2}(?:\.\d{1,2}){2,4}\s+[A-Z]", features.texts[i]) or i == 0:
        return False
    return bool(SENTENCE_END.search(features.texts[i - 1])) or i - 1 in features.heads or _heading_like(features, i - 1)


def _without_orphans(found: list[tuple[int, UnitDraft]]) -> list[tuple[int, UnitDraft]]:
    """The clauses without those whose parent was refused."""
    keys: set[str] = set()
    out: list[tuple[int, UnitDraft]] = []
    for i, f in found:
        above = f.number.rpartition(".")[0]
        if above and above not in keys:
            continue
        keys.add(f.number)
        out.append((i, f))
    return out


def _under_definitions(f: UnitDraft, all_found: list[tuple[int, UnitDraft]]) -> bool:
    above = f.number
    while above := above.rpartition(".")[0]:
        if any(x.number == above and _DEFINITIONS.search(x.title) for _, x in all_found):
            return True
    return False


def _annex_clauses(features: LineFeatures, letter: str, begin: int, end: int) -> list[tuple[int, UnitDraft]]:
    """ "A.1 Title", "A.1.1 Title" in order inside an annex."""
    out: list[tuple[int, UnitDraft]] = []
    last: dict[tuple[int, ...], int] = {}
    for i in range(begin, end):
        match = re.match(rf"{letter}\.(\d{{1,2}}(?:\.\d{{1,2}})*)\s+(\S.*)$", features.texts[i])
        if match is None or not (i in features.heads or _heading_like(features, i) or len(match.group(2)) < 100):
            continue
        number = tuple(int(x) for x in match.group(1).split("."))
        if number[-1] != last.get(number[:-1], 0) + 1 or (number[:-1] and last.get(number[:-2]) != number[-2]):
            continue
        last[number[:-1]] = number[-1]
        for key in [k for k in last if k[: len(number)] == number]:
            del last[key]
        n = f"{letter}.{match.group(1)}"
        start = features.starts[i] + indent(features, i)
        head = features.layout.lines[i].end
        out.append(
            (
                i,
                UnitDraft(
                    "annex clause",
                    n,
                    f"annex:{n}",
                    f"Annex {n}",
                    "" if match.group(2)[-1:] in ".;:" else match.group(2),
                    start,
                    3 + len(number),
                    start + match.start(2) if match.group(2)[-1:] in ".;:" else head,
                    lists=True,
                ),
            )
        )
    return out
