"""The words that names of publications consist of: their tokens, kinds of text, words without meaning, typos. Pure.

The words for kinds of text are in ``corpus/kinds-of-text.tsv``.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from kb.catalog.catalog import corpus_dir, text_of_corpus
from kb.text.lazy_patterns import lazy

KINDS_FILE = "kinds-of-text.tsv"

SMALL_WORDS = frozenset(
    "the of on for in and a an to by at with its from under or as de la el los las para y en del du des le les et der"
    " die das"
    " und für s de".split()
)

_GENERIC = (
    "document text publication file pdf txt doc docx md html hwp hwpx xlsx pptx official edition paper copy full"
    " consolidated final english korean version"
    " 장 문서 문건 자료 본문 원문 전문 파일 판 최종 국문 영문"
)


@lru_cache(maxsize=16_384)
def singular(word: str) -> str:
    """An English word without the ending of its plural; any other word as it is."""
    if not word.isascii() or not word.isalpha() or len(word) < 4:
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("sses", "xes", "ches", "shes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith(("ss", "us", "is")) else word


GENERIC_WORDS = frozenset(singular(word) for word in _GENERIC.split())
"""Words that may be part of any document's name."""
COMMON_WORDS = frozenset(
    "ai artificial intelligence data digital system privacy transparency security safety ethic ethical trust"
    " trustworthy"
    " responsible risk management governance human right public model technology information general international"
    " national"
    " european korean korea 인공지능 데이터 정보 보호 윤리 신뢰 안전 위험 관리 투명성".split()
)
"""Words that many publications of the field are about: one of them alone singles out none."""
FOREIGN_KINDS = frozenset(
    singular(word)
    for word in (
        "directrix directrices leitlinie convenio tratado guía guías informe rapport charte reglamento règlement norma"
        " norme"
    ).split()
)
"""Words for kinds of text of other languages than English and Korean: few documents here are called so."""


@lru_cache(maxsize=1)
def kind_words() -> dict[str, str]:
    """Words for kinds of text, each with its family: "guidance" and "지침" are one."""
    rows = rows_of_corpus(KINDS_FILE)
    return {form: kind for kind, words in rows for word in words.split(";") for form in (singular(word), word)}


def kind_of(word: str) -> str:
    """The family of a word for a kind of text; "" for any other word."""
    return kind_words().get(word, "")


def rows_of_corpus(name: str) -> list[list[str]]:
    """The rows of a table of ``corpus/`` without its comments and its first line.

    :raises kb.errors.ConfigError: it is not there, or cannot be read.
    """
    lines = [x for x in text_of_corpus(corpus_dir() / name).splitlines() if x.strip() and not x.startswith("#")]
    return [line.split("\t") for line in lines[1:]]


# --- tokens ----------------------------------------------------------------------------------------------------------

_NAME_TOKEN = lazy(r"[가-힣]+|\d+(?:[./-]\d+)*[a-z]?(?![a-z\d])|[^\W_가-힣]+(?:/\d+)*")
_VERSION_WORD = lazy(r"(?<![a-z])(?:version|ver\.?|v\.?|버전)\s?(\d{1,2})(?:\.0)?(?![\d.]*\d|[a-z])")
_EDITION_WORD = lazy(
    r"(?<![a-z])(?:(first|second|third|fourth|fifth|1st|2nd|3rd|4th|5th)\s(?:edition|ed\.?)(?![a-z]))|제\s?(\d)\s?판|(초판)|(?<![\da-z])(\d)e(?![a-z\d])"
)
_NTH_EDITIONS = {
    word: str(n % 5 + 1) for n, word in enumerate("first second third fourth fifth 1st 2nd 3rd 4th 5th".split())
}
_NAME_SIGNS = str.maketrans(dict.fromkeys("™®©", "") | dict.fromkeys("‘’‚′`´", "'") | dict.fromkeys("‐‑‒–—−", "-"))
_MARKED = lazy(r"\dst|\dnd|\drd|\dth|\de|판|ed|ver|v|버전")


_ALIKE_WORDS = lazy(
    r"artif[ai]?ci?al[\s-]intell?[ie]gen[cs]e(?: \(ai\))?|(?<![a-z])gen(?:erative)?[\s-]?ai(?![a-z])"
    r"|inteligencia artificial|(?<![a-z])(?:ia|ocde|ue)(?![a-z])"
)


def _alike(match: re.Match[str]) -> str:
    known = {"ocde": "oecd", "ue": "eu"}.get(match[0])
    return known or ("generative ai" if match[0].startswith("gen") else "ai")


def fold_name(text: str) -> str:
    """A name in lower case, with one form for each sign and without possessives."""
    text = text.translate(_NAME_SIGNS)
    text = text if text.isascii() else unicodedata.normalize("NFKC", text)
    return _ALIKE_WORDS.sub(_alike, text.casefold().replace("'s", "").replace("'", ""))


def name_tokens(text: str) -> list[str]:
    """The words of a name, folded and without their endings; versions and editions as "v1", "e2"."""
    folded = fold_name(text)
    if _MARKED.search(folded):
        folded = _VERSION_WORD.sub(r" v\1 ", folded)
        folded = _EDITION_WORD.sub(lambda m: f" e{_NTH_EDITIONS.get(m[1] or '', m[2] or m[4] or '1')} ", folded)
    return [token_of(word) for word in _NAME_TOKEN.findall(folded)]


def token_of(word: str) -> str:
    """A folded word as names are compared by: without the ending of a plural, or the zeros before a number."""
    if word[0].isdigit():
        return re.sub(r"(?<!\d)0+(?=\d)", "", word)
    return singular(word)


# --- slips of the pen -------------------------------------------------------------------------------------------------


def within_slips(written: str, meant: str) -> bool:
    """Whether a word may be a slip of the pen for another: two letters swapped, one wrong, too many or too few.

    The first letter is right. A short word may only have two letters swapped, since one other letter makes another
    word; a long one may have two slips.
    """
    if written == meant or not written.isalpha() or not meant.isalpha() or written[0] != meant[0]:
        return False
    if len(written) < 4 or abs(len(written) - len(meant)) > 2 or written.isascii() != meant.isascii():
        return False
    if len(written) == len(meant):
        differ = [n for n, (a, b) in enumerate(zip(written, meant, strict=True)) if a != b]
        if len(differ) == 2 and differ[1] == differ[0] + 1:
            a, b = differ
            if written[a] == meant[b] and written[b] == meant[a]:
                return True
    if len(meant) < 6:
        return False
    return _distance(written, meant) <= (1 if len(meant) < 9 else 2)


def _distance(a: str, b: str) -> int:
    """How many letters differ, are missing, too many or swapped with their neighbour."""
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        new = [i]
        for j, y in enumerate(b, 1):
            cost = min(row[j] + 1, new[j - 1] + 1, row[j - 1] + (x != y))
            if before and j > 1 and i > 1 and x == b[j - 2] and a[i - 2] == y:
                cost = min(cost, before[j - 2] + 1)
            new.append(cost)
        before, row = row, new
    return row[-1]


def looks_like_a_name(words: str) -> bool:
    """Whether words may name a publication: a capital letter or a figure, or a kind of text."""
    if any(c.isupper() or c.isdigit() for c in words):
        return True
    if any(kind_of(token) for token in name_tokens(words)):
        return True
    runs = re.findall(r"[가-힣]{2,}", words)
    return any(kind_of(run[n:]) for run in runs for n in range(1, len(run)))
