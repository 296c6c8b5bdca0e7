"""Finds the sentences that say who shall do, or may do, what a question "who must …?" asks about. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kb.query.korean_terms import load_terms

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kb.answering.sentence_selection import SentenceCandidate
    from kb.query.query import Query

_WHO_ACTS = re.compile(
    r"\bwho(?:ever)? (?:has to|have to|must|shall|should|needs to|is to|may|can|is (?:obliged|required|allowed) to) "
    r"(?:(?:not|also|always|then|first|\w+ly)\s+)*(?P<verb>[a-z]{3,})"
    r"|\bwho (?:is|are) (?:responsible|competent|in charge) (?:for|of) (?P<noun>[a-z]{4,})"
    r"|\bwho (?P<third>(?!does|is\b|has|was)[a-z]{4,}s)\b",
    re.IGNORECASE,
)
_KOREAN_DOER = re.compile(r"누가|(?:어느|어떤) (?:기관|주체|부처|사업자)[이가]|주체는|담당")
"""Matches questions for the one who acts, not for the one on whom somebody acts ("누구를 보호해야")."""
_KOREAN_PREDICATE = re.compile(
    r"(?P<verb>[가-힣]{2,})(?: (?:하나|합니|되나|됩니|있나|있습니|하는가|인가|입니|할까)[가-힣]*)?[\s?.]*$"
)
"""The last word of a Korean question, which is its verb, before a word that only asks: "보관해야 하나요?"."""
NEARLY, ALSO_HOLDS = 0.9, 0.8
"""A sentence that lays the duty on somebody goes first where its score is at least this share of the best one's; from
which share further ones follow that lay it on others."""


def acts_asked(query: Query) -> re.Pattern[str] | None:
    """How a sentence says that somebody shall do, or has the power to do, what a question who does it asks about; of a
    Korean question by the English words for its last verb, or for all of it where the verb has none ("해야 하나").
    ``None`` where the question shows no verb."""
    asked = _WHO_ACTS.search(query.worded)
    doer = query.language == "ko" and _KOREAN_DOER.search(query.worded) is not None
    predicate = _KOREAN_PREDICATE.search(query.worded) if doer else None
    acted = " ".join(load_terms().expand(predicate["verb"])) if predicate is not None else ""
    stems = {word[:5] for word in re.findall(r"[a-z]{4,}", acted or query.expanded) if doer}
    if asked is not None:
        stems = {(asked["verb"] or asked["noun"] or asked["third"].removesuffix("s")).lower()[:6]}
    if not stems:
        return None
    verbs = "|".join(map(re.escape, sorted(stems)))
    does = asked["third"] if asked is not None else None
    said = rf"|\b{re.escape(does)}\b" if does else ""
    return re.compile(
        rf"\b(?:shall|must|should|may|has to|have to|is to|are to)\b(?: \w+){{0,6}}? (?:{verbs}){said}"
        rf"|\bpowers? to (?:\w+ (?:and )?)?(?:{verbs})",
        re.IGNORECASE,
    )


_KOREAN_TOPIC = re.compile(r"(?P<topic>[가-힣]{2,})(?:은|는|을|를) (?:[가-힣]+ ){0,2}?(?:누가|어느 |어떤 )")
"""What somebody does something with, as a question has it before "who": "재심사는 누가", "책임자는 누가"."""
_KOREAN_ACT = re.compile(
    r"(?:누가|기관[이가]|주체[가는]|부서[가는]) (?:[가-힣]+ )*?(?P<act>[가-힣]{2,}?)(?:하|되|받|해|할)[가-힣]*"
)


def doing(query: Query) -> re.Pattern[str] | None:
    """How a sentence tells who does what a question "who …?" asks about: by a verb of duty or power
    (:func:`acts_asked`), in the present, by whom it is done; in Korean by the same verb, or since it speaks of the same
    thing. ``None`` where the question shows neither."""
    said: list[str] = []
    if asked := _WHO_ACTS.search(query.worded):
        verb = re.escape((asked["verb"] or asked["noun"] or asked["third"].removesuffix("s")).lower()[:6])
        said += [rf"\b(?:may|can|will)\b(?: \w+){{0,3}}? {verb}", rf"\b{verb}\w*s\b", rf"\b{verb}\w*ed by\b"]
    elif passive := _WHO_PASSIVE.search(query.worded):
        said += [rf"\b{re.escape(passive['verb'].lower()[:6])}\w*"]
    if _KOREAN_DOER.search(query.worded):
        predicate = _KOREAN_ACT.search(query.worded)
        if topic := _KOREAN_TOPIC.search(query.worded):
            said.append(rf"{topic['topic']}[은는]")
        if predicate:
            said.append(rf"{predicate['act']}(?:[을를] )?(?:한다|하며|하고|하여야|해야|된다|받|할 수|합니다)")
            english = load_terms().expand(predicate["act"])
            said += [rf"\b{re.escape(word)}(?:e?s|ed by)\b" for word in re.findall(r"[a-z]{4,}", " ".join(english))]
    if (acts := acts_asked(query)) is not None:
        said.append(acts.pattern)
    return re.compile("|".join(said), re.IGNORECASE) if said else None


_WHO_PASSIVE = re.compile(r"\b(?:by|to) whom\b.*\b(?P<verb>[a-z]{4,})ed\W*$", re.IGNORECASE)


def duty_holders(
    ranked: Sequence[SentenceCandidate], acts: re.Pattern[str] | None, limit: int
) -> list[SentenceCandidate]:
    """The sentences that impose the duty which a question "who must …?" asks about, best first, one for each article.

    Several persons may have the duty, and the asker needs each of them. The result is empty if no such sentence scores
    nearly as high as the best sentence.
    """
    best = max((c.score for c in ranked), default=0.0)
    acting = [c for c in ranked if acts is not None and acts.search(c.words) and c.score >= ALSO_HOLDS * best]
    if not acting or acting[0].score < NEARLY * best:
        return []
    first: dict[str, SentenceCandidate] = {}
    for candidate in acting:
        of = _ARTICLE_OF.match(candidate.unit_id or "")
        first.setdefault(of.group() if of else f"{candidate.unit_id} {candidate.passage}", candidate)
    return list(first.values())[:limit]


_ARTICLE_OF = re.compile(r".*:article:\w+")
