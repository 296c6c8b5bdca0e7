"""`kb audit show`, `verify`, `erase` and `pack`: what commands log, and what a pack proves on another machine."""

from __future__ import annotations

import json
import shutil
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pypdfium2
import pytest

from app.cli.console import FAILED, NOT_FOUND, SOME_FAILED, USAGE
from kb.audit.question_log import HEAD_FOLDER, LOG_FOLDER
from tests.library import command

if TYPE_CHECKING:
    from click.testing import Result

QUESTION = "Who decides when a robot and a gardener disagree about the ripeness of a pear?"


@pytest.fixture
def own_home(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the library's home of the test's own, which logs."""
    monkeypatch.setenv("KB_LOG", "on")
    made = tmp_path / "own"
    shutil.copytree(home, made)
    return made


def kb(home: Path, *arguments: str | Path) -> Result:
    return command("--home", str(home), *map(str, arguments))


def entries(home: Path, *arguments: str) -> list[dict[str, object]]:
    return json.loads(kb(home, "audit", "show", "--format", "json", *arguments).stdout)


def test_what_commands_do_is_logged_shown_verified_and_erased(own_home: Path, tmp_path: Path) -> None:
    assert kb(own_home, "audit", "show").exit_code == kb(own_home, "audit", "verify").exit_code == NOT_FOUND
    kb(own_home, "ask", QUESTION)
    table, out = tmp_path / "list.csv", tmp_path / "out.xlsx"
    table.write_text("question\nOECD 1.3\n1.3\n유네스코 권고 제37항\n", "utf-8")
    kb(own_home, "batch", table, "-o", out)
    lines = tmp_path / "list.txt"
    lines.write_text("OECD 1.3\n1.3\n유네스코 권고 제37항\n", "utf-8")
    kb(own_home, "cite", lines, "-o", tmp_path / "cited.csv")
    draft = tmp_path / "draft.md"
    draft.write_text("As OECD 1.3 says, “no such words stand there at all”.\n", "utf-8")
    kb(own_home, "check", draft)
    found = entries(own_home)
    assert [each["kind"] for each in found] == ["question", *["row"] * 3, "export", *["row"] * 3, "export", "draft"]
    assert found[0]["values"]["question"] == QUESTION and found[0]["values"].get("user")
    assert found[1]["data"]["cited"][0]["unit"].endswith("principle:1.3")
    assert found[4]["values"]["source"] == "list.csv" and found[4]["data"]["answered"] == 2
    assert QUESTION in kb(own_home, "audit", "show").stdout
    assert [each["n"] for each in entries(own_home, "--kind", "row", "--matching", "제37항")] == [4, 7]
    assert [each["n"] for each in entries(own_home, "2", "5")] == [2, 5]

    checkpoint = tmp_path / "checkpoint"
    whole = kb(own_home, "audit", "verify", "--save-checkpoint", checkpoint)
    assert whole.exit_code == 0 and "The log is whole: 10 entries" in whole.stdout
    nowhere = kb(own_home, "audit", "verify", "--save-checkpoint", tmp_path / "no folder" / "checkpoint")
    assert nowhere.exit_code == FAILED and nowhere.stderr.count("\n") == 1
    assert kb(own_home, "audit", "erase").exit_code == USAGE
    assert kb(own_home, "audit", "erase", "1", "--why", "asked").exit_code == 0
    assert kb(own_home, "audit", "erase", "1").exit_code == NOT_FOUND
    assert QUESTION not in kb(own_home, "audit", "show").stdout
    assert kb(own_home, "audit", "verify", "--checkpoint", checkpoint, "--lang", "ko").exit_code == 0
    data = json.loads(kb(own_home, "audit", "verify", "--format", "json").stdout)
    assert data["whole"] and (data["entries"], data["erased"]) == (11, 1)

    log = next((own_home / LOG_FOLDER).glob("entries-*"))
    log.write_bytes(log.read_bytes().replace(b'"answered":2', b'"answered":3', 1))
    broken = kb(own_home, "audit", "verify")
    assert broken.exit_code == SOME_FAILED and "Entry 6 does not follow the one before it" in broken.stdout


def test_a_log_that_cannot_be_written_costs_a_line_and_no_answer(own_home: Path) -> None:
    first = kb(own_home, "ask", QUESTION)
    next((own_home / LOG_FOLDER).glob("entries-*")).write_bytes(b"")
    again = kb(own_home, "ask", QUESTION)
    assert (again.stdout, again.exit_code) == (first.stdout, first.exit_code)
    assert [line for line in again.stderr.splitlines() if "not logged" in line] == [
        "kb: not logged: the log is not what its head was signed for; nothing is added to it. Run `kb audit verify`"
    ]
    shutil.rmtree(own_home / HEAD_FOLDER)
    (own_home / HEAD_FOLDER).write_text("no folder")
    assert "not logged" in kb(own_home, "ask", QUESTION).stderr


def test_nothing_is_logged_where_it_is_turned_off(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KB_LOG", "off")
    kb(own_home, "ask", QUESTION)
    assert not (own_home / LOG_FOLDER).exists() and not (own_home / HEAD_FOLDER).exists()


def test_the_head_stands_elsewhere_where_a_setting_says_so(
    own_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KB_LOG_HEAD", str(tmp_path / "apart" / "head"))
    kb(own_home, "ask", QUESTION)
    assert (tmp_path / "apart" / "head" / "checkpoint").exists() and not (own_home / HEAD_FOLDER).exists()
    shutil.rmtree(own_home / LOG_FOLDER)
    assert kb(own_home, "audit", "verify").exit_code == SOME_FAILED


# --- packs


@pytest.fixture
def pack(own_home: Path, tmp_path: Path) -> Path:
    """A pack of three citations."""
    table, listed, made = tmp_path / "list.txt", tmp_path / "list.csv", tmp_path / "pack.zip"
    table.write_text("OECD 1.3\n유네스코 권고 제37항\nOECD 1.4\n", "utf-8")
    kb(own_home, "cite", table, "-o", listed)
    done = kb(own_home, "audit", "pack", listed, "-o", made)
    assert done.exit_code == 0, done.output
    assert "3 quotes" in done.stderr and "5 entries of the log proven" in done.stderr
    return made


def test_a_pack_is_verified_without_an_index_and_can_be_printed(pack: Path, tmp_path: Path) -> None:
    elsewhere = kb(tmp_path / "no-home", "audit", "verify", pack)
    assert elsewhere.exit_code == 0, elsewhere.output
    assert "5 entries of the log proven under root" in elsewhere.stdout
    with zipfile.ZipFile(pack) as archive:
        names = archive.namelist()
        rows = json.loads(archive.read("rows.json"))
        printed = pypdfium2.PdfDocument(archive.read("evidence.pdf"))
        catalog = json.loads(archive.read("catalog.json"))
    assert [row["log_entry"] for row in rows] == [1, 2, 3]
    assert any(name.startswith("pages/") for name in names)  # the register is our own
    assert {each["doc_id"] for each in catalog} >= {"register-oecd", "register-unesco"}
    text = " ".join(page.get_textpage().get_text_bounded() for page in printed)
    printed.close()
    assert "Evidence for a citation list" in text and rows[0]["quote_sha256"] in text.replace("\r\n", "")


def _changed(pack: Path, name: str, old: bytes, new: bytes) -> Path:
    other = pack.with_name("other.zip")
    with zipfile.ZipFile(pack) as archive, zipfile.ZipFile(other, "w") as made:
        for each in archive.namelist():
            data = archive.read(each)
            assert each != name or old in data
            if each != name or new != b"-":
                made.writestr(each, data.replace(old, new) if each == name else data)
    return other


@pytest.mark.parametrize(
    ("name", "old", "new", "said"),
    [
        ("rows.json", b'"page_label"', b'"page_lable"', "rows.json was changed"),
        ("list/list.csv", b"OECD", b"OECE", "The rows are not those of the list in the pack|list/list.csv was changed"),
        ("evidence.pdf", b"%PDF", b"%PDX", "evidence.pdf was changed"),
        ("catalog.json", b"", b"-", "catalog.json is gone"),
        ("manifest.json", b'"rows.json"', b'"rows.jsn"', "rows.jsn is gone"),
        ("log/entries.json", b'\\"row\\":1,', b'\\"row\\":7,', "Entry 1 is not in the log of the checkpoint"),
        ("log/checkpoint", b"standards-kb/log", b"standards-kb/lug", "not signed with the log's key"),
        ("log/checkpoint", b"", b"-", "no checkpoint"),
        ("log/key.pub", b"standards-kb/log", b"standards-kb/lug", "key of the log cannot be read"),
    ],
)
def test_a_pack_that_was_changed_is_found(pack: Path, name: str, old: bytes, new: bytes, said: str) -> None:
    done = kb(pack.parent / "none", "audit", "verify", _changed(pack, name, old, new))
    assert done.exit_code == SOME_FAILED
    assert any(each in done.stdout for each in said.split("|")), done.stdout


def test_a_pack_with_another_key_or_none_at_all(pack: Path, own_home: Path, tmp_path: Path) -> None:
    key = (own_home / HEAD_FOLDER / "key.pub").read_text("utf-8").strip()
    assert kb(tmp_path / "none", "audit", "verify", pack, "--key", key).exit_code == 0
    assert kb(tmp_path / "none", "audit", "verify", pack, "--key", "other").exit_code == SOME_FAILED
    (tmp_path / "bad.zip").write_bytes(b"PK\x03\x04 nothing")
    assert kb(tmp_path / "none", "audit", "verify", tmp_path / "bad.zip").exit_code in {FAILED, USAGE}


def test_a_pack_without_a_log_says_so(own_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KB_LOG", "off")
    table, listed, made = tmp_path / "list.txt", tmp_path / "list.csv", tmp_path / "pack.zip"
    table.write_text("OECD 1.3\n", "utf-8")
    kb(own_home, "cite", table, "-o", listed)
    assert "no checkpoint of a log" in kb(own_home, "audit", "pack", listed, "-o", made).stderr
    done = kb(tmp_path / "none", "audit", "verify", made)
    assert done.exit_code == 0 and "no checkpoint of a log" in done.stdout
