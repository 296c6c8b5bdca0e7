"""The standing attack: hostile and broken input is generated from a seed and given to the product, for some minutes.

    python -m benchmarks.attack                          # every part, three minutes
    python -m benchmarks.attack --minutes 60 --seed 7 --public ~/pdf.js/test ~/veraPDF-corpus

The parts take turns until the time is over; each turn is one attack, made by the seed and its number alone, so that a
fault is found again with ``--only PART --first NUMBER``. A breach is one line and exit code 1. Nothing is timed: a slow
machine attacks less often.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from kb.answering.claim_check import QuotedSource, check_claim
from kb.catalog.catalog import corpus_dir
from kb.errors import KBError
from kb.evaluation.rephrasings import REPHRASINGS_FOLDER, RephrasedPair, load_rephrasings
from kb.index.verification import verify_index
from kb.knowledge_base import KnowledgeBase
from kb.models.models import Models
from kb.text.tokens import tokens
from tests.builds import build
from tests.fakes import WordEncoder
from tests.samples import pdf_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kb.types import Answer

RULES = (
    "The keeper of the lamp shall store the lamp book for nine years. A visitor may read the lamp book on Sundays.",
    "No lamp shall be lit by a child unless a keeper is present. Keepers should answer questions of visitors.",
    "The guild recommends a yearly open day. Ladders are inspected before they are used.",
)
OTHER = tuple(rule.replace("lamp", "beacon").replace("nine", "four") for rule in RULES)
QUESTIONS = ("How long is the book stored?", "Who may read the book on Sundays?", "When are ladders inspected?")


class Breach(Exception):
    """A promise that an attack broke."""


@dataclass
class Ground:
    """What the attacks work on: a folder with two homes, whose answers are known."""

    folder: Path
    public: Sequence[Path]
    one: Path = field(init=False)
    two: Path = field(init=False)
    right: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        papers = [self.folder / name for name in ("a", "b")]
        for paper, rules in zip(papers, (RULES, OTHER), strict=True):
            paper.mkdir()
            (paper / "rules.pdf").write_bytes(pdf_bytes(rules, "Rules for Lamps"))
        self.one, self.two = self.folder / "one", self.folder / "two"
        build(self.one, papers[0])
        build(self.two, papers[1])
        with opened(self.one) as base:
            self.right = {question: shown(base.ask(question)) for question in QUESTIONS}


def opened(home: Path) -> KnowledgeBase:
    """The knowledge base of a home, with the stand-in encoder."""
    return KnowledgeBase.open(home, Models(WordEncoder(), is_answerable=lambda *_: True))


def shown(answer: Answer) -> str:
    """The words of an answer that stand for a document's."""
    return "\n".join((*(s.text for s in answer.sentences), *(c.quote for c in answer.citations)))


# --- the parts


def corruption(ground: Ground, chance: random.Random) -> str:
    """A byte, a length, a field or a file of an index is changed: the right words are shown, or one line."""
    home = ground.folder / "spoilt"
    shutil.copytree(ground.one, home)
    try:
        files = sorted(p for p in (home / "index").rglob("*") if p.is_file())
        file = chance.choice(files)
        data = bytearray(file.read_bytes())
        how = chance.choice(("flip", "cut", "empty", "gone", "grown", "letter"))
        if how == "flip" and data:
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        elif how == "letter":
            data = bytearray(bytes(data).replace(b"lamp", b"lump"))
        elif how == "cut":
            del data[len(data) // 2 :]
        elif how == "empty":
            data.clear()
        elif how == "grown":
            data += b"0"
        file.unlink()
        if how != "gone":
            file.write_bytes(data)
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


def file(ground: Ground, chance: random.Random) -> str:
    """A made or public file, damaged, is read beside a good one: the good one is read, the other is read or told."""
    folder = ground.folder / "files"
    folder.mkdir()
    try:
        (folder / "good.txt").write_text(RULES[0], "utf-8")
        if ground.public and chance.random() < 0.7:
            source = chance.choice(ground.public)
            data, name = bytearray(source.read_bytes()[: 8 * 1024**2]), f"x{source.suffix}"
        else:
            name, made = chance.choice(_MADE)
            data = bytearray(made)
        for _ in range(chance.randrange(0, 30)):
            if data:
                at = chance.randrange(len(data))
                data[at : at + chance.randrange(1, 9)] = chance.randbytes(chance.randrange(0, 9))
        if chance.random() < 0.2:
            del data[chance.randrange(len(data) + 1) :]
        (folder / name).write_bytes(data)
        summary = build(ground.folder / "reading", folder)
        told = {Path(report.path).name: report for report in summary.files}
        if "good.txt" not in told or told["good.txt"].outcome.value in {"failed", "refused"}:
            raise Breach(f"{name}: the good file beside it was not read")
        if name not in told:
            raise Breach(f"{name}: nothing is said of it")
        return f"{name} ({len(data)} bytes)"
    finally:
        shutil.rmtree(folder)
        shutil.rmtree(ground.folder / "reading", ignore_errors=True)


_PAGE = pdf_bytes(RULES, "Rules")
_MADE = (
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
    """Another index is put in service between and during questions: each answer is wholly of the one it names."""
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
    """A build is killed at a random moment: the index in service is whole, and the next build works."""
    home, papers = ground.folder / "killed", ground.folder / "papers"
    shutil.copytree(ground.one, home)
    papers.mkdir()
    try:
        (papers / "more.txt").write_text(f"{RULES[1]} {chance.random()}", "utf-8")
        code = "import sys; from pathlib import Path; from tests.builds import build; build(*map(Path, sys.argv[1:]))"
        process = subprocess.Popen(
            [sys.executable, "-c", code, str(home), str(papers)],
            cwd=Path(__file__).parent.parent,
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
    """A model changes a sound sentence: words change places, are left out or taken from others. None may pass that a
    person would have to read twice, so that only changes of what is compared are made."""
    pairs = _pairs()
    pair = chance.choice(pairs)
    words = pair.text.rstrip(".").split()
    how = chance.choice(("swap", "turn"))
    if how == "swap":
        first, second = sorted(chance.sample(range(len(words)), 2))
        words[first], words[second] = words[second], words[first]
        said = " ".join(words)
        turned = [w.strip(",").casefold() for w in words] != [w.strip(",").casefold() for w in pair.text[:-1].split()]
    else:
        old, new = chance.choice(_TURNED)
        said = pair.text.replace(old, new, 1)
        turned = said != pair.text
    finding = check_claim(said, (1,), {1: QuotedSource(1, pair.text, pair.text_language)}, tokens)
    if turned and how == "turn" and finding.passes:
        raise Breach(f"passes: {said}")
    return how


_TURNED = (
    (" shall ", " may "), (" may ", " shall "), (" should ", " must "), ("before", "after"), ("after", "before"),
    ("at least", "at most"), (" unless ", " if "), (" not ", " "), ("No ", "A "), (" and ", " or "), ("only ", ""),
    ("하여야 한다", "할 수 있다"), ("최소", "최대"), ("이내", "이후"), ("전에", "후에"), ("제외하고", "포함하여"),
)  # fmt: skip


def _pairs() -> tuple[RephrasedPair, ...]:
    return load_rephrasings(corpus_dir() / REPHRASINGS_FOLDER)


PARTS: dict[str, Callable[[Ground, random.Random], str]] = {
    "corruption": corruption,
    "file": file,
    "swap": swap,
    "kill": kill,
    "lie": lie,
}


def attack(seed: int, minutes: float, only: Sequence[str], first: int, public: Sequence[Path], turns: int = 0) -> int:
    """Attacks until the time is over, or each part had its ``turns``; returns how many promises were broken."""
    until = time.monotonic() + 60 * minutes
    done = dict.fromkeys(only, 0)
    breaches = 0
    found = sorted(p for folder in public for p in folder.rglob("*") if p.is_file())
    with tempfile.TemporaryDirectory(prefix="kb-attack-") as folder:
        ground = Ground(Path(folder), found)
        number = first
        while (time.monotonic() < until) if not turns else (number < first + turns):
            for name in only:
                secret = hashlib.sha256(f"{seed} {name} {number}".encode()).digest()
                try:
                    PARTS[name](ground, random.Random(secret))
                except Breach as breach:
                    breaches += 1
                    print(f"BREACH {name} {number}: {breach}", flush=True)
                except Exception as error:  # a crash is the worst breach
                    breaches += 1
                    print(f"CRASH {name} {number}: {type(error).__name__}: {error}", flush=True)
                done[name] += 1
            number += 1
    told = ", ".join(f"{name} {n}" for name, n in done.items())
    print(f"seed {seed}: {told}; {breaches} broken")
    return breaches


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=3.0)
    parser.add_argument("--only", action="append", choices=sorted(PARTS))
    parser.add_argument("--first", type=int, default=0, help="the number of the first turn")
    parser.add_argument("--turns", type=int, default=0, help="so many turns of each part, whatever time they take")
    parser.add_argument("--public", type=Path, nargs="*", default=(), help="folders of public files to damage")
    given = parser.parse_args()
    return (
        1 if attack(given.seed, given.minutes, given.only or list(PARTS), given.first, given.public, given.turns) else 0
    )


if __name__ == "__main__":
    raise SystemExit(main())
