"""Boxes on a page: the boxes of characters joined into one box for each line. Pure."""

from __future__ import annotations

Rect = tuple[float, float, float, float]
"""Left, top, right, bottom; or left, bottom, right, top where the origin is the page's lower left corner."""


def line_boxes(boxes: list[Rect]) -> list[Rect]:
    """One box for each run of characters on the same visual line, in reading order."""
    runs: list[list[Rect]] = []
    for rect in boxes:
        if runs and _follow_on_a_line(runs[-1][-1], rect):
            runs[-1].append(rect)
        else:
            runs.append([rect])
    return [
        (min(r[0] for r in run), min(r[1] for r in run), max(r[2] for r in run), max(r[3] for r in run)) for run in runs
    ]


def _follow_on_a_line(a: Rect, b: Rect) -> bool:
    """Whether the second box continues the line of the first one."""
    height = min(a[3] - a[1], b[3] - b[1])
    overlap = min(a[3], b[3]) - max(a[1], b[1])
    return overlap > 0.5 * height and a[0] - 1.0 <= b[0] and b[0] - a[2] < 6.0 * height
