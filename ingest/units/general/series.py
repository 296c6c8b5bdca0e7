"""Series of units: outline numbers, running paragraphs, named series, letters and Roman numerals as headings. Pure."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

from ingest.layout.line_features import SENTENCE_END
from ingest.units.general.marks import NUMBERED_WORDS, OUTERMOST, Mark, number_forms
from ingest.units.general.sequences import NumberParts, chain_runs, letters_of, runs_of
from kb.text.hangul import count_hangul
from kb.types import PageKind

if TYPE_CHECKING:
    from collections.abc import Sequence, Set

    from ingest.layout.line_features import LineFeatures


@dataclass(slots=True)
class Member:
    """A unit of a series: its mark, its kind ("section", "para", "measure"), and which run of the series it is in."""

    mark: Mark
    kind: str
    run: int

    @property
    def depth(self) -> int:
        """How many numbers deep the unit is: 2 for "2.1"."""
        return len(self.mark.parts)


@dataclass(slots=True)
class NumberSeries:
    """Units that are numbered alike. ``rank_class`` sorts series from the outermost to the innermost."""

    name: str
    members: list[Member]
    rank_class: int
    depths: int = 1
    lists: bool = True
    first: int = field(init=False, default=0)

    def __post_init__(self) -> None:
        self.first = min((m.mark.line for m in self.members), default=0)


class Witness:
    """The titles of numbers in the contents list."""

    def __init__(self, features: LineFeatures) -> None:
        self.titles: dict[tuple[str, NumberParts], str] = {}
        lines = sorted(features.contents)
        layout = features.layout
        for n, i in enumerate(lines):
            text = layout.line_text(layout.lines[i]).strip()
            more = layout.line_text(layout.lines[lines[n + 1]]).strip() if n + 1 < len(lines) else ""
            for form, word, _, parts, _, _, title in number_forms(text):
                if form in {"circled", "point", "paren", "square", "sign"} or not title:
                    continue
                own = re.sub(r"[\s.·…_]*\d{0,3}\s*$", "", title)
                if not own or (own == title and more and not any(True for _ in number_forms(more))):
                    own = f"{own} {more}"
                kind = form if form in {"roman", "letter"} else word
                self.titles.setdefault((kind, parts), letters_of(own)[:24])

    def says(self, mark: Mark) -> bool | None:
        """Whether the list has this number with this title; ``None`` where it does not have the number."""
        word = mark.form if mark.form in {"roman", "letter"} else mark.word
        listed = self.titles.get((word, mark.parts))
        if listed is None or not listed:
            return None
        own = letters_of(mark.title)[:24]
        short = min(len(own), len(listed), 14)
        return short > 2 and own[:short] == listed[:short]

    def bonus(self, mark: Mark) -> float:
        """The bonus for a line that the contents list has too."""
        said = self.says(mark)
        return 0.0 if said is None else 1.0 if said else -0.4


def outline_series(
    features: LineFeatures, marks: Sequence[Mark], witness: Witness, forms: frozenset[str], name: str = "section"
) -> NumberSeries | None:
    """ "1", "1.1", "1.1.1": headings, or paragraphs numbered below a chapter's number."""
    parents = _text_parents(features, marks)
    found = [
        m
        for m in marks
        if m.form in forms and not m.branch and (len(m.parts) > 1 or m.head or m.form == "dash" or m.line in parents)
    ]
    found = [m for m in found if len(m.parts) == 1 or m.head or m.score > 0.55]
    runs = runs_of(found, [witness.bonus(m) for m in found])
    members: list[Member] = []
    begun: Counter[tuple[str, NumberParts, int]] = Counter()
    for n, run in enumerate(runs):
        chosen = _without_list_items(features, [found[k] for k in run], found)
        chosen = _filled(features, chosen)
        if _is_outline(features, chosen, witness):
            begun[_beginning(features, chosen[0])] += 1
            members += [Member(m, "section", n) for m in chosen]
    members += _begun_again(features, found, members, {how for how, n in begun.items() if n > 1 and len(how[1]) > 1})
    if len(members) < 2:
        return None
    _name_kinds(features, members)
    return NumberSeries(name, members, 3, 5)


def _beginning(features: LineFeatures, mark: Mark) -> tuple[str, NumberParts, int]:
    """How a run begins: its form, its first number, and how far right it stands."""
    return mark.form, mark.parts, round(features.indents[mark.line] / 4)


def _begun_again(
    features: LineFeatures, found: Sequence[Mark], members: Sequence[Member], begun: Set[tuple[str, NumberParts, int]]
) -> list[Member]:
    """Short runs below a heading that begin as several others do: "1.1" and "1.2" of the last section."""
    used = {m.mark.line for m in members}
    free = [m for m in found if m.line not in used]
    out: list[Member] = []
    run = max((m.run for m in members), default=0)
    for n, mark in enumerate(free):
        if _beginning(features, mark) not in begun or mark.line - 1 not in features.heads:
            continue
        stop = min((line for line in used if line > mark.line), default=len(features.texts))
        chosen = [mark]
        for each in free[n + 1 :]:
            due = (*mark.parts[:-1], chosen[-1].parts[-1] + 1)
            if each.line < stop and each.form == mark.form and each.parts == due:
                chosen.append(each)
        if len(chosen) > 1:
            run += 1
            out += [Member(m, "section", run) for m in chosen]
    return out


def _without_list_items(features: LineFeatures, run: list[Mark], found: Sequence[Mark]) -> list[Mark]:
    """A run without chapters that are items of a list of headings "1.", "2.", "3." inside another chapter.

    "2. At the level of a ward" after "1. At the level of a person" stands where chapter 2 could begin.
    """
    lines = features.layout.lines
    chosen = {m.line for m in run}
    out: list[Mark] = []
    for k, mark in enumerate(run):
        if len(mark.parts) == 1 and k and len(run[k - 1].parts) > 1 and mark.parts[0] > 1:
            before = (mark.parts[0] - 1,)
            same = (lines[mark.line].size, lines[mark.line].bold)
            listed = [
                m
                for m in found
                if m.parts == before
                and run[k - 1].line < m.line < mark.line
                and m.line not in chosen
                and m.form == mark.form
                and abs(lines[m.line].size - same[0]) < 0.06
                and lines[m.line].bold == same[1]
            ]
            if listed:
                continue
        out.append(mark)
    return out


def _filled(features: LineFeatures, run: Sequence[Mark]) -> list[Mark]:
    """A run with the numbers that are missing in it and are behind a row's label: "Clinical leadership 1.6 Clinical
    leaders …"."""
    out: list[Mark] = []
    for k, mark in enumerate(run):
        out.append(mark)
        after = run[k + 1] if k + 1 < len(run) else None
        if len(mark.parts) < 2 or after is None:
            continue
        missing: list[NumberParts] = []
        if after.parts[:-1] == mark.parts[:-1]:
            missing = [(*mark.parts[:-1], n) for n in range(mark.parts[-1] + 1, after.parts[-1])]
        for parts in missing[:3]:
            number = ".".join(map(str, parts))
            behind = re.compile(
                rf"(?P<label>[^\W\d][^.;:!?\d]{{2,48}}?)\s+(?P<n>{re.escape(number)})\.?\s+(?P<title>[A-ZÀ-Ý“].*)$"
            )
            hits = [
                (i, m)
                for i in range(out[-1].line + 1, after.line)
                if i not in features.notes and (m := behind.match(features.texts[i]))
            ]
            if len(hits) == 1:
                i, m = hits[0]
                out.append(
                    Mark(
                        i, mark.form, "", "", parts, number, m.start("title"), m["title"], False, 1.0, "", m.start("n")
                    )
                )
    return out


def _text_parents(features: LineFeatures, marks: Sequence[Mark]) -> frozenset[int]:
    """The lines "1 The harbour …" that are text and not headings, but have "1.1" below them."""
    simple = [m for m in marks if m.form in {"decimal", "dot", "bare"}]
    edges: set[tuple[str, int]] = set()
    for mark, after in pairwise(simple):
        if len(mark.parts) == 1 and not mark.head and after.parts == (*mark.parts, 1) and mark.score > 0.8:
            edges.add((mark.form, round(features.indents[mark.line] / 4)))
    if not edges:
        return frozenset()
    return frozenset(
        m.line
        for m in simple
        if len(m.parts) == 1 and m.score > 0.8 and (m.form, round(features.indents[m.line] / 4)) in edges
    )


def _is_outline(features: LineFeatures, run: Sequence[Mark], witness: Witness) -> bool:
    """Whether a run is an outline and no list inside a text."""
    deep = [m for m in run if len(m.parts) > 1]
    strong = [m for m in run if _strong(features, m) or witness.says(m)]
    set_apart = _is_plain_text(features) and len(deep) > 1 and all(m.head for m in deep)
    if len(deep) >= 3 or (deep and strong) or set_apart:
        return True
    if len(strong) >= max(2, 0.6 * len(run)):
        return True
    if len(run) < 3 or deep:
        return len(run) >= 2 and bool(deep) and len(strong) > 0
    before = run[0].line - 1
    if before >= 0 and features.texts[before].endswith((":", "：")):
        return False
    return median(_lengths(features, run)) >= 150


def _strong(features: LineFeatures, mark: Mark) -> bool:
    line = features.layout.lines[mark.line]
    in_its_line = bool(mark.title) and len(features.texts[mark.line]) > mark.end + len(mark.title) + _TEXT_BEHIND
    return mark.head and (mark.line in features.heads or line.size > 1.05 or line.bold or in_its_line)


_TEXT_BEHIND = 12
"""Letters behind a title in its line from which they are the text of the provision."""


def _lengths(features: LineFeatures, run: Sequence[Mark]) -> list[int]:
    """The lengths of the units that a run would make; a Korean letter counts for two."""
    ends = [*(m.line for m in run[1:]), min(run[-1].line + 40, len(features.texts))]
    out = []
    for mark, end in zip(run, ends, strict=True):
        text = " ".join(features.texts[mark.line : max(end, mark.line + 1)])
        out.append(len(text) + count_hangul(text))
    return out


def _name_kinds(features: LineFeatures, members: Sequence[Member]) -> None:
    """Members that are printed as text, and not as headings, are paragraphs: decided for all children of a parent."""
    groups: defaultdict[tuple[int, NumberParts], list[Member]] = defaultdict(list)
    for m in members:
        groups[m.run, m.mark.parts[:-1]].append(m)
    by_depth: defaultdict[int, list[bool]] = defaultdict(list)
    for m in members:
        by_depth[m.depth].append(m.mark.head)
    for (_, head), group in groups.items():
        depth = len(head) + 1
        heads = sum(m.mark.head for m in group)
        whole = by_depth[depth]
        share = heads / len(group) if len(group) > 2 else (heads + sum(whole) / len(whole)) / (len(group) + 1)
        if share < 0.5:
            for m in group:
                m.kind = "para"


def running_series(features: LineFeatures, marks: Sequence[Mark], taken: frozenset[int]) -> NumberSeries | None:
    """Paragraphs that are counted through the document: "(1)" to "(433)", "1." to "141.", "¶ 7"."""
    best: list[Mark] = []
    for form in ("paren", "dot", "sign", "square", "bare"):
        if form == "bare" and best:
            continue
        found = [m for m in marks if m.form == form and m.line not in taken and not m.branch]
        scores = [m.score - (0.3 if m.head and form == "dot" else 0.0) for m in found]
        kept = [(m, s) for m, s in zip(found, scores, strict=True) if s > 0.3]
        run = chain_runs([m.parts[0] for m, _ in kept], [s for _, s in kept])
        chosen = [kept[k][0] for k in run]
        if _runs_through(features, chosen, [m for m, _ in kept], len(marks)) and len(chosen) > len(best):
            best = chosen
    if not best:
        return None
    best = with_branches(best, [m for m in marks if m.form == best[0].form and m.branch])
    return NumberSeries("para", [Member(m, "para", 0) for m in best], 8)


def only_list(features: LineFeatures, marks: Sequence[Mark]) -> NumberSeries | None:
    """The one numbered list of a document that numbers nothing else: "28." to "31." of a short recommendation.

    Each of its numbers occurs once and in order, the list is a good part of the text, and no sentence opens it: "Five
    things matter:" makes its points parts of that sentence. They are called items, because nothing says that the
    document calls them paragraphs.
    """
    found = [m for m in marks if m.form == "dot" and not m.branch]
    numbers = [m.parts[0] for m in found]
    if len(found) < 2 or any(after <= number for number, after in pairwise(numbers)):
        return None
    if any(not _begins_apart(features, m.line) or not m.title for m in found):
        return None
    if found[0].line and features.texts[found[0].line - 1].endswith((":", "：")):
        return None
    total = sum(len(t) for i, t in enumerate(features.texts) if i not in features.notes)
    listed = sum(len(t) for t in features.texts[found[0].line : found[-1].line + 1])
    if listed < _LEAST_LISTED * total:
        return None
    return NumberSeries("item", [Member(m, "item", 0) for m in found], 8)


def with_branches(run: Sequence[Mark], inserted: Sequence[Mark]) -> list[Mark]:
    """A run with the numbers that were inserted later: "17A", "17B" after "17", and "17AA" after "17A"."""
    out: list[Mark] = []
    for n, mark in enumerate(run):
        out.append(mark)
        stop = run[n + 1].line if n + 1 < len(run) else 10**9
        due = {"A"}
        for each in inserted:
            branch = each.branch.upper()
            if mark.line < each.line < stop and each.parts == mark.parts and branch in due:
                out.append(each)
                due = {branch + "A"} | {branch[:k] + chr(ord(branch[k]) + 1) for k in range(len(branch))}
    return out


def _runs_through(features: LineFeatures, run: Sequence[Mark], alike: Sequence[Mark], _: int) -> bool:
    """Whether a run of numbers counts the paragraphs of a document, and is no list inside a part of it."""
    if len(run) < 6 or run[0].parts[0] > 3:
        return False
    indents = features.indents
    edge = median(indents[m.line] for m in run)
    beside = [m for m in alike if run[0].line <= m.line <= run[-1].line and abs(indents[m.line] - edge) < 9]
    if len(run) < 0.7 * len(beside):
        return False
    lengths = _lengths(features, run)
    total = sum(len(t) for i, t in enumerate(features.texts) if i not in features.notes)
    covered = sum(len(t) for t in features.texts[run[0].line : run[-1].line + 1])
    if covered < (0.3 if len(run) < 30 else 0.15) * total:
        return False
    ended = sum(_begins_apart(features, m.line) for m in run)
    if run[0].form == "bare" and (covered < 0.5 * total or ended < 0.9 * len(run) or run[0].parts != (1,)):
        return False  # figures at line starts are often no numbers of paragraphs
    return median(lengths) >= 50 and ended >= 0.6 * len(run)


def _begins_apart(features: LineFeatures, i: int) -> bool:
    """Whether the line before ends a sentence, or is a heading or on another page."""
    if i == 0 or i - 1 in features.heads or SENTENCE_END.search(features.texts[i - 1]):
        return True
    return features.layout.lines[i - 1].page != features.layout.lines[i].page


def word_series(features: LineFeatures, marks: Sequence[Mark], witness: Witness) -> list[NumberSeries]:
    """Series that carry their own word: "Measure 1.1", "Artículo 4", "Annex B"."""
    by_word: defaultdict[str, list[Mark]] = defaultdict(list)
    branches: defaultdict[str, list[Mark]] = defaultdict(list)
    for m in marks:
        if m.form == "word" and (m.head or m.score >= 1.0):
            (branches if m.branch else by_word)[m.word].append(m)
    out: list[NumberSeries] = []
    for word, printed in by_word.items():
        found = _readings_of_word(printed)
        runs = runs_of(found, [witness.bonus(m) for m in found], restart=1.6 if word in _INNER else 2.4)
        members = [
            Member(m, word, n)
            for n, run in enumerate(runs)
            for m in with_branches([found[k] for k in run], branches[word])
        ]
        known = word in set(NUMBERED_WORDS.values())
        strong = sum(_strong(features, m.mark) for m in members)
        alone = sum(not m.mark.title for m in members)
        if not known and (len(members) < 3 or strong + alone < 0.8 * len(members)):
            continue
        if len(members) == 1 and word in OUTERMOST and not members[0].mark.number and _opens_page(features, members[0]):
            out.append(NumberSeries(word, members, 0))
            continue
        if len(members) < 2 and not strong:
            continue
        if len(members) < 2 and not (members and members[0].mark.parts == (1,)):
            continue
        if not strong and not alone and not _set_apart(features, members):
            continue
        rank_class = (
            0 if word in OUTERMOST else 1 if word in {"part", "book", "title"} else 2 if word == "chapter" else 3
        )
        out.append(NumberSeries(word, members, rank_class, max(len(m.mark.parts) for m in members)))
    return out


_LEAST_LISTED = 0.3
"""The least share of a document's text that its only list has where the points of the list are units."""
_INNER = frozenset({"section", "chapter", "step", "measure", "article"})


def _opens_page(features: LineFeatures, member: Member) -> bool:
    """Whether a heading is the first line of its page."""
    i = member.mark.line
    return i == 0 or features.layout.lines[i - 1].page != features.layout.lines[i].page


def _readings_of_word(found: list[Mark]) -> list[Mark]:
    """ "Annex I" after "Annex H" is a letter; most series are read in one way throughout."""
    numerals = [m for m in found if m.number.isalpha()]
    letters = [m for m in numerals if len(m.number) == 1 and m.number not in "IVX"]
    if not letters:
        return found
    return [m if not m.number.isalpha() or len(m.number) > 1 else _as_letter(m) for m in found]


def _as_letter(mark: Mark) -> Mark:
    parts = (ord(mark.number) - 64,)
    return type(mark)(mark.line, mark.form, mark.word, mark.shown, parts, mark.number, mark.end, mark.title, mark.head,
                      mark.score)  # fmt: skip


def _set_apart(features: LineFeatures, members: Sequence[Member]) -> bool:
    """Whether the words after the numbers are titles or sentences of their own."""
    good = 0
    for m in members:
        before = features.texts[m.mark.line - 1] if m.mark.line else ""
        good += bool(not before or SENTENCE_END.search(before) or m.mark.head)
    return good >= 0.8 * len(members)


def lettered_series(
    features: LineFeatures, marks: Sequence[Mark], witness: Witness, taken: frozenset[int]
) -> list[NumberSeries]:
    """Headings "I.", "A." and "a)"."""
    out: list[NumberSeries] = []
    used: set[int] = set(taken)
    for form, least in (("roman", 2), ("letter", 2), ("point", 2)):
        found = [m for m in marks if m.form == form and m.line not in used and m.head]
        if form == "point":
            found = [m for m in found if _strong(features, m) or features.layout.lines[m.line].bold]
        runs = runs_of(found, [witness.bonus(m) for m in found], restart=1.2)
        members = [
            Member(found[k], "section" if form != "point" else "part-of", n)
            for n, run in enumerate(runs)
            if len(run) >= least and found[run[0]].parts[0] <= 2
            for k in run
        ]
        if form == "letter" and len(members) < 2:
            continue
        plain = form == "letter" and _is_plain_text(features)
        strong = sum(
            _strong(features, m.mark) or bool(witness.says(m.mark)) or (plain and _holds_lines(features, m, members))
            for m in members
        )
        if members and (form != "letter" or strong >= 0.5 * len(members)):
            out.append(NumberSeries(form, members, 3 if form != "point" else 6))
            used |= {m.mark.line for m in members}
    return out


def _is_plain_text(features: LineFeatures) -> bool:
    """Whether nothing in a text shows by its print that it is a heading."""
    pages = features.layout.pages
    return not features.heads and bool(pages) and pages[0].kind is PageKind.FLOW


def _holds_lines(features: LineFeatures, member: Member, members: Sequence[Member]) -> bool:
    """Whether lines of text follow before the next member, and no sentence leads to the first one."""
    line = member.mark.line
    opened = line > 0 and features.texts[line - 1].endswith((":", "："))
    return not opened and all(m.mark.line != line + 1 for m in members) and line + 1 < len(features.texts)


def circled_series(marks: Sequence[Mark]) -> list[list[Mark]]:
    """Runs "①", "②", …, each of which begins again at ①."""
    out: list[list[Mark]] = []
    for m in marks:
        if m.form != "circled":
            continue
        if m.parts[0] == 1:
            out.append([m])
        elif out and out[-1][-1].parts[0] + 1 == m.parts[0]:
            out[-1].append(m)
    return [run for run in out if len(run) > 1]


def outermost_first(series: Sequence[NumberSeries]) -> list[NumberSeries]:
    """Series from the outermost to the innermost: annexes, parts, chapters, then by where they begin.

    "Section 2" above "2.1" is outside the outline, wherever the outline begins.
    """
    outline = next((s for s in series if s.name in {"section", "dashed"} and s.depths > 1), None)
    if outline is not None:
        following = sorted((m.mark.line, m.mark.parts) for m in outline.members)
        for each in series:
            if each is outline or each.depths > 1 or len(each.members) < 2 or each.rank_class != outline.rank_class:
                continue
            heads = 0
            for m in each.members:
                after = next((parts for line, parts in following if line > m.mark.line), ())
                heads += len(after) > 1 and after[0] == m.mark.parts[0]
            if heads >= 0.7 * len(each.members):
                each.first = min(each.first, outline.first - 1)
    return sorted(series, key=lambda s: (s.rank_class, s.first))
