"""Finds what speaks for and against a block of the first pages being the title. Pure.

The weights of the signs are learned (``benchmarks/training/titles.py``).
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.bibliography.cover import Role
from kb.catalog.kinds import kind_of_title

if TYPE_CHECKING:
    from collections.abc import Callable

    from ingest.bibliography.cover import PrintedBlock


MOST_TITLE_LETTERS = 420
"""A block with more letters is not a title."""

LEAST_SIZE = 1.1
"""Type from this size on, relative to the body text, is that of a title or heading."""

MOST_AGAIN = 3
"""Number of times from which it says nothing more that the words of a title stand again in the text."""

MOST_SIZE = 3.0
"""Size of type, relative to the body text, from which a line that is larger is no likelier title."""

_LEAST_LARGEST = 0.1
"""The largest type of a page is at least this, so that a file with sizes of 0 has a share of it as well."""

BEFORE_A_MATTER = re.compile(
    r"\A\W*(?:re|ref|subject|subj|betreff|betr|objet|asunto|oggetto|제\s?목|문서명|규정명"
    r"|(?:document|policy|standard|procedure)\s(?:title|name))"
    r"\s*\.?\s*[:：]\s*(?=\S.*\s)",
    re.IGNORECASE,
)
"""What stands before the matter of a letter or a circular."""
JOINING_WORDS = frozenset(
    "a an the and or of on for in to by with under at from as into de del la el los las para en y sobre con du "
    "des le les et pour "
    "sur der die das und für zur zum von im auf 및 등".split()
)


@dataclass(frozen=True, slots=True)
class FirstPages:
    """Where the title of a file is sought. ``claimed`` is the title in the metadata, ``body`` the text of the document;
    ``printed`` says that the file has type sizes."""

    blocks: tuple[PrintedBlock, ...]
    claimed: str
    body: str
    is_issuer: Callable[[str], bool]
    printed: bool


def title_words(text: str) -> list[str]:
    """The words of a text in folded form, for comparison."""
    return re.findall(r"[^\W_]+", text.casefold())


def alike(a: str, b: str) -> float:
    """The share of the words of the shorter title that the other one has, 0 to 1."""
    one, two = set(title_words(a)) - JOINING_WORDS, set(title_words(b)) - JOINING_WORDS
    return len(one & two) / min(len(one), len(two)) if one and two else 0.0


def signs_of_titles(pages: FirstPages) -> dict[int, dict[str, float]]:
    """The signs of every block that may be the title, by its index. A sign is 0 or 1, a share, a size or a
    logarithm."""
    blocks, claimed, folded = pages.blocks, pages.claimed, pages.body.casefold()
    first = next((n for n, b in enumerate(blocks) if b.role is Role.TEXT and may_be_title(b.text)), -1)
    second = first + 1
    if not pages.printed and first >= 0 and pages.is_issuer(blocks[first].text):  # numbers and dates may lie between
        second = next((n for n, b in enumerate(blocks) if n > first and b.role is Role.TEXT), second)
    largest: dict[int, float] = {}
    for block in blocks:
        if _may_head(block):
            largest[block.page] = max(block.size, largest.get(block.page, _LEAST_LARGEST))
    out: dict[int, dict[str, float]] = {}
    for n, block in enumerate(blocks):
        text, words = block.text, len(title_words(block.text))
        if not _may_head(block) or (block.running and n != first) or (block.below_text and text[:1].islower()):
            continue
        agrees = bool(claimed) and alike(text, claimed) >= 0.7 and words >= 2
        subject = block.page == 1 and not block.below_text and BEFORE_A_MATTER.match(text) is not None
        after_issuer = n == second and pages.is_issuer(blocks[first].text)
        if not (block.size >= LEAST_SIZE or block.bold or agrees or subject or n == first or after_issuer):
            continue
        issues = pages.is_issuer(text) or _is_a_letterhead(block, pages.is_issuer)
        mark = re.fullmatch(r"[A-ZÀ-Þ&]{2,8}", text) is not None
        beside = any(b.size >= 0.75 * block.size and len(title_words(b.text)) > 2 for b in blocks)
        out[n] = {
            "as in metadata": agrees,
            "wholly as in metadata": agrees and words >= 4 and alike(text, claimed) >= 0.9,
            "below text": block.below_text,
            "bold": block.bold,
            "first": n == first,
            "first without print": n == first and not pages.printed,
            "after page 2": block.page > 2,
            "running text": block.running,
            "genre": block.role is Role.GENRE,
            "numbered": block.role is Role.NUMBERED,
            "issuer": issues,
            "kind": bool(kind_of_title(text)) and not issues,
            "mark of a house": mark and beside,
            "one word": words == 1,
            "four to eighteen words": 4 <= words <= 18,
            "again in the text": min(MOST_AGAIN, folded.count(text.casefold())) / MOST_AGAIN,
            "no title by form": _NO_TITLE_BY_FORM.fullmatch(text) is not None,
            "label": block.size < LEAST_SIZE and re.match(r"[A-Z][A-Z ]{3,30}:\s", text) is not None,
            "series": _NAME_OF_A_SERIES.search(text) is not None,
            "subject": subject,
            "size": min(block.size, MOST_SIZE),
            "log size": math.log(max(block.size, 0.5)),
            "share of the largest": block.size / largest[block.page],
            "blocks above": math.log1p(n) * pages.printed,
            "at eye level": pages.printed and 0.15 < block.top < 0.6,
        }
    return {n: {name: float(sign) for name, sign in signs.items()} for n, signs in out.items()}


def _may_head(block: PrintedBlock) -> bool:
    """Whether a block may be a title by its role and words."""
    return block.role in {Role.TEXT, Role.GENRE, Role.NUMBERED} and may_be_title(block.text)


_NO_TITLE_BY_FORM = re.compile(
    r".*(?:합니다?|입니다?|습니다?|바랍니다?)\.?"  # a Korean sentence
    r"|[^\d]{2,40}\s[A-Z]{1,6}(?:/[\w.-]+){1,5}(?:\s[A-Z]{1,4}-?\d[\w.-]{0,12})?"  # "General Council A/RES/85/123"
)
_NAME_OF_A_SERIES = re.compile(
    r"\b(?:series|serie|collection|colección|schriftenreihe|reihe|collana)\b|총서|시리즈", re.IGNORECASE
)
_POSTAL_CODE = re.compile(
    r"\b\d{5}(?:-\d{4})?$|\b[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}$|\bD\.C\.|^(?!(?:19|20)\d\d )\d{4,5} [A-Z]"
)
"""The postal code, or the number of a house, in a line of an address; a year is none: "2031 Annual Lamp Report"."""


def _is_a_letterhead(block: PrintedBlock, is_issuer: Callable[[str], bool]) -> bool:
    """Whether the lines of a block are a body and its address."""
    lines = [line.text for line in block.lines]
    return len(lines) > 1 and any(map(is_issuer, lines)) and any(map(_POSTAL_CODE.search, lines))


def may_be_title(text: str) -> bool:
    """Whether a text may be a title by its length and its sentences."""
    if not 2 <= len(text) <= MOST_TITLE_LETTERS or sum(map(str.isalpha, text)) < 2:
        return False
    if re.search(r"다음과\s?같이", text):
        return False
    sentences = len(re.findall(r"[.]\s+[A-Z가-힣]", text))  # the parts of a standard's title stand between semicolons
    return sentences < 2 and text.count(";") < 4 and not (text.endswith(".") and len(title_words(text)) > 25)
