"""The table of amendments: the effect on each unit, faults with their lines, and a person's own amendments."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from kb.catalog.amendments import (
    Amendment,
    Amendments,
    Effect,
    UnitAmendment,
    amend,
    check_amendments,
    installed_amendments,
    load_amendments,
    own_amendments,
    with_amendments,
    write_amendments,
)
from kb.catalog.catalog import corpus_dir, load_catalog
from kb.catalog.register import load_corpus
from kb.errors import ConfigError
from kb.messages import words
from kb.types import Status

if TYPE_CHECKING:
    from pathlib import Path

CATALOG = load_catalog((corpus_dir() / "catalog.toml").read_text("utf-8"))
ACT = "eu-ai-act-2024-1689"
TABLE = installed_amendments()

HEAD = """[[amendment]]
edition = "a"
by = "b"
from = "2026-07-27"
source = "us"
verified = false
"""
CHANGE = """
[[change]]
edition = "a"
by = "b"
units = ["article:1"]
change = "changed"
"""


def effects(key: str, doc_id: str = ACT) -> list[str]:
    return [each.effect.value for each in TABLE.of_unit(doc_id, key)]


def test_the_table_holds_with_catalog_and_register() -> None:
    register = load_corpus(CATALOG)
    known = {(entry.of_document, entry.key) for entry in register.entries}
    assert check_amendments(TABLE, CATALOG.editions, known) == []


def test_the_ai_act_unit_by_unit() -> None:
    [deleted] = TABLE.of_unit(ACT, "article:10.5")
    assert (deleted.effect, deleted.day, deleted.now) == (Effect.DELETED, "2026-07-27", ("article:4a",))
    assert effects("article:4") == ["replaced"]
    assert effects("article:9") == ["unchanged"]
    assert effects("article:27.1") == ["changed"]  # told of the article around it
    assert effects("article:5") == []  # only parts of it changed
    parts = {each.key: each.day for each in TABLE.parts_of(ACT, "article:5")}
    new = ("article:5.1.ba", "article:5.1.bb", "article:5.1a", "article:5.1b")
    assert parts == dict.fromkeys(new, "2026-12-02")
    assert {each.key for each in TABLE.parts_of(ACT, "article:10")} == {"article:10.1", "article:10.5", "article:10.6"}
    assert [each.key for each in TABLE.added([ACT], "article:4a")] == ["article:4a"]
    assert TABLE.added([ACT], "article:9") == ()
    assert not any(unit.verified for each in TABLE.all for unit in each.units)


def test_the_oecd_moves() -> None:
    moved = {u.key: u.now for each in TABLE.all if each.by == "oecd-legal-0449-2024" for u in each.units if u.now}
    assert moved == {
        "principle:1.4.b": ("principle:1.5.b",),
        "principle:1.4.c": ("principle:1.5.c",),
        "principle:1.5": ("principle:1.5.a",),
    }


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        (HEAD + CHANGE.replace("changed", "gone"), 12, "change is 'gone'"),
        (HEAD + CHANGE.replace('"article:1"', '"Article 1"'), 11, "no key of a unit"),
        (HEAD + CHANGE.replace('"b"', '"c"'), 10, "no [[amendment]]"),
        (HEAD + CHANGE + CHANGE, 17, "told of twice"),
        (HEAD + CHANGE.replace('"changed"', '"moved"'), 12, "needs now"),
        (HEAD + CHANGE + 'when = "x"\n', 13, "unknown key 'when'"),
        (HEAD.replace("2026-07-27", "July 2026"), 4, "must be a day"),
        (HEAD.replace('source = "us"\n', ""), 1, "source missing"),
        (HEAD + HEAD, 7, "told twice"),
        (HEAD + CHANGE.replace('["article:1"]', '"article:1"'), 11, "a list of texts"),
        ("x = 1\n" + HEAD, 1, "unknown key 'x'"),
        ("[[amendment", 1, "not valid TOML"),
    ],
)
def test_a_wrong_table_is_refused_with_file_and_line(text: str, line: int, what: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load_amendments(text, "my/amendments.toml")
    assert f"my/amendments.toml, line {line}: " in str(caught.value)
    assert what in str(caught.value)


def test_the_check_finds_what_is_not_there() -> None:
    def change(key: str, effect: Effect, *now: str, entry: str = "", day: str = "2026-07-27") -> UnitAmendment:
        return UnitAmendment(ACT, "eu-reg-2026-1744", key, effect, day, now, entry=entry, where="here")

    units = (
        change("article:114", Effect.CHANGED),
        change("article:2", Effect.NEW),
        change("article:3", Effect.MOVED, "article:400"),
        change("article:4", Effect.CHANGED, entry="part:nothing"),
        change("article:6", Effect.CHANGED, day="2026-01-01"),
        change("annex:XIII", Effect.CHANGED),
        change("annex:XIV", Effect.CHANGED),
    )
    table = Amendments((Amendment(ACT, "eu-reg-2026-1744", "2026-07-27", True, "", False, units, "here"),))
    faults = [words(each, "en") for each in check_amendments(table, CATALOG.editions, {(ACT, "article:2")})]
    wanted = ("'article:114'", "'article:2' is told as new", "'article:400'", "'part:nothing'", "'article:6'", "XIV")
    assert len(faults) == len(wanted)
    assert all(any(part in fault for fault in faults) for part in wanted)
    strange = Amendments((Amendment("nobody", "eu-reg-2026-1744", "2026-07-27", True, "", False),))
    faults = [words(each, "en") for each in check_amendments(strange, CATALOG.editions, ())]
    assert "'nobody' is no edition" in faults[0]
    assert any(f"edition '{ACT}' is amended, but" in fault for fault in faults)


def test_a_persons_own_amendment_is_recorded_in_the_home_and_no_succession(tmp_path: Path) -> None:
    old, new = "nist-ai-100-1-2023", "nist-ai-600-1-2024"
    units = (UnitAmendment(old, new, "subcategory:govern-1.1", Effect.DELETED, "2025-01-01", ("function:govern",)),)
    own = amend(Amendments(), Amendment(old, new, "2025-01-01", False, 'by "us"', False, units), CATALOG.editions)
    write_amendments(tmp_path, own)
    again = own_amendments(tmp_path)
    assert [(u.key, u.effect, u.now) for u in again.of_unit(old, "subcategory:govern-1.1")] == [
        ("subcategory:govern-1.1", Effect.DELETED, ("function:govern",))
    ]
    after = {edition.doc_id: edition for edition in with_amendments(CATALOG.editions, again)}
    assert after[old].status is Status.AMENDED
    assert (after[old].amended_by, after[old].amended_on) == (CATALOG.get(new).ref, "2025-01-01")
    assert after[old].superseded_by is None
    assert own_amendments(tmp_path / "nowhere").all == ()


def test_what_a_home_file_holds_is_kept_when_it_is_written_again(tmp_path: Path) -> None:
    change = UnitAmendment(
        "a", "b", "article:1", Effect.REPLACED, "2026-08-01", ("article:4a",), ("article:3",), "article:9",
        'so-called "literacy"\\', "문해력\x7f", "OJ", True,
    )  # fmt: skip
    write_amendments(tmp_path, Amendments((Amendment("a", "b", "2026-07-27", True, "us", False, (change,)),)))
    (again,) = own_amendments(tmp_path).all
    assert [replace(each, where="") for each in again.units] == [change]
    assert (again.complete, again.source, again.verified, again.day) == (True, "us", False, "2026-07-27")


def test_what_could_not_be_read_again_is_not_written(tmp_path: Path) -> None:
    good = Amendment("a", "b", "2026-07-27", False, "us", False)
    path = write_amendments(tmp_path, Amendments((good,)))
    before = path.read_bytes()
    unit = UnitAmendment("a", "b", "article:1", Effect.CHANGED, "2026-07-27")
    with pytest.raises(ConfigError, match="told of twice"):
        write_amendments(tmp_path, Amendments((replace(good, units=(unit, replace(unit, effect=Effect.DELETED))),)))
    assert path.read_bytes() == before


def test_an_amendment_from_before_its_act_is_a_fault() -> None:
    early = Amendment(ACT, "eu-reg-2026-1744", "2024-08-01", False, "us", False, (), "here")
    (fault,) = check_amendments(Amendments((early,)), CATALOG.editions, ())
    assert "2024-08-01, which is before" in words(fault, "en")


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [("nobody", ACT, "no edition"), (ACT, ACT, "itself"), ("oecd-legal-0449-2019", ACT, "superseded")],
)
def test_what_cannot_be_amended_is_refused(old: str, new: str, what: str) -> None:
    with pytest.raises(ConfigError, match=what):
        amend(Amendments(), Amendment(old, new, "2025-01-01", False, "", False), CATALOG.editions)
