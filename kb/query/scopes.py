"""Finds the *scopes* of a question: the publishers, works and editions it names, to which the search is limited. Pure.

"What does the OECD say about accountability?" is searched in the OECD's documents only; "compare UNESCO and NIST on …"
in those of both. The reference parser finds the names of works; this module adds publishers that are named without a
work, by the patterns of ``corpus/publishers.toml``.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from kb.catalog.catalog import installed_publications
from kb.catalog.publications import compiled
from kb.catalog.works import work_of
from kb.query.plain_korean import tells_something
from kb.records import dataclass
from kb.references.name_words import kind_of, singular
from kb.references.names import years_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kb.catalog.publications import Publications
    from kb.references.mentions import NamedDocuments
    from kb.references.parsing import Reference
    from kb.types import Edition


@dataclass(frozen=True, slots=True)
class Scope:
    """One name in a question and the editions it stands for.

    ``edition_given`` says that the name selects one edition rather than a work. ``span`` is the name's place in the
    question, in characters, end exclusive.
    """

    name: str
    doc_ids: frozenset[str]
    edition_given: bool = False
    span: tuple[int, int] = (0, 0)


def scopes_of(
    question: str,
    references: Sequence[Reference],
    editions: Sequence[Edition],
    publications: Publications | None = None,
    named: Sequence[NamedDocuments] = (),
) -> tuple[Scope, ...]:
    """The scopes of a question, in the order in which it names them.

    If a publisher and one of its works are both named, only the work counts. ``publications`` has the patterns of
    publishers' names (the installed ones unless given). ``named`` are documents recognised by title or card; the user's
    own documents among them are scopes, even if shorter names of publications occur inside their names.
    """
    publications = publications or installed_publications()
    own = [each for each in named if each.own]
    found = [(each.span[0], Scope(each.written, frozenset(each.doc_ids), span=each.span)) for each in own]
    for reference in references:
        inside = any(a <= reference.span[0] and reference.span[1] <= b for a, b in (each.span for each in own))
        if reference.doc_ids and not reference.unknown and not inside:
            scope = Scope(reference.written, frozenset(reference.doc_ids), reference.edition_given, reference.span)
            found.append((reference.span[0], scope))
    for body in publications.bodies:
        mention = compiled(body.mentions, case_sensitive=body.case_sensitive).search(question)
        meant = body.editions(editions) if mention is not None else ()
        if mention is None or not meant or any(e.doc_id in scope.doc_ids for _, scope in found for e in meant):
            continue
        scope = Scope(mention.group(), frozenset(e.doc_id for e in meant), span=mention.span())
        if body.is_one_edition:
            scope = Scope(meant[0].ref, frozenset({meant[0].doc_id}), True, mention.span())
        found.append((mention.start(), scope))
    taken = [scope.span for _, scope in found]
    for publisher in publications.publishers:
        if not publisher.mentions:
            continue
        called = compiled(publisher.mentions, whole_words=True, case_sensitive=publisher.case_sensitive)
        mentions = [
            m
            for m in called.finditer(question)
            if not any(a < m.end() and m.start() < b for a, b in taken)
            and not _begins_a_name(question, m.end())
            and not (found and _OF_MEMBERS.match(question, m.end()))
        ]
        theirs = [e for e in editions if publisher.publishes(e.publisher) and not e.is_register] if mentions else []
        if not theirs:
            continue
        narrowed = [each for m in mentions if (each := _narrowed(question, m.span(), theirs))]
        whole = frozenset(e.doc_id for e in theirs)
        if narrowed:
            found += [(each.span[0], each) for each in narrowed]
        elif not any(scope.doc_ids & whole for _, scope in found):
            found.append((mentions[0].start(), Scope(publisher.short, whole, span=mentions[0].span())))
    out: list[Scope] = []
    for _, scope in sorted(found, key=lambda pair: pair[0]):
        if not any(scope.doc_ids == other.doc_ids for other in out):
            out.append(scope)
    numbered = [each.span for each in references if each.keys and each.keys != ("whole",)]
    alone = _source_alone(question, out, numbered)
    return tuple(_with_kind_of_text(question, _apart(scope, alone), alone) for scope in alone)


def _source_alone(question: str, scopes: Sequence[Scope], numbered: Sequence[tuple[int, int]]) -> Sequence[Scope]:
    """The one publication that is to say something about others that are named, as "according to the OECD leaflet"
    has it; all scopes where there is no such one, or a unit of another is named by its number."""
    if len(scopes) < 2 or compares(question):
        return scopes
    scopes = _with_attributes(question, scopes, numbered)
    for source in scopes:
        if not (_SAYS_AHEAD.search(question[: source.span[0]]) or _SAYS_BEHIND.match(question, source.span[1])):
            continue
        if any(_are_joined(question, source.span, other.span) for other in scopes):
            return scopes
        return scopes if any(not _overlap(span, source.span) for span in numbered) else [source]
    return scopes


def _with_attributes(question: str, scopes: Sequence[Scope], numbered: Sequence[tuple[int, int]]) -> Sequence[Scope]:
    """The scopes, those without that stand right before another one and say what that is of ("the Lamp Act guidelines
    on oil"); their names belong to its name. One with a unit that is named by its number stays."""
    out: list[Scope] = []
    for scope in scopes:
        before = out[-1].span if out else (0, 0)
        is_attribute = question[before[1] : scope.span[0]] == " " and not any(_overlap(n, before) for n in numbered)
        if out and is_attribute:
            out[-1] = replace(scope, span=(before[0], scope.span[1]))
        else:
            out.append(scope)
    return out


def _are_joined(question: str, one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Whether two names are named together: "the code and the charter"."""
    (_, end), (start, _) = sorted((one, other))
    return one != other and _JOINING.fullmatch(question[end:start]) is not None


def _overlap(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]


_JOINING = re.compile(r"(?:,|와|과|및|그리고|and|or|&|/|the|\s)*", re.IGNORECASE)
_SAYS_AHEAD = re.compile(
    r"\b(?:according to|as (?:stated|described|explained|told) (?:in|by)|según) (?:the |el |la |los |las )?$",
    re.IGNORECASE,
)
_SAYS_BEHIND = re.compile(r"['’\"”」』》)]*(?:에 ?따르면|에 ?의하면|에 따를 때)")
_NAME_AFTER = re.compile(r"(?:['’]s)? AI ([A-Z][\w’'-]*)")


_OF_MEMBERS = re.compile(
    r"[’']?s? ?(?:[Mm]ember(?:s| [Ss]tates?| countries)|countries|citizens)\b|의? ?(?:회원국|시민|국민)"
)
"""Words that turn a publisher's name into that of its members: beside a named publication they are no second scope."""


def _begins_a_name(question: str, end: int) -> bool:
    """Whether a publisher's name is only the beginning of another name: "EU AI Office", "EU AI Pact"."""
    after = _NAME_AFTER.match(question, end)
    return after is not None and not kind_of(singular(after[1].casefold())) and after[1] not in _OF_PUBLISHERS


_OF_PUBLISHERS = frozenset("Ethics Risk Policy Systems System Governance Principles HLEG RMF".split())
"""Words that may follow "EU AI" or the like in a publisher's works and subjects, and so begin no other name."""


_KIND_BEHIND = re.compile(
    r"의? ?(?:행동 ?강령|행동 ?규범|협약|조약|선언문?|성명서?|보고서|지침서?|가이드라인|안내서|문서|문안"
    r"|기준(?=으로|에서|상))"
    r"(?=$|[\s,.?]|은|는|이|가|을|를|의|에|과|와|도|으?로|상)"
    r"|(?:['’]s\b)?(?: (?:AI|own|framework|ethics))? (?:code|convention|treaty|declaration(?! of conformity)|statement"
    r"|communiqué|report|paper|document|text|act|law|recommendation|principles|guidelines?|guidance|framework)\b"
    r"(?: of (?:conduct|practice)\b)?"
    r"|(?<=[Cc]ode) of (?:conduct|practice)\b",
)
"""The kind of text, named after its author: the last three words of "the G7 code of conduct"."""


_ASKED_TO_ACT = re.compile(r"\b(?:do|does|did|should|must|may|can|will|shall)\s+(?:the\s+)?$", re.IGNORECASE)
_MAY_BE_VERB = re.compile(r" (?:report|document|act|code|text)\b(?! (?:say|ask|require|mean|define|want|treat|give)\b)")
"""Kinds of text that are verbs as well: "How should NIST report incidents?" is about no report, unlike "What does the
NIST report say?"."""


def _with_kind_of_text(question: str, scope: Scope, scopes: Sequence[Scope]) -> Scope:
    """The scope with its span extended over a following kind of text ("code of conduct"), unless another name begins
    there."""
    behind = _KIND_BEHIND.match(question, scope.span[1])
    if _ASKED_TO_ACT.search(question[: scope.span[0]]) and _MAY_BE_VERB.match(question, scope.span[1]):
        return scope
    if behind is None or any(scope.span[1] <= other.span[0] < behind.end() for other in scopes):
        return scope
    return replace(scope, span=(scope.span[0], behind.end()))


_VOLUME = r"(?:chapter|part|volume|module)"
_VOLUME_AHEAD = re.compile(rf"\b(?P<words>[\w-]+(?: [\w-]+){{0,3}}?) {_VOLUME} (?:of|in) (?:the )?$", re.IGNORECASE)
_VOLUME_BEHIND = re.compile(
    rf"(?:['’]s |,? ?\(?(?:the )?)(?P<words>[\w-]+(?: [\w-]+){{0,3}}?) {_VOLUME}\b\)?"
    r"|의? ?(?P<korean>[가-힣]+(?: [가-힣]+){0,2}?) ?장(?=에서|에|의|은|는|이|을|상|$|[\s,.?])",
    re.IGNORECASE,
)
"""The volume of a work that is published as one for each subject, beside the work's name: "the oil chapter of the Lamp
Code", "the Lamp Code (oil chapter)", "등불 강령 기름 장"."""


def with_its_volume(question: str, scope: Scope, editions: Sequence[Edition]) -> Scope:
    """The scope with its span extended over the volume that its edition is, if that is named beside the work's name.

    ``editions`` are those of the scope, and may be more.
    """
    start, end = scope.span
    names = [" ".join((e.title, e.ref, *e.aliases)).casefold() for e in editions if e.doc_id in scope.doc_ids]
    ahead, behind = _VOLUME_AHEAD.search(question[:start]), _VOLUME_BEHIND.match(question, end)
    if ahead is not None and (first := _first_of_names(ahead["words"], names)) is not None:
        start = ahead.start("words") + first
    if behind is not None and _first_of_names(behind["words"] or behind["korean"], names) == 0:
        end = behind.end()
    return replace(scope, span=(start, end))


def _first_of_names(words: str, names: Sequence[str]) -> int | None:
    """Where the last words begin that names have; ``None`` where they have not even the last one."""
    first = None
    for word in reversed(list(re.finditer(r"[\w-]+", words.casefold()))):
        if not any(re.search(rf"\b{re.escape(word.group())}", name) for name in names):
            break
        first = word.start()
    return first


def _apart(scope: Scope, others: Sequence[Scope]) -> Scope:
    """The scope without the editions of narrower scopes: in "AI 기본법과 AI법" the second name covers the first too."""
    closer = [other.doc_ids for other in others if other.doc_ids < scope.doc_ids]
    return replace(scope, doc_ids=scope.doc_ids.difference(*closer) or scope.doc_ids)


_KINDS_OF_TEXT = (
    (r"glossar(?:y|ies)|용어집", r"glossary"),
    (r"recommendations?|권고(?:문|안)?", r"recommendation"),
    (r"(?:guidelines?|guidance)|가이드라인|지침", r"guid(?:eline|ance)|directrices"),
    (r"courts?|tribunals?|법원", r"courts?|cortes"),
    (r"(?:generative|GenAI) (?:AI )?profile|프로파일", r"profile"),
    (r"frameworks?|프레임워크", r"framework"),
    (r"checklists?|점검표", r"checklist"),
    (r"memorand(?:um|a)", r"memorandum"),
    (r"submissions?|written input|input (?:to|for)|의견서|제출 ?의견", r"submission|input to"),
    (r"(?:joint |ministerial )?statements?|communiqu[ée]s?|성명(?:서)?", r"statement|communiqu"),
    (
        r"(?:flyer|leaflet|brochure)s?|안내문|안내 ?책자|전단(?:지)?|리플릿|브로슈어|소개 ?(?:자료|책자|전단)",
        r"flyer|leaflet|brochure",
    ),
)
"""Patterns of kinds of text: as a question writes them after a publisher's name, and as titles write them."""
_AFTER = re.compile(r"(?:['’]s?\b|의)?(?: ?(?:[\w'’-]+))?(?: (?!and\b|or\b|with\b|on\b)[\w'’-]+){0,3}")
_YEAR_BESIDE_NAME = re.compile(r"(?<!\d)((?:19|20)\d\d)(?!\d)년?판?")
_MONTH_AND_YEAR = re.compile(
    r"\b(?:January|February|March|April|May|June|July|August|September|October|November|December) (?:19|20)\d\d\b"
    r"|(?:19|20)\d\d년 ?\d{1,2}월"
)
"""A month with its year: when something happened, and no edition."""
_PAPER = re.compile(r"\b(?:paper|document|text|report|publication)s?\b|문서|보고서", re.IGNORECASE)


def _narrowed(question: str, span: tuple[int, int], editions: Sequence[Edition]) -> Scope | None:
    """The publisher's editions that fit the kind of text or the year beside its name, or ``None`` if neither limits
    them."""
    after = _AFTER.match(question, span[1])
    end = after.end() if after else span[1]
    before = re.search(r"(?:(?<=\s)|^)(?:the )?(?:(?:19|20)\d\d(?:년(?:판|의)?)?) (?:the )?$", question[: span[0]])
    start = before.start() if before else span[0]
    said = f"{question[start : span[0]]}|{question[span[1] : end]}"
    said = _MONTH_AND_YEAR.sub(lambda m: " " * len(m.group()), said)
    docs, last, year = list(editions), span[1], False
    for words, titles in _KINDS_OF_TEXT:
        match = re.search(rf"(?<![\w가-힣])(?:{words})(?![A-Za-z])", question[span[1] : end], re.IGNORECASE)
        if match is None:
            continue
        fit = [e for e in docs if re.search(titles, f"{e.title} {e.ref} {' '.join(e.aliases)}", re.IGNORECASE)]
        if fit:
            docs, last = fit, max(last, span[1] + match.end())
    if 1 < len(docs) < len(editions):
        docs, last = _by_words_of_title(question, last, docs)
    for match in _YEAR_BESIDE_NAME.finditer(said):
        fit = [e for e in docs if match[1] in years_of(e)[0]]
        if fit:
            docs, year = fit, True
            if match.start() > said.index("|"):
                last = max(last, span[1] + match.end() - said.index("|") - 1)
    if len(docs) == len(editions):
        return None
    paper = _PAPER.match(question, last + 1)
    last = paper.end() if paper and year else last
    return Scope(question[start:last].strip(), frozenset(e.doc_id for e in docs), year, (start, last))


_SUBJECT = re.compile(r" (?:for|on|in|to|about)(?: (?!(?:say|ask|require|recommend|mean|and|or|with)s?\b)[\w-]+){1,6}")


def _by_words_of_title(question: str, at: int, editions: list[Edition]) -> tuple[list[Edition], int]:
    """The editions whose titles have most of the words after a kind of text ("guidance for AI in education"), and the
    end of these words; all editions if no title has any, or all have the same."""
    behind = _SUBJECT.match(question, at)
    words = list(re.finditer(r"[\w-]{5,}", behind.group().casefold())) if behind else []
    held = {e.doc_id: {w.end() for w in words if w.group() in e.title.casefold()} for e in editions}
    most = max(map(len, held.values()))
    if not most or all(len(ends) == most for ends in held.values()):
        return editions, at
    works = {work_of(e) for e in editions if len(held[e.doc_id]) == most}  # a translation's title is in other words
    chosen = [e for e in editions if work_of(e) in works]
    return chosen, at + max(end for e in chosen for end in held[e.doc_id])


def compares(question: str) -> bool:
    """Whether a question asks for a comparison."""
    return _COMPARING.search(question) is not None


_COMPARING = re.compile(
    r"\b(?:compar(?:e|ed|es|ing|ison)|differ(?:s|ed|ent|ences?)?|versus|vs|contrast|side by side|beside|both|each)\b"
    r"|\b(?:stricter|more|less|longer|shorter|higher|lower) than\b|차이|비교|다른가|다릅니까|각각|나란히",
    re.IGNORECASE,
)


def topic(question: str, scopes: Sequence[Scope]) -> str:
    """The topic that is searched in each scope of a comparison: the question without names and comparing words.

    If too few words would be left, only the names are removed.
    """
    if len(scopes) < 2:
        return without_scopes(question, scopes)
    kinds = ((scope, _KIND_AHEAD.match(question, scope.span[1])) for scope in scopes)
    rest = without_scopes(question, [replace(s, span=(s.span[0], kind.end())) if kind else s for s, kind in kinds])
    bare = _COMPARES.sub(" ", _ASKS_EACH.sub(" ", rest))
    for pattern, instead in _STRAY:
        bare = pattern.sub(instead, " ".join(bare.split()))
    return bare if re.search(r"[가-힣]{2,}|[^\W\d_]{4,}", bare) else rest


def has_topic(question: str, scopes: Sequence[Scope]) -> bool:
    """Whether a question that compares publications says on what: "how does A differ from B?" does not."""
    rest = question
    for start, end in sorted({scope.span for scope in scopes}, reverse=True):
        rest = f"{rest[:start]} {rest[end:]}"
    rest = _COMPARES.sub(" ", _ASKS_EACH.sub(" ", rest))
    words = re.findall(r"[가-힣]{2,}|[^\W\d_가-힣]{3,}", rest.casefold())
    return any(word not in _NO_TOPIC for word in words)


_NO_TOPIC = frozenset(
    "how does what the and from are main key that they with relate related relation relationship stand differ different"
    " difference differences compare compared one another other tell explain describe please"
    " 어떻게 무엇이 무엇인가요 다른가요 다릅니까 다른지 관계는 관계가 알려 설명해 주세요 해 서로 에서는".split()
)


_KIND_AHEAD = re.compile(
    rf" (?:ethics )?(?:{'|'.join(words for words, _ in _KINDS_OF_TEXT)})(?![A-Za-z])", re.IGNORECASE
)
_ASKS_EACH = re.compile(
    r"\b(?:how|what|where) (?:do(?:es)?|did|should|would) (?:(?:the|and|or|each|both|,) ?)*"
    r"(?=(?:differ|compare|say|ask|require|treat|see|view|handle|address|want|give|define|protect)\b)"
    r"(?:(?:say|ask|differ|compare|see)\b)?(?: (?:about|on|in|for|of|from)\b)?"
    r"|\bwhat (?:(?:the|and|or|each|both|,) ?)*(?:expect|demand|require|want)s?\b(?: (?:about|on|in|for|of|from)\b)?"
    r"|\bin the with those\b|어떻게 (?:다른가요|다릅니까|다른지)|(?:무엇이라고|뭐라고) (?:하나요|합니까|말하나요)"
    r"|무엇을 요구하나요",
    re.IGNORECASE,
)
_COMPARES = re.compile(
    r"\b(?:compare[sd]?(?: with| to)?|comparison|contrast(?:ed|s)?|what (?:is|are) the differences?(?: between)?"
    r"|differ(?:s|ed|ences?)?(?: between| from)?|versus|vs\.?|side by side|respectively|each|both|between"
    r"|set (?:the )?(?:views? )?(?:beside|against))(?!\w)"
    r"|차이점?(?:[은는이가을를]|에 대해)?|비교(?:해|하여|하면|한|했을 때)?|나란히|각각|입장[을은이]"
    r"|(?:(?:보여|알려|설명해) ?)?주세요",
    re.IGNORECASE,
)
_STRAY = (
    (re.compile(r"\b(?:(?:and|with|the|of|in|by|from|beside) )+(?=[.,?:;]|and\b|on\b|about\b|$)", re.IGNORECASE), ""),
    (
        re.compile(
            r"(?:(?<=^)|(?<=[,:;.] ))(?:(?:and|or|on|about)(?= )[ ,]*)+(?:ask\b)?"
            r"|(?:(?<=^)| )(?:으로|로|에서는?|상)(?= |$)",
            re.IGNORECASE,
        ),
        "",
    ),
    (re.compile(r"\s+(?=[,.?:;])"), ""),
    (re.compile(r"^[\s,.:;]+|(?<=[,.:;?])[,.:;]+|(?: (?:and|with|the|ask))?[\s,.:;]+(?=\?*$)", re.IGNORECASE), ""),
)
"""Patterns with replacements that remove what names leave behind: conjunctions, prepositions, articles, punctuation."""


def chapters_in(text: str) -> list[tuple[str, tuple[str, ...]]]:
    """The chapters that a text names by their subject, each with the words of that subject, lower case: "the Safety and
    Security chapter". Chapters that are only numbered or counted are left out."""
    found = []
    for match in _CHAPTER.finditer(text):
        subject = match["before"] or match["after"] or match["korean"]
        words = tuple(w for w in re.findall(r"[^\W\d_]+", subject.casefold()) if w not in _NO_SUBJECT)
        if words:
            found.append((re.sub("^the ", "", match.group(), flags=re.IGNORECASE), words))
    return found


_CHAPTER = re.compile(
    r"(?:(?:(?<=['’]s )|(?<=the )|(?<=[,:] ))(?!the\b)(?P<before>[A-Za-z-]+(?:(?: and|,)? (?!the\b)[A-Za-z-]+){0,2})"
    r" chapter\b(?! ?[\dIVX]))"
    r"|\bchapter on (?:the )?(?P<after>[A-Za-z-]+(?: and [A-Za-z-]+)?)"
    r"|(?P<korean>[가-힣]{2,}(?:(?: 및|과|와) ?[가-힣]{2,})?)(?: 장| ?챕터)(?=[은는이을의에, ?.]|$)",
    re.IGNORECASE,
)
_NO_SUBJECT = frozenset(
    "and the a an of on each every this that which what first second third next last same other whole its their"
    " previous following new final entire full complete does do is are has 및 각 모든".split()
)


def without_scopes(question: str, scopes: Sequence[Scope]) -> str:
    """The question without the names of its scopes; unchanged if fewer than three words would be left, none of them
    Korean words that tell something.

    Within a scope its name separates no passages: it occurs in nearly all of them, or in none.
    """
    rest = question
    for start, end in sorted({scope.span for scope in scopes}, reverse=True):
        rest = rest[:start] + " " + _JOINED.sub("", rest[end:], count=1)
    rest = " ".join(_ACCORDING.sub(" ", _WANTS_OF.sub(" ", rest)).split())
    return rest if len(re.findall(r"\w{2,}", rest)) >= 3 or tells_something(rest) else question


_WANTS_OF = re.compile(r"\bwhat (?:do(?:es)?|did)\s+(?:expect|demand) (?:of|from)\b", re.IGNORECASE)
"""The rest of "What does FINMA expect of governance?" after its name, without words of the subject."""
_JOINED = re.compile(r"^(?:['’]s\b|에서는|에서|에 따르면|에 의하면|상|으로|의|은|는|이|가|을|를|과|와)(?= |$|[,.?])")
_ACCORDING = re.compile(
    r"\b(?:according to|under|in|by|of|from|does|what do(?:es)?|say(?:s)? about)\s+(?:the\s+)?(?=[,.?]|$)",
    re.IGNORECASE,
)
