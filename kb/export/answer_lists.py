"""The records of a list of answers: its rows, the places that they cite, the works of these places. Pure.

A *row* is one line of the input with what was found for it, or the reason why nothing was. A *place* is one cited
stretch of one document; it has one number in the whole list, however many rows cite it. A *work* is one edition of a
publication with all of its cited places.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import asdict, fields, replace
from enum import Enum
from typing import TYPE_CHECKING, Any

from kb.export.citations import citation_dict
from kb.records import dataclass
from kb.types import Citation, notice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from kb.types import Edition, Notice


class RowReading(str, Enum):
    """How a row of the input was read."""

    REFERENCE = "reference"
    QUESTION = "question"
    CHOICE = "choice needed"
    NOT_UNDERSTOOD = "not understood"


class RowsBy(str, Enum):
    """The fact by which the rows of a list are grouped."""

    QUESTION = "question"
    DOCUMENT = "document"
    UNIT = "unit"


@dataclass(frozen=True, slots=True)
class RowPlace:
    """The position of a row in the input: its number from 1, the file, the sheet (empty for a text file), the line from
    1."""

    number: int
    file: str = ""
    sheet: str = ""
    line: int = 0

    @property
    def described(self) -> Notice:
        """The file, the sheet and the line, as far as they are known."""
        line = (notice("place line", n=self.line),) if self.line else ()
        return notice("commas", items=(*filter(None, (self.file, self.sheet)), *line))


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """One row with what was found for it; a row without citations has a ``reason``.

    ``quotes`` are the sentences of the answer, each with the numbers of its citations. ``choices`` are units between
    which a person has to choose; ``nearest`` are near places that do not support an answer. ``notices`` are remarks in
    words. ``searched`` are the names of the searched editions.
    """

    place: RowPlace
    asked: str
    reading: RowReading
    citations: tuple[Citation, ...] = ()
    quotes: tuple[tuple[str, tuple[int, ...]], ...] = ()
    reason: str = ""
    choices: tuple[str, ...] = ()
    nearest: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    searched: tuple[str, ...] = ()
    index_id: str = ""

    @property
    def is_answered(self) -> bool:
        """Whether the row cites anything."""
        return bool(self.citations)


@dataclass(frozen=True, slots=True)
class CitedWork:
    """One edition with the facts that a bibliography needs, and its cited places."""

    key: str
    doc_ref: str
    title: str
    publisher: str
    edition: str
    issued: str
    number: str
    kind: str
    language: str
    status: str
    licence: str
    url: str
    retrieved: str
    places: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class ListSource:
    """The sources of a list: file and SHA-256, index, release, searched documents, remarks on how the file was read."""

    file: str
    sha256: str
    index_id: str
    release: str
    documents: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AnswerList:
    """The rows of a list in their order, with citations numbered by place, and what the list was made from."""

    rows: tuple[AnswerRow, ...]
    source: ListSource
    works: tuple[CitedWork, ...] = ()

    @property
    def places(self) -> tuple[Citation, ...]:
        """Each cited place once, in the order of the numbers."""
        found = {c.n: c for row in self.rows for c in row.citations}
        return tuple(found[n] for n in sorted(found))

    def rows_of_place(self, n: int) -> tuple[AnswerRow, ...]:
        """The rows that cite the place number ``n``."""
        return tuple(row for row in self.rows if any(c.n == n for c in row.citations))


PlaceKey = tuple[str, int, int, str]


def place_key(citation: Citation) -> PlaceKey:
    """The identity of a place: the document, the characters and the shown words."""
    return citation.doc_id, citation.char_start, citation.char_end, citation.quote_sha256


def numbered(rows: Iterable[AnswerRow]) -> tuple[AnswerRow, ...]:
    """The rows with one number for each place in the whole list, in the order in which the rows first cite them."""
    numbers: dict[PlaceKey, int] = {}
    out = []
    for row in rows:
        new: dict[int, int] = {}
        kept: dict[int, Citation] = {}
        for citation in row.citations:
            n = numbers.setdefault(place_key(citation), len(numbers) + 1)
            new[citation.n] = n
            kept.setdefault(n, replace(citation, n=n))
        quotes = tuple((text, tuple(dict.fromkeys(new[n] for n in ns if n in new))) for text, ns in row.quotes)
        out.append(replace(row, citations=tuple(kept.values()), quotes=quotes))
    return tuple(out)


def answer_list(
    rows: Iterable[AnswerRow], source: ListSource, edition_of: Callable[[Citation], Edition | None]
) -> AnswerList:
    """The list of rows, with numbered places and collected works; ``edition_of`` gives the edition of a citation."""
    found = AnswerList(numbered(rows), source)
    return replace(found, works=works_of(found.places, edition_of))


def works_of(places: Sequence[Citation], edition_of: Callable[[Citation], Edition | None]) -> tuple[CitedWork, ...]:
    """The works of places, in the order of their first place, each with a key of its own."""
    groups: dict[tuple[str, str], list[Citation]] = {}
    for citation in places:
        groups.setdefault((_work_name(citation), citation.doc_ref), []).append(citation)
    keys = _ascii_keys([name for name, _ in groups])
    out = []
    for key, own in zip(keys, groups.values(), strict=True):
        first, edition = own[0], edition_of(own[0])
        out.append(
            CitedWork(
                key,
                first.doc_ref,
                first.title,
                first.publisher,
                first.edition,
                first.issued,
                _work_number(first, edition),
                edition.kind if edition else "",
                edition.language if edition and first.match == "register" else first.language,
                first.status,
                first.licence,
                first.url,
                max(c.retrieved for c in own),
                tuple(own),
            )
        )
    return tuple(out)


def _work_number(citation: Citation, edition: Edition | None) -> str:
    """The number of a publication; if it has none, its reference, unless the title contains that."""
    if edition is not None and edition.number:
        return edition.number
    numbered = re.search(r"\d", re.sub(r"\(?\b(?:19|20)\d\d\)?$", "", citation.doc_ref))
    return citation.doc_ref if numbered and citation.doc_ref not in citation.title else ""


def _work_name(citation: Citation) -> str:
    return citation.cite_key.partition(":")[0] or citation.doc_id


def _ascii_keys(names: Sequence[str]) -> list[str]:
    """A key of ASCII letters for each name, no two equal.

    A key depends on its own name alone, so that it is the same in every list; a hash replaces letters that are not
    ASCII.
    """
    out = []
    for name in names:
        plain = re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-").lower()
        if plain != name.lower():
            plain = f"{plain}-{short_hash(name)}".lstrip("-")
        out.append(plain if plain[:1].isalpha() else f"doc-{plain}")
    return out


def short_hash(text: str) -> str:
    """The first eight hexadecimal digits of the SHA-256 of a text."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]


# --- as plain data, for a journal and for JSON lines


def row_record(row: AnswerRow) -> dict[str, Any]:
    """A row as plain data; :func:`row_of_record` reads it back."""
    return asdict(row) | {"reading": row.reading.value}


def row_of_record(data: Mapping[str, Any]) -> AnswerRow:
    """The row of the data that :func:`row_record` made, also after a passage through JSON."""
    names = {f.name for f in fields(AnswerRow)}
    given = {name: _tuples(value) for name, value in data.items() if name in names}
    given["place"] = RowPlace(**data["place"])
    given["reading"] = RowReading(data["reading"])
    given["citations"] = tuple(
        Citation(**{name: _tuples(value) for name, value in each.items()}) for each in data["citations"]
    )
    return AnswerRow(**given)


def _tuples(value: Any) -> Any:
    return tuple(_tuples(each) for each in value) if isinstance(value, list) else value


def row_json(row: AnswerRow) -> dict[str, Any]:
    """A row as a flat JSON object for other programs; citations are in the published form."""
    return {
        "row": row.place.number,
        "file": row.place.file,
        "sheet": row.place.sheet,
        "line": row.place.line,
        "input": row.asked,
        "read_as": row.reading.value,
        "answered": row.is_answered,
        "reason": row.reason,
        "answer": [{"text": text, "cites": list(ns)} for text, ns in row.quotes],
        "citations": [citation_dict(c) for c in row.citations],
        "choices": list(row.choices),
        "nearest": list(row.nearest),
        "notices": list(row.notices),
        "searched": list(row.searched),
        "index_id": row.index_id,
    }
