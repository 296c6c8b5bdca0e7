"""A tokenizer that is opened in part cuts every text as the whole one does."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tokenizers import Tokenizer

from kb.errors import EncoderError
from kb.models import tokens
from kb.models.tokens import PartialTokenizer, WholeTokenizer, open_tokenizer

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

SPECIAL = ("<s>", "<pad>", "</s>", "<unk>")
WORDS = "▁ a b c ab bc abc ▁a ▁ab ▁abc ca ▁the the he ▁t h e t 인 간 ▁인간 인간 의 ▁감독 감 독 감독 , . 1 12".split()


def unigram(**changed: Any) -> dict[str, Any]:
    """A tokenizer of the form of the multilingual encoder's, with few pieces."""
    vocab = [[word, 0.0] for word in SPECIAL] + [[word, -2.0 - n * 0.37 % 5] for n, word in enumerate(WORDS)]
    vocab.append(["<mask>", 0.0])
    metaspace = {"type": "Metaspace", "replacement": "▁", "prepend_scheme": "always", "split": True}
    ids = {word: n for n, (word, _) in enumerate(vocab)}
    added = [
        {"id": ids[word], "content": word, "single_word": False, "lstrip": word == "<mask>", "rstrip": False,
         "normalized": False, "special": True}
        for word in (*SPECIAL, "<mask>")
    ]  # fmt: skip
    around = [{"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}]
    around.append({"SpecialToken": {"id": "</s>", "type_id": 0}})
    return {
        "version": "1.0", "truncation": None, "padding": None, "added_tokens": added,
        "normalizer": {"type": "Sequence", "normalizers": [{"type": "NFKC"}]},
        "pre_tokenizer": metaspace,
        "post_processor": {
            "type": "TemplateProcessing", "single": around, "pair": [*around, {"Sequence": {"id": "B", "type_id": 0}}],
            "special_tokens": {w: {"id": w, "ids": [ids[w]], "tokens": [w]} for w in ("<s>", "</s>")},
        },
        "decoder": metaspace,
        "model": {"type": "Unigram", "unk_id": 3, "vocab": vocab, "byte_fallback": False},
        **changed,
    }  # fmt: skip


WHOLE = WholeTokenizer(Tokenizer.from_str(json.dumps(unigram())))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "tokenizer.json"
    path.write_text(json.dumps(unigram()), "utf-8")
    return path


TEXTS = st.lists(st.text(st.sampled_from("abcthe 인간의감독,.-12▁xｱ\n") | st.characters(), max_size=12), max_size=4)


@given(st.lists(TEXTS, min_size=1, max_size=3))
@example([["<mask> ab", "a<s>b", " <mask>the", "", "▁▁", "인간의 감독, x"]])
def test_texts_are_cut_as_by_the_whole_tokenizer(calls: list[list[str]]) -> None:
    known = tokens._vocabulary_of(unigram(), 1)
    assert known is not None
    partial = PartialTokenizer(known)
    for texts in calls:
        assert partial.encode_batch(texts) == WHOLE.encode_batch(texts)


def test_half_a_surrogate_pair_is_cut_like_a_character_that_is_not_known() -> None:
    known = tokens._vocabulary_of(unigram(), 1)
    assert known is not None
    for tokenizer in (WHOLE, PartialTokenizer(known)):
        broken, sound = tokenizer.encode_batch(["ab \udcff the", "ab \ufffd the"])
        assert broken == sound


def test_only_the_pieces_of_the_texts_are_used(file: Path) -> None:
    partial = open_tokenizer(file, large=1)
    assert isinstance(partial, PartialTokenizer)
    found = partial.pieces_in(["ab"])
    assert partial.pieces_in([]) < found
    assert len(found) < len(WORDS)


@pytest.mark.parametrize(
    "damage", [lambda _: b"", lambda data: data[:200], lambda data: data.replace("인간".encode(), "인감".encode())]
)
def test_a_kept_vocabulary_is_read_and_made_anew_when_damaged(
    damage: Callable[[bytes], bytes], file: Path, tmp_path: Path
) -> None:
    kept = tmp_path / "cache" / "words.npz"
    open_tokenizer(file, kept, large=1)
    whole = kept.read_bytes()
    file.rename(tmp_path / "away.json")
    assert open_tokenizer(file, kept, large=1).encode_batch(["인간 ab"]) == WHOLE.encode_batch(["인간 ab"])
    (tmp_path / "away.json").rename(file)
    assert damage(whole) != whole
    kept.write_bytes(damage(whole))
    assert open_tokenizer(file, kept, large=1).encode_batch(["인간 ab"]) == WHOLE.encode_batch(["인간 ab"])
    assert kept.read_bytes() == whole


@pytest.mark.parametrize(
    "changed",
    [
        {"normalizer": None},
        {"pre_tokenizer": {"type": "Whitespace"}},
        {"model": {**unigram()["model"], "byte_fallback": True}},
    ],
)
def test_a_tokenizer_of_another_kind_is_opened_whole(changed: dict[str, Any], file: Path, tmp_path: Path) -> None:
    file.write_text(json.dumps(unigram(**changed)), "utf-8")
    kept = tmp_path / "words.npz"
    found = open_tokenizer(file, kept, large=1)
    assert isinstance(found, WholeTokenizer)
    assert not kept.exists()
    expected = Tokenizer.from_file(str(file)).encode("ab the").ids
    assert found.encode_batch(["ab the"])[0].ids == expected


def test_a_small_vocabulary_is_opened_whole(file: Path) -> None:
    assert isinstance(open_tokenizer(file), WholeTokenizer)


def test_a_file_that_is_no_tokenizer_is_said(tmp_path: Path) -> None:
    file = tmp_path / "tokenizer.json"
    for content in ("{", "{}", "[]"):
        file.write_text(content, "utf-8")
        with pytest.raises(EncoderError, match="is no tokenizer"):
            open_tokenizer(file)
