"""Index terms of a text: lower-case English stems, Korean stems or morphemes, numbers and letters as written."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from kb.text.hangul import begins_with_hangul
from kb.text.korean import Stems
from kb.text.lazy_patterns import lazy

if TYPE_CHECKING:
    from kb.text.korean import Analyser

_INDEX_TOKEN = lazy(
    r"[a-z]{2}-\d+\.\d+-\d{3}"  # NIST action ids
    r"|\d+(?:[./-]\d+)+(?:\([a-z0-9]{1,4}\))*"  # 1.3(iv), 2024/1689, 7001-2021
    r"|\d+(?:\([a-z0-9]{1,4}\))+"  # 14(2)(a)
    r"|[가-힣]+|[^\W_가-힣]+(?:['’][^\W_가-힣]+)?"
)


STOP_WORDS = frozenset(
    """a about above after again against all also am an and any are aren't as at be because been before being below
    between both but by can could did do does doing down during each few for from further had has have having
    he her here hers him his how i if in into is it its itself just me more most my no nor not of off on once
    only or other our ours out over own same she should so some such than that the their theirs them then
    there these they this those through to too under until up very was we were what when where which while who
    whom why will with would you your yours shall may must de la el los las un una en y que del al por para
    con se su sus es lo como""".split()
)

LONGEST_WORD = 80
"""Number of characters of a word that are used. The stemmer caches the words it has seen, and a hostile file may have
millions of them."""


@lru_cache(maxsize=1)
def stemmer() -> Any:
    """The English stemmer, made once."""
    import Stemmer

    return Stemmer.Stemmer("english")


def tokens(text: str, korean: Analyser | None = None) -> list[str]:
    """The index terms of a text in order, stop words left out; those of Korean words last, by the analyser given."""
    found: list[str] = []
    words: list[str] = []
    places: list[int] = []
    hangul = False
    normal = unicodedata.normalize("NFKC", text).casefold()
    is_ascii = normal.isascii()
    for word in _INDEX_TOKEN.findall(normal):
        if word in STOP_WORDS:
            continue
        if not is_ascii and begins_with_hangul(word):
            hangul = True
        elif word[0].isdigit() or "-" in word:
            found.append(word)
            if "(" in word:
                found.append(word.split("(")[0])
        else:
            places.append(len(found))
            words.append(word.split("'")[0].split("’")[0][:LONGEST_WORD])
            found.append("")
    for place, stem in zip(places, stemmer().stemWords(words) if words else (), strict=True):
        found[place] = stem
    if hangul:
        found += (korean or Stems()).terms([unicodedata.normalize("NFC", text)])[0]
    return found
