"""Numbered units from body lines, one scheme per family of publications. Pure.

A *rule* says how a numbered line looks and how deep it stands. A line that merely looks like one (a cross-reference
at the start of a line, a table of contents, a footnote) is kept out by order: a rule's numbers must count up by one
in reading order, and the chain of lines with the best looks wins. Lists inside a unit ("1.", "(a)", "(ii)") are
accepted only where the next number of an open list, or a first number, is due.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ingest.pages import Layout, Line
from kb.locators import roman_value
from kb.types import Edition, Span, Unit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

CONTENTS = re.compile(r"(?:\.\s?){4,}\s*\d+\s*$|\s{3,}\d{1,3}\s*$|…\s*\d+\s*$|_{4,}\s*\d+\s*$|(?:\s\.){3,}")
"""How a line of a table of contents ends."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of numbered line.

    ``pattern`` matches at the line's start; group ``n`` is the number, optional group ``title`` the words after it.
    ``rank`` is the depth, outermost first. A ``continuous`` rule counts through the whole document, otherwise through
    its parent. ``lists`` lets "(a)" and the like open inside. ``name`` makes kind, key and path from the number.
    """

    kind: str
    pattern: re.Pattern[str]
    rank: int
    name: Callable[[str], tuple[str, str]]
    value: Callable[[str], int | None] = lambda s: int(s) if s.isdigit() else None
    continuous: bool = True
    lists: bool = True
    titled: str = "none"
    zone: tuple[str, str] | None = None
    alone: bool = False


@dataclass(slots=True)
class _Found:
    """A unit while its end is not yet known."""

    kind: str
    number: str
    key: str
    path: str
    title: str
    start: int
    rank: int
    parent: int | None = None
    end: int = 0
    own_end: int = 0
    lists: bool = False
    limit: int = 0


def find_units(layout: Layout, edition: Edition) -> tuple[list[Unit], list[str]]:
    """The document's units in reading order, and what the report should say about them."""
    scheme = SCHEMES.get(edition.scheme, outline_units)
    found, notes = scheme(layout, edition)
    return _close(found, layout, edition), notes


def _close(found: list[_Found], layout: Layout, edition: Edition) -> list[Unit]:
    """Units with ends, pages and ids. A unit ends where the next one of its depth or above begins."""
    n = len(layout.text)
    stack: list[int] = []
    for i, unit in enumerate(found):
        while stack and found[stack[-1]].rank >= unit.rank:
            found[stack.pop()].end = unit.start
        unit.parent = stack[-1] if stack else None
        if stack and not found[stack[-1]].own_end:
            found[stack[-1]].own_end = unit.start
        stack.append(i)
    last = max((f.start for f in found), default=0)
    tail = _back_matter(layout, last) if found else n
    if found and edition.scheme not in _TO_THE_END:
        tail = _before_banner(layout, found[-1], tail)
    else:
        tail = n
    for i in stack:
        found[i].end = tail
    for unit in found:
        if unit.limit:
            unit.end = min(unit.end, unit.limit)
    starts = [page.start for page in layout.pages]
    units: list[Unit] = []
    seen: Counter[str] = Counter()
    ids: list[str] = []
    for order, unit in enumerate(found):
        end = unit.start + len(layout.text[unit.start : unit.end].rstrip())
        own_end = min(unit.own_end or unit.end, end)
        key = unit.key
        seen[key] += 1
        if seen[key] > 1:
            key = f"{key}~{seen[key]}"
        ids.append(f"{edition.urn}:{key}")
        units.append(
            Unit(
                ids[-1],
                edition.doc_id,
                edition.doc_id,
                unit.kind,
                unit.number,
                unit.path,
                unit.title,
                Span(unit.start, max(end, unit.start)),
                Span(unit.start, max(own_end, unit.start)),
                _page_at(starts, unit.start),
                _page_at(starts, max(unit.start, end - 1)),
                ids[unit.parent] if unit.parent is not None else None,
                order,
                edition.verified,
            )
        )
    return units


def _page_at(starts: Sequence[int], offset: int) -> int:
    from bisect import bisect_right

    return max(1, bisect_right(starts, offset))


def slug(text: str) -> str:
    """Lower-case ASCII words joined by hyphens, at most sixty characters."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:60].strip("-") or "x"


# --- candidates and chains -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Candidate:
    line: int
    value: int
    number: str
    title: str
    score: float


def _texts(layout: Layout) -> list[str]:
    """The lines' words; lines of a table of contents are blanked, they are no units."""
    texts = [layout.line_text(line).strip() for line in layout.lines]
    skip = contents_pages(layout, texts)
    return ["" if line.page in skip or CONTENTS.search(text) else text for line, text in zip(layout.lines, texts, strict=True)]


_CONTENTS_HEAD = re.compile(r"(?:table of )?contents|índice|tabla de contenidos?|contenidos?|목\s*차|sommaire", re.IGNORECASE)


def contents_pages(layout: Layout, texts: Sequence[str]) -> frozenset[int]:
    """Pages that are a table of contents: so headed, or mostly lines ending in a page number after such a page."""
    heads: set[int] = set()
    ends: Counter[int] = Counter()
    total: Counter[int] = Counter()
    for line, text in zip(layout.lines, texts, strict=True):
        total[line.page] += 1
        if CONTENTS.search(text) or re.search(r"[^\W\d]\W+\d{1,3}(?:[-–]\d{1,3})?$", text):
            ends[line.page] += 1
        if _CONTENTS_HEAD.fullmatch(text):
            heads.add(line.page)
    out: set[int] = set()
    for page in sorted(total):
        if ends[page] >= 3 and (page in heads or (page - 1 in out and ends[page] >= 0.4 * total[page])):
            out.add(page)
    return frozenset(out)


_BACK_MATTER = re.compile(
    r"(?:references|bibliograph\w*|bibliografía|referencias|notas(?: finales)?|end ?notes|notes|footnotes|glossary|glosario"
    r"|conclusi[oó]n|conclusions?|anexo\w?|appendix\w?|background information|about the oecd)\b.{0,40}",
    re.IGNORECASE,
)


def _back_matter(layout: Layout, after: int) -> int:
    """Where unnumbered back matter begins after an offset: a heading that names it, or the end of the text."""
    for line in layout.lines:
        if line.start > after and (line.bold or line.size > 1.08):
            text = layout.line_text(line).strip()
            if _BACK_MATTER.fullmatch(text):
                return line.start
    return len(layout.text)


def _before_banner(layout: Layout, unit: _Found, stop: int) -> int:
    """Where a line much larger than anything in a numbered unit stands: a display heading or pull quote, not its text."""
    own = next((line for line in layout.lines if line.start <= unit.start < line.end), None)
    if own is None:
        return stop
    for line in layout.lines:
        if line.start > unit.start and line.start < stop and line.size > max(1.5, 1.4 * own.size):
            return line.start
    return stop


def _candidates(layout: Layout, texts: Sequence[str], rule: Rule, lines: Iterable[int]) -> list[_Candidate]:
    out: list[_Candidate] = []
    for i in lines:
        match = rule.pattern.match(texts[i])
        if not match or CONTENTS.search(texts[i]):
            continue
        value = rule.value(match["n"])
        if value is None:
            continue
        title = (match.groupdict().get("title") or "").strip()
        out.append(_Candidate(i, value, match["n"], title, _looks(layout, texts, i)))
    return out


def _looks(layout: Layout, texts: Sequence[str], i: int) -> float:
    """How much a line looks like the start of something: 1, more for space above, bold, size; less in small print."""
    line = layout.lines[i]
    before = layout.lines[i - 1] if i else None
    score = 1.0
    if line.size < 0.88:
        score -= 0.5
    if line.bold or line.size > 1.1:
        score += 0.3
    if before is None or before.page != line.page or line.top - before.top > 1.6 * 0.014 or line.top < before.top:
        score += 0.2
    elif re.search(r"[.;:!?)\]”’\"»]\s*$", texts[i - 1]):
        score += 0.15
    elif re.search(r"\b(?:article|articles|annex|section|paragraph|points?|recitals?|and|or|to|of|in|the|see)$", texts[i - 1], re.I):
        score -= 0.6
    return score


def _chain(candidates: Sequence[_Candidate], first: int = 1) -> list[_Candidate]:
    """The best run of candidates counting ``first``, ``first`` + 1, … in reading order; a gap of one costs dearly."""
    best: list[tuple[float, int]] = []
    by_value: dict[int, list[int]] = {}
    for k, c in enumerate(candidates):
        options: list[tuple[float, int]] = []
        if c.value == first:
            options.append((0.0, -1))
        for step, cost in ((1, 0.0), (2, 1.5), (3, 3.0)):
            for j in by_value.get(c.value - step, ())[-40:]:
                options.append((best[j][0] - cost, j))
        if not options and c.value <= first + 2:
            options.append((-1.5 * (c.value - first), -1))
        score, link = max(options, default=(-1e9, -1))
        best.append((score + c.score, link))
        by_value.setdefault(c.value, []).append(k)
    if not best:
        return []
    k = max(range(len(best)), key=lambda i: (best[i][0], -i))
    out: list[_Candidate] = []
    while k >= 0:
        if best[k][0] < -1e8:
            break
        out.append(candidates[k])
        k = best[k][1]
    return out[::-1]


# --- nested lists ----------------------------------------------------------------------------------------------------

_LIST_FORMS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("dot", re.compile(r"(\d{1,3})\.(?!\d)\s*(?=\S|$)")),
    ("paren", re.compile(r"\((\d{1,3})\)\s*(?=\S|$)")),
    ("alpha", re.compile(r"\(?([a-z]{1,2})\)\s*(?=\S|$)")),
    ("roman", re.compile(r"\(?([ivxl]{1,6})[).]\s*(?=\S|$)")),
    ("close", re.compile(r"(\d{1,3})\)\s*(?=\S|$)")),
)


def _alpha_value(text: str) -> int | None:
    if len(text) == 1:
        return ord(text) - 96
    return (ord(text[0]) - 96) * 26 + ord(text[1]) - 96 if text[0] == text[1] or text[0] == "a" else None


def _list_readings(text: str) -> list[tuple[str, int, str]]:
    """Ways to read the start of a line as a list number: (form, value, number)."""
    out: list[tuple[str, int, str]] = []
    for form, pattern in _LIST_FORMS:
        match = pattern.match(text)
        if not match:
            continue
        number = match.group(1)
        if form == "alpha":
            value = _alpha_value(number)
        elif form == "roman":
            value = roman_value(number)
        else:
            value = int(number)
        if value:
            out.append((form, value, number))
    return out


def _next_reading(open_lists: list[tuple[str, int, int]], text: str) -> tuple[int, str, int, str] | None:
    """Where a line fits among the open lists: (depth, form, value, number), or ``None`` if no number is due."""
    readings = _list_readings(text)
    for depth in range(len(open_lists) - 1, -1, -1):
        form, last, _ = open_lists[depth]
        for reading in readings:
            if reading[0] == form and reading[1] == last + 1:
                return depth, *reading
    for reading in readings:
        if reading[1] == 1 and all(reading[0] != form for form, _, _ in open_lists):
            return len(open_lists), *reading
    return None


def _with_lists(
    layout: Layout, texts: Sequence[str], tops: Sequence[tuple[int, _Found]], base_rank: int = 20
) -> list[_Found]:
    """Top units with the lists found between them, in reading order; ``tops`` are (line index, unit)."""
    out: list[_Found] = []
    for n, (line, top) in enumerate(tops):
        out.append(top)
        if not top.lists:
            continue
        stop = tops[n + 1][0] if n + 1 < len(tops) else len(texts)
        open_lists: list[tuple[str, int, int]] = []
        labels: list[str] = []
        small = layout.lines[line].size
        for i in range(line + 1, stop):
            if layout.lines[i].size < 0.85 * small:
                continue
            text = texts[i]
            fit = _next_reading(open_lists, text)
            if fit is None:
                continue
            depth, form, value, number = fit
            del open_lists[depth:], labels[depth:]
            open_lists.append((form, value, i))
            labels.append(number)
            path = top.path + "".join(f"({x})" for x in labels)
            kind = "paragraph" if depth == 0 and form == "dot" else "point" if depth < 2 else "subpoint"
            if depth == 0 and form == "paren":
                kind = "point"
            out.append(
                _Found(
                    kind,
                    path.split(" ", 1)[-1],
                    top.key + "." + ".".join(labels),
                    path,
                    "",
                    layout.lines[i].start + _indent(layout, i),
                    base_rank + depth,
                )
            )
        # a list of one item is no list: a lone "(1)" is a cross-reference or a footnote
        out = _drop_singletons(out)
    return out


def _drop_singletons(found: list[_Found]) -> list[_Found]:
    families = Counter((f.rank, f.key.rsplit(".", 1)[0]) for f in found if f.rank >= 20)
    single = {key for (rank, key), n in families.items() if n == 1}
    kept: list[_Found] = []
    for f in found:
        if f.rank >= 20 and any(f.key.rsplit(".", 1)[0] == k or f.key.startswith(k + ".") for k in _prefixes(f.key) if k in single):
            continue
        kept.append(f)
    return kept


def _prefixes(key: str) -> list[str]:
    parts = key.split(".")
    return [".".join(parts[:i]) for i in range(1, len(parts))]


def _indent(layout: Layout, i: int) -> int:
    raw = layout.text[layout.lines[i].start : layout.lines[i].end]
    return len(raw) - len(raw.lstrip())


def _top(layout: Layout, c: _Candidate, rule: Rule, title: str = "") -> tuple[int, _Found]:
    key, path = rule.name(c.number)
    found = _Found(
        rule.kind,
        c.number,
        key,
        path,
        title or c.title,
        layout.lines[c.line].start + _indent(layout, c.line),
        rule.rank,
        lists=rule.lists,
    )
    return c.line, found


def _where(texts: Sequence[str], pattern: str, after: int = 0) -> int | None:
    """Index of the first line from ``after`` that matches, or ``None``."""
    rx = re.compile(pattern, re.IGNORECASE)
    return next((i for i in range(after, len(texts)) if rx.search(texts[i])), None)


def _title_below(layout: Layout, texts: Sequence[str], i: int, most: int = 3) -> str:
    """The heading lines under line ``i``: until a numbered line, a line of another look, or a full line of text."""
    words: list[str] = []
    first = layout.lines[i + 1] if i + 1 < len(texts) else None
    if first is None:
        return ""
    for j in range(i + 1, min(i + 1 + most, len(texts))):
        line = layout.lines[j]
        if _list_readings(texts[j]) or line.page != first.page or (line.bold, round(line.size, 1)) != (first.bold, round(first.size, 1)):
            break
        if words and line.x0 < min(first.x0, layout.lines[i].x0) - 20:
            break
        words.append(texts[j])
        if line.x1 - line.x0 < 0.6 * max(x.x1 - x.x0 for x in layout.lines[max(0, j - 30) : j + 30]):
            following = layout.lines[j + 1] if j + 1 < len(texts) else None
            if following is None or following.x0 < line.x0 - 5 or following.bold != line.bold:
                break
    title = " ".join(words)
    return title if len(title) <= 240 else ""


# --- schemes ---------------------------------------------------------------------------------------------------------

Result = tuple[list[_Found], list[str]]


def _merge(*groups: Sequence[tuple[int, _Found]]) -> list[tuple[int, _Found]]:
    return sorted((item for group in groups for item in group), key=lambda item: (item[0], item[1].rank))


def eu_act(layout: Layout, edition: Edition) -> Result:
    """Recitals, chapters, sections, articles with paragraphs and points, annexes with theirs."""
    texts = _texts(layout)
    whereas = _where(texts, r"^whereas\s*:") or 0
    enacting = _where(texts, r"^HA(?:VE|S) ADOPTED THIS", whereas)
    first_annex = None
    body_end = len(texts)
    notes: list[str] = []
    if enacting is None:
        return [], ["no enacting words found; the file is cited by heading and page"]
    recital = Rule("recital", re.compile(r"\((?P<n>\d{1,3})\)(?=\s|$)"), 3, lambda n: (f"recital:{n}", f"Recital {n}"))
    article = Rule("article", re.compile(r"Article\s+(?P<n>\d{1,3})$"), 4, lambda n: (f"article:{n}", f"Article {n}"))
    annex = Rule(
        "annex", re.compile(r"ANNEX\s+(?P<n>[IVXLC]+)[a-z]?$"), 1, lambda n: (f"annex:{n}", f"Annex {n}"), roman_value
    )
    chapter = Rule(
        "chapter", re.compile(r"CHAPTER\s+(?P<n>[IVXLC]+)$"), 1, lambda n: (f"chapter:{n}", f"Chapter {n}"), roman_value,
        lists=False,
    )
    section = re.compile(r"SECTION\s+(\d+)$", re.IGNORECASE)
    annexes = _chain(_candidates(layout, texts, annex, range(enacting, len(texts))))
    if annexes:
        first_annex = annexes[0].line
        body_end = first_annex
    recitals = _chain(_candidates(layout, texts, recital, range(whereas, enacting)))
    articles = _chain(_candidates(layout, texts, article, range(enacting, body_end)))
    chapters = _chain(_candidates(layout, texts, chapter, range(enacting, body_end)))
    tops = _merge(
        [_top(layout, c, replace(recital, lists=True)) for c in recitals],
        [_top(layout, c, article, _title_below(layout, texts, c.line)) for c in articles],
        [_top(layout, c, chapter, _title_below(layout, texts, c.line)) for c in chapters],
        [_top(layout, c, annex, _title_below(layout, texts, c.line)) for c in annexes],
        _sections(layout, texts, section, chapters, body_end),
        [(enacting, _Found("formula", "", "enacting-terms", "Enacting terms", "", layout.lines[enacting].start, 1))],
    )
    return _with_lists(layout, texts, tops), notes


def _sections(
    layout: Layout, texts: Sequence[str], pattern: re.Pattern[str], chapters: Sequence[_Candidate], end: int
) -> list[tuple[int, _Found]]:
    out: list[tuple[int, _Found]] = []
    for n, chapter in enumerate(chapters):
        stop = chapters[n + 1].line if n + 1 < len(chapters) else end
        due = 1
        for i in range(chapter.line, stop):
            match = pattern.match(texts[i])
            if match and int(match.group(1)) == due:
                due += 1
                number = f"{chapter.number}.{match.group(1)}"
                out.append(
                    (
                        i,
                        _Found(
                            "section",
                            match.group(1),
                            f"section:{number}",
                            f"Chapter {chapter.number}, Section {match.group(1)}",
                            _title_below(layout, texts, i),
                            layout.lines[i].start,
                            2,
                        ),
                    )
                )
    return out


def numbered_paragraphs(layout: Layout, edition: Edition) -> Result:
    """Paragraphs counted through the document ("1." … "141."), with (a) and (i) inside."""
    texts = _texts(layout)
    rule = Rule("para", re.compile(r"(?P<n>\d{1,3})\.(?!\d)(?=\s|$|[^\W\d_]{3})"), 3, lambda n: (f"para:{n}", f"para. {n}"))
    chain = _chain(_candidates(layout, texts, rule, range(len(texts))))
    return _with_lists(layout, texts, [_top(layout, c, rule) for c in chain]), []


def oecd(layout: Layout, edition: Edition) -> Result:
    """Clauses I–…, sections, 1.1–2.5, letters and romans; definitions under the clause that agrees them."""
    texts = _texts(layout)
    out: list[tuple[int, _Found]] = []
    clause = Rule(
        "clause",
        re.compile(r"(?P<n>[IVX]+)\.\s+(?=\S)"),
        2,
        lambda n: (f"clause:{n}", f"Clause {n}"),
        roman_value,
        lists=True,
    )
    out += [_top(layout, c, clause) for c in _chain(_candidates(layout, texts, clause, range(len(texts))))]
    for n in (1, 2):
        line = _where(texts, rf"^\**Section {n}\b\s*[:.–-]?")
        if line is not None:
            title = re.sub(r"^\**Section \d\s*[:.–-]?\s*", "", texts[line])
            out.append((line, _Found("section", str(n), f"section:{n}", f"Section {n}", title, layout.lines[line].start, 1)))
        kind = "principle" if n == 1 else "recommendation"
        word = kind.capitalize()
        rule = Rule(
            kind,
            re.compile(rf"\**{n}\.(?P<n>\d)\.?\s+(?P<title>\S.*)$"),
            2,
            lambda x, n=n, kind=kind, word=word: (f"{kind}:{n}.{x}", f"{word} {n}.{x}"),  # type: ignore[misc]
        )
        for c in _chain(_candidates(layout, texts, rule, range(len(texts)))):
            at, found = _top(layout, c, rule)
            found.number = f"{n}.{c.number}"
            found.title = found.title.strip("* ")
            out.append((at, found))
    return _with_lists(layout, texts, _merge(out + _definitions(layout, texts, out))), []


def _definitions(
    layout: Layout, texts: Sequence[str], tops: Sequence[tuple[int, _Found]]
) -> list[tuple[int, _Found]]:
    """Defined terms, one a line, under the clause that agrees them."""
    ordered = sorted(tops, key=lambda item: item[0])
    first = next((k for k, (_, f) in enumerate(ordered) if f.key == "clause:I"), None)
    if first is None:
        return []
    begin = ordered[first][0]
    end = ordered[first + 1][0] if first + 1 < len(ordered) else len(texts)
    out: list[tuple[int, _Found]] = []
    for i in range(begin + 1, end):
        match = re.match(r"[-–•‒*]*\s*([A-Z][A-Za-z -]{2,40}?)\s*:\s*\S", texts[i])
        if match:
            term = match.group(1)
            start = layout.lines[i].start + _indent(layout, i)
            key = f"definition:{slug(term)}"
            out.append((i, _Found("definition", "", key, f"Definition of “{term}”", term, start, 3)))
    return out


def nist_rmf(layout: Layout, edition: Edition) -> Result:
    """Functions, categories "GOVERN 1:" and subcategories "GOVERN 1.1:"; each subcategory once."""
    texts = _texts(layout)
    tops: list[tuple[int, _Found]] = []
    pattern = re.compile(r"(GOVERN|MAP|MEASURE|MANAGE)\s+(\d{1,2})(?:\.(\d{1,2}))?\s*:")
    due: dict[str, int] = {}
    first: dict[str, int] = {}
    for i, text in enumerate(texts):
        match = pattern.match(text)
        if not match:
            continue
        function, category, sub = match.groups()
        name = f"{function} {category}" + (f".{sub}" if sub else "")
        counter = f"{function} {category}" if sub else function
        if int(sub or category) != due.get(counter, 1):
            continue
        due[counter] = int(sub or category) + 1
        if function not in first:
            first[function] = i
            tops.append(
                (i, _Found("function", function, f"function:{function.lower()}", function, "", layout.lines[i].start, 1))
            )
        kind = "subcategory" if sub else "category"
        key = f"{function.lower()}:{category}" + (f".{sub}" if sub else "")
        tops.append((i, _Found(kind, name, key, name, "", layout.lines[i].start, 3 if sub else 2)))
    found = [f for _, f in _merge(tops)]
    _stop_at_table_end(layout, texts, found)
    return found, []


def _stop_at_table_end(layout: Layout, texts: Sequence[str], found: list[_Found]) -> None:
    """Ends a table's last row before the prose, caption or heading that follows it."""
    starts = {f.start for f in found}
    line_of = {line.start: i for i, line in enumerate(layout.lines)}
    for f in [x for x in found if x.kind == "subcategory"]:
        i = line_of[f.start]
        for j in range(i + 1, len(texts)):
            line = layout.lines[j]
            if line.start in starts:
                break
            if re.match(r"Table \d|Continued on next page|Categories Subcategories|\d+\.\d?\s+\S|Appendix", texts[j]) or (
                line.size > 1.15 or line.x1 - line.x0 > 1.25 * max(1.0, layout.lines[i].x1 - layout.lines[i].x0)
            ):
                f.limit = line.start
                break


def ai_600(layout: Layout, edition: Edition) -> Result:
    """Suggested actions "GV-1.5-001" under the RMF subcategory they serve."""
    texts = _texts(layout)
    pattern = re.compile(r"((?:GV|MP|MS|MG)-\d+\.\d+-\d{3})\b")
    seen: set[str] = set()
    found: list[_Found] = []
    for i, text in enumerate(texts):
        match = pattern.match(text)
        if match and match.group(1) not in seen:
            seen.add(match.group(1))
            n = match.group(1)
            found.append(_Found("action", n, f"action:{n}", n, "", layout.lines[i].start + _indent(layout, i), 3))
    return found, []


def _decimal(
    layout: Layout,
    texts: Sequence[str],
    name: Callable[[str], tuple[str, str, str]],
    lines: Iterable[int] | None = None,
    min_parts: int = 1,
    dot: str = r"\.?",
) -> list[tuple[int, _Found]]:
    """Decimal numbers ("2", "2.1", "2.1.1") accepted where due: a sibling's successor, or a first child of the last."""
    pattern = re.compile(rf"(?P<n>\d{{1,2}}(?:\.\d{{1,2}})*){dot}(?=\s)\s*(?P<title>\S.*)?$")
    last: dict[tuple[int, ...], int] = {}
    out: list[tuple[int, _Found]] = []
    current: tuple[int, ...] = ()
    for i in lines if lines is not None else range(len(texts)):
        match = pattern.match(texts[i])
        if not match or CONTENTS.search(texts[i]):
            continue
        number = tuple(int(x) for x in match["n"].split("."))
        if len(number) < min_parts or 0 in number:
            continue
        parent, n = number[:-1], number[-1]
        due = last.get(parent, 0) + 1
        if n != due or (parent and current[: len(parent)] != parent and min_parts == 1):
            continue
        if _looks(layout, texts, i) < 0.8:
            continue
        last[parent] = n
        for key in [k for k in last if len(k) > len(parent) and k[: len(parent)] == parent and k[len(parent)] == n]:
            del last[key]
        current = number
        kind, key, path = name(match["n"])
        title = (match["title"] or "").strip()
        out.append(
            (
                i,
                _Found(
                    kind,
                    match["n"],
                    key,
                    path,
                    title if len(title) < 120 else "",
                    layout.lines[i].start + _indent(layout, i),
                    2 + len(number),
                ),
            )
        )
    return out


def hleg(layout: Layout, edition: Edition) -> Result:
    """The seven requirements 1.1–1.7 of Chapter II."""
    texts = _texts(layout)
    rule = Rule(
        "requirement",
        re.compile(r"1\.(?P<n>\d)\.?\s+(?P<title>[A-Z]\S.*)$"),
        3,
        lambda n: (f"requirement:1.{n}", f"Requirement 1.{n}"),
        lists=False,
    )
    candidates = [c for c in _candidates(layout, texts, rule, range(len(texts))) if layout.lines[c.line].bold]
    chain = _chain(candidates)
    tops = []
    for c in chain:
        at, found = _top(layout, c, rule)
        found.number = f"1.{c.number}"
        tops.append((at, found))
    if tops:
        stop = _where(texts, r"^2\.\s+(?:Technical and non-technical|\S)", tops[-1][0] + 1)
        if stop is not None:
            tops[-1][1].limit = layout.lines[stop].start
    return [f for _, f in tops], []


def guidelines(layout: Layout, edition: Edition) -> Result:
    """Numbered guidelines: principles 1.1–1.n and recommendations 2.1.1 and the like."""
    texts = _texts(layout)

    def name(n: str) -> tuple[str, str, str]:
        kind = "principle" if n.startswith("1.") and n.count(".") == 1 else "recommendation"
        return kind, f"{kind}:{n}", n

    found = _decimal(layout, texts, name, min_parts=2, dot=r"\.?")
    for line, f in found:
        f.title = _lead(layout, texts, line)
    return [f for _, f in found], []


def _lead(layout: Layout, texts: Sequence[str], i: int) -> str:
    """The words a numbered guideline opens with, up to its first full stop or colon."""
    text = " ".join(texts[i : i + 4])
    match = re.match(r"[\d.]+\s*([^.:]{3,140})(?:[.:]|$)", text)
    return match.group(1).strip() if match else ""


def ead(layout: Layout, edition: Edition) -> Result:
    """Chapters from the bookmarks, "Principle N – Title", and each "Issue:" counted in its numbered chapter.

    The issues carry no number in print: their number is their place in the chapter, and their path says so.
    """
    texts = _texts(layout)
    page_first: dict[int, int] = {}
    for i, line in enumerate(layout.lines):
        page_first.setdefault(line.page, i)
    tops: list[tuple[int, _Found]] = []
    chapters: list[tuple[int, str]] = []
    for item in layout.outline:
        match = re.match(r"(?:(\d{1,2})\.?\s+)?(\S.*)$", item.title)
        if item.depth or item.page not in page_first or match is None:
            continue
        number, title = match.group(1) or "", match.group(2)
        i = page_first[item.page]
        chapters.append((i, number))
        key = f"chapter:{number}" if number else f"part:{slug(title)}"
        path = f"chapter {number}" if number else title
        tops.append((i, _Found("chapter", number, key, path, title, layout.lines[i].start, 1)))
    principle = Rule(
        "principle",
        re.compile(r"Principle\s+(?P<n>\d)\s*[–—-]\s*(?P<title>\S.*)$"),
        2,
        lambda n: (f"principle:{n}", f"Principle {n}"),
        lists=False,
    )
    tops += [_top(layout, c, principle) for c in _chain(_candidates(layout, texts, principle, range(len(texts))))]
    counts: Counter[str] = Counter()
    for i, text in enumerate(texts):
        if not re.match(r"Issue\s*:", text):
            continue
        chapter = next((number for at, number in reversed(chapters) if at <= i), "")
        if chapter:
            counts[chapter] += 1
            n = f"{chapter}.{counts[chapter]}"
            path = f"chapter {chapter}, issue {counts[chapter]}"
            found = _Found("issue", n, f"issue:{n}", path, _issue_title(layout, texts, i), layout.lines[i].start, 3)
            tops.append((i, found))
    return [f for _, f in _merge(tops)], []


def _issue_title(layout: Layout, texts: Sequence[str], i: int) -> str:
    words = [re.sub(r"^Issue\s*:\s*", "", texts[i])]
    for j in range(i + 1, min(i + 9, len(texts))):
        if re.match(r"Background|Candidate Recommendation", texts[j]) or layout.lines[j].page != layout.lines[i].page:
            break
        words.append(texts[j])
        if texts[j].endswith(("?", ".")):
            break
    return " ".join(w for w in words if w)[:240]


def glossary(layout: Layout, edition: Edition) -> Result:
    """Terms: lines in capitals in the first column, each opening a table row."""
    texts = _texts(layout)
    if not layout.lines:
        return [], []
    left = min(line.x0 for line in layout.lines if line.size > 0.5)
    found: list[_Found] = []
    opening = _where(texts, r"^TERM\b")
    ending = _where(texts, r"^(?:glossary )?(?:references|bibliography|works cited)\b", opening or 0)
    for i, text in enumerate(texts[:ending]):
        if opening is not None and i <= opening:
            continue
        match = re.match(r"((?:[A-Z][A-Z’'/()-]+)(?:[ ,/-]+(?:OF|AND|THE|IN|[A-Z][A-Z’'/()-]+))*)(?=\s|$)", text)
        if not match or len(match.group(1)) < 3 or layout.lines[i].x0 > left + 12 or text.startswith(("TERM", "USES", "NOTES")):
            continue
        term = match.group(1)
        for j in (i + 1, i + 2):  # a long term runs over lines of its own
            more = texts[j] if j < len(texts) else ""
            alone = text.strip() == match.group(0).strip() if j == i + 1 else term.endswith(texts[j - 1].strip())
            if alone and layout.lines[j].x0 <= left + 12 and re.fullmatch(r"[A-Z][A-Z’'/() -]+", more):
                term += " " + more
            else:
                break
        if found and layout.lines[i].start < found[-1].start + len(found[-1].title) + 1:
            continue
        term = re.sub(r"\s+", " ", term).strip(" ,(")
        found.append(
            _Found("term", "", f"term:{slug(term)}", term.capitalize(), term.capitalize(), layout.lines[i].start, 3)
        )
    return found, []


def ieee(layout: Layout, edition: Edition) -> Result:
    """Clauses and sub-clauses ("5.1.2 Title"), annexes ("Annex A (informative)")."""
    texts = _texts(layout)
    annex = Rule(
        "annex",
        re.compile(r"Annex\s+(?P<n>[A-Z])\b\s*(?P<title>\(?(?:normative|informative)?\)?.*)$"),
        3,
        lambda n: (f"annex:{n}", f"Annex {n}"),
        lambda s: ord(s) - 64,
        lists=False,
    )
    annexes = _chain(_candidates(layout, texts, annex, range(len(texts))))
    stop = annexes[0].line if annexes else len(texts)
    tops = _decimal(layout, texts, lambda n: ("clause", f"clause:{n}", f"clause {n}"), range(stop))
    out = list(tops)
    for k, c in enumerate(annexes):
        title = " ".join(x for x in (c.title, _title_below(layout, texts, c.line, 2) if len(c.title) < 16 else "") if x)
        at, found = _top(layout, c, annex, title)
        out.append((at, found))
        end = annexes[k + 1].line if k + 1 < len(annexes) else len(texts)
        due = 1
        for i in range(c.line + 1, end):
            match = re.match(rf"{c.number}\.(\d{{1,2}})\s+(\S.*)$", texts[i])
            if match and int(match.group(1)) == due:
                due += 1
                n = f"{c.number}.{match.group(1)}"
                out.append((i, _Found("annex clause", n, f"annex:{n}", f"Annex {n}", match.group(2), layout.lines[i].start, 4)))
    return [f for _, f in _merge(out)], []


def kisdi(layout: Layout, edition: Edition) -> Result:
    """Questions "E07. 02" of the Korean self-checklist."""
    texts = _texts(layout)
    found: list[_Found] = []
    seen: set[str] = set()
    for i, text in enumerate(texts):
        match = re.match(r"E\s?(\d{2})\s?\.\s?(\d{2})", text)
        if match and (n := f"E{match.group(1)}.{match.group(2)}") not in seen:
            seen.add(n)
            found.append(_Found("question", n, f"question:{n}", n, "", layout.lines[i].start, 3))
    return found, []


def register_units(layout: Layout, edition: Edition) -> Result:
    """Entries of a compiled register: "path — title [key]" below an edition's "ref — title [doc id]".

    Headings are told by size; a broken one goes on in that size until its bracket closes. An edition's heading belongs
    to no entry.
    """
    found: list[_Found] = []
    heading: list[Line] = []
    doc_id = ""
    for line in layout.lines:
        if line.size < 1.15:
            heading = []
            continue
        if heading and (line.page, round(line.size, 1)) != (heading[0].page, round(heading[0].size, 1)):
            heading = []
        heading.append(line)
        words = " ".join(" ".join(map(layout.line_text, heading)).split())
        match = re.fullmatch(r"(?P<path>.+?) — (?P<title>.+) \[(?P<key>[^\[\]\s]+)\]", words)
        if match is None:
            continue
        start = heading[0].start
        if match["key"] in edition.register_of:
            doc_id = match["key"]
            if found:
                found[-1].limit = start
        elif doc_id:
            found.append(_Found("entry", "", f"{doc_id}|{match['key']}", match["path"], match["title"], start, 3))
        heading = []
    return found, []


def outline_units(layout: Layout, edition: Edition) -> Result:
    """Sections whose decimal numbers count up in order over headings; documents without them have no units."""
    texts = _texts(layout)
    heads = [i for i, text in enumerate(texts) if _heads(layout, i, text)]
    tops = _decimal(layout, texts, lambda n: ("section", f"section:{n}", f"section {n}"), heads)
    return ([f for _, f in tops], []) if len(tops) >= 3 else ([], [])


def _heads(layout: Layout, i: int, text: str) -> bool:
    """Whether a numbered line is set as a heading: bold or large, or short and no sentence."""
    line = layout.lines[i]
    return line.bold or line.size > 1.05 or (len(text) < 80 and text[-1:] not in ".;:,?" and not text[-1:].islower())


_TO_THE_END = frozenset({"eu-act", "register"})
"""Schemes whose last unit runs to the end of the text; elsewhere back matter is no part of it."""

SCHEMES: dict[str, Callable[[Layout, Edition], Result]] = {
    "eu-act": eu_act,
    "unesco-para": numbered_paragraphs,
    "oecd": oecd,
    "nist-rmf": nist_rmf,
    "nist-action": ai_600,
    "hleg": hleg,
    "guidelines": guidelines,
    "ead": ead,
    "glossary": glossary,
    "ieee": ieee,
    "kisdi": kisdi,
    "register": register_units,
    "outline": outline_units,
}
"""How each unit scheme of the catalog reads its units."""


def line_spans(lines: Sequence[Line]) -> list[Span]:
    """The spans of lines, for tests and reports."""
    return [Span(line.start, line.end) for line in lines]
