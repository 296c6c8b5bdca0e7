"""The search: limits the library's rows to the publications that a question names, ranks them, and returns the hits.

:func:`search` serves ``kb search``, answers, crosswalk proposals and the measurements of ``kb eval``.
"""

from __future__ import annotations

import re
from itertools import zip_longest
from typing import TYPE_CHECKING

from kb.citing.cite import cite
from kb.errors import EncoderError
from kb.index.layout import unit_key
from kb.library.filter_values import unknown_values
from kb.library.row_sets import RowSet
from kb.library.unit_changes import asked_units, changes_of
from kb.query.actors import actors_asked
from kb.query.exceptions_asked import asks_for_prohibition
from kb.query.question_kinds import QuestionKind
from kb.query.scopes import chapters_in
from kb.query.translation import share_in_english
from kb.records import dataclass
from kb.references.resolving import ResolutionOutcome
from kb.retrieval.leading import (
    READ,
    READ_FOR_DEFINITION,
    with_captions_ahead,
    with_contrasts_behind,
    with_dates_behind,
    with_definition_ahead,
    with_definitions_behind,
    with_general_rule_ahead,
    with_notes_behind,
    with_provision_explained,
    with_rule_of_article_ahead,
    with_titled_ahead,
    with_units_asked_ahead,
)
from kb.retrieval.leading_duties import (
    READ_FOR_ACTOR,
    READ_FOR_DUTY,
    asks_of_duty,
    with_duties_ahead,
    with_guidance_ahead,
    with_other_actors_behind,
    with_prohibitions_ahead,
)
from kb.retrieval.query_vectors import make_query, with_vectors
from kb.retrieval.ranking import SearchSpace, rank_rows
from kb.retrieval.reranking import Reading
from kb.text.languages import UNKNOWN, detect, is_of_some_language, knows
from kb.text.page_kinds import SET_BACK, is_asked_for
from kb.types import Hit, Notice, notice

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from kb.library.library import Library
    from kb.models.models import Models, QueryVectors
    from kb.query.query import Query
    from kb.query.scopes import Scope
    from kb.retrieval.query_vectors import EncodedQuery
    from kb.text.korean import Analyser
    from kb.types import Citation, Passage

NO_ROWS = RowSet()
CORRESPONDING = 2
"""Number of best hits of the first edition whose units are put first in the second one too, for a question about two
editions."""


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The hits, best first; the encoded question; the rows that were searched, also for each scope of the question; and
    notices."""

    hits: tuple[Hit, ...]
    encoded: EncodedQuery
    rows: RowSet = NO_ROWS
    scopes: tuple[RowSet, ...] = ()
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True, slots=True)
class SearchHit:
    """A passage that was found, with its citation."""

    hit: Hit
    passage: Passage
    citation: Citation


def search(library: Library, models: Models, query: Query, limit: int = 10, per_scope: int = 0) -> SearchResult:
    """The ``limit`` best passages for a question; if it names several publications, ``per_scope`` of each.

    If the question names publishers, works or editions, only these are searched, and several of them one by one; hits
    in units that it names come first. If a scope gives fewer than ``limit`` hits, hits outside it follow.
    """
    day = query.filter.as_of
    of_the_day = library.editions.in_force(day).notes if day else ()
    of_filter = (*unknown_values(library, query.filter), *of_the_day)
    rows = library.rows.allowed(query.filter) if query.text else RowSet()
    if not rows:
        notices = (notice("filtered out"), *of_filter) if query.text else ()
        return SearchResult((), make_query(query.terms, None), notices=notices)
    encoded, of_encoder = encode(query, models, library.store.manifest["encoder"], library.store.korean)
    space = SearchSpace(
        library.store.collection,
        library.rows.facts.unit,
        library.rows.official_rows_of_register,
        library.rows.in_language(query.lang),
        set_back=rows_set_back(library, query),
    )
    ranker = models.ranker(library.store.manifest["encoder"])
    reading = Reading(models.reranker, query.text)
    named = _named_rows(library, query)
    scopes = [inside for scope in query.scopes if (inside := rows_in_scope(library, query, scope, rows))]
    if query.absent and (kin := rows & library.rows.facts.rows_of_editions(other_editions(library, query.scopes))):
        scopes = [kin]
    lists: list[list[Hit]] = []
    wide = max(limit, READ_FOR_DEFINITION if query.kind is QuestionKind.DEFINITION else READ)
    wide = max(wide, READ_FOR_DUTY) if asks_of_duty(query) or asks_for_prohibition(query.worded) else wide
    wide = max(wide, READ_FOR_ACTOR) if actors_asked(query.worded) else wide

    def ranked_within(inside: RowSet, leading: set[int]) -> list[Hit]:
        ranked = with_definition_ahead(
            library, query, rank_rows(space, ranker, encoded, inside, wide, leading, reading)
        )
        ranked = with_other_actors_behind(library, query, with_duties_ahead(library, query, ranked))
        ranked = with_guidance_ahead(library, query, with_prohibitions_ahead(library, query, ranked))
        ranked = with_notes_behind(library, query, ranked[: max(limit, READ)])
        ranked = with_dates_behind(library, query, ranked)
        ranked = with_units_asked_ahead(library, query, with_definitions_behind(library, query, ranked))
        ranked = with_general_rule_ahead(library, query, with_captions_ahead(library, query, ranked))
        ranked = with_contrasts_behind(library, query, with_titled_ahead(library, query, ranked))
        ranked = with_rule_of_article_ahead(library, query, ranked)
        return with_provision_explained(library, query, encoded, ranked, inside)[:limit]

    for inside in scopes:
        leading = set(named)
        if lists and not named and query.about_editions:
            leading |= corresponding_rows(library, lists[0][:CORRESPONDING])
        lists.append(ranked_within(inside, leading))
    if not lists or (len(lists) == 1 and len(lists[0]) < limit):
        lists = [[hit for part in (*lists, ranked_within(rows, named)) for hit in part]]
    best: dict[int, Hit] = {}
    for turn in zip_longest(*lists):
        for hit in turn:
            if hit is not None:
                best.setdefault(hit.row, hit)
    n = max(limit, per_scope * len(scopes)) if len(scopes) > 1 else limit
    notices = tuple(each for each in (of_encoder, reading.notice) if each)
    return SearchResult(tuple(best.values())[:n], encoded, rows, tuple(scopes), (*notices, *of_filter))


def rows_set_back(library: Library, query: Query) -> Mapping[int, float]:
    """Rows on pages without provisions, such as a preface, with the penalty on their score; empty if the question asks
    for such pages."""
    return library.rows.set_back(frozenset(kind for kind in SET_BACK if not is_asked_for(kind, query.worded)))


def with_citation(library: Library, n: int, hit: Hit) -> SearchHit:
    """A hit with its passage and citation number ``n``."""
    passage = library.store.passage(hit.row)
    return SearchHit(hit, passage, cite(library, n, passage.doc_id, passage.span, passage.headings[1:], hit.score))


# --- encoding of the question


def encode(
    query: Query, models: Models, built_with: Mapping[str, str], korean: Analyser | None = None
) -> tuple[EncodedQuery, Notice | None]:
    """The question with its index terms and vectors, and a notice or ``None``.

    The notice says why only words are compared, or why the vectors may be unreliable. ``built_with`` describes the
    encoder of the texts that are searched; ``korean`` is the tokeniser of their Korean words.
    """
    rendered = share_in_english(query.terms, query.language)
    encoded = make_query(
        "\n".join((*query.long_forms, query.terms)),
        None,
        korean,
        query.expanded,
        rendered,
        query.language,
    )
    vectors, said = _vectors(query, models, built_with)
    return (encoded if vectors is None else with_vectors(encoded, query.texts, *vectors)), said


def _vectors(query: Query, models: Models, built_with: Mapping[str, str]) -> tuple[QueryVectors | None, Notice | None]:
    """The query vectors, or ``None`` if no fitting encoder is available; and a notice, if any."""
    encoder, spoken = models.settings.name, notice("language", code=query.language)
    try:
        languages = models.encoder_languages(built_with)
        known = knows(languages, query.language)
        if known is False:
            return None, notice("encoder not for", encoder=encoder, language=spoken)
        said: Notice | None = None
        if known is None and query.language not in {UNKNOWN, "en"}:
            said = notice("encoder unsure", encoder=encoder, language=spoken)
        elif query.language == UNKNOWN and len(languages) == 1 and is_of_some_language(query.terms):
            said = notice("language not told", encoder=encoder)
        elif strange := [c for c in detect(query.terms).others if knows(languages, c) is False]:
            others = notice("commas", items=tuple(notice("language", code=code) for code in strange))
            said = notice("encoder in part", encoder=encoder, language=others)
        return models.query_vectors(query.texts, built_with), said
    except EncoderError as error:
        return None, notice("words only", why=error.as_notice)


# --- the publications and units that a question names


def rows_in_scope(library: Library, query: Query, scope: Scope, rows: RowSet) -> RowSet:
    """The rows about a scope's editions; if the question names an old edition, its rows are included."""
    inside = rows & library.rows.facts.rows_of_editions(scope.doc_ids)
    if scope.edition_given and not query.filter.doc_ids and not query.filter.as_of:
        inside |= library.rows.of_documents(query.filter, scope.doc_ids)
    return inside


def other_editions(library: Library, scopes: Sequence[Scope]) -> frozenset[str]:
    """The other editions of the works that some scopes name, and the chapters of them that are publications of their
    own ("Code of Practice, transparency chapter")."""
    named = [e for s in scopes for doc_id in s.doc_ids if (e := library.editions.get(doc_id)) is not None]
    whole = {re.sub(r" \([^)]*\)$", "", edition.ref) for edition in named}
    parts = {e.doc_id for e in library.editions.all if any(e.ref.startswith(f"{ref}, ") for ref in whole)}
    return frozenset(other.doc_id for edition in named for other in library.editions.of_work(edition)) | parts


def comparison_sides(library: Library, query: Query, rows: RowSet) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Names of the publications asked about: those that may be searched, in the order named, then those missing.

    A name that stands for one edition is replaced by that edition's name. If none of the named publications is in the
    index, the second tuple is empty.
    """
    facts = library.rows.facts
    here: list[str] = []
    missing: list[str] = []
    for scope in query.scopes:
        inside = rows_in_scope(library, query, scope, rows)
        found = [doc_id for doc_id in scope.doc_ids if inside & facts.rows_of_editions({doc_id})]
        only = library.editions.get(found[0]) if len(found) == 1 else None
        (here if found else missing).append(only.ref if only else scope.name)
    missing += [*query.unknown_publications, *(query.foreign if query.compares else ())]
    return tuple(here), tuple(dict.fromkeys(missing)) if here else ()


def missing_publications(library: Library, query: Query) -> list[str]:
    """Publications, chapters of them and laws that the question names and that are not in the index; no publication if
    the index has anything by the publishers that it names."""
    known = {library.editions.get(doc_id) for doc_id in library.rows.facts.editions}
    publishers = {e.publisher for e in known if e}
    asked = [library.editions.get(doc_id) for scope in query.scopes for doc_id in scope.doc_ids]
    if any(e is not None and e.publisher in publishers for e in asked):
        return _missing_chapters(library, query)
    here = " ".join(f"{d.edition.title} {d.edition.ref}" for d in library.store.documents).casefold()
    names = [*(s.name for s in query.scopes), *(query.laws if not query.scopes else ())]
    return [name for name in dict.fromkeys(names) if name.casefold() not in here]


def _missing_chapters(library: Library, query: Query) -> list[str]:
    """The chapters that a question names, of a work whose chapters are separate documents, if none of the loaded ones
    has such a name. None if a document of the work is not a chapter."""
    asked = chapters_in(query.text)
    if not asked or len(query.scopes) != 1 or query.compares:
        return []
    scope = query.scopes[0]
    editions = [d.edition for d in library.store.documents if d.doc_id in scope.doc_ids]
    if not editions or not all(chapters_in(edition.title) for edition in editions):
        return []
    called = [" ".join((e.title, e.ref, *e.aliases)).casefold() for e in editions]
    return [f"{scope.name}, {name}" for name, words in asked if not any(all(w in c for w in words) for c in called)]


def corresponding_rows(library: Library, hits: Sequence[Hit]) -> set[int]:
    """The rows of the units that correspond to those of ``hits`` in older and in later editions."""
    facts = library.rows.facts
    wanted: set[str] = set()
    for hit in hits:
        unit_id = facts.unit(hit.row)
        key = unit_key(unit_id) if unit_id else ""
        for change in changes_of(library, facts.edition(hit.row), key) if any(c.isdigit() for c in key) else ():
            wanted |= {f"{change.old.urn}:{change.old_key}", f"{change.new.urn}:{change.new_key}"}
    return facts.rows_of_units(wanted)


def _named_rows(library: Library, query: Query) -> set[int]:
    """The rows of the units that a question names by number, unless the number is ambiguous.

    For a question about editions these are the units of every edition, and the units that replaced them.
    """
    wanted = {u.unit_id for r in query.numbered if r.outcome is ResolutionOutcome.FOUND for u in r.units}
    if wanted and query.about_editions:
        wanted |= {unit_id for _, unit_id in asked_units(library, query.references)}
    return library.rows.facts.rows_of_units(wanted)
