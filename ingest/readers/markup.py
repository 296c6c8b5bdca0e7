"""HTML → source pages with its visible text. The only importer of ``bs4``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bs4 import BeautifulSoup
from bs4.element import NavigableString, PreformattedString, Tag

from ingest.readers.plain import decode, source_pages
from kb.errors import UnreadableError

if TYPE_CHECKING:
    from pathlib import Path

    from ingest.layout.source_page import SourcePage

_BLOCKS = frozenset(
    (
        "p div section article header footer main li ul ol table tr h1 h2 h3 h4 h5 h6 br hr blockquote pre dt dd "
        "figcaption"
    ).split()
)
_HIDDEN = frozenset("script style template noscript head nav svg".split())
_HEADINGS = frozenset("h1 h2 h3 h4 h5 h6".split())
_CHARSET = re.compile(rb"<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*[\"']?([\w.:-]{2,40})", re.IGNORECASE)


def read_html(path: Path) -> list[SourcePage]:
    """One page with the visible words: a line for each block element, and one for all cells of a table row.

    :raises UnreadableError: no visible text.
    """
    lines = _lines(BeautifulSoup(decode(path, _declared), "html.parser"))
    kept = [(words, heading) for text, heading in lines if (words := " ".join(text.split()))]
    if not kept:
        raise UnreadableError(f"{path.name}: the page has no visible text; save it as complete HTML or print it to PDF")
    return source_pages("\n".join(text for text, _ in kept), lambda n, _: kept[n][1])


def _declared(data: bytes) -> str | None:
    """The encoding that an HTML or XML head names."""
    found = _CHARSET.search(data[:4096])
    return found.group(1).decode("ascii", "replace") if found else None


def _lines(soup: Tag) -> list[tuple[str, bool]]:
    """The visible words in order, a line for each block element, and whether it is a heading.

    The walk has its own stack, because the nesting of HTML is unbounded and that of Python's calls is not.
    """
    lines: list[tuple[str, bool]] = [("", False)]
    todo: list[tuple[object, bool]] = [(child, False) for child in reversed(soup.contents)]
    while todo:
        node, heading = todo.pop()
        if node is None:  # the end of a block element
            lines.append(("", heading))
        elif isinstance(node, PreformattedString):  # comments, doctypes, declarations
            continue
        elif isinstance(node, NavigableString):
            text, was = lines[-1]
            lines[-1] = (text + str(node).replace("\n", " "), was or heading)
        elif isinstance(node, Tag) and node.name not in _HIDDEN:
            inner = heading or node.name in _HEADINGS
            if node.name in _BLOCKS:
                lines.append(("", inner))
                todo.append((None, heading))
            elif node.name in {"td", "th"}:
                text, was = lines[-1]
                lines[-1] = (text + " ", was)
            todo.extend((child, inner) for child in reversed(node.contents))
    return lines
