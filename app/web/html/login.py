"""The sign-in page: one form, without scripts and without resources of other hosts."""

from __future__ import annotations

from app.web.fonts import font_style
from app.web.html.escape import escape
from kb.messages import message

_SIGN_IN_STYLE = """
:root{color-scheme:light dark;--page:#f6f7f9;--card:#fff;--words:#1b2430;--line:#8a94a3;--act:#1d4ed8;--bad:#a4001d}
@media (prefers-color-scheme:dark){:root{--page:#12161c;--card:#1b212a;--words:#e8ecf2;--line:#7b8696;--act:#3b6cf0;
--bad:#ff9aa8}}
*{box-sizing:border-box}body{margin:0;min-height:100vh;display:grid;place-items:center;background:var(--page);
color:var(--words);font:16px/1.5 "Desk Sans","Desk Sans Latin Stand-in",
"Desk Sans Hangul Stand-in",system-ui,"Apple SD Gothic Neo","Malgun Gothic","Noto Sans KR",sans-serif}
main{width:min(24rem,92vw);padding:2rem;background:var(--card);border:1px solid var(--line);border-radius:.5rem}
h1{margin:0 0 1rem;font-size:1.25rem}label{display:block;margin:.75rem 0 .25rem}
input{width:100%;padding:.6rem;font:inherit;color:inherit;background:transparent;
border:1px solid var(--line);border-radius:.25rem}
button{margin-top:1.25rem;width:100%;padding:.65rem;font:inherit;font-weight:600;color:#fff;background:var(--act);
border:0;border-radius:.25rem}
:focus-visible{outline:3px solid var(--act);outline-offset:2px}[role=alert]{color:var(--bad);margin:0}
""".strip()


def sign_in_elsewhere_page(lang: str, problem: str) -> str:
    """The page for a person whom the organisation's own sign-in did not name: one line and no form."""
    alert = f'<p role="alert">{escape(problem)}</p>'
    return _login_page(lang, escape(message(lang, "sign in")), escape(message(lang, "title")), alert)


def _login_page(lang: str, name: str, title: str, inside: str) -> str:
    return (
        f'<!DOCTYPE html>\n<html lang="{lang}"><head><meta charset="utf-8"><title>{name} – {title}</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{font_style()}{_SIGN_IN_STYLE}</style></head><body><main><h1>{title}</h1>{inside}</main></body></html>\n"
    )


def sign_in_page(lang: str, action: str, problem: str = "", after: str = "") -> str:
    """The sign-in page; ``action`` is the address of the form, ``after`` the query of the page that follows."""
    words = {key: escape(message(lang, key)) for key in ("title", "sign in", "sign in name", "sign in password")}
    alert = f'<p role="alert">{escape(problem)}</p>' if problem else ""
    form = (
        f'<form method="post" action="{escape(action)}"><input type="hidden" name="next" value="{escape(after)}">'
        f'<label for="name">{words["sign in name"]}</label>'
        '<input id="name" name="username" autocomplete="username" maxlength="64" required autofocus>'
        f'<label for="password">{words["sign in password"]}</label>'
        '<input id="password" name="password" type="password" autocomplete="current-password" maxlength="256" required>'
        f"<button>{words['sign in']}</button></form>"
    )
    return _login_page(lang, words["sign in"], words["title"], alert + form)
