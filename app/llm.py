"""The optional language model behind any OpenAI-compatible endpoint: Ollama, vLLM, llama.cpp and the like.

The only importer of ``openai``. Whatever goes wrong at the endpoint becomes a :class:`kb.errors.GeneratorError` of one
line, which carries neither the key nor words of the endpoint's own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kb.answering.drafting import draft
from kb.models.openai_chat import OpenAIGenerator
from kb.references.resolving import is_reference

if TYPE_CHECKING:
    from collections.abc import Iterator

    from app.service import Service
    from app.settings import Settings
    from kb.types import Answer


def generator(settings: Settings) -> OpenAIGenerator | None:
    """The model that the settings name, or ``None`` where none is set."""
    if not settings.llm_base_url:
        return None
    return OpenAIGenerator(
        settings.llm_base_url,
        settings.llm_model,
        settings.llm_api_key,
        settings.llm_timeout,
        settings.llm_max_tokens,
    )


def drafts(service: Service, answer: Answer, model: OpenAIGenerator | None, otherwise: str = "en") -> Iterator[Answer]:
    """The answer as its draft grows, the last one whole (:func:`kb.answering.drafting.draft`); the answer itself where
    there is nothing to rephrase: no model, a refusal, or a unit that was asked for by its reference.

    ``otherwise`` is the language of the notices where the question shows none.
    """
    if model is None or answer.refused or is_reference(answer.question, service.catalog):
        yield answer
        return
    from kb.text.tokens import tokens

    yield from draft(answer, model, tokens, otherwise=otherwise)
