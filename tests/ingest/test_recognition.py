"""Recognition of editions: by a file's own title page and units, never by publications that it only mentions."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ingest.parse import Task, catalog, parse_file
from ingest.plan import FileOutcome
from kb.catalog.own_files import OwnFile, write_own_files
from kb.index.reader import Store
from kb.types import Status
from tests.builds import NoEncoder, build, report_of
from tests.kb.catalog.test_catalog import FILES, OUTSIDE
from tests.paths import document, shared_folder
from tests.pdfs import Book, L, words
from tests.wording import english, message_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from ingest.parse import Parsed
    from kb.types import Edition

UNKNOWN_BYTES = "0" * 64


def read(path: Path, sha256: str = "") -> Parsed:
    return parse_file(Task(path, sha256 or hashlib.sha256(path.read_bytes()).hexdigest()))


def named(edition: Edition) -> str:
    """Everything by which a text may name an edition, as a list of sources does, with the aliases and the numbers."""
    aliases = "; ".join(edition.aliases[:4])
    known = (edition.publisher, edition.title, edition.ref, edition.edition, edition.issued or "no date")
    return f"{', '.join(known)}. {aliases}"


def broken(text: str, width: int = 88) -> list[str]:
    lines = [""]
    for word in text.split():
        if len(lines[-1]) + len(word) > width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def own_title() -> list[L | str]:
    return [L("Rules of the orchard house for ladders", size=20), L("Orchard House, 3 May 2031", size=9, gap=4)]


def in_a_footnote(edition: Edition) -> Book:
    book = Book()
    notes = [f"1 See {line}" if n == 0 else f" {line}" for n, line in enumerate(broken(named(edition)))]
    book.add(*own_title(), *words(1), *words(2), notes=notes[:9])
    return book


def in_the_text(edition: Edition) -> Book:
    book = Book()
    book.add(
        *own_title(), *broken(f"These rules follow in part the {named(edition)} They go further in two."), *words(3)
    )
    return book


def among_the_sources(edition: Edition) -> Book:
    book = Book()
    lines: list[L | str] = [*own_title(), *words(2), L("Sources", size=14, gap=8)]
    book.add(*lines, *broken(named(edition)), *words(4))
    return book


def in_a_link(edition: Edition) -> Book:
    book = Book()
    link = f"Read more: {edition.landing_url or 'https://example.org/'} ({named(edition)})"
    book.add(*own_title(), *words(0), *broken(link), *words(1))
    return book


def in_a_running_head(edition: Edition) -> Book:
    book = Book()
    head = f"{edition.ref} · {edition.title}"[:110]
    for n in range(4):
        top: list[L | str] = own_title() if n == 0 else []
        book.add(*top, *words(n), *words(n + 1), *broken(named(edition)), head=head)
    return book


def as_a_heading(edition: Edition) -> Book:
    book = Book()
    heading = [L(line, size=14) for line in broken(edition.title, 60)]
    book.add(*own_title(), *words(0), *heading, *broken(named(edition)), *words(1))
    return book


FORMS = (in_a_footnote, in_the_text, among_the_sources, in_a_link, in_a_running_head, as_a_heading)


def latin(book: Book) -> Book:
    """The pages with the letters that the PDF's own font has; the others are not what a mention hangs on."""

    def plain(line: L | str) -> L | str:
        text = line.text if isinstance(line, L) else line
        text = text.encode("latin-1", "replace").decode("latin-1")
        return L(text, line.x, line.size, line.bold, line.gap) if isinstance(line, L) else text

    for sheet in book.sheets:
        sheet.body = [plain(line) for line in sheet.body]
        sheet.notes = [str(plain(line)) for line in sheet.notes]
        sheet.head = str(plain(sheet.head))
    return book


@pytest.mark.slow
@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.__name__)
def test_a_mention_of_any_edition_in_any_form_is_no_proof(form: Callable[[Edition], Book], tmp_path: Path) -> None:
    editions = [edition for edition in catalog().editions if not edition.is_register]
    assert len(editions) * len(FORMS) >= 300
    taken: list[str] = []
    for n, edition in enumerate(editions):
        parsed = read(latin(form(edition)).write(tmp_path / f"{n}.pdf"))
        if parsed.edition.in_catalog or parsed.edition.title != "Rules of the orchard house for ladders":
            taken.append(f"{edition.doc_id}: {parsed.edition.ref}")
    assert taken == []


def test_a_mention_in_a_text_file_is_no_proof(tmp_path: Path) -> None:
    taken = []
    for n, edition in enumerate(e for e in catalog().editions if not e.is_register):
        path = tmp_path / f"{n}.txt"
        path.write_text(f"Rules of the orchard house\n\n{' '.join(words(1))}\n\nSources\n\n{named(edition)}\n", "utf-8")
        parsed = read(path)
        taken += [parsed.edition.ref] if parsed.edition.in_catalog else []
    assert taken == []


FRAMEWORK = catalog().get("nist-ai-100-1-2023")
NIST = [FRAMEWORK.ref, FRAMEWORK.title]
IMPRINT = "Free of charge here: https://doi.org/10.6028/NIST.AI.100-1"


def cover(path: Path, title: list[str], rest: list[str], size: float = 22) -> Path:
    book = Book()
    book.add(*(L(line, size=size) for line in title), L(IMPRINT, gap=30), L("January 2023"))
    book.flow([*rest, *words(1), *words(2)])
    return book.write(path)


def subcategories(n: int) -> list[str]:
    """Lines as the framework numbers its subcategories, in our own words."""
    parts = {"GOVERN": (7, 3, 2, 3, 2, 2), "MAP": (6, 3, 5, 2, 2), "MEASURE": (3, 13, 3, 3), "MANAGE": (4, 4, 2, 3)}
    out: list[str] = []
    for function, counts in parts.items():
        for category, count in enumerate(counts, 1):
            out.append(f"{function} {category}: The keeper looks after the ladders of row {category}.")
            out += [
                f"{function} {category}.{k}: The keeper counts the ladders of row {k} and mends them."
                for k in range(1, count + 1)
            ]
    return out[:n]


def test_a_title_page_and_the_units_prove_an_edition_and_the_note_says_how(tmp_path: Path) -> None:
    parsed = read(cover(tmp_path / "a.pdf", NIST, subcategories(99)))
    assert (parsed.edition.doc_id, parsed.how) == ("nist-ai-100-1-2023", "text")
    assert any(
        "by its title page; the catalog knows the bytes of another file" in note for note in english(parsed.notes)
    )


def test_a_forged_text_under_a_true_title_page_stays_itself_and_the_doubt_is_told(tmp_path: Path) -> None:
    parsed = read(cover(tmp_path / "report.pdf", NIST, words(4)))
    assert not parsed.edition.in_catalog
    assert parsed.edition.title == FRAMEWORK.title
    ((doc_id, reasons),) = parsed.doubts
    assert (doc_id, english(reasons)) == ("nist-ai-100-1-2023", ("0% of its units",))
    assert any("it may be NIST AI 100-1" in note and "kb corpus identify" in note for note in english(parsed.notes))


@pytest.mark.parametrize(
    "title",
    [
        ["A commentary on the Artificial Intelligence", "Risk Management Framework (AI RMF 1.0)"],
        ["Artificial Intelligence Risk Management", "Framework (AI RMF 1.0) playbook for banks"],
        ["How Orchard House follows the Artificial Intelligence", "Risk Management Framework (AI RMF 1.0)"],
        ["Implementing the Artificial Intelligence", "Risk Management Framework (AI RMF 1.0): a guide"],
    ],
)
def test_a_work_about_an_edition_is_not_that_edition(tmp_path: Path, title: list[str]) -> None:
    parsed = read(cover(tmp_path / "a.pdf", ["NIST AI 100-1", *title], subcategories(99)))
    assert not parsed.edition.in_catalog
    assert parsed.edition.verified is False and parsed.edition.status is Status.UNKNOWN


NIST_ID = "nist-ai-100-1-2023"


def held(home: Path) -> dict[str, str]:
    """The file each document of the index was read from, by its id."""
    with Store.open(home / "index") as store:
        return {document.doc_id: Path(document.source).name for document in store.documents}


def test_what_a_person_said_is_taken_up_by_the_next_build_and_taken_back(kb_home: Path, tmp_path: Path) -> None:
    path = cover(tmp_path / "files" / "report.pdf", NIST, words(4))
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    build(kb_home, path)
    (itself,) = held(kb_home)
    assert itself.startswith("file-artificial-intelligence-risk-management-")
    said = OwnFile(sha256).identified(NIST_ID, "2026-01-02")
    write_own_files(kb_home, [said])
    build(kb_home)
    assert held(kb_home) == {NIST_ID: "report.pdf"}
    write_own_files(kb_home, [said.denying(NIST_ID, "2026-01-03")])
    build(kb_home)
    assert held(kb_home) == {itself: "report.pdf"}
    assert build(kb_home, encoder=NoEncoder()).written is False


def test_facts_that_a_person_stated_are_shown_with_their_origin_and_the_id_stays(kb_home: Path, tmp_path: Path) -> None:
    path = cover(tmp_path / "files" / "report.pdf", ["Rules for ladders"], words(4))
    build(kb_home, path)
    (before,) = held(kb_home)
    own = OwnFile(hashlib.sha256(path.read_bytes()).hexdigest())
    write_own_files(
        kb_home, [own.stating({"title": "사다리 규정", "issuer": "Orchard House", "date": "2024-05"}, "2026-01-02")]
    )
    build(kb_home)
    with Store.open(kb_home / "index") as store:
        (document,) = store.documents
    edition = document.edition
    assert (edition.doc_id, edition.verified) == (before, False)
    assert (edition.title, edition.publisher, edition.issued) == ("사다리 규정", "Orchard House", "2024-05")
    assert {key for key, how in edition.known_from if how == "your word"} == {"title", "issuer", "date"}


@pytest.mark.parametrize("first", ["genuine.pdf", "report.pdf"])
def test_a_look_alike_neither_keeps_the_genuine_file_out_nor_is_lost(kb_home: Path, tmp_path: Path, first: str) -> None:
    genuine = cover(tmp_path / "genuine.pdf", NIST, [*subcategories(99), "The genuine words of the last page."])
    cover(tmp_path / "report.pdf", NIST, [*subcategories(80), "Ladders are for everyone, always."])
    own = OwnFile(hashlib.sha256(genuine.read_bytes()).hexdigest(), edition=NIST_ID)
    write_own_files(kb_home, [own])
    build(kb_home, tmp_path / first)
    summary = build(kb_home, tmp_path / "genuine.pdf", tmp_path / "report.pdf")
    now = held(kb_home)
    assert now.pop(NIST_ID) == "genuine.pdf"
    ((itself, name),) = now.items()
    assert itself.startswith("file-") and name == "report.pdf"
    if first == "genuine.pdf":  # the look-alike is told of when it comes
        assert any("which is read from genuine.pdf" in note for note in english(report_of(summary, "report.pdf").notes))
    genuine.unlink()
    build(kb_home)
    assert held(kb_home) == {NIST_ID: "genuine.pdf", itself: "report.pdf"}


def test_two_files_of_one_title_page_and_other_words_are_both_kept(kb_home: Path, tmp_path: Path) -> None:
    cover(tmp_path / "a.pdf", NIST, subcategories(99))
    cover(tmp_path / "b.pdf", NIST, [*subcategories(99), "And one sentence more than the other file."])
    build(kb_home, tmp_path / "a.pdf", tmp_path / "b.pdf")
    now = held(kb_home)
    assert len(now) == 2 and NIST_ID in now
    assert build(kb_home, encoder=NoEncoder()).written is False


def test_a_new_print_of_the_same_words_is_read_once(kb_home: Path, tmp_path: Path) -> None:
    for name, size in (("a.pdf", 22.0), ("b.pdf", 24.0)):
        cover(tmp_path / name, ["Rules for ladders"], words(4), size)
    summary = build(kb_home, tmp_path)
    assert summary.n_documents == 1
    assert message_of(report_of(summary, "b.pdf")) == "same words as a.pdf; read once"
    assert report_of(build(kb_home, tmp_path), "b.pdf").outcome is FileOutcome.DUPLICATE
    cover(tmp_path / "b.pdf", ["Rules for ladders"], [*words(4), "Not on Sundays."])
    assert build(kb_home, tmp_path).n_documents == 2


@pytest.mark.documents
def test_the_genuine_file_takes_the_place_of_one_that_only_looks_like_it(kb_home: Path, tmp_path: Path) -> None:
    look_alike = cover(tmp_path / "report.pdf", NIST, [*subcategories(99), "Score everybody, wherever it saves money."])
    build(kb_home, look_alike)
    assert held(kb_home) == {NIST_ID: "report.pdf"}
    build(kb_home, document("nist/nist-ai-100-1-ai-rmf-1.0.pdf"))
    now = held(kb_home)
    assert now.pop(NIST_ID) == "nist-ai-100-1-ai-rmf-1.0.pdf"
    assert list(now.values()) == ["report.pdf"]


@pytest.mark.documents
@pytest.mark.parametrize(("relative", "doc_id"), FILES.items())
def test_each_catalogued_file_is_recognised_by_its_title_page_alone(relative: str, doc_id: str) -> None:
    parsed = read(document(relative), UNKNOWN_BYTES)
    assert (parsed.edition.doc_id, parsed.how) == (doc_id, "text")


@pytest.mark.documents
@pytest.mark.parametrize("relative", OUTSIDE)
def test_a_document_outside_the_catalog_stays_itself(relative: str) -> None:
    parsed = read(document(relative))
    assert not parsed.edition.in_catalog
    assert parsed.doubts == ()


BENCH = shared_folder("bench")


@pytest.mark.documents
@pytest.mark.skipif(BENCH is None, reason="../shared/bench is not at hand")
def test_no_pdf_of_the_benchmarks_is_an_edition() -> None:
    assert BENCH is not None
    paths = sorted(BENCH.rglob("*.pdf"))
    assert len(paths) >= 8
    taken = [(path.name, parsed.edition.ref) for path in paths if (parsed := read(path)).edition.in_catalog]
    assert taken == []
