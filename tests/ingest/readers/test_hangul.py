"""HWPX files: changes accepted, numbers written out, notes separate, tables by row, the author's page breaks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ingest.layout.source_page import LineRole
from ingest.readers.hangul import read_hwpx
from kb.errors import EncryptedError, UnreadableError
from kb.types import PageKind
from tests.office_files import packed, texts
from tests.wording import english

if TYPE_CHECKING:
    from pathlib import Path

HP = (
    'xmlns:hp="http://www.hancom.co.kr/hwpml/2011/paragraph" xmlns:hs="http://www.hancom.co.kr/hwpml/2011/section" '
    'xmlns:hh="http://www.hancom.co.kr/hwpml/2011/head" xmlns:opf="http://www.idpf.org/2007/opf/"'
)
HEADER = f"""<hh:head {HP}><hh:refList>
<hh:charPr id="0" height="1000"/><hh:charPr id="1" height="2000"><hh:bold/></hh:charPr>
<hh:paraPr id="0"><hh:heading type="NONE"/></hh:paraPr>
<hh:paraPr id="1"><hh:heading type="OUTLINE" idRef="0" level="0"/></hh:paraPr>
<hh:paraPr id="2"><hh:heading type="NUMBER" idRef="2" level="0"/></hh:paraPr>
<hh:paraPr id="3"><hh:heading type="NUMBER" idRef="2" level="1"/></hh:paraPr>
<hh:paraPr id="4"><hh:heading type="BULLET" idRef="1" level="0"/></hh:paraPr>
<hh:numbering id="1"><hh:paraHead level="1" start="1" numFormat="ROMAN_CAPITAL">^1.</hh:paraHead></hh:numbering>
<hh:numbering id="2"><hh:paraHead level="1" start="1" numFormat="DIGIT">^1.</hh:paraHead>
<hh:paraHead level="2" start="1" numFormat="HANGUL_SYLLABLE">^2.</hh:paraHead></hh:numbering>
</hh:refList></hh:head>"""


def p(inside: str, style: int = 0, letters: int = 0, more: str = "") -> str:
    """A paragraph; words without markup are a text."""
    run = inside if inside.startswith("<") else f"<hp:t>{inside}</hp:t>"
    return f'<hp:p paraPrIDRef="{style}" {more}><hp:run charPrIDRef="{letters}">{run}</hp:run></hp:p>'


def table(*rows: tuple[str, ...], spans: dict[tuple[int, int], int] | None = None) -> str:
    out = ""
    covered = {(r + k, c) for (r, c), n in (spans or {}).items() for k in range(1, n)}
    for r, row in enumerate(rows):
        cells = ""
        for c, words in enumerate(row):
            if (r, c) in covered:
                continue
            cells += (
                f'<hp:tc><hp:subList>{p(words)}</hp:subList><hp:cellAddr colAddr="{c}" rowAddr="{r}"/>'
                f'<hp:cellSpan colSpan="1" rowSpan="{(spans or {}).get((r, c), 1)}"/></hp:tc>'
            )
        out += f"<hp:tr>{cells}</hp:tr>"
    return f"<hp:tbl>{out}</hp:tbl>"


def hwpx(path: Path, *sections: str, **parts: str) -> Path:
    made: dict[str, str | bytes] = {
        "mimetype": "application/hwp+zip",
        "Contents/header.xml": HEADER,
        **{f"Contents/section{n}.xml": f"<hs:sec {HP}>{inside}</hs:sec>" for n, inside in enumerate(sections)},
        **{name.replace("__", "/").replace("_", "."): part for name, part in parts.items()},
    }
    return packed(path, made)


SHAPE = '<hp:secPr outlineShapeIDRef="1"/>'


def test_numbers_are_written_out_and_headings_known(tmp_path: Path) -> None:
    body = (
        p(f"{SHAPE}<hp:t>등대 규정</hp:t>", letters=1)
        + p("목적", 1)
        + p("등불을 켠다.", 2)
        + p("기름을 산다.", 3)
        + p("심지를 간다.", 3)
        + p("종을 친다.", 2)
        + p("할 일", 1)
        + p("물을 긷는다.", 4)
    )
    content = read_hwpx(hwpx(tmp_path / "a.hwpx", body))
    assert texts(content) == [
        [
            "등대 규정",
            "I. 목적",
            "1. 등불을 켠다.",
            "가. 기름을 산다.",
            "나. 심지를 간다.",
            "2. 종을 친다.",
            "II. 할 일",
            "• 물을 긷는다.",
        ]
    ]
    assert [line.size > 1.18 for line in content.pages[0].lines] == [True, True, *[False] * 4, True, False]


def test_changes_notes_headers_and_boxes(tmp_path: Path) -> None:
    changed = (
        "<hp:t>등대지기는 <hp:deleteBegin Id='1'/>닷새<hp:deleteEnd Id='1'/><hp:insertBegin Id='2'/>열흘"
        "<hp:insertEnd Id='2'/> 안에<hp:lineBreak/>알린다.</hp:t>"
    )
    note = f"<hp:ctrl><hp:footNote number='1'><hp:subList>{p('항만 시계로 센다.')}</hp:subList></hp:footNote></hp:ctrl>"
    header = f"<hp:ctrl><hp:header><hp:subList>{p('대외비')}</hp:subList></hp:header></hp:ctrl>"
    box = f"<hp:rect><hp:drawText><hp:subList>{p('상자 안의 말.')}</hp:subList></hp:drawText></hp:rect>"
    body = p(f"{header}{changed}{note}") + p(f"{box}<hp:t>상자 밖의 말.</hp:t>")
    content = read_hwpx(hwpx(tmp_path / "a.hwpx", body))
    assert texts(content) == [
        ["등대지기는 열흘 안에", "알린다.", "상자 밖의 말.", "상자 안의 말.", "1) 항만 시계로 센다."]
    ]
    lines = content.pages[0].lines
    assert [line.changed for line in lines] == [True, True, False, False, False]
    assert lines[-1].role is LineRole.NOTE
    assert english(content.notes)[0].startswith("1 paragraph has tracked changes")


def test_rows_of_tables_and_boxes_of_one_cell(tmp_path: Path) -> None:
    rows = table(("종류", "수수료", "기간"), ("등불", "500원", "하루"), ("", "900원", "이틀"), spans={(1, 0): 2})
    body = p(table(("제목 상자",))) + p(table(("Ⅰ", "추진 배경"))) + p(rows)
    content = read_hwpx(hwpx(tmp_path / "a.hwpx", body))
    assert texts(content) == [
        ["제목 상자", "Ⅰ 추진 배경", "종류 | 수수료 | 기간", "등불 | 500원 | 하루", "등불 | 900원 | 이틀"]
    ]
    assert [line.role for line in content.pages[0].lines][2:] == [LineRole.HEADS, LineRole.ROW, LineRole.ROW]


def test_pages_are_those_of_breaks_and_sections(tmp_path: Path) -> None:
    one = p("첫 쪽.") + p("둘째 쪽.", more='pageBreak="1"')
    content = read_hwpx(hwpx(tmp_path / "a.hwpx", one, p("셋째 쪽.")))
    assert texts(content) == [["첫 쪽."], ["둘째 쪽."], ["셋째 쪽."]]
    assert {page.kind for page in content.pages} == {PageKind.BREAKS}
    alone = read_hwpx(hwpx(tmp_path / "b.hwpx", p("쪽 없음.")))
    assert [page.kind for page in alone.pages] == [PageKind.FLOW]


def test_the_spine_orders_the_sections(tmp_path: Path) -> None:
    spine = (
        f"<opf:package {HP}><opf:metadata><opf:title>등대 규정</opf:title></opf:metadata><opf:manifest>"
        '<opf:item id="a" href="Contents/section0.xml"/><opf:item id="b" href="Contents/section1.xml"/></opf:manifest>'
        '<opf:spine><opf:itemref idref="b"/><opf:itemref idref="a"/></opf:spine></opf:package>'
    )
    content = read_hwpx(hwpx(tmp_path / "a.hwpx", p("뒤."), p("앞."), Contents__content_hpf=spine))
    assert texts(content) == [["앞."], ["뒤."]]
    assert content.metadata == {"Title": "등대 규정"}


def test_a_protected_file_and_one_without_sections(tmp_path: Path) -> None:
    manifest = "<m><file-entry><encryption-data/></file-entry></m>"
    path = packed(tmp_path / "a.hwpx", {"META-INF/manifest.xml": manifest, "Contents/section0.xml": "x"})
    with pytest.raises(EncryptedError, match=r"^a\.hwpx: protected by a password"):
        read_hwpx(path)
    with pytest.raises(UnreadableError, match=r"^b\.hwpx: not a readable HWPX document \(it has no section\)"):
        read_hwpx(packed(tmp_path / "b.hwpx", {"mimetype": "application/hwp+zip"}))
