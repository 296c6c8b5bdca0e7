"""The kind of a publication by its title and the words around it: law, standard, guideline, report … Pure."""

from __future__ import annotations

import re

from kb.text.lazy_patterns import lazy

_DRAFT = lazy(
    r"^(?:working |public |unapproved |first |preliminary )*draft\b|\b(?:unapproved|consultation|public"
    r"|committee) draft\b|\bdraft (?:guid|standard|regulation|code|report|act|law|opinion)"
    r"|:\W{0,2}(?:revised )?draft (?:resolution|decision|recommendation)"
    r"|for public (?:discussion|comment|consultation)|request for (?:input|comments?\b)(?!:?\s*\d)|first reading"
    r"|\bexposure draft\b|\(draft\)|초안|입법예고|\bdraft$|\bborrador\b"
    r"|(?<!sur le )(?<!sur un )(?<!\bau )(?<!\bdu )\bprojet de\b"
    r"|\bentwurf\b",
    re.IGNORECASE,
)
_KIND_WORDS: tuple[tuple[str, str], ...] = (
    (
        "press release",
        r"(?:press|news|media) release|media (?:statement|advisory)"
        r"|보\s*도\s*(?:참고\s*)?자\s*료|communiqu[eé] de presse|nota de prensa"
        r"|pressemitteilung",
    ),
    (
        "questionnaire",
        r"questionnaires?|check-?lists?|self-?assessment|assessment list|survey|점\s*검\s*표|조\s*사\s*표|자율점검|설문"
        r"|체크리스트|cuestionario",
    ),
    (
        "law",
        r"framework convention|convention|treaty|constitution|charter of (?:the united nations|(?:fundamental )?rights)"
        r"|(?:regulation|directive|decision) \((?:eu|ec"
        r"|eec)\)|regulation of the|regulations|rules, (?:19|20)\d\d"
        r"|local laws?"
        r"|[^\W\d_]+ act\b(?! on\b.*guid)(?! (?:readiness|compliance|implementation|tracker|explained|explorer|overview"
        r"|summary|timeline|service|conformity|obligations|requirements|toolkit|checklist|handbook|guide|guidance|faqs?)\b)"
        r"|^act\b|\bact (?:on|of|to)\b|\bbill\b|statutes?|ordinance|decree|legislative resolution|law (?:on|of"
        r"|no)|^order (?:on|of|no)|법률|\S*(?:기본법|보호법|진흥법)|\S+(?<![사이응활]용)(?<![방기문해요수])법$"
        r"|\S*시행령|\S*시행규칙"
        r"|\S*조례|convenio|convenci[oó]n|ley (?:org[aá]nica|de|sobre)|reglamento|constituci[oó]n|real decreto"
        r"|loi|arr[êe]t[ée]|d[ée]cret|gesetz|verordnung|convenzione|legge"
        r"|lei (?:n[º°.]|complementar|de|sobre)|decreto(?:-lei)?|portaria|resolu(?:[cç][aã]o|ci[oó]n) n[.º°]",
    ),
    (
        "standard",
        r"standards?|specifications?|unified facilities criteria|requirements for|표준|규격|norma t[eé]cnica|norme",
    ),
    (
        "policy",
        r"(?:\w+ )?polic(?:y|ies)\b(?! (?:paper|brief|observatory|recommendation))|directive on"
        r"|terms of (?:use|service)"
        r"|(?:staff|employee) handbook|취업규칙|\S*규정|방침|pol[ií]tica|politique de|(?:\w+ )?charter|charte|\S*헌장",
    ),
    (
        "guideline",
        r"guidelines?|guidance|guides?|recommendations?|code of (?:practice|conduct)|codes?|principles?"
        r"|special publication|handbook|manual|framework|toolkit|playbook|methodology|good practices?"
        r"|notice|advisor(?:y|ies)|opinion|circular|rundschreiben|criteria|profile|rules|가이드라인|가이드(?:북)?(?![가-힣])|안내서|지침|윤리기준|기준|권고|매뉴얼"
        r"|[가-힣]+(?:지침|기준|안내서|가이드라인|매뉴얼|권고안|권고문)(?![가-힣])|[가-힣]*(?:강령|수칙|길라잡이|편람)(?![가-힣])"
        r"|\w*(?:handbuch|anleitung|handleiding)|leitfaden|avis (?:n[°º]|sur|relatif|du)|dictamen|parere|stellungnahme"
        r"|manuel|manuale|사용법|이용법|활용법|(?:사용|이용)?\s?설명서|입문서?"
        r"|해설서|원칙|directrices|gu[ií]a|recomendaci[oó]n|recommandations?|leitlinien?"
        r"|lignes directrices|orientaciones|linee guida|c[óo]digo (?:de (?:conduct?a|buenas)|[ée]tico)|code de conduite"
        r"|codice (?:di condotta|etico)|verhaltenskodex|guide pratique|merkblatt",
    ),
    (
        "report",
        r"(?<!to )reports?|review|study|analysis|white ?paper|working paper|discussion paper|paper|update|statement"
        r"|memorandum|input(?= (?:in|to|on|for|from|into)\b)|survey results|communication"
        r"|[가-힣]*보고서|백서|연구|분석|informe|rapport|bericht|estudio",
    ),
)
_KIND_PATTERNS = tuple(
    (kind, lazy(rf"(?<![^\W\d_])(?:{words})(?![a-z])", re.IGNORECASE)) for kind, words in _KIND_WORDS
)

_SUBJECT_OF_ANOTHER = lazy(
    r"\b(?:about|understanding|explaining|(?:introduction|companion|primer|questions|answers|notes|response|comments?)\s+(?:to|on))"
    r"\s+(?:the\s+)?(?:[^\W\d_]+\s+){0,3}$",
    re.IGNORECASE,
)
"""Words before the name of a law that make it the subject of something else."""


_AFTER_A_KOREAN_LAW = lazy(
    r"(?>[\W\d_]|(?:일부|전부|타법)?개정(?:령|법률)?|제정|시행(?:령|규칙|일|(?![령규일]))|법률|령?안(?![가-힣])|제\d*호|호"
    r"|대통령령|총리령|(?<![가-힣])[가-힣]{2,12}부령(?![가-힣])|전문(?![가-힣])|약칭)*+\Z"
)
"""What may follow the name of a Korean law in its title; other words say what the text about the law is."""
_IN_BRACKETS = lazy(r"\[[^\[\]]*\]|\((?![^()]*(?:해설|설명|요약|안내|질의|소개|비교|분석|개요))[^()]*\)")
"""Notes in brackets behind the name of a law, which say since when it applies and by which number it goes."""


def kind_of_title(title: str) -> str:
    """The kind that a title names, by the first word in it that names one, by the last of a Korean title, whose head
    stands at its end; empty where there is none."""
    if title.rstrip().endswith("?"):
        return ""
    if re.search("[가-힣]", title) and len(re.findall("[가-힣]", title)) >= len(re.findall("[A-Za-z]", title)):
        return _kind_of_korean_title(title)
    found = [
        (match.start(), n, kind)
        for n, (kind, pattern) in enumerate(_KIND_PATTERNS)
        if (match := pattern.search(title))
        and not (kind == "law" and _SUBJECT_OF_ANOTHER.search(title, 0, match.start()))
    ]
    return min(found)[2] if found else ""


def _kind_of_korean_title(title: str) -> str:
    """The kind by the last word that names one; the name of a law before other words is what the text is about."""
    found = [
        (match.end(), -n, kind)
        for n, (kind, pattern) in enumerate(_KIND_PATTERNS)
        for match in pattern.finditer(title)
        if kind != "law"
        or not re.search("[가-힣]", match[0])
        or _AFTER_A_KOREAN_LAW.match(_IN_BRACKETS.sub(" ", title[match.end() :]))
    ]
    return max(found)[2] if found else ""


_DIRECTIVE_ON = lazy(r"\W*(?:proposal for an? )?directive on\b", re.IGNORECASE)
_OF_THE_UNION = lazy(
    r"\bEuropean (?:Parliament|Union|Commission|Council)\b|\((?:EU|EC|EEC)\)|\bMember States\b", re.IGNORECASE
)
"""Whose directives are laws; those of a government or a house to its own offices are policies."""


def publication_kind(title: str, around: str) -> str:
    """The kind of a publication by its title and the other lines of its title page; empty where they do not say."""
    if _DRAFT.search(title) or _DRAFT.search(around):
        return "draft"
    press, pattern = _KIND_PATTERNS[0]
    if any(pattern.fullmatch(line.strip(" .:|[]()<>")) for line in around.split("\n")):  # it heads news of any kind
        return press
    if _DIRECTIVE_ON.match(title) and _OF_THE_UNION.search(f"{title}\n{around}"):
        return "law"
    return kind_of_title(title) or (press if pattern.search(around) else "")
