"""The verification gate: whether a sentence may be shown, and as what. Pure; runs with no model.

Two questions. *Do these words stand there?* :class:`Gate` compares a citation, or a sentence with its citations, with
the text of the documents. *Does this rephrasing say no more than that?* :func:`check_claim` compares a sentence that a
model wrote with the quotes it cites. The second is strict on purpose: it refuses many a sound rephrasing rather than
let one unsound sentence through, because the quotes are shown in any case.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING, Protocol

from kb.citing.citation import quote_hash
from kb.messages import language, say
from kb.text.cleaning import readable
from kb.text.force import modal_words
from kb.text.languages import language_of
from kb.text.locators import locate
from kb.text.sentences import sentences
from kb.types import Force, Span, Status, Withheld

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from kb.types import Answer, Citation, Edition, Page

    Tokenise = Callable[[str], list[str]]
    Support = Callable[[str, Sequence[str]], float]


class Verdict(str, Enum):
    """What a sentence or a quote is, compared with what it cites."""

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


SHOWN = frozenset({Verdict.VERBATIM, Verdict.ELIDED, Verdict.REPHRASED, Verdict.TRANSLATED})
"""Verdicts of sentences that may be shown; the others are withheld, or struck out where they were shown before."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A verdict and, where it is a bad one, the reason in a few words."""

    verdict: Verdict
    why: str = ""

    @property
    def passes(self) -> bool:
        """Whether the sentence may be shown."""
        return self.verdict in SHOWN


class Texts(Protocol):
    """The documents to compare with."""

    def doc_ids(self) -> Sequence[str]:
        """Every document there is."""
        ...

    def text(self, doc_id: str) -> str:
        """The text of one of them."""
        ...

    def pages(self, doc_id: str) -> Sequence[Page]:
        """Its pages, in order."""
        ...

    def edition(self, doc_id: str) -> Edition | None:
        """An edition, loaded or not; ``None`` where it is not known."""
        ...


# --- do these words stand there?

_MARK = re.compile(r"\s*(?:\[\s*(?:…|\.{3})\s*\]|\(\s*(?:…|\.{3})\s*\)|…|\.{3,})\s*")
"""Words left out, as people mark it."""

MIN_PIECE = 3
"""Words a piece of a stitched quote has at least: shorter runs of words stand everywhere."""
MAX_PIECES = 8


class Gate:
    """The check of quotes against the texts of documents. Keeps what it has cleaned, so keep it for an answer."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts
        self._ids = frozenset(texts.doc_ids())
        self._readable: dict[str, str] = {}

    def citation(self, citation: Citation) -> Finding:
        """Whether the quote stands where the citation says, and the edition is named for what it is."""
        finding = self._placed(citation)
        if not finding.passes:
            return finding
        named = self._named(citation)
        return finding if named.passes else named

    def sentence(self, text: str, citations: Sequence[Citation]) -> Finding:
        """What a sentence is that is shown as the words of these citations; all of them must hold themselves."""
        shown = readable(text)
        if not shown or not citations:
            return Finding(Verdict.NOT_FOUND, "the sentence is empty" if not shown else "no citation carries it")
        found = [self.citation(c) for c in citations]
        for finding in found:
            if not finding.passes:
                return finding
        for citation, finding in zip(citations, found, strict=True):
            if shown == citation.quote or _find(citation.quote, shown) >= 0:
                return finding
        for citation in citations:
            if _elides(shown, self._there(citation), whole=False):
                return Finding(Verdict.ELIDED)
        return self._elsewhere(shown, citations[0])

    def answer(self, answer: Answer) -> tuple[Finding, ...]:
        """A finding for each verbatim sentence of an answer. An edition that is superseded must be in a notice too."""
        by_number = {c.n: c for c in answer.citations}
        out: list[Finding] = []
        for sentence in answer.sentences:
            unknown = [n for n in sentence.cites if n not in by_number]
            if unknown:
                out.append(Finding(Verdict.NOT_FOUND, f"no citation has the number {unknown[0]}"))
                continue
            cited = [by_number[n] for n in sentence.cites]
            finding = self.sentence(sentence.text, cited)
            if finding.passes:
                for c in cited:
                    if c.status == Status.SUPERSEDED.value and not any(c.doc_ref in n for n in answer.notices):
                        finding = Finding(Verdict.SUPERSEDED, f"no notice says that {c.doc_ref} is superseded")
            out.append(finding)
        return tuple(out)

    def passing(self, answer: Answer, otherwise: str = "en") -> Answer:
        """The answer without the sentences that fail, which go to ``withheld`` with a notice; citations renumbered.

        An answer of which nothing is left becomes a refusal. ``otherwise`` is the language of what is said to a
        question that shows none.
        """
        lang = language(answer.question, otherwise)
        findings = self.answer(answer)
        if answer.refused or all(f.passes for f in findings):
            return answer
        both = list(zip(answer.sentences, findings, strict=True))
        failed = tuple(Withheld(s.text, f"{f.verdict.value}: {f.why}") for s, f in both if not f.passes)
        kept = [s for s, f in both if f.passes]
        order = {n: i for i, n in enumerate(dict.fromkeys(n for s in kept for n in s.cites), 1)}
        return replace(
            answer,
            refused=not kept,
            reason=answer.reason if kept else say(lang, "none stands"),
            sentences=tuple(replace(s, cites=tuple(order[n] for n in s.cites)) for s in kept),
            citations=tuple(
                sorted((replace(c, n=order[c.n]) for c in answer.citations if c.n in order), key=lambda c: c.n)
            ),
            notices=(*answer.notices, say(lang, "does not stand", n=len(failed))),
            withheld=(*answer.withheld, *failed),
        )

    def _named(self, citation: Citation) -> Finding:
        edition = self._texts.edition(citation.cite_key.partition(":")[0])
        if edition is None or edition.status is not Status.SUPERSEDED:
            return Finding(Verdict.VERBATIM)
        if citation.status != Status.SUPERSEDED.value:
            return Finding(Verdict.SUPERSEDED, f"{edition.ref} is superseded, and the citation does not say so")
        if edition.superseded_by and not citation.superseded_by:
            return Finding(Verdict.SUPERSEDED, f"the citation does not name the successor of {edition.ref}")
        return Finding(Verdict.VERBATIM)

    def _placed(self, citation: Citation) -> Finding:
        quote = citation.quote
        if citation.quote_sha256 != quote_hash(quote):
            return Finding(Verdict.NOT_FOUND, "the quote is not the one its hash was made of")
        if not quote.strip():
            return Finding(Verdict.NOT_FOUND, "the quote is empty")
        there = self._there(citation)
        verbatim = bool(there) and there == quote
        if not verbatim and not (there and _elides(quote, there)):
            return self._elsewhere(quote, citation)
        pages = self._texts.pages(citation.doc_id)
        if pages:
            where = locate(citation.doc_id, Span(citation.char_start, citation.char_end), pages, None)
            if (where.page_index, where.page_end) != (citation.page_index, citation.page_end):
                return Finding(
                    Verdict.WRONG_PAGE, f"it stands on PDF page {where.page_index}, not {citation.page_index}"
                )
            if where.page_label != citation.page_label:
                return Finding(Verdict.WRONG_PAGE, f"the page is printed {where.page_label}, not {citation.page_label}")
        return Finding(Verdict.VERBATIM if verbatim else Verdict.ELIDED)

    def _there(self, citation: Citation) -> str:
        """The readable text at the citation's place, "" where there is no such place."""
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

    def _elsewhere(self, words: str, citation: Citation) -> Finding:
        """Where words stand, or pieces of them, that do not stand at the citation's place."""
        cited = citation.doc_id
        if cited in self._ids and _find(self._whole(cited), words) >= 0:
            return self._on_other_page(words, citation)
        for doc_id in sorted(self._ids - {cited}):
            if _find(self._whole(doc_id), words) >= 0:
                return Finding(Verdict.WRONG_DOCUMENT, f"these words stand in {doc_id}")
        if self._is_stitched(words, cited):
            return Finding(Verdict.STITCHED, "its pieces stand in different places")
        return Finding(Verdict.NOT_FOUND, "no document here has these words")

    def _on_other_page(self, words: str, citation: Citation) -> Finding:
        text, pages = self._texts.text(citation.doc_id), self._texts.pages(citation.doc_id)
        on = [p.index for p in pages if _find(readable(text[p.start : p.end]), words) >= 0]
        if any(citation.page_index <= n <= citation.page_end for n in on):
            return Finding(Verdict.MOVED, "the words stand on the page, not at the characters named")
        if on:
            return Finding(Verdict.WRONG_PAGE, f"it stands on PDF page {on[0]}, not {citation.page_index}")
        return Finding(Verdict.MOVED, "the words stand across pages, not at the characters named")

    def _is_stitched(self, words: str, cited: str) -> bool:
        """Whether the words are runs of at least :data:`MIN_PIECE` words that stand in the documents."""
        wholes = [self._whole(d) for d in sorted(self._ids, key=lambda d: (d != cited, d))]
        pieces = 0
        for part in _MARK.split(words):
            rest = part.split()
            while rest:
                n = _longest_run(rest, wholes)
                if n < min(MIN_PIECE, len(part.split())) or pieces == MAX_PIECES:
                    return False
                pieces += 1
                rest = rest[n:]
        return pieces > 1


def _longest_run(words: Sequence[str], wholes: Sequence[str]) -> int:
    """How many of the words, from the first on, stand together in one of the texts. A prefix of a run is a run."""
    low, high = 0, len(words)
    while low < high:
        middle = (low + high + 1) // 2
        run = " ".join(words[:middle])
        if any(_find(whole, run) >= 0 for whole in wholes):
            low = middle
        else:
            high = middle - 1
    return low


def _find(whole: str, words: str, start: int = 0) -> int:
    """Where words stand in a text without cutting through a word, or -1."""
    at = whole.find(words, start) if words else -1
    while at >= 0:
        end = at + len(words)
        before = at > 0 and whole[at - 1].isalnum() and words[0].isalnum()
        after = end < len(whole) and whole[end].isalnum() and words[-1].isalnum()
        if not before and not after:
            return at
        at = whole.find(words, at + 1)
    return -1


def _elides(words: str, there: str, whole: bool = True) -> bool:
    """Whether words are pieces of a text in order, with a mark wherever something is left out.

    With ``whole`` the text's beginning and end count too. A mark may not hide a negation: what is left out within a
    sentence holds none.
    """
    pieces = _MARK.split(words)
    if len(pieces) < 2 or not any(pieces):
        return False
    at = 0
    last = len(pieces) - 1
    for n, piece in enumerate(pieces):
        if not piece:
            continue
        found = _find(there, piece, max(at, len(there) - len(piece)) if whole and n == last else at)
        if found < 0 or (n == 0 and whole and found > 0):
            return False
        if n and any(pieces[:n]):
            gap = there[at:found]
            if not re.search(r"[.?!;]\s", gap) and _NEGATION.search(gap):
                return False
        at = found + len(piece)
    return True


# --- does this rephrasing say no more than that?


@dataclass(frozen=True, slots=True)
class Evidence:
    """A quote that a model was given. ``names`` are what may be said of it besides: its document and place."""

    n: int
    text: str
    language: str = "en"
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much is asked of a rephrasing: shares of its content words, from 0 to 1.

    ``coverage`` of them stand in one sentence of the evidence, ``order`` of them in the same order, and they are
    ``kept`` of what stands there between the first and the last of them (all of it where no word of force is tied to
    the verb). ``support`` is the least score of a support function, where one is given. A sentence has at most
    ``characters``.
    """

    coverage: float = 1.0
    order: float = 0.6
    kept: float = 0.6
    support: float = 0.5
    characters: int = 700


_NEGATION = re.compile(
    r"\b(?:not|no|never|neither|nor|none|cannot|without|nobody|nothing)\b|n['’]t\b"
    r"|\b(?:no|nunca|ning[uú]n[ao]?|sin|tampoco)\b"
    r"|않|아니|없|못하|못한|안 된다|안 됩니다|금지",
    re.IGNORECASE,
)
_NOT_ONLY = re.compile(r"\bnot (?:only|just|merely)\b|\bno later than\b|뿐만 아니라|뿐 아니라", re.IGNORECASE)
_CONDITION = re.compile(
    r"\b(?:unless|except|excluding|only|if|where|when|provided that|subject to|without prejudice|insofar|in so far|"
    r"to the extent|as far as|at least|at most|up to|no later than|as appropriate|where applicable|other than)\b"
    r"|다만|경우|한하여|이상|이하|이내|제외|만 ",
    re.IGNORECASE,
)
_STRICT = re.compile(
    r"\b(?:all|every|each|any|some|most|many|few|several|both|either|or|always|often|sometimes|only|at least|at most|"
    r"more|less|fewer|before|after|until|over|under|above|below|between|up to|minimum|maximum|unless|except)\b",
    re.IGNORECASE,
)
"""Small words that change what is asked; index terms leave them out."""
_HEARSAY = re.compile(
    r"\b(?:argu\w+|claim\w*|alleg\w+|suppos\w+|false\w*|wrong\w*|myths?|misconception\w*|propos\w+|hypothetical\w*|"
    r"opponents?|critics?|pretend\w*)\b|거짓|주장",
    re.IGNORECASE,
)
"""What a text reports without saying it itself."""
_REPORTING = re.compile(r"\bthat\b|\b(?:answer|reply|respond|say|write|state|output|follows)\b[^.:]*:|(?:라고|다고)\s")
_REVERSE = re.compile(
    r"\b(?:prohibit\w*|forbid\w*|bann?(?:ed|ing|s)?|refrain\w*|avoid\w*|fail\w*|ceas\w+|exempt\w*|exclud\w+|lack\w*|"
    r"deny|denie[sd]|refus\w+|prevent\w*|oppos\w+)\b|금지|면제|제외|삼가",
    re.IGNORECASE,
)
"""Words that turn what stands beside them into its opposite."""
_NEUTRAL = re.compile(
    r"\b(?:according|accordingly|also|additionally|furthermore|thus|therefore|says?)\b", re.IGNORECASE
)
_KO_NEUTRAL = frozenset(
    "있다 있습 있으 있는 한다 합니 하여 해야 하는 하며 하고 되어 된다 됩니 대한 대하 대해 위한 위하 위해 따라 따른 "
    "또는 그리 모든 관한 관하 관련 것이 것은 것을 것입 않는 않다 않으 않습 아니 "
    "아닌 없다 없습 이를 이는 이에 이러".split()
)
_MARKUP = re.compile(r"```|<[a-zA-Z/!]|\]\(|\bhttps?://|\bwww\.|\S@\S+\.\S")
_QUOTED = re.compile(r"“([^”]+)”|‘([^’]{3,})’|\"([^\"]+)\"|«([^»]+)»|「([^」]+)」|『([^』]+)』")
_PART = re.compile(r";\s+|,\s+(?:while|whereas|and|but)\s+", re.IGNORECASE)
_HANGUL = re.compile(r"[가-힣]+")

TRANSLATION = "translation, not verified verbatim"
"""What a translated sentence is marked with."""


def check_claim(
    text: str,
    cites: Sequence[int],
    evidence: Mapping[int, Evidence],
    tokenise: Tokenise,
    support: Support | None = None,
    bounds: Bounds | None = None,
) -> Finding:
    """Whether a model's sentence says no more than the evidence it cites.

    Every number, date, quantity, reference, quoted phrase, negation, condition and word of force must be in one
    sentence of the evidence, and so must the content words, in about that order. ``tokenise`` gives the index terms of
    a text (stems, stop words left out). ``support`` is a further bound where it is given: the score, 0 to 1, that
    sentences bear out a claim. In another language than its evidence a sentence passes as a translation when numbers,
    dates, references, names, force and negation agree; the words cannot be compared.
    """
    bounds = bounds or Bounds()
    claim = readable(text)
    if not claim or not any(c.isalpha() for c in claim):
        return _no("it says nothing")
    if len(claim) > bounds.characters:
        return _no(f"it has more than {bounds.characters} characters")
    if not cites:
        return _no("it cites nothing")
    unknown = [n for n in cites if n not in evidence]
    if unknown:
        return _no(f"it cites [{unknown[0]}], which was not given")
    cited = [evidence[n] for n in dict.fromkeys(cites)]
    if _MARKUP.search(claim) and not all(m.group() in " ".join(e.text for e in cited) for m in _MARKUP.finditer(claim)):
        return _no("it holds a link or markup")
    quotes = " ".join(readable(e.text) for e in cited)
    for match in _QUOTED.finditer(claim):
        phrase = next(g for g in match.groups() if g is not None).strip(" .,;")
        if _find(quotes, phrase) < 0 and not any(phrase in e.names for e in cited):
            return _no(f"“{phrase[:60]}” is not in the evidence")
    if support is not None:
        split = [readable(e.text)[a:b] for e in cited for a, b in sentences(readable(e.text))]
        score = support(claim, split)
        if not score >= bounds.support:  # also where the score is no number
            return _no(f"the evidence bears it out with {score:.2f}, below {bounds.support:.2f}")
    claim = _unframed(claim, [n for e in cited for n in e.names])
    if any(_is_foreign(claim, e) for e in cited):
        return _translated(claim, cited)
    return _rephrased(claim, cited, tokenise, bounds)


def _no(why: str) -> Finding:
    return Finding(Verdict.UNSUPPORTED, why)


def _is_foreign(claim: str, evidence: Evidence) -> bool:
    """Whether words of claim and evidence cannot be compared. Korean shows; a short English text can look Spanish."""
    mine, theirs = language_of(claim), language_of(evidence.text)
    return mine != theirs and ("ko" in (mine, theirs) or "und" not in (mine, theirs))


def _unframed(claim: str, names: Sequence[str]) -> str:
    """The claim without "According to NAME," at its start and "(NAME)" anywhere: names of what it cites."""
    named = "|".join(re.escape(n) for n in sorted(set(names), key=len, reverse=True))
    if not named:
        return claim
    lead = rf"(?:according to|under|in|pursuant to) (?:the )?(?:{named})(?:, ?(?:{named}))*, ?"
    lead_ko = rf"(?:{named})(?:[,의] ?(?:{named}))*에 (?:따르면|의하면),? ?"
    return re.sub(rf"^(?:{lead}|{lead_ko})|\((?:{named})\)", "", claim, flags=re.IGNORECASE).strip() or claim


def _rephrased(claim: str, cited: Sequence[Evidence], tokenise: Tokenise, bounds: Bounds) -> Finding:
    parts = [p for p in _PART.split(claim) if p.strip()]
    whys: list[str] = []
    for split in ([claim], parts) if len(parts) > 1 else ([claim],):
        used: set[int] = set()
        why = ""
        for part in split:
            carried, reason = _carriers(part, cited, tokenise, bounds)
            used |= carried
            why = why or reason
        idle = [e.n for e in cited if e.n not in used]
        why = why or (f"nothing of it is in [{idle[0]}]" if idle else "")
        if not why:
            is_slice = any(_find(readable(e.text), claim.rstrip(" .;")) >= 0 for e in cited)
            return Finding(Verdict.VERBATIM if is_slice else Verdict.REPHRASED)
        whys.append(why)
    return _no(whys[0])


def _carriers(part: str, cited: Sequence[Evidence], tokenise: Tokenise, bounds: Bounds) -> tuple[set[int], str]:
    """The evidence with a sentence that carries the part, or why the nearest sentence does not."""
    carried: set[int] = set()
    nearest = (-1.0, "")
    for item in cited:
        whole = readable(item.text)
        for start, end in sentences(whole):
            share, why = _against(part, whole[start:end], tokenise, bounds)
            if not why:
                carried.add(item.n)
            elif share > nearest[0]:
                nearest = (share, why)
    return carried, "" if carried else nearest[1] or "the evidence is empty"


def _against(part: str, sentence: str, tokenise: Tokenise, bounds: Bounds) -> tuple[float, str]:
    """The share of a claim's content words that a sentence holds, and why it does not carry it ("" if it does)."""
    mine = _terms(part, tokenise)
    theirs = _terms(sentence, tokenise)
    held = set(theirs)
    missing = [t for t in mine if t not in held]
    # a word of force is tied to its verb; without one, a left-out word may be the verb itself
    kept = bounds.kept if _forces(part) else 1.0
    share = 1 - len(missing) / len(mine) if mine else 0.0
    why = (
        ("it says nothing that can be compared" if not mine or not set(mine) & set(theirs) else "")
        or _facts(part, sentence)
        or (f"“{missing[0]}” is not in the sentence it rests on" if share < bounds.coverage else "")
        or _turned(part, sentence, tokenise)
        or _small_words(part, sentence)
        or ("it leaves out who says so" if _is_reported(part, sentence, tokenise) else "")
        or ("its words stand in another order" if _in_order(mine, theirs) < bounds.order else "")
        or (
            "it leaves out too much between its words"
            if _kept(mine, _terms(_undated(sentence), tokenise)) < kept
            else ""
        )
    )
    return share, why


def _facts(claim: str, evidence: str) -> str:
    """Why dates, quantities, references or numbers of the claim are not the evidence's; "" if they are."""
    rest = _normal(claim)
    known = _normal(evidence)
    for date, written in _dates(rest):
        if date not in {d for d, _ in _dates(known)}:
            return f"the date {written} is not in the evidence"
        rest = rest.replace(written, " ")
    for quantity, written in _quantities(rest):
        if quantity not in {q for q, _ in _quantities(known)}:
            return f"“{written}” is not in the evidence"
    references = {r for r, _ in _references(known)}
    for reference, written in _references(rest):
        if reference not in references:
            return f"the reference {written} is not in the evidence"
        rest = rest.replace(written, " ", 1)
    unknown = sorted(_numbers(rest) - _numbers(known))
    return f"the number {unknown[0]} is not in the evidence" if unknown else ""


def _turned(claim: str, sentence: str, tokenise: Tokenise) -> str:
    """Why force or negation of a claim are not the sentence's; "" if they are."""
    mine, theirs = _forces(claim), _forces(sentence)
    extra = {f for f, _ in mine} - {f for f, _ in theirs}
    if extra:
        return f"it says “{sorted(extra)[0]}”, which the evidence does not"
    if theirs and not mine:
        return f"it leaves out the “{theirs[0][0]}” of the evidence"
    pairs = {(f, next(iter(_terms(sentence[end:], tokenise)), "")) for f, end in theirs}
    for force, end in mine:
        if not _HANGUL.search(claim) and (force, next(iter(_terms(claim[end:], tokenise)), "")) not in pairs:
            return f"its “{force}” is said of something else in the evidence"
    if _REVERSE.search(sentence) and not (_REVERSE.search(claim) or _NEGATION.search(claim)):
        return "it leaves out a prohibition or exemption"
    denied, there = _denied(claim, tokenise), _denied(sentence, tokenise)
    if denied - there:
        return "it denies what the evidence does not"
    if there & (set(_terms(claim, tokenise)) | {""}) - denied:
        return "it leaves out a negation"
    return ""


def _small_words(claim: str, sentence: str) -> str:
    extra = _found(_STRICT, claim) - _found(_STRICT, sentence)
    if extra:
        return f"“{sorted(extra)[0]}” is not in the sentence it rests on"
    if _CONDITION.search(sentence) and not _CONDITION.search(claim):
        return "it leaves out a condition"
    if _HEARSAY.search(sentence) and not _HEARSAY.search(claim):
        return "the evidence reports this without saying it"
    return ""


def _is_reported(claim: str, sentence: str, tokenise: Tokenise) -> bool:
    """Whether the claim is only what the sentence says that somebody says, or asks to have said."""
    mine = _terms(claim, tokenise)
    for match in _REPORTING.finditer(sentence):
        before, after = sentence[: match.start()], sentence[match.end() :]
        said, outer = (before, after) if _HANGUL.search(match.group()) else (after, before)
        if set(mine) <= set(_terms(said, tokenise)) and set(_terms(outer, tokenise)) - set(mine):
            return True
    return False


def _found(pattern: re.Pattern[str], text: str) -> set[str]:
    return {m.group().casefold() for m in pattern.finditer(text)}


def _translated(claim: str, cited: Sequence[Evidence]) -> Finding:
    evidence = " ".join(readable(e.text) for e in cited)
    why = _facts(claim, evidence)
    if why:
        return _no(why)
    known = " ".join((evidence, *(n for e in cited for n in e.names))).casefold()
    latin = re.findall(r"[A-Za-z][A-Za-z'’-]+", claim) if language_of(claim) == "ko" else []
    strange = [w for w in latin if not re.search(rf"(?<![a-z]){re.escape(w.casefold())}(?![a-z])", known)]
    if strange:
        return _no(f"“{strange[0]}” is not in the evidence")
    loose = {"may": "can"}  # 할 수 있다 is both
    mine = {loose.get(f, f) for f, _ in _forces(claim)}
    theirs = {loose.get(f, f) for f, _ in _forces(evidence)}
    if mine - theirs:
        return _no(f"it says “{sorted(mine - theirs)[0]}”, which the evidence does not")
    if theirs and not mine:
        return _no("it leaves out the force of the evidence")
    if bool(_NEGATION.search(_NOT_ONLY.sub(" ", claim))) != bool(_NEGATION.search(_NOT_ONLY.sub(" ", evidence))):
        return _no("it and the evidence do not agree on a negation")
    return Finding(Verdict.TRANSLATED, TRANSLATION)


# words


def _terms(text: str, tokenise: Tokenise) -> list[str]:
    """Content terms in order: index terms of Latin words, the first two syllables of Korean ones; no numbers."""
    text = _NEUTRAL.sub(" ", _FORCE_WORDS.sub(" ", text))  # force is compared for itself
    out: list[str] = []
    at = 0
    for match in _HANGUL.finditer(text):
        out += tokenise(text[at : match.start()])
        head = match.group()[:2]
        if len(head) == 2 and head not in _KO_NEUTRAL:
            out.append(head)
        at = match.end()
    out += tokenise(text[at:])
    return [t for t in out if not t[0].isdigit() and t not in _NUMBER_WORDS and len(t) > 1]


def _kept(mine: Sequence[str], theirs: Sequence[str]) -> float:
    """The share of the sentence's terms, from the first to the last that the claim has, that the claim has."""
    wanted = set(mine)
    at = [n for n, term in enumerate(theirs) if term in wanted]
    return len(at) / (at[-1] - at[0] + 1) if at else 0.0


def _in_order(mine: Sequence[str], theirs: Sequence[str]) -> float:
    """The share of a claim's terms found in the sentence that stand there in the same order: longest common run."""
    common = [t for t in dict.fromkeys(mine) if t in set(theirs)]
    if not common:
        return 0.0
    there = list(dict.fromkeys(t for t in theirs if t in set(common)))
    best = [0] * (len(there) + 1)
    for term in common:
        previous = 0
        for n, other in enumerate(there, 1):
            kept = best[n]
            best[n] = previous + 1 if term == other else max(best[n], best[n - 1])
            previous = kept
    return best[-1] / len(common)


_FORCE_WORDS = re.compile(
    r"\b(?:(?P<shall>require[sd]?|mandatory|obligat\w+|obliged)|(?P<should>recommend(?:s|ed)?|advise[sd]?)"
    r"|(?P<may>permitted|allowed|entitled))\b"
    r"|(?P<shall_ko>[야]\s?(?:한다|합니다|함|하며|하고|할|하는|하지만)|의무|필수)|(?P<should_ko>권고|권장|바람직)"
    r"|(?P<may_ko>수\s?있)",
    re.IGNORECASE,
)
_GROUP = {
    Force.SHALL: "shall",
    Force.SHOULD: "should",
    Force.RECOMMENDS: "should",
    Force.MAY: "may",
    Force.CAN: "can",
}


def _forces(text: str) -> list[tuple[str, int]]:
    """The force words of a text: group and where the word ends. Recommending is one with *should*."""
    found = {(_GROUP[force], end) for force, _, end in modal_words(text)}
    for match in _FORCE_WORDS.finditer(text):
        found.add(((match.lastgroup or "").removesuffix("_ko"), match.end()))
    return sorted(found, key=lambda item: item[1])


def _denied(text: str, tokenise: Tokenise) -> set[str]:
    """The first content term after each negation; in Korean, which denies after the verb, the term before it."""
    plain = _NOT_ONLY.sub(" ", text)
    out: set[str] = set()
    for match in _NEGATION.finditer(plain):
        if _HANGUL.match(match.group()):
            out.add(next(reversed(_terms(plain[: match.start()], tokenise)), ""))
        else:
            clause = re.split(r"[,;:.]", plain[match.end() :], maxsplit=1)[0]
            out.add(next(iter(_terms(clause, tokenise)), ""))
    return out


# numbers

_UNITS = {
    **dict.fromkeys("minute minutes minuto minutos 분".split(), "minute"),
    **dict.fromkeys("hour hours hora horas 시간".split(), "hour"),
    **dict.fromkeys("day days día días 일".split(), "day"),
    **dict.fromkeys("week weeks semana semanas 주".split(), "week"),
    **dict.fromkeys("month months mes meses 개월 달".split(), "month"),
    **dict.fromkeys("year years año años 년 해".split(), "year"),
    **dict.fromkeys(["%", "percent", "per cent", "por ciento", "퍼센트"], "percent"),
    **dict.fromkeys("eur euro euros € 유로".split(), "euro"),
    **dict.fromkeys("dollar dollars usd 달러".split(), "dollar"),
    **dict.fromkeys("million millions".split(), "million"),
    **dict.fromkeys("billion billions".split(), "billion"),
}
_QUANTITY = re.compile(
    r"(?<![\w.])(\d+(?:\.\d+)?)[\s-]*(" + "|".join(sorted(map(re.escape, _UNITS), key=len, reverse=True)) + r")"
    r"(?![a-z])",
    re.IGNORECASE,
)
_WORDS = "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
_NUMBER_WORDS = {
    **{w: str(n) for n, w in enumerate(f"{_WORDS} eighteen nineteen".split(), 2)},
    **{
        w: str(10 * n) for n, w in enumerate("twenty thirty forty fifty sixty seventy eighty ninety hundred".split(), 2)
    },
    "thousand": "1000",
}
_NUMBER_WORD = re.compile(rf"\b({'|'.join(_NUMBER_WORDS)})\b", re.IGNORECASE)
_KO_NUMBERS = {w: str(n) for n, w in enumerate("두 세 네 다섯 여섯 일곱 여덟 아홉 열".split(), 2)}
_KO_NUMBER = re.compile(rf"({'|'.join(_KO_NUMBERS)})(?=\s?(?:가지|개|명|번|달|해|차례))")
_NUMBER = re.compile(r"\d+(?:[./:-]\d+)*(?:\([a-z0-9]{1,4}\))*", re.IGNORECASE)

_MONTHS = {
    name: n
    for n, names in enumerate(
        (
            "january jan enero", "february feb febrero", "march mar marzo", "april apr abril", "may mayo",
            "june jun junio", "july jul julio", "august aug agosto", "september sept sep septiembre",
            "october oct octubre", "november nov noviembre", "december dec diciembre",
        ),
        1,
    )
    for name in names.split()
}  # fmt: skip
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_DATES = (
    re.compile(
        rf"\b(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of |de )?(?P<m>{_MONTH})\.?,?(?:\s+(?:de )?(?P<y>\d{{4}}))?\b", re.I
    ),
    re.compile(rf"\b(?P<m>{_MONTH})\.?\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\b(?!\d)(?:,?\s+(?P<y>\d{{4}}))?", re.I),
    re.compile(rf"\b(?P<m>{_MONTH})\.?,?\s+(?:de )?(?P<y>\d{{4}})\b", re.I),
    re.compile(r"\b(?P<y>\d{4})-(?P<m>\d{2})-(?P<d>\d{2})\b"),
    re.compile(r"(?:(?P<y>\d{4})년\s?)?(?P<m>\d{1,2})월(?:\s?(?P<d>\d{1,2})일)?"),
)  # fmt: skip
_KINDS = {
    "article": "articles article arts art artículo artículos 조",
    "paragraph": "paragraphs paragraph paras para párrafo apartado 항",
    "point": "points point 호",
    "section": "sections section §",
    "clause": "clauses clause",
    "annex": "annexes annex anexo 부속서",
    "recital": "recitals recital considerando 전문",
    "chapter": "chapters chapter capítulo 장",
    "principle": "principles principle 원칙",
    "criterion": "criteria criterion",
    "step": "steps step",
    "level": "levels level",
    "version": "version v",
}
_KIND_OF = {word: kind for kind, words in _KINDS.items() for word in words.split()}
_REFERENCE = re.compile(
    r"(?<!\w)(" + "|".join(sorted((re.escape(w) for w in _KIND_OF if w.isascii() or len(w) > 1), key=len, reverse=True))
    + r")\.?\s*(\d+(?:\.\d+)*(?:\([a-z0-9]{1,4}\))*|[IVXLC]+)(?!\w)",
    re.IGNORECASE,
)  # fmt: skip
_KO_REFERENCE = re.compile(r"제?\s?(\d+)(조|항|호|장)")


def _normal(text: str) -> str:
    """The text with numbers written one way: figures, no thousands separators."""
    plain = unicodedata.normalize("NFKC", text)
    plain = re.sub(r"(?<=\d)[,\u00a0\u202f ](?=\d{3}\b)", "", plain)
    plain = _NUMBER_WORD.sub(lambda m: _NUMBER_WORDS[m.group().casefold()], plain)
    return _KO_NUMBER.sub(lambda m: _KO_NUMBERS[m.group()], plain)


def _numbers(text: str) -> set[str]:
    """The numbers of normal text; "14(2)(a)" is also "14"."""
    found = {m.group().casefold() for m in _NUMBER.finditer(text)}
    return found | {n.split("(")[0] for n in found}


def _dates(text: str) -> list[tuple[tuple[int, int, int], str]]:
    """Dates as (year, month, day), 0 where not said, with the words; a whole date is also its shorter forms."""
    out: list[tuple[tuple[int, int, int], str]] = []
    for pattern in _DATES:
        for match in pattern.finditer(text):
            parts = match.groupdict()
            month = parts["m"].casefold()
            m = int(month) if month.isdigit() else _MONTHS[month]
            y, d = int(parts["y"] or 0), int(parts.get("d") or 0)
            out.append(((y, m, d), match.group()))
            if y and d:
                out += [((y, m, 0), match.group()), ((0, m, d), match.group())]
    return out


def _undated(text: str) -> str:
    for pattern in _DATES:
        text = pattern.sub(" ", text)
    return text


def _quantities(text: str) -> list[tuple[tuple[str, str], str]]:
    return [((m[1], _UNITS[m[2].casefold()]), m[0]) for m in _QUANTITY.finditer(text) if len(m[1]) < 4]


def _references(text: str) -> list[tuple[tuple[str, str], str]]:
    """References as (kind, number) with the words; "14(2)" is also "14"."""
    out: list[tuple[tuple[str, str], str]] = []
    for match in _REFERENCE.finditer(text):
        kind, number = _KIND_OF[match[1].casefold()], match[2].casefold()
        out.append(((kind, number), match.group()))
        out += [((kind, number.split("(")[0]), match.group())] if "(" in number else []
    out += [((_KIND_OF[m[2]], m[1]), m.group()) for m in _KO_REFERENCE.finditer(text)]
    return out
