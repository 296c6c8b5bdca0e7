"""Tells which form of sentence a question asks for, and which sentences have it: an exception ("Who is exempt?"), a
prohibition, a condition, a duty, the persons whom a rule is for, the receiver of something. Pure; English and Korean.

A rule and its exception have nearly the same words, so similarity cannot tell them apart; their form can. The choice
of the first sentence uses it (:mod:`kb.answering.sentence_choice`).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kb.query.exceptions_asked import EXCEPTION_ASKED, EXCEPTION_STATED, PROHIBITION_ASKED, PROHIBITION_STATED

if TYPE_CHECKING:
    from collections.abc import Sequence

_SCOPE_ASKED = re.compile(
    r"\b(?:who|whom)\b.*\b(?:covered|addressed|subject to|bound by)\b"
    r"|\b(?:who|whom)\b.*\bappl(?:y|ies) to\b"
    r"|\b(?:what|which) (?:(?:do|does) (?:the|this|these)\b.*\bappl(?:y|ies) to\b|(?:\w+ )?(?:people|persons|systems"
    r"|firms|companies|staff|organi[sz]ations|documents)\b.*\bappl(?:y|ies) to\b)|\b(?:in scope|scope of)\b"
    r"|\b(?:to|for) (?:whom|who|which)\b.*\b(?:appl(?:y|ies)|meant|intended|addressed)\b"
    r"|누구에게 ?(?:적용|해당)|어디에 ?적용|적용 ?(?:대상|범위)|적용(?:을 )?받는|적용되(?:는|나|며|죠)",
    re.IGNORECASE,
)
_SCOPE_STATED = re.compile(
    r"\bappl(?:y|ies)\b(?: \w+){0,2}? to\b|\b(?:is|are) (?:addressed|intended|meant) (?:to|for)\b|\bcovers?\b"
    r"|(?:에|에게|에는|에도) ?(?:이를 )?적용(?:한다|된다|합니다|됩니다|하며|되며)"
    r"|적용 ?대상|대상으로 ?(?:한다|합니다|하며|하고|한 )",
    re.IGNORECASE,
)
_GIVES = (
    r"(?:report|notif|inform|submit|appl(?:y|ied|ication)|send|sent|address|refer|lodge|tell|contact|disclos|surrender|appeal|complain|escalat"
    r"|hand)\w*"
)
_SOMEBODY = r"(?:the|his|her|their|its|an?|your|our|[A-Z<])"
_GIVES_KO = r"(?:신고|보고|제출|신청|알려|알리|알린|통지|통보|문의)"
_RECIPIENT_ASKED = re.compile(
    r"\bto (?:whom|who|which \w+)\b|\bwho (?:must|should|shall|has to|is to|is|are) be (?:told|informed|notified)\b"
    rf"|\b(?:who|whom) (?:must|shall|should|do|does|has|have|can|may|is|are) .*\b(?:to|{_GIVES} to)\W*$"
    r"|\b(?:who|whom) (?:must|shall|should|do|does|can|may) (?:we|i|you|an?|the|staff|they|it|employees) .*"
    rf"\b{_GIVES}\b|(?:누구(?:에게|한테)|어디(?:에|로)) ?(?:[가-힣]+ ){{0,3}}?{_GIVES_KO}"
    rf"|{_GIVES_KO}(?:은|는|을|를) (?:누구(?:에게|한테)|어디(?:에|로)) ?(?:하|해|할)",
    re.IGNORECASE,
)
_RECIPIENT_STATED = re.compile(
    rf"\b{_GIVES}\b[^.;:]*\b(?:to|with) {_SOMEBODY}|\b(?:notify|notified|inform|tell|contact) {_SOMEBODY}"
    rf"|(?:에게|한테|[가-힣]에) ?(?:[가-힣]+(?:으로|로|하여|를|을|적어)? ?){{0,2}}{_GIVES_KO}",
    re.IGNORECASE,
)
_CONDITION_ASKED = re.compile(
    r"\b(?:under|on|in) (?:what|which) (?:\w+ )?(?:conditions?|circumstances?|cases?|terms)\b"
    r"|\bwhen (?:may|can|could|(?:is|are) .*\b(?:allowed|permitted|possible|considered|deemed|regarded))\b"
    r"|^when (?:should|must|shall)\b"
    r"|\bwhat (?:\w+ )?(?:conditions|criteria|requirements)\b"
    r"|\bwhat (?:is|are|do|does|must|has to)\b.*\b(?:needed|necessary|required|need)\b.*\b(?:to|before|for)\b"
    r"|(?:조|요)건(?:은|이|을)|(?:어떤|어느) ?(?:경우|때)"
    r"|(?:경우|때)(?:는|가|에는) ?(?:언제|무엇|어떤|있)|(?:수 있는|되는) (?:경우|때)"
    r"|[가-힣]려면 (?:[가-힣]+ )?(?:무엇|무슨|어떤|뭐)[가-힣]* ?(?:[가-힣]+[이가] )?(?:필요|있어야|갖춰|해야)",
    re.IGNORECASE,
)
_CONDITION_STATED = re.compile(
    r"\b(?:where|if|when|provided|only|unless|subject to|in (?:the )?(?:case|event)|as long as"
    r"|conditions?|criteria|requirements)\b"
    r"|경우|요건|조건|때에(?:는|만)?|한하여|한해|(?<![서화측전])면 ",
    re.IGNORECASE,
)
_FIRST_DONE_ASKED = re.compile(
    r"\bwhat (?:must|has to|have to|needs? to|should|is to)\b.*\b(?:happen|done|be \w+ed)\b.*\b(?:first|before)\b"
    r"|\bwhat (?:must|should|do|does|has|have)\b.*\bdo (?:first|before)\b"
    r"|기 ?전에 ?(?:무엇|무슨|어떤|먼저)",
    re.IGNORECASE,
)
_FIRST_DONE_STATED = re.compile(r"\b(?:before|until|prior to|first|unless)\b|전에|앞서|먼저|미리|사전", re.IGNORECASE)
_DUTY_ASKED = re.compile(
    r"\bwhat (?:(?:are|is) .*)?\b(?:duties|duty|responsibilit(?:y|ies)|obligations?|tasks?)\b"
    r"|(?:해야|하여야) ?(?:할|하는) ?(?:일|업무|조치)"
    r"|(?:의무|책임|업무|역할|임무)(?:은|는|에는|이|가) ?(?:무엇|뭐|어떤)",
    re.IGNORECASE,
)
_DUTY_STATED = re.compile(
    r"\b(?:responsib\w+|dut(?:y|ies)|obligations?|obliged|accountable|in charge)\b"
    r"|\b(?:shall|must|should|has to|have to|required to)(?: \w+)?[:：]"
    r"|각 ?호의 [가-힣 ]{0,12}(?:업무|사항|조치|역할)|(?:업무|역할)[를을] ?(?:수행|맡|담당)|(?<!무)책임|의무",
    re.IGNORECASE,
)
_FORCE_ASKED = re.compile(
    r"^(?:is|are|does|do) .*\b(?:binding|mandatory|compulsory|obligatory|voluntary|legal (?:force|effect))\b"
    r"|구속력|강제(?:성|력|되|인가|입니까|사항|규정)|의무 ?사항인|(?:법적|강제) ?효력",
    re.IGNORECASE,
)
_FORCE_STATED = re.compile(
    r"\b(?:(?:non[- ]?|legally )?binding|mandatory|compulsory|obligatory|voluntary|optional|legal (?:force|effect))\b"
    r"|구속력|강제|권고(?:이|에 불과|적)|의무 ?사항|효력",
    re.IGNORECASE,
)
_DIFFERENCE_ASKED = re.compile(
    r"\bdifferences? between\b|\b(?:differs?|different|distinguished) from\b|\bhow (?:do|does) .* differ\b"
    r"|차이|다른 ?점|어떻게 ?(?:다른|다릅|구별|구분)",
    re.IGNORECASE,
)
_DIFFERENCE_STATED = re.compile(
    r"\b(?:whereas|while|unlike|in contrast|by contrast|on the other hand|differs?|distinction|rather than)\b"
    r"|반면|달리|차이|구별|구분",
    re.IGNORECASE,
)
_MEMBERS_ASKED = re.compile(
    r"\bwho (?:sits|serves|is|are) (?:on|in) the\b|\b(?:who|what) (?:is|are) the members of\b"
    r"|\b(?:what|how|who) (?:is|are|does|do) .*\b(?:composed|consist|comprise|made up)\b"
    r"|(?:누구|무엇|어떻게) ?구성|구성원은|구성되|구성하",
    re.IGNORECASE,
)
_MEMBERS_STATED = re.compile(
    r"\b(?:consists?|consisting|composed|made up) of\b|\bcompris(?:es?|ing)\b"
    r"|\bmembers (?:of [\w ]{1,40} )?(?:are|shall be|include)\b"
    r"|구성(?:한다|된다|하되|합니다|됩니다|하며|되며)|위원(?:은|장은)",
    re.IGNORECASE,
)
_PURPOSE_ASKED = re.compile(
    r"\b(?:purposes?|aims?|objectives?|goals?) of\b|\bwhat .* (?:meant|intended) (?:for|to)\b"
    r"|\bwhat (?:is|are) .{3,60} for\W*$|목적[은이]|무엇을 위한",
    re.IGNORECASE,
)
_PURPOSE_STATED = re.compile(
    r"\b(?:purposes?|aims?|objectives?|goals?|intention|intent|(?:is|are) (?:intended|designed|meant)|in order to)\b"
    r"|\b(?:can be|is|are) (?:used|preferred|the means|(?:a|the) (?:\w+ )?(?:means|way)) to\b|목적|위하여|위해",
    re.IGNORECASE,
)


def states_force_asked(question: str, words: str) -> bool:
    """Whether a question asks whether something binds, and a sentence says whether it does."""
    return _FORCE_ASKED.search(question) is not None and _FORCE_STATED.search(words) is not None


SENTENCE_FORMS = (
    (_FORCE_ASKED, _FORCE_STATED),
    (EXCEPTION_ASKED, EXCEPTION_STATED),
    (PROHIBITION_ASKED, PROHIBITION_STATED),
    (_SCOPE_ASKED, _SCOPE_STATED),
    (_RECIPIENT_ASKED, _RECIPIENT_STATED),
    (_FIRST_DONE_ASKED, _FIRST_DONE_STATED),
    (_CONDITION_ASKED, _CONDITION_STATED),
    (_DUTY_ASKED, _DUTY_STATED),
    (_DIFFERENCE_ASKED, _DIFFERENCE_STATED),
    (_MEMBERS_ASKED, _MEMBERS_STATED),
    (_PURPOSE_ASKED, _PURPOSE_STATED),
)
"""For each form of sentence, how a question asks for it and how a sentence shows it. The first form that fits the
question counts."""

_TEXT = (
    r"(?:guid(?:e|ance|elines?|ebook)|polic(?:y|ies)|document|report|handbook|paper|statement|standard|manual|note"
    r"|template|notice|framework|recommendation|publication|section|chapter|part|annex|appendix|code)"
)
_ANNOUNCING = re.compile(
    rf"\b(?:this|the present|these) (?:[\w“”()-]+ ){{0,4}}?{_TEXT}s?\b(?: \([^)]*\))?[^.;]{{0,12}}? (?:also )?"
    r"(?:sets? out|aims?|describes?|explains?|outlines?|expresses|presents?|seeks? to|summari[sz]es|introduces|serves"
    r"|provides? (?:an? |the )?(?:guid|overview|information|specific|general|summary)|addresses|focuses"
    r"|(?:is|are) (?:intended|designed|meant) to)"
    rf"|\b(?:purpose|aim|objective|goal|intent|intention) of (?:this|the) (?:\w+ )?{_TEXT}\b"
    r"|^It (?:is the intent of this|aims|focuses|seeks|is intended)\b"
    rf"|\bin this {_TEXT}\b[^.]*\b(?:draws?|sets?|describes?|gives?)\b"
    r"|(?:가이드라인|지침|규정|안내서|기준|문서|보고서|이 ?(?:법|영|고시|조례)|정책)[은는][^.]*"
    r"(?:목적으로 ?(?:한다|합니다)|마련되었|되기를 바랍니다|(?:안내|제시|설명)(?:한다|합니다))",
    re.IGNORECASE,
)
_ASKS_WHAT_IT_IS = re.compile(
    r"\b(?:purpose|aims?|objectives?|goals?|intent|intended|about|why|what for|set out|cover)\b"
    r"|목적|취지|왜|무엇에 관|다루|내용",
    re.IGNORECASE,
)


_BACKGROUND = re.compile(
    r"(?:[\divx]+[.)]? )?(?:(?:fore|pre)words?|preface|background|explanatory notes?|about this \w+"
    r"|why (?:it|this) matters|context|(?:foot|end)notes?|각주"
    r"|발간사|머리말|들어가(?:며|는 말)|서문|인사말|(?:추진|제정|도입)? ?배경)\W*",
    re.IGNORECASE,
)
_ASKS_BACKGROUND = re.compile(
    r"\b(?:why|background|purpose|aims?|reasons?|foreword|preface|context|history|how many respon\w+)\b"
    r"|왜|배경|취지|목적|발간사|머리말|서문|이유",
    re.IGNORECASE,
)


def explained(terms: Sequence[str]) -> re.Pattern[str] | None:
    """A pattern of glossary sentences that explain one of the terms ("Keeper – …", "등불지기: …"); ``None`` without
    terms. For a term with "of", its first part counts as well ("custodian of information")."""
    heads = dict.fromkeys(part for term in terms for part in (term, term.split(" of ")[0]) if len(part) > 1)
    if not heads:
        return None
    words = "|".join(re.escape(head).replace(r"\ ", r"\s+") for head in heads)
    return re.compile(
        rf"(?:^|[.\n] ?|^(?:\w+ ){{1,3}})[•*\-]?\s*[“\"'‘]?(?:{words})s?[”\"'’]?(?: \([^)]*\))?(?:\s?[–—:：]|\s-)\s"
        rf"|\b(?:{words})s? (?:means?|refers? to|is defined|are defined)\b|(?:{words})[”\"'’]?(?:이?란)\b"
        rf"|^(?:An? |The )?(?:{words})s?(?: \([^)]*\))? (?:is|are) (?!(?:not|also|then|only|\w+(?:ed|en))\b)",
        re.IGNORECASE,
    )


_PERMISSION_ASKED = re.compile(
    r"^(?:may|can|could)\b(?! (?:you|i find)\b)|^(?:is|are)\b.*\b(?:allowed|permitted|acceptable)\b"
    r"|\b(?:is|are) (?:we|they|staff|employees|users) (?:allowed|permitted)\b"
    r"|^(?!.*(?:무엇|무슨|어떤|언제|누가|누구|몇|얼마|어디|어느|며칠))"
    r".*(?:[가-힣]도 ?(?:되나|됩니까|될까|되는|괜찮)|할 수 있(?:나요|습니까|는지)\W*$|가능(?:한가|합니까|할까))",
    re.IGNORECASE,
)
_PERMISSION_STATED = re.compile(
    rf"{PROHIBITION_STATED.pattern}"
    r"|\bmay\b|\b(?:allowed|permitted|permissible|acceptable|authori[sz]ed|admissible|entitled|right to)\b"
    r"|수 있(?:다|습|으)|도 된다|도 됩니다|허용",
    re.IGNORECASE,
)


def permission_asked(question: str) -> re.Pattern[str] | None:
    """How a sentence says that something may be done or may not, where a question asks whether it may; ``None`` where
    it asks nothing of the kind."""
    return _PERMISSION_STATED if _PERMISSION_ASKED.search(question) else None


_COUNT_ASKED = re.compile(
    r"\bhow many (?:\w+ed |other |different |separate )?(?P<noun>(?!hours|days|weeks|months|years)[a-z]{4,})"
    r"|몇 ?(?!(?:년(?:도|에)|일에)(?!\s*(?:걸쳐|한 ?번|한 ?차례|\d)))"
    r"(?P<unit>개월|년|명|인|일|시간|회|차례|곳|개|가지|점|퍼센트|세|주)(?![가-힣]?요)",
    re.IGNORECASE,
)
_BEHIND_UNIT = (
    "(?:간|씩|째|마다|동안|내외|안팎|정도|가량|당|짜리|의|이상|이하|이내|미만|초과|까지|부터|으?로|에게?|에서|에는|이나?|을|를|은|는|가|와|과|도|만|뿐"
    "|전|후|중|이?다|입니다|이며|이고|으로 |인)*"
)
"""Particles and bounds that may stand behind a Korean unit."""
_FIGURE_WORDS = r"(?:\d[\d,.]*|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|no|several)"


def number_of_counted(question: str) -> re.Pattern[str] | None:
    """How a sentence gives the number of what a question counts ("How many stakeholders": "over 70 stakeholders");
    ``None`` if it counts nothing."""
    found = _COUNT_ASKED.search(question)
    if found is None:
        return None
    if unit := found["unit"]:
        figures = r"\d{1,3}" if unit == "년" else r"\d{1,3}(?:,?\d{3})*|\d{4,}"  # "2030년" is no number of years
        number = rf"(?:(?<![\d,])(?:{figures})|(?<![가-힣])(?:[한두세네]|다섯|여섯|일곱|여덟|아홉|열))"
        return re.compile(rf"{number} ?{unit}(?:{_BEHIND_UNIT})(?![가-힣])")
    stem = re.escape(found["noun"][: max(4, len(found["noun"]) - 3)])
    return re.compile(rf"\b{_FIGURE_WORDS}\)?[ -](?:[\w-]+ ){{0,2}}{stem}", re.IGNORECASE)


_DEFINING = re.compile(
    r"[“\"‘'][^”\"’']{1,60}[”\"’'] ?(?:이?란 |means? |refers? to )"
    r"|[가-힣](?:이란|란) .*(?:말한다|말합니다|뜻한다|의미한다)\.?$"
)
_OF_TERMS = re.compile(
    r"[“\"‘'][^“”\"‘’']+[”\"’']\W*|(?:[\w.()]+ ){0,2}(?:definitions?|(?:key )?terms(?: and definitions| used)?|glossary"
    r"|words used|용어(?:의 ?(?:뜻|정의))?)\W*|(?:제?\d+(?:조|장)? ?[.)(]? ?)?정의\W*",
    re.IGNORECASE,
)


def only_defines(words: str, headings: Sequence[str]) -> bool:
    """Whether a sentence says what a word means, by its own form or since it stands under the heading of a glossary."""
    return _DEFINING.search(words) is not None or (bool(headings) and _OF_TERMS.fullmatch(headings[-1]) is not None)


_TRANSITIONAL = re.compile(
    r"경과 ?조치|시행 ?(?:전에|당시|일 전에)"
    r"|\b(?:before|prior to|on) the (?:date of )?(?:entry into force|commencement)\b|\btransitional\b",
    re.IGNORECASE,
)
_ASKS_TRANSITION = re.compile(
    r"경과|기존|이미|부칙|전에|당시|이전|\b(?:already|existing|before|earlier|transition\w*|legacy|old)\b",
    re.IGNORECASE,
)


def is_transitional(question: str, words: str) -> bool:
    """Whether a sentence is only for what was there before a rule came into force, and the question does not ask
    that."""
    return _TRANSITIONAL.search(words) is not None and _ASKS_TRANSITION.search(question) is None


def form_asked(question: str) -> re.Pattern[str] | None:
    """How a sentence of the form that a question asks for shows it; ``None`` if it asks for no form in particular."""
    return next((has for asked, has in SENTENCE_FORMS if asked.search(question)), None)


_ILLUSTRATES = re.compile(
    r"(?:For (?:example|instance)|Example|By way of example)\b|(?:In )?[Tt]he following (?:\w+ ){0,3}?examples?\b"
    r"|(?:Here|Below|The following) (?:is|are) (?:an? |some )?(?:\w+ )?examples?\b|다음은 [가-힣 ]*(?:예|예시|사례)"
    r"|예를 ?들|예컨대|이를테면"
)
_ASKS_EXAMPLE = re.compile(r"\b(?:examples?|instances?|such as)\b|예시|사례|예를", re.IGNORECASE)


def only_announces(question: str, words: str) -> bool:
    """Whether a sentence only states the purpose of its document ("This guidance sets out …") or gives an example,
    unless the question asks for that."""
    if _ILLUSTRATES.match(words) and not _ASKS_EXAMPLE.search(question):
        return True
    return _ANNOUNCING.search(words) is not None and _ASKS_WHAT_IT_IS.search(question) is None


def is_background(question: str, headings: Sequence[str]) -> bool:
    """Whether a passage's last heading is one of a preface, of background or of footnotes, and the question does not
    ask for that."""
    return bool(headings) and _BACKGROUND.fullmatch(headings[-1]) is not None and not _ASKS_BACKGROUND.search(question)


_ELIGIBLE = re.compile(
    r"\W*(?:\d+(?:\.\d+)*\W+|\(?\w{1,3}[.)]\s+)?(?:In order to|To) (?:be (?:eligible|entitled|considered)|qualify)\b"
    r"|.*받으려면",
    re.IGNORECASE,
)
_ASKS_ELIGIBLE = re.compile(
    r"\b(?:who|whom|eligib\w+|qualif\w+|entitled|conditions?|criteria|requirements?|need(?:ed|s)?|must|have to|when)\b"
    r"|누가|누구|자격|조건|요건|대상|려면|경우|필요",
    re.IGNORECASE,
)


def only_qualifies(question: str, words: str) -> bool:
    """Whether a sentence only says who may claim something, and the question does not ask that."""
    return _ELIGIBLE.match(words) is not None and _ASKS_ELIGIBLE.search(question) is None


_NAME_POINT = re.compile(r"\s*[•▪◦·–*-]\s+(?P<name>[^.:;]{4,80})$")


def only_names(words: str) -> bool:
    """Whether a point of a list is a name alone, each long word of it with a capital letter ("• Long Run Costs")."""
    found = _NAME_POINT.match(words)
    return found is not None and all(word[0].isupper() for word in re.findall(r"[A-Za-z]{4,}", found["name"]))


_WAY_ASKED = re.compile(
    r"^how (?:should|do|does|can|must|shall|may|is|are|will|to)\b(?! (?:often|long|many|much))"
    r"|어떻게|방법은|절차는",
    re.IGNORECASE,
)
_WAY_STATED = re.compile(
    r"\b(?:must|shall|should|need to|have to|has to|required to|can be|may be|by (?:\w+ly )?\w+ing|using|via|through)\b"
    r"|^\W*(?:[Uu]se|[Ss]end|[Pp]rovide|[Ss]ubmit|[Ff]ollow|[Mm]ake|[Ii]nstall|[Cc]omply|[Ee]nsure)\b"
    r"|하여야|해야|하십시오|하세요|합니다|한다",
)


def way_asked(question: str) -> re.Pattern[str] | None:
    """How a sentence says how something is done, where a question asks that; else ``None``."""
    return _WAY_STATED if _WAY_ASKED.search(question) else None
