"""What leaves the app in a browser: every format of every export, saved and read back; judgements on the crosswalk, and
what is said of an answer, found again in the home folder."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import time
import tomllib
import zipfile
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import openpyxl
import pytest

from kb.export.formats import LIST_FORMATS
from tests.library import command
from tests.scenarios.test_browser import CHROMIUM, browser, served
from tests.scenarios.test_browser_lists import Desk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(600),
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed (apt-get install chromium)"),
]

UNITS = ("principle:1.3", "principle:1.4")
KIM = "Kim Mina"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, home: Path) -> Path:
    made = tmp_path_factory.mktemp("exports")
    shutil.copytree(home, made / "home")
    (made / "downloads").mkdir()
    return made


@pytest.fixture(scope="module")
def desk(place: Path) -> Iterator[Desk]:
    with (
        served(place / "home", place / "serve.log", encoder="nowhere") as address,
        browser(place / "profile") as tab,
    ):
        found = Desk(tab, address, place / "downloads")
        found.open()
        yield found
        assert tab.errors == []
        assert "Traceback" not in (place / "serve.log").read_text()


def saved_by(desk: Desk, script: str) -> tuple[str, bytes]:
    """The name and the bytes of the one file that a script of the page saves."""
    desk.tab.call("Page.setDownloadBehavior", behavior="allow", downloadPath=str(desk.downloads))
    for path in desk.downloads.iterdir():
        path.unlink()
    desk.tab.run(script)
    end = time.monotonic() + 90
    while not (new := [p for p in desk.downloads.iterdir() if p.suffix != ".crdownload"]):
        assert time.monotonic() < end, desk.tab.text("body")[:2000]
        time.sleep(0.1)
    return new[0].name, new[0].read_bytes()


# --- what is read back of each format: its words, so that the places can be looked for in them


def _sheet(data: bytes) -> str:
    book = openpyxl.load_workbook(io.BytesIO(data))
    return " ".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value)


def _word(data: bytes) -> str:
    root = ET.fromstring(zipfile.ZipFile(io.BytesIO(data)).read("word/document.xml"))
    return " ".join(root.itertext())


def _table(data: bytes) -> str:
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert rows and len({len(row) for row in rows}) == 1
    return json.dumps(rows, ensure_ascii=False)


def _lines(data: bytes) -> str:
    return " ".join(json.dumps(json.loads(line), ensure_ascii=False) for line in data.decode().splitlines())


def _page(data: bytes) -> str:
    text = data.decode()
    assert text.lstrip().lower().startswith("<!doctype html") and "<script" not in text
    return re.sub(r"<[^>]+>", " ", text)


def _plain(data: bytes) -> str:
    return json.dumps(json.loads(data), ensure_ascii=False)


def _bibtex(data: bytes) -> str:
    text = data.decode()
    assert text.lstrip().startswith("@") and text.count("{") == text.count("}")
    return text


def _ris(data: bytes) -> str:
    text = data.decode()
    assert text.count("TY  - ") == text.count("ER  - ") >= 1
    return text


READ: dict[str, Callable[[bytes], str]] = {
    "csv": _table, "xlsx": _sheet, "docx": _word, "md": lambda data: data.decode(), "html": _page, "jsonl": _lines,
    "json": _plain, "csl-json": _plain, "bibtex": _bibtex, "ris": _ris, "oscal": _plain,
}  # fmt: skip
OF_WORKS = frozenset({"csl-json", "bibtex", "ris"})
"""Formats that name works, and not the places in them."""


def choose(desk: Desk, screen: str, form: str) -> str:
    desk.choose(f"#kb-{screen} [data-field=format]", form)
    return f"document.querySelector('#kb-{screen} [data-do=save]').click()"


def formats_of(desk: Desk, screen: str) -> list[str]:
    options = f"[...document.querySelector('#kb-{screen} [data-field=format]').options].map(o => o.value)"
    return list(desk.tab.run(options))


def test_a_list_is_saved_in_every_format_and_read_back(desk: Desk) -> None:
    ids = ", ".join(f"{{unit_id: 'urn:kb:oecd:legal-0449:2024:{unit}'}}" for unit in UNITS)
    desk.tab.run(f"kb.basket.replace([{ids}])")
    desk.screen("list")
    desk.tab.wait("kb.basket.items().length == 2 && kb.basket.items().every(each => each.quote)")
    assert set(formats_of(desk, "list")) == set(LIST_FORMATS)
    for form in LIST_FORMATS:
        name, data = saved_by(desk, choose(desk, "list", form))
        words = READ[form](data)
        assert "OECD/LEGAL/0449" in words or "Artificial Intelligence" in words, name
        if form not in OF_WORKS:
            assert all(unit.partition(":")[2] in words for unit in UNITS), name


def test_a_conversation_is_saved_in_every_form_and_read_back(desk: Desk) -> None:
    desk.screen("ask")
    desk.tab.type("#kb-question", "OECD 1.3")
    desk.tab.wait("document.querySelector('.kb-card') && document.querySelector('.kb-send').innerText != 'Stop'", 60)
    buttons = "[...document.querySelectorAll('.kb-talk-more button')].map(button => button.textContent)"
    forms = [text.split(": ")[1] for text in desk.tab.run(buttons) if ": " in text]
    assert forms == ["docx", "md", "html", "json"]
    for form in forms:
        buttons = "[...document.querySelectorAll('.kb-talk-more button')]"
        button = f"{buttons}.find(each => each.textContent.endsWith(': {form}'))"
        name, data = saved_by(desk, f"{button}.click()")
        words = READ[form](data)
        assert name.endswith(f".{form}") and "OECD 1.3" in words and "Principle 1.3" in words, name


def test_a_batch_and_a_draft_are_saved_in_every_format_and_read_back(desk: Desk, place: Path) -> None:
    desk.screen("batch")
    desk.fill("#kb-batch [data-field=pasted]", "OECD 1.3\nUNESCO para 37\n")
    desk.press("#kb-batch [data-do=read]")
    desk.tab.wait("document.querySelectorAll('#kb-batch tbody tr').length == 2", 90)
    desk.press("#kb-batch [data-do=run]")
    desk.tab.wait("document.querySelector('#kb-batch [data-do=again]')", 120)
    for form in formats_of(desk, "batch"):
        name, data = saved_by(desk, choose(desk, "batch", form))
        words = READ[form](data)
        assert form in OF_WORKS or ("1.3" in words and "37" in words), name
    (place / "report.md").write_text("As OECD 1.3 says, “no such words stand there at all, I think”.\n", "utf-8")
    desk.screen("check")
    desk.give("#kb-check [data-field=file]", place / "report.md")
    desk.press("#kb-check [data-do=read]")
    desk.tab.wait("document.querySelectorAll('#kb-check .kb-finding').length >= 1", 120)
    for form in formats_of(desk, "check"):
        name, data = saved_by(desk, choose(desk, "check", form))
        assert "1.3" in READ[form](data), name


# --- the crosswalk


def at_pairs(desk: Desk) -> None:
    desk.screen("crosswalk")
    desk.tab.run("document.querySelector('#kb-crosswalk [data-view=works]').click()")
    desk.tab.wait("document.querySelector('.kb-matrix .kb-cell[data-a]')")
    desk.tab.click(".kb-matrix .kb-cell[data-a]")
    desk.tab.wait("document.querySelectorAll('.kb-edge').length > 2")


def judge(desk: Desk, edge: str, how: str, relation: str = "") -> str:
    """Judges a pair as a person does; what the page says then."""
    desk.tab.run(f"document.getElementById('{edge}').querySelector('.kb-judging').open = true")
    desk.fill(f"[id='{edge}'] [name=note]", f"Read side by side: {how}.")
    desk.tab.run(f"document.getElementById('{edge}').querySelector('[name=by]').value = '{KIM}'")
    if relation:
        desk.choose(f"[id='{edge}'] [name=relation]", relation)
    desk.press(f"[id='{edge}'] [data-judge={how}]")
    desk.tab.wait(f"document.getElementById('{edge}')?.querySelector('.kb-done')")
    return desk.tab.text(f"[id='{edge}'] .kb-done")


def test_pairs_are_agreed_changed_and_rejected_in_a_persons_name(desk: Desk, place: Path) -> None:
    at_pairs(desk)
    agreed, changed, rejected = desk.tab.run("[...document.querySelectorAll('.kb-edge')].map(e => e.id)")[:3]
    assert "agreed" in judge(desk, agreed, "agree")
    now = desk.tab.run(f"document.getElementById('{changed}').querySelector('[name=relation]').value")
    relation = "related" if now != "related" else "intersects"
    assert "changed to" in judge(desk, changed, "change", relation)
    assert KIM in desk.tab.text(f"[id='{changed}']")
    assert "rejected" in judge(desk, rejected, "reject")
    kept = tomllib.loads((place / "home" / "crosswalk.toml").read_text("utf-8"))
    assert KIM in json.dumps(kept)
    at_pairs(desk)
    shown = desk.tab.run("[...document.querySelectorAll('.kb-edge')].map(e => e.id)")
    assert agreed in shown and rejected not in shown, "what was rejected is not shown as a pair"
    # the queue: nothing until pairs are looked for, then each waits for its judgement
    desk.tab.click("#kb-crosswalk [data-view=queue]")
    desk.tab.wait("document.querySelector('.kb-suggest-pairs input')")
    desk.fill(".kb-suggest-pairs input", "OECD 1.3")
    desk.press(".kb-suggest-pairs button")
    desk.tab.wait("document.querySelector('#kb-crosswalk .kb-done')?.innerText.includes('new suggestion')", 120)
    waiting = "Number(/\\d+/.exec(document.querySelector('.kb-views [data-view=queue]').innerText)[0])"
    before = desk.tab.run(waiting)
    if before:
        first = desk.tab.run("document.querySelector('#kb-crosswalk .kb-edge').id")
        assert "rejected" in judge(desk, first, "reject")
        assert desk.tab.run(waiting) == before - 1
    # coverage: what has no counterpart, alone
    desk.tab.click("#kb-crosswalk [data-view=principles]")
    desk.tab.wait("document.querySelector('.kb-gaps-only')")
    desk.tab.click(".kb-gaps-only")
    gaps = "[...document.querySelectorAll('.kb-group tr[data-gap]')].filter(row => !row.hidden)"
    assert desk.tab.run(f"{gaps}.length > 0 && {gaps}.every(row => row.dataset.gap == 'true')")


def test_the_crosswalk_is_saved_in_every_format_with_the_judgements(desk: Desk) -> None:
    desk.screen("crosswalk")
    kinds = list(
        desk.tab.run("[...document.querySelectorAll('#kb-crosswalk [data-export]')].map(b => b.dataset.export)")
    )
    assert kinds == ["csv", "xlsx", "oscal"]
    for kind in kinds:
        name, data = saved_by(desk, f"document.querySelector('#kb-crosswalk [data-export={kind}]').click()")
        assert "principle:1.3" in READ[kind](data), name
        assert kind == "oscal" or KIM in READ[kind](data), name


# --- what is said of an answer


def test_what_is_said_of_an_answer_arrives_in_the_log_with_its_reasons(desk: Desk, place: Path) -> None:
    desk.screen("ask")
    desk.tab.run("[...document.querySelectorAll('button')].find(b => b.innerText == 'New conversation').click()")
    desk.tab.type("#kb-question", "UNESCO para 37")
    desk.tab.wait("document.querySelector('.kb-card') && document.querySelector('.kb-send').innerText != 'Stop'", 60)
    desk.tab.click("[data-reason]")
    reason = desk.tab.run("document.querySelector('[data-reason]').dataset.reason")
    desk.tab.click("[data-kb=bad]")
    desk.tab.wait("!document.querySelector('[data-kb=bad]')")
    found = command("--home", str(place / "home"), "audit", "show", "--format", "json")
    assert found.exit_code == 0
    entries: list[dict[str, Any]] = json.loads(found.stdout)
    (said,) = [each for each in entries if each["kind"] == "feedback"]
    about = next(each for each in entries if each["n"] == said["data"]["about"])
    assert said["data"]["verdict"] == "bad" and said["data"]["reasons"] == [reason]
    assert about["values"]["question"] == "UNESCO para 37"
