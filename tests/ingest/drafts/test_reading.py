"""Drafts in each format: their paragraphs, quotations that the format sets apart, and notes with their marks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import openpyxl
import pytest

from ingest.drafts.reading import read_draft
from kb.drafts.findings import DraftVerdict
from kb.errors import DocumentError, UnreadableError
from kb.evaluation.draft_cases import BEFORE, NOTE, DraftCase, MadeDraft
from kb.evaluation.draft_files import draft_file
from kb.messages import words
from tests.office_files import paragraph, run, table, word_file

if TYPE_CHECKING:
    from pathlib import Path

    from kb.drafts.draft import Draft, DraftPart


def drafted(path: Path, content: str | bytes) -> Draft:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_draft(path)


def note_of(draft: Draft, part: DraftPart) -> str:
    ((_, name),) = part.marks
    (found,) = [p for p in draft.parts if p.note == name]
    return found.text


def test_markdown(tmp_path: Path) -> None:
    draft = drafted(
        tmp_path / "a.md",
        "---\ntitle: x\n---\n# Head\n\nA *lamp* is [lit](http://x.y/z(1)) by `hand`[^1], says\nthe book.\n\n> "
        "Set off,\n> and on.\n\n```\n“code” is left out\n```\n\n"
        "- one\n- two\n\n| a | b |\n|---|---|\n| c | d |\n\n[^1]: The note.\n",
    )
    texts = [p.text for p in draft.parts]
    assert texts[:3] == ["Head", "A lamp is lit by hand, says the book.", "Set off, and on."]
    assert draft.parts[2].quoted == ((0, len("Set off, and on.")),)
    assert draft.parts[1].marks == ((len("A lamp is lit by hand"), "1"),)
    assert note_of(draft, draft.parts[1]) == "The note."
    assert words(draft.parts[1].place, "en") == "line 6"
    assert not any("code" in text for text in texts)
    assert "one" in texts
    assert "| c | d |" in texts


def test_text_with_bracket_notes_and_an_indented_paragraph(tmp_path: Path) -> None:
    draft = drafted(
        tmp_path / "a.txt",
        "A lamp is lit [1].\n\n    Lamps are lit by hand.\n\n> quoted\n> lines\n\n[1] The book, 3.\n",
    )
    first, indented, quoted, note = draft.parts
    assert note_of(draft, first) == note.text
    assert indented.perhaps == ((0, len(indented.text)),)
    assert (quoted.text, quoted.quoted) == ("quoted lines", ((0, 12),))


def test_html(tmp_path: Path) -> None:
    draft = drafted(
        tmp_path / "a.html",
        "<html><head><title>t</title><style>p{}</style></head><body><p>He <mark>&lt;says&gt;</mark> "
        "<q>lamps &amp; keys</q>"
        '<sup><a href="#n1">1</a></sup>.</p><blockquote><p>Set off.</p></blockquote><script>“x y z”</script>'
        '<ol><li id="n1">The book, 3.</li></ol></body></html>',
    )
    texts = [p.text for p in draft.parts]
    assert texts == ["He <says> “lamps & keys”.", "Set off.", "The book, 3."]
    assert note_of(draft, draft.parts[0]) == "The book, 3."
    assert draft.parts[1].quoted


def test_word_with_notes_changes_tables_and_styles(tmp_path: Path) -> None:
    who = 'w:author="A" w:date="2026-01-01T00:00:00Z"'
    body = (
        paragraph(
            run("Lamps are "),
            f'<w:del w:id="1" {who}><w:r><w:delText>never </w:delText></w:r></w:del>',
            f'<w:ins w:id="2" {who}>{run("always ")}</w:ins>',
            run("lit."),
            '<w:r><w:footnoteReference w:id="2"/></w:r>',
        )
        + paragraph("Words set off", style="Quote")
        + paragraph("Words set in", more='<w:ind w:left="720"/>')
        + table(("Reference", "Quote"), ("The book, 3", "lamps are lit by hand"))
    )
    path = word_file(
        tmp_path / "a.docx",
        body,
        styles='<w:style w:styleId="Quote"><w:name w:val="Quote"/></w:style>',
        footnotes=f'<w:footnote w:id="2">{paragraph("The book, 3.")}</w:footnote>',
    )
    draft = read_draft(path)
    assert draft.parts[0].text == "Lamps are always lit."
    assert note_of(draft, draft.parts[0]) == "The book, 3."
    assert draft.parts[1].quoted
    assert draft.parts[2].perhaps
    row = draft.parts[4]
    ((start, end),) = row.quoted
    assert row.text[start:end] == "lamps are lit by hand"
    assert [words(each, "en") for each in draft.remarks] == [
        "The draft has tracked changes; it was read as it stands with all of them accepted."
    ]


def test_pdf_keeps_quotations_over_line_ends(tmp_path: Path) -> None:
    quote = "a keeper who has lit the lamp writes down the hour and the name of the ship that passed by in the night"
    case = DraftCase("x", "The book, 3", quote, DraftVerdict.SAYS_SO, BEFORE)
    draft = drafted(tmp_path / "a.pdf", draft_file(MadeDraft("a.pdf", "en", (case,))))
    assert any(f"“{quote}”" in part.text for part in draft.parts)
    assert words(draft.parts[0].place, "ko") == "1쪽, 1번째 문단"


def test_tables_by_the_names_of_their_columns(tmp_path: Path) -> None:
    draft = drafted(
        tmp_path / "a.csv", '\ufeffNo.;출처;쪽;인용\n1;The book, 3;12;"lamps; and keys"\n2;;;alone it stands\n;;;\n'
    )
    first, second = draft.parts
    assert first.text == "The book, 3, p. 12: lamps; and keys"
    assert first.text[slice(*first.quoted[0])] == "lamps; and keys"
    assert second.text == "alone it stands"
    assert words(second.place, "en") == "row 3"
    ours = drafted(
        tmp_path / "b.csv", "unit_id,doc_ref,locator,path,page_label,quote\nu,The book,3,clause 3,iv,'=lamps are lit\n"
    )
    assert ours.parts[0].text == "The book, clause 3, p. iv: =lamps are lit"


def test_workbooks(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Evidence"
    sheet.append(["A title over all"])
    sheet.append(["Nr", "Clause", "Quote"])
    sheet.append([1, "The book, 3", "lamps are lit by hand"])
    hidden = book.create_sheet("Old")
    hidden.append(["Clause", "Quote"])
    hidden.sheet_state = "hidden"
    path = tmp_path / "a.xlsx"
    book.save(path)
    draft = read_draft(path)
    (row,) = [p for p in draft.parts if p.quoted]
    assert row.text == "The book, 3: lamps are lit by hand"
    assert words(row.place, "en") == "sheet “Evidence”, row 3"
    assert [words(each, "en") for each in draft.remarks] == ["Hidden sheet, not read: 'Old'."]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.doc", b"x"),
        ("a.docx", b"no archive"),
        ("a.md", b""),
        ("a.pdf", b"%PDF-"),
        ("a.html", b"<p></p>"),
        ("a.txt", b"\0\1\2"),
    ],
)
def test_what_cannot_be_read(tmp_path: Path, name: str, data: bytes) -> None:
    with pytest.raises(DocumentError):
        drafted(tmp_path / name, data)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="No such file"):
        read_draft(tmp_path / "none.md")


def test_notes_of_made_word_files_are_read_back(tmp_path: Path) -> None:
    case = DraftCase("x", "The book, 3", "lamps are lit by hand", DraftVerdict.SAYS_SO, NOTE)
    draft = drafted(tmp_path / "sixth.docx", draft_file(MadeDraft("sixth.docx", "en", (case,))))
    assert note_of(draft, draft.parts[0]).strip() == "The book, 3."
