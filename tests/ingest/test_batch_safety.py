"""One bad file among many gives one line of error, wherever it fails: also after it was read, and if it is only too
large."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from ingest.pipeline import MAX_CHARACTERS, MAX_PASSAGES
from ingest.plan import FileOutcome
from kb.messages import words
from tests.builds import build, documents, outcomes, report_of
from tests.fakes import WordEncoder
from tests.samples import CHAINS, LOGS, write_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def page(charset: str, body: bytes) -> bytes:
    head = f'<html><head><meta charset="{charset}"><title>Sayings</title></head><body><p>'.encode()
    return head + body + b"</p></body></html>"


SAYINGS = b"The keeper of the gate shall write down who came in and who went out, and at what hour. "
CODECS = ["raw_unicode_escape", "unicode_escape", "utf-7", "idna", "punycode", "rot13", "hex", "zlib", "undefined"]


@pytest.mark.parametrize("codec", CODECS)
def test_a_page_that_names_a_codec_of_no_file_costs_nothing_else(tmp_path: Path, codec: str) -> None:
    folder = tmp_path / "papers"
    write_text(folder / "logs.txt", LOGS, "Keeping logs")
    (folder / "page.html").write_bytes(page(codec, SAYINGS * 3 + rb"\ud800 \u0041 caf" + b"\xe9"))
    summary = build(tmp_path / "home", folder)
    found = outcomes(summary)
    assert found["logs.txt"] is FileOutcome.NEW
    assert summary.written
    assert documents(tmp_path / "home")["Keeping logs"].startswith("Keeping logs")
    if found["page.html"] is FileOutcome.NEW:
        assert "keeper of the gate" in documents(tmp_path / "home")["Sayings"]


class Refusing(WordEncoder):
    """Fails on one word, as a tokenizer may fail on what it was not made for."""

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        if any("sprockets" in text for text in texts):
            raise TypeError("input must be\nanother type")
        return super().count_tokens(texts)


def test_what_fails_after_reading_costs_one_line(tmp_path: Path) -> None:
    folder = tmp_path / "papers"
    write_text(folder / "logs.txt", LOGS, "Keeping logs")
    write_text(folder / "chains.txt", CHAINS, "Care of chains")
    summary = build(tmp_path / "home", folder, encoder=Refusing())
    assert outcomes(summary) == {"logs.txt": FileOutcome.NEW, "chains.txt": FileOutcome.FAILED}
    said = words(report_of(summary, "chains.txt").message, "en")
    assert said.startswith("chains.txt: its text cannot be taken apart (TypeError: input must be")
    assert "\n" not in said
    assert documents(tmp_path / "home").keys() == {"Keeping logs"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a" * (MAX_CHARACTERS + 9), f"characters; the bound for a document is {MAX_CHARACTERS:,}. Split the file"),
        ("a " * (MAX_CHARACTERS // 2 + 9), f"characters; the bound for a document is {MAX_CHARACTERS:,}. Split"),
    ],
    ids=["one letter", "one letter and blanks"],
)
def test_a_text_without_end_is_bounded_and_said(tmp_path: Path, text: str, said: str) -> None:
    folder = tmp_path / "papers"
    write_text(folder / "logs.txt", LOGS, "Keeping logs")
    write_text(folder / "endless.txt", [text])
    started = time.monotonic()
    summary = build(tmp_path / "home", folder)
    assert outcomes(summary) == {"logs.txt": FileOutcome.NEW, "endless.txt": FileOutcome.FAILED}
    message = words(report_of(summary, "endless.txt").message, "en")
    assert said in message or "reading took longer" in message
    assert time.monotonic() - started < 170
    assert MAX_PASSAGES * 400 < MAX_CHARACTERS


def test_a_file_that_changes_while_it_is_read_is_read_another_time(tmp_path: Path) -> None:
    folder = tmp_path / "papers"
    write_text(folder / "logs.txt", LOGS, "Keeping logs")
    chains = write_text(folder / "chains.txt", CHAINS, "Care of chains")

    def meanwhile(stage: str, done: int, _: int) -> None:
        if stage == "reading" and done == 0:  # the hashes are taken, nothing is read yet
            write_text(chains, ["Other words than those that were hashed, and quite as many of them."], "Other")

    summary = build(tmp_path / "home", folder, tell=meanwhile)
    assert outcomes(summary) == {"logs.txt": FileOutcome.NEW, "chains.txt": FileOutcome.FAILED}
    assert "it changed while it was read; run `kb ingest` again" in words(
        report_of(summary, "chains.txt").message, "en"
    )
    assert outcomes(build(tmp_path / "home", folder))["chains.txt"] is FileOutcome.NEW
