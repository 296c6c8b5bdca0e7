"""Documents in a browser: a file dropped, recognised, added and left out again; folders watched; texts fetched."""

from __future__ import annotations

import json
import shutil
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

from tests.ingest.sources.test_fetch import PROVISIONS, RIGHT, WANTED
from tests.library import ORCHARD
from tests.pdfs import Book, Sheet
from tests.scenarios.test_browser import CHROMIUM, Browser, browser, served
from tests.scenarios.test_browser_reference_screens import at_screen, show

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(600),
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed (apt-get install chromium)"),
]

LANTERNS = ORCHARD.replace("Orchards", "Lanterns").replace("orchard", "harbour").replace("robot", "lantern")
NAME = "Code for Careful Lanterns"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("documents")


@pytest.fixture(scope="module")
def publisher(place: Path) -> Iterator[str]:
    """A server on loopback in the place of the publishers: it has one edition, and no other."""
    Book([Sheet(RIGHT), Sheet(PROVISIONS)]).write(place / "right.pdf")
    body = (place / "right.pdf").read_bytes()

    class Giving(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path != f"/{WANTED.doc_id}":
                self.send_error(404)
                return
            self.send_response(200)
            self.send_header("Content-Type", "application/pdf")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    made = ThreadingHTTPServer(("127.0.0.1", 0), Giving)
    threading.Thread(target=made.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{made.server_port}"
    made.shutdown()
    made.server_close()


@pytest.fixture(scope="module")
def address(home: Path, place: Path, publisher: str) -> Iterator[str]:
    """The app over a home of its own with two watched folders, one of which is gone."""
    shutil.copytree(home, place / "home")
    (place / "watched").mkdir()
    program = (sys.executable, "-m", "tests.scenarios.stand_in_reading", publisher)
    folders = f"{place / 'watched'}:{place / 'gone'}"
    with served(place / "home", place / "serve.log", reading=program, encoder="nowhere", documents=folders) as found:
        yield found
    assert "Traceback" not in (place / "serve.log").read_text()


@pytest.fixture(scope="module")
def tab(place: Path) -> Iterator[Browser]:
    with browser(place / "profile") as opened:
        yield opened
        assert opened.errors == []


def drop(page: Browser, path: Path) -> None:
    """Drops a file onto the place for files, as the system's own dragging does; what the screen says then is kept."""
    page.run("""(() => {
      const job = document.querySelector('.kb-job');
      window.said = [];
      new MutationObserver(() => window.said.push(job.innerText)).observe(job, {childList: true, subtree: true});
    })()""")
    page.run("document.querySelector('.kb-drop-file').scrollIntoView({block: 'center'})")
    box = "document.querySelector('.kb-drop-file').getBoundingClientRect()"
    x, y = page.run(f"(b => [b.x + b.width / 2, b.y + b.height / 2])({box})")
    data = {"items": [], "files": [str(path)], "dragOperationsMask": 1}
    for kind in ("dragEnter", "dragOver", "drop"):
        page.call("Input.dispatchDragEvent", type=kind, x=x, y=y, data=data)


def told(page: Browser) -> str:
    """All that was said of a reading, one after the other."""
    return "\n".join(page.run("window.said"))


def index_id(page: Browser) -> str:
    return str(page.run("document.querySelector('#kb-status').innerText.match(/[0-9a-f]{16}/)?.[0] || ''"))


def row(words: str) -> str:
    """The row of a document in the list, for a script."""
    rows = "[...document.querySelectorAll('.kb-document-row')]"
    return f"{rows}.find(row => row.innerText.includes({json.dumps(words)}))"


def open_document(page: Browser, words: str) -> None:
    page.wait(row(words))
    page.run(f"{row(words)}.querySelector('a').click()")
    page.wait(f"document.querySelector('.kb-document-page h2')?.innerText.includes({json.dumps(words)})")


def test_a_dropped_file_is_read_answers_from_the_new_index_and_is_left_out_again(
    address: str, tab: Browser, place: Path
) -> None:
    (place / "lanterns.txt").write_text(LANTERNS, "utf-8")
    page = at_screen(address, tab, "documents")
    before = index_id(page)
    drop(page, place / "lanterns.txt")
    page.wait("document.querySelector('.kb-recognised')", 120)
    assert "Sending lanterns.txt" in told(page) and "Reading lanterns.txt" in told(page)
    assert "Not in the catalog" in page.text(".kb-recognised") and "Not what its name says" not in told(page)
    page.click("[data-do=add]")
    page.wait("document.querySelector('.kb-job .kb-done')", 200)
    assert f"Answers come from the former index ({before}) meanwhile" in told(page)
    assert "In service as index" in page.text(".kb-job") and NAME in page.text(".kb-job")
    page.wait(row(NAME))
    after = page.run("document.querySelector('.kb-job').innerText.match(/[0-9a-f]{16}/)[0]")
    page.wait(f"document.querySelector('#kb-status').innerText.includes({after!r})")
    assert after != before
    page.run(f"kb.open('lookup', {{reference: '{NAME} 8'}})")
    page.wait("document.querySelector('#kb-lookup')?.innerText.includes('after the lantern they describe')", 60)

    show(page, "documents")
    open_document(page, NAME)
    page.run("document.querySelector('.kb-removal').open = true")
    page.click(".kb-removal [data-do=remove]")
    page.wait("document.querySelector('.kb-job .kb-done')?.innerText.includes('In service')", 200)
    page.wait(f"!({row(NAME)})")
    assert "not here any more" in page.text(".kb-document")
    assert (place / "home" / "documents" / "lanterns.txt").is_file(), "the file itself stays"


@pytest.mark.parametrize(("lang", "said"), [("en", "Not what its name says"), ("ko", "이름과 다른 문서")])
def test_a_file_that_is_not_what_its_name_says_is_told_before_it_is_added(
    address: str, tab: Browser, place: Path, lang: str, said: str
) -> None:
    named = place / f"{WANTED.doc_id}.txt"
    named.write_text(LANTERNS, "utf-8")
    page = at_screen(address, tab, "documents", lang)
    drop(page, named)
    page.wait("document.querySelector('.kb-recognised .kb-superseded')", 120)
    assert said in page.text(".kb-recognised .kb-superseded")
    page.click("[data-do=discard]")
    page.wait("!document.querySelector('.kb-recognised')")
    assert not list((place / "home").rglob(named.name)), "nothing is kept of it"


def test_a_file_that_cannot_be_read_is_told_in_one_line(address: str, tab: Browser, place: Path) -> None:
    (place / "broken.pdf").write_bytes(b"%PDF-1.7\nthis is no document")
    page = at_screen(address, tab, "documents")
    drop(page, place / "broken.pdf")
    page.wait("document.querySelector('.kb-job .kb-problem')", 120)
    assert "broken.pdf" in page.text(".kb-job") and "Traceback" not in page.text(".kb-job")


def test_watched_folders_are_shown_and_read_when_it_is_asked_for(address: str, tab: Browser, place: Path) -> None:
    page = at_screen(address, tab, "documents")
    shown = page.text(".kb-adding")
    assert str(place / "watched") in shown and "not there" in shown.partition(str(place / "gone"))[2]
    bells = LANTERNS.replace("lantern", "bell").replace("Lanterns", "Bells")
    (place / "watched" / "bells.txt").write_text(bells, "utf-8")
    page.click("[data-do=ingest]")
    page.wait("document.querySelector('.kb-job .kb-done')", 200)
    page.wait(row("Code for Careful Bells"))


def test_a_text_that_may_be_downloaded_is_fetched_and_another_says_how_to_add_it(
    address: str, tab: Browser, place: Path
) -> None:
    page = at_screen(address, tab, "documents")
    page.wait("document.querySelector('.kb-documents-list [data-do=get]')")
    assert "freely" in page.text(".kb-documents-list [data-do=get]")
    open_document(page, "NIST AI 100-1")
    page.click(".kb-document-page [data-do=get]")
    page.wait("document.querySelector('.kb-job').innerText.includes('add the file here')", 120)
    failed = page.text(".kb-job")
    assert "404" in failed and "NIST AI 100-1" in failed
    open_document(page, "OECD/LEGAL/0449 (2024)")
    page.click(".kb-document-page [data-do=get]")
    page.wait("document.querySelector('.kb-job .kb-done')?.innerText.includes('In service')", 200)
    page.wait(f"{row('OECD/LEGAL/0449 (2024)')}?.dataset.here === 'loaded'")
    page.wait("document.querySelector('.kb-document-page .kb-tags')?.innerText.toLowerCase().includes('loaded')")
    assert WANTED.doc_id in (place / "home" / "fetched.json").read_text("utf-8")
    assert page.run("document.querySelector('.kb-document-page [data-do=get]')") is None
