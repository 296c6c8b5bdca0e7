"""The fonts of the page, served by the app: Latin and Hangul in two weights, and substitutes until they are loaded.

The files are parts of Pretendard (SIL Open Font License 1.1, ``app/web/fonts/OFL.txt``) under a name of our own, which
that licence requires for parts. A browser loads only the parts whose characters are on the page. Until then fonts of
the person's system are used, scaled to the same widths and heights, so that nothing moves when the page's own fonts
arrive.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

_FONT_FOLDER = Path(__file__).parent / "fonts"
FONT_FAMILY = "Desk Sans"
STAND_INS = ("Desk Sans Latin Stand-in", "Desk Sans Hangul Stand-in")
"""Families of the person's system, scaled to the measures of the page's own fonts."""
_WEIGHTS = {"regular": "100 500", "semibold": "501 900"}
_HANGUL_RANGE = "U+3000-303F, U+3130-318F, U+3200-33FF, U+AC00-D7A3, U+FF00-FFEF"
_FONT_PARTS = {
    # a browser takes the last font that has a character; the rare syllables come first, so that the common ones win
    "hangul-rare": "U+1100-11FF, U+AC00-D7A3",
    "hangul": "",  # the syllables of KS X 1001, one by one
    "latin": "U+0000-024F, U+0370-03FF, U+1E00-1EFF, U+2000-22FF, U+2460-24FF, U+25A0-27BF, U+FB01-FB02, U+FEFF",
}
# Widths are compared by the frequency of English letters; heights are those of the page's own over that scale.
_LATIN_SCALE, _HANGUL_SCALE = 101.4, 93.9
_ASCENT, _DESCENT = 95.2, 24.1
_LOCAL_LATIN = ("Arial", "Liberation Sans", "Arimo", "Helvetica")
_LOCAL_HANGUL = ("Noto Sans KR", "Noto Sans CJK KR", "Noto Sans KR Regular", "NotoSansKR-Regular")
KEPT_FOR_A_YEAR = "public, max-age=31536000, immutable"


@cache
def font_files() -> dict[str, tuple[bytes, str]]:
    """The files by name, each with the beginning of its hash, which is part of its address."""
    found = {path.name: path.read_bytes() for path in sorted(_FONT_FOLDER.glob("*.woff2"))}
    return {name: (data, hashlib.sha256(data).hexdigest()[:12]) for name, data in found.items()}


def _common_hangul() -> str:
    """The 2,350 syllables of KS X 1001 as ranges."""
    signs: list[int] = []
    for row in range(0xB0, 0xC9):
        signs += [ord(bytes((row, cell)).decode("euc-kr")) for cell in range(0xA1, 0xFF)]
    signs.sort()
    ranges: list[list[int]] = []
    for sign in signs:
        if ranges and sign == ranges[-1][1] + 1:
            ranges[-1][1] = sign
        else:
            ranges.append([sign, sign])
    return ", ".join(f"U+{a:X}" if a == b else f"U+{a:X}-{b:X}" for a, b in ranges)


@cache
def font_style() -> str:
    """The CSS rules of the fonts and of their substitutes; addresses are relative to the page."""
    rules: list[str] = []
    common = f"{_common_hangul()}, U+3000-303F, U+3130-318F, U+3200-33FF, U+FF00-FFEF"
    for weight, range_of_weights in _WEIGHTS.items():
        for part, signs in _FONT_PARTS.items():
            name = f"desk-sans-{weight}-{part}.woff2"
            rules.append(
                f'@font-face{{font-family:"{FONT_FAMILY}";font-weight:{range_of_weights};font-display:swap;'
                f'src:url("fonts/{name}?{font_files()[name][1]}") format("woff2");unicode-range:{signs or common}}}'
            )
    stand_ins = ((_LOCAL_LATIN, _LATIN_SCALE, "U+0000-2FFF"), (_LOCAL_HANGUL, _HANGUL_SCALE, _HANGUL_RANGE))
    for family, (local, scale, signs) in zip(STAND_INS, stand_ins, strict=True):
        names = ",".join(f'local("{name}")' for name in local)
        rules.append(
            f'@font-face{{font-family:"{family}";src:{names};size-adjust:{scale}%;unicode-range:{signs};'
            f"ascent-override:{_ASCENT / scale:.1%};descent-override:{_DESCENT / scale:.1%};line-gap-override:0%}}"
        )
    return "\n".join(rules)


def first_fonts() -> str:
    """Links by which a browser loads the Latin parts at once; it loads further parts when the page needs them."""
    names = [f"desk-sans-{weight}-latin.woff2" for weight in _WEIGHTS]
    return "".join(
        f'<link rel="preload" as="font" type="font/woff2" crossorigin href="fonts/{name}?{font_files()[name][1]}">'
        for name in names
    )


def font_file(name: str) -> bytes | None:
    """The bytes of ``fonts/NAME``; ``None`` if there is no such font."""
    return font_files().get(name, (None, ""))[0]
