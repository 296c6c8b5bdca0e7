"""What a command prints: for a terminal without its control signs, as JSON with every character of its texts."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

import click
from click.testing import CliRunner

from app.cli.console import out, out_json
from tests.builds import build
from tests.library import command
from tests.samples import write_text

if TYPE_CHECKING:
    from pathlib import Path

SIGNS = "a\u202eb\u2066c\u2069 d\x7fe\x85f\x9bg é 가 \U0001f600"


def printed(how: object, text: str) -> str:
    @click.command()
    def shown() -> None:
        how(text)  # type: ignore[operator]

    return CliRunner().invoke(shown).output


def test_json_keeps_every_character_and_shows_no_sign_of_control() -> None:
    line = printed(out_json, json.dumps({"quote": SIGNS}, ensure_ascii=False, indent=2))
    assert json.loads(line) == {"quote": SIGNS}
    assert not set(line) & set("\u202e\u2066\u2069\x7f\x85\x9b")
    assert "é 가" in line


def test_text_is_printed_without_them() -> None:
    assert printed(out, SIGNS) == "abc defg é 가 \U0001f600\n"


def test_a_quote_as_json_has_its_hash(tmp_path: Path) -> None:
    text = "1. The heron \u2067keeper\u2069 shall feed every heron at dawn.\n2. A keeper shall count them each week.\n"
    build(tmp_path / "home", write_text(tmp_path / "herons.txt", [text], "Code of Herons"))
    done = command("--home", str(tmp_path / "home"), "ask", "Who shall feed every heron?", "--format", "json")
    citations = [*json.loads(done.stdout)["citations"], *json.loads(done.stdout)["nearest"]]
    assert citations
    for citation in citations:
        assert hashlib.sha256(citation["quote"].encode()).hexdigest() == citation["quote_sha256"]


def test_a_result_that_cannot_be_written_is_one_line_and_costs_no_earlier_one(home: Path, tmp_path: Path) -> None:
    lines = tmp_path / "lines.txt"
    lines.write_text("OECD 1.3\n")
    for target in ("/nowhere/list.csv", str(tmp_path), str(tmp_path / ("x" * 300))):
        done = command("--home", str(home), "cite", str(lines), "-o", target)
        assert done.exit_code == 1
        assert done.stderr.count("\n") == 1
        assert "cannot be written" in done.stderr
    kept = tmp_path / "list.csv"
    done = command("--home", str(home), "cite", str(lines), "-o", str(kept))
    assert (done.exit_code, kept.read_bytes()[:3]) == (0, b"\xef\xbb\xbf")
    assert [path.name for path in tmp_path.iterdir() if path.name.endswith(".new")] == []
