"""Sends replies over HTTP as a language model that lies or misbehaves."""

from __future__ import annotations

import random
import re
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from tests.app.scripted import Asked, Reply, event, forever

if TYPE_CHECKING:
    from collections.abc import Callable

    from kb.types import Answer

    Script = Callable[[Reply, Asked], None]

TURNED = (
    (" shall ", " may "), (" may ", " shall "), (" should ", " must "), ("before", "after"), ("after", "before"),
    ("at least", "at most"), (" unless ", " if "), (" not ", " "), ("No ", "A "), (" and ", " or "), ("only ", ""),
    ("nine", "ninety"), ("visitor", "keeper"), ("keeper", "visitor"), ("yearly", "monthly"), ("child", "guild"),
    ("하여야 한다", "할 수 있다"), ("최소", "최대"), ("이내", "이후"), ("전에", "후에"), ("제외하고", "포함하여"),
)  # fmt: skip
"""Words with replacements that reverse the meaning of a sentence."""


def _silent(reply: Reply, _: Asked) -> None:
    reply.head()
    for _turn in forever(6):
        time.sleep(0.1)


def _endless(reply: Reply, _: Asked) -> None:
    reply.head()
    for _turn in forever(6):
        reply.write(event("and so on "))
        time.sleep(0.01)


def _garbage(reply: Reply, _: Asked) -> None:
    reply.head()
    reply.write(b"data: " + random.Random(1).randbytes(200_000) + b"\n\n")


def _one_line(reply: Reply, _: Asked) -> None:
    reply.head()
    reply.write(b"data: ")
    for _turn in forever(6):
        reply.write(b"x" * 50_000)


def _elsewhere(reply: Reply, _: Asked) -> None:
    reply.head(307, Location="http://127.0.0.1:1/v1/chat/completions")


def _refuses(reply: Reply, asked: Asked) -> None:
    reply.head(401, "application/json")
    reply.write(('{"error": {"message": "' + asked.headers.get("authorization", "") + '"}}').encode())


def _breaks_off(reply: Reply, _: Asked) -> None:
    reply.head()
    reply.write(event("The keeper"))


SCRIPTS: dict[str, Script] = {
    "silent": _silent, "endless": _endless, "garbage": _garbage, "one line": _one_line, "elsewhere": _elsewhere,
    "refuses": _refuses, "breaks off": _breaks_off,
}  # fmt: skip


def lying_reply(answer: Answer, chance: random.Random) -> tuple[str, Script, tuple[str, ...]]:
    """The kind of a reply, the script that sends it, and the words of it that must not be shown."""
    if chance.random() < 0.06:  # slow ones cost seconds
        kind = chance.choice(list(SCRIPTS))
        return kind, SCRIPTS[kind], ()
    if chance.random() < 0.1:
        kind = chance.choice(("elsewhere", "refuses", "breaks off", "garbage"))
        return kind, SCRIPTS[kind], ()
    kind, lie, text = _lie(answer, chance)

    def say(reply: Reply, _: Asked) -> None:
        with suppress(OSError):
            reply.say(text, chance.randrange(1, 60))

    return kind, say, (lie,)


def _lie(answer: Answer, chance: random.Random) -> tuple[str, str, str]:
    """The kind of a lie, the lie, and the whole reply that contains it."""
    citation = chance.choice(answer.citations)
    sound = re.sub(r"\s+", " ", chance.choice(re.split(r"(?<=[.]) ", citation.quote)))
    possible = [(old, new) for old, new in TURNED if old in sound]
    kind = chance.choice(("turned", "swapped", "invented", "no such number", "markup", "added"))
    lie = "Every keeper must pay the guild."
    if kind == "turned" and possible:
        lie = sound.replace(*chance.choice(possible), 1)
    elif kind == "swapped":
        names = [name for name in ("keeper", "visitor", "child", "guild", "lamp", "Ladders") if name in sound]
        first, second = chance.choice(names or ["."]), chance.choice(("king", "sailor"))
        lie = sound.replace(first, second, 1)
    elif kind == "markup":
        lie = f"{sound[:-1]} <img src=x onerror=alert(1)>."
    elif kind == "added":
        lie = f"{sound[:-1]}, whatever the law says."
    number = 99 if kind == "no such number" else citation.n
    reply = f"{lie} [{number}]"
    return (
        kind,
        lie if kind != "no such number" else reply,
        f"{sound} [{citation.n}] {reply}" if chance.random() < 0.5 else reply,
    )
