"""The draft check as HTML: the file to send, and the draft with its findings beside the text."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from app.plain_text import beginning, with_full_stop
from app.web.html.basket import difference_words, do_button, page_button, page_dialog
from app.web.html.escape import escape, foreign
from app.web.html.pieces import capitalised, hint, unit_button
from kb import messages
from kb.drafts.draft import Draft
from kb.drafts.findings import DraftFinding, DraftReport, FindingLevel
from kb.drafts.report import reason_words, verdict_words
from kb.messages import message, words

LEVELS = (FindingLevel.WRONG, FindingLevel.OPEN, FindingLevel.NOTE, FindingLevel.RIGHT)
"""The levels in the order in which a person looks at them."""
PARTS_SHOWN = 3_000
CHARS_SHOWN = 400_000
FINDINGS_SHOWN = 1_000
WRITTEN_SHOWN = 600
"""Bounds of what the screen shows: parts and characters of a draft, findings, and characters of the
draft's words in a finding. The report has everything."""
REPORT_FORMATS = ("xlsx", "html", "json")


def check_start(lang: str, kinds: Sequence[str]) -> str:
    """The screen before a draft was sent."""
    accept = escape(",".join(kinds))
    keys = ("reading", "checking", "lost", "large")
    words = "".join(f' data-say-{key}="{escape(message(lang, f"check said {key}"))}"' for key in keys)
    return (
        f'<section class="kb-check" data-screen="check"{words}><h2>{escape(message(lang, "check heading"))}</h2>'
        f'<p class="kb-sub">{escape(message(lang, "check how"))}</p>'
        f'<div class="kb-give"><label class="kb-drop">{escape(message(lang, "check file"))}'
        f'<input type="file" data-field="file" accept="{accept}"></label>'
        f'<div class="kb-acts">{do_button("read", message(lang, "check do"), main=True)}</div></div>'
        f'<div data-part="said" class="kb-sub" role="status" aria-live="polite"></div>'
        f'<div data-part="work"></div>{page_dialog(lang)}</section>'
    )


def check_progress(done: int, total: int, waiting: bool, lang: str) -> str:
    """The progress of a check, with the button that stops it."""
    key = "check waiting" if waiting else "check under way"
    label = escape(message(lang, "check heading"))
    bar = f'<progress max="{max(total, 1)}" value="{done}" aria-label="{label}"></progress>'
    stop = do_button("drop", message(lang, "batch stop"))
    return f'<div class="kb-run"><div>{escape(message(lang, key, done=done, total=total))}</div>{bar}{stop}</div>'


def check_page(draft: Draft, report: DraftReport, marked: bool, lang: str) -> str:
    """The draft with its marks, the findings beside it by level, and the files to save."""
    counts = {level: len(report.of_level(level)) for level in LEVELS}
    head = (
        f'<h3 dir="auto">{escape(report.name)}</h3>'
        f'<div class="kb-note">{escape(_counts_of_levels(report, counts, lang))}</div>'
        + "".join(f'<div class="kb-sub">{foreign(words(each, lang))}</div>' for each in report.remarks)
    )
    options = "".join(
        f'<option value="{form}">{escape(message(lang, f"format {form}"))}</option>' for form in REPORT_FORMATS
    )
    saves = (
        f'<div class="kb-acts"><label>{escape(message(lang, "check report"))} <select data-field="format">{options}'
        f"</select></label>{do_button('save', message(lang, 'export save'), main=True)}"
        f"{do_button('marked', message(lang, 'check marked'), main=True) if marked else ''}"
        f"{do_button('drop', message(lang, 'check other'))}</div>"
    )
    chips = "".join(
        f'<button type="button" class="kb-act" data-do="level" data-name="{level.value}" aria-pressed="true">'
        f"{escape(_level_name(level, lang))} ({counts[level]:,})</button>"
        for level in LEVELS
        if counts[level]
    )
    found = [f for level in LEVELS for f in report.of_level(level)][:FINDINGS_SHOWN]
    group = f'<div class="kb-acts" role="group" aria-label="{escape(message(lang, "rows filter"))}">{chips}</div>'
    left = len(report.findings) - len(found)
    more = f'<div class="kb-sub">{escape(message(lang, "check more findings", n=left))}</div>' if left > 0 else ""
    cards = "".join(_level_section(level, found, lang) for level in LEVELS) or hint(message(lang, "draft report empty"))
    text = escape(message(lang, "check text"))
    index = escape(message(lang, "draft report index", index=report.index_id))
    return (
        f'{head}{saves}<div class="kb-check-columns">'
        f'<div class="kb-draft-text" tabindex="0" role="region" aria-label="{text}">'
        f"{draft_text(draft, report, lang)}</div>"
        f'<div class="kb-findings" role="region" aria-label="{escape(message(lang, "check findings"))}">'
        f'{group}{cards}{more}</div></div><div class="kb-sub">{index}</div>'
    )


def _counts_of_levels(report: DraftReport, counts: dict[FindingLevel, int], lang: str) -> str:
    if not report.findings:
        return message(lang, "draft report empty")
    return message(lang, "draft report counts", **{level.value: n for level, n in counts.items()})


def _level_name(level: FindingLevel, lang: str) -> str:
    """The name of a level as a heading; plain text has it in capitals."""
    return capitalised(message(lang, f"draft level {level.value}").lower())


def _level_section(level: FindingLevel, found: Sequence[DraftFinding], lang: str) -> str:
    own = [f for f in found if f.level is level]
    if not own:
        return ""
    title = escape(_level_name(level, lang))
    cards = "".join(finding_card(f, lang) for f in own)
    return f'<section data-level="{level.value}"><h4>{title} ({len(own):,})</h4>{cards}</section>'


def finding_card(finding: DraftFinding, lang: str) -> str:
    """One finding: the verdict, the words of the draft, the reason, and both wordings if they differ."""
    place = escape(words(finding.place, lang))
    item = escape(message(lang, f"draft item {finding.item}"))
    written = beginning(finding.written, WRITTEN_SHOWN)
    out = [
        f'<article class="kb-card kb-finding kb-level-{finding.level.value}" data-finding="{finding.n}" tabindex="0">'
        f'<div class="kb-sub">{finding.n}. {place} · {item}</div>'
        f'<div class="kb-verdict">{escape(verdict_words(finding, lang))}</div>'
        f'<div class="kb-written" dir="auto">{escape(written)}</div>'
        f"<div>{foreign(with_full_stop(reason_words(finding, lang)))}</div>"
    ]
    if finding.differences:
        out.append(f'<div class="kb-sub">{escape(message(lang, "check difference"))}</div>')
        out.append(f'<div class="kb-words" dir="auto">{difference_words(finding.differences)}</div>')
    citation = finding.citation
    if citation is not None and finding.item == "quotation" and citation.match != "register":
        where = ", ".join(filter(None, (citation.doc_ref, citation.path)))
        stands = message(lang, "draft report stands", place=where, page=messages.page_words(lang, citation))
        out.append(f'<div class="kb-where">{foreign(stands)}</div>')
    look = unit_button(citation.unit_id, message(lang, "look up")) if citation is not None and citation.unit_id else ""
    jump = do_button("jump", message(lang, "check jump"), n=finding.n)
    page = page_button(citation, lang) if citation is not None else ""
    return "".join([*out, f'<div class="kb-acts">{jump}{page}{look}</div></article>'])


def draft_text(draft: Draft, report: DraftReport, lang: str) -> str:
    """The parts of the draft with a mark at each finding; a line says what is left out beyond the bounds."""
    by_part: dict[int, list[DraftFinding]] = {}
    for finding in report.findings[:FINDINGS_SHOWN]:
        by_part.setdefault(finding.part, []).append(finding)
    out, n_chars, last = [], 0, -1
    for number, part in enumerate(draft.parts):
        if n_chars > CHARS_SHOWN or number >= PARTS_SHOWN:
            break
        if part.text.strip():
            where = escape(words(part.place, lang))
            marked = _marked_part(part.text, by_part.get(number, ()), lang)
            out.append(f'<p class="kb-part" dir="auto"><span class="kb-part-place">{where}</span>{marked}</p>')
        n_chars, last = n_chars + len(part.text), number
    left = len(draft.parts) - last - 1
    if left > 0:
        out.append(f'<div class="kb-sub">{escape(message(lang, "check more parts", n=left))}</div>')
    return "".join(out)


def _marked_part(text: str, found: Sequence[DraftFinding], lang: str) -> str:
    """The text of a part with its findings marked; where findings overlap, the gravest is shown."""
    ranges = [(max(0, f.start), min(len(text), f.end), f) for f in found if f.start < f.end]
    bounds = sorted({0, len(text), *(at for start, end, _ in ranges for at in (start, end))})
    out = []
    for start, end in pairwise(bounds):
        own = [f for first, last, f in ranges if first <= start and end <= last]
        piece = escape(text[start:end]) if "\n" not in text[start:end] else _in_lines(text[start:end])
        if not own:
            out.append(piece)
            continue
        worst = min(own, key=lambda f: (LEVELS.index(f.level), f.end - f.start))
        label = escape(f"{worst.n}. {verdict_words(worst, lang)}")
        out.append(
            f'<mark class="kb-mark-{worst.level.value}" data-finding="{worst.n}" role="button" tabindex="0" '
            f'title="{label}" aria-label="{label}: {escape(text[start:end])}">{piece}</mark>'
        )
    return "".join(out)


def _in_lines(text: str) -> str:
    return "<br>".join(escape(line) for line in text.split("\n"))
