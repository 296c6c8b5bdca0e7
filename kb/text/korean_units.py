"""Patterns of Korean units and counters behind a number: whole words, with what a unit may carry. Pure.

In Korean a unit is often the beginning of a longer word: 달 of 달러, 주 of 주체, 원 of 원칙, 개 of 개인. A unit ends
where no syllable follows, or where one begins that a unit carries: "3개월마다", "2주의", "5만 원을".
"""

from __future__ import annotations

_EITHER = (
    "까지 부터 에 에는 에서 의 도 만 이상 이하 미만 초과 정도 가량 씩 당 마다 보다 짜리 뿐 밖에 에게 한테 인"
    " 이나 이며 이고 이다 이면 이어야 이었다 이었 입니다"
).split()
_AFTER_CONSONANT = "이 은 을 과 으로 이라".split()
_AFTER_VOWEL = "가 는 를 와 나 며 고 다 로 면".split()
_CARRIED_BY_TIME = "간 동안 이내 내 전 후 뒤 안 째 여 차 말 초 경 중 분 치 일".split()
_FINALS = 28
_HANGUL_SYLLABLES = 11172
_GA = ord("가")
_LIKE_A_UNIT = {
    "원": "원도|원인",
    "주": "주도|주고|주다|주나|주며|주내|주안|주여|주전|주인",
    "명": "명의를|명도",
    "개": "개안|개도|개인",
}
"""Words of their own that look like a unit with a particle: 주도 is the lead, and hardly ever "the week too"."""


def korean_units(*units: str, of_time: bool = False) -> str:
    """The source of a pattern that matches one of the units, without what it carries, but no beginning of a longer
    word.

    :param of_time: whether they are units of time, which carry words of time: 3년간, 2주 이내.
    """
    return "(?:" + "|".join(_whole_unit(unit, of_time) for unit in sorted(units, key=len, reverse=True)) + ")"


def _whole_unit(unit: str, of_time: bool) -> str:
    """A unit of one syllable is followed by a particle of the form that it asks for: 원가 is no 원 with 가."""
    last = ord(unit[-1]) - _GA
    fitting = _AFTER_CONSONANT if 0 <= last < _HANGUL_SYLLABLES and last % _FINALS else _AFTER_VOWEL
    time = _CARRIED_BY_TIME if of_time else []
    anything = _either([*_EITHER, *_AFTER_CONSONANT, *_AFTER_VOWEL, "로", *time])
    first = _either([*_EITHER, *fitting, *time]) if len(unit) == 1 else anything
    others = _LIKE_A_UNIT.get(unit, "")
    barred = f"(?!{others})" if others else ""
    return f"{barred}{unit}(?=(?:{first}{anything}{{0,2}})?(?![가-힣]))"


def _either(words: list[str]) -> str:
    return f"(?:{'|'.join(sorted(words, key=len, reverse=True))})"
