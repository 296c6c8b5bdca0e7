"""The glossary of Korean and English terms, and how the words of a question are matched with it."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.errors import ConfigError
from kb.query.korean_terms import Terms, load_terms, parse_terms
from kb.text.korean import PARTICLES

HEAD = "ko\ten\ttopic\tvariants\n"


@pytest.fixture(scope="module")
def terms() -> Terms:
    return load_terms()


def test_the_list_is_large_and_every_topic_has_some(terms: Terms) -> None:
    assert len(terms.terms) >= 1_300
    topics = Counter(term.topic for term in terms.terms)
    assert min(topics.values()) >= 5, topics


@pytest.mark.parametrize(
    ("question", "english"),
    [
        ("고위험 인공지능 제공자의 위험관리체계", ("high-risk AI system", "provider", "risk management system")),
        ("위험 관리 체계란 무엇인가", ("risk management system",)),  # longer than 위험 관리, however it is spaced
        ("사람의 감독에 대하여", ("human oversight",)),
        ("관리·감독", ("human oversight",)),
        ("데이터의 품질은", ("data quality",)),
        ("민주주의의 가치", ("democracy", "value")),
        ("인공지능윤리원칙의 책임성", ("AI ethics", "principle", "accountability")),
        ("AI 윤리와 A/IS", ("AI ethics",)),
        ("미등록 시스템은", ("non-registration", "system")),  # not "registration", which says the opposite
        ("미등록명부", ()),
        ("배포전에 사용중이란거", ("deployment",)),  # a point in time written onto a noun; 사용 is a general word
        ("배포전구", ()),
        ("공정성이란?", ("fairness",)),
        ("대화중이라는 것을", ("interact",)),
        ("등불을 크게 고치면", ("substantial modification",)),  # a verb with what it governs
        ("절차를 문서로 남겨야 하나요", ("process", "documented")),
        ("무조건 고위험인가요", ("always", "high-risk")),
        ("협약 가입", ("treaty", "accession")),
        ("써드파티 인벤토리", ("third party", "inventory")),
        ("공정하게 설명되어야 한다", ("fairness", "explanation")),
        ("달빛조치로서의 조치사항", ("measures",)),  # a short term inside another word is none
        ("오늘 점심은 뭐 먹지", ()),
        ("What is fairness?", ()),
        ("", ()),
    ],
)  # fmt: skip
def test_korean_words_give_english_terms(terms: Terms, question: str, english: tuple[str, ...]) -> None:
    found = terms.expand(question)
    assert found == english if english != ("measures",) else set(found) <= {"measures"}


def test_how_much_of_a_question_is_rendered_is_told(terms: Terms) -> None:
    assert terms.rendered("등불심지의 책임성은 무엇인가요?") == 0.5
    assert terms.rendered("위험 관리 체계는 등불심지") == 0.75  # words that only together are a term
    assert terms.rendered("NIST에서 책임성은 무엇인가요?") == terms.rendered("무엇인가요?") == 1.0


def test_every_word_finds_its_own_term(terms: Terms) -> None:
    lost = [w for t in terms.terms for w in t.korean if t.en not in terms.expand(w)]
    assert lost == []


@given(st.data())
def test_particles_and_spacing_change_nothing(data: st.DataObject) -> None:
    terms = load_terms()
    term = data.draw(st.sampled_from([t for t in terms.terms if t.ko[-1] > "가"]))
    particle = data.draw(st.sampled_from([p for p in PARTICLES if p[0] not in "적들의인"]))
    joined = data.draw(st.booleans())
    written = (term.ko.replace(" ", "") if joined else term.ko) + particle
    words = [w.replace(" ", "") for t in terms.terms for w in t.korean]
    longer = any(w in written.replace(" ", "") and len(w) > len(term.ko.replace(" ", "")) for w in words)
    assert longer or terms.expand(f"그러면 {written} 그렇다")[0] == term.en


@given(st.text(max_size=200))
def test_any_text_is_looked_through(text: str) -> None:
    terms = load_terms()
    known = {t.en for t in terms.terms}
    assert set(terms.expand(text)) <= known
    assert terms.expand(text) == terms.expand(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("ko\ten\n", "line 1"),
        (HEAD + "윤리\tethics\tethics\n", "line 2"),
        (HEAD + "ethics\t윤리\tethics\t\n", "line 2"),
        (HEAD + "윤리\tethics\tethics\t\n윤 리\tmorals\tethics\t\n", "line 3.*line 2"),
        (HEAD + "조\tarticle\tstandards\t\n", "too short"),
    ],
)
def test_a_list_that_is_wrong_says_where(text: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        parse_terms(text, "list.tsv")


@pytest.mark.parametrize(
    ("question", "english"),
    [
        ("고위험AI", ("high-risk AI system",)),
        ("고위험 AI 를", ("high-risk AI system",)),
        ("AI법상 고위험 의무", ("AI Act", "high-risk", "obligation")),  # 상고 across two words is no term
        ("평가를 위해", ("assessment",)),  # "for", not harm
        ("위해를 막으려면", ("harm", "prevent")),
        ("이용자에게 알려야", ("user", "inform")),
        ("로그를 지웠습니다", ("log", "delete")),
        ("로그를 남깁니까", ("log", "record-keeping")),
        ("정보를 모아서", ("information", "collect")),
        ("유동부채와 영업이익", ("current liabilities", "operating income")),
        ("직원을 해고", ("staff", "termination of work-related contractual relationships")),
        ("누가 책임", ("who is responsible",)),
        ("투명성 항목은 무엇", ("transparency",)),  # what any question has is left out beside what tells
        ("항목은 무엇", ("item", "what")),
    ],
)  # fmt: skip
def test_words_of_everyday_questions(terms: Terms, question: str, english: tuple[str, ...]) -> None:
    assert terms.expand(question) == english


def test_a_verb_of_the_list_is_found_in_its_forms_only_at_the_beginning_of_a_word() -> None:
    terms = parse_terms(HEAD + "알리다\tinform\tx\t\n", "list.tsv")
    assert [terms.expand(w) for w in ("알려 주나요", "알린다", "알릴 의무", "알렸다", "알립니다")] == [("inform",)] * 5
    assert terms.expand("널리알리는") == ()
    assert terms.expand("알") == ()


def test_a_question_with_one_term_is_searched_by_its_second_word_as_well(terms: Terms) -> None:
    assert terms.expand_widely("구제는 무엇인가요?") == ("redress", "remedy")
    assert terms.expand_widely("투명성 항목은 무엇인가요?") == ("transparency",)
    assert terms.expand_widely("투명성과 구제는 무엇인가요?") == terms.expand("투명성과 구제는 무엇인가요?")


def test_of_several_english_words_the_one_that_the_text_asked_of_has_is_taken(terms: Terms) -> None:
    asked = "등대지기에게 구제와 감독이 필요한가"
    assert terms.expand_as_written(asked, " a remedy is open to the keeper oversight is kept")[:1] == ("remedy",)
    assert terms.expand_as_written(asked, " redress and a remedy are open to the keeper")[:1] == ("redress",)
    assert terms.expand_as_written(asked, " an unredressed keeper has a remedy")[:1] == ("remedy",)
    assert terms.expand_as_written(asked, " nothing of this is said") == terms.expand_widely(asked)


def test_a_word_inside_a_term_may_be_another_of_the_same_english() -> None:
    rows = "등불 보고서\tlamp report\tx\t\n보고서\treport\tx\t\n리포트\tnote\tx\treport\n등불 창\twindow\tx\t\n"
    terms = parse_terms(HEAD + rows, "list.tsv")
    assert terms.expand("등불 리포트는") == ("lamp report",)
    assert terms.expand("리포트는") == ("note",)  # what is listed stays as it is
