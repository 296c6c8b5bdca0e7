"""A few turns of the standing attack; the command runs it for minutes or an hour."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from benchmarks import attack

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.slow
@pytest.mark.parametrize("part", sorted(attack.PARTS))
def test_a_few_turns_break_nothing(part: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert attack.attack(11, 1, (part,), 0, (), turns=3) == 0
    assert f"{part} 3; 0 broken" in capsys.readouterr().out


def test_a_broken_promise_and_a_crash_are_told_with_their_numbers(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: attack.Ground, chance: random.Random) -> str:
        if chance.random() < 2:
            raise attack.Breach("words of two indexes")
        return ""

    def crashed(_: attack.Ground, __: random.Random) -> str:
        raise IndexError("tuple index out of range")

    monkeypatch.setitem(attack.PARTS, "lie", broken)
    monkeypatch.setitem(attack.PARTS, "swap", crashed)
    assert attack.attack(1, 1, ("lie", "swap"), 5, (), turns=1) == 2
    told = capsys.readouterr().out
    assert "BREACH lie 5: words of two indexes" in told
    assert "CRASH swap 5: IndexError" in told


def test_a_corruption_that_shows_other_words_is_a_breach(tmp_path: Path) -> None:
    ground = attack.Ground(tmp_path, ())
    ground.right = dict.fromkeys(ground.right, "nothing of the kind")
    with pytest.raises(attack.Breach, match="words that were never read"):
        for n in range(40):  # the first change that leaves the index readable
            attack.corruption(ground, random.Random(n))
