"""Which sentences announce what follows them, so that it is quoted with them."""

from __future__ import annotations

import pytest

from kb.answering.quoting import _ANNOUNCES, points_back


@pytest.mark.parametrize(
    ("words", "announces"),
    [
        ("The following duties apply.", True),
        ("The following conditions must be met.", True),
        ("The group makes the following recommendations.", True),
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
