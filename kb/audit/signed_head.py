"""The signed head of a log: a checkpoint in the format of transparency logs. The only importer of ``cryptography``.

The formats are C2SP tlog-checkpoint and C2SP signed-note with an Ed25519 key. A checkpoint names the log, counts its
lines and has the root of their hash tree. Further lines, which are signed too, say how the log is continued: the hash
of the last line, number and length of the last file, the roots of the complete subtrees.
"""

from __future__ import annotations

import base64
import hashlib
import os
from binascii import Error as NotBase64
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from kb.audit.merkle_tree import GrowingTree
from kb.errors import LogError
from kb.types import notice

_ED25519 = b"\x01"
_SIGNATURE = "\u2014 "
ORIGIN = "standards-kb/log/"


@dataclass(frozen=True, slots=True)
class LogHead:
    """The state of a log: ``origin`` is its name, ``size`` the number of entries, ``root`` the root of their hash tree.

    ``chain`` is the hash of the last line, ``file_number`` (from 1) and ``file_bytes`` are of the last file, ``peaks``
    are the roots of the complete subtrees.
    """

    origin: str
    size: int
    root: bytes
    chain: bytes
    file_number: int
    file_bytes: int
    peaks: tuple[bytes, ...]

    def tree(self) -> GrowingTree:
        """The hash tree in this state, to which leaves can be added."""
        return GrowingTree(self.size, list(self.peaks))


def first_head(origin: str) -> LogHead:
    """The head of an empty log; its ``chain`` is the hash of the log's name."""
    return LogHead(origin, 0, GrowingTree().root, hashlib.sha256(origin.encode()).digest(), 1, 0, ())


def head_text(head: LogHead) -> str:
    """The text of a head that is signed."""
    peaks = ",".join(_in_base64(peak) for peak in head.peaks)
    lines = [head.origin, str(head.size), _in_base64(head.root), f"chain {_in_base64(head.chain)}"]
    return "\n".join([*lines, f"file {head.file_number} {head.file_bytes}", f"parts {peaks}"]) + "\n"


def head_of_text(text: str) -> LogHead:
    """The head that a checkpoint's text describes.

    :raises LogError: the text is malformed.
    """
    try:
        origin, size, root, chain, file, parts, end = text.split("\n")
        number, length = file.removeprefix("file ").split(" ")
        peaks = tuple(_of_base64(each) for each in parts.removeprefix("parts ").split(",") if each)
        made = LogHead(
            origin,
            int(size),
            _of_base64(root),
            _of_base64(chain.removeprefix("chain ")),
            int(number),
            int(length),
            peaks,
        )
    except ValueError as error:
        raise LogError(notice("log head unreadable")) from error
    if end or head_text(made) != text or made.tree().root != made.root:
        raise LogError(notice("log head unreadable"))
    return made


def _in_base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _of_base64(text: str) -> bytes:
    """The bytes of a base64 text.

    :raises ValueError: the text is not base64.
    """
    try:
        return base64.b64decode(text, validate=True)
    except NotBase64 as error:
        raise ValueError(str(error)) from error


@dataclass(frozen=True, slots=True)
class LogKey:
    """The public key of a log (32 bytes), with the log's name; ``str()`` gives the form of a C2SP verifier key."""

    origin: str
    public: bytes

    @property
    def key_id(self) -> bytes:
        """The four bytes by which a signature names its key (C2SP signed-note)."""
        return hashlib.sha256(self.origin.encode() + b"\n" + _ED25519 + self.public).digest()[:4]

    def __str__(self) -> str:
        return f"{self.origin}+{self.key_id.hex()}+{_in_base64(_ED25519 + self.public)}"


def key_of_text(text: str) -> LogKey:
    """The key that a C2SP verifier key describes.

    :raises LogError: the text is malformed, or the key is not an Ed25519 key.
    """
    try:
        origin, key_id, data = text.strip().split("+", 2)
        raw = _of_base64(data)
        key = LogKey(origin, raw[1:])
        if raw[:1] != _ED25519 or len(raw) != 33 or key.key_id.hex() != key_id:
            raise ValueError("another kind of key")
    except ValueError as error:
        raise LogError(notice("log key unreadable")) from error
    return key


class HeadSigner:
    """Signs heads with a private Ed25519 key; ``key`` is the public key."""

    def __init__(self, origin: str, private: bytes) -> None:
        """Takes the 32 bytes of a private key.

        :raises LogError: they are not a private key.
        """
        try:
            self._private = Ed25519PrivateKey.from_private_bytes(private)
        except ValueError as error:
            raise LogError(notice("log key unreadable")) from error
        public = self._private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.key = LogKey(origin, public)

    def signed(self, head: LogHead) -> str:
        """The signed checkpoint of a head, as text."""
        text = head_text(head)
        signature = self.key.key_id + self._private.sign(text.encode())
        return f"{text}\n{_SIGNATURE}{self.key.origin} {_in_base64(signature)}\n"


def new_private_key() -> bytes:
    """32 random bytes for a new private key."""
    return os.urandom(32)


def verified_head(note: str, key: LogKey) -> LogHead:
    """The head of a checkpoint whose signature is valid.

    :raises LogError: the checkpoint is not signed with ``key``, or was changed.
    """
    text, _, signatures = note.rpartition(f"\n{_SIGNATURE}")
    name, _, encoded = signatures.rstrip("\n").partition(" ")
    try:
        raw = _of_base64(encoded)
        if name != key.origin or raw[:4] != key.key_id or note != f"{text}\n{_SIGNATURE}{name} {encoded}\n":
            raise ValueError("another key")
        Ed25519PublicKey.from_public_bytes(key.public).verify(raw[4:], text.encode())
    except (ValueError, InvalidSignature) as error:
        raise LogError(notice("log head not signed")) from error
    found = head_of_text(text)
    if found.origin != key.origin:
        raise LogError(notice("log head not signed"))
    return found
