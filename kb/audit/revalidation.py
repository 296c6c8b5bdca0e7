"""Compares the rows of an old citation list with the index of today: unchanged, moved, changed, gone, or superseded.

The functions are pure: they depend on a library and on rows.
"""

from __future__ import annotations

import re
from dataclasses import replace
from enum import Enum
from typing import TYPE_CHECKING

from kb.citing.citation import ELLIPSIS, quote_hash
from kb.citing.cite import cite
from kb.drafts.comparison import LibraryLetters, QuoteScope
from kb.drafts.quoted_words import changed_words, quote_place_in_words
from kb.index.layout import unit_key
from kb.library.amendments import citation_amendment
from kb.records import dataclass
from kb.text.cleaning import readable
from kb.text.locators import locator_of
from kb.types import Span, Status, notice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kb.audit.listed_rows import ListedRow
    from kb.drafts.comparison import Place, WordDifference
    from kb.library.library import Library
    from kb.types import Citation, Edition, Notice, Unit


class RowState(str, Enum):
    """The state of a row of a list against the index of today."""

    UNCHANGED = "unchanged"
    MOVED = "moved"
    TEXT_CHANGED = "text changed"
    UNIT_GONE = "unit gone"
    DOCUMENT_GONE = "document gone"
    SUPERSEDED = "superseded"
    AMENDED = "amended"
    ROW_ALTERED = "row altered"


@dataclass(frozen=True, slots=True)
class RevalidatedRow:
    """A row with its state and the reason. ``now`` is the citation of the place where its words are today, ``None`` if
    there is none; ``differences`` are the words of today's text beside those of the row."""

    row: ListedRow
    state: RowState
    reason: Notice
    now: Citation | None = None
    differences: tuple[WordDifference, ...] = ()

    @property
    def is_changed(self) -> bool:
        """Whether a person must look at the row."""
        return self.state is not RowState.UNCHANGED


def revalidate(library: Library, rows: Sequence[ListedRow]) -> tuple[RevalidatedRow, ...]:
    """The state of each row, in order.

    The first state that applies is taken: the row does not match its own hash; its document or unit is gone; its words
    changed; they moved; its edition was superseded, or its unit amended, since the list was made.
    """
    letters = LibraryLetters(library)
    return tuple(_revalidated(letters, row) for row in rows)


def _revalidated(letters: LibraryLetters, row: ListedRow) -> RevalidatedRow:
    library = letters.library
    if row.quote_sha256 and row.quote and quote_hash(row.quote) != row.quote_sha256:
        return RevalidatedRow(row, RowState.ROW_ALTERED, notice("audit altered"))
    unit = _unit_of_row(library, row)
    doc_id = row.doc_id or (unit.doc_id if unit is not None else "")
    if library.store.document(doc_id) is None:
        newer = _newer_file(library, doc_id)
        return _document_gone(letters, row) if newer is None else _in_newer_file(letters, row, newer)
    scope = letters.scope_of_unit(unit) if unit is not None else letters.scope_of_document(doc_id)
    found = _standing(letters, row, scope) if row.quote else None
    if unit is None and row.unit_id:
        return _unit_gone(letters, row, doc_id)
    if row.quote and found is None:
        return _words_gone(letters, row, doc_id, scope)
    moved = _page_moved(library, row, found) if found is not None else None
    if found is not None and moved is not None:
        return RevalidatedRow(row, RowState.MOVED, moved, _citation_of_place(library, found))
    return _row_of_edition(letters, row, doc_id, unit, found)


def _unit_of_row(library: Library, row: ListedRow) -> Unit | None:
    sources = library.store.unit(row.unit_id) if row.unit_id else ()
    return next((u for u in sources if u.doc_id == row.doc_id), None if row.doc_id else next(iter(sources), None))


def _words_of_row(row: ListedRow) -> str:
    return row.quote.removesuffix(ELLIPSIS)


def _standing(letters: LibraryLetters, row: ListedRow, scope: QuoteScope) -> Place | None:
    """The range in a scope where a row's words are, punctuation included; ``None`` if they are not there."""
    words = _words_of_row(row)
    if not scope.unit or scope.unit.unit_id != row.unit_id:
        words = _NUMBER_OF_UNIT.sub("", words)  # elsewhere the same words stand under another number
    place = letters.find(words, scope)
    if place is None or not place.whole:
        return None
    text = letters.library.store.text(scope.doc_id)
    around = readable(text[max(0, place.span.start - 40) : place.span.end + 40])
    return place if readable(words).strip(" .;:,") in around else None


_NUMBER_OF_UNIT = re.compile(r"\A\s*\(?(?:\d{1,3}(?:\.\d{1,3})*|[A-Za-z]|[ivxlIVXL]{1,6}|[가-하])[.)]\s+")


def _citation_of_place(library: Library, place: Place) -> Citation:
    return cite(library, 1, place.doc_id, Span(place.span.start, place.span.end))


_OWN_FILE = re.compile(r"(?P<name>file-.+-)(?P<hash>[0-9a-f]{8})")


def _newer_file(library: Library, doc_id: str) -> Edition | None:
    """The only document of a person's own with the same name and other bytes; ``None`` if there is none or several."""
    own = _OWN_FILE.fullmatch(doc_id)
    if own is None:
        return None
    found = [
        d.edition
        for d in library.store.documents
        if (other := _OWN_FILE.fullmatch(d.doc_id)) is not None and other["name"] == own["name"]
    ]
    return found[0] if len(found) == 1 else None


def _in_newer_file(letters: LibraryLetters, row: ListedRow, newer: Edition) -> RevalidatedRow:
    """The state of a row in the version of a person's file that replaced the cited one; at least it moved there."""
    key = unit_key(row.unit_id) if row.unit_id else ""
    there = replace(row, doc_id=newer.doc_id, unit_id=f"{newer.urn}:{key}" if key else "")
    made = _revalidated(letters, there)
    if made.state is RowState.UNCHANGED:
        reason = notice("audit file replaced", ref=newer.ref, doc_id=newer.doc_id)
        return replace(made, row=row, state=RowState.MOVED, reason=reason)
    return replace(made, row=row)


def _document_gone(letters: LibraryLetters, row: ListedRow) -> RevalidatedRow:
    """A row whose document is not in the index: the place of its words in another document, or its successor."""
    library = letters.library
    for doc_id in letters.doc_ids():
        place = _standing(letters, row, letters.scope_of_document(doc_id)) if row.quote else None
        if place is not None:
            reason = notice("audit document gone stands", ref=_name_of_document(library, row),
                            place=quote_place_in_words(letters, place))  # fmt: skip
            return RevalidatedRow(row, RowState.DOCUMENT_GONE, reason, _citation_of_place(library, place))
    successors = _successors_of_row(library, row)
    if successors:
        reason = notice("audit document gone successor", ref=_name_of_document(library, row), successor=successors)
        return RevalidatedRow(row, RowState.DOCUMENT_GONE, reason)
    return RevalidatedRow(
        row, RowState.DOCUMENT_GONE, notice("audit document gone", ref=_name_of_document(library, row))
    )


def _name_of_document(library: Library, row: ListedRow) -> str:
    edition, _ = library.editions.of_unit(row.unit_id) if row.unit_id else (None, "")
    return row.doc_ref or row.doc_id or (edition.ref if edition is not None else row.unit_id)


def _successors_of_row(library: Library, row: ListedRow) -> tuple[str, ...]:
    edition, key = library.editions.of_unit(row.unit_id) if row.unit_id else (library.editions.get(row.doc_id), "")
    if edition is None:
        edition = library.editions.get(row.doc_id)
    if edition is None or edition.status is not Status.SUPERSEDED:
        return ()
    found = library.editions.successor_of_unit(edition.doc_id, key)[0]
    later = library.editions.successor(edition)
    return found or ((later.ref,) if later is not None else ())


def _unit_gone(letters: LibraryLetters, row: ListedRow, doc_id: str) -> RevalidatedRow:
    """A row whose unit is not in its document any more: its words have another number, or are gone."""
    place = _standing(letters, row, letters.scope_of_document(doc_id)) if row.quote else None
    if place is not None:
        reason = notice("audit moved", was=row.path or row.unit_id, place=quote_place_in_words(letters, place))
        return RevalidatedRow(row, RowState.MOVED, reason, _citation_of_place(letters.library, place))
    successors = _successors_of_row(letters.library, row)
    kind = "audit unit gone successor" if successors else "audit unit gone"
    values = {"successor": successors} if successors else {}
    reason = notice(kind, ref=row.doc_ref or doc_id, unit=row.path or row.unit_id, **values)
    return RevalidatedRow(row, RowState.UNIT_GONE, reason)


def _words_gone(letters: LibraryLetters, row: ListedRow, doc_id: str, scope: QuoteScope) -> RevalidatedRow:
    """A row whose words are not in their unit: they are elsewhere in the document, or were changed."""
    likeness = letters.most_like(_words_of_row(row), scope)
    elsewhere = _standing(letters, row, letters.scope_of_document(doc_id))
    if elsewhere is not None and (likeness is None or likeness.share < 1):
        reason = notice("audit moved", was=row.path or row.unit_id, place=quote_place_in_words(letters, elsewhere))
        return RevalidatedRow(row, RowState.MOVED, reason, _citation_of_place(letters.library, elsewhere))
    where = row.path or row.doc_ref or doc_id
    if likeness is None:
        return RevalidatedRow(row, RowState.TEXT_CHANGED, notice("audit words gone", unit=where))
    changes = changed_words(likeness.words)
    reason = (
        notice("audit text changed", unit=where, changes=notice("semicolons", items=changes))
        if changes
        else notice("audit marks changed", unit=where)
    )
    now = _citation_of_place(letters.library, likeness.place)
    return RevalidatedRow(row, RowState.TEXT_CHANGED, reason, now, likeness.words)


def _page_moved(library: Library, row: ListedRow, place: Place) -> Notice | None:
    """A notice that the words are on another page than the row says; ``None`` if not, or if the row has no page."""
    pages = library.store.pages(place.doc_id)
    if not pages or not row.page_index:
        return None
    where = locator_of(place.doc_id, place.span, pages, None)
    if row.page_index <= where.page_index <= max(row.page_end, row.page_index):
        label = where.page_label or ""
        printed = row.page_label
        if not printed or not label or printed == label or where.page_index != row.page_index:
            return None
        if "–" in printed or "–" in label:
            return None
        return notice("audit page moved", was=printed, now=label)
    return notice("audit page moved", was=row.page_label or row.page_index, now=where.page_label or where.page_index)


def _row_of_edition(
    letters: LibraryLetters, row: ListedRow, doc_id: str, unit: Unit | None, found: Place | None
) -> RevalidatedRow:
    """A row whose words are unchanged: whether its edition was superseded, or its unit amended, since then."""
    library = letters.library
    stored = library.store.document(doc_id)
    assert stored is not None
    edition = library.editions.described_by(stored.edition, unit)
    now = _citation_of_place(library, found) if found is not None else None
    key = unit_key(unit.unit_id) if unit is not None else ""
    if edition.status is Status.SUPERSEDED and row.status != Status.SUPERSEDED.value:
        successors = _successors_of_row(library, row)
        kind = "audit superseded by" if successors else "audit superseded"
        values = {"successor": successors} if successors else {}
        return RevalidatedRow(row, RowState.SUPERSEDED, notice(kind, ref=edition.ref, **values), now)
    amendment = citation_amendment(library, edition.doc_id, key)
    if edition.status is Status.AMENDED and amendment and amendment not in row.amendment:
        return RevalidatedRow(row, RowState.AMENDED, notice("audit amended", told=amendment), now)
    return RevalidatedRow(row, RowState.UNCHANGED, notice("audit unchanged"), now)
