"""Tests whether one English sentence states the same as another, by rewriting both into a normal form. Pure; rules, no
model.

Nothing is guessed: a sentence counts as the same statement only if steps that keep the meaning lead from the one to the
other. First, words are written in one way ("must" as "shall", "no fewer than" as "at least", "prior to" as "before").
Then come the steps: a clause at the front may move behind, an active verb may become passive with its doer named, "X of
Y" may become "Y X", and an independent statement may be taken out of a sentence of several. A condition, an exception,
a bound, a term or a doer is never left out. Otherwise words keep their order, so that subject and object stay distinct.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from itertools import combinations, pairwise
from typing import TYPE_CHECKING, NamedTuple

from kb.text.lazy_patterns import lazy
from kb.text.numerals import with_figures
from kb.text.quantities import with_plain_dates
from kb.text.tokens import stemmer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    Words = tuple[str, ...]

MOST_WORDS_SAID = 120
"""Words of a sentence that is compared; of a longer one nothing can be shown."""
_MOST_FORMS = 4_000


def states_the_same(said: str, source: str) -> bool:
    """Whether ``said`` states what the sentence ``source`` states, or one of the independent statements in it."""
    mine = written_words(said)
    if not mine or len(mine) > MOST_WORDS_SAID:
        return False
    wanted = _forms_of_statement(mine)
    for text in _shorter(source):
        theirs = written_words(text)
        if not theirs or len(theirs) > MOST_WORDS_SAID:
            continue
        for statement in (theirs, *_statements_within(theirs, _Surface.of(text))):
            if wanted & _forms_of_statement(statement):
                return True
    return False


# --- one way of writing

_ONE_WAY = tuple(
    (lazy(pattern), new)
    for pattern, new in (
        (r"\b(ca|wo|sha)n['’]t\b", r"\1n not"),
        (r"n['’]t\b", " not"),
        (r"\bcannot\b", "can not"),
        (r"\b(?:has|have) (?:the|a) right to\b|\b(?:is|are) entitled to\b", "has_right_to"),
        # the force of the verb
        (r"\b(?:is|are|be) not (?:required|obliged|obligated) to\b|\bneeds? not\b", "need_not"),
        (r"\b(?:do|does|did) not (?:need|have) to\b|\b(?:is|are) under no obligation to\b", "need_not"),
        (r"\b(?:is|are) (?:required|obliged|obligated) not to\b", "shall not"),
        (r"\b(?:is|are) (?:required|obliged|obligated) to\b|\bmust\b|\b(?:has|have) to\b", "shall"),
        (r"\b(?:is|are) not (?:permitted|allowed) to\b", "shall not"),
        (r"\b(?:is|are) (?:prohibited|forbidden|banned) from\b", "shall not"),
        (r"\b(?:is|are) (?:permitted|allowed) to\b", "may"),
        (r"\bought not to\b", "should not"),
        (r"\bought to\b|\b(?:is|are) (?:recommended|advised) to\b", "should"),
        # bounds
        (r"\b(?:at (?:the very )?least|at minimum|(?:an?|the) minimum of|not? (?:less|fewer) than)\b", "at_least"),
        (r"\b(?:at most|an? maximum of|the maximum of|no(?:t)? more than|up to)\b", "at_most"),
        (r"\b(?:more than|above|greater than|in excess of) (?=\d)", "more_than "),
        # not in "over 5 years", which may say "during"
        (r"\bover (?=\d)(?!\d+ (?:year|month|week|day|hour|minute|second)s?\b)", "more_than "),
        (r"\b(?:fewer than|less than|under|below) (?=\d)", "less_than "),
        (r"\bfor (?:a|the) (?:period|duration|term) of\b", "for"),
        # terms
        (r"\b(?:no(?:t)? later than|within) (\d+ \w+) (?:after|following|from|of)\b", r"within \1 after"),
        (r"\b(?:no(?:t)? later than|on or before) (?=\d{4}-)", "by "),
        (r"\bby (\d{4}-[\d-]+) at the latest\b", r"by \1"),
        (r"\b(?:as of|as from|starting from|starting on|with effect from|beginning on) (?=\d{4}-)", "from "),
        (r"\bfrom (\d{4}-[\d-]+) (?:on|onwards?)\b", r"from \1"),
        (r"\b(?:prior to|in advance of|ahead of)\b", "before"),
        (r"\bsubsequent to\b", "after"),
        (r"\bas soon as\b", "once"),
        (r"\bat_least once (?:a|per|every|each) (year|month|week|day)\b", r"at_least every \1"),
        (r"\b(?:once (?:a|per)|each|every) year\b|\byearly\b", "annually"),
        (r"\b(?:once (?:a|per)|each|every) month\b", "monthly"),
        # conditions and exceptions
        (r"\b(?:except|save) (?:if|where|when|in cases? where)\b", "unless"),
        (r"\b(?:except for|with the exception of|apart from|save for|excluding)\b", "except_for"),
        (r"\b(?:on (?:the )?condition that|as long as|so long as|providing that|provided that)\b", "provided_that"),
        (r"\bin (?:the )?event (?:that|of)\b|\bin (?:a |the |any )?cases? (?:where|when|that)\b|\bin case\b", "if"),
        (r"\b(?:where|when)\b", "if"),
        (r"\b(?:each|every|all)\b", "every"),
        (r"\b(?:in order|so as) to\b", "in_order_to"),
        (r"\bfor the purposes? of (?=\w+ing\b)", "to "),
        (r"\bin accordance with\b|\baccording to\b|\bpursuant to\b", "according_to"),
        (r"\b(?:with (?:regard|respect) to|as regards|regarding|concerning|relating to|related to)\b", "about"),
        (r"\b(?:make|makes|making) sure\b", "ensure"),
        (r"\b(?:carry|carries|carried|carrying) out\b|\bconduct(?:s|ed|ing)?\b", "perform"),
        (r"\bretain(?=s|ed|ing|\b)", "keep"),
        (r"\butili[sz]e", "use"),
        (r"(?<!natural )(?<!legal )\b(?:people|persons|individuals)\b", "person"),
        (r"\bhis or her\b", "its"),
        (r"\b(?:also|furthermore|moreover|additionally|therefore|thus|accordingly|hence)\b,?", " "),
        (r"^in addition,", " "),
        (r"\b(?:which|who)\b", "that"),
        (r"\b(\w+)(?:['’]s|s['’]) (\w+)\b", r"\2 of \1"),
    )
)  # fmt: skip
_PERCENT_SIGN = lazy(r"(?<=\d) ?(?:%|per ?cent\b)")
_MONEY_BEFORE = lazy(r"(?:\b(eur|usd|gbp|chf)|([€$£]))\s?(\d[\d.]*)( (?:million|billion))?")
_MONEY_AFTER = lazy(r"(\d[\d.]*)( (?:million|billion))? (euros?|dollars?)\b")
_CURRENCY = {"€": "eur", "$": "usd", "£": "gbp", "euro": "eur", "dollar": "usd"}
_MEANT = r"(?<![^\W_])[-−–](?=\d)|[^\w\s.,;:!?()\[\]{}'\"“”‘’„‚«»‹›…\-−–—•·]"
MEANT_SIGNS = lazy(_MEANT)
"""Signs that say something: "≤", "±", "€", a minus before a number. A sentence with another one says something else."""
_SIGN_OR_WORD = lazy(rf"\d+(?:[./:-]\d+)*(?:\([a-z0-9]{{1,4}}\))*|[^\W\d]+(?:_[^\W\d]+)*|[,;:()]|{_MEANT}")
_LETTER_A = lazy(r"(?<=[^\W_] )A\b(?! [A-Z]{2})|(?<=\()[Aa](?=\))")
"""The letter that names something, as in "class A" and "point (a)": it is no article."""
_BETWEEN_FIGURES = lazy(r"(?<=\d)[–—−](?=\d)")
_LEFT_OUT_WORDS = frozenset({"a", "an", "the", "both"})
_PRONOUNS = {
    "it": "it", "its": "it", "he": "he", "him": "he", "his": "he", "she": "he", "her": "he",
    "they": "they", "them": "they", "their": "they",
}  # fmt: skip
"""Pronouns by what they may refer to: "it" and "them" refer to different things."""
_STANDING_IN = frozenset(_PRONOUNS.values())
_IRREGULAR = {
    form: base
    for base, forms in {
        "keep": "kept", "make": "made", "give": "gave given", "take": "took taken", "draw": "drew drawn",
        "send": "sent", "write": "wrote written", "hold": "held", "meet": "met", "set": "set", "put": "put",
        "find": "found", "know": "knew known", "show": "shown", "build": "built", "bring": "brought", "tell": "told",
        "override": "overridden overrode", "withdraw": "withdrawn withdrew", "undertake": "undertaken", "lead": "led",
        "have": "has had having", "be": "is are being been", "was": "were", "do": "does did done", "child": "children",
        "sell": "sold", "buy": "bought", "leave": "left", "pay": "paid", "lose": "lost", "choose": "chose chosen",
        "begin": "began begun", "arise": "arisen arose", "speak": "spoken", "hear": "heard", "see": "seen saw",
        "criterion": "criteria", "datum": "data", "analysis": "analyses",
    }.items()
    for form in forms.split()
}  # fmt: skip
_FUNCTION = frozenset(
    """of to in on by at as for from with into onto upon and or nor but not no never neither only any some every other
    this these that such if unless before after once until within without during whenever while since because than then
    under between against through shall should may can will would might could be was have do more less own same
    whichever whether so far whose what how otherwise out up off over about least most
    annually monthly""".split()
)


def written_text(text: str) -> str:
    """A sentence in one way of writing: its words of force, bounds, terms, conditions and numbers."""
    plain = _LETTER_A.sub("letter_a", _BETWEEN_FIGURES.sub("-", unicodedata.normalize("NFKC", text)))
    plain = with_plain_dates(with_figures(plain)).casefold().replace("’", "'")
    plain = re.sub(r"(?<=[a-z])-(?=[a-z])", " ", plain)
    plain = _MONEY_BEFORE.sub(lambda m: f"{m[3]}{m[4] or ''} {m[1] or _CURRENCY[m[2]]}", plain)
    plain = _MONEY_AFTER.sub(lambda m: f"{m[1]}{m[2] or ''} {_CURRENCY[m[3].rstrip('s')]}", plain)
    plain = " ".join(_PERCENT_SIGN.sub(" %", plain).split())
    for pattern, new in _ONE_WAY:
        plain = pattern.sub(new, plain)
    return plain


def words_in(written: str) -> list[str]:
    """The words and signs of a text written in one way, articles left out."""
    return [w for w in _SIGN_OR_WORD.findall(written) if w not in _LEFT_OUT_WORDS]


def written_words(text: str) -> Words:
    """The words of a sentence in one way of writing and without inflection, commas and brackets kept."""
    words = [_lemma(w) for w in words_in(written_text(text))]
    return _only_if(_no_as_not(_without_repeats(words)))


@lru_cache(maxsize=20_000)
def _lemma(word: str) -> str:
    """A word without its inflection; words of one stem that are derived in another way stay apart (provider,
    provide)."""
    if word in _PRONOUNS:
        return _PRONOUNS[word]
    word = _IRREGULAR.get(word, word)
    if word in _FUNCTION or "_" in word or not word.isalpha() or not word.isascii():
        return word
    word = re.sub(r"(?<=[a-z]{3})iz(?=e|a|i)", "is", word)
    word = re.sub(r"(?<=l)led$", "ed", word)
    stem = str(stemmer().stemWord(word))
    shared = next((n for n, (a, b) in enumerate(zip(word, stem, strict=False)) if a != b), min(len(word), len(stem)))
    rest = re.sub(r"(?:ies|ied|ing|es|ed|s|e|d|y)$", "", word[shared:])
    rest = "" if len(rest) == 1 and rest == stem[-1:] else rest
    return f"{stem}~{rest}" if rest else stem


_PREPOSITIONS = frozenset({"for", "to", "of", "in", "by", "with", "from", "on", "at", "against"})
_FORCES = frozenset({"shall", "should", "may", "can", "will", "need_not", "has_right_to"})


def _without_repeats(words: Sequence[str]) -> list[str]:
    """Without a preposition or a word of force that "and" or "or" merely says again: "for A or for B"."""
    out: list[str] = []
    for n, word in enumerate(words):
        follows = bool(out) and out[-1] in {"and", "or"}
        if follows and word in _PREPOSITIONS and word in out[-8:-1]:
            continue
        if follows and word in _FORCES and words[n + 1 : n + 2] != ("not",) and words[n + 1 : n + 2] != ["not"]:
            before = [i for i, w in enumerate(out) if w in _FORCES]
            if before and out[before[-1]] == word and out[before[-1] + 1 : before[-1] + 2] != ["not"]:
                continue
        out.append(word)
    return [
        w
        for n, w in enumerate(out)
        if not (w == "," and out[n + 1 : n + 2] in (["and"], ["or"]) and _in_a_list(out, n))
    ]


def _in_a_list(words: Sequence[str], comma: int) -> bool:
    """Whether a comma before "and" separates parts of a list and not two statements."""
    rest = words[comma + 2 : comma + 9]
    return not any(w in _FORCES or w in {"be", ";"} for w in rest)


def _no_as_not(words: Sequence[str]) -> Words:
    """ "No lamp shall be lit" as "lamp shall not be lit", also behind a clause at the front."""
    for at in (0, *(n + 1 for n, w in enumerate(words) if w == ",")):
        if words[at : at + 1] in (["no"], ("no",)):
            for n in range(at + 1, len(words)):
                if words[n] in {",", "or", "nor", "and"}:
                    break
                if words[n] in {"shall", "should", "may"}:
                    force = "shall" if words[n] == "may" else words[n]
                    return (*words[:at], *words[at + 1 : n], force, "not", *words[n + 1 :])
    return tuple(words)


def _only_if(words: Words) -> Words:
    """ "May only V if" as "may V only if", where there is one condition."""
    places = [n for n, w in enumerate(words) if w == "only"]
    conditions = [n for n, w in enumerate(words) if w in _CLAUSE_OPENERS]
    if len(places) != 1 or len(conditions) != 1 or words[conditions[0]] != "if" or words[0] in _CLAUSE_OPENERS:
        return words
    only, condition = places[0], conditions[0]
    if 0 < only < condition and words[only - 1] in {"may", "can"}:
        return (*words[:only], *words[only + 1 : condition], "only", *words[condition:])
    return words


# --- forms of one statement

_CLAUSE_OPENERS = frozenset(
    {"if", "unless", "provided_that", "before", "after", "once", "until", "whenever", "because", "that"}
)
_OPENERS = _CLAUSE_OPENERS | {
    "except_for", "within", "by", "from", "for", "in", "on", "upon", "at", "to", "according_to", "without", "during",
    "at_least", "at_most", "in_order_to", "annually", "monthly",
}  # fmt: skip
_FRONTS = (_OPENERS | {"only"}) - {"that", "to", "at_least", "at_most", "annually", "monthly"}
_HOLDING = frozenset({"if", "unless", "provided_that", "except_for", "only"})
"""Words that can limit the statement before them."""


def _unpunctuated(words: Sequence[str], comma: int = -1) -> Words:
    """The words without punctuation, the comma at one place kept."""
    return tuple(
        "to" if w == "in_order_to" else w
        for n, w in enumerate(words)
        if n == comma or w not in {",", ";", ":", "(", ")"}
    )


def _forms_of_statement(words: Words) -> set[Words]:
    """The forms in which a statement can be written without a change of meaning, punctuation left out.

    Where a clause could be taken to belong to the clause before it, only the form with a comma before it is given; so
    each form is given again with each comma that a clause or term follows.
    """
    found: set[Words] = set()
    for form in (words, *_passives(words)):
        found.add(_unpunctuated(form))
        found.update(_unpunctuated(form, n) for n, w in enumerate(form) if w == "," and _begins_a_chunk(form[n + 1 :]))
    for rest, chunk, tail, comma in _moved(words):
        for form in (rest, *_passives(rest)) if not tail else (rest,):
            before = (*_unpunctuated(form), ",") if comma else _unpunctuated(form)
            found.add((*before, *_unpunctuated(chunk), *((",", *_unpunctuated(tail)) if tail else ())))
        if len(found) > _MOST_FORMS:
            return found
    return found | {short for form in list(found)[:60] for short in _compounds(form)}


def _moved(words: Words) -> Iterator[tuple[Words, Words, Words, bool]]:
    """Moves a clause or term from the front to a place behind.

    Each result has the words before it there, the clause itself, the words after it, and whether a comma must separate
    it from the clause that it would otherwise seem to belong to.
    """
    if not words or not _begins_a_chunk(words) or words[0] not in _FRONTS:
        return
    for end in (n for n, w in enumerate(words) if w == ","):
        chunk, rest = words[:end], words[end + 1 :]
        if any(w in _FORCES for w in words) and not any(w in _FORCES for w in rest):
            continue
        if not rest or rest[0] in {"and", "or", "but"} or any(w in _FORCES for w in chunk):
            continue
        if any(w == "only" and chunk[n + 1 : n + 2] != ("if",) for n, w in enumerate(chunk)):
            continue
        force = next((n for n, w in enumerate(rest) if w in _FORCES), 0)
        for at in (n for n, w in enumerate(rest) if w == "," and n > force and _begins_a_chunk(rest[n + 1 :])):
            if not any(w in _CLAUSE_OPENERS for w in rest[force:at]):
                yield rest[:at], chunk, rest[at + 1 :], False
        within = any(w in _CLAUSE_OPENERS for w in rest[force:])
        yield rest, chunk, (), within
        if not within:
            yield rest, chunk, (), True


def _begins_a_chunk(words: Words) -> bool:
    return words[:1] != () and (words[0] in _OPENERS or words[:2] == ("only", "if"))


def _passives(words: Words) -> Iterator[Words]:
    """An active statement with its verb made passive: the doer stays, behind "by"."""
    at = next((n for n, w in enumerate(words) if w in _FORCES), -1)
    if at < 1 or any(w == "," or w in _CLAUSE_OPENERS - {"that"} for w in words[:at]):
        return
    doer, force, rest = words[:at], words[at : at + 1], words[at + 1 :]
    if rest[:1] == ("not",):
        force, rest = (*force, "not"), rest[1:]
    if not rest or rest[0] in {"be", "have", "not", "ensure"} or "," in doer or rest[0] in _FUNCTION:
        return
    verb, rest = rest[0], rest[1:]
    only = doer[0] == "only"
    by = ("only", "by", *doer[1:]) if only else ("by", *doer)
    ends = [n for n in range(1, len(rest) + 1) if n == len(rest) or rest[n] == "," or _begins_a_chunk(rest[n:])]
    for end in ends:
        thing, tail = rest[:end], rest[end:]
        if any(w in _CLAUSE_OPENERS - {"that"} or w == "," for w in thing) or thing[0] in _FUNCTION - {
            *_STANDING_IN,
            "every",
            "any",
        }:
            break
        head = (*thing, *force, "be", verb)
        yield (*head, *by, *tail)
        for place in (
            n for n in range(1, len(tail) + 1) if n == len(tail) or _begins_a_chunk(tail[n:]) or tail[n] == ","
        ):
            crossed = tail[:place]
            if crossed[-1] != "only" and not any(w in _CLAUSE_OPENERS | {"and", "or", "but", ","} for w in crossed):
                yield (*head, *tail[:place], *by, *tail[place:])


def _compounds(words: Words) -> Iterator[Words]:
    """ "X of Y" as "Y X", in some places or all."""
    places = [
        n
        for n in range(1, len(words) - 1)
        if words[n] == "of" and words[n - 1] not in _FUNCTION and words[n + 1] not in _FUNCTION | _STANDING_IN
    ][:4]
    for count in range(1, len(places) + 1):
        for chosen in combinations(places, count):
            out = list(words)
            for n in reversed(chosen):
                out[n - 1 : n + 2] = [out[n + 1], out[n - 1]]
            yield tuple(out)


# --- statements in a sentence of several

_DETERMINERS = frozenset(
    "the a an its their his her it them each every any all such this these those that other another which whom".split()
)
_REPORTED = lazy(
    r"\b(?:argu\w+|claim\w*|alleg\w+|suppos\w+|false\w*|untrue|wrong\w*|incorrect\w*|myths?|misconception\w*|propos\w+"
    r"|hypothetical\w*|critics?|opponents?|pretend\w*|sa(?:y|ys|id)|believ\w+|assert\w*|suggest\w*|den(?:y|ies|ied)"
    r"|doubt\w*)\b"
)
"""Words that show that a sentence may report the words of others; then no statement in it is independent."""
_NO_VERB = (
    frozenset(map(_lemma, "let make help have see watch hear".split())) | _OPENERS | _PREPOSITIONS | {",", "only"}
)
"""Words that take a verb without "to", and words that begin a limit: after a modal verb, both may extend to the words
that follow."""
_DENYING = frozenset(map(_lemma, "never neither nor seldom".split()))
_ONE_OF_SEVERAL = frozenset({"one", "any", "either", "some", "at_least", "at_most", "whichever"})


class _Surface(NamedTuple):
    """Facts about the words of a sentence before their inflection was removed.

    They are the words that can only be verbs after a modal verb, those that can be verbs after "to", adverbs, and
    whether the sentence may report the words of others.
    """

    bare: frozenset[str]
    infinitives: frozenset[str]
    adverbs: frozenset[str]
    is_reported: bool

    @classmethod
    def of(cls, text: str) -> _Surface:
        written = written_text(text)
        behind = [w for w in _BEHIND_TO.findall(written) if w not in _DETERMINERS and _is_plain_verb(w)]
        words = words_in(written)
        bare = frozenset(
            _lemma(w)
            for w, after in pairwise((*_SIGN_OR_WORD.findall(written), ""))
            if _is_plain_verb(w) and (w in _VERBS_ALONE or after in _BEFORE_AN_OBJECT)
        )
        adverbs = _DENYING | {_lemma(w) for w in words if w.endswith("ly")}
        return cls(bare, frozenset(map(_lemma, behind)), adverbs, bool(_REPORTED.search(written)))

    def joins_verbs(self, inner: Words, second: Words) -> bool:
        """Whether "and" between two parts can join nothing but the verbs behind the word of force: "shall avoid keeping
        logs and sharing data" demands no sharing, nor does "shall ask others to keep logs and share data"."""
        if second[0] not in self.bare or {"that", "whether", "in_order_to"} & {*inner} or inner[:1] == ():
            return False
        if inner[0] in _NO_VERB | self.adverbs or (":" in inner and _ONE_OF_SEVERAL & {*inner}):
            return False
        return not any(w == "to" and after in self.infinitives for w, after in pairwise(inner))


_VERBS_ALONE = frozenset(
    """accept achieve adapt adopt allow analyse analyze apply appoint approve assess assign avoid become carry choose
    clarify collect communicate compare complete comply confirm consider consult create decide define delete
    describe destroy determine develop disclose discuss draw enable encourage ensure erase establish evaluate
    examine explain give identify implement include inform inspect install introduce investigate involve keep
    maintain make notify obtain perform prepare preserve prevent prohibit protect prove provide publish recommend
    reduce remain remove replace restore retain revise safeguard select send submit suspend take tell translate
    transmit treat validate verify withdraw write""".split()
)
"""Verbs that are no nouns of the same form, so that "and" before them joins verbs."""
_BEFORE_AN_OBJECT = _DETERMINERS | frozenset("every at_least at_most".split())
"""Words that open what a verb acts on: "keep logs and use the logs", where "keep access and use" names two things."""
_BEHIND_TO = lazy(r"\bto (?:not )?([a-z]+)")


def _is_plain_verb(word: str) -> bool:
    """Whether a word can be a verb without an ending."""
    return not word.endswith(("ing", "ed")) and (not word.endswith("s") or word.endswith("ss"))


_PURPOSE = lazy(r",? (?:in order|so as) to [^,;]+?(?=[.]?$)", re.IGNORECASE)
_LIMITED = lazy(r"\b(?:not|no|never|only|prohibit\w*|may|can|avoid|nor|neither)\b", re.IGNORECASE)


def _shorter(source: str) -> Iterator[str]:
    """The sentence, and without the purpose that it names where that limits nothing: in a plain duty."""
    yield source
    without = _PURPOSE.sub("", source)
    if without != source and not _LIMITED.search(source) and re.search(r"\b(?:shall|must|should)\b", without, re.I):
        yield without


def _statements_within(words: Words, surface: _Surface) -> Iterator[Words]:
    """The independent statements of a sentence, each with the condition at the front."""
    if surface.is_reported:
        return
    front: Words = ()
    rest = words
    if words and _begins_a_chunk(words):
        force = next((n for n, w in enumerate(words) if w in _FORCES), len(words))
        commas = [n for n, w in enumerate(words[:force]) if w == ","]
        if not commas:
            return
        front, rest = words[: commas[-1] + 1], words[commas[-1] + 1 :]
    at = next((n for n, w in enumerate(rest) if w in _FORCES), -1)
    doer = rest[:at] if at > 0 else ()
    for n, word in enumerate(rest):
        if word not in {"and", "but", ";", "or", "nor"} or n <= at:
            continue
        first, second = rest[: n - (rest[n - 1] == ",")], rest[n + 1 :]
        mixed = "or" in second and not any(w in _FORCES for w in second)  # "A and B or C" has no A for certain
        limited = any(w in _HOLDING for w in second)
        if not second or limited or mixed or word in {"or", "nor"} or _limits_the_first(second):
            heads: tuple[Words, ...] = ()
        else:
            heads = (first,) if word != "but" else ()
        has_force = any(w in _FORCES for w in second)
        inner = rest[at + 1 : n]
        if heads and (has_force or _is_free_of_terms(second)) and not _bound_together(inner, word):
            yield (*front, *first)
        if word in {"or", "nor"}:
            if word == "nor" and rest[n - 1 : n] == (",",):
                yield (*front, *first)  # "shall not A, nor may it B"
            yield from ((*front, *each) for each in _denied_parts(rest, at, n))
            continue
        if not doer or not second:
            continue
        if second[0] in _FORCES:
            if "that" in inner:
                continue  # "shall ensure that it may A and may B"
            yield from _of_the_same(front, doer, first[at + 1 :], second)
        elif has_force and _own_subject(second) and not _is_told(doer, inner):
            yield (*front, *second)
            if second[0] in _STANDING_IN and second[1:2] and second[1] in _FORCES and word == "but":
                yield (*front, *doer, *second[1:])
        elif (
            not has_force
            and "not" not in inner
            and not _bound_together(inner, word)
            and surface.joins_verbs(inner, second)
        ):
            yield from _of_the_same(front, doer, inner, (rest[at], *second))


def _of_the_same(front: Words, doer: Words, inner: Words, second: Words) -> Iterator[Words]:
    """The second of two statements with one subject; a pronoun behind its verb is the object of the first statement."""
    yield (*front, *doer, *second)
    verb = 2 if second[1:2] == ("not",) else 1
    thing: list[str] = []
    for word in inner[1 + (inner[:1] == ("not",)) :]:
        if word in _OPENERS or word in {",", "and", "or"}:
            break
        thing.append(word)
    if _STANDING_IN & {*second[verb + 1 : verb + 2]} and thing and len(second) == verb + 2:
        yield (*front, *doer, *second[: verb + 1], *thing)


_LIMITING = frozenset(map(_lemma, "not exempt exclude apply end cease lapse expire suspend".split()))


def _limits_the_first(second: Words) -> bool:
    """Whether a statement with its own subject may take back the statement before it: "; sailors are exempt"."""
    return second[0] not in _FORCES and (second[0] in {"this", "these", "such"} or bool(_LIMITING & {*second}))


def _is_told(doer: Words, inner: Words) -> bool:
    """Whether words before "and" may also govern the words behind it: "shall decide whether A shall and B shall"."""
    return bool({"that", "whether"} & {*doer, *inner})


def _own_subject(second: Words) -> bool:
    """Whether a statement begins with its own subject and can be understood without the rest of the sentence."""
    force = next(n for n, w in enumerate(second) if w in _FORCES)
    return force > 0 and second[0] not in {*_STANDING_IN, "this", "these", "such", "that"} and "," not in second[:force]


def _is_free_of_terms(second: Words) -> bool:
    """Whether nothing in the words behind "and" could belong to the words before it as well."""
    terms = {"within", "by", "before", "after", "until", "once", "for", "from", "without", "during", "according_to"}
    return not any(w in terms | _HOLDING for w in second)


def _bound_together(inner: Words, word: str) -> bool:
    """Whether "and" joins what belongs together: between two things, a denied pair, a bound of two."""
    return any(w in {"between", "not", "only", "either", "combine", "together", "no"} for w in inner) and word == "and"


def _denied_parts(words: Words, force: int, at: int) -> Iterator[Words]:
    """ "shall not V for A or B" as "shall not V for A" and as "shall not V for B"; nothing may follow that limits
    it."""
    if force < 0 or words[force + 1 : force + 2] != ("not",) or words[at] != "or":
        return
    first, second = words[force + 1 : at], words[at + 1 :]
    if any(w in _HOLDING or w == "," for w in (*first, *second)) or not second:
        return
    if any(w in _CLAUSE_OPENERS or w in {"and", "or"} for w in (*first, *second)):
        return
    yield words[:at]
    last = max((n for n, w in enumerate(words[:at]) if w in _PREPOSITIONS), default=-1)
    if last > force:
        yield (*words[: last + 1], *second)
