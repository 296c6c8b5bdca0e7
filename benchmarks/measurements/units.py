"""Measures whether every numbered unit is found once and on its page, and lists the ones that are not.

``python -m benchmarks.measurements.units [--documents DIR] [--list DOC_ID]``

Counts and numbers are those of the publications; pages were read by eye (``benchmarks/data/unit_pages.tsv``); keys are
compared with ``corpus/register``. Exit code 1 when anything is amiss.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.parse import Parsed, Task, catalog, parse_file
from kb.catalog.register import load_corpus
from kb.files import file_sha256
from kb.types import RegisterEntry, Unit

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

ROOT = Path(__file__).parent.parent.parent
DOCUMENTS = ROOT.parent / "shared" / "documents"
PAGES = Path(__file__).parent.parent / "data" / "unit_pages.tsv"

ROMANS = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII")
NIST = {"govern": (7, 3, 2, 3, 2, 2), "map": (6, 3, 5, 2, 2), "measure": (3, 13, 3, 3), "manage": (4, 4, 2, 3)}
"""Subcategories of each category."""
EAD_ISSUES = (4, 7, 12, 4, 8, 11, 9, 4)
"""Issues of chapters 1 to 8: 59."""


def wanted() -> dict[str, list[str]]:
    """Per edition, the keys of the units that must be there, each once."""
    act = [f"recital:{n}" for n in range(1, 181)] + [f"article:{n}" for n in range(1, 114)]
    act += [f"annex:{n}" for n in ROMANS] + [f"chapter:{n}" for n in ROMANS]
    definitions = [f"article:3.{n}" for n in range(1, 69)]
    annexes = [f"annex:III.{n}" for n in range(1, 9)]
    annexes += [f"annex:I.A.{n}" for n in range(1, 13)] + [f"annex:I.B.{n}" for n in range(13, 21)]
    annexes += [f"annex:VIII.{s}.{n}" for s, last in (("A", 13), ("B", 9), ("C", 5)) for n in range(1, last + 1)]
    annexes += [f"annex:XI.section-1.{n}" for n in (1, 2)] + [f"annex:XI.section-2.{n}" for n in (1, 2, 3)]
    oecd = [f"clause:{n}" for n in ROMANS[:8]] + ["section:1", "section:2"]
    oecd += [f"{kind}:{i}.{n}" for i, kind in ((1, "principle"), (2, "recommendation")) for n in range(1, 6)]
    oecd += [f"principle:1.{x}" for x in ("2.a", "2.b", "3.i", "3.ii", "3.iii", "3.iv", "4.a", "4.b", "4.c")]
    oecd += [f"recommendation:2.{x}" for x in ("1.a", "1.b", "3.a", "3.b", "4.a", "4.b", "4.c")]
    oecd += [f"recommendation:2.5.{x}" for x in "abcd"] + [f"clause:VIII.{x}" for x in "abcd"]
    ead = [f"chapter:{n}" for n in range(1, 9)] + [f"principle:{n}" for n in range(1, 5)]
    ead += [f"issue:{c}.{n}" for c, last in enumerate(EAD_ISSUES, 1) for n in range(1, last + 1)]
    return {
        "eu-ai-act-2024-1689": [*act, *definitions, *annexes],
        "ep-p9-ta-2024-0138": [*act, *definitions, *annexes],
        "nist-ai-100-1-2023": [
            f"{f}:{c}.{n}" for f, sizes in NIST.items() for c, last in enumerate(sizes, 1) for n in range(1, last + 1)
        ],
        "oecd-legal-0449-2019": oecd,
        "oecd-legal-0449-2019-commonaccord": oecd,
        "eu-hleg-2019": [f"requirement:1.{n}" for n in range(1, 8)] + [f"principle:{n}" for n in range(1, 5)],
        "unesco-courts-2026-es": [f"principle:1.{n}" for n in range(1, 16)],
        "unesco-ohchr-input-2022": [f"para:{n}" for n in range(1, 27)],
        "ieee-ead-v1-2016": ead,
        "oecd-ai-principles-flyer-2020": [],
    }


EXACT = {
    "eu-ai-act-2024-1689": {"recital": 180, "article": 113, "annex": 13},
    "ep-p9-ta-2024-0138": {"recital": 180, "article": 113, "annex": 13},
    "nist-ai-100-1-2023": {"function": 4, "category": 19, "subcategory": 72},
    "oecd-legal-0449-2019": {"principle": 5, "recommendation": 5, "clause": 8},
    "oecd-legal-0449-2019-commonaccord": {"principle": 5, "recommendation": 5, "clause": 8},
    "eu-hleg-2019": {"requirement": 7, "principle": 4, "chapter": 3},
    "unesco-courts-2026-es": {"principle": 15},
    "unesco-ohchr-input-2022": {"para": 26},
    "ieee-ead-v1-2016": {"chapter": 8, "principle": 4, "issue": 59},
    "oecd-ai-principles-flyer-2020": {},
}
"""How many units of a kind there are, and no more; the flyer has none at all."""


@dataclass
class Result:
    """The result for one document: lines to print, and its faults."""

    lines: list[str] = field(default_factory=list)
    amiss: list[str] = field(default_factory=list)
    n_right: int = 0
    n_wanted: int = 0


def check(
    parsed: Parsed, keys: Sequence[str], pages: dict[str, tuple[int, str]], entries: Iterable[RegisterEntry]
) -> Result:
    """Holds one document's units against the lists."""
    result = Result()
    edition = parsed.edition
    by_key: dict[str, list[Unit]] = {}
    for unit in parsed.units:
        by_key.setdefault(unit.unit_id.removeprefix(f"{edition.urn}:"), []).append(unit)
    result.n_wanted = len(keys)
    for key in keys:
        found = by_key.get(key, [])
        if len(found) == 1 and found[0].proven:
            result.n_right += 1
        else:
            result.amiss.append(f"{key}: found {len(found)} times" if len(found) != 1 else f"{key}: not proven")
    counts = Counter(u.kind for u in parsed.units)
    for kind, n in EXACT[edition.doc_id].items():
        if counts[kind] != n:
            result.amiss.append(f"{kind}: {counts[kind]}, not {n}")
    if not EXACT[edition.doc_id] and parsed.units:
        result.amiss.append(f"{len(parsed.units)} units found in a text that has none")
    result.lines.append("units: " + (", ".join(f"{n} {kind}" for kind, n in sorted(counts.items())) or "none"))
    if keys:
        result.lines.append(f"listed keys found once and proven: {result.n_right} of {result.n_wanted}")
    if not parsed.proof.holds:
        result.amiss.append(f"numbering not proven: {'; '.join(parsed.proof.reasons)}")
    if parsed.proof.unproven:
        result.lines.append(f"single units not proven: {', '.join(parsed.proof.unproven)}")
    labels = {page.index: page.label for page in parsed.layout.pages}
    right = 0
    for key, (index, printed) in pages.items():
        places = [(u.page_start, labels[u.page_start]) for u in by_key.get(key, [])]
        if places == [(index, printed)]:
            right += 1
        else:
            result.amiss.append(f"{key}: on {places}, not {index} ({printed})")
    if pages:
        result.lines.append(f"pages as read by eye: {right} of {len(pages)}")
    known = {e.key for e in entries}
    if known:
        missing = sorted(known - set(by_key) - {"whole"})
        extra = sorted(set(by_key) - known)
        result.lines.append(
            f"register: {len(known - {'whole'}) - len(missing)} of {len(known - {'whole'})} entries have a unit"
        )
        result.amiss.extend(f"{key}: in the register, no unit" for key in missing)
        shown = ", ".join(extra) if len(extra) <= 40 else f"{', '.join(extra[:12])} …"
        result.lines.append(f"units without an entry: {len(extra)}{f' ({shown})' if extra else ''}")
    return result


def parse_all(folder: Path) -> dict[str, Parsed]:
    """Every document of a folder that has a list here, by its edition."""
    out: dict[str, Parsed] = {}
    for path in sorted(p for p in folder.rglob("*") if p.suffix in {".pdf", ".txt", ".md"}):
        parsed = parse_file(Task(path, file_sha256(path)))
        if parsed.edition.doc_id in EXACT:
            out[parsed.edition.doc_id] = parsed
    return out


def read_pages() -> dict[str, dict[str, tuple[int, str]]]:
    """Per edition, the PDF page and printed page of each key, as read by eye."""
    rows = [line for line in PAGES.read_text("utf-8").splitlines() if not line.startswith("#")]
    out: dict[str, dict[str, tuple[int, str]]] = {}
    for row in csv.DictReader(rows, delimiter="\t"):
        out.setdefault(row["document"], {})[row["key"]] = (int(row["pdf_page"]), row["printed"])
    return out


def read_register() -> dict[str, list[RegisterEntry]]:
    """Per edition, the register's entries."""
    known = catalog()
    register = load_corpus(known)
    return {e.doc_id: list(register.of_document(e.doc_id)) for e in known.editions}


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the figures; 0 when all is right."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("--documents", type=Path, default=DOCUMENTS)
    parser.add_argument("--list", default="", metavar="DOC_ID", help="list every unit of one document")
    options = parser.parse_args(arguments)
    write = sys.stdout.write
    pages, register, lists = read_pages(), read_register(), wanted()
    documents = parse_all(options.documents)
    if not documents:
        write(f"no known document under {options.documents}\n")
        return 1
    n_right = n_wanted = n_amiss = 0
    for doc_id, parsed in documents.items():
        result = check(parsed, lists[doc_id], pages.get(doc_id, {}), register.get(doc_id, []))
        n_right, n_wanted = n_right + result.n_right, n_wanted + result.n_wanted
        n_amiss += len(result.amiss)
        write(f"{doc_id}\n")
        for line in result.lines:
            write(f"    {line}\n")
        for line in result.amiss:
            write(f"    AMISS {line}\n")
        if options.list == doc_id:
            for unit in parsed.units:
                write(f"        {unit.unit_id}  p. {unit.page_start}–{unit.page_end}  {unit.path}  {unit.title}\n")
    absent = sorted(set(EXACT) - set(documents))
    if absent:
        write(f"not at hand: {', '.join(absent)}\n")
    write(f"{n_right} of {n_wanted} listed units found once, in order, proven; {n_amiss} things amiss\n")
    return 1 if n_amiss else 0


if __name__ == "__main__":
    sys.exit(main())
