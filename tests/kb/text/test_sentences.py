from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.text.sentences import sentences


def split(text: str) -> list[str]:
    return [text[a:b] for a, b in sentences(text)]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("One rule. Another rule.", ["One rule.", "Another rule."]),
        ("See Art. 5 and para. 37 of it. Then stop.", ["See Art. 5 and para. 37 of it.", "Then stop."]),
        ("Version 1.3 is kept, e.g. here. Done.", ["Version 1.3 is kept, e.g. here.", "Done."]),
        ("By J. Doe et al. in print. Next.", ["By J. Doe et al. in print.", "Next."]),
        ("1. First duty. 2. Second duty.", ["1. First duty.", "2. Second duty."]),
        ("Is it so? It is! Good.", ["Is it so?", "It is!", "Good."]),
        ("It ends here.12 A mark stood there.", ["It ends here.12", "A mark stood there."]),
        ("Keep: (a) a log; (b) a plan.", ["Keep: (a) a log;", "(b) a plan."]),
        ("Points: • first • second", ["Points:", "• first", "• second"]),
        (
            "¿Quién decide? Decide el juez. Véase la pág. 3 del texto.",
            ["¿Quién decide?", "Decide el juez.", "Véase la pág. 3 del texto."],
        ),
        ("사람이 결정한다. 기계는 돕는다.", ["사람이 결정한다.", "기계는 돕는다."]),
        ("no capital. follows this", ["no capital. follows this"]),
        ("“He said so.” She agreed.", ["“He said so.”", "She agreed."]),
        ("", []),
        ("   ", []),
    ],
)
def test_sentences(text: str, parts: list[str]) -> None:
    assert split(text) == parts


@given(st.text(st.sampled_from('aB1 .?!;•()가"”'), max_size=60))
def test_sentences_cover_every_word_once_in_order(text: str) -> None:
    ranges = sentences(text)
    assert "".join(text[a:b] for a, b in ranges).replace(" ", "") == text.replace(" ", "")
    assert all(a < b for a, b in ranges)
    assert all(x[1] <= y[0] for x, y in pairwise(ranges))


def test_long_texts_take_time_in_proportion() -> None:
    text = "A short rule stands here. " * 20_000
    began = time.process_time()
    assert len(sentences(text)) == 20_000
    assert time.process_time() - began < 10  # about 0.3 s on an idle machine; in the square of the length, minutes


def test_a_korean_section_named_before_its_title_ends_no_sentence() -> None:
    text = "목록은 등불의 장부(7.4절. “심지의 손질” 참조)에 있습니다. 장부는 등대에 있습니다."
    assert [text[a:b] for a, b in sentences(text)] == [text[:36].rstrip(), text[36:].lstrip()]
