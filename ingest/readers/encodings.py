"""Recognises the encoding of a text file: by a byte order mark, by what the content declares, or by its bytes."""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING

from kb.errors import TooLargeError, UnreadableError
from kb.text.hangul import begins_with_hangul
from kb.types import Notice, notice

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

MAX_TEXT_BYTES = 50_000_000
_NO_TEXT = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ufffd]")
_BYTE_ORDER_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_NOT_OF_FILES = frozenset({"unicode-escape", "raw-unicode-escape", "utf-7", "idna", "punycode", "undefined"})
"""Codecs of Python in which no file is written: they decode escapes, or are for host names."""
_UNMARKED = ("utf-16-le", "utf-16-be")
_SHOWN_NAMES = {"utf-16-le": "UTF-16", "utf-16-be": "UTF-16", "cp1252": "Windows-1252", "latin-1": "Latin-1"}


def decode(path: Path, declared: Callable[[bytes], str | None] = lambda _: None) -> tuple[str, str]:
    """The text and the encoding of a file: by its byte order mark, UTF-8, the declared encoding, or a guess.

    :param declared: gives the encoding that the content itself names, or ``None``.
    :raises UnreadableError: the file is empty or binary.
    :raises TooLargeError: the file is larger than :data:`MAX_TEXT_BYTES`.
    """
    size = path.stat().st_size
    if size > MAX_TEXT_BYTES:
        raise TooLargeError(notice("text too large", file=path.name, size=size, bound=MAX_TEXT_BYTES))
    return decode_bytes(path.read_bytes(), path.name, declared)


def decode_bytes(data: bytes, name: str, declared: Callable[[bytes], str | None] = lambda _: None) -> tuple[str, str]:
    """The text of a file's bytes and its encoding; guesses are UTF-16 without a mark, CP949, Windows-1252 and Latin-1.

    :raises UnreadableError: the bytes are empty or binary.
    """
    if not data.strip():
        raise UnreadableError(notice("file empty", file=name))
    tried = [next((encoding for mark, encoding in _BYTE_ORDER_MARKS if data.startswith(mark)), None)]
    tried += [_unmarked_utf16(data)] if tried[0] is None else []
    tried += ["utf-8", declared(data), *(["cp949"] if _is_korean(data) else ["cp1252", "latin-1"])]
    text, encoding = next(((t, e) for e in tried if e and (t := _decoded(data, e)) is not None), (None, ""))
    if text is None:
        raise UnreadableError(notice("text of unknown encoding", file=name))
    if len(_NO_TEXT.findall(text[:100_000])) > 1 + 0.005 * len(text[:100_000]):
        raise UnreadableError(notice("text is binary", file=name))
    if not text.strip():
        raise UnreadableError(notice("text without words", file=name))
    return text, encoding


def encoding_note(encoding: str) -> list[Notice]:
    """A note for the report that a file is not in UTF-8; an empty list if it is."""
    if encoding.startswith("utf-8"):
        return []
    return [notice("note encoding", encoding=_SHOWN_NAMES.get(encoding, encoding.upper()))]


def _decoded(data: bytes, encoding: str) -> str | None:
    """The text in an encoding; ``None`` if it is not an encoding of text, or the bytes are not valid in it.

    A file may name any codec of Python, also one that decodes escapes or halves of them.
    """
    try:
        if codecs.lookup(encoding).name in _NOT_OF_FILES:
            return None
        text = data.decode(encoding)
        text.encode()
    except (UnicodeError, LookupError, ValueError):
        return None
    return text


def _is_korean(data: bytes) -> bool:
    """Whether bytes beyond ASCII come in pairs: Hangul in CP949 does, accents and curly quotes do not."""
    beyond = len(re.findall(rb"[\x80-\xff]", data))
    pairs = len(re.findall(rb"[\xa1-\xfe][\xa1-\xfe]", data))
    return beyond > 0 and 2 * pairs > 0.9 * beyond


def _unmarked_utf16(data: bytes) -> str | None:
    """The encoding of UTF-16 without a byte order mark: blanks, figures and line ends have a null byte on one side."""
    sample = data[:20_000]
    if b"\0" not in sample or len(data) % 2:
        return None
    shares = [(_usual(_decoded(sample[: len(sample) // 2 * 2], encoding) or ""), encoding) for encoding in _UNMARKED]
    share, encoding = max(shares)
    return encoding if share > 0.9 else None


def _usual(text: str) -> float:
    """The share of the characters that are printable ASCII, Hangul or usual signs."""
    usual = sum(
        (c.isascii() and (c.isprintable() or c in "\t\r\n")) or begins_with_hangul(c) or c in "·“”‘’…–" for c in text
    )
    return usual / len(text) if text else 0.0


def looks_like_utf16(data: bytes) -> bool:
    """Whether bytes with nulls in them are text in UTF-16, with or without a byte order mark."""
    marked = data[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    return marked or _unmarked_utf16(data[: len(data) // 2 * 2]) is not None
