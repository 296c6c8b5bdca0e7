"""Measures the check of drafts on drafts with known errors: how many errors are found, and how many false alarms."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from kb.drafts.findings import FindingLevel
from kb.evaluation.draft_cases import DraftSet
from kb.evaluation.draft_files import draft_file
from kb.evaluation.measures import mean_figure
from kb.evaluation.runner import EvaluationResult, MeasureRow, quiet
from kb.text.letters import compared_letters

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kb.drafts.draft import Draft
    from kb.drafts.findings import DraftFinding
    from kb.evaluation.draft_cases import DraftCase
    from kb.evaluation.runner import Progress
    from kb.knowledge_base import KnowledgeBase

DRAFTS_NAME = "drafts"


def evaluate_drafts(
    base: KnowledgeBase, read: Callable[[str, bytes], Draft], tell: Progress = quiet
) -> EvaluationResult:
    """The measures of the test set of drafts.

    ``wrong_found`` is the share of wrong cases that get the right reason, ``right_passed`` the share of correct cases
    that are not reported, and ``false_alarms`` the number of other findings of an error.

    ``read`` reads the bytes of a file of a name as a draft.
    """
    wrong: list[float] = []
    right: list[float] = []
    seconds: list[float] = []
    alarms = 0
    notes: list[str] = []
    drafts = DraftSet(base.library()).drafts()
    for n, made in enumerate(drafts):
        draft = read(made.name, draft_file(made))
        began = time.perf_counter()
        report = base.check(draft)
        seconds.append(time.perf_counter() - began)
        left = list(report.findings)
        for case in made.cases:
            found = _finding_of(case, left)
            if found is not None:
                left.remove(found)
            verdict = found.verdict.value if found is not None else "nothing"
            if case.is_wrong:
                hit = found is not None and found.verdict is case.verdict
                wrong.append(float(hit))
            else:
                hit = found is not None and found.level in {FindingLevel.RIGHT}
                right.append(float(hit))
            if not hit:
                notes.append(f"{made.name}: {case.kind}, {case.reference}: {verdict}, not {case.verdict.value}")
        for each in left:
            if each.level is FindingLevel.WRONG:
                alarms += 1
                notes.append(f"{made.name}: false alarm: {each.verdict.value}, {each.named}: {each.written[:60]}")
        tell(DRAFTS_NAME, n + 1, len(drafts))
    rows = [
        MeasureRow(DRAFTS_NAME, "wrong_found", {"ours": mean_figure(wrong)}),
        MeasureRow(DRAFTS_NAME, "right_passed", {"ours": mean_figure(right)}),
        MeasureRow(DRAFTS_NAME, "false_alarms", {"ours": mean_figure([float(alarms)])}),
        MeasureRow(DRAFTS_NAME, "seconds", {"ours": mean_figure(seconds)}),
    ]
    return EvaluationResult(DRAFTS_NAME, rows, tuple(notes))


def _finding_of(case: DraftCase, findings: Sequence[DraftFinding]) -> DraftFinding | None:
    """The finding of a case: of the words that it quotes, or of its reference."""
    item, words = ("quotation", case.quote) if case.quote else ("reference", case.reference)
    wanted = compared_letters(words)
    for each in findings:
        written = compared_letters(each.written)
        if each.item == item and (written == wanted if case.quote else written in wanted or wanted in written):
            return each
    return None
