"""Settings, read once: ``kb.toml``, overridden by ``KB_*`` variables, overridden by flags. Unknown keys are errors.

Files are read in this order: ``kb.toml`` in the user's configuration folder, then in the working directory, then the
file that ``KB_CONFIG`` or ``--config`` names. The origin of each setting is kept (``kb config show``).

A working directory may be another person's: its ``kb.toml`` may not say where questions, quotes and keys go
(:data:`NEVER_FROM_A_FOLDER`) unless it is named. And a key goes only where the endpoint was set in the same place as
the key or in a stronger one, so that no weaker file can lead a key elsewhere.
"""

from __future__ import annotations

import contextlib
import difflib
import ipaddress
import os
import re
import tomllib
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlsplit

import platformdirs

from kb import StoreAddress
from kb.errors import ConfigError
from kb.messages import LANGUAGES
from kb.types import notice

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from kb.types import Notice

APP = "standards-kb"
EMBEDDED = "embedded"
"""The kind of store that is the files of the home folder."""
PREFIX = "KB_"
TABLE = "kb"
"""The table of ``kb.toml`` that holds the settings."""

NEVER_FROM_A_FOLDER = frozenset(
    "home host allowed_hosts trusted_proxies sso_header sso_editors log log_head log_days "
    "llm_base_url llm_api_key store store_url store_name store_key".split()
)
"""Settings that the ``kb.toml`` of a working directory may not hold: homes, hosts, keys and the log."""

ENDPOINT_OF = {"llm_api_key": "llm_base_url", "store_key": "store_url"}
"""For each key the setting that says where it goes."""

_NOT_SETTINGS = frozenset({"KB_CONFIG", "KB_VENV"})
_PATH = re.compile(r"(/[A-Za-z0-9._~-]+)+")
_TLS_OF_POSTGRES = {"sslmode", "sslrootcert"}
_HEADER_NAME = re.compile(r"[A-Za-z0-9-]+")
_KINDS = {
    str: notice("setting kind text"),
    int: notice("setting kind whole"),
    float: notice("setting kind number"),
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


def _is_store_url(url: str) -> bool:
    if not url.startswith(("postgresql://", "postgres://")):
        return _is_endpoint(url)
    try:
        parts = urlsplit(url)
        asked = dict(parse_qsl(parts.query, strict_parsing=bool(parts.query)))
        _ = parts.port
    except ValueError:
        return False
    return bool(parts.hostname) and parts.password is None and not parts.fragment and asked.keys() <= _TLS_OF_POSTGRES


def _listed_parts(listed: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in listed.split(",") if part.strip())


def _is_host_name(name: str) -> bool:
    return name.isascii() and all(part and part.replace("-", "").isalnum() for part in name.split("."))


def _is_network(text: str) -> bool:
    try:
        ipaddress.ip_network(text, strict=False)
    except ValueError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its type, its purpose and its allowed values."""

    kind: type
    help: str
    check: Callable[[Any], bool]
    wanted: Notice | None
    secret: bool

    def typed(self, name: str, value: object, origin: str) -> Any:
        """A value as the setting's type.

        :raises ConfigError: it is of another type, or not allowed; names its origin.
        """
        values = {"origin": origin, "name": name, "value": repr(printable_value(name, value))}
        other_kind = ConfigError(notice("setting of kind", **values, kind=_KINDS[self.kind]))
        if isinstance(value, bool) or not isinstance(value, (str, int, float)):
            raise other_kind
        try:
            found = self.kind(value)
        except (ValueError, OverflowError):
            raise other_kind from None
        if not self.check(found):
            raise ConfigError(notice("setting must be", **values, wanted=self.wanted))
        return found


def _setting(
    default: Any,
    help: str,
    check: Callable[[Any], bool] = lambda _: True,
    wanted: Notice | None = None,
    *,
    secret: bool = False,
) -> Any:
    """A row of the table of settings; a default that can be called is computed."""
    computed = callable(default)
    about = Setting(str if computed else type(default), help, check, wanted, secret)
    given: dict[str, Any] = {"default_factory" if computed else "default": default}
    return field(**given, repr=not secret, metadata={"about": about})


def _choice(*values: str) -> tuple[Callable[[Any], bool], Notice]:
    return lambda v: v in values, notice("setting choice", names=", ".join(values[:-1]), last=values[-1])


def _between(low: float, high: float) -> tuple[Callable[[Any], bool], Notice]:
    return lambda v: low <= v <= high, notice("setting between", low=low, high=high)


def _seconds(low: float, high: float) -> tuple[Callable[[Any], bool], Notice]:
    return lambda v: low <= v <= high, notice("setting between seconds", low=low, high=high)


_CODES = (lambda v: not v.strip() or _are_codes(v)), notice("setting codes")
_ENDPOINT = (lambda v: not v or _is_endpoint(v)), notice("setting endpoint")
_NAMES_OF_HOSTS = (
    (lambda v: all(map(_is_host_name, _listed_parts(v)))),
    notice("setting hosts"),
)
_NETWORKS = (
    (lambda v: all(map(_is_network, _listed_parts(v)))),
    notice("setting networks"),
)
_STORE_URL = (lambda v: not v or _is_store_url(v)), notice("setting store url")
_NAME_IN_STORE = StoreAddress.is_name, notice("setting store name")
_ROOT_PATH = (lambda v: not v or bool(_PATH.fullmatch(v))), notice("setting path")
_HEADER = (lambda v: not v or bool(_HEADER_NAME.fullmatch(v))), notice("setting header")
_KEY = (lambda v: v.isascii() and v.isprintable() and " " not in v), notice("setting key")


@dataclass(frozen=True)
class Settings:
    """Everything that can be set: one row a setting."""

    home: str = _setting(lambda: platformdirs.user_data_dir(APP), "folder of the index, of caches and added files")
    documents: str = _setting("", "extra folders to read, separated as the system separates paths")
    store: str = _setting(
        EMBEDDED, "where the rows of the index are searched", *_choice(EMBEDDED, "qdrant", "postgres")
    )
    store_url: str = _setting(
        "", "the store's place, without a password; empty: Qdrant's own files in the home folder", *_STORE_URL
    )
    store_name: str = _setting("kb", "name of this knowledge base in the store", *_NAME_IN_STORE)
    store_key: str = _setting("", "key or password of the store", *_KEY, secret=True)
    store_shards: int = _setting(1, "parts into which Qdrant divides an index", *_between(1, 1000))
    store_workers: int = _setting(2, "processes that write into the store at once", *_between(1, 64))
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
    exact_up_to: int = _setting(
        100_000, "passages up to which the nearest vectors are searched exactly", *_between(0, 10**9)
    )
    host: str = _setting("127.0.0.1", "address that the app listens on")
    port: int = _setting(7860, "port that the app listens on", *_between(1, 65535))
    allowed_hosts: str = _setting("", "further names that the app is reached by, with commas", *_NAMES_OF_HOSTS)
    trusted_proxies: str = _setting(
        "", "addresses or networks of proxies whose X-Forwarded headers count, with commas", *_NETWORKS
    )
    root_path: str = _setting("", "path under which a proxy serves the app, e.g. /kb", *_ROOT_PATH)
    sso_header: str = _setting("", "header in which a trusted proxy names who is signed in; empty: none", *_HEADER)
    sso_editors: str = _setting("", "names that the proxy gives and that are editors, with commas; others read")
    language: str = _setting("auto", "language of the interface", *_choice("auto", "en", "ko"))
    log: str = _setting(
        "on", "whether questions, lists and checks are logged in the home folder", *_choice("on", "off")
    )
    log_head: str = _setting("", "folder of the log's head and keys; empty: in the home folder")
    log_days: int = _setting(0, "days after which persons' words in the log are erased; 0: never", *_between(0, 36500))
    llm_base_url: str = _setting("", "endpoint of a language model that rephrases answers; empty: none", *_ENDPOINT)
    llm_model: str = _setting("", "name of the language model at its endpoint")
    llm_api_key: str = _setting("", "key that the endpoint asks for", *_KEY, secret=True)
    llm_timeout: float = _setting(30.0, "seconds for a whole reply", *_seconds(0.1, 3600))
    llm_max_tokens: int = _setting(400, "tokens of a reply", *_between(16, 4000))

    @property
    def home_path(self) -> Path:
        """The folder of the index, of caches and added files."""
        return Path(self.home).expanduser()

    @property
    def store_address(self) -> StoreAddress | None:
        """The store that the index is searched in; ``None`` for the files of the home folder."""
        if self.store == EMBEDDED:
            return None
        folder = None if self.store_url else self.home_path / "qdrant"
        return StoreAddress(self.store, self.store_url, folder, self.store_name, self.store_shards, self.store_key)

    @property
    def is_logged(self) -> bool:
        """Whether questions, lists and checks are logged."""
        return self.log == "on"

    @property
    def log_head_folder(self) -> Path | None:
        """The folder of the log's head and keys, where it is not under the home."""
        return Path(self.log_head).expanduser() if self.log_head.strip() else None

    @property
    def interface(self) -> str:
        """The language of the interface where the browser names none: "auto" is English."""
        return "en" if self.language == "auto" else self.language

    @property
    def served_names(self) -> frozenset[str]:
        """The further names that the app is reached by, in lower case."""
        return frozenset(name.lower() for name in _listed_parts(self.allowed_hosts))

    @property
    def proxies(self) -> tuple[str, ...]:
        """The addresses and networks of proxies that are trusted."""
        return _listed_parts(self.trusted_proxies)

    @property
    def single_sign_on_editors(self) -> tuple[str, ...]:
        """The names that a proxy gives and that are editors."""
        return _listed_parts(self.sso_editors)

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
    """Settings and, for each, where it was set; ``notes`` for the person who set them."""

    settings: Settings
    origin: Mapping[str, str]
    notes: tuple[Notice, ...] = ()


def load_settings(flags: Mapping[str, Any] | None = None) -> Loaded:
    """The settings in force; ``flags`` are those given on the command line (``None`` values are not given).

    The flag ``config`` names a further file. A key that was set in a stronger place than its endpoint is left out, and
    a note says so.

    :raises ConfigError: unknown key or variable, wrong type or value; names file or variable and the nearest name.
    """
    _check_variables()
    given = {name: value for name, value in (flags or {}).items() if value is not None}
    named = given.pop("config", None)
    layers: list[dict[str, tuple[Any, str]]] = []
    for path, is_named in _layers_of_files(named):
        layers.append({name: (value, str(path)) for name, value in _read(path, is_named).items()})
    layers.append({name: (os.environ[v], v) for v, name in _VARIABLES.items() if v in os.environ})
    layers.append({name: (value, f"--{name.replace('_', '-')}") for name, value in given.items()})
    values: dict[str, tuple[Any, str]] = {}
    rank: dict[str, int] = {}
    for n, layer in enumerate(layers):
        values |= layer
        rank |= dict.fromkeys(layer, n)
    notes: list[Notice] = []
    for key, endpoint in ENDPOINT_OF.items():
        if values.get(key, ("",))[0] and rank.get(endpoint, len(layers)) < rank[key]:
            places = {"origin": values.pop(key)[1], "endpoint": values[endpoint][1]}
            notes.append(notice("setting key not sent", **places, secret=key, place=endpoint))
    typed = {name: about.typed(name, *values[name]) for name, about in SETTINGS.items() if name in values}
    origin = {name: values.get(name, (None, "default"))[1] for name in SETTINGS}
    return Loaded(Settings(**typed), origin, tuple(notes))


def _layers_of_files(named: str | None) -> list[tuple[Path, bool]]:
    """The files, weakest first, and whether each may set everything, as the person's own file and named files may."""
    own, here = Path(platformdirs.user_config_dir(APP)) / "kb.toml", Path("kb.toml")
    chosen: list[Path] = []
    for text, by in ((os.environ.get("KB_CONFIG"), "KB_CONFIG"), (named, "--config")):
        if text:
            path = Path(text).expanduser()
            if not path.is_file():
                raise ConfigError(notice("settings named absent", by=by, path=str(path)))
            chosen.append(path)
    found = [(own, True)] if _is_readable(own) else []
    if _is_readable(here) and not any(here.samefile(path) for path in (*chosen, *(p for p, _ in found))):
        found.append((here, False))
    return [*found, *((path, True) for path in chosen)]


def _is_readable(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:  # a folder that this person may not enter has none of their settings
        return False


def _read(path: Path, is_named: bool = True) -> dict[str, Any]:
    """The settings in a file; a name may be written with hyphens.

    :raises ConfigError: it cannot be read, or has a setting that it may not have.
    """
    found = {name.replace("-", "_"): value for name, value in _table_in(path).items()}
    if unknown := sorted(found.keys() - SETTINGS.keys()):
        raise ConfigError(notice("settings unknown", path=str(path), names=", ".join(unknown)))
    if not is_named and (kept := sorted(found.keys() & NEVER_FROM_A_FOLDER)):
        raise ConfigError(notice("settings of a folder", path=str(path), names=", ".join(kept)))
    return found


def _table_in(path: Path) -> dict[str, Any]:
    try:
        table = tomllib.loads(path.read_text("utf-8")).get(TABLE, {})
    except (OSError, ValueError) as error:
        raise ConfigError(notice("file fault", file=str(path), why=str(error))) from error
    if not isinstance(table, dict):
        raise ConfigError(notice("settings no table", path=str(path), table=TABLE))
    return table


def interface_despite_faults(named: str | None = None) -> str:
    """The language of the interface if other settings are wrong: the one in the strongest place that can be read.
    ``named`` is the file of the command line."""
    candidates = [os.environ.get("KB_LANGUAGE")]
    with contextlib.suppress(ConfigError):
        for path, _ in reversed(_layers_of_files(named)):
            with contextlib.suppress(ConfigError):
                candidates.append(_table_in(path).get("language"))
    return next((str(each) for each in candidates if each in LANGUAGES), LANGUAGES[0])


def printable_value(name: str, value: object) -> object:
    """A setting's value as it may be printed: of a secret only that it is set."""
    secret = SETTINGS[name].secret or (name == "llm_base_url" and any(sign in str(value) for sign in "@?#"))
    secret = secret or (name == "store_url" and not _is_store_url(str(value)))
    return "(set, not shown)" if secret and value else value


def _check_variables() -> None:
    known = _VARIABLES.keys() | _NOT_SETTINGS
    for variable in os.environ:
        if variable.startswith(PREFIX) and variable not in known:
            if near := difflib.get_close_matches(variable, sorted(known), 1):
                raise ConfigError(notice("setting variable near", variable=variable, near=near[0]))
            raise ConfigError(notice("setting variable unknown", variable=variable))
