"""Citation lists from lines and from answers, and their CSV and JSON."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from typing import TYPE_CHECKING

from app.citelist import citation_list
from kb.citing import is_supported, within_limit
from kb.export import COLUMNS, answer_dict, to_csv, to_json

if TYPE_CHECKING:
    from app.service import Service

LINES = "# our list\nOECD 1.3\n\nUNESCO para 37\nIEEE 2857\n1.3\n"


def test_lines_give_citations_and_faults(service: Service) -> None:
    result = citation_list(service, LINES)
    assert [c.cite_key for c in result.citations] == [
        "oecd-legal-0449-2024:principle:1.3",
        "unesco-ai-ethics-2021:para:37",
    ]
    assert [c.n for c in result.citations] == [1, 2]
    assert len(result.faults) == 2
    assert "line 5" in result.faults[0]
    assert "line 6" in result.faults[1]
    assert "several" in result.faults[1]


def test_same_input_same_bytes(service: Service) -> None:
    one, two = citation_list(service, LINES), citation_list(service, LINES)
    assert to_csv(one.citations) == to_csv(two.citations)
    assert to_json(one.citations) == to_json(two.citations)


def test_csv_reads_back_and_carries_index_and_hash(service: Service) -> None:
    citations = citation_list(service, LINES).citations
    rows = list(csv.DictReader(io.StringIO(to_csv(citations))))
    assert tuple(rows[0]) == COLUMNS
    for row, citation in zip(rows, citations, strict=True):
        assert row["index_id"] == service.store.index_id
        assert row["quote_sha256"] == citation.quote_sha256
        assert row["quote"] == citation.quote
        assert row["verified"] in {"true", "false"}


def test_successors_are_one_string_in_every_export(service: Service) -> None:
    answer = service.ask("OECD 1.3")
    (citation,) = answer.citations
    assert answer_dict(answer)["citations"][0]["superseded_by"] is None
    old = replace(citation, superseded_by=("Law and Order 2", "Rule 3"))
    told = answer_dict(replace(answer, citations=(old,), nearest=(old,)))
    assert [c["superseded_by"] for c in (*told["citations"], *told["nearest"])] == ["Law and Order 2 and Rule 3"] * 2
    assert next(csv.DictReader(io.StringIO(to_csv([old]))))["superseded_by"] == "Law and Order 2 and Rule 3"


def test_cells_are_no_formulas(service: Service) -> None:
    (citation, *_) = citation_list(service, "OECD 1.3").citations
    for start in "=+-@\t\r":
        text = to_csv([replace(citation, title=f"{start}cmd|calc")])
        (row,) = csv.DictReader(io.StringIO(text, newline=""))
        assert row["title"] == f"'{start}cmd|calc"


def test_json_of_an_answer_is_taken_up_and_a_changed_quote_is_refused(service: Service) -> None:
    answer = answer_dict(service.ask("How long are ledgers kept after the robot has left the orchard?"))
    assert answer["citations"]
    good = citation_list(service, json.dumps(answer))
    assert [c.quote for c in good.citations] == [c["quote"] for c in answer["citations"]]
    assert good.faults == ()
    answer["citations"][0]["quote"] = "Ledgers are kept for two years."
    bad = citation_list(service, json.dumps(answer))
    assert len(bad.citations) == len(answer["citations"]) - 1
    assert len(bad.faults) == 1
    assert citation_list(service, "{broken").faults


def test_a_licence_limit_elides_and_still_verifies(service: Service) -> None:
    (citation, *_) = service.ask("How long are ledgers kept after the robot has left the orchard?").citations
    cut = within_limit(citation, 5)
    assert cut.quote.endswith(" …")
    assert len(cut.quote.split()) == 6
    assert cut.match == "elided"
    assert is_supported(cut, service.store.text(cut.doc_id))
    assert not is_supported(replace(cut, quote="Other words …"), service.store.text(cut.doc_id))
    assert within_limit(citation, 0) is citation
    assert within_limit(citation, 500) is citation
