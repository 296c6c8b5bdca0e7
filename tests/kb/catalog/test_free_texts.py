"""The official texts that anybody may download."""

from __future__ import annotations

from dataclasses import replace

from kb.catalog.catalog import corpus_dir, load_catalog
from kb.catalog.free_texts import free_editions

CATALOG = load_catalog((corpus_dir() / "catalog.toml").read_text("utf-8"))
WANTED = CATALOG.get("oecd-legal-0449-2024")


def test_only_what_a_licence_allows_is_free() -> None:
    assert WANTED in free_editions(CATALOG.editions)
    assert not free_editions([replace(WANTED, redistribute="no"), replace(WANTED, file_url=None)])


def test_what_is_here_is_left_out() -> None:
    assert free_editions([WANTED], {WANTED.doc_id}) == ()
    assert free_editions([WANTED], {"another"}) == (WANTED,)
