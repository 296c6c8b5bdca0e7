"""The Look up screen: a reference, suggestions while it is typed, and the unit that it leads to with its
surroundings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any
from urllib.parse import quote

import gradio as gr

from app.plain_text import citation_line
from app.web.handlers import EXAMPLE_REFERENCES, Handlers
from app.web.html.pieces import problem_box
from app.web.html.unit_page import look_up_shell, looked_up_html, outline_rows, suggestion_options, unit_page_html
from app.web.screens.given import given_text
from app.web.screens.screen import OWN_STYLE, Context, Screen, script
from kb import UnitPage
from kb.errors import ConfigError
from kb.export.formats import ListOptions, list_bytes
from kb.messages import message
from kb.types import notice

MAX_SUGGESTED = 12
"""Suggestions in the list."""
MAX_TYPED_TO_SUGGEST = 200
"""Typed characters up to which suggestions are made."""
KOREAN_FIRST = ("제37항", "OECD 원칙 1.3")
"""Examples that a Korean interface shows first."""
_COPY_FORMATS = {"markdown": "md", "bibtex": "bibtex", "ris": "ris", "csl": "csl-json"}


def lookup_screen(context: Context) -> Screen:
    """The panel of the screen; its script loads the content."""
    shell = gr.HTML(
        _shell(context.start), js_on_load=script("lookup/combobox", "lookup/unit"), elem_id="kb-lookup", **OWN_STYLE
    )
    calls = LookUpCalls(context.desk)
    return Screen(
        (shell,),
        lambda code: (_shell(code),),
        {
            "suggest": calls.suggest,
            "reference": calls.reference,
            "unit": calls.unit,
            "branch": calls.branch,
            "cite": calls.cite,
            "copy": calls.copy,
        },
    )


def _shell(lang: str) -> str:
    first: Sequence[str] = KOREAN_FIRST if lang == "ko" else ()
    return look_up_shell(lang, [*first, *(each for each in EXAMPLE_REFERENCES if each not in first)])


class LookUpCalls:
    """The calls of the screen's scripts. Each call is answered from one index."""

    def __init__(self, desk: Handlers) -> None:
        self._desk = desk

    def suggest(self, data: Mapping[str, Any], lang: str) -> dict[str, Any]:
        """The options of the combobox for the typed characters."""
        text = given_text(data, "text", MAX_TYPED_TO_SUGGEST + 1)
        found = self._desk.base().suggested(text, MAX_SUGGESTED) if 0 < len(text) <= MAX_TYPED_TO_SUGGEST else ()
        status = message(lang, "suggestions counted", n=len(found)) if found else message(lang, "suggestions nothing")
        return {"html": suggestion_options(found, lang), "n": len(found), "told": status}

    def reference(self, data: Mapping[str, Any], lang: str) -> dict[str, Any]:
        """The result of a reference: a unit in full, a choice, or the units beside a missing one."""
        text = given_text(data, "text")
        if not text:
            return {"html": "", "unit": "", "written": ""}
        found = self._desk.base().look_up_page(text)
        unit = found.page.view.unit.unit_id if found.page else ""
        return {"html": looked_up_html(found, lang), "unit": unit, "written": text}

    def unit(self, data: Mapping[str, Any], lang: str) -> dict[str, Any]:
        """A unit by its id, in full."""
        page = self._desk.base().unit_page(given_text(data, "unit"))
        if page is None:
            return {"html": problem_box(message(lang, "unit gone plain")), "unit": "", "written": ""}
        written = page.written.partition(" [")[0]
        return {"html": unit_page_html(page, lang), "unit": page.view.unit.unit_id, "written": written}

    def branch(self, data: Mapping[str, Any], lang: str) -> dict[str, Any]:
        """The parts of a unit, or the outermost units of a document, as rows of a tree."""
        return {"html": outline_rows(self._desk.base().outline(given_text(data, "of")), lang)}

    def cite(self, data: Mapping[str, Any], lang: str) -> dict[str, Any]:
        """The citation of a unit, for the list."""
        del lang
        return asdict(self._unit(data).view.citation)

    def copy(self, data: Mapping[str, Any], lang: str) -> dict[str, str]:
        """A unit's citation in one of the forms of :data:`app.web.html.unit_page.COPY_FORMS`, with HTML where it has
        any."""
        page, form = self._unit(data), given_text(data, "form", 20)
        citation = page.view.citation
        if form == "address":
            return {"text": f"?unit={quote(citation.unit_id or '', safe=':')}", "html": ""}
        if form == "line":
            return {"text": citation_line(citation, lang), "html": ""}
        lists = self._desk.base().lists()
        if form not in _COPY_FORMATS:
            clipped = lists.copied_citations([citation], lang)
            return {"text": clipped.text, "html": clipped.html}
        _, listed = lists.cited(page.written, language=lang)
        return {"text": list_bytes(listed, _COPY_FORMATS[form], ListOptions(lang)).decode(), "html": ""}

    def _unit(self, data: Mapping[str, Any]) -> UnitPage:
        page = self._desk.base().unit_page(given_text(data, "unit"))
        if page is None:
            raise ConfigError(notice("unit gone plain"))
        return page
