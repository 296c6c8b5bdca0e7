"""Finds the thing of which a question asks how long, how often or by when, and sentences that give this of it. Pure.

"How long must the declaration be kept?" is answered neither by a sentence about the declaration that gives no time nor
by one that says how long something else is kept, though each has a good part of the question's words.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from kb.answering.asked_values import asks_for
from kb.answering.sentence_selection import coverage
from kb.query.everyday_words import expand_everyday_words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from kb.answering.sentence_selection import SentenceCandidate

_ENGLISH_OBJECT = re.compile(
    r"\b(?:how (?:long|often|soon|quickly|much|many times|far)|until when|by when|when|within (?:what|which) (?:time"
    r"|period))"
    r"(?: \w+)? (?:must|should|shall|do|does|did|can|may|is|are|has|have|will) (?P<object>[^,;?]{4,80}?)"
    r" (?:(?:to )?be\b|have to\b|has to\b|need\b|needs\b|must\b|last\b|apply\b|applies\b|remain\b)",
    re.IGNORECASE,
)
_PASSIVE_OBJECT = re.compile(
    r"\bhow (?:long|often|soon|quickly) (?:is|are) (?P<object>[^,;?]{4,80}?)"
    r" (?:\w{2,}ed\b(?! (?:by|system)\b)|(?:valid|open|effective|available|in force)\W*$)",
    re.IGNORECASE,
)
_KEPT_OBJECT = re.compile(
    r"\bhow (?:long|often|soon|quickly) (?:must|should|shall|do|does|can|may|will) (?:[\w-]+ ){1,4}?(?:have to "
    r"|has to |need to )?"
    r"(?:keep|retain|store|hold|preserve|archive|review|update|check|test|audit|report|repeat"
    r"|renew) (?P<object>[^,;?]{3,80}?)"
    r"(?: (?:for|after|under|according)\b.*)?\s*\??$",
    re.IGNORECASE,
)
_KOREAN_OBJECT = re.compile(
    r"(?P<object>[가-힣A-Za-z][가-힣A-Za-z·\- ]{1,40}?)(?:은|는|을|를)\s+(?:최소 |최대 |적어도 )?"
    r"(?:얼마나|얼마 ?동안|언제까지|며칠|몇 ?(?:년|개월|달|일|시간|주|회|번|차례))"
)
_LENGTH_OF = re.compile(r"\s*(?:의 )?(?:보관|보존|유지|저장)?\s*(?:기간|기한)$")
"""What is said of the thing that is asked about, behind it: "로그 보관 기간"."""
VALUES = ("amount", "date")
"""The kinds of value that are asked for of a thing."""
_NUMBER_OF_UNITS = (
    r"(?:\d[\d.,]*|one|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|eighteen|twenty|thirty|sixty|ninety)"
)
_KOREAN_NUMBER = (
    r"(?:(?<!\d)\d{1,3}|(?<![가-힣])(?:[일삼사오육칠팔구십]|[일이삼사오육칠팔구십백]{2,4}|이(?=[년개주])"
    r"|한|두|세|네|석|넉|다섯|여섯|열))"
)
_NO_DAY_OF_MONTH = r"(?<!월 \d일)(?<!월 \d\d일)(?<!월\d일)(?<!월\d\d일)"
KOREAN_LENGTH = (
    rf"{_KOREAN_NUMBER} ?(?:년(?!도)|개월|달|주|일{_NO_DAY_OF_MONTH}|시간|분)"
    r"(?:간|씩|마다|동안|내외|정도|의|이상|이하|이내|미만|안|초과|까지|내|전|후|뒤|으?로|에|이나?|을|를|은|는|가"
    r"|와|과|도|만|이?다|입니다|이며|이고|인|한)*(?![가-힣])"
)
"""How a Korean text gives a length of time: "3년으로", "6개월이상"; no date and no year."""
_LENGTH = (
    rf"\b{_NUMBER_OF_UNITS}(?: \(\d+\))?[ -](?:[a-z]+ ){{0,2}}(?:years?|months?|weeks?|days?|hours?|minutes?)\b"
    rf"|{KOREAN_LENGTH}"
)
_GIVEN = tuple(
    (re.compile(asked, re.IGNORECASE), re.compile(given, re.IGNORECASE))
    for asked, given in (
        (
            r"\bhow often\b|\bhow many times\b|얼마나 자주|몇 ?(?:회|번|차례)|(?:년|개월|달|주|일)마다",
            r"\b(?:annual(?:ly)?|yearly|monthly|weekly|daily|quarterly|biennial(?:ly)?|once|twice|times"
            r"|(?:every|each) (?:[\w-]+ ){0,2}?(?:minutes?|hours?|days?|weeks?|months?|years?|quarter|term|time)"
            r"|regular(?:ly)?|periodic(?:ally)?|continuous(?:ly)?)\b|매년|매월|매주|매일|매 |마다|정기|주기|수시|상시"
            r"|\d ?[회번]",
        ),
        (
            r"\bhow (?:long|far)\b|\buntil when\b|얼마나|얼마 ?동안|언제까지|몇 ?(?:년|개월|달|주|시간)",
            rf"{_LENGTH}|\buntil\b|\bas long as\b|동안|까지|영구",
        ),
        (
            r"\bhow (?:soon|quickly)\b|\b(?:by )?when\b|\bwithin (?:what|which)\b|며칠|몇 ?일|언제",
            rf"{_LENGTH}|\b(?:without (?:undue )?delay|immediately|promptly|no(?:t)? later than|before|prior to"
            rf"|within|as soon as)\b"
            r"|즉시|지체 ?없이|이내|이전|까지|전에|\b(?:19|20)\d\d\b",
        ),
    )
)
"""By what a question asks (how often, how long, how soon): how a sentence gives it."""
NEAR_ENOUGH = 0.85
"""The share of the best sentence's score from which a sentence about the thing goes first."""
HOLDS_WHOLE = 0.999
OBJECT_AHEAD = 0.001
"""By how much the score of the sentence that goes first is above the best of the others."""


def object_asked(question: str) -> str:
    """The words for the thing of which a question asks how long, how often or by when; empty where it asks no such
    thing, or the words are not plain."""
    if not any(asks_for(kind, question) for kind in VALUES):
        return ""
    forms = (_KEPT_OBJECT, _ENGLISH_OBJECT, _PASSIVE_OBJECT, _KOREAN_OBJECT)
    found = next((match for form in forms if (match := form.search(question)) is not None), None)
    return _LENGTH_OF.sub("", found["object"].strip()) if found else ""


def of_the_object(
    question: str,
    ranked: Sequence[SentenceCandidate],
    wanted: Sequence[Mapping[str, float]],
    tokenise: Callable[[str], list[str]],
    headings: Sequence[str],
    titles: Sequence[frozenset[str]] = (),
) -> list[SentenceCandidate]:
    """The sentences, first of them one that holds all words for the thing asked about and gives the value, where the
    best one does not and that one is near.

    :param wanted: the index terms of :func:`object_asked` with their rarity, in each language that it is searched in.
    :param headings: of each passage, the words of its headings; a sentence under a heading of the thing goes first.
    :param titles: of each passage, the index terms of its own title; one that names nothing but the thing counts as
        such a heading.
    """
    if not ranked or not wanted:
        return list(ranked)

    given = next((given for asked, given in _GIVEN if asked.search(question)), None)

    def gives(candidate: SentenceCandidate) -> bool:
        return given is None or given.search(candidate.words) is not None

    def is_of(text: str) -> bool:
        held = set(tokenise(text))
        return any(coverage(terms, held) >= HOLDS_WHOLE for terms in wanted)

    def names_title(candidate: SentenceCandidate) -> bool:
        title = titles[candidate.passage] if titles else frozenset()
        is_thing = bool(title) and any(title <= terms.keys() for terms in wanted)
        return is_thing and title <= set(tokenise(candidate.words))

    def is_headed(candidate: SentenceCandidate) -> bool:
        return is_of(headings[candidate.passage]) or names_title(candidate)

    best = ranked[0].score
    fits = [c for c in ranked if c.score >= NEAR_ENOUGH * best and (is_of(c.words) or names_title(c)) and gives(c)]
    if not fits:
        return list(ranked)
    first = min(fits, key=lambda c: (not is_headed(c), -c.score, c.passage, c.span))
    if ranked[0] is first:
        return list(ranked)
    return [replace(first, chosen=best + OBJECT_AHEAD), *(c for c in ranked if c is not first)]


_DONE_TO_IT = re.compile(
    r"\b(?!(?:under|within|according|about|does|what|when|where|with|says?|from|into|onto|from|that|this|which)\b)"
    r"(?P<act>[a-z]{4,})(?: and [a-z]+)?(?: (?:of|on|to))?(?: the)? ?$",
    re.IGNORECASE,
)
_ITSELF = (
    r"this (?:Regulation|Directive|Decision|Convention|Agreement|Treaty|Recommendation|Act|Law|Code|Framework|Policy)\b"
)
NEAR_ITSELF = 0.75
"""The share of the best sentence's score from which a sentence on the publication itself goes first."""


def done_to_it(ahead: str) -> re.Pattern[str] | None:
    """How a publication says of itself what a question asks of it, by the words ``ahead`` of its name: "evaluate the
    Lamp Act" is "evaluation of this Regulation" there. ``None`` where the name is not what is acted on."""
    found = _DONE_TO_IT.search(ahead)
    if found is None:
        return None
    words = [found["act"], *re.findall(r"[a-z]{4,}", expand_everyday_words(found["act"]))]
    stems = "|".join(re.escape(word.lower()[: max(4, len(word) - 3)]) for word in words)
    return re.compile(rf"\b(?:{stems})\w*(?: (?:and|or) \w+)?(?: (?:of|on|to))? {_ITSELF}", re.IGNORECASE)


_REACH_ASKED = re.compile(
    r"\b(?:(?:exempt(?:ed)?|excluded|excepted) from|subject to|(?:covered|governed|caught) by|scope of"
    r"|(?:falls?|come) (?:under|within|outside)|outside) (?:the )?$",
    re.IGNORECASE,
)
_REACHES = re.compile(r" (?:also |still |even |only )?(?:apply|cover|extend)\b", re.IGNORECASE)
_REACH_STATED = re.compile(rf"{_ITSELF} (?:(?:does|shall|will) (?:not )?)?(?:also |only )?(?:appl|cover|extend)", re.I)


def reach_stated(ahead: str, behind: str) -> re.Pattern[str] | None:
    """How a publication says what it applies to, where a question asks whether something is covered by it or exempt
    from it, by the words ahead of its name and behind; else ``None``: "exempt from the Lamp Act's duties" asks of a
    part of it."""
    asks = re.search(r"\bdoes (?:the )?$", ahead, re.IGNORECASE) is not None and _REACHES.match(behind) is not None
    is_whole = _REACH_ASKED.search(ahead) is not None and re.match(r"\W*(?:$|if\b|when\b|where\b)", behind) is not None
    return _REACH_STATED if asks or is_whole else None


def of_itself(
    ranked: Sequence[SentenceCandidate], said: re.Pattern[str], least_held: float = 0.0
) -> list[SentenceCandidate]:
    """The sentences, first of them the best one in which a publication says it of itself, where one is near and holds
    at least the share ``least_held`` of what the first sentence holds of the question's words."""
    best, held = (ranked[0].score, ranked[0].coverage) if ranked else (0.0, 0.0)
    near = (c for c in ranked if c.score >= NEAR_ITSELF * best and c.coverage >= least_held * held)
    first = next((c for c in near if said.search(c.words)), None)
    if first is None or first is ranked[0]:
        return list(ranked)
    return [replace(first, chosen=best + OBJECT_AHEAD), *(c for c in ranked if c is not first)]
