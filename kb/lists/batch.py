"""Answers a table of questions and references row by row, in order; an interrupted run can be resumed."""

from __future__ import annotations

from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING

from kb.export.answer_lists import AnswerList, AnswerRow, ListSource, RowPlace, RowReading, answer_list
from kb.lists.answering_rows import answer_row
from kb.lists.journal import RowJournal, journal_rows
from kb.messages import words
from kb.release import package_version

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from kb.citation_list import CitationList
    from kb.library.library import Library
    from kb.lists.inputs import BatchInput
    from kb.lists.tables import InputRow
    from kb.models.models import Models
    from kb.types import Citation, Edition

ANSWERS_KEPT = 512
"""Number of answers that are remembered for rows that ask the same again."""


def run_batch(
    library: Library,
    models: Callable[[], Models],
    given: BatchInput,
    journal: Path | None = None,
    resume: bool = False,
    progress: Callable[[int], None] = lambda _: None,
    jobs: int = 1,
) -> AnswerList:
    """The answers to all rows as a list, from one library.

    :param journal: file to which each row is written when it is finished. The caller removes it once the list is
        written.
    :param resume: take rows of an earlier, interrupted run from the journal.
    :param progress: called with the number of finished rows.
    :param jobs: number of rows that are answered at the same time.
    """
    head = given.head(library.index_id)
    done = (journal_rows(journal, head) or {}) if journal is not None and resume else {}
    waiting = [row for row in given.rows if row.place.number not in done]
    with RowJournal(journal, head, done) if journal is not None else nullcontext() as kept:
        progress(len(done))
        for row in _answered(library, models, given, waiting, jobs):
            done[row.place.number] = row
            if kept is not None:
                kept.add(row)
            progress(len(done))
    rows = tuple(done[row.place.number] for row in given.rows)
    return list_of_rows(library, rows, given)


def _answered(
    library: Library, models: Callable[[], Models], given: BatchInput, rows: Sequence[InputRow], jobs: int
) -> Iterator[AnswerRow]:
    """The rows answered in their order; equal questions are answered once while the answer is remembered."""
    seen: OrderedDict[tuple[str, str, str], AnswerRow] = OrderedDict()

    def fresh(row: InputRow) -> AnswerRow:
        return answer_row(library, models, row, given.language, given.filter)

    with ThreadPoolExecutor(jobs) as pool:
        for start in range(0, len(rows), jobs):
            group = rows[start : start + jobs]
            found = {key: seen[key] for row in group if (key := (row.text, row.fault, row.settled)) in seen}
            new = {key: row for row in group if (key := (row.text, row.fault, row.settled)) not in found}
            for key, made in zip(
                new, pool.map(fresh, new.values()) if jobs > 1 else map(fresh, new.values()), strict=True
            ):
                found[key] = seen[key] = made
            while len(seen) > ANSWERS_KEPT:
                seen.popitem(last=False)
            for row in group:
                yield replace(found[row.text, row.fault, row.settled], place=row.place, asked=row.text)


def rows_of_citations(found: CitationList, file: str, index_id: str, lang: str) -> tuple[AnswerRow, ...]:
    """The rows of a citation list that was made from lines or from an answer; its faults are rows at the end."""
    by_line: dict[int, list[int]] = {}
    for at, asked in enumerate(found.asked):
        by_line.setdefault(asked.line, []).append(at)
    rows: list[AnswerRow] = []
    for line, own in by_line.items():
        cited = tuple(replace(found.citations[at], n=n) for n, at in enumerate(own, 1))
        quotes = tuple((c.quote, (c.n,)) for c in cited)
        place, named = RowPlace(len(rows) + 1, file, "", line), found.asked[own[0]].words or cited[0].path
        rows.append(AnswerRow(place, named, RowReading.REFERENCE, cited, quotes, index_id=index_id))
    for fault in found.faults:
        place = RowPlace(len(rows) + 1, file)
        why = words(fault, lang)
        rows.append(AnswerRow(place, why, RowReading.NOT_UNDERSTOOD, reason=why, index_id=index_id))
    return tuple(rows)


def list_of_rows(library: Library, rows: Sequence[AnswerRow], given: BatchInput) -> AnswerList:
    """The list of rows that were answered from a library, with the facts of editions that a bibliography needs."""
    refs = tuple(sorted(set(library.rows.searched_documents(given.filter))))
    source = ListSource(given.file, given.sha256, library.index_id, package_version(), refs, given.notes)

    def edition_of(citation: Citation) -> Edition | None:
        edition = library.editions.get(citation.cite_key.partition(":")[0])
        return edition or library.editions.get(citation.doc_id)

    return answer_list(rows, source, edition_of)
