"""Passages: slices of the text that fit the encoder, with their heading paths; unrelated text is not mixed."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.layout.layout import Layout
from ingest.layout.line_features import line_features
from ingest.layout.source_page import OutlineItem
from ingest.parse import catalog
from ingest.passages.chunking import FOOTNOTES_HEADING, HEADING_TOKENS, REFERENCES_HEADING, make_passages
from ingest.units import SCHEMES, find_units
from tests.fakes import WordEncoder
from tests.ingest.layouts import LAYOUTS, Row, make_layout
from tests.ingest.units.test_units import FILES, read
from tests.paths import document
from tests.pdfs import words

if TYPE_CHECKING:
    from pathlib import Path

    from kb.types import Edition, Passage

count = WordEncoder().count_tokens


def letters(texts: object) -> list[int]:
    """A tokenizer that is hard to please: a token for every four characters, words or not."""
    return [len(str(text)) // 4 + 2 for text in texts]  # type: ignore[attr-defined]


def edition(scheme: str = "unesco-para") -> Edition:
    return replace(catalog().get("unesco-ai-ethics-2021"), scheme=scheme, expected=())


def body(*texts: str) -> list[Row]:
    return [(text, 50.0, 1.0, False) for text in texts]


def passages_of(layout: Layout, scheme: str = "outline", budget: int = 128) -> list[Passage]:
    of = edition(scheme)
    units, _ = find_units(layout, of)
    return make_passages(layout, units, of, count, budget)


@settings(max_examples=150)
@given(LAYOUTS, st.sampled_from(sorted(SCHEMES)), st.integers(HEADING_TOKENS + 32, 256), st.booleans())
def test_passages_are_slices_in_order_that_fit(layout: Layout, scheme: str, budget: int, hard: bool) -> None:
    of = edition(scheme)
    units, _ = find_units(layout, of)
    tokens = letters if hard else count
    passages = make_passages(layout, units, of, tokens, budget)
    by_id = {u.unit_id: u for u in units}
    last = 0
    for p in passages:
        assert layout.text[p.span.start : p.span.end] == p.text == p.text.strip()
        assert p.span.start >= last, "in reading order, and none overlaps another"
        last = p.span.end
        assert p.page_start <= p.page_end <= len(layout.pages)
        assert p.headings[0] == of.ref
        if p.unit_id is not None:
            unit = by_id[p.unit_id]
            assert unit.span.start <= p.span.start
            assert p.span.end <= unit.span.end
    if hard:  # words as long as a page cannot be made to fit by blanks, only by cutting
        assert all(
            n <= budget or len(p.text) < 2
            for n, p in zip(tokens([p.search_text for p in passages]), passages, strict=True)
        )
    else:
        assert all(n <= budget for n in tokens([p.search_text for p in passages]))


@settings(max_examples=100)
@given(LAYOUTS)
def test_all_words_but_contents_and_headings_are_in_a_passage(layout: Layout) -> None:
    features = line_features(layout)
    passages = passages_of(layout)
    covered = {i for p in passages for i in range(p.span.start, p.span.end)}
    titles = [unit.title for unit in find_units(layout, edition("outline"))[0]]
    paths = " ".join([*(heading for p in passages for heading in p.headings), *titles])
    for i, line in enumerate(layout.lines):
        if i in features.contents or i in features.heads or sum(c.isalpha() for c in features.texts[i]) < 3:
            continue
        if re.search(r"continued|categories|action id", features.texts[i], re.IGNORECASE):
            continue
        if features.texts[i] in paths:  # a label above a heading, or the title again below it
            continue
        if any(title and features.texts[i].endswith(title) for title in titles):  # a numbered heading
            continue
        if any(title.startswith(features.texts[i].partition(" ")[2] or "-") for title in titles):  # of several lines
            continue
        inside = [k for k in range(line.start, line.end) if layout.text[k].isalnum()]
        missing = [k for k in inside if k not in covered]
        assert len(missing) < 3, features.texts[i]


def test_a_budget_too_small_is_refused() -> None:
    with pytest.raises(ValueError, match="leaves no room"):
        make_passages(make_layout([body("words")]), [], edition(), count, HEADING_TOKENS + 8)


def test_a_word_longer_than_the_budget_is_cut() -> None:
    layout = make_layout([body("ladder " + "x" * 5000 + " net")])
    passages = make_passages(layout, [], edition(), letters, 120)
    assert max(letters([p.search_text for p in passages])) <= 120
    assert "".join(p.text for p in passages).count("x") == 5000


def test_a_document_of_nothing_but_headings_keeps_them() -> None:
    layout = make_layout([[("On ladders", 50, 1.8, True), ("On nets", 50, 1.8, True)]])
    assert " ".join(p.text for p in passages_of(layout)) == "On ladders\nOn nets"
    assert passages_of(make_layout([[]])) == []


def test_headings_go_into_the_path_and_are_no_passage() -> None:
    layout = make_layout([[("Ladders", 50, 2.2, True), ("Oak", 50, 1.6, True), *body(*words(1))]])
    passages = passages_of(layout)
    assert [p.headings[1:] for p in passages] == [("Ladders", "Oak")]
    assert passages[0].text.startswith("Oak\n")
    assert passages[0].search_text.startswith(f"{edition().ref} > Ladders > Oak\n")


def test_a_footnote_is_a_passage_of_its_own() -> None:
    sentence = "The keeper of the orchard counts the ladders every evening and"
    notes: list[Row] = [("4 Rules on ladders, second reading.", 50, 0.6, False)]
    first = [*body(*words(1), *words(2), *words(3), *words(4), sentence), *notes]
    layout = make_layout([first, body("again every morning.", *words(2))])
    passages = passages_of(layout)
    noted = [p for p in passages if FOOTNOTES_HEADING in p.headings]
    assert [p.text for p in noted] == ["4 Rules on ladders, second reading."]
    assert all("Rules on ladders" not in p.text for p in passages if p not in noted)
    assert any(p.text.startswith("again every morning.") for p in passages)


def test_lists_of_sources_are_marked() -> None:
    layout = make_layout(
        [
            [("Ladders", 50, 1.6, True), *body(*words(1)), ("References", 50, 1.6, True), *body(*words(2))],
            body(*words(3)),
        ]
    )
    marked = [REFERENCES_HEADING in p.headings for p in passages_of(layout)]
    assert marked == [False, *[True] * (len(marked) - 1)]
    assert len(marked) > 1


def test_parts_that_the_bookmarks_call_membership_are_marked() -> None:
    plain = make_layout([body(*words(1)), body(*words(2)), body(*words(3))])
    items = (
        OutlineItem(0, "Ladders", 1),
        OutlineItem(0, "Global Initiative Membership", 2),
        OutlineItem(0, "Annex", 3),
    )
    layout = replace(plain, outline=items)
    assert [REFERENCES_HEADING in p.headings for p in passages_of(layout)] == [False, True, False]


def test_rows_of_a_control_table_are_asked_for_by_themselves() -> None:
    rows: list[Row] = [
        ("GOVERN 1: Rules on", 50, 1.0, False), ("ladders are known.", 50, 1.0, False),
        ("GOVERN 1.1: Ladders are counted.", 200, 1.0, False), ("GOVERN 1.2: Ladders are mended.", 200, 1.0, False),
    ]  # fmt: skip
    passages = passages_of(make_layout([rows]), "nist-rmf")
    assert [p.text for p in passages][-2:] == ["GOVERN 1.1: Ladders are counted.", "GOVERN 1.2: Ladders are mended."]
    assert passages[-1].headings[1:] == ("GOVERN", "GOVERN 1 Rules on ladders are known", "GOVERN 1.2")


# --- the publications -------------------------------------------------------------------------------------------------


@cache
def of_document(doc_id: str) -> tuple[Layout, tuple[Passage, ...]]:
    parsed = read(document(FILES[doc_id]))
    return parsed.layout, tuple(make_passages(parsed.layout, parsed.units, parsed.edition, count, 256))


@pytest.mark.documents
@pytest.mark.parametrize("doc_id", sorted(FILES))
def test_passages_of_the_publications(doc_id: str) -> None:
    layout, passages = of_document(doc_id)
    features = line_features(layout)
    assert passages
    assert all(layout.text[p.span.start : p.span.end] == p.text for p in passages)
    assert max(count([p.search_text for p in passages])) <= 256
    share = sum(len(p.text) for p in passages) / len(layout.text)
    contents = sum(layout.lines[i].end - layout.lines[i].start for i in features.contents) / len(layout.text)
    assert share > 0.94 - contents
    for p in passages:
        first, last = features.at(p.span.start), features.at(p.span.end - 1)
        assert not set(range(first, last + 1)) & features.contents
        notes = set(range(first, last + 1)) & features.notes
        assert not notes or len(notes) == last - first + 1, "a footnote stands alone"


@pytest.mark.documents
def test_no_passage_of_the_glossary_mixes_columns() -> None:
    layout, passages = of_document("ieee-ead-v2-glossary-2017")
    columns = {
        "Ethics and Philosophy", "Engineering", "Ordinary language", "Government, Policy, and Social Sciences",
        "Computational Disciplines",
    }  # fmt: skip
    cells = [p for p in passages if p.headings[-1] in columns]
    assert {p.headings[-1] for p in cells} == columns
    assert len(cells) > 350
    features = line_features(layout)
    for p in cells:
        inside = [layout.lines[i] for i in range(features.at(p.span.start) + 1, features.at(p.span.end - 1) + 1)]
        lines = [x for x in inside if x.x0 > 60]  # a term's own lines stand with its first cell
        assert max((x.x0 for x in lines), default=0) - min((x.x0 for x in lines), default=0) < 90, p.text
        assert p.page_start == p.page_end
    privacy = [p for p in cells if p.headings[1] == "Definition of “Privacy”"]
    assert {p.headings[-1] for p in privacy} == columns


@pytest.mark.documents
def test_subcategories_name_function_and_category() -> None:
    _, passages = of_document("nist-ai-100-1-2023")
    rows = [p for p in passages if p.unit_id and re.search(r":(?:govern|map|measure|manage):\d+\.\d+$", p.unit_id)]
    assert len(rows) == 72
    for p in rows:
        function, category = re.match(r"([A-Z]+) (\d+)", p.text).groups()  # type: ignore[union-attr]
        assert function in p.headings
        assert any(h.startswith(f"{function} {category} ") and len(h) > 20 for h in p.headings), p.headings
        assert f"{function} {category} " in p.search_text


@pytest.mark.documents
def test_end_notes_and_members_are_marked() -> None:
    _, passages = of_document("ieee-ead-v1-2016")
    at_the_end = [p for p in passages if p.page_start >= 105]
    assert at_the_end
    assert all(REFERENCES_HEADING in p.headings for p in at_the_end)
    assert not any(REFERENCES_HEADING in p.headings for p in passages if 4 <= p.page_start <= 15)


@pytest.fixture(scope="module")
def encoders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for an encoder that is converted once."""
    return tmp_path_factory.mktemp("encoders")


@pytest.mark.documents
@pytest.mark.slow
@pytest.mark.parametrize("doc_id", ["nist-ai-100-1-2023", "unesco-courts-2026-es", "ieee-ead-v2-glossary-2017"])
def test_the_real_tokenizer_finds_every_passage_within_its_budget(doc_id: str, encoders: Path) -> None:
    from app.settings import load_settings
    from kb.models.encoder import SentenceEncoder

    chosen = load_settings().settings
    encoder = SentenceEncoder(chosen.encoder, chosen.encoder_dtype, cache=encoders)
    parsed = read(document(FILES[doc_id]))
    passages = make_passages(parsed.layout, parsed.units, parsed.edition, encoder.count_tokens, encoder.info.max_tokens)
    assert max(encoder.count_tokens([p.search_text for p in passages])) <= encoder.info.max_tokens
