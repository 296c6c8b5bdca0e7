"""Files that a browser sends: their names, sizes and kinds; nothing of them remains afterwards."""

from __future__ import annotations

import base64
import stat
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.web.uploads import MOST_BYTES, file_on_disk, safe_name, sent_file
from kb.errors import ConfigError
from kb.messages import LANGUAGES, error_words

if TYPE_CHECKING:
    from pathlib import Path

ENDINGS = (".csv", ".docx")


def sent(name: str, data: bytes = b"a,b") -> dict[str, Any]:
    return {"name": name, "data": base64.b64encode(data).decode()}


def test_a_file_is_taken_under_its_own_name() -> None:
    file = sent_file(sent("C:\\Users\\me\\목록.CSV"), ENDINGS)
    assert (file.name, file.ending, file.data) == ("목록.CSV", ".csv", b"a,b")


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (sent("list.exe"), "csv, docx"),
        (sent("list"), "csv, docx"),
        (sent("csv"), "csv, docx"),
        (sent("list.csv", b""), "empty"),
        ({"name": "list.csv", "data": "no base 64!"}, "empty"),
        ({"name": "list.csv", "data": 7}, "empty"),
        ({"name": ["list.csv"]}, "csv, docx"),
        ({}, "csv, docx"),
        ({"name": "list.csv", "data": "A" * (MOST_BYTES * 4 // 3 + 8)}, "20 MB"),
    ],
)
def test_what_is_not_taken_is_told_in_one_line(call: dict[str, Any], said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        sent_file(call, ENDINGS)
    assert said in str(caught.value)
    for lang in LANGUAGES:
        assert "\n" not in error_words(caught.value, lang)


@given(name=st.text(max_size=300))
def test_no_name_leads_out_of_the_folder(name: str) -> None:
    made = safe_name(name)
    assert made and not set(made) & set('/\\<>:"|?*\x00\n')
    assert not made.startswith(".") and len(made) <= 131
    made.encode()


def test_nothing_stays_of_a_file(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with pytest.raises(RuntimeError), file_on_disk(sent_file(sent("list.csv"), ENDINGS), home) as path:
        assert path.name == "list.csv" and path.read_bytes() == b"a,b"
        assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
        raise RuntimeError
    assert not path.parent.exists()
    long = sent_file(sent("가" * 119 + ".csv"), ENDINGS)
    with file_on_disk(long, home) as path:
        assert path.read_bytes() == b"a,b" and path.suffix == ".csv"
