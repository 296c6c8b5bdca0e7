"""The relations of the crosswalk: typed edges between provisions, their inverses, and chains of edges. Pure."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from enum import Enum
from typing import TYPE_CHECKING

from kb.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence

NOTICE = "This crosswalk is our own reading, not an official mapping of any issuer."
"""Shown wherever an edge is shown."""

LABEL = "ours, not official"
"""The same in three words, for a line or a cell."""

MACHINE = "kb crosswalk suggest"
"""The author of an edge that retrieval proposed."""

REQUIRED = (
    "source",
    "target",
    "relation",
    "status",
    "author",
    "date",
    "verified_against",
    "rationale_en",
    "rationale_ko",
)
OPTIONAL = ("reviewer", "reviewed_on", "note")
EDGE_COLUMNS = (*REQUIRED, *OPTIONAL)
"""Columns of the CSV form, in this order; also the keys of an edge in the file."""


class Relation(Enum):
    """The relation of what the *source* requires to what the *target* requires, always in this direction.

    The first four are the set-theory relations of NIST IR 8477, applied to the meaning of two provisions:

    - ``equal``: both ask the same, no more and no less on either side;
    - ``subset``: all that the source asks is part of what the target asks, which asks more;
    - ``superset``: the source asks all that the target asks, and more;
    - ``intersects``: they ask something in common, and neither contains the other.

    The fifth of IR 8477, *no relationship*, is never recorded here. ``related`` is ours and weaker than its five, each
    of which claims or denies an overlap: both sides treat one subject, so a reader of one wants to see the other, but
    whether they ask anything in common is left open.
    """

    EQUAL = "equal"
    SUBSET = "subset"
    SUPERSET = "superset"
    INTERSECTS = "intersects"
    RELATED = "related"

    @property
    def strength(self) -> int:
        """The strength of the claim: 3 equal, 2 subset and superset, 1 intersects, 0 related."""
        return _STRENGTH[self]

    @property
    def inverse(self) -> Relation:
        """The relation with source and target exchanged; its own inverse unless it is subset or superset."""
        return {Relation.SUBSET: Relation.SUPERSET, Relation.SUPERSET: Relation.SUBSET}.get(self, self)

    def then(self, following: Relation) -> Relation:
        """The relation from A to C that follows if this holds from A to B and ``following`` from B to C.

        It is never stronger than the weaker of the two, and only what set theory implies: two provisions that intersect
        a third need not have anything in common, so that case gives ``related``. Every provision requires something, so
        none is the empty set. An ``intersects`` that results can be a containment in fact.
        """
        if self is Relation.EQUAL or following is Relation.EQUAL:
            return following if self is Relation.EQUAL else self
        if self is following and self in (Relation.SUBSET, Relation.SUPERSET):
            return self
        meets = (Relation.INTERSECTS, Relation.SUPERSET)  # the overlap of the source with the middle …
        lies = (
            Relation.INTERSECTS,
            Relation.SUBSET,
        )  # … is inside the target, if the target contains the middle or the middle the source
        if self in meets and following in lies and (self, following) != (Relation.INTERSECTS, Relation.INTERSECTS):
            return Relation.INTERSECTS
        return Relation.RELATED


_STRENGTH = {
    Relation.EQUAL: 3,
    Relation.SUBSET: 2,
    Relation.SUPERSET: 2,
    Relation.INTERSECTS: 1,
    Relation.RELATED: 0,
}


class Review(Enum):
    """Whether both sides were compared.

    ``reviewed``: yes, by the author or, where one is named, by a reviewer; ``proposed``: not yet, or not possible;
    ``rejected``: a reviewer found no relationship, so the pair is kept only in order not to be proposed again.
    """

    PROPOSED = "proposed"
    REVIEWED = "reviewed"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Edge:
    """One judged pair: ``source`` and ``target`` are unit ids, ``relation`` reads the source against the target.

    ``date`` is the ISO day of the judgement; ``verified_against`` says what was compared. ``reviewer``,
    ``reviewed_on`` and ``note`` are empty unless somebody besides the author judged the pair.
    """

    source: str
    relation: Relation
    target: str
    rationale_en: str
    rationale_ko: str
    status: Review
    author: str
    date: str
    verified_against: str
    reviewer: str = ""
    reviewed_on: str = ""
    note: str = ""

    @property
    def edge_id(self) -> str:
        """The pair's id, the same from either side: ``cw-`` and ten hex digits of the hash of both unit ids."""
        pair = "\n".join(sorted((self.source, self.target)))
        return f"cw-{hashlib.sha256(pair.encode()).hexdigest()[:10]}"

    @property
    def pair(self) -> frozenset[str]:
        """Both unit ids."""
        return frozenset((self.source, self.target))

    @property
    def changed(self) -> str:
        """The ISO day on which the edge was last judged."""
        return max(self.date, self.reviewed_on)

    @property
    def is_machine_made(self) -> bool:
        """Whether the edge was proposed by retrieval alone: nobody has looked at the pair."""
        return self.author == MACHINE and self.status is Review.PROPOSED

    def inverted(self) -> Edge:
        """The same judgement read from the other side."""
        return replace(self, source=self.target, relation=self.relation.inverse, target=self.source)

    def row(self) -> tuple[str, ...]:
        """The values of :data:`EDGE_COLUMNS`."""
        values = (getattr(self, name) for name in EDGE_COLUMNS)
        return tuple(value.value if isinstance(value, Enum) else value for value in values)


def edge_from_row(row: Sequence[str]) -> Edge:
    """The edge whose :meth:`Edge.row` this is."""
    values = dict(zip(EDGE_COLUMNS, row, strict=True))
    relation, status = Relation(values.pop("relation")), Review(values.pop("status"))
    return Edge(relation=relation, status=status, **values)


def strongest_first(edge: Edge) -> tuple[int, bool, str]:
    """Sorting key: the strongest relation, then reviewed before proposed, then by target."""
    return -edge.relation.strength, edge.status is not Review.REVIEWED, edge.target


@dataclass(frozen=True, slots=True)
class Path:
    """A chain of edges from one unit to another, each edge turned to lead onward; a single edge is a path of one."""

    edges: tuple[Edge, ...]

    @property
    def relation(self) -> Relation:
        """The relation that follows from the whole chain; never stronger than :attr:`weakest`."""
        relation = Relation.EQUAL
        for edge in self.edges:
            relation = relation.then(edge.relation)
        return relation

    @property
    def weakest(self) -> Edge:
        """The edge with the weakest relation; among equals a merely proposed one, then the first."""
        return min(self.edges, key=lambda edge: (edge.relation.strength, edge.status is Review.REVIEWED))

    @property
    def status(self) -> Review:
        """The status of a single edge; a longer path is never ``reviewed``, because nobody compared its two ends."""
        return Review.PROPOSED if self.derived else self.edges[0].status

    @property
    def derived(self) -> bool:
        """Whether the relation was inferred from several edges rather than judged."""
        return len(self.edges) > 1
