"""An index records its analyser of Korean words, and questions are tokenised by the same analyser."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import pytest

from kb.errors import ConfigError, IndexFolderError
from kb.index.generations import current_folder
from kb.index.layout import CURRENT, MANIFEST
from kb.index.reader import Store
from kb.text.korean import KIWI_PACKAGE, Stems, shared_morphemes
from kb.text.tokens import tokens
from tests.builds import build
from tests.library import command, opened

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

RULES = """과수원 규칙

1. 수확 로봇의 담당자는 사다리를 점검하여야 한다.
2. 농부는 장부를 기록하고 보관한다.
3. 이웃은 열람을 청구할 수 있다.
"""


STAND_IN = """
class Token:
    def __init__(self, form): self.form, self.tag = form, "NNG"

class Kiwi:
    def __init__(self, num_workers): pass
    def tokenize(self, texts): return [[Token(character) for character in text] for text in texts]
"""
"""A package in the place of kiwipiepy, for which each syllable is a noun."""


@pytest.fixture
def no_kiwi(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A Python without kiwipiepy."""
    shared_morphemes.cache_clear()
    monkeypatch.setitem(sys.modules, KIWI_PACKAGE, None)
    yield
    shared_morphemes.cache_clear()


@pytest.fixture
def stand_in_kiwi(no_kiwi: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A Python with a small package in its place, of release 9.9."""
    about = tmp_path / "site" / f"{KIWI_PACKAGE}-9.9.dist-info" / "METADATA"
    about.parent.mkdir(parents=True)
    about.write_text(f"Metadata-Version: 2.1\nName: {KIWI_PACKAGE}\nVersion: 9.9\n")
    (tmp_path / "site" / f"{KIWI_PACKAGE}.py").write_text(STAND_IN)
    monkeypatch.syspath_prepend(tmp_path / "site")
    del sys.modules[KIWI_PACKAGE]


def _home(tmp_path: Path, setting: str = "stems") -> Path:
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "과수원.txt").write_text(RULES, "utf-8")
    build(tmp_path / "home", tmp_path / "papers", korean=setting)
    return tmp_path / "home"


def _named(home: Path, name: str | None) -> None:
    """Writes another analyser into the manifest, or none as before there were two."""
    path = current_folder(home / "index") / MANIFEST
    manifest = json.loads(path.read_text("utf-8"))
    del manifest["settings"]["korean"]
    manifest["settings"] |= {"korean": name} if name else {}
    path.write_text(json.dumps(manifest), "utf-8")
    older = path.parent.with_name("-".join(path.parent.name.split("-")[:2]))  # a name without the manifest's hash
    path.parent.rename(older)
    (home / "index" / CURRENT).write_text(older.name, "utf-8")


def _first(home: Path, question: str) -> str:
    return opened(home).search(question, 1)[0].passage.text


def test_a_korean_question_is_found_whatever_particles_its_words_carry(tmp_path: Path) -> None:
    home = _home(tmp_path)
    assert "사다리" in _first(home, "담당자가 점검할 사다리는?")
    assert "열람" in _first(home, "이웃에게 열람이 허용됩니까?")


@pytest.mark.usefixtures("stand_in_kiwi")
def test_an_index_is_asked_with_the_analyser_that_built_it(tmp_path: Path) -> None:
    home = _home(tmp_path, "kiwi")
    with Store.open(home / "index") as store:
        assert store.manifest["settings"]["korean"] == "kiwipiepy-9.9"
        assert store.words.knows("닥") is False
        assert store.words.knows("농")
        assert not store.words.knows("농부")
        assert store.terms("농부는 keep") == [*tokens("keep"), "농", "부", "는"]
    assert "농부" in _first(home, "농부")


def test_an_index_that_names_none_has_stems(tmp_path: Path) -> None:
    home = _home(tmp_path)
    _named(home, None)
    with Store.open(home / "index") as store:
        assert isinstance(store.korean, Stems)


@pytest.mark.usefixtures("stand_in_kiwi")
def test_another_setting_builds_the_index_anew(tmp_path: Path) -> None:
    home = _home(tmp_path)
    assert not build(home).written
    assert build(home, korean="kiwi").written


def _is_one_line_to_act_on(home: Path) -> None:
    _named(home, "kiwipiepy-0.0.1")
    with pytest.raises(IndexFolderError, match=r"by kiwipiepy-0\.0\.1, which is not installed: .*`kb ingest`"):
        opened(home).search("농부")
    result = command("--home", str(home), "ask", "농부는 무엇을 기록합니까?")
    assert result.exit_code == 1
    assert result.stderr.count("\n") == 1
    assert "Traceback" not in result.output
    assert opened(home).look_up("OECD 1.3")  # look-up takes no words apart


@pytest.mark.usefixtures("no_kiwi")
def test_an_analyser_that_is_not_here_is_one_line_to_act_on(tmp_path: Path) -> None:
    _is_one_line_to_act_on(_home(tmp_path))


@pytest.mark.usefixtures("stand_in_kiwi")
def test_another_release_of_the_analyser_is_one_line_to_act_on(tmp_path: Path) -> None:
    _is_one_line_to_act_on(_home(tmp_path))


@pytest.mark.usefixtures("no_kiwi")
def test_the_setting_without_the_package_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"needs the package kiwipiepy; run `pip install kiwipiepy` or set korean"):
        _home(tmp_path, "kiwi")
    assert not (tmp_path / "home" / "index").exists()


@pytest.mark.slow
def test_an_index_of_morphemes_is_asked_by_morphemes(tmp_path: Path) -> None:
    pytest.importorskip(KIWI_PACKAGE)
    home = _home(tmp_path, "kiwi")
    with Store.open(home / "index") as store:
        assert str(store.manifest["settings"]["korean"]).startswith("kiwipiepy-")
        assert store.words.knows("점검")
        assert not store.words.knows("당자")  # a pair of characters, which stems would have
    assert "사다리" in _first(home, "담당자가 점검할 사다리는?")
