"""Presentations: a slide is a page, in the order of the presentation; hidden slides are left out and reported."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ingest.layout.source_page import LineRole
from ingest.readers.slides import read_pptx
from kb.errors import UnreadableError
from kb.types import PageKind
from tests.office_files import packed, relations, texts
from tests.wording import english

if TYPE_CHECKING:
    from pathlib import Path

P = (
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)


def text(*paragraphs: str, kind: str | None = None, hidden: bool = False) -> str:
    """A shape with paragraphs; ``kind`` is that of a placeholder."""
    place = "" if kind is None else f'<p:nvPr><p:ph type="{kind}"/></p:nvPr>'
    inside = "".join(p if p.startswith("<") else f"<a:p><a:r><a:t>{p}</a:t></a:r></a:p>" for p in paragraphs)
    mark = ' hidden="1"' if hidden else ""
    return f'<p:sp><p:nvSpPr><p:cNvPr id="1" name="x"{mark}/>{place}</p:nvSpPr><p:txBody>{inside}</p:txBody></p:sp>'


def numbered(words: str, level: int = 0, kind: str = "arabicPeriod") -> str:
    return f'<a:p><a:pPr lvl="{level}"><a:buAutoNum type="{kind}"/></a:pPr><a:r><a:t>{words}</a:t></a:r></a:p>'


def deck(path: Path, slides: list[str], order: list[int], show: dict[int, str] | None = None, notes: str = "") -> Path:
    """A presentation whose slide files are shown in an order of their own."""
    ids = "".join(f'<p:sldId id="{256 + n}" r:id="s{n}"/>' for n in order)
    parts: dict[str, str | bytes] = {
        "_rels/.rels": relations({"r": ("officeDocument", "ppt/presentation.xml")}),
        "ppt/presentation.xml": f"<p:presentation {P}><p:sldIdLst>{ids}</p:sldIdLst></p:presentation>",
        "ppt/_rels/presentation.xml.rels": relations(
            {f"s{n}": ("slide", f"slides/slide{n}.xml") for n in range(len(slides))}
        ),
    }
    for n, shapes in enumerate(slides):
        shown = f' show="{show[n]}"' if show and n in show else ""
        parts[f"ppt/slides/slide{n}.xml"] = f"<p:sld {P}{shown}><p:cSld><p:spTree>{shapes}</p:spTree></p:cSld></p:sld>"
    if notes:
        parts["ppt/slides/_rels/slide0.xml.rels"] = relations({"n": ("notesSlide", "../notesSlides/n.xml")})
        parts["ppt/notesSlides/n.xml"] = (
            f"<p:notes {P}><p:cSld><p:spTree>{text('7', kind='sldNum')}{text(notes, kind='body')}</p:spTree></p:cSld>"
            "</p:notes>"
        )
    return packed(path, parts)


def test_slides_are_pages_in_the_order_of_the_presentation(tmp_path: Path) -> None:
    first = (
        text("The keeper rings.") + text("Duties", kind="title") + text("12", kind="sldNum") + text("Guild", kind="ftr")
    )
    second = text("Lamps", "of the quay", kind="ctrTitle") + text(
        numbered("Ring"), numbered("Wait"), numbered("one", 1, "alphaLcParenR")
    )
    content = read_pptx(
        deck(tmp_path / "a.pptx", [first, second, text("Never.")], [1, 2, 0], {2: "0"}, "Say it slowly.")
    )
    assert texts(content) == [
        ["Lamps of the quay", "1. Ring", "2. Wait", "a) one"],
        [],
        ["Duties", "The keeper rings.", "Say it slowly."],
    ]
    assert [page.kind for page in content.pages] == [PageKind.SLIDE] * 3
    assert content.pages[2].lines[0].size > 1.2
    assert content.pages[2].lines[2].role is LineRole.NOTE
    assert english(content.notes) == ("hidden slide left out: 2",)


def test_tables_groups_and_hidden_shapes(tmp_path: Path) -> None:
    def row(*cells: str) -> str:
        inside = "".join(f"<a:tc><a:txBody><a:p><a:r><a:t>{c}</a:t></a:r></a:p></a:txBody></a:tc>" for c in cells)
        return f"<a:tr>{inside}</a:tr>"

    table = (
        '<p:graphicFrame><a:graphic><a:graphicData><a:tbl><a:tblPr firstRow="1"/>'
        f"{row('Work', 'Fee')}{row('Lamp', '5')}</a:tbl></a:graphicData></a:graphic></p:graphicFrame>"
    )
    shapes = f"<p:grpSp>{text('In a group.')}</p:grpSp>{table}{text('Unseen.', hidden=True)}"
    content = read_pptx(deck(tmp_path / "a.pptx", [shapes], [0]))
    assert texts(content) == [["In a group.", "Work | Fee", "Lamp | 5"]]
    assert [line.role for line in content.pages[0].lines][1:] == [LineRole.HEADS, LineRole.ROW]


def test_a_presentation_without_words(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match=r"^a\.pptx: no visible slide has words"):
        read_pptx(deck(tmp_path / "a.pptx", [""], [0]))
