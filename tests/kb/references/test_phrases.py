"""Numbered phrases, read by their module alone."""

from __future__ import annotations

import subprocess
import sys

import pytest

from kb.references.folding import fold_with_offsets
from kb.references.phrases import phrases_at
from tests.paths import ROOT


def test_a_function_of_the_framework_is_read_in_korean_by_this_module_alone() -> None:
    program = (
        "from kb.references.folding import fold_with_offsets as fold; from kb.references.phrases import phrases_at;"
        "print([(p.kind, p.parts) for p in phrases_at(fold('\uac70\ubc84\ub10c\uc2a4 1.1'), 0, True)])"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[('govern', ['1', '1'])]"


@pytest.mark.parametrize("text", ["§ 3 Abs. 2", "§ 3 Absatz 2"])
def test_the_paragraph_of_a_german_provision_is_read(text: str) -> None:
    found = phrases_at(fold_with_offsets(text), 0, True)
    assert [phrase.parts for phrase in found] == [["3", "2"]]
