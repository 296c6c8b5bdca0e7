"""Checks quotes against the documents: whether the words are at the cited place, verbatim or with marked omissions.

:meth:`QuoteVerifier.drop_unverified` removes from an answer every sentence that fails this check.
"""

from __future__ import annotations

import re
from dataclasses import replace
from enum import Enum
from typing import TYPE_CHECKING, Protocol

from kb.citing.citation import quote_hash
from kb.messages import says_superseded
from kb.records import dataclass
from kb.text.cleaning import readable
from kb.text.locators import locator_of
from kb.text.negation import NEGATION
from kb.text.note_marks import find_unmarked
from kb.types import Answer, Citation, Edition, Page, PageKind, Span, Status, Withheld, notice

if TYPE_CHECKING:
    from collections.abc import Sequence


class Verdict(str, Enum):
    """The result of comparing a sentence or a quote with the place that it cites."""

    VERBATIM = "verbatim"
    ELIDED = "elided"
    REPHRASED = "rephrased"
    TRANSLATED = "translated"
    STITCHED = "stitched"
    WRONG_DOCUMENT = "wrong document"
    WRONG_PAGE = "wrong page"
    MOVED = "moved"
    NOT_FOUND = "not found"
    SUPERSEDED = "superseded"
    UNSUPPORTED = "unsupported"


SHOWN_VERDICTS = frozenset({Verdict.VERBATIM, Verdict.ELIDED, Verdict.REPHRASED, Verdict.TRANSLATED})
"""Verdicts of sentences that may be shown; the others are withheld, or struck out where they were shown before."""


@dataclass(frozen=True, slots=True)
class QuoteFinding:
    """A verdict and, if the check failed, the reason in a few words."""

    verdict: Verdict
    why: str = ""

    @property
    def passes(self) -> bool:
        """Whether the sentence may be shown."""
        return self.verdict in SHOWN_VERDICTS


class Texts(Protocol):
    """The documents to compare with."""

    def doc_ids(self) -> Sequence[str]:
        """The ids of all documents."""
        ...

    def text(self, doc_id: str) -> str:
        """The text of a document."""
        ...

    def pages(self, doc_id: str) -> Sequence[Page]:
        """The pages of a document, in order."""
        ...

    def edition(self, doc_id: str) -> Edition | None:
        """The edition, whether its document is loaded or not; ``None`` if it is unknown."""
        ...


_MARK = re.compile(r"\s*(?:\[\s*(?:…|\.{3})\s*\]|\(\s*(?:…|\.{3})\s*\)|…|\.{3,})\s*")
"""Words left out, as people mark it."""


MIN_PIECE = 3
"""Words a piece of a stitched quote has at least: shorter runs of words are everywhere."""


MAX_QUOTE_PIECES = 8


def _on_page(index: int, citation: Citation) -> QuoteFinding:
    """The finding that a quote is on page ``index`` (from 0) and not on the cited page."""
    names = {PageKind.PDF.value: "PDF page", PageKind.ROW.value: "row", PageKind.SLIDE.value: "slide"}
    name = names.get(citation.page_kind, "page")
    return QuoteFinding(Verdict.WRONG_PAGE, f"it stands on {name} {index}, not {citation.page_index}")


class QuoteVerifier:
    """Checks quotes against texts of documents. It caches cleaned texts, so use one object for a whole answer."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts
        self._ids = frozenset(texts.doc_ids())
        self._readable: dict[str, str] = {}

    def citation(self, citation: Citation) -> QuoteFinding:
        """Checks that the quote is at the cited place, and that the citation describes its edition correctly."""
        finding = self._placed(citation)
        if not finding.passes:
            return finding
        named = self._named(citation)
        return finding if named.passes else named

    def sentence(self, text: str, citations: Sequence[Citation]) -> QuoteFinding:
        """Checks a sentence that is shown as the words of ``citations``; the citations themselves must pass too."""
        shown = readable(text)
        if not shown or not citations:
            return QuoteFinding(Verdict.NOT_FOUND, "the sentence is empty" if not shown else "no citation carries it")
        found = [self.citation(c) for c in citations]
        for finding in found:
            if not finding.passes:
                return finding
        for citation, finding in zip(citations, found, strict=True):
            if shown == citation.quote or find_words(citation.quote, shown) >= 0:
                return finding
        for citation in citations:
            if _elides(shown, self._there(citation), whole=False):
                return QuoteFinding(Verdict.ELIDED)
        return self._elsewhere(shown, citations[0])

    def answer(self, answer: Answer) -> tuple[QuoteFinding, ...]:
        """A finding for each verbatim sentence of an answer; a notice must name every superseded edition it cites."""
        by_number = {c.n: c for c in answer.citations}
        out: list[QuoteFinding] = []
        for sentence in answer.sentences:
            unknown = [n for n in sentence.cites if n not in by_number]
            if unknown:
                out.append(QuoteFinding(Verdict.NOT_FOUND, f"no citation has the number {unknown[0]}"))
                continue
            cited = [by_number[n] for n in sentence.cites]
            finding = self.sentence(sentence.text, cited)
            if finding.passes:
                for c in cited:
                    if c.status == Status.SUPERSEDED.value and not says_superseded(answer.notices, c):
                        finding = QuoteFinding(Verdict.SUPERSEDED, f"no notice says that {c.doc_ref} is superseded")
            out.append(finding)
        return tuple(out)

    def drop_unverified(self, answer: Answer) -> Answer:
        """The answer without the sentences that fail; they are moved to ``withheld``, and a notice says so.

        Citations are renumbered. An answer without any sentence left becomes a refusal. A pointer to a near place that
        fails is removed without a notice.
        """
        findings = self.answer(answer)
        answer = replace(answer, also_relevant=tuple(c for c in answer.also_relevant if self.citation(c).passes))
        if answer.refused or all(f.passes for f in findings):
            return answer
        both = list(zip(answer.sentences, findings, strict=True))
        failed = tuple(Withheld(s.text, f"{f.verdict.value}: {f.why}") for s, f in both if not f.passes)
        kept = [s for s, f in both if f.passes]
        order = {n: i for i, n in enumerate(dict.fromkeys(n for s in kept for n in s.cites), 1)}
        return replace(
            answer,
            refused=not kept,
            reason=answer.reason if kept else (notice("none stands"),),
            sentences=tuple(replace(s, cites=tuple(order[n] for n in s.cites)) for s in kept),
            citations=tuple(
                sorted((replace(c, n=order[c.n]) for c in answer.citations if c.n in order), key=lambda c: c.n)
            ),
            notices=(*answer.notices, notice("does not stand", n=len(failed))),
            withheld=(*answer.withheld, *failed),
            also_relevant=tuple(replace(c, n=len(order) + i) for i, c in enumerate(answer.also_relevant, 1))
            if kept
            else (),
            enumerations=tuple(replace(each, n=order[each.n]) for each in answer.enumerations if each.n in order),
        )

    def _named(self, citation: Citation) -> QuoteFinding:
        edition = self._texts.edition(citation.cite_key.partition(":")[0])
        if edition is None or edition.status is not Status.SUPERSEDED:
            return QuoteFinding(Verdict.VERBATIM)
        if citation.status != Status.SUPERSEDED.value:
            return QuoteFinding(Verdict.SUPERSEDED, f"{edition.ref} is superseded, and the citation does not say so")
        if edition.superseded_by and not citation.superseded_by:
            return QuoteFinding(Verdict.SUPERSEDED, f"the citation does not name the successor of {edition.ref}")
        return QuoteFinding(Verdict.VERBATIM)

    def _placed(self, citation: Citation) -> QuoteFinding:
        quote = citation.quote
        if citation.quote_sha256 != quote_hash(quote):
            return QuoteFinding(Verdict.NOT_FOUND, "the quote is not the one its hash was made of")
        if not quote.strip():
            return QuoteFinding(Verdict.NOT_FOUND, "the quote is empty")
        there = self._there(citation)
        verbatim = bool(there) and there == quote
        if not verbatim and not (there and _elides(quote, there)):
            return self._elsewhere(quote, citation)
        pages = self._texts.pages(citation.doc_id)
        if pages:
            where = locator_of(citation.doc_id, Span(citation.char_start, citation.char_end), pages, None)
            if (where.page_index, where.page_end) != (citation.page_index, citation.page_end):
                return _on_page(where.page_index, citation)
            if where.page_label != citation.page_label:
                return QuoteFinding(
                    Verdict.WRONG_PAGE, f"the page is printed {where.page_label}, not {citation.page_label}"
                )
        return QuoteFinding(Verdict.VERBATIM if verbatim else Verdict.ELIDED)

    def _there(self, citation: Citation) -> str:
        """The cleaned text at the citation's place, or "" if there is no such place."""
        if citation.doc_id not in self._ids:
            return ""
        text = self._texts.text(citation.doc_id)
        if not 0 <= citation.char_start < citation.char_end <= len(text):
            return ""
        return readable(text[citation.char_start : citation.char_end])

    def _whole(self, doc_id: str) -> str:
        if doc_id not in self._readable:
            self._readable[doc_id] = readable(self._texts.text(doc_id))
        return self._readable[doc_id]

    def _elsewhere(self, words: str, citation: Citation) -> QuoteFinding:
        """The finding for words that are not at the cited place: on another page, stitched from pieces, or nowhere."""
        cited = citation.doc_id
        if cited in self._ids and stands_in(self._whole(cited), words):
            return self._on_other_page(words, citation)
        for doc_id in sorted(self._ids - {cited}):
            if stands_in(self._whole(doc_id), words):
                return QuoteFinding(Verdict.WRONG_DOCUMENT, f"these words stand in {doc_id}")
        if self._is_stitched(words, cited):
            return QuoteFinding(Verdict.STITCHED, "its pieces stand in different places")
        return QuoteFinding(Verdict.NOT_FOUND, "no document here has these words")

    def _on_other_page(self, words: str, citation: Citation) -> QuoteFinding:
        text, pages = self._texts.text(citation.doc_id), self._texts.pages(citation.doc_id)
        on = [p.index for p in pages if stands_in(readable(text[p.start : p.end]), words)]
        if any(citation.page_index <= n <= citation.page_end for n in on):
            return QuoteFinding(Verdict.MOVED, "the words stand on the page, not at the characters named")
        if on:
            return _on_page(on[0], citation)
        return QuoteFinding(Verdict.MOVED, "the words stand across pages, not at the characters named")

    def _is_stitched(self, words: str, cited: str) -> bool:
        """Whether the words are composed of runs of at least :data:`MIN_PIECE` words that occur in the documents."""
        wholes = [self._whole(d) for d in sorted(self._ids, key=lambda d: (d != cited, d))]
        pieces = 0
        for part in _MARK.split(words):
            rest = part.split()
            while rest:
                n = _longest_run(rest, wholes)
                if n < min(MIN_PIECE, len(part.split())) or pieces == MAX_QUOTE_PIECES:
                    return False
                pieces += 1
                rest = rest[n:]
        return pieces > 1


def _longest_run(words: Sequence[str], wholes: Sequence[str]) -> int:
    """The length of the longest prefix of ``words`` that occurs in one of the texts (by binary search)."""
    low, high = 0, len(words)
    while low < high:
        middle = (low + high + 1) // 2
        run = " ".join(words[:middle])
        if any(find_words(whole, run) >= 0 for whole in wholes):
            low = middle
        else:
            high = middle - 1
    return low


def find_words(whole: str, words: str, start: int = 0) -> int:
    """The offset of ``words`` in a text at word boundaries, from ``start`` on; -1 if they do not occur."""
    at = whole.find(words, start) if words else -1
    while at >= 0:
        end = at + len(words)
        before = at > 0 and whole[at - 1].isalnum() and words[0].isalnum()
        after = end < len(whole) and whole[end].isalnum() and words[-1].isalnum()
        if not before and not after:
            return at
        at = whole.find(words, at + 1)
    return -1


def stands_in(whole: str, words: str) -> bool:
    """Whether words occur in a text; footnote marks between them are ignored."""
    return find_words(whole, words) >= 0 or find_unmarked(whole, words) is not None


def _elides(words: str, there: str, whole: bool = True) -> bool:
    """Whether ``words`` is the text ``there`` with omissions, each shown by an ellipsis.

    With ``whole`` an omission at the beginning or the end must be shown as well. No omission within a sentence may
    contain a negation, because it would reverse the meaning.
    """
    pieces = _MARK.split(words)
    if len(pieces) < 2 or not any(pieces):
        return False
    at = 0
    last = len(pieces) - 1
    for n, piece in enumerate(pieces):
        if not piece:
            continue
        found = find_words(there, piece, max(at, len(there) - len(piece)) if whole and n == last else at)
        if found < 0 or (n == 0 and whole and found > 0):
            return False
        if n and any(pieces[:n]):
            gap = there[at:found]
            if not re.search(r"[.?!;]\s", gap) and NEGATION.search(gap):
                return False
        at = found + len(piece)
    return True
