"""Corrects typos of spacing and punctuation in short references ("1..3", "14, (4)")."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

from kb.references.spelled_numbers import in_figures
from kb.text.lazy_patterns import lazy

if TYPE_CHECKING:
    from kb.catalog.publications import Publications

_MENDS = (
    (r"(?<=[a-z가-힣.])\s(?:at\s)?\[(\d{1,3})\]$", r" para \1"),  # "Rec. at [28]"
    (
        r"(?<=[a-z가-힣.])\sat\s(?=(?:paras?|paragraphs?|arts?|articles?|§|¶|sections?|clauses?|principles?)[.\s]?\s?\d)",
        " ",
    ),
    (r"(?<![\d.])(\d{1,2}\.\d{1,2})의\s?\(?([ivx]{1,5}|[a-z])\)?(?![a-z\d])", r"\1(\2)"),  # "1.3의 iii"
    (r"\b(rec|std|guid|princ|conv|reg|dir|dec|no)\.(?=\s[a-z\d])", r"\1"),
    (r"(?<=\d)\.\.(?=\d)", "."),  # "1..3"
    (r"\b(para(?:graph)?s?|articles?|recitals?|principles?|clauses?|sections?)\s?,\s?(?=\d)", r"\1 "),  # "para,37"
    (r"\b(NAME)\s(?:no\.?|nr\.?|number)\s?(?=\d)", r"\1 "),  # "UNESCO no. 37"
    (r"\s(?:vs\.?|versus|compared (?:to|with)|대)\s(?=\(?[12\d])", " and "),
    (
        r"^((?:.*(?:oecd|hleg|원칙|principle|권고|recommendation|requirement))\D{0,12})([12]),([1-7])(?!\d|,)",
        r"\1\2.\3",
    ),
    (r"\b(NAME)(?=(?:para|princ|art|sect|claus|govern|map|meas|manag|recomm)[a-z.]*\s?\d)", r"\1 "),  # "UNESCOpara 37"
    (r"\b(art(?:icle)?\.?\s?\d{1,3})\s?,\s?(?=\(\d{1,2}\))", r"\1"),  # "14, (4)"
    (r"(?<=\(\d\))\s?,\s?(?=\([a-z]\)(?!\s?,))", ""),  # "(4), (a)"
    (
        r"\b(art(?:icle)?\.?)\s?(\d{1,3})\s\(?(\d{1,2})\)?(?:\s?\(?([a-z])\)?)?(?=$|\s(?:of|eu|ai)\s)",
        r"\1 \2(\3)(\4)",
    ),
    (r"\b(annex)\s([ivx]+|\d{1,2})[\s,]{1,2}\(?(\d{1,2})\)?[\s,]{0,2}\(([a-z])\)", r"\1 \2(\3)(\4)"),
    (r"\b(annex|부속서|부록)\s([ivx]+)\s(\d{1,2}(?:\.\d{1,2})?)(?=$|\s?\(|\sof\s)", r"\1 \2(\3)"),
    (r"(?<=\d\.\d)\s([a-d])(?=$|\s?\(?20\d\d)", r"(\1)"),  # "1.2 b"
    (r"\b(\d{1,3})(?:st|nd|rd|th)\s(paragraph|para|recital|article|principle|annex)(?![a-z])", r"\2 \1"),
    (
        r"^(oecd(?:[/ -]legal[/ -]0449)?(?:\s?\(?20\d\d\)?)?)[\s,]+(?=[ivx]{1,4}(?:\s?\(?[a-d]\)?)?$)",
        r"\1 clause ",
    ),
    (
        r"^(.{0,40}(?:hleg|trustworthy ai)[^\d]{0,12})\s(?=[ivx]{1,3}\.\d)(?<!section )(?<!chapter )",
        r"\1 section ",
    ),
)
"""Typos of spacing and punctuation, each with its correction; tried on short texts that are only a reference. NAME is
any short name of a publisher or work (:func:`acronyms_of_publications`)."""

_STANDARDS_RANGE = lazy(
    r"\bieee(?:\sstd\.?|\sstandards?)?\s?p?(70\d\d)\s?(?:-|–|~|to|through)\s?p?(70\d\d)(?!\d)", re.I
)


_IN_CAPITALS = lazy(r"\b[A-Z]{3,}\b")
_NAME_OF_ONE_WORD = lazy(r"[A-Za-z]{3,}")


@lru_cache(maxsize=8)
def _mends_with(names: tuple[str, ...]) -> list[tuple[re.Pattern[str], str]]:
    name = "|".join(map(re.escape, names)) or "(?!)"
    return [(re.compile(slip.replace("NAME", name), re.IGNORECASE), meant) for slip, meant in _MENDS]


def _each_standard(match: re.Match[str]) -> str:
    """Expands "IEEE 7001 to 7003" to every number in the range, whether a standard has it or not."""
    first, last = int(match[1]), int(match[2])
    return "ieee " + ", ".join(str(n) for n in range(first, last + 1)) if first < last <= first + 20 else match[0]


def acronyms_of_publications(publications: Publications) -> tuple[str, ...]:
    """Names of publishers that are one word, and acronyms in the names of works: "unesco", "HLEG"."""
    words = [name for each in publications.publishers for name in each.names]
    words += [word for each in publications.works for name in each.names for word in _IN_CAPITALS.findall(name)]
    return tuple(sorted({word.lower() for word in words if _NAME_OF_ONE_WORD.fullmatch(word)}))


def with_slips_mended(raw: str, names: tuple[str, ...]) -> str:
    """The corrected text, or "" if there is nothing to correct or the text is too long for a reference.

    :param names: short names of publishers and works (:func:`acronyms_of_publications`).
    """
    if len(raw) > 120:
        return ""
    plain = " ".join(unicodedata.normalize("NFKC", raw).split())
    out = plain
    out = in_figures(out)
    for slip, meant in _mends_with(names):
        out = slip.sub(meant, out)
    out = _STANDARDS_RANGE.sub(_each_standard, out)
    return out.replace("()", "") if out != plain else ""
