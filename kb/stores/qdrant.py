"""Keeps the rows of an index in Qdrant, on a server or in local files. The only importer of ``qdrant_client``.

Each generation is one collection, and the alias of the knowledge base names the collection in service. A row is a point
whose id is the row number: its vector, its terms as a sparse vector with our own weights, and the rest as payload. The
indices of a sparse vector have 32 bits: two terms with the same index make a score too high, never too low, and the
candidates are scored again by their whole keys. Parts are points without vectors. No graph is built, so a search
compares every vector.
"""

from __future__ import annotations

import base64
import uuid
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import numpy as np
from qdrant_client import QdrantClient, models
from qdrant_client.http.exceptions import ApiException, ResponseHandlingException, UnexpectedResponse

from kb.errors import StoreError
from kb.stores.protocol import KeptRow
from kb.types import notice

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from kb.stores.protocol import NewRow, Proposals, StoreAddress
    from kb.types import FloatArray

DENSE, SPARSE = "dense", "words"
OLDEST_QDRANT = (1, 10)
"""The first version of the server whose queries these are."""
QDRANT_SECONDS = 60
POINTS_AT_ONCE = 64
SCROLLED = 5_000
_IDS_OF_PARTS = uuid.UUID("6d1f3c5e-0d2b-4a9e-9a39-5d0a4b1c7e21")
"""The name space of the ids of parts."""
_INDEXED = {"row": models.PayloadSchemaType.INTEGER, "defines": models.PayloadSchemaType.KEYWORD}
"""The fields of the payload that searches filter by."""
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class QdrantStore:
    """A connection to Qdrant; see :class:`kb.stores.protocol.StoreServer`. Safe to share between threads."""

    def __init__(self, address: StoreAddress) -> None:
        """Connects.

        :raises StoreError: the server is away or too old, or another process has the files open.
        """
        self._address = address
        self.one_process = not address.url
        parts = urlsplit(address.url)
        if address.key and parts.scheme == "http" and parts.hostname not in _LOOPBACK:
            raise StoreError(notice("store key in the clear", place=address.place))
        with self._answers():
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # about local mode; versions are compared below
                if address.url:
                    port = parts.port or (443 if parts.scheme == "https" else 6333)
                    self._client = QdrantClient(
                        url=address.url, port=port, api_key=address.key or None, timeout=QDRANT_SECONDS,
                        check_compatibility=False,
                    )  # fmt: skip
                else:
                    assert address.folder is not None
                    address.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                    self._client = QdrantClient(path=str(address.folder))
            if address.url:
                self._check_version()
        warnings.filterwarnings("ignore", "Local mode is not recommended", UserWarning)

    def _check_version(self) -> None:
        found = str(self._client.info().version)
        numbers = tuple(int(n) for n in found.split(".")[:2] if n.isdigit())
        if numbers < OLDEST_QDRANT:
            least = ".".join(map(str, OLDEST_QDRANT))
            raise StoreError(notice("store too old", place=self._address.place, found=found, least=least))

    @contextmanager
    def _answers(self) -> Iterator[None]:
        """Errors of the client as ours."""
        place = self._address.place
        try:
            yield
        except UnexpectedResponse as error:
            if error.status_code in {401, 403}:
                raise StoreError(notice("store refuses", place=place)) from error
            raise StoreError(notice("store away", place=place, why=_first_line(error))) from error
        except (ResponseHandlingException, ApiException, OSError) as error:
            raise StoreError(notice("store away", place=place, why=_first_line(error))) from error
        except RuntimeError as error:  # the error of local mode if another process uses its files
            raise StoreError(notice("store in use", place=place)) from error
        except ValueError as error:  # the error of local mode where a server answers 404
            raise StoreError(notice("store away", place=place, why=_first_line(error))) from error

    def _collection(self, name: str) -> str:
        return f"{self._address.name}--{name}"

    def in_service(self) -> str:
        """The generation that the alias names; empty where there is none."""
        prefix = self._collection("")
        with self._answers():
            for alias in self._client.get_aliases().aliases:
                if alias.alias_name == self._address.name and alias.collection_name.startswith(prefix):
                    return alias.collection_name.removeprefix(prefix)
        return ""

    def open(self, name: str) -> QdrantGeneration:
        """A generation for reading."""
        return QdrantGeneration(self, name)

    def begin(self, name: str, width: int) -> None:
        """An empty collection in the place of what there is of that name."""
        collection = self._collection(name)
        with self._answers():
            self._client.delete_collection(collection)
            self._client.create_collection(
                collection,
                vectors_config={
                    DENSE: models.VectorParams(
                        size=width, distance=models.Distance.DOT, hnsw_config=models.HnswConfigDiff(m=0)
                    )
                },
                sparse_vectors_config={SPARSE: models.SparseVectorParams()},
                shard_number=self._address.shards if self._address.url else None,
                on_disk_payload=True,
            )
            if self._address.url:
                for field, schema in _INDEXED.items():
                    self._client.create_payload_index(collection, field, schema, wait=True)

    def put_rows(self, name: str, rows: Sequence[NewRow]) -> None:
        """Writes points; one that is there already is written again as it was."""
        with self._answers():
            for at in range(0, len(rows), POINTS_AT_ONCE):
                points = [_point_of(row) for row in rows[at : at + POINTS_AT_ONCE]]
                self._client.upsert(self._collection(name), points, wait=True)

    def put_parts(self, name: str, parts: Mapping[str, bytes]) -> None:
        """Writes parts as points without vectors."""
        points = [
            models.PointStruct(id=_part_id(key), vector={}, payload={"part": key, "data": _base64_of(data)})
            for key, data in parts.items()
        ]
        with self._answers():
            for at in range(0, len(points), POINTS_AT_ONCE):
                self._client.upsert(self._collection(name), points[at : at + POINTS_AT_ONCE], wait=True)

    def put_in_service(self, name: str, n_rows: int) -> None:
        """Lets the alias name the collection, once every row is in it."""
        collection, alias = self._collection(name), self._address.name
        with self._answers():
            rows = models.Filter(must=[models.FieldCondition(key="row", range=models.Range(gte=0))])
            found = self._client.count(collection, count_filter=rows, exact=True).count
            if found != n_rows:
                raise StoreError(notice("store rows missing", name=name, found=found, wanted=n_rows))
            made = models.CreateAlias(collection_name=collection, alias_name=alias)
            changes: list[Any] = [models.CreateAliasOperation(create_alias=made)]
            if self.in_service():
                changes.insert(0, models.DeleteAliasOperation(delete_alias=models.DeleteAlias(alias_name=alias)))
            self._client.update_collection_aliases(changes)  # in one step

    def sweep(self, keep: Sequence[str]) -> None:
        """Removes the collections of this knowledge base but some."""
        kept = {self._collection(name) for name in keep}
        with self._answers():
            for collection in self._client.get_collections().collections:
                if collection.name.startswith(self._collection("")) and collection.name not in kept:
                    self._client.delete_collection(collection.name)

    def close(self) -> None:
        """Ends the connection."""
        self._client.close()


class QdrantGeneration:
    """One collection; see :class:`kb.stores.protocol.Generation`."""

    def __init__(self, store: QdrantStore, name: str) -> None:
        self._store, self.name = store, name
        self._client, self._answers = store._client, store._answers
        self._collection = store._collection(name)
        self._how = None if store.one_process else models.SearchParams(exact=True)  # local mode knows nothing else

    def nearest(self, vector: FloatArray, n: int, rows: Sequence[range] | None) -> Proposals:
        """By inner product with every vector."""
        return self._query(vector.tolist(), DENSE, n, rows)

    def best_by_words(self, weights: Mapping[int, float], n: int, rows: Sequence[range] | None) -> Proposals:
        """By the inner product of sparse vectors."""
        asked: dict[int, float] = {}
        for key, weight in weights.items():
            asked[_sparse_index(key)] = asked.get(_sparse_index(key), 0.0) + weight
        return self._query(_sparse(asked), SPARSE, n, rows)

    def _query(self, query: Any, using: str, n: int, rows: Sequence[range] | None) -> Proposals:
        with self._answers():
            found = self._client.query_points(
                self._collection, query=query, using=using, limit=n, query_filter=_filter_of(rows), with_payload=False,
                search_params=self._how,
            )  # fmt: skip
        return [(int(point.id), float(point.score)) for point in found.points]

    def rows(self, wanted: Sequence[int]) -> list[KeptRow]:
        """Points by their ids."""
        with self._answers():
            found = self._client.retrieve(self._collection, list(wanted), with_payload=["facts"], with_vectors=[DENSE])
        return [_row_from_point(point) for point in found]

    def sentences(self, wanted: Sequence[int]) -> dict[int, bytes]:
        """The payload of the sentences."""
        with self._answers():
            found = self._client.retrieve(self._collection, list(wanted), with_payload=["sentences"])
        return {int(point.id): _bytes_of(point.payload["sentences"]) for point in found if point.payload}

    def rows_of_defining(self, key: int) -> list[int]:
        """The points whose payload names the key."""
        holds = models.FieldCondition(key="defines", match=models.MatchValue(value=str(key)))
        out: list[int] = []
        following: Any = None
        with self._answers():
            while True:
                found, following = self._client.scroll(
                    self._collection, scroll_filter=models.Filter(must=[holds]), limit=SCROLLED, offset=following,
                    with_payload=False,
                )  # fmt: skip
                out += [int(point.id) for point in found]
                if following is None:
                    return out

    def parts(self, keys: Sequence[str]) -> dict[str, bytes]:
        """The payload of points that are parts."""
        with self._answers():
            found = self._client.retrieve(self._collection, [_part_id(key) for key in keys], with_payload=True)
        return {str(p.payload["part"]): _bytes_of(p.payload["data"]) for p in found if p.payload}


def _point_of(row: NewRow) -> models.PointStruct:
    sums: dict[int, float] = {}
    for key, weight in zip(row.words.tolist(), row.weights.tolist(), strict=True):
        sums[_sparse_index(key)] = sums.get(_sparse_index(key), 0.0) + weight
    return models.PointStruct(
        id=row.row,
        vector={
            DENSE: row.vector.tolist(),
            SPARSE: models.SparseVector(indices=list(sums), values=list(sums.values())),
        },
        payload={
            "row": row.row,
            "document": row.doc_id,
            "unit": row.unit_id,
            "start": row.start,
            "end": row.end,
            "text": row.text,
            "defines": [str(key) for key in row.defining],
            "facts": _base64_of(row.facts),
            "sentences": _base64_of(row.sentences),
        },
    )


def _row_from_point(point: Any) -> KeptRow:
    payload = point.payload or {}
    vector = np.array((point.vector or {}).get(DENSE, ()), np.float32)
    return KeptRow(int(point.id), vector, _bytes_of(payload.get("facts", "")))


def _filter_of(rows: Sequence[range] | None) -> models.Filter | None:
    if rows is None:
        return None
    inside = [models.FieldCondition(key="row", range=models.Range(gte=r.start, lt=r.stop)) for r in rows if len(r) > 1]
    single = [r.start for r in rows if len(r) == 1]
    return models.Filter(should=[*inside, *([models.HasIdCondition(has_id=list(single))] if single else [])])


def _sparse(sums: Mapping[int, float]) -> models.SparseVector:
    return models.SparseVector(indices=list(sums), values=list(sums.values()))


def _sparse_index(key: int) -> int:
    return key & 0xFFFFFFFF


def _part_id(key: str) -> str:
    return str(uuid.uuid5(_IDS_OF_PARTS, key))


def _base64_of(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _bytes_of(text: str) -> bytes:
    return base64.b64decode(text)


def _first_line(error: Exception) -> str:
    said = str(error).strip() or type(error).__name__
    return said.splitlines()[0][:200]
