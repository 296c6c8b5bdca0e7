"""The file that a document was read from, compared with what was read before anything opens it.

A file on the disk can be replaced, cut or removed while the index is in service. What stands in it then was never
read within the bounds of a build, and says nothing about the quotes: it is not opened, the quotes stay, and nothing is
marked.
"""

from __future__ import annotations

from enum import Enum
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from kb.files import file_sha256
from kb.page_workers import PAGE_WORKERS
from kb.types import notice

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kb.index.layout import StoredDocument
    from kb.library.library import Library
    from kb.types import Citation, Notice


COMPILED_REGISTER = "register"
"""The folder of a home that holds the register as PDFs."""


class SourceState(str, Enum):
    """What is known of a document's file; the values are the keys of the messages that say so."""

    SAME = ""
    BEYOND = "file slow"
    GONE = "file gone"
    CHANGED = "file changed"


def source_state(stored: StoredDocument) -> SourceState:
    """Whether the file that a document was read from is still there, byte for byte."""
    path = Path(stored.source)
    try:
        state = path.stat()
        same = _hash_of_state(path, state.st_mtime_ns, state.st_size, state.st_ino) == stored.sha256
    except (OSError, ValueError):  # ValueError: a name that no file can have
        return SourceState.GONE
    return SourceState.SAME if same else SourceState.CHANGED


def is_our_own(library: Library, stored: StoredDocument) -> bool:
    """Whether a document is the register as it was compiled into this home, so that nobody else wrote its file."""
    edition = stored.edition
    compiled = Path(library.home).absolute() / COMPILED_REGISTER
    return bool(edition.is_register or edition.register_of) and Path(stored.source).absolute().parent == compiled


@lru_cache(maxsize=256)
def _hash_of_state(path: Path, _modified: int, _size: int, _inode: int) -> str:
    return file_sha256(path)


def source_notices(library: Library, citations: Iterable[Citation]) -> tuple[Notice, ...]:
    """A notice for each document whose quotes could be marked on a page, were its file still the one that was read."""
    said: dict[str, Notice] = {}
    for citation in citations:
        stored = library.store.document(citation.doc_id)
        if stored is None or citation.doc_id in said or stored.media_type != "application/pdf":
            continue
        state = source_state(stored)
        if state is SourceState.SAME and PAGE_WORKERS.gave_up(Path(stored.source), stored.sha256):
            state = SourceState.BEYOND
        if state is not SourceState.SAME:
            said[citation.doc_id] = notice(f"quotes of a {state.value}", file=Path(stored.source).name)
    return tuple(said.values())
