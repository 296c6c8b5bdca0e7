"""What leads the passages found: the definition that is asked for; the provision that found guidance explains.

Guidelines of an authority speak of a provision in everyday words, so a question in everyday words finds them before the
provision. Whoever signs a report needs the provision first and its explanation beside it.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from kb.library.row_sets import RowSet
from kb.query.definitions import asked_terms, is_definition
from kb.query.question_kinds import QuestionKind, unit_kinds_asked
from kb.retrieval.rules import HEADING_SHARE
from kb.text.captions import captions
from kb.types import Hit, Status

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kb.library.library import Library
    from kb.query.query import Query
    from kb.retrieval.query_vectors import EncodedQuery

ONE_WORK = 3
"""Editions up to which a scope is one work rather than all that a publisher has."""
DEFINES = "defines"
"""Who found a passage that leads because it defines the term asked for."""
READ_FOR_DEFINITION = 40
"""Passages among which a definition is looked for."""
WHOLE_HEADING = 0.95
"""The share of the question's rare words from which a heading is named in full."""
NOTES_BEHIND = 0.4
"""What is taken from the score of footnotes."""
KIND_ASKED = 0.2
"""What the score of a unit of the kind asked for is raised by."""
SPECIAL_BEHIND, SPECIAL_WITHIN = 0.2, 300
"""What is taken from the score of a rule for a special group that is not asked about, and in how many characters of a
passage the group is looked for."""
CAPTIONED = 0.6
"""The share of a question's words, weighted by rarity, that a caption must have to be what is asked for."""
DEFINING = 3
"""Definitions of one term that lead."""
READ = 8
"""Passages, best first, whose references count."""
NAMED_BY = 3
"""Passages that must name a provision before it leads."""
MOST_OF = 0.6
"""The share of the passages naming a provision or its parts that must name a part, for the part to lead."""
NO_FARTHER = 0.07
"""How much farther from the question in cosine a provision may be than the best passage that explains it."""
AHEAD = 0.1
"""What the provision's score is above the best passage's."""


def with_provision_explained(
    library: Library, query: Query, encoded: EncodedQuery, hits: Sequence[Hit], rows: Sequence[int]
) -> list[Hit]:
    """The hits, led by the provision that most of them explain; as they are where there is none.

    The best passage must be one of them. A provision leads only where it was found itself, or is about as near to the
    question as the passages that explain it. Nothing leads where the question names one publication or a number, or
    where no vector is at hand; of a publisher that it names, a provision leads before that publisher's own guidance.
    """
    found = list(hits)
    if encoded.vector is None or query.numbered or not found or found[0].retriever == DEFINES:
        return found
    if len(query.scopes) > 1 or any(scope.edition_given or len(scope.doc_ids) <= ONE_WORK for scope in query.scopes):
        return found
    explained = [_provisions_of(library, hit) for hit in found[:READ]]
    counted = Counter(each for named in explained for each in named if each in explained[0])
    least = max(NAMED_BY, MOST_OF * max(counted.values(), default=0))
    nearest = max(float(dict(hit.parts)["cosine"]) for hit in found[:READ])
    allowed = rows if isinstance(rows, RowSet) else frozenset(rows)
    for unit_id in sorted((u for u, n in counted.items() if n >= least), key=lambda u: (-u.count("."), -counted[u], u)):
        inside = [row for row in _rows_of_unit(library, unit_id) if row in allowed]
        cosines = [_cosine_of_row(library, encoded, row) for row in inside]
        known = next((hit for hit in found if hit.row in inside), None)
        if not inside or (known is None and max(cosines) < nearest - NO_FARTHER):
            continue
        row = known.row if known is not None else inside[int(np.argmax(cosines))]
        if known is found[0]:
            return found
        parts = known.parts if known else _parts_of(max(cosines), found[0])
        lead = Hit(row, found[0].score + AHEAD, "explained", parts, unit_id)
        return [lead, *(hit for hit in found if hit.row != row)]
    return found


_FOOTNOTE = re.compile(r"^\s*(\d{1,3})\s+\S", re.MULTILINE)
_LIKE_NOTE = re.compile(
    r"(?:See|Ibid|Cf|Id|Op|Supra|Defined|These|This|For (?:example|more|further)|In particular|Article|Articles|Recital"
    r"|Judgment|Case|Opinion|OECD|https?|www|Véase|Ver|각주|[A-Z][\w’'-]+,? (?:[A-Z]\.|et al|\(\d{4}\)))",
)
_ASKS_NOTES = re.compile(r"\b(?:foot|end)?notes?\b|각주|주석", re.IGNORECASE)


def with_notes_behind(library: Library, query: Query, hits: Sequence[Hit]) -> list[Hit]:
    """The hits, those that are footnotes behind the others: a note is no evidence for what the text above it says."""
    if _ASKS_NOTES.search(query.text):
        return list(hits)
    lowered = [
        replace(hit, score=hit.score - NOTES_BEHIND) if is_notes(library.store.passage(hit.row).text) else hit
        for hit in hits
    ]
    return sorted(lowered, key=lambda hit: -hit.score)


def is_notes(text: str) -> bool:
    """Whether a passage is a run of footnotes: its first line begins with a number, the next numbers follow, and most
    of them begin as notes do. Numbered paragraphs and rows of a list are none."""
    found = list(_FOOTNOTE.finditer(text))
    numbers = [int(match[1]) for match in found]
    follow = numbers == list(range(numbers[0], numbers[0] + len(numbers))) if len(numbers) > 1 else False
    if not follow or _FOOTNOTE.match(text) is None:
        return False
    return 2 * sum(_LIKE_NOTE.match(text, match.end() - 1) is not None for match in found) >= len(found)


_DEFINITION = re.compile(r"^\s*(?:\(\d+\)\s*)?[‘“\"'][^’”\"']{2,80}[’”\"'] means\b")


def with_definitions_behind(library: Library, query: Query, hits: Sequence[Hit]) -> list[Hit]:
    """The hits of a question who does something, definitions behind the others: they say what a thing is, and not who
    has to do with it."""
    if query.kind is not QuestionKind.WHO:
        return list(hits)
    lowered = [
        replace(hit, score=hit.score - NOTES_BEHIND) if _DEFINITION.match(library.store.passage(hit.row).text) else hit
        for hit in hits
    ]
    return sorted(lowered, key=lambda hit: -hit.score)


def with_units_asked_ahead(library: Library, query: Query, hits: Sequence[Hit]) -> list[Hit]:
    """The hits of a question which clause something stands in, those first that are units of the kind it asks for.

    A chapter or a summary of a range of paragraphs holds the words of all its paragraphs; whoever asks "which
    paragraph" needs the one.
    """
    kinds = unit_kinds_asked(query.text) if query.kind is QuestionKind.WHICH_CLAUSE else frozenset()
    if not kinds:
        return list(hits)
    unit = library.rows.facts.unit
    raised = [
        replace(hit, score=hit.score + KIND_ASKED) if _kind_of_unit(unit(hit.row)) in kinds else hit for hit in hits
    ]
    return sorted(raised, key=lambda hit: -hit.score)


def with_rule_of_article_ahead(library: Library, query: Query, hits: Sequence[Hit]) -> list[Hit]:
    """The hits of a question for a list or for who must act, where the best one stands under an article's heading that
    holds the question's words: the article's first paragraph leads, which lays down the rule of which the others speak.
    Of a list whose heading the question names in full, the article itself leads.
    """
    if query.kind not in _NEED_THE_RULE or not hits or query.numbered:
        return list(hits)
    unit = library.rows.facts.unit
    best = _IN_ARTICLE.fullmatch(unit(hits[0].row) or "")
    if best is None or dict(hits[0].parts).get("heading", 0.0) < HEADING_SHARE:
        return list(hits)
    if query.kind is QuestionKind.LIST and dict(hits[0].parts).get("heading", 0.0) >= WHOLE_HEADING:
        return [replace(hits[0], unit_id=best["article"]), *hits[1:]]
    rule = f"{best['article']}.1"
    first = min((hit for hit in hits if unit(hit.row) == rule), key=lambda hit: hit.row, default=None)
    if first is None or first is hits[0]:
        return list(hits)
    lead = replace(first, score=hits[0].score + AHEAD)
    return [lead, *(hit for hit in hits if hit is not first)]


_NEED_THE_RULE = frozenset({QuestionKind.LIST, QuestionKind.WHO})
_IN_ARTICLE = re.compile(r"(?P<article>.*:article:\w+)(?:\..*)?")


_SPECIAL = (
    (re.compile(r"\bUnion institutions, bodies, offices (?:and|or) agencies\b|\bEU institutions, bodies"),
     re.compile(r"\binstitutions?\b|\bEDPS\b|European Data Protection Supervisor|기구|유럽데이터보호감독관", re.I)),
)  # fmt: skip
"""Whom a special rule is for, by its words, and how a question names them."""


def with_general_rule_ahead(library: Library, query: Query, hits: Sequence[Hit]) -> list[Hit]:
    """The hits, those behind the others whose rule is for a special group that the question does not name: of fines in
    general those on institutions of the Union are no answer."""
    if query.numbered or not hits:
        return list(hits)

    def is_special(hit: Hit) -> bool:
        passage = library.store.passage(hit.row)
        read = f"{' '.join(passage.headings[1:])} {passage.text[:SPECIAL_WITHIN]}"
        return any(group.search(read) and not named.search(query.text) for group, named in _SPECIAL)

    lowered = [replace(hit, score=hit.score - SPECIAL_BEHIND) if is_special(hit) else hit for hit in hits]
    return sorted(lowered, key=lambda hit: -hit.score)


def with_captions_ahead(library: Library, query: Query, hits: Sequence[Hit]) -> list[Hit]:
    """The hits of a question for a list or a number, those raised that hold a figure or table whose caption has most of
    the question's words, or begins with what is asked for ("Principles …"): it is the heading of that."""
    if query.kind not in {QuestionKind.LIST, QuestionKind.COUNT}:
        return list(hits)
    store = library.store
    asked = {term: store.words.rarity(term) for term in store.terms(f"{query.terms} {query.expanded}")}
    total = sum(asked.values())

    def is_captioned(hit: Hit) -> bool:
        for said in captions(store.passage(hit.row).text):
            held = store.terms(said)
            if held[:1] and held[0] in asked and said.split()[0].endswith("s"):
                return True
            if sum(w for t, w in asked.items() if t in set(held)) >= CAPTIONED * total:
                return True
        return False

    if not total:
        return list(hits)
    raised = [replace(hit, score=hit.score + KIND_ASKED) if is_captioned(hit) else hit for hit in hits]
    return sorted(raised, key=lambda hit: -hit.score)


def _kind_of_unit(unit_id: str | None) -> str:
    parts = (unit_id or "").split(":")
    return parts[-2] if len(parts) > 1 else ""


def with_definition_ahead(library: Library, query: Query, hits: Sequence[Hit]) -> list[Hit]:
    """The hits of a question for the meaning of a term, those first that define it; as they are for any other."""
    terms = asked_terms(query.terms) if query.kind is QuestionKind.DEFINITION else ()
    if not terms or not hits:
        return list(hits)
    read = [library.store.passage(hit.row) for hit in hits]
    defining = [n for n, p in enumerate(read) if is_definition(p.text, p.headings[1:], terms)]
    facts = library.rows.facts
    spoken_of = {facts.edition(hits[n].row) for n in defining}
    stands = {d: (e := library.editions.get(d)) is None or e.status is not Status.SUPERSEDED for d in spoken_of}
    defining.sort(key=lambda n: not stands[facts.edition(hits[n].row)])
    top = hits[0].score
    ahead = [
        Hit(hits[n].row, top + AHEAD - 0.01 * k, DEFINES, hits[n].parts) for k, n in enumerate(defining[:DEFINING])
    ]
    return [*ahead, *(hit for n, hit in enumerate(hits) if n not in defining[:DEFINING])]


def _provisions_of(library: Library, hit: Hit) -> frozenset[str]:
    """The provisions of other publications that a passage names, with those that they are parts of."""
    named = library.provisions.named_in(library.store.passage(hit.row))
    return frozenset(each for unit_id in named for each in _with_parents(unit_id))


def _with_parents(unit_id: str) -> list[str]:
    """A unit's id with those of the units that it is a part of: "article:5.1.c.i", "article:5.1.c" and so on."""
    head, _, number = unit_id.rpartition(":")
    parts = number.split(".")
    return [f"{head}:{'.'.join(parts[:n])}" for n in range(1, len(parts) + 1)]


def _rows_of_unit(library: Library, unit_id: str) -> list[int]:
    """The rows of a unit's official text; of a part that shares a passage with its neighbours, that passage's row."""
    units = [unit for unit in library.store.unit(unit_id)[:1] if unit.doc_id == unit.of_document and unit.proven]
    return [row for u in units for row, _ in library.store.passages_within(u.doc_id, u.own.start, u.own.end)]


def _cosine_of_row(library: Library, encoded: EncodedQuery, row: int) -> float:
    owner = library.store.collection.owner
    pieces = range(int(np.searchsorted(owner, row)), int(np.searchsorted(owner, row, side="right")))
    return float(np.max(library.store.vectors.vectors(list(pieces)) @ np.asarray(encoded.vector)))


def _parts_of(cosine: float, like: Hit) -> tuple[tuple[str, float], ...]:
    return tuple((name, cosine if name == "cosine" else 0.0) for name, _ in like.parts)
