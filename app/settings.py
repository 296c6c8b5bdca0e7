"""Settings, read once: ``kb.toml``, overridden by ``KB_*`` variables, overridden by flags. Unknown keys are errors.

Files read, in this order: ``kb.toml`` in the user's configuration folder, then in the working directory, then the
one ``KB_CONFIG`` names. Each setting remembers where it came from (``kb config show``).
"""

from __future__ import annotations

import difflib
import os
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import platformdirs
import typed_settings as ts
from typed_settings.exceptions import InvalidOptionsError, TsError

from kb.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

APP = "standards-kb"
PREFIX = "KB_"
_SECRETS = frozenset({"llm_api_key"})
_NOT_SETTINGS = frozenset({"KB_CONFIG", "KB_VENV"})


def _default_home() -> str:
    return platformdirs.user_data_dir(APP)


@dataclass(frozen=True)
class Settings:
    """Everything that can be set. Paths are expanded; ``documents`` are extra folders to read."""

    home: str = field(default_factory=_default_home)
    documents: str = ""
    encoder: str = "e5"
    encoder_dtype: str = "auto"
    query_prompt: str = ""
    passage_prompt: str = ""
    korean: str = "stems"
    reranker: str = ""
    reranker_languages: str = ""
    reranker_depth: int = 20
    host: str = "127.0.0.1"
    port: int = 7860
    language: str = "auto"
    llm_base_url: str = ""
    llm_model: str = ""
    llm_api_key: str = field(default="", repr=False)
    llm_timeout: float = 30.0
    llm_max_tokens: int = 400

    @property
    def home_path(self) -> Path:
        """Where index, caches and added files live."""
        return Path(self.home).expanduser()

    @property
    def interface(self) -> str:
        """The language of the interface where nothing else tells one: "auto" is English."""
        return "en" if self.language == "auto" else self.language

    @property
    def encoder_cache(self) -> Path:
        """Where an encoder that must be converted is kept, and hashes that were checked."""
        return self.home_path / "cache" / "encoders"

    @property
    def document_folders(self) -> tuple[Path, ...]:
        """Extra folders, from a list separated as the system separates paths."""
        return tuple(Path(p).expanduser() for p in self.documents.split(os.pathsep) if p.strip())


@dataclass(frozen=True, slots=True)
class Loaded:
    """Settings and, for each, where it was set."""

    settings: Settings
    origin: Mapping[str, str]


def config_files() -> list[Path]:
    """The configuration files that exist, weakest first.

    :raises ConfigError: ``KB_CONFIG`` names a file that is not there.
    """
    found = [Path(platformdirs.user_config_dir(APP)) / "kb.toml", Path("kb.toml")]
    existing = [p for p in found if _is_readable(p)]
    named = os.environ.get("KB_CONFIG")
    if named:
        path = Path(named).expanduser()
        if not path.is_file():
            raise ConfigError(f"KB_CONFIG names {path}, which is not there")
        existing.append(path)
    return existing


def _is_readable(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a folder that may not be entered holds no settings of this person
        return False


def load(flags: Mapping[str, Any] | None = None) -> Loaded:
    """The settings in force; ``flags`` are those given on the command line (``None`` values are not given).

    :raises ConfigError: unknown key or variable, wrong type or value; names file or variable and the nearest name.
    """
    names = [a.name for a in fields(Settings)]
    _check_variables(names)
    values: dict[str, Any] = {}
    origin = dict.fromkeys(names, "default")
    layers: list[tuple[str, Any]] = [
        (str(path), ts.FileLoader(files=[path], formats={"*.toml": ts.TomlFormat("kb")})) for path in config_files()
    ]
    layers.append(("environment", ts.EnvLoader(prefix=PREFIX)))
    for label, loader in layers:
        for name, value in _read(label, loader).items():
            values[name] = value
            origin[name] = f"{PREFIX}{name.upper()}" if label == "environment" else label
    for name, value in (flags or {}).items():
        if value is not None:
            values[name] = value
            origin[name] = f"--{name.replace('_', '-')}"
    return Loaded(_structure(values, origin), origin)


def _read(label: str, loader: Any) -> dict[str, Any]:
    """What one source sets."""
    from typed_settings.cls_utils import deep_options

    try:
        loaded = loader(Settings, _options(deep_options))
    except InvalidOptionsError as error:
        raise ConfigError(f"{label}: {error}; `kb config show` lists the settings") from error
    except (TsError, ValueError) as error:
        raise ConfigError(f"{label}: {error}") from error
    parts = loaded if isinstance(loaded, list) else [loaded]
    return {name: value for part in parts for name, value in dict(part.settings).items()}


def _options(deep_options: Any) -> Any:
    return tuple(deep_options(Settings))


def _structure(values: Mapping[str, Any], origin: Mapping[str, str]) -> Settings:
    typed: dict[str, Any] = {}
    for option in fields(Settings):
        if option.name not in values:
            continue
        value, where = values[option.name], origin[option.name]
        said = shown(option.name, value)
        kind = {"float": float, "int": int}.get(getattr(option.type, "__name__", str(option.type)), str)
        if isinstance(value, bool) or not isinstance(value, (str, int, float)):
            raise ConfigError(f"{where}: {option.name} = {said!r} is not {_kind_name(kind)}")
        try:
            typed[option.name] = kind(value)
        except ValueError:
            raise ConfigError(f"{where}: {option.name} = {said!r} is not {_kind_name(kind)}") from None
        allowed = _ALLOWED.get(option.name)
        if allowed is not None and not allowed[0](typed[option.name]):
            raise ConfigError(f"{where}: {option.name} = {said!r}; it must be {allowed[1]}")
    return Settings(**typed)


_ALLOWED: dict[str, tuple[Callable[[Any], bool], str]] = {
    "encoder_dtype": (lambda v: v in {"auto", "float32", "bfloat16"}, "auto, float32 or bfloat16"),
    "language": (lambda v: v in {"auto", "en", "ko"}, "auto, en or ko"),
    "korean": (lambda v: v in {"stems", "kiwi"}, "stems or kiwi"),
    "reranker_languages": (lambda v: not v.strip() or _are_codes(v), "two-letter codes with commas, e.g. en,ko"),
    "reranker_depth": (lambda v: 2 <= v <= 200, "between 2 and 200"),
    "port": (lambda v: 1 <= v <= 65535, "between 1 and 65535"),
    "llm_base_url": (lambda v: not v or _is_endpoint(v), "http:// or https:// with a host, and no user name or query"),
    "llm_api_key": (lambda v: v.isascii() and v.isprintable() and " " not in v, "printable ASCII without blanks"),
    "llm_timeout": (lambda v: 0.1 <= v <= 3600, "between 0.1 and 3600 seconds"),
    "llm_max_tokens": (lambda v: 16 <= v <= 4000, "between 16 and 4000"),
}


def _are_codes(codes: str) -> bool:
    return all(len(c) == 2 and c.isascii() and c.isalpha() and c.islower() for c in map(str.strip, codes.split(",")))


def _is_endpoint(url: str) -> bool:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return False
    plain = not (parts.username or parts.password or parts.query or parts.fragment or "@" in parts.netloc)
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and plain


def shown(name: str, value: object) -> object:
    """A setting's value as it may be printed: a secret is only said to be set."""
    secret = name in _SECRETS or (name == "llm_base_url" and "@" in str(value))
    return "(set, not shown)" if secret and value else value


def _kind_name(kind: type) -> str:
    return {float: "a number", int: "a whole number", str: "text"}[kind]


def _check_variables(names: list[str]) -> None:
    known = {f"{PREFIX}{n.upper()}" for n in names} | _NOT_SETTINGS
    for variable in os.environ:
        if variable.startswith(PREFIX) and variable not in known:
            near = difflib.get_close_matches(variable, sorted(known), 1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise ConfigError(f"environment variable {variable} is no setting{hint}")
