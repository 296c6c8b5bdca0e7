"""Finds the label of each page, printed or else declared by the file: the page number that people cite. Pure."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from ingest.layout.furniture import is_lone_number, line_pattern
from kb.text.numerals import roman_value
from kb.types import Notice, PageKind, notice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.layout.source_page import SourcePage

_NUMBER = re.compile(r"\d+|\b[ivxlc]+\b", re.IGNORECASE)


FEW_LABELS = 3
"""Pages whose declared label is not the printed one, up to which each has a note of its own."""


def page_labels(
    pages: Sequence[SourcePage], furniture: Sequence[frozenset[int]], notes: list[Notice]
) -> list[tuple[str | None, str]]:
    """Each page's printed label and where it was read: ``printed``, ``pdf`` or ``none``.

    People cite the printed label, so it comes first. A number in a running line counts as a page number when it grows
    with the page: at least two of the pages that have such a line agree on the difference between number and physical
    page. The number is then read from each page itself, so a gap or a restart is no error.

    A page without a printed label gets the label that the file declares only where a reader could count to it: the
    declared labels of its run (one style, growing by one) must be printed on another page of the run, and a later page
    of the run must print its own. So the unprinted opening page of a chapter and a roman title page get their label,
    but not a cover that is numbered apart from what follows, nor a back cover.
    """
    slots: defaultdict[tuple[str, int, bool], list[tuple[int, str, int]]] = defaultdict(list)
    for p, (page, lines) in enumerate(zip(pages, furniture, strict=True)):
        for i in lines:
            if page.lines[i].hidden:
                continue
            text = page.text[page.lines[i].start : page.lines[i].end]
            key = (
                re.sub(r"\b[ivxlc]+\b", "#", line_pattern(text)) if is_lone_number(text.strip()) else line_pattern(text)
            )
            key = re.sub(r"^(page|página|p\.|쪽).*$", "#", key)
            for slot, token in enumerate(_NUMBER.findall(text)):
                value = int(token) if token.isdigit() and len(token) < 6 else roman_value(token)
                if value is not None and (token.isdigit() or token == token.lower()):
                    slots[(key, slot, token.isdigit())].append((p, token, value))
    printed: dict[int, tuple[int, str]] = {}
    for entries in slots.values():
        offsets = Counter(page_at - value for page_at, _, value in entries)
        for page_at, token, value in entries:
            support = offsets[page_at - value]
            if support >= 2 and support > printed.get(page_at, (0, ""))[0]:
                printed[page_at] = (support, token)
    read = [printed.get(p, (0, ""))[1] or None for p in range(len(pages))]
    _add_declared_alone(pages, furniture, read)
    vouched = _vouched([page.label for page in pages], read)
    out: list[tuple[str | None, str]] = []
    unseen: list[int] = []
    differing: list[Notice] = []
    for page, seen, declared in zip(pages, read, vouched, strict=True):
        if page.kind is not PageKind.PDF:
            out.append((page.label or seen, page.kind.value))
            continue
        if seen and page.label and seen != page.label:
            differing.append(notice("note label differs", page=page.index, label=page.label, printed=seen))
        if seen:
            out.append((seen, "printed"))
        elif declared:
            out.append((declared, "pdf"))
        else:
            out.append((None, "none"))
            if page.label:
                unseen.append(page.index)
    if len(differing) > FEW_LABELS:
        notes.append(notice("note labels differ", n=len(differing), first=differing[0]))
    else:
        notes.extend(differing)
    if unseen:
        kind = "note labels unseen" if len(unseen) > 1 else "note label unseen"
        notes.append(notice(kind, n=len(unseen), first=unseen[0]))
    return out


def _add_declared_alone(
    pages: Sequence[SourcePage], furniture: Sequence[frozenset[int]], read: list[str | None]
) -> None:
    """Adds lone numbers that no second page confirms, where the file declares the same label for that page."""
    for p, (page, lines) in enumerate(zip(pages, furniture, strict=True)):
        if read[p] is None and page.label:
            for i in lines:
                text = page.text[page.lines[i].start : page.lines[i].end].strip()
                if not page.lines[i].hidden and is_lone_number(text) and page.label in _NUMBER.findall(text):
                    read[p] = page.label


def _label_value(label: str) -> tuple[str, int] | None:
    """The style of a label (the text before its figure, or "roman") and its value; ``None`` where it has none."""
    match = re.fullmatch(r"(.*?)(\d{1,5})", label)
    if match:
        return "figure " + match.group(1), int(match.group(2))
    value = roman_value(label)
    return ("roman", value) if value is not None else None


def _vouched(declared: Sequence[str | None], read: Sequence[str | None]) -> list[str | None]:
    """The declared labels that a reader can infer by counting to a label that is printed later in the same run."""
    out: list[str | None] = [None] * len(declared)
    vouching = False
    after: tuple[str, int] | None = None
    for p in range(len(declared) - 1, -1, -1):
        label = declared[p]
        here = _label_value(label) if label else None
        if here is None or after is None or (here[0], here[1] + 1) != after:
            vouching = False
        if label and read[p] == label:
            vouching = True
        elif read[p] is not None:
            vouching = False
        out[p] = label if vouching else None
        after = here
    return out
