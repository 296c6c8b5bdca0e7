"""Editions from a reader's view: replaced units, days, differences, and successions recorded in the home folder."""

from __future__ import annotations

import json
import re
import shutil
from typing import TYPE_CHECKING

import pytest

from kb.catalog.catalog import OVERLAY, corpus_dir
from kb.knowledge_base import KnowledgeBase
from kb.messages import words
from kb.types import SearchFilter
from tests.app.cli.test_main import NOT_FOUND, SOME_FAILED, USAGE
from tests.builds import build
from tests.library import command as kb
from tests.library import opened, said
from tests.paths import document
from tests.samples import CHAINS, LOGS, write_text

if TYPE_CHECKING:
    from pathlib import Path


class TestSuccessorUnit:
    @pytest.mark.parametrize(
        ("asked", "now", "how"),
        [
            ("OECD 2019 1.4(b)", "OECD/LEGAL/0449 (2024), Principle 1.5(b)", "moved"),
            ("OECD 2019 1.4(c)", "OECD/LEGAL/0449 (2024), Principle 1.5(c)", "moved"),
            ("OECD 2019 1.4(a)", "OECD/LEGAL/0449 (2024), Principle 1.4(a)", "same number"),
            ("OECD 2019 1.2", "OECD/LEGAL/0449 (2024), Principle 1.2", "same number"),
            ("OECD 2019 1.5", "OECD/LEGAL/0449 (2024), Principle 1.5", "same number"),
            ("OECD 2019 2.2", "OECD/LEGAL/0449 (2024), Recommendation 2.2", "same number"),
            ("EADv1 principle 2", "IEEE EAD1e (2019), Principle 6", "moved"),
            ("EADv1 principle 3", "IEEE EAD1e (2019), Principle 5", "moved"),
        ],
    )
    def test_a_superseded_unit_names_the_unit_that_took_its_place(
        self, base: KnowledgeBase, asked: str, now: str, how: str
    ) -> None:
        (found,) = base.look_up(asked)
        (view,) = found.units
        assert view.citation.superseded_by == (now,)
        assert f"Its place is taken by {now} ({how})." in words(found.notice, "en")
        (there,) = base.look_up(now)
        assert there.units, "the words lead to the unit itself"

    def test_where_the_unit_is_not_known_the_edition_is_named_and_the_gap_told(self, base: KnowledgeBase) -> None:
        (found,) = base.look_up("urn:kb:ieee:ead:v1:issue:1.1")
        assert found.units[0].citation.superseded_by == ("IEEE EADv2 (2017)",)
        assert "Which unit took its place is not known here." in words(found.notice, "en")

    def test_a_current_unit_has_none(self, base: KnowledgeBase) -> None:
        (found,) = base.look_up("OECD 1.4(b)")
        assert found.units[0].citation.superseded_by == ()
        assert "place" not in words(found.notice, "en")

    def test_every_superseded_provision_of_the_oecd_names_one(self, base: KnowledgeBase) -> None:
        entries = base.library().register.of_document("oecd-legal-0449-2019")
        assert entries
        for entry in entries:
            successors, how = base.library().editions.successor_of_unit(entry.of_document, entry.key)
            assert successors and all(s.startswith("OECD/LEGAL/0449 (2024)") for s in successors), entry.key
            assert how is not None, entry.key


class TestAsOf:
    @pytest.mark.parametrize(
        ("day", "title"),
        [("2020-01-01", "Traceability"), ("2026-01-01", "Override, repair and decommissioning")],
    )
    def test_one_number_on_two_days(self, base: KnowledgeBase, day: str, title: str) -> None:
        (found,) = base.look_up("OECD 1.4(b)", day)
        assert [view.title for view in found.units] == [title]

    def test_before_anything_stood_nothing_is_found_and_today_is_offered_as_near(self, base: KnowledgeBase) -> None:
        (found,) = base.look_up("OECD 1.4(b)", "2019-05-21")
        assert not found.units
        assert "no edition that holds it stood on 2019-05-21" in words(found.notice, "en")
        assert found.near

    def test_an_edition_named_that_did_not_stand_is_not_taken(self, base: KnowledgeBase) -> None:
        (found,) = base.look_up("OECD 2024 1.4(b)", "2020-01-01")
        assert not found.units

    @pytest.mark.parametrize(("day", "edition"), [("2020-01-01", "2019"), ("2026-01-01", "2024")])
    def test_search(self, base: KnowledgeBase, day: str, edition: str) -> None:
        found = base.search("traceability of datasets and decisions", 40, SearchFilter(as_of=day))
        oecd = {f.citation.doc_ref for f in found if "0449" in f.citation.doc_ref}
        assert oecd == {f"OECD/LEGAL/0449 ({edition})"}

    def test_what_has_no_date_is_searched_and_told(self, base: KnowledgeBase) -> None:
        notices = base.search("bias", 5, SearchFilter(as_of="2020-01-01")).notices
        assert any("No date is known of" in each for each in said(notices))

    def test_on_the_command_line(self, home: Path) -> None:
        found = kb("--home", str(home), "lookup", "OECD 1.4(b)", "--as-of", "2020-01-01", "--format", "json")
        assert json.loads(found.stdout)[0]["units"][0]["unit_id"] == "urn:kb:oecd:legal-0449:2019:principle:1.4.b"
        for command in ("lookup", "search", "ask"):
            wrong = kb("--home", str(home), command, "OECD 1.4(b)", "--as-of", "2020")
            assert (wrong.exit_code, wrong.stdout) == (USAGE, "")
            assert "write it as YYYY-MM-DD" in wrong.stderr


class TestDiff:
    def test_from_the_register(self, home: Path) -> None:
        result = kb("--home", str(home), "corpus", "diff", "oecd-legal-0449-2019", "oecd-legal-0449-2024",
                    "--format", "json")  # fmt: skip
        data = json.loads(result.stdout)
        assert data["from"] == "register"
        moved = {(u["old"], u["new"]) for u in data["units"] if u["change"] == "moved"}
        assert ("principle:1.4.b", "principle:1.5.b") in moved
        assert sum(data["counts"].values()) == len(data["units"])
        text = kb("--home", str(home), "corpus", "diff", "oecd-legal-0449-2019", "oecd-legal-0449-2024").stdout
        assert "moved      Principle 1.4(b) — Traceability → Principle 1.5(b) — Traceability" in text

    def test_from_texts(self, home: Path) -> None:
        (orchard,) = [
            row["doc_id"]
            for row in json.loads(kb("--home", str(home), "corpus", "list", "--loaded", "--format", "json").stdout)
            if "orchard" in row["doc_id"]
        ]
        result = kb("--home", str(home), "corpus", "diff", orchard, orchard, "--format", "json")
        data = json.loads(result.stdout)
        assert data["from"] == "texts"
        assert data["counts"]["unchanged"] == len(data["units"]) > 8

    def test_neither_text_nor_register(self, home: Path) -> None:
        result = kb("--home", str(home), "corpus", "diff", "unesco-ram-2023", "unesco-ram-2-0")
        assert (result.exit_code, result.stdout) == (NOT_FOUND, "")


@pytest.mark.slow
@pytest.mark.documents
def test_first_reading_and_official_journal_of_the_ai_act(tmp_path: Path) -> None:
    files = [document("eu/ep-texts-adopted-p9-ta-2024-0138-ai-act.pdf"), document("eu/eu-ai-act-2024-1689-oj.pdf")]
    build(tmp_path, *files)
    names = ("ep-p9-ta-2024-0138", "eu-ai-act-2024-1689")
    data = json.loads(kb("--home", str(tmp_path), "corpus", "diff", *names, "--format", "json").stdout)
    assert data["from"] == "texts"
    assert data["counts"]["unchanged"] > 900
    changes = {(u["old"], u["new"]): u["change"] for u in data["units"]}
    # read by eye in both texts
    assert changes["article:73.7", "article:73.6"] == "moved"
    assert changes["article:49.4.b", "article:49.4.c"] == "moved"
    assert changes["article:11", "article:11"] == "unchanged"
    assert changes["article:57.5", "article:57.5"] == "changed"
    assert changes[None, "article:6.7"] == "new"


class TestSupersede:
    def test_recorded_in_the_home_shown_in_the_list_and_used(self, home: Path, tmp_path: Path) -> None:
        home = shutil.copytree(home, tmp_path / "home")
        before = (corpus_dir() / "catalog.toml").read_bytes()
        result = kb("--home", str(home), "corpus", "supersede", "nist-ai-100-1-2023", "nist-ai-600-1-2024")
        assert (result.exit_code, result.stdout) == (USAGE, "")
        assert "two works" in result.stderr
        assert not (home / OVERLAY).exists()
        done = kb("--home", str(home), "corpus", "supersede", "nist-ai-100-1-2023", "nist-ai-600-1-2024", "--force")
        assert done.exit_code == 0
        rows = {
            r["doc_id"]: r for r in json.loads(kb("--home", str(home), "corpus", "list", "--format", "json").stdout)
        }
        assert rows["nist-ai-100-1-2023"]["status"] == "superseded"
        assert rows["nist-ai-100-1-2023"]["superseded_by"] == "nist-ai-600-1-2024"
        assert "→ nist-ai-600-1-2024" in kb("--home", str(home), "corpus", "list").stdout
        base = opened(home)
        (found,) = base.look_up("GOVERN 1.1")
        assert found.units[0].citation.status == "superseded"
        assert found.units[0].citation.superseded_by == ("NIST AI 600-1",)
        assert (corpus_dir() / "catalog.toml").read_bytes() == before

    def test_a_successor_whose_name_holds_an_and_is_named_in_full_in_both_languages(
        self, home: Path, tmp_path: Path
    ) -> None:
        home = shutil.copytree(home, tmp_path / "home")
        new = "unesco-genai-education-2023"
        assert kb("--home", str(home), "corpus", "supersede", "nist-ai-100-1-2023", new, "--force").exit_code == 0
        base = opened(home)
        for lang, question in (("en", "NIST GOVERN 1.1"), ("ko", "NIST 거버넌스 1.1")):
            told = [n for each in base.ask(question).notices if "UNESCO Guidance for" in (n := words(each, lang))]
            assert told
            assert all("UNESCO Guidance for generative AI in education and research (2023)" in n for n in told)

    def test_a_file_of_a_superseded_edition_is_told_when_it_is_added(self, tmp_path: Path) -> None:
        home, files = tmp_path / "home", tmp_path / "files"
        path = write_text(files / "logs.txt", LOGS, "Rules for logs")
        kb("--home", str(home), "corpus", "supersede", "unesco-ram-2023", "unesco-ram-2-0")
        added = kb("--home", str(home), "corpus", "add", "--no-ingest", str(path)).stdout
        assert "superseded" not in added
        (doc_id,) = re.findall(r"\[(file-[^\]]+)\]", added)
        (home / OVERLAY).write_text(
            f'[[supersedes]]\nold = "{doc_id}"\nnew = "file-x"\nrecorded = "2026-01-02"\n', "utf-8"
        )
        again = kb("--home", str(home), "corpus", "add", "--no-ingest", str(path)).stdout
        assert "note: superseded by file-x, as recorded here on 2026-01-02" in again

    def test_no_cycle(self, tmp_path: Path) -> None:
        arguments = ("--home", str(tmp_path), "corpus", "supersede")
        assert kb(*arguments, "unesco-ram-2023", "unesco-ram-2-0").exit_code == 0
        back = kb(*arguments, "unesco-ram-2-0", "unesco-ram-2023", "--force")
        assert back.exit_code == USAGE
        assert "already" in back.stderr

    def test_a_damaged_record_is_named_with_its_line(self, tmp_path: Path) -> None:
        (tmp_path / OVERLAY).write_text('[[supersedes]]\nold = "a"\n', "utf-8")
        result = kb("--home", str(tmp_path), "corpus", "list")
        assert result.exit_code == USAGE
        assert f"{OVERLAY}, line 1:" in result.stderr


class TestIndexDiff:
    def test_added_removed_and_changed(self, tmp_path: Path) -> None:
        files = tmp_path / "files"
        write_text(files / "logs.txt", LOGS, "Rules for logs")
        write_text(files / "chains.txt", CHAINS, "Care of chains")
        build(tmp_path / "old", files)
        write_text(tmp_path / "more" / "lamps.txt", CHAINS[:1] + LOGS[:1], "Lamps")
        build(tmp_path / "new", tmp_path / "more", files / "logs.txt")
        data = json.loads(kb("index", "diff", str(tmp_path / "old"), str(tmp_path / "new"), "--format", "json").stdout)
        assert [d.split("-")[1] for d in data["added"]] == ["lamps"]
        assert [d.split("-")[1] for d in data["removed"]] == ["care"]
        assert (data["unchanged"], data["documents"], data["changed"]) == (1, [2, 2], {})
        text = kb("index", "diff", str(tmp_path / "old"), str(tmp_path / "new")).stdout
        assert "added     file-lamps" in text

    def test_the_same_index(self, home: Path) -> None:
        data = json.loads(kb("--home", str(home), "index", "diff", str(home), "--format", "json").stdout)
        assert (data["added"], data["removed"], data["changed"], data["made_otherwise"]) == ([], [], {}, {})

    def test_no_index(self, tmp_path: Path) -> None:
        result = kb("--home", str(tmp_path), "index", "diff", str(tmp_path))
        assert result.exit_code not in {0, SOME_FAILED}
        assert "no index at" in result.stderr
