"""Who is asked about, and of whom sentences speak."""

from __future__ import annotations

import pytest

from kb.query.actors import (
    act_asked,
    acting_in,
    acting_in_headings,
    acting_in_passage,
    actors_asked,
    is_same_actor,
    names_any,
    speaks_of_others,
)


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("What must a keeper of lamps do about fog?", {"keeper"}),
        ("By when must keepers hand in their books?", {"keeper"}),
        ("Must the harbour's lamp makers tell the guild?", {"maker"}),
        ("What are the obligations of sellers as to storage?", {"seller"}),
        ("We are a seller of lamps. Do we have to keep books?", {"seller"}),
        ("When is a seller treated as the maker of a lamp?", {"seller"}),
        ("What may a licensing authority ask for?", {"licensing authority"}),
        ("Do makers and sellers have to keep books?", {"maker", "seller"}),
        ("Whom must a keeper tell of a fog?", {"keeper"}),
        ("Is a keeper allowed to sell oil?", {"keeper"}),
        ("Do member states have to write?", {"member state"}),
        ("Must a third party seller be told?", {"third party"}),
        ("How must keepers, makers and sellers be told?", {"keeper"}),
        ("May keepers of lamps be told?", {"keeper"}),
        ("Do keepers also have to write?", {"keeper"}),
        ("Are keepers required to be there?", {"keeper"}),
        ("Which obligations fall on keepers?", {"keeper"}),
        ("Which keepers must hand in their books?", {"keeper"}),
        ("Which market surveillance authorities have to tell the others?", {"market surveillance authority"}),
        ("Which duties apply to keepers of lamps?", {"keeper"}),
        ("What are a keeper's duties?", {"keeper"}),
        ("Should keepers keep lamps that have been lit?", {"keeper"}),
        ("판매자는 등불을 내놓기 전에 무엇을 확인해야 하나요?", {"판매자"}),
        ("등불 제작자의 의무는 무엇입니까?", {"제작자"}),
    ],
)
def test_the_actor_whose_duty_is_asked_for_is_read(question: str, asked: set[str]) -> None:
    assert {" ".join(actor) for actor in actors_asked(question)} >= asked


@pytest.mark.parametrize(
    "question",
    [
        "Who must tell the harbour master of a fog?",
        "Which keepers are exempt from the book?",
        "Which keepers must be told?",
        "What must be told to the keepers?",
        "What is a lamp with a computer?",
        "How many lamps are lit after dark?",
        "How long must keeper records be kept?",
        "Must seller data be deleted?",
        "Must maker log books have a seal?",
        "How should lamps foster trade?",
        "Must gender be told?",
        "May older lamps be lit?",
        "판매 일자는 언제인가요?",
        "대출 이자는 얼마인가요?",
        "누가 안개를 알려야 하나요?",
        "등불은 언제 켜야 하나요?",
    ],
)
def test_no_actor_is_read_where_none_is_named_as_the_one_who_acts(question: str) -> None:
    assert not actors_asked(question)


def test_a_korean_actor_is_asked_for_by_its_english_name_as_well() -> None:
    assert actors_asked("수입자는 무엇을 확인해야 하나요?") == {("수입자",), ("importer",)}


@pytest.mark.parametrize(
    ("sentence", "acting"),
    [
        ("Keepers of lamps which burn oil shall tell the makers of a fault.", {"keeper"}),
        (
            "Where a seller has reason to consider that a lamp made by a maker is false, it shall not sell it.",
            {"seller"},
        ),
        ("Before selling a lamp, sellers shall look for the mark of the maker.", {"seller"}),
        (
            "Where a lamp is false and the maker learns of it, the licensing authority shall be told.",
            {"licensing authority"},
        ),
        ("The maker, the seller or the keeper may ask for a hearing.", {"maker", "seller", "keeper"}),
        ("Books shall be kept by the seller for six years.", {"seller"}),
        ("The guild may impose on makers a fine.", {"maker"}),
        ("Chapter 2 Duties of sellers 4. Each keeper shall keep a book.", {"keeper"}),
        ("The report on the makers shall be made within ten days.", set()),
        ("‘maker’ means a person who makes lamps.", set()),
        ("The computer of the lamp shall be sealed.", set()),
        ("제작자와 판매자는 등불의 표시를 확인하여야 한다.", {"제작자", "판매자"}),
        ("등불은 밤에 켜야 한다.", set()),
    ],
)
def test_the_actors_of_a_sentence_are_those_it_lays_something_on(sentence: str, acting: set[str]) -> None:
    assert {" ".join(actor) for actor in acting_in(sentence)} == acting


def test_actors_of_a_passage_and_of_its_heading() -> None:
    text = "Makers shall sign each lamp. The sign shall be plain. Sellers may add theirs."
    assert acting_in_passage(text) == [{("maker",)}, {("seller",)}]
    assert acting_in_headings(["Part 1", "Obligations of sellers"]) == [{("seller",)}]
    assert acting_in_headings(["Part 1"]) == []


def test_names_of_one_actor_agree_in_the_head_and_contradict_nowhere() -> None:
    assert is_same_actor(("public", "authority"), ("authority",))
    assert not is_same_actor(("public", "authority"), ("licensing", "authority"))
    assert not is_same_actor(("notified", "body"), ("authority",))
    assert is_same_actor(("사업자",), ("등불사업자",))
    assert names_any({("maker",)}, {("seller",), ("maker",)})


def test_a_kind_of_organisation_may_have_the_part_of_which_a_sentence_speaks() -> None:
    assert speaks_of_others(frozenset({("maker",)}), frozenset({("seller",)}))
    assert not speaks_of_others(frozenset({("school",)}), frozenset({("keeper",)}))
    assert speaks_of_others(frozenset({("school",)}), frozenset({("guild", "authority")}))
    assert not speaks_of_others(frozenset({("maker",)}), frozenset())


def test_whoever_is_meant_has_several_names() -> None:
    assert is_same_actor(("individual",), ("affected", "person"))
    assert not is_same_actor(("individual",), ("keeper",))


@pytest.mark.parametrize(
    ("question", "verb"),
    [
        ("Whom must the keeper notify of fog?", "notify"),
        ("Who must inform the guild?", "inform"),
        ("Who has to be told of fog?", "be told"),
        ("Who must be careful?", ""),
        ("Which lamp makers must register in the book?", "register"),
        ("When may the licensing authority revoke a licence?", "revoke"),
        ("What must a keeper do about fog?", ""),
        ("What does the code say about keepers?", ""),
        ("Is fog dangerous?", ""),
    ],
)
def test_the_act_is_the_verb_of_whoever_acts(question: str, verb: str) -> None:
    assert act_asked(question) == verb
