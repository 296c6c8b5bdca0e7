"""The browser's part of a conversation on the Ask screen, in Python, for tests of the handlers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.web.html.chat import Turn, turn_html
from app.web.html.evidence import evidence_cards
from kb.types import SearchFilter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.web.handlers import Handlers


def asked(
    desk: Handlers, question: str, turns: Sequence[Turn] = (), chosen: SearchFilter | None = None, lang: str = "en"
) -> tuple[tuple[Turn, ...], str]:
    """The conversation with one more turn, and the cards of its evidence."""
    earlier = [turn.answer.question if turn.answer else turn.question for turn in turns]
    turn = desk.answer(question, earlier, chosen, lang, len(turns) + 1)
    cards = evidence_cards(turn.answer, turn.n, 1, lang) if turn.answer else ""
    return (*turns, turn), cards


def conversation(turns: Sequence[Turn], lang: str = "en") -> str:
    """The turns as they stand one below the other."""
    return "".join(turn_html(turn, lang) for turn in turns)
