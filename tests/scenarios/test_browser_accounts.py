"""People with accounts in a browser: the page for signing in, what is whose, and what a reader is not offered."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

from app.accounts import AccountRole, Accounts
from app.web.sign_in import ATTEMPTS_OF_ADDRESS
from tests.scenarios.test_browser import CHROMIUM, Browser, browser, own_errors, served

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(600),
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed (apt-get install chromium)"),
]

PASSWORD = "correct horse battery"
READERS, EDITOR = ("mina", "jun"), "boss"


@pytest.fixture(scope="module")
def accounts_home(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with two readers and an editor."""
    made = tmp_path_factory.mktemp("accounts") / "home"
    shutil.copytree(home, made)
    for name in READERS:
        Accounts(made).add(name, AccountRole.READER, PASSWORD)
    Accounts(made).add(EDITOR, AccountRole.EDITOR, PASSWORD)
    return made


@pytest.fixture(scope="module")
def address(accounts_home: Path) -> Iterator[str]:
    with served(accounts_home, accounts_home.parent / "serve.log", encoder="nowhere") as found:
        yield found


@pytest.fixture(scope="module")
def tab(accounts_home: Path) -> Iterator[Browser]:
    with browser(accounts_home.parent / "profile") as opened:
        yield opened


@pytest.fixture
def page(tab: Browser, address: str) -> Browser:
    """The tab as nobody's: without a session, and with nothing kept."""
    tab.size(1280, 844)
    tab.call("Page.navigate", url=f"{address}/robots.txt")
    tab.wait("location.pathname == '/robots.txt' && document.readyState == 'complete'")
    tab.run("localStorage.clear(); sessionStorage.clear()")
    tab.call("Network.clearBrowserCookies")
    tab.errors.clear()  # those of the test before, which a wrong password leaves
    return tab


def at_login(page: Browser, address: str, lang: str = "en") -> None:
    """The page for signing in, as a browser of this language finds it."""
    page.call("Emulation.setUserAgentOverride", userAgent="Chromium", acceptLanguage=lang)
    page.call("Page.navigate", url=address)
    page.wait("document.querySelector('#password')")


def give(page: Browser, name: str, password: str) -> None:
    """Fills the form and sends it by Enter."""
    page.wait("document.querySelector('#password')")
    page.run(f"document.querySelector('#name').value = {json.dumps(name)}; window.isOld = true")
    page.type("#password", password)


def sign_in(page: Browser, name: str) -> None:
    give(page, name, PASSWORD)
    page.wait(f"document.querySelector('.kb-who')?.innerText.includes({name!r})", 60)
    page.wait("document.documentElement.dataset.role")


def sign_out(page: Browser) -> None:
    page.click("[data-sign-out]")
    page.wait("document.querySelector('#password')")


def shown(page: Browser, selector: str) -> list[bool]:
    """For each that fits, whether a person sees it."""
    return list(page.run(f"[...document.querySelectorAll({selector!r})].map(each => each.checkVisibility())"))


def test_each_account_of_a_browser_has_its_own_and_signs_out(address: str, page: Browser) -> None:
    page.size(390, 800)
    at_login(page, address)
    sign_in(page, "mina")
    page.run("kb.basket.add([{doc_id: 'a', char_start: 1, char_end: 2, quote: 'q'}])")
    assert page.run("kb.basket.items().length") == 1
    assert page.run("document.documentElement.scrollWidth") <= 390
    sign_out(page)
    sign_in(page, "jun")
    assert page.run("kb.basket.items().length") == 0
    sign_out(page)
    sign_in(page, "mina")
    assert page.run("kb.basket.items().length") == 1


def wrong_password(page: Browser) -> str:
    """What the page says to a password that is not the account's."""
    give(page, "mina", "not the password")
    page.wait("!window.isOld && document.querySelector('[role=alert]')")
    return page.text("[role=alert]")


@pytest.mark.parametrize(
    ("lang", "heading", "wrong"), [("en", "Sign in", "do not belong together"), ("ko", "로그인", "맞지 않습니다")]
)
def test_the_page_for_signing_in_is_in_the_language_of_the_browser(
    address: str, page: Browser, lang: str, heading: str, wrong: str
) -> None:
    at_login(page, address, lang)
    assert page.run("document.documentElement.lang") == lang
    assert page.text("form button") == heading
    assert page.run("document.activeElement.id") == "name"
    assert wrong in wrong_password(page)


def test_whoever_tries_too_often_has_to_wait(accounts_home: Path, tmp_path: Path, page: Browser) -> None:
    with served(accounts_home, tmp_path / "serve.log", encoder="nowhere") as another:
        at_login(page, another)
        for _ in range(ATTEMPTS_OF_ADDRESS):
            assert "do not belong together" in wrong_password(page)
        give(page, "mina", PASSWORD)  # the right one waits too
        page.wait("!window.isOld && document.querySelector('[role=alert]')")
        assert "Too many attempts. Try again in 15 minutes." in page.text("[role=alert]")
        page.call("Page.navigate", url=another)
        page.wait("document.querySelector('#password')")


def test_what_was_wanted_is_shown_after_signing_in(address: str, page: Browser) -> None:
    at_login(page, f"{address}/?tab=documents")
    sign_in(page, "mina")
    page.wait("document.querySelector('button[role=tab][data-tab-id=documents]').ariaSelected == 'true'")
    page.wait("document.querySelector('.kb-document-row')")


@pytest.mark.parametrize(("name", "lang"), [(READERS[0], "en"), (READERS[0], "ko"), (EDITOR, "en")])
def test_what_is_for_editors_is_offered_to_editors_alone(address: str, page: Browser, name: str, lang: str) -> None:
    at_login(page, address, lang)
    sign_in(page, name)
    told = {"en": "ditors", "ko": "편집자"}[lang]
    for screen, filled, offered in (
        ("documents", ".kb-document-row", ".kb-drop-file"),
        ("documents", ".kb-document-row", "[data-do=get]"),
        ("crosswalk", ".kb-matrix", ".kb-judging"),
        ("about", ".kb-about-grid", "[data-doctor]"),
    ):
        page.click(f"button[role=tab][data-tab-id={screen}]")
        page.wait(f"document.querySelector('{filled}')")
        if screen == "crosswalk":
            page.click(".kb-matrix .kb-cell")
            page.wait("document.querySelector('.kb-edge')")
        seen = shown(page, f"#kb-{screen} {offered}")
        assert seen and set(seen) == {name == EDITOR}, (screen, offered)
        said = shown(page, f"#kb-{screen} .kb-readers")
        assert said and set(said) == {name != EDITOR}
        assert told in page.text(f"#kb-{screen} .kb-readers") or name == EDITOR
    assert own_errors(page) == []


def test_a_reader_who_calls_what_is_for_editors_is_told_so(address: str, page: Browser) -> None:
    at_login(page, address)
    sign_in(page, "mina")
    for call in ("documents/upload", "documents/remove", "crosswalk/judge"):
        told = page.run(f"kb.call('{call}', {{name: 'a.txt', size: 3}}).then(() => '', error => error.message)")
        assert told == "Only an editor may do this."
