"""The citation list as HTML: the rows that a person collected, the controls around them, and previews of its files."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence

from app.plain_text import match_words, status_note, with_full_stop
from app.web.html.escape import escape, foreign
from app.web.html.names import cited_place
from app.web.html.pieces import attribute_text, capitalised, folded_quote, hint, problem_box, tag, unit_button
from app.web.html.viewer import viewer_html
from kb import messages
from kb.audit.collected import MAX_NOTE, CollectedRow
from kb.export.answer_lists import AnswerRow, RowReading
from kb.export.citation_styles import CITATION_STYLES
from kb.export.formats import LIST_FORMATS
from kb.messages import message, words
from kb.types import Citation

STYLE_NAMES = {"ieee": "IEEE", "apa": "APA", "chicago": "Chicago", "iso690": "ISO 690"}
"""The names of the citation styles, the same in every language."""


def basket_start(lang: str) -> str:
    """The screen before the browser has sent its citations: the controls, and a place for the rows."""
    head = (
        f'<h2>{escape(message(lang, "basket heading"))}</h2><p class="kb-sub">{escape(message(lang, "basket how"))}</p>'
    )
    acts = (
        do_button("undo", message(lang, "basket undo"), disabled=True)
        + do_button("check", message(lang, "basket check"))
        + do_button("copy", message(lang, "basket copy"), done=message(lang, "copied"))
        + do_button("to-export", message(lang, "basket to export"))
        + do_button("clear", message(lang, "basket clear"))
    )
    paste = (
        f'<details class="kb-fold"><summary>{escape(message(lang, "basket paste"))}</summary>'
        f"<label>{escape(message(lang, 'basket paste label'))}"
        f'<textarea rows="5" data-field="pasted"></textarea></label>'
        f'<div class="kb-acts">{do_button("paste", message(lang, "basket paste do"), main=True)}</div>'
        f'<div data-part="pasted" aria-live="polite"></div></details>'
    )
    return (
        f'<section class="kb-basket" data-screen="list"{_client_words(lang)}>{head}'
        f'<div class="kb-acts" role="toolbar" aria-label="{escape(message(lang, "basket heading"))}">{acts}</div>'
        f'<div data-part="said" class="kb-sub" role="status" aria-live="polite"></div>'
        f'<div data-part="rows">{hint(message(lang, "basket empty"))}</div>{paste}'
        f"{export_controls(lang, 'list')}{page_dialog(lang)}</section>"
    )


def _client_words(lang: str) -> str:
    """The words that the script of the screen shows, as data of its panel."""
    keys = ("empty", "moved", "deleted", "undone", "cleared", "added", "full", "checked", "updated", "lost")
    return "".join(f' data-say-{key}="{attribute_text(message(lang, f"basket said {key}"))}"' for key in keys)


def do_button(
    act: str, words_of: str, main: bool = False, disabled: bool = False, done: str = "", **data: object
) -> str:
    """A button that the script of its screen acts on."""
    more = "".join(f' data-{key}="{escape(str(value))}"' for key, value in data.items())
    more += f' data-done="{escape(done)}"' if done else ""
    css = "kb-act kb-main" if main else "kb-act"
    off = ' disabled=""' if disabled else ""
    return f'<button type="button" class="{css}" data-do="{act}"{more}{off}>{escape(words_of)}</button>'


def page_dialog(lang: str) -> str:
    """The page viewer in a window of its own over the screen, closed until a page is asked for."""
    label = escape(message(lang, "page here"))
    close = do_button("close-page", message(lang, "page close"))
    return f'<dialog class="kb-page-dialog" aria-label="{label}">{close}{viewer_html(lang)}</dialog>'


def page_button(citation: Citation, lang: str) -> str:
    """A button that shows the page of a citation, its quote marked."""
    names = ("doc_id", "char_start", "char_end", "quote_sha256", "match")
    place = {name: getattr(citation, name) for name in names} | {"page": citation.page_index}
    data = f'data-do="show-page" data-place="{escape(json.dumps(place))}"'
    return f'<button type="button" class="kb-act" {data}>{escape(message(lang, "show page"))}</button>'


def export_controls(lang: str, name: str, formats: Sequence[str] = LIST_FORMATS, styles: bool = True) -> str:
    """The choice of a format and a style, a button that saves the file, and a place for its preview."""
    options = "".join(
        f'<option value="{escape(form)}">{escape(message(lang, f"format {form}"))}</option>' for form in formats
    )
    out = [
        f'<fieldset class="kb-export"><legend>{escape(message(lang, "export heading"))}</legend><div class="kb-acts">',
        f'<label>{escape(message(lang, "export format"))} <select data-field="format">{options}</select></label>',
    ]
    if styles:
        none = f'<option value="">{escape(message(lang, "export no style"))}</option>'
        named = "".join(f'<option value="{key}">{escape(STYLE_NAMES[key])}</option>' for key in CITATION_STYLES)
        out.append(
            f'<label>{escape(message(lang, "export style"))} <select data-field="style">{none}{named}</select></label>'
        )
    out.append(do_button("save", message(lang, "export save"), main=True))
    out.append(do_button("preview", message(lang, "export preview")))
    out.append(f'</div><div data-part="preview" data-for="{name}"></div></fieldset>')
    return "".join(out)


def basket_rows(rows: Sequence[CollectedRow], lang: str) -> str:
    """The rows in their order; a row that is out of date says so, with the old and the new words."""
    if not rows:
        return hint(message(lang, "basket empty"))
    items = "".join(_basket_row(row, lang) for row in rows)
    return f'<ol class="kb-basket-rows" aria-label="{escape(message(lang, "basket heading"))}">{items}</ol>'


def _basket_row(row: CollectedRow, lang: str) -> str:
    n, shown = row.kept.n, row.citation
    title = escape(_row_name(row, lang))
    label = message(lang, "basket row", n=n)
    out = [
        f'<li class="kb-card kb-basket-row{" kb-stale" if row.is_stale else ""}" data-at="{n - 1}" tabindex="0"'
        f' aria-label="{escape(label)}"><div class="kb-card-top">'
        f'<span class="kb-drag" data-drag="" title="{escape(message(lang, "basket drag"))}" aria-hidden="true">⠿</span>'
        f'<span class="kb-n">{n}</span><strong dir="auto">{title}</strong></div>'
    ]
    if row.is_stale:
        out.append(_stale_words(row, lang))
    if shown is not None:
        status = status_note(shown.status, shown.superseded_by, lang)
        out.append(f'<div class="kb-where">{escape(messages.page_words(lang, shown))}</div>')
        quote = folded_quote(shown.quote, shown.language, lang)
        out.append(f'<blockquote class="kb-quote">{quote}</blockquote><div class="kb-tags">')
        out.append(tag(match_words(shown, lang), "register" if shown.match == "register" else "match"))
        out.append(tag(capitalised(status), "status") if status else "")
        out.append(tag(_force(shown.force, lang)) + "</div>")
    if row.limit_words:
        out.append(f'<div class="kb-sub">{escape(message(lang, "basket limited", n=row.limit_words))}</div>')
    note = (
        f'<label class="kb-basket-note">{escape(message(lang, "basket your note"))}'
        f'<textarea rows="1" data-field="note" maxlength="{MAX_NOTE}">{escape_note(row.note)}</textarea></label>'
    )
    acts = (
        do_button("up", message(lang, "basket up")),
        do_button("down", message(lang, "basket down")),
        do_button("take", message(lang, "basket take now"), main=True) if row.now is not None else "",
        unit_button(row.kept.unit_id, message(lang, "look up")) if row.kept.unit_id and shown is not None else "",
        page_button(shown, lang) if shown is not None else "",
        do_button("delete", message(lang, "basket delete")),
    )
    return "".join([*out, note, f'<div class="kb-acts">{"".join(acts)}</div></li>'])


def escape_note(text: str) -> str:
    """Escaped text for a field of several lines: its line ends are kept."""
    return attribute_text(text.replace("\r\n", "\n").replace("\r", "\n"))


def _row_name(row: CollectedRow, lang: str) -> str:
    if row.citation is not None:
        return place_name(row.citation, lang)
    return ", ".join(filter(None, (row.kept.doc_ref or row.kept.doc_id, row.kept.path or row.kept.unit_id)))


def place_name(citation: Citation, lang: str) -> str:
    """Document and unit of a citation, the kind of unit in the language of the interface."""
    where = cited_place(citation, lang)
    return ", ".join(filter(None, (citation.doc_ref, where)))


def _force(force: str, lang: str) -> str:
    return message(lang, "informative") if force == "informative" else message(lang, "force", force=force)


def _stale_words(row: CollectedRow, lang: str) -> str:
    """The explanation of a row that is out of date: the reason, the stored words, and the words of today."""
    state = message(lang, f"audit state {row.state.value}")
    out = [f'<div class="kb-problem" role="note"><strong>{escape(capitalised(state))}</strong> ']
    out.append(foreign(with_full_stop(words(row.reason, lang))))
    if row.citation is None and row.kept.quote:
        out.append(f'<div class="kb-sub">{escape(message(lang, "basket old"))}</div>')
        out.append(folded_quote(row.kept.quote, "", lang))
    if row.differences:
        out.append(f'<div class="kb-sub">{escape(message(lang, "basket difference"))}</div>')
        out.append(f'<div class="kb-words" dir="auto">{difference_words(row.differences)}</div>')
    elif row.now is not None:
        out.append(f'<div class="kb-sub">{escape(message(lang, "basket new"))}</div>')
        out.append(folded_quote(row.now.quote, row.now.language, lang))
    return "".join([*out, "</div>"])


def difference_words(differences: Sequence[object]) -> str:
    """The words of a source and of a copy: words only in the copy are struck out, words only in the source are
    marked."""
    out = []
    for each in differences:
        source, quoted, equal = (getattr(each, name) for name in ("source", "quoted", "equal"))
        if equal:
            out.append(escape(source))
            continue
        out += [f"<del>{escape(quoted)}</del>"] if quoted else []
        out += [f"<ins>{escape(source)}</ins>"] if source else []
    return " ".join(out)


def pasted_rows(rows: Sequence[AnswerRow], choices: Sequence[Sequence[tuple[str, str]]], lang: str) -> str:
    """The result of pasted lines: how many were added, and each line that was not, with its choices."""
    added = sum(row.is_answered for row in rows)
    out = [f'<div class="kb-note">{escape(message(lang, "basket pasted", n=added, m=len(rows)))}</div>']
    left = [(row, named) for row, named in zip(rows, choices, strict=True) if not row.is_answered]
    if left:
        out.append('<ul class="kb-left-lines">')
        for row, named in left:
            reading = message(lang, f"list read {row.reading.value}")
            out.append(
                f'<li><span class="kb-sub">{row.place.line}.</span> <strong>{foreign(row.asked[:200])}</strong> '
            )
            out.append(tag(reading, "status" if row.reading is not RowReading.REFERENCE else ""))
            out.append(f'<div class="kb-sub">{foreign(row.reason[:600])}</div>')
            buttons = "".join(do_button("collect", name, unit=unit_id) for unit_id, name in named)
            out.append(f'<div class="kb-acts">{buttons}</div></li>')
        out.append("</ul>")
    return "".join(out)


PREVIEW_ROWS = 30
PREVIEW_CHARS = 20_000
"""Bounds of a preview: rows of a table, characters of a text."""


def preview_table(data: bytes, lang: str) -> str:
    """The first rows of CSV as a table."""
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    head = "".join(f"<th>{escape(cell)}</th>" for cell in rows[0]) if rows else ""
    body = "".join(
        f"<tr>{''.join(f'<td>{foreign(cell[:300])}</td>' for cell in row)}</tr>" for row in rows[1 : PREVIEW_ROWS + 1]
    )
    more = len(rows) - 1 - PREVIEW_ROWS
    rest = f'<div class="kb-sub">{escape(message(lang, "preview more rows", n=more))}</div>' if more > 0 else ""
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    return f'<div class="kb-table kb-preview" tabindex="0">{table}</div>{rest}'


def preview_text(data: bytes, lang: str) -> str:
    """The beginning of a text file as HTML, with its line ends; a line says how much is left out."""
    text = data.decode("utf-8-sig", "replace")
    cut = "".join(f"{escape(line)}<br>" for line in text[:PREVIEW_CHARS].split("\n"))
    more = len(text) - PREVIEW_CHARS
    rest = f'<div class="kb-sub">{escape(message(lang, "preview more text", n=more))}</div>' if more > 0 else ""
    return f'<div class="kb-preview kb-preview-text" tabindex="0"><code>{cut}</code></div>{rest}'


def preview_nothing(lang: str) -> str:
    """The preview of a list without a row."""
    return problem_box(message(lang, "basket empty"))
