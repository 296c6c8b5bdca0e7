"""The release of the project and the day, which are written into indexes and exports."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version


def package_version() -> str:
    """The installed version of the project."""
    try:
        return version("standards-kb")
    except PackageNotFoundError:
        return "0+source"


def today() -> str:
    """Today, UTC, as ``YYYY-MM-DD``."""
    return datetime.now(UTC).strftime("%Y-%m-%d")
