"""What a search brings up for a question: passages, their sentences weighed, and the measures that tell whether they
carry an answer (:mod:`kb.answering.answerability`)."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from app.finding import HEADED, comparison_sides, search_rows
from kb.answering.answerability import FeatureSet, Find, answerability_features, answered_by_catalog, is_answerable
from kb.answering.sentence_selection import SIDE_NEAR, Candidate, sentence_candidates
from kb.messages import language, message
from kb.references.names import foreign_in
from kb.references.parsing import read
from kb.references.resolving import ResolutionOutcome, resolve
from kb.text.force import force_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from app.service import Service
    from kb.retrieval.query_vectors import EncodedQuery
    from kb.types import Hit, Passage, SearchFilter

PASSAGES_READ = 8
"""Passages whose sentences are weighed for an answer."""
SIDE_PASSAGES = 3
"""Passages found of each side of a comparison at least."""
FAR = 0.84
"""Cosine of the trained encoder under which the best of a side may be nothing on the matter."""
FAR_BEHIND, FAR_BEHIND_STRANGE = 0.05, 0.1
"""How far the best side must be ahead for that; and of a side in another language than the question's."""


@dataclass(frozen=True, slots=True)
class FoundPassage:
    """A passage that was found and read; only what an answer shows of it is cited."""

    hit: Hit
    passage: Passage


@dataclass(frozen=True, slots=True)
class Evidence:
    """Passages, best first; their sentences, best first; the measures of both, and what a decision may go by.

    ``sides``: of a question that names several, the passages of each that has something on the matter, by their place
    in ``found``; ``silent``: of the others, in words; ``carried``: whether an answer is carried whatever the
    measures say, by one side alone or by a unit that is named.
    """

    found: tuple[FoundPassage, ...]
    sentences: tuple[Candidate, ...]
    measures: dict[str, float]
    basis: FeatureSet
    notices: tuple[str, ...]
    sides: tuple[tuple[int, ...], ...] = ()
    silent: tuple[str, ...] = ()
    carried: bool = False


def _is_named(found: FoundPassage) -> bool:
    """Whether the question names the unit found: by its number, or by the words of its heading."""
    return found.hit.retriever == "named" or dict(found.hit.parts)["heading"] >= HEADED


def collect_evidence(service: Service, question: str, chosen: SearchFilter) -> Evidence:
    """The evidence for a question among what may be searched."""
    rows = service.rows(chosen)
    told = tuple(service.editions_in_force(chosen.as_of, language(question)).notes) if chosen.as_of else ()
    if not rows:
        return Evidence((), (), {}, FeatureSet.WORDS, (message(language(question), "filtered out"), *told))
    finds = search_rows(service, question, rows, PASSAGES_READ, chosen, SIDE_PASSAGES)
    asked = finds.asked
    found = tuple(FoundPassage(hit, service.store.passage(hit.row)) for hit in finds.hits)
    sides = tuple(
        tuple(n for n, hit in enumerate(finds.hits) if hit.row in scope)
        for scope in (finds.scopes if len(finds.scopes) > 1 else ())
    )
    sides = tuple(_prefer_articles(side, found) for side in sides)
    terms = {t: service.store.words.rarity(t) for t in dict.fromkeys((*asked.terms, *asked.translated))}
    tops = [max((found[n].hit.score for n in side), default=0.0) or 1.0 for side in sides or (range(len(found)),)]
    top = {n: t for side, t in zip(sides or (range(len(found)),), tops, strict=True) for n in side}  # each side's own
    weighed = [(f.passage, f.hit.score / top.get(n, max(tops))) for n, f in enumerate(found)]
    possible = sentence_candidates(weighed, terms, service.store.terms)
    if asked.vector is not None:
        senses = [service.store.sentence_vectors(f.hit.row) @ asked.vector for f in found]
        possible = [replace(c, cosine=float(senses[c.passage][c.place])) for c in possible]
    possible = _in_one_language([f.passage for f in found], possible, language(question))
    if chosen.forces:
        possible = [c for c in possible if force_of(c.words).value in chosen.forces]
    named = bool(found) and _is_named(found[0])
    lead = [n for n, f in enumerate(found) if named and f.passage.unit_id == found[0].passage.unit_id]
    ranked = sorted(possible, key=lambda c: (-c.score, c.passage, c.span))
    if named and (own := [c for c in ranked if c.passage in lead]):  # the unit asked for is quoted first
        ranked = [own[0], *(c for c in ranked if c is not own[0])]
    measures = _measures(service, question, asked, found[:PASSAGES_READ], ranked, terms)
    notices = (*finds.notices, *told)
    basis = _basis(service, asked, found)
    here, gone = comparison_sides(service, question, rows, chosen)
    silent = [message(language(question), "side absent", name=name) for name in gone]
    carried = named and basis is not FeatureSet.CATALOG  # which weighs that as well
    carried = carried or any(found[side[0]].hit.retriever == "named" for side in sides if side)
    if sides and basis is not FeatureSet.WORDS:
        each = [
            _measures(service, question, asked, [found[n] for n in s], [c for c in ranked if c.passage in s], terms)
            for s in sides
        ]
        carried = carried or any(is_answerable(m, basis) for m in each)
        away = _sides_without_evidence(each, language(question))
        silent += [message(language(question), "side silent", name=here[n]) for n in sorted(away)]
        sides = tuple(side for n, side in enumerate(sides) if n not in away)
    return Evidence(found, tuple(ranked), measures, basis, notices, sides, tuple(silent), carried)


def _prefer_articles(side: Sequence[int], found: Sequence[FoundPassage]) -> tuple[int, ...]:
    """A side's passages without its recitals, where an article of it is about as near: the article is what binds."""
    articles = [n for n in side if ":recital:" not in (found[n].passage.unit_id or "")]
    best = max((found[n].hit.score for n in side), default=0.0)
    near = any(found[n].hit.score >= SIDE_NEAR * best for n in articles)
    return tuple(articles if near else side)


def _in_one_language(passages: Sequence[Passage], found: Sequence[Candidate], lang: str) -> list[Candidate]:
    """The sentences without those of the register in the other of its two languages, where both were found."""
    fits = [(_HANGUL.search(c.words) is not None) == (lang == "ko") for c in found]
    both = {passages[c.passage].unit_id for c, fit in zip(found, fits, strict=True) if fit and _is_registers(c)}
    return [
        c
        for c, fit in zip(found, fits, strict=True)
        if fit or not _is_registers(c) or passages[c.passage].unit_id not in both
    ]


def _is_registers(found: Candidate) -> bool:
    return found.doc_id.startswith("register-")


_HANGUL = re.compile("[가-힣]{2}")


def _measures(
    service: Service,
    question: str,
    asked: EncodedQuery,
    found: Sequence[FoundPassage],
    sentences: Sequence[Candidate],
    terms: Mapping[str, float],
) -> dict[str, float]:
    parts = [dict(f.hit.parts) for f in found]
    measures = answerability_features(
        question,
        [Find(f.passage.search_text, p["cosine"]) for f, p in zip(found, parts, strict=True)],
        [Find(c.words, c.cosine) for c in sentences],
        terms,
        service.store.terms,
    )
    measures |= _named(service, question)
    measures["asked"] = answered_by_catalog(asked.vector.tolist()) if asked.vector is not None else 0.0
    measures["named"] = float(bool(found) and _is_named(found[0]))
    for name in ("bent", "tuned", "share"):
        values = sorted((p[name] for p in parts), reverse=True) or [0.0]
        measures[name] = values[0]
        measures[f"{name}_three"] = sum(values[:3]) / len(values[:3])
    return measures


def _basis(service: Service, asked: EncodedQuery, found: Sequence[FoundPassage]) -> FeatureSet:
    """Sense counts with the encoder that the weights were trained with: other encoders' cosines lie elsewhere. What is
    known of the catalog's publications counts where one of them is found first."""
    if asked.vector is None or service.fitting_ranker() is None:
        return FeatureSet.WORDS
    known = {e.doc_id for e in service.catalog.editions}
    return FeatureSet.CATALOG if found and service.row_facts().editions[found[0].hit.row] in known else FeatureSet.SENSE


def _named(service: Service, question: str) -> dict[str, float]:
    """Of the publications and numbers that a question names: whether some are not here, whether some do not exist."""
    references = read(question, service.catalog)[0]
    numbered = [r for r in references if not (r.bare or r.unknown or r.keys == ("whole",))]
    return {
        "strange_names": float(any(r.unknown for r in references) or bool(foreign_in(question))),
        "no_such_unit": float(any(resolve(r, service).outcome is ResolutionOutcome.NOT_FOUND for r in numbered)),
    }


def _sides_without_evidence(sides: Sequence[Mapping[str, float]], lang: str) -> set[int]:
    """The sides of a comparison that have nothing near the question, while another has."""
    nearest = [max(m["near"], m["near_passage"]) for m in sides]
    out: set[int] = set()
    for n, measures in enumerate(sides):
        strange = measures["foreign"] > 0 and lang != "ko"  # a Korean question is searched in English as well
        if nearest[n] < FAR and nearest[n] < max(nearest) - (FAR_BEHIND_STRANGE if strange else FAR_BEHIND):
            out.add(n)
    return out
