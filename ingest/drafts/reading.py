"""Reads a file that a person wrote as a draft: its parts in reading order, within the same bounds as documents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.drafts.flowing import html_parts, markdown_parts, text_parts
from ingest.drafts.printed import pdf_parts
from ingest.drafts.tables import csv_parts, workbook_parts
from ingest.drafts.word import read_word
from ingest.readers.encodings import decode
from kb.drafts.draft import Draft
from kb.errors import TooLargeError, UnreadableError
from kb.types import notice

if TYPE_CHECKING:
    from pathlib import Path

MAX_DRAFT_BYTES = 60_000_000
"""Largest size of a draft in bytes."""

MAX_DRAFT_PARTS = 60_000
"""Largest number of paragraphs and rows of a draft."""

SUFFIXES = (".docx", ".pdf", ".md", ".markdown", ".html", ".htm", ".txt", ".csv", ".tsv", ".xlsx")


def read_draft(path: Path) -> Draft:
    """The draft in a file; the ending of the name decides the format.

    :raises UnreadableError: the file is of another kind, is damaged or has no words.
    :raises EncryptedError: a password is needed.
    :raises TooLargeError: the file exceeds the bounds of this module or of its reader.
    """
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        raise UnreadableError(notice("draft other kind", file=path.name, kinds=", ".join(SUFFIXES)))
    try:
        size = path.stat().st_size
    except OSError as error:
        raise UnreadableError(notice("file fault", file=path.name, why=str(error.strerror))) from error
    if size > MAX_DRAFT_BYTES:
        raise TooLargeError(notice("draft large", file=path.name, size=size, most=MAX_DRAFT_BYTES))
    if suffix == ".docx":
        draft = read_word(path).draft
    elif suffix == ".pdf":
        draft = Draft(path.name, pdf_parts(path))
    elif suffix == ".xlsx":
        parts, remarks = workbook_parts(path)
        draft = Draft(path.name, parts, remarks)
    else:
        text = decode(path)[0].lstrip("\ufeff")
        if suffix in {".csv", ".tsv"}:
            parts = csv_parts(text)
        elif suffix in {".md", ".markdown"}:
            parts = markdown_parts(text)
        else:
            parts = html_parts(text) if suffix in {".html", ".htm"} else text_parts(text)
        draft = Draft(path.name, parts)
    if len(draft.parts) > MAX_DRAFT_PARTS:
        n = len(draft.parts)
        raise TooLargeError(notice("draft many paragraphs", file=path.name, n=n, most=MAX_DRAFT_PARTS))
    if not any(part.text.strip() for part in draft.parts):
        raise UnreadableError(notice("draft no words", file=path.name))
    return draft
