"""Finds names of documents in a text (a question, a draft, a reference), with the places of the names. Pure.

A document can be named by its title, another of its names, its number or id, a name that the user gave to it, or a
description that is written like a name ("the PDPC advisory guidelines"). The longest match at a place counts: "EU AI
Pact" is the pact, not the EU.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kb.records import dataclass
from kb.references.folding import begins, fold_with_offsets
from kb.references.korean_names import KOREAN_TAILS, korean_short_names
from kb.references.lexicon import lexicon_of
from kb.references.name_words import SMALL_WORDS, kind_of, singular
from kb.references.names import ByIdentity, name_at
from kb.references.short_names import CAPITALS, short_names
from kb.text.hangul import begins_with_hangul, has_hangul
from kb.text.korean import is_tail
from kb.text.lazy_patterns import lazy

if TYPE_CHECKING:
    from kb.catalog.catalog import Catalog
    from kb.references.descriptions import DescribedDocuments
    from kb.references.names import Lexicon

MAX_MENTIONS_IN = 20_000
"""Characters of a text that names are sought in."""
MOST_WORDS_OF_A_NAME = 12
MOST_MEANT = 6
"""Documents that a description in a sentence may fit."""

_NAME_WORD = lazy(r"[^\W_]+(?:[-/.][^\W_]+)*(?:['’]s)?")
_BETWEEN = lazy(r"[ \u00a0]{1,2}|,? (?=[A-Z0-9가-힣])|: |’s |'s ")
_HANGUL_RUN = lazy(r"[가-힣]+")
_CASE_ENDING = lazy(r"(?:에서는|에서|에는|에게|에|은|는|이|가|을|를|의|과|와|도|로|으로|상|상의)$")


@dataclass(frozen=True, slots=True)
class NamedDocuments:
    """One name in a text: its place, its words, and the editions that it can mean, newest first.

    ``several`` says that the name fits several works. ``own`` says that the documents are the user's own, not editions
    of the catalog.
    """

    span: tuple[int, int]
    written: str
    doc_ids: tuple[str, ...]
    several: bool = False
    own: tuple[str, ...] = ()


def documents_named(text: str, catalog: Catalog) -> tuple[NamedDocuments, ...]:
    """The names of documents in a text, in reading order. Names do not overlap; the longest match counts.

    The name of a publisher alone is not a name of a document.
    """
    text = text[:MAX_MENTIONS_IN]
    lexicon = lexicon_of(ByIdentity(catalog))
    found = [*_by_name(text, lexicon), *_by_description(text, lexicon), *_by_short_name(text, catalog, lexicon)]
    found.sort(key=lambda each: (each.span[0] - each.span[1], each.span[0]))
    out: list[NamedDocuments] = []
    for each in found:
        if not any(each.span[0] < other.span[1] and other.span[0] < each.span[1] for other in out):
            out.append(each)
    return tuple(sorted(out, key=lambda each: each.span))


def _by_name(text: str, lexicon: Lexicon) -> list[NamedDocuments]:
    folded = fold_with_offsets(text)
    out: list[NamedDocuments] = []
    i = 0
    while i < len(folded.s):
        found = name_at(folded, i, lexicon) if begins(folded.s, i) else None
        if found is None or not found[1].docs or found[1].unknown or found[1].issuer:
            i += 1
            continue
        end, name = found
        start, stop = folded.span(i, end)
        if not name.only_whole or _is_written_as_name(text[start:stop], start == 0):
            out.append(_mention(text, (start, stop), name.docs, False, lexicon))
        i = end
    return out


def _by_description(text: str, lexicon: Lexicon) -> list[NamedDocuments]:
    """Sequences of words that are written like a name and match documents; the longest one at each place."""
    words = [m.span() for m in _NAME_WORD.finditer(text)]
    out: list[NamedDocuments] = []
    n = 0
    while n < len(words):
        best: tuple[int, DescribedDocuments] | None = None
        if _may_begin(text[slice(*words[n])]):
            for k in range(n, min(n + MOST_WORDS_OF_A_NAME, len(words))):
                if k > n and not _BETWEEN.fullmatch(text, words[k - 1][1], words[k][0]):
                    break
                if (found := _words_described(text, words[n : k + 1], lexicon)) is not None:
                    best = k, found
        if best is None:
            n += 1
            continue
        k, found = best
        first = _after_topic(text, words[n : k + 1], found, lexicon)
        span = first, _without_particle(text, words[k])
        out.append(_mention(text, span, found.doc_ids, found.is_choice, lexicon))
        n = k + 1
    return out


_LOCATING = frozenset("in under by from within of".split())
"""Prepositions that may stand between what is asked for and the document that it is asked of."""


def _after_topic(text: str, words: list[tuple[int, int]], found: DescribedDocuments, lexicon: Lexicon) -> int:
    """The start of a name: behind "lantern in" if "the Harbour Regulation" alone describes the same documents, because
    a word of the subject that the document also has is not part of its name."""
    for n, (start, end) in enumerate(words):
        word = text[start:end]
        if not word.islower() or kind_of(singular(word)):
            break
        if n and word in _LOCATING:
            rest = words[n + 1 :]
            while rest and text[slice(*rest[0])].casefold() in SMALL_WORDS and text[slice(*rest[0])] not in _LOCATING:
                rest = rest[1:]
            alone = _words_described(text, rest, lexicon) if rest else None
            if alone is not None and set(alone.doc_ids) == set(found.doc_ids):
                return rest[0][0]
    return words[0][0]


def _by_short_name(text: str, catalog: Catalog, lexicon: Lexicon) -> list[NamedDocuments]:
    """Short names of issuers of the user's own documents, in capitals or in Korean, unless one stands for too many
    documents."""
    known = short_names(catalog)
    found = [(m.span(), known.get(m.group(), ())) for m in CAPITALS.finditer(text)]
    if has_hangul(text):
        korean = korean_short_names(frozenset(known))
        runs = ((m.start(), m.group()) for m in _HANGUL_RUN.finditer(text))
        named = (
            (at, next((n for n in korean if run.startswith(n) and is_tail(run[len(n) :])), "")) for at, run in runs
        )
        found += [((at, at + len(name)), known[korean[name]]) for at, name in named if name]
    return [_mention(text, span, docs, len(docs) > 1, lexicon) for span, docs in found if 0 < len(docs) <= MOST_MEANT]


def _words_described(text: str, words: list[tuple[int, int]], lexicon: Lexicon) -> DescribedDocuments | None:
    end = _without_particle(text, words[-1])
    written = text[words[0][0] : end]
    last = text[words[-1][0] : end].casefold()
    if last in SMALL_WORDS or (len(words) < 2 and not re.search(r"\d|[가-힣]{4}", written)):
        return None
    if not _is_written_as_name(written, words[0][0] == 0):
        return None
    found = lexicon.descriptions.find(written)
    if found is None or found.read_as or len(found.doc_ids) > MOST_MEANT:
        return None
    return found


def _is_written_as_name(written: str, first: bool) -> bool:
    """Whether words are written like a name: with capitals or digits and a kind of text, or mostly capitalised.

    The first word of a text does not count, because it has a capital anyway. Korean has no capitals, so a Korean name
    must end in a kind of text.
    """
    if has_hangul(written):
        runs = re.findall(r"[가-힣]+|[A-Z]{2,}\d*|[A-Z]\d{1,2}(?!\d)", written)
        kinds = [run for run in runs if any(kind_of(run[n:]) for n in range(len(run)))]
        return bool(kinds) and (len(runs) > 1 or len(runs[0]) > 3)
    words = [w for w in re.findall(r"[^\W_]+", written) if w.casefold() not in SMALL_WORDS]
    loud = [
        n
        for n, w in enumerate(words)
        if (w[0].isupper() or w[0].isdigit()) and not (first and n == 0 and not w.isupper())
    ]
    kinds = [w for w in words if kind_of(singular(w.casefold()))]
    quiet = [w for w in words if w[0].islower() and w not in kinds]
    if not loud:
        return False
    return len(quiet) * 2 <= len(words) and (bool(kinds) or len(loud) > 1 or (first and len(words) > 1))


def _may_begin(word: str) -> bool:
    return word.casefold() not in SMALL_WORDS or word in {"The"}


def _without_particle(text: str, span: tuple[int, int]) -> int:
    """The end of a word without its Korean particle."""
    word = text[slice(*span)]
    match = _CASE_ENDING.search(word) if begins_with_hangul(word[-1:]) else None
    if match is None or not match.start() or kind_of(word) or word in KOREAN_TAILS:
        return span[1]
    return span[0] + match.start()


def _mention(
    text: str, span: tuple[int, int], docs: tuple[str, ...], several: bool, lexicon: Lexicon
) -> NamedDocuments:
    own = tuple(doc for doc in docs if not lexicon.editions[doc].in_catalog)
    return NamedDocuments(span, text[slice(*span)], docs, several, own)
