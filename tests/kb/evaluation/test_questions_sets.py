"""Reading of question sets: the files determine the tasks, and faults are reported by file and line."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.errors import ConfigError
from kb.evaluation import questions_sets
from kb.evaluation.questions_sets import load_bench_set, spread

if TYPE_CHECKING:
    from pathlib import Path

CORPUS = [
    {"_id": "a::p1", "title": "Lamps", "text": "A lamp is lit at dusk.", "metadata": {"doc": "a"}},
    {"_id": "a::p2", "title": "Lamps", "text": "The keeper notes who lit it.", "metadata": {"doc": "a"}},
    {"_id": "b::p1", "title": "", "text": "A chain is cleaned with a brush.", "metadata": {"doc": "b"}},
]
QUERIES = [
    {"_id": "q1", "text": "When is the lamp lit?", "metadata": {"doc": "a"}},
    {"_id": "q2", "text": "How is a chain cleaned?", "metadata": {"doc": "b", "answerable": True}},
    {"_id": "q3", "text": "Who pays for the oil?", "metadata": {"doc": "a", "answerable": False}},
]
QRELS = "query-id\tcorpus-id\tscore\nq1\ta::p1\t1\nq2\tb::p1\t2\n"


def write(folder: Path, name: str, content: str | list[dict[str, Any]]) -> Path:
    """A file of a set, gzipped where its name says so."""
    folder.mkdir(parents=True, exist_ok=True)
    text = content if isinstance(content, str) else "".join(json.dumps(row) + "\n" for row in content)
    data = text.encode()
    (folder / name).write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    return folder


@pytest.fixture
def lamps(tmp_path: Path) -> Path:
    """A ranking set of two documents with an unanswerable question."""
    folder = tmp_path / "lamps"
    write(folder, "corpus.jsonl.gz", CORPUS)
    write(folder, "queries.jsonl", QUERIES)
    return write(folder, "qrels.tsv", QRELS)


def test_a_ranking_set(lamps: Path) -> None:
    bench = load_bench_set(lamps)
    assert bench.name == "lamps"
    task = bench.ranking
    assert task is not None
    assert [e.words for e in task.entries][1:] == ["Lamps\nThe keeper notes who lit it.", CORPUS[2]["text"]]
    assert task.qrels == {"q1": {"a::p1": 1}, "q2": {"b::p1": 2}}
    assert [(q.id, q.document, q.answerable) for q in task.questions] == [
        ("q1", "a", True),
        ("q2", "b", True),
        ("q3", "a", False),
    ]
    assert task.known
    assert (bench.tokens, bench.refusals, bench.spans, bench.claims, bench.notes) == (None, (), (), (), ())


def test_documents_are_known_only_where_every_question_names_one(lamps: Path) -> None:
    write(lamps, "queries.jsonl", [QUERIES[0] | {"metadata": {}}, *QUERIES[1:]])
    task = load_bench_set(lamps).ranking
    assert task is not None
    assert not task.known


def test_what_is_left_out_is_told(lamps: Path) -> None:
    more = [*QUERIES, {"_id": "q4", "text": "judged by nobody"}]
    write(lamps, "queries.jsonl", more)
    write(lamps, "qrels.tsv", QRELS + "q1\tgone\t1\nq9\ta::p1\t1\nq4\ta::p1\t0\nq3\ta::p1\t1\n")
    assert load_bench_set(lamps).notes == (
        "1 judged entries are not in the corpus; they count as missed",
        "1 judged questions are not in queries.jsonl; left out",
        "1 questions have no relevant entry; left out",
        "1 questions are unanswerable and yet judged; taken as unanswerable",
    )


def test_a_corpus_is_found_beside_the_set(lamps: Path) -> None:
    more = lamps.with_name("lamps-two-parts")
    write(more, "queries.jsonl.gz", QUERIES)
    write(more, "qrels.tsv", QRELS)
    write(lamps.with_name("lamps-two"), "corpus.jsonl", [CORPUS[0] | {"_id": "other"}])  # holds nothing judged
    task = load_bench_set(more).ranking
    assert task is not None
    assert len(task.entries) == 3
    write(more, "qrels.tsv", "q1\tnowhere\t1\n")
    with pytest.raises(ConfigError, match="--corpus"):
        load_bench_set(more)
    with pytest.raises(ConfigError, match="holds no entry that is judged"):
        load_bench_set(more, lamps / "corpus.jsonl.gz")


def test_required_strings_need_no_judgements(tmp_path: Path) -> None:
    folder = write(tmp_path / "t", "corpus.jsonl", CORPUS)
    write(folder, "queries.jsonl", [QUERIES[0] | {"tokens": ["dusk"]}])
    bench = load_bench_set(folder)
    assert bench.ranking is None
    assert bench.tokens is not None
    assert bench.tokens.questions[0].tokens == ("dusk",)
    write(folder, "queries.jsonl", [{"_id": "q", "text": "?", "tokens": ["x"], "metadata": {"doc": "c"}}])
    with pytest.raises(ConfigError, match="'q' names no document of the corpus"):
        load_bench_set(folder)


def test_reader_files_and_claims(tmp_path: Path) -> None:
    folder = write(tmp_path / "r", "corpus.jsonl", CORPUS)
    rows = [
        {"_id": 5, "question": "When?", "title": "Lamps", "passage": "At dusk.", "answerable": True},
        {"id": "s", "question": "When?", "paragraph": "a::p1", "answers": ["at dusk"]},
    ]
    write(folder, "reader.jsonl.gz", rows)
    claim = {"_id": "c", "claim": "It is lit.", "label": "partially_supported", "evidence": ["x", "It is lit at dusk."]}
    write(folder, "claims.jsonl", [claim | {"supporting_sentences": [[1], []]}])
    bench = load_bench_set(folder)
    assert bench.refusals == (questions_sets.RefusalCase("5", "When?", "Lamps", "At dusk.", True),)
    assert bench.spans == (questions_sets.SpanCase("s", "When?", CORPUS[0]["text"], ("at dusk",)),)
    assert bench.claims[0].supporting == (frozenset({1}), frozenset())


FAULTS = {
    "no JSON": ("corpus.jsonl.gz", '{"_id": "x", "text": ""}\n{"_id"\n', "corpus.jsonl.gz, line 2: no JSON object"),
    "deep": ("queries.jsonl", "[" * 100_000, "queries.jsonl, line 1: no JSON object"),
    "a list": ("queries.jsonl", "[]", "queries.jsonl, line 1: no JSON object"),
    "no text": ("queries.jsonl", '{"_id": "x"}', "queries.jsonl, line 1: no field 'text'"),
    "text of numbers": ("queries.jsonl", '{"_id": "x", "text": 3}', "line 1: 'text' is no text"),
    "an empty id": ("queries.jsonl", '{"_id": "", "text": "t"}', "line 1: the id is empty"),
    "twice": ("queries.jsonl", '{"_id":"x","text":"t"}\n\n{"_id":"x","text":"t"}', "line 3: the id 'x' stands twice"),
    "metadata": ("queries.jsonl", '{"_id":"x","text":"t","metadata":[1]}', "line 1: 'metadata' is no object"),
    "answerable": (
        "queries.jsonl",
        '{"_id":"x","text":"t","metadata":{"answerable":"no"}}',
        "'metadata.answerable' is neither true nor false",
    ),
    "tokens": ("queries.jsonl", '{"_id":"x","text":"t","tokens":"a"}', "'tokens' is no list of texts"),
    "empty": ("queries.jsonl", "\n", "holds no question"),
    "columns": ("qrels.tsv", "query-id\tcorpus-id\tscore\nq1 a 1\n", "qrels.tsv, line 2: not three columns"),
    "grade": ("qrels.tsv", "q1\ta::p1\t1\nq1\tb::p1\tyes\n", "qrels.tsv, line 2: the grade 'yes'"),
    "twice judged": ("qrels.tsv", "q1\ta::p1\t1\nq1\ta::p1\t2\n", "line 2: 'a::p1' is judged twice"),
}


@pytest.mark.parametrize(("name", "content", "message"), FAULTS.values(), ids=FAULTS.keys())
def test_one_error_with_file_and_line(lamps: Path, name: str, content: str, message: str) -> None:
    write(lamps, name, content)
    with pytest.raises(ConfigError) as caught:
        load_bench_set(lamps)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_damaged_files(lamps: Path) -> None:
    packed = lamps / "corpus.jsonl.gz"
    whole = packed.read_bytes()
    packed.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ConfigError, match="cannot be read"):
        load_bench_set(lamps)
    packed.write_bytes(b"no gzip at all")
    with pytest.raises(ConfigError, match="cannot be read"):
        load_bench_set(lamps)
    packed.write_bytes(gzip.compress(b'{"_id": "\xff"}'))
    with pytest.raises(ConfigError, match="line 1: not UTF-8"):
        load_bench_set(lamps)


@pytest.mark.parametrize(("bound", "value"), [("MAX_LINE", 500), ("MAX_SIZE", 900), ("MAX_ROWS", 20)])
def test_bounds_hold_while_unpacking(lamps: Path, monkeypatch: pytest.MonkeyPatch, bound: str, value: int) -> None:
    write(lamps, "corpus.jsonl.gz", [CORPUS[0] | {"_id": str(n), "text": "x" * n * 20} for n in range(40)])
    monkeypatch.setattr(questions_sets, bound, value)
    with pytest.raises(ConfigError, match=r"corpus\.jsonl\.gz, line \d+: larger"):
        load_bench_set(lamps)


def test_a_folder_without_a_set(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no set of questions"):
        load_bench_set(tmp_path / "nowhere")
    write(tmp_path, "queries.jsonl", QUERIES)
    with pytest.raises(ConfigError, match="neither qrels"):
        load_bench_set(tmp_path)


def test_a_limit_keeps_both_kinds(lamps: Path) -> None:
    task = load_bench_set(lamps, limit=2).ranking
    assert task is not None
    assert {q.answerable for q in task.questions} == {True, False}
    assert task.qrels.keys() == {q.id for q in task.questions if q.answerable}


@given(st.lists(st.sampled_from("ab")), st.integers(1, 30))
def test_spread_keeps_order_and_every_kind(kinds: list[str], limit: int) -> None:
    cases = list(enumerate(kinds))
    kept = spread(cases, limit, lambda c: c[1])
    assert list(kept) == sorted(kept)
    assert {k for _, k in kept} == set(kinds)
    assert len(kept) <= max(limit + 1, len(set(kinds)))
    assert spread(cases, limit, lambda c: c[1]) == kept
    assert limit < len(cases) or kept == tuple(cases)
