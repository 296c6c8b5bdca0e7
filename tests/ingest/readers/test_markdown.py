"""Markdown files as they look when rendered: no markup, list numbers kept, notes separate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ingest.layout.source_page import LineRole
from ingest.readers.markdown import read_markdown
from tests.office_files import texts

if TYPE_CHECKING:
    from pathlib import Path

    from ingest.layout.source_page import FileContent

LAMPS = """---
title: "Lamp rules"
---
# Lamps {#lamps}

## 4.2 Stop {#stop .wide}

The keeper **MUST** put out the [lamp](x.md) with `sand`[^a], and *not* with ~~oil~~water.

| Work | Fee |
|------|-----|
| Lamp | 5   |

7. Ring.
8. Wait.

Then go.

9. Return.

```
4.3 [^a] stays {#so}
```

[^a]: Sand of the **shore**,
    dried.
<!-- no -->
"""


def read(tmp_path: Path, text: str) -> FileContent:
    (tmp_path / "a.md").write_text(text, "utf-8")
    return read_markdown(tmp_path / "a.md")


def test_nothing_of_the_markup_is_left(tmp_path: Path) -> None:
    content = read(tmp_path, LAMPS)
    assert texts(content) == [
        [
            "Lamps",
            "4.2 Stop",
            "The keeper MUST put out the lamp with sand, and not with water.",
            "Work | Fee",
            "Lamp | 5",
            "7. Ring.",
            "8. Wait.",
            "Then go.",
            "9. Return.",
            "4.3 [^a] stays {#so}",
            "a Sand of the shore, dried.",
        ]
    ]
    lines = content.pages[0].lines
    assert [line.size > 1.2 for line in lines] == [True, True, *[False] * 9]
    assert [line.role for line in lines][3:5] == [LineRole.HEADS, LineRole.ROW]
    assert lines[-1].role is LineRole.NOTE
    assert content.metadata == {"Title": "Lamp rules"}


def test_page_marks_below_their_pages(tmp_path: Path) -> None:
    text = "\n\n".join(f"Words of sheet {n}.\n\n-{n}-" for n in (7, 8, 9))
    content = read(tmp_path, text)
    assert [page.label for page in content.pages] == ["7", "8", "9"]
    assert texts(content) == [[f"Words of sheet {n}."] for n in (7, 8, 9)]


def test_page_marks_that_nobody_can_place_are_taken_out(tmp_path: Path) -> None:
    text = "Before.\n\nPage 2 of 9\n\nBetween.\n\nPage 3 of 9\n\nAfter."
    content = read(tmp_path, text)
    assert texts(content) == [["Before.", "Between.", "After."]]
    assert content.pages[0].label is None


def test_numbers_that_do_not_count_pages_stay(tmp_path: Path) -> None:
    assert texts(read(tmp_path, "Before.\n\n-20-\n\nAfter.\n\n-7-\n")) == [["Before.", "-20-", "After.", "-7-"]]
