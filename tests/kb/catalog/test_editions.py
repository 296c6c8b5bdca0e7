"""Editions: life cycle, editions in force on a day, units that replaced a unit, differences."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.catalog.catalog import (
    Catalog,
    corpus_dir,
    load_catalog,
    load_home_catalog,
    load_successions,
    read_successions,
    with_successions,
    write_successions,
)
from kb.catalog.editions import (
    SIMILAR,
    TRANSITIONS,
    Change,
    Follower,
    Succession,
    SuccessionBasis,
    UnitText,
    advance,
    as_of,
    check_date,
    compare_entries,
    compare_texts,
    counts,
    follower,
    follower_in_texts,
    moved_keys,
    similarity,
    supersede,
    words,
)
from kb.catalog.register import load_corpus
from kb.catalog.works import later_than
from kb.errors import ConfigError
from kb.messages import notices_in_words as in_words
from kb.types import Edition, Status


def edition(doc_id: str, issued: str = "2020-01-01", **given: object) -> Edition:
    base = Edition(
        doc_id, f"urn:kb:x:work:{doc_id}", doc_id.upper(), "T", "P", "1", issued, Status.CURRENT, "en", "L", None,
        "no", "", "outline", True,
    )  # fmt: skip
    return replace(base, **given)  # type: ignore[arg-type]


CATALOG = load_catalog((corpus_dir() / "catalog.toml").read_text("utf-8"))
REGISTER = load_corpus(CATALOG)
OECD_2019 = REGISTER.of_document("oecd-legal-0449-2019")
OECD_2024 = REGISTER.of_document("oecd-legal-0449-2024")


class TestLifeCycle:
    @pytest.mark.parametrize(
        ("old", "new", "allowed"),
        [
            (Status.DRAFT, Status.CURRENT, True),
            (Status.CURRENT, Status.SUPERSEDED, True),
            (Status.CURRENT, Status.WITHDRAWN, True),
            (Status.UNKNOWN, Status.WITHDRAWN, True),
            (Status.CURRENT, Status.DRAFT, False),
            (Status.SUPERSEDED, Status.CURRENT, False),
            (Status.WITHDRAWN, Status.SUPERSEDED, False),
        ],
    )
    def test_steps(self, old: Status, new: Status, allowed: bool) -> None:
        if allowed:
            assert advance(edition("a", status=old), new).status is new
        else:
            with pytest.raises(ConfigError, match="cannot become"):
                advance(edition("a", status=old), new)

    def test_every_status_has_its_steps_and_none_leads_back(self) -> None:
        assert set(TRANSITIONS) == set(Status)
        assert all(status not in steps for status, steps in TRANSITIONS.items() if status is not Status.UNKNOWN)

    def test_one_takes_the_place_of_another(self) -> None:
        old, new = supersede([edition("a"), edition("b")], "a", "b")
        assert (old.status, old.superseded_by, new.supersedes) == (Status.SUPERSEDED, "b", "a")
        assert supersede([old, new], "a", "b") == (old, new)

    def test_no_cycle_even_by_force(self) -> None:
        editions = supersede([edition("a"), edition("b"), edition("c")], "a", "b")
        editions = supersede(editions, "b", "c")
        assert later_than(editions, "a") == {"b", "c"}
        with pytest.raises(ConfigError, match="supersedes a already"):
            supersede(editions, "c", "a", force=True)
        with pytest.raises(ConfigError, match="itself"):
            supersede(editions, "a", "a", force=True)

    def test_two_works_and_a_second_successor_need_force(self) -> None:
        other = edition("z", urn="urn:kb:x:other:1")
        with pytest.raises(ConfigError, match="two works"):
            supersede([edition("a"), other], "a", "z")
        assert supersede([edition("a"), other], "a", "z", force=True)[0].superseded_by == "z"
        editions = supersede([edition("a"), edition("b"), edition("c")], "a", "b")
        with pytest.raises(ConfigError, match="superseded by b already"):
            supersede(editions, "a", "c")

    def test_an_unknown_id_is_named(self) -> None:
        with pytest.raises(ConfigError, match="no edition 'q'"):
            supersede([edition("a")], "q", "a")


class TestHome:
    def test_what_a_person_records_is_kept_in_the_home_and_nowhere_else(self, tmp_path: object) -> None:
        from pathlib import Path

        home = Path(str(tmp_path)) / "home"
        recorded = (Succession("unesco-ram-2023", "unesco-ram-2-0", "2026-01-02"),)
        assert read_successions(home) == ()
        before = (corpus_dir() / "catalog.toml").read_bytes()
        write_successions(home, recorded)
        assert read_successions(home) == recorded
        assert load_home_catalog(home).get("unesco-ram-2023").superseded_by == "unesco-ram-2-0"
        assert CATALOG.get("unesco-ram-2023").superseded_by is None
        assert (corpus_dir() / "catalog.toml").read_bytes() == before

    def test_successions_of_editions_not_there_are_left_out(self) -> None:
        assert with_successions(CATALOG, [Succession("file-a", "file-b")]).editions == CATALOG.editions

    @pytest.mark.parametrize(
        ("text", "line"),
        [
            ('[[supersedes]]\nold = "a"\n', 1),
            ('[[supersedes]]\nold = "a"\nnew = "b"\n\n[[supersedes]]\nold = 1\nnew = "b"\n', 5),
            ('[[supersedes]]\nold = "a\n', 2),
            ('[other]\nold = "a"\n', 1),
        ],
    )
    def test_a_fault_names_its_line(self, text: str, line: int) -> None:
        with pytest.raises(ConfigError, match=f"line {line}:"):
            load_successions(text)


class TestAsOf:
    A = edition("a", "2019-05-22", status=Status.SUPERSEDED, superseded_by="b")
    B = edition("b", "2023-11-08", status=Status.SUPERSEDED, superseded_by="c")
    C = edition("c", "2024-05-03")

    @pytest.mark.parametrize(
        ("day", "stood"),
        [
            ("2019-05-21", set()),
            ("2019-05-22", {"a"}),
            ("2023-11-07", {"a"}),
            ("2023-11-08", {"b"}),
            ("2024-05-03", {"c"}),
            ("2030-01-01", {"c"}),
        ],
    )
    def test_the_day_of_issue_is_the_first_day(self, day: str, stood: set[str]) -> None:
        assert as_of([self.C, self.A, self.B], day).doc_ids == stood

    def test_the_day_of_effect_goes_before_the_day_of_issue(self) -> None:
        law = edition("law", "2024-07-12", effective="2024-08-01")
        assert as_of([law], "2024-07-31").doc_ids == set()
        assert as_of([law], "2024-08-01").doc_ids == {"law"}

    def test_an_edition_without_a_date_is_kept_and_named(self) -> None:
        undated = edition("u", "")
        gone = edition("g", "", status=Status.SUPERSEDED)
        standing = as_of([undated, gone], "2010-01-01")
        assert standing.doc_ids == {"u"}
        assert standing.undated == (undated,)

    def test_a_year_is_taken_as_begun_and_told(self) -> None:
        standing = as_of([edition("y", "2024")], "2024-06-01")
        assert standing.doc_ids == {"y"}
        assert "known as of 2024 only" in in_words([standing.notes[0]], "en")
        assert as_of([edition("y", "2024")], "2023-12-31").doc_ids == set()
        assert as_of([edition("y", "2024")], "2025-01-01").notes == ()

    def test_an_undated_successor_leaves_the_end_open(self) -> None:
        later = edition("b", "")
        standing = as_of([replace(self.A, superseded_by="b"), later], "2025-01-01")
        assert standing.doc_ids == {"a", "b"}
        assert any("successor b has no exact date" in in_words([note], "en") for note in standing.notes)

    def test_the_catalog(self) -> None:
        def stood(day: str, part: str) -> set[str]:
            return {doc for doc in as_of(CATALOG.editions, day).doc_ids if part in doc}

        assert stood("2020-01-01", "0449") == {"oecd-legal-0449-2019", "oecd-legal-0449-2019-commonaccord"}
        assert stood("2024-01-01", "0449") == {"oecd-legal-0449-2023"}
        assert stood("2026-01-01", "0449") == {"oecd-legal-0449-2024"}
        assert stood("2024-06-01", "ai-act") == set()
        assert stood("2024-06-01", "ep-p9") == {"ep-p9-ta-2024-0138"}
        assert stood("2025-01-01", "ai-act") == {"eu-ai-act-2024-1689"}
        both = {"eu-ai-act-2024-1689", "eu-ai-act-2024-1689-consolidated-2026"}
        assert stood("2026-09-01", "ai-act") == both
        assert stood("2018-01-01", "-ead-") == {"ieee-ead-v2-2017", "ieee-ead-v2-glossary-2017"}
        assert not any(doc.startswith("register-") for doc in as_of(CATALOG.editions, "2026-09-01").doc_ids)

    @pytest.mark.parametrize("text", ["2024", "2024-13-01", "2024-02-30", "yesterday", "20240101", ""])
    def test_only_a_day_is_a_day(self, text: str) -> None:
        with pytest.raises(ConfigError, match="no date"):
            check_date(text)

    @given(st.dates(), st.dates())
    def test_of_two_editions_at_most_one_stands(self, a: object, b: object) -> None:
        first, second = sorted([str(a), str(b)])
        old = edition("a", first, status=Status.SUPERSEDED, superseded_by="b")
        new = edition("b", second)
        for day in (first, second):
            assert len(as_of([old, new], day).doc_ids) == 1


class TestFollower:
    @pytest.mark.parametrize(
        ("key", "keys", "how"),
        [
            ("principle:1.4.b", ("principle:1.5.b",), SuccessionBasis.MOVED),
            ("principle:1.4.c", ("principle:1.5.c",), SuccessionBasis.MOVED),
            ("principle:1.4.a", ("principle:1.4.a",), SuccessionBasis.SAME_NUMBER),
            ("principle:1.5", ("principle:1.5", "principle:1.5.a"), SuccessionBasis.SAME_NUMBER),
            ("principle:1.2", ("principle:1.2",), SuccessionBasis.SAME_NUMBER),
            ("recommendation:2.2", ("recommendation:2.2",), SuccessionBasis.SAME_NUMBER),
        ],
    )
    def test_oecd(self, key: str, keys: tuple[str, ...], how: SuccessionBasis) -> None:
        assert follower(key, OECD_2024) == Follower(keys, how)

    def test_what_is_not_there_has_none(self) -> None:
        assert follower("clause:IX", OECD_2024) is None
        assert follower("clause:IX", OECD_2024, ["clause:IX"]) is not None

    @pytest.mark.parametrize(("old", "new"), [(2, 6), (3, 5), (4, 7)])
    def test_ethically_aligned_design_numbers_its_principles_anew(self, old: int, new: int) -> None:
        found = follower(f"principle:{old}", REGISTER.of_document("ieee-ead-1e-2019"))
        assert found == Follower((f"principle:{new}",), SuccessionBasis.MOVED)

    def test_a_number_given_to_other_content_is_no_successor(self) -> None:
        later = REGISTER.of_document("ieee-ead-1e-2019")
        taken = [replace(e, moved_from="principle:9") if e.key == "principle:2" else e for e in later]
        assert follower("principle:2", [e for e in taken if e.key != "principle:6"]) is None

    def test_the_moved_table(self) -> None:
        assert moved_keys(OECD_2024) == {
            "principle:1.5": ("principle:1.5.a",),
            "principle:1.4.b": ("principle:1.5.b",),
            "principle:1.4.c": ("principle:1.5.c",),
        }


def unit(key: str, text: str, title: str = "") -> UnitText:
    return UnitText(key, key, title, text)


PEARS = "the gardener weighs every pear before noon and writes the weight down"
PLUMS = "a plum that fell during the night belongs to whoever finds it first"
ROBOT = "robots rest on Sundays unless the weather turns and help is needed"


class TestCompare:
    def test_each_change(self) -> None:
        old = [unit("p:1", PEARS), unit("p:2", f"(2) {PLUMS}"), unit("p:3", ROBOT), unit("p:4", "lamps are lit at six")]
        new = [
            unit("p:1", PEARS.upper()),
            unit("p:2", ROBOT),
            unit("p:3", PLUMS),
            unit("p:4", "every harbour owes its keeper a dry coat and a warm meal"),
        ]
        found = {(d.change, d.old.key if d.old else "", d.new.key if d.new else "") for d in compare_texts(old, new)}
        assert found == {
            (Change.UNCHANGED, "p:1", "p:1"),
            (Change.MOVED, "p:2", "p:3"),
            (Change.MOVED, "p:3", "p:2"),
            (Change.GONE, "p:4", ""),
            (Change.NEW, "", "p:4"),
        }

    def test_a_word_makes_it_changed_and_the_share_is_told(self) -> None:
        (found,) = compare_texts([unit("p:1", PEARS)], [unit("p:1", PEARS.replace("noon", "dawn"))])
        assert found.change is Change.CHANGED
        assert found.similarity == pytest.approx(11 / 12, abs=1e-4)

    def test_a_text_that_moved_and_changed_is_found_again(self) -> None:
        found = compare_texts([unit("p:1", PEARS)], [unit("p:7", PEARS.replace("noon", "dawn"))])
        assert [(d.change, (d.similarity or 0) > SIMILAR) for d in found] == [(Change.MOVED, True)]
        assert follower_in_texts("p:1", [unit("p:1", PEARS)], [unit("p:7", PEARS)]) == Follower(
            ("p:7",), SuccessionBasis.MOVED
        )

    def test_equal_texts_in_several_places_are_not_guessed_apart(self) -> None:
        found = compare_texts([unit("p:1", PEARS)], [unit("p:7", PEARS), unit("p:8", PEARS)])
        assert [d.change for d in found].count(Change.MOVED) <= 1

    def test_short_texts_do_not_move(self) -> None:
        found = compare_texts([unit("p:1", "no cookies")], [unit("p:2", "no cookies")])
        assert counts(found) == {"unchanged": 0, "moved": 0, "changed": 0, "new": 1, "gone": 1}

    def test_what_one_text_holds_of_the_other_is_changed(self) -> None:
        (found,) = compare_texts([unit("p:1", PEARS)], [unit("p:1", f"{PEARS}. {PLUMS}. {ROBOT}. {PLUMS}")])
        assert found.change is Change.CHANGED

    def test_its_own_number_is_no_word_but_other_numbers_are(self) -> None:
        assert words("Article 14\nHuman oversight", "article:14") == ("human", "oversight")
        assert words("(a) a lamp", "article:14.4.a") == ("a", "lamp")
        assert words("2. Two lamps", "article:14.2") == ("two", "lamps")
        assert words("Article 5 applies", "article:14.2")[:2] == ("article", "5")
        assert words("over\x02\nsight") == ("oversight",)

    @given(st.lists(st.tuples(st.sampled_from("abcdefgh"), st.text("xyz ", max_size=40)), max_size=8), st.data())
    def test_every_unit_stands_once(self, given_units: list[tuple[str, str]], data: st.DataObject) -> None:
        old = [unit(f"p:{k}", t) for k, t in dict(given_units).items()]
        new = [replace(u, key=data.draw(st.sampled_from(["p:a", "p:q", u.key]))) for u in old]
        new = list({u.key: u for u in new}.values())
        found = compare_texts(old, new)
        assert sorted(d.old.key for d in found if d.old) == sorted(u.key for u in old)
        assert sorted(d.new.key for d in found if d.new) == sorted(u.key for u in new)

    @given(st.lists(st.text("abc", min_size=1), max_size=12), st.lists(st.text("abc", min_size=1), max_size=12))
    def test_similarity_is_a_share(self, a: list[str], b: list[str]) -> None:
        assert 0 <= similarity(a, b) <= 1
        assert (similarity(a, b) == 1) == (a == b)

    def test_from_the_register(self) -> None:
        found = compare_entries(OECD_2019, OECD_2024)
        by_new = {d.new.key: d for d in found if d.new}
        assert by_new["principle:1.5.b"].change is Change.MOVED
        assert by_new["principle:1.5.b"].old is not None
        assert by_new["principle:1.5.b"].old.key == "principle:1.4.b"
        assert by_new["principle:1.4.b"].change is Change.NEW
        assert by_new["principle:1.2"].change is Change.CHANGED
        assert by_new["principle:1.1"].change is Change.UNCHANGED
        assert not [d for d in found if d.change is Change.GONE]
        assert {e.key for e in OECD_2019} == {d.old.key for d in found if d.old}
        assert {e.key for e in OECD_2024} == {d.new.key for d in found if d.new}


def test_a_catalog_keeps_its_order_after_a_succession() -> None:
    after = with_successions(CATALOG, [Succession("unesco-ram-2023", "unesco-ram-2-0")])
    assert [e.doc_id for e in after.editions] == [e.doc_id for e in CATALOG.editions]
    assert isinstance(after, Catalog)
