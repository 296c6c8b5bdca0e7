"""Finds the issuer of a file from its title page, imprint, metadata and running heads. Pure.

Several places of a file name organisations, and many of these did not issue it. Each place has a weight, and the
weights of places that agree are added. If the best sum is below :data:`LEAST`, the issuer is unknown.
"""

from __future__ import annotations

import difflib
import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from ingest.bibliography.affiliations import body_beside_persons, is_affiliation
from ingest.bibliography.bodies import (
    BEFORE_A_NAME,
    BODY_NOUN,
    FIRM_NAME,
    GENRE_NOUN,
    KOREAN_BODY,
    NO_ISSUER,
    is_body,
    is_house,
    name_in_capitals,
    whole_body,
)
from ingest.bibliography.cover import Role, joined_lines
from ingest.bibliography.days import ends_in_a_month, number_in, printed_dates
from ingest.bibliography.title_signs import title_words
from ingest.bibliography.titles import is_name_of_a_person, recased

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from ingest.bibliography.cover import PrintedBlock

MOST_OF_A_PAGE = 4_000
"""Letters of a first page in which an address is looked for; a text without pages is one page."""

LEAST = 1.4
"""Weight from which an issuer counts as known."""

_KOREAN_OFFICE = r"[가-힣]{2,10}(?:부|처|청|원)"
"""Words that may be the name of a ministry or an agency, and many other words."""
_NO_OFFICE = re.compile(
    r"(?:전|일|내|외|본|학|간|세|상|하|후|지|남|북|동|서|중)부$|(?:병|지|회|직|사무|위)원$|요청$"
    r"|(?:근|출|거래|사무|문의|연락|접수|제출|배포|구입|사용|공급|납품|담당|발행|제조)처$"
)
_ACT_OF_AN_OFFICE = re.compile(rf"(?:^|[\[\s])({_KOREAN_OFFICE}|{KOREAN_BODY})\s?(?:고시|훈령|예규|공고)\s?제")
_UNITS_OF_OFFICES = r"[가-힣]{2,12}(?:과|국|실|담당관)"
_SIGNATORY = re.compile(
    r"([가-힣]{2,10}부(?=\s*장관)|[가-힣]{2,10}(?:(?<!사무)처|청|(?<!위)원)(?=\s*장)|[가-힣]{2,14}(?:위원회|공단|공사|은행)(?=\s*(?:위원)?장))"
    r"\s*(?:위원)?장관?(?:\s[가-힣]{2,4})?(?:\s*\(?(?:인|직인)\)?)?"
)
"""The signature below an act: "달빛부장관"."""
_OWN_HOUSE = re.compile(
    r"이\s(?:규정|지침|내규|정책|규칙|방침|강령|헌장)[은는이]\s+([^\s(]{2,20}(?:\s[^\s(]{2,12})?)\s*\(\s*이하\s*[\"“'‘「]?"
    r"(?:당?회사|당사|기관|공사|공단|재단|은행|학교|대학|병원|센터|연구원)"
)
"""The house whose rule a document is, named in the rule's first article."""
_SUB = re.compile(
    r"(?:[\w-]+ )?(?:committee|working group|task force|team|secretariat|board)"
    r"|(?:(?:group|board|risk|audit|executive|management|steering|credit|compliance|ethics|governance|security|model|data|ai"
    r"|policy|academic|senior|leadership)\s(?:and\s|&\s)?){1,4}(?:committee|board|team)"
    r"|board of (?:directors|trustees|governors|management)|consejo de administración|conseil d['’]administration",
    re.IGNORECASE,
)
"""A part of a body; alone it does not say whose part."""
_WHO_SEES_TO_IT = re.compile(
    r"(?:approved|reviewed|endorsed|owned|authori[sz]ed|checked|adopted) by|(?:[\w-]+ )?(?:owner|sponsor|approver)"
    r"|contact|responsible(?: [\w-]+)?|aprobado por|approuvé par|freigegeben (?:durch|von)"
    r"|승인자?|(?:주관|소관|담당|관리)\s?부서"
    r"|검토자?|작성자?",
    re.IGNORECASE,
)
"""The cell of a table before the name of a part of the house: "Approved by", "주관부서"."""
_ISSUES = re.compile(
    r"\b(?:by|from|publish\w*|issu\w*|authors?|organi[sz]ation|body|agency|herausgeber\w*|hrsg|institution|behörde|verantwortlich\w*|éditeur|editor|edita"
    r"|por|par|von)\b|발행|발간|발신|작성\s?기관|기관명|제정|배포",
    re.IGNORECASE,
)
"""Words before a colon behind which the issuer may stand."""
_FROM = re.compile(
    r"(?:from|issued by|issuing (?:body|authority)|publisher|발행(?:처|기관)?|발신|작성\s?기관)\s*[:：]\s*(.{3,90})",
    re.IGNORECASE,
)
"""A line that says whom the text is from."""
_ADDRESSED = re.compile(
    r"\b(?:(?:report|submission|response|advice|letter|evidence|recommendations|presentation)\sto"
    r"|(?:prepared|produced|written|carried\sout|undertaken)\sfor"
    r"|(?:submitted|addressed|presented|delivered)\sto|(?:commissioned|funded|financed|sponsored|supported)\sby"
    r"|financiado\spor|financé\spar|gefördert\s(?:durch|von)|im\sauftrag)"
    r"[\s:.]{1,4}(?:the\s|la\s|el\s|le\s|das\s|der\s|des\s)?(?=[A-ZÀ-Ý])",
    re.IGNORECASE,
)
"""Words before the name of a body for which, or with whose money, a text was made; others issued it."""
_PUBLISHED = re.compile(
    r"(?:(?:prepared\s+and\s+)?published|issued|prepared|developed|released|publicado|publié|herausgegeben"
    r"|(?m:^)[ \t(]{0,9}(?-i:A)(?:dopted|greed)|발행|발간)(?:\s+(?:en|in)\s+\d{4})?"
    r"\s*(?:by|por|par|von|처\s*:|\s*:)\s*(?:(?:the\s+members\s+of\s+)?(?:the|la|el|le|der|die)\s+)?([^.\n;|©()]{3,110})",
    re.IGNORECASE,
)
_OF_ANOTHER_WORK = re.compile(
    r"\b(?:as|was|were|been)\s+(?:first\s+|originally\s+)?$|\b(?:later|that|any)\s+versions?\s+(?:as\s+)?$"
    r"|\b(?:adapted|taken|derived|translated|based|copied)\b[^.\n]{0,100}\Z"
    r"|\b(?:adapted|taken|derived|translated|copied) from\b[^.]{0,100}\Z"
    r"|\b(?:licen[cs]e|terms)\b[^.\n]{0,60}(?:\n[^.\n]{1,40})?\Z",
    re.IGNORECASE,
)
"""Words before "published by" that give it another meaning: a licence "as published by" its author."""

_COPYRIGHT = re.compile(
    r"(?:©|\(c\)|copyright(?:\s+(?:©|\(c\)|c(?=\s+(?:19|20)\d\d)))?)\s*"
    r"(?:(?:19|20)\d\d(?:\s?[–-]\s?\d{2,4})?,?\s*)*(?:by\s+)?(?:the\s+)?([^\W\d_][^.,;\n"
    r"|©/]{1,70}?)\s*(?:,?\s*(?:19|20)\d\d|$|[.,;\n|])",
    re.IGNORECASE,
)
_LEGAL_FORM = re.compile(r",\s(?:Inc|LLC|Ltd|Limited|Corp|L\.P|S\.A|Co)\b\.?")
"""The legal form behind the name of a firm: ", Inc."."""
_PLACE_AND_HOUSE = re.compile(
    r"^[A-Z][^\W\d_][\w .'’-]{1,28}:\s([^:,;\n]{3,80})[,;]\s(?:[A-Z][a-z]+\s)?(?:19|20)\d\d", re.MULTILINE
)
"""The place, the house and the year in a library's entry: "Quaytown: Lamp Secretariat, May 2031"."""
_OWN_NAME = re.compile(
    r"((?:[A-Z][\w&'’-]*\s){0,3}[A-Z][\w&'’-]*(?:,?\s(?:Inc|LLC|Ltd|Limited|GmbH|plc|PLC|AG|B\.V|S\.A|Corp)\b\.?)?)\s"
    r"\(\s*[^()]{0,60}[“\"](?:[Ww]e|[Uu]s|[Oo]ur|the [“\"]?Company|Company)[,”\"]"
)
"""The house that speaks of itself in a policy: "Lamp Works, Inc. (“Lamps”, “we”)"."""
_OF_BODY = re.compile(
    rf"\b(?i:opinion|guidelines?|notice|order|recommendation|report|guidance|communication|statement|decision"
    rf"|resolution|rules|code|policy|regulation|principles)\s"
    rf"(?:[^\s]+\s)?(?:of|by|from)\s(?:the\s)?((?:[A-Z][\w'’-]*\s(?:(?:of|for|on"
    rf"|and)\s)?){{0,6}}(?=[A-Z])(?i:{BODY_NOUN}))\b(?=\s(?:on|concerning|about|for|regarding|to|under|of \d)|$)"
)
_MATTER_FOLLOWS = re.compile(r"\b(?:on|regarding|concerning|about|to)\b", re.IGNORECASE)
"""Words behind which a title says what it is about: "Opinion on the decision of the Board"."""
_OWN_GENRE = re.compile(
    rf"^(?:the\s+)?([A-Z][A-Za-z0-9&-]*(?:\s+(?:of\s+)?[A-Z][a-zA-Z&-]+){{0,3}}?)(?:['’]s?)?\s+(?:[\w-]+\s+){{0,2}}?(?i:{GENRE_NOUN})\b"
)
_PERSONS = frozenset(
    "user admin administrator owner author author1 hp dell pc lenovo samsung guest test unknown anonymous home "
    "office".split()
)
_PROGRAMS = re.compile(
    r"python-docx|microsoft|adobe|libreoffice|openoffice|latex|hancom|word|html|mozilla|chrome|\d", re.IGNORECASE
)
_LAWGIVER = re.compile(r"\[?\s*(?:법률|대통령령|총리령)\s*제\s*\d+\s*호")
_ORDINANCE = re.compile(
    r"(?:\[[^\]]{0,30}\]\s*)?\[?\s*(?P<place>[가-힣]{1,8}(?:특별시|광역시|특별자치시|특별자치도|[시도군구]))\s?(?:조례|규칙)\s*제\s*\d"
)
"""The number of an ordinance with the place that gave it: "달빛시조례 제12호"."""
_OF_A_PLACE = re.compile(
    r"([가-힣]{1,8}(?:특별시|광역시|특별자치시|특별자치도|(?<=[가-힣]{2})[시도군구])"
    r"(?<!연구|제도|지도|용도|속도|한도|보도|임시|지시|표시|전시|공시|고시|실시|수시|요구|도구|기구|지구))\s.*(?:조례|규칙)$"
)
"""The title of an ordinance that begins with the place that gave it."""
_ANSWER_OF = re.compile(
    rf"(?i:response|reply|submission|contribution|comments|position)\s(?:of|by|from)\sthe\s"
    rf"((?:[A-Z][\w'’-]*\s(?:(?:of|for|on|and)\s)?){{0,6}}(?=[A-Z])(?i:{BODY_NOUN}))(?=\s(?:to|on)\s|$)"
)
_ADDRESS_BEHIND = re.compile(r"[.,]?\s{0,3}[(<]\s{0,3}(?:https?://|www\.)[^\s)>]{1,200}[)>]")
"""An address in brackets behind a name; bounded, because a hostile line has thousands of beginnings of one."""
_SITE = re.compile(r"\bwww\.([a-z0-9-]{2,20})\.[a-z]{2,6}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Issuer:
    """An issuer and the evidence for it."""

    name: str
    how: str


_METADATA = (("Author", 2.4), ("Publisher", 2.4), ("PageCreator", 1.5))
"""Keys of metadata that name an organisation, with their weights; what made a page weighs less than any line that
names an author."""
_BEHIND_A_DASH = 1.6
"""Weight of an organisation behind a dash of the title; the title of a page is often that of its metadata as well, and
both together weigh less than an author."""

Vote = tuple[float, str, str]
"""A weight, a name, and the evidence."""


def votes_beside_the_title(
    imprint: str, heads: Iterable[str], metadata: Mapping[str, str], body: str, known: Mapping[str, str]
) -> list[Vote]:
    """The votes of imprint, metadata and running heads.

    :param imprint: text of the first pages.
    :param heads: running heads and feet.
    :param known: names of publishers in lower case, with their names in the catalog.
    """
    votes = [(weight, name, "imprint") for weight, name in _by_imprint(imprint, known)]
    for key, weight in _METADATA:
        name = _by_author(metadata.get(key, ""), body, known)
        votes += [(weight, name, "metadata")] if name else []
    if site := _behind_a_dash(metadata.get("Title", ""), known):
        votes.append((_BEHIND_A_DASH, site, "metadata"))
    votes += [(1.5, name, "running head") for name in _by_heads(heads, body, known)]
    return [*votes, *((1.4, name, "imprint") for name in _by_site(imprint, body))]


def responsible(metadata: Mapping[str, str]) -> list[str]:
    """The authors, publishers and makers in the metadata, persons among them."""
    return [metadata[key] for key, _ in _METADATA if metadata.get(key)]


def find_issuer(
    blocks: Sequence[PrintedBlock], title: str, beside: Iterable[Vote], body: str, known: Mapping[str, str]
) -> Issuer | None:
    """The issuer, or ``None`` if it is unknown; ``beside`` are the votes of :func:`votes_beside_the_title`."""
    votes = [(weight, name, "title page") for weight, name in _by_lines(blocks, title, known, body)]
    votes += [(weight, name, "title page") for weight, name in _by_title(title, number_on(blocks), body, known)]
    votes += [(2.6, name, "text") for name in _by_own_house(body)]
    votes += beside
    votes = [(w + 0.4 * (n.casefold() in known) - 1.8 * _is_a_part(n), n, how) for w, n, how in votes if n]
    others = _made_for(blocks, title, body)
    votes = [(w - 2.0 * (how != "imprint" and _is_among(others, n)), n, how) for w, n, how in votes]
    groups: list[list[Vote]] = []
    for vote in votes:
        group = next((g for g in groups if _same_body(g[0][1], vote[1], body)), None)
        if group is None:
            groups.append([vote])
        else:
            group.append(vote)
    if not groups:
        return None
    best = max(groups, key=lambda g: max(v[0] for v in g) + 0.6 * (len({v[2] for v in g}) - 1))
    if max(v[0] for v in best) < LEAST:
        return None
    _, name, how = max(best, key=lambda v: v[0])
    if name.casefold() not in known:  # the fullest form of the name
        fuller = [v[1] for v in best if name.casefold() in v[1].casefold() and len(v[1]) < 100]
        name = max((name, *fuller), key=len)
    return Issuer(_tidied(name, body, known), how)


def _made_for(blocks: Sequence[PrintedBlock], title: str, body: str) -> str:
    """The words behind those that say for whom, or with whose money, a text was made, in small letters, one blank
    between two words; of the title page and of the first pages."""
    text = " ".join(f"{title}. {'. '.join(b.text for b in blocks if b.page <= 2)}. {body[:MOST_OF_A_PAGE]}".split())
    return "\n".join(text[match.end() : match.end() + 90].casefold() for match in _ADDRESSED.finditer(text))


def _names_another_part(above: str) -> bool:
    """Whether the line above a name says that it is not that of the issuer: "Approved by", "Place of work:"."""
    labelled = above.rstrip().endswith((":", "："))
    return _WHO_SEES_TO_IT.fullmatch(above.strip(" :：")) is not None or (labelled and not _ISSUES.search(above))


def _is_a_part(name: str) -> bool:
    """Whether a name is that of a part of a body, such as a committee."""
    return _SUB.fullmatch(BEFORE_A_NAME.sub("", name)) is not None


def _is_among(addressees: str, name: str) -> bool:
    core = re.sub(r"^the\s+", "", " ".join(name.split()), flags=re.IGNORECASE).casefold()
    return any(line.startswith(core) for line in addressees.split("\n")) if len(core) > 3 else False


def signed(blocks: Sequence[PrintedBlock]) -> tuple[str, str] | None:
    """The office whose head signed a Korean act on its first page, and the dated line beside the signature, or an
    empty one; ``None`` where nobody signed."""
    for n, block in enumerate(blocks):
        found = _SIGNATORY.fullmatch(block.text) if block.page == 1 else None
        if found and not _NO_OFFICE.search(found[1]):
            beside = [b.text for b in blocks[max(0, n - 1) : n + 2] if b.role is Role.DATED and b.page == 1]
            return found[1], beside[0] if beside else ""
    return None


def _is_office(name: str, title: str, body: str) -> bool:
    """Whether a Korean word is the name of a ministry or agency: the title says what it does, or the text has beside
    it the title of its head, a kind of act, or a unit of it."""
    if not re.fullmatch(rf"{_KOREAN_OFFICE}|[가-힣]{{2,6}}[시군구도]", name) or _NO_OFFICE.search(name):
        return False
    head, acts = r"장관|(?<!부)장(?![가-힣])", r"\s?(?:고시|훈령|예규|공고|령)\s?제"
    if re.fullmatch(r"[가-힣]{2,6}[시군구도]", name):
        return re.search(rf"(?<![가-힣]){re.escape(name)}(?:지사|시장|군수|구청장|장)(?![가-힣])", body) is not None
    if re.search(rf"{re.escape(name)}\s?\([가-힣]{{0,4}}장관?\s[가-힣]{{2,4}}", body):
        return True
    beside = rf"{re.escape(name)}(?:{head}|{acts}|[(\s]{_UNITS_OF_OFFICES}(?![가-힣]))"
    return title.startswith(f"{name},") or re.search(beside, body) is not None


def _by_own_house(body: str) -> list[str]:
    """The company or institution that the first article of a rule names as the one it is for."""
    found = _OWN_HOUSE.search(body[:MOST_OF_A_PAGE])
    name = found[1].strip() if found else ""
    if name and re.fullmatch(KOREAN_BODY, name):
        return [name]
    speaks = _OWN_NAME.search(body[:MOST_OF_A_PAGE])
    return [speaks[1]] if speaks and (FIRM_NAME.fullmatch(speaks[1]) or is_body(speaks[1])) else []


def _by_lines(
    blocks: Sequence[PrintedBlock], title: str, known: Mapping[str, str], body: str
) -> list[tuple[float, str]]:
    """Organisations on lines of their own above or below the title, or before a date: "Body, 3 May 2031"."""
    out: list[tuple[float, str]] = []
    if signature := signed(blocks):
        out.append((2.4, signature[0]))
    for one, two in pairwise(block for block in blocks[:6] if block.role is Role.TEXT and block.page == 1):
        both = f"{one.text} {two.text}"
        if len(both.split()) <= 5 and both.isupper() and is_body(both) and not is_body(one.text):
            out.append((3.0, both))
    if blocks and blocks[0].page == 1 and blocks[0].role is Role.TEXT and is_house(blocks[0].text, body):
        out.append((1.6, blocks[0].text))
    for n, block in enumerate(blocks):
        if (
            block.page > 2
            or block.below_text
            or (set(title_words(block.text)) <= set(title_words(title)) and len(block.text) > 30)
        ):
            continue
        weight = 3.0 if block.page == 1 else 1.6
        if block.role is Role.DATED:
            out += [(weight, lead)] if (lead := _before_the_date(block.text, known)) else []
            continue
        if block.role is Role.NOISE and block.page == 1:  # a name with its address
            lead = _ADDRESS_BEHIND.sub("", block.text)
            out += [(weight - 0.5, lead)] if lead != block.text and is_body(lead) else []
        if block.role is Role.NUMBER and (act := _ACT_OF_AN_OFFICE.search(block.text)):
            out.append((2.6, act[1]))
        if block.role not in {Role.TEXT, Role.GENRE}:
            continue
        cell, bar, _ = block.text.partition("|")
        if (bar and _names_another_part(cell)) or is_affiliation(blocks, n):
            continue
        if n and _names_another_part(blocks[n - 1].text):
            continue
        if (said := _FROM.match(block.text)) and (is_body(said[1]) or said[1].casefold() in known):
            out.append((weight + 0.4, said[1]))
            continue
        text = re.sub(r"^independent\s+", "", BEFORE_A_NAME.sub("", block.text), flags=re.IGNORECASE)
        if alone := body_beside_persons(block):
            out.append((weight - 0.2, alone))
        elif block.role is Role.TEXT and (above := _body_above_parts(block)):
            out.append((weight - 0.5, above))
        elif block.role is Role.TEXT and (is_body(text) or text.casefold() in known or _is_office(text, title, body)):
            out.append((weight, text))
        elif block.role is Role.TEXT and (parts := _bodies_in_a_row(block)):
            out += [(weight - 0.5, part) for part in parts[:1] if part != text]
        elif answer := _ANSWER_OF.match(text):
            out.append((weight - 0.4, answer[1]))
        elif block.role is Role.TEXT and (lead := _before_number_or_date(text)):
            out.append((weight - 0.5, lead))
        elif block.role is Role.TEXT and len(block.lines) > 1:
            out += [(weight - 0.5, line.text) for line in block.lines if is_body(line.text)]
        else:
            from_body = re.search(r"\b(?:from|of|by) the commission$", block.text, re.IGNORECASE)
            after = blocks[n + 1].text if n + 1 < len(blocks) else ""
            if block.role is Role.GENRE and from_body and "(EU)" in f"{title}{after}":
                out.append((weight, "European Commission"))
    return [*out, *((3.0, name) for name in _by_korean_acts(blocks, title))]


def _before_the_date(line: str, known: Mapping[str, str]) -> str:
    """The organisation before the date in a dated line; empty if there is none."""
    found = printed_dates(line)
    lead = line.split(found[0].text)[0].strip(" ,|·-–") if found else ""
    named = lead and not _names_another_part(lead.partition("|")[0]) and (is_body(lead) or lead.casefold() in known)
    return lead if named else ""


def _by_korean_acts(blocks: Sequence[PrintedBlock], title: str) -> list[str]:
    """Who gave the ordinance or the law whose number is printed on the first page."""
    page = [block.text for block in blocks if block.page == 1]
    out = [ordinance["place"] for text in page if (ordinance := _ORDINANCE.match(text))]
    place = _OF_A_PLACE.match(title)
    if place and any(re.search(r"(?:조례|규칙)\s?제\s?\d+\s?호", text) for text in page):
        out.append(place[1])
    return [*out, "Republic of Korea"] if any(map(_LAWGIVER.search, page)) else out


def _bodies_in_a_row(block: PrintedBlock) -> list[str]:
    """The bodies between the bars or points of a line: "Harbour Ministry | Lamp Office"."""
    parts = [part for line in block.lines for part in re.split(r"\s[|·•]\s", line.text) if is_body(part)]
    words = block.text.split()
    korean = [word for word in words if re.fullmatch(KOREAN_BODY, word)]
    marks = all(word in korean or re.fullmatch(r"[A-Z]{2,6}", word) for word in words)
    return parts or (korean if marks else [])


def _body_above_parts(block: PrintedBlock) -> str:
    """The first of three or more lines where it is a body alone, and the next one does not go on with it; else empty.
    The lines below name parts of the body."""
    lines = [line.text for line in block.lines]
    goes_on = len(lines) > 1 and (lines[1][:1].islower() or lines[0].endswith((",", "-")))
    return lines[0] if len(lines) > 2 and not goes_on and is_body(lines[0]) else ""


def _before_number_or_date(text: str) -> str:
    """The organisation at the beginning of a line that continues with a number or a date: "Body, Policy No. 3/2031";
    else empty."""
    lead, *rest = re.split(r"\s[–—|·-]\s|,\s", text, maxsplit=1)
    dated = bool(rest) and bool(number_in(rest[0]) or printed_dates(rest[0]))
    return lead if dated and is_body(lead) else ""


def _by_title(title: str, number: str, body: str, known: Mapping[str, str]) -> list[tuple[float, str]]:
    out: list[tuple[float, str]] = []
    plain = title.strip()
    of_body = _OF_BODY.search(plain)
    about = of_body is not None and _MATTER_FOLLOWS.search(plain, 0, of_body.start()) is not None
    if of_body and not about and of_body[1][:1].isupper() and len(of_body[1].split()) > 1:
        out.append((2.6, of_body[1]))
    if answer := _ANSWER_OF.search(plain):
        out.append((2.6, answer[1]))
    if named := _behind_a_dash(plain, known):
        out.append((_BEHIND_A_DASH, named))
    firm = FIRM_NAME.search(plain)
    if firm:
        out.append((2.2, firm[0]))
    act = re.match(
        r"(?:regulation|directive|decision) \((?:eu|ec|eec)\)[^a-z]+of the ((?:european parliament|commission"
        r"|council)[^\d]*?)\s+of \d",
        plain,
        re.IGNORECASE,
    )
    if act:
        out.append((3.2, "European Union"))
    for name, publisher in known.items():
        if re.match(rf"{re.escape(name)}(?:/| (?:AI|SP|Std|IR|Special)\b)", number, re.IGNORECASE):
            out.append((2.0, publisher))
        if (
            len(name) > 2
            and re.match(rf"(?:the\s+)?{re.escape(name)}(?:['’]s?)?\s", plain, re.IGNORECASE)
            and _OWN_GENRE.match(plain)
        ):
            out.append((2.3, publisher))
    of_number = re.match(r"([A-Z]{2,6})(?:/[A-Z]{2,6})*\s\d", number)
    if of_number and re.search(rf"(?:©|\(c\)|copyright)\s*{of_number[1]}\b", body[:12_000], re.IGNORECASE):
        out.append((2.2, of_number[1]))
    own = _OWN_GENRE.match(plain)
    if own:
        name = own[1].strip()
        if (
            re.fullmatch(r"[A-Z][A-Z0-9&-]{1,7}", name)
            and len(re.findall(rf"\b{re.escape(name)}\b", body)) >= 2
            and name not in {"AI", "ICT", "IT", "HR", "EU", "US", "UK", "UN", "DRAFT", "FINAL", "NEW", "PUBLIC"}
        ) or re.fullmatch(rf"(?:[A-Z][\w'’-]*\s+){{1,4}}(?i:{BODY_NOUN})", name):
            out.append((2.0, name))
    return out


def _behind_a_dash(title: str, known: Mapping[str, str]) -> str:
    """The organisation behind the last dash of a title; empty if there is none. It may be the site, or the subject."""
    _, *behind = re.split(r"\s[|–—-]\s", title)
    name = behind[-1].strip() if behind else ""
    return name if name and (is_body(name) or name.casefold() in known) else ""


def number_on(blocks: Sequence[PrintedBlock]) -> str:
    """The publication number on a line of its own on the title page; empty if there is none."""
    lines = (b.text for b in blocks if b.page <= 2 and not b.below_text and b.role is Role.NUMBER)
    return next((number for line in lines if (number := number_in(line))), "")


def _by_imprint(imprint: str, known: Mapping[str, str]) -> list[tuple[float, str]]:
    out: list[tuple[float, str]] = []
    text = imprint[:12_000]
    for match in _PUBLISHED.finditer(text):
        if _OF_ANOTHER_WORK.search(text[max(0, match.start() - 120) : match.start()]):
            continue
        name = re.split(r"\s(?:in|en|on|under|with)\s|,\s*\d|\s\d{4}|,\s+7\s", match[1])[0].strip(" ,:")
        name = re.sub(r",?\s+(?:\d{1,2}\s+)?[^\W\d_]+\.?$", "", name) if ends_in_a_month(name) else name
        if is_body(name_in_capitals(name)) or name.casefold() in known:
            out.append((2.5, name))
    for match in _COPYRIGHT.finditer(text):
        line = text[text.rfind("\n", 0, match.start()) + 1 : match.end()].casefold()
        form = _LEGAL_FORM.match(text, match.end(1))
        name = match[1].strip(" ,")
        name = f"{name}{form[0].rstrip()}" if form and not is_body(name) else name
        if any(word in line for word in ("photo", "shutterstock", "image", "crown copyright", "reserved by")):
            continue
        if name.casefold() in known or is_body(name) or FIRM_NAME.fullmatch(name):
            out.append((2.5, name))
    out += [(3.4, entry[1]) for entry in _PLACE_AND_HOUSE.finditer(text) if is_body(entry[1])]
    lines = [" ".join(line.split()) for line in text.split("\n")]
    for n, line in enumerate(lines[:-1]):
        if re.fullmatch(r"(?:prepared and )?published by|issued by|발행처?", line, re.IGNORECASE) and is_body(
            name_in_capitals(lines[n + 1])
        ):
            out.append((2.5, lines[n + 1]))
    return out


def _by_author(author: str, body: str, known: Mapping[str, str]) -> str:
    """The author in the metadata if it is an organisation; empty for persons and user names."""
    name = _ADDRESS_BEHIND.sub("", " ".join(author.split()))
    lead, *persons = re.split(r",\s|;\s", name)
    if persons and is_body(lead) and all(is_name_of_a_person(each, strange=False) for each in persons):
        name = lead
    if not name or name.casefold() in _PERSONS or _PROGRAMS.search(name) or NO_ISSUER.search(name):
        return ""
    if name.casefold() in known:
        return name
    if is_body(name) or FIRM_NAME.fullmatch(name) or re.fullmatch(r"(?:The )?(?:[A-Z]\w+ ){1,3}Project", name):
        return _as_spelled(name, body)
    if re.fullmatch(r"[A-Za-z]{3,6}", name) and len(re.findall(rf"\b{name.upper()}\b", body)) >= 3:
        return name.upper()
    return ""


def _as_spelled(name: str, body: str) -> str:
    """A name in the spelling of the text, if the text has a similar name instead of the metadata's spelling."""
    if name in body:
        return name
    *rest, last = name.split()
    ends = (match.end() for match in re.finditer(rf"\b{re.escape(last)}\b", body))
    spelled = Counter(" ".join(body[max(0, end - 2 * len(name)) : end].split()[-len(rest) - 1 :]) for end in ends)
    near = difflib.get_close_matches(name, list(spelled), n=1, cutoff=0.9) if rest else []
    return near[0] if near else name


def _by_heads(heads: Iterable[str], body: str, known: Mapping[str, str]) -> list[str]:
    out: list[str] = []
    for head in heads:
        for part in re.split(r"\s[|·•–—]\s|\s{3,}", head):
            core = re.sub(r"\s+\d{1,3}$|^\d{1,3}\s+", "", part.strip())
            core = re.sub(r"\s?(?:https?://|www\.)\S{1,200}$", "", core)
            acronym = re.fullmatch(r"[A-Z][A-Za-z&]{1,7}", core)
            caps = acronym is not None and sum(c.isupper() for c in core) >= 2
            if (
                is_body(core)
                or FIRM_NAME.fullmatch(core)
                or core.casefold() in known
                or (caps and len(re.findall(rf"\b{re.escape(core)}\b", body)) >= 5)
            ):
                out.append(core)
    return list(dict.fromkeys(out))[:3]


def _by_site(imprint: str, body: str) -> list[str]:
    """The abbreviation that a web address on the first page and the text share: www.finma.ch, FINMA; a name in small
    letters may be that of a product, and the address of a licence is its author's."""
    first = imprint.split("\f")[0][:MOST_OF_A_PAGE]
    out = []
    for match in _SITE.finditer(first):
        forms = Counter(re.findall(rf"\b{re.escape(match[1])}\b", body, re.IGNORECASE))
        forms = Counter({form: n for form, n in forms.items() if form != form.lower()})
        around = first[max(0, match.start() - 200) : match.end() + 40]
        if re.match(r"\S{0,60}(?:licen[cs]e|copyleft|gpl)", first[match.end() :], re.IGNORECASE):
            continue
        if re.search(rf"\b{re.escape(match[1])}\s(?:\w+\s){{0,3}}licen[cs]e", first, re.IGNORECASE):
            continue
        if (
            forms.total() >= 5
            and forms.most_common(1)[0][0].isupper()
            and not re.search("licen[cs]e|라이[선센]스|허가", around, re.I)
        ):
            out.append(forms.most_common(1)[0][0])
    return out


def _same_body(a: str, b: str, body: str) -> bool:
    one, two = (re.sub(r"^the\s+", "", x.strip(), flags=re.IGNORECASE) for x in (a, b))
    if (
        one.casefold() == two.casefold()
        or set(title_words(one)) <= set(title_words(two))
        or set(title_words(two)) <= set(title_words(one))
    ):
        return True
    return _abbreviates(one, two, body) or _abbreviates(two, one, body)


def _abbreviates(short: str, long: str, body: str) -> bool:
    if not re.fullmatch(r"[A-Za-z]{2,8}", short) or len(long.split()) < 2:
        return False
    initials = "".join(
        word[0]
        for word in re.findall(r"[^\W\d_]+", long)
        if word.casefold() not in {"of", "the", "for", "and", "on", "in"}
    )
    return short.casefold() == initials.casefold() or bool(
        re.search(rf"{re.escape(long)}\s*\({re.escape(short)}\)", body, re.IGNORECASE)
    )


def _tidied(name: str, body: str, known: Mapping[str, str]) -> str:
    name = BEFORE_A_NAME.sub("", " ".join(name.split()).strip(" .,:|"))
    name = re.sub(r"^(?:the|independent)\s+", "", name, flags=re.IGNORECASE)
    own = re.sub(r"^(?:il|la|el|le|der|die|das|o|a)\s+", "", name, flags=re.IGNORECASE)
    name = own if is_body(own) else name
    name = whole_body(name)
    name = re.sub(r"\s*\((?:Preparing Activity)\)$", "", name)
    if name.casefold() in known:
        return known[name.casefold()]
    if re.search(r"\b[A-Za-z]\.\s?[A-Za-z]$", name):  # "a.s." ends in a point of its own
        name += "."
    return recased(joined_lines([name]), body)
