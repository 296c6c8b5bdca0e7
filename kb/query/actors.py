"""Who is asked about, and of whom a sentence speaks: "What must an importer do?", "Importers shall …". Pure; English
and Korean.

Acts give each actor a paragraph in nearly the same words, so that what tells them apart is the subject of the sentence.
Actors are told by the form of their names ("deployer", "notified body", "공인 대리인"), by no list of one document's.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from kb.query.korean_terms import load_terms
from kb.text.hangul import count_hangul, has_hangul

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

Actor = tuple[str, ...]
"""An actor by the words of the name in the singular, the last one being the head: ("notified", "body")."""

# --- names

_NO_PERSONS = frozenset(
    "adapter after agree alter anchor another answer barrier behavior behaviour border browser buffer cancer"
    " center chapter character charter cheaper classifier cluster color colour computer confer consider container"
    " corner counter cover danger december decoder deeper defer degree deliver differ discover disorder door"
    " driver earlier easier either encoder encounter enter error ever exterior factor favor fee fewer filter floor"
    " folder former free further greater guarantee hamper header higher honor however identifier incur indicator"
    " infer inferior inter interior junior labor larger later latter layer letter longer lower major manner marker"
    " master matter measure merger meter minor mirror monitor moreover neither never newer november number october"
    " offer order other over paper parameter per power prefer printer prior proper quarter rather refer register"
    " remainder render robot router safer scanner sector see semester semiconductor senior sensor september server"
    " shorter simpler smaller stronger suffer summer superior tender their thereafter three tier together transfer"
    " transformer tree trigger under upper vector water weather whatever whenever wherever whether whoever wider"
    " winter wonder yesterday"
    " gender disaster older foster oversee remember empower ledger younger faster slower broader narrower"
    " stricter tougher clearer cyber banner poster newsletter fever tamper hinder wither gather cater bother"
    " ponder recover uncover deter bolster administer decipher encumber outnumber reconsider supercomputer"
    " smarter cooler river timer diameter perimeter thermometer chamber timber leather laser taser fiber fibre"
    " polymer cheer career foresee pedigree decree coffee knee tumor humor rumor terror horror tenor endeavor"
    " motor".split()
)
"""Words that end as the names of those who do something do, and name nobody."""
_HEADS = (
    r"representatives?|applicants?|participants?|defendants?|consultants?|accountants?|agents?|students?|patients?"
    r"|residents?|clients?|respondents?|persons?|people|individuals?|citizens?|children|parents?|staff|personnel"
    r"|undertakings?|(?:micro)?enterprises?|compan(?:y|ies)|firms?|business(?:es)?|corporations?|organi[sz]ations?"
    r"|institutions?|authorit(?:y|ies)|bod(?:y|ies)|agenc(?:y|ies)|governments?|ministr(?:y|ies)|departments?"
    r"|municipalit(?:y|ies)|courts?|judges?|tribunals?|banks?|councils?|schools?|universit(?:y|ies)|hospitals?|actors"
    r"|signator(?:y|ies)|entit(?:y|ies)|guardians?|physicians?|nurses?|technicians?|scientists?|specialists?"
    r"|journalists?|parliaments?|secretariat|laborator(?:y|ies)|third part(?:y|ies)|member states?|teams?|boards?"
    r"|panels?|[a-z]{3,}(?:er|or|ee)s?"
)
_CAPITAL_HEADS = r"Conference|Part(?:y|ies)|States?|Commission|Office|Secretary General"
_ACTOR_HEAD = re.compile(rf"\b(?:(?i:{_HEADS})|{_CAPITAL_HEADS})\b")
_SHARED_HEADS = frozenset(
    "representative authority body agency institution organisation person party state board office committee council"
    " department court entity company firm team panel agent".split()
)
"""Heads that many actors share; what stands before them tells these apart."""
_NO_ATTRIBUTES = frozenset(
    "a an the each every any no some all such that those this these other one its their his her our your which"
    " who whose of for to by in on at with from or and as is are was be been being must shall should may can do"
    " does did has have had will would where when if before after upon unless until while relevant concerned"
    " respective only also not both either established new initial same responsible certain many most several more"
    " what how why under within between among via because it they we i you there".split()
)
_ORGANISATIONS = frozenset(
    "company firm business organisation institution enterprise undertaking corporation school university hospital bank"
    " employer person people individual 회사 기업 업체 공공기관 기관 학교 대학 병원 은행 법인 개인 단체".split()
)
"""What somebody is and not what part he has: each of these may be the provider or deployer of which a text speaks."""
_PUBLIC = (("public", "authority"), ("public", "body"), ("public", "institution"))
_OF_ANY_ACTOR = frozenset(
    "relevant concerned respective established new initial same responsible certain many most several other".split()
)
"""Words before any actor's name that do not belong to it."""
_NAME_WORD = re.compile(r"[A-Za-z][\w’'-]*|[,;:()]")
_KO_NAMES = (
    r"(?:[가-힣]{2,12}자(?<!투자|문자|숫자|글자|전자|적자|흑자|일자|이자)"
    r"|[가-힣A-Z]{0,12}(?:대리인|사용인|감사인|신청인|청구인|관리인|보증인|임차인|개인|법인|법원|기관|기업"
    r"|업체|회사|단체|조직|정부|당국|당사국|회원국|체약국|위원회|이사회|협의회|협회|장관|청장|처장|원장|센터장|부서장"
    r"|팀장|위원장|위원|국가|부처|부서|임직원|직원|임원|판사|교원|교사|학교|대학|병원|은행|변호사|심사원"
    r"|총장|사무국|센터|지방자치단체))"
)
"""How Korean actors are called; 자 ends the name of whoever does something, and of a few things."""
_KO_NAMED = rf"(?<![가-힣])(?P<name>(?:[가-힣]{{2,8}} )?{_KO_NAMES})(?:들)?"
_KO_TOPIC = re.compile(rf"{_KO_NAMED}(?:에서)?(?:은|는)(?=[\s,])")
_KO_SUBJECT = re.compile(rf"{_KO_NAMED}(?:이|가)(?=[\s,])")
_KO_WHOSE = re.compile(rf"{_KO_NAMED}의 (?:[가-힣]+ (?:및 )?){{0,3}}?(?:의무|책무|책임|업무|역할|권한)")
_KO_JOINED = re.compile(rf"(?P<name>{_KO_NAMES})(?:들)?(?:와|과|·|,| 및| 또는| 혹은) ?$")


_ANYBODY = frozenset({"individual", "person", "people", "citizen"})
"""Heads that acts use for whoever is meant."""


def is_same_actor(one: Actor, other: Actor) -> bool:
    """Whether two names may mean one actor: the same head, and no words before it that speak against that."""
    if has_hangul(one[-1]):
        return one[-1].endswith(other[-1]) or other[-1].endswith(one[-1])
    if one[-1] != other[-1] and not {one[-1], other[-1]} <= _ANYBODY:
        return False
    a, b = set(one[:-1]), set(other[:-1])
    return a <= b or b <= a


def names_any(asked: Iterable[Actor], actors: Iterable[Actor]) -> bool:
    """Whether one of the actors is one of those asked about."""
    known = tuple(asked)
    return any(is_same_actor(a, b) for a in actors for b in known)


def speaks_of_others(asked: frozenset[Actor], actors: frozenset[Actor]) -> bool:
    """Whether a sentence is about other actors than those asked about. A question for a kind of organisation ("a
    school") may mean whoever has the part of which the sentence speaks ("deployers"): that is no other."""
    if not actors or names_any(asked, actors):
        return False
    is_kind = any(actor[-1] in _ORGANISATIONS or actor in _PUBLIC for actor in asked)
    return not is_kind or all(actor[-1] in _SHARED_HEADS for actor in actors)


def _actors_in(text: str) -> Iterator[tuple[int, Actor]]:
    """The actors that English words name, each with the place of its head."""
    for found in _ACTOR_HEAD.finditer(text):
        name = [_in_singular(word) for word in found.group().split()]
        if name[-1] in _NO_PERSONS:
            continue
        if name[-1] in _SHARED_HEADS:
            for word in reversed(_NAME_WORD.findall(text[: found.start()])[-2:]):
                if word.lower() in _NO_ATTRIBUTES or not word[0].isalpha():
                    break
                name.insert(0, _in_singular(word))
        yield found.start(), tuple(name)


def _in_singular(word: str) -> str:
    low = word.lower().replace("ize", "ise").replace("iza", "isa")
    if low.endswith("ies") and len(low) > 4:
        return f"{low[:-3]}y"
    if low.endswith("sses"):
        return low[:-2]
    return low[:-1] if low.endswith("s") and not low.endswith(("ss", "us")) else low


# --- the question

_BEFORE_ACTOR = (
    re.compile(
        r"\b(?:obligations?|dut(?:y|ies)|responsibilit(?:y|ies)|tasks?|role|powers?|rights?)(?: \w+){0,2}?"
        r" (?:of|for|on|upon|appl(?:y|ies|icable) to) ",
        re.IGNORECASE,
    ),
    re.compile(r"(?:(?:^|[,.;:] )as|\bam|\bwe are|\bwe['’]re|\bi['’]m) (?:an?|the) ", re.IGNORECASE),
    re.compile(
        r"\b(?:must|shall|should|may|can|could|ought|do|does|did|is|are|has|have|will|need)(?:n['’]t| not)? ",
        re.IGNORECASE,
    ),
)
"""What stands before the actor whose duty, right or power is asked for."""
_BEFORE_NAMES = frozenset("a an the each every any our all some both".split())
_MOST_TO_HEAD = 5
"""Words that may stand between that and the head of the actor's name."""
_AND_ANOTHER = re.compile(r"\s*(?:,|and|or)\s(?:and |or )?(?:an? |the )?(?:[\w’'-]+ )?$")
_NO_NOUN_BEHIND = (
    r"(?:and|or|also|only|not|ever|still|always|never|that|who|which|whose|to|of|for|in|on|at|by|with|from|as|about"
    r"|after|before|if|when|where|under|within|must|shall|should|may|can|do|does|did|is|are|be|has|have|had|need|needs"
    r"|there|then|themselves|itself|\w+(?:ed|ly|ing))"
)
_OWNS_SUBJECT = re.compile(
    rf"(?:['’]s?)? (?!{_NO_NOUN_BEHIND} )(?:[a-z-]+ )?[a-z-]{{3,}} (?:(?:also|only|always|still|not) )?"
    r"(?:be|have|has|been|contain|remain)\b",
    re.IGNORECASE,
)
"""An actor's name that only tells of whom a thing is: "keeper records be kept"."""
_OWNS_DUTIES = re.compile(
    r"['’]s? (?:\w+ ){0,2}?(?:obligations?|dut(?:y|ies)|responsibilit(?:y|ies)|tasks?|powers?|rights?)\b", re.IGNORECASE
)
_ASKS_WHICH = re.compile(
    r"\W*(?:who\b|which\b(?! (?:\w+ )?(?:obligations?|dut(?:y|ies)|responsibilit(?:y|ies)|tasks?|powers?|rights?)\b))",
    re.IGNORECASE,
)

_WHICH_MUST = re.compile(
    r"\W*which (?P<who>(?:[\w-]+ ){0,3}?[\w-]+) (?:must|shall|should|(?:has|have|needs?) to) (?!be\b)", re.IGNORECASE
)
"""Asks which of some actors have a duty: "Which keepers must register?"."""


@lru_cache(maxsize=64)
def actors_asked(question: str) -> frozenset[Actor]:
    """The actors whose duty, right or power a question asks for; of a Korean question also their English names. Empty
    where it names none as the one who acts ("Who must …?", "Which providers are exempt?")."""
    if has_hangul(question):
        found = next((m for p in (_KO_TOPIC, _KO_WHOSE, _KO_SUBJECT) if (m := p.search(question))), None)
        if found is None:
            return frozenset()
        english = " or ".join(load_terms().expand(found["name"])[-1:]).split(" or ")
        translated = {actor for name in english for _, actor in [*_actors_in(name)][-1:]}
        return frozenset({(found["name"].split()[-1],)} | translated)
    if (must := _WHICH_MUST.match(question)) is not None:
        return frozenset(actor for at, actor in _actors_in(must["who"]) if _ACTOR_HEAD.fullmatch(must["who"], at))
    if _ASKS_WHICH.match(question):
        return frozenset()
    actors = [*_actors_in(question)]
    for pattern in _BEFORE_ACTOR:
        for before in pattern.finditer(question):
            first = next((n for n, (at, _) in enumerate(actors) if at >= before.end()), None)
            if first is not None and _is_attribute(question, actors[first][0]):
                continue
            if first is not None and _is_name_before(question[before.end() : actors[first][0]]):
                return frozenset(actor for _, actor in _with_those_joined(question, actors[first:]))
    owning = (
        actor
        for at, actor in actors
        if (m := _ACTOR_HEAD.match(question, at)) and _OWNS_DUTIES.match(question, m.end())
    )
    return frozenset([*owning][:1])


def _is_attribute(question: str, at: int) -> bool:
    """Whether the actor's name at a place only tells of whom the subject is."""
    head = _ACTOR_HEAD.match(question, at)
    if head is None or head[0].endswith("s"):
        return False
    owned = _OWNS_SUBJECT.match(question, head.end())
    return owned is not None and not any(_actors_in(owned[0]))


def _is_name_before(between: str) -> bool:
    """Whether words before an actor's head belong to its name."""
    words = between.lower().split()
    rest = words[1:] if words[:1] and words[0] in _BEFORE_NAMES else words
    return len(words) <= _MOST_TO_HEAD and not any(word in _NO_ATTRIBUTES for word in rest)


def _with_those_joined(question: str, actors: Sequence[tuple[int, Actor]]) -> Iterator[tuple[int, Actor]]:
    """The first actor, and those that follow it with nothing but "and" or "or" between."""
    yield actors[0]
    for (at, _), each in pairwise(actors):
        head = _ACTOR_HEAD.match(question, at)
        if head is None or _AND_ANOTHER.fullmatch(question[head.end() : each[0]]) is None:
            return
        yield each


# --- the text

_DUTY_WORDS = re.compile(
    r"\b(?:shall|must|should|has to|have to|undertakes? to"
    r"|(?:is|are) (?:\w+ )?(?:required|obliged|responsible|expected|encouraged|called upon))\b"
)
_MAY = re.compile(r"\bmay\b")
_PART_ENDS = re.compile(r"[.!?;](?=\s+[A-Z(\d“‘])|(?<=다)\.(?=\s)")
_LONGEST_SUBJECT = 500
"""Characters before a sentence's word of force in which its subject is looked for."""
_CLAUSE_BEGINS = re.compile(
    r"[,;:]\s*|(?<=[\w.)] )"
    r"(?=(?:Each|Every|The|An|A(?= [a-z])|Any|No|Where|When|If|Such|Those|All|Before|After|In|For)\b)"
)
"""Where a clause begins: at a comma, or at a capital behind a heading or a number in front of the sentence."""
_LEADS = re.compile(
    r"\W*(?:\(?\w{1,3}[.)] )?(?:(?:and|or|then) )?"
    r"(?:(?:the|a|an|each|every|any|no|those|such|all|both|that|this|these) )?",
    re.IGNORECASE,
)
_JOINED_ACTOR = re.compile(r"\b(?:and|or) (?:(?:the|an?|any|each) )?(?:[\w-]+ ){0,2}?$")
_ENDS_PRONOUN = re.compile(r"\b(?:it|they|he|she|s/he|who|which)(?: \w+ly)? ?$", re.IGNORECASE)
_ENDS_LISTED = re.compile(r"\b(?:and|or) [^,;:]*$")
_OPENS_CLAUSE = re.compile(
    r"(?:^|[,;:.] |\b(?:where|when|if|unless|that|and|or) )"
    r"(?:(?:the|an?|any|each|every|such|that|those) )?(?:[\w-]+ ){0,2}?$",
    re.IGNORECASE,
)
"""What stands before an actor with whom a clause begins: "Where an importer has reason …, it shall"."""
_LAID_ON = re.compile(
    r"(?:\W(?:not )?be (?:\w+ly )?\w+ by"
    r"|(?:\W[\w-]+){0,3}? (?:on|upon|against|require|oblige|enable|ensure that|allow))"
    r" (?:(?:the|an?|each|every|any|those|such|all|both) )?(?:[\w-]+ ){0,2}?$"
)
"""How a sentence goes on behind its word of force that lays something on somebody who is not its subject: "be kept by
the importer", "impose on providers"."""


def acting_in(sentence: str) -> frozenset[Actor]:
    """The actors on whom a sentence lays a duty or to whom it gives a right or power; empty where it does neither, or
    is about a thing ("The report shall …")."""
    if 4 * count_hangul(sentence) > len(sentence):
        named = _korean_names(_KO_TOPIC, sentence) or _korean_names(_KO_SUBJECT, sentence)
        return frozenset((name,) for name in named)
    force = _DUTY_WORDS.search(sentence) or _MAY.search(sentence)
    if force is None:
        return frozenset()
    subject = _subject_of(sentence[max(0, force.start() - _LONGEST_SUBJECT) : force.start()])
    behind = sentence[force.end() : force.end() + _LONGEST_SUBJECT // 4]
    laid_on = next((actor for at, actor in _actors_in(behind) if _LAID_ON.fullmatch(behind[:at])), None)
    return subject | {laid_on} if laid_on is not None else subject


def _subject_of(before: str) -> frozenset[Actor]:
    """The actors that are the subject of a clause, by the words before its word of force."""
    named = [*_actors_in(before)]
    out: set[Actor] = set()
    end = len(before)
    for cut in [*reversed([m.span() for m in _CLAUSE_BEGINS.finditer(before)]), (0, 0)]:
        start, stop, end = cut[1], end, cut[0]
        inside = [(at, actor) for at, actor in named if start <= at < stop]
        if not before[start:stop].strip():  # "…, shall": the clause before the comma
            continue
        titled = [
            actor for at, actor in inside if at > start and before[at].isupper() and actor[-1] not in _SHARED_HEADS
        ]
        if titled and not out:  # behind a heading: "Obligations of providers Providers shall"
            return frozenset(titled[-1:])
        if not inside or not _begins_with(before[start : inside[0][0]]):
            break
        out.add(inside[0][1])
        out |= {actor for at, actor in inside[1:] if _JOINED_ACTOR.search(before, start, at)}
    if not out and (_ENDS_PRONOUN.search(before) or _ENDS_LISTED.search(before)):
        out = {actor for at, actor in named if _OPENS_CLAUSE.search(before, 0, at)}
    return frozenset(out)


def _begins_with(lead: str) -> bool:
    """Whether the words of a clause before an actor's head are a part of its name: at most three, and no verb."""
    found = _LEADS.match(lead)
    rest = lead[found.end() if found else 0 :].split()
    return len(rest) <= 3 and not any(word.lower() in _NO_ATTRIBUTES - _OF_ANY_ACTOR for word in rest)


def _korean_names(pattern: re.Pattern[str], sentence: str) -> list[str]:
    """The actors that Korean words have as a topic or subject, and those joined to them ("제공자와 배포자는")."""
    out: list[str] = []
    for found in pattern.finditer(sentence):
        out.append(found["name"].split()[-1])
        at = found.end("name") - len(out[-1])
        while (before := _KO_JOINED.search(sentence, 0, at)) is not None:
            out.append(before["name"])
            at = before.start()
    return out


def acting_in_passage(text: str) -> list[frozenset[Actor]]:
    """The actors of each sentence of a passage that is about some."""
    words = " ".join(text.split())
    ends = [m.end() for m in _PART_ENDS.finditer(words)]
    parts = (words[a:b] for a, b in zip([0, *ends], [*ends, len(words)], strict=True))
    return [actors for part in parts if (actors := acting_in(part))]


def acting_in_headings(headings: Sequence[str]) -> list[frozenset[Actor]]:
    """The actors that the last heading names ("Obligations of importers"), if any."""
    named = (frozenset(actor for _, actor in _actors_in(heading)) for heading in headings[-1:])
    return [actors for actors in named if actors]


# --- the act

_MODAL_ASKED = re.compile(
    r"\b(?:must|shall|should|may|can|(?:has|have|needs?|is|are) to|do|does)\b"
    r"(?: (?:not|also|always|first|(?!(?:supp|app|comp|rep|re)ly\b)\w+ly)\b)*",
    re.IGNORECASE,
)
_NO_ACT = re.compile(
    rf"(?:{_NO_NOUN_BEHIND}|{'|'.join(sorted(_BEFORE_NAMES))}|we|you|they|it|this|what|do|say|apply|happen|mean|exist"
    r"|take|make|give|use|put|get|include|contain|cover)\b",
    re.IGNORECASE,
)
_NEXT_WORD = re.compile(
    r" ?(?:(?:have|has|need|needs) to )?(?P<passive>be (?=[a-z]{2,}(?:ed|ld|nt|pt|en|wn)\b))?(?P<verb>[a-z]{3,})\b",
    re.IGNORECASE,
)


def act_asked(question: str) -> str:
    """The verb by which an English question tells what somebody must or may do: "notify" of "Whom must the keeper
    notify?", "register" of "Which keepers must register?", "be told" of "Who must be told?"; "" where that is not
    plain, or the verb says little."""
    modal = _MODAL_ASKED.search(question)
    if modal is None:
        return ""
    end = modal.end()
    if _ACTS_NEXT.search(question[: modal.start()]) is None:
        behind = question[end:]
        acting = next(iter(_actors_in(behind)), None)
        if acting is None or not _is_name_before(behind[: acting[0]]):
            return ""
        head = _ACTOR_HEAD.match(behind, acting[0])
        end += head.end() if head is not None else 0
    found = _NEXT_WORD.match(question, end)
    if found is None or (found["passive"] is None and _NO_ACT.match(found["verb"])):
        return ""
    return f"{found['passive'] or ''}{found['verb']}".lower()


_ACTS_NEXT = re.compile(r"\bwho(?:ever)? ?$|\b(?:which|what) (?:[\w-]+ ){1,4}$", re.IGNORECASE)
"""Before the word of force: who acts is what is asked, so that the verb follows."""
