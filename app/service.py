"""What the project does, on an open index: search, ask, look up, cite. No gradio, no click, no printing.

A :class:`Service` holds an index and opens encoder and search structures at the first need, so that look-up stays on
SQLite alone.
"""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from app.perindex import PerIndex
from app.rowfacts import RowFacts
from kb.catalog.catalog import Catalog, load_home_catalog, overlaid, read_successions
from kb.catalog.editions import (
    EditionsInForce,
    Succession,
    SuccessionBasis,
    UnitText,
    as_of,
    follower,
    follower_in_texts,
)
from kb.catalog.works import later_than
from kb.citing.citation import is_supported, make_citation
from kb.errors import EncoderError, KBError, ReferenceNotFound
from kb.index.layout import CURRENT, StoredDocument, unit_key
from kb.index.reader import Store
from kb.messages import LANGUAGES, from_register, language, language_name, listed, message, other_languages, superseded
from kb.references.parsing import Reference, is_reference, read
from kb.references.resolving import Resolution, ResolutionOutcome, in_edition, resolve
from kb.references.suggestions import Names, NameSuggestion, complete, named
from kb.references.units import UnitName
from kb.references.writing import write
from kb.text.cleaning import clean
from kb.text.force import force_of
from kb.text.languages import UNKNOWN, detect, is_of_some_language, knows
from kb.text.locators import gist_spans, raw_ranges
from kb.types import Answer, Citation, Edition, Hit, Passage, SearchFilter, Sentence, Span, Unit

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from app.reranking import Reranking
    from app.settings import Settings
    from kb.catalog.register import Register
    from kb.models.encoder import SentenceEncoder
    from kb.protocols import Encoder
    from kb.query.follow_ups import Resolved
    from kb.retrieval.query_vectors import QueryVectors
    from kb.retrieval.ranker import Ranker

_LOG = logging.getLogger(__name__)

INDEX = "index"
MAX_QUESTION = 2_000
VIEWS_KEPT = 2_000
FILTERS_KEPT = 20

Followers = tuple[Edition, tuple[str, ...], SuccessionBasis]
"""A newer edition, the keys there of what took a unit's place, and how that is known."""


@dataclass(frozen=True, slots=True)
class SearchHit:
    """A passage that was found, where it stands, and how."""

    hit: Hit
    passage: Passage
    citation: Citation


@dataclass(frozen=True, slots=True)
class UnitView:
    """A unit as a look-up shows it. ``text`` is the unit's own words from ``source`` (official or register)."""

    unit: Unit
    edition: Edition
    source: StoredDocument
    is_register: bool
    text: str
    citation: Citation
    parents: tuple[Unit, ...]
    children: tuple[Unit, ...]
    other_editions: tuple[str, ...]
    title: str


@dataclass(frozen=True, slots=True)
class LookUp:
    """What a reference led to: units, or choices to make, or near misses. Never a unit that was not asked for."""

    written: str
    units: tuple[UnitView, ...] = ()
    choices: tuple[tuple[str, str], ...] = ()
    near: tuple[tuple[str, str], ...] = ()
    message: str = ""


@dataclass(frozen=True, slots=True)
class DirectoryAsOf:
    """The directory of a service as it was on a day: units of the editions that stood, and all editions by name."""

    service: Service
    doc_ids: frozenset[str]

    def units_by_key(self, key: str) -> Sequence[UnitName]:
        return [unit for unit in self.service.units_by_key(key) if unit.of_document in self.doc_ids]

    def documents(self) -> Sequence[Edition]:
        return self.service.documents()

    def holds(self, doc_id: str) -> bool:
        return doc_id in self.doc_ids and self.service.holds(doc_id)


class Service:
    """The index in service under one home folder. Safe to share between threads."""

    def __init__(
        self,
        home: Path,
        encoder: str = "e5",
        dtype: str = "auto",
        query_prompt: str | None = None,
        passage_prompt: str | None = None,
        loaded: Encoder | None = None,
        reranking: Reranking | None = None,
    ) -> None:
        """Opens the index; ``loaded`` is the encoder that built it, where that is at hand already.

        :raises IndexFolderError: there is none, or it is damaged.
        """
        self.home = home
        self._encoder_setting = (encoder, dtype, query_prompt or None, passage_prompt or None)
        self._lock = threading.RLock()
        self._pointer = home / INDEX / CURRENT
        self._seen: tuple[int, int, int] | None = None
        self._store = Store.open(home / INDEX)
        self._encoder = loaded
        self.reranking = reranking
        self._last_question: tuple[tuple[str, ...], Ranker | None, QueryVectors] | None = None
        self._known_editions: PerIndex[tuple[dict[str, Edition], Catalog]] = PerIndex(self._lock)
        self._families: PerIndex[dict[str, list[UnitText]]] = PerIndex(self._lock)
        self._followers: PerIndex[Followers | None] = PerIndex(self._lock, VIEWS_KEPT)
        self._hidden: PerIndex[frozenset[int]] = PerIndex(self._lock)
        self._rows: PerIndex[tuple[int, ...]] = PerIndex(self._lock, FILTERS_KEPT)
        self._bridge: PerIndex[dict[int, tuple[int, ...]]] = PerIndex(self._lock)
        self._facts: PerIndex[RowFacts] = PerIndex(self._lock)
        self._gists_in: PerIndex[dict[int, int]] = PerIndex(self._lock)
        self._names: PerIndex[Names] = PerIndex(self._lock)
        self._views: PerIndex[UnitView | None] = PerIndex(self._lock, VIEWS_KEPT)

    @classmethod
    def of(cls, settings: Settings) -> Service:
        """The index under the home that the settings name.

        :raises IndexFolderError: there is none, or it is damaged.
        """
        s = settings
        reranking = None
        if s.reranker:  # the module brings numpy, which a look-up does without
            from app.reranking import reranking_of

            reranking = reranking_of(s)
        return cls(s.home_path, s.encoder, s.encoder_dtype, s.query_prompt, s.passage_prompt, reranking=reranking)

    @property
    def store(self) -> Store:
        """The index in service; a newer one is taken up here."""
        try:
            found = self._pointer.stat()
            seen: tuple[int, int, int] | None = (found.st_mtime_ns, found.st_ino, found.st_size)
        except OSError:
            seen = None
        if seen is not None and seen == self._seen:
            return self._store
        with self._lock:
            if not self._store.is_current():
                self._store = Store.open(self.home / INDEX)
            self._seen = seen
            return self._store

    @cached_property
    def catalog(self) -> Catalog:
        """The project's catalog, with what this home recorded of editions."""
        return load_home_catalog(self.home)

    @cached_property
    def _successions(self) -> tuple[Succession, ...]:
        return read_successions(self.home)

    @cached_property
    def ranker(self) -> Ranker | None:
        """The learned order of what is found; see :func:`kb.retrieval.ranker.default_ranker`."""
        from kb.retrieval.ranker import default_ranker

        return default_ranker()

    @cached_property
    def register(self) -> Register:
        """The project's register."""
        from app.compiled import register

        return register(self.home, self.catalog)

    def encoder(self) -> Encoder:
        """The encoder that built the index.

        :raises EncoderError: it cannot be loaded, or another one is set than the index was built with.
        """
        with self._lock:
            if self._encoder is None:
                from kb.models.encoder import SentenceEncoder

                cache = self.home / "cache" / "encoders"
                loaded: SentenceEncoder = SentenceEncoder(*self._encoder_setting, cache=cache, tell=_LOG.warning)
                built = self._store.manifest["encoder"]
                if loaded.info.fingerprint != built["fingerprint"]:
                    raise EncoderError(
                        f"the index was built with encoder {built['name']!r} ({built['fingerprint']}), the one set is "
                        f"{loaded.info.name!r} ({loaded.info.fingerprint}); run `kb ingest`"
                    )
                self._encoder = loaded
            return self._encoder

    # --- editions

    def edition(self, doc_id: str) -> Edition | None:
        """An edition by id: as the index holds it, else as the catalog does, with what this home recorded of it."""
        return self._editions.get(doc_id)

    @property
    def _editions(self) -> dict[str, Edition]:
        return self._known()[0]

    def _known(self) -> tuple[dict[str, Edition], Catalog]:
        store = self.store
        return self._known_editions.get(store, lambda: self._read_editions(store))

    def _read_editions(self, store: Store) -> tuple[dict[str, Edition], Catalog]:
        loaded = {d.doc_id: d.edition for d in store.documents}
        known = [*loaded.values(), *(e for e in self.catalog.editions if e.doc_id not in loaded)]
        editions = {e.doc_id: e for e in overlaid(known, self._successions)}
        return editions, Catalog(tuple(editions.values()))

    def successor(self, edition: Edition) -> Edition | None:
        """The edition that took this one's place, or ``None``."""
        return self.edition(edition.superseded_by) if edition.superseded_by else None

    def _described(self, source: Edition, unit: Unit | None) -> Edition:
        """The edition a unit speaks of: the source itself, or, in the register, the edition described."""
        if source.register_of and unit is not None:
            return self.edition(unit.of_document) or source
        return self.edition(source.doc_id) or source

    def successor_of_unit(self, doc_id: str, key: str) -> tuple[str, SuccessionBasis | None]:
        """What took the place of a unit of a superseded edition, in words that lead there, and how that is known.

        The newest edition whose units are known and that has the unit; ``None`` and the edition alone where the unit
        is not known; empty words where nothing superseded the edition.
        """
        edition = self.edition(doc_id)
        if edition is None or not edition.superseded_by:
            return "", None
        if (found := self.followers(doc_id, key)) is not None:
            newer, keys, how = found
            return " and ".join(self.reference_for(newer, each) for each in keys), how
        successor = self.successor(edition)
        return (successor.ref if successor else edition.superseded_by), None

    def followers(self, doc_id: str, key: str) -> Followers | None:
        """The newest edition after this one that has what took a unit's place, the keys there, how that is known."""
        return self._followers.get(self.store, lambda: self._find_followers(doc_id, key), (doc_id, key))

    def _find_followers(self, doc_id: str, key: str) -> Followers | None:
        edition = self.edition(doc_id)
        if edition is None or not edition.superseded_by:
            return None
        editions, chains = self._known()
        later = later_than(editions.values(), doc_id) if key else ()
        for newer in reversed([e for e in chains.chain(edition) if e.doc_id in later]):
            new = self._family(newer.doc_id, key)
            found = follower(key, self.register.of_document(newer.doc_id), [u.key for u in new])
            if (
                found is not None
                and found.how is SuccessionBasis.SAME_NUMBER
                and new
                and (old := self._family(doc_id, key))
            ):
                found = follower_in_texts(key, old, new)
            if found is not None:
                return newer, found.keys if found.how is SuccessionBasis.MOVED else found.keys[:1], found.how
        return None

    def _family(self, doc_id: str, key: str) -> list[UnitText]:
        """The units of a loaded document that share the outermost number of a key, with their own words."""
        store = self.store
        families = self._families.get(store, lambda: _read_families(store, doc_id), doc_id)
        return families.get(key.partition(".")[0], [])

    def reference_for(self, edition: Edition, key: str) -> str:
        """A unit as one writes it, its edition first."""
        unit_id = f"{edition.urn}:{key}"
        units, entry = self.store.unit(unit_id), self.register.get(unit_id)
        path = units[0].path if units else entry.path if entry else ""
        return write(UnitName(unit_id, edition.doc_id, edition.doc_id, key, path), edition)

    def editions_of(self, edition: Edition) -> tuple[Edition, ...]:
        """The editions of a work, newest first."""
        _, chains = self._known()
        return tuple(reversed(chains.chain(edition)))

    def editions_in_force(self, day: str, lang: str = "en") -> EditionsInForce:
        """The editions that stood on a day; its notes, in a language, are of those that are held here.

        :raises ConfigError: ``day`` is no day.
        """
        found = as_of(self._editions.values(), day, lang)
        held = self.store.described | {d.doc_id for d in self.store.documents}
        undated = [e.ref for e in found.undated if e.doc_id in held]
        notes = [n for n in found.notes if any(n.startswith(f"{e.ref}:") for e in found.editions if e.doc_id in held)]
        if undated:
            notes.append(message(lang, "no date", refs="; ".join(undated), date=found.date))
        return replace(found, notes=tuple(notes))

    # --- search

    def rows(self, chosen: SearchFilter) -> tuple[int, ...]:
        """Allowed rows. Unless a document is chosen by name, these stay out: an edition whose successor is loaded,
        and register entries whose official unit is loaded."""
        store = self.store
        return self._rows.get(store, lambda: tuple(self._find_rows(store, chosen)), chosen)

    def _find_rows(self, store: Store, chosen: SearchFilter) -> list[int]:
        rows = store.filtered_rows(chosen)
        if chosen.forces:
            allowed = store.rows_of_force(chosen.forces)
            rows = [r for r in rows if r in allowed]
        if chosen.as_of:
            stood = self.row_facts().standing(
                self.editions_in_force(chosen.as_of).doc_ids, {d.doc_id for d in store.documents}
            )
            return [r for r in rows if r in stood]
        if chosen.doc_ids:
            return rows
        hidden = self._hidden.get(store, lambda: self._find_hidden(store))
        if chosen.publishers:
            editions = {e.doc_id for e in self._editions.values() if e.publisher in chosen.publishers}
            hidden |= self.row_facts().register_rows_not_of(editions)
        return [r for r in rows if r not in hidden]

    def _find_hidden(self, store: Store) -> frozenset[int]:
        loaded = {d.doc_id for d in store.documents if not d.edition.register_of}
        return self.row_facts().superseded_rows(loaded, store.described, self._has_later)

    def _has_later(self, doc_id: str, among: Collection[str]) -> bool:
        """Whether an edition that superseded this one, directly or further on, is among some."""
        seen = {doc_id}
        later = self.edition(doc_id)
        while later is not None and later.superseded_by and later.superseded_by not in seen:
            seen.add(later.superseded_by)
            if later.superseded_by in among:
                return True
            later = self.edition(later.superseded_by)
        return False

    def _encoder_languages(self) -> tuple[str, ...]:
        """The languages the encoder knows, () where it does not say."""
        from kb.models.encoder import PACKAGED

        packaged = PACKAGED.get(self._encoder_setting[0])
        return packaged.languages if packaged else getattr(self.encoder(), "languages", ())

    def query_vectors(self, texts: tuple[str, ...], code: str) -> tuple[QueryVectors | None, str]:
        """A question's vectors, or ``None``; and a notice: why only words are compared, or what speaks against it.

        ``texts`` are the question and, where there are any, its terms in another language. ``code`` is the language of
        the question, and of the notice where there are messages in it.
        """
        from kb.retrieval.query_vectors import query_vectors

        question = texts[0]
        lang = code if code in LANGUAGES else "en"
        encoder, said = self._encoder_setting[0], language_name(lang, code)
        try:
            languages = self._encoder_languages()
        except EncoderError as error:
            return None, message(lang, "words only", why=error)
        known = knows(languages, code)
        if known is False:
            return None, message(lang, "encoder not for", encoder=encoder, language=said)
        notice = ""
        if known is None and code not in {UNKNOWN, "en"}:
            notice = message(lang, "encoder unsure", encoder=encoder, language=said)
        elif code == UNKNOWN and len(languages) == 1 and is_of_some_language(question):
            notice = message(lang, "language not told", encoder=encoder)
        elif strange := [c for c in detect(question).others if knows(languages, c) is False]:
            names = ", ".join(language_name(lang, c) for c in strange)
            notice = message(lang, "encoder in part", encoder=encoder, language=names)
        ranker = self.fitting_ranker()
        with self._lock:
            kept = self._last_question
        if kept is not None and kept[0] == texts and kept[1] is ranker:
            return kept[2], notice
        try:
            vectors = query_vectors(self.encoder(), texts, ranker)
        except EncoderError as error:
            return None, message(lang, "words only", why=error)
        with self._lock:
            self._last_question = (texts, ranker, vectors)
        return vectors, notice

    def fitting_ranker(self) -> Ranker | None:
        """The learned ranker, where the index was built with the encoder it was trained with."""
        ranker = self.ranker
        return ranker if ranker is not None and ranker.encoder == self.store.manifest["encoder"]["name"] else None

    def search(self, query: str, k: int = 10, chosen: SearchFilter | None = None) -> tuple[list[SearchHit], list[str]]:
        """The ``k`` best passages, best first, and notices (:mod:`app.finding`)."""
        query = query.strip()[:MAX_QUESTION]
        if not query:
            return [], []
        chosen = chosen or SearchFilter()
        rows = self.rows(chosen)
        told = list(self.editions_in_force(chosen.as_of, language(query)).notes) if chosen.as_of else []
        if not rows:
            return [], [message(language(query), "filtered out"), *told]
        from app.finding import search_rows

        finds = search_rows(self, query, rows, k, chosen)
        found = [self.with_citation(n, hit) for n, hit in enumerate(finds.hits, 1)]
        return found, [*finds.notices, *told]

    def official_rows_of_register(self) -> dict[int, tuple[int, ...]]:
        """For each register row whose official text is here, that text's rows; read once an index."""
        from app.finding import official_rows_of_register

        return self._bridge.get(self.store, lambda: official_rows_of_register(self))

    def rows_in_language(self, lang: str) -> dict[int, int]:
        """For each register row the row of the same entry in a language of :data:`kb.messages.LANGUAGES`: both say the
        same."""
        store = self.store
        return self._gists_in.get(store, lambda: self.row_facts().gists(LANGUAGES.index(lang)), lang)

    def row_facts(self) -> RowFacts:
        """What each row is of, read once an index."""
        store = self.store
        return self._facts.get(store, lambda: RowFacts.read(store))

    def with_citation(self, n: int, hit: Hit) -> SearchHit:
        """A hit with its passage and citation."""
        passage = self.store.passage(hit.row)
        return SearchHit(hit, passage, self.cite(n, passage.doc_id, passage.span, passage.headings[1:], hit.score))

    # --- citations

    def cite(self, n: int, doc_id: str, span: Span, headings: Sequence[str] = (), score: float = 0.0) -> Citation:
        """The citation of a stretch of a document's text; no rectangles yet (:meth:`with_rects`)."""
        store = self.store
        stored = store.document(doc_id)
        if stored is None:
            raise ReferenceNotFound(f"document {doc_id!r} is not in the index")
        text = store.text(doc_id)
        unit = store.unit_at(doc_id, span.start)
        while unit is not None and unit.span.end < span.end and unit.parent_id:
            wider = [u for u in store.unit(unit.parent_id) if u.doc_id == doc_id]
            unit = wider[0] if wider else None
        described = self._described(stored.edition, unit)
        entry = self.register.get(unit.unit_id) if unit is not None and stored.edition.register_of else None
        taken_by = self.successor_of_unit(
            described.doc_id, unit_key(unit.unit_id) if unit is not None and unit.proven else ""
        )
        return make_citation(
            n,
            text,
            span,
            store.pages(doc_id),
            stored.edition,
            described,
            unit,
            headings,
            taken_by[0] or None,
            score,
            stored.retrieved,
            store.index_id,
            force_of(text[span.start : span.end]).value,
            entry.url if entry else "",
        )

    def with_rects(self, citation: Citation) -> Citation:
        """The citation with the boxes of its quote, complete or none at all."""
        stored = self.store.document(citation.doc_id)
        if stored is None or stored.media_type != "application/pdf" or citation.rects:
            return citation
        path = Path(stored.source)
        if not path.is_file():
            return citation
        from kb import pdf

        text = self.store.text(citation.doc_id)
        rects: list[tuple[int, float, float, float, float]] = []
        try:
            with pdf.open_pdf(path) as document:
                for page in self.store.pages(citation.doc_id)[citation.page_index - 1 : citation.page_end]:
                    at = max(page.start, citation.char_start)
                    for start, end in raw_ranges(page, citation.char_start, citation.char_end):
                        expected = text[at : at + end - start]
                        at += end - start
                        boxes = pdf.quote_rects(document, page.index, start, end, expected)
                        if not boxes and expected.strip():
                            return citation
                        rects.extend((page.index, *box) for box in boxes)
        except KBError:
            return citation
        return replace(citation, rects=tuple(rects))

    def find_quote(self, doc_id: str, page_index: int, quote: str) -> Citation:
        """The citation of words as they stand on a page, line ends and blanks aside; the first place if several.

        :raises ReferenceNotFound: no such document or page, or the words are not on it.
        """
        stored = self.store.document(doc_id)
        if stored is None:
            raise ReferenceNotFound(f"document {doc_id!r} is not in the index; `kb corpus list --loaded` shows what is")
        pages = self.store.pages(doc_id)
        if not 1 <= page_index <= len(pages):
            raise ReferenceNotFound(f"{doc_id} has pages 1 to {len(pages)}, not {page_index}")
        page = pages[page_index - 1]
        words, origin = clean(self.store.text(doc_id)[page.start : page.end])
        wanted = clean(quote)[0]
        at = words.find(wanted) if wanted else -1
        if at < 0:
            raise ReferenceNotFound(f"{doc_id}, PDF page {page_index}: these words are not on the page")
        span = Span(page.start + origin[at], page.start + origin[at + len(wanted) - 1] + 1)
        return self.with_rects(self.cite(1, doc_id, span, (), 1.0))

    def check(self, citation: Citation) -> bool:
        """Whether the citation's quote stands at its place in today's index."""
        if self.store.document(citation.doc_id) is None:
            return False
        return is_supported(citation, self.store.text(citation.doc_id))

    # --- look-up

    def look_up(
        self, reference: str, day: str | None = None, edition: str | None = None, lang: str | None = None
    ) -> tuple[LookUp, ...]:
        """What each reference of a string leads to, exact or empty; one :class:`LookUp` a reference.

        A string that is no reference may be the name of a unit, in full; what is like a name is a near miss. With
        ``day`` only in the editions that stood on it, with ``edition`` (an id or a year) in that one. ``lang`` is the
        language of what is said, that of the reference where it is left out.

        :raises ConfigError: ``day`` is no day.
        """
        text = reference[:MAX_QUESTION].strip()
        lang = lang or language(text)
        parsed, pure = read(text, self.catalog)
        stood = self.editions_in_force(day, lang) if day else None
        if not pure and all(each.keys == ("whole",) for each in parsed):
            by_name = named(text, self.names, DirectoryAsOf(self, stood.doc_ids) if stood else self, self.catalog, lang)
            if edition and by_name.outcome is not ResolutionOutcome.NOT_FOUND:
                asked = in_edition(by_name.reference, edition, self.documents(), lang)
                return (self._resolve(asked, lang, stood),)
            if by_name.outcome is not ResolutionOutcome.NOT_FOUND or not parsed:
                return (self._told(by_name, lang),)
        if edition:
            parsed = tuple(in_edition(each, edition, self.documents(), lang) for each in parsed)
        looked = tuple(self._resolve(item, lang, stood) for item in parsed)
        if pure:
            return looked
        return tuple(
            replace(each, message=message(lang, "only this read", message=each.message, text=each.written).strip())
            for each in looked
        )

    def suggest(self, text: str, limit: int = 8) -> tuple[NameSuggestion, ...]:
        """What a person who has typed ``text`` so far may mean: suggestions, never answers."""
        return complete(text[:200], self.names, self.catalog, limit)

    @property
    def names(self) -> Names:
        """The names of all units here, with the register's Korean titles and other names; made at the first need."""
        return self._names.get(self.store, lambda: Names(self._all_names()))

    def _all_names(self) -> list[UnitName]:
        out: list[UnitName] = []
        for document in self.store.documents:
            if document.edition.mistaken_for or document.edition.rendition_of:
                continue
            for u in self.store.units(document.doc_id):
                if u.proven:
                    entry = self.register.get(u.unit_id)
                    others = (entry.title, entry.title_ko, *entry.aliases) if entry else ()
                    key = unit_key(u.unit_id)
                    out.append(UnitName(u.unit_id, u.doc_id, u.of_document, key, u.path, u.title, others))
        return out

    def _resolve(self, reference: Reference, lang: str, stood: EditionsInForce | None = None) -> LookUp:
        found = resolve(reference, DirectoryAsOf(self, stood.doc_ids) if stood else self, lang)
        if stood is not None and found.outcome is ResolutionOutcome.NOT_FOUND:
            now = resolve(reference, self, lang)
            if now.outcome is not ResolutionOutcome.NOT_FOUND:
                return LookUp(
                    reference.written,
                    near=self._named(now.units[:1] or now.choices),
                    message=message(lang, "did not stand", date=stood.date, message=now.message),
                )
        return self._told(found, lang)

    def _told(self, found: Resolution, lang: str) -> LookUp:
        """A resolution with the views of its units, and what is to be said of it."""
        written = found.reference.written
        if found.outcome is ResolutionOutcome.CHOICE:
            return LookUp(written, choices=self._named(found.choices), message=found.message)
        if found.outcome is ResolutionOutcome.NOT_FOUND:
            return LookUp(written, near=self._named(found.near), message=found.message)
        view = self.view(found.units[0].unit_id) if found.units else None
        if view is None:
            return LookUp(written, message=message(lang, "unit not here", message=found.message))
        taken_by, how = self.successor_of_unit(view.unit.of_document, unit_key(view.unit.unit_id))
        if how is not None:
            told = message(lang, "place taken", successor=listed(lang, taken_by), how=message(lang, f"how {how.value}"))
        else:
            told = message(lang, "place not known") if taken_by else ""
        return LookUp(written, (view,), message=found.message + told)

    def _named(self, units: Sequence[UnitName]) -> tuple[tuple[str, str], ...]:
        return tuple((u.unit_id, self.describe(u.unit_id)) for u in units)

    # the directory that kb.references.resolving resolves against

    def units_by_key(self, key: str) -> Sequence[UnitName]:
        """Units of every loaded document, official or register, with this key."""
        return [
            UnitName(u.unit_id, u.doc_id, u.of_document, unit_key(u.unit_id), u.path, u.title)
            for u in self.store.units_by_key(key)
            if u.proven
        ]

    def documents(self) -> Sequence[Edition]:
        """Every edition of the catalog and of the index."""
        return self._known()[1].editions

    def holds(self, doc_id: str) -> bool:
        """Whether the edition has numbered units here, its own or the register's."""
        return doc_id in self.store.described

    def describe(self, unit_id: str) -> str:
        """A unit in words: its edition and path."""
        units = self.store.unit(unit_id)
        if not units:
            return unit_id
        edition = self.edition(units[0].of_document)
        return f"{edition.ref if edition else units[0].of_document}, {units[0].path}"

    def view(self, unit_id: str) -> UnitView | None:
        """A unit as a look-up shows it: from the official text where it is loaded, else from the register."""
        store = self.store
        return self._views.get(store, lambda: self._view(store, unit_id), unit_id)

    def _view(self, store: Store, unit_id: str) -> UnitView | None:
        sources = store.unit(unit_id)
        if not sources:
            return None
        unit = sources[0]
        stored = store.document(unit.doc_id)
        edition = self.edition(unit.of_document)
        if stored is None or edition is None:
            return None
        parents: list[Unit] = []
        parent_id = unit.parent_id
        while parent_id and len(parents) < 8:
            above = [u for u in store.unit(parent_id) if u.doc_id == unit.doc_id]
            if not above:
                break
            parents.insert(0, above[0])
            parent_id = above[0].parent_id
        key = ":".join(unit_id.split(":")[5:])
        others = sorted(
            {
                u.of_document
                for u in store.units_by_key(key)
                if u.of_document != unit.of_document and self._same_work(u.of_document, edition)
            }
        )
        span = self.quoted(unit)
        entry = self.register.get(unit_id)
        return UnitView(
            unit,
            edition,
            stored,
            bool(stored.edition.register_of),
            store.text(unit.doc_id)[slice(*self._shown(unit))],
            self.cite(1, unit.doc_id, span, (), 1.0),
            tuple(parents),
            store.children(unit_id, unit.doc_id),
            tuple(others),
            unit.title or (entry.title if entry else ""),
        )

    def _shown(self, unit: Unit) -> tuple[int, int]:
        """The stretch of text a look-up shows: the unit with its parts; in the register the gists alone."""
        gists = self._gists(unit)
        return (gists[0].start, gists[-1].end) if gists else (unit.span.start, unit.span.end)

    def _gists(self, unit: Unit) -> tuple[Span, ...]:
        return gist_spans(self.store.text(unit.doc_id), unit.span) if unit.doc_id != unit.of_document else ()

    def quoted(self, unit: Unit, lang: str = "en") -> Span:
        """What a citation of a whole unit quotes: its own words up to its first part, or all of it where a title is all
        that stands before; in the register the gist in a language."""
        gists = self._gists(unit)
        if gists:
            return gists[-1] if lang == "ko" else gists[0]
        own = self.store.text(unit.doc_id)[unit.own.start : unit.own.end]
        return unit.own if len(own.split()) > 12 else unit.span

    def _same_work(self, doc_id: str, edition: Edition) -> bool:
        other = self.edition(doc_id)
        return other is not None and other.urn.rsplit(":", 1)[0] == edition.urn.rsplit(":", 1)[0]

    # --- answers

    def read_against(self, question: str, history: Sequence[str]) -> Resolved:
        """A question as it is to be asked without those before it."""
        from kb.query import follow_ups

        def title(reference: str) -> str:
            units = [view for item in self.look_up(reference) for view in item.units]
            entry = self.register.get(units[0].unit.unit_id) if units else None
            korean = language(question) == "ko" and entry is not None
            return entry.title_ko if korean and entry else units[0].title if units else ""

        return follow_ups.resolve(question.strip()[:MAX_QUESTION], history, self.catalog, title)

    def ask(
        self,
        question: str,
        chosen: SearchFilter | None = None,
        most: int = 3,
        history: Sequence[str] = (),
        otherwise: str = "en",
    ) -> Answer:
        """Verbatim sentences with citations, or a refusal that says what was searched and what is nearest.

        ``history`` holds the questions asked before, oldest first; a follow-up is answered as it is read against them.
        Notices are in the question's language, in ``otherwise`` where it shows none. No sentence leaves here that the
        gate does not find in the index as it is cited.
        """
        from app.verify import passing

        lang = language(question, otherwise)
        notices: tuple[str, ...] = ()
        if history and (read_as := self.read_against(question, history)).was_follow_up:
            question = read_as.text
            notices = (message(lang, "read as", text=question),)
        made = self._answer(question.strip()[:MAX_QUESTION], chosen or SearchFilter(), most, lang)
        answer = passing(self, made, lang)
        return replace(answer, notices=(*notices, *answer.notices)) if notices else answer

    def _answer(self, question: str, chosen: SearchFilter, most: int, lang: str) -> Answer:
        searched = self._searched(chosen)
        if not question:
            return Answer("", True, (), (), message(lang, "empty"), searched=searched, index_id=self.store.index_id)
        if is_reference(question, self.catalog):
            return self._answer_reference(question, searched, lang)
        return self._answer_question(question, chosen, most, searched, lang)

    def _searched(self, chosen: SearchFilter) -> tuple[str, ...]:
        store = self.store
        rows = set(self.rows(chosen))
        at = 0
        out: list[str] = []
        for document in store.documents:
            if any(r in rows for r in range(at, at + document.n_passages)):
                out.append(document.edition.ref)
            at += document.n_passages
        return tuple(out)

    def _answer_reference(self, question: str, searched: tuple[str, ...], lang: str) -> Answer:
        looked = self.look_up(question, lang=lang)
        citations: list[Citation] = []
        sentences: list[Sentence] = []
        notices: list[str] = []
        for item in looked:
            for view in item.units:
                n = len(citations) + 1
                citation = self.with_rects(self.cite(n, view.unit.doc_id, self.quoted(view.unit, lang), (), 1.0))
                citations.append(citation)
                sentences.append(Sentence(citation.quote, (n,)))
            if item.message:
                notices.append(item.message)
        notices += self._notices(citations, lang)
        if not citations:
            nearest = [
                self.cite(n, u.doc_id, self.quoted(u, lang), (), 0.0)
                for n, (unit_id, _) in enumerate([p for item in looked for p in (*item.choices, *item.near)][:8], 1)
                for u in self.store.unit(unit_id)[:1]
            ]
            return Answer(
                question,
                True,
                (),
                (),
                " ".join(notices) or message(lang, "no such unit"),
                tuple(nearest),
                searched,
                (),
                self.store.index_id,
            )
        return Answer(
            question, False, tuple(sentences), tuple(citations), "", (), searched, tuple(notices), self.store.index_id
        )

    def _answer_question(
        self, question: str, chosen: SearchFilter, most: int, searched: tuple[str, ...], lang: str
    ) -> Answer:
        from app import changes, disagreements
        from app.evidence import collect_evidence
        from app.finding import missing_publications
        from kb.answering.answerability import is_answerable
        from kb.answering.sentence_selection import select_sentences

        store = self.store
        held = collect_evidence(self, question, chosen)
        strange = [] if chosen.doc_ids else missing_publications(self, question)
        if strange or not held.sentences or not (held.carried or is_answerable(held.measures, held.basis)):
            nearest = tuple(self.with_citation(n, f.hit).citation for n, f in enumerate(held.found[:3], 1))
            reason = " ".join(
                [*(message(lang, "side absent", name=law) for law in strange), message(lang, "not carried")]
            )
            return Answer(question, True, (), (), reason, nearest, searched, held.notices, store.index_id)
        ranked = [replace(c, unit_id=self._unit_id(c.doc_id, c.span.start)) for c in held.sentences]
        found, notices = held.found, (*held.notices, *held.silent)
        citations: list[Citation] = []
        sentences: list[Sentence] = []
        for run in select_sentences(ranked, held.sides, most):
            n = len(citations) + 1
            span = Span(run[0].span.start, run[-1].span.end)
            passage = found[run[0].passage].passage
            citation = self.cite(n, run[0].doc_id, span, passage.headings[1:], max(c.score for c in run))
            if not self.check(citation):
                continue
            citations.append(self.with_rects(citation))
            sentences.append(Sentence(citation.quote, (n,)))
        return Answer(
            question,
            False,
            tuple(sentences),
            tuple(citations),
            "",
            (),
            searched,
            (
                *notices,
                *self._notices(citations, lang),
                *disagreements.notices(self, citations, lang),
                *changes.notices(self, question, citations, lang),
            ),
            store.index_id,
        )

    def _unit_id(self, doc_id: str, offset: int) -> str | None:
        unit = self.store.unit_at(doc_id, offset)
        return unit.unit_id if unit is not None else None

    def _notices(self, citations: Sequence[Citation], lang: str) -> list[str]:
        """What a reader must know of the quotes: superseded editions, register text, unproven numbering, language."""
        out: dict[str, None] = {}
        for citation in citations:
            if citation.status == "superseded":
                out[superseded(lang, citation.doc_ref, citation.superseded_by)] = None
            if citation.match == "register":
                out[from_register(lang, citation.doc_ref, citation.verified)] = None
            stored = self.store.document(citation.doc_id)
            if stored is not None and stored.n_units and not stored.report.get("holds", True):
                out[message(lang, "not proven", ref=citation.doc_ref)] = None
        if told := other_languages(lang, citations):
            out[told] = None
        return list(out)


def _read_families(store: Store, doc_id: str) -> dict[str, list[UnitText]]:
    """The units of a document, none where it is not loaded, by the outermost number of their key."""
    families: dict[str, list[UnitText]] = {}
    text = store.text(doc_id) if store.document(doc_id) is not None else ""
    for u in store.units(doc_id) if text else ():
        of = unit_key(u.unit_id)
        told = UnitText(of, u.path, u.title, text[u.own.start : u.own.end])
        families.setdefault(of.partition(".")[0], []).append(told)
    return families
