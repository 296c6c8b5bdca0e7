"""Compares a document's source file with the hash in the index, before anything opens the file.

A file can be replaced, truncated or removed while the index is in use. Its new content was never read within the bounds
of a build and has nothing to do with the quotes. Such a file is not opened: quotes are still shown, but no page is.
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
    """The state of a document's source file; the values are the keys of the messages about it."""

    SAME = ""
    BEYOND = "file slow"
    GONE = "file gone"
    CHANGED = "file changed"


def source_state(stored: StoredDocument) -> SourceState:
    """Whether the file that a document was read from is still there with the same bytes."""
    path = Path(stored.source)
    try:
        state = path.stat()
        same = _hash_of_state(path, state.st_mtime_ns, state.st_size, state.st_ino) == stored.sha256
    except (OSError, ValueError):  # ValueError: a name that no file can have
        return SourceState.GONE
    return SourceState.SAME if same else SourceState.CHANGED


def is_our_own(library: Library, stored: StoredDocument) -> bool:
    """Whether a document is the register's PDF, which this program itself wrote into the home folder."""
    edition = stored.edition
    compiled = Path(library.home).absolute() / COMPILED_REGISTER
    return bool(edition.is_register or edition.register_of) and Path(stored.source).absolute().parent == compiled


@lru_cache(maxsize=256)
def _hash_of_state(path: Path, _modified: int, _size: int, _inode: int) -> str:
    return file_sha256(path)


def source_notices(library: Library, citations: Iterable[Citation]) -> tuple[Notice, ...]:
    """A notice for each cited PDF whose file is gone or has changed, so that its pages cannot be shown."""
    notices: dict[str, Notice] = {}
    for citation in citations:
        stored = library.store.document(citation.doc_id)
        if stored is None or citation.doc_id in notices or stored.media_type != "application/pdf":
            continue
        state = source_state(stored)
        if state is SourceState.SAME and PAGE_WORKERS.gave_up(Path(stored.source), stored.sha256):
            state = SourceState.BEYOND
        if state is not SourceState.SAME:
            notices[citation.doc_id] = notice(f"quotes of a {state.value}", file=Path(stored.source).name)
    return tuple(notices.values())
