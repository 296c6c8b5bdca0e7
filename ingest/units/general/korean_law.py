"""Articles (조), paragraphs (항), items (호) and sub-items (목) of Korean laws, with chapters and addenda. Pure.

Paragraphs are printed as circled numbers, items as "1.", sub-items as "가.". An article that was inserted later is
"제5조의2", one that was repealed is "제4조 삭제". The addenda (부칙) number their own articles from 1.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from ingest.units.assembly import LIST_RANK, UnitDraft
from ingest.units.general.sequences import letters_of
from ingest.units.lists import indent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ingest.layout.line_features import LineFeatures
    from kb.types import Notice

_JO = re.compile(
    r"제\s?(?P<n>\d{1,3})\s?조(?:의\s?(?P<branch>\d{1,2}))?"
    r"(?:\s?[(（【\[](?P<title>[^)）】\]]{1,80})[)）】\]]|\s*(?P<gone>삭\s?제)|(?=\s*$))"
)
_DIVISION = re.compile(
    r"제\s?(?P<n>\d{1,3})\s?(?P<unit>편|장|절|관)(?:의\s?(?P<branch>\d{1,2}))?(?:\s+(?P<title>\S.{0,60}))?$"
)
_ADDENDA_HEAD = re.compile(r"부\s*칙(?:\s*[<〈(\[][^>〉)\]]*[>〉)\]])?\s*$")
_ATTACHED = re.compile(r"[\[<〈]?\s?별\s?[표지]\s?\d*")
_PARAGRAPH = re.compile(r"\s*(?P<n>[①-⑳㉑-㉟])\s*")
_ITEM = re.compile(r"(?P<n>\d{1,3})(?:의\s?(?P<branch>\d{1,2}))?\.\s*(?=\S)(?!\d)")
_SUBITEM = re.compile(r"(?P<n>[가-하])\.\s+(?=\S)")
_DEEPER = re.compile(r"(?P<n>\d{1,2})\)\s*(?=\S)")
_JOSA = re.compile(r"\s*(?:에|의|를|을|와|과|및|또는|제|부터|까지|,|중|각)")
_MOK = "가나다라마바사아자차카타파하"
_DIVISIONS = {"편": ("part", 3), "장": ("chapter", 4), "절": ("section", 5), "관": ("subsection", 6)}
_LEAST_ARTICLES = 3


@dataclass(slots=True)
class _State:
    """The units whose text goes on: the article's draft and the last paragraph, item and sub-item in it."""

    article: UnitDraft
    paragraph: int = 0
    item: int = 0
    subitem: int = 0
    deeper: int = 0
    keys: tuple[str, ...] = ()


def is_korean_law(features: LineFeatures) -> bool:
    """Whether the document is divided into articles 제1조, 제2조 … in Korean."""
    values = []
    for i, text in enumerate(features.texts):
        match = _JO.match(text) if i not in features.notes else None
        if match and not _JOSA.match(text[match.end() :]):
            values.append(int(match["n"]))
    steps = sum(b - a in {0, 1} for a, b in pairwise(values))
    return (len(values) >= _LEAST_ARTICLES and steps >= 0.6 * (len(values) - 1)) or (
        len(values) == 2 and values[1] - values[0] in {0, 1} and bool(_has_paragraphs(features))
    )


def _has_paragraphs(features: LineFeatures) -> bool:
    return any(_PARAGRAPH.match(text) for text in features.texts)


def korean_law(features: LineFeatures, begin: int = 0) -> tuple[list[UnitDraft], list[Notice]]:
    """The units of a Korean law, in reading order."""
    out: list[UnitDraft] = []
    state: _State | None = None
    scope = ""
    addenda = 0
    last = (0, 0)
    lines = features.layout.lines
    for i, text in enumerate(features.texts):
        if i < begin or not text or i in features.notes or i in features.contents:
            continue
        start = lines[i].start + indent(features, i)
        if _ADDENDA_HEAD.fullmatch(text):
            addenda += 1
            scope = "addenda" if addenda == 1 else f"addenda-{addenda}"
            path = "부칙" if addenda == 1 else f"부칙 {addenda}"
            out.append(UnitDraft("addenda", "", f"{scope}:all", path, text, start, 1, lines[i].end))
            last, state = (0, 0), None
            continue
        if out and _ATTACHED.match(text) and (i in features.heads or len(text) < 30) and text[-1] not in ".다":
            if state is not None:
                state.article.limit = state.article.limit or start
            state = None
            continue
        if division := _DIVISION.match(text):
            draft = _division(division, scope, start, lines[i].end)
            out.append(draft)
            state = None
            continue
        match = _JO.match(text)
        if match and _opens_article(match, text, features, i, last):
            last = (int(match["n"]), int(match["branch"] or 0))
            draft = _article(match, scope, start)
            out.append(draft)
            state = _State(draft)
            out += _on_its_line(text[match.end() :], start + match.end(), state)
            continue
        if state is not None:
            out += _inside_article(features, i, text, start, state)
    _scope_divisions(out)
    return _without_lone(out), []


def _division(match: re.Match[str], scope: str, start: int, end: int) -> UnitDraft:
    kind, rank = _DIVISIONS[match["unit"]]
    number = match["n"] + (f"-{match['branch']}" if match["branch"] else "")
    path = f"제{match['n']}{match['unit']}" + (f"의{match['branch']}" if match["branch"] else "")
    key = f"{kind}:{number}" if not scope else f"{scope}:{kind}-{number}"
    return UnitDraft(kind, number, key, path, (match["title"] or "").strip(), start, rank, end)


def _opens_article(match: re.Match[str], text: str, features: LineFeatures, i: int, last: tuple[int, int]) -> bool:
    """Whether "제5조(…)" at the start of a line opens an article, and is no reference to one."""
    rest = text[match.end() :]
    if _JOSA.match(rest) and not rest.startswith((" ", "①")):
        return False
    here = (int(match["n"]), int(match["branch"] or 0))
    branch = last[1] + 1 if last[1] else 2  # the first article inserted after 제5조 is 제5조의2
    due = here in {(last[0] + 1, 0), (last[0], branch)} or (not last[0] and not here[1])
    if due:
        return True
    if here <= last:
        return False
    if not match["title"] and not match["gone"]:
        return False
    before = features.texts[i - 1].rstrip() if i else ""
    ended = not before or before[-1] in ".>)]〉" or i - 1 in features.heads
    # the due article comes later: this line only mentions another
    for later in features.texts[i + 1 :]:
        match_later = _JO.match(later)
        if match_later and (int(match_later["n"]), int(match_later["branch"] or 0)) == (last[0] + 1, 0):
            return False
    return ended


def _article(match: re.Match[str], scope: str, start: int) -> UnitDraft:
    number = match["n"] + (f"-{match['branch']}" if match["branch"] else "")
    path = f"제{match['n']}조" + (f"의{match['branch']}" if match["branch"] else "")
    title = (match["title"] or ("삭제" if match["gone"] else "")).strip()
    if scope:
        nth = scope.partition("-")[2]
        shown = f"부칙 {nth}" if nth else "부칙"
        return UnitDraft(
            "article", number, f"{scope}:{number}", f"{shown} {path}", title, start, 8, start + match.end()
        )
    return UnitDraft("article", number, f"article:{number}", path, title, start, 8, start + match.end())


def _on_its_line(rest: str, at: int, state: _State) -> Iterator[UnitDraft]:
    """The first paragraph, which is on the article's own line."""
    match = _PARAGRAPH.match(rest)
    if match and _circled_value(match["n"]) == 1:
        yield _paragraph(state, 1, at + match.start("n"), at + match.end())


def _circled_value(sign: str) -> int:
    return ord(sign) - 0x245F if sign <= "⑳" else ord(sign) - 0x323C


def _paragraph(state: _State, n: int, start: int, head: int) -> UnitDraft:
    state.paragraph, state.item, state.subitem, state.deeper = n, 0, 0, 0
    return _point_draft(state, "paragraph", LIST_RANK, (str(n),), f"제{n}항", start, head)


def _point_draft(
    state: _State, kind: str, rank: int, parts: tuple[str, ...], shown: str, start: int, head: int
) -> UnitDraft:
    above = state.keys[: len(parts) - 1] if rank > LIST_RANK else ()
    paths = (*above, shown)
    state.keys = paths
    key = ".".join((state.article.key, *parts))
    number = f"{state.article.number}({')('.join(parts)})"
    return UnitDraft(kind, number, key, state.article.path + "".join(paths), "", start, rank, head)


def _inside_article(features: LineFeatures, i: int, text: str, start: int, state: _State) -> Iterator[UnitDraft]:
    if (match := _PARAGRAPH.match(text)) and _circled_value(match["n"]) == state.paragraph + 1:
        yield _paragraph(state, state.paragraph + 1, start + match.start("n"), start + match.end())
        return
    above = (str(state.paragraph),) if state.paragraph else ()
    if match := _ITEM.match(text):
        n, branch = int(match["n"]), match["branch"]
        if n == state.item + 1 or (branch and n == state.item):
            state.item, state.subitem, state.deeper = n, 0, 0
            shown = str(n) + (f"-{branch}" if branch else "")
            label = f"제{n}호" + (f"의{branch}" if branch else "")
            state.keys = state.keys[: len(above)]
            yield _point_draft(state, "point", LIST_RANK + 1, (*above, shown), label, start, start + match.end())
            return
    if (match := _SUBITEM.match(text)) and state.item:
        n = _MOK.find(match["n"]) + 1
        if n and n == state.subitem + 1:
            state.subitem, state.deeper = n, 0
            state.keys = state.keys[: len(above) + 1]
            parts = (*above, str(state.item), chr(96 + n))
            yield _point_draft(state, "subpoint", LIST_RANK + 2, parts, f"{match['n']}목", start, start + match.end())
            return
    if (match := _DEEPER.match(text)) and state.subitem and int(match["n"]) == state.deeper + 1:
        state.deeper += 1
        state.keys = state.keys[: len(above) + 2]
        parts = (*above, str(state.item), chr(96 + state.subitem), match["n"])
        yield _point_draft(state, "subpoint", LIST_RANK + 3, parts, f" {match['n']})", start, start + match.end())


def _scope_divisions(found: list[UnitDraft]) -> None:
    """Sections that begin again in each chapter carry the chapter's number in their key."""
    numbers: dict[str, int] = {}
    for unit in found:
        if unit.kind in {"section", "subsection"}:
            numbers[unit.key] = numbers.get(unit.key, 0) + 1
    chapter = section = ""
    for unit in found:
        if unit.kind in {"part", "chapter"}:
            chapter = unit.number
        if unit.kind == "section":
            section = unit.number
        if unit.kind in {"section", "subsection"} and numbers.get(unit.key, 0) > 1 and chapter:
            inner = f"{chapter}-{section}" if unit.kind == "subsection" else chapter
            unit.key = f"{unit.kind}:{inner}-{unit.number}"
            unit.path = f"제{chapter}장 {unit.path}"


def _without_lone(found: list[UnitDraft]) -> list[UnitDraft]:
    """Drops a list of one item, which is a date or an amount at the start of a line, and a copy of the contents."""
    seen: dict[str, list[int]] = {}
    for n, unit in enumerate(found):
        if unit.rank > LIST_RANK:
            seen.setdefault(unit.key.rpartition(".")[0], []).append(n)
    lone = {members[0] for members in seen.values() if len(members) == 1}
    dropped = {found[n].key for n in lone if found[n].kind != "paragraph"}
    out = [u for u in found if not any(u.key == key or u.key.startswith(key + ".") for key in dropped)]
    first: dict[str, UnitDraft] = {}
    twins: set[int] = set()
    for unit in out:
        if unit.kind == "article" and unit.key in first and letters_of(unit.title) == letters_of(first[unit.key].title):
            twins.add(id(first[unit.key]))  # the earlier one is a line of contents
        if unit.kind == "article":
            first[unit.key] = unit
    return [u for u in out if id(u) not in twins]
