"""The calls of the draft check's scripts, and the drafts that people have sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.web.calls import Download
from app.web.collecting import TYPES_OF_FILES, chosen_format
from app.web.html.draft import REPORT_FORMATS, check_page, check_progress
from app.web.jobs import Job, Jobs, Record, not_recorded, problem_words
from app.web.uploads import FileReaders, file_on_disk, sent_file
from kb.drafts.findings import FindingLevel
from kb.drafts.report import comment_words, report_html, report_json, report_workbook
from kb.errors import ConfigError
from kb.messages import message
from kb.types import notice

if TYPE_CHECKING:
    from app.web.uploads import SentFile
    from kb import KnowledgeBase
    from kb.drafts.draft import Draft
    from kb.drafts.findings import DraftReport

ENDINGS_OF_DRAFTS = (".docx", ".pdf", ".md", ".markdown", ".html", ".htm", ".txt", ".csv", ".tsv", ".xlsx")
"""The endings of files that a draft is read from."""


class DraftCheck(Job):
    """A draft, and its report once it was checked. The bytes of a Word file are kept until its commented copy
    was made."""

    def __init__(self, sent: SentFile, draft: Draft) -> None:
        super().__init__()
        self.sent = sent
        self.draft = draft
        self.report: DraftReport | None = None


class DraftChecks:
    """The calls of the screen, over the knowledge base that ``base`` gives."""

    def __init__(
        self,
        base: Callable[[], KnowledgeBase],
        files: Callable[[], FileReaders],
        home: Path,
        record: Record = not_recorded,
    ) -> None:
        self._base = base
        self._record = record
        self._files = files
        self._home = home
        self._jobs: Jobs[DraftCheck] = Jobs(most=12)

    def read(self, data: Mapping[str, Any], lang: str) -> dict[str, Any]:
        """Reads a draft and begins its check: the name of the check, and its progress.

        :raises ConfigError: the file is not accepted.
        :raises DocumentError: the file cannot be read.
        """
        base = self._base()
        sent = sent_file(data, ENDINGS_OF_DRAFTS)
        with file_on_disk(sent, self._home) as path:
            draft = self._files().draft(path)
        check = DraftCheck(sent, draft)
        name = self._jobs.add(check)
        self._jobs.start(check, lambda: self._check(base, check))
        return {"check": name, **self._state(check, lang)}

    def _check(self, base: KnowledgeBase, check: DraftCheck) -> None:
        def tell(done: int, total: int) -> None:
            check.total = total
            check.step(done)

        report = base.check(check.draft, tell)
        self._record(lambda recorder: recorder.checked(Path(check.sent.name), check.sent.data, report))
        check.report = report

    def state(self, data: Mapping[str, Any], lang: str) -> dict[str, Any]:
        """The progress of a check; the draft and its findings once it is done."""
        return self._state(self._jobs.get(data.get("check")), lang)

    def _state(self, check: DraftCheck, lang: str) -> dict[str, Any]:
        if check.state == "failed" and check.problem is not None:
            return {"state": "failed", "html": "", "problem": problem_words(check.problem, lang)}
        if check.report is None:
            html = check_progress(check.done, check.total, check.state == "waiting", lang)
            return {"state": check.state, "html": html, "problem": ""}
        html = check_page(check.draft, check.report, check.sent.ending == ".docx", lang)
        return {"state": "done", "html": html, "problem": ""}

    def drop(self, data: Mapping[str, Any], lang: str) -> dict[str, Any]:
        """Stops a check and removes the draft."""
        self._jobs.drop(data.get("check"))
        return {}

    def _done(self, data: Mapping[str, Any]) -> tuple[DraftCheck, DraftReport]:
        check = self._jobs.get(data.get("check"))
        if check.report is None:
            raise ConfigError(notice("job gone"))
        return check, check.report

    def file(self, data: Mapping[str, Any], lang: str) -> Download:
        """The report as a workbook, an HTML page or JSON."""
        check, report = self._done(data)
        form = chosen_format(data, REPORT_FORMATS)
        if form == "xlsx":
            made = report_workbook(report, lang)
        else:
            made = (report_html(report, lang) if form == "html" else report_json(report, lang)).encode(
                "utf-8", "replace"
            )
        return Download(
            f"{_name_without_ending(check)}-{message(lang, 'check file report')}.{form}", made, TYPES_OF_FILES[form]
        )

    def marked(self, data: Mapping[str, Any], lang: str) -> Download:
        """The copy of a Word draft with a comment at each finding that a person must look at.

        :raises DocumentError: the copy cannot be made within the bounds.
        """
        check, report = self._done(data)
        if check.sent.ending != ".docx":
            raise ConfigError(notice("job gone"))
        comments = [
            (f.part, f.start, f.end, comment_words(f, lang))
            for f in report.findings
            if f.level is not FindingLevel.RIGHT
        ]
        with file_on_disk(check.sent, self._home) as path:
            made = self._files().commented(path, comments)
        return Download(
            f"{_name_without_ending(check)}-{message(lang, 'check file marked')}.docx", made, TYPES_OF_FILES["docx"]
        )


def _name_without_ending(check: DraftCheck) -> str:
    return check.sent.name.rpartition(".")[0] or check.sent.name
