"""Places of publications in Korean."""

from __future__ import annotations

import pytest

from kb.messages.places import in_language, korean_place, place_of


@pytest.mark.parametrize(
    ("locator", "kind", "korean"),
    [
        ("Article 5(1)(ba)", "point", "제5조 제1항 (ba)"),
        ("Article 9(2)", "paragraph", "제9조 제2항"),
        ("Article 3(2)", "paragraph", "제3조 제2항"),
        ("Article 3(14a)", "point", "제3조 제14a호"),
        ("Article 3(2)", "", "제3조 제2항"),
        ("Annex III, point 4(b)", "point", "부속서 III 제4호(b)"),
        ("Annex I, Section B, point 13", "point", "부속서 I B절 제13호"),
        ("Annex I, Section B", "section", "부속서 I B절"),
        ("paras. 42–43", "paragraph", "제42~43항"),
        ("Recital 27", "recital", "전문 제27항"),
        ("GOVERN 6.1", "subcategory", "GOVERN 6.1"),
    ],
)
def test_a_locator_in_korean(locator: str, kind: str, korean: str) -> None:
    assert korean_place(locator, kind) == korean
    assert in_language("en", locator, kind) == locator


@pytest.mark.parametrize(("key", "place"), [("article:5.1.ba", "Article 5(1)(ba)"), ("whole", "")])
def test_the_place_of_a_key(key: str, place: str) -> None:
    assert place_of(key) == place
