"""What a script sends with an event of its panel, read as far as it is well formed."""

from __future__ import annotations

from kb.types import MAX_QUESTION


def clicked(data: object) -> tuple[str, int, int, str]:
    """Kind, turn, number, and unit id or reference of a click in our HTML; an ill-formed value becomes 0 or ""."""
    if not isinstance(data, dict):
        return "", 0, 0, ""
    kind, turn, n, unit = (data.get(k) for k in ("kind", "turn", "n", "unit"))
    whole = [v if isinstance(v, int) and not isinstance(v, bool) else 0 for v in (turn, n)]
    return str(kind)[:20], whole[0], whole[1], unit[:MAX_QUESTION] if isinstance(unit, str) else ""
