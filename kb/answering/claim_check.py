"""Checks whether a language model's sentence says what its cited quotes say. Pure; rules, no model.

:func:`check_claim` compares a sentence that a model wrote with those quotes. It passes only if rules show that it
states the same (:mod:`kb.answering.same_statement`), because withholding a sound rephrasing does less harm than showing
an unsound one; the quotes are shown in any case. The other comparisons (numbers, dates, references, names, force) only
find the reason that is given for a withheld sentence.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kb.answering.same_statement import MEANT_SIGNS, states_the_same
from kb.answering.same_statement_ko import states_the_same_ko
from kb.answering.same_translated import translates
from kb.citing.quote_check import QuoteFinding, Verdict, find_words
from kb.records import dataclass
from kb.text.cleaning import readable
from kb.text.force import modal_words
from kb.text.languages import language_of
from kb.text.negation import NEGATION
from kb.text.numerals import NUMBER_WORDS, with_figures
from kb.text.quantities import dates_in, numbers_in, quantities_in, without_dates
from kb.text.sentences import sentences
from kb.types import Force

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    Tokenise = Callable[[str], list[str]]
    Support = Callable[[str, Sequence[str]], float]


@dataclass(frozen=True, slots=True)
class QuotedSource:
    """A quote that a model was given. ``names`` are its document and place, which a sentence may mention as well."""

    n: int
    text: str
    language: str = "en"
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Bounds:
    """The least values that a rephrasing must reach; shares are of its content words, from 0 to 1.

    ``coverage``: the share of them found in one sentence of the evidence. ``order``: the share found there in the
    same order. ``kept``: of the words of that sentence from the first one matched to the last, the share that the
    rephrasing has too (all of them where no word of force is tied to the verb). ``support`` is the least score of a
    support function, where one is given. A sentence has at most ``characters``.
    """

    coverage: float = 1.0
    order: float = 0.6
    kept: float = 0.6
    support: float = 0.5
    characters: int = 700


_NOT_ONLY = re.compile(r"\bnot (?:only|just|merely)\b|\bno later than\b|뿐만 아니라|뿐 아니라", re.IGNORECASE)
_CONDITION = re.compile(
    r"\b(?:unless|except|excluding|only|if|where|when|provided that|subject to|without prejudice|insofar|in so far|"
    r"to the extent|as far as|at least|at most|up to|no later than|as appropriate|where applicable|other than)\b"
    r"|다만|경우|한하여|이상|이하|이내|제외|만 ",
    re.IGNORECASE,
)
_STRICT = re.compile(
    r"\b(?:all|every|each|any|some|most|many|few|several|both|either|or|always|often|sometimes|only|at least|at most|"
    r"more|less|fewer|before|after|until|over|under|above|below|between|up to|minimum|maximum|unless|except)\b",
    re.IGNORECASE,
)
"""Words that change what a sentence demands. They are stop words, so they are missing among index terms."""
_HEARSAY = re.compile(
    r"\b(?:argu\w+|claim\w*|alleg\w+|suppos\w+|false\w*|wrong\w*|myths?|misconception\w*|propos\w+|hypothetical\w*|"
    r"opponents?|critics?|pretend\w*)\b|거짓|주장",
    re.IGNORECASE,
)
"""Words that show that a text reports a statement of others and does not make it itself."""
_REPORTING = re.compile(r"\bthat\b|\b(?:answer|reply|respond|say|write|state|output|follows)\b[^.:]*:|(?:라고|다고)\s")
_REVERSE = re.compile(
    r"\b(?:prohibit\w*|forbid\w*|bann?(?:ed|ing|s)?|refrain\w*|avoid\w*|fail\w*|ceas\w+|exempt\w*|exclud\w+|lack\w*|"
    r"deny|denie[sd]|refus\w+|prevent\w*|oppos\w+)\b|금지|면제|제외|삼가",
    re.IGNORECASE,
)
"""Words that make a sentence say the opposite of the words beside them."""
_NEUTRAL = re.compile(
    r"\b(?:according|accordingly|also|additionally|furthermore|thus|therefore|says?)\b", re.IGNORECASE
)
_KO_NEUTRAL = frozenset(
    "있다 있습 있으 있는 한다 합니 하여 해야 하는 하며 하고 되어 된다 됩니 대한 대하 대해 위한 위하 위해 따라 따른 "
    "또는 그리 모든 관한 관하 관련 것이 것은 것을 것입 않는 않다 않으 않습 아니 "
    "아닌 없다 없습 이를 이는 이에 이러".split()
)
_MARKUP = re.compile(r"```|<[a-zA-Z/!]|\]\(|\bhttps?://|\bwww\.|\S@\S+\.\S")
_QUOTED = re.compile(r"“([^”]+)”|‘([^’]{3,})’|\"([^\"]+)\"|«([^»]+)»|「([^」]+)」|『([^』]+)』")
_PART = re.compile(r";\s+|,\s+(?:while|whereas|and|but)\s+", re.IGNORECASE)
_HANGUL = re.compile(r"[가-힣]+")
_PARAGRAPH_MARK = re.compile(
    r"^\s*(?:\(?(?:\d{1,3}|[a-z]|[ivxl]{1,5})[.)]\s+|\d+(?:\.\d+)+\.?\s+|[①-⑳]\s*"
    r"|\d{1,3}\s+(?=(?:The|An?|Each|Every|All|Any|No|Where|When|If|In|On|For|By|To|This|These|It|They)\b))"
)
"""The number of a paragraph or a point before its words; a bare one before a noun may count what the noun names."""
_ANY_WORD = re.compile(r"\w+")
_LIMITS = re.compile(
    r"\W*(?:however|but|nevertheless|notwithstanding|by way of (?:derogation|exception)|in derogation|unless|except|"
    r"this (?:\w+ ){0,3}(?:does|shall|do) not|th(?:is|e) (?:\w+ ){1,6}(?:does|do|shall|is|are) not (?:apply|required)|"
    r"paragraphs? [\d, and()]+ (?:does|do|shall) not apply|only\b)"
    r"|\W*(?:다만|단,|그러나|그럼에도|제\d+항에도 불구하고)",
    re.IGNORECASE,
)
"""The beginning of a sentence that limits the one before it."""

TRANSLATION = "translation, not verified verbatim"
"""The mark of a sentence that translates its evidence: its words cannot be compared."""


def check_claim(
    text: str,
    cites: Sequence[int],
    evidence: Mapping[int, QuotedSource],
    tokenise: Tokenise,
    support: Support | None = None,
    bounds: Bounds | None = None,
) -> QuoteFinding:
    """Whether a model's sentence says no more than the evidence it cites.

    Every number, date, quantity, reference, quoted phrase, negation, condition and word of force must be in one
    sentence of the evidence, and so must the content words, in about that order. ``tokenise`` gives the index terms of
    a text (stems, stop words left out). ``support`` is a further bound where it is given: the score, 0 to 1, that
    sentences bear out a claim. In another language than its evidence a sentence passes as a translation when numbers,
    dates, references, names, force and negation agree; the words cannot be compared.
    """
    bounds = bounds or Bounds()
    claim = readable(text)
    if not claim or not any(c.isalpha() for c in claim):
        return _no("it says nothing")
    if len(claim) > bounds.characters:
        return _no(f"it has more than {bounds.characters} characters")
    if not cites:
        return _no("it cites nothing")
    unknown = [n for n in cites if n not in evidence]
    if unknown:
        return _no(f"it cites [{unknown[0]}], which was not given")
    cited = [evidence[n] for n in dict.fromkeys(cites)]
    if _MARKUP.search(claim) and not all(m.group() in " ".join(e.text for e in cited) for m in _MARKUP.finditer(claim)):
        return _no("it holds a link or markup")
    quotes = " ".join(readable(e.text) for e in cited)
    for match in _QUOTED.finditer(claim):
        phrase = next(g for g in match.groups() if g is not None).strip(" .,;")
        if find_words(quotes, phrase) < 0 and not any(phrase in e.names for e in cited):
            return _no(f"“{phrase[:60]}” is not in the evidence")
    if support is not None:
        split = [readable(e.text)[a:b] for e in cited for a, b in sentences(readable(e.text))]
        score = support(claim, split)
        if not score >= bounds.support:  # also if the score is NaN
            return _no(f"the evidence bears it out with {score:.2f}, below {bounds.support:.2f}")
    claim = _unframed(claim, [n for e in cited for n in e.names])
    if any(_is_foreign(claim, e) for e in cited):
        return _translated(claim, cited)
    return _rephrased(claim, cited, tokenise, bounds)


def _no(why: str) -> QuoteFinding:
    return QuoteFinding(Verdict.UNSUPPORTED, why)


def _is_foreign(claim: str, evidence: QuotedSource) -> bool:
    """Whether claim and evidence are in different languages, one of them Korean; other languages are mistaken
    easily."""
    mine, theirs = language_of(claim), language_of(evidence.text)
    return mine != theirs and ("ko" in (mine, theirs) or "und" not in (mine, theirs))


def _unframed(claim: str, names: Sequence[str]) -> str:
    """The claim without mentions of its sources: "According to NAME," at its start and "(NAME)" anywhere."""
    named = "|".join(re.escape(n) for n in sorted(set(names), key=len, reverse=True))
    if not named:
        return claim
    lead = rf"(?:according to|under|in|pursuant to) (?:the )?(?:{named})(?:, ?(?:{named}))*, ?"
    lead_ko = rf"(?:{named})(?:[,의] ?(?:{named}))*에 (?:따르면|의하면),? ?"
    return re.sub(rf"^(?:{lead}|{lead_ko})|\((?:{named})\)", "", claim, flags=re.IGNORECASE).strip() or claim


def _rephrased(claim: str, cited: Sequence[QuotedSource], tokenise: Tokenise, bounds: Bounds) -> QuoteFinding:
    parts = [p for p in _PART.split(claim) if p.strip()]
    whys: list[str] = []
    for split in ([claim], parts) if len(parts) > 1 else ([claim],):
        carried: set[tuple[int, int]] = set()
        why = ""
        for part in split:
            found, reason = _carriers(part, cited, tokenise, bounds)
            carried |= found
            why = why or reason
        idle = [e.n for e in cited if e.n not in {n for n, _ in carried}]
        why = why or (f"nothing of it is in [{idle[0]}]" if idle else "") or _limit_left_out(carried, cited)
        if not why:
            is_slice = any(find_words(readable(e.text), claim.rstrip(" .;")) >= 0 for e in cited)
            return QuoteFinding(Verdict.VERBATIM if is_slice else Verdict.REPHRASED)
        whys.append(why)
    return _no(whys[0])


def _carriers(
    part: str, cited: Sequence[QuotedSource], tokenise: Tokenise, bounds: Bounds
) -> tuple[set[tuple[int, int]], str]:
    """The sentences that state a part of the claim, as pairs of the number of the quote and of the sentence in it; if
    there are none, the reason why the nearest sentence does not state it."""
    carried: set[tuple[int, int]] = set()
    nearest = (-1.0, "")
    for item in cited:
        whole = readable(item.text)
        for n, (start, end) in enumerate(sentences(whole)):
            sentence = whole[start:end]
            if _states(part, sentence, item.language):
                carried.add((item.n, n))
                continue
            share, why = _against(part, sentence, tokenise, bounds)
            if share > nearest[0]:
                nearest = (share, why)
    return carried, "" if carried else nearest[1] or "the evidence is empty"


def _states(part: str, sentence: str, language: str) -> bool:
    """Whether a part of a claim states what a sentence does, by the rules of its language."""
    mark, own = _PARAGRAPH_MARK.match(sentence), _PARAGRAPH_MARK.match(part)
    if own is None or (mark is not None and own.group().split() == mark.group().split()):
        part, sentence = _PARAGRAPH_MARK.sub("", part), _PARAGRAPH_MARK.sub("", sentence)
    if _HANGUL.search(sentence):
        return states_the_same_ko(part, sentence)
    if language == "en" or language_of(sentence) in {"en", "und"}:
        return states_the_same(part, sentence)
    return _words_and_signs(part) == _words_and_signs(sentence)


def _words_and_signs(text: str) -> tuple[list[str], list[str]]:
    return _ANY_WORD.findall(text.casefold()), MEANT_SIGNS.findall(text)


def _limit_left_out(carried: set[tuple[int, int]], cited: Sequence[QuotedSource]) -> str:
    """The reason if a sentence that is used is limited by the next one, which the claim leaves out; "" if not."""
    for item in cited:
        whole = readable(item.text)
        said = [whole[start:end] for start, end in sentences(whole)]
        for n, sentence in enumerate(said):
            if n and (item.n, n - 1) in carried and (item.n, n) not in carried and _LIMITS.match(sentence):
                return "it leaves out the sentence that limits what it says"
    return ""


def _against(part: str, sentence: str, tokenise: Tokenise, bounds: Bounds) -> tuple[float, str]:
    """The share of the claim's content words that a sentence contains, and the reason why it does not state the
    claim."""
    mine = _terms(part, tokenise)
    theirs = _terms(sentence, tokenise)
    held = set(theirs)
    missing = [t for t in mine if t not in held]
    # a word of force is tied to its verb; without one, a left-out word may be the verb itself
    kept = bounds.kept if _forces(part) else 1.0
    share = 1 - len(missing) / len(mine) if mine else 0.0
    why = (
        ("it says nothing that can be compared" if not mine or not set(mine) & set(theirs) else "")
        or _facts(part, sentence)
        or (f"“{missing[0]}” is not in the sentence it rests on" if share < bounds.coverage else "")
        or _force_fault(part, sentence, tokenise)
        or _quantifier_fault(part, sentence)
        or ("it leaves out who says so" if _is_reported(part, sentence, tokenise) else "")
        or ("its words stand in another order" if _in_order(mine, theirs) < bounds.order else "")
        or (
            "it leaves out too much between its words"
            if _kept(mine, _terms(without_dates(sentence), tokenise)) < kept
            else ""
        )
        or "it is not shown to say the same"
    )
    return share, why


def _facts(claim: str, evidence: str) -> str:
    """The reason why a date, quantity, reference or number of the claim is not in the evidence; "" where all are."""
    rest = with_figures(claim)
    known = with_figures(evidence)
    for date, written in dates_in(rest):
        if date not in {d for d, _ in dates_in(known)}:
            return f"the date {written} is not in the evidence"
        rest = rest.replace(written, " ")
    for quantity, written in quantities_in(rest):
        if quantity not in {q for q, _ in quantities_in(known)}:
            return f"“{written}” is not in the evidence"
    references = {r for r, _ in _references(known)}
    for reference, written in _references(rest):
        if reference not in references:
            return f"the reference {written} is not in the evidence"
        rest = rest.replace(written, " ", 1)
    unknown = sorted(numbers_in(rest) - numbers_in(known))
    return f"the number {unknown[0]} is not in the evidence" if unknown else ""


def _force_fault(claim: str, sentence: str, tokenise: Tokenise) -> str:
    """The reason why the claim's force or negation differs from the sentence's; "" where they agree."""
    mine, theirs = _forces(claim), _forces(sentence)
    extra = {f for f, _ in mine} - {f for f, _ in theirs}
    if extra:
        return f"it says “{sorted(extra)[0]}”, which the evidence does not"
    if theirs and not mine:
        return f"it leaves out the “{theirs[0][0]}” of the evidence"
    pairs = {(f, next(iter(_terms(sentence[end:], tokenise)), "")) for f, end in theirs}
    for force, end in mine:
        if not _HANGUL.search(claim) and (force, next(iter(_terms(claim[end:], tokenise)), "")) not in pairs:
            return f"its “{force}” is said of something else in the evidence"
    if _REVERSE.search(sentence) and not (_REVERSE.search(claim) or NEGATION.search(claim)):
        return "it leaves out a prohibition or exemption"
    denied, there = _denied(claim, tokenise), _denied(sentence, tokenise)
    if denied - there:
        return "it denies what the evidence does not"
    if there & (set(_terms(claim, tokenise)) | {""}) - denied:
        return "it leaves out a negation"
    return ""


def _quantifier_fault(claim: str, sentence: str) -> str:
    extra = _found(_STRICT, claim) - _found(_STRICT, sentence)
    if extra:
        return f"“{sorted(extra)[0]}” is not in the sentence it rests on"
    if _CONDITION.search(sentence) and not _CONDITION.search(claim):
        return "it leaves out a condition"
    if _HEARSAY.search(sentence) and not _HEARSAY.search(claim):
        return "the evidence reports this without saying it"
    return ""


def _is_reported(claim: str, sentence: str, tokenise: Tokenise) -> bool:
    """Whether the sentence only reports the claim: as the words of somebody, or as words to be written."""
    mine = _terms(claim, tokenise)
    for match in _REPORTING.finditer(sentence):
        before, after = sentence[: match.start()], sentence[match.end() :]
        said, outer = (before, after) if _HANGUL.search(match.group()) else (after, before)
        if set(mine) <= set(_terms(said, tokenise)) and set(_terms(outer, tokenise)) - set(mine):
            return True
    return False


def _found(pattern: re.Pattern[str], text: str) -> set[str]:
    return {m.group().casefold() for m in pattern.finditer(text)}


def _translated(claim: str, cited: Sequence[QuotedSource]) -> QuoteFinding:
    evidence = " ".join(readable(e.text) for e in cited)
    why = _facts(claim, evidence)
    if why:
        return _no(why)
    known = " ".join((evidence, *(n for e in cited for n in e.names))).casefold()
    latin = re.findall(r"[A-Za-z][A-Za-z'’-]+", claim) if language_of(claim) == "ko" else []
    strange = [w for w in latin if not re.search(rf"(?<![a-z]){re.escape(w.casefold())}(?![a-z])", known)]
    if strange:
        return _no(f"“{strange[0]}” is not in the evidence")
    loose = {"may": "can"}  # 할 수 있다 is both
    mine = {loose.get(f, f) for f, _ in _forces(claim)}
    theirs = {loose.get(f, f) for f, _ in _forces(evidence)}
    if mine - theirs:
        return _no(f"it says “{sorted(mine - theirs)[0]}”, which the evidence does not")
    if bool(NEGATION.search(_NOT_ONLY.sub(" ", claim))) != bool(NEGATION.search(_NOT_ONLY.sub(" ", evidence))):
        return _no("it and the evidence do not agree on a negation")
    korean = language_of(claim) == "ko"
    for item in cited:
        whole = readable(item.text)
        said = [whole[start:end] for start, end in sentences(whole)]
        if (language_of(whole) == "ko") == korean:
            return _no("its words and those of its quotes are not of two languages only")
        shown = {
            (item.n, n)
            for n, each in enumerate(said)
            if (
                translates(_PARAGRAPH_MARK.sub("", each), claim)
                if korean
                else translates(claim, _PARAGRAPH_MARK.sub("", each))
            )
        }
        if not shown:
            return _no("it is not shown to say the same in the other language")
        if left_out := _limit_left_out(shown, [item]):
            return _no(left_out)
    return QuoteFinding(Verdict.TRANSLATED, TRANSLATION)


# words


def _terms(text: str, tokenise: Tokenise) -> list[str]:
    """Content terms in order: index terms of Latin words, the first two syllables of Korean ones; no numbers."""
    text = _NEUTRAL.sub(" ", _FORCE_WORDS.sub(" ", text))  # force is compared for itself
    out: list[str] = []
    at = 0
    for match in _HANGUL.finditer(text):
        out += tokenise(text[at : match.start()])
        head = match.group()[:2]
        if len(head) == 2 and head not in _KO_NEUTRAL:
            out.append(head)
        at = match.end()
    out += tokenise(text[at:])
    return [t for t in out if not t[0].isdigit() and t not in NUMBER_WORDS and len(t) > 1]


def _kept(mine: Sequence[str], theirs: Sequence[str]) -> float:
    """The share of the sentence's terms, from the first to the last that the claim has, that the claim has."""
    wanted = set(mine)
    at = [n for n, term in enumerate(theirs) if term in wanted]
    return len(at) / (at[-1] - at[0] + 1) if at else 0.0


def _in_order(mine: Sequence[str], theirs: Sequence[str]) -> float:
    """The share of a claim's terms found in the sentence that are there in the same order: longest common run."""
    common = [t for t in dict.fromkeys(mine) if t in set(theirs)]
    if not common:
        return 0.0
    there = list(dict.fromkeys(t for t in theirs if t in set(common)))
    best = [0] * (len(there) + 1)
    for term in common:
        previous = 0
        for n, other in enumerate(there, 1):
            kept = best[n]
            best[n] = previous + 1 if term == other else max(best[n], best[n - 1])
            previous = kept
    return best[-1] / len(common)


_FORCE_WORDS = re.compile(
    r"\b(?:(?P<shall>require[sd]?|mandatory|obligat\w+|obliged)|(?P<should>recommend(?:s|ed)?|advise[sd]?)"
    r"|(?P<may>permitted|allowed|entitled))\b"
    r"|(?P<shall_ko>[야]\s?(?:한다|합니다|함|하며|하고|할|하는|하지만)|의무|필수)|(?P<should_ko>권고|권장|바람직)"
    r"|(?P<may_ko>수\s?있)",
    re.IGNORECASE,
)
_GROUP = {
    Force.SHALL: "shall",
    Force.SHOULD: "should",
    Force.RECOMMENDS: "should",
    Force.MAY: "may",
    Force.CAN: "can",
}


def _forces(text: str) -> list[tuple[str, int]]:
    """The force words of a text: group and where the word ends. Recommending is one with *should*."""
    found = {(_GROUP[force], end) for force, _, end in modal_words(text)}
    for match in _FORCE_WORDS.finditer(text):
        found.add(((match.lastgroup or "").removesuffix("_ko"), match.end()))
    return sorted(found, key=lambda item: item[1])


def _denied(text: str, tokenise: Tokenise) -> set[str]:
    """The content term that each negation denies: the first one after it; in Korean the one before it."""
    plain = _NOT_ONLY.sub(" ", text)
    out: set[str] = set()
    for match in NEGATION.finditer(plain):
        if _HANGUL.match(match.group()):
            out.add(next(reversed(_terms(plain[: match.start()], tokenise)), ""))
        else:
            clause = re.split(r"[,;:.]", plain[match.end() :], maxsplit=1)[0]
            out.add(next(iter(_terms(clause, tokenise)), ""))
    return out


# numbers


_KINDS = {
    "article": "articles article arts art artículo artículos 조",
    "paragraph": "paragraphs paragraph paras para párrafo apartado 항",
    "point": "points point 호",
    "section": "sections section §",
    "clause": "clauses clause",
    "annex": "annexes annex anexo 부속서",
    "recital": "recitals recital considerando 전문",
    "chapter": "chapters chapter capítulo 장",
    "principle": "principles principle 원칙",
    "criterion": "criteria criterion",
    "step": "steps step",
    "level": "levels level",
    "version": "version v",
}
_KIND_OF = {word: kind for kind, words in _KINDS.items() for word in words.split()}
_REFERENCE = re.compile(
    r"(?<!\w)(" + "|".join(sorted((re.escape(w) for w in _KIND_OF if w.isascii() or len(w) > 1), key=len, reverse=True))
    + r")\.?\s*(\d+(?:\.\d+)*(?:\([a-z0-9]{1,4}\))*|[IVXLC]+)(?!\w)",
    re.IGNORECASE,
)  # fmt: skip
_KO_REFERENCE = re.compile(r"제?\s?(\d+)(조|항|호|장)")


def _references(text: str) -> list[tuple[tuple[str, str], str]]:
    """References as (kind, number) with the words; "14(2)" is also "14"."""
    out: list[tuple[tuple[str, str], str]] = []
    for match in _REFERENCE.finditer(text):
        kind, number = _KIND_OF[match[1].casefold()], match[2].casefold()
        out.append(((kind, number), match.group()))
        out += [((kind, number.split("(")[0]), match.group())] if "(" in number else []
    out += [((_KIND_OF[m[2]], m[1]), m.group()) for m in _KO_REFERENCE.finditer(text)]
    return out
