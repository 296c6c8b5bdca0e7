"""A glossary of the domain in Korean and English; it translates the Korean terms of a question into English. Pure.

The list (``corpus/terms-ko-en.tsv``) is our own work. Korean terms are matched with particles attached and with any
spacing ("위험관리체계를", "위험 관리 체계"), the longest term first. A term that ends in 다 is a verb or an
adjective and is matched in its inflected forms ("알리다": "알려야", "알립니까").
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cached_property, lru_cache
from itertools import accumulate
from typing import TYPE_CHECKING

from kb.catalog.catalog import corpus_dir
from kb.catalog.faults import at_line
from kb.errors import ConfigError
from kb.records import dataclass
from kb.references.name_words import singular
from kb.text.hangul import has_hangul
from kb.text.korean import forms_of, is_tail, telling_words
from kb.types import notice

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

TERMS_FILE = "terms-ko-en.tsv"
TERMS_COLUMNS = ("ko", "en", "topic", "variants")
MAX_TERM = 4_000
PLAIN = "plain"
"""The topic of words that any question and text has ("who", "item"): they draw a question away from what it asks."""
VERB = "다"
"""A Korean word of the list that ends so is a verb or adjective in the form that dictionaries give."""

FEW = 1
"""Terms of a question up to which their second English words are searched for too."""
SAME_STEM = 5
"""First letters in which a word and its other form agree."""
NEGATING = "비미무불"
"""First letters of a Korean word that say that something is not so ("미등록": not registered)."""
_POINT_IN_TIME = re.compile(
    r"(?:중|전|후|때|용)(?:이|인|에|의|부터|까지|에도|에는|에만|엔)?(?:란|라는|라고|지|데)?(?:거|것|걸|게|건|점)?(?:은|는|을|를|도)?"
)
"""What is written onto a noun in haste: "사용중이란거" (that it is in use), "배포전에" (before deployment)."""
_WORD_OF_TERM = re.compile(r"[가-힣]{2,}")
_RUN = re.compile(r"[가-힣]+|[^\W_가-힣]+(?:/[^\W_가-힣]+)*")


@dataclass(frozen=True, slots=True)
class Term:
    """One row of the glossary: a Korean and an English term; ``variants`` are synonyms in either language."""

    ko: str
    en: str
    topic: str
    variants: tuple[str, ...] = ()

    @property
    def korean(self) -> tuple[str, ...]:
        """The Korean words, the usual one first."""
        return (self.ko, *(v for v in self.variants if has_hangul(v)))

    @property
    def english(self) -> tuple[str, ...]:
        """The English words, the usual one first."""
        return (self.en, *(v for v in self.variants if not has_hangul(v)))


@dataclass(frozen=True)
class Terms:
    """The glossary. :meth:`expand` translates the Korean terms of a question into English."""

    terms: tuple[Term, ...]

    @cached_property
    def _by_korean(self) -> dict[str, Term]:
        words = [(w, t) for t in reversed(self.terms) for w in reversed(t.korean) if not w.endswith(VERB)]
        written = {_joined(word): term for word, term in words}
        # The glossary has "사람의 감독" with the genitive 의, which is removed from questions before they are matched.
        bare = {"".join(_without_genitive(run, written) for run in _runs(word)): term for word, term in words}
        return self._otherwise_called(words) | bare | written

    @staticmethod
    def _otherwise_called(words: Iterable[tuple[str, Term]]) -> dict[str, Term]:
        """Terms of several words with one of them replaced by a word of the same English: "투명성 리포트", because
        리포트 and 보고서 are both a report and "투명성 보고서" is listed."""
        listed = [(word, term) for word, term in words if _WORD_OF_TERM.fullmatch(word)]
        same: dict[str, list[str]] = {}
        for word, term in listed:
            for english in term.english:
                same.setdefault(english, []).append(word)
        others: dict[str, set[str]] = {}
        for each in same.values():
            for word in each:
                others.setdefault(word, set()).update(each)
        out: dict[str, Term] = {}
        for called, term in words:
            parts = called.split()
            for at, part in enumerate(parts if len(parts) > 1 else ()):
                for other in sorted(others.get(part, ())):
                    out.setdefault(_joined("".join((*parts[:at], other, *parts[at + 1 :]))), term)
        return out

    @cached_property
    def _by_verb(self) -> dict[str, Term]:
        """The inflected stems of verbs, without blanks; whatever follows a stem in a word is taken to be its ending."""
        return {
            form: term
            for term in reversed(self.terms)
            for word in reversed(term.korean)
            if word.endswith(VERB)
            for form in forms_of(_joined(word))
        }

    @cached_property
    def _of_several_words(self) -> frozenset[str]:
        """The stems of verbs with what they govern: "문서로 남기다"."""
        words = (word for term in self.terms for word in term.korean if word.endswith(VERB) and " " in word)
        return frozenset(form for word in words for form in forms_of(_joined(word)))

    @cached_property
    def _by_english(self) -> dict[tuple[str, ...], Term]:
        return {_words_without_plural(word): term for term in reversed(self.terms) for word in reversed(term.english)}

    @cached_property
    def _longest(self) -> int:
        return max(map(len, (*self._by_korean, *self._by_verb)), default=0)

    def expand(self, question: str) -> tuple[str, ...]:
        """The English terms of a question's Korean words, in the question's order, each once.

        Terms of the topic :data:`PLAIN` (general words) are left out if the question has any other term.
        """
        return tuple(dict.fromkeys(term.en for term in _telling(self.in_korean(question))))

    def expand_widely(self, question: str) -> tuple[str, ...]:
        """Like :meth:`expand`; a question with a single term also gets that term's second English word, if it has
        another stem.

        Without it a question about "구제" alone, whose first translation is "redress", would not find "remedy".
        """
        found = self.expand(question)
        if len(found) > FEW:
            return found
        others = (t.english[1] for t in _telling(self.in_korean(question)) if len(t.english) > 1)
        return (*found, *(each for each in others if each[:SAME_STEM] != found[0][:SAME_STEM]))

    def expand_as_written(self, question: str, text: str) -> tuple[str, ...]:
        """Like :meth:`expand_widely`; a term whose English begins nowhere in ``text`` at a word, which is in small
        letters with a blank before each word, gets the first of its other English words that does ("redress" or
        "remedy" for 구제)."""
        other = {
            term.en: next((each for each in term.english[1:] if f" {each.casefold()}" in text), term.en)
            for term in self.in_korean(question)
            if f" {term.en.casefold()}" not in text
        }
        return tuple(dict.fromkeys(other.get(each, each) for each in self.expand_widely(question)))

    def rendered(self, question: str) -> float:
        """The share of a question's Korean words, without those that only ask, for which a term stands, alone or with
        their neighbours; 1 if it has no such word."""
        question = question[:MAX_TERM]
        telling = frozenset(telling_words(question))
        runs = [_without_genitive(run, self._by_korean) for run in _runs(question)]
        every = list(self._placed(runs))
        places = [place for place, term in every if term.topic != PLAIN] or [place for place, _ in every]
        begins = accumulate(map(len, runs), initial=0)
        words = [
            range(at, at + len(run)) for at, run, written in zip(begins, runs, _runs(question), strict=False)
            if written in telling
        ]  # fmt: skip
        meet = sum(any(p.start < w.stop and w.start < p.stop for p in places) for w in words)
        return meet / len(words) if words else 1.0

    def in_korean(self, question: str) -> Iterator[Term]:
        """The terms whose Korean words are in a text, longest first at each place, none inside another."""
        runs = [_without_genitive(run, self._by_korean) for run in _runs(question[:MAX_TERM])]
        return (term for _, term in self._placed(runs))

    def _placed(self, runs: list[str]) -> Iterator[tuple[range, Term]]:
        """The terms in some runs of letters, each with its characters in the runs written as one."""
        text = "".join(runs)
        ends: list[int] = []  # for each character the end of its word
        starts: set[int] = set()
        for run in runs:
            starts.add(len(ends))
            ends += [len(ends) + len(run)] * len(run)
        at = 0
        while at < len(text):
            found = self._longest_at(text, at, ends, at in starts)
            if found is None:
                at += 1
                continue
            key, term = found
            yield range(at, at + len(key)), term
            if key not in self._by_korean:  # the rest of a verb is its ending
                at = ends[at + len(key) - 1]
                continue
            at += len(key)
            # The next term may start here only if the rest of the word is particles or begins another term.
            if at < len(text) and ends[at] == ends[at - 1] and not _ends_a_noun(text[at : ends[at]]):
                starts.add(at)
            elif at < len(text) and ends[at] == ends[at - 1]:
                at = ends[at]

    def _longest_at(self, text: str, at: int, ends: list[int], starting: bool) -> tuple[str, Term] | None:
        for length in range(min(self._longest, len(text) - at), 1, -1):
            here = starting and (at + length <= ends[at] or text[at : at + length] in self._of_several_words)
            verb = self._by_verb.get(text[at : at + length]) if here else None
            term = self._by_korean.get(text[at : at + length])
            if verb is not None and (term is None or not is_tail(text[at + length : ends[at + length - 1]])):
                return text[at : at + length], verb
            if starting and term is None and text[at] in NEGATING:
                term = self._negated(text[at : at + length], text[at + length : ends[at + length - 1]])
            if term is None or not has_hangul(text[at : at + length]):
                continue
            end = at + length
            if end > ends[at] and (at and ends[at - 1] == ends[at]):
                continue  # a match across two words, of which it is the end and the beginning: AI법상 고위험
            rest = text[end : ends[end - 1]]
            # A short term inside a longer word is probably a part of another word, not the term.
            if (starting or length > 2) and (length > 2 or _ends_a_noun(rest) or self._begins(text, end)):
                return text[at:end], term
        return None

    def _negated(self, word: str, rest: str) -> Term | None:
        """The term for a word that a first letter makes the opposite of a term; ``rest`` is what follows in it."""
        term = self._by_korean.get(word[1:]) if len(word) > 2 and _ends_a_noun(rest) else None
        return replace(term, ko=word, en=f"non-{term.en}", variants=()) if term is not None else None

    def _begins(self, text: str, at: int) -> bool:
        return any(text[at : at + n] in self._by_korean for n in range(2, min(self._longest, len(text) - at) + 1))

    def in_english(self, text: str) -> Iterator[Term]:
        """The terms whose English words are in a text, longest first at each place, none inside another."""
        words = _words_without_plural(text[:MAX_TERM])
        longest = max(map(len, self._by_english), default=0)
        at = 0
        while at < len(words):
            for n in range(min(longest, len(words) - at), 0, -1):
                term = self._by_english.get(words[at : at + n])
                if term is not None:
                    yield term
                    break
            at += n


def _ends_a_noun(rest: str) -> bool:
    """Whether what follows a noun within a word is particles or endings, or a point in time written onto it."""
    return is_tail(rest) or _POINT_IN_TIME.fullmatch(rest) is not None


def _telling(found: Iterable[Term]) -> list[Term]:
    """The terms without those of the topic :data:`PLAIN`; all of them if there are no others."""
    every = list(found)
    return [term for term in every if term.topic != PLAIN] or every


def _without_genitive(run: str, known: Mapping[str, Term]) -> str:
    """The term 데이터 품질 is also written "데이터의 품질"; 민주주의 ends in the same syllable and keeps it."""
    return run[:-1] if run.endswith("의") and run not in known and run[:-1] in known else run


def _runs(text: str) -> list[str]:
    return _RUN.findall(text.casefold())


def _joined(text: str) -> str:
    return "".join(_runs(text))


def _words_without_plural(text: str) -> tuple[str, ...]:
    """The words of a text in lower case and in the singular."""
    return tuple(singular(word) for word in re.findall(r"[^\W_]+(?:/[^\W_]+)*", text.casefold()))


def parse_terms(text: str, name: str) -> Terms:
    """The list in a file's text; ``name`` is for messages.

    :raises ConfigError: another header, a line of another form, or a word that two lines claim.
    """
    lines = text.splitlines()
    if not lines or tuple(lines[0].split("\t")) != TERMS_COLUMNS:
        raise ConfigError(at_line(name, 1, notice("table columns by tabs", columns=", ".join(TERMS_COLUMNS))))
    terms: list[Term] = []
    owner: dict[str, int] = {}
    for number, line in enumerate(lines[1:], 2):
        cells = [cell.strip() for cell in line.split("\t")]
        if len(cells) != len(TERMS_COLUMNS) or not all(cells[:3]) or not has_hangul(cells[0]) or has_hangul(cells[1]):
            raise ConfigError(at_line(name, number, notice("term line")))
        term = Term(cells[0], cells[1], cells[2], tuple(v.strip() for v in cells[3].split(";") if v.strip()))
        for word in term.korean:
            if len(_joined(word)) < 2:
                raise ConfigError(at_line(name, number, notice("term too short", word=word)))
            if owner.setdefault(_joined(word), number) != number:
                what = notice("term on line", word=word, line=owner[_joined(word)])
                raise ConfigError(at_line(name, number, what))
        terms.append(term)
    return Terms(tuple(terms))


@lru_cache(maxsize=1)
def load_terms() -> Terms:
    """The project's list, read once."""
    return parse_terms((corpus_dir() / TERMS_FILE).read_text("utf-8"), f"corpus/{TERMS_FILE}")
