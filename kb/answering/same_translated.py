"""Tests whether a Korean and an English sentence state the same, as far as the glossary can show it. Pure; no model.

Every word that carries meaning must have its translation in the other sentence, and in the same part of it: who acts,
what a condition, an exception or a term of time is about, and what is done. Numbers, bounds, negations, "and", "or" and
the word of force must be the same. A word that the glossary lacks proves nothing, so most free translations are
withheld.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from kb.answering import same_statement, same_statement_ko
from kb.query.korean_terms import load_terms
from kb.text.lazy_patterns import lazy
from kb.text.numerals import NUMBER_WORDS, with_figures
from kb.text.quantities import numbers_in, quantities_in, with_plain_dates
from kb.text.tokens import STOP_WORDS, stemmer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from kb.query.korean_terms import Term

    Parts = list[tuple[str, str]]
    """Parts of a sentence: what kind each is, and its words. The kinds are those of :data:`_KINDS`."""

MOST_CHARACTERS = 700
"""Characters of a sentence that is compared."""
_DONE = "what is done"
_ACTOR = "actors"
_EN_KINDS = {
    "if": "if", "provided_that": "only if", "only if": "only if", "unless": "unless", "except_for": "unless",
    "before": "before", "after": "after", "once": "after", "until": "by", "within": "within", "without": "without",
}  # fmt: skip
_KO_KINDS = (
    (lazy(r"경우에만$"), "only if"),
    (lazy(r"경우$"), "if"),
    (lazy(r"제외하고$|^않는$"), "unless"),
    (lazy(r"(?:^|[^사])전에$|이전에?$"), "before"),
    (lazy(r"(?:^|[^사])후에$|이후에?$|뒤에$"), "after"),
    (lazy(r"이내에?$"), "within"),
    (lazy(r"까지$"), "by"),
    (lazy(r"부터$"), "from"),
    (lazy(r"없이$"), "without"),
)
_EN_MARKS = {
    "not": lazy(r"\b(?:not|no|never|neither|nor|need_not)\b"),
    "or": lazy(r"\bor\b"),
    "least": lazy(r"\b(?:at_least|more_than)\b"),
    "most": lazy(r"\b(?:at_most|less_than)\b"),
    "every": lazy(r"\bevery\b"),
    "only": lazy(r"\bonly\b"),
}
_KO_MARKS = {
    "not": lazy(r"않|아니|없다|없으|없도록|안된다|못하|금지"),
    "or": lazy(r"또는|거나|혹은|이나 "),
    "least": lazy(r"이상|초과"),
    "most": lazy(r"이하|미만"),
    "every": lazy(r"모든|모두|각 |누구든지|마다"),
    "only": lazy(r"에만|[가-힣]만 |한하"),
}
_EN_FORCE = lazy(r"\b(shall|should|may|can|will|need_not|has_right_to)\b")
_KO_FORCE = (
    ("shall", lazy(r"야 (?:한다|하)|서는 안된다|의무")),
    ("should", lazy(r"바람직|권고|권장|필요가 있")),
    ("may", lazy(r"[가-힣] 수 있")),
)
_KO_SMALL = frozenset(
    """한다 하다 있다 없다 수 안된다 된다 것이 것을 바람직하다 경우 경우에만 제외하고 전에 후에
    이내에 이내 이상 이하 이내의 또는 및 그리고 모든 각 동안 없이 따라 대한 위한 해당 그
    이를 다만 한 한하여 않는 않은 않아야 초과 미만 하는 있는 부터 까지 개월 개월의 개월을
    번 이전에 이후에 제외하고는 동안의 하기 이상의 이하의 미만의""".split()
)
_COMPARED_SIGNS = lazy(r"[<>=≤≥≦≧≠±×÷≈~‰]|(?<![^\W_])[-−–](?=\d)")
_LATIN = lazy(r"[a-z_]+")
_UNCOMPARED = (
    STOP_WORDS
    | frozenset("day days week weeks month months year years hour hours".split())
    | frozenset(
        "at_least at_most more_than less_than except_for provided_that according_to need_not has_right_to "
        "in_order_to".split()
    )
)


def translates(english: str, korean: str) -> bool:
    """Whether the rules show that one sentence states the same as the other."""
    if len(english) > MOST_CHARACTERS or len(korean) > MOST_CHARACTERS:
        return False
    if sorted(_COMPARED_SIGNS.findall(english)) != sorted(_COMPARED_SIGNS.findall(korean)):
        return False
    if _quantities(english) != _quantities(korean):
        return False
    en, ko = _english_parts(english), _korean_parts(korean)
    if not en or not ko or _marks_of_parts(en, _EN_MARKS) != _marks_of_parts(ko, _KO_MARKS):
        return False
    forces = {f if f != "can" else "may" for f in _EN_FORCE.findall(" ".join(text for _, text in en))}
    whole = " ".join(text for _, text in ko)
    if len(forces) > 1 or forces != {name for name, pattern in _KO_FORCE if pattern.search(whole)}:
        return False
    if Counter(kind for kind, _ in en) != Counter(kind for kind, _ in ko):
        return False
    return all(_agree(text, other) for (_, text), (_, other) in zip(sorted(en), sorted(ko), strict=True))


def _quantities(text: str) -> set[tuple[str, str]]:
    """Numbers with their units: that both sentences have a five does not tell that both say years."""
    return {quantity for quantity, _ in quantities_in(with_figures(text))}


def _marks_of_parts(parts: Parts, patterns: dict[str, re.Pattern[str]]) -> dict[str, int]:
    text = " ".join(text for _, text in parts)
    return {name: len(pattern.findall(text)) for name, pattern in patterns.items()}


# --- parts


def _english_parts(text: str) -> Parts:
    """The subject, the action, and each condition and term of a sentence; ``None`` if the sentence has more parts."""
    words = same_statement.words_in(same_statement.written_text(text))
    forces = [n for n, w in enumerate(words) if _EN_FORCE.fullmatch(w)]
    if len(forces) != 1 or ("by" in words[forces[0] :] and not re.search(r"\bby \d{4}-", " ".join(words))):
        return []
    parts: Parts = []
    kind, held = _DONE, list[str]()
    begun = False  # the one who acts was read
    for n, word in enumerate(words):
        named = " ".join(words[n : n + 2]) if word == "only" else word
        opens = "" if kind == "only if" and not held else _EN_KINDS.get(named) or _dated(word, words[n + 1 : n + 2])
        if n == forces[0]:
            parts.append(("who", " ".join(held)))
            kind, held, begun = _DONE, [word], True
        elif opens:
            if held and (begun or kind != _DONE):
                parts.append((kind, " ".join(held)))
            kind, held = opens, list[str]()
            begun = True
        elif word == "," and kind != _DONE and n < forces[0]:
            parts.append((kind, " ".join(held)))
            kind, held = _DONE, []
        elif word != ",":
            held.append(word)
    return [*parts, (kind, " ".join(held))]


def _dated(word: str, after: Iterable[str]) -> str:
    return word if word in {"by", "from"} and any(re.match(r"\d{4}-", w) for w in after) else ""


def _korean_parts(text: str) -> Parts:
    words = same_statement_ko.written_eojeols(with_plain_dates(text))
    parts: Parts = []
    held: list[str] = []
    seen = False
    for word in words:
        if word == "한" and parts and not held and parts[-1][0] == "unless":
            continue  # "않는 한"
        kind = next((name for pattern, name in _KO_KINDS if pattern.search(word)), "")
        held.append(word)
        if not seen and same_statement_ko.is_topic(word):
            parts.append(("who", " ".join(held)))
            held, seen = [], True
        elif kind:
            parts.append((kind, " ".join(held)))
            held = []
    return [*parts, (_DONE, " ".join(held))] if held and seen else []


# --- words


def _agree(english: str, korean: str) -> bool:
    """Whether two parts hold the same terms and numbers and nothing that the list does not have."""
    if numbers_in(with_figures(english)) != numbers_in(with_figures(korean)):
        return False
    terms = load_terms()
    mine = [t for t in terms.in_english(english) if not _is_measure(t)]
    theirs = [t for t in terms.in_korean(korean) if not _is_measure(t) and not _KO_SMALL & {*t.korean}]
    if sum(t.topic == _ACTOR for t in mine) > 1 or sum(t.topic == _ACTOR for t in theirs) > 1:
        return False  # it would be a guess which part belongs to which
    if not _covered_en(english, mine) or not _covered_ko(korean, theirs):
        return False
    if not all(any(_is_one(a, b) for b in theirs) for a in mine):
        return False
    return all(any(_is_one(a, b) or _is_part(b, a) for a in mine) for b in theirs)


def _is_measure(term: Term) -> bool:
    """Whether a term is nothing but a number with its unit, which is compared for itself."""
    return all(w in _UNCOMPARED or w in NUMBER_WORDS for w in _LATIN.findall(term.en.casefold()))


def _is_one(a: Term, b: Term) -> bool:
    return bool({*a.korean} & {*b.korean} or _stems_of(a) & _stems_of(b))


def _is_part(part: Term, whole: Term) -> bool:
    """Whether a term is a word of a longer one that was found too: the list finds "시스템" in "AI 시스템의" again."""
    return any(set(a) < set(b) for a in _stems_of(part) for b in _stems_of(whole))


def _stems_of(term: Term) -> set[tuple[str, ...]]:
    return {
        tuple(_stem_of(w) for w in _LATIN.findall(each.casefold()) if w not in _UNCOMPARED) for each in term.english
    }


def _stem_of(word: str) -> str:
    return str(stemmer().stemWord(word))


def _covered_en(text: str, terms: list[Term]) -> bool:
    known = {stem for t in terms for stems in _stems_of(t) for stem in stems}
    return all(_stem_of(w) in known for w in _LATIN.findall(text) if w not in _UNCOMPARED)


def _covered_ko(text: str, terms: list[Term]) -> bool:
    known = [re.sub(r"다$| ", "", k) for t in terms for k in t.korean]
    return all(any(word[:2] in k for k in known) for word in _hangul_words(text))


def _hangul_words(text: str) -> Iterator[str]:
    for word in re.findall(r"[가-힣]{2,}", text):
        if word not in _KO_SMALL:
            yield word
