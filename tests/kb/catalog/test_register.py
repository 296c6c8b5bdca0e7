"""The register: every fault is reported with file and line, and entries are found by unit id."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kb.catalog.catalog import Catalog, corpus_dir, load_catalog
from kb.catalog.register import Register, Topic, check_register, load_corpus, load_register, load_topics
from kb.errors import ConfigError
from kb.messages import words
from kb.types import RegisterEntry
from tests.catalogs import entry as edition

TOPICS = (Topic("redress", "구제"), Topic("privacy", "프라이버시"))

HEAD = """of_document = "alpha"
register = "register-x"
url = "https://example.org/a"
verified = true
verified_against = "a copy"
"""

ENTRY = """
[[entry]]
key = "principle:1"
kind = "principle"
number = "1"
path = "Principle 1"
title = "First"
gist_en = "Says one thing."
gist_ko = "한 가지를 말합니다."
force = "should"
topics = ["redress"]
"""

CHILD = """
[[entry]]
key = "principle:1.a"
kind = "point"
number = "1(a)"
path = "Principle 1(a)"
title = "Point"
force = "may"
parent = "principle:1"
"""


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    text = edition("alpha") + edition("beta") + edition("gamma")
    return load_catalog(text + edition("register-x", 'register_of = ["alpha", "beta"]', scheme='"register"'))


@pytest.fixture(scope="module")
def corpus() -> tuple[Register, Catalog]:
    catalog = load_catalog((corpus_dir() / "catalog.toml").read_text(encoding="utf-8"))
    return load_corpus(catalog), catalog


def load(text: str, catalog: Catalog) -> Register:
    return load_register([("reg.toml", text)], catalog, TOPICS)


def test_an_entry_takes_over_what_its_file_says_unless_it_says_otherwise(catalog: Catalog) -> None:
    other = CHILD.replace(
        'parent = "principle:1"', 'of_document = "beta"\nurl = "https://example.org/b"\nverified = false'
    )
    register = load(HEAD + ENTRY + other, catalog)
    first, second = register.entries
    assert (first.of_document, first.register, first.url) == ("alpha", "register-x", "https://example.org/a")
    assert (first.verified, first.verified_against, first.topics) == (True, "a copy", ("redress",))
    assert (second.of_document, second.register, second.url) == ("beta", "register-x", "https://example.org/b")
    assert (second.verified, second.gist_en, second.addressee) == (False, "", "")
    assert [(entry.file, entry.line) for entry in register.entries] == [("reg.toml", 7), ("reg.toml", 18)]


def test_entries_are_found_by_unit_id_and_by_edition(catalog: Catalog) -> None:
    register = load(HEAD + ENTRY + CHILD, catalog)
    parent, child = register.entries
    assert register.unit_id(child) == "urn:kb:x:alpha:1:principle:1.a"
    assert register.get("urn:kb:x:alpha:1:principle:1.a") is child
    assert register.get("urn:kb:x:alpha:1:principle:1.") is None
    assert register.get("urn:kb:x:beta:1:principle:1") is None
    assert register.children("urn:kb:x:alpha:1:principle:1") == (child,)
    assert register.children(register.unit_id(child)) == ()
    assert (register.parent(child), register.parent(parent)) == (parent, None)
    assert register.of_document("alpha") == (parent, child)
    assert register.of_document("beta") == ()
    assert (register.register_of("beta"), register.register_of("gamma")) == ("register-x", None)
    assert register.register_ids() == ("register-x",)


def test_two_editions_may_use_the_same_key(catalog: Catalog) -> None:
    twin = ENTRY + 'of_document = "beta"\n'
    register = load_register([("a.toml", HEAD + ENTRY), ("b.toml", HEAD + twin)], catalog, TOPICS)
    assert [register.unit_id(entry) for entry in register.entries] == [
        "urn:kb:x:alpha:1:principle:1",
        "urn:kb:x:beta:1:principle:1",
    ]


FAULTS = {
    "not toml": (HEAD + ENTRY + "title = oops\n", 17, "not valid TOML"),
    "no entry": (HEAD, 1, "no [[entry]] table"),
    "unknown key of a file": (HEAD + 'licence = "x"\n' + ENTRY, 6, "unknown key 'licence'"),
    "ill-typed key of a file": (HEAD.replace("true", '"yes"') + ENTRY, 4, "verified must be true or false"),
    "unknown key": (HEAD + ENTRY + 'topic = "x"\n', 17, "unknown key 'topic'. Did you mean 'topics'?"),
    "register is a file's": (HEAD + ENTRY + 'register = "register-x"\n', 17, "unknown key 'register'"),
    "ill-typed key": (HEAD + ENTRY.replace('number = "1"', "number = 1"), 10, "number must be text in quotes"),
    "missing": (HEAD + ENTRY.replace('force = "should"\n', ""), 7, "force missing"),
    "empty": (HEAD + ENTRY.replace('"First"', '""'), 12, "title is empty"),
    "ill-formed key": (HEAD + ENTRY.replace("principle:1", "Principle 1"), 8, "a kind, a colon and a dotted number"),
    "kind": (HEAD + ENTRY.replace('kind = "principle"', 'kind = "principal"'), 9, "Did you mean 'principle'?"),
    "force": (HEAD + ENTRY.replace('"should"', '"must"'), 15, "force is 'must'"),
    "English only": (HEAD + ENTRY.replace("한 가지를 말합니다.", ""), 14, "gist_ko is empty"),
    "Korean only": (HEAD + ENTRY.replace("Says one thing.", ""), 13, "gist_en is empty"),
    "unknown topic": (HEAD + ENTRY.replace('["redress"]', '["redres"]'), 16, "Did you mean 'redress'?"),
    "topic twice": (HEAD + ENTRY.replace('["redress"]', '["redress", "redress"]'), 16, "names something twice"),
    "related": (HEAD + ENTRY + 'related = ["urn:kb:x:alpha:principle:2"]\n', 17, "is no unit id"),
    "url": (HEAD + ENTRY + 'url = "example.org"\n', 17, "must be a web address"),
    "brackets in a title": (HEAD + ENTRY.replace("First", "First [draft]"), 12, "no square brackets"),
    "dash in a path": (HEAD + ENTRY.replace('"Principle 1"', '"Part 1 — Principle 1"'), 11, "no long dash"),
    "verified by nothing": (HEAD.replace('"a copy"', '""') + ENTRY, 4, "names no source"),
    "unknown edition": (
        HEAD.replace('"alpha"', '"alpa"') + ENTRY,
        1,
        "no edition of the catalog. Did you mean 'alpha'?",
    ),
    "unknown register": (HEAD.replace("register-x", "register-y") + ENTRY, 2, "Did you mean 'register-x'?"),
    "edition of no register": (HEAD + ENTRY + 'of_document = "gamma"\n', 17, "does not list 'gamma'"),
    "twice": (HEAD + ENTRY + ENTRY, 18, "alpha has this key already (reg.toml, line 7)"),
    "no parent": (
        HEAD + ENTRY + CHILD.replace('"principle:1"', '"principle:2"'),
        18,
        "its parent 'principle:2' is none of",
    ),
    "own parent": (HEAD + ENTRY + 'parent = "principle:1"\n', 7, "leads back to itself"),
}


@pytest.mark.parametrize(("text", "line", "words"), FAULTS.values(), ids=FAULTS.keys())
def test_a_fault_is_named_with_file_and_line(catalog: Catalog, text: str, line: int, words: str) -> None:
    with pytest.raises(ConfigError) as raised:
        load(text, catalog)
    message = str(raised.value)
    assert message.startswith(f"reg.toml, line {line}:")
    assert words in message
    assert "\n" not in message, "one fault, one line"


def test_all_faults_of_all_files_are_told_at_once_but_no_more_than_twenty(catalog: Catalog) -> None:
    bad = HEAD + ENTRY.replace('"should"', '"must"')
    with pytest.raises(ConfigError) as raised:
        load_register([(f"{n}.toml", bad) for n in range(25)], catalog, TOPICS)
    lines = str(raised.value).splitlines()
    assert [line.partition(",")[0] for line in lines[:20]] == [f"{n}.toml" for n in range(20)]
    assert lines[20:] == ["… and 5 more."]


def test_a_bracket_in_a_multi_line_text_is_no_table(catalog: Catalog) -> None:
    text = HEAD + ENTRY.replace('"Says one thing."', '"""Says\n[[entry]]\none thing."""') + 'kid = "x"\n'
    with pytest.raises(ConfigError, match=r"reg.toml, line 13: .*line end(.|\n)*line 19: .*unknown key 'kid'"):
        load(text, catalog)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ('[[topic]]\nid = "a"\nlabel_en = "A"\n', 1, "label_ko missing"),
        ('[[topic]]\nid = "a"\nlabel_en = "A"\nlabel_ko = "B"\nlabel_es = "C"\n', 5, "unknown key 'label_es'"),
        ('[[topic]]\nid = "a"\nlabel_en = "A"\nlabel_ko = "B"\n' * 2, 6, "is there twice"),
    ],
)
def test_faults_of_topics(text: str, line: int, words: str) -> None:
    with pytest.raises(ConfigError, match=f"topics.toml, line {line}: .*{words}"):
        load_topics(text, "topics.toml")


def test_the_register_as_installed_has_no_problems(corpus: tuple[Register, Catalog]) -> None:
    register, catalog = corpus
    assert check_register(register, catalog) == []
    assert len(register.entries) >= 700
    assert set(register.register_ids()) == {edition.doc_id for edition in catalog.editions if edition.is_register}


def without(register: Register, *unit_ids: str) -> Register:
    return replace(register, entries=tuple(e for e in register.entries if register.unit_id(e) not in unit_ids))


def changed(register: Register, unit_id: str, **values: object) -> Register:
    old = register.get(unit_id)
    assert old is not None
    new: RegisterEntry = replace(old, **values)  # type: ignore[arg-type]
    return replace(register, entries=tuple(new if entry is old else entry for entry in register.entries))


UNESCO, OECD, NIST = "urn:kb:unesco:ai-ethics:2021", "urn:kb:oecd:legal-0449:2024", "urn:kb:nist:ai-100-1:2023"


def test_what_is_missing_or_leads_nowhere_is_reported(corpus: tuple[Register, Catalog]) -> None:
    register, catalog = corpus

    def problems(broken: Register) -> str:
        return "\n".join(words(each, "en") for each in check_register(broken, catalog))

    assert "141 entries of kind para expected; missing: para:141" in problems(without(register, f"{UNESCO}:para:141"))
    assert "missing: recommendation:2.5" in problems(without(register, f"{OECD}:recommendation:2.5"))
    subcategory = next(e for e in register.of_document("nist-ai-100-1-2023") if e.kind == "subcategory")
    assert "72 entries of kind subcategory expected, 71 found" in problems(
        without(register, register.unit_id(subcategory))
    )
    assert "missing: requirement:1.7" in problems(without(register, "urn:kb:eu:hleg:2019:requirement:1.7"))

    place = f"{OECD}:principle:1.5"
    assert "parent 'principle:1.5'" in problems(without(register, place))
    assert "one language only" in problems(changed(register, place, gist_ko=""))
    assert "no title_ko" in problems(changed(register, place, title_ko=""))
    assert "'urn:kb:a:b:c:whole' belongs to no edition" in problems(
        changed(register, place, related=("urn:kb:a:b:c:whole",))
    )
    assert "para:999' is not in the register" in problems(changed(register, place, related=(f"{UNESCO}:para:999",)))
    assert "'principle:9' is in no other edition" in problems(changed(register, place, moved_from="principle:9"))
    twice = replace(register, entries=(*register.entries, register.entries[0]))
    assert "has this key already" in problems(twice)
