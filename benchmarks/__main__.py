"""``python -m benchmarks``: what each measurement is and how to run it."""

from __future__ import annotations

import ast
import sys
from pathlib import Path


def main() -> int:
    """Prints the name and first line of every measurement and training program."""
    here = Path(__file__).parent
    for path in sorted(here.glob("*/*.py")):
        text = path.read_text("utf-8")
        if "__main__" in text:
            doc = ast.get_docstring(ast.parse(text)) or ""
            name = f"{path.parent.name}.{path.stem}"
            print(f"python -m benchmarks.{name:<24} {doc.splitlines()[0]}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
