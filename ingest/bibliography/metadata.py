"""Title and author of Word and HTML files, from the properties that they carry. PDF metadata come with the pages."""

from __future__ import annotations

import html
import re
import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

MOST_BYTES_OF_PROPERTIES = 100_000
"""Bytes that are looked at."""

_WORD_TAGS = {"Title": "dc:title", "Author": "dc:creator", "Subject": "dc:subject"}
_HEAD = {
    "Title": r"<title[^>]*>(.*?)</title>",
    "Author": r"<meta[^>]+name=[\"']?(?:author|dc\.creator|citation_author)[\"']?[^>]+content=[\"']([^\"']*)",
}


def properties(path: Path, media_type: str) -> dict[str, str]:
    """What the file says of itself under the names that PDF uses; empty where it says nothing or cannot be read."""
    try:
        if media_type == "text/html":
            text = path.read_bytes()[:MOST_BYTES_OF_PROPERTIES].decode("utf-8", "replace")
            return _properties_in(text, _HEAD)
        if media_type.endswith("wordprocessingml.document"):
            with zipfile.ZipFile(path) as archive, archive.open("docProps/core.xml") as part:
                text = part.read(MOST_BYTES_OF_PROPERTIES).decode("utf-8", "replace")
            return _properties_in(text, {key: rf"<{tag}[^>]*>(.*?)</{tag}>" for key, tag in _WORD_TAGS.items()})
    except (OSError, KeyError, zipfile.BadZipFile, RuntimeError, NotImplementedError):
        pass
    return {}


def _properties_in(text: str, patterns: dict[str, str]) -> dict[str, str]:
    out: dict[str, str] = {}
    for key, pattern in patterns.items():
        match = re.search(pattern, text, re.IGNORECASE | re.DOTALL)
        value = " ".join(html.unescape(match[1]).split()) if match else ""
        if value and "\ufffd" not in value:
            out[key] = value[:500]
    return out
