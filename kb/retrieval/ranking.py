"""The order of passages for a question: candidates, trained scores, an optional reranker, and the rules after them."""

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
    """The rows that are ranked, with the unit of each, and the rows that each row of a register corresponds to.

    ``unit`` gives the unit of a row. ``official_rows`` has, for a row of a register entry, the rows of its official
    text; ``in_language`` the row of the same entry in the language that is preferred. A set of texts without units or
    register has neither. ``reads`` gives what a reranker reads of some rows; their whole texts where it is left out.
    ``set_back`` is taken from the score of some rows.
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
    """The best of some rows; scores are 0 to 1 over the candidates, with what the rules add (:mod:`kb.retrieval.rules`)
    and 1 more for rows of units that the question names.

    Register entries whose official text stands among the rows are searched as well: what they find is that text. An
    entry that is found in both languages counts once, in the language of the question.
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
        "bent": found.column("bent_raw"),
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
    """The register rows that lead to some of the rows, and to which."""
    allowed = rows if isinstance(rows, RowSet) else set(rows)
    return {
        entry: texts for entry, found in official_rows.items() if (texts := [row for row in found if row in allowed])
    }
