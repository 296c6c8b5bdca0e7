"""Rewrites what people type in casual Korean into the plain forms that the patterns of this package read. Pure.

"누구한테 고지해야돼?" asks what "누구에게 고지해야 하나요?" asks. One rewriting serves every pattern, so that none has
to know the endings of speech ("돼요", "됨?", "하나", "뭔가요").
"""

from __future__ import annotations

import re

from kb.text.hangul import has_hangul
from kb.text.korean import telling_words

_AT_END = r"(?=\s*(?:[?!.~…]|[ㅋㅎㅠㅜ]|$))"
"""The end of a question, or of a sentence in it."""
_CLEFT = r"(?:거|건|걸|것)(?:죠|지요?|예요|에요|이에요|야|임|가요?|인가요?|입니까)?"
_REWRITTEN = tuple(
    (re.compile(pattern), plain)
    for pattern, plain in (
        (r"(?<=[가-힣])한테", "에게"),
        (r"(?<![가-힣])(?:뭐|무엇)(?= ?하는)", "무엇을 "),
        (r"(?<![가-힣])(?:뭐|무엇)(?= ?해야)", "무엇을 "),
        (r"(?<![가-힣])뭐라(?=고|는)", "무엇이라"),
        (r"(?<![가-힣])(?:뭘|뭐를)(?![가-힣])", "무엇을"),
        (r"(?<![가-힣])뭐가", "무엇이"),
        (r"(?<![가-힣])뭐(?=(?:뭐)? ?있)", "무엇이 "),
        (
            r"(?<![가-힣])(?:뭔가요?|뭐인가요?|뭐(?:예요|에요|죠|지요?|임|야|니|냐)|뭔지요?|뭡니까|뭐였(?:죠|지요?|더라)|뭐)"
            + _AT_END,
            "무엇인가요",
        ),
        (
            rf"(?<=[가-힣]야) ?(?:(?:되|하)(?:나|죠|지요?|는지요?|는 ?{_CLEFT}|냐|니)|돼요?|됨|함|해요?|될까|할까"
            rf"|된다는|한다는|[된한]대요?){_AT_END}",
            " 하나요",
        ),
        (rf"(?<=[도면]) ?(?:되(?:나|죠|지요?|는지요?|는 ?{_CLEFT}|냐|니)|돼요?|됨|될까){_AT_END}", " 되나요"),
        (rf"(?<=[가-힣 ])(?:되(?:나|죠|지요?|는지요?|는가|는 ?{_CLEFT}|냐|니)|돼요?|됨(?=\?)|될까){_AT_END}", "되나요"),
        (
            rf"(?<=[가-힣 ])(?:하(?:나|죠|지요?|는지요?|는가|는 ?{_CLEFT}|냐|니|래요?)|(?<![포결])함(?=\?)|할까"
            rf"|(?<=[게를을가이] )해요?|해요){_AT_END}",
            "하나요",
        ),
        (rf"(?P<is>[있없])(?:나|음|어요?|지요?|죠|을까|는지요?|냐|니|는가|는 ?{_CLEFT}){_AT_END}", r"\g<is>나요"),
        (rf"(?<=차이)(?:인가|죠|지요?|에요|예요|야|인지요?){_AT_END}", "인가요"),
        (
            rf"(?<=[가-힣A-Za-z])(?:인가|(?<![차나길깊높])이(?:죠|지요?|에요|예요|야)|인지요?|인 ?{_CLEFT}"
            rf"|(?<=[가-힣])예요|(?<![책위선해담후신방])임(?=\?)){_AT_END}",
            "인가요",
        ),
        (rf"(?<=[한은]가){_AT_END}", "요"),
        (r"(?<![가-힣])안 ?하면", "하지 않으면"),
        (r"(?<![가-힣])안 ?해도", "하지 않아도"),
        (r"(?<![가-힣])안(?=[가-힣]{1,4}도 (?:되|괜찮))", "안 "),
        (r"(?<![가-힣])안(?!전|내|정|심|건|보|경|면|이라|드로)(?=[가-힣]{1,4}면(?![가-힣]))", "안 "),
        (r"(?<=[다라])는 ?(?:걸|거를)(?![가-힣])", "는 것을"),
        (r"(?<=[다라])는 ?거(?![가-힣])", "는 것"),
        (rf"(?<![가-힣])뭐뭐(?:임|야|예요|에요|죠|지요?|인가요?|있나요?)?{_AT_END}", "무엇인가요"),
        (
            rf"언제 ?(?:나왔|나온|만들어졌|만들었)(?:어요?|나요?|죠|지요?|습니까|는지요?|음|거죠?){_AT_END}",
            "언제 발행되었나요",
        ),
        (r"갯수", "개수"),
        (
            r"(?<![가-힣])(?:말하|뜻하|의미하|정의하|가리키)는 (?P<term>[가-힣A-Za-z]+(?: [가-힣A-Za-z]+)?)"
            r"(?<!원칙)(?<!예외)(?<!요건)(?<!의무)(?<!조건)(?<!범위)(?<!기준)(?<!사항)(?<!내용)(?<!목적)(?<!이유)"
            r"(?:이란|란|[은는이가]) ?(?:정확히 |대체 )?(?:누구|무엇|어떤 것)(?:인가요|입니까|인지)",
            r"\g<term>의 정의는 무엇인가요",
        ),
        (r" {2,}", " "),
    )
)

_REQUEST = re.compile(
    r"(?<![가-힣])(?:(?:좀|간단히|자세히|정확히|빨리|혹시) )*"
    r"(?:(?:알려|가르쳐|찾아|보여|말해|정리해|인용해|뽑아) ?(?:줘요?|주세요|주십시오|줄래요?|주시겠어요|주실래요|달라)"
    r"|부탁(?:해요?|드려요|드립니다|드릴게요)|알고 ?싶[가-힣]*|궁금[가-힣]*|혹시)(?![가-힣])"
    r"|(?<![가-힣])좀(?=\W*$)|(?<=[가-힣] )(?:조항|규정|조문)(?=\W*$)"
    r"|(?:에 ?)?(?:관련(?:된|해서?|하여)?|관한|대한)? ?(?<![가-힣])(?:내용|부분|사항)(?:을|를|이|은|는|도)?(?=\W*$)"
    r"|(?<= )관련(?:된|해서?|하여)?(?= ?(?:조항|규정|조문|문단|근거|구절|요건|의무)[가-힣]?\W*$|\W*$)"
)
"""What asks somebody to find something and tells nothing of the thing."""


def in_plain_korean(text: str) -> str:
    """The text with casual endings and words of questions in plain forms; unchanged if it has no Hangul."""
    if not has_hangul(text):
        return text
    for pattern, plain in _REWRITTEN:
        text = pattern.sub(plain, text)
    return text.strip()


def without_request(text: str) -> str:
    """The text without the words that only ask to be told ("알려줘", "관련 내용"), if words that tell something are
    left; else the text."""
    rest = " ".join(_REQUEST.sub(" ", text).split())
    return rest if rest != text and telling_words(rest) else text


def tells_something(text: str) -> bool:
    """Whether a text has Korean words that do more than ask to be told, or what a publication says."""
    return bool(telling_words(_ASKS_WHAT_IS_SAID.sub(" ", _REQUEST.sub(" ", text))))


_ASKS_WHAT_IS_SAID = re.compile(
    r"(?<![가-힣])(?:요구|규정|설명|언급|명시|제시|기대|권고|말|이야기|얘기|다루|정|뜻|의미)"
    r"(?:하|되|합|됩|해|돼|라고)?(?:나요|니까|는지요?|는가요?|고 ?있나요|고 ?있습니까|던가요)(?![가-힣])"
)
