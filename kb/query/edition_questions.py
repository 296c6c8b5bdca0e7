"""Recognises questions about editions of a publication, and finds the older edition that such a question means. Pure.

A question can name an older edition by its year, by its version ("Version 1", "제1판") or as "the first edition". Words
that name the newest edition change nothing, because the newest edition is searched anyway.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from kb.catalog.works import later_than
from kb.query.scopes import Scope
from kb.references.names import years_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kb.types import Edition


_OF_EDITIONS = re.compile(
    r"\b(?:editions?|versions?|nowadays|in force|latest|still|no longer|any ?more|formerly|previous(?:ly)?|earlier"
    r"|older|revised|superseded|replaced|amended|chang(?:e|es|ed)|used to|instead|since|renumbered|moved|as adopted"
    r"|put back|official journal)\b|\bwas (?:it|that)\b|\bcurrent (?:text|edition|version|number|title|one)\b"
    r"|\bcalled today\b"
    r"|현행|현재 ?(?:판|제목|번호|문안)|지금도|최신|이전 ?판|처음 ?판|옛 ?판|제?\d판|\d{4}년판|채택본|관보|판본|바뀌"
    r"|바뀐|변경|달라[졌진]|대신 어느|연기",
    re.IGNORECASE,
)
_OF_NOW = re.compile(
    r"\b(?:today|nowadays|currently|current|in force|latest|still|no longer|any ?more|instead)\b"
    r"|현행|현재|지금도|최신|대신",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)")
_VERSION = re.compile(r"\b(?:version|v\.?) ?(\d)\b|제?(\d)판", re.IGNORECASE)
_FIRST = re.compile(r"\b(?:first|original) (?:version|edition|text)\b|처음 ?판|최초", re.IGNORECASE)


def asks_of_editions(question: str) -> bool:
    """Whether a question compares editions, or asks what an edition that is not the newest one says."""
    return _OF_EDITIONS.search(question) is not None


def old_edition(question: str, editions: Sequence[Edition]) -> Edition | None:
    """The older edition that the question means, or ``None``; ``editions`` are those of one work, oldest first."""
    older = editions[:-1]
    found = [e for e in older if any(year in years_of(e)[0] for year in _YEAR.findall(question))]
    for match in _VERSION.finditer(question):
        number = match[1] or match[2]
        found += [e for e in older if re.search(rf"(?i)version {number}\b|v{number}\b", f"{e.title} {e.ref}")]
    if not found and _FIRST.search(question):
        found = list(older[:1])
    return found[0] if found else None


def without_editions(question: str) -> str:
    """The question without the clauses that only name editions; unchanged if too few words would be left."""
    bare = " ".join(_CLAUSES.sub(" ", question).split())
    bare = re.sub(r"\s+(?=[,.?])|[\s,]+(?=[?.]*$)", "", bare)
    return bare if len(re.findall(r"\w{2,}", bare)) >= 3 else question


_CLAUSES = re.compile(
    r",? and (?:what|which|where|how|did)\b(?:(?! and )[^?.])*"
    r"(?:\b(?:19|20)\d\d|\bversion \d|\bv\d|\b(?:first|older|earlier|original|previous) (?:version|edition|text)"
    r"|\bofficial journal)\b"
    r"|,? in the (?:current|latest) (?:edition|version|text)|\b(?:today|nowadays)\b"
    r"|[^.?]*\b(?:does|is|are) (?:that|it|this) (?:still )?(?:hold|true|valid|right|the right)\b[^.?]*"
    r"|[^.?]*\b(?:which|what) (?:text|edition|version) should\b[^.?]*"
    r"|,? ?(?:현재|현행판에서|최신판에서도?)(?= )|,? ?(?:제?\d판|\d{4}년판|처음 ?판|이전 ?판)[^,.?]*(?=\?|$)"
    r"|지금도 맞는 번호인가요|최신판에서도 맞나요",
    re.IGNORECASE,
)


def with_editions(question: str, scopes: Sequence[Scope], editions: Sequence[Edition]) -> tuple[Scope, ...]:
    """The scopes for a question about an older edition of one work: that edition, then its successors.

    If the question asks for the edition in force, that one comes first. For any other question ``scopes`` is returned
    unchanged.
    """
    if len(scopes) != 1:
        return tuple(scopes)
    (scope,) = scopes
    known = {e.doc_id: e for e in editions}
    members = [known[d] for d in scope.doc_ids if d in known and not known[d].rendition_of]
    after = {e.doc_id: later_than(editions, e.doc_id) for e in members}
    if scope.edition_given:
        newer = frozenset().union(*after.values())
        if not newer:
            return (scope,)
        old, now = scope, Scope(_name(newer, known), newer, span=scope.span)
    else:
        chain = sorted(members, key=lambda e: -len(after[e.doc_id]))
        is_one_work = all(n == len(chain) - 1 or chain[n + 1].doc_id in after[e.doc_id] for n, e in enumerate(chain))
        meant = old_edition(question, chain) if len(chain) > 1 and is_one_work and asks_of_editions(question) else None
        if meant is None:
            return (scope,)
        mine = frozenset({meant.doc_id} | {e.doc_id for e in editions if e.rendition_of == meant.doc_id})
        newer = frozenset(e.doc_id for e in chain if e.doc_id in after[meant.doc_id])
        old = Scope(meant.ref, mine, edition_given=True, span=scope.span)
        now = replace(scope, name=_name(newer, known), doc_ids=newer)
    return (now, old) if asks_of_editions(question) and _OF_NOW.search(question) else (old, now)


def _name(doc_ids: frozenset[str], known: dict[str, Edition]) -> str:
    """The name of the newest edition among ``doc_ids``."""
    return max((known[d] for d in doc_ids), key=lambda e: (e.issued, e.doc_id)).ref
