"""The search form of a question: index terms with those of its translation, and query vectors."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from kb.records import dataclass
from kb.text.korean import ONLY_ASKS
from kb.text.tokens import tokens

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kb.text.korean import Analyser
    from kb.types import Array


OF_GLOSSARY = "ko"
"""The language whose terms are the glossary's: they stand for nearly the whole of a question."""


@dataclass(frozen=True, slots=True)
class EncodedQuery:
    """A question ready for the search: its text, its index terms, its translated terms, its vectors.

    ``text`` begins with the translated words if there are any. ``texts`` are the texts that were encoded: the question
    and, if it is translated, its English terms. ``tuned`` is the query vector through the ranker's fine-tuned layers;
    ``rendered`` is the share of a question's words that its translated terms stand for; ``own`` and ``own_tuned`` are
    the vectors of a translated question without its English terms, and ``language`` is its own language.
    """

    text: str
    terms: tuple[str, ...]
    translated: tuple[str, ...] = ()
    vector: Array | None = None
    tuned: Array | None = None
    texts: tuple[str, ...] = ()
    rendered: float = 1.0
    own: Array | None = None
    own_tuned: Array | None = None
    language: str = OF_GLOSSARY


def make_query(
    text: str,
    vector: Array | None,
    korean: Analyser | None = None,
    translated: str = "",
    rendered: float = 1.0,
    language: str = OF_GLOSSARY,
) -> EncodedQuery:
    """The search form of a text; ``translated`` are the English terms of a text in ``language``, which stand for the
    share ``rendered`` of its words, ``korean`` analyses Korean words."""
    terms = tuple(tokens(ONLY_ASKS.sub(" ", text), korean)) or tuple(tokens(text, korean))
    whole = f"{translated}\n{text}" if translated else text
    return EncodedQuery(whole, terms, tuple(tokens(translated, korean)), vector, rendered=rendered, language=language)


MIX = 0.4
"""Weight of a Korean question itself, against its English terms: it is nearer to any Korean text than to its English
answer."""


def with_vectors(
    question: EncodedQuery, texts: tuple[str, ...], plain: Sequence[Array], tuned: Sequence[Array]
) -> EncodedQuery:
    """The question with the vectors of its ``texts``, averaged, and beside them those of the question alone."""
    english = 1 - MIX if question.language == OF_GLOSSARY else (1 - MIX) * question.rendered
    mixed = replace(
        question, texts=texts, vector=_mixed(plain, english), tuned=_mixed(tuned, english) if tuned else None
    )
    return replace(mixed, own=plain[0], own_tuned=tuned[0] if tuned else None) if len(plain) > 1 else mixed


def _mixed(vectors: Sequence[Array], english: float) -> Array:
    if len(vectors) == 1:
        return vectors[0]
    both = (1 - english) * vectors[0] + english * vectors[1]
    out: Array = both / np.linalg.norm(both)
    return out
