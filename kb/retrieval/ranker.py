"""Passages for a question, best first: candidates by words and by sense, put in order by a small learned ranker. Pure.

An *entry* is what is ranked: a passage of the index, or a whole page or article of a question set. Long entries are
searched by their *pieces*, each with a vector. Candidates are the best of BM25 over entries, BM25 over pieces and the
nearest vectors; each gets its :data:`FEATURES`, all computed from the index and the question, none from a set's
name; a network of one hidden layer turns them into a score. Beside the encoder's own cosine stands one in a space that
was bent towards questions and their answers: vectors plus a low-rank part (:class:`Bend`). Both were trained on the
development sets by ``python -m benchmarks.train_ranker``, cross-validated; the weights are ``kb/data/ranker.npz``.

Without a ranker, or without vectors, the order is the sum of what there is (:func:`plain`).
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from importlib import resources
from typing import IO, TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kb.index.bm25 import BM25, Postings
    from kb.protocols import Encoder, VectorIndex
    from kb.text.korean import Analyser
    from kb.types import Array, Tuning


DEPTH = 100
"""Candidates taken from each list."""

PIECE = 800
"""Characters of a piece; an entry of up to a quarter more stays whole."""

FEATURES = (
    "words", "piece_words", "sense", "bent", "coverage", "piece_coverage", "pairs", "words_rank", "sense_rank",
    "bent_rank", "length", "previous", "next", "beside", "place", "figures", "short",
    "words_raw", "sense_raw", "bent_raw", "rarest", "second_piece", "heading_recall", "heading_precision", "window",
    "named", "defined", "korean", "korean_text", "question_length", "one_document", "tuned", "tuned_rank", "tuned_raw",
)  # fmt: skip
"""In the order of the ranker's input."""

NAMED_WITHIN = 60
"""Characters at an entry's start where its own name stands: further on a name is a reference to another."""

_BREAK = re.compile(r"(?<=[.;:!?])\s+|\n+")
_NAMED = re.compile(
    r"\b(?:article|section|chapter|rule|clause|annex|part|page|table|figure|item|principle|recital|paragraph)"
    r"\s+\d+[a-z]?(?:\.\d+)*(?:\(\w+\))*"
)
_ASKS_NUMBER = re.compile(
    r"how (?:many|much)|percent|ratio|amount|total|number|%|average|\bFY ?\d|\b(?:19|20)\d\d\b|몇|얼마|비율",
    re.IGNORECASE,
)
_ASKS_MEANING = re.compile(
    r"\bdefin|\bmeans?\b|meaning|\bcounts? as\b|considered|what is the term|constitutes|정의|의미|뜻|가리키|말하는"
    r"|what (?:is|are) (?:an? |the )?[\w‘’“”' -]{3,40}\?",
    re.IGNORECASE,
)
_DEFINED = re.compile(r"[‘“\"']([^’”\"']{2,60})[’”\"'] (?:means|shall mean|refers to)")
_HANGUL = re.compile("[가-힣]")
_NUMBERED = re.compile(r"^(.{3,120}?)\s+1\.\s")


def cut(text: str, size: int = PIECE) -> list[str]:
    """A text in pieces of at most ``size`` characters, ended where sentences and lines end; one piece if it is short.

    Blanks are folded, so that the pieces are for searching, not for quoting.
    """
    text = re.sub(r"[ \t\r]+", " ", text).strip()
    if len(text) <= size * 1.25:
        return [text]
    out: list[str] = []
    piece = ""
    for part in _BREAK.split(text):
        rest = part
        while len(rest) > size:
            if piece:
                out.append(piece)
                piece = ""
            at = rest.rfind(" ", 0, size)
            at = at if at > size // 2 else size
            out.append(rest[:at])
            rest = rest[at:].strip()
        if piece and len(piece) + len(rest) + 1 > size:
            out.append(piece)
            piece = rest
        else:
            piece = f"{piece} {rest}".strip()
    if piece:
        out.append(piece)
    return out


def heading_of(text: str) -> str:
    """What an unmarked text begins with as its heading: before a first "1.", or a short first line; else its start."""
    numbered = _NUMBERED.match(text)
    if numbered:
        return numbered[1]
    line = text.lstrip().split("\n", 1)[0]
    return line if len(line) <= 100 else " ".join(line.split()[:12])


@dataclass(frozen=True, slots=True)
class Collection:
    """What is ranked. Rows are entries in reading order, document by document.

    ``owner`` gives each piece's row, rising; where every entry is one piece, ``piece_words`` is ``words`` itself.
    ``document`` numbers each row's document, ``length`` counts its terms, ``figures`` is its share of digits,
    ``heading_weight`` the summed rarity of its heading's terms. ``texts`` gives the words of some rows.
    """

    words: BM25
    piece_words: BM25
    pairs: Postings
    headings: Postings
    vectors: VectorIndex
    owner: Array
    document: Array
    length: Array
    figures: Array
    heading_weight: Array
    texts: Callable[[Sequence[int]], Sequence[str]]

    @property
    def size(self) -> int:
        """Entries."""
        return len(self.document)

    @property
    def n_pieces(self) -> int:
        """Pieces of all entries."""
        return len(self.owner)


def collect(
    texts: Sequence[str],
    headings: Sequence[str],
    documents: Sequence[object],
    vectors: VectorIndex,
    pieces: Sequence[Sequence[str]] | None = None,
    korean: Analyser | None = None,
) -> Collection:
    """A collection in memory. ``vectors`` has a row for each piece of each entry, in order; without ``pieces`` an entry
    is its own piece."""
    from kb.index.bm25 import BM25, Postings

    found = [lexical_terms(text, korean) for text in texts]
    words = BM25.of_terms(found)
    whole = pieces is None or all(len(p) == 1 for p in pieces)
    owner = np.arange(len(texts)) if pieces is None else np.repeat(np.arange(len(texts)), [len(p) for p in pieces])
    piece_words = (
        words if whole or pieces is None else BM25.of_terms([lexical_terms(p, korean) for e in pieces for p in e])
    )
    of_headings = [lexical_terms(heading, korean) for heading in headings]
    numbers: dict[object, int] = {}
    return Collection(
        words,
        piece_words,
        Postings.build([pairs_of(terms) for terms in found]),
        Postings.build(of_headings),
        vectors,
        owner.astype(np.int64),
        np.array([numbers.setdefault(d, len(numbers)) for d in documents], dtype=np.int64),
        np.array([len(terms) for terms in found], dtype=np.float32),
        np.array([figures_of(text) for text in texts], dtype=np.float32),
        np.array([sum(words.rarity(t) for t in set(terms)) for terms in of_headings], dtype=np.float32),
        lambda rows: [texts[row] for row in rows],
    )


def lexical_terms(text: str, korean: Analyser | None = None) -> list[str]:
    """The index terms of a text (:func:`kb.text.tokens.tokens`)."""
    from kb.text.tokens import tokens

    return tokens(text, korean)


def pairs_of(terms: Sequence[str]) -> list[str]:
    """Neighbouring terms as one."""
    return [f"{a} {b}" for a, b in itertools.pairwise(terms)]


def figures_of(text: str) -> float:
    """The share of digits among a text's characters."""
    return sum(c.isdigit() for c in text) / max(len(text), 1)


@dataclass(frozen=True, slots=True)
class Bend:
    """Two low-rank additions to the space of an encoder: ``(d, r)`` and ``(r, d)`` for questions and for passages."""

    question: tuple[Array, Array]
    passage: tuple[Array, Array]

    def of_question(self, vector: Array) -> Array:
        """``(d,)`` of length 1."""
        return _bent(vector, self.question)

    def of_passages(self, vectors: Array) -> Array:
        """``(n, d)``, rows of length 1."""
        return _bent(vectors, self.passage)


def _bent(rows: Array, parts: tuple[Array, Array]) -> Array:
    moved = rows + (rows @ parts[0]) @ parts[1]
    out: Array = moved / np.maximum(np.linalg.norm(moved, axis=-1, keepdims=True), 1e-12)
    return out


@dataclass(frozen=True, slots=True)
class Ranker:
    """The learned order: features are centred and scaled, then a linear part and a hidden layer are summed.

    ``encoder`` names the weights whose space ``bend`` bends; with another encoder the plain order is used. Where
    ``tuning`` is not empty, questions are encoded through it as well, in a space bent by ``tuned_bend``.
    """

    encoder: str
    bend: Bend
    mean: Array
    scale: Array
    linear: Array
    hidden: Array
    hidden_bias: Array
    out: Array
    tuning: Tuning
    tuned_bend: Bend

    def scores(self, features: Array) -> Array:
        """``(n,)``: one score a row of ``(n, len(FEATURES))`` features; higher is better."""
        x = np.clip((features - self.mean) / self.scale, -8, 8)
        h = x @ self.hidden + self.hidden_bias
        h = 0.5 * h * (1 + np.tanh(0.7978845608 * (h + 0.044715 * h * h * h)))  # GELU by its usual tanh form
        scores: Array = x @ self.linear + h @ self.out
        return scores


@lru_cache(maxsize=1)
def default_ranker() -> Ranker | None:
    """The ranker that the package carries; ``None`` where it was left out."""
    place = resources.files("kb") / "data" / "ranker.npz"
    if not place.is_file():
        return None
    with place.open("rb") as file:
        ranker = read_ranker(file)
    return ranker if len(ranker.mean) == len(FEATURES) else None  # weights of another version of the features


def read_ranker(file: IO[bytes]) -> Ranker:
    """The ranker that an ``.npz`` file holds."""
    with np.load(file, allow_pickle=False) as held:
        return ranker_of({name: held[name] for name in held.files})


def ranker_of(arrays: dict[str, Any]) -> Ranker:
    """The ranker that some arrays describe."""
    f = {name: np.asarray(array, dtype=np.float32) for name, array in arrays.items() if name != "encoder"}
    tuned = {name.removeprefix(LAYERS): f[name] for name in f if name.startswith(LAYERS)}
    bend, tuned_bend = (
        Bend((f[f"{of}question_in"], f[f"{of}question_out"]), (f[f"{of}passage_in"], f[f"{of}passage_out"]))
        for of in ("", TUNED)
    )
    return Ranker(
        str(arrays["encoder"]),
        bend,
        f["mean"],
        f["scale"],
        f["linear"],
        f["hidden"],
        f["hidden_bias"],
        f["out"],
        tuning_of(tuned),
        tuned_bend,
    )


TUNED, LAYERS = "tuned_", "layer."
"""Before the names of the arrays of a tuning's bend, and of its layers, in a ranker's file."""


def tuning_of(arrays: dict[str, Any]) -> Tuning:
    """A tuning from its arrays: by the kind of layer, stacked over the layers, ``KIND.in`` and ``KIND.out``; the layers
    from number ``first`` on."""
    first = int(arrays.get("first", 0))
    kinds = sorted({name.rpartition(".")[0] for name in arrays if name != "first"})
    return {
        f"encoder.layer.{n}.{kind}": (into, out)
        for kind in kinds
        for n, (into, out) in enumerate(zip(arrays[f"{kind}.in"], arrays[f"{kind}.out"], strict=True), first)
    }


@dataclass(frozen=True, slots=True)
class Question:
    """A question as it is searched: its words, the terms of another language it stands for, its vectors.

    ``text`` begins with those other words, where there are any. ``texts`` are what was encoded: the question and, of
    one in Korean, its English terms. ``tuned`` is its vector through the layers of a ranker's tuning.
    """

    text: str
    terms: tuple[str, ...]
    translated: tuple[str, ...] = ()
    vector: Array | None = None
    tuned: Array | None = None
    texts: tuple[str, ...] = ()


def ask(text: str, vector: Array | None, korean: Analyser | None = None, translated: str = "") -> Question:
    """A question from its text, its vector and its terms in the other language."""
    terms = tuple(lexical_terms(text, korean))
    whole = f"{translated}\n{text}" if translated else text
    return Question(whole, terms, tuple(lexical_terms(translated, korean)), vector)


MIX = 0.4
"""Weight of a Korean question itself, against its English terms: it is nearer to any Korean text than to its English
answer."""


QueryVectors = tuple["tuple[Array, ...]", "tuple[Array, ...]"]
"""The vectors of a question's texts, and those through tuned layers where there are any."""


def query_vectors(encoder: Encoder, texts: tuple[str, ...], ranker: Ranker | None) -> QueryVectors:
    """The vectors of a question, with those a ranker wants.

    :raises EncoderError: the encoder cannot be loaded, or is not the one that the ranker's tuning is for.
    """
    if ranker is None or not ranker.tuning:
        return tuple(encoder.encode_query(text) for text in texts), ()
    plain, tuned = encoder.encode_tuned(texts, ranker.tuning)
    return tuple(plain), tuple(tuned)


def encoded(question: Question, texts: tuple[str, ...], plain: Sequence[Array], tuned: Sequence[Array]) -> Question:
    """A question with the vectors of its texts."""
    return replace(question, texts=texts, vector=_mixed(plain), tuned=_mixed(tuned) if tuned else None)


def _mixed(vectors: Sequence[Array]) -> Array:
    if len(vectors) == 1:
        return vectors[0]
    both = MIX * vectors[0] + (1 - MIX) * vectors[1]
    out: Array = both / np.linalg.norm(both)
    return out


@dataclass(frozen=True, slots=True)
class Ranked:
    """Candidates with their features: ``rows`` in no order, ``features`` ``(n, len(FEATURES))``."""

    rows: Array
    features: Array

    def column(self, name: str) -> Array:
        """One feature of every candidate."""
        out: Array = self.features[:, FEATURES.index(name)]
        return out


def _stretched(values: Array) -> Array:
    """0…1 over the values; all 1 where they are equal."""
    low, high = values.min(), values.max()
    out: Array = (values - low) / (high - low) if high > low else np.ones_like(values)
    return out


def _best(scores: Array, allowed: Array | None, k: int) -> Array:
    """The rows of the ``k`` best scores above 0, among some."""
    rows = np.arange(len(scores)) if allowed is None else allowed
    values = scores[rows]
    if len(rows) > k:
        edge = np.partition(values, len(values) - k)[len(values) - k]
        above = rows[values > edge]
        level = rows[values == edge][: k - len(above)]  # ties by row
        rows = np.concatenate([above, level])
    out: Array = rows[scores[rows] > 0]
    return out


def _ranks(values: Array) -> Array:
    """1 for the best, ½ for the next, ⅓ …; ties by place."""
    order = np.argsort(-values, kind="stable")
    out = np.empty(len(values), dtype=np.float32)
    out[order] = 1 / (1 + np.arange(len(values), dtype=np.float32))
    return out


def candidates(
    question: Question, held: Collection, ranker: Ranker | None = None, rows: Sequence[int] | None = None
) -> Ranked:
    """Every candidate of a question with its features; ``rows`` restricts what may be found.

    A question without a vector gets 0 for all that is told by vectors; without a ranker, for what its spaces tell.
    """
    n = held.size
    allowed = None if rows is None else np.unique(np.asarray(rows, dtype=np.int64))
    none = Ranked(np.zeros(0, np.int64), np.zeros((0, len(FEATURES)), np.float32))
    if not n or (allowed is not None and not len(allowed)):
        return none
    asked = (*question.terms, *question.translated)
    words = held.words.all_scores(asked)
    whole = held.n_pieces == n
    by_piece = words if whole else _over_pieces(held.piece_words.all_scores(asked), held.owner, n)
    found = [_best(words, allowed, DEPTH)]
    if not whole:
        found.append(_best(by_piece, allowed, DEPTH))
    if question.vector is not None:
        inside = allowed if allowed is None or whole else np.flatnonzero(np.isin(held.owner, allowed))
        near = held.vectors.search(question.vector, DEPTH if whole else 2 * DEPTH, _list(inside))
        found.append(np.unique(held.owner[[row for row, _ in near]]) if near else np.zeros(0, np.int64))
    if _ASKS_MEANING.search(question.text):
        found += [_inside(held.pairs.rows_of(f"{term} mean"), allowed) for term in dict.fromkeys(asked)]
    c = np.unique(np.concatenate(found)).astype(np.int64)
    if not len(c):
        return none
    return Ranked(c, _features(question, held, ranker, c, words, by_piece, rows is not None))


def _inside(rows: Array, allowed: Array | None) -> Array:
    return rows if allowed is None else rows[np.isin(rows, allowed)]


def _list(rows: Array | None) -> list[int] | None:
    return None if rows is None else [int(row) for row in rows]


def _over_pieces(values: Array, owner: Array, n: int) -> Array:
    out = np.full(n, -np.inf, dtype=np.float32)
    np.maximum.at(out, owner, values)
    return np.where(np.isfinite(out), out, 0).astype(np.float32)


class _Near:
    """Rows beside candidates: the row before and after in the same document, or -1."""

    def __init__(self, c: Array, document: Array) -> None:
        n = len(document)
        before, after = c - 1, np.minimum(c + 1, n - 1)
        self.before = np.where((c > 0) & (document[before] == document[c]), before, -1)
        self.after = np.where((c + 1 < n) & (document[after] == document[c]), after, -1)

    @cached_property
    def all(self) -> Array:
        rows = np.concatenate([self.before, self.after])
        out: Array = np.unique(rows[rows >= 0])
        return out


def _features(
    question: Question,
    held: Collection,
    ranker: Ranker | None,
    c: Array,
    words: Array,
    by_piece: Array,
    restricted: bool,
) -> Array:
    n, m = held.size, len(c)
    near = _Near(c, held.document)
    wide = np.unique(np.concatenate([c, near.all])).astype(np.int64)
    at = np.searchsorted(wide, c)
    first = np.searchsorted(held.owner, wide, "left")
    last = np.searchsorted(held.owner, wide, "right")
    pieces = np.concatenate([np.arange(a, b) for a, b in zip(first, last, strict=True)]).astype(np.int64)
    starts = np.concatenate([[0], np.cumsum(last - first)[:-1]]).astype(np.int64)
    sense = np.zeros(len(wide), np.float32)
    bent, tuned = np.zeros(len(wide), np.float32), np.zeros(len(wide), np.float32)
    second = np.zeros(m, np.float32)
    if question.vector is not None:
        vectors = held.vectors.vectors(pieces.tolist())
        cosines = vectors @ question.vector
        sense = np.maximum.reduceat(cosines, starts)
        second = sense[at].copy()
        for i in np.flatnonzero((last - first)[at] > 1):
            a = starts[at[i]]
            second[i] = np.sort(cosines[a : a + last[at[i]] - first[at[i]]])[-2]
        if ranker is not None:
            mine = ranker.bend.of_question(question.vector)
            bent = np.maximum.reduceat(ranker.bend.of_passages(vectors) @ mine, starts)
        if ranker is not None and question.tuned is not None:
            mine = ranker.tuned_bend.of_question(question.tuned)
            tuned = np.maximum.reduceat(ranker.tuned_bend.of_passages(vectors) @ mine, starts)

    def level(values: Array) -> Array:
        low, high = values[at].min(), values[at].max()
        out: Array = np.clip((values - low) / max(float(high - low), 1e-6), 0, 1)
        return out

    base = 0.45 * level(words[wide]) + 0.55 * level(sense) if question.vector is not None else level(words[wide])
    beside = [
        np.where(rows >= 0, base[np.minimum(np.searchsorted(wide, np.maximum(rows, 0)), len(wide) - 1)], 0)
        for rows in (near.before, near.after)
    ]
    one = bool((held.document[c] == held.document[c[0]]).all())
    places = np.flatnonzero(np.diff(held.document, prepend=-1))
    begin = places[np.searchsorted(places, c, "right") - 1]
    ends = np.append(places[1:], n)
    end = ends[np.searchsorted(places, c, "right") - 1]

    covered = _Covered(question, held, c, near)
    texts = held.texts([int(row) for row in c])
    lower = question.text.casefold()
    named = set(_NAMED.findall(lower))
    meaning = _ASKS_MEANING.search(lower) is not None
    korean = _HANGUL.search(question.text) is not None
    asks_number = _ASKS_NUMBER.search(question.text) is not None
    length = held.length[c]
    out = np.stack(
        [
            _stretched(words[c]),
            _stretched(by_piece[c]),
            _stretched(sense[at]) if question.vector is not None else np.zeros(m),
            _stretched(bent[at]) if question.vector is not None and ranker is not None else np.zeros(m),
            covered.whole,
            covered.piece,
            covered.pairs,
            _ranks(words[c]),
            _ranks(sense[at]),
            _ranks(bent[at]),
            np.log1p(length) / 7,
            beside[0],
            beside[1],
            np.maximum(*beside),
            (c - begin) / np.maximum(end - begin - 1, 1),
            held.figures[c] * asks_number,
            length < 6,
            words[c] / 50,
            sense[at],
            bent[at],
            covered.rarest,
            _stretched(second),
            covered.heading_recall,
            covered.heading_precision,
            covered.window,
            [bool(named) and not named.isdisjoint(_NAMED.findall(t[:NAMED_WITHIN].casefold())) for t in texts],
            [_defines(t, lower) if meaning else 0.0 for t in texts],
            np.full(m, korean),
            [len(_HANGUL.findall(t)) / max(len(t), 1) for t in texts] if korean else np.zeros(m),
            np.full(m, min(len(question.terms), 40) / 20),
            np.full(m, restricted and one and held.n_pieces == n),
            _stretched(tuned[at]) if question.tuned is not None and ranker is not None else np.zeros(m),
            _ranks(tuned[at]),
            tuned[at],
        ],
        axis=1,
    )
    return out.astype(np.float32)


def _defines(text: str, question: str) -> float:
    """How long a term the text defines that the question names, 0…1."""
    return max((len(term) / 60 for term in _DEFINED.findall(text) if term.casefold() in question), default=0.0)


class _Covered:
    """How much of a question's terms, weighted by rarity, candidates hold: whole, in one piece, in order, in headings.

    A question in two languages (its own and the translated terms) counts as covered by the better of them.
    """

    def __init__(self, question: Question, held: Collection, c: Array, near: _Near) -> None:
        self.whole = np.zeros(len(c), np.float32)
        self.piece, self.window = self.whole.copy(), self.whole.copy()
        self.rarest, self.heading_recall = self.whole.copy(), self.whole.copy()
        self.heading_precision, self.pairs = self.whole.copy(), self.whole.copy()
        for terms in (question.terms, question.translated):
            if terms:
                self._add(tuple(dict.fromkeys(terms)), terms, held, c, near)

    def _add(self, terms: tuple[str, ...], in_order: tuple[str, ...], held: Collection, c: Array, near: _Near) -> None:
        rarity = np.array([held.words.rarity(t) for t in terms], np.float32)
        total = max(float(rarity.sum()), 1e-6)
        known = [i for i, t in enumerate(terms) if held.words.knows(t)]
        if not known:
            return
        weight = rarity[known]
        present = np.zeros((len(known), held.size), dtype=bool)
        for k, i in enumerate(known):
            present[k, held.words.rows_of(terms[i])] = True
        mine = present[:, c]
        whole = weight @ mine / total
        self.whole = np.maximum(self.whole, whole)
        self.rarest = np.maximum(self.rarest, mine[int(np.argmax(weight))])
        around = mine.copy()
        for rows in (near.before, near.after):
            around |= np.where(rows >= 0, present[:, np.maximum(rows, 0)], False)
        self.window = np.maximum(self.window, weight @ around / total)
        if held.n_pieces == held.size:
            self.piece = self.whole
        else:
            first = np.searchsorted(held.owner, c, "left")
            last = np.searchsorted(held.owner, c, "right")
            pieces = np.concatenate([np.arange(a, b) for a, b in zip(first, last, strict=True)])
            held_by = np.zeros((len(known), held.n_pieces), dtype=bool)
            for k, i in enumerate(known):
                held_by[k, held.piece_words.rows_of(terms[i])] = True
            starts = np.concatenate([[0], np.cumsum(last - first)[:-1]]).astype(np.int64)
            self.piece = np.maximum(self.piece, np.maximum.reduceat(weight @ held_by[:, pieces] / total, starts))
        heading = np.zeros((len(known), held.size), dtype=bool)
        for k, i in enumerate(known):
            heading[k, held.headings.rows_of(terms[i])] = True
        met = weight @ heading[:, c]
        self.heading_recall = np.maximum(self.heading_recall, met / total)
        precision = met / np.maximum(held.heading_weight[c], 1e-6)
        self.heading_precision = np.maximum(self.heading_precision, np.minimum(precision, 1))
        pairs = list(dict.fromkeys(pairs_of(in_order)))
        rows_of = [held.pairs.rows_of(pair) for pair in pairs]
        weights = np.array([held.pairs.rarity(len(rows)) for rows in rows_of if len(rows)], np.float32)
        if len(weights):
            together = np.zeros((len(weights), held.size), dtype=bool)
            for k, rows in enumerate(r for r in rows_of if len(r)):
                together[k, rows] = True
            self.pairs = np.maximum(self.pairs, weights @ together[:, c] / weights.sum())


PLAIN = (("words", 0.3), ("piece_words", 0.15), ("sense", 0.55))


def plain(found: Ranked) -> Array:
    """``(n,)``: the untrained order, by words and sense summed over their stretched scores."""
    out: Array = sum((w * found.column(name) for name, w in PLAIN), np.zeros(len(found.rows), np.float32))
    return out


def order(scores: Array, rows: Array) -> Array:
    """Positions, best score first, ties by row."""
    out: Array = np.lexsort((rows, -scores))
    return out
