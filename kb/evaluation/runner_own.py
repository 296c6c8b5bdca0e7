"""Runs the project's own questions (``corpus/qrels``) through the knowledge base and measures the results.

A judged place is a span of a document's text, or a whole register entry. Places of one *group* say the same, so finding
one of them counts as finding the group. ``docs/evaluation.md`` defines each measure. Nothing is printed here.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import field
from typing import TYPE_CHECKING

from kb.answering.places import distinct
from kb.answering.plan import LISTS
from kb.catalog.faults import in_file
from kb.citing.citation import unresolved_markers
from kb.citing.cite import is_at_its_place
from kb.errors import ConfigError
from kb.evaluation import measures
from kb.evaluation.questions_own import (
    JUDGEMENTS,
    QUESTION_LANGUAGES,
    QUESTIONS,
    OwnSet,
    load_own_set,
    locate_judgement,
)
from kb.evaluation.questions_sets import Entry, spread
from kb.evaluation.runner import DEPTH, EvaluationResult, quiet, rows_of, timed, told
from kb.messages import says_superseded, words
from kb.query.date_questions import asks_of_text_as_published
from kb.query.query import read_query
from kb.records import dataclass
from kb.text.cleaning import readable
from kb.text.enumerations import opens_enumeration
from kb.text.page_kinds import Apparatus, is_asked_for
from kb.types import notice

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from kb.evaluation.questions_own import Judgement, OwnQuestion
    from kb.evaluation.runner import Measures, Progress
    from kb.evaluation.systems import System
    from kb.knowledge_base import KnowledgeBase
    from kb.library.library import Library
    from kb.query.query import Query
    from kb.types import Answer, Citation

NAME = "own"
FAULTS = ("markers_without_citation", "quotes_not_found", "superseded_unnamed")
"""Counts over every answer; each must be 0."""
ANSWERED_FROM_TEXT = frozenset({"factual", "which-clause", "comparison", "edition-sensitive", "dialogue"})
"""Kinds whose answer is searched for; references are looked up."""


def load_own(folder: Path, split: str = "all", limit: int | None = None) -> OwnSet:
    """The set in a folder in the form of ``corpus/qrels``: a split of it, or about ``limit`` questions of every kind.

    :raises ConfigError: a file is missing or wrong; names file and line.
    """
    try:
        texts = [(folder / name).read_text("utf-8") for name in (QUESTIONS, JUDGEMENTS)]
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(in_file(folder, notice("own set unreadable", why=str(error)))) from error
    whole = load_own_set(*texts)
    kept = spread(whole.chosen("" if split == "all" else split), limit, lambda q: (q.kind, q.lang))
    return OwnSet(kept, whole.judgements)


@dataclass(frozen=True, slots=True)
class _Spot:
    """The location of a judged place in today's index."""

    group: int
    doc_id: str
    start: int
    end: int
    pages: range
    grade: int

    def meets(self, doc_id: str, start: int, end: int) -> bool:
        return doc_id == self.doc_id and start < self.end and self.start < end


@dataclass(slots=True)
class _Asked:
    """The values of each measure, collected over all questions."""

    refused: list[bool] = field(default_factory=list)
    answerable: list[bool] = field(default_factory=list)
    lists: dict[str, list[float]] = field(default_factory=dict)
    faults: dict[str, int] = field(default_factory=lambda: dict.fromkeys(FAULTS, 0))

    def add(self, measure: str, *values: float) -> None:
        self.lists.setdefault(measure, []).extend(values)


def spots(library: Library, judged: Iterable[Judgement]) -> tuple[list[_Spot], int]:
    """The judged places that today's index has, and how many it does not: a text place is looked for by its hash
    (:func:`kb.evaluation.questions_own.locate_judgement`), a register entry is where the index has the unit."""
    found = [_spot(library, judgement) for judgement in judged]
    there = [spot for spot in found if spot is not None]
    return there, len(found) - len(there)


def _spot(library: Library, judgement: Judgement) -> _Spot | None:
    store = library.store
    doc_id, group, grade = judgement.doc_id, judgement.group, judgement.grade
    if store.document(doc_id) is None:
        return None
    if judgement.span is None:
        units = [u for u in store.unit(judgement.unit_id) if u.doc_id == doc_id]
        if not units:
            return None
        unit = units[0]
        return _Spot(group, doc_id, unit.span.start, unit.span.end, range(unit.page_start, unit.page_end + 1), grade)
    span = locate_judgement(judgement, store.text(doc_id), store.pages(doc_id))
    if span is None:
        return None
    pages = range(_page_of(library, doc_id, span.start), _page_of(library, doc_id, span.end - 1) + 1)
    return _Spot(group, doc_id, span.start, span.end, pages, grade)


def _page_of(library: Library, doc_id: str, offset: int) -> int:
    """The page a character is on, from the pages' own places in the text."""
    return next((p.index for p in library.store.pages(doc_id) if p.start <= offset <= p.end), 0)


def evaluate_own(
    base: KnowledgeBase, own: OwnSet, baseline: System | None = None, tell: Progress = quiet
) -> EvaluationResult:
    """Search, answers and look-ups of every question."""
    outcome = EvaluationResult(NAME)
    questions = own.questions
    where: dict[str, list[_Spot]] = {}
    stale = 0
    for question in questions:
        where[question.id], missing = spots(base.library(), own.of(question.id))
        stale += missing
    notes = [f"{stale} judged places are not in this index; they are left out"] if stale else []
    searched = [q for q in questions if q.kind in ANSWERED_FROM_TEXT and q.answerable and where[q.id]]
    without = [q for q in questions if q.kind in ANSWERED_FROM_TEXT and q.answerable and not where[q.id]]
    if without:
        notes.append(f"{len(without)} questions have no judged place in this index; left out of search")
    measured: dict[str, Measures] = {"ours": {}}
    if searched:
        hits: dict[str, list[tuple[str, int, int]]] = {}
        notices: Counter[str] = Counter()

        def search(question: OwnQuestion) -> None:
            found = base.search(question.text, DEPTH, history=question.history)
            notices.update(words(each, "en") for each in found.notices)
            hits[question.id] = [(f.passage.doc_id, f.passage.span.start, f.passage.span.end) for f in found]

        seconds = timed(searched, search, "own, search", tell, lambda q: base.search(q.text, 1, history=q.history))
        measured["ours"].update(_search_measures(searched, where, hits))
        measured["ours"]["search.seconds"] = seconds
        notes += [f"{n} searches: {notice}" for notice, n in notices.most_common(5)]
        outcome.runs[""] = {q.id: [(_hit_name(h), float(-n)) for n, h in enumerate(hits[q.id])] for q in searched}
    if searched and baseline is not None:
        measured["baseline"] = _search_measures(
            searched, where, _baseline_hits(base.library(), searched, baseline, tell)
        )
    measured["ours"].update(_answers(base, [q for q in questions if q.kind != "reference"], where, tell))
    measured["ours"].update(_look_ups(base, [q for q in questions if q.kind == "reference"], tell))
    outcome.rows = rows_of(NAME, measured)
    outcome.notes = tuple(notes)
    return outcome


def _hit_name(hit: tuple[str, int, int]) -> str:
    return f"{hit[0]}@{hit[1]}-{hit[2]}"


def _baseline_hits(
    library: Library, questions: Sequence[OwnQuestion], baseline: System, tell: Progress
) -> dict[str, list[tuple[str, int, int]]]:
    """The hits of the baseline over all passages of the index; duplicates are not merged."""
    passages = {p.passage_id: p for d in library.store.documents for p in library.store.passages(d.doc_id)}
    ranker = baseline.build([Entry(name, "", p.search_text, p.doc_id) for name, p in passages.items()])
    hits: dict[str, list[tuple[str, int, int]]] = {}
    for question in told(questions, "own, baseline", tell):
        ranked = ranker.rank(question.alone, DEPTH, None)
        found = [passages[name] for name, _ in ranked]
        hits[question.id] = [(p.doc_id, p.span.start, p.span.end) for p in found]
    return hits


# --- search


def _search_measures(
    questions: Sequence[OwnQuestion],
    where: dict[str, list[_Spot]],
    hits: dict[str, list[tuple[str, int, int]]],
) -> Measures:
    by_question = {q.id: group_measures(where[q.id], hits[q.id]) for q in questions}
    names = list(next(iter(by_question.values())))
    found: Measures = {name: [by_question[q.id][name] for q in questions] for name in names}
    for language in sorted(QUESTION_LANGUAGES):
        own = [q for q in questions if q.lang == language]
        if own:
            for name in ("recall@1", "recall@5", "ndcg@10"):
                found[f"{language}.{name}"] = [by_question[q.id][name] for q in own]
    hard = [q for q in questions if q.hard]
    if hard:
        found["hard.recall@5"] = [by_question[q.id]["recall@5"] for q in hard]
    for kind in sorted({q.kind for q in questions}):
        found[f"{kind}.recall@5"] = [by_question[q.id]["recall@5"] for q in questions if q.kind == kind]
    pairs: dict[str, dict[str, str]] = {}
    for question in questions:
        pairs.setdefault(question.pair, {})[question.lang] = question.id
    both = [p for p in pairs.values() if all(code in p for code in QUESTION_LANGUAGES)]
    if both:
        found["ko-en.recall@5"] = [by_question[p["ko"]]["recall@5"] - by_question[p["en"]]["recall@5"] for p in both]
    return found


def group_measures(places: Sequence[_Spot], hits: Sequence[tuple[str, int, int]]) -> dict[str, float]:
    """Ranking measures over groups: a rank gains the grades of the groups it is the first to touch.

    Recall and success count the groups with a place of the highest grade that the question has.
    """
    grades: dict[int, int] = {}
    for place in places:
        grades[place.group] = max(place.grade, grades.get(place.group, 0))
    top = max(grades.values())
    wanted = {group for group, grade in grades.items() if grade == top}
    seen: set[int] = set()
    gains: list[int] = []
    found_at: list[int] = []  # the number of wanted groups that are first found at each rank
    for hit in hits:
        fresh = {p.group for p in places if p.meets(*hit)} - seen
        seen |= fresh
        gains.append(sum(grades[group] for group in fresh))
        found_at.append(len(fresh & wanted))
    return {
        **{f"recall@{k}": sum(found_at[:k]) / len(wanted) for k in (1, 5, 10)},
        "success@1": measures.success(found_at, 1),
        "ndcg@10": min(1.0, measures.ndcg(gains, sorted(grades.values(), reverse=True), 10)),
        "mrr@10": measures.reciprocal_rank(found_at, 10),
    }


# --- answers


def _answers(
    base: KnowledgeBase, questions: Sequence[OwnQuestion], where: dict[str, list[_Spot]], tell: Progress
) -> Measures:
    if not questions:
        return {}
    library = base.library()
    gathered = _Asked()
    answers: dict[str, Answer] = {}

    def ask(question: OwnQuestion) -> None:
        answers[question.id] = base.ask(question.text, history=question.history)

    seconds = timed(questions, ask, "own, answers", tell, lambda q: base.ask(q.text, history=q.history))
    for question in questions:
        answer = answers[question.id]
        gathered.refused.append(answer.refused)
        gathered.answerable.append(question.answerable)
        _check_any_answer(library, answer, gathered)
        if answer.citations:
            query = read_query(library, question.text, history=question.history)
            for name, value in answer_measures(library, query, answer).items():
                gathered.add(name, value)
        if question.answerable and not answer.refused and where[question.id]:
            _judge(library, question, answer, where[question.id], gathered)
    truth, refused = [not a for a in gathered.answerable], gathered.refused
    found: Measures = {
        "refusal_precision": measures.decision_figure(measures.precision, truth, refused),
        "refusal_recall": measures.decision_figure(measures.sensitivity, truth, refused),
        "answered": [float(not answers[q.id].refused) for q in questions if q.answerable],
        **{
            f"{code}.answered": [float(not answers[q.id].refused) for q in questions if q.answerable and q.lang == code]
            for code in sorted(QUESTION_LANGUAGES)
        },
        **gathered.lists,
        **{name: measures.Figure(float(n), float(n), float(n), len(questions)) for name, n in gathered.faults.items()},
        "answer.seconds": seconds,
    }
    return {name: values for name, values in found.items() if isinstance(values, measures.Figure) or values}


def _check_any_answer(library: Library, answer: Answer, gathered: _Asked) -> None:
    """Measures properties that every answer must have, whether its question is judged or not."""
    quotes = {c.quote for c in answer.citations}  # "[1995]" in a quote is the document's own, no marker of a citation
    composed = " ".join(
        ("" if s.text in quotes else s.text) + "".join(f"[{n}]" for n in s.cites) for s in answer.sentences
    )
    loose = len(set(unresolved_markers(composed, answer.citations)))
    gathered.faults["markers_without_citation"] += loose + sum(not s.cites for s in answer.sentences)
    for citation in answer.citations:
        exact = is_at_its_place(library, citation)
        gathered.faults["quotes_not_found"] += not exact
        gathered.add("quote_exact", float(exact))
        gathered.add("page_exact", float(_on_its_page(library, citation)))
        if citation.status == "superseded":
            gathered.faults["superseded_unnamed"] += not _is_named(citation, answer)


def _on_its_page(library: Library, citation: Citation) -> bool:
    """Whether the quote begins on the page cited and ends on the last one, by the text between page breaks."""
    before = library.store.text(citation.doc_id)[: citation.char_end]
    first = before.count("\f", 0, citation.char_start) + 1
    return (citation.page_index, citation.page_end) == (first, before.rstrip("\f").count("\f") + 1)


def _is_named(citation: Citation, answer: Answer) -> bool:
    return says_superseded(answer.notices, citation)


def _judge(library: Library, question: OwnQuestion, answer: Answer, places: Sequence[_Spot], gathered: _Asked) -> None:
    """Compares the answer's citations with the judged places."""
    right = {c.n: any(p.meets(c.doc_id, c.char_start, c.char_end) for p in places) for c in answer.citations}
    gathered.add("sentence_support", *(float(any(right.get(n) for n in s.cites)) for s in answer.sentences))
    gathered.add("cited", float(any(right.values())))
    first = answer.citations[0]
    gathered.add("first_cited", float(right[first.n]))
    shown = places_shown(answer)
    meets = [any(meets_place(library, spot, place) for spot in places) for place in shown[:3]]
    gathered.add("three_places", float(any(meets)))
    gathered.add("first_place", float(meets[0]))
    gathered.add(f"{question.lang}.three_places", float(any(meets)))
    gathered.add(f"{question.lang}.first_place", float(meets[0]))
    gathered.add(
        "page_judged",
        float(any(p.doc_id == c.doc_id and c.page_index in p.pages for c in answer.citations for p in places)),
    )
    if question.kind == "comparison":
        for name, value in comparison_measures(
            places, [(c.doc_id, c.char_start, c.char_end) for c in answer.citations]
        ).items():
            gathered.add(f"comparison.{name}", value)
        if sides := {side_of(places, p.group) for p in places if p.grade > 1}:
            met = {side_of(places, p.group) for p in places for c in answer.citations if meets_place(library, p, c)}
            gathered.add("comparison.sides_shown", float(sides <= met))
    if question.expects_edition:
        gathered.add(
            "edition_right",
            float(any(_cited_edition(library, c) == question.expects_edition for c in answer.citations)),
        )


def places_shown(answer: Answer) -> list[Citation]:
    """The distinct places of an answer, in the order shown: those quoted, then those that are also relevant."""
    return distinct((*answer.citations, *answer.also_relevant))


def meets_place(library: Library, spot: _Spot, citation: Citation) -> bool:
    """Whether a judged stretch is at a citation's place: in its quote, in its innermost unit, or, where the text
    has no units there, on its page."""
    if spot.doc_id != citation.doc_id:
        return False
    if spot.meets(citation.doc_id, citation.char_start, citation.char_end):
        return True
    unit = library.store.unit_at(citation.doc_id, citation.char_start)
    if unit is not None and unit.proven:
        return spot.meets(unit.doc_id, unit.own.start, unit.own.end)
    return citation.page_index in spot.pages


def answer_measures(library: Library, query: Query, answer: Answer) -> dict[str, float]:
    """Measures of an answer that need no judgement: each 0 or 1, left out where it does not apply.

    ``quote_whole``: no quote ends with words that open an enumeration. ``page_kind``: no quote is from a page without
    provisions that the question does not ask for. ``publication_respected``: of a question that names publications
    every place shown is of them, of their other editions, or of an act that amended them (its entries say what the
    named act says now), the last not where the question asks for the text as it was first published.
    ``enumeration_complete``: of a question for a list or a count, the enumeration that its first quote is in is shown
    with all its points."""
    found = {
        "quote_whole": float(not any(opens_enumeration(c.quote) for c in answer.citations)),
        "page_kind": float(not any(_kind_unasked(library, query, c) for c in answer.citations)),
    }
    named = {doc_id for scope in query.scopes for doc_id in scope.doc_ids}
    if named:
        family = named | {e.doc_id for e in library.editions.all if named & set(_kin(library, e.doc_id))}
        if not asks_of_text_as_published(query.text):
            family |= {change.by for doc_id in family for change in library.amendments.of_edition(doc_id)}
        shown = (*answer.citations, *answer.also_relevant)
        found["publication_respected"] = float(all(_cited_edition(library, c) in family for c in shown))
    if query.kind in LISTS and (total := _points_there(library, answer.citations[0])):
        most = max((len(each.points) for each in answer.enumerations), default=0)
        found["enumeration_complete"] = float(most >= total)
    return found


def _kind_unasked(library: Library, query: Query, citation: Citation) -> bool:
    around = library.store.passages_within(citation.doc_id, citation.char_start, citation.char_end)
    kinds = {library.rows.page_kinds.get(row) for row, _ in around} - {None, Apparatus.SUMMARY}
    return any(kind is not None and not is_asked_for(kind, query.text) for kind in kinds)


def _kin(library: Library, doc_id: str) -> tuple[str, ...]:
    """An edition, what it is a rendition or consolidation of, and the editions of its work."""
    edition = library.editions.get(doc_id)
    if edition is None:
        return (doc_id,)
    of = (edition.rendition_of, edition.consolidation_of)
    return (doc_id, *(each for each in of if each), *(e.doc_id for e in library.editions.of_work(edition)))


def _points_there(library: Library, citation: Citation) -> int:
    """The points of the unit that a citation quotes, where its own words open an enumeration; else 0."""
    unit = library.store.unit_at(citation.doc_id, citation.char_start)
    if unit is None:
        return 0
    own = readable(library.store.text(unit.doc_id)[unit.own.start : unit.own.end])
    return len(library.store.children(unit.unit_id, unit.doc_id)) if opens_enumeration(own) else 0


def side_of(places: Sequence[_Spot], group: int) -> str:
    """The document that a group counts for: of several the first by name, by its places of the highest grade."""
    top = max(p.grade for p in places if p.group == group)
    return min(p.doc_id for p in places if p.group == group and p.grade == top)


def comparison_measures(places: Sequence[_Spot], cited: Sequence[tuple[str, int, int]]) -> dict[str, float]:
    """Measures of a comparison's answer: ``both``, whether every group of grade 2 is cited; and ``sides``, whether one
    such group is cited of every document that has any. A group in several documents counts for the first by name."""
    of_side: dict[str, set[int]] = {}
    for group in {p.group for p in places if p.grade > 1}:
        of_side.setdefault(side_of(places, group), set()).add(group)
    if not of_side:
        return {}
    touched = {p.group for p in places for at in cited if p.meets(*at)}
    groups = set().union(*of_side.values())
    return {"both": float(groups <= touched), "sides": float(all(mine & touched for mine in of_side.values()))}


def _cited_edition(library: Library, citation: Citation) -> str:
    """The edition that a citation is about: that of its unit, else that of the document."""
    units = library.store.unit(citation.unit_id) if citation.unit_id else ()
    return next((u.of_document for u in units if u.doc_id == citation.doc_id), citation.doc_id)


# --- look-up


def _look_ups(base: KnowledgeBase, questions: Sequence[OwnQuestion], tell: Progress) -> Measures:
    asked = [q for q in questions if q.expects_units]
    if not asked:
        return {}
    exact: list[float] = []

    def look_up(question: OwnQuestion) -> None:
        found = {
            name
            for item in base.look_up(question.text)
            for name in (*(v.unit.unit_id for v in item.units), *(unit_id for unit_id, _ in item.choices))
        }
        exact.append(float(is_exact(found, question.expects_units, question.accepts_units)))

    seconds = timed(asked, look_up, "own, look-up", tell, lambda q: base.look_up(q.text))
    return {
        "lookup_exact": exact,
        **{
            f"{code}.lookup_exact": [e for e, q in zip(exact, asked, strict=True) if q.lang == code]
            for code in sorted(QUESTION_LANGUAGES)
            if any(q.lang == code for q in asked)
        },
        "lookup.seconds": seconds,
    }


def is_exact(found: set[str], expected: Sequence[str], accepted: Sequence[str] = ()) -> bool:
    """Whether every expected unit was found, and else only accepted ones, parts of expected ones, or the same number in
    a rendition of the same edition ("…:2019-commonaccord:…" beside "…:2019:…")."""

    def allowed(name: str) -> bool:
        return any(name == e or name.startswith((f"{e}.", f"{e}:", f"{e}(")) or _rendition(name, e) for e in expected)

    return set(expected) <= found and all(name in accepted or allowed(name) for name in found)


def _rendition(one: str, other: str) -> bool:
    a, b = one.split(":"), other.split(":")
    if len(a) < 6 or a[:4] != b[:4] or a[5:] != b[5:]:
        return False
    return a[4].startswith(f"{b[4]}-") or b[4].startswith(f"{a[4]}-")
