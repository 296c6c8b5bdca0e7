"""Finds quoted words in the texts of a library, and describes how they differ from the cited text. Pure."""

from __future__ import annotations

import re
from collections import Counter
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from kb.drafts.quotations import ENDS, EXCEPTED, LIMITING, pieces_of, without_note_marks
from kb.records import dataclass
from kb.text.hangul import begins_with_hangul
from kb.text.letters import Letters, compared_letters, word_ranges
from kb.text.negation import NEGATION
from kb.text.sentences import sentences
from kb.types import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kb.drafts.quotations import Pieces
    from kb.library.library import Library
    from kb.types import Unit

MOST_PLACES = 60
"""Places of one piece of a quotation that are tried."""
MOST_RUNS = 8
"""Largest number of runs of words into which a stitched quotation is divided."""
LEAST_RUN = 4
"""Smallest number of words in a run of a stitched quotation."""
WORDS_OF_A_DENIAL = 2
"""Number of words left out, one of them a "not", that reverse a sentence and change nothing else."""
CONTEXT = 1_500
"""Characters around a place in which its sentence is looked for."""
CONTAINERS = frozenset({"section", "chapter", "part", "title", "whole", "annex", "preamble"})
"""Kinds of units that contain many others; pieces from two parts of such a unit do not count as words of one unit."""


@dataclass(frozen=True, slots=True)
class QuoteScope:
    """The text in which cited words are expected: spans of one document in order, and their unit (``None``: the whole
    document)."""

    doc_id: str
    spans: tuple[Span, ...]
    unit: Unit | None = None

    def holds(self, start: int, end: int) -> bool:
        """Whether the range ``[start, end)`` lies in one of the spans."""
        return any(span.start <= start and end <= span.end for span in self.spans)


@dataclass(frozen=True, slots=True)
class Place:
    """The place of quoted words: a document, and the range ``[start, end)`` of each piece in order. ``whole`` says that
    no word is cut at an end."""

    doc_id: str
    ranges: tuple[tuple[int, int], ...]
    whole: bool = True

    @property
    def span(self) -> Span:
        """The span from the start of the first piece to the end of the last."""
        return Span(self.ranges[0][0], self.ranges[-1][1])


@dataclass(frozen=True, slots=True)
class WordDifference:
    """A stretch of words that is equal in source and quotation, or that differs: the words of each."""

    source: str
    quoted: str
    equal: bool


@dataclass(frozen=True, slots=True)
class Likeness:
    """The stretch of a text that is most similar to a quotation: its place, the share of equal words (0…1), the
    differences."""

    place: Place
    share: float
    words: tuple[WordDifference, ...]


class LibraryLetters:
    """Searches quotations in the texts of a library by their letters; each text is read when it is first needed."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self._read: dict[str, Letters] = {}

    def of(self, doc_id: str) -> Letters:
        """The letters of a document, without blanks and punctuation."""
        if doc_id not in self._read:
            self._read[doc_id] = Letters(self.library.store.text(doc_id))
        return self._read[doc_id]

    def doc_ids(self, registers: bool = False) -> list[str]:
        """The ids of the documents in the index; with ``registers`` those of the registers instead."""
        return [d.doc_id for d in self.library.store.documents if bool(d.edition.register_of) is registers]

    def scope_of_document(self, doc_id: str) -> QuoteScope:
        """The whole text of a document."""
        return QuoteScope(doc_id, (Span(0, len(self.library.store.text(doc_id))),))

    def scope_of_unit(self, unit: Unit) -> QuoteScope:
        """The text of a unit, with the introductory words of the units around it, up to their first part."""
        spans = [unit.span]
        above = unit
        while above.parent_id:
            found = [u for u in self.library.store.unit(above.parent_id) if u.doc_id == unit.doc_id]
            if not found or found[0].kind in CONTAINERS:
                break
            above = found[0]
            spans.append(above.own)
        return QuoteScope(unit.doc_id, tuple(sorted(spans)), unit)

    # --- exact words

    def find(self, quote: str, scope: QuoteScope) -> Place | None:
        """The place in a scope where the pieces of a quotation follow each other, ``None`` if there is none; places
        with whole words are preferred."""
        best: Place | None = None
        for given in _pieces_read(quote):
            place = self._find_pieces(given, scope)
            if place is not None and place.whole:
                return place
            best = best or place
        return best

    def _find_pieces(self, given: Pieces, scope: QuoteScope) -> Place | None:
        folded = [compared_letters(piece) for piece in given.pieces]
        if not folded or not all(folded):
            return None
        letters = self.of(scope.doc_id)
        best: Place | None = None
        for start, end in self._places_in(letters, folded[0], scope):
            ranges = [(start, end)]
            for piece in folded[1:]:
                window = min(len(letters.letters), ranges[-1][1] + 4 * CONTEXT)
                found = list(self._places_in(letters, piece, scope, ranges[-1][1], window))
                if not found:
                    break
                ranges.append(next((r for r in found if letters.is_whole(*r)), found[0]))
            if len(ranges) < len(folded):
                continue
            place = self._place(letters, scope.doc_id, ranges)
            if len(ranges) > 1 and scope.unit is None and not self.is_of_one_unit(place):
                continue
            if place.whole:
                return place
            best = best or place
        return best

    def _places_in(
        self, letters: Letters, piece: str, scope: QuoteScope, start: int = 0, end: int | None = None
    ) -> Iterator[tuple[int, int]]:
        seen = 0
        for span in scope.spans:
            first, last = max(start, letters.at(span.start)), letters.at(span.end)
            for found in letters.find(piece, first, last if end is None else min(last, end)):
                yield found
                seen += 1
                if seen >= MOST_PLACES:
                    return

    def _place(self, letters: Letters, doc_id: str, ranges: Sequence[tuple[int, int]]) -> Place:
        whole = all(letters.is_whole(a, b) or _ends_before_particle(letters, a, b) for a, b in ranges)
        return Place(doc_id, tuple(letters.place(a, b) for a, b in ranges), whole)

    def is_of_one_unit(self, place: Place) -> bool:
        """Whether all pieces are in one unit; the unit may be divided into points, but not into units of their own."""
        chains = [self._units_around(place.doc_id, start) for start, _ in place.ranges]
        common = [u for u in chains[0] if all(u in chain for chain in chains[1:])]
        return any(u.kind not in CONTAINERS for u in common)

    def _units_around(self, doc_id: str, at: int) -> list[Unit]:
        out: list[Unit] = []
        unit = self.library.store.unit_at(doc_id, at)
        while unit is not None and unit not in out:
            out.append(unit)
            above = self.library.store.unit(unit.parent_id) if unit.parent_id else ()
            unit = next((u for u in above if u.doc_id == doc_id), None)
        return out

    def whole_words(self, place: Place) -> str:
        """The words at a place, extended to whole words at both ends."""
        letters = self.of(place.doc_id)
        span = place.span
        a, b = letters.at(span.start), letters.at(span.end - 1) + 1
        start, end = letters.whole_place(a, b)
        return letters.text[start:end]

    # --- like words

    def most_like(self, quote: str, scope: QuoteScope) -> Likeness | None:
        """The stretch of a scope that is most similar to a quotation; ``None`` if almost none of its words are
        there."""
        letters = self.of(scope.doc_id)
        words = _compared_words(quote)
        grams = [(n, "".join(words[n : n + 3])) for n in range(max(1, len(words) - 2))]
        offsets = [sum(map(len, words[:n])) for n, _ in grams]
        reach = sum(map(len, words))
        votes: Counter[int] = Counter()
        for (_, gram), offset in zip(grams, offsets, strict=True):
            if len(gram) < 6:
                continue
            for a, _ in self._places_in(letters, gram, scope):
                votes[(a - offset) // max(60, reach // 2)] += 1
        if not votes:
            return None
        best: Likeness | None = None
        for bucket, _ in sorted(votes.most_common(3), key=lambda each: (-each[1], each[0])):
            size = max(60, reach // 2)
            a = max(0, bucket * size - reach // 4 - 40)
            b = min(len(letters.letters), (bucket + 1) * size + reach + reach // 2 + 60)
            if a >= b:
                continue
            start, end = letters.whole_place(a, b)
            span = next((s for s in scope.spans if s.start < end and start < s.end), None)
            if span is not None:
                start, end = max(start, span.start), min(end, span.end)
            found = _likeness(scope.doc_id, letters.text, start, end, quote)
            if found is not None and (best is None or found.share > best.share):
                best = found
        return best

    def runs(self, quote: str, first: Sequence[str]) -> list[tuple[int, Place]] | None:
        """A stitched quotation, divided into runs of words that are found in documents: the length in words and the
        place of each.

        ``None`` if some of the words are in no run of :data:`LEAST_RUN` words. The documents ``first`` are searched
        first.
        """
        order = [*first, *(d for d in self.doc_ids() if d not in first)]
        out: list[tuple[int, Place]] = []
        for part in pieces_of(quote).pieces:
            words = _compared_words(part)
            while words:
                found = self._longest_run(words, order)
                if found is None or found[0] < min(LEAST_RUN, len(words)) or len(out) == MOST_RUNS:
                    return None
                out.append(found)
                words = words[found[0] :]
        return out

    def _longest_run(self, words: Sequence[str], order: Sequence[str]) -> tuple[int, Place] | None:
        best: tuple[int, Place] | None = None
        for doc_id in order:
            letters = self.of(doc_id)
            low, high = (best[0] if best else 0), len(words)
            place: tuple[int, int] | None = None
            while low < high:
                middle = (low + high + 1) // 2
                found = next((r for r in letters.find("".join(words[:middle])) if letters.is_whole(*r)), None)
                if found is not None:
                    low, place = middle, found
                else:
                    high = middle - 1
            if place is not None:
                best = low, self._place(letters, doc_id, [place])
            if best is not None and best[0] == len(words):
                break
        return best

    # --- what stands around a quotation

    def cut(self, quote: str, place: Place) -> tuple[str, str] | None:
        """The words that a quotation of whole sentences leaves out without a mark, if that limits the statement.

        The result is a pair: ``end``, ``start``, ``inside`` or ``excepted`` and the words left out, or ``added`` and a
        negation that the quotation inserts. ``None`` if there is nothing of the kind.
        """
        given = pieces_of(quote)
        text = self.library.store.text(place.doc_id)
        start, end = place.span.start, place.span.end
        if not given.closes and ENDS.search(quote.strip()):
            rest = _rest_of_sentence(text, end, self._limit(place.doc_id, end))
            if rest and LIMITING.search(rest):
                return "end", rest
        if not given.closes and EXCEPTED.match(rest := _rest_of_sentence(text, end, self._limit(place.doc_id, end))):
            return "end", rest
        opening = quote.strip()[:1]
        if not given.opens and opening.isupper() and ENDS.search(quote.strip()):
            before = _begin_of_sentence(text, start)
            if before and _CONDITION_FIRST.match(before):
                return "start", before
        for (_, a), (b, _) in zip(place.ranges, place.ranges[1:], strict=False):
            gap = " ".join(text[a:b].split())
            if NEGATION.search(gap) and len(word_ranges(gap)) <= WORDS_OF_A_DENIAL:
                return "inside", gap
            in_one_sentence = not re.search(r"[.?!。]\s", gap)
            if in_one_sentence and NEGATION.search(" ".join(gap.split()[:2])):
                return "inside", gap
            if in_one_sentence and EXCEPTED.match(gap):
                return "excepted", gap
        for added in re.finditer(r"\[([^\]]*)\]", quote):
            if NEGATION.search(added[1]):
                return "added", added.group()
        return None

    def denied(self, place: Place) -> str:
        """The words with a negation that a quotation leaves out inside a sentence; empty if there are none."""
        text = self.library.store.text(place.doc_id)
        for (_, a), (b, _) in zip(place.ranges, place.ranges[1:], strict=False):
            gap = " ".join(text[a:b].split())
            if not re.search(r"[.?!;]\s", gap) and NEGATION.search(gap):
                return gap
        return ""

    def goes_on(self, place: Place) -> str:
        """The rest of the sentence in which a quotation ends; empty if it ends with the sentence."""
        text = self.library.store.text(place.doc_id)
        return _rest_of_sentence(text, place.span.end, self._limit(place.doc_id, place.span.end))

    def _limit(self, doc_id: str, at: int) -> int:
        unit = self.library.store.unit_at(doc_id, at - 1)
        while unit is not None and unit.span.end <= at and unit.parent_id:
            above = [u for u in self.library.store.unit(unit.parent_id) if u.doc_id == doc_id]
            if not above or above[0].kind in CONTAINERS:
                break
            unit = above[0]
        return max(at, unit.span.end) if unit is not None else at + CONTEXT


_CONDITION_FIRST = re.compile(
    r"(?:\W*\(?\w{1,4}[.)]\s+)?(?:unless|except|where|when|if|provided|subject to|only|in so far|insofar|to the extent"
    r"|without prejudice|as appropriate|in conditions|until|notwithstanding|다만|단,)\b",
    re.IGNORECASE,
)


def _ends_before_particle(letters: Letters, start: int, end: int) -> bool:
    """Whether a range begins with a word and ends inside a Korean word: in Korean, particles follow the quoted word."""
    if not letters.is_whole(start, end):
        first = letters.is_whole(start, len(letters.letters))
        after = letters.letters[end : end + 1]
        return first and begins_with_hangul(letters.letters[end - 1]) and begins_with_hangul(after)
    return True


def _pieces_read(quote: str) -> Iterator[Pieces]:
    """The ways to read a quotation: as it is written, with editorial brackets, without note marks."""
    plain = pieces_of(quote, editorial=False)
    yield plain
    if "[" in quote:
        yield pieces_of(quote)
    bare = without_note_marks(quote)
    if bare != quote:
        yield pieces_of(bare)


def _compared_words(text: str) -> list[str]:
    return [folded for a, b in word_ranges(text) if (folded := compared_letters(text[a:b]))]


def _likeness(doc_id: str, text: str, start: int, end: int, quote: str) -> Likeness | None:
    """The differences between a quotation and a stretch of a text, which is first cut to the similar part; ``None`` if
    little is similar."""
    there = [(start + a, start + b) for a, b in word_ranges(text[start:end])]
    here = word_ranges(quote)
    x = [compared_letters(text[a:b]) for a, b in there]
    y = [compared_letters(quote[a:b]) for a, b in here]
    matcher = SequenceMatcher(None, x, y, autojunk=False)
    blocks = [m for m in matcher.get_matching_blocks() if m.size]
    if not blocks:
        return None
    while len(blocks) > 1 and blocks[0].size < 3 and blocks[1].a - blocks[0].a - blocks[0].size > 6:
        blocks.pop(0)
    while len(blocks) > 1 and blocks[-1].size < 3 and blocks[-1].a - blocks[-2].a - blocks[-2].size > 6:
        blocks.pop()
    first = max(0, blocks[0].a - blocks[0].b)
    last = min(len(x), blocks[-1].a + blocks[-1].size + len(y) - blocks[-1].b - blocks[-1].size)
    x, there = x[first:last], there[first:last]
    matcher = SequenceMatcher(None, x, y, autojunk=False)
    share = matcher.ratio()
    differences: list[WordDifference] = []
    for tag, i, j, k, n in matcher.get_opcodes():
        source = text[there[i][0] : there[j - 1][1]] if j > i else ""
        quoted = quote[here[k][0] : here[n - 1][1]] if n > k else ""
        differences.append(WordDifference(" ".join(source.split()), " ".join(quoted.split()), tag == "equal"))
    return Likeness(Place(doc_id, ((there[0][0], there[-1][1]),)), round(share, 4), tuple(differences))


def _rest_of_sentence(text: str, at: int, limit: int) -> str:
    """The words from an offset to the end of its sentence; empty at the end of a sentence."""
    window = text[at : min(limit, at + CONTEXT)]
    if not word_ranges(window):
        return ""
    head = re.match(r"[\s\"”’»)\]]*[.!?。;:]", window)
    if head is not None:
        return ""
    before = max(0, at - 60)
    flat = " ".join(text[before:at].split())[-40:] + "\u2060"
    rest = " ".join(window.split())
    lead = "" if not window[:1].isspace() else " "
    joined = flat + lead + rest
    for a, b in sentences(joined):
        if a <= len(flat) - 1 < b:
            return joined[len(flat) : b].strip(" \u2060,;")
    return rest


def _begin_of_sentence(text: str, at: int) -> str:
    """The words of a sentence before an offset in it."""
    before = " ".join(text[max(0, at - CONTEXT) : at].split())
    found = [a for a, _ in sentences(f"{before} Xx")]
    begin = before[found[-1] :] if found and found[-1] < len(before) else ""
    return begin.strip()
