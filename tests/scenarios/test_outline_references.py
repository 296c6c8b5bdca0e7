"""References to outlines, laws and manuals as people write them: "Ⅱ-1-가", "art. 4 al. 2", "chapter 2, section 2.1"."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from kb.knowledge_base import KnowledgeBase
from tests.builds import build
from tests.scenarios.test_read_documents import found_places

if TYPE_CHECKING:
    from pathlib import Path

    from kb.library.library import Library

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

TEXT = "The keeper of the quay writes down who moored here and reads the list again in spring.\n"
KOREAN = "부두를 지키는 사람은 배가 닿을 때마다 이름을 적고 봄에 다시 읽는다."
GUIDE = (
    "등대구 등불 관리 안내서\n\n등대구 항만안전과\n\nⅠ. 개요\n\n1. 배경\n 가. 등불이 늘었다.\n"
    " 나. 모든 부두에 쓴다.\n\n"
    "Ⅱ. 기준\n\n1. 켜기 전\n 가. 기름\n  1) 기름을 잰다.\n  2) 기름을 붓는다.\n 나. 심지를 자른다.\n2. 끈 뒤\n"
    " 가. 덮개를 씌운다.\n 나. 장부에 적는다.\n"
)
LAW = (
    "<h1>Loi sur la tenue des lampes du port</h1><p>(LTLP)</p><p>du 14 mars 2031</p>"
    + "".join(
        f"<h6>Art. {n} Lampes</h6><p><sup>1</sup> Le gardien allume.</p><p><sup>2</sup> Il éteint.</p>"
        for n in (1, 2, 3)
    )
    + "<h6>Art. 4 Portée</h6><p>La loi vise:</p><dl><dt>a.</dt><dd>les quais;</dd><dt>b.</dt><dd>les phares.</dd></dl>"
)
MANUAL = "".join(
    f"Chapter {n}. Lamps {n}\n\n{TEXT}\n{n}.1. Of oil\n\n{TEXT * 2}\n{n}.2. Of rope\n\n{TEXT * 2}\n" for n in (1, 2, 3)
)
REFERENCES = {
    "등대구 안내서 Ⅱ-1-가": "guide|section:II.1.a",
    "등대구 등불 관리 안내서 Ⅱ.2.나": "guide|section:II.2.b",
    "등대구 안내서 Ⅱ.1.가.2)": "guide|section:II.1.a.2",
    "등대구 안내서 Ⅱ. 2.": "guide|section:II.2",
    "LTLP art. 2 al. 2": "law|article:2.2",
    "art. 4 let. b LTLP": "law|article:4.b",
    "LTLP art. 9": "none",
    "Quay Manual, chapter 2, section 2.1": "manual|section:2.1",
    "Quay Manual 3.0 chapter 2": "manual|chapter:2",
    "달빛시 조례 제2조": "ordinance|article:2",
    "달빛시 조례 제30조": "none",
}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """The four documents in one index, without the register."""
    home = tmp_path_factory.mktemp("outlines")
    folder = tmp_path_factory.mktemp("documents")
    ordinance = "달빛시 등불 기본조례\n\n[달빛시조례 제12호, 2031. 5. 20., 제정]\n\n"
    ordinance += "".join(f"제{n}조(등불) {KOREAN}\n" for n in range(1, 6))
    files = {"guide.txt": GUIDE, "law.html": LAW, "manual.txt": f"Quay Manual\n\n{MANUAL}", "ordinance.txt": ordinance}
    build(home, *(_written(folder / name, words) for name, words in files.items()))
    return KnowledgeBase.open(home, lambda: None).library()  # type: ignore[arg-type, return-value]


def _written(path: Path, words: str) -> Path:
    path.write_text(words, "utf-8")
    return path


def test_references_to_outlines_are_found_and_never_elsewhere(library: Library) -> None:
    assert {text: found_places(library, text) for text in REFERENCES} == REFERENCES
