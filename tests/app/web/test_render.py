"""What the app shows: complete, and with nothing of a document or a question left to interpret."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from app.web import render
from kb.index.layout import StoredDocument
from kb.lookup.lookup import LookUp, UnitView
from kb.types import Answer, Citation, Edition, Sentence, Span, Status, Unit

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
    issued="2024-07-12", status="current", superseded_by=None, locator_type="article", locator="Article 14(2)",
    path="Article 14(2)", page_label="60", page_index=61, page_end=61, quote="Human oversight shall aim to prevent.",
    quote_sha256="0" * 64, char_start=0, char_end=37, rects=(), force="shall", match="verbatim", score=1.0,
    language="en",
    licence="reuse allowed", url="https://eur-lex.europa.eu/eli/reg/2024/1689", retrieved="2026-01-01", index_id="abcd",
)  # fmt: skip

ANSWER = Answer(
    "What is overseen?", False, (Sentence("Human oversight shall aim to prevent.", (1,)),), (CITATION,),
    searched=("Regulation (EU) 2024/1689",), notices=("Mind this.",), index_id="abcd",
)  # fmt: skip

UNIT = Unit("urn:kb:eu:act:2024:article:14", "eu-act", "eu-act", "article", "14", "Article 14", "Human oversight",
            Span(0, 9), Span(0, 9), 61, 61)  # fmt: skip

STORED = StoredDocument(EDITION, "0" * 64, "act.pdf", "application/pdf", "2026-01-01", "p", 144, 9, 9, (), {})

ALLOWED_TAGS = set(
    "a article bdi blockquote br button code details div em h1 h3 input li ol p section span strong summary table tbody"
    " td th thead tr ul".split()
)
ALLOWED_ATTRIBUTES = {"class", "id", "href", "rel", "target", "type", "dir", "lang", "role", "tabindex", "colspan"}


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
        if tag != "br":
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
    return render.tidy(text).translate(dict.fromkeys([*range(32), *range(127, 160), 0x2028, 0x2029], " "))


def check(html: str) -> Page:
    """Only our own tags and attributes, only safe links, nothing for Markdown or a template, nothing torn."""
    page = Page(html)
    for tag, attributes in page.tags:
        assert tag in ALLOWED_TAGS
        for name, value in attributes.items():
            assert name in ALLOWED_ATTRIBUTES or name.startswith(("data-", "aria-")), (tag, name)
            if name == "href":
                assert re.match(r"https?://|#kb-\d+-\d+$", value), value
                assert value.startswith("#") or attributes["rel"] == "noopener noreferrer"
    assert "\n" not in html and "\r" not in html
    assert not re.search(r"\$\{|\{\{|`|\$\$|@children", html)
    html.encode()  # it can be sent
    return page


def hostile_citation(text: str) -> Citation:
    """Every text field of the citation but the enumerated ones says ``text``."""
    kept = {"match", "locator_type", "status", "quote_sha256"}
    changed: dict[str, Any] = {
        f.name: text
        for f in fields(Citation)
        if f.name not in kept and (isinstance(getattr(CITATION, f.name), str) or f.name == "superseded_by")
    }
    return replace(CITATION, **changed, status="superseded")


def hostile_edition(text: str) -> Edition:
    changed: dict[str, Any] = {f.name: text for f in fields(Edition) if isinstance(getattr(EDITION, f.name), str)}
    return replace(EDITION, **changed | {"status": Status.SUPERSEDED, "superseded_by": text, "file_url": text})


def hostile_view(text: str) -> UnitView:
    unit = replace(UNIT, unit_id=text, path=text, title=text, number=text)
    return UnitView(
        unit, hostile_edition(text), STORED, False, text, hostile_citation(text), (unit,), (unit,), (text,), text
    )


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_text_is_only_text(text: str) -> None:
    citation = hostile_citation(text)
    answer = replace(
        ANSWER,
        question=text,
        sentences=(Sentence(text, (1,)),),
        citations=(citation,),
        notices=(text,),
        searched=(text,),
    )
    refusal = replace(answer, refused=True, sentences=(), citations=(), nearest=(citation,), reason=text)
    turns = [render.Turn(1, text, answer), render.Turn(2, text, refusal), render.Turn(3, text, None, text)]
    row = render.Row(hostile_edition(text), text, 1, 1, True, text, (text,))
    pages = [
        render.conversation(turns, [text], text),
        render.conversation([], [text]),
        render.cards(answer, 1),
        render.cards(refusal, 2),
        render.look_up([LookUp(text, (hostile_view(text),), ((text, text),), ((text, text),), text)], {text: text}),
        render.documents([row], [row], [row], [row]),
        render.about([(text, text)]),
        render.page_caption([text, text]),
        render.problem(text),
        render.references(text, [text]),
    ]
    for html in pages:
        page = check(html)
        flat = " ".join(page.text.split())
        assert " ".join(shown(text).split()) in flat or "\n" in text


@pytest.mark.parametrize("text", HOSTILE)
def test_markdown_finds_nothing_to_do(text: str) -> None:
    html = render.conversation([render.Turn(1, text, replace(ANSWER, sentences=(Sentence(text, (1,)),)))], [])
    assert MarkdownIt("commonmark", {"html": True}).render(html).strip() == html
    assert MarkdownIt("gfm-like", {"html": True, "linkify": False}).render(render.escape(f"a {text}")).count("<") == 2


@given(st.text(max_size=200))
def test_escaping_loses_nothing_and_leaves_nothing(text: str) -> None:
    escaped = render.escape(text)
    page = Page(f"<div>{escaped}</div>")
    assert page.text == shown(text).replace("\r", " ")
    assert len(page.tags) == 1
    assert not re.search(r"[<>\"'`$\\{}\[\]*_|~#!()\n\r]", re.sub(r"&#\d+;", "", escaped))


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)", "JaVaScRiPt:alert(1)", " javascript:alert(1)", "java\nscript:alert(1)",
        "data:text/html,x",
        "vbscript:x", "file:///etc/passwd", "//evil.example", "/relative", "", "http://", "https://user:pw@evil.example/",
        "http://a b", "https://good.example\\@evil.example", "http://[::1", "mailto:a@b.c", "https://x.example/\x00",
    ],
)  # fmt: skip
def test_no_link_to_what_a_browser_must_not_follow(url: str) -> None:
    assert render.safe_url(url) == ""
    assert render.link(url, "words") == ""
    assert "href" not in render.card(replace(CITATION, url=url), 1)


def test_a_link_hands_nothing_over() -> None:
    page = check(render.link("https://example.org/a?b=1&c=<x>", "there"))
    tag, attributes = page.tags[0]
    assert tag == "a"
    assert attributes == {
        "href": "https://example.org/a?b=1&c=<x>", "target": "_blank", "rel": "noopener noreferrer",
    }  # fmt: skip


def test_a_card_says_everything_needed_to_check_it() -> None:
    text = check(render.card(CITATION, 3)).text
    for words in (
        "Regulation (EU) 2024/1689", "Artificial Intelligence Act", "OJ L", "2024-07-12", "Article 14(2)",
        "p. 60 (PDF page 61)", "Human oversight shall aim to prevent.", "verbatim", "force: shall", "checked",
        "English", "reuse allowed", "Official page", "Show page", "Look up", "Copy citation",
    ):  # fmt: skip
        assert words in text
    assert 'id="kb-3-1"' in render.card(CITATION, 3)


def test_printed_and_pdf_page_are_never_one_for_the_other() -> None:
    assert "no printed page number (PDF page 61)" in check(render.card(replace(CITATION, page_label=None), 1)).text


def test_a_superseded_edition_names_its_successor_everywhere() -> None:
    old = replace(CITATION, status="superseded", superseded_by="The New One")
    assert "Superseded; successor: The New One." in check(render.card(old, 1)).text
    assert "[superseded; successor: The New One]" in render.citation_line(old)
    assert "superseded" in check(render.answer(replace(ANSWER, citations=(old,)), 1)).text


def test_register_words_are_never_shown_as_a_quotation() -> None:
    ours = replace(CITATION, match="register", verified=False)
    line = render.citation_line(ours)
    assert "register, not the official text" in line
    assert "not checked" in line
    assert "“" not in line
    assert "register p. 60 (register PDF page 61)" in line
    for html in (render.card(ours, 1), render.answer(replace(ANSWER, citations=(ours,)), 1)):
        assert "register, not the official text" in check(html).text
    assert "verbatim" not in check(render.card(ours, 1)).text
    assert "not checked against the official text" in check(render.card(ours, 1)).text


def test_elided_quotes_say_so() -> None:
    assert "cut to the licence’s quote limit" in check(render.card(replace(CITATION, match="elided"), 1)).text


def test_a_citation_line_to_paste() -> None:
    assert (
        render.citation_line(CITATION)
        == "Regulation (EU) 2024/1689, Article 14(2), p. 60 (PDF page 61): “Human oversight shall aim to prevent.”"
    )
    heading = replace(CITATION, locator_type="heading", locator="3. Core", path="Framework > 3. Core", unit_id=None)
    assert render.citation_line(heading).startswith("Regulation (EU) 2024/1689, under “3. Core”, p. 60")
    whole = replace(CITATION, path="Regulation (EU) 2024/1689")
    assert render.citation_line(whole).startswith("Regulation (EU) 2024/1689, p. 60")


def test_copied_text_keeps_its_signs_and_no_control_characters() -> None:
    citation = replace(CITATION, quote="a <b> & “c”\x1b[31m\x00 d")
    html = render.card(citation, 1)
    copied = next(a["data-text"] for t, a in Page(html).tags if a.get("data-kb") == "copy")
    assert copied == render.citation_line(citation)
    assert "a <b> & “c” [31m  d" in copied


def test_answer_text_is_the_whole_answer() -> None:
    assert render.answer_text(ANSWER) == (
        "Question: What is overseen?\n\nHuman oversight shall aim to prevent. [1]\n\n"
        "[1] Regulation (EU) 2024/1689, Article 14(2), p. 60 (PDF page 61): “Human oversight shall aim to prevent.”\n"
        "Mind this.\nIndex abcd"
    )
    html = render.cards(ANSWER, 1)
    assert render.answer_text(ANSWER) in [a.get("data-text") for _, a in check(html).tags]


def test_every_marker_leads_to_its_card() -> None:
    two = replace(CITATION, n=2, doc_ref="Another", path="para. 7")
    answer = replace(ANSWER, sentences=(Sentence("One.", (1,)), Sentence("Two.", (2, 1))), citations=(CITATION, two))
    page = check(render.answer(answer, 5))
    marks = [a["href"] for t, a in page.tags if t == "a"]
    assert marks == ["#kb-5-1", "#kb-5-2", "#kb-5-1"]
    ids = [f"#{a['id']}" for t, a in check(render.cards(answer, 5, 2)).tags if t == "article"]
    assert set(marks) == set(ids)
    assert [a["class"] for t, a in check(render.cards(answer, 5, 2)).tags if t == "article"] == [
        "kb-card", "kb-card kb-selected",
    ]  # fmt: skip
    assert "Another" in page.text and "para. 7" in page.text


def test_a_sentence_without_its_citation_is_withheld_and_that_is_said() -> None:
    answer = replace(ANSWER, sentences=(*ANSWER.sentences, Sentence("Invented.", (9,)), Sentence("Bare.", ())))
    text = check(render.answer(answer, 1)).text
    assert "Invented" not in text and "Bare" not in text
    assert "2 sentence(s) withheld" in text
    assert "Invented" not in render.answer_text(answer)


def test_a_refusal_names_what_was_searched_and_what_is_near() -> None:
    refusal = Answer("q?", True, (), (), "no passage carries an answer", (CITATION,), ("One", "Two"), ("note",), "abcd")
    text = check(render.answer(refusal, 4)).text
    for words in ("Not answered", "No passage carries an answer.", "2 documents searched", "One", "Two", "note",
                  "they do not answer it", "Article 14(2)"):  # fmt: skip
        assert words in text
    cards = check(render.cards(refusal, 4))
    assert "Nearest places to" in cards.text
    assert not [a for t, a in cards.tags if a.get("class") == "kb-n"]
    assert "Searched: One; Two." in render.answer_text(refusal)
    assert "not answered" in check(render.cards(replace(refusal, nearest=()), 4)).text


def test_a_long_quote_unfolds_and_loses_nothing() -> None:
    quote = " ".join(f"word{n}" for n in range(400))
    html = render.card(replace(CITATION, quote=quote), 1)
    page = check(html)
    assert "details" in [t for t, _ in page.tags]
    first, rest = re.split(r"the remaining [\d,]+ characters", page.text)
    assert quote in first[first.index("word0") :] + rest


KOREAN = re.compile("[가-힣]")


def test_a_korean_question_gets_korean_words_around_the_same_quotes() -> None:
    asked = replace(ANSWER, question="인간의 감독은 무엇을 목표로 하나요?")
    text = check(render.answer(asked, 1)).text
    assert "Human oversight shall aim to prevent." in text
    assert "원문: 영어" in text and "60쪽(PDF 61쪽)" in text
    card = check(render.cards(asked, 1)).text
    for words in (
        "근거:",
        "원문 그대로",
        "구속 정도: shall",
        "대조함",
        "원문: 영어",
        "쪽 보기",
        "조회",
        "인용 복사",
        "이용허락:",
    ):
        assert words in card
    for words in ("Evidence", "Show page", "Licence", "Copy", "PDF page"):
        assert words not in card
    copied = render.answer_text(asked)
    assert (
        "[1] Regulation (EU) 2024/1689, Article 14(2), 60쪽(PDF 61쪽): “Human oversight shall aim to prevent.”"
        in copied
    )
    assert "(원문: 영어)" in copied


def test_a_korean_refusal_is_korean() -> None:
    refusal = Answer("무엇인가요?", True, (), (), "답이 없습니다", (CITATION,), ("One", "Two"), (), "abcd")
    text = check(render.answer(refusal, 4)).text
    for words in ("답하지 않음", "답이 없습니다.", "찾아본 문서 2건", "가장 가까운 곳", "Article 14(2)"):
        assert words in text
    assert "찾아본 판: One; Two." in render.answer_text(refusal)
    assert "가장 가까운 곳:" in check(render.cards(refusal, 4)).text


def test_a_question_without_a_language_is_framed_in_the_interfaces() -> None:
    bare = replace(ANSWER, question="OECD 1.3")
    assert not KOREAN.search(check(render.cards(bare, 1)).text)
    assert "쪽 보기" in check(render.cards(bare, 1, 1, "ko")).text
    english = replace(ANSWER, question="What is the aim of human oversight?")
    assert not KOREAN.search(check(render.cards(english, 1, 1, "ko")).text)


def test_korean_framing_of_the_register_and_of_old_editions() -> None:
    ours = replace(CITATION, match="register", verified=False, status="superseded", superseded_by="The New One")
    asked = replace(ANSWER, question="무엇인가요?", citations=(ours,))
    text = check(render.card(ours, 1, lang="ko")).text
    for words in (
        "등록부의 설명, 공식 원문 아님",
        "공식 원문과 대조하지 않음",
        "대체됨; 후속: The New One.",
        "언어: 영어",
    ):
        assert words in text
    line = render.citation_line(ours, "ko")
    assert "“" not in line and "등록부 60쪽(등록부 PDF 61쪽)" in line and "대조하지 않음" in line
    assert "등록부의 설명" in check(render.answer(asked, 1)).text


@pytest.mark.parametrize("lang", ["en", "ko"])
@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_texts_are_only_texts_in_every_language(text: str, lang: str) -> None:
    answer = replace(ANSWER, question=text, citations=(hostile_citation(text),), notices=(text,))
    for html in (
        render.card(hostile_citation(text), 1, lang=lang),
        render.answer(answer, 1, lang),
        render.cards(answer, 1, 1, lang),
        render.conversation([], [text], "", lang),
        render.unit(hostile_view(text), {}, (), lang),
    ):
        check(html)


def test_turns_are_told_in_order() -> None:
    turns = [render.Turn(1, "first?", ANSWER), render.Turn(2, "second\nline", None, "no index")]
    page = check(render.conversation(turns, ["example"], "third"))
    places = [page.text.index(w) for w in ("first?", "Human oversight", "second", "no index", "third", "Searching")]
    assert places == sorted(places)
    assert "example" not in page.text
    assert "example" in check(render.conversation([], ["example"])).text


def test_look_up_shows_the_unit_in_its_tree() -> None:
    parent = replace(UNIT, unit_id="urn:parent", path="Chapter III", title="")
    child = replace(UNIT, unit_id="urn:child", path="Article 14(1)", title="First")
    words = "Article 14\nHuman oversight\n1. First para-\ngraph.\n(a) an item;\n(b) another."
    view = UnitView(
        UNIT, EDITION, STORED, False, words, CITATION, (parent,), (child,), ("other-edition",), "Human oversight"
    )
    page = check(render.look_up([LookUp("Art 14", (view,), message="found")], {"other-edition": "The Other"}))
    for text in ("Chapter III", "Article 14 — Human oversight", "Article 14(1) — First", "The Other", "(a) an item;",
                 "urn:kb:eu:act:2024", "the document’s own words", "p. 60 (PDF page 61)", "Copy citation"):  # fmt: skip
        assert text in page.text
    buttons = [a["data-unit"] for _, a in page.tags if a.get("data-kb") == "unit"]
    assert buttons == ["urn:parent", "urn:child"]
    assert "register, not the official text" in check(render.unit(replace(view, is_register=True), {})).text
    assert "numbering not proven" in check(render.unit(replace(view, unit=replace(UNIT, proven=False)), {})).text


def test_choices_and_near_misses_are_offered_as_such() -> None:
    choices = check(render.look_up([LookUp("4.1", choices=(("u1", "A, 4.1"), ("u2", "B, 4.1")), message="two")], {}))
    assert "Which one is meant?" in choices.text
    near = check(render.look_up([LookUp("14.9", near=(("u3", "A, 14"),), message="no such unit")], {}))
    assert "None of them is what was asked for" in near.text
    assert [a["data-unit"] for _, a in near.tags if "data-unit" in a] == ["u3"]


def test_documents_tell_loaded_from_described_from_addable() -> None:
    loaded = render.Row(EDITION, "", 144, 1470, True, "act.pdf", ("act.pdf: a note",))
    unproven = render.Row(replace(EDITION, ref="Unproven", status=Status.SUPERSEDED), "Newer", 9, 4, False, "b.pdf")
    addable = render.Row(replace(EDITION, ref="By hand"))
    fetchable = render.Row(replace(EDITION, ref="Fetched", doc_id="fetch-me", file_url="https://example.org/x.pdf"))
    text = check(render.documents([loaded, unproven], [], [addable], [fetchable])).text
    for words in ("(2)", "144", "1,470", "proven", "not proven: heading and page are cited", "A note",
                  "successor: Newer", "kb corpus add FILE", "kb corpus fetch fetch-me", "superseded"):  # fmt: skip
        assert words in text
    assert "register alone" in check(render.documents([], [], [], [])).text


def test_about_states_whose_words_the_register_is() -> None:
    text = check(render.about([("Index id", "abcd")])).text
    assert "The register is our own words" in text
    assert "never a quotation" in text
    assert "abcd" in text
    assert "kb ingest" in check(render.NO_INDEX).text
