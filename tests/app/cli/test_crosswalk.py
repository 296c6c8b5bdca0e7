"""``kb crosswalk``: what it shows, proposes, records and writes; what is installed stays as it is."""

from __future__ import annotations

import csv
import io
import json
import shutil
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from app.web.html.escape import escape
from app.web.html.unit_page import unit_page_html
from kb.catalog.catalog import corpus_dir
from kb.catalog.crosswalk import load_edges
from kb.catalog.edges import LABEL, MACHINE, NOTICE, Review
from kb.catalog.own_crosswalk import OWN
from kb.catalog.register import load_corpus
from kb.crosswalk_suggestions import suggest_edges
from kb.crosswalks import Crosswalks
from kb.export.oscal import validate
from kb.library.counterparts import counterparts
from tests.builds import build
from tests.library import command as kb
from tests.library import opened

if TYPE_CHECKING:
    from pathlib import Path


USAGE, NOT_FOUND = 2, 4
OECD_13, UNESCO_P7 = "urn:kb:oecd:legal-0449:2024:principle:1.3", "urn:kb:unesco:ai-ethics:2021:principle:7"


def listed(*arguments: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(kb("crosswalk", "list", "--format", "json", *arguments).stdout)
    return found


@pytest.fixture(scope="module")
def with_register(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose index holds the whole register, by the stand-in encoder."""
    home = tmp_path_factory.mktemp("register") / "home"
    build(home, register=load_corpus())
    return home


@pytest.fixture
def home(with_register: Path, kb_home: Path) -> Path:
    shutil.copytree(with_register, kb_home)
    return kb_home


# --- what it shows, without an index


def test_edges_are_read_from_the_side_that_was_asked(kb_home: Path) -> None:
    found = listed("--from", "OECD 1.3", "--to", "UNESCO")["edges"]
    (one,) = [e for e in found if (e["source"], e["target"]) == (OECD_13, UNESCO_P7)]
    assert (one["relation"], one["status"], one["standing"]) == ("intersects", "reviewed", LABEL)
    assert one["source_locator"] == "OECD/LEGAL/0449 (2024), Principle 1.3"
    found = listed("--from", UNESCO_P7, "--to", "oecd-legal-0449-2024")["edges"]
    (back,) = [e for e in found if (e["source"], e["target"]) == (UNESCO_P7, OECD_13)]
    assert back["edge_id"] == one["edge_id"]
    assert {e["target"].split(":")[2] for e in found} == {"oecd"}


def test_a_subset_is_a_superset_from_the_other_side(kb_home: Path) -> None:
    found = listed("--relation", "subset")["edges"]
    assert found
    for one in found:
        back = [e for e in listed("--from", one["target"])["edges"] if e["edge_id"] == one["edge_id"]]
        assert [e["relation"] for e in back] == ["superset"]


def test_every_edge_in_words_says_that_it_is_ours(kb_home: Path) -> None:
    result = kb("crosswalk", "list", "--from", "OECD 1.1")
    n = result.stdout.count("cw-")
    assert n > 3
    assert result.stdout.count(LABEL) == n
    assert NOTICE in result.stderr


def test_filters_and_what_is_not_there(kb_home: Path) -> None:
    assert {e["status"] for e in listed("--status", "proposed")["edges"]} == {"proposed"}
    assert {e["relation"] for e in listed("--from", "NIST", "--relation", "related")["edges"]} == {"related"}
    assert kb("crosswalk", "list", "--from", "OECD 9.9").exit_code == NOT_FOUND
    assert kb("crosswalk", "list", "--from", "no such thing").exit_code == NOT_FOUND
    ambiguous = kb("crosswalk", "list", "--from", "principle 1")
    assert ambiguous.exit_code == NOT_FOUND
    assert "which one?" in ambiguous.stderr
    assert kb("crosswalk", "list", "--status", "rejected").exit_code == NOT_FOUND
    assert kb("crosswalk", "list", "--relation", "similar").exit_code == USAGE


def test_what_is_derived_is_shown_only_when_asked_and_never_reviewed(kb_home: Path) -> None:
    assert "derived" not in listed("--from", "OECD 1.1")
    found = listed("--from", "OECD 1.1", "--derived")
    assert found["derived"]
    assert {each["status"] for each in found["derived"]} == {"derived"}
    direct = {e["target"] for e in found["edges"] if e["source"].endswith("principle:1.1")}
    assert not [each for each in found["derived"] if each["units"][0].endswith(":1.1") and each["units"][-1] in direct]
    words = kb("crosswalk", "list", "--from", "OECD 1.1", "--derived").stdout
    assert words.count("derived, not reviewed; ours, not official") == len(found["derived"])
    assert not listed("--from", "OECD 1.1", "--derived", "--status", "reviewed")["derived"]
    assert kb("crosswalk", "list", "--derived").exit_code == USAGE


def test_coverage_names_gaps(kb_home: Path) -> None:
    found = json.loads(kb("crosswalk", "coverage", "--format", "json").stdout)
    groups = {group["name"]: group for group in found["groups"]}
    assert found["notice"] == NOTICE
    for name, n in (("UNESCO principles", 10), ("OECD principles", 10), ("CertifAIEd criteria sets", 4)):
        assert (groups[name]["units"], groups[name]["without"]) == (n, 0)
    gaps = kb("crosswalk", "coverage", "--gaps").stdout
    assert gaps.count(": none\n") == sum(group["without"] for group in found["groups"]) > 0


# --- what it writes


def test_csv_comes_back_byte_for_byte_and_changes_nothing(kb_home: Path, tmp_path: Path) -> None:
    first = tmp_path / "a.csv"
    assert kb("crosswalk", "export", "-f", "csv", "-o", str(first)).exit_code == 0
    assert kb("crosswalk", "export", "-f", "csv").stdout_bytes == first.read_bytes()
    result = kb("crosswalk", "import", str(first), "--format", "json")
    assert json.loads(result.stdout)["new"] == json.loads(result.stdout)["changed"] == 0
    assert not (kb_home / OWN).exists()


def test_an_import_keeps_what_differs_in_the_persons_own_file(kb_home: Path, tmp_path: Path) -> None:
    text = kb("crosswalk", "export", "-f", "csv").stdout_bytes.decode()
    rows = list(csv.reader(io.StringIO(text, newline="")))
    rows[1][2] = "related"
    mine = list(rows[1])
    mine[0], mine[1] = OECD_13, "urn:kb:eu:ai-act:2024:article:72"
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerows([*rows, mine])
    file = tmp_path / "changed.csv"
    file.write_bytes(out.getvalue().encode())
    installed = (corpus_dir() / "crosswalk.toml").read_bytes()
    assert kb("crosswalk", "import", str(file)).stdout == f"1 new, 1 changed, {len(rows) - 2} as they were\n"
    assert kb("crosswalk", "export", "-f", "csv").stdout_bytes == file.read_bytes()
    assert (corpus_dir() / "crosswalk.toml").read_bytes() == installed
    assert len(load_edges((kb_home / OWN).read_text("utf-8"), None, None, "x")) == 2


@pytest.mark.parametrize(
    ("content", "what"),
    [(b"\xff\xfe", "not UTF-8"), (b"a,b\r\n", "line 1: the columns must be"), (b"", "line 1: the columns must be")],
)
def test_an_import_of_something_else_says_where_it_is_wrong(
    kb_home: Path, tmp_path: Path, content: bytes, what: str
) -> None:
    file = tmp_path / "x.csv"
    file.write_bytes(content)
    result = kb("crosswalk", "import", str(file))
    assert result.exit_code == USAGE
    assert what in result.stderr
    assert not (kb_home / OWN).exists()


def test_the_workbook_holds_all_edges_and_no_formula(kb_home: Path, tmp_path: Path) -> None:
    assert kb("crosswalk", "export", "-f", "xlsx").exit_code == USAGE
    file, again = tmp_path / "a.xlsx", tmp_path / "b.xlsx"
    for path in (file, again):
        assert kb("crosswalk", "export", "-f", "xlsx", "-o", str(path)).exit_code == 0
    assert file.read_bytes() == again.read_bytes()
    book = openpyxl.load_workbook(file)
    assert book.sheetnames == ["About", "Crosswalk", "Coverage"]
    assert book["About"]["B2"].value == NOTICE
    assert book["Crosswalk"].max_row == len(Crosswalks(kb_home).crosswalk.edges) + 1
    cells = [each for page in book for row in page.iter_rows() for each in row if each.value is not None]
    assert {each.data_type for each in cells} == {"s"}
    assert not [each for each in cells if str(each.value).startswith(("=", "+", "-", "@"))]


def test_a_formula_that_a_person_wrote_is_defused(kb_home: Path, tmp_path: Path) -> None:
    walks = Crosswalks(kb_home)
    walks.record([replace(walks.crosswalk.edges[0], rationale_en="=HYPERLINK(1)", author="+me", note="", reviewer="")])
    file = tmp_path / "a.xlsx"
    kb("crosswalk", "export", "-f", "xlsx", "-o", str(file))
    values = [each.value for each in openpyxl.load_workbook(file)["Crosswalk"][2]]
    assert "'=HYPERLINK(1)" in values
    assert "'+me" in values


def test_oscal_is_valid(kb_home: Path, tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    result = kb("crosswalk", "export", "-f", "oscal", "-o", str(file))
    assert "valid: compliance-trestle" in result.stderr
    assert validate(file.read_text("utf-8"))


# --- a person's judgement


def test_a_review_is_recorded_beside_not_in_what_is_installed(kb_home: Path) -> None:
    installed = (corpus_dir() / "crosswalk.toml").read_bytes()
    found = listed("--from", OECD_13, "--to", UNESCO_P7)["edges"]
    (edge_id,) = [e["edge_id"] for e in found if (e["source"], e["target"]) == (OECD_13, UNESCO_P7)]
    result = kb("crosswalk", "review", edge_id, "--relation", "related", "--note", "Too weak.", "--by", " Kim  Minji ")
    assert result.exit_code == 0
    assert (corpus_dir() / "crosswalk.toml").read_bytes() == installed
    edge = Crosswalks(kb_home).crosswalk.find(edge_id)
    assert edge is not None
    assert (edge.relation.value, edge.reviewer, edge.note, edge.status) == (
        "related", "Kim Minji", "Too weak.", Review.REVIEWED,
    )  # fmt: skip
    assert edge.reviewed_on in (kb_home / OWN).read_text("utf-8")
    assert kb("crosswalk", "review", edge_id, "--relation", "none", "--note", "No.", "--by", "Kim").exit_code == 0
    assert Crosswalks(kb_home).crosswalk.find(edge_id) not in Crosswalks(kb_home).crosswalk.counterparts(OECD_13)
    assert [e["edge_id"] for e in listed("--status", "rejected")["edges"]] == [edge_id]
    assert (kb_home / OWN).read_text("utf-8").count("[[edge]]") == 1


def test_a_note_with_a_byte_that_is_no_character_is_kept_without_it(kb_home: Path) -> None:
    edge_id = listed("--from", OECD_13)["edges"][0]["edge_id"]
    result = kb("crosswalk", "review", edge_id, "--relation", "related", "--note", "Too \udcff weak.", "--by", "Kim")
    assert result.exit_code == 0, result.output
    edge = Crosswalks(kb_home).crosswalk.find(edge_id)
    assert edge is not None and edge.note == "Too \ufffd weak."


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--relation", "equal", "--note", "x", "--by", "  "), USAGE),
        (("--relation", "equal", "--note", "x", "--by", MACHINE), USAGE),
        (("--relation", "equal", "--note", " ", "--by", "Kim"), USAGE),
        (("--relation", "equal", "--note", "x"), USAGE),
        (("--note", "x", "--by", "Kim"), USAGE),
    ],
)
def test_a_review_without_name_or_reason_is_refused(kb_home: Path, arguments: tuple[str, ...], code: int) -> None:
    edge = Crosswalks(kb_home).crosswalk.edges[0]
    assert kb("crosswalk", "review", edge.edge_id, *arguments).exit_code == code
    assert not (kb_home / OWN).exists()


def test_an_unknown_edge_is_not_found(kb_home: Path) -> None:
    result = kb("crosswalk", "review", "cw-0", "--relation", "equal", "--note", "x", "--by", "Kim")
    assert result.exit_code == NOT_FOUND


def test_a_fault_in_the_own_file_is_named_with_its_line(kb_home: Path) -> None:
    kb_home.mkdir(parents=True)
    (kb_home / OWN).write_text('# mine\n[[edge]]\nsource = "urn:kb:x"\n', "utf-8")
    result = kb("crosswalk", "list")
    assert result.exit_code == USAGE
    assert f"{OWN}, line 2: target, relation, status" in result.stderr


# --- with an index


def test_counterparts_are_those_of_the_register(home: Path) -> None:
    base = opened(home)
    found = counterparts(base.library(), OECD_13)
    expected = Crosswalks(home).crosswalk.counterparts(OECD_13)
    assert [each.edge for each in found] == list(expected)
    assert len(found) > 5
    (one,) = [each for each in found if each.edge.target == UNESCO_P7]
    assert one.locator.startswith("UNESCO Recommendation on the Ethics of AI (2021), ")
    assert one.title
    assert one.as_dict()["standing"] == LABEL
    assert counterparts(base.library(), "urn:kb:no:such:unit:x") == ()


def test_own_edges_are_counterparts_too_and_a_rejected_one_is_none(home: Path) -> None:
    base = opened(home)
    before = counterparts(base.library(), OECD_13)
    walks = Crosswalks(home)
    walks.review(before[0].edge.edge_id, None, "No.", "Kim", "2026-11-24")
    new = replace(before[1].edge, target="urn:kb:eu:ai-act:2024:article:72")
    walks.record([new])
    after = [each.edge for each in counterparts(base.library(), OECD_13)]
    assert new in after
    assert before[0].edge.edge_id not in [each.edge_id for each in after]
    assert len(after) == len(before)


def test_suggestions_are_proposals_of_other_publications_and_never_reviewed(home: Path) -> None:
    base = opened(home)
    walks = Crosswalks(home)
    judged = {edge.pair for edge in walks.crosswalk.edges}
    found, _ = suggest_edges(walks, base.library(), base.models(), [OECD_13], 3, "2026-11-24")
    assert 0 < len(found) <= 3
    for each in found:
        assert each.edge.status is Review.PROPOSED
        assert each.edge.author == MACHINE
        assert each.edge.source == OECD_13
        assert ":oecd:" not in each.edge.target
        assert each.edge.pair not in judged
    walks.record([each.edge for each in found])
    again, _ = suggest_edges(walks, base.library(), base.models(), [OECD_13], 3, "2026-11-24")
    assert not {each.edge.pair for each in again} & {each.edge.pair for each in found}


def test_what_a_machine_proposed_needs_a_person_who_says_what_was_compared(home: Path) -> None:
    result = kb("crosswalk", "suggest", "OECD 1.3", "-k", "1", "--save", "--format", "json")
    (one,) = json.loads(result.stdout)["suggestions"]
    assert (one["status"], one["author"]) == ("proposed", MACHINE)
    judge = ("crosswalk", "review", one["edge_id"], "--relation", "intersects", "--note", "Both.", "--by", "Kim")
    assert kb(*judge).exit_code == USAGE
    assert kb(*judge, "--against", "official texts").exit_code == 0
    edge = Crosswalks(home).crosswalk.find(one["edge_id"])
    assert edge is not None
    assert (edge.status, edge.rationale_en, edge.verified_against) == (Review.REVIEWED, "Both.", "official texts")


def test_suggest_without_a_reference_takes_the_gaps(home: Path) -> None:
    gaps = set(Crosswalks(home).gaps())
    found = json.loads(kb("crosswalk", "suggest", "-k", "1", "--format", "json").stdout)["suggestions"]
    assert found
    assert {each["source"] for each in found} <= gaps
    assert not (home / OWN).exists(), "nothing is kept unless asked"


def test_look_up_shows_counterparts_and_whose_reading_they_are(home: Path) -> None:
    (item,) = json.loads(kb("lookup", "OECD 1.3", "--format", "json").stdout)
    (unit,) = item["units"]
    found = {each["unit_id"]: each for each in unit["counterparts"]}
    assert found[UNESCO_P7]["relation"] == "intersects"
    assert found[UNESCO_P7]["locator"].startswith("UNESCO Recommendation on the Ethics of AI (2021), ")
    assert {each["standing"] for each in unit["counterparts"]} == {LABEL}
    assert {each["status"] for each in unit["counterparts"]} <= {"proposed", "reviewed"}
    words = kb("lookup", "OECD 1.3").stdout
    assert words.count(f"; {LABEL}; cw-") == len(found)


def test_the_app_shows_counterparts_too(home: Path) -> None:
    page = opened(home).unit_page(OECD_13)
    assert page is not None
    assert page.counterparts
    shown = unit_page_html(page, "en")
    assert shown.count(escape(LABEL)) == 1
    assert all(f'data-unit="{escape(each.edge.target)}"' in shown for each in page.counterparts)
    edge = replace(page.counterparts[0].edge, rationale_en="<img src=x>{{x}}", target="urn:kb:not:here")
    hostile = replace(page, counterparts=(replace(page.counterparts[0], locator="<script>", edge=edge),))
    assert "<script" not in unit_page_html(hostile, "en")
    assert "<img" not in unit_page_html(hostile, "en")
    assert LABEL not in unit_page_html(replace(page, counterparts=()), "en")
