"""``python -m benchmarks``: the programs of ``training`` and ``measurements``, each with its first line."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

HERE = Path(__file__).parent


def programs() -> dict[str, str]:
    """Each module that can be run, and the first line of its documentation."""
    found: dict[str, str] = {}
    for path in sorted(HERE.glob("*/*.py")):
        text = path.read_text("utf-8")
        if "__main__" in text:
            doc = ast.get_docstring(ast.parse(text)) or ""
            found[f"benchmarks.{path.parent.name}.{path.stem}"] = doc.partition("\n")[0]
    return found


def main() -> int:
    """Prints the name and first line of every measurement and training program."""
    for name, line in programs().items():
        print(f"python -m {name:<35} {line}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
