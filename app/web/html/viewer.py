"""The page viewer as HTML: its buttons and its empty sheet, which ``scripts/viewer.js`` fills."""

from __future__ import annotations

from app.web.html.escape import escape
from kb.messages import message

_BUTTONS = (
    ("first", "«"),
    ("previous", "‹"),
    ("next", "›"),
    ("last", "»"),
    ("smaller", "−"),
    ("larger", "+"),
    ("fit", "↔"),
    ("quote before", "↑"),
    ("quote after", "↓"),
    ("full", ""),
)


def viewer_html(lang: str) -> str:
    """A viewer without a page: ``kb.viewer(element)`` of the page's scripts brings it to life."""
    buttons = "".join(_viewer_button(name, sign, lang) for name, sign in _BUTTONS)
    empty = escape(message(lang, "page here"))
    return (
        f'<div class="kb-viewer" data-alt="{escape(message(lang, "page alt"))}">'
        f'<div class="kb-viewer-caption" aria-live="polite">{empty}</div>'
        f'<div class="kb-viewer-bar" role="toolbar" aria-label="{escape(message(lang, "viewer bar"))}">{buttons}'
        f'<span class="kb-viewer-zoom" aria-live="polite"></span></div>'
        f'<div class="kb-viewer-sheet" tabindex="0" role="group" aria-label="{escape(message(lang, "viewer sheet"))}">'
        "</div></div>"
    )


def _viewer_button(name: str, sign: str, lang: str) -> str:
    words = escape(message(lang, f"viewer {name}"))
    data = f'data-view="{name.replace(" ", "-")}" aria-label="{words}" data-tip="{words}"'
    css = "kb-act kb-tip" if sign else f"kb-act kb-tip kb-icon kb-icon-{name}"
    return f'<button type="button" class="{css}" {data}>{sign}</button>'
