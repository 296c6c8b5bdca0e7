"""The page: the bar, the tabs of the screens, and how it is served."""

from __future__ import annotations

import importlib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import gradio as gr

from app.machine import Actions
from app.web.calls import Call, call_route, chosen_language, file_route, image_route
from app.web.editing import for_editors
from app.web.endpoints import add_endpoints
from app.web.fonts import FONT_FAMILY, KEPT_FOR_A_YEAR, STAND_INS, first_fonts, font_file, font_style
from app.web.framework_queue import noticing, set_server_to_rest, set_to_rest
from app.web.handlers import Handlers
from app.web.html.bar import bar_html
from app.web.layers import Layers, Tools
from app.web.pages import PageImages, page_calls
from app.web.screens.screen import OWN_STYLE, QUIET, Context, Screen, script
from app.web.sign_in import has_session, person_of
from app.web.stopping import Stopping
from kb.messages import message

_FOLDER = Path(__file__).parent
SCREENS = ("ask", "lookup", "list", "batch", "check", "documents", "crosswalk", "about")
"""The tabs in their order: names of modules in ``app/web/screens``. A tab exists if its module does."""

SESSIONS_KEPT = 64
"""Number of pages and calls of which gradio keeps a state; each takes 0.1 MB, and nothing is kept there here."""


def theme() -> gr.themes.Base:
    """The page's own theme: fonts that the app serves, and colours with a contrast of at least 4.5:1."""
    korean = ("Apple SD Gothic Neo", "Malgun Gothic", "Noto Sans KR", "Noto Sans CJK KR", "NanumGothic")
    made = gr.themes.Base(
        primary_hue="blue",
        neutral_hue="slate",
        text_size="md",
        radius_size="md",
        font=[FONT_FAMILY, *STAND_INS, "system-ui", "Segoe UI", "Roboto", "Helvetica Neue", *korean, "sans-serif"],
        font_mono=["ui-monospace", "SFMono-Regular", "Consolas", "monospace"],
    )
    return made.set(
        body_background_fill="*neutral_50",
        body_background_fill_dark="*neutral_950",
        background_fill_primary="white",
        background_fill_primary_dark="*neutral_900",
        background_fill_secondary="*neutral_100",
        background_fill_secondary_dark="*neutral_800",
        border_color_primary="*neutral_200",
        border_color_primary_dark="*neutral_700",
        body_text_color="*neutral_900",
        body_text_color_dark="*neutral_100",
    )


def screens_here() -> dict[str, Any]:
    """The modules of the existing screens by name, in the order of the tabs."""
    places = {name: f"app.web.screens.{name}" for name in SCREENS}
    return {name: importlib.import_module(place) for name, place in places.items() if find_spec(place) is not None}


def build_page(desk: Handlers, actions: Actions | None = None) -> tuple[gr.Blocks, dict[str, Call]]:
    """The page with its components and events, and the functions that its scripts call, by ``screen/name``."""
    blocks: gr.Blocks
    start = desk.language("")  # until a browser has sent its list of languages
    tabs: dict[str, gr.Tab] = {}
    screens: dict[str, Screen] = {}
    with gr.Blocks(
        title=message(start, "title"), analytics_enabled=False, fill_width=True, delete_cache=(3600, 3600)
    ) as blocks:
        if actions is not None:  # first, so that nothing else has their names
            add_endpoints(actions, gr.events.api, partial(gr.Error, print_exception=False), gr.Request)
        with gr.Row(elem_id="kb-top"):
            title = gr.HTML(bar_html(start), js_on_load=script("bar"), elem_id="kb-title", **OWN_STYLE)
            status = gr.HTML(elem_id="kb-status", **OWN_STYLE)
        with gr.Tabs(selected="ask", overflow_behavior="wrap", elem_id="kb-tabs"):
            for name, module in screens_here().items():
                with gr.Tab(message(start, f"tab {name}"), id=name, elem_id=f"kb-tab-{name}") as tabs[name]:
                    screens[name] = getattr(module, f"{name}_screen")(Context(desk, tabs[name], start))

        def fresh(request: gr.Request) -> tuple[Any, ...]:
            code = request_language(desk, request.headers)
            scope = request.request.scope if request.request is not None else {}  # as the layers left it
            person = person_of(scope)
            bar = bar_html(code, person.name, has_session(scope), person.role.value)
            labels = [gr.Tab(label=message(code, f"tab {name}")) for name in tabs]
            words = [value for screen in screens.values() for value in screen.said(code)]
            return bar, desk.status(code), *labels, *words

        worded = [component for screen in screens.values() for component in screen.worded]
        blocks.load(fresh, None, [title, status, *tabs.values(), *worded], **QUIET)
    groups = {"pages": page_calls(desk), **{name: screen.calls for name, screen in screens.items()}}
    return blocks, {f"{name}/{key}": call for name, calls in groups.items() for key, call in calls.items()}


def request_language(desk: Handlers, headers: Mapping[str, str]) -> str:
    """The language of a person's interface: the one chosen in the browser, else that of
    :meth:`app.web.handlers.Handlers.language`.
    """
    return chosen_language(headers.get("cookie", "")) or desk.language(headers.get("accept-language", ""))


def page_style() -> str:
    """The style of the page: what all screens share, then that of each screen."""
    files = [_FOLDER / "chat.css", *(_FOLDER / "styles" / f"{name}.css" for name in SCREENS)]
    return "\n".join(file.read_text("utf-8") for file in files if file.is_file())


def launch(
    desk: Handlers, actions: Actions | None = None, tools: Tools | None = None, stopping: Stopping | None = None
) -> gr.Blocks:
    """The page, served by a thread of this process behind :class:`app.web.layers.Layers`.

    :param actions: the actions that programs may call as named endpoints, ``None`` for no endpoints.
    :param tools: the same as tools under ``/mcp``.
    :param stopping: ends the server without losing an answer.
    """
    blocks, calls = build_page(desk, actions)
    settings = desk.settings
    named = {n: str(fn.api_name) for n, fn in blocks.fns.items() if fn.api_visibility == "public"}
    language = partial(request_language, desk)
    layers = Layers(settings, language, lambda: named, stopping or Stopping(), tools)

    @asynccontextmanager
    async def guarded(served: Any) -> AsyncIterator[None]:
        # the framework's own layers answer some requests, so ours stand in front of them all
        fonts = file_route("/fonts/{name}", font_file, "font/woff2", KEPT_FOR_A_YEAR)
        ours = call_route(for_editors(calls), language), image_route(PageImages(desk).png), fonts
        served.router.routes[:0] = ours
        async with layers.around(noticing(blocks._queue, served.middleware_stack)) as served.middleware_stack:
            yield

    blocks.queue(default_concurrency_limit=2, max_size=32, api_open=False)
    set_to_rest(blocks._queue)
    blocks.launch(
        server_name=f"[{settings.host}]" if ":" in settings.host else settings.host,
        server_port=settings.port,
        root_path=settings.root_path,
        allowed_paths=[],
        blocked_paths=[],
        share=False,
        inbrowser=False,
        quiet=True,
        show_error=False,
        ssr_mode=False,
        pwa=False,
        mcp_server=False,
        enable_monitoring=False,
        run_history=False,
        footer_links=[],
        max_file_size=1,  # nothing here takes a file
        prevent_thread_lock=True,
        state_session_capacity=SESSIONS_KEPT,
        theme=theme(),
        css=page_style(),
        head=f"{first_fonts()}<style>{font_style()}</style><script>{script('frame', 'viewer')}</script>",
        _frontend=False,  # otherwise the framework requests its own address, and starts only if it is let in at once
        app_kwargs={"docs_url": None, "redoc_url": None, "openapi_url": None, "lifespan": guarded},
    )
    set_server_to_rest(blocks.server)
    return blocks
