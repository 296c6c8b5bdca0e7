"""Removes documents from the index, and keeps the list of removed files that later builds must not read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.home import REMOVED, build_lock, text_of
from ingest.next_index import NextIndex
from ingest.sources.find import shown, system_message
from ingest.versions import index_settings
from kb.errors import IndexFolderError
from kb.files import write_whole
from kb.index.layout import INDEX
from kb.index.reader import Store
from kb.index.writer import sweep_leftovers
from kb.types import notice

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from kb.protocols import Encoder


def removed_documents(home: Path) -> dict[str, str]:
    """The ids of removed documents by the SHA-256 of their files. A build does not read such a file unless the person
    names it."""
    lines = (line.split() for line in text_of(home / REMOVED).splitlines())
    return {words[0]: words[1] for words in lines if len(words) == 2}


def _remember_removed(home: Path, removed: dict[str, str]) -> None:
    write_whole(home / REMOVED, "".join(f"{sha256} {doc_id}\n" for sha256, doc_id in removed.items()))


def restore(home: Path, sha256: str) -> None:
    """Takes a file off the list of removed documents, because the person has added it again.

    :raises IndexFolderError: the list cannot be written.
    """
    try:
        restore_all(home, [sha256])
    except OSError as error:
        raise IndexFolderError(notice("home not writable", place=shown(home), why=system_message(error))) from error


def restore_all(home: Path, hashes: Iterable[str]) -> None:
    """Takes files off the list of removed documents. The caller holds the build lock.

    :raises OSError: the list cannot be written.
    """
    removed = removed_documents(home)
    gone = set(hashes)
    left = {sha256: doc_id for sha256, doc_id in removed.items() if sha256 not in gone}
    if left != removed:
        _remember_removed(home, left)


def remove_document(home: Path, doc_id: str, encoder: Encoder, today: str, version: str) -> str:
    """Builds the index without one document, and lists it as removed for later builds; returns the id of the index.

    :raises IndexFolderError: there is no index, no such document in it, or the document is a register, which belongs to
        the project.
    """
    with build_lock(home):
        sweep_leftovers(home / INDEX)
        with Store.open(home / INDEX) as old:
            stored = old.document(doc_id)
            if stored is None:
                raise IndexFolderError(notice("document not in index", id=doc_id))
            if stored.edition.register_of:
                raise IndexFolderError(notice("register not removable", id=doc_id))
            rest = [old.kept(d.doc_id) for d in old.documents if d.doc_id != doc_id]
            settings = index_settings(encoder, old.korean.name)
            ident = NextIndex(home, old, old.changed_files(), rest, encoder, settings, []).write(version, today)
        _remember_removed(home, removed_documents(home) | {stored.sha256: doc_id})
        return ident
