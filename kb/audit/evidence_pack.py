"""Writes an evidence pack: a zip file with a citation list and the proof of it, which can be verified without an index.

::

    list/NAME         the list as it was given
    rows.json         its rows: quotes, hashes, the state on the day of the pack
    catalog.json      the editions that are cited
    index.json        id of the index, release, day
    pages/…           strips of the pages with the quotes marked, where the licence allows it
    evidence.pdf      the same, for printing
    VERIFY.txt        how to verify the pack by hand
    manifest.json     the SHA-256 of each file above
    log/entries.json  log entries of the rows, of the list and of this pack, each with its inclusion proof
    log/checkpoint    the signed head against which the proofs are checked
    log/key.pub       the public key of the log
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import zipfile
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from kb.audit.evidence import evidence_records, image_name
from kb.audit.log_entries import entry_of_line
from kb.audit.merkle_tree import inclusion_proofs, leaf_hash
from kb.audit.signed_head import verified_head
from kb.release import package_version, today

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from kb.audit.evidence import ListEvidence
    from kb.audit.listed_rows import ListedRow
    from kb.audit.question_log import QuestionLog
    from kb.audit.signed_head import LogHead

MANIFEST, ROWS, CATALOG, INDEX_FACTS, PRINTED, BY_HAND = (
    "manifest.json", "rows.json", "catalog.json", "index.json", "evidence.pdf", "VERIFY.txt",
)  # fmt: skip
LIST_FOLDER = "list/"
LOG_ENTRIES, LOG_CHECKPOINT, LOG_KEY = "log/entries.json", "log/checkpoint", "log/key.pub"

_BY_HAND = """How to verify this pack

With the program:  kb audit verify PACK.zip   (no index and no home folder is needed)

By hand:
1. manifest.json has the SHA-256 of every file outside log/. Compare each.
2. In rows.json, quote_sha256 is the SHA-256 of the quote in UTF-8.
3. log/checkpoint is a signed note (C2SP signed-note, Ed25519): the text before the blank line is what is signed. Its
   first three lines are the log's name, the number of entries, and the root of the hash tree in base64.
   log/key.pub has the log's name, the key's id, and in base64 a byte 01 with the 32 bytes of the key.
   Ask the owner of the log for the key by another way, and compare.
4. log/entries.json has lines of the log. The hash of a line is SHA-256(00, line); with the hashes of its proof it leads
   to the root as RFC 9162, section 2.1.3.2 says; the number of the leaf is the entry's number less one.
5. The entry of the kind "pack" has the SHA-256 of manifest.json.
"""


@dataclass(frozen=True, slots=True)
class LoggedRows:
    """Log entries about a list. ``of_row`` gives the number of an entry by the number of the row; ``lines`` gives the
    line of an entry by its number, and also holds the entry about the whole list."""

    of_row: Mapping[int, int]
    lines: Mapping[int, bytes]


def logged_rows(log: QuestionLog, rows: Sequence[ListedRow], list_sha256: str) -> LoggedRows:
    """The last log entry about each row's quote, and the last entry about the list itself.

    :param list_sha256: SHA-256 of the list's file, in hexadecimal.
    :raises LogError: the log cannot be read.
    """
    if not log.exists:
        return LoggedRows({}, {})
    wanted: dict[str, list[ListedRow]] = {}
    for row in rows:
        wanted.setdefault(row.quote_sha256, []).append(row)
    of_row: dict[int, int] = {}
    lines: dict[int, bytes] = {}
    for line in _all_lines(log, log.head()):
        entry = entry_of_line(line)
        if entry.data.get("sha256") == list_sha256:
            lines[entry.n] = line
        for each in cited_of_entry(entry.data):
            for row in wanted.get(str(each.get("sha256")), ()):
                if (row.unit_id and row.unit_id == each.get("unit")) or row.doc_id == each.get("doc"):
                    of_row[row.n] = entry.n
                    lines[entry.n] = line
    kept = set(of_row.values())
    lists = [n for n, line in lines.items() if n not in kept and entry_of_line(line).data.get("sha256") == list_sha256]
    return LoggedRows(of_row, {n: lines[n] for n in sorted(kept | set(lists[-1:]))})


def cited_of_entry(data: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The citations that an entry records; an empty list if there are none or they are malformed."""
    cited = data.get("cited")
    return [each for each in cited if isinstance(each, dict)] if isinstance(cited, list) else []


def _all_lines(log: QuestionLog, head: LogHead) -> Iterator[bytes]:
    for number in range(1, head.file_number + 1):
        yield from log.lines(number, head)


def pack_files(found: ListEvidence, name: str, data: bytes, logged: LoggedRows, printed: bytes) -> dict[str, bytes]:
    """The files of a pack by name, without the manifest and the proofs.

    :param name: file name of the list.
    :param data: bytes of the list.
    :param printed: bytes of ``evidence.pdf``.
    """
    editions = [{key: value for key, value in asdict(e).items() if value not in (None, "", (), [])}
                for e in found.editions]  # fmt: skip
    index = {"index_id": found.index_id, "made_by": f"standards-kb {package_version()}", "day": today(), "list": name}
    files = {
        f"{LIST_FOLDER}{name}": data,
        ROWS: _json_bytes(evidence_records(found, logged.of_row)),
        CATALOG: _json_bytes(editions),
        INDEX_FACTS: _json_bytes(index),
        PRINTED: printed,
        BY_HAND: _BY_HAND.encode(),
    }
    images = {image_name(n): row.image for n, row in enumerate(found.rows, 1) if row.image is not None}
    return files | images


def manifest_of(files: Mapping[str, bytes]) -> bytes:
    """The bytes of ``manifest.json``: the SHA-256 of each file, in the order of their names."""
    return _json_bytes({"files": {name: hashlib.sha256(files[name]).hexdigest() for name in sorted(files)}})


def proofs_of(log: QuestionLog, logged: LoggedRows, pack_entry: int) -> dict[str, bytes]:
    """The files in ``log/`` of a pack: entries with their inclusion proofs, the checkpoint, the public key.

    :param pack_entry: number of the log entry about this pack.
    :raises LogError: the log cannot be read.
    """
    checkpoint, key = log.checkpoint(), log.key()
    head = verified_head(checkpoint, key)
    numbers = sorted({*logged.lines, pack_entry})
    lines = dict(logged.lines)

    def leaves() -> Iterator[bytes]:
        for n, line in enumerate(_all_lines(log, head), 1):
            if n == pack_entry:
                lines[n] = line
            yield leaf_hash(line)

    proofs = inclusion_proofs(leaves(), [n - 1 for n in numbers], head.size)
    entries = [
        {"n": n, "line": lines[n].decode("ascii"), "proof": [base64.b64encode(h).decode() for h in proofs[n - 1]]}
        for n in numbers
    ]
    return {LOG_ENTRIES: _json_bytes(entries), LOG_CHECKPOINT: checkpoint.encode(), LOG_KEY: f"{key}\n".encode()}


def zipped(files: Mapping[str, bytes]) -> bytes:
    """The bytes of a zip file with these files; the same files always give the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_STORED if name.endswith(".png") else zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            archive.writestr(info, files[name])
    return out.getvalue()


def _json_bytes(data: Any) -> bytes:
    # halves of pairs, which a broken text may have, are escaped
    return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "backslashreplace")
