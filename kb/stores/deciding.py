"""Computes the exact best rows from the candidates that a store proposes.

A store computes in its own precision and orders ties as it likes. Therefore it is asked for more rows than are wanted;
each is scored again by the arithmetic of the embedded index, and the rows are ordered by score and then by row number.
A row that was not proposed has at most the lowest score that the store gave, plus the rounding errors of both sides
(the *slack*). If the last wanted row scores higher than that, no missing row can belong among them. Otherwise the store
is asked for more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from kb.stores.protocol import Proposals
    from kb.types import Array

MORE = 32
"""Number of rows that are requested beyond those wanted."""
TIMES = 4
"""How many times as many are asked for when those were not enough."""


def decided_rows(
    k: int, propose: Callable[[int], Proposals], scores_of: Callable[[Array], Array], slack: float
) -> list[tuple[int, float]]:
    """At most ``k`` pairs (row, score), best first, ties by row.

    :param propose: gives so many rows with the store's sums.
    :param scores_of: the scores of some rows, as this project computes them.
    :param slack: by how much a store's sum may be below the score of a row.
    """
    if k <= 0:
        return []
    n = k + MORE
    while True:
        proposed = propose(n)
        rows = np.unique(np.array([row for row, _ in proposed], np.int64))
        scores = scores_of(rows)
        order = np.lexsort((rows, -scores))[:k]
        best = [(int(rows[i]), float(scores[i])) for i in order]
        if len(proposed) < n:
            return best
        if len(best) == k and best[-1][1] > min(value for _, value in proposed) + slack:
            return best
        n *= TIMES
