"""Places of publications in Korean."""

from __future__ import annotations

import pytest

from kb.messages.places import in_language, korean_place, korean_row, place_of


@pytest.mark.parametrize(
    ("locator", "kind", "korean"),
    [
        ("Chapter I, principle (iv)", "", "제I장, 원칙 (iv)"),
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
        ("Chapter III, Section 2", "section", "제III장 제2절"),
        ("Chapter III", "chapter", "제III장"),
        ("Chapter I, section 2.2", "section", "제I장 2.2절"),
        ("GOVERN 6.1", "subcategory", "GOVERN 6.1"),
    ],
)
def test_a_locator_in_korean(locator: str, kind: str, korean: str) -> None:
    assert korean_place(locator, kind) == korean
    assert in_language("en", locator, kind) == locator


@pytest.mark.parametrize(("key", "place"), [("article:5.1.ba", "Article 5(1)(ba)"), ("whole", "")])
def test_the_place_of_a_key(key: str, place: str) -> None:
    assert place_of(key) == place


@pytest.mark.parametrize(
    ("locator", "kind", "korean"),
    [
        ("Principle: fairness, paras. 28–30", "principle", "원칙, 제28~30항"),
        ("EADv1, chapter 4, Section 1 (p. 50)", "section", "EADv1, 제4장, 제1절 (50쪽)"),
        ("EAD1e, chapter “Law” (pp. 211–281)", "chapter", ""),
        ("CertifAIEd Privacy, driver “Human oversight”", "driver", "CertifAIEd Privacy, 촉진 요인"),
        ("Clause I, definition of AI actors", "definition", "조항 I"),
        ("Action 3", "action", "조치 3"),
        ("Annex I, Section A, point 5", "point", "부속서 I A절 제5호"),
        ("Chapter III, Section 2", "section", "제III장 제2절"),
        ("MAP 4.1", "subcategory", "MAP 4.1"),
        ("CertifAIEd programme, impact level", "topic", ""),
    ],
)
def test_a_row_with_a_korean_title_holds_no_english_name(locator: str, kind: str, korean: str) -> None:
    assert korean_row(locator, kind) == korean
