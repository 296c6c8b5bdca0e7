"""The questions that train: whole, in pairs, about units that are known, and in our own words."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from ingest.readers.pdf import plain_texts
from kb.catalog.catalog import corpus_dir, load_catalog
from tests.paths import DOCUMENTS

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = Path(__file__).parents[2] / "benchmarks" / "questions"
TRAPS = {"penalty", "number", "date", "entity", "near", "premise", "off-topic"}
RUN = 12


@pytest.fixture(scope="module")
def rows() -> list[dict[str, Any]]:
    return [
        json.loads(line) for f in sorted(FOLDER.glob("*.jsonl")) for line in f.read_text("utf-8").strip().split("\n")
    ]


def test_every_question_stands_in_english_and_korean_and_once(rows: list[dict[str, Any]]) -> None:
    languages: dict[str, list[str]] = {}
    for row in rows:
        languages.setdefault(row["pair"], []).append(row["lang"])
    assert len(languages) >= 1_000
    assert all(set(found) >= {"en", "ko"} and len(found) == len(set(found)) for found in languages.values())
    assert [text for text, n in Counter(row["text"] for row in rows).items() if n > 1] == []


def test_a_question_has_units_or_a_trap_and_its_pair_the_same(rows: list[dict[str, Any]]) -> None:
    units = {row["pair"]: row["units"] for row in rows}
    assert rows
    for row in rows:
        assert bool(row["units"]) != (row.get("trap") in TRAPS), row["text"]
        assert row["units"] == units[row["pair"]]
        assert len(row["units"]) <= 6


def test_measured_questions_are_in_pairs_and_no_training_question() -> None:
    trained = {
        json.loads(line)["text"]
        for f in (*FOLDER.glob("*.jsonl"), *FOLDER.glob("added/*.jsonl"))
        for line in f.read_text("utf-8").splitlines()
    }
    measured = [
        json.loads(line) for f in (FOLDER / "measured").glob("*.jsonl") for line in f.read_text("utf-8").splitlines()
    ]
    languages: dict[str, set[str]] = {}
    for row in measured:
        languages.setdefault(row["pair"], set()).add(row["lang"])
        assert bool(row["units"]) != (row.get("trap") in TRAPS), row["text"]
        assert row["text"] not in trained
    assert len(measured) >= 60
    assert all(found == {"en", "ko"} for found in languages.values())


def test_questions_about_added_documents_say_which_and_have_units_of_it_or_a_trap() -> None:
    added = [json.loads(line) for f in FOLDER.glob("added/*.jsonl") for line in f.read_text("utf-8").splitlines()]
    assert len(added) >= 60
    assert len({row["text"] for row in added}) == len(added)
    for row in added:
        assert bool(row["units"]) != (row.get("trap") in TRAPS), row["text"]
        assert row["document"]
        if row["document"].startswith("file-"):
            assert all(unit.startswith("urn:kb:file:") for unit in row["units"])


def test_units_belong_to_editions_of_the_catalog(rows: list[dict[str, Any]]) -> None:
    urns = {e.urn for e in load_catalog((corpus_dir() / "catalog.toml").read_text("utf-8")).editions}
    named = {":".join(unit.split(":")[:5]) for row in rows for unit in (*row["units"], *row.get("also", ()))}
    assert named
    assert named - urns == set()


@pytest.mark.documents
@pytest.mark.slow
def test_no_words_are_copied_from_a_publication(rows: list[dict[str, Any]]) -> None:
    if DOCUMENTS is None:
        pytest.skip("official publications are not at hand (../shared/documents beside the repository)")
    measured = [
        json.loads(line)
        for name in ("measured", "added")
        for f in (FOLDER / name).glob("*.jsonl")
        for line in f.read_text("utf-8").splitlines()
    ]
    asked = {run: row["text"] for row in (*rows, *measured) for run in runs(row["text"])}
    copied = {
        asked[run]
        for path in sorted(DOCUMENTS.rglob("*.pdf"))
        for run in runs(" ".join(plain_texts(path)))
        if run in asked
    }
    assert copied == set()


def runs(text: str) -> Iterator[tuple[str, ...]]:
    words = re.findall(r"\w+", text.casefold())
    return (tuple(words[i : i + RUN]) for i in range(len(words) - RUN + 1))
