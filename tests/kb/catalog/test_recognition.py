"""Recognition of a file whatever its name says, and the notice if name and content differ."""

from __future__ import annotations

import hashlib

import pytest

from kb.catalog.catalog import Catalog, corpus_dir, load_catalog
from kb.catalog.recognition import Recognition, recognise_file
from kb.catalog.title_page import TitlePage
from kb.types import Edition
from tests.catalogs import entry
from tests.kb.catalog.test_catalog import FILES
from tests.paths import document
from tests.title_pages import made, title_page
from tests.wording import english

EP = made("European Parliament legislative resolution of 13 March 2024", "TEXTS ADOPTED P9_TA(2024)0138")
OHCHR = made("UNESCO’s Input in reply to the OHCHR report on Human Rights Council Resolution 47/23")
FLYER = made("What are the OECD Principles on AI?", "(Observer) Last update: 2 March 2020")
OECD_2019 = made(
    "Recommendation of the Council on Artificial Intelligence", "OECD/LEGAL/0449 Human-centred values and fairness"
)
OJ = made(
    "REGULATION (EU) 2024/1689 OF THE EUROPEAN PARLIAMENT (and others) of 13 June 2024",
    "ELI: http://data.europa.eu/eli/reg/2024/1689/oj",
)
UNKNOWN = made("Minutes of a meeting")
BY_ITS_TITLE_PAGE = "by its title page; the catalog knows the bytes of another file of it"

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


def _without_how(notes: tuple[str, ...]) -> tuple[str, ...]:
    """The notes without the one that says how a file is known whose bytes are not."""
    return tuple(note for note in notes if BY_ITS_TITLE_PAGE not in note)


def _facts(result: Recognition) -> tuple[str | None, str]:
    return _id(result.edition), result.how


@pytest.mark.documents
@pytest.mark.parametrize(("relative", "doc_id"), FILES.items())
def test_documents_are_known_by_hash_and_by_text_and_their_names_are_honest(
    catalog: Catalog, relative: str, doc_id: str
) -> None:
    path = document(relative)
    by_hash = recognise_file(str(path), hashlib.sha256(path.read_bytes()).hexdigest(), TitlePage(""), catalog)
    by_text = recognise_file(path.name, "0" * 64, title_page(path), catalog, lambda _: 1.0)
    assert (_id(by_hash.edition), by_hash.how) == (doc_id, "hash")
    assert (_id(by_text.edition), by_text.how) == (doc_id, "text")
    assert english(by_hash.notes) == _without_how(english(by_text.notes))
    assert len(english(by_text.notes)) == len(english(by_hash.notes)) + 1
    assert not any("the name says" in note for note in english(by_text.notes))


@pytest.mark.documents
@pytest.mark.parametrize(("relative", "name", "claimed", "words"), TRAPS)
@pytest.mark.parametrize("by", ["hash", "text"])
def test_a_look_alike_under_its_false_name_is_named_for_what_it_is(
    catalog: Catalog, relative: str, name: str, claimed: str, words: str, by: str
) -> None:
    path = document(relative)
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest() if by == "hash" else ""
    result = recognise_file(name, sha256, title_page(path), catalog)
    assert _facts(result) == (FILES[relative], by)
    (note,) = _without_how(english(result.notes))
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
    result = recognise_file(shown, "", title_page(path), catalog)
    notice = english(result.notes)[0]
    assert notice.startswith(f"{shown}: this is {catalog.get(FILES[relative]).ref}; it is not ")
    assert catalog.get(claimed).ref in notice
    assert not any("the name says" in note for note in english(result.notes))


@pytest.mark.parametrize(
    ("name", "page", "doc_id", "claimed", "words"),
    [
        ("EU_AI_Act.pdf", EP, "ep-p9-ta-2024-0138", "eu-ai-act-2024-1689", "first reading"),
        ("inbox/UNESCO_AI_Ethics.pdf", OHCHR, "unesco-ohchr-input-2022", "unesco-ai-ethics-2021", "1–26"),
        (r"C:\inbox\UNESCO_AI_Ethics.pdf", OHCHR, "unesco-ohchr-input-2022", "unesco-ai-ethics-2021", "1–26"),
        ("OECD AI Principles (1).pdf", FLYER, "oecd-ai-principles-flyer-2020", "oecd-legal-0449-2024", "two"),
        ("oecd-legal-0449-2024.txt", OECD_2019, "oecd-legal-0449-2019", "oecd-legal-0449-2024", "superseded"),
        ("IEEE Std 7003-2024.pdf", OJ, "eu-ai-act-2024-1689", "ieee-7003-2024", "Regulation (EU) 2026/1744"),
    ],
)
def test_a_false_name_is_told_in_one_note(
    catalog: Catalog, name: str, page: TitlePage, doc_id: str, claimed: str, words: str
) -> None:
    result = recognise_file(name, "", page, catalog)
    assert _facts(result) == (doc_id, "text")
    (note,) = _without_how(english(result.notes))
    assert f"the name says {catalog.get(claimed).ref}, but" in note and words in note
    assert "/" not in note.split(":")[0] and "\\" not in note.split(":")[0]


@pytest.mark.parametrize(
    ("name", "page"),
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
def test_a_vague_name_is_not_called_false(catalog: Catalog, name: str, page: TitlePage) -> None:
    result = recognise_file(name, "", page, catalog)
    assert result.edition is not None
    assert not any("the name says" in note for note in english(result.notes))


def test_a_superseded_text_is_always_told_with_its_successor(catalog: Catalog) -> None:
    oecd = recognise_file("OECD-LEGAL-0449-en.pdf", "", OECD_2019, catalog)
    assert any("superseded; its successor is OECD/LEGAL/0449 (2024)" in note for note in english(oecd.notes))
    page = made("ETHICALLY ALIGNED DESIGN – VERSION ONE", "REQUEST FOR INPUT 13 December 2016")
    ead = recognise_file("x.pdf", "", page, catalog)
    assert _without_how(english(ead.notes)) == (
        "x.pdf: IEEE EADv1 (2016) is superseded; its successor is IEEE EADv2 (2017), "
        "and the latest is IEEE EAD1e (2019).",
    )


def test_a_name_alone_proves_nothing(catalog: Catalog) -> None:
    result = recognise_file("UNESCO_AI_Ethics.pdf", "", UNKNOWN, catalog)
    assert _facts(result) == (None, "none")
    (note,) = english(result.notes)
    assert "a name is no proof" in note and catalog.get("unesco-ai-ethics-2021").ref in note
    assert recognise_file("minutes.pdf", "", UNKNOWN, catalog) == Recognition(None, "none", ())


def test_bytes_outrank_text(catalog: Catalog) -> None:
    known = catalog.get("eu-hleg-2019").files[0].sha256
    assert _facts(recognise_file("a.pdf", known, EP, catalog)) == ("eu-hleg-2019", "hash")


LADDERS = {"title": '"Rules for all ladders"', "publisher": '"Orchard Guild"'}


def test_a_text_that_fits_two_editions_alike_is_neither() -> None:
    two = load_catalog(
        entry("one", 'recognise = ["alpha"]', **LADDERS) + entry("two", 'recognise = ["ALPHA"]', **LADDERS)
    )
    result = recognise_file("a.pdf", "", made("Rules for all ladders", "Orchard Guild alpha"), two)
    assert (result.edition, result.how) == (None, "none")
    assert english(result.notes) == (
        "a.pdf: the text fits X one and X two equally well, so it is taken for none of them.",
    )


def test_a_rendition_is_told_as_such() -> None:
    pair = load_catalog(entry("one") + entry("two", 'rendition_of = "one"', 'recognise = ["alpha"]', **LADDERS))
    result = recognise_file("X one.md", "", made("Rules for all ladders", "Orchard Guild alpha"), pair)
    assert _id(result.edition) == "two"
    assert english(result.notes) == ("X one.md: this is X one in another form; it is read, but not cited beside it.",)


GUILD = entry(
    "guild", 'recognise = ["Rules for all ladders", "Guild 12"]', "[edition.expected]", "para = 20", **LADDERS
)


@pytest.mark.parametrize(
    ("title", "beside", "share", "doc_id", "reasons"),
    [
        ("Rules for all ladders", "Orchard Guild, Guild 12", 1.0, "guild", ()),
        ("Rules for all ladders", "Orchard Guild, Guild 12", 0.5, "guild", ()),
        ("Rules for all ladders", "Orchard Guild, Guild 12", 0.1, None, ("10% of its units",)),
        ("Rules for all ladders: a guide", "Orchard Guild, Guild 12", 1.0, None, ("its title goes on: “{title}”",)),
        ("A guide to the rules for all ladders", "Orchard Guild, Guild 12", 1.0, None, ()),
        ("How we keep the nets", "Rules for all ladders, Orchard Guild, Guild 12", 1.0, None, ()),
    ],
)
def test_title_number_issuer_and_units_together_prove_an_edition(
    title: str, beside: str, share: float, doc_id: str | None, reasons: tuple[str, ...]
) -> None:
    catalog = load_catalog(GUILD)
    result = recognise_file("a.pdf", "", made(title, beside), catalog, lambda _: share)
    assert _id(result.edition) == doc_id
    wanted = tuple(reason.format(title=title) for reason in reasons)
    found = [(doubt.edition, english(doubt.reasons)) for doubt in result.doubts]
    assert found == ([(catalog.get("guild"), wanted)] if wanted else [])


def test_the_number_may_not_stand_in_the_running_text_only() -> None:
    catalog = load_catalog(GUILD)
    page = TitlePage("Rules for all ladders. They follow Guild 12.", ("Rules for all ladders",), "Net House")
    (doubt,) = recognise_file("a.pdf", "", page, catalog, lambda _: 0.6).doubts
    assert english(doubt.reasons) == ("no number, issuer or date of it on the title page",)


def test_a_person_settles_a_doubt_either_way(catalog: Catalog) -> None:
    known = catalog.get("eu-hleg-2019").files[0].sha256
    said = recognise_file("a.pdf", "", UNKNOWN, catalog, given="nist-ai-100-1-2023")
    assert _facts(said) == ("nist-ai-100-1-2023", "person")
    assert any("by your word" in note for note in english(said.notes))
    for sha256, page in ((known, UNKNOWN), ("", OJ)):
        not_it = recognise_file("a.pdf", sha256, page, catalog, denied=("eu-hleg-2019", "eu-ai-act-2024-1689"))
        assert _facts(not_it) == (None, "none")
