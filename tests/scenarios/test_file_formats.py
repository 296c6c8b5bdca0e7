"""A person's own files of every format, from the file to the citation: words, place, and how the file was read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import openpyxl
import pytest

from ingest.pipeline import ingest_paths
from kb.citing.cite import cite
from kb.export.citations import citation_dict
from kb.index.passage_sentences import passage_sentences
from kb.index.verification import verify_index
from kb.messages import cite_as, page_words
from kb.types import Span
from tests.builds import NO_REGISTER
from tests.fakes import WordEncoder
from tests.ingest.readers.test_slides import deck, text
from tests.library import answering
from tests.office_files import levels, paragraph, run, table, word_file

if TYPE_CHECKING:
    from kb.knowledge_base import KnowledgeBase
    from kb.types import Citation

FILLER = (
    "The keeper of the lamp goes up the tower each evening and writes down the hour at which it was lit, and by whom."
)
SECOND_PAGE = ("page 2 (by the file’s page breaks)", "2쪽(파일의 쪽 나눔 기준)", "p2")


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    folder, home = tmp_path_factory.mktemp("files"), tmp_path_factory.mktemp("home")
    changed = f'<w:ins w:id="1" w:author="a">{run("not ")}</w:ins>'
    lists = f'<w:abstractNum w:abstractNumId="0">{levels(("decimal", "%1."), ("decimal", "%1.%2"))}</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'  # noqa: E501
    parts = [paragraph("Rules of the tower", style="Title")]
    for n in (1, 2, 3):
        parts.append(paragraph(f"Duties of keeper {n}", number=(1, 0)))
        for k in (1, 2):
            parts.append(paragraph(f"Lamp {n}{k} of the tower", number=(1, 1)))
            inserted = [changed] if (n, k) == (2, 2) else []
            parts.append(paragraph(f"Lamp {n}{k} is ", *inserted, run(f"red. {FILLER} {FILLER}")))
    parts.append(paragraph("<w:r><w:br w:type='page'/></w:r>", run("On the second sheet the bell is rung twice.")))
    parts.append(table(("민원", "수수료", "기간"), ("수첩 발급", "400원", "바로"), ("수첩 재발급", "1,200원", "사흘")))
    style = '<w:style w:type="paragraph" w:styleId="Title"><w:name w:val="Title"/></w:style>'
    word_file(folder / "tower.docx", "".join(parts), numbering=lists, styles=style)
    book = openpyxl.Workbook()
    book.active.title = "Risks"
    for row in (("No", "Risk of the quay", "Share"), ("R-1", "A lamp goes out in the storm of spring.", "5"), ("R-2", "A rope of the ferry breaks.", "7")):  # fmt: skip  # noqa: E501
        book.active.append(row)
    book.save(folder / "risk register.xlsx")
    deck(folder / "talk.pptx", [text("Ferries", kind="title"), text("Ferries leave at nine in summer.")], [0, 1])
    (folder / "notes.md").write_text("# Notes of the guild\n\nThe guild **shall** meet each [spring](x.md).\n", "utf-8")
    steps = ("Read the log of the lamp.", "Ring the bell.", "Turn the key.")
    written = "\n".join(f"{n}. {step}" for n, step in enumerate(steps, 1))
    (folder / "steps.md").write_text(f"# Steps to light the lamp\n\n{written}\n", "utf-8")
    summary = ingest_paths(home, [folder], WordEncoder(), NO_REGISTER, today="2026-01-02", version="test")
    assert not summary.failed, summary.failed
    return answering(home)


def found(base: KnowledgeBase, title: str, words: str) -> Citation:
    """The citation of words of a document."""
    library = base.library()
    document = next(d for d in library.store.documents if d.edition.title == title)
    at = library.store.text(document.doc_id).index(words)
    return cite(library, 1, document.doc_id, Span(at, at + len(words)))


def test_a_numbered_part_of_a_word_file_is_looked_up_by_the_number_that_word_shows(files: KnowledgeBase) -> None:
    document = next(d for d in files.library().store.documents if d.edition.title == "Rules of the tower")
    [item] = files.look_up("2.2", None, document.doc_id)
    [view] = item.units
    assert view.unit.title == "Lamp 22 of the tower"
    assert view.citation.quote.endswith(f"Lamp 22 is not red. {FILLER} {FILLER}")


def test_a_quote_of_a_changed_paragraph_says_so_wherever_it_is_cited(files: KnowledgeBase) -> None:
    changed = found(files, "Rules of the tower", "Lamp 22 is not red.")
    assert changed.reading == ("changes accepted",)
    assert page_words("en", changed) == "page 1 (by the file’s page breaks); as the changes of the file stand accepted"
    assert page_words("ko", changed) == "1쪽(파일의 쪽 나눔 기준); 파일의 변경 내용을 적용한 대로"
    assert "as the changes of the file stand accepted" in cite_as(changed)
    assert citation_dict(changed)["reading"] == "as the changes of the file stand accepted"
    unchanged = found(files, "Rules of the tower", "Lamp 21 is red.")
    assert unchanged.reading == ()
    assert citation_dict(unchanged)["reading"] is None


@pytest.mark.parametrize(
    ("title", "words", "english", "korean", "key"),
    [
        ("Rules of the tower", "the bell is rung", *SECOND_PAGE),
        ("Rules of the tower", "수첩 재발급 | 1,200원 | 사흘", *SECOND_PAGE),
        ("risk register", "A rope of the ferry breaks.", "sheet Risks, row 3", "시트 Risks, 3행", "Risks!3"),
        ("Ferries", "Ferries leave at nine", "slide 2", "슬라이드 2", "p2"),
        ("Notes of the guild", "shall meet each spring.", "no page numbers in this file", "쪽 번호가 없는 파일", "p1"),
    ],
)  # fmt: skip
def test_a_place_is_called_what_it_is(
    files: KnowledgeBase, title: str, words: str, english: str, korean: str, key: str
) -> None:
    citation = found(files, title, words)
    assert citation.quote == words
    assert page_words("en", citation) == english
    assert page_words("ko", citation) == korean
    assert citation.cite_key.endswith(f":{key}") or citation.unit_id is not None
    assert "PDF" not in cite_as(citation)


def test_a_row_is_a_sentence_and_its_passage_has_the_heads_of_its_columns(files: KnowledgeBase) -> None:
    store = files.library().store
    document = next(d for d in store.documents if d.edition.title == "Rules of the tower")
    passage = next(p for p in store.passages(document.doc_id) if "1,200원" in p.text)
    assert "수첩 재발급 | 1,200원 | 사흘" in [words for _, words in passage_sentences(passage)]
    risks = [p for d in store.documents if d.edition.title == "risk register" for p in store.passages(d.doc_id)]
    assert [words for p in risks for _, words in passage_sentences(p)] == [
        "No | Risk of the quay | Share",
        "R-1 | A lamp goes out in the storm of spring. | 5",
        "R-2 | A rope of the ferry breaks. | 7",
    ]


def test_every_word_of_the_files_maps_back(files: KnowledgeBase) -> None:
    assert verify_index(files.library().store).faults == ()


def test_a_question_for_the_list_that_a_document_is_gets_its_points_cited_by_all_their_numbers(
    files: KnowledgeBase,
) -> None:
    answer = files.ask("What are the steps to light the lamp?")
    assert [c.locator for c in answer.citations] == ["items 1–3"]
    [told] = answer.enumerations
    assert told.points == ("1. Read the log of the lamp.", "2. Ring the bell.", "3. Turn the key.")
    [item] = files.look_up("Steps to light the lamp, step 3")
    assert [view.citation.quote for view in item.units] == ["3. Turn the key."]
