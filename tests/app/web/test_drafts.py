"""The calls of the check of a draft: findings beside the text, reports, the marked copy."""

from __future__ import annotations

import base64
import io
import json
import threading
import zipfile
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from app.web.drafts import DraftChecks
from app.web.html.draft import check_page, check_start
from app.web.uploads import FileReaders
from ingest.uploads import commented_upload, draft_of_upload, table_of_upload
from kb.drafts.draft import Draft, DraftPart
from kb.drafts.findings import DraftReport
from kb.errors import KBError
from kb.types import notice
from tests.app.web.pages import HOSTILE, check
from tests.app.web.test_korean import english
from tests.office_files import paragraph, run, word_file

if TYPE_CHECKING:
    from pathlib import Path

    from kb.knowledge_base import KnowledgeBase

DRAFT = """# A report

The OECD asks for openness (OECD 1.3), and OECD 9.9 does not.

“Ledgers are kept for ten years after the robot they describe has left the orchard for good.”
"""


@pytest.fixture
def checks(base: KnowledgeBase, tmp_path: Path) -> DraftChecks:
    readers = FileReaders(table_of_upload, draft_of_upload, commented_upload)
    return DraftChecks(lambda: base, lambda: readers, tmp_path / "home")


def checked(checks: DraftChecks, name: str, data: bytes, lang: str = "en") -> tuple[str, dict[str, Any]]:
    found = checks.read({"name": name, "data": base64.b64encode(data).decode()}, lang)
    for _ in range(1500):
        state = checks.state({"check": found["check"]}, lang)
        if state["state"] not in {"waiting", "running"}:
            return found["check"], state
        threading.Event().wait(0.02)
    pytest.fail("the check never ended")


def test_findings_stand_beside_the_text_and_lead_to_it(checks: DraftChecks, tmp_path: Path) -> None:
    name, found = checked(checks, "report.md", DRAFT.encode())
    page = check(found["html"])
    marks = {a["data-finding"] for tag, a in page.tags if tag == "mark"}
    cards = {a["data-finding"] for tag, a in page.tags if tag == "article"}
    jumps = {a["data-n"] for tag, a in page.tags if a.get("data-do") == "jump"}
    assert marks == cards == jumps and len(marks) == 3
    levels = [a["data-level"] for tag, a in page.tags if "data-level" in a]
    assert levels == sorted(levels, key=("wrong", "open", "note", "right").index) and levels[0] == "wrong"
    assert "ten" in page.text and "nine" in page.text
    assert {"del", "ins"} <= {tag for tag, _ in page.tags}
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == []
    workbook = openpyxl.load_workbook(io.BytesIO(checks.file({"check": name, "format": "xlsx"}, "en").data))
    assert workbook.worksheets[0].max_row == 4
    assert len(json.loads(checks.file({"check": name, "format": "json"}, "ko").data)["findings"]) == 3
    assert b"<html" in checks.file({"check": name, "format": "html"}, "en").data
    for wrong in ({"check": name, "format": "exe"}, {"check": "x", "format": "json"}):
        with pytest.raises(KBError):
            checks.file(wrong, "en")
    with pytest.raises(KBError):
        checks.marked({"check": name}, "en")
    checks.drop({"check": name}, "en")
    with pytest.raises(KBError):
        checks.state({"check": name}, "en")


def test_the_marked_copy_of_a_word_draft(checks: DraftChecks, tmp_path: Path) -> None:
    path = word_file(tmp_path / "report.docx", paragraph(run("See OECD 1.3 and OECD 9.9.")))
    name, found = checked(checks, "report.docx", path.read_bytes())
    assert "marked" in {a.get("data-do") for _, a in check(found["html"]).tags}
    copy = checks.marked({"check": name}, "en")
    assert copy.name == "report-checked.docx"
    comments = zipfile.ZipFile(io.BytesIO(copy.data)).read("word/comments.xml").decode()
    assert "9.9" in comments and comments.count("<w:comment ") == 1


@pytest.mark.parametrize(
    ("name", "data"),
    [("draft.exe", b"MZ"), ("draft.docx", b"PK\x03\x04"), ("draft.pdf", b"%PDF-1.7 broken"), ("draft.md", b"  ")],
)
def test_what_cannot_be_read_is_one_line(checks: DraftChecks, tmp_path: Path, name: str, data: bytes) -> None:
    with pytest.raises(KBError) as caught:
        checks.read({"name": name, "data": base64.b64encode(data).decode()}, "en")
    assert "\n" not in str(caught.value) and str(tmp_path) not in str(caught.value)
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == []


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_drafts_stay_words(base: KnowledgeBase, text: str) -> None:
    part = DraftPart(f"See OECD 1.3 {text} “{text} and more words than that” OECD 9.9", notice("draft at line", n=1))
    draft = Draft(text, (part,))
    check(check_page(draft, base.check(draft), True, "en"))


def test_overlapping_findings_lose_no_character(base: KnowledgeBase) -> None:
    text = "“OECD 1.3 asks for ledgers that are kept for nine years” (OECD 9.9)\nand a second line"
    draft = Draft("d", (DraftPart(text, notice("draft at line", n=1)),))
    page = check(check_page(draft, base.check(draft), False, "en"))
    assert "OECD 1.3 asks for ledgers that are kept for nine years" in page.text


def test_long_drafts_are_cut_on_the_screen_and_said(base: KnowledgeBase) -> None:
    parts = tuple(DraftPart("word " * 300, notice("draft at line", n=n)) for n in range(1, 1_200))
    draft = Draft("d", parts)
    html = check_page(draft, DraftReport("d", base.index_id, ()), False, "en")
    assert len(html) < 3_000_000 and "more paragraphs are not shown" in check(html).text


def test_korean_words_around_the_findings(checks: DraftChecks) -> None:
    _, found = checked(checks, "보고서.md", "투명성은 OECD 1.3에 있고 OECD 9.9에는 없다.\n".encode(), "ko")
    assert english(check(found["html"]).text, "Principle", "보고서.md") == []
    assert english(check(check_start("ko", (".docx",))).text) == []
