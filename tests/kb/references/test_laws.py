"""The names of laws that the catalog lacks are data: ``corpus/laws.tsv``."""

from __future__ import annotations

import re

import pytest

from kb.errors import ConfigError
from kb.references.name_words import rows_of_corpus
from kb.references.names import LAWS_FILE, foreign_in, laws_in, rows_of_laws


def test_every_row_is_a_pattern_with_a_kind() -> None:
    rows = rows_of_corpus(LAWS_FILE)
    assert len(rows) > 20
    for name, kind in rows:
        assert re.compile(name).groups == 0, name
        assert kind in {"refused", "known"}


@pytest.mark.parametrize(
    ("text", "laws", "known"),
    [
        ("What does the GDPR say about profiling?", ["GDPR"], ["GDPR"]),
        ("AI 기본법은 무엇을 요구하나요?", ["AI 기본법"], ["AI 기본법"]),
        ("What does Colorado's AI Act require?", ["Colorado's AI Act"], ["Colorado's AI Act"]),
        ("Article 8 of the Charter", [], ["Charter"]),
        ("What does OECD 1.3 ask?", [], []),
    ],
)
def test_laws_are_named_as_written(text: str, laws: list[str], known: list[str]) -> None:
    assert laws_in(text) == laws
    assert foreign_in(text) == known


@pytest.mark.parametrize(
    "row", ["gdpr\trefuse", "gdpr", "gdpr\tknown\tno", "gd(pr\tknown", "gd(p)r\tknown", "gdpr known"]
)
def test_a_row_of_another_form_is_a_fault_with_its_line(row: str) -> None:
    text = f"# words\nname\tof a question\nccpa\trefused\n{row}\n"
    with pytest.raises(ConfigError, match=r"laws.tsv.*line 4"):
        rows_of_laws(text)
