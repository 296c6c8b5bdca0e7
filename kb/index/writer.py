"""Writes an index folder beside the one in service, and then puts it in service."""

from __future__ import annotations

import dataclasses
import json
import os
import re
import secrets
import shutil
import sqlite3
from dataclasses import dataclass, field, replace
from itertools import accumulate
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from kb.errors import IndexFolderError
from kb.files import BESIDE, file_sha256, flush_to_disk, write_whole
from kb.index.generations import current_folder, is_held, named_folder, newest_whole
from kb.index.joint import JointRules, joint_to_json, plan_joint, write_joint
from kb.index.layout import (
    BUILDING,
    CURRENT,
    DATABASE,
    INDEX_FORMAT,
    JOINT,
    MANIFEST,
    SCHEMA,
    SEGMENT,
    SEGMENT_PASSAGES,
    IndexEntry,
    JointFiles,
    KeptDocument,
    analyser_of,
    edition_to_json,
    generation_name,
    index_id,
)
from kb.index.segment_writer import Batch, segment_version, write_segment
from kb.index.stored_documents import DOCUMENT_COLUMNS, documents_by_column
from kb.types import notice, notice_to_json

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from kb.catalog.edges import Edge
    from kb.index.reader import Store
    from kb.text.korean import Analyser
    from kb.types import EncoderInfo, FloatArray


@dataclass(frozen=True, slots=True)
class Kept:
    """Documents that the next generation takes over from an opened one, with their segments (:func:`takeable`).

    ``changed`` are the files of it that are not as they were written; without it they are looked for.
    """

    store: Store
    documents: Sequence[KeptDocument]
    changed: Collection[str] | None = None


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
    kept: Kept | None = None,
) -> str:
    """Like :func:`write_generation`, with all new documents in one batch."""
    batches = [Batch(entries, vectors, sentences)] if entries else []
    return write_generation(root, batches, kept, encoder, settings, version, created, edges)


def write_generation(
    root: Path,
    batches: Iterable[Batch],
    kept: Kept | None,
    encoder: EncoderInfo,
    settings: Mapping[str, Any],
    version: str,
    created: str,
    edges: Sequence[Edge] = (),
    *,
    compact: bool = False,
    joint: JointRules | None = None,
) -> str:
    """Writes a generation beside the one in service, then puts it in service; returns the index id.

    New documents are written as segments. A segment of the former generation whose documents are kept is hard-linked.
    Small segments, and those with mostly dead rows, are merged with the new documents; with ``compact`` all segments
    are merged that are not about full. ``joint`` says when joint files of segments are written. Rows are numbered by
    document id and reading order, whatever the segments.

    A failure or a kill at any moment leaves the last good generation in service; the next build removes the leftovers.
    ``batches`` are the new documents, consumed one batch after another.

    :raises IndexFolderError: the folder cannot be written.
    """
    building: Path | None = None
    try:
        root.mkdir(parents=True, exist_ok=True)
        building = root / f"{BUILDING}{secrets.token_hex(4)}"
        building.mkdir()
        filled = _fill(building, batches, kept, encoder, analyser_of(settings), compact=compact)
        _write_joint_files(building, filled, kept, encoder.dimension, joint or JointRules(), compact=compact)
        ident = index_id(filled.documents, encoder, settings)
        _write_database(building / DATABASE, filled.documents, filled.places, edges)
        made_of = {
            "format": INDEX_FORMAT,
            "index_id": ident,
            "created": created,
            "version": version,
            "encoder": dataclasses.asdict(encoder),
            "settings": dict(settings),
        }
        (building / MANIFEST).write_text(_manifest(building, filled, made_of), "utf-8")
        for path in (*sorted(building.rglob("*")), building):
            if path.relative_to(building).as_posix() not in filled.hashes:
                flush_to_disk(path)
        before = _generation_in_service(root)
        name = generation_name(ident, building.name.removeprefix(BUILDING), (building / MANIFEST).read_bytes())
        building.rename(root / name)
        building = root / name
        write_whole(root / CURRENT, f"{name}\n", flush=True)
    except (OSError, sqlite3.Error, RuntimeError) as error:  # RuntimeError is what FAISS raises on a full disk
        _discard(root, building)
        raise IndexFolderError(notice("index not written", place=str(root), why=_reason(error))) from error
    except BaseException:
        _discard(root, building)
        raise
    if before is not None:  # a folder that may not be an index is left alone, because the user may want it back
        _sweep(root, (name, before))
    return ident


@dataclass(slots=True)
class _Filled:
    """The documents of a generation in the order of their ids; where each is; how each segment was made and its rows;
    the hashes of the files that were there before under another name; and the joint files of segments."""

    documents: Sequence[KeptDocument] = ()
    places: dict[str, tuple[str, int]] = field(default_factory=dict)
    segments: dict[str, tuple[str, int]] = field(default_factory=dict)
    hashes: dict[str, str] = field(default_factory=dict)
    joint: dict[str, JointFiles] = field(default_factory=dict)


def _fill(
    building: Path,
    batches: Iterable[Batch],
    kept: Kept | None,
    encoder: EncoderInfo,
    korean: Analyser,
    *,
    compact: bool,
) -> _Filled:
    """Writes the segments of the new documents, and links the segments that are kept."""
    made = segment_version(encoder, korean)
    out = _Filled()
    records = {} if kept is None else {d.stored.doc_id: d for d in kept.documents}

    def all_batches() -> Iterator[Batch]:
        n_new = 0
        for batch in batches:
            n_new += len(batch.vectors)
            yield batch
        if kept is not None:
            merged = merged_segments(kept, n_new, made, compact=compact)
            _link_segments(building, kept, merged, out)
            yield from _loaded(kept, merged)

    for batch in _full(all_batches()):
        name = f"{SEGMENT}{secrets.token_hex(4)}"
        write_segment(building / name, batch, encoder.dimension, korean)
        row = 0
        for entry in batch.entries:
            stored = entry.stored
            out.places[stored.doc_id] = (name, row)
            records.setdefault(stored.doc_id, KeptDocument(stored, entry.letters))
            row += stored.n_passages
        out.segments[name] = (made, row)
    out.documents = [records[doc_id] for doc_id in sorted(records)]
    return out


def _manifest(building: Path, filled: _Filled, made_of: Mapping[str, Any]) -> str:
    """The text of the manifest; ``made_of`` has its keys besides documents, segments and files."""
    stored = [each.stored for each in filled.documents]
    files = {path.relative_to(building).as_posix(): path.stat() for path in _files_in(building)}
    return (
        json.dumps(
            {
                **made_of,
                "n_passages": sum(d.n_passages for d in stored),
                "segments": {name: {"made": how, "rows": n} for name, (how, n) in sorted(filled.segments.items())},
                "joint": joint_to_json(filled.joint),
                "documents": [
                    {
                        "doc_id": d.doc_id,
                        "sha256": d.sha256,
                        "source": d.source,
                        "pages": d.n_pages,
                        "units": d.n_units,
                        "passages": d.n_passages,
                    }
                    for d in stored
                ],
                "files": {
                    name: [state.st_size, filled.hashes.get(name) or file_sha256(building / name)]
                    for name, state in files.items()
                },
                "written": {name: state.st_mtime_ns for name, state in files.items()},
            },
            indent=1,
            ensure_ascii=False,
        )
        + "\n"
    )


# --- segments that are kept from the former generation


def takeable(store: Store, encoder: EncoderInfo, settings: Mapping[str, Any], damaged: Collection[str]) -> set[str]:
    """The documents whose segments a new generation can keep: of today's version, with no file damaged."""
    made = segment_version(encoder, analyser_of(settings))
    spoilt = {file.partition("/")[0] for file in damaged}
    whole = {name for name, segment in store.segments.items() if segment.made == made and name not in spoilt}
    return {doc_id for doc_id, place in store.places.items() if place.segment in whole}


MERGED_AT_ONCE = 2_000
"""Number of passages up to which segments are merged with new documents, so that one more document stays cheap."""
MANY_SEGMENTS = 48
"""Small segments from which on the smallest of them are written as one, of about half a full segment together."""


def merged_segments(kept: Kept, n_new: int, made: str, *, compact: bool = False) -> frozenset[str]:
    """The segments that are merged with the new documents.

    These are, smallest first, segments no larger than the new documents and the segments merged before together; those
    with mostly dead rows; the smallest ones if there are many, as many as one build can write in seconds; and all small
    ones with ``compact``. ``made`` is today's version of segments (:func:`kb.index.segment_writer.segment_version`).
    """
    live: dict[str, int] = {}
    for document in kept.documents:
        place = kept.store.places[document.stored.doc_id]
        live[place.segment] = live.get(place.segment, 0) + place.n
    if compact:
        ragged = {
            name
            for name, n in live.items()
            if n < kept.store.segments[name].rows or kept.store.segments[name].made != made
        }
        short = {name for name, n in live.items() if n < FULL * SEGMENT_PASSAGES}
        return frozenset(ragged | short if len(ragged | short) > 1 else ragged)
    by_size = sorted(live, key=lambda each: (live[each], each))
    small = [name for name in by_size if live[name] < SEGMENT_PASSAGES // 2]
    out: set[str] = set()
    if len(small) > MANY_SEGMENTS:
        ends = accumulate(live[name] for name in small)
        out = {
            name for n, (name, end) in enumerate(zip(small, ends, strict=True)) if n < 2 or end < SEGMENT_PASSAGES // 2
        }
    size = n_new
    for name in by_size:
        if size and live[name] <= size and size + live[name] <= MERGED_AT_ONCE:
            out.add(name)
            size += live[name]
        elif 2 * live[name] < kept.store.segments[name].rows and live[name] <= MERGED_AT_ONCE:
            out.add(name)
    return frozenset(out)


FULL = 0.8
"""The share of :data:`SEGMENT_PASSAGES` from which a segment is about full."""


def _link_segments(building: Path, kept: Kept, merged: Collection[str], out: _Filled) -> None:
    """The segments of documents that stay, but for merged ones, as second names of the same files."""
    store = kept.store
    for document in kept.documents:
        place = store.places[document.stored.doc_id]
        if place.segment not in merged:
            out.places[document.stored.doc_id] = (place.segment, place.first)
            out.segments[place.segment] = (store.segments[place.segment].made, store.segments[place.segment].rows)
    _link_files(building, store, out.segments, out)


def _write_joint_files(
    building: Path, filled: _Filled, kept: Kept | None, width: int, rules: JointRules, *, compact: bool
) -> None:
    """The joint files of segments: those of the former generation that stay, and new ones."""
    store = None if kept is None else kept.store
    former: dict[str, JointFiles] = {}
    if store is not None and store.joint:
        changed = store.changed_files() if kept is None or kept.changed is None else kept.changed
        spoilt = {name.partition("/")[0] for name in changed}
        former = {name: files for name, files in store.joint.items() if name not in spoilt}
    plan = plan_joint({name: rows for name, (_, rows) in filled.segments.items()}, former, rules, compact=compact)
    filled.joint.update(plan.kept)
    if store is not None:
        _link_files(building, store, plan.kept, filled)
    first: dict[str, str] = {}
    for doc_id, (segment, _) in sorted(filled.places.items()):
        first.setdefault(segment, doc_id)
    for segments in plan.new:
        name = f"{JOINT}{secrets.token_hex(4)}"
        # in the order of the documents, so that rows of the joint files are mostly those of the index
        ordered = sorted(segments, key=lambda segment: (first[segment], segment))
        filled.joint[name] = write_joint(building / name, [building / each for each in ordered], width, rules)


def _link_files(building: Path, store: Store, folders: Collection[str], out: _Filled) -> None:
    """The files of some folders of the former generation, as second names of the same files."""
    for name, (_, sha256) in store.manifest["files"].items():
        if name.partition("/")[0] in folders:
            target = building / name
            target.parent.mkdir(parents=True, exist_ok=True)
            try:
                os.link(store.folder / name, target)
            except OSError:  # a file system without second names
                shutil.copy2(store.folder / name, target)
                flush_to_disk(target)
            out.hashes[name] = sha256


def _loaded(kept: Kept | None, merged: Collection[str]) -> Iterator[Batch]:
    """The documents of segments that are merged, with their vectors."""
    if kept is None:
        return
    store = kept.store
    wanted = [d.stored for d in kept.documents if store.places[d.stored.doc_id].segment in merged]
    for part in parted(wanted, lambda stored: stored.n_passages):
        rows = [row for stored in part for row in store.rows_of(stored.doc_id)]
        entries = [store.load(stored.doc_id) for stored in part]
        yield Batch(
            [replace(e, document=replace(e.document, source=d.source)) for e, d in zip(entries, part, strict=True)],
            store.vectors.vectors(rows),
            [store.sentence_vectors(row).astype("float16") for row in rows],
        )


def _full(batches: Iterable[Batch]) -> Iterator[Batch]:
    """The batches, small ones put together, each with its documents in the order of their ids."""
    held: list[Batch] = []
    for batch in batches:
        if held and sum(len(b.vectors) for b in held) + len(batch.vectors) > SEGMENT_PASSAGES:
            yield _one_batch(held)
            held = []
        held.append(batch)
    if held:
        yield _one_batch(held)


def _one_batch(batches: Sequence[Batch]) -> Batch:
    """One batch of some, its documents in the order of their ids."""
    entries = [e for b in batches for e in b.entries]
    order = sorted(range(len(entries)), key=lambda n: entries[n].document.edition.doc_id)
    if len(batches) == 1 and order == list(range(len(entries))):
        return batches[0]
    ends = list(accumulate(len(e.document.passages) for e in entries))
    rows = [row for n in order for row in range(ends[n] - len(entries[n].document.passages), ends[n])]
    vectors = np.concatenate([b.vectors for b in batches])
    sentences = [s for b in batches for s in b.sentences]
    return Batch([entries[n] for n in order], vectors[rows], [sentences[row] for row in rows])


Item = TypeVar("Item")


def parted(items: Iterable[Item], size: Callable[[Item], int]) -> Iterator[list[Item]]:
    """Items grouped into lists of at most :data:`SEGMENT_PASSAGES` in size together, or of a single larger item."""
    held: list[Item] = []
    n = 0
    for item in items:
        if held and n + size(item) > SEGMENT_PASSAGES:
            yield held
            held, n = [], 0
        held.append(item)
        n += size(item)
    if held:
        yield held


# --- putting a generation in service


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
    """Removes every generation except the given ones, the one in service, the one before it, and those that are being
    read."""
    kept = set(keep)
    for path in root.iterdir():
        if path.is_dir() and path.name not in kept and not is_held(path):
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


def _write_database(
    path: Path, documents: Sequence[KeptDocument], places: Mapping[str, tuple[str, int]], edges: Sequence[Edge]
) -> None:
    connection = sqlite3.connect(path)
    try:
        connection.executescript(SCHEMA)
        connection.executemany(
            "INSERT INTO documents VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
            (
                (
                    d.doc_id,
                    edition_to_json(d.edition),
                    d.sha256,
                    d.source,
                    d.media_type,
                    d.retrieved,
                    d.pipeline,
                    d.n_pages,
                    d.n_units,
                    d.n_passages,
                    json.dumps([notice_to_json(each) for each in d.notes], ensure_ascii=False),
                    json.dumps(dict(d.report), ensure_ascii=False),
                    letters,
                    *places[d.doc_id],
                )
                for d, letters in ((each.stored, each.letters) for each in documents)
            ),
        )
        connection.execute(f"CREATE TABLE {DOCUMENT_COLUMNS} (written TEXT NOT NULL)")
        by_column = documents_by_column([each.stored for each in documents])
        connection.execute(f"INSERT INTO {DOCUMENT_COLUMNS} VALUES (?)", (by_column,))  # noqa: S608
        connection.executemany(
            "INSERT INTO crosswalk VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)",
            ((n, *edge.row()) for n, edge in enumerate(edges)),
        )
        connection.commit()
    finally:
        connection.close()
