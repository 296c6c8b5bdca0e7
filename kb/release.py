"""The release of the project and the day, which are written into indexes and exports."""

from __future__ import annotations

from datetime import UTC, datetime


def package_version() -> str:
    """The installed version of the project."""
    from importlib.metadata import PackageNotFoundError, version  # brings much that a look-up does without

    try:
        return version("standards-kb")
    except PackageNotFoundError:
        return "0+source"


def today() -> str:
    """Today, UTC, as ``YYYY-MM-DD``."""
    return datetime.now(UTC).strftime("%Y-%m-%d")
