"""Gives the installed catalog, from a cache in the home folder unless its data files have changed."""

from __future__ import annotations

from dataclasses import astuple, fields
from typing import TYPE_CHECKING, Any

from kb.catalog.catalog import Catalog, corpus_dir, load_catalog, text_of_corpus
from kb.catalog.data_cache import kept_data
from kb.catalog.publications import (
    PUBLISHERS_FILE,
    Adoption,
    Body,
    Described,
    Family,
    Group,
    Publications,
    Publisher,
    Series,
    Work,
)
from kb.types import Edition, KnownFile, Status

if TYPE_CHECKING:
    from pathlib import Path

CATALOG_CACHE = "cache/catalog"
_CATALOG_FILE = "catalog.toml"
_PUBLICATIONS: tuple[type, ...] = (Publisher, Body, Work, Series, Family, Group, Described, Adoption)
"""The records of :class:`Publications` after its schemes, in the order of its fields."""


def installed_catalog(home: Path) -> Catalog:
    """The catalog as installed, without what the home recorded.

    :raises ConfigError: see :func:`kb.catalog.catalog.load_catalog`.
    """
    corpus = corpus_dir()
    path = corpus / _CATALOG_FILE
    sources = (path, corpus / PUBLISHERS_FILE)
    data = kept_data(home / CATALOG_CACHE, sources, lambda: _plain_catalog(load_catalog(text_of_corpus(path))))
    schemes = {name: None if kinds is None else frozenset(kinds) for name, kinds in data["schemes"].items()}
    known = [
        tuple(kind(*map(_frozen, row)) for row in rows)
        for kind, rows in zip(_PUBLICATIONS, data["publications"], strict=True)
    ]
    return Catalog(tuple(map(_edition_of, data["editions"])), Publications(schemes, *known))


def _plain_catalog(catalog: Catalog) -> dict[str, Any]:
    known = [getattr(catalog.publications, field.name) for field in fields(Publications)][1:]
    schemes = catalog.publications.schemes
    return {
        "editions": [list(astuple(edition)) for edition in catalog.editions],
        "schemes": {name: None if kinds is None else sorted(kinds) for name, kinds in schemes.items()},
        "publications": [[list(astuple(each)) for each in rows] for rows in known],
    }


def _edition_of(row: list[Any]) -> Edition:
    values = dict(zip(_EDITION_FIELDS, map(_frozen, row), strict=True))
    values["status"] = Status(values["status"])
    values["files"] = tuple(KnownFile(*file) for file in values["files"])
    return Edition(**values)


_EDITION_FIELDS = [field.name for field in fields(Edition)]


def _frozen(value: Any) -> Any:
    """A value of a record: what JSON has as a list is a tuple there."""
    return tuple(map(_frozen, value)) if isinstance(value, list) else value
