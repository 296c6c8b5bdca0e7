"""Tells what kind of value a question asks for (an amount, a sum, a day, a person, a product, a place), and whether a
text contains one. Pure; English and Korean.

:mod:`kb.answering.answerability` makes features of it: a text without any sum seldom answers a question for a sum.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kb.text.korean_units import korean_units
from kb.text.quantities import ENGLISH_MONTH

if TYPE_CHECKING:
    from collections.abc import Sequence

SUM_ASKED = re.compile(
    r"\bhow much (?:\w+ ){0,2}?"
    r"(?:can|could|did|does|do|is|are|may|might|was|were|has|have|will|would|must|should|shall)\b"
    r".*\b(?:costs?|pay|paid|spend|spent|fee|fine|allowance|premium|salary|contribut\w+|compensation|grant|deposit"
    r"|reimburse\w*|borrow|lend|earn|charged?|owe|loan|pledge[ds]?|donate[ds]?|award(?:ed)?)\b|\bhow much money\b"
    r"|\b(?:what|which) (?:is|are|was|were)? ?(?:the )?(?:\w+ )?(?:costs?|price|fee|fine|salary|budget|rent)\b"
    r"|(?:비용|금액|가격|벌금|과태료|예산|수수료|대출|수당|급여|보험료|임대료|보증금|보상금|지원금|상금)[^?]*"
    r"(?:얼마(?! ?(?:주기|마다|동안|간격|만에))|들)",
    re.IGNORECASE,
)
"""How a question asks for a sum of money: "How much rent may a branch pay?"."""
MONEY_GIVEN = re.compile(
    r"[$€£¥₩]\s?\d|\b(?:EUR|USD|SGD|CHF|GBP|JPY|KRW|INR|Rs)\b|\b(?:euros?|dollars?|francs?|rupees?|yen)\b"
    rf"|[조억만천백십\d] ?{korean_units('원', '유로', '달러')}",
    re.IGNORECASE,
)
"""How a text gives a sum of money."""

_NUMBER_WORD = r"two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozen|hundred|half|third|quarter"
ASKED = {
    "amount": re.compile(
        r"\bhow (?:many|much|often|long|big|large|high|soon|quickly)\b"
        r"|\bwhat (?:share|percentage|proportion|number|rate)\b|\bper ?cent\b|몇|퍼센트|얼마|비율",
        re.IGNORECASE,
    ),
    "money": re.compile(
        r"\b(?:dollars?|euros?|salary|salaries|price|prices|fines?(?!-)|fees?|insurance|budget|cost|costs)\b"
        r"|달러|(?<![가-힣])유로(?![운이히])|연봉|가격|(?<![가-힣])주가|벌금|과징금|제재금|수수료|예산|비용",
        re.IGNORECASE,
    ),
    "date": re.compile(
        r"^when\b(?! (?:should|may|can|could)\b)|\b(?:what|which) (?:date|day|year|month)\b|\buntil when\b|\bdeadline\b"
        r"|언제|기한|며칠|날짜|몇 ?년도",
        re.IGNORECASE,
    ),
    "name": re.compile(
        r"\bwho (?:was|is|wrote|drafted)\b|\bby name\b|\bwhich (?:product|company|vendor|team|person|\w+ product)\b"
        r"|누구(?!에게|를|나|든)|이름|(?:어떤|어느|무슨) (?:[가-힣A-Za-z]+ )?(?:제품|업체)"
        r"|(?:제품|업체)[은는이가] (?:무엇|어디|어느|뭐)|팀은",
        re.IGNORECASE,
    ),
    "product": re.compile(
        r"\b(?:which|what) (?!(?:two|three|four|five|six|seven|\d+)\b)(?:[\w-]+ ){0,3}?"
        r"(?:brands?|software|products?|vendors?|compan(?:y|ies)|suppliers?|chatbots?"
        r"|apps?|websites?|universit(?:y|ies)|firms?|manufacturers?|insurers?)\b"
        r"|(?:어떤|어느|무슨) (?:[가-힣A-Za-z]+ )?(?:소프트웨어|제품|회사|업체|챗봇|앱|상표|브랜드|기업|대학|보험사)"
        r"|(?:상표|브랜드|챗봇|소프트웨어|업체|회사|제품|앱)[은는이가] (?:무엇|어디|어느|뭐)",
        re.IGNORECASE,
    ),
    "person": re.compile(
        r"\bwhich (?:judge|person|minister|author|professor|expert|chair\w*|director|official)\b"
        r"|\bwho (?:wrote|drafted|led|leads|chaired|chairs|signed)\b"
        r"|(?:판사|장관|저자|위원장|의장|담당자|교수|책임자|집필자)[은는이가] 누구",
        re.IGNORECASE,
    ),
    "place": re.compile(
        r"\b(?:in|at|from) (?:which|what) (?:town|city|country|place|building)\b"
        r"|\bwhich (?:town|city|country|countries)\b"
        r"|어느 (?:도시|나라|지역|국가)|(?:나라|도시|국가)[은는] (?:어디|무엇)",
        re.IGNORECASE,
    ),
}
"""By the name of a kind: how a question asks for it."""
_NAME_INSIDE = re.compile(r"(?<=[a-z,;:가-힣] )\(?[A-Z][\w-]+|(?<=[가-힣(])[A-Z][A-Za-z]+")
_NAMED_PERSON = re.compile(r"[a-z,;] [A-Z][a-z]+ [A-Z][a-z]+")
_DAY_GIVEN = re.compile(rf"\b(?:1[89]|20)\d\d\b|{ENGLISH_MONTH}|\d년|\d월", re.IGNORECASE)
GIVEN = {
    "amount": re.compile(rf"\d|\b(?:{_NUMBER_WORD})\b|[한두세네] ", re.IGNORECASE),
    "money": MONEY_GIVEN,
    "date": re.compile(
        rf"{_DAY_GIVEN.pattern}|\b(?:\d+|{_NUMBER_WORD}) (?:\w+ )?(?:days?|weeks?|months?|years?)\b"
        r"|\d ?(?:일|개월) ?(?:이내|안|전)",
        re.IGNORECASE,
    ),
    "name": _NAMED_PERSON,
    "product": _NAME_INSIDE,
    "person": _NAMED_PERSON,
    "place": _NAME_INSIDE,
}
"""By the name of a kind: how a text gives one."""
_NAMES_GIVEN = frozenset({"product", "place"})
"""Kinds of things that a name in the question does not answer, because the question itself has the name."""

_COUNTED = re.compile(
    r"\bhow (?:many|much) (?P<what>(?:[a-z-]+ ?){1,3})|\b(?P<unit>percentage|per ?cent|share|rate)\b", re.IGNORECASE
)
_KOREAN_COUNTERS = (
    (
        re.compile(r"몇 ?(?:명|사람|인(?:이|을|의))"),
        re.compile(
            rf"\d[\d,.]* ?{korean_units('명', '인')}|[한두세네] ?{korean_units('명')}"
            rf"|(?:\d|\b(?:one|{_NUMBER_WORD})\b)(?:\W+\w+){{0,3}}?\W+"
            r"(?:people|persons?|members?|staff|employees|experts?|representatives|individuals|women|men|workers)",
            re.IGNORECASE,
        ),
    ),
    (
        re.compile(r"몇 ?(?:나라|개국|국가)"),
        re.compile(
            rf"\d[\d,.]* ?{korean_units('개국', '개 ?나라', '나라')}"
            rf"|(?:\d|\b(?:one|{_NUMBER_WORD})\b)(?:\W+\w+){{0,3}}?\W+"
            r"(?:countries|states|members?|part(?:y|ies)|signator(?:y|ies)|jurisdictions|governments)",
            re.IGNORECASE,
        ),
    ),
    (
        re.compile(r"몇 ?(?:곳|군데|개 ?(?:사|기업|회사|기관|업체))"),
        re.compile(
            rf"\d[\d,.]* ?(?:{korean_units('곳', '개사')}|개 ?(?:기업|회사|기관|업체))"
            rf"|(?:\d|\b(?:one|{_NUMBER_WORD})\b)(?:\W+\w+){{0,3}}?\W+"
            r"(?:compan(?:y|ies)|firms?|organi[sz]ations?|institutions?|bodies|banks|providers|sites|places|developers)",
            re.IGNORECASE,
        ),
    ),
    (
        re.compile(r"몇 ?(?:번|회|차례)(?! ?[조항째])"),
        re.compile(
            rf"\d ?{korean_units('번', '회', '차례')}|\b(?:once|twice|annual(?:ly)?|yearly|quarterly|monthly)\b"
            rf"|\b(?:\d+|{_NUMBER_WORD}) times\b|매년|연 ?\d",
            re.IGNORECASE,
        ),
    ),
)
"""Korean counters of people, countries, places and times: how they are asked for, and how they are given."""
_UNITS = {
    "hour": "시간", "day": r"며칠|몇 ?일|일 (?:이내|안)", "week": "몇 ?주", "month": r"개월|몇 ?달", "year": r"몇 ?년",
    "percent": r"퍼센트|%|비율",
}  # fmt: skip
_KOREAN_UNITS = {
    "hour": korean_units("시간", of_time=True),
    "day": "일 ?(?:이내|안|간|동안|전|까지|이상)",
    "week": korean_units("주", of_time=True),
    "month": korean_units("개월", "달", of_time=True),
    "year": korean_units("년", of_time=True),
}
_PERCENT = re.compile(r"%|\bper ?cent\b|퍼센트")
_YEAR_GIVEN = re.compile(r"\b(?:1[89]|20)\d\d\b")


_YES_OR_NO = re.compile(
    r"^(?:is|are|was|were|do|does|did|must|may|can|could|should|shall|has|have|will|would)\b", re.IGNORECASE
)
_OPEN = re.compile(
    r"\b(?:wh(?:at|ich|o|om|ose|en|ere|y)|how)\b|무엇|무슨|어떤|어떻게|어느|누구|누가|언제|어디|얼마|몇|며칠|왜|뭐|까닭|이유",
    re.IGNORECASE,
)
_ASKS_TO_TELL = re.compile(
    r"^(?:can|could|would|will|do) you\b.*\b(?:wh(?:at|ich|o|om|ose|en|ere|y)|how)\b"
    r"|[은는]\s*\?\s*$|(?:알려|말해|말씀해) ?주",
    re.IGNORECASE,
)
"""Asks for a thing in the form of another question: "Can you tell me how many …", "과징금 상한은?", "알려 주세요"."""
_KOREAN_LETTERS = re.compile("[가-힣]{2}")


def asks_yes_or_no(question: str) -> bool:
    """Whether a question can be answered by yes or no: "Do states pay?", "비용을 내나요?"."""
    if _ASKS_TO_TELL.search(question):
        return False
    if _KOREAN_LETTERS.search(question):
        return _OPEN.search(question) is None and question.rstrip().endswith(("?", "까", "요"))
    return _YES_OR_NO.match(question.strip()) is not None


def asks_for(kind: str, question: str) -> bool:
    """Whether a question asks for a thing of a kind, a key of :data:`ASKED`; one for yes or no asks for none."""
    if kind == "money" and asks_for_sum(question):
        return True
    return ASKED[kind].search(question) is not None and not asks_yes_or_no(question)


def asks_for_sum(question: str) -> bool:
    """Whether a question asks how much is paid: "How much rent may a branch pay?", and not what a fee is for."""
    return SUM_ASKED.search(question) is not None and not asks_yes_or_no(question)


def is_asked_and_not_given(kind: str, question: str, text: str) -> bool:
    """Whether a question asks for a thing of a kind, a key of :data:`ASKED`, and a text gives none."""
    if not asks_for(kind, question):
        return False
    if kind not in _NAMES_GIVEN:
        return GIVEN[kind].search(text) is None
    mine = question.casefold()
    return all(name.strip("( ").casefold() in mine for name in GIVEN[kind].findall(text))


_WHEN_IT_WAS = re.compile(
    r"^(?:in which year|when|on (?:what|which) (?:day|date)) (?:did|was|were)\b"
    r"|(?:언제|몇 ?년|며칠)[^?]*(?:[가-힣]?[았었였했됐렸졌났갔왔])(?:나|는|지|어|습|을|$|\?)",
    re.IGNORECASE,
)


def values_not_given(question: str, text: str) -> frozenset[str]:
    """The kinds of values, numbers, sums and days, that a question asks for and a text does not give. For the day of
    something past, a period is none."""
    missing = {kind for kind in ("amount", "money", "date") if is_asked_and_not_given(kind, question, text)}
    if _WHEN_IT_WAS.search(question) and not _DAY_GIVEN.search(text):
        missing.add("date")
    return frozenset(missing)


def gives_count(question: str, sentences: Sequence[str]) -> bool:
    """Whether a sentence has a number beside the thing that a "how many" question counts; true for other questions."""
    for counter, given in _KOREAN_COUNTERS:
        if counter.search(question):
            return any(given.search(text) for text in sentences)
    wanted = [unit for unit, korean in _UNITS.items() if re.search(korean, question)]
    asked = _COUNTED.search(question)
    if asked is not None:
        wanted += ["percent"] if asked["unit"] else [_beginning(w) for w in asked["what"].lower().split() if len(w) > 3]
    return not wanted or any(_counts_unit(unit, text) for unit in wanted for text in sentences)


def _beginning(word: str) -> str:
    """The beginning by which a word is known in its other forms: "signatures" in "signatories"."""
    return word.rstrip("s")[:STEM] if word.rstrip("s") not in _UNITS else word.rstrip("s")


_OTHER_WORDS = {"people": "people|persons?|individuals", "person": "people|persons?", "firm": "firm|compan|undertaking"}
STEM = 6
"""Letters by which a counted word is known in its other forms."""


def _counts_unit(what: str, text: str) -> bool:
    if what == "percent":
        return bool(_PERCENT.search(text))
    if what == "year" and _YEAR_GIVEN.search(text):
        return True
    if what in _KOREAN_UNITS and re.search(rf"\d ?(?:{_KOREAN_UNITS[what]})", text):
        return True
    what = _OTHER_WORDS.get(what, re.escape(what))
    near = rf"(?:\d|\b(?:one|{_NUMBER_WORD})\b)(?:\W+\w+){{0,3}}?\W+(?:{what})"
    return bool(re.search(near, text, re.IGNORECASE))
