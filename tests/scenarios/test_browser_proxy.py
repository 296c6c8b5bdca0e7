"""The app behind a reverse proxy, under a path: a small proxy of our own, and nginx as docs/api.md sets it up."""

from __future__ import annotations

import http.client
import re
import shutil
import subprocess
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest

from app.accounts import AccountRole, Accounts
from tests.paths import ROOT
from tests.scenarios.test_browser import CHROMIUM, Browser, browser, free_port, own_errors, served
from tests.scenarios.test_browser_accounts import EDITOR, PASSWORD, sign_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(600),
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed (apt-get install chromium)"),
]

NGINX = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/bin:/opt/homebrew/bin")
ROOT_PATH = "/kb"


class _Handing(BaseHTTPRequestHandler):
    """Hands one request on, and its reply back as it comes."""

    server: _Proxy

    def _hand_on(self) -> None:
        if not self.path.startswith(ROOT_PATH):
            self.send_error(404)
            return
        path = self.path.removeprefix(ROOT_PATH) or "/" if self.server.takes_path_away else self.path
        sent = {n: value for n, value in self.headers.items() if n.lower() not in {"connection", "x-remote-user"}}
        sent |= {"X-Forwarded-Host": self.headers["Host"], "X-Forwarded-Proto": "http", "X-Forwarded-For": "127.0.0.1"}
        if self.server.person:
            sent["X-Remote-User"] = self.server.person
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        behind = http.client.HTTPConnection("127.0.0.1", self.server.behind, timeout=120)
        try:
            behind.request(self.command, path, body, sent)
            reply = behind.getresponse()
            self.send_response_only(reply.status)
            for name, value in reply.getheaders():
                if name.lower() not in {"transfer-encoding", "connection"}:
                    self.send_header(name, value)
            self.send_header("Connection", "close")
            self.end_headers()
            while piece := reply.read1(65536):
                self.wfile.write(piece)
        except OSError:  # the browser went away
            pass
        finally:
            behind.close()

    do_GET = do_POST = do_HEAD = _hand_on

    def log_message(self, format: str, *args: Any) -> None:
        """Says nothing."""


class _Proxy(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, behind: int, takes_path_away: bool, person: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handing)
        self.behind, self.takes_path_away, self.person = behind, takes_path_away, person


@contextmanager
def proxied(address: str, *, takes_path_away: bool = False, person: str = "") -> Iterator[str]:
    """The address of a proxy in front of an app."""
    proxy = _Proxy(urlsplit(address).port or 0, takes_path_away, person)
    threading.Thread(target=proxy.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{proxy.server_port}{ROOT_PATH}"
    finally:
        proxy.shutdown()
        proxy.server_close()


@contextmanager
def nginx(address: str, folder: Path) -> Iterator[str]:
    """The address of nginx in front of an app, with the lines that docs/api.md gives for it."""
    assert NGINX is not None
    told = re.search(r"```nginx\n(.*?)```", (ROOT / "docs" / "api.md").read_text("utf-8"), re.DOTALL)
    assert told is not None
    port, behind = free_port(), urlsplit(address).port
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    places = "".join(f"{each}_temp_path {folder}/{each};\n" for each in kinds)
    (folder / "nginx.conf").write_text(
        f"pid {folder}/pid; error_log {folder}/error.log; daemon off; worker_processes 1;\n"
        f"events {{}}\nhttp {{ access_log off; {places}"
        f"server {{ listen 127.0.0.1:{port}; {told[1].replace('127.0.0.1:7860', f'127.0.0.1:{behind}')} }} }}\n"
    )
    with subprocess.Popen([NGINX, "-p", str(folder), "-c", str(folder / "nginx.conf")]) as process:
        try:
            time.sleep(0.5)
            assert process.poll() is None, (folder / "error.log").read_text()
            yield f"http://127.0.0.1:{port}{ROOT_PATH}"
        finally:
            process.terminate()


def journey(page: Browser, address: str, downloads: Path) -> None:
    """Asked, the page seen, a list collected and saved."""
    page.wait("document.querySelector('#kb-status')?.innerText.includes('index')", 60)
    page.type("#kb-question", "OECD 1.3")
    page.wait("document.querySelector('.kb-card') && document.querySelector('.kb-send').innerText != 'Stop'", 60)
    page.wait("(i => i && i.complete && i.naturalWidth > 500)(document.querySelector('.kb-viewer-paper img'))")
    page.run("kb.basket.replace([])")
    page.click("[data-kb=collect-all]")
    page.run("kb.open('list')")
    page.wait("document.querySelectorAll('#kb-list .kb-basket-row').length == 1")
    page.call("Page.setDownloadBehavior", behavior="allow", downloadPath=str(downloads))
    page.run(
        "(s => { s.value = 'csv'; s.dispatchEvent(new Event('change', {bubbles: true})); })"
        "(document.querySelector('#kb-list [data-field=format]'))"
    )
    page.click("#kb-list [data-do=save]")
    end = time.monotonic() + 60
    while not (saved := list(downloads.glob("*.csv"))):
        assert time.monotonic() < end
        time.sleep(0.1)
    assert "Principle 1.3" in saved[0].read_text("utf-8-sig")
    origin = address.removesuffix(ROOT_PATH)
    theirs = f"{origin}/manifest.json"  # named at the root by the framework's page, which does without it
    here = (f"{address}/", "data:", "blob:", "about:", f"{origin}/favicon.ico", theirs)
    asked = {url for url in page.requests if url != address and not url.startswith(here)}
    assert asked == set(), "everything is below the path"
    assert own_errors(page) == []


PLAIN = {"encoder": "nowhere", "root_path": ROOT_PATH, "trusted_proxies": "127.0.0.1"}


@pytest.mark.parametrize(
    "by",
    [
        "proxy",
        pytest.param("nginx", marks=[pytest.mark.optional, pytest.mark.skipif(NGINX is None, reason="no nginx here")]),
    ],
)
def test_people_with_accounts_work_under_the_path_of_a_proxy(home: Path, tmp_path: Path, by: str) -> None:
    made = tmp_path / "home"
    shutil.copytree(home, made)
    Accounts(made).add(EDITOR, AccountRole.EDITOR, PASSWORD)
    (tmp_path / "downloads").mkdir()
    with (
        served(made, tmp_path / "serve.log", **PLAIN) as app,
        proxied(app) if by == "proxy" else nginx(app, tmp_path) as address,
        browser(tmp_path / "profile") as page,
    ):
        page.size(1280, 844)
        page.call("Page.navigate", url=address)
        page.wait("document.querySelector('#password')")
        assert page.run("location.pathname") == f"{ROOT_PATH}/login"
        sign_in(page, EDITOR)
        journey(page, address, tmp_path / "downloads")
        cookies = page.call("Network.getAllCookies")["cookies"]
        assert {each["path"] for each in cookies if each["name"].startswith("kb-")} == {ROOT_PATH}
        page.click("[data-sign-out]")
        page.wait("document.querySelector('#password')")
    assert "Traceback" not in (tmp_path / "serve.log").read_text()


def test_a_proxy_that_signs_people_in_and_takes_the_path_away(home: Path, tmp_path: Path) -> None:
    (tmp_path / "downloads").mkdir()
    given = PLAIN | {"sso_header": "X-Remote-User", "sso_editors": EDITOR}
    with (
        served(home, tmp_path / "serve.log", **given) as app,
        proxied(app, takes_path_away=True, person=EDITOR) as for_editor,
        proxied(app, takes_path_away=True, person="민아") as for_reader,
        proxied(app, takes_path_away=True) as for_nobody,
        browser(tmp_path / "profile") as page,
    ):
        page.size(1280, 844)
        page.call("Page.navigate", url=f"{for_editor}/")
        page.wait("document.documentElement?.dataset.role == 'editor'", 60)
        assert EDITOR in page.text(".kb-who")
        assert page.run("document.querySelector('[data-sign-out]')") is None, "the proxy signs out"
        journey(page, for_editor, tmp_path / "downloads")
        page.requests.clear()
        page.call("Page.navigate", url=f"{for_reader}/")
        page.wait("document.documentElement?.dataset.role == 'reader'", 60)
        assert "민아" in page.text(".kb-who")
        page.call("Page.navigate", url=f"{for_nobody}/")
        page.wait("document.body?.innerText.includes('named nobody')")
        assert page.run("document.querySelector('#password')") is None
        assert page.run("document.contentType") == "text/html"
