"""Citation lists from lines and from answers, and their CSV and JSON."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from typing import TYPE_CHECKING

from kb.audit.listed_rows import csv_table
from kb.citing.citation import is_supported
from kb.citing.licence_limit import within_limit
from kb.export.citations import CITATION_COLUMNS, answer_dict, to_csv, to_json
from tests.wording import english

if TYPE_CHECKING:
    from kb.knowledge_base import KnowledgeBase

LINES = "# our list\nOECD 1.3\n\nUNESCO para 37\nIEEE 2857\n1.3\n"


def test_lines_give_citations_and_faults(base: KnowledgeBase) -> None:
    result = base.cite(LINES)
    assert [c.cite_key for c in result.citations] == [
        "oecd-legal-0449-2024:principle:1.3",
        "unesco-ai-ethics-2021:para:37",
    ]
    assert [c.n for c in result.citations] == [1, 2]
    assert len(result.faults) == 2
    first, second = english(result.faults)
    assert "line 5" in first
    assert "line 6" in second
    assert "several" in second


def test_same_input_same_bytes(base: KnowledgeBase) -> None:
    one, two = base.cite(LINES), base.cite(LINES)
    assert to_csv(one.citations) == to_csv(two.citations)
    assert to_json(one.citations) == to_json(two.citations)


def test_csv_reads_back_and_carries_index_and_hash(base: KnowledgeBase) -> None:
    citations = base.cite(LINES).citations
    rows = list(csv.DictReader(io.StringIO(to_csv(citations))))
    assert tuple(rows[0]) == CITATION_COLUMNS
    for row, citation in zip(rows, citations, strict=True):
        assert row["index_id"] == base.library().store.index_id
        assert row["quote_sha256"] == citation.quote_sha256
        assert row["quote"] == citation.quote
        assert row["verified"] in {"true", "false"}


def test_cells_are_no_formulas(base: KnowledgeBase) -> None:
    (citation, *_) = base.cite("OECD 1.3").citations
    for start in "=+-@\t\r":
        text = to_csv([replace(citation, title=f"{start}cmd|calc")])
        (row,) = csv.DictReader(io.StringIO(text, newline=""))
        assert row["title"] == f"'{start}cmd|calc"
    for title in ("=1+1", " =1+1", "＝1", "'=1", "''=1", "'tis", "plain"):
        (read,) = csv_table(to_csv([replace(citation, title=title)]).encode())
        assert read["title"] == title


def test_json_of_an_answer_is_taken_up_and_a_changed_quote_is_refused(base: KnowledgeBase) -> None:
    answer = answer_dict(base.ask("How long are ledgers kept after the robot has left the orchard?"))
    assert answer["citations"]
    good = base.cite(json.dumps(answer))
    assert [c.quote for c in good.citations] == [c["quote"] for c in answer["citations"]]
    assert good.faults == ()
    answer["citations"][0]["quote"] = "Ledgers are kept for two years."
    bad = base.cite(json.dumps(answer))
    assert len(bad.citations) == len(answer["citations"]) - 1
    assert len(bad.faults) == 1
    assert base.cite("{broken").faults


def test_a_licence_limit_elides_and_still_verifies(base: KnowledgeBase) -> None:
    (citation, *_) = base.ask("How long are ledgers kept after the robot has left the orchard?").citations
    cut = within_limit(replace(citation, sentence=citation.quote), 5)
    assert cut.sentence == ""
    assert cut.quote.endswith(" …")
    assert len(cut.quote.split()) == 6
    assert cut.match == "elided"
    assert is_supported(cut, base.library().store.text(cut.doc_id))
    assert not is_supported(replace(cut, quote="Other words …"), base.library().store.text(cut.doc_id))
    assert within_limit(citation, 0) is citation
    assert within_limit(citation, 500) is citation


def test_its_own_json_is_taken_up_again_with_quotes_cut_for_a_licence(base: KnowledgeBase) -> None:
    (citation,) = base.cite("How long are ledgers kept after the robot has left the orchard?").citations
    cut = within_limit(citation, 3)
    assert cut.quote.endswith("…")
    again = base.cite(to_json([cut]))
    assert again.faults == ()
    assert again.citations[0].quote == citation.quote  # this edition has no limit
    changed = replace(cut, quote=f"Never {cut.quote}")
    assert base.cite(to_json([changed])).citations == ()


def test_json_without_citations_is_said_to_have_none(base: KnowledgeBase) -> None:
    for text in ('{"citation": []}', '{"citations": "x"}', "[]"):
        (fault,) = english(base.cite(text).faults)
        assert "no list of citations" in fault
    (fault,) = english(base.cite('{"refused": true, "citations": []}').faults)
    assert "refused" in fault
    (fault,) = english(base.cite("{").faults)
    assert "--format json" in fault


def test_each_row_says_which_line_of_the_input_it_answers(base: KnowledgeBase) -> None:
    result = base.cite(f'{LINES}"OECD 1.4"\r\nOECD 1.5,,\r\n')
    text = result.to_csv()
    assert text.startswith("\ufeff")
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))
    assert [(row["input_line"], row["input"]) for row in rows] == [
        ("2", "OECD 1.3"),
        ("4", "UNESCO para 37"),
        ("7", "OECD 1.4"),
        ("8", "OECD 1.5"),
    ]
    assert [row["input_line"] for row in json.loads(result.to_json())] == [2, 4, 7, 8]
    assert base.cite(result.to_json()).citations == result.citations


def test_numbers_that_are_none_and_json_without_end_are_faults(base: KnowledgeBase) -> None:
    (citation,) = base.ask("OECD 1.3").citations[:1]
    row = json.loads(base.cite("OECD 1.3").to_json())[0]
    assert row["doc_id"] == citation.doc_id
    for score in ("nan", "inf", "-inf"):
        made = base.cite(json.dumps([row | {"score": score}]))
        assert [c.score for c in made.citations] == [0.0]
    for changed in (
        {"char_start": 10**31, "char_end": 10**32},
        {"char_end": 10**31},
        {"score": [1]},
        {"score": 10**400},
    ):
        assert base.cite(json.dumps([row | changed])).citations == ()
    endless = base.cite("[" * 200_000)
    assert endless.citations == () and len(endless.faults) == 1
