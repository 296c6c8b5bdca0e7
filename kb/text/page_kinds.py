"""Kinds of pages without provisions: sources, contents, acknowledgements, covers, imprints, summaries. Pure.

The kind of a passage is recognised by its heading path: by a heading of the document, or by one that the reader of the
file added to a page without any. Such passages are ranked last, unless a question asks for them.
"""

from __future__ import annotations

import re
from enum import Enum
from functools import lru_cache

from kb.text.lazy_patterns import lazy


class Apparatus(str, Enum):
    """The kind of a page without provisions; the value is the heading that it gets if it has none."""

    REFERENCES = "References"
    CONTENTS = "Contents"
    ACKNOWLEDGEMENTS = "Acknowledgements"
    COVER = "Cover"
    IMPRINT = "Imprint"
    SUMMARY = "Executive summary"


_NUMBER_BEFORE = r"(?:(?:\d+(?:\.\d+)*|[ivxlc]+|[a-h]|annex \w+|appendix \w+|part \w+)[.:)]?\s*[-–:]?\s*)?"
_PUBLISHERS = (
    r"(?-i:OECD|IEEE|UNESCO|EU|UN|UNICEF|UNDP|NIST|ISO|IEC|CEN|CENELEC|ETSI|ITU|WHO|WTO|WIPO|IMF|ILO|BIS|FSB|IOSCO"
    r"|G7|G20|EDPB|EDPS|ENISA|EBA|ESMA|EIOPA|ECB|CMA|FCA|ICO|FINMA|BSI|CNIL|PDPC|IMDA|MAS|FTC|NATO|ASEAN|APEC|PIPC)"
)
"""Bodies of which a publication says who they are below a heading of their own, "About the OECD"; an abbreviation may
as well be that of the matter, "About the GDPR"."""
_KIND_OF_BODY = (
    r"(?:unique|independent|international|intergovernmental|non-?profit|not-for-profit|public|global|professional"
    r"|leading)"
)
_HEADINGS_OF_KINDS = {
    Apparatus.REFERENCES: (
        r"(?:selected )?(?:references(?: cited)?|bibliograph\w*"
        r"|works cited|literature(?: cited)?|sources|further reading"
        r"|further resources|citations|bibliografía"
        r"|referencias(?: bibliográficas)?|fuentes|참고 ?(?:문헌|자료)|인용 ?문헌"
        r"|출처)"
    ),
    Apparatus.CONTENTS: (
        r"(?:(?:table of|list of) )?contents(?: page)?|list of (?:figures|tables|boxes|abbreviations|acronyms)"
        r"|índice|tabla de contenidos?|목 ?차|차 ?례|그림 ?목차|표 ?목차"
    ),
    Apparatus.ACKNOWLEDGEMENTS: (
        r"acknowledge?ments?(?: and .*)?|thanks|credits|(?:about the )?(?:authors?|contributors?|editors?)"
        r"|(?:list of )?(?:participants|members|contributors|reviewers)|membership|committee(?: membership)?"
        r"|global initiative membership|agradecimientos|감사의 ?(?:글|말씀?)|도움을 주신 분들?|집필진|참여진"
    ),
    Apparatus.COVER: r"cover(?: page)?|title page|표지",
    Apparatus.IMPRINT: (
        r"imprint|colophon|contacts?(?: us| details| information)?|copyright(?: notice)?|disclaimer|legal notice"
        rf"|about (?:this (?:report|publication|document)|us|the (?:{_PUBLISHERS}))|how to cite.*"
        r"|(?:the )?(?!(?:ai|ml|it)\b)(?-i:[A-Z]{2,8}) is (?:an?|the) (?:[\w-]+ ){0,2}?"
        rf"{_KIND_OF_BODY} (?:[\w-]+ ){{0,3}}?"
        r"(?:forum|organi[sz]ation|agency|authority|association|institution|department|society)\b.*"
        r"|aviso legal|contacto"
        r"|연락처|문의(?:처)?|판권|저작권"
    ),
    Apparatus.SUMMARY: (
        r"(?:executive )?summary(?: of .{1,40})?|key (?:messages"
        r"|points|takeaways|findings)|at a glance|abstract|overview"
        r"|resumen(?: ejecutivo)?|요약(?:문)?|개요"
    ),
}
_MATCHERS = {
    kind: lazy(_NUMBER_BEFORE + rf"(?:{words})\W*", re.IGNORECASE) for kind, words in _HEADINGS_OF_KINDS.items()
}
_ASKS = {
    Apparatus.REFERENCES: r"\breferences?\b|bibliograph|\bcit(?:e[sd]?|ations?)\b|\bsources?\b|참고 ?문헌|출처|인용",
    Apparatus.CONTENTS: (
        r"\bcontents\b|\bchapters?\b|\bsections?\b|\bparts?\b|\bannex|\bfigures?\b|\btables?\b|\bstructure"
        r"|\bhow many (?:[\w-]+ )?(?:principles|articles|themes|topics|requirements|areas|steps|standards)\b"
        r"|목차|(?<!네 )(?<!세 )(?<!두 )(?<!한 )차례|몇 ?(?:개의 ?)?(?:장|절|부)(?![가-힣]*하)|구성"
    ),
    Apparatus.ACKNOWLEDGEMENTS: (
        r"acknowledg|\bthank|\bauthors?\b|\bcontribut|\bmembers?(?:hip)?\b"
        r"|\bcommittee|\bwho (?:wrote|drafted|prepared|led"
        r"|chaired)|감사|저자|집필|참여|위원|누가 (?:썼|작성|만들)"
    ),
    Apparatus.COVER: r"\btitle\b|\bcover\b|\bpublished\b|\bissued\b|\bdate\b|제목|표지|발행|발간",
    Apparatus.IMPRINT: (
        r"\bcontact|\be-?mail|\baddress|\btelephone|\bphone|\bcopyright|\blicen[cs]e|\bdisclaimer|\bISBN|\bpublisher"
        r"|\bpublished\b|연락처|주소|전화|이메일|저작권|발행|문의"
    ),
    Apparatus.SUMMARY: r"\bsummar|\boverview|\bin short\b|\bkey (?:messages|points|findings)|요약|개요|핵심 내용",
}
_ASKED_FOR = {kind: lazy(words, re.IGNORECASE) for kind, words in _ASKS.items()}
SET_BACK = {kind: 0.3 for kind in Apparatus} | {Apparatus.IMPRINT: 0.4, Apparatus.SUMMARY: 0.05}
"""The penalty, 0 to 1, on the score of a passage of such a page."""


@lru_cache(maxsize=4_000)
def kind_of_heading(heading: str) -> Apparatus | None:
    """The kind of pages that a heading is above, ``None`` for any other heading."""
    plain = " ".join(heading.split())
    return next((kind for kind, matcher in _MATCHERS.items() if matcher.fullmatch(plain)), None)


def kind_of_path(headings: tuple[str, ...]) -> Apparatus | None:
    """The kind of a passage by its heading path, the document's name left out: that of the outermost heading that shows
    one, but of the lists of sources wherever their heading stands."""
    found = [kind for heading in headings[1:] if (kind := kind_of_heading(heading)) is not None]
    return Apparatus.REFERENCES if Apparatus.REFERENCES in found else found[0] if found else None


def is_asked_for(kind: Apparatus, question: str) -> bool:
    """Whether a question asks for the contents of pages of a kind."""
    return _ASKED_FOR[kind].search(question) is not None
