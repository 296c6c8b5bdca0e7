"""References to a person's own documents: the table, what a description must say, slips, names of several documents."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pytest

from kb.catalog.catalog import load_catalog
from kb.references.parsing import parse, read
from kb.references.resolving import ResolutionOutcome, resolve
from kb.references.units import UnitName
from kb.types import Edition, Status
from tests.paths import ROOT

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from kb.references.resolving import Resolution

INSTALLED = load_catalog((ROOT / "corpus" / "catalog.toml").read_text("utf-8"))


def rows(name: str) -> list[list[str]]:
    lines = (ROOT / "tests" / "data" / name).read_text("utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


def own_edition(
    doc_id: str, title: str, publisher: str = "unknown publisher", issued: str = "", lang: str = "en"
) -> Edition:
    """An edition as reading a file makes it."""
    return Edition(
        doc_id=f"file-{doc_id}",
        urn=f"urn:kb:file:{doc_id}:1",
        ref=title if len(title) < 80 else title[:77] + "…",
        title=title,
        publisher=publisher,
        edition="file of SHA-256 0",
        issued=issued,
        status=Status.UNKNOWN,
        language=lang,
        licence="unknown",
        quote_limit_words=0,
        redistribute="unknown",
        landing_url="",
        scheme="outline",
        verified=False,
        in_catalog=False,
    )


@dataclass
class OwnShelf:
    """Units of own documents beside the catalog's editions, none of which is loaded."""

    editions: tuple[Edition, ...]
    units: dict[str, list[str]] = field(default_factory=dict)

    def units_by_key(self, key: str, of: Collection[str] = ()) -> Sequence[UnitName]:
        by_id = {e.doc_id: e for e in self.editions}
        return [
            UnitName(f"{by_id[doc].urn}:{key}", doc, doc, key)
            for doc, keys in self.units.items()
            if key.lower() in map(str.lower, keys)
        ]

    def units_inside(self, doc_id: str, key: str) -> Sequence[UnitName]:
        by_id = {e.doc_id: e for e in self.editions}
        number = key.partition(":")[2]
        return [
            UnitName(f"{by_id[doc_id].urn}:{each}", doc_id, doc_id, each)
            for each in self.units.get(doc_id, ())
            if each.endswith(f"-{number}")
        ]

    def documents(self) -> Sequence[Edition]:
        return self.editions

    def holds(self, doc_id: str) -> bool:
        return bool(self.units.get(doc_id))


DOCUMENTS = rows("own-documents.tsv")
OWN = tuple(own_edition(row[0], row[1], row[2], row[3], row[4]) for row in DOCUMENTS)
_BESIDE = {f"file-{row[0]}": (row[5].partition(".")[0], row[6]) for row in DOCUMENTS}
CATALOG = replace(INSTALLED, editions=(*INSTALLED.editions, *OWN), beside=lambda doc: _BESIDE.get(doc, ("", "")))
SHELF = OwnShelf(CATALOG.editions, {f"file-{row[0]}": row[7].split() for row in DOCUMENTS})


def look_up_own(text: str) -> Resolution:
    [reference] = read(text, CATALOG, strict=True)[0]
    return resolve(reference, SHELF)


def shown_own(result: Resolution) -> str:
    def place(unit: UnitName) -> str:
        return f"{unit.of_document.removeprefix('file-')}|{unit.key}"

    if result.outcome is ResolutionOutcome.FOUND and result.units:
        return place(result.units[0])
    if result.outcome is ResolutionOutcome.CHOICE:
        return "choice " + ", ".join(sorted(map(place, result.choices)))
    return "none"


TABLE = rows("own-references.tsv")


def test_the_table_is_long_enough_and_over_enough_documents() -> None:
    assert len(TABLE) >= 80
    assert len({text for text, _ in TABLE}) == len(TABLE)
    assert len({expected.split("|")[0] for _, expected in TABLE if not expected.startswith(("none", "choice"))}) >= 20


@pytest.mark.parametrize(("text", "expected"), TABLE, ids=[row[0] for row in TABLE])
def test_a_reference_to_an_own_document_leads_where_the_table_says(text: str, expected: str) -> None:
    assert shown_own(look_up_own(text)) == expected


def test_the_number_that_a_file_goes_by_is_a_name_of_it() -> None:
    """What reading a file finds beside its title: "Circular 2031/4" may stand in the head of the page alone."""
    lamps = replace(own_edition("lamps", "Report on night lamps", "Harbour Council"), number="HC(2031) 44")
    catalog = replace(CATALOG, editions=(*CATALOG.editions, lamps))
    for text in ("HC(2031) 44, section 2", "section 2 of HC(2031) 44"):
        [reference] = read(text, catalog, strict=True)[0]
        assert reference.doc_ids == ("file-lamps",), text
    others = read("HC(2031) 45, section 2", catalog, strict=True)[0]
    assert others and not any("file-lamps" in each.doc_ids for each in others)
    assert any(each.unknown for each in others)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Night lamp controls, Section A.2.3", "id:a.2.3"),
        ("Night lamp controls A.2.3", "id:a.2.3"),
        ("Night lamp controls, Annex A.2.3", "id:a.2.3"),
        ("Night lamp controls II.2", "id:ii.2"),
        ("Night lamp controls, Section II.2", "id:ii.2"),
        ("Night lamp controls, Section B.1", "section:B.1"),
        ("Night lamp controls, Section II.3", "section:II.3"),
        ("Night lamp controls, Section A.2.4", ""),
    ],
)
def test_an_identifier_is_found_by_the_words_that_people_put_before_it(text: str, key: str) -> None:
    """A document may print "A.2.3" as the identifier of a control, and have sections with letters as well."""
    lamps = own_edition("lamps", "Night lamp controls", "Harbour Council")
    catalog = replace(CATALOG, editions=(*CATALOG.editions, lamps))
    shelf = OwnShelf(catalog.editions, {"file-lamps": ["id:a.2.3", "id:ii.2", "section:B.1", "id:b.1", "section:II.3"]})
    [reference] = read(text, catalog, strict=True)[0]
    found = resolve(reference, shelf)
    assert [unit.key for unit in found.units] == ([key] if key else [])


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Lamp Rules of the Harbour, Table 2", "table:2"),
        ("Table 2 of the Lamp Rules of the Harbour", "table:2"),
        ("Lamp Rules of the Harbour fig. 3.1", "figure:3.1"),
        ("Lamp Rules of the Harbour 표 2", "table:2"),
        ("Lamp Rules of the Harbour 그림 3.1", "figure:3.1"),
        ("Lamp Rules of the Harbour 그림 3-1", "figure:3.1"),
        ("Lamp Rules of the Harbour, Table A.1", "table:A.1"),
        ("Lamp Rules of the Harbour, reg. 3(2)", "section:3.2"),
        ("Lamp Rules of the Harbour reg 3(2)", "section:3.2"),
        ("Lamp Rules of the Harbour sch. 2 para 4", "schedule:2.4"),
        ("Lamp Rules of the Harbour Table 9", ""),
    ],
)
def test_tables_and_figures_are_found_by_their_number(text: str, key: str) -> None:
    lamps = own_edition("lamps", "Lamp Rules of the Harbour")
    catalog = replace(CATALOG, editions=(*CATALOG.editions, lamps))
    shelf = OwnShelf(
        catalog.editions,
        {"file-lamps": ["section:1", "section:2", "section:3.2", "schedule:2.4", "table:2", "table:A.1", "figure:3.1"]},
    )
    [reference] = read(text, catalog, strict=True)[0]
    assert [unit.key for unit in resolve(reference, shelf).units] == ([key] if key else [])


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("The results are in Table 2.", []),
        ("OECD 1.3 (see Table 2)", ["principle:1.3"]),
        ("AI RMF Figure 5", ["figure:5"]),
        ("Figure 5 of the NIST AI RMF", ["figure:5"]),
    ],
)
def test_a_text_has_tables_of_its_own(text: str, keys: list[str]) -> None:
    assert [each.keys[0] for each in parse(text, CATALOG)] == keys
