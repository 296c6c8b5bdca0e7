"""Korean words as index terms: stems without anything installed, morphemes where Kiwi is."""

from __future__ import annotations

import importlib.util
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.errors import ConfigError, IndexFolderError
from kb.text import korean
from kb.text.korean import HANGUL, Morphemes, Stems, bigrams, by_name, by_setting, forms_of, stem_of, telling_words

HAS_KIWI = importlib.util.find_spec(korean.KIWI_PACKAGE) is not None
kiwi = pytest.mark.skipif(not HAS_KIWI, reason="kiwipiepy is not installed")


@pytest.mark.parametrize(
    ("word", "stem"),
    [
        ("책임성을", "책임성"), ("책임성이", "책임성"), ("시스템에서는", "시스템"), ("아동들의", "아동"),
        ("투명하게", "투명"), ("보호하여야", "보호"), ("보호됩니까", "보호"),
        ("위험관리체계를", "위험관리체계"), ("권한을", "권한"),
        ("사람", "사람"), ("은", "은"), ("정의", "정의"),
    ],
)  # fmt: skip
def test_endings_are_cut_and_two_syllables_stay(word: str, stem: str) -> None:
    assert stem_of(word) == stem


def test_terms_of_a_question() -> None:
    (terms,) = Stems().terms(["책임성은 무엇입니까? AI Act"])
    assert terms == ["책임성", "책임", "임성"]
    assert bigrams("성") == ["성"]


@given(st.text(alphabet="가나다인공지능책임성은는이가을를의에서하되 ab1", max_size=60))
def test_what_stays_was_there(text: str) -> None:
    (terms,) = Stems().terms([text])
    assert all(term in text for term in terms)
    for word in HANGUL.findall(text):
        assert word.startswith(stem_of(word))
        assert len(stem_of(word)) >= min(2, len(word))


@pytest.mark.parametrize("setting", ["stems", "kiwi"])
def test_what_an_index_names_is_found_again(setting: str) -> None:
    if setting == "kiwi" and not HAS_KIWI:
        with pytest.raises(ConfigError, match="needs the package"):
            by_setting(setting)
        return
    assert by_name(by_setting(setting).name) is by_setting(setting) or setting == "stems"
    assert by_name(by_setting(setting).name).name == by_setting(setting).name


def test_another_release_is_another_analyser() -> None:
    assert isinstance(by_name("stems-1"), Stems)
    with pytest.raises(IndexFolderError, match=r"kiwipiepy-0\.0\.1, which is not installed"):
        by_name("kiwipiepy-0.0.1")


def test_nothing_is_loaded_without_hangul() -> None:
    code = (
        "import sys; from kb.text.korean import Morphemes; assert Morphemes().terms(['English', '日本']) == [[], []]; "
        "sys.exit('kiwipiepy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0


@kiwi
@pytest.mark.slow
def test_morphemes_meet_where_words_do_not() -> None:
    first, second, third = Morphemes().terms(
        ["시스템의 책임성을 확보하여야 한다", "누가 책임성이 있는가, 시스템에서?", "no Hangul"]
    )
    assert {"시스템", "책임", "확보"} <= set(first)
    assert {"시스템", "책임"} <= set(second)
    assert third == []


@pytest.mark.parametrize(
    ("verb", "written"),
    [
        ("알리다", "알려야 알립니까 알린 알렸다 알리지"), ("지우다", "지워 지웁니다 지운 지웠다"),
        ("모으다", "모아 모은 모읍니다 모았다"), ("만들다", "만드는 만든 만들어 만듭니다"),
        ("쉽다", "쉬운 쉽게 쉬워"), ("고르다", "골라 고른 고릅니다"), ("막다", "막아 막는 막을 막았다"),
        ("확인하다", "확인해야 확인했을 확인하는 확인합니다"), ("등록되다", "등록돼야 등록됐다 등록된"),
    ],
)  # fmt: skip
def test_a_verb_is_known_by_its_beginnings(verb: str, written: str) -> None:
    assert [w for w in written.split() if not w.startswith(forms_of(verb))] == []


@given(st.text(alphabet="가나다르하되알리지우멈추쉽만들막ab ", max_size=6))
def test_beginnings_are_two_syllables_or_more(word: str) -> None:
    forms = forms_of(f"{word}다")
    assert all(len(form) > 1 and HANGUL.fullmatch(form) for form in forms)
    assert len(set(forms)) == len(forms)


def test_words_that_only_ask_and_particles_behind_other_letters_tell_nothing() -> None:
    assert telling_words("NIST에서 기록은 얼마 동안 보관해야 하나요?") == ["기록은", "보관해야"]
    assert telling_words("위원장은 누가 맡나요? (한빛)") == ["위원장은", "한빛"]
    assert telling_words("등대지기는 모두 몇 명인가요?") == ["등대지기는", "모두"]
    assert telling_words("기름값은 얼마이나 되나요, 아니면 몇 개인가요?") == ["기름값은", "아니면"]
    assert telling_words("시범운영을 하지 않아도 되는 경우는 언제인가요?") == ["시범운영을"]
    assert telling_words("내지 않은 경우에는 과태료를 낸다.") == ["내지", "않은", "경우에는", "과태료를", "낸다"]
