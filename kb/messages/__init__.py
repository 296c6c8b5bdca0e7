"""The words that the project puts around quotes, in English and Korean, and the choice between the two languages.

A quote is never translated; the words around it are in the language of the question. They are in ``en.toml`` and
``ko.toml``, one message for each key (:mod:`kb.wording`). In Korean a value comes after a colon or in brackets, so that
no particle depends on how the value ends.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kb.messages.places import in_language, kind_in_language
from kb.text.languages import language_of
from kb.types import FILE_EDITION, UNKNOWN_PUBLISHER, Notice, PageKind, notice
from kb.wording import LANGUAGES as LANGUAGES
from kb.wording import list_in_words as list_in_words
from kb.wording import message as message
from kb.wording import message_table as message_table
from kb.wording import messages_in, value_in_words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from kb.errors import KBError
    from kb.types import Citation, Edition


def words(found: Notice, lang: str) -> str:
    """The words of a notice in a language of :data:`LANGUAGES`."""
    return value_in_words(found, lang, COMPUTED).strip()


def error_words(error: KBError, lang: str) -> str:
    """The message of an error in a language of :data:`LANGUAGES`; in English if the error has no notice."""
    return words(error.notice, lang) if error.notice else str(error)


def notices_in_words(found: Iterable[Notice], lang: str) -> str:
    """The words of several notices, separated by blanks."""
    return " ".join(words(each, lang) for each in found)


def language(text: str, otherwise: str = "en") -> str:
    """The language in which to answer a text: its own if there are messages in it, else ``otherwise`` ("OECD 1.3" shows
    none)."""
    found = language_of(text)
    return found if found in LANGUAGES else otherwise


def language_name(lang: str, code: str) -> str:
    """The name of a language, given by its code."""
    if code == "und":
        return message(lang, "no language")
    return messages_in(lang).get(f"language {code}", code)


def publisher_words(lang: str, publisher: str) -> str:
    """The name of a publisher; only the unknown publisher has a name in each language."""
    return message(lang, "publisher unknown") if publisher == UNKNOWN_PUBLISHER else publisher


def edition_name(lang: str, edition: str) -> str:
    """The name of an edition; only an edition that is known by its file alone has a name in each language."""
    if edition.startswith(FILE_EDITION):
        return message(lang, "edition of file", checksum=edition.removeprefix(FILE_EDITION))
    return edition


def source_language(lang: str, citation: Citation) -> str:
    """The language of a citation in words: "original: English", or "language: English" for the register's own words."""
    if citation.language == "und":
        return message(lang, "no language")
    key = "written in" if citation.match == "register" else "original"
    return message(lang, key, language=language_name(lang, citation.language))


def status(lang: str, code: str) -> str:
    """The status of an edition, in words."""
    return messages_in(lang).get(f"status {code}", code)


def status_words(lang: str, code: str, successors: str | Sequence[str] | None) -> str:
    """The status of an edition in words, with the successors of a superseded one: "superseded by OECD/LEGAL/0449
    (2024)"."""
    if code == "superseded" and successors:
        return message(lang, "status superseded by", successor=list_in_words(lang, successors))
    return status(lang, code)


def other_languages(lang: str, citations: Iterable[Citation]) -> Notice | None:
    """A notice that quotes are not in the language of the question, or ``None``; words of the register exist in both
    languages and do not count."""
    codes = dict.fromkeys(c.language for c in citations if c.language not in {lang, "und"} and c.match != "register")
    languages = notice("commas", items=tuple(notice("language", code=code) for code in codes))
    return notice("other language", languages=languages) if codes else None


def superseded(ref: str, successors: Sequence[str]) -> Notice:
    """The notice that a cited edition is superseded, with its successors."""
    if not successors:
        return notice("superseded", ref=ref)
    return notice("superseded by", ref=ref, successor=tuple(successors))


def says_superseded(notices: Iterable[Notice], citation: Citation) -> bool:
    """Whether one of the notices says that the cited edition is superseded."""
    return any(n.kind in {"superseded", "superseded by"} and n.get("ref") == citation.doc_ref for n in notices)


def amended(edition: Edition) -> Notice:
    """The notice that an edition is in force and was amended, and that its loaded text does not contain the
    amendment."""
    return notice("amended by", ref=edition.ref, by=edition.amended_by, day=notice("day", day=edition.amended_on))


_MONTH_NAMES: tuple[str, ...] = ("January", "February", "March", "April", "May", "June", "July")
_MONTH_NAMES += ("August", "September", "October", "November", "December")


def day_words(lang: str, day: str | None) -> str:
    """A date as a language writes it: "2 December 2027", "2027년 12월 2일"; a month or a year alone is possible."""
    year, month, of_month = (*(day or "").split("-"), "", "")[:3]
    if lang == "ko":
        parts = [f"{int(n)}{sign}" for n, sign in ((year, "년"), (month, "월"), (of_month, "일")) if n]
        return " ".join(parts)
    parts = [str(int(of_month))] if of_month else []
    return " ".join([*parts, *([_MONTH_NAMES[int(month) - 1]] if month else []), *([year] if year else [])])


def from_register(ref: str, verified: bool) -> Notice:
    """The notice that the cited words are the register's own."""
    return notice("register notice" if verified else "register unchecked", ref=ref)


def page_words(lang: str, citation: Citation) -> str:
    """The printed page and the physical one, each named as what it is, and remarks on how the file was read there.

    A page of a compiled register, a slide, a row of a sheet, and a page that is only counted by breaks in a file are
    named so; a file without pages has none.
    """
    return "; ".join([_page(lang, citation), *reading_words(lang, citation)])


def reading_words(lang: str, citation: Citation) -> list[str]:
    """Remarks on how the file was read at the place of a citation: "as the changes of the file stand accepted"."""
    return [message(lang, f"reading {remark}") for remark in citation.reading]


def _page(lang: str, citation: Citation) -> str:
    pages = f"{citation.page_index}" + (f"–{citation.page_end}" if citation.page_end != citation.page_index else "")
    registered = citation.match == "register"
    label = citation.page_label or ""
    if citation.page_kind == PageKind.FLOW.value:
        return message(lang, "no pages")
    if citation.page_kind == PageKind.ROW.value and "!" in label:
        sheet, _, row = label.rpartition("!") if label.count("!") == 1 else label.partition("!")
        return message(lang, "sheet and rows" if "–" in row else "sheet and row", sheet=sheet, row=row)
    if citation.page_kind == PageKind.SLIDE.value:
        return message(lang, "slides" if citation.page_end != citation.page_index else "slide", pages=pages)
    if citation.page_kind == PageKind.BREAKS.value:
        counted = message(lang, "page by breaks", pages=pages)
        return message(lang, "page", label=label, physical=counted) if label else counted
    physical = message(lang, "register pdf page" if registered else "pdf page", pages=pages)
    if citation.page_label is None or citation.page_label == "":
        return message(lang, "no page label", physical=physical)
    return message(lang, "register page" if registered else "page", label=citation.page_label, physical=physical)


def cite_as(citation: Citation, lang: str = "en") -> str:
    """A citation on one line, ready to copy: edition, place, page, quoted words, kind of text, link."""
    where = f", {citation.locator}" if citation.locator else ""
    register = citation.match == "register"
    quote = f": “{citation.quote}”" if citation.quote and not register else ""
    gist = f". {message(lang, 'our words', text=citation.quote)}" if citation.quote and register else ""
    successor = list_in_words(lang, citation.superseded_by)
    marks = [message(lang, "status superseded by", successor=successor)] if successor else []
    if citation.amendment:  # the citation has this text in English
        marks.append(citation.amendment.rstrip(".") if lang == "en" else status_words(lang, citation.status, ()))
    marks += [message(lang, "register")] if register else []
    marks += [] if citation.verified else [message(lang, "not verified")]
    remarks = f" [{'; '.join(marks)}]" if marks else ""
    page = "" if register else f", {page_words(lang, citation)}"
    what = f"{publisher_words(lang, citation.publisher)}, {citation.title} ({citation.doc_ref}){where}{page}"
    return f"{what}{quote}{gist}{remarks}. {citation.url}".strip()


COMPUTED: Mapping[str, Callable[..., str]] = {
    "language": language_name,
    "day": day_words,
    "status": status_words,
    "place": in_language,
    "kind of units": kind_in_language,
}
"""Kinds of notices whose words are computed from their values; they are used as values of other notices."""
