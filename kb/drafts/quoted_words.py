"""Decides the finding of one quotation: verbatim, altered, cut, or at another place than its reference says. Pure."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from kb.catalog.works import work_of
from kb.citing.cite import cite
from kb.drafts.comparison import CONTAINERS, QuoteScope
from kb.drafts.findings import DraftVerdict
from kb.drafts.quotations import pieces_of
from kb.drafts.sources import changed_since
from kb.index.layout import unit_key
from kb.library.amendments import amendments_of_unit
from kb.records import dataclass
from kb.text.letters import compared_letters, word_ranges
from kb.types import Edition, Notice, Span, Status, notice

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kb.drafts.attaching import Attached
    from kb.drafts.comparison import LibraryLetters, Likeness, Place, WordDifference
    from kb.drafts.sources import NamedPlace
    from kb.types import Citation, Unit

CLEARLY_LIKE, LIKE, LIKE_ELSEWHERE = 0.8, 0.5, 0.75
"""The least shares of equal words at which a stretch counts as the quoted one: in the named unit in any case, in the
named unit if nothing fits better, and in any other text."""
MOST_OF_ONE = 0.7
"""A quotation with this share of its words from one unit is a quotation of that unit with other words in it."""
WORDS_OF_A_STATEMENT = 6
FEWEST_OF_ALL = 3
FEWEST_WORDS, FEWEST_LETTERS = 4, 14
"""A shorter run of words occurs in many places by chance."""
MOST_OF_WORDS = 300


@dataclass(frozen=True, slots=True)
class QuotedWords:
    """The finding of a quotation: its verdict, the reason, further remarks, the place of the words and the
    differences."""

    verdict: DraftVerdict
    reason: Notice
    also: tuple[Notice, ...] = ()
    place: Place | None = None
    differences: tuple[WordDifference, ...] = ()


@dataclass(frozen=True, slots=True)
class _Target:
    """The target of a reference: its editions, and the scopes of their loaded texts in which the words are expected."""

    named: str
    editions: tuple[Edition, ...]
    scopes: tuple[QuoteScope, ...]
    is_unit: bool

    @property
    def works(self) -> set[str]:
        return {work_of(e) for e in self.editions}

    def holds(self, doc_id: str) -> bool:
        """Whether a document is one of the editions, or a rendition of one."""
        return any(doc_id == e.doc_id for e in self.editions) or any(s.doc_id == doc_id for s in self.scopes)


def judge_quotation(letters: LibraryLetters, quote: str, attached: Attached, said: bool = False) -> QuotedWords | None:
    """The finding of a quotation; ``None`` if it has too few words to be distinguished from a term.

    :param attached: the references that the quotation may belong to.
    :param said: the draft itself says that the edition is superseded or amended.
    """
    if len(word_ranges(quote)) < FEWEST_OF_ALL and len(compared_letters(quote)) < FEWEST_LETTERS:
        return None
    targets = [t for p in attached.places if (t := target_of(letters, p)) is not None]
    first: QuotedWords | None = None
    for target in targets:
        for scope in target.scopes:
            place = letters.find(quote, scope)
            if place is None:
                continue
            made = _exact(letters, quote, place, said)
            if made.verdict in {DraftVerdict.SAYS_SO, DraftVerdict.ELIDED_RIGHTLY}:
                return made
            first = first or made
    if first is not None:
        return first
    if not is_worth_checking(quote):
        return None
    return _elsewhere(letters, quote, targets, attached.firm)


def is_worth_checking(quote: str) -> bool:
    """Whether a quotation has enough words to be searched in all documents."""
    n, size = len(word_ranges(quote)), len(compared_letters(quote))
    hangul = len(re.findall("[가-힣]", quote))
    return (n >= FEWEST_WORDS and size >= FEWEST_LETTERS) or (hangul >= 10 and n >= 3)


def is_term(quote: str) -> bool:
    """Whether quoted words are so few that they may be a term, not a quotation of the reference in their sentence."""
    return len(word_ranges(quote)) < WORDS_OF_A_STATEMENT and not re.search("[가-힣]{8}", compared_letters(quote))


def target_of(letters: LibraryLetters, place: NamedPlace) -> _Target | None:
    """The target of a reference, with its loaded texts; ``None`` if the reference names nothing known."""
    library = letters.library
    editions = tuple(dict.fromkeys(e for e in (place.edition, *place.choices) if e is not None))
    if not editions:
        return None
    loaded = {d.doc_id: d.edition for d in library.store.documents}
    scopes: list[QuoteScope] = []
    for unit_id in place.unit_ids:
        official = [u for u in library.store.unit(unit_id) if u.doc_id == u.of_document]
        scopes += [letters.scope_of_unit(u) for u in official]
        if official:
            continue
        edition, key = library.editions.of_unit(unit_id)
        for rendition in [e for e in loaded.values() if edition and e.rendition_of == edition.doc_id]:
            scopes += [letters.scope_of_unit(u) for u in library.store.unit(f"{rendition.urn}:{key}")]
    if not place.unit_ids:
        named = {e.doc_id for e in editions}
        for doc_id, edition in loaded.items():
            if doc_id in named or (edition.rendition_of in named and edition.rendition_of not in loaded):
                scopes.append(letters.scope_of_document(doc_id))
    return _Target(named_place_words(letters, place), editions, tuple(scopes), bool(place.unit_ids))


def named_place_words(letters: LibraryLetters, place: NamedPlace) -> str:
    """The place that a reference names, as this project reads it, in words."""
    if place.unit_ids:
        return letters.library.units.describe(place.unit_ids[0])
    if place.lacking and place.edition is not None:
        return f"{place.edition.ref}, {place.lacking}"
    return place.edition.ref if place.edition is not None else place.written


# --- words that stand where they should


def _exact(letters: LibraryLetters, quote: str, place: Place, said: bool) -> QuotedWords:
    library = letters.library
    where = quote_place_in_words(letters, place)
    if not place.whole:
        whole = _few_words(letters.whole_words(place))
        return QuotedWords(DraftVerdict.FRAGMENT, notice("draft fragment", place=where, words=whole), (), place)
    if (lost := letters.cut(quote, place)) is not None:
        side, rest = lost
        return QuotedWords(
            DraftVerdict.CUT, notice(f"draft cut {side}", place=where, words=_few_words(rest)), (), place
        )
    unit = library.store.unit_at(place.doc_id, place.span.start)
    edition = library.editions.get(place.doc_id)
    if (
        unit is not None
        and edition is not None
        and edition.status is Status.AMENDED
        and not said
        and changed_since(library, unit.unit_id)
    ):
        key = unit_key(unit.unit_id)
        amendments = amendments_of_unit(library, edition.doc_id, key)
        return QuotedWords(
            DraftVerdict.AMENDED_SINCE,
            notice("draft amended", place=where, told=notice("sentences", items=amendments)),
            (),
            place,
        )
    if len(place.ranges) > 1:
        gap = letters.denied(place)
        also = (notice("draft left out denies", words=_few_words(gap)),) if gap else ()
        return QuotedWords(DraftVerdict.ELIDED_RIGHTLY, notice("draft elided", place=where), also, place)
    return QuotedWords(DraftVerdict.SAYS_SO, notice("draft says so", place=where), (), place)


# --- words that do not


def _elsewhere(letters: LibraryLetters, quote: str, targets: Sequence[_Target], firm: bool) -> QuotedWords | None:
    found = _find_elsewhere(letters, quote, targets)
    likeness = _most_like(letters, quote, [s for t in targets for s in t.scopes])
    target = targets[0] if targets else None
    if target is not None and is_term(quote) and (likeness is None or likeness.share < LIKE):
        return None
    if found is not None:
        same = target is not None and target.holds(found.doc_id)
        kin = target is not None and not same and _is_of_work(letters, found.doc_id, target.works)
        clear = likeness is not None and likeness.share >= CLEARLY_LIKE
        if target is None or same or kin or not clear:
            return _placed_elsewhere(letters, quote, found, target, firm, same, kin)
    if target is not None and likeness is not None and likeness.share >= CLEARLY_LIKE:
        return _different(letters, likeness)
    if (stitched := _stitched(letters, quote, targets)) is not None:
        return stitched
    if target is not None and likeness is not None and likeness.share >= LIKE:
        return _different(letters, likeness)
    return _nowhere(letters, quote, target if firm else None)


def _find_elsewhere(letters: LibraryLetters, quote: str, targets: Sequence[_Target]) -> Place | None:
    """The place of a quotation in any document, ``None`` if there is none.

    Documents and works that the draft names are searched first and registers, whose words are our own, last; places
    with whole words are preferred.
    """
    best: Place | None = None
    for doc_id in (*_documents_in_order(letters, targets), *letters.doc_ids(registers=True)):
        place = letters.find(quote, letters.scope_of_document(doc_id))
        if place is not None and place.whole:
            return place
        best = best or place
    return best


def _documents_in_order(letters: LibraryLetters, targets: Sequence[_Target]) -> list[str]:
    """The ids of the documents: first the named ones, then their works, then those that are often mistaken for them."""
    loaded = {d.doc_id: d.edition for d in letters.library.store.documents if not d.edition.register_of}
    named = {e.doc_id for t in targets for e in t.editions}
    works = {w for t in targets for w in t.works}

    def rank(doc_id: str) -> tuple[int, bool, str]:
        edition = loaded[doc_id]
        superseded = edition.status is Status.SUPERSEDED or edition.rendition_of is not None
        if doc_id in named:
            return 0, superseded, doc_id
        if work_of(edition) in works or named & set(_kin_of(letters, doc_id)):
            return 1, superseded, doc_id
        return (2 if named & set(edition.mistaken_for) else 3), superseded, doc_id

    return sorted(loaded, key=rank)


def _kin_of(letters: LibraryLetters, doc_id: str) -> tuple[str, ...]:
    edition = letters.library.editions.get(doc_id)
    return tuple(e.doc_id for e in letters.library.editions.of_work(edition)) if edition is not None else ()


def _is_of_work(letters: LibraryLetters, doc_id: str, works: Iterable[str]) -> bool:
    """Whether a document is an edition of one of some works."""
    kin = [letters.library.editions.get(d) for d in (doc_id, *_kin_of(letters, doc_id))]
    return any(e is not None and work_of(e) in set(works) for e in kin)


def _placed_elsewhere(
    letters: LibraryLetters, quote: str, found: Place, target: _Target | None, firm: bool, same: bool, kin: bool
) -> QuotedWords:
    """The finding of words that are found exactly, but at another place than the reference names, or without a
    reference."""
    library = letters.library
    where = quote_place_in_words(letters, found)
    edition = library.editions.get(found.doc_id)
    also = _remarks_on_quote(letters, quote, found)
    document = library.store.document(found.doc_id)
    if document is not None and document.edition.register_of:
        return QuotedWords(DraftVerdict.REGISTER_WORDS, notice("draft register words", place=where), also, found)
    if target is None:
        return _unnamed(letters, quote, found)
    if same:
        if not target.is_unit and not letters.is_of_one_unit(found):
            return QuotedWords(
                DraftVerdict.STITCHED, notice("draft stitched", places=_places_in_words(letters, found)), also, found
            )
        return QuotedWords(
            DraftVerdict.OTHER_CONTENT, notice("draft other content", named=target.named, place=where), also, found
        )
    if kin:
        reason = notice("draft other edition", named=target.named, place=where)
        if not target.scopes:
            also = (*also, notice("draft text missing", ref=target.editions[0].ref))
        return QuotedWords(DraftVerdict.OTHER_EDITION, reason, also, found)
    mistaken = edition is not None and set(edition.mistaken_for) & {e.doc_id for e in target.editions}
    if mistaken:
        return QuotedWords(
            DraftVerdict.OTHER_DOCUMENT, notice("draft mistaken", named=target.named, place=where), also, found
        )
    if not firm:
        return _unnamed(letters, quote, found)
    if not target.scopes:
        reason = notice("draft text not here", named=target.named, ref=target.editions[0].ref)
        return QuotedWords(DraftVerdict.TEXT_NOT_HERE, reason, (*also, notice("draft also stands", place=where)), found)
    return QuotedWords(
        DraftVerdict.OTHER_DOCUMENT, notice("draft other document", named=target.named, place=where), also, found
    )


def _unnamed(letters: LibraryLetters, quote: str, found: Place) -> QuotedWords:
    made = _exact(letters, quote, found, said=True)
    if made.verdict in {DraftVerdict.SAYS_SO, DraftVerdict.ELIDED_RIGHTLY}:
        where = quote_place_in_words(letters, found)
        also = _superseded_remark(letters, found)
        return QuotedWords(DraftVerdict.STANDS_HERE, notice("draft stands here", place=where), also, found)
    return made


def _superseded_remark(letters: LibraryLetters, found: Place) -> tuple[Notice, ...]:
    unit = letters.library.store.unit_at(found.doc_id, found.span.start)
    remark = superseded_notice(letters, found.doc_id, unit, said=True)
    return (remark,) if remark is not None else ()


def superseded_notice(letters: LibraryLetters, doc_id: str, unit: Unit | None, said: bool = False) -> Notice | None:
    """A notice that an edition is superseded, with the successor of the unit; ``None`` if it is not superseded.

    ``said`` says that the draft mentions it itself.
    """
    library = letters.library
    edition = library.editions.get(doc_id)
    if edition is None or edition.status is not Status.SUPERSEDED:
        return None
    key = unit_key(unit.unit_id) if unit is not None else ""
    successors = library.editions.successor_of_unit(doc_id, key)[0]
    if not successors and (later := library.editions.successor(edition)) is not None:
        successors = (later.ref,)
    kind = "draft said superseded" if said else "draft superseded"
    if not successors:
        return notice(kind, ref=edition.ref)
    return notice(f"{kind} by", ref=edition.ref, successor=successors)


def _remarks_on_quote(letters: LibraryLetters, quote: str, found: Place) -> tuple[Notice, ...]:
    """Further faults of words that are from another place: they are cut, or a fragment."""
    made = _exact(letters, quote, found, said=True)
    return (made.reason,) if made.verdict in {DraftVerdict.CUT, DraftVerdict.FRAGMENT} else ()


def _most_like(letters: LibraryLetters, quote: str, scopes: Iterable[QuoteScope]) -> Likeness | None:
    best: Likeness | None = None
    for scope in scopes:
        found = letters.most_like(quote, scope)
        if found is not None and (best is None or found.share > best.share):
            best = found
    return best


def _different(letters: LibraryLetters, likeness: Likeness) -> QuotedWords:
    where = quote_place_in_words(letters, likeness.place)
    pairs = changed_words(likeness.words)
    reason = notice("draft differs", place=where, changes=notice("semicolons", items=pairs))
    return QuotedWords(DraftVerdict.DIFFERS, reason, (), likeness.place, likeness.words)


def changed_words(words: Iterable[WordDifference]) -> tuple[Notice, ...]:
    """The differences of two texts, as notices of at most six changes."""
    out: list[Notice] = []
    for each in words:
        if each.equal:
            continue
        if not each.source:
            out.append(notice("draft added", words=_few_words(each.quoted, 120)))
        elif not each.quoted:
            out.append(notice("draft dropped", words=_few_words(each.source, 120)))
        else:
            out.append(notice("draft for", source=_few_words(each.source, 80), quoted=_few_words(each.quoted, 80)))
    return tuple(out[:6])


def _stitched(letters: LibraryLetters, quote: str, targets: Sequence[_Target]) -> QuotedWords | None:
    """The finding that a quotation consists of words from several units; ``None`` if it does not."""
    n_words = sum(len(word_ranges(piece)) for piece in pieces_of(quote).pieces)
    if n_words < 2 * FEWEST_WORDS:
        return None
    first = [s.doc_id for t in targets for s in t.scopes]
    runs = letters.runs(quote, list(dict.fromkeys(first)))
    if runs is None or len(runs) < 2:
        return None
    by_unit: dict[str, int] = {}
    for n, place in runs:
        by_unit[_unit_of(letters, place)] = by_unit.get(_unit_of(letters, place), 0) + n
    if max(by_unit.values()) >= MOST_OF_ONE * n_words or len(by_unit) < 2:
        return None
    whole = runs[0][1]
    places = tuple(dict.fromkeys(quote_place_in_words(letters, place) for _, place in runs))
    reason = notice("draft stitched", places=notice("semicolons", items=places))
    return QuotedWords(DraftVerdict.STITCHED, reason, (), whole)


def _unit_of(letters: LibraryLetters, place: Place) -> str:
    unit = letters.library.store.unit_at(place.doc_id, place.span.start)
    return unit.unit_id if unit is not None else f"{place.doc_id}@{place.span.start // 2000}"


def _nowhere(letters: LibraryLetters, quote: str, target: _Target | None) -> QuotedWords:
    """The finding of words that no text has: the most similar words in the named works, else in any document."""
    order = _documents_in_order(letters, [target] if target is not None else [])
    near = _most_like(letters, quote, [letters.scope_of_document(d) for d in order])
    like = near if near is not None and near.share >= LIKE_ELSEWHERE else None
    if target is not None and not target.scopes:
        reason = notice("draft text not here", named=target.named, ref=target.editions[0].ref)
        if like is None:
            return QuotedWords(DraftVerdict.TEXT_NOT_HERE, reason)
        changes = notice("semicolons", items=changed_words(like.words))
        also = (notice("draft nearest known", place=quote_place_in_words(letters, like.place), changes=changes),)
        return QuotedWords(DraftVerdict.TEXT_NOT_HERE, reason, also, like.place, like.words)
    if like is not None:
        return _different(letters, like)
    if target is not None:
        return QuotedWords(DraftVerdict.NOWHERE, notice("draft not in", named=target.named))
    return QuotedWords(DraftVerdict.NOWHERE, notice("draft nowhere"))


# --- in words


def citation_at(letters: LibraryLetters, place: Place) -> Citation:
    """The citation of the place of quoted words."""
    return cite(letters.library, 1, place.doc_id, Span(place.span.start, place.span.end))


def quote_place_in_words(letters: LibraryLetters, place: Place) -> str:
    """The unit in which the words are, else the document and its page, in words."""
    library = letters.library
    unit = library.store.unit_at(place.doc_id, place.span.start)
    while unit is not None and unit.span.end < place.span.end and unit.parent_id:
        above = [u for u in library.store.unit(unit.parent_id) if u.doc_id == place.doc_id]
        if not above or above[0].kind in CONTAINERS:
            break
        unit = above[0]
    if unit is not None and unit.proven:
        return library.units.describe(unit.unit_id)
    edition = library.editions.get(place.doc_id)
    return edition.ref if edition is not None else place.doc_id


def _places_in_words(letters: LibraryLetters, place: Place) -> Notice:
    each = [replace(place, ranges=(r,)) for r in place.ranges]
    return notice("semicolons", items=tuple(dict.fromkeys(quote_place_in_words(letters, p) for p in each)))


def _few_words(words: str, most: int = MOST_OF_WORDS) -> str:
    words = " ".join(words.split())
    return words if len(words) <= most else f"{words[: most - 1].rsplit(' ', 1)[0]} …"
