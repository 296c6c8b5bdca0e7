"""Cells of tables and the heads of their columns."""

from __future__ import annotations

from ingest.layout.layout import Layout
from ingest.layout.tables import find_cells
from kb.types import Span
from tests.ingest.layouts import Row, make_layout


def glossary() -> Layout:
    head: list[Row] = [
        ("TERM Everyday", 40, 1.0, True), ("things", 80, 1.0, True), ("Carpentry", 200, 1.0, True),
        ("Law of", 300, 1.0, True), ("ladders", 300, 1.0, True),
    ]  # fmt: skip
    return make_layout(
        [
            [
                *head,
                ("LADDER Steps", 40, 1.0, True), ("between rails", 80, 1.0, False),
                ("Two rails and", 200, 1.0, False), ("many rungs.", 200, 1.0, False), ("A thing one", 300, 1.0, False),
                ("NET Mesh Twine", 40, 1.0, True), ("tied in", 200, 1.0, False),
            ],
            [("knots.", 200, 1.0, False), ("No law on it.", 300, 1.0, False)],
        ]
    )  # fmt: skip


def test_cells_have_the_heads_of_their_columns() -> None:
    layout = glossary()
    ladder, net = layout.text.index("LADDER"), layout.text.index("NET")
    cells = find_cells(layout, 0, [Span(ladder, net - 1), Span(net, len(layout.text))])
    assert [(layout.text[c.span.start : c.span.end], c.column) for c in cells] == [
        ("LADDER Steps\nbetween rails", "Everyday things"),
        ("Two rails and\nmany rungs.", "Carpentry"),
        ("A thing one", "Law of ladders"),
        ("NET Mesh Twine", "Everyday things"),
        ("tied in", "Carpentry"),
        ("knots.", "Carpentry"),
        ("No law on it.", "Law of ladders"),
    ]


def test_a_table_without_columns_has_no_cells() -> None:
    layout = make_layout([[("TERM", 40, 1.0, True), ("LADDER", 40, 1.0, True)]])
    assert find_cells(layout, 0, [Span(5, 11)]) == []
    assert find_cells(layout, 0, []) == []
