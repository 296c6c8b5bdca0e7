"""The ``kb`` command on a small index: results on stdout, messages on stderr, exit codes, one line for each fault.

The index is built with the stand-in encoder, which the commands are given too (:func:`tests.library.command`).
"""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.builds import build
from tests.library import command as kb
from tests.samples import CHAINS, LOGS, write_pdf, write_text

if TYPE_CHECKING:
    from click.testing import Result

FAILED, USAGE, SOME_FAILED, NOT_FOUND = 1, 2, 3, 4


def one_line(result: Result) -> str:
    """What an error says: one line on stderr and nothing on stdout."""
    assert result.stdout == ""
    (line,) = result.stderr.splitlines()
    assert line.startswith("kb: ")
    return line.removeprefix("kb: ")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with two documents."""
    folder = tmp_path_factory.mktemp("built")
    write_pdf(folder / "files" / "logs.pdf", LOGS, "Rules for logs")
    write_text(folder / "files" / "chains.txt", CHAINS, "Care of chains")
    build(folder / "home", folder / "files")
    return folder / "home"


@pytest.fixture
def home(built: Path, kb_home: Path) -> Path:
    """A copy of it where the command looks."""
    shutil.copytree(built, kb_home)
    return kb_home


def test_help_names_every_command() -> None:
    result = kb("--help")
    assert result.exit_code == 0
    for name in ("ingest", "corpus", "index", "ask", "search", "lookup", "cite", "serve", "config", "doctor"):
        assert f"\n  {name} " in result.stdout


@pytest.mark.parametrize(
    "arguments",
    [("ask", "What is logged?"), ("search", "log"), ("lookup", "OECD 1.3"), ("index", "verify"), ("index", "info")],
)
def test_without_an_index_one_line_says_what_to_run(kb_home: Path, arguments: tuple[str, ...]) -> None:
    result = kb(*arguments)
    assert result.exit_code == FAILED
    assert one_line(result) == f"no index at {kb_home}/index; run `kb ingest` to build one"


def test_ask_answers_with_citations(home: Path) -> None:
    result = kb("ask", "Who may read an entry of the log?", "--format", "json")
    answer = json.loads(result.stdout)
    if result.exit_code == 0:
        assert answer["citations"]
        assert {c["doc_ref"] for c in answer["citations"]} <= {"Rules for logs", "Care of chains"}
    else:
        assert (result.exit_code, answer["refused"]) == (NOT_FOUND, True)


def test_ask_refuses_what_is_not_there(home: Path) -> None:
    result = kb("ask", "How deep is the Mariana trench?")
    assert result.exit_code == NOT_FOUND
    assert result.stdout.startswith("Not answered: ")


def test_ask_reads_a_follow_up_against_what_came_before(home: Path) -> None:
    result = kb("ask", "And 1.5?", "--after", "Who may read an entry?", "--after", "OECD 1.4")
    assert "Read as: OECD 1.5" in result.stderr
    asked = json.loads(kb("ask", "And 1.5?", "--after", "OECD 1.4", "--format", "json").stdout)
    assert asked["question"] == "OECD 1.5"


def test_a_korean_question_gets_korean_words(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KB_ENCODER", "minilm")  # it does not know Korean, so that nothing is loaded
    result = kb("ask", "마리아나 해구의 깊이는 얼마인가요?")
    assert result.exit_code == NOT_FOUND
    assert result.stdout.startswith("답하지 않음: ")
    assert "\n찾아본 판: " in result.stdout
    assert kb("ask", "OECD 1.3").stdout.startswith("Not answered: ")
    monkeypatch.setenv("KB_LANGUAGE", "ko")
    assert kb("ask", "OECD 1.3").stdout.startswith("답하지 않음: ")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["ask", "--nothing", "x"], "오류: 없는 옵션입니다: --nothing"),
        (["--nothing"], "오류: 없는 옵션입니다: --nothing"),
        (["asks"], "오류: 없는 명령입니다: asks"),
        (["ask"], "오류: 빠졌습니다: QUESTION"),
        (["ask", "x", "--format", "xml"], "오류: --format의 값이 올바르지 않습니다. 쓸 수 있는 값: text, json"),
        (["search", "x", "-k", "many"], "1 이상 200 이하의 정수를 쓰세요"),
        (["search", "x", "-k", "201"], "1 이상 200 이하의 정수를 쓰세요"),
        (["corpus", "list", "--stale", "-1"], "0 이상의 정수를 쓰세요"),
        (["corpus", "fetch"], "오류: 판을 대거나 `--all-free` 옵션을 쓰세요"),
        (["audit", "show", "--since", "monday"], "날짜가 아닙니다: 'monday'"),
    ],
)
def test_a_wrong_call_is_told_in_korean_where_the_interface_is(
    words: list[str], said: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    english = kb(*words)
    assert english.exit_code == USAGE and english.stderr.startswith("Usage: ") and "Error: " in english.stderr
    monkeypatch.setenv("KB_LANGUAGE", "ko")
    korean = kb(*words)
    assert korean.exit_code == USAGE
    assert korean.stderr.startswith("사용법: ") and said in korean.stderr, korean.stderr
    assert "Error" not in korean.stderr and "Try" not in korean.stderr


def test_the_doctor_speaks_the_language_of_the_interface(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KB_ENCODER", "none/such")
    assert "missing encoder none/such: " in kb("doctor").stdout
    monkeypatch.setenv("KB_LANGUAGE", "ko")
    lines = kb("doctor").stdout.splitlines()
    assert all(line.startswith(("됨", "없음")) and re.search("[가-힣]", line[3:]) for line in lines)
    assert any("none/such" in line and "알려진 짧은 이름" in line for line in lines)


def test_search_finds_and_says_how(home: Path) -> None:
    result = kb("search", "bicycle chain", "-k", "2", "--explain")
    assert result.exit_code == 0
    assert " 1. Care of chains" in result.stdout
    assert "bm25" in result.stdout
    found = json.loads(kb("search", "bicycle chain", "--format", "json").stdout)
    assert found[0]["citation"]["doc_ref"] == "Care of chains"
    assert kb("search", "zeppelin", "--publisher", "nobody").exit_code == NOT_FOUND


def test_lookup_is_exact_or_nothing(home: Path) -> None:
    result = kb("lookup", "OECD 99.9")
    assert result.exit_code == NOT_FOUND
    assert "not found" in result.stdout


def test_an_unknown_document_is_wrong_usage(home: Path) -> None:
    result = kb("search", "log", "-d", "no-such")
    assert result.exit_code == USAGE
    assert "'no-such' is not in the index" in result.stderr


def test_index_verify_counts_and_holds(home: Path) -> None:
    result = kb("index", "verify", "--format", "json")
    assert result.exit_code == 0
    counts = json.loads(result.stdout)
    assert counts["n_passages"] == counts["n_equal"] == counts["n_vectors"] == counts["n_words"] > 0
    assert counts["faults"] == []


def test_index_compact_keeps_the_id(home: Path, tmp_path: Path) -> None:
    build(home, write_text(tmp_path / "bells.txt", ["Bells are rung at noon and at no other time."], "Bells"))
    done = json.loads(kb("index", "compact", "--format", "json").stdout)
    assert (done["before"], done["after"]) == (2, 1)
    assert json.loads(kb("index", "info", "--format", "json").stdout)["index_id"] == done["index_id"]
    assert kb("index", "verify").exit_code == 0
    assert "1 segments before, 1 now" in kb("index", "compact").stdout


def test_index_info_lists_documents(home: Path) -> None:
    result = kb("index", "info")
    assert "words-64" in result.stdout
    assert result.stdout.count(" pages ") == 2


def generation(home: Path) -> Path:
    return home / "index" / (home / "index" / "CURRENT").read_text().strip()


ON_AN_INDEX = [("ask", "What is logged?"), ("search", "log"), ("lookup", "OECD 1.3"), ("index", "verify")]


@pytest.mark.parametrize("arguments", ON_AN_INDEX[:3])
def test_a_damaged_pointer_costs_no_index(home: Path, arguments: tuple[str, ...]) -> None:
    (home / "index" / "CURRENT").write_bytes(b"\xff\x00\x1b[31m garbage")
    result = kb(*arguments)
    assert result.exit_code in {0, NOT_FOUND}
    assert "damaged" not in result.stderr


@pytest.mark.parametrize("damage", ["manifest.json", "kb.sqlite"])
@pytest.mark.parametrize("arguments", ON_AN_INDEX)
def test_a_damaged_index_is_one_line(home: Path, damage: str, arguments: tuple[str, ...]) -> None:
    path = generation(home) / damage
    path.write_bytes(b"\xff\x00\x1b[31m garbage")
    result = kb(*arguments)
    assert result.exit_code == FAILED
    line = one_line(result)
    assert line.endswith("run `kb ingest --force` to build the index anew")
    assert "\x1b" not in line


@pytest.mark.parametrize("damage", ["vectors.faiss", "bm25"])
@pytest.mark.parametrize("arguments", [("search", "log"), ("index", "verify")])
def test_damaged_search_structures_are_one_line(home: Path, damage: str, arguments: tuple[str, ...]) -> None:
    (path,) = generation(home).glob(f"*/{damage}")
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.write_bytes(path.read_bytes()[:100])
    result = kb(*arguments)
    assert result.exit_code == FAILED
    assert "damaged" in one_line(result)
    assert kb("lookup", "OECD 99.9").exit_code == NOT_FOUND  # needs neither


@pytest.mark.parametrize("arguments", [("corpus", "list"), ("register", "check")], ids=lambda a: " ".join(a))
def test_a_damaged_index_is_told_whatever_its_folder_is_called(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    home = tmp_path / "no index at all"
    assert "no index" not in kb("--home", str(home), *arguments).stderr
    (home / "index").mkdir(parents=True)
    (home / "index" / "CURRENT").write_bytes(b"\xff")
    assert "damaged" in kb("--home", str(home), *arguments).stderr


def test_corpus_list_knows_what_is_loaded(home: Path) -> None:
    rows = json.loads(kb("corpus", "list", "--loaded", "--format", "json").stdout)
    assert sorted(r["title"] for r in rows) == ["Care of chains", "Rules for logs"]
    states = {r["doc_id"]: r["state"] for r in json.loads(kb("corpus", "list", "--format", "json").stdout)}
    assert states["oecd-legal-0449-2024"] == "absent"


def test_corpus_show_and_check(home: Path) -> None:
    result = kb("corpus", "show", "oecd-legal-0449-2024")
    assert "OECD/LEGAL/0449" in result.stdout
    assert "no-such" in one_line(kb("corpus", "show", "no-such"))
    assert "Rules for logs [" in kb("corpus", "check").stdout
    assert "is not in the index" in one_line(kb("corpus", "check", "no-such"))


def test_no_numbering_is_proven_where_nothing_is_numbered(home: Path) -> None:
    said = kb("corpus", "check").stdout
    assert "Rules for logs" in said and "no numbered units" in said
    assert "numbering proven" not in said


@pytest.mark.parametrize("arguments", [("ask", "\udcff"), ("search", "\udcff"), ("ask", "why?", "--after", "\udcff")])
def test_a_byte_that_is_no_character_is_no_crash(home: Path, arguments: tuple[str, ...]) -> None:
    result = kb(*arguments)
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert "Traceback" not in result.output


def test_corpus_add_reads_before_it_copies(kb_home: Path, tmp_path: Path) -> None:
    good = write_pdf(tmp_path / "logs.pdf", LOGS, "Rules for logs")
    (tmp_path / "page.pdf").write_bytes(b"<html>log in")
    result = kb("corpus", "add", "--no-ingest", str(good), str(tmp_path / "page.pdf"), str(tmp_path / "gone.pdf"))
    assert result.exit_code == SOME_FAILED
    assert "added logs.pdf: Rules for logs [file-rules-for-logs-" in result.stdout
    assert [line.partition(": ")[2].partition(":")[0] for line in result.stderr.splitlines()] == [
        "page.pdf",
        "gone.pdf",
    ]
    assert [p.name for p in (kb_home / "documents").iterdir()] == ["logs.pdf"]


def test_a_setting_that_is_none_is_wrong_usage(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KB_HOEM", "x")
    result = kb("index", "info")
    assert result.exit_code == USAGE
    assert "KB_HOEM" in one_line(result)


def test_config_show_says_where_each_setting_is_from(home: Path) -> None:
    (line,) = [x for x in kb("config", "show").stdout.splitlines() if x.startswith("home ")]
    assert line.split() == ["home", str(home), "KB_HOME"]


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.timeout(400)  # every entry of the register is encoded
def test_ingest_reports_every_path_and_goes_on(kb_home: Path, tmp_path: Path) -> None:
    """With the real encoder, on the whole register."""
    write_pdf(tmp_path / "logs.pdf", LOGS, "Rules for logs")
    (tmp_path / "odd \x1b[31m\nname.pdf").write_bytes(b"")
    locked = write_pdf(tmp_path / "locked.pdf", CHAINS)
    locked.chmod(0)
    result = kb("ingest", "-q", str(tmp_path), str(tmp_path / "missing.pdf"))
    assert result.exit_code == SOME_FAILED
    failed = [line for line in result.stdout.splitlines() if line.startswith("failed ")]
    assert "failed    odd \\x1b[31m\\x0aname.pdf: the file is empty; get a fresh copy from the publisher" in failed
    assert any("missing.pdf: No such file or directory" in line for line in failed)
    assert "new       logs.pdf → Rules for logs" in result.stdout
    assert "\x1b" not in result.output
    again = kb("ingest", "-q")
    assert "embedded 0 passages (nothing to embed)" in again.stderr
    assert again.stderr.splitlines()[-1].endswith("(up to date)")
    assert kb("lookup", "OECD 1.3").exit_code == 0
    asked = kb("ask", "How long are entries of the log kept?", models=None)
    assert asked.exit_code == 0


def test_an_error_of_a_file_is_in_the_language_of_the_interface(
    kb_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "empty.pdf").write_bytes(b"")
    assert "empty.pdf: the file is empty" in kb("corpus", "add", str(tmp_path / "empty.pdf")).stderr
    monkeypatch.setenv("KB_LANGUAGE", "ko")
    assert "empty.pdf: 빈 파일입니다" in kb("corpus", "add", str(tmp_path / "empty.pdf")).stderr
