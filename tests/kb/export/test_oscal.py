"""OSCAL: the export is a valid mapping collection by an independent implementation, and says whose reading it is."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from trestle.oscal.mapping import Model

from kb.catalog.catalog import Catalog, corpus_dir, load_catalog
from kb.catalog.crosswalk import Crosswalk, installed_crosswalk
from kb.catalog.edges import LABEL, MACHINE, NOTICE, Edge, Relation, Review
from kb.catalog.register import Register
from kb.catalog.register import load_corpus as load_register
from kb.errors import KBError
from kb.export.oscal import NS, to_oscal, validate

ONE = Edge(
    "urn:kb:oecd:legal-0449:2024:principle:1.1", Relation.EQUAL, "urn:kb:unesco:ai-ethics:2021:para:28",
    "Why.", "까닭.", Review.REVIEWED, "me", "2026-11-20", "texts",
)  # fmt: skip
TWO = replace(ONE, source="urn:kb:oecd:legal-0449:2024:principle:1.2", relation=Relation.RELATED, date="2026-11-23")
MADE = replace(TWO, source="urn:kb:oecd:legal-0449:2024:principle:1.3", status=Review.PROPOSED, author=MACHINE)


@pytest.fixture(scope="module")
def installed() -> tuple[Crosswalk, Register, Catalog]:
    catalog = load_catalog((corpus_dir() / "catalog.toml").read_text(encoding="utf-8"))
    register = load_register(catalog)
    return installed_crosswalk(register, catalog), register, catalog


def exported(installed: tuple[Crosswalk, Register, Catalog], *edges: Edge) -> str:
    crosswalk, register, catalog = installed

    def described(unit_id: str) -> Any:
        entry = register.get(unit_id)
        assert entry is not None
        return entry

    return to_oscal(
        edges or crosswalk.edges,
        lambda unit_id: catalog.get(described(unit_id).of_document),
        lambda unit_id: described(unit_id).path,
        "1.0",
    )


def props(item: dict[str, Any]) -> dict[str, str]:
    assert {each["ns"] for each in item["props"]} == {NS}
    return {each["name"]: each["value"] for each in item["props"]}


def test_the_installed_crosswalk_is_a_valid_mapping_collection(installed: tuple[Crosswalk, Register, Catalog]) -> None:
    text = exported(installed)
    assert validate(text).startswith("compliance-trestle 5.")
    collection = Model.model_validate_json(text).mapping_collection
    maps = [each for mapping in collection.mappings for each in mapping.maps]
    assert len(maps) == len(installed[0].edges)
    resources = {f"#{each.uuid}" for each in collection.back_matter.resources}
    assert {mapping.source_resource.href for mapping in collection.mappings} <= resources
    assert {mapping.target_resource.href for mapping in collection.mappings} <= resources
    assert collection.metadata.remarks == NOTICE


def test_every_entry_says_that_it_is_ours_and_how_far_it_was_checked(
    installed: tuple[Crosswalk, Register, Catalog],
) -> None:
    edges = {each.edge_id: each for each in installed[0].edges}
    collection = json.loads(exported(installed))["mapping-collection"]
    maps = [each for mapping in collection["mappings"] for each in mapping["maps"]]
    assert len(maps) == len(edges) > 0
    for each in maps:
        told, edge = props(each), edges[props(each)["edge-id"]]
        assert LABEL in each["remarks"].lower()
        assert (told["status"], told["author"], told["verified-against"]) == (
            edge.status.value, edge.author, edge.verified_against,
        )  # fmt: skip
        assert (each["sources"][0]["id-ref"], each["targets"][0]["id-ref"]) == (edge.source, edge.target)
    assert collection["provenance"]["status"] == "draft", "not every edge is reviewed"


def test_same_edges_same_bytes_and_an_entry_keeps_its_id(installed: tuple[Crosswalk, Register, Catalog]) -> None:
    assert exported(installed) == exported(installed)
    before = json.loads(exported(installed, ONE, TWO))["mapping-collection"]
    after = json.loads(exported(installed, replace(ONE, relation=Relation.SUBSET), TWO))["mapping-collection"]
    assert before["uuid"] != after["uuid"]
    assert before["metadata"]["last-modified"] == "2026-11-23T00:00:00+00:00"
    ids = [[each["uuid"] for each in collection["mappings"][0]["maps"]] for collection in (before, after)]
    assert ids[0] == ids[1]


def test_relations_are_named_in_words_of_oscal_and_ours_in_our_namespace(
    installed: tuple[Crosswalk, Register, Catalog],
) -> None:
    edges = [
        replace(ONE, source=f"urn:kb:oecd:legal-0449:2024:principle:1.{n}", relation=relation)
        for n, relation in enumerate(Relation, 1)
    ]
    text = exported(installed, *edges)
    assert validate(text)
    maps = json.loads(text)["mapping-collection"]["mappings"][0]["maps"]
    assert [(each["relationship"], each.get("ns")) for each in maps] == [
        ("equivalent-to", None), ("subset-of", None), ("superset-of", None), ("intersects-with", None), ("related", NS),
    ]  # fmt: skip


def test_what_a_machine_proposed_stands_apart_and_what_was_rejected_nowhere(
    installed: tuple[Crosswalk, Register, Catalog],
) -> None:
    rejected = replace(
        MADE, source="urn:kb:oecd:legal-0449:2024:principle:1.4", status=Review.REJECTED, reviewer="Kim",
        reviewed_on="2026-11-23",
    )  # fmt: skip
    text = exported(installed, ONE, MADE, rejected)
    assert validate(text)
    mappings = json.loads(text)["mapping-collection"]["mappings"]
    assert [(each["method"], len(each["maps"])) for each in mappings] == [("human", 1), ("automation", 1)]
    with pytest.raises(KBError, match="no edge to export"):
        exported(installed, rejected)


def test_the_validation_can_fail(installed: tuple[Crosswalk, Register, Catalog]) -> None:
    text = exported(installed, ONE, TWO)
    with pytest.raises(KBError, match="not an OSCAL mapping collection"):
        validate(text.replace('"id-ref"', '"idref"'))
    with pytest.raises(KBError, match="not an OSCAL mapping collection"):
        validate("{}")
    collection = json.loads(text)
    first, second = collection["mapping-collection"]["mappings"][0]["maps"]
    second["uuid"] = first["uuid"]
    with pytest.raises(KBError, match="a validator of compliance-trestle refuses it"):
        validate(json.dumps(collection))
