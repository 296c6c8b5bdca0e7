"""torch, which takes seconds to load. Only importer of ``torch``; only :mod:`kb.models.encoder` imports this module."""

from __future__ import annotations

import torch

__all__ = ["torch"]
