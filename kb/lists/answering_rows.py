"""Answers one row of a table: the units of a reference, the quotes of an answer, a choice between units, or a reason.
It never guesses."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from typing import TYPE_CHECKING

from kb.answering.answer import answer, quote_notices, talk_reason
from kb.citing.cite import cite_unit
from kb.citing.highlight import with_rects
from kb.citing.licence_limit import within_limit
from kb.errors import KBError
from kb.export.answer_lists import AnswerRow, RowPlace, RowReading
from kb.lists.inputs import RowPreview
from kb.lookup.lookup import look_up
from kb.messages import language, message, notices_in_words, page_words, words
from kb.messages.places import in_language
from kb.query.query import read_query
from kb.references.parsing import is_written_as_reference
from kb.text.safe_cells import n_controls
from kb.types import MAX_QUESTION, SearchFilter

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kb.library.library import Library
    from kb.lists.tables import InputRow
    from kb.models.models import Models
    from kb.types import Answer, Citation

_A_WORD = re.compile(r"[^\W\d_]")


def answer_row(
    library: Library,
    models: Callable[[], Models],
    row: InputRow,
    otherwise: str = "en",
    filter: SearchFilter | None = None,
) -> AnswerRow:
    """The answer to one row. An error becomes the row's reason, so that it does not stop the other rows.

    :param otherwise: language of the words around quotes if the row itself shows none.
    :param filter: the documents that may be searched; ``None`` for all.
    """
    asked = unicodedata.normalize("NFC", row.text).strip()
    lang = language(asked, otherwise)
    blank = AnswerRow(row.place, row.text, RowReading.NOT_UNDERSTOOD, index_id=library.index_id)
    if fault := row.fault or _fault_of(asked, lang):
        return replace(blank, reason=fault)
    if row.settled:
        return _settled_row(library, row, lang)
    is_reference = is_written_as_reference(asked, library.names)
    try:
        query = read_query(library, asked, filter, otherwise=otherwise)
        if is_reference and not query.is_reference:
            return _unknown_reference(library, row, asked, lang)
        found = row_of_answer(library, row.place, answer(library, models(), query), lang)
        found = replace(found, asked=row.text)
        return _with_choices(library, found, asked) if query.is_reference else found
    except KBError as error:
        return replace(blank, reading=RowReading.REFERENCE if is_reference else RowReading.QUESTION, reason=str(error))


def _fault_of(asked: str, lang: str) -> str:
    """The reason why a text cannot be asked, empty if it can: it is too long, or has no word and no number."""
    if len(asked) > MAX_QUESTION:
        return message(lang, "list row too long", n=f"{len(asked):,}", most=f"{MAX_QUESTION:,}")
    return "" if re.search(r"\w", asked) else message(lang, "list row no words")


def _with_choices(library: Library, row: AnswerRow, asked: str) -> AnswerRow:
    """The row of a reference; if it leads to no single unit, with the units that it may mean and those with similar
    names."""
    if row.is_answered:
        return replace(row, reading=RowReading.REFERENCE)
    found = look_up(library, asked)
    choices = tuple(name for item in found for _, name in item.choices)
    near = tuple(name for item in found for _, name in item.near)
    reading = RowReading.CHOICE if choices else RowReading.REFERENCE
    if not choices and not _A_WORD.search(asked):
        reading = RowReading.NOT_UNDERSTOOD  # a number alone that no document holds
    return replace(row, reading=reading, choices=choices, nearest=near)


def _settled_row(library: Library, row: InputRow, lang: str) -> AnswerRow:
    """The row of a unit that a person chose; if the unit is not here, the row has a reason."""
    unit = next(iter(library.store.unit(row.settled)), None)
    cited = () if unit is None else (_limited(library, with_rects(library, cite_unit(library, 1, unit, lang))),)
    return AnswerRow(
        row.place,
        row.text,
        RowReading.REFERENCE,
        cited,
        tuple((c.quote, (c.n,)) for c in cited),
        "" if cited else message(lang, "no such unit"),
        notices=(
            *([message(lang, "list settled", unit=cited[0].path or cited[0].doc_ref)] if cited else []),
            *(words(n, lang) for n in quote_notices(library, cited, lang)),
            *_remarks(row.text, cited, lang),
        ),
        searched=searched_words(library, library.rows.searched_documents(SearchFilter()), lang),
        index_id=library.index_id,
    )


def preview_row(library: Library, row: InputRow, otherwise: str = "en") -> RowPreview:
    """How a row will be read. Nothing is searched, so of a question nothing more is known than that it is one."""
    asked = unicodedata.normalize("NFC", row.text).strip()
    lang = language(asked, otherwise)
    if fault := row.fault or _fault_of(asked, lang):
        return RowPreview(row, RowReading.NOT_UNDERSTOOD, reason=fault)
    try:
        query = read_query(library, asked, otherwise=otherwise)
        if not query.is_reference and not is_written_as_reference(asked, library.names):
            talk = notices_in_words(talk_reason(query.talk, asked), lang) if query.talk is not None else ""
            return RowPreview(row, RowReading.NOT_UNDERSTOOD if talk else RowReading.QUESTION, reason=talk)
        found = look_up(library, asked)
    except KBError as error:
        return RowPreview(row, RowReading.REFERENCE, reason=str(error))
    means = tuple(_words_of_unit(view.citation, lang) for item in found for view in item.units)
    choices = () if means else tuple(pair for item in found for pair in item.choices)
    near = () if means or choices else tuple(pair for item in found for pair in item.near)
    reason = " ".join(dict.fromkeys(words(item.notice, lang) for item in found if item.notice))
    if means:
        return RowPreview(row, RowReading.REFERENCE, means, reason=reason)
    if choices:
        return RowPreview(row, RowReading.CHOICE, (), choices, reason)
    lost = RowReading.REFERENCE if _A_WORD.search(asked) else RowReading.NOT_UNDERSTOOD
    return RowPreview(row, lost, (), near, reason or message(lang, "no such unit"))


def _words_of_unit(citation: Citation, lang: str) -> str:
    where = in_language(lang, citation.path or citation.locator, citation.locator_type)
    return where if where.startswith(citation.doc_ref) else ", ".join(filter(None, (citation.doc_ref, where)))


def _unknown_reference(library: Library, row: InputRow, asked: str, lang: str) -> AnswerRow:
    """The row of a reference to a publication that is not known here."""
    found = look_up(library, asked)
    reasons = tuple(dict.fromkeys(words(item.notice, lang) for item in found if item.notice))
    units = [_limited(library, cite_unit(library, 1, view.unit, lang)) for item in found for view in item.units]
    cited = tuple(replace(c, n=n) for n, c in enumerate(units, 1))
    choices = tuple(name for item in found for _, name in item.choices)
    return AnswerRow(
        row.place,
        row.text,
        RowReading.CHOICE if choices and not cited else RowReading.REFERENCE,
        cited,
        tuple((c.quote, (c.n,)) for c in cited),
        "" if cited else " ".join(reasons) or message(lang, "no such unit"),
        choices,
        tuple(name for item in found for _, name in item.near),
        (*(reasons if cited else ()), *_remarks(row.text, cited, lang)),
        searched_words(library, library.rows.searched_documents(SearchFilter()), lang),
        library.index_id,
    )


def row_of_answer(library: Library, place: RowPlace, made: Answer, lang: str) -> AnswerRow:
    """An answer or a refusal as a row of a list."""
    is_talk = made.refused and any(n.kind.startswith("talk ") for n in made.reason)
    whole = {c.n: c for c in made.citations}
    cited = tuple(_limited(library, c) for c in made.citations)
    shortened = {c.n: c.quote for c in cited if c.quote != whole[c.n].quote}
    quotes = tuple(
        (next((shortened[n] for n in s.cites if n in shortened), s.text), s.cites)
        for s in made.sentences
        if s.cites and set(s.cites) <= whole.keys()
    )
    return AnswerRow(
        place,
        made.question,
        RowReading.NOT_UNDERSTOOD if is_talk else RowReading.QUESTION,
        cited,
        quotes,
        notices_in_words(made.reason, lang) if made.refused else "",
        (),
        tuple(place_in_words(c, lang) for c in made.nearest),
        (*(words(n, lang) for n in made.notices), *_remarks(made.question, cited, lang)),
        searched_words(library, made.searched, lang),
        made.index_id,
    )


def searched_words(library: Library, searched: Sequence[str], lang: str) -> tuple[str, ...]:
    """The names of the searched editions; their number instead if the whole index was searched."""
    everything = library.rows.searched_documents(SearchFilter())
    if len(searched) > 1 and tuple(searched) == everything:
        return (message(lang, "list searched all", n=len(everything)),)
    return tuple(searched)


def place_in_words(citation: Citation, lang: str) -> str:
    """The place of a citation without its quote: document, unit, page."""
    where = in_language(lang, citation.locator, citation.locator_type)
    return ", ".join(filter(None, (citation.doc_ref, where, page_words(lang, citation))))


def _remarks(asked: str, cited: Sequence[Citation], lang: str) -> list[str]:
    """A remark that control characters were replaced, with their number; an empty list if there were none."""
    n = n_controls(asked) + sum(n_controls(c.quote) for c in cited)
    return [message(lang, "list controls", n=n)] if n else []


def _limited(library: Library, citation: Citation) -> Citation:
    edition = library.editions.get(citation.doc_id)
    return within_limit(citation, edition.quote_limit_words if edition else None)
