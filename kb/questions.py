"""Answers and searches questions in one library, and proposes pairs of units for the crosswalk.

:class:`Questions` is made anew for each call of :class:`kb.knowledge_base.KnowledgeBase`, with the library that the
call keeps to; its import brings numpy, which a look-up does without.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, overload

from kb.answering.answer import answer
from kb.citing.source_file import source_notices
from kb.crosswalk_suggestions import EdgeSuggestion, suggest_edges
from kb.errors import ConfigError
from kb.query.query import read_query
from kb.records import dataclass
from kb.retrieval.search import search, with_citation
from kb.types import notice

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kb.crosswalks import Crosswalks
    from kb.library.library import Library
    from kb.models.models import Models
    from kb.retrieval.search import SearchHit
    from kb.types import Answer, Notice, SearchFilter


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


@dataclass(frozen=True, slots=True)
class Questions:
    """A library and the models that questions to it are answered with."""

    library: Library
    models: Models

    def warm(self) -> None:
        """Loads the encoder and the files that are searched.

        :raises EncoderError: the encoder is not here, or is not the one that the index was built with.
        :raises IndexFolderError: a file of the index is damaged.
        """
        store = self.library.store
        self.models.encoder(store.manifest["encoder"])
        _ = store.words, store.vectors

    def ask(
        self, question: str, chosen: SearchFilter | None, history: Sequence[str], limit: int, language: str
    ) -> Answer:
        """The answer to a question (:func:`kb.answering.answer.answer`), which says whose pages cannot be marked.

        :raises ConfigError: ``limit`` is below 1.
        """
        _check_limit(limit)
        query = read_query(self.library, question, chosen, history, language)
        made = answer(self.library, self.models, query, limit)
        notices = source_notices(self.library, made.citations)
        return replace(made, notices=(*made.notices, *notices)) if notices else made

    def search(self, question: str, limit: int, chosen: SearchFilter | None, history: Sequence[str]) -> SearchHits:
        """The best passages with their citations (:func:`kb.retrieval.search.search`).

        :raises ConfigError: ``limit`` is below 1.
        """
        _check_limit(limit)
        result = search(self.library, self.models, read_query(self.library, question, chosen, history), limit)
        hits = tuple(with_citation(self.library, n, hit) for n, hit in enumerate(result.hits, 1))
        return SearchHits(hits, result.notices)

    def suggest_edges(
        self, walks: Crosswalks, unit_ids: Sequence[str], limit: int, day: str
    ) -> tuple[list[EdgeSuggestion], list[Notice]]:
        """Proposals for the crosswalk (:func:`kb.crosswalk_suggestions.suggest_edges`)."""
        return suggest_edges(walks, self.library, self.models, unit_ids, limit, day)


def _check_limit(limit: int) -> None:
    if limit < 1:
        raise ConfigError(notice("limit too low", limit=limit))
