"""Every format of a list against an independent reader: nothing is lost, Korean and hostile words included."""

from __future__ import annotations

import csv
import html
import io
import json
import re
import zipfile
from argparse import Namespace
from dataclasses import replace
from html.parser import HTMLParser
from importlib import resources
from typing import Any

import bibtexparser
import docx
import openpyxl
import pytest
import rispy
from bibtexparser.middlewares import LatexDecodingMiddleware
from markdown_it import MarkdownIt
from trestle.core.validator_factory import validator_factory
from trestle.oscal.catalog import Model

from kb.citing.citation import quote_hash
from kb.export.answer_lists import AnswerList, AnswerRow, ListSource, RowPlace, RowReading, RowsBy, answer_list
from kb.export.bibliography import list_bibtex, list_csl, list_ris
from kb.export.citation_styles import CITATION_STYLES, styled_works
from kb.export.formats import LIST_FORMATS, ListOptions, blocks_of, format_of_name, list_bytes
from kb.export.list_markup import clipping
from kb.text.safe_cells import on_a_line, unguarded_cell, without_controls
from kb.types import Citation

QUOTES = (
    "Every orchard keeps a ledger of its robots.",
    "모든 과수원은 로봇 대장을 둔다. “빨간 손잡이”도 적는다.",
    "-2 degrees is what the pear wants; =SUM(A1:A9) & <b>no</b> {tag} 50% #1 x_y $z ~w^",
    "First line\nsecond line\n- a point\n1. another",
    "control \x07 and \u202eturned\u202c words, שלום",
)
DOCUMENTS = ("orchard-2024", "과수원-규정", "IEEE 7000.2021", "orchard.2024")


def cited(n: int, quote: str, document: str = DOCUMENTS[0], **more: object) -> Citation:
    made = Citation(
        n, f"{document}:para:{n}", f"urn:kb:{document}:para:{n}", document, f"{document.upper()} (2024)",
        f"Title of {document} & friends_1", "과수원 협회" if document == DOCUMENTS[1] else "The {Orchard} Guild",
        "1st edition", "2024-05-03", "current", (), "para", f"para. {n}", f"para. {n}", str(10 + n), n, n, quote,
        quote_hash(quote), 0, len(quote), (), "shall", "verbatim", 1.0, "ko" if document == DOCUMENTS[1] else "en",
        "CC BY 4.0", "https://guild.example/a?b=1&c=2", "2026-11-30", "index0",
    )  # fmt: skip
    return replace(made, **more)  # type: ignore[arg-type]


def row(number: int, asked: str, *citations: Citation, **more: object) -> AnswerRow:
    quotes = tuple((c.quote, (c.n,)) for c in citations)
    reading = RowReading.QUESTION if citations else RowReading.CHOICE
    made = AnswerRow(RowPlace(number, "list.xlsx", "Sheet 1", number + 1), asked, reading, citations, quotes)
    return replace(made, index_id="index0", searched=("all 4 documents of the index",), **more)  # type: ignore[arg-type]


@pytest.fixture
def found() -> AnswerList:
    """Three answered rows and one that is not; one place is cited twice, four documents in all."""
    first = cited(1, QUOTES[0])
    rows = (
        row(1, "Who keeps what?", first, cited(2, QUOTES[1], DOCUMENTS[1])),
        row(2, "=cmd|' /C calc'!A0", replace(first, n=1), cited(2, QUOTES[2], DOCUMENTS[2], char_start=3)),
        row(3, "1.3", reason="several units", choices=("A 1.3", "B 1.3")),
        row(4, "무엇을 적나요?", cited(1, QUOTES[3], char_start=5), cited(2, QUOTES[4], DOCUMENTS[3])),
    )
    source = ListSource("list.xlsx", "ab" * 32, "index0", "0.1.0", ("ORCHARD (2024)", "과수원 (2024)"))
    return answer_list(rows, source, lambda _: None)


def shown(text: str) -> str:
    return re.sub(r"\s+", " ", without_controls(text)).strip()


def test_the_same_list_is_the_same_bytes_in_every_format(found: AnswerList) -> None:
    options = ListOptions(style="ieee", footnotes=True)
    for form in LIST_FORMATS:
        assert list_bytes(found, form, options) == list_bytes(found, form, options)
        assert list_bytes(found, form, ListOptions(language="ko", by=RowsBy.UNIT))
    assert format_of_name("A.CSL.JSON") == "csl-json"


def test_csv_and_json_lines_hold_every_row_and_quote(found: AnswerList) -> None:
    rows = list(csv.DictReader(io.StringIO(list_bytes(found, "csv").decode("utf-8-sig"), newline="")))
    assert [unguarded_cell(r["quote"]) for r in rows if r["quote"]] == [
        without_controls(c.quote) for r in found.rows for c in r.citations
    ]
    assert unguarded_cell(rows[2]["input"]) == "=cmd|' /C calc'!A0"
    assert {r["index_id"] for r in rows} == {"index0"}
    data = [json.loads(line) for line in list_bytes(found, "jsonl").splitlines()]
    assert [c["quote"] for r in data for c in r["citations"]] == [c.quote for r in found.rows for c in r.citations]
    semicolons = list_bytes(found, "csv", ListOptions(delimiter=";")).decode("utf-8-sig")
    assert len(list(csv.DictReader(io.StringIO(semicolons, newline=""), delimiter=";"))) == len(rows)


def test_the_workbook_has_its_five_sheets_with_head_links_and_all_rows(found: AnswerList) -> None:
    book = openpyxl.load_workbook(io.BytesIO(list_bytes(found, "xlsx")))
    assert book.sheetnames == ["Answers", "Citations", "Unanswered", "Coverage", "About"]
    for sheet in book:
        assert sheet.freeze_panes == "A2"
        assert all(cell.data_type != "f" for cells in sheet for cell in cells)
    citations = book["Citations"]
    heads = [cell.value for cell in citations[1]]
    quotes = [unguarded_cell(cells[heads.index("Quote")]) for cells in citations.iter_rows(min_row=2, values_only=True)]
    assert quotes == [without_controls(c.quote) for c in found.places]
    assert citations.cell(2, heads.index("Address") + 1).hyperlink.target == "https://guild.example/a?b=1&c=2"
    assert book["Answers"].cell(2, 9).hyperlink.location == "'Citations'!A2"
    assert book["Unanswered"].cell(2, 5).value == "1.3"
    assert [cells[0] for cells in book["Coverage"].iter_rows(min_row=2, values_only=True)][:4] == [
        work.doc_ref for work in found.works
    ]
    assert "index0" in [cells[1] for cells in book["About"].iter_rows(values_only=True)]


def test_a_text_too_long_for_a_cell_goes_on_below(found: AnswerList) -> None:
    long = "가나다 𝄞" * 9_000
    much = replace(found, rows=(row(1, "long", cited(1, long)),))
    sheet = openpyxl.load_workbook(io.BytesIO(list_bytes(much, "xlsx")))["Citations"]
    pieces = [(cells[0], cells[4] or "") for cells in sheet.iter_rows(min_row=2, values_only=True)]
    assert [number for number, _ in pieces[1:]] == ["↳"] * (len(pieces) - 1)
    assert "".join(text for _, text in pieces) == long
    assert all(len(text.encode("utf-16-le")) <= 2 * 32_767 for _, text in pieces)


@pytest.mark.parametrize("by", list(RowsBy))
@pytest.mark.parametrize("footnotes", [False, True])
def test_word_reads_the_quotes_the_numbers_and_the_notes(found: AnswerList, by: RowsBy, footnotes: bool) -> None:
    data = list_bytes(found, "docx", ListOptions(by=by, style="apa", footnotes=footnotes))
    document = docx.Document(io.BytesIO(data))
    texts = [paragraph.text for paragraph in document.paragraphs]
    for citation in found.places:
        assert any(text.startswith(without_controls(citation.quote)) for text in texts), citation.quote
    assert "Works cited" in texts
    assert {p.style.name for p in document.paragraphs if p.text == "References"} == {"Heading 1"}
    numbered = [p for p in document.paragraphs if p._p.pPr is not None and p._p.pPr.numPr is not None]
    assert len(numbered) == len(found.places)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = archive.namelist()
        assert ("word/footnotes.xml" in names) is footnotes
        if footnotes:
            notes = archive.read("word/footnotes.xml").decode()
            marks = archive.read("word/document.xml").decode().count("<w:footnoteReference ")
            assert (
                marks
                == notes.count("<w:footnoteRef/>")
                == sum(len(b.cites) for b in blocks_of(found, ListOptions(by=by)))
            )
            assert "[1] ORCHARD-2024 (2024), para. 1, p. 11" in html.unescape(re.sub("<[^>]+>", "", notes))
    for citation in found.places:
        assert any(f"sha256 {citation.quote_sha256}" in text for text in texts)
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_a_template_keeps_its_own_words_styles_and_parts(found: AnswerList) -> None:
    template = docx.Document()
    template.add_heading("Our report", 1)
    template.add_paragraph("Before the list")
    template.add_paragraph("{{citations}}")
    template.add_paragraph("After the list", style="List Number")
    template.sections[0].header.paragraphs[0].text = "Our header"
    own = io.BytesIO()
    template.save(own)
    data = list_bytes(found, "docx", ListOptions(template=own.getvalue(), footnotes=True))
    made = docx.Document(io.BytesIO(data))
    texts = [paragraph.text for paragraph in made.paragraphs]
    assert texts[:2] == ["Our report", "Before the list"]
    assert texts[-1] == "After the list"
    assert "{{citations}}" not in texts
    assert made.sections[0].header.paragraphs[0].text == "Our header"
    assert {p.style.style_id for p in made.paragraphs if p.text == "References"} == {"Heading1"}
    with zipfile.ZipFile(own) as old, zipfile.ZipFile(io.BytesIO(data)) as new:
        kept = {name for name in old.namelist() if old.read(name) == new.read(name)}
        changed = set(old.namelist()) - kept
        assert changed == {
            "[Content_Types].xml",
            "word/_rels/document.xml.rels",
            "word/document.xml",
            "word/numbering.xml",
            "word/styles.xml",
        }
        numbers = re.findall(r'<w:num w:numId="(\d+)"', new.read("word/numbering.xml").decode())
        assert len(numbers) == len(set(numbers))
    twice = list_bytes(found, "docx", ListOptions(template=data))
    assert [p.text for p in docx.Document(io.BytesIO(twice)).paragraphs].count("References") == 2


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.words: list[str] = []
        self.ids: set[str] = set()
        self.targets: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.ids |= {str(value) for name, value in attrs if name == "id"}
        self.targets |= {str(value)[1:] for name, value in attrs if name == "href" and str(value).startswith("#")}

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def read_html(text: str) -> _Words:
    reader = _Words()
    reader.feed(text)
    return reader


def test_html_shows_all_words_and_every_mark_leads_to_its_reference(found: AnswerList) -> None:
    page = read_html(list_bytes(found, "html").decode())
    words = shown("".join(page.words))
    for citation in found.places:
        assert shown(citation.quote) in words
    assert page.targets == page.ids == {f"ref-{c.n}" for c in found.places}
    assert not page.tags & {"b", "script", "img", "iframe"}


def test_markdown_shows_all_words_as_they_are(found: AnswerList) -> None:
    rendered = MarkdownIt("commonmark", {"html": True}).render(list_bytes(found, "md").decode())
    page = read_html(rendered)
    words = shown("".join(page.words))
    for citation in found.places:
        assert shown(citation.quote) in words
    assert not page.tags & {"b", "script", "img", "ol", "em", "strong", "code"}
    assert "=cmd|' /C calc'!A0" in words


def test_bibtex_is_parsed_with_ascii_keys_that_stay(found: AnswerList) -> None:
    library = bibtexparser.parse_string(list_bibtex(found.works).decode(), append_middleware=[])
    assert not library.failed_blocks
    keys = [entry.key for entry in library.entries]
    assert len(set(keys)) == len(keys) == 4
    assert all(key.isascii() and re.fullmatch(r"[a-z][a-z0-9-]*", key) for key in keys)
    alone = answer_list(found.rows[3:], found.source, lambda _: None)
    assert {work.key for work in alone.works} <= set(keys)
    decoded = LatexDecodingMiddleware().transform(library)
    for entry, work in zip(decoded.entries, found.works, strict=True):
        assert entry.fields_dict["title"].value.strip("{}") == work.title
        notes = shown(entry.fields_dict["annote"].value).replace("ˆ", "^")  # the reader's sign for TeX's circumflex
        for citation in work.places:
            assert shown(citation.quote) in notes


def test_ris_is_parsed_with_one_note_for_each_place(found: AnswerList) -> None:
    entries = rispy.loads(list_ris(found.works).decode())
    assert [entry["title"] for entry in entries] == [work.title for work in found.works]
    for entry, work in zip(entries, found.works, strict=True):
        notes = shown(" ".join(entry["notes"]))
        for citation in work.places:
            assert on_a_line(citation.quote) in notes
            assert citation.quote_sha256 in notes
    assert entries[1]["authors"][0].startswith("과수원 협회")


def _names_in(file: str, kind: str) -> set[str]:
    """The names that the schema of the Citation Style Language gives of a kind; citeproc-py carries the schema."""
    text = (resources.files("citeproc") / "data" / "schema" / "schemas" / "styles" / file).read_text("utf-8")
    found = re.search(rf"^  {re.escape(kind)} =\n((?:    .*\n|\s*\n)+)", text, re.MULTILINE)
    assert found is not None, kind
    return set(re.findall(r'"([^"]+)"', found[1]))


def _faults_of_csl(items: Any) -> list[str]:
    """What of CSL-JSON is not as its schema has it.

    Types and variables are those of the schema files; the form of names, dates and further keys is our own
    transcription of the rules of schema 1.0.2, because no package that is kept carries the schema of the data.
    """
    types = _names_in("csl-types.rnc", "item-types")
    dates, names, numbers = (
        _names_in("csl-variables.rnc", f"variables.{kind}") for kind in ("dates", "names", "numbers")
    )
    strings = _names_in("csl-variables.rnc", "variables.strings") | _names_in("csl-variables.rnc", "variables.titles")
    strings |= {"language", "journalAbbreviation", "shortTitle"}
    of_names = {"family", "given", "dropping-particle", "non-dropping-particle", "suffix", "literal"}
    faults = []
    for item in items:
        if not isinstance(item.get("id"), str | int) or item.get("type") not in types:
            faults.append(f"id or type: {item.get('id')}, {item.get('type')}")
        for key, value in item.items():
            if key in names:
                right = isinstance(value, list) and all(
                    set(each) <= of_names and all(isinstance(part, str) for part in each.values()) for each in value
                )
            elif key in dates:
                right = set(value) <= {"date-parts", "season", "circa", "literal", "raw"} and all(
                    1 <= len(part) <= 3 and all(isinstance(n, int) for n in part) for part in value["date-parts"]
                )
                right = right and 1 <= len(value["date-parts"]) <= 2
            elif key in numbers:
                right = isinstance(value, str | int)
            elif key == "custom":
                right = isinstance(value, dict)
            else:
                right = key in {"id", "type"} or (key in strings and isinstance(value, str))
            if not right:
                faults.append(f"{key}: {value!r}")
    return faults


def test_csl_json_is_valid_by_its_schema(found: AnswerList) -> None:
    items = json.loads(list_csl(found.works))
    assert _faults_of_csl(items) == []
    good = {"id": "a", "type": "standard", "title": "T"}
    wrong = [{**good, "type": "norm"}, {**good, "titel": "T"}, {**good, "author": [{"name": "me"}]},
             {**good, "issued": {"date-parts": [[]]}}, {**good, "number": ["1"]}, {"type": "book"}]  # fmt: skip
    assert all(_faults_of_csl([each]) for each in wrong)  # the check sees what is wrong


def test_the_oscal_catalog_is_loaded_by_an_independent_program(found: AnswerList) -> None:
    data = list_bytes(found, "oscal")
    catalog = Model.model_validate_json(data).catalog
    assert validator_factory.get(Namespace(mode="all")).model_is_valid(catalog, True)
    controls = [control for group in catalog.groups for control in group.controls]
    assert len(controls) == len(found.places)
    for control, place in zip(sorted(controls, key=lambda c: int(c.id[6:])), found.places, strict=True):
        facts = {each.name: each.value for each in control.props}
        assert facts["quote-sha256"] == place.quote_sha256
        assert control.parts[0].prose == without_controls(place.quote)


def test_csl_json_has_the_form_of_the_schema(found: AnswerList) -> None:
    items = json.loads(list_csl(found.works))
    assert [item["id"] for item in items] == [work.key for work in found.works]
    for item, work in zip(items, found.works, strict=True):
        assert {"id", "type", "title", "custom"} <= set(item)
        assert item["issued"] == {"date-parts": [[2024, 5, 3]]}
        assert [place["quote"] for place in item["custom"]["places"]] == [c.quote for c in work.places]


@pytest.mark.parametrize("style", list(CITATION_STYLES))
def test_styles_name_each_work_once_with_its_number_and_places(found: AnswerList, style: str) -> None:
    texts = {work.key: text for work, text in styled_works(found.works, style)}
    assert set(texts) == {work.key for work in found.works}
    for work in found.works:
        text = texts[work.key]
        assert "Title of" in text and "2024" in text
        assert work.publisher in text or work.publisher.upper() in text
        assert not re.match(r"\[\d+\]|\d+\.", text)
        assert text.endswith("".join(f"[{c.n}]" for c in work.places) + ")")
    assert texts[found.works[0].key].endswith("(para. 1; p. 11; [1][4])")


def test_a_clipping_keeps_numbers_pages_and_quotes_as_words(found: AnswerList) -> None:
    made = clipping(blocks_of(found, ListOptions()))
    page = read_html(made.html)
    assert page.tags == {"meta", "h1", "h2", "h3", "p", "blockquote", "br", "a"}
    for text in (made.text, "".join(page.words)):
        assert "Every orchard keeps a ledger of its robots. [1]" in text
        assert "[1] ORCHARD-2024 (2024), para. 1, p. 11 (PDF page 1)" in text
        assert QUOTES[1] in text
    assert "\x07" not in made.text + made.html
    assert not page.targets
