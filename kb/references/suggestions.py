"""Finds units by name: completions while a user types (similarity of character trigrams), and exact matches of a
name."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections import Counter
from dataclasses import replace
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING

from kb.records import dataclass
from kb.references.names import ByIdentity
from kb.references.parsing import MAX_CHARS, Reference, described_head, parse, without_names
from kb.references.resolving import MAX_NEAR_MISSES, Resolution, ResolutionOutcome, chains_of, listed, resolve
from kb.references.units import UnitDirectory, UnitName, one_for_each_place
from kb.text.hangul import begins_with_hangul
from kb.types import notice

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from kb.catalog.catalog import Catalog
    from kb.types import Edition


class SuggestionKind(str, Enum):
    """The kinds of match that a suggestion can be."""

    REFERENCE = "reference"
    """The text is a reference, and this is the unit it names or one whose number begins so."""
    NAME = "name"
    """All that was typed is in the unit's name."""
    LIKE = "like"
    """Only part of what was typed is in the name: a slip of the pen, or another unit. To be shown as a guess."""


@dataclass(frozen=True, slots=True)
class NameSuggestion:
    """A unit whose name or number resembles the typed text: ``score`` is 0–1; ``exact`` if the name equals the text.

    ``name`` is the unit in words with its edition first, or "" if it was not looked up in an index.
    """

    unit: UnitName
    score: float
    exact: bool
    how: SuggestionKind = SuggestionKind.LIKE
    name: str = ""


class Names:
    """A search structure over the names of units. It does not change, so threads may share it.

    ``hidden`` are documents that another one stands for: their units can be found by name, but are not suggested.
    """

    __slots__ = ("_by_plain", "_documents", "_hidden", "_names", "_postings", "_sizes", "units")

    def __init__(self, units: Iterable[UnitName], hidden: frozenset[str] = frozenset()) -> None:
        self._hidden = hidden
        self.units = tuple(one_for_each_place(units))
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
        """Units with exactly this name, ignoring case and punctuation; only of the given editions and kinds, if any."""
        found = [self.units[n] for n in self._by_plain.get(_plain(name), ())]
        return tuple(u for u in found if _is_of(u, doc_ids, kinds) and (doc_ids or u.of_document not in self._hidden))

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
        """Units with a name similar to ``text``, best first, ties by unit id; with ``unfinished`` the last word may be
        incomplete."""
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
            if self.units[unit].of_document in self._hidden:
                continue
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


def similar_names(
    text: str, names: Names | Iterable[UnitName], limit: int = 8, least: float = 0.45, unfinished: bool = False
) -> tuple[NameSuggestion, ...]:
    """Units with a name similar to ``text``, best first, ties by unit id; they are suggestions, never answers.

    The score is the share of the typed trigrams that the best of title, path and aliases has, slightly lowered for
    further trigrams of the name. Units below ``least`` are left out.
    """
    found = names if isinstance(names, Names) else Names(names)
    return found.like(text, limit, least, unfinished)


def complete(text: str, names: Names, catalog: Catalog, limit: int = 8) -> tuple[NameSuggestion, ...]:
    """Completions of the typed ``text``: units whose number begins with a typed number, then units by name."""
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


def named(text: str, names: Names, directory: UnitDirectory, catalog: Catalog) -> Resolution:
    """The unit that ``text`` names, with or without its document and kind: found, a choice, or not found.

    Examples are "Concern with liability" and "CertifAIEd inhibitor Concern with liability". Units with merely similar
    names are in ``near``, which is never the answer.
    """
    text = " ".join(text[:MAX_CHARS].split())
    doc_ids, rest = without_names(text, catalog)
    if not names.exact(rest, doc_ids) and (described := described_head(text, catalog, names.exact)) is not None:
        doc_ids, rest = described
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
            found = names.of(doc_ids, of_kind)  # "the drivers of CertifAIEd Privacy": a choice of all of them
            if found:
                works = chains_of(ByIdentity(directory.documents()))
                asked = notice("may be", text=text, listed=listed(found, works))
                return Resolution(reference, ResolutionOutcome.CHOICE, asked, choices=found)
        if found:
            for other, kind_ in tries:  # another edition may have the kind in its title, or not
                found += tuple(
                    unit
                    for unit in (names.exact(other, doc_ids, kind_) if other else ())
                    if unit not in found and unit.key in {each.key for each in found}
                )
            keys = tuple(dict.fromkeys(unit.key for unit in found))
            docs = tuple(dict.fromkeys(unit.of_document for unit in found))
            only = _Only(directory, frozenset((unit.of_document, unit.key) for unit in found))
            return resolve(replace(reference, doc_ids=docs, keys=keys), only)
    near = [each.unit for each in names.like(plain or text, 4 * MAX_NEAR_MISSES) if _is_of(each.unit, doc_ids, ())][
        :MAX_NEAR_MISSES
    ]
    unread = notice("no reference", text=text)
    return Resolution(reference, ResolutionOutcome.NOT_FOUND, unread, near=tuple(near))


@dataclass(frozen=True, slots=True)
class _Only:
    """A directory that has only the given units."""

    directory: UnitDirectory
    places: frozenset[tuple[str, str]]

    def units_by_key(self, key: str, of: Collection[str] = ()) -> Sequence[UnitName]:
        return [u for u in self.directory.units_by_key(key, of) if (u.of_document, u.key) in self.places]

    def units_inside(self, doc_id: str, key: str) -> Sequence[UnitName]:
        found = self.directory.units_inside(doc_id, key)
        return [u for u in found if (u.of_document, u.key) in self.places]

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
    """Character trigrams of the words, with marks at their ends; bigrams for Hangul, whose syllables are rarer."""
    out: set[str] = set()
    for word in plain.split():
        n = 2 if begins_with_hangul(word) else 3
        padded = f" {word}" if n == 2 else f" {word} "
        out |= {padded[i : i + n] for i in range(len(padded) - n + 1)}
    return frozenset(out)
