"""Makes the log entries of answers, exported lists, checked drafts and judgements, with the user who made them.

The facts of an entry are places and hashes of quotes, counts, and the kinds of reasons and notices. A person's own
words (question, file names, comment, user name) are values that can be erased.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from kb.audit.log_entries import NewEntry
from kb.audit.question_log import log_of_home

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from kb.audit.question_log import QuestionLog
    from kb.drafts.findings import DraftReport
    from kb.export.answer_lists import AnswerRow
    from kb.types import Answer, Citation, Notice

MOST_SEARCHED_NAMED = 12
"""Largest number of searched editions that are logged by name; of more, the number is logged."""
MOST_VALUE_CHARS = 4_000
"""Characters of a personal value that are kept."""


@dataclass(frozen=True, slots=True)
class Recorder:
    """Writes entries to one log, for one user ("" if unknown) and one way of asking (``via``: "ask", "web", "api" …).

    Each method returns the number of its entry, by which a later judgement names it, and raises
    :class:`kb.errors.LogError` if the log cannot be written. The caller then still shows the answer.
    """

    log: QuestionLog
    index_id: str
    user: str = ""
    via: str = ""

    def question(self, answer: Answer, facts: Mapping[str, Any] | None = None) -> int:
        """Logs a question with its answer or refusal; ``facts`` are further facts of the entry."""
        return self.log.append([self._signed(question_entry(answer), facts)])

    def feedback(self, entry: int, verdict: str, reasons: Sequence[str] = (), words: str = "") -> int:
        """Logs a person's judgement of the entry number ``entry``: a verdict, reasons from a fixed list, a comment."""
        data = {"about": entry, "verdict": verdict, "reasons": list(reasons)}
        return self.log.append([self._signed(NewEntry("feedback", data, {"words": words}, self.index_id))])

    def exported(self, path: Path | None, form: str, made: bytes, rows: Sequence[AnswerRow], source: str = "") -> int:
        """Logs an exported list: an entry for each row, then one for the file; returns the number of the latter."""
        entries = [row_entry(row) for row in rows]
        entries.append(export_entry(path, form, made, rows, source, self.index_id))
        return self.log.append([self._signed(each) for each in entries]) + len(rows)

    def cited(self, path: Path | None, form: str, made: bytes, citations: Sequence[Citation], source: str = "") -> int:
        """Logs an exported list of citations, in one entry."""
        facts = {"format": form, "sha256": _sha256(made), "cited": cited_facts(citations)}
        personal = {"file": str(path or ""), "source": source}
        return self.log.append([self._signed(NewEntry("export", facts, personal, self.index_id))])

    def checked(self, path: Path, data: bytes, report: DraftReport) -> int:
        """Logs the check of a draft: the hash of its file, how many findings each verdict has, the places they cite."""
        counts: dict[str, int] = {}
        for each in report.findings:
            counts[each.verdict.value] = counts.get(each.verdict.value, 0) + 1
        cited = cited_facts(f.citation for f in report.findings)
        facts = {"sha256": _sha256(data), "findings": counts, "cited": cited}
        return self.log.append([self._signed(NewEntry("draft", facts, {"file": str(path)}, self.index_id))])

    def packed(self, manifest_sha256: str, list_sha256: str, n_rows: int) -> int:
        """Logs an evidence pack: the hashes of its manifest and of its list, and the number of rows."""
        facts = {"manifest_sha256": manifest_sha256, "list_sha256": list_sha256, "rows": n_rows}
        return self.log.append([self._signed(NewEntry("pack", facts, {}, self.index_id))])

    def _signed(self, entry: NewEntry, facts: Mapping[str, Any] | None = None) -> NewEntry:
        """The entry with ``via`` and the user; personal values are cut to their limit, empty ones left out."""
        personal = {
            name: value[:MOST_VALUE_CHARS] for name, value in {**entry.personal, "user": self.user}.items() if value
        }
        return NewEntry(entry.kind, {"via": self.via, **entry.data, **(facts or {})}, personal, entry.index_id)


def recorder_of_home(home: Path, index_id: str, user: str, via: str, log: QuestionLog | None) -> Recorder:
    """A recorder for ``log``, or for the log of the home folder if ``log`` is ``None``."""
    return Recorder(log or log_of_home(home), index_id, user, via)


def question_entry(answer: Answer) -> NewEntry:
    """The entry of a question: its citations or the reason of its refusal, and the number of withheld sentences."""
    facts: dict[str, Any] = {
        "refused": answer.refused,
        "kind": answer.kind,
        "reasons": _kinds(answer.reason),
        "notices": _kinds(answer.notices),
        "searched": list(answer.searched) if len(answer.searched) <= MOST_SEARCHED_NAMED else len(answer.searched),
        "cited": cited_facts(answer.citations),
        "answer_sha256": _sha256("\n".join(s.text for s in answer.sentences).encode("utf-8", "surrogatepass")),
        "withheld": len(answer.withheld),
    }
    personal = {"question": answer.question}
    if answer.draft or answer.withheld:
        facts["drafted"] = len(answer.draft)
        personal["draft"] = "\n".join(s.text for s in answer.draft)
    return NewEntry("question", facts, personal, answer.index_id)


def row_entry(row: AnswerRow) -> NewEntry:
    """The entry of one row of a list."""
    facts = {"row": row.place.number, "read_as": row.reading.value, "cited": cited_facts(row.citations)}
    return NewEntry("row", facts, {"question": row.asked}, row.index_id)


def export_entry(
    path: Path | None, form: str, made: bytes, rows: Sequence[AnswerRow], source: str, index_id: str
) -> NewEntry:
    """The entry of an exported list: format, hash, numbers of rows."""
    answered = sum(row.is_answered for row in rows)
    facts = {"format": form, "sha256": _sha256(made), "rows": len(rows), "answered": answered}
    return NewEntry("export", facts, {"file": str(path or ""), "source": source}, index_id)


def cited_facts(citations: Iterable[Citation | None]) -> list[dict[str, Any]]:
    """The facts that are logged of each citation: unit, document, characters ``[from, to)``, hash of the quote, kind of
    match."""
    return [
        {"unit": c.unit_id or "", "doc": c.doc_id, "from": c.char_start, "to": c.char_end, "sha256": c.quote_sha256,
         "match": c.match}
        for c in citations
        if c is not None
    ]  # fmt: skip


def _kinds(found: Iterable[Notice]) -> list[str]:
    return list(dict.fromkeys(each.kind for each in found))


def _sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
