"""Each promise names a test that is there, and each test once."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from app.web.request_guard import MAX_BODY, MAX_HEADERS
from ingest.pipeline import MAX_CHARACTERS, MAX_PASSAGES
from ingest.readers.encodings import MAX_TEXT_BYTES
from ingest.worker_pool import FILE_SECONDS, MEMORY_BYTES
from kb.types import MAX_QUESTION

ROOT = Path(__file__).resolve().parent.parent
LINE = re.compile(r"^\| (?P<promise>[^|*]+) \| `(?P<file>tests/[\w/]+\.py)::(?P<test>test_\w+)` \|$")


def lines() -> list[str]:
    text = (ROOT / "docs/promises.md").read_text("utf-8")
    return [line for line in text.splitlines() if line.startswith("|")][2:]


def test_every_promise_names_a_test_that_is_there() -> None:
    promises = [found for line in lines() if (found := LINE.match(line))]
    headings = [line for line in lines() if re.fullmatch(r"\| \*\*[\w ]+\*\* \| \|", line)]
    assert len(promises) + len(headings) == len(lines())
    assert len(promises) > 30
    absent = [found["test"] for found in promises if found["test"] not in functions_in(found["file"])]
    assert absent == []
    assert len({(found["file"], found["test"]) for found in promises}) == len(promises)


REVIEWED = re.compile(
    r"^\| (?P<row>[HML]\d+) \| [^|]+ \| (?:held|mended) \| `(?P<file>tests/[\w/]+\.py)::(?P<test>test_\w+)` \|$"
)


def test_every_row_of_the_hostile_review_names_a_test_that_is_there() -> None:
    text = (ROOT / "docs/reviewed-faults.md").read_text("utf-8")
    rows = [line for line in text.splitlines() if line.startswith("|")][2:]
    found = [match for line in rows if (match := REVIEWED.match(line))]
    assert len(found) == len(rows)
    numbers = {f"{letter}{n}" for letter, most in (("H", 4), ("M", 13), ("L", 16)) for n in range(1, most + 1)}
    assert {match["row"] for match in found} == numbers
    assert [match["test"] for match in found if match["test"] not in functions_in(match["file"])] == []


def functions_in(file: str) -> set[str]:
    tree = ast.parse((ROOT / file).read_text("utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


def test_what_security_says_of_bounds_is_what_the_code_has() -> None:
    text = (ROOT / "SECURITY.md").read_text("utf-8")
    for said in (
        f"{FILE_SECONDS:.0f} s and {MEMORY_BYTES // 2**30} GiB",
        f"{MAX_TEXT_BYTES // 10**6} MB",
        f"{MAX_CHARACTERS:,} characters and {MAX_PASSAGES:,} passages",
        f"{MAX_QUESTION:,} characters",
        f"{MAX_BODY // 2**20} MiB of body, {MAX_HEADERS // 2**10} KiB of headers",
    ):
        assert said in text, said
    paths = re.findall(r"`((?:app|ingest|kb|docs)/[\w/]+\.\w+)`", text)
    assert len(paths) > 4
    assert [path for path in paths if not (ROOT / path).exists()] == []
