from __future__ import annotations

import pytest

from kb.text.force import force_of
from kb.types import Force


@pytest.mark.parametrize(
    ("sentence", "force"),
    [
        ("The maker shall keep a log.", Force.SHALL),
        ("A log must be kept.", Force.SHALL),
        ("Makers are required to keep a log.", Force.SHALL),
        ("The maker should keep a log.", Force.SHOULD),
        ("The panel recommends a log.", Force.RECOMMENDS),
        ("Makers are encouraged to keep a log.", Force.RECOMMENDS),
        ("The maker may keep a log.", Force.MAY),
        ("A log can help.", Force.CAN),
        ("A log is a list of events.", Force.INFORMATIVE),
        ("The maker shall, and may also, keep a log.", Force.SHALL),
        ("El juez deberá guardar un registro.", Force.SHALL),
        ("Los jueces deben guardar un registro.", Force.SHALL),
        ("El juez debería guardar un registro.", Force.SHOULD),
        ("Se recomienda guardar un registro.", Force.RECOMMENDS),
        ("El juez podrá guardar un registro.", Force.MAY),
        ("Un registro puede ayudar.", Force.CAN),
        ("Un registro es una lista.", Force.INFORMATIVE),
        ("제작자는 기록을 보관하여야 한다.", Force.SHALL),
        ("기록의 삭제는 금지된다.", Force.SHALL),
        ("기록을 보관하는 것이 바람직하다.", Force.SHOULD),
        ("기록의 보관을 권고한다.", Force.RECOMMENDS),
        ("제작자는 기록을 보관할 수 있다.", Force.MAY),
        ("기록은 사건의 목록이다.", Force.INFORMATIVE),
        ("The mayor marshalled a candid reply.", Force.INFORMATIVE),
        ("", Force.INFORMATIVE),
    ],
)
def test_force_of(sentence: str, force: Force) -> None:
    assert force_of(sentence) is force
