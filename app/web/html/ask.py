"""The Ask screen as HTML, before anything is asked."""

from __future__ import annotations

from app.web.handlers import EXAMPLES
from app.web.html.chat import welcome
from app.web.html.escape import escape
from app.web.html.filters import Choices, filter_chips
from app.web.html.pieces import hint
from app.web.html.viewer import viewer_html
from kb.messages import message
from kb.text.hangul import has_hangul
from kb.types import MAX_QUESTION

COUNTED_FROM = 1800
"""Characters from which the question box shows their number."""
_SPOKEN = (
    "ask", "stop", "still answering", "stopped", "other index", "rename", "delete", "delete sure", "undo", "deleted",
    "collected", "collected all", "collected already", "connection lost", "no talks", "untitled", "back to answer",
    "export", "full storage", "talk full", "retry",
)  # fmt: skip
"""The messages that the scripts of the screen show."""


def ask_page(choices: Choices, lang: str, is_ready: bool = True) -> str:
    """Conversations, the conversation with its question box, and the evidence.

    ``is_ready`` says that the words are those of the person's language, so that the scripts can begin.
    """
    named = (*_SPOKEN, "conversation", "new conversation", "talks", "find talk")
    say = {key: escape(message(lang, key)) for key in named}
    find = f'aria-label="{say["find talk"]}" placeholder="{say["find talk"]}"'
    new = f'<button type="button" class="kb-act" data-side="new">{say["new conversation"]}</button>'
    words = "".join(f' data-say-{key.replace(" ", "-")}="{say[key]}"' for key in _SPOKEN)
    box_words = escape(message(lang, "ask here"))
    examples = sorted(EXAMPLES, key=lambda text: has_hangul(text) != (lang == "ko"))
    counted = escape(message(lang, "counted", n="{n}", limit=f"{MAX_QUESTION:,}"))
    too_long = escape(message(lang, "too long typed", n="{n}", limit=f"{MAX_QUESTION:,}"))
    return (
        f'<div class="kb-desk" data-ready="{"1" if is_ready else ""}"{words}>'
        f'<aside class="kb-past" aria-label="{say["talks"]}"><div class="kb-past-head">'
        f'<h2>{say["talks"]}</h2>{new}</div><input type="text" class="kb-seek" data-side="find" {find}>'
        f'<ul class="kb-talks"></ul><div class="kb-past-told kb-sub" aria-live="polite"></div></aside>'
        f'<section class="kb-talk" aria-label="{say["conversation"]}">'
        f'<div class="kb-chat" role="log" aria-label="{say["conversation"]}" tabindex="0"></div>'
        f'<div class="kb-welcome" hidden>{welcome(examples, lang)}</div>'
        f'<div class="kb-askbox" data-limit="{MAX_QUESTION}" data-from="{COUNTED_FROM}" data-counted="{counted}"'
        f' data-long="{too_long}">{filter_chips(choices, lang)}'
        f'<div class="kb-typing"><textarea id="kb-question" rows="1" aria-label="{box_words}"'
        f' aria-describedby="kb-told" placeholder="{box_words}"></textarea>'
        f'<button type="button" class="kb-send">{say["ask"]}</button></div>'
        f'<div id="kb-told" class="kb-told" aria-live="polite"></div></div></section>'
        f'<section class="kb-evidence" aria-label="{escape(message(lang, "evidence"))}">'
        '<div class="kb-evidence-head"><button type="button" class="kb-act kb-back-to">'
        f"{say['back to answer']}</button></div>"
        f'<div id="kb-cards" class="kb-cards-list">{hint(message(lang, "evidence here"))}</div>{viewer_html(lang)}'
        "</section></div>"
    )
