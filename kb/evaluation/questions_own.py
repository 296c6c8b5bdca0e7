"""Our own questions and judgements (``corpus/qrels``): reading, checking, and finding a judged quote again. Pure.

A judgement names a document, a place in its text and the hash of the quote that stood there, not the quote itself. When
a later extraction moves the text, :func:`locate_judgement` finds the quote by its length and hash: first where it
stood, then on its page, on the pages beside it, and at last in the whole document. ``corpus/qrels/README.md``
describes the columns."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from enum import Enum
from typing import TYPE_CHECKING, Any, get_args, get_type_hints

from kb.catalog.faults import faults_error, in_file
from kb.records import dataclass
from kb.text.cleaning import clean, readable
from kb.types import Notice, Span, notice

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from kb.types import Page

QUESTIONS = "questions.jsonl"
JUDGEMENTS = "qrels.tsv"
FOLDER = "qrels"

QUESTION_KINDS = frozenset("factual which-clause comparison edition-sensitive reference dialogue no-answer".split())
QUESTION_LANGUAGES = frozenset(("en", "ko"))
TRAPS = frozenset("penalty number date entity near premise off-topic".split())
GRADES = frozenset((1, 2))
COLUMNS = tuple(
    "query_id group doc_id unit_id page_index char_start char_end n_chars quote_sha256 text_sha256 grade".split()
)

_SPLIT_PREFIX = "3:"
"""One of a few tried before any result was known: under it every kind of question divides about evenly."""
_HEX = frozenset("0123456789abcdef")


@dataclass(frozen=True, slots=True)
class OwnQuestion:
    """One question. In a dialogue ``history`` holds the earlier ones and ``resolved`` says what this means alone."""

    id: str
    pair: str
    lang: str
    kind: str
    split: str
    hard: bool
    answerable: bool
    text: str
    history: tuple[str, ...] = ()
    resolved: str = ""
    expects_units: tuple[str, ...] = ()
    accepts_units: tuple[str, ...] = ()
    expects_edition: str = ""
    older_edition: str = ""
    successor: str = ""
    trap: str = ""

    @property
    def alone(self) -> str:
        """The question as it reads without its dialogue."""
        return self.resolved or self.text


@dataclass(frozen=True, slots=True)
class Judgement:
    """A place that answers a question. ``span`` is ``None`` for a register entry, which is judged whole by its unit.

    ``group`` numbers, within a question, the places that say the same. ``n_chars`` and ``quote_sha256`` are of the
    readable form of the quote (:func:`kb.text.cleaning.readable`); pages count from 1.
    """

    query_id: str
    group: int
    doc_id: str
    unit_id: str
    page_index: int
    span: Span | None
    n_chars: int
    quote_sha256: str
    text_sha256: str
    grade: int


@dataclass(frozen=True, slots=True)
class OwnSet:
    """Questions in the order of their file, and the judgements of each."""

    questions: tuple[OwnQuestion, ...]
    judgements: tuple[Judgement, ...]

    def of(self, query_id: str) -> tuple[Judgement, ...]:
        """The judgements of one question, in the order of their file."""
        return tuple(j for j in self.judgements if j.query_id == query_id)

    def chosen(self, split: str = "", kinds: Collection[str] = (), lang: str = "") -> tuple[OwnQuestion, ...]:
        """The questions of a split, of some kinds, in a language; what is empty does not restrict."""
        return tuple(
            q
            for q in self.questions
            if (not split or q.split == split) and (not kinds or q.kind in kinds) and (not lang or q.lang == lang)
        )


class State(str, Enum):
    """The state of a judgement against the text at hand."""

    EXACT = "exact"
    MOVED = "moved"
    STALE = "stale"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class JudgementState:
    """One judgement against the documents at hand: where its quote is now, or why it was not found."""

    judgement: Judgement
    state: State
    span: Span | None = None
    reason: str = ""


def split_of(pair: str) -> str:
    """``dev`` or ``test``, by the hash of the pair alone: both languages of a question fall on the same side."""
    return "dev" if hashlib.sha256(f"{_SPLIT_PREFIX}{pair}".encode()).digest()[0] % 2 == 0 else "test"


# --- reading ---------------------------------------------------------------------------------------------------------


def load_own_set(questions: str, judgements: str) -> OwnSet:
    """The set from the text of its two files.

    :raises ConfigError: naming every fault with its file and line.
    """
    faults: list[Notice] = []
    asked = _read_questions(questions, faults)
    judged = _read_judgements(judgements, faults)
    if not faults:
        faults += _inconsistent(asked, judged)
    if faults:
        raise faults_error(faults)
    return OwnSet(tuple(asked), tuple(judged))


def _fault_at(file: str, line: int, what: Notice) -> Notice:
    return notice("fault at", file=file, line=line, what=what)


def _read_questions(text: str, faults: list[Notice]) -> list[OwnQuestion]:
    hints = get_type_hints(OwnQuestion)
    out: list[OwnQuestion] = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            data: Any = json.loads(line)
        except ValueError as error:
            faults.append(_fault_at(QUESTIONS, number, notice("own not json", why=str(error))))
            continue
        if not isinstance(data, dict):
            faults.append(_fault_at(QUESTIONS, number, notice("own not object")))
            continue
        wrong = [notice("own key unknown", field=key) for key in sorted(data.keys() - hints.keys())]
        for key, value in data.items():
            if key not in hints:
                continue
            if get_args(hints[key]):
                right = isinstance(value, list) and all(isinstance(v, str) and v for v in value)
            else:
                right = isinstance(value, hints[key])
            if not right:
                wrong.append(notice("own not as described", field=key, value=repr(value)))
        missing = [
            key for key in ("id", "pair", "lang", "kind", "split", "hard", "answerable", "text") if key not in data
        ]
        wrong += [notice("own key missing", field=key) for key in missing]
        if wrong:
            faults += [_fault_at(QUESTIONS, number, fault) for fault in wrong]
            continue
        fields: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in data.items()}
        question = OwnQuestion(**fields)
        faults += [_fault_at(QUESTIONS, number, fault) for fault in _question_faults(question)]
        out.append(question)
    return out


def _question_faults(q: OwnQuestion) -> Iterator[Notice]:
    if q.id != f"{q.pair}-{q.lang}":
        yield notice("own id", value=q.id)
    for name, value, known in (("lang", q.lang, QUESTION_LANGUAGES), ("kind", q.kind, QUESTION_KINDS)):
        if value not in known:
            yield notice("own none of", field=name, value=value, allowed=", ".join(sorted(known)))
    if q.split != split_of(q.pair):
        yield notice("own split", value=q.split, wanted=split_of(q.pair))
    if not q.text.strip():
        yield notice("own text empty")
    if {bool(q.history), bool(q.resolved)} != {q.kind == "dialogue"}:
        yield notice("own dialogue")
    if q.kind == "no-answer" and (q.answerable or q.trap not in TRAPS):
        yield notice("own trap", allowed=", ".join(sorted(TRAPS)))
    if q.kind not in {"no-answer", "dialogue"} and not q.answerable:
        yield notice("own answerable", kind=q.kind)
    if q.kind == "reference" and not q.expects_units:
        yield notice("own reference units")
    if q.kind == "edition-sensitive" and not q.expects_edition:
        yield notice("own edition")


def _read_judgements(text: str, faults: list[Notice]) -> list[Judgement]:
    lines = text.splitlines()
    if not lines or tuple(lines[0].split("\t")) != COLUMNS:
        faults.append(_fault_at(JUDGEMENTS, 1, notice("own header", columns=" ".join(COLUMNS))))
        return []
    out: list[Judgement] = []
    for number, line in enumerate(lines[1:], start=2):
        cells = line.split("\t")
        if len(cells) != len(COLUMNS):
            faults.append(_fault_at(JUDGEMENTS, number, notice("own columns", found=len(cells), wanted=len(COLUMNS))))
            continue
        row = dict(zip(COLUMNS, cells, strict=True))
        whole = not row["char_start"]
        numbers = ["group", "page_index", "grade", *(() if whole else ("char_start", "char_end", "n_chars"))]
        wrong = [name for name in numbers if not row[name].isdecimal()]
        if wrong:
            faults += [
                _fault_at(JUDGEMENTS, number, notice("own no number", field=name, value=row[name])) for name in wrong
            ]
            continue
        faults += [_fault_at(JUDGEMENTS, number, fault) for fault in _row_faults(row, whole)]
        start, end = (0, 0) if whole else (int(row["char_start"]), int(row["char_end"]))
        if start > end:
            continue
        out.append(
            Judgement(
                row["query_id"],
                int(row["group"]),
                row["doc_id"],
                row["unit_id"],
                int(row["page_index"]),
                None if whole else Span(start, end),
                0 if whole else int(row["n_chars"]),
                row["quote_sha256"],
                row["text_sha256"],
                int(row["grade"]),
            )
        )
    return out


def _row_faults(row: Mapping[str, str], whole: bool) -> Iterator[Notice]:
    if int(row["grade"]) not in GRADES:
        yield notice("own grade", value=row["grade"])
    if int(row["group"]) < 1 or int(row["page_index"]) < 1:
        yield notice("own from 1")
    if whole:
        if not row["unit_id"]:
            yield notice("own no place")
        if any(row[name] for name in ("char_end", "n_chars", "quote_sha256", "text_sha256")):
            yield notice("own place without beginning")
        return
    if int(row["char_start"]) >= int(row["char_end"]) or not int(row["n_chars"]):
        yield notice("own place empty", start=row["char_start"], end=row["char_end"])
    for name in ("quote_sha256", "text_sha256"):
        if len(row[name]) != 64 or not set(row[name]) <= _HEX:
            yield notice("own hash", field=name)


def _inconsistent(questions: Sequence[OwnQuestion], judgements: Sequence[Judgement]) -> Iterator[Notice]:
    """Faults between the lines: ids used twice, pairs whose halves differ, judgements of nothing or lacking."""
    for query_id, n in Counter(q.id for q in questions).items():
        if n > 1:
            yield in_file(QUESTIONS, notice("own id shared", found=n, value=query_id))
    by_pair: dict[str, list[OwnQuestion]] = {}
    for q in questions:
        by_pair.setdefault(q.pair, []).append(q)
    for pair, halves in by_pair.items():
        same = {(q.kind, q.hard, q.answerable, q.expects_units, q.expects_edition, q.trap) for q in halves}
        if len(same) > 1:
            yield in_file(QUESTIONS, notice("own languages differ", pair=pair))
    judged: dict[str, list[tuple[object, ...]]] = {}
    for j in judgements:
        judged.setdefault(j.query_id, []).append((j.group, j.doc_id, j.unit_id, j.span, j.grade))
    for query_id, places in judged.items():
        if len({place[1:4] for place in places}) < len(places):
            yield in_file(JUDGEMENTS, notice("own place twice", value=query_id))
    known = {q.id for q in questions}
    for query_id in judged.keys() - known:
        yield in_file(JUDGEMENTS, notice("own no question", value=query_id))
    for q in questions:
        places = judged.get(q.id, [])
        if bool(places) != q.answerable:
            yield in_file(q.id, notice("own nothing judged" if q.answerable else "own judged unanswerable"))
        elif q.answerable and not any(place[-1] == 2 for place in places):
            yield in_file(q.id, notice("own no grade 2"))
        if q.kind == "comparison" and len({place[1] for place in places if place[-1] == 2}) < 2:
            yield in_file(q.id, notice("own comparison"))
    for pair, halves in by_pair.items():
        if len({tuple(sorted(map(str, judged.get(q.id, [])))) for q in halves}) > 1:
            yield in_file(JUDGEMENTS, notice("own judged differently", pair=pair))


# --- against the documents -------------------------------------------------------------------------------------------


def holds(judgement: Judgement, text: str) -> bool:
    """Whether the quote is in the text where the judgement says; register entries, judged whole, are."""
    span = judgement.span
    if span is None:
        return True
    return span.end <= len(text) and _hash(readable(text[span.start : span.end])) == judgement.quote_sha256


def locate_judgement(judgement: Judgement, text: str, pages: Sequence[Page]) -> Span | None:
    """The place of the quote in this text: the judged one, else the nearest other; ``None`` if it is not in the
    text."""
    span = judgement.span
    if span is None or holds(judgement, text):
        return span
    number = judgement.page_index
    for reach in (0, 1, 3):
        near = [page for page in pages if abs(page.index - number) <= reach]
        if near:
            # A quote may run over the page's end: the text after it is looked at for as long as the quote is.
            found = _search(judgement, text, near[0].start, min(len(text), near[-1].end + 2 * judgement.n_chars))
            if found is not None:
                return found
    return _search(judgement, text, 0, len(text))


def _search(judgement: Judgement, text: str, start: int, end: int) -> Span | None:
    """The place in ``[start, end)`` nearest to the one judged whose readable form has the quote's length and hash."""
    assert judgement.span is not None
    length, wanted, was = judgement.n_chars, judgement.quote_sha256, judgement.span.start
    shown, at = clean(text[start:end])
    places = [
        Span(start + at[i], start + at[i + length - 1] + 1)
        for i in range(len(shown) - length + 1)
        if (i == 0 or not (shown[i - 1].isalnum() and shown[i].isalnum())) and _hash(shown[i : i + length]) == wanted
    ]
    return min(places, key=lambda place: (abs(place.start - was), place.start), default=None)


def check(
    judgements: Iterable[Judgement],
    texts: Mapping[str, tuple[str, Sequence[Page]]],
    units: Collection[str] = (),
) -> Iterator[JudgementState]:
    """Each judgement against the documents at hand, by id: their text and pages, and the ids of known units.

    A unit is looked at where ``units`` is given. A document that is not at hand leaves its judgements ``absent``.
    """
    for judgement in judgements:
        if judgement.unit_id and units and judgement.unit_id not in units:
            yield JudgementState(judgement, State.STALE, reason=f"no unit {judgement.unit_id}")
        elif judgement.span is None:
            known = bool(units) or judgement.doc_id in texts
            yield JudgementState(judgement, State.EXACT if known else State.ABSENT)
        elif judgement.doc_id not in texts:
            yield JudgementState(judgement, State.ABSENT, reason=f"no document {judgement.doc_id}")
        else:
            text, pages = texts[judgement.doc_id]
            span = locate_judgement(judgement, text, pages)
            if span is None:
                reason = f"{judgement.query_id}: the quote of {judgement.doc_id}, page {judgement.page_index}, is gone"
                yield JudgementState(judgement, State.STALE, reason=reason)
            else:
                yield JudgementState(judgement, State.EXACT if span == judgement.span else State.MOVED, span)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
