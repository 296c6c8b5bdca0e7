"""What the scripts of the screen Look up ask for."""

from __future__ import annotations

import pytest

from app.web.handlers import EXAMPLE_REFERENCES, Handlers
from app.web.html.unit_page import COPY_FORMS
from app.web.screens.lookup import LookUpCalls
from kb.errors import ConfigError
from kb.messages import words
from tests.app.web.pages import HOSTILE, check

OECD_13 = "urn:kb:oecd:legal-0449:2024:principle:1.3"


@pytest.fixture
def calls(desk: Handlers) -> LookUpCalls:
    return LookUpCalls(desk)


def groups(calls: LookUpCalls, text: str, lang: str = "en") -> list[tuple[str, str]]:
    found = calls.suggest({"text": text}, lang)["html"]
    rows = [a for tag, a in check(found).tags if tag == "li"]
    return [(row["class"].rpartition("-")[2], row["data-text"]) for row in rows]


@pytest.mark.parametrize(
    ("typed", "unit"),
    [("1.3", "Principle 1.3"), ("원칙 1.3", "Principle 1.3"), ("art 14", "Article 14"), ("4.1", "Section 1")],
)
def test_suggestions_begin_with_what_enter_finds(calls: LookUpCalls, typed: str, unit: str) -> None:
    first, *rest = groups(calls, typed)
    assert first[0] == "found"
    assert unit in first[1]
    order = ["found", "part", "name", "like"]
    kinds = [order.index(kind) for kind, _ in (first, *rest)]
    assert kinds == sorted(kinds)


def test_another_number_is_a_guess_and_never_a_name(calls: LookUpCalls) -> None:
    rows = groups(calls, "4.1")
    assert ("name", "NIST AI 100-1, MAP 4.1 — Technology and legal risks") in rows
    others = [kind for kind, text in rows if "1.4" in text]
    assert others and set(others) == {"like"}


def test_korean_is_suggested_with_korean_places_and_titles(calls: LookUpCalls) -> None:
    (_, first), *_ = groups(calls, "제37항", "ko")
    assert first == "UNESCO Recommendation on the Ethics of AI (2021), 제37항 — 투명성이 필요한 이유"
    assert any("투명성" in text for _, text in groups(calls, "투명성", "ko"))


@pytest.mark.parametrize("typed", ["", "   ", "x" * 500, "\x00"])
def test_nothing_is_suggested_for_nothing(calls: LookUpCalls, typed: str) -> None:
    assert calls.suggest({"text": typed}, "en")["n"] == 0
    assert calls.suggest({"text": 7}, "en")["n"] == 0


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_are_only_texts(calls: LookUpCalls, text: str) -> None:
    check(calls.suggest({"text": text}, "en")["html"])
    check(calls.reference({"text": text}, "ko")["html"])
    check(calls.unit({"unit": text}, "en")["html"])


@pytest.mark.parametrize("reference", EXAMPLE_REFERENCES)
def test_each_example_leads_to_a_unit_that_its_address_opens(calls: LookUpCalls, reference: str) -> None:
    found = calls.reference({"text": reference}, "en")
    assert found["unit"], reference
    opened = calls.unit({"unit": found["unit"]}, "en")
    assert opened["unit"] == found["unit"]
    again = calls.reference({"text": opened["written"]}, "en")
    assert again["unit"] == found["unit"], opened["written"]


def test_a_unit_stands_in_its_tree_between_its_neighbours(calls: LookUpCalls) -> None:
    page = check(calls.unit({"unit": OECD_13}, "en")["html"])
    current = [a for _, a in page.tags if a.get("aria-current") == "true" and "data-unit" in a]
    assert [a["data-unit"] for a in current] == [OECD_13]
    steps = [a["data-unit"].rpartition(":")[2] for _, a in page.tags if "kb-step-" in a.get("class", "")]
    assert steps == ["1.2", "1.4"]
    crumbs = [a["href"] for _, a in page.tags if a.get("href", "").startswith("?unit=")]
    assert crumbs[-0] and any(href.endswith("whole") for href in crumbs)  # the document is a link too
    branch = check(calls.branch({"of": "urn:kb:oecd:legal-0449:2024:section:2"}, "en")["html"])
    assert [a["data-unit"] for _, a in branch.tags if "data-unit" in a]


def test_other_editions_are_links_with_their_words_beside(calls: LookUpCalls) -> None:
    page = check(calls.unit({"unit": "urn:kb:oecd:legal-0449:2019:principle:1.4"}, "en")["html"])
    assert "Editions side by side" in page.text
    assert {"del", "ins"} <= {tag for tag, _ in page.tags}  # both are the register's, so the words are compared
    linked = {a["data-unit"] for _, a in page.tags if "data-unit" in a}
    assert "urn:kb:oecd:legal-0449:2024:principle:1.4" in linked
    assert "successor" in page.text


def test_a_part_without_counterparts_shows_those_of_what_it_is_in_and_says_so(calls: LookUpCalls) -> None:
    page = check(calls.reference({"text": "EU AI Act Article 14(3)"}, "en")["html"])
    assert "This part has none of its own" in page.text
    assert "counterparts of Article 14" in page.text
    own = check(calls.reference({"text": "EU AI Act Article 14"}, "en")["html"])
    assert "none of its own" not in own.text


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("EU AI Act Art. 999", "from Article 2 to Article 113"),
        ("14.1", "Article 14"),
        ("OECD 1.9", "Principle 1.1"),
        ("UNESCO para 999", "the register describes"),
    ],
)
def test_what_is_missing_comes_with_what_is_there(calls: LookUpCalls, asked: str, said: str) -> None:
    found = calls.reference({"text": asked}, "en")
    page = check(found["html"])
    assert found["unit"] == ""
    assert said in page.text
    assert "kb corpus" not in page.text


@pytest.mark.parametrize("asked", ["human oversight", "1.3", "CertifAIEd transparency", "privacy"])
def test_no_name_of_the_machine_is_shown(calls: LookUpCalls, asked: str) -> None:
    for lang in ("en", "ko"):
        text = check(calls.reference({"text": asked}, lang)["html"]).text
        assert "[" not in text and "urn:" not in text
        assert "Transparency, IEEE CertifAIEd, Transparency" not in text
        listed = " ".join(text for _, text in groups(calls, asked, lang))
        assert "[" not in listed and "urn:" not in listed


@pytest.mark.parametrize("form", COPY_FORMS)
def test_a_unit_is_copied_in_each_form(calls: LookUpCalls, form: str) -> None:
    copied = calls.copy({"unit": OECD_13, "form": form}, "en")
    assert ("1.3" in copied["text"]) == (form not in {"csl", "bibtex", "ris"} or "1.3" in copied["text"])
    assert copied["text"].strip()
    assert bool(copied["html"]) == (form == "text")


def test_the_citation_is_that_of_the_unit(calls: LookUpCalls) -> None:
    citation = calls.cite({"unit": OECD_13}, "en")
    assert citation["unit_id"] == OECD_13
    assert citation["quote_sha256"] and citation["index_id"]
    with pytest.raises(ConfigError) as raised:
        calls.cite({"unit": "urn:kb:nothing"}, "en")
    assert raised.value.notice is not None and words(raised.value.notice, "ko")
