"""The models that the settings name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kb.models.models import EncoderSettings, Models
from kb.models.reranker import LazyReranker

if TYPE_CHECKING:
    from app.settings import Settings
    from kb.models.openai_chat import OpenAIGenerator


def models_of(settings: Settings) -> Models:
    """Encoder, reranker and language model by the settings; nothing is loaded yet."""
    return Models(settings=encoder_settings(settings), reranker=reranker_of(settings), generator=generator_of(settings))


def encoder_settings(settings: Settings) -> EncoderSettings:
    """The encoder that the settings name, and how it is loaded; an empty prompt means the model's own."""
    s = settings
    return EncoderSettings(
        s.encoder, s.encoder_dtype, s.query_prompt or None, s.passage_prompt or None, s.encoder_cache
    )


def reranker_of(settings: Settings) -> LazyReranker | None:
    """The reranker of the settings, ``None`` where none is set."""
    s = settings
    return LazyReranker(s.reranker, s.reranker_languages, s.reranker_depth) if s.reranker else None


def generator_of(settings: Settings) -> OpenAIGenerator | None:
    """The language model of the settings, ``None`` where none is set."""
    s = settings
    if not s.llm_base_url:
        return None
    from kb.models.openai_chat import OpenAIGenerator  # its library takes half a second, and most homes set no model

    return OpenAIGenerator(s.llm_base_url, s.llm_model, s.llm_api_key, s.llm_timeout, s.llm_max_tokens)
