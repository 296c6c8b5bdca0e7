"""Tests whether one Korean sentence states the same as another, by rewriting both into a normal form. Pure; rules, no
model.

It works like :mod:`kb.answering.same_statement`, with steps for Korean: endings are written in one way ("하여야 합니다"
as "해야 한다", "최소 6개월 동안" as "6개월 이상"). The topic may stand before or behind a condition, parts with
particles of their own may change places directly before their verb, and an independent statement may be taken out of
a sentence of several.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise
from typing import TYPE_CHECKING

from kb.text.lazy_patterns import lazy
from kb.text.numerals import with_figures

if TYPE_CHECKING:
    from collections.abc import Iterator

    Words = tuple[str, ...]

MOST_EOJEOLS = 80
"""Words of a sentence that is compared; of a longer one nothing can be shown."""


def states_the_same_ko(said: str, source: str) -> bool:
    """Whether ``said`` states what the sentence ``source`` states, or one of the independent statements in it."""
    mine, theirs = written_eojeols(said), written_eojeols(source)
    if not mine or not theirs or max(len(mine), len(theirs)) > MOST_EOJEOLS:
        return False
    wanted = _forms_ko(mine)
    return any(wanted & _forms_ko(statement) for statement in (theirs, *_statements_ko(theirs)))


# --- one way of writing

_POLITE = lazy(r"([가-힣])니다")
_ONE_WAY_KO = tuple(
    (lazy(pattern), new)
    for pattern, new in (
        (r"있습니다", "있다"),
        (r"없습니다", "없다"),
        (r"같습니다", "같다"),
        (r"바람직한다", "바람직하다"),
        (r"하여야", "해야"),
        (r"되어야", "돼야"),
        (r"하여서는", "해서는"),
        (r"되어서는", "돼서는"),
        (r"하여", "해"),
        (r"되어", "돼"),
        (r"(?:아니|안) ?(?:된다|됨)", "안된다"),
        (r"아니하", "않"),
        (r"않여야|않해야", "않아야"),
        (r"않할", "않을"),
        (r"않한", "않은"),
        (r"않하는", "않는"),
        (r"있지만", "있으나"),
        (r"(?<=[가-힣])지만(?=[ ,])", "으나"),
        (r"(?:경우|때)에만|(?:경우|때)에 한(?:하여|해|해서)(?:만)?", "경우에만"),
        (r"(?:경우|때)에?는|때에(?![가-힣])", "경우"),
        (r"경우에(?!만)", "경우"),
        (r"있으면", "있는 경우"),
        (r"없으면", "없는 경우"),
        (r"(?<=[가-힣])하면", "하는 경우"),
        (r"(?<=[가-힣])되면", "되는 경우"),
        (r"제외하고는", "제외하고"),
        (r"(?:최소한|최소|적어도) (\d[\d.]*) ?(\S+?)(?: 동안| 이상)?(?=[ ,])", r"\1\2 이상"),
        (r"(?:최대한|최대) (\d[\d.]*) ?(\S+?)(?: 동안| 이하)?(?=[ ,])", r"\1\2 이하"),
        (r"(?:이상|이하) 동안", lambda m: m.group().split()[0]),
        (r"(?<=[일월년주간]) 내에", " 이내에"),
        (r"해야 함", "해야 한다"),
    )
)
_EOJEOL = lazy(r"[^\s,;:()]+|[,;:()]")


def written_eojeols(text: str) -> Words:
    """The words of a sentence in one way of writing, commas kept."""
    plain = with_figures(unicodedata.normalize("NFC", text)).strip(" .。")
    plain = _POLITE.sub(_as_plain, " ".join(plain.split()))
    for pattern, new in _ONE_WAY_KO:
        plain = pattern.sub(new, plain)
    return tuple(_EOJEOL.findall(plain))


def _as_plain(match: re.Match[str]) -> str:
    """A polite ending as the plain one: 합니다 as 한다, 습니다 as it is."""
    code = ord(match[1]) - 0xAC00
    if code % 28 != 17 or match[1] == "습":  # ㅂ at the end
        return match.group()
    return chr(0xAC00 + code - 17 + 4) + "다"


# --- forms of one statement

_ADNOMINAL = lazy(
    r"(?:하는|되는|있는|없는|않는|받는|주는|리는|내는|지는|려는|쓰는|오는|가는|보는|드는|키는|라는|다는|한|된|할|될|을|않은|받은|같은"
    r"|많은|적은|높은|낮은|좋은|만든|쓴|린|낸|진|준|온|간|본|인|던)$"
)
"""Endings of words that describe the noun behind them; some nouns end so too, and nothing is moved across them."""
_TOPIC_PARTICLE = lazy(r"(?:은|는|든지)$")
_OBJECT = lazy(r"[가-힣](?:을|를)$")
_CLAUSE_END = lazy(r"^(?:경우|경우에만|제외하고|없이|때)$|(?:^|[^사])전에$|(?:^|[^사])후에$|(?:뒤에|도록|이후|이전)$")
_TERM_END = lazy(r"(?:이내에|이내|부터|까지|마다|동안|이상|이하|초과|미만)$")
_DATIVE = lazy(r"(?:에게|에게서|께|에|에서)$")
_MANNER = lazy(r"[가-힣](?:으로|로|히|게)$")
_CONNECTIVE = lazy(r"(?:고|며|거나|으나|하나|면서|으면|해|돼|해야|아야|어야|려야|기)$")
_POINTS_BACK = frozenset({"그", "이에", "이를", "그것을", "그것은", "이는", "이"})
_JOINED_STATEMENT = lazy(r"(하고|되고|있고|하며|되며|으며|있으나|으나|하나)$")
_SCOPE = lazy(r"^(?:따라|위해|의해|통해|한)$|[가-힣](?:면|아|어|여|서|해|돼|려|려고|고자|써)$")
"""Words that end a limit or a means which may hold for both statements of a sentence."""
_INNER_VERB = lazy(r"(?:기|함|지|도록|라고|다고|는지|하게|되게)(?:를|을|는|은|도|에|가|이)?$")
"""Endings of verbs inside a statement: "B를 하기를", "B를 하도록"."""
_TOLD = lazy(r"(?:다고|라고|는지|다는|라는)$")
"""Endings of reported statements and questions: nothing inside them is an independent statement."""
_LEAST_NOUN = 2


def is_topic(word: str) -> bool:
    """Whether a word ends with the particle of a topic."""
    return (
        len(word) >= _LEAST_NOUN
        and bool(_TOPIC_PARTICLE.search(word))
        and not _ADNOMINAL.search(word)
        and word[-2:] != "서는"
    )


def _ends_a_chunk(word: str) -> bool:
    return bool(_CLAUSE_END.search(word) or _TERM_END.search(word))


def _forms_ko(words: Words) -> set[Words]:
    return {_sorted(tuple(w for w in _topic_first(words) if w not in {",", ";"}))}


def _topic_first(words: Words) -> Words:
    """The topic before the conditions and terms at the front."""
    topic = next((n for n, w in enumerate(words) if is_topic(w)), -1)
    if topic < 0:
        return words
    ends = [n for n, w in enumerate(words[:topic]) if _ends_a_chunk(w)]
    if not ends:
        return words
    end = ends[-1]
    named = words[end + 1 : topic + 1]
    if named[:1] == (",",):
        named = named[1:]
    elif any(_ADNOMINAL.search(w) for w in named) and not words[end].startswith("경우"):
        return words  # the term may belong to what describes the topic
    if any(_CONNECTIVE.search(w) for w in named[:-1]):
        return words
    return (*named, *words[: end + 1], *words[topic + 1 :])


def _sorted(words: Words) -> Words:
    """Parts with particles of their own directly before a verb in a fixed order."""
    out = list(words)
    for verb in range(len(words)):
        if verb != _predicate(words) and not (_CONNECTIVE.search(words[verb]) and not _part_end(words[verb])):
            continue
        parts: list[tuple[str, Words]] = []
        at = verb
        while at > 0 and (kind := _part_end(words[at - 1])):
            start = at - 1
            while start > 0 and _is_bare(words[start - 1]):
                start -= 1
            if start > 0 and _ADNOMINAL.search(words[start - 1]):
                break
            parts.append((kind, words[start:at]))
            at = start
        kinds = [kind for kind, _ in parts]
        if len(parts) > 1 and len(set(kinds)) == len(kinds):
            out[at:verb] = [w for _, part in sorted(parts) for w in part]
    return tuple(out)


def _predicate(words: Words) -> int:
    """The start of the last verb, before its auxiliary words."""
    at = len(words) - 1
    while at > 0 and (words[at] in _HELPING or words[at - 1].endswith(("지", "도록")) or words[at - 1] in _HELPING):
        at -= 1
    if at > 0 and words[at] in _HELPING:
        at -= 1
    return at


_HELPING = frozenset("한다 하다 있다 없다 수 안된다 된다 않는다 않아야 않을 것이 바람직하다 노력해야 노력한다".split())


def _part_end(word: str) -> str:
    """The kind of part that a word ends, by its particle; "" for a word without one."""
    if _CLAUSE_END.search(word) or (_ADNOMINAL.search(word) and not _OBJECT.search(word)):
        return ""
    for kind, pattern in (("term", _TERM_END), ("object", _OBJECT), ("dative", _DATIVE), ("manner", _MANNER)):
        if pattern.search(word):
            return kind
    return ""


def _is_bare(word: str) -> bool:
    """Whether a word is a noun without a particle of its own, or one that belongs to the noun behind it."""
    return not (
        _part_end(word)
        or is_topic(word)
        or _ADNOMINAL.search(word)
        or _CONNECTIVE.search(word)
        or _ends_a_chunk(word)
        or word.endswith(("이", "가"))
        or word in {",", ";", ":", "(", ")"}
    )


# --- statements in a sentence of several


def _statements_ko(words: Words) -> Iterator[Words]:
    """The independent statements of a sentence, with its topic and the conditions at the front."""
    if any(map(_TOLD.search, words)):
        return
    topic = next((n for n, w in enumerate(words) if is_topic(w)), -1)
    for n, word in enumerate(words):
        match = _JOINED_STATEMENT.search(word)
        if not match or _ends_a_chunk(word) or n == len(words) - 1 or n <= topic:
            continue
        rest = words[n + 1 :]
        second = rest[1:] if rest[:1] == (",",) else rest
        own_topic = any(is_topic(w) for w in second[:4])
        if not match[1].endswith("나") and (own_topic or not _may_hold_both(second)):
            yield from _closed(words[: n + 1], second, own_topic)
        if any(w in _POINTS_BACK for w in second) or any(_SCOPE.search(w) for w in words[topic + 1 : n]):
            continue
        chunks = [i for i, w in enumerate(words[:n]) if _ends_a_chunk(w)]
        if own_topic and not chunks:
            yield second
        elif not own_topic and topic >= 0:
            yield (*words[: max([topic, *chunks]) + 1], *second)


def _may_hold_both(second: Words) -> bool:
    """Whether a statement has a verb of its own inside, so that what stands before it may belong there too: "A를 하고
    B를 하는 것을 피해야 한다" demands no A."""
    return any(
        _INNER_VERB.search(word) or (_ADNOMINAL.search(word) and after != "수") for word, after in pairwise(second)
    )


def _closed(first: Words, second: Words, own_topic: bool) -> Iterator[Words]:
    """A statement that ends in a connecting form, with an ending of its own."""
    *before, last = first
    if last in {"하며", "하고"} and before and before[-1].endswith("야"):
        yield (*before, "한다")
    elif last in {"있으며", "있고"}:
        yield (*before, "있다")
    elif last.endswith(("하고", "하며")) and len(last) > 2:
        stem = last[:-2]
        if own_topic:
            yield (*before, f"{stem}한다")
        elif second[-1:] == ("한다",) and second[-2:-1] and second[-2].endswith("해야"):
            yield (*before, f"{stem}해야", "한다")
        elif second[-2:] == ("수", "있다"):
            yield (*before, f"{stem}할", "수", "있다")
