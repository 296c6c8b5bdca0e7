"""A few turns of the standing attack; the command runs it for minutes or an hour."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from benchmarks.attack import parts
from benchmarks.attack.__main__ import attack, measure
from benchmarks.attack.bars import BARS, PARTS
from benchmarks.attack.ground import Breach, Ground

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.slow
@pytest.mark.parametrize("part", sorted(PARTS))
def test_a_few_turns_break_nothing(part: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert attack(11, 1, (part,), 0, (), turns=3) == 0
    assert f"{part} 3; 0 broken" in capsys.readouterr().out


def test_a_broken_promise_and_a_crash_are_told_with_their_numbers(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: Ground, chance: random.Random) -> str:
        if chance.random() < 2:
            raise Breach("words of two indexes")
        return ""

    def crashed(_: Ground, __: random.Random) -> str:
        raise IndexError("tuple index out of range")

    monkeypatch.setitem(PARTS, "lie", broken)
    monkeypatch.setitem(PARTS, "swap", crashed)
    assert attack(1, 1, ("lie", "swap"), 5, (), turns=1) == 2
    told = capsys.readouterr().out
    assert "BREACH lie 5: words of two indexes" in told
    assert "CRASH swap 5: IndexError" in told


def test_a_corruption_that_shows_other_words_is_a_breach(tmp_path: Path) -> None:
    ground = Ground(tmp_path, ())
    ground.right = dict.fromkeys(ground.right, "nothing of the kind")
    with pytest.raises(Breach, match="words that were never read"):
        for n in range(40):  # the first change that leaves the index readable
            parts.corruption(ground, random.Random(n))


@pytest.mark.slow
@pytest.mark.parametrize("bar", sorted(set(BARS) - {"people"}))  # whose figure is a time
def test_a_bar_at_a_small_count_finds_nothing(bar: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert measure([bar], 3, 10, 1.0, ()) == 0
    assert f"{bar}: 10 " in capsys.readouterr().out


def test_a_bar_that_is_not_reached_is_told(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(BARS, "models", (lambda *_: (["shows a lie"], "1 reply"), 1))
    assert measure(["models"], 1, 0, 1.0, ()) == 1
    assert "models: 1 reply; 1 faults" in (told := capsys.readouterr().out) and "shows a lie" in told
