"""Checks the references and quotations of a draft against a library. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from kb.citing.cite import cite_unit
from kb.drafts.attaching import Attached, PartRead, attached, sentence_around
from kb.drafts.comparison import LibraryLetters
from kb.drafts.findings import DraftFinding, DraftReport, DraftVerdict, FindingLevel, level_of_verdict
from kb.drafts.quotations import masked, page_claims, quotations
from kb.drafts.quoted_words import (
    citation_at,
    is_worth_checking,
    judge_quotation,
    named_place_words,
    superseded_notice,
)
from kb.drafts.sources import SourceReader, changed_since, existing_range, in_edition_of_year
from kb.index.layout import unit_key
from kb.library.amendments import amendments_of_unit
from kb.references.parsing import parse
from kb.text.letters import compared_letters, word_ranges
from kb.types import Notice, PageKind, Status, notice

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kb.drafts.draft import Draft, DraftPart
    from kb.drafts.quotations import PageClaim, Quotation
    from kb.drafts.sources import NamedPlace
    from kb.library.library import Library
    from kb.types import Citation, Edition, Page

_SAYS_SUPERSEDED = re.compile(
    r"supersed|replaced|repeal|outdated|no longer (?:in force|current|valid)|withdrawn|at the time"
    r"|\b(?:former|previous|earlier|older|original|first) (?:edition|version|text|wording|recommendation|act)"
    r"|대체(?:된|되)|폐지|구 ?판|구 ?버전|(?:이전|초기|종전) ?(?:의 )?(?:판|문안|본|버전|권고)|개정 ?전|당시",
    re.IGNORECASE,
)
_SAYS_AMENDED = re.compile(r"\bamend|omnibus|2026/1744|before the change|개정", re.IGNORECASE)
_MOST_BETWEEN = 60
"""Characters that may separate a reference from its page number."""
TITLE_AT_MOST = 14


@dataclass(slots=True)
class _Checked:
    """The facts about a draft during its check."""

    letters: LibraryLetters
    parts: list[PartRead]
    notes: dict[str, PartRead]
    said: set[str]


def check_draft(library: Library, draft: Draft, tell: Callable[[int, int], None] | None = None) -> DraftReport:
    """The findings of a draft in reading order, one for each reference and one for each quotation.

    :param tell: called after each part with the number of parts that were checked and the number of all.
    """
    letters = LibraryLetters(library)
    parts = _read_parts(library, draft)
    notes = {p.part.note: p for p in parts if p.part.note}
    checked = _Checked(letters, parts, notes, _said(library, parts))
    found: list[tuple[int, int, DraftFinding]] = []
    for n, part in enumerate(parts):
        ties = {q: attached(parts, n, q, notes) for q in part.quotations}
        of_quotes = [f for q in part.quotations if (f := _of_quotation(checked, n, q, ties[q])) is not None]
        of_places = [_of_reference(checked, n, p) for p in part.places]
        for f in _with_pages(checked, n, of_quotes, of_places, ties):
            found.append((n, f.start, f))
        if tell is not None:
            tell(n + 1, len(parts))
    found.sort(key=lambda each: (each[0], each[1], each[2].item))
    searched = tuple(sorted({d.edition.ref for d in library.store.documents if not d.edition.register_of}))
    findings = tuple(replace(f, n=n) for n, (_, _, f) in enumerate(found, 1))
    return DraftReport(draft.name, library.index_id, findings, searched, draft.remarks)


# --- reading


def _read_parts(library: Library, draft: Draft) -> list[PartRead]:
    """The parts with their quotations and references; a note is read at the place of its mark."""
    reader = SourceReader(library)
    by_note = {p.note: n for n, p in enumerate(draft.parts) if p.note}
    out: dict[int, PartRead] = {}
    last_note: NamedPlace | None = None

    def read_note(n: int) -> None:
        nonlocal last_note
        before = reader.last
        reader.last = last_note or before
        out[n] = _read_part(library, reader, draft.parts, n)
        last_note = reader.last
        reader.last = reader.last or before

    for n, part in enumerate(draft.parts):
        if part.note or n in out:
            continue
        out[n] = _read_part(library, reader, draft.parts, n)
        for _, name in part.marks:
            if name in by_note and by_note[name] not in out:
                read_note(by_note[name])
    for n in range(len(draft.parts)):
        if n not in out:
            read_note(n)
    return [out[n] for n in range(len(draft.parts))]


def _read_part(library: Library, reader: SourceReader, parts: Sequence[DraftPart], n: int) -> PartRead:
    part = parts[n]
    goes_on = n + 1 < len(parts) and parts[n + 1].text.lstrip()[:1] in "“「『" and not parts[n + 1].note
    found = tuple(each for q in quotations(part, bool(goes_on)) for each in _without_attribution(library, part, q))
    titles = [not q.set_off and _is_title_of_work(library, part.text[q.start : q.end]) for q in found]
    plain = masked(part.text, found, titles)
    kept = tuple(q for q, title in zip(found, titles, strict=True) if not title)
    places = reader.read(_for_reading(plain), part.text)
    named = [p for p in places if p.in_full]
    inside = {q for q in kept for p in named if p.start <= q.outer_start and q.outer_end <= p.end}
    kept = tuple(q for q in kept if q not in inside)  # a path may hold the title of its unit in marks
    return PartRead(part, kept, places, plain)


def _without_attribution(library: Library, part: DraftPart, q: Quotation) -> tuple[Quotation, ...]:
    """A block quote without the reference at its end ("— OECD 1.2(b)").

    If the block itself has quotation marks and a reference outside of them, the words inside the marks are the
    quotations.
    """
    text = part.text[q.start : q.end]
    if not q.set_off:
        return (q,)
    inner = quotations(replace(part, quoted=(), perhaps=()))
    if inner and parse(masked(part.text, inner)[:MAX_ATTRIBUTION], library.names):
        return inner
    for tail in _ATTRIBUTIONS.finditer(text):
        if parse(tail.group(), library.names):
            end = q.start + len(text[: tail.start()].rstrip(' \u201d"」』'))
            return (replace(q, end=end, outer_end=q.start + tail.start()),) if end > q.start else ()
    return (q,)


_ATTRIBUTIONS = re.compile(r"(?:^|\s)(?:[—–]|--|\()\s*[^—–]{3,160}$")
"""Text that may be the attribution at the end of a block quote."""
MAX_ATTRIBUTION = 1_800


def _is_title_of_work(library: Library, words: str) -> bool:
    """Whether quoted words are the name of a publication."""
    if len(word_ranges(words)) > TITLE_AT_MOST:
        return False
    named = library.documents_named(words)
    return any(b - a >= 0.7 * len(words.strip()) for a, b in (each.span for each in named))


def _for_reading(text: str) -> str:
    """The text in which references are looked for; offsets stay the same.

    Each quotation becomes one word, so that no reference is read across it; page numbers and note marks become blanks,
    because they are not numbers of units.
    """
    out = list(text)
    for a, b in [(c.start, c.end) for c in page_claims(text)] + [m.span() for m in _BRACKET_MARK.finditer(text)]:
        out[a:b] = " " * (b - a)
    return re.sub("\u2003{3,}", lambda m: " x" + " " * (len(m.group()) - 2), "".join(out))


_BRACKET_MARK = re.compile(r"\[\d{1,3}(?:[,–-] ?\d{1,3})*\]")


def _said(library: Library, parts: Sequence[PartRead]) -> set[str]:
    """Ids of editions that the draft itself calls superseded or amended, or names together with their successors."""
    out: set[str] = set()
    for part in parts:
        named = {p.edition.doc_id: p.edition for p in part.places if p.edition is not None}
        for doc_id, edition in named.items():
            if edition.status is Status.SUPERSEDED:
                later = {e.doc_id for e in _later(library, edition)}
                if _SAYS_SUPERSEDED.search(part.plain) or later & set(named):
                    out.add(doc_id)
            elif edition.status is Status.AMENDED and _SAYS_AMENDED.search(part.plain):
                out.add(doc_id)
    return out


def _later(library: Library, edition: Edition) -> tuple[Edition, ...]:
    chain = library.editions.of_work(edition)
    at = next((n for n, e in enumerate(chain) if e.doc_id == edition.doc_id), 0)
    return chain[:at]


# --- quotations


def _of_quotation(checked: _Checked, n: int, q: Quotation, tie: Attached) -> DraftFinding | None:
    part = checked.parts[n].part
    quote = part.text[q.start : q.end]
    letters = checked.letters
    places = tuple(p for p in tie.places if not p.unknown and not p.no_edition)
    if tie.places and not places:
        tie = Attached((), False) if not tie.firm else tie
    is_admitted = any(p.edition is not None and p.edition.doc_id in checked.said for p in tie.places)
    year = _year_before(checked.parts[n], q)
    dated = tuple(d for p in places if year and (d := in_edition_of_year(letters.library, p, year)) is not None)
    made = judge_quotation(letters, quote, replace(tie, places=(*dated, *places)), is_admitted)
    if made is None:
        return None
    named = named_place_words(letters, tie.places[0]) if tie.places and tie.firm else ""
    if made.verdict is DraftVerdict.NOWHERE:
        if q.perhaps or (not (places and tie.firm) and not _is_statement(quote)):
            return None
        if tie.places and not places and tie.firm:
            reason = notice("draft source unknown", named=tie.places[0].written)
            return _finding("quotation", DraftVerdict.NOT_KNOWN_HERE, n, q.start, q.end, quote, part, named, reason)
        if (not places or not tie.firm) and _is_speech(checked, n, q):
            said_by = notice("draft speech")
            return _finding("quotation", DraftVerdict.NOT_KNOWN_HERE, n, q.start, q.end, quote, part, "", said_by)
    if made.verdict is DraftVerdict.STANDS_HERE:
        named = ""
    citation = citation_at(letters, made.place) if made.place is not None else None
    if not named and tie.places and level_of_verdict(made.verdict) is not FindingLevel.RIGHT:
        named = named_place_words(letters, tie.places[0])
    return DraftFinding(
        0, "quotation", made.verdict, n, q.start, q.end, quote, part.place, named, made.reason, made.also, citation,
        made.differences,
    )  # fmt: skip


_SPEECH = re.compile(
    r"\b(?:said|told|asked|replied|remarked|commented|recalled|interview\w*|respondents?|colleagues?|called|we|our)\b"
    r"|말했|말한|인터뷰|응답|답했",
    re.IGNORECASE,
)
_YEAR_IN_TEXT = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


def _is_speech(checked: _Checked, n: int, q: Quotation) -> bool:
    """Whether a sentence gives quoted words as a person's, and names no publisher."""
    plain = checked.parts[n].plain
    around = plain[max(0, q.outer_start - 120) : q.outer_start] + plain[q.outer_end : q.outer_end + 60]
    publishers = {d.edition.publisher for d in checked.letters.library.store.documents}
    return bool(_SPEECH.search(around)) and not any(name and name in around for name in publishers)


def _year_before(part: PartRead, q: Quotation) -> str:
    """The year that stands last before a quotation in its sentence, "" where none does."""
    begin, _ = sentence_around(part, q)
    years = _YEAR_IN_TEXT.findall(part.plain[begin : q.outer_start])
    return years[-1] if years else ""


def _finding(
    item: str, verdict: DraftVerdict, n: int, start: int, end: int, written: str, part: DraftPart, named: str,
    reason: Notice, also: tuple[Notice, ...] = (), citation: Citation | None = None,
) -> DraftFinding:  # fmt: skip
    return DraftFinding(0, item, verdict, n, start, end, written, part.place, named, reason, also, citation)


def _is_statement(quote: str) -> bool:
    """Whether quoted words without a reference are a sentence, and no title, slogan or term."""
    words = [quote[a:b] for a, b in word_ranges(quote)]
    if not is_worth_checking(quote) or len(words) < 6:
        return len(compared_letters(quote)) >= 24 and bool(re.search("[가-힣]", quote)) and len(words) >= 5
    if re.search("[가-힣]", quote):
        return True
    long = [w for w in words if len(w) > 3]
    loud = sum(w[0].isupper() for w in long)
    return not long or loud < 0.6 * len(long)


# --- references


def _of_reference(checked: _Checked, n: int, place: NamedPlace) -> DraftFinding:
    library, part = checked.letters.library, checked.parts[n].part
    named = named_place_words(checked.letters, place)

    def made(verdict: DraftVerdict, reason: Notice, also: tuple[Notice, ...] = (), cited: Citation | None = None
             ) -> DraftFinding:  # fmt: skip
        written = part.text[place.start : place.end]
        return _finding("reference", verdict, n, place.start, place.end, written, part, named, reason, also, cited)

    if place.no_edition:
        known = ", ".join(dict.fromkeys(e.ref for e in place.choices))
        return made(DraftVerdict.NO_SUCH_EDITION, notice("draft no edition", edition=place.no_edition, known=known))
    if place.unknown or place.edition is None:
        return made(DraftVerdict.NOT_KNOWN_HERE, notice("draft not known", text=place.unknown or place.written))
    edition = place.edition
    if place.unheld:
        return made(DraftVerdict.TEXT_NOT_HERE, notice("draft unit not here", number=place.unheld, ref=edition.ref))
    if place.lacking:
        keys = place.reference.keys if place.reference is not None else ()
        span = existing_range(library, edition, keys)
        remark = notice("draft no unit", number=place.lacking, ref=edition.ref)
        if span is not None:
            first, last, n_units = span
            remark = notice(
                "draft no unit range" if n_units > 1 else "draft no unit only",
                number=place.lacking, ref=edition.ref, first=first, last=last, n=n_units,
            )  # fmt: skip
        return made(DraftVerdict.NO_SUCH_UNIT, remark)
    cited = None
    unit = None
    if place.unit_ids:
        sources = library.store.unit(place.unit_ids[0])
        unit = sources[0] if sources else None
        cited = cite_unit(library, 1, unit) if unit is not None else None
    if len(place.unit_ids) > 1 or (place.choices and not place.unit_ids and len(place.choices) > 1):
        listed = "; ".join(
            [library.units.describe(u) for u in place.unit_ids[:5]] or [e.ref for e in place.choices[:5]]
        )
        return made(DraftVerdict.CHOICE_LEFT, notice("draft choice", listed=listed), (), cited)
    also: list[Notice] = []
    if unit is not None and unit.doc_id != unit.of_document:
        also.append(notice("draft only register", ref=edition.ref))
    elif library.store.document(edition.doc_id) is None:
        also.append(notice("draft text missing", ref=edition.ref))
    if edition.status is Status.SUPERSEDED and not place.repeat and not place.carried:
        said_so = edition.doc_id in checked.said
        said_by = superseded_notice(checked.letters, edition.doc_id, unit, said_so)
        if said_by is not None and not said_so:
            return made(DraftVerdict.SUPERSEDED_SINCE, said_by, tuple(also), cited)
        also += [said_by] if said_by is not None else []
    if (
        edition.status is Status.AMENDED
        and place.unit_ids
        and edition.doc_id not in checked.said
        and changed_since(library, place.unit_ids[0])
    ):
        key = unit_key(place.unit_ids[0])
        amendments = amendments_of_unit(library, edition.doc_id, key)
        return made(DraftVerdict.AMENDED_SINCE, notice("sentences", items=amendments), tuple(also), cited)
    return made(DraftVerdict.EXISTS, notice("draft exists", named=named), tuple(also), cited)


# --- pages


def _with_pages(
    checked: _Checked, n: int, quotes: list[DraftFinding], references: list[DraftFinding],
    ties: dict[Quotation, Attached],
) -> list[DraftFinding]:  # fmt: skip
    """The findings of a part with what is found of the pages that it claims, each told of what it is claimed of."""
    part = checked.parts[n]
    out = {("q", f.start): f for f in quotes} | {("r", f.start): f for f in references}
    at_note = _quote_of_note(checked, n)
    for claim in page_claims(part.plain):
        owner = _owner(part, claim, ties)
        if owner is None:
            continue
        finding = out.get(owner)
        if finding is None:
            continue
        citation = finding.citation
        if owner[0] == "r" and at_note is not None:
            citation = at_note
        fault = _page_said(checked, citation, claim) if citation is not None else None
        if fault is None:
            continue
        if level_of_verdict(finding.verdict) is FindingLevel.RIGHT or finding.verdict is DraftVerdict.SUPERSEDED_SINCE:
            keep = (finding.reason,) if finding.verdict is DraftVerdict.SUPERSEDED_SINCE else ()
            out[owner] = replace(finding, verdict=DraftVerdict.OTHER_PAGE, reason=fault, also=(*keep, *finding.also))
        else:
            out[owner] = replace(finding, also=(*finding.also, fault))
    return list(out.values())


def _owner(part: PartRead, claim: PageClaim, ties: dict[Quotation, Attached]) -> tuple[str, int] | None:
    """The item whose page is claimed: the quotation that belongs to the reference before the page, else that reference,
    else the quotation right before it."""
    text = part.plain
    before = [p for p in part.places if p.start <= claim.start]
    place = before[-1] if before else None
    if place is not None:
        between = text[place.end : claim.start]
        if "\u2003" not in between and (len(between) > _MOST_BETWEEN or re.search(r"[.;]\s", between)):
            place = None
    if place is not None:
        tied = [q for q, tie in ties.items() if any(p is place for p in tie.places)]
        near = min(tied, key=lambda q: min(abs(q.start - claim.end), abs(claim.start - q.end)), default=None)
        return ("q", near.start) if near is not None else ("r", place.start)
    quoted = [q for q in ties if q.end <= claim.start and claim.start - q.outer_end < _MOST_BETWEEN]
    return ("q", quoted[-1].start) if quoted else None


def _quote_of_note(checked: _Checked, n: int) -> Citation | None:
    """For a note, the place where the words before its mark were found, if they were found."""
    name = checked.parts[n].part.note
    if not name:
        return None
    for m, part in enumerate(checked.parts):
        if any(mark == name for _, mark in part.part.marks):
            for q in part.quotations:
                tie = attached(checked.parts, m, q, checked.notes)
                if any(p is own for p in tie.places for own in checked.parts[n].places[:1]):
                    made = judge_quotation(checked.letters, part.part.text[q.start : q.end], tie, said=True)
                    if made is not None and made.place is not None:
                        return citation_at(checked.letters, made.place)
    return None


def _page_said(checked: _Checked, citation: Citation, claim: PageClaim) -> Notice | None:
    """The fault of a claimed page, for words that are found at a citation; ``None`` if it is right, if the file has no
    pages, or if the text is not loaded."""
    document = checked.letters.library.store.document(citation.doc_id)
    if document is None or document.edition.register_of:
        return None
    pages = [
        p
        for p in checked.letters.library.store.pages(citation.doc_id)
        if citation.page_index <= p.index <= citation.page_end
    ]
    if not pages or pages[0].kind is not PageKind.PDF:
        return None
    first, last = claim.first, claim.last or claim.first
    if any(_within(_printed_number(p), first, last) for p in pages):
        return None
    shown = "–".join(dict.fromkeys(_printed_number(p) for p in (pages[0], pages[-1])))
    index = "–".join(dict.fromkeys(str(p.index) for p in (pages[0], pages[-1])))
    claimed = claim.first + (f"–{claim.last}" if claim.last else "")
    if all(p.label is None for p in pages):
        return notice("draft page unprinted", claimed=claimed, index=index)
    if any(_within(str(p.index), first, last) for p in pages):
        return notice("draft page of pdf", claimed=claimed, page=shown)
    return notice("draft other page", claimed=claimed, page=shown, index=index)


def _printed_number(page: Page) -> str:
    return (page.label or str(page.index)).lower()


def _within(label: str, first: str, last: str) -> bool:
    if label.isdigit() and first.isdigit() and last.isdigit():
        low, high = int(first), int(last)
        if high < low and len(last) < len(first):  # "123–5"
            high = int(first[: len(first) - len(last)] + last)
        return low <= int(label) <= high
    return label in {first, last}
