"""Keeps the rows of an index in PostgreSQL with pgvector. The only importer of ``psycopg``.

Each generation is a schema: rows with their vectors, the postings of their terms with our own weights, and parts as
bytes. A table names the schema in service and is changed in one transaction. There is no approximate index of the
vectors, so that a search compares every one. Rows are written in transactions, whole or not at all.
"""

from __future__ import annotations

import struct
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, LiteralString

import numpy as np
import psycopg
from psycopg import sql

from kb.errors import StoreError
from kb.stores.protocol import KeptRow
from kb.types import notice

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from kb.stores.protocol import NewRow, Proposals, StoreAddress
    from kb.types import FloatArray

OLDEST_POSTGRES = 140_000
"""The first version of the server that has ranges of many parts."""
POSTGRES_SECONDS = 15
_ALIVE: dict[str, Any] = {
    "keepalives_idle": 15,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}
"""A connection without any reply for 30 seconds counts as lost."""
POINTER = "kb_in_service"
"""The table that names the generation in service of each knowledge base."""
_VECTOR_HEAD = struct.Struct(">HH")

_TABLES_OF_GENERATION = """
CREATE TABLE {schema}.rows (
    row integer PRIMARY KEY, doc_id text NOT NULL, unit_id text, start integer NOT NULL, stop integer NOT NULL,
    text text NOT NULL, facts bytea NOT NULL, sentences bytea NOT NULL, embedding {vectors}.vector({width}) NOT NULL);
CREATE TABLE {schema}.postings (
    term bigint NOT NULL, row integer NOT NULL, weight real NOT NULL, PRIMARY KEY (term, row));
CREATE TABLE {schema}.defining (pair bigint NOT NULL, row integer NOT NULL, PRIMARY KEY (pair, row));
CREATE TABLE {schema}.parts (key text PRIMARY KEY, data bytea NOT NULL);
"""


_GENERATIONS = """
SELECT nspname FROM pg_namespace WHERE starts_with(nspname, %s) AND 4 = (
    SELECT count(*) FROM pg_tables
    WHERE schemaname = nspname AND tablename IN ('rows', 'postings', 'defining', 'parts'))
"""
"""The schemas that hold the tables of a generation; one that another program made is left alone."""

_ALL, _INSIDE = sql.SQL(""), sql.SQL("WHERE p.row <@ %(rows)s::int4multirange")
"""A condition on the rows that may be found."""

_NEAREST: LiteralString = """
SELECT row, -distance FROM (
    SELECT p.row, p.embedding OPERATOR({v}.<#>) %(asked)s::{v}.vector AS distance FROM {s}.rows AS p {inside}
) AS measured ORDER BY distance, row LIMIT %(n)s
"""
_BEST_BY_WORDS: LiteralString = """
SELECT p.row, sum(p.weight::float8 * q.weight) AS score
FROM {s}.postings AS p JOIN unnest(%(terms)s::bigint[], %(weights)s::float8[]) AS q (term, weight) ON p.term = q.term
{inside} GROUP BY p.row ORDER BY score DESC, p.row LIMIT %(n)s
"""


class PostgresStore:
    """A connection to PostgreSQL; see :class:`kb.stores.protocol.StoreServer`. Safe to share between threads."""

    one_process = False

    def __init__(self, address: StoreAddress) -> None:
        """Connects, and makes the table of generations where it is not there.

        :raises StoreError: the server is away or too old, refuses, or has no pgvector.
        """
        self._address = address
        self._lock = threading.RLock()
        self._connection: Any = None
        with self._cursor() as cursor:
            if cursor.connection.info.server_version < OLDEST_POSTGRES:
                found = cursor.connection.info.parameter_status("server_version") or ""
                least = str(OLDEST_POSTGRES // 10_000)
                raise StoreError(notice("store too old", place=address.place, found=found, least=least))
            self._vectors = self._schema_of_vectors(cursor)

    def _connected(self) -> Any:
        if self._connection is None or self._connection.closed:
            self._connection = psycopg.connect(
                self._address.url,
                password=self._address.key or None,
                connect_timeout=POSTGRES_SECONDS,
                autocommit=True,
                **_ALIVE,
            )
        return self._connection

    @contextmanager
    def _cursor(self) -> Iterator[Any]:
        """A cursor for one operation. Errors of the client are raised as ours; after a lost connection the next call
        connects again."""
        place = self._address.place
        with self._lock:
            try:
                with self._connected().cursor() as cursor:
                    yield cursor
            except (psycopg.errors.InvalidPassword, psycopg.errors.InsufficientPrivilege) as error:
                raise StoreError(notice("store refuses", place=place)) from error
            except psycopg.Error as error:
                if "password authentication failed" in str(error) or "no password supplied" in str(error):
                    raise StoreError(notice("store refuses", place=place)) from error
                raise StoreError(notice("store away", place=place, why=_said_by_server(error))) from error

    def _schema_of_vectors(self, cursor: Any) -> sql.Identifier:
        """The schema of pgvector, which is installed in the database where it is not yet."""
        found = _vector_schema(cursor)
        if found is None:
            try:
                cursor.execute("CREATE EXTENSION IF NOT EXISTS vector")
            except psycopg.Error as error:
                raise StoreError(notice("store without vectors", place=self._address.place)) from error
            found = _vector_schema(cursor)
        return sql.Identifier(str(found))

    def _schema(self, name: str) -> sql.Identifier:
        return sql.Identifier(f"{self._address.name}_{name}")

    def in_service(self) -> str:
        """The generation that the table names; empty where there is none."""
        with self._cursor() as cursor:
            cursor.execute("SELECT to_regclass(%s)", (POINTER,))
            if cursor.fetchone()[0] is None:
                return ""
            cursor.execute(f"SELECT generation FROM {POINTER} WHERE name = %s", (self._address.name,))  # noqa: S608
            found = cursor.fetchone()
            return str(found[0]) if found else ""

    def open(self, name: str) -> PostgresGeneration:
        """A generation for reading."""
        return PostgresGeneration(self, self._schema(name), name, self._vectors)

    def begin(self, name: str, width: int) -> None:
        """Empty tables in the place of what there is of that name."""
        schema = self._schema(name)
        with self._cursor() as cursor, cursor.connection.transaction():
            cursor.execute(f"CREATE TABLE IF NOT EXISTS {POINTER} (name text PRIMARY KEY, generation text NOT NULL)")
            cursor.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(schema))
            cursor.execute(sql.SQL("CREATE SCHEMA {}").format(schema))
            tables = sql.SQL(_TABLES_OF_GENERATION).format(
                schema=schema, vectors=self._vectors, width=sql.Literal(width)
            )
            cursor.execute(tables)

    def put_rows(self, name: str, rows: Sequence[NewRow]) -> None:
        """Writes the rows that are missing, in one transaction."""
        schema = self._schema(name)
        with self._cursor() as cursor, cursor.connection.transaction():
            cursor.execute(
                sql.SQL("SELECT row FROM {}.rows WHERE row = ANY(%s)").format(schema), ([r.row for r in rows],)
            )
            there = {row for (row,) in cursor.fetchall()}
            new = [row for row in rows if row.row not in there]
            into = "COPY {}.rows (row, doc_id, unit_id, start, stop, text, facts, sentences, embedding) FROM STDIN"
            with cursor.copy(sql.SQL(into).format(schema)) as copy:
                for row in new:
                    kept = (row.row, row.doc_id, row.unit_id, row.start, row.end, row.text.replace("\0", " "))
                    copy.write_row((*kept, row.facts, row.sentences, _vector_text(row.vector)))
            with cursor.copy(sql.SQL("COPY {}.postings (term, row, weight) FROM STDIN").format(schema)) as copy:
                for row in new:
                    for key, weight in zip(row.words.tolist(), row.weights.tolist(), strict=True):
                        copy.write_row((_signed(key), row.row, weight))
            with cursor.copy(sql.SQL("COPY {}.defining (pair, row) FROM STDIN").format(schema)) as copy:
                for row in new:
                    for key in row.defining:
                        copy.write_row((_signed(key), row.row))

    def put_parts(self, name: str, parts: Mapping[str, bytes]) -> None:
        """Writes parts; one that is there already is written again."""
        put = "INSERT INTO {}.parts VALUES (%s, %s) ON CONFLICT (key) DO UPDATE SET data = EXCLUDED.data"
        with self._cursor() as cursor, cursor.connection.transaction():
            cursor.executemany(sql.SQL(put).format(self._schema(name)), list(parts.items()))

    def put_in_service(self, name: str, n_rows: int) -> None:
        """Names the schema in the table of generations, once every row is in it."""
        schema = self._schema(name)
        with self._cursor() as cursor:
            cursor.execute(sql.SQL("SELECT count(*) FROM {}.rows").format(schema))
            found = int(cursor.fetchone()[0])
            if found != n_rows:
                raise StoreError(notice("store rows missing", name=name, found=found, wanted=n_rows))
            for table in ("rows", "postings", "defining", "parts"):
                cursor.execute(sql.SQL("ANALYZE {}.{}").format(schema, sql.Identifier(table)))
            put = "INSERT INTO {} VALUES (%s, %s) ON CONFLICT (name) DO UPDATE SET generation = EXCLUDED.generation"
            cursor.execute(sql.SQL(put).format(sql.Identifier(POINTER)), (self._address.name, name))

    def sweep(self, keep: Sequence[str]) -> None:
        """Removes the schemas of this knowledge base but some."""
        prefix = f"{self._address.name}_"
        kept = {f"{prefix}{name}" for name in keep}
        with self._cursor() as cursor:
            cursor.execute(_GENERATIONS, (prefix,))
            for (schema,) in cursor.fetchall():
                if schema not in kept:
                    cursor.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(sql.Identifier(schema)))

    def close(self) -> None:
        """Ends the connection."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()


class PostgresGeneration:
    """One schema; see :class:`kb.stores.protocol.Generation`."""

    def __init__(self, store: PostgresStore, schema: sql.Identifier, name: str, vectors: sql.Identifier) -> None:
        self._store, self._schema, self.name, self._vectors = store, schema, name, vectors

    def _all(
        self, query: LiteralString, values: Mapping[str, Any], inside: sql.SQL | None = None
    ) -> list[tuple[Any, ...]]:
        """The result of a statement; ``{s}`` is the schema, ``{v}`` that of pgvector."""
        with self._store._cursor() as cursor:
            cursor.execute(sql.SQL(query).format(s=self._schema, v=self._vectors, inside=inside or _ALL), values)
            found: list[tuple[Any, ...]] = cursor.fetchall()
            return found

    def nearest(self, vector: FloatArray, n: int, rows: Sequence[range] | None) -> Proposals:
        """By inner product with every vector."""
        inside = _ALL if rows is None else _INSIDE
        asked = {"asked": _vector_text(vector), "n": n, "rows": _multirange(rows)}
        return [(int(row), float(score)) for row, score in self._all(_NEAREST, asked, inside)]

    def best_by_words(self, weights: Mapping[int, float], n: int, rows: Sequence[range] | None) -> Proposals:
        """By the postings of the terms."""
        inside = _ALL if rows is None else _INSIDE
        terms = [_signed(key) for key in weights]
        asked = {"terms": terms, "weights": list(weights.values()), "n": n, "rows": _multirange(rows)}
        return [(int(row), float(score)) for row, score in self._all(_BEST_BY_WORDS, asked, inside)]

    def rows(self, wanted: Sequence[int]) -> list[KeptRow]:
        """Rows by their numbers; vectors come as bytes, whole."""
        query: LiteralString = "SELECT row, facts, {v}.vector_send(embedding) FROM {s}.rows WHERE row = ANY(%(rows)s)"
        found = self._all(query, {"rows": list(wanted)})
        return [KeptRow(int(row), _vector_of(vector), bytes(facts)) for row, facts, vector in found]

    def sentences(self, wanted: Sequence[int]) -> dict[int, bytes]:
        """The bytes of the sentences."""
        found = self._all("SELECT row, sentences FROM {s}.rows WHERE row = ANY(%(rows)s)", {"rows": list(wanted)})
        return {int(row): bytes(data) for row, data in found}

    def rows_of_defining(self, key: int) -> list[int]:
        """The rows with the pair."""
        found = self._all("SELECT row FROM {s}.defining WHERE pair = %(pair)s", {"pair": _signed(key)})
        return [int(row) for (row,) in found]

    def parts(self, keys: Sequence[str]) -> dict[str, bytes]:
        """Parts by their names."""
        found = self._all("SELECT key, data FROM {s}.parts WHERE key = ANY(%(keys)s)", {"keys": list(keys)})
        return {str(key): bytes(data) for key, data in found}


def _vector_schema(cursor: Any) -> str | None:
    cursor.execute(
        "SELECT n.nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'vector'"
    )
    found = cursor.fetchone()
    return str(found[0]) if found else None


def _signed(key: int) -> int:
    """A key of 64 bits as the number that a bigint of the same bits is."""
    return key - (1 << 64) if key >> 63 else key


def _vector_text(vector: FloatArray) -> str:
    """A vector as pgvector reads it, every number to the last bit."""
    return f"[{','.join(map(repr, vector.tolist()))}]"


def _vector_of(data: bytes) -> FloatArray:
    n, _ = _VECTOR_HEAD.unpack_from(data)
    return np.frombuffer(data, ">f4", n, _VECTOR_HEAD.size).astype(np.float32)


def _multirange(rows: Sequence[range] | None) -> str:
    return "{" + ",".join(f"[{r.start},{r.stop})" for r in rows or ()) + "}"


def _said_by_server(error: Exception) -> str:
    said = str(error).strip() or type(error).__name__
    return said.splitlines()[0][:200]
