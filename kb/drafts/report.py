"""Prints the report on a draft as text, JSON, HTML or a workbook, in English or Korean; opens no file."""

from __future__ import annotations

import html
import json
from typing import TYPE_CHECKING, Any

from kb.drafts.findings import FindingLevel
from kb.export.workbook import Sheet, workbook
from kb.messages import message, notices_in_words, page_words, words
from kb.text.safe_cells import guarded_cell

if TYPE_CHECKING:
    from kb.drafts.findings import DraftFinding, DraftReport

_ORDER = (FindingLevel.WRONG, FindingLevel.OPEN, FindingLevel.NOTE, FindingLevel.RIGHT)
_MOST_IN_TEXT = 160


def verdict_words(finding: DraftFinding, lang: str) -> str:
    """The verdict of a finding, in words."""
    return message(lang, f"draft verdict {finding.verdict.value}")


def counts_words(report: DraftReport, lang: str) -> str:
    """The number of findings of each level, as a sentence."""
    if not report.findings:
        return message(lang, "draft report empty")
    return message(lang, "draft report counts", **{level.value: len(report.of_level(level)) for level in FindingLevel})


def reason_words(finding: DraftFinding, lang: str) -> str:
    """The reason of a finding and its further remarks, in words."""
    return notices_in_words((finding.reason, *finding.also), lang)


def _stands(finding: DraftFinding, lang: str) -> tuple[str, str]:
    """The unit where the words are, and its page, in words; both empty if no official text has them."""
    citation = finding.citation
    if citation is None or citation.match == "register":
        return "", ""
    where = f"{citation.doc_ref}, {citation.path}" if citation.path else citation.doc_ref
    return where, page_words(lang, citation)


def comment_words(finding: DraftFinding, lang: str) -> str:
    """A finding as the text of a comment in the draft: the verdict, the reason, both wordings, the place."""
    lines = [f"{message(lang, f'draft level {finding.level.value}')}: {verdict_words(finding, lang)}"]
    lines.append(reason_words(finding, lang))
    if finding.differences:
        source, quoted = _side_by_side(finding)
        lines += [f"{message(lang, 'draft report source')} {source}", f"{message(lang, 'draft report draft')} {quoted}"]
    where, page = _stands(finding, lang)
    if where and finding.item == "quotation":
        lines.append(message(lang, "draft report stands", place=where, page=page))
    return "\n".join(lines)


def _side_by_side(finding: DraftFinding) -> tuple[str, str]:
    """The words of the source and of the draft, with the differing words in brackets."""
    source = " ".join(d.source if d.equal else f"[{d.source}]" for d in finding.differences if d.source)
    quoted = " ".join(d.quoted if d.equal else f"[{d.quoted}]" for d in finding.differences if d.quoted)
    return source, quoted


def report_text(report: DraftReport, lang: str, everything: bool = True) -> str:
    """The report for a terminal: errors first, then undecided findings, remarks, and correct ones if ``everything``."""
    out = [message(lang, "draft report title", name=report.name), counts_words(report, lang)]
    out += [words(each, lang) for each in report.remarks]
    for level in _ORDER:
        found = report.of_level(level)
        if not found or (level is FindingLevel.RIGHT and not everything):
            continue
        out += ["", f"── {message(lang, f'draft level {level.value}')} ({len(found)})"]
        for finding in found:
            written = " ".join(finding.written.split())
            short = written if len(written) <= _MOST_IN_TEXT else f"{written[:_MOST_IN_TEXT]}…"
            shown = f"“{short}”" if finding.item == "quotation" else short
            out.append(f"{finding.n:>3}. [{words(finding.place, lang)}] {shown}")
            out.append(f"     {verdict_words(finding, lang)}")
            if level is FindingLevel.RIGHT:
                where, page = _stands(finding, lang)
                if where and finding.item == "quotation":
                    out[-1] += f": {where}, {page}"
                elif finding.named:
                    out[-1] += f": {finding.named}"
                out += [f"     {words(each, lang)}" for each in finding.also]
                continue
            if finding.named and finding.item == "reference" and finding.named != written:
                out.append(f"     {message(lang, 'draft report named', named=finding.named)}")
            out.append(f"     {reason_words(finding, lang)}")
            if finding.differences:
                source, quoted = _side_by_side(finding)
                out.append(f"     {message(lang, 'draft report source')} {source}")
                out.append(f"     {message(lang, 'draft report draft')} {quoted}")
            where, page = _stands(finding, lang)
            if where and finding.item == "quotation":
                out.append(f"     {message(lang, 'draft report stands', place=where, page=page)}")
    out += ["", message(lang, "draft report index", index=report.index_id)]
    return "\n".join(out)


def report_dict(report: DraftReport, lang: str = "en") -> dict[str, Any]:
    """The report as plain data; reasons are words in ``lang``."""
    return {
        "draft": report.name,
        "index_id": report.index_id,
        "counts": {level.value: len(report.of_level(level)) for level in FindingLevel},
        "remarks": [words(each, lang) for each in report.remarks],
        "searched": list(report.searched),
        "findings": [_finding_dict(f, lang) for f in report.findings],
    }


def _finding_dict(finding: DraftFinding, lang: str) -> dict[str, Any]:
    citation = finding.citation
    return {
        "n": finding.n,
        "item": finding.item,
        "level": finding.level.value,
        "verdict": finding.verdict.value,
        "verdict_words": verdict_words(finding, lang),
        "place": words(finding.place, lang),
        "part": finding.part,
        "start": finding.start,
        "end": finding.end,
        "written": finding.written,
        "named": finding.named,
        "reason": words(finding.reason, lang),
        "also": [words(each, lang) for each in finding.also],
        "differences": [{"source": d.source, "draft": d.quoted, "equal": d.equal} for d in finding.differences],
        "stands": None
        if citation is None
        else {
            "unit_id": citation.unit_id,
            "doc_id": citation.doc_id,
            "doc_ref": citation.doc_ref,
            "path": citation.path,
            "page_label": citation.page_label,
            "page_index": citation.page_index,
            "page_end": citation.page_end,
            "match": citation.match,
            "quote": citation.quote,
            "quote_sha256": citation.quote_sha256,
        },
    }


def report_json(report: DraftReport, lang: str) -> str:
    """The report as JSON with a line end."""
    return json.dumps(report_dict(report, lang), ensure_ascii=False, indent=2) + "\n"


# --- HTML

_STYLE_OF_REPORT = """
body{font:16px/1.5 system-ui,"Noto Sans KR",sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1a1a1a}
h1{font-size:1.5rem}.finding{border-left:.4rem solid #999;padding:.5rem 1rem;margin:1rem 0;background:#f7f7f7}
.wrong{border-color:#b00020}.open{border-color:#7a5c00}.note{border-color:#1f5f99}.right{border-color:#1b6e2e}
.verdict{font-weight:600}.where{color:#444;font-size:.9rem}blockquote{margin:.4rem 0;font-family:Georgia,serif}
ins{background:#d7f0dc;text-decoration:none}del{background:#f6d5d9}
""".strip()


def report_html(report: DraftReport, lang: str) -> str:
    """The report as one HTML page that loads no other file; all text of the draft and of the documents is escaped."""
    title = html.escape(message(lang, "draft report title", name=report.name))
    out = [
        f'<!DOCTYPE html>\n<html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title>',
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE_OF_REPORT}</style></head><body>',
        f"<h1>{title}</h1><p>{html.escape(counts_words(report, lang))}</p>",
    ]
    out += [f"<p>{html.escape(words(each, lang))}</p>" for each in report.remarks]
    for level in _ORDER:
        found = report.of_level(level)
        if found:
            out.append(f"<h2>{html.escape(message(lang, f'draft level {level.value}'))} ({len(found)})</h2>")
            out += [_finding_html(f, lang) for f in found]
    out.append(f"<p class=where>{html.escape(message(lang, 'draft report index', index=report.index_id))}</p>")
    refs = "; ".join(report.searched)
    out.append(f"<p class=where>{html.escape(message(lang, 'draft report searched', refs=refs))}</p></body></html>\n")
    return "\n".join(out)


def _finding_html(finding: DraftFinding, lang: str) -> str:
    place, verdict = html.escape(words(finding.place, lang)), html.escape(verdict_words(finding, lang))
    item = html.escape(message(lang, f"draft item {finding.item}"))
    out = [
        f'<div class="finding {finding.level.value}" id="f{finding.n}">',
        f"<div class=where>{finding.n}. {place} · {item}</div>",
        f"<blockquote>{html.escape(finding.written)}</blockquote>",
        f"<div class=verdict>{verdict}</div><div>{html.escape(reason_words(finding, lang))}</div>",
    ]
    if finding.differences:
        marked = []
        for d in finding.differences:
            if d.equal:
                marked.append(html.escape(d.source))
            else:
                marked.append(f"<del>{html.escape(d.quoted)}</del>" if d.quoted else "")
                marked.append(f"<ins>{html.escape(d.source)}</ins>" if d.source else "")
        out.append(f"<blockquote>{' '.join(m for m in marked if m)}</blockquote>")
    where, page = _stands(finding, lang)
    if where and finding.item == "quotation":
        out.append(
            f"<div class=where>{html.escape(message(lang, 'draft report stands', place=where, page=page))}</div>"
        )
    return "\n".join([*out, "</div>"])


# --- workbook

_COLUMNS = (
    "n", "place", "item", "written", "level", "verdict", "named", "reason", "also", "stands", "page", "source", "unit",
    "hash", "index",
)  # fmt: skip
_WIDTHS_OF_REPORT = (6, 18, 12, 50, 10, 24, 34, 60, 40, 34, 18, 50, 40, 20, 20)


def report_workbook(report: DraftReport, lang: str) -> bytes:
    """The report as the bytes of a workbook (XLSX): a row for each finding, and a sheet about the draft and
    the index."""
    rows = [[_safe_cell(value) for value in _row(f, report, lang)] for f in report.findings]
    head = [message(lang, f"draft column {name}") for name in _COLUMNS]
    about = [
        [message(lang, "draft report title", name=report.name)],
        [counts_words(report, lang)],
        *[[words(each, lang)] for each in report.remarks],
        [message(lang, "draft report index", index=report.index_id)],
        [message(lang, "draft report searched", refs="; ".join(report.searched))],
    ]
    title = message(lang, "draft report title", name=report.name)
    sheets = [
        Sheet(message(lang, "draft sheet findings"), head, rows, _WIDTHS_OF_REPORT),
        Sheet(message(lang, "draft sheet about"), [title], [[_safe_cell(c) for c in row] for row in about[1:]], (120,)),
    ]
    return workbook(sheets, title)


def _row(finding: DraftFinding, report: DraftReport, lang: str) -> list[str]:
    where, page = _stands(finding, lang)
    citation = finding.citation if where else None
    quoted = finding.item == "quotation"
    return [
        str(finding.n),
        words(finding.place, lang),
        message(lang, f"draft item {finding.item}"),
        finding.written,
        message(lang, f"draft level {finding.level.value}"),
        verdict_words(finding, lang),
        finding.named,
        words(finding.reason, lang),
        notices_in_words(finding.also, lang),
        where,
        page,
        citation.quote if citation is not None and quoted else "",
        (citation.unit_id or "") if citation is not None else "",
        citation.quote_sha256 if citation is not None and quoted else "",
        report.index_id,
    ]


def _safe_cell(value: str) -> str:
    """A cell that no spreadsheet takes for a formula, without characters that a workbook cannot store."""
    return guarded_cell("".join(c for c in value if c in "\t\n" or c >= " "))
