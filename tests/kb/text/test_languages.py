"""The language of a text, and texts whose language cannot be determined."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.text.languages import UNKNOWN, detect, knows, language_of


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Who is responsible for human oversight of high-risk AI systems?", "en"),
        ("Which article bans social scoring?", "en"),
        ("Providers shall keep the technical documentation at the disposal of authorities.", "en"),
        ("¿Quién es responsable de la supervisión humana?", "es"),
        ("¿Qué dice el párrafo 37?", "es"),
        ("Los proveedores deben conservar la documentación técnica durante diez años.", "es"),
        ("Qui est responsable du contrôle humain ?", "fr"),
        ("Qu'est-ce que l'IA ?", "fr"),
        ("Les fournisseurs doivent conserver la documentation pendant dix ans.", "fr"),
        ("Wer ist für die menschliche Aufsicht verantwortlich?", "de"),
        ("Was ist ein Hochrisiko-KI-System?", "de"),
        ("Die Anbieter müssen die Unterlagen zehn Jahre lang aufbewahren.", "de"),
        ("Quem é responsável pela supervisão humana dos sistemas de IA?", "pt"),
        ("Chi è responsabile della sorveglianza umana?", "it"),
        ("Wie is verantwoordelijk voor het menselijk toezicht?", "nl"),
        ("인간 감독의 책임은 누구에게 있습니까?", "ko"),
        ("EU AI Act의 high-risk AI system은 무엇인가?", "ko"),
        ("人工智能系统的透明度由谁负责？", "zh"),
        ("人間による監督の責任は誰にありますか", "ja"),
        ("大韓民國의 人工知能 基本法은 언제 시행됩니까", "ko"),
        ("Кто отвечает за надзор человека?", "ru"),
        ("من المسؤول عن الإشراف البشري؟", "ar"),
        ("Ποιος είναι υπεύθυνος;", "el"),
        ("OECD 1.3", UNKNOWN),
        ("ISO/IEC 42001 GV-1.5-001", UNKNOWN),
        ("AI", UNKNOWN),
        ("37", UNKNOWN),
        ("", UNKNOWN),
        ("?! …", UNKNOWN),
        ("Kto jest odpowiedzialny za nadzór człowieka i dane osobowe?", UNKNOWN),  # Polish, which is not told apart
    ],
)
def test_language_of_a_text(text: str, code: str) -> None:
    assert language_of(text) == code


@pytest.mark.parametrize(
    ("text", "code", "others"),
    [
        ("What is meant by 인공지능 행위자와 이해관계자?", "ko", ("en",)),
        ("Who is responsible for human oversight (인간 감독)?", "ko", ("en",)),
        (
            "What does the text say when it says la protección de los datos es un derecho de las personas?",
            "es",
            ("en",),
        ),
        ("Los Estados Miembros deberían adoptar medidas para la protección de los datos", "es", ()),
        ("Who is responsible for human oversight?", "en", ()),
        ("책임은 누구에게 있습니까?", "ko", ()),
        ("책임은 누구에게 있습니까? 責任は誰にありますか、透明性とは何ですか", "ja", ("ko",)),
    ],
)
def test_a_text_in_two_languages_says_so(text: str, code: str, others: tuple[str, ...]) -> None:
    found = detect(text)
    assert (found.code, found.others) == (code, others)


def test_what_a_model_knows() -> None:
    assert knows(("en",), "en") is True
    assert knows(("en",), "ko") is False
    assert knows((), "ko") is None
    assert knows(("en",), UNKNOWN) is None


@given(st.text(max_size=200))
def test_any_text_has_an_answer_and_case_does_not_matter(text: str) -> None:
    found = detect(text)
    assert found.code == UNKNOWN or len(found.code) == 2
    assert found.code not in found.others
    assert UNKNOWN not in found.others
    if not any(c.isalpha() for c in text):
        assert found.code == UNKNOWN


@given(
    st.text(alphabet="가나다라마바사아자차카타파하책임", min_size=1), st.text(alphabet="0123456789 .,()", max_size=20)
)
def test_hangul_alone_is_korean_whatever_stands_between(words: str, rest: str) -> None:
    assert detect(words + rest) == detect(rest + words)
    assert detect(words).code == "ko"
    assert detect(words + rest).others == ()
