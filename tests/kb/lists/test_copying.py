"""An answer and collected citations as words for the clipboard."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kb.lists.copying import copied_answer, copied_citations
from tests.library import answering

if TYPE_CHECKING:
    from pathlib import Path

QUESTION = "How long are ledgers kept after the robot has left the orchard?"


def test_an_answer_is_copied_with_its_quotes_numbers_and_pages(home: Path) -> None:
    base = answering(home)
    answer = base.ask(QUESTION)
    made = copied_answer(base.library(), answer)
    assert answer.citations
    for sentence in answer.sentences:
        marks = "".join(f"[{n}]" for n in sentence.cites)
        assert f"{sentence.text} {marks}" in made.text
    for citation in answer.citations:
        assert f"\n[{citation.n}] {citation.doc_ref}" in made.text
        assert f"[{citation.n}] {citation.doc_ref}" in made.html
    assert answer.index_id in made.text
    assert "<script>" not in made.html


def test_a_refusal_is_copied_with_its_reason_and_a_list_in_korean(home: Path) -> None:
    base = answering(home)
    refused = copied_answer(base.library(), base.ask("유네스코 권고 제999항"))
    assert "출처" not in refused.text
    assert "제999항" in refused.text
    cited = copied_citations(base.library(), base.cite("OECD 1.3\nUNESCO para 37").citations, "ko", "apa")
    assert "출처" in cited.text
    assert "\n[2] UNESCO" in cited.text
    assert "인용한 문헌" in cited.text
