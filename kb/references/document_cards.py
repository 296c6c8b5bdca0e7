"""The words by which a document can be described: from its title, issuer, number and file name, with acronyms. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kb.records import dataclass
from kb.references.korean_names import (
    KOREAN_TAILS,
    english_of,
    english_within,
    issuers,
    kind_at_end,
    korean_pieces,
    spelled_in_hangul,
)
from kb.references.name_words import GENERIC_WORDS, SMALL_WORDS, kind_of, name_tokens
from kb.text.hangul import begins_with_hangul
from kb.text.lazy_patterns import lazy

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kb.types import Edition

_RANKS = ("시행령", "시행규칙", "령", "규칙", "decree", "rule", "regulation")
_OF_AN_ACT = re.compile(r"시행령|시행규칙|(?i:enforcement (?:decree|rules?|regulations?)|implementing regulation)")
_EDITION_TOKEN = re.compile(r"[ve]\d{1,2}|first|second|third|consolidated|draft")
_YEAR_OF_NAME = re.compile(r"(?:19|20)\d\d")
_LONG_AND_SHORT = lazy(
    r"(?P<long>(?:[A-Z][\w&’'-]*|of|and|the|on|for|in)(?:[ \n]+(?:[\w&’'-]+)){0,9})[ \n]*"
    r"\((?:the |hereinafter |hereafter )?[\"“”‘’']?(?P<short>[A-Z][A-Za-z&-]{1,9}s?)[\"“”‘’']?\)"
)


@dataclass(frozen=True, slots=True)
class DocumentCard:
    """The words, acronyms and kinds of text by which one document can be described."""

    doc_id: str
    words: frozenset[str]
    acronyms: frozenset[str]
    kinds: frozenset[str]
    own_kinds: frozenset[str]
    years: frozenset[str]
    korean: frozenset[str]
    names: tuple[frozenset[str], ...]
    issuer: frozenset[str]
    is_own: bool
    rank: tuple[str, ...] = ()

    def has(self, token: str) -> bool:
        """Whether the document has exactly this word."""
        return token in self.words or token in self.acronyms or token in self.years or token in self.korean

    def lacks_its_rank(self, tokens: Sequence[str]) -> bool:
        """Whether the document is a decree and the description does not say so; it then means the act instead."""
        return bool(self.rank) and not any(t.endswith(self.rank) for t in tokens)

    def is_whole_name(self, tokens: Sequence[str]) -> bool:
        """Whether a description is a complete name of the document; issuer and kind of text may be missing."""
        rest = frozenset(t for t in tokens if not kind_of(t) and t not in self.issuer)
        return bool(rest) and rest in self.names

    def explains(self, token: str) -> bool:
        """Whether a word of a description matches one of the document's words."""
        if token in self.words or token in self.acronyms or token in self.years:
            return True
        if token in self.korean:
            return True
        kind = kind_of(token)
        if kind:
            return kind in self.kinds or (self.is_own and not self.kinds)
        if begins_with_hangul(token):
            return self._explains_korean(token)
        if token.endswith("s") and token[:-1] in self.acronyms:
            return True
        english = english_of(token)
        return bool(english) and english <= self.words

    def _explains_korean(self, token: str) -> bool:
        """Whether a Korean word can be split into words, kinds, issuers and translations of the document, and
        particles."""
        reached = {0}
        for i in range(len(token)):
            if i not in reached:
                continue
            for j in range(i + 1, len(token) + 1):
                if self._is_piece(token[i:j], i):
                    reached.add(j)
        return len(token) in reached

    def _is_piece(self, piece: str, at: int) -> bool:
        if piece in self.korean or (at and piece in KOREAN_TAILS):
            return True
        kind = kind_of(piece)
        if kind:
            return kind in self.kinds or (self.is_own and not self.kinds)
        if piece in GENERIC_WORDS:
            return True
        english = english_of(piece)
        return bool(english) and english <= (self.words | self.acronyms)


_STANDARD_NUMBER = re.compile(r"(?P<number>[A-Z]{2,8}(?:/[A-Z]{2,8})*\s?\d{2,6}(?:-\d{1,2})*):(?P<year>(?:19|20)\d\d)")
"""The number of a standard with its year, "HMS 4410:2024", which people write without it."""


def card_of(edition: Edition, file_name: str, opening: str) -> DocumentCard:
    """The card of an edition; ``opening`` is the beginning of its text."""
    titles = [edition.title, edition.ref, *edition.aliases]
    if len([t for t in name_tokens(edition.number) if not kind_of(t)]) == 1:
        titles.append(edition.number)  # a number of several parts is a name only as a whole: "C(2025) 5045"
    elif standard := _STANDARD_NUMBER.fullmatch(edition.number):
        titles += [standard["number"], f"{standard['number']} ({standard['year']})"]
    spoken = [
        *titles,
        edition.publisher,
        re.sub(r"[_-]", " ", file_name),
    ]
    words = {t for text in spoken for t in name_tokens(text)}
    words |= {t for t in name_tokens(edition.edition) if edition.in_catalog and _EDITION_TOKEN.fullmatch(t)}
    issuer = {t for t in name_tokens(edition.publisher) if t not in SMALL_WORDS}
    acronyms = {a for text in titles for part in _title_parts(text) for a in acronyms_of(part, edition.in_catalog)}
    of_issuer = acronyms_of(edition.publisher, whole=True)
    for korean, theirs in issuers():
        if (len(theirs) > 1 and theirs <= words) or (len(theirs) == 1 and theirs <= (words | of_issuer)):
            issuer |= theirs
            words |= set(korean)
    pieces: set[str] = set()
    for text in spoken:
        pieces |= korean_pieces(text)
    pieces |= {w for w in words if begins_with_hangul(w)}
    for long, short in _explained(opening):
        words_of_title = {t for t in name_tokens(long) if t not in SMALL_WORDS}
        if words_of_title and words_of_title <= words:
            acronyms.add(short.casefold())
        elif short.casefold() in words:
            words |= words_of_title
    acronyms |= {short.casefold() for short in _below_the_title(opening, edition.title)}
    for letters in {w for w in words | acronyms | of_issuer if w.isascii() and w.isalpha() and 2 < len(w) < 7}:
        if letters.upper() in f"{edition.publisher} {' '.join(titles)}" and (spelled := spelled_in_hangul(letters)):
            pieces |= spelled
            issuer |= spelled if letters in issuer else set()
    # a Korean title is found by English words too
    for run in re.findall(r"[가-힣]+", " ".join(titles)):
        words |= english_within(run)
    kinds = {kind for text in (*titles, file_name) for t in name_tokens(text) if (kind := kind_of(t))}
    kinds |= {kind for run in re.findall(r"[가-힣]+", " ".join(titles)) if (kind := kind_at_end(run))}
    years = {y for text in titles for y in _YEAR_OF_NAME.findall(text)} | ({edition.issued[:4]} - {""})
    years |= {y for y in _YEAR_OF_NAME.findall(file_name)}
    return DocumentCard(
        edition.doc_id,
        frozenset(words - years),
        frozenset(acronyms | of_issuer),
        frozenset(kinds),
        frozenset(kind for text in titles for kind in _head_kinds(text)) or frozenset(kinds),
        frozenset(years),
        frozenset(pieces),
        tuple(dict.fromkeys(_whole_names(titles, frozenset(issuer | of_issuer)))),
        frozenset(issuer | of_issuer),
        not edition.in_catalog,
        _RANKS if _OF_AN_ACT.search(edition.title) else (),
    )


def _head_kinds(title: str) -> set[str]:
    """The kinds of text that a title claims in its first part: "Input in reply to the report" is no report."""
    head = re.split(r"\b(?:on|for|to|under|in|about|regarding|by|with|of the)\b", title, maxsplit=1)[0]
    return {kind for t in name_tokens(head) if (kind := kind_of(t))} | (
        {kind for run in re.findall(r"[가-힣]+", title) if (kind := kind_at_end(run))}
    )


def _title_parts(title: str) -> list[str]:
    """A title and its parts, split at colons, dashes and brackets."""
    return [title, *(p for p in re.split(r"[:;()\[\]–—]| - ", title) if p.strip())]


def _whole_names(titles: Iterable[str], issuer: frozenset[str]) -> list[frozenset[str]]:
    """The sets of words that are whole names: a title, its head, the words in brackets, its acronym, its number."""
    out: list[frozenset[str]] = []
    for title in titles:
        for part in _title_parts(title):
            tokens = [t for t in name_tokens(part) if t not in SMALL_WORDS and t not in GENERIC_WORDS]
            out.append(frozenset(t for t in tokens if not kind_of(t) and t not in issuer))
            out += [frozenset({a}) for a in acronyms_of(part, whole=True)]
        out += [frozenset({t}) for t in name_tokens(title) if any(c.isdigit() for c in t) and not t.isdigit()]
    return [name for name in out if name]


def acronyms_of(text: str, whole: bool = False) -> set[str]:
    """The possible acronyms of consecutive words, with and without function words: "PDPC", "GPAI", "MAIGF".

    With ``whole`` only acronyms of all words of the text are returned.
    """
    words = re.findall(r"[A-Za-z][A-Za-z’']*", text)
    if any(w.isupper() and len(w) > 3 for w in words):
        return set()  # a name that contains an acronym already is known by that one
    out: set[str] = set()
    for kept in (words, [w for w in words if w.lower() not in SMALL_WORDS]):
        pieces = [w.lower() if w.isupper() and len(w) > 1 else w[0].lower() for w in kept]
        starts = range(1) if whole else range(len(pieces))
        for i in starts:
            if not whole and (kept[i].lower() in SMALL_WORDS or kind_of(name_tokens(kept[i])[0])):
                continue  # "Guidelines on prohibited AI" are not called GPAI
            for j in (len(pieces),) if whole else range(i + 2, min(len(pieces), i + 8) + 1):
                made = "".join(pieces[i:j])
                if 2 < len(made) <= 10 or (whole and 2 <= len(made) <= 10):
                    out.add(made)
    return out


_SHORT_BELOW = re.compile(r"^\s*\((?P<short>[A-Z][A-Za-z]{1,9})(?:[,;]\s[^()]{1,30})?\)\s*$")


def _below_the_title(opening: str, title: str) -> list[str]:
    """The short titles that have a line of their own in brackets below the title, "(LTAD)": its letters in order."""
    out = []
    for line in re.split(r"[\n\u2029]", opening[:1_500]):
        match = _SHORT_BELOW.match(line)
        if match and sum(map(str.isupper, match["short"])) > 1:
            folded, short = title.casefold(), match["short"].casefold()
            letters = iter(folded)
            begins = re.search(rf"\b{short[0]}", folded) is not None
            if len(short) > 2 and begins and all(letter in letters for letter in short):
                out.append(match["short"])
    return out


def _explained(opening: str) -> list[tuple[str, str]]:
    """Pairs of an acronym that the text explains in brackets and its long form, cut to one word for each letter."""
    out = []
    for match in _LONG_AND_SHORT.finditer(opening):
        short = match["short"].removesuffix("s") if match["short"][-2:-1].isupper() else match["short"]
        words = re.findall(r"[A-Za-z’']+", match["long"])
        for n in range(1, min(len(words), 9) + 1):
            tail = " ".join(words[-n:])
            if short.casefold() in acronyms_of(tail, whole=True):
                out.append((tail, short))
                break
    return out
