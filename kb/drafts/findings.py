"""The records of a draft check: one finding for each reference and each quotation, and the report of all."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from kb.records import dataclass

if TYPE_CHECKING:
    from kb.drafts.comparison import WordDifference
    from kb.types import Citation, Notice


class DraftVerdict(str, Enum):
    """The result for one reference or quotation of a draft, compared with the documents."""

    SAYS_SO = "says so"
    ELIDED_RIGHTLY = "elided rightly"
    EXISTS = "exists"
    STANDS_HERE = "stands here"
    OTHER_CONTENT = "other content"
    SUPERSEDED_SINCE = "superseded since"
    AMENDED_SINCE = "amended since"
    OTHER_EDITION = "other edition"
    OTHER_DOCUMENT = "other document"
    DIFFERS = "differs"
    CUT = "cut"
    STITCHED = "stitched"
    NOWHERE = "not found"
    NO_SUCH_UNIT = "no such unit"
    NO_SUCH_EDITION = "no such edition"
    FRAGMENT = "fragment"
    OTHER_PAGE = "other page"
    REGISTER_WORDS = "register words"
    CHOICE_LEFT = "choice left"
    TEXT_NOT_HERE = "text not here"
    NOT_KNOWN_HERE = "not known here"


class FindingLevel(str, Enum):
    """Whether a person must act: nothing to do, something to know, an error, or undecided with the documents
    at hand."""

    RIGHT = "right"
    NOTE = "note"
    WRONG = "wrong"
    OPEN = "open"


_RIGHT_VERDICTS = {DraftVerdict.SAYS_SO, DraftVerdict.ELIDED_RIGHTLY, DraftVerdict.EXISTS, DraftVerdict.STANDS_HERE}
_OPEN_VERDICTS = {DraftVerdict.TEXT_NOT_HERE, DraftVerdict.NOT_KNOWN_HERE}


def level_of_verdict(verdict: DraftVerdict) -> FindingLevel:
    """The level of a verdict."""
    if verdict in _RIGHT_VERDICTS:
        return FindingLevel.RIGHT
    if verdict in _OPEN_VERDICTS:
        return FindingLevel.OPEN
    return FindingLevel.NOTE if verdict is DraftVerdict.CHOICE_LEFT else FindingLevel.WRONG


@dataclass(frozen=True, slots=True)
class DraftFinding:
    """The finding for one reference or quotation.

    ``item`` is ``reference`` or ``quotation``. ``[start, end)`` is its range in part number ``part`` (from 0) of the
    draft, ``written`` its words there, and ``place`` the position of the part in the file. ``named`` is the place that
    the reference names as this project reads it, empty if there is none. ``citation`` is of the place where the words
    are, or of the named unit; ``differences`` are the words of the source beside those of the draft. ``also`` are
    further remarks.
    """

    n: int
    item: str
    verdict: DraftVerdict
    part: int
    start: int
    end: int
    written: str
    place: Notice
    named: str
    reason: Notice
    also: tuple[Notice, ...] = ()
    citation: Citation | None = None
    differences: tuple[WordDifference, ...] = ()

    @property
    def level(self) -> FindingLevel:
        """Whether a person must act."""
        return level_of_verdict(self.verdict)


@dataclass(frozen=True, slots=True)
class DraftReport:
    """The findings of a draft in reading order, and the id of the index that it was checked against."""

    name: str
    index_id: str
    findings: tuple[DraftFinding, ...]
    searched: tuple[str, ...] = ()
    remarks: tuple[Notice, ...] = ()

    def of_level(self, level: FindingLevel) -> tuple[DraftFinding, ...]:
        """The findings of one level, in reading order."""
        return tuple(f for f in self.findings if f.level is level)

    @property
    def is_right(self) -> bool:
        """Whether the report has no finding of the level ``WRONG``."""
        return not self.of_level(FindingLevel.WRONG)
