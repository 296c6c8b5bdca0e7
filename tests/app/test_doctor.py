"""The report of `kb doctor` about encoders and Korean morphemes."""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING

from app.doctor import findings
from app.settings import Settings
from kb.models import e5_conversion
from kb.text import korean

if TYPE_CHECKING:
    from pathlib import Path


def about(home: Path, word: str, encoder: str = "minilm") -> list[tuple[str, bool, str, bool]]:
    found = findings(Settings(home=str(home), encoder=encoder))
    return [(f.what, f.ok, f.how, f.needed) for f in found if word in f.what]


def test_the_encoder_that_is_set_is_checked_and_the_other_one_named(tmp_path: Path) -> None:
    ((what, ok, _, needed),) = about(tmp_path, "encoder minilm")
    assert (what, ok, needed) == ("encoder minilm: weights checked, 384 dimensions, en", True, True)
    ((what, ok, how, needed),) = about(tmp_path, "encoder e5")
    installed = importlib.util.find_spec(e5_conversion.E5_PACKAGE) is not None
    assert "Korean" in what
    assert (ok, needed) == (installed, False)
    assert ("to be converted" in what) == installed
    assert how == ("" if installed else e5_conversion.HOW_TO_GET_E5)


def test_an_encoder_still_to_be_converted_is_not_converted_to_be_looked_at(tmp_path: Path) -> None:
    ((what, ok, how, needed),) = about(tmp_path, "encoder e5", encoder="e5")
    assert needed
    if importlib.util.find_spec(e5_conversion.E5_PACKAGE) is None:
        assert not ok
        assert e5_conversion.HOW_TO_GET_E5 in how
    else:
        assert ok
        assert "to be converted at first use" in what
    assert not list(tmp_path.rglob("*.safetensors"))


def test_korean_morphemes_are_optional(tmp_path: Path) -> None:
    ((_, ok, how, needed),) = about(tmp_path, korean.KIWI_PACKAGE)
    assert ok == (importlib.util.find_spec(korean.KIWI_PACKAGE) is not None)
    assert how == ("" if ok else korean.HOW_TO_GET_KIWI)
    assert not needed
