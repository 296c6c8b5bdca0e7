"""Settings, read once: ``kb.toml``, overridden by ``KB_*`` variables, overridden by flags. Unknown keys are errors.

Files are read in this order: ``kb.toml`` in the user's configuration folder, then in the working directory, then the
file that ``KB_CONFIG`` names. The origin of each setting is kept (``kb config show``).
"""

from __future__ import annotations

import difflib
import os
import tomllib
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import platformdirs

from kb.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

APP = "standards-kb"
PREFIX = "KB_"
TABLE = "kb"
"""The table of ``kb.toml`` that holds the settings."""

_NOT_SETTINGS = frozenset({"KB_CONFIG", "KB_VENV"})
_KINDS = {str: "text", int: "a whole number", float: "a number"}


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


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its type, its purpose and its allowed values."""

    kind: type
    help: str
    check: Callable[[Any], bool]
    must_be: str
    secret: bool

    def typed(self, name: str, value: object, origin: str) -> Any:
        """A value as the setting's type.

        :raises ConfigError: it is of another type, or not allowed; names its origin.
        """
        said = f"{origin}: {name} = {printable_value(name, value)!r}"
        if isinstance(value, bool) or not isinstance(value, (str, int, float)):
            raise ConfigError(f"{said} is not {_KINDS[self.kind]}")
        try:
            found = self.kind(value)
        except (ValueError, OverflowError):
            raise ConfigError(f"{said} is not {_KINDS[self.kind]}") from None
        if not self.check(found):
            raise ConfigError(f"{said}; it must be {self.must_be}")
        return found


def _setting(
    default: Any, help: str, check: Callable[[Any], bool] = lambda _: True, must_be: str = "", *, secret: bool = False
) -> Any:
    """A row of the table of settings; a default that can be called is computed."""
    computed = callable(default)
    about = Setting(str if computed else type(default), help, check, must_be, secret)
    given: dict[str, Any] = {"default_factory" if computed else "default": default}
    return field(**given, repr=not secret, metadata={"about": about})


def _choice(*values: str) -> tuple[Callable[[Any], bool], str]:
    return lambda v: v in values, " or ".join(filter(None, (", ".join(values[:-1]), values[-1])))


def _between(low: float, high: float, unit: str = "") -> tuple[Callable[[Any], bool], str]:
    return lambda v: low <= v <= high, f"between {low} and {high}{unit}"


_CODES = (lambda v: not v.strip() or _are_codes(v)), "two-letter codes with commas, e.g. en,ko"
_ENDPOINT = (lambda v: not v or _is_endpoint(v)), "http:// or https:// with a host, and no user name or query"
_KEY = (lambda v: v.isascii() and v.isprintable() and " " not in v), "printable ASCII without blanks"


@dataclass(frozen=True)
class Settings:
    """Everything that can be set: one row a setting."""

    home: str = _setting(lambda: platformdirs.user_data_dir(APP), "folder of the index, of caches and added files")
    documents: str = _setting("", "extra folders to read, separated as the system separates paths")
    encoder: str = _setting("e5", "encoder: e5, minilm, or a folder")
    encoder_dtype: str = _setting(
        "auto", "numbers that the encoder computes with", *_choice("auto", "float32", "bfloat16")
    )
    query_prompt: str = _setting("", "text put before a question that is encoded")
    passage_prompt: str = _setting("", "text put before a passage that is encoded")
    korean: str = _setting("stems", "analyser of Korean words", *_choice("stems", "kiwi"))
    reranker: str = _setting("", "cross-encoder: a folder, or a name of the hub; empty: none")
    reranker_languages: str = _setting(
        "", "languages the reranker is used for; empty: those of its model card", *_CODES
    )
    reranker_depth: int = _setting(20, "candidates that the reranker reads", *_between(2, 200))
    host: str = _setting("127.0.0.1", "address that the app listens on")
    port: int = _setting(7860, "port that the app listens on", *_between(1, 65535))
    language: str = _setting("auto", "language of the interface", *_choice("auto", "en", "ko"))
    llm_base_url: str = _setting("", "endpoint of a language model that rephrases answers; empty: none", *_ENDPOINT)
    llm_model: str = _setting("", "name of the language model at its endpoint")
    llm_api_key: str = _setting("", "key that the endpoint asks for", *_KEY, secret=True)
    llm_timeout: float = _setting(30.0, "seconds for a whole reply", *_between(0.1, 3600, " seconds"))
    llm_max_tokens: int = _setting(400, "tokens of a reply", *_between(16, 4000))

    @property
    def home_path(self) -> Path:
        """The folder of the index, of caches and added files."""
        return Path(self.home).expanduser()

    @property
    def interface(self) -> str:
        """The language of the interface where the browser names none: "auto" is English."""
        return "en" if self.language == "auto" else self.language

    @property
    def encoder_cache(self) -> Path:
        """The folder of encoders that were converted, and of hashes that were checked."""
        return self.home_path / "cache" / "encoders"

    @property
    def document_folders(self) -> tuple[Path, ...]:
        """The extra folders of ``documents``."""
        return tuple(Path(p).expanduser() for p in self.documents.split(os.pathsep) if p.strip())


SETTINGS: dict[str, Setting] = {row.name: row.metadata["about"] for row in fields(Settings)}
_VARIABLES = {f"{PREFIX}{name.upper()}": name for name in SETTINGS}


@dataclass(frozen=True, slots=True)
class Loaded:
    """Settings and, for each, where it was set."""

    settings: Settings
    origin: Mapping[str, str]


def load_settings(flags: Mapping[str, Any] | None = None) -> Loaded:
    """The settings in force; ``flags`` are those given on the command line (``None`` values are not given).

    :raises ConfigError: unknown key or variable, wrong type or value; names file or variable and the nearest name.
    """
    _check_variables()
    values: dict[str, tuple[Any, str]] = {}
    for path in config_files():
        values |= {name: (value, str(path)) for name, value in _read(path).items()}
    values |= {name: (os.environ[v], v) for v, name in _VARIABLES.items() if v in os.environ}
    given = {name: value for name, value in (flags or {}).items() if value is not None}
    values |= {name: (value, f"--{name.replace('_', '-')}") for name, value in given.items()}
    typed = {name: about.typed(name, *values[name]) for name, about in SETTINGS.items() if name in values}
    return Loaded(Settings(**typed), {name: values.get(name, (None, "default"))[1] for name in SETTINGS})


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
    except OSError:  # a folder that this person may not enter has none of their settings
        return False


def _read(path: Path) -> dict[str, Any]:
    """What a file sets; a name may be written with hyphens."""
    try:
        table = tomllib.loads(path.read_text("utf-8")).get(TABLE, {})
    except (OSError, ValueError) as error:
        raise ConfigError(f"{path}: {error}") from error
    if not isinstance(table, dict):
        raise ConfigError(f"{path}: {TABLE} is not a table of settings; `kb config show` lists the settings")
    found = {name.replace("-", "_"): value for name, value in table.items()}
    if unknown := sorted(found.keys() - SETTINGS.keys()):
        raise ConfigError(f"{path}: Invalid options found: {', '.join(unknown)}; `kb config show` lists the settings")
    return found


def printable_value(name: str, value: object) -> object:
    """A setting's value as it may be printed: of a secret only that it is set."""
    secret = SETTINGS[name].secret or (name == "llm_base_url" and "@" in str(value))
    return "(set, not shown)" if secret and value else value


def _check_variables() -> None:
    known = _VARIABLES.keys() | _NOT_SETTINGS
    for variable in os.environ:
        if variable.startswith(PREFIX) and variable not in known:
            near = difflib.get_close_matches(variable, sorted(known), 1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise ConfigError(f"environment variable {variable} is no setting{hint}")
