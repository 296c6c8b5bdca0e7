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
    """What a screen is built with.

    ``desk`` has the knowledge base (``desk.base()``) and ``desk.attempt``, which makes a line of an error. ``tab`` is
    the screen's own tab. ``start`` is the language until a browser has told its own. What the person collects, and the
    way to another tab, are in the browser: ``kb.basket`` and ``kb.open`` of ``scripts/frame.js``.
    """

    desk: Handlers
    tab: gr.Tab
    start: str


def _no_words(_: str) -> Sequence[Any]:
    return ()


@dataclass(frozen=True, slots=True)
class Screen:
    """What a screen has for the page.

    ``said`` gives the new value of each of ``worded`` in a language, in their order; it is called when a page is
    loaded. ``calls`` are the functions that the screen's scripts call, by name (:mod:`app.web.calls`).
    """

    worded: Sequence[Any] = ()
    said: Callable[[str], Sequence[Any]] = _no_words
    calls: Mapping[str, Call] = field(default_factory=dict)


QUIET: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
"""How the page's own events are wired: no endpoint, and no cover over what they change."""

OWN_STYLE: dict[str, Any] = {"apply_default_css": False}
"""How the panels are made: buttons, fields and lists look as ``chat.css`` has them, and not as the framework's do."""


def script(*names: str) -> str:
    """Scripts of ``app/web/scripts``, one after the other; Gradio runs them with the panel as ``element``."""
    return "\n".join((_SCRIPT_FOLDER / f"{name}.js").read_text("utf-8") for name in names)
