"""The look-up: units in their tree, choices and near misses."""

from __future__ import annotations

from dataclasses import replace

from app.web.html.unit import look_up_page, unit_card
from kb.lookup.lookup import LookUp, UnitView
from kb.types import notice
from tests.app.web.pages import (
    CITATION,
    EDITION,
    STORED,
    UNIT,
    check,
)


def test_look_up_shows_the_unit_in_its_tree() -> None:
    parent = replace(UNIT, unit_id="urn:parent", path="Chapter III", title="")
    child = replace(UNIT, unit_id="urn:child", path="Article 14(1)", title="First")
    words = "Article 14\nHuman oversight\n1. First para-\ngraph.\n(a) an item;\n(b) another."
    view = UnitView(
        UNIT, EDITION, STORED, False, words, CITATION, (parent,), (child,), ("other-edition",), "Human oversight"
    )
    found = notice("found", unit="Article 14", superseded="", also="")
    page = check(look_up_page([LookUp("Art 14", (view,), notice=found)], {"other-edition": "The Other"}))
    for text in ("Chapter III", "Article 14 — Human oversight", "Article 14(1) — First", "The Other", "(a) an item;",
                 "urn:kb:eu:act:2024", "the document’s own words", "p. 60 (PDF page 61)", "Copy citation"):  # fmt: skip
        assert text in page.text
    buttons = [a["data-unit"] for _, a in page.tags if a.get("data-kb") == "unit"]
    assert buttons == ["urn:parent", "urn:child"]
    assert "register, not the official text" in check(unit_card(replace(view, is_register=True), {})).text
    assert "numbering not proven" in check(unit_card(replace(view, unit=replace(UNIT, proven=False)), {})).text


def test_choices_and_near_misses_are_offered_as_such() -> None:
    several = notice("several places", shown="4.1", listed=("A", "B"))
    two = LookUp("4.1", choices=(("u1", "A, 4.1"), ("u2", "B, 4.1")), notice=several)
    choices = check(look_up_page([two], {}))
    assert "Which one is meant?" in choices.text
    near = check(look_up_page([LookUp("14.9", near=(("u3", "A, 14"),), notice=notice("no such unit"))], {}))
    assert "None of them is what was asked for" in near.text
    assert [a["data-unit"] for _, a in near.tags if "data-unit" in a] == ["u3"]
