"""The bounds of `make house`, and that its measures see what they are meant to see."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.measurements import house


@pytest.mark.parametrize("measure", house.MEASURES, ids=lambda measure: measure.what)
def test_the_code_is_within_its_bounds(measure: house.Measure) -> None:
    found = measure.found()
    listed = "\n".join(found)
    assert len(found) <= measure.bound, f"{measure.what}: {len(found)}, bound {measure.bound}\n{listed}"
    assert measure.unexpected(found) == []


def tree(root: Path, **files: str) -> Path:
    for name, text in files.items():
        path = root / f"{name.replace('__', '/')}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


def test_a_circle_is_seen_through_type_checking_and_functions(tmp_path: Path) -> None:
    root = tree(
        tmp_path,
        kb__a="if TYPE_CHECKING:\n    from kb.b import B\n",
        kb__b="def f():\n    from kb import c\n",
        kb__c="from .a import A\n",
        kb__d="import kb.a\n",
        app__e="import importlib\nimportlib.import_module('app.f')\n",
        app__f="from . import e\n",
    )
    found = house.modules_in_a_circle(root)
    assert [place.split()[0] for place in found] == ["kb.a", "kb.b", "kb.c", "app.e", "app.f"]


def test_a_service_is_known_by_name_and_by_type(tmp_path: Path) -> None:
    code = """
def one(service): ...
def two(given: Service | None): ...
def three(library, service): ...
class A:
    def four(self, service): ...
    def five(self): ...
    @staticmethod
    def six(service): ...
async def seven(*, service): ...
"""
    found = house.functions_of_a_service(tree(tmp_path, app__a=code))
    assert [place.split()[1] for place in found] == ["one", "two", "seven", "four", "six"]


def test_local_imports_are_counted_once_and_allowed_where_laziness_is(tmp_path: Path) -> None:
    code = """
import kb.top
def outer():
    import torch
    from kb import a, b
    def inner():
        from .near import c
"""
    root = tree(tmp_path, kb__knowledge_base=code, kb__a=code)
    assert len(house.all_local_imports(root)) == 6
    assert len(house.local_imports(root)) == 4
    assert [place.split()[0] for place in house.local_imports_not_allowed(root)] == ["kb/a.py:5", "kb/a.py:7"]


def test_names_of_two_modules_are_found(tmp_path: Path) -> None:
    code = "def _f(): ...\nclass C: ...\nA = 1\nB: int = 2\nX, Y = 1, 2\nif A:\n    Z = 1\n"
    root = tree(tmp_path, kb__a=code, app__b=code, ingest__c="def alone(): ...\n")
    assert [place.partition(":")[0] for place in house.names_defined_twice(root)] == ["A", "B", "C", "_f"]
    assert [place.partition(":")[0] for place in house.public_names_defined_twice(root)] == ["A", "B", "C"]


def test_a_file_that_may_not_be_long_is_named(tmp_path: Path) -> None:
    root = tree(tmp_path, kb__phrases="\n" * 601, kb__other="\n" * 602, kb__short="\n" * 600)
    measure = house.Measure("long", house.long_files, 2, ("phrases",))
    assert measure.found(root) == ["kb/other.py (602 lines)", "kb/phrases.py (601 lines)"]
    assert measure.unexpected(measure.found(root)) == ["kb/other.py (602 lines)"]


def test_patches_of_ours_are_told_from_others(tmp_path: Path) -> None:
    ours = "from kb.b import g\nLIMIT = 3\ndef f(): ...\nclass C:\n    size = 1\n    def m(self): ...\n"
    code = """
import io
import pytest
from unittest.mock import patch
from kb import a
from kb.a import C
@pytest.mark.parametrize("name", ["LIMIT"])
def test_one(monkeypatch, name, thing: C):
    made = C()
    monkeypatch.setattr(a, "f", None)
    monkeypatch.setattr("kb.a.g", None)
    monkeypatch.setattr(C, "m", None)
    monkeypatch.setattr(made, "m", None)
    monkeypatch.setattr(thing, "other", None)
    patch("kb.a.f")
    patch.object(C, "m")
    monkeypatch.setattr(a, "LIMIT", 2)
    monkeypatch.setattr(a, name, 2)
    monkeypatch.setattr(C, "size", 2)
    monkeypatch.setattr(io, "open", None)
    monkeypatch.setattr("os.getcwd", None)
    monkeypatch.setenv("KB_HOME", "kb")
"""
    root = tree(tmp_path, kb__a=ours, kb__b="def g(): ...\n", tests__test_a=code)
    names = [place.split()[1] for place in house.patches_of_our_functions(root)]
    assert names == ["kb.a.f", "kb.a.g", "kb.a.C.m", "kb.a.C.m", "kb.a.C.other", "kb.a.f", "kb.a.C.m"]
    assert [p.split()[1] for p in house.patches_of_our_values(root)] == ["kb.a.LIMIT", "kb.a.LIMIT", "kb.a.C.size"]
