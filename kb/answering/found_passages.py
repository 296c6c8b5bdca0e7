"""The passages that a search found, and which of them the question names or a title page holds."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kb.citing.headings import squeezed_words
from kb.records import dataclass
from kb.retrieval.rules import HEADING_SHARE
from kb.text.page_kinds import Apparatus, kind_of_path

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kb.types import Hit, Passage


@dataclass(frozen=True, slots=True)
class FoundPassage:
    """A hit with its passage; it is cited only if the answer quotes it."""

    hit: Hit
    passage: Passage
    is_title_page: bool = False


def is_named(found: FoundPassage) -> bool:
    """Whether the question names the unit found: by its number, or by the words of its heading, which is neither the
    document's title nor that of a page without provisions."""
    if found.hit.retriever == "named":
        return True
    if dict(found.hit.parts)["heading"] < HEADING_SHARE or found.is_title_page:
        return False
    return kind_of_path(found.passage.headings) in {None, Apparatus.SUMMARY}


def is_title_page(passage: Passage, read: Callable[[str], Sequence[Passage]]) -> bool:
    """Whether a passage stands under nothing but the title of its document and before its first other heading, or
    opens the document without a sentence. ``read`` gives all passages of a document."""
    if passage.unit_id is not None or not _is_under_title(passage):
        return False
    every = read(passage.doc_id)
    headed = next((each for each in every if each.headings and not _is_under_title(each)), None)
    if headed is not None:
        return passage.span.start < headed.span.start
    return passage.span == every[0].span and _ENDS_SENTENCE.search(passage.text) is None


_ENDS_SENTENCE = re.compile(r"[.!?。](?:\s|$)")


def _is_under_title(passage: Passage) -> bool:
    headings = passage.headings
    return bool(headings) and squeezed_words(headings[-1]) == squeezed_words(headings[0])
