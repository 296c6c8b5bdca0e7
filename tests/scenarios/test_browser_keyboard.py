"""Every journey by the keyboard alone: each key is pressed as a person presses it, and wherever the focus comes it is
seen."""

from __future__ import annotations

import json
import shutil
import time
import zipfile
from typing import TYPE_CHECKING

import pytest

from tests.scenarios.test_browser import CHROMIUM, Browser, browser, served

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(600),
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed (apt-get install chromium)"),
]

KEYS = {
    "Enter": (13, "\r"), "Tab": (9, ""), "Escape": (27, ""), "ArrowDown": (40, ""), "ArrowUp": (38, ""),
    "ArrowLeft": (37, ""), "ArrowRight": (39, ""), "Delete": (46, ""), "+": (187, "+"), "-": (189, "-"), " ": (32, " "),
}  # fmt: skip
ALT, SHIFT = 1, 8
MOST_STEPS = 150
SEEN = """(() => {
  const at = document.activeElement, ringed = (e) => {
    const s = getComputedStyle(e);
    return s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2;
  };
  if (!at || at === document.body) return '';
  const box = at.getBoundingClientRect();
  const shown = box.width > 0 && box.bottom > 0 && box.top < innerHeight && at.checkVisibility();
  const held = at.closest('.kb-drop-file');
  return (ringed(at) || (held && ringed(held))) && (shown || held) ? '' : at.outerHTML.slice(0, 200);
})()"""


class Hands:
    """A person at the keyboard of a tab."""

    def __init__(self, tab: Browser, address: str) -> None:
        self.tab, self.address = tab, address

    def open(self, query: str = "", width: int = 1280) -> None:
        self.tab.size(width, 844 if width < 600 else 900)
        self.tab.call("Page.navigate", url=f"{self.address}/robots.txt")
        self.tab.wait("location.pathname == '/robots.txt' && document.readyState == 'complete'")
        self.tab.run("localStorage.clear(); sessionStorage.clear()")
        self.tab.open(f"{self.address}/{query}")

    def press(self, name: str, modifiers: int = 0) -> None:
        code, text = KEYS[name]
        for kind in ("keyDown", "keyUp"):
            typed = {"text": text} if text and kind == "keyDown" else {}
            self.tab.call(
                "Input.dispatchKeyEvent", type=kind, key=name, code=name if len(name) > 1 else "",
                windowsVirtualKeyCode=code, modifiers=modifiers, **typed,
            )  # fmt: skip

    def write(self, text: str) -> None:
        self.tab.call("Input.insertText", text=text)

    def is_at(self, selector: str) -> bool:
        return bool(self.tab.run(f"Boolean(document.activeElement?.matches({json.dumps(selector)}))"))

    def to(self, selector: str, back: bool = False) -> None:
        """Tab, or Shift and Tab, until the focus is at the element; each stop on the way is seen."""
        for _ in range(MOST_STEPS):
            if self.is_at(selector):
                return
            self.press("Tab", SHIFT if back else 0)
            assert self.tab.run(SEEN) == "", "the focus cannot be seen"
        raise AssertionError(f"the keyboard does not come to {selector}")

    def enter(self, selector: str, back: bool = False) -> None:
        self.to(selector, back)
        self.press("Enter")

    def screen(self, name: str) -> None:
        """To a tab by the row of tabs."""
        self.tab.run("document.activeElement.blur(); document.querySelector('#kb-title button').focus()")
        self.enter(f"button[role=tab][data-tab-id={name}]")
        self.tab.wait(f"document.querySelector('#kb-tab-{name}').checkVisibility()")

    def choose(self, text: str) -> None:
        """An option of the field that has the focus, by arrow keys."""
        for _ in range(30):
            if text in self.tab.run("document.activeElement.selectedOptions[0].text"):
                return
            self.press("ArrowDown")
        raise AssertionError(text)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("keyboard")


@pytest.fixture(scope="module")
def hands(home: Path, place: Path) -> Iterator[Hands]:
    own = shutil.copytree(home, place / "home")  # a judgement is written there
    with (
        served(own, place / "serve.log", encoder="nowhere") as address,
        browser(place / "profile") as tab,
    ):
        yield Hands(tab, address)
        assert tab.errors == []


def test_from_a_question_to_a_word_file(hands: Hands, place: Path) -> None:
    tab = hands.tab
    hands.open()
    assert hands.is_at("#kb-question")
    hands.write("OECD 1.3")
    hands.press("Enter")
    tab.wait("document.querySelector('.kb-card') && !document.querySelector('.kb-stop')")
    hands.to("a.kb-mark", back=True)
    tab.wait("!document.querySelector('#kb-pop').hidden")
    hands.press("Escape")
    assert tab.run("document.querySelector('#kb-pop').hidden")
    hands.press("Enter")
    tab.wait("document.querySelector('.kb-viewer-paper img')")
    # the page: larger, scrolled and turned
    hands.to(".kb-evidence .kb-viewer-sheet")
    width = tab.run("document.querySelector('.kb-viewer-paper').offsetWidth")
    hands.press("+")
    assert tab.run("document.querySelector('.kb-viewer-paper').offsetWidth") > width
    hands.enter("[data-view=next]", back=True)
    hands.enter(".kb-card [data-kb=collect]", back=True)
    tab.wait("kb.basket.items().length == 1")
    hands.to("#kb-question", back=True)
    hands.write("UNESCO para 37")
    hands.press("Enter")
    tab.wait("document.querySelector('#kb-2-1') && !document.querySelector('.kb-stop')")
    hands.enter("[data-turn-row='2'] [data-kb=collect-all]", back=True)
    tab.wait("kb.basket.items().length > 1")
    hands.screen("list")
    tab.wait("document.querySelectorAll('#kb-list .kb-basket-row').length > 1")
    names = "[...document.querySelectorAll('#kb-list .kb-basket-row strong')].map((e) => e.innerText)"
    before = tab.run(names)
    hands.to("#kb-list .kb-basket-row[data-at='1']")
    hands.press("ArrowUp", ALT)
    assert tab.run(names)[:2] == [before[1], before[0]]
    hands.to("#kb-list textarea")
    hands.write("by keys")
    hands.to("#kb-list [data-field=format]")
    hands.choose("DOCX")
    downloads = place / "downloads"
    downloads.mkdir()
    tab.call("Page.setDownloadBehavior", behavior="allow", downloadPath=str(downloads))
    hands.enter("#kb-list [data-do=save]")
    end = time.monotonic() + 60
    while not (saved := list(downloads.glob("*.docx"))):
        assert time.monotonic() < end
        time.sleep(0.1)
    assert "by keys" in zipfile.ZipFile(saved[0]).read("word/document.xml").decode()


def test_a_unit_is_found_in_the_combobox_and_its_page_shown(hands: Hands) -> None:
    tab = hands.tab
    hands.open()
    hands.screen("lookup")
    hands.to("#kb-reference")
    hands.write("OECD 1.3")
    tab.wait("document.querySelector('#kb-reference').getAttribute('aria-expanded') == 'true'")
    hands.press("ArrowDown")
    chosen = tab.run(
        "document.querySelector('#' + document.activeElement.getAttribute('aria-activedescendant')).innerText"
    )
    assert "1.3" in chosen
    hands.press("Enter")
    tab.wait("document.querySelector('.kb-unit-title')?.innerText.includes('1.3')")
    hands.enter("#kb-lookup [data-show-page]")
    tab.wait("document.querySelector('#kb-lookup .kb-viewer-paper img')", 60)
    hands.to("#kb-lookup .kb-viewer-sheet")
    hands.enter("#kb-lookup [data-add]", back=True)
    tab.wait("kb.basket.items().length == 1")


def test_a_table_is_pasted_settled_and_answered(hands: Hands) -> None:
    tab = hands.tab
    hands.open()
    hands.screen("batch")
    hands.to("#kb-batch [data-field=pasted]")
    hands.write("OECD 1.3\n1.3")
    hands.enter("#kb-batch [data-do=read]")
    tab.wait("document.querySelectorAll('#kb-batch tbody tr').length == 2", 60)
    hands.to("#kb-batch select[data-field=settle]")
    hands.press("ArrowDown")
    tab.wait("document.querySelector('#kb-batch tr[data-row=\"2\"]')?.innerText.includes('chosen')")
    hands.enter("#kb-batch [data-do=run]", back=not hands.is_at("body"))
    tab.wait("document.querySelector('#kb-batch [data-do=again]')", 120)
    hands.enter("#kb-batch [data-do=evidence]")
    tab.wait("document.querySelector('#kb-batch .kb-card')")


def test_a_draft_is_checked_and_its_places_visited(hands: Hands, place: Path) -> None:
    tab = hands.tab
    (place / "draft.txt").write_text("The OECD asks for openness (OECD 1.3), and OECD 9.9 does not.", "utf-8")
    hands.open()
    hands.screen("check")
    hands.to("#kb-check [data-field=file]")  # the window of the system that opens then is not the page's
    found = tab.call("Runtime.evaluate", expression="document.activeElement")
    tab.call("DOM.setFileInputFiles", files=[str(place / "draft.txt")], objectId=found["result"]["objectId"])
    hands.enter("#kb-check [data-do=read]")
    tab.wait("document.querySelectorAll('#kb-check .kb-finding').length == 2", 120)
    hands.enter("#kb-check .kb-level-wrong [data-do=jump]")
    tab.wait("document.activeElement.matches('#kb-check mark.kb-chosen')")
    assert tab.run(SEEN) == ""
    hands.press("Enter")
    tab.wait("document.activeElement.matches('#kb-check .kb-finding.kb-chosen')")


def test_a_document_is_sought_and_opened(hands: Hands) -> None:
    tab = hands.tab
    hands.open()
    hands.screen("documents")
    tab.wait("document.querySelector('.kb-document-row')")
    hands.to(".kb-document-find")
    hands.write("orchard")
    tab.wait("[...document.querySelectorAll('.kb-document-row')].filter((row) => !row.hidden).length == 1")
    hands.enter(".kb-document-row a")
    tab.wait("document.querySelector('.kb-document-page')?.innerText.includes('orchard')")


def test_a_pair_is_judged(hands: Hands) -> None:
    tab = hands.tab
    hands.open()
    hands.screen("crosswalk")
    tab.wait("document.querySelector('.kb-matrix')")
    hands.enter(".kb-cell")
    tab.wait("document.querySelectorAll('.kb-edge').length > 1")
    hands.enter(".kb-judging summary")
    hands.to("input[name=by]")
    hands.write("K. Keys")
    hands.to("input[name=note]")
    hands.write("both ask for the same")
    hands.enter("[data-judge=agree]")
    tab.wait("document.querySelector('.kb-edge .kb-done')")
    second = ".kb-edge:nth-of-type(2)"
    hands.enter(f"{second} .kb-judging summary")
    hands.to(f"{second} input[name=by]")
    hands.write("K. Keys")
    hands.to(f"{second} input[name=note]")
    hands.write("they do not meet")
    hands.enter(f"{second} [data-judge=reject]")
    tab.wait("document.querySelectorAll('.kb-edge .kb-done').length == 2")


def test_on_a_phone_the_evidence_takes_the_focus_and_gives_it_back(hands: Hands) -> None:
    tab = hands.tab
    hands.open("?q=OECD%201.3", 390)
    tab.wait("document.querySelector('a.kb-mark') && !document.querySelector('.kb-stop')")
    tab.run("document.querySelector('.kb-chat').focus()")
    hands.enter("a.kb-mark")
    tab.wait("document.querySelector('.kb-evidence.kb-open')?.contains(document.activeElement)")
    for _ in range(40):  # what lies below the drawer is not come to
        hands.press("Tab")
        assert not tab.run("Boolean(document.activeElement.closest('.kb-talk, .kb-past'))")
    tab.run("document.querySelector('.kb-back-to').focus()")
    hands.press("Escape")
    tab.wait("!document.querySelector('.kb-evidence.kb-open')")
    assert hands.is_at("a.kb-mark")


def test_the_row_of_tabs_is_gone_through_by_arrow_keys(hands: Hands) -> None:
    hands.open()
    hands.tab.run("document.querySelector('button[role=tab][data-tab-id=ask]').focus()")
    hands.press("ArrowRight")
    hands.tab.wait("document.activeElement.matches('button[role=tab][data-tab-id=lookup]')")
    hands.press("ArrowLeft")
    hands.tab.wait("document.activeElement.matches('button[role=tab][data-tab-id=ask]')")
