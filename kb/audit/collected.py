"""Checks the citations that a person collected in the browser against the index of today, and exports them as a list.

A collected citation is stored in the browser, outside of the knowledge base: the place and the words of a quote on the
day it was collected. Stored text is never trusted. Each citation is made anew from its place; a citation whose words
are no longer at that place is marked as out of date, and the list shows no quote for it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from kb.audit.listed_rows import ListedRow
from kb.audit.revalidation import RowState, revalidate
from kb.citation_list import rebuilt_citation
from kb.citing.cite import cite, cite_unit
from kb.citing.highlight import with_rects
from kb.citing.licence_limit import within_limit
from kb.errors import KBError
from kb.export.answer_lists import AnswerRow, RowPlace, RowReading
from kb.lists.batch import list_of_rows
from kb.lists.inputs import BatchInput
from kb.messages import message, words
from kb.types import Span, notice

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kb.drafts.comparison import WordDifference
    from kb.export.answer_lists import AnswerList
    from kb.library.library import Library
    from kb.types import Citation, Notice

MAX_COLLECTED = 500
"""Largest number of citations in a collected list; further ones are ignored."""
MAX_NOTE = 2_000
"""Characters of a person's note that are kept."""
_MAX_KEPT = 200_000
"""Characters of a stored field that are read; the quote of an annex can be long."""
_TEXT_FIELDS = (
    "doc_id", "unit_id", "doc_ref", "path", "page_label", "quote", "quote_sha256", "match", "status", "amendment",
    "index_id",
)  # fmt: skip
_NUMBER_FIELDS = ("page_index", "page_end", "char_start", "char_end")


@dataclass(frozen=True, slots=True)
class CollectedRow:
    """One collected citation: ``kept`` is the stored record, ``note`` the person's note, ``state`` the result of the
    check.

    ``citation`` is made from the index of today, its quote cut to the limit of its licence; it is ``None`` if the
    stored words are no longer at their place. ``now`` is then the most similar place of today, if there is one, and
    ``differences`` are the words of today beside the stored ones. ``limit_words`` is the limit in words that cut the
    quote, 0 if none did.
    """

    kept: ListedRow
    note: str
    state: RowState
    reason: Notice
    citation: Citation | None
    now: Citation | None = None
    differences: tuple[WordDifference, ...] = ()
    limit_words: int = 0

    @property
    def is_stale(self) -> bool:
        """Whether the text or its edition changed since the citation was collected."""
        return self.state is not RowState.UNCHANGED


def kept_record(citation: Citation) -> dict[str, Any]:
    """The fields of a citation that the browser stores, as plain data; :func:`collected_rows` reads them back."""
    return {name: getattr(citation, name) or "" for name in _TEXT_FIELDS} | {
        name: getattr(citation, name) for name in _NUMBER_FIELDS
    }


def collected_rows(library: Library, items: Sequence[Mapping[str, Any]], lang: str = "en") -> tuple[CollectedRow, ...]:
    """The result of the check for each collected citation, in order.

    :param items: stored records, each perhaps with a ``note``. A record with a ``unit_id`` alone is made into a
        citation now. Records that name no place, and those after the first :data:`MAX_COLLECTED`, are left out.
    :param lang: the language of register entries, ``en`` or ``ko``.
    """
    rows: list[CollectedRow] = []
    for item in items[:MAX_COLLECTED]:
        kept = {name: _plain_text(item.get(name), _MAX_KEPT) for name in _TEXT_FIELDS}
        numbers = {name: _whole_number(item.get(name)) for name in _NUMBER_FIELDS}
        note = _plain_text(item.get("note"), MAX_NOTE)
        if kept["unit_id"] and not kept["doc_id"] and not kept["quote"]:
            unit = next(iter(library.store.unit(kept["unit_id"])), None)
            if unit is None:
                row = _kept_row(len(rows) + 1, kept, numbers)
                gone = notice("audit unit gone", ref=row.unit_id, unit=row.path or row.unit_id)
                rows.append(CollectedRow(row, note, RowState.UNIT_GONE, gone, None))
                continue
            citation = cite_unit(library, 1, unit, lang)
            kept, numbers = _kept_fields(kept_record(citation))
        if kept["doc_id"] and kept["quote"]:
            rows.append(_collected(library, _kept_row(len(rows) + 1, kept, numbers), numbers, note))
    return tuple(rows)


def _plain_text(value: object, most: int) -> str:
    """The value if it is a string, cut to ``most`` characters, else an empty string. Halves of surrogate pairs, which
    can neither be hashed nor written, are replaced."""
    return value[:most].encode("utf-8", "replace").decode() if isinstance(value, str) else ""


def _kept_fields(record: Mapping[str, Any]) -> tuple[dict[str, str], dict[str, int]]:
    return {name: record[name] for name in _TEXT_FIELDS}, {name: record[name] for name in _NUMBER_FIELDS}


def _whole_number(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**10 else 0


def _kept_row(n: int, kept: Mapping[str, str], numbers: Mapping[str, int]) -> ListedRow:
    row = {name: kept[name] for name in _TEXT_FIELDS}
    return ListedRow(n=n, page_index=numbers["page_index"], page_end=numbers["page_end"], **row)


def _collected(library: Library, row: ListedRow, numbers: Mapping[str, int], note: str) -> CollectedRow:
    place = {
        "doc_id": row.doc_id,
        "quote": row.quote,
        "match": row.match,
        "char_start": numbers["char_start"],
        "char_end": numbers["char_end"],
    }
    citation = rebuilt_citation(library, place)
    (found,) = revalidate(library, [row])
    stands = citation is not None and (found.state in _WORDS_MAY_STAND or row.index_id == library.index_id)
    if stands and found.state is not RowState.ROW_ALTERED:
        assert citation is not None
        edition_changed = found.state in {RowState.SUPERSEDED, RowState.AMENDED}
        state, reason = (found.state, found.reason) if edition_changed else (RowState.UNCHANGED, notice(_UNCHANGED))
        return _limited_row(library, CollectedRow(row, note, state, reason, citation))
    now = with_rects(library, found.now) if found.now is not None else None
    if found.state in {RowState.UNCHANGED, RowState.SUPERSEDED, RowState.AMENDED} and now is not None:
        return _limited_row(library, CollectedRow(row, note, found.state, found.reason, _with_marks(library, now, row)))
    made = CollectedRow(row, note, found.state, found.reason, None, now, found.differences)
    return _limited_row(library, made)


def _with_marks(library: Library, now: Citation, row: ListedRow) -> Citation:
    """The citation widened by the punctuation around its words if the row's quote has it; words are compared without
    it."""
    for before, after in ((b, a) for b in range(_MARKS_AROUND) for a in range(_MARKS_AROUND)):
        try:
            found = cite(library, 1, now.doc_id, Span(max(0, now.char_start - before), now.char_end + after))
        except KBError:
            continue
        if found.quote == row.quote:
            return with_rects(library, found)
    return now


_MARKS_AROUND = 3
_UNCHANGED = "audit unchanged"
_WORDS_MAY_STAND = {RowState.UNCHANGED, RowState.SUPERSEDED, RowState.AMENDED, RowState.TEXT_CHANGED}
"""States in which a quote that is found at its stored place counts as unchanged. ``TEXT_CHANGED`` is among them because
a quote with a gap is not one stretch of the text, so that the comparison always finds differences."""


def _limited_row(library: Library, row: CollectedRow) -> CollectedRow:
    """The row with its quotes cut to the word limits of their licences."""
    citation, limit = _limit_of(library, row.citation, row.kept.n)
    now, other = _limit_of(library, row.now, row.kept.n)
    # the differences hold words of the text beyond the limit
    differences = row.differences if not other else ()
    return replace(row, citation=citation, now=now, differences=differences, limit_words=limit or other)


def _limit_of(library: Library, citation: Citation | None, n: int) -> tuple[Citation | None, int]:
    if citation is None:
        return None, 0
    edition = library.editions.get(citation.doc_id)
    most = edition.quote_limit_words if edition else None
    cut = within_limit(citation, most)
    return replace(cut, n=n), most if most and cut.quote != citation.quote else 0


def list_of_collected(library: Library, rows: Sequence[CollectedRow], lang: str) -> AnswerList:
    """The list to export, one row for each collected citation.

    A citation that is out of date has the reason instead of a quote. Notes are marked as the person's own words.
    """
    made = tuple(_answer_row(library, row, lang) for row in rows)
    return list_of_rows(library, made, BatchInput((), "", ""))


def _answer_row(library: Library, row: CollectedRow, lang: str) -> AnswerRow:
    notices = []
    if row.note:
        notices.append(message(lang, "basket note", text=" ".join(row.note.split())))
    if row.limit_words:
        notices.append(message(lang, "basket limited", n=row.limit_words))
    if row.citation is not None and row.is_stale:
        notices.append(words(row.reason, lang))
    cited = () if row.citation is None else (replace(row.citation, n=1),)
    asked = ", ".join(filter(None, (row.kept.doc_ref, row.kept.path))) if not cited else _row_title(cited[0])
    return AnswerRow(
        RowPlace(row.kept.n),
        asked,
        RowReading.REFERENCE,
        cited,
        tuple((c.quote, (1,)) for c in cited),
        "" if cited else message(lang, "basket left out", why=words(row.reason, lang)),
        notices=tuple(notices),
        index_id=library.index_id,
    )


def _row_title(citation: Citation) -> str:
    path = citation.path or citation.locator
    return path if path.startswith(citation.doc_ref) else ", ".join(filter(None, (citation.doc_ref, path)))
