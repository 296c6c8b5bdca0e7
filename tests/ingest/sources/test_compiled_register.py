"""The compiled register: its entries are read back from the PDF unchanged, as any PDF is read."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import pypdf
import pytest

from ingest.layout.layout import Layout, lay_out
from ingest.readers.pdf import read_pdf
from ingest.sources.compiled_register import NO_GIST_EN, NO_GIST_KO, NOT_CHECKED, compile_register
from ingest.units import find_units
from kb import pdf
from kb.catalog.catalog import Catalog, corpus_dir, load_catalog
from kb.catalog.register import Register, load_corpus
from kb.errors import ConfigError
from kb.text.cleaning import fold, readable

if TYPE_CHECKING:
    from kb.types import RegisterEntry, Unit

from tests.paths import ROOT


@cache
def corpus() -> tuple[Register, Catalog]:
    catalog = load_catalog((corpus_dir() / "catalog.toml").read_text(encoding="utf-8"))
    return load_corpus(catalog), catalog


REGISTERS = corpus()[0].register_ids()


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Every register of the corpus as a file."""
    register, catalog = corpus()
    folder = tmp_path_factory.mktemp("registers")
    for doc_id in REGISTERS:
        (folder / f"{doc_id}.pdf").write_bytes(compile_register(register, catalog, doc_id))
    return {doc_id: folder / f"{doc_id}.pdf" for doc_id in REGISTERS}


@cache  # several tests look at the same file
def read(path: Path, doc_id: str) -> tuple[Layout, list[Unit]]:
    pages, outline, _, notes = read_pdf(path)
    layout = lay_out(pages, outline, notes)
    units, remarks = find_units(layout, corpus()[1].get(doc_id))
    assert remarks == []
    return layout, units


def entries_of(register: Register, doc_id: str) -> list[RegisterEntry]:
    return [entry for each in corpus()[1].get(doc_id).register_of for entry in register.of_document(each)]


def check_units(register: Register, doc_id: str, layout: Layout, units: list[Unit]) -> None:
    """One unit for each entry, in order: heading, both gists and the small line, and nothing of its neighbours."""
    urn = corpus()[1].get(doc_id).urn
    entries = entries_of(register, doc_id)
    assert entries
    assert [unit.unit_id for unit in units] == [f"{urn}:{entry.of_document}|{entry.key}" for entry in entries]
    for entry, unit in zip(entries, units, strict=True):
        assert (unit.path, unit.title) == (entry.path, entry.title)
        text = layout.text[unit.span.start : unit.span.end]
        checked = f"checked against {entry.verified_against}" if entry.verified else NOT_CHECKED
        expected = f"{entry.path} — {entry.title} [{entry.key}] {entry.gist_en or NO_GIST_EN} "
        expected += f"{entry.title_ko} — " if entry.title_ko else ""
        expected += f"{entry.gist_ko or NO_GIST_KO} Force: {entry.force}"
        expected += f" · {entry.addressee} · {checked}" if entry.addressee else f" · {checked}"
        assert readable(text) == readable(expected)
        assert fold(entry.gist_en) in fold(text)
        assert fold(entry.gist_ko) in fold(text)


@pytest.mark.parametrize("doc_id", REGISTERS)
def test_every_entry_is_read_back_whole(compiled: dict[str, Path], doc_id: str) -> None:
    layout, units = read(compiled[doc_id], doc_id)
    check_units(corpus()[0], doc_id, layout, units)
    assert layout.notes == ()
    assert layout.n_soft_hyphens == 0
    assert all(unit.page_start == unit.page_end for unit in units), "entries that fit a page are not torn"


@pytest.mark.parametrize("doc_id", REGISTERS)
def test_only_running_head_and_page_number_are_cut(compiled: dict[str, Path], doc_id: str) -> None:
    layout, _ = read(compiled[doc_id], doc_id)
    head = f"{corpus()[1].get(doc_id).ref} register, not the official text · 공식 문서가 아닌 자체 설명"
    assert list(layout.furniture) == [
        cut for page in layout.pages for cut in ((page.index, head), (page.index, page.label))
    ]


@pytest.mark.parametrize("doc_id", REGISTERS)
def test_front_matter_has_roman_labels_and_the_body_begins_at_1(compiled: dict[str, Path], doc_id: str) -> None:
    layout, units = read(compiled[doc_id], doc_id)
    labels = [page.label for page in layout.pages]
    n_front = labels.index("1")
    assert labels[:n_front] == ["i", "ii", "iii", "iv", "v", "vi"][:n_front]
    assert labels[n_front:] == [str(n) for n in range(1, len(labels) - n_front + 1)]
    assert pypdf.PdfReader(compiled[doc_id]).page_labels == labels
    assert n_front >= 3
    assert units[0].page_start == n_front + 1


@pytest.mark.parametrize("doc_id", REGISTERS)
def test_the_first_page_says_what_it_is(compiled: dict[str, Path], doc_id: str) -> None:
    layout, units = read(compiled[doc_id], doc_id)
    first = layout.text[: layout.pages[0].end]
    assert [edition.doc_id for edition in corpus()[1].recognise(first)] == [doc_id]
    about = readable(layout.text[: layout.pages[units[0].page_start - 2].end])
    for words in ("our own words", "공식 문서", "Licences", "Apache-2.0", "SIL Open Font License"):
        assert words in about


def test_bookmarks_lead_to_the_page_of_each_entry(compiled: dict[str, Path]) -> None:
    doc_id = "register-oecd"
    layout, units = read(compiled[doc_id], doc_id)
    entries = entries_of(corpus()[0], doc_id)
    marks = {item.title: (item.page, item.depth) for item in layout.outline}
    assert len(marks) < len(layout.outline), "two editions have provisions of the same name"
    listed = [(item.title, item.page) for item in layout.outline if item.title.endswith("]") and item.depth]
    assert listed == [
        (f"{entry.path} — {entry.title} [{entry.key}]", unit.page_start)
        for entry, unit in zip(entries, units, strict=True)
    ]
    assert marks["Contents"][0] == 3
    depths = [item.depth for item in layout.outline]
    assert max(depths) >= 3
    assert all(b <= a + 1 for a, b in pairwise(depths))


def test_same_entries_same_bytes_in_every_process(compiled: dict[str, Path]) -> None:
    code = (
        "import sys\n"
        "from ingest.sources.compiled_register import compile_register\n"
        "from kb.catalog.catalog import corpus_dir, load_catalog\n"
        "from kb.catalog.register import load_corpus\n"
        "catalog = load_catalog((corpus_dir() / 'catalog.toml').read_text(encoding='utf-8'))\n"
        "sys.stdout.buffer.write(compile_register(load_corpus(catalog), catalog, 'register-nist'))\n"
    )
    for seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, capture_output=True, check=True, timeout=60,
            env={"PYTHONHASHSEED": seed, "TZ": "Asia/Seoul"},
        )  # fmt: skip
        assert done.stdout == compiled["register-nist"].read_bytes()


def test_a_change_of_one_word_changes_the_bytes(compiled: dict[str, Path]) -> None:
    register, catalog = corpus()
    first = entries_of(register, "register-nist")[0]
    other = tuple(replace(entry, force="shall") if entry is first else entry for entry in register.entries)
    assert (
        compile_register(replace(register, entries=other), catalog, "register-nist")
        != compiled["register-nist"].read_bytes()
    )


def test_entries_that_are_alike_or_longer_than_a_page_lose_no_word(tmp_path: Path) -> None:
    """The same words at the same height of many pages, and pages that end in the midst of an entry."""
    register, catalog = corpus()
    first = entries_of(register, "register-eu")[0]
    long = " ".join(f"Sentence {n} stands here." for n in range(700))
    entries = []
    for n in range(1, 61):
        same = replace(
            first, key=f"part:{n}", path="The same path", title="The same title", parent=None, gist_en="", gist_ko=""
        )
        if n % 20 == 0:
            same = replace(
                same, gist_en=long, gist_ko=long.replace("Sentence", "문장"), title="A title much longer " * 12 + "end"
            )
        entries.append(same)
    alike = replace(register, entries=tuple(entries))
    path = tmp_path / "alike.pdf"
    path.write_bytes(compile_register(alike, catalog, "register-eu"))
    layout, units = read(path, "register-eu")
    check_units(alike, "register-eu", layout, units)
    assert [unit.page_end > unit.page_start for unit in units] == [n % 20 == 0 for n in range(1, 61)]


def test_a_quote_has_its_highlight(compiled: dict[str, Path]) -> None:
    doc_id = "register-oecd"
    layout, units = read(compiled[doc_id], doc_id)
    page = layout.pages[units[0].page_start - 1]
    at = units[0].span.start
    ((offset, raw, length),) = [s for s in page.segments if s[0] <= at - page.start < s[0] + s[2]]
    end = min(units[0].span.end, page.start + offset + length)
    with pdf.open_pdf(compiled[doc_id]) as document:
        start = raw + at - page.start - offset
        rects = pdf.quote_rects(document, page.index, [(start, start + end - at)], layout.text[at:end])
    assert len(rects) == layout.text[at:end].count("\n") + 1
    assert all(0 < x0 < x1 < 1 and 0.13 < y0 < y1 < 0.9 for x0, y0, x1, y1 in rects)


def test_there_is_nothing_to_compile_without_entries_or_for_another_edition() -> None:
    register, catalog = corpus()
    none = replace(register, entries=())
    for doc_id in ("register-eu", "eu-hleg-2019"):
        with pytest.raises(ConfigError, match=f"{doc_id}: no entry"):
            compile_register(none, catalog, doc_id)
    with pytest.raises(ConfigError, match="no edition 'register-mars'"):
        compile_register(register, catalog, "register-mars")
