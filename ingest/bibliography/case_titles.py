"""Finds the title of a court's decision: the case in a Korean one, the parties in an English one. Pure.

Such a page has no line that is printed as a title: the court's name and the word for "judgment" are the largest.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.bibliography.cover import PrintedBlock

_DECISION = re.compile(r"(?:중\s*간\s*)?(?:판\s*결|결\s*정|명\s*령|심\s*판|재\s*결|의\s*결)\s*(?:문|서)?")
_CASE = re.compile(
    r"(?:사\s*건\s*(?:번\s*호)?\s*[:：|]?\s*(?P<case>(?:19|20)\d\d\s?[가-힣]{1,4}\s?\d{1,7}.{0,80})"
    r"|(?:(?:안\s*건|사\s*건)\s*명|제\s+목)\s*[:：|]?\s*(?P<matter>[가-힣A-Za-z].{5,100}))",
    re.DOTALL,
)
_PARTY = re.compile(
    r"\s(?:원\s*고|피\s*고(?:인)?|피\s*심\s*인|의\s*결\s*연\s*월\s*일|청\s*구\s*인|신\s*청\s*인|항\s*소\s*인|상\s*고\s*인|검\s*사|변\s*론\s*종\s*결)(?:\s|$)"
)
_PARTIES_FOLLOW = re.compile(r"(?:between|b e t w e e n)\s*:?", re.IGNORECASE)
_AND = re.compile(r"\W*(?:and|v|vs|versus)\W*", re.IGNORECASE)
_FIRST_SIDE = r"claimants?|applicants?|plaintiffs?|appellants?|petitioners?|pursuers?"
_OTHER_SIDE = r"defendants?|respondents?|defenders?"
_SIDE = re.compile(rf"\W*(?:(?P<first>{_FIRST_SIDE})|(?P<other>{_OTHER_SIDE}))\W*", re.IGNORECASE)
MOST_OF_A_CASE = 200


def title_of_case(blocks: Sequence[PrintedBlock]) -> tuple[str, int] | None:
    """The title and the index of its first block; ``None`` where the first page is none of a court's decision."""
    first = [(n, line.text) for n, block in enumerate(blocks) if block.page == 1 for line in block.lines]
    return _korean_case(first) or _parties(first)


def _korean_case(lines: Sequence[tuple[int, str]]) -> tuple[str, int] | None:
    if not any(_DECISION.fullmatch(text.strip(" []【】")) for _, text in lines):
        return None
    for n, text in lines:
        if found := _CASE.match(text.strip()):
            case = _PARTY.split(f"{found['case'] or found['matter']} ")[0]
            return " ".join(case.split()), n
    return None


def _parties(lines: Sequence[tuple[int, str]]) -> tuple[str, int] | None:
    begins = next((at for at, (_, text) in enumerate(lines) if _PARTIES_FOLLOW.fullmatch(text.strip())), None)
    if begins is None or begins + 1 >= len(lines):
        return None
    sides: list[list[str]] = [[]]
    for _, text in lines[begins + 1 : begins + 16]:
        side = _SIDE.fullmatch(text)
        if side and side["other"] and len(sides) == 2:
            names = [" ".join(" ".join(side).split()) for side in sides]
            whole = " v ".join(names)
            return (whole, lines[begins + 1][0]) if all(names) and len(whole) <= MOST_OF_A_CASE else None
        if side:
            continue
        if _AND.fullmatch(text):
            sides.append([])
        else:
            sides[-1].append(text)
    return None
