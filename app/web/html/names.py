"""The names of units on screens: places and titles in the language of the interface, without internal ids."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from app.plain_text import unit_place
from app.web.html.escape import escape, foreign
from kb.messages import message, words
from kb.messages.places import in_language, korean_row
from kb.types import notice

if TYPE_CHECKING:
    from kb import NamedUnit, UnitLabel
    from kb.types import Citation, Notice

_KEY_IN_BRACKETS = re.compile(r"\s*\[[a-z][a-z-]*:[^\]\s]+\]")
"""The key of a unit in square brackets, behind the name of a unit that has no number."""


def say(lang: str, key: str, **values: object) -> str:
    """A message, escaped."""
    return escape(message(lang, key, **values))


def label_place(label: UnitLabel, lang: str, ref: str = "") -> str:
    """The place of a unit without the name of its edition; empty if the whole document is meant, or if the Korean title
    is enough."""
    locator, kind = str(label.place.get("locator")), str(label.place.get("kind"))
    bare = locator.removeprefix(ref).lstrip(" ,") if ref and locator.startswith(ref) else locator
    place = (
        korean_row(bare, kind)
        if lang == "ko" and label.title_ko
        else words(notice("place", locator=bare, kind=kind), lang)
    )
    return place if place != label_title(label, lang) else ""


def label_title(label: UnitLabel, lang: str) -> str:
    """The title of a unit, in Korean if the interface is Korean and the register has one."""
    return label.title_ko if lang == "ko" and label.title_ko else label.title


def cited_place(citation: Citation, lang: str) -> str:
    """A citation's unit or heading without its document's name, in the language of the words around it."""
    return in_language(lang, unit_place(citation, lang), citation.locator_type)


def row_words(label: UnitLabel, lang: str, ref: str = "") -> str:
    """ "Article 14 — Human oversight": place and title of a unit as a row of its own document names it."""
    place, title = label_place(label, lang, ref), label_title(label, lang)
    if title and place and title in place:
        title = ""
    return " — ".join(filter(None, (place, title))) or ref or words(label.place, lang)


def full_words(named: NamedUnit, lang: str) -> str:
    """The words of :func:`row_words` with the name of the edition in front."""
    row = row_words(named.label, lang, named.ref)
    return named.ref if row == named.ref else f"{named.ref}, {row}"


def without_keys(text: str) -> str:
    """A sentence without unit keys in square brackets."""
    return _KEY_IN_BRACKETS.sub("", text)


def unit_link(unit_id: str, text: str, css: str = "kb-link", attributes: str = "") -> str:
    """A link to the address of a unit, which the scripts open without leaving the page."""
    href = f"?unit={escape(unit_id)}"
    return f'<a class="{css}" href="{href}" data-unit="{escape(unit_id)}"{attributes}>{foreign(text)}</a>'


def sentence(notice: Notice, lang: str) -> str:
    """A notice as a sentence for a screen."""
    return without_keys(words(notice, lang))
