"""The app as a browser shows it: served by a process of its own, driven through Chromium's own protocol."""

from __future__ import annotations

import base64
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from websockets.sync.client import connect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from websockets.sync.client import ClientConnection

from tests.paths import ROOT

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
    "--hide-scrollbars", "--no-proxy-server",
]  # fmt: skip


class Browser:
    """One tab. Every request it makes is in ``requests``; what pages log as errors is in ``errors``."""

    def __init__(self, connection: ClientConnection) -> None:
        self._connection = connection
        self._last = 0
        self.requests: list[str] = []
        self.errors: list[str] = []
        for domain in ("Page", "Network", "Runtime"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **params: Any) -> dict[str, Any]:
        self._last += 1
        self._connection.send(json.dumps({"id": self._last, "method": method, "params": params}))
        while True:
            message = json.loads(self._connection.recv(timeout=60))
            if message.get("id") == self._last:
                assert "error" not in message, message
                return dict(message["result"])
            self._note(message)

    def _note(self, event: dict[str, Any]) -> None:
        if event["method"] == "Network.requestWillBeSent":
            self.requests.append(event["params"]["request"]["url"])
        elif event["method"] == "Network.webSocketCreated":
            self.requests.append(event["params"]["url"])
        elif event["method"] == "Runtime.exceptionThrown":
            self.errors.append(str(event["params"]["exceptionDetails"].get("exception", {}).get("description")))

    def run(self, script: str) -> Any:
        result = self.call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in result, result["exceptionDetails"]
        return result["result"].get("value")

    def wait(self, script: str, seconds: float = 30) -> None:
        """Until the expression is true."""
        end = time.monotonic() + seconds
        while not self.run(f"Boolean({script})"):
            assert time.monotonic() < end, f"never true: {script}\n{self.run('document.body.innerText')[:3000]}"
            time.sleep(0.1)

    def size(self, width: int, height: int, scale: float = 1) -> None:
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=scale,
            mobile=width < 600,
        )

    def open(self, url: str) -> None:
        self.call("Page.navigate", url=url)
        self.wait("!!document.querySelector('#kb-question textarea, #kb-question input')", 60)

    def type(self, selector: str, text: str) -> None:
        """Types into a field as a person does, and presses Enter."""
        self.run(f"document.querySelector({json.dumps(selector)}).focus()")
        self.call("Input.insertText", text=text)
        for kind in ("keyDown", "keyUp"):
            self.call(
                "Input.dispatchKeyEvent", type=kind, key="Enter", code="Enter", windowsVirtualKeyCode=13, text="\r"
            )

    def click(self, selector: str) -> None:
        self.run(f"document.querySelector({json.dumps(selector)}).click()")

    def tab(self, name: str) -> None:
        self.run(
            f"[...document.querySelectorAll('button[role=tab]')].find(b => b.innerText.trim() == {name!r}).click()"
        )

    def text(self, selector: str) -> str:
        return str(self.run(f"document.querySelector({json.dumps(selector)})?.innerText || ''"))

    def picture(self, path: Path, whole: bool = False) -> None:
        data = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=whole)["data"]
        path.write_bytes(base64.b64decode(data))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def ended(process: subprocess.Popen[str]) -> None:
    if process.poll() is None:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)
    for pipe in (process.stdout, process.stderr):
        if pipe is not None:
            pipe.close()


@contextmanager
def browser(profile: Path) -> Iterator[Browser]:
    """A fresh Chromium with one tab."""
    assert CHROMIUM is not None
    command = [CHROMIUM, *FLAGS, f"--user-data-dir={profile}", "--remote-debugging-port=0", "about:blank"]
    with (profile.parent / "chromium.log").open("w") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, text=True)
    try:
        told = profile / "DevToolsActivePort"
        for _ in range(300):
            if told.is_file() and told.read_text().count("\n") >= 1:
                break
            time.sleep(0.1)
        port = told.read_text().split("\n")[0]
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(f"http://127.0.0.1:{port}/json/list", timeout=10) as answer:
            tabs = json.load(answer)
        url = next(t["webSocketDebuggerUrl"] for t in tabs if t["type"] == "page")
        with connect(url, max_size=None, proxy=None) as connection:
            yield Browser(connection)
    finally:
        process.terminate()
        process.wait(20)


# Serves, and reports on stderr every host other than this machine that the process tries to reach or to resolve.
SERVE = """
import json, sys
def watch(event, args):
    if event == "socket.connect" and isinstance(args[1], tuple):
        host = args[1][0]
    elif event in {"socket.getaddrinfo", "socket.gethostbyname"}:
        host = args[0]
    else:
        return
    if isinstance(host, bytes):
        host = host.decode()
    if host not in {None, "", "localhost", "::1", "0.0.0.0", "::"} and not str(host).startswith("127."):
        print("FOREIGN", event, host, file=sys.stderr, flush=True)
sys.addaudithook(watch)
from app.web.server import run_app
from app.web.uploads import FileReaders
from app.settings import Settings
from ingest.drafts.reading import read_draft
from ingest.uploads import commented_upload, draft_of_upload, table_of_upload
readers = FileReaders(table_of_upload, draft_of_upload, commented_upload)
run_app(Settings(home=sys.argv[1], port=int(sys.argv[2]), **json.loads(sys.argv[3])), read_draft, readers=readers)
"""


@contextmanager
def served(home: Path, log: Path, **settings: str) -> Iterator[str]:
    """The app on a free port; yields its address as the process prints it."""
    port = free_port()
    environment = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")}
    with log.open("w") as errors:
        process = subprocess.Popen(
            [sys.executable, "-c", SERVE, str(home), str(port), json.dumps(settings)],
            cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=errors, text=True,
        )  # fmt: skip
    try:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        assert address == f"http://127.0.0.1:{port}", log.read_text()
        yield address
    finally:
        ended(process)


pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(240),
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed (apt-get install chromium)"),
]

ASK = "#kb-question textarea, #kb-question input"
REFERENCE = "#kb-reference textarea, #kb-reference input"
HOSTILE = (
    '<img src=x onerror="window.hit=1"><script>window.hit=2</script> **bold** $$x^2$$ `code` '
    "[x](javascript:window.hit=3) {{value}} ${window.hit=4} '\" onmouseover='window.hit=5"
)


@pytest.fixture(scope="module")
def profiles(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("chromium")


@pytest.fixture(scope="module")
def app(home: Path, profiles: Path) -> Iterator[tuple[str, Path]]:
    """The address of the app over the small library, and its log."""
    log = profiles / "serve.log"
    with served(home, log, encoder="nowhere") as address:  # words alone are compared
        yield address, log


@pytest.fixture(scope="module")
def tab(app: tuple[str, Path], profiles: Path) -> Iterator[Browser]:
    with browser(profiles / "profile") as opened:
        opened.size(1280, 800)
        yield opened


@pytest.fixture
def page(app: tuple[str, Path], tab: Browser) -> Browser:
    tab.size(1280, 800)
    tab.open(app[0])
    tab.wait("document.querySelector('#kb-status').innerText.includes('index')")
    return tab


def test_asked_answered_and_the_page_shown_with_its_mark(page: Browser) -> None:
    page.type(ASK, "OECD 1.3")
    page.wait("document.querySelectorAll('.kb-card').length > 0")
    assert "Principle 1.3" in page.text("#kb-cards")
    assert "[1]" in page.text(".kb-chat")
    page.wait("(i => i && i.complete && i.naturalWidth > 500)(document.querySelector('#kb-page-image img'))")
    yellow = """(() => {
      const image = document.querySelector('#kb-page-image img'), canvas = document.createElement('canvas');
      canvas.width = image.naturalWidth; canvas.height = image.naturalHeight;
      const context = canvas.getContext('2d'); context.drawImage(image, 0, 0);
      const data = context.getImageData(0, 0, canvas.width, canvas.height).data;
      let n = 0;
      for (let i = 0; i < data.length; i += 4) if (data[i] > 230 && data[i+1] > 210 && data[i+2] < 130) n++;
      return n;
    })()"""
    assert page.run(yellow) > 1000
    assert page.run(f"document.querySelector('{ASK}').value") == ""


def test_a_marker_of_an_earlier_answer_brings_its_own_evidence_back(page: Browser) -> None:
    page.type(ASK, "OECD 1.3")
    page.wait("document.querySelector('#kb-1-1')")
    page.type(ASK, "UNESCO para 37")
    page.wait("document.querySelector('#kb-2-1')")
    page.click('#kb-chat a[href="#kb-1-1"]')
    page.wait("document.querySelector('#kb-1-1.kb-selected')")
    assert "Principle 1.3" in page.text("#kb-cards")


def test_an_example_is_asked_by_a_click_and_a_new_conversation_is_empty(page: Browser) -> None:
    page.run("[...document.querySelectorAll('#kb-chat button')].find(b => b.innerText.includes('37')).click()")
    page.wait("document.querySelectorAll('.kb-card').length > 0")
    assert "para. 37" in page.text("#kb-cards")
    page.run("[...document.querySelectorAll('button')].find(b => b.innerText == 'New conversation').click()")
    page.wait("document.querySelectorAll('.kb-q, .kb-card').length == 0")


def test_a_hostile_question_is_shown_as_it_was_typed(page: Browser) -> None:
    page.type(ASK, HOSTILE)
    page.wait("document.querySelectorAll('.kb-a .kb-answer').length > 0")
    assert page.text(".kb-q").strip() == HOSTILE
    assert page.run("document.querySelectorAll('.kb-chat img, .kb-chat script, .kb-q *').length") == 0
    page.tab("Look up")
    page.type(REFERENCE, HOSTILE)
    page.wait("document.querySelector('#kb-unit .kb-problem')")
    assert page.run("window.hit === undefined")


def test_look_up_walks_the_tree(page: Browser) -> None:
    page.tab("Look up")
    page.type(REFERENCE, "OECD 1.3(i)")
    page.wait("document.querySelector('#kb-unit .kb-crumb')")
    assert "1.3(i)" in page.text("#kb-unit h3")
    page.run("[...document.querySelectorAll('#kb-unit .kb-crumb')].at(-1).click()")
    page.wait("!document.querySelector('#kb-unit h3').textContent.includes('1.3(i)')")
    page.wait("document.querySelector('#kb-unit .kb-row')")
    assert "Principle 1.3" in page.text("#kb-unit h3")


def test_from_a_card_to_its_unit(page: Browser) -> None:
    page.type(ASK, "UNESCO para 37")
    page.wait("document.querySelector('#kb-cards [data-kb=unit]')")
    page.click("#kb-cards [data-kb=unit]")
    page.wait("document.querySelector('#kb-unit h3')?.checkVisibility()")
    assert "para. 37" in page.text("#kb-unit h3")


def test_documents_and_about_fill_when_opened(page: Browser) -> None:
    page.tab("Documents")
    page.wait("document.querySelector('#kb-listing table')")
    assert "Code for Careful Orchards" in page.text("#kb-listing")
    page.tab("About")
    page.wait("document.querySelector('#kb-about table')")
    assert "our own words" in page.text("#kb-about")


@pytest.mark.parametrize("width", [1280, 400])
def test_nothing_is_wider_than_the_window(page: Browser, width: int) -> None:
    page.size(width, 800)
    page.type(ASK, "OECD 1.3")
    page.wait("document.querySelectorAll('.kb-card').length > 0")
    for name in ("Ask", "Look up", "Documents", "About"):
        page.tab(name)
        page.run("new Promise(r => setTimeout(r, 400))")
        assert page.run("document.documentElement.scrollWidth") <= width, name


def test_no_request_leaves_this_machine_and_no_script_fails(app: tuple[str, Path], page: Browser) -> None:
    page.tab("About")
    page.wait("document.querySelector('#kb-about table')")
    address, log = app
    here = (address, address.replace("http", "ws"), "data:", "blob:", "about:")
    assert [url for url in page.requests if not url.startswith(here)] == []
    assert page.errors == []
    assert "FOREIGN" not in log.read_text()
    assert "Traceback" not in log.read_text()


def test_without_an_index_the_page_says_what_to_do(profiles: Path, tmp_path: Path) -> None:
    with (
        served(tmp_path / "empty", profiles / "empty.log", encoder="nowhere") as address,
        browser(profiles / "second") as opened,
    ):
        opened.size(1280, 800)
        opened.open(address)
        opened.wait("document.querySelector('#kb-status').innerText.includes('kb ingest')")
        opened.type(ASK, "OECD 1.3")
        opened.wait("document.querySelector('.kb-chat .kb-problem')")
        assert "Traceback" not in opened.text("body")
