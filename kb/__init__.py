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
    from kb.audit.question_log import QuestionLog
    from kb.audit.recorder import Recorder
    from kb.citation_list import CitationList
    from kb.crosswalk_suggestions import EdgeSuggestion
    from kb.crosswalks import Crosswalks
    from kb.errors import (
        AmbiguousReference,
        ConfigError,
        DocumentError,
        EncoderError,
        GeneratorError,
        IndexFolderError,
        KBError,
        LogError,
        NoIndexError,
        ReferenceNotFound,
        StoreError,
    )
    from kb.index.layout import StoredDocument
    from kb.index.manifests import index_manifest
    from kb.knowledge_base import KnowledgeBase
    from kb.library.contents import Contents, DocumentList, FilterChoices, IndexFacts, ListedDocument
    from kb.library.counterparts import Counterpart
    from kb.library.document_page import DocumentPage, EditionRow
    from kb.lists.lists import Lists
    from kb.lookup.lookup import LookUp, UnitView
    from kb.lookup.record import LookUpRecords, RelatedUnit, UnitInEdition, UnitRecord
    from kb.lookup.suggested import SuggestedUnit
    from kb.lookup.unit_page import LookedUp, NamedUnit, Outline, OutlineRow, UnitLabel, UnitPage, UnitWords
    from kb.models.models import EncoderSettings, Models
    from kb.page_images import PageSheet, PageView, QuotePlace
    from kb.questions import SearchHits
    from kb.references.suggestions import NameSuggestion, SuggestionKind
    from kb.retrieval.search import SearchHit
    from kb.stores.protocol import StoreAddress
    from kb.types import Answer, Citation, Edition, Passage, SearchFilter, Sentence, Unit

_PLACES = {
    "QuestionLog": "kb.audit.question_log",
    "Recorder": "kb.audit.recorder",
    "CitationList": "kb.citation_list",
    "EdgeSuggestion": "kb.crosswalk_suggestions",
    "Crosswalks": "kb.crosswalks",
    "AmbiguousReference": "kb.errors",
    "ConfigError": "kb.errors",
    "DocumentError": "kb.errors",
    "EncoderError": "kb.errors",
    "GeneratorError": "kb.errors",
    "LogError": "kb.errors",
    "IndexFolderError": "kb.errors",
    "KBError": "kb.errors",
    "NoIndexError": "kb.errors",
    "ReferenceNotFound": "kb.errors",
    "StoreError": "kb.errors",
    "StoreAddress": "kb.stores.protocol",
    "StoredDocument": "kb.index.layout",
    "index_manifest": "kb.index.manifests",
    "KnowledgeBase": "kb.knowledge_base",
    "Contents": "kb.library.contents",
    "DocumentList": "kb.library.contents",
    "FilterChoices": "kb.library.contents",
    "IndexFacts": "kb.library.contents",
    "ListedDocument": "kb.library.contents",
    "Counterpart": "kb.library.counterparts",
    "Lists": "kb.lists.lists",
    "LookUp": "kb.lookup.lookup",
    "UnitView": "kb.lookup.lookup",
    "LookUpRecords": "kb.lookup.record",
    "RelatedUnit": "kb.lookup.record",
    "UnitInEdition": "kb.lookup.record",
    "UnitRecord": "kb.lookup.record",
    "EncoderSettings": "kb.models.models",
    "Models": "kb.models.models",
    "PageSheet": "kb.page_images",
    "PageView": "kb.page_images",
    "QuotePlace": "kb.page_images",
    "SearchHits": "kb.questions",
    "NameSuggestion": "kb.references.suggestions",
    "SuggestionKind": "kb.references.suggestions",
    "SearchHit": "kb.retrieval.search",
    "Answer": "kb.types",
    "Citation": "kb.types",
    "Edition": "kb.types",
    "Passage": "kb.types",
    "SearchFilter": "kb.types",
    "Sentence": "kb.types",
    "Unit": "kb.types",
    "LookedUp": "kb.lookup.unit_page",
    "NamedUnit": "kb.lookup.unit_page",
    "Outline": "kb.lookup.unit_page",
    "OutlineRow": "kb.lookup.unit_page",
    "UnitLabel": "kb.lookup.unit_page",
    "UnitPage": "kb.lookup.unit_page",
    "UnitWords": "kb.lookup.unit_page",
    "SuggestedUnit": "kb.lookup.suggested",
    "DocumentPage": "kb.library.document_page",
    "EditionRow": "kb.library.document_page",
}

__all__ = [
    "AmbiguousReference",
    "Answer",
    "Citation",
    "CitationList",
    "ConfigError",
    "Contents",
    "Counterpart",
    "Crosswalks",
    "DocumentError",
    "DocumentList",
    "DocumentPage",
    "EdgeSuggestion",
    "Edition",
    "EditionRow",
    "EncoderError",
    "EncoderSettings",
    "FilterChoices",
    "GeneratorError",
    "IndexFacts",
    "IndexFolderError",
    "KBError",
    "KnowledgeBase",
    "ListedDocument",
    "Lists",
    "LogError",
    "LookUp",
    "LookUpRecords",
    "LookedUp",
    "Models",
    "NameSuggestion",
    "NamedUnit",
    "NoIndexError",
    "Outline",
    "OutlineRow",
    "PageSheet",
    "PageView",
    "Passage",
    "QuestionLog",
    "QuotePlace",
    "Recorder",
    "ReferenceNotFound",
    "RelatedUnit",
    "SearchFilter",
    "SearchHit",
    "SearchHits",
    "Sentence",
    "StoreAddress",
    "StoreError",
    "StoredDocument",
    "SuggestedUnit",
    "SuggestionKind",
    "Unit",
    "UnitInEdition",
    "UnitLabel",
    "UnitPage",
    "UnitRecord",
    "UnitView",
    "UnitWords",
    "index_manifest",
]


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(_PLACES[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
