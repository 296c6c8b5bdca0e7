"""The set of rephrasings: its form, and what the check of a model's sentences does with it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from kb.catalog.catalog import corpus_dir
from kb.errors import ConfigError
from kb.evaluation.rephrasings import REPHRASINGS_FOLDER, evaluate_rephrasings, load_rephrasings
from tests.library import command

if TYPE_CHECKING:
    from pathlib import Path

FOLDER = corpus_dir() / REPHRASINGS_FOLDER
KINDS = set("actor recipient order condition exception bound force negation number date quantifier deadline".split())


def test_the_set_has_what_it_should() -> None:
    pairs = load_rephrasings(FOLDER)
    wrong, right = [p for p in pairs if p.reversed_], [p for p in pairs if not p.reversed_]
    assert len(wrong) >= 200 <= len(right)
    assert {p.kind for p in wrong} == KINDS
    assert len({p.sentence for p in pairs}) == len(pairs)
    assert not {p.sentence for p in pairs} & {p.text for p in pairs}
    halves = Counter(p.half for p in pairs)
    assert min(halves.values()) >= 200
    languages = Counter((p.text_language, p.language) for p in wrong)
    assert languages["ko", "ko"] >= 60 and languages["en", "ko"] >= 12


def test_no_turned_meaning_passes_and_most_sound_ones_do() -> None:
    rows = {row.measure: row.figures["ours"].value for row in evaluate_rephrasings(load_rephrasings(FOLDER)).rows}
    assert rows["reversed_passed"] == 0
    assert rows["sound_withheld"] <= 0.4
    assert rows["check.sound_withheld"] <= 0.4


def test_the_command_measures_it_without_an_index(tmp_path: Path) -> None:
    done = command("--home", str(tmp_path / "none"), "eval", "rephrasings", "--max", "rephrasings.reversed_passed=0")
    assert done.exit_code == 0, done.output
    assert "rephrasings.check.sound_withheld" in done.output


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("pairs.tsv", "provision\tlanguage\n", "the columns must be"),
        (
            "pairs.tsv",
            "provision\tlanguage\tjudged\tkind\tsentence\ne9\ten\tsound\tword\tA.\n",
            "line 2: needs a provision",
        ),
        ("pairs.tsv", "provision\tlanguage\tjudged\tkind\tsentence\ne1\ten\tsound\tA.\n", "line 2: needs 5 cells"),
        ("provisions.tsv", "id\tlanguage\thalf\ttext\ne1\ten\tmiddle\tA.\n", "of neither half"),
    ],
)
def test_a_wrong_file_is_named(tmp_path: Path, name: str, text: str, why: str) -> None:
    (tmp_path / "provisions.tsv").write_text("id\tlanguage\thalf\ttext\ne1\ten\trules\tA.\n", "utf-8")
    (tmp_path / "pairs.tsv").write_text(
        "provision\tlanguage\tjudged\tkind\tsentence\ne1\ten\tsound\tword\tB.\n", "utf-8"
    )
    assert len(load_rephrasings(tmp_path)) == 1
    (tmp_path / name).write_text(text, "utf-8")
    with pytest.raises(ConfigError, match=why):
        load_rephrasings(tmp_path)
    with pytest.raises(ConfigError, match="cannot be read"):
        load_rephrasings(tmp_path / "nowhere")
