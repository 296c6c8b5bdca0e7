"""Frozen records that travel between the stages, and the protocols the stages ask for.

No I/O and no formatting. Pages are counted from 1. Character offsets are half-open, in code points of the *document
text* (the raw page texts joined by one form feed). Identity is the place, never the text: two equal clauses are two
passages.
"""

from __future__ import annotations

from dataclasses import replace
from enum import Enum
from typing import TYPE_CHECKING, Any

from kb.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    FloatArray = NDArray[np.float32]
    Array = NDArray[Any]

PAGE_BREAK = "\f"
"""The separator of two page texts in the document text."""

PARAGRAPH_END = "\u2029"
"""The character that ends a paragraph, a list item or a table row in the text of a file that marks their ends (not a
PDF)."""

CELL_END = " | "
"""The separator of two cells of a table row that is one paragraph."""

SOFT_HYPHEN = "\x02"
"""How raw text marks a hyphen that only breaks a word at a line end (pdfium's own mark). No stored text holds it."""

DISCRETIONARY_HYPHEN = "\u00ad"
"""The mark in a document's text where a word goes on over the end of a page; it is never shown."""

RAISED_FIGURES = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
"""Figures as raised characters, for :meth:`str.translate`."""

UNKNOWN_PUBLISHER = "unknown publisher"
"""The publisher of a document that does not say who issued it."""

FILE_EDITION = "file of SHA-256 "
"""How the edition of a document that names none begins; eight figures of the checksum of its file follow."""

MAX_QUESTION = 2_000
"""Characters of a question that are read."""


class PageKind(str, Enum):
    """The kind of a page, which decides how a place on it is named.

    ``PDF``: a physical page. ``BREAKS``: a page counted by the breaks that are written in a file of flowing text.
    ``FLOW``: the whole of a file without pages. ``SLIDE``: a slide. ``ROW``: a row of a sheet, whose label is the
    sheet's name and the row's number with "!" between them.
    """

    PDF = "pdf"
    BREAKS = "breaks"
    FLOW = "flow"
    SLIDE = "slide"
    ROW = "row"


class Status(str, Enum):
    """The stage of an edition's life."""

    DRAFT = "draft"
    CURRENT = "current"
    AMENDED = "amended"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"
    UNKNOWN = "unknown"


class Force(str, Enum):
    """How binding the words of a sentence are, in the field's terms."""

    SHALL = "shall"
    WILL = "will"
    SHOULD = "should"
    RECOMMENDS = "recommends"
    MAY = "may"
    CAN = "can"
    INFORMATIVE = "informative"


class Match(str, Enum):
    """How a quote relates to the text at its locator."""

    VERBATIM = "verbatim"
    ELIDED = "elided"
    REGISTER = "register"


class BlockKind(str, Enum):
    """The kind of a run of lines on one page."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    LIST_ITEM = "list_item"
    CONTENTS = "contents"
    FURNITURE = "furniture"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """Characters ``[start, end)`` of the document text."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(f"not a span: [{self.start}, {self.end})")


@dataclass(frozen=True, slots=True)
class KnownFile:
    """A file of an edition whose bytes are known: its SHA-256 and where that was recorded."""

    sha256: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition of one publication: an entry of the catalog.

    ``verified`` is false if the facts come from general knowledge; otherwise ``verified_against`` names the source.
    ``mistaken_for`` holds the ids of editions under whose name this one circulates. ``effective`` is the day it took
    effect, if that is not the day of issue. An *amended* edition is in force, but its text does not contain the changes
    that ``amended_by`` made on ``amended_on``; ``consolidation_of`` is the edition that this text shows with its
    amendments. ``checked`` is the day on which the facts of the entry were last compared with their sources. ``number``
    is the publication's number, ``kind`` one of the kinds of :mod:`kb.catalog.kinds`; both are empty if they are not
    known. ``known_from`` gives for a person's document the place where each fact was read.
    """

    doc_id: str
    urn: str
    ref: str
    title: str
    publisher: str
    edition: str
    issued: str
    status: Status
    language: str
    licence: str
    quote_limit_words: int | None
    redistribute: str
    landing_url: str
    scheme: str
    verified: bool
    supersedes: str | None = None
    superseded_by: str | None = None
    amended_by: str | None = None
    amended_on: str | None = None
    effective: str | None = None
    rendition_of: str | None = None
    consolidation_of: str | None = None
    checked: str | None = None
    register_of: tuple[str, ...] = ()
    file_url: str | None = None
    files: tuple[KnownFile, ...] = ()
    recognise: tuple[str, ...] = ()
    reject: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    mistaken_for: tuple[str, ...] = ()
    expected: tuple[tuple[str, int], ...] = ()
    verified_against: str = ""
    note: str = ""
    is_register: bool = False
    in_catalog: bool = True
    number: str = ""
    kind: str = ""
    known_from: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """One physical page: its place in the document text and its printed label.

    ``index`` counts from 1. ``label`` is for display, may repeat, and is ``None`` if nothing is printed;
    ``label_source`` is the place where it was read: ``pdf``, ``printed`` or ``none``, and for other files than PDF the
    :class:`PageKind`. The page's part of the document text is the body: running headers, footers and licence watermarks
    are cut. ``segments`` maps it back exactly: in ``(offset, raw_offset, length)``, the ``length`` characters at
    ``offset`` of this page's text are those at ``raw_offset`` of the text that pdfium gives for the page.
    """

    index: int
    start: int
    end: int
    label: str | None = None
    label_source: str = "none"
    ocr: bool = False
    segments: tuple[tuple[int, int, int], ...] = ()

    @property
    def kind(self) -> PageKind:
        """The kind of the page."""
        return _PAGE_KINDS.get(self.label_source, PageKind.PDF)


_PAGE_KINDS = {kind.value: kind for kind in PageKind}


@dataclass(frozen=True, slots=True)
class Block:
    """Consecutive lines of one page that belong together; its text is the document text at ``span``."""

    kind: BlockKind
    span: Span
    page: int
    level: int = 0


@dataclass(frozen=True, slots=True)
class Unit:
    """A numbered part that people cite, with its parent and its text.

    ``number`` is the number after the kind ("1.3", "14", "III"); ``path`` is how a person writes the whole locator
    ("Article 14(2)(a)"). ``span`` covers the unit with its children; ``own`` is the part before the first child.
    ``of_document`` names the edition the unit belongs to, which differs from ``doc_id`` only in the register.
    """

    unit_id: str
    doc_id: str
    of_document: str
    kind: str
    number: str
    path: str
    title: str
    span: Span
    own: Span
    page_start: int
    page_end: int
    parent_id: str | None = None
    order: int = 0
    verified: bool = True
    proven: bool = True


@dataclass(frozen=True, slots=True)
class Passage:
    """The unit of search: a slice of the document text, and the cleaned text that is embedded and indexed.

    ``text`` equals the document text at ``span``, character for character. ``search_text`` is clean and has the heading
    path in front; it is never quoted. ``forces`` are those of its sentences (:class:`Force` values, strongest first).
    """

    doc_id: str
    span: Span
    text: str
    search_text: str
    headings: tuple[str, ...]
    unit_id: str | None
    page_start: int
    page_end: int
    forces: tuple[str, ...] = ()

    @property
    def passage_id(self) -> str:
        """``doc_id@start-end``, the place itself."""
        return f"{self.doc_id}@{self.span.start}-{self.span.end}"


@dataclass(frozen=True, slots=True)
class Document:
    """A file as read: the edition it is, its text, pages, blocks' units and passages."""

    edition: Edition
    sha256: str
    source: str
    media_type: str
    text: str
    pages: tuple[Page, ...]
    units: tuple[Unit, ...]
    passages: tuple[Passage, ...]
    notes: tuple[Notice, ...] = ()


@dataclass(frozen=True, slots=True)
class Locator:
    """A place: document, unit path or heading, pages, characters."""

    doc_id: str
    span: Span
    page_index: int
    page_end: int
    page_label: str | None
    locator_type: str
    locator: str
    path: str
    unit_id: str | None = None
    page_kind: PageKind = PageKind.PDF


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found. Higher scores are better; ``retriever`` names the retriever and the parts of the score.
    ``unit_id`` is the main unit of the passage, if there is one: it is quoted whole."""

    row: int
    score: float
    retriever: str
    parts: tuple[tuple[str, float], ...] = ()
    unit_id: str = ""


@dataclass(frozen=True, slots=True)
class Citation:
    """One citation, in the form of the API, the log and every export.

    ``quote`` is the readable form of the document text at ``char_start:char_end`` (line ends folded to blanks, line-end
    hyphens closed); ``quote_sha256`` is of ``quote`` in UTF-8. ``rects`` are ``(page, x0, y0, x1, y1)`` with
    coordinates in page fractions, origin at the top left; empty if no exact highlight is known. ``superseded_by`` holds
    the successors of the unit or its edition, as they are written; empty if there are none. ``amendment`` describes for
    a unit of an amended edition what was changed, from which day, and where its content is now. ``page_kind`` is the
    :class:`PageKind` of its pages. ``sentence`` is the part of the quote, in its words, that was found to answer, where
    the quote goes on around it; empty where the quote is that itself. ``reading`` has remarks on how the file was read
    at the place, such as ``changes accepted`` for tracked changes; the messages word them.
    """

    n: int
    cite_key: str
    unit_id: str | None
    doc_id: str
    doc_ref: str
    title: str
    publisher: str
    edition: str
    issued: str
    status: str
    superseded_by: tuple[str, ...]
    locator_type: str
    locator: str
    path: str
    page_label: str | None
    page_index: int
    page_end: int
    quote: str
    quote_sha256: str
    char_start: int
    char_end: int
    rects: tuple[tuple[int, float, float, float, float], ...]
    force: str
    match: str
    score: float
    language: str
    licence: str
    url: str
    retrieved: str
    index_id: str
    verified: bool = True
    amendment: str = ""
    page_kind: str = PageKind.PDF.value
    reading: tuple[str, ...] = ()
    sentence: str = ""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of an answer and the numbers of the citations that support it.

    ``kind`` is ``verbatim`` for the documents' own words, ``rephrased`` for a model's words found in the quotes cited,
    ``translated`` for a model's words in another language than the quotes, which cannot be compared word by word.
    """

    text: str
    cites: tuple[int, ...]
    kind: str = "verbatim"


@dataclass(frozen=True, slots=True)
class Withheld:
    """A sentence that a model wrote and the gate did not let through, and why."""

    text: str
    why: str


@dataclass(frozen=True, slots=True)
class Bilingual:
    """Words that a table of the corpus gives in English and in Korean, as the value of a notice."""

    en: str
    ko: str


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that a reader must know, as data: a message of the table and the values in it.

    A value is a string, a number, a :class:`Bilingual`, a notice inside the notice, or several of these (a list in
    words). It is worded in a language where it is shown (:func:`kb.messages.words`); nothing is read back from the
    words.
    """

    kind: str
    values: tuple[tuple[str, Any], ...] = ()

    def get(self, name: str) -> Any:
        """A value by its name, ``None`` where the notice has none of it."""
        return dict(self.values).get(name)


def notice(kind: str, /, **values: Any) -> Notice:
    """A notice of a kind with its values, in the order given."""
    return Notice(kind, tuple(values.items()))


def notice_to_json(value: Any) -> Any:
    """A notice, or a value of one, as plain data; :func:`notice_from_json` reads it."""
    if isinstance(value, Notice):
        return {"kind": value.kind, "values": {name: notice_to_json(each) for name, each in value.values}}
    if isinstance(value, Bilingual):
        return {"en": value.en, "ko": value.ko}
    return [notice_to_json(each) for each in value] if isinstance(value, tuple) else value


def notice_from_json(data: Any) -> Notice:
    """The notice that plain data describes. A string, which older indexes have instead, is a notice of that text."""
    found = _value_from_json(data)
    return found if isinstance(found, Notice) else notice("note text", text=str(found))


def _value_from_json(data: Any) -> Any:
    if isinstance(data, dict) and "kind" in data:
        values = data["values"]
        return Notice(data["kind"], tuple((name, _value_from_json(each)) for name, each in values.items()))
    if isinstance(data, dict):
        return Bilingual(data["en"], data["ko"])
    return tuple(map(_value_from_json, data)) if isinstance(data, list) else data


@dataclass(frozen=True, slots=True)
class Enumeration:
    """The list in a citation's quote: its introducing words and its points in order, in readable form. ``n`` is the
    citation's number, ``total`` the number of points in the text; ``points`` are those that the quote shows."""

    n: int
    opening: str
    points: tuple[str, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Answer:
    """Sentences with citations, or a refusal: then ``sentences`` is empty and ``reason`` gives the reason.

    ``nearest`` holds the closest places found; they are pointers, never support. ``searched`` names the editions that
    were searched. ``reason`` and ``notices`` are data, worded where they are shown. ``notices`` are for the reader:
    superseded editions, register text, missing encoders. ``draft`` is the rephrasing by a language model, if one is
    used; ``withheld`` are its sentences that are not shown. ``also_relevant`` are further places near the question,
    distinct from the cited ones and numbered after them, each with one sentence as its quote; they are pointers beside
    the answer. ``enumerations`` are the citations whose quote is a list. ``kind`` is the kind of question, "" for a
    reference.
    """

    question: str
    refused: bool
    sentences: tuple[Sentence, ...]
    citations: tuple[Citation, ...]
    reason: tuple[Notice, ...] = ()
    nearest: tuple[Citation, ...] = ()
    searched: tuple[str, ...] = ()
    notices: tuple[Notice, ...] = ()
    index_id: str = ""
    draft: tuple[Sentence, ...] = ()
    withheld: tuple[Withheld, ...] = ()
    also_relevant: tuple[Citation, ...] = ()
    enumerations: tuple[Enumeration, ...] = ()
    kind: str = ""

    def citing(self, citations: Sequence[Citation], notices: Iterable[Notice]) -> Answer:
        """The answer that quotes these places, a sentence each, to the same question and of the same index."""
        return replace(
            self,
            refused=False,
            sentences=tuple(Sentence(each.quote, (each.n,)) for each in citations),
            citations=tuple(citations),
            notices=tuple(notices),
        )


@dataclass(frozen=True, slots=True)
class SearchFilter:
    """The limits of a search; an empty tuple means everything. ``as_of`` is a day, ``YYYY-MM-DD``: only editions in
    force on it are searched (:func:`kb.catalog.editions.as_of`)."""

    doc_ids: tuple[str, ...] = ()
    publishers: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    forces: tuple[str, ...] = ()
    include_register: bool = True
    as_of: str | None = None


@dataclass(frozen=True, slots=True)
class EncoderInfo:
    """The encoder that made the vectors: name, SHA-256 of its weights, width, and the words it puts before texts."""

    name: str
    fingerprint: str
    dimension: int
    max_tokens: int
    query_prompt: str = ""
    passage_prompt: str = ""


Tuning = dict[str, "tuple[FloatArray, FloatArray]"]
"""Low-rank additions to an encoder's dense layers: by a layer's name ``(d_in, r)`` and ``(r, d_out)``; a layer's output
gets its input by both added. Learned from questions, for questions: passages keep the encoder's own vectors."""


@dataclass(frozen=True, slots=True)
class RegisterEntry:
    """Our own description of one provision; never a quotation.

    ``key`` is the unit's tail within its edition ("para:37", "principle:1.3.iv"). ``of_document`` is the ``doc_id`` of
    the edition described, ``register`` that of the register edition the entry is compiled into. Both gists are empty
    where only the provision's place is known. ``moved_from`` is its key in an earlier edition.
    """

    key: str
    of_document: str
    register: str
    kind: str
    number: str
    path: str
    title: str
    gist_en: str
    gist_ko: str
    force: str
    addressee: str
    verified: bool
    verified_against: str
    url: str
    title_ko: str = ""
    parent: str | None = None
    topics: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    moved_from: str | None = None
    aliases: tuple[str, ...] = ()
    file: str = ""
    line: int = 0
