"""The records between :mod:`app.web.page` and its screens: what every screen receives and returns.

Each screen is a module of this package, and its tab exists if the module does. The module's function
``NAME_screen(context)`` makes the components inside the tab and returns a :class:`Screen`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import gradio as gr

from app.web.calls import Call
from app.web.handlers import Handlers

_SCRIPT_FOLDER = Path(__file__).parent.parent / "scripts"


@dataclass(frozen=True, slots=True)
class Context:
    """The resources with which a screen is built.

    ``desk`` has the knowledge base (``desk.base()``) and ``desk.attempt``, which turns an error into a line. ``tab`` is
    the screen's own tab. ``start`` is the language until a browser has sent its own. Collected citations, and the way
    to another tab, are in the browser: ``kb.basket`` and ``kb.open`` of ``scripts/frame.js``.
    """

    desk: Handlers
    tab: gr.Tab
    start: str


def _no_words(_: str) -> Sequence[Any]:
    return ()


@dataclass(frozen=True, slots=True)
class Screen:
    """The parts of a screen that the page uses.

    ``said`` gives the new value of each component of ``worded`` in a language, in their order; it is called when a page
    is loaded. ``calls`` are the functions that the screen's scripts call, by name (:mod:`app.web.calls`).
    """

    worded: Sequence[Any] = ()
    said: Callable[[str], Sequence[Any]] = _no_words
    calls: Mapping[str, Call] = field(default_factory=dict)


QUIET: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
"""Options of the page's own events: no public endpoint, and no progress cover over the changed parts."""

OWN_STYLE: dict[str, Any] = {"apply_default_css": False}
"""Options of the panels: buttons, fields and lists have the style of ``chat.css`` and not gradio's."""


def script(*names: str) -> str:
    """Scripts of ``app/web/scripts``, one after the other; Gradio runs them with the panel as ``element``."""
    return "\n".join((_SCRIPT_FOLDER / f"{name}.js").read_text("utf-8") for name in names)
