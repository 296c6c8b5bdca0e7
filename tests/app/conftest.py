"""The small library for the tests of the reading side."""

from tests.library import library, service, stand_in

__all__ = ["library", "service", "stand_in"]
