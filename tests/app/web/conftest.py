"""The handlers that the tests of the app use."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from app.service import Service

from app.settings import Settings
from app.web.handlers import Handlers

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def desk(service: Service, library: Path) -> Handlers:
    return Handlers(Settings(home=str(library)), service)
