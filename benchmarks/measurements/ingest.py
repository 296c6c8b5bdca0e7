"""Compares a whole ingest with the simple pipeline that a user would build instead, on the same files.

The other pipeline is LangChain's parts as its tutorials put them together: ``PyPDFLoader`` (pypdf) and text files,
``RecursiveCharacterTextSplitter``, the same encoder through sentence-transformers with its defaults, FAISS, saved to
disk. Ours is ``kb ingest`` from nothing in two commands: the first compiles, reads and encodes the register, which the
other pipeline does not have; the second reads the files, finds units, labels and furniture, and builds the word index.
Each command is a process of its own with nothing cached; the pipelines take turns. Both take the encoder from the same
folder. Wall-clock seconds are printed, and processor seconds of all processes of a command, which say more on a machine
with other load. The ratios are given for both commands, and for the second one, which reads what the other pipeline
reads.

``python -m benchmarks.measurements.ingest --documents DIR_OR_FILE … [--encoder e5] [--runs N]``
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kb.models.encoder import encoder_folder

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

CHUNK, OVERLAP = 1000, 100


def files_below(places: Sequence[Path]) -> list[Path]:
    """The files that both pipelines read."""
    found = {file for place in places for file in ([place] if place.is_file() else place.rglob("*"))}
    return sorted(file for file in found if file.suffix in {".pdf", ".txt", ".md"})


def other(documents: Sequence[Path], out: Path, encoder: str) -> dict[str, float]:
    """The other pipeline in this process: seconds a stage, pages and chunks."""
    started = time.perf_counter()
    import faiss
    from langchain_community.document_loaders import PyPDFLoader
    from langchain_core.documents import Document
    from langchain_text_splitters import RecursiveCharacterTextSplitter
    from sentence_transformers import SentenceTransformer

    imported = time.perf_counter()
    pages: list[Document] = []
    for path in files_below(documents):
        if path.suffix == ".pdf":
            pages += PyPDFLoader(str(path)).load()
        else:
            pages.append(Document(page_content=path.read_text("utf-8"), metadata={"source": str(path)}))
    read = time.perf_counter()
    chunks = RecursiveCharacterTextSplitter(chunk_size=CHUNK, chunk_overlap=OVERLAP).split_documents(pages)
    model = SentenceTransformer(encoder, device="cpu")
    vectors = model.encode([c.page_content for c in chunks], normalize_embeddings=True)
    embedded = time.perf_counter()
    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(vectors)
    out.mkdir(parents=True, exist_ok=True)
    faiss.write_index(index, str(out / "index.faiss"))
    (out / "chunks.json").write_text(json.dumps([[c.page_content, c.metadata] for c in chunks], default=str))
    done = time.perf_counter()
    return {
        "pages": len(pages),
        "chunks": len(chunks),
        "imports": imported - started,
        "reading": read - imported,
        "embedding": embedded - read,
        "saving": done - embedded,
    }


@dataclass(frozen=True, slots=True)
class TimedRun:
    """The seconds of a command, wall clock and processor time of all its processes, and its output."""

    seconds: float
    processor: float
    said: str


def timed(command: Sequence[str], settings: Mapping[str, str] | None = None) -> TimedRun:
    """Runs a command with no settings of this project but those given; ends the program where it fails."""
    env = {k: v for k, v in os.environ.items() if not k.startswith("KB_")} | dict(settings or {})
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    started = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=env)
    seconds = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return TimedRun(seconds, spent, done.stdout.strip() or done.stderr)


def main() -> int:
    """Prints both pipelines' whole-process times and their ratios; exit code 1 when ours is slower."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=Path, nargs="+", default=[Path("../shared/documents")])
    parser.add_argument("--encoder", default="minilm", help="minilm, e5, or a folder in the sentence-transformers form")
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--other", type=Path, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.other:
        print(json.dumps(other(args.documents, args.other, args.encoder)))
        return 0
    files = [str(file) for file in files_below(args.documents)]
    if not files:
        print(f"{args.documents[0]}: no PDF or text file; name some with --documents", file=sys.stderr)
        return 2
    whole: list[tuple[float, float]] = []
    same_files: list[tuple[float, float]] = []
    work = Path(tempfile.mkdtemp(prefix="kb-bench-"))
    try:
        encoder = str(encoder_folder(args.encoder, work)[0])
        for run in range(args.runs):
            program = [sys.executable, "-m", "benchmarks.measurements.ingest", "--encoder", encoder]
            theirs = timed([*program, "--other", str(work / f"o{run}"), "--documents", *files])
            print(f"LangChain's parts:   {_shown(theirs)}  {theirs.said.splitlines()[-1]}", flush=True)
            command = [sys.executable, "-m", "app.cli.main", "--home", str(work / f"k{run}"), "ingest", "-q"]
            command += ["--format", "json"]
            register = timed(command, {"KB_ENCODER": encoder})
            print(f"kb ingest, register: {_shown(register)}  {_figures(register)}", flush=True)
            ours = timed([*command, *files], {"KB_ENCODER": encoder})
            print(f"kb ingest, files:    {_shown(ours)}  {_figures(ours)}", flush=True)
            same_files.append((theirs.seconds / ours.seconds, theirs.processor / ours.processor))
            whole.append(
                (
                    theirs.seconds / (register.seconds + ours.seconds),
                    theirs.processor / (register.processor + ours.processor),
                )
            )
    finally:
        shutil.rmtree(work, ignore_errors=True)
    for name, ratios in (("register and files", whole), ("files alone", same_files)):
        by_clock, of_processor = (statistics.median(each) for each in zip(*ratios, strict=True))
        print(f"theirs / ours, {name}: {by_clock:.2f} by the clock, {of_processor:.2f} of the processor")
    print(f"(medians of {len(whole)}; {os.cpu_count()} processors)")
    return 0 if statistics.median(by_clock for by_clock, _ in whole) >= 1 else 1


def _figures(run: TimedRun) -> str:
    summary = json.loads(run.said)
    return json.dumps({k: summary[k] for k in ("n_pages_read", "n_passages", "seconds_reading", "seconds_embedding")})


def _shown(run: TimedRun) -> str:
    return f"{run.seconds:6.1f} s, {run.processor:6.1f} s of the processor"


if __name__ == "__main__":
    sys.exit(main())
