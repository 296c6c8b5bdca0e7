"""What is quoted with a sentence: what it announces, what it names, its proviso, the table that it opens."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kb.answering.quoting import _ANNOUNCES, Quote, enumeration_of, points_back, whole_sentence
from kb.types import Span
from tests.builds import build
from tests.library import answering

if TYPE_CHECKING:
    from pathlib import Path

    from kb.library.library import Library


@pytest.mark.parametrize(
    ("words", "announces"),
    [
        ("The following duties apply.", True),
        ("The following conditions must be met.", True),
        ("The group makes the following recommendations.", True),
        ("The following recommendations offer guidance to keepers on the use of lamps.", True),
        ("Las siguientes recomendaciones ofrecen orientación sobre el uso de lámparas.", True),
        ("Las siguientes semanas son largas.", False),
        ("The keeper shall tell the guild within the following 30 days.", False),
        ("The list is printed in the following years.", False),
        ("This applies to the following business.", False),
    ],
)
def test_a_sentence_that_announces_is_told_from_one_that_speaks_of_time(words: str, announces: bool) -> None:
    assert (_ANNOUNCES.search(words) is not None) is announces


@pytest.mark.parametrize(
    ("words", "back"),
    [
        ("It assessed whether the guild keeps a ledger.", True),
        ("It is forbidden to move the lamp.", False),
        ("This exception does not apply at night.", True),
        ("This Regulation applies to keepers.", False),
        ("This revised policy applies to keepers.", False),
        ("These guidelines bind nobody.", False),
        ("In such cases, the keeper writes to the guild.", True),
        ("For this policy, a lamp is any light.", False),
        ("However, the guild may allow it.", True),
        ("Such systems are tested twice.", True),
        ("Keepers write their ledgers.", False),
        ("다만, 밤에는 그러하지 아니하다.", True),
        ("이 경우 등대지기는 조합에 알려야 한다.", True),
        ("이 법은 등대에 적용한다.", False),
        ("이용자는 등불을 옮길 수 없다.", False),
        ("이를 어긴 사람은 조합에서 나간다.", True),
        ("En este caso, el farero avisa al gremio.", True),
    ],
)
def test_a_sentence_that_points_back_is_told_from_one_that_names_its_text(words: str, back: bool) -> None:
    assert points_back(words) is back


TEXT = """Code of the Harbour

1. The master of the harbour has charge of all lamps. These duties are to light them at dusk and put them out at dawn.
2. Every guild may use the quay. It does not have to pay for that.
3. This code applies to every guild of the town. The lamps are red.
4. 등불지기는 등불을 켠 시각을 기록하여야 한다. 다만, 비가 오는 날에는 그러하지 아니하다.
5. Of each lamp the following facts are written down, and are read by the guild.
   - its colour
   - its oil
6. The guild meets at noon.
7. Two things are done before a feast. First, the keeper oils every wick of the quay. Second, the guild lights them.
"""


def library_of(home: Path, text: str, name: str = "code.txt") -> Library:
    """A library with one small text."""
    paper = home / "papers" / name
    paper.parent.mkdir()
    paper.write_text(text, "utf-8")
    assert not build(home, paper.parent).failed
    return answering(home).library()


@pytest.fixture(scope="module")
def harbour(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """A library with one small code."""
    return library_of(tmp_path_factory.mktemp("harbour"), TEXT)


def quoted(library: Library, sentence: str) -> str:
    """What is quoted for a sentence of the code that was chosen."""
    [document] = library.store.documents
    text = library.store.text(document.doc_id)
    at = text.index(sentence)
    whole = whole_sentence(library, Quote(document.doc_id, Span(at, at + len(sentence))))
    return text[whole.span.start : whole.span.end]


def test_a_sentence_that_names_what_precedes_it_is_quoted_with_that(harbour: Library) -> None:
    duties = "These duties are to light them at dusk and put them out at dawn."
    assert quoted(harbour, duties).endswith(f"The master of the harbour has charge of all lamps. {duties}")
    assert "Every guild may use the quay. It does" in quoted(harbour, "It does not have to pay for that.")
    assert quoted(harbour, "The lamps are red.") == "The lamps are red."
    assert "pay" not in quoted(harbour, "This code applies to every guild of the town.")


def test_a_later_step_is_quoted_from_the_first_step_on(harbour: Library) -> None:
    steps = "First, the keeper oils every wick of the quay. Second, the guild lights them."
    assert quoted(harbour, "Second, the guild lights them.") == steps


REFERRING = """Code of the Quay

1. Boats are tested by the guild before they leave.

This testing is written down. It names the keeper of the quay.
2. The quay is long.
"""


def test_what_is_named_may_stand_in_the_paragraph_before_and_two_sentences_back(tmp_path: Path) -> None:
    library = library_of(tmp_path, REFERRING)
    assert "Boats are tested by the guild before they leave." in quoted(library, "This testing is written down.")
    assert "Boats are tested by the guild" in quoted(library, "It names the keeper of the quay.")


def test_a_rule_is_quoted_with_its_proviso_and_a_proviso_with_its_rule(harbour: Library) -> None:
    rule, proviso = "등불지기는 등불을 켠 시각을 기록하여야 한다.", "다만, 비가 오는 날에는 그러하지 아니하다."
    assert quoted(harbour, rule).endswith(f"{rule} {proviso}")
    assert quoted(harbour, proviso).endswith(f"{rule} {proviso}")


def test_points_that_follow_a_sentence_of_the_following_are_quoted_with_it(harbour: Library) -> None:
    told = quoted(harbour, "Of each lamp the following facts are written down, and are read by the guild.")
    assert told.split()[-2:] == ["its", "oil"]


LISTED = """House Rules of the Lighthouse

Leave
• Unused leave of the staff is taken in the following year.
• Members hand in the keys of the lighthouse on Mondays.
• Guests sign the book of visitors at the door.
"""


def test_the_next_points_of_a_list_are_no_points_of_the_one_before(tmp_path: Path) -> None:
    unused = "Unused leave of the staff is taken in the following year."
    assert "Guests" not in quoted(library_of(tmp_path, LISTED), unused)


UNDER_HEADINGS = """# Manual of the Lighthouse

## 1. Evenings

The keeper is at home in the evening.

### Lighting the lamps

The following steps may help the keeper in the evening:

* Look at the tide and write down the height of the water in the book.
* Ask the guild for oil if the barrel is less than half full at noon.

### Asking the guild for help

After the lamps are lit, the keeper may write to the guild. The guild answers in the evening.

* Letters are short.
* Letters are kept.

## 2. Mornings

The keeper sleeps in the morning.

## 3. Feasts

The guild dances.
"""


def test_a_list_ends_at_the_next_heading(tmp_path: Path) -> None:
    library = library_of(tmp_path, UNDER_HEADINGS, "manual.md")
    [document] = library.store.documents
    text = library.store.text(document.doc_id)

    def listed(sentence: str) -> str | None:
        at = text.index(sentence)
        whole = enumeration_of(library, Quote(document.doc_id, Span(at, at + len(sentence))))
        return whole and text[whole.span.start : whole.span.end]

    assert "help the keeper" in (listed("Ask the guild for oil") or "")
    assert listed("After the lamps are lit, the keeper may write to the guild.") is None


@pytest.mark.parametrize(
    "words", ["This Order may be cited as such.", "Those who stay overnight pay.", "Instead of a form, write."]
)
def test_what_names_its_own_text_or_somebody_points_back_to_nothing(words: str) -> None:
    assert not points_back(words)
