"""References: every form of the table, exact look-up, choices, near misses, the way there and back, hostile input."""

from __future__ import annotations

import hashlib
import re
import time
from functools import cache
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.catalog.catalog import load_catalog
from kb.messages import LANGUAGES, words
from kb.references.parsing import MAX_CHARS, is_reference, parse
from kb.references.resolving import ResolutionOutcome, in_edition, resolve
from kb.references.suggestions import Names, SuggestionKind, complete, named, similar_names
from kb.references.units import UnitName
from kb.references.writing import write
from tests.paths import DOCUMENTS, ROOT

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from kb.references.resolving import Resolution
    from kb.types import Edition

CATALOG = load_catalog((ROOT / "corpus" / "catalog.toml").read_text("utf-8"))
EDITIONS = {edition.doc_id: edition for edition in CATALOG.editions}


class Shelf:
    """A directory in memory."""

    def __init__(self, units: Iterable[UnitName]) -> None:
        self._by_key: dict[str, list[UnitName]] = {}
        self._held: set[str] = set()
        for unit in units:
            self._by_key.setdefault(unit.key, []).append(unit)
            if unit.key != "whole":
                self._held.add(unit.of_document)

    def units_by_key(self, key: str, of: Collection[str] = ()) -> Sequence[UnitName]:
        return self._by_key.get(key, ())

    def units_inside(self, doc_id: str, key: str) -> Sequence[UnitName]:
        return ()

    def documents(self) -> Sequence[Edition]:
        return CATALOG.editions

    def holds(self, doc_id: str) -> bool:
        return doc_id in self._held


def unit(doc_id: str, key: str, title: str = "", path: str = "", aliases: tuple[str, ...] = ()) -> UnitName:
    return UnitName(f"{EDITIONS[doc_id].urn}:{key}", doc_id, doc_id, key, path, title, aliases)


def entry(doc_id: str, key: str) -> UnitName:
    """The same place, as the register has it."""
    return UnitName(f"urn:kb:register:x:2026:{doc_id}|{key}", "register-oecd", doc_id, key)


def real_keys() -> dict[str, list[str]]:
    """The units of tests/data/units.tsv: keys by edition."""
    keys: dict[str, list[str]] = {}
    for line in (ROOT / "tests" / "data" / "units.tsv").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            doc_id, kind, *numbers = line.split("\t")
            tails = numbers[0].split(" ") if numbers else [""]
            keys.setdefault(doc_id, []).extend(f"{kind}:{tail}" if tail else kind for tail in tails)
    return keys


REAL = real_keys()
NIST = {"govern": (7, 3, 2, 3, 2, 2), "map": (6, 3, 5, 2, 2), "measure": (3, 13, 3, 3), "manage": (4, 4, 2, 3)}
"""Subcategories of each category, as NIST AI 100-1 counts them in its tables 1 to 4."""
WORLD: dict[str, Sequence[str]] = {
    **REAL,
    # documents that a person has to bring: the forms of their references, not their contents
    "unesco-ram-2023": [f"section:1.{n}" for n in range(1, 6)],
    "ieee-7000-2021": [*REAL["ieee-7000-2021"], "clause:5", "clause:5.2", "annex:A", "annex:A.1"],
    "ieee-7001-2021": [*REAL["ieee-7001-2021"], *"clause:4 clause:5 clause:5.1 clause:5.1.2 clause:14.1".split()],
    "nist-ai-600-1-2024": ["action:GV-1.5-001", "action:GV-1.5-002", "action:MS-2.11-002"],
    "kr-kisdi-checklist-2025": ["question:E07.01", "question:E07.02", "question:E07.03"],
    "kr-ai-basic-act-2026": ["article:31"],
}
SHELF = Shelf(
    [
        *(unit(doc_id, key) for doc_id, keys in WORLD.items() for key in keys),
        *(unit(doc_id, "whole") for doc_id in WORLD if "whole" not in WORLD[doc_id] and not doc_id.startswith("kr-")),
        *(entry("oecd-legal-0449-2024", key) for key in ("principle:1.3", "principle:1.3.iv")),
    ]
)


def test_the_world_has_as_many_units_as_the_publications_count() -> None:
    def numbers(doc_id: str, kind: str) -> list[str]:
        return [key.partition(":")[2] for key in REAL[doc_id] if key.startswith(f"{kind}:")]

    act = "eu-ai-act-2024-1689"
    assert [n for n in numbers(act, "recital")] == [str(n) for n in range(1, 181)]
    assert [n for n in numbers(act, "article") if "." not in n] == [str(n) for n in range(1, 114)]
    assert [n for n in numbers(act, "annex") if "." not in n] == "I II III IV V VI VII VIII IX X XI XII XIII".split()
    assert [n for n in numbers("unesco-ai-ethics-2021", "para") if n.isdigit()] == [str(n) for n in range(1, 142)]
    for kind, count in (("value", 4), ("principle", 10), ("policy-area", 11)):
        assert numbers("unesco-ai-ethics-2021", kind) == [str(n) for n in range(1, count + 1)]
    for doc_id in ("oecd-legal-0449-2019", "oecd-legal-0449-2024"):
        for kind, chapter in (("principle", 1), ("recommendation", 2)):
            tops = [n for n in numbers(doc_id, kind) if n.count(".") == 1]
            assert tops == [f"{chapter}.{n}" for n in range(1, 6)]
    assert [n for n in numbers("eu-hleg-2019", "requirement") if n.count(".") == 1] == [f"1.{n}" for n in range(1, 8)]
    for function, counts in NIST.items():
        wanted = {f"{c}.{n}" for c, most in enumerate(counts, 1) for n in range(1, most + 1)}
        assert {n for n in numbers("nist-ai-100-1-2023", function) if "." in n} == wanted
    assert sum(sum(counts) for counts in NIST.values()) == 72


def look_up(text: str) -> list[Resolution]:
    return [resolve(reference, SHELF) for reference in parse(text, CATALOG)]


def units_found(result: Resolution) -> tuple[UnitName, ...]:
    """The units of a resolution that found some."""
    assert result.outcome is ResolutionOutcome.FOUND, words(result.notice, "en")
    return result.units


def shown(result: Resolution) -> str:
    """A result in the form of the table: ``doc|key``, ``choice doc|key, …`` or ``none``."""
    if result.outcome is ResolutionOutcome.FOUND:
        if not result.units:
            assert result.edition is not None
            return result.edition.doc_id
        return f"{result.units[0].of_document}|{result.units[0].key}"
    if result.outcome is ResolutionOutcome.CHOICE:
        return "choice " + ", ".join(f"{each.of_document}|{each.key}" for each in result.choices)
    return "none"


def table() -> list[tuple[str, str, str]]:
    rows: list[tuple[str, str, str]] = []
    for line in (ROOT / "tests" / "data" / "references.tsv").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            text, goes_to, expected = line.split("\t")
            rows.append((text, goes_to, expected))
    return rows


TABLE = table()


def test_the_table_is_long_enough_and_says_nothing_twice() -> None:
    assert len(TABLE) >= 360
    assert len({text for text, _, _ in TABLE}) == len(TABLE)


@pytest.mark.parametrize(("text", "goes_to", "expected"), TABLE, ids=[row[0] for row in TABLE])
def test_each_form_leads_where_the_table_says(text: str, goes_to: str, expected: str) -> None:
    assert "; ".join(map(shown, look_up(text))) == expected
    assert is_reference(text, CATALOG) == (goes_to == "look-up")


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("UNESCO\u00a0para.\u00a037", "para:37"),  # no-break spaces
        ("UNESCO\u2009§\u202f37", "para:37"),  # thin spaces
        ("UNESCO para\u200b 37", "para:37"),  # a zero-width space
        ("UN\u00adESCO para 37", "para:37"),  # a soft hyphen
        ("\u1112\u1175", ""),  # jamo that spell no name
        ("\u110c\u116637\u1112\u1161\u11bc", "para:37"),  # 제37항, decomposed
        ("OECD\uff0fLEGAL\uff0f0449 1.3\uff08\u2173\uff09", "principle:1.3.iv"),  # full width, and the sign ⅳ
        ("MS\u20112.11", "measure:2.11"),  # a no-break hyphen
        ("GV\u20131.5\u2013001", "action:GV-1.5-001"),  # en dashes
        ("IEEE Std 7003\u20132024 clause 4", "clause:4"),
        ("\tUNESCO para 37\r\n", "para:37"),
    ],
)
def test_signs_and_spaces_come_in_many_forms(text: str, key: str) -> None:
    assert [result.units[0].key for result in look_up(text)] == ([key] if key else [])


# --- exact, a choice, or nothing -------------------------------------------------------------------------------------


def test_a_number_is_never_found_by_its_end_or_its_beginning() -> None:
    [result] = look_up("IEEE 7001 clause 4.1")
    assert result.outcome is ResolutionOutcome.NOT_FOUND
    assert "clause:14.1" not in {near.key for near in result.near}
    [result] = look_up("IEEE 7001 clause 14")
    assert result.outcome is ResolutionOutcome.NOT_FOUND


def test_found_names_the_editions_that_hold_the_number_too() -> None:
    [result] = look_up("OECD 1.4(b)")
    assert [each.of_document for each in result.units] == ["oecd-legal-0449-2024"]
    assert [each.of_document for each in result.others] == ["oecd-legal-0449-2019"]
    assert "2019" in words(result.notice, "en")


def test_a_superseded_edition_is_found_by_its_year_and_names_its_successor() -> None:
    [result] = look_up("OECD 1.4(b) (2019)")
    assert [each.of_document for each in result.units] == ["oecd-legal-0449-2019"]
    assert result.newer[0].doc_id == "oecd-legal-0449-2024"
    assert "superseded" in words(result.notice, "en")


def test_an_amended_edition_is_in_force_and_a_consolidated_text_takes_no_place() -> None:
    [result] = look_up("AI Act art 14")
    assert [each.of_document for each in result.units] == ["eu-ai-act-2024-1689"]
    assert result.newer == ()
    assert "superseded" not in words(result.notice, "en")


def test_what_the_current_edition_dropped_is_a_choice_and_not_taken() -> None:
    [result] = look_up("OECD VIII(c)")
    assert result.outcome is ResolutionOutcome.CHOICE
    assert [each.of_document for each in result.choices] == ["oecd-legal-0449-2019"]
    assert "No clause VIII(c) of OECD/LEGAL/0449 (2024) is here" in words(result.notice, "en")
    assert result.units == ()
    assert [each.unit_id for each in result.choices] == ["urn:kb:oecd:legal-0449:2019:clause:VIII.c"]


def test_a_place_in_document_and_register_is_one_place_with_two_sources() -> None:
    [result] = look_up("OECD 1.3(iv)")
    assert [each.is_register for each in result.units] == [False, True]
    assert units_found(result) == result.units


def test_near_misses_are_near_and_only_offered() -> None:
    [result] = look_up("UNESCO para 142")
    assert result.outcome is ResolutionOutcome.NOT_FOUND
    assert not result.units
    assert result.near[0].key == "para:141"
    assert result.near[0].unit_id == "urn:kb:unesco:ai-ethics:2021:para:141"
    assert "Near misses" in words(result.notice, "en")


def test_a_parent_is_the_nearest_miss() -> None:
    [result] = look_up("AI Act Art. 14(2)(a)")
    assert [each.key for each in result.near[:2]] == ["article:14.2", "article:14"]


@pytest.mark.parametrize("text", ["IEEE 2857", "IEEE 2859", "IEEE 3652", "OECD/LEGAL/0450", "ISO 42009"])
def test_an_invented_number_has_no_neighbour(text: str) -> None:
    [result] = look_up(text)
    assert result.outcome is ResolutionOutcome.NOT_FOUND
    assert not result.near
    assert text in words(result.notice, "en")


def test_another_year_of_a_work_is_not_found_but_its_editions_are_near() -> None:
    [result] = look_up("OECD 1.2 (2018)")
    assert result.outcome is ResolutionOutcome.NOT_FOUND
    assert {each.of_document for each in result.near} == {"oecd-legal-0449-2019", "oecd-legal-0449-2024"}


def test_the_submission_is_never_taken_for_the_recommendation() -> None:
    alone = Shelf(unit("unesco-ohchr-input-2022", f"para:{n}") for n in range(1, 27))
    [reference] = parse("UNESCO para 21", CATALOG)
    assert resolve(reference, alone).outcome is ResolutionOutcome.NOT_FOUND


@pytest.mark.parametrize(
    ("text", "wanted", "expected"),
    [
        ("OECD 1.4(b)", "2019", "oecd-legal-0449-2019|principle:1.4.b"),
        ("OECD 1.4(b)", "oecd-legal-0449-2019", "oecd-legal-0449-2019|principle:1.4.b"),
        ("OECD 1.4(b) (2024)", "2019", "oecd-legal-0449-2019|principle:1.4.b"),
        ("EAD principle 3", "2016", "ieee-ead-v1-2016|principle:3"),
        ("1.4(b)", "2019", "oecd-legal-0449-2019|principle:1.4.b"),
        ("OECD 1.4(b)", "2018", "none"),
        ("OECD 1.4(b)", "eu-hleg-2019", "none"),
        ("OECD 1.4(b)", "", "none"),
        ("UNESCO para 37", "2019", "none"),
    ],
)
def test_an_edition_asked_for_beside_the_reference(text: str, wanted: str, expected: str) -> None:
    [reference] = parse(text, CATALOG)
    assert shown(resolve(in_edition(reference, wanted, CATALOG.editions), SHELF)) == expected


def test_a_rendition_is_not_cited_beside_its_edition() -> None:
    both = [unit(d, "principle:1.3") for d in ("oecd-legal-0449-2019", "oecd-legal-0449-2019-commonaccord")]
    [reference] = parse("1.3", CATALOG)
    result = resolve(reference, Shelf(both))
    assert result.outcome is ResolutionOutcome.FOUND
    assert [each.of_document for each in result.units] == ["oecd-legal-0449-2019"]
    assert not result.others
    only = resolve(reference, Shelf(both[1:]))
    assert [each.of_document for each in only.units] == ["oecd-legal-0449-2019-commonaccord"]


def test_a_document_without_an_entry_for_the_whole_is_named() -> None:
    [result] = look_up("CETS 225")
    assert result.outcome is ResolutionOutcome.FOUND
    assert not result.units
    assert result.edition is not None and result.edition.doc_id == "coe-cets-225"


def test_spans_are_slices_of_the_text() -> None:
    text = "Compare ＯＥＣＤ　１．３（ｉｖ） and\u00a0UNESCO\u200b paras 37–39 with §50."
    references = parse(text, CATALOG)
    assert len(references) > 1
    for reference in references:
        start, end = reference.span
        assert text[start:end] == reference.written
    assert references[0].written == "ＯＥＣＤ　１．３（ｉｖ）"


def test_bare_and_edition_given_say_what_was_written() -> None:
    [bare], [named], [dated] = (parse(text, CATALOG) for text in ("1.3", "OECD 1.3", "OECD 1.3 (2019)"))
    assert (bare.bare, bare.edition_given, bare.doc_ids) == (True, False, ())
    assert bare.keys == (
        "para:1.3",
        "principle:1.3",
        "recommendation:1.3",
        "requirement:1.3",
        "section:1.3",
        "clause:1.3",
        "question:1.3",
    )
    assert (named.bare, named.edition_given, named.doc_ids[0]) == (False, False, "oecd-legal-0449-2024")
    assert (dated.edition_given, dated.doc_ids) == (True, ("oecd-legal-0449-2019",))


# --- there and back --------------------------------------------------------------------------------------------------


def returns(place: UnitName, shelf: Shelf) -> bool:
    text = write(place, EDITIONS[place.of_document])
    references = parse(text, CATALOG)
    if len(references) != 1 or not is_reference(text, CATALOG):
        return False
    result = resolve(references[0], shelf)
    return result.outcome is ResolutionOutcome.FOUND and {(u.of_document, u.key) for u in result.units} == {
        (place.of_document, place.key)
    }


@pytest.mark.parametrize(
    "text",
    [
        "UNESCO input to OHCHR, paragraph 21",
        "UNESCO's input to the OHCHR, para 21",
        "유네스코의 OHCHR 제출 의견서 21항",
    ],
)
def test_a_submission_is_not_the_recommendation_of_its_author(text: str) -> None:
    [reference] = parse(text, CATALOG)
    assert (reference.doc_ids, reference.keys) == (("unesco-ohchr-input-2022",), ("para:21",))


def test_writing_has_the_form_people_use() -> None:
    for doc_id, key, text in (
        ("oecd-legal-0449-2024", "principle:1.3.iv", "OECD/LEGAL/0449 (2024), Principle 1.3(iv)"),
        ("unesco-ai-ethics-2021", "para:37", "UNESCO Recommendation on the Ethics of AI (2021), para. 37"),
        ("eu-ai-act-2024-1689", "article:14.4.a", "Regulation (EU) 2024/1689, Article 14(4)(a)"),
        ("eu-ai-act-2024-1689", "annex:III.1.a", "Regulation (EU) 2024/1689, Annex III(1)(a)"),
        ("eu-ai-act-2024-1689", "annex:VIII.A.1", "Regulation (EU) 2024/1689, Annex VIII, Section A, point 1"),
        ("eu-ai-act-2024-1689", "annex:VII.4.2.a", "Regulation (EU) 2024/1689, Annex VII, point 4.2(a)"),
        ("eu-ai-act-2024-1689", "annex:XI.section-1.1.a", "Regulation (EU) 2024/1689, Annex XI, Section 1, point 1(a)"),
        ("nist-ai-100-1-2023", "govern:1.1", "NIST AI 100-1, GOVERN 1.1"),
        ("ieee-7001-2021", "clause:5.1.2", "IEEE Std 7001-2021, clause 5.1.2"),
        ("eu-hleg-2019", "whole", "HLEG Ethics Guidelines (2019)"),
    ):
        assert write(unit(doc_id, key), EDITIONS[doc_id]) == text


@pytest.mark.parametrize("doc_id", WORLD)
def test_every_unit_of_the_small_world_returns(doc_id: str) -> None:
    lost = [key for key in WORLD[doc_id] if not returns(unit(doc_id, key), SHELF)]
    assert not lost


NUMBER = st.integers(1, 199).map(str)
LETTER = st.sampled_from("abcdefghijklmnopqrstuvwxyz")
ROMAN = st.sampled_from(["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii"])
BIG_ROMAN = ROMAN.map(str.upper)
POINTS = st.lists(LETTER | ROMAN, max_size=2)
SLUG = st.from_regex(r"[a-z][a-z0-9]{1,8}(-[a-z0-9]{1,8}){0,4}", fullmatch=True).filter(
    lambda slug: not re.fullmatch("[ivxlcdm]+", slug)  # a Roman number is a point, and no heading is one
)


def dotted(*parts: st.SearchStrategy[str] | st.SearchStrategy[list[str]]) -> st.SearchStrategy[str]:
    def flat(values: tuple[str | list[str], ...]) -> str:
        return ".".join(x for v in values for x in (v if isinstance(v, list) else [v]))

    return st.tuples(*parts).map(flat)


def keyed(kind: str, number: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return number.map(lambda n: f"{kind}:{n}")


DECIMALS = st.lists(NUMBER, min_size=1, max_size=4).map(".".join)
KEYS = {
    "unesco-ai-ethics-2021": keyed("para", dotted(NUMBER, POINTS))
    | keyed("principle", NUMBER)
    | keyed("section", SLUG),
    "oecd-legal-0449-2024": keyed("principle", dotted(st.just("1"), NUMBER, POINTS))
    | keyed("recommendation", dotted(st.just("2"), NUMBER, POINTS))
    | keyed("clause", dotted(BIG_ROMAN, POINTS))
    | keyed("definition", SLUG)
    | keyed("section", NUMBER),
    "eu-ai-act-2024-1689": keyed("article", dotted(NUMBER, st.lists(NUMBER, max_size=1), POINTS))
    | keyed("recital", dotted(NUMBER, POINTS))
    | keyed("annex", dotted(BIG_ROMAN, st.lists(NUMBER, max_size=1), POINTS))
    | keyed("chapter", BIG_ROMAN)
    | keyed("section", dotted(BIG_ROMAN, NUMBER))
    | st.just("enacting-terms"),
    "eu-hleg-2019": keyed("requirement", dotted(st.just("1"), NUMBER)) | keyed("requirement", dotted(DECIMALS, SLUG)),
    "unesco-courts-2026-es": keyed("principle", dotted(st.just("1"), NUMBER))
    | keyed("recommendation", dotted(NUMBER, NUMBER, NUMBER)),
    "nist-ai-100-1-2023": st.tuples(st.sampled_from(sorted(NIST)), st.integers(1, 19), st.integers(0, 19)).map(
        lambda x: f"{x[0]}:{x[1]}" + (f".{x[2]}" if x[2] else "")
    ),
    "nist-ai-600-1-2024": st.tuples(
        st.sampled_from(["GV", "MP", "MS", "MG"]), st.integers(1, 9), st.integers(1, 19), st.integers(1, 999)
    ).map(lambda x: f"action:{x[0]}-{x[1]}.{x[2]}-{x[3]:03}"),
    "ieee-7003-2024": keyed("clause", DECIMALS)
    | keyed("annex", dotted(st.sampled_from("ABCDEFGH"), st.lists(NUMBER, max_size=2))),
    "ieee-ead-v1-2016": keyed("principle", NUMBER)
    | keyed("issue", dotted(NUMBER, NUMBER))
    | keyed("issue", dotted(SLUG, NUMBER))
    | keyed("chapter", SLUG),
    "kr-kisdi-checklist-2025": st.tuples(st.integers(1, 10), st.integers(1, 10)).map(
        lambda x: f"question:E{x[0]:02}.{x[1]:02}"
    ),
    "unesco-ram-2023": keyed("section", DECIMALS),
    "ieee-ead-v2-glossary-2017": keyed("term", SLUG),
    "ieee-certifaied-bias": keyed("driver", dotted(SLUG, SLUG)) | keyed("inhibitor", SLUG),
}


@pytest.mark.parametrize("doc_id", KEYS)
@settings(max_examples=150)
@given(data=st.data())
def test_any_unit_of_any_scheme_returns(doc_id: str, data: st.DataObject) -> None:
    keys = data.draw(st.lists(KEYS[doc_id], min_size=1, max_size=3, unique=True))
    repeats = data.draw(st.sampled_from(["", "", "~2"]))  # the reader marks a number that occurs again
    places = [unit(doc_id, key + repeats, path=f"the {key} “itself” [sic]") for key in keys]
    shelf = Shelf(places)
    assert [write(place, EDITIONS[doc_id]) for place in places if not returns(place, shelf)] == []


@pytest.mark.parametrize("doc_id", sorted(EDITIONS))
def test_every_edition_returns_whole_and_by_its_ids(doc_id: str) -> None:
    edition = EDITIONS[doc_id]
    shelf = Shelf([unit(each, "whole") for each in EDITIONS] + [unit(doc_id, "para:3")])
    for text in (edition.ref, edition.doc_id, edition.urn):
        [reference] = parse(text, CATALOG)
        assert [each.of_document for each in units_found(resolve(reference, shelf))] == [doc_id]
    [reference] = parse(f"{edition.urn}:para:3", CATALOG)
    assert units_found(resolve(reference, shelf))[0].key == "para:3"


@cache
def real_units() -> tuple[UnitName, ...]:
    """The units of the official publications at hand."""
    from ingest.layout.layout import lay_out
    from ingest.readers.pdf import read_pdf
    from ingest.readers.plain import read_plain
    from ingest.units import find_units

    assert DOCUMENTS is not None
    out: list[UnitName] = []
    for path in sorted(DOCUMENTS.rglob("*.*")):
        edition = CATALOG.by_sha256(hashlib.sha256(path.read_bytes()).hexdigest())
        if edition is None or path.suffix not in {".pdf", ".txt"}:
            continue
        if path.suffix == ".pdf":
            pages, outline, _, notes = read_pdf(path)
            layout = lay_out(pages, outline, notes)
        else:
            layout = lay_out(read_plain(path)[0])
        units, _ = find_units(layout, edition)
        stem = len(edition.urn) + 1
        out += [UnitName(u.unit_id, u.doc_id, u.of_document, u.unit_id[stem:], u.path, u.title) for u in units]
    return tuple(out)


@pytest.mark.documents
@pytest.mark.skipif(DOCUMENTS is None, reason="official publications are not at hand (../shared/documents)")
def test_every_unit_of_the_real_documents_returns() -> None:
    units = real_units()
    assert len(units) > 3000
    shelf = Shelf(units)
    assert [place.unit_id for place in units if not returns(place, shelf)] == []
    by_id = {place.unit_id: place for place in units}
    for unit_id, place in by_id.items():
        [reference] = parse(unit_id, CATALOG)
        assert units_found(resolve(reference, shelf)) == (place,)


# --- names -----------------------------------------------------------------------------------------------------------

NAMES = [
    unit("ieee-certifaied-transparency", "driver:a", "Organizational governance, capability, and maturity"),
    unit("ieee-certifaied-transparency", "inhibitor:b", "Concern with liability"),
    unit("ieee-certifaied-privacy", "driver:c", "Human oversight", aliases=("인간의 감독",)),
    unit("ieee-certifaied-privacy", "driver:d", "Responsible decommissioning"),
]


def test_a_name_is_suggested_and_marked_exact_only_when_it_is() -> None:
    first = similar_names("Concern with liability", NAMES)[0]
    assert (first.unit.key, first.exact, first.score) == ("inhibitor:b", True, 1.0)
    first = similar_names("governance capability maturty", NAMES)[0]
    assert (first.unit.key, first.exact) == ("driver:a", False)
    assert similar_names("인간 감독", NAMES)[0].unit.key == "driver:c"


def test_nothing_like_it_suggests_nothing() -> None:
    assert similar_names("xylophone quartz", NAMES) == ()
    assert similar_names("", NAMES) == similar_names("liability", NAMES, limit=0) == ()
    assert len(similar_names("o", [*NAMES] * 5, limit=3, least=0.0)) <= 3


def test_a_name_is_not_a_reference() -> None:
    assert parse("Concern with liability", CATALOG) == ()
    assert not is_reference("Concern with liability", CATALOG)


BY_NAME = [
    *NAMES,
    unit("ieee-certifaied-bias", "driver:e", "Context alignment"),
    unit("eu-ai-act-2024-1689", "article:14", "Human oversight", "Article 14"),
    unit("oecd-legal-0449-2019", "principle:1.3", "Transparency and explainability", "Principle 1.3"),
    unit("oecd-legal-0449-2024", "principle:1.3", "Transparency and explainability", "Principle 1.3"),
    unit("oecd-legal-0449-2024", "principle:1.3.iv", "", "Principle 1.3(iv)"),
    unit(
        "unesco-ai-ethics-2021",
        "principle:7",
        "Transparency and explainability",
        "Principle 7",
        ("투명성과 설명가능성",),
    ),
    unit("oecd-legal-0449-2019", "definition:ai-actors", "", "Definition of “AI actors”"),
    unit("oecd-legal-0449-2024", "definition:ai-actors", "AI actors"),
    *(unit("unesco-ai-ethics-2021", f"para:{n}", path=f"para. {n}") for n in range(1, 142)),
]
INDEX = Names(BY_NAME)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Concern with liability", "ieee-certifaied-transparency|inhibitor:b"),
        ("CertifAIEd inhibitor: concern with liability", "ieee-certifaied-transparency|inhibitor:b"),
        ("the driver “Human oversight” of CertifAIEd Privacy", "ieee-certifaied-privacy|driver:c"),
        ("CertifAIEd human oversight", "ieee-certifaied-privacy|driver:c"),
        ("인간의 감독", "ieee-certifaied-privacy|driver:c"),
        ("human oversight", "choice ieee-certifaied-privacy|driver:c, eu-ai-act-2024-1689|article:14"),
        ("AI Act human oversight", "eu-ai-act-2024-1689|article:14"),
        ("CertifAIEd privacy drivers", "choice ieee-certifaied-privacy|driver:c, ieee-certifaied-privacy|driver:d"),
        ("OECD transparency and explainability", "oecd-legal-0449-2024|principle:1.3"),
        ("투명성과 설명가능성", "unesco-ai-ethics-2021|principle:7"),
        ("definition of AI actors", "oecd-legal-0449-2024|definition:ai-actors"),
        ("concern with liabilty", "none"),  # a slip: suggested, not found
        ("UNESCO concern with liability", "none"),  # in another document
        ("xylophone quartz", "none"),
        ("", "none"),
        ("driver", "none"),
    ],
)
def test_a_name_leads_to_its_unit_or_is_a_suggestion(text: str, expected: str) -> None:
    assert shown(named(text, INDEX, Shelf(BY_NAME), CATALOG)) == expected


def test_what_is_like_a_name_is_near_and_never_found() -> None:
    result = named("concern with liabilty", INDEX, Shelf(BY_NAME), CATALOG)
    assert [each.key for each in result.near] == ["inhibitor:b"]
    assert result.units == result.choices == ()


def test_while_a_person_types_numbers_go_on_and_names_follow() -> None:
    first = complete("UNESCO para 3", INDEX, CATALOG)
    assert [each.unit.key for each in first[:3]] == ["para:3", "para:30", "para:31"]
    assert [(each.how, each.exact) for each in first[:2]] == [
        (SuggestionKind.REFERENCE, True),
        (SuggestionKind.REFERENCE, False),
    ]
    assert [each.unit.key for each in complete("OECD 1.3", INDEX, CATALOG)][:2] == ["principle:1.3", "principle:1.3.iv"]
    assert {each.how for each in complete("human over", INDEX, CATALOG)} == {SuggestionKind.NAME}
    assert {each.how for each in complete("human oversigth", INDEX, CATALOG)} == {SuggestionKind.LIKE}
    assert complete("투명성과 설", INDEX, CATALOG)[0].unit.key == "principle:7"
    assert complete("", INDEX, CATALOG) == complete("  ", INDEX, CATALOG) == ()


@settings(max_examples=100)
@given(st.text(max_size=60), st.sampled_from(BY_NAME))
def test_any_text_is_completed_and_what_is_named_is_there(text: str, place: UnitName) -> None:
    assert {each.unit for each in complete(text, INDEX, CATALOG)} <= set(BY_NAME)
    for name in (place.title, *place.aliases):
        if name:
            found = named(name, INDEX, Shelf(BY_NAME), CATALOG)
            assert found.outcome is not ResolutionOutcome.NOT_FOUND


# --- hostile input ---------------------------------------------------------------------------------------------------

HOSTILE = [
    "a(",
    "(",
    "1.",
    "1(",
    "(a)",
    '"',
    "[",
    "article ",
    "9",
    "OECD ",
    "of the ",
    "제",
    "point a of ",
    "E07.",
    "ieee ",
]
HOSTILE += [
    "1,",
    "paras 1-200, ",
    "urn:kb:",
    " ",
    "37 unesco ",
    "gv-1.5-",
    "and ",
    "a.b.",
    "ᄀ",
    "\u202e",
    'term "',
    "annex i-x, ",
    "제1항·",
]


@pytest.mark.parametrize("piece", HOSTILE)
def test_time_is_bounded_by_the_length_that_is_read(piece: str) -> None:
    text = piece * (100_000 // len(piece))
    parse("OECD 1.3", CATALOG)  # the first reading also makes the patterns and the names
    start = time.process_time()
    parse(text, CATALOG)
    parse(text[:MAX_CHARS], CATALOG)
    assert not is_reference(text, CATALOG)
    assert time.process_time() - start < 5.0  # about 0.1 s on an idle machine; what is not bounded takes minutes


@settings(max_examples=300)
@given(
    st.text(max_size=200)
    | st.lists(st.sampled_from([*HOSTILE, "UNESCO", "2019", "37", "–", "(iv)", "및", "1.3"]), max_size=40).map("".join)
)
def test_any_text_is_read_without_failing(text: str) -> None:
    for reference in parse(text, CATALOG):
        start, end = reference.span
        assert text[start:end] == reference.written
        assert reference.keys
        assert set(reference.doc_ids) <= set(EDITIONS)
        said = resolve(reference, SHELF).notice
        assert all(words(said, lang) for lang in LANGUAGES)


def test_what_stands_beyond_the_bound_is_not_read() -> None:
    assert parse("x " * (MAX_CHARS // 2) + "OECD 1.3", CATALOG) == ()
    assert not is_reference("OECD 1.3" + " " * MAX_CHARS, CATALOG)
