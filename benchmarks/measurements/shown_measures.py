"""Writes the measures that the screen About shows, from what `kb eval` printed.

``kb eval own drafts --format json > run.json``, then ``python -m benchmarks.measurements.shown_measures run.json``.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.web.measures import MEASURES_FILE, shipped_measures

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def shown_table(run: Mapping[str, Any], only: Sequence[str] = ()) -> dict[str, Any]:
    """Our own figures of a run, with its day, index and version; ``only`` names measures as SET.MEASURE.

    :raises ValueError: nothing is left to show, or the run is of a part of the questions.
    """
    if run.get("limit") is not None:
        raise ValueError("the run was limited to some of the questions")
    rows = [
        {"set": each["set"], "measure": row["measure"], "value": row["ours"]["value"], "n": row["ours"]["n"]}
        for each in run["sets"]
        for row in each["measures"]
        if "ours" in row and (not only or f"{each['set']}.{row['measure']}" in only)
    ]
    if not rows:
        raise ValueError("the run has no measure of ours that was asked for")
    return {"day": run["date"], "index_id": run["index_id"], "version": run["version"], "rows": rows}


def main() -> None:
    """Writes the table and says how many rows it has."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("run", type=Path, help="what `kb eval --format json` printed")
    parser.add_argument("--to", type=Path, default=MEASURES_FILE, help="the file to write")
    parser.add_argument("--only", action="append", default=[], metavar="SET.MEASURE", help="show this one (repeatable)")
    given = parser.parse_args()
    try:
        table = shown_table(json.loads(given.run.read_text("utf-8")), given.only)
    except (OSError, ValueError, KeyError, TypeError) as error:
        parser.exit(1, f"{given.run}: {error}\n")
    given.to.write_text(json.dumps(table, ensure_ascii=False, indent=1) + "\n", "utf-8")
    found = shipped_measures(given.to)
    print(f"{given.to}: {len(found.rows) if found else 0} measures")


if __name__ == "__main__":
    main()
