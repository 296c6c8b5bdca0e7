"""The English terms of a question in another language, so that it finds English texts by their words as well.

Korean has a list of its own form (:mod:`kb.query.korean_terms`). A language of Latin letters has a file
``corpus/terms-CODE-en.tsv``, our own work: words of the language, separated by semicolons, and the English terms of the
texts. Words are compared without accents, endings of number and gender, and small words between them.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from kb.catalog.catalog import corpus_dir
from kb.catalog.faults import at_line
from kb.errors import ConfigError
from kb.query.korean_terms import load_terms
from kb.records import dataclass
from kb.types import notice

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

LISTED = ("es",)
"""The languages of Latin letters that have a list."""
TRANSLATED = ("ko", *LISTED)
"""The languages whose questions are searched for in English as well."""
MOST_READ_OF_TEXT = 4_000
_LATIN_RUN = re.compile(r"[^\W_]+")
_SMALL_WORDS_OF = {
    "es": frozenset(
        "a al algun alguna ante aquel asi aun bajo como con contra cual cuales cualquier cuando cuanta "
        "cuantas cuanto cuantos de debe deben deberia debo del desde dice dicen dispone donde dos el ella "
        "ellos en entiende entre era es esa ese eso esta establece establecen estan estas este esto estos "
        "exige exigen fue ha haber hace hacer hacia han hasta hay la las le les llama lo los mas me mi mis "
        "mucho muy ni no nos nuestra nuestro o os otra otro para pero pide piden por porque preve pueda puede "
        "pueden puedo que quien quienes requiere respecto se sea sean segun ser si significa sin sobre solo "
        "son su sus tambien tener tengo tiene tienen todo todos tras u un una unas uno unos y ya".split()
    )
}
"""Words that join others or that only ask, by language, without accents."""
_ASKS_IN_ENGLISH = {
    "es": {
        "a partir de cuando": "from when", "desde cuando": "from when", "a quien": "to whom", "a quienes": "to whom",
        "cuanto tiempo": "how long", "cuantos": "how many", "cuantas": "how many", "con que frecuencia": "how often",
        "por que": "why", "para que": "what for", "quien": "who", "quienes": "who", "cuando": "when",
        "donde": "where", "como": "how", "que significa": "what is meant by",
        "que se entiende por": "what is meant by", "como se define": "what is the definition of",
        "que define": "what is the definition of", "que dice": "what does", "que dicen": "what do", "que": "what",
        "cual": "which", "cuales": "which", "cual es": "what is", "cuales son": "what are", "cuanto": "how much",
        "debe": "must", "deben": "must", "debemos": "must we", "hay que": "must", "tiene que": "must",
        "tienen que": "must", "tenemos que": "must we", "puede": "may", "pueden": "may", "podemos": "may we",
        "se puede": "may", "se pueden": "may", "es": "is", "son": "are", "dice": "says", "dicen": "say",
        "exige": "requires", "exigen": "require", "pide": "asks", "obligatorio": "required",
        "obligatoria": "required", "esta obligado a": "must", "estan obligados a": "must", "hace falta": "must",
        "permitido": "allowed", "permite": "allows", "existe": "is there", "hay": "are there", "segun": "under",
        "no": "not", "no puede": "may not", "no pueden": "may not", "no debe": "must not", "no deben": "must not",
        "y": "and", "o": "or", "de": "of", "del": "of the", "en": "in", "para": "for", "por": "by", "sin": "without",
        "antes de": "before", "despues de": "after", "el": "the", "sobre": "about", "acerca de": "about",
        "con": "with", "a": "to", "al": "to the", "tiene": "has", "tienen": "have", "entre": "between",
        "desde": "from", "hasta": "until", "empieza a aplicarse": "apply", "comienza a aplicarse": "apply",
        "empezara a aplicarse": "apply", "se aplica": "apply", "se aplican": "apply", "se aplicara": "apply",
        "cuando se aplica": "when does it apply:", "cuando entra en vigor": "when does it enter into force:",
        "cuando empieza a aplicarse": "from when does it apply:",
        "desde cuando se aplica": "from when does it apply:",
        "a partir de cuando se aplica": "from when does it apply:",
        "cuando sera aplicable": "from when does it apply:", "la": "the", "los": "the", "las": "the", "un": "a",
        "una": "a", "significa": "means", "excepto": "except",
    }
}  # fmt: skip
"""The English of words and expressions that ask or join, by language, without accents."""
_MOST_WORDS_ASKING = max(len(words.split()) for listed in _ASKS_IN_ENGLISH.values() for words in listed)


@dataclass(frozen=True)
class Translations:
    """The list of one language: the stems of some words, in order, and the English terms that they stand for."""

    code: str
    terms: Mapping[tuple[str, ...], str]

    @cached_property
    def _longest(self) -> int:
        return max(map(len, self.terms), default=0)

    def expand(self, text: str) -> tuple[str, ...]:
        """The English terms of a text's words, in their order, each once."""
        return tuple(dict.fromkeys(english for english, _ in self._found(text)[0]))

    def rendered(self, text: str) -> float:
        """The share of a text's words, without small ones and those that only ask, for which a term stands; 1 if it
        has no such word."""
        found, n = self._found(text)
        return sum(length for _, length in found) / n if n else 1.0

    def in_english(self, text: str) -> str:
        """The text with its words replaced by English ones in their order, so that what the forms of an English
        question tell can be read from it; words without a term stay as they are."""
        text = text[:MOST_READ_OF_TEXT].lstrip("¿¡ ")
        words = [(m.start(), m.end(), _without_accents(m.group())) for m in _LATIN_RUN.finditer(text)]
        small, out, at, done = _SMALL_WORDS_OF[self.code], [], 0, 0
        while at < len(words):
            n, english = self._longest_from([word for _, _, word in words[at:]], small)
            if n:
                out += [text[done : words[at][0]], english]
                done = words[at + n - 1][1]
            at += max(n, 1)
        return "".join([*out, text[done:]])

    def _longest_from(self, words: Sequence[str], small: frozenset[str]) -> tuple[int, str]:
        """How many of the first words the longest expression that begins them takes, and its English; 0 if none."""
        asking = _ASKS_IN_ENGLISH[self.code]
        for n in range(min(_MOST_WORDS_ASKING, len(words)), 0, -1):
            if english := asking.get(" ".join(words[:n]), ""):
                return n, english
        stems: list[str] = []
        best = (0, "")
        for n, word in enumerate(words, 1):
            if word not in small:
                stems.append(_without_endings(word))
            if not stems or len(stems) > self._longest:
                break
            if word not in small and tuple(stems) in self.terms:
                english = self.terms[tuple(stems)].partition(";")[0]
                head = next(each for each in words if each not in small)
                best = (n, _plural_of(english) if head.endswith("s") else english)
        return best

    def _found(self, text: str) -> tuple[list[tuple[str, int]], int]:
        """The terms with the number of words that each stands for, and the number of all words that tell something."""
        words = stems_of(text[:MOST_READ_OF_TEXT], self.code)
        out: list[tuple[str, int]] = []
        at = 0
        while at < len(words):
            lengths = range(min(self._longest, len(words) - at), 0, -1)
            n = next((n for n in lengths if tuple(words[at : at + n]) in self.terms), 0)
            if n:
                out.append((self.terms[tuple(words[at : at + n])], n))
            at += max(n, 1)
        return out, len(words)


def without_small_words(text: str, code: str) -> str:
    """A text of a language of :data:`LISTED` without the words that join others or only ask; another as it is."""
    if code not in LISTED:
        return text
    return _LATIN_RUN.sub(lambda m: " " if _without_accents(m.group()) in _SMALL_WORDS_OF[code] else m.group(), text)


def stems_of(text: str, code: str) -> list[str]:
    """The words of a text without accents and endings of number and gender, small words left out."""
    return [
        _without_endings(word)
        for word in _LATIN_RUN.findall(_without_accents(text))
        if word not in _SMALL_WORDS_OF[code]
    ]


def _without_accents(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFD", text.casefold()) if not unicodedata.combining(c))


def _plural_of(english: str) -> str:
    """The plural of an English term, as far as it has one."""
    if english.endswith(("s", "ing", "ed", "data", "information", "literacy", "children", "people")):
        return english
    return f"{english[:-1]}ies" if english.endswith("y") and english[-2:-1] not in "aeo" else f"{english}s"


def _without_endings(word: str) -> str:
    if len(word) > 6 and word.endswith(("arse", "erse", "irse")):
        word = word[:-2]
    if len(word) > 4 and word.endswith("es") and word[-3] not in "aeiou":
        word = word[:-2]
    elif len(word) > 3 and word.endswith("s"):
        word = word[:-1]
    return word[:-1] if len(word) > 4 and word[-1] in "aeo" else word


def parse_translations(text: str, name: str, code: str) -> Translations:
    """The list in a file's text; ``name`` is for messages.

    :raises ConfigError: another header, a line of another form, or words that two lines claim.
    """
    lines, columns = text.splitlines(), (code, "en")
    if not lines or tuple(lines[0].split("\t")) != columns:
        raise ConfigError(at_line(name, 1, notice("table columns by tabs", columns=", ".join(columns))))
    found: dict[tuple[str, ...], tuple[str, int]] = {}
    for number, line in enumerate(lines[1:], 2):
        written, _, english = line.partition("\t")
        words = [tuple(stems_of(each, code)) for each in written.split(";")]
        if not all(words) or not english.strip() or "\t" in english:
            raise ConfigError(at_line(name, number, notice("term line")))
        for each in words:
            if found.setdefault(each, (english.strip(), number))[1] != number:
                what = notice("term on line", word=" ".join(each), line=found[each][1])
                raise ConfigError(at_line(name, number, what))
    return Translations(code, {words: english for words, (english, _) in found.items()})


@lru_cache(maxsize=len(LISTED))
def load_translations(code: str) -> Translations:
    """The project's list of a language of :data:`LISTED`, read once."""
    name = f"terms-{code}-en.tsv"
    return parse_translations((corpus_dir() / name).read_text("utf-8"), f"corpus/{name}", code)


def english_terms(text: str, code: str) -> tuple[str, ...]:
    """The English terms of a text in another language; none for a language without a list."""
    if code == "ko":
        return load_terms().expand(text)
    return load_translations(code).expand(text) if code in LISTED else ()


def english_terms_widely(text: str, code: str, searched: str = "") -> tuple[str, ...]:
    """Like :func:`english_terms`; a Korean question of one term also gets that term's second English word, and of
    several English words for a term the one that stands in the text that is searched, if that is given."""
    if code != "ko":
        return english_terms(text, code)
    return load_terms().expand_as_written(text, searched) if searched else load_terms().expand_widely(text)


def question_in_english(text: str, code: str) -> str:
    """A question with its words in English where its language has a list of Latin letters; "" for others."""
    return load_translations(code).in_english(text) if code in LISTED else ""


def share_in_english(text: str, code: str) -> float:
    """The share of a text's words that its English terms stand for; 1 for a language without a list."""
    if code == "ko":
        return load_terms().rendered(text)
    return load_translations(code).rendered(text) if code in LISTED else 1.0
