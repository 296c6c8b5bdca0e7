"""The words by which a question names an edition of a publication: "the 2019 version", "the first edition", "구판"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kb.references.names import Lexicon, Name, of_year

if TYPE_CHECKING:
    from collections.abc import Sequence

_NTH = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "첫": 1, "처음": 1}
EDITION_WORDS = re.compile(
    r"(?:\bthe\s+)?(?:(?P<word>first|second|third|1st|2nd|3rd|original|initial|latest|current|newest|previous|earlier|older?"
    r"|newer?|amended|consolidated|revised)\s(?P<what>editions?|versions?|texts?|draft)"
    r"|\b(?:version|edition|v)\s?(?P<n>\d)\b|\b(?P<year>(?:19|20)\d\d)(?:\s(?:edition|version|text|one))?\b)"
    r"|(?P<ko>초판|(?:첫|처음)\s?(?:번째\s)?(?:판|버전)|제?\s?(?P<nko>\d)\s?판|버전\s?(?P<vko>\d)"
    r"|(?P<yko>(?:19|20)\d\d)\s?년?\s?(?:판|버전|문안|본|개정판)?|현행\s?(?:판|본|문안)?|최신\s?(?:판|본)|개정\s?(?:판|본)|이전\s?(?:판|본|버전)|구판"
    r"|통합본|원본|최초\s?(?:판|본))(?:\s?\((?P<also>(?:19|20)\d\d)년?\))?",
    re.IGNORECASE,
)


def edition_named(name: Name, words: str, lexicon: Lexicon) -> str:
    """The name of the edition of a named document that ``words`` ("the 2019 version") select, or "" if they do not."""
    found = EDITION_WORDS.match(words)
    if found is None or not name.docs:
        return ""
    works = [lexicon.chains[d] for d in name.docs if lexicon.chains.get(d)]
    if not works:
        return ""
    chain = works[0] if not name.issuer else max(works, key=len)  # an issuer's best-known work has most editions
    year = found["also"] or found["year"] or found["yko"]
    if year:
        docs: Sequence[str] = of_year(chain, year, lexicon) or of_year(name.docs, year, lexicon)
    else:
        docs = _editions_of_words(found, chain, lexicon)
    return lexicon.editions[docs[0]].ref if docs else ""


def _editions_of_words(found: re.Match[str], chain: Sequence[str], lexicon: Lexicon) -> Sequence[str]:
    word, korean = (found["word"] or "").lower(), found["ko"] or ""
    called = {d: f"{lexicon.editions[d].edition} {lexicon.editions[d].title}".lower() for d in chain}
    if korean == "초판" or (word in _NTH and (found["what"] or "").lower().startswith("edition")):
        nth = _NTH.get(word, 1)
        name = {1: "first", 2: "second", 3: "third"}[nth]
        return [d for d in chain if f"{name} edition" in called[d]] or _nth(chain, nth)
    number = found["n"] or found["nko"] or found["vko"] or str(_NTH.get(word, ""))
    if korean.startswith(("첫", "처음")):
        number = "1"
    if number:
        said = [d for d in chain if re.search(rf"\b(?:version|edition)\s{number}\b", called[d])]
        return said or _nth(chain, int(number))
    if word in {"consolidated"} or korean.startswith("통합"):
        return [d for d in chain if "consolidated" in called[d]] or chain[:1]
    if word in {"original", "initial"} or korean.startswith(("원본", "최초")):
        return chain[-1:]
    if word in {"previous", "earlier", "old", "older"} or korean.startswith(("이전", "구판")):
        return chain[1:2]
    return chain[:1]


def _nth(chain: Sequence[str], n: int) -> Sequence[str]:
    """The n-th edition in time; editions come newest first."""
    return chain[-n : len(chain) - n + 1] if 1 <= n <= len(chain) else ()
