"""What a file is, whatever its name says; and that a person is told when the two differ."""

from __future__ import annotations

import hashlib

import pytest

from kb.catalog.catalog import Catalog, corpus_dir, load_catalog
from kb.catalog.recognition import Recognition, recognise_file
from kb.types import Edition
from tests.catalogs import entry
from tests.kb.catalog.test_catalog import FILES
from tests.paths import document, first_pages_text

EP = "European Parliament TEXTS ADOPTED P9_TA(2024)0138 European Parliament legislative resolution of 13 March 2024"
OHCHR = "UNESCO’s Input in reply to the OHCHR report on Human Rights Council Resolution 47/23"
FLYER = "What are the OECD Principles on AI? (Observer) Last update: 2 March 2020"
OECD_2019 = "Recommendation of the Council on Artificial Intelligence OECD/LEGAL/0449 Human-centred values and fairness"
OJ = (
    "REGULATION (EU) 2024/1689 OF THE EUROPEAN PARLIAMENT (and others) of 13 June 2024 "
    "ELI: http://data.europa.eu/eli/reg/2024/1689/oj"
)
UNKNOWN = "Minutes of a meeting"

# relative path, the name it circulates under, what that name claims, words of the notice
TRAPS = [
    (
        "eu/ep-texts-adopted-p9-ta-2024-0138-ai-act.pdf",
        "EU-AI-Act-Regulation-2024-1689.pdf",
        "eu-ai-act-2024-1689",
        "superseded; its successor is Regulation (EU) 2024/1689",
    ),
    (
        "unesco/unesco-input-ohchr-hrc47-23.pdf",
        "UNESCO_AI_Ethics.pdf",
        "unesco-ai-ethics-2021",
        "its own paragraphs 1–26 are not those of the Recommendation",
    ),
    (
        "oecd/what-are-the-oecd-principles-on-ai-2020.pdf",
        "OECD_AI_Principles.pdf",
        "oecd-legal-0449-2024",
        "are not the wording of the legal instrument",
    ),
]


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_catalog((corpus_dir() / "catalog.toml").read_text(encoding="utf-8"))


def _id(edition: Edition | None) -> str | None:
    return edition.doc_id if edition else None


def _facts(result: Recognition) -> tuple[str | None, str, str | None]:
    return _id(result.edition), result.how, _id(result.name_claims)


@pytest.mark.documents
@pytest.mark.parametrize(("relative", "doc_id"), FILES.items())
def test_documents_are_known_by_hash_and_by_text_and_their_names_are_honest(
    catalog: Catalog, relative: str, doc_id: str
) -> None:
    path = document(relative)
    by_hash = recognise_file(str(path), hashlib.sha256(path.read_bytes()).hexdigest(), "", catalog)
    by_text = recognise_file(path.name, "0" * 64, first_pages_text(path), catalog)
    assert (_id(by_hash.edition), by_hash.how) == (doc_id, "hash")
    assert (_id(by_text.edition), by_text.how) == (doc_id, "text")
    assert by_hash.notes == by_text.notes
    assert not any("the name says" in note for note in by_text.notes)
    assert _id(by_text.name_claims) in {None, doc_id}


@pytest.mark.documents
@pytest.mark.parametrize(("relative", "name", "claimed", "words"), TRAPS)
@pytest.mark.parametrize("by", ["hash", "text"])
def test_a_look_alike_under_its_false_name_is_named_for_what_it_is(
    catalog: Catalog, relative: str, name: str, claimed: str, words: str, by: str
) -> None:
    path = document(relative)
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest() if by == "hash" else ""
    result = recognise_file(name, sha256, first_pages_text(path), catalog)
    assert _facts(result) == (FILES[relative], by, claimed)
    assert len(result.notes) == 1
    (note,) = result.notes
    start = f"{name}: the name says {catalog.get(claimed).ref}, but the text is {catalog.get(FILES[relative]).ref} ("
    assert note.startswith(start)
    assert words in note


@pytest.mark.documents
@pytest.mark.parametrize(("relative", "name", "claimed", "words"), TRAPS)
@pytest.mark.parametrize("honest", ["as it is", "download.pdf"])
def test_a_look_alike_is_pointed_out_even_under_an_honest_name(
    catalog: Catalog, relative: str, name: str, claimed: str, words: str, honest: str
) -> None:
    path = document(relative)
    shown = path.name if honest == "as it is" else honest
    result = recognise_file(shown, "", first_pages_text(path), catalog)
    notice = result.notes[0]
    assert notice.startswith(f"{shown}: this is {catalog.get(FILES[relative]).ref}; it is not ")
    assert catalog.get(claimed).ref in notice
    assert not any("the name says" in note for note in result.notes)


@pytest.mark.parametrize(
    ("name", "text", "facts", "words"),
    [
        ("EU_AI_Act.pdf", EP, ("ep-p9-ta-2024-0138", "text", "eu-ai-act-2024-1689"), "first reading"),
        ("inbox/UNESCO_AI_Ethics.pdf", OHCHR, ("unesco-ohchr-input-2022", "text", "unesco-ai-ethics-2021"), "1–26"),
        (r"C:\inbox\UNESCO_AI_Ethics.pdf", OHCHR, ("unesco-ohchr-input-2022", "text", "unesco-ai-ethics-2021"), "1–26"),
        ("OECD AI Principles (1).pdf", FLYER, ("oecd-ai-principles-flyer-2020", "text", "oecd-legal-0449-2024"), "two"),
        ("oecd-legal-0449-2024.txt", OECD_2019, ("oecd-legal-0449-2019", "text", "oecd-legal-0449-2024"), "superseded"),
        ("IEEE Std 7003-2024.pdf", OJ, ("eu-ai-act-2024-1689", "text", "ieee-7003-2024"), "Regulation (EU) 2026/1744"),
    ],
)
def test_a_false_name_is_told_in_one_note(
    catalog: Catalog, name: str, text: str, facts: tuple[str, str, str], words: str
) -> None:
    result = recognise_file(name, "", text, catalog)
    assert _facts(result) == facts
    (note,) = result.notes
    assert "the name says" in note and words in note
    assert "/" not in note.split(":")[0] and "\\" not in note.split(":")[0]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("EU_AI_Act.pdf", OJ),
        ("Regulation_EU_2024_1689.pdf", OJ),
        ("OECD_AI_Principles.pdf", OECD_2019),
        ("OECD-LEGAL-0449-en.pdf", OECD_2019),
        ("UNESCO.pdf", OHCHR),
        ("scan0001.pdf", OJ),
        ("UNESCO AI ethics and EU AI Act.pdf", OJ),
        ("", OJ),
    ],
)
def test_a_vague_name_is_not_called_false(catalog: Catalog, name: str, text: str) -> None:
    result = recognise_file(name, "", text, catalog)
    assert result.edition is not None
    assert not any("the name says" in note for note in result.notes)


def test_a_superseded_text_is_always_told_with_its_successor(catalog: Catalog) -> None:
    oecd = recognise_file("OECD-LEGAL-0449-en.pdf", "", OECD_2019, catalog)
    assert any("superseded; its successor is OECD/LEGAL/0449 (2024)" in note for note in oecd.notes)
    text = "ETHICALLY ALIGNED DESIGN VERSION ONE REQUEST FOR INPUT 13 December 2016"
    ead = recognise_file("x.pdf", "", text, catalog)
    assert ead.notes == (
        "x.pdf: IEEE EADv1 (2016) is superseded; its successor is IEEE EADv2 (2017), "
        "and the latest is IEEE EAD1e (2019).",
    )


def test_a_name_alone_proves_nothing(catalog: Catalog) -> None:
    result = recognise_file("UNESCO_AI_Ethics.pdf", "", UNKNOWN, catalog)
    assert _facts(result) == (None, "none", "unesco-ai-ethics-2021")
    (note,) = result.notes
    assert "a name is no proof" in note
    assert recognise_file("minutes.pdf", "", UNKNOWN, catalog) == Recognition(None, "none", None, ())


def test_bytes_outrank_text(catalog: Catalog) -> None:
    known = catalog.get("eu-hleg-2019").files[0].sha256
    assert _facts(recognise_file("a.pdf", known, EP, catalog)) == ("eu-hleg-2019", "hash", None)


def test_a_text_that_fits_two_editions_alike_is_neither() -> None:
    two = load_catalog(entry("one", 'recognise = ["alpha"]') + entry("two", 'recognise = ["ALPHA"]'))
    result = recognise_file("a.pdf", "", "alpha", two)
    assert (result.edition, result.how) == (None, "none")
    assert result.notes == ("a.pdf: the text fits X one and X two equally well, so it is taken for none of them.",)


def test_a_rendition_is_told_as_such() -> None:
    pair = load_catalog(entry("one") + entry("two", 'rendition_of = "one"', 'recognise = ["alpha"]'))
    result = recognise_file("X one.md", "", "alpha", pair)
    assert _id(result.edition) == "two"
    assert result.notes == ("X one.md: this is X one in another form; it is read, but not cited beside it.",)
