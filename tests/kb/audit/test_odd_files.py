"""Lists and list registers that were not written by this program: each gives one line with its fault."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kb.audit.listed_rows import listed_rows
from kb.audit.registered import REGISTERED, registered_lists
from kb.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("name", ["deep.json", "deep.jsonl"])
def test_deep_brackets_are_named_and_no_traceback(name: str) -> None:
    with pytest.raises(ConfigError, match="nested too deeply"):
        listed_rows(name, b"[" * 200_000)


@pytest.mark.parametrize(("page", "read"), [("12", 12), ("12.0", 12), ("²", 0), ("9" * 40, 0), ("", 0)])
def test_a_page_that_is_no_number_counts_as_none(page: str, read: int) -> None:
    [row] = listed_rows("list.csv", f"unit_id,page_index\nurn:kb:x,{page}\n".encode())
    assert row.page_index == read


def test_a_broken_byte_in_the_record_names_its_line(tmp_path: Path) -> None:
    (tmp_path / REGISTERED).write_bytes(b"\n\xff\xfe\n")
    with pytest.raises(ConfigError, match="line 2"):
        registered_lists(tmp_path)
