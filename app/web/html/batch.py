"""The Batch screen as HTML: the file to send, how its rows are read, the progress of a run, and the table of
answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from typing import TYPE_CHECKING

from app.plain_text import beginning, citation_line, match_words, status_note
from app.web.html.basket import do_button, export_controls, page_button, page_dialog, place_name
from app.web.html.escape import escape, foreign, link
from app.web.html.pieces import capitalised, copy_button, folded_quote, hint, own_title, tag, unit_button
from kb import messages
from kb.export.answer_lists import AnswerRow, RowReading
from kb.messages import message
from kb.types import Citation

if TYPE_CHECKING:
    from kb.lists.inputs import RowPreview

ROWS_A_PAGE = 50
"""Rows of a table on one page."""
CHOICES_SHOWN = 40
QUOTE_SHOWN = 180
"""Number of characters of a quote in a row of answers; unfolding shows the whole quote."""
FILTERS = ("all", "answered", "refused", "superseded", "register", "changed")
"""Filters of the table of answers."""
PREVIEW_FILTERS = ("all", *(reading.name.lower() for reading in RowReading))
"""Filters of the preview."""


def batch_start(lang: str, kinds: Sequence[str]) -> str:
    """The screen before a file was sent."""
    accept = escape(",".join(kinds))
    words = "".join(
        f' data-say-{key}="{escape(message(lang, f"batch said {key}"))}"' for key in ("reading", "lost", "large")
    )
    return (
        f'<section class="kb-batch" data-screen="batch"{words}><h2>{escape(message(lang, "batch heading"))}</h2>'
        f'<p class="kb-sub">{escape(message(lang, "batch how"))}</p>'
        f'<div class="kb-give"><label class="kb-drop">{escape(message(lang, "batch file"))}'
        f'<input type="file" data-field="file" accept="{accept}"></label>'
        f'<label>{escape(message(lang, "batch paste"))}<textarea rows="4" data-field="pasted"></textarea></label>'
        f'<div class="kb-acts">{do_button("read", message(lang, "batch read"), main=True)}</div></div>'
        f'<div data-part="said" class="kb-sub" role="status" aria-live="polite"></div>'
        f'<div data-part="work"></div>{page_dialog(lang)}</section>'
    )


def filter_buttons(names: Sequence[str], counts: Mapping[str, int], chosen: str, lang: str, of: str) -> str:
    """Buttons that narrow a table, each with the number of rows that it leaves."""
    out = "".join(
        f'<button type="button" class="kb-act" data-do="filter" data-name="{name}" '
        f'aria-pressed="{"true" if name == chosen else "false"}">'
        f"{escape(message(lang, f'{of} filter {name}'))} ({counts[name]:,})</button>"
        for name in names
        if counts[name] or name == "all"
    )
    return f'<div class="kb-acts" role="group" aria-label="{escape(message(lang, "rows filter"))}">{out}</div>'


def page_buttons(page: int, n_rows: int, lang: str) -> str:
    """Buttons to the pages of a table; empty if it has one page."""
    n_pages = -(-n_rows // ROWS_A_PAGE)
    if n_pages < 2:
        return ""
    before = do_button("page", message(lang, "rows before"), disabled=page == 0, to=page - 1)
    after = do_button("page", message(lang, "rows after"), disabled=page + 1 >= n_pages, to=page + 1)
    where = escape(message(lang, "page of", n=page + 1, m=n_pages))
    return f'<div class="kb-acts">{before}<span class="kb-sub">{where}</span>{after}</div>'


def preview_page(
    previews: Sequence[RowPreview],
    settled: Mapping[int, str],
    notes: Sequence[str],
    heads: Sequence[tuple[str, str, bool]],
    chosen: str,
    page: int,
    lang: str,
) -> str:
    """A page of the preview, narrowed by a filter.

    :param heads: the columns that may be chosen: name, words, and whether it is chosen now.
    """
    counts = dict.fromkeys(PREVIEW_FILTERS, 0) | {"all": len(previews)}
    for each in previews:
        counts[each.reading.name.lower()] += 1
    shown = [p for p in previews if chosen == "all" or p.reading.name.lower() == chosen]
    rows = "".join(preview_row_html(p, settled, lang) for p in shown[page * ROWS_A_PAGE : (page + 1) * ROWS_A_PAGE])
    options = "".join(
        f'<option value="{escape(name)}"{" selected=" + chr(34) * 2 if now else ""}>{escape(words)}</option>'
        for name, words, now in heads
    )
    columns = (
        f'<label>{escape(message(lang, "batch column"))} <select data-field="column">{options}</select></label>'
        if len(heads) > 1
        else ""
    )
    head = "".join(
        f"<th>{escape(message(lang, f'batch head {name}'))}</th>" for name in ("line", "text", "read", "leads")
    )
    remarks = "".join(f'<div class="kb-sub">{foreign(note)}</div>' for note in notes)
    open_choices = sum(p.reading is RowReading.CHOICE and p.row.place.number not in settled for p in previews)
    left = (
        f'<div class="kb-note">{escape(message(lang, "batch choices left", n=open_choices))}</div>'
        if open_choices
        else ""
    )
    return (
        f"<h3>{escape(message(lang, 'batch preview heading', n=len(previews)))}</h3>{remarks}{columns}{left}"
        f"{filter_buttons(PREVIEW_FILTERS, counts, chosen, lang, 'batch preview')}"
        f'<div class="kb-table kb-rows-table"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'
        f"{page_buttons(page, len(shown), lang)}"
    )


def preview_row_html(preview: RowPreview, settled: Mapping[int, str], lang: str) -> str:
    """One row of the preview, with its choices where it may mean several units."""
    row = preview.row
    number = row.place.number
    where = ", ".join(filter(None, (row.place.sheet, str(row.place.line or number))))
    leads = "".join(f"<div>{foreign(name)}</div>" for name in preview.means)
    if preview.choices:
        chosen = settled.get(number, "")
        none = f'<option value="">{escape(message(lang, "batch choose"))}</option>'
        options = "".join(
            f'<option value="{escape(unit_id)}"{" selected=" + chr(34) * 2 if unit_id == chosen else ""}>'
            f"{escape(name)}</option>"
            for unit_id, name in preview.choices[:CHOICES_SHOWN]
        )
        label = escape(message(lang, "batch choose for", text=row.text[:80]))
        leads = f'<select data-field="settle" data-row="{number}" aria-label="{label}">{none}{options}</select>'
    if preview.reason and not preview.means:
        leads += f'<div class="kb-sub">{foreign(preview.reason[:300])}</div>'
    kind = {
        RowReading.REFERENCE: "match" if preview.means else "status",
        RowReading.QUESTION: "",
        RowReading.CHOICE: "status",
    }
    read = tag(message(lang, f"list read {preview.reading.value}"), kind.get(preview.reading, "status"))
    read += tag(message(lang, "batch settled"), "match") if settled.get(number) else ""
    cells = (escape(where), foreign(row.text[:400]), read, leads)
    return _labelled_cells(cells, ("line", "text", "read", "leads"), lang, f'data-row="{number}"')


def _labelled_cells(cells: Sequence[str], names: Sequence[str], lang: str, more: str = "") -> str:
    """A row of a table; each cell has the name of its column, for narrow screens without a head."""
    out = "".join(
        f'<td data-label="{escape(message(lang, f"batch head {name}"))}">{cell}</td>'
        for name, cell in zip(names, cells, strict=True)
    )
    return f"<tr {more}>{out}</tr>"


def run_controls(state: str, done: int, total: int, left: str, lang: str, kept: int = 0) -> str:
    """The progress of a run and the buttons that fit its state: start, stop, go on."""
    words = escape(message(lang, f"batch state {state}", done=f"{done:,}", total=f"{total:,}"))
    acts = {
        "read": do_button("run", message(lang, "batch resume" if kept else "batch run"), main=True),
        "stopped": do_button("run", message(lang, "batch resume"), main=True),
        "failed": do_button("run", message(lang, "batch resume"), main=True),
        "waiting": do_button("stop", message(lang, "batch stop")),
        "running": do_button("stop", message(lang, "batch stop")),
        "reading": do_button("stop", message(lang, "batch stop")),
        "done": do_button("again", message(lang, "batch again"), main=True),
    }[state]
    bar = ""
    if state in {"running", "reading", "waiting", "stopped"}:
        bar = (
            f'<progress max="{total}" value="{done}" aria-label="{escape(message(lang, "batch progress"))}"></progress>'
        )
    time = f' <span class="kb-sub">{escape(left)}</span>' if left else ""
    found = (
        f'<div class="kb-sub">{escape(message(lang, "batch kept", n=kept))}</div>' if kept and state == "read" else ""
    )
    drop = do_button("drop", message(lang, "batch drop"))
    return (
        f'<div class="kb-run" data-state="{state}"><div>{words}{time}</div>{bar}{found}'
        f'<div class="kb-acts">{acts}{drop}</div></div>'
    )


def is_superseded(row: AnswerRow) -> bool:
    """Whether a row cites a superseded edition."""
    return any(c.status == "superseded" for c in row.citations)


def is_register_only(row: AnswerRow) -> bool:
    """Whether a row cites only words of the register."""
    return row.is_answered and all(c.match == "register" for c in row.citations)


def kinds_of_row(row: AnswerRow, changed: Set[int]) -> set[str]:
    """The filters that let a row through."""
    found = {"all", "answered" if row.is_answered else "refused"}
    found |= {"superseded"} if is_superseded(row) else set()
    found |= {"register"} if is_register_only(row) else set()
    return found | ({"changed"} if row.place.number in changed else set())


def results_page(
    rows: Sequence[AnswerRow],
    approved: Set[int],
    changed: Set[int],
    chosen: str,
    page: int,
    workbook: bool,
    lang: str,
) -> str:
    """The table of answers, narrowed and a page at a time, with the files to save."""
    counts = dict.fromkeys(FILTERS, 0)
    shown = []
    for row in rows:
        kinds = kinds_of_row(row, changed)
        for kind in kinds:
            counts[kind] += 1
        shown += [row] if chosen in kinds else []
    names = ("line", "text", "read", "answer", "approved")
    head = "".join(f"<th>{escape(message(lang, f'batch head {name}'))}</th>" for name in names)
    body = "".join(
        _result_row(row, row.place.number in approved, row.place.number in changed, lang)
        for row in shown[page * ROWS_A_PAGE : (page + 1) * ROWS_A_PAGE]
    )
    own = do_button("workbook", message(lang, "batch own workbook"), main=True) if workbook else ""
    return (
        f"<h3>{escape(message(lang, 'batch results heading'))}</h3>"
        f"{filter_buttons(FILTERS, counts, chosen, lang, 'batch')}"
        f'<div class="kb-table kb-rows-table"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
        f"{page_buttons(page, len(shown), lang)}"
        f'<div class="kb-acts">{do_button("collect-all", message(lang, "batch collect all"))}{own}</div>'
        f"{export_controls(lang, 'batch')}"
    )


def _result_row(row: AnswerRow, approved: bool, changed: bool, lang: str) -> str:
    number = row.place.number
    where = ", ".join(filter(None, (row.place.sheet, str(row.place.line or number))))
    read = tag(message(lang, f"list read {row.reading.value}"))
    read += tag(message(lang, "batch filter superseded"), "status") if is_superseded(row) else ""
    read += tag(message(lang, "register"), "register") if is_register_only(row) else ""
    read += tag(message(lang, "batch filter changed"), "status") if changed else ""
    if row.is_answered:
        first = row.citations[0]
        more = len(row.citations) - 1
        quote = beginning(first.quote, QUOTE_SHOWN)
        count = f" +{more}" if more else ""
        answer = f'<strong>{foreign(place_name(first, lang))}</strong>{count}<div dir="auto">“{escape(quote)}”</div>'
    else:
        answer = f'<span class="kb-sub">{foreign(row.reason[:300])}</span>'
    answer += (
        f'<div class="kb-acts"><button type="button" class="kb-act" data-do="evidence" data-row="{number}" '
        f'aria-expanded="false">{escape(message(lang, "batch evidence"))}</button></div>'
        f'<div data-part="evidence"></div>'
    )
    label = escape(message(lang, "batch approve", n=number))
    box = (
        f'<input type="checkbox" data-field="approve" data-row="{number}" aria-label="{label}"'
        f"{' checked=' + chr(34) * 2 if approved else ''}>"
    )
    cells = (escape(where), foreign(row.asked[:400]), read, answer, box)
    return _labelled_cells(cells, ("line", "text", "read", "answer", "approved"), lang, f'data-row="{number}"')


def row_evidence(row: AnswerRow, lang: str) -> str:
    """Everything found for one row: its places with their quotes, remarks, or the reason why there is nothing."""
    out = [place_card(c, lang) for c in row.citations]
    if row.reason:
        out.append(f'<div class="kb-note">{foreign(row.reason)}</div>')
    for key, parts in (("choices", row.choices), ("nearest", () if row.is_answered else row.nearest)):
        if parts:
            items = "".join(f"<li>{foreign(part)}</li>" for part in parts[:CHOICES_SHOWN])
            out.append(f'<div class="kb-sub">{escape(message(lang, f"list head {key}"))}</div><ul>{items}</ul>')
    out += [f'<div class="kb-sub">{foreign(each)}</div>' for each in row.notices]
    return "".join(out) or hint(message(lang, "no evidence"))


def place_card(citation: Citation, lang: str) -> str:
    """One cited place: document, unit, page, words, and what kind of words they are."""
    status = status_note(citation.status, citation.superseded_by, lang)
    quote = folded_quote(citation.quote, citation.language, lang)
    copy = copy_button(citation_line(citation, lang), message(lang, "copy citation"), lang)
    look = unit_button(citation.unit_id, message(lang, "look up")) if citation.unit_id else ""
    return (
        f'<div class="kb-card"><div class="kb-card-top"><span class="kb-n">{citation.n}</span>'
        f"<strong>{foreign(place_name(citation, lang))}</strong></div>"
        f'<div class="kb-sub">{foreign(own_title(citation.doc_ref, citation.title))}</div>'
        f'<div class="kb-where">{escape(messages.page_words(lang, citation))}</div>'
        f'<blockquote class="kb-quote">{quote}</blockquote><div class="kb-tags">'
        f"{tag(match_words(citation, lang), 'register' if citation.match == 'register' else 'match')}"
        f"{tag(capitalised(status), 'status') if status else ''}</div>"
        f'<div class="kb-acts">{page_button(citation, lang)}{copy}{look}'
        f"{link(citation.url, message(lang, 'official page'))}</div></div>"
    )
