"""How binding a sentence is: shall, should, recommends, may, can or informative, by its words. Pure; rules, no model.

English by the modal verbs of standards drafting (ISO/IEC Directives, Part 2, clause 7), Spanish and Korean by their
usual equivalents. The strongest word of the sentence decides.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kb.types import Force

if TYPE_CHECKING:
    from collections.abc import Iterable


_RULES: tuple[tuple[Force, re.Pattern[str]], ...] = (
    (
        Force.SHALL,
        re.compile(
            r"\b(?:shall|must|(?:is|are) (?:required|obliged|prohibited) to|(?:is|are) prohibited)\b"
            r"|\b(?:deberá|deberán|debe|deben|está prohibid[oa]|están prohibid[oa]s|tienen? que)\b"
            r"|(?:하여야|해야|되어야|여야) (?:한다|합니다|함)|아니 된다|안 된다|금지(?:된다|한다|합니다)|의무가 있",
            re.IGNORECASE,
        ),
    ),
    (
        Force.SHOULD,
        re.compile(
            r"\b(?:should|ought to)\b|\b(?:debería|deberían|convendría|conviene)\b"
            r"|(?:것이|함이) 바람직|필요가 있|하도록 (?:한다|합니다)",
            re.IGNORECASE,
        ),
    ),
    (
        Force.RECOMMENDS,
        re.compile(
            r"\b(?:recommends?|(?:is|are) (?:recommended|encouraged)|encourages|calls on|invites|advises|urges)\b"
            r"|\b(?:recomienda|recomiendan|se alienta|exhorta|invita)\b|권고|권장|촉구",
            re.IGNORECASE,
        ),
    ),
    (
        Force.MAY,
        re.compile(
            r"\b(?:may|(?:is|are) permitted to|(?:is|are) allowed to)\b|\bpodrá[n]?\b|(?:할|될) 수 있", re.IGNORECASE
        ),
    ),
    (Force.CAN, re.compile(r"\b(?:can|could|might)\b|\b(?:puede|pueden|podría|podrían)\b", re.IGNORECASE)),
)


def forces_of(texts: Iterable[str]) -> tuple[str, ...]:
    """The forces of some sentences, strongest first, each once."""
    found = {force_of(text) for text in texts}
    return tuple(force.value for force in Force if force in found)


def force_of(sentence: str) -> Force:
    """The force of one sentence."""
    for force, pattern in _RULES:
        if pattern.search(sentence):
            return force
    return Force.INFORMATIVE


def modal_words(sentence: str) -> list[tuple[Force, int, int]]:
    """Every word of force in a sentence with its place, in order: force, start, end (exclusive)."""
    found = [(force, m.start(), m.end()) for force, pattern in _RULES for m in pattern.finditer(sentence)]
    return sorted(found, key=lambda item: item[1:])
