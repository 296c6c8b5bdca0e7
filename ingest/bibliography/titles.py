"""Finds the title of a file among the blocks of its first pages. Pure.

The largest type is not a sufficient sign: language codes, names of issuers and series, and the word "contents" are
often printed larger. The block with the strongest signs (``title_signs``) is the title; words before and behind it that
belong to it are added.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, replace
from itertools import pairwise, takewhile
from statistics import median
from typing import TYPE_CHECKING

from ingest.bibliography.case_titles import title_of_case
from ingest.bibliography.cover import Role, closed, is_spaced, joined_lines
from ingest.bibliography.title_signs import (
    BEFORE_A_MATTER,
    JOINING_WORDS,
    LEAST_SIZE,
    MOST_TITLE_LETTERS,
    FirstPages,
    may_be_title,
    signs_of_titles,
    title_words,
)
from kb.catalog.kinds import kind_of_title
from kb.data import table
from kb.text.common_words import common_words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from ingest.bibliography.cover import PrintedBlock

MOST_OF_A_MATTER = 250
"""A sentence below "A BILL" with more letters does not say what the bill is about."""

MOST_SUBTITLE = 120
"""A line below a title with more letters is no part of it."""

_NO_TITLE = re.compile(
    r"\.(?:docx?|indd|pdf|tex|html?|hwpx?|pptx?|xlsx?|md|txt)$|^untitled|^microsoft (?:word|powerpoint|excel)"
    r"|^slide \d|^presentation\d*$"
    r"|^document\d*$|^(?:full |final )?report$|^(?:cover|title|test|layout|draft|ta|pdf|scan\w*|report|index"
    r"|_t)$|^(?=[\w-]*$)[\w-]*?[0-9a-f]{16}[\w-]*$"
    r"|^[\w.-]*_[\w.-]*$|^\d+$|^제목\s*없음|^문서\s*\d*$|^PowerPoint",
    re.IGNORECASE,
)
_SERIES = re.compile(
    r"(?:[A-Z가-힣][\w&/.'’-]*\s+){0,4}(?:guidance|guidelines?|opinion|circular|notice|recommendation|report"
    r"|bulletin|decision|regulation"
    r"|order|communication|statement|standard|consultation|special publication|discussion paper|working paper"
    r"|white paper"
    r"|practice (?:direction|note|statement)|technical note|policy statement"
    r"|rundschreiben|aufsichtsmitteilung|circulaire|directrices?)\s+(?:no\.?\s*"
    r"|n°\s*)?(?:[A-Z]{1,4}-)?[A-Z]{0,3}\s?\d{1,5}(?:[/.-]\d{1,4})*(?:\s+of\s+(?:19|20)\d\d)?",
    re.IGNORECASE,
)
_PART_WORDS = re.compile(
    r"\b(?:chapter|part|volume|vol\.|book|annex|appendix|section|module|title)\b|[가-힣]\s*(?:장|편|부)$"
    r"|^제\s?\d+\s?(?:장|편|부|권)|부속서|별표"
    r"|\b(?:initial|interim|final|annual|progress|explanatory) report\b|\bsafety and security chapter\b",
    re.IGNORECASE,
)
_SHORT_TITLE = re.compile(
    r"\b(?:[Aa]ct|[Rr]ules|[Rr]egulations|[Oo]rder|[Bb]y-?laws?|[Oo]rdinance)\s+(?:may|shall)\s+be\s+(?:cited\s+as|called|known\s+as)\s+"
    r"(?:the\s+)?([A-Z][^.;:\n]{4,160}(?:\n[^.;:\n]{1,120}?)?(?:,\s(?:19|20)\d\d|\s(?:19|20)\d\d|(?=\.)))"
)
"""How a law is called, where it says so itself: "These rules may be called the Lamp Rules, 2031"."""
_SURE = 0.5
"""Likelihood from which a line in type of body size is more likely the title than what a law says it is called."""
MOST_OF_A_BEGINNING = 20_000
"""Letters of a text in which a law says how it is called."""
_PAGE_BEHIND = re.compile(r"[^\W\d_][\w ).,’'-]*\s(?!(?:19|20)\d\d$)(\d{1,4})")
"""The form of an entry of a contents list without leaders; a year is no page."""
_LARGER = 1.3
"""Type from this size on, relative to the middle size of its page, is that of no entry of a contents list."""
_CONTENTS_ENTRIES = 5
_OF_NAMES = frozenset("de da di del della van von der den la le y e und and & et".split())
_SMALL_IN_TITLES = JOINING_WORDS | {"nor", "but", "per", "via", "vs", "un", "una", "e", "o"}
_TITLE_ENDS = re.compile(r"[\s:–—,;|*#-]+$")


@dataclass(frozen=True, slots=True)
class Title:
    """A title: ``main`` is its largest part, ``text`` the whole title with its series or part, ``how`` the evidence.

    ``block`` is its index among the blocks, -1 if it is none of them.
    """

    text: str
    main: str
    how: str
    block: int = -1


def is_about(text: str, name: str) -> bool:
    """Whether all words of a text are words of a name, so that the text is a part of the name on a line of its own."""
    return bool(title_words(text)) and set(title_words(text)) <= set(title_words(name))


def metadata_title(metadata: dict[str, str]) -> str:
    """The title in the metadata, without additions of programs; empty if there is none."""
    claimed = " ".join(metadata.get("Title", "").split())
    claimed = re.sub(r"^(?:Microsoft (?:Word|PowerPoint)|[A-Za-z]\w{1,11}:) - ", "", claimed, flags=re.IGNORECASE)
    claimed = re.sub(r"^(?:19|20)\d{6}[ _-]+|\s*\((?:full|final|en|web|print|pdf)\)$", "", claimed, flags=re.IGNORECASE)
    if len(claimed) < 5 or _NO_TITLE.search(claimed):
        return ""
    if not any(char.isalpha() for char in claimed) or "\ufffd" in claimed or "IndirectObject(" in claimed:
        return ""
    return claimed[:MOST_TITLE_LETTERS]


def find_title(pages: FirstPages) -> Title | None:
    """The title, or ``None`` if nothing on the first pages and nothing in the metadata looks like one."""
    if pages.printed and (case := title_of_case(pages.blocks)):
        name = recased(case[0], pages.body)
        return Title(name, name, "title page", case[1])
    pages = without_contents(pages)
    signs = signs_of_titles(pages)
    if not signs:
        return Title(pages.claimed, pages.claimed, "metadata") if pages.claimed else None
    weights = table("titles")
    odds = {n: sum(weights[name] * sign for name, sign in each.items()) for n, each in signs.items()}
    best = max(odds, key=lambda n: (odds[n], -n))
    return title_at(pages, best, 1 / sum(math.exp(each - odds[best]) for each in odds.values()))


def without_contents(pages: FirstPages) -> FirstPages:
    """The first pages with the entries of a contents list that has no heading told from other lines."""
    listed, said = _contents_pages(pages.blocks), {Role.TEXT, Role.NUMBERED}
    blocks = (
        replace(b, role=Role.CONTENTS) if b.role in said and b.size < listed.get(b.page, 0.0) else b
        for b in pages.blocks
    )
    return replace(pages, blocks=tuple(blocks))


def title_at(pages: FirstPages, best: int, share: float) -> Title:
    """The title, where a block is the likeliest one.

    :param share: how likely the block is among the others, 0 to 1.
    """
    blocks, claimed, body, is_issuer, printed = pages.blocks, pages.claimed, pages.body, pages.is_issuer, pages.printed
    if named := _named_in_words(blocks, best, share, body):
        return named
    main, begins, last = _whole_title(blocks, best, printed)
    if claimed and sorted(title_words(claimed)) == sorted(title_words(main)):
        main = claimed  # the same words, with punctuation that is missing at line ends
    main = recased(BEFORE_A_MATTER.sub("", main), f"{claimed}\n{body}")
    text = main
    after = next((b for b in blocks[last + 1 :] if b.role in {Role.TEXT, Role.NUMBERED}), None)
    before = next((b for b in reversed(blocks[:begins]) if b.role is Role.TEXT), None)
    if _SERIES.fullmatch(main) and after is not None and not _may_follow(after, blocks[best]):
        after = next((block for block in blocks if _is_matter(block, blocks[best])), after)
    if _SERIES.fullmatch(main) and after is not None and _may_follow(after, blocks[best]):
        follow, _, _ = _whole_title(blocks, blocks.index(after), printed)
        text = f"{_TITLE_ENDS.sub('', main)}: {recased(BEFORE_A_MATTER.sub('', follow), body)}"
    elif (
        before is not None
        and _SERIES.fullmatch(before.text)
        and before.page == blocks[best].page
        and not before.below_text
    ):
        text = f"{recased(before.text, body)}: {main}"
        if printed and after is not None and _is_subtitle(after, blocks[best], main, is_issuer):
            text = f"{_TITLE_ENDS.sub('', text)}: {recased(after.text, body)}"
    elif (
        after is not None
        and _may_follow(after, blocks[best])
        and (
            _PART_WORDS.search(after.text)
            or main.endswith(":")
            or (printed and (_names_the_kind(after, main) or _is_subtitle(after, blocks[best], main, is_issuer)))
        )
    ):
        here = [block for block in blocks if block.page == after.page]
        alone = len(here) <= 8 and not any(block.running for block in here)  # a cover, and no first page of text
        if len(after.text) < MOST_SUBTITLE and not _same_words(after.text, main) and (alone or after.role is Role.TEXT):
            text = f"{_TITLE_ENDS.sub('', main)}: {recased(after.text, body)}"
    elif printed and (larger := _larger_above(blocks, begins, is_issuer)):
        text = f"{_TITLE_ENDS.sub('', recased(larger, body))}: {main}"
    text, main = (_rejoined(_tidy(each), blocks[best], body) for each in (text, main))
    return Title(text, main, "title page", best)


def _named_in_words(blocks: Sequence[PrintedBlock], best: int, share: float, body: str) -> Title | None:
    """The title in the words of the text, where the best block is hardly one: how a law says it is called, the name of
    an act below the head of a gazette, or what a bill is about."""
    genre = blocks[best].role is Role.GENRE
    weak = genre or (share < _SURE and blocks[best].size < LEAST_SIZE)
    if weak and (short := _SHORT_TITLE.search(body[:MOST_OF_A_BEGINNING])):
        name = _tidy(" ".join(short[1].split()))
        return Title(name, name, "text", best)
    if weak and (act := _act_below(blocks, best)):
        return Title(_tidy(act), _tidy(act), "title page", best)
    if genre and (matter := _below_a_genre(blocks, best)):
        name = recased(_tidy(matter), body)
        return Title(name, name, "title page", best + 1)
    return None


def _contents_pages(blocks: Sequence[PrintedBlock]) -> dict[int, float]:
    """The pages behind the first on which most lines are entries of a contents list that has no heading, with the size
    from which type is too large for an entry. The numbers of such entries never fall from one line to the next."""
    out = {}
    for page in {block.page for block in blocks} - {1}:
        lines = [line for block in blocks if block.page == page for line in block.lines]
        found = (_PAGE_BEHIND.fullmatch(re.sub(r"^\d+(?:\.\d+)*\.?\s+", "", line.text)) for line in lines)
        pages = [int(match[1]) for match in found if match]
        if len(pages) >= _CONTENTS_ENTRIES and 2 * len(pages) > len(lines) and pages == sorted(pages):
            out[page] = _LARGER * median(line.size for line in lines)
    return out


def is_name_of_a_person(text: str, strange: bool = True) -> bool:
    """Whether a text may be the name of a person: two to four words with capitals, one of which is no common word
    where ``strange`` asks for that."""
    names = [word for word in text.rstrip(" *∗†‡§").split() if word not in _OF_NAMES]
    whole = all(re.fullmatch(r"[A-ZÀ-Þ](?:[a-zß-ÿ]+|\.)(?:['’-]?[A-ZÀ-Þ][a-zß-ÿ]+)*\.?,?", name) for name in names)
    if not whole or not 2 <= len(names) <= 4 or kind_of_title(text):
        return False
    return not strange or any(part.casefold() not in common_words() for part in re.findall(r"[^\W\d_]{3,}", text))


def _is_subtitle(after: PrintedBlock, title: PrintedBlock, main: str, is_issuer: Callable[[str], bool]) -> bool:
    """Whether large words right below a short title say what it is about; a name of persons or of a body does not."""
    words = after.text.casefold().split()
    said = set(words[:-1]) & (JOINING_WORDS - {"and", "y", "et", "und", "the", "de", "von", "del", "di"})
    large = after.size >= max(1.3, 0.45 * title.size) and after.top - title.lines[-1].top < 0.1
    alike_set = after.text.isupper() or not title.text.isupper()
    persons = re.match(r"(?:[A-ZÀ-Ý][\w.'’-]*,? ){2,}(?:and|y|et|und|&) [A-ZÀ-Ý]", after.text) is not None
    short = len(title_words(main)) <= 4 and len(words) >= 5 and (after.text.isupper() or not persons)
    return large and alike_set and short and bool(said) and after.role is Role.TEXT and not is_issuer(after.text)


def _names_the_kind(after: PrintedBlock, main: str) -> bool:
    """Whether the line below a title that names no kind is the rest of it and ends with one: "User Manual"."""
    short = after.role is Role.TEXT and len(after.text) <= 60 and after.size >= LEAST_SIZE
    named = after.text.split()[-1:] if short else []
    return bool(named) and bool(kind_of_title(named[0])) and not kind_of_title(main)


def _larger_above(blocks: Sequence[PrintedBlock], n: int, is_issuer: Callable[[str], bool]) -> str:
    """The words in larger type right above a title, which name its subject; empty if there are none."""
    if n < 1:
        return ""
    above, block = blocks[n - 1], blocks[n]
    near = above.page == block.page and block.top - above.lines[-1].top < 0.12 and not block.below_text
    larger = above.role is Role.TEXT and above.size >= 1.1 * block.size and block.size >= LEAST_SIZE
    named = near and larger and len(above.text) <= 60 and may_be_title(above.text) and not is_issuer(above.text)
    return above.text if named and not _same_words(above.text, block.text) else ""


_NOTED_END = re.compile(r"\w\s?[∗*†‡]$")
"""The mark of a note, behind which names of authors follow a title."""


def _whole_title(blocks: Sequence[PrintedBlock], n: int, printed: bool) -> tuple[str, int, int]:
    """A title together with the blocks in which it continues, and the indices of the first and the last of them."""
    first = last = n
    if not printed:  # a line is a whole heading or paragraph
        return blocks[n].text, n, n
    while first > 0 and _runs_on(blocks[first - 1], blocks[first]):
        first -= 1
    while last + 1 < len(blocks) and _runs_on(blocks[last], blocks[last + 1]):
        last += 1
    lines = [line.text for block in blocks[first : last + 1] for line in block.lines]
    noted = next((n for n, line in enumerate(lines) if _NOTED_END.search(line)), len(lines))
    return joined_lines(lines[: noted + 1]), first, last


def _runs_on(before: PrintedBlock, after: PrintedBlock) -> bool:
    """Whether a title continues in the next block although it is printed differently: one ends, or the other begins,
    with a conjunction or preposition."""
    if before.page != after.page or before.role is not Role.TEXT or after.role is not Role.TEXT:
        return False
    low, high = sorted((before.size, after.size))
    if low < 0.5 * high or after.below_text or after.top - before.lines[-1].top > 0.13:
        return False
    ending, beginning = title_words(before.text)[-1:], after.text.split()[:1]
    goes_on = (bool(ending) and ending[0] in JOINING_WORDS) or (after.text[:1].islower() and low >= 1.5)
    unfinished = goes_on and low >= 0.95 * high
    if not unfinished and after.top - before.lines[-1].top > 0.075 * max(1.0, before.size / 2):
        return False
    if (
        not ending
        or not beginning
        or before.text.endswith((".", ":", ";"))
        or (before.bold != after.bold and high < 1.3)
    ):
        return False
    if len(before.text) + len(after.text) > MOST_TITLE_LETTERS:
        return False
    word = beginning[0].strip("(“\"'")
    if word == before.text.split()[0]:  # a name again, that of the authors
        return False
    if after.running or (after.size < LEAST_SIZE and not after.bold and after.size < 0.97 * before.size):
        return False
    capitals = before.text.isupper() and after.text.isupper()
    joins = ending[0] in JOINING_WORDS or (word.casefold() in JOINING_WORDS and (word.islower() or capitals))
    plain = re.fullmatch(r"[^\W\d_]+(?:['’-][^\W\d_]+)?[,;)]?", word) is not None  # "lamp.sty" begins a line of its own
    return joins or (word[:1].islower() and plain and before.bold == after.bold)


_NAMED_ACT = re.compile(
    r"(?:\d{1,6}\s+)?((?:Real Decreto|Decreto|Ley|Orden|Resolución|Loi|LOI|Décret|Arrêté|Legge|Gesetz|Verordnung|Act"
    r"|Regulation)\b[^.]{0,40}\d.{10,300})"
)
"""The name of an act that a gazette prints as text, perhaps behind a number of its own."""


def _act_below(blocks: Sequence[PrintedBlock], n: int) -> str:
    """The name of the act in the first blocks below the head of a gazette that are one; empty if there is none."""
    page = [b for b in blocks if b.page == blocks[n].page]
    head = next((at for at, b in enumerate(page) if b.role is Role.GENRE), len(page))
    below = [b.text for b in page[head + 1 :]]
    for at, text in enumerate(below):
        if found := _NAMED_ACT.fullmatch(text):
            more = takewhile(lambda line: line[:1].islower(), below[at + 1 :])
            return " ".join((found[1], *more))[:MOST_TITLE_LETTERS]
    return ""


def _below_a_genre(blocks: Sequence[PrintedBlock], n: int) -> str:
    """The first sentence below a line that only says what the file is, "A BILL", where it says what it is about; else
    empty."""
    below = blocks[n + 1] if n + 1 < len(blocks) else None
    if below is None or below.page != blocks[n].page or below.top - blocks[n].lines[-1].top > 0.1:
        return ""
    sentence = re.split(r"(?<=\w)\.\s", below.text)[0]
    fits = below.role is Role.TEXT and len(title_words(sentence)) >= 4 and len(sentence) <= MOST_OF_A_MATTER
    return sentence if fits else ""


def _is_matter(block: PrintedBlock, circular: PrintedBlock) -> bool:
    """Whether a bold or large line says what the circular is about whose number stands above it on the page."""
    below = block.page == circular.page and block.top > circular.top and block.role is Role.TEXT
    return below and (block.bold or block.size >= LEAST_SIZE) and len(title_words(block.text)) >= 3


def _may_follow(after: PrintedBlock, title: PrintedBlock) -> bool:
    near = after.page == title.page and after.top - title.lines[-1].top < 0.2
    return (
        near
        and not after.below_text
        and len(after.text) < MOST_TITLE_LETTERS
        and (after.size >= LEAST_SIZE or after.bold)
    )


def _same_words(a: str, b: str) -> bool:
    return title_words(a) == title_words(b)


def _tidy(text: str) -> str:
    text = re.sub(r"\s*\{#[\w.-]+\}", "", text)  # the anchor of a heading in Markdown
    text = re.sub(r"(?<=\w)\s*[「\[]\s*\d{1,3}\s*[」\]]$", "", text)  # the mark of a note
    text = re.sub(r"(?<![^\W\d_])제 ?(\d+) ?(?=[차호판권회기부](?![가-힣]))", r"제\1", text)  # a PDF sets figures apart
    text = re.sub(r"\b((?:19|20)\d\d) (?=년)", r"\1", text)
    text = re.sub(r"^(?:title|ti)\s*[=:]\s*", "", text, flags=re.IGNORECASE)
    text = re.sub(r"\s+([,.;:)\]」｣])", r"\1", text)
    return _TITLE_ENDS.sub("", " ".join(text.split())).strip(" .") if not text.endswith("etc.") else text


def _rejoined(text: str, block: PrintedBlock, body: str) -> str:
    """A Korean title whose lines end within a word, with the word as the text has it elsewhere."""
    for above, below in pairwise(line.text for line in block.lines):
        head, tail = above.split()[-1:], below.split()[:1]
        if not head or not tail or not re.fullmatch("[가-힣]+", head[0] + tail[0]):
            continue
        apart, whole = f"{head[0]} {tail[0]}", head[0] + tail[0]
        if body.count(whole) > 0 and body.count(apart) == 0:
            text = text.replace(apart, whole)
    return text


def recased(text: str, body: str) -> str:
    """A title in capitals with the capitals that the document uses for the same words elsewhere."""
    text = closed(text) if is_spaced(text) else text
    letters = [char for char in text if char.isalpha() and char.upper() != char.lower()]
    share = sum(char.isupper() for char in letters) / len(letters) if letters else 0.0
    if share < 0.3 or len(letters) < 6:
        return text
    again = re.compile(r"\s+".join(map(re.escape, text.split())), re.IGNORECASE)
    for match in list(again.finditer(body[:200_000]))[:40]:
        found = " ".join(match[0].split())
        if sum(char.isupper() for char in found) < 0.6 * share * len(letters) and found[:1].isupper():
            return found
    if share < 0.85:
        return text
    seen: dict[str, dict[str, int]] = {}
    wanted = {word.casefold() for word in re.findall(r"[^\W\d_]+", text)}
    for word in re.findall(r"[^\W\d_]+", body[:200_000]):
        if word.casefold() in wanted:
            forms = seen.setdefault(word.casefold(), {})
            forms[word] = forms.get(word, 0) + 1

    def written(match: re.Match[str]) -> str:
        word = match[0]
        if re.match(r"-?\d", text[match.end() : match.end() + 2]):  # the letters of a number: "SN-2031-19"
            return word
        low = word.casefold()
        forms = {form: n for form, n in seen.get(low, {}).items() if form != word or len(word) <= 5}
        if low in _SMALL_IN_TITLES and match.start() > 0:
            return word.lower()
        if forms and len(word) <= 5:
            upper, lower = forms.get(word, 0), sum(n for form, n in forms.items() if form != word)
            return word if upper - 1 > lower else word.capitalize()  # once it is in the title itself
        return word if len(word) <= 4 and not re.search(r"[AEIOUYÁÉÍÓÚ]", word) else word.capitalize()

    return re.sub(r"[^\W\d_]+(?:['’][^\W\d_]+)?", written, text)
