"""Pieces of HTML that several screens of the app share: tags, buttons, folded quotes, hints and problems."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.plain_text import with_full_stop
from app.web.html.escape import escape, foreign, with_commands
from app.web.html.paragraphs import folded_paragraphs, quote_paragraphs
from kb.messages import message

if TYPE_CHECKING:
    from kb.types import Enumeration

LONG_QUOTE = 700
"""Characters of a quote that are shown at once; the rest unfolds."""
POINTS_OPEN = 5
"""Points of a list that are shown at once; the rest unfolds."""
QUOTE_LANGUAGES = frozenset({"en", "ko", "es"})
"""Languages that a quote is marked with for fonts and screen readers."""


def tag(words: str, kind: str = "") -> str:
    """A small label, empty if there are no words; ``kind`` chooses its colour in ``chat.css``."""
    return f'<span class="kb-tag{f" kb-{kind}" if kind else ""}">{escape(words)}</span>' if words else ""


def folded_quote(text: str, language: str = "", lang_words: str = "en", found: str = "") -> str:
    """A quote by its paragraphs; text beyond :data:`LONG_QUOTE` characters unfolds, cut only between sentences. The
    sentence ``found`` in it is marked, and not folded away."""
    found = "" if found == text else found
    paragraphs = quote_paragraphs(text)
    shown, rest = folded_paragraphs(paragraphs, LONG_QUOTE)
    if found and found in text and found not in " ".join(shown):
        end, n = text.find(found) + len(found), 0
        while n < len(paragraphs) and len(" ".join(paragraphs[:n])) < end:
            n += 1
        shown, rest = paragraphs[:n], paragraphs[n:]
    if not rest:
        return word_rows(shown, language, found=found)
    more = message(lang_words, "remaining", n=sum(map(len, rest)))
    return (
        f'{word_rows(shown, language, found=found)}<details class="kb-rest"><summary>{more}</summary>'
        f"{word_rows(rest, language, found=found)}</details>"
    )


def word_rows(paragraphs: Sequence[str], language: str = "", css: str = "kb-words", found: str = "") -> str:
    """Paragraphs of a document's words, each marked with its language, and in them the parts of the sentence
    ``found``."""
    lang = f' lang="{escape(language)}"' if language in QUOTE_LANGUAGES else ""
    parts = [each for each in quote_paragraphs(found) if each] if found else []
    return "".join(
        f'<div class="{css}" dir="auto"{lang}>{_with_sentence_found(each, parts)}</div>' for each in paragraphs
    )


def _with_sentence_found(paragraph: str, parts: Sequence[str]) -> str:
    """A paragraph as HTML, with the first of some parts that it holds marked."""
    part = next((each for each in parts if each in paragraph), "")
    if not part:
        return escape(paragraph)
    before, _, after = paragraph.partition(part)
    return f'{escape(before)}<b class="kb-found">{escape(part)}</b>{escape(after)}'


def folded_list(found: Enumeration, language: str = "", lang_words: str = "en") -> str:
    """A list as its introductory words and its points, with their number; points beyond :data:`POINTS_OPEN` unfold."""

    def rows(points: Sequence[str]) -> str:
        return word_rows(points, language, "kb-words kb-point")

    rest = found.points[POINTS_OPEN:]
    more = message(lang_words, "more points", n=len(rest))
    folded = f'<details class="kb-rest"><summary>{more}</summary>{rows(rest)}</details>' if rest else ""
    count = escape(message(lang_words, "points shown", n=len(found.points), m=found.total))
    opening = word_rows(quote_paragraphs(found.opening), language) if found.opening else ""
    return f'{opening}{rows(found.points[:POINTS_OPEN])}{folded}<div class="kb-sub">{count}</div>'


def copy_button(text: str, words: str, lang: str = "en") -> str:
    """A button that copies ``text`` and briefly confirms it."""
    data = f'data-kb="copy" data-text="{attribute_text(text)}" data-done="{escape(message(lang, "copied"))}"'
    return f'<button type="button" class="kb-act" {data}>{escape(words)}</button>'


def attribute_text(text: str) -> str:
    """Escaped text for an attribute, line ends as character references."""
    return "&#10;".join(escape(line) for line in text.split("\n"))


def unit_button(unit_id: str, words: str, css: str = "kb-act") -> str:
    """A button that opens a unit in the look-up."""
    return f'<button type="button" class="{css}" data-kb="unit" data-unit="{escape(unit_id)}">{foreign(words)}</button>'


def problem_box(message: str) -> str:
    """A message in place of an answer."""
    return f'<div class="kb-problem" role="alert">{with_commands(with_full_stop(message))}</div>'


def hint(message: str) -> str:
    """A quiet line in a place where there is nothing to show yet."""
    return f'<div class="kb-hint">{escape(message)}</div>'


def button_row(kind: str, texts: Sequence[str], css: str) -> str:
    """Buttons that each ask a question or look up a reference."""
    return "".join(
        f'<button type="button" class="{css}" data-kb="{kind}" data-unit="{escape(t)}">{foreign(t)}</button>'
        for t in texts
    )


def joined(*parts: str) -> str:
    """The parts that are not empty, with commas between them."""
    return ", ".join(filter(None, parts))


def own_title(name: str, title: str) -> str:
    """A title to show beside a name; empty if both are the same, as for files known by their title only."""
    return "" if title.strip().casefold() == name.strip().casefold() else title


def capitalised(text: str) -> str:
    """The text with a capital first letter."""
    return text[:1].upper() + text[1:]
