"""The screen About as HTML: what this is, the index in service, measures, privacy, the keyboard, what works here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.web.html.escape import escape, foreign, with_commands, worded
from app.web.html.names import say
from app.web.html.pieces import tag
from kb.messages import message, words

if TYPE_CHECKING:
    from app.doctor import Finding
    from app.web.measures import Measures

_KEYS = ("tab", "enter", "arrows", "escape", "line")


def about_shell(lang: str) -> str:
    """The screen before its facts are loaded."""
    return (
        f'<section class="kb-about-screen" lang="{lang}" aria-label="{say(lang, "tab about")}">'
        '<div class="kb-about-area" aria-busy="true"></div></section>'
    )


def about_page(facts: Sequence[tuple[str, str]], measures: Measures | None, lang: str = "en") -> str:
    """The purpose of the app, the facts about its index, its measures; the check of this machine is loaded on
    request."""
    mark = message(lang, "register")
    text = "".join(
        f"<h2>{say(lang, f'{key} heading')}</h2><p>{say(lang, f'{key} text', mark=mark)}</p>"
        for key in ("about", "about register", "about limits", "privacy")
    )
    rows = "".join(f'<tr><th scope="row">{escape(name)}</th><td>{foreign(value)}</td></tr>' for name, value in facts)
    keys = "".join(
        f'<tr><th scope="row"><kbd>{say(lang, f"key {name} name")}</kbd></th><td>{say(lang, f"keys {name}")}</td></tr>'
        for name in _KEYS
    )
    return (
        f'<div class="kb-about-grid"><div>{text}</div><div>'
        f'<h2>{say(lang, "about index heading")}</h2><table class="kb-facts-table"><tbody>{rows}</tbody></table>'
        f"<h2>{say(lang, 'measures heading')}</h2>{measures_html(measures, lang)}"
        f'<h2>{say(lang, "doctor heading")}</h2><p class="kb-quiet kb-readers">{say(lang, "editors look")}</p>'
        '<div class="kb-doctor kb-editors"><button type="button" class="kb-act" '
        f"data-doctor>{say(lang, 'doctor run')}</button></div>"
        f'<h2>{say(lang, "keys heading")}</h2><table class="kb-facts-table"><tbody>{keys}</tbody></table></div></div>'
    )


def measures_html(found: Measures | None, lang: str) -> str:
    """The measures with the day, the index and the question set of each, or a line that there are none."""
    if found is None:
        return f'<p class="kb-quiet">{with_commands(message(lang, "measures absent"))}</p>'
    head = "".join(f'<th scope="col">{say(lang, f"measures {key}")}</th>' for key in ("set", "measure", "value", "n"))
    rows = "".join(
        f"<tr><td>{foreign(row.question_set)}</td><td><code>{escape(row.measure)}</code></td>"
        f"<td>{escape(row.shown)}</td><td>{row.n:,}</td></tr>"
        for row in found.rows
    )
    made = say(lang, "measures made", day=found.day, index=found.index_id or "–", version=found.version)
    return (
        f'<p class="kb-quiet">{made}</p><div class="kb-scroll" tabindex="0" role="region" '
        f'aria-label="{say(lang, "measures heading")}"><table class="kb-facts-table"><thead>'
        f"<tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def doctor_html(found: Sequence[Finding], lang: str) -> str:
    """What works on this machine, and how to get what is missing."""
    rows: list[str] = []
    for each in found:
        state = "ok" if each.ok else "missing" if each.needed else "optional"
        css = {"ok": "match", "missing": "status", "optional": ""}[state]
        how = f'<div class="kb-quiet">{worded(words(each.get, lang))}</div>' if each.get else ""
        rows.append(f"<li>{tag(message(lang, f'doctor {state}'), css)} {worded(words(each.said, lang))}{how}</li>")
    return f'<ul class="kb-plain">{"".join(rows)}</ul>'
