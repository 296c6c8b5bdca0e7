"""The release of the project and the day, which are written into indexes and exports."""

from __future__ import annotations

from datetime import UTC, datetime


def package_version() -> str:
    """The installed version of the project."""
    return version_of("standards-kb") or "0+source"


def version_of(package: str) -> str | None:
    """The version of an installed package, ``None`` where it is not installed."""
    from importlib.metadata import PackageNotFoundError, version  # brings much that a look-up does without

    try:
        return version(package)
    except PackageNotFoundError:
        return None


def today() -> str:
    """Today, UTC, as ``YYYY-MM-DD``."""
    return datetime.now(UTC).strftime("%Y-%m-%d")
