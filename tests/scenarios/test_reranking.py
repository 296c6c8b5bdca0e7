"""A reranker in the search: what it moves, what keeps its lead, and that a question is answered without it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from app.doctor import findings
from app.models import reranker_of
from app.settings import Settings, load_settings
from kb.errors import ConfigError, EncoderError
from kb.evaluation.questions_sets import Entry
from kb.evaluation.systems import ProductRanker
from kb.knowledge_base import KnowledgeBase
from kb.models.models import Models
from kb.models.reranker import LazyReranker
from kb.text.korean import Stems
from tests.fakes import WordEncoder, WordReranker
from tests.kb.models.test_cross_encoder import write
from tests.library import command, opened, said, stand_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from click.testing import Result

    from kb.retrieval.search import SearchHit
    from kb.types import FloatArray

QUESTION = "Tell of robots and gardeners in the orchard"
KOREAN = "과수원에서 로봇은 무엇을 합니까?"


def with_(home: Path, reranker: WordReranker, spoken: str = "", depth: int = 20) -> KnowledgeBase:
    return opened(home, reranker=LazyReranker("fake", spoken, depth, reranker))


def places(found: Iterable[SearchHit]) -> list[int]:
    return [f.hit.row for f in found]


def part(found: SearchHit) -> float | None:
    return dict(found.hit.parts).get("reranker")


def test_what_the_reranker_prefers_comes_up_and_only_the_first_are_read(home: Path, base: KnowledgeBase) -> None:
    before = base.search(QUESTION, 30)
    reranker = WordReranker("pear")
    found = with_(home, reranker, depth=12).search(QUESTION, 30)
    ((asked, texts),) = reranker.asked
    assert asked == QUESTION
    assert len(texts) == 12
    read = [f for f in found if part(f) is not None]
    assert {f.hit.row for f in read} == set(places(before)[:12])
    assert places(found)[12:] == places(before)[12:]
    best = max(read, key=lambda f: part(f) or 0)
    assert part(best) == 1.0
    assert places(found).index(best.hit.row) < places(before).index(best.hit.row)
    assert found.notices == ()
    assert places(with_(home, WordReranker("pear"), depth=12).search(QUESTION, 30)) == places(found)


def test_one_that_prefers_nothing_changes_nothing(home: Path, base: KnowledgeBase) -> None:
    found = with_(home, WordReranker("nowhere")).search(QUESTION, 30)
    assert places(found) == places(base.search(QUESTION, 30))


def test_a_unit_named_by_number_keeps_its_lead(home: Path) -> None:
    question = "What does UNESCO paragraph 37 say about robots in general?"
    plain = opened(home).search(question, 5)
    assert plain[0].hit.retriever == "named"
    found = with_(home, WordReranker("the")).search(question, 5)
    assert found[0].hit.row == plain[0].hit.row


@pytest.mark.parametrize(
    ("spoken", "question", "read"),
    [("", QUESTION, True), ("", KOREAN, False), ("en,ko", KOREAN, True), ("ko", QUESTION, False)],
)
def test_it_reads_only_questions_in_its_languages(
    home: Path, base: KnowledgeBase, spoken: str, question: str, read: bool
) -> None:
    reranker = WordReranker("pear")
    found = with_(home, reranker, spoken).search(question, 30)
    assert bool(reranker.asked) == read
    if not read:
        assert places(found) == places(base.search(question, 30))
        assert all(part(f) is None for f in found)
        assert any("fake" in n for n in said(found.notices))
    else:
        assert not any("fake" in n for n in said(found.notices))


def test_an_answer_says_in_its_language_that_it_was_left_out(home: Path) -> None:
    base = with_(home, WordReranker("pear"))
    assert "리랭커 'fake'의 지원 언어가 아니어서 쓰지 않았습니다(한국어)" in said(base.ask(KOREAN).notices, "ko")
    (notice,) = [n for n in said(base.ask("¿Quién es responsable de los robots?").notices) if "fake" in n]
    assert notice == "the reranker 'fake' was left out: the question is not in a language it knows (Spanish)"
    assert not any("fake" in n for n in said(base.ask(QUESTION).notices))


def test_a_failure_costs_the_reranker_and_a_notice_but_no_answer(home: Path, base: KnowledgeBase) -> None:
    failing = WordReranker("pear", "reranker 'fake': cannot be run (no memory)")
    found = with_(home, failing).search(QUESTION, 30)
    assert places(found) == places(base.search(QUESTION, 30))
    assert said(found.notices) == (
        "reranker 'fake': cannot be run (no memory). The order is the one without the reranker",
    )
    assert len(failing.asked) == 1
    failing.problem = ""
    assert with_(home, failing).search(QUESTION, 30).notices == ()


def test_a_comparison_is_not_read_on_after_a_failure(home: Path) -> None:
    failing = WordReranker("pear", "gone")
    found = with_(home, failing).search("How do OECD and UNESCO differ on accountability?", 10)
    assert len(failing.asked) == 1
    assert len([n for n in said(found.notices) if "gone" in n]) == 1


def test_a_missing_folder_is_told_and_nothing_else_is_lost(home: Path, tmp_path: Path) -> None:
    reranking = LazyReranker(str(tmp_path / "absent"))
    answer = opened(home, reranker=reranking).ask(QUESTION)
    assert any("no such folder" in n and "without the reranker" in n for n in said(answer.notices))
    found = opened(home, reranker=reranking).search(KOREAN)
    assert found
    assert any("리랭커를 쓰지 않은 순서입니다" in n for n in said(found.notices, "ko"))


# --- settings, commands


def test_no_reranker_is_set_and_what_may_be_set(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (Settings().reranker, Settings().reranker_languages, Settings().reranker_depth) == ("", "", 20)
    monkeypatch.setenv("KB_RERANKER_LANGUAGES", "en, ko")
    assert load_settings({"reranker": "/a", "reranker_depth": 5}).origin["reranker"] == "--reranker"
    for name, value in (("RERANKER_LANGUAGES", "English"), ("RERANKER_DEPTH", "1"), ("RERANKER_LANGUAGES", "en,,ko")):
        with monkeypatch.context() as only:
            only.setenv(f"KB_{name}", value)
            with pytest.raises(ConfigError, match=name):
                load_settings()


def test_search_explains_the_score_and_a_flag_is_over_the_variable(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KB_RERANKER", "/from/a/variable")
    made: list[tuple[str, str, int]] = []

    def models(settings: Settings) -> Models:
        chosen = reranker_of(settings)
        if chosen is None:
            return stand_in(settings)
        made.append((chosen.name, settings.reranker_languages, chosen.depth))
        loaded = LazyReranker(chosen.name, settings.reranker_languages, chosen.depth, WordReranker("pear"))
        return stand_in(settings, reranker=loaded)

    def run(*args: str) -> Result:
        return command(*args, models=models)

    done = run("--home", str(home), "search", QUESTION, "--explain", "--reranker", "/a", "--reranker-depth", "7")
    assert done.exit_code == 0
    assert "reranker 1.000" in done.output
    assert set(made) == {("/a", "", 7)}
    made.clear()
    found = json.loads(run("--home", str(home), "search", QUESTION, "-k", "30", "--format", "json").stdout)
    assert sum("reranker" in f["parts"] for f in found) == 20
    assert set(made) == {("/from/a/variable", "", 20)}
    made.clear()
    assert run("--home", str(home), "search", QUESTION, "--reranker", "").exit_code == 0
    assert not made


def test_config_index_and_doctor_tell_of_it(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KB_RERANKER", str(tmp_path / "absent"))
    assert "KB_RERANKER" in command("config", "show").output
    assert "absent, depth 20" in command("--home", str(home), "index", "info").output
    (finding,) = [f for f in findings(load_settings().settings) if f.what.startswith("reranker")]
    assert (finding.ok, finding.needed) == (False, True)
    assert "no such folder" in finding.how
    assert not [f for f in findings(Settings(home=str(tmp_path))) if f.what.startswith("reranker")]


# --- evaluation


class Embed:
    def __call__(self, texts: Sequence[str], encoder: Any) -> FloatArray:
        vectors: FloatArray = encoder.encode_passages(list(texts))
        return vectors


ENTRIES = [
    Entry("a", "", "The ledger of robots is kept by the gardener. " * 40 + "The pear is ripe.", None),
    Entry("b", "", "A robot keeps the pear and the ledger of the pear.", None),
    Entry("c", "", "Robots and gardeners keep ledgers.", None),
]


def ranker(reranker: WordReranker | None = None) -> ProductRanker:
    lazy = LazyReranker("fake", loaded=reranker) if reranker else None
    return ProductRanker(ENTRIES, Models(WordEncoder(), reranker=lazy), WordEncoder(), Embed(), Stems())


def test_evaluation_measures_the_reranked_order_by_the_nearest_piece() -> None:
    reranker = WordReranker("pear")
    ours, plain = ranker(reranker), ranker()
    question = "Who keeps the ledger of the robots?"
    assert ours.rank(question, 3, None) != plain.rank(question, 3, None)
    assert ours.rank(question, 3, None)[0][0] == "b"
    texts = reranker.asked[0][1]
    assert max(map(len, texts)) <= 1_000
    assert ours.notes() == ()
    assert ours.rank(KOREAN, 3, None) == plain.rank(KOREAN, 3, None)
    assert ours.notes() == ("1 questions not in a language of the reranker were ranked without it",)


def test_evaluation_with_a_reranker_that_fails_measures_nothing() -> None:
    ours = ranker(WordReranker("pear", "broken"))
    with pytest.raises(EncoderError, match="broken"):
        ours.rank("Who keeps the ledger?", 3, None)


# --- a real one


@pytest.mark.slow
def test_a_real_cross_encoder_reads_a_question_and_doctor_loads_it(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write(tmp_path / "tiny")
    base = opened(home, reranker=reranker_of(Settings(home=str(home), reranker=str(folder))))
    found = base.search(QUESTION, 30)
    given = [p for p in map(part, found) if p is not None]
    assert len(given) == 20
    assert np.isfinite(given).all()
    assert not any("reranker" in n for n in said(found.notices))
    (finding,) = [f for f in findings(Settings(home=str(tmp_path), reranker=str(folder))) if "tiny" in f.what]
    assert finding.ok
    assert "loaded, used for en (its card names no language" in finding.what
