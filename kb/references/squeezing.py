"""Names by their letters and digits alone, as they are compared. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kb.references.folding import fold_with_offsets

if TYPE_CHECKING:
    from collections.abc import Iterable

_GAP = re.compile(r"[\W_]+")
_SIGN_BETWEEN = re.compile(r"\d[\W_]+\d")
_GAP_OF_LINE = re.compile(r"(?<=\d)(?:[^\w\n]|_)+(?=\d)")
_SIGNS_DROPPED = {n: None for n in range(128) if not chr(n).isalnum()} | {ord("\n"): "\n", 1: ".", 2: "|"}


def _sign_between_digits(gap: re.Match[str]) -> str:
    """The punctuation that is kept: "." or "|" between two digits, nothing elsewhere."""
    start, end, s = gap.start(), gap.end(), gap.string
    between = start > 0 and end < len(s) and s[start - 1].isdigit() and s[end].isdigit()
    return ("." if gap.group() == "." else "|") if between else ""


def squeezed_name(words: str) -> str:
    """Letters and digits only; between two digits a sign stays: "." where there is only a point, else "|"."""
    if words.isascii() and "\x02" not in words:
        kept = _sign_between_digits if _SIGN_BETWEEN.search(words) else ""
        return _GAP.sub(kept, words.lower())
    out, gap, last = [], "", ""
    for c in fold_with_offsets(words).s:
        if not c.isalnum():
            gap += c
            continue
        if gap and last.isdigit() and c.isdigit():
            out.append("." if gap == "." else "|")
        out.append(c)
        gap, last = "", c
    return "".join(out)


def squeezed_names(names: Iterable[str]) -> dict[str, str]:
    """:func:`squeezed_name` of many names, by the names: thousands take a tenth of the time together. A name with
    letters that are not ASCII's is left out."""
    plain = [words for words in dict.fromkeys(names) if words.isascii() and words.isprintable()]
    lines = _GAP_OF_LINE.sub(lambda gap: "\x01" if gap.group() == "." else "\x02", "\n".join(plain).lower())
    return dict(zip(plain, lines.translate(_SIGNS_DROPPED).split("\n"), strict=True))
