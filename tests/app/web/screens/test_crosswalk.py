"""The names that judgements are signed with."""

from __future__ import annotations

import pytest

from app.web.screens.crosswalk import signed_by


@pytest.mark.parametrize(
    ("given", "account", "signed"),
    [
        ("Kim Mina", "", "Kim Mina"),
        ("", "", ""),
        ("", "mina", "mina"),
        ("Mina", "mina", "mina"),
        ("Kim Mina", "mina", "Kim Mina (mina)"),
        ("boss", "mina", "boss (mina)"),
    ],
)
def test_nobody_signs_as_another(given: str, account: str, signed: str) -> None:
    assert signed_by(given, account) == signed
