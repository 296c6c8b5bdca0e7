"""The commands whose results are lines of words say them in Korean where the interface is Korean: no word in Latin
letters stands outside names, identifiers, paths, what is typed as it is, and quotes."""

from __future__ import annotations

import json
import re
import shutil
from typing import TYPE_CHECKING

import openpyxl
import pytest

from app.cli.console import NOT_FOUND, SOME_FAILED
from kb.catalog.catalog import installed_publications, load_home_catalog
from kb.crosswalks import Crosswalks
from tests.builds import build
from tests.library import command
from tests.samples import CHAINS, write_text
from tests.wording import NAMES, latin_words

if TYPE_CHECKING:
    from pathlib import Path

    from click.testing import Result

OLD, NEW = "oecd-legal-0449-2019", "oecd-legal-0449-2024"
NIST = "nist-ai-100-1-2023"
ORDINARY = set(
    "kb ingest corpus fetch add serve test words list remove identify home loaded no register not force index verify "
    "will may can shall should make install".split()
)
"""Names of commands that are also words; a command line puts them in backticks where they are names."""
SHOWN_AS_THEY_ARE = {"cosine", "adapted", "tuned", "share", "heading", "CURRENT", "test"}
"""Names of scores, of a file of the index, and of the version that built the small library."""


@pytest.fixture
def own(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the small library that may be written to, with a Korean interface."""
    copy = tmp_path / "own"
    shutil.copytree(home, copy)
    monkeypatch.setenv("KB_LANGUAGE", "ko")
    return copy


def kb(home: Path, *arguments: str) -> Result:
    return command("--home", str(home), *arguments)


def left_english(home: Path, said: str) -> list[str]:
    """The words in Latin letters of a command's output that are neither names nor quotes."""
    walks = Crosswalks(home)
    names = [words for e in load_home_catalog(home).editions for words in (e.ref, e.title, e.doc_id)]
    names += [group.name for group in installed_publications().groups]
    names += [family.name for family in installed_publications().families]
    names += [walks.name(walks.register.unit_id(entry)) for entry in walks.register.entries]
    for name in sorted(names, key=len, reverse=True):
        said = said.replace(name, " ")
    said = re.sub(r"“[^”]*”", " ", said)  # quoted words, heads of tables, what a record says of itself
    said = re.sub(r"(?:/[\w.-]+)+|\b[\w-]+\.(?:txt|csv|tsv|xlsx|png|pdf|toml|jsonl|html)\b", " ", said)
    said = re.sub(r"^kb: ", "", said, flags=re.MULTILINE)
    return latin_words(said, known=(NAMES - ORDINARY) | SHOWN_AS_THEY_ARE)


def told(home: Path, *arguments: str, code: int = 0) -> str:
    """What a command says on both streams, in which no English word is left."""
    result = kb(home, *arguments)
    assert result.exit_code == code, result.output
    assert re.search("[가-힣]", result.output), result.output
    assert left_english(home, result.output) == [], result.output
    return result.output


def document(home: Path) -> str:
    """The id of the orchards' code."""
    rows = json.loads(kb(home, "corpus", "list", "--loaded", "--format", "json").stdout)
    return next(str(row["doc_id"]) for row in rows if "orchard" in str(row["doc_id"]))


def test_what_is_said_of_files_and_editions(own: Path) -> None:
    doc_id = document(own)
    assert "말한 날" in told(own, "corpus", "set", doc_id, "kind=policy", "issuer=")
    assert "읽은 대로" in told(own, "corpus", "set", doc_id, "kind=")
    assert "다음 판이 아닙니다" in told(own, "corpus", "identify", doc_id, NIST, "--not")
    assert "`kb ingest`" in told(own, "corpus", "identify", doc_id, NIST)
    told(own, "corpus", "supersede", "unesco-ram-2023", NIST, "--force")
    told(own, "corpus", "amend", NIST, "unesco-ram-2023", "--from", "2025-07-01")
    assert "골라야 합니다" in told(own, "corpus", "name", doc_id, "OECD")
    told(own, "corpus", "name", "no-such", "사과", code=NOT_FOUND)
    told(own, "corpus", "name", doc_id, "배나무", "--remove", code=NOT_FOUND)


def test_editions_compared(own: Path, tmp_path: Path) -> None:
    said = kb(own, "corpus", "diff", OLD, NEW).output
    assert re.search("변동 없음 [0-9]+개", said) and "확인되지 않음" in said
    without_units = re.sub(r"(?m)^(이동|변경|신설|삭제)\s+.*?(?=  \S|$)", r"\1", said)  # paths and titles of units
    assert left_english(own, without_units) == []
    told(own, "corpus", "diff", OLD, NEW, "-o", str(tmp_path / "table.html"))
    told(own, "corpus", "diff", OLD, document(own), "--from", "register", code=NOT_FOUND)
    assert "원문을 비교했습니다" in kb(own, "corpus", "diff", document(own), document(own)).stderr


def test_what_an_index_is_made_of(own: Path, tmp_path: Path) -> None:
    info = told(own, "index", "info")
    assert "색인 " in info and "쪽 조항" in info
    assert "벡터" in told(own, "index", "verify")
    other = tmp_path / "other"
    build(other, write_text(tmp_path / "chains.txt", CHAINS, "Care of chains"))
    both = told(own, "index", "diff", str(other)) + told(other, "index", "diff", str(own))
    assert "추가 " in both and "제외 " in both and "문서 0개는 그대로" in both


def test_a_damaged_index(own: Path) -> None:
    (own / "index" / "CURRENT").write_text("nowhere", "utf-8")
    assert "결함: " in told(own, "index", "verify", code=SOME_FAILED)


def test_the_crosswalk(own: Path, tmp_path: Path) -> None:
    listed = told(own, "crosswalk", "list", "--from", "OECD 1.3", "--derived")
    assert "대조한 것" in listed and "이어서 얻은 것" in listed
    edge = Crosswalks(own).crosswalk.edges[0]
    judged = ("--relation", "related", "--note", "같은 주제", "--by", "김민지", "--against", "official texts")
    assert "김민지" in told(own, "crosswalk", "review", edge.edge_id, *judged)
    assert "대응 있음" in told(own, "crosswalk", "coverage", "--gaps")
    table = tmp_path / "edges.csv"
    told(own, "crosswalk", "export", "-f", "csv", "-o", str(table))
    assert "그대로인 것" in told(own, "crosswalk", "import", str(table))
    table.write_bytes(b"\xff\xfe\xff")
    told(own, "crosswalk", "import", str(table), code=2)
    told(own, "crosswalk", "list", "--from", "OECD 9.9", code=NOT_FOUND)
    assert "아무도 검토하지 않았습니다" in told(own, "crosswalk", "suggest", "OECD 1.3", "--save")


def test_lists(own: Path, tmp_path: Path) -> None:
    lines = tmp_path / "lines.txt"
    lines.write_text("OECD 1.3\n1.3\nOECD 99.9\n", "utf-8")
    cited = told(own, "cite", str(lines), "-o", str(tmp_path / "cited.csv"), code=SOME_FAILED)
    assert "2번째 줄" in cited and "여러 조항이 있습니다" in cited
    report = tmp_path / "cited.md"
    told(own, "cite", str(lines), "-o", str(report), code=SOME_FAILED)
    assert "여러 조항이 있습니다" in report.read_text("utf-8")
    given = tmp_path / "given.jsonl"
    for text in ("[1", '{"refused": true}', "{}", "[1]"):
        given.write_text(text, "utf-8")
        told(own, "cite", str(given), "-o", str(tmp_path / "cited.csv"), code=NOT_FOUND)
    rows = told(own, "batch", str(lines), "-o", str(tmp_path / "answers.csv"), code=SOME_FAILED)
    assert "3행 가운데 인용이 있는 행 1개(참조 2개" in rows and "lines.txt, 2번째 줄" in rows
    book = tmp_path / "book.xlsx"
    made = openpyxl.Workbook()
    made.active.append(["Question"])
    made.active.append(["OECD 1.3"])
    made.create_sheet("More").append(["Question"])
    made["More"].append(["OECD 1.2"])
    made.create_sheet("Hidden").append(["OECD 1.1"])
    made["Hidden"].sheet_state = "hidden"
    made.save(book)
    filled = told(own, "batch", str(book), "-o", str(tmp_path / "filled.xlsx"))
    assert "머리글: 1행" in filled and "숨긴 시트" in filled
    told(own, "cite", str(book), "-o", str(tmp_path / "cited.csv"))
    lines.write_text("# nothing\n", "utf-8")
    told(own, "batch", str(lines), "-o", str(tmp_path / "answers.csv"), code=NOT_FOUND)
    register = "register-oecd"
    told(own, "page", register, "1", "-o", str(tmp_path / "page.png"))
    told(own, "page", register, "1", "--quote", "zyxq wvut", "-o", str(tmp_path / "page.png"), code=NOT_FOUND)
