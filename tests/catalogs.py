"""Catalogs in TOML for tests."""

from __future__ import annotations

ENTRY = """
[[edition]]
id = "{id}"
urn = "urn:kb:x:{id}:1"
ref = "X {id}"
title = "Title of {id}"
publisher = "X"
edition = "1"
issued = "2024"
status = "current"
language = "en"
licence = "free"
redistribute = "yes"
landing_url = ""
scheme = "outline"
verified = false
"""


def entry(doc_id: str = "one", *more: str, **changes: str) -> str:
    """A valid entry with keys replaced (``status='"draft"'``) or removed (``status=""``), and ``more`` lines after."""
    lines = ENTRY.format(id=doc_id).strip().split("\n")
    for key, value in changes.items():
        place = next(i for i, line in enumerate(lines) if line.startswith(f"{key} = "))
        lines[place] = f"{key} = {value}" if value else f"# no {key}"
    return "\n".join([*lines, *more]) + "\n"
