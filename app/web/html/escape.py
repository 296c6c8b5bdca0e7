"""Escapes text for the HTML of the app.

Whatever comes from a document, a question or the catalog passes :func:`escape`, which leaves neither HTML nor Markdown
nor a template to interpret: Gradio fills templates in its HTML panels. No function of this package returns a line
break, because a blank line would end an HTML block in Markdown.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from app.plain_text import without_surrogates

_ESCAPED_MARKS = {c: f"&#{c};" for c in range(33, 127) if not chr(c).isalnum() and chr(c) != ","}
_UNPRINTABLE = dict.fromkeys([*range(32), *range(127, 160), 0x2028, 0x2029], " ")


def escape(text: str) -> str:
    """The text with every ASCII sign but the comma as a character reference: nothing to interpret in HTML, an
    attribute, Markdown or a template. Line ends and control characters become blanks."""
    return without_surrogates(text).translate(_UNPRINTABLE).translate(_ESCAPED_MARKS)


def escape_lines(text: str) -> str:
    """Like :func:`escape`, with line ends kept as ``<br>``."""
    return "<br>".join(escape(line) for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))


def foreign(text: str) -> str:
    """Escaped text whose writing direction cannot spill over what follows."""
    return f"<bdi>{escape(text)}</bdi>"


_COMMAND = re.compile(r"`((?:kb|make|pip|python) [^`\n]{1,200})`")


def with_commands(text: str) -> str:
    """The escaped words of a message, a command between backticks as ``<code>`` without them."""
    pieces = _COMMAND.split(text)
    return "".join(f"<code>{escape(each)}</code>" if n % 2 else escape(each) for n, each in enumerate(pieces))


def worded(text: str) -> str:
    """Like :func:`with_commands`, with a writing direction that cannot affect the text after it."""
    return f"<bdi>{with_commands(text)}</bdi>"


def safe_url(url: str) -> str:
    """The address if a browser may follow it (http or https, with a host, no credentials), else ""."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    good = parts.scheme in {"http", "https"} and parts.hostname and "@" not in parts.netloc
    return url if good and not re.search(r"[\s\x00-\x20\x7f-\x9f\\]", url) else ""


def link(url: str, words: str) -> str:
    """A link that opens in a new tab and sends no referrer, or "" for an address that must not be followed."""
    safe = safe_url(url)
    return f'<a href="{escape(safe)}" target="_blank" rel="noopener noreferrer">{escape(words)}</a>' if safe else ""
