"""Edge: writes an index folder beside the one in service, and then puts it in service."""

from __future__ import annotations

import dataclasses
import json
import re
import secrets
import shutil
import sqlite3
from typing import TYPE_CHECKING, Any

import numpy as np

from kb.errors import IndexFolderError
from kb.files import BESIDE, file_sha256, flush_to_disk, write_whole
from kb.index.collection import collect
from kb.index.generations import current_folder, named_folder, newest_whole
from kb.index.layout import (
    BUILDING,
    CURRENT,
    DATABASE,
    HEADINGS,
    INDEX_FORMAT,
    MANIFEST,
    PAIRS,
    ROW_ARRAYS,
    SCHEMA,
    SENTENCE_STARTS,
    SENTENCES,
    VECTORS,
    WORDS,
    IndexEntry,
    analyser_of,
    edition_to_json,
    index_id,
    unit_key,
)
from kb.index.vectors import NoVectors, write_vectors
from kb.types import notice, notice_to_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from kb.catalog.edges import Edge
    from kb.text.korean import Analyser
    from kb.types import EncoderInfo, FloatArray, Page, Unit


def write_index(
    root: Path,
    entries: Sequence[IndexEntry],
    vectors: FloatArray,
    sentences: Sequence[FloatArray],
    encoder: EncoderInfo,
    settings: Mapping[str, Any],
    version: str,
    created: str,
    edges: Sequence[Edge] = (),
) -> str:
    """Writes a generation beside the one in service, then puts it in service; returns the index id.

    A failure or a kill at any moment leaves the last good generation in service; what is left over is removed by the
    next build. Rows follow the documents in id order and their passages in reading order, and so must ``vectors`` and
    ``sentences``, which has for each passage ``(k, d)``: its sentences as
    :func:`kb.index.passage_sentences.passage_sentences`.

    :raises IndexFolderError: the folder cannot be written.
    """
    ident = index_id(entries, encoder, settings)
    building: Path | None = None
    try:
        root.mkdir(parents=True, exist_ok=True)
        building = root / f"{BUILDING}{secrets.token_hex(4)}"
        building.mkdir()
        _write_database(building / DATABASE, entries, edges)
        write_vectors(building / VECTORS, vectors)
        _write_sentences(building, sentences, encoder.dimension)
        _write_words(building / WORDS, entries, analyser_of(settings))
        manifest = {
            "format": INDEX_FORMAT,
            "index_id": ident,
            "created": created,
            "version": version,
            "encoder": dataclasses.asdict(encoder),
            "settings": dict(settings),
            "n_passages": len(vectors),
            "documents": [
                {
                    "doc_id": e.document.edition.doc_id,
                    "sha256": e.document.sha256,
                    "source": e.document.source,
                    "pages": len(e.document.pages),
                    "units": len(e.document.units),
                    "passages": len(e.document.passages),
                }
                for e in entries
            ],
            "files": {
                path.relative_to(building).as_posix(): [path.stat().st_size, file_sha256(path)]
                for path in _files_in(building)
            },
        }
        (building / MANIFEST).write_text(json.dumps(manifest, indent=1, ensure_ascii=False) + "\n", "utf-8")
        for path in (*_files_in(building), building / WORDS, building):
            flush_to_disk(path)
        former = _generation_in_service(root)
        name = f"{ident}-{building.name.removeprefix(BUILDING)}"
        building.rename(root / name)
        building = root / name
        write_whole(root / CURRENT, f"{name}\n", flush=True)
    except (OSError, sqlite3.Error, RuntimeError) as error:  # RuntimeError is what FAISS raises on a full disk
        _discard(root, building)
        raise IndexFolderError(notice("index not written", place=str(root), why=_reason(error))) from error
    except BaseException:
        _discard(root, building)
        raise
    if former is not None:  # what cannot be told to be an index may be one that a person wants back
        _sweep(root, (name, former))
    return ident


def _discard(root: Path, building: Path | None) -> None:
    if building is not None and _generation_in_service(root) != building.name:
        shutil.rmtree(building, ignore_errors=True)


def _reason(error: Exception) -> str:
    """The system's message in a few words; FAISS puts it at the end of a line about its own code."""
    said = str(getattr(error, "strerror", None) or error)
    inner = re.search(r"\(([^()]+)\)\)?\s*$", said)
    return inner.group(1) if isinstance(error, RuntimeError) and inner else said[:200]


def _files_in(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _generation_in_service(root: Path) -> str | None:
    """The generation in service, or ``None``."""
    try:
        return current_folder(root).name
    except IndexFolderError:
        return None


def sweep_leftovers(root: Path) -> None:
    """Removes what killed builds left half written. Only the holder of the build lock may call this."""
    for path in root.glob(f"{BUILDING}*"):
        shutil.rmtree(path, ignore_errors=True)
    for path in root.glob(f".{CURRENT}.*{BESIDE}"):
        path.unlink(missing_ok=True)


def restore_pointer(root: Path) -> str:
    """Puts the newest whole generation in service where ``CURRENT`` is lost; returns its name, or "" where all is well.

    Only the holder of the build lock may call this.

    :raises OSError: the pointer cannot be written.
    """
    try:
        named_folder(root)
    except (IndexFolderError, OSError):
        whole = newest_whole(root)
        if whole is not None:
            write_whole(root / CURRENT, f"{whole.name}\n", flush=True)
            return whole.name
    return ""


def _sweep(root: Path, keep: Iterable[str | None]) -> None:
    """Removes every generation but those to keep: the one in service, and the former, which readers may hold."""
    kept = set(keep)
    for path in root.iterdir():
        if path.is_dir() and path.name not in kept:
            shutil.rmtree(path, ignore_errors=True)


def remembered_sources(root: Path) -> tuple[str, ...]:
    """The files that the generations under ``root`` were read from, as far as manifests or databases can be read.

    A build that finds the index damaged looks for these files again.
    """
    found: dict[str, None] = {}
    for folder in sorted(root.glob("*/")):
        for read in (_sources_in_manifest, _sources_in_database):
            try:
                found.update(dict.fromkeys(read(folder)))
                break
            except (OSError, ValueError, KeyError, TypeError, sqlite3.Error):
                continue
    return tuple(found)


def _sources_in_manifest(folder: Path) -> list[str]:
    documents = json.loads((folder / MANIFEST).read_text("utf-8"))["documents"]
    return [str(document["source"]) for document in documents]


def _sources_in_database(folder: Path) -> list[str]:
    connection = sqlite3.connect(f"{(folder / DATABASE).resolve().as_uri()}?mode=ro&immutable=1", uri=True)
    try:
        return [str(row[0]) for row in connection.execute("SELECT source FROM documents ORDER BY doc_id")]
    finally:
        connection.close()


def _write_database(path: Path, entries: Sequence[IndexEntry], edges: Sequence[Edge]) -> None:
    connection = sqlite3.connect(path)
    try:
        connection.executescript(SCHEMA)
        row = 0
        for entry in entries:
            document = entry.document
            doc_id = document.edition.doc_id
            connection.execute(
                "INSERT INTO documents VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",
                (
                    doc_id,
                    edition_to_json(document.edition),
                    document.sha256,
                    document.source,
                    document.media_type,
                    entry.retrieved,
                    entry.pipeline,
                    len(document.pages),
                    len(document.units),
                    len(document.passages),
                    json.dumps([notice_to_json(each) for each in document.notes], ensure_ascii=False),
                    json.dumps(entry.report, ensure_ascii=False),
                ),
            )
            connection.execute("INSERT INTO texts VALUES (?,?)", (doc_id, document.text))
            connection.executemany(
                "INSERT INTO pages VALUES (?,?,?,?,?,?,?,?)", (_page_row(doc_id, p) for p in document.pages)
            )
            connection.executemany(
                "INSERT INTO units VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
                (_unit_row(n, u) for n, u in enumerate(document.units)),
            )
            for passage in document.passages:
                connection.execute(
                    "INSERT INTO passages VALUES (?,?,?,?,?,?,?,?,?,?)",
                    (
                        row,
                        doc_id,
                        passage.span.start,
                        passage.span.end,
                        passage.unit_id,
                        json.dumps(passage.headings, ensure_ascii=False),
                        passage.search_text,
                        passage.page_start,
                        passage.page_end,
                        json.dumps(passage.forces),
                    ),
                )
                row += 1
        connection.executemany(
            "INSERT INTO crosswalk VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)",
            ((n, *edge.row()) for n, edge in enumerate(edges)),
        )
        connection.commit()
    finally:
        connection.close()


def _page_row(doc_id: str, page: Page) -> tuple[object, ...]:
    return (
        doc_id,
        page.index,
        page.start,
        page.end,
        page.label,
        page.label_source,
        int(page.ocr),
        json.dumps(page.segments, separators=(",", ":")),
    )


def _unit_row(order: int, unit: Unit) -> tuple[object, ...]:
    return (
        unit.doc_id,
        order,
        unit.unit_id,
        unit.of_document,
        unit_key(unit.unit_id),
        unit.kind,
        unit.number,
        unit.path,
        unit.title,
        unit.span.start,
        unit.span.end,
        unit.own.start,
        unit.own.end,
        unit.page_start,
        unit.page_end,
        unit.parent_id,
        int(unit.verified),
        int(unit.proven),
    )


def _write_sentences(folder: Path, sentences: Sequence[FloatArray], width: int) -> None:
    starts = np.cumsum([0, *map(len, sentences)], dtype=np.int64)
    if starts[-1]:  # written in place: a second copy of all sentences would be the most that a build holds
        rows = np.lib.format.open_memmap(folder / SENTENCES, "w+", np.float16, (int(starts[-1]), width))
        for start, part in zip(starts, sentences, strict=False):
            rows[start : start + len(part)] = part
        rows.flush()
        del rows
    else:
        np.save(folder / SENTENCES, np.zeros((0, width), np.float16))
    np.save(folder / SENTENCE_STARTS, starts)


def _write_words(folder: Path, entries: Sequence[IndexEntry], korean: Analyser) -> None:
    passages = [p for e in entries for p in e.document.passages]
    held = collect(
        [p.search_text for p in passages],
        [" ".join(p.headings[1:]) for p in passages],
        [p.doc_id for p in passages],
        NoVectors(),
        korean=korean,
    )
    folder.mkdir()
    held.words.save(folder)
    held.pairs.save(folder / PAIRS)
    held.headings.save(folder / HEADINGS)
    for name in ROW_ARRAYS:
        np.save(folder / f"{name}.npy", getattr(held, name))
