"""Look up, Documents, Crosswalk and About as a browser shows them, in English and Korean, wide and narrow."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.scenarios.test_browser import CHROMIUM, Browser, browser, served

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(400),
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed (apt-get install chromium)"),
]

BOX = "#kb-reference"
KEYS = {"Enter": (13, "\r"), "ArrowDown": (40, ""), "ArrowUp": (38, ""), "Escape": (27, ""), "Backspace": (8, "")}


@pytest.fixture(scope="module")
def profiles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("reference-screens")


@pytest.fixture(scope="module")
def address(home: Path, profiles: Path) -> Iterator[str]:
    with served(home, profiles / "serve.log", encoder="nowhere") as found:
        yield found


@pytest.fixture(scope="module")
def tab(address: str, profiles: Path) -> Iterator[Browser]:
    with browser(profiles / "profile") as opened:
        yield opened


@pytest.fixture
def page(address: str, tab: Browser) -> Browser:
    return at_screen(address, tab, "lookup")


def at_screen(address: str, tab: Browser, name: str, lang: str = "en", width: int = 1280) -> Browser:
    tab.size(width, 844)
    tab.call(
        "Emulation.setUserAgentOverride", userAgent="Chromium", acceptLanguage="ko-KR" if lang == "ko" else "en-US"
    )
    tab.call("Page.navigate", url=address)
    button = f"document.querySelector('button[role=tab][data-tab-id={name}]')"
    tab.wait(f"document.documentElement?.lang === '{lang}' && window.kb && {button}")
    show(tab, name)
    return tab


def show(tab: Browser, name: str) -> None:
    tab.click(f"button[role=tab][data-tab-id={name}]")
    seen = {"lookup": BOX, "documents": ".kb-document-row", "crosswalk": ".kb-matrix", "about": ".kb-about-grid"}[name]
    tab.wait(f"document.querySelector('{seen}')")


def press(tab: Browser, *names: str) -> None:
    for name in names:
        code, text = KEYS[name]
        for kind in ("keyDown", "keyUp"):
            typed = {"text": text} if text and kind == "keyDown" else {}
            tab.call("Input.dispatchKeyEvent", type=kind, key=name, code=name, windowsVirtualKeyCode=code, **typed)


def enter(tab: Browser, text: str) -> None:
    """Puts a text into the box in the place of what is there."""
    tab.run(f"(box => {{ box.focus(); box.select(); }})(document.querySelector('{BOX}'))")
    tab.call("Input.insertText", text=text)


def options(tab: Browser) -> list[str]:
    found = tab.run("[...document.querySelectorAll('#kb-reference-list [role=option]')].map(o => o.innerText)")
    return [str(each) for each in found]


def open_list(tab: Browser) -> None:
    tab.wait("!document.querySelector('#kb-reference-list').hidden")


def title(tab: Browser) -> str:
    return tab.text(".kb-unit-title")


# --- Look up


def test_suggestions_follow_paste_backspace_and_the_input_method(page: Browser) -> None:
    enter(page, "OECD")
    open_list(page)
    assert any("OECD" in each for each in options(page))
    page.run(f"document.querySelector('{BOX}').focus()")
    press(page, "Backspace")
    page.run(f"document.querySelector('{BOX}').select()")
    page.call("Input.insertText", text="UNESCO para 37")  # what a paste does
    page.wait("document.querySelector('#kb-reference-list [role=option]')?.innerText.includes('para. 37')")
    page.run(f"document.querySelector('{BOX}').select()")
    for syllables in ("투", "투명", "투명서"):
        page.call("Input.imeSetComposition", text=syllables, selectionStart=len(syllables), selectionEnd=len(syllables))
    page.call("Input.insertText", text="투명성")
    rows = "[...document.querySelectorAll('#kb-reference-list [role=option]')]"
    page.wait(f"{rows}.some(row => row.innerText.includes('Transparency'))")
    assert page.run(f"document.querySelector('{BOX}').value") == "투명성"


def test_enter_looks_up_and_no_suggestion_comes_back(page: Browser) -> None:
    enter(page, "OECD 1.3")
    open_list(page)
    assert "what Enter finds" in options(page)[0]
    press(page, "Enter")
    page.wait("document.querySelector('.kb-unit-title')")
    page.run("new Promise(done => setTimeout(done, 700))")
    assert page.run("document.querySelector('#kb-reference-list').hidden") is True
    assert options(page) == []
    assert "Principle 1.3" in title(page)


def test_the_list_is_a_combobox_for_the_keyboard(page: Browser) -> None:
    enter(page, "1.3")
    open_list(page)
    box = f"document.querySelector('{BOX}')"
    assert page.run(f"{box}.getAttribute('role') + {box}.getAttribute('aria-expanded')") == "comboboxtrue"
    press(page, "ArrowDown", "ArrowDown")
    chosen = page.run(f"document.getElementById({box}.getAttribute('aria-activedescendant')).innerText")
    assert chosen == options(page)[1]
    press(page, "ArrowUp")
    assert page.run("document.querySelectorAll('#kb-reference-list [aria-selected=true]').length") == 1
    press(page, "Escape")
    assert page.run("document.querySelector('#kb-reference-list').hidden") is True
    press(page, "ArrowDown")
    open_list(page)
    press(page, "ArrowDown", "Enter")
    page.wait("document.querySelector('.kb-unit-title')")
    assert "unit=" in page.run("location.search")


def test_the_box_and_the_address_follow_the_unit_and_back_works(page: Browser) -> None:
    enter(page, "OECD 1.3")
    press(page, "Enter")
    page.wait("document.querySelector('.kb-step-next')")
    first = page.run("location.search")
    page.click(".kb-step-next")
    page.wait("document.querySelector('.kb-unit-title').innerText.includes('1.4')")
    assert "Principle 1.4" in page.run(f"document.querySelector('{BOX}').value")
    assert page.run("location.search") != first
    page.run("history.back()")
    page.wait("document.querySelector('.kb-unit-title').innerText.includes('1.3')")
    assert page.run("location.search") == first
    page.click(".kb-crumbs a")  # the document
    page.wait("location.search.includes('whole')")


def test_editions_and_parts_are_links_and_nothing_is_named_as_the_machine_names_it(page: Browser) -> None:
    enter(page, "OECD 2019 1.4")
    press(page, "Enter")
    page.wait("document.querySelector('.kb-editions .kb-beside a')")
    page.click(".kb-editions .kb-beside a")
    page.wait("document.querySelector('.kb-unit-card').innerText.includes('2024')")
    shown = page.text("#kb-unit-area")
    assert "urn:" not in shown and "[principle:" not in shown


def test_a_part_shows_the_counterparts_of_what_it_is_in(page: Browser) -> None:
    enter(page, "EU AI Act Article 14(3)")
    press(page, "Enter")
    page.wait("document.querySelector('.kb-counterparts li')")
    assert "which it is in" in page.text(".kb-counterparts")


def test_a_number_that_is_not_there_comes_with_the_range_and_the_way_to_the_text(page: Browser) -> None:
    enter(page, "EU AI Act Art. 999")
    press(page, "Enter")
    page.wait("document.querySelector('.kb-results')")
    assert "Article 113" in page.text(".kb-results")
    page.click("[data-documents]")
    page.wait("document.querySelector('.kb-document-find')?.value.includes('2024/1689')")
    page.wait("document.querySelector('.kb-counted').innerText.includes('of')")


def test_a_unit_is_collected_copied_and_its_page_is_shown(page: Browser) -> None:
    enter(page, "UNESCO para 37")
    press(page, "Enter")
    page.wait("document.querySelector('[data-add]')")
    before = page.run("kb.basket.items().length")
    page.click("[data-add]")
    page.wait(f"kb.basket.items().length === {before} + 1")
    assert page.run("kb.basket.items().at(-1).unit_id").endswith("para:37")
    page.click("[data-show-page]")
    page.wait(
        "document.querySelector('.kb-unit-page img')?.naturalWidth > 500 || document.querySelector('[role=dialog]')"
    )


def test_the_tree_opens_by_keys(page: Browser) -> None:
    enter(page, "OECD 1.3")
    press(page, "Enter")
    page.wait("document.querySelector('.kb-tree-link[aria-current]')")
    closed = ".kb-twist[aria-expanded=false]"
    page.run(f"document.querySelector('{closed}').parentElement.querySelector('.kb-tree-link').focus()")
    page.wait("document.activeElement.matches('.kb-tree-link')")
    n = page.run("document.querySelectorAll('.kb-tree-link').length")
    page.run("document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {key: 'ArrowRight', bubbles: true}))")
    page.wait(f"document.querySelectorAll('.kb-tree-link').length > {n}")


# --- Documents


def test_documents_are_searched_filtered_and_opened(address: str, tab: Browser) -> None:
    page = at_screen(address, tab, "documents")
    shown = "[...document.querySelectorAll('.kb-document-row')].filter(row => !row.hidden)"
    every = page.run(f"{shown}.length")
    page.run("document.querySelector('.kb-document-find').focus()")
    page.call("Input.insertText", text="orchard")
    page.wait(f"{shown}.length === 1")
    assert f"1 of {every}" in page.text(".kb-counted")
    page.run(f"{shown}[0].querySelector('a').click()")
    page.wait("document.querySelector('.kb-document-page')")
    opened = page.text(".kb-document-page")
    for words in ("orchard.txt", "Trust in its numbers", "may be passed on", "How the file was read"):
        assert words in opened or words.replace("may be", "may not be") in opened or "not known" in opened
    page.click(".kb-act[data-clear]")
    page.wait(f"{shown}.length === {every}")
    for wanted in ("loaded", "register", "absent"):
        page.run(
            "(box => { box.value = '" + wanted + "'; box.dispatchEvent(new Event('change', {bubbles: true})); })"
            "(document.querySelector('[data-facet=here]'))"
        )
        assert page.run(f"{shown}.every(row => row.dataset.here === '{wanted}')") is True
        assert 0 < page.run(f"{shown}.length") < every


def test_a_document_that_is_absent_has_a_link_or_says_whom_to_ask(address: str, tab: Browser) -> None:
    page = at_screen(address, tab, "documents")
    rows = "[...document.querySelectorAll('.kb-document-row')].filter(row => row.dataset.here === 'register')"
    for n in range(4):
        name = page.run(f"{rows}[{n}].querySelector('b').innerText")
        page.run(f"{rows}[{n}].querySelector('a').click()")
        page.wait(f"document.querySelector('.kb-document-page h2')?.innerText === {json.dumps(name)}")
        assert page.run(
            "!!document.querySelector('.kb-document-page a[target=_blank]')"
        ) or "ask the publisher" in page.text(".kb-document-page")


def test_a_file_is_recognised_before_it_is_added_and_can_be_dropped(address: str, tab: Browser) -> None:
    page = at_screen(address, tab, "documents")
    words = "\\n".join(
        ["Rules for Quiet Lanterns", "", *(f"{n}. A lantern shall rest in month {n}." for n in range(1, 9))]
    )
    page.run(
        "(box => { const given = new DataTransfer(); given.items.add(new File(['" + words + "'], 'lanterns.txt')); "
        "box.files = given.files; box.dispatchEvent(new Event('change', {bubbles: true})); })"
        "(document.querySelector('.kb-file'))"
    )
    page.wait("document.querySelector('.kb-recognised')", 120)
    said = page.text(".kb-recognised")
    assert "Not in the catalog" in said and "licence" in said.lower()
    page.click("[data-do=discard]")
    page.wait("document.querySelector('.kb-job').innerText.includes('Nothing was added')")


# --- Crosswalk, About


def test_a_cell_opens_pairs_and_a_judgement_needs_a_name_and_a_reason(address: str, tab: Browser) -> None:
    page = at_screen(address, tab, "crosswalk")
    page.click(".kb-matrix .kb-cell")
    page.wait("document.querySelectorAll('.kb-edge').length > 0")
    assert page.run("document.querySelector('.kb-edge').querySelectorAll('.kb-beside .kb-words').length") >= 2
    page.run("document.querySelector('.kb-judging').open = true")
    page.click("[data-judge=agree]")
    page.wait("document.querySelector('.kb-judge-told').innerText.includes('name')")
    page.click("[data-view=back]")
    page.wait("document.querySelector('.kb-matrix')")
    page.click("[data-view=principles]")
    page.wait("document.querySelector('.kb-group')")
    page.click("[data-view=queue]")
    page.wait("document.querySelector('.kb-suggest-pairs')")


def test_about_has_the_index_the_measures_and_the_keyboard(address: str, tab: Browser) -> None:
    page = at_screen(address, tab, "about")
    shown = page.text(".kb-about-grid")
    for words in ("Index id", "Measures", "Privacy", "Keyboard", "our own words"):
        assert words in shown


@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_is_wider_than_the_window_and_no_script_fails(
    address: str, tab: Browser, lang: str, width: int, profiles: Path
) -> None:
    page = at_screen(address, tab, "lookup", lang, width)
    enter(page, "OECD 2019 1.4")
    press(page, "Enter")
    page.wait("document.querySelector('.kb-unit-title')")
    for name in ("lookup", "documents", "crosswalk", "about"):
        show(page, name)
        assert page.run("document.documentElement.scrollWidth") <= width, name
        page.picture(profiles / f"{name}-{lang}-{width}.png")
    show(page, "documents")
    page.click(".kb-document-row a")
    page.wait("document.querySelector('.kb-document-page')")
    assert page.run("document.documentElement.scrollWidth") <= width
    assert page.run("document.documentElement.lang") == lang
    assert page.errors == []


CONTRAST = """(() => {
  const channel = (c) => { c /= 255; return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; };
  const parse = (s) => (s.match(/[\\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
  const behind = (e) => { for (; e; e = e.parentElement) { const c = parse(getComputedStyle(e).backgroundColor);
    if (c.length === 3 || c[3] > 0.9) return c; } return [255, 255, 255]; };
  const poor = [];
  for (const e of document.querySelectorAll('#kb-lookup *, #kb-documents *, #kb-crosswalk *, #kb-about *')) {
    if (!e.checkVisibility() || ![...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim())) continue;
    const a = light(parse(getComputedStyle(e).color)), b = light(behind(e));
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) poor.push(`${ratio.toFixed(2)} ${e.className} ${e.textContent.trim().slice(0, 40)}`);
  }
  return [...new Set(poor)].slice(0, 10);
})()"""


@pytest.mark.parametrize("dark", [False, True])
def test_words_stand_out_from_what_is_behind_them(address: str, tab: Browser, dark: bool) -> None:
    page = at_screen(address, tab, "lookup")
    page.run(f"document.body.classList.toggle('dark', {str(dark).lower()})")
    enter(page, "OECD 2019 1.4")
    press(page, "Enter")
    page.wait("document.querySelector('.kb-unit-title')")
    for name in ("lookup", "documents", "crosswalk", "about"):
        show(page, name)
        if name == "documents":
            page.click(".kb-document-row a")
            page.wait("document.querySelector('.kb-document-page')")
        page.run("new Promise(done => setTimeout(done, 300))")
        assert page.run(CONTRAST) == [], name
