"""The states of every screen that a person comes to, one after the other, for tests that look at each of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tests.scenarios.test_browser import Browser

QUESTIONS = {
    "en": "What does OECD say about accountability of AI actors?",
    "ko": "OECD는 책임성에 대해 무엇을 말하나요?",
}
UNANSWERED = {"en": "zyxq wvut srqp?", "ko": "뷁쉛 궭뷃 쒧쯃?"}
UNITS = tuple(
    f"urn:kb:{unit}"
    for unit in (
        "oecd:legal-0449:2024:principle:1.3",
        "unesco:ai-ethics:2021:para:37",
        "oecd:legal-0449:2024:principle:1.4",
    )
)
SHIFTS = """(() => {
  const kb_shifts = window.kb_shifts = [];
  new PerformanceObserver((list) => {
    for (const each of list.getEntries()) if (!each.hadRecentInput) kb_shifts.push([each.startTime, each.value,
      each.sources.map((s) => s.node?.id || s.node?.className || s.node?.nodeName).join(' ')]);
  }).observe({type: 'layout-shift', buffered: true});
})()"""
SETTLED = """new Promise((done) => {
  let last = performance.now();
  const seen = new MutationObserver(() => { last = performance.now(); });
  seen.observe(document.body, {subtree: true, childList: true, characterData: true});
  const look = () => performance.now() - last > 350 ? (seen.disconnect(), done(true)) : setTimeout(look, 60);
  document.fonts.ready.then(look);
})"""


class Walk:
    """A tab that goes from state to state. ``shift`` is the largest layout shift of a page, as browsers add it up."""

    def __init__(self, tab: Browser, address: str, lang: str) -> None:
        self.tab, self.address, self.lang = tab, address, lang
        self.shift: dict[str, float] = {}
        tab.call("Page.addScriptToEvaluateOnNewDocument", source=SHIFTS)
        tab.call("Network.setCookie", name="kb-language", value=lang, url=address)
        still = [{"name": "prefers-reduced-motion", "value": "reduce"}]  # a picture shows no half of a change
        tab.call("Emulation.setEmulatedMedia", features=still)

    def states(self, names: Sequence[str] = ()) -> Iterator[str]:
        """Comes to each state and yields its name."""
        for name, come in _STATES.items():
            if names and name not in names:
                continue
            come(self)
            self.tab.run(SETTLED)
            self.shift[name] = self._shift()
            yield name

    def scheme(self, name: str) -> None:
        """Light or dark."""
        self.tab.run(f"document.body.classList.toggle('dark', {str(name == 'dark').lower()})")
        self.tab.run("new Promise((done) => requestAnimationFrame(() => setTimeout(done, 60)))")

    def unfolded(self) -> None:
        """Forgets the shifts so far: what a person unfolds moves what is below it, however late it comes."""
        self.tab.run("window.kb_shifts.length = 0")

    def _shift(self) -> float:
        """The largest sum of shifts within five seconds, none a second after the one before it."""
        worst = total = start = last = 0.0
        for at, value, _ in self.tab.run("window.kb_shifts"):
            if at - last > 1000 or at - start > 5000:
                total, start = 0.0, at
            total, last = total + value, at
            worst = max(worst, total)
        return worst

    def go(self, query: str = "") -> None:
        self.tab.call("Page.navigate", url=f"{self.address}/{query}")
        self.tab.wait(
            f"document.documentElement?.lang == '{self.lang}' && document.querySelector('.kb-desk')?.dataset.ready", 90
        )

    def screen(self, name: str, seen: str) -> None:
        self.go(f"?tab={name}")
        self.tab.wait(f"document.querySelector({json.dumps(seen)})?.checkVisibility()", 60)

    def fill(self, selector: str, text: str) -> None:
        self.tab.run(f"document.querySelector({json.dumps(selector)}).focus()")
        self.tab.call("Input.insertText", text=text)

    def ask(self, question: str) -> None:
        self.tab.wait("document.querySelector('[data-wired]') && !document.querySelector('.kb-stop')", 90)
        before = self.tab.run("document.querySelectorAll('.kb-answer').length")  # of a conversation that is shown again
        self.tab.type("#kb-question", question)
        self.tab.wait(
            f"document.querySelectorAll('.kb-answer').length > {before} && !document.querySelector('.kb-stop')", 90
        )


def _start(walk: Walk) -> None:
    walk.go()
    walk.tab.run("localStorage.clear(); sessionStorage.clear()")
    walk.go()


def _answer(walk: Walk) -> None:
    walk.go()
    walk.ask(QUESTIONS[walk.lang])
    walk.tab.wait("document.querySelector('.kb-card')")


def _marker(walk: Walk) -> None:
    walk.tab.run("document.querySelector('a.kb-mark').click()")
    walk.tab.wait("document.querySelector('.kb-viewer-paper img')?.naturalWidth > 300")
    walk.tab.run("document.querySelector('a.kb-mark').focus()")


def _refusal(walk: Walk) -> None:
    walk.go()
    walk.ask(UNANSWERED[walk.lang])


def _filters(walk: Walk) -> None:
    walk.tab.run("document.querySelector('[data-chip=publishers] summary').click()")


def _suggestions(walk: Walk) -> None:
    walk.screen("lookup", "#kb-reference")
    walk.fill("#kb-reference", "OECD 1")
    walk.tab.wait("document.querySelector('#kb-reference-list [role=option]')?.checkVisibility()")


def _unit(walk: Walk) -> None:
    walk.go(f"?unit={UNITS[0]}")
    walk.tab.wait("document.querySelector('.kb-unit-title')", 60)


def _not_found(walk: Walk) -> None:
    walk.screen("lookup", "#kb-reference")
    walk.tab.type("#kb-reference", "UNESCO para 999")
    walk.tab.wait("document.querySelector('#kb-lookup').innerText.includes('141')", 60)


def _list(walk: Walk) -> None:
    walk.go("?tab=list")
    rows = json.dumps([{"unit_id": unit} for unit in UNITS])
    walk.tab.run(f"kb.basket.replace({rows})")
    walk.go("?tab=list")
    walk.tab.wait("document.querySelectorAll('#kb-list .kb-basket-row .kb-quote').length == 3", 60)


def _exports(walk: Walk) -> None:
    walk.tab.run("document.querySelector('#kb-list [data-do=preview]').click()")
    walk.tab.wait("document.querySelector('#kb-list [data-part=preview]').children.length", 60)
    walk.tab.run("document.querySelector('#kb-list [data-part=preview]').scrollIntoView({block: 'end'})")


def _batch_read(walk: Walk) -> None:
    walk.screen("batch", "#kb-batch")
    walk.tab.wait("document.querySelector('#kb-batch [data-field=pasted], #kb-batch [data-do=clear]')", 60)
    walk.tab.run("document.querySelector('#kb-batch [data-do=clear]')?.click()")
    walk.tab.wait("document.querySelector('#kb-batch [data-field=pasted]')?.checkVisibility()", 60)
    walk.fill("#kb-batch [data-field=pasted]", "\n".join(("OECD 1.3", "1.3", QUESTIONS[walk.lang], "IEEE 2857")))
    walk.tab.run("document.querySelector('#kb-batch [data-do=read]').click()")
    walk.tab.wait("document.querySelectorAll('#kb-batch tbody tr').length == 4", 90)


def _batch_run(walk: Walk) -> None:
    walk.tab.run("document.querySelector('#kb-batch [data-do=run]').click()")
    walk.tab.wait("document.querySelector('#kb-batch [data-do=again]')", 180)
    walk.tab.run("document.querySelector('#kb-batch [data-do=evidence]').click()")
    walk.tab.wait("document.querySelector('#kb-batch .kb-card')", 60)
    walk.unfolded()


def _check(walk: Walk) -> None:
    walk.screen("check", "#kb-check [data-field=file]")


def _findings(walk: Walk) -> None:
    words = "The OECD asks for openness (OECD 1.3), and OECD 9.9 does not."
    walk.tab.run(
        "(box => { const given = new DataTransfer();"
        f" given.items.add(new File([{json.dumps(words)}], 'draft.txt', {{type: 'text/plain'}}));"
        " box.files = given.files; box.dispatchEvent(new Event('change', {bubbles: true})); })"
        "(document.querySelector('#kb-check [data-field=file]'))"
    )
    walk.tab.run("document.querySelector('#kb-check [data-do=read]').click()")
    walk.tab.wait("document.querySelectorAll('#kb-check .kb-finding').length > 1", 120)


def _document(walk: Walk) -> None:
    walk.tab.run("document.querySelector('.kb-document-row a').click()")
    walk.tab.wait("document.querySelector('.kb-document-page')", 60)
    walk.unfolded()


def _pairs(walk: Walk) -> None:
    walk.tab.run("document.querySelector('.kb-matrix .kb-cell').click()")
    walk.tab.wait("document.querySelector('.kb-edge')", 60)
    walk.unfolded()
    walk.tab.run("document.querySelector('.kb-judging').open = true")


def _queue(walk: Walk) -> None:
    walk.tab.run("document.querySelector('[data-view=queue]').click()")
    walk.tab.wait("document.querySelector('.kb-suggest-pairs')", 60)


def _principles(walk: Walk) -> None:
    walk.tab.run("document.querySelector('[data-view=principles]').click()")
    walk.tab.wait("document.querySelector('.kb-group')", 60)


_STATES: dict[str, Callable[[Walk], None]] = {
    "ask": _start,
    "ask-answer": _answer,
    "ask-marker": _marker,
    "ask-refusal": _refusal,
    "ask-filters": _filters,
    "lookup": lambda walk: walk.screen("lookup", "#kb-reference"),
    "lookup-suggestions": _suggestions,
    "lookup-unit": _unit,
    "lookup-not-found": _not_found,
    "list-empty": lambda walk: walk.screen("list", "#kb-list section"),
    "list": _list,
    "list-preview": _exports,
    "batch-read": _batch_read,
    "batch-answers": _batch_run,
    "check": _check,
    "check-findings": _findings,
    "documents": lambda walk: walk.screen("documents", ".kb-document-row"),
    "documents-one": _document,
    "crosswalk": lambda walk: walk.screen("crosswalk", ".kb-matrix"),
    "crosswalk-pairs": _pairs,
    "crosswalk-queue": _queue,
    "crosswalk-principles": _principles,
    "about": lambda walk: walk.screen("about", ".kb-about-grid"),
}
"""The states by name, in an order in which some begin where the one before ended."""
