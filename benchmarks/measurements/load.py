"""Measures a served app under load: waiting times of concurrent users, and the cost of an idle server.

``python -m benchmarks.measurements.load --home DIR [--people 20] [--seconds 120] [--idle 30] [--port 7860]`` starts
``kb serve`` over the home and warms it. Then one, two and at last ``--people`` users each ask the questions below
through the endpoint ``ask``, one after the other, as fast as they are answered. For each number of users the program
prints the answers per second, the median and the 95th percentile of the wait, errors, and the memory of the server;
further the ratio of two users to one, and the processor share of an idle server: within a minute of a question, when
its queue still polls twenty times a second, and later. Exit code 1 on any error.

``--questions N`` asks until N questions were asked, and prints the memory at each tenth. ``--ingest`` rebuilds the
index of the same home, with one more document each time, while ``--people`` users ask. ``--stop`` ends the server while
as many ask, and prints which answers were lost: none may be that was begun. ``--only-idle`` measures the idle server
alone. Waits depend on the load of the machine, which is printed too.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import itertools
import json
import os
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from app.web.framework_queue import SECONDS_UNTIL_REST

if TYPE_CHECKING:
    from collections.abc import Iterator

QUESTIONS = (
    "What does OECD say about accountability of AI actors?",
    "How should privacy and data protection be assured?",
    "What must human oversight aim at?",
    "OECD 1.3",
    "유네스코 권고 제37항",
    "인공지능 시스템의 투명성과 설명가능성",
    "Who should be able to challenge an outcome of an AI system?",
    "What are member states asked to do about education?",
    "Which impact assessments are recommended?",
    "How are the aged and children protected?",
)


TOPICS = tuple(
    "accountability|transparency|explainability|bias|privacy|data governance|human oversight|robustness|cybersecurity"
    "|accuracy|record keeping|risk management|incident reporting|conformity|procurement|education|labour|health|gender"
    "|the environment|culture|research|media|courts|children|older persons|consent|redress|audit|impact assessment"
    "|documentation|training data|generative models|third parties|monitoring|decommissioning|public consultation"
    "|international cooperation|small enterprises|literacy".split("|")
)
ASKED_OF = ("", "OECD", "UNESCO", "NIST", "the EU", "IEEE", "Korea")
FORMS = (
    "What does {whom} say about {topic}?",
    "Who is responsible for {topic} according to {whom}?",
    "Which measures for {topic} does {whom} recommend?",
    "How should {topic} be assured in view of {other}?",
    "{whom}: must {topic} be documented, and when?",
    "Does {whom} ask providers to consider {topic} and {other}?",
)


def varied(number: int) -> str:
    """A question by its number: one in six is a fixed one, the others repeat only after thousands."""
    if number % 6 == 0:
        return QUESTIONS[number // 6 % len(QUESTIONS)]
    chosen = number * 3571 + number // 1680  # steps through all combinations, neighbours unlike
    chosen, nth = divmod(chosen, len(ASKED_OF))
    chosen, topic = divmod(chosen, len(TOPICS))
    other, form = divmod(chosen, len(FORMS))
    whom = ASKED_OF[nth] or "anybody"
    return FORMS[form].format(whom=whom, topic=TOPICS[topic], other=TOPICS[other % len(TOPICS)])


@dataclass
class Asking:
    """The results of a number of users."""

    people: int
    waits: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def rate(self) -> float:
        return len(self.waits) / self.seconds if self.seconds else 0.0

    def line(self, memory: float) -> str:
        waits = sorted(self.waits) or [0.0]
        late = waits[min(len(waits) - 1, int(len(waits) * 0.95))]
        return (
            f"{self.people:>3} asking: {len(self.waits):>5} answers, {self.rate:6.2f} a second, "
            f"p50 {statistics.median(waits):6.2f} s, p95 {late:6.2f} s, {len(self.errors)} errors, {memory:,.0f} MB"
        )


def ask_once(port: int, question: str) -> str:
    """Asks one question; "" or what went wrong."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=300)
    try:
        path = "/gradio_api/call/v2/ask"
        connection.request("POST", path, json.dumps({"question": question}), {"Content-Type": "application/json"})
        reply = connection.getresponse()
        received = reply.read()
        if reply.status != 200:
            return f"{reply.status} {received[:200]!r}"
        connection.request("GET", f"{path}/{json.loads(received)['event_id']}")
        reply = connection.getresponse()
        received = reply.read()
        return "" if reply.status == 200 and b"event: complete" in received else f"{reply.status} {received[-200:]!r}"
    except (OSError, ValueError, http.client.HTTPException) as error:
        return repr(error)
    finally:
        connection.close()


def asked_by(port: int, people: int, seconds: float, limit: int = 10**9, first: int | None = None) -> Asking:
    """Lets a number of users ask for some seconds, or until a number of questions were asked, and returns their
    results.

    :param first: the number of the first varying question; ``None`` asks the fixed ones.
    """
    found, lock, left = Asking(people), threading.Lock(), itertools.count()
    started = time.perf_counter()

    def person(number: int) -> None:
        for n in itertools.count(number):
            nth = next(left)
            if time.perf_counter() - started > seconds or nth >= limit:
                return
            before = time.perf_counter()
            fault = ask_once(port, QUESTIONS[n % len(QUESTIONS)] if first is None else varied(first + nth))
            with lock:
                found.waits.append(time.perf_counter() - before)
                if fault:
                    found.errors.append(fault)

    threads = [threading.Thread(target=person, args=(number,)) for number in range(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found.seconds = time.perf_counter() - started
    return found


@contextlib.contextmanager
def server(home: str, port: int) -> Iterator[psutil.Process]:
    """``kb serve`` over a home, until the block ends."""
    command = [sys.executable, "-m", "app.cli.main", "--home", home, "serve", "--port", str(port)]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("KB_")}
    started = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    try:
        assert started.stdout is not None
        if not started.stdout.readline().startswith("http"):
            raise SystemExit("the server did not start")
        yield psutil.Process(started.pid)
    finally:
        if started.poll() is None:
            started.send_signal(signal.SIGTERM)
        started.wait(60)


class Builds:
    """Builds of the index in a home, one after the other, each with a document more, until they are told to end."""

    def __init__(self, home: str, folder: Path) -> None:
        self._home, self._folder = home, folder
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self.indexes: list[str] = []
        self.faults: list[str] = []

    def __enter__(self) -> Builds:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join()

    def _run(self) -> None:
        for n in itertools.count(1):
            rules = "\n".join(f"{k}. A lamp of kind {n} shall be lit before hour {k}." for k in range(1, 9))
            (self._folder / f"lamps-{n}.txt").write_text(f"Rules for Lamps of Kind {n}\n\n{rules}\n", "utf-8")
            command = [sys.executable, "-m", "app.cli.main", "--home", self._home, "ingest", str(self._folder)]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            index_id = re.search(r"index ([0-9a-f]{16})", done.stdout + done.stderr)
            if done.returncode or index_id is None:
                self.faults.append((done.stdout + done.stderr)[-300:])
                return
            self.indexes.append(index_id[1])
            if self._end.is_set():
                return


def stopped_under_way(process: psutil.Process, port: int, people: int) -> tuple[int, int, list[str]]:
    """Ends a server while users ask: how many questions were answered, how many refused until later, and which answers
    were lost."""
    outcomes: list[str] = []
    threads = [
        threading.Thread(target=lambda n=n: outcomes.append(ask_once(port, varied(9000 + n)))) for n in range(people)
    ]
    for thread in threads:
        thread.start()
    time.sleep(0.5)
    process.send_signal(signal.SIGTERM)
    said_later = [ask_once(port, varied(9500 + n)) for n in range(3)]
    for thread in threads:
        thread.join()
    refused = [each for each in (*outcomes, *said_later) if each.startswith("503 ") or "ConnectionRefused" in each]
    lost = [each for each in (*outcomes, *said_later) if each and each not in refused]
    return len([each for each in outcomes if not each]), len(refused), lost


def processor_time(process: psutil.Process) -> float:
    """Seconds of the processor that a process has used."""
    times = process.cpu_times()
    return float(times.user + times.system)


def share_used(process: psutil.Process, seconds: float) -> float:
    """The share of a processor that a process uses in so many seconds from now."""
    before = processor_time(process)
    time.sleep(seconds)
    return (processor_time(process) - before) / seconds


def memory_of(process: psutil.Process) -> float:
    """Resident memory in MB."""
    return float(process.memory_info().rss) / 1e6


def main() -> int:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("--home", required=True)
    parser.add_argument("--people", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--idle", type=float, default=30)
    parser.add_argument("--port", type=int, default=7860)
    parser.add_argument("--questions", type=int, default=0)
    parser.add_argument("--ingest", action="store_true", help="build the index of the home while the people ask")
    parser.add_argument("--stop", action="store_true", help="end the server at last while the people ask")
    parser.add_argument("--only-idle", action="store_true", help="ask nothing but the questions that warm it")
    given = parser.parse_args()
    errors: list[str] = []
    with server(given.home, given.port) as process:
        for question in QUESTIONS:
            errors += filter(None, [ask_once(given.port, question)])
        print(
            f"load of the machine {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors; "
            f"memory when warm {memory_of(process):,.0f} MB"
        )
        rates = {1: 0.0, 2: 0.0}
        for people in () if given.only_idle else (1, 2, given.people):
            seconds = given.seconds if people == given.people else max(given.seconds / 4, 10)
            before = processor_time(process)
            with contextlib.ExitStack() as beside:
                builds = None
                if given.ingest and people == given.people:
                    folder = beside.enter_context(tempfile.TemporaryDirectory())
                    builds = beside.enter_context(Builds(given.home, Path(folder)))
                found = asked_by(given.port, people, seconds)
            errors += found.errors
            if builds is not None:
                errors += builds.faults
                print(f"{len(builds.indexes)} builds meanwhile, {len(set(builds.indexes))} indexes in service")
            rates[people] = found.rate
            used = (processor_time(process) - before) / max(len(found.waits), 1)
            print(f"{found.line(memory_of(process))}, {used:.2f} s of processor an answer")
        if not given.only_idle:
            print(f"two askers to one: {rates[2] / rates[1] if rates[1] else 0:.2f}")
        for n in range(10 if given.questions else 0):
            tenth = given.questions // 10
            found = asked_by(given.port, 4, 7200, tenth, n * tenth)
            errors += found.errors
            print(f"{(n + 1) * tenth:>6} more questions: {memory_of(process):,.0f} MB", flush=True)
        awake = SECONDS_UNTIL_REST - 10
        time.sleep(5)  # let the work of the last answers end
        print(f"within a minute of a question: {share_used(process, awake):.2%} of a processor")
        time.sleep(10)
        print(f"idle: {share_used(process, given.idle):.2%} of a processor")
        if given.stop:
            answered, refused, lost = stopped_under_way(process, given.port, given.people)
            errors += lost
            print(
                f"stopped while {given.people} ask: {answered} answered, {refused} told to come again, {len(lost)} lost"
            )
    for fault in errors[:10]:
        print(f"error: {fault}", file=sys.stderr)
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
