"""Writes the drafts of the test set as files: Markdown, text, HTML, Word with footnotes and tracked changes, PDF, CSV.
Pure.
"""

from __future__ import annotations

import csv
import html
import io
import textwrap
import zipfile
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from kb.evaluation.draft_cases import AGAIN, ALONE, BEFORE, BLOCK, BRACKET, NOTE
from kb.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kb.evaluation.draft_cases import DraftCase, MadeDraft

_NS = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_WORD_PACKAGE = "http://schemas.openxmlformats.org/package/2006"


@dataclass(frozen=True, slots=True)
class MadeParagraph:
    """A paragraph of a made draft: words before, quoted and after; the quoted words as a block of their own; a note."""

    before: str
    quote: str = ""
    after: str = ""
    block: str = ""
    note: str = ""


def paragraphs_of(draft: MadeDraft) -> list[MadeParagraph]:
    """The sentences that a person would write around the cases of a draft, a paragraph each."""
    return [paragraph for n, case in enumerate(draft.cases) for paragraph in _around_case(case, draft.language, n)]


def _around_case(case: DraftCase, lang: str, n: int) -> list[MadeParagraph]:
    korean = lang == "ko"
    page = f", {case.says}" if case.says else ""
    reference = f"{case.reference}{page}"
    if not case.quote:
        return [MadeParagraph(f"이 점은 {reference}에 나온다." if korean else f"On this point see {reference}.")]
    if case.stands == ALONE:
        return [MadeParagraph("It has been put like this: ", case.quote, ".")]
    if case.stands == AGAIN:
        first = MadeParagraph(f"먼저 {reference}를 본다." if korean else f"Here {reference} comes first.")
        again = "같은 조항에 이런 말이 있다: " if korean else "The same provision says "
        return [first, MadeParagraph(again, case.quote, "." if not korean else "")]
    if case.stands == BRACKET:
        after = f" ({reference})라고 한다." if korean else f" ({reference})."
        return [MadeParagraph("여기서는 " if korean else "One text puts it so: ", case.quote, after)]
    if case.stands == NOTE:
        return [MadeParagraph("One finds the words ", case.quote, " in it.", note=f"{reference}.")]
    if case.stands == BLOCK:
        return [MadeParagraph(f"This is how {reference} has it:", block=case.quote)]
    assert case.stands == BEFORE
    leads = ("{r} says: ", "According to {r}, ", "In the words of {r}, ")
    lead = "{r}에는 다음과 같은 문구가 있다: " if korean else leads[n % 3]
    return [MadeParagraph(lead.format(r=reference), case.quote, "." if not korean else "")]


def draft_file(draft: MadeDraft) -> bytes:
    """The bytes of a made draft in the format of its name."""
    paragraphs = paragraphs_of(draft)
    ending = draft.name.rpartition(".")[2]
    if ending == "md":
        return _markdown(paragraphs, "「」" if draft.language == "ko" else "“”").encode()
    if ending == "txt":
        return _markdown(paragraphs, '""', notes=False).encode()
    if ending == "html":
        return _web_page(paragraphs).encode()
    if ending == "docx":
        return _word_file(paragraphs, "seventh" in draft.name)
    if ending == "pdf":
        return _pdf_file(paragraphs)
    return _csv_file(draft.cases).encode()


def _markdown(paragraphs: Sequence[MadeParagraph], marks: str, notes: bool = True) -> str:
    out: list[str] = []
    listed: list[str] = []
    for p in paragraphs:
        line = p.before + (f"{marks[0]}{p.quote}{marks[1]}" if p.quote else "")
        if p.note and notes:
            listed.append(f"[^{len(listed) + 1}]: {p.note}")
            line += f"[^{len(listed)}]"
        elif p.note:
            listed.append(f"[{len(listed) + 1}] {p.note}")
            line += f" [{len(listed)}]"
        out.append(line + p.after)
        if p.block:
            out.append("\n".join(f"> {each}" for each in textwrap.wrap(p.block, 70)))
    return "\n\n".join(["# Draft" if notes else "Draft", *out, *listed]) + "\n"


def _web_page(paragraphs: Sequence[MadeParagraph]) -> str:
    out: list[str] = []
    listed: list[str] = []
    for p in paragraphs:
        quote = f"<q>{html.escape(p.quote)}</q>" if p.quote else ""
        mark = ""
        if p.note:
            listed.append(f'<li id="fn{len(listed) + 1}">{html.escape(p.note)}</li>')
            mark = f'<sup><a href="#fn{len(listed)}">{len(listed)}</a></sup>'
        out.append(f"<p>{html.escape(p.before)}{quote}{mark}{html.escape(p.after)}</p>")
        if p.block:
            out.append(f"<blockquote><p>{html.escape(p.block)}</p></blockquote>")
    body = "\n".join(out) + f"<ol>{''.join(listed)}</ol>"
    return f'<!DOCTYPE html><html><head><meta charset="utf-8"><title>Draft</title></head><body>{body}</body></html>'


def _word_file(paragraphs: Sequence[MadeParagraph], tracked: bool) -> bytes:
    body: list[str] = []
    notes: list[str] = []
    for n, p in enumerate(paragraphs):
        runs = _run(p.before)
        if p.quote:
            runs += _tracked(p.quote) if tracked and n % 2 else _run(f"“{p.quote}”")
        if p.note:
            notes.append(p.note)
            runs += f'<w:r><w:footnoteReference w:id="{len(notes)}"/></w:r>'
        body.append(f"<w:p>{runs}{_run(p.after)}</w:p>")
        if p.block:
            body.append(f'<w:p><w:pPr><w:pStyle w:val="Quote"/></w:pPr>{_run(p.block)}</w:p>')
    footnotes = "".join(
        f'<w:footnote w:id="{n}"><w:p><w:r><w:footnoteRef/></w:r>{_run(f" {note}")}</w:p></w:footnote>'
        for n, note in enumerate(notes, 1)
    )
    types = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="application/vnd.openxmlformats-officedocument'
        f'.wordprocessingml.{kind}+xml"/>'
        for name, kind in (("document", "document.main"), ("footnotes", "footnotes"), ("styles", "styles"))
    )
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_WORD_PACKAGE}/content-types"><Default Extension="rels" '
        f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{types}</Types>',
        "_rels/.rels": _related({"rId1": ("officeDocument", "word/document.xml")}),
        "word/document.xml": f"<w:document {_NS}><w:body>{''.join(body)}</w:body></w:document>",
        "word/_rels/document.xml.rels": _related(
            {"rId1": ("footnotes", "footnotes.xml"), "rId2": ("styles", "styles.xml")}
        ),
        "word/footnotes.xml": f"<w:footnotes {_NS}>{footnotes}</w:footnotes>",
        "word/styles.xml": f'<w:styles {_NS}><w:style w:type="paragraph" w:styleId="Quote"><w:name w:val="Quote"/>'
        "</w:style></w:styles>",
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            archive.writestr(info, f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n{part}')
    return out.getvalue()


def _related(targets: dict[str, tuple[str, str]]) -> str:
    inside = "".join(
        f'<Relationship Id="{key}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for key, (kind, target) in targets.items()
    )
    return f'<Relationships xmlns="{_WORD_PACKAGE}/relationships">{inside}</Relationships>'


def _run(words: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{escape(words)}</w:t></w:r>' if words else ""


def _tracked(quote: str) -> str:
    """Quoted words whose second half was put in while changes were tracked, in place of others."""
    words = quote.split(" ")
    half = len(words) // 2
    gone = '<w:r><w:delText xml:space="preserve">words that were struck out </w:delText></w:r>'
    who = 'w:author="A" w:date="2026-01-01T00:00:00Z"'
    return (
        f'{_run("“" + " ".join(words[:half]) + " ")}<w:del w:id="901" {who}>{gone}</w:del>'
        f'<w:ins w:id="902" {who}>{_run(" ".join(words[half:]) + "”")}</w:ins>'
    )


_WIN_ANSI = {"“": "\\223", "”": "\\224", "‘": "\\221", "’": "\\222", "…": "\\205", "–": "\\226", "—": "\\227"}


def _pdf_file(paragraphs: Sequence[MadeParagraph]) -> bytes:
    """A PDF with a line of text each, wrapped, about 44 lines a page; notes are in brackets at the end."""
    lines: list[str] = []
    listed: list[str] = []
    for p in paragraphs:
        mark = ""
        if p.note:
            listed.append(f"[{len(listed) + 1}] {p.note}")
            mark = f" [{len(listed)}]"
        text = p.before + (f"“{p.quote}”" if p.quote else "") + mark + p.after
        lines += [*textwrap.wrap(text, 88), ""]
        if p.block:
            lines += [*(f"{each}" for each in textwrap.wrap(f"“{p.block}”", 88)), ""]
    for note in listed:
        lines += [*textwrap.wrap(note, 88), ""]
    pages = [lines[n : n + 44] for n in range(0, len(lines), 44)]
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", ""]
    objects.append("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>")
    kids: list[str] = []
    for page in pages:
        content = "BT /F1 10 Tf 72 770 Td 15 TL\n" + "\n".join(f"({_pdf_words(line)}) Tj T*" for line in page) + "\nET"
        kids.append(f"{len(objects) + 1} 0 R")
        objects.append(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] "
            f"/Resources << /Font << /F1 3 0 R >> >> /Contents {len(objects) + 2} 0 R >>"
        )
        objects.append(f"<< /Length {len(content.encode('latin-1'))} >>\nstream\n{content}\nendstream")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    out = b"%PDF-1.4\n"
    places: list[int] = []
    for n, each in enumerate(objects, 1):
        places.append(len(out))
        out += f"{n} 0 obj\n{each}\nendobj\n".encode("latin-1")
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    end = (
        f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer\n<< /Size {len(objects) + 1} /Root 1 0 R >>\n"
    )
    return out + f"{end}startxref\n{len(out)}\n%%EOF\n".encode("latin-1")


def _pdf_words(line: str) -> str:
    escaped = line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
    changed = "".join(_WIN_ANSI.get(c, c) for c in escaped)
    return changed.encode("latin-1", "replace").decode("latin-1")


def _csv_file(cases: Sequence[DraftCase]) -> str:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(["No.", "Reference", "Page", "Quote"])
    for n, case in enumerate(cases, 1):
        writer.writerow([n, case.reference, case.says.removeprefix("p. "), case.quote])
    return "\ufeff" + out.getvalue()
