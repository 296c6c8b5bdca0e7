"""Extracts title, issuer, date, number, language and kind of a file from its own words, each with its evidence. Pure.

These facts are what the file says about itself; nobody has checked them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.bibliography.bodies import is_body
from ingest.bibliography.cover import PAGES, Role, blocks, closed, cover_lines, is_spaced
from ingest.bibliography.days import (
    copyright_year,
    date_of_act,
    date_said,
    date_signed,
    dates_of_issue,
    is_dated_line,
    month_of_revision,
    number_in,
    printed_dates,
    year_in_a_head,
    year_of_a_line,
    year_of_a_title,
    year_of_volume,
)
from ingest.bibliography.issuers import find_issuer, responsible, signed, votes_beside_the_title
from ingest.bibliography.title_signs import FirstPages
from ingest.bibliography.titles import MOST_SUBTITLE, find_title, is_about, metadata_title
from kb.catalog.kinds import kind_of_title, publication_kind
from kb.catalog.title_page import TitlePage
from kb.text.common_words import common_words
from kb.text.languages import OTHER, language_of_document
from kb.types import PARAGRAPH_END

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from ingest.bibliography.cover import PrintedBlock
    from ingest.bibliography.titles import Title
    from ingest.layout.layout import Layout

_OF_A_STANDARD = re.compile(r"[A-Z]{2,6}(?:/[A-Z]{2,6}|\s[A-Z]{1,3})*\s\d{2,6}(?:-\d{1,2})*:(?:19|20)\d\d")
"""The number of a standard with its year: "ASI 9210:2023"."""

_OF_A_SERIES = re.compile(
    r"([^\W\d_]+(?:[ -][^\W\d_]+){0,2})\s(?:제|no\.?|n[°º]|nr\.?)?\s?\d+(?:[./-]\d+)*호?", re.IGNORECASE
)
"""A number in a series, on a line of its own: "Working Report 7/2031", "연구보고서 2031-08"."""

_BEGINS_A_SERIES = re.compile(
    r"((?:Audit |Annual |Special |Research )?Report|Circular|Guidance|Guideline|Standard|Policy|Opinion)"
    r"\s(?:No\.?\s?)?(?:[A-Z]{1,4}[ -]?)?\d{1,5}\b"
)
"""A line that begins with the kind and the number in a series: "Report 7: 2030–31"."""

_DONE_TO_THINGS = re.compile(r"\b(?:review|study|analysis|update|input|statement)s?\b", re.IGNORECASE)
"""Words for reports that mean as often what is done: "Human review of decisions"."""

_HEAD_OF_A_PAPER = re.compile(r"(?:working|discussion|position|policy|white|green|issue) papers?", re.IGNORECASE)
"""Words at the beginning of a title that name no certain kind: a paper may be about rules."""

ENOUGH_WORDS = 60
"""Words from which the share of common English ones says something about a list of headings."""

_SMALL_ELSEWHERE = r"\b(?:de|la|el|del|los|las|le|les|des|du|et|der|das|und|il|della|di|per|een|het|van|para|com|um)\b"
"""Small words that headings of other languages have and English ones have not."""

ACCENTS = 20
"""Letters with accents from which a list of headings is none of English ones."""

ENGLISH = 0.6
"""Share of common words from which a list of headings is English."""

FIRST_LETTERS = 20_000
"""Number of letters of the first pages in which an imprint is looked for."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact and its evidence: title page, imprint, metadata, running head, file name or text."""

    value: str
    how: str


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts that a file states about itself; a fact that it does not give is ``None``. ``page`` is the input for
    recognition."""

    title: Fact
    issuer: Fact | None
    date: Fact | None
    number: Fact | None
    language: Fact
    kind: Fact | None
    page: TitlePage


def find_facts(
    layout: Layout,
    metadata: Mapping[str, str],
    stem: str,
    known: Mapping[str, str],
    printed: bool,
    words_apart: Callable[[int, str], str] | None = None,
) -> Facts:
    """The facts of a file.

    :param stem: file name without the ending.
    :param known: names of publishers in lower case, with their names in the catalog.
    :param printed: the file has type sizes.
    :param words_apart: see :func:`ingest.bibliography.cover.cover_lines`.
    """
    lines = cover_lines(layout, words_apart, printed)
    found = blocks(lines, one_line_each=not printed)
    first = "\f".join(layout.text[page.start : page.end] for page in layout.pages[:PAGES])[:FIRST_LETTERS]
    first = first.replace(PARAGRAPH_END, "\n")
    heads = list(dict.fromkeys(_head_words(text) for page, text in layout.furniture if page <= PAGES + 2))
    claimed = metadata_title(dict(metadata))

    if not printed:
        found = _before_text(found)
    beside = votes_beside_the_title(first, heads, metadata, layout.text, known)
    by_lines = find_issuer(found, "", (), layout.text, known)

    def is_issuer(text: str) -> bool:
        named = by_lines is not None and by_lines.how == "title page" and is_about(text, by_lines.name)
        return named or is_body(text) or text.casefold() in known

    title = find_title(FirstPages(tuple(found), claimed, layout.text, is_issuer, printed))
    words = title.text if title else ""
    issuer = find_issuer(found, words, beside, layout.text, known)
    around = "\n".join(block.text for block in found if _is_cover(block, title, found))
    paper = any(b.page == 1 and b.role is Role.GENRE and _HEAD_OF_A_PAPER.fullmatch(b.text) for b in found)
    kind = publication_kind(words, around)
    kind = "report" if paper and kind == "guideline" else kind
    in_series = next((kind_of_title(m[1]) for m in map(_BEGINS_A_SERIES.match, around.split("\n")) if m), "")
    if kind == "report" and in_series and _DONE_TO_THINGS.search(words):
        kind = in_series
    kind = (
        kind
        or _kind_below_title(found, title)
        or next(filter(None, (kind_of_title(m[1]) for m in map(_OF_A_SERIES.fullmatch, around.split("\n")) if m)), "")
        or in_series
        or next(filter(None, map(kind_of_title, _large_beside_title(found, title, claimed))), "")
        or next((kind for b in found if _is_genre(b) and (kind := kind_of_title(b.text))), "")
    )
    date = _date(found, around, first, heads, metadata, words, layout.text.replace(PARAGRAPH_END, "\n"))
    number = _number_of_file(words, around, heads)
    if not kind and number and _OF_A_STANDARD.fullmatch(number.value):
        kind = "standard"
    return Facts(
        Fact(words, title.how) if title else Fact(_from_stem(stem), "file name"),
        Fact(issuer.name, issuer.how) if issuer else None,
        date,
        number,
        Fact(_language_of_file(layout.text), "text"),
        Fact(kind, "title page") if kind else None,
        TitlePage(
            first,
            _titles(title, claimed, found),
            "\n".join((around, claimed, *responsible(metadata), *heads)),
            issuer.name if issuer else "",
        ),
    )


def _is_genre(block: PrintedBlock) -> bool:
    """Whether a line of the title page only says what the file is: "Technical Specification"."""
    return block.page == 1 and block.role is Role.GENRE and not block.below_text and block.text.casefold() != "notice"


def _language_of_file(text: str) -> str:
    """The language of a file: that of its beginning, or of its middle where the beginning is a list of names. A list of
    headings has few small words; English where most of its words are."""
    code = language_of_document(text[:FIRST_LETTERS])
    middle = len(text) // 2
    if code == OTHER and middle >= FIRST_LETTERS:
        code = language_of_document(text[middle:][:FIRST_LETTERS])
    if code != OTHER or len(re.findall(r"[À-ɏ]", text[:FIRST_LETTERS])) > ACCENTS:
        return code
    plain = re.sub(r"\S*(?:://|www\.|@)\S*", " ", text[:FIRST_LETTERS])
    said = re.findall(r"[A-Za-z]{3,}", plain)
    english = sum(word.casefold() in common_words() for word in said)
    other = re.findall(_SMALL_ELSEWHERE, plain, re.IGNORECASE)
    if len(other) > 0.01 * len(said):
        return code
    return "en" if len(said) >= ENOUGH_WORDS and english >= ENGLISH * len(said) else code


def _kind_below_title(found: Sequence[PrintedBlock], title: Title | None) -> str:
    """The kind that the line below the title begins with: "Guidance for keepers"; empty where it names none."""
    if title is None or not 0 <= title.block < len(found) - 1:
        return ""
    below = found[title.block + 1]
    of = re.match(r"\W*(?:[^\W\d_]+\s){1,3}(?:for|on|to|of|from|para|sobre|pour|sur|für|zu[mr]?)\s", below.text)
    near = below.page == found[title.block].page and below.role is Role.TEXT and not below.running
    return kind_of_title(of[0]) if near and of and len(below.text) <= 100 else ""


def _large_beside_title(found: Sequence[PrintedBlock], title: Title | None, claimed: str) -> list[str]:
    """The words in large type beside the title, or in the metadata; mostly the name of a series."""
    page = found[title.block].page if title and title.block >= 0 else 1
    large = [b.text for b in found if b.page == page and not b.below_text and b.size >= 1.3 and b.role is Role.TEXT]
    return [claimed, *(text for text in large if len(text) <= MOST_SUBTITLE)]


def _before_text(found: Sequence[PrintedBlock]) -> list[PrintedBlock]:
    """The blocks up to the first paragraph; in a file without print only these can be its title page."""
    out: list[PrintedBlock] = []
    for block in found:
        if len(block.text) > 160 and out:
            break
        out.append(block)
    return out[:12]


def _head_words(text: str) -> str:
    return " ".join((closed(text) if is_spaced(text) else text).split())


def _from_stem(stem: str) -> str:
    return " ".join(re.split(r"[\s_]+|(?<=[^\W\d])-(?=[^\W\d])", stem)).strip() or stem


def _titles(title: Title | None, claimed: str, found: Sequence[PrintedBlock]) -> tuple[str, ...]:
    """Texts to compare with titles of the catalog: the forms of the title, and the same words on another page."""
    if title is None:
        return ()
    out = [title.text, title.main]
    if title.block >= 0:
        again = [b.text for b in found if b.role is Role.TEXT and b.text.casefold().startswith(title.main.casefold())]
        main = found[title.block]
        after = [b for b in found[title.block + 1 :] if b.page == main.page and not b.below_text][:1]
        out += [*again, *(f"{title.main} {b.text}" for b in after if b.role is Role.EDITION or b.size >= 1.1)]
    if claimed and claimed.casefold().startswith(title.main.casefold()):
        out.append(claimed)
    return tuple(dict.fromkeys(out))


def _is_cover(block: PrintedBlock, title: Title | None, found: Sequence[PrintedBlock]) -> bool:
    """Whether a block of the title page, or of the page behind it, is no running text, no contents and no "
    "footnote."""
    if block.below_text or block.page > 2 or block.role in {Role.CODE, Role.CONTENTS, Role.NUMBERED}:
        return False
    if block.page == 2 and sum(len(b.text) for b in found if b.page == 1) > 1_500:
        return False
    return len(block.text) < 300 and (len(block.lines) <= 4 or block.size >= 1.1)


_AMENDED = re.compile(r"\[?\s*(?:최근|최종)?\s?(?:일부|전부|전문)?\s?개정")
"""The date of the last amendment of a Korean regulation; its first line has the date of its enactment."""


def _date(
    found: Sequence[PrintedBlock],
    around: str,
    first: str,
    heads: Sequence[str],
    metadata: Mapping[str, str],
    title: str,
    text: str,
) -> Fact | None:
    """The date of issue, as exact as it is printed."""
    pages = first.split("\f")
    return (
        _date_on_a_line(found, pages, heads, title)
        or _date_in_words(around, pages, heads)
        or _date_by_other_signs(found, around, pages, heads, metadata, title, text)
    )


def _date_on_a_line(
    found: Sequence[PrintedBlock], pages: Sequence[str], heads: Sequence[str], title: str
) -> Fact | None:
    """The date in the name of an act, on a line of its own on the cover, of a journal's volume or of a signature."""
    act = date_of_act(" ".join(title.split())) or date_of_act(" ".join(pages[0].split())[:900])
    if act:
        return Fact(act.iso, "title page")
    assent = next((b.text for b in found if b.role is Role.DATED and b.text.startswith("[") and not b.below_text), "")
    if assent:
        return Fact(printed_dates(assent)[0].iso, "title page")
    roles = {Role.DATED, Role.NUMBER, Role.EDITION}
    cover = [b for b in found if b.page <= 2 and not b.below_text and b.role in roles and printed_dates(b.text)]
    if cover:
        amended = [block for block in cover if _AMENDED.match(block.text)]
        issued = [block for block in cover if dates_of_issue(block.text)]
        line = (amended[-1:] or issued[:1] or cover[:1])[0].text
        return Fact((dates_of_issue(line) or printed_dates(line))[-1].iso, "title page")
    lines = (line.text for b in found if b.page == 1 and not b.below_text for line in b.lines)
    if volume := next(filter(None, (*map(year_of_volume, lines), *map(year_in_a_head, heads))), None):
        return Fact(volume.iso, "title page")
    signature = signed(found)
    return Fact(printed_dates(signature[1])[0].iso, "title page") if signature and signature[1] else None


def _date_in_words(around: str, pages: Sequence[str], heads: Sequence[str]) -> Fact | None:
    """The date that the words of the title page or of a running head give: of an edition, of a revision, or the day on
    which the text says it was published."""
    edition = re.search(r"\b((?:19|20)\d\d) (?:revised )?edition\b", around, re.IGNORECASE)
    edition = edition or re.search(
        r"(?<![^\W\d_])(?:[ée]dition|edici[óo]n|ausgabe|stand)(?:[,;:]|\s[–—-])?\s+((?:19|20)\d\d(?:-(?:0[1-9]|1[0-2]))?)(?![\d-])",
        around,
        re.IGNORECASE,
    )
    if edition:
        return Fact(edition[1], "title page")
    for head in heads:
        if is_dated_line(head):
            return Fact(printed_dates(head)[0].iso, "running head")
    if revised := month_of_revision(around):
        return Fact(revised.iso, "title page")
    month = re.search(r"^(?:.{0,40}\bV\d[\w.]*\s)?\(?((?:19|20)\d\d-(?:0[1-9]|1[0-2]))\)?$", around, re.MULTILINE)
    if month:
        return Fact(month[1], "title page")
    printed = [page for page in pages if page.strip()]  # the first may be a picture
    said = date_said(" ".join(around.split())) or date_said(" ".join("\f".join(printed[:2]).split())[:6_000])
    if said:
        return Fact(said.iso, "title page")
    in_cover = dates_of_issue(around)
    if in_cover:
        return Fact(in_cover[0].iso, "title page")
    for head in heads:
        dates = dates_of_issue(head)
        if dates:
            return Fact(dates[0].iso, "running head")
    return None


def _date_by_other_signs(
    found: Sequence[PrintedBlock],
    around: str,
    pages: Sequence[str],
    heads: Sequence[str],
    metadata: Mapping[str, str],
    title: str,
    text: str,
) -> Fact | None:
    """The date where the title page prints none: of the metadata, the imprint, a foreword, a signature at the end of
    the text, or the year in the title or in a standard's number."""
    stamp = re.match(r"((?:19|20)\d\d)(0[1-9]|1[0-2])([0-2]\d|3[01])\b", metadata.get("Title", ""))
    if stamp:
        return Fact("-".join(stamp.groups()), "metadata")
    year = copyright_year("\f".join(pages[:2]))
    alone = [day[-1].iso for line in pages[0].split("\n") if is_dated_line(line) and (day := printed_dates(line))]
    if year and alone and alone[0][:4] >= year.iso:
        return Fact(alone[0], "title page")
    if year:
        return Fact(year.iso, "imprint")
    for block in found:
        if block.page == 1 and block.role is Role.CONTENTS:
            break
        if block.page == 1 and block.role is Role.DATED and printed_dates(block.text):
            return Fact(printed_dates(block.text)[0].iso, "title page")
    for block in found:  # below a foreword
        if block.role is Role.DATED and not block.running and dates_of_issue(block.text):
            return Fact(dates_of_issue(block.text)[0].iso, "text")
    behind = re.search(r"^[^\n]{2,60}\s[-–—|•·]\s([^\n]{4,24})$", pages[0], re.MULTILINE)
    if behind and is_dated_line(behind[1]):
        return Fact(printed_dates(behind[1])[0].iso, "title page")
    cover_lines_alone = (line.text for b in found if b.page == 1 and not b.below_text for line in b.lines)
    if bare := next(filter(None, map(year_of_a_line, cover_lines_alone)), None):
        return Fact(bare.iso, "title page")
    signed_on = date_signed(text)
    if signed_on:
        return Fact(signed_on.iso, "text")
    given = printed_dates(metadata.get("Date", ""))
    if given:
        return Fact(given[0].iso, "metadata")
    if re.fullmatch(r"(?:19|20)\d\d(?:-(?:0[1-9]|1[0-2]))?", metadata.get("Date", "").strip()):
        return Fact(metadata["Date"].strip(), "metadata")
    if ends := year_of_a_title(title):
        return Fact(ends.iso, "title page")
    of_standard = next(filter(None, map(_OF_A_STANDARD.match, (title, *around.split("\n"), *heads))), None)
    return Fact(of_standard[0][-4:], "title page") if of_standard else None


def _number_of_file(title: str, around: str, heads: Sequence[str]) -> Fact | None:
    """The publication number: at the beginning of the title, on a line of its own, or in a running head."""
    number = number_in(title)
    if (
        number
        and title.find(number.split()[0]) <= 24
        and not re.search(r"\b(?:on|to|under|of) the\b", title.split(number)[0])
    ):
        return Fact(number, "title page")
    for line in around.split("\n"):
        if len(line) <= 80 and (number := number_in(line)):
            return Fact(number, "title page")
    for head in heads:
        if len(head) <= 80 and (number := number_in(head)):
            return Fact(number, "running head")
    return None
