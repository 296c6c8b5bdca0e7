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
    from collections.abc import Iterator, Sequence

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
        for domain in ("Page", "Network", "Runtime", "Log"):
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
        elif event["method"] == "Log.entryAdded" and event["params"]["entry"]["level"] == "error":
            self.errors.append(f"{event['params']['entry']['text']} {event['params']['entry'].get('url', '')}")
        elif event["method"] == "Runtime.consoleAPICalled" and event["params"]["type"] == "error":
            self.errors.append(" ".join(str(each.get("value", "")) for each in event["params"]["args"]))
        elif event["method"] == "Runtime.exceptionThrown":
            self.errors.append(str(event["params"]["exceptionDetails"].get("exception", {}).get("description")))

    def run(self, script: str) -> Any:
        result = self.call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in result, result["exceptionDetails"]
        return result["result"].get("value")

    def wait(self, script: str, seconds: float = 60) -> None:
        """Until the expression is true; what is asked while the tab goes to another page is asked again."""
        end = time.monotonic() + seconds
        while not self._holds(script):
            assert time.monotonic() < end, f"never true: {script}\n{self.run('document.body.innerText')[:3000]}"
            time.sleep(0.1)

    def _holds(self, script: str) -> bool:
        try:
            return bool(self.run(f"Boolean({script})"))
        except AssertionError as error:
            if "Inspected target navigated" in str(error):
                return False
            raise

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
        self.wait(
            "document.querySelector('.kb-desk')?.dataset.ready && document.querySelector('.kb-chat')?.innerHTML", 60
        )

    def reload(self) -> None:
        """Loads the page anew, and waits until the old one is gone and the new one has its words."""
        self.run("window.isOld = true")
        self.call("Page.reload")
        self.wait("!window.isOld && document.querySelector('.kb-desk')?.dataset.ready", 60)

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


def own_errors(page: Browser) -> list[str]:
    """What pages logged as errors, save that two files of the origin are not to be had: the framework's page names its
    manifest, which browsers ask for without a session, and browsers ask for an icon of their own accord."""
    at = page.run("location.origin")
    about = (f"{at}/manifest.json", f"{at}/favicon.ico")
    return [
        each
        for each in page.errors
        if not each.endswith(about) and not each.startswith(f"Manifest fetch from {about[0]} failed")
    ]


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
        for _ in range(1200):
            if told.is_file() and told.read_text().count("\n") >= 1:
                break
            time.sleep(0.1)
        port = told.read_text().split("\n")[0]
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(f"http://127.0.0.1:{port}/json/list", timeout=60) as answer:
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
settings = Settings(home=sys.argv[1], port=int(sys.argv[2]), **json.loads(sys.argv[3]))
run_app(settings, read_draft, readers=readers, **({"reading_command": sys.argv[4:]} if sys.argv[4:] else {}))
"""


@contextmanager
def served(home: Path, log: Path, *, reading: Sequence[str] = (), **settings: str) -> Iterator[str]:
    """The app on a free port; yields its address as the process prints it. ``reading`` is the program that reads
    documents in the place of the app's own."""
    port = free_port()
    environment = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")}
    with log.open("w") as errors:
        process = subprocess.Popen(
            [sys.executable, "-c", SERVE, str(home), str(port), json.dumps(settings), *reading],
            cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=errors, text=True,
        )  # fmt: skip
    try:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        assert address == f"http://127.0.0.1:{port}{settings.get('root_path', '')}", log.read_text()
        yield address
    finally:
        ended(process)


pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(240),
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed (apt-get install chromium)"),
]

ASK = "#kb-question"
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
    tab.call("Page.navigate", url=f"{app[0]}/robots.txt")  # a page without scripts, which would keep what is typed
    tab.wait("location.pathname == '/robots.txt' && document.readyState == 'complete'")
    tab.run("localStorage.clear(); sessionStorage.clear(); document.cookie = 'kb-language=en; path=/; max-age=0'")
    tab.open(app[0])
    tab.wait("document.querySelector('#kb-status').innerText.includes('index')")
    return tab


def asked(page: Browser, question: str, cards: str = "document.querySelector('.kb-card')") -> None:
    page.type(ASK, question)
    page.wait(f"{cards} && document.querySelector('.kb-send').innerText != 'Stop'")


def test_asked_answered_and_the_page_shown_with_its_mark(page: Browser) -> None:
    """Defects 8 and 17: the page is read at once, scrolled to the mark, and named."""
    asked(page, "OECD 1.3")
    assert "Principle 1.3" in page.text("#kb-cards")
    assert "[1]" in page.text(".kb-chat")
    page.wait("(i => i && i.complete && i.naturalWidth > 500)(document.querySelector('.kb-viewer-paper img'))")
    place = """(() => {
      const box = document.querySelector('.kb-viewer-paper rect').getBoundingClientRect();
      const sheet = document.querySelector('.kb-viewer-sheet').getBoundingClientRect();
      const image = document.querySelector('.kb-viewer-paper img').getBoundingClientRect();
      return [box.top - sheet.top, sheet.bottom - box.bottom, image.width, box.width];
    })()"""
    above, below, width, mark = page.run(place)
    assert above >= 0 and below >= 0 and width >= 640 and mark > 100
    assert "PDF page" in page.text(".kb-viewer-caption") and "our own words" in page.text(".kb-viewer-caption")
    assert page.run(f"document.querySelector('{ASK}').value") == ""


def test_the_viewer_turns_pages_zooms_and_lets_words_be_selected(page: Browser) -> None:
    asked(page, "OECD 1.3")
    page.wait("document.querySelector('.kb-viewer-word')")
    words = "[...document.querySelectorAll('.kb-viewer-word')].map(w => w.textContent).join(' ')"
    assert "Principle 1.3" in page.run(words)
    number = "Number(/PDF page (\\d+)/.exec(document.querySelector('.kb-viewer-caption').innerText)[1])"
    first, width = page.run(number), page.run("document.querySelector('.kb-viewer-paper').offsetWidth")
    page.click("[data-view=larger]")
    assert page.run("document.querySelector('.kb-viewer-paper').offsetWidth") > width * 1.2
    page.click("[data-view=next]")
    page.wait(f"{number} == {first + 1}")
    shown = page.run("document.querySelector('.kb-viewer-paper img').src")
    assert f"/{first + 1}.png" in shown, "the image is that of the caption"
    assert page.run("document.querySelectorAll('.kb-viewer-paper rect').length") == 0
    page.click("[data-view=first]")
    page.wait(f"{number} == 1")
    assert page.run("document.querySelector('[data-view=previous]').disabled")


def test_on_a_phone_a_page_has_the_width_of_the_screen(app: tuple[str, Path], page: Browser) -> None:
    page.size(390, 800)
    page.open(app[0])
    asked(page, "OECD 1.3", "document.querySelector('a.kb-mark')")
    page.run("document.querySelector('a.kb-mark').click()")
    page.wait("document.querySelector('.kb-evidence.kb-open .kb-viewer-word')")
    paper, sheet = (
        page.run(f"document.querySelector('.kb-evidence .kb-viewer-{name}').{size}")
        for name, size in (("paper", "offsetWidth"), ("sheet", "clientWidth"))
    )
    assert sheet * 0.9 < paper <= sheet <= 390
    page.click("[data-view=larger]")
    assert page.run("document.querySelector('.kb-evidence .kb-viewer-paper').offsetWidth") > sheet
    assert page.run("document.documentElement.scrollWidth") <= 390


def test_a_marker_tells_its_quote_when_it_is_focused(page: Browser) -> None:
    asked(page, "OECD 1.3")
    page.run("document.querySelector('a.kb-mark').focus()")
    page.wait("!document.querySelector('#kb-pop').hidden")
    assert "Principle 1.3" in page.text("#kb-pop")
    assert page.run("document.activeElement.getAttribute('aria-describedby')") == "kb-pop"
    page.run("document.activeElement.blur()")
    assert page.run("document.querySelector('#kb-pop').hidden")


def test_nothing_typed_is_cut_or_lost(page: Browser) -> None:
    """Defects 11 and 12: what is too long is told and not cut; what is typed while an answer is made stays."""
    page.run(f"document.querySelector('{ASK}').focus()")
    page.call("Input.insertText", text="x" * 2100)
    assert page.run(f"document.querySelector('{ASK}').value.length") == 2100
    assert "2,100 of 2,000" in page.text("#kb-told")
    page.type(ASK, "y")
    assert page.run(f"document.querySelector('{ASK}').value.length") == 2101
    assert page.run("document.querySelectorAll('.kb-q').length") == 0
    page.run(f"document.querySelector('{ASK}').value = ''")
    page.type(ASK, "OECD 1.3")
    page.call("Input.insertText", text="and then")
    page.wait("document.querySelector('.kb-card')")
    assert page.run(f"document.querySelector('{ASK}').value") == "and then"


def test_enter_of_an_input_method_sends_nothing_and_the_whole_is_sent_once(page: Browser) -> None:
    page.run(f"document.querySelector('{ASK}').focus()")
    page.call("Input.imeSetComposition", text="투명서", selectionStart=3, selectionEnd=3)
    page.call("Input.dispatchKeyEvent", type="rawKeyDown", key="Process", code="Enter", windowsVirtualKeyCode=229)
    assert page.run("document.querySelectorAll('.kb-q').length") == 0
    page.call("Input.insertText", text="투명성과 설명가능성은?")
    page.type(ASK, "")
    page.wait("document.querySelector('.kb-a .kb-answer')")
    assert page.run("[...document.querySelectorAll('.kb-q')].map(q => q.innerText)") == ["투명성과 설명가능성은?"]


SEEK = (
    """(f => { f.value = 'WORD'; f.dispatchEvent(new Event('input')); })(document.querySelector('[data-side=find]'))"""
)


def test_conversations_outlive_a_reload_and_are_renamed_found_and_deleted(page: Browser) -> None:
    """Defect 9: nothing is lost."""
    asked(page, "OECD 1.3")
    page.type(ASK, "typed but not sent"[:-1])
    page.wait("document.querySelectorAll('.kb-a .kb-answer').length == 2")
    page.run(f"document.querySelector('{ASK}').value = 'half'; "
             f"document.querySelector('{ASK}').dispatchEvent(new Event('input'))")  # fmt: skip
    page.reload()
    page.wait("document.querySelectorAll('.kb-a .kb-answer').length == 2", 60)
    assert page.run(f"document.querySelector('{ASK}').value") == "half"
    page.run("[...document.querySelectorAll('.kb-picks button')].find(b => b.textContent == 'Rename').click()")
    page.run("document.querySelector('.kb-talk-row input').value = '내 대화'")
    enter = "new KeyboardEvent('keydown', {key: 'Enter'})"
    page.run(f"document.querySelector('.kb-talk-row input').dispatchEvent({enter})")
    page.wait("document.querySelector('.kb-talk-title')?.innerText == '내 대화'")
    page.run(
        "(f => { f.value = 'zzz'; f.dispatchEvent(new Event('input')); })(document.querySelector('[data-side=find]'))"
    )
    assert "None yet" in page.text(".kb-talks")
    page.run(
        "(f => { f.value = '1.3'; f.dispatchEvent(new Event('input')); })(document.querySelector('[data-side=find]'))"
    )
    page.run("[...document.querySelectorAll('.kb-picks button')].find(b => b.textContent == 'Delete').click()")
    assert "Deleted" in page.text(".kb-past-told")
    page.run("document.querySelector('.kb-past-told button').click()")
    page.wait("document.querySelector('.kb-talk-title')?.innerText == '내 대화'")


def test_back_goes_to_the_question_before(page: Browser) -> None:
    asked(page, "OECD 1.3")
    asked(page, "UNESCO para 37", "document.querySelector('#kb-2-1')")
    assert "q=UNESCO" in page.run("location.search")
    page.run("history.back()")
    page.wait("document.querySelector('#kb-1-1.kb-selected')")
    assert page.run("location.search") == "?q=OECD+1.3"


def test_a_filter_is_shown_told_and_dropped_by_the_next_step(page: Browser) -> None:
    page.run("document.querySelector('[data-filter=languages][data-value=en]').click()")
    assert page.run("document.querySelector('[data-chip=languages]').classList.contains('kb-set')")
    page.type(ASK, "zyxq wvut srqp?")
    page.wait("document.querySelector('[data-kb=next-no-filter]')")
    assert "Searched only: Language" in page.text(".kb-a")
    page.click("[data-kb=next-no-filter]")
    page.wait("document.querySelectorAll('.kb-a .kb-answer').length == 2")
    assert page.run("document.querySelectorAll('.kb-limited').length") == 1
    assert not page.run("document.querySelector('[data-chip=languages]').classList.contains('kb-set')")


def test_what_is_collected_is_in_the_list_of_the_browser(page: Browser) -> None:
    asked(page, "OECD 1.3")
    page.click("[data-kb=collect-all]")
    assert page.run("kb.basket.items().length") == page.run("document.querySelectorAll('.kb-card .kb-n').length") >= 1
    page.click("[data-kb=collect-all]")
    assert page.run("kb.basket.items().length") == 1


def test_the_interface_is_korean_when_it_is_chosen_and_stays_so(page: Browser) -> None:
    """Defect 13."""
    page.run("document.querySelector('[data-speak=ko]').click()")
    page.wait(
        "document.documentElement?.lang == 'ko' && document.querySelector('.kb-send')?.innerText == '질문하기'", 60
    )
    assert "원칙" in page.text(".kb-chat .kb-row")
    page.reload()
    page.wait("document.documentElement?.lang == 'ko' && document.querySelector('.kb-desk')?.dataset.ready", 60)


CONTRAST = """(() => {
  const parse = (c) => (c.match(/[\\d.]+/g) || []).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((v) => v / 255)
    .map((v) => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const found = parse(getComputedStyle(at).backgroundColor);
      if (found.length === 3 || found[3] > 0.9) return found;
    }
    return [255, 255, 255];
  };
  const low = [];
  for (const node of document.querySelectorAll('#kb-top *, #kb-tabs button, #kb-ask *')) {
    const own = [...node.childNodes].some((c) => c.nodeType === 3 && c.textContent.trim());
    if (!own || !node.checkVisibility() || node.disabled || node.closest('.kb-viewer-words, :disabled')) continue;
    const [a, b] = [light(parse(getComputedStyle(node).color)), light(behind(node))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) low.push([node.className, node.textContent.slice(0, 30), Math.round(ratio * 100) / 100]);
  }
  return low;
})()"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_stand_out_and_the_focus_is_seen(page: Browser, scheme: str) -> None:
    """Defect 15."""
    page.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
    page.reload()
    asked(page, "OECD 1.3")
    assert page.run("document.body.classList.contains('dark')") is (scheme == "dark")
    assert page.run(CONTRAST) == []
    page.call("Input.dispatchKeyEvent", type="keyDown", key="Tab", code="Tab", windowsVirtualKeyCode=9)
    page.call("Input.dispatchKeyEvent", type="keyUp", key="Tab", code="Tab", windowsVirtualKeyCode=9)
    width, style = page.run("(s => [s.outlineWidth, s.outlineStyle])(getComputedStyle(document.activeElement))")
    assert style == "solid" and float(width.removesuffix("px")) >= 2
    page.call("Emulation.setEmulatedMedia", features=[])


def test_a_marker_of_an_earlier_answer_brings_its_own_evidence_back(page: Browser) -> None:
    page.type(ASK, "OECD 1.3")
    page.wait("document.querySelector('#kb-1-1')")
    page.type(ASK, "UNESCO para 37")
    page.wait("document.querySelector('#kb-2-1')")
    page.click('#kb-ask a[href="#kb-1-1"]')
    page.wait("document.querySelector('#kb-1-1.kb-selected')")
    assert "Principle 1.3" in page.text("#kb-cards")


def test_an_example_is_asked_by_a_click_and_a_new_conversation_is_empty(page: Browser) -> None:
    page.run("[...document.querySelectorAll('.kb-chat button')].find(b => b.innerText.includes('37')).click()")
    page.wait("document.querySelectorAll('.kb-card').length > 0")
    assert "제37항" in page.text("#kb-cards")  # in the language of the question
    page.run("[...document.querySelectorAll('button')].find(b => b.innerText == 'New conversation').click()")
    page.wait("document.querySelectorAll('.kb-q, .kb-card').length == 0")


def test_a_hostile_question_is_shown_as_it_was_typed(page: Browser) -> None:
    page.type(ASK, HOSTILE)
    page.wait("document.querySelectorAll('.kb-a .kb-answer').length > 0")
    assert page.text(".kb-q").strip() == HOSTILE
    assert page.run("document.querySelectorAll('.kb-chat img, .kb-chat script, .kb-q *').length") == 0
    assert page.run("window.hit === undefined")


def test_from_a_card_to_its_unit(page: Browser) -> None:
    asked(page, "UNESCO para 37")
    page.click("#kb-cards [data-kb=unit]")
    page.wait("document.querySelector('button[role=tab][data-tab-id=lookup]').getAttribute('aria-selected') == 'true'")
    page.wait("location.search.includes('unit=')")


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
    asked(page, "OECD 1.3")
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
