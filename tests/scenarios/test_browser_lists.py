"""The journeys of whoever files a report, in a real Chromium: a list collected, a table answered, a draft checked."""

from __future__ import annotations

import csv
import io
import json
import time
import zipfile
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from tests.office_files import paragraph, run, word_file
from tests.scenarios.test_browser import CHROMIUM, Browser, browser, served

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(300),
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed (apt-get install chromium)"),
]

REFERENCES = ("OECD 1.3", "UNESCO para 37", "EU AI Act Art. 14", "NIST MAP 3.1", "HLEG 1.4")


class Desk:
    """A tab on the app, with the ways of a person: a screen opened, a file given, a file saved."""

    def __init__(self, tab: Browser, address: str, downloads: Path) -> None:
        self.tab = tab
        self.address = address
        self.downloads = downloads

    def open(self, lang: str = "en", width: int = 1280) -> None:
        self.tab.size(width, 900)
        self.tab.call("Network.setCookie", name="kb-language", value=lang, url=self.address)
        self.tab.call("Page.navigate", url=self.address)
        self.tab.wait("""document.querySelector('button[role=tab][data-tab-id="list"]') && window.kb""", 60)
        self.tab.wait("document.querySelector('#kb-status')?.innerText.length > 3", 60)

    def screen(self, name: str) -> None:
        self.tab.run(f"kb.open({name!r})")
        self.tab.wait(f"document.querySelector('#kb-{name} section')?.checkVisibility()")

    def press(self, selector: str) -> None:
        """Enter on a control that the keyboard is at."""
        self.tab.run(f"document.querySelector({json.dumps(selector)}).focus()")
        self.key("Enter")

    def key(self, key: str, modifiers: int = 0) -> None:
        codes = {"Enter": 13, "ArrowUp": 38, "ArrowDown": 40, "Delete": 46}
        more: dict[str, Any] = {"text": "\r"} if key == "Enter" else {}
        for kind in ("keyDown", "keyUp"):
            self.tab.call(
                "Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=codes[key],
                modifiers=modifiers, **(more if kind == "keyDown" else {}),
            )  # fmt: skip

    def fill(self, selector: str, text: str) -> None:
        self.tab.run(f"document.querySelector({json.dumps(selector)}).focus()")
        self.tab.call("Input.insertText", text=text)

    def choose(self, selector: str, value: str) -> None:
        self.tab.run(
            f"(s => {{ s.value = {json.dumps(value)}; s.dispatchEvent(new Event('change', {{bubbles: true}})); }})"
            f"(document.querySelector({json.dumps(selector)}))"
        )

    def give(self, selector: str, path: Path) -> None:
        found = self.tab.call("Runtime.evaluate", expression=f"document.querySelector({json.dumps(selector)})")
        self.tab.call("DOM.setFileInputFiles", files=[str(path)], objectId=found["result"]["objectId"])

    def saved(self, selector: str, ending: str) -> bytes:
        """What one press of a button saves."""
        self.tab.call("Page.setDownloadBehavior", behavior="allow", downloadPath=str(self.downloads))
        before = set(self.downloads.iterdir())
        self.press(selector)
        end = time.monotonic() + 60
        while not (new := [p for p in set(self.downloads.iterdir()) - before if p.suffix == ending]):
            assert time.monotonic() < end, self.tab.text("body")[:3000]
            time.sleep(0.1)
        return new[0].read_bytes()

    def rows(self) -> list[str]:
        names = "[...document.querySelectorAll('#kb-list .kb-basket-row strong')].map(e => e.innerText)"
        return list(self.tab.run(names))


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("lists")


@pytest.fixture(scope="module")
def desk(home: Path, place: Path) -> Iterator[Desk]:
    downloads = place / "downloads"
    downloads.mkdir()
    with (
        served(home, place / "serve.log", encoder="nowhere") as address,
        browser(place / "profile") as tab,
    ):
        yield Desk(tab, address, downloads)
        assert tab.errors == []
        assert [url for url in tab.requests if not url.startswith((address, "data:", "blob:", "about:"))] == []
        assert "Traceback" not in (place / "serve.log").read_text()


def test_five_citations_collected_ordered_annotated_and_exported_to_word(desk: Desk) -> None:
    """Defect 10: what is collected becomes a file, in order and with notes."""
    desk.open()
    desk.tab.run("localStorage.clear()")
    desk.screen("list")
    desk.tab.run("document.querySelector('#kb-list details').open = true")
    desk.fill("#kb-list [data-field=pasted]", "\n".join((*REFERENCES, "1.3")))
    desk.press("#kb-list [data-do=paste]")
    desk.tab.wait("document.querySelectorAll('#kb-list .kb-basket-row').length == 5")
    first = desk.rows()
    assert [name.split()[-1] for name in first] == ["1.3", "37", "14", "3.1", "1.4"]
    # a line that may mean several places is settled where it stands
    assert desk.tab.run("document.querySelectorAll('#kb-list [data-do=collect]').length") > 1
    # by keys: the last row to the top, then deleted and brought back
    desk.tab.run("document.querySelector('#kb-list [data-at=\"4\"]').focus()")
    for _ in range(4):
        desk.key("ArrowUp", modifiers=1)
    assert desk.rows() == [first[4], *first[:4]]
    desk.key("Delete")
    desk.tab.wait("document.querySelectorAll('#kb-list .kb-basket-row').length == 4")
    desk.press("#kb-list [data-do=undo]")
    desk.tab.wait("document.querySelectorAll('#kb-list .kb-basket-row').length == 5")
    assert desk.rows() == [first[4], *first[:4]]
    # by the handle: the first row onto the third
    points = desk.tab.run("""[0, 2].map(at => {
      const handle = document.querySelector(`#kb-list [data-at="${at}"] ${at ? '.kb-n' : '.kb-drag'}`);
      const box = handle.getBoundingClientRect();
      return [box.x + box.width / 2, box.y + box.height / 2];
    })""")
    for kind, (x, y) in (("mousePressed", points[0]), ("mouseMoved", points[1]), ("mouseReleased", points[1])):
        desk.tab.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)
    desk.tab.wait(f"document.querySelectorAll('#kb-list .kb-basket-row strong')[2].innerText == {first[4]!r}")
    order = [first[0], first[1], first[4], first[2], first[3]]
    assert desk.rows() == order
    desk.fill('#kb-list [data-at="0"] textarea', "for section 2")
    desk.tab.run("document.activeElement.blur()")
    # it is all there when the page is loaded anew
    desk.open()
    desk.screen("list")
    desk.tab.wait("document.querySelectorAll('#kb-list .kb-basket-row').length == 5")
    assert desk.rows() == order
    assert desk.tab.run("document.querySelector('#kb-list textarea').value") == "for section 2"
    # the page of a citation, over the list, and back
    desk.press('#kb-list [data-at="0"] [data-do=show-page]')
    desk.tab.wait("document.querySelector('#kb-list dialog[open] .kb-viewer-paper rect')")
    desk.press("#kb-list [data-do=close-page]")
    desk.tab.wait("!document.querySelector('#kb-list dialog[open]')")
    desk.choose("#kb-list [data-field=format]", "docx")
    desk.choose("#kb-list [data-field=style]", "iso690")
    desk.press("#kb-list [data-do=preview]")
    desk.tab.wait("document.querySelector('#kb-list iframe')?.srcdoc.includes('for section 2')")
    word = (
        zipfile.ZipFile(io.BytesIO(desk.saved("#kb-list [data-do=save]", ".docx"))).read("word/document.xml").decode()
    )
    places = [word.index(name.split(", ")[-1]) for name in order]
    assert places == sorted(places) and "for section 2" in word
    desk.choose("#kb-list [data-field=format]", "csv")
    table = desk.saved("#kb-list [data-do=save]", ".csv").decode("utf-8-sig")
    assert len(list(csv.DictReader(io.StringIO(table, newline="")))) == 5


def test_a_row_that_is_out_of_date_is_marked_with_old_and_new(desk: Desk) -> None:
    desk.open()
    desk.tab.run("""localStorage.clear();
      kb.basket.add([{unit_id: 'urn:kb:oecd:legal-0449:2024:principle:1.3'}])""")
    desk.screen("list")
    desk.tab.wait("kb.basket.items()[0].quote")
    desk.tab.run("""(() => { const [one] = kb.basket.items();
      const quote = one.quote.replace('openness', 'secrecy');
      kb.basket.replace([{...one, quote, quote_sha256: '', index_id: 'x'}]); })()""")
    desk.tab.wait("document.querySelector('#kb-list .kb-stale ins')")
    stale = desk.tab.text("#kb-list .kb-stale")
    assert "secrecy" in stale and "openness" in stale
    desk.press("#kb-list [data-do=check]")
    desk.tab.wait("document.querySelector('#kb-list [data-part=said]').innerText.includes('out of date: 1')")
    desk.press("#kb-list [data-do=take]")
    desk.tab.wait("!document.querySelector('#kb-list .kb-stale') && document.querySelector('#kb-list .kb-basket-row')")


def test_a_batch_with_a_choice_settled_and_its_workbook_read_back(desk: Desk, place: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (("No", "Question"), (1, "OECD 1.3"), (2, "1.3"), (3, "UNESCO para 999"), (4, "유네스코 권고 제37항")):
        sheet.append(row)
    book.save(place / "questions.xlsx")
    desk.open()
    desk.screen("batch")
    desk.give("#kb-batch [data-field=file]", place / "questions.xlsx")
    desk.press("#kb-batch [data-do=read]")
    desk.tab.wait("document.querySelectorAll('#kb-batch tbody tr').length == 4", 90)
    assert "Rows ready: 4" in desk.tab.text("#kb-batch")
    unit = desk.tab.run("document.querySelector('#kb-batch select[data-field=settle]').options[1].value")
    desk.choose("#kb-batch select[data-field=settle]", unit)
    desk.tab.wait("document.querySelector('#kb-batch tr[data-row=\"2\"]')?.innerText.includes('chosen')")
    desk.press("#kb-batch [data-do=run]")
    desk.tab.wait("document.querySelector('#kb-batch [data-do=again]')", 120)
    desk.press("#kb-batch [data-do=filter][data-name=refused]")
    desk.tab.wait("document.querySelectorAll('#kb-batch tbody tr').length == 1")
    assert "999" in desk.tab.text("#kb-batch tbody")
    desk.press("#kb-batch [data-do=filter][data-name=all]")
    desk.tab.wait("document.querySelectorAll('#kb-batch tbody tr').length == 4")
    desk.press("#kb-batch tr[data-row='2'] [data-do=evidence]")
    desk.tab.wait("document.querySelector('#kb-batch tr[data-row=\"2\"] .kb-card')")
    # the run is still there when the page is loaded anew
    desk.open()
    desk.screen("batch")
    desk.tab.wait("document.querySelector('#kb-batch [data-do=workbook]')", 60)
    filled = openpyxl.load_workbook(io.BytesIO(desk.saved("#kb-batch [data-do=workbook]", ".xlsx"))).active
    rows = [[str(cell.value or "") for cell in row] for row in filled.iter_rows()]
    assert [row[1] for row in rows] == ["Question", "OECD 1.3", "1.3", "UNESCO para 999", "유네스코 권고 제37항"]
    assert unit in " ".join(rows[2]) and "Principle 1.3" in " ".join(rows[1])
    assert "urn:kb" not in " ".join(rows[3]) and len(" ".join(rows[3])) > 40
    desk.tab.run("kb.basket.replace([])")
    desk.press("#kb-batch [data-do=collect-all]")
    desk.tab.wait("document.querySelectorAll('#kb-list .kb-basket-row').length >= 2")


def test_a_draft_checked_and_its_marked_copy_read_back(desk: Desk, place: Path) -> None:
    lines = (
        "The OECD asks for openness (OECD 1.3), and OECD 9.9 does not.",
        "“Ledgers are kept for ten years after the robot they describe has left the orchard for good.”",
    )
    word_file(place / "report.docx", "".join(paragraph(run(line)) for line in lines))
    desk.open()
    desk.screen("check")
    desk.give("#kb-check [data-field=file]", place / "report.docx")
    desk.press("#kb-check [data-do=read]")
    desk.tab.wait("document.querySelectorAll('#kb-check .kb-finding').length == 3", 120)
    assert "ten" in desk.tab.text("#kb-check del") and "nine" in desk.tab.text("#kb-check ins")
    desk.press("#kb-check .kb-level-wrong [data-do=jump]")
    desk.tab.wait("document.activeElement.matches('#kb-check mark.kb-chosen')")
    desk.key("Enter")  # from the mark back to its finding
    desk.tab.wait("document.activeElement.matches('#kb-check .kb-finding.kb-chosen')")
    desk.press("#kb-check [data-do=level][data-name=right]")
    desk.tab.wait("!document.querySelector('#kb-check [data-level=right]').checkVisibility()")
    report = desk.saved("#kb-check [data-do=save]", ".xlsx")
    assert openpyxl.load_workbook(io.BytesIO(report)).worksheets[0].max_row == 4
    copy = zipfile.ZipFile(io.BytesIO(desk.saved("#kb-check [data-do=marked]", ".docx")))
    comments = copy.read("word/comments.xml").decode()
    assert "9.9" in comments and "[nine]" in comments


@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_is_wider_than_the_window(desk: Desk, lang: str, width: int) -> None:
    desk.open(lang, width)
    desk.tab.run("kb.basket.replace([{unit_id: 'urn:kb:oecd:legal-0449:2024:principle:1.3'}])")
    for name in ("list", "batch", "check"):
        desk.screen(name)
        desk.tab.run("new Promise(r => setTimeout(r, 500))")
        assert desk.tab.run("document.documentElement.scrollWidth") <= width, name
        controls = f"[...document.querySelectorAll('#kb-{name} :is(button, select, textarea, input)')]"
        nameless = "e => e.checkVisibility() && !e.labels?.length && !e.ariaLabel && !e.innerText.trim()"
        assert desk.tab.run(f"{controls}.filter({nameless}).length") == 0, name


# The lowest contrast of the words in a panel to what is behind them, as WCAG computes it, with the words.
CONTRAST = """(panel => {
  const parsed = text => { const n = text.match(/[\\d.]+/g).map(Number); return [n[0], n[1], n[2], n[3] ?? 1]; };
  const over = (top, under) => top.slice(0, 3).map((v, i) => v * top[3] + under[i] * (1 - top[3])).concat(1);
  const ground = node => {
    const layers = [];
    for (let each = node; each; each = each.parentElement) layers.push(parsed(getComputedStyle(each).backgroundColor));
    return layers.reverse().reduce((under, top) => over(top, under), [255, 255, 255, 1]);
  };
  const opacity = node => {
    let all = 1;
    for (let each = node; each; each = each.parentElement) all *= getComputedStyle(each).opacity;
    return all;
  };
  const light = c => { const f = v => (v /= 255) <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
    return 0.2126 * f(c[0]) + 0.7152 * f(c[1]) + 0.0722 * f(c[2]); };
  let worst = [21, ''];
  const walk = document.createTreeWalker(panel, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const node = walk.currentNode.parentElement;
    if (!walk.currentNode.data.trim() || !node.checkVisibility() || node.closest(':disabled')) continue;
    const under = ground(node), words = parsed(getComputedStyle(node).color);
    words[3] *= opacity(node);
    const [a, b] = [light(over(words, under)), light(under)].sort((x, y) => y - x), ratio = (a + 0.05) / (b + 0.05);
    if (ratio < worst[0]) worst = [ratio, walk.currentNode.data.trim().slice(0, 60)];
  }
  return worst;
})"""


@pytest.mark.parametrize("dark", [False, True])
def test_words_stand_out_from_what_is_behind_them(desk: Desk, dark: bool) -> None:
    desk.open()
    desk.tab.run(f"document.body.classList.toggle('dark', {str(dark).lower()})")
    desk.tab.run("""kb.basket.replace([{unit_id: 'urn:kb:oecd:legal-0449:2024:principle:1.3'},
      {doc_id: 'register-oecd', unit_id: 'urn:kb:oecd:legal-0449:2024:principle:1.4', quote: 'Other words.'}])""")
    desk.screen("list")
    desk.tab.wait("document.querySelector('#kb-list .kb-stale')")
    desk.screen("batch")
    desk.tab.wait("document.querySelector('#kb-batch [data-part=work]')")
    if desk.tab.run("!document.querySelector('#kb-batch tbody tr')"):
        desk.fill("#kb-batch [data-field=pasted]", "OECD 1.3\n1.3\nWho must keep logs?\nIEEE 2857")
        desk.press("#kb-batch [data-do=read]")
        desk.tab.wait("document.querySelectorAll('#kb-batch tbody tr').length == 4", 60)
    desk.screen("check")
    desk.tab.run("new Promise(r => setTimeout(r, 800))")
    for name in ("list", "batch", "check"):
        desk.screen(name)
        ratio, words = desk.tab.run(f"{CONTRAST}(document.querySelector('#kb-{name}'))")
        assert ratio >= 4.5, (name, words, ratio)
