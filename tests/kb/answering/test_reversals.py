"""Sentences that reverse a provision, written after the rules of the check and apart from ``corpus/rephrasings``."""

from __future__ import annotations

from pathlib import Path

from kb.answering.claim_check import QuotedSource, check_claim
from kb.text.languages import language_of
from kb.text.tokens import tokens

FILE = Path(__file__).resolve().parents[2] / "data/reversals.tsv"


def judged() -> list[tuple[str, str, str]]:
    """Judgement ("x" turned round, "o" sound), provision and sentence."""
    out: list[tuple[str, str, str]] = []
    provision = ""
    for line in FILE.read_text("utf-8").splitlines():
        mark, _, words = line.partition("\t")
        if mark == "S":
            provision = words
        elif mark in {"x", "o"}:
            out.append((mark, provision, words))
    return out


def passes(provision: str, sentence: str) -> bool:
    quoted = QuotedSource(1, provision, language_of(provision))
    return check_claim(sentence, (1,), {1: quoted}, tokens).passes


def test_no_reversal_passes_whatever_it_turns_round() -> None:
    turned = [(provision, said) for mark, provision, said in judged() if mark == "x"]
    assert len(turned) > 250
    assert sum("가" <= said[0] <= "힣" for _, said in turned) > 60
    assert [said for provision, said in turned if passes(provision, said)] == []


def test_sound_ones_beside_them_pass_in_the_main() -> None:
    sound = [(provision, said) for mark, provision, said in judged() if mark == "o"]
    assert sum(passes(provision, said) for provision, said in sound) >= 0.65 * len(sound) > 9
