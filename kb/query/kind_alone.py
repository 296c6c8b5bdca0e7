"""Reads the kind of a text as its name where a library holds one such text: "What does the Convention require?".

Pure. A question that names no publication may still mean one: whoever works with one convention calls it so.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kb.catalog.works import work_of
from kb.query.scopes import Scope

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kb.types import Edition

_KINDS_ALONE = (
    ("convention", "convention|convenio", "협약", False),
    ("treaty", "treaty", "조약", False),
    ("charter", "charter|carta", "헌장", False),
    ("ordinance", "ordinance", "조례", False),
    ("constitution", "constitution", "헌법", False),
    ("handbook", "handbook", "편람|핸드북", False),
    ("regulation", "regulation", "규정", True),
    ("recommendation", "recommendation", "권고", True),
    ("guidelines?|guidance", "guidelines?|guidance|directrices", "가이드라인|지침", True),
    ("code", "code", "강령|규약", True),
    ("policy", "policy", "방침|정책", True),
    ("act", "act", "법", True),
    ("standard", "standard", "표준|기준", True),
    ("framework", "framework", "프레임워크", True),
    ("ethics standards?", "ethics standards?", "윤리 ?기준", False),
    ("code of conduct", "code of conduct", "행동 ?강령|행동 ?규범|행동 ?수칙", False),
    ("code of practice", "code of practice", "실천 ?강령|실천 ?규범|실천 ?규약", False),
    ("checklist", "checklist", "점검표|체크리스트", False),
)
"""By kind: how a question calls it, how English and Spanish titles do, how Korean titles and questions do, and whether
it must be written with a capital, since the word is an everyday one as well."""
_FRAMEWORK = "framework "
"""A word in front of a kind that is one with it, where the title has it too: "the framework convention"."""
_BEHIND = (
    r"(?=\W*$|[,;:?]|['’]s\b| (?:say|require|apply|applie|define|ask|deal|cover|mean|do|doe|expect|prohibit|forbid"
    r"|allow"
    r"|permit|provide|set|contain|enter|come|came|address|addresse|treat|regulate|oblige|bind|differ|call|demand"
    r"|speak|speaks"
    r"|want|give|mention|regard|list|name|state|about)(?:s|d|ed)?\b| (?:is|are|was|has|have|must|shall|should|may|can"
    r"|will)\b)"
)
"""What follows a kind that is a name: the end, a verb; no word that makes it another name or an everyday word."""
_BEHIND_KOREAN = r"(?=(?:[은는이가을를의]?(?:에서|에)?(?:는|도)?|상(?:으로|에)?(?:는|의)?)(?:$|[\s,.?]))"
_AHEAD_KOREAN = (
    r"(?<![가-힣\w])(?:(?<![가-힣] )|(?<=[은는을를] )|(?<=(?:에서|에게|으로|하고|하면|라면|이면|인지|는지|세요|나요"
    r"|관한|대한|내용|관련|규정|부분) ))"
)
"""What stands before a Korean kind that is a name: nothing, or a word that ends a phrase; no noun that makes it another
name ("회사 윤리기준")."""


def only_one_of_its_kind(question: str, editions: Sequence[Edition]) -> tuple[Scope, ...]:
    """The scope of the one work among ``editions`` whose kind the question names alone; empty where it names no kind,
    or several works are of it."""
    for called, english, korean, capital in _KINDS_ALONE:
        flags = re.NOFLAG if capital else re.IGNORECASE
        word = rf"(?:{'|'.join(w.capitalize() for w in called.split('|'))})" if capital else rf"(?:{called})"
        found = re.search(
            rf"\b[Tt]h(?:e|is) (?:AI )?(?P<kind>(?:(?i:{_FRAMEWORK}))?{word})\b{_BEHIND}", question, flags
        )
        if found is None and not capital:
            found = re.search(rf"{_AHEAD_KOREAN}(?:이 )?(?P<kind>{korean}){_BEHIND_KOREAN}", question)
        if found is None:
            continue
        titled = re.compile(rf"\b(?:{english})\b|(?:{korean})(?![가-힣])", re.IGNORECASE)
        titles = [(e, " ".join((e.title, *e.aliases))) for e in editions if not e.is_register]
        if found["kind"].casefold().startswith(_FRAMEWORK):
            titles = [(e, title) for e, title in titles if _FRAMEWORK in title.casefold()]
        fits = [e for e, title in titles if titled.search(title)]
        if fits and len({work_of(e) for e in fits}) == 1:
            return (Scope(found["kind"], frozenset(e.doc_id for e in fits), span=found.span("kind")),)
    return ()
