"""Finds names of documents in a text: the names of editions in the catalog, nicknames, and years. Pure.

Names are compared by letters and digits alone, so that "EAD v1", "EADv1" and "IEEE Std 7003-2024" in any spacing are
one; between two digits a sign is kept, since "7010.1" is not "70101". All names are kept in alphabetical order, and the
text is compared with them letter by letter from each place where a word begins.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import lru_cache
from typing import TYPE_CHECKING, Generic, TypeVar

from kb.catalog.catalog import corpus_dir, text_of_corpus
from kb.catalog.faults import at_line
from kb.catalog.publications import Publications
from kb.errors import ConfigError
from kb.records import dataclass
from kb.references.descriptions import Descriptions
from kb.references.folding import Folded, begins, fold_with_offsets
from kb.text.hangul import begins_with_hangul
from kb.text.lazy_patterns import lazy
from kb.types import notice

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kb.catalog.publications import Adoption
    from kb.references.descriptions import DescribedDocuments
    from kb.types import Edition

T = TypeVar("T")

# --- names of documents ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Name:
    """The meaning of a name: editions, newest first.

    ``given``: one edition is meant. ``issuer``: only a publisher is named, with many works. ``unknown``: a name of a
    known kind (a standard's number) that the catalog does not have; ``only_whole``: the phrase is too common to be a
    name inside a sentence. ``draft``: ``unknown`` is a draft of the standard ``docs``. ``adopted``: the number under
    which another body published it. ``described``: the documents were found by a description. ``several``: one of the
    user's own documents and another document have this name.
    """

    docs: tuple[str, ...] = ()
    given: bool = False
    issuer: str = ""
    unknown: str = ""
    only_whole: bool = False
    foreign: bool = False
    draft: bool = False
    adopted: Adoption | None = None
    described: DescribedDocuments | None = None
    several: bool = False


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The names of a catalog, each by its letters and digits (:mod:`kb.references.squeezing`), with their meanings.

    ``spelled`` holds the names' letters in alphabetical order. ``chains`` holds for each edition those of its work,
    newest first; ``standards`` the editions of a standard by its number; ``by_urn`` the edition of a URN;
    ``acronyms`` the short names of publishers and works (:func:`kb.references.slips.acronyms_of_publications`).
    """

    names: dict[str, Name]
    spelled: list[str]
    editions: dict[str, Edition]
    chains: dict[str, tuple[str, ...]]
    standards: dict[str, tuple[str, ...]]
    by_urn: dict[str, str]
    publications: Publications
    descriptions: Descriptions
    acronyms: tuple[str, ...]


class ByIdentity(Generic[T]):
    """Something compared by identity, as the key of a cache: the hash of a catalog would read every entry."""

    __slots__ = ("of",)

    def __init__(self, of: T) -> None:
        self.of = of

    def __hash__(self) -> int:
        return id(self.of)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ByIdentity) and self.of is other.of


def newest_first(doc_ids: Iterable[str]) -> tuple[str, ...]:
    """Without repeats, in the order given: chains come newest first."""
    return tuple(dict.fromkeys(doc_ids))


def years_of(edition: Edition) -> tuple[frozenset[str], frozenset[str]]:
    """Years by which an edition is called, and years it merely mentions."""
    first = set(re.findall(r"(?:19|20)\d\d", edition.urn.rsplit(":", 1)[1])) | {edition.issued[:4]} - {""}
    return frozenset(first), frozenset(re.findall(r"(?:19|20)\d\d", edition.edition))


def of_year(docs: Sequence[str], year: str, lexicon: Lexicon) -> tuple[str, ...]:
    """The documents of ``docs`` with this year in their name; failing that, those whose description mentions it."""
    years = {d: years_of(lexicon.editions[d]) for d in docs}
    return tuple(d for d in docs if year in years[d][0]) or tuple(d for d in docs if year in years[d][1])


_SIGNS = frozenset(" -,.:;'\"()/_&?!")
_PARTICLE = re.compile(r"(?:의|은|는|이|가|을|를|에|에서|상|과|와|도|로|으로|제|및|문|서|판)")


def _longest_name(text: Folded, i: int, lexicon: Lexicon) -> tuple[int, Name] | None:
    """The longest name that starts at ``i``, and where it ends."""
    s, n, spelled = text.s, len(text.s), lexicon.spelled
    j, best = i, None
    letters, gap = "", ""
    first = 0  # of the names that begin with the letters so far
    while j < n:
        c = s[j]
        if not c.isalnum():
            if c not in _SIGNS or len(gap) == 3:
                break
            gap += c
            j += 1
            continue
        sign = ""
        if gap and s[j - len(gap) - 1].isdigit() and c.isdigit():
            sign = "." if gap == "." else "|"
        further = letters + sign + c
        first = bisect_left(spelled, further, first)
        if first == len(spelled) or not spelled[first].startswith(further):
            if sign or not _is_possessive(s, j):
                break
            first = bisect_left(spelled, letters)
            j, gap = j + 1, ""
            continue
        letters, gap = further, ""
        j += 1
        if spelled[first] == letters and _ends(s, j):
            best = j, lexicon.names[letters]
    return best


def _is_possessive(s: str, j: int) -> bool:
    """Whether the letter at ``j`` only says whose the next word is: "the OECD's recommendation", "유네스코의 권고"."""
    ends = j + 1 < len(s) and s[j + 1] == " "
    return ends and j > 0 and ((s[j] == "s" and s[j - 1] == "'") or (s[j] == "의" and s[j - 1].isalnum()))


def _ends(s: str, j: int) -> bool:
    """Whether a word may end before ``j``."""
    if j >= len(s):
        return True
    last, c = s[j - 1], s[j]
    if last.isascii() and last.isalpha():
        return not (c.isascii() and c.isalpha())
    if last.isdigit():
        if c == "." and j + 1 < len(s) and s[j + 1].isdigit():
            return False
        return not (c.isascii() and c.isalnum())
    if begins_with_hangul(last) and begins_with_hangul(c):
        return _PARTICLE.match(s, j) is not None
    return True


_IEEE = re.compile(
    r"(?P<ieee>(?:iso\s?/?\s?iec\s?/?\s?)?ieee[\s-]{0,2}(?:std\.?|standards?|표준)?\s?(?:no\.?\s?)?(?:p\s?)?"
    r"|std\.?\s?|p(?=\d{4}))?(?P<n>\d{3,5}(?:\.\d{1,2})?)(?:\s?[-:]\s?(?P<year>(?:19|20)\d\d))?"
    r"(?P<draft>\s?/\s?d\s?\d{1,2}(?:\.\d{1,2})?|,?\s(?:draft|초안)(?:\s?d?\d{1,2}(?:\.\d{1,2})?(?!\.?\d))?|\sd\d{1,2}(?:\.\d{1,2})?)?"
    r"(?![\d]|\.\d|[a-z])"
)
_CLAUSE_AHEAD = re.compile(r"[,\s]{1,2}(?:sub-?clause|clause|cl\.|annex|§)")
_NUMBERED_ELSEWHERE = re.compile(
    r"oecd[/\s-]{0,3}legal[/\s-]{0,3}\d{3,4}(?!\d)"
    r"|nist[\s-]{0,2}(?:sp|ir|nistir|ai|fips)[\s-]{0,2}\d{1,4}(?:-\d{1,4}){0,2}(?![\d.])"
    r"|(?:iso|iec|cen|cenelec|etsi|itu)(?:[/\s-]{0,2}(?:iec|ieee|tr|ts|fdis|dis|std|en|jtc)){0,4}[\s-]{0,2}"
    r"(?:[a-z]\.)?\d{3,6}(?:-\d{1,4}){0,2}(?::\d{4})?"
    r"|(?:regulation|directive|decision|reg\.)\s?(?:\(?(?:eu|ec|eec)\)?)?\s?(?:no\.?\s?)?\d{2,4}/\d{2,4}(?:/e[cu])?"
    r"|ead\s?(?:v(?:ersion)?\.?\s?)?\d(?:\s?e(?![a-z]))?(?![\d.])"
    r"|cets\s?(?:no\.?\s?)?\d{2,3}"
)
LAWS_FILE = "laws.tsv"
"""The file under ``corpus/`` with names of well-known laws that the catalog lacks."""


_OF_A_QUESTION = ("refused", "known")


def rows_of_laws(text: str) -> list[tuple[str, str]]:
    """The rows of :data:`LAWS_FILE`: names of laws as patterns, each with what becomes of a question of it.

    :raises ConfigError: a row has another second column than those of the file's head, or no pattern.
    """
    lines = [(n, x) for n, x in enumerate(text.splitlines(), 1) if x.strip()]
    rows = []
    for n, line in [(n, line) for n, line in lines if not line.startswith("#")][1:]:
        name, _, kind = line.partition("\t")
        try:
            groups = re.compile(name).groups
        except re.error as error:
            raise ConfigError(
                at_line(LAWS_FILE, n, notice("data value no pattern", value=name, why=str(error)))
            ) from None
        if groups:
            raise ConfigError(
                at_line(LAWS_FILE, n, notice("data value no pattern", value=name, why="a capturing group"))
            )
        if kind not in _OF_A_QUESTION:
            allowed = ", ".join(_OF_A_QUESTION)
            what = notice("data none of", field="of a question", value=kind, allowed=allowed, hint="")
            raise ConfigError(at_line(LAWS_FILE, n, what))
        rows.append((name, kind))
    return rows


@lru_cache(maxsize=1)
def _law_names() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Patterns of the laws by whose name a question is refused, and of all laws of the file."""
    rows = rows_of_laws(text_of_corpus(corpus_dir() / LAWS_FILE))
    refused, every = "|".join(name for name, kind in rows if kind == "refused"), "|".join(name for name, _ in rows)
    return re.compile(rf"(?:{refused})(?![a-z])"), re.compile(rf"(?:{every})(?![a-z])")


def laws_in(text: str) -> list[str]:
    """The laws of other matters and countries that a text names, as written."""
    return _found_in(text, _law_names()[0])


def foreign_in(text: str) -> list[str]:
    """The well-known laws that a text names and that the catalog lacks, as written."""
    return _found_in(text, _law_names()[1])


def _found_in(text: str, pattern: re.Pattern[str]) -> list[str]:
    folded = fold_with_offsets(text)
    found = (pattern.match(folded.s, i) for i in range(len(folded.s)) if begins(folded.s, i))
    return [folded.original(match.start(), match.end()) for match in found if match]


def standard_at(text: Folded, i: int, lexicon: Lexicon) -> tuple[int, Name] | None:
    """A standard's bare number at ``i``, in a list of standards: known, or a number that the catalog does not have."""
    match = _LISTED_STANDARD.match(text.s, i)
    if match is None:
        return None
    number, year = match["n"], match["year"]
    docs = lexicon.standards.get(number, ())
    if not docs:
        plain_year = 1990 <= int(number.partition(".")[0]) <= 2039
        return None if plain_year else (match.end(), Name(unknown=f"IEEE {text.original(i, match.end())}"))
    if year:
        dated = tuple(d for d in docs if year in lexicon.editions[d].ref)
        unknown = "" if dated else f"IEEE {text.original(i, match.end())}"
        return match.end(), Name(dated or docs, given=True, unknown=unknown)
    return match.end(), Name(newest_first(d for doc in docs for d in lexicon.chains[doc]))


_LISTED_STANDARD = lazy(r"p?(?P<n>\d{4}(?:\.\d{1,2})?)(?:\s?-\s?(?P<year>(?:19|20)\d\d))?(?![\da-z]|\.\d)")


def name_at(text: Folded, i: int, lexicon: Lexicon) -> tuple[int, Name] | None:
    """A document's name at ``i``: from the catalog, a standard's number, or one that the catalog does not have."""
    s = text.s
    if not begins(s, i):
        return None
    best = _longest_name(text, i, lexicon) if s[i].isalnum() else None
    ieee = _IEEE.match(s, i)
    if ieee and (best is None or ieee.end() > best[0]):
        docs, year = lexicon.standards.get(ieee["n"], ()), ieee["year"]
        if ieee["draft"] and docs and ieee["ieee"]:
            best = ieee.end(), Name(docs, given=True, unknown=text.original(i, ieee.end()).strip(), draft=True)
        elif ieee["draft"]:
            pass
        elif year and docs:
            of_year = tuple(d for d in docs if year in lexicon.editions[d].ref)
            unknown = "" if of_year else text.original(i, ieee.end()).strip()
            best = ieee.end(), Name(of_year or docs, given=True, unknown=unknown)
        elif docs and (ieee["ieee"] or text.s == ieee[0] or _CLAUSE_AHEAD.match(s, ieee.end())):
            best = ieee.end(), Name(newest_first(d for doc in docs for d in lexicon.chains[doc]))
        elif ieee["ieee"] and "ieee" in ieee["ieee"]:
            best = ieee.end(), Name(unknown=text.original(i, ieee.end()).strip())
    other = _NUMBERED_ELSEWHERE.match(s, i)
    if other and (best is None or other.end() > best[0]):
        best = other.end(), Name(unknown=text.original(i, other.end()).strip())
    if best is None and (foreign := _law_names()[1].match(s, i)):
        best = foreign.end(), Name(unknown=text.original(i, foreign.end()).strip(), foreign=True)
    return best
