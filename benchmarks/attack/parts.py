"""Attacks the product one turn at a time, each with its own random numbers; a broken promise is a :class:`Breach`."""

from __future__ import annotations

import contextlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.attack.ground import QUESTIONS, RULES, Breach, Ground, opened, shown
from benchmarks.attack.lies import TURNED
from kb.answering.claim_check import QuotedSource, check_claim
from kb.catalog.catalog import corpus_dir
from kb.errors import KBError
from kb.evaluation.rephrasings import REPHRASINGS_FOLDER, RephrasedPair, load_rephrasings
from kb.index.verification import verify_index
from kb.text.tokens import tokens
from tests.builds import build
from tests.samples import pdf_bytes

if TYPE_CHECKING:
    from collections.abc import Callable


def corruption(ground: Ground, chance: random.Random) -> str:
    """Damages a file of an index; the right words are shown, or one line of error.

    :raises Breach: wrong words are shown, the damage is not noticed, or the error has more than a line.
    """
    home = ground.folder / "spoilt"
    shutil.copytree(ground.one, home)
    try:
        files = sorted(p for p in (home / "index").rglob("*") if p.is_file())
        file = chance.choice(files)
        how = chance.choice(("flip", "cut", "empty", "gone", "grown", "letter"))
        damage_index_file(file, how, chance)
        what = f"{how} {file.relative_to(home)}"
        try:
            with opened(home) as base:
                for question, right in ground.right.items():
                    answer = base.ask(question)
                    if any(quote not in right for quote in (c.quote for c in answer.citations)):
                        raise Breach(f"{what}: shows words that were never read: {shown(answer)[:120]}")
                whole = not verify_index(base.library().store).faults
            with opened(home) as base:
                same = shown(base.ask(QUESTIONS[0])) == ground.right[QUESTIONS[0]]
            if whole and not same and file.name != "CURRENT":
                raise Breach(f"{what}: another answer, and the index is called whole")
        except KBError as error:
            if "\n" in str(error):
                raise Breach(f"{what}: more than a line: {error}") from error
        return what
    finally:
        shutil.rmtree(home, ignore_errors=True)


def damage_index_file(file: Path, how: str, chance: random.Random, key: str = "") -> None:
    """Changes a file of an index in one way, or removes it.

    The ways: ``flip`` a bit, ``cut`` the second half off, ``empty`` it, ``grown`` by a byte, ``gone``, another
    ``letter`` in a word, a changed byte inside a ``quote``, another value of the ``field`` that ``key`` names.
    """
    data = bytearray(file.read_bytes())
    if how == "flip" and data:
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    elif how == "cut":
        del data[len(data) // 2 :]
    elif how == "empty":
        data.clear()
    elif how == "grown":
        data += b"0"
    elif how == "letter":
        data = bytearray(bytes(data).replace(b"lamp", b"lump"))
    elif how == "quote":
        at = chance.choice([n for rule in RULES if (n := bytes(data).find(rule[:30].encode())) >= 0])
        data[at + chance.randrange(30)] ^= 1
    elif how == "field":
        fields = json.loads(data)
        was = fields[key]
        fields[key] = was + 1 if isinstance(was, int) else f"{was}x" if isinstance(was, str) else type(was)()
        data = bytearray(json.dumps(fields, indent=1, ensure_ascii=False).encode() + b"\n")
    file.unlink()
    if how != "gone":
        file.write_bytes(data)


def damaged_file(ground: Ground, chance: random.Random) -> tuple[str, bytes]:
    """The name and the damaged bytes of a made or public file."""
    if ground.public and chance.random() < 0.7:
        source = chance.choice(ground.public)
        data, name = bytearray(source.read_bytes()[: 8 * 1024**2]), f"x{source.suffix}"
    else:
        name, made = chance.choice(MADE)
        data = bytearray(made)
    for _ in range(chance.randrange(0, 30)):
        if data:
            at = chance.randrange(len(data))
            data[at : at + chance.randrange(1, 9)] = chance.randbytes(chance.randrange(0, 9))
    if chance.random() < 0.2:
        del data[chance.randrange(len(data) + 1) :]
    return name, bytes(data)


def file(ground: Ground, chance: random.Random) -> str:
    """A damaged file is read beside a good one: the good one is read, the other is read or reported.

    :raises Breach: a promise is broken.
    """
    folder = ground.folder / "files"
    folder.mkdir()
    try:
        (folder / "good.txt").write_text(RULES[0], "utf-8")
        name, data = damaged_file(ground, chance)
        (folder / name).write_bytes(data)
        summary = build(ground.folder / "reading", folder)
        reports = {Path(report.path).name: report for report in summary.files}
        if "good.txt" not in reports or reports["good.txt"].outcome.value in {"failed", "refused"}:
            raise Breach(f"{name}: the good file beside it was not read")
        if name not in reports:
            raise Breach(f"{name}: nothing is said of it")
        return f"{name} ({len(data)} bytes)"
    finally:
        shutil.rmtree(folder)
        shutil.rmtree(ground.folder / "reading", ignore_errors=True)


_PAGE = pdf_bytes(RULES, "Rules")
MADE = (
    ("x.pdf", _PAGE),
    ("x.txt", "\n".join(RULES).encode()),
    ("x.txt", "규칙은 지켜야 한다. 등대지기는 기록한다.".encode("cp949")),
    ("x.html", f"<html><head><meta charset=utf-8></head><body><h1>A</h1><p>{RULES[0]}</p></body></html>".encode()),
    ("x.md", f"# A\n\n1. {RULES[0]}\n2. {RULES[1]}\n".encode()),
    ("x.pdf", b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 1 0 R>>endobj trailer<</Root 1 0 R>>"),
    ("x.docx", b"PK\x03\x04" + bytes(300)),
    ("x.txt", b"a" * 3_000_000),
)


def swap(ground: Ground, chance: random.Random) -> str:
    """Another index is put in service between and during questions: each answer is wholly of the index that it names.

    :raises Breach: an answer mixes indexes.
    """
    home = ground.folder / "swapped"
    shutil.copytree(ground.one, home)
    try:
        names: dict[str, str] = {}
        for each in (ground.one, ground.two):
            pointer = (each / "index" / "CURRENT").read_text("utf-8").strip()
            names[pointer] = "lamp" if each == ground.one else "beacon"
            target = home / "index" / pointer
            if not target.exists():
                shutil.copytree(each / "index" / pointer, target)
        with opened(home) as base:
            for n in range(20):
                pointer = chance.choice(sorted(names))
                beside = home / "index" / ".next"
                beside.write_text(f"{pointer}\n", "utf-8")
                beside.replace(home / "index" / "CURRENT")
                answer = base.ask(chance.choice(QUESTIONS))
                ids = {c.index_id for c in answer.citations}
                word = names[pointer]
                wrong = "beacon" if word == "lamp" else "lamp"
                if len(ids) > 1 or any(wrong in c.quote for c in answer.citations):
                    raise Breach(f"question {n}: words of two indexes: {shown(answer)[:120]}")
        return "20 questions"
    finally:
        shutil.rmtree(home, ignore_errors=True)


def kill(ground: Ground, chance: random.Random) -> str:
    """A build is killed at a random moment: the index in service is complete, and the next build works.

    :raises Breach: a promise is broken.
    """
    home, papers = ground.folder / "killed", ground.folder / "papers"
    shutil.copytree(ground.one, home)
    papers.mkdir()
    try:
        (papers / "more.txt").write_text(f"{RULES[1]} {chance.random()}", "utf-8")
        code = "import sys; from pathlib import Path; from tests.builds import build; build(*map(Path, sys.argv[1:]))"
        process = subprocess.Popen(
            [sys.executable, "-c", code, str(home), str(papers)],
            cwd=Path(__file__).parents[2],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        moment = chance.uniform(0.3, 6.0)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(moment)
        with contextlib.suppress(ProcessLookupError):
            os.kill(process.pid, signal.SIGKILL)
        process.wait()
        with opened(home) as base:
            faults = verify_index(base.library().store).faults
            if faults:
                raise Breach(f"killed after {moment:.2f} s: {faults[0]}")
            if not base.ask(QUESTIONS[1]).citations:
                raise Breach(f"killed after {moment:.2f} s: nothing is answered")
        if build(home, papers).failed:
            raise Breach(f"killed after {moment:.2f} s: the next build fails")
        left = [p.name for p in (home / "index").iterdir() if p.name.startswith("building")]
        if left:
            raise Breach(f"killed after {moment:.2f} s: {left[0]} is left over")
        return f"after {moment:.2f} s"
    finally:
        shutil.rmtree(home, ignore_errors=True)
        shutil.rmtree(papers)


def lie(ground: Ground, chance: random.Random) -> str:
    """A model changes a true sentence: words change places, are left out or come from others; such a sentence must not
    pass.

    Changes that a person would have to read twice to judge are not made.

    :raises Breach: a sentence with a reversed meaning passes.
    """
    pairs = _pairs()
    pair = chance.choice(pairs)
    words = pair.text.rstrip(".").split()
    how = chance.choice(("swap", "turn"))
    if how == "swap":
        first, second = sorted(chance.sample(range(len(words)), 2))
        words[first], words[second] = words[second], words[first]
        claim = " ".join(words)
        turned = [w.strip(",").casefold() for w in words] != [w.strip(",").casefold() for w in pair.text[:-1].split()]
    else:
        old, new = chance.choice(TURNED)
        claim = pair.text.replace(old, new, 1)
        turned = claim != pair.text
    finding = check_claim(claim, (1,), {1: QuotedSource(1, pair.text, pair.text_language)}, tokens)
    if turned and how == "turn" and finding.passes:
        raise Breach(f"passes: {claim}")
    return how


@cache
def _pairs() -> tuple[RephrasedPair, ...]:
    return load_rephrasings(corpus_dir() / REPHRASINGS_FOLDER)


PARTS: dict[str, Callable[[Ground, random.Random], str]] = {
    "corruption": corruption,
    "file": file,
    "swap": swap,
    "kill": kill,
    "lie": lie,
}
