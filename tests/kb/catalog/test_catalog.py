"""The catalog: the entries that we ship, and the errors for wrong entries."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
from dataclasses import FrozenInstanceError

import pytest

from kb.catalog.catalog import REGISTER_MARK, TEXT_BOUND, Catalog, corpus_dir, fold_first_pages, load_catalog
from kb.errors import ConfigError
from kb.types import Status
from tests.catalogs import entry
from tests.paths import ROOT, document, first_pages_text

FILES = {
    "coe/coe-framework-convention-ai-2024.pdf": "coe-cets-225",
    "eu/ep-texts-adopted-p9-ta-2024-0138-ai-act.pdf": "ep-p9-ta-2024-0138",
    "eu/eu-ai-act-2024-1689-oj.pdf": "eu-ai-act-2024-1689",
    "eu/eu-gpai-code-transparency-2025.pdf": "eu-gpai-code-transparency-2025",
    "eu/eu-guidelines-prohibited-practices-2025.pdf": "eu-prohibited-practices-guidelines-2025",
    "eu/hleg-ethics-guidelines-trustworthy-ai-2019.pdf": "eu-hleg-2019",
    "g7/g7-hiroshima-code-of-conduct-2023.pdf": "g7-hiroshima-code-2023",
    "ieee/ead-v1-2016.pdf": "ieee-ead-v1-2016",
    "ieee/ead-v2-glossary-2017.pdf": "ieee-ead-v2-glossary-2017",
    "kr/msit-ai-ethics-standards-2020-ko.pdf": "kr-ai-ethics-standard-2020",
    "nist/nist-ai-100-1-ai-rmf-1.0.pdf": "nist-ai-100-1-2023",
    "oecd/oecd-legal-0449-2019-commonaccord.md": "oecd-legal-0449-2019-commonaccord",
    "oecd/oecd-legal-0449-2019-official.pdf": "oecd-legal-0449-2019",
    "oecd/oecd-legal-0449-2019.txt": "oecd-legal-0449-2019",
    "oecd/what-are-the-oecd-principles-on-ai-2020.pdf": "oecd-ai-principles-flyer-2020",
    "unesco/unesco-directrices-ia-cortes-tribunales-2026-es.pdf": "unesco-courts-2026-es",
    "unesco/unesco-input-ohchr-hrc47-23.pdf": "unesco-ohchr-input-2022",
}

OUTSIDE = (
    "ch/finma-guidance-08-2024.pdf",
    "g20/g20-ai-principles-2019.pdf",
    "uk/cma-foundation-models-2023.pdf",
)
"""Publications that the catalog has no edition for; some name one that it has."""

WANTED = re.findall(
    r"\S+",
    """
    unesco-ai-ethics-2021 unesco-ohchr-input-2022 unesco-ram-2023 unesco-ram-2-0 unesco-eia unesco-genai-education-2023
    unesco-courts-2025-en unesco-courts-2026-es
    oecd-legal-0449-2019 oecd-legal-0449-2019-commonaccord oecd-legal-0449-2023 oecd-legal-0449-2024
    oecd-ai-principles-flyer-2020 oecd-classification-2022 oecd-due-diligence-2026 oecd-haip-2025
    oecd-ai-system-memo-2024
    ieee-ead-v1-2016 ieee-ead-v2-2017 ieee-ead-v2-glossary-2017 ieee-ead-1e-2019
    ieee-7000-2021 ieee-7001-2021 ieee-7002-2022 ieee-7003-2024 ieee-7004 ieee-7005-2021 ieee-7006 ieee-7007-2021
    ieee-7008
    ieee-7009-2024 ieee-7010-2020 ieee-7010-1 ieee-7011 ieee-7012 ieee-7014-2024 ieee-7015 ieee-7018
    ieee-7999 ieee-7999-1 ieee-7999-2 ieee-2089 ieee-ecpais-cta-ctt-2020
    ieee-certifaied-programme
    ieee-certifaied-transparency ieee-certifaied-accountability ieee-certifaied-bias ieee-certifaied-privacy
    nist-ai-100-1-2023 nist-ai-600-1-2024
    eu-ai-act-2024-1689 eu-ai-act-2024-1689-consolidated-2026 ep-p9-ta-2024-0138 eu-hleg-2019 eu-altai-2020
    coe-cets-225 g7-hiroshima-code-2023 kr-ai-basic-act-2026 kr-kisdi-checklist-2025
    kr-ai-basic-act-decree kr-ai-transparency-guideline-2026 kr-ai-safety-guideline-2026
    kr-high-impact-determination-guideline-2026 kr-high-impact-duties-guideline-2026
    kr-ai-impact-assessment-guideline-2026 kr-ai-ethics-standard-2020 kr-pipa kr-pipc-genai-guide-2025
    kr-nhrck-hria-2024 kr-tta-trustworthy-ai-guide kr-tta-cat lg-ai-ethics-principles-2022
    lg-accountability-report-2025 unesco-lg-mooc-2024 unesco-business-council oecd-haip-2-0 ieee-7014-1-2026
    ieee-2089-1-2024 ieee-3119-2025 ieee-3152-2024 ieee-2894-2024 ieee-3198-2025 ieee-2863 ieee-8000-1
    ieee-get-programme iso-iec-42001-2023 iso-iec-42005-2025 iso-iec-42006-2025 iso-iec-23894-2023
    iso-iec-22989-2022 iso-iec-38507-2022 eu-reg-2026-1744 eu-gpai-code-2025 eu-gpai-code-transparency-2025
    eu-prohibited-practices-guidelines-2025 eu-content-marking-code-2026 eu-art-50-guidelines-2026 en-18286
    seoul-declaration-2024 seoul-ai-commitments-2024
    register-unesco register-oecd register-ieee register-certifaied register-nist register-eu
    register-korea register-g7 register-iso
""",
)


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_catalog((corpus_dir() / "catalog.toml").read_text(encoding="utf-8"))


def test_every_publication_has_its_entry(catalog: Catalog) -> None:
    ids = [edition.doc_id for edition in catalog.editions]
    assert sorted(ids) == sorted(WANTED)
    assert len(ids) == len(set(ids))


def test_invented_ieee_numbers_have_no_entry(catalog: Catalog) -> None:
    for number in ("2857", "2859", "3652"):
        assert not [edition.doc_id for edition in catalog.editions if number in edition.ref]


def test_an_entry_carries_all_its_facts(catalog: Catalog) -> None:
    act = catalog.get("eu-ai-act-2024-1689")
    assert act.urn == "urn:kb:eu:ai-act:2024"
    assert act.status is Status.AMENDED
    assert act.superseded_by is None
    assert (act.amended_by, act.amended_on) == ("Regulation (EU) 2026/1744", "2026-07-27")
    assert dict(act.expected) == {"recital": 180, "article": 113, "annex": 13}
    assert [file.sha256[:8] for file in act.files] == ["bba63044"]
    with pytest.raises(FrozenInstanceError):
        act.title = "another"  # type: ignore[misc]


@pytest.mark.parametrize(
    ("doc_id", "expected"),
    [
        ("nist-ai-100-1-2023", {"subcategory": 72}),
        ("oecd-legal-0449-2019", {"principle": 5, "recommendation": 5}),
        ("oecd-legal-0449-2024", {"principle": 5, "recommendation": 5}),
        ("eu-hleg-2019", {"requirement": 7}),
        ("unesco-ai-ethics-2021", {"para": 141}),
        ("unesco-courts-2026-es", {"principle": 15}),
    ],
)
def test_expected_counts(catalog: Catalog, doc_id: str, expected: dict[str, int]) -> None:
    assert dict(catalog.get(doc_id).expected) == expected


def test_only_what_a_licence_frees_has_no_quote_limit(catalog: Catalog) -> None:
    assert catalog.editions
    for edition in catalog.editions:
        assert edition.quote_limit_words is not None, edition.doc_id
        closed = edition.doc_id.startswith(("ieee-7", "ieee-2089", "ieee-certifaied", "kr-kisdi", "unesco-ai-ethics"))
        if closed or edition.redistribute == "no":
            assert 0 < edition.quote_limit_words <= 60, edition.doc_id
            assert "this project's caution" in edition.note, edition.doc_id


def test_only_files_that_may_be_fetched_have_a_file_url(catalog: Catalog) -> None:
    fetched = {edition.doc_id: edition.file_url for edition in catalog.editions if edition.file_url}
    assert fetched == {
        "oecd-legal-0449-2024": "https://legalinstruments.oecd.org/api/print?ids=648&lang=en",
        "nist-ai-100-1-2023": "https://doi.org/10.6028/NIST.AI.100-1",
        "nist-ai-600-1-2024": "https://doi.org/10.6028/NIST.AI.600-1",
        "eu-ai-act-2024-1689": "https://publications.europa.eu/resource/celex/32024R1689",
        "eu-ai-act-2024-1689-consolidated-2026": "https://publications.europa.eu/resource/celex/02024R1689-20260727",
        "eu-reg-2026-1744": "https://publications.europa.eu/resource/celex/32026R1744",
    }
    assert all(catalog.get(doc_id).redistribute in {"yes", "unaltered"} for doc_id in fetched)


def test_a_register_is_what_describes_editions(catalog: Catalog) -> None:
    registers = [edition for edition in catalog.editions if edition.is_register]
    assert [edition.doc_id for edition in registers] == [i for i in WANTED if i.startswith("register-")]
    described = [doc_id for edition in registers for doc_id in edition.register_of]
    assert len(described) == len(set(described)), "an edition is described by two registers"
    assert not [doc_id for doc_id in described if catalog.get(doc_id).is_register]
    assert all(edition.licence == "Apache-2.0" for edition in registers)


def test_get_offers_close_matches(catalog: Catalog) -> None:
    with pytest.raises(ConfigError, match=r"'oecd-legal-0449-2042'.*'oecd-legal-0449-2024'"):
        catalog.get("oecd-legal-0449-2042")
    with pytest.raises(ConfigError, match="kb corpus list"):
        catalog.get("%%%")


def test_by_sha256_ignores_case_and_knows_its_limits(catalog: Catalog) -> None:
    known = catalog.get("unesco-courts-2026-es").files[0].sha256
    found = catalog.by_sha256(known.upper())
    assert found is not None and found.doc_id == "unesco-courts-2026-es"
    assert catalog.by_sha256("0" * 64) is None
    assert catalog.by_sha256("") is None


def test_successor_latest_and_chain(catalog: Catalog) -> None:
    first = catalog.get("ieee-ead-v1-2016")
    successor = catalog.successor(first)
    assert successor is not None and successor.doc_id == "ieee-ead-v2-2017"
    assert catalog.latest(first).doc_id == "ieee-ead-1e-2019"
    assert catalog.successor(catalog.get("ieee-ead-1e-2019")) is None
    ead = ["ieee-ead-v1-2016", "ieee-ead-v2-2017", "ieee-ead-1e-2019"]
    for doc_id in ead:
        assert [edition.doc_id for edition in catalog.chain(catalog.get(doc_id))] == ead
    oecd = ["oecd-legal-0449-2019", "oecd-legal-0449-2023", "oecd-legal-0449-2024"]
    assert [edition.doc_id for edition in catalog.chain(catalog.get("oecd-legal-0449-2023"))] == oecd
    alone = catalog.get("nist-ai-100-1-2023")
    assert catalog.chain(alone) == (alone,)


def test_every_superseded_edition_leads_to_one_that_is_not(catalog: Catalog) -> None:
    superseded = [edition for edition in catalog.editions if edition.status is Status.SUPERSEDED]
    assert superseded
    for edition in superseded:
        assert catalog.latest(edition).status in {Status.CURRENT, Status.AMENDED}, edition.doc_id


@pytest.mark.documents
@pytest.mark.parametrize(("relative", "doc_id"), FILES.items())
def test_each_document_is_recognised_by_its_text_alone_and_as_one_edition(
    catalog: Catalog, relative: str, doc_id: str
) -> None:
    found = catalog.recognise(first_pages_text(document(relative)))
    assert [edition.doc_id for edition in found] == [doc_id]


@pytest.mark.documents
@pytest.mark.parametrize(("relative", "doc_id"), FILES.items())
def test_each_document_is_known_by_its_hash(catalog: Catalog, relative: str, doc_id: str) -> None:
    found = catalog.by_sha256(hashlib.sha256(document(relative).read_bytes()).hexdigest())
    assert found is not None and found.doc_id == doc_id


@pytest.mark.documents
@pytest.mark.parametrize("relative", OUTSIDE)
def test_a_document_outside_the_catalog_is_none_of_its_editions(catalog: Catalog, relative: str) -> None:
    path = document(relative)
    assert catalog.recognise(first_pages_text(path)) == ()
    assert catalog.by_sha256(hashlib.sha256(path.read_bytes()).hexdigest()) is None


@pytest.mark.documents
def test_no_document_is_untested() -> None:
    folder = document(next(iter(FILES))).parent.parent
    assert not FILES.keys() & set(OUTSIDE)
    assert {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} == {*FILES, *OUTSIDE}


# The editions nobody could hand us a copy of: texts as a first page would have them.
@pytest.mark.parametrize(
    ("text", "doc_id"),
    [
        (
            "Recommendation on the Ethics of Artificial Intelligence Adopted on 23 November 2021 SHS/BIO/PI/2021/1",
            "unesco-ai-ethics-2021",
        ),
        (
            "OECD Legal Instruments Recommendation of the Council on Artificial Intelligence OECD/LEGAL/0449 "
            "1.2. Respect for the rule of law, human rights and democratic values, including fairness and privacy",
            "oecd-legal-0449-2024",
        ),
        (
            "Recommendation of the Council on Artificial Intelligence OECD/LEGAL/0449 adopted on 22 May 2019, "
            "amended on 8 November 2023 and 3 May 2024",
            "oecd-legal-0449-2024",
        ),
        (
            "Recommendation of the Council on Artificial Intelligence OECD/LEGAL/0449 Amended on 8 November 2023 "
            "1.2. Human-centred values and fairness",
            "oecd-legal-0449-2023",
        ),
        (
            "Recommendation of the Council on Artificial Intelligence OECD/LEGAL/0449 1.2. Human-centred values "
            "and fairness",
            "oecd-legal-0449-2019",
        ),
        ("IEEE Std 7003™-2024 IEEE Standard for Algorithmic Bias Considerations", "ieee-7003-2024"),
        ("IEEE Std 7010TM-2020 Assessing the Impact of Autonomous Systems on Human Well-Being", "ieee-7010-2020"),
        ("ETHICALLY ALIGNED DESIGN First Edition A Vision for Prioritizing Human Well-being", "ieee-ead-1e-2019"),
        ("ETHICALLY ALIGNED DESIGN Version 2 - For Public Discussion", "ieee-ead-v2-2017"),
        ("NIST AI 600-1 (July 2024) Artificial Intelligence Risk Management Framework: "
         "Generative Artificial Intelligence Profile NIST AI 100-1", "nist-ai-600-1-2024"),
        (
            "This text is meant purely as a documentation tool 02024R1689 — EN — 27.07.2026 REGULATION (EU) 2024/1689 "
            "OF THE EUROPEAN PARLIAMENT (and others) of 13 June 2024 (Artificial Intelligence Act) "
            "amended by Regulation (EU) 2026/1744 Official Journal of the European Union",
            "eu-ai-act-2024-1689-consolidated-2026",
        ),
    ],
)  # fmt: skip
def test_editions_not_at_hand_are_told_apart_on_made_up_first_pages(catalog: Catalog, text: str, doc_id: str) -> None:
    assert [edition.doc_id for edition in catalog.recognise(text)] == [doc_id]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "A policy paper that cites the UNESCO Recommendation on the Ethics of Artificial Intelligence.",
        "A commentary on Regulation (EU) 2024/1689 of the European Parliament (and others) of 13 June 2024.",
        "Reading list: IEEE Std 7003-2024, OECD/LEGAL/0449, NIST AI 100-1, P9_TA(2024)0138",
    ],
)
def test_a_text_that_only_mentions_editions_is_none_of_them(catalog: Catalog, text: str) -> None:
    assert catalog.recognise(text) == ()


def test_a_compiled_register_is_never_taken_for_the_official_text(catalog: Catalog) -> None:
    official = (
        "Recommendation of the Council on Artificial Intelligence OECD/LEGAL/0449 1.2 Respect for the rule of law, "
        "human rights and democratic values, including fairness and privacy"
    )
    assert [edition.doc_id for edition in catalog.recognise(official)] == ["oecd-legal-0449-2024"]
    compiled = f"register-oecd\n{REGISTER_MARK.capitalize()}\n{official}"
    assert [edition.doc_id for edition in catalog.recognise(compiled)] == ["register-oecd"]


def test_patterns_run_on_a_bounded_text(catalog: Catalog) -> None:
    late = "x" * TEXT_BOUND + " UNESCO Recommendation on the Ethics of Artificial Intelligence SHS/BIO/PI/2021/1"
    assert catalog.recognise(late) == ()


def test_fold_closes_line_end_hyphens_and_white_space() -> None:
    assert fold_first_pages("Arti\ufffeficial\r\nIntelli\x02\r\ngence \t Act\f") == "Artificial Intelligence Act"


def test_most_specific_first() -> None:
    catalog = load_catalog(
        entry("one", 'recognise = ["alpha"]')
        + entry("two", 'recognise = ["alpha", "b"]')
        + entry("three", 'recognise = ["alpha", "beta"]')
        + entry("four", 'recognise = ["alpha"]', 'reject = ["BETA"]')
        + entry("five")
    )
    assert [edition.doc_id for edition in catalog.recognise("Alpha Beta")] == ["three", "two", "one"]
    assert [edition.doc_id for edition in catalog.recognise("Alpha")] == ["one", "four"]


REJECTED = [
    ("unknown key", entry("one", 'licens = "x"'), 16, "unknown key 'licens'. Did you mean 'licence'"),
    ("missing keys", entry("one", title="", status=""), 1, "title, status missing"),
    ("wrong type", entry(verified='"yes"'), 15, "verified must be true or false"),
    ("a bool for a count", entry("one", "quote_limit_words = true"), 16, "must be a whole number"),
    ("list for text", entry(title='["x"]'), 5, "title must be text in quotes"),
    ("empty text", entry(title='""'), 5, "title is empty"),
    ("id form", entry("One_1"), 2, "id is 'One_1'"),
    ("urn form", entry(urn='"urn:isbn:1"'), 3, "urn is 'urn:isbn:1'"),
    ("date form", entry(issued='"May 2024"'), 8, "issued is 'May 2024'"),
    ("amended by nothing", entry(status='"amended"'), 9, "amended_by must say by what"),
    ("status", entry(status='"in force"'), 9, "status is 'in force'; it must be one of amended, current, draft"),
    ("scheme", entry(scheme='"clauses"'), 14, "scheme is 'clauses'"),
    ("redistribute", entry(redistribute='"maybe"'), 12, "redistribute is 'maybe'"),
    ("url", entry(landing_url='"example.org"'), 13, "landing_url is 'example.org'"),
    ("negative limit", entry("one", "quote_limit_words = -1"), 16, "below 0"),
    ("verified by nothing", entry(verified="true"), 15, "verified_against names no source"),
    ("bad pattern", entry("one", 'recognise = ["ok", "(open"]'), 16, "'(open' is no regular expression"),
    ("pattern not text", entry("one", "reject = [1]"), 16, "reject must be a list of texts"),
    ("table not text", entry("one", "reject = [{ x = 1 }]"), 16, "reject must be a list of texts"),
    ("no day of the calendar", entry("one", 'checked = "2026-02-31"'), 16, "it must be a day"),
    ("files no tables", entry("one", 'files = ["a.pdf"]'), 16, "files must be a list of tables"),
    ("same alias twice", entry("one", 'aliases = ["A", "A"]'), 16, "aliases names something twice"),
    ("expected", entry("one", "[edition.expected]", "para = 0"), 17, "expected para must be"),
    ("sha256 form", entry("one", "[[edition.files]]", 'sha256 = "ABC"'), 17, "64 lower-case hexadecimal"),
    ("file key", entry("one", "[[edition.files]]", f'sha256 = "{"a" * 64}"', "size = 1"), 18, "unknown key 'size'"),
    ("file without hash", entry("one", "[[edition.files]]", 'note = "x"'), 16, "a file without sha256"),
    ("duplicate id", entry("one") + entry("one"), 17, "id 'one' is already that of 'one'"),
    ("duplicate urn", entry("one") + entry("two", urn='"urn:kb:x:one:1"'), 18, "urn 'urn:kb:x:one:1' is already"),
    (
        "duplicate sha256",
        entry("one", "[[edition.files]]", f'sha256 = "{"a" * 64}"')
        + entry("two", "[[edition.files]]", f'sha256 = "{"b" * 64}"', "[[edition.files]]", f'sha256 = "{"a" * 64}"'),
        36,
        "is already that of 'one'",
    ),
    (
        "duplicate sha256 in one entry",
        entry("one", "[[edition.files]]", f'sha256 = "{"a" * 64}"', "[[edition.files]]", f'sha256 = "{"a" * 64}"'),
        19,
        "is already that of 'one'",
    ),
    ("duplicate alias", entry("one", 'aliases = ["AI Act"]') + entry("two", 'aliases = ["ai act"]'), 32, "is already"),
    ("dangling id", entry("one", 'supersedes = "two"'), 16, "supersedes names 'two', which is no edition"),
    ("dangling register_of", entry("one", 'register_of = ["two"]', scheme='"register"'), 16, "register_of names 'two'"),
    ("dangling mistaken_for", entry("one", 'note = "x."', 'mistaken_for = ["two"]'), 17, "mistaken_for names 'two'"),
    ("itself", entry("one", 'rendition_of = "one"'), 16, "rendition_of names the edition itself"),
    (
        "superseded yet current",
        entry("one", 'superseded_by = "two"') + entry("two"),
        16,
        "superseded_by is given, but status is 'current'",
    ),
    (
        "going in circles",
        entry("one", 'supersedes = "two"') + entry("two", 'supersedes = "one"'),
        16,
        "leads back to the edition itself",
    ),
    ("register without editions", entry(scheme='"register"'), 14, "scheme is 'register' where register_of"),
    ("mix-up unexplained", entry("one", 'mistaken_for = ["two"]') + entry("two"), 16, "mistaken_for needs a note"),
    ("unknown table", '[general]\nname = "x"\n' + entry(), 1, "unknown key 'general'"),
    ("no TOML", entry() + "title = \n", 16, "not valid TOML"),
    ("key twice", entry("one", 'title = "x"'), 16, "not valid TOML"),
    ("string left open", entry("one", 'note = """x'), 17, "not valid TOML"),
    ("nothing", "", 1, "no [[edition]] table"),
    ("one table, not a list", entry().replace("[[edition]]", "[edition]"), 1, "no [[edition]] table"),
    (
        "line after a multi-line string with a header in it",
        entry("one", 'note = """', "[[edition]]", 'id = "not this"', '"""') + entry("two", status='"old"'),
        28,
        "edition 'two': status is 'old'",
    ),
]


@pytest.mark.parametrize(("text", "line", "words"), [case[1:] for case in REJECTED], ids=[case[0] for case in REJECTED])
def test_a_wrong_entry_is_refused_with_file_and_line(text: str, line: int, words: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load_catalog(text, "my/catalog.toml")
    message = str(caught.value)
    assert message.startswith(f"my/catalog.toml, line {line}: "), message
    assert words in message


def test_the_smallest_entry_is_accepted() -> None:
    (edition,) = load_catalog(entry()).editions
    assert edition.quote_limit_words is None
    assert not edition.files and not edition.recognise and not edition.mistaken_for
    assert not edition.is_register


def test_corpus_dir_holds_the_catalog() -> None:
    assert corpus_dir() == ROOT / "corpus"


def test_reading_a_catalog_is_light() -> None:
    heavy = "numpy, torch, faiss, pypdf, pypdfium2, gradio, tomlkit, importlib.resources"
    code = (
        "import sys, kb.catalog.catalog, kb.catalog.recognition; "
        f"print([m for m in {heavy.split(', ')} if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    assert done.stdout.strip() == "[]"
