"""References: text ↔ unit. Exact or nothing; a choice where several documents hold the number; no scoring.

:func:`parse` and :func:`is_reference` read text (see :mod:`kb.references.parsing`), :func:`resolve` asks a
:class:`UnitDirectory` which units there are, :func:`write` makes the text that leads back to a unit. :func:`suggest` is
for names, which have no numbers to be exact about; its results are suggestions and never an answer."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, replace
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

from kb.errors import AmbiguousReference, ReferenceNotFound
from kb.messages import message
from kb.references.names import ByIdentity, years_of
from kb.references.parsing import MAX_CHARS, Reference, is_reference, parse, read, slug, without_names
from kb.text.numerals import roman_value, to_roman

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kb.catalog.catalog import Catalog
    from kb.types import Edition

__all__ = [
    "MAX_CHARS",
    "NameSuggestion",
    "Names",
    "Reference",
    "Resolution",
    "ResolutionOutcome",
    "SuggestionKind",
    "UnitDirectory",
    "UnitName",
    "complete",
    "in_edition",
    "is_reference",
    "named",
    "parse",
    "read",
    "resolve",
    "suggest",
    "write",
]

NEAR = 5
"""How many near misses are offered."""


@dataclass(frozen=True, slots=True)
class UnitName:
    """A unit as a directory lists it. ``doc_id`` is the document whose text it is, ``of_document`` the edition it
    belongs to; they differ only for an entry of the register. ``key`` is the unit's place in the edition: "para:37".
    """

    unit_id: str
    doc_id: str
    of_document: str
    key: str
    path: str = ""
    title: str = ""
    aliases: tuple[str, ...] = ()

    @property
    def is_register(self) -> bool:
        """Whether this is our own description, not the document's words."""
        return self.doc_id != self.of_document


class UnitDirectory(Protocol):
    """What is there to be found."""

    def units_by_key(self, key: str) -> Sequence[UnitName]:
        """Every unit with exactly this key, of every document, entries of the register included."""
        ...

    def documents(self) -> Sequence[Edition]:
        """Every edition of the catalog, held or not, and those added by hand."""
        ...

    def holds(self, doc_id: str) -> bool:
        """Whether the edition has numbered units here, its own or the register's; an entry for the whole is none."""
        ...


class ResolutionOutcome(str, Enum):
    """How a look-up ends."""

    FOUND = "found"
    CHOICE = "choice"
    NOT_FOUND = "not_found"


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a reference leads to.

    FOUND: ``units`` is one place, the official text first and then the register's entry; empty only for a document
    without an entry for the whole, then ``edition`` alone says which. CHOICE: ``choices`` are different places, the
    likeliest first, and none is taken. NOT_FOUND: ``near`` are near misses, never the answer. ``edition`` is that of
    the unit found; ``others`` are units of the same number in other editions of the work; ``newer`` are the editions
    that supersede ``edition``, held or not, newest first. ``message`` says all this in a sentence.
    """

    reference: Reference
    outcome: ResolutionOutcome
    message: str
    units: tuple[UnitName, ...] = ()
    edition: Edition | None = None
    others: tuple[UnitName, ...] = ()
    newer: tuple[Edition, ...] = ()
    choices: tuple[UnitName, ...] = ()
    near: tuple[UnitName, ...] = ()

    def require(self) -> tuple[UnitName, ...]:
        """The units found.

        :raises AmbiguousReference: several places hold the number.
        :raises ReferenceNotFound: none does; ``near`` has the near misses.
        """
        if self.outcome is ResolutionOutcome.CHOICE:
            raise AmbiguousReference(self.message, tuple(unit.unit_id for unit in self.choices))
        if self.outcome is ResolutionOutcome.NOT_FOUND:
            raise ReferenceNotFound(self.message, tuple(unit.unit_id for unit in self.near))
        return self.units


def resolve(reference: Reference, directory: UnitDirectory, lang: str = "en") -> Resolution:
    """The one place a reference names, or the choice it leaves, or nothing with near misses beside it.

    Without an edition the current one is taken and the others are named; if the newest edition held has no such
    number, the older ones are offered as a choice and none is taken. ``lang`` is the language of what is said.
    """
    works = _works(ByIdentity(directory.documents()))
    if reference.unknown:
        return _unknown(reference, directory, works, lang)
    allowed = frozenset(reference.doc_ids)
    places: dict[tuple[str, str], list[UnitName]] = {}
    for key in reference.keys:
        for unit in directory.units_by_key(key):
            if not allowed or unit.of_document in allowed:
                here = places.setdefault((unit.of_document, unit.key), [])
                if unit not in here:  # a directory may leave letter case aside
                    here.append(unit)
    for doc, key in list(places):
        # another rendition of an edition that is there itself is read, but not cited beside it
        edition = works.editions.get(doc)
        if edition is not None and edition.rendition_of is not None and (edition.rendition_of, key) in places:
            del places[doc, key]
    whole = reference.keys == ("whole",)
    if not places:
        if whole and (named := _edition_alone(reference, directory, works)):
            return named
        near = _near(reference, directory, works)
        return Resolution(reference, ResolutionOutcome.NOT_FOUND, _not_found(reference, near, works, lang), near=near)
    first: list[list[UnitName]] = []
    older: list[list[UnitName]] = []
    lacking: list[str] = []
    for chain in dict.fromkeys(works.chain(doc) for doc, _ in places):
        held = [doc for doc in chain if any(place[0] == doc for place in places)]
        for place, units in places.items():
            if place[0] in held:
                (first if place[0] == held[0] else older).append(_sources(units))
        if not reference.edition_given and not whole:
            newest = next(d for d in chain if d == held[0] or (directory.holds(d) and (not allowed or d in allowed)))
            lacking += [newest] if newest != held[0] else []
    if len(first) == 1 and not lacking:
        return _found(reference, first[0], [units[0] for units in older], works, lang)
    order = {doc: n for n, doc in enumerate(reference.doc_ids)}
    choices = [units[0] for group in (first, older) for units in group]
    choices.sort(key=lambda unit: order.get(unit.of_document, 0))
    shown = reference.number or reference.written
    listed = _listed(choices, works)
    if lacking:
        text = message(lang, "not of this edition", shown=shown, ref=works.ref(lacking[0]), listed=listed)
    else:
        text = message(lang, "several places", shown=shown, listed=listed)
    return Resolution(reference, ResolutionOutcome.CHOICE, text, choices=tuple(choices))


def in_edition(reference: Reference, wanted: str, documents: Sequence[Edition], lang: str = "en") -> Reference:
    """The reference, asked of one edition: its id, or a year by which it is called. Unknown where there is none."""
    works = _works(ByIdentity(documents))
    kin = {doc for named in reference.doc_ids for doc in works.chain(named)}
    docs: tuple[str, ...]
    if wanted in works.editions:
        docs = (wanted,) if not kin or wanted in kin else ()
    else:
        every = [e for e in works.editions.values() if not e.is_register and (not kin or e.doc_id in kin)]
        docs = tuple(e.doc_id for e in every if wanted and wanted in years_of(e)[0] and e.rendition_of is None)
    if not docs:
        asked = message(lang, "in an edition", text=reference.written, edition=wanted)
        return replace(reference, unknown=reference.unknown or asked)
    return replace(reference, doc_ids=docs, edition_given=True)


def _found(
    reference: Reference, units: Sequence[UnitName], others: Sequence[UnitName], works: EditionChains, lang: str
) -> Resolution:
    edition = works.editions.get(units[0].of_document)
    newer = works.newer(units[0].of_document)
    text = write(units[0], edition) if edition else units[0].unit_id
    if newer:
        text += message(lang, "found superseded", ref=newer[0].ref)
    if others:
        text += message(lang, "found also", listed=_listed(others, works))
    return Resolution(reference, ResolutionOutcome.FOUND, text + ".", tuple(units), edition, tuple(others), newer)


def _edition_alone(reference: Reference, directory: UnitDirectory, works: EditionChains) -> Resolution | None:
    """A document that is named, but has no entry for the whole: the edition alone."""
    docs = [doc for doc in reference.doc_ids if doc in works.editions]
    docs = [doc for doc in docs if directory.holds(doc)] or docs
    if len({works.chain(doc) for doc in docs}) != 1:
        return None
    doc = next(doc for doc in works.chain(docs[0]) if doc in docs)
    edition = works.editions[doc]
    return Resolution(reference, ResolutionOutcome.FOUND, f"{edition.ref}.", edition=edition, newer=works.newer(doc))


def _unknown(reference: Reference, directory: UnitDirectory, works: EditionChains, lang: str) -> Resolution:
    """A name or a year the catalog does not have; the same number in the editions it does have is a near miss."""
    chains = {doc for named in reference.doc_ids for doc in works.chain(named)}
    near = [unit for key in reference.keys for unit in directory.units_by_key(key) if unit.of_document in chains]
    near = _one_each(near)[:NEAR]
    text = message(lang, "unknown edition", text=reference.unknown)
    if near:
        text += message(lang, "with near misses", listed=_listed(near, works))
    return Resolution(reference, ResolutionOutcome.NOT_FOUND, text, near=tuple(near))


def _sources(units: Iterable[UnitName]) -> list[UnitName]:
    """Official text first, then the register."""
    return sorted(units, key=lambda unit: (unit.is_register, unit.doc_id, unit.unit_id))


def _one_each(units: Iterable[UnitName]) -> list[UnitName]:
    """One unit for each place, the official one if there is one."""
    best: dict[tuple[str, str], UnitName] = {}
    for unit in units:
        other = best.setdefault((unit.of_document, unit.key), unit)
        if other.is_register and not unit.is_register:
            best[unit.of_document, unit.key] = unit
    return list(best.values())


# --- editions --------------------------------------------------------------------------------------------------------


class EditionChains:
    """Which editions are of one work: joined by *supersedes*, *superseded by* or *rendition of*."""

    __slots__ = ("_chains", "editions")

    def __init__(self, documents: Iterable[Edition]) -> None:
        self.editions = {edition.doc_id: edition for edition in documents}
        self._chains: dict[str, tuple[str, ...]] = {}
        later: dict[str, set[str]] = {}
        near: dict[str, set[str]] = {}
        for doc, edition in self.editions.items():
            for old, new in ((doc, edition.superseded_by), (edition.supersedes, doc), (doc, edition.rendition_of)):
                if old in self.editions and new in self.editions:
                    near.setdefault(old, set()).add(new)
                    near.setdefault(new, set()).add(old)
                    if edition.rendition_of != new:
                        later.setdefault(old, set()).add(new)
        for doc in near:
            if doc not in self._chains:
                members, queue = {doc}, [doc]
                while queue:
                    fresh = near[queue.pop()] - members
                    members |= fresh
                    queue += fresh
                chain = self._sorted(members, later)
                self._chains.update(dict.fromkeys(members, chain))

    def _sorted(self, members: set[str], later: dict[str, set[str]]) -> tuple[str, ...]:
        """Newest first: after all that supersede it; among equals the later date, and renditions last."""
        left = sorted(members)
        left.sort(key=lambda doc: self.editions[doc].issued, reverse=True)
        left.sort(key=lambda doc: self.editions[doc].rendition_of is not None)
        out: list[str] = []
        while left:
            free = next((doc for doc in left if not later.get(doc, set()) & set(left)), left[0])
            out.append(free)
            left.remove(free)
        return tuple(out)

    def chain(self, doc: str) -> tuple[str, ...]:
        """The editions of the work that ``doc`` is one of, newest first."""
        return self._chains.get(doc, (doc,))

    def newer(self, doc: str) -> tuple[Edition, ...]:
        """The editions that come after ``doc``, newest first, without renditions."""
        chain = self.chain(doc)
        later = (self.editions[d] for d in chain[: chain.index(doc)])
        mine = self.editions[doc].rendition_of if doc in self.editions else None
        return tuple(edition for edition in later if edition.rendition_of is None and edition.doc_id != mine)

    def ref(self, doc: str) -> str:
        """How the edition is cited."""
        return self.editions[doc].ref if doc in self.editions else doc


@lru_cache(maxsize=8)
def _works(same: ByIdentity[Sequence[Edition]]) -> EditionChains:
    """The works of one list of editions; made once while the list is the same."""
    return EditionChains(same.of)


def _listed(units: Sequence[UnitName], works: EditionChains) -> str:
    editions = works.editions
    shown = [write(u, editions[u.of_document]) if u.of_document in editions else u.unit_id for u in units[:8]]
    more = f" and {len(units) - 8} more" if len(units) > 8 else ""
    return "; ".join(shown) + more


# --- near misses -----------------------------------------------------------------------------------------------------


def _near(reference: Reference, directory: UnitDirectory, works: EditionChains) -> tuple[UnitName, ...]:
    """At most :data:`NEAR` units close to a reference that was not found, to be shown as near misses only.

    The same number in another edition of the work, then what contains it, then its neighbours: within the documents
    named or, where none is named, in any.
    """
    allowed = frozenset(reference.doc_ids)
    kin = {doc for named in allowed for doc in works.chain(named)}
    found = [u for key in reference.keys for u in directory.units_by_key(key) if u.of_document in kin]
    for near in _near_keys(reference.keys):
        units = [u for u in directory.units_by_key(near) if not allowed or u.of_document in allowed]
        found += [unit for unit in units if unit not in found]
        if len(found) >= 4 * NEAR:
            break
    return tuple(_one_each(found)[:NEAR])


def _near_keys(keys: Sequence[str]) -> list[str]:
    """Keys beside these, nearest first: parents, then the numbers around the last part."""
    out: list[str] = []
    for key in keys[:8]:
        kind, _, number = key.partition(":")
        parts = number.split(".")
        out += [f"{kind}:{'.'.join(parts[:n])}" for n in range(len(parts) - 1, 0, -1)]
    for step in (1, 2, 3):
        for key in keys[:8]:
            kind, _, number = key.partition(":")
            head, dot, last = number.rpartition(".")
            for sign in (-1, 1):
                out += [f"{kind}:{head}{dot}{n}" for n in _beside(last, sign * step)]
    for key in keys[:4]:
        kind, _, number = key.partition(":")
        if number.isdigit() and kind in {"principle", "requirement", "recommendation"}:
            out += [f"{kind}:{n}.{number}" for n in (1, 2)]
        if kind == "action" and (action := re.fullmatch(r"(..)-(\d+)\.(\d+)-(\d{3})", number)):
            out += [f"action:{action[1]}-{action[2]}.{action[3]}-{int(action[4]) + n:03}" for n in (-1, 1, -2, 2)]
        if kind == "question" and (question := re.fullmatch(r"E(\d\d)\.(\d\d)", number)):
            out += [f"question:E{question[1]}.{int(question[2]) + n:02}" for n in (-1, 1, -2, 2)]
    return [key for key in dict.fromkeys(out) if key not in keys]


def _beside(last: str, step: int) -> list[str]:
    if last.isdigit():
        return [str(int(last) + step)] if int(last) + step > 0 else []
    if re.fullmatch(r"\d+[a-z]", last):
        return [last[:-1]]
    out: list[str] = []
    if len(last) == 1 and last.isalpha() and last.isascii():
        out += [chr(ord(last) + step)] if chr(ord(last) + step).isalpha() else []
    if (value := roman_value(last)) and value < 40 and value + step > 0:
        beside = to_roman(value + step)
        out.append(beside if last.isupper() else beside.lower())
    return out


def _not_found(reference: Reference, near: Sequence[UnitName], works: EditionChains, lang: str) -> str:
    docs = [works.ref(doc) for doc in reference.doc_ids]
    listed = ", ".join(docs[:4])
    shown = reference.number or reference.written
    where = message(lang, "in these and others" if len(docs) > 4 else "in these", listed=listed) if docs else ""
    text = message(lang, "no such number", shown=shown, where=where)
    return text + (message(lang, "with near misses", listed=_listed(near, works)) if near else "")


# --- writing ---------------------------------------------------------------------------------------------------------

_FUNCTIONS = frozenset({"govern", "map", "measure", "manage"})
_POINT = r"(?:[a-z]|aa|bb|cc|dd|[ivx]{1,6})"
_NUMBER = re.compile(rf"(?P<n>[1-9]\d{{0,2}}(?:\.[1-9]\d{{0,2}})*)(?P<tail>(?:\.{_POINT}(?![a-z]))*)")
_ROMAN = re.compile(rf"(?P<n>[IVXLC]{{1,7}})(?P<tail>(?:\.(?:{_POINT}|[1-9]\d{{0,2}}))*)")
_EU_ANNEX = re.compile(
    rf"(?P<n>[IVXLC]{{1,7}})(?:\.(?P<section>[A-H]|section-\d))?(?:\.(?P<point>[1-9]\d{{0,2}}(?:\.[1-9]\d?)?))?"
    rf"(?P<tail>(?:\.{_POINT})*)"
)
_ANNEX = re.compile(r"[A-Z](?:\.[1-9]\d{0,2})*")


def write(unit: UnitName, edition: Edition) -> str:
    """How a person writes the unit of this edition, so that :func:`parse` and :func:`resolve` lead back to it.

    "OECD/LEGAL/0449 (2024), Principle 1.3(iv)". A unit that has a name and no number is written with its key in square
    brackets, the one form that cannot go wrong.
    """
    if unit.key == "whole":
        return edition.ref
    place = _place(unit, edition.scheme)
    if place:
        return f"{edition.ref}, {place}"
    path = re.sub(r"[\"“”„«»「」『』\[\]]", "", unit.path).strip()
    return f"{edition.ref}, “{path}” [{unit.key}]" if 0 < len(path) <= 300 else f"{edition.ref} [{unit.key}]"


def _place(unit: UnitName, scheme: str) -> str:
    """The locator in words, or "" where the key has no number that the grammar reads back."""
    kind, _, tail = unit.key.partition(":")
    if kind in {"term", "definition"}:
        title = re.sub(r"[\"“”„«»「」『』'‘’]", "", unit.title)
        word = "Definition of" if kind == "definition" else "Term"
        return f"{word} “{title}”" if title and slug(title) == tail and len(title) <= 100 else ""
    if kind == "action":
        return tail if re.fullmatch(r"(?:GV|MP|MS|MG)-[1-9]\d?\.[1-9]\d?-\d{3}", tail) else ""
    if kind == "question" and re.fullmatch(r"E\d\d\.\d\d", tail):
        return tail
    if kind == "function":
        return f"{tail.upper()} function" if tail in _FUNCTIONS else ""
    if kind in _FUNCTIONS:
        return f"{kind.upper()} {tail}" if re.fullmatch(r"[1-9]\d?(?:\.[1-9]\d?)?", tail) else ""
    roman = _ROMAN.fullmatch(tail)
    if kind == "annex" and (annex := _EU_ANNEX.fullmatch(tail)) and roman_value(annex["n"]):
        section = f", Section {annex['section'].removeprefix('section-')}" if annex["section"] else ""
        point = annex["point"] or ""
        shown = (f", point {point}" if "." in point or section else f"({point})") if point else ""
        return f"Annex {annex['n']}{section}{shown}" + "".join(f"({p})" for p in annex["tail"].split(".")[1:])
    if roman and kind in {"clause", "chapter", "annex", "section"} and roman_value(roman["n"]):
        if kind == "section":
            under = re.fullmatch(r"[IVXLC]+\.(\d+(?:\.\d+)*)", tail)
            whole = f"Section {tail}" if tail.isalpha() else ""
            return f"Chapter {roman['n']}, Section {under[1]}" if under else whole
        return f"{kind.capitalize()} {roman['n']}" + "".join(f"({p})" for p in roman["tail"].split(".")[1:])
    if kind == "annex":
        return f"Annex {tail}" if _ANNEX.fullmatch(tail) else ""
    match = _NUMBER.fullmatch(tail)
    if match is None:
        return ""
    number, points = match["n"], "".join(f"({p})" for p in match["tail"].split(".")[1:])
    decimals = number.split(".")
    if kind in {"article", "para", "recital"}:
        word = {"article": "Article ", "para": "para. ", "recital": "Recital "}[kind]
        if kind == "recital" and len(decimals) > 1 and points:
            return ""
        return word + decimals[0] + "".join(f"({n})" for n in decimals[1:]) + points
    if kind == "issue" and len(decimals) == 2 and not points:
        return f"chapter {decimals[0]}, issue {decimals[1]}"
    word = _WORDS.get(kind, "")
    if not word or (kind == "clause" and scheme == "oecd"):
        return ""
    return f"{word} {number}{points}"


_WORDS = {
    "principle": "Principle",
    "recommendation": "Recommendation",
    "requirement": "Requirement",
    "section": "Section",
    "clause": "clause",
    "chapter": "Chapter",
    "policy-area": "Policy area",
    "value": "Value",
    "question": "Question",
    "dimension": "Dimension",
    "step": "Step",
}


# --- names -----------------------------------------------------------------------------------------------------------


class SuggestionKind(str, Enum):
    """How a suggestion came about."""

    REFERENCE = "reference"
    """The text is a reference, and this is the unit it names or one whose number begins so."""
    NAME = "name"
    """All that was typed is in the unit's name."""
    LIKE = "like"
    """Only part of what was typed is in the name: a slip of the pen, or another unit. To be shown as a guess."""


@dataclass(frozen=True, slots=True)
class NameSuggestion:
    """A unit whose name or number is like what was typed: ``score`` 0–1, ``exact`` if the name is the text itself."""

    unit: UnitName
    score: float
    exact: bool
    how: SuggestionKind = SuggestionKind.LIKE


class Names:
    """The names of many units, ready to be searched while a person types. Safe to share; nothing changes after."""

    __slots__ = ("_by_plain", "_documents", "_names", "_postings", "_sizes", "units")

    def __init__(self, units: Iterable[UnitName]) -> None:
        self.units = tuple(_one_each(units))
        self._names: list[tuple[int, str]] = []
        self._sizes: list[int] = []
        self._by_plain: dict[str, list[int]] = {}
        self._documents: dict[str, list[UnitName]] = {}
        self._postings: dict[str, list[int]] = {}
        for n, unit in enumerate(self.units):
            self._documents.setdefault(unit.of_document, []).append(unit)
            for plain in dict.fromkeys(_plain(name) for name in (unit.title, unit.path, *unit.aliases) if name):
                grams = _grams(plain)
                for gram in grams:
                    self._postings.setdefault(gram, []).append(len(self._names))
                self._names.append((n, plain))
                self._sizes.append(len(grams))
                self._by_plain.setdefault(plain, []).append(n)

    def exact(self, name: str, doc_ids: Sequence[str] = (), kinds: Sequence[str] = ()) -> tuple[UnitName, ...]:
        """Units that are called exactly this, letter case and signs aside; of these editions and kinds, if any."""
        found = [self.units[n] for n in self._by_plain.get(_plain(name), ())]
        return tuple(u for u in found if _is_of(u, doc_ids, kinds))

    def of(self, doc_ids: Sequence[str], kinds: Sequence[str]) -> tuple[UnitName, ...]:
        """Units of these editions and kinds, in reading order."""
        return tuple(u for doc in doc_ids for u in self._documents.get(doc, ()) if _is_of(u, (), kinds))

    def begin(self, reference: Reference, limit: int) -> tuple[UnitName, ...]:
        """Units whose key is one of the reference's or begins with it: "para 3" → 3, 30, 31 …; at most ``limit``."""
        out: list[UnitName] = []
        for doc in reference.doc_ids:
            units = self._documents.get(doc, ())
            out += [u for key in reference.keys for u in units if u.key == key]
            out += [u for key in reference.keys for u in units if u.key.startswith(key) and u.key != key]
            tails = tuple(f"{key.partition(':')[2]}." for key in reference.keys)
            out += [u for u in units if u.key.partition(":")[2].startswith(tails) and u not in out]
            if len(out) >= limit:
                break
        return tuple(out[:limit])

    def like(
        self, text: str, limit: int = 8, least: float = 0.45, unfinished: bool = False
    ) -> tuple[NameSuggestion, ...]:
        """Units with a name like ``text``, best first, ties by unit id; ``unfinished``: the last word may go on."""
        wanted = _plain(text[:200])
        grams = _grams(wanted)
        if unfinished and not text[-1:].isspace() and len(grams) > 1:
            grams = frozenset(gram for gram in grams if gram != f"{wanted[-2:]} ")
        if not grams or limit < 1:
            return ()
        counts = Counter(itertools.chain.from_iterable(self._postings.get(gram, ()) for gram in grams))
        needed = max(1.0, (least - 0.15) / 0.85 * len(grams))
        best: dict[int, tuple[float, bool, bool]] = {}
        for n, common in counts.items():
            if common < needed:
                continue
            unit, plain = self._names[n]
            score = 0.85 * common / len(grams) + 0.15 * common / self._sizes[n]
            exact = plain == wanted
            if score >= least or exact:
                row = (1.0 if exact else round(score, 4), exact, common == len(grams))
                best[unit] = max(best.get(unit, (0.0, False, False)), row)
        rows = sorted(best.items(), key=lambda item: (-item[1][0], self.units[item[0]].unit_id))[:limit]
        return tuple(
            NameSuggestion(self.units[n], score, exact, SuggestionKind.NAME if whole or exact else SuggestionKind.LIKE)
            for n, (score, exact, whole) in rows
        )


def _is_of(unit: UnitName, doc_ids: Sequence[str], kinds: Sequence[str]) -> bool:
    return (not doc_ids or unit.of_document in doc_ids) and (not kinds or unit.key.partition(":")[0] in kinds)


def suggest(
    text: str, names: Names | Iterable[UnitName], limit: int = 8, least: float = 0.45, unfinished: bool = False
) -> tuple[NameSuggestion, ...]:
    """Units with a name like ``text``, best first, ties by unit id: suggestions, never answers.

    The score is the share of the typed letter triples that the best of title, path and aliases has, lowered a little
    for what the name has beside them; under ``least`` nothing is suggested.
    """
    found = names if isinstance(names, Names) else Names(names)
    return found.like(text, limit, least, unfinished)


def complete(text: str, names: Names, catalog: Catalog, limit: int = 8) -> tuple[NameSuggestion, ...]:
    """What a person who has typed ``text`` so far may mean: units of a number that begins so, then names."""
    out: list[NameSuggestion] = []
    for reference in parse(text, catalog)[-1:]:
        if reference.keys != ("whole",) and reference.doc_ids and not reference.unknown:
            units = names.begin(reference, limit)
            out += [NameSuggestion(u, 1.0, u.key in reference.keys, SuggestionKind.REFERENCE) for u in units]
    taken = {each.unit.unit_id for each in out}
    out += [each for each in names.like(text, limit, unfinished=True) if each.unit.unit_id not in taken]
    return tuple(out[:limit])


_NAME_KINDS = {
    "driver": ("driver", "동인", "촉진 요인"),
    "inhibitor": ("inhibitor", "저해 요인", "억제 요인"),
    "role": ("role", "역할", "duty holder"),
    "stage": ("stage", "단계"),
    "principle": ("principle", "원칙"),
    "requirement": ("requirement", "요구사항"),
    "value": ("value", "가치"),
    "policy-area": ("policy area", "정책 영역"),
    "definition": ("definition", "정의"),
    "term": ("term", "용어"),
    "article": ("article", "조항"),
}
_FILLING = re.compile(
    r"^(?:the|of|on|for|in|called|named|about|from|criterion|criteria|set|에서|의|기준)\b\s*|\s+(?:of|in|from|의)$"
)


def named(text: str, names: Names, directory: UnitDirectory, catalog: Catalog, lang: str = "en") -> Resolution:
    """The unit that ``text`` calls by name, with or without its document and kind: exact, a choice, or not found.

    "Concern with liability", "CertifAIEd inhibitor Concern with liability". What is merely like it is in ``near``,
    suggestions and never the answer. ``lang`` is the language of what is said.
    """
    text = " ".join(text[:MAX_CHARS].split())
    doc_ids, rest = without_names(text, catalog)
    plain = _plain(rest)
    tries: list[tuple[str, tuple[str, ...]]] = [(plain, ())]
    for kind, words in _NAME_KINDS.items():
        for word in words:
            bare = re.sub(rf"(?:^|\s){word}s?(?=\s|$)", " ", plain)
            if bare != plain:
                tries.append((" ".join(bare.split()), (kind,)))
    for name, of_kind in tuple(tries):
        shorter = name
        while (less := _FILLING.sub("", shorter).strip()) != shorter:
            shorter = less
            tries.append((shorter, of_kind))
    reference = Reference(doc_ids, ("name",), text, (0, len(text)), number=f"“{text}”")
    for name, of_kind in tries:
        found = names.exact(name, doc_ids, of_kind) if name else ()
        if not found and not name and doc_ids and of_kind:
            found = names.of(doc_ids, of_kind)  # "the drivers of CertifAIEd Privacy": these, and none is taken
            if found:
                works = _works(ByIdentity(directory.documents()))
                asked = message(lang, "may be", text=text, listed=_listed(found, works))
                return Resolution(reference, ResolutionOutcome.CHOICE, asked, choices=found)
        if found:
            for other, kind_ in tries:  # another edition may be titled with the kind, or without it
                found += tuple(
                    unit
                    for unit in (names.exact(other, doc_ids, kind_) if other else ())
                    if unit not in found and unit.key in {each.key for each in found}
                )
            keys = tuple(dict.fromkeys(unit.key for unit in found))
            docs = tuple(dict.fromkeys(unit.of_document for unit in found))
            only = _Only(directory, frozenset((unit.of_document, unit.key) for unit in found))
            return resolve(replace(reference, doc_ids=docs, keys=keys), only, lang)
    near = [each.unit for each in names.like(plain or text, 4 * NEAR) if _is_of(each.unit, doc_ids, ())][:NEAR]
    unread = message(lang, "no reference", text=text)
    return Resolution(reference, ResolutionOutcome.NOT_FOUND, unread, near=tuple(near))


@dataclass(frozen=True, slots=True)
class _Only:
    """A directory of some places alone."""

    directory: UnitDirectory
    places: frozenset[tuple[str, str]]

    def units_by_key(self, key: str) -> Sequence[UnitName]:
        return [u for u in self.directory.units_by_key(key) if (u.of_document, u.key) in self.places]

    def documents(self) -> Sequence[Edition]:
        return self.directory.documents()

    def holds(self, doc_id: str) -> bool:
        return any(doc == doc_id for doc, _ in self.places)


@lru_cache(maxsize=32_768)
def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(re.findall(r"\w+", folded))


@lru_cache(maxsize=32_768)
def _grams(plain: str) -> frozenset[str]:
    """Letter triples of the words, with their ends; pairs for Hangul, whose letters say more."""
    out: set[str] = set()
    for word in plain.split():
        n = 2 if "가" <= word[0] <= "힣" else 3
        padded = f" {word}" if n == 2 else f" {word} "
        out |= {padded[i : i + n] for i in range(len(padded) - n + 1)}
    return frozenset(out)
