"""Computes Word's automatic numbers: the number before each paragraph, from the definitions of a file. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ingest.readers.numbering import Counter, Level
from ingest.readers.package import attribute, child, children

if TYPE_CHECKING:
    from collections.abc import Mapping

_GAPS = {"nothing": "", "space": " ", "tab": " "}


def integer(text: str, default: int = 0) -> int:
    """The number that an attribute holds, or ``default``."""
    try:
        return int(text)
    except ValueError:
        return default


@dataclass(frozen=True, slots=True)
class Style:
    """A paragraph style: its name, its parent style, its depth as a heading, its number, whether it is hidden."""

    name: str
    based_on: str
    outline: int | None
    list_id: int | None
    list_level: int | None
    hidden: bool
    bold: bool


class Styles:
    """The styles of a file, each with what it inherits."""

    def __init__(self, root: Any | None) -> None:
        self._styles: dict[str, Style] = {}
        self.default = ""
        for style in [] if root is None else children(root, "style"):
            style_id = attribute(style, "styleId")
            properties, letters = child(style, "pPr"), child(style, "rPr")
            number = child(properties, "numPr")
            outline = attribute(child(properties, "outlineLvl"), "val")
            self._styles[style_id] = Style(
                attribute(child(style, "name"), "val"),
                attribute(child(style, "basedOn"), "val"),
                integer(outline) if outline else None,
                _number_of(number, "numId"),
                _number_of(number, "ilvl"),
                is_on(letters, "vanish"),
                is_on(letters, "b"),
            )
            if attribute(style, "type") == "paragraph" and attribute(style, "default") in {"1", "true", "on"}:
                self.default = style_id

    def chain(self, style_id: str) -> list[tuple[str, Style]]:
        """A style and those that it is based on, nearest first."""
        out: list[tuple[str, Style]] = []
        seen: set[str] = set()
        while style_id in self._styles and style_id not in seen:
            seen.add(style_id)
            out.append((style_id, self._styles[style_id]))
            style_id = self._styles[style_id].based_on
        return out


def is_on(properties: Any | None, name: str) -> bool:
    """Whether a switch such as "bold" is on in a list of properties."""
    found = child(properties, name)
    return found is not None and attribute(found, "val", "1") not in {"0", "false", "off"}


def _number_of(number: Any | None, name: str) -> int | None:
    found = child(number, name)
    return None if found is None else integer(attribute(found, "val"))


@dataclass(slots=True)
class _Definition:
    """An abstract list: its levels, the level of each style, and the style that it is only a link to."""

    levels: dict[int, Level]
    styles: dict[str, int]
    link: str


@dataclass(slots=True)
class _WordList:
    """A list of the file: the abstract list whose counters it uses, its own levels, and the levels that it restarts."""

    abstract: str
    levels: dict[int, Level] = field(default_factory=dict)
    starts: dict[int, int] = field(default_factory=dict)


class WordNumbers:
    """The numbers of a file's paragraphs, asked for in reading order: each answer moves the counters on."""

    def __init__(self, root: Any | None, styles: Styles) -> None:
        self._styles = styles
        self._definitions: dict[str, _Definition] = {}
        self._lists: dict[int, _WordList] = {}
        self._counters: dict[str, Counter] = {}
        self._begun: set[tuple[int, int]] = set()
        if root is None:
            return
        for abstract in children(root, "abstractNum"):
            levels = {integer(attribute(x, "ilvl")): _read_level(x) for x in children(abstract, "lvl")}
            by_style = {
                attribute(child(x, "pStyle"), "val"): integer(attribute(x, "ilvl")) for x in children(abstract, "lvl")
            }
            link = attribute(child(abstract, "numStyleLink"), "val")
            by_style.pop("", None)
            self._definitions[attribute(abstract, "abstractNumId")] = _Definition(levels, by_style, link)
        for each in children(root, "num"):
            made = _WordList(attribute(child(each, "abstractNumId"), "val"))
            for override in children(each, "lvlOverride"):
                at = integer(attribute(override, "ilvl"))
                whole, start = child(override, "lvl"), child(override, "startOverride")
                if whole is not None:
                    made.levels[at] = _read_level(whole)
                if start is not None:
                    made.starts[at] = integer(attribute(start, "val"), 1)
            self._lists[integer(attribute(each, "numId"))] = made

    def place(self, properties: Any | None, style_id: str) -> tuple[int, int] | None:
        """The list and the level (from 0) of a paragraph by its own properties or its style's; ``None``: no list."""
        number = child(properties, "numPr")
        list_id, level = _number_of(number, "numId"), _number_of(number, "ilvl")
        if list_id == 0:
            return None
        chain = self._styles.chain(style_id)
        named = next(((sid, s) for sid, s in chain if s.list_id is not None), None)
        if list_id is None and named is not None:
            list_id = named[1].list_id
            if level is None:
                level = self._level_of_style(list_id or 0, [sid for sid, _ in chain])
                level = named[1].list_level if level is None else level
        if not list_id or list_id not in self._lists:
            return None
        return list_id, level or 0

    def _level_of_style(self, list_id: int, style_ids: list[str]) -> int | None:
        definition = self._definition(list_id)[1]
        found = (definition.styles[sid] for sid in style_ids if sid in definition.styles)
        return next(found, None)

    def _definition(self, list_id: int) -> tuple[str, _Definition]:
        """The abstract list whose counters a list uses, with links followed, and its name."""
        seen: set[int] = set()
        name = self._lists[list_id].abstract if list_id in self._lists else ""
        while list_id in self._lists and list_id not in seen:
            seen.add(list_id)
            name = self._lists[list_id].abstract
            definition = self._definitions.get(name)
            if definition is None or definition.levels or not definition.link:
                break
            linked = next((s.list_id for _, s in self._styles.chain(definition.link) if s.list_id), None)
            list_id = linked or 0
        return name, self._definitions.get(name, _Definition({}, {}, ""))

    def name(self, list_id: int) -> str:
        """The name of the abstract list whose counters a list uses; lists with the same name share counters."""
        return self._definition(list_id)[0]

    def levels(self, list_id: int) -> Mapping[int, Level]:
        """The levels of a list, with its own in place of the abstract list's."""
        return {**self._definition(list_id)[1].levels, **self._lists[list_id].levels}

    def next(self, place: tuple[int, int]) -> str:
        """The number of the next paragraph at a place, as it is shown, with the blank behind it."""
        list_id, at = place
        name = self._definition(list_id)[0]
        counter = self._counters.setdefault(name, Counter())
        start = None
        for level, value in self._lists[list_id].starts.items():
            if level <= at and (list_id, level) not in self._begun:
                self._begun.add((list_id, level))
                if level == at:
                    start = value
                else:
                    counter.values[level] = value
        return counter.advance(self.levels(list_id), at, start)


def _read_level(element: Any) -> Level:
    start = child(element, "start")
    restart = child(element, "lvlRestart")
    form = child(element, "numFmt")
    if form is None:  # a form that only newer programs know is beside one that all know
        form = next((e for e in element.iter() if e.tag == f"{element.tag.rpartition('}')[0]}}}numFmt"), None)
    text = child(element, "lvlText")
    return Level(
        form=attribute(form, "val", "decimal"),
        text=attribute(text, "val") if text is not None else "",
        start=integer(attribute(start, "val", "1"), 1) if start is not None else 0,
        restart=integer(attribute(restart, "val")) if restart is not None else None,
        legal=is_on(element, "isLgl"),
        gap=_GAPS.get(attribute(child(element, "suff"), "val", "tab"), " "),
    )
