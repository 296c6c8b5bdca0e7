"""Passages for a question on an open index: whom it asks, what it names, and the ranking over what may be searched."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING

import numpy as np

from app.changes import asked_units, changes_of
from kb.index.layout import unit_key
from kb.messages import language
from kb.query.abbreviations import long_forms
from kb.query.edition_questions import asks_of_editions, with_editions, without_editions
from kb.query.everyday_words import expand_everyday_words
from kb.query.korean_terms import load_terms
from kb.query.scopes import compares, scopes_of, topic
from kb.references.names import foreign_in, laws_in
from kb.references.parsing import read
from kb.references.resolving import ResolutionOutcome, resolve
from kb.retrieval.candidates import find_candidates, untrained_scores
from kb.retrieval.query_vectors import make_query, with_vectors
from kb.text.languages import language_of
from kb.types import Hit

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from app.reranking import Reading
    from app.service import Service
    from kb.query.scopes import Scope
    from kb.retrieval.query_vectors import EncodedQuery
    from kb.types import SearchFilter


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Hits, best first; the question as it was searched; the rows of each scope it names; notices."""

    hits: tuple[Hit, ...]
    asked: EncodedQuery
    scopes: tuple[frozenset[int], ...]
    notices: tuple[str, ...]


def search_rows(
    service: Service, query: str, rows: Sequence[int], k: int, chosen: SearchFilter, each: int = 0
) -> SearchResult:
    """The ``k`` best of some rows; of a question that names several, at least ``each`` of every one.

    A question that names publishers, works or editions is asked of those alone, of each in turn where it names several;
    units that it names lead. Where one scope gives fewer than ``k``, the others follow.
    """
    named = _named_rows(service, query)
    asked, inside, notice = asked_of(service, query, rows, chosen)
    bridge = service.official_rows_of_register()
    reading = service.reranking.reading(query) if service.reranking else None
    preferred_language = service.rows_in_language(language(query))
    lists: list[list[Hit]] = []
    for mine in inside:
        twins = (
            corresponding_rows(service, lists[0][:TWINS]) if lists and not named and asks_of_editions(query) else set()
        )
        lists.append(rank_rows(service, asked, mine, k, named | twins, bridge, preferred_language, reading))
    if not lists or (len(lists) == 1 and len(lists[0]) < k):
        all_ = rank_rows(service, asked, rows, k, named, bridge, preferred_language, reading)
        lists = [[hit for part in (*lists, all_) for hit in part]]
    best: dict[int, Hit] = {}
    for turn in zip_longest(*lists):
        for hit in turn:
            if hit is not None:
                best.setdefault(hit.row, hit)
    hits = tuple(best.values())[: max(k, each * len(inside)) if len(inside) > 1 else k]
    notices = tuple(said for said in (notice, reading.notice if reading else "") if said)
    return SearchResult(hits, asked, tuple(map(frozenset, inside)), notices)


def _scopes(service: Service, query: str) -> tuple[Scope, ...]:
    """Whom a question asks; of one about an older edition, that one and what came after it."""
    editions = service.documents()
    return with_editions(query, scopes_of(query, read(query, service.catalog)[0], editions), editions)


def comparison_sides(
    service: Service, query: str, rows: Sequence[int], chosen: SearchFilter
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The names of what a question is asked of: what may be searched, in the order named, and what may not beside it.

    A name that leads to one edition is that edition's.
    """
    references = read(query, service.catalog)[0]
    editions = service.row_facts().editions
    here: list[str] = []
    gone: list[str] = []
    scopes = _scopes(service, query)
    for scope in scopes:
        held = {editions[row] for row in rows_in(service, scope, rows, chosen)}
        only = service.edition(next(iter(held))) if len(held) == 1 else None
        (here if held else gone).append(only.ref if only else scope.name)
    known = [scope.span for scope in scopes]  # "IEEE 2016" is no standard's number where it is a year
    strange = [r for r in references if r.unknown and not any(a < r.span[1] and r.span[0] < b for a, b in known)]
    gone += [r.unknown for r in strange] + (foreign_in(query) if compares(query) else [])
    return tuple(here), tuple(dict.fromkeys(gone)) if here else ()


def missing_publications(service: Service, query: str) -> list[str]:
    """The publications and laws that a question is asked of, where nothing here is of the publishers it names."""
    scopes = _scopes(service, query)
    held = {e.publisher for doc_id in set(service.row_facts().editions) if (e := service.edition(doc_id or ""))}
    if any((e := service.edition(doc_id)) and e.publisher in held for s in scopes for doc_id in s.doc_ids):
        return []
    here = " ".join(f"{d.edition.title} {d.edition.ref}" for d in service.store.documents).casefold()
    laws = laws_in(query) if not scopes else []
    return [name for name in dict.fromkeys([*(s.name for s in scopes), *laws]) if name.casefold() not in here]


def rows_in(service: Service, scope: Scope, rows: Sequence[int], chosen: SearchFilter) -> list[int]:
    """The rows that speak of a scope's editions; an old edition that was named as such is let in."""
    editions = service.row_facts().editions
    allowed = list(rows)
    if scope.edition_given and not chosen.doc_ids and not chosen.as_of:
        allowed = sorted({*rows, *(r for r in service.store.filtered_rows(chosen) if editions[r] in scope.doc_ids)})
    return [row for row in allowed if editions[row] in scope.doc_ids]


def rank_rows(
    service: Service,
    asked: EncodedQuery,
    rows: Sequence[int],
    k: int,
    named: set[int],
    bridge: Mapping[int, Sequence[int]],
    preferred_language: Mapping[int, int],
    reading: Reading | None = None,
) -> list[Hit]:
    """The best of some rows; scores 0 to 1 over the candidates, after a reranker has read the first of them where one
    is set, and 1 more for units named.

    Register entries whose official text stands among the rows are searched as well: what they find is that text. An
    entry found in either language counts once, in the one that is ``preferred_language``
    (:meth:`app.service.Service.gists`)."""
    allowed = set(rows)
    ranker = service.fitting_ranker()
    over = bridged(bridge, rows)
    found = find_candidates(asked, service.store.collection, ranker, [*rows, *over])
    if not len(found.rows):
        return []
    scores = ranker.scores(found.features) if ranker and asked.vector is not None else untrained_scores(found)
    low, high = float(scores.min()), float(scores.max())
    share = np.exp(scores - high) / np.exp(scores - high).sum()
    level = (scores - low) / (high - low) if high > low else np.ones_like(scores)
    read: dict[int, float] = {}
    if reading is not None:
        level, read = reading.over(level, found.rows, service.store.search_texts)
    level = level + np.where(found.column("defined") > 0, DEFINED, 0)
    level = level + np.where(found.column("heading_recall") >= HEADED, LEADS, 0)
    phrases = [" ".join(p.casefold().split()) for p in _PHRASE.findall(asked.text)]
    if phrases:
        folded = [" ".join(t.casefold().split()) for t in service.store.search_texts(found.rows.tolist())]
        level = level + np.array([QUOTED * any(p in text for p in phrases) for text in folded])
    parts = {
        "bm25": found.column("words_raw").astype(float) * 50,
        "cosine": found.column("sense_raw"),
        "bent": found.column("bent_raw"),
        "tuned": found.column("tuned_raw"),
        "share": share,
        "heading": found.column("heading_recall"),
    }
    told = [dict(zip(parts, map(float, values), strict=True)) for values in zip(*parts.values(), strict=True)]
    for i, given in read.items():
        told[i]["reranker"] = given
    best: dict[int, tuple[float, str, dict[str, float]]] = {}
    units = service.row_facts().units
    for i, row in enumerate(found.rows.tolist()):
        for place in over.get(row, (row,)):
            target = said if (said := preferred_language.get(place, place)) in allowed else place
            value = float(level[i]) + (target in named) - RECITAL * (":recital:" in (units[target] or ""))
            way = "named" if target in named else "register" if row in over else "ranked" if ranker else "plain"
            if target not in best or value > best[target][0]:
                best[target] = (value, way, told[i])
    first = sorted(best.items(), key=lambda pair: (-pair[1][0], pair[0]))[:k]
    return [Hit(row, value, way, tuple(parts.items())) for row, (value, way, parts) in first]


def bridged(bridge: Mapping[int, Sequence[int]], rows: Sequence[int]) -> dict[int, list[int]]:
    """The register rows that lead to some of the rows, and to which."""
    allowed = set(rows)
    return {entry: texts for entry, found in bridge.items() if (texts := [row for row in found if row in allowed])}


def asked_of(
    service: Service, query: str, rows: Sequence[int], chosen: SearchFilter
) -> tuple[EncodedQuery, list[list[int]], str]:
    """The question as it is searched, the rows of each scope it names (none for all), and a notice or ""."""
    scopes = _scopes(service, query)
    inside = [mine for scope in scopes if (mine := rows_in(service, scope, rows, chosen))]
    rest = topic(query, scopes)
    if asks_of_editions(query) and len(scopes) > 1:
        rest = without_editions(rest)
    korean = language_of(query) == "ko"
    translated = " ".join(load_terms().expand(rest)) if korean else expand_everyday_words(rest)
    texts = (rest, translated) if korean and translated else (rest,)
    vectors, notice = service.query_vectors(texts, language_of(query))
    asked = make_query(" ".join((rest, *long_forms(query))), None, service.store.korean, translated)
    return asked if vectors is None else with_vectors(asked, texts, *vectors), inside, notice


_PHRASE = re.compile(r"[\"“”]([^\"“”]{3,80})[\"“”]")
QUOTED = 1.0
"""Added where a text holds a phrase that the question puts in double quotation marks."""
HEADED, LEADS = 0.7, 0.15
"""The share of a question's rare words that a heading must hold to be what the question names, and what that adds."""
RECITAL = 0.1
"""Taken from a recital's score: where an article says the same, the article is what binds."""
DEFINED = 1.0
"""Added to the score of a text that defines the very term a question asks the meaning of."""
BRIDGED = 2
"""Passages of an official unit that its register entry leads to."""


def official_rows_of_register(service: Service) -> dict[int, tuple[int, ...]]:
    """For each row of a register entry whose official text is here, that text's first rows."""
    facts = service.row_facts()
    entries: list[tuple[int, str]] = []
    texts: dict[str, list[int]] = {}
    for row, (unit_id, registered) in enumerate(zip(facts.units, facts.registered, strict=True)):
        if unit_id is not None and registered:
            entries.append((row, unit_id))
        elif unit_id is not None:
            texts.setdefault(unit_id, []).append(row)
            parent = unit_id.rpartition(".")[0]
            if ":" in parent.removeprefix("urn:kb:") and parent.count(":") == unit_id.count(":"):
                texts.setdefault(parent, []).append(row)
    return {row: tuple(texts[unit_id][:BRIDGED]) for row, unit_id in entries if unit_id in texts}


TWINS = 2
"""Of a question about two editions, the best hits of the first whose units lead in the other as well."""


def corresponding_rows(service: Service, hits: Sequence[Hit]) -> set[int]:
    """The rows of what the units of some hits were in older editions, and of what took their place in later ones."""
    facts = service.row_facts()
    wanted: set[str] = set()
    for hit in hits:
        unit_id = facts.units[hit.row]
        key = unit_key(unit_id) if unit_id else ""
        for change in changes_of(service, facts.editions[hit.row], key) if any(c.isdigit() for c in key) else ():
            wanted |= {f"{change.old.urn}:{change.old_key}", f"{change.new.urn}:{change.new_key}"}
    return {row for row, unit_id in enumerate(facts.units) if unit_id in wanted}


def _named_rows(service: Service, query: str) -> set[int]:
    """The rows of the units that a question names by number, where the number leads to one unit; of a question about
    editions those of every edition, and what took their place."""
    wanted: set[str] = set()
    for reference in read(query, service.catalog)[0]:
        if not reference.bare and reference.keys != ("whole",):
            found = resolve(reference, service)
            wanted |= {unit.unit_id for unit in found.units} if found.outcome is ResolutionOutcome.FOUND else set()
    if wanted and asks_of_editions(query):
        wanted |= {unit_id for _, unit_id in asked_units(service, query)}
    units = service.row_facts().units if wanted else ()
    return {row for row, unit_id in enumerate(units) if unit_id in wanted}
