"""Recognises headings of lists of sources, notes and members. Pure."""

from __future__ import annotations

import re

REFERENCES = re.compile(
    r"(?:\d+\.?\s+|annex \w+\s*[-–:.]?\s*)?(?:(?:\w+\s)?references(?: cited)?|bibliograph\w*|bibliografía"
    r"|referencias(?: bibliográficas)?|works cited|further (?:resources|reading)|end ?notes"
    r"|notas(?: finales| al final)?|footnotes|global initiative membership"
    r"|(?:list of )?(?:participants|members|contributors)|membership|참고\s?문헌)",
    re.IGNORECASE,
)
"""Headings of lists of sources, notes and members: text that is searched, but contains no provision."""


def lists_sources(heading: str) -> bool:
    """Whether a heading opens a list of sources, notes or members; the first note may be on the same line."""
    match = REFERENCES.match(heading)
    return match is not None and (match.end() == len(heading) or bool(re.match(r"\s+1\b", heading[match.end() :])))
