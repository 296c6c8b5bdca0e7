"""The glossary: register, topics, crosswalk, messages and term list keep to its words."""

from __future__ import annotations

import pytest

from kb.catalog.catalog import corpus_dir
from kb.catalog.glossary import check_glossary, load_glossary, load_pairs, texts_of
from kb.catalog.register import load_corpus
from kb.errors import ConfigError
from kb.messages import message_table, words
from kb.wording import value_in_words

TERMS = load_glossary("""
[[term]]
en = "accountability"
ko = "책임성"
variants = ["책무성"]
[[term]]
en = "high-risk AI"
ko = "고위험 인공지능"
variants = []
[[term]]
en = "high-impact AI"
ko = "고영향 인공지능"
variants = []
""")


def test_everything_that_we_ship_keeps_to_the_glossary() -> None:
    folder = corpus_dir()
    terms = load_glossary((folder / "glossary.toml").read_text("utf-8"))
    texts = texts_of(load_corpus(), (folder / "crosswalk.toml").read_text("utf-8")) + list(message_table("ko").items())
    pairs = load_pairs((folder / "terms-ko-en.tsv").read_text("utf-8"))
    assert terms and pairs
    for source in (": title_ko", ": gist_ko", "corpus/topics.toml: ", "corpus/crosswalk.toml, line "):
        assert any(source in value_in_words(where, "en") and text for where, text in texts), source
    assert check_glossary(terms, texts, pairs) == []


def test_a_variant_is_found_and_allowed_before_its_headword() -> None:
    assert check_glossary(TERMS, [("a", "책무성(책임성)을 정합니다"), ("b", "책임성")]) == []
    [fault] = check_glossary(TERMS, [("here", "책무성을 정합니다")])
    assert words(fault, "ko") == "here: '책무성': 용어집에서 'accountability' 용어의 말은 '책임성'입니다."
    assert words(fault, "en") == "here: says '책무성'; the glossary's word for 'accountability' is '책임성'."


def test_terms_of_two_laws_are_kept_apart() -> None:
    rows = "ko\ten\ttopic\tvariants\n고위험 인공지능\thigh-risk AI\tx\t고영향 인공지능\n책무성\taccountability\tx\t\n"
    faults = check_glossary(TERMS, (), load_pairs(rows, "t.tsv"))
    assert [words(each, "en") for each in faults] == [
        "t.tsv, line 2: '고영향 인공지능' is the glossary's word for 'high-impact AI', not 'high-risk AI'.",
        "t.tsv, line 3: 'accountability' is '책무성' here and '책임성' in the glossary.",
    ]


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ('[[term]]\nen = "a"\nko = "b"\n', 1, "variants missing"),
        ('[[term]]\nen = "a"\nkr = "b"\n', 3, "unknown key 'kr'"),
        ('[[term]]\nen = "a"\nko = "b"\nvariants = "c"\n', 4, "must be a list"),
    ],
)
def test_a_wrong_file_is_refused_with_its_line(text: str, line: int, what: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load_glossary(text, "g.toml")
    assert f"g.toml, line {line}: " in str(caught.value)
    assert what in str(caught.value)
