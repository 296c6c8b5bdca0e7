"""The program that reads documents for an app under test: as the app's own, with the stand-in encoder and with a server
on loopback in the place of every publisher. ``python -m tests.scenarios.stand_in_reading ADDRESS``"""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from app.cli import reading_job
from ingest.sources.fetch import fetch
from tests.fakes import WordEncoder

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from app.settings import Settings
    from ingest.sources.add import Added
    from kb.types import Edition


class _StandIn:
    """Loads the stand-in encoder, whatever the settings name."""

    def __init__(self, settings: Settings) -> None:
        del settings

    def load(self, tell: Callable[[str], None]) -> WordEncoder:
        del tell
        return WordEncoder()


def _fetch_here(edition: Edition, home: Path, day: str) -> Added:
    address = sys.argv[1]
    here = replace(edition, file_url=f"{address}/{edition.doc_id}")
    return fetch(here, home, day, is_allowed=lambda url: url.startswith(address))


if __name__ == "__main__":
    reading_job.encoder_settings = _StandIn  # type: ignore[assignment]
    reading_job.fetch = _fetch_here  # type: ignore[assignment]
    reading_job.run_job()
