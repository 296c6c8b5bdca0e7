"""Builds an index as ``kb ingest`` does, with the stand-in encoder and without the register."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ingest.pipeline import Summary, ingest_paths
from ingest.plan import FileOutcome, FileReport
from kb.catalog.register import Register
from kb.index.reader import Store
from tests.fakes import WordEncoder

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from kb.types import FloatArray

NO_REGISTER = Register((), (), {}, {})


def build(home: Path, *paths: Path, **options: Any) -> Summary:
    """``ingest_paths`` with everything that does not matter filled in."""
    given: dict[str, Any] = {
        "encoder": WordEncoder(),
        "register": NO_REGISTER,
        "today": "2026-01-02",
        "version": "0",
    } | options
    return ingest_paths(home, paths, **given)


def outcomes(summary: Summary) -> dict[str, FileOutcome]:
    """What became of each file, by its name; a name that stands in two reports is our own mistake."""
    names = [report.path.rpartition("/")[2] for report in summary.files]
    assert len(set(names)) == len(names), names
    return {name: report.outcome for name, report in zip(names, summary.files, strict=True)}


def report_of(summary: Summary, name: str) -> FileReport:
    """The one report of a file."""
    (found,) = [r for r in summary.files if r.path.rpartition("/")[2] == name]
    return found


class NoEncoder(WordEncoder):
    """Knows what it is, and fails when it should encode: nothing new was to be encoded."""

    def encode_passages(self, texts: Sequence[str]) -> FloatArray:
        raise AssertionError(f"{len(texts)} texts to encode, the first {texts[0]!r}")


def documents(home: Path) -> dict[str, str]:
    """Title → text of every document in the index."""
    with Store.open(home / "index") as store:
        return {d.edition.title: store.text(d.doc_id) for d in store.documents}


def doc_id(home: Path, title: str) -> str:
    """The id of the document with a title."""
    with Store.open(home / "index") as store:
        (found,) = [d.doc_id for d in store.documents if d.edition.title == title]
        return found
