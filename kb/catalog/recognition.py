"""What a file really is, by its bytes or its text, and whether its name says something else.

A name is never proof: it is only compared with what was proven, so that a person learns of a mislabelled file.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from kb.catalog.catalog import specificity
from kb.types import Status

if TYPE_CHECKING:
    from kb.catalog.catalog import Catalog
    from kb.types import Edition

_STOP_WORDS = frozenset({"a", "an", "and", "for", "in", "of", "on", "the", "to"})
_FIRST_SENTENCE = re.compile(r".+?[.!?](?=\s|$)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Recognition:
    """Which edition a file is, how that is known, and what the person should be told.

    ``edition`` is ``None`` where neither hash nor text proves one. ``name_claims`` is the edition that the file's name
    speaks of, ``None`` where it speaks of none or of several. Each of ``notes`` is one or two plain sentences.
    """

    edition: Edition | None
    how: Literal["hash", "text", "none"]
    name_claims: Edition | None
    notes: tuple[str, ...] = ()


def recognise_file(filename: str, sha256: str, first_pages_text: str, catalog: Catalog) -> Recognition:
    """What the file is: by ``sha256`` if the catalog knows it, else by its text, else unknown.

    ``filename`` may carry folders; only the last part counts. ``first_pages_text`` is as for
    :meth:`kb.catalog.catalog.Catalog.recognise`.
    """
    name = re.split(r"[/\\]", filename)[-1]
    notes: list[str] = []
    by_text = catalog.recognise(first_pages_text)
    edition = catalog.by_sha256(sha256)
    how: Literal["hash", "text", "none"] = "hash" if edition else "none"
    if edition is None and by_text:
        best = [each for each in by_text if specificity(each) == specificity(by_text[0])]
        if len(best) == 1:
            edition, how = best[0], "text"
        else:
            several = " and ".join(each.ref for each in best)
            notes.append(f"{name}: the text fits {several} equally well, so it is taken for none of them.")
    claimed = _claimed_by_name(name, edition, catalog)
    contradicted = edition is not None and claimed is not None and not _name_fits(name, claimed, edition)
    if edition is None:
        if claimed is not None:
            notes.append(
                f"{name}: the name says {claimed.ref}, but the text is not recognised as any edition of the catalog; "
                "a name is no proof, so the file is not taken for it."
            )
    else:
        if contradicted and claimed is not None:
            meaning = _meaning(edition, claimed, catalog)
            notes.append(f"{name}: the name says {claimed.ref}, but the text is {edition.ref}{meaning}.")
        told = {claimed.doc_id} if contradicted and claimed is not None else set[str]()
        notes += _notices(name, edition, told, catalog)
    return Recognition(edition, how, claimed, tuple(notes))


def _notices(name: str, edition: Edition, told: set[str], catalog: Catalog) -> list[str]:
    """What to say of a look-alike or a superseded text, however honest its name; ``told`` was said already."""
    notices = []
    untold = [catalog.get(doc_id) for doc_id in edition.mistaken_for if doc_id not in told]
    if untold and not told.intersection(edition.mistaken_for):
        others = " or ".join(other.ref for other in untold)
        notices.append(f"{name}: this is {edition.ref}; it is not {others}. {_first_sentence(edition.note)}")
    if edition.status is Status.SUPERSEDED and not told:
        notices.append(f"{name}: {edition.ref} is {_superseded(edition, catalog)}.")
    elif edition.status is Status.AMENDED and not told:
        notices.append(f"{name}: {edition.ref} is {_in_force(edition)}.")
    if edition.rendition_of is not None:
        first = catalog.get(edition.rendition_of)
        notices.append(f"{name}: this is {first.ref} in another form; it is read, but not cited beside it.")
    return notices


def _meaning(edition: Edition, claimed: Edition, catalog: Catalog) -> str:
    """What it means that ``edition`` passes for ``claimed``, in brackets with a blank before, or nothing to add."""
    parts = []
    if claimed.doc_id in edition.mistaken_for:
        sentence = _first_sentence(edition.note).rstrip(".")
        parts.append(sentence[:1].lower() + sentence[1:])
    if edition.status is Status.SUPERSEDED:
        parts.append(_superseded(edition, catalog))
    elif edition.status is Status.AMENDED:
        parts.append(_in_force(edition))
    elif edition.publisher == claimed.publisher and edition.title == claimed.title:
        parts.append("another edition of the same publication")
    return f" ({'; '.join(parts)})" if parts else ""


def _superseded(edition: Edition, catalog: Catalog) -> str:
    """That the edition is superseded: why, by what, and what is current, as far as the catalog knows."""
    words = "superseded"
    successor, latest = catalog.successor(edition), catalog.latest(edition)
    if successor:
        words += f"; its successor is {successor.ref}"
        words += "" if successor is latest else f", and the latest is {latest.ref}"
    return words


def _in_force(edition: Edition) -> str:
    since = f"in force as amended by {edition.amended_by} since {edition.amended_on}"
    return f"{since}; this text is without the amendment"


def _first_sentence(note: str) -> str:
    found = _FIRST_SENTENCE.match(note)
    return found[0] if found else note


def _claimed_by_name(name: str, edition: Edition | None, catalog: Catalog) -> Edition | None:
    """The edition the name speaks of: the one whose longest own name stands in it, word for word, in any order.

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
