"""``kb check`` and ``kb audit``: reports in every format, comments, exit codes, and what they register."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import docx
import openpyxl
import pytest

from kb.audit.registered import registered_lists
from tests.builds import build
from tests.library import HARBOUR, ORCHARD
from tests.library import command as kb

if TYPE_CHECKING:
    from pathlib import Path

SOME_FAILED, NOT_FOUND, USAGE = 3, 4, 2
DRAFT = """Code for Careful Orchards, 5: “Robots may <b>always</b> rest at night, and nobody is obliged to explain.”

Its paragraph 8 has “Ledgers are kept for nine years after the robot they describe has left the orchard”.
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home, papers = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("papers")
    (papers / "orchard.txt").write_text(ORCHARD, "utf-8")
    (papers / "harbour.txt").write_text(HARBOUR, "utf-8")
    build(home, papers)
    return home


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    path = tmp_path / "draft.txt"
    path.write_text(DRAFT, "utf-8")
    return path


def test_text_and_exit_codes(home: Path, draft: Path, tmp_path: Path) -> None:
    done = kb("--home", str(home), "check", str(draft))
    assert done.exit_code == SOME_FAILED
    assert "1 wrong" in done.output
    assert "the quotation differs" in done.output
    right = tmp_path / "right.txt"
    right.write_text("Code for Careful Orchards, 5, says “Robots may rest at night”.", "utf-8")
    assert kb("--home", str(home), "check", str(right)).exit_code == 0
    right.write_text("Nothing is quoted here, and nothing is cited.", "utf-8")
    assert kb("--home", str(home), "check", str(right)).exit_code == NOT_FOUND


def test_json(home: Path, draft: Path) -> None:
    data = json.loads(kb("--home", str(home), "check", str(draft), "--format", "json").stdout)
    assert data["counts"]["wrong"] == 1
    (wrong,) = [f for f in data["findings"] if f["level"] == "wrong"]
    assert wrong["verdict"] == "differs"
    assert wrong["stands"]["doc_ref"] == "Code for Careful Orchards"
    assert DRAFT.split("\n\n")[wrong["part"]][wrong["start"] : wrong["end"]] == wrong["written"]


def test_html_is_escaped_and_loads_nothing(home: Path, draft: Path, tmp_path: Path) -> None:
    out = tmp_path / "report.html"
    kb("--home", str(home), "check", str(draft), "-o", str(out), "--lang", "ko")
    page = out.read_text("utf-8")
    assert "<b>always" not in page
    assert "&lt;b&gt;always&lt;/b&gt;" in page
    assert "인용이 원문과 다름" in page
    assert "http" not in page


def test_a_workbook_has_every_finding_the_same_each_time(home: Path, draft: Path, tmp_path: Path) -> None:
    made = []
    for name in ("a.xlsx", "b.xlsx"):
        kb("--home", str(home), "check", str(draft), "-o", str(tmp_path / name))
        made.append((tmp_path / name).read_bytes())
    assert made[0] == made[1]
    rows = list(openpyxl.load_workbook(io.BytesIO(made[0])).worksheets[0].iter_rows(values_only=True))
    assert len(rows) == 1 + 4
    assert rows[0][:3] == ("No.", "Place in the draft", "What")


def test_comments_in_a_copy_of_a_word_draft(home: Path, tmp_path: Path) -> None:
    path, copy = tmp_path / "draft.docx", tmp_path / "copy.docx"
    made = docx.Document()
    for text in DRAFT.split("\n\n"):
        made.add_paragraph(text.strip())
    made.save(str(path))
    assert kb("--home", str(home), "check", str(path), "--comments", str(copy)).exit_code == SOME_FAILED
    (comment,) = docx.Document(str(copy)).comments
    assert comment.text.startswith("WRONG: the quotation differs")
    assert kb("--home", str(home), "check", str(path), "--comments", str(path)).exit_code == USAGE
    assert kb("--home", str(home), "check", str(copy), "--format", "xlsx").exit_code == USAGE


def test_what_was_checked_and_exported_is_registered(home: Path, draft: Path, tmp_path: Path) -> None:
    kb("--home", str(home), "check", str(draft))
    asked, made = tmp_path / "asked.txt", tmp_path / "made.csv"
    asked.write_text("Code for Careful Orchards, 5\n", "utf-8")
    assert kb("--home", str(home), "cite", str(asked), "-o", str(made)).exit_code == 0
    kinds = {each.path: each.kind for each in registered_lists(home)}
    assert kinds[str(draft.resolve())] == "draft"
    assert kinds[str(made.resolve())] == "list"
    assert kb("--home", str(home), "audit", "impact").exit_code == 0
    assert kb("--home", str(home), "audit", "impact", "one").exit_code == USAGE
    assert kb("--home", str(home), "audit", "revalidate", str(made)).exit_code == 0
    made.write_text(made.read_text("utf-8").replace("nobody is obliged", "nobody is asked"), "utf-8", newline="")
    changed = kb("--home", str(home), "audit", "revalidate", str(made), "--format", "json")
    assert changed.exit_code == SOME_FAILED
    assert json.loads(changed.stdout)["counts"]["row altered"] == 1
