"""The calls of the citation list's scripts. The collected citations come with each call and are not kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from app.plain_text import without_surrogates
from app.web.calls import Download
from app.web.html.basket import basket_rows, pasted_rows, preview_nothing, preview_table, preview_text
from app.web.jobs import Record, not_recorded
from kb import KnowledgeBase
from kb.audit.collected import MAX_COLLECTED, CollectedRow, kept_record
from kb.errors import ConfigError
from kb.export.answer_lists import AnswerList, RowPlace
from kb.export.citation_styles import CITATION_STYLES
from kb.export.formats import LIST_FORMATS, ListOptions, blocks_of, list_bytes
from kb.export.list_markup import clipping, list_html
from kb.lists.inputs import BatchInput
from kb.lists.tables import InputRow
from kb.messages import message
from kb.release import today
from kb.types import notice

MAX_PASTED_LINES = 300
"""Largest number of pasted lines of references; a longer list is a batch."""
ENDINGS = {"csl-json": "csl.json", "bibtex": "bib", "oscal": "oscal.json"}
TYPES_OF_FILES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "md": "text/markdown; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "json": "application/json",
    "jsonl": "application/x-ndjson",
    "csl-json": "application/vnd.citationstyles.csl+json",
    "bibtex": "application/x-bibtex; charset=utf-8",
    "ris": "application/x-research-info-systems; charset=utf-8",
    "oscal": "application/json",
}
_AS_TABLE, _AS_PAGE = {"csv", "xlsx"}, {"docx", "html", "md"}


class CitationBasket:
    """The calls of the citation list, over the knowledge base that ``base`` gives; ``record`` logs what is exported."""

    def __init__(self, base: Callable[[], KnowledgeBase], record: Record = not_recorded) -> None:
        self._base = base
        self._record = record

    def rows(self, data: Mapping[str, Any], lang: str) -> dict[str, Any]:
        """The rows of the collected citations as HTML; for each row the records that the browser may store instead: the
        same citation in full, and the one of today if the row is out of date."""
        found, _ = self._base().collected(collected_items(data), lang)
        return {
            "html": basket_rows(found, lang),
            "rows": [_row_facts(row) for row in found],
            "stale": sum(row.is_stale for row in found),
        }

    def file(self, data: Mapping[str, Any], lang: str) -> Download:
        """The list as a file in a format and a style.

        :raises ConfigError: nothing was collected, or the format does not exist.
        """
        _, listed = self._base().collected(collected_items(data), lang)
        made = list_download(listed, data, lang, "citations")
        self._record(lambda recorder: recorder.exported(None, chosen_format(data), made.data, listed.rows))
        return made

    def preview(self, data: Mapping[str, Any], lang: str) -> dict[str, str]:
        """The preview of the list in a format: a table, a page, or the beginning of the text."""
        _, listed = self._base().collected(collected_items(data), lang)
        return list_preview(listed, data, lang)

    def copied(self, data: Mapping[str, Any], lang: str) -> dict[str, str]:
        """The list for the clipboard, as plain text and as HTML."""
        _, listed = self._base().collected(collected_items(data), lang)
        made = clipping(blocks_of(listed, options_of_call(data, lang)))
        return {"text": made.text, "html": made.html}

    def paste(self, data: Mapping[str, Any], lang: str) -> dict[str, Any]:
        """The citations of pasted references and questions, one on each line, and the reasons of lines without any.

        :raises ConfigError: there are more than :data:`MAX_PASTED_LINES` lines.
        """
        text = data.get("text")
        lines = without_surrogates(text if isinstance(text, str) else "").splitlines()
        asked = [(n, line.strip()) for n, line in enumerate(lines, 1) if line.strip()]
        if len(asked) > MAX_PASTED_LINES:
            raise ConfigError(notice("basket too many lines", n=len(asked), most=MAX_PASTED_LINES))
        rows = tuple(InputRow(RowPlace(at, "", "", n), line) for at, (n, line) in enumerate(asked, 1))
        lists = self._base().lists()
        read = lists.preview(rows, lang)
        found = lists.answered(BatchInput(rows, "", "", language=lang)).rows
        return {
            "html": pasted_rows(found, [preview.choices for preview in read], lang),
            "items": [kept_record(citation) for row in found for citation in row.citations],
        }


def collected_items(data: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The items of a call that are objects; others are left out."""
    items = data.get("items")
    return [each for each in items[:MAX_COLLECTED] if isinstance(each, dict)] if isinstance(items, list) else []


def _row_facts(row: CollectedRow) -> dict[str, Any]:
    return {
        "stale": row.is_stale,
        "item": kept_record(row.citation) if row.citation is not None else None,
        "now": kept_record(row.now) if row.now is not None else None,
    }


def options_of_call(data: Mapping[str, Any], lang: str) -> ListOptions:
    """The options by which a call wants a list to be written."""
    style = data.get("style")
    return ListOptions(lang, style=style if isinstance(style, str) and style in CITATION_STYLES else "")


def chosen_format(data: Mapping[str, Any], formats: Sequence[str] = LIST_FORMATS) -> str:
    """The format that a call names.

    :raises ConfigError: the name is not one of ``formats``.
    """
    form = data.get("format")
    if not isinstance(form, str) or form not in formats:
        raise ConfigError(notice("export unknown format"))
    return form


def list_download(found: AnswerList, data: Mapping[str, Any], lang: str, name: str) -> Download:
    """A list as a file to save.

    :raises ConfigError: it has no row, or the format does not exist.
    """
    form = chosen_format(data)
    if not found.rows:
        raise ConfigError(notice("basket empty"))
    made = list_bytes(found, form, options_of_call(data, lang))
    return Download(f"{name}-{today()}.{ENDINGS.get(form, form)}", made, TYPES_OF_FILES[form])


def list_preview(found: AnswerList, data: Mapping[str, Any], lang: str) -> dict[str, str]:
    """A preview of a list before it is saved: ``html`` for the page, or ``page``, a document of its own."""
    form, options = chosen_format(data), options_of_call(data, lang)
    if not found.rows:
        return {"html": preview_nothing(lang)}
    if form in _AS_PAGE:
        return {"page": list_html(blocks_of(found, options), lang).decode(), "title": message(lang, "export preview")}
    if form in _AS_TABLE:
        return {"html": preview_table(list_bytes(found, "csv"), lang)}
    return {"html": preview_text(list_bytes(found, form, options), lang)}
