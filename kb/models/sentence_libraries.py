"""The libraries that load any encoder and reranker. Only importer of ``sentence_transformers`` and ``transformers``.

Only :func:`kb.models.encoder.libraries` imports this module: it takes seconds and some 200 MB beside torch, and the
libraries read at import whether they may use the network.
"""

from __future__ import annotations

import sentence_transformers
import transformers

__all__ = ["sentence_transformers"]

transformers.utils.logging.disable_progress_bar()  # type: ignore[no-untyped-call]
