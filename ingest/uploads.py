"""Reads files from outside in a worker process with bounds on time and memory: tables of questions, and drafts.

The command line reads such files in its own process, because its user gave them; a server must survive any file. Each
function returns a record of :mod:`kb`; errors are those of :mod:`kb.errors`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar, cast

from ingest import worker_pool
from ingest.drafts.reading import read_draft
from ingest.drafts.word_comments import DraftComment, with_comments
from ingest.readers.encodings import decode_bytes
from kb.errors import DocumentError
from kb.lists.tables import read_input

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kb.drafts.draft import Draft
    from kb.lists.tables import InputFile

UPLOAD_SECONDS = 60.0
"""Time limit for one file in seconds."""
UPLOAD_MEMORY = 2 * 1024**3
"""Address space of a worker in bytes."""

_A = TypeVar("_A")
_R = TypeVar("_R")


@dataclass(frozen=True, slots=True)
class CommentedDraft:
    """A Word draft and the comments to write into a copy of it: part, start, end and words of each."""

    path: Path
    comments: tuple[tuple[int, int, int, str], ...]

    @property
    def name(self) -> str:
        """The file's name, by which errors call it."""
        return self.path.name


def table_of_upload(path: Path) -> InputFile:
    """The tables of a file of questions and references.

    :raises DocumentError: the file cannot be read within the bounds.
    """
    return _bounded(_read_table, path)


def draft_of_upload(path: Path) -> Draft:
    """The draft in a file.

    :raises DocumentError: the file cannot be read within the bounds.
    """
    return _bounded(read_draft, path)


def commented_upload(path: Path, comments: Sequence[tuple[int, int, int, str]]) -> bytes:
    """The bytes of a copy of a Word draft with comments.

    :raises DocumentError: the copy cannot be made within the bounds.
    """
    return _bounded(_write_comments, CommentedDraft(path, tuple(comments)))


def _bounded(function: Callable[[_A], _R], argument: _A) -> _R:
    ((_, outcome),) = worker_pool.run(function, [argument], UPLOAD_SECONDS, UPLOAD_MEMORY, 1)
    if isinstance(outcome, DocumentError):
        raise outcome
    return cast("_R", outcome)


def _read_table(path: Path) -> InputFile:
    return read_input(path.read_bytes(), path.name, decode_bytes)


def _write_comments(draft: CommentedDraft) -> bytes:
    return with_comments(draft.path, [DraftComment(*each) for each in draft.comments])
