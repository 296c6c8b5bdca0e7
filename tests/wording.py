"""The English words of notices and reports, for tests that compare words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kb.messages import words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ingest.plan import FileReport
    from kb.types import Notice


def english(notices: Iterable[Notice]) -> tuple[str, ...]:
    """The words of notices."""
    return tuple(words(each, "en") for each in notices)


def message_of(report: FileReport) -> str:
    """The words of a report's message, "" where it has none."""
    return words(report.message, "en") if report.message else ""
