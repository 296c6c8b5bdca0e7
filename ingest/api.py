"""The index for Python programs: build it, add a file, remove a document, with the defaults of the command line."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ingest import removal
from ingest.home import CACHE
from ingest.pipeline import ingest_paths
from ingest.sources.add import add_file
from kb.catalog.register import load_corpus
from kb.models.encoder import SentenceEncoder
from kb.release import package_version, today

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ingest.embedding import Tell
    from ingest.pipeline import Summary
    from ingest.sources.add import Added
    from kb.catalog.register import Register
    from kb.protocols import Encoder

ENCODER = "e5"


def build(
    home: str | Path,
    paths: Iterable[str | Path] = (),
    *,
    encoder: Encoder | None = None,
    register: Register | None = None,
    force: bool = False,
    ocr: bool = False,
    dry_run: bool = False,
    tell: Tell | None = None,
) -> Summary:
    """Builds the index of a home folder from the given files, the files that it read before, and the register.

    Documents that did not change are kept. A file that cannot be read raises no error; it is listed in
    :attr:`ingest.pipeline.Summary.failed`.

    :param paths: files and folders to read.
    :param encoder: the encoder of passages; multilingual-e5-small by default.
    :param register: the register to compile; the installed one by default.
    :param tell: called with the name of a stage, the number of finished items and the number of all.
    :raises IndexFolderError: another build is running, or the home folder cannot be written.
    :raises EncoderError: the encoder cannot be loaded.
    """
    folder = Path(home).expanduser()
    return ingest_paths(
        folder,
        [Path(path).expanduser() for path in paths],
        encoder or _default_encoder(folder),
        register or load_corpus(),
        force=force,
        ocr=ocr,
        dry_run=dry_run,
        today=today(),
        version=package_version(),
        tell=tell,
    )


def add(home: str | Path, path: str | Path) -> Added:
    """Copies a file into the home folder, where the next :func:`build` reads it; the result names its edition.

    :raises DocumentError: the file cannot be read; nothing is copied.
    :raises IndexFolderError: the home folder cannot be written.
    """
    return add_file(Path(path).expanduser(), Path(home).expanduser())


def remove(home: str | Path, doc_id: str, *, encoder: Encoder | None = None) -> str:
    """Builds the index without one document, which later builds leave out as well; returns the id of the index.

    :raises IndexFolderError: there is no index, no such document in it, or the document is a register, which belongs to
        the project.
    """
    folder = Path(home).expanduser()
    return removal.remove_document(folder, doc_id, encoder or _default_encoder(folder), today(), package_version())


def _default_encoder(home: Path) -> Encoder:
    return SentenceEncoder(ENCODER, cache=home / CACHE / "encoders")
