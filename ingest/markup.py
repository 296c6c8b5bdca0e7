"""HTML → source pages by its visible text. The only importer of ``bs4``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bs4 import BeautifulSoup
from bs4.element import NavigableString, PreformattedString, Tag

from ingest.plain import decode, source_pages
from kb.errors import UnreadableError

if TYPE_CHECKING:
    from pathlib import Path

    from ingest.pages import SourcePage

_BLOCKS = frozenset(
    "p div section article header footer main li ul ol table tr h1 h2 h3 h4 h5 h6 br hr blockquote pre dt dd figcaption".split()
)
_HIDDEN = frozenset("script style template noscript head nav svg".split())
_HEADINGS = frozenset("h1 h2 h3 h4 h5 h6".split())
_MAX_DEPTH = 200


def read_html(path: Path) -> list[SourcePage]:
    """One page: the visible words, a line per block element, table cells of a row on one line.

    :raises UnreadableError: no visible text.
    """
    soup = BeautifulSoup(decode(path), "html.parser")
    lines: list[tuple[str, bool]] = [("", False)]
    _walk(soup, lines, False, 0)
    kept = [(" ".join(text.split()), heading) for text, heading in lines]
    kept = [(text, heading) for text, heading in kept if text]
    if not kept:
        raise UnreadableError(f"{path.name}: the page has no visible text; save it as complete HTML or print it to PDF")
    headings = {text for text, heading in kept if heading}
    return source_pages("\n".join(text for text, _ in kept), lambda line: line in headings)


def _walk(node: Tag, lines: list[tuple[str, bool]], heading: bool, depth: int) -> None:
    if depth > _MAX_DEPTH:
        return
    for child in node.children:
        if isinstance(child, PreformattedString):  # comments, doctypes, declarations
            continue
        if isinstance(child, NavigableString):
            text, was = lines[-1]
            lines[-1] = (text + str(child).replace("\n", " "), was or heading)
        elif isinstance(child, Tag) and child.name not in _HIDDEN:
            block = child.name in _BLOCKS
            title = child.name in _HEADINGS
            if block:
                lines.append(("", title))
            elif child.name in {"td", "th"}:
                text, was = lines[-1]
                lines[-1] = (text + " ", was)
            _walk(child, lines, heading or title, depth + 1)
            if block:
                lines.append(("", heading))
