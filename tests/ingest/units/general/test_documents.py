"""The units of twelve documents that no scheme of their own describes, as they were read by a person."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from pathlib import Path

import pytest

from ingest.parse import Task, parse_file
from tests.paths import DOCUMENTS, ROOT

LISTED: dict[str, list[tuple[str, int, str]]] = defaultdict(list)
for _row in (ROOT / "tests" / "data" / "numbered_documents.tsv").read_text("utf-8").splitlines():
    if not _row.startswith("#"):
        _name, _key, _page, _title = _row.split("\t")
        LISTED[_name].append((_key, int(_page), _title))


def find(name: str) -> Path:
    """The file of this name beside the repository; skips the test where it is absent."""
    if DOCUMENTS is None:
        pytest.skip("official publications are not at hand (../shared/documents beside the repository)")
    found = next((p for p in sorted(DOCUMENTS.parent.glob(f"**/{name}"))), None)
    if found is None:
        pytest.skip(f"{name} is not at hand")
    return found


def plain(text: str) -> str:
    return "".join(c for c in text.casefold() if c.isalnum())


@pytest.mark.documents
@pytest.mark.parametrize("name", sorted(LISTED))
def test_listed_units_are_found_on_their_page_and_proven(name: str) -> None:
    path = find(name)
    parsed = parse_file(Task(path, hashlib.sha256(path.read_bytes()).hexdigest()))
    units = {u.unit_id.removeprefix(f"{parsed.edition.urn}:"): u for u in parsed.units}
    amiss: list[str] = []
    wrong: list[str] = []
    for key, page, title in LISTED[name]:
        unit = units.get(key)
        if unit is None or not unit.proven:
            amiss.append(key)
        elif unit.page_start != page or (unit.title and not plain(unit.title).startswith(plain(title)[:16])):
            wrong.append(f"{key}: page {unit.page_start}, {unit.title!r}")
    assert not wrong, "a proven unit that is wrong is the worst fault"
    assert len(amiss) <= 0.02 * len(LISTED[name]), amiss
    starts = [units[key].span.start for key, _, _ in LISTED[name] if key in units and key.startswith("para:")]
    assert starts == sorted(starts)
