"""Findings of drafts over two small papers of our own and the register."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kb.drafts.checking import check_draft
from kb.drafts.draft import Draft, DraftPart
from kb.drafts.findings import DraftVerdict, FindingLevel
from kb.drafts.report import comment_words, report_text
from kb.messages import words
from kb.types import notice
from tests.library import base, home, library

if TYPE_CHECKING:
    from kb.drafts.findings import DraftFinding, DraftReport
    from kb.library.library import Library

__all__ = ["base", "home", "library"]

CODE = "Code for Careful Orchards"
V = DraftVerdict


def checked(library: Library, *texts: str | DraftPart) -> DraftReport:
    parts = tuple(
        each if isinstance(each, DraftPart) else DraftPart(each, notice("draft at paragraph", n=n))
        for n, each in enumerate(texts, 1)
    )
    return check_draft(library, Draft("draft", parts))


def only(report: DraftReport, item: str = "quotation") -> DraftFinding:
    found = [f for f in report.findings if f.item == item]
    assert len(found) == 1, [(f.written, f.verdict) for f in report.findings]
    return found[0]


@pytest.mark.parametrize(
    ("quote", "verdict"),
    [
        ("Robots may rest at night, and nobody is obliged to explain why they do.", V.SAYS_SO),
        ("Robots may rest at night … to explain why they do", V.ELIDED_RIGHTLY),
        ("[R]obots may rest at night, and nobody is obliged to explain", V.SAYS_SO),
        ("Robots may rest at night, and nobody is obliged to explain why they d", V.FRAGMENT),
        ("Robots may always rest at night, and nobody is obliged to explain why they do.", V.DIFFERS),
        ("Robots rest at night, and nobody is obliged to explain why they do.", V.DIFFERS),
        ("Ledgers are kept for nine years after the robot they describe has left", V.OTHER_CONTENT),
        ("The keeper writes down when each lamp was lit and by whom.", V.OTHER_DOCUMENT),
        ("A ladder is painted in two colours so that it is seen from the lane", V.NOWHERE),
        ("nobody is obliged to explain why they do … Ledgers are kept for nine years after the robot", V.STITCHED),
        ("Robots may rest at night, and nobody is obliged the gardener decides and notes the reason", V.STITCHED),
    ],
)
def test_a_quotation_with_its_reference(library: Library, quote: str, verdict: DraftVerdict) -> None:
    for text in (f"{CODE}, 5: “{quote}”", f"As it says, “{quote}” ({CODE}, 5).", f'{CODE}, 5, has "{quote}" there.'):
        assert only(checked(library, text)).verdict is verdict, text


def test_a_limiting_clause_that_a_full_stop_cuts_off(library: Library) -> None:
    cut = only(checked(library, f"{CODE}, 3: “The ledger should be open to neighbours, who may ask in writing.”"))
    assert cut.verdict is V.SAYS_SO, "nothing in what follows limits it"
    cut = only(checked(library, f"{CODE}, 2: “A robot is out of service.”"))
    assert cut.verdict is not V.SAYS_SO
    cut = only(checked(library, f"{CODE}, 4: “Gardeners shall be trained.”"))
    assert cut.verdict in {V.SAYS_SO, V.CUT}
    cut = only(checked(library, f"{CODE}, 6: “a robot and a gardener disagree about the ripeness of a pear.”"))
    assert cut.verdict is V.SAYS_SO


def test_a_condition_before_the_quotation_is_missed(library: Library) -> None:
    found = only(checked(library, f"{CODE}, 6: “The gardener decides and notes the reason.”"))
    assert found.verdict is V.CUT
    assert "Where a robot and a gardener disagree" in words(found.reason, "en")
    marked = only(checked(library, f"{CODE}, 6: “… the gardener decides and notes the reason.”"))
    assert marked.verdict is V.SAYS_SO


def test_a_quotation_without_a_reference_is_found(library: Library) -> None:
    found = only(checked(library, "“Robots may rest at night, and nobody is obliged to explain why they do.”"))
    assert (found.verdict, found.level) == (V.STANDS_HERE, FindingLevel.RIGHT)
    assert found.citation is not None
    assert found.citation.doc_ref == CODE
    assert only(checked(library, "“The moon is made of old ladders and of nothing else at all”")).verdict is V.NOWHERE


def test_terms_and_titles_in_marks_are_no_quotations(library: Library) -> None:
    report = checked(library, "What “rest” means, and ‘the ledger’, is in “Code for Careful Orchards”, 5.")
    assert [(f.item, f.verdict) for f in report.findings] == [("reference", V.EXISTS)]


def test_units_that_do_not_exist(library: Library) -> None:
    found = only(checked(library, f"See {CODE}, paragraph 12."), "reference")
    assert found.verdict is V.NO_SUCH_UNIT
    assert "9" in words(found.reason, "en")
    assert only(checked(library, "See UNESCO para 180."), "reference").verdict is V.NO_SUCH_UNIT
    assert only(checked(library, "OECD 1.9 asks for it."), "reference").verdict is V.NO_SUCH_UNIT
    assert not checked(library, "In Section 3 and in chapter 4.2 we return to Table 7.").findings


def test_a_superseded_edition_is_told_unless_the_draft_says_so(library: Library) -> None:
    found = only(checked(library, "OECD/LEGAL/0449 (2019), 1.4(b) asks for traceability."), "reference")
    assert found.verdict is V.SUPERSEDED_SINCE
    assert "1.5(b)" in words(found.reason, "en")
    assert "1.5(b)" in words(found.reason, "ko")
    said = checked(library, "OECD/LEGAL/0449 (2019), 1.4(b), since superseded, asked for traceability.")
    assert said.is_right


def test_words_of_the_register_are_not_the_official_text(library: Library) -> None:
    unit = next(u for u in library.store.units("register-unesco") if u.unit_id.endswith(":para:26"))
    gist = library.store.text("register-unesco")[unit.span.start : unit.span.end].split("\n")[1:3]
    quote = " ".join(" ".join(gist).split()[:12])
    found = only(checked(library, f"UNESCO para 26: “{quote}”"))
    assert found.verdict is V.REGISTER_WORDS


def test_a_text_that_is_not_loaded_leaves_the_quotation_open(library: Library) -> None:
    found = only(checked(library, "UNESCO para 26: “Whatever was agreed there in some words that we do not have”"))
    assert (found.verdict, found.level) == (V.TEXT_NOT_HERE, FindingLevel.OPEN)


@pytest.mark.parametrize("again", ["Ibid.", "ibid., 5", "The same paragraph", "위와 같음", "같은 문서 5"])
def test_words_that_point_back(library: Library, again: str) -> None:
    report = checked(
        library, f"{CODE}, 5, is short.", f"{again}: “Robots may rest at night, and nobody is obliged to explain”"
    )
    assert only(report).verdict is V.SAYS_SO
    assert only(report).named.endswith("5")


def test_a_note_belongs_to_the_quotation_before_its_mark(library: Library) -> None:
    text = "It says “Robots may rest at night” and “Ledgers are kept for nine years after the robot”."
    body = DraftPart(
        text,
        notice("draft at paragraph", n=1),
        marks=((text.index("night”") + 6, "a"), (len(text) - 1, "b")),
    )
    first = DraftPart(f"{CODE}, 5.", notice("draft at footnote", n=1), note="a")
    second = DraftPart("Ibid., 8.", notice("draft at footnote", n=2), note="b")
    report = checked(library, body, first, second)
    found = {f.written: (f.verdict, f.named[-1:]) for f in report.findings}
    assert found["Robots may rest at night"] == (V.SAYS_SO, "5")
    assert found["Ledgers are kept for nine years after the robot"] == (V.SAYS_SO, "8")


def test_a_block_quote_belongs_to_what_leads_to_it_or_stands_under_it(library: Library) -> None:
    words_of_5 = "Robots may rest at night, and nobody is obliged to explain why they do."
    block = DraftPart(words_of_5, notice("draft at line", n=3), quoted=((0, len(words_of_5)),))
    assert only(checked(library, f"So {CODE}, 5, has it:", block)).verdict is V.SAYS_SO
    assert only(checked(library, "It reads so:", block, f"— {CODE}, 5")).verdict is V.SAYS_SO
    inside = f"{words_of_5} — {CODE}, 8"
    block = DraftPart(inside, notice("draft at line", n=3), quoted=((0, len(inside)),))
    assert only(checked(library, block)).verdict is V.OTHER_CONTENT


def test_verdicts_and_reasons_have_words_in_both_languages(library: Library) -> None:
    quote = "Robots may always rest at night, and nobody is obliged to explain"
    report = checked(library, f"{CODE}, 5: “{quote}”; UNESCO para 180")
    for lang in ("en", "ko"):
        assert "always" in report_text(report, lang)
        assert all(comment_words(f, lang) for f in report.findings)
