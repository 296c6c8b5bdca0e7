"""The cache of page images is bounded in number and in bytes."""

from __future__ import annotations

from PIL import Image

from app.web.pages import PageImages


class DrawnPages:
    """A desk and its knowledge base, which draw every page and count how often."""

    index_id = "abcd"

    def __init__(self) -> None:
        self.drawn: list[int] = []

    def base(self) -> DrawnPages:
        return self

    def page_image(self, _: str, page: int) -> tuple[Image.Image, str]:
        self.drawn.append(page)
        return Image.effect_noise((200, 200), 80), ""


def test_no_more_bytes_are_kept_than_the_bound() -> None:
    desk = DrawnPages()
    size = len(PageImages(desk).png("a", 0) or b"")  # type: ignore[arg-type]
    assert size > 10_000
    desk.drawn.clear()
    images = PageImages(desk, int(size * 3.3))  # type: ignore[arg-type]
    for page in (1, 2, 3, 4, 5, 5):
        assert images.png("a", page)
    assert desk.drawn == [1, 2, 3, 4, 5]
    assert images.png("a", 1) and desk.drawn[-1] == 1  # it was the oldest and is drawn anew
    assert len(images._kept) <= 3
