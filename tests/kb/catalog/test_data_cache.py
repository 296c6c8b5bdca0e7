"""The cache of parsed data files is used while the files are unchanged, and made anew if they changed or it is
damaged."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

import pytest

from kb.catalog.catalog import installed_publications, load_home_catalog
from kb.catalog.catalog_cache import CATALOG_CACHE, installed_catalog
from kb.catalog.data_cache import kept_data
from kb.errors import ConfigError
from kb.references.lexicon import lexicon_of
from kb.references.names import ByIdentity

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


class Maker:
    """Makes data of a file and counts how often it was asked to."""

    def __init__(self, source: Path) -> None:
        self.source = source
        self.n = 0

    def __call__(self) -> dict[str, Any]:
        self.n += 1
        return {"words": self.source.read_text("utf-8").split()}


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "words.txt"
    path.write_text("한 둘", "utf-8")
    return path


def test_data_are_made_once_and_anew_after_a_change(source: Path, tmp_path: Path) -> None:
    folder, make = tmp_path / "cache", Maker(source)
    assert kept_data(folder, [source], make) == kept_data(folder, [source], make) == {"words": ["한", "둘"]}
    assert make.n == 1
    source.write_text("셋", "utf-8")
    assert kept_data(folder, [source], make) == {"words": ["셋"]}
    assert make.n == 2
    assert len(list(folder.iterdir())) == 1  # the former file is gone


def turned(data: bytes) -> bytes:
    """The data with one bit of a letter turned: still JSON, and another word."""
    at = data.rindex("둘".encode()) + 2
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


@pytest.mark.parametrize(
    "damage",
    [lambda _: b"", lambda data: data[:20], lambda data: data[:-1], turned, lambda _: b"\xff\n{}", lambda _: b"{}"],
)
def test_damaged_data_are_made_anew(damage: Callable[[bytes], bytes], source: Path, tmp_path: Path) -> None:
    folder, make = tmp_path / "cache", Maker(source)
    found = kept_data(folder, [source], make)
    [file] = folder.iterdir()
    whole = file.read_bytes()
    file.write_bytes(damage(whole))
    assert kept_data(folder, [source], make) == found
    assert make.n == 2
    assert file.read_bytes() == whole


def test_a_folder_that_cannot_be_written_is_no_fault(source: Path) -> None:
    make = Maker(source)
    assert kept_data(source / "cache", [source], make) == {"words": ["한", "둘"]}
    assert make.n == 1


def test_a_fault_in_a_data_file_is_said_and_not_kept(source: Path, tmp_path: Path) -> None:
    def faulty() -> Any:
        raise ConfigError("line 1: a fault")

    for _ in range(2):
        with pytest.raises(ConfigError, match="line 1: a fault"):
            kept_data(tmp_path / "cache", [source], faulty)


def test_the_kept_catalog_is_the_one_that_is_read(tmp_path: Path) -> None:
    read = load_home_catalog(tmp_path)
    first = installed_catalog(tmp_path)
    assert len(list((tmp_path / CATALOG_CACHE).iterdir())) == 1
    for found in (first, installed_catalog(tmp_path)):
        assert found == read
        for field in fields(installed_publications()):
            assert getattr(found.publications, field.name) == getattr(installed_publications(), field.name), field.name
        ours, theirs = lexicon_of(ByIdentity(found)), lexicon_of(ByIdentity(read))
        assert ours.names == theirs.names
        assert ours.spelled == sorted(ours.names)
