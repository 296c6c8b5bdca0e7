"""The documents page and the about page as HTML."""

from __future__ import annotations

from collections.abc import Sequence

from app.web.html.escape import escape, foreign, link
from app.web.html.pieces import capitalised, hint, tag
from kb import ListedDocument
from kb.messages import message, status, words
from kb.types import Edition, Notice, notice


def documents_page(
    loaded: Sequence[ListedDocument],
    registers: Sequence[ListedDocument],
    described: Sequence[ListedDocument],
    addable: Sequence[ListedDocument],
    lang: str = "en",
    free: Sequence[Edition] = (),
) -> str:
    """Official documents that are loaded, ``free`` texts that anybody may download, the register, what only the
    register describes, and what could be added."""
    none = hint(message(lang, "none"))
    parts = (
        ("loaded own", loaded, _table(loaded, True, lang=lang) if loaded else hint(message(lang, "loaded nothing"))),
        ("described only", described, _table(described, False, True, lang) if described else none),
        ("registers", registers, _table(registers, True, lang=lang) if registers else none),
    )
    sections = [f"<h3>{_catalog_message(lang, key, n=len(rows))}</h3>{table}" for key, rows, table in parts]
    if free:
        sections.insert(1, _free_texts(free, lang))
    out = "".join(sections)
    rest = _table(addable, False, lang=lang) if addable else none
    heading = f"<summary><h3>{_catalog_message(lang, 'addable', n=len(addable))}</h3></summary>"
    return f'<div class="kb-documents">{out}<details>{heading}{rest}</details></div>'


def _catalog_message(lang: str, key: str, **values: object) -> str:
    return escape(message(lang, key, **values))


def _table(rows: Sequence[ListedDocument], loaded: bool, entries: bool = False, lang: str = "en") -> str:
    counts = ["pages", "units", "numbering"] if loaded else (["entries"] if entries else [])
    columns = ["reference", "title", "edition", "status", *counts, "source" if loaded else "how to add"]
    head = "".join(f"<th>{_catalog_message(lang, f'column {name}')}</th>" for name in columns)
    body = "".join(_table_row(row, loaded, entries, lang) for row in rows)
    return f'<div class="kb-table"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _free_texts(editions: Sequence[Edition], lang: str) -> str:
    """The texts that anybody may download: address, licence, and the command for each and for all of them."""
    commands = {"command": "<code>kb corpus fetch --all-free</code>", "ingest": "<code>kb ingest</code>"}
    columns = ("reference", "title", "licence", "how to add")
    head = "".join(f"<th>{_catalog_message(lang, f'column {name}')}</th>" for name in columns)
    body = "".join(
        f"<tr><td><strong>{foreign(e.ref)}</strong></td><td>{foreign(e.title)}</td><td>{foreign(e.licence)}</td>"
        f"<td>{how_to_add(e, lang)}</td></tr>"
        for e in editions
    )
    return (
        f"<h3>{_catalog_message(lang, 'free', n=len(editions))}</h3><p>{message(lang, 'free how', **commands)}</p>"
        f'<div class="kb-table"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
    )


_NUMBERING = {None: "no numbered units", True: "numbering proven", False: "numbering unproven"}


def _table_row(row: ListedDocument, loaded: bool, entries: bool, lang: str) -> str:
    edition = row.edition
    current = edition.status.value == "current"
    successor = message(lang, "successor of edition", ref=row.successor) if row.successor else ""
    cells = [
        f"<strong>{foreign(edition.ref)}</strong><br><code>{escape(edition.doc_id)}</code>",
        foreign(edition.title),
        foreign(" · ".join(filter(None, (edition.edition, edition.issued)))),
        f"{tag(status(lang, edition.status.value), '' if current else 'status')}"
        + (f'<div class="kb-sub">{foreign(successor)}</div>' if successor else ""),
    ]
    if loaded:
        cells += [
            f"{row.n_pages:,}",
            f"{row.n_units:,}",
            _catalog_message(lang, _NUMBERING[row.proven]),
            foreign(row.source),
        ]
    else:
        cells += [f"{row.n_units:,}"] if entries else []
        cells.append(how_to_add(edition, lang))
    said = [capitalised(words(_without_name(n, row.source), lang)).rstrip() for n in row.notes]
    notes = " ".join(each if each.endswith((".", "!", "?")) else f"{each}." for each in said)
    if loaded and row.grade and row.n_units:
        why = "; ".join(words(each, lang) for each in row.grade_reasons)
        grade = message(lang, "check grade", grade=message(lang, f"grade {row.grade}"), why=why)
        notes = f"{capitalised(grade)}. {notes}".rstrip()
    more = f'<tr class="kb-more"><td colspan="{len(cells)}" class="kb-sub">{foreign(notes)}</td></tr>' if notes else ""
    return f"<tr>{''.join(f'<td>{c}</td>' for c in cells)}</tr>{more}"


def _without_name(note: Notice, source: str) -> Notice:
    """A note without the name of its file, which is in the line above it."""
    if note.kind == "note of file" and note.get("file") == source:
        inner: Notice = note.get("note")
        return inner
    text = note.get("text") if note.kind == "note text" else ""  # of an index that was built before notes were data
    return notice("note text", text=text.removeprefix(f"{source}: ")) if text else note


def how_to_add(edition: Edition, lang: str = "en") -> str:
    """The command that adds this edition to the index, with a link to its file's page."""
    page = link(edition.landing_url, message(lang, "official page in text"))
    if edition.file_url:
        return f"<code>kb corpus fetch {escape(edition.doc_id)}</code>{f'<br>{page}' if page else ''}"
    command = "<code>kb corpus add FILE</code>"
    if page:
        return message(lang, "get from page", page=page, command=command)
    return message(lang, "get from publisher", command=command)


# --- about


def about_page(facts: Sequence[tuple[str, str]], lang: str = "en") -> str:
    """The purpose of the app and the facts about its index."""
    mark = message(lang, "register")
    text = "".join(
        f"<h3>{_catalog_message(lang, f'{key} heading')}</h3><p>{_catalog_message(lang, f'{key} text', mark=mark)}</p>"
        for key in ("about", "about register", "about limits")
    )
    rows = "".join(f"<tr><th>{escape(name)}</th><td>{foreign(value)}</td></tr>" for name, value in facts)
    table = f'<div class="kb-table"><table>{rows}</table></div>'
    return f'<div class="kb-about">{text}<h3>{_catalog_message(lang, "about index heading")}</h3>{table}</div>'


def no_index(lang: str = "en") -> str:
    """The line that says how to build an index where there is none."""
    head = f"<strong>{_catalog_message(lang, 'no index yet')}</strong>"
    return f'<div class="kb-problem">{head} {_catalog_message(lang, "how to build")}</div>'
