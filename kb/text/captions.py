"""Recognises captions of figures, tables and boxes: a caption describes a picture that may contain no words. Pure."""

from __future__ import annotations

import re

_CAPTION = re.compile(
    r"^[ \t]*(?:figure|table|box|그림|표|상자)[ \t]*\d+[.:]?[ \t]+(?P<said>\S.{8,160})$",
    re.IGNORECASE | re.MULTILINE,
)


def captions(text: str) -> list[str]:
    """The captions in a text, in order, without their numbers."""
    return [match["said"].strip() for match in _CAPTION.finditer(text)]


def caption_at_end(text: str) -> str:
    """The caption that a text ends with, with its number; "" where words follow it, or there is none."""
    found = list(_CAPTION.finditer(text.rstrip()))
    return found[-1].group().strip() if found and found[-1].end() == len(text.rstrip()) else ""
