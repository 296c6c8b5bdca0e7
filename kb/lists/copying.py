"""Writes an answer or a list with its references as text for the clipboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kb.export.answer_lists import AnswerRow, RowPlace, RowReading
from kb.export.formats import ListOptions, blocks_of
from kb.export.list_blocks import BlockOf
from kb.export.list_markup import Clipping, clipping
from kb.lists.answering_rows import row_of_answer
from kb.lists.batch import list_of_rows
from kb.lists.inputs import BatchInput
from kb.messages import language

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kb.export.answer_lists import AnswerList
    from kb.library.library import Library
    from kb.types import Answer, Citation


def copied_answer(library: Library, answer: Answer, otherwise: str = "en", style: str = "") -> Clipping:
    """An answer, or a refusal with its reason, as plain text and HTML: quotes, their numbers, the references.

    :param otherwise: language of the words around quotes if the question shows none.
    :param style: a citation style in which the works are listed at the end; empty for none.
    """
    lang = language(answer.question, otherwise)
    row = row_of_answer(library, RowPlace(1), answer, lang)
    return copied_list(list_of_rows(library, (row,), BatchInput((), "", "")), ListOptions(lang, style=style))


def copied_citations(library: Library, citations: Sequence[Citation], lang: str = "en", style: str = "") -> Clipping:
    """Citations that a person collected, as plain text and HTML, each with its quote."""
    kind = RowReading.REFERENCE
    rows = tuple(
        AnswerRow(RowPlace(n), c.path or c.doc_ref, kind, (c,), ((c.quote, (c.n,)),), index_id=c.index_id)
        for n, c in enumerate(citations, 1)
    )
    return copied_list(list_of_rows(library, rows, BatchInput((), "", "")), ListOptions(lang, style=style))


def copied_list(found: AnswerList, options: ListOptions) -> Clipping:
    """A list as plain text and HTML; of the facts of the run only the id of the index is included."""
    blocks = [b for b in blocks_of(found, options) if b.kind is not BlockOf.FACT or found.source.index_id in b.text]
    return clipping(blocks)
