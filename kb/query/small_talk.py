"""Recognises input that is no question (a greeting, thanks, a single word), and finds the known word for a typo. Pure.

Edit distance is counted in letters. Korean syllables are decomposed into jamo first, so that 투명썽 is one edit from
투명성.
"""

from __future__ import annotations

import re
import unicodedata
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING

from kb.text.hangul import has_hangul

if TYPE_CHECKING:
    from collections.abc import Iterable


class SmallTalk(str, Enum):
    """The kinds of input that are no question."""

    GREETING = "greeting"
    THANKS = "thanks"
    FAREWELL = "farewell"
    ONE_WORD = "one word"


_GREETS = re.compile(
    r"(?:(?:hello|hi|hey|good (?:morning|afternoon|evening|day)|greetings|hola|buenos d[ií]as|buenas tardes)(?: there)?"
    r"|how are you(?: today| doing)?|안녕(?:하세요|하십니까|히 계세요)?"
    r"|반갑(?:습니다|다|네요)|좋은 (?:아침|오후|저녁)(?:입니다|이에요)?"
    r"|처음 뵙겠습니다|여보세요|ㅎㅇ|하이)",
    re.IGNORECASE,
)
_THANKS = re.compile(
    r"(?:(?:many |much )?thanks?(?: you)?(?: (?:very|so) much| a lot)?"
    r"|thank you(?: (?:very|so) much| for .{2,40})?|thx|cheers"
    r"|great(?: job)?|well done|ok(?:ay)?|got it|perfect|muchas gracias|gracias"
    r"|(?:정말 |매우 |대단히 )?(?:감사(?:합니다|해요|드립니다|드려요)?"
    r"|고맙(?:습니다|다|네요)|고마워(?:요)?)|수고(?:하셨습니다|하세요|했어요)"
    r"|잘했어(?:요)?|알겠(?:습니다|어요)|네|넵|좋아요)",
    re.IGNORECASE,
)
_HELPED = re.compile(
    r"(?:(?:this|that|it)(?: s| was| is)? |(?:this|that|it) )?(?:(?:very |really |so |quite )?(?:helpful|useful|clear)"
    r"|(?:really )?help(?:s|ed)(?: (?:me|us))?(?: (?:a lot|very much|so much))?"
    r"|answer(?:s|ed) my question|(?:exactly |just )?what i (?:needed|wanted|was (?:looking|searching) for))"
    r"|(?:큰 |많은 |정말 )?도움이? ?(?:됐|되었|됩)[가-힣]*",
    re.IGNORECASE,
)
_LEAVES = re.compile(
    r"(?:good ?bye|bye(?: bye)?|see you(?: later| soon)?|good night|adi[oó]s|hasta luego"
    r"|안녕히 (?:계세요|가세요)|잘 ?(?:가요?|있어요?)|다음에 (?:봐요|뵙겠습니다))",
    re.IGNORECASE,
)
_SPACES_AND_MARKS = re.compile(r"[\s,.!?~^…·ㅋㅎㅠㅜ:;()'\"“”]+")
_ASKS_ABOUT = re.compile(
    r"(?:에 ?(?:대해서?|대하여|관해서?|관하여)|[을를은는이가]|이?란)?\s*(?:좀\s*)?"
    r"(?:알려 ?(?:줘|주세요|줘요)|설명해 ?(?:줘|주세요)|무엇인가요"
    r"|뭐(?:야|예요|죠|지)|말해 ?(?:줘|주세요)|찾아 ?(?:줘|주세요))?[?.!]*$"
)


def small_talk(text: str) -> SmallTalk | None:
    """The kind of small talk that a text consists of, or ``None``; several greetings in a row count as one."""
    plain = " ".join(_SPACES_AND_MARKS.sub(" ", text).split())
    if not plain:
        return None
    for pattern, kind in _KINDS:
        rest = pattern.sub(" ", plain, count=1) if pattern.match(plain) else plain
        if rest is not plain and not _beyond_courtesy(rest):
            return kind
    return SmallTalk.ONE_WORD if re.fullmatch(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*", plain) else None


_KINDS = (
    (_LEAVES, SmallTalk.FAREWELL),
    (_GREETS, SmallTalk.GREETING),
    (_THANKS, SmallTalk.THANKS),
    (_HELPED, SmallTalk.THANKS),
)


def _beyond_courtesy(rest: str) -> str:
    """The rest of a text after the courtesies that may follow a greeting."""
    for pattern in (_LEAVES, _GREETS, _THANKS, _HELPED):
        rest = re.sub(rf"(?<![A-Za-z])(?:{pattern.pattern})(?![A-Za-z])", " ", rest, flags=re.IGNORECASE)
    return re.sub(r"\b(?:everyone|all|team|kb|there|so|and|again|to you|여러분|님|모두)\b", " ", rest).strip()


def word_alone(text: str) -> str:
    """The single word of a text that has no other words than a request for an explanation; "" if it has more."""
    bare = text.strip().strip("\"'“”‘’?!. ")
    if has_hangul(bare):
        bare = _ASKS_ABOUT.sub("", bare).strip()
    return bare if re.fullmatch(r"[^\W\d_]{2,}(?:[-'’][^\W\d_]+)*", bare) else ""


# --- typos


def jamo(word: str) -> str:
    """A word in lower case with its Korean syllables decomposed into jamo."""
    return unicodedata.normalize("NFD", word.casefold())


def distance(one: str, other: str, most: int = 3) -> int:
    """The Damerau-Levenshtein distance of two texts (optimal string alignment), or ``most`` + 1 if it is larger."""
    if abs(len(one) - len(other)) > most:
        return most + 1
    before: list[int] = []
    last = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        row = [i]
        for j, b in enumerate(other, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
        before, last = last, row
    return min(last[-1], most + 1)


def nearest_word(word: str, known: Iterable[str]) -> str:
    """The known word nearest to a misspelt one, the first of equally near ones; "" if none is near enough.

    Near enough is one edit for a short word and two for a long one.
    """
    mine = jamo(word)
    most = 1 if len(mine) < 10 else 2
    best, found = most + 1, ""
    for other in known:
        theirs = _jamo_of(other)
        if abs(len(theirs) - len(mine)) <= most and (theirs[0] == mine[0] or theirs[-1] == mine[-1]):
            far = distance(mine, theirs, most)
            if 0 < far < best:
                best, found = far, other
    return found


@lru_cache(maxsize=20_000)
def _jamo_of(word: str) -> str:
    return jamo(word)
