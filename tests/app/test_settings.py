"""Settings: where each comes from, and what is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from app.settings import SETTINGS, Settings, load_settings
from kb.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


def test_flag_over_variable_over_file_over_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_settings().settings.port == 7860
    assert load_settings().origin["port"] == "default"
    (tmp_path / "kb.toml").write_text("[kb]\nport = 7001\nllm_timeout = 0.3\n")
    assert load_settings().settings.port == 7001
    assert load_settings().origin["port"] == "kb.toml"
    monkeypatch.setenv("KB_PORT", "7002")
    assert (load_settings().settings.port, load_settings().origin["port"]) == (7002, "KB_PORT")
    loaded = load_settings({"port": 7003, "host": None})
    assert (loaded.settings.port, loaded.origin["port"]) == (7003, "--port")
    assert loaded.settings.llm_timeout == 0.3
    assert loaded.origin["host"] == "default"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[kb]\nprot = 1\n", "prot"),
        ('[kb]\nport = "many"\n', "whole number"),
        ("[kb]\nport = 70000\n", "65535"),
        ("[kb]\nllm_timeout = 0\n", "between 0.1 and 3600"),
        ('[kb]\nencoder_dtype = "int3"\n', "bfloat16"),
        ("[kb]\nport = true\n", "whole number"),
        ('[kb]\nlanguage = "korean"\n', "auto, en or ko"),
        ("[kb\n", "kb.toml"),
        ("[kb]\nport = inf\n", "whole number"),
        ('[kb]\nhost = ["a"]\n', "is not text"),
        ("kb = 3\n", "not a table"),
        ('[kb]\nllm_api_key = "a secret"\n', "'(set, not shown)'; it must be printable ASCII"),
    ],
)
def test_what_a_file_may_not_say(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "kb.toml").write_text(text)
    with pytest.raises(ConfigError, match=r"kb\.toml") as error:
        load_settings()
    assert said in str(error.value)


def test_names_with_hyphens_and_numbers_in_quotes(tmp_path: Path) -> None:
    (tmp_path / "kb.toml").write_text('[kb]\nllm-timeout = "1e2"\nport = "7001"\nllm_model = 7\n[other]\nx = 1\n')
    found = load_settings()
    assert (found.settings.llm_timeout, found.settings.port, found.settings.llm_model) == (100.0, 7001, "7")
    assert found.origin["llm_timeout"] == "kb.toml"


def test_every_setting_has_a_help_and_a_default_that_is_allowed() -> None:
    settings = Settings()
    for name, about in SETTINGS.items():
        assert about.help
        assert about.typed(name, getattr(settings, name), "default") == getattr(settings, name)


def test_the_interface_is_english_unless_set(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_settings().settings.interface == "en"
    monkeypatch.setenv("KB_LANGUAGE", "ko")
    assert load_settings().settings.interface == "ko"


def test_unknown_variable_names_its_neighbour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KB_HOEM", "/x")
    with pytest.raises(ConfigError, match="did you mean KB_HOME"):
        load_settings()


def test_named_file_must_be_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KB_CONFIG", str(tmp_path / "absent.toml"))
    with pytest.raises(ConfigError, match=r"absent\.toml"):
        load_settings()
