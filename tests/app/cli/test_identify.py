"""What a person says of a file at the command line: which edition it is, and its facts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from kb.catalog.own_files import OWN_FILES, read_own_files
from tests.app.cli.test_main import FAILED, USAGE
from tests.builds import build
from tests.library import command as kb
from tests.samples import CHAINS, write_text

if TYPE_CHECKING:
    from pathlib import Path

NIST = "nist-ai-100-1-2023"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with one document, which says little of itself."""
    write_text(tmp_path / "files" / "chains.txt", CHAINS, "Care of chains")
    build(tmp_path / "home", tmp_path / "files")
    return tmp_path / "home"


def only(home: Path) -> str:
    """The id of the one document."""
    rows = json.loads(kb("--home", str(home), "corpus", "list", "--loaded", "--format", "json").stdout)
    (row,) = rows
    return str(row["doc_id"])


def test_a_document_or_its_file_is_identified_denied_and_shown(home: Path, tmp_path: Path) -> None:
    before, path = only(home), tmp_path / "files" / "chains.txt"
    done = kb("--home", str(home), "corpus", "identify", before, NIST)
    assert (done.exit_code, "chains.txt is NIST AI 100-1, by your word" in done.stdout) == (0, True)
    assert "kb ingest" in done.stderr
    build(home)
    assert only(home) == NIST
    assert "recognised_by:     your word" in kb("--home", str(home), "corpus", "show", NIST).stdout
    denied = kb("--home", str(home), "corpus", "identify", str(path), NIST, "--not")
    assert "chains.txt is not NIST AI 100-1" in denied.stdout
    build(home)
    assert only(home) == before


def test_facts_are_corrected_shown_and_taken_back(home: Path) -> None:
    doc_id = only(home)
    stated = kb("--home", str(home), "corpus", "set", doc_id, "issuer=Orchard House", "date=2026-05", "kind=policy")
    assert stated.exit_code == 0
    build(home)
    shown = kb("--home", str(home), "corpus", "show", doc_id).stdout
    assert "publisher:         Orchard House" in shown
    assert "title: title page" in shown and "issuer: your word" in shown
    assert "these facts are not verified" in shown
    listed = kb("--home", str(home), "corpus", "list", "--loaded").stdout
    assert "Care of chains  [Orchard House, 2026-05, policy, en]  (facts not verified)" in listed
    assert kb("--home", str(home), "corpus", "set", doc_id, "issuer=", "date=", "kind=").exit_code == 0
    assert read_own_files(home) == {}
    build(home)
    assert "[unknown publisher, no issued, no kind, en]" in kb("--home", str(home), "corpus", "list", "--loaded").stdout


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("identify", "nowhere.pdf", NIST), FAILED, "is no file, and no document of the index"),
        (("identify", "{doc}", "nist-ai-100-2-2023"), USAGE, "Did you mean 'nist-ai-100-1-2023'"),
        (("set", "{doc}", "titel=x"), USAGE, "'titel' is no fact of a file; there are title, issuer, date"),
        (("set", "{doc}", "title"), USAGE, "write one of title"),
        (("set", "{doc}", "date=May 2026"), USAGE, "write it as YYYY, YYYY-MM or YYYY-MM-DD"),
        (("set", "{doc}", "language=English"), USAGE, "write two letters such as en, or other"),
    ],
)
def test_what_cannot_be_recorded_is_refused_in_one_line(
    home: Path, arguments: tuple[str, ...], code: int, words: str
) -> None:
    result = kb("--home", str(home), "corpus", *(each.format(doc=only(home)) for each in arguments))
    assert result.exit_code == code
    assert words in result.stderr
    assert not (home / OWN_FILES).exists()


def test_the_facts_of_an_edition_of_the_catalog_are_not_changed(home: Path) -> None:
    kb("--home", str(home), "corpus", "identify", only(home), NIST)
    build(home)
    result = kb("--home", str(home), "corpus", "set", NIST, "title=Another")
    assert result.exit_code == USAGE
    assert "an edition of the catalog, whose facts are not changed" in result.stderr


def test_a_damaged_record_is_named_with_its_line(home: Path) -> None:
    (home / OWN_FILES).write_text('[[file]]\nsha256 = "abc"\n', "utf-8")
    result = kb("--home", str(home), "corpus", "set", only(home), "title=x")
    assert result.exit_code == USAGE
    assert f"{OWN_FILES}, line 2:" in result.stderr


def test_odd_words_are_written_and_read_back(home: Path) -> None:
    title = 'Rules "of" the \\ house 사다리 — №1'
    assert kb("--home", str(home), "corpus", "set", only(home), f"title={title}").exit_code == 0
    (own,) = read_own_files(home).values()
    assert dict(own.facts) == {"title": title}
