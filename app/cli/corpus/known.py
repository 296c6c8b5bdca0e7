"""The editions that ``kb corpus`` speaks of: those of the catalog, those of the index, and what a home recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.cli.console import tell_person
from app.cli.settings import settings_of
from kb.catalog.amendments import own_amendments, with_amendments
from kb.catalog.catalog import load_home_catalog, overlaid, read_successions
from kb.errors import IndexFolderError, NoIndexError
from kb.index.layout import INDEX
from kb.index.reader import Store

if TYPE_CHECKING:
    from collections.abc import Mapping

    import click

    from kb.catalog.catalog import Catalog
    from kb.types import Edition


def catalog_of_home(ctx: click.Context) -> Catalog:
    """The catalog, with what this home recorded of editions."""
    return load_home_catalog(settings_of(ctx).home_path)


def known_editions(ctx: click.Context, catalog: Catalog, loaded: dict[str, Edition]) -> dict[str, Edition]:
    """Every edition by id: as the index holds it, else as the catalog does, with what the home recorded of it."""
    home = settings_of(ctx).home_path
    known = [*loaded.values(), *(e for e in catalog.editions if e.doc_id not in loaded)]
    return {e.doc_id: e for e in overlaid(with_amendments(known, own_amendments(home)), read_successions(home))}


def loaded_reports(ctx: click.Context) -> dict[str, Mapping[str, Any]]:
    """How each document of the index was read, by its id; none where there is no index."""
    try:
        with Store.open(settings_of(ctx).home_path / INDEX) as store:
            return {d.doc_id: d.report for d in store.documents}
    except IndexFolderError:
        return {}


def loaded_editions(ctx: click.Context) -> dict[str, Edition]:
    """The editions whose documents the index holds, by id; none, and a message, where the index is damaged."""
    try:
        with Store.open(settings_of(ctx).home_path / INDEX) as store:
            return {d.doc_id: d.edition for d in store.documents}
    except NoIndexError:
        return {}
    except IndexFolderError as error:
        tell_person(f"kb: {error}")
        return {}
