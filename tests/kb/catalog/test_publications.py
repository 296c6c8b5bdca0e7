from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from ingest.units import SCHEMES as READ_SCHEMES
from kb.catalog.catalog import corpus_dir, installed_publications, load_folder
from kb.catalog.publications import Described, check_publications, load_publications
from kb.catalog.register import check_register, load_corpus
from kb.errors import ConfigError
from kb.messages import words
from kb.query.abbreviations import installed_abbreviations, long_forms, parse_abbreviations
from kb.query.scopes import scopes_of
from kb.references.parsing import is_reference, parse
from kb.references.resolving import ResolutionOutcome, resolve
from kb.references.schemes import SCHEMES
from kb.references.units import UnitName
from kb.references.writing import write

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

    from kb.catalog.register import Register
    from kb.types import Edition

INSTALLED = (corpus_dir() / "publishers.toml").read_text("utf-8")
SCHEME = '[[scheme]]\nid = "outline"\n'


def test_the_installed_file_has_no_fault_and_speaks_of_editions_of_the_catalog_only() -> None:
    publications = load_publications(INSTALLED, check_patterns=True)
    assert publications == installed_publications()
    assert check_publications(publications, load_folder(corpus_dir()).editions) == []


def test_every_scheme_of_the_file_is_read_from_references_and_every_scheme_of_the_code_is_in_the_file() -> None:
    schemes = set(installed_publications().schemes)
    assert schemes == set(SCHEMES)
    assert set(READ_SCHEMES) <= schemes


def test_the_essentials_stay_as_they_are() -> None:
    known = installed_publications()
    mentioned = [p.short for p in known.publishers if p.mentions]
    assert mentioned == ["OECD", "UNESCO", "IEEE", "NIST", "EU", "Council of Europe", "G7"]
    assert known.schemes_of("UNESCO") == ("unesco-para", "guidelines", "outline")
    assert known.schemes_of("nobody") == ()
    assert "인공지능법" in next(work.names for work in known.works if work.urn == "urn:kb:eu:ai-act:")
    assert [family.name for family in known.families][:5] == ["UNESCO", "OECD", "EAD", "CertifAIEd", "IEEE 7000"]
    assert known.family_of("urn:kb:ieee:7001:2021:whole") == "IEEE 7000"
    assert known.family_of("urn:kb:kr:ai-basic-act:2025:whole") == "kr"
    counts = {each.edition: each.counts for each in known.described}
    assert counts["unesco-ai-ethics-2021"] == {"value": 4, "principle": 10, "policy-area": 11, "para": 141}
    assert known.schemes["kisdi"] == {"question"}
    assert known.schemes["outline"] is None


def test_a_range_of_numbers_stands_for_every_key() -> None:
    described = Described("x", {}, {"para": "1-3", "principle": "1.1-1.2"})
    assert described.keys("para") == ("para:1", "para:2", "para:3")
    assert described.keys("principle") == ("principle:1.1", "principle:1.2")
    assert described.keys("value") == ()


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("[[work", "line 1: not valid TOML"),
        ('[[work]]\nurn = "urn:kb:x:"\nnames = ["X"]\n', "line 1: no [[scheme]] table"),
        (SCHEME + "[[wrok]]\n", "line 3: unknown key 'wrok'. Did you mean 'work'?"),
        (SCHEME + SCHEME, "line 4: scheme 'outline' is there twice"),
        (SCHEME + "kinds = 3\n", "line 3: a scheme: kinds must be a list"),
        (SCHEME + '[[work]]\nurn = "urn:kb:x:"\n', "line 3: work 'urn:kb:x:': names missing"),
        (
            SCHEME + '[[work]]\nurn = "urn:kb:x:"\nname = ["X"]\n',
            "line 5: work 'urn:kb:x:': unknown key 'name'. Did you",
        ),
        (SCHEME + '[[work]]\nurn = ""\nnames = ["X"]\n', "line 4: work '': urn is empty"),
        (SCHEME + '[[work]]\nurn = "u"\nnames = ["X", "X"]\n', "line 5: work 'u': names names something twice"),
        (
            SCHEME + '[[publisher]]\npublisher = "P"\nnames = ["P"]\nschemes = ["outlines"]\n',
            "line 6: publisher 'P': no scheme 'outlines' in this file. Did you mean 'outline'?",
        ),
        (
            SCHEME + '[[publisher]]\npublisher = "P"\nnames = ["P"]\nmentions = "("\n',
            "line 6: publisher 'P': mentions is no regular expression",
        ),
        (SCHEME + '[[body]]\nname = "B"\nmentions = "B"\n', "line 3: body 'B': a body needs works or publisher"),
        (SCHEME + '[[described]]\nedition = "e"\ncounts = { para = 0 }\n', "line 5: described 'e': the count of para"),
        (
            SCHEME + '[[described]]\nedition = "e"\ncounts = { para = 3 }\nnumbers = { para = "1.1-2.3" }\n',
            "line 6: described 'e': the numbers of para must be a range",
        ),
    ],
)
def test_a_fault_is_told_with_file_and_line(text: str, fault: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load_publications(text, "x.toml", check_patterns=True)
    assert str(caught.value).startswith(f"x.toml, {fault}")


def test_what_no_edition_is_of_is_told_by_the_check() -> None:
    catalog = load_folder(corpus_dir())
    more = (
        '[[work]]\nurn = "urn:kb:oecd:lost:"\nnames = ["Lost"]\n'
        '[[publisher]]\npublisher = "OEDC"\nnames = ["OEDC"]\n'
        '[[group]]\nname = "G"\neditions = ["oecd-legal-0449-2042"]\nkinds = ["principle"]\n'
    )
    found = check_publications(load_publications(INSTALLED + more), catalog.editions)
    work, publisher, edition = (words(each, "en") for each in found)
    assert "work 'urn:kb:oecd:lost:'" in work
    assert "'OEDC'. Did you mean 'OECD'?" in publisher
    assert "'oecd-legal-0449-2042'" in edition


def test_abbreviations() -> None:
    assert installed_abbreviations()["RMF"] == "risk management framework"
    assert long_forms("an RMF for SMEs", {"RMF": "frame"}) == ("frame",)
    assert long_forms("an RMF", {}) == ()
    for text, line in (("A\tb\nA\tc", 2), ("# x\n\nno tab", 3), ("A\tb\tc", 1)):
        with pytest.raises(ConfigError, match=f"a.tsv, line {line}: "):
            parse_abbreviations(text, "a.tsv")


# --- a standard added by data files alone ----------------------------------------------------------------------------

EDITION = """
[[edition]]
id = "guild-orchards-2025"
urn = "urn:kb:guild:orchards:2025"
ref = "Guild Code 12 (2025)"
title = "Code for Careful Orchards"
publisher = "Orchard Guild"
edition = "first edition"
issued = "2025-03-01"
status = "current"
language = "en"
licence = "free"
redistribute = "yes"
landing_url = "https://guild.example/code"
scheme = "eu-act"
verified = false
recognise = ["Code for Careful Orchards", "Orchard Guild"]

[[edition]]
id = "register-guild"
urn = "urn:kb:kb:register-guild:2026"
ref = "Register: Guild"
title = "Register of the Guild's code"
publisher = "this project (register)"
edition = "2026"
issued = "2026-01-01"
status = "current"
language = "en"
licence = "free"
redistribute = "yes"
landing_url = ""
scheme = "register"
verified = false
register_of = ["guild-orchards-2025"]
recognise = ["register-guild"]
"""
PUBLICATIONS = """
[[publisher]]
publisher = "Orchard Guild"
short = "the Guild"
names = ["Guild", "길드"]
mentions = "Orchard Guild|Guild|길드"
schemes = ["eu-act"]

[[work]]
urn = "urn:kb:guild:orchards:"
names = ["Orchard Code", "과수원 규범"]

[[family]]
name = "Orchards"
urn = "urn:kb:guild:"

[[described]]
edition = "guild-orchards-2025"
counts = { article = 2 }
numbers = { article = "4-5" }
"""
ENTRIES = """
of_document = "guild-orchards-2025"
register = "register-guild"
url = "https://guild.example/code"
verified_against = "general knowledge, not checked against a copy"
"""
ENTRY = """
[[entry]]
key = "{key}"
kind = "{kind}"
number = "{number}"
path = "{path}"
title = "{title}"
title_ko = "과수원"
gist_en = ""
gist_ko = ""
force = "informative"
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the corpus to which a standard was added by editing data files only."""
    there = tmp_path_factory.mktemp("corpus")
    shutil.copytree(corpus_dir() / "register", there / "register")
    for name in ("catalog.toml", "publishers.toml", "topics.toml"):
        shutil.copy(corpus_dir() / name, there / name)
    for name, more in (("catalog.toml", EDITION), ("publishers.toml", PUBLICATIONS)):
        (there / name).write_text((there / name).read_text("utf-8") + more, "utf-8")
    whole = ENTRY.format(key="whole", kind="whole", number="", path="Guild Code 12", title="Careful Orchards")
    articles = (
        ENTRY.format(key=f"article:{n}", kind="article", number=n, path=f"Article {n}", title=f"Rule {n}")
        for n in ("4", "5")
    )
    (there / "register" / "guild.toml").write_text("".join((ENTRIES, whole, *articles)), "utf-8")
    return there


class RegisterUnits:
    """The entries of a register as a directory of units."""

    def __init__(self, register: Register, editions: Sequence[Edition]) -> None:
        self.editions = editions
        self.units = [
            UnitName(register.unit_id(e), e.register, e.of_document, e.key, e.path, e.title) for e in register.entries
        ]

    def units_by_key(self, key: str, of: Collection[str] = ()) -> Sequence[UnitName]:
        return [unit for unit in self.units if unit.key == key]

    def units_inside(self, doc_id: str, key: str) -> Sequence[UnitName]:
        return ()

    def documents(self) -> Sequence[Edition]:
        return self.editions

    def holds(self, doc_id: str) -> bool:
        return any(unit.of_document == doc_id and unit.key != "whole" for unit in self.units)


def test_a_new_standard_is_catalogued_and_recognised(folder: Path) -> None:
    catalog = load_folder(folder)
    (found,) = catalog.recognise("Orchard Guild\nCode for Careful\nOrchards\nArticle 1")
    assert found is catalog.get("guild-orchards-2025")
    assert catalog.publications.family_of("urn:kb:guild:orchards:2025:article:4") == "Orchards"


def test_a_new_standard_is_described_and_its_counts_are_checked(folder: Path) -> None:
    catalog = load_folder(folder)
    register = load_corpus(None, folder)
    assert len(register.of_document("guild-orchards-2025")) == 3
    assert check_register(register, catalog) == []
    fewer = load_corpus(catalog)
    assert any(
        "2 entries of kind article expected; missing: article:4" in words(each, "en")
        for each in check_register(fewer, catalog)
    )


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("What does the Guild say about robots?", "the Guild"),
        ("길드는 로봇에 대해 무엇을 요구하나요?", "the Guild"),
        ("What does the Orchard Code say about robots?", "Orchard Code"),
        ("과수원 규범은 무엇을 요구하나요?", "과수원 규범"),
    ],
)
def test_a_new_standard_is_named_in_a_question(folder: Path, question: str, name: str) -> None:
    catalog = load_folder(folder)
    (scope,) = scopes_of(question, parse(question, catalog), catalog.editions, catalog.publications)
    assert (scope.name, scope.doc_ids) == (name, {"guild-orchards-2025"})
    known = load_folder(corpus_dir())
    assert scopes_of(question, parse(question, known), known.editions) == ()


@pytest.mark.parametrize(
    "text",
    [
        *("Guild Art. 4", "Orchard Code, Article 4", "과수원 규범 제4조", "Guild Code 12 (2025) Article 4"),
        *("GuildArt. 4", "guildarticle 4"),
    ],
)
def test_a_new_standard_is_looked_up_by_its_scheme(folder: Path, text: str) -> None:
    catalog = load_folder(folder)
    units = RegisterUnits(load_corpus(catalog, folder), catalog.editions)
    assert is_reference(text, catalog)
    (reference,) = parse(text, catalog)
    found = resolve(reference, units)
    assert found.outcome is ResolutionOutcome.FOUND
    assert [unit.unit_id for unit in found.units] == ["urn:kb:guild:orchards:2025:article:4"]
    assert write(found.units[0], catalog.get("guild-orchards-2025")) == "Guild Code 12 (2025), Article 4"
