"""Finding files and recognising their types: every path is a file to read, or gives one line that says what to do."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ingest.sources import find as sources
from ingest.sources.find import find_files, fingerprint, media_type, shown
from kb.errors import DocumentError, EncryptedError, TooLargeError, UnreadableError
from tests.samples import LOGS, write_pdf
from tests.wording import english

if TYPE_CHECKING:
    from collections.abc import Callable


def refusal(read: Callable[[Path], str], path: Path) -> str:
    """The message of the error, which must be one line without anything a terminal obeys."""
    with pytest.raises(DocumentError) as caught:
        read(path)
    message = str(caught.value)
    assert message == shown(message)
    assert message.startswith(f"{sources.shown_name(path)}: ")
    return message


def test_a_folder_gives_its_documents_in_path_order_and_names_the_rest(tmp_path: Path) -> None:
    for name in ("b/two.PDF", "a.txt", "b/one.md", "notes.hwp", ".hidden.pdf", ".git/x.txt", "b/~$open.docx"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    listing = find_files([tmp_path])
    assert [f.path.relative_to(tmp_path).as_posix() for f in listing.files] == ["a.txt", "b/one.md", "b/two.PDF"]
    assert [p.name for p in listing.other] == ["notes.hwp"]
    assert (listing.notes, listing.empty) == ((), ())


def test_a_file_reached_twice_is_listed_once(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("x")
    (tmp_path / "link.txt").symlink_to(path)
    assert len(find_files([path, tmp_path, Path(os.path.relpath(path))]).files) == 1


def test_a_missing_path_is_an_error_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("x")
    missing, there = find_files([tmp_path / "nowhere.pdf", path]).files
    assert there.error is None
    assert str(missing.error) == (
        f"{tmp_path}/nowhere.pdf: No such file or directory; check the spelling, or the target of the link"
    )


@pytest.mark.parametrize("name", ["x" * 300 + ".pdf", "a\0b.pdf"])
def test_names_the_system_refuses(tmp_path: Path, name: str) -> None:
    (found,) = find_files([tmp_path / name]).files
    assert "check the spelling" in str(found.error)
    assert "\0" not in str(found.error)


def test_links_that_lead_to_themselves(tmp_path: Path) -> None:
    (tmp_path / "self.pdf").symlink_to("self.pdf")
    (tmp_path / "loop").symlink_to(".")
    (tmp_path / "dangling.pdf").symlink_to("nowhere.pdf")
    listing = find_files([tmp_path])
    assert [f.path.name for f in listing.files] == ["dangling.pdf", "self.pdf"]
    assert english(listing.notes) == (
        f"{tmp_path}/loop: a link to a folder, not followed; name the folder itself to read it",
    )
    assert "leads to itself" in refusal(fingerprint, tmp_path / "self.pdf")
    assert "the target of the link" in refusal(fingerprint, tmp_path / "dangling.pdf")
    assert "leads to itself" in str(find_files([tmp_path / "self.pdf"]).files[0].error)


def test_a_folder_without_documents_is_told(tmp_path: Path) -> None:
    (tmp_path / "only.hwp").write_bytes(b"x")
    listing = find_files([tmp_path])
    assert (listing.files, listing.empty) == ((), (tmp_path,))


def test_a_folder_of_too_many_files_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "MAX_FILES", 3)
    for n in range(5):
        (tmp_path / f"{n}.txt").write_text("x")
    listing = find_files([tmp_path])
    assert len(listing.files) == 3
    assert "more than 3 files; the rest is left out" in english(listing.notes)[0]


def test_permissions_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_pdf(tmp_path / "locked" / "a.pdf", LOGS)
    path.chmod(0)
    path.parent.chmod(0)
    if os.geteuid() == 0:  # the superuser may read everything, so be somebody else for a moment
        tmp_path.chmod(0o755)
        for parent in tmp_path.parents[:2]:
            parent.chmod(0o755)
        os.seteuid(65534)
        try:
            listing = find_files([path.parent, path])
        finally:
            os.seteuid(0)
        path.parent.chmod(0o755)
        os.seteuid(65534)
        try:
            message = refusal(fingerprint, path)
        finally:
            os.seteuid(0)
    else:
        listing = find_files([path.parent, path])
        path.parent.chmod(0o755)
        message = refusal(fingerprint, path)
    assert message == "a.pdf: Permission denied; check its permissions"
    assert "Permission denied; check its permissions; the folder is skipped" in english(listing.notes)[0]
    assert "Permission denied; check its permissions" in str(listing.files[0].error)


def test_fingerprint_is_the_sha256(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"words")
    assert fingerprint(path) == hashlib.sha256(b"words").hexdigest()


def test_an_empty_file(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").touch()
    assert refusal(fingerprint, tmp_path / "a.pdf") == "a.pdf: the file is empty; get a fresh copy from the publisher"


def test_a_gigabyte_of_nothing_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    with path.open("wb") as file:
        file.truncate(1 << 30)
    with pytest.raises(TooLargeError, match=r"^a\.pdf: 1,073,741,824 bytes; the bound is 300,000,000\. Split the file"):
        fingerprint(path)


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.pdf")
    assert "not a regular file" in refusal(fingerprint, tmp_path / "a.pdf")


def test_a_name_that_is_no_utf8_is_refused_with_its_bytes(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/lat\xe9n.pdf"))
    path.write_bytes(b"x")
    assert refusal(fingerprint, path) == "lat\\xe9n.pdf: its name or folder is not valid UTF-8; rename it"


def test_what_a_terminal_obeys_is_shown_as_codes() -> None:
    assert shown("a\x1b[31mb\nc\u202ed\u200be 한글 é") == "a\\x1b[31mb\\x0ac\\u202ed\\u200be 한글 é"


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.txt", b"words", "text/plain"),
        ("a.md", b"# words", "text/markdown"),
        ("a.txt", "words".encode("utf-16"), "text/plain"),
        ("a.htm", b"\xef\xbb\xbf <!DOCTYPE html><p>x", "text/html"),
        ("a.txt", b"<html><body>x", "text/html"),
        ("a.html", b'<?xml version="1.0"?><html xmlns="x">', "text/html"),
        ("a.docx", b"PK\x03\x04", sources.MEDIA_TYPES[".docx"]),
        ("a.hwpx", b"PK\x03\x04", "application/hwp+zip"),
        ("a.XLSX", b"PK\x03\x04", sources.MEDIA_TYPES[".xlsx"]),
        ("a.pptx", b"PK\x03\x04", sources.MEDIA_TYPES[".pptx"]),
        ("a.txt", "등대의 말.\n".encode("utf-16-le"), "text/plain"),
        ("a", b"%PDF-1.7 ... startxref 9 %%EOF\n\0\0", "application/pdf"),
        ("a.pdf", b"junk before %PDF-1.7 ... startxref 9 %%EOF", "application/pdf"),
    ],
)
def test_kinds_by_content(tmp_path: Path, name: str, content: bytes, kind: str) -> None:
    (tmp_path / name).write_bytes(content)
    assert media_type(tmp_path / name) == kind


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.pdf", b"<!doctype html><body>Accept cookies", "a web page saved under a PDF name"),
        ("a.pdf", b"\x7fELF" + bytes(50), "its content is none of .pdf"),
        ("a.txt", b"\x7fELF" + bytes(50), "its content is none of .pdf"),
        ("a.zip", b"PK\x03\x04", "its content is none of .pdf"),
        ("a.hwp", b"\xd0\xcf\x11\xe0" + bytes(90), "of an older office program; save it as one of .docx, .hwpx, .xlsx"),
        ("a.pdf", b"PK\x03\x04", "its content is none of .pdf"),
        ("a.pdf", b"%PDF-1.7\n1 0 obj", "the PDF breaks off, its end is missing; download it again"),
    ],
)
def test_content_that_is_not_what_the_name_says(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    (tmp_path / name).write_bytes(content)
    assert words in refusal(media_type, tmp_path / name)


def test_an_encrypted_word_file(tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    with pytest.raises(EncryptedError, match="protected by a password, or of an old Word"):
        media_type(tmp_path / "a.docx")
    (tmp_path / "a.hwpx").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    with pytest.raises(EncryptedError, match=r"or of an old Hangul; save it as an unprotected \.hwpx"):
        media_type(tmp_path / "a.hwpx")


@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.9, 0.97])
def test_a_pdf_cut_anywhere_is_told(tmp_path: Path, share: float) -> None:
    whole = write_pdf(tmp_path / "whole.pdf", LOGS).read_bytes()
    path = tmp_path / "cut.pdf"
    path.write_bytes(whole[: int(len(whole) * share)])
    with pytest.raises(UnreadableError, match=r"^cut\.pdf: the PDF breaks off"):
        media_type(path)


def test_a_link_to_a_file_outside_the_folder_is_named_and_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("x")
    folder = tmp_path / "papers"
    folder.mkdir()
    (folder / "a.txt").write_text("x")
    (folder / "inside.txt").symlink_to("a.txt")
    (folder / "report.txt").symlink_to(tmp_path / "secret.txt")
    listing = find_files([folder])
    assert [f.path.name for f in listing.files] == ["a.txt"]
    assert english(listing.notes) == (
        f"{folder}/report.txt: a link to a file outside the folder, not followed; name the file itself to read it",
    )
    assert [f.path.name for f in find_files([folder / "report.txt"]).files] == ["report.txt"]


def test_a_folder_deeper_than_a_path_may_be_is_skipped_and_the_rest_is_found(tmp_path: Path) -> None:
    (tmp_path / "good.txt").write_text("x")
    at = os.open(tmp_path, os.O_RDONLY)
    for _ in range(30):  # step by step, for no single path names the last of them
        os.mkdir("d" * 200, dir_fd=at)
        beside = os.open("d" * 200, os.O_RDONLY, dir_fd=at)
        os.close(at)
        at = beside
    os.close(at)
    listing = find_files([tmp_path])
    assert [f.path.name for f in listing.files] == ["good.txt"]
    (note,) = english(listing.notes)
    assert "File name too long" in note and "the folder is skipped" in note
    assert len(note) < 600
