"""Downloads from a server on loopback: which files are accepted, and that no other address is ever requested."""

from __future__ import annotations

import threading
import urllib.request
from dataclasses import replace
from functools import partial
from http.client import HTTPMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest

from ingest.home import ADDED
from ingest.sources.fetch import RECORD, Redirects, fetch, fetched, is_https
from kb.catalog.catalog import corpus_dir, load_catalog
from kb.errors import UnreadableError
from kb.files import file_sha256
from tests.pdfs import Book, Sheet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from ingest.sources.add import Added

CATALOG = load_catalog((corpus_dir() / "catalog.toml").read_text("utf-8"))
WANTED = CATALOG.get("oecd-legal-0449-2024")
RIGHT = (
    "Recommendation of the Council on Artificial Intelligence",
    "OECD/LEGAL/0449",
    "adopted on 22 May 2019, amended on 8 November 2023 and 3 May 2024",
)
PROVISIONS = tuple(f"{part}.{n}. A heading of provision {part}.{n}" for part in (1, 2) for n in range(1, 6))
"""Headings with the numbers that the catalog expects of the edition; a title alone proves none."""


class _Handler(BaseHTTPRequestHandler):
    pages: dict[str, Callable[[_Handler], None]]
    asked: list[dict[str, str]]

    def do_GET(self) -> None:
        self.asked.append(dict(self.headers))
        self.pages[self.path](self)

    def log_message(self, *_: object) -> None:
        pass

    def give(self, body: bytes, kind: str = "application/pdf", length: int | None = None, code: int = 200) -> None:
        self.send_response(code)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)

    def lead(self, where: str) -> None:
        self.send_response(302)
        self.send_header("Location", where)
        self.send_header("Content-Length", "0")
        self.end_headers()


def get(address: str, path: str, home: Path, **given: Any) -> Added:
    """Fetches from the server of these tests, which is allowed beside what always is."""
    edition = replace(WANTED, file_url=address + path)
    return fetch(edition, home, is_allowed=lambda url: url.startswith(address) or is_https(url), **given)


@pytest.fixture
def pdf(tmp_path: Path) -> bytes:
    path = tmp_path / "right.pdf"
    Book([Sheet(RIGHT), Sheet(PROVISIONS)]).write(path)
    return path.read_bytes()


@pytest.fixture
def server(pdf: bytes, tmp_path: Path) -> Iterator[str]:
    wrong = tmp_path / "wrong.pdf"
    Book([Sheet(("A paper about pears", "and nothing else"))]).write(wrong)
    other = wrong.read_bytes()
    _Handler.asked = []
    _Handler.pages = {
        "/right": lambda h: h.give(pdf),
        "/led": lambda h: h.lead("/right"),
        "/away": lambda h: h.lead("http://localhost:9/right"),
        "/html": lambda h: h.give(b"<!doctype html><p>Are you human?", "text/html"),
        "/wrong": lambda h: h.give(other),
        "/short": lambda h: h.give(pdf[:-200], length=len(pdf)),
        "/cut": lambda h: h.give(pdf[: len(pdf) // 2]),
        "/empty": lambda h: h.give(b""),
        "/403": lambda h: h.give(b"no", "text/plain", code=403),
        "/503": lambda h: h.give(b"no", "text/plain", code=503),
        "/404": lambda h: h.give(b"no", "text/plain", code=404),
        "/big": lambda h: h.give(pdf, length=10**9),
        "/circle": lambda h: h.lead("/circle"),
    }
    made = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    threading.Thread(target=made.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{made.server_port}"
    made.shutdown()
    made.server_close()


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("https://example.org/a.pdf", True),
        ("http://example.org/a.pdf", False),
        ("ftp://example.org/a.pdf", False),
        ("file:///etc/passwd", False),
        ("http://example.org/?https://example.org", False),
    ],
)
def test_only_https_is_fetched(url: str, allowed: bool) -> None:
    assert is_https(url) is allowed


@pytest.mark.parametrize(
    ("new", "asked"),
    [
        ("http://example.org/cellar/1/DOC_1", "https://example.org/cellar/1/DOC_1"),
        ("https://example.net/b.pdf", "https://example.net/b.pdf"),
        ("http://example.net/b.pdf", None),
    ],
)
def test_a_redirect_to_http_is_asked_by_https_on_the_same_host_and_refused_on_another(
    new: str, asked: str | None
) -> None:
    old = urllib.request.Request("https://example.org/resource/1")
    follow = partial(Redirects(is_https).redirect_request, old, BytesIO(), 303, "See Other", HTTPMessage())
    if asked is None:
        with pytest.raises(ValueError, match="not https"):
            follow(new)
    else:
        assert (request := follow(new)) and request.full_url == asked


@pytest.mark.parametrize("path", ["/right", "/led"])
def test_the_right_file_is_taken_and_recorded(server: str, tmp_path: Path, path: str) -> None:
    added = get(server, path, tmp_path, day="2026-11-29")
    assert WANTED.doc_id in added.what
    digest = file_sha256(added.path)
    assert fetched(tmp_path) == {WANTED.doc_id: {"address": server + path, "day": "2026-11-29", "sha256": digest}}
    assert _Handler.asked[0]["Accept"].startswith("application/pdf")


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("/away", "not https"),
        ("/html", "no PDF but text/html"),
        ("/wrong", "not kept"),
        ("/short", "cannot be downloaded"),
        ("/cut", "unreadable|not kept"),
        ("/empty", "nothing came"),
        ("/403", "turns programs away"),
        ("/503", "turns programs away"),
        ("/404", "HTTP 404"),
        ("/big", "more than"),
        ("/circle", "HTTP 302"),
    ],
)
def test_nothing_else_is_taken(server: str, tmp_path: Path, path: str, why: str) -> None:
    home = tmp_path / "home"
    with pytest.raises(UnreadableError, match=why) as caught:
        get(server, path, home)
    assert "kb corpus add FILE" in str(caught.value)
    assert not (home / RECORD).exists()
    assert not (home / ADDED).exists() or not list((home / ADDED).iterdir())


def test_a_file_is_cut_off_at_the_limit(server: str, tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="more than 100 bytes"):
        get(server, "/right", tmp_path / "home", most=100)


def test_an_address_that_is_not_https_is_not_asked(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="not https"):
        fetch(replace(WANTED, file_url="http://127.0.0.1:9/x"), tmp_path)
    with pytest.raises(UnreadableError, match="not for automatic download"):
        fetch(replace(WANTED, file_url=None), tmp_path)


def test_a_broken_record_is_no_record(tmp_path: Path) -> None:
    (tmp_path / RECORD).write_text("[", "utf-8")
    assert fetched(tmp_path) == {}
