"""Line ends inside a word: which hyphens belong to the word, and which Korean line ends divide one. Pure."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from kb.types import SOFT_HYPHEN

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from ingest.layout.source_page import SourceLine, SourcePage

_BROKEN = re.compile(rf"([^\W_]+(?:[-'’][^\W_]+)*-?){SOFT_HYPHEN}(?=([^\W_]+(?:[-'’][^\W_]+)*))")
_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_PREFIXES = frozenset(
    [
        "self",
        "non",
        "socio",
        "multi",
        "cross",
        "well",
        "ex",
        "off",
        "anti",
        "high",
        "low",
        "long",
        "short",
        "ai",
        "game",
    ]
)
"""First halves that usually keep their hyphen before a whole word ("self-", "non-")."""

_LINKS = frozenset(["and", "or", "to", "of", "the", "in", "by", "on", "at", "for"])
"""Words between the parts of a compound: "short- and long-term", "state-of-the-art"."""

_PARTICIPLE = re.compile(r"\w{3,}(?:ing|ed|able|ible|ion|ions)|(?:mak|us|hold|own|driv)ers?|level|based|pressure")
"""How the second half of a compound often ends ("machine-readable") where it is no word of the document."""

_ADDRESS = re.compile(r"://|www\.", re.IGNORECASE)
_PAGE_END = re.compile(r"([^\W\d_]{2,})-\s*$")


def decide_hyphens(pages: Sequence[SourcePage], orders: Sequence[Sequence[int]]) -> list[SourcePage]:
    """Pages in which a marked line-end hyphen that belongs to the word has become an ordinary hyphen.

    A hyphen at the end of a page's body, which pdfium cannot mark, is decided with the first word of the next page.
    """
    if not any(SOFT_HYPHEN in page.text or "-" in page.text for page in pages):
        return list(pages)
    words: Counter[str] = Counter()
    for page in pages:
        plain = page.text.casefold()
        if SOFT_HYPHEN in plain:
            plain = " ".join(word for word in plain.split() if SOFT_HYPHEN not in word)
        words.update(_WORD.findall(plain))
    for word, n in list(words.items()):
        if "-" in word:
            for part in word.split("-"):
                words[part] += n
    spanish = words["de"] + words["la"] > words["the"] + words["of"]

    def decide(match: re.Match[str]) -> str:
        left, right = match.group(1), match.group(2)
        token = match.string[max(0, match.start() - 300) : match.end(1)].rsplit(" ", 1)[-1]
        in_address = bool(_ADDRESS.search(token))  # an address may run over line ends, but has no blank
        keep = in_address or keeps_hyphen(left, right, words, spanish)
        return left + ("-" if keep else SOFT_HYPHEN)

    out: list[SourcePage] = []
    for n, page in enumerate(pages):
        text = page.text
        if SOFT_HYPHEN in text:
            text = _BROKEN.sub(decide, text)
            # a mark that is not between two parts of a word is a printed hyphen
            text = re.sub(rf"(?<![^\W_]){SOFT_HYPHEN}|{SOFT_HYPHEN}(?![^\W_]|\s*$|\n)", "-", text)
        if orders[n] and n + 1 < len(pages) and orders[n + 1]:
            after = pages[n + 1]
            first = after.lines[orders[n + 1][0]]
            words_after = after.text[first.start : first.end]
            text = _page_end(text, page.lines[orders[n][-1]], words_after, words, spanish)
        out.append(replace(page, text=text))
    return out


def keeps_hyphen(left: str, right: str, words: Mapping[str, int], spanish: bool = False) -> bool:
    """Whether the hyphen between two halves of a broken word is part of the word.

    ``words`` counts the document's words in lower case, and the parts of hyphenated ones. The form that occurs more
    often elsewhere in the document wins. Where neither occurs, the hyphen is kept beside a figure, before a capital,
    after another hyphen of the same word, before "and" or "to", after "self-" and the like, between two words of the
    document of three letters or more, and between a word and a participle. In Spanish, which breaks words everywhere
    and rarely joins two, the hyphen is kept only between two words of the document.
    """
    a, b = left.casefold(), right.casefold()
    head, tail = re.split(r"[-'’]", a)[-1], re.split(r"[-'’]", b)[0]
    if not head or right[0].isdigit() or left[-1].isdigit():
        return True
    closed = words.get(head + tail, 0)
    hyphened = max(words.get(f"{a}-{b}", 0), words.get(f"{head}-{tail}", 0))
    if closed or hyphened:
        return hyphened > closed
    if right[0].isupper() and not left.isupper():
        return True
    first, second = words.get(head, 0), words.get(tail, 0)
    if spanish:
        return first > 0 and second > 1 and len(head) > 3 and len(tail) > 4
    if "-" in a:
        return second > 0 or (first > 0 and len(head) > 2)
    if tail in _LINKS and len(head) > 2 and first > 0:
        return True
    if head in _PREFIXES:
        return len(tail) > 3 and (second > 0 or head in {"self", "non", "ai"} or bool(_PARTICIPLE.fullmatch(tail)))
    if len(head) > 3 and first > 0 and _PARTICIPLE.fullmatch(tail):
        return True
    return len(head) > 2 and len(tail) > 2 and first > 0 and second > 0


def _page_end(text: str, line: SourceLine, following: str, words: Mapping[str, int], spanish: bool) -> str:
    """The page's text with the hyphen at the end of its body decided.

    A hyphen that does not belong to the word is marked like one inside the page.
    """
    end = line.end
    while end > line.start and text[end - 1].isspace():
        end -= 1
    match = _PAGE_END.search(text[line.start : end].replace(SOFT_HYPHEN, "-"))
    after = re.match(r"[^\W_]+", following.lstrip())
    if not match or after is None:
        return text
    closed = after.group()[0].islower() == match.group(1)[-1].islower() and not keeps_hyphen(
        match.group(1), after.group(), words, spanish
    )
    return text[: end - 1] + (SOFT_HYPHEN if closed else "-") + text[end:]


_HANGUL_BREAK = re.compile(r"(?<=[가-힣])( ?)\n(?=[가-힣])")
_HANGUL_WORD = re.compile(r"[가-힣]+")


def decide_hangul_breaks(pages: list[SourcePage], orders: Sequence[Sequence[int]]) -> list[SourcePage]:
    """Pages in which a line end inside a Korean word is marked as a break that belongs to no word.

    Korean is broken at any syllable, and most programs leave the blank at the end of a word before the line end. Where
    a document does so (at a quarter of its Korean line ends or more), a line end without a blank is inside a word. In
    other documents the joined word must occur elsewhere, and more often than its parts.
    """
    found = [m.group(1) for page in pages for m in _HANGUL_BREAK.finditer(page.text)]
    if not found:
        return pages
    blanks = sum(map(bool, found)) >= max(2, 0.25 * len(found))
    words = Counter(w for page in pages for w in _HANGUL_WORD.findall(page.text)) if not blanks else Counter()
    out: list[SourcePage] = []
    for page, order in zip(pages, orders, strict=True):
        text = page.text
        neighbours = {(page.lines[a].end, page.lines[b].start) for a, b in pairwise(order)}

        def decide(match: re.Match[str], text: str = text, near: set[tuple[int, int]] = neighbours) -> str:
            if match.group(1) or not any(a <= match.start() + 1 and b == match.end() for a, b in near):
                return match.group()
            if not blanks:
                before = re.search(r"[가-힣]+$", text[max(0, match.start() - 20) : match.start()])
                after = _HANGUL_WORD.match(text, match.end())
                a, b = (before.group() if before else ""), (after.group() if after else "")
                if not words[a + b] or words[a + b] < min(words[a] - 1, words[b] - 1):
                    return match.group()
            return SOFT_HYPHEN

        out.append(replace(page, text=_HANGUL_BREAK.sub(decide, text)))
    return out
