"""The handlers that the tests of the app use."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from app.settings import Settings
from app.web.handlers import Handlers

if TYPE_CHECKING:
    from pathlib import Path

    from kb.knowledge_base import KnowledgeBase


@pytest.fixture
def desk(base: KnowledgeBase, home: Path) -> Handlers:
    return Handlers(Settings(home=str(home)), base)
