"""Recognises which edition of the catalog a file is, by its hash or its title page, and notes a misleading file name.

A mention is never proof, because publications are named in the text, footnotes, sources and links of many others. A
file is an edition of the catalog if its hash is known, or if *all* of the following is true: its title is the
edition's, set as its title (:mod:`kb.catalog.title_page`); every pattern of the edition is found on the first pages;
another line of the title page names the edition's number, issuer or date; and the file has the units of the edition. If
only some of it is true, the file stays a document of its own, and a note lists what supports the match and what is
missing.

A file name is never proof either: it is only compared with the result, so that the user learns of a mislabelled file.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from kb.catalog.catalog import specificity
from kb.catalog.title_match import corroborated, title_match
from kb.types import Notice, Status, notice

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kb.catalog.catalog import Catalog
    from kb.catalog.title_page import TitlePage
    from kb.types import Edition

_STOP_WORDS = frozenset({"a", "an", "and", "for", "in", "of", "on", "the", "to"})
_FIRST_SENTENCE = re.compile(r".+?[.!?](?=\s|$)", re.DOTALL)

ENOUGH_UNITS = 0.5
"""Share of the units of an edition that a file of it must have."""

NEARLY_ALL = 0.9
"""The least share of an edition's units that counts as evidence, like a number or a date on the title page."""

How = Literal["hash", "person", "text", "none"]


@dataclass(frozen=True, slots=True)
class Doubt:
    """An edition that a file could be, and the evidence that is missing; each reason is a few words."""

    edition: Edition
    reasons: tuple[Notice, ...]


@dataclass(frozen=True, slots=True)
class Recognition:
    """The edition that a file is, how that is known, and notes for the person.

    ``edition`` is ``None`` where nothing proves one. Each of ``notes`` is one or two plain sentences. ``doubts`` are
    editions for which there is some evidence, but not enough.
    """

    edition: Edition | None
    how: How
    notes: tuple[Notice, ...] = ()
    doubts: tuple[Doubt, ...] = ()


def _not_looked_at(edition: Edition) -> float | None:
    return None


def recognise_file(
    filename: str,
    sha256: str,
    page: TitlePage,
    catalog: Catalog,
    share_of_units: Callable[[Edition], float | None] = _not_looked_at,
    given: str = "",
    denied: Sequence[str] = (),
) -> Recognition:
    """Recognises a file: by ``sha256`` if the catalog knows it, else by its title page.

    ``filename`` may have folders; only the last part is used. ``share_of_units`` gives the share of an edition's units
    that the file has, 0–1, ``None`` if the catalog does not state how many it has; it is called for few editions.
    ``given`` is the id of the edition that a person said the file is, ``denied`` are ids that it is not.

    :raises ConfigError: ``given`` is no edition of the catalog.
    """
    name = re.split(r"[/\\]", filename)[-1]
    notes: list[Notice] = []
    doubts: list[Doubt] = []
    edition, how = _by_word_or_bytes(sha256, catalog, given, denied)
    if edition is None:
        edition, doubts, fitting = _by_title_page(page, catalog, share_of_units, denied)
        how = "text" if edition else "none"
        if fitting:
            notes.append(notice("recognised several", refs=tuple(each.ref for each in fitting)))
    claimed = _claimed_by_name(name, edition, catalog)
    contradicted = edition is not None and claimed is not None and not _name_fits(name, claimed, edition)
    if edition is None:
        notes += [_doubtful(doubt) for doubt in doubts]
        if claimed is not None and claimed not in [doubt.edition for doubt in doubts]:
            notes.append(notice("recognised by name alone", ref=claimed.ref))
    else:
        if contradicted and claimed is not None:
            notes.append(_contradicted(edition, claimed, catalog))
        named = {claimed.doc_id} if contradicted and claimed is not None else set[str]()
        notes += _notices(edition, named, catalog)
        if how == "person":
            notes.append(notice("recognised by word", ref=edition.ref))
        elif how == "text" and edition.files:
            notes.append(notice("recognised by title page", ref=edition.ref))
    of_file = tuple(notice("note of file", file=name, note=each) for each in notes)
    return Recognition(edition, how, of_file, tuple(doubts))


def _by_word_or_bytes(sha256: str, catalog: Catalog, given: str, denied: Sequence[str]) -> tuple[Edition | None, How]:
    if given:
        return catalog.get(given), "person"
    edition = catalog.by_sha256(sha256)
    if edition is None or edition.doc_id in denied:
        return None, "none"
    return edition, "hash"


def _by_title_page(
    page: TitlePage,
    catalog: Catalog,
    share_of_units: Callable[[Edition], float | None],
    denied: Sequence[str],
) -> tuple[Edition | None, list[Doubt], list[Edition]]:
    """The edition that the title page proves, or else those in doubt, and those that it proves equally well."""
    proven: list[Edition] = []
    doubts: list[Doubt] = []
    for edition in catalog.recognise(page.text):
        if edition.doc_id in denied:
            continue
        match = title_match(edition, page)
        if match is None:
            continue  # its patterns are found on the first pages, and its title is not the file's: a mention
        reasons: list[Notice] = []
        share = share_of_units(edition)
        if not match.whole:
            reasons.append(notice("doubt title", title=match.title[:80]))
        if not (corroborated(edition, page, match) or (share is not None and share >= NEARLY_ALL)):
            reasons.append(notice("doubt marks"))
        if page.issuer and not match.whole and not _issued_by(edition, page):
            reasons.append(notice("doubt issuer", issuer=page.issuer))
        if share is not None and share < ENOUGH_UNITS:
            reasons.append(notice("doubt units", share=f"{share:.0%}"))
        if reasons:
            doubts.append(Doubt(edition, tuple(reasons)))
        else:
            proven.append(edition)
    if not proven:
        return None, doubts, []
    best = [each for each in proven if specificity(each) == specificity(proven[0])]
    if len(best) > 1:
        return None, [], best
    return best[0], [], []


def _issued_by(edition: Edition, page: TitlePage) -> bool:
    return bool(_words_of_name(edition.publisher) & _words_of_name(page.issuer))


def _doubtful(doubt: Doubt) -> Notice:
    why = notice("semicolons", items=doubt.reasons)
    return notice("recognised in doubt", ref=doubt.edition.ref, why=why, id=doubt.edition.doc_id)


def _notices(edition: Edition, named: set[str], catalog: Catalog) -> list[Notice]:
    """Notices about a superseded text, or one that is easily confused with another, whatever the file's name is.
    ``named`` are the editions that another note names already."""
    notices: list[Notice] = []
    others = [catalog.get(doc_id).ref for doc_id in edition.mistaken_for if doc_id not in named]
    if others and not named.intersection(edition.mistaken_for):
        listed = [part for ref in others for part in (notice("or"), ref)][1:]
        either = notice("joined", items=tuple(listed))
        note = _first_sentence(edition.note)
        notices.append(notice("recognised look-alike", ref=edition.ref, others=either, why=note))
    if edition.status is Status.SUPERSEDED and not named:
        notices.append(notice("recognised status", ref=edition.ref, why=_superseded(edition, catalog)))
    elif edition.status is Status.AMENDED and not named:
        notices.append(notice("recognised status", ref=edition.ref, why=_in_force(edition)))
    if edition.rendition_of is not None:
        notices.append(notice("recognised rendition", ref=catalog.get(edition.rendition_of).ref))
    return notices


def _contradicted(edition: Edition, claimed: Edition, catalog: Catalog) -> Notice:
    """The notice that a file is another edition than its name says, and what that means for its reader."""
    parts: list[Notice | str] = []
    if claimed.doc_id in edition.mistaken_for:
        sentence = _first_sentence(edition.note).rstrip(".")
        parts.append(sentence[:1].lower() + sentence[1:])
    if edition.status is Status.SUPERSEDED:
        parts.append(_superseded(edition, catalog))
    elif edition.status is Status.AMENDED:
        parts.append(_in_force(edition))
    elif edition.publisher == claimed.publisher and edition.title == claimed.title:
        parts.append(notice("edition of same publication"))
    if not parts:
        return notice("recognised otherwise", claimed=claimed.ref, ref=edition.ref)
    why = notice("semicolons", items=tuple(parts))
    return notice("recognised otherwise why", claimed=claimed.ref, ref=edition.ref, why=why)


def _superseded(edition: Edition, catalog: Catalog) -> Notice:
    """The notice that the edition is superseded, by which one, and which one is current according to the catalog."""
    successor, latest = catalog.successor(edition), catalog.latest(edition)
    if not successor:
        return notice("edition superseded")
    if successor is latest:
        return notice("edition superseded by", successor=successor.ref)
    return notice("edition superseded by several", successor=successor.ref, latest=latest.ref)


def _in_force(edition: Edition) -> Notice:
    return notice("edition amended", by=edition.amended_by, day=edition.amended_on)


def _first_sentence(note: str) -> str:
    found = _FIRST_SENTENCE.match(note)
    return found[0] if found else note


def _claimed_by_name(name: str, edition: Edition | None, catalog: Catalog) -> Edition | None:
    """The edition the name speaks of: the one whose longest own name is in it, word for word, in any order.

    A name of one word counts only if it is the whole file name or mixes letters and digits ("EADv2"). Where editions
    are equally named, the proven one is meant if it is among them; otherwise the name is taken to say nothing.
    """
    words = _words_of_name(_without_ending(name))
    best: list[Edition] = []
    best_length = (0, 0)
    for each in catalog.editions:
        length = max((_phrase_weight(phrase) for phrase in _phrases(each) if _stands_in(phrase, words)), default=(0, 0))
        if length > best_length:
            best, best_length = [each], length
        elif best and length == best_length:
            best.append(each)
    if edition is not None and edition in best:
        return edition
    return best[0] if len(best) == 1 else None


def _name_fits(name: str, claimed: Edition, edition: Edition) -> bool:
    """Whether the words by which the name claims one edition are as much a name of the edition it really is."""
    if claimed.doc_id == edition.doc_id or claimed.doc_id == edition.rendition_of:
        return True
    if claimed.doc_id in edition.mistaken_for:
        return False
    words = _words_of_name(_without_ending(name))
    own = frozenset[str]().union(*_phrases(edition))
    spoken = max((phrase for phrase in _phrases(claimed) if _stands_in(phrase, words)), key=_phrase_weight)
    # "UNESCO AI ethics and AI Act": a name that speaks of both contradicts neither
    names_both = any(_stands_in(phrase, words) and not phrase <= spoken for phrase in _phrases(edition))
    return spoken <= own or names_both


def _phrases(edition: Edition) -> tuple[frozenset[str], ...]:
    return tuple(map(_words_of_name, (edition.doc_id, edition.ref, edition.title, *edition.aliases)))


def _stands_in(phrase: frozenset[str], words: frozenset[str]) -> bool:
    if len(phrase) > 1:
        return phrase <= words
    return bool(phrase) and phrase <= words and (phrase == words or _mixes_letters_and_digits(next(iter(phrase))))


def _mixes_letters_and_digits(word: str) -> bool:
    return any(map(str.isalpha, word)) and any(map(str.isdigit, word))


def _phrase_weight(phrase: frozenset[str]) -> tuple[int, int]:
    return len(phrase), sum(map(len, phrase))


def _without_ending(name: str) -> str:
    return re.sub(r"\.[A-Za-z]\w{1,4}$", "", name)


def _words_of_name(text: str) -> frozenset[str]:
    """The words of a name, folded: ``EU-AI-Act_2024.pdf`` and ``EU AI Act 2024`` give the same."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return frozenset(re.findall(r"[^\W_]+", folded)) - _STOP_WORDS
