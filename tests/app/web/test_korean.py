"""Every screen in Korean has no English words outside quotes, titles and names."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from app.web.handlers import EXAMPLES, Handlers
from app.web.html.ask import ask_page
from app.web.html.documents import no_index
from app.web.html.evidence import evidence_card
from app.web.html.filters import Choices
from app.web.html.unit_page import unit_page_html
from app.web.measures import shipped_measures
from app.web.pages import caption_words
from app.web.reading_jobs import ReadingJobs
from app.web.screens.about import AboutCalls
from app.web.screens.crosswalk import CrosswalkCalls
from app.web.screens.documents import DocumentCalls
from app.web.screens.lookup import LookUpCalls
from kb import Crosswalks
from kb.catalog.crosswalk import family_names
from kb.knowledge_base import KnowledgeBase
from kb.messages import LANGUAGES, message, message_table
from kb.types import Citation
from tests.app.web.conversations import asked, conversation
from tests.app.web.pages import CITATION, Page, hostile_unit_page
from tests.wording import latin_words as english

if TYPE_CHECKING:
    from pathlib import Path

    from kb.catalog.crosswalk import GroupCoverage
    from kb.models.models import Models


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
    turns, cards = asked(korean, question, lang="ko")
    answer = turns[0].answer
    assert answer is not None
    cited = [*answer.citations, *answer.nearest]
    known = [question, answer.question, *answer.searched, *(s.text for s in answer.sentences)]
    known += [words for c in cited for words in quoted(c)]
    known += [
        words for e in (*base.library().editions.all, *base.library().catalog.editions) for words in (e.ref, e.title)
    ]
    known += [name for found in base.look_up(question) for _, name in (*found.near, *found.choices)]
    for html in (conversation(turns, "ko"), cards):
        assert english(Page(html).text, *known) == []
    for citation in cited:
        sheet = base.page_sheet(citation.doc_id, citation.page_index, None, "ko")
        told = [caption_words(sheet, "ko"), *sheet.lines]
        assert english(" ".join(told), *known, sheet.name, "orchard.txt", "harbour.txt") == []


def test_the_ask_screen_before_anything_is_asked(base: KnowledgeBase) -> None:
    found = base.contents().filter_choices()
    page = Page(ask_page(Choices(found.publishers, found.documents, ("en", "ko")), "ko"))
    names = [*found.publishers, *(name for name, _ in found.documents), *EXAMPLES]
    assert english(page.text, *names) == []
    worded = ("aria-", "data-say", "data-label", "data-all", "data-tip", "placeholder")
    said = [value for _, tag in page.tags for name, value in tag.items() if name.startswith(worded)]
    assert len(said) > 40
    for words in said:
        assert english(re.sub(r"\{[^}]*\}", "", words), "kb-told", "polite", "true", "false", *names) == [], words
    assert page.text.index("인공지능 시스템의 투명성과") < page.text.index("EU AI Act Article 14")


def names_of(base: KnowledgeBase) -> list[str]:
    """What is called by its own name: editions, publishers, families of publications."""
    library = base.library()
    known = (*library.editions.all, *library.catalog.editions)
    families = [*family_names(), *(group.name for group in library_groups(base))]
    return [
        w for e in known for w in (e.ref, e.title, e.publisher, e.edition, e.licence, e.number, *e.aliases)
    ] + families


def library_groups(base: KnowledgeBase) -> tuple[GroupCoverage, ...]:
    return Crosswalks(base.home).crosswalk.report()


def english_beside_names(html: str, *known: str) -> list[str]:
    """The same of a page of ours; abbreviations are names, and so is what a Korean title has in brackets behind it."""
    text = re.sub(r"(?<=[가-힣])\([A-Za-z ]+\)", " ", Page(html).text)
    sets = (
        "Transparency",
        "CertifAIEd Transparency",
        "CertifAIEd Privacy",
        "CertifAIEd Accountability",
        "CertifAIEd Algorithmic Bias",
    )
    found = english(text, *known, *sets)
    return [each for each in found if not each.isupper() and not re.fullmatch("[ivxl]+", each)]


def without_quotes(html: str) -> str:
    """A page without what is said in English as English: quotes and original titles."""
    return re.sub(r'<(div|p|h3|bdi)[^>]* lang="(?:en|&#101;)[^>]*>.*?</\1>', " ", html)


@pytest.mark.parametrize(
    "reference",
    ["OECD 1.3", "EU AI Act Art. 14", "EU AI Act Article 14(3)", "UNESCO para 37", "UNESCO para 999", "14.1", "1.3",
     "human oversight", "EU AI Act Art. 999", "CertifAIEd transparency", "아무것도 아닌 말"],
)  # fmt: skip
def test_a_look_up(korean: Handlers, base: KnowledgeBase, reference: str) -> None:
    html = without_quotes(LookUpCalls(korean).reference({"text": reference}, "ko")["html"])
    found = base.look_up_page(reference)
    views = [view for each in found.found for view in each.units]
    known = [reference, *names_of(base), *(each.written for each in found.found)]
    known += [words for view in views for words in (*quoted(view.citation), view.text, *view.text.splitlines())]
    assert english_beside_names(html, *map(str.strip, known)) == []
    suggested = LookUpCalls(korean).suggest({"text": reference}, "ko")
    assert english_beside_names(suggested["html"], *names_of(base)) == []
    assert english(suggested["told"]) == []


def test_the_crosswalk(korean: Handlers, base: KnowledgeBase) -> None:
    calls = CrosswalkCalls(korean)
    pairs = calls.pairs({"a": "OECD", "b": "UNESCO"}, "ko")["html"]
    assert "겹침" in Page(pairs).text
    for html in (
        calls.works({}, "ko")["html"],
        calls.principles({}, "ko")["html"],
        calls.queue({}, "ko")["html"],
        pairs,
    ):
        assert english_beside_names(without_quotes(html), *names_of(base)) == []


def test_documents_about_and_status(korean: Handlers, base: KnowledgeBase) -> None:
    calls = DocumentCalls(korean, ReadingJobs(korean.settings))
    sources = [d.source.rpartition("/")[2] for d in base.library().store.documents]
    text = Page(calls.list({}, "ko")["html"]).text
    assert "원문 적재됨" in text and english(text, *names_of(base), *sources) == []
    for doc_id in ("eu-ai-act-2024-1689", "register-oecd", "oecd-legal-0449-2024", "nowhere"):
        html = without_quotes(calls.document({"document": doc_id}, "ko")["html"])
        assert english_beside_names(html, *names_of(base), *sources) == []
    about = Page(AboutCalls(korean).facts({}, "ko")["html"]).text
    assert "사용 중인 색인" in about and "측정" in about
    assert english(about, base.library().store.index_id, "multilingual", "cross", "encoder", *measured()) == []
    assert english(Page(korean.status("ko")).text, base.library().store.index_id) == []
    assert english(Page(no_index("ko")).text) == []


def measured() -> list[str]:
    """The names of question sets and measures, which are those of `kb eval`."""
    found = shipped_measures()
    return [name for row in found.rows for name in (row.question_set, row.measure)] if found else []


def test_what_is_seldom_shown(korean: Handlers, home: Path) -> None:
    known = quoted(CITATION)
    for change in ({"match": "elided"}, {"match": "register", "verified": False}, {"page_label": None},
                   {"status": "superseded", "superseded_by": ("새 판",)}, {"status": "unknown"}):  # fmt: skip
        assert english(Page(evidence_card(replace(CITATION, **change), 1, lang="ko")).text, *known) == []
    page = hostile_unit_page("제1조")
    long = replace(page, view=replace(page.view, text="가 " * 15_000, is_register=True))
    assert english(Page(unit_page_html(long, "ko")).text, *known) == []
    broken = Handlers(korean.settings, KnowledgeBase.open(home, no_models))
    turns, _ = asked(broken, "무엇인가요?", lang="ko")
    assert turns[0].problem == message("ko", "general problem")
    assert english(turns[0].problem) == []


def test_no_korean_message_holds_english_words() -> None:
    for key, words in message_table("ko").items():
        assert english(re.sub(r"\{[^}]*\}", "", words), message("en", "tab ask")) == [], key
    assert LANGUAGES == ("en", "ko")
