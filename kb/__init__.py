"""A knowledge base of standards for AI ethics and governance: passages, units and citations one can check.

The names here are the public ones; each is imported when it is first used, so that ``import kb`` costs nothing. ::

    from kb import KnowledgeBase
    with KnowledgeBase.open("~/standards") as base:
        answer = base.ask("Who must keep logs?")
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kb.citation_list import CitationList
    from kb.errors import (
        AmbiguousReference,
        ConfigError,
        DocumentError,
        EncoderError,
        GeneratorError,
        IndexFolderError,
        KBError,
        NoIndexError,
        ReferenceNotFound,
    )
    from kb.knowledge_base import KnowledgeBase, SearchHits
    from kb.lookup.lookup import LookUp, UnitView
    from kb.models.models import EncoderSettings, Models
    from kb.types import Answer, Citation, Edition, Passage, SearchFilter, Sentence, Unit

_PLACES = {
    "KnowledgeBase": "kb.knowledge_base",
    "SearchHits": "kb.knowledge_base",
    "CitationList": "kb.citation_list",
    "LookUp": "kb.lookup.lookup",
    "UnitView": "kb.lookup.lookup",
    "Models": "kb.models.models",
    "EncoderSettings": "kb.models.models",
    "Answer": "kb.types",
    "Citation": "kb.types",
    "Edition": "kb.types",
    "Passage": "kb.types",
    "SearchFilter": "kb.types",
    "Sentence": "kb.types",
    "Unit": "kb.types",
    "KBError": "kb.errors",
    "ConfigError": "kb.errors",
    "DocumentError": "kb.errors",
    "IndexFolderError": "kb.errors",
    "NoIndexError": "kb.errors",
    "ReferenceNotFound": "kb.errors",
    "AmbiguousReference": "kb.errors",
    "EncoderError": "kb.errors",
    "GeneratorError": "kb.errors",
}

__all__ = [
    "AmbiguousReference",
    "Answer",
    "Citation",
    "CitationList",
    "ConfigError",
    "DocumentError",
    "Edition",
    "EncoderError",
    "EncoderSettings",
    "GeneratorError",
    "IndexFolderError",
    "KBError",
    "KnowledgeBase",
    "LookUp",
    "Models",
    "NoIndexError",
    "Passage",
    "ReferenceNotFound",
    "SearchFilter",
    "SearchHits",
    "Sentence",
    "Unit",
    "UnitView",
]


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_PLACES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
