"""Makes a citation from a place in a document's text, and checks that a citation's quote is the text at its locator.

Output formats are in :mod:`kb.export`.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from kb.index.layout import unit_key
from kb.records import dataclass
from kb.text.cleaning import readable
from kb.text.force import force_of
from kb.text.hangul import count_hangul
from kb.text.locators import locator_of
from kb.types import Citation, Edition, Locator, Match, Page, PageKind, Span, Unit

if TYPE_CHECKING:
    from collections.abc import Sequence

ELLIPSIS = " …"


def quote_hash(quote: str) -> str:
    """SHA-256 of a quote in UTF-8, hex."""
    return hashlib.sha256(quote.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class CitationSource:
    """The facts for a citation besides its place: the document, the edition, and the unit around the place.

    ``document`` contains the quoted words and ``edition`` is the publication they are about. The two differ only for
    the register, which describes other publications in its own words. ``superseded_by`` names the units or editions
    that replaced this one. ``url`` is the register's link and is preferred to the edition's. ``amendment`` describes
    how the unit was amended; ``force`` is the force of the words if it does not follow from the words themselves;
    ``reading`` has notes on how the file was read at the place (OCR, for instance).
    """

    document: Edition
    text: str
    pages: Sequence[Page]
    edition: Edition
    unit: Unit | None = None
    superseded_by: tuple[str, ...] = ()
    retrieved: str = ""
    index_id: str = ""
    url: str = ""
    amendment: str = ""
    force: str = ""
    reading: tuple[str, ...] = ()


def make_citation(
    n: int, source: CitationSource, span: Span, headings: Sequence[str] = (), score: float = 0.0
) -> Citation:
    """Citation number ``n`` of the words ``source.text[span]``, without boxes (:mod:`kb.citing.highlight` adds
    them)."""
    words = source.text[span.start : span.end]
    quote = readable(words)
    document, edition, unit = source.document, source.edition, source.unit
    where = locator_of(document.doc_id, span, source.pages, unit, headings)
    from_register = bool(document.register_of)
    return Citation(
        n=n,
        cite_key=cite_key(edition, unit if unit is not None and unit.proven else None, where),
        unit_id=where.unit_id,
        doc_id=document.doc_id,
        doc_ref=edition.ref,
        title=edition.title,
        publisher=edition.publisher,
        edition=edition.edition,
        issued=edition.issued,
        status=edition.status.value,
        superseded_by=source.superseded_by,
        locator_type=where.locator_type,
        locator=where.locator,
        path=where.path,
        page_label=where.page_label,
        page_index=where.page_index,
        page_end=where.page_end,
        quote=quote,
        quote_sha256=quote_hash(quote),
        char_start=span.start,
        char_end=span.end,
        rects=(),
        force=source.force or force_of(quote).value,
        match=Match.REGISTER.value if from_register else Match.VERBATIM.value,
        score=round(score, 4),
        language=document.language if not from_register else language_tag(quote, document.language),
        licence=document.licence,
        url=source.url or edition.landing_url,
        retrieved=source.retrieved,
        index_id=source.index_id,
        verified=edition.verified and (unit.verified if unit is not None else True),
        amendment=source.amendment,
        page_kind=where.page_kind.value,
        reading=source.reading,
    )


def language_tag(quote: str, default: str) -> str:
    """The language code of a quote: "ko" if most of its letters are Hangul, else ``default``."""
    hangul = count_hangul(quote)
    return "ko" if hangul * 3 > len(quote) else default


def cite_key(edition: Edition, unit: Unit | None, where: Locator) -> str:
    """A short stable key of a cited place: the edition's id with the unit's key, or else with a page or a sheet's
    row."""
    if unit is not None:
        return f"{edition.doc_id}:{unit_key(unit.unit_id)}"
    if where.page_kind is PageKind.ROW and where.page_label:
        return f"{edition.doc_id}:{where.page_label}"
    return f"{edition.doc_id}:p{where.page_index}"


def is_supported(citation: Citation, text: str) -> bool:
    """Whether the document text at the citation's locator equals its quote (or begins with it, if it is shortened)."""
    there = readable(text[citation.char_start : citation.char_end])
    if citation.quote_sha256 != quote_hash(citation.quote):
        return False
    if citation.match == Match.ELIDED.value:
        return citation.quote.endswith(ELLIPSIS) and there.startswith(citation.quote.removesuffix(ELLIPSIS))
    return there == citation.quote


_MARKER = re.compile(r"\[(\d{1,4})\]")


def unresolved_markers(text: str, citations: Sequence[Citation]) -> tuple[int, ...]:
    """The numbers of markers "[n]" in a text for which there is no citation."""
    known = {c.n for c in citations}
    return tuple(int(m) for m in _MARKER.findall(text) if int(m) not in known)
