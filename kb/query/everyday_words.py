"""Query expansion for English: everyday words of a question → the terms that standards and laws use. Pure.

The list (``corpus/terms-en.tsv``) is our own work; a row has an everyday expression with its variants, and the terms of
the texts. Expansion only adds: the question is searched in its own words as well as in the replaced ones.
"""

from __future__ import annotations

import re
from functools import lru_cache

from kb.catalog.catalog import corpus_dir
from kb.catalog.faults import at_line
from kb.errors import ConfigError
from kb.references.name_words import singular
from kb.types import notice

EVERYDAY_FILE = "terms-en.tsv"
EVERYDAY_COLUMNS = ("said", "means")
MAX_EVERYDAY_TEXT = 4_000
_WORD = re.compile(r"[^\W_]+(?:[&'’-][^\W_]+)*")


@lru_cache(maxsize=1)
def load_everyday() -> dict[tuple[str, ...], str]:
    """The project's list, read once: the words of each everyday expression → the terms of the texts."""
    return parse_everyday((corpus_dir() / EVERYDAY_FILE).read_text("utf-8"), f"corpus/{EVERYDAY_FILE}")


def parse_everyday(text: str, name: str) -> dict[tuple[str, ...], str]:
    """The list in a file's text; ``name`` is for messages.

    :raises ConfigError: another header, a line of another form, or words that two lines claim.
    """
    lines = text.splitlines()
    if not lines or tuple(lines[0].split("\t")) != EVERYDAY_COLUMNS:
        raise ConfigError(at_line(name, 1, notice("table columns", columns=", ".join(EVERYDAY_COLUMNS))))
    found: dict[tuple[str, ...], str] = {}
    for number, line in enumerate(lines[1:], 2):
        cells = line.split("\t")
        said = [_words(each) for each in cells[0].split(";")]
        if len(cells) != len(EVERYDAY_COLUMNS) or not all(said) or not cells[1].strip():
            raise ConfigError(at_line(name, number, notice("everyday line")))
        for words in said:
            if words in found:
                raise ConfigError(at_line(name, number, notice("on another line", word=" ".join(words))))
            found[words] = cells[1].strip()
    return found


def expand_everyday_words(question: str) -> str:
    """The question with its everyday expressions replaced by terms of the texts, longest first; "" if it has none."""
    terms = load_everyday()
    longest = max(map(len, terms), default=0)
    text = question[:MAX_EVERYDAY_TEXT]
    found = [(m.start(), m.end(), _stem(m.group())) for m in _WORD.finditer(text)]
    parts: list[str] = []
    at = done = 0
    while at < len(found):
        for n in range(min(longest, len(found) - at), 0, -1):
            means = terms.get(tuple(word for _, _, word in found[at : at + n]))
            if means is not None:
                parts += [text[done : found[at][0]], means]
                done = found[at + n - 1][1]
                at += n
                break
        else:
            at += 1
    return "".join((*parts, text[done:])) if parts else ""


_ASKS_WHAT_IS_IN = re.compile(
    r"^(?P<ahead>\W*what) (?:has to be|have to be|must be|needs? to be|should be|goes|belongs) in(?:to)?\b"
    r"(?! (?:place|line|force|effect|time|writing|order|english)\b)",
    re.IGNORECASE,
)
_ASKS_CONTENT = re.compile(
    r"(?P<ahead>\b(?:(?:have|has|need|needs) to|what (?:must|should|shall) [^,;?]{3,70}?)(?: at least)?)"
    r" (?:cover|set out|spell out|deal with)(?=\W*$|[,;?] )",
    re.IGNORECASE,
)


def with_plain_verb(question: str) -> str:
    """The question with a plain verb for the one by which it asks what a thing contains: "include" for "must cover" at
    its end, since what "covers" something else in a text would count as holding that word, and "must be contained in"
    for "has to be in" or "goes into" at its beginning."""
    question = _ASKS_WHAT_IS_IN.sub(lambda found: f"{found['ahead']} information shall be contained in", question)
    return _ASKS_CONTENT.sub(lambda found: f"{found['ahead']} include", question)


def _words(text: str) -> tuple[str, ...]:
    return tuple(_stem(word) for word in _WORD.findall(text))


def _stem(word: str) -> str:
    """The word in lower case, its last part in the singular."""
    head, hyphen, last = word.casefold().replace("’", "'").rpartition("-")
    return f"{head}{hyphen}{singular(last)}"
