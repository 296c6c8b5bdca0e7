"""Reads a question once into a :class:`Query`: its language, the publications and units it names, its search terms.

Search, answering and refusal all use this one record, so that nothing reads the question's text a second time.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import field, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from kb.messages import language
from kb.query import follow_ups
from kb.query.abbreviations import long_forms
from kb.query.date_questions import asks_of_text_as_published, without_publication
from kb.query.edition_questions import asks_of_editions, with_editions, without_editions
from kb.query.everyday_words import expand_everyday_words, with_plain_verb
from kb.query.exceptions_asked import asks_for_exception
from kb.query.kind_alone import only_one_of_its_kind
from kb.query.plain_korean import in_plain_korean, without_request
from kb.query.question_kinds import QuestionKind, kind_of_question
from kb.query.scopes import compares, scopes_of, topic, with_its_volume
from kb.query.spelling import Talk, mended, talk_of
from kb.query.translation import TRANSLATED, english_terms_widely, question_in_english
from kb.records import dataclass
from kb.references.names import foreign_in, laws_in
from kb.references.parsing import read
from kb.references.resolving import Resolution, ResolutionOutcome, resolve
from kb.text.languages import language_of
from kb.types import MAX_QUESTION, Notice, SearchFilter, notice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kb.library.library import Library
    from kb.query.scopes import Scope
    from kb.references.parsing import Reference


@dataclass(frozen=True, slots=True)
class Query:
    """A question after reading and before any search.

    ``text`` is the question as it is read, casual Korean in plain forms; ``asked`` is what the person wrote, where that
    differs. ``lang`` is the language for messages, "en" or "ko"; ``language`` is the code of the question's own
    language, "und" if it cannot be told. ``numbered`` are the references to a unit by number, resolved. ``scopes`` are
    the publications that the question names; for a question about an old edition they are that edition and its
    successors. ``foreign``
    and ``laws`` are names of publications and laws that the catalog does not have; ``absent`` names the publications
    asked of where the index holds nothing of any of them. ``terms`` is the text that is searched: the question without
    the names of its scopes, with them where they are absent, since other publications may speak of them. ``expanded``
    are the English terms of a question in another language that has a list of them, or the terms of the texts for
    everyday words. ``kind`` is the kind of question; ``talk`` is set for small talk. ``in_english`` has the words of
    the question in English, if its language is one of :data:`kb.query.translation.LISTED`.
    """

    text: str
    filter: SearchFilter = field(default_factory=SearchFilter)
    lang: str = "en"
    language: str = "en"
    is_reference: bool = False
    references: tuple[Reference, ...] = ()
    numbered: tuple[Resolution, ...] = ()
    scopes: tuple[Scope, ...] = ()
    about_editions: bool = False
    compares: bool = False
    foreign: tuple[str, ...] = ()
    laws: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    terms: str = ""
    expanded: str = ""
    long_forms: tuple[str, ...] = ()
    notices: tuple[Notice, ...] = ()
    kind: QuestionKind = QuestionKind.PROVISION
    talk: Talk | None = None
    asked: str = ""
    in_english: str = ""

    @property
    def worded(self) -> str:
        """The question as the forms of English and Korean questions are looked for in it: its own words, or in English
        where they are in a language whose forms are not known."""
        return self.in_english or self.text

    @property
    def worded_terms(self) -> str:
        """The search terms as :attr:`worded` has the question: what it asks about, without the names of its scopes."""
        return question_in_english(self.terms, self.language) or self.terms

    @property
    def texts(self) -> tuple[str, ...]:
        """The texts that are encoded: the search terms and their English terms, if they are in another language."""
        return (self.terms, self.expanded) if self.language in TRANSLATED and self.expanded else (self.terms,)

    @property
    def unknown_publications(self) -> tuple[str, ...]:
        """Names of publications in references that the catalog does not have, unless they overlap a scope.

        "IEEE 2016" is not an unknown standard if the scope IEEE already covers it with 2016 as a year.
        """
        known = [scope.span for scope in self.scopes]
        unknown = [r for r in self.references if r.unknown]
        return tuple(r.unknown for r in unknown if not any(a < r.span[1] and r.span[0] < b for a, b in known))


def read_query(
    library: Library,
    text: str,
    chosen: SearchFilter | None = None,
    history: Sequence[str] = (),
    otherwise: str = "en",
) -> Query:
    """The query of a question.

    ``history`` holds the earlier questions of the conversation, oldest first; they complete a follow-up question, and a
    notice says so. Messages are in the question's language, or in ``otherwise`` if that cannot be told.
    """
    text, history = unicodedata.normalize("NFC", text), [unicodedata.normalize("NFC", asked) for asked in history]
    lang = language(text, otherwise)
    notices: tuple[Notice, ...] = ()
    if history:
        resolved = without_conversation(library, text, history)
        if resolved.was_follow_up:
            text = resolved.text
            notices = (notice("read as", text=text),)
    text = text.strip()[:MAX_QUESTION]
    if not text:
        return Query(text, chosen or SearchFilter(), lang, notices=notices)
    references, is_reference = read(text, library.names)
    if not is_reference:
        right = mended(library, text)
        if (said := talk_of(library, text, right)) is not None:
            made = Query(text, chosen or SearchFilter(), lang, language_of(text), notices=notices)
            return replace(made, kind=QuestionKind.SMALL_TALK, talk=said)
        if right != text:
            text, notices = right, (*notices, notice("read as", text=right))
            references, is_reference = read(text, library.names)
    asked, plain = text, text if is_reference else in_plain_korean(text)
    if plain != text:
        text = plain
        references, is_reference = read(text, library.names)
    editions = library.editions.all
    scopes = with_editions(text, scopes_of(text, references, editions, named=library.documents_named(text)), editions)
    here = library.rows.facts.editions
    if not scopes:
        alone = only_one_of_its_kind(text, [e for doc_id in here if (e := library.editions.get(doc_id)) is not None])
        names = {scope.name.casefold() for scope in alone}
        references = tuple(
            replace(r, unknown="", bare=True) if r.unknown.casefold() in names else r for r in references
        )
        scopes = alone if not any(each.doc_ids or each.unknown for each in references) else ()
    scopes = tuple(with_its_volume(text, scope, editions) for scope in scopes)
    about_editions = asks_of_editions(text)
    absent = () if any(scope.doc_ids & here for scope in scopes) else tuple(scope.name for scope in scopes)
    terms = text if absent else topic(text, scopes)
    if asks_of_text_as_published(text):
        terms = without_publication(terms)
    if about_editions and len(scopes) > 1:
        terms = without_editions(terms)
    terms = with_plain_verb(without_request(terms))
    numbered = [r for each in references if not (r := _in_scope(each, scopes)).bare and r.keys != ("whole",)]
    numbered = [each for each in numbered if not _is_circumstance(text, each.span)]
    beside = _without_its_names(text, scopes)
    foreign, laws = tuple(foreign_in(beside)), tuple(laws_in(beside))
    strange = bool(foreign or laws)
    code = language_of(text)
    in_english = question_in_english(text, code)
    units = [resolve(each, library.units) for each in numbered]
    units += [] if scopes or strange else _numbered_alone(library, text, references)
    return Query(
        text,
        chosen or SearchFilter(),
        lang,
        code,
        is_reference,
        references,
        tuple(units),
        scopes,
        about_editions,
        compares(text),
        foreign,
        laws,
        absent,
        terms,
        expanded_terms(terms, code, _text_named(library, scopes) if code == "ko" else ""),
        long_forms(terms),
        notices,
        kind_read(text, in_english),
        in_english=in_english,
        asked=asked if asked != text else "",
    )


def kind_read(text: str, in_english: str) -> QuestionKind:
    """The kind of question by its own words, else by those in English."""
    kind = kind_of_question(text)
    return kind_of_question(in_english) if kind is QuestionKind.PROVISION and in_english else kind


def _is_circumstance(text: str, span: tuple[int, int]) -> bool:
    """Whether a question for an exception names a unit only as what something is listed in: "Which of those listed in
    Annex III are not high-risk?"."""
    if not asks_for_exception(text):
        return False
    return bool(_LISTED_BEHIND.match(text, span[1]) or _LISTED_AHEAD.search(text[: span[0]]))


_LISTED_BEHIND = re.compile(
    r"\s?(?:에는?|이|에서)? ?(?:있|해당|속하|속해|포함|열거|들어가|들어 ?있|나와|나오|나열|이지만|인데)"
)
_LISTED_AHEAD = re.compile(
    r"\b(?:listed|named|mentioned|included|covered|falls?|falling|are|is) (?:\w+ )?(?:in|under|by) (?:the )?$"
    r"|\b(?:an?|any|every|our|those|these) (?:(?!exce|exem|exclu|ban\b|dut|obligat|require|rule|prohibit|right)"
    r"[\w-]+ ){1,3}?(?:in|of|under) (?:the )?$",
    re.IGNORECASE,
)


def _without_its_names(text: str, scopes: Sequence[Scope]) -> str:
    """The text with spaces in place of the names of its scopes: a law that the catalog has is no foreign one."""
    for start, end in (scope.span for scope in scopes):
        text = f"{text[:start]}{' ' * (end - start)}{text[end:]}"
    return text


def _numbered_alone(library: Library, text: str, references: Sequence[Reference]) -> list[Resolution]:
    """The reference by kind and number that names no publication, where only one publication here has such a unit and
    the question asks for little else: "What is measured in MEASURE 2.7?"."""
    bare = [each for each in references if each.bare and each.keys != ("whole",) and _KIND_WRITTEN.search(each.written)]
    if len(bare) != 1 or _is_circumstance(text, bare[0].span):
        return []
    if len(_BESIDE.findall(text[: bare[0].span[0]] + text[bare[0].span[1] :])) > WORDS_BESIDE_NUMBER:
        return []
    return [r for each in bare if (r := resolve(each, library.units)).outcome is ResolutionOutcome.FOUND]


WORDS_BESIDE_NUMBER = 4
"""Words of a question, besides those that only ask, up to which a number without a publication is what it is about."""
_BESIDE = re.compile(
    r"\b(?!(?:what|which|does|says?|about|mean|means|meant|require[sd]?|asks?|cover(?:s|ed)?|contain|tell|this|that|with"
    r"|from|under|have|must|should)\b)[a-z]{4,}|[가-힣]{2,}",
    re.IGNORECASE,
)
_KIND_WRITTEN = re.compile(r"[^\W\d_]{3}|조|항")


MOST_IN_SCOPE = 6
"""The most editions of a scope with which a number without a name is read as a reference to one of them."""


def _in_scope(reference: Reference, scopes: Sequence[Scope]) -> Reference:
    """The reference; a bare number is attached to the one publication that the question names elsewhere, as in "What
    does Article 14 of the convention …"."""
    if not reference.bare or len(scopes) != 1 or len(scopes[0].doc_ids) > MOST_IN_SCOPE:
        return reference
    return replace(reference, bare=False, doc_ids=tuple(sorted(scopes[0].doc_ids)))


def _text_named(library: Library, scopes: Sequence[Scope]) -> str:
    """The text of the one publication that a question names, all of its editions, in small letters and with a blank
    before each word; "" if it names none or several, since the words of one are not those of another."""
    if len(scopes) != 1 or len(scopes[0].doc_ids) > MOST_IN_SCOPE:
        return ""
    held = [each for each in sorted(scopes[0].doc_ids) if library.store.document(each) is not None]
    return "".join(_in_small_letters(library.store.text(each)) for each in held)


_WORD_OF_TEXT = re.compile(r"[\w-]+")


@lru_cache(maxsize=MOST_IN_SCOPE)
def _in_small_letters(text: str) -> str:
    return " ".join(["", *_WORD_OF_TEXT.findall(text.casefold())])


def plain_query(text: str) -> Query:
    """The query for texts without a catalog, such as public question sets: no publication or reference is parsed."""
    text = unicodedata.normalize("NFC", text).strip()[:MAX_QUESTION]
    code = language_of(text)
    return Query(
        text,
        lang=language(text),
        language=code,
        foreign=tuple(foreign_in(text)),
        terms=text,
        expanded=expanded_terms(text, code),
        long_forms=long_forms(text),
        in_english=question_in_english(text, code),
    )


def expanded_terms(terms: str, code: str, searched: str = "") -> str:
    """The English terms of search terms in a language with a list, or the terms of the texts for everyday words; "" if
    there are none. ``searched`` is the text that is asked of, as :func:`kb.query.translation.english_terms_widely`
    takes it."""
    if code not in TRANSLATED:
        return expand_everyday_words(terms)
    found = english_terms_widely(terms, code, searched)
    return " ".join(dict.fromkeys((*found, *long_forms(terms))) if code == "ko" else found)


def without_conversation(library: Library, question: str, history: Sequence[str]) -> follow_ups.Resolved:
    """A question made complete, so that it can be understood without the earlier ones in ``history``."""
    korean = language(question) == "ko"

    def title(reference: str) -> str:
        found = [resolve(each, library.units) for each in read(reference, library.names)[0]]
        units = [r.units[0].unit_id for r in found if r.outcome is ResolutionOutcome.FOUND and r.units]
        entry = library.register.get(units[0]) if units else None
        if korean and entry is not None:
            return entry.title_ko
        sources = library.store.unit(units[0]) if units else ()
        return (sources[0].title if sources else "") or (entry.title if entry else "")

    return follow_ups.resolve(question.strip()[:MAX_QUESTION], history, library.names, title)
