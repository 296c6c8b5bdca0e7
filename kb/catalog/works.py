"""Groups editions into works, and orders the editions of a work by succession. Pure.

Either edition can record a succession: the older one as ``superseded_by``, the newer one as ``supersedes``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from kb.types import Edition


def work_of(edition: Edition) -> str:
    """The URN of the work: the edition's URN without its last part."""
    return edition.urn.rpartition(":")[0]


def successors(editions: Iterable[Edition]) -> dict[str, set[str]]:
    """For each id, the ids of the editions that directly supersede it."""
    later: dict[str, set[str]] = {}
    for edition in editions:
        if edition.superseded_by:
            later.setdefault(edition.doc_id, set()).add(edition.superseded_by)
        if edition.supersedes:
            later.setdefault(edition.supersedes, set()).add(edition.doc_id)
    return later


def reached(later: Mapping[str, set[str]], doc_id: str) -> frozenset[str]:
    """The ids that can be reached from one in :func:`successors`; the id itself is among them only in a cycle."""
    found: set[str] = set()
    queue = [doc_id]
    while queue:
        fresh = later.get(queue.pop(), set()) - found
        found |= fresh
        queue += fresh
    return frozenset(found)


def later_than(editions: Iterable[Edition], doc_id: str) -> frozenset[str]:
    """The ids of all editions that supersede this one, directly or through others."""
    return reached(successors(editions), doc_id)


class EditionChains:
    """The editions of each work, ordered; *supersedes*, *superseded by*, *rendition of* and *consolidation of* connect
    them. A consolidated text comes before the edition that it shows as amended, and does not supersede it."""

    __slots__ = ("_chains", "editions")

    def __init__(self, documents: Iterable[Edition]) -> None:
        self.editions = {edition.doc_id: edition for edition in documents}
        self._chains: dict[str, tuple[str, ...]] = {}
        later = successors(self.editions.values())
        joined = [(old, new) for old, news in later.items() for new in news]
        for edition in self.editions.values():
            if edition.consolidation_of:
                joined.append((edition.doc_id, edition.consolidation_of))
                later.setdefault(edition.consolidation_of, set()).add(edition.doc_id)
        joined += [(doc, edition.rendition_of) for doc, edition in self.editions.items() if edition.rendition_of]
        beside: dict[str, set[str]] = {}
        for one, other in joined:
            if one in self.editions and other in self.editions:
                beside.setdefault(one, set()).add(other)
                beside.setdefault(other, set()).add(one)
        for doc in beside:
            if doc not in self._chains:
                members = reached(beside, doc)
                self._chains.update(dict.fromkeys(members, self._newest_first(members, later)))

    def _newest_first(self, members: Iterable[str], later: Mapping[str, set[str]]) -> tuple[str, ...]:
        """Every edition after all that supersede it; among the others the later date first, and renditions last."""
        left = sorted(members)
        left.sort(key=lambda doc: self.editions[doc].issued, reverse=True)
        left.sort(key=lambda doc: self.editions[doc].rendition_of is not None)
        out: list[str] = []
        while left:
            free = next((doc for doc in left if not later.get(doc, set()) & set(left)), left[0])
            out.append(free)
            left.remove(free)
        return tuple(out)

    def chain(self, doc: str) -> tuple[str, ...]:
        """The ids of the work's editions that ``doc`` is one of, newest first, renditions included."""
        return self._chains.get(doc, (doc,))

    def editions_of(self, doc: str) -> tuple[Edition, ...]:
        """The same editions, oldest first, without renditions; but a rendition that is asked about is among them."""
        return tuple(
            self.editions[each]
            for each in reversed(self.chain(doc))
            if self.editions[each].rendition_of is None or each == doc
        )

    def newer(self, doc: str) -> tuple[Edition, ...]:
        """The editions before ``doc`` in its chain, newest first, without renditions, what it is a rendition of, and
        its own consolidated texts."""
        chain = self.chain(doc)
        later = (self.editions[d] for d in chain[: chain.index(doc)])
        mine = self.editions[doc].rendition_of if doc in self.editions else None
        return tuple(
            edition
            for edition in later
            if edition.rendition_of is None and edition.doc_id != mine and edition.consolidation_of != doc
        )

    def ref(self, doc: str) -> str:
        """How the edition is cited; its id where it is not known."""
        return self.editions[doc].ref if doc in self.editions else doc
