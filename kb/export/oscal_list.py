"""Writes the places that a list cites as an OSCAL catalog (JSON): a group for each work, a control for each place.
Pure.

OSCAL has no model of citations; of its models a catalog fits best: a program that manages controls can import what is
cited, with its words, and the facts for checking a quote are properties in our own namespace. Rows without a citation
are left out. The same list gives the same bytes: ids are UUIDs of version 5, the time is the day on which the most
recent source was retrieved.
"""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any

from kb.errors import KBError
from kb.export.oscal import NS, OSCAL_VERSION
from kb.text.safe_cells import on_a_line, without_controls
from kb.types import notice

if TYPE_CHECKING:
    from kb.export.answer_lists import AnswerList, CitedWork
    from kb.types import Citation

_LIST_IDS = uuid.uuid5(uuid.NAMESPACE_URL, "urn:kb:list")


def list_oscal(found: AnswerList) -> bytes:
    """The catalog of a list's places, as JSON in UTF-8.

    :raises KBError: the list cites nothing; a catalog needs a group.
    """
    if not found.works:
        raise KBError(notice("oscal nothing cited"))
    source = found.source
    name = f"{source.sha256} {source.index_id} {' '.join(c.quote_sha256 for c in found.places)}"
    days = [c.retrieved for c in found.places if len(c.retrieved) == 10]
    catalog = {
        "uuid": str(uuid.uuid5(_LIST_IDS, name)),
        "metadata": {
            "title": "Cited provisions",
            "last-modified": f"{max(days, default='2000-01-01')}T00:00:00+00:00",
            "version": f"{source.release}+{source.index_id or 'none'}",
            "oscal-version": OSCAL_VERSION,
            "props": [_fact("index-id", source.index_id), _fact("input-sha256", source.sha256)]
            if source.index_id and source.sha256
            else [_fact("made-by", f"standards-kb {source.release}")],
        },
        "groups": [_group(found, n, work) for n, work in enumerate(found.works, 1)],
        "back-matter": {"resources": [_work_resource(work) for work in found.works]},
    }
    text = json.dumps({"catalog": catalog}, ensure_ascii=False, indent=2)
    return text.encode("utf-8", "backslashreplace") + b"\n"


def _fact(name: str, value: str) -> dict[str, str]:
    return {"name": name, "ns": NS, "value": on_a_line(value)}


def _oscal_facts(**facts: str | int | None) -> list[dict[str, str]]:
    return [_fact(name.replace("_", "-"), str(value)) for name, value in facts.items() if value not in ("", None)]


def _group(found: AnswerList, n: int, work: CitedWork) -> dict[str, Any]:
    return {
        "id": f"work-{n}",
        "title": on_a_line(f"{work.doc_ref}: {work.title}"),
        "links": [{"href": f"#{_resource_id(work)}", "rel": "reference"}],
        "controls": [_control(found, place) for place in work.places],
    }


def _control(found: AnswerList, c: Citation) -> dict[str, Any]:
    rows = found.rows_of_place(c.n)
    asked = [on_a_line(row.asked) for row in rows if on_a_line(row.asked)]
    facts = _oscal_facts(
        label=str(c.n), unit_id=c.unit_id, doc_id=c.doc_id, locator=c.locator, page_label=c.page_label,
        page_index=c.page_index, quote_sha256=c.quote_sha256, match=c.match, force=c.force, status=c.status,
        amendment=c.amendment, licence=c.licence, index_id=c.index_id,
        rows=", ".join(str(row.place.number) for row in rows),
    )  # fmt: skip
    statement = {"id": f"place-{c.n}-words", "name": "statement", "prose": without_controls(c.quote)}
    parts = [statement] if c.quote.strip() else []
    parts += [
        {"id": f"place-{c.n}-asked-{k}", "ns": NS, "name": "asked", "prose": each} for k, each in enumerate(asked)
    ]
    return {
        "id": f"place-{c.n}",
        "class": "cited",
        "title": on_a_line(f"{c.doc_ref}, {c.locator or c.path}").rstrip(", "),
        "props": facts,
        "parts": parts,
    }


def _resource_id(work: CitedWork) -> str:
    return str(uuid.uuid5(_LIST_IDS, f"work {work.key}"))


def _work_resource(work: CitedWork) -> dict[str, Any]:
    out: dict[str, Any] = {
        "uuid": _resource_id(work),
        "title": on_a_line(f"{work.doc_ref}: {work.title}"),
        "props": _oscal_facts(publisher=work.publisher, edition=work.edition, issued=work.issued, status=work.status),
    }
    if work.url.startswith(("https://", "http://")):
        out["rlinks"] = [{"href": on_a_line(work.url)}]
    return out
