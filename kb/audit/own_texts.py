"""Checks a person's drafts, revalidates their old lists, and registers both, with one library."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kb.audit.collected import collected_rows, list_of_collected
from kb.audit.evidence import list_evidence
from kb.audit.registered import (
    RegisteredList,
    append_registered,
    impact_of_editions,
    impact_of_index,
    registered_lists,
    registered_units,
)
from kb.audit.revalidation import revalidate
from kb.drafts.checking import check_draft
from kb.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from kb.audit.collected import CollectedRow
    from kb.audit.evidence import ListEvidence
    from kb.audit.listed_rows import ListedRow
    from kb.audit.registered import Impact
    from kb.audit.revalidation import RevalidatedRow
    from kb.drafts.draft import Draft
    from kb.drafts.findings import DraftReport
    from kb.export.answer_lists import AnswerList
    from kb.library.library import Library
    from kb.types import Citation


@dataclass(frozen=True, slots=True)
class OwnTexts:
    """A library with its home folder, for calls about a person's own drafts and lists."""

    home: Path
    library: Library

    def check(self, draft: Draft, tell: Callable[[int, int], None] | None = None) -> DraftReport:
        """See :meth:`kb.knowledge_base.KnowledgeBase.check`."""
        return check_draft(self.library, draft, tell)

    def revalidate(self, rows: Sequence[ListedRow]) -> tuple[RevalidatedRow, ...]:
        """See :meth:`kb.knowledge_base.KnowledgeBase.revalidate`."""
        return revalidate(self.library, rows)

    def evidence(self, rows: Sequence[RevalidatedRow], language: str) -> ListEvidence:
        """See :meth:`kb.knowledge_base.KnowledgeBase.evidence`."""
        return list_evidence(self.library, rows, language)

    def collected(self, items: Sequence[Mapping[str, Any]], lang: str) -> tuple[tuple[CollectedRow, ...], AnswerList]:
        """See :meth:`kb.knowledge_base.KnowledgeBase.collected`."""
        rows = collected_rows(self.library, items, lang)
        return rows, list_of_collected(self.library, rows, lang)

    def register(self, path: Path, kind: str, citations: Sequence[Citation], day: str) -> None:
        """See :meth:`kb.knowledge_base.KnowledgeBase.register_made`; a text without cited units is not registered."""
        units = registered_units(self.library, citations)
        if units:
            made = RegisteredList(str(path.resolve()), kind, day, self.library.index_id, units)
            append_registered(self.home, made)

    def impact(self, editions: tuple[str, str] | None = None) -> tuple[tuple[Impact, ...], int]:
        """See :meth:`kb.knowledge_base.KnowledgeBase.impact`."""
        lists = registered_lists(self.home)
        if editions is None:
            return impact_of_index(self.library, lists), len(lists)
        return impact_of_editions(self.library, lists, *editions), len(lists)
