"""Measures the waiting times in the browser: for the first page, the marked page behind a marker, a suggestion.

``python -m benchmarks.measurements.page_waits --home DIR [--times 5] [--port 7129]`` starts ``kb serve`` over the home
and a headless Chromium, and prints the median and the longest of each, with the load of the machine, on which the
figures depend. Goals on an idle machine: 2 s, 0.3 s and 0.15 s. The suggestion is timed from the last key to the list,
with the 40 ms that the box waits for further keys. It needs what the browser tests need.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING

from tests.scenarios.test_browser import Browser, browser

if TYPE_CHECKING:
    from collections.abc import Sequence

_SECONDS_TO_START = 300
_USABLE = """new Promise((done) => { const look = () =>
  document.querySelector('.kb-desk')?.dataset.ready && document.querySelector('.kb-chat')?.innerHTML
    ? done(performance.now()) : setTimeout(look, 5); look(); })"""
_MARKED = """new Promise((done) => {
  const links = [...document.querySelectorAll('a.kb-mark, a.kb-near')], start = performance.now();
  const to = links.find((link) => !link.matches('.kb-here'));
  if (!to) { done(-1); return; }
  const sheet = document.querySelector('.kb-viewer-sheet'), before = sheet.firstChild;
  to.click();
  const look = () => sheet.firstChild !== before && sheet.querySelector('img')?.complete
    ? requestAnimationFrame(() => done(performance.now() - start)) : setTimeout(look, 2);
  look();
})"""
_SUGGESTED = """new Promise((done) => {
  const box = document.querySelector('#kb-reference'), list = document.querySelector('#kb-reference-list');
  box.focus();
  box.value = TEXT;
  list.innerHTML = '';
  const start = performance.now();
  box.dispatchEvent(new Event('input', {bubbles: true}));
  const look = () => list.querySelector('[role=option]') ? done(performance.now() - start) : setTimeout(look, 2);
  look();
})"""
_QUESTION = "What must human oversight aim at?"
_TYPED = ("OECD 1.3", "UNESCO para 37", "AI Act Art. 14", "제37항", "NIST MAP 3.1")


def measured_waits(tab: Browser, address: str, times: int) -> dict[str, list[float]]:
    """Seconds of waiting, by the thing waited for."""
    found: dict[str, list[float]] = {"first page": [], "marker to marked page": [], "suggestion": []}
    for n in range(times + 1):  # the first round fills caches and is left out
        tab.call("Page.navigate", url=f"{address}/?round={n}")
        tab.wait(f"location.search == '?round={n}'", 120)
        usable = float(tab.run(_USABLE)) / 1000
        if n:
            found["first page"].append(usable)
    tab.type("#kb-question", _QUESTION)
    tab.wait("document.querySelector('.kb-viewer-paper img') && !document.querySelector('.kb-stop')", 120)
    for _ in range(times):
        waited = float(tab.run(_MARKED))
        if waited >= 0:
            found["marker to marked page"].append(waited / 1000)
    tab.run("kb.open('lookup')")
    tab.wait("document.querySelector('#kb-reference')?.checkVisibility()")
    for n in range(times):
        text = _TYPED[n % len(_TYPED)]
        found["suggestion"].append(float(tab.run(_SUGGESTED.replace("TEXT", repr(text)))) / 1000)
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Prints the waits; exit code 1 where the app does not start."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", required=True)
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--port", type=int, default=7129)
    given = parser.parse_args(arguments)
    command = [sys.executable, "-m", "app.cli.main", "--home", given.home, "serve", "--port", str(given.port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{given.port}"
    try:
        if not _is_served(f"{address}/robots.txt"):
            return 1
        with (
            tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
            browser(Path(folder) / "profile") as tab,
        ):
            tab.size(1280, 900)
            before = os.getloadavg()[0]
            for name, waits in measured_waits(tab, address, given.times).items():
                sys.stdout.write(
                    f"{name}: median {statistics.median(waits):.3f} s, longest {max(waits):.3f} s, n {len(waits)}\n"
                    if waits
                    else f"{name}: nothing to measure\n"
                )
            sys.stdout.write(f"load of the machine {before:.1f} to {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores\n")
    finally:
        server.terminate()
        server.wait(60)
    return 0


def _is_served(url: str) -> bool:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    end = time.monotonic() + _SECONDS_TO_START
    while time.monotonic() < end:
        try:
            with opener.open(url, timeout=5):
                return True
        except OSError:
            time.sleep(0.2)
    return False


if __name__ == "__main__":
    raise SystemExit(main())
