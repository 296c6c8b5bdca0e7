"""Two people with accounts at one browser: each sees who is signed in, signs out, and finds what is its own."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from app.accounts import AccountRole, Accounts
from tests.scenarios.test_browser import CHROMIUM, Browser, browser, served

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(240),
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed (apt-get install chromium)"),
]

PASSWORD = "correct horse battery"


def sign_in(page: Browser, name: str) -> None:
    page.wait("document.querySelector('#password')")
    page.run(f"document.querySelector('#name').value = {name!r}")
    page.run(f"document.querySelector('#password').value = {PASSWORD!r}")
    page.run("document.querySelector('form button').click()")
    page.wait(f"document.querySelector('.kb-who')?.innerText.includes({name!r})", 60)


def test_each_account_of_a_browser_has_its_own_and_signs_out(home: Path, tmp_path: Path) -> None:
    made = tmp_path / "home"
    shutil.copytree(home, made)
    for name in ("mina", "jun"):
        Accounts(made).add(name, AccountRole.READER, PASSWORD)
    with (
        served(made, tmp_path / "serve.log", encoder="nowhere") as address,
        browser(tmp_path / "profile") as page,
    ):
        page.size(390, 800)
        page.call("Page.navigate", url=address)
        sign_in(page, "mina")
        page.run("kb.basket.add([{doc_id: 'a', char_start: 1, char_end: 2, quote: 'q'}])")
        assert page.run("kb.basket.items().length") == 1
        assert page.run("document.documentElement.scrollWidth") <= 390
        page.run("document.querySelector('[data-sign-out]').click()")
        sign_in(page, "jun")
        assert page.run("kb.basket.items().length") == 0
        page.run("document.querySelector('[data-sign-out]').click()")
        sign_in(page, "mina")
        assert page.run("kb.basket.items().length") == 1
