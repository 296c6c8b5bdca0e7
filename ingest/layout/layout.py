"""From raw pages to the document text: furniture cut, printed labels read, line-end hyphens decided. Pure.

The steps keep every remaining character traceable: a page's body is a list of slices of its raw text
(:attr:`kb.types.Page.segments`), in the order they are read, and deciding a hyphen or a break inside a Korean word
replaces one character by one character.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from kb.text.numerals import roman_value
from kb.types import PAGE_BREAK, SOFT_HYPHEN, Page

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

BAND = 0.13
"""Furniture is looked for in this part of the page height at the top and at the bottom."""

MIN_REPEATS = 3
"""A line is a running header or footer when it stands at the same height on this many pages."""


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A line of a page before furniture is cut; offsets are of the page's raw text.

    ``top`` and ``bottom`` count down the page from 0 to 1 (``bottom`` 0: unknown). ``hidden``: painted over.
    """

    start: int
    end: int
    x0: float
    x1: float
    top: float
    size: float
    bold: bool
    bottom: float = 0.0
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class SourcePage:
    """A page as a reader hands it over, whatever the file form. ``label`` only where the file itself declares one."""

    index: int
    text: str
    lines: tuple[SourceLine, ...]
    label: str | None = None
    marks: tuple[tuple[int, int], ...] = ()
    ocr: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A body line in the document text: ``[start, end)``, its page, and how it is set (sizes relative to the body)."""

    start: int
    end: int
    page: int
    x0: float
    x1: float
    top: float
    size: float
    bold: bool


@dataclass(frozen=True, slots=True)
class OutlineItem:
    """A bookmark of the file: depth from 0, title, page from 1."""

    depth: int
    title: str
    page: int


@dataclass(frozen=True, slots=True)
class Layout:
    """The document text with its pages and lines, and what was taken out on the way."""

    text: str
    pages: tuple[Page, ...]
    lines: tuple[Line, ...]
    marks: tuple[tuple[int, int], ...]
    furniture: tuple[tuple[int, str], ...]
    n_soft_hyphens: int
    outline: tuple[OutlineItem, ...] = ()
    notes: tuple[str, ...] = ()

    def line_text(self, line: Line) -> str:
        """The characters of a line, soft hyphens closed."""
        return self.text[line.start : line.end].replace(SOFT_HYPHEN, "")


MAX_GAP = 3
"""…most of them no further apart than this many pages."""

_DIGITS = re.compile(r"\d{1,5}")

WATERMARK = re.compile(
    r"Authorized licensed use limited to|Downloaded on .{0,60}(?:from IEEE|$)"
    r"|^\s*(?:from )?IEEE Xplore\.?\s*Restrictions"
    r"|^\s*Restrictions apply\.?\s*$|^\s*(?:from )?IEEE Xplore\.\s*$"
    r"|licensed to:? .{0,80} (?:single[- ]user|copying)|^\s*Copyrighted and Authorized by IEEE",
    re.IGNORECASE,
)
_WATERMARK_BEGINS = re.compile(r"Authorized licensed use limited", re.IGNORECASE)
_WATERMARK_ENDS = re.compile(r"Restrictions\s+apply", re.IGNORECASE)
MAX_WATERMARK_LINES = 6
_CONTINUED = re.compile(
    r"\W*(?:table )?(?:continued (?:on|from) (?:the )?(?:next|previous|following) page"
    r"|continúa en la página siguiente)\W*",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d+|\b[ivxlc]+\b", re.IGNORECASE)


def lay_out(pages: Sequence[SourcePage], outline: Iterable[OutlineItem] = (), notes: Iterable[str] = ()) -> Layout:
    """The document text and its lines: furniture cut, reading order, labels, hyphens and Korean breaks decided."""
    notes = list(notes)
    furniture = [_furniture(page, repeated) for page, repeated in zip(pages, _repeated(pages), strict=True)]
    labels = _labels(pages, furniture, notes)
    orders = [_order(page, dropped, notes) for page, dropped in zip(pages, furniture, strict=True)]
    pages = _decide_breaks(_decide_hyphens(pages, orders), orders)
    parts: list[str] = []
    out_pages: list[Page] = []
    out_lines: list[Line] = []
    marks: list[tuple[int, int]] = []
    cut: list[tuple[int, str]] = []
    at = 0
    body_size = _body_size(pages)
    for page, dropped, order, (label, source) in zip(pages, furniture, orders, labels, strict=True):
        segments = _segments(page, dropped, order)
        body = "".join(page.text[raw : raw + length] for _, raw, length in segments)
        cut.extend((page.index, page.text[page.lines[i].start : page.lines[i].end].strip()) for i in sorted(dropped))
        for group in _joined(page, order):
            line, last = page.lines[group[0]], page.lines[group[-1]]
            offset = at + _to_body(segments, line.start)
            out_lines.append(
                Line(
                    offset,
                    offset + last.end - line.start,
                    page.index,
                    line.x0,
                    last.x1,
                    line.top,
                    line.size / body_size,
                    line.bold,
                )
            )
        for start, end in page.marks:
            if any(raw <= start and end <= raw + length for _, raw, length in segments):
                offset = _to_body(segments, start)
                marks.append((at + offset, at + offset + end - start))
        out_pages.append(Page(page.index, at, at + len(body), label, source, page.ocr, segments))
        parts.append(body)
        at += len(body) + 1
    text = PAGE_BREAK.join(parts)
    return Layout(
        text,
        tuple(out_pages),
        tuple(out_lines),
        tuple(marks),
        tuple(cut),
        text.count(SOFT_HYPHEN),
        tuple(outline),
        tuple(notes),
    )


def _joined(page: SourcePage, order: Sequence[int]) -> list[list[int]]:
    """Lines in reading order, those that a broken word joins taken as one."""
    groups: list[list[int]] = []
    for i in order:
        before = groups[-1][-1] if groups else None
        if before is not None and page.lines[before].end == page.lines[i].start:
            groups[-1].append(i)
        else:
            groups.append([i])
    return groups


def _to_body(segments: Sequence[tuple[int, int, int]], raw_offset: int) -> int:
    for offset, raw, length in segments:
        if raw <= raw_offset < raw + length:
            return offset + raw_offset - raw
    raise AssertionError("a body line lies outside every segment")


def _segments(page: SourcePage, dropped: frozenset[int], order: Sequence[int]) -> tuple[tuple[int, int, int], ...]:
    """The page text in reading order without the dropped lines and their ends, as (body offset, raw offset, length).

    Blanks and line ends between two lines stay with the line before them.
    """
    if not page.lines:
        return ((0, 0, len(page.text)),) if page.text else ()
    starts = sorted(line.start for line in page.lines)
    following = dict(pairwise([*starts, len(page.text)]))
    pieces = [(page.lines[i].start, following[page.lines[i].start]) for i in order]
    if starts[0] and not dropped and list(order) == sorted(order):
        pieces.insert(0, (0, starts[0]))
    kept: list[tuple[int, int, int]] = []
    offset = 0
    for start, end in _with_line_end(page.text, pieces):
        if kept and kept[-1][1] + kept[-1][2] == start:
            kept[-1] = (kept[-1][0], kept[-1][1], kept[-1][2] + end - start)
        else:
            kept.append((offset, start, end - start))
        offset += end - start
    return tuple(kept)


def _with_line_end(text: str, pieces: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The pieces; where the page's last line moved forward it takes over the line end of the one that is last now."""
    moved = next((n for n, (_, end) in enumerate(pieces[:-1]) if end == len(text) and text[end - 1] != "\n"), None)
    if moved is None:
        return pieces
    start, end = pieces[-1]
    if text[end - 1] != "\n":
        return pieces
    return [*pieces[: moved + 1], (end - 1, end), *pieces[moved + 1 : -1], (start, end - 1)]


def _body_size(pages: Sequence[SourcePage]) -> float:
    """The line height most of the text is set in."""
    weights: Counter[float] = Counter()
    for page in pages:
        for line in page.lines:
            weights[round(line.size, 1)] += line.end - line.start
    return max(weights.most_common(1)[0][0], 0.1) if weights else 1.0


def _key(text: str) -> str:
    """A line without what changes from page to page: digits, blanks, case."""
    return re.sub(r"\s+", "", re.sub(r"\d+", "#", text)).casefold()


def _in_band(line: SourceLine) -> str | None:
    if line.top < BAND:
        return "top"
    if line.top > 1 - BAND:
        return "bottom"
    return None


def _repeated(pages: Sequence[SourcePage]) -> list[frozenset[int]]:
    """Per page, the lines that recur at the same height in the head or foot of neighbouring pages.

    A line recurs with its figures as they are, or with figures that keep their distance from the page number. Places
    that merely look alike ("Article 3" here, "Article 14" far away) do not.
    """
    seen: defaultdict[tuple[str, str, int], set[int]] = defaultdict(set)
    places: list[list[tuple[int, list[tuple[str, str, int]]]]] = []
    offsets = _page_number_offsets(pages)
    for page in pages:
        here: list[tuple[int, list[tuple[str, str, int]]]] = []
        for i, line in enumerate(page.lines):
            band = _in_band(line)
            text = page.text[line.start : line.end] if band else ""
            if band and (len(text) > 40 or sum(c.isalnum() for c in text) > 1):
                top = round(line.top * 100)
                keys = [re.sub(r"\s+", "", text).casefold()]
                pattern = _key(text)
                for slot, digits in enumerate(_DIGITS.findall(text)[:8]):
                    if page.index - int(digits) in offsets:
                        keys.append(f"{pattern}@{slot}:{page.index - int(digits)}")
                here.append((i, [(band, key, top) for key in keys]))
                for key in keys:
                    seen[(band, key, top)].add(page.index)
        places.append(here)

    least = min(MIN_REPEATS, max(2, len(pages)))  # a leaflet of two pages has running lines too

    def recurs(place: tuple[str, str, int]) -> bool:
        band, key, top = place
        found = sorted(set().union(*(seen.get((band, key, t), set()) for t in (top - 1, top, top + 1))))
        near = sum(b - a <= MAX_GAP for a, b in pairwise(found))
        return len(found) >= least and near >= 0.6 * (len(found) - 1)

    return [frozenset(i for i, keys in here if any(recurs(key) for key in keys)) for here in places]


def _page_number_offsets(pages: Sequence[SourcePage]) -> frozenset[int]:
    """Distances between page and figure that a fifth of the pages show in their head or foot: page numbers."""
    support: Counter[int] = Counter()
    for page in pages:
        here: set[int] = set()
        for line in page.lines:
            if _in_band(line):
                here.update(page.index - int(d) for d in _DIGITS.findall(page.text[line.start : line.end])[:8])
        support.update(here)
    least = min(MIN_REPEATS, max(2, len(pages)))
    return frozenset(o for o, n in support.items() if n >= max(least, 0.2 * len(pages)))


def _furniture(page: SourcePage, repeated: frozenset[int]) -> frozenset[int]:
    """Lines to cut: recurring ones and what stands beside them, licence watermarks wherever they stand and however
    they are broken, "continued on next page", lone page numbers at an edge, and words that are painted over.
    """
    out = set(repeated)
    texts = [page.text[line.start : line.end].strip() for line in page.lines]
    for i, line in enumerate(page.lines):
        text = texts[i]
        if (
            line.hidden
            or WATERMARK.search(text)
            or _CONTINUED.fullmatch(text)
            or (_in_band(line) and _lone_number(text) and (_at_edge(page, i) or _beside(page, i, repeated)))
        ):
            out.add(i)
        if _WATERMARK_BEGINS.search(text):
            # the licensee's name, wherever the watermark is broken into lines
            for j in range(i, min(i + MAX_WATERMARK_LINES, len(texts))):
                if _WATERMARK_ENDS.search(" ".join(texts[i : j + 1])):
                    out.update(range(i, j + 1))
                    break
    return frozenset(out)


def _beside(page: SourcePage, i: int, repeated: frozenset[int]) -> bool:
    """Line ``i`` stands at the height of a recurring line: a chapter's number before its running title."""
    line = page.lines[i]
    return any(abs(page.lines[j].top - line.top) < 0.015 for j in repeated if j != i)


def _lone_number(text: str) -> bool:
    core = text.strip(" -–—|.[]")
    counted = r"(?:page|p\.?|página|쪽)?\s*(?:\d{1,4}|[ivxlc]{1,8})(?:\s*(?:/|of|de)\s*\d{1,4})?"
    if re.fullmatch(r"[ivxlc]+", core, re.IGNORECASE):
        return core.casefold() == core and roman_value(core) is not None
    return bool(re.fullmatch(counted, core, re.IGNORECASE))


def _at_edge(page: SourcePage, i: int) -> bool:
    """No line of the page stands further out than line ``i`` on its side."""
    tops = [line.top for line in page.lines]
    top = page.lines[i].top
    return top <= min(tops) + 0.012 or top >= max(tops) - 0.012


def _labels(
    pages: Sequence[SourcePage], furniture: Sequence[frozenset[int]], notes: list[str]
) -> list[tuple[str | None, str]]:
    """Each page's printed label and where it was read: ``printed``, ``pdf`` or ``none``.

    What is printed is what people cite, so it comes first. A number in a running line counts as a page number when,
    over the pages that carry such a line, it grows with the page: at least two pages agree on its distance from the
    physical page. It is then read from each page itself, so a gap or a restart is no error.

    A page that prints none gets the label the file declares only where that label is one a reader counts to: the
    declared labels of its run (one style, growing by one) are printed on another page of the run, and a later page of
    the run prints its own. So the unprinted opening page of a chapter and a roman title page are named, but not a
    cover numbered apart from what follows, nor a back cover.
    """
    slots: defaultdict[tuple[str, int, bool], list[tuple[int, str, int]]] = defaultdict(list)
    for p, (page, lines) in enumerate(zip(pages, furniture, strict=True)):
        for i in lines:
            if page.lines[i].hidden:
                continue
            text = page.text[page.lines[i].start : page.lines[i].end]
            key = re.sub(r"\b[ivxlc]+\b", "#", _key(text)) if _lone_number(text.strip()) else _key(text)
            key = re.sub(r"^(page|página|p\.|쪽).*$", "#", key)
            for slot, token in enumerate(_NUMBER.findall(text)):
                value = int(token) if token.isdigit() and len(token) < 6 else roman_value(token)
                if value is not None and (token.isdigit() or token == token.lower()):
                    slots[(key, slot, token.isdigit())].append((p, token, value))
    printed: dict[int, tuple[int, str]] = {}
    for entries in slots.values():
        offsets = Counter(page_at - value for page_at, _, value in entries)
        for page_at, token, value in entries:
            support = offsets[page_at - value]
            if support >= 2 and support > printed.get(page_at, (0, ""))[0]:
                printed[page_at] = (support, token)
    read = [printed.get(p, (0, ""))[1] or None for p in range(len(pages))]
    _add_declared_alone(pages, furniture, read)
    vouched = _vouched([page.label for page in pages], read)
    out: list[tuple[str | None, str]] = []
    unseen: list[int] = []
    for page, seen, declared in zip(pages, read, vouched, strict=True):
        if seen and page.label and seen != page.label:
            notes.append(
                f"page {page.index}: the file's page label is {page.label!r}, the page itself prints {seen!r}; "
                "the printed one is cited"
            )
        if seen:
            out.append((seen, "printed"))
        elif declared:
            out.append((declared, "pdf"))
        else:
            out.append((None, "none"))
            if page.label:
                unseen.append(page.index)
    if unseen:
        notes.append(
            f"{len(unseen)} page{'s' if len(unseen) > 1 else ''} (the first PDF page {unseen[0]}) "
            "declared with a page label that neither the page nor its neighbours print; they are cited by PDF page"
        )
    return out


def _add_declared_alone(
    pages: Sequence[SourcePage], furniture: Sequence[frozenset[int]], read: list[str | None]
) -> None:
    """A lone number at an edge that no second page bears out is still a page number where the file declares it."""
    for p, (page, lines) in enumerate(zip(pages, furniture, strict=True)):
        if read[p] is None and page.label:
            for i in lines:
                text = page.text[page.lines[i].start : page.lines[i].end].strip()
                if not page.lines[i].hidden and _lone_number(text) and page.label in _NUMBER.findall(text):
                    read[p] = page.label


def _label_value(label: str) -> tuple[str, int] | None:
    """Style and value of a label: what stands before the figure, and the figure; romans count."""
    match = re.fullmatch(r"(.*?)(\d{1,5})", label)
    if match:
        return "figure " + match.group(1), int(match.group(2))
    value = roman_value(label)
    return ("roman", value) if value is not None else None


def _vouched(declared: Sequence[str | None], read: Sequence[str | None]) -> list[str | None]:
    """The declared labels a reader can count to from what is printed later in the same run."""
    out: list[str | None] = [None] * len(declared)
    vouching = False
    after: tuple[str, int] | None = None
    for p in range(len(declared) - 1, -1, -1):
        label = declared[p]
        here = _label_value(label) if label else None
        if here is None or after is None or (here[0], here[1] + 1) != after:
            vouching = False
        if label and read[p] == label:
            vouching = True
        elif read[p] is not None:
            vouching = False
        out[p] = label if vouching else None
        after = here
    return out


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
"""What usually keeps its hyphen before a whole word."""
_LINKS = frozenset(["and", "or", "to", "of", "the", "in", "by", "on", "at", "for"])
"""What stands between the parts of "short- and long-term", "state-of-the-art"."""
_PARTICIPLE = re.compile(r"\w{3,}(?:ing|ed|able|ible|ion|ions)|(?:mak|us|hold|own|driv)ers?|level|based|pressure")
"""How the second half of a compound often ends ("machine-readable"), when it is not seen alone elsewhere."""
_ADDRESS = re.compile(r"://|www\.", re.IGNORECASE)
_PAGE_END = re.compile(r"([^\W\d_]{2,})-\s*$")


def _decide_hyphens(pages: Sequence[SourcePage], orders: Sequence[Sequence[int]]) -> list[SourcePage]:
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
        in_address = bool(_ADDRESS.search(token))  # an address runs over line ends, but holds no blank
        keep = in_address or keeps_hyphen(left, right, words, spanish)
        return left + ("-" if keep else SOFT_HYPHEN)

    out: list[SourcePage] = []
    for n, page in enumerate(pages):
        text = page.text
        if SOFT_HYPHEN in text:
            text = _BROKEN.sub(decide, text)
            # a mark that does not stand between two word parts is a printed hyphen
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

    ``words`` counts the document's words in lower case, with their parts where they are hyphenated. The form seen
    more often elsewhere wins. Where neither is seen, the hyphen stays beside a figure, before a capital, behind a
    further hyphen of the same word, before "and" or "to", behind "self-" and the like, and between two words of the
    document, of three letters or more, or one and a participle. Spanish, which breaks words everywhere and hardly
    joins any, keeps it only between two words of the document.
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
    """The page's text, the hyphen at its body's end decided; a closed one is marked as if inside the page."""
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


def _decide_breaks(pages: list[SourcePage], orders: Sequence[Sequence[int]]) -> list[SourcePage]:
    """Pages in which a line end inside a Korean word is marked as a break that belongs to no word.

    Korean is broken at any syllable, and most programs leave the blank of a word's end before the line end. Where a
    document does so (a quarter of its Korean line ends), a line end without a blank stands inside a word; elsewhere
    the joined word must occur in the document, and more often than its parts.
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


# --- reading order

_FAR = 2.2
"""Lines further apart than this many line heights do not belong to one block."""


def _order(page: SourcePage, dropped: frozenset[int], notes: list[str]) -> list[int]:
    """The body lines' indices in the order they are read.

    pdfium's own order is kept unless a measure speaks against it: how often the text runs backwards, that is from one
    block to one that stands higher and not to the right. Where the order by place (columns first, then gaps between
    rows) runs backwards at most half as often, it is taken.
    """
    kept = [i for i, line in enumerate(page.lines) if i not in dropped and line.start < line.end]
    if len(kept) < 3 or not all(page.lines[i].bottom for i in kept):
        return kept
    backwards = _backwards(page, kept)
    if not backwards:
        return kept
    blocks = _blocks(page, kept)
    placed = [i for block in _by_place(page, blocks) for i in block]
    still = _backwards(page, placed)
    if still * 2 > backwards or _tears(page, kept, placed):
        return kept
    notes.append(f"page {page.index}: read by place; in the file's own order the text runs backwards {backwards} times")
    return placed


def _backwards(page: SourcePage, order: Sequence[int]) -> int:
    """How often a line is followed by one that stands higher and not to the right of it."""
    count = 0
    for i, j in pairwise(order):
        a, b = page.lines[i], page.lines[j]
        higher = b.bottom <= a.top + 0.002
        count += higher and b.x0 < max(a.x1, a.x0) - 3
    return count


def _blocks(page: SourcePage, order: Sequence[int]) -> list[list[int]]:
    """Runs of lines that follow each other closely downwards, or stand on one height, in pdfium's order."""
    out: list[list[int]] = []
    for j in order:
        b = page.lines[j]
        if out:
            a = page.lines[out[-1][-1]]
            height = max(a.bottom - a.top, b.bottom - b.top, 0.004)
            overlaps = a.x0 < b.x1 and b.x0 < a.x1
            below = b.top >= a.top - 0.3 * height and b.top - a.bottom < _FAR * height and overlaps
            beside = abs(b.top - a.top) < height and b.x0 >= a.x1 - 3 and b.x0 - a.x1 < 30
            if below or beside:
                out[-1].append(j)
                continue
        out.append([j])
    return out


def _by_place(page: SourcePage, blocks: list[list[int]]) -> list[list[int]]:
    """Blocks ordered by recursive cuts: a gutter between columns first, else the widest gap between rows."""
    if len(blocks) < 2:
        return blocks
    boxes = [
        (
            min(page.lines[i].x0 for i in block),
            min(page.lines[i].top for i in block),
            max(page.lines[i].x1 for i in block),
            max(page.lines[i].bottom for i in block),
        )
        for block in blocks
    ]
    for low, high, least in ((0, 2, 4.0), (1, 3, 0.0)):
        cut = _widest_gap([(box[low], box[high]) for box in boxes], least)
        if cut is not None:
            first = [b for b, box in zip(blocks, boxes, strict=True) if box[high] <= cut + 1e-6]
            second = [b for b, box in zip(blocks, boxes, strict=True) if box[high] > cut + 1e-6]
            return [*_by_place(page, first), *_by_place(page, second)]
    return sorted(blocks, key=lambda b: (round(page.lines[b[0]].top, 2), page.lines[b[0]].x0))


def _widest_gap(intervals: Sequence[tuple[float, float]], least: float) -> float | None:
    """Where the widest gap that no interval spans begins; ``None`` where none is wider than ``least``."""
    ordered = sorted(intervals)
    reach = ordered[0][1]
    best: tuple[float, float] | None = None
    for low, high in ordered[1:]:
        if low - reach > least and (best is None or low - reach > best[0]):
            best = (low - reach, reach)
        reach = max(reach, high)
    return best[1] if best else None


def _tears(page: SourcePage, kept: Sequence[int], placed: Sequence[int]) -> bool:
    """Whether the new order parts the halves of a broken word."""
    after = dict(pairwise(placed))
    return any(page.lines[i].end == page.lines[j].start and after.get(i) != j for i, j in pairwise(kept))
