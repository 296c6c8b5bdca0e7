"""The pages of documents for the viewer: the words and marks of a page, and its image.

The image has a route of its own behind the request guard, and is sent only if the licence of the document allows it
(:func:`kb.page_images.page_image`). A bounded number of images is kept.
"""

from __future__ import annotations

import io
import logging
import threading
from collections import OrderedDict
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from app.web.handlers import Handlers
from kb import PageSheet, QuotePlace
from kb.errors import KBError
from kb.messages import message

if TYPE_CHECKING:
    from app.web.calls import Call

MAX_IMAGES_KEPT = 64
MAX_BYTES_KEPT = 96 * 1024**2
_PAGE_LOG = logging.getLogger(__name__)


class PageImages:
    """The images of pages as PNG. The last :data:`MAX_IMAGES_KEPT` are kept, up to ``most_bytes`` together. Safe to
    share between threads."""

    def __init__(self, desk: Handlers, most_bytes: int = MAX_BYTES_KEPT) -> None:
        self._desk = desk
        self._most_bytes = most_bytes
        self._kept: OrderedDict[tuple[str, str, int], bytes] = OrderedDict()
        self._lock = threading.Lock()

    def png(self, doc_id: str, page: int) -> bytes | None:
        """The image of a page; ``None`` if there is none that may be shown."""
        try:
            base = self._desk.base()
            key = (base.index_id, doc_id, page)
            with self._lock:
                if key in self._kept:
                    self._kept.move_to_end(key)
                    return self._kept[key]
            image, _ = base.page_image(doc_id, page)
            data = io.BytesIO()
            image.save(data, "PNG", compress_level=1)
        except KBError:
            return None
        except Exception:
            _PAGE_LOG.exception("a page image failed")
            return None
        with self._lock:
            self._kept[key] = data.getvalue()
            while len(self._kept) > MAX_IMAGES_KEPT or sum(map(len, self._kept.values())) > self._most_bytes:
                self._kept.popitem(last=False)
        return data.getvalue()


def page_calls(desk: Handlers) -> dict[str, Call]:
    """The functions of the viewer: ``sheet`` gives a page, alone or for a citation."""

    def sheet(data: Mapping[str, Any], lang: str) -> dict[str, Any]:
        doc_id, page = data.get("doc_id"), data.get("page")
        number = page if isinstance(page, int) and not isinstance(page, bool) else None
        base = desk.base()
        found = base.page_sheet(str(doc_id)[:300], number, quote_place(data), lang)
        return {**sheet_data(found, lang), "doc_id": doc_id, "index": base.index_id}

    return {"sheet": sheet}


def quote_place(data: Mapping[str, Any]) -> QuotePlace | None:
    """The place of a citation object that a browser sends back; ``None`` if it is malformed."""
    start, end = data.get("char_start"), data.get("char_end")
    if not (isinstance(start, int) and isinstance(end, int)) or isinstance(start, bool) or isinstance(end, bool):
        return None
    return QuotePlace(start, end, str(data.get("quote_sha256") or "")[:64], data.get("match") == "elided")


def sheet_data(sheet: PageSheet, lang: str) -> dict[str, Any]:
    """A page as the viewer receives it: its caption in words, boxes and words as lists."""
    return {
        "name": sheet.name,
        "page": sheet.page,
        "pages": sheet.n_pages,
        "caption": caption_words(sheet, lang),
        "lines": list(sheet.lines),
        "drawn": sheet.is_drawn,
        "marks": [list(box) for box in sheet.marks],
        "words": [[*box, text] for box, text in sheet.words],
        "first": sheet.first,
        "last": sheet.last,
    }


def caption_words(sheet: PageSheet, lang: str) -> str:
    """The document, the printed page and the page of the file, each named as what it is."""
    key = "viewer page" if sheet.label is None else "viewer printed page"
    return message(lang, key, name=sheet.name, label=sheet.label, page=sheet.page, pages=sheet.n_pages)
