"""The words the project puts around quotes, in English and Korean, and the choice between the two languages.

A quote is never translated; the words around it follow the language of the question. The words are in ``en.toml`` and
``ko.toml``, one message a key, and a file is read when its language is first used. In Korean a value stands after a
colon or in brackets, so that no particle depends on how the value ends.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from kb.text.languages import language_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from kb.types import Citation, Edition

LANGUAGES = ("en", "ko")
"""The languages that have a table of messages."""


@cache
def table(lang: str) -> Mapping[str, str]:
    """The messages of one of :data:`LANGUAGES` by key."""
    return tomllib.loads(Path(__file__).with_name(f"{lang}.toml").read_text("utf-8"))


def message(lang: str, key: str, **args: object) -> str:
    """The message ``key`` in a language of :data:`LANGUAGES`, English for any other.

    :raises KeyError: no such message, or an argument is missing.
    """
    text = _words(lang)[key]
    return text.format(**args) if args else text


def _words(lang: str) -> Mapping[str, str]:
    return table(lang if lang in LANGUAGES else LANGUAGES[0])


def language(text: str, otherwise: str = "en") -> str:
    """The language to answer a text in: its own where the table has it, else ``otherwise`` ("OECD 1.3" has none)."""
    found = language_of(text)
    return found if found in LANGUAGES else otherwise


def language_name(lang: str, code: str) -> str:
    """What a language is called."""
    if code == "und":
        return message(lang, "no language")
    return _words(lang).get(f"language {code}", code)


def source_language(lang: str, citation: Citation) -> str:
    """ "original: English"; of the register, whose words are its own, "language: English"."""
    if citation.language == "und":
        return message(lang, "no language")
    key = "written in" if citation.match == "register" else "original"
    return message(lang, key, language=language_name(lang, citation.language))


def status(lang: str, code: str) -> str:
    """An edition's status in words."""
    return _words(lang).get(f"status {code}", code)


def status_words(lang: str, code: str, successors: str | Sequence[str] | None) -> str:
    """An edition's status, a superseded one's with what superseded it: "superseded by OECD/LEGAL/0449 (2024)"."""
    if code == "superseded" and successors:
        return message(lang, "status superseded by", successor=listed(lang, successors))
    return status(lang, code)


def other_languages(lang: str, citations: Iterable[Citation]) -> str:
    """The notice that quotes are not in the question's language, or "" where all are; the register's words are ours, in
    both languages."""
    codes = dict.fromkeys(c.language for c in citations if c.language not in {lang, "und"} and c.match != "register")
    return message(lang, "other language", languages=", ".join(language_name(lang, c) for c in codes)) if codes else ""


def listed(lang: str, names: Sequence[str] | str) -> str:
    """Names as a list in words; a single string is one name and is left as it is, whatever words it holds."""
    return names if isinstance(names, str) else message(lang, "list separator").join(names)


def superseded(lang: str, ref: str, successors: str | Sequence[str] | None) -> str:
    """The notice that an edition cited is superseded."""
    if not successors:
        return message(lang, "superseded", ref=ref)
    return message(lang, "superseded by", ref=ref, successor=listed(lang, successors))


def amended(lang: str, edition: Edition) -> str:
    """The notice that an edition is in force, amended, and that its text is without the amendment."""
    return message(lang, "amended by", ref=edition.ref, by=edition.amended_by, day=day_words(lang, edition.amended_on))


_MONTHS: tuple[str, ...] = ("January", "February", "March", "April", "May", "June", "July")
_MONTHS += ("August", "September", "October", "November", "December")


def day_words(lang: str, day: str | None) -> str:
    """A date as it is written in a language: "2 December 2027", "2027년 12월 2일"; of a month or year alone, that."""
    year, month, of_month = (*(day or "").split("-"), "", "")[:3]
    if lang == "ko":
        parts = [f"{int(n)}{sign}" for n, sign in ((year, "년"), (month, "월"), (of_month, "일")) if n]
        return " ".join(parts)
    parts = [str(int(of_month))] if of_month else []
    return " ".join([*parts, *([_MONTHS[int(month) - 1]] if month else []), *([year] if year else [])])


def says_superseded(notices: Sequence[str], citation: Citation) -> bool:
    """Whether one of the notices, in any language, is the one that the edition cited is superseded."""
    return any(superseded(lang, citation.doc_ref, citation.superseded_by) in notices for lang in LANGUAGES)


def from_register(lang: str, ref: str, verified: bool) -> str:
    """The notice that the words cited are the register's."""
    return message(lang, "register notice" if verified else "register unchecked", ref=ref)


def page_words(lang: str, citation: Citation) -> str:
    """As :func:`kb.citing.citation.page_words`, in a language: the printed page and the physical one, each called
    what it is."""
    pages = f"{citation.page_index}" + (f"–{citation.page_end}" if citation.page_end != citation.page_index else "")
    registered = citation.match == "register"
    physical = message(lang, "register pdf page" if registered else "pdf page", pages=pages)
    if citation.page_label is None or citation.page_label == "":
        return message(lang, "no page label", physical=physical)
    return message(lang, "register page" if registered else "page", label=citation.page_label, physical=physical)
