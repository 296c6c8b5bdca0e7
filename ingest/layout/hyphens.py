"""Decides at line ends whether a hyphen belongs to the word, and whether a Korean line end divides a word. Pure."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from enum import Enum
from itertools import pairwise
from typing import TYPE_CHECKING

from kb.text.common_words import common_words
from kb.types import SOFT_HYPHEN, PageKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence, Set

    from ingest.layout.source_page import SourceLine, SourcePage

_LEFT = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*-?$")
_RIGHT = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*")
_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_PREFIXES = frozenset(
    "self non socio multi cross well ex off anti high low long short ai game pre re co de sub semi mid micro macro"
    " pro post over under inter intra counter quasi pseudo cyber bio eco geo neuro".split()
)
"""First halves that often keep their hyphen before a whole word ("self-", "non-")."""

_OF_A_PARTICLE = frozenset(
    "on-site on-demand on-device on-duty on-premise on-premises on-screen on-street up-front by-product by-products "
    "by-election by-elections".split()
)
"""Compounds that begin with a word of two letters; most other words with such a beginning are one word: "uphold"."""
_KEPT_PREFIXES = frozenset("self non socio multi cross well ex off anti quasi high low long short ai game".split())
"""First halves that usually keep the hyphen, even if the document does not show it."""

_LINKS = frozenset(["and", "or", "to", "of", "the", "in", "by", "on", "at", "for"])
"""Words between the parts of a compound: "short- and long-term", "state-of-the-art"."""

_PARTICIPLE = re.compile(r"\w{3,}(?:ing|ed|able|ible|ion|ions)|(?:mak|us|hold|own|driv)ers?|level|based|pressure")
"""How the second half of a compound often ends ("machine-readable") where it is no word of the document."""

_SUFFIXES = frozenset("able age ally ant ate ful hood ion ish ism ist less ness ship ward wise".split())
"""Second halves that are words and hardly ever end a compound: "trace-able"."""

_ADDRESS = re.compile(r"://|www\.", re.IGNORECASE)
_ENDS_IN_HYPHEN = re.compile(r"([^\W\d_]{2,})-\s*$")

_ENOUGH = 4
"""Number of broken words needed to decide whether a document breaks words at line ends at all."""


class LineEnds(Enum):
    """How a document treats words at line ends."""

    BREAK = "words are broken at syllables"
    WHOLE = "a line ends after a hyphen that the word has, and nowhere else in a word"
    UNKNOWN = "there are too few to tell"


def decide_hyphens(pages: Sequence[SourcePage], orders: Sequence[Sequence[int]]) -> list[SourcePage]:
    """Pages in which a marked line-end hyphen that belongs to the word has become an ordinary hyphen.

    A broken word goes on at the next line in reading order, at the end of a page's body with the first word of the next
    page. A soft hyphen of the file itself (U+00AD) at a line end is decided like a marked one.
    """
    if not any(SOFT_HYPHEN in page.text or "-" in page.text or _OWN in page.text for page in pages):
        return list(pages)
    pages = [_with_own_hyphens(page) for page in pages]
    words = _words_of(pages)
    spanish = words["de"] + words["la"] + words["les"] > words["the"] + words["of"]
    breaks = [_breaks(pages, orders, n) for n in range(len(pages))]
    habit = line_ends([(left, right) for page in breaks for _, left, right in page if left and right], words)
    out: list[SourcePage] = []
    for page, found in zip(pages, breaks, strict=True):
        text = list(page.text)
        for at, left, right in found:
            if not left or not right:
                text[at] = "-"  # a mark that is not between two parts of a word is a printed hyphen
                continue
            token = page.text[max(0, at - 300) : at].rsplit(" ", 1)[-1]
            keep = bool(_ADDRESS.search(token))  # an address may run over line ends, but has no blank
            text[at] = "-" if keep or keeps_hyphen(left, right, words, spanish, habit) else SOFT_HYPHEN
        out.append(replace(page, text="".join(text)))
    return out


_OWN = "\u00ad"
_OWN_BREAK = re.compile(r"(?<=[^\W\d_])\u00ad(?= ?\n[^\W\d_])")


def _with_own_hyphens(page: SourcePage) -> SourcePage:
    """The page whose own soft hyphens at line ends are marked as pdfium marks hyphens."""
    return replace(page, text=_OWN_BREAK.sub(SOFT_HYPHEN, page.text)) if _OWN in page.text else page


_BROKEN = re.compile(rf"\S{{0,80}}{SOFT_HYPHEN}\s{{0,80}}\S{{0,80}}")
"""A word with a marked hyphen; bounded, because a file of one letter would be searched from each of its characters."""


def _words_of(pages: Sequence[SourcePage]) -> Counter[str]:
    """How often each word is in the pages unbroken, and each part of a hyphenated one."""
    words: Counter[str] = Counter()
    for page in pages:
        plain = page.text.casefold()
        if SOFT_HYPHEN in plain:
            plain = _BROKEN.sub(" ", plain)
        words.update(_WORD.findall(plain))
    for word, n in list(words.items()):
        if "-" in word:
            for part in word.split("-"):
                words[part] += n
    return words


def _breaks(pages: Sequence[SourcePage], orders: Sequence[Sequence[int]], n: int) -> list[tuple[int, str, str]]:
    """The places of a page's marked hyphens, and of the hyphen at the end of its body, with both halves of the word. A
    half is "" if no part of a word is on that side."""
    page, order = pages[n], orders[n]
    text = page.text
    following = {page.lines[i].end: page.lines[j].start for i, j in pairwise(order)}
    end = _body_end(page, order)
    found = [match.start() for match in re.finditer(SOFT_HYPHEN, text)]
    if end is not None and end not in found and _ENDS_IN_HYPHEN.search(text[max(0, end - 40) : end + 1]):
        found.append(end)
    out: list[tuple[int, str, str]] = []
    for at in found:
        left = _LEFT.search(text[max(0, at - 80) : at])
        if at == end:
            rest = _first_words(pages, orders, n + 1)
        else:
            start = following.get(at + 1, at + 1)
            rest = text[start : start + 80]
        right = _RIGHT.match(rest.lstrip())
        if right is None and at != end and not rest.strip():
            continue  # nothing follows that could belong to the word
        out.append((at, left.group() if left else "", right.group() if right else ""))
    return out


def _body_end(page: SourcePage, order: Sequence[int]) -> int | None:
    """The place of the last character of a page's body that is no blank, where it is a hyphen."""
    if not order:
        return None
    line = page.lines[order[-1]]
    end = line.end
    while end > line.start and page.text[end - 1].isspace():
        end -= 1
    return end - 1 if end > line.start and page.text[end - 1] in (SOFT_HYPHEN, "-") else None


def _first_words(pages: Sequence[SourcePage], orders: Sequence[Sequence[int]], n: int) -> str:
    """The words at the beginning of the body of page ``n``, "" where there is none."""
    if n >= len(pages) or not orders[n]:
        return ""
    line = pages[n].lines[orders[n][0]]
    return pages[n].text[line.start : line.end]


def line_ends(halves: Sequence[tuple[str, str]], words: Mapping[str, int]) -> LineEnds:
    """How a document treats words at line ends, judged by the words whose halves show it.

    A syllable was broken off if the joined word occurs elsewhere and one of its halves is not a word. A compound was
    left whole if it occurs elsewhere with its hyphen, or if both halves are words and the joined one is not.
    """
    broken = whole = 0
    for left, right in halves:
        a, b = left.casefold(), right.casefold()
        head, tail = re.split(r"[-'’]", a)[-1], re.split(r"[-'’]", b)[0]
        hyphened = max(words.get(f"{a}-{b}", 0), words.get(f"{head}-{tail}", 0))
        closed = _is_word(head + tail, words)
        both = _is_word(head, words) and _is_word(tail, words)
        if closed and not hyphened and not both:
            broken += 1
        elif hyphened or "-" in a or (both and not closed):
            whole += 1
    if broken + whole < _ENOUGH:
        return LineEnds.UNKNOWN
    return LineEnds.BREAK if broken > 0.2 * (broken + whole) else LineEnds.WHOLE


def _is_word(word: str, words: Mapping[str, int]) -> bool:
    """Whether letters are a word of the document, or a common one."""
    return words.get(word, 0) > 0 or word in common_words()


def keeps_hyphen(
    left: str,
    right: str,
    words: Mapping[str, int],
    spanish: bool = False,
    habit: LineEnds = LineEnds.UNKNOWN,
) -> bool:
    """Whether the hyphen between two halves of a broken word is part of the word.

    ``words`` counts the document's words in lower case, and the parts of hyphenated ones. The hyphen is kept beside a
    figure and before a capital. If the document breaks no words (``habit``), it is kept unless the joined word is known
    and its first half is not a word. Otherwise the form that occurs more often in the document wins. If neither occurs,
    a joined word that is common is closed, and the hyphen is kept after another hyphen of the same word, before "and"
    or "to", after "self-" and the like, between two words, and between a word and a participle. Spanish and French
    break words everywhere and rarely join two: in these languages it is kept only between two words of the document.
    """
    a, b = left.casefold(), right.casefold()
    head, tail = re.split(r"[-'’]", a)[-1], re.split(r"[-'’]", b)[0]
    if not head or right[0].isdigit() or left[-1].isdigit():
        return True
    in_capitals = right[0].isupper() and not (left.isupper() and right.isupper() and len(left) > 1)
    closed = words.get(head + tail, 0)
    hyphened = max(words.get(f"{a}-{b}", 0), words.get(f"{head}-{tail}", 0))
    if habit is LineEnds.WHOLE:
        return in_capitals or _stays_whole(a, head, tail, closed, hyphened, words)
    if closed or hyphened:
        return hyphened > closed
    if in_capitals:
        return True
    first, second = words.get(head, 0), words.get(tail, 0)
    if spanish:
        return first > 0 and second > 1 and len(head) > 3 and len(tail) > 4
    common = common_words()
    if head + tail in common and "-" not in a:
        return False
    if "-" in a:
        return second > 0 or tail in common or (first > 0 and len(head) > 2)
    if tail in _LINKS and len(head) > 2 and first > 0:
        return True
    known = tail not in _SUFFIXES and (second > 0 or (tail in common and len(tail) > 3))
    if head in _PREFIXES:
        if head not in _KEPT_PREFIXES:
            return habit is LineEnds.UNKNOWN and known
        return len(tail) > 3 and (known or head in {"self", "non", "ai"} or bool(_PARTICIPLE.fullmatch(tail)))
    if len(head) > 3 and first > 0 and _PARTICIPLE.fullmatch(tail):
        return True
    if f"{head}-{tail}" in _OF_A_PARTICLE:
        return True
    return len(head) > 2 and len(tail) > 2 and tail not in _SUFFIXES and (first > 0 or head in common) and known


def _stays_whole(a: str, head: str, tail: str, closed: int, hyphened: int, words: Mapping[str, int]) -> bool:
    """Whether the hyphen is kept in a document that breaks no words; a stray break is recognised by halves that are no
    words."""
    if hyphened or "-" in a or head in _PREFIXES:
        return True
    if closed or head + tail in common_words():
        return False
    return _is_word(head, words) or _is_word(tail, words)


def close_spaced_words(pages: Sequence[SourcePage]) -> list[SourcePage]:
    """Pages in which the blanks between the letters of a word that is set apart belong to no word."""
    out: list[SourcePage] = []
    for page in pages:
        text = page.text
        for at in page.spaced:
            text = text[:at] + SOFT_HYPHEN + text[at + 1 :]
        out.append(replace(page, text=text) if page.spaced else page)
    return out


_TORN_LETTERS = 3
_LEAST_TORN = 4
_LETTER_GAP = 0.28
"""Letters of one word stand nearer than this part of their size; Korean letters fill their squares."""


def join_torn_lines(pages: Sequence[SourcePage]) -> list[SourcePage]:
    """Pages in which a printed line that comes letter by letter is one line again.

    pdfium ends a line after every letter where a page holds a single short line of Korean. The blank between two
    letters is kept where their distance is that of two words.
    """
    whole = [_with_whole_lines(page) if _is_torn(page) else page for page in pages]
    return [_with_raised_numbers(page) for page in whole]


_RAISED_NUMBER = re.compile(r"\d{1,2}(?:bis|ter|quater)?")
_NEXT_TO_A_NUMBER = 12
"""Points between a raised number and the words of its paragraph."""


def _with_raised_numbers(page: SourcePage) -> SourcePage:
    """The page with raised numbers of paragraphs in front of their words, where they are lines of their own: Swiss laws
    print "1 The operator …" so. The number of a note stands before smaller words and stays."""
    text = list(page.text)
    lines: list[SourceLine] = []
    usual = Counter(round(line.size) for line in page.lines for _ in range(line.end - line.start))
    body = usual.most_common(1)[0][0] if usual else 0
    numbers: list[tuple[int, int]] = []
    for line in page.lines:
        before = lines[-1] if lines else None
        if (
            before is not None
            and before.size < 0.95 * line.size
            and line.size > 0.9 * body
            and _RAISED_NUMBER.fullmatch(page.text[before.start : before.end].strip())
            and before.end <= line.start
            and before.top < line.bottom
            and line.top < before.bottom
            and 0 <= line.x0 - before.x1 < _NEXT_TO_A_NUMBER
            and page.text[line.start : line.end].lstrip()[:1].isupper()
        ):
            for at in range(before.end, line.start):
                text[at] = " "
            numbers.append((before.start, before.end))
            lines[-1] = replace(line, start=before.start, x0=before.x0, top=min(before.top, line.top))
        else:
            lines.append(line)
    if not numbers:
        return page
    marks = tuple(mark for mark in page.marks if not any(a < mark[1] and mark[0] < b for a, b in numbers))
    return replace(page, text="".join(text), lines=tuple(lines), marks=marks)


def _is_torn(page: SourcePage) -> bool:
    tiny = sum(line.end - line.start <= _TORN_LETTERS for line in page.lines)
    return tiny >= _LEAST_TORN and tiny > 0.5 * len(page.lines)


def _with_whole_lines(page: SourcePage) -> SourcePage:
    text = list(page.text)
    spaced = set(page.spaced)
    lines: list[SourceLine] = []
    run = False
    for line in page.lines:
        before = lines[-1] if lines else None
        height = max(line.bottom - line.top, before.bottom - before.top) if before else 0.0
        is_tiny = line.end - line.start <= _TORN_LETTERS
        if (
            before is not None
            and is_tiny
            and (run or before.end - before.start <= _TORN_LETTERS)
            and abs(before.bottom - line.bottom) < 0.5 * height
            and line.x0 >= before.x1 - 1
            and "".join(text[before.end : line.start]).strip() == ""
        ):
            near = line.x0 - before.x1 < _LETTER_GAP * line.size
            for at in range(before.end, line.start):
                text[at] = " "
                if near:
                    spaced.add(at)
            lines[-1] = replace(before, end=line.end, x1=line.x1, top=min(before.top, line.top),
                                bottom=max(before.bottom, line.bottom))  # fmt: skip
            run = True
        else:
            lines.append(line)
            run = False
    return replace(page, text="".join(text), lines=tuple(lines), spaced=tuple(sorted(spaced)))


_HANGUL_BREAK = re.compile(r"(?<=[가-힣])( ?)\n(?=[가-힣])")
_HANGUL_WORD = re.compile(r"[가-힣]+")


_LINE_PARTICLE = re.compile(
    r"(?:에서|에게|으로|로서|로써|으로서|으로써|까지|부터|처럼|마다|에|을|를|은|는|의|와|과)(?:도|는|만|의|부터)?"
)
_VERB_ENDING = re.compile(
    r"(?!하지만|하여튼|하기는)(?:(?:하|되|시키)(?:고|는|여|어|며|면|도록|지|거나|기|였|었|게)|한다|된다|합니다|됩니다|적인|적으로)"
)
_VERB_STEM = re.compile(r"([가-힣]{2,}?)(?:하|되|시키)[고는여어며면도지거기였었게]")
_ENDS_COMPLETE = frozenset("을를은는이가의에로도와과서고며야어게록면께두만")
"""Last syllables that are mostly particles, or endings of verbs: the word is complete, as a rule."""
_COMPLETE_WORDS = frozenset(
    "다시 역시 반드시 즉시 항상 계속 먼저 바로 가장 더욱 매우 직접 각각 또한 위해 통해 대해".split()
)


def _cannot_begin(before: str, after: str, stems: Set[str]) -> bool:
    """Whether a line begins with what cannot begin a Korean word, after a noun that it can belong to.

    ``stems`` are the nouns that the document makes verbs of.
    """
    if len(before) < 2 or before in _COMPLETE_WORDS:
        return False
    if _LINE_PARTICLE.fullmatch(after):
        return len(after) > 1 or before[-1] not in _ENDS_COMPLETE
    return _VERB_ENDING.match(after) is not None and (before[-1] not in _ENDS_COMPLETE or before in stems)


_OPENS_A_PART = re.compile(r"제\s?\d{1,3}\s?(?:조|장|절|편|관|호|항)|[가-하][.)]\s|부\s?칙|별\s?[표지]|붙\s?임")
_FULL_LINE = 3.0
"""A line that ends in the middle of a word reaches the right edge but for so many times its size."""


@dataclass(frozen=True, slots=True)
class _HangulBreaks:
    """Whether a line end divides a Korean word; ``blanks``: the document leaves the blank behind a word there."""

    blanks: bool
    words: Counter[str]
    stems: frozenset[str]

    def divides(self, before: str, after: str, page: SourcePage, line: SourceLine) -> bool:
        """Whether ``before``, which ends with a line, goes on in ``after``, the text behind the line end."""
        if _OPENS_A_PART.match(after):
            return False
        if self.blanks:
            return page.kind is not PageKind.PDF or line.x1 > _right_edge(page, line) - _FULL_LINE * line.size
        head, tail = re.search(r"[가-힣]+$", before), _HANGUL_WORD.match(after)
        a, b = (head.group() if head else ""), (tail.group() if tail else "")
        often = bool(self.words[a + b]) and self.words[a + b] >= min(self.words[a] - 1, self.words[b] - 1)
        return often or _cannot_begin(a, b, self.stems)


def _right_edge(page: SourcePage, line: SourceLine) -> float:
    """How far right lines reach that begin about where this one does."""
    return max(other.x1 for other in page.lines if abs(other.x0 - line.x0) < 8 * line.size and not other.hidden)


def decide_hangul_breaks(pages: list[SourcePage], orders: Sequence[Sequence[int]]) -> list[SourcePage]:
    """Pages in which a line end inside a Korean word is marked as a break that belongs to no word.

    Korean is broken at any syllable, and most programs leave the blank at the end of a word before the line end. Where
    a document does so (at a quarter of its Korean line ends or more), a full line without a blank ends inside a word.
    In other documents the joined word must occur elsewhere, and more often than its parts, or the next line begins
    with what cannot begin a word: a particle, or the ending of a verb that is made of the noun before it. The end of a
    page is a line end, where the next page goes on in the same print.
    """
    found = [m.group(1) for page in pages for m in _HANGUL_BREAK.finditer(page.text)]
    if not found:
        return pages
    blanks = sum(map(bool, found)) >= max(2, 0.25 * len(found))
    words = Counter(w for page in pages for w in _HANGUL_WORD.findall(page.text)) if not blanks else Counter()
    stems = frozenset(m.group(1) for word in words if (m := _VERB_STEM.match(word)))
    breaks = _HangulBreaks(blanks, words, stems)
    out: list[SourcePage] = []
    for page, order in zip(pages, orders, strict=True):
        text = page.text
        lines = {(page.lines[a].end, page.lines[b].start): page.lines[a] for a, b in pairwise(order)}

        def decide(
            match: re.Match[str], page: SourcePage = page, near: dict[tuple[int, int], SourceLine] = lines
        ) -> str:
            if match.group(1):
                return match.group()
            line = next((line for (a, b), line in near.items() if a <= match.start() + 1 and b == match.end()), None)
            before, after = page.text[max(0, match.start() - 20) : match.start()], page.text[match.end() :][:20]
            divided = line is not None and breaks.divides(before, after, page, line)
            return SOFT_HYPHEN if divided else match.group()

        out.append(replace(page, text=_HANGUL_BREAK.sub(decide, text)))
    return _over_page_ends(out, orders, breaks)


def _over_page_ends(
    pages: list[SourcePage], orders: Sequence[Sequence[int]], breaks: _HangulBreaks
) -> list[SourcePage]:
    """Pages in which the line end behind a last line is marked as a break, where its word goes on in the next page."""
    for n, (page, order) in enumerate(zip(pages[:-1], orders[:-1], strict=True)):
        follows = pages[n + 1]
        if not order or not orders[n + 1] or page.kind is not PageKind.PDF:
            continue
        last, first = page.lines[order[-1]], follows.lines[orders[n + 1][0]]
        before, after = page.text[max(0, last.end - 20) : last.end], follows.text[first.start :][:20]
        alike = abs(last.size - first.size) < 0.06 * last.size and last.bold == first.bold
        at_a_word = bool(_HANGUL_WORD.search(before[-1:]) and _HANGUL_WORD.match(after))
        if alike and at_a_word and page.text[last.end :][:1] == "\n" and breaks.divides(before, after, page, last):
            pages[n] = replace(page, text=f"{page.text[: last.end]}{SOFT_HYPHEN}{page.text[last.end + 1 :]}")
    return pages
