"""The names of a catalog: those of its editions, works, series, adoptions and publishers, and of a person's own
documents."""

from __future__ import annotations

import re
import sys
from bisect import bisect_left
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from kb.catalog.publications import Publisher, compiled
from kb.references.descriptions import Descriptions
from kb.references.korean_names import spelled_in_hangul
from kb.references.names import ByIdentity, Lexicon, Name, newest_first
from kb.references.slips import acronyms_of_publications
from kb.references.squeezing import squeezed_name, squeezed_names

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from kb.catalog.catalog import Catalog
    from kb.types import Edition

_EDITION_WORDS = re.compile(
    r"(?<![\d/])(?:19|20)\d\d(?![\d/])|(?<![a-z])v(?:ersion)?\s?\d|\d\s?e(?![a-z])|first edition|consolidated|\d\.\d"
    r"|버전\s?\d|\d\s?판|초판",
    re.IGNORECASE,
)


_ON_SUBJECT = re.compile(
    r"(?:[\w-]+ )*?(?P<kind>guidelines|guidance|convention) (?:on|for) (?:the )?(?P<subject>[\w-]+(?: [\w-]+){1,4})",
    re.IGNORECASE,
)


def _subject_first(words: str) -> str:
    """The name of guidelines or a convention as people turn it round: "lamp oil guidelines" of "Guidelines on lamp
    oil"; empty for other names and for a subject of one word."""
    found = _ON_SUBJECT.fullmatch(words)
    return f"{found['subject']} {found['kind']}" if found else ""


@lru_cache(maxsize=4)
def lexicon_of(same: ByIdentity[Catalog]) -> Lexicon:
    """The names of this catalog; made once."""
    catalog = same.of
    chains = _chains_of(catalog)
    gathered = _GatheredNames(catalog, chains)
    standards: dict[str, tuple[str, ...]] = {}
    for edition in catalog.editions:
        _add_names_of_edition(gathered, catalog, edition, chains[edition.doc_id])
        stem = edition.urn.split(":")
        if stem[2] == "ieee" and re.fullmatch(r"\d+(?:\.\d+)?", stem[3]):
            standards[stem[3]] = (*standards.get(stem[3], ()), edition.doc_id)
    _add_names_of_works(gathered, catalog, chains)
    _add_names_of_publishers(gathered, catalog, chains)
    return Lexicon(
        gathered.names,
        sorted(gathered.names),
        {edition.doc_id: edition for edition in catalog.editions},
        chains,
        standards,
        {e.urn.casefold(): e.doc_id for e in catalog.editions},
        catalog.publications,
        Descriptions(catalog.editions, chains, catalog.beside, catalog.given_names),
        acronyms_of_publications(catalog.publications),
    )


def _chains_of(catalog: Catalog) -> dict[str, tuple[str, ...]]:
    """For each edition those of its work, newest first: of the other renditions of a text only the edition itself."""
    chains: dict[str, tuple[str, ...]] = {}
    linked = {e.superseded_by for e in catalog.editions} | {e.supersedes for e in catalog.editions}
    for edition in catalog.editions:
        members: tuple[Edition, ...] = (edition,)
        if edition.superseded_by or edition.supersedes or edition.doc_id in linked:
            # an act and the resolution that preceded it are one chain, but two works
            members = tuple(e for e in catalog.chain(edition) if e.publisher == edition.publisher)
        chains[edition.doc_id] = tuple(e.doc_id for e in reversed(members) if e.rendition_of is None or e is edition)
    return chains


class _GatheredNames:
    """The names while they are gathered, each by its letters and digits, with what it means so far."""

    def __init__(self, catalog: Catalog, chains: Mapping[str, tuple[str, ...]]) -> None:
        self.names: dict[str, Name] = {}
        self._chains = chains
        self._given = catalog.given_names
        self._added = {e.doc_id for e in catalog.editions if not e.in_catalog}
        self._squeezed = squeezed_names(w for e in catalog.editions for w in (e.ref, e.doc_id, e.title, *e.aliases))

    def add(self, words: str, name: Name) -> None:
        """Adds a name, or its meaning to that of the same name."""
        if (turned := _subject_first(words)) and squeezed_name(turned) not in self.names:
            self.names[squeezed_name(turned)] = name
        letters = self._squeezed.get(words) or squeezed_name(words)
        former = self.names.get(letters)
        if former is None:
            self.names[letters] = name
        elif self._shares(name, former, words):
            docs = _docs_of_both(former, name)
            several = any(self._chains[d] != self._chains[docs[0]] for d in docs)
            self.names[letters] = replace(former, docs=docs, issuer="", given=False, several=several)
        elif name.given and not former.given and not former.issuer:
            self.names[letters] = name
        elif name.given == former.given and not name.issuer:
            whole = former.only_whole and name.only_whole
            self.names[letters] = replace(former, docs=_docs_of_both(former, name), only_whole=whole)

    def _shares(self, name: Name, former: Name, words: str) -> bool:
        """Whether a name that two documents have is one of a person's own documents, or was given by the person."""
        docs = (*name.docs, *former.docs)
        if not name.docs or not former.docs:
            return False
        is_of_added = any(d in self._added for d in docs) and not (name.issuer or former.issuer)
        return is_of_added or any(words in self._given.get(d, ()) for d in docs)


def _docs_of_both(former: Name, name: Name) -> tuple[str, ...]:
    return former.docs + tuple(d for d in name.docs if d not in former.docs)


def _add_names_of_edition(gathered: _GatheredNames, catalog: Catalog, edition: Edition, chain: tuple[str, ...]) -> None:
    """The reference, id and title of an edition, its other names, and those that a person gave it."""
    own = (edition.doc_id,)
    by_itself = Name(own, given=True)
    gathered.add(edition.ref, by_itself)
    gathered.add(edition.doc_id, by_itself)
    if not edition.in_catalog and _any_letter(edition.number, str.isalpha) and _any_letter(edition.number, str.isdigit):
        gathered.add(edition.number, Name(own))
    for word in catalog.given_names.get(edition.doc_id, ()):
        gathered.add(word, Name(own))
    for alias in edition.aliases:
        given = bool(_EDITION_WORDS.search(alias))
        gathered.add(alias, Name(own if given else chain, given))
    if not edition.is_register:
        # a short title ("Data Privacy Process") is plain words inside a sentence
        gathered.add(edition.title, Name(chain, only_whole=len(edition.title.split()) < 4))


def _any_letter(words: str, kind: Callable[[str], bool]) -> bool:
    return any(map(kind, words))


def _add_names_of_works(gathered: _GatheredNames, catalog: Catalog, chains: Mapping[str, tuple[str, ...]]) -> None:
    """The names of works and series that have editions here, and the numbers under which other bodies published one."""
    publications, editions = catalog.publications, catalog.editions
    urns = sorted((e.urn, n) for n, e in enumerate(editions))
    for work in publications.works:
        first = bisect_left(urns, (work.urn, -1))
        stop = bisect_left(urns, (f"{work.urn}{chr(sys.maxunicode)}", -1))
        of_work = sorted(n for _, n in urns[first:stop])
        docs = newest_first(d for n in of_work for d in chains[editions[n].doc_id])
        for word in work.names if docs else ():
            gathered.add(word, Name(docs))
    for series in publications.series:
        of_series = compiled(series.urns, case_sensitive=True)
        docs = tuple(e.doc_id for e in editions if e.scheme == series.scheme and of_series.match(e.urn))
        for word in series.names if docs else ():
            gathered.add(word, Name(docs, issuer=series.publisher))
    for adoption in publications.adoptions:
        for word in adoption.names if adoption.edition in chains else ():
            gathered.add(word, Name((adoption.edition,), given=True, adopted=adoption))


def _add_names_of_publishers(gathered: _GatheredNames, catalog: Catalog, chains: Mapping[str, tuple[str, ...]]) -> None:
    """The names of publishers, in Hangul as well, each for what it has published."""
    known = {each.publisher: each for each in catalog.publications.publishers}
    renditions = {e.doc_id for e in catalog.editions if e.rendition_of is not None}
    published: dict[str, list[int]] = {}
    for n, edition in enumerate(catalog.editions):
        if not edition.is_register:
            published.setdefault(edition.publisher, []).append(n)
    for publisher in sorted(published):
        row = known.get(publisher, Publisher(publisher, publisher, (publisher,)))
        rows = sorted({n for each in (publisher, *row.cited_as_its_own) for n in published.get(each, ())})
        works = [e for e in (catalog.editions[n] for n in rows) if not e.mistaken_for and e.rendition_of is None]
        docs = newest_first(d for e in works for d in chains[e.doc_id] if d not in renditions)
        plain = [n.lower() for n in row.names if n.isascii() and n.isalpha() and len(n) > 2]
        spelled = {hangul for name in plain for hangul in spelled_in_hangul(name)}
        for word in (*row.names, *sorted(spelled)):
            gathered.add(word, Name(docs, issuer=publisher))
