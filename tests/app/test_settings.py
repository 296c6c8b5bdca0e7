"""Settings: where each comes from, and what is refused."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from app.settings import SETTINGS, Settings, interface_despite_faults, load_settings
from kb.errors import ConfigError
from kb.messages import error_words, words

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
        load_settings({"config": "kb.toml"})
    assert said in str(error.value)
    korean = error_words(error.value, "ko")
    assert korean != str(error.value) or text == "[kb\n"  # what the reader of TOML says is its own
    assert re.findall(r"[A-Za-z]{2,}", _without_values(korean, text)) == []


def _without_values(said: str, text: str) -> str:
    """Words without what is typed as it is, the file and its content, and the names of what may be chosen."""
    said = re.sub(r"`[^`]*`|kb\.toml|Expected.*|\(set, not shown\)|True", " ", said)
    typed = {*re.findall(r"\w+", text), "auto", "float32", "bfloat16", "en", "ko", "kb"}
    return re.sub(rf"\b(?:{'|'.join(typed)})\b", " ", said)


def test_the_language_of_a_fault_is_the_one_that_is_set_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert interface_despite_faults() == "en"
    (tmp_path / "kb.toml").write_text('[kb]\nlanguage = "ko"\nprot = 1\n')
    assert interface_despite_faults() == interface_despite_faults("kb.toml") == "ko"
    (tmp_path / "named.toml").write_text('[kb]\nlanguage = "en"\n')
    assert interface_despite_faults("named.toml") == "en"
    (tmp_path / "named.toml").write_text("[kb\n")
    assert interface_despite_faults("named.toml") == "ko"
    assert interface_despite_faults("absent.toml") == "en"
    monkeypatch.setenv("KB_LANGUAGE", "ko")
    assert interface_despite_faults("absent.toml") == "ko"
    monkeypatch.setenv("KB_LANGUAGE", "korean")
    assert interface_despite_faults() == "ko"  # of the file


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


HERE = [
    'home = "elsewhere"',
    'host = "0.0.0.0"',
    'allowed-hosts = "evil.example"',
    'trusted_proxies = "0.0.0.0/0"',
    'llm-base-url = "http://127.0.0.1:9/v1"',
    'llm_api_key = "k"',
]


@pytest.mark.parametrize("line", HERE)
def test_the_file_of_a_folder_names_no_home_host_or_key_unless_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    (tmp_path / "kb.toml").write_text(f"[kb]\n{line}\n")
    with pytest.raises(ConfigError, match=r"kb\.toml of this folder sets .*kb --config kb\.toml"):
        load_settings()
    name = line.partition(" ")[0].replace("-", "_")
    monkeypatch.delenv("KB_HOME")
    assert load_settings({"config": "kb.toml"}).origin[name] == "kb.toml"
    monkeypatch.setenv("KB_CONFIG", str(tmp_path / "kb.toml"))
    assert load_settings().origin[name] == str(tmp_path / "kb.toml")


def own_file(tmp_path: Path, text: str) -> None:
    folder = tmp_path / "config" / "standards-kb"
    folder.mkdir(parents=True)
    (folder / "kb.toml").write_text(text)


def test_a_key_goes_only_to_an_endpoint_of_the_same_place_or_a_stronger_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own_file(tmp_path, '[kb]\nllm_base_url = "https://own.example/v1"\nllm_api_key = "own"\n')
    assert load_settings().settings.llm_api_key == "own"
    assert load_settings({"llm_base_url": "https://flag.example/v1"}).settings.llm_api_key == "own"
    monkeypatch.setenv("KB_LLM_API_KEY", "sk-environment")
    loaded = load_settings()
    assert loaded.settings.llm_api_key == ""
    (said,) = loaded.notes
    assert "the key of KB_LLM_API_KEY is not sent" in words(said, "en")
    assert "sk-environment" not in words(said, "en") + repr(said)
    assert "KB_LLM_API_KEY에 둔 키는 보내지 않습니다" in words(said, "ko")
    monkeypatch.setenv("KB_LLM_BASE_URL", "https://environment.example/v1")
    assert (load_settings().settings.llm_api_key, load_settings().notes) == ("sk-environment", ())


def test_a_file_that_is_named_does_not_take_a_key_of_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "their.toml").write_text('[kb]\nllm_base_url = "http://127.0.0.1:9/v1"\n')
    monkeypatch.setenv("KB_LLM_API_KEY", "sk-environment")
    loaded = load_settings({"config": "their.toml"})
    assert (loaded.settings.llm_api_key, len(loaded.notes)) == ("", 1)


def test_a_key_without_an_endpoint_is_no_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KB_LLM_API_KEY", "sk-environment")
    assert (load_settings().settings.llm_api_key, load_settings().notes) == ("sk-environment", ())


def test_an_endpoint_with_a_query_is_not_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KB_LLM_BASE_URL", "https://own.example/v1?key=sk-123")
    with pytest.raises(ConfigError) as error:
        load_settings()
    assert "sk-123" not in str(error.value)


@pytest.mark.parametrize("value", ["a b", "http://x.example", "x.example:80", "*"])
def test_names_of_hosts_are_names(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("KB_ALLOWED_HOSTS", value)
    with pytest.raises(ConfigError, match="KB_ALLOWED_HOSTS"):
        load_settings()


def test_proxies_are_addresses_or_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KB_TRUSTED_PROXIES", "10.0.0.5, 10.1.0.0/16,::1")
    assert load_settings().settings.proxies == ("10.0.0.5", "10.1.0.0/16", "::1")
    for value in ("*", "proxy.example", "10.0.0.0/99"):
        monkeypatch.setenv("KB_TRUSTED_PROXIES", value)
        with pytest.raises(ConfigError, match="KB_TRUSTED_PROXIES"):
            load_settings()
