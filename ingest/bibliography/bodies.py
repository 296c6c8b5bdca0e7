"""Recognises the names of organisations, in the words of several languages. Pure."""

from __future__ import annotations

import re
from functools import lru_cache

from kb.text.common_words import common_words

BODY_NOUN = (
    r"commission|council|ministry|ministries|authority|authorities|agency|department|office|institute"
    r"|institution|committee|board|parliament"
    r"|university|bank|group|association|organi[sz]ation|supervisor|foundation|centre|center|bureau|court"
    r"|government|secretariat|society"
    r"|union|alliance|forum|federation|consortium|service|services|inspectorate|ombudsman|chamber|assembly"
    r"|senate|congress|company|corporation"
    r"|entities|partners|holdings|initiative|academy|laboratory|regulator|directorate|administration|treasury"
    r"|police|college|church|network|task force"
    r"|ministerio|comisi[oó]n|consejo|autoridad|agencia|instituto|universidad|organizaci[oó]n|tribunal|corte"
    r"|bundesamt|ministerium|amt|kommission|rat"
    r"|minist[eè]re|conseil|autorit[eé]|agence|banque|fondation|mairie|ville|commune|m[eé]tropole"
    r"|(?:foundation|health|hospital|harbou?r|port|housing|academy|charitable|care|national|university) trust"
    r"|universiteit|ministerie|gemeente|autoriteit|stichting|vereniging|universität|hochschule|verein|stiftung|behörde"
    r"|garante|autorità|ministero|agenzia|consiglio|università|istituto"
    r"|presid[êe]ncia|ministério|agência|autoridade|conselho|universidade|câmara|assembleia|prefeitura|comissão|fundação"
    r"|library|museum|hospital|municipality|ayuntamiento|municipalidad|fundaci[oó]n|biblioteca|hospital"
)
_COMPANY = (
    r"(?:Ltd|Limited|Inc|LLC|LLP|plc|PLC|GmbH|AG|SE|S\.?A\.?|B\.?V\.?|Corp|Co|Pty|Oyj?|ASA?|A/S|N\.?V\.?|KG|S\.?p\.?A\.?|a\.\s?s\.?|s\.\s?r\.\s?o\.?|Sp\.\sz\so\.\s?o\.?|e\.\s?V\.?|Ltda"
    r"|주식회사|㈜)(?!\w)\.?"
)
KOREAN_BODY = (
    r"(?:관계\s*부처\s*합동|[가-힣]{1,14}(?:위원회|연구원|진흥원|협회|재단|공단|공사|은행|대학교|학회|센터"
    r"|병원|의료원|연구소|개발원|평가원|정보원|교육원|관리원|보안원|기술원|감독원|법원|검찰청|경찰청|관리청|항만청|시청|도청|안전청)"
    r"|(?:주식회사|㈜|\(주\))\s?[가-힣A-Za-z]{2,15}|[가-힣A-Za-z]{2,15}\s?(?:주식회사|㈜|\(주\))"
    r"|(?!(?:제|속|정|의|용|태|각|온|연)[도구]\s)[가-힣]{1,7}(?:특별자치시|특별자치도|특별시|광역시|[시군구도])(?:청)?"
    r"\s[가-힣]{2,12}(?:(?<![효결성])과|국|실|본부|담당관)"
    r"|(?:과학기술정보통신|행정안전|기획재정|교육|외교|법무|국방|문화체육관광|산업통상자원|보건복지|환경"
    r"|고용노동|여성가족|국토교통|해양수산|중소벤처기업|농림축산식품)부"
    r"|금융감독원|국가인권위원회|국무조정실|식품의약품안전처|법제처|국가정보원|감사원|특허청|통계청)"
)
_COMPOUND = (
    r"(?!Ehrenamt|Insgesamt|Gesamt|Lehramt|Hauptamt)[A-ZÄÖÜ][a-zäöüß]{3,}(?:aufsicht|behörde|amt|ministerium|kommission|verband|anstalt|gericht|direktion|kanzlei)"
    r"(?:\s(?:für|der|des|von|und)\s[\w-]+|\s[A-ZÄÖÜ][\w-]+|\s\([A-Z]{2,6}\)){0,4}"
)
_ROMANCE_BODY = re.compile(
    r"(?!conseils? pour |(?:commission|office|institut|tribunal|conseil) [a-z]+(?<!ion)al$)"
    r"(?:commission|conseil|autorité|agence|ministère|(?:inspection|direction) générale"
    r"|office|institut|comité|cour|tribunal|défenseur|haute autorité"
    r"|comisión|consejo|autoridad|agencia|ministerio|instituto|comité|defensoría|secretaría|superintendencia)"
    r"(?:\s[a-zà-ÿ]{4,}(?:al|ale|aux|ales|eur|eure|éenne?|eo|ea|ique|or))?"
    r"(?:\s(?:des?|du|de la|del|de los|de las|pour|para|d['’]|de l['’])\s?(?:l['’])?[\w'’-]+"
    r"(?:\s(?:et|y|des?|du|de la|del?|à la|au|aux)\s(?:la\s|les\s|las\s|los\s)?[\w'’-]+|\s[a-zà-ÿ-]{4,}){0,6}"
    r"|(?<=al|le|eo|ea|ne|en))",
    re.IGNORECASE,
)
"""The name of a body in French or Spanish, most of whose words have no capital."""
_CAPITALISED = r"[^\W\d_a-zß-öø-ÿ][\w.&'’-]*"
_SMALL_WORDS = (
    r"(?:of|for|on|in|and|the|&|to|de|del|la|las|los|para|y|et|des|du|für|und|der|das|da|do|dos|di|della|dei|per|i|e"
    r"|van|het|voor|en)"
)
_BODY_NAME = re.compile(
    rf"(?:(?:{_CAPITALISED}|{_SMALL_WORDS})\s+){{0,9}}(?=[A-ZÀ-Ý])(?i:{BODY_NOUN})(?:\s+{_SMALL_WORDS}(?=\s)"
    rf"|\s+{_CAPITALISED}|,(?=\s{_CAPITALISED}))*"
    r"(?:\s*\([A-Z]{2,8}\))?"
)
FIRM_NAME = re.compile(rf"(?:[A-Z][\w&'’-]*\s+(?:(?:&|and|und|et|y)\s+)?){{0,3}}[A-Z][\w&'’-]*,?\s+{_COMPANY}")
_TRADES = (
    r"insurance|assurance|airlines|airways|energy|logistics|shipping|motors|pharma(?:ceuticals)?|labs|laboratories"
    r"|capital|securities|industries|electronics|robotics|technologies|software|consulting|advisory|telecom|mutual|foods"
)
NO_ISSUER = re.compile(
    r"(?:trust|help|resource|data|support|download|media|press|knowledge|learning|call|contact|service) cent(?:er|re)$|"
    r"publications? office|publishing|printing|stationery|crown copyright|shutterstock|getty|istock|adobe"
    r"|microsoft|acrobat|tables? of|working group|\bchair\b|\bcommittee [a-z]{1,5}(?:/[a-z]{1,5})*[- ]?\d"
    r"|secretary|minister\b|director\b|president\b|press office|information policy team|design|coordinator",
    re.IGNORECASE,
)
_VERBS = re.compile(
    r"\b(?:is|are|was|were|has|have|shall|should|may|will|must|adopts?|means|says?)\b|[,;]\s*(?:which|who)\b",
    re.IGNORECASE,
)
GENRE_NOUN = (
    r"guidance|guidelines?|recommendation|convention|statement|opinion|report|input|policy|circular|principles"
    r"|framework convention|code of conduct|legislative resolution"
    r"|ministerial statement|declaration|handbook|standards?|rules|notice|constitution|code|act|law|charter"
    r"|regulation|directive|order|resolution|treaty|agreement|glossary"
    r"|summary|annex|chapter|part|section|article"
)
_NAME_OF_A_TEXT = re.compile(
    r"\b(?:manual|guide|handbook|guidelines?|report|plan|documentation|specification|faq|proposal|journal)$"
    rf"|\b(?:{BODY_NOUN})\s(?:(?!of|for|on|and|in)[\w-]+\s)?(?:standards?|recommendations?|code|policy|act|bill|rules"
    r"|strategy|statement|review|bulletin|newsletter|paper|draft|circular|order|resolution|charter)$",
    re.IGNORECASE,
)
_OWN_TEXTS = r"policy|procedure|standard|guidelines?|handbook|manual|code|charter|strategy|rules"
"""What a house calls its own texts: "Group Risk Policy" is none of its bodies."""
_OF_A_MEETING = (
    r"(?:[\w-]+ )?(?:minutes|agenda|proceedings|transcript|speech|remarks|terms of reference|mandate|statutes"
    r"|by-?laws|members|meeting"
    r"|composition|rules of procedure|introduction|overview|roles|functions|powers|establishment"
    r"|responsibilities)"
)
"""What a title says of a body, so that the title is no name of it: "Minutes of the Harbour Board"."""
_OF_A_NAMED_BODY = re.compile(r"(?:the\s+)?(?:role|history|future|work|launch)\s+of\s+the\s+(.+)", re.IGNORECASE)
"""The body that a title is about; without the article the words may be a name, "Future of Ladders Institute"."""
_FOR_A_NAMED_BODY = re.compile(r"(.{2,60}?)\sfor\s(?:the\s)?(.{4,80})", re.IGNORECASE)
_HAS_A_NOUN = re.compile(rf"\b(?:{BODY_NOUN})\b", re.IGNORECASE)
"""A thing for a body is none itself, "Templates for Lantern University"; "Centre for Harbour Services" is one."""
BEFORE_A_NAME = re.compile(
    r"^(?:(?:set up|issued|published|prepared|produced|adopted|approved|developed|made) by\s+(?:the\s+)?"
    r"|in\s+(?:the\s+)?(?=[^\n]{0,60}\b(?:court|tribunal)\b)|the\s+)",
    re.IGNORECASE,
)
"""Words before a name on a line of its own: "Issued by the Harbour Board", "In the Harbour Court"."""


@lru_cache(maxsize=1024)
def is_body(text: str) -> bool:
    """Whether a line is only the name of an organisation: it has a noun such as "ministry", and is not a sentence."""
    core = BEFORE_A_NAME.sub("", text.strip(" .,:|"))
    if re.fullmatch(KOREAN_BODY, core) or re.fullmatch(_COMPOUND, core):
        return True
    if re.fullmatch(r"(?:city|town|county|borough|village) of [A-Z][\w'’-]+(?:\s[A-Z][\w'’-]+)?", core, re.IGNORECASE):
        return core[:1].isupper()
    if core[:1].isupper() and len(core) <= 110 and _ROMANCE_BODY.fullmatch(core):
        return True
    core = name_in_capitals(core)
    about = _OF_A_NAMED_BODY.fullmatch(core)
    if _NAME_OF_A_TEXT.search(core) or (about is not None and is_body(about[1])):
        return False
    meant = _FOR_A_NAMED_BODY.fullmatch(core)
    if meant is not None and not _HAS_A_NOUN.search(meant[1]) and is_body(meant[2]):
        return False
    if re.match(
        rf"(?:an?\s+|the\s+)?(?:{GENRE_NOUN}|{_OF_A_MEETING})\s+(?:of|on|for|to|under|concerning)\b",
        core,
        re.IGNORECASE,
    ):
        return False
    if re.search(rf"(?<!\bAI)\s(?:{_OWN_TEXTS})$", core, re.IGNORECASE) and not re.search(
        r"\s(?:for|of|on|and)\s", core
    ):
        return False
    if re.match(r"(?:about|contact|published|report(?:ed)? to|from|to)\b", core, re.IGNORECASE):
        return False
    if len(core) > 110 or len(core.split()) < 2 or _VERBS.search(core) or NO_ISSUER.search(core):
        return False
    return bool(_BODY_NAME.fullmatch(core) or FIRM_NAME.fullmatch(core)) and (core[:1].isupper() or not core.isascii())


_PART_OF_BODY = re.compile(
    r"(?:technical (?:sub-?)?committee|(?:joint |expert )?working (?:group|party)|task force|secretariat"
    r"|(?:drafting|editorial) (?:group|board|committee))\s(?:[A-Z\d/]{2,12}\s)?of\s(?:the\s)?(.+)",
    re.IGNORECASE,
)


def whole_body(name: str) -> str:
    """The body that a group writes for, "Technical Committee of the National Mariners Association"; else the name."""
    whole = _PART_OF_BODY.fullmatch(name)
    return whole[1] if whole and is_body(whole[1]) else name


def is_house(text: str, body: str) -> bool:
    """Whether words may be the name of a company that says its trade and no legal form: "Kestrel Mutual Insurance". One
    of its words is no common one, and the text of the file has it nowhere in small letters, as it has the name of a
    subject: "Blockchain Insurance"."""
    words = text.split()
    own = all(re.fullmatch(r"[A-Z][\w&'’.-]*", word) for word in words)
    if not own or not 2 <= len(words) <= 4 or not re.fullmatch(_TRADES, words[-1], re.IGNORECASE):
        return False
    strange = (low for word in words[:-1] if (low := word.casefold()) not in common_words())
    return any(re.search(rf"\b{re.escape(low)}\b", body) is None for low in strange)


def name_in_capitals(name: str) -> str:
    """A name in capitals with capitals only at the beginnings of words, so that small words can be recognised."""
    if not name.isupper():
        return name
    return re.sub(
        r"[^\W\d_]+", lambda m: m[0].lower() if re.fullmatch(_SMALL_WORDS, m[0].lower()) else m[0].capitalize(), name
    )
