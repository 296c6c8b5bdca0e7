"""Measures the peak memory of a build: of all its processes, and of the one that writes the index.

A build in a process of its own reads every PDF below the folders into a fresh home. The vectors have the width of the
encoder's and are made of hashed words (``--encoder`` uses the real encoder, which is slow). With ``--times N`` each
file is read N times, each time with one page added, so that it counts as another document. The memory of all processes
is sampled twenty times a second, with shared pages counted once (``Pss``).

``python -m benchmarks.measurements.memory [FOLDER ...] [--times N] [--most FILES] [--encoder CACHE]``
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

BESIDE_US = Path(__file__).parent.parent.parent.parent / "shared"
BOUND = 1_000_000_000
"""The most that a build may take, in bytes."""


def built(home: Path, files: Sequence[Path], real: Path | None) -> dict[str, float]:
    """Runs one build in this process and returns its pages, passages and seconds."""
    from benchmarks.measurements.word_vectors import WordVectors
    from ingest.pipeline import ingest_paths
    from kb.catalog.register import Register
    from kb.models.encoder import SentenceEncoder

    encoder = SentenceEncoder("e5", cache=real) if real else WordVectors()
    summary = ingest_paths(home, files, encoder, Register((), (), {}, {}), today="2026-01-01", version="0")
    return {"documents": summary.n_documents, "passages": summary.n_passages, "pages": summary.n_pages_read,
            "seconds": round(summary.seconds)}  # fmt: skip


def _tree(root: int) -> list[int]:
    """A process and all below it."""
    below: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        below.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    out = [root]
    for pid in out:
        out += below.get(pid, [])
    return out


def _bytes_of(pid: int) -> int:
    try:
        found = re.search(r"^Pss:\s+(\d+)", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)
    except OSError:
        return 0
    return 1024 * int(found[1]) if found else 0


def watched(command: Sequence[str], every: float = 0.05) -> tuple[int, int, str]:
    """Runs a command and returns the peak bytes of all its processes together, those of the first alone, and the
    output."""
    env = {k: v for k, v in os.environ.items() if not k.startswith("KB_")}
    whole = alone = 0
    with tempfile.TemporaryFile("w+") as output, subprocess.Popen(command, stdout=output, env=env) as process:
        while process.poll() is None:
            sizes = [_bytes_of(pid) for pid in _tree(process.pid)]
            whole, alone = max(whole, sum(sizes)), max(alone, sizes[0])
            with contextlib.suppress(subprocess.TimeoutExpired):  # back at once where the command ends meanwhile
                process.wait(every)
        output.seek(0)
        return whole, alone, output.read()


def copies(files: Sequence[Path], times: int, folder: Path) -> list[Path]:
    """The files, each as many times as requested; every copy after the first has one more page."""
    import pypdf
    from fpdf import FPDF

    out = list(files)
    for n in range(2, times + 1):
        for path in files:
            page = FPDF()
            page.add_page()
            page.set_font("helvetica", size=12)
            page.cell(text=f"This is print number {n} of the file {path.stem}.")
            writer = pypdf.PdfWriter(clone_from=path)
            writer.append(io.BytesIO(bytes(page.output())))
            out.append(folder / f"{path.stem}-{n}.pdf")
            writer.write(out[-1])
    return out


def main() -> int:
    """Prints the peaks; exit code 1 when all processes together take more than the bound."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", type=Path, nargs="*", default=[BESIDE_US / "documents", BESIDE_US / "bench"])
    parser.add_argument("--times", type=int, default=1)
    parser.add_argument("--most", type=int, default=1000, help="files at most")
    parser.add_argument("--encoder", type=Path, metavar="CACHE", help="with the real encoder, converted in this folder")
    parser.add_argument("--build", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    files = sorted(p for folder in given.folders for p in ([folder] if folder.is_file() else folder.rglob("*.pdf")))
    if given.build:
        listed = [Path(line) for line in (given.build / "files").read_text().splitlines()]
        print(json.dumps(built(given.build / "home", listed, given.encoder)))
        return 0
    work = Path(tempfile.mkdtemp(prefix="kb-memory-"))
    try:
        chosen = copies(files[: given.most], given.times, work)
        (work / "files").write_text("\n".join(map(str, chosen)))
        command = [sys.executable, "-m", "benchmarks.measurements.memory", "--build", str(work)]
        whole, alone, output = watched([*command, *(["--encoder", str(given.encoder)] if given.encoder else [])])
    finally:
        shutil.rmtree(work, ignore_errors=True)
    print(f"{len(chosen)} files: {output.strip()}")
    print(f"most of all processes {whole / 1e6:,.0f} MB, of the writing one {alone / 1e6:,.0f} MB")
    return 0 if whole <= BOUND else 1


if __name__ == "__main__":
    sys.exit(main())
