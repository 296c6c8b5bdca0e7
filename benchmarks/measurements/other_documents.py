"""Measures answers to questions about documents that no training has seen.

``python -m benchmarks.measurements.other_documents HOME [--read]`` asks the index of a home folder, which must hold
those documents, each question of ``benchmarks/questions/measured``. It prints the shares of answers with a judged unit
at the first place and among the first three, of questions that are answered, and of refusals that are right; with
``--read`` each answer's places as well, to be read by a person.
"""

from __future__ import annotations

import argparse
import json
import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.models import models_of
from app.settings import load_settings
from kb import KnowledgeBase
from kb.answering.places import is_in_unit
from kb.evaluation.runner_own import places_shown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kb.types import Answer, Citation

QUESTIONS = Path(__file__).parents[1] / "questions" / "measured"
PLACES_COUNTED = 3


def questions_measured(folder: Path = QUESTIONS) -> list[dict[str, Any]]:
    """The rows of the questions that are only used for measuring."""
    return [json.loads(line) for f in sorted(folder.glob("*.jsonl")) for line in f.read_text("utf-8").splitlines()]


def meets_units(base: KnowledgeBase, citation: Citation, units: Iterable[str]) -> bool:
    """Whether a place is one of some units, a part of one, or a unit around one that the quote reaches into."""
    for unit_id in units:
        if citation.unit_id and is_in_unit(unit_id, citation.unit_id):
            return True
        for unit in base.library().store.unit(unit_id):
            reaches = citation.char_start < unit.span.end and unit.span.start < citation.char_end
            if unit.doc_id == citation.doc_id and reaches:
                return True
    return False


def row_measured(base: KnowledgeBase, row: dict[str, Any], answer: Answer) -> dict[str, Any]:
    """The result of one question: whether it was refused, and whether the shown places are judged ones."""
    found = {"row": row, "refused": answer.refused}
    if row["units"] and not answer.refused:
        met = [meets_units(base, c, row["units"]) for c in places_shown(answer)[:PLACES_COUNTED]]
        found |= {"first": bool(met[:1] and met[0]), "three": any(met)}
    return found


def share(values: Iterable[bool]) -> str:
    """A share as text, with how many there are."""
    all_values = list(values)
    return f"{sum(all_values) / len(all_values):.3f} of {len(all_values)}" if all_values else "none"


def figures(measured: list[dict[str, Any]]) -> dict[str, str]:
    """The measures by name."""
    out: dict[str, str] = {}
    for lang in ("en", "ko"):
        mine = [m for m in measured if m["row"]["lang"] == lang]
        out[f"{lang}.three_places"] = share(m["three"] for m in mine if "three" in m)
        out[f"{lang}.first_place"] = share(m["first"] for m in mine if "first" in m)
        out[f"{lang}.answered"] = share(not m["refused"] for m in mine if m["row"]["units"])
        out[f"{lang}.refused_rightly"] = share(m["refused"] for m in mine if not m["row"]["units"])
    out["refusal_precision"] = share(not m["row"]["units"] for m in measured if m["refused"])
    return out


def main() -> None:
    """Asks all questions and prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("home", type=Path, help="the home folder whose index is asked")
    parser.add_argument("--read", action="store_true", help="print the places of each answer")
    arguments = parser.parse_args()
    settings = load_settings({"home": str(arguments.home)}).settings
    base = KnowledgeBase.open(arguments.home, partial(models_of, settings))
    measured: list[dict[str, Any]] = []
    for row in questions_measured():
        answer = base.ask(row["text"])
        measured.append(row_measured(base, row, answer))
        if arguments.read:
            sys.stdout.write(f"\n## {row['pair']} {row['text']}{'  REFUSED' if answer.refused else ''}\n")
            for c in (*answer.citations, *answer.also_relevant):
                mark = "*" if meets_units(base, c, row["units"]) else " "
                kind = "quoted" if c.n <= len(answer.citations) else "also"
                sys.stdout.write(f"  {mark} {kind} {c.doc_ref}, {c.path}: {c.quote[:300]}\n")
    for name, figure in figures(measured).items():
        sys.stdout.write(f"{name}\t{figure}\n")


if __name__ == "__main__":
    main()
