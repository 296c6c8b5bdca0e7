"""The waiting line serves requests in order, a few at a time, and tells each how many are before it."""

from __future__ import annotations

import threading

import pytest

from app.web.waiting_line import WaitingLine
from kb.errors import KBError


def test_whoever_is_served_at_once_waits_for_nobody() -> None:
    line = WaitingLine(2)
    with line.place() as one, line.place() as other:
        assert list(one) == [] and list(other) == []


def test_each_sees_how_many_are_before_and_is_served_in_order() -> None:
    line = WaitingLine(1)
    seen: dict[str, list[int]] = {"second": [], "third": []}
    order: list[str] = []
    came = threading.Semaphore(0)

    def wait(name: str) -> None:
        with line.place() as before:
            for n in before:
                seen[name].append(n)
                came.release()
            order.append(name)

    with line.place() as first:
        assert list(first) == []
        threads = []
        for name in seen:
            threads.append(threading.Thread(target=wait, args=(name,)))
            threads[-1].start()
            assert came.acquire(timeout=20)
        assert order == []
    for thread in threads:
        thread.join(20)
    assert order == ["second", "third"]
    assert seen["second"] == [0]
    assert seen["third"] in ([1, 0], [1])


def test_whoever_gives_up_or_fails_leaves_no_gap() -> None:
    line = WaitingLine(1)
    with pytest.raises(ZeroDivisionError), line.place() as served:
        list(served)
        raise ZeroDivisionError
    with line.place():
        pass  # gave up before it was served
    with line.place() as again:
        assert list(again) == []


def test_the_line_is_bounded() -> None:
    line = WaitingLine(1, longest=2)
    with line.place() as served:
        list(served)
        with line.place() as one, line.place() as other:
            assert next(one) == 0 and next(other) == 1
            with pytest.raises(KBError, match="moment"), line.place():
                pass
