"""The models that settings name, before anything is loaded."""

from __future__ import annotations

from pathlib import Path

from app.models import models_of
from app.settings import Settings
from kb.models.models import EncoderSettings


def test_every_setting_of_a_model_is_handed_on() -> None:
    settings = Settings(
        home="/somewhere", encoder="minilm", encoder_dtype="float32", query_prompt="q: ", passage_prompt="p: ",
        reranker="/a", reranker_languages="en,ko", reranker_depth=7,
        llm_base_url="http://example.org/v1", llm_model="m",
    )  # fmt: skip
    models = models_of(settings)
    assert models.settings == EncoderSettings("minilm", "float32", "q: ", "p: ", settings.encoder_cache)
    assert settings.encoder_cache.is_relative_to(Path("/somewhere"))
    assert models.reranker is not None
    assert (models.reranker.name, models.reranker.depth, models.reranker.languages()) == ("/a", 7, ("en", "ko"))
    assert getattr(models.generator, "host", "") == "example.org"


def test_nothing_is_made_of_what_is_not_set() -> None:
    models = models_of(Settings())
    assert models.reranker is None
    assert models.generator is None
    assert models.settings.query_prompt is None
    assert models.settings.passage_prompt is None
