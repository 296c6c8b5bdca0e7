"""The glossary of Korean headwords (``corpus/glossary.toml``), and the check that our Korean texts use only these."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

from kb.catalog.faults import at_place, place_of_field
from kb.catalog.toml_tables import Shape, TomlTables
from kb.records import dataclass
from kb.types import notice

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from kb.catalog.register import Register
    from kb.types import Notice

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
    where: Notice

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
        out.append(GlossaryTerm(en, ko, variants, cast("str", table.get("note", "")), lines.place(n)))
    return tuple(out)


def load_pairs(text: str, name: str = "corpus/terms-ko-en.tsv") -> list[tuple[str, str, Sequence[str], Notice]]:
    """The rows of the term list: Korean headword, English term, Korean variants, and the place of the row."""
    out: list[tuple[str, str, Sequence[str], Notice]] = []
    for number, line in enumerate(text.split("\n")[1:], start=2):
        korean, english, _, variants = (*line.split("\t"), "", "", "")[:4]
        if korean and english:
            place = notice("file line", file=name, line=number)
            out.append((korean, english, [v.strip() for v in variants.split(";") if v.strip()], place))
    return out


def texts_of(register: Register, crosswalk: str, name: str = "corpus/crosswalk.toml") -> list[tuple[Notice | str, str]]:
    """The Korean texts of the register, its topics and a crosswalk file, each after its place."""
    out: list[tuple[Notice | str, str]] = [
        (place_of_field(entry, field), getattr(entry, field))
        for entry in register.entries
        for field in ("title_ko", "gist_ko")
    ]
    out += [(f"corpus/topics.toml: {topic.topic_id}", topic.label_ko) for topic in register.topics]
    lines = enumerate(crosswalk.split("\n"), start=1)
    rationales = [(number, line) for number, line in lines if line.startswith("rationale_ko")]
    out += [(notice("file line", file=name, line=number), line) for number, line in rationales]
    return out


def check_glossary(
    terms: Sequence[GlossaryTerm],
    texts: Iterable[tuple[Notice | str, str]],
    pairs: Iterable[tuple[str, str, Sequence[str], Notice]] = (),
) -> list[Notice]:
    """A notice for each fault.

    ``texts`` are Korean texts, each after its place: none may use a variant where the headword should stand; before
    the headword in brackets it may. ``pairs`` are the rows of the term list, as Korean headword, English term, Korean
    variants and where it is: a term of the glossary has its headword there, and no other term's.
    """
    heads = {each.headword for each in terms}
    faults = [
        at_place(each.where, notice("corpus variant of two", variant=variant, term=each.en))
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
                what = notice("corpus variant used", variant=variant, term=term.en, word=term.ko)
                faults.append(at_place(where, what))
    seen: set[str] = set()
    by_en = {each.en.casefold(): each for each in terms}
    for korean, english, variants, where in pairs:
        meant = by_en.get(english.casefold())
        first = english.casefold() not in seen  # further lines of an English term are other Korean words for it
        seen.add(english.casefold())
        if meant is None:
            continue
        here = {_fold(korean), *map(_fold, variants)}
        if first and not {_fold(meant.headword), _fold(meant.ko)} & here:
            what = notice("corpus pair differs", term=english, here=korean, word=meant.headword)
            faults.append(at_place(where, what))
        own = {meant.headword, *meant.variants}
        faults += [
            at_place(where, notice("corpus word of another", word=other.headword, term=other.en, other=english))
            for other in terms
            if other is not meant and other.headword in {korean, *variants} and other.headword not in own
        ]
    return faults


def _fold(word: str) -> str:
    """A word without white space and dashes, which a search ignores."""
    return re.sub(r"[\s–-]", "", word)


def _without_headwords(text: str, heads: Iterable[str]) -> str:
    """A text without the headwords in it, so that no variant is found inside one."""
    for head in sorted(heads, key=len, reverse=True):
        text = re.sub(rf"{re.escape(head)}(?!\))", "▪", text)
    return text
