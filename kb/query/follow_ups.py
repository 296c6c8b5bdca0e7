"""Makes a follow-up question ("and UNESCO?", "1.5는요?") complete by means of the questions asked before it. Pure.

No model takes part: the forms of words and the names of the catalog decide.
A question is a follow-up only where its form shows it: it begins with a joining word, or it is a name, number, role or
condition without a question about it, or its subject is a pronoun. Any other question is complete and is not changed.
A follow-up becomes the earlier question with the new name, number, role or condition in the place of the old one. Where
the earlier question has nothing to replace, both questions are joined, so that the words of both are searched for.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from kb.query.edition_words import EDITION_WORDS, edition_named
from kb.records import dataclass
from kb.references.folding import fold_with_offsets
from kb.references.lexicon import lexicon_of
from kb.references.names import ByIdentity, Lexicon, Name, name_at
from kb.references.parsing import MAX_CHARS, parse, read
from kb.text.hangul import has_hangul
from kb.text.particles import with_word_at

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kb.catalog.catalog import Catalog

REMEMBERED = 3
"""How many earlier questions, the latest ones, a follow-up is read against."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """The complete question. ``why`` names the form by which the text was recognised as a follow-up; "" if it is
    none."""

    text: str
    was_follow_up: bool = False
    why: str = ""


@dataclass(frozen=True, slots=True)
class _Named:
    """A document's name in a text, with the words that belong to it ("UNESCO's Recommendation")."""

    start: int
    end: int
    name: Name


@dataclass(frozen=True, slots=True)
class _FollowUp:
    """How a follow-up is completed. ``put`` makes the complete question from an earlier one, or returns "" if that one
    has nothing to replace; ``join`` is applied to the latest question if ``put`` fails for all of them."""

    why: str
    put: Callable[[str], str]
    join: Callable[[str], str]


def _untitled(reference: str) -> str:
    return ""


def resolve(
    text: str, history: Sequence[str], catalog: Catalog, title_of: Callable[[str], str] = _untitled
) -> Resolved:
    """``text`` as a question that is complete without the conversation; ``history`` are earlier questions, oldest
    first.

    Only the last :data:`REMEMBERED` of them are used, and each of these is first completed by those before it.
    ``title_of`` gives the title of the unit that a reference names, or "". It is needed because a number means nothing
    in another document: "and UNESCO?" after "OECD 1.3" searches UNESCO for the title of OECD 1.3.
    """
    known: list[str] = []
    for question in [q.strip()[:MAX_CHARS] for q in history if q.strip()][-REMEMBERED:]:
        known.append(_resolve(question, known, catalog, title_of).text)
    return _resolve(text, known, catalog, title_of)


def _resolve(text: str, known: Sequence[str], catalog: Catalog, title_of: Callable[[str], str]) -> Resolved:
    if not known or not text.strip() or len(text) > MAX_CHARS:
        return Resolved(text)
    form = _form(text.strip(), catalog, title_of)
    if form is None:
        return Resolved(text)
    for earlier in reversed(known):
        if (done := form.put(earlier)) and len(done) <= MAX_CHARS:
            return Resolved(done, True, form.why)
    about = next((q for q in reversed(known) if _SET.search(q)), known[-1]) if form.why == "other" else known[-1]
    joined = form.join(about)
    return Resolved(joined, True, form.why) if len(joined) <= MAX_CHARS else Resolved(text)


# --- the forms of a follow-up ----------------------------------------------------------------------------------------

_LEAD = re.compile(
    r"(?:(?:ok(?:ay)?|yes|thanks|thank you)\s?[,.]\s*)?"
    r"(?:(?:(?:and|but|or|so|then|also|now)\b[\s,]*)*(?:(?:what|how)\s+about|what\s+of"
    r"|(?:the\s+)?same(?:\s+(?:question|thing))?(?=\s+(?:for|of|under|in|about))|likewise)\b[\s,]*"
    r"|(?:(?:and|but|or|so|then|also|now)\b[\s,]*)+)",
    re.IGNORECASE,
)
_LEAD_KO = re.compile(
    r"(?:(?:그럼|그러면|그렇다면|그런데|근데|그리고|또는|또한?|하지만|그렇지만|반면에?|그래도)(?=[\s,])[\s,]*)+"
)
_TAIL_KO = re.compile(
    r"(?:(?P<at>에서|에|에게|한테)?(?P<of>의\s?경우(?:에는|에|는|엔)?|은|는|도)?\s?요|(?P<short>에서는|에는|은|는)(?=\s*[?？]))\s*[?？.]*$"
)
_CONDITION_KO = re.compile(
    r"(?:[가-힣](?:면|때|경우|동안|후|전))(?:에)?(?:은|는|엔|도)?\s?(?:요|어떻게\s\S+)?\s*[?？.]*$"
)
_CONDITION = re.compile(r"(?:what\s+)?(?:if|in\s+case|unless)\b", re.IGNORECASE)
_BESIDE = re.compile(
    r"(?:when|where|once|after|before|during|while|for|in|under|with|without|at|as|outside|inside|within|on|by|to)\b",
    re.IGNORECASE,
)
_ABOUT = re.compile(r"\b(?:about|regarding|concerning)\s+(?P<x>[^?.!,]+?)(?=\s*(?:[?.!,]|$))", re.IGNORECASE)
_ABOUT_KO = re.compile(
    r"(?P<x>(?:[^\s,?.!]+[의적한인]\s)?[^\s,?.!]+)에\s?(?:대해(?:서|서는)?|관해(?:서|서는)?|대한|관한)"
)
_AUXILIARY = r"(?:is|are|was|were|do|does|did|must|should|shall|can|could|may|might|will|would|has|have|had)"
_ASKED = re.compile(
    rf"(?:(?:who|whom|whose|what|which|when|where|why|how)\b.*\b{_AUXILIARY}\b|{_AUXILIARY}\s+\S+)", re.IGNORECASE
)
_ASKED_KO = re.compile(r"(?:나요|까요?|가요|는지|세요|니까|죠|지요|데요|ㄴ가|는가|은가|인가|하라|다)\s*[?？.]*$")
_WORD_OF_QUESTION = re.compile(rf"\b(?:who|whom|whose|what|which|when|where|why|how|{_AUXILIARY})\b", re.IGNORECASE)
_PRONOUN = re.compile(
    r"\b(?:it|its|they|them|their|those|these|this|that|he|she|his|her|such)\b(?!\s+(?:of|who|which))", re.IGNORECASE
)
_PRONOUN_FIRST = re.compile(
    rf"(?:(?:who|what|when|where|why|how(?:\s+(?:long|often|much|many|soon|far))?|which|to\s+whom|by\s+when|since\s+when)"
    rf"\s+)?(?:else\s+)?{_AUXILIARY}\s+(?:also\s+)?(?P<p>it|they|this|that|these|those)\b",
    re.IGNORECASE,
)
_EXPLETIVE = re.compile(
    r"\b(?:is|was|be)\s+it\s+(?:\S+\s+){1,2}(?:to|that|if|when|for)\b|\bdoes\s+it\s+(?:take|matter|mean\s+that)\b",
    re.IGNORECASE,
)
_OTHER = re.compile(
    r"\b(?:the\s+)?(?:other\s+(?:one|two|ones)?|others|former|latter|second\s+one|first\s+one|third\s+one|last\s+one)\b",
    re.IGNORECASE,
)
_OTHER_FIRST = re.compile(
    rf"(?:(?:what|which|when|where|why|how|who)\s+)?(?:{_AUXILIARY}\s+|about\s+)?the\s+(?:other\s+(?:one|two|ones)|others"
    r"|former|latter|second\s+one|first\s+one|third\s+one|last\s+one)\b",
    re.IGNORECASE,
)
_OTHER_KO = re.compile(
    r"(?:나머지|다른\s(?:하나|것|쪽|두)|전자|후자|(?:첫|두|세|네)\s?번째\s?(?:것|는|은))(?=[가-힣\s?]|$)"
)
_PRONOUN_KO = re.compile(
    r"(?:그것|그거|그건|그게|그걸|이것|이건|이게|거기|여기|그들|그중|그때|그렇게|이를|이는|그는|그의|이의"
    r"|(?:그|이|해당|위의?|앞의?)\s(?=[가-힣]))"
)
_SET = re.compile(r"\b(?:two|three|four|five|both|several)\b|(?:두|세|네|다섯)\s?(?:가지|개|종류)|둘|셋", re.IGNORECASE)
_DEFINED = re.compile(r"(?:what|who)(?:\s+(?:is|are|was|were)\b|'s\b)", re.IGNORECASE)
_DEFINED_KO = re.compile(r"(?:무엇|뭐|뭔|누구)(?:인가요?|인지|예요|에요|가요|죠|입니까|이죠)|이란|(?<=[가-힣A-Z])란\s")

_SMALL = frozenset(
    "a an the and or but so of to in on at by for from with under as per according it its is are was were be been do "
    "does did must should shall can could may might will would has have had what which who whom whose when where why "
    "how about long often much many soon far there say says said ask asks same question one ones then also too now "
    "else that this these those they them their not if s his her s' re any some thing".split()
)
_SMALL_KO = re.compile(
    r"(?:얼마나?|얼만큼|동안|언제|누가|누구|무엇|무슨|뭐|뭘|어디|어떻|어떤|어때|몇|왜|경우|기준|같은|질문|마찬가지|역시|쪽|대해|따르|며칠|번)?"
    r"(?:은|는|이|가|을|를|에|에서|에게|의|로|으로|게|도|만|요|까지|부터|인가요?|인지|일까요?|한가요?|하나요|되나요|돼요|되죠|라고|이라고"
    r"|말하나요|보나요|나오나요|있나요|가요|며|면|서|서는|이면|예요|이에요|죠|지요)*"
)


def _form(text: str, catalog: Catalog, title_of: Callable[[str], str]) -> _FollowUp | None:
    """The kind of follow-up that ``text`` is by its form, or ``None`` where it is complete itself."""
    korean = has_hangul(text)
    lead = (_LEAD_KO if korean else _LEAD).match(text)
    rest = text[lead.end() :] if lead else text
    if not rest.strip(" ?？.!"):
        return None
    if len(re.findall(r"[?？.!]\s+\S", rest)) > 0 and not re.search(
        r"\b(?:art|no|para|std|v)\.\s", rest, re.IGNORECASE
    ):
        return None  # several sentences name their own subject
    lexicon = lexicon_of(ByIdentity(catalog))
    tail = _TAIL_KO.search(rest) if korean else None
    asks = rest.rstrip().endswith(("?", "？"))
    core = (rest[: tail.start()] if tail else rest).strip().rstrip("?？.! ,")
    cued = lead is not None or tail is not None
    words = len(core.split())
    if _OTHER_FIRST.match(rest) or (lead and _OTHER.search(rest)) or _OTHER_KO.match(rest):
        return _joining("other", text, rest)
    if form := _of_number(core, rest, cued or asks, catalog):
        return form
    if (names := _named(core, lexicon)) and (form := _of_name(core, rest, names, cued, asks, catalog, title_of)):
        return form
    if form := _of_edition(core, cued or asks, lexicon):
        return form
    if any(not each.bare for each in parse(core, catalog) if each.keys != ("whole",)):
        return None  # a reference that names its document
    asked = _ASKED.match(rest) is not None
    if names and _CONDITION.match(rest) is None and _content(_outside(core, names)) and (asked or lead is None):
        return _of_other_words(rest, names, core, lexicon)
    if korean:
        return _korean_form(text, rest, core, lead is not None, tail, words)
    return _english(text, rest, core, lead is not None, asks, words)


def _english(text: str, rest: str, core: str, led: bool, asks: bool, words: int) -> _FollowUp | None:
    is_condition = _CONDITION.match(rest) is not None and "," not in core
    if is_condition and (led or rest.lower().startswith("what") or (asks and words <= 9)):
        phrase = re.sub(r"^what\s+", "", core, flags=re.IGNORECASE)
        return _adding("condition", phrase, text)
    bare = re.sub(rf"^(?:{_BESIDE.pattern})\s*", "", core, flags=re.IGNORECASE)
    if (led or asks) and words <= 5 and (role := _ROLE.fullmatch(re.sub(r"^(?:the|an?)\s+", "", bare))):
        return _of_role(role["role"], core, text)
    if not led:
        first = _PRONOUN_FIRST.match(rest)
        if first and not _EXPLETIVE.search(rest) and words <= 12 and not _names_after(rest, first):
            return _joining("pronoun", text, rest)
        if asks and words <= 4 and not _content(core):
            return _joining("question word", text, rest)
        if asks and words <= 5 and not _WORD_OF_QUESTION.search(core):
            if _BESIDE.match(core):
                return _adding("condition", core, text)
            if re.match(r"any\s", core, re.IGNORECASE):
                return _joining("short", text, rest)
        return None
    asked = _ASKED.match(rest) is not None
    if not asked and words <= 8:
        if about := re.fullmatch(r"(?:about|on|regarding)\s+(?P<x>.+)", core, re.IGNORECASE):
            return _of_topic(about["x"], text)
        if _BESIDE.match(core):
            return _adding("condition", core, text)
        return _of_topic(core, text)
    if _PRONOUN.search(rest) and not _EXPLETIVE.search(rest) and len(_content(core)) <= 5:
        return _joining("pronoun", text, rest)
    if asked and len(_content(core)) <= 2:
        return _joining("short", text, rest)
    return None


def _korean_form(
    text: str, rest: str, core: str, led: bool, tail: re.Match[str] | None, words: int
) -> _FollowUp | None:
    if words <= 3 and not _content(rest) and re.search(r"(?:요|까)\s*[?？.]*$|[?？]$", rest):
        return _joining("question word", text, rest)
    if _PRONOUN_KO.match(rest) and words <= 9:
        return _joining("pronoun", text, rest)
    condition = _CONDITION_KO.search(rest)
    complete = _ASKED_KO.search(rest) is not None
    if (
        condition
        and words <= 7
        and (tail or not complete)
        and (led or "요" in rest[-3:] or rest.rstrip()[-1:] in "?？")
    ):
        return _adding("condition", re.sub(r"\s?요\s*[?？.]*$|[?？.]+$", "", rest.strip()), text)
    if tail and words <= 6 and not (complete and not tail["of"] and not tail["short"]):
        role = _ROLE_KO.fullmatch(core)
        if role:
            return _of_role(role["role"], core, text)
        if tail["at"]:
            return _adding(
                "condition", f"{core}{tail['at']}서는" if tail["at"] == "에" else f"{core}{tail['at']}는", text
            )
        if tail["of"] or tail["short"]:
            return _of_topic(core, text)
        return None
    if led and words <= 5:
        return _joining("short", text, rest)
    return None


def _content(text: str) -> list[str]:
    """The words of a text that are neither joining words nor fillers."""
    words = re.findall(r"[^\W_]+(?:[-'’][^\W_]+)*", text.lower().replace("’", "'").replace("'s", ""))
    return [w for w in words if w not in _SMALL and not _SMALL_KO.fullmatch(w)]


def _names_after(text: str, first: re.Match[str]) -> bool:
    """Whether "this" or "that" is the article of a noun or joins a clause: "does that person …" is still a pronoun."""
    return first["p"].lower() == "that" and re.match(r"\s+(?:the|an?|all|every)\b", text[first.end() :]) is not None


# --- names -----------------------------------------------------------------------------------------------------------

_OF_IT = re.compile(
    r"(?:['’]s)?\s(?:(?:court|courts|ai|ethics|ethical|draft)\s){0,2}(?:recommendations?|principles|guidelines?|framework"
    r"|papers?|reports?|glossary|standards?|guidance)\b(?!\s*(?:\d|for|on|of|to))|['’]s(?=\s(?:\d{4}|first|view|opinion))",
    re.IGNORECASE,
)
_OF_IT_KO = re.compile(
    r"의?\s?(?:(?:법원|AI|윤리|인공지능)\s?){0,2}(?:권고|원칙|가이드라인|지침|프레임워크|용어집|표준|보고서)(?!\s?(?:제?\s?\d))(?=[은는이가을를의에도과와\s,?]|$)"
)


def _named(text: str, lexicon: Lexicon) -> list[_Named]:
    """The documents and publishers named in ``text``, in order."""
    folded = fold_with_offsets(text[:MAX_CHARS])
    out: list[_Named] = []
    i = 0
    while i < len(folded.s):
        found = name_at(folded, i, lexicon) if folded.s[i] != " " else None
        whole = found is not None and i == 0 and found[0] >= len(folded.s)
        if found is None or (found[1].only_whole and not whole) or not (found[1].docs or found[1].unknown):
            i += 1
            continue
        start, end = folded.span(i, found[0])
        more = _OF_IT.match(text, end) or _OF_IT_KO.match(text, end)
        out.append(_Named(start, more.end() if more else end, found[1]))
        i = found[0]
    return out


def _outside(text: str, names: Sequence[_Named]) -> str:
    """The text with the names of documents cut out."""
    for named in reversed(names):
        text = f"{text[: named.start]} {text[named.end :]}"
    return text


_AT_THE_END = re.compile(r"\b(?:it|this|that|them|these|those)\s*[?.!]*$", re.IGNORECASE)


def _of_other_words(rest: str, names: Sequence[_Named], core: str, lexicon: Lexicon) -> _FollowUp | None:
    """A question with a name of its own is a follow-up only where it ends in a pronoun: "How does NIST define it?"."""
    if not _AT_THE_END.search(rest) or len(_content(_outside(core, names))) > 3:
        return None
    said = _content(_outside(core, names))
    new = core[names[0].start : names[0].end]

    def put(earlier: str) -> str:
        old = _named(earlier, lexicon)
        known = all(any(w[:5] == e[:5] for e in _content(earlier)) for w in said)
        return _with_names(earlier, old, names[0].name, new, lexicon) if known and old else ""

    return _FollowUp("pronoun", put, _joining("pronoun", rest, rest).join)


def _of_name(
    core: str,
    rest: str,
    names: Sequence[_Named],
    cued: bool,
    asks: bool,
    catalog: Catalog,
    title_of: Callable[[str], str],
) -> _FollowUp | None:
    """A follow-up that names other documents and has no question of its own, as "and UNESCO?"."""
    lexicon = lexicon_of(ByIdentity(catalog))
    korean = has_hangul(core + rest)
    outside = _outside(core, names)
    edition = EDITION_WORDS.search(outside)
    left = EDITION_WORDS.sub(" ", outside) if edition else outside
    if _content(left) or re.search(r"\d", left):
        return None
    bare = not re.search(r"\w", re.sub(r"^\s*(?:(?:under|in|for|with|by|at|and|the|of|to)\s+)*", "", left.lower()))
    if not cued and not (asks or re.search(r"(?:요|까)\s*[?？.]*$", rest)):
        return None
    if (_DEFINED_KO if korean else _DEFINED).search(rest) and not bare:
        return None
    said = " ".join(core[named.start : named.end] for named in names) if len(names) == 1 else ""
    said = said or core[names[0].start : names[-1].end]
    said = re.sub(r"['’]s$", "", said)
    if edition:
        chosen = edition_named(names[0].name, edition[0], lexicon)
        said = chosen or f"{said} {edition[0]}"

    def put(earlier: str) -> str:
        old = _named(earlier, lexicon)
        if not old:
            return ""
        numbered = [r for r in parse(earlier, catalog) if r.number and r.doc_ids]
        if (
            numbered
            and not set(numbered[-1].doc_ids) & set(names[0].name.docs)
            and (title := title_of(numbered[-1].written))
        ):
            return f"{said}: {title}" if korean else f"What does {said} say about {title}?"
        return _with_names(earlier, old, names[0].name, said, lexicon)

    return _FollowUp("name", put, lambda earlier: f"{said}: {earlier}")


def _with_names(earlier: str, old: Sequence[_Named], new: Name, said: str, lexicon: Lexicon) -> str:
    """``earlier`` with its names replaced by the new one: all names where they mean one document, else those of the
    same publisher, else the last."""
    issuers = {lexicon.editions[d].publisher for d in new.docs[:1]}

    def publisher(named: _Named) -> str:
        return lexicon.editions[named.name.docs[0]].publisher if named.name.docs else named.name.unknown

    same = [n for n in old if publisher(n) in issuers]
    works = {frozenset(n.name.docs) or frozenset((n.name.unknown,)) for n in old}
    related = all(a & b for a, b in pairwise(works))
    chosen = list(old) if related else same or [old[-1]]
    kept: list[_Named] = []
    for named in chosen:
        near = kept and re.fullmatch(r"['’\s]*s?\s*(?:의\s?)?", earlier[kept[-1].end : named.start])
        if near:
            kept[-1] = _Named(kept[-1].start, named.end, named.name)
        else:
            kept.append(named)
    out = earlier
    for named in reversed(kept):
        out = with_word_at(out, named.start, named.end, said)
    return out if out != earlier else ""


# --- editions --------------------------------------------------------------------------------------------------------


def _of_edition(core: str, cued: bool, lexicon: Lexicon) -> _FollowUp | None:
    """A follow-up that names another edition of what was asked about."""
    found = EDITION_WORDS.search(core)
    if found is None or not cued or _content(EDITION_WORDS.sub(" ", core)):
        return None

    def put(earlier: str) -> str:
        for named in _named(earlier, lexicon):
            if (ref := edition_named(named.name, found[0], lexicon)) and named.name.docs:
                end = named.end
                if more := re.match(r"['’]?s?\s*[,(]?\s*(?:of\s)?(?:the\s)?", earlier[end:]):
                    own = EDITION_WORDS.match(earlier, end + more.end())
                    end = own.end() + (earlier[own.end() : own.end() + 1] == ")") if own else end
                done = with_word_at(earlier, named.start, end, ref)
                return done if done != earlier else ""
        return ""

    return _FollowUp("edition", put, lambda earlier: f"{earlier} ({found[0]})")


# --- numbers ---------------------------------------------------------------------------------------------------------

_DIGITS = re.compile(r"\d{1,3}(?:\.\d{1,3})*(?:\s?\([a-z\d]{1,4}\))*")
_PART = re.compile(
    r"(?:sub-?)?(?:paragraphs?|paras?\.?|points?)\s?\(?\w{1,4}\)?|\(\w{1,4}\)|제?\s?\d{1,3}\s?[항호]", re.IGNORECASE
)
_ARTICLE = re.compile(r"(?:articles?|arts?\.?)\s?\d{1,3}[a-z]?|제?\s?\d{1,3}\s?조", re.IGNORECASE)


def _of_number(core: str, rest: str, cued: bool, catalog: Catalog) -> _FollowUp | None:
    """The follow-up that consists of another number, as "and 1.5?": the number takes the place of the earlier one."""
    number = re.sub(r"^(?:for|in|under|the|of|at)\s+", "", core, flags=re.IGNORECASE).strip()
    found, pure = read(number, catalog)
    if not cued or not pure or len(found) != 1 or not found[0].bare or found[0].keys == ("whole",):
        return None
    if found[0].unknown:
        return None

    def put(earlier: str) -> str:
        for old in reversed(parse(earlier, catalog)):
            at = old.written.rfind(old.number) if old.number else -1
            if at < 0:
                continue
            start, end = old.span[0] + at, old.span[0] + at + len(old.number)
            new = number
            if (article := _ARTICLE.match(old.number)) and _PART.fullmatch(number):
                gap = "" if number.startswith("(") else " " if has_hangul(number) else ", "
                new = f"{article[0]}{gap}{number}"
            elif _DIGITS.fullmatch(number) and (digits := _DIGITS.search(old.number)):
                start, end = start + digits.start(), start + digits.end()
            done = with_word_at(earlier, start, end, new)
            return done if done != earlier else ""
        return ""

    def join(earlier: str) -> str:
        names = _named(earlier, lexicon_of(ByIdentity(catalog)))
        return f"{earlier[names[-1].start : names[-1].end]} {number}" if names else rest

    return _FollowUp("number", put, join)


# --- roles, conditions, topics ---------------------------------------------------------------------------------------

_ROLE = re.compile(
    r"(?P<role>(?:providers?|deployers?|importers?|distributors?|users?|operators?|manufacturers?|developers?|employers?"
    r"|workers?|employees?|authori[sz]ed\srepresentatives?|product\smanufacturers?|notified\sbod(?:y|ies)|suppliers?"
    r"|member\sstates?|governments?|courts?|judges?|ai\sactors?|makers?|owners?|resellers?))",
    re.IGNORECASE,
)
_ROLE_KO = re.compile(
    r"(?P<role>제공자|공급자|배포자|배치자|활용자|이용자|사용자|운영자|수입자|수입업자|유통업자|유통자|배포업자|제조자|제조사|제조업자|개발자|개발사"
    r"|고용주|사용자측|근로자|직원|공인\s?대리인|대리인|통보\s?기관|회원국|정부|법원|판사|AI\s?행위자|판매자|재판매자)"
)


def _of_role(role: str, phrase: str, text: str) -> _FollowUp:
    """The follow-up that names another role, as "and deployers?": it takes the place of the role asked about before."""
    pattern = _ROLE_KO if has_hangul(role) else re.compile(rf"\b{_ROLE.pattern}\b", re.IGNORECASE)

    def put(earlier: str) -> str:
        found = pattern.search(earlier)
        if found is None or found["role"].lower() == role.lower():
            return ""
        new = role
        if not has_hangul(role):
            plural = found["role"].lower().endswith("s")
            new = f"{role}s" if plural and not role.lower().endswith("s") else role
            new = role[:-1] if not plural and role.lower().endswith("s") and not role.lower().endswith("ies") else new
            new = new.capitalize() if found["role"][:1].isupper() else new.lower()
            article = re.search(r"\b(?P<a>an?)\s$", earlier[: found.start()], re.IGNORECASE)
            if article:
                an = "an" if new[0] in "aeio" else "a"
                an = an.capitalize() if article["a"][0].isupper() else an
                return f"{earlier[: article.start()]}{an} {new}{earlier[found.end() :]}"
        return with_word_at(earlier, found.start(), found.end(), new)

    return _FollowUp("role", put, _adding("role", phrase, text).join)


def _adding(why: str, phrase: str, text: str) -> _FollowUp:
    """A follow-up that adds a condition: after an English question, before a Korean one."""

    def put(earlier: str) -> str:
        if has_hangul(phrase):
            return f"{phrase} {earlier}"
        asked = earlier.rstrip()
        end = asked[-1] if asked.endswith(("?", ".", "!")) else ""
        return f"{asked.rstrip('?.! ')} {phrase}{end or ('?' if text.rstrip().endswith('?') else '')}"

    return _FollowUp(why, put, put)


def _of_topic(topic: str, text: str) -> _FollowUp:
    """A follow-up that names another subject: it takes the place of what the earlier question was "about"."""
    korean = has_hangul(topic)

    def put(earlier: str) -> str:
        found = (_ABOUT_KO if korean else _ABOUT).search(earlier)
        return f"{earlier[: found.start('x')]}{topic}{earlier[found.end('x') :]}" if found else ""

    def join(earlier: str) -> str:
        return f"{topic}: {earlier}" if korean else _adding("topic", f"({topic})", text).join(earlier)

    return _FollowUp("topic", put, join)


def _joining(why: str, text: str, rest: str) -> _FollowUp:
    """The follow-up whose words are added to those of the earlier question, as nothing in it can be replaced."""

    def join(earlier: str) -> str:
        joined = earlier.rstrip()
        return f"{joined}{'' if joined.endswith(('?', '.', '!', '？')) else '.'} {rest[:1].upper()}{rest[1:]}"

    return _FollowUp(why, (lambda earlier: "") if why == "other" else join, join)


# --- particles -------------------------------------------------------------------------------------------------------
