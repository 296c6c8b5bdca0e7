"""The measures that the screen About shows are those that `kb eval` printed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.cli.main import main as kb
from app.web.html.about import measures_html
from app.web.measures import ShownMeasure, shipped_measures
from benchmarks.measurements.shown_measures import shown_table
from kb.messages import LANGUAGES


def test_what_kb_eval_prints_is_shown_with_its_day_and_version(tmp_path: Path) -> None:
    told = CliRunner().invoke(kb, ["eval", "rephrasings", "--format", "json"])
    assert told.exit_code == 0, told.output
    run = json.loads(told.stdout)
    path = tmp_path / "measures.json"
    path.write_text(json.dumps(shown_table(run)), "utf-8")
    found = shipped_measures(path)
    assert found is not None and found.rows
    assert (found.day, found.version) == (run["date"], run["version"])
    [measured] = run["sets"]
    assert [(row.measure, row.value) for row in found.rows] == [
        (row["measure"], row["ours"]["value"]) for row in measured["measures"]
    ]
    for lang in LANGUAGES:
        assert run["version"].replace(".", "&#46;") in measures_html(found, lang)
    first = found.rows[0]
    assert len(shown_table(run, [f"{first.question_set}.{first.measure}"])["rows"]) == 1


def test_a_part_of_the_questions_or_nothing_is_not_shown(tmp_path: Path) -> None:
    row = {"measure": "recall", "ours": {"value": 0.5, "n": 10}}
    run = {"limit": None, "date": "d", "index_id": "i", "version": "v", "sets": [{"set": "own", "measures": [row]}]}
    assert shown_table(run)["rows"] == [{"set": "own", "measure": "recall", "value": 0.5, "n": 10}]
    with pytest.raises(ValueError, match="limited"):
        shown_table(run | {"limit": 5})
    with pytest.raises(ValueError, match="no measure"):
        shown_table(run, ["own.other"])
    assert shipped_measures(tmp_path / "none.json") is None


@pytest.mark.parametrize(
    ("measure", "value", "shown"),
    [("recall@5", 0.84496, "0.845"), ("quotes_not_found", 0.0, "0"), ("answer.seconds", 0.507, "0.51 s"),
     ("seconds", 2.4581, "2.46 s")],
)  # fmt: skip
def test_a_time_is_no_share(measure: str, value: float, shown: str) -> None:
    assert ShownMeasure("own", measure, value, 10).shown == shown
