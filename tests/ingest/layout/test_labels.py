"""Printed page labels."""

from __future__ import annotations

from ingest.layout.layout import lay_out
from tests.ingest.layouts import source_page


def test_numbers_that_do_not_grow_with_the_page_are_no_labels() -> None:
    pages = [source_page(n, [(f"Body {n}.", 0.5), (str((n * 37) % 90 + 3), 0.95)]) for n in range(1, 6)]
    assert all(p.label is None for p in lay_out(pages).pages)
