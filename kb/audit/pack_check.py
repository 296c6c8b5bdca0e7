"""Verifies an evidence pack: hashes, quotes, log entries, signature. It needs no index, no home folder, no network."""

from __future__ import annotations

import base64
import hashlib
import json
import zipfile
import zlib
from binascii import Error as NotBase64
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kb.audit.evidence_pack import (
    LIST_FOLDER,
    LOG_CHECKPOINT,
    LOG_ENTRIES,
    LOG_KEY,
    MANIFEST,
    ROWS,
    cited_of_entry,
)
from kb.audit.listed_rows import listed_rows
from kb.audit.log_entries import entry_of_line
from kb.audit.merkle_tree import leaf_hash, proven_root
from kb.audit.signed_head import key_of_text, verified_head
from kb.errors import ConfigError, KBError, LogError
from kb.types import notice

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from kb.types import Notice

MAX_PACK_BYTES = 1_000_000_000
MAX_PACK_FILES = 10_000


@dataclass(frozen=True, slots=True)
class PackReport:
    """The result of checking a pack: counts of files, quotes and proven entries, and the faults.

    ``root`` is the root of the log's hash tree in hexadecimal, ``key`` the public key as text.
    """

    n_files: int
    n_rows: int
    n_proofs: int
    root: str
    key: str
    faults: tuple[Notice, ...]
    remarks: tuple[Notice, ...] = ()


def check_pack(path: Path, key: str = "") -> PackReport:
    """The result of checking a pack.

    :param key: the log's public key as it was noted elsewhere; the pack must be signed with it.
    :raises ConfigError: the file is not an evidence pack.
    """
    files = _files_of(path)
    faults = list(_changed_files(files))
    rows = _records_of(files, ROWS, path)
    faults += _changed_quotes(rows)
    faults += _other_rows(files, rows)
    if LOG_CHECKPOINT not in files or LOG_ENTRIES not in files or LOG_KEY not in files:
        missing = key or any(name.startswith("log/") for name in files) or any(row.get("log_entry") for row in rows)
        unsigned = notice("pack unsigned")
        return PackReport(len(files), len(rows), 0, "", "", (*faults, *((unsigned,) if missing else ())),
                          () if missing else (unsigned,))  # fmt: skip
    proven = _Proven(files, path)
    faults += proven.faults(rows, hashlib.sha256(files[MANIFEST]).hexdigest(), key)
    return PackReport(len(files), len(rows), len(proven.entries), proven.root, proven.key, tuple(faults))


def _files_of(path: Path) -> dict[str, bytes]:
    """The files of a pack, unpacked in memory and within bounds."""
    name = path.name
    try:
        with zipfile.ZipFile(path) as archive:
            members = [each for each in archive.infolist() if not each.is_dir()]
            if len(members) > MAX_PACK_FILES or sum(each.file_size for each in members) > MAX_PACK_BYTES:
                raise ConfigError(notice("pack too large", file=name, most=f"{MAX_PACK_BYTES:,}"))
            if any(each.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED} for each in members):
                raise zipfile.BadZipFile("a member is packed in a way that packs are not")
            files: dict[str, bytes] = {}
            for each in members:
                with archive.open(each) as member:
                    data = member.read(each.file_size + 1)
                if len(data) > each.file_size or each.filename in files:
                    raise zipfile.BadZipFile("a member is not what the table of the zip says")
                files[each.filename] = data
    except (OSError, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise ConfigError(notice("pack no zip", file=name)) from error
    if MANIFEST not in files:
        raise ConfigError(notice("pack no zip", file=name))
    return files


def _records_of(files: Mapping[str, bytes], name: str, path: Path) -> list[dict[str, Any]]:
    try:
        found = json.loads(files[name])
    except (KeyError, ValueError, RecursionError) as error:
        raise ConfigError(notice("pack no zip", file=path.name)) from error
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        raise ConfigError(notice("pack no zip", file=path.name))
    return found


def _changed_files(files: Mapping[str, bytes]) -> list[Notice]:
    try:
        listed: dict[str, str] = dict(json.loads(files[MANIFEST])["files"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return [notice("pack file changed", file=MANIFEST)]
    inside = {name for name in files if name != MANIFEST and not name.startswith("log/")}
    inside |= {name for name in files if name.startswith("log/") and name not in (LOG_CHECKPOINT, LOG_ENTRIES, LOG_KEY)}
    found = [notice("pack file gone", file=str(name)) for name in listed if name not in inside]
    found += [notice("pack file strange", file=name) for name in sorted(inside) if name not in listed]
    found += [
        notice("pack file changed", file=name)
        for name in sorted(inside)
        if name in listed and hashlib.sha256(files[name]).hexdigest() != listed[name]
    ]
    return found


def _changed_quotes(rows: list[dict[str, Any]]) -> list[Notice]:
    return [
        notice("pack quote changed", n=str(row.get("row")))
        for row in rows
        if row.get("quote")
        and hashlib.sha256(str(row["quote"]).encode("utf-8", "surrogatepass")).hexdigest() != row.get("quote_sha256")
    ]


def _other_rows(files: Mapping[str, bytes], rows: list[dict[str, Any]]) -> list[Notice]:
    """The fault that the rows are not those of the list in the pack."""
    name = next((name for name in files if name.startswith(LIST_FOLDER)), "")
    try:
        listed = listed_rows(name.removeprefix(LIST_FOLDER), files.get(name, b""))
    except KBError:
        return [notice("pack list changed")]
    own = [(row.get("row"), row.get("unit_id"), row.get("quote"), row.get("quote_sha256")) for row in rows]
    same = own == [(row.n, row.unit_id, row.quote, row.quote_sha256) for row in listed]
    return [] if same else [notice("pack list changed")]


class _Proven:
    """The entries of the log in a pack, and the head under which they are to be proven."""

    def __init__(self, files: Mapping[str, bytes], path: Path) -> None:
        self.root, self.key = "", ""
        self.size = 0
        self._broken: list[Notice] = []
        self.entries = _records_of(files, LOG_ENTRIES, path)
        try:
            key = key_of_text(files[LOG_KEY].decode("utf-8", "replace"))
            head = verified_head(files[LOG_CHECKPOINT].decode("utf-8", "replace"), key)
            self.root, self.key, self.size = head.root.hex(), str(key), head.size
        except LogError as error:
            self._broken.append(error.as_notice)

    def faults(self, rows: list[dict[str, Any]], manifest_sha256: str, key: str) -> list[Notice]:
        """The faults of the proofs."""
        found = list(self._broken)
        if key and key.strip() != self.key:
            found.append(notice("log other key"))
        data: dict[int, Mapping[str, Any]] = {}
        for each in self.entries:
            proven = self._data_of(each)
            if proven is None:
                found.append(notice("pack proof wrong", n=str(each.get("n"))))
            else:
                data[each["n"]] = proven
        if not any(each.get("manifest_sha256") == manifest_sha256 for each in data.values()):
            found.append(notice("pack manifest unlogged"))
        for row in rows:
            n = row.get("log_entry")
            cited = cited_of_entry(data.get(n, {})) if isinstance(n, int) else []
            if n and not any(c.get("sha256") == row.get("quote_sha256") for c in cited):
                found.append(notice("pack proof other", n=str(n), row=str(row.get("row"))))
        return found

    def _data_of(self, entry: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """The facts of an entry that is in the log of the checkpoint."""
        try:
            n, line = entry["n"], str(entry["line"]).encode()
            proof = [base64.b64decode(each, validate=True) for each in entry["proof"]]
            made = entry_of_line(line)
        except (KeyError, TypeError, ValueError, NotBase64, LogError):
            return None
        if not isinstance(n, int) or made.n != n:
            return None
        root = proven_root(leaf_hash(line), n - 1, self.size, proof)
        return made.data if root is not None and root.hex() == self.root else None
