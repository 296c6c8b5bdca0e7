"""Recognises questions about the day from which a publication or a provision applies ("when does … apply?"). Pure."""

from __future__ import annotations

import re

_WHEN = re.compile(
    r"(?:^|[,;:.?]\s*|\b(?:and|but|so)\s+)(?:(?:by|from|since|until|till|as of|as from)\s+)?when\s+"
    r"(?:do|does|did|must|will|would|is|are|should|have|has|had|shall|can)\b"
    r"|\b(?:by|from|since) when\b"
    r"|\b(?:by|from|on|since) (?:what|which) (?:exact )?(?:date|day)\b|\bwhat (?:date|day)\b"
    r"|\b(?:dates?|day|timeline|timetable|schedule) of (?:its )?(?:application|entry)\b"
    r"|\b(?:application|compliance|effective|start(?:ing)?) dates?\b|\bdeadlines?\b"
    r"|\bhow (?:long|much time) (?:do|does|have|has)\b",
    re.IGNORECASE,
)
_CONDITION = re.compile(r"(?<!by )(?<!from )(?<!since )\bwhen (?:is|are) (?:an?|any|such)\b", re.IGNORECASE)
"""Asks under which circumstances something of a kind is so, not from which day."""
_APPLY = re.compile(
    r"\bappl(?:y|ies|ied|icable|ication|ying)\b|\bcompl(?:y|iance|ies|iant)\b|\bin(?:to)? force\b|\beffect(?:ive)?\b"
    r"|\b(?:start|begin)(?:s|ning|ing)?\b|\bbinding\b|\b(?:be|been|become) (?:ready|met|banned|prohibited|due)\b"
    r"|\bdue\b"
    r"|\bmeet\b|\boperational\b|\bestablish(?:ed)?\b|\bmust (?:\w+ ){0,3}have\b"
    r"|\bprohibited\b|\bbanned\b|\bdeadlines?\b|\bset up\b|\bin place\b|\bstarting\b|\bdates\b",
    re.IGNORECASE,
)
_KOREAN_WHEN = re.compile(
    r"언제|며칠|몇 ?월|몇 ?년|어느 날짜|시행 ?일|적용 ?일|(?:적용|시행|준수) ?(?:시기|시점|기한|일정)|기한|시한"
)
_KOREAN_APPLY = re.compile(
    r"적용|시행|발효|준수|지켜야|지키|따라야|갖추|효력|의무|맞춰야|충족|기한|시한|금지|도입|설치|운영해야|부터 ?해야"
)
_DUTY = re.compile(
    r"\b(?:report|notif(?:y|ies|ied|ication)|inform|keep|kept|keeping|retain(?:ed)?|retention|stor(?:e|ed|age)"
    r"|preserv(?:e|ed)|respond|submit|submitted|lodge|hand over|suspend|withdraw|recall|renew|appeal|archived?)\b"
    r"|\buntil when\b|\bready for .* to (?:see|inspect|check)\b"
    r"|보고|통지|통보|알려야|보관|보존|회신|제출|신고|비치|열람|갱신|이의",
    re.IGNORECASE,
)
"""Actions that somebody must take within a time that a provision sets."""
_APPLIES = re.compile(
    r"\bappl(?:y|ies|ied|icable|ication|ying)\b|\bin(?:to)? force\b|\beffect(?:ive)?\b|\bbinding\b"
    r"|\bcompl(?:y|iance|ies|iant)\b|적용|시행|발효|효력|준수",
    re.IGNORECASE,
)
"""Asks from which day a duty applies, whatever the duty is."""
_TODAY = re.compile(
    r"\b(?:what|which)\b[^?.]*\b(?:appl(?:y|ies)|in force|binding)\b[^?.]*\b(?:today|now|currently|already"
    r"|at present|yet)\b"
    r"|\b(?:what|which)\b[^?.]*\b(?:already|currently|now|today)\b[^?.]*\b(?:appl(?:y|ies)|in force|binding)\b"
    r"|(?:오늘|현재|지금|이미)[^?.]*(?:적용|시행|효력)[^?.]*(?:무엇|어떤|뭐|어느|조항|규정|의무)"
    r"|(?:무엇|어떤|뭐|어느)[^?.]*(?:오늘|현재|지금|이미)[^?.]*(?:적용|시행|효력)"
    # whether it does: "Is Article 6 in force yet?", "제6조는 지금 시행 중인가요?"
    r"|^(?:is|are|do|does|has|have)\b[^?.]*\b(?:appl(?:y|ies|ied|icable)|in (?:force|effect)|binding|effective)\b[^?.]*"
    r"\b(?:today|now|already|at present|yet)\W*$"
    r"|^(?:is|are|do|does|has|have)\b[^?.]*\b(?:already|currently|now)\b[^?.]*"
    r"\b(?:appl(?:y|ies|ied|icable)|in (?:force|effect)|binding|effective)\W*$"
    r"|(?:오늘|현재|지금|이미|벌써|아직)(?!도)[^?.]*(?:적용|시행|효력)\S*(?: (?:중|있|않|안)\S*)?\W*$",
    re.IGNORECASE,
)
_AS_PUBLISHED = re.compile(
    r"\bas (?:it was )?(?:first |originally )?(?:published|adopted|enacted|issued)\b"
    r"|\boriginal (?:text|wording|version|regulation|act)\b|\boriginally (?:published|adopted|enacted)\b"
    r"|\bbefore (?:the|its|any) (?:amendments?|changes?|revision)\b|\bunamended\b"
    r"|관보에 ?(?:실린|게재된|공포된|나온)|개정(?:되기)? ?전|당초|원래 ?(?:문안|조문|법|규정)"
    r"|원문(?:에서|에는|상|대로)|최초 ?(?:문안|공포)",
    re.IGNORECASE,
)


_OF_PUBLICATION = re.compile(
    r",? ?\bas (?:it was )?(?:first |originally )?(?:published|adopted|enacted|issued)\b"
    r"(?: (?:in|by) (?:the )?(?:official journal|parliament))?(?: (?:in|of) (?:\w+ )?(?:19|20)\d\d)?"
    r"|(?:(?:19|20)\d\d년(?:에)? ?)?관보에 ?(?:실린|게재된|공포된|나온) ?",
    re.IGNORECASE,
)


def without_publication(question: str) -> str:
    """The question without the words that only say where and when the text was published."""
    return " ".join(_OF_PUBLICATION.sub(" ", question).split())


def asks_of_text_as_published(question: str) -> bool:
    """Whether a question asks what a text said when it was published, whatever was changed since."""
    return _AS_PUBLISHED.search(question) is not None


def asks_from_when(question: str) -> bool:
    """Whether a question asks from which day, or by which day, something applies.

    Questions about a time limit (within which somebody must report, notify or keep something) are not meant: the
    provision itself states such a limit, so they are answered like any other question.
    """
    if _DUTY.search(question) and not _APPLIES.search(question):
        return False
    if _WHEN.search(question) and _APPLY.search(question) and not _CONDITION.search(question):
        return True
    return _KOREAN_WHEN.search(question) is not None and _KOREAN_APPLY.search(question) is not None


def asks_of_today(question: str) -> bool:
    """Whether a question asks which parts of a publication apply today, or whether a part does ("Is Article 6 in force
    yet?")."""
    return _TODAY.search(question) is not None


def asks_for_the_day(question: str) -> bool:
    """Whether a question asks from which day something is so, in these words."""
    return _FROM_WHEN.search(question) is not None


_FROM_WHEN = re.compile(
    r"\b(?:from|since|as of|as from|by) (?:when|what date|which date|what day)\b|언제부터", re.IGNORECASE
)
