"""Identifies the language of a text by its script and its function words. Pure; it counts words and uses no model.

Hangul, kana, Han and other scripts show the language or a group of languages; for Latin script the share of function
words decides. A text without such evidence is "und", because an unknown language does less harm than a wrong one.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Set

UNKNOWN = "und"
MIXED = 0.2
"""Share of the letters that a second script needs for a text to be called mixed."""

SENTENCE = 0.12
"""Share of small words that makes a sentence, whatever its subject; lists of names have fewer."""

_WORDS = {
    code: frozenset(words.split())
    for code, words in {
        "en": "the of and to in that is for with on as by are be this or which from an shall should not it we they "
        "what who how when where why does must may can has have was were will would been their its at if any "
        "you than there these those into under between about your our my whose whom such",
        "es": "de la el los las que en y del se para por con una su sus al como es un más sobre no lo qué cómo "
        "quién cuál cuáles dónde son está están debe deben deberían sin entre este esta estos estas o pero "
        "ser ha han",
        "fr": "de la le les des et du en un une que qui dans pour par sur avec est sont au aux ce cette ces se ne "
        "pas plus ou où comment quel quelle quels quelles doit doivent être l d leur leurs son sa ses il elle "
        "nous vous je",
        "de": "der die das und in den von zu mit sich des auf für ist im dem nicht ein eine einer eines einem einen "
        "als auch es an werden aus er hat dass sie nach wird bei oder wie was wer welche welcher sind muss "
        "müssen soll sollen kann können über durch zum zur vom",
        "pt": "de a o que e do da em um para com não uma os no se na por mais as dos como mas ao das à são ou quem "
        "deve devem seus sua pela pelo nos nas está ser é qual quais",
        "it": "di il la che e un a per in una del non con si da come le dei nel alla della sono al è gli delle lo "
        "più anche i o su dal dalla essere chi quale quali deve devono nella degli",
        "nl": "de het een van en in is dat op te zijn met voor niet aan er om ook als door bij of naar uit wordt "
        "worden wat wie hoe welke deze dit moet moeten kan kunnen over",
    }.items()
}
"""Small words of the languages that are distinguished in Latin letters; a word that several have counts for each."""

_ENGLISH_TOO = _WORDS["en"] | frozenset(
    "a i an do no me he so per come die met son non o e d l as us um ha over man".split()
)
"""Words of English texts, abbreviations among them: they are no evidence for another language."""

_OWN_LETTERS = {
    code: frozenset(letters)
    for code, letters in {"es": "ñ¿¡", "de": "ßäöü", "fr": "œçèêëîïôûù", "pt": "ãõç", "it": "ìò"}.items()
}
"""Letters that indicate a language if a text has few words."""

_SCRIPTS = {
    "HANGUL": "ko", "HIRAGANA": "ja", "KATAKANA": "ja", "CJK": "zh", "CYRILLIC": "ru", "ARABIC": "ar", "GREEK": "el",
    "HEBREW": "he", "THAI": "th", "DEVANAGARI": "hi", "ARMENIAN": "hy", "GEORGIAN": "ka", "BENGALI": "bn",
    "TAMIL": "ta",
}  # fmt: skip
"""By the first word of a letter's Unicode name; the code stands for the script's most common language."""


@dataclass(frozen=True, slots=True)
class Language:
    """``code`` is "en", "ko", …, or "und"; ``others`` are languages with a fifth of the letters or more beside it."""

    code: str
    others: tuple[str, ...] = ()


@lru_cache(maxsize=512)
def language_of(text: str) -> str:
    """The language code; a tenth of Hangul or kana letters makes a text Korean or Japanese."""
    return detect(text).code


OTHER = "other"
"""The language of a document whose script or small words are those of none that is known here."""

DOCUMENT = 0.14
"""Share of small words that a long text of a language has at the least; a text of a kindred language has fewer."""

LONG = 120
"""Words from which the share of small words says which language a whole document is in."""


def language_of_document(text: str) -> str:
    """The language code of a whole document, or :data:`OTHER`.

    Languages in Latin letters that are not known here share a few small words with one that is: Polish, Romanian and
    Swedish have "i", "o", "e", "a" of Italian. In a long text their share tells them apart.
    """
    code = detect(text).code
    if code == UNKNOWN:
        return OTHER
    if code in _WORDS:
        words = re.findall(r"[^\W\d_]+", text.casefold())
        if len(words) >= LONG:
            share = _known_share(Counter(words), frozenset(w for w in _WORDS[code] if len(w) > 1))
            if share < (DOCUMENT if code != "en" else 0.5 * DOCUMENT):
                return OTHER
    return code


def detect(text: str) -> Language:
    """The language of a text and those beside it."""
    text = unicodedata.normalize("NFC", text)
    scripts: Counter[str] = Counter()
    for letter, n in Counter(c for c in text if c.isalpha()).items():
        scripts[_script(letter)] += n
    letters = scripts.total()
    if not letters:
        return Language(UNKNOWN)
    # Chinese characters within Korean or Japanese belong to it; Han alone is Chinese.
    for code in ("ko", "ja"):
        if scripts[code] >= 0.1 * letters and scripts[code] >= scripts[{"ko": "ja", "ja": "ko"}[code]]:
            scripts[code] += scripts.pop("zh", 0)
            break
    shares = {code: n / letters for code, n in scripts.items()}
    latin = shares.pop("latin", 0.0)
    first = max(sorted(shares), key=lambda code: shares[code], default=UNKNOWN)
    share = shares.get(first, 0.0)
    also: list[str] = []
    if (first in {"ko", "ja"} and share >= 0.1) or (first != UNKNOWN and share >= max(0.5, latin)):
        code = first
    elif latin >= 0.5:
        code, *also = _latin(text)
    else:
        code = UNKNOWN
    beside = [c for c, part in sorted(shares.items(), key=lambda p: (-p[1], p[0])) if part >= MIXED and c != code]
    if code in shares and latin >= MIXED:
        also = _latin("".join(c if _script(c) == "latin" else " " for c in text))
    return Language(code, tuple(c for c in (*beside, *also) if c != UNKNOWN))


def _script(letter: str) -> str:
    """The language a letter's script stands for, "latin", or "und"."""
    if letter.isascii():
        return "latin"
    name = unicodedata.name(letter, "").split(" ", 1)[0].split("-", 1)[0]
    return (
        "latin" if name in {"LATIN", "FULLWIDTH", "MODIFIER", "FEMININE", "MASCULINE"} else _SCRIPTS.get(name, UNKNOWN)
    )


def _latin(text: str) -> list[str]:
    """The language of a text in Latin letters, by its small words, or "und"; then those whose own words it has too."""
    words = re.findall(r"[^\W\d_]+", text.casefold())
    if not words:
        return [UNKNOWN]
    letters = set(text.casefold())
    counts = Counter(words)
    scores = {
        code: _known_share(counts, known) + 0.1 * bool(letters & _OWN_LETTERS.get(code, frozenset()))
        for code, known in _WORDS.items()
    }
    best, second = sorted(scores, key=lambda code: (-scores[code], code != "en", code))[:2]
    evidence = [w for w in words if w in _WORDS[best] and (best == "en" or w not in _ENGLISH_TOO)]
    needed = 1.0 if best == "en" or len(words) <= 4 else 2.0
    if len(evidence) < (1 if letters & _OWN_LETTERS.get(best, frozenset()) else max(needed, SENTENCE * len(words))):
        return [UNKNOWN if scores["en"] < SENTENCE else "en"]
    if scores[best] == scores[second] and best != "en":
        return [UNKNOWN]
    foreign = {
        code: _known_share(counts, known - _WORDS[best] - (_ENGLISH_TOO if code != "en" else frozenset()))
        for code, known in _WORDS.items()
    }
    return [best, *sorted(c for c, part in foreign.items() if part >= SENTENCE and len(words) >= 4)]


def _known_share(counts: Counter[str], known: Set[str]) -> float:
    """The share of words that are among those known."""
    return sum(counts[w] for w in counts.keys() & known) / counts.total()


def is_of_some_language(text: str) -> bool:
    """Whether a text whose language is not known is in one all the same: it has letters of another script than Latin,
    or words enough for a sentence."""
    if any(c.isalpha() and _script(c) != "latin" for c in unicodedata.normalize("NFC", text)):
        return True
    return len(re.findall(r"[^\W\d_]{2,}", text)) >= 4


def knows(languages: tuple[str, ...], code: str) -> bool | None:
    """Whether a model of these languages knows one; ``None`` where either is not known."""
    return code in languages if languages and code != UNKNOWN else None
