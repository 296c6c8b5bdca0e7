"""The calls of the page that only editors may make: they change the installation, or reveal facts about its machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.web.sign_in import need_editor, who_asks

if TYPE_CHECKING:
    from collections.abc import Mapping

    from app.web.calls import Call

_CHANGES_OF_DOCUMENTS = ("upload", "piece", "recognise", "add", "get", "ingest", "remove", "stop", "discard")
CALLS_OF_EDITORS = frozenset(
    {
        "about/doctor",
        "crosswalk/judge",
        "crosswalk/suggest",
        *(f"documents/{name}" for name in _CHANGES_OF_DOCUMENTS),
    }
)
"""The calls, as ``screen/name``."""


def for_editors(calls: Mapping[str, Call]) -> dict[str, Call]:
    """The calls of a page, with those of :data:`CALLS_OF_EDITORS` limited to editors; others get a line that
    says so."""
    return {name: _of_editors(call) if name in CALLS_OF_EDITORS else call for name, call in calls.items()}


def _of_editors(call: Call) -> Call:
    def checked(data: Mapping[str, Any], lang: str) -> Any:
        need_editor(who_asks())
        return call(data, lang)

    return checked
