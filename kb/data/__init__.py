"""Reads the small tables that the package ships: weights of the trained scorers, and how rare words are."""

from __future__ import annotations

import json
from functools import lru_cache
from importlib import resources
from typing import Any


@lru_cache(maxsize=8)
def table(name: str) -> Any:
    """The content of ``kb/data/<name>.json``."""
    return json.loads(resources.files(__name__).joinpath(f"{name}.json").read_text("utf-8"))
