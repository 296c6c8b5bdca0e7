"""What a search brings up for a question: passages, their sentences weighed, and the measures that tell whether they
carry an answer (:mod:`kb.refusal`)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from app.finding import HEADED, find, ranker_of
from kb.answering import Candidate, candidates, shortlist
from kb.force import force_of
from kb.messages import language, say
from kb.refusal import Find, observe

if TYPE_CHECKING:
    from app.service import Found, Service
    from kb.types import SearchFilter

PASSAGES_READ = 8
"""Passages whose sentences are weighed for an answer."""
SIDE_READ = 3
"""Sentences of each side of a comparison that are read in any case."""
SENTENCES_READ = 6
"""Sentences whose vectors are compared with the question's."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Passages, best first; their sentences, best first; the measures of both. ``dense``: vectors were
    compared, of the encoder that the weights of :mod:`kb.refusal` were trained with.

    ``sides``: of a question that names several, the passages of each, by their place in ``found``.
    """

    found: tuple[Found, ...]
    sentences: tuple[Candidate, ...]
    measures: dict[str, float]
    dense: bool
    notices: tuple[str, ...]
    sides: tuple[tuple[int, ...], ...] = ()

    @property
    def is_named(self) -> bool:
        """Whether the question names the unit that leads: by its number, or by the words of its heading."""
        return bool(self.found) and _is_named(self.found[0])


def _is_named(found: Found) -> bool:
    return found.hit.retriever == "named" or dict(found.hit.parts)["heading"] >= HEADED


def gather(service: Service, question: str, chosen: SearchFilter) -> Evidence:
    """The evidence for a question among what may be searched."""
    rows = service.rows(chosen)
    told = tuple(service.standing(chosen.as_of).notes) if chosen.as_of else ()
    if not rows:
        return Evidence((), (), {}, False, (say(language(question), "filtered out"), *told))
    finds = find(service, question, rows, PASSAGES_READ, chosen)
    asked, notice = finds.asked, finds.notice
    found = tuple(service.found(n, hit) for n, hit in enumerate(finds.hits, 1))
    sides = tuple(
        tuple(n for n, hit in enumerate(finds.hits) if hit.row in scope)
        for scope in (finds.scopes if len(finds.scopes) > 1 else ())
    )
    terms = {t: service.store.words.rarity(t) for t in dict.fromkeys((*asked.terms, *asked.translated))}
    parts = [dict(f.hit.parts) for f in found]
    top = max((f.hit.score for f in found), default=0.0) or 1.0
    weighed = [(f.passage, f.hit.score / top, p["cosine"]) for f, p in zip(found, parts, strict=True)]
    possible = candidates(weighed, terms, service.store.terms)
    if chosen.forces:
        possible = [c for c in possible if force_of(c.words).value in chosen.forces]
    ranked = shortlist(possible, SENTENCES_READ)
    named = bool(found) and _is_named(found[0])
    for side in (*sides, (0,)) if named else sides:
        ranked += [c for c in shortlist([c for c in possible if c.passage in side], SIDE_READ) if c not in ranked]
    if asked.vector is not None and ranked:
        vectors = service.encoder().encode_sentences([c.words for c in ranked])
        ranked = [replace(c, cosine=float(vectors[n] @ asked.vector)) for n, c in enumerate(ranked)]
    ranked.sort(key=lambda c: (-c.score, c.passage, c.span))
    if named and (own := [c for c in ranked if c.passage == 0]):  # the unit asked for is quoted first
        ranked = [own[0], *(c for c in ranked if c is not own[0])]
    measures = observe(
        question,
        [Find(f.passage.search_text, p["cosine"]) for f, p in zip(found, parts, strict=True)],
        [Find(c.words, c.cosine) for c in ranked],
        terms,
        service.store.terms,
    )
    for name in ("bent", "share"):
        values = sorted((p[name] for p in parts), reverse=True) or [0.0]
        measures[name] = values[0]
        measures[f"{name}_three"] = sum(values[:3]) / len(values[:3])
    notices = (notice, *told) if notice else told
    dense = asked.vector is not None and ranker_of(service) is not None  # other encoders' cosines lie elsewhere
    return Evidence(found, tuple(ranked), measures, dense, notices, sides)
