"""Selects the words of a text that answer a question, as character ranges of the given text. Pure; numpy only.

:func:`span` reads one paragraph with a small trained network (``benchmarks/training/reading.py``, figures in
``benchmarks/results/reading.md``): it scores every run of words by how much of it an answer is expected to hold. It was
trained on questions about privacy policies and knows how those are asked. :func:`window` is
untrained and serves any document.
"""

from __future__ import annotations

import math
import re
import zlib
from bisect import bisect_left
from collections import Counter
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from kb.data.arrays import arrays
from kb.records import dataclass
from kb.text.sentences import sentences
from kb.text.tokens import tokens

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float32]
    Weights = Mapping[str, Floats]

WINDOW_WORDS = 120
SENSE_WEIGHT = 1.0
"""The weight of the cosines against the words, both scaled to 0…1 over the document's windows."""
WINDOW_PIECE = 800
"""Characters: as many as an encoder reads at once, and about as long as a window."""
MOST_TOKENS = 400
"""Number of tokens of a paragraph that are read at once: the network compares every pair of positions."""
LIKELY = 60
"""Runs that are weighed against each other."""

TERMS, ASKED = 4096, 1024
"""Buckets for the stems of a paragraph, and for those of a question and its pairs of neighbours."""
DILATIONS = (1, 2, 4)
LENGTHS = (1.5, 2.5, 3.5, 5.5, 8.5, 12.5, 18.5, 27.5, 40.5, 70.5, 120.5)
MEASURES = 22

_READING_TOKEN = re.compile(r"\w+(?:['’]\w+)*|[^\w\s]")
_WORD = re.compile(r"\w+")
_ENGLISH_ENDINGS = ("ations", "ation", "ings", "ing", "ies", "ied", "es", "ed", "ly", "s", "e", "y")
_MARK_CLASSES = {".": 0, ",": 1, ";": 2, ":": 3, "(": 4, ")": 5, '"': 6, "“": 6, "”": 6, "-": 7, "?": 0, "!": 0}
_PLAIN = frozenset(
    """a an the do does did is are was be to of for in on by with my your i it you we they this that will can me any if
    what how who which website company""".split()
)


@dataclass(frozen=True, slots=True)
class Slice:
    """A stretch of a page: ``pages[page][start:end]``; pages from 0, end exclusive."""

    page: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Sense:
    """How near in meaning a stretch of a page is to the question: a cosine."""

    page: int
    start: int
    end: int
    cosine: float


# --- the words of a document


def window(question: str, pages: Sequence[str], senses: Sequence[Sense] = (), words: int = WINDOW_WORDS) -> list[Slice]:
    """The run of at most ``words`` words, from the start of a sentence, that says most about the question.

    One slice for each page it touches, in order; none where the pages hold no words.

    :param senses: cosines of passages, such as an index has them; a window gets the mean over its words.
    """
    found = _words_of_pages(tuple(pages))
    if not found.starts.size:
        return []
    ends = np.minimum(found.starts + words, len(found.places))
    score = _scaled_scores(found.matched(question, found.starts, ends))
    if senses:
        sense = np.concatenate([[0.0], np.cumsum(found.sensed(senses))])
        score = score + SENSE_WEIGHT * _scaled_scores((sense[ends] - sense[found.starts]) / (ends - found.starts))
    best = int(np.argmax(score))
    return found.slices(int(found.starts[best]), int(ends[best]))


def pieces(page: str, size: int = WINDOW_PIECE) -> list[tuple[int, int]]:
    """Runs of whole sentences of about ``size`` characters, to encode where there are no passages."""
    out: list[tuple[int, int]] = []
    for a, b in sentences(page):
        if out and b - out[-1][0] <= size:
            out[-1] = (out[-1][0], b)
        else:
            out.append((a, b))
    return out


@lru_cache(maxsize=2)
def _words_of_pages(pages: tuple[str, ...]) -> _Words:  # questions on one document follow each other
    return _Words(pages)


class _Words:
    """The words of pages in order, where sentences start among them, and where each index term is."""

    def __init__(self, pages: Sequence[str]) -> None:
        self.places: list[tuple[int, int, int]] = []
        starts: list[int] = []
        self.at: dict[str, list[int]] = {}
        self.held: Counter[str] = Counter()
        for number, page in enumerate(pages):
            for a, b in sentences(page):
                starts.append(len(self.places))
                held = set()
                for match in re.finditer(r"\S+", page[a:b]):
                    for term in tokens(match.group()):
                        self.at.setdefault(term, []).append(len(self.places))
                        held.add(term)
                    self.places.append((number, a + match.start(), a + match.end()))
                self.held.update(held)
        self.starts = np.asarray(starts, dtype=np.int64)

    def matched(self, question: str, starts: NDArray[np.int64], ends: NDArray[np.int64]) -> NDArray[np.float64]:
        """How much of the question each range of words holds: rare terms more, repeated ones little more (as BM25)."""
        score = np.zeros(len(starts))
        for term in dict.fromkeys(tokens(question)):
            if term in self.at:
                n = self.held[term]
                rare = math.log(1 + (len(self.starts) - n + 0.5) / (n + 0.5))
                times = np.searchsorted(self.at[term], ends) - np.searchsorted(self.at[term], starts)
                score += rare * 2.5 * times / (times + 1.5)
        return score

    def sensed(self, senses: Sequence[Sense]) -> NDArray[np.float64]:
        """The cosine at each word; words of no passage get the lowest."""
        out = np.full(len(self.places), min(s.cosine for s in senses))
        keys = [(page, start) for page, start, _ in self.places]
        for sense in senses:
            a = bisect_left(keys, (sense.page, sense.start))
            b = bisect_left(keys, (sense.page, sense.end))
            out[a:b] = sense.cosine
        return out

    def slices(self, first: int, end: int) -> list[Slice]:
        """The words from ``first`` to before ``end``, page by page."""
        out: list[Slice] = []
        for page, start, stop in self.places[first:end]:
            if out and out[-1].page == page:
                out[-1] = Slice(page, out[-1].start, stop)
            else:
                out.append(Slice(page, start, stop))
        return out


def _scaled_scores(score: NDArray[np.float64]) -> NDArray[np.float64]:
    low, high = float(score.min()), float(score.max())
    return (score - low) / (high - low) if high > low else np.zeros(len(score))


# --- the answer in a paragraph


def span(question: str, paragraph: str) -> tuple[int, int]:
    """The stretch of the paragraph that answers, by its characters; the end exclusive, (0, 0) where there are no words.

    The run with the highest expected share of answer words, judged against the other likely runs.
    """
    places = [(m.start(), m.end()) for m in _READING_TOKEN.finditer(paragraph)]
    if not places:
        return 0, 0
    best, chosen = -math.inf, (0, 1)
    for begin in range(0, len(places), MOST_TOKENS):
        part = places[begin : begin + MOST_TOKENS]
        scores = run_scores(question, [paragraph[a:b] for a, b in part])
        if scores.max() > best:
            best = float(scores.max())
            first, last = most_expected(scores)
            chosen = part[first][0], part[last][1]
    return chosen


def most_expected(scores: Floats) -> tuple[int, int]:
    """The run (first, last) whose expected F1 with the likely runs is highest."""
    flat = scores.ravel()
    top = np.lexsort((np.arange(flat.size), -flat))[:LIKELY]
    top = top[np.isfinite(flat[top])]
    weight = np.exp(flat[top].astype(np.float64) - float(flat.max()))
    first, last = np.divmod(top, scores.shape[1])
    both = np.minimum(last[:, None], last) - np.maximum(first[:, None], first) + 1
    length = last - first + 1
    f1 = 2 * np.maximum(both, 0) / (length[:, None] + length)
    best = int(np.argmax(f1 @ weight))
    return int(first[best]), int(last[best])


def run_scores(question: str, words: Sequence[str]) -> Floats:
    """``(n, n)``: the log probability that words *i* to *j* are the answer; -inf where *j* is before *i*."""
    held = np.array([bucket(stem(word), TERMS) for word in words])
    asked = question_buckets(question)
    measured = measures(question, words)
    likely = np.mean([np.exp(_log_probability(net, held, asked, measured)) for net in _nets()], axis=0)
    with np.errstate(divide="ignore"):
        out: Floats = np.log(likely)
    return out


@lru_cache(maxsize=1)
def _nets() -> list[Weights]:
    """The shipped networks; each array is whole numbers and the scale of its largest."""
    stored = arrays("reading")
    nets: list[dict[str, Any]] = [{} for _ in range(int(stored["nets"]))]
    for key, values in stored.items():
        if key != "nets":
            number, _, name = key.partition(":")
            if not name.endswith(".scale"):
                nets[int(number)][name] = values.astype(np.float32) * stored[f"{key}.scale"]
    return list(nets)


def _log_probability(net: Weights, held: NDArray[np.int64], asked: list[int], measured: Floats) -> Floats:
    """One network, as ``benchmarks/training/reading.py`` trains it."""
    n = len(held)
    about = net["qe.weight"][asked].mean(axis=0) * 3 if asked else np.zeros(net["qe.weight"].shape[1], np.float32)

    def through(name: str, x: Floats) -> Floats:
        out: Floats = x @ net[f"{name}.weight"].T + net[f"{name}.bias"]
        return out

    def turned(k: int, x: Floats) -> Floats:  # the question scales and shifts what is seen
        scale, shift = np.split(through(f"film.{k}", about), 2)
        out: Floats = x * (1 + scale) + shift
        return out

    x = np.maximum(turned(0, through("inp", np.hstack([net["te.weight"][held], measured]))), 0)
    for k, step in enumerate(DILATIONS):
        kernel = net[f"conv.{k}.weight"]  # (out, in, 5)
        padded = np.pad(x, ((2 * step, 2 * step), (0, 0)))
        seen = sum(padded[i * step : i * step + n] @ kernel[:, :, i].T for i in range(kernel.shape[2]))
        x = x + np.maximum(turned(k + 1, seen + net[f"conv.{k}.bias"]), 0)
        if k == 1:
            x = x + through("glob", np.concatenate([x.max(axis=0), x.mean(axis=0)]))
    first, last, within = through("out", x * (1 + through("bil", about))).T
    within = within * 0.3
    sums = np.cumsum(within)
    places = np.arange(n)
    length = np.searchsorted(LENGTHS, np.maximum(places - places[:, None], 0) + 1)
    scores = (first - sums + within)[:, None] + (last + sums) + net["len"][length]
    scores = np.where(places >= places[:, None], scores, -np.inf)
    top = scores.max()
    out: Floats = (scores - top - np.log(np.exp(scores - top).sum())).astype(np.float32)
    return out


def stem(word: str) -> str:
    """A word without its ending, crudely: the same in training and use is all that counts."""
    word = word.lower()
    if len(word) > 3 and word.endswith("'s"):
        word = word[:-2]
    for ending in _ENGLISH_ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


def bucket(term: str, n: int) -> int:
    """The row, of ``n``, for a term; the same on every machine."""
    return zlib.crc32(term.encode()) % n


def question_buckets(question: str) -> list[int]:
    """The rows of a question's stems and pairs of neighbours."""
    stems = [stem(word) for word in _WORD.findall(question)]
    single = [bucket("u" + s, ASKED) for s in stems]
    return single + [bucket(f"b{a} {b}", ASKED) for a, b in pairwise(stems)]


def measures(question: str, words: Sequence[str]) -> Floats:
    """``(n, 22)``: of each word whether it is asked for, where it is, its form, and which mark it is."""
    n = len(words)
    asked = {stem(word) for word in _WORD.findall(question)}
    content = {stem(word) for word in _WORD.findall(question.lower()) if word not in _PLAIN}
    out = np.zeros((n, MEASURES), np.float32)
    for i, word in enumerate(words):
        row = out[i]
        short = stem(word)
        row[:6] = (short in asked, short in content, i / n, 1 - i / n, word[0].isupper(), word[0].isdigit())
        if word in _MARK_CLASSES:
            row[6 + _MARK_CLASSES[word]] = 1
        opens = i == 0 or words[i - 1] in ".?!;:"
        closes = i == n - 1 or word in ".?!;"
        row[14:] = (
            *(not word[0].isalnum(), opens, closes, i == 0, i == n - 1),
            *(math.log(n) / 5, min(len(word), 10) / 10, 1),
        )
    return out
