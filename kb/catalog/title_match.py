"""Compares the title page of a file with an edition: its title, and further evidence such as number and issuer. Pure.

A title with words before or after the edition's name is usually that of another work about it: "Commentary on the …",
"… explained", "Implementing the …".
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from kb.text.hangul import has_hangul

if TYPE_CHECKING:
    from kb.catalog.title_page import TitlePage
    from kb.types import Edition

DISTINCTIVE = 6
"""The number of words from which a title's exact wording suffices, without a number, an issuer or a date beside it."""

LEAST_SHARE = 0.4
"""The least share of a title's words that a pattern of the edition must match to count as the title."""

_LIGHT_WORDS = frozenset(
    "a an and as at by during for from in into of on or the to under with within de del du des el en es la las "
    "le les los para "
    "por y et pour sur un una der die das und für zur".split()
)
_ORDINARY = frozenset(
    "edition final first ieee publication recommended practice standard std tm text trial use version official "
    "instrument "
    "legal act regulation eu no ch chapter 개정 제정 시행 법률 호 제".split()
)
"""Words that may be beside a title without making another work of it."""

_OTHER_WORK = frozenset(
    "about analysis analyzing annotated answers applying assessment brief briefing checklist comment "
    "commentary comments "
    "companion compendium comparison compliance consultation course crosswalk digest draft explained explainer "
    "explanation "
    "explanatory faq faqs frequently glossary guide guidebook guidelines handbook impact implementation implementing "
    "implications interpretation introduction lessons manual map mapping memorandum note notes opinion "
    "overview paper "
    "perspective playbook policy position practical presentation profile proposal questions reading "
    "recommendations reply "
    "report response review roadmap slides study submission summary supplement survey template toolkit "
    "training translation "
    "tutorial understanding unofficial using webinar workbook workshop 가이드 가이드라인 개요 교육 논평 대응 "
    "매뉴얼 발표 분석 비교 사례 "
    "설명 설명서 소개 시행령 시행규칙 안내 안내서 요약 의견 의견서 이해 적용 점검표 정리 질의응답 체크리스트 "
    "초안 해설 해설서 해설집 comentario "
    "comentarios guía resumen".split()
)


@dataclass(frozen=True, slots=True)
class TitleMatch:
    """A title of the file that begins as the edition's does.

    ``whole``: nothing is beside it that would make it another work's. ``exact``: nothing is beside it at all,
    and it is long enough to be nobody else's. ``short``: it is a short form of the edition's title others may have.
    """

    title: str
    whole: bool
    exact: bool
    short: bool = False


def folded(text: str) -> str:
    """A text in the form for comparison: NFKC, case folded, without trademark signs, with ASCII quotes and dashes."""
    plain = unicodedata.normalize("NFKC", re.sub("[™®©]|(?<=\\d)TM\\b", "", text)).casefold()
    return " ".join(plain.translate(_PLAIN_SIGNS).split())


_PLAIN_SIGNS = {
    ord(a): b for a, b in {"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "｢": "「", "｣": "」"}.items()
}


def folded_words(text: str) -> list[str]:
    """The words of a folded text."""
    return re.findall(r"[^\W_]+", folded(text))


def title_match(edition: Edition, page: TitlePage) -> TitleMatch | None:
    """The best match of the file's titles with the edition's, or ``None`` where none of them begins as it does."""
    found = [match for title in page.titles if (match := _match(edition, title)) is not None]
    return max(found, key=_match_weight, default=None)


def _match_weight(match: TitleMatch) -> tuple[bool, bool, bool]:
    return match.whole, not match.short, match.exact


def _match(edition: Edition, title: str) -> TitleMatch | None:
    own = _own_words(edition)
    best: TitleMatch | None = None
    for start, end, short in _title_places(edition, title):
        before = [w for w in folded_words(title[:start]) if w not in _LIGHT_WORDS]
        after = [w for w in folded_words(title[end:]) if w not in _LIGHT_WORDS]
        strange_before = [w for w in before if w not in own and w not in _ORDINARY and not w.isdigit()]
        if strange_before:
            continue
        another = any(w in _OTHER_WORK and w not in own for w in (*before, *after))
        within = folded_words(title[start:end])
        matched = [w for w in within if w not in _LIGHT_WORDS]
        new = [w for w in after if w not in own and w not in _ORDINARY and not w.isdigit()]
        numbered = _names_number(edition, title[start:end])
        open_end = re.match(r"\W*[,:;(–—-]|\W*(?:laying|on the|entitled)\b", title[end:])
        goes_on = len(new) > max(1, len(matched)) and not numbered and not open_end
        exact = not new and len(matched) >= DISTINCTIVE
        match = TitleMatch(title, not another and not goes_on, exact, short)
        if best is None or _match_weight(match) > _match_weight(best):
            best = match
    return best


def _names_number(edition: Edition, text: str) -> bool:
    """Whether a text holds the whole of a reference that is a number."""
    return bool(_ref_numbers(edition)) and folded(re.sub(r"\s\(\d{4}\)$", "", edition.ref)) in folded(text)


def _title_places(edition: Edition, title: str) -> list[tuple[int, int, bool]]:
    """Where the title names the edition by its title, or by a pattern that matches enough of its title's words.

    The last of each is whether it does so by a short form only.
    """
    text = re.sub("[™®]", " ", title)
    out = [
        (*match.span(), short)
        for short, names in ((False, _title_forms(edition)), (True, _short_names(edition)))
        for name in names
        for match in _as_pattern(name).finditer(text)
    ]
    for pattern in edition.recognise:
        for match in re.finditer(pattern, text, re.IGNORECASE):
            if _names_number(edition, match[0]):
                out.append((*match.span(), False))
            matched = {w for w in folded_words(match[0]) if w not in _LIGHT_WORDS}
            for name in _title_forms(edition):
                of_name = {w for w in folded_words(name) if w not in _LIGHT_WORDS}
                if len(matched & of_name) >= max(2, LEAST_SHARE * len(of_name)):
                    out.append((*_without_lead(text, match, of_name), False))
    return list(dict.fromkeys(out))


def _without_lead(text: str, match: re.Match[str], of_name: set[str]) -> tuple[int, int]:
    """The span of a match without the words that its pattern allows before the first word of the name."""
    for word in re.finditer(r"[^\W_]+", text[match.start() : match.end()]):
        if folded(word[0]) in of_name:
            return match.start() + word.start(), match.end()
    return match.span()


@lru_cache(maxsize=512)
def _title_forms(edition: Edition) -> tuple[str, ...]:
    """The title of an edition and its variants: without brackets, the bracketed words in another script, the first
    part."""
    title = edition.title
    outside = " ".join(re.sub(r"\([^)]*\)", " ", title).split())
    inside = [part for part in re.findall(r"\(([^()]*(?:\([^()]*\)[^()]*)*)\)", title) if len(folded_words(part)) >= 2]
    hangul = [alias for alias in edition.aliases if has_hangul(alias) and len(folded_words(alias)) >= 2]
    first = re.split(r"\s[–—-]\s|[,:]\s", outside)[0]
    names = [title, outside, *(part for part in inside if has_hangul(part)), *hangul]
    if len([w for w in folded_words(first) if w not in _LIGHT_WORDS]) >= 3:
        names.append(first)
    return tuple(dict.fromkeys(name for name in names if len(folded_words(name)) >= 2))


@lru_cache(maxsize=512)
def _short_names(edition: Edition) -> tuple[str, ...]:
    """The words in brackets in the title, up to a comma: "Artificial Intelligence Act"."""
    inside = (part.split(",")[0] for part in re.findall(r"\(([^()]+)\)", edition.title))
    return tuple(part for part in inside if len(folded_words(part)) >= 3 and not has_hangul(part))


@lru_cache(maxsize=1024)
def _as_pattern(name: str) -> re.Pattern[str]:
    """A pattern for a name, blanks and signs between its words left open; "…" stands for a few words."""
    pieces = [re.findall(r"[^\W_]+", piece) for piece in re.split("…|\\.\\.\\.", name)]
    between = r"[^\w]{0,4}" if has_hangul(name) else r"[\W_]{1,6}"
    return re.compile(r".{1,80}?".join(between.join(map(re.escape, piece)) for piece in pieces if piece), re.IGNORECASE)


@lru_cache(maxsize=512)
def _own_words(edition: Edition) -> frozenset[str]:
    texts = (edition.title, edition.ref, edition.publisher, edition.edition, *edition.aliases)
    return frozenset(word for text in texts for word in folded_words(text))


def corroborated(edition: Edition, page: TitlePage, match: TitleMatch) -> bool:
    """Whether the title page has further evidence for the edition: its number, issuer or date, or an exact long
    title."""
    cover = folded(f"{match.title}\n{page.cover}")
    if (
        match.exact
        or _holds(cover, edition.publisher)
        or (page.issuer and _holds(folded(page.issuer), edition.publisher))
    ):
        return True
    if any(number in cover for number in _ref_numbers(edition)):
        return True
    if any(re.search(p, cover, re.IGNORECASE) for p in edition.recognise if re.search(r"\d|\\d", p)):
        return True
    return (
        not match.short
        and bool(edition.issued)
        and edition.issued[:4] in cover
        and _month_and_day(edition.issued, cover)
    )


def _holds(text: str, name: str) -> bool:
    """Whether a text has a publisher's name, or one of the names in its brackets, as whole words."""
    names = [re.sub(r"\s*\([^)]*\)", "", name), *re.findall(r"\(([^)]+)\)", name)]
    return any(re.search(rf"(?<!\w){re.escape(folded(each))}(?!\w)", text) for each in names if len(each) > 1)


@lru_cache(maxsize=512)
def _ref_numbers(edition: Edition) -> tuple[str, ...]:
    """The numbers of a reference, folded: "oecd/legal/0449", "p9_ta(2024)0138"; years alone are none."""
    parts = re.split(r"\s", re.sub(r"\s\(\d{4}\)$", "", edition.ref))
    return tuple(
        folded(p) for p in parts if re.search(r"\d", p) and len(p) >= 4 and not re.fullmatch(r"\(?(?:19|20)\d\d\)?", p)
    )


def _month_and_day(issued: str, cover: str) -> bool:
    """Whether the cover shows the month and day of a date beside its year; a year alone is too weak as evidence."""
    months = "january february march april may june july august september october november december".split()
    year, _, rest = issued.partition("-")
    if not rest:
        return False
    month, _, day = rest.partition("-")
    forms = [months[int(month) - 1], rf"{year}\W{{1,2}}0?{int(month)}\W"]
    return any(re.search(form, cover) for form in forms) and (
        not day or re.search(rf"\b0?{int(day)}\b", cover) is not None
    )
