"""Tells provisions on one matter apart by the question's words that only one of them has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kb.index.layout import unit_key

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kb.answering.sentence_selection import SentenceCandidate
    from kb.library.library import Library
    from kb.types import Unit

    Run = Sequence[SentenceCandidate]


MOST_BESIDE = 100
"""Parts of a unit that are read to tell which of the question's terms most of them have."""


def closest_neighbour_first(
    library: Library, runs: Sequence[list[SentenceCandidate]], terms: Mapping[str, float], least: float
) -> list[list[SentenceCandidate]]:
    """The runs of sentences; first of them one with a score of ``least`` or more whose unit is a part of the same one
    as the first one's. Of the question's terms that tell these parts apart it holds all that the first one's does, and
    others."""
    units = [_provision(library, run) for run in runs]
    first_unit = units[0] if units else None
    near = {
        n: unit
        for n, unit in enumerate(units)
        if unit is not None and _are_neighbours(unit, first_unit) and max(c.score for c in runs[n]) >= least
    }
    if not near or first_unit is None:
        return list(runs)
    apart = terms.keys() - _in_most_beside(library, first_unit, terms)
    by_first = _held(library, runs[0], first_unit, terms) & apart
    held = {n: _held(library, runs[n], unit, terms) & apart for n, unit in near.items()}
    closer = [n for n in near if held[n] > by_first]
    first = max(closer, key=lambda n: sum(terms[term] for term in held[n]), default=0)
    return [runs[first], *(run for n, run in enumerate(runs) if n != first)]


def adds_to_first(library: Library, run: Run, first: Run, terms: Mapping[str, float]) -> bool:
    """Whether a run's paragraph holds one of the question's terms that the first one's lacks, or holds the same terms
    as a part of the same article, or is the first one's; also if one of them is from no unit that can be compared."""
    beside, leading = _paragraph(library, run), _paragraph(library, first)
    if beside is None or leading is None or beside.unit_id == leading.unit_id:
        return True
    held, by_first = _held(library, run, beside, terms), _held(library, first, leading, terms)
    return not held <= by_first or (held == by_first and _are_neighbours(beside, leading))


def _held(library: Library, run: Run, unit: Unit, terms: Mapping[str, float]) -> frozenset[str]:
    """The question's terms in the sentences of a run and in the unit that they are from."""
    return _said_in(library, unit, terms).union(*(c.held for c in run))


def _said_in(library: Library, unit: Unit, terms: Mapping[str, float]) -> frozenset[str]:
    text = library.store.text(unit.doc_id)[unit.span.start : unit.span.end]
    return frozenset(terms.keys() & set(library.store.terms(text)))


def _in_most_beside(library: Library, unit: Unit, terms: Mapping[str, float]) -> frozenset[str]:
    """The question's terms that most parts of the unit around a unit have."""
    beside = library.store.children(unit.parent_id or "", unit.doc_id)[:MOST_BESIDE]
    said = [_said_in(library, each, terms) for each in beside]
    return frozenset(term for term in terms if 2 * sum(term in each for each in said) > len(said))


def _are_neighbours(one: Unit | None, other: Unit | None) -> bool:
    if one is None or other is None or one.unit_id == other.unit_id or not one.parent_id:
        return False
    return one.doc_id == other.doc_id and one.parent_id == other.parent_id


def _provision(library: Library, run: Run) -> Unit | None:
    """The unit that a run of sentences is from; ``None`` in the register, whose entries describe provisions, and where
    the numbering is unproven."""
    unit = library.store.unit_at(run[0].doc_id, run[0].span.start)
    return unit if unit is not None and unit.proven and unit.doc_id == unit.of_document else None


def _paragraph(library: Library, run: Run) -> Unit | None:
    """The unit that a run of sentences is from; if it is a point, the paragraph around it."""
    unit = _provision(library, run)
    while unit is not None:
        above = [u for u in library.store.unit(unit.parent_id or "") if u.doc_id == unit.doc_id]
        if not above or "." not in unit_key(above[0].unit_id):
            break
        unit = above[0]
    return unit
