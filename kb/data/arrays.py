"""Reads the arrays that the package ships. They are apart from the tables, which are read without numpy."""

from __future__ import annotations

import io
from importlib import resources
from typing import Any

import numpy as np


def arrays(name: str) -> dict[str, Any]:
    """The arrays of ``kb/data/<name>.npz``, by name."""
    stored = io.BytesIO(resources.files("kb.data").joinpath(f"{name}.npz").read_bytes())
    with np.load(stored, allow_pickle=False) as file:
        return dict(file)
