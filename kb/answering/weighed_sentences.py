"""The sentences of the passages found, each with what speaks for it, best first."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from kb.answering.asked_for import countries_asked, names_country
from kb.answering.found_passages import is_named
from kb.answering.sentence_selection import SentenceCandidate, coverage, sentence_candidates
from kb.citing.cite import force_at
from kb.retrieval.features import is_in_language, spread_as

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from kb.answering.found_passages import FoundPassage
    from kb.library.library import Library
    from kb.query.query import Query
    from kb.retrieval.query_vectors import EncodedQuery
    from kb.types import Array, FloatArray, Passage


def with_its_names(library: Library, passage: Passage) -> str:
    """A passage's words with its headings, and its document's title and publisher."""
    stored = library.store.document(passage.doc_id)
    names = (stored.edition.title, stored.edition.publisher) if stored is not None else ()
    return " ".join((*names, *passage.headings, passage.text))


def rarity_of_terms(encoded: EncodedQuery, rarity: Callable[[str], float]) -> dict[str, float]:
    """The index terms of a question, each once, with their IDF."""
    return {t: rarity(t) for t in dict.fromkeys((*encoded.terms, *encoded.translated))}


def in_one_wording(
    encoded: EncodedQuery, terms: Mapping[str, float], passages: Sequence[set[str]]
) -> Mapping[str, float]:
    """The terms of a question as it is worded or, where the passages hold more of that, as the texts of the catalog
    word it: of the two wordings a document needs one."""
    own, other = ({t: terms[t] for t in dict.fromkeys(said)} for said in (encoded.terms, encoded.translated))
    if not other:
        return terms
    held = set().union(*passages)
    return other if coverage(other, held) > coverage(own, held) else own


def weigh_sentences(
    found: Sequence[FoundPassage],
    sides: Sequence[Sequence[int]],
    terms: Mapping[str, float],
    tokenise: Callable[[str], list[str]],
    encoded: EncodedQuery,
    sentence_vectors: Callable[[int], FloatArray],
) -> list[SentenceCandidate]:
    """The sentences of the passages, scored by their passage, their terms and their cosine to the question.

    A passage counts as a share of its side's best. ``sentence_vectors`` gives ``(k, d)`` for the passage in a row.
    """
    groups = sides or (range(len(found)),)
    tops = [max((found[n].hit.score for n in side), default=0.0) or 1.0 for side in groups]
    top = {n: t for side, t in zip(groups, tops, strict=True) for n in side}
    weighed = [(f.passage, f.hit.score / top.get(n, max(tops))) for n, f in enumerate(found)]
    possible = sentence_candidates(weighed, terms, tokenise, {n: k for k, side in enumerate(sides) for n in side})
    if encoded.vector is None:
        return possible
    cosines = sentence_cosines([f.passage.text for f in found], [sentence_vectors(f.hit.row) for f in found], encoded)
    return [
        replace(c, cosine=float(cosines[c.passage][c.place, 0]), tuned=float(cosines[c.passage][c.place, 1]))
        for c in possible
        if c.place < len(cosines[c.passage])  # an index that was read by other rules may have fewer sentences
    ]


def sentence_cosines(texts: Sequence[str], vectors: Sequence[FloatArray], encoded: EncodedQuery) -> list[FloatArray]:
    """For each passage ``(k, 2)``: the cosines of its sentences to the question, by its plain vector and through the
    fine-tuned layers; those of passages in its own language in the order that the question alone, without its English
    terms, gives.

    ``vectors`` are ``(k, d)`` each, of the passages in ``texts``.
    """
    cosines = [each @ _both_vectors(encoded.vector, encoded.tuned) for each in vectors]
    if encoded.own is None:
        return cosines
    korean = [n for n, text in enumerate(texts) if is_in_language(text, encoded.language) and len(vectors[n])]
    if not korean:
        return cosines
    alone = [vectors[n] @ _both_vectors(encoded.own, encoded.own_tuned) for n in korean]
    ordered = spread_as(np.concatenate(alone), np.concatenate([cosines[n] for n in korean]))
    parts = dict(zip(korean, np.split(ordered, np.cumsum([len(each) for each in alone])[:-1]), strict=True))
    return [parts.get(n, each) for n, each in enumerate(cosines)]


def _both_vectors(plain: Array | None, tuned: Array | None) -> FloatArray:
    both = [np.asarray(plain), np.asarray(plain if tuned is None else tuned)]
    return np.stack(both, axis=1)


def sentences_read(
    library: Library,
    query: Query,
    found: Sequence[FoundPassage],
    sides: Sequence[Sequence[int]],
    terms: Mapping[str, float],
    encoded: EncodedQuery,
) -> list[SentenceCandidate]:
    """The sentences of the passages that may answer, best first: of the force that is asked for, on the country that is
    asked about where there are any, and in one language of the register."""
    store = library.store
    sentences = weigh_sentences(found, sides, terms, store.terms, encoded, store.sentence_vectors)
    sentences = [replace(c, is_none=True) if _only_names(library, found[c.passage], c) else c for c in sentences]
    sentences = _in_one_language([f.passage for f in found], sentences, query.lang)
    if query.filter.forces:
        sentences = [c for c in sentences if force_at(library, c.doc_id, c.span) in query.filter.forces]
    sentences = ranked_sentences(found, sentences)
    for country in countries_asked(query):
        on_it = [c for c in sentences if names_country(with_its_names(library, found[c.passage].passage), country)]
        sentences = on_it or sentences
    return sentences


def ranked_sentences(found: Sequence[FoundPassage], possible: Sequence[SentenceCandidate]) -> list[SentenceCandidate]:
    """Sentences, best first; the best one of a unit that the question names goes before all others."""
    ranked = by_score(possible)
    if found and is_named(found[0]):
        lead = {n for n, f in enumerate(found) if f.passage.unit_id == found[0].passage.unit_id}
        if own := [c for c in ranked if c.passage in lead]:
            return [own[0], *(c for c in ranked if c is not own[0])]
    return ranked


def _only_names(library: Library, found: FoundPassage, sentence: SentenceCandidate) -> bool:
    """Whether a piece of text, which is no sentence, hardly says more than the names of its document."""
    if found.passage.unit_id is not None or _IS_ENDED.search(sentence.words) or is_registers(sentence):
        return False
    stored = library.store.document(sentence.doc_id)
    if stored is None:
        return False
    edition, terms = stored.edition, library.store.terms
    names = {t for name in (edition.title, edition.ref, edition.publisher, *edition.aliases) for t in terms(name)}
    said = {term for term in terms(sentence.words) if not term.isdigit()}
    return bool(said) and len(said & names) >= NAMES_ALONE * len(said)


_IS_ENDED = re.compile(r"[.!?;:。…][\"”’)\]]*\s*$")
NAMES_ALONE = 0.6
"""The share of a piece's words that are its document's names, from which it says nothing else."""


def by_score(possible: Sequence[SentenceCandidate]) -> list[SentenceCandidate]:
    """Sentences, best first, in the order of the text where scores are equal."""
    return sorted(possible, key=lambda c: (-c.score, c.passage, c.span))


def _in_one_language(
    passages: Sequence[Passage], found: Sequence[SentenceCandidate], lang: str
) -> list[SentenceCandidate]:
    """The sentences without those of the register in the other of its two languages, where both were found."""
    fits = [(_HANGUL.search(c.words) is not None) == (lang == "ko") for c in found]
    both = {passages[c.passage].unit_id for c, fit in zip(found, fits, strict=True) if fit and is_registers(c)}
    return [
        c
        for c, fit in zip(found, fits, strict=True)
        if fit or not is_registers(c) or passages[c.passage].unit_id not in both
    ]


def is_registers(found: SentenceCandidate) -> bool:
    """Whether a sentence is of the register, which only describes publications."""
    return found.doc_id.startswith("register-")


_HANGUL = re.compile("[가-힣]{2}")
