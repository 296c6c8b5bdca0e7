"""Ranks the passages for a question: candidates, the trained ranker, an optional reranker, then fixed rules."""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING

import numpy as np

from kb.library.row_sets import RowSet
from kb.records import dataclass
from kb.retrieval.candidates import find_candidates, untrained_scores
from kb.retrieval.features import min_max
from kb.retrieval.rules import RECITAL, added_by_rules
from kb.types import Hit

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from kb.index.collection import Collection
    from kb.models.ranker import Ranker
    from kb.retrieval.query_vectors import EncodedQuery
    from kb.retrieval.reranking import Reading


@dataclass(frozen=True, slots=True)
class SearchSpace:
    """The rows to rank and what the ranking needs to know of them.

    ``unit`` gives the unit id of a row. ``official_rows`` maps a row of a register entry to the rows of its official
    text; ``in_language`` maps it to the row of the same entry in the preferred language. A set of texts without units
    or register has neither. ``reads`` gives the texts of rows as a reranker reads them (their full texts by default).
    ``set_back`` maps rows to a penalty on their score.
    """

    collection: Collection
    unit: Callable[[int], str | None]
    official_rows: Mapping[int, Sequence[int]] = field(default_factory=dict)
    in_language: Mapping[int, int] = field(default_factory=dict)
    reads: Callable[[Sequence[int]], Sequence[str]] | None = None
    set_back: Mapping[int, float] = field(default_factory=dict)


def rank_rows(
    space: SearchSpace,
    ranker: Ranker | None,
    query: EncodedQuery,
    rows: Sequence[int],
    limit: int,
    named: set[int] | frozenset[int] = frozenset(),
    reading: Reading | None = None,
) -> list[Hit]:
    """The ``limit`` best of ``rows``, best first; equal scores are ordered by row.

    A score is the ranker's, scaled to 0…1 over the candidates, plus what the rules add (:mod:`kb.retrieval.rules`),
    plus 1 for rows in ``named`` (units that the question names). Register entries whose official text is among ``rows``
    are searched too, and a match is a hit of the official text. An entry that matches in both languages is one hit, in
    the language of the question.
    """
    allowed = rows if isinstance(rows, RowSet) else RowSet.of(rows)
    leads = official_rows_among(space.official_rows, allowed)
    found = find_candidates(query, space.collection, ranker, allowed | RowSet.of(leads))
    if not len(found.rows):
        return []
    is_trained = ranker is not None and query.vector is not None
    scores = ranker.scores(found.features) if ranker is not None and is_trained else untrained_scores(found)
    share = np.exp(scores - scores.max())
    share /= share.sum()
    level = min_max(scores)
    read: dict[int, float] = {}
    if reading is not None:
        level, read = reading.over(level, found.rows, space.reads or space.collection.texts)
    level = level + added_by_rules(query.text, found, space.collection.texts)
    parts = {
        "bm25": found.column("words_raw").astype(float) * 50,
        "cosine": found.column("sense_raw"),
        "adapted": found.column("adapted_raw"),
        "tuned": found.column("tuned_raw"),
        "share": share,
        "heading": found.column("heading_recall"),
    }
    explained = [dict(zip(parts, map(float, values), strict=True)) for values in zip(*parts.values(), strict=True)]
    for i, given in read.items():
        explained[i]["reranker"] = given
    best: dict[int, Hit] = {}
    for i, row in enumerate(found.rows.tolist()):
        for place in leads.get(row, (row,)):
            preferred = space.in_language.get(place, place)
            target = preferred if preferred in allowed else place
            value = float(level[i]) + (target in named) - RECITAL * (":recital:" in (space.unit(target) or ""))
            value -= space.set_back.get(target, 0.0)
            way = "named" if target in named else "register" if row in leads else "ranked" if ranker else "plain"
            if target not in best or value > best[target].score:
                best[target] = Hit(target, value, way, tuple(explained[i].items()))
    return sorted(best.values(), key=lambda hit: (-hit.score, hit.row))[:limit]


def official_rows_among(official_rows: Mapping[int, Sequence[int]], rows: Sequence[int]) -> dict[int, list[int]]:
    """For each register row whose official text is among ``rows``: the rows of that text."""
    allowed = rows if isinstance(rows, RowSet) else set(rows)
    return {
        entry: texts for entry, found in official_rows.items() if (texts := [row for row in found if row in allowed])
    }
