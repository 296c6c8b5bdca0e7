"""Writes a copy of a Word draft with a comment at each finding; every other part of the file keeps its bytes.

The same draft and findings give the same bytes: comments have no date.
"""

from __future__ import annotations

import copy
import io
import posixpath
import zipfile
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape, quoteattr

from ingest.drafts.word import TextPiece, read_word_package
from ingest.readers.package import attribute, local, open_package
from kb.errors import UnreadableError
from kb.types import notice

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ingest.drafts.word import WordDraft
    from ingest.readers.package import Package

WORD_NAMESPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments"
_CONTENT = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"
_OLDEST_TIME = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class DraftComment:
    """A comment on the characters ``[start, end)`` of part number ``part`` (from 0) of a draft; each line of its text
    is a paragraph."""

    part: int
    start: int
    end: int
    text: str


def with_comments(path: Path, comments: Sequence[DraftComment], author: str = "kb check") -> bytes:
    """The bytes of the Word file with the comments added to existing ones.

    A comment on a note is set at the note's mark, because Word allows no comments inside notes.

    :raises UnreadableError: the file is not a Word document.
    """
    with open_package(path, "Word document", ".docx") as package:
        word = read_word_package(package, path.name)
        existing = package.related(word.main, "comments")
        folder = posixpath.dirname(word.main)
        name = existing or posixpath.join(folder, "comments.xml")
        root = package.xml(existing) if existing else None
        taken = [int(i) for c in (root if root is not None else ()) if (i := attribute(c, "id")).isdigit()]
        first = max(taken, default=-1) + 1
        texts: list[str] = []
        commented = _Commented(word)
        for n, comment in enumerate(sorted(comments, key=lambda c: (c.part, c.start, -c.end)), first):
            if commented.set(comment, n):
                texts.append(_comment_xml(n, comment.text, author))
        changed = {word.main: _serialised(word.root)}
        if root is not None:
            changed[name] = _with_added(_serialised(root), texts)
        else:
            head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
            changed[name] = f'{head}<w:comments xmlns:w="{WORD_NAMESPACE}">{"".join(texts)}</w:comments>'.encode()
            changed |= _registered(package, word.main, name)
        return _rewritten(package, changed)


class _Commented:
    """The XML of a draft while comments are set; a run is divided if a comment begins or ends inside it."""

    def __init__(self, word: WordDraft) -> None:
        self._places_in_words = list(word.places)

    def set(self, comment: DraftComment, n: int) -> bool:
        """Sets the range and the mark of comment ``n``; returns whether there was a place for it."""
        place = self._places_in_words[comment.part]
        if place.mark is not None:
            _set_around(place.mark, place.mark, n)
            return True
        self._divide(comment.part, comment.start)
        self._divide(comment.part, comment.end)
        pieces = self._places_in_words[comment.part].pieces
        within = [p for p in pieces if p.start < comment.end and comment.start < p.end]
        if not within:
            return False
        _set_around(within[0].run, within[-1].run, n)
        return True

    def _divide(self, part: int, offset: int) -> None:
        """Divides the run at an offset of a part, so that a run begins there."""
        for at, piece in enumerate(self._places_in_words[part].pieces):
            if piece.start < offset < piece.end or (piece.start == offset and not _opens_its_run(piece)):
                self._divide_run(part, at, offset)
                return

    def _divide_run(self, part: int, at: int, offset: int) -> None:
        place = self._places_in_words[part]
        piece = place.pieces[at]
        run = piece.run
        new = run.makeelement(run.tag, dict(run.attrib))
        properties = next((node for node in run if local(node) == "rPr"), None)
        if properties is not None:
            new.append(copy.deepcopy(properties))
        following = list(piece.node.itersiblings())
        pieces = list(place.pieces)
        node = piece.node
        if piece.start < offset:
            node = copy.deepcopy(piece.node)
            node.tail = None
            text, cut = piece.node.text or "", offset - piece.start
            piece.node.text, node.text = text[:cut], text[cut:]
            for each in (piece.node, node):
                each.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
            pieces[at : at + 1] = [
                TextPiece(piece.start, offset, piece.node, run),
                TextPiece(offset, piece.end, node, new),
            ]
        for each in (node, *following):
            new.append(each)
        run.addnext(new)
        moved = {id(each) for each in (node, *following)}
        pieces = [replace(p, run=new) if id(p.node) in moved else p for p in pieces]
        self._places_in_words[part] = replace(place, pieces=tuple(pieces))
        if any(local(each).endswith("Reference") for each in following):
            self._places_in_words = [replace(p, mark=new) if p.mark is run else p for p in self._places_in_words]


def _opens_its_run(piece: TextPiece) -> bool:
    return next((node for node in piece.run if local(node) != "rPr"), None) is piece.node


def _set_around(first: Any, last: Any, n: int) -> None:
    """Sets the range of comment ``n`` around some runs, and its mark after them."""
    named = {f"{{{WORD_NAMESPACE}}}id": str(n)}
    run = last.makeelement(f"{{{WORD_NAMESPACE}}}r", {})
    run.append(run.makeelement(f"{{{WORD_NAMESPACE}}}commentReference", named))
    end = last.makeelement(f"{{{WORD_NAMESPACE}}}commentRangeEnd", named)
    first.addprevious(first.makeelement(f"{{{WORD_NAMESPACE}}}commentRangeStart", named))
    last.addnext(end)
    end.addnext(run)


def _comment_xml(n: int, text: str, author: str) -> str:
    lines = [line for line in text.split("\n") if line.strip()] or [""]
    inside = "".join(
        f'<w:p><w:r><w:t xml:space="preserve">{escape(_printable(line))}</w:t></w:r></w:p>' for line in lines
    )
    return f'<w:comment w:id="{n}" w:author={quoteattr(author)} w:initials="kb">{inside}</w:comment>'


def _printable(text: str) -> str:
    """The text without characters that XML does not allow."""
    return "".join(
        c for c in text if c in "\t\n" or (c >= " " and c not in "\ufffe\uffff" and not "\ud800" <= c <= "\udfff")
    )


def _with_added(comments: bytes, texts: Sequence[str]) -> bytes:
    """A part of comments with further ones at its end."""
    made = "".join(texts).replace("<w:comment ", f'<w:comment xmlns:w="{WORD_NAMESPACE}" ')
    end = comments.rfind(b"</")
    if end < 0:
        raise UnreadableError(notice("comments unreadable"))
    return comments[:end] + made.encode() + comments[end:]


def _registered(package: Package, main: str, name: str) -> dict[str, bytes]:
    """The parts that declare a new part of comments: the relations of the main part, and the types of parts."""
    folder, base = posixpath.split(main)
    relations = f"{folder}/_rels/{base}.rels" if folder else f"_rels/{base}.rels"
    root = package.xml(relations)
    made: dict[str, bytes] = {}
    target = posixpath.relpath(name, folder or ".")
    if root is None:
        text = (
            '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            f'<Relationship Id="rIdComments" Type="{_RELATION}" Target="{target}"/></Relationships>'
        )
        made[relations] = text.encode()
    else:
        ids = {str(each.get("Id")) for each in root}
        own = next(f"rIdComments{n}" for n in range(len(ids) + 1) if f"rIdComments{n}" not in ids)
        tag = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
        root.append(root.makeelement(tag, {"Id": own, "Type": _RELATION, "Target": target}))
        made[relations] = _serialised(root)
    types = package.xml("[Content_Types].xml")
    if types is not None:
        tag = "{http://schemas.openxmlformats.org/package/2006/content-types}Override"
        types.append(types.makeelement(tag, {"PartName": f"/{name}", "ContentType": _CONTENT}))
        made["[Content_Types].xml"] = _serialised(types)
    return made


def _serialised(root: Any) -> bytes:
    out = io.BytesIO()
    root.getroottree().write(out, encoding="UTF-8", xml_declaration=True, standalone=True)
    return out.getvalue()


def _rewritten(package: Package, changed: dict[str, bytes]) -> bytes:
    """The archive with some parts changed or added, the others unchanged, in the same order."""
    left = {name.casefold(): (name, data) for name, data in changed.items()}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for info in package.archive.infolist():
            _, data = left.pop(info.filename.lstrip("/").casefold(), ("", None))
            made.writestr(_archive_entry(info), package.archive.read(info) if data is None else data)
        for name, data in left.values():
            made.writestr(_archive_entry(zipfile.ZipInfo(name, _OLDEST_TIME)), data)
    return out.getvalue()


def _archive_entry(info: zipfile.ZipInfo) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(info.filename, info.date_time)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = info.external_attr
    return entry
