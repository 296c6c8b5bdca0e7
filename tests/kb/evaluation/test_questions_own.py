"""Our own questions: every fault in the files is named, and a judged quote is found again when its text has moved."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.catalog.catalog import corpus_dir, load_catalog
from kb.catalog.register import load_corpus
from kb.errors import ConfigError
from kb.evaluation.questions_own import (
    COLUMNS,
    FOLDER,
    JUDGEMENTS,
    QUESTIONS,
    Judgement,
    OwnSet,
    State,
    check,
    holds,
    load_own_set,
    locate_judgement,
    split_of,
)
from kb.text.cleaning import readable
from kb.types import PAGE_BREAK, Page, Span
from tests.paths import DOCUMENTS

if TYPE_CHECKING:
    from collections.abc import Sequence

SHA = "a" * 64


@cache
def own_set() -> OwnSet:
    folder = corpus_dir() / FOLDER
    return load_own_set((folder / QUESTIONS).read_text("utf-8"), (folder / JUDGEMENTS).read_text("utf-8"))


def question(**changes: object) -> dict[str, object]:
    pair = str(changes.pop("pair", "fact-001"))
    lang = str(changes.pop("lang", "en"))
    row: dict[str, object] = {
        "id": f"{pair}-{lang}",
        "pair": pair,
        "lang": lang,
        "kind": "factual",
        "split": split_of(pair),
        "hard": False,
        "answerable": True,
        "text": "Who?",
    }
    return row | changes


def judged(**changes: object) -> dict[str, object]:
    row: dict[str, object] = {
        "query_id": "fact-001-en",
        "group": 1,
        "doc_id": "alpha",
        "unit_id": "",
        "page_index": 1,
        "char_start": 3,
        "char_end": 8,
        "n_chars": 5,
        "quote_sha256": SHA,
        "text_sha256": SHA,
        "grade": 2,
    }
    return row | changes


def read(questions: Sequence[dict[str, object]], judgements: Sequence[dict[str, object]]) -> OwnSet:
    rows = [COLUMNS, *([str(row[name]) for name in COLUMNS] for row in judgements)]
    return load_own_set(
        "".join(json.dumps(q, ensure_ascii=False) + "\n" for q in questions),
        "".join("\t".join(row) + "\n" for row in rows),
    )


# --- reading ---------------------------------------------------------------------------------------------------------


def test_questions_and_judgements_are_read() -> None:
    register = dict.fromkeys(("char_start", "char_end", "n_chars", "quote_sha256", "text_sha256"), "")
    entry = judged(group=2, doc_id="register-x", unit_id="urn:kb:x:y:1:para:1", grade=1, **register)
    got = read([question(), question(lang="ko", text="누가?")], [judged(), entry, *_for("ko", judged(), entry)])
    assert [q.id for q in got.questions] == ["fact-001-en", "fact-001-ko"]
    assert got.questions[1].text == got.questions[1].alone == "누가?"
    first, second = got.of("fact-001-en")
    assert first == Judgement("fact-001-en", 1, "alpha", "", 1, Span(3, 8), 5, SHA, SHA, 2)
    assert second.span is None
    assert second.unit_id == "urn:kb:x:y:1:para:1"


def _for(lang: str, *rows: dict[str, object]) -> list[dict[str, object]]:
    return [row | {"query_id": f"fact-001-{lang}"} for row in rows]


def test_a_choice_of_questions_restricts_by_what_is_given() -> None:
    other = question(pair="none-001", kind="no-answer", answerable=False, trap="near")
    got = read([question(), other], [judged()])
    assert got.chosen() == got.questions
    assert [q.id for q in got.chosen(kinds={"no-answer"})] == ["none-001-en"]
    assert [q.id for q in got.chosen(split=split_of("fact-001"), kinds=["factual"], lang="en")] == ["fact-001-en"]
    assert got.chosen(lang="ko") == ()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"id": "x"}, "not the pair and the language"),
        ({"lang": "fr"}, "lang 'fr' is none of en, ko"),
        ({"kind": "odd"}, "kind 'odd' is none of"),
        ({"split": "train"}, "which the pair's hash gives"),
        ({"text": "  "}, "text is empty"),
        ({"text": 3}, "text: 3 is not as the README describes it"),
        ({"hard": "yes"}, "hard: 'yes' is not as the README describes it"),
        ({"expects_units": "urn"}, "expects_units: 'urn' is not as"),
        ({"expects_units": [""]}, "expects_units: [''] is not as"),
        ({"colour": "red"}, "unknown key 'colour'"),
        ({"history": ["Before?"]}, "belong to a dialogue"),
        ({"kind": "dialogue"}, "belong to a dialogue"),
        ({"kind": "reference"}, "names the units it expects"),
        ({"kind": "edition-sensitive"}, "names the edition it expects"),
        ({"answerable": False}, "a question of kind factual is answerable"),
        ({"kind": "no-answer", "answerable": False}, "names its trap"),
        ({"kind": "no-answer", "trap": "near"}, "not answerable and names its trap"),
    ],
)
def test_a_fault_in_a_question_is_named_with_its_line(changes: dict[str, object], words: str) -> None:
    with pytest.raises(ConfigError) as error:
        read([question() | changes], [judged()])
    assert str(error.value).startswith(f"{QUESTIONS}:1: ")
    assert words in str(error.value)


def test_what_is_no_question_and_what_lacks_a_key_is_named() -> None:
    with pytest.raises(ConfigError, match=r"questions.jsonl:2: not JSON") as error:
        load_own_set('\n{"id"\n[]\n{"id": "x"}\n', "\t".join(COLUMNS))
    assert f"{QUESTIONS}:3: not an object" in str(error.value)
    assert f"{QUESTIONS}:4: pair is missing" in str(error.value)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"grade": 3}, "grade 3 is neither 1 nor 2"),
        ({"group": 0}, "count from 1"),
        ({"page_index": 0}, "count from 1"),
        ({"page_index": "i"}, "page_index 'i' is not a number"),
        ({"char_end": 3}, "the place [3, 3) is empty"),
        ({"char_end": 2}, "the place [3, 2) is empty"),
        ({"n_chars": 0}, "is empty"),
        ({"n_chars": ""}, "n_chars '' is not a number"),
        ({"quote_sha256": "a" * 63}, "quote_sha256 is not a SHA-256"),
        ({"text_sha256": "G" * 64}, "text_sha256 is not a SHA-256"),
        ({"char_start": ""}, "neither a place nor a unit"),
        ({"char_start": "", "unit_id": "urn"}, "a place without a beginning"),
    ],
)
def test_a_fault_in_a_judgement_is_named_with_its_line(changes: dict[str, object], words: str) -> None:
    with pytest.raises(ConfigError) as error:
        read([question()], [judged(**changes)])
    assert f"{JUDGEMENTS}:2: " in str(error.value)
    assert words in str(error.value)


def test_a_wrong_header_and_a_short_line_are_named() -> None:
    with pytest.raises(ConfigError, match=r"qrels.tsv:1: the header is not query_id group"):
        load_own_set("", "query_id\tgroup\n")
    with pytest.raises(ConfigError, match=r"qrels.tsv:2: 2 columns, not 11"):
        load_own_set("", "\t".join(COLUMNS) + "\nx\ty\n")


REF = {"kind": "reference", "expects_units": ["urn"]}
CROSS = {"kind": "comparison"}


@pytest.mark.parametrize(
    ("questions", "judgements", "words"),
    [
        ([question(), question()], [judged()], "2 questions have the id fact-001-en"),
        ([question()], [], "answerable, but nothing is judged"),
        ([question()], [judged(grade=1)], "no place answers alone"),
        ([question()], [judged(), judged()], "a place judged twice"),
        ([question()], [judged(), judged(query_id="fact-009-en")], "fact-009-en is no question"),
        (
            [question(kind="no-answer", answerable=False, trap="near")],
            [judged()],
            "not answerable, but judged",
        ),
        ([question(**CROSS)], [judged(), judged(char_end=9)], "judged in two documents at least"),
        ([question(**CROSS)], [judged(), judged(doc_id="beta", grade=1)], "judged in two documents at least"),
        (
            [question(), question(lang="ko", hard=True)],
            [judged(), *_for("ko", judged())],
            "differ in more than their words",
        ),
        (
            [question(), question(lang="ko")],
            [judged(), *_for("ko", judged(char_end=9))],
            "the languages of fact-001 are judged differently",
        ),
        (
            [question(**REF), question(lang="ko", **REF)],
            [judged(), *_for("ko", judged(group=2))],
            "the languages of fact-001 are judged differently",
        ),
    ],
)
def test_files_that_do_not_agree_are_refused(
    questions: list[dict[str, object]], judgements: list[dict[str, object]], words: str
) -> None:
    with pytest.raises(ConfigError) as error:
        read(questions, judgements)
    assert words in str(error.value)


def test_many_faults_are_counted_not_listed() -> None:
    with pytest.raises(ConfigError, match="… and 30 more"):
        load_own_set("[]\n" * 50, "\t".join(COLUMNS))


# --- against a text --------------------------------------------------------------------------------------------------

WORDS = ("Records", "of", "use", "are", "kept", "for", "six", "months", "or", "longer")


def pages_of(*texts: str) -> tuple[str, tuple[Page, ...]]:
    pages: list[Page] = []
    start = 0
    for number, text in enumerate(texts, start=1):
        pages.append(Page(number, start, start + len(text)))
        start += len(text) + len(PAGE_BREAK)
    return PAGE_BREAK.join(texts), tuple(pages)


def place(text: str, start: int, end: int, page: int = 1) -> Judgement:
    quote = readable(text[start:end])
    sha256 = hashlib.sha256(quote.encode()).hexdigest()
    return Judgement("q", 1, "alpha", "", page, Span(start, end), len(quote), sha256, SHA, 2)


@given(st.data())
def test_a_quote_is_found_whatever_stands_before_it_and_however_its_lines_break(data: st.DataObject) -> None:
    first = data.draw(st.integers(0, len(WORDS) - 2))
    last = data.draw(st.integers(first + 1, len(WORDS) - 1))
    text = " ".join(WORDS)
    start = len(" ".join((*WORDS[:first], "")))
    end = len(" ".join(WORDS[: last + 1]))
    judgement = place(text, start, end)
    blanks = data.draw(st.lists(st.sampled_from([" ", "\n", "  ", " \n"]), min_size=len(WORDS), max_size=len(WORDS)))
    before = data.draw(st.sampled_from(["", "A new line of the title\n", "x" * 50 + "\n\n"]))
    moved = before + "".join(map("".join, zip(WORDS, blanks, strict=True)))
    n_front = data.draw(st.integers(0, 6))
    whole, pages = pages_of(*["an inserted page"] * n_front, moved)
    span = locate_judgement(judgement, whole, pages)
    assert span is not None
    assert readable(whole[span.start : span.end]) == readable(text[start:end])


def test_a_quote_that_has_not_moved_is_left_where_it_is_though_it_stands_twice() -> None:
    text, pages = pages_of("the end. the end.")
    judgement = place(text, 9, 17)
    assert holds(judgement, text)
    assert locate_judgement(judgement, text, pages) == Span(9, 17)


def test_of_two_equal_quotes_the_nearer_is_taken_and_the_page_goes_before_the_document() -> None:
    old, _ = pages_of("x", "it ends.")
    judgement = place(old, 2, 10, page=2)
    text, pages = pages_of("it ends.", "and so, it ends. Then it ends.")
    assert locate_judgement(judgement, text, pages) == Span(17, 25)


def test_a_quote_is_not_found_inside_a_word() -> None:
    judgement = place("art of it", 0, 3)
    text, pages = pages_of("The part and the art")
    assert locate_judgement(judgement, text, pages) == Span(17, 20)


def test_a_quote_over_the_end_of_a_page_is_found_again() -> None:
    text, _ = pages_of("it goes", "on and on")
    judgement = place(text, 3, 10)
    moved, pages = pages_of("first, it goes", "on and on")
    span = locate_judgement(judgement, moved, pages)
    assert span is not None
    assert moved[span.start : span.end] == "goes\fon"


def test_a_quote_that_is_gone_is_not_found() -> None:
    judgement = place("one sentence", 0, 12)
    assert locate_judgement(judgement, *pages_of("another", "text")) is None
    assert locate_judgement(judgement, "", ()) is None


def test_each_judgement_is_told_as_it_stands() -> None:
    text, pages = pages_of("alpha beta", "gamma")
    exact, moved = place(text, 0, 5), place("beta", 0, 4)
    gone, absent = place("delta", 0, 5), Judgement("q", 1, "other", "", 1, Span(0, 1), 1, SHA, SHA, 2)
    entry = Judgement("q", 1, "register-x", "urn:1", 1, None, 0, "", "", 2)
    got = list(check([exact, moved, gone, absent, entry], {"alpha": (text, pages)}, {"urn:1"}))
    states = [State.EXACT, State.MOVED, State.STALE, State.ABSENT, State.EXACT]
    assert [standing.state for standing in got] == states
    assert got[1].span == Span(6, 10)
    assert "the quote of alpha, page 1, is gone" in got[2].reason
    [without] = check([entry], {}, {"urn:2"})
    assert (without.state, without.reason) == (State.STALE, "no unit urn:1")
    [unknown] = check([entry], {})
    assert unknown.state is State.ABSENT


# --- the set itself --------------------------------------------------------------------------------------------------


def test_the_set_is_large_enough_and_of_every_kind_in_both_languages() -> None:
    questions = own_set().questions
    assert len(questions) >= 240
    korean = [q for q in questions if q.lang == "ko"]
    pairs = {q.pair for q in questions if q.lang == "en"}
    assert len(korean) >= 70
    assert sum(q.pair in pairs for q in korean) >= 60
    at_least = {
        "factual": 60,
        "which-clause": 20,
        "comparison": 14,
        "edition-sensitive": 12,
        "reference": 20,
        "dialogue": 8,
        "no-answer": 50,
    }
    for kind, n in at_least.items():
        assert sum(q.kind == kind for q in questions) >= n, kind
        assert {q.lang for q in questions if q.kind == kind} == {"en", "ko"}
    assert 0.3 <= sum(q.hard for q in questions) / len(questions) <= 0.4
    assert 0.4 <= sum(q.split == "dev" for q in questions) / len(questions) <= 0.6


def test_korean_questions_are_written_in_korean() -> None:
    assert {q.lang for q in own_set().questions} == {"en", "ko"}
    for q in own_set().questions:
        hangul = any("가" <= char <= "힣" for char in q.text)
        if q.lang == "en":
            assert not hangul, q.id
        elif q.kind != "reference":
            assert hangul, q.id


def test_every_edition_and_document_named_is_in_the_catalog_and_register_units_are_in_the_register() -> None:
    catalog = load_catalog((corpus_dir() / "catalog.toml").read_text("utf-8"), "corpus/catalog.toml")
    register = load_corpus(catalog)
    entries = {register.unit_id(entry) for entry in register.entries}
    known = {edition.doc_id: edition for edition in catalog.editions}
    assert own_set().questions and own_set().judgements
    for q in own_set().questions:
        assert {q.expects_edition, q.older_edition, q.successor} - {""} <= known.keys(), q.id
    for j in own_set().judgements:
        assert j.doc_id in known, j.query_id
        if j.span is None:
            assert known[j.doc_id].is_register
            assert j.unit_id in entries, f"{j.query_id}: {j.unit_id}"
        else:
            assert j.text_sha256 in {file.sha256 for file in known[j.doc_id].files}, j.query_id


UNJUDGED = [
    "eu-gpai-code-transparency-2025.pdf",
    "eu-guidelines-prohibited-practices-2025.pdf",
    "msit-ai-ethics-standards-2020-ko.pdf",
    "oecd-legal-0449-2019-official.pdf",
]
"""Publications of the catalog at hand that no question of the set is judged on."""


@pytest.mark.documents
@pytest.mark.skipif(DOCUMENTS is None, reason="official publications are not at hand (../shared/documents)")
def test_every_judged_quote_stands_in_the_real_documents() -> None:
    from ingest.layout.layout import lay_out
    from ingest.parse import Task, parse_file
    from ingest.readers.pdf import read_pdf
    from ingest.units import find_units

    assert DOCUMENTS is not None
    catalog = load_catalog((corpus_dir() / "catalog.toml").read_text("utf-8"), "corpus/catalog.toml")
    register = load_corpus(catalog)
    units = {register.unit_id(entry) for entry in register.entries}
    judged = {j.text_sha256 for j in own_set().judgements if j.span is not None}
    assert judged
    texts: dict[str, tuple[str, tuple[Page, ...]]] = {}
    unjudged: list[str] = []
    for path in sorted(DOCUMENTS.rglob("*.*")):
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        edition = catalog.by_sha256(sha256)
        if edition is None:
            continue
        if sha256 not in judged:
            unjudged.append(path.name)
            continue
        if path.suffix == ".pdf":
            pages, outline, _, notes = read_pdf(path)
            layout = lay_out(pages, outline, notes)
        else:
            layout = parse_file(Task(path, sha256)).layout
        texts[edition.doc_id] = (layout.text, layout.pages)
        units |= {unit.unit_id for unit in find_units(layout, edition)[0]}
    assert unjudged == UNJUDGED
    assert texts.keys() == {j.doc_id for j in own_set().judgements if j.span is not None}
    stale = {s.reason for s in check(own_set().judgements, texts, units) if s.state is State.STALE}
    assert sorted(stale) == []
    named = {unit for q in own_set().questions for unit in (*q.expects_units, *q.accepts_units)}
    assert sorted(named - units) == []
