"""Pages without provisions: found under plain headings and by their lines, and named in the heading path."""

from __future__ import annotations

import pytest

from ingest.passages.page_kinds import ranges_by_kind
from kb.text.page_kinds import Apparatus, is_asked_for, kind_of_heading, kind_of_path
from tests.ingest.layouts import Row, make_layout
from tests.ingest.passages.test_chunking import passages_of

PROSE = (
    "The keeper of each lamp writes down when the lamp was lit and by whom it was lit.",
    "Whoever trims a wick tells the keeper, who notes the hour in the book of the lamp.",
)


def body(*texts: str) -> list[Row]:
    return [(text, 50.0, 1.0, False) for text in texts]


REPORT = make_layout(
    [
        body("Acknowledgements", "The authors thank the keepers of all lamps for their advice on wicks."),
        body(*PROSE, *PROSE),
        body("References", "Doe, J. (2029). On wicks. Journal of Lamps 3.", "Roe, R. (2030). On oil. Lamp Review 8."),
        body(*PROSE),
    ]
)


def test_plain_headings_show_what_stands_below_them() -> None:
    found = [(REPORT.text[s.start : s.end].split("\n")[0], kind) for s, kind in ranges_by_kind(REPORT, [])]
    assert found == [("Acknowledgements", Apparatus.ACKNOWLEDGEMENTS), ("References", Apparatus.REFERENCES)]


def test_a_list_of_contents_ends_where_its_first_entry_stands_again() -> None:
    text = body("차례", "1. 등불의 관리", "2. 심지의 손질", "1장. 등불의 관리", *PROSE, *PROSE)
    [(span, kind)] = ranges_by_kind(made := make_layout([text]), [])
    assert (made.text[span.start : span.end].split("\n"), kind) == (
        ["차례", "1. 등불의 관리", "2. 심지의 손질"],
        Apparatus.CONTENTS,
    )
    dotted = body("Contents", "1. Keeping lamps ...... 2", "2. Trimming wicks . . . 3", "1. Keeping lamps", *PROSE)
    [(span, _)] = ranges_by_kind(made := make_layout([dotted]), [])
    assert made.text[span.start : span.end].endswith("3")


def test_the_kind_is_in_the_heading_path_of_its_passages_alone() -> None:
    kinds = {p.text.split()[0]: kind_of_path(p.headings) for p in passages_of(REPORT)}
    assert kinds["The"] is None
    assert Apparatus.ACKNOWLEDGEMENTS in kinds.values()
    assert Apparatus.REFERENCES in kinds.values()


def test_a_page_of_sources_is_known_by_its_lines() -> None:
    entries = [f"Name{n}, A. B. (20{n}). On the lamps of port {n}. Lamp Review." for n in range(10, 16)]
    [(_, kind)] = ranges_by_kind(make_layout([body(*PROSE), body(*entries)]), [])
    assert kind is Apparatus.REFERENCES


def test_a_cover_and_an_imprint_are_known_by_their_lines() -> None:
    imprint = body(
        "© 2030 Guild of Keepers", "12 Quay Street, Harbour 12345", "keepers@guild.example", "Tel. +1 555 0100"
    )
    pages = [body("Guild of Keepers", "Code of Lamps"), *([body(*PROSE)] * 5), imprint]
    assert [kind for _, kind in ranges_by_kind(make_layout(pages), [])] == [Apparatus.COVER, Apparatus.IMPRINT]


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("The GLK is an independent organisation of keepers from all ports", Apparatus.IMPRINT),
        ("The GLK is at sea", None),
        ("The OECD is a unique forum where governments work together", Apparatus.IMPRINT),
        ("About the OECD", Apparatus.IMPRINT),
        ("About the OECD framework", None),
        ("About the GDPR", None),
        ("About the NIST AI RMF Core", None),
        ("About the CLOUD Act", None),
        ("About the DPIA process", None),
        ("AI is a new institution of society", None),
        ("AI is a global institution of society", None),
        ("The DPIA is an agency of its own kind", None),
        ("References", Apparatus.REFERENCES),
        ("7. Bibliography", Apparatus.REFERENCES),
        ("참고문헌", Apparatus.REFERENCES),
        ("Table of contents", Apparatus.CONTENTS),
        ("목차", Apparatus.CONTENTS),
        ("Acknowledgments", Apparatus.ACKNOWLEDGEMENTS),
        ("Executive summary", Apparatus.SUMMARY),
        ("Contact", Apparatus.IMPRINT),
        ("Contracts with keepers", None),
        ("Reference lamps of the harbour", None),
    ],
)
def test_headings_of_pages_without_provisions(heading: str, kind: Apparatus | None) -> None:
    assert kind_of_heading(heading) is kind


def test_what_is_asked_for_is_not_set_back() -> None:
    assert is_asked_for(Apparatus.REFERENCES, "Which references does the report cite?")
    assert is_asked_for(Apparatus.ACKNOWLEDGEMENTS, "Who wrote the code?")
    assert not is_asked_for(Apparatus.REFERENCES, "What does the code say about wicks?")
    assert is_asked_for(Apparatus.CONTENTS, "Into how many chapters is the code divided?")
    assert is_asked_for(Apparatus.CONTENTS, "이 규정은 몇 개의 장으로 되어 있나요?")
    assert not is_asked_for(Apparatus.CONTENTS, "How many lamps does a keeper light?")
    assert not is_asked_for(Apparatus.CONTENTS, "등불은 모두 몇 개인가요?")
