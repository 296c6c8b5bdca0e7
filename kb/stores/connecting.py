"""Connects to the store that an address names. Each client library is loaded only for its kind of store."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from kb.errors import ConfigError
from kb.types import notice

if TYPE_CHECKING:
    from kb.stores.protocol import StoreAddress, StoreServer

QDRANT, POSTGRES = "qdrant", "postgres"

EXAMPLE_PLACES = {QDRANT: "http://127.0.0.1:6333", POSTGRES: "postgresql://kb@127.0.0.1:5432/kb"}
_DOORS = {QDRANT: ("kb.stores.qdrant", "QdrantStore"), POSTGRES: ("kb.stores.postgres", "PostgresStore")}
"""The module and the class of each kind; the package that the module imports need not be installed."""


def is_of_postgres(url: str) -> bool:
    """Whether an address is one of PostgreSQL."""
    return url.startswith(("postgresql://", "postgres://"))


def connect(address: StoreAddress) -> StoreServer:
    """Connects to a store.

    :raises StoreError: it is away, refuses, or is of another version.
    :raises ConfigError: the package of its client is not installed, or the address lacks a place or has no name that
        a store can keep apart from others.
    """
    if not address.is_name(address.name):
        raise ConfigError(notice("store name wrong", store=address.kind, name=repr(address.name[:40])))
    if is_of_postgres(address.url) != (address.kind == POSTGRES) or not address.place:
        raise ConfigError(notice("store without place", store=address.kind, example=EXAMPLE_PLACES[address.kind]))
    module, name = _DOORS[address.kind]
    try:
        made: StoreServer = getattr(importlib.import_module(module), name)(address)
    except ModuleNotFoundError as error:
        raise ConfigError(notice("store client absent", store=address.kind, package=error.name or "")) from error
    return made
