"""Every screen in English and Korean, light and dark, wide and narrow: what axe finds, what moves, what is asked of
another host, what the console says. Two walks pass every screen in each language; KB_TEST_WALKS=all walks through both
languages at both widths. With KB_TEST_PICTURES a folder, a picture of each state is kept there; with KB_TEST_HOME the
home of an index of real documents, that one is served; with KB_TEST_STATES only the named states are looked at."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.paths import ROOT
from tests.scenarios.screen_walk import Walk
from tests.scenarios.test_browser import CHROMIUM, Browser, browser, served

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [
    pytest.mark.browser,
    pytest.mark.timeout(1500),
    pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed (apt-get install chromium)"),
]

AXE = (ROOT / "tests" / "data" / "axe" / "axe.min.js").read_text("utf-8")
FOUND = """axe.run(document, {resultTypes: ['violations'], %s}).then((found) =>
  found.violations.filter((each) => ['serious', 'critical'].includes(each.impact))
    .map((each) => [each.id, each.impact, each.nodes.slice(0, 6).map((node) =>
      [node.html.slice(0, 160), (node.any[0] || node.all[0] || node.none[0])?.message?.slice(0, 160)])]))"""
# In the dark only colours are other than in the light.
RULES = {"light": "rules: {region: {enabled: false}}", "dark": "runOnly: ['color-contrast', 'link-in-text-block']"}
SIZES = {1280: 900, 390: 844}
MOST_SHIFT = 0.1
# These settings are read here because a test itself sees no KB_ variable.
PICTURES = os.environ.get("KB_TEST_PICTURES")
REAL_HOME = os.environ.get("KB_TEST_HOME")
STATES = tuple(filter(None, os.environ.get("KB_TEST_STATES", "").split(",")))
WALKS = [("en", 1280), ("ko", 390)]
if os.environ.get("KB_TEST_WALKS") == "all":
    WALKS = [(lang, width) for lang in ("en", "ko") for width in SIZES]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("every-screen")


@pytest.fixture(scope="module")
def address(home: Path, place: Path) -> Iterator[str]:
    settings = {} if REAL_HOME else {"encoder": "nowhere"}  # over the small library words alone are compared
    with served(Path(REAL_HOME) if REAL_HOME else home, place / "serve.log", **settings) as found:
        yield found


@pytest.mark.parametrize(("lang", "width"), WALKS)
def test_every_screen_is_clean(address: str, place: Path, width: int, lang: str) -> None:
    wrong: list[object] = []
    with browser(place / f"profile-{lang}-{width}") as tab:
        tab.size(width, SIZES[width])
        walk = Walk(tab, address, lang)
        for name in walk.states(STATES):
            for scheme in ("light", "dark"):
                walk.scheme(scheme)
                if PICTURES:
                    Path(PICTURES).mkdir(parents=True, exist_ok=True)
                    tab.picture(Path(PICTURES) / f"{name}-{lang}-{width}-{scheme}.png")
                wrong += [(name, scheme, *each) for each in axe(tab, scheme)]
            walk.scheme("light")
            if tab.run("document.documentElement.scrollWidth") > width:
                wrong.append((name, "wider than the window"))
        moved = {name: round(shift, 3) for name, shift in walk.shift.items() if shift >= MOST_SHIFT}
        ours = (address, "data:", "blob:", "about:")
        assert wrong == []
        assert moved == {}
        assert [url for url in tab.requests if not url.startswith(ours)] == []
        assert tab.errors == []
    assert "Traceback" not in (place / "serve.log").read_text()


def axe(tab: Browser, scheme: str) -> list[object]:
    """What axe calls serious or critical of the screen in a scheme."""
    if tab.run("typeof axe") == "undefined":
        tab.run(f"{AXE}; 0")
    return list(tab.run(FOUND % RULES[scheme]))
