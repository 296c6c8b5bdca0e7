"""Files that a browser sends in pieces."""

from __future__ import annotations

import base64

import pytest

from app.web.uploads_in_pieces import MAX_UPLOAD_PIECE, MOST_UPLOADS_OF_ALL, Uploads


def encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()


def test_a_file_comes_whole_in_its_pieces_and_is_gone_when_it_is_dropped() -> None:
    uploads = Uploads()
    token = uploads.begin("../../etc/act 1.pdf", 7)
    assert uploads.whole(token) is None
    assert uploads.piece(token, 0, encoded(b"%PDF"))
    assert uploads.whole(token) is None
    assert uploads.piece(token, 4, encoded(b"-1."))
    found = uploads.whole(token)
    assert found is not None
    assert (found.path.name, found.path.read_bytes()) == ("act 1.pdf", b"%PDF-1.")
    uploads.drop(token)
    assert not found.path.exists() and uploads.whole(token) is None
    uploads.drop(token)  # dropping it twice harms nothing


@pytest.mark.parametrize("size", [0, -1, 11])
def test_an_empty_or_too_large_file_is_not_begun(size: int) -> None:
    assert Uploads(most=10).begin("x.txt", size) == ""


def test_a_piece_out_of_place_too_much_or_not_base64_is_refused() -> None:
    uploads = Uploads()
    token = uploads.begin("x.txt", 3)
    for at, data in ((1, encoded(b"a")), (0, encoded(b"abcd")), (0, "?"), (0, "A" * (MAX_UPLOAD_PIECE + 1))):
        assert not uploads.piece(token, at, data)
    assert not uploads.piece("nobody", 0, encoded(b"a"))
    assert uploads.piece(token, 0, encoded(b"abc"))


def test_older_files_go_when_many_are_begun() -> None:
    uploads = Uploads()
    tokens = [uploads.begin(f"{n}.txt", 1) for n in range(6)]
    assert not uploads.piece(tokens[0], 0, encoded(b"a"))
    assert uploads.piece(tokens[-1], 0, encoded(b"a"))
    for token in tokens:
        uploads.drop(token)


def test_nobody_loses_a_file_to_the_files_of_another() -> None:
    uploads = Uploads()
    first = uploads.begin("kim.txt", 1, "Kim")
    tokens = [uploads.begin(f"{n}.txt", 1, "Lee") for n in range(20)]
    assert uploads.piece(first, 0, encoded(b"a"))
    many = [uploads.begin("one.txt", 1, f"person {n}") for n in range(MOST_UPLOADS_OF_ALL)]
    assert len([token for token in (first, *tokens, *many) if uploads.drop(token)]) == MOST_UPLOADS_OF_ALL


def test_a_long_korean_name_is_shortened_to_what_a_file_system_takes() -> None:
    uploads = Uploads()
    token = uploads.begin(f"{'가나다라마' * 40}.pdf", 1)
    assert uploads.piece(token, 0, encoded(b"a"))
    found = uploads.whole(token)
    assert found is not None
    assert found.path.name.startswith("가나다라마") and found.path.name.endswith(".pdf")
    assert len(found.path.name.encode()) <= 240
    uploads.drop(token)
