"""Compiles the register into PDF files in the home folder, anew only if data or code changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.home import REGISTER, text_of
from ingest.parse import Task, catalog
from ingest.sources import find
from ingest.versions import register_version
from kb.errors import DocumentError
from kb.files import write_whole

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from kb.catalog.register import Register


def compiled_registers(home: Path, register: Register) -> list[Task]:
    """Tasks to read one PDF for each register edition; a PDF is compiled if data or code changed or the file is
    damaged."""
    folder = home / REGISTER
    folder.mkdir(parents=True, exist_ok=True)
    stamp = folder / "made-from"
    ids = register.register_ids()
    paths = [folder / f"{doc_id}.pdf" for doc_id in ids]
    state = register_version()
    if text_of(stamp) != _stamp(state, paths):
        from ingest.sources.compiled_register import compile_register

        for doc_id, path in zip(ids, paths, strict=True):
            write_whole(path, compile_register(register, catalog(), doc_id))
        write_whole(stamp, _stamp(state, paths))
    return [Task(path, find.fingerprint(path), doc_id) for doc_id, path in zip(ids, paths, strict=True)]


def _stamp(state: str, paths: Sequence[Path]) -> str:
    """The version from which the compiled registers were made, and the hash of each file."""
    lines = [state]
    for path in paths:
        try:
            lines.append(f"{find.fingerprint(path)} {path.name}")
        except DocumentError:
            lines.append(f"- {path.name}")
    return "\n".join(lines) + "\n"
