"""The knowledge base: ask, search, look up and cite, over the index in service under one home folder.

Every call takes one :class:`kb.library.library.Library` and keeps to it, so that an answer comes from one index
whatever is built meanwhile; the next call takes up a newer one. What loads numpy or a model is imported by the call
that needs it: a look-up reads SQLite alone.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self, overload

from kb.catalog.amendments import AMENDMENTS
from kb.catalog.catalog import OVERLAY
from kb.catalog.given_names import GIVEN_NAMES
from kb.catalog.own_crosswalk import OWN
from kb.errors import ConfigError
from kb.index.layout import CURRENT, INDEX
from kb.library.library import Library
from kb.lookup.lookup import LookUp, UnitView, look_up, suggest, view

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from PIL.Image import Image

    from kb.citation_list import CitationList
    from kb.drafts.draft import Draft
    from kb.drafts.findings import DraftReport
    from kb.models.models import Models
    from kb.query.query import Query
    from kb.references.suggestions import NameSuggestion
    from kb.retrieval.search import SearchHit
    from kb.types import Answer, Citation, Notice, SearchFilter

Stamp = tuple[tuple[int, int, int] | None, ...]


@dataclass(frozen=True, slots=True)
class SearchHits:
    """Passages that were found, best first, with what there is to say of the search."""

    hits: tuple[SearchHit, ...]
    notices: tuple[Notice, ...] = ()

    def __len__(self) -> int:
        return len(self.hits)

    def __iter__(self) -> Iterator[SearchHit]:
        return iter(self.hits)

    @overload
    def __getitem__(self, at: int) -> SearchHit: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[SearchHit, ...]: ...
    def __getitem__(self, at: int | slice) -> SearchHit | tuple[SearchHit, ...]:
        return self.hits[at]


class KnowledgeBase:
    """The index in service under a home folder, and the models that answer from it. Safe to share between threads."""

    def __init__(self, home: Path, models: Models | Callable[[], Models] | None = None) -> None:
        """Opens the index; see :meth:`open`."""
        self.home = home
        self._given = models
        self._models: Models | None = None
        self._lock = threading.Lock()
        self._stamp = self._read_stamp()
        self._library = Library.open(home)

    @classmethod
    def open(cls, home: str | Path, models: Models | Callable[[], Models] | None = None) -> Self:
        """The knowledge base under a home folder.

        ``models`` are the encoder and its company, or what makes them at the first question; the encoder "e5" with the
        shipped weights where they are left out.

        :raises NoIndexError: there is no index yet; says what to run.
        :raises IndexFolderError: the index is damaged.
        """
        return cls(Path(home).expanduser(), models)

    def close(self) -> None:
        """Closes the index. A call that is under way in another thread fails."""
        self._library.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def library(self) -> Library:
        """The library of the index in service: the same object until a newer index, or succession, is there.

        :raises IndexFolderError: a newer index is there, and is damaged.
        """
        stamp = self._read_stamp()
        with self._lock:
            if stamp != self._stamp:
                if not self._library.store.is_current() or stamp[1:] != self._stamp[1:]:
                    self._library = Library.open(self.home)
                self._stamp = stamp
            return self._library

    def _read_stamp(self) -> Stamp:
        """What tells that the pointer to the index, or what this home recorded of editions, has changed."""
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
        from kb.answering.answer import answer

        _check_limit(limit)
        library = self.library()
        return answer(library, self.models(), _query(library, question, filter, history, language), limit)

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
        from kb.retrieval.search import search, with_citation

        _check_limit(limit)
        library = self.library()
        result = search(library, self.models(), _query(library, question, filter, history), limit)
        hits = tuple(with_citation(library, n, hit) for n, hit in enumerate(result.hits, 1))
        return SearchHits(hits, result.notices)

    def drafts(self, answer: Answer) -> Iterator[Answer]:
        """The answer as the language model's draft of it grows, the last one whole; the answer itself without a model
        (:func:`kb.answering.rephrasing.drafts`)."""
        from kb.answering.rephrasing import drafts

        return drafts(self.library(), answer, self.models().generator)

    # --- references

    def look_up(self, reference: str, as_of: str | None = None, edition: str | None = None) -> tuple[LookUp, ...]:
        """What each reference of a string leads to, exact or empty (:func:`kb.lookup.lookup.look_up`).

        :raises ConfigError: ``as_of`` is no day.
        """
        return look_up(self.library(), reference, as_of, edition)

    def unit(self, unit_id: str) -> UnitView | None:
        """A unit by its id, or ``None``."""
        return view(self.library(), unit_id)

    def suggest(self, text: str, limit: int = 8) -> tuple[NameSuggestion, ...]:
        """What a person who has typed ``text`` so far may mean: suggestions, never answers."""
        return suggest(self.library(), text, limit)

    def cite(self, lines: str | Sequence[str]) -> CitationList:
        """The citation list of references and questions, one a line, or of the JSON of an answer."""
        from kb.citation_list import citation_list

        text = lines if isinstance(lines, str) else "\n".join(lines)
        return citation_list(self.library(), self.models, text)

    def check(self, draft: Draft, tell: Callable[[int, int], None] | None = None) -> DraftReport:
        """What is found of the references and quotations of a draft (:func:`kb.drafts.checking.check_draft`)."""
        from kb.drafts.checking import check_draft

        return check_draft(self.library(), draft, tell)

    # --- pages

    def page_image(self, doc_id: str, page: int, quote: str | None = None) -> tuple[Image, bool]:
        """PDF page ``page`` (from 1) of a document, and whether ``quote`` is marked on it.

        :raises ReferenceNotFound: no such document or page, or the words are not on it.
        :raises UnreadableError: not a PDF, changed since it was read, or its licence allows no page images.
        """
        from kb.page_images import page_image

        return page_image(self.library(), doc_id, page, quote)

    def with_boxes(self, citation: Citation) -> Citation:
        """The citation with the boxes of its quote on its pages, all of them or none."""
        from kb.citing.highlight import with_rects

        return with_rects(self.library(), citation)


def _query(
    library: Library, question: str, filter: SearchFilter | None, history: Sequence[str], language: str = "en"
) -> Query:
    """The question as it is read with a library."""
    from kb.query.query import read_query

    return read_query(library, question, filter, history, language)


def _stamp_of(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ino, found.st_size


def _check_limit(limit: int) -> None:
    if limit < 1:
        raise ConfigError(f"limit is {limit}; it must be 1 or more")
