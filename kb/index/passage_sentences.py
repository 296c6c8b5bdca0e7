"""The sentences of a passage: those that an answer may quote, and where they are in its search text."""

from __future__ import annotations

from kb.text.cleaning import clean
from kb.text.hangul import count_hangul
from kb.text.sentences import sentences
from kb.types import CELL_END, PARAGRAPH_END, Passage, Span

MIN_CHARS, MIN_WORDS = 25, 4
"""Characters and words under which a piece of text is no sentence,"""
MIN_HANGUL_CHARS, MIN_HANGUL_WORDS = 12, 3
"""and of one that is mostly Hangul, whose syllables are two or three letters and whose particles are no words."""
MIN_ROW_CHARS = 8


def passage_sentences(passage: Passage) -> list[tuple[Span, str]]:
    """The sentences of a passage with their place in the document text; headings and fragments are left out.

    No sentence goes on beyond the end of a paragraph where the text marks that. A row of a table is one sentence.
    """
    out: list[tuple[Span, str]] = []
    at = passage.span.start
    for paragraph in passage.text.split(PARAGRAPH_END):
        words, origin = clean(paragraph)
        if CELL_END in words and "\n" not in paragraph:
            if len(words) >= MIN_ROW_CHARS and any(c.isalpha() for c in words):
                out.append((Span(at + origin[0], at + origin[-1] + 1), words))
        else:
            for start, end in sentences(words):
                text = words[start:end]
                if _is_sentence(text):
                    out.append((Span(at + origin[start], at + origin[end - 1] + 1), text))
        at += len(paragraph) + 1
    return out


def _is_sentence(text: str) -> bool:
    """Whether a piece of text is long enough to be quoted; a short one in Korean where it also ends as a sentence."""
    letters, words = sum(c.isalpha() for c in text), len(text.split())
    if letters < 0.5 * len(text):
        return False
    if len(text) >= MIN_CHARS and words >= MIN_WORDS:
        return True
    is_korean = count_hangul(text) > letters / 2 and text.endswith(_SENTENCE_ENDS)
    return is_korean and len(text) >= MIN_HANGUL_CHARS and words >= MIN_HANGUL_WORDS


_SENTENCE_ENDS = ("다.", "요.", "까?", "다", "음.", "함.", "것.")
"""How a Korean sentence ends; a heading does not."""


def searched_sentences(passage: Passage) -> tuple[tuple[int, int], ...]:
    """The ranges of the sentences of :func:`passage_sentences` in the search text of the passage; (0, 0) for one that
    is not found in it."""
    out: list[tuple[int, int]] = []
    at = 0
    for _, words in passage_sentences(passage):
        found = passage.search_text.find(words, at)
        if found >= 0:
            at = found + len(words)
        out.append((found, at) if found >= 0 else (0, 0))
    return tuple(out)
