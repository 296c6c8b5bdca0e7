"""Corrects typos in questions, by the vocabulary of the library, and recognises input that is no question.

A typo inside a question is corrected before the search; input that consists of a typo alone is answered by "did you
mean …?".
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from kb.query.korean_terms import VERB, load_terms
from kb.query.small_talk import SmallTalk, nearest_word, small_talk, word_alone
from kb.records import dataclass
from kb.references.korean_names import issuers
from kb.references.name_words import kind_words
from kb.references.names import ByIdentity
from kb.text.hangul import has_hangul
from kb.text.korean import HANGUL, is_tail, stem_of, telling_words

if TYPE_CHECKING:
    from kb.catalog.register import Register
    from kb.library.library import Library

LEAST_SYLLABLES = 3
"""The least number of syllables of a Korean word that is corrected: shorter words are one edit from many others."""


@dataclass(frozen=True, slots=True)
class Talk:
    """Input that is no question: its kind, and the word that was probably meant ("" if none is near)."""

    kind: SmallTalk
    suggestion: str = ""


def mended(library: Library, text: str) -> str:
    """The text with its Korean typos corrected: words that no text of the library has become the nearest known word.

    Particles on a word are kept.
    """
    words: dict[str, None] = {}

    def mend(match: re.Match[str]) -> str:
        word = match.group()
        if len(word) < LEAST_SYLLABLES or not telling_words(word) or _stands_here(library, word):
            return word
        if not words:
            words.update(dict.fromkeys(_korean_words(ByIdentity(library.register))))
        heads = [word[:end] for end in range(LEAST_SYLLABLES, len(word) + 1) if is_tail(word[end:])]
        if any(head in words for head in heads):
            return word
        for head in heads:
            found = nearest_word(head, words)
            if found and not head.endswith(found):  # what "비회원국" says is not what "회원국" says
                return found + word[len(head) :]
        return word

    return HANGUL.sub(mend, text)


def talk_of(library: Library, text: str, right: str) -> Talk | None:
    """The kind of input that ``text`` is if it is no question, else ``None``; ``right`` is its text without typos.

    Such input is small talk, a single word, or a typo with nothing beside it but a request for an explanation.
    """
    said = small_talk(text)
    alone = word_alone(text)
    if said is not None and said is not SmallTalk.ONE_WORD:
        return Talk(said)
    if alone and right != text:
        return Talk(SmallTalk.ONE_WORD, word_alone(right) or right)
    if said is SmallTalk.ONE_WORD:
        return Talk(said, "" if _all_known(library, alone) else nearest_word(alone, _english_words()))
    return None


def _stands_here(library: Library, word: str) -> bool:
    """Whether a word or its stem occurs in a text of the index."""
    return library.store.words.knows(word) or library.store.words.knows(stem_of(word))


def _all_known(library: Library, word: str) -> bool:
    terms = library.store.terms(word)
    return bool(terms) and all(map(library.store.words.knows, terms))


@lru_cache(maxsize=2)
def _korean_words(register: ByIdentity[Register]) -> tuple[str, ...]:
    """The Korean words that corrections are chosen from: terms of the glossary, names of issuers, kinds of text, words
    of the register's titles."""
    names = [name for each, _ in issuers() for name in each]
    terms = [word for term in load_terms().terms for word in term.korean if not word.endswith(VERB)]
    titles = [stem_of(word) for entry in register.of.entries for word in HANGUL.findall(entry.title_ko)]
    kinds = [word for word in kind_words() if has_hangul(word)]
    return tuple(dict.fromkeys(w for w in (*terms, *names, *kinds, *titles) if len(w) >= LEAST_SYLLABLES))


def _english_words() -> list[str]:
    return [word for term in load_terms().terms for word in term.english if " " not in word]
