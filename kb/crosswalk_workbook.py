"""The crosswalk as a workbook: what it is, all edges, coverage."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kb.catalog.crosswalk import family_names
from kb.catalog.edges import EDGE_COLUMNS, LABEL, NOTICE, Review
from kb.crosswalks import counterpart_count
from kb.export.workbook import Sheet, workbook
from kb.text.safe_cells import guarded_cell

if TYPE_CHECKING:
    from kb.crosswalks import Crosswalks


def crosswalk_workbook(walks: Crosswalks, version: str) -> bytes:
    """The workbook: an introduction, all edges, coverage."""
    crosswalk = walks.crosswalk
    head = ("edge", "from", "relation", "to", "status", "standing", *EDGE_COLUMNS[4:], "source", "target")
    rows = []
    for edge in crosswalk.edges:
        named = walks.name(edge.source), edge.relation.value, walks.name(edge.target)
        values = (edge.edge_id, *named, edge.status.value, LABEL, *edge.row()[4:], edge.source, edge.target)
        rows.append([guarded_cell(value) for value in values])
    names = list(family_names())
    covered = [
        [
            guarded_cell(value)
            for value in (group.name, walks.name(unit.unit_id), *(counterpart_count(unit, name) for name in names))
        ]
        for group in crosswalk.report()
        for unit in group.units
    ]
    reviewed = sum(edge.status is Review.REVIEWED for edge in crosswalk.edges)
    about = [
        ["Standing", NOTICE],
        ["Edges", f"{len(crosswalk.edges)}, of them reviewed: {reviewed}"],
        ["Relations", "read from left to right, as in NIST IR 8477; 'related' is ours and weaker than all of them"],
        ["Coverage", "a number counts counterparts of the unit itself, (+n) those of its parts; empty: none here"],
        ["Made by", f"standards-kb {version}"],
    ]
    return workbook(
        [
            Sheet("About", ("what", "words"), about, (14, 100)),
            Sheet("Crosswalk", head, rows, (15, 34, 12, 34, 11, 18, 16, 12, 30, 50, 50)),
            Sheet("Coverage", ("group", "unit", *names), covered, (32, 44, *(12 for _ in names))),
        ],
        "Crosswalk of AI ethics and governance provisions",
        NOTICE,
    )
