"""The crosswalk: edges are well formed, read the same from both sides, and claim no more than their weakest link."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.catalog.catalog import Catalog, corpus_dir, load_catalog
from kb.catalog.crosswalk import Crosswalk, family_names, family_of, from_csv, load_crosswalk, load_edges, put, to_toml
from kb.catalog.crosswalk import installed_crosswalk as load_corpus_crosswalk
from kb.catalog.edges import EDGE_COLUMNS, Edge, Path, Relation, Review, edge_from_row
from kb.catalog.register import Register, load_corpus, load_register
from kb.errors import ConfigError
from tests.catalogs import entry as edition

ENTRY = """
[[entry]]
of_document = "{id}"
key = "{key}"
kind = "principle"
number = "1"
path = "P"
title = "T"
gist_en = "{gist}"
gist_ko = "{gist}"
force = "should"
"""

HEAD = """author = "someone"
date = "2026-11-23"
verified_against = "register gists"
"""

EDGE = """
[[edge]]
source = "urn:kb:x:alpha:1:principle:1"
relation = "subset"
target = "urn:kb:x:beta:1:principle:1"
status = "reviewed"
rationale_en = "Why."
rationale_ko = "까닭."
"""

A1, A2, B1, B2, C1 = (
    f"urn:kb:x:{unit}" for unit in ("alpha:1:principle:1", "alpha:1:principle:1.a", "beta:1:principle:1",
                                    "beta:1:principle:2", "gamma:1:principle:1")
)  # fmt: skip
HEADER = ",".join(EDGE_COLUMNS)


def small() -> tuple[Register, Catalog]:
    text = edition("alpha") + edition("beta") + edition("gamma") + edition("delta", 'supersedes = "alpha"')
    catalog = load_catalog(
        text + edition("reg", 'register_of = ["alpha", "beta", "gamma", "delta"]', scheme='"register"')
    )
    entries = [("alpha", "principle:1", "g"), ("alpha", "principle:1.a", "g"), ("alpha", "principle:3", "g")]
    entries += [("beta", "principle:1", "g"), ("beta", "principle:2", ""), ("gamma", "principle:1", "g")]
    entries += [("delta", "principle:1", "g")]
    body = "".join(ENTRY.format(id=doc_id, key=key, gist=gist) for doc_id, key, gist in entries)
    body = body.replace('key = "principle:1.a"', 'key = "principle:1.a"\nparent = "principle:1"')
    head = 'register = "reg"\nurl = ""\nverified = false\n'
    return load_register([("r.toml", head + body)], catalog, ()), catalog


REGISTER, CATALOG = small()


def load(text: str) -> Crosswalk:
    return load_crosswalk(text, REGISTER, CATALOG, "x.toml")


def fault(text: str) -> str:
    with pytest.raises(ConfigError) as caught:
        load(text)
    return str(caught.value)


def edge(source: str, relation: str, target: str, status: Review = Review.REVIEWED) -> Edge:
    return Edge(source, Relation(relation), target, "Why.", "까닭.", status, "me", "2026-11-23", "gists")


@pytest.fixture(scope="module")
def corpus() -> tuple[Crosswalk, Register, Catalog]:
    catalog = load_catalog((corpus_dir() / "catalog.toml").read_text(encoding="utf-8"))
    register = load_corpus(catalog)
    return load_corpus_crosswalk(register, catalog), register, catalog


# Form


def test_an_edge_takes_over_what_its_file_says_unless_it_says_otherwise() -> None:
    other = EDGE.replace("beta:1", "gamma:1") + 'author = "another"\n'
    first, second = load(HEAD + EDGE + other).edges
    assert first == Edge(
        A1, Relation.SUBSET, B1, "Why.", "까닭.", Review.REVIEWED, "someone", "2026-11-23", "register gists"
    )
    assert (second.author, second.date) == ("another", "2026-11-23")


@pytest.mark.parametrize(
    ("old", "new", "line", "what"),
    [
        ("alpha:1:principle:1", "alpha:1:principle:9", 6, "is not in the register of alpha"),
        ("alpha:1:principle:1", "omega:1:principle:1", 6, "belongs to no edition"),
        ('relation = "subset"', 'relation = "subsets"', 7, "Did you mean 'subset'?"),
        ("beta:1:principle:1", "alpha:1:principle:1", 8, "to itself"),
        ("beta:1:principle:1", "alpha:1:principle:1.a", 8, "one publication"),
        ("beta:1:principle:1", "delta:1:principle:1", 8, "one publication"),
        ("beta:1:principle:1", "beta:1:principle:2", 9, "no gist of the target"),
        ('status = "reviewed"', 'status = "done"', 9, "one of proposed, reviewed"),
        ('"Why."', '""', 10, "rationale_en is empty"),
        ('"Why."', '"Why. "', 10, "blank at an end"),
        ('"Why."', '"Why\\nnot."', 10, "line end"),
        ('"Why."', "3", 10, "text in quotes"),
        ('rationale_ko = "까닭."', "", 5, "rationale_ko missing"),
        ('rationale_ko = "까닭."', 'rational_ko = "까닭."', 11, "Did you mean 'rationale_ko'?"),
        ('"2026-11-23"', '"2026-11-31"', 2, "must be a day"),
        ('"2026-11-23"', '"20261123"', 2, "must be a day"),
        ('author = "someone"', 'status = "proposed"', 1, "unknown key 'status'"),
        ('author = "someone"', 'author = "', 1, "not valid TOML"),
    ],
)
def test_a_fault_is_named_with_its_line(old: str, new: str, line: int, what: str) -> None:
    text = HEAD + EDGE
    assert old in text
    message = fault(text.replace(old, new))
    assert f"x.toml, line {line}: " in message
    assert what in message


def test_a_proposed_edge_may_have_a_side_without_gist() -> None:
    text = EDGE.replace("beta:1:principle:1", "beta:1:principle:2").replace("reviewed", "proposed")
    assert load(HEAD + text).edges[0].target == B2


def test_a_pair_is_judged_once() -> None:
    assert "line 14: " in fault(HEAD + EDGE + EDGE)
    assert "is there already (x.toml, line 6)" in fault(HEAD + EDGE + EDGE)
    turned = EDGE.replace("alpha", "?").replace("beta", "alpha").replace("?", "beta")
    assert "is there already" in fault(HEAD + EDGE + turned.replace("subset", "superset"))
    assert "contradicts 'subset' of the same pair (x.toml, line 6)" in fault(HEAD + EDGE + turned)


def test_a_file_without_edges_is_refused() -> None:
    assert "no [[edge]] table" in fault(HEAD)


# Relations


def test_the_inverse_of_the_inverse_is_the_relation() -> None:
    assert {each.inverse.inverse for each in Relation} == set(Relation)
    assert [each for each in Relation if each.inverse is not each] == [Relation.SUBSET, Relation.SUPERSET]
    one = edge(A1, "subset", B1)
    assert one.inverted() == edge(B1, "superset", A1)
    assert one.inverted().inverted() == one


@pytest.mark.parametrize(("first", "second"), list(product(Relation, repeat=2)))
def test_a_chain_never_claims_more_than_its_weakest_link(first: Relation, second: Relation) -> None:
    assert first.then(second).strength <= min(first.strength, second.strength)
    assert first.then(second).inverse is second.inverse.then(first.inverse)


def holds(relation: Relation, a: frozenset[int], b: frozenset[int]) -> bool:
    """Whether the relation, read as *at least this much*, is true of two sets."""
    return {
        Relation.EQUAL: a == b,
        Relation.SUBSET: a <= b,
        Relation.SUPERSET: a >= b,
        Relation.INTERSECTS: bool(a & b),
        Relation.RELATED: True,
    }[relation]


_sets = st.frozensets(st.integers(0, 3), min_size=1)


@given(_sets, _sets, _sets, st.sampled_from(Relation), st.sampled_from(Relation))
def test_what_a_chain_claims_is_true_of_sets(
    a: frozenset[int], b: frozenset[int], c: frozenset[int], first: Relation, second: Relation
) -> None:
    if holds(first, a, b) and holds(second, b, c):
        assert holds(first.then(second), a, c)


# Asking


def test_counterparts_are_found_from_both_sides() -> None:
    weak, strong = edge(C1, "intersects", A1), edge(A1, "subset", B1)
    crosswalk = Crosswalk((weak, strong), REGISTER)
    assert crosswalk.counterparts(A1) == (strong, edge(A1, "intersects", C1))
    assert crosswalk.counterparts(B1) == (edge(B1, "superset", A1),)
    assert crosswalk.counterparts(A2) == ()
    assert crosswalk.counterparts("no unit") == ()


def test_a_path_is_as_weak_as_its_weakest_link() -> None:
    path = Path((edge(A1, "equal", B1), edge(C1, "superset", B1, Review.PROPOSED).inverted()))
    assert path.edges == (edge(A1, "equal", B1), edge(B1, "subset", C1, Review.PROPOSED))
    assert (path.relation, path.status, path.derived) == (Relation.SUBSET, Review.PROPOSED, True)
    assert path.weakest.target == C1
    back = Path(tuple(each.inverted() for each in reversed(path.edges)))
    assert back.relation is Relation.SUPERSET
    weaker = Path((*path.edges[:1], replace(path.edges[1], relation=Relation.RELATED)))
    assert weaker.relation is Relation.RELATED


def test_what_is_derived_is_never_reviewed() -> None:
    path = Path((edge(A1, "equal", B1), edge(B1, "subset", C1)))
    assert [each.status for each in path.edges] == [Review.REVIEWED] * 2
    assert (path.relation, path.status, path.derived) == (Relation.SUBSET, Review.PROPOSED, True)


def test_derived_paths_lead_to_other_publications_that_have_no_edge_of_their_own() -> None:
    unesco, oecd, nist, near = (
        f"urn:kb:{name}:1:x:{n}" for n, name in enumerate(("unesco:a", "oecd:a", "nist:a", "oecd:b"))
    )
    edges = (edge(unesco, "subset", oecd), edge(oecd, "subset", nist), edge(nist, "related", near))
    crosswalk = Crosswalk(edges, REGISTER)
    assert [(path.edges[-1].target, path.relation) for path in crosswalk.derived(unesco)] == [(nist, Relation.SUBSET)]
    assert [path.edges[-1].target for path in crosswalk.derived(unesco, 3)] == [nist, near]
    assert [path.edges[-1].target for path in crosswalk.derived(oecd)] == [], "its own publication is none"
    with_edge = Crosswalk((*edges, edge(unesco, "related", nist)), REGISTER)
    assert nist not in [path.edges[-1].target for path in with_edge.derived(unesco, 3)]


def test_a_rejected_pair_is_kept_but_leads_nowhere() -> None:
    no = replace(edge(A1, "related", B1, Review.REJECTED), reviewer="Kim", reviewed_on="2026-11-23")
    crosswalk = Crosswalk((no, edge(B1, "equal", C1)), REGISTER)
    assert crosswalk.counterparts(A1) == crosswalk.derived(A1) == ()
    assert crosswalk.find(no.edge_id) == no


def test_two_overlaps_in_a_row_leave_only_a_shared_subject() -> None:
    assert Path((edge(A1, "intersects", B1), edge(B1, "intersects", C1))).relation is Relation.RELATED


# A person's own edges


def test_an_edge_has_one_id_from_either_side() -> None:
    one = edge(A1, "subset", B1)
    assert one.edge_id == one.inverted().edge_id != edge(A1, "subset", C1).edge_id
    assert Crosswalk((one,), REGISTER).find(one.edge_id) == one
    assert Crosswalk((one,), REGISTER).find("cw-0") is None
    assert edge_from_row(one.row()) == one


def test_own_edges_take_the_place_of_their_pair() -> None:
    first, second = edge(A1, "subset", B1), edge(A1, "related", C1)
    turned = edge(B1, "intersects", A1)
    new = edge(B1, "related", C1)
    assert Crosswalk((first, second), REGISTER).merged([new, turned]).edges == (turned, second, new)


@pytest.mark.parametrize(
    ("lines", "what"),
    [
        ('reviewer = "Kim"\n', "line 12: reviewer and reviewed_on belong together"),
        ('reviewed_on = "2026-11-23"\n', "belong together"),
        ('reviewer = "Kim"\nreviewed_on = "yesterday"\n', "line 13: reviewed_on is 'yesterday'"),
        ('reviewer = ""\nreviewed_on = "2026-11-23"\n', "line 12: reviewer is empty"),
    ],
)
def test_a_review_is_signed_and_dated(lines: str, what: str) -> None:
    assert what in fault(HEAD + EDGE + lines)


def test_a_signature_belongs_to_a_judgement() -> None:
    signed = EDGE + 'reviewer = "Kim"\nreviewed_on = "2026-11-23"\n'
    assert load(HEAD + signed).edges[0].reviewer == "Kim"
    assert "the status is proposed" in fault(HEAD + signed.replace('"reviewed"', '"proposed"'))
    assert "no reviewer is named" in fault(HEAD + EDGE.replace('"reviewed"', '"rejected"'))
    without_gist = signed.replace("beta:1:principle:1", "beta:1:principle:2")
    assert load(HEAD + without_gist).edges[0].status is Review.REVIEWED, "a person may have the text"


_texts = st.one_of(
    st.text(st.characters(blacklist_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1),
    st.tuples(st.sampled_from("=+-@'＝＋－＠\"!,;"), st.text("ab'=\"", min_size=1)).map("".join),
).filter(lambda text: text == text.strip() and text.strip() != "")


@given(_texts, _texts, _texts)
def test_an_edge_is_read_back_from_its_table(en: str, author: str, note: str) -> None:
    signed = Edge(
        A1, Relation.EQUAL, B1, en, "까닭", Review.REVIEWED, author, "2026-11-23", "g", "Kim", "2026-11-24", note
    )
    assert load_edges(to_toml(signed), None, None, "x.toml") == (signed,)
    assert signed.changed == "2026-11-24"


def test_putting_an_edge_in_leaves_the_rest_of_the_file_as_it_is() -> None:
    other = EDGE.replace("beta:1", "gamma:1")
    text = f"# mine\n{HEAD}{EDGE}\n# about the next\n{other}"
    changed = edge(B1, "equal", A1)
    after = put(text, changed, "x.toml")
    assert after == f"# mine\n{HEAD}\n{to_toml(changed)}\n# about the next\n{other}"
    assert [each.relation for each in load(after).edges] == [Relation.EQUAL, Relation.SUBSET]
    new = edge(B1, "related", C1)
    assert load(put(after, new, "x.toml")).edges[-1] == new
    assert put("", new, "x.toml") == to_toml(new)
    assert put("# nothing yet", new, "x.toml") == f"# nothing yet\n\n{to_toml(new)}"
    with pytest.raises(ConfigError, match="not valid TOML"):
        put("[[edge", new, "x.toml")


# CSV


@given(_texts, _texts, _texts, _texts, st.sampled_from(Relation), st.dates().map(str))
def test_csv_is_read_back_byte_for_byte(
    en: str, ko: str, author: str, against: str, relation: Relation, day: str
) -> None:
    edges = (
        Edge(A1, relation, B1, en, ko, Review.REVIEWED, author, day, against, author, day, en),
        edge(C1, "intersects", B2, Review.PROPOSED),
    )
    text = Crosswalk(edges, REGISTER).to_csv()
    again = from_csv(text, REGISTER, CATALOG)
    assert again.edges == edges
    assert again.to_csv().encode() == text.encode()
    for row in csv.reader(io.StringIO(text, newline="")):
        assert not any(cell.startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠")) for cell in row)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "line 1: the columns must be source, target"),
        ("source,target\r\n", "line 1: the columns must be"),
        (f"{HEADER}\r\na,b\r\n", "line 2: 2 cells instead of 12"),
        (f'{HEADER}\r\n"a"b,c\r\n', "line 2: not valid CSV"),
        (f"{HEADER}\r\n{A1},{B1},subset,reviewed,me,today,gists,Why,Why,,,\r\n", "line 2: date is 'today'"),
        (f"{HEADER}\r\n" + f"{A1},{B1},equal,reviewed,me,2026-11-23,g,W,W,,,\r\n" * 2, "already (y.csv, line 2)"),
    ],
)
def test_a_fault_in_csv_is_named_with_its_line(text: str, what: str) -> None:
    with pytest.raises(ConfigError) as caught:
        from_csv(text, REGISTER, CATALOG, "y.csv")
    assert "y.csv, line " in str(caught.value)
    assert what in str(caught.value)


def test_a_spreadsheet_may_put_a_byte_order_mark_in_front() -> None:
    crosswalk = Crosswalk((edge(A1, "equal", B1),), REGISTER)
    assert from_csv("\ufeff" + crosswalk.to_csv(), REGISTER, CATALOG) == crosswalk


# What is installed


def test_the_installed_crosswalk_survives_csv(corpus: tuple[Crosswalk, Register, Catalog]) -> None:
    crosswalk, register, catalog = corpus
    text = crosswalk.to_csv()
    assert from_csv(text, register, catalog).edges == crosswalk.edges
    assert from_csv(text, register, catalog).to_csv() == text


def test_the_installed_crosswalk_is_as_large_and_as_cautious_as_promised(
    corpus: tuple[Crosswalk, Register, Catalog],
) -> None:
    edges = corpus[0].edges
    assert len(edges) >= 150
    assert sum(each.status is Review.REVIEWED for each in edges) >= 150
    assert not [each for each in edges if each.relation is Relation.EQUAL]
    for language in ("rationale_en", "rationale_ko"):
        texts = [getattr(each, language) for each in edges]
        assert len(set(texts)) == len(texts), "a rationale is for one pair"
    assert all(any("가" <= char <= "힣" for char in each.rationale_ko) for each in edges)
    assert not [each for each in edges if any("가" <= char <= "힣" for char in each.rationale_en)]


def test_what_only_rests_on_names_is_not_called_reviewed(corpus: tuple[Crosswalk, Register, Catalog]) -> None:
    by_name = [
        e for e in corpus[0].edges if any(":ieee:certifaied:" in u or ":ieee:70" in u for u in (e.source, e.target))
    ]
    assert by_name
    for each in by_name:
        assert (each.status, each.relation) == (Review.PROPOSED, Relation.RELATED)


@pytest.mark.parametrize(
    ("doc_id", "kinds", "against", "expected"),
    [
        ("unesco-ai-ethics-2021", ["principle"], "oecd-legal-0449-2024", 10),
        ("unesco-ai-ethics-2021", ["principle"], "eu-hleg-2019", 10),
        ("oecd-legal-0449-2024", ["principle", "recommendation"], "unesco-ai-ethics-2021", 10),
        ("oecd-legal-0449-2024", ["principle"], "eu-hleg-2019", 5),
    ],
)
def test_every_principle_has_a_counterpart(
    corpus: tuple[Crosswalk, Register, Catalog], doc_id: str, kinds: list[str], against: str, expected: int
) -> None:
    crosswalk, register, _ = corpus
    asked = [register.unit_id(entry) for entry in register.of_document(doc_id) if entry.kind in kinds]
    others = {register.unit_id(entry) for entry in register.of_document(against)}
    assert len(asked) == expected
    assert [u for u in asked if not any(each.target in others for each in crosswalk.counterparts(u))] == []


@pytest.mark.parametrize(
    ("doc_id", "keys"),
    [
        ("eu-hleg-2019", [f"requirement:1.{n}" for n in range(1, 8)]),
        ("ieee-ead-1e-2019", [f"principle:{n}" for n in range(1, 9)]),
        ("nist-ai-100-1-2023", [f"measure:2.{n}" for n in range(5, 13)]),
        ("eu-ai-act-2024-1689", [f"article:{n}" for n in (4, 5, 9, 10, 11, 12, 13, 14, 15, 27, 86)]),
        ("ieee-certifaied-transparency", ["whole"]),
        ("ieee-certifaied-accountability", ["whole"]),
        ("ieee-certifaied-bias", ["whole"]),
        ("ieee-certifaied-privacy", ["whole"]),
    ],
)
def test_what_people_ask_for_has_a_counterpart(
    corpus: tuple[Crosswalk, Register, Catalog], doc_id: str, keys: list[str]
) -> None:
    crosswalk, _, catalog = corpus
    urn = catalog.get(doc_id).urn
    assert [key for key in keys if not crosswalk.counterparts(f"{urn}:{key}")] == []


def test_every_known_driver_and_inhibitor_has_a_counterpart(corpus: tuple[Crosswalk, Register, Catalog]) -> None:
    crosswalk, register, _ = corpus
    units = [register.unit_id(each) for each in register.entries if each.kind in ("driver", "inhibitor")]
    assert len(units) == 19
    assert [unit_id for unit_id in units if not crosswalk.counterparts(unit_id)] == []


def test_the_report_goes_through_all_that_was_promised(corpus: tuple[Crosswalk, Register, Catalog]) -> None:
    groups = {group.name: group.units for group in corpus[0].report()}
    counts = {name: (len(units), sum(unit.is_gap for unit in units)) for name, units in groups.items()}
    assert counts["UNESCO principles"] == counts["OECD principles"] == (10, 0)
    assert counts["CertifAIEd criteria sets"] == (4, 0)
    assert counts["CertifAIEd drivers and inhibitors"] == (19, 0)
    assert counts["EAD general principles"] == (8, 0)
    assert counts["HLEG requirements"] == (7, 0)
    assert (counts["NIST AI RMF functions"][0], counts["NIST AI RMF categories"][0]) == (4, 19)
    assert counts["EU AI Act articles"][0] > 30
    assert all(unit.own for unit in groups["UNESCO principles"]), "each has a counterpart of its own"


def test_the_report_tells_edges_of_a_unit_from_those_of_its_parts(
    corpus: tuple[Crosswalk, Register, Catalog],
) -> None:
    urn = corpus[2].get("nist-ai-100-1-2023").urn
    units = {unit.unit_id: unit for group in corpus[0].report() for unit in group.units}
    category = units[f"{urn}:measure:2"]
    direct = [each for each in corpus[0].counterparts(f"{urn}:measure:2")]
    beneath = [each for n in range(1, 14) for each in corpus[0].counterparts(f"{urn}:measure:2.{n}")]
    assert sum(category.own.values()) == len(direct)
    assert sum(category.within.values()) == len(beneath) > 0
    assert not category.is_gap


def test_a_unit_belongs_to_the_first_family_that_fits() -> None:
    units = ("unesco:ai-ethics:2021", "ieee:ead:1e", "ieee:certifaied:bias", "ieee:7001:2021", "eu:hleg:2019", "kr:a:1")
    found = [family_of(f"urn:kb:{unit}:whole") for unit in units]
    assert found == ["UNESCO", "EAD", "CertifAIEd", "IEEE 7000", "HLEG", "kr"]
    assert {*found} - {"kr"} < {*family_names()}


def test_no_edge_claims_a_checked_gist_where_the_register_has_none(
    corpus: tuple[Crosswalk, Register, Catalog],
) -> None:
    crosswalk, register, _ = corpus
    assert crosswalk.edges
    for each in crosswalk.edges:
        for side, unit_id in (("source", each.source), ("target", each.target)):
            entry = register.get(unit_id)
            assert entry is not None
            told = each.verified_against.replace("source and target", "source, unverified: target")
            by_text = f"official text of the {side}" in told or "official texts of both" in told
            unverified = f"unverified: {side}" in told or f"register gist of the {side}, unverified" in told
            assert entry.verified or by_text or unverified, f"{each.edge_id}: say that the {side}'s gist is unverified"
