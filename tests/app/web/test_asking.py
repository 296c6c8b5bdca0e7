"""What the Ask screen's scripts call: answers in parts, filters, the conversation as a file, feedback."""

from __future__ import annotations

import datetime
import json
import threading
from typing import TYPE_CHECKING, Any

import pytest

from app.accounts import AccountRole, Person
from app.web.asking import Asking, chosen_filter, earlier_questions
from app.web.sign_in import asking_as
from app.web.waiting_line import answers_at_once
from kb.errors import ConfigError
from kb.types import MAX_QUESTION
from tests.app.web.pages import check

if TYPE_CHECKING:
    from app.web.handlers import Handlers

QUESTION = "How long are ledgers kept after the robot has left the orchard?"


@pytest.fixture
def asking(desk: Handlers) -> Asking:
    return Asking(desk)


def answered(asking: Asking, lang: str = "en", **data: Any) -> dict[str, Any]:
    *statuses, last = asking.answer(data, lang)
    assert all(set(each) == {"status"} for each in statuses)
    return last


def test_an_answer_comes_with_what_the_page_needs(asking: Asking) -> None:
    sent = answered(asking, question="OECD 1.3", n=4)
    assert 'data-turn="4"' in sent["html"] and 'id="kb-4-1"' in sent["cards"]
    assert check(sent["html"]) and check(sent["cards"])
    assert sent["read"] == "OECD 1.3" and not sent["refused"] and sent["cited"] == 1
    (first, *_) = sent["citations"]
    assert first["quote"] and first["quote"] in sent["text"] and "OECD" in first["words"]
    assert sent["index"] == first["index_id"] and "<" in sent["rich"]
    json.dumps(sent)


def test_a_follow_up_is_read_against_what_the_browser_sends(asking: Asking) -> None:
    assert answered(asking, question="And 1.4?", earlier=["OECD 1.3"])["read"] == "OECD 1.4"
    assert earlier_questions([1, None, "a"]) == ["a"]
    assert earlier_questions("OECD 1.3") == []
    assert len(earlier_questions(["x" * 9000] * 40)[0]) == MAX_QUESTION


def test_a_question_beyond_the_limit_is_told_so_and_waits_for_nobody(asking: Asking) -> None:
    (sent,) = asking.answer({"question": "x" * (MAX_QUESTION + 1)}, "en")
    assert "2,001 characters; the limit is 2,000" in sent["problem"]


def test_an_answer_says_what_it_was_limited_to(asking: Asking) -> None:
    sent = answered(asking, question="zyxq wvut", filter={"documents": ["register-oecd"], "forces": ["shall"]})
    text = check(sent["html"]).text
    assert "Searched only: Documents: Register: OECD" in text and "shall" in text
    assert "Ask without the filter" in text


@pytest.mark.parametrize(
    "value", [None, [], "x", {"documents": "register-oecd"}, {"forces": ["nothing"], "languages": [7, ""]},
              {"editions": "day", "day": "yesterday"}, {"editions": 3}],
)  # fmt: skip
def test_a_filter_that_cannot_be_one_is_dropped(value: object) -> None:
    assert chosen_filter(value) == chosen_filter({})


def test_editions_of_today_and_of_a_day() -> None:
    today = datetime.datetime.now(tz=datetime.UTC).date().isoformat()
    current = chosen_filter({"editions": "current"})
    assert current.is_current and current.filter.as_of in {
        today,
        datetime.datetime.now(tz=datetime.UTC).date().isoformat(),
    }
    assert chosen_filter({"editions": "day", "day": "2020-01-31"}).filter.as_of == "2020-01-31"
    assert not chosen_filter({"official": True}).filter.include_register


def test_who_waits_is_told_how_many_are_before(asking: Asking) -> None:
    running = [asking.answer({"question": QUESTION}, "en") for _ in range(answers_at_once())]
    for each in running:
        assert next(each) == {"status": "Searching …"}
    waiting = asking.answer({"question": QUESTION}, "en")
    assert "questions before this one: 1" in next(waiting)["status"]
    ended = threading.Thread(target=running[0].close)
    ended.start()
    ended.join()
    assert "status" in next(waiting)
    assert [*waiting][-1]["cited"] >= 1
    running[1].close()
    assert answered(asking, question="OECD 1.3")["cited"] == 1


@pytest.mark.parametrize("form", ["docx", "md", "html", "json"])
def test_a_conversation_is_written_with_its_citations(asking: Asking, form: str) -> None:
    turns = [{"question": "OECD 1.3"}, {"question": "And 1.4?", "earlier": ["OECD 1.3"]}]
    made = asking.export({"form": form, "turns": turns}, "en")
    assert made.name == f"Conversation.{form}"
    if form == "docx":
        assert made.data.startswith(b"PK")
    else:
        text = made.data.decode()
        assert "1.4" in text and text.count("OECD") > 2
    assert asking.export({"form": form, "turns": turns}, "en") == made


@pytest.mark.parametrize("data", [{}, {"form": "exe", "turns": [{"question": "x"}]}, {"form": "md", "turns": "x"}])
def test_nothing_to_write_is_one_line(asking: Asking, data: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match="nothing to export"):
        asking.export(data, "en")


def test_feedback_is_about_an_answer_that_this_person_was_given(asking: Asking) -> None:
    with asking_as(Person("Kim", AccountRole.READER)):
        entry = answered(asking, question="OECD 1.3")["entry"]
        assert entry
        assert "Thank you" in asking.feedback({"entry": entry, "good": False, "reasons": ["page", "other"]}, "en")
    for other in (
        None,
        1,
        "1",
        True,
        [1],
        f"{entry[:-1]}{'A' if entry[-1] != 'A' else 'B'}",
        entry,
    ):  # nobody's, or Kim's
        with pytest.raises(ConfigError, match="not kept"):
            asking.feedback({"entry": other, "good": True}, "en")
