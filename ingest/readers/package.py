"""Opens office files, which are zip archives of XML parts, within bounds. The only importer of ``lxml``.

The files are untrusted. The sizes that an archive states are checked before anything is unpacked, and ``zipfile`` reads
no more than these. A part with a document type declaration is refused, because its entities can expand without bound;
nothing is fetched.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lxml import etree

from kb.errors import EncryptedError, TooLargeError, UnreadableError
from kb.types import notice

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from contextlib import AbstractContextManager
    from pathlib import Path

MAX_UNPACKED = 400_000_000
"""Largest unpacked size of an archive in bytes, pictures included."""
MAX_XML = 60_000_000
"""Largest size of all XML parts of an archive in bytes."""
MAX_PARTS = 20_000
"""Largest number of parts of an archive."""

_XML = (".xml", ".rels", ".hpf", ".opf")
_DECLARES = re.compile(rb"<!(?:DOCTYPE|ENTITY)")
_RELATIONS = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_CORE_FIELDS = {
    "{http://purl.org/dc/elements/1.1/}title": "Title",
    "{http://purl.org/dc/elements/1.1/}creator": "Author",
    "{http://purl.org/dc/terms/}created": "CreationDate",
    "{http://purl.org/dc/terms/}modified": "ModDate",
}


@dataclass(frozen=True, slots=True)
class Package:
    """An open archive: its parts by name. ``kind`` and ``ending`` name the format in messages."""

    path: Path
    archive: zipfile.ZipFile
    kind: str
    ending: str
    names: Mapping[str, str]

    def xml(self, name: str) -> Any | None:
        """The root element of an XML part, or ``None`` if the archive has no such part.

        :raises UnreadableError: the part is not well-formed, or has a document type declaration.
        """
        real = self.names.get(name.lstrip("/").casefold())
        return None if real is None else self._parsed(self.checked_bytes(name.lstrip("/").casefold()))

    def needed(self, name: str) -> Any:
        """The root element of a part that the format requires.

        :raises UnreadableError: the part is missing or not well-formed.
        """
        root = self.xml(name)
        if root is None:
            raise self.unreadable(f"it has no part {name}")
        return root

    def checked_bytes(self, name: str) -> bytes:
        """The bytes of a part (name in lower case), which has no document type declaration.

        :raises UnreadableError: the part cannot be read, or has such a declaration.
        """
        data = self._read(self.names[name])
        if _DECLARES.search(data.replace(b"\0", b"")):  # in UTF-16 too
            raise self.unreadable("its XML has a document type declaration, which these files never have")
        return data

    def _read(self, real: str) -> bytes:
        try:
            return self.archive.read(real)
        except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
            raise self.unreadable(type(error).__name__) from error
        except Exception as error:  # zlib.error and its kin have no common class
            raise self.unreadable(type(error).__name__) from error

    def _parsed(self, data: bytes) -> Any:
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True)
        try:
            return etree.fromstring(data, parser)
        except (etree.XMLSyntaxError, ValueError) as error:
            raise self.unreadable(type(error).__name__) from error

    def relations(self, part: str) -> dict[str, tuple[str, str]]:
        """The relations of a part: id → (last word of the relation's type, name of the part that it refers to)."""
        folder, name = posixpath.split(part)
        root = self.xml(f"{folder}/_rels/{name}.rels" if folder else f"_rels/{name}.rels")
        out: dict[str, tuple[str, str]] = {}
        for relation in [] if root is None else root.iter(_RELATIONS):
            target = str(relation.get("Target") or "")
            if relation.get("TargetMode") == "External" or not target:
                continue
            full = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            out[str(relation.get("Id") or "")] = (str(relation.get("Type") or "").rsplit("/", 1)[-1], full)
        return out

    def related(self, part: str, kind: str) -> str | None:
        """The first part of a kind ("styles", "numbering") that a part refers to, or ``None``."""
        return next((name for what, name in self.relations(part).values() if what == kind), None)

    def metadata(self) -> dict[str, str]:
        """Title, author and dates from the core properties of the file."""
        root = self.xml("docProps/core.xml")
        found = (
            {}
            if root is None
            else {_CORE_FIELDS[e.tag]: " ".join((e.text or "").split()) for e in root if e.tag in _CORE_FIELDS}
        )
        return {name: value[:500] for name, value in found.items() if value}

    def unreadable(self, why: str) -> UnreadableError:
        """The error that the file is not a readable file of its kind."""
        return _not_readable(self.path, self.kind, why, self.ending)


def open_package(path: Path, kind: str, ending: str) -> AbstractContextManager[Package]:
    """The archive, opened and checked, as a context manager.

    :raises UnreadableError: the file is not an archive, or is damaged.
    :raises EncryptedError: a password is needed.
    :raises TooLargeError: it unpacks to more than :data:`MAX_UNPACKED` bytes, has more than :data:`MAX_XML` bytes of
        XML, or more than :data:`MAX_PARTS` parts.
    """
    return _Opened(path, kind, ending)


class _Opened:
    """Opens a package for a ``with`` statement, and closes it."""

    def __init__(self, path: Path, kind: str, ending: str) -> None:
        self._path, self._kind, self._ending = path, kind, ending
        self._archive: zipfile.ZipFile | None = None

    def __enter__(self) -> Package:
        path = self._path
        try:
            self._archive = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError, EOFError, NotImplementedError, ValueError, UnicodeDecodeError) as error:
            raise _not_readable(path, self._kind, type(error).__name__, self._ending) from error
        members = self._archive.infolist()
        try:
            _check_sizes(path, members)
        except BaseException:
            self._archive.close()
            raise
        names = {info.filename.lstrip("/").casefold(): info.filename for info in members}
        return Package(path, self._archive, self._kind, self._ending, names)

    def __exit__(self, *_: object) -> None:
        if self._archive is not None:
            self._archive.close()


def _not_readable(path: Path, kind: str, why: str, ending: str) -> UnreadableError:
    return UnreadableError(notice("file not readable as", file=path.name, kind=kind, why=why, ending=ending))


def _check_sizes(path: Path, members: list[zipfile.ZipInfo]) -> None:
    """Checks the sizes that the archive states; ``zipfile`` reads no more than these."""
    if any(info.flag_bits & 1 for info in members):
        raise EncryptedError(notice("file protected", file=path.name))
    if len(members) > MAX_PARTS:
        raise TooLargeError(notice("archive of too many parts", file=path.name, n=len(members), bound=MAX_PARTS))
    unpacked = sum(info.file_size for info in members)
    xml = sum(info.file_size for info in members if info.filename.casefold().endswith(_XML))
    packed = path.stat().st_size
    for size, bound in ((unpacked, MAX_UNPACKED), (xml, MAX_XML)):
        if size > bound:
            raise TooLargeError(notice("archive too large", file=path.name, packed=packed, size=size, bound=bound))


def local(element: Any) -> str:
    """The name of an element without its namespace; empty for comments and the like."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def children(element: Any, *names: str) -> Iterator[Any]:
    """The child elements with one of these names, whatever their namespace, in order."""
    return (child for child in element if local(child) in names)


def child(element: Any, name: str) -> Any | None:
    """The first child element of a name, or ``None``."""
    return None if element is None else next(children(element, name), None)


def attribute(element: Any, name: str, default: str = "") -> str:
    """The value of an attribute by its name, whatever its namespace."""
    if element is None:
        return default
    value = element.get(name)
    if value is None:
        value = next((v for k, v in element.items() if k.rpartition("}")[2] == name), default)
    return str(value)
