"""Compares the text of each page with two other readers: pypdf, and poppler's ``pdftotext`` where it is installed.

The index is read with pdfium; the two other readers, here called witnesses, only serve as a check. Words are compared
in any order, without regard to white space, hyphens at line ends, case and ligatures. A page with the same words in
another order is noted with a share of 0.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest import worker_pool
from ingest.readers.pdf import plain_texts
from kb import pdf
from kb.errors import DocumentError
from kb.text.cleaning import fold
from kb.types import SOFT_HYPHEN

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from kb.types import Notice

WITNESS_SECONDS = 60.0
"""Time limit of ``pdftotext`` for one file, in seconds."""


@dataclass(frozen=True, slots=True)
class WitnessNote:
    """The difference between our text of a page and a witness's.

    ``share`` is the share of the words (of both sides, each counted once) that only one side has, 0 to 1; at 0 the
    words agree and only their order differs. ``ours`` and ``theirs`` are the first difference in the folded texts, at
    most 24 characters each.
    """

    page: int
    witness: str
    share: float
    ours: str
    theirs: str


@dataclass(frozen=True, slots=True)
class Witnessed:
    """The notes of the witnesses on a file, and notices about pages that pdfium itself cannot load."""

    notes: tuple[WitnessNote, ...]
    unread: tuple[Notice, ...] = ()


def witnessed(path: Path) -> Witnessed | DocumentError:
    """The notes of the witnesses on a file, made in a worker process with the usual bounds; the error if it cannot be
    read."""
    found: Witnessed | DocumentError = next(worker_pool.run(read_and_compare, [path], workers=1))[1]
    return found


def read_and_compare(path: Path) -> Witnessed:
    """Does the work of :func:`witnessed` in this process.

    :raises UnreadableError: pdfium cannot open the file.
    """
    pages: list[str | None] = []
    unread: list[Notice] = []
    with pdf.open_pdf(path) as document:
        for number in range(1, len(document) + 1):
            try:
                pages.append(pdf.read_page(document, number).text)
            except DocumentError as error:
                pages.append(None)
                unread.append(error.as_notice)
    return Witnessed(compare(path, pages), tuple(unread))


def page_texts(path: Path) -> tuple[str | None, ...]:
    """The text of each page as pdfium reads it, ``None`` for a page that it cannot load; meant for a worker process.

    :raises UnreadableError: pdfium cannot open the file.
    """
    out: list[str | None] = []
    with pdf.open_pdf(path) as document:
        for number in range(1, len(document) + 1):
            try:
                out.append(pdf.read_page(document, number).text)
            except DocumentError:
                out.append(None)
    return tuple(out)


def compare(path: Path, pages: Sequence[str | None]) -> tuple[WitnessNote, ...]:
    """A note for each page and witness that differ by more than white space; a witness that is not installed or cannot
    read the file gives none.

    :param pages: pdfium's raw page texts, ``None`` where it has none.
    """
    notes: list[WitnessNote] = []
    for witness, texts in (("pypdf", plain_texts(path)), ("pdftotext", _pdftotext(path))):
        for index, (ours, theirs) in enumerate(zip(pages, texts, strict=False), 1):
            note = None if ours is None else _compare_page(index, witness, ours, theirs)
            if note is not None:
                notes.append(note)
    return tuple(sorted(notes, key=lambda n: (n.page, n.witness)))


def _pdftotext(path: Path) -> list[str]:
    """Page texts in the order of the content stream; empty if poppler is not installed or fails."""
    program = shutil.which("pdftotext")
    if program is None:
        return []
    try:
        done = subprocess.run(
            [program, "-raw", "-enc", "UTF-8", str(path), "-"], capture_output=True, timeout=WITNESS_SECONDS, check=True
        )
    except (subprocess.SubprocessError, OSError):
        return []
    return done.stdout.decode("utf-8", "replace").split("\f")


def _compare_page(index: int, witness: str, ours: str, theirs: str) -> WitnessNote | None:
    a, b = fold(ours), fold(theirs)
    if a == b:
        return None
    mine, yours = _page_words(ours), _page_words(theirs)
    only_mine = Counter({w: n for w, n in (mine - yours).items() if w not in b})
    only_yours = Counter({w: n for w, n in (yours - mine).items() if w not in a})
    union = sum((mine | yours).values())
    share = (only_mine.total() + only_yours.total()) / union if union else 0.0
    at = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
    return WitnessNote(index, witness, round(min(1.0, share), 4), a[at : at + 24], b[at : at + 24])


_BROKEN_AT_LINE_END = re.compile(rf"(?:-|{SOFT_HYPHEN})\s*\n\s*|{SOFT_HYPHEN}")


def _page_words(text: str) -> Counter[str]:
    """The words of a page, folded; a word that is broken at a line end counts as one."""
    return Counter(
        w for w in (fold(word) for word in _BROKEN_AT_LINE_END.sub("", text).split()) if any(map(str.isalnum, w))
    )
