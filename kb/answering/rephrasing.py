"""An answer rephrased by the optional language model, over the same quotes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kb.answering.drafting import draft
from kb.references.parsing import is_reference
from kb.text.tokens import tokens

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kb.library.library import Library
    from kb.protocols import Generator
    from kb.types import Answer


def drafts(library: Library, answer: Answer, model: Generator | None) -> Iterator[Answer]:
    """The answer as its draft grows, the last one whole (:func:`kb.answering.drafting.draft`).

    The answer itself comes back where there is nothing to rephrase: no model, a refusal, or a unit that was asked for
    by its reference.
    """
    if model is None or answer.refused or is_reference(answer.question, library.names):
        yield answer
        return
    yield from draft(answer, model, tokens)
