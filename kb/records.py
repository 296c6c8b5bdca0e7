"""A decorator for frozen records like :mod:`dataclasses`, but cheap at import: methods are generated when first used.

The decorator of the standard library writes and compiles six methods for each class while a module is imported. A cold
look-up imports some ninety records and makes instances of half of them, so that this took a fifth of its time. Here a
frozen record with slots gets its methods when the first of them is called; they are those that the standard library
writes. Every other kind of class is handed on to the standard library as it is.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from dataclasses import dataclass as dataclass

_WRITTEN: tuple[tuple[tuple[str, ...], dict[str, bool]], ...] = (
    (("__init__",), {"repr": False, "eq": False}),
    (("__repr__",), {"init": False, "eq": False}),
    (("__eq__", "__hash__"), {"init": False, "repr": False}),
)
"""The methods that the standard library writes together, with the options that leave out the others."""


def _dataclass(cls: type | None = None, /, **options: Any) -> Any:
    """The decorator :func:`dataclasses.dataclass`, with the same options."""
    lazily = cls is None and options == {"frozen": True, "slots": True}
    return _record_of if lazily else dataclasses.dataclass(cls, **options)


if not TYPE_CHECKING:
    dataclass = _dataclass


def _record_of(cls: type) -> type:
    """The class with its fields and slots, and with methods that write the real ones when they are called."""
    body = {name: value for name, value in vars(cls).items() if name not in {"__dict__", "__weakref__"}}
    record: type = dataclasses.dataclass(init=False, repr=False, eq=False, slots=True)(cls)
    for names, options in _WRITTEN:
        for name in names:
            if body.get(name) is None:  # Python writes `__hash__ = None` into a class that has an `__eq__`
                setattr(record, name, _first_call(record, body, name, names, options))
    for name, shared in _SHARED.items():
        setattr(record, name, shared)
    return record


def _first_call(
    record: type, body: dict[str, Any], name: str, names: tuple[str, ...], options: dict[str, bool]
) -> Callable[..., Any]:
    """A method that puts the real ones of some names in their places, and calls its own."""

    def method(self: object, *args: Any, **kwargs: Any) -> Any:
        plain = type(record)(record.__name__, record.__bases__, dict(body))
        written = vars(dataclasses.dataclass(frozen=True, **options)(plain))
        for each in names:
            setattr(record, each, written[each])
        return written[name](self, *args, **kwargs)

    return method


def _refuse_assignment(_: object, name: str, value: object) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_deletion(_: object, name: str) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")


def _state_of(record: Any) -> list[Any]:
    """The values that are pickled for a record, in the order of its fields."""
    return [getattr(record, each.name) for each in dataclasses.fields(record)]


def _restore(record: Any, state: list[Any]) -> None:
    for each, value in zip(dataclasses.fields(record), state, strict=True):
        object.__setattr__(record, each.name, value)


_SHARED = {
    "__setattr__": _refuse_assignment,
    "__delattr__": _refuse_deletion,
    "__getstate__": _state_of,
    "__setstate__": _restore,
}
"""The methods of a record that are the same for all."""
