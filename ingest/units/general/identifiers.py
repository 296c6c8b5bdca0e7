"""Finds units with identifiers: "GV.RR-04", "AC-2(1)", "PO.2.2", "GV-1.5-001", "E07. 02". Pure.

Identifiers with the same prefix must count up. An identifier that breaks the order, and that can only be a misprint of
one other, is read as that one; its unit records how it is printed.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from ingest.layout.line_features import SENTENCE_END
from ingest.units.assembly import UnitDraft
from ingest.units.general.marks import NUMBERED_WORDS
from ingest.units.lists import indent
from kb.types import CELL_END

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.layout.line_features import LineFeatures

_BULLET = r"(?:[•▪·*‣–-]\s*|o\s+)?"
_PIECES = re.compile(r"[A-Za-z]+|\d+|\(\d{1,2}\)|[^A-Za-z\d()]+")
_ID = re.compile(
    _BULLET + r"(?P<id>[A-Z][A-Z\d]{0,4}(?:\s?[.–-]{1,2}\s?[A-Z]{1,5}){0,3}\s?[.–-]{0,2}\s?\d{1,4}[a-z]?"
    r"(?:\s?[.–-]{1,2}\s?\d{1,4}){0,3}(?:\(\d{1,2}\))?)(?P<stop>[.:)]?)(?=\s|$)"
)
_NIST_ACTION = re.compile(r"(?:GV|MP|MS|MG)-\d{1,2}\.\d{1,2}-\d{3}")
_CAPTIONS = frozenset("table fig box abb tab chart graph map plate page note".split())
"""Words of captions, "TABLE 3.1", which number no parts of the text."""

_LEAST_IDS = 4


@dataclass(slots=True)
class Identifier:
    """An identifier at the start of a line: its pieces of letters and digits, and its separators."""

    line: int
    pieces: tuple[str, ...]
    seps: tuple[str, ...]
    printed: str
    end: int
    id: str = ""

    @property
    def value(self) -> int:
        """The value of the last number."""
        return int(re.sub(r"\D", "", self.pieces[-1]) or 0)

    @property
    def shape(self) -> str:
        """The pieces of an identifier that are letters, and those that are digits."""
        return "".join("a" if p[0].isalpha() else "(" if p[0] == "(" else "d" for p in self.pieces)


def identifiers_of(features: LineFeatures) -> list[Identifier]:
    """The lines that begin with an identifier, where enough of one shape count up in the document."""
    found: list[Identifier] = []
    for i, text in enumerate(features.texts):
        if not text or i in features.notes or i in features.contents:
            continue
        match = _ID.match(text)
        if match is None:
            continue
        printed = match["id"]
        pieces: list[str] = []
        seps: list[str] = []
        for piece in _PIECES.findall(printed):
            (pieces if piece[0].isalnum() or piece[0] == "(" else seps).append(piece)
        if " " in printed and not any(sep.strip() for sep in seps):
            continue
        if " " in printed and pieces[0].casefold() in _CAPTIONS | NUMBERED_WORDS.keys():  # "MAP-01" is an identifier
            continue
        if len(pieces) < 2 or not any(p[0].isalpha() for p in pieces) or (len(pieces) == 2 and not seps):
            continue
        found.append(Identifier(i, tuple(pieces), tuple(s.replace(" ", "") for s in seps), printed, match.end("id")))
    by_shape: defaultdict[str, list[Identifier]] = defaultdict(list)
    for each in found:
        by_shape[each.shape].append(each)
    out: list[Identifier] = []
    for alike in by_shape.values():
        same = alike
        families: defaultdict[tuple[str, ...], list[Identifier]] = defaultdict(list)
        for each in same:
            families[each.pieces[:-1]].append(each)
        if len(same[0].pieces) == 2:  # "GPT-3" and "GPT-4" are names; a series of identifiers begins at 1
            families = defaultdict(list, {k: f for k, f in families.items() if min(e.value for e in f) <= 1})
            same = [each for family in families.values() for each in family]
        counted = sum(_n_in_order(family) for family in families.values())
        heads = sum(each.line in features.heads or features.layout.lines[each.line].size > 1.05 for each in same)
        rows = all(features.texts[each.line][each.end :].startswith(CELL_END) for each in same)
        enough = len(same) >= (3 if rows else _LEAST_IDS) and counted >= max(3, 0.6 * len(same))
        if enough or (len(same) >= 2 and heads == len(same)):
            out += same
    out = sorted((each for each in out if features.layout.lines[each.line].size > 0.6), key=lambda each: each.line)
    _mend(out)
    return sorted([*out, *_families(features, out)], key=lambda each: each.line)


def _families(features: LineFeatures, found: Sequence[Identifier]) -> list[Identifier]:
    """The lines that name a family of identifiers above its first: "Category (GV.RR): …"."""
    out: list[Identifier] = []
    taken = {each.line for each in found}
    seen: set[str] = set()
    for each in found:
        cut = each.id.rfind(each.pieces[-1])
        family = each.id[:cut].rstrip(".–-")
        if family in seen or len(family) < 3 or not re.search(r"[^A-Za-z]", family):
            continue
        seen.add(family)
        named = re.compile(rf"(?:^|[\s(\[]){re.escape(family)}(?=[\s):\].,]|$)")
        for i in range(each.line - 1, max(-1, each.line - 5), -1):
            if i in taken:
                break
            if named.search(features.texts[i]):
                pieces = each.pieces[:-1]
                out.append(Identifier(i, pieces, (), family, len(features.texts[i]), family))
                taken.add(i)
                break
    return out


def _n_in_order(family: Sequence[Identifier]) -> int:
    """How many of a family follow the one before or lead to the next."""
    steps = [b.value == a.value + 1 for a, b in pairwise(family)]
    return sum(left or right for left, right in zip([False, *steps], [*steps, False], strict=True))


def _mend(found: list[Identifier]) -> None:
    """Gives each its identifier: with the separators of its shape, and with the number that it must have."""
    usual: dict[str, tuple[str, ...]] = {}
    for shape in {each.shape for each in found}:
        seps = Counter(each.seps for each in found if each.shape == shape)
        usual[shape] = seps.most_common(1)[0][0]
        if len(seps) > 1 and seps.most_common(1)[0][1] < 0.8 * sum(seps.values()):
            usual[shape] = ()
    for each in found:
        each.id = _joined_pieces(each.pieces, usual[each.shape] or each.seps, each.printed)
    held = {each.id for each in found}
    for k in range(1, len(found) - 1):
        before, each, after = found[k - 1], found[k], found[k + 1]
        if before.shape != each.shape or after.shape != each.shape or before.pieces[:-1] != after.pieces[:-1]:
            continue
        due = before.value + 1
        if after.value != due + 1 or (each.pieces[:-1] == before.pieces[:-1] and each.value == due):
            continue
        last = str(due).zfill(len(before.pieces[-1]))
        must = _joined_pieces((*before.pieces[:-1], last), usual[each.shape] or before.seps, before.printed)
        if must not in held and _one_slip(each.pieces, (*before.pieces[:-1], last)):
            each.id = must
            held.add(must)


def _joined_pieces(pieces: Sequence[str], seps: Sequence[str], printed: str) -> str:
    if len(pieces) - 1 != len(seps):
        inner = [p for p in pieces if not p.startswith("(")]
        if len(inner) - 1 != len(seps):
            return re.sub(r"\s+", "", printed)
        pieces, tail = inner, "".join(p for p in pieces if p.startswith("("))
        return _joined_pieces(inner, seps, printed) + tail
    out = pieces[0]
    for sep, piece in zip(seps, pieces[1:], strict=True):
        out += sep + piece
    return out


def _one_slip(a: Sequence[str], b: Sequence[str]) -> bool:
    """Whether two identifiers differ in one piece only."""
    return len(a) == len(b) and sum(x != y for x, y in zip(a, b, strict=True)) == 1


def drafts_of(features: LineFeatures, found: Sequence[Identifier]) -> list[tuple[int, UnitDraft]]:
    """The identifiers as drafts of units; one that is printed otherwise says so in its path."""
    out: list[tuple[int, UnitDraft]] = []
    for each in found:
        start = features.layout.lines[each.line].start + indent(features, each.line)
        action = bool(_NIST_ACTION.fullmatch(each.id))
        kind = "action" if action else "item"
        key = f"action:{each.id}" if action else f"id:{each.id.lower()}"
        tight = re.sub(r"\s+", "", each.printed)
        path = each.id if tight == each.id else f"{each.id} [printed: {each.printed}]"
        text = features.texts[each.line]
        head = each.line in features.heads or features.layout.lines[each.line].size > 1.05
        title = text[each.end :].strip(" .:–—-") if head else ""
        stop = features.layout.lines[each.line].end if head else start + each.end
        draft = UnitDraft(kind, each.id, key, path, title, start, 10, stop, lists=True)
        draft.limit = _left_of(features, each.line)
        out.append((each.line, draft))
    return out


def _left_of(features: LineFeatures, line: int) -> int:
    """The start of text to the left of an identifier after a sentence, which belongs to the unit around it (0 if there
    is none)."""
    lines, texts = features.layout.lines, features.texts
    own = lines[line]
    for j in range(line + 1, min(line + 60, len(lines))):
        if lines[j].page != own.page:
            return 0
        if lines[j].x0 < own.x0 - 12 and lines[j].top > own.top and SENTENCE_END.search(texts[j - 1]):
            return lines[j].start
    return 0
