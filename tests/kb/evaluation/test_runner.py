"""``kb eval`` on tiny sets: what each task measures, with systems whose results are known, and the command itself."""

from __future__ import annotations

import hashlib
import json
import shutil
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from app.cli.evaluate import EVALUATION_CACHE
from kb.evaluation import runner_own as evaluate_own
from kb.evaluation.measures import Figure
from kb.evaluation.questions_own import Judgement, OwnSet
from kb.evaluation.questions_own import OwnQuestion as Own
from kb.evaluation.questions_sets import (
    BenchQuestion,
    BenchSet,
    ClaimCase,
    Entry,
    RankingTask,
    RefusalCase,
    SpanCase,
    TokensTask,
)
from kb.evaluation.runner import MeasureRow, decisions, evaluate
from kb.evaluation.runner_own import comparison_measures, group_measures, is_exact
from kb.evaluation.runner_own import evaluate_own as run_own
from kb.evaluation.systems import BaselineRanker, BaselineReader, System, baseline, ours
from kb.knowledge_base import KnowledgeBase
from kb.models.models import Models
from kb.text.cleaning import readable
from kb.text.korean import Stems
from kb.types import Span
from tests.fakes import WordEncoder
from tests.library import command, stand_in

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from click.testing import Result

    from app.settings import Settings
    from kb.protocols import Encoder
    from kb.types import Answer, FloatArray

ENTRIES = (
    Entry("a1", "Lamps", "A lamp is lit at dusk.", "a"),
    Entry("a2", "Lamps", "The keeper notes who lit it.", "a"),
    Entry("b1", "Chains", "A chain is cleaned with a brush at dusk.", "b"),
)


def embed(texts: Sequence[str], encoder: Encoder) -> FloatArray:
    return encoder.encode_passages(texts)


class Known:
    """Ranks in one order whatever is asked, within a document if named, and is sure of all but a third question."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self.entries = entries
        self.asked: list[str | None] = []

    def rank(self, question: str, k: int, document: str | None) -> list[tuple[str, float]]:
        self.asked.append(document)
        allowed = [e.id for e in self.entries if document in {None, e.document}]
        return [(name, 9.0 - n) for n, name in enumerate(allowed)][:k]

    def confidence(self, question: str, document: str | None) -> float:
        return 0.1 if question == "three" else 0.9


class Parrot:
    """A reader whose every reply is known."""

    def answerable(self, question: str, title: str, passage: str) -> float:
        return float("yes" in passage)

    def span(self, question: str, paragraph: str) -> tuple[int, int]:
        return 0, len("at dusk")

    def answer(self, question: str, pages: Sequence[str]) -> str:
        return " ".join(pages)

    def support(self, claim: str, sentences: Sequence[str]) -> float:
        return float(claim in sentences)

    def evidence(self, claim: str, sentences: Sequence[str]) -> list[int]:
        return [0]


def by_measure(bench: BenchSet, *systems: System) -> dict[str, MeasureRow]:
    return {row.measure: row for row in evaluate(bench, systems).rows}


def value(rows: dict[str, MeasureRow], measure: str, system: str = "ours") -> float:
    return round(rows[measure].figures[system].value, 4)


def test_ranking_in_a_known_document_and_in_all() -> None:
    questions = (
        BenchQuestion("1", "one", "a"),
        BenchQuestion("2", "two", "b"),
        BenchQuestion("3", "three", "a", answerable=False),
    )
    task = RankingTask(ENTRIES, questions, {"1": {"a2": 1}, "2": {"b1": 1}}, known=True)
    rows = by_measure(BenchSet("s", task), System("ours", Known, None))
    assert value(rows, "known.mrr@10") == 0.75  # second of document a, first of document b
    assert value(rows, "all.mrr@10") == round((1 / 2 + 1 / 3) / 2, 4)
    assert rows["known.recall@1"].figures["ours"].n == 2
    assert value(rows, "known.auroc") == 1.0
    assert value(rows, "known.refusal_recall") == value(rows, "known.refusal_precision") == 1.0
    assert rows["known.seconds"].figures["ours"].n == 3


def test_the_difference_is_taken_question_by_question() -> None:
    task = RankingTask(
        ENTRIES, (BenchQuestion("1", "one"), BenchQuestion("2", "two")), {"1": {"a1": 1}, "2": {"b1": 1}}, False
    )

    def backwards(entries: Sequence[Entry]) -> Known:
        return Known(entries[::-1])

    outcome = evaluate(BenchSet("s", task), [System("ours", Known, None), System("baseline", backwards, None)])
    rows = {row.measure: row for row in outcome.rows}
    assert (value(rows, "recall@1"), value(rows, "recall@1", "baseline")) == (0.5, 0.5)
    difference = rows["recall@1"].difference
    assert difference is not None
    assert (difference.value, difference.low, difference.high) == (0.0, -1.0, 1.0)
    assert rows["seconds"].difference is None
    assert outcome.runs == {"": {q: [("a1", 9.0), ("a2", 8.0), ("b1", 7.0)] for q in "12"}}


def test_reader_tasks() -> None:
    bench = BenchSet(
        "r",
        tokens=TokensTask(
            ENTRIES,
            (BenchQuestion("t1", "?", "a", tokens=("DUSK", "who")), BenchQuestion("t2", "?", "b", tokens=("who",))),
        ),
        refusals=(RefusalCase("1", "?", "", "yes", True), RefusalCase("2", "?", "", "yes", False)),
        spans=(SpanCase("1", "?", "at dusk it is lit", ("dusk", "at dusk")), SpanCase("2", "?", "at dusk", ("dawn",))),
        claims=(
            ClaimCase("1", "lit", ("lit", "x"), "supported", (frozenset({0}),)),
            ClaimCase("2", "lit", ("lit", "x"), "partially_supported", (frozenset({0, 1}),)),
            ClaimCase("3", "lit", ("x",), "not_supported", (frozenset(),)),
        ),
    )
    rows = by_measure(bench, System("ours", Known, Parrot()))
    assert value(rows, "all_tokens") == 0.5
    assert value(rows, "span.f1") == value(rows, "span.exact") == 0.5
    assert rows["sentence_f1"].figures["ours"] == Figure(pytest.approx(5 / 6), 2 / 3, 1.0, 2)


def test_decisions_on_refusal_and_support() -> None:
    truth, sure = [True, True, False, False], [0.9, 0.4, 0.3, 0.6]
    found = decisions("refusal", truth, sure)
    assert isinstance(found["refusal_precision"], Figure)
    assert isinstance(found["refusal_recall"], Figure)
    assert found["refusal_precision"].value == 0.5
    assert found["refusal_recall"].value == 0.5
    assert found["accuracy"] == [1.0, 0.0, 1.0, 0.0]
    assert "refusal_recall" not in decisions("support", truth, sure)
    assert "auroc" not in decisions("support", [True, True], [0.9, 0.1])


def test_claims_are_supported_or_not() -> None:
    """A claim supported in part counts as not supported, as in the set's own binary measure."""
    claims = tuple(
        ClaimCase(label, claim, ("said",), label, ())
        for claim, label in [("said", "supported"), ("said", "partially_supported"), ("no", "not_supported")]
    )
    rows = by_measure(BenchSet("w", claims=claims), System("ours", Known, Parrot()))
    assert value(rows, "accuracy") == round(2 / 3, 4)
    assert value(rows, "balanced_accuracy") == 0.75
    assert "sentence_f1" not in rows


def test_ours_and_the_baseline_rank_whole_entries() -> None:
    for system in (ours(WordEncoder(), embed, {}, Stems()), baseline(WordEncoder(), embed)):
        ranker = system.build(ENTRIES)
        assert ranker.rank("brush for a chain", 3, None)[0][0] == "b1"
        assert {name for name, _ in ranker.rank("dusk", 3, "a")} <= {"a1", "a2"}
        assert ranker.rank("dusk", 3, "no such document") == []
        assert ranker.rank("keeper", 3, None) == ranker.rank("keeper", 3, None)
        assert 0.0 <= ranker.confidence("dusk", None) <= 1.0  # type: ignore[attr-defined]


def test_the_baseline_is_half_words_half_sense_by_hand() -> None:
    class Fixed(WordEncoder):
        """Nearest to the third entry, then to the first."""

        def encode_passages(self, texts: Sequence[str]) -> FloatArray:
            rows = super().encode_passages(texts) * 0
            rows[:, 0] = [0.5, 0.0, 1.0][: len(texts)] if len(texts) > 1 else [1.0]
            return rows

    ranked = dict(BaselineRanker(ENTRIES, Fixed(), embed).rank("lamp keeper", 3, None))
    # by words a2 is best and a1 the worst of the two found; by sense b1 1, a1 0.5, a2 0
    assert ranked == {"a2": 0.5, "b1": 0.5, "a1": 0.25}


def test_the_baseline_reads_by_words() -> None:
    reader = BaselineReader()
    text = "The clerk keeps a log of all cases. A chain is cleaned with a brush."
    start, end = reader.span("How is a chain cleaned?", text)
    assert text[start:end] == "A chain is cleaned with a brush."
    assert reader.answer("Who keeps a log?", [text, "Nothing here."]) == "The clerk keeps a log of all cases."
    assert reader.answer("?", []) == ""
    assert reader.support("chain brush moon", [text]) == pytest.approx(2 / 3)
    assert reader.answerable("?", "", "") == 1.0


# --- the own set


def test_groups_not_places_are_found() -> None:
    def spot(group: int, start: int, grade: int = 2) -> Any:
        return evaluate_own._Spot(group, "d", start, start + 10, range(1, 2), grade)

    places = [spot(1, 0), spot(1, 100), spot(2, 200), spot(3, 300, grade=1)]
    found = group_measures(places, [("d", 105, 108), ("d", 0, 5), ("x", 200, 210), ("d", 300, 301), ("d", 190, 201)])
    assert found["recall@1"] == 0.5  # the second hit says the same as the first; grade 1 is not asked of recall
    assert found["recall@5"] == 1.0
    assert found["mrr@10"] == 1.0
    assert 0.0 < found["ndcg@10"] < 1.0
    assert group_measures(places, [("d", 10, 20)])["recall@10"] == 0.0  # touching is not overlapping


def test_of_a_comparison_every_group_or_one_of_each_document() -> None:
    spots = [(1, "act"), (1, "copy"), (2, "act"), (3, "rules")]
    places = [evaluate_own._Spot(group, doc_id, 10 * group, 10 * group + 5, range(1, 2), 2) for group, doc_id in spots]
    places.append(evaluate_own._Spot(4, "memo", 40, 45, range(1, 2), 1))  # not asked for
    measures = partial(comparison_measures, places)
    assert measures([("copy", 12, 20), ("act", 20, 21), ("rules", 0, 31)]) == {"both": 1, "sides": 1}
    assert measures([("act", 20, 21), ("rules", 34, 40)]) == {"both": 0, "sides": 1}
    assert measures([("act", 12, 13), ("act", 20, 21), ("rules", 35, 40)]) == {"both": 0, "sides": 0}
    assert comparison_measures(places[-1:], [("memo", 40, 41)]) == {}


def test_look_up_is_exact_or_not() -> None:
    unit = "urn:kb:oecd:legal-0449:2024:principle:1.3"
    assert is_exact({unit}, [unit])
    assert is_exact({unit, f"{unit}.iv"}, [unit])
    assert is_exact({unit, unit.replace(":2024:", ":2024-print:")}, [unit])
    assert is_exact({unit, "urn:kb:x:y:1:para:1"}, [unit], ["urn:kb:x:y:1:para:1"])
    assert not is_exact({unit, "urn:kb:x:y:1:para:1"}, [unit])
    assert not is_exact({unit, unit.replace("1.3", "1.31")}, [unit])
    assert not is_exact({unit, unit.replace(":2024:", ":2019:")}, [unit])
    assert not is_exact(set(), [unit])


def own_set(base: KnowledgeBase) -> OwnSet:
    """A question on the orchard's ledger, its Korean twin, one without answer and a reference."""
    document = next(d.doc_id for d in base.library().store.documents if "orchard" in d.doc_id)
    text = base.library().store.text(document)
    start = text.index("Ledgers are kept")
    span = Span(start, text.index("for good", start))
    quote = readable(text[span.start : span.end])
    page = base.library().store.pages(document)[0].index
    unit = (
        base.library()
        .store.units(next(d.doc_id for d in base.library().store.documents if d.edition.register_of))[0]
        .unit_id
    )

    def judged(query: str, moved: int = 0) -> Judgement:
        place = Span(span.start + moved, span.end + moved)
        digest = hashlib.sha256(quote.encode()).hexdigest()
        return Judgement(query, 1, document, "", page, place, len(quote), digest, "0" * 64, 2)

    asked = "How long are ledgers kept after the robot has left the orchard?"
    questions = (
        Own("k-en", "k", "en", "factual", "dev", False, True, asked),
        Own("k-ko", "k", "ko", "factual", "dev", True, True, "장부는 얼마나 보관하나요?"),
        Own("n-en", "n", "en", "no-answer", "dev", False, False, "What does a submarine cost?", trap="off-topic"),
        Own("r-en", "r", "en", "reference", "dev", False, True, "OECD 1.3", expects_units=(unit,)),
    )
    return OwnSet(questions, (judged("k-en"), judged("k-ko", moved=7)))


def test_the_own_set_goes_through_the_service(base: KnowledgeBase) -> None:
    outcome = run_own(base, own_set(base), baseline(WordEncoder(), embed))
    rows = {row.measure: row for row in outcome.rows}
    assert value(rows, "en.recall@5") == 1.0
    assert rows["recall@5"].figures.keys() == {"ours", "baseline"}
    assert rows["ko-en.recall@5"].figures["ours"].n == 1
    for fault in ("markers_without_citation", "quotes_not_found", "superseded_unnamed"):
        assert value(rows, fault) == 0
    assert value(rows, "refusal_recall") in {0.0, 1.0}
    assert rows["lookup_exact"].figures["ours"].n == 1
    assert rows["answer.seconds"].figures["ours"].value > 0
    assert not any("judged places" in note for note in outcome.notes)


def test_a_place_that_is_gone_is_told(base: KnowledgeBase) -> None:
    own = own_set(base)
    first, second = own.judgements
    gone = Judgement(first.query_id, 1, first.doc_id, "", 1, first.span, first.n_chars, "f" * 64, "0" * 64, 2)
    outcome = run_own(base, OwnSet(own.questions, (gone, second)))
    assert outcome.notes[:2] == (
        "1 judged places are not in this index; they are left out",
        "1 questions have no judged place in this index; left out of search",
    )


def test_a_wrong_quote_and_a_wrong_page_are_seen(home: Path) -> None:
    """The checks themselves can fail."""

    class Lying(KnowledgeBase):
        def ask(self, *given: Any, **options: Any) -> Answer:
            return lied(super().ask(*given, **options))

    def lied(answer: Answer) -> Answer:
        wrong = tuple(
            replace(c, quote=c.quote + " not", page_index=c.page_index + 1, status="superseded", doc_ref="Gone")
            for c in answer.citations
        )
        loose = tuple(replace(s, cites=(99,)) for s in answer.sentences)
        return replace(answer, citations=wrong, sentences=loose)

    base = Lying(home, Models(WordEncoder(), is_answerable=lambda *_: True))
    rows = {row.measure: row for row in run_own(base, own_set(base)).rows}
    assert value(rows, "answered") > 0
    assert value(rows, "quote_exact") == value(rows, "page_exact") == 0.0
    for fault in ("markers_without_citation", "quotes_not_found", "superseded_unnamed"):
        assert value(rows, fault) > 0


# --- the command


def kb(*arguments: str, models: Callable[[Settings], Models] = stand_in) -> Result:
    return command("eval", *arguments, models=models)


@pytest.fixture
def lamps(tmp_path: Path) -> Path:
    """A set of three entries and two questions."""
    folder = tmp_path / "sets" / "lamps"
    folder.mkdir(parents=True)
    corpus = [{"_id": e.id, "title": e.title, "text": e.text} for e in ENTRIES]
    queries = [{"_id": "1", "text": "keeper"}, {"_id": "2 b", "text": "brush"}]
    for name, rows in (("corpus.jsonl", corpus), ("queries.jsonl", queries)):
        (folder / name).write_text("".join(json.dumps(row) + "\n" for row in rows))
    (folder / "qrels.tsv").write_text("query-id\tcorpus-id\tscore\n1\ta2\t1\n2 b\tb1\t1\n")
    return folder


def test_table_gates_and_cache(lamps: Path, kb_home: Path) -> None:
    result = kb(str(lamps.parent), "--min", "lamps.mrr@10=0.9", "--max", "lamps.seconds=60")
    assert result.exit_code == 0
    (line,) = [line for line in result.stdout.splitlines() if line.startswith("lamps.mrr@10")]
    assert line.split()[1:3] == ["2", "1"]
    assert "ours − baseline" in result.stdout
    assert (kb_home / EVALUATION_CACHE).is_file()
    again = kb(str(lamps), "--no-baseline")
    assert "embedding" not in again.stderr  # every vector was kept
    failed = kb(str(lamps), "--min", "lamps.mrr@10=1.1", "--min", "lamps.speed=1", "--max", "lamps.mrr@10=0.5")
    assert failed.exit_code == 1
    assert [line for line in failed.stderr.splitlines() if line.startswith("gate failed")] == [
        "gate failed: lamps.mrr@10 is 1.0000, below 1.1",
        "gate failed: lamps.speed: not measured",
        "gate failed: lamps.mrr@10 is 1.0000, above 0.5",
    ]


def test_json_says_what_was_measured_with(lamps: Path) -> None:
    result = kb(str(lamps), "--format", "json", "--min", "lamps.mrr@10=2")
    assert result.exit_code == 1
    data = json.loads(result.stdout)
    assert data["encoders"]["ours"] == [{"name": "words-64", "fingerprint": "0" * 64}]
    assert data.keys() >= {"version", "commit", "index_id", "interval", "limit"}
    (found,) = data["sets"]
    by_name = {m["measure"]: m for m in found["measures"]}
    assert by_name["mrr@10"]["ours"] == {"value": 1.0, "low": 1.0, "high": 1.0, "n": 2}
    assert by_name["mrr@10"].keys() == {"measure", "ours", "baseline", "difference"}
    assert data["gates_failed"] == ["lamps.mrr@10 is 1.0000, below 2"]


def test_trec_run(lamps: Path, tmp_path: Path) -> None:
    to = tmp_path / "run.trec"
    assert kb(str(lamps), "--no-baseline", "--run", str(to)).exit_code == 0
    rows = [line.split(" ") for line in to.read_text().splitlines()]
    assert [(r[0], r[2]) for r in rows if r[3] == "1"] == [("1", "a2"), ("2%20b", "b1")]
    assert all(len(r) == 6 for r in rows)


def test_list_measures_nothing(lamps: Path) -> None:
    result = kb("--list", str(lamps.parent), "own", models=lambda _: pytest.fail("measured"))
    assert result.exit_code == 0
    first, second = result.stdout.splitlines()
    assert first.split(maxsplit=1) == ["lamps", "entries 3, ranking 2"]
    assert second.startswith("own ")
    assert "no-answer" in second


@pytest.mark.parametrize("gate", ["lamps", "lamps.x", "lamps.x=", "lamps=1", "lamps.x=nan"])
def test_a_gate_that_says_nothing_is_refused(lamps: Path, gate: str) -> None:
    assert kb(str(lamps), "--min", gate).exit_code == 2


def test_what_is_no_set_is_refused(tmp_path: Path) -> None:
    assert kb(str(tmp_path)).exit_code == 2
    assert kb(str(tmp_path / "nowhere")).exit_code == 2


def test_own_is_the_default(home: Path, kb_home: Path) -> None:
    shutil.copytree(home, kb_home)
    result = kb("--no-baseline", "--limit", "4", "--format", "json")
    assert result.exit_code == 0, result.output
    data = json.loads(result.stdout)
    assert data["sets"][0]["set"] == "own"
    assert data["index_id"]
