"""The bar above the tabs as HTML: the title, the languages, and who is signed in."""

from __future__ import annotations

from app.web.html.escape import foreign
from app.web.html.names import say
from kb.messages import LANGUAGES, language_name

_SHORT_NAMES = {"en": "EN", "ko": "한"}


def bar_html(lang: str, name: str = "", may_sign_out: bool = False, role: str = "") -> str:
    """The bar above the tabs.

    :param name: the signed-in account, empty if there is none.
    :param role: what the person may do, empty until it is known; the page offers functions of editors to editors only.
    """
    buttons = "".join(
        f'<button type="button" class="kb-act" lang="{code}" data-speak="{code}"'
        f' aria-label="{_SHORT_NAMES[code]}, {language_name(code, code)}" aria-pressed="{str(code == lang).lower()}">'
        f"{_SHORT_NAMES[code]}</button>"
        for code in LANGUAGES
    )
    group = f'role="group" aria-label="{say(lang, "language switch")}"'
    leave = (
        f'<button type="button" class="kb-act" data-sign-out>{say(lang, "sign out")}</button>' if may_sign_out else ""
    )
    unseen = f'<span class="kb-unseen">{say(lang, "signed in as")} </span>'
    who = f'<div class="kb-person"><span class="kb-who">{unseen}{foreign(name)}</span>{leave}</div>' if name else ""
    title = f'<h1 data-lang="{lang}" data-role="{role}">{say(lang, "title")}</h1>'
    return f'{title}<div class="kb-speak" {group}>{buttons}</div>{who}'
