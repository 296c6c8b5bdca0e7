"""Reads question sets, folders of questions and judgements in a form like BEIR's. No set is known by its name.

The files of a folder show which tasks it has: ``qrels.tsv`` with queries (ranking), queries with ``tokens`` (required
strings), ``reader.jsonl`` with ``answerable`` (refusal) or with ``answers`` (spans), ``claims.jsonl`` (support). Each
may be gzipped. See ``docs/evaluation.md``. The protocols of a system under test are defined here too.
"""

from __future__ import annotations

import gzip
import json
import zlib
from typing import TYPE_CHECKING, Any, Protocol

from kb.catalog.faults import at_line, in_file
from kb.errors import ConfigError
from kb.records import dataclass
from kb.types import Notice, notice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

MAX_SIZE = 1_000_000_000
"""Bytes of one file, unpacked: a small packed file can hold any amount."""
MAX_LINE = 16_000_000
MAX_ROWS = 2_000_000
LABELS = ("supported", "partially_supported", "not_supported")


# --- what is asked


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a corpus: what a ranker ranks, whole."""

    id: str
    title: str
    text: str
    document: str | None = None

    @property
    def words(self) -> str:
        """Title and text in one."""
        return f"{self.title}\n{self.text}" if self.title else self.text


@dataclass(frozen=True, slots=True)
class BenchQuestion:
    """A question over a corpus; ``document`` is the one it is about, where the set says so."""

    id: str
    text: str
    document: str | None = None
    answerable: bool = True
    tokens: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RankingTask:
    """Questions → entries. ``known`` says that questions and entries name their documents."""

    entries: tuple[Entry, ...]
    questions: tuple[BenchQuestion, ...]
    qrels: Mapping[str, Mapping[str, int]]
    known: bool


@dataclass(frozen=True, slots=True)
class TokensTask:
    """Questions on a known document whose answer must hold every string of ``tokens``."""

    entries: tuple[Entry, ...]
    questions: tuple[BenchQuestion, ...]


@dataclass(frozen=True, slots=True)
class RefusalCase:
    """A question with one passage, which answers it or does not."""

    id: str
    question: str
    title: str
    passage: str
    answerable: bool


@dataclass(frozen=True, slots=True)
class SpanCase:
    """A question with the paragraph that answers it, and the accepted answers."""

    id: str
    question: str
    paragraph: str
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ClaimCase:
    """A claim with the sentences of the page it cites, and the sets of sentences that support it."""

    id: str
    claim: str
    sentences: tuple[str, ...]
    label: str
    supporting: tuple[frozenset[int], ...]


@dataclass(frozen=True, slots=True)
class BenchSet:
    """A folder that was read: the tasks in it, and notes on entries that were left out."""

    name: str
    ranking: RankingTask | None = None
    tokens: TokensTask | None = None
    refusals: tuple[RefusalCase, ...] = ()
    spans: tuple[SpanCase, ...] = ()
    claims: tuple[ClaimCase, ...] = ()
    notes: tuple[str, ...] = ()


# --- what a system under test does


class EntryRanker(Protocol):
    """Ranks the entries that it was built from. It can also have ``confidence(question, document) -> float``, the
    probability (0 to 1) that some entry answers the question; without it the best entry's score is used."""

    def rank(self, question: str, k: int, document: str | None) -> list[tuple[str, float]]:
        """At most ``k`` pairs (entry id, score), best first; within one document if it is named."""
        ...


class Reader(Protocol):
    """Answers from given text. It can also have ``evidence(claim, sentences) -> Sequence[int]``, the sentences used."""

    def answerable(self, question: str, title: str, passage: str) -> float:
        """The probability that the passage answers."""
        ...

    def span(self, question: str, paragraph: str) -> tuple[int, int]:
        """The stretch of the paragraph that answers."""
        ...

    def answer(self, question: str, pages: Sequence[str]) -> str:
        """An answer of at most 120 words from the pages of one document."""
        ...

    def support(self, claim: str, sentences: Sequence[str]) -> float:
        """The probability that the sentences support the whole claim."""
        ...


# --- reading


def file_of_set(folder: Path, stem: str) -> Path | None:
    """The file of a name in a folder, plain or gzipped."""
    return next((p for p in (folder / stem, folder / f"{stem}.gz") if p.is_file()), None)


def lines(path: Path) -> Iterator[tuple[int, str]]:
    """The lines of a plain or gzipped UTF-8 file with their numbers; blank ones are left out.

    :raises ConfigError: it cannot be read, is damaged, is no UTF-8, or is beyond a bound.
    """
    number = total = 0
    try:
        with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as file:
            while raw := file.readline(MAX_LINE + 1):
                number += 1
                total += len(raw)
                if len(raw) > MAX_LINE or total > MAX_SIZE or number > MAX_ROWS:
                    what = notice("set too large", most_line=MAX_LINE, most=MAX_SIZE, most_rows=MAX_ROWS)
                    raise ConfigError(at_line(path, number, what))
                text = raw.decode("utf-8")
                if text.strip():
                    yield number, text.rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise ConfigError(at_line(path, number, notice("set not utf-8", why=error.reason))) from error
    except (OSError, EOFError, zlib.error) as error:
        raise ConfigError(in_file(path, notice("set unreadable", why=str(error)))) from error


class JsonRow:
    """One JSON object of a file, whose fields are asked for by type."""

    def __init__(self, path: Path, number: int, text: str) -> None:
        self.path, self.number = path, number
        try:
            data = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise self.error(notice("set no object because", why=str(error))) from error
        if not isinstance(data, dict):
            raise self.error(notice("set no object"))
        self.data: dict[str, Any] = data

    def error(self, what: Notice) -> ConfigError:
        """The error that something is wrong with this row; it names file and line."""
        return ConfigError(at_line(self.path, self.number, what))

    def text(self, *names: str, default: str | None = None) -> str:
        """The first of the fields that is there, a string (an id may be a whole number)."""
        for name in names:
            value = self.data.get(name)
            if isinstance(value, str):
                return value
            if name in {"_id", "id"} and isinstance(value, int) and not isinstance(value, bool):
                return str(value)
            if value is not None:
                raise self.error(notice("set no text", name=name))
        if default is None:
            raise self.error(notice("set no field", names=" / ".join(map(repr, names))))
        return default

    def identity(self) -> str:
        """The row's id, not empty."""
        found = self.text("_id", "id")
        if not found:
            raise self.error(notice("set id empty"))
        return found

    def metadata(self) -> dict[str, Any]:
        """The metadata, empty where there is none."""
        value = self.data.get("metadata")
        if value is not None and not isinstance(value, dict):
            raise self.error(notice("set metadata"))
        return value or {}

    def document(self) -> str | None:
        """``metadata.doc``."""
        value = self.metadata().get("doc")
        if value is not None and not isinstance(value, str):
            raise self.error(notice("set no text", name="metadata.doc"))
        return value

    def truth(self, value: Any, name: str) -> bool:
        """A field that must be true or false."""
        if not isinstance(value, bool):
            raise self.error(notice("set no truth", name=name))
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        """A field that must be a list of strings."""
        value = self.data.get(name)
        if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
            raise self.error(notice("set no texts", name=name))
        return tuple(value)


def json_rows(path: Path) -> Iterator[JsonRow]:
    """The objects of a JSON lines file.

    :raises ConfigError: names file and line.
    """
    for number, text in lines(path):
        yield JsonRow(path, number, text)


def read_corpus(path: Path) -> tuple[Entry, ...]:
    """The entries of a corpus file.

    :raises ConfigError: names file and line.
    """
    found: dict[str, Entry] = {}
    for row in json_rows(path):
        entry = Entry(row.identity(), row.text("title", default=""), row.text("text"), row.document())
        if entry.id in found:
            raise row.error(notice("set id twice", value=entry.id))
        found[entry.id] = entry
    if not found:
        raise ConfigError(in_file(path, notice("set no entry")))
    return tuple(found.values())


def read_questions(path: Path) -> tuple[BenchQuestion, ...]:
    """The questions of a queries file.

    :raises ConfigError: names file and line.
    """
    found: dict[str, BenchQuestion] = {}
    for row in json_rows(path):
        answerable = row.truth(row.metadata().get("answerable", True), "metadata.answerable")
        tokens = row.texts("tokens") if "tokens" in row.data else ()
        question = BenchQuestion(row.identity(), row.text("text"), row.document(), answerable, tokens)
        if question.id in found:
            raise row.error(notice("set id twice", value=question.id))
        found[question.id] = question
    if not found:
        raise ConfigError(in_file(path, notice("set no question")))
    return tuple(found.values())


def read_qrels(path: Path) -> dict[str, dict[str, int]]:
    """Judgements by question, in the order of the file; its first line is a header if its third column is no number.

    :raises ConfigError: names file and line.
    """
    found: dict[str, dict[str, int]] = {}
    for number, text in lines(path):
        parts = [part.strip() for part in text.split("\t")]
        if len(parts) != 3 or not parts[0] or not parts[1]:
            raise ConfigError(at_line(path, number, notice("set three columns")))
        try:
            grade = int(parts[2])
        except ValueError:
            if number == 1:
                continue
            raise ConfigError(at_line(path, number, notice("set grade", value=parts[2]))) from None
        judged = found.setdefault(parts[0], {})
        if judged.get(parts[1], grade) != grade:
            raise ConfigError(at_line(path, number, notice("set judged twice", value=parts[1])))
        judged[parts[1]] = grade
    return found


def find_corpus(folder: Path, judged: set[str]) -> Path:
    """The corpus of a set: its own, else that of a sibling folder whose name begins this one's ("x-y" → "x").

    :raises ConfigError: there is none.
    """
    own = file_of_set(folder, "corpus.jsonl")
    if own is not None:
        return own
    folder = folder.resolve()
    parts = folder.name.split("-")
    names = ["-".join(parts[:n]) for n in range(len(parts) - 1, 0, -1)]
    others = sorted(p.name for p in folder.parent.iterdir() if p.is_dir() and p.name.split("-")[0] == parts[0])
    for name in dict.fromkeys([*names, *others]):
        path = file_of_set(folder.parent / name, "corpus.jsonl") if name != folder.name else None
        if path is not None and (not judged or any(row.identity() in judged for row in json_rows(path))):
            return path
    raise ConfigError(in_file(folder, notice("set no corpus")))


def is_set(folder: Path) -> bool:
    """Whether a folder has the files of a set."""
    names = ("queries.jsonl", "reader.jsonl", "claims.jsonl")
    return folder.is_dir() and any(file_of_set(folder, name) for name in names)


def load_bench_set(folder: Path, corpus: Path | None = None, limit: int | None = None) -> BenchSet:
    """The set in a folder; ``limit`` keeps the first questions of each task (see :func:`spread`).

    :raises ConfigError: it is none, or a file of it is wrong; names file and line.
    """
    if not is_set(folder):
        raise ConfigError(in_file(folder, notice("set none")))
    notes: list[str] = []
    queries, qrels_path = file_of_set(folder, "queries.jsonl"), file_of_set(folder, "qrels.tsv")
    reader, claims = file_of_set(folder, "reader.jsonl"), file_of_set(folder, "claims.jsonl")
    ranking = tokens = None
    entries: tuple[Entry, ...] = ()
    if queries is not None:
        questions = read_questions(queries)
        qrels = read_qrels(qrels_path) if qrels_path is not None else {}
        asked = tuple(q for q in questions if q.tokens)
        if not qrels and not asked:
            raise ConfigError(in_file(folder, notice("set not judged")))
        path = corpus or find_corpus(folder, {d for judged in qrels.values() for d in judged})
        entries = read_corpus(path)
        if qrels:
            ranking = _ranking_task(entries, questions, qrels, path, limit, notes)
        if asked:
            tokens = TokensTask(entries, _with_document(asked, entries, queries, limit))
    refusals: tuple[RefusalCase, ...] = ()
    spans: tuple[SpanCase, ...] = ()
    if reader is not None:
        if not entries and (corpus or file_of_set(folder, "corpus.jsonl")):
            entries = read_corpus(corpus or find_corpus(folder, set()))
        refusals, spans = _read_reader(reader, {e.id: e.text for e in entries})
    return BenchSet(
        folder.resolve().name,
        ranking,
        tokens,
        spread(refusals, limit, lambda case: case.answerable),
        spread(spans, limit),
        spread(_read_claims(claims), limit, lambda case: case.label) if claims is not None else (),
        tuple(notes),
    )


def spread(cases: Sequence[Any], limit: int | None, kind: Callable[[Any], Any] = lambda _: None) -> tuple[Any, ...]:
    """At most ``limit`` cases, evenly over the file, each kind in its share but at least one."""
    if limit is None or limit >= len(cases):
        return tuple(cases)
    kept: set[int] = set()
    for value in dict.fromkeys(kind(c) for c in cases):
        own = [n for n, c in enumerate(cases) if kind(c) == value]
        count = max(1, round(limit * len(own) / len(cases)))
        kept |= {own[n * len(own) // count] for n in range(count)}
    return tuple(c for n, c in enumerate(cases) if n in kept)


def _ranking_task(
    entries: tuple[Entry, ...],
    questions: tuple[BenchQuestion, ...],
    qrels: Mapping[str, Mapping[str, int]],
    path: Path,
    limit: int | None,
    notes: list[str],
) -> RankingTask:
    here = {e.id for e in entries}
    judged = {d for own in qrels.values() for d in own}
    if not judged & here:
        raise ConfigError(in_file(path, notice("set other corpus")))
    if judged - here:
        notes.append(f"{len(judged - here)} judged entries are not in the corpus; they count as missed")
    relevant = {q for q, own in qrels.items() if any(g > 0 for g in own.values())}
    strangers = relevant - {q.id for q in questions}
    if strangers:
        notes.append(f"{len(strangers)} judged questions are not in queries.jsonl; left out")
    kept = tuple(q for q in questions if q.id in relevant or not q.answerable)
    if len(kept) < len(questions):
        notes.append(f"{len(questions) - len(kept)} questions have no relevant entry; left out")
    contradictory = [q.id for q in kept if not q.answerable and q.id in relevant]
    if contradictory:
        notes.append(f"{len(contradictory)} questions are unanswerable and yet judged; taken as unanswerable")
    documents = {e.document for e in entries}
    known = len(documents) > 1 and all(q.document is not None and q.document in documents for q in kept)
    chosen = spread(kept, limit, lambda q: q.answerable)
    return RankingTask(entries, chosen, {q.id: qrels[q.id] for q in chosen if q.answerable}, known)


def _with_document(
    asked: tuple[BenchQuestion, ...], entries: Sequence[Entry], path: Path, limit: int | None
) -> tuple[BenchQuestion, ...]:
    documents = {e.document for e in entries}
    for question in asked:
        if question.document not in documents:
            raise ConfigError(in_file(path, notice("set no document", value=question.id)))
    chosen: tuple[BenchQuestion, ...] = spread(asked, limit)
    return chosen


def _read_reader(path: Path, texts: Mapping[str, str]) -> tuple[tuple[RefusalCase, ...], tuple[SpanCase, ...]]:
    refusals: list[RefusalCase] = []
    spans: list[SpanCase] = []
    for row in json_rows(path):
        if "answerable" in row.data:
            refusals.append(
                RefusalCase(
                    row.identity(),
                    row.text("question"),
                    row.text("title", default=""),
                    row.text("passage"),
                    row.truth(row.data["answerable"], "answerable"),
                )
            )
            continue
        named = row.text("paragraph")
        answers = row.texts("answers")
        if not answers:
            raise row.error(notice("set no answer"))
        if texts and named not in texts:
            raise row.error(notice("set no paragraph", value=named))
        spans.append(SpanCase(row.identity(), row.text("question"), texts.get(named, named), answers))
    if not refusals and not spans:
        raise ConfigError(in_file(path, notice("set no question")))
    return tuple(refusals), tuple(spans)


def _read_claims(path: Path) -> tuple[ClaimCase, ...]:
    found: list[ClaimCase] = []
    for row in json_rows(path):
        label = row.text("label")
        if label not in LABELS:
            raise row.error(notice("set label", value=label, allowed=", ".join(LABELS)))
        sentences = row.texts("evidence")
        sets = row.data.get("supporting_sentences", [])
        if not isinstance(sets, list) or not all(
            isinstance(s, list) and all(type(i) is int and 0 <= i < len(sentences) for i in s) for s in sets
        ):
            raise row.error(notice("set sentences"))
        found.append(ClaimCase(row.identity(), row.text("claim"), sentences, label, tuple(map(frozenset, sets))))
    if not found:
        raise ConfigError(in_file(path, notice("set no claim")))
    return tuple(found)
