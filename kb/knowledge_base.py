"""The knowledge base: ask, search, look up, cite and list, over the index in service under one home folder.

The command line and the app stand on it alone. Every call takes one :class:`kb.library.library.Library` and keeps to
it, so that an answer comes from one index whatever is built meanwhile; the next call takes up a newer one. What loads
numpy or a model is imported by the call that needs it: a look-up reads SQLite alone.
"""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from kb.catalog.amendments import AMENDMENTS
from kb.catalog.catalog import OVERLAY
from kb.catalog.given_names import GIVEN_NAMES
from kb.catalog.own_crosswalk import OWN
from kb.errors import KBError
from kb.index.layout import CURRENT, EXACT_UP_TO, INDEX
from kb.library.document_page import DocumentPage, document_page
from kb.library.library import Library
from kb.lookup.lookup import LookUp, UnitView, look_up, suggest, view
from kb.lookup.record import LookUpRecords, look_up_records
from kb.lookup.suggested import SuggestedUnit, suggested_units
from kb.lookup.unit_page import (
    LookedUp,
    Outline,
    UnitPage,
    UnitWords,
    look_up_page,
    outline_below,
    outline_of,
    unit_page,
    units_in_words,
)
from kb.stores.reader import StoredIndex

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from PIL.Image import Image

    from kb.audit.collected import CollectedRow
    from kb.audit.evidence import ListEvidence
    from kb.audit.listed_rows import ListedRow
    from kb.audit.own_texts import OwnTexts
    from kb.audit.question_log import QuestionLog
    from kb.audit.recorder import Recorder
    from kb.audit.registered import Impact
    from kb.audit.revalidation import RevalidatedRow
    from kb.citation_list import CitationList
    from kb.crosswalk_suggestions import EdgeSuggestion
    from kb.crosswalks import Crosswalks
    from kb.drafts.draft import Draft
    from kb.drafts.findings import DraftReport
    from kb.export.answer_lists import AnswerList
    from kb.library.contents import Contents
    from kb.lists.lists import Lists
    from kb.models.models import Models
    from kb.page_images import PageSheet, PageView, QuotePlace
    from kb.questions import Questions, SearchHits
    from kb.references.suggestions import NameSuggestion
    from kb.stores.protocol import StoreAddress
    from kb.types import Answer, Citation, Notice, SearchFilter

Stamp = tuple[tuple[int, int, int] | None, ...]

SECONDS_BEFORE_ANEW = 5.0
"""After a newer generation could not be taken up, for so long nobody tries again: look-ups do not wait for it."""


class KnowledgeBase:
    """The index in service under a home folder, and the models that answer from it. Safe to share between threads."""

    def __init__(
        self,
        home: Path,
        models: Models | Callable[[], Models] | None = None,
        store: StoreAddress | None = None,
        exact_up_to: int = EXACT_UP_TO,
    ) -> None:
        """Opens the index; see :meth:`open`."""
        self.home = home
        self._address = store
        self._exact_up_to = exact_up_to
        self._given = models
        self._models: Models | None = None
        self._lock = threading.Lock()
        self._taking_up = threading.Lock()
        self._not_before = 0.0
        self._stamp = self._read_stamp()
        self._library = self._open_library()

    @classmethod
    def open(
        cls,
        home: str | Path,
        models: Models | Callable[[], Models] | None = None,
        store: StoreAddress | None = None,
        exact_up_to: int = EXACT_UP_TO,
    ) -> Self:
        """The knowledge base under a home folder.

        ``models`` are the encoder and the other models, or a function that makes them at the first question; by default
        the encoder "e5" with the shipped weights. ``store`` is the address of the index if it is not in the files of
        the home folder. In an index of at most ``exact_up_to`` passages the nearest vectors of a question are found
        exactly; in a larger one most of them are, in a time that hardly grows.

        :raises NoIndexError: there is no index yet; says what to run.
        :raises IndexFolderError: the index is damaged.
        :raises StoreError: the store is unreachable, refuses, or its content is not as expected.
        """
        return cls(Path(home).expanduser(), models, store, exact_up_to)

    def _open_library(self) -> Library:
        if self._address is None:
            return Library.open(self.home, self._exact_up_to)
        return Library(self.home, StoredIndex.open_at(self.home, self._address))

    def close(self) -> None:
        """Closes the index. A call that is under way in another thread fails."""
        self._library.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def library(self) -> Library:
        """The library of the index in service: the same object until there is a newer index or a newly recorded
        succession.

        It is for the code of `kb` and for its measurements. A program calls the methods below, each of which takes the
        library once: a caller that combines a library with another call may mix two indexes (``tests/test_layers.py``).

        :raises IndexFolderError: there is a newer index, and it is damaged.
        """
        stamp = self._read_stamp()
        if self._address is not None:
            return self._library_from_store(stamp)
        with self._lock:
            if stamp != self._stamp:
                if not self._library.store.is_current() or stamp[1:] != self._stamp[1:]:
                    self._library = self._open_library()
                self._stamp = stamp
            return self._library

    def _library_from_store(self, stamp: Stamp) -> Library:
        """:meth:`library` where the index is in a store. The store is asked without the lock that other calls need, and
        one thread at a time takes up a newer generation; the others go on with the one that is here."""
        held = self._library
        due = time.monotonic() >= self._not_before and not held.store.is_current()
        if due and self._taking_up.acquire(blocking=False):
            try:
                if self._library is held:
                    opened = self._open_library()
                    with self._lock:
                        self._library = opened
            except KBError:  # an unreachable store, or a damaged copy: the present index stays in use
                self._not_before = time.monotonic() + SECONDS_BEFORE_ANEW
                return held
            finally:
                self._taking_up.release()
        with self._lock:
            if stamp[1:] != self._stamp[1:]:  # a second connection to the files of a store would be refused
                self._library = Library(self.home, self._library.store)
            self._stamp = stamp
            return self._library

    def _read_stamp(self) -> Stamp:
        """A value that changes when the pointer to the index, or what this home recorded of editions, changes."""
        return tuple(
            _stamp_of(self.home / name) for name in (f"{INDEX}/{CURRENT}", OVERLAY, AMENDMENTS, OWN, GIVEN_NAMES)
        )

    def models(self) -> Models:
        """The models that questions are answered with."""
        from kb.models.models import EncoderSettings, Models

        with self._lock:
            if self._models is None:
                given = self._given() if callable(self._given) else self._given
                cache = self.home / "cache" / "encoders"
                self._models = given or Models(settings=EncoderSettings(cache=cache))
            return self._models

    def _questions(self) -> Questions:
        """The library in service with the models, for one call."""
        from kb.questions import Questions

        return Questions(self.library(), self.models())

    # --- the index

    @property
    def index_id(self) -> str:
        """The id of the index in service."""
        return self.library().index_id

    def contents(self) -> Contents:
        """The contents of the index in service: documents, units and texts, counts, the choices of a filter.

        The object keeps to this index after a newer one was built; call this again to see the newer one.
        """
        from kb.library.contents import Contents

        return Contents(self.library())

    def warm(self) -> None:
        """Loads the encoder and the files that are searched, so that the first question need not.

        :raises EncoderError: the encoder is not here, or is not the one that the index was built with.
        :raises IndexFolderError: a file of the index is damaged.
        """
        self._questions().warm()

    def document_page(self, doc_id: str) -> DocumentPage | None:
        """A document of the index or the catalog as a screen shows it: whether it is loaded, the editions of its work,
        how its file was read; ``None`` if no such document is known."""
        return document_page(self.library(), doc_id)

    # --- questions

    def ask(
        self,
        question: str,
        filter: SearchFilter | None = None,
        history: Sequence[str] = (),
        limit: int = 3,
        language: str = "en",
    ) -> Answer:
        """Verbatim sentences with citations, or a refusal that says what was searched and what is nearest.

        ``history`` holds the questions asked before, oldest first; a follow-up is read against them. ``limit`` is how
        many sentences are quoted at most. Words around the quotes are in the question's language, in ``language`` where
        it shows none.

        :raises ConfigError: ``limit`` is below 1.
        """
        return self._questions().ask(question, filter, history, limit, language)

    def search(
        self,
        question: str,
        limit: int = 10,
        filter: SearchFilter | None = None,
        history: Sequence[str] = (),
    ) -> SearchHits:
        """The ``limit`` best passages, best first; a follow-up is read against the questions in ``history``.

        :raises ConfigError: ``limit`` is below 1.
        """
        return self._questions().search(question, limit, filter, history)

    def drafts(self, answer: Answer) -> Iterator[Answer]:
        """The answer as the language model's draft of it grows, the last one whole; the answer itself without a model
        (:func:`kb.answering.rephrasing.drafts`)."""
        from kb.answering.rephrasing import drafts

        return drafts(self.library(), answer, self.models().generator)

    def suggest_edges(
        self, walks: Crosswalks, unit_ids: Sequence[str], limit: int, day: str
    ) -> tuple[list[EdgeSuggestion], list[Notice]]:
        """For each unit the ``limit`` nearest units of other publications without an edge to it, and notices.

        The proposals are dated ``day`` (:func:`kb.crosswalk_suggestions.suggest_edges`).
        """
        return self._questions().suggest_edges(walks, unit_ids, limit, day)

    # --- references

    def look_up(self, reference: str, as_of: str | None = None, edition: str | None = None) -> tuple[LookUp, ...]:
        """The result for each reference in a string, exact or empty (:func:`kb.lookup.lookup.look_up`).

        :raises ConfigError: ``as_of`` is no day.
        """
        return look_up(self.library(), reference, as_of, edition)

    def look_up_records(
        self, references: Sequence[str], as_of: str | None = None, edition: str | None = None, context: bool = False
    ) -> tuple[tuple[LookUpRecords, ...], ...]:
        """The results for several strings, each unit as a record with its neighbours, its text in other editions and
        its counterparts. ``context`` adds the words of the units before and after it.

        :raises ConfigError: ``as_of`` is no day, or the person's own crosswalk file is at fault.
        """
        return look_up_records(self.library(), references, as_of, edition, context)

    def unit(self, unit_id: str) -> UnitView | None:
        """A unit by its id, or ``None``."""
        return view(self.library(), unit_id)

    def unit_page(self, unit_id: str) -> UnitPage | None:
        """A unit by its id with all that a screen shows around it: its document's tree, its neighbours, its words in
        other editions, amendments, counterparts; ``None`` where there is no such unit.

        :raises ConfigError: the person's own crosswalk file is at fault.
        """
        return unit_page(self.library(), unit_id)

    def units_in_words(self, unit_ids: Sequence[str]) -> dict[str, UnitWords]:
        """The given units that are in the index, by id, each with its name and its words."""
        return units_in_words(self.library(), unit_ids)

    def outline(self, of: str) -> Outline:
        """The parts of a unit, or the outermost units of a document, by the id of either, as rows of a tree."""
        library = self.library()
        edition = library.editions.get(of)
        return outline_of(library, edition) if edition else outline_below(library, of)

    def look_up_page(self, reference: str) -> LookedUp:
        """The results for the references in a string with all that a screen shows: the page of a unit that is found,
        and beside missing numbers the existing ones.

        :raises ConfigError: the person's own crosswalk file is at fault.
        """
        return look_up_page(self.library(), reference)

    def suggested(self, text: str, limit: int = 8) -> tuple[SuggestedUnit, ...]:
        """The units of :meth:`suggest` as rows to show: first what a look-up of the text finds, guesses last."""
        return suggested_units(self.library(), text, limit)

    def suggest(self, text: str, limit: int = 8) -> tuple[NameSuggestion, ...]:
        """Completions for a person who has typed ``text`` so far: suggestions, never answers, each with its
        ``name``."""
        return suggest(self.library(), text, limit)

    def cite(self, lines: str | Sequence[str]) -> CitationList:
        """The citation list of references and questions, one a line, or of the JSON of an answer."""
        from kb.citation_list import citation_list

        text = lines if isinstance(lines, str) else "\n".join(lines)
        return citation_list(self.library(), self.models, text)

    def lists(self) -> Lists:
        """The maker of lists: tables answered row by row, citations in every format, text for the clipboard. It keeps
        to the index that is in service now."""
        from kb.lists.lists import Lists

        return Lists(self.library(), self.models)

    # --- a person's own drafts and lists

    def _own_texts(self) -> OwnTexts:
        """The library in service, for one call about a draft or lists."""
        from kb.audit.own_texts import OwnTexts

        return OwnTexts(self.home, self.library())

    def check(self, draft: Draft, tell: Callable[[int, int], None] | None = None) -> DraftReport:
        """The findings for the references and quotations of a draft (:func:`kb.drafts.checking.check_draft`)."""
        return self._own_texts().check(draft, tell)

    def revalidate(self, rows: Sequence[ListedRow]) -> tuple[RevalidatedRow, ...]:
        """The state of the rows of an old citation list today (:func:`kb.audit.revalidation.revalidate`)."""
        return self._own_texts().revalidate(rows)

    def evidence(self, rows: Sequence[RevalidatedRow], language: str = "en") -> ListEvidence:
        """The evidence for revalidated rows: strips of pages, editions (:mod:`kb.audit.evidence`)."""
        return self._own_texts().evidence(rows, language)

    def collected(
        self, items: Sequence[Mapping[str, Any]], language: str = "en"
    ) -> tuple[tuple[CollectedRow, ...], AnswerList]:
        """The state of citations that a person collected and keeps elsewhere, and the list to export of them, with
        words around the quotes in ``language`` (:mod:`kb.audit.collected`)."""
        return self._own_texts().collected(items, language)

    def register_made(self, path: Path, kind: str, citations: Sequence[Citation], day: str) -> None:
        """Registers a ``list`` or ``draft`` with the units that it rests on, for :meth:`impact`.

        :raises OSError: the home folder cannot be written.
        """
        self._own_texts().register(path, kind, citations, day)

    def impact(self, editions: tuple[str, str] | None = None) -> tuple[tuple[Impact, ...], int]:
        """The registered lists that cite changed units, in the index or between two editions, and the number of all
        registered lists.

        :raises ConfigError: an edition is not known, or its units are not.
        """
        return self._own_texts().impact(editions)

    def recorder(self, user: str = "", via: str = "", log: QuestionLog | None = None) -> Recorder:
        """The recorder that writes to the log of the home folder, for a user of one interface ("ask", "web" …).

        ``log`` is another log than the one of the home (:func:`kb.audit.question_log.log_of_home`). Nothing is logged
        automatically: a program calls the recorder after it has an answer.
        """
        from kb.audit.recorder import recorder_of_home

        return recorder_of_home(self.home, self.index_id, user, via, log)

    # --- pages

    def page_image(self, doc_id: str, page: int, quote: str | None = None) -> tuple[Image, bool]:
        """PDF page ``page`` (from 1) of a document, and whether ``quote`` is marked on it.

        :raises ReferenceNotFound: no such document or page, or the words are not on it.
        :raises UnreadableError: not a PDF, changed since it was read, or its licence allows no page images.
        """
        from kb.page_images import page_image

        return page_image(self.library(), doc_id, page, quote)

    def page_sheet(
        self, doc_id: str, page: int | None, place: QuotePlace | None = None, language: str = "en"
    ) -> PageSheet:
        """A page for a viewer: its name, its words with their boxes, the marks of a quote, or why there is no image
        (:func:`kb.page_images.page_sheet`).

        :raises ReferenceNotFound: no such document or page.
        """
        from kb.page_images import page_sheet

        return page_sheet(self.library(), doc_id, page, place, language)

    def page_view(self, citation: Citation, language: str = "en") -> PageView:
        """The pages a citation touches as one image, its quote marked exactly or not at all, with lines that name the
        place; lines alone where the licence allows no image (:func:`kb.page_images.page_view`)."""
        from kb.page_images import page_view

        return page_view(self.library(), citation, language)


def _stamp_of(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ino, found.st_size
