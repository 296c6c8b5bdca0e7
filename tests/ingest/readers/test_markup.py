"""HTML files as a browser shows them: numbers counted, changes accepted, hidden words and menus left out, notes
separate."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ingest.layout.source_page import LineRole
from ingest.readers.markup import html_content, read_html
from tests.office_files import texts
from tests.wording import english

if TYPE_CHECKING:
    from pathlib import Path


def seen(html: str) -> list[str]:
    (lines,) = texts(html_content(html))
    return lines


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<ol start=12><li>a</li><li>b</li><li value=20>c</li><li>d</li></ol>", ["12. a", "13. b", "20. c", "21. d"]),
        ("<ol reversed><li>a<li>b<li>c</ol>", ["3. a", "2. b", "1. c"]),
        ("<ol type=a><li>a<ol type=I><li>b<li>c</ol><li>d</ol>", ["a. a", "I. b", "II. c", "b. d"]),
        ("<ol><li><p>a</p><p>more</p></li><li><p>b</p></li></ol>", ["1. a", "more", "2. b"]),
        ("<ol><li>a</ol><p>x</p><ol start='2'><li>b</ol>", ["1. a", "x", "2. b"]),
        ("<ul style='list-style: none'><li>a<li>b</ul><ol start=x><li>c</ol>", ["a", "b", "1. c"]),
    ],
)
def test_list_numbers(html: str, expected: list[str]) -> None:
    assert seen(html) == expected


def test_changes_are_accepted_and_said() -> None:
    content = html_content(
        "<p>The keeper <del>may</del><ins>must</ins> ring.</p><p>Unchanged.</p><del><p>Gone.</p></del>"
    )
    assert texts(content) == [["The keeper must ring.", "Unchanged."]]
    assert [line.changed for line in content.pages[0].lines] == [True, False]
    assert english(content.notes)[0].startswith(
        "1 paragraph has tracked changes; the text is read as it stands with all"
    )


@pytest.mark.parametrize(
    "hidden",
    [
        "<p hidden>x</p>",
        "<p hidden=''>x</p>",
        "<div style='color:red; DISPLAY : none'><p>x</p></div>",
        "<span style='visibility:hidden'>x</span>",
        "<div aria-hidden=true><b>x</b></div>",
        "<template><p>x</p></template>",
        "<noscript>x</noscript>",
        "<dialog>x</dialog>",
        "<!-- x -->",
    ],
)
def test_hidden_words_are_left_out(hidden: str) -> None:
    assert seen(f"<p>Before.</p>{hidden}<p>After.</p>") == ["Before.", "After."]


@pytest.mark.parametrize(
    "menu",
    [
        "<nav><ul><li><a href=/a>Home</a></ul></nav>",
        "<a href='#main'>Skip to main content</a>",
        "<a class='skip-link' href='#m'>To the text</a>",
        "<a href='#본문'>본문 바로가기</a>",
        "<div role=navigation><a href=/b>Laws</a></div>",
        "<ul><li><a href=/a>Home</a><li><a href=/b>News</a><li><a href=/c>Contact</a></ul>",
        "<div class='breadcrumb'><a href=/a>Home</a> / Laws</div>",
    ],
)
def test_menus_are_left_out(menu: str) -> None:
    assert seen(f"<body>{menu}<main><h1>Lamps</h1><p>They burn.</p></main><footer>© Guild</footer>") == [
        "Lamps",
        "They burn.",
    ]


def test_a_list_of_links_below_the_title_stays() -> None:
    links = "<ul><li><a href=/a>Oil</a><li><a href=/b>Wick</a><li><a href=/c>Glass</a></ul>"
    assert seen(f"<h1>Lamps</h1>{links}") == ["Lamps", "• Oil", "• Wick", "• Glass"]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("A lamp<sup>3</sup> is lit.", "A lamp is lit."),
        ("It is lit.<sup><a href='#fn4'>4</a></sup> Then out.", "It is lit. Then out."),
        ("A lamp<sup>[12]</sup> is lit.", "A lamp is lit."),
        ("Twelve m<sup>2</sup> of glass.", "Twelve m² of glass."),
        ("About 10<sup>-6</sup> of it.", "About 10⁻⁶ of it."),
        ("On the 1<sup>st</sup> day.", "On the 1st day."),
        ("Brand<sup>TM</sup> oil and H<sub>2</sub>O.", "Brand™ oil and H2O."),
    ],
)
def test_marks_of_notes_stand_apart_and_exponents_do_not(html: str, expected: str) -> None:
    assert seen(f"<p>{html}</p>") == [expected]


def test_notes_come_last_and_are_marked() -> None:
    content = html_content("<div class=footnotes><ol><li id=fn1>By the clock.</li></ol></div><p>The lamp is lit.</p>")
    (page,) = content.pages
    assert texts(content) == [["The lamp is lit.", "1. By the clock."]]
    assert [line.role for line in page.lines] == [LineRole.TEXT, LineRole.NOTE]


def test_block_elements_separate_words_and_inline_ones_do_not() -> None:
    html = (
        "<details><summary>More</summary>Keepers <b>r</b>ing.</details>"
        "<dl><dt>Lamp<dd>A light</dl><span style='display:block'>x</span>y"
    )
    assert seen(html) == ["More", "Keepers ring.", "Lamp", "A light", "x", "y"]


def test_rows_heads_and_cells_over_several_rows() -> None:
    html = (
        "<table><caption>Fees</caption><thead><tr><th>Work<th>Fee</thead><tr><td rowspan=2>Lamp<td>5</tr>"
        "<tr><td>9 <sup>*</sup></tr><tr hidden><td>x<td>y</tr></table>"
    )
    content = html_content(html)
    assert texts(content) == [["Fees", "Work | Fee", "Lamp | 5", "Lamp | 9"]]
    assert [line.role for line in content.pages[0].lines][1:] == [LineRole.HEADS, LineRole.ROW, LineRole.ROW]


def test_a_table_that_lays_out_the_page_is_no_table() -> None:
    html = "<table><tr><td><h2>Lamps</h2><p>They burn.</p></td><td><ol><li>one</ol></td></tr></table>"
    assert seen(html) == ["Lamps", "They burn.", "1. one"]


def test_page_marks_of_a_conversion_are_pages(tmp_path: Path) -> None:
    marks = "".join(f"<p>[Page {n}]</p><p>Words of sheet {n}.</p>" for n in (44, 45, 46))
    (tmp_path / "a.html").write_text(f"<title>Log</title>{marks}", "utf-8")
    content = read_html(tmp_path / "a.html")
    assert [(page.label, text) for page, text in zip(content.pages, texts(content), strict=True)] == [
        ("44", ["Words of sheet 44."]),
        ("45", ["Words of sheet 45."]),
        ("46", ["Words of sheet 46."]),
    ]
    assert content.metadata == {"Title": "Log"}
