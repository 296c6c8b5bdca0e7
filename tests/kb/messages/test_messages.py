"""The table of messages: both languages say the same things, with the same values."""

from __future__ import annotations

import ast
import pickle
import re
import string
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from kb import messages
from kb.catalog.edges import LABEL, Relation, Review
from kb.errors import ConfigError, UnreadableError
from kb.types import Bilingual, Citation, Notice, Status, notice
from kb.wording import SEPARATORS

if TYPE_CHECKING:
    from collections.abc import Iterator


def citation() -> Citation:
    return Citation(
        n=1, cite_key="k", unit_id=None, doc_id="d", doc_ref="Rule 7", title="Rules", publisher="P", edition="1",
        issued="2020", status="current", superseded_by=(), locator_type="para", locator="7", path="para. 7",
        page_label="iv", page_index=6, page_end=6, quote="Words.", quote_sha256="0" * 64, char_start=0, char_end=6,
        rects=(), force="shall", match="verbatim", score=1.0, language="en", licence="free", url="", retrieved="",
        index_id="x",
    )  # fmt: skip


LATIN_IN_KOREAN = {
    *{
        "fault at",
        "file fault",
        "note text",
        "note of file",
        "note misprint",
        "or",
        "system fault",
        "recognised status",
        "index fault",
    },
    *{"list separator", "found", "amended group", "amended part", "amended more parts"},
    *{"group with day", "unit of group"},
}  # signs and values alone


def values(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_both_languages_have_the_same_messages_with_the_same_values() -> None:
    english, korean = (messages.message_table(lang) for lang in messages.LANGUAGES)
    assert list(english) == list(korean)  # in the same order, so that the files can be read side by side
    for key in english:
        assert values(english[key]) == values(korean[key]), key
        assert not re.search("[가-힣]", english[key]), key
        assert re.search("[가-힣]", korean[key]) or key in LATIN_IN_KOREAN, key


def test_no_korean_message_guesses_a_particle() -> None:
    for key, korean in messages.message_table("ko").items():
        assert not re.search(r"\}(?:은|는|이|가|을|를|과|와|로|으로)(?=[\s.,:)]|$)", korean), key


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Who must keep logs?", "en"),
        ("로그는 누가 보관해야 하나요?", "ko"),
        ("OECD 원칙 1.3", "ko"),
        ("OECD 1.3", "other"),
        ("", "other"),
        ("¿Quién debe conservar los registros de la IA?", "other"),
    ],
)
def test_the_language_is_the_questions(text: str, expected: str) -> None:
    assert messages.language(text, "other") == expected


def test_every_language_and_status_has_a_name() -> None:
    assert messages.language_name("en", "ko") == "Korean" and messages.language_name("ko", "en") == "영어"
    assert messages.language_name("ko", "xx") == "xx"
    for code in Status:
        assert re.search("[가-힣]", messages.status("ko", code.value))
    assert messages.status("ko", "strange") == "strange"


def test_one_is_said_as_one() -> None:
    assert [messages.message("en", "n pages", n=n) for n in (0, 1, 2)] == ["0 pages", "1 page", "2 pages"]
    assert messages.message("ko", "n pages", n=1) == "1쪽"
    assert messages.words(notice("note read by OCR", n=1), "en").startswith("1 page read by OCR; its words")
    of_one = [key for key in messages.message_table("en") if key.endswith(" of one")]
    assert len(of_one) > 20
    assert [key for key in of_one if key.removesuffix(" of one") not in messages.message_table("en")] == []


def test_an_unknown_message_is_an_error() -> None:
    with pytest.raises(KeyError):
        messages.message("en", "no such key")
    with pytest.raises(KeyError):
        messages.message("ko", "superseded", other="x")


@pytest.mark.parametrize(
    ("change", "english", "korean"),
    [
        ({}, "p. 3 (PDF page 7)", "3쪽(PDF 7쪽)"),
        ({"page_label": None}, "no printed page number (PDF page 7)", "쪽 번호 없음(PDF 7쪽)"),
        ({"page_end": 9}, "p. 3 (PDF page 7–9)", "3쪽(PDF 7–9쪽)"),
        ({"match": "register"}, "register p. 3 (register PDF page 7)", "등록부 3쪽(등록부 PDF 7쪽)"),
        (
            {"match": "register", "page_label": None},
            "no printed page number (register PDF page 7)",
            "쪽 번호 없음(등록부 PDF 7쪽)",
        ),
    ],
)
def test_each_page_is_called_what_it_is(change: dict[str, Any], english: str, korean: str) -> None:
    cited = replace(citation(), **{"page_label": "3", "page_index": 7, "page_end": 7, **change})
    assert messages.page_words("en", cited) == english
    assert messages.page_words("ko", cited) == korean


def test_quotes_in_another_language_are_announced_once() -> None:
    english, korean, spanish = (replace(citation(), language=code) for code in ("en", "ko", "es"))
    found = messages.other_languages("ko", [english, english, spanish])
    assert found is not None
    assert messages.words(found, "ko").count("영어") == 1
    assert "스페인어" in messages.words(found, "ko")
    assert messages.words(found, "en").endswith("(English, Spanish).")
    assert messages.other_languages("ko", [korean]) is None
    assert messages.source_language("ko", english) == "원문: 영어"
    assert messages.source_language("ko", replace(english, match="register")) == "언어: 영어"
    assert messages.source_language("en", replace(english, language="und")) == "language not determined"


def test_successors_are_listed_as_the_language_does_and_none_is_changed() -> None:
    both = ("Law and Order 2", "Rule 3")
    found = messages.superseded("Old 1", both)
    assert messages.words(found, "en").endswith("its successor is Law and Order 2 and Rule 3.")
    assert messages.words(found, "ko").endswith("후속: Law and Order 2, Rule 3.")
    assert messages.status_words("ko", "superseded", both) == "대체됨(후속: Law and Order 2, Rule 3)"


def test_superseded_is_recognised_and_said_in_every_language() -> None:
    successors: tuple[tuple[str, ...], ...] = ((), ("New",))
    for successor in successors:
        cited = replace(citation(), status="superseded", superseded_by=successor)
        said = messages.superseded(cited.doc_ref, successor)
        assert messages.says_superseded([messages.from_register("Other", True), said], cited)
        for lang in messages.LANGUAGES:
            assert all(name in messages.words(said, lang) for name in (cited.doc_ref, *successor))
    assert not messages.says_superseded([messages.from_register("Rule 7", True)], citation())
    assert not messages.says_superseded([messages.superseded("Rule 77", ())], citation())


def test_a_list_of_names_leaves_each_name_whole() -> None:
    two = ("Research and Development 1", "Science and Technology 2")
    assert messages.list_in_words("en", two) == "Research and Development 1 and Science and Technology 2"
    assert messages.list_in_words("ko", two) == "Research and Development 1, Science and Technology 2"
    assert messages.list_in_words("ko", two[0]) == two[0]  # one name is not taken apart
    assert two[0] in messages.words(messages.superseded("Old 1", two[:1]), "ko")
    assert messages.status_words("ko", "superseded", two) == f"대체됨(후속: {', '.join(two)})"


def test_the_crosswalks_codes_have_words() -> None:
    assert messages.message("en", "crosswalk label") == LABEL
    for code in (*Relation, *Review):
        assert messages.message("en", f"crosswalk {code.value}") == code.value
        assert re.search("[가-힣]", messages.message("ko", f"crosswalk {code.value}"))


@pytest.mark.parametrize(
    ("value", "english", "korean"),
    [
        (notice("day", day="2027-12-02"), "2 December 2027", "2027년 12월 2일"),
        (notice("language", code="es"), "Spanish", "스페인어"),
        (notice("place", locator="Article 5(2)", kind="para"), "Article 5(2)", "제5조 제2항"),
        (notice("kind of units", kind="policy-area"), "policy area", "정책 분야"),
        (notice("status", code="superseded", successors=("New 2",)), "superseded by New 2", "대체됨(후속: New 2)"),
        (Bilingual("lamps", "등불"), "lamps", "등불"),
    ],
)
def test_a_value_is_worded_in_each_language(value: Notice | Bilingual, english: str, korean: str) -> None:
    assert messages.words(notice("commas", items=(value, 7)), "en") == f"{english}, 7"
    assert messages.words(notice("commas", items=(value, 7)), "ko") == f"{korean}, 7"


def test_every_kind_of_notice_that_the_code_makes_has_words() -> None:
    made = {
        (path.name, node.args[0].value)
        for package in ("kb", "ingest", "app")
        for path in (Path(messages.__file__).parents[2] / package).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "notice"
        if node.args and isinstance(node.args[0], ast.Constant)
    }
    assert len(made) > 40
    known = {*messages.message_table("en"), *SEPARATORS, *messages.COMPUTED}
    assert [(name, kind) for name, kind in sorted(made) if kind not in known] == []


def _keys_put_together(tree: ast.AST) -> Iterator[str]:
    """Patterns of the keys that calls for words put together: ``notice(f"about {key}")``."""
    for node in ast.walk(tree):
        called = ast.unparse(node.func) if isinstance(node, ast.Call) else ""
        asks = called.rpartition(".")[2] in {"notice", "message", "words", "say", "line"} or "messages_in(" in called
        if not isinstance(node, ast.Call) or not asks:
            continue
        for text in (part for each in node.args for part in ast.walk(each) if isinstance(part, ast.JoinedStr)):
            parts = [re.escape(str(v.value)) if isinstance(v, ast.Constant) else ".+" for v in text.values]
            if re.search("[a-z]{2}", "".join(parts)):
                yield "".join(parts)


def test_an_f_string_outside_a_call_for_words_excuses_no_key() -> None:
    code = 'a = f"{x} edition"; b = notice(f"about {key}", n=f"{y} pages"); c = messages.message(lang, f"{z} of all")'
    assert sorted(_keys_put_together(ast.parse(code))) == [".+\\ of\\ all", "about\\ .+"]


def test_every_message_is_one_that_the_code_can_ask_for() -> None:
    root = Path(messages.__file__).parents[2]
    code = "\n".join(p.read_text("utf-8") for top in ("kb", "ingest", "app") for p in (root / top).rglob("*.py"))
    between = r"(?<={0})[^{0}\n]+(?={0})"  # between any two marks, so that no string is passed over
    named = {text for mark in "\"'" for text in re.findall(between.format(mark), code)}
    put_together = re.compile("|".join(sorted(set(_keys_put_together(ast.parse(code))))))
    kinds = {key.removesuffix(" of one") for key in messages.message_table("en")}
    assert sorted(key for key in kinds - named if not put_together.fullmatch(key)) == []


def test_an_error_is_english_by_itself_and_worded_in_the_language_of_the_interface() -> None:
    error = UnreadableError(notice("file empty", file="a.pdf"))
    assert str(error) == "a.pdf: the file is empty; get a fresh copy from the publisher"
    assert messages.error_words(error, "ko").startswith("a.pdf: 빈 파일입니다")
    assert str(pickle.loads(pickle.dumps(error))) == str(error)  # as it travels from a worker process
    assert messages.error_words(ConfigError("line 3: no such id"), "ko") == "line 3: no such id"
    assert messages.words(ConfigError("line 3: no such id").as_notice, "ko") == "line 3: no such id"
