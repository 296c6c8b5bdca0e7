"""Writes a list of answers as a Word file: headings, quotes, numbered references, real footnotes, a person's own
template.

Without a template a plain file is made. Everything in a template is kept; the list is put where a paragraph says
``{{citations}}``, else at the end. Styles of the template for headings, quotes and footnotes are used by their names.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kb.errors import UnreadableError
from kb.export.list_blocks import BlockOf, PageBlock
from kb.export.package_parts import (
    Part,
    XmlNode,
    read_parts,
    related_parts,
    relations_name,
    replaced_parts,
    scan_xml,
    spliced,
    write_parts,
    xml_nodes,
    xml_text,
)
from kb.types import notice

if TYPE_CHECKING:
    from collections.abc import Sequence

PLACEHOLDER = "{{citations}}"
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_XML_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_CONTENT_TYPES = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_STYLES: dict[str, tuple[str, str, str]] = {
    # name in Word, kind, what it is where the template has none
    "title": ("title", "paragraph", '<w:pPr><w:spacing w:after="240"/></w:pPr><w:rPr><w:b/><w:sz w:val="36"/></w:rPr>'),
    "section": (
        "heading 1",
        "paragraph",
        '<w:pPr><w:keepNext/><w:spacing w:before="360" w:after="120"/><w:outlineLvl w:val="0"/></w:pPr>'
        '<w:rPr><w:b/><w:sz w:val="28"/></w:rPr>',
    ),
    "entry": (
        "heading 2",
        "paragraph",
        '<w:pPr><w:keepNext/><w:spacing w:before="240" w:after="80"/><w:outlineLvl w:val="1"/></w:pPr>'
        '<w:rPr><w:b/><w:sz w:val="24"/></w:rPr>',
    ),
    "quote": ("quote", "paragraph", '<w:pPr><w:spacing w:after="120"/><w:ind w:left="360" w:right="360"/></w:pPr>'),
    "note": (
        "kb note",
        "paragraph",
        '<w:pPr><w:spacing w:after="80"/></w:pPr><w:rPr><w:color w:val="444444"/><w:sz w:val="18"/></w:rPr>',
    ),
    "reference": ("kb reference", "paragraph", '<w:pPr><w:spacing w:after="80"/></w:pPr>'),
    "footnote": ("footnote text", "paragraph", '<w:rPr><w:sz w:val="18"/></w:rPr>'),
    "mark": ("footnote reference", "character", '<w:rPr><w:vertAlign w:val="superscript"/></w:rPr>'),
}
_STYLE_OF = {BlockOf.WORK: "reference", BlockOf.FACT: "note"}


def list_docx(blocks: Sequence[PageBlock], template: bytes | None = None, footnotes: bool = False) -> bytes:
    """The blocks as the bytes of a Word file.

    :param template: bytes of a Word file to write into; ``None`` for a plain file.
    :param footnotes: write each citation of a quote as a footnote, not as a number in brackets.
    :raises UnreadableError: the template is not a Word file.
    """
    parts = read_parts(template, "template") if template is not None else blank_parts()
    document = _Document.of(parts)
    references = {block.n: block for block in blocks if block.kind is BlockOf.REFERENCE}
    body = "".join(document.paragraph(block, references if footnotes else {}) for block in blocks)
    return write_parts(replaced_parts(parts, document.changed(body)))


@dataclass(slots=True)
class _Document:
    """A Word file that is being filled: its parts, the ids of its styles, its numbering and its footnotes."""

    contents: dict[str, bytes]
    main: str
    ids: dict[str, str] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    num_id: int = 1
    abstract_id: int = 0
    first_note: int = 1
    notes: list[str] = field(default_factory=list)
    _related: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, parts: Sequence[Part]) -> _Document:
        contents = {part.name: part.content for part in parts}
        found = related_parts(contents, "").values()
        main = next((target for kind, target in found if kind == "officeDocument"), "")
        if not xml_nodes(contents.get(main, b"<none/>"), main or "template", ["body"]):
            raise UnreadableError(notice("template no word file"))
        made = cls(contents, main, _related=dict(related_parts(contents, main).values()))
        made._read_styles()
        numbers, notes = (contents.get(made._part(kind), b"") for kind in ("numbering", "footnotes"))
        made.abstract_id = _next_number(numbers, rb'abstractNumId="(\d+)"', 0)
        made.num_id = _next_number(numbers, rb'numId="(\d+)"', 1)
        made.first_note = max(1, _next_number(notes, rb'footnote [^>]*w:id="(\d+)"', 1))
        return made

    def _part(self, kind: str) -> str:
        folder = self.main.rpartition("/")[0]
        return self._related.get(kind, f"{folder}/{kind}.xml".lstrip("/"))

    def _read_styles(self) -> None:
        data = self.contents.get(self._part("styles"), b"")
        by_name: dict[str, str] = {}
        open_style = [""]

        def opened(node: XmlNode) -> None:
            if node.name == "style":
                open_style[0] = node.attr("styleId") or ""
            elif node.name == "name" and node.path[-1:] == ("style",):
                by_name.setdefault((node.attr("val") or "").casefold(), open_style[0])

        if data:
            scan_xml(data, "styles", opened, lambda _: None)
        for key, (name, _, _) in _STYLES.items():
            self.ids[key] = by_name.get(name, f"Kb{key.capitalize()}")
            if name not in by_name:
                self.missing.append(key)

    # --- the body

    def paragraph(self, block: PageBlock, references: dict[int, PageBlock]) -> str:
        """A block as a paragraph; citations become footnotes if ``references`` are given, else numbers in brackets."""
        style = self.ids[_STYLE_OF.get(block.kind, block.kind.value)]
        numbering = ""
        if block.kind is BlockOf.REFERENCE:
            numbering = f'<w:numPr><w:ilvl w:val="0"/><w:numId w:val="{self.num_id}"/></w:numPr>'
        runs = _word_runs(block.whole)
        if block.cites and references:
            runs += "".join(self._note(references[n]) for n in block.cites if n in references)
        elif block.cites:
            runs += _word_runs(" " + "".join(f"[{n}]" for n in block.cites))
        if block.url:
            runs += _word_runs(f" {block.url}")
        return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{numbering}</w:pPr>{runs}</w:p>'

    def _note(self, reference: PageBlock) -> str:
        number = self.first_note + len(self.notes)
        mark = f'<w:rPr><w:rStyle w:val="{self.ids["mark"]}"/></w:rPr>'
        address = f" {reference.url}" if reference.url else ""
        words = _word_runs(f" [{reference.n}] {reference.text}{address}")
        self.notes.append(
            f'<w:footnote w:id="{number}"><w:p><w:pPr><w:pStyle w:val="{self.ids["footnote"]}"/></w:pPr>'
            f"<w:r>{mark}<w:footnoteRef/></w:r>{words}</w:p></w:footnote>"
        )
        return f'<w:r>{mark}<w:footnoteReference w:id="{number}"/></w:r>'

    # --- the parts

    def changed(self, body: str) -> dict[str, bytes]:
        """The new and the changed parts, with ``body`` put in its place."""
        new = {self.main: _with_body(self.contents[self.main], body)}
        if self.missing:
            made = "".join(self._style(key) for key in self.missing)
            new |= self._with_part("styles", f'<w:styles xmlns:w="{_W}">', "</w:styles>", made, "styles")
        new |= self._numbering()
        if self.notes:
            frame = f'<w:footnotes xmlns:w="{_W}">'
            made = "".join(self.notes)
            if self._part("footnotes") not in self.contents:
                made = _NOTE_SEPARATORS + made
            new |= self._with_part("footnotes", frame, "</w:footnotes>", made, "footnotes")
        return self._declared(new)

    def _style(self, key: str) -> str:
        name, kind, inside = _STYLES[key]
        words = f'<w:name w:val="{name}"/>'
        if key not in {"mark", "note", "reference"}:
            words += "<w:qFormat/>"
        return f'<w:style w:type="{kind}" w:customStyle="1" w:styleId="{self.ids[key]}">{words}{inside}</w:style>'

    def _numbering(self) -> dict[str, bytes]:
        abstract = (
            f'<w:abstractNum w:abstractNumId="{self.abstract_id}"><w:multiLevelType w:val="singleLevel"/>'
            '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="[%1]"/>'
            '<w:lvlJc w:val="left"/><w:pPr><w:ind w:left="567" w:hanging="567"/></w:pPr></w:lvl></w:abstractNum>'
        )
        number = f'<w:num w:numId="{self.num_id}"><w:abstractNumId w:val="{self.abstract_id}"/></w:num>'
        name = self._part("numbering")
        data = self.contents.get(name)
        if data is None:
            text = f'{_XML_HEAD}<w:numbering xmlns:w="{_W}">{abstract}{number}</w:numbering>'
            return {name: text.encode()}
        nodes = xml_nodes(data, name, ["num", "numIdMacAtCleanup", "numbering"])
        root = next(node for node in nodes if node.name == "numbering")
        firsts = [n.start for n in nodes if n.name == "num" and n.path == ("numbering",)]
        lasts = [n.start for n in nodes if n.name == "numIdMacAtCleanup"]
        if root.inner_start is None:
            whole = data[root.start : root.open_end].removesuffix(b"/>") + b">"
            ending = f"{abstract}{number}</{root.qname}>"
            return {name: spliced(data, [(root.start, root.open_end, whole + ending.encode())])}
        first = firsts[0] if firsts else lasts[0] if lasts else root.inner_end
        last = lasts[0] if lasts else root.inner_end
        edits = [(first, first, abstract.encode()), (last, last, number.encode())]
        return {name: spliced(data, edits)}

    def _with_part(self, kind: str, opening: str, ending: str, inside: str, root: str) -> dict[str, bytes]:
        name = self._part(kind)
        data = self.contents.get(name)
        if data is None:
            return {name: f"{_XML_HEAD}{opening}{inside}{ending}".encode()}
        node = next(each for each in xml_nodes(data, name, [root]) if not each.path)
        return {name: spliced(data, [(node.inner_end, node.inner_end, inside.encode())])}

    def _declared(self, new: dict[str, bytes]) -> dict[str, bytes]:
        """The changes, with the content types and relations of parts that were not there before."""
        folder = self.main.rpartition("/")[0]
        rels, types = relations_name(self.main), "[Content_Types].xml"
        known = self.contents.get(rels, f'{_XML_HEAD}<Relationships xmlns="{_PACKAGE}"></Relationships>'.encode())
        links = overrides = ""
        for kind in ("styles", "numbering", "footnotes"):
            name = self._part(kind)
            if name in new and name not in self.contents:
                target = name.removeprefix(f"{folder}/")
                links += f'<Relationship Id="rIdKb{kind}" Type="{_REL}/{kind}" Target="{target}"/>'
                overrides += f'<Override PartName="/{name}" ContentType="{_CONTENT_TYPES}.{kind}+xml"/>'
        if not links:
            return new
        for name, data, inside in ((rels, known, links), (types, self.contents[types], overrides)):
            root = next(each for each in xml_nodes(data, name, ["Relationships", "Types"]) if not each.path)
            if root.inner_start is None:
                whole = data[root.start : root.open_end].removesuffix(b"/>") + b">" + inside.encode()
                new[name] = spliced(data, [(root.start, root.open_end, whole + f"</{root.qname}>".encode())])
            else:
                new[name] = spliced(data, [(root.inner_end, root.inner_end, inside.encode())])
        return new


_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_NOTE_SEPARATORS = (
    '<w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>'
    '<w:footnote w:type="continuationSeparator" w:id="0"><w:p><w:r><w:continuationSeparator/></w:r></w:p></w:footnote>'
)


def _next_number(data: bytes, pattern: bytes, otherwise: int) -> int:
    return max((int(number) + 1 for number in re.findall(pattern, data)), default=otherwise)


def _word_runs(text: str) -> str:
    """A text as runs of a paragraph; line ends become line breaks."""
    pieces = []
    for at, line in enumerate(text.split("\n")):
        tabs = [f'<w:t xml:space="preserve">{xml_text(piece)}</w:t>' if piece else "" for piece in line.split("\t")]
        pieces.append(("<w:br/>" if at else "") + "<w:tab/>".join(tabs))
    return f"<w:r>{''.join(pieces)}</w:r>"


def _with_body(data: bytes, body: str) -> bytes:
    """The main part with paragraphs at its placeholder, else before the properties of its last section."""
    found: list[tuple[int, int]] = []
    words: list[str] = []
    ends: list[int] = []
    prefix = ["w:"]

    def opened(node: XmlNode) -> None:
        if node.name == "p" and node.path[-1:] == ("body",):
            words.clear()

    def closed(node: XmlNode) -> None:
        if node.name == "t":
            words.extend(node.text)
        elif node.name == "p" and node.path[-1:] == ("body",):
            if "".join(words).strip() == PLACEHOLDER:
                found.append((node.start, node.end))
        elif node.name == "sectPr" and node.path[-1:] == ("body",):
            ends.append(node.start)
        elif node.name == "body":
            prefix[0] = node.prefix
            ends.append(node.inner_end)

    scan_xml(data, "document", opened, closed)
    made = body if prefix[0] == "w:" else re.sub(r"<[^>]*>", lambda m: m[0].replace("w:", prefix[0]), body)
    start, end = found[0] if found else (ends[0], ends[0])
    return spliced(data, [(start, end, made.encode("utf-8", "replace"))])


def blank_parts() -> tuple[Part, ...]:
    """The parts of a Word file with one empty page, A4, with fonts for Latin and Hangul."""
    fonts = 'w:ascii="Calibri" w:hAnsi="Calibri" w:eastAsia="Malgun Gothic" w:cs="Calibri"'
    section = (
        '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/>'
        '<w:pgMar w:top="1134" w:right="1134" w:bottom="1134" w:left="1134" w:header="567" w:footer="567"'
        ' w:gutter="0"/>'
        "</w:sectPr>"
    )
    override = f'<Override PartName="/word/document.xml" ContentType="{_CONTENT_TYPES}.document.main+xml"/>'
    styled = f'<Override PartName="/word/styles.xml" ContentType="{_CONTENT_TYPES}.styles+xml"/>'
    texts = {
        "[Content_Types].xml": (
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Default Extension="xml" ContentType="application/xml"/>{override}{styled}</Types>'
        ),
        "_rels/.rels": (
            f'<Relationships xmlns="{_PACKAGE}"><Relationship Id="rId1" Type="{_REL}/officeDocument" '
            'Target="word/document.xml"/></Relationships>'
        ),
        "word/document.xml": f'<w:document xmlns:w="{_W}"><w:body>{section}</w:body></w:document>',
        "word/_rels/document.xml.rels": (
            f'<Relationships xmlns="{_PACKAGE}"><Relationship Id="rId1" Type="{_REL}/styles" '
            'Target="styles.xml"/></Relationships>'
        ),
        "word/styles.xml": (
            f'<w:styles xmlns:w="{_W}"><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts {fonts}/><w:sz w:val="21"/>'
            '<w:lang w:val="en-GB" w:eastAsia="ko-KR"/></w:rPr></w:rPrDefault><w:pPrDefault><w:pPr>'
            '<w:spacing w:after="120" w:line="264" w:lineRule="auto"/></w:pPr></w:pPrDefault></w:docDefaults>'
            '<w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/></w:style></w:styles>'
        ),
    }
    return tuple(Part(name, (_XML_HEAD + text).encode()) for name, text in texts.items())
