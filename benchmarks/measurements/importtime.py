"""Measures start-up: imports of `import kb` and `kb lookup`, and the phases of a cold `kb ask`.

``python -m benchmarks.measurements.importtime [--home DIR]``; exit code 1 if ``import kb`` or ``kb lookup`` loads
one of the slow libraries. Times are the best of three runs, as a person's second question of the day has them.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

SLOW = ("torch", "faiss", "gradio", "sentence_transformers", "transformers")
QUESTION = "Who is responsible for human oversight of high-risk AI systems?"
REPORT = f"import sys; print(*sorted(set(sys.modules) & set({SLOW})), len(sys.modules), file=sys.__stderr__)"


def run(code: str) -> tuple[float, list[str]]:
    """Seconds of a fresh interpreter, and the slow libraries it has loaded with the number of all modules."""
    program = f"try:\n    {code}\nfinally:\n    {REPORT}"
    times: list[float] = []
    for _ in range(3):
        started = time.perf_counter()
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
        times.append(time.perf_counter() - started)
        if done.returncode:
            sys.exit(f"{code}: exit code {done.returncode}\n{done.stderr}")
    return min(times), done.stderr.splitlines()[-1].split()


def command(home: Path, *arguments: str) -> str:
    """Code that runs the command line."""
    return f"from app.cli.main import main; main(['--home', {str(home)!r}, *{arguments!r}])"


def imports(code: str) -> dict[str, float]:
    """Seconds that each outermost library adds when it is imported, by ``-X importtime``; ours are looked through."""
    done = subprocess.run([sys.executable, "-X", "importtime", "-c", code], capture_output=True, text=True, check=False)
    own: dict[str, float] = {}
    for line in done.stderr.splitlines():
        if line.startswith("import time:") and "self" not in line:
            cost, _, name = line.removeprefix("import time:").split("|")
            package = name.strip().partition(".")[0]
            own[package] = own.get(package, 0.0) + int(cost) / 1e6
    return own


def stages(home: Path) -> list[tuple[str, float]]:
    """Seconds of the steps of one cold question, in a fresh process."""
    code = f"""
import time
marks = [("python", time.perf_counter())]
def mark(name): marks.append((name, time.perf_counter()))
from kb.knowledge_base import KnowledgeBase; mark("import kb.knowledge_base")
base = KnowledgeBase.open({str(home)!r}); store = base.library().store; mark("open index")
store.words; mark("open words (bm25s, scipy, numba if installed)")
store.words.all_scores(["human", "oversight"]); mark("first scores of words")
encoder = base.models().encoder(store.manifest["encoder"]); mark("open the encoder, check its hash")
encoder.encode_query("x"); mark("load weights, first vector")
encoder.encode_query("y"); mark("second vector")
store.vectors; mark("open vectors (faiss)")
base.ask({QUESTION!r}); mark("the question itself")
for (_, a), (name, b) in zip(marks, marks[1:]): print(f"{{name}}|{{b - a}}")
"""
    done = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, check=True)
    return [(name, float(s)) for name, _, s in (line.partition("|") for line in done.stdout.splitlines()) if s]


def main() -> int:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, default=None, help="home folder with an index")
    home = parser.parse_args().home
    if home is None:
        from app.settings import load_settings

        home = load_settings({}).settings.home_path
    os.environ.pop("KB_HOME", None)
    wrong = False
    rows = [
        ("python -c pass", "pass", True),
        ("import kb", "import kb", True),
        ("kb --help", command(home, "--help"), True),
        ("kb lookup 'OECD 1.3'", command(home, "lookup", "OECD 1.3"), True),
        ("kb corpus list", command(home, "corpus", "list"), True),
        ("kb ask (cold)", command(home, "ask", QUESTION), False),
    ]
    for name, code, quick in rows:
        seconds, loaded = run(code)
        wrong = wrong or (quick and len(loaded) > 1)
        print(
            f"{name:<24} {seconds:6.2f} s  {loaded[-1]:>5} modules  {', '.join(loaded[:-1]) or 'none of the slow ones'}"
        )
    print("\nimports of kb lookup, the dearest packages")
    for package, seconds in sorted(imports(rows[3][1]).items(), key=lambda x: -x[1])[:8]:
        print(f"  {package:<28} {seconds:6.3f} s")
    print("\none cold question, step by step")
    for name, seconds in stages(home):
        print(f"  {name:<28} {seconds:6.2f} s")
    print("\nimports of kb ask, the dearest packages (each without what it imports)")
    for package, seconds in sorted(imports(rows[5][1]).items(), key=lambda x: -x[1])[:12]:
        print(f"  {package:<28} {seconds:6.2f} s")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
