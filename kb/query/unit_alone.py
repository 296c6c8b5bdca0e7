"""Recognises a question that asks for nothing but what a numbered unit says: "What does Article 27 of the AI Act say?".

Such a question is answered like the reference itself, by the whole unit and by no sentence of it. Pure; English, Korean
and the languages of :mod:`kb.query.translation`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kb.query.translation import question_in_english

if TYPE_CHECKING:
    from kb.query.query import Query

_ASKS_FOR_TEXT = re.compile(
    r"(?:what|does|do|did|is|are|the|an?|say|says|said|state|states|provide|provides|require|requires|stipulates?|read"
    r"|reads|contain|contains|cover|covers|regulate|regulates|mean|means|about|in|of|under|according|to|for|me|us|show"
    r"|quote|give|tell|cite|text|content|contents|wording|exact|exactly|full|whole|can|could|you|please|i|need|want|see"
    r"|ask|asks|demand|demands|actually|set|sets|out|lay|lays|down|how|word|worded)",
    re.IGNORECASE,
)
_KOREAN_ASKS_FOR_TEXT = re.compile(
    r"(?:의|은|는|이|가|을|를|에|에서|에는|에선|무엇|뭐|뭘|무슨|어떤|어떻게|내용|전문|원문|조문|문구|규정|정하|말하|설명|요구"
    r"|명시|되어|돼|있|하고|하|라고|이라고|알려|보여|찾아|인용|줘|주|세요|십시오|나요|습니까|니까|인가요?|인지|한가요?|는가요?"
    r"|는지|요|죠|지|좀|해|대해|대한|관해|합|입|다|고|뭔가요?|뭐야|뭔지|까|ㅂ)++"
)


def asks_for_units_alone(query: Query) -> bool:
    """Whether a question names units by number and asks for nothing besides what stands there."""
    if not query.numbered:
        return False
    rest = query.text
    for start, end in (*(r.reference.span for r in query.numbered), *(scope.span for scope in query.scopes)):
        rest = f"{rest[:start]}{' ' * (end - start)}{rest[end:]}"
    rest = question_in_english(rest, query.language) or rest
    words = re.findall(r"[^\W_]+", rest)
    return bool(words) and all(_ASKS_FOR_TEXT.fullmatch(w) or _KOREAN_ASKS_FOR_TEXT.fullmatch(w) for w in words)
