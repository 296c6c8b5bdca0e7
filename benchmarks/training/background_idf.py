"""Makes ``kb/data/rarity.json``: the inverse document frequency of word stems over pages of three development sets.

Run it as ``python -m benchmarks.training.background_idf --bench FOLDER``; the same folder gives the same bytes. Only
counts are kept.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kb.text.background_idf import STEP
from kb.text.tokens import tokens

if TYPE_CHECKING:
    from collections.abc import Iterator

LEAST = 5
"""Pages that must hold a stem; a rarer one counts as never seen, which moves it by less than two steps of twenty."""
ABSTRACTS = 1_500
OUT = Path(__file__).parent.parent.parent / "kb" / "data" / "rarity.json"


def lines(path: Path) -> list[Any]:
    """The objects of a gzipped JSON lines file."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def pages(bench: Path) -> Iterator[str]:
    """The texts counted: cited web pages, encyclopedia passages, scientific abstracts."""
    yield from ("\n".join(row["evidence"]) for row in lines(bench / "wice" / "claims.jsonl.gz"))
    yield from (row["passage"] for row in lines(bench / "clapnq" / "reader.jsonl.gz"))
    yield from (row["text"] for row in lines(bench / "scifact" / "corpus.jsonl.gz")[:ABSTRACTS])


def counted(texts: Iterator[str]) -> list[list[str]]:
    """Stems by level of rarity, the commonest first."""
    found: Counter[str] = Counter()
    n = 0
    for text in texts:
        found.update(set(tokens(text)))
        n += 1
    top = math.log((n + 1) / 0.5)
    levels: list[list[str]] = [[] for _ in range(round(1 / STEP) + 1)]
    for stem, held in found.items():
        if held >= LEAST and stem.isascii():
            levels[round(math.log((n + 1) / (held + 0.5)) / top / STEP)].append(stem)
    return [sorted(level) for level in levels]


def main() -> int:
    """Writes the table and says how many stems it has."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bench", type=Path, required=True, help="folder of the development sets")
    levels = counted(pages(parser.parse_args().bench))
    OUT.write_text(json.dumps([" ".join(level) for level in levels], indent=0) + "\n", encoding="utf-8")
    print(f"{sum(map(len, levels))} stems, {OUT.stat().st_size} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
