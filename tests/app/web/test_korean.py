"""Every screen in Korean: no English words outside quotes, titles and names."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from app.web.handlers import Handlers
from app.web.html.chat import conversation
from app.web.html.documents import documents_page, no_index
from app.web.html.evidence import evidence_card
from app.web.html.unit import unit_card
from kb import ListedDocument
from kb.knowledge_base import KnowledgeBase
from kb.lookup.record import unit_record
from kb.messages import LANGUAGES, cite_as, message, message_table
from kb.types import Citation, Status
from tests.app.web.pages import CITATION, EDITION, Page, hostile_view

if TYPE_CHECKING:
    from pathlib import Path

    from kb.models.models import Models

# what has no Korean name: publishers, commands, settings, programs and a provision's own verb
NAMES = set(
    """
    OECD UNESCO NIST IEEE HLEG EU AI Act Art Article MAP para Para LEGAL PDF KB LLM
    kb ingest corpus fetch add serve FILE FOLDER test words
    Python standards gradio sentence transformers faiss cpu pypdfium pdfium pypdf pdf OCR ocr
    ocrmypdf HTML HTTP https MiB list remove identify home loaded no register not DOCUMENTS force index verify
    shall should may can recommends
    I II III IV
    CSV XLSX DOCX JSON CSL BibTeX RIS
    """.split()
)


def english(text: str, *quoted: str) -> list[str]:
    """The words in Latin letters that are neither names nor part of what is quoted, and no identifier."""
    for quote in sorted(filter(None, quoted), key=len, reverse=True):
        text = text.replace(quote, " ")
    text = re.sub(r"`[^`]*`|--[a-z-]+(?: [A-Z]+)*|\bKB_[A-Z_]+", " ", text)  # what is typed as it is
    text = re.sub(r"https?://\S+|urn:\S+|\b[\w.-]*\d[\w.:-]*\b|\b[a-z]+(?:-[a-z0-9]+)+\b", " ", text)
    return sorted(set(re.findall(r"[A-Za-z]{2,}", text)) - NAMES)


def quoted(citation: Citation) -> list[str]:
    return [
        citation.quote, citation.title, citation.doc_ref, citation.edition, citation.publisher, citation.licence,
        citation.path, citation.locator,
    ]  # fmt: skip


def no_models() -> Models:
    raise RuntimeError("a mistake of ours")


@pytest.fixture
def korean(desk: Handlers, base: KnowledgeBase) -> Handlers:
    return Handlers(replace(desk.settings, language="ko"), base)


@pytest.mark.parametrize(
    "question", ["OECD 1.3", "장부는 얼마나 오래 보관하나요?", "zyxq 없는 낱말 wvut", "UNESCO para 999"]
)
def test_an_answer_and_its_evidence(korean: Handlers, base: KnowledgeBase, question: str) -> None:
    turns, evidence = korean.ask(question, (), lang="ko")
    answer = turns[0].answer
    assert answer is not None
    cited = [*answer.citations, *answer.nearest]
    known = [question, answer.question, *answer.searched, *(s.text for s in answer.sentences)]
    known += [words for c in cited for words in quoted(c)]
    known += [
        words for e in (*base.library().editions.all, *base.library().catalog.editions) for words in (e.ref, e.title)
    ]
    known += [name for found in base.look_up(question) for _, name in (*found.near, *found.choices)]
    for html in (conversation(turns, (), "", "ko"), evidence.cards, evidence.caption):
        assert english(Page(html).text, *known) == []
    for citation in cited:
        shown = korean.evidence(turns, 1, citation.n, "ko")
        assert english(Page(shown.caption).text, *known, "orchard.txt", "harbour.txt") == []


def test_a_look_up(korean: Handlers, base: KnowledgeBase) -> None:
    for reference in ("OECD 1.3", "EU AI Act Art. 14", "UNESCO para 37"):
        html = korean.look_up(reference, "ko")
        (found,) = base.look_up(reference)
        view = found.units[0]
        record = unit_record(base.library(), view)
        parts = [*view.parents, *view.children]
        known = [view.text, view.title, view.edition.title, *quoted(view.citation), *(u.title for u in parts)]
        known += [u.path for u in parts] + [line.strip() for line in view.text.splitlines()]
        known += [e.ref for e in base.library().editions.all] + [e.ref for e in base.library().catalog.editions]
        shown = Page(re.sub(r"<ul class=\"kb-rows\">.*?</ul>", "", html)).text  # titles of parts and counterparts
        assert english(shown, *known) == []
        assert english(cite_as(view.citation, "ko"), *known) == []
        assert record.cite_as == cite_as(view.citation)
    assert english(Page(korean.look_up("", "ko")).text) == []
    assert english(Page(korean.unit("urn:kb:nothing", "ko")).text) == []
    assert english(Page(korean.look_up("x" * 3000, "ko")).text) == []


def test_documents_about_and_status(korean: Handlers, base: KnowledgeBase) -> None:
    known = [words for e in (*base.library().editions.all, *base.library().catalog.editions)
             for words in (e.title, e.ref, e.edition, e.doc_id, e.licence)]  # fmt: skip
    sources = [d.source.rpartition("/")[2] for d in base.library().store.documents]
    text = Page(korean.documents("ko")).text
    assert "적재됨" in text and english(text, *known, *sources) == []
    rows = [ListedDocument(replace(EDITION, status=status), "", 1, 1, proven) for status, proven in
            zip(Status, (True, False, None, True, False, None), strict=True)]  # fmt: skip
    for page in (documents_page(rows, [], rows, rows, "ko"), documents_page([], [], [], [], "ko")):
        assert english(Page(page).text, EDITION.title, EDITION.ref, EDITION.edition, EDITION.doc_id) == []
    assert "사용 중인 색인" in (about := Page(korean.about("ko")).text)
    assert english(about, base.library().store.index_id, "multilingual", "cross", "encoder") == []
    assert english(Page(korean.status("ko")).text, base.library().store.index_id) == []
    assert english(Page(no_index("ko")).text) == []


def test_what_is_seldom_shown(korean: Handlers, home: Path) -> None:
    known = quoted(CITATION)
    for change in ({"match": "elided"}, {"match": "register", "verified": False}, {"page_label": None},
                   {"status": "superseded", "superseded_by": ("새 판",)}, {"status": "unknown"}):  # fmt: skip
        assert english(Page(evidence_card(replace(CITATION, **change), 1, lang="ko")).text, *known) == []
    long = replace(hostile_view("제1조"), text="가 " * 15_000, is_register=True)
    assert english(Page(unit_card(long, {}, (), "ko")).text, *known) == []
    broken = Handlers(korean.settings, KnowledgeBase.open(home, no_models))
    turns, _ = broken.ask("무엇인가요?", (), lang="ko")
    assert turns[0].problem == message("ko", "general problem")
    assert english(turns[0].problem) == []


def test_no_korean_message_holds_english_words() -> None:
    for key, words in message_table("ko").items():
        assert english(re.sub(r"\{[^}]*\}", "", words), message("en", "tab ask")) == [], key
    assert LANGUAGES == ("en", "ko")
