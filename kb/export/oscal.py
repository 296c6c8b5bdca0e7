"""Writes the crosswalk as an OSCAL mapping collection (JSON).

OSCAL maps controls of catalogs. We map units of publications, of which no OSCAL catalog exists. Therefore the
publications are described as resources in the back matter, an item names its unit by our unit id, and facts without a
place in OSCAL are properties in our own namespace. The same edges give the same bytes: ids are UUIDs of version 5,
times are the days of the edges.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from typing import TYPE_CHECKING, Any

from kb.catalog.edges import LABEL, NOTICE, Edge, Relation, Review
from kb.errors import KBError
from kb.types import notice

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from kb.types import Edition

OSCAL_VERSION = "1.2.1"
"""The first release line with mapping collections is 1.2."""

NS = "urn:kb:oscal"
"""Namespace of our own properties, of resource types, and of the relation that OSCAL has no word for."""

_IDS = uuid.uuid5(uuid.NAMESPACE_URL, "urn:kb:crosswalk")
# "equal-to" is kept for the same wording; ours is taken of the meaning, which is OSCAL's "equivalent-to"
_RELATIONSHIPS = {
    Relation.EQUAL: "equivalent-to",
    Relation.SUBSET: "subset-of",
    Relation.SUPERSET: "superset-of",
    Relation.INTERSECTS: "intersects-with",
    Relation.RELATED: "related",
}


def to_oscal(
    edges: Sequence[Edge],
    edition_of: Callable[[str], Edition],
    name_of: Callable[[str], str],
    version: str,
) -> str:
    """The mapping collection of all edges that are not rejected, as JSON with a line end.

    There is one mapping for each pair of editions; edges that only retrieval proposed are in mappings of their own.

    :param edition_of: gives the edition of a unit id.
    :param name_of: gives the name of a unit id.
    :param version: release of this project.
    :raises KBError: there is no edge to export.
    """
    kept = [edge for edge in edges if edge.status is not Review.REJECTED]
    if not kept:
        raise KBError(notice("oscal no edge"))
    content = hashlib.sha256("\n".join("\t".join(edge.row()) for edge in kept).encode()).hexdigest()
    pairs: dict[tuple[str, str, bool], list[Edge]] = {}
    editions: dict[str, Edition] = {}
    for edge in kept:
        ends = edition_of(edge.source), edition_of(edge.target)
        editions.update((edition.doc_id, edition) for edition in ends)
        pairs.setdefault((ends[0].doc_id, ends[1].doc_id, edge.is_machine_made), []).append(edge)
    n_reviewed = sum(edge.status is Review.REVIEWED for edge in kept)
    collection = {
        "uuid": _id(f"collection {content}"),
        "metadata": {
            "title": "Crosswalk of AI ethics and governance provisions",
            "last-modified": f"{max(edge.changed for edge in kept)}T00:00:00+00:00",
            "version": f"{version}+{content[:12]}",
            "oscal-version": OSCAL_VERSION,
            "props": [_prop("standing", LABEL)],
            "remarks": NOTICE,
        },
        "provenance": {
            "method": "human",
            "matching-rationale": "semantic",
            "status": "complete" if n_reviewed == len(kept) else "draft",
            "mapping-description": (
                f"{NOTICE} Relations are read from source to target, taken of meaning; addressee and force are not "
                f"compared. {n_reviewed} of {len(kept)} entries were compared on both sides, mostly by descriptions in "
                "our own words: the property verified-against of each says by what."
            ),
        },
        "mappings": [_mapping(pair, found, name_of) for pair, found in pairs.items()],
        "back-matter": {"resources": [_resource(edition) for edition in editions.values()]},
    }
    return json.dumps({"mapping-collection": collection}, ensure_ascii=False, indent=2) + "\n"


def validate(text: str) -> str:
    """The name and version of the validator that accepted a mapping collection.

    compliance-trestle loads the collection with its model and runs all of its validators.

    :raises KBError: the collection is not valid, or the package is not installed.
    """
    try:
        from kb.export import trestle_validation  # takes seconds, and is an extra of the installation
    except ImportError as error:
        raise KBError(notice("oscal no package")) from error
    return f"compliance-trestle {trestle_validation.validate_mapping(text)}, OSCAL {OSCAL_VERSION}"


def _id(name: str) -> str:
    return str(uuid.uuid5(_IDS, name))


def _prop(name: str, value: str) -> dict[str, str]:
    return {"name": name, "ns": NS, "value": value}


def _mapping(pair: tuple[str, str, bool], edges: Sequence[Edge], name_of: Callable[[str], str]) -> dict[str, Any]:
    source, target, machine = pair
    method = "automation" if machine else "human"
    return {
        "uuid": _id(f"mapping {source} {target} {method}"),
        "method": method,
        "source-resource": _resource_reference(source),
        "target-resource": _resource_reference(target),
        "maps": [_oscal_map(edge, name_of) for edge in edges],
    }


def _resource_reference(doc_id: str) -> dict[str, str]:
    return {"ns": NS, "type": "publication", "href": f"#{_id(f'resource {doc_id}')}"}


def _oscal_map(edge: Edge, name_of: Callable[[str], str]) -> dict[str, Any]:
    properties = {
        "edge-id": edge.edge_id,
        "relation": edge.relation.value,
        "status": edge.status.value,
        "author": edge.author,
        "date": edge.date,
        "verified-against": edge.verified_against,
        "rationale-ko": edge.rationale_ko,
        "reviewer": edge.reviewer,
        "reviewed-on": edge.reviewed_on,
        "review-note": edge.note,
    }
    out: dict[str, Any] = {"uuid": _id(edge.edge_id)}
    if edge.relation is Relation.RELATED:
        out["ns"] = NS
    return out | {
        "relationship": _RELATIONSHIPS[edge.relation],
        "sources": [_item(edge.source, name_of)],
        "targets": [_item(edge.target, name_of)],
        "props": [_prop(name, value) for name, value in properties.items() if value],
        "remarks": f"{edge.rationale_en} ({LABEL.capitalize()}.)",
    }


def _item(unit_id: str, name_of: Callable[[str], str]) -> Mapping[str, Any]:
    return {"type": "control", "id-ref": unit_id, "props": [_prop("locator", name_of(unit_id))]}


def _resource(edition: Edition) -> dict[str, Any]:
    out: dict[str, Any] = {
        "uuid": _id(f"resource {edition.doc_id}"),
        "title": f"{edition.ref}: {edition.title}",
        "description": f"{edition.publisher}, {edition.edition}. A publication, not an OSCAL catalog.",
        "props": [_prop("document", edition.doc_id), _prop("urn", edition.urn)],
    }
    if edition.landing_url:
        out["rlinks"] = [{"href": edition.landing_url}]
    return out
