"""Misquotes of real publications, their words taken from the index: every one is found, and none is invented."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ingest.drafts.reading import read_draft
from ingest.pipeline import ingest_paths
from kb.catalog.register import load_corpus
from kb.drafts.checking import check_draft
from kb.drafts.draft import Draft, DraftPart
from kb.drafts.findings import DraftVerdict
from kb.evaluation.runner_drafts import evaluate_drafts
from kb.text.cleaning import readable
from kb.types import notice
from tests.fakes import WordEncoder
from tests.library import opened
from tests.paths import document

if TYPE_CHECKING:
    from kb.drafts.findings import DraftFinding
    from kb.knowledge_base import KnowledgeBase
    from kb.library.library import Library

pytestmark = [pytest.mark.documents, pytest.mark.slow, pytest.mark.timeout(900)]

FILES = (
    "oecd/oecd-legal-0449-2019-official.pdf",
    "eu/hleg-ethics-guidelines-trustworthy-ai-2019.pdf",
    "nist/nist-ai-100-1-ai-rmf-1.0.pdf",
    "coe/coe-framework-convention-ai-2024.pdf",
    "g7/g7-hiroshima-code-of-conduct-2023.pdf",
    "unesco/unesco-input-ohchr-hrc47-23.pdf",
    "kr/msit-ai-ethics-standards-2020-ko.pdf",
    "ieee/ead-v1-2016.pdf",
)
V = DraftVerdict
OECD = "OECD/LEGAL/0449 (2019)"


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    home = tmp_path_factory.mktemp("official")
    paths = [document(name) for name in FILES]
    summary = ingest_paths(home, paths, WordEncoder(), load_corpus(), today="2026-01-02", version="test")
    assert not summary.failed
    return opened(home)


@pytest.fixture
def official(base: KnowledgeBase) -> Library:
    return base.library()


def words_of(library: Library, key: str, doc_id: str = "oecd-legal-0449-2019") -> str:
    """A unit's words without its own number."""
    edition = library.editions.get(doc_id)
    assert edition is not None
    unit = next(u for u in library.store.unit(f"{edition.urn}:{key}") if u.doc_id == doc_id)
    return re.sub(r"^\(?\w{1,4}[.)]\s*", "", readable(library.store.text(doc_id)[unit.own.start : unit.own.end]))


def judged(library: Library, text: str) -> DraftFinding:
    """The one quotation of a sentence."""
    report = check_draft(library, Draft("draft", (DraftPart(text, notice("draft at paragraph", n=1)),)))
    (found,) = [f for f in report.findings if f.item == "quotation"]
    return found


def test_the_wording_of_an_older_edition_given_as_the_newer_ones(official: Library) -> None:
    quote = words_of(official, "principle:1.2.b")
    assert judged(official, f"OECD/LEGAL/0449 (2024), 1.2(b): “{quote}”").verdict is V.OTHER_EDITION
    assert judged(official, f"OECD 1.2(b) says “{quote}”").verdict is V.OTHER_EDITION
    assert judged(official, f"{OECD}, 1.2(b): “{quote}”").verdict is V.SAYS_SO
    assert judged(official, f"In its form of 2019, OECD 1.2(b) said “{quote}”").verdict is V.SAYS_SO


def test_words_added_and_a_clause_cut_off(official: Library) -> None:
    quote = words_of(official, "principle:1.4.b")
    words = quote.split()
    added = " ".join([*words[:8], "at all times", *words[8:]])
    assert judged(official, f"{OECD}, 1.4(b): “{added}”").verdict is V.DIFFERS
    quote = words_of(official, "principle:1.2.b")
    head = quote[: quote.index(", that are")]
    cut = judged(official, f"{OECD}, 1.2(b): “{head}.”")
    assert cut.verdict is V.CUT
    assert judged(official, f"{OECD}, 1.2(b): “{head} …”").verdict is V.SAYS_SO
    tail = quote[quote.index("consistent with") :]
    assert judged(official, f"{OECD}, 1.2(b): “{head} … {tail}”").verdict is V.ELIDED_RIGHTLY
    assert judged(official, f"{OECD}, 1.2(b): “{head[:-4]}”").verdict is V.FRAGMENT


def test_a_document_that_is_taken_for_the_recommendation(official: Library) -> None:
    quote = words_of(official, "para:3", "unesco-ohchr-input-2022").partition(". ")[0]
    found = judged(official, f"UNESCO Recommendation on the Ethics of AI (2021), para. 3: “{quote}”")
    assert found.verdict is V.OTHER_DOCUMENT
    assert found.citation is not None
    assert found.citation.doc_id == "unesco-ohchr-input-2022"


def test_every_fault_of_the_made_drafts_is_found_and_no_other(base: KnowledgeBase, tmp_path: Path) -> None:
    def read(name: str, data: bytes) -> Draft:
        path = tmp_path / name
        path.write_bytes(data)
        return read_draft(path)

    found = evaluate_drafts(base, read)
    figures = {row.measure: row.figures["ours"] for row in found.rows}
    assert figures["wrong_found"].n >= 60, found.notes
    assert figures["right_passed"].n >= 50, found.notes
    assert figures["wrong_found"].value == 1, found.notes
    assert figures["right_passed"].value == 1, found.notes
    assert figures["false_alarms"].value == 0, found.notes
