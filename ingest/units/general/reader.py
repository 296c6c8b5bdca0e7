"""Finds the units of any numbered document: several numberings side by side, as one tree. Pure.

Each series of numbers is found separately (:mod:`~ingest.units.general.series`). The series are then nested from the
outermost to the innermost: annexes, parts and chapters first, the others in the order in which they begin, and
paragraphs that are counted through the whole document innermost. A number that occurs in several parts of a document
has the number of the part in its key.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

from ingest.layout.line_features import SENTENCE_END
from ingest.units.assembly import LIST_RANK, UnitDraft
from ingest.units.chains import merge
from ingest.units.general.identifiers import drafts_of, identifiers_of
from ingest.units.general.korean_law import is_korean_law, korean_law
from ingest.units.general.marks import lists_of_sources, marks_of, start_of
from ingest.units.general.named_parts import boxes, definitions
from ingest.units.general.sequences import contents_twins, contents_under_heading
from ingest.units.general.series import (
    NumberSeries,
    Witness,
    circled_series,
    lettered_series,
    only_list,
    outermost_first,
    outline_series,
    running_series,
    word_series,
)
from ingest.units.lists import with_lists
from kb.text.numerals import to_roman
from kb.types import Notice, notice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.layout.line_features import LineFeatures
    from ingest.units.general.marks import Mark
    from ingest.units.general.series import Member

_OUTLINE_FORMS = frozenset({"decimal", "dot", "bare"})
_DASH_FORMS = frozenset({"dash"})
_NAMED_HEAD = re.compile(
    r"(?:\d+\s*대\s*)?(?P<name>[가-힣]{0,6}\s?(?P<word>원칙|요건|요구사항|가치|과제|전략|방향|기준|권고|수칙|의무|책무|영역|목표|단계))"
)
_WORD_KINDS = {
    "원칙": "principle", "요건": "requirement", "요구사항": "requirement", "가치": "value", "권고": "recommendation",
    "단계": "step",
}  # fmt: skip
_NIST_FUNCTIONS = frozenset({"govern", "map", "measure", "manage"})
_TITLE_LINES = 3
_JOINS = re.compile(r"\b(?:and|of|the|to|for|in|or|a|with|de|la|y|et|des|du)$", re.IGNORECASE)
_BULLETED = re.compile(r"[•●○◦▪■□◆◇▶▷※❍ㅇ·*–—-]\s|o\s+(?=[‘“'\"A-Z가-힣\d])")
"""The mark of a point without a number, which no title goes on with."""
_POINT_DEEPER = 6.0
"""Points by which the text of a list's point stands to the right of its number, at the least."""
_OUTLINE_KEY = "outline"
"""How the key of a section without its word begins until it is known whether "Section 2" is another unit than "2"."""


def numbered_units(features: LineFeatures) -> tuple[list[UnitDraft], list[Notice]]:
    """The units of a document that no scheme of its own describes."""
    if is_korean_law(features):
        return _with_standard_before(features)
    witness = Witness(features)
    marks = marks_of(features)
    twins = contents_twins(features, marks) | contents_under_heading(features, marks)
    apart = twins | lists_of_sources(features)
    if apart:
        texts = tuple("" if i in apart else text for i, text in enumerate(features.texts))
        features = replace(features, texts=texts, contents=features.contents | apart)
        marks = [m for m in marks if m.line not in twins]
    identifiers = identifiers_of(features)
    used = {each.line for each in identifiers}
    marks = [m for m in marks if m.line not in used]
    found = word_series(features, marks, witness)
    used |= {m.mark.line for s in found for m in s.members}
    marks = [m for m in marks if m.line not in used]
    for forms, name in ((_OUTLINE_FORMS, "section"), (_DASH_FORMS, "dashed")):
        series = outline_series(features, marks, witness, forms, name)
        if series is not None:
            found.append(series)
            used |= {m.mark.line for m in series.members}
    running = running_series(features, marks, frozenset(used))
    if running is not None:
        found.append(running)
        used |= {m.mark.line for m in running.members}
    found += lettered_series(features, marks, witness, frozenset(used))
    alone = None if found or identifiers else only_list(features, marks)
    if alone is not None:
        found.append(alone)
    heads = sorted(m.mark.line for s in found for m in s.members)
    tops = _drafts(features, found, _numbered_lines(marks))
    if alone is not None:
        _end_with_its_list(features, *tops[-1])
    tops = merge(tops, _circled_units(features, marks, heads, tops), _identified(features, identifiers, tops))
    inner = min(max((draft.rank for _, draft in tops), default=1) + 1, LIST_RANK - 1)
    tops = merge(tops, boxes(features, inner), definitions(features, frozenset(line for line, _ in tops), inner))
    tops = _one_for_a_line(tops)
    _stop_at_headings(features, tops)
    _within_articles(features, tops)
    _scoped([draft for _, draft in tops])
    return _with_lists_apart(features, tops), _misprint_notes(identifiers)


def _with_lists_apart(features: LineFeatures, tops: list[tuple[int, UnitDraft]]) -> list[UnitDraft]:
    """The units with the lists in them; a point (1) below "3.2" does not take the key of "3.2.1"."""
    keys = {draft.key for _, draft in tops}
    out = with_lists(features, tops)
    own = {id(draft) for _, draft in tops}
    renamed = ""
    for draft in out:
        if id(draft) in own:
            renamed = ""
        elif draft.key in keys and not (renamed and draft.key.startswith(f"{renamed}.")):
            renamed = draft.key
        if renamed and (draft.key == renamed or draft.key.startswith(renamed + ".")):
            head, _, last = renamed.rpartition(".")
            draft.key = f"{head}.n{last}{draft.key[len(renamed) :]}"
    return out


def _end_with_its_list(features: LineFeatures, line: int, last: UnitDraft) -> None:
    """Ends the last point of a list before the sentence that stands no deeper than the number of the point."""
    for i in range(line + 1, len(features.texts)):
        if SENTENCE_END.search(features.texts[i - 1]) and features.indents[i] < features.indents[line] + _POINT_DEEPER:
            last.limit = features.starts[i]
            return


def _with_standard_before(features: LineFeatures) -> tuple[list[UnitDraft], list[Notice]]:
    """A Korean law, and the circled numbers that are under headings before its first article."""
    law, notes = korean_law(features)
    if not law:
        return law, notes
    stop = min(unit.start for unit in law)
    witness = Witness(features)
    marks = [m for m in marks_of(features) if features.layout.lines[m.line].start < stop]
    found = [s for s in (outline_series(features, marks, witness, _OUTLINE_FORMS),) if s is not None]
    tops = _drafts(features, found, _numbered_lines(marks))
    tops = merge(tops, _circled_units(features, marks, [line for line, _ in tops], tops))
    for _, draft in tops:
        draft.limit = draft.limit or _heading_before(features, stop)
        draft.rank = min(draft.rank + 8, 19)  # articles that follow are not below these headings
    _scoped([draft for _, draft in tops])
    return [*(draft for _, draft in tops), *law], notes


def _heading_before(features: LineFeatures, offset: int) -> int:
    """The start of the headings that are directly above an offset."""
    i = features.at(offset)
    while i and i - 1 in features.heads:
        i -= 1
    return features.starts[i]


def _numbered_lines(marks: Sequence[Mark]) -> frozenset[int]:
    return frozenset(m.line for m in marks)


# --- drafts ----------------------------------------------------------------------------------------------------------


def _drafts(
    features: LineFeatures, found: Sequence[NumberSeries], numbered: frozenset[int]
) -> list[tuple[int, UnitDraft]]:
    rank = 1
    out: list[tuple[int, UnitDraft]] = []
    for series in outermost_first(found):
        base = rank
        if series.rank_class == 0:
            base = 1
        elif rank == 1:
            rank = base = 2
        out += [_member_draft(features, series, m, base, numbered) for m in series.members]
        rank = max(rank, base + series.depths)
    return merge(out)


def _member_draft(
    features: LineFeatures, series: NumberSeries, member: Member, base: int, numbered: frozenset[int]
) -> tuple[int, UnitDraft]:
    mark = member.mark
    start = start_of(features, mark.line) + mark.offset
    number = mark.number
    if mark.form in {"decimal", "dot", "bare"} or (mark.form == "word" and number[:1].isdigit()):
        number = ".".join(map(str, mark.parts)) + mark.branch
    elif mark.form == "roman":
        number = _roman(mark)
    kind, path = member.kind, f"{member.kind} {number}"
    if mark.form == "word":
        loud = mark.shown.isupper() and mark.word in _NIST_FUNCTIONS
        path = f"{mark.shown if loud else mark.shown.capitalize()} {number}".strip()
        if mark.shown.casefold() == "art":
            path = f"Art. {number}"
        if "가" <= mark.shown[:1] <= "힣":
            path = f"제{number}{mark.shown}"
    elif member.kind == "para":
        path = f"para. {number}"
    elif member.kind == "part-of":
        kind, path = "section", f"({number})"
    name = _OUTLINE_KEY if kind == "section" and mark.form != "word" else kind
    key = f"{name}:{number.lower() if mark.branch else number or 'only'}"
    title, more = ("", 0)
    if mark.head or mark.form == "word":
        title, more = _heading_title(features, mark, numbered)
    head = features.layout.lines[mark.line + more].end if mark.head or not mark.title else start + mark.end
    draft = UnitDraft(kind, number, key, path, title, start, base + member.depth - 1, head, lists=series.lists)
    return mark.line, draft


def _roman(mark: Mark) -> str:
    return to_roman(mark.parts[0]) if mark.number >= "Ⅰ" else mark.number


def _heading_title(features: LineFeatures, mark: Mark, numbered: frozenset[int]) -> tuple[str, int]:
    """The words after the number, with the lines in the same print that go on with them, and how many these are."""
    lines, texts = features.layout.lines, features.texts
    j = mark.line + mark.below
    line = lines[j]
    words = [mark.title] if mark.title else []
    own = line.size > 1.05 or line.bold
    while j + 1 < len(lines) and j - mark.line < _TITLE_LINES:
        after = lines[j + 1]
        text = texts[j + 1]
        if j + 1 in numbered or not text or after.page != line.page or j + 1 in features.notes:
            break
        if _BULLETED.match(text):
            break
        lone = not words and mark.form == "word" and j + 1 in features.heads  # "Schedule 1" above its title
        if not lone and (abs(after.size - line.size) > 0.06 or after.bold != line.bold):
            break
        step = after.top - lines[j].top
        if not 0 < step < (0.08 if lone else 0.045) * max(1.0, line.size):
            break
        if not own and words and not (text.isupper() and texts[j].isupper() and _JOINS.search(texts[j])):
            break
        if not own and (len(text) > 70 or text[-1:] in ".;,:" or (not mark.head and mark.title)):
            break
        if own and words and not _goes_on(features, j):
            break
        words.append(text)
        j += 1
    title = " ".join(words)
    return (title, j - mark.line) if len(title) <= 320 else (mark.title, mark.below)


def _goes_on(features: LineFeatures, j: int) -> bool:
    """Whether a heading goes on in the next line: that begins with a small letter, or this one is full."""
    text, follows = features.texts[j], features.texts[j + 1]
    if follows[:1].islower() or text[-1:] in ",-–—/:(" or _JOINS.search(text):
        return True
    near = features.layout.lines[max(0, j - 25) : j + 26]
    measure = max(x.x1 for x in near if x.page == features.layout.lines[j].page)
    return features.layout.lines[j].x1 > 0.8 * measure and j + 1 in features.heads


def _circled_units(
    features: LineFeatures, marks: Sequence[Mark], heads: Sequence[int], tops: Sequence[tuple[int, UnitDraft]]
) -> list[tuple[int, UnitDraft]]:
    """Circled numbers under a heading: "기본원칙 ①", named by what the heading calls them."""
    out: list[tuple[int, UnitDraft]] = []
    by_line = dict(tops)
    rank = max((draft.rank for _, draft in tops), default=1) + 1
    for run in circled_series(marks):
        above = [line for line in heads if line < run[0].line]
        parent = by_line.get(above[-1]) if above else None
        head = parent.title if parent else _head_above(features, run[0].line)
        name = _NAMED_HEAD.search(head)
        for mark in run:
            n = mark.parts[0]
            start = start_of(features, mark.line)
            if name is not None:
                kind = _WORD_KINDS.get(name["word"], "item")
                path = f"{' '.join(name['name'].split())} {mark.number}"
                key = f"{kind}:{n}"
            elif parent is not None:
                kind, path, key = "item", f"{parent.path} {mark.number}", f"{parent.key}.c{n}"
            else:
                kind, path, key = "item", mark.number, f"item:{n}"
            end = features.layout.lines[mark.line].end if mark.head else start + mark.end
            title = mark.title if mark.head else ""
            out.append((mark.line, UnitDraft(kind, str(n), key, path, title, start, rank, end, lists=True)))
    return out


def _head_above(features: LineFeatures, line: int) -> str:
    return next((features.texts[i] for i in range(line - 1, max(-1, line - 12), -1) if i in features.heads), "")


def _identified(
    features: LineFeatures, identifiers: Sequence[object], tops: Sequence[tuple[int, UnitDraft]]
) -> list[tuple[int, UnitDraft]]:
    """Identifiers: those printed as headings hold what is numbered below them, others lie innermost."""
    drafts = drafts_of(features, identifiers)  # type: ignore[arg-type]
    lines = [line for line, _ in drafts]
    inner = max((draft.rank for _, draft in tops), default=1) + 1
    for line, draft in drafts:
        stop = next((x for x in lines if x > line), len(features.texts))
        holds = sum(line < top < stop for top, _ in tops)
        headed = line in features.heads or features.layout.lines[line].size > 1.05
        draft.rank = 1 if headed and holds > 1 else min(inner, 18)
    if any(draft.rank == 1 for _, draft in drafts):
        for line, draft in drafts:
            if line in features.heads:
                draft.rank = 1
        if any(draft.rank == 1 for _, draft in tops):
            for _, draft in drafts:
                draft.rank = 2 if draft.rank == 1 else draft.rank
        for _, draft in tops:
            draft.rank += 2
    return drafts


def _one_for_a_line(tops: list[tuple[int, UnitDraft]]) -> list[tuple[int, UnitDraft]]:
    """One unit for a line: the outermost."""
    seen: set[int] = set()
    out = []
    for line, draft in tops:
        if line not in seen:
            seen.add(line)
            out.append((line, draft))
    return out


def _stop_at_headings(features: LineFeatures, tops: Sequence[tuple[int, UnitDraft]]) -> None:
    """Paragraphs end before a heading without a number; the text below it is cited by that heading."""
    heads = sorted(features.heads)
    k = 0
    for n, (line, draft) in enumerate(tops):
        if draft.kind not in {"para", "action", "item"} or line in features.heads:
            continue
        stop = tops[n + 1][0] if n + 1 < len(tops) else len(features.texts)
        while k < len(heads) and heads[k] <= line:
            k += 1
        cut = next((i for i in heads[k:] if i < stop), None) if k < len(heads) and heads[k] < stop else None
        if cut is None:
            cut = _trailing_lines(features, line, tops[n + 1][0], tops[n + 1][1]) if n + 1 < len(tops) else None
        if cut is not None:
            draft.limit = features.starts[cut]


def _trailing_lines(features: LineFeatures, line: int, following: int, after: UnitDraft) -> int | None:
    """The first of the lines above the next unit that are its own: the label of its row, or a marginal title."""
    lines, texts = features.layout.lines, features.texts
    edge = min(lines[line].x0, lines[following].x0)
    j = following
    while j - 1 > line and lines[j - 1].page == lines[following].page and lines[j - 1].x0 < edge - 30:
        j -= 1
    if j < following:
        return j
    i = following - 1
    short = i > line and lines[i].x1 - lines[i].x0 < 0.7 * (lines[line].x1 - lines[line].x0)
    if not short or after.kind != "para" or texts[i][-1:] in ".;:,)]”" or not texts[i][:1].isupper():
        return None
    return i if SENTENCE_END.search(texts[i - 1]) and lines[i].page == lines[following].page else None


def _within_articles(features: LineFeatures, tops: list[tuple[int, UnitDraft]]) -> None:
    """Paragraphs "1 Each Party …" in articles, which have no mark but the figure."""
    bare = re.compile(r"(?P<n>\d{1,2})\s+(?=[A-ZÀ-Ý“‘])")
    added: list[tuple[int, UnitDraft]] = []
    for n, (line, draft) in enumerate(tops):
        if draft.kind != "article":
            continue
        stop = tops[n + 1][0] if n + 1 < len(tops) else len(features.texts)
        due, run = 1, []
        for i in range(line + 1, stop):
            match = bare.match(features.texts[i])
            if match and int(match["n"]) == due and i not in features.notes:
                run.append((i, match))
                due += 1
        if len(run) < 2:
            continue
        for i, match in run:
            start = start_of(features, i)
            key, path = f"{draft.key}.{match['n']}", f"{draft.path}({match['n']})"
            number, rank = f"{draft.number}({match['n']})", min(draft.rank + 1, LIST_RANK - 1)
            head = start + match.end()
            added.append((i, UnitDraft("paragraph", number, key, path, "", start, rank, head, lists=True)))
    if added:
        tops[:] = merge(tops, added)


# --- numbers that occur several times --------------------------------------------------------------------------------


def _scoped(drafts: Sequence[UnitDraft]) -> None:
    """Gives the units whose number occurs in several parts of the document the number of their part.

    "1.1" below Annex A and "1.1" below Annex B are two places: their keys and paths carry the annex.
    """
    parents = _draft_parents(drafts)
    named = {d.key for d in drafts if d.key.startswith("section:")}
    for draft in drafts:
        number = draft.key.partition(":")[2]
        if draft.key.startswith(f"{_OUTLINE_KEY}:") and not named:
            draft.key = f"section:{number}"
    _scope_repeated(drafts, parents)
    for draft in drafts:
        if draft.key.startswith(f"{_OUTLINE_KEY}:"):
            number = draft.key.partition(":")[2]
            key = f"section:{number}"
            draft.key = key if key not in named else f"section:{number}-0"

    for n, draft in enumerate(drafts):
        parent = parents[n]
        if draft.path.startswith("(") and parent is not None:
            draft.key = f"{drafts[parent].key}.{draft.number}"
            draft.path = f"{drafts[parent].path}{draft.path}"


def _scope_repeated(drafts: Sequence[UnitDraft], parents: Sequence[int | None]) -> None:
    drafts = [d if not d.path.startswith("(") else UnitDraft(d.kind, "", f"#{n}", "", "", d.start, d.rank)
              for n, d in enumerate(drafts)]  # fmt: skip
    twice = {key for key, n in Counter(d.key for d in drafts).items() if n > 1}
    if not twice:
        return
    groups: defaultdict[str, list[int]] = defaultdict(list)
    for n, draft in enumerate(drafts):
        if draft.key in twice:
            groups[draft.key].append(n)
    inside: defaultdict[tuple[int, str], set[str]] = defaultdict(set)
    for members in groups.values():
        for n in members:
            scope = _scope_of(n, drafts, parents, twice)
            if scope is not None:
                inside[scope, drafts[n].kind].add(drafts[n].key)
    settled: dict[int, tuple[str, str]] = {}
    for n, draft in enumerate(drafts):
        scope = _scope_of(n, drafts, parents, twice) if draft.key in twice else _part_of(n, draft.kind, parents, inside)
        if scope is None:
            continue
        key, path = drafts[scope].key, drafts[scope].path
        own = draft.key.partition(":")[2]
        joined = f"{key}.{own}" if key.startswith("annex:") else f"{key}-{own}"
        shown = draft.path.removeprefix("section ").removeprefix("para. ")
        settled[n] = (joined, f"{path}, {shown}")
    for n, (key, path) in settled.items():
        drafts[n].key, drafts[n].path = key, path


def _part_of(n: int, kind: str, parents: Sequence[int | None], inside: dict[tuple[int, str], set[str]]) -> int | None:
    """The part around a unit in which numbers of its kind begin again."""
    at = parents[n]
    while at is not None and (at, kind) not in inside:
        at = parents[at]
    return at


def _scope_of(n: int, drafts: Sequence[UnitDraft], parents: Sequence[int | None], twice: set[str]) -> int | None:
    """The nearest unit around one whose own number occurs once."""
    at = parents[n]
    while at is not None and drafts[at].key in twice:
        at = parents[at]
    return at


def _draft_parents(drafts: Sequence[UnitDraft]) -> list[int | None]:
    stack: list[int] = []
    out: list[int | None] = []
    for n, draft in enumerate(drafts):
        while stack and drafts[stack[-1]].rank >= draft.rank:
            stack.pop()
        out.append(stack[-1] if stack else None)
        stack.append(n)
    return out


def _misprint_notes(identifiers: Sequence[object]) -> list[Notice]:
    drafts = [each for each in identifiers if re.sub(r"\s+", "", each.printed) != each.id]  # type: ignore[attr-defined]
    if not drafts:
        return []
    shown = tuple(notice("note misprint", printed=each.printed, read=each.id) for each in drafts[:4])  # type: ignore[attr-defined]
    return [notice("note misprints", n=len(drafts), shown=notice("commas", items=shown))]
