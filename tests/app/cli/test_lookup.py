"""Look-up: names, editions asked for, what a record tells, the command's flags, and the way there and back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from kb.catalog import register_cache as compiled
from kb.catalog.register import load_corpus
from kb.index.layout import unit_key
from kb.lookup.record import UnitRecord, unit_record
from kb.messages import words
from kb.references.suggestions import SuggestionKind
from kb.references.units import UnitName
from kb.references.writing import write
from tests.library import command

if TYPE_CHECKING:
    from pathlib import Path

    from kb.knowledge_base import KnowledgeBase

GOVERNANCE = "urn:kb:ieee:certifaied:transparency:driver:transparency.governance-capability-maturity"


def one(base: KnowledgeBase, text: str, edition: str | None = None, context: bool = False) -> UnitRecord:
    [found] = base.look_up(text, None, edition)
    [view] = found.units
    return unit_record(base.library(), view, context)


def test_every_unit_returns_by_what_is_written_of_it_and_by_its_id(base: KnowledgeBase) -> None:
    lost: list[str] = []
    n = 0
    for document in base.library().store.documents:
        for u in base.library().store.units(document.doc_id):
            edition = base.library().editions.get(u.of_document)
            if not u.proven or edition is None or not document.edition.register_of:
                continue
            n += 1
            name = UnitName(u.unit_id, u.doc_id, u.of_document, unit_key(u.unit_id), u.path, u.title)
            for text in (write(name, edition), u.unit_id):
                found = [view.unit.unit_id for item in base.look_up(text) for view in item.units]
                lost += [] if found == [u.unit_id] else [text]
    assert n > 700
    assert lost == []


def test_a_name_is_looked_up_and_what_is_like_it_is_near(base: KnowledgeBase) -> None:
    assert one(base, "Concern with liability").kind == "inhibitor"
    assert one(base, "Lead Assessor").edition == "IEEE CertifAIEd programme"
    [found] = base.look_up("transparency driver on governance")
    assert not found.units and not found.choices
    assert found.near[0][0] == GOVERNANCE
    assert found.notice is not None and "no reference" in words(found.notice, "en")
    [found] = base.look_up("Human oversight")
    assert len(found.choices) > 1 and not found.units
    assert base.look_up("xylophone quartz")[0].near == ()


def test_part_of_a_text_that_was_read_is_told(base: KnowledgeBase) -> None:
    [found] = base.look_up("What does UNESCO say in para 37?")
    assert [view.unit.number for view in found.units] == ["37"]
    assert found.notice is not None and "Only “" in words(found.notice, "en")
    [whole] = base.look_up("UNESCO para 37")
    assert whole.notice is not None and "Only" not in words(whole.notice, "en")


def test_an_edition_is_asked_for_by_year_or_id(base: KnowledgeBase) -> None:
    assert one(base, "OECD 1.4(b)").edition == "OECD/LEGAL/0449 (2024)"
    for wanted in ("2019", "oecd-legal-0449-2019"):
        told = one(base, "OECD 1.4(b)", wanted)
        assert (told.edition, told.status) == ("OECD/LEGAL/0449 (2019)", "superseded")
    [found] = base.look_up("OECD 1.4(b)", None, "2018")
    assert not found.units


def test_editions_stand_side_by_side_with_what_moved(base: KnowledgeBase) -> None:
    def beside(text: str, edition: str | None = None) -> list[tuple[str, str]]:
        return [(row.path, row.relation) for row in one(base, text, edition).editions]

    assert beside("OECD 1.4(b)") == [("Principle 1.4(b)", "other content")]
    assert beside("OECD 1.5(b)") == [("Principle 1.4(b)", "moved here")]
    assert beside("OECD 1.4(b)", "2019") == [
        ("Principle 1.5(b)", "moved away"),
        ("Principle 1.4(b)", "other content"),
    ]
    assert beside("OECD 1.3") == [("Principle 1.3", "same number")]
    assert beside("UNESCO para 37") == []


def test_a_record_has_its_neighbours_and_a_citation_to_copy(base: KnowledgeBase) -> None:
    told = one(base, "UNESCO para 37", context=True)
    assert told.before is not None and told.before.path == "para. 36" and told.before.text
    assert told.after is not None and told.after.path == "para. 38" and told.after.text_ko
    assert told.cite_as.startswith("UNESCO, Recommendation on the Ethics of Artificial Intelligence")
    assert "register, not the official text" in told.cite_as
    assert ("not verified" in told.cite_as) == (not told.verified)
    assert one(base, "UNESCO para 1").before is None
    assert one(base, "UNESCO para 141").after is None
    assert json.dumps(told.as_dict())


def test_suggestions_cover_numbers_names_and_slips(base: KnowledgeBase) -> None:
    keys = [each.unit.key for each in base.suggest("UNESCO para 3")]
    assert keys[0] == "para:3"
    assert keys.index("para:3.a") < keys.index("para:30")
    assert base.suggest("concern with liab")[0].how is SuggestionKind.NAME
    assert base.suggest("concern with liabilty")[0].how is SuggestionKind.LIKE
    assert base.suggest("투명성과 설명")[0].unit.key in {"principle:1.3", "principle:7"}
    assert base.suggest("") == ()


def test_the_register_in_the_cache_is_the_register(tmp_path: Path, base: KnowledgeBase) -> None:
    read = load_corpus(base.library().catalog)
    assert compiled.register(tmp_path, base.library().catalog) == read  # written
    [file] = (tmp_path / compiled.CACHE_FOLDER).iterdir()
    assert compiled.register(tmp_path, base.library().catalog) == read  # read again
    for damage in ("{", "[]", '{"fields": []}', '{"fields": null, "entries": 3}'):
        file.write_text(damage, "utf-8")
        assert compiled.register(tmp_path, base.library().catalog) == read
    (tmp_path / "file").write_text("", "utf-8")
    assert compiled.register(tmp_path / "file", base.library().catalog) == read  # a home that is no folder


@pytest.fixture
def at_home(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KB_HOME", str(home))


@pytest.mark.usefixtures("at_home")
def test_flags_of_the_command() -> None:
    plain = command("lookup", "OECD 1.4(b)")
    assert plain.exit_code == 0, plain.output
    assert "same number, other content" in plain.stdout
    assert "cite as: OECD" in plain.stdout
    korean = command("lookup", "--lang", "ko", "--context", "유네스코 37항")
    assert "제목:" in korean.stdout and "앞: para. 36" in korean.stdout and "인용:" in korean.stdout
    assert "Transparency and explainability are" not in korean.stdout.partition("인용:")[0]
    english = command("lookup", "--lang", "en", "UNESCO para 37")
    assert not any("가" <= c <= "힣" for c in english.stdout)
    old = command("lookup", "--edition", "2019", "--children", "OECD 1.4")
    assert "(2019), Principle 1.4," in old.stdout and "- Principle 1.4(b)" in old.stdout
    missing = command("lookup", "IEEE 2857")
    assert missing.exit_code == 4 and "near" not in missing.stdout


@pytest.mark.usefixtures("at_home")
def test_the_command_and_the_record_say_the_same(base: KnowledgeBase) -> None:
    done = command("lookup", "--format", "json", "--context", "UNESCO para 37")
    [item] = json.loads(done.stdout)
    [told] = item["units"]
    mine = one(base, "UNESCO para 37", context=True).as_dict()
    for key in ("unit_id", "written", "title_ko", "gist_ko", "cite_as", "page_index", "verified"):
        assert told[key] == mine[key]
    assert told["before"]["text"] == mine["before"]["text"]
