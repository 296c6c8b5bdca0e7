"""``kb`` over a store gives what it gives over the files of a home, to the last byte."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from app.cli.console import NOT_FOUND
from app.cli.ingest import publish_index
from app.settings import Settings, load_settings
from kb.errors import ConfigError
from kb.messages import words
from kb.stores.connecting import QDRANT
from tests.library import command
from tests.paths import ROOT

if TYPE_CHECKING:
    from pathlib import Path

QUESTIONS = [
    ("search", "ledger of harvesting robots", "--format", "json"),
    ("search", "Who may stop a robot?", "-k", "30", "--explain"),
    ("search", "영향평가를 해야 하나요?", "--format", "json"),
    ("ask", "Who keeps the lamp book?", "--format", "json"),
    ("ask", "What does impact assessment mean?", "--format", "json"),
    ("lookup", "UNESCO para 37", "--format", "json"),
    ("lookup", "OECD 1.3(iv)"),
    ("lookup", "UNESCO para 99999"),
]


@pytest.fixture(scope="module")
def reader(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home without an index of its own, beside a store that holds that of the small library."""
    folder = tmp_path_factory.mktemp("reader")
    settings = Settings(home=str(home), store=QDRANT)
    publish_index(settings, "en", quiet=True)
    (home / "qdrant").rename(folder / "qdrant")
    return folder


@pytest.mark.parametrize("asked", QUESTIONS, ids=[" ".join(asked[:2]) for asked in QUESTIONS])
def test_a_store_gives_the_same_bytes(home: Path, reader: Path, asked: tuple[str, ...]) -> None:
    of_files = command("--home", str(home), *asked)
    of_store = command("--home", str(reader), *asked, env={"KB_STORE": QDRANT})
    assert (of_store.exit_code, of_store.stdout) == (of_files.exit_code, of_files.stdout)
    assert of_files.exit_code in {0, NOT_FOUND}


def test_a_look_up_from_a_store_loads_no_model(reader: Path) -> None:
    program = (
        "import json, sys; from app.cli.main import main\n"
        "try: main(['lookup', 'UNESCO para 37'])\n"
        "finally: print(json.dumps(sorted({'torch', 'faiss', 'transformers', 'bm25s'} & set(sys.modules))), flush=True)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=100,
        env={**os.environ, "KB_HOME": str(reader), "KB_STORE": QDRANT},
    )  # fmt: skip
    assert json.loads(done.stdout.splitlines()[-1]) == []
    assert "UNESCO" in done.stdout
    assert all(line.startswith("note: ") for line in done.stderr.splitlines())


def test_a_store_that_is_away_is_one_line_in_both_languages(tmp_path: Path) -> None:
    for lang, said in (("en", "no answer"), ("ko", "응답이 없습니다")):
        away = {"KB_STORE": QDRANT, "KB_STORE_URL": "http://127.0.0.1:7169", "KB_LANGUAGE": lang}
        done = command("--home", str(tmp_path), "lookup", "UNESCO para 37", env=away)
        assert done.exit_code == 1
        (line,) = done.stderr.splitlines()
        assert said in line


@pytest.mark.parametrize(
    "url",
    ["postgresql://kb:secret@db.example/kb", "postgresql://db/kb?password=secret", "ftp://secret", "http://secret@q"],
)
def test_no_password_stands_in_an_address(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("KB_STORE_URL", url)
    with pytest.raises(ConfigError, match="KB_STORE_URL") as error:
        load_settings()
    assert "secret" not in str(error.value)


def test_the_key_of_a_store_goes_only_where_its_own_place_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    (tmp_path / "their.toml").write_text('[kb]\nstore = "qdrant"\nstore-url = "http://theirs.example:6333"\n')
    monkeypatch.setenv("KB_STORE_KEY", "sk-store")
    loaded = load_settings({"config": "their.toml"})
    assert loaded.settings.store_key == ""
    assert "set store_url and store_key in the same place" in words(loaded.notes[0], "en")
    monkeypatch.setenv("KB_STORE_URL", "https://own.example")
    address = load_settings({"config": "their.toml"}).settings.store_address
    assert address is not None
    assert (address.url, address.key) == ("https://own.example", "sk-store")
    assert "sk-store" not in repr(address)
    (tmp_path / "kb.toml").write_text('[kb]\nstore = "qdrant"\n')
    with pytest.raises(ConfigError, match="store, which only your own settings may"):
        load_settings()
