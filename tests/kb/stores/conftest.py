"""The server of PostgreSQL that the tests of stores share."""

from tests.stores import postgres as postgres
