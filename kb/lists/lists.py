"""Lists of one library: answered tables, cited references, answers for the clipboard.

:meth:`kb.knowledge_base.KnowledgeBase.lists` gives a :class:`Lists`, which uses one library, so that a list and
everything made from it are of one index.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING

from kb.citation_list import citation_list
from kb.export.answer_lists import RowPlace
from kb.lists.answering_rows import preview_row, row_of_answer
from kb.lists.batch import list_of_rows, rows_of_citations, run_batch
from kb.lists.copying import copied_answer, copied_citations
from kb.lists.inputs import BatchInput, RowPreview
from kb.lists.journal import journal_rows
from kb.messages import language as language_of
from kb.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from kb.citation_list import CitationList
    from kb.export.answer_lists import AnswerList, AnswerRow
    from kb.export.list_markup import Clipping
    from kb.library.library import Library
    from kb.lists.tables import InputRow
    from kb.models.models import Models
    from kb.types import Answer, Citation


@dataclass(frozen=True, slots=True)
class Lists:
    """A library, and a function that gives the models with which questions are answered."""

    library: Library
    models: Callable[[], Models]

    def answered(
        self,
        given: BatchInput,
        journal: Path | None = None,
        resume: bool = False,
        progress: Callable[[int], None] = lambda _: None,
        jobs: int = 1,
    ) -> AnswerList:
        """The rows of a table, answered in their order (:func:`kb.lists.batch.run_batch`)."""
        return run_batch(self.library, self.models, given, journal, resume, progress, jobs)

    def rows_done(self, given: BatchInput, journal: Path) -> int:
        """The number of rows that an earlier run over the same input finished and wrote to its journal."""
        return len(journal_rows(journal, given.head(self.library.index_id)) or ())

    def preview(
        self, rows: Sequence[InputRow], language: str = "en", progress: Callable[[int], None] = lambda _: None
    ) -> tuple[RowPreview, ...]:
        """How each row of a table will be read (:func:`kb.lists.answering_rows.preview_row`). Nothing is searched;
        equal rows are read once."""
        read: dict[tuple[str, str], RowPreview] = {}
        out = []
        for row in rows:
            key = row.text, row.fault
            if key not in read:
                read[key] = preview_row(self.library, row, language)
            out.append(replace(read[key], row=row))
            progress(len(out))
        return tuple(out)

    def listed(self, rows: Sequence[AnswerRow], given: BatchInput) -> AnswerList:
        """Answered rows as one list; some of them may be from an earlier run."""
        return list_of_rows(self.library, rows, given)

    def cited(self, text: str, file: str = "", language: str = "en") -> tuple[CitationList, AnswerList]:
        """The citations of references and questions, one on each line, or of the JSON of an answer; and the same as a
        list, in which a place that several lines cite has one number. ``language`` is that of what gave no citation."""
        found = citation_list(self.library, self.models, text)
        rows = rows_of_citations(found, file, self.library.index_id, language)
        digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
        return found, list_of_rows(self.library, rows, BatchInput((), file, digest))

    def of_answers(self, answers: Sequence[Answer], language: str = "en") -> AnswerList:
        """Answers of this index as a list with a row for each, for all formats of lists."""
        rows = tuple(
            row_of_answer(self.library, RowPlace(n), each, language_of(each.question, language))
            for n, each in enumerate(answers, 1)
        )
        return list_of_rows(self.library, rows, BatchInput((), "", ""))

    def copied_answer(self, answer: Answer, language: str = "en", style: str = "") -> Clipping:
        """An answer for the clipboard (:func:`kb.lists.copying.copied_answer`)."""
        return copied_answer(self.library, answer, language, style)

    def copied_citations(self, citations: Sequence[Citation], language: str = "en", style: str = "") -> Clipping:
        """Collected citations for the clipboard (:func:`kb.lists.copying.copied_citations`)."""
        return copied_citations(self.library, citations, language, style)
