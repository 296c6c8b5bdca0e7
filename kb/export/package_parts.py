"""Reads, edits and writes office files as zip archives of parts, within bounds, with the same bytes for the same parts.

An edited part keeps every byte that the edit does not name: the parser gives byte offsets in the XML, and bytes are
replaced there. So everything that this module does not know (extensions, markup of other programs) is kept.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
import zlib
from dataclasses import field
from typing import TYPE_CHECKING
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from kb.catalog.faults import in_file
from kb.errors import TooLargeError, UnreadableError
from kb.records import dataclass
from kb.types import notice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

MAX_PACKAGE_PARTS = 5_000
MAX_PACKAGE_BYTES = 400_000_000
"""Largest unpacked size of all parts of a package together, in bytes."""
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)
_TAG = re.compile(rb"<[^\s/>]+(?:\s+[^\s=]+\s*=\s*(?:\"[^\"]*\"|'[^']*'))*\s*/?>")


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a package: its name, its content, and how the archive stored it (``None`` for a new part)."""

    name: str
    content: bytes
    info: zipfile.ZipInfo | None = None


def read_parts(data: bytes, name: str) -> tuple[Part, ...]:
    """The parts of a package in their order.

    :raises UnreadableError: the bytes are not a zip archive, or it is damaged or encrypted.
    :raises TooLargeError: there are more or larger parts than the bounds allow.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = archive.infolist()
            if len(infos) > MAX_PACKAGE_PARTS or sum(info.file_size for info in infos) > MAX_PACKAGE_BYTES:
                raise TooLargeError(in_file(name, notice("package too large", most=MAX_PACKAGE_BYTES)))
            return tuple(Part(info.filename, archive.read(info), info) for info in infos)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError, ValueError) as error:
        raise UnreadableError(in_file(name, notice("package damaged", why=str(error)))) from error


def write_parts(parts: Iterable[Part]) -> bytes:
    """The archive of some parts; parts that were read keep their times and attributes, new ones get a fixed time."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in parts:
            info = zipfile.ZipInfo(part.name, part.info.date_time if part.info else _ZIP_TIME)
            info.external_attr = part.info.external_attr if part.info else 0o600 << 16
            info.create_system = part.info.create_system if part.info else 3
            info.compress_type = part.info.compress_type if part.info else zipfile.ZIP_DEFLATED
            if info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
                info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, part.content)
    return out.getvalue()


def replaced_parts(parts: Sequence[Part], new: Mapping[str, bytes]) -> tuple[Part, ...]:
    """The parts with new contents for the names in ``new``; a name that does not exist is added at the end."""
    known = {part.name for part in parts}
    kept = tuple(Part(p.name, new.get(p.name, p.content), p.info) for p in parts)
    return kept + tuple(Part(name, content) for name, content in new.items() if name not in known)


def related_parts(contents: Mapping[str, bytes], part: str) -> dict[str, tuple[str, str]]:
    """The relations of a part ("" for the package itself): type and target by the id of the relation."""
    folder, _, own = part.rpartition("/")
    rels = relations_name(part) if own else "_rels/.rels"
    if rels not in contents:
        return {}
    found = {}
    for node in xml_nodes(contents[rels], rels, ["Relationship"]):
        target = node.attrs.get("Target", "")
        whole = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
        if node.attrs.get("TargetMode") != "External":
            found[node.attrs.get("Id", "")] = node.attrs.get("Type", "").rpartition("/")[2], whole
    return found


def relations_name(part: str) -> str:
    """The name of the part that has the relations of a part."""
    folder, _, own = part.rpartition("/")
    return posixpath.join(folder, "_rels", f"{own}.rels")


# --- XML with byte offsets


@dataclass(slots=True)
class XmlNode:
    """An element: its name with prefix, its attributes, and the byte offsets of the element and of its content.

    For an empty-element tag (``<row/>``) ``inner_start`` is ``None``.
    """

    qname: str
    attrs: dict[str, str]
    start: int
    open_end: int
    inner_start: int | None
    inner_end: int = 0
    end: int = 0
    path: tuple[str, ...] = ()
    text: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The name without its prefix."""
        return self.qname.rpartition(":")[2]

    @property
    def prefix(self) -> str:
        """The prefix with its colon; empty if there is none."""
        return self.qname[: len(self.qname) - len(self.name)]

    def attr(self, name: str) -> str | None:
        """The value of an attribute by its name without prefix, or ``None``."""
        if name in self.attrs:
            return self.attrs[name]
        return next((value for key, value in self.attrs.items() if key.rpartition(":")[2] == name), None)


def scan_xml(data: bytes, name: str, opened: Callable[[XmlNode], None], closed: Callable[[XmlNode], None]) -> None:
    """Parses a part; ``opened`` and ``closed`` are called for every element, ``closed`` when its own text is known.

    :raises UnreadableError: the part is not well-formed, has a document type declaration, or is in UTF-16.
    """
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        raise UnreadableError(in_file(name, notice("part in utf-16")))
    parser = expat.ParserCreate()
    parser.buffer_text = True
    stack: list[XmlNode] = []

    def start(qname: str, attrs: dict[str, str]) -> None:
        at = parser.CurrentByteIndex
        tag = _TAG.match(data, at)
        if tag is None:
            raise UnreadableError(in_file(name, notice("part tag unreadable", at=at)))
        empty = tag[0].endswith(b"/>")
        path = (*stack[-1].path, stack[-1].name) if stack else ()
        node = XmlNode(qname, attrs, at, tag.end(), None if empty else tag.end(), path=path)
        stack.append(node)
        opened(node)

    def end(_: str) -> None:
        node = stack.pop()
        if node.inner_start is None:
            node.inner_end = node.end = node.open_end
        else:
            node.inner_end = parser.CurrentByteIndex
            node.end = data.index(b">", node.inner_end) + 1
        closed(node)

    def words(text: str) -> None:
        if stack:
            stack[-1].text.append(text)

    def doctype(*_: object) -> None:
        raise UnreadableError(in_file(name, notice("part with doctype")))

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler, parser.StartDoctypeDeclHandler = words, doctype
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise UnreadableError(in_file(name, notice("part damaged", why=str(error)))) from error


def xml_nodes(data: bytes, name: str, wanted: Iterable[str]) -> list[XmlNode]:
    """The elements of a part whose name is in ``wanted``, in the order in which they begin."""
    names, found = frozenset(wanted), []

    def opened(node: XmlNode) -> None:
        if node.name in names:
            found.append(node)

    scan_xml(data, name, opened, lambda _: None)
    return found


def spliced(data: bytes, edits: Iterable[tuple[int, int, bytes]]) -> bytes:
    """The bytes with each range ``[start, end)`` replaced. Edits must not overlap; edits at one offset keep their
    order."""
    out, at = [], 0
    for start, end, new in sorted(edits, key=lambda edit: (edit[0], edit[1])):
        out += [data[at:start], new]
        at = end
    return b"".join([*out, data[at:]])


def xml_text(text: str) -> str:
    """A text escaped for the content of an element."""
    return escape(text)


def xml_attribute(value: str) -> str:
    """A value escaped for an attribute, with its quotation marks."""
    return quoteattr(value)
