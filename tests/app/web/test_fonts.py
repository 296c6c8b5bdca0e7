"""The fonts of the page: whole, small, under a name that their licence leaves free, and no sign of ours without one."""

from __future__ import annotations

import re

from app.web.fonts import FONT_FAMILY, STAND_INS, font_files, font_style
from app.web.html.login import sign_in_page
from app.web.page import theme
from app.web.request_guard import SECURITY_HEADERS
from kb.messages import LANGUAGES
from tests.paths import ROOT

MOST_BYTES = 3 * 1024**2
RULE = re.compile(r"@font-face\{(.*?)\}")


def ranges(rule: str) -> list[tuple[int, int]]:
    found = re.search(r"unicode-range:([^;}]*)", rule)
    assert found is not None
    pairs = [each.strip().removeprefix("U+").split("-") for each in found[1].split(",")]
    return [(int(pair[0], 16), int(pair[-1], 16)) for pair in pairs]


def test_the_files_are_there_with_their_licence_and_small() -> None:
    files = font_files()
    assert len(files) == 6 and sum(len(data) for data, _ in files.values()) < MOST_BYTES
    assert all(data.startswith(b"wOF2") for data, _ in files.values())
    assert "SIL OPEN FONT LICENSE" in (ROOT / "app" / "web" / "fonts" / "OFL.txt").read_text("utf-8")
    for name, (_, mark) in files.items():
        assert f"fonts/{name}?{mark}" in font_style()


def test_each_weight_has_a_font_for_every_sign_of_the_interface() -> None:
    signs = {
        sign
        for code in LANGUAGES
        for sign in (ROOT / "kb" / "messages" / f"{code}.toml").read_text("utf-8")
        if not sign.isspace()
    }
    for weight in ("100 500", "501 900"):
        rules = [rule for rule in RULE.findall(font_style()) if f"font-weight:{weight}" in rule]
        covered = [pair for rule in rules for pair in ranges(rule)]
        assert [sign for sign in signs if not any(a <= ord(sign) <= b for a, b in covered)] == []
        assert all("font-display:swap" in rule for rule in rules)


def test_what_stands_in_has_the_measures_of_the_page_s_own() -> None:
    for family in STAND_INS:
        rule = next(rule for rule in RULE.findall(font_style()) if family in rule)
        assert "size-adjust" in rule and "ascent-override" in rule and "url(" not in rule


def test_nothing_of_another_host_is_named() -> None:
    shown = theme()
    assert FONT_FAMILY in str(shown.font) and not shown._stylesheets
    addresses = re.findall(r"url\((.*?)\)", font_style() + sign_in_page("ko", "/login"))
    assert addresses and all(address.startswith('"fonts/') for address in addresses)
    policy = dict(SECURITY_HEADERS)[b"content-security-policy"].decode()
    assert "font-src 'self';" in policy
    assert "http" not in policy and "*" not in policy
