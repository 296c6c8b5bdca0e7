"""Pages for a question are opened in a process with bounds; a hostile file affects its own marks only."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import zlib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from kb import page_workers, pdf
from kb.citing.source_file import is_our_own
from kb.errors import UnreadableError
from kb.knowledge_base import KnowledgeBase
from kb.messages import words
from kb.models.models import Models
from kb.page_workers import PageWorkers
from tests.builds import build
from tests.fakes import WordEncoder
from tests.samples import LOGS, write_pdf

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kb.page_workers import Boxes


@pytest.fixture
def page(tmp_path: Path) -> Path:
    return write_pdf(tmp_path / "a.pdf", LOGS, "Keeping logs")


def nested(path: Path, levels: int = 26) -> Path:
    """A PDF of one page that draws a form which draws another one twice, and so on: 2 to the power of ``levels``."""
    first = 5
    objects = {
        1: b"<</Type/Catalog/Pages 2 0 R>>",
        2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        3: b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 4 0 R/Resources<</XObject<</F 5 0 R>>>>>>",
    }

    def stream(content: bytes, head: bytes = b"") -> bytes:
        data = zlib.compress(content)
        return b"<</Filter/FlateDecode/Length %d%s>>stream\n%s\nendstream" % (len(data), head, data)

    objects[4] = stream(b"/F Do")
    for n in range(first, first + levels):
        head = b"/Type/XObject/Subtype/Form/BBox[0 0 200 200]/Resources<</XObject<</F %d 0 R>>>>" % (n + 1)
        objects[n] = stream(b"/F Do /F Do", head)
    objects[first + levels] = stream(
        b"BT /G 9 Tf 5 5 Td (all beacons are free) Tj ET",
        b"/Type/XObject/Subtype/Form/BBox[0 0 200 200]"
        b"/Resources<</Font<</G<</Type/Font/Subtype/Type1/BaseFont/Courier>>>>>>",
    )
    out = b"%PDF-1.7\n"
    for n, content in objects.items():
        out += b"%d 0 obj\n%s\nendobj\n" % (n, content)
    path.write_bytes(out + b"trailer<</Root 1 0 R/Size %d>>\n%%%%EOF" % (len(objects) + 1))
    return path


def test_boxes_and_images_are_those_of_pdfium(page: Path) -> None:
    with pdf.open_pdf(page) as document:
        text = pdf.read_page(document, 1).text
        word = text.split()[1]
        at = text.index(word)
        wanted = pdf.quote_rects(document, 1, [(at, at + len(word))], word)
        image = pdf.render(document, 1, 2.0)
    workers = PageWorkers()
    try:
        asked = [(1, [(at, at + len(word))], word), (1, [(at, at + len(word))], "another")]
        assert workers.boxes(page, "", asked) == (wanted, ())
        assert wanted
        assert workers.image(page, "", 1, 2.0) == (image.size, image.tobytes())
    finally:
        workers.close()


class CountingWorkers(PageWorkers):
    """Counts the pages that a process would be asked for at a time."""

    def __init__(self, marks: float) -> None:
        super().__init__(marks=marks)
        self.asked: list[int] = []

    def boxes_at_once(
        self, path: Path, sha256: str, pages: Sequence[tuple[int, Sequence[tuple[int, int]], str]]
    ) -> tuple[Boxes, ...]:
        self.asked.append(len(pages))
        return tuple(() for _ in pages)


def test_a_long_quote_is_no_fault_of_its_file(page: Path) -> None:
    at_once = page_workers.PAGES_AT_ONCE
    quote = [(n, [(0, 1)], "a") for n in range(1, 2 * at_once + 4)]
    workers, late = CountingWorkers(60.0), CountingWorkers(-1.0)
    assert workers.boxes(page, "", quote) == ((),) * len(quote)
    assert workers.asked == [at_once, at_once, 3]
    with pytest.raises(UnreadableError):
        late.boxes(page, "", quote)
    assert late.asked == [at_once] and not late.gave_up(page, "")


def test_a_page_that_is_not_there_is_an_error_and_no_end(page: Path) -> None:
    workers = PageWorkers()
    try:
        with pytest.raises(UnreadableError, match=r"a\.pdf"):
            workers.image(page, "", 99, 1.0)
        with pytest.raises(UnreadableError, match=r"no\.pdf"):
            workers.image(page.with_name("no.pdf"), "", 1, 1.0)
        assert not workers.gave_up(page, "")
        assert workers.image(page, "", 1, 1.0)[1]
    finally:
        workers.close()


def test_a_file_beyond_the_bounds_is_left_alone_and_others_go_on(tmp_path: Path, page: Path) -> None:
    workers = PageWorkers(marks=0.5, image=0.5)
    hostile = nested(tmp_path / "b.pdf")
    try:
        with pytest.raises(UnreadableError, match="within the bounds"):
            workers.boxes(hostile, "1", [(1, [(0, 3)], "all")])
        assert workers.gave_up(hostile, "1")
        assert not workers.gave_up(hostile, "2")  # another content under the name
        started = workers._free[:]
        with pytest.raises(UnreadableError, match="within the bounds"):
            workers.image(hostile, "1", 1, 1.0)
        assert workers._free == started  # nothing was opened
        assert workers.image(page, "", 1, 0.1)[1]
    finally:
        workers.close()


def test_a_process_over_its_memory_costs_one_file(page: Path) -> None:
    workers = PageWorkers(memory=8 * 1024**2)  # nothing starts in so little
    try:
        with pytest.raises(UnreadableError, match=r"a\.pdf"):
            workers.image(page, "", 1, 1.0)
    finally:
        workers.close()


def test_a_process_that_ended_while_idle_is_replaced(page: Path) -> None:
    workers = PageWorkers()
    try:
        first = workers.image(page, "", 1, 0.2)
        process = workers._free[0]._process
        process.kill()
        process.wait()
        assert workers.image(page, "", 1, 0.2) == first
    finally:
        workers.close()


def test_many_at_once_are_answered_by_few_processes(tmp_path: Path) -> None:
    pages = [write_pdf(tmp_path / f"{n}.pdf", LOGS, "Keeping logs") for n in range(3)]
    workers = PageWorkers()
    found: list[object] = []

    def draw(path: Path) -> None:
        for _ in range(3):
            try:
                found.append(workers.image(path, "", 1, 0.2)[0])
            except UnreadableError as error:  # on a slow machine the wait for a place ends first, and that is said
                found.append(str(error))

    threads = [threading.Thread(target=draw, args=(path,)) for path in (*pages, *pages)]
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(found) == 18
        assert all(isinstance(each, tuple) or "in a moment" in str(each) for each in found)
        assert any(isinstance(each, tuple) for each in found)
        assert len(workers._free) <= page_workers.PROCESSES
        assert not workers._opened
    finally:
        workers.close()


def test_a_process_holds_no_key_and_reads_no_module_of_the_folder(tmp_path: Path, page: Path) -> None:
    (tmp_path / "kb").mkdir()
    (tmp_path / "kb" / "__init__.py").write_text("raise SystemExit(9)\n")
    code = (
        "import os, sys, pathlib; from kb.page_workers import PageWorkers; w = PageWorkers();"
        f"w.image(pathlib.Path({str(page)!r}), '', 1, 0.1); p = w._free[0]._process.pid;"
        "print(pathlib.Path(f'/proc/{p}/environ').read_bytes() if os.path.isdir('/proc') else b''); w.close()"
    )
    root = Path(page_workers.__file__).parent.parent
    done = subprocess.run(
        [sys.executable, "-P", "-c", code],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(root), "KB_LLM_API_KEY": "sk-secret"},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert "sk-secret" not in done.stdout
    assert "PATH" in done.stdout


def test_the_answer_stays_when_its_pages_cannot_be_opened_in_time(tmp_path: Path, page: Path) -> None:
    """As if the file broke the bounds the last time: its hash is that of what was read."""
    assert not build(tmp_path / "home", page).failed
    base = KnowledgeBase.open(tmp_path / "home", Models(WordEncoder(), is_answerable=lambda *_: True))
    question = "When are entries older than two years destroyed?"
    before = base.ask(question)
    assert before.citations[0].rects
    stored = base.library().store.document(before.citations[0].doc_id)
    assert stored is not None
    page_workers.PAGE_WORKERS.leave_alone(Path(stored.source), stored.sha256)
    after = base.ask(question)
    assert [c.quote for c in after.citations] == [c.quote for c in before.citations]
    assert [c.rects for c in after.citations] == [()] * len(after.citations)
    said = {lang: " ".join(words(each, lang) for each in after.notices) for lang in ("en", "ko")}
    assert "within the bounds of time and memory" in said["en"]
    assert "a.pdf" in said["ko"]
    view = base.page_view(after.citations[0])
    assert view.image is None
    assert base.page_view(before.citations[0], "ko").image is None


def test_the_register_that_was_compiled_here_needs_no_process(base: KnowledgeBase, tmp_path: Path) -> None:
    library = base.library()
    ours = [d for d in library.store.documents if is_our_own(library, d)]
    assert ours
    assert all(d.edition.is_register or d.edition.register_of for d in ours)
    away = replace(ours[0], source=str(tmp_path / "elsewhere.pdf"))
    assert not is_our_own(library, away)
    another = next(d for d in library.store.documents if not d.edition.is_register and not d.edition.register_of)
    assert not is_our_own(library, another)
