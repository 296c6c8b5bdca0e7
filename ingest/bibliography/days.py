"""Recognises dates as publications print them, and the numbers of publications. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from kb.text.numerals import roman_value

_MONTH_NAMES = {
    name: number
    for names in (
        "january february march april may june july august september october november december",
        "jan feb mar apr may jun jul aug sep oct nov dec",
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
        "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
        "januar februar märz april mai juni juli august september oktober november dezember",
        "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
        "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    )
    for number, name in enumerate(names.split(), 1)
} | {"sept": 9}
_MONTH_WORDS = "|".join(sorted(_MONTH_NAMES, key=len, reverse=True))
_YEAR_FORM = r"(?:19|20)\d\d"
_DATE_FORMS = (
    rf"(?P<d1>\d{{1,2}})(?:st|nd|rd|th|\.|º|er)?\s{{0,3}}(?:de\s|(?:day\s)?of\s)?\s{{0,3}}(?P<m1>{_MONTH_WORDS})\.?,?\s{{0,3}}(?:del?\s)?(?P<y1>{_YEAR_FORM})",
    rf"(?P<m2>{_MONTH_WORDS})\.?\s{{0,3}}(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?,\s{{0,3}}(?P<y2>{_YEAR_FORM})",
    rf"(?P<m3>{_MONTH_WORDS})\.?,?\s{{0,3}}(?:del?\s)?(?P<y3>{_YEAR_FORM})",
    rf"(?P<y4>{_YEAR_FORM})\s{{0,3}}년\s{{0,3}}(?P<m4>\d{{1,2}})\s{{0,3}}월(?:\s{{0,3}}(?P<d4>\d{{1,2}})\s{{0,3}}일)?",
    rf"(?<!\d)(?P<y5>{_YEAR_FORM})\s{{0,3}}[.]\s{{0,3}}(?P<m5>\d{{1,2}})\s{{0,3}}[.]\s{{0,3}}(?P<d5>\d{{1,2}})(?!\d)",
    rf"(?<![\d.])(?P<d10>\d{{1,2}})\.\s(?P<m10>\d{{1,2}})\.\s(?P<y10>{_YEAR_FORM})(?![\d.])",
    rf"(?<!\d)(?P<y6>{_YEAR_FORM})-(?P<m6>\d\d)-(?P<d6>\d\d)(?!\d)",
    rf"(?<![\d/])(?P<y9>{_YEAR_FORM})/(?P<m9>\d\d)/(?P<d9>\d\d)(?![\d/])",
    rf"(?<![\d/])(?P<d7>\d{{1,2}})[./](?P<m7>\d{{1,2}}|[IVX]{{1,4}})[./](?P<y7>{_YEAR_FORM})(?!\d)",
    rf"(?<!\d)(?P<y8>{_YEAR_FORM})\s{{0,3}}[.]\s{{0,3}}(?P<m8>\d{{1,2}})(?!\s{{0,3}}\.?\s{{0,3}}\d)\.?",
)
_DATE_FORM = re.compile("|".join(_DATE_FORMS), re.IGNORECASE)
_PLACE = r"(?:[^\W\d_][\w.'’ -]{1,40},\s*)?"
_BEFORE_DATE = (
    r"(?:(?:last\s+)?(?:updated?|revised)(?:\s+as\s+at|\s+on)?|as\s+at|as\s+of|date[d]?|issued|published|adopted|approved"
    r"|(?:publication|issue|release|approval)\s+date|date\s+(?:of\s+(?:issue|publication|approval)|approved|issued)"
    r"|effective(?:\s+date)?|made\s+public\s+on|done\s+at|fecha|datum|erlass|ausgabe|stand|발행일|작성일|배포일시?|시행일?"
    r"|보도\s*(?:시점|일시)|(?:최근|최종)?\s?(?:일부|전부|전문)?\s?개정일?|제정일?|(?:판결\s?)?선고일?"
    r"|version\s+[\w.]+|v\d[\w.]*|change\s+\d+|rev\.?\s*\d+)"
)
_DATED_LINE = re.compile(
    rf"{_PLACE}(?:{_BEFORE_DATE}\s*[:·|,–-]?\s*(?:on\s+)?)?(?:the\s+)?[(\[]?(?:{_DATE_FORM.pattern})[)\]]?[.,]?(?:\s*\([^)]{{1,20}}\))?"
    r"(?:\s*\d{1,2}:\d\d)?(?:,?\s{1,3}v[.-]?\s?\d[\w.]{0,12})?(?:\s*(?:이후|부터|(?:일부|전부)?\s?개정|제정|발행|발간|고시|공포|공고|의결))?",
    re.IGNORECASE,
)
_SAID = re.compile(
    r"(?<!not )(?:made\s+public|\(dated:|ordered\s(?:by\s[^.\n]{3,40}\s)?to\sbe\sprinted"
    r"|published|issued|adopted|approved|assented\s+to|(?:last\s+)?updated?|publicado|publié"
    r"|veröffentlicht|erlassen|version\s+\d[\w.+-]*"
    rf"|(?:published|issued)\s+by\s+(?:the\s+)?[^.\n;,]{{3,60}},|as\s+at|as\s+of)\s*\)?\s*\(?(?:on|at|as\s+at|in|en|el|am|:)*\s*:?\s*(?:the\s+)?({_DATE_FORM.pattern}|{_YEAR_FORM}(?!\d))",
    re.IGNORECASE,
)
_MADE = re.compile(
    rf"(?:\b(?:Made|MADE|Ratified|RATIFIED|Enacted|ENACTED)|\[(?:made|ratified|enacted))"
    rf"\s*:?\s*(?:(?:on|the)\s+)*((?i:{_DATE_FORM.pattern}))"
)
"""A day behind words that mean many other things within a sentence: "progress made in 2018"."""
_DAY_OF_AN_ACT = re.compile(
    rf"(?:resolution|regulation|directive|decision|law|act|order|council|parliament"
    rf"|commission|\((?:eu|ec|eec|euratom)\)\s+(?:no\s+)?\d{{1,4}}/\d{{1,4}})\s+of\s+({_DATE_FORM.pattern})",
    re.IGNORECASE,
)
_KOREAN_LAW = re.compile(
    r"\[?\s*(?:법률|대통령령|총리령|[가-힣]{2,12}(?:부령|고시|훈령|예규|규칙|조례))\s*제?\s*[\d-]+\s*호\s*,\s*"
    rf"(?P<day>{_YEAR_FORM}\s*\.\s*\d{{1,2}}\s*\.\s*\d{{1,2}})"
)
_SPANISH_ACT = re.compile(
    r"\b(?:real decreto|decreto|ley|ley orgánica|orden|resolución)(?:[- ]ley)?\s+(?:n\.?[º°]\s*)?"
    rf"[A-Z/]{{0,8}}\d+/(?P<year>{_YEAR_FORM}),"
    rf"\s+de\s+(?P<day>\d{{1,2}}\s+de\s+(?:{_MONTH_WORDS}))(?!\s+de\s+\d)",
    re.IGNORECASE,
)
"""The number with its year, and the day without it: "Real Decreto 77/2031, de 2 de abril"."""
_GERMAN_ACT = re.compile(
    rf"(?:[\d.]{{3,12}}\s+)?[^\W\d_]*(?:verordnung|gesetz)\b[^.]{{0,140}}\svom\s+({_DATE_FORM.pattern})", re.IGNORECASE
)
"""The head of a German act, at the very beginning, and its day."""
_COPYRIGHT_YEAR = re.compile(
    rf"(?:©|\(c\)|copyright)\s*(?:[^\d©]{{0,60}}?)(?:{_YEAR_FORM}\s*[,–-]\s*)*({_YEAR_FORM})(?:[–-](\d\d)(?!\d))?(?!\d)",
    re.IGNORECASE,
)

_POINT_C = re.compile(r"\([cC]\)\s*[a-z]")

_NUMBERS = (
    r"(?:법률|대통령령|총리령|[가-힣]{2,12}(?:부령|고시|훈령|예규|규칙|조례|\s?공고))\s*제\s*[\d-]+\s*호",
    r"\b[A-Z]{1,8}\(\d{4}\)\s?\d{1,5}(?:/\d+)?(?:\s+final)?",
    r"\b[A-Z]\d{1,2}_TA\(\d{4}\)\d{4}",
    r"\b(?:Regulation|Directive|Decision|Order)\s+\((?:EU|EC|EEC|Euratom|[A-Z]{2,4})\)\s+(?:No\s+)?\d{2,4}/\d{2,4}",
    r"\bISO(?:/[A-Z]{2,5})*(?:\s+(?:TR|TS|PAS))?\s+\d{3,6}(?:-\d+)?(?::\d{4})?",
    r"\bIEEE\s+(?:Std\s+)?P?\d{3,5}(?:\.\d+)?(?:™|TM)?(?:-\d{4})?",
    r"\bNIST\s+(?:AI|SP|IR|FIPS|Special\s+Publication)\s+[\d-]+\w*",
    r"\b(?:19|20)\d\d\s+(?:CHAPTER|Chapter|No\.)\s+\d{1,4}\b",
    r"\bH\.\s?R\.\s\d{1,5}\b",
    r"^S\.\s\d{1,5}$",
    r"\bOECD/LEGAL/\d{4}",
    r"\b(?:CETS|ETS|Treaty Series\s+-)\s*(?:No\.?\s*)?\d{1,3}\b",
    r"\b(?:RFC|UFC|WP|SP|RFH|TR|EN|BS|DIN|KS|ETSI|ANSI|SR|BR|FIN)\s?\d[\d.-]{1,10}\b",
    r"\b(?:Guidance|Guidelines?|Opinion|Circular|Notice|Recommendation|Report|Decision|Bulletin|Statement"
    r"|Order|Resolution"
    r"|Rundschreiben|Circulaire|Circular)\s+(?:No\.?\s*)?\d{1,4}/\d{2,4}",
    r"\b(?:A|S|E|A/HRC)/(?:RES/)?\d+/\d+",
    r"\bSHS/[A-Z/]+\d{4}/\d+",
    r"\bNo\.?\s?\d{1,4}/\d{2,4}",
    r"\b[A-Z]{2,6}(?:/[A-Z]{2,6})*\s\d{2,6}(?:-\d{1,2})*:(?:19|20)\d\d\b",
    r"\b[A-Z]{2,6}(?:/[A-Z]{2,6})+\s\d{3,6}(?:-\d{1,2})*(?!\d)",
    r"\b[A-Z]{2,6}(?:/[A-Z]{2,6})*\s\d{2,3}\s\d{3}(?:-\d+)?\sV\d+(?:\.\d+)*",
    r"\b[A-Z]{2,4}\s[A-Z]{1,3}\s\d{3,6}(?:-\d{1,2})*:(?:19|20)\d\d\b",
    r"\b[A-Z]{2,6}(?:-[A-Z]{2,6})+-\d{2,4}\b",
    r"(?<![가-힣])(?:규정|지침|내규|규칙)\s*제\s*\d{1,4}\s*호",
)
_NUMBER_FORM = re.compile("|".join(f"(?:{form})" for form in _NUMBERS))


@dataclass(frozen=True, slots=True)
class Day:
    """A date as exact as it is printed: ``iso`` is a day, a month or a year in ISO 8601 form, ``text`` the printed
    words."""

    iso: str
    text: str


def _day(match: re.Match[str]) -> str:
    """The ISO form of a match of the date pattern; empty if it is not a date."""
    groups = {key: value for key, value in match.groupdict().items() if value is not None}
    year = next((v for k, v in groups.items() if k.startswith("y")), "")
    month_text = next((v for k, v in groups.items() if k.startswith("m")), "").casefold()
    day_text = next((v for k, v in groups.items() if k.startswith("d")), "")
    month = int(month_text) if month_text.isdigit() else _MONTH_NAMES.get(month_text) or roman_value(month_text) or 0
    if not year or not 1 <= month <= 12:
        return ""
    if not day_text:
        return f"{year}-{month:02d}"
    try:
        return date(int(year), month, int(day_text)).isoformat()
    except ValueError:
        return ""


def printed_dates(text: str) -> list[Day]:
    """Every date of a text, in order."""
    return [Day(iso, match[0]) for match in _DATE_FORM.finditer(text) if (iso := _day(match))]


_NOT_OF_ISSUE = re.compile(
    r"(?:\b(?:by|until|till|before|after|than|deadline|due|expires?|valid\s+(?:until|to)|reviewed|review(?:\s+date)?"
    r"|effective(?:\s+(?:date|from))?|(?:in|into)\s+force|begins?|ends?|terminates?|in\s?kraft(?:setzung|treten)?"
    r"|(?:기간|접수|모집|신청)|인쇄일?|printed|between|zwischen|entre"
    r"|\b(?:between|zwischen|entre|from|vom)\s+(?:the\s+)?\S{6,12}\s+(?:and|und|et|y|to|bis)"
    r"|established|founded|created|received|submitted|in\s+revised\s+form"
    r"|antes\s+del?|hasta|avant|jusqu['’]au|bis(?:\s+zum)?)|시행일?|기한|마감일?)\s*(?:on|the|el|le)?\s*[:|·–-]?\s*$",
    re.IGNORECASE,
)
_LAST_DAY = re.compile(
    r"\s+(?:to|through)\s+(?=\d|[A-Z][a-z]+\s\d)|\s+or\s+(?:later|earlier|before|after)|\.?\s*(?:\([^)]{1,9}\)\s*)?(?:\d{1,2}:\d\d\s*)?(?:까지|이내|[~∼]\s*\d)"
)


def dates_of_issue(text: str) -> list[Day]:
    """The dates of a text without deadlines and days of effect or review: "by 3 May 2031", "시행 2031. 5. 3."."""
    return [
        Day(iso, match[0])
        for match in _DATE_FORM.finditer(text)
        if (iso := _day(match))
        and not _NOT_OF_ISSUE.search(text[max(0, match.start() - 40) : match.start()])
        and not _LAST_DAY.match(text, match.end())
    ]


_SIGNED = re.compile(
    r"^[ \t]{0,9}(?-i:(?=[A-Z]))(?:dated(?:\s(?:this|the|at\s[^,\n]{2,30},?))?"
    r"|(?:passed(?:\sand\s(?:adopted|approved))?|adopted|approved|enacted|signed)\sthis"
    r"|done\s(?:at|in)\s[^,\n]{2,30},?(?:\son)?|given\s(?:at|under)\s[^\n]{2,60}?)"
    rf"\s{{0,3}}:?\s{{0,3}}(?:the\s|on\s|this\s)?({_DATE_FORM.pattern})[.,;]?[ \t]{{0,9}}$",
    re.IGNORECASE | re.MULTILINE,
)
_OTHER_TEXTS = re.compile(
    r"^[ \t]{0,9}(?:\d{1,2}\.?[ \t]{1,3})?"
    r"(?:references|bibliography|works cited|sources|(?:end|foot)?notes|참고 ?문헌|출처|주석)[ \t:]{0,9}$",
    re.IGNORECASE | re.MULTILINE,
)
"""A heading below which stand the names and dates of other texts."""
LAST_LETTERS = 3_000
"""Number of letters at the end in which the date of a signature is looked for."""
MOST_OF_SOURCES = 30_000
"""Number of letters at the end in which a heading of sources is looked for."""


def date_signed(text: str) -> Day | None:
    """The date of a signature at the end of a text: "Dated this 3rd day of May 2031", "Done at Geneva, 3 May 2031".

    It fills the end of a line that begins with a capital and stands below no heading of sources or notes.
    """
    ending = text[-MOST_OF_SOURCES:]
    sources = max((match.start() for match in _OTHER_TEXTS.finditer(ending)), default=len(ending))
    ending = ending[:sources][-LAST_LETTERS:]
    found = [day for match in _SIGNED.finditer(ending) for day in printed_dates(match[1])[:1]]
    return found[-1] if found else None


def ends_in_a_month(text: str) -> bool:
    """Whether the last word of a text is the name of a month."""
    return text.casefold().rstrip(".").rpartition(" ")[2] in _MONTH_NAMES


MOST_OF_A_DATED_LINE = 200
"""Letters of a line that may be only a date; a longer one is not examined."""


def is_dated_line(text: str) -> bool:
    """Whether a line is only a date, with a place or with words that often precede a date."""
    match = _DATED_LINE.fullmatch(" ".join(text.split())) if len(text) <= MOST_OF_A_DATED_LINE else None
    return bool(match and printed_dates(text))


def date_said(text: str) -> Day | None:
    """The date on which a text says it was published, adopted or updated; the year alone if no more is given."""
    for match in _SAID.finditer(text):
        found = printed_dates(match[1])
        if found:
            return found[0]
        if re.fullmatch(_YEAR_FORM, match[1]) and not match[0].casefold().startswith("version"):
            return Day(match[1], match[0])
    made = (day for match in _MADE.finditer(text) for day in printed_dates(match[1]))
    return next((day for day in made if len(day.iso) == len("2031-05-03")), None)


def date_of_act(text: str) -> Day | None:
    """The date in the name of an act, "Regulation … of 13 June 2024", or in the brackets below a Korean one."""
    law = _KOREAN_LAW.search(text)
    if law is not None:
        return next(iter(printed_dates(law["day"])), None)
    spanish = _SPANISH_ACT.search(text)
    if spanish is not None:
        return next(iter(printed_dates(f"{spanish['day']} de {spanish['year']}")), None)
    match = _DAY_OF_AN_ACT.search(text) or _GERMAN_ACT.match(text)
    return next(iter(printed_dates(match[1])), None) if match else None


_YEARS_ALONE = re.compile(
    r"(?:(?:19|20)\d\d\s?[–-]\s?|(?![^|·]*\d\s[|·])(?:.{4,80}\s[|·]\s)?(?:Q[1-4]\s)?)((?:19|20)\d\d)(?:,?\s{1,3}v[.-]?\s?\d[\w.]{0,12})?"
)
"""Before the bar no number stands: what has one is a room, a lot or a figure, and so is what is behind it."""

_MONTH_OF_A_REVISION = re.compile(
    rf"\b(?:rev(?:ision)?|version|ver|v|ed(?:ition)?)\b\.?\s?[\w.]{{0,6}},?\s(0[1-9]|1[0-2])/({_YEAR_FORM})\b",
    re.IGNORECASE,
)


def month_of_revision(text: str) -> Day | None:
    """The month behind a revision: "rev. C, 03/2031"."""
    match = _MONTH_OF_A_REVISION.search(text)
    return Day(f"{match[2]}-{match[1]}", match[0]) if match else None


_VOLUME = re.compile(
    rf"\b\d{{1,4}}\s?\((?:\d{{1,2}},\s?)?({_YEAR_FORM})\)\s?[:,]?\s?\d{{1,6}}|\b({_YEAR_FORM});\s?\d{{1,4}}\s?\(\d{{1,3}}\)\s?:"
)
"""The volume of a journal with its year and page: "137 (2015) 1–5", "2009; 39 (3): 361"."""


def journal_volume(text: str) -> re.Match[str] | None:
    """Where a text names the volume of a journal."""
    return _VOLUME.search(text)


_ENDS_A_VOLUME = re.compile(
    r"(?:(?<=:)\s?\d{1,6})?(?:\s?[–-]\s?\w{1,8})?[.,;]?\s*(?:$|\||doi\b|https?:)", re.IGNORECASE
)
"""What is behind the page of a volume: the last page, and the end of the line or an address."""


def year_of_volume(text: str) -> Day | None:
    """The year of the journal's volume at the end of a line; a sentence goes on behind one that it cites."""
    match = journal_volume(text)
    ends = match is not None and _ENDS_A_VOLUME.match(text, match.end()) is not None
    return _year_of(match) if match and ends else None


def year_in_a_head(head: str) -> Day | None:
    """The year of the journal's volume that a running head names."""
    match = journal_volume(head)
    return _year_of(match) if match else None


def _year_of(volume: re.Match[str]) -> Day:
    return Day(volume[1] or volume[2], volume[0])


def year_of_a_line(text: str) -> Day | None:
    """The year on a line that says nothing else: "1994–2022", "2018, v1.9", "Harbour Office | 2022"; no later one than
    this year."""
    match = _YEARS_ALONE.fullmatch(text.strip()) if len(text) <= MOST_OF_A_DATED_LINE else None
    return Day(match[1], match[0]) if match and 1950 <= int(match[1]) <= date.today().year else None


_ENDS_A_TITLE = re.compile(rf"(\S+)\s({_YEAR_FORM})$")
_ENDS_AN_ACT = re.compile(r"(?:Act|Law|Rules|Regulations?|Order|Bill),?")
_OF_GOALS = re.compile(
    r"\b(?:strateg\w+|vision|agenda|plan|roadmap|horizon|goals?|targets?|estrategia|stratégie|strategie)\b",
    re.IGNORECASE,
)
"""Words of a title whose year is the one until which something is to be reached."""


def year_of_a_title(title: str) -> Day | None:
    """The year that ends a title: "Lamp Act 2031". It is none of issue where it is yet to come or that of a goal,
    "Harbour Vision 2020"; the name of an act may have any year."""
    match = _ENDS_A_TITLE.search(title)
    if match is None:
        return None
    past = int(match[2]) <= date.today().year and not _OF_GOALS.search(title)
    return Day(match[2], match[0]) if past or _ENDS_AN_ACT.fullmatch(match[1]) else None


def copyright_year(text: str) -> Day | None:
    """The latest year of the copyright lines that is not yet to come; "(c)" before other words is a point of a list."""
    years = (Day(_last_year(m[1], m[2]), m[0]) for m in _COPYRIGHT_YEAR.finditer(text) if not _POINT_C.match(m[0]))
    return max((day for day in years if int(day.iso) <= date.today().year), key=lambda day: day.iso, default=None)


def _last_year(year: str, short: str | None) -> str:
    """The last year of "2019–21" or "1999–02"; of "2023-05" the year, since that is a month."""
    if short and int(short) > int(year[2:]):
        return f"{year[:2]}{short}"
    return f"20{short}" if short and year.startswith("19") else year


def number_in(text: str) -> str:
    """The first publication number in a text; empty if there is none."""
    match = _NUMBER_FORM.search(text)
    return " ".join(match[0].split()) if match else ""


def is_number_line(text: str) -> bool:
    """Whether a line is only a publication number, perhaps with a date or the name of its series."""
    core = re.sub(r"(?<=\d)\s?\((?:[A-Z]|en|fr|de|es)\)$", "", text.strip()).strip(" ()[]|·–-")
    rest = _NUMBER_FORM.sub(" ", core, count=1)
    if rest == core:
        return bool(re.fullmatch(r"\(?[\d./-]{3,12}\)?", core))
    rest = _DATE_FORM.sub(" ", rest)
    words = re.findall(r"[^\W\d_]+", rest)
    series = {"treaty", "series", "no", "final", "rev", "std", "council", "of", "europe"}
    korean = {"시행", "제정", "개정", "일부개정", "전부개정", "타법개정"}
    own_word = re.match(r"[A-Z][a-z]+ ", core) is not None and not re.match(r"(?:CETS|ETS|Treaty|Council)", core)
    if own_word and not words and not printed_dates(core):
        return False  # "Guidance 08/2024" is how the publication is called
    return all(word.casefold() in series or word in korean for word in words) or bool(
        printed_dates(core) and len(words) <= 3
    )
