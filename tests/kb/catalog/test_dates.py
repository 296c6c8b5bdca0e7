"""The table of dates: the group that a unit belongs to, and faults with their lines."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kb.catalog.catalog import corpus_dir, load_catalog
from kb.catalog.dates import applications_of, check_dates, installed_dates, load_dates
from kb.catalog.register import load_corpus
from kb.errors import ConfigError
from kb.messages import words

ACT = "eu-ai-act-2024-1689"
ROWS = installed_dates()
ROW = """[[date]]
edition = "a"
entry = "urn:kb:x:y:z:whole"
units = ["article:8..27"]
from = "2027-12-02"
en = "x"
ko = "x"
terms = ["x"]
source = "us"
verified = false
"""


def test_the_table_holds_with_catalog_and_register() -> None:
    catalog = load_catalog((corpus_dir() / "catalog.toml").read_text("utf-8"))
    register = load_corpus(catalog)
    ids = {register.unit_id(entry) for entry in register.entries}
    assert check_dates(ROWS, catalog.editions, ids) == []
    assert len(check_dates(ROWS, [], ())) >= 2 * len(ROWS)


def test_each_fault_of_a_row_is_told() -> None:
    catalog = load_catalog((corpus_dir() / "catalog.toml").read_text("utf-8"))
    row = next(row for row in ROWS if row.edition == ACT)
    known = [row.entry]
    (unknown,) = check_dates([replace(row, edition="nobody", by="")], catalog.editions, known)
    assert "'nobody' is no edition of the catalog" in words(unknown, "en")
    (entry,) = check_dates([replace(row, entry="urn:kb:x")], catalog.editions, known)
    assert "the register has no entry 'urn:kb:x'" in words(entry, "en")
    (early,) = check_dates([replace(row, day="2020-01-01")], catalog.editions, known)
    assert "2020-01-01" in words(early, "en")


@pytest.mark.parametrize(
    ("key", "days"),
    [
        ("annex:III", [("2027-12-02", "2026-08-02")]),
        ("annex:III.1.a", [("2027-12-02", "2026-08-02")]),
        ("annex:I", [("2028-08-02", "2027-08-02")]),
        ("article:9.2", [("2027-12-02", "2026-08-02"), ("2028-08-02", "2027-08-02")]),
        ("article:5.1.ba", [("2025-02-02", ""), ("2026-12-02", "")]),
        ("article:50", [("2026-08-02", "")]),
        ("article:86", [("2026-08-02", "")]),
        ("article:57", [("2027-08-02", "2026-08-02")]),
        ("article:111.4", [("2026-12-02", "")]),
        ("article:101", [("2026-08-02", "")]),
        ("article:53", [("2025-08-02", "")]),
    ],
)
def test_from_when_a_unit_applies(key: str, days: list[tuple[str, str]]) -> None:
    assert [(row.day, row.before) for row in applications_of(ROWS, ACT, key)] == days


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        (ROW.replace('"2027-12-02"', '"soon"'), 5, "must be a day"),
        (ROW.replace("article:8..27", "Article 8"), 4, "no key"),
        (ROW.replace('["x"]', '["("]'), 8, "no regular expression"),
        (ROW + 'before = "2026-08-02"\n', 11, "by does not say"),
        (ROW + "x = 1\n", 11, "unknown key 'x'"),
        (ROW.replace('source = "us"\n', ""), 1, "source missing"),
        ("[[other]]\n", 1, "unknown key 'other'"),
    ],
)
def test_a_wrong_table_is_refused_with_file_and_line(text: str, line: int, what: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load_dates(text, "my/dates.toml")
    assert f"my/dates.toml, line {line}: " in str(caught.value)
    assert what in str(caught.value)
