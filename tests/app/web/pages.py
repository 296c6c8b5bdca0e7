"""Samples for the tests of the screens, and a reader of HTML that accepts only what the app may show."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from html.parser import HTMLParser
from typing import Any

import pytest

from app.plain_text import without_surrogates
from kb import Counterpart, NamedUnit, Outline, OutlineRow, StoredDocument, UnitInEdition, UnitLabel, UnitPage, UnitView
from kb.catalog.edges import Edge, Relation, Review
from kb.types import Answer, Citation, Edition, Sentence, Span, Status, Unit, notice

HOSTILE = [
    "<script>alert(1)</script>",
    '<img src=x onerror="alert(1)">',
    "[x](javascript:alert(1))",
    "![x](http://tracker.example/a.png)",
    "**bold** _em_ ~~gone~~",
    "$$\\frac{1}{0}$$ and $x$ and \\(y\\)",
    "`code` and ```fence```",
    "\u202eevil\u202c \u2067rtl\u2069 \u200f",
    "# heading",
    "- item",
    "1. item",
    "> quote",
    "{{value}} ${alert(1)} @children {% x %}",
    "&lt;b&gt; &amp; &#60;",
    "' onmouseover='alert(1)",
    '" onmouseover="alert(1)',
    "</bdi></div></article><h1>out</h1>",
    "http://evil.example www.evil.example a@evil.example",
    "| a | b |\n|---|---|\n| 1 | 2 |",
    "para one\n\n<b>para two</b>\n\n    indented",
    "--- \n===",
    "<!-- --> <![CDATA[x]]> <?php ?>",
    "\x00\x0b\x1b[31m",
    "half \ud800 pair",
]


EDITION = Edition(
    "eu-act", "urn:kb:eu:act:2024", "Regulation (EU) 2024/1689", "Artificial Intelligence Act", "EU", "OJ L",
    "2024-07-12", Status.CURRENT, "en", "reuse allowed", None, "yes", "https://eur-lex.europa.eu/eli/reg/2024/1689",
    "eu-act", True,
)  # fmt: skip


CITATION = Citation(
    n=1, cite_key="eu-act:article:14", unit_id="urn:kb:eu:act:2024:article:14", doc_id="eu-act",
    doc_ref="Regulation (EU) 2024/1689", title="Artificial Intelligence Act", publisher="EU", edition="OJ L",
    issued="2024-07-12", status="current", superseded_by=(), locator_type="article", locator="Article 14(2)",
    path="Article 14(2)", page_label="60", page_index=61, page_end=61, quote="Human oversight shall aim to prevent.",
    quote_sha256="0" * 64, char_start=0, char_end=37, rects=(), force="shall", match="verbatim", score=1.0,
    language="en",
    licence="reuse allowed", url="https://eur-lex.europa.eu/eli/reg/2024/1689", retrieved="2026-01-01", index_id="abcd",
)  # fmt: skip


ANSWER = Answer(
    "What is overseen?", False, (Sentence("Human oversight shall aim to prevent.", (1,)),), (CITATION,),
    searched=("Regulation (EU) 2024/1689",), notices=(notice("superseded", ref="The First Act"),), index_id="abcd",
)  # fmt: skip


UNIT = Unit("urn:kb:eu:act:2024:article:14", "eu-act", "eu-act", "article", "14", "Article 14", "Human oversight",
            Span(0, 9), Span(0, 9), 61, 61)  # fmt: skip


STORED = StoredDocument(EDITION, "0" * 64, "act.pdf", "application/pdf", "2026-01-01", "p", 144, 9, 9, (), {})


ALLOWED_TAGS = set(
    "a article aside b bdi blockquote br button code dd del details dialog div dl dt em fieldset form h1 h2 h3 h4"
    " input ins kbd label legend li mark nav ol option p progress section select span strong summary table tbody td"
    " textarea th thead tr ul".split()
)


ALLOWED_ATTRIBUTES = set(
    "accept autocomplete checked class colspan dir disabled for hidden href id lang max maxlength name open "
    "placeholder rel role rows scope selected spellcheck tabindex target title type value".split()
)


class Page(HTMLParser):
    """What a browser would see: tags, attributes, text."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.stack: list[str] = []
        self.words: list[str] = []
        self.feed(html)
        self.close()
        assert self.stack == [], f"unclosed: {self.stack}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {k: v or "" for k, v in attrs}))
        if tag not in {"br", "input"}:
            self.stack.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.stack, f"</{tag}> closes nothing"
        assert self.stack.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def handle_comment(self, data: str) -> None:
        pytest.fail(f"a comment: {data}")

    def handle_decl(self, decl: str) -> None:
        pytest.fail(f"a declaration: {decl}")

    def handle_pi(self, data: str) -> None:
        pytest.fail(f"an instruction: {data}")

    def unknown_decl(self, data: str) -> None:
        pytest.fail(f"a declaration: {data}")

    @property
    def text(self) -> str:
        return "".join(self.words)


def shown(text: str) -> str:
    """A text as it should reach the eye."""
    return without_surrogates(text).translate(dict.fromkeys([*range(32), *range(127, 160), 0x2028, 0x2029], " "))


def check(html: str) -> Page:
    """Only our own tags and attributes, only safe links, nothing for Markdown or a template, nothing torn."""
    page = Page(html)
    for tag, attributes in page.tags:
        assert tag in ALLOWED_TAGS
        for name, value in attributes.items():
            assert name in ALLOWED_ATTRIBUTES or name.startswith(("data-", "aria-")), (tag, name)
            if name == "href":
                assert re.match(r"https?://|#kb-\d+-\d+$|#$|\?unit=", value), value
                assert value.startswith(("#", "?")) or attributes["rel"] == "noopener noreferrer"
    assert "\n" not in html and "\r" not in html
    assert not re.search(r"\$\{|\{\{|`|\$\$|@children", html)
    html.encode()  # it can be sent
    return page


def hostile_citation(text: str) -> Citation:
    """Every text field of the citation but the enumerated ones says ``text``."""
    kept = {"match", "locator_type", "status", "quote_sha256"}
    changed: dict[str, Any] = {
        f.name: text for f in fields(Citation) if f.name not in kept and isinstance(getattr(CITATION, f.name), str)
    }
    return replace(CITATION, **changed, status="superseded", superseded_by=(text,))


def hostile_edition(text: str) -> Edition:
    changed: dict[str, Any] = {f.name: text for f in fields(Edition) if isinstance(getattr(EDITION, f.name), str)}
    return replace(EDITION, **changed | {"status": Status.SUPERSEDED, "superseded_by": text, "file_url": text})


def hostile_view(text: str) -> UnitView:
    unit = replace(UNIT, unit_id=text, path=text, title=text, number=text)
    return UnitView(
        unit, hostile_edition(text), STORED, False, text, hostile_citation(text), (unit,), (unit,), (text,), text
    )


def hostile_name(text: str) -> NamedUnit:
    return NamedUnit(text, text, UnitLabel(text, notice("place", locator=text, kind=text), text, text))


def hostile_unit_page(text: str) -> UnitPage:
    """A page all of whose texts say ``text``."""
    name = hostile_name(text)
    row = OutlineRow(name.label, True, (OutlineRow(name.label, False),))
    edition = UnitInEdition(text, text, "current", text, "same number", text, text, text, text, text, text, False)
    edge = Edge(text, Relation.EQUAL, text, text, text, Review.REVIEWED, text, "2026-01-01", text)
    said = (notice("note text", text=text),)
    return UnitPage(
        hostile_view(text), text, name.label, (name.label,), (name.label,), name.label, name.label, text,
        Outline((row,), 2), (edition,), said, said, (Counterpart(edge, text, text),), name.label, {text: name},
        {text: text}, text, text,
    )  # fmt: skip


KOREAN = re.compile("[가-힣]")
