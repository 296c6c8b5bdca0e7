"""Bad input, all in one batch: exactly one clear line each, no traceback, and the good files are read."""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pypdf
import pytest
from PIL import Image, ImageDraw

from ingest.pipeline import Summary
from ingest.plan import FileOutcome
from ingest.sources.find import shown
from kb.errors import IndexFolderError
from kb.index.reader import Store
from tests.builds import build, report_of
from tests.samples import CHAINS, LOGS, pdf_bytes, write_pdf, write_text
from tests.wording import english, message_of

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[2]


def encrypted(password: str, algorithm: str) -> bytes:
    writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf_bytes(CHAINS, "Care of chains")))
    writer.encrypt(password, "owner", algorithm=algorithm)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def scan() -> bytes:
    image = Image.new("RGB", (300, 400), "white")
    ImageDraw.Draw(image).text((20, 20), "words in a picture", fill="black")
    out = io.BytesIO()
    image.save(out, "PDF")
    return out.getvalue()


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", bytes(70_000_000))
    return out.getvalue()


def blank_pages() -> bytes:
    writer = pypdf.PdfWriter()
    writer.add_blank_page(200, 200)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


# name → how it is made, and the line it must give after "name: "
BAD: dict[str, tuple[Callable[[], bytes], str]] = {
    "empty.pdf": (lambda: b"", "the file is empty; get a fresh copy from the publisher"),
    "empty.docx": (lambda: b"", "the file is empty; get a fresh copy from the publisher"),
    "blank.txt": (lambda: b" \n \n", "the file is empty; get a fresh copy from the publisher"),
    "truncated.pdf": (
        lambda: pdf_bytes(CHAINS)[:-200],
        "the PDF breaks off, its end is missing; download it again",
    ),
    "head-only.pdf": (lambda: b"%PDF-1.7", "the PDF breaks off, its end is missing; download it again"),
    "damaged.pdf": (
        lambda: b"%PDF-1.7\n" + os.urandom(2000).replace(b"%", b"x") + b"\nstartxref\n9\n%%EOF",
        "not a readable PDF (",
    ),
    "password-aes.pdf": (
        lambda: encrypted("secret", "AES-256"),
        "protected by a password; save an unprotected copy and add that",
    ),
    "password-rc4.pdf": (
        lambda: encrypted("secret", "RC4-128"),
        "protected by a password; save an unprotected copy and add that",
    ),
    "web-page.pdf": (
        lambda: b"<!DOCTYPE html><html><body>Please accept our cookies",
        "a web page saved under a PDF name (often a download site's interstitial); open the publisher's page in a "
        "browser and save the PDF itself",
    ),
    "scan.pdf": (
        scan,
        "its only page carries no text; it is probably a scan. Run `kb ingest --ocr` to have it read",
    ),
    "no-words.pdf": (blank_pages, "its only page carries no text; it is probably a scan. Run"),
    "binary.txt": (lambda: b"\x7fELF" + bytes(90), "its content is none of .pdf, .txt, .md, .markdown, .html,"),
    "picture.md": (
        lambda: b"\x89PNG\r\n\x1a\n" + bytes(range(1, 128)) * 9,
        "binary content under a text ending; give it its right ending",
    ),
    "not-a-zip.docx": (
        lambda: b"PK\x03\x04" + b"x" * 90,
        "not a readable Word document (BadZipFile); save it again as .docx",
    ),
    "bomb.docx": (bomb, f"{len(bomb()):,} bytes unpack to 70,000,000; the bound is 60,000,000. Split the document"),
    "script-only.html": (
        lambda: b"<html><script>all()</script></html>",
        "the page has no visible text; save it as complete HTML or print it to PDF",
    ),
    "odd \x1b[31mred\x1b[0m\n\u202ename.pdf": (
        lambda: b"%PDF-1.7 other",
        "the PDF breaks off, its end is missing; download it again",
    ),
}


@pytest.fixture(scope="module")
def batch(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Summary]:
    """All bad files and two good ones, read in one build."""
    tmp = tmp_path_factory.mktemp("batch")
    folder = tmp / "files"
    folder.mkdir()
    write_pdf(folder / "good.pdf", LOGS, "Rules for logs")
    (folder / "owner-password-only.pdf").write_bytes(encrypted("", "AES-256"))
    for name, (make, _) in BAD.items():
        (folder / name).write_bytes(make())
    with (folder / "sparse.pdf").open("wb") as file:
        file.truncate(1 << 30)
    (folder / "self.pdf").symlink_to("self.pdf")
    os.mkfifo(folder / "pipe.pdf")
    (folder / "table.ods").write_bytes(b"PK\x03\x04")
    (tmp / "empty folder").mkdir()
    shutil.copy(folder / "good.pdf", folder / "same.pdf")
    return tmp, build(tmp / "home", folder, tmp / "empty folder", tmp / "missing.pdf")


def lines_of(batch: tuple[Path, Summary], name: str) -> list[str]:
    return [message_of(r) for r in batch[1].files if r.path.endswith(shown(name))]


@pytest.mark.parametrize("name", BAD)
def test_each_bad_file_gives_one_line(batch: tuple[Path, Summary], name: str) -> None:
    (line,) = lines_of(batch, f"/{name}")
    assert line.startswith(f"{shown(name)}: {BAD[name][1]}")
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e]", line)
    assert "Traceback" not in line


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("missing.pdf", "No such file or directory; check the spelling, or the target of the link"),
        ("self.pdf", "Too many levels of symbolic links; it is a link that leads to itself; name the file it should"),
        ("sparse.pdf", "1,073,741,824 bytes; the bound is 300,000,000. Split the file and add the parts"),
        ("pipe.pdf", "not a regular file; name the document itself"),
    ],
)
def test_each_odd_path_gives_one_line(batch: tuple[Path, Summary], name: str, line: str) -> None:
    (found,) = lines_of(batch, f"/{name}")
    assert f"{name}: {line}" in found


def test_a_copy_of_a_bad_file_is_as_bad(tmp_path: Path, kb_home: Path) -> None:
    for name in ("a.pdf", "b.pdf"):
        (tmp_path / name).write_bytes(b"%PDF-1.7")
    summary = build(kb_home, tmp_path)
    assert [message_of(r) for r in summary.failed] == [
        "a.pdf: the PDF breaks off, its end is missing; download it again",
        "b.pdf: same content as a.pdf, which cannot be read",
    ]


def test_the_rest_of_the_batch_is_read(batch: tuple[Path, Summary]) -> None:
    tmp, summary = batch
    read = {Path(r.path).name: r.outcome for r in summary.files if r.outcome is not FileOutcome.FAILED}
    assert read == {
        "good.pdf": FileOutcome.NEW,
        "owner-password-only.pdf": FileOutcome.NEW,
        "same.pdf": FileOutcome.DUPLICATE,
    }
    with Store.open(tmp / "home" / "index") as store:
        titles = {d.edition.title for d in store.documents}
    assert titles == {"Rules for logs", "Care of chains"}


def test_what_is_no_document_is_noted(batch: tuple[Path, Summary]) -> None:
    tmp, summary = batch
    assert english(summary.notes) == (
        f"{tmp}/empty folder: no documents in this folder (looked for .pdf, .txt, .md, .markdown, .html, .htm, .docx, "
        ".hwpx, .xlsx, .pptx); name another, or add files",
        "not read, of another kind: table.ods",
    )


def test_a_document_of_nothing_but_returning_lines(tmp_path: Path, kb_home: Path) -> None:
    write_pdf(tmp_path / "a.pdf", ["Confidential. Page 1", "Confidential. Page 2", "Confidential. Page 3"])
    report = report_of(build(kb_home, tmp_path / "a.pdf"), "a.pdf")
    assert report.outcome in {FileOutcome.FAILED, FileOutcome.NEW}
    if report.outcome is FileOutcome.FAILED:
        assert message_of(report).startswith("a.pdf: no words are left when page numbers and lines that return")
    else:
        assert report.n_passages


def test_a_file_that_may_not_be_read(tmp_path: Path, kb_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the system answers who may not read; tests may run as the superuser, whom nothing is refused."""
    locked = write_pdf(tmp_path / "locked.pdf", LOGS)
    write_text(tmp_path / "open.txt", CHAINS)
    opened = io.open

    def refuse(file: object, *args: object, **kwargs: object) -> object:
        if str(file) == str(locked):
            raise PermissionError(13, "Permission denied", str(file))
        return opened(file, *args, **kwargs)  # type: ignore[call-overload]

    monkeypatch.setattr(io, "open", refuse)
    summary = build(kb_home, tmp_path)
    assert message_of(report_of(summary, "locked.pdf")) == "locked.pdf: Permission denied; check its permissions"
    assert report_of(summary, "open.txt").outcome is FileOutcome.NEW


# --- the home folder


@pytest.mark.parametrize("home", ["/dev/null", "/dev/null/deeper"])
def test_a_home_that_is_no_folder(home: str) -> None:
    with pytest.raises(IndexFolderError) as caught:
        build(Path(home))
    assert str(caught.value) == f"{home}: it, or a part of its path, is no folder; choose another --home"


@pytest.mark.optional
def test_a_home_that_cannot_be_written(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("the superuser may write everywhere; see test_a_home_of_somebody_else")
    tmp_path.chmod(0o500)
    with pytest.raises(IndexFolderError, match=r"cannot be written \(Permission denied\); choose another --home"):
        build(tmp_path / "home")


@pytest.mark.optional
@pytest.mark.skipif(os.geteuid() != 0, reason="needs the right to be somebody else")
@pytest.mark.parametrize("exists", [False, True])
def test_a_home_of_somebody_else(tmp_path: Path, exists: bool) -> None:
    home = tmp_path / "home"
    if exists:
        home.mkdir(mode=0o755)
    for parent in (tmp_path, *tmp_path.parents[:2]):
        parent.chmod(0o755)
    os.seteuid(65534)
    try:
        with pytest.raises(IndexFolderError) as caught:
            build(home)
    finally:
        os.seteuid(0)
    assert str(caught.value) == f"{home}: cannot be written (Permission denied); choose another --home"


FULL_DISK = """
import resource, signal, sys
from pathlib import Path
from kb.errors import KBError
from tests.builds import build
if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), int(sys.argv[2])))
    try:
        build(Path(sys.argv[1]), force=True)
    except KBError as error:
        sys.exit(str(error))
"""


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a document of some length."""
    folder = tmp_path_factory.mktemp("large")
    rules = [f"Rule {n} is about the number {n}, twice {2 * n}. " * 9 for n in range(200)]
    build(folder / "home", write_text(folder / "many.txt", rules))
    return folder / "home"


@pytest.mark.parametrize("share", [0.0, 0.2, 0.95])
def test_a_disk_that_fills_up_leaves_the_last_index(kb_home: Path, large: Path, share: float) -> None:
    """At the first byte, in the database, and in the largest file; a limit on file size stands for a full disk."""
    shutil.copytree(large, kb_home)
    with Store.open(kb_home / "index") as store:
        ident = store.index_id
    largest = max(p.stat().st_size for p in (kb_home / "index").rglob("*") if p.is_file())
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(kb_home), str(int(share * largest))],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert re.fullmatch(rf"{kb_home}\S*: .*; the last good index stays\. Free space or choose another --home", line)
    assert not list((kb_home / "index").glob("building-*"))
    with Store.open(kb_home / "index") as store:
        assert store.index_id == ident
        assert store.damaged_files() == ()
    assert build(kb_home).written is False
