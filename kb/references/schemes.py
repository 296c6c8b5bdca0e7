"""Numbering schemes: convert numbered phrases to unit keys and back. A new scheme is one row of :data:`SCHEMES`.

A scheme describes how the publications of one family number their units: the paragraphs of the UNESCO Recommendation,
the articles and annexes of an EU act, the functions of the NIST framework. A row has the function that gives the keys
which a number can mean, and the function that writes a key in words.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from kb.records import dataclass
from kb.references.phrases import FUNCTION_KINDS, Phrase
from kb.references.units import slug
from kb.text.numerals import MOST_ROMAN, roman_value, to_roman

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def keys_in(scheme: str, phrase: Phrase, bare: bool = False) -> list[str]:
    """The keys that a phrase may mean in a document of this scheme, likeliest first; ``bare``: no document is named."""
    if phrase.raw_keys:
        return list(phrase.raw_keys)
    row = SCHEMES.get(scheme)
    if row is None:
        return []
    out: list[str] = []
    for parts in _readings(phrase):
        out += [key for key in row.keys(_Number(phrase.kind, parts, phrase.core, bare)) if key not in out]
    return out


def keys_of_own(phrase: Phrase) -> tuple[list[str], list[str]]:
    """The keys that a phrase can mean in a user's own document, and the keys to try if none of these exists.

    Only its text shows what such a document calls its units. A number without a kind can be any unit with that number;
    "section", "clause" and "paragraph" are interchangeable, because people mix them up; any other kind must match.
    """
    if phrase.raw_keys:
        return list(phrase.raw_keys), []
    first: list[str] = []
    otherwise: list[str] = []
    for parts in _readings(phrase):
        number = ".".join(parts)
        numbers = [number]
        if parts[0].isdigit() and 0 < int(parts[0]) <= MOST_ROMAN:
            numbers.append(".".join([to_roman(int(parts[0])), *parts[1:]]))
        elif value := roman_value(parts[0]):
            numbers.append(".".join([str(value), *parts[1:]]))
        for each in numbers if phrase.kind in _IN_ROMANS else [number]:
            kinds = _KINDS_OF_OWN if not phrase.kind else (phrase.kind,)
            first += [key for kind in kinds if (key := f"{kind}:{each}") not in first]
        if phrase.kind in _ALIKE:
            otherwise += [key for kind in _ALIKE if (key := f"{kind}:{number}") not in (*first, *otherwise)]
        if phrase.kind in _SAID_OF_PARAGRAPHS and phrase.core > 1:
            otherwise.append(f"para:{number}")
        otherwise += [key for kind in _SYNONYMS.get(phrase.kind, ()) if (key := f"{kind}:{number}") not in first]
    otherwise += _as_identifier(phrase)
    if phrase.inside:
        numbers = [".".join(parts) for parts in _readings(phrase)]
        within = [f"{inside}{sep}{n}" for inside in _in_both_figures(phrase.inside) for n in numbers for sep in "-."]
        counted_through = phrase.core > 1 or phrase.kind in {"para", "article"} or not phrase.inside.startswith(_PARTS)
        return within, [*first, *otherwise] if counted_through else []
    return first, otherwise


def _as_identifier(phrase: Phrase) -> list[str]:
    """The keys of a unit that the document prints as an identifier: "A.2.3", which people also call Section A.2.3."""
    if phrase.core < 2 or not phrase.parts[0].isalpha():
        return []
    number = [part.lower() for part in phrase.parts]
    return [f"id:{sep.join(number)}" for sep in ".-"]


def _in_both_figures(key: str) -> list[str]:
    """The key of a part with its number as it is written, and in the other figures: "part:2" is "part:II"."""
    kind, _, number = key.partition(":")
    if number.isdigit() and 0 < int(number) <= MOST_ROMAN:
        return [key, f"{kind}:{to_roman(int(number))}"]
    return [key, f"{kind}:{value}"] if (value := roman_value(number)) else [key]


_PARTS = ("part:", "schedule:", "annex:")
"""Parts in which clauses are usually numbered from 1 again: clause 2 of one part is not that of another."""
_IN_ROMANS = frozenset({"chapter", "annex", "part", "section", "schedule", "title"})
_ALIKE = ("para", "section", "clause", "point", "article", "recommendation", "principle", "item")
"""Kinds that people say for one another where a document's numbers stand without a word."""
_SAID_OF_PARAGRAPHS = frozenset({"action", "criterion", "standard", "requirement", "control", "guideline", "practice"})
"""Kinds by which people call paragraphs like 3.12 that the document prints without a word."""
_SYNONYMS = {
    "rec": ("recommendation", "recital"),
    "requirement": ("criterion", "principle"),
    "criterion": ("requirement",),
    "action": ("measure",),
    "recommendation": ("guideline", "para"),
    "step": ("item",),
    "annex": ("schedule", "appendix", "attachment"),
    "schedule": ("annex",),
}
_KINDS_OF_OWN = (
    "para", "section", "article", "clause", "principle", "recommendation", "requirement", "measure", "commitment",
    "action", "criterion", "control", "question", "guideline", "standard", "objective", "rule", "step", "practice",
    "outcome", "point", "item", "definition", "part", "chapter", "annex", "metric", "indicator", "value",
)  # fmt: skip


def keys_anywhere(phrase: Phrase) -> tuple[str, ...]:
    """The keys that a phrase can mean in any document, if none is named; likeliest kinds first."""
    keys = list(dict.fromkeys(key for scheme in _TRIED_ANYWHERE for key in keys_in(scheme, phrase, bare=True)))
    if not keys and phrase.parts:
        keys = [f"{phrase.kind or 'section'}:{'.'.join(phrase.parts)}"]
    keys += _as_identifier(phrase)
    order = {kind: n for n, kind in enumerate(_LIKELIEST_KINDS)}
    return tuple(sorted(keys, key=lambda key: order.get(key.partition(":")[0], len(order))))


def in_words(key: str, title: str, scheme: str) -> str:
    """A key in words, "Article 14(4)(a)"; "" if the parser would not read the words back as this key."""
    row = SCHEMES.get(scheme)
    return (row.in_words if row else _place_in_words)(key, title)


_TRIED_ANYWHERE = ("oecd", "guidelines", "hleg", "unesco-para", "outline", "ieee", "eu-act", "ead")
_LIKELIEST_KINDS = ("para", "article", "principle", "recommendation", "requirement", "section", "clause")


@dataclass(frozen=True, slots=True)
class _Number:
    """One reading of a numbered phrase: its kind, its parts, how many of them are decimals ("1.2": two)."""

    kind: str
    parts: list[str]
    core: int
    bare: bool

    @property
    def text(self) -> str:
        return ".".join(self.parts)

    @property
    def in_figures(self) -> bool:
        return self.parts[0][:1].isdigit()

    @property
    def is_decimal(self) -> bool:
        return self.core > 1

    @property
    def is_plain(self) -> bool:
        """Whether the kind adds nothing to the number: "section 1.2" can be principle 1.2."""
        return self.kind in {"", "para", "section", "clause"}


def _readings(phrase: Phrase) -> Iterator[list[str]]:
    """The number parts as written, then in the other possible readings."""
    yield phrase.parts
    # "1.2a" is 1.2(a), but "Article 4a" is a separate article that was inserted later
    last = phrase.parts[phrase.core - 1]
    if phrase.kind not in {"article", "recital"} and len(last) > 1 and last[:-1].isdigit() and last[-1].isalpha():
        yield [*phrase.parts[: phrase.core - 1], last[:-1], last[-1], *phrase.parts[phrase.core :]]
    if phrase.items and all(0 < int(phrase.parts[n]) <= 26 for n in phrase.items if phrase.parts[n].isdigit()):
        parts = list(phrase.parts)
        for n in phrase.items:
            below = parts[n + 1 : n + 2]  # a 목 under a 호 is a Roman numeral under a letter
            if parts[n].isdigit() and below and len(below[0]) == 1 and below[0].isalpha():
                parts[n + 1] = to_roman(ord(below[0]) - 96).lower()
            parts[n] = chr(96 + int(parts[n])) if parts[n].isdigit() else parts[n]
        yield parts


# --- number → keys, scheme by scheme ---------------------------------------------------------------------------------


def _unesco_para(n: _Number) -> list[str]:
    kind = "para" if n.kind == "rec" and not n.bare else n.kind
    if n.in_figures and not n.is_decimal and (kind in {"", "para"} or (kind == "article" and not n.bare)):
        return [f"para:{n.text}"]
    if kind in {"principle", "value", "policy-area", "section", "chapter", "annex"} or (
        kind == "" and not n.is_decimal
    ):
        return [f"{kind or 'para'}:{n.text}"] if not (kind == "principle" and n.is_decimal) else []
    return []


def _oecd(n: _Number) -> list[str]:
    if n.is_decimal and (n.is_plain or n.kind in {"principle", "recommendation", "article"}):
        pair = [f"principle:{n.text}", f"recommendation:{n.text}"]
        return pair[::-1] if n.parts[0] == "2" else pair
    if n.kind == "rec":
        return [f"recommendation:{n.text}"] if n.is_decimal else []
    return [f"{n.kind or 'section'}:{n.text}"] if n.kind != "para" else []


def _guidelines(n: _Number) -> list[str]:
    if n.is_decimal and (n.is_plain or n.kind in {"principle", "recommendation", "rec"}):
        pair = [f"principle:{n.text}", f"recommendation:{n.text}"]
        return pair if n.parts[0] == "1" and n.core == 2 else pair[::-1]
    return []


def _hleg(n: _Number) -> list[str]:
    if n.kind == "section" and not n.in_figures:
        return [f"section:{n.text}"]
    if n.kind == "section" and n.is_decimal and not n.bare:
        return [f"requirement:{n.text}", *(f"section:{chapter}.{n.text}" for chapter in ("I", "II", "III"))]
    if n.is_decimal and n.kind == "" and not n.bare:  # "2.1" is in two chapters
        return [f"requirement:{n.text}", *(f"section:{chapter}.{n.text}" for chapter in ("I", "II", "III"))]
    if n.is_decimal and (n.is_plain or n.kind == "requirement"):
        return [f"requirement:{n.text}"]
    if n.kind == "chapter" and n.in_figures and not n.is_decimal and not n.bare:
        return [f"chapter:{to_roman(int(n.text))}"] if n.text.isdigit() and 0 < int(n.text) <= MOST_ROMAN else []
    if n.kind == "requirement" and not n.bare:  # a list counts the seven from 1 to 7, the headings from 1.1 to 1.7
        return [f"requirement:1.{n.text}"]
    known = n.kind in {"principle", "chapter", "section", "requirement"}
    return [f"{n.kind}:{n.text}"] if known and not n.is_decimal else []


def _nist_rmf(n: _Number) -> list[str]:
    if n.kind in FUNCTION_KINDS:
        return [f"{n.kind}:{n.text}"]
    if n.kind == "" and n.in_figures and not n.bare:
        return [f"{function}:{n.text}" for function in ("govern", "map", "measure", "manage")]
    return [f"section:{n.text}"] if n.kind == "section" else []


def _eu_act(n: _Number) -> list[str]:
    if n.kind in {"annex", "chapter"} and n.in_figures:
        value = int(re.sub(r"\D.*", "", n.parts[0]))
        return _annex_keys(n.kind, [to_roman(value), *n.parts[1:]]) if 0 < value <= MOST_ROMAN else []
    if n.kind in {"recital", "rec"}:
        return [] if n.is_decimal else [f"recital:{n.text}"]
    if n.kind == "annex":
        return _annex_keys(n.kind, n.parts)
    if n.kind == "section" and n.in_figures and len(n.parts) > 1:
        in_chapter = [to_roman(int(n.parts[0])), *n.parts[1:]] if n.parts[0].isdigit() else []
        return [f"section:{'.'.join(in_chapter)}"] if in_chapter else []
    if n.kind in {"article", "chapter", "section"} or (n.kind == "" and not (n.is_decimal and n.bare)):
        return [f"{n.kind or 'article'}:{n.text}"]  # "AI Act 6.3" is Article 6(3)
    return []


_ANNEX_SECTIONS = ("A", "B", "C", "section-1", "section-2")


def _annex_keys(kind: str, parts: list[str]) -> list[str]:
    """An annex's point, also where it is in a section that is not named: "Annex I, point 13" is in Section B."""
    out = [f"{kind}:{'.'.join(parts)}"]
    if kind == "annex" and len(parts) > 1 and parts[1].isdigit():
        out += [f"annex:{'.'.join([parts[0], section, *parts[1:]])}" for section in _ANNEX_SECTIONS]
    if kind == "annex" and len(parts) > 1 and re.fullmatch(r"[a-c]", parts[1]):
        out.append(f"annex:{'.'.join([parts[0], parts[1].upper(), *parts[2:]])}")
    return out


def _ieee(n: _Number) -> list[str]:
    if n.is_plain and n.in_figures:
        return [f"clause:{n.text}"]
    return [f"{n.kind}:{n.text}"] if n.kind in {"annex", "requirement"} else []


def _ead(n: _Number) -> list[str]:
    if n.kind in {"", "principle"} and not n.is_decimal:
        return [f"principle:{n.text}"]
    return [f"{n.kind}:{n.text}"] if n.kind in {"chapter", "issue", "section"} else []


def _outline(n: _Number) -> list[str]:
    if n.is_plain and n.in_figures and n.is_decimal:  # "3.12" is a section or a paragraph, as the document prints it
        first, second = ("para", "section") if n.kind == "para" else ("section", "para")
        keys = [f"{first}:{n.text}", f"{second}:{n.text}", f"question:{n.text}"]
        return [*keys, f"article:{n.text}"] if not n.kind and not n.bare else keys  # "CETS 225 16.2": Article 16(2)
    if n.kind in {"para", "question"}:
        return [f"{n.kind}:{n.text}"]
    if n.is_plain and n.in_figures:
        also = [f"para:{n.text}"] if not n.kind and not n.bare else []
        return [f"section:{n.text}", f"question:{n.text}", *also]
    return [f"{n.kind}:{n.text}"] if n.kind else []


def _keys_only(_: _Number) -> list[str]:
    """No keys: the units have identifiers with their kind in them ("GV-1.2-003"), so a plain number names none."""
    return []


# --- key → words -----------------------------------------------------------------------------------------------------

_POINT = r"(?:[a-z]|aa|bb|cc|dd|[ivx]{1,6})"
_NUMBER = re.compile(rf"(?P<n>[1-9]\d{{0,2}}(?:\.[1-9]\d{{0,2}})*)(?P<tail>(?:\.{_POINT}(?![a-z]))*)")
_ROMAN = re.compile(rf"(?P<n>[IVXLC]{{1,7}})(?P<tail>(?:\.(?:{_POINT}|[1-9]\d{{0,2}}))*)")
_ROMAN_ANNEX = re.compile(
    rf"(?P<n>[IVXLC]{{1,7}})(?:\.(?P<section>[A-H]|section-\d))?(?:\.(?P<point>[1-9]\d{{0,2}}(?:\.[1-9]\d?)?))?"
    rf"(?P<tail>(?:\.{_POINT})*)"
)
_LETTERED_ANNEX = re.compile(r"[A-Z](?:\.[1-9]\d{0,2})*")
_WORDS = {
    "principle": "Principle",
    "recommendation": "Recommendation",
    "requirement": "Requirement",
    "section": "Section",
    "clause": "clause",
    "chapter": "Chapter",
    "policy-area": "Policy area",
    "value": "Value",
    "question": "Question",
    "dimension": "Dimension",
    "step": "Step",
    "box": "Box",
    "table": "Table",
    "figure": "Figure",
}


def _place_in_words(key: str, title: str) -> str:
    """A key in the words that all schemes share."""
    kind, _, tail = key.partition(":")
    if kind in {"term", "definition"}:
        name = re.sub(r"[\"“”„«»「」『』'‘’]", "", title)
        word = "Definition of" if kind == "definition" else "Term"
        return f"{word} “{name}”" if name and slug(name) == tail and len(name) <= 100 else ""
    if kind == "action":
        return tail if re.fullmatch(r"(?:GV|MP|MS|MG)-[1-9]\d?\.[1-9]\d?-\d{3}", tail) else ""
    if kind == "question" and re.fullmatch(r"E\d\d\.\d\d", tail):
        return tail
    if kind == "function":
        return f"{tail.upper()} function" if tail in FUNCTION_KINDS else ""
    if kind in FUNCTION_KINDS:
        return f"{kind.upper()} {tail}" if re.fullmatch(r"[1-9]\d?(?:\.[1-9]\d?)?", tail) else ""
    if kind in {"clause", "chapter", "annex", "section"} and (words := _roman_in_words(kind, tail)) is not None:
        return words
    if kind == "annex":
        return f"Annex {tail}" if _LETTERED_ANNEX.fullmatch(tail) else ""
    return _figures_in_words(kind, tail)


def _roman_in_words(kind: str, tail: str) -> str | None:
    """A division under a Roman numeral; ``None`` where the key has none."""
    if kind == "annex" and (annex := _ROMAN_ANNEX.fullmatch(tail)) and roman_value(annex["n"]):
        section = f", Section {annex['section'].removeprefix('section-')}" if annex["section"] else ""
        point = annex["point"] or ""
        shown = (f", point {point}" if "." in point or section else f"({point})") if point else ""
        return f"Annex {annex['n']}{section}{shown}{_tail_in_brackets(annex['tail'])}"
    roman = _ROMAN.fullmatch(tail)
    if roman is None or not roman_value(roman["n"]):
        return None
    if kind == "section":
        under = re.fullmatch(r"[IVXLC]+\.(\d+(?:\.\d+)*)", tail)
        whole = f"Section {tail}" if tail.isalpha() else ""
        return f"Chapter {roman['n']}, Section {under[1]}" if under else whole
    return f"{kind.capitalize()} {roman['n']}{_tail_in_brackets(roman['tail'])}"


def _figures_in_words(kind: str, tail: str) -> str:
    match = _NUMBER.fullmatch(tail)
    if match is None:
        return ""
    number, points = match["n"], _tail_in_brackets(match["tail"])
    decimals = number.split(".")
    if kind in {"article", "para", "recital"}:
        word = {"article": "Article ", "para": "para. ", "recital": "Recital "}[kind]
        if kind == "recital" and len(decimals) > 1 and points:
            return ""
        return word + decimals[0] + "".join(f"({n})" for n in decimals[1:]) + points
    if kind == "issue" and len(decimals) == 2 and not points:
        return f"chapter {decimals[0]}, issue {decimals[1]}"
    word = _WORDS.get(kind, "")
    return f"{word} {number}{points}" if word else ""


def _tail_in_brackets(tail: str) -> str:
    """ ".4.a" → "(4)(a)"."""
    return "".join(f"({point})" for point in tail.split(".")[1:])


def _oecd_in_words(key: str, title: str) -> str:
    """Like :func:`_place_in_words`, but clauses of OECD texts are counted in Roman numerals only."""
    in_figures = key.startswith("clause:") and not _ROMAN.fullmatch(key.removeprefix("clause:"))
    return "" if in_figures else _place_in_words(key, title)


def _outline_in_words(key: str, title: str) -> str:
    """Like :func:`_place_in_words`, but "para. 3.12" and "Measure 1.3", as such documents print them."""
    kind, _, tail = key.partition(":")
    match = _NUMBER.fullmatch(tail)
    if match is not None and (kind == "para" or kind in FUNCTION_KINDS):
        word = "para." if kind == "para" else kind.capitalize()
        return f"{word} {match['n']}{_tail_in_brackets(match['tail'])}"
    return _place_in_words(key, title)


# --- the table -------------------------------------------------------------------------------------------------------


class Scheme(NamedTuple):
    """How the numbers of a scheme are read and written."""

    keys: Callable[[_Number], list[str]]
    in_words: Callable[[str, str], str] = _place_in_words


SCHEMES: dict[str, Scheme] = {
    "unesco-para": Scheme(_unesco_para),
    "oecd": Scheme(_oecd, _oecd_in_words),
    "guidelines": Scheme(_guidelines),
    "hleg": Scheme(_hleg),
    "nist-rmf": Scheme(_nist_rmf),
    "nist-action": Scheme(_keys_only),
    "eu-act": Scheme(_eu_act),
    "ieee": Scheme(_ieee),
    "ead": Scheme(_ead),
    "kisdi": Scheme(_keys_only),
    "outline": Scheme(_outline, _outline_in_words),
    "glossary": Scheme(_outline),
    "register": Scheme(_outline),
}
OWN_KINDS = FUNCTION_KINDS | {"function", "action", "recital"}
"""Kinds that only documents of certain schemes have."""
