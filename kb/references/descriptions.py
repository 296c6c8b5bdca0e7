"""Finds documents by descriptions, that is by issuer, kind of text, topic, number, year and acronyms in any order.
Pure.

Nobody writes "Advisory Guidelines on use of Personal Data in AI Recommendation and Decision Systems" in full: people
write "PDPC advisory guidelines". A description matches a document if every one of its words matches a word of the
document's title, names, issuer, number, year or file name, an acronym of these, or a translation between Korean and
English. One word without a match is enough for a document to be excluded. If documents of several works match, the
result is a choice.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from kb.records import dataclass
from kb.references.document_cards import DocumentCard, card_of
from kb.references.korean_names import terms_joined
from kb.references.name_words import (
    COMMON_WORDS,
    FOREIGN_KINDS,
    GENERIC_WORDS,
    SMALL_WORDS,
    fold_name,
    kind_of,
    kind_words,
    name_tokens,
    token_of,
    within_slips,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from kb.types import Edition

MOST_FITTING = 60
"""Number of documents that a description may match; one that matches more names none."""
MOST_WORDS = 24
"""Words of a description that are read."""
MOST_SLIPS, MOST_WAYS = 4, 32
"""Number of words that a misspelt word may be corrected to, and number of corrected descriptions that are tried."""


@dataclass(frozen=True, slots=True)
class DescribedDocuments:
    """The documents that a description matches: their ids, newest edition of a work first.

    ``read_as`` is the description with typos corrected. ``is_choice`` says that several works match, so that the user
    must choose one. ``others`` match less well.
    """

    doc_ids: tuple[str, ...]
    is_choice: bool = False
    others: tuple[str, ...] = ()
    read_as: str = ""


class Descriptions:
    """An index of a catalog's documents for finding them by description.

    ``beside`` gives two further sources of words for a document id: its file name, and the beginning of its text, whose
    explained acronyms count ("general-purpose AI (GPAI)").
    """

    def __init__(
        self,
        editions: Sequence[Edition],
        chains: dict[str, tuple[str, ...]],
        beside: Callable[[str], tuple[str, str]] = lambda _: ("", ""),
        given_names: Mapping[str, tuple[str, ...]] | None = None,
    ) -> None:
        given = given_names or {}
        called = (replace(e, aliases=(*e.aliases, *given[e.doc_id])) if e.doc_id in given else e for e in editions)
        self._editions = [e for e in called if not e.is_register and e.rendition_of is None]
        self._chains = chains
        self._beside = beside

    @cached_property
    def _cards(self) -> tuple[DocumentCard, ...]:
        return tuple(card_of(e, *(("", "") if e.in_catalog else self._beside(e.doc_id))) for e in self._editions)

    @cached_property
    def _vocabulary(self) -> Counter[str]:
        """The number of documents that have each word."""
        return Counter(word for card in self._cards for word in card.words | card.acronyms | card.korean | card.years)

    @cached_property
    def _by_first_letter(self) -> dict[str, tuple[str, ...]]:
        """The words of the documents, and those for kinds of text, by their first letter, which no slip changes."""
        out: dict[str, dict[str, None]] = {}
        for word in sorted((*self._vocabulary, *kind_words())):
            out.setdefault(word[:1], {})[word] = None
        return {letter: tuple(words) for letter, words in out.items()}

    def find(self, text: str, ours: bool = False) -> DescribedDocuments | None:
        """The documents that a description matches, or ``None`` if a word matches nothing or it is too unspecific.

        ``ours``: it is called "ours", so that it is a person's own document of that very kind, whatever its topic.
        """
        tokens = [t for t in name_tokens(text)[:MOST_WORDS] if t not in SMALL_WORDS and t not in GENERIC_WORDS]
        tokens = terms_joined(tokens)
        if not any(t[:1].isalpha() for t in tokens):
            return None
        fit = self._fitting(tokens)
        read_as = ""
        if not fit:
            mended = [(each, found) for each in self._mended(tokens) if (found := self._fitting(each))]
            if len(mended) != 1:
                return None
            read_as = self._put_right(text, tokens, mended[0][0])
            tokens, fit = mended[0]
        kinds = {kind for t in tokens if (kind := kind_of(t))}
        if ours and kinds:
            fit = [card for card in fit if card.is_own and kinds <= card.own_kinds]
        else:
            fit = [card for card in fit if self._is_distinct(card, tokens)]
        if not fit or len(fit) > MOST_FITTING:
            return None
        whole = [card for card in fit if card.is_whole_name(tokens)]
        literal = [card for card in whole or fit if all(card.has(t) for t in tokens)]
        first = literal or whole or fit
        ids, works = self._by_work(first)
        says_little = not whole and all(kind_of(t) and t not in FOREIGN_KINDS for t in tokens)
        others = self._by_work([c for c in fit if c not in first])[0]
        if works == 1 and not any(_names_an_edition(t) for t in tokens):
            chain = self._chains.get(ids[0], ids)
            ids += tuple(doc for doc in others if doc in chain)
            others = tuple(doc for doc in others if doc not in chain)
        return DescribedDocuments(ids, works > 1 or says_little, others, read_as)

    def kinds_of(self, doc_id: str) -> frozenset[str]:
        """The kinds of text in a document's names, such as "guideline" or "act"."""
        return next((card.kinds for card in self._cards if card.doc_id == doc_id), frozenset())

    def _fitting(self, tokens: Sequence[str]) -> list[DocumentCard]:
        return [c for c in self._cards if all(c.explains(t) for t in tokens) and not c.lacks_its_rank(tokens)]

    def _by_work(self, cards: Sequence[DocumentCard]) -> tuple[tuple[str, ...], int]:
        """The ids of some documents, newest edition of a work first, and how many works they are."""
        works: dict[tuple[str, ...], list[str]] = {}
        for card in cards:
            works.setdefault(self._chains.get(card.doc_id, (card.doc_id,)), []).append(card.doc_id)
        ids = [doc for chain, docs in works.items() for doc in sorted(docs, key=lambda d: _newness(chain, d))]
        return tuple(ids), len(works)

    def _is_distinct(self, card: DocumentCard, tokens: Sequence[str]) -> bool:
        """Whether a description is specific enough to identify a document that it matches.

        It is if it has the issuer, an acronym or a number, two words of the title, or one word that is rare or half of
        a name. "The Data Act" therefore does not identify an act on the protection of personal data. A kind of text
        alone leads to a choice.
        """
        content = [t for t in tokens if not kind_of(t)]
        if not content or card.is_whole_name(tokens):
            return True
        if all(t in card.issuer for t in content):  # the issuer and a kind: it must be of that kind itself
            return {kind for t in tokens if (kind := kind_of(t))} <= card.own_kinds
        if any(t in card.issuer or t in card.acronyms for t in content):
            return True
        share = max((len(name.intersection(content)) / len(name) for name in card.names), default=0.0)
        if any(any(c.isdigit() for c in t) and t not in card.years for t in content):
            return True
        if any(kind_of(t) == "act" and t.isascii() for t in tokens):
            return share >= 0.5
        words = [t for t in content if t not in card.years]
        if len(words) > 1 or share >= 0.5:
            return True
        return bool(words) and words[0] not in COMMON_WORDS and self._vocabulary[words[0]] <= 1

    @staticmethod
    def _put_right(text: str, written: Sequence[str], meant: Sequence[str]) -> str:
        """The description with its misspelt words replaced by the intended ones."""
        instead = {a: b for a, b in zip(written, meant, strict=True) if a != b}
        out = []
        for word in text.split():
            right = instead.get(token_of(fold_name(word.strip(".,;:()"))) if word.strip(".,;:()") else "")
            as_written = (
                right.upper() if right and word.isupper() else right and word[0].isupper() and right.capitalize()
            )
            out.append(as_written or right or word)
        return " ".join(out)

    def _mended(self, tokens: Sequence[str]) -> Iterator[list[str]]:
        """The possible corrections of a misspelt description, by the words of the documents."""
        ways: list[list[str]] = []
        for token in tokens:
            known = token in self._vocabulary or kind_of(token) or any(card.explains(token) for card in self._cards)
            near = [] if known else [w for w in self._by_first_letter.get(token[:1], ()) if within_slips(token, w)]
            if not known and not 0 < len(near) <= MOST_SLIPS:
                return
            ways.append([token] if known else near)
        if any(len(way) > 1 or way[0] != token for way, token in zip(ways, tokens, strict=True)):
            yield from map(list, itertools.islice(itertools.product(*ways), MOST_WAYS))


def _names_an_edition(token: str) -> bool:
    """Whether a word of a description says which edition of a work is meant."""
    return re.fullmatch(r"[ve]\d{1,2}|(?:19|20)\d\d", token) is not None or kind_of(token) == "draft"


def _newness(chain: tuple[str, ...], doc: str) -> int:
    return chain.index(doc) if doc in chain else len(chain)
