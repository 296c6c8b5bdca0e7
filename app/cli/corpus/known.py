"""Gives ``kb corpus`` its editions: those of the catalog, those of the index, and those that the home folder
recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.cli.console import tell_person
from app.cli.opened import knowledge_base
from app.cli.settings import error_in_words, settings_of
from kb.catalog.amendments import own_amendments, with_amendments
from kb.catalog.catalog import load_home_catalog, overlaid, read_successions
from kb.errors import IndexFolderError, NoIndexError

if TYPE_CHECKING:
    import click

    from kb import Contents, StoredDocument
    from kb.catalog.catalog import Catalog
    from kb.types import Edition


def catalog_of_home(ctx: click.Context) -> Catalog:
    """The catalog together with the successions that this home recorded."""
    return load_home_catalog(settings_of(ctx).home_path)


def known_editions(ctx: click.Context, catalog: Catalog, loaded: dict[str, Edition]) -> dict[str, Edition]:
    """Every edition by id: as the index has it, else as the catalog has it, with the records of the home."""
    home = settings_of(ctx).home_path
    known = [*loaded.values(), *(e for e in catalog.editions if e.doc_id not in loaded)]
    return {e.doc_id: e for e in overlaid(with_amendments(known, own_amendments(home)), read_successions(home))}


def loaded_contents(ctx: click.Context) -> Contents | None:
    """The contents of the index; ``None`` if there is none, and ``None`` with a message if it is damaged."""
    try:
        return knowledge_base(ctx).contents()
    except NoIndexError:
        return None
    except IndexFolderError as error:
        tell_person(f"kb: {error_in_words(ctx, error)}")
        return None


def loaded_documents(ctx: click.Context) -> dict[str, StoredDocument]:
    """The documents of the index by id; empty if there is no index, with a message if it is damaged."""
    return documents_of(loaded_contents(ctx))


def documents_of(contents: Contents | None) -> dict[str, StoredDocument]:
    """The documents of an index by id; none without one."""
    return {document.doc_id: document for document in contents.documents} if contents else {}


def editions_of(documents: dict[str, StoredDocument]) -> dict[str, Edition]:
    """The editions of documents, by id."""
    return {doc_id: document.edition for doc_id, document in documents.items()}
