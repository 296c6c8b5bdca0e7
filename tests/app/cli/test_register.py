"""``kb register``: the check finds each kind of fault on its line, and what is not verified is marked everywhere."""

from __future__ import annotations

import csv
import io
import json
import shutil
from typing import TYPE_CHECKING

import pytest

from app.cli.register.entries import NOT_VERIFIED, REGISTER_COLUMNS
from kb.catalog.catalog import corpus_dir
from kb.catalog.register import load_corpus
from tests.app.cli.test_main import NOT_FOUND, SOME_FAILED, USAGE
from tests.library import command as kb

if TYPE_CHECKING:
    from pathlib import Path

REGISTER = load_corpus()
HLEG = "register/eu-hleg-2019.toml"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A copy of the data that may be spoilt."""
    return shutil.copytree(corpus_dir(), tmp_path / "corpus")


def spoil(data: Path, old: str, new: str, name: str = HLEG) -> int:
    """Replaces the first ``old`` in a file of the data; the line it stands on."""
    path = data / name
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    return text[: text.index(old)].count("\n") + 1


class TestCheck:
    def test_the_register_as_it_is_has_no_fault(self, kb_home: Path) -> None:
        result = kb("register", "check")
        assert (result.exit_code, result.stdout) == (0, "")
        assert f"{len(REGISTER.entries)} entries" in result.stderr

    @pytest.mark.parametrize(
        ("old", "new", "told"),
        [
            ('key = "requirement:1.3"', 'key = "requirement:1.2"', "has this key already"),
            ('parent = "requirement:1.1"', 'parent = "requirement:9.9"', "its parent 'requirement:9.9' is none"),
            ('force = "should"', 'force = "must"', "force is 'must'"),
            ('topics = ["', 'topics = ["nonsense", "', "no topic 'nonsense'"),
            ("[[entry]]", "[[entry]", "not valid TOML"),
        ],
        ids=["id twice", "no parent", "force", "topic", "malformed"],
    )
    def test_what_makes_the_data_unreadable(self, data: Path, kb_home: Path, old: str, new: str, told: str) -> None:
        line = spoil(data, old, new)
        result = kb("register", "check", "--corpus", str(data))
        assert result.exit_code == SOME_FAILED
        (fault,) = [each for each in result.stdout.splitlines() if told in each]
        # a key stands a line under the head of its entry, where a fault between entries is told
        named = int(fault.split(", line ")[1].split(":")[0])
        assert fault.startswith(f"{data / HLEG}, line ") or "not valid TOML" in fault
        assert 0 <= line - named <= 8

    @pytest.mark.parametrize(
        ("old", "new", "told"),
        [
            ('title_ko = "', 'title_ko = "" # "', "no title_ko"),
            ('verified_against = "file', 'verified_against = "general knowledge, file', "says 'general knowledge'"),
            ('url = "http', 'url = "" # "http', "no url"),
            ('kind = "requirement"', 'kind = "point"', "7 entries of kind requirement expected, 6 found"),
        ],
        ids=["language", "honesty", "url", "count"],
    )
    def test_what_is_missing_or_not_honest(self, data: Path, kb_home: Path, old: str, new: str, told: str) -> None:
        spoil(data, old, new)
        result = kb("register", "check", "--corpus", str(data))
        assert result.exit_code == SOME_FAILED
        assert told in result.stdout

    def test_faults_are_told_in_the_language_of_the_interface(
        self, data: Path, kb_home: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        spoil(data, 'kind = "requirement"', 'kind = "point"')
        monkeypatch.setenv("KB_LANGUAGE", "ko")
        result = kb("register", "check", "--corpus", str(data))
        assert result.exit_code == SOME_FAILED
        assert "'requirement' 항목은 7개여야 하는데 6개입니다." in result.stdout
        assert "expected" not in result.stdout and "faults" not in result.stderr
        assert "오류 " in result.stderr

    def test_twelve_words_of_a_document_at_hand(self, data: Path, tmp_path: Path, kb_home: Path) -> None:
        words = "One two three four five six seven eight nine ten eleven twelve."
        (tmp_path / "documents").mkdir()
        (tmp_path / "documents" / "theirs.txt").write_text(f"Before.\n{words}\nAfter.", "utf-8")
        spoil(data, 'gist_en = "', f'gist_en = "{words} ')
        result = kb("register", "check", "--corpus", str(data), "--documents", str(tmp_path / "documents"))
        assert result.exit_code == SOME_FAILED
        (fault,) = result.stdout.splitlines()
        assert f"corpus/{HLEG}, line " in fault
        assert "gist_en repeats 12 words of theirs.txt" in fault

    def test_as_data(self, kb_home: Path) -> None:
        found = json.loads(kb("register", "check", "--format", "json").stdout)
        assert found["faults"] == []
        assert found["verified"] + found["not_verified"] == found["entries"] == len(REGISTER.entries)


class TestMarks:
    """Every entry that is not verified is marked, and no other."""

    UNVERIFIED = frozenset(REGISTER.unit_id(e) for e in REGISTER.entries if not e.verified)

    def test_in_the_list(self) -> None:
        lines = kb("register", "list").stdout.splitlines()
        assert len(lines) == len(REGISTER.entries)
        assert {line.split(" ")[0] for line in lines if line.endswith(f"[{NOT_VERIFIED}]")} == self.UNVERIFIED
        assert {line.split(" ")[0] for line in kb("register", "list", "--unverified").stdout.splitlines()} == (
            self.UNVERIFIED
        )

    def test_in_the_exports(self) -> None:
        rows = list(csv.DictReader(io.StringIO(kb("register", "export", "-f", "csv").stdout)))
        assert tuple(rows[0]) == REGISTER_COLUMNS
        assert {row["unit_id"] for row in rows if row["verified"] == NOT_VERIFIED} == self.UNVERIFIED
        assert {row["verified"] for row in rows} == {"yes", NOT_VERIFIED}
        data = json.loads(kb("register", "export", "-f", "json").stdout)
        assert {row["unit_id"] for row in data if row["verified"] is False} == self.UNVERIFIED
        assert len(data) == len(rows) == len(REGISTER.entries)

    def test_in_what_is_shown(self) -> None:
        assert f"[{NOT_VERIFIED}]" in kb("register", "show", "UNESCO para 37").stdout
        assert NOT_VERIFIED not in kb("register", "show", "GOVERN 1.1").stdout

    def test_in_a_look_up(self, home: Path) -> None:
        shown = kb("--home", str(home), "lookup", "UNESCO para 37").stdout
        assert "not verified" in shown.splitlines()[0]

    def test_the_paragraphs_of_a_text_that_nobody_read_are_not_verified(self) -> None:
        entries = REGISTER.of_document("unesco-ai-ethics-2021")
        assert [entry.key for entry in entries if entry.verified] == []


class TestShowAndList:
    def test_by_id_and_by_reference(self) -> None:
        by_id = kb("register", "show", "urn:kb:oecd:legal-0449:2024:principle:1.3", "--format", "json").stdout
        assert by_id == kb("register", "show", "OECD 1.3", "--format", "json").stdout
        assert json.loads(by_id)["title"] == "Transparency and explainability"

    def test_an_unknown_number_is_not_in_the_register_and_has_no_neighbour(self) -> None:
        result = kb("register", "show", "IEEE 2857")
        assert (result.exit_code, result.stdout) == (NOT_FOUND, "")
        assert "near, but not it" not in result.stderr

    def test_a_name_is_suggested_and_never_taken(self) -> None:
        result = kb("register", "show", "Organizational governnance capability")
        assert (result.exit_code, result.stdout) == (NOT_FOUND, "")
        assert "near, but not it" in result.stderr

    @pytest.mark.parametrize(
        ("work", "least"),
        [("unesco", 186), ("oecd-legal-0449", 100), ("nist-ai-100-1-2023", 96), ("register-certifaied", 60)],
    )
    def test_of_a_work(self, work: str, least: int) -> None:
        assert len(kb("register", "list", "--work", work).stdout.splitlines()) >= least

    def test_no_such_work(self) -> None:
        assert kb("register", "list", "--work", "nobody").exit_code == NOT_FOUND

    def test_no_data_at_all(self, tmp_path: Path) -> None:
        result = kb("register", "check", "--corpus", str(tmp_path))
        assert result.exit_code in {SOME_FAILED, USAGE}
        assert "no catalog.toml" in result.output
