"""Files written whole: the former content stays until the new one is complete."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from kb.files import file_sha256, write_whole, written_beside

if TYPE_CHECKING:
    from pathlib import Path


def test_text_and_bytes_take_the_place_of_the_former_file(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    write_whole(path, "윤리\n")
    assert path.read_bytes() == "윤리\n".encode()
    write_whole(path, b"\xff", flush=True)
    assert path.read_bytes() == b"\xff"
    assert list(tmp_path.iterdir()) == [path]
    assert file_sha256(path) == hashlib.sha256(b"\xff").hexdigest()


@pytest.mark.parametrize("flush", [False, True])
def test_a_failure_leaves_the_former_file_and_nothing_beside_it(tmp_path: Path, flush: bool) -> None:
    path = tmp_path / "a.txt"
    write_whole(path, "former")
    with pytest.raises(RuntimeError), written_beside(path, flush=flush) as beside:
        beside.write_text("half", "utf-8")
        raise RuntimeError
    assert path.read_text("utf-8") == "former"
    assert list(tmp_path.iterdir()) == [path]


def test_a_file_that_nobody_wrote_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), written_beside(tmp_path / "a.txt"):
        pass
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        write_whole(tmp_path / "none" / "a.txt", "x")
