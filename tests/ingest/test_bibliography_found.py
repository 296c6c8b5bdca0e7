"""Facts of files that readers of the code found read wrongly: each in made-up words, by what the function says."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from ingest.bibliography.bodies import is_body
from ingest.bibliography.cover import joined_lines
from ingest.bibliography.days import copyright_year
from ingest.bibliography.issuers import _ADDRESS_BEHIND, _OF_A_PLACE, _OF_ANOTHER_WORK, _SIGNATORY
from ingest.parse import Task, parse_file
from kb.catalog.kinds import kind_of_title


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Commission Implementing Regulation (EU) 2031/1624", "law"),
        ("Optional Protocol to the Convention on Lamps", "law"),
        ("Corrigendum to Regulation (EU) 2031/1689", "law"),
        ("Supplement to the Lamp Protection Act 2031", "law"),
        ("Questions about the Lamp Act", ""),
    ],
)
def test_a_law_is_a_law_whatever_it_implements(title: str, kind: str) -> None:
    assert kind_of_title(title) == kind


@pytest.mark.parametrize(
    ("text", "year"), [("© 2023-05 Lamp Ltd", "2023"), ("© 1999–02 Lamp Ltd", "2002"), ("© 2019–21 Lamp", "2021")]
)
def test_the_last_year_of_a_copyright(text: str, year: str) -> None:
    found = copyright_year(text)
    assert found is not None and found.iso == year


@pytest.mark.parametrize(
    "before", ["Translated by Jane Doe\n", "We are based in Geneva\n", "It is under the Open Lamp Licence. "]
)
def test_a_sentence_before_it_makes_no_other_work_of_an_imprint(before: str) -> None:
    assert _OF_ANOTHER_WORK.search(before) is None
    assert _OF_ANOTHER_WORK.search("under the terms of the Lamp Licence, ") is not None


def test_a_word_that_ends_like_a_place_is_none() -> None:
    assert _OF_A_PLACE.match("연구 윤리 규칙") is None
    assert _OF_A_PLACE.match("임시 직원 복무 규칙") is None
    assert _OF_A_PLACE.match("달빛시 등대 관리 조례") is not None


def test_who_signs_is_an_office_and_no_member_of_it() -> None:
    found = _SIGNATORY.search("등대보호위원회위원장")
    assert found is not None and found[1] == "등대보호위원회"
    assert _SIGNATORY.search("운영위원장") is None


@pytest.mark.parametrize(
    "text", ["Ehrenamt und Datenschutz", "Commission Proposal", "Conseil pour réussir votre projet"]
)
def test_a_title_is_no_body(text: str) -> None:
    assert not is_body(text)


def test_a_word_of_one_syllable_stays_a_word() -> None:
    assert joined_lines(["등대 활용 지침", "및", "해설서"]) == "등대 활용 지침 및 해설서"


def test_a_line_of_beginnings_of_addresses_is_gone_through_once() -> None:
    began = time.process_time()
    assert _ADDRESS_BEHIND.sub("", "(www." * 20_000)
    assert time.process_time() - began < 20


def test_chapters_in_words_on_lines_of_their_own_are_units(tmp_path: Path) -> None:
    said = "The keeper writes down what was lit.\n\nNobody else may touch the lamp of the house at any time."
    chapters = "\n\n".join(f"CHAPTER {n}\n\n{said}" for n in ("ONE", "TWO", "THREE", "FOUR"))
    (tmp_path / "rules.txt").write_text(f"Rules of the Lighthouse\n\n{chapters}\n", "utf-8")
    parsed = parse_file(Task(tmp_path / "rules.txt", ""))
    assert [unit.path for unit in parsed.units] == ["Chapter 1", "Chapter 2", "Chapter 3", "Chapter 4"]
