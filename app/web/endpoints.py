"""The named endpoints of the app: the six actions for programs, each with its types and its description."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.machine import ACTIONS, for_programs

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.machine import Actions


LONG_ACTIONS = ("batch", "cite", "check")
"""Actions that may take minutes; they wait for each other and not for those who ask."""


def add_endpoints(actions: Actions, api: Callable[..., Any], fault: Callable[[str], Exception]) -> None:
    """Adds the endpoints to the page that is being built.

    :param api: the framework's function that adds one.
    :param fault: makes the framework's error with a message that its caller may see.
    """
    for name in ACTIONS:
        work = for_programs(actions, name, fault)
        api(
            work,
            api_name=name,
            api_description=work.__doc__,
            concurrency_id="lists" if name in LONG_ACTIONS else "programs",
        )
