"""torch and the libraries that need it. Only importer of ``torch``, ``sentence_transformers`` and ``transformers``.

Only :func:`kb.models.encoder.libraries` imports this module: it takes seconds, and the libraries read at import whether
they may use the network.
"""

from __future__ import annotations

import sentence_transformers
import torch
import transformers

__all__ = ["sentence_transformers", "torch", "transformers"]

transformers.utils.logging.disable_progress_bar()  # type: ignore[no-untyped-call]
