"""Asking, searching and looking up over a small real index."""

from __future__ import annotations

import shutil
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from kb.catalog.amendments import Amendment, Amendments, amend, write_amendments
from kb.citing.citation import is_supported, quote_hash, unresolved_markers
from kb.citing.cite import find_quote, is_at_its_place
from kb.errors import ConfigError, IndexFolderError
from kb.index.generations import current_folder
from kb.index.reader import Store
from kb.index.verification import says_the_same, verify_index
from kb.knowledge_base import KnowledgeBase
from kb.messages import words
from kb.models.models import Models
from kb.query.query import without_conversation
from kb.text.cleaning import readable
from kb.types import SearchFilter, Status
from tests.fakes import WordEncoder
from tests.library import said

if TYPE_CHECKING:
    from pathlib import Path


def orchard(base: KnowledgeBase) -> str:
    return next(d.doc_id for d in base.library().store.documents if d.doc_id.startswith("file-code-for-careful"))


def test_answer_is_the_sentence_at_its_place(base: KnowledgeBase) -> None:
    answer = base.ask("Who decides when a robot and a gardener disagree about the ripeness of a pear?")
    assert not answer.refused
    first = answer.citations[0]
    assert first.doc_id == orchard(base)
    assert first.locator == "para. 6"
    assert first.quote.startswith("6. Where a robot and a gardener disagree")
    text = base.library().store.text(first.doc_id)
    assert readable(text[first.char_start : first.char_end]) == first.quote
    assert first.quote_sha256 == quote_hash(first.quote)
    assert first.index_id == base.library().store.index_id == answer.index_id


def test_every_marker_resolves_and_every_quote_is_found(base: KnowledgeBase) -> None:
    for question in ("How long are ledgers kept?", "When is a failed lamp mended?", "OECD 1.3", "UNESCO para 37"):
        answer = base.ask(question)
        numbers = [n for s in answer.sentences for n in s.cites]
        assert sorted(numbers) == [c.n for c in answer.citations] == list(range(1, len(numbers) + 1))
        assert not unresolved_markers(" ".join(f"[{n}]" for n in numbers), answer.citations)
        for citation in answer.citations:
            assert is_supported(citation, base.library().store.text(citation.doc_id))
            assert is_at_its_place(base.library(), citation)
            assert not is_at_its_place(base.library(), replace(citation, char_start=citation.char_start + 1))


def test_silence_is_said_and_nothing_is_cited_as_support(base: KnowledgeBase) -> None:
    answer = base.ask("zyxq wvut srqp?")
    assert answer.refused
    assert answer.sentences == () == answer.citations
    assert any("Code for Careful Orchards" in ref for ref in answer.searched)
    assert answer.reason


def test_filter_limits_what_is_searched(base: KnowledgeBase) -> None:
    found = base.search("robot ledger", 20, SearchFilter(doc_ids=(orchard(base),)))
    assert found
    assert {f.passage.doc_id for f in found} == {orchard(base)}
    nothing = base.search("robot ledger", 20, SearchFilter(publishers=("nobody",)))
    assert nothing.hits == ()
    assert said(nothing.notices) == (
        "the filter leaves no document to search",
        "no document here is of the publisher “nobody”",
    )


def test_register_is_never_shown_as_the_official_text(base: KnowledgeBase) -> None:
    answer = base.ask("OECD 1.3")
    (citation,) = answer.citations
    assert citation.match == "register"
    assert citation.unit_id == "urn:kb:oecd:legal-0449:2024:principle:1.3"
    assert any("register, not the official text" in n for n in said(answer.notices))


def test_look_up_is_exact_or_a_choice_or_nothing(base: KnowledgeBase) -> None:
    (found,) = base.look_up("UNESCO para 37")
    assert [v.unit.unit_id for v in found.units] == ["urn:kb:unesco:ai-ethics:2021:para:37"]
    (choice,) = base.look_up("1.3")
    assert choice.units == ()
    assert len(choice.choices) > 1
    (unknown,) = base.look_up("IEEE 2857")
    assert unknown.units == () == unknown.choices
    assert unknown.notice is not None and words(unknown.notice, "en")
    (beyond,) = base.look_up("UNESCO para 142")
    assert beyond.units == ()
    (no_reference,) = base.look_up("pears")
    assert no_reference.notice is not None and "no reference" in words(no_reference.notice, "en")


def test_superseded_editions_of_the_register_give_way(base: KnowledgeBase) -> None:
    found = base.search("traceability of datasets, processes and decisions", 30)
    described = {base.library().store.unit(f.passage.unit_id or "")[0].of_document for f in found if f.passage.unit_id}
    assert "oecd-legal-0449-2019" not in described
    (old,) = base.look_up("OECD 1.4(b) 2019")
    assert old.units
    assert old.units[0].citation.status == "superseded"
    assert old.units[0].citation.superseded_by


def test_index_agrees_with_itself(base: KnowledgeBase) -> None:
    result = verify_index(base.library().store)
    assert result.faults == ()
    assert (
        result.n_passages
        == result.n_equal
        == result.n_vectors
        == result.n_words
        == base.library().store.n_passages
        > 500
    )


def test_sentences_without_their_vectors_are_noticed(home: Path, tmp_path: Path) -> None:
    home = shutil.copytree(home, tmp_path / "home")
    (starts,) = current_folder(home / "index").glob("*/sentence_starts.npy")
    moved = np.load(starts)
    moved[1] -= 1
    np.save(starts, moved)
    with Store.open(home / "index") as store:
        with pytest.raises(IndexFolderError, match=r"starts\.npy is not as it was written.*`kb ingest --force`"):
            store.sentence_vectors(0)
        assert any("sentence_starts.npy" in name for name in store.damaged_files())


def test_words_moved_by_one_character_are_noticed(base: KnowledgeBase) -> None:
    for passage in base.library().store.passages(orchard(base)):
        text = base.library().store.text(passage.doc_id)
        start, end = passage.span.start, passage.span.end
        assert says_the_same(text[start:end], passage.search_text)
        assert not says_the_same(text[start : end - 3], passage.search_text)
        assert not says_the_same(text[start + 4 : end], passage.search_text)
        assert not says_the_same(text[start:end].replace("robot", "gardener"), passage.search_text) or (
            "robot" not in text[start:end]
        )


def test_what_is_searched_is_what_stands_there() -> None:
    assert says_the_same(
        "The keeper\nlights it. Then he rests.", "Harbour > Lamps\nThe keeper lights it. Then he rests."
    )
    assert not says_the_same("The keeper lights it.12", "Harbour > Lamps\nThe keeper lights it.")
    assert not says_the_same("The keeper lights it at noon.", "Harbour\nThe keeper lights it.")


@pytest.mark.parametrize("question", ["", "   ", "?" * 5000, "\x00\x1b[31m", "[1] [2] **"])
def test_odd_questions_are_refused(base: KnowledgeBase, question: str) -> None:
    answer = base.ask(question)
    assert answer.refused
    assert answer.reason


def test_quote_on_a_page_is_found_or_refused(base: KnowledgeBase) -> None:
    from kb.errors import ReferenceNotFound

    found = find_quote(base.library(), orchard(base), 1, "the gardener decides   and notes\nthe reason")
    assert found.locator == "para. 6"
    assert found.rects == ()  # a text file has no page to mark
    for doc_id, page, quote in (
        (orchard(base), 1, "the gardener decides and forgets"),
        (orchard(base), 2, "the gardener"),
        ("nothing", 1, "the gardener"),
    ):
        with pytest.raises(ReferenceNotFound):
            find_quote(base.library(), doc_id, page, quote)


def test_a_follow_up_is_answered_as_it_is_read_and_that_is_said(base: KnowledgeBase) -> None:
    answer = base.ask("And 1.5?", history=("What does OECD 1.4 ask?",))
    assert answer.question == "What does OECD 1.5 ask?"
    assert words(answer.notices[0], "en") == "Read as: What does OECD 1.5 ask?"
    alone = base.ask("What does OECD 1.5 ask?")
    assert (answer.sentences, answer.citations) == (alone.sentences, alone.citations)
    korean = base.ask("그럼 1.5는요?", history=("OECD 원칙 1.4는 무엇을 요구하나요?",))
    assert words(korean.notices[0], "ko") == "다음 질문으로 이해했습니다: OECD 원칙 1.5는 무엇을 요구하나요?"


def test_a_question_that_stands_alone_ignores_the_conversation(base: KnowledgeBase) -> None:
    question = "How long are ledgers kept after the robot has left the orchard?"
    assert base.ask(question, history=("What does OECD 1.4 ask?",)) == base.ask(question)
    assert base.ask("", history=("What does OECD 1.4 ask?",)).refused


def test_a_number_is_carried_to_another_publisher_by_its_title(base: KnowledgeBase) -> None:
    library = base.library()
    title = base.look_up("OECD 1.3")[0].units[0].title
    english = without_conversation(library, "and UNESCO?", ["What does OECD 1.3 ask?"]).text
    assert english == f"What does UNESCO say about {title}?"
    korean = without_conversation(library, "유네스코는요?", ["OECD 1.3은 무엇을 요구하나요?"]).text
    assert korean.startswith("유네스코: ") and title not in korean


def test_what_a_home_records_of_editions_is_taken_up_while_it_is_open(home: Path, tmp_path: Path) -> None:
    home = shutil.copytree(home, tmp_path / "home")
    with KnowledgeBase.open(home) as base:
        before = base.library()
        assert base.library() is before
        old, new = "nist-ai-100-1-2023", "nist-ai-600-1-2024"
        given = Amendment(old, new, "2025-01-01", False, "us", False)
        write_amendments(home, amend(Amendments(), given, before.editions.all))
        edition = base.library().editions.get(old)
        assert edition is not None
        assert edition.status is Status.AMENDED
        (home / "crosswalk.toml").write_text("[[edge]]\nx = 1\n", "utf-8")
        answer = base.ask("Compare what the OECD and UNESCO say about transparency and explainability.")
        assert "crosswalk.toml, line" in " ".join(said(answer.notices))


@pytest.mark.parametrize("limit", [0, -1])
def test_a_limit_that_asks_for_nothing_is_refused(base: KnowledgeBase, limit: int) -> None:
    with pytest.raises(ConfigError, match=f"limit is {limit}; it must be 1 or more"):
        base.ask("Who keeps the ledger?", limit=limit)
    with pytest.raises(ConfigError, match="1 or more"):
        base.search("ledger", limit)


def test_threads_that_ask_at_once_make_the_models_once(home: Path) -> None:
    made: list[Models] = []

    def make() -> Models:
        time.sleep(0.05)
        made.append(Models(WordEncoder()))
        return made[-1]

    gate = threading.Barrier(8)
    with KnowledgeBase.open(home, make) as base, ThreadPoolExecutor(8) as pool:

        def ask() -> Models:
            gate.wait(10)
            return base.models()

        found = [future.result() for future in [pool.submit(ask) for _ in range(8)]]
    assert len(made) == 1
    assert all(each is made[0] for each in found)
