"""The cache of recent values keeps the last used ones within its bound."""

from __future__ import annotations

from kb.index.recent import RecentValues


def test_what_was_asked_for_last_is_kept_within_the_bound() -> None:
    read: list[str] = []

    def reading(key: str, n: int) -> str:
        read.append(key)
        return key * n

    kept: RecentValues[str] = RecentValues(10, len)
    for key, n in (("a", 4), ("b", 4), ("a", 4), ("c", 4), ("a", 4), ("b", 4)):
        assert kept.get(key, lambda key=key, n=n: reading(key, n)) == key * n
    assert read == ["a", "b", "c", "b"]  # "b" made room for "c", as "a" had been asked for since
    assert kept.get("d", lambda: "d" * 90) == "d" * 90 and len(kept) == 1
    kept.drop("d")
    kept.drop("never")
    assert len(kept) == 0
