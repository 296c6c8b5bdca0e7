"""``python -m benchmarks``: what each measurement is and how to run it."""

from __future__ import annotations

import ast
import sys
from pathlib import Path


def main() -> int:
    """Prints the name and first line of every measurement."""
    for path in sorted(Path(__file__).parent.glob("*.py")):
        if not path.name.startswith("_"):
            doc = ast.get_docstring(ast.parse(path.read_text("utf-8"))) or ""
            print(f"python -m benchmarks.{path.stem:<12} {doc.splitlines()[0]}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
