"""The public names of ``import kb``, which imports nothing slow."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

import kb
from tests.paths import ROOT

PUBLIC = [
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


def test_the_public_names_are_these() -> None:
    assert kb.__all__ == PUBLIC


@pytest.mark.parametrize("name", PUBLIC)
def test_each_name_is_what_it_says(name: str) -> None:
    assert getattr(kb, name).__name__ == name
    assert name in dir(kb)


def test_another_name_is_none() -> None:
    with pytest.raises(AttributeError, match="'Service'"):
        _ = kb.Service


@pytest.mark.parametrize(
    "code", ["import kb", "from kb import KnowledgeBase, SearchFilter, LookUp, Answer, NoIndexError"]
)
def test_it_loads_nothing_that_is_slow(code: str) -> None:
    program = f"import json, sys; {code}; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = set(json.loads(done.stdout))
    assert not loaded & {"numpy", "torch", "faiss", "bm25s", "scipy", "tokenizers", "PIL", "pypdfium2"}
    if code == "import kb":
        assert {name for name in loaded if name.startswith("kb.")} == set()
