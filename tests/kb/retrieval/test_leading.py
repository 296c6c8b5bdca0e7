"""Passages that are put first: definitions, the provision that guidance explains, units of the kind asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ingest.pipeline import ingest_paths
from kb.catalog.register import load_corpus
from kb.query.query import read_query
from kb.retrieval.leading import (
    is_notes,
    with_contrasts_behind,
    with_general_rule_ahead,
    with_titled_ahead,
    with_units_asked_ahead,
)
from kb.retrieval.leading_duties import (
    asks_of_duty,
    with_duties_ahead,
    with_other_actors_behind,
    with_prohibitions_ahead,
)
from kb.retrieval.search import missing_publications
from kb.types import Hit
from tests.fakes import WordEncoder
from tests.library import answering

if TYPE_CHECKING:
    from pathlib import Path

    from kb.knowledge_base import KnowledgeBase
    from kb.library.library import Library

ACT = """Harbour Lamp Regulation

Article 1
Scope

1. This Regulation applies to lamps that stand in a harbour of the guild and to whoever owns or tends them by night.

Article 2
Definitions

In this Regulation the words below mean this:
(1) ‘keeper’ means a person who lights lamps for the guild and writes down when each of them was lit;
(2) ‘beacon’ means a lamp that can be seen from the open sea and that is never put out before the morning;
(3) ‘lantern boat’ means a boat that carries a lamp of the guild from one pier to the other in fog.

Article 3
Prohibited lamps

Robbers and others shall not set a false light on the cliffs of the north or on any other coast.

Article 4
Records

1. Keepers shall keep their books for six years and show them to the guild when the guild asks for them.
"""
COASTS = (
    "cliffs of the north",
    "dunes of the south",
    "marshes of the east",
    "islands of the west",
    "mouth of the river",
)
GUIDANCE = "Notes for Keepers on Wrecking Lights\n\n" + "\n".join(
    f"{n}. Robbers of old set a false light on the {coast} for gain, and Article 3 of the Harbour Lamp Regulation "
    f"forbids every false light on the {coast}, whether or not a ship follows it. "
    + " ".join(
        f"On the {coast} the watch of the {hour} hour looks for a false light, and tells the guild of the fires that "
        f"it saw, of who had lit them, and of what was said by the people who stood around them in the rain."
        for hour in ("first", "second", "third", "fourth", "fifth")
    )
    for n, coast in enumerate(COASTS, 1)
)


REPORT = "Report on the Books of Keepers\n\n" + "\n\n".join(
    f"{n}. We asked {many} keepers of the {coast}. They told us that they have to keep their books dry, that they keep "
    f"their books in a chest, and that their books are read by nobody but their sons and by the {coast} watch."
    for n, (many, coast) in enumerate(zip(("nine", "ten", "eleven", "twelve", "forty"), COASTS, strict=True), 1)
)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> KnowledgeBase:
    """The knowledge base over a made regulation and a guild's guidance on it."""
    home, papers = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("papers")
    (papers / "act.txt").write_text(ACT, "utf-8")
    (papers / "guidance.txt").write_text(GUIDANCE, "utf-8")
    assert not ingest_paths(home, [papers], WordEncoder(), load_corpus(), today="2026-01-02", version="test").failed
    return answering(home)


def test_the_provision_that_guidance_explains_leads(base: KnowledgeBase) -> None:
    hits = base.search("May robbers have set a false light on the cliffs of the north?", 5)
    assert (hits[0].hit.retriever, hits[0].citation.locator) == ("explained", "Article 3")
    answer = base.ask("May robbers have set a false light on the cliffs of the north?")
    assert answer.citations[0].locator == "Article 3"
    assert any("Wrecking" in c.title or "Notes" in c.doc_ref for c in (*answer.citations[1:], *answer.also_relevant))


def test_no_provision_leads_where_the_guidance_is_named(base: KnowledgeBase) -> None:
    hits = base.search(
        "What do the Notes for Keepers on Wrecking Lights say of a false light on the cliffs of the north?", 5
    )
    assert hits[0].hit.retriever != "explained"


def test_a_definition_that_is_asked_for_leads_and_is_quoted_alone(base: KnowledgeBase) -> None:
    first = base.ask("What is a beacon?").citations[0]
    assert first.locator == "Article 2(2)"
    assert first.quote.startswith("(2) ‘beacon’ means")
    assert "lantern boat" not in first.quote


@pytest.mark.parametrize(
    ("question", "leads"),
    [
        ("Which paragraph of the UNESCO Recommendation speaks of gender?", "para:87"),
        ("What does the UNESCO Recommendation say of gender?", "policy-area:6"),
    ],
)
def test_units_of_the_kind_that_is_asked_for_go_before_what_holds_them(
    library: Library, question: str, leads: str
) -> None:
    of = library.rows.facts.unit
    rows = {unit: row for row in reversed(range(library.store.n_passages)) if (unit := of(row))}
    urn = "urn:kb:unesco:ai-ethics:2021"
    hits = [Hit(rows[f"{urn}:policy-area:6"], 1.0, "ranked"), Hit(rows[f"{urn}:para:87"], 0.9, "ranked")]
    first = with_units_asked_ahead(library, read_query(library, question), hits)[0]
    assert of(first.row) == f"{urn}:{leads}"


@pytest.mark.parametrize(
    ("text", "notes"),
    [
        ("12 See Articles 9 to 14.\n13 See Article 5 for the list.\n14 Ibid.", True),
        ("12 See Articles 9 to 14.\nThe report goes on.", False),
        ("1. Lamps are lit.\n2. Lamps are put out.", False),
        ("12 See Articles 9 to 14.\n40 lamps were lit.", False),
        ("37 Members of the guild should\n38 keepers of lamps should", False),
        ("1 Keepers shall light lamps.\n2 Books are kept.", False),
    ],
)
def test_a_run_of_footnotes_is_seen_by_its_numbers(text: str, notes: bool) -> None:
    assert is_notes(text) is notes


def test_the_duty_leads_before_a_report_where_the_asker_asks_what_he_must_do(tmp_path: Path) -> None:
    (tmp_path / "act.txt").write_text(ACT, "utf-8")
    (tmp_path / "report.txt").write_text(REPORT, "utf-8")
    home = tmp_path / "home"
    assert not ingest_paths(
        home,
        [tmp_path / "act.txt", tmp_path / "report.txt"],
        WordEncoder(),
        load_corpus(),
        today="2026-01-02",
        version="test",
    ).failed
    base = answering(home)
    told = base.search("What have keepers told of their books and of the chest?", 5)
    assert not told[0].citation.locator.startswith("Article 4")
    question = "Do we have to keep our books for the guild?"
    assert base.search(question, 5)[0].citation.locator.startswith("Article 4")


def test_a_rule_of_the_house_keeps_its_place_before_a_law(tmp_path: Path) -> None:
    (tmp_path / "act.txt").write_text(ACT, "utf-8")
    (tmp_path / "house.txt").write_text("House Rules of the Quay\n\n1. Clerks must keep the books dry.\n", "utf-8")
    home = tmp_path / "home"
    paths = [tmp_path / "act.txt", tmp_path / "house.txt"]
    assert not ingest_paths(home, paths, WordEncoder(), load_corpus(), today="2026-01-02", version="test").failed
    library = answering(home).library()
    rows = {library.store.passage(row).text: row for row in range(library.store.collection.size)}
    house, act = (
        next(row for text, row in rows.items() if words in text) for words in ("Clerks must", "Keepers shall")
    )
    query, hits = read_query(library, "Do we have to keep books?"), [Hit(house, 1.0, "ranked"), Hit(act, 0.9, "ranked")]
    assert [hit.row for hit in with_duties_ahead(library, query, hits)] == [house, act]


def test_a_duty_that_was_found_first_leads_what_only_reports_clearly(tmp_path: Path) -> None:
    (tmp_path / "act.txt").write_text(ACT, "utf-8")
    (tmp_path / "report.txt").write_text("Report on Quays\n\nSome clerks keep dry books of their lamps.\n", "utf-8")
    paths, home = [tmp_path / "act.txt", tmp_path / "report.txt"], tmp_path / "home"
    assert not ingest_paths(home, paths, WordEncoder(), load_corpus(), today="2026-01-02", version="test").failed
    library = answering(home).library()
    rows = {library.store.passage(row).text: row for row in range(library.store.collection.size)}
    report, act = (
        next(row for text, row in rows.items() if words in text) for words in ("Some clerks", "Keepers shall")
    )
    query, hits = (
        read_query(library, "Do we have to keep books?"),
        [Hit(act, 1.0, "ranked"), Hit(report, 0.98, "ranked")],
    )
    led = with_duties_ahead(library, query, hits)
    assert [(hit.row, round(hit.score, 2)) for hit in led] == [(act, 1.08), (report, 0.98)]


DUTIES = """Lamp Trade Code

Article 1
Mending

1. Makers shall mend a lamp that smokes and tell the guild of the harbour on the next day that it smokes.

Article 2
Windows

1. Sellers shall take a lamp that smokes out of the window before the evening and keep it in the back room.

Article 3
Smoke

1. A lamp that smokes is a lamp whose glass turns black within an hour of being lit in a room without wind.

Article 4
Seals

1. The seal on a lamp shall be plain and as large as a thumb, and its number shall be read without a glass.
"""


def test_a_passage_on_other_actors_or_that_binds_nobody_goes_behind_that_of_the_actor_asked_about(
    tmp_path: Path,
) -> None:
    (tmp_path / "code.txt").write_text(DUTIES, "utf-8")
    paths, home = [tmp_path / "code.txt"], tmp_path / "home"
    assert not ingest_paths(home, paths, WordEncoder(), load_corpus(), today="2026-01-02", version="test").failed
    library = answering(home).library()
    rows = {library.store.passage(row).text: row for row in range(library.store.collection.size)}

    def led(question: str, *scores: float) -> list[str]:
        said = ("Makers shall", "Sellers shall", "is a lamp whose", "The seal")
        of = {next(row for text, row in rows.items() if words in text): words for words in said}
        hits = sorted(
            (Hit(row, score, "ranked") for row, score in zip(of, scores, strict=True)), key=lambda h: -h.score
        )
        return [of[hit.row] for hit in with_other_actors_behind(library, read_query(library, question), hits)]

    asked = "What must a seller do with a lamp that smokes?"
    assert led(asked, 1.0, 0.9, 0.95, 0.8) == ["Sellers shall", "Makers shall", "is a lamp whose", "The seal"]
    assert led(asked, 1.0, 0.5, 0.4, 0.3)[0] == "Makers shall", "too far behind"
    assert led("판매자가 뭐예요?", 1.0, 0.9, 0.95, 0.8)[0] == "Makers shall", "its meaning is asked for"
    asked = "What must a dyer do with a lamp that smokes?"
    assert led(asked, 1.0, 0.9, 0.95, 0.8)[:2] == ["Makers shall", "is a lamp whose"], "nobody speaks of dyers"


def test_a_question_for_an_exception_or_a_prohibition_asks_of_a_duty(library: Library) -> None:
    for asked in ("Which lamps are exempt from the seal?", "What may sellers not sell?", "어떤 등불이 면제되나요?"):
        assert asks_of_duty(read_query(library, asked)), asked
    for asked in ("Can a buyer ask for a new lamp?", "산 사람이 새 등불을 요구할 수 있나요?"):
        assert asks_of_duty(read_query(library, asked)), asked
    assert not asks_of_duty(read_query(library, "Which lamps did the change of 2026 newly exempt, and from when?"))


CHAPTER = """Guild Code of Practice for Harbour Lamps: Transparency Chapter

Guild of Harbour Keepers, 2025

Commitment 1 Records

Measure 1.1 Books of lamps

Keepers will write down when each lamp was lit and show the book to whoever asks for it.

Measure 1.2 Signs at the pier

Keepers will put up a sign that says who lights the lamps of the pier.
"""


def test_a_chapter_that_is_not_here_is_not_answered_from_another(tmp_path: Path) -> None:
    (tmp_path / "chapter.txt").write_text(CHAPTER, "utf-8")
    home = tmp_path / "home"
    assert not ingest_paths(
        home, [tmp_path / "chapter.txt"], WordEncoder(), load_corpus(), today="2026-01-02", version="test"
    ).failed
    library = answering(home).library()
    name = "Guild Code of Practice for Harbour Lamps"
    assert missing_publications(library, read_query(library, f"What does the {name}, copyright chapter, ask?")) != []
    assert missing_publications(library, read_query(library, f"What does the {name}, transparency chapter, ask?")) == []


TITLED = """Code of the Lamp Guild

Chapter I Lamps of high danger

Article 1
Presumption of soundness with certain seals

1. Lamps of high danger with a seal of the guild are presumed to be sound by whoever looks at them in the harbour.

Article 2
Soundness tests

1. The maker shall have the soundness of a lamp of high danger tested by the guild before the lamp is sold.
2. The guild shall publish a list of the tests that it carries out in each of the harbours of the coast.
"""


def _library_and_rows(folder: Path, code: str) -> tuple[Library, dict[str, int]]:
    """A library with one code, and its rows by their texts."""
    (folder / "code.txt").write_text(code, "utf-8")
    paths, home = [folder / "code.txt"], folder / "home"
    assert not ingest_paths(home, paths, WordEncoder(), load_corpus(), today="2026-01-02", version="test").failed
    library = answering(home).library()
    return library, {library.store.passage(row).text: row for row in range(library.store.collection.size)}


def first_titled(library: Library, hits: list[Hit], question: str) -> int:
    """The row of the first of some hits after those called by what is asked for were put ahead."""
    return with_titled_ahead(library, read_query(library, question), hits)[0].row


def test_a_unit_whose_whole_title_is_asked_for_is_ahead_of_one_with_the_words_in_its_chapter(tmp_path: Path) -> None:
    library, rows = _library_and_rows(tmp_path, TITLED)
    presumed = next(row for text, row in rows.items() if "are presumed" in text)
    tested = next(row for text, row in rows.items() if "The maker" in text)
    hits = [Hit(presumed, 1.0, "ranked"), Hit(tested, 0.95, "ranked")]
    assert first_titled(library, hits, "Who carries out the soundness tests of lamps of high danger?") == tested
    assert first_titled(library, hits, "Who presumes that lamps of high danger are sound?") == presumed


OF_GUILD = """Code of the Lamp Guild

Chapter I Whoever serves the lamps

Article 1
House and book of the harbour guild

1. The harbour guild has a house with a bell, a clerk and a book, in which it sits on the first day of every month.

Article 2
Tasks of the guild

1. The guild shall look after the lamps of the harbour, hear whoever complains of the dark, and tell sailors of fog.
2. The guild shall publish a list of the lamps that it has looked after in each of the harbours of the coast.
"""


def test_a_unit_called_by_what_is_asked_for_is_ahead_of_one_with_the_holders_full_name(tmp_path: Path) -> None:
    library, rows = _library_and_rows(tmp_path, OF_GUILD)
    house = next(row for text, row in rows.items() if "a bell" in text)
    tasks = next(row for text, row in rows.items() if "of fog" in text)
    hits = [Hit(house, 1.25, "ranked"), Hit(tasks, 0.95, "ranked")]
    assert first_titled(library, hits, "What are the tasks of the harbour guild?") == tasks
    assert first_titled(library, hits, "Which house has the guild for its tasks?") == house


APART = """Code of the Harbour Watch

Article 1
Watchmen

1. A watchman looks at the lamps of the harbour by night. His office is not the same as that of a lamp warden.

Article 2
Wardens

1. A lamp warden fills the lamps of the harbour by day and is paid by the guild for each of the lamps he fills.
"""


def test_a_text_that_names_a_thing_only_to_tell_it_apart_is_behind(tmp_path: Path) -> None:
    library, rows = _library_and_rows(tmp_path, APART)
    watch = next(row for text, row in rows.items() if "A watchman looks" in text)
    warden = next(row for text, row in rows.items() if "warden fills" in text)
    hits = [Hit(watch, 1.0, "ranked"), Hit(warden, 0.9, "ranked")]

    def first(question: str) -> int:
        return with_contrasts_behind(library, read_query(library, question), hits)[0].row

    assert first("What is a warden?") == warden
    assert first("What does a watchman look at by night?") == watch


FINES = """Code of the Lamp Guild

Chapter I Fines

Article 1
Fines of keepers

1. Whoever lights a forbidden lamp shall be subject to fines of up to nine hundred crowns.

Article 2
Fines of Union institutions, bodies, offices and agencies

1. Whoever lights a forbidden lamp shall be subject to fines of up to forty crowns.
"""


@pytest.mark.parametrize(
    ("question", "is_special"),
    [
        ("Which fine may the European Data Protection Supervisor impose for a forbidden lamp?", True),
        ("Which fine threatens Union bodies for a forbidden lamp?", True),
        ("Which fine threatens a financial institution for a forbidden lamp?", False),
        ("Which fine threatens for a forbidden lamp?", False),
    ],
)
def test_a_rule_for_a_special_group_leads_where_that_group_is_meant(
    tmp_path: Path, question: str, is_special: bool
) -> None:
    library, rows = _library_and_rows(tmp_path, FINES)
    general, special = (next(row for text, row in rows.items() if sum in text) for sum in ("nine hundred", "forty"))
    hits = [Hit(general, 1.0, "ranked"), Hit(special, 0.95, "ranked")]
    first = with_general_rule_ahead(library, read_query(library, question), hits)[0]
    assert first.row == (special if is_special else general)


FORBIDDEN = """Code of the Lamp Guild

Article 1
Oil in the harbour

1. Keepers who sell oil in a harbour shall tell the guild of each barrel before the end of the month.
2. It is prohibited to sell oil from lamps that stand in a harbour of the guild to whoever is at sea.
"""


@pytest.mark.parametrize(
    ("question", "leads"),
    [
        ("Are keepers allowed to sell oil at sea under the Code of the Lamp Guild?", "prohibited"),
        ("What do keepers tell the guild of oil under the Code of the Lamp Guild?", "each barrel"),
    ],
)
def test_what_a_named_publication_forbids_leads_where_it_is_asked_if_something_is_allowed(
    tmp_path: Path, question: str, leads: str
) -> None:
    library, rows = _library_and_rows(tmp_path, FORBIDDEN)
    duty, ban = (next(row for text, row in rows.items() if said in text) for said in ("each barrel", "prohibited"))
    query = read_query(library, question)
    assert query.scopes
    first = with_prohibitions_ahead(library, query, [Hit(duty, 1.0, "ranked"), Hit(ban, 0.9, "ranked")])[0]
    assert leads in library.store.passage(first.row).text
    assert first.row in {duty, ban}
