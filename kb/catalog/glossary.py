"""The glossary of Korean headwords (``corpus/glossary.toml``), and the check that our Korean texts use only these."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

from kb.catalog.toml_tables import Shape, TomlTables
from kb.records import dataclass
from kb.types import notice

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kb.catalog.register import Register

GLOSSARY = "glossary.toml"
_TERM = Shape({"en": str, "ko": str, "variants": list}, {"source": str, "note": str}, frozenset({"variants", "note"}))
_BRACKETS = re.compile(r"\([^()]*\)")


@dataclass(frozen=True, slots=True)
class GlossaryTerm:
    """An English term, its Korean headword, and other Korean words that people use for it."""

    en: str
    ko: str
    variants: tuple[str, ...]
    note: str
    where: str

    @property
    def headword(self) -> str:
        """The Korean word without the words in brackets after it."""
        return _BRACKETS.sub("", self.ko).strip()


def load_glossary(text: str, name: str = f"corpus/{GLOSSARY}") -> tuple[GlossaryTerm, ...]:
    """The terms that ``text`` (TOML, ``[[term]]`` tables) holds.

    :raises ConfigError: not TOML, an unknown, missing or ill-typed key, or a term given twice; names file and line.
    """
    lines = TomlTables(text, name, "term")
    out: list[GlossaryTerm] = []
    for n, table in enumerate(lines.tables(lines.parse())):
        _TERM.check(table, lines, n)
        en, ko = cast("str", table["en"]), cast("str", table["ko"])
        if any(each.en == en for each in out):
            raise lines.error(n, "en", notice("term twice", term=en))
        variants = tuple(cast("list[str]", table["variants"]))
        out.append(GlossaryTerm(en, ko, variants, cast("str", table.get("note", "")), lines.at(n)))
    return tuple(out)


def load_pairs(text: str, name: str = "corpus/terms-ko-en.tsv") -> list[tuple[str, str, Sequence[str], str]]:
    """The rows of the term list: Korean headword, English term, variants, and where it is."""
    out: list[tuple[str, str, Sequence[str], str]] = []
    for number, line in enumerate(text.split("\n")[1:], start=2):
        korean, english, _, variants = (*line.split("\t"), "", "", "")[:4]
        if korean and english:
            out.append(
                (korean, english, [v.strip() for v in variants.split(";") if v.strip()], f"{name}, line {number}")
            )
    return out


def texts_of(register: Register, crosswalk: str, name: str = "corpus/crosswalk.toml") -> list[tuple[str, str]]:
    """The Korean texts of the register, its topics and a crosswalk file, each with where it is."""
    out = [
        (f"{entry.file}, line {entry.line}: entry {entry.key!r}: {field}", getattr(entry, field))
        for entry in register.entries
        for field in ("title_ko", "gist_ko")
    ]
    out += [(f"corpus/topics.toml: {topic.topic_id}", topic.label_ko) for topic in register.topics]
    lines = enumerate(crosswalk.split("\n"), start=1)
    out += [(f"{name}, line {number}", line) for number, line in lines if line.startswith("rationale_ko")]
    return out


def check_glossary(
    terms: Sequence[GlossaryTerm],
    texts: Iterable[tuple[str, str]],
    pairs: Iterable[tuple[str, str, Sequence[str], str]] = (),
) -> list[str]:
    """A line for each fault.

    ``texts`` are Korean texts with where they are: none may use a variant where the headword should stand; before
    the headword in brackets it may. ``pairs`` are the rows of the term list, as Korean headword, English term, Korean
    variants and where it is: a term of the glossary has its headword there, and no other term's.
    """
    heads = {each.headword for each in terms}
    faults = [
        f"{each.where}: variant {variant!r} of {each.en!r} is the headword of another term; tell the two apart."
        for each in terms
        for variant in each.variants
        if variant in heads and variant != each.headword
    ]
    of = [(v, each) for each in terms for v in each.variants if v not in heads and v not in each.headword]
    for where, text in texts:
        left = text
        for variant, term in of:
            left = left.replace(f"{variant}({term.headword})", "▪")
        left = _without_headwords(left, heads)
        for variant, term in of:
            found = re.search(rf"(?<![가-힣]){re.escape(variant)}", left)
            if found:
                faults.append(f"{where}: says {variant!r}; the glossary's word for {term.en!r} is {term.ko!r}.")
    told: set[str] = set()
    by_en = {each.en.casefold(): each for each in terms}
    for korean, english, variants, where in pairs:
        meant = by_en.get(english.casefold())
        first = english.casefold() not in told  # further lines of an English term are words that people say for it
        told.add(english.casefold())
        if meant is None:
            continue
        here = {_fold(korean), *map(_fold, variants)}
        if first and not {_fold(meant.headword), _fold(meant.ko)} & here:
            faults.append(f"{where}: {english!r} is {korean!r} here and {meant.headword!r} in the glossary.")
        own = {meant.headword, *meant.variants}
        faults += [
            f"{where}: {other.headword!r} is the glossary's word for {other.en!r}, not {english!r}."
            for other in terms
            if other is not meant and other.headword in {korean, *variants} and other.headword not in own
        ]
    return faults


def _fold(word: str) -> str:
    """A word without blanks and dashes, which count for nothing in a search."""
    return re.sub(r"[\s–-]", "", word)


def _without_headwords(text: str, heads: Iterable[str]) -> str:
    """A text without the headwords in it, so that no variant is found inside one."""
    for head in sorted(heads, key=len, reverse=True):
        text = re.sub(rf"{re.escape(head)}(?!\))", "▪", text)
    return text
