"""Makes citations of places, units and quoted words in a library, and checks whether a citation still matches it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kb.citing.citation import CitationSource, is_supported, make_citation
from kb.citing.headings import names_of_unit, without_headings
from kb.errors import ReferenceNotFound
from kb.index.layout import CHANGED, unit_key
from kb.library.amendments import citation_amendment
from kb.text.cleaning import clean, readable
from kb.text.enumerations import opens_enumeration
from kb.text.force_frames import openings_of, statement_force
from kb.text.locators import gist_spans
from kb.text.note_marks import find_unmarked, mark_places
from kb.types import Span, notice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kb.index.layout import StoredDocument
    from kb.library.library import Library
    from kb.types import Citation, Unit

WORDS_OF_A_TITLE = 12
"""A unit whose own words are no longer than this is quoted with its parts: the words before the parts are a title."""


def cite(
    library: Library, n: int, doc_id: str, span: Span, headings: Sequence[str] = (), score: float = 0.0
) -> Citation:
    """Citation number ``n`` of a stretch of a document's text, without boxes (:func:`kb.citing.highlight.with_rects`).

    :raises ReferenceNotFound: the document is not in the index.
    """
    store = library.store
    stored = store.document(doc_id)
    if stored is None:
        raise ReferenceNotFound(notice("citation no document", document=doc_id))
    unit = store.unit_at(doc_id, span.start)
    while unit is not None and unit.span.end < span.end and unit.parent_id:
        wider = [u for u in store.unit(unit.parent_id) if u.doc_id == doc_id]
        unit = wider[0] if wider else None
    if unit is not None and any(map(str.isalnum, store.text(doc_id)[unit.span.end : span.end])):
        unit = None  # the words continue into the next outermost unit, so no single number covers them
    edition = library.editions.described_by(stored.edition, unit)
    entry = library.register.get(unit.unit_id) if unit is not None and stored.edition.register_of else None
    key = unit_key(unit.unit_id) if unit is not None and unit.proven else ""
    source = CitationSource(
        stored.edition,
        store.text(doc_id),
        store.pages(doc_id),
        edition,
        unit,
        library.editions.successor_of_unit(edition.doc_id, key)[0],
        stored.retrieved,
        store.index_id,
        entry.url if entry else "",
        citation_amendment(library, edition.doc_id, key),
        force_at(library, doc_id, span),
        _reading(stored, span),
    )
    return make_citation(n, source, span, headings, score)


def force_at(library: Library, doc_id: str, span: Span) -> str:
    """How binding a span of a document is, from its register entry or, for a point, from the words that open its
    list."""
    store = library.store
    unit = store.unit_at(doc_id, span.start)
    if unit is not None and unit.of_document != doc_id and (entry := library.register.get(unit.unit_id)) is not None:
        return entry.force
    return statement_force(store.text(doc_id), span.start, span.end, _with_those_around(library, unit)).value


def opening_words(library: Library, doc_id: str, span: Span) -> list[str]:
    """The words that open the lists which a span of a document is a point of, the nearest first."""
    unit = library.store.unit_at(doc_id, span.start)
    return openings_of(library.store.text(doc_id), span.start, _with_those_around(library, unit))


def _with_those_around(library: Library, unit: Unit | None) -> list[Unit]:
    """A unit, then its parent, and on; empty without one."""
    chain: list[Unit] = []
    while unit is not None and unit not in chain:
        chain.append(unit)
        of, parent = unit.doc_id, unit.parent_id
        unit = next((u for u in library.store.unit(parent) if u.doc_id == of), None) if parent else None
    return chain


CHANGES_ACCEPTED = "changes accepted"
"""The remark of a citation whose words are read with the tracked changes of the file accepted."""


def _reading(stored: StoredDocument, span: Span) -> tuple[str, ...]:
    """Notes on how the file was read at a place, such as OCR; empty if there is nothing to say."""
    changed = stored.report.get(CHANGED, ())
    return (CHANGES_ACCEPTED,) if any(start < span.end and span.start < end for start, end in changed) else ()


def cite_unit(library: Library, n: int, unit: Unit, lang: str = "en", score: float = 1.0) -> Citation:
    """Citation number ``n`` of a whole unit; for a register entry, of its summary in ``lang``."""
    return cite(library, n, unit.doc_id, quoted_span(library, unit, lang), (), score)


def register_gists(library: Library, unit: Unit) -> tuple[Span, ...]:
    """The spans of a register entry's summaries, one for each language; empty for a unit of an official text."""
    return gist_spans(library.store.text(unit.doc_id), unit.span) if unit.doc_id != unit.of_document else ()


def quoted_span(library: Library, unit: Unit, lang: str = "en") -> Span:
    """The span that a citation of a whole unit quotes.

    It is the unit's own text without its heading. The parts are included if the text introduces an enumeration or has
    nothing but a title before them. For a register entry it is the summary in ``lang``.
    """
    gists = register_gists(library, unit)
    if gists:
        return gists[-1] if lang == "ko" else gists[0]
    text, names = library.store.text(unit.doc_id), names_of_unit(library, unit)
    own = Span(without_headings(text, unit.own, names), unit.own.end)
    words = readable(text[own.start : own.end])
    if unit.own == unit.span or (len(words.split()) > WORDS_OF_A_TITLE and not opens_enumeration(words)):
        return own
    return Span(own.start if opens_enumeration(words) else without_headings(text, unit.span, names), unit.span.end)


def find_quote(library: Library, doc_id: str, page_index: int, quote: str) -> Citation:
    """The citation of words on a page; white space is ignored, and the first of several places is taken.

    The words may contain footnote marks that are printed on the page but were removed from the stored text.

    :raises ReferenceNotFound: there is no such document or page, or the words are not on the page.
    """
    store = library.store
    stored = store.document(doc_id)
    if stored is None:
        raise ReferenceNotFound(notice("quote no document", document=doc_id))
    pages = store.pages(doc_id)
    if not 1 <= page_index <= len(pages):
        raise ReferenceNotFound(notice("quote no page", document=doc_id, pages=len(pages), page=page_index))
    page = pages[page_index - 1]
    words, origin = clean(store.text(doc_id)[page.start : page.end])
    cut = mark_places(page)
    places = {n for n, at in enumerate(origin) if at in cut} | {len(words)}
    found = find_unmarked(words, clean(quote)[0], places if stored.media_type == "application/pdf" else None)
    if found is None:
        raise ReferenceNotFound(notice("quote not on page", document=doc_id, page=page_index))
    span = Span(page.start + origin[found[0]], page.start + origin[found[1] - 1] + 1)
    return cite(library, 1, doc_id, span, (), 1.0)


def is_at_its_place(library: Library, citation: Citation) -> bool:
    """Whether the citation's quote is at its place in the library's index."""
    if library.store.document(citation.doc_id) is None:
        return False
    return is_supported(citation, library.store.text(citation.doc_id))
