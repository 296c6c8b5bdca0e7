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


def closest_neighbour_first(
    library: Library, runs: Sequence[list[SentenceCandidate]], terms: Mapping[str, float], least: float
) -> list[list[SentenceCandidate]]:
    """The runs of sentences; first of them one with a score of ``least`` or more whose unit is a part of the same one
    as the first one's. Of the question's terms that tell these parts apart it holds all that the first one's does, and
    others."""
    units = [_provision(library, run) for run in runs]
    near = [
        n for n, run in enumerate(runs) if max(c.score for c in run) >= least and _are_neighbours(units[n], units[0])
    ]
    if not near or units[0] is None:
        return list(runs)
    apart = terms.keys() - _in_most_beside(library, units[0], terms)
    held = {n: _held(library, runs[n], units[n], terms) & apart for n in (0, *near)}
    closer = [n for n in near if held[n] > held[0]]
    first = max(closer, key=lambda n: sum(terms[term] for term in held[n]), default=0)
    return [runs[first], *(run for n, run in enumerate(runs) if n != first)]


def adds_to_first(library: Library, run: Run, first: Run, terms: Mapping[str, float]) -> bool:
    """Whether a run's paragraph holds one of the question's terms that the first one's lacks, or holds the same terms
    as a part of the same article, or is the first one's."""
    beside, leading = _paragraph(library, run), _paragraph(library, first)
    if beside is not None and leading is not None and beside.unit_id == leading.unit_id:
        return True
    held, by_first = _held(library, run, beside, terms), _held(library, first, leading, terms)
    return not held <= by_first or (held == by_first and _are_neighbours(beside, leading))


def _held(library: Library, run: Run, unit: Unit | None, terms: Mapping[str, float]) -> frozenset[str]:
    """The question's terms in the sentences of a run and in the unit that they are from."""
    held = frozenset[str]().union(*(c.held for c in run))
    return held | _said_in(library, unit, terms) if unit is not None else held


def _said_in(library: Library, unit: Unit, terms: Mapping[str, float]) -> frozenset[str]:
    text = library.store.text(unit.doc_id)[unit.span.start : unit.span.end]
    return frozenset(terms.keys() & set(library.store.terms(text)))


def _in_most_beside(library: Library, unit: Unit, terms: Mapping[str, float]) -> frozenset[str]:
    """The question's terms that most parts of the unit around a unit have."""
    said = [_said_in(library, each, terms) for each in library.store.children(unit.parent_id or "", unit.doc_id)]
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
