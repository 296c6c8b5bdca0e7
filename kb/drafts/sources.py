"""Resolves the references in the parts of a draft to editions and units. Pure."""

from __future__ import annotations

import re
from dataclasses import field, replace
from typing import TYPE_CHECKING

from kb.catalog.amendments import Effect
from kb.catalog.works import work_of
from kb.drafts.quotations import Repeat, repeats
from kb.index.layout import unit_key
from kb.library.amendments import with_added_units
from kb.records import dataclass
from kb.references.parsing import Reference, parse
from kb.references.resolving import Resolution, ResolutionOutcome, resolve
from kb.references.schemes import in_words
from kb.text.numerals import roman_value
from kb.text.sentences import sentences

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kb.library.library import Library
    from kb.types import Edition

READ_AT_ONCE = 1_800
"""Characters of a part in which references are parsed together."""
AFTER_A_REPEAT = 60
"""Characters after "ibid." in which a new number of the same document may follow."""

WHOLE_DOCUMENT = ("whole",)
_OPENED = {"「": "」", "『": "』", "“": "”", "《": "》", "〈": "〉"}
_REPEAT_LEAD = re.compile(r"[\s,.:(]*(?:at\s+|의\s*)?")
_PAGE_BEGINS = re.compile(r"pp?\.|pages?\b|\d+\s?(?:쪽|페이지)")
_TEXT_KINDS = tuple(
    re.compile(words, re.IGNORECASE)
    for words in (
        r"convention|협약", r"recommendation|권고", r"\bregulation|규정", r"\bact\b|법",
        r"guideline|guidance|가이드라인|지침", r"\bcode\b", r"standard|\bstd\b|표준|기준",
        r"framework", r"report|보고서",
    )
)  # fmt: skip
"""Words for kinds of publications; a pattern has the English and the Korean words for one kind."""
_OWN_PARTS = frozenset({"section", "chapter", "annex", "part", "clause", "para", "appendix", "table", "figure"})
"""Kinds of numbered parts that a draft has itself, so that a number without a document may be the draft's own."""
_EDITION_OF = re.compile(r"An edition of (?P<year>\S+)")


@dataclass(frozen=True, slots=True)
class NamedPlace:
    """A reference in a part: ``[start, end)`` is its range there, the other fields are what it leads to.

    ``edition`` is the edition that the reference names, or the one that a look-up takes if it names none
    (``edition_given`` tells these apart). ``unit_ids`` are the units that it may mean, several only if the reference
    leaves a choice. ``repeat`` says that it points back to an earlier reference, ``carried`` that it names no document
    and is read as one of the document named last. ``lacking`` is a number that its document does not have, ``unheld`` a
    number of a document whose units are not known here, ``unknown`` a publication that is not known, ``no_edition`` the
    year of an edition that is not known. ``in_full`` says that the reference is written as this project writes a unit.
    """

    start: int
    end: int
    written: str
    edition: Edition | None
    unit_ids: tuple[str, ...] = ()
    edition_given: bool = False
    repeat: bool = False
    carried: bool = False
    lacking: str = ""
    unknown: str = ""
    no_edition: str = ""
    unheld: str = ""
    in_full: bool = False
    choices: tuple[Edition, ...] = ()
    reference: Reference | None = None

    @property
    def is_whole(self) -> bool:
        """Whether the reference names a document without a unit."""
        return not self.unit_ids and not self.lacking


@dataclass(slots=True)
class SourceReader:
    """Reads the references of one draft, part after part; later references depend on earlier ones."""

    library: Library
    last: NamedPlace | None = None
    named: list[NamedPlace] = field(default_factory=list)
    editions: dict[str, str] = field(default_factory=dict)

    def read(self, text: str, original: str = "") -> tuple[NamedPlace, ...]:
        """The references of a part in order.

        :param text: the part with its quotations blanked out.
        :param original: the part as it is written.
        """
        found: list[NamedPlace] = []
        pointers = list(repeats(text))
        written = written_in_full(self.library, original or text)
        text = _blanked_out(text, [r.span for r in written])
        parsed = [(r.span[0], r) for r in (*written, *self._parsed(text))]
        used: list[tuple[int, int]] = []
        items: list[tuple[int, Repeat | Reference]] = [*((p.start, p) for p in pointers), *parsed]
        for at, item in sorted(items, key=lambda each: each[0]):
            if any(a <= at < b for a, b in used):
                continue
            place = self._repeated(text, item) if isinstance(item, Repeat) else self._named(item)
            if place is None:
                continue
            place = replace(place, in_full=item in written)
            words = text[place.start : place.end]
            if words.count("(") > words.count(")") and text[place.end : place.end + 1] == ")":
                place = replace(place, end=place.end + 1)
            if place.start and text[place.start - 1] in _OPENED and _OPENED[text[place.start - 1]] in words:
                place = replace(place, start=place.start - 1)
            used.append((place.start, place.end))
            found.append(place)
            self._remember(place)
        return tuple(found)

    def _remember(self, place: NamedPlace) -> None:
        if place.edition is None or place.unknown:
            return
        self.last = place
        self.named.append(place)
        if place.edition_given:
            self.editions[work_of(place.edition)] = place.edition.doc_id

    def _parsed(self, text: str) -> list[Reference]:
        """The references of a text; long texts are parsed in stretches of whole sentences."""
        out: list[Reference] = []
        start = 0
        ends = [b for _, b in sentences(text)] or [len(text)]
        while start < len(text):
            within = [b for b in ends if start < b <= start + READ_AT_ONCE]
            end = within[-1] if within else min(len(text), start + READ_AT_ONCE)
            if len(text) - end < 2:
                end = len(text)
            piece = text[start:end]
            found = with_added_units(
                self.library, parse(piece, self.library.names), piece, lambda rest: parse(rest, self.library.names)
            )
            out += [replace(r, span=(r.span[0] + start, r.span[1] + start)) for r in found]
            start = end
        return list({r.span: r for r in out}.values())  # the last number of a range, which is the one written there

    def _repeated(self, text: str, pointer: Repeat) -> NamedPlace | None:
        """The reference that "ibid." or "the same Recommendation" stands for, with a number that may follow it."""
        start, end, same_unit = pointer.start, pointer.end, pointer.unit
        last = self.last if same_unit else self._last_called(text[start:end])
        if last is None or last.edition is None:
            return None
        after = re.split(r"[\u2003“”\"「」]|(?<=[.;])\s+(?=[A-Z가-힣])", text[end : end + AFTER_A_REPEAT])[0]
        lead = _REPEAT_LEAD.match(after)
        gap = lead.end() if lead else 0
        rest = after[gap:]
        if rest and not _PAGE_BEGINS.match(rest):
            for head in _heads(self.library, last):
                for reference in parse(head + rest, self.library.names):
                    length = reference.span[1] - len(head)
                    if reference.span[0] >= len(head) + 3 or reference.keys == WHOLE_DOCUMENT or length <= 0:
                        continue
                    asked = replace(reference, doc_ids=(last.edition.doc_id,), edition_given=True)
                    place = self._resolved(asked)
                    if place is None or (place.lacking and (same_unit or not _is_outright(reference))):
                        continue
                    stop = end + gap + length
                    return replace(place, start=start, end=stop, written=text[start:stop].strip(), repeat=True,
                                   edition_given=last.edition_given)  # fmt: skip
        unit_ids = last.unit_ids if same_unit else ()
        return NamedPlace(
            start, end, text[start:end], last.edition, unit_ids, last.edition_given, repeat=True, choices=last.choices
        )

    def _last_called(self, words: str) -> NamedPlace | None:
        """The last reference to a document of the kind that these words name: a Convention, an Act."""
        kinds = next((kinds for kinds in _TEXT_KINDS if kinds.search(words)), None)
        if kinds is None:
            return self.last
        for place in reversed(self.named):
            edition = place.edition
            if edition is not None and kinds.search(
                " ".join((edition.title, edition.ref, edition.kind, *edition.aliases))
            ):
                return place
        return None

    def _named(self, reference: Reference) -> NamedPlace | None:
        """The place that a reference leads to; ``None`` for a bare number that fits no document named before it."""
        if reference.bare and not reference.doc_ids:
            return self._carried(reference)
        return self._resolved(self._in_edition_of_draft(reference))

    def _carried(self, reference: Reference) -> NamedPlace | None:
        """A bare number read as one of the document named last, if that document has it; else it is the draft's own
        number."""
        last = self.last
        if last is None or last.edition is None or reference.unknown or last.unheld:
            return None
        if not _is_outright(reference) and not any(key.startswith("para:") for key in reference.keys):
            return None
        asked = replace(reference, doc_ids=(last.edition.doc_id,), edition_given=True, bare=False, beside="")
        found = resolve(asked, self.library.units)
        if found.outcome is not ResolutionOutcome.FOUND or not found.units:
            return None
        place = self._placed(reference, found)
        return replace(place, carried=True, edition_given=last.edition_given) if place is not None else None

    def _in_edition_of_draft(self, reference: Reference) -> Reference:
        """A reference without an edition, with the edition of its work that the draft named before."""
        if reference.edition_given or reference.several:
            return reference
        known = [e for doc in reference.doc_ids if (e := self.library.editions.get(doc)) is not None]
        chosen = {self.editions[work_of(e)] for e in known if work_of(e) in self.editions}
        if len(chosen) != 1 or len({work_of(e) for e in known}) != 1:
            return reference
        return replace(reference, doc_ids=tuple(chosen), edition_given=True)

    def _resolved(self, reference: Reference) -> NamedPlace | None:
        reference = replace(reference, beside="")
        if reference.unknown or reference.not_in_edition is not None:
            return self._unknown(reference)
        return self._placed(reference, resolve(reference, self.library.units))

    def _unknown(self, reference: Reference) -> NamedPlace | None:
        start, end = reference.span
        year = _EDITION_OF.match(reference.unknown) if reference.unknown else None
        known = [e for doc in reference.doc_ids if (e := self.library.editions.get(doc)) is not None]
        if year and known:
            return NamedPlace(
                start, end, reference.written, None, no_edition=year["year"], choices=tuple(known), reference=reference
            )
        if reference.keys == WHOLE_DOCUMENT or not re.search(r"\d", reference.unknown + reference.written):
            return None
        return NamedPlace(start, end, reference.written, None, unknown=reference.unknown, reference=reference)

    def _placed(self, reference: Reference, found: Resolution) -> NamedPlace | None:
        start, end = reference.span
        given = reference.edition_given
        editions = self.library.editions
        if found.outcome is ResolutionOutcome.FOUND:
            edition = found.edition
            units = () if reference.keys == WHOLE_DOCUMENT else tuple(dict.fromkeys(u.unit_id for u in found.units))
            return NamedPlace(start, end, reference.written, edition, units, given, reference=reference)
        if found.outcome is ResolutionOutcome.CHOICE:
            ids = tuple(dict.fromkeys(u.unit_id for u in found.choices))
            known = [e for u in found.choices if (e := editions.get(u.of_document)) is not None]
            first = known[0] if known else None
            units = () if reference.keys == WHOLE_DOCUMENT else ids
            return NamedPlace(
                start, end, reference.written, first, units, given, choices=tuple(known), reference=reference
            )
        known = [e for doc in reference.doc_ids if (e := editions.get(doc)) is not None]
        if not known:
            return None
        first = next((e for e in known if self.library.units.holds(e.doc_id)), known[0])
        if reference.keys == WHOLE_DOCUMENT:
            return NamedPlace(start, end, reference.written, known[0], (), given, reference=reference)
        if not _is_outright(reference):
            return None
        holds = self.library.units.holds(first.doc_id)
        number = reference.number or reference.written
        return NamedPlace(
            start, end, reference.written, first, (), given,
            lacking=number if holds else "",
            unheld="" if holds else number,
            reference=reference,
        )  # fmt: skip


_NUMBER_GOES_ON = re.compile(r"[.(]\w{1,4}\b|,?\s\d")
MOST_OF_A_PATH = 160
"""Characters after the name of an edition in which the path of a unit may follow."""


def written_in_full(library: Library, text: str) -> list[Reference]:
    """References in the form that this project writes: reference of the edition, a comma, whole path of the unit."""
    out: list[Reference] = []
    taken: list[tuple[int, int]] = []
    known = [e for e in library.editions.all if not e.is_register and e.ref in text]
    for edition in sorted(known, key=lambda e: -len(e.ref)):
        for found in re.finditer(re.escape(edition.ref) + ", ", text):
            if any(a < found.end() and found.start() < b for a, b in taken):
                continue
            rest = text[found.end() : found.end() + MOST_OF_A_PATH]
            ends = [m.start() for m in re.finditer(r"(?=[\s,.;:)\]|”’\"」』에는은의를을이가로와과]|$)", rest)]
            ends += [n + 1 for n in ends if rest[n : n + 1] in '”)’"']
            ends = [n for n in ends if not _NUMBER_GOES_ON.match(rest, n)]
            for end in sorted(set(ends), reverse=True):
                units = library.units.by_written(f"{edition.ref}, {rest[:end]}") if end else ()
                if units:
                    span = (found.start(), found.end() + end)
                    keys = tuple(dict.fromkeys(u.key for u in units if u.of_document == edition.doc_id))
                    taken.append(span)
                    words = text[slice(*span)]
                    out.append(Reference((edition.doc_id,), keys, words, span, edition_given=True, number=rest[:end]))
                    break
    return sorted(out, key=lambda r: r.span)


def _blanked_out(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """A text in which some stretches are replaced by a word that is no reference; offsets stay the same."""
    out = list(text)
    for start, end in spans:
        out[start:end] = " x" + " " * (end - start - 2)
    return "".join(out)


def in_edition_of_year(library: Library, place: NamedPlace, year: str) -> NamedPlace | None:
    """A reference without an edition, with the edition of its work that was issued in ``year``.

    ``None`` if the reference names an edition, or if no other edition of that year has the unit.
    """
    if place.edition_given or place.edition is None:
        return None
    other = next((e for e in library.editions.of_work(place.edition) if e.issued.startswith(year)), None)
    if other is None or other.doc_id == place.edition.doc_id:
        return None
    keys = [library.editions.of_unit(unit_id)[1] for unit_id in place.unit_ids]
    unit_ids = tuple(f"{other.urn}:{key}" for key in keys if library.store.unit(f"{other.urn}:{key}"))
    if place.unit_ids and not unit_ids:
        return None
    return replace(place, edition=other, unit_ids=unit_ids, edition_given=True, choices=())


def _heads(library: Library, last: NamedPlace) -> list[str]:
    """The possible meaning of "the same …" before a further number: the outermost unit of the last reference, or its
    document."""
    assert last.edition is not None
    out = [f"{last.edition.ref}, "]
    if last.unit_ids:
        _, key = library.editions.of_unit(last.unit_ids[0])
        kind, _, number = key.partition(":")
        outer = in_words(f"{kind}:{number.partition('.')[0]}", "", last.edition.scheme)
        if outer and kind == "article":
            out.insert(0, f"{last.edition.ref}, {outer}, ")
    return out


def _is_outright(reference: Reference) -> bool:
    """Whether a number that does not exist was surely meant as one of the document: the name of the document is beside
    it, or drafts do not number such parts themselves."""
    if reference.number and len(reference.written) > len(reference.number) + 2:
        return True
    return not any(key.partition(":")[0] in _OWN_PARTS for key in reference.keys)


def existing_range(library: Library, edition: Edition, keys: Sequence[str]) -> tuple[str, str, int] | None:
    """The first and the last unit that exist beside numbers an edition does not have, in words, and the number of
    units.

    They are units of the same kind under the same parent if there are any, else all units of the kind; ``None`` if
    there are none.
    """
    for key in keys:
        kind, _, number = key.partition(":")
        parent, dot, _ = number.rpartition(".")
        found = _units_of_kind(library, edition, kind)
        beside = [u for u in found if u.partition(":")[2].rpartition(".")[0] == parent] if dot else []
        tops = [u for u in found if "." not in u.partition(":")[2]]
        chosen = beside or (tops if not dot else []) or found
        if chosen:
            chosen.sort(key=lambda each: _counting_order(each.partition(":")[2]))
            first, last = (in_words(each, "", edition.scheme) or each for each in (chosen[0], chosen[-1]))
            return first, last, len(chosen)
    return None


def _units_of_kind(library: Library, edition: Edition, kind: str) -> list[str]:
    keys = {
        unit_key(u.unit_id)
        for document in library.store.documents
        if document.doc_id == edition.doc_id or edition.doc_id in document.edition.register_of
        for u in library.store.units(document.doc_id)
        if u.of_document == edition.doc_id and u.proven
    }
    return [key for key in keys if key.partition(":")[0] == kind]


def _counting_order(number: str) -> tuple[tuple[int, int, str], ...]:
    """A sorting key that puts numbers in counting order: figures, roman numerals, letters."""
    out: list[tuple[int, int, str]] = []
    for part in number.split("."):
        digits = re.match(r"\d+", part)
        roman = roman_value(part) if part.isalpha() and len(part) < 8 else None
        if digits:
            out.append((0, int(digits.group()), part))
        elif len(part) > 1 and roman:
            out.append((0, roman, ""))
        elif part in {"i", "v", "x"}:
            out.append((0, roman or 0, ""))
        else:
            out.append((1, 0, part))
    return tuple(out)


def changed_since(library: Library, unit_id: str) -> bool:
    """Whether an amendment changed a unit or a part of it, other than by adding a new part."""
    edition, key = library.editions.of_unit(unit_id)
    if edition is None:
        return False
    found = library.amendments.of_unit(edition.doc_id, key)
    parts = library.amendments.parts_of(edition.doc_id, key)
    quiet = {Effect.UNCHANGED, Effect.NEW}
    return any(each.effect not in quiet for each in (*found, *parts))
