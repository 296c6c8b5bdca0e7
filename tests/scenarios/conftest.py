"""The small library for the tests of whole questions."""

from tests.library import library, service, stand_in

__all__ = ["library", "service", "stand_in"]
