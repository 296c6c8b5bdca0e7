"""Writes the works of a list as CSL-JSON, BibTeX and RIS, one entry for each work with all of its places. Pure.

An entry names the cited units and pages, and has each quote with its number in the list.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from kb.text.safe_cells import on_a_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kb.export.answer_lists import CitedWork
    from kb.types import Citation

_CSL_TYPES = {"law": "legislation", "standard": "standard", "draft": "manuscript", "press release": "article"}
_RIS_TYPES = {"law": "STAT", "standard": "STAND", "draft": "UNPB", "press release": "PRESS"}
_BIB_TYPES = {"law": "misc", "standard": "techreport", "report": "techreport", "guideline": "techreport"}


def work_kind(work: CitedWork) -> str:
    """The kind of a publication; "standard" if none is recorded and its reference is that of a standard."""
    if work.kind:
        return work.kind
    return "standard" if re.search(r"\b(?:IEEE Std|ISO|IEC|EN|NIST)\b", work.doc_ref) else ""


def merged_locators(places: Sequence[Citation]) -> str:
    """The cited units of one document, each once, in the order of their numbers: "Principle 1.3; Principle 1.4"."""
    return "; ".join(dict.fromkeys(on_a_line(c.locator) for c in places if c.locator))


def merged_pages(places: Sequence[Citation]) -> str:
    """The printed pages of places, each once; pages of a register are left out, because they are not the
    publication's."""
    return ", ".join(dict.fromkeys(c.page_label for c in places if c.page_label and c.match != "register"))


def place_notes(places: Iterable[Citation]) -> list[str]:
    """A line for each place: number, unit, page, quote, kind of match, unit id, hash, index."""
    out = []
    for c in places:
        page = f", p. {c.page_label}" if c.page_label and c.match != "register" else ""
        where = f"{c.locator or 'whole document'}{page}"
        ours = " (our own words, not the official text)" if c.match == "register" else ""
        facts = f"unit {c.unit_id or c.cite_key}; sha256 {c.quote_sha256}; index {c.index_id}"
        out.append(on_a_line(f"[{c.n}] {where}: “{c.quote}”{ours} ({facts})"))
    return out


def work_notes(work: CitedWork) -> list[str]:
    """Remarks on an edition for readers of a bibliography: which edition it is, and whether it is superseded."""
    notes = [work.edition] if work.edition else []
    if work.status not in {"current", "unknown"}:
        later = "; ".join(dict.fromkeys(ref for c in work.places for ref in c.superseded_by))
        notes.append(f"status: {work.status}{f', superseded by {later}' if later else ''}")
    return [on_a_line(note) for note in notes]


def date_parts(day: str) -> list[int]:
    """Year, month and day of a date such as "2024-05-03", as far as it gives them."""
    return [int(part) for part in re.findall(r"\d+", day)[:3]] if re.match(r"\d{4}", day) else []


# --- CSL-JSON


def csl_item(work: CitedWork) -> dict[str, Any]:
    """A work in the Citation Style Language (CSL-JSON, schema 1.0.2); its places are in ``custom``."""
    item: dict[str, Any] = {
        "id": work.key,
        "type": _CSL_TYPES.get(work_kind(work), "report"),
        "title": on_a_line(work.title),
        "author": [{"literal": on_a_line(work.publisher)}] if work.publisher else None,
        "publisher": on_a_line(work.publisher),
        "number": on_a_line(work.number),
        "edition": on_a_line(work.edition),
        "issued": {"date-parts": [date_parts(work.issued)]} if date_parts(work.issued) else None,
        "accessed": {"date-parts": [date_parts(work.retrieved)]} if date_parts(work.retrieved) else None,
        "language": work.language if work.language != "und" else "",
        "URL": work.url,
        "status": work.status,
        "references": on_a_line(work.doc_ref),
        "note": "\n".join(work_notes(work)),
    }
    places = [
        {
            "n": c.n,
            "locator": c.locator,
            "label": c.locator_type,
            "page": c.page_label,
            "quote": c.quote,
            "match": c.match,
            "unit_id": c.unit_id,
            "quote_sha256": c.quote_sha256,
            "index_id": c.index_id,
        }
        for c in work.places
    ]
    kept = {name: value for name, value in item.items() if value}
    return kept | {"custom": {"locators": merged_locators(work.places), "places": places}}


def list_csl(works: Sequence[CitedWork]) -> bytes:
    """The works as the bytes of a CSL-JSON array."""
    text = json.dumps([csl_item(work) for work in works], ensure_ascii=False, indent=2)
    return text.encode("utf-8", "backslashreplace") + b"\n"


# --- BibTeX

_TEX = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "%": r"\%",
    "&": r"\&",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}


def tex_text(text: str) -> str:
    """A text on one line with the characters escaped that TeX treats specially; letters of all scripts stay (the file
    is UTF-8)."""
    return "".join(_TEX.get(character, character) for character in on_a_line(text))


def list_bibtex(works: Sequence[CitedWork]) -> bytes:
    """The works as BibTeX in UTF-8; keys are ASCII, stable and unique, titles keep their capitals."""
    entries = []
    for work in works:
        parts = date_parts(work.issued)
        fields = {
            "title": f"{{{tex_text(work.title)}}}",
            "author": f"{{{tex_text(work.publisher)}}}" if work.publisher else "",
            "institution": tex_text(work.publisher),
            "number": tex_text(work.number),
            "edition": tex_text(work.edition),
            "year": f"{parts[0]}" if parts else "",
            "month": f"{parts[1]}" if len(parts) > 1 else "",
            "day": f"{parts[2]}" if len(parts) > 2 else "",
            "pages": tex_text(merged_pages(work.places)),
            "url": re.sub(r"[\s{}\\]", "", work.url),
            "urldate": work.retrieved,
            "langid": {"ko": "korean", "en": "english"}.get(work.language, ""),
            "note": tex_text("; ".join(filter(None, (merged_locators(work.places), *work_notes(work))))),
            "annote": " ".join(tex_text(note) for note in place_notes(work.places)),
        }
        body = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items() if value)
        entries.append(f"@{_BIB_TYPES.get(work_kind(work), 'misc')}{{{work.key},\n{body}\n}}\n")
    return "\n".join(entries).encode("utf-8", "replace")


# --- RIS


def list_ris(works: Sequence[CitedWork]) -> bytes:
    """The works as RIS in UTF-8 with CRLF line ends; each place is a note of its own."""
    out = []
    for work in works:
        year = "/".join(f"{part:02d}" for part in date_parts(work.issued))
        tags = [
            ("TY", _RIS_TYPES.get(work_kind(work), "RPRT")),
            ("ID", work.key),
            ("TI", work.title),
            ("AU", f"{work.publisher}," if work.publisher else ""),  # the comma: a name of a body, not of a person
            ("PB", work.publisher),
            ("PY", year[:4]),
            ("DA", year + "/" * (3 - year.count("/")) if year else ""),
            ("ET", work.edition),
            ("M1", work.number),
            ("SP", merged_pages(work.places)),
            ("LA", work.language if work.language != "und" else ""),
            ("UR", work.url),
            ("Y2", work.retrieved.replace("-", "/")),
            ("SE", merged_locators(work.places)),
            *(("N1", note) for note in (*work_notes(work), *place_notes(work.places))),
        ]
        out += [f"{tag}  - {on_a_line(value)}" for tag, value in tags if value]
        out += ["ER  - ", ""]
    return "\r\n".join([*out, ""]).encode("utf-8", "replace")
