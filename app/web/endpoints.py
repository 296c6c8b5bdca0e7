"""The named endpoints of the app: the six actions for programs, each with its types and its description."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from app.machine import ACTIONS, for_programs
from app.web.sign_in import asking_as, person_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.machine import Actions


LONG_ACTIONS = ("batch", "cite", "check")
"""Actions that may take minutes; they wait for each other, but questions do not wait for them."""


def add_endpoints(
    actions: Actions, api: Callable[..., Any], fault: Callable[[str], Exception], request_type: type
) -> None:
    """Adds the endpoints to the page that is being built.

    :param api: gradio's function that adds an endpoint.
    :param fault: makes gradio's error with a message for the caller.
    :param request_type: gradio's request class; a function with a parameter of this type gets the request.
    """
    for name in ACTIONS:
        work = known_caller(for_programs(actions, name, fault), request_type)
        api(
            work,
            api_name=name,
            api_description=work.__doc__,
            concurrency_id="lists" if name in LONG_ACTIONS else "programs",
        )


def known_caller(work: Callable[..., Any], request_type: type) -> Callable[..., Any]:
    """The function with gradio's request as an additional parameter, so that the code it calls knows who asks; gradio
    runs it in a task of its own."""

    def named(asked: Any, *given: Any) -> Any:
        with asking_as(person_of(asked.request.scope)):
            return work(*given)

    shape = inspect.signature(work)
    first = inspect.Parameter("request", inspect.Parameter.POSITIONAL_OR_KEYWORD, annotation=request_type)
    named.__name__, named.__doc__ = work.__name__, work.__doc__
    named.__annotations__ = {"request": request_type, **work.__annotations__}
    named.__signature__ = shape.replace(parameters=[first, *shape.parameters.values()])  # type: ignore[attr-defined]
    return named
