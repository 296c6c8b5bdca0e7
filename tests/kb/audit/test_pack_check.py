"""A pack from outside: whatever it contains, its check ends with a report or one line of error."""

from __future__ import annotations

import hashlib
import json
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from kb.audit.evidence_pack import LIST_FOLDER, LOG_CHECKPOINT, LOG_ENTRIES, LOG_KEY, MANIFEST, ROWS, logged_rows
from kb.audit.listed_rows import ListedRow
from kb.audit.log_entries import NewEntry
from kb.audit.pack_check import check_pack
from kb.audit.question_log import log_of_home
from kb.errors import ConfigError

if TYPE_CHECKING:
    from pathlib import Path

ENDLESS = '{"n":1e999,"at":1,"kind":1,"index_id":1,"data":{},"sealed":{},"before":1}'


def pack_of(folder: Path, rows: bytes, entries: bytes, packing: int = zipfile.ZIP_DEFLATED) -> Path:
    log = log_of_home(folder)
    log.append([NewEntry("question", {})])
    files = {ROWS: rows, f"{LIST_FOLDER}list.json": b"[]"}
    listed = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    files |= {MANIFEST: json.dumps({"files": listed}).encode(), LOG_ENTRIES: entries}
    files |= {LOG_CHECKPOINT: log.checkpoint().encode(), LOG_KEY: str(log.key()).encode()}
    with zipfile.ZipFile(folder / "pack.zip", "w", packing) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return folder / "pack.zip"


@pytest.mark.parametrize(
    ("rows", "entries"),
    [
        (b'[{"row": 1, "log_entry": [1]}]', b"[]"),
        (b'[{"row": 1, "log_entry": {"a": 1}}]', b"[]"),
        (b'[{"row": 1}]', json.dumps([{"n": 1, "line": ENDLESS, "proof": []}]).encode()),
        (b'[{"row": 1}]', b'[{"n": [1], "line": "", "proof": "a"}, {"n": true, "line": 1, "proof": {}}]'),
    ],
)
def test_records_of_any_form_are_faults(tmp_path: Path, rows: bytes, entries: bytes) -> None:
    assert check_pack(pack_of(tmp_path, rows, entries)).faults


@pytest.mark.parametrize("packing", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_a_zip_that_is_packed_in_another_way_is_no_pack(tmp_path: Path, packing: int) -> None:
    path = pack_of(tmp_path, b"[]", b"[]", packing)
    data = bytearray(path.read_bytes())
    data[45:75] = bytes(each ^ 0xFF for each in data[45:75])
    path.write_bytes(data)
    with pytest.raises(ConfigError, match="no evidence pack"):
        check_pack(path)


def test_a_row_without_a_unit_is_not_proven_by_the_same_words_of_another_document(tmp_path: Path) -> None:
    log = log_of_home(tmp_path)
    for doc in ("other", "own"):
        log.append([NewEntry("question", {"cited": [{"unit": "", "doc": doc, "sha256": "a" * 64}]})])
    row = ListedRow(1, "own", "", "", "", "", 0, 0, "words", "a" * 64, "", "", "", "")
    assert logged_rows(log, [row], "").of_row == {1: 2}
    assert logged_rows(log, [replace(row, doc_id="third")], "").of_row == {}
