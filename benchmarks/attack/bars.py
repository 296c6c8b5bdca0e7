"""Runs each kind of attack a given number of times, and returns the faults and figures.

``swaps``: questions while real builds put another index in service. ``kills``: SIGKILL at random moments of ingest,
add, remove, batch and export. ``files``: damaged files through whole builds. ``corruptions``: damage to an index, and
whether it is noticed before a wrong word is shown. ``sources``: a source that changed after it was read. ``models``:
false replies over HTTP. ``payloads``: hostile requests to the app. ``people``: many people with a silent model. Times
are printed; they are faults only if a bar names a limit.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import random
import resource
import shutil
import signal
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.settings import Settings
from app.web.asking import Asking
from app.web.handlers import Handlers
from benchmarks.attack import parts
from benchmarks.attack.ground import OTHER, QUESTIONS, RULES, Breach, Ground, opened, shown
from benchmarks.attack.lies import SCRIPTS, lying_reply
from benchmarks.attack.parts import damage_index_file, damaged_file
from ingest.api import add
from ingest.removal import remove_document
from kb.answering.drafting import draft
from kb.errors import KBError
from kb.export.answer_lists import AnswerList, RowPlace
from kb.export.formats import list_bytes
from kb.files import write_whole
from kb.index.reader import Store
from kb.index.verification import verify_index
from kb.lists.batch import run_batch
from kb.lists.inputs import BatchInput
from kb.lists.tables import InputRow
from kb.messages import words
from kb.models.openai_chat import OpenAIGenerator
from kb.text.tokens import tokens
from tests.app.scripted import scripted
from tests.app.web.serving import served
from tests.builds import build
from tests.fakes import WordEncoder
from tests.samples import pdf_bytes

if TYPE_CHECKING:
    from collections.abc import Callable

    from kb.types import Answer

    Outcome = tuple[list[str], str]
    """The faults, and the figures in words."""


def share(times: list[float], of: float = 0.95) -> float:
    """The quantile ``of`` of some times, 0 if there are none."""
    return sorted(times)[min(len(times) - 1, int(of * len(times)))] if times else 0.0


# --- one index


def swaps(ground: Ground, chance: random.Random, count: int) -> Outcome:
    """Questions by four people: first while the pointer changes between two indexes, about once in 17 questions; then,
    not counted, while real builds replace the document and remove old generations."""
    home, papers = ground.folder / "swapped", ground.folder / "swapped-papers"
    shutil.copytree(ground.one, home)
    papers.mkdir()
    wanted: dict[str, str] = {}
    names: list[str] = []
    for each, word in ((ground.one, "lamp"), (ground.two, "beacon")):
        names.append((each / "index" / "CURRENT").read_text("utf-8").strip())
        if each != ground.one:
            shutil.copytree(each / "index" / names[-1], home / "index" / names[-1])
        with opened(each) as base:
            wanted[base.index_id] = word
    faults: list[str] = []
    ids: Counter[str] = Counter()
    n_asked = n_swaps = 0
    lock, ended = threading.Lock(), threading.Event()

    later: list[tuple[Answer, int]] = []
    """Answers of an index in service whose build has not yet returned, so that nobody knows what it holds."""

    def check(answer: Answer, n: int, known: bool = False) -> None:
        if not known and answer.index_id not in wanted:
            later.append((answer, n))
            return
        found = {c.index_id for c in answer.citations} | {answer.index_id}
        ids.update(found)
        word = wanted.get(answer.index_id, "")
        wrong = "lamp" if word == "beacon" else "beacon"
        if len(found) != 1 or not word or not answer.citations or wrong in shown(answer):
            faults.append(f"question {n}: of {sorted(found)}: {shown(answer)[:100]}")

    def ask(seed: int, most: int) -> None:
        nonlocal n_asked
        mine = random.Random(seed)
        while not ended.is_set():
            with lock:
                if n_asked >= most:
                    return
                n_asked += 1
                n = n_asked
            if most > count:
                time.sleep(0.05)  # the builds are to come to their end
            try:
                check(base.ask(mine.choice(QUESTIONS)), n)
            except Exception as error:  # whatever is raised is an error of the bar
                faults.append(f"question {n}: {type(error).__name__}: {error}")

    def swap() -> None:
        nonlocal n_swaps
        wanted_swaps = max(2, round(count * 60 / 1000))
        while n_swaps < wanted_swaps:
            if n_asked * wanted_swaps < n_swaps * count:
                time.sleep(0.001)
                continue
            n_swaps += 1
            beside = home / "index" / ".next"
            beside.write_text(f"{names[n_swaps % 2]}\n", "utf-8")
            beside.replace(home / "index" / "CURRENT")

    def rebuild() -> None:
        made = (pdf_bytes(RULES, "Rules for Lamps"), pdf_bytes(OTHER, "Rules for Lamps"))
        try:
            for n in range(max(1, round(count * 6 / 1000))):
                (papers / "rules.pdf").write_bytes(made[n % 2])
                wanted[build(again, papers).index_id] = "beacon" if n % 2 else "lamp"
        finally:
            ended.set()  # the askers end with a build that fails as well

    with opened(home) as base, ThreadPoolExecutor(5) as pool:
        work = [pool.submit(swap), *(pool.submit(ask, chance.randrange(2**32), count) for _ in range(4))]
        for each in work:
            each.result()
        faults += list(verify_index(base.library().store).faults)
    counted = n_asked
    again = ground.folder / "rebuilt"
    for n, pages in enumerate((OTHER, RULES)):  # known before they are asked
        (papers / "rules.pdf").write_bytes(pdf_bytes(pages, "Rules for Lamps"))
        wanted[build(again, papers).index_id] = "lamp" if n else "beacon"
    with opened(again) as base, ThreadPoolExecutor(5) as pool:
        work = [pool.submit(rebuild), *(pool.submit(ask, chance.randrange(2**32), 10**9) for _ in range(4))]
        for each in work:
            each.result()
    for answer, n in later:
        check(answer, n, known=True)
    return faults, (
        f"{counted} questions during {n_swaps} swaps, then {n_asked - counted} during "
        f"{max(1, round(count * 6 / 1000))} builds; answers of {len(ids)} indexes {sorted(ids.values())}"
    )


# --- kills


def kills(ground: Ground, chance: random.Random, count: int) -> Outcome:
    """A forked process is killed at a random moment of its work; then every file is complete, old or new."""
    faults: list[str] = []
    done: Counter[str] = Counter()
    lasts = {}
    for n in range(count):
        kind = ("ingest", "add", "remove", "batch", "export")[n % 5]
        home = ground.folder / "killed"
        work = _Work(ground, home, chance.random())
        try:
            before = work.state()
            if kind not in lasts:  # how long it takes when it is left alone
                began = time.monotonic()
                _forked(getattr(work, kind), None)
                lasts[kind] = time.monotonic() - began
                work = _Work(ground, home, chance.random())
                before = work.state()
            killed = _forked(getattr(work, kind), chance.uniform(0.0, lasts[kind]))
            done[f"{kind} {'killed' if killed else 'ended first'}"] += 1
            faults += [f"{kind} {n}: {what}" for what in work.faults(kind, before)]
        except Exception as error:  # a crash is a fault as well
            faults.append(f"{kind} {n}: {type(error).__name__}: {error}")
    counts = ", ".join(f"{what} {times}" for what, times in sorted(done.items()))
    return faults, f"{count} moments: {counts}"


def _forked(work: Callable[[], None], seconds: float | None) -> bool:
    """Does the work in a process of its own; returns whether it was killed, after ``seconds``, before its end.

    :raises Breach: the process ended with an error.
    """
    child = os.fork()
    if child == 0:
        os.setsid()
        code = 1
        try:
            work()
            code = 0
        finally:
            os._exit(code)
    until = time.monotonic() + (600 if seconds is None else seconds)
    while time.monotonic() < until:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            if status:
                raise Breach(f"ended with {status}")
            return False
        time.sleep(0.002)
    with contextlib.suppress(ProcessLookupError):
        os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return True


YESTERDAY = b"the list of yesterday\r\n"
"""The list that an export which is killed must leave as it was, or replace whole."""


def _without_boxes(found: AnswerList) -> AnswerList:
    """The list without the boxes of its quotes on their pages, which are left out where a machine is too busy to read
    the page in time."""
    rows = (replace(row, citations=tuple(replace(c, rects=()) for c in row.citations)) for row in found.rows)
    return replace(found, rows=tuple(rows))


class _Work:
    """The work that is killed, in a fresh home with one document and one more to add."""

    def __init__(self, ground: Ground, home: Path, salt: float) -> None:
        shutil.rmtree(home, ignore_errors=True)
        shutil.copytree(ground.one, home)
        self.home, self.papers = home, home.with_name("killed-papers")
        shutil.rmtree(self.papers, ignore_errors=True)
        self.papers.mkdir()
        self.new = self.papers / "more.txt"
        self.new.write_text(f"Rules for bells\n\nA bell is rung before each watch, as rule {salt} says.\n", "utf-8")
        self.journal, self.list = self.papers / "rows.journal", self.papers / "list.csv"
        self.list.write_bytes(YESTERDAY)
        rows = tuple(InputRow(RowPlace(n, "rows.txt", "", n), QUESTIONS[n % len(QUESTIONS)]) for n in range(1, 40))
        self.rows = BatchInput(rows, "rows.txt", "0" * 64)

    def ingest(self) -> None:
        build(self.home, self.papers)

    def add(self) -> None:
        add(self.home, self.new)
        build(self.home)

    def remove(self) -> None:
        with Store.open(self.home / "index") as store:
            doc_id = store.documents[0].doc_id
        remove_document(self.home, doc_id, WordEncoder(), "2026-01-02", "0")

    def batch(self, resume: bool = False) -> bytes:
        with opened(self.home) as base:
            found = run_batch(base.library(), base.models, self.rows, self.journal, resume)
        return list_bytes(_without_boxes(found), "csv")

    def export(self) -> None:
        self.journal.unlink(missing_ok=True)
        write_whole(self.list, self.batch(), flush=True)

    def state(self) -> dict[str, str]:
        with opened(self.home) as base:
            return {question: shown(base.ask(question)) for question in QUESTIONS}

    def faults(self, kind: str, before: dict[str, str]) -> list[str]:
        out: list[str] = []
        with opened(self.home) as base:
            out += verify_index(base.library().store).faults
            titles = {d.edition.title for d in base.library().store.documents}
        known = " ".join((*RULES, self.new.read_text("utf-8")))
        for question, said in self.state().items() if kind != "remove" else ():
            strange = [line for line in said.splitlines() if line not in known]
            if said != before[question] and (kind in {"batch", "export"} or strange or not said):
                out.append(f"another answer to {question!r}: {said[:100]}")  # of a new document it may be
        if kind in {"ingest", "add"} and not {"Rules for Lamps"} <= titles:
            out.append(f"lost: {sorted(titles)}")
        for path in (self.home / "documents").glob("*") if (self.home / "documents").is_dir() else ():
            if path.is_file() and not path.name.startswith(".") and path.suffix == ".txt":
                out += [f"half a file: {path.name}"] if path.read_bytes() != self.new.read_bytes() else []
        if kind in {"batch", "export"}:
            was = self.list.read_bytes()
            whole = self.batch(resume=kind == "batch")
            self.journal.unlink(missing_ok=True)
            anew = self.batch()
            if whole != anew:
                n = next((n for n, (a, b) in enumerate(zip(whole, anew, strict=False)) if a != b), -1)
                other = f"{whole[max(n - 60, 0) : n + 60]!r}, and anew {anew[max(n - 60, 0) : n + 60]!r}"
                out.append(f"a batch that goes on gives another list: {other}")
            if kind == "export" and was not in {YESTERDAY, whole}:
                out.append(f"half a list of {len(was)} bytes")
        summary = build(self.home, self.papers)
        out += [f"the next build fails: {each}" for each in summary.failed][:1]
        with opened(self.home) as base:
            out += verify_index(base.library().store).faults
        out += [f"left over: {p.name}" for p in (self.home / "index").iterdir() if p.name.startswith("building")]
        return out


# --- files


def files(ground: Ground, chance: random.Random, count: int) -> Outcome:
    """Damaged files, fifty in a build beside a good one: each is read or refused with one line; no process grows."""
    faults: list[str] = []
    outcomes: Counter[str] = Counter()
    slowest = 0.0
    for first in range(0, count, 50):
        folder, home = ground.folder / "files", ground.folder / "files-home"
        folder.mkdir()
        (folder / "good.txt").write_text(f"{RULES[0]} {first}", "utf-8")
        names = []
        for n in range(first, min(first + 50, count)):
            name, data = damaged_file(ground, chance)
            names.append(f"{n}-{name}")
            (folder / names[-1]).write_bytes(data + (b" %d" % n if name.endswith("txt") else b""))
        began = time.monotonic()
        try:
            summary = build(home, folder)
        except Exception as error:  # nothing may get out of a build
            faults.append(f"build from {first}: {type(error).__name__}: {error}")
            summary = None
        slowest = max(slowest, time.monotonic() - began)
        reports = {Path(report.path).name: report for report in summary.files} if summary else {}
        for name in (*names, "good.txt"):
            report = reports.get(name)
            line = "" if report is None or report.message is None else words(report.message, "en")
            outcomes[report.outcome.value if report else "not told"] += 1
            if report is None or "\n" in line or "Traceback" in line:
                faults.append(f"{name}: {line or 'nothing is said'}")
            if name == "good.txt" and report is not None and report.outcome.value == "failed":
                faults.append(f"the good file beside {first}: {line}")
        shutil.rmtree(folder)
        shutil.rmtree(home, ignore_errors=True)
    parent = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    if parent > 1536:
        faults.append(f"the parent grew to {parent:.0f} MiB")
    told_counts = ", ".join(f"{what} {n}" for what, n in outcomes.most_common())
    return faults, (
        f"{count} files: {told_counts}; parent {parent:.0f} MiB, largest worker {child:.0f} MiB, "
        f"slowest build of 50 {slowest:.0f} s"
    )


# --- corruptions


def corruptions(ground: Ground, chance: random.Random, count: int) -> Outcome:
    """Damage to each file in each way, to each field of the manifest, and to bytes inside quoted sentences."""
    index = ground.one / "index"
    paths = sorted(p.relative_to(ground.one) for p in index.rglob("*") if p.is_file())
    manifest = json.loads(next(index.glob("*/manifest.json")).read_text("utf-8"))
    ways: list[tuple[str, Any, str]] = [
        (how, path, "") for path in paths for how in ("cut", "empty", "gone", "flip", "grown")
    ]
    ways += [("field", next(p for p in paths if p.name == "manifest.json"), key) for key in manifest]
    ways += [("quote", path, "") for path in paths if path.name == "texts.sqlite"]
    faults: list[str] = []
    noticed: Counter[str] = Counter()
    for n in range(count):
        how, path, key = ways[n] if n < len(ways) else chance.choice([w for w in ways if w[0] in {"flip", "quote"}])
        home = ground.folder / "spoilt"
        shutil.copytree(ground.one, home)
        try:
            damage_index_file(home / path, how, chance, key)
            noticed[_noticed(ground, home)] += 1
        except Breach as breach:
            faults.append(f"{how} {path} {key}: {breach}")
        except Exception as error:  # a crash is no notice
            faults.append(f"{how} {path} {key}: {type(error).__name__}: {error}")
        finally:
            shutil.rmtree(home)
    counts = ", ".join(f"{where} {n}" for where, n in noticed.most_common())
    return faults, f"{count} changes, noticed {sum(noticed.values())}: {counts}"


def _noticed(ground: Ground, home: Path) -> str:
    """The place where damage is noticed, in words.

    :raises Breach: words are shown that were never read, or the damage is not noticed.
    """
    try:
        with opened(home) as base:
            for question, right in ground.right.items():
                answer = base.ask(question)
                if any(c.quote not in right for c in answer.citations):
                    raise Breach(f"shows {shown(answer)[:100]!r}")
            if verify_index(base.library().store).faults:
                return "by verify, the right words shown"
    except KBError as error:
        if "\n" in str(error):
            raise Breach(f"more than a line: {error}") from error
        return "at the opening or the question"
    raise Breach("nothing is noticed")


# --- sources


def sources(ground: Ground, chance: random.Random, count: int) -> Outcome:
    """Questions about a source that was changed after it was read: the same answers, without marks and with a notice;
    also how look-ups of others fare meanwhile."""
    from tests.kb.test_page_workers import nested

    home, papers = ground.folder / "sourced", ground.folder / "sourced-papers"
    for each in (home, papers):
        shutil.rmtree(each, ignore_errors=True)
    papers.mkdir()
    source = papers / "rules.pdf"
    source.write_bytes(pdf_bytes(RULES, "Rules for Lamps"))
    build(home, papers)
    was = source.read_bytes()
    faults: list[str] = []
    ways: Counter[str] = Counter()
    times: list[float] = []
    ended = threading.Event()

    def change(how: str) -> None:
        source.unlink(missing_ok=True)
        if how == "another":
            source.write_bytes(pdf_bytes(OTHER[:1], "Rules for Lamps"))
        elif how == "truncated":
            source.write_bytes(was[: chance.randrange(len(was))])
        elif how == "hostile":
            nested(source)
        elif how == "grown":
            source.write_bytes(was + b"\n% more")

    with opened(home) as base:
        right = {question: base.ask(question) for question in QUESTIONS}

        def look_up() -> None:
            while not ended.is_set():
                began = time.monotonic()
                base.look_up("Rules for Lamps 1")
                times.append(time.monotonic() - began)
                time.sleep(0.01)

        others = threading.Thread(target=look_up)
        others.start()
        try:
            for n in range(count):
                how = ("another", "truncated", "gone", "hostile", "grown")[n % 5]
                change(how)
                ways[how] += 1
                question = QUESTIONS[n % len(QUESTIONS)]
                answer = base.ask(question)
                notices = " ".join(words(each, "en") for each in answer.notices)
                if shown(answer) != shown(right[question]):
                    faults.append(f"{how}: another answer")
                elif any(c.rects for c in answer.citations) or not notices:
                    faults.append(f"{how}: marked, or nothing is said: {notices}")
                for citation in answer.citations[:1]:
                    with contextlib.suppress(KBError):
                        base.page_image(citation.doc_id, citation.page_index, citation.quote)
                        faults.append(f"{how}: its page is shown")
        finally:
            ended.set()
            others.join()
    if count >= AT_FULL_COUNT and share(times) > 0.3:  # a small count is a test, and tests time nothing
        faults.append(f"p95 of others' look-ups {share(times):.2f} s")
    told_ways = ", ".join(f"{how} {n}" for how, n in ways.items())
    return faults, (
        f"{count} sources: {told_ways}; {len(times)} look-ups of others meanwhile, "
        f"p50 {share(times, 0.5) * 1000:.1f} ms, p95 {share(times) * 1000:.1f} ms, longest {max(times) * 1000:.0f} ms"
    )


# --- models and people


def models(ground: Ground, chance: random.Random, count: int) -> Outcome:
    """Replies of a local server that lies or misbehaves: the quotes stay, and no false sentence is shown."""
    faults: list[str] = []
    kinds: Counter[str] = Counter()
    shown_sentences = 0
    with opened(ground.one) as base:
        answers = [base.ask(question) for question in QUESTIONS]
    for n in range(count):
        answer = answers[n % len(answers)]
        kind, script, lies = lying_reply(answer, chance)
        kinds[kind] += 1
        with scripted(script) as server:
            model = OpenAIGenerator(server.url, "m", "sk-secret", 2.0, 100)
            try:
                *_, last = draft(answer, model, tokens)
            except Exception as error:  # an answer leaves whatever a model does
                faults.append(f"{kind} {n}: {type(error).__name__}: {error}")
                continue
        shown_sentences += len(last.draft)
        drafted = " ".join(sentence.text for sentence in last.draft)
        notices = " ".join(words(each, "en") for each in last.notices)
        faults += [f"{kind} {n}: shows {lie!r}" for lie in lies if lie in drafted]
        if last.sentences != answer.sentences or last.citations != answer.citations:
            faults.append(f"{kind} {n}: the quotes are others")
        if "sk-secret" in drafted + notices:
            faults.append(f"{kind} {n}: the key is shown")
    told_kinds = ", ".join(f"{kind} {times}" for kind, times in kinds.most_common())
    return faults, f"{count} replies: {told_kinds}; {shown_sentences} sound sentences shown"


def people(ground: Ground, chance: random.Random, count: int) -> Outcome:
    """Many ask at once, without a model and with one that is silent or hostile; measures when the last one has
    quotes."""

    def last_quotes(generator: Any) -> float:
        settings = Settings(home=str(ground.one), llm_base_url="http://127.0.0.1:1/v1", llm_model="m")
        with opened(ground.one, generator) as base:
            asking = Asking(Handlers(settings, base))
            base.ask(QUESTIONS[0])
            began = time.monotonic()

            def ask(n: int) -> float:
                for each in asking.answer({"question": QUESTIONS[n % len(QUESTIONS)]}, "en"):
                    if "html" in each:
                        return time.monotonic() - began
                return float("inf")

            with ThreadPoolExecutor(count) as pool:
                return max(pool.map(ask, range(count)))

    without = min(last_quotes(None) for _ in range(3))
    figures = [f"{count} people: all have quotes after {without:.2f} s without a model"]
    faults: list[str] = []
    for name in ("silent", "endless", "garbage"):
        with scripted(SCRIPTS[name]) as server:
            took = min(last_quotes(OpenAIGenerator(server.url, "m", "", 3.0, 100)) for _ in range(3))
        figures.append(f"{took:.2f} s with a model that is {name}")
        if took > 1.5 * without + 0.5:
            faults.append(f"{name}: {took:.2f} s instead of {without:.2f} s")
    return faults, ", ".join(figures)


# --- payloads

_TEXTS: tuple[Any, ...] = (
    "", " ", "\0", "\ud800", "x" * 100_000, "<img src=x onerror=alert(1)>", "${7*7}{{7*7}}", "=cmd|'/C calc'!A0",
    "../../../../etc/passwd", "file:///etc/passwd", "'; DROP TABLE texts; --", "\u202egnp.exe", "𝟘" * 3000, "(" * 2000,
    "가" * 5000, None, True, 1e400, -1, 10**40, [], {}, [[[[]]]], {"path": "/etc/passwd"}, ["x"] * 5000,
    {"__class__": "x"}, "OECD 1.3 \ud800",
)  # fmt: skip
_PATHS = (
    "/gradio_api/file=/etc/passwd", "/gradio_api/file=../../etc/passwd", "/file=/etc/passwd",
    "/gradio_api/proxy=http://127.0.0.1:22/", "/static/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd",
    "/gradio_api/deep_link?session_hash=x", "/pages/..%2f..%2fetc/1.png", "/pages/x/99999999999999999999.png",
    "/gradio_api/upload", "/calls/../x", "/calls/documents/add", "/assets/../../../etc/passwd",
)  # fmt: skip
_ACTIONS = {
    "ask": "question",
    "search": "query",
    "lookup": "references",
    "cite": "lines",
    "batch": "rows",
    "check": "text",
}
_HEADERS: tuple[dict[str, str], ...] = (
    {}, {"Host": "evil.example"}, {"Origin": "http://evil.example"}, {"Sec-Fetch-Site": "cross-site"},
    {"X-Forwarded-Host": "evil.example"}, {"X-Gradio-Server": "http://evil.example"}, {"Cookie": "kb-page=x"},
    {"Content-Length": "99999999999"}, {"Transfer-Encoding": "chunked"}, {"Content-Type": "text/plain"},
)  # fmt: skip


AT_FULL_COUNT = 100
"""Number of sources from which the time of others' look-ups is judged."""


def payloads(ground: Ground, chance: random.Random, count: int) -> Outcome:
    """Hostile requests to the app: no reply 500, no file of the machine, nothing for another site; the app keeps
    running."""
    faults: list[str] = []
    statuses: Counter[int | str] = Counter()
    with opened(ground.one) as base, served(ground.folder / "served", base) as port:
        for n in range(count):
            head = {"Host": f"127.0.0.1:{port}", "Content-Type": "application/json", **chance.choice(_HEADERS)}
            if chance.random() < 0.3:
                method, path, body = chance.choice(("GET", "POST")), chance.choice(_PATHS), b"{}"
            else:
                action = chance.choice(list(_ACTIONS))
                method, path = "POST", f"/gradio_api/call/v2/{action}"
                value = chance.choice(_TEXTS)
                given = {_ACTIONS[action]: [value] if chance.random() < 0.5 else value}
                if action == "search":  # the only one that has a limit
                    given["limit"] = chance.choice(_TEXTS)
                body = json.dumps(given).encode("utf-8", "surrogatepass")
                if chance.random() < 0.2:
                    body = bytes(chance.randrange(256) if chance.random() < 0.1 else b for b in body[:4000])
            status, headers, said = _sent(port, method, path, body, head)
            statuses[status] += 1
            what = f"{n} {method} {path} {head} {body[:80]!r}"
            if status == 500 or "Traceback" in said:
                faults.append(f"{what}: {status} {said[:100]}")
            if "root:" in said:
                faults.append(f"{what}: a file of the machine")
            if "evil.example" in headers.get("access-control-allow-origin", "") or "http://evil.example" in said:
                faults.append(f"{what}: let in")
            if status == 200 and path.startswith("/gradio_api/call/v2/") and (event := _event(said)):
                _, _, reply = _sent(port, "GET", f"{path}/{event}", b"", {"Host": f"127.0.0.1:{port}"})
                if "Traceback" in reply or "root:x:" in reply:
                    faults.append(f"{what}: {reply[:100]}")
        status, _, _ = _sent(port, "GET", "/config", b"", {"Host": f"127.0.0.1:{port}"})
        if status != 200:
            faults.append(f"the app answers {status} at the end")
    counts = ", ".join(f"{status}: {n}" for status, n in statuses.most_common())
    return faults, f"{count} requests: {counts}"


def _event(reply: str) -> str:
    try:
        found = json.loads(reply)
    except ValueError:
        return ""
    return str(found.get("event_id", "")) if isinstance(found, dict) else ""


def _sent(
    port: int, method: str, path: str, body: bytes, head: dict[str, str]
) -> tuple[int | str, dict[str, str], str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        if head.get("Transfer-Encoding"):
            body = b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body)
        connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        for name, value in head.items():
            connection.putheader(name, value)
        if "Content-Length" not in head and "Transfer-Encoding" not in head:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders()
        with contextlib.suppress(OSError):  # refused by its head
            connection.send(body)
        reply = connection.getresponse()
        return (
            reply.status,
            {k.lower(): v for k, v in reply.getheaders()},
            reply.read(200_000).decode("utf-8", "replace"),
        )
    except (OSError, http.client.HTTPException) as error:
        return type(error).__name__, {}, ""
    finally:
        connection.close()


def turn_of(bar: Callable[[Ground, random.Random, int], Outcome], count: int) -> Callable[..., str]:
    """A bar with a small count, as a part of the standing attack."""

    def turn(ground: Ground, chance: random.Random) -> str:
        faults, figures = bar(ground, chance, count)
        if faults:
            raise Breach(faults[0])
        return figures

    return turn


PARTS = {**parts.PARTS, "model": turn_of(models, 5), "source": turn_of(sources, 5), "payload": turn_of(payloads, 30)}

BARS: dict[str, tuple[Callable[[Ground, random.Random, int], Outcome], int]] = {
    "swaps": (swaps, 1000),
    "kills": (kills, 100),
    "files": (files, 3000),
    "corruptions": (corruptions, 300),
    "sources": (sources, 100),
    "models": (models, 300),
    "payloads": (payloads, 1000),
    "people": (people, 20),
}
"""The bars by name, each with its full count."""
