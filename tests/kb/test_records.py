"""Frozen records whose methods are written when needed are the records of the standard library in every use."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle
from dataclasses import FrozenInstanceError, asdict, astuple, field, fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb.records import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """A record with a default, a factory, a field that is not compared and one that is computed."""

    name: str
    number: int = 3
    parts: tuple[str, ...] = ()
    seen: dict[str, int] = field(default_factory=dict, repr=False, compare=False)
    long: str = field(init=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "long", f"{self.name} {self.number}")


@dataclasses.dataclass(frozen=True, slots=True)
class Standard:
    """The same by the standard library."""

    name: str
    number: int = 3
    parts: tuple[str, ...] = ()
    seen: dict[str, int] = field(default_factory=dict, repr=False, compare=False)
    long: str = field(init=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "long", f"{self.name} {self.number}")


@dataclass(frozen=True, slots=True)
class Folded:
    """A record that compares and shows itself in its own way."""

    word: str

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Folded) and self.word.casefold() == other.word.casefold()

    def __hash__(self) -> int:
        return hash(self.word.casefold())

    def __repr__(self) -> str:
        return f"<{self.word}>"


VALUES = st.tuples(st.text(max_size=3), st.integers(-2, 2), st.lists(st.text(max_size=2), max_size=2).map(tuple))


@given(VALUES, VALUES)
def test_values_equality_hash_and_form_are_those_of_the_standard_library(
    a: tuple[Any, ...], b: tuple[Any, ...]
) -> None:
    ours, theirs = Place(*a), Standard(*a)
    assert astuple(ours) == astuple(theirs)
    assert asdict(ours) == asdict(theirs)
    assert hash(ours) == hash(theirs)
    assert repr(ours) == repr(theirs).replace("Standard", "Place")
    assert (ours == Place(*b)) == (theirs == Standard(*b))
    assert ours != theirs
    assert astuple(replace(ours, name="x")) == astuple(replace(theirs, name="x"))


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))])
def test_a_record_is_copied_and_pickled_whole(again: Any) -> None:
    place = Place("a", 1, ("b",), {"c": 2})
    assert astuple(again(place)) == astuple(place)


def test_a_record_is_not_changed_and_takes_no_other_name() -> None:
    place = Place("a")
    with pytest.raises(FrozenInstanceError, match="cannot assign to field 'name'"):
        place.name = "b"  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError, match="cannot delete field 'name'"):
        del place.name  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        place.other = 1  # type: ignore[attr-defined]
    assert not hasattr(place, "__dict__")


def test_own_methods_of_a_record_stay() -> None:
    assert Folded("A") == Folded("a")
    assert len({Folded("A"), Folded("a")}) == 1
    assert repr(Folded("A")) == "<A>"


def test_wrong_arguments_are_refused_as_a_function_refuses_them() -> None:
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'name'"):
        Place()  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="unexpected keyword argument 'size'"):
        Place("a", size=1)  # type: ignore[call-arg]


def test_factories_are_called_for_each_record() -> None:
    first = Place("a")
    first.seen["x"] = 1
    assert Place("b").seen == {}


def test_a_class_of_another_kind_is_left_to_the_standard_library() -> None:
    @dataclass(frozen=True, slots=True, order=True)
    class Ordered:
        n: int

    @dataclass(slots=True)
    class Open:
        n: int = 0

    assert Ordered(1) < Ordered(2)
    opened = Open()
    opened.n = 4
    assert opened == Open(4)
    assert list(inspect.signature(Open).parameters) == ["n"]


def test_fields_are_known_before_a_first_record_is_made() -> None:
    @dataclass(frozen=True, slots=True)
    class Never:
        a: int
        b: str = ""

    assert [each.name for each in fields(Never)] == ["a", "b"]  # type: ignore[arg-type]
    assert Never.__match_args__ == ("a", "b")  # type: ignore[attr-defined]


def test_methods_are_written_when_the_first_of_them_is_called() -> None:
    @dataclass(frozen=True, slots=True)
    class Made:
        a: int

    def written(name: str) -> bool:
        return not getattr(Made, name).__code__.co_filename.endswith("records.py")

    assert not any(map(written, ("__init__", "__repr__", "__eq__", "__hash__")))
    made = Made(1)
    assert list(map(written, ("__init__", "__repr__", "__eq__", "__hash__"))) == [True, False, False, False]
    assert made == Made(1)
    assert list(map(written, ("__init__", "__repr__", "__eq__", "__hash__"))) == [True, False, True, True]
    assert list(inspect.signature(Made).parameters) == ["a"]
