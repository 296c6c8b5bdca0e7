"""Tells bodies that stand beside the names of persons from those that issue a file. Pure.

A body behind an author's name is where the author works; a body above its head's name and post is the issuer.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ingest.bibliography.bodies import is_body
from ingest.bibliography.titles import is_name_of_a_person

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.bibliography.cover import PrintedBlock

_POST = re.compile(
    r",\s(?:[\w.]+\s){0,4}(?:director|secretary|minister|chair(?:man|woman|person)?|president)$", re.IGNORECASE
)
"""The post behind the name of a person: "Ada Lamp, Secretary"."""

_ONLY_ADDRESSES = re.compile(r"[^\s@]*@[^\s@,;]+(?:[,;]\s*[^\s@]+@[^\s@,;]+)*[,;]?")
"""One or more addresses for mail. Each part ends at a sign that it may not hold itself, so that a line has one reading;
a name before the sign may hold commas: "{ada,bo}@quay.edu"."""


def body_beside_persons(block: PrintedBlock) -> str:
    """The only line of a block that names a body, where every other line is the name of a person; else empty."""
    bodies = [line.text for line in block.lines if is_body(line.text)]
    others = [line.text for line in block.lines if not is_body(line.text)]
    first = bool(bodies) and block.lines[0].text == bodies[0]
    persons = all(is_name_of_a_person(_POST.sub("", name), strange=not first) for name in others)
    return bodies[0] if len(bodies) == 1 and others and persons else ""


def is_affiliation(blocks: Sequence[PrintedBlock], n: int) -> bool:
    """Whether a block says where authors work: lines between their names and the address of one of them. A body on two
    lines with an address below it, and no name above, is no such place."""
    after = blocks[n + 1].text if n + 1 < len(blocks) else ""
    named = re.search(r"\b[a-z]+[._][a-z]+@", f"{blocks[n].text} {after}", re.IGNORECASE) is not None
    personal = named or _is_address(after)
    lines = [line.text.strip(" *∗†‡§") for line in blocks[n].lines]
    bodies = [at for at, line in enumerate(lines) if is_body(line)]
    below = bool(bodies) and any(is_name_of_a_person(line, strange=False) for line in lines[: bodies[0]])
    largest = max(block.size for block in blocks)
    of_persons = len(bodies) > 1 or any(
        is_name_of_a_person(line.text.strip(" *∗†‡§"), strange=block.size > 0.9 * largest)
        for block in blocks[max(0, n - 2) : n]
        for line in block.lines
    )
    if _is_address(after) and sum(_is_address(block.text) for block in blocks if block.page == blocks[n].page) > 1:
        return True
    return (below or (personal and of_persons)) and len(lines) > 1 and blocks[n].page <= 2


def _is_address(text: str) -> bool:
    """Whether a line holds an address for mail and nothing else."""
    return _ONLY_ADDRESSES.fullmatch(text.strip()) is not None
