"""The screen Documents as HTML: the list with its facets, one document in full, and a reading under way."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.plain_text import status_note, with_full_stop
from app.web.html.escape import escape, foreign, link, with_commands, worded
from app.web.html.names import say
from app.web.html.pieces import capitalised, hint, own_title, tag
from app.web.html.unit_page import outline_rows
from app.web.html.viewer import viewer_html
from kb import ListedDocument, Outline
from kb.catalog.free_texts import FREE
from kb.messages import edition_name, language_name, list_in_words, message, publisher_words, status, words
from kb.messages.places import kind_in_language
from kb.types import Edition, Notice, Status, notice, notice_from_json

if TYPE_CHECKING:
    from kb import DocumentList, DocumentPage

HERE = ("loaded", "register", "registers", "absent")
"""The kinds of availability of a document, in the order of the facet; the messages ``here …`` name them."""
MOST_LISTED = 8
"""Numbers that one line of a report lists."""


# --- the list


def documents_shell(lang: str, watched: Sequence[tuple[str, bool]], most_bytes: int) -> str:
    """The screen before its list is loaded; ``watched`` are the folders that every build reads, with a flag whether
    each exists."""
    if watched:
        gone = " " + tag(message(lang, "watched missing"), "status")
        rows = "".join(f"<li><code>{escape(each)}</code>{'' if there else gone}</li>" for each, there in watched)
        folders = (
            f'<p class="kb-quiet">{say(lang, "watched set")}</p><ul class="kb-plain">{rows}</ul>'
            f'<button type="button" class="kb-act kb-editors" data-do="ingest">{say(lang, "watched read")}</button>'
        )
    else:
        folders = f'<p class="kb-quiet">{say(lang, "watched none")}</p>'
    return (
        f'<section class="kb-documents-screen" lang="{lang}" aria-label="{say(lang, "tab documents")}" '
        f'data-sending="{escape(message(lang, "add sending", name="%"))}" data-reload="{say(lang, "add lost")}" '
        f'data-too-large="{say(lang, "add too large", n=most_bytes // 1_000_000)}" data-most="{most_bytes}">'
        '<div class="kb-documents-grid"><div class="kb-documents-left">'
        '<div class="kb-documents-list" aria-busy="true"></div></div>'
        f'<div class="kb-documents-right"><div class="kb-document" tabindex="-1" aria-live="polite">'
        f"{hint(message(lang, 'document choose'))}</div>"
        f'<section class="kb-adding"><h2>{say(lang, "add heading")}</h2>'
        f'<p class="kb-quiet kb-readers">{say(lang, "editors add")}</p>'
        f'<label class="kb-drop-file kb-editors"><input type="file" class="kb-file">'
        f"<span>{say(lang, 'add drop')}</span>"
        f'<span class="kb-quiet">{say(lang, "add kinds", n=most_bytes // 1_000_000)}</span></label>'
        '<div class="kb-job" role="status" aria-live="polite"></div>'
        f"<h3>{say(lang, 'watched heading')}</h3>{folders}</section></div></div></section>"
    )


def documents_list(found: DocumentList, lang: str) -> str:
    """The search, the facets and a row for each document of the index and the catalog."""
    rows = [
        *((each, "loaded") for each in found.loaded),
        *((each, "register") for each in found.described),
        *((each, "absent") for each in found.addable),
        *((each, "registers") for each in found.registers),
    ]
    publishers = Counter(each.edition.publisher for each, _ in rows)
    states = Counter(each.edition.status.value for each, _ in rows)
    here = Counter(what for _, what in rows)
    issuers = [(each, publisher_words(lang, each), n) for each, n in sorted(publishers.items())]
    facets = (
        _facet("here", message(lang, "facet here"), [(w, message(lang, f"here {w}"), here[w]) for w in HERE], lang)
        + _facet("publisher", message(lang, "fact publisher"), issuers, lang)
        + _facet(
            "status", message(lang, "fact status"), [(s, status(lang, s), n) for s, n in sorted(states.items())], lang
        )
    )
    listed = "".join(_document_row(each, what, lang) for each, what in rows)
    counted = escape(message(lang, "documents shown", n="%", total=len(rows)))
    get_all = ""
    if found.free:
        get_all = (
            '<p class="kb-editors"><button type="button" class="kb-act" data-do="get">'
            f"{say(lang, 'get fetch all', n=len(found.free))}</button></p>"
        )
    return (
        f'<div class="kb-facets" role="search"><label><span class="kb-label">{say(lang, "documents search")}</span>'
        f'<input type="search" class="kb-document-find" autocomplete="off"></label>{facets}'
        f'<button type="button" class="kb-act" data-clear>{say(lang, "clear filters")}</button></div>'
        f'<p class="kb-quiet kb-counted" role="status" data-words="{counted}"></p>'
        f'<p class="kb-quiet kb-nothing" hidden>{say(lang, "documents nothing")}</p>'
        f'{get_all}<ul class="kb-document-rows">{listed}</ul>'
    )


def _facet(name: str, label: str, options: Sequence[tuple[str, str, int]], lang: str) -> str:
    rows = "".join(f'<option value="{escape(value)}">{escape(text)} ({n})</option>' for value, text, n in options if n)
    return (
        f'<label><span class="kb-label">{escape(label)}</span><select class="kb-facet" data-facet="{name}">'
        f'<option value="">{say(lang, "facet all")}</option>{rows}</select></label>'
    )


def _document_row(row: ListedDocument, what: str, lang: str) -> str:
    edition = row.edition
    named = " ".join((edition.ref, edition.title, edition.publisher, edition.number, *edition.aliases))
    searched = unicodedata.normalize("NFKC", named).lower()  # as the screen's script searches
    state = edition.status.value
    tags = tag(message(lang, f"here {what}"), "match" if what == "loaded" else "register" if what != "absent" else "")
    tags += tag(status(lang, state), "status") if state not in {"current", "unknown"} else ""
    if what == "loaded" and row.grade and row.n_units:
        tags += tag(message(lang, "report trust", grade=message(lang, f"grade {row.grade}")))
    size = [message(lang, "n pages", n=row.n_pages)] if row.n_pages else []
    if what == "register":
        size.append(f"{message(lang, 'fact entries')}: {row.n_units}")
    elif row.n_units:
        size.append(message(lang, "n units", n=row.n_units))
    facts = " · ".join(filter(None, (publisher_words(lang, edition.publisher), edition.issued, *size)))
    return (
        f'<li class="kb-document-row" data-here="{what}" data-publisher="{escape(edition.publisher)}" '
        f'data-status="{state}" data-words="{escape(searched)}"><a href="#" class="kb-link" '
        f'data-document="{escape(edition.doc_id)}"><b>{foreign(edition.ref)}</b></a>'
        f'{title_line(edition)}<div class="kb-quiet">{foreign(facts)}</div>'
        f'<div class="kb-tags">{tags}</div></li>'
    )


def title_line(edition: Edition) -> str:
    """The title below the name of an edition, if it says more than the name."""
    title = own_title(edition.ref, edition.title)
    return f"<div>{foreign(title)}</div>" if title else ""


# --- one document


def document_html(page: DocumentPage, outline: Outline, lang: str) -> str:
    """A document in full: facts, licence in words, the editions of its work, how its file was read, its units."""
    edition = page.edition
    chain = {row.edition.doc_id: row.edition.ref for row in page.chain}
    successor = chain.get(edition.superseded_by or "", edition.superseded_by or "")
    status_words = status_note(edition.status.value, (successor,) if successor else (), lang)
    css = "kb-quiet" if edition.status is Status.UNKNOWN else "kb-superseded"  # an unknown state is no warning
    warned = f'<div class="{css}">{foreign(with_full_stop(capitalised(status_words)))}</div>' if status_words else ""
    sections = "".join(
        (_get(page, lang), _fact_list(page, lang), _licence(edition, lang), _chain(page, lang), _report(page, lang),
         _units(page, outline, lang), _pages(page, lang), _removal(page, lang))
    )  # fmt: skip
    return (
        f'<button type="button" class="kb-act kb-all-documents" data-back>{say(lang, "back to list")}</button>'
        f'<article class="kb-document-page" data-document="{escape(edition.doc_id)}">'
        f'<h2 dir="auto">{escape(edition.ref)}</h2>{title_line(edition)}'
        f'<div class="kb-tags">{tag(message(lang, f"here {page.here}"), "match")}</div>{warned}{sections}</article>'
    )


def _section(lang: str, key: str, inside: str) -> str:
    return f"<section><h3>{say(lang, key)}</h3>{inside}</section>"


def _get(page: DocumentPage, lang: str) -> str:
    """The ways to obtain a text that is not loaded, with the publisher's page if its address is known."""
    edition = page.edition
    if page.here in {"loaded", "registers"}:
        return ""
    there = link(edition.landing_url or edition.file_url or "", message(lang, "official source", ref=edition.ref))
    who = publisher_words(lang, edition.publisher)
    if edition.file_url and edition.redistribute in FREE:
        inside = (
            f'<button type="button" class="kb-primary kb-editors" data-do="get" '
            f'data-edition="{escape(edition.doc_id)}">{say(lang, "get fetch")}</button> {there}'
        )
    else:
        inside = f"<p>{say(lang, 'get by hand')}</p>{there or say(lang, 'no official address', who=who)}"
    return _section(lang, "get heading", inside)


def _fact_list(page: DocumentPage, lang: str) -> str:
    edition, stored = page.edition, page.stored
    rows = [
        ("fact publisher", publisher_words(lang, edition.publisher)),
        ("fact number", edition.number),
        ("fact edition", edition_name(lang, edition.edition)),
        ("fact issued", edition.issued),
        ("fact effective", edition.effective or ""),
        ("fact status", status(lang, edition.status.value)),
        ("fact language", language_name(lang, edition.language)),
        ("fact entries", str(page.n_entries) if page.n_entries else ""),
    ]
    if stored is not None:
        rows += [
            ("fact pages here", f"{stored.n_pages:,}"),
            ("fact units here", f"{stored.n_units:,}"),
            ("fact file", page.source),
            ("fact retrieved", stored.retrieved),
        ]
    cells = "".join(f"<dt>{say(lang, key)}</dt><dd>{foreign(value)}</dd>" for key, value in rows if value)
    unchecked = (
        "" if edition.verified or not edition.in_catalog else f'<p class="kb-quiet">{say(lang, "fact unchecked")}</p>'
    )
    address = link(edition.landing_url, message(lang, "official page")) if page.here == "loaded" else ""
    return _section(lang, "facts heading", f'<dl class="kb-facts">{cells}</dl>{unchecked}{address}')


def licence_words(
    redistribute: str, limit: int, lang: str, *, ours: bool = False, in_catalog: bool = True
) -> list[str]:
    """The permissions of a licence in words: to show pages, to quote, to pass the file on."""
    if ours:
        return [
            message(lang, "licence show yes"),
            message(lang, "licence quote own"),
            message(lang, "licence keep yes"),
        ]
    shown = "yes" if redistribute in FREE else "own" if not in_catalog else "no"
    quoted = message(lang, "licence quote limit", n=limit) if limit else message(lang, "licence quote free")
    return [message(lang, f"licence show {shown}"), quoted, message(lang, f"licence keep {redistribute}")]


def _licence(edition: Edition, lang: str) -> str:
    text = licence_words(
        edition.redistribute, edition.quote_limit_words or 0, lang,
        ours=edition.is_register or bool(edition.register_of), in_catalog=edition.in_catalog,
    )  # fmt: skip
    rows = "".join(f"<li>{escape(each)}</li>" for each in text)
    written = ""
    if edition.licence != "unknown":  # the lines above say so in words
        written = f'<p class="kb-quiet">{say(lang, "licence as written", text=edition.licence)}</p>'
    return _section(lang, "licence heading", f'<ul class="kb-plain">{rows}</ul>{written}')


def _chain(page: DocumentPage, lang: str) -> str:
    if len(page.chain) < 2:
        return ""
    rows = "".join(
        f"<li{' aria-current=true' if row.edition.doc_id == page.edition.doc_id else ''}>"
        f'<a href="#" class="kb-link" data-document="{escape(row.edition.doc_id)}">{foreign(row.edition.ref)}</a>'
        f'<span class="kb-quiet"> {foreign(row.edition.issued)}</span>'
        f'<span class="kb-tags">{tag(status(lang, row.edition.status.value))}{tag(message(lang, f"here {row.here}"))}'
        f"{tag(message(lang, 'chain here'), 'match') if row.edition.doc_id == page.edition.doc_id else ''}</span></li>"
        for row in page.chain
    )
    return _section(lang, "chain heading", f'<ol class="kb-rows-list">{rows}</ol>')


def _report(page: DocumentPage, lang: str) -> str:
    """How the file was read: the trust in its numbers with the reasons, what was found, what is doubtful."""
    stored = page.stored
    if stored is None:
        return _section(lang, "report heading", f'<p class="kb-quiet">{say(lang, "report none")}</p>')
    report = stored.report
    lines: list[str] = []
    if stored.n_units and page.grade:
        why = [words(each, lang) for each in page.grade_reasons]
        lines.append(message(lang, "report trust", grade=message(lang, f"grade {page.grade}")))
        lines += why
    else:
        lines.append(message(lang, "no numbered units"))
    counts = [f"{kind_in_language(lang, kind)} {n}" for kind, n in report.get("counts", ())]
    if counts:
        lines.append(f"{message(lang, 'report counts')}: {list_in_words(lang, counts)}")
    lines += [
        message(lang, "check expected" if want == got else "check expected otherwise",
                want=want, kind=kind_in_language(lang, kind), got=got)
        for kind, want, got in report.get("expected", ())
    ]  # fmt: skip
    lines += [words(each, lang) for each in page.reasons]
    if report.get("pages_without_text"):
        lines.append(message(lang, "check without text", pages=_numbers_listed(report["pages_without_text"], lang)))
    lines += [capitalised(words(without_file_name(note, page.source), lang)) for note in stored.notes]
    rows = "".join(f"<li>{foreign(with_full_stop(capitalised(each)))}</li>" for each in dict.fromkeys(lines) if each)
    return _section(lang, "report heading", f'<ul class="kb-plain">{rows}</ul>')


def _numbers_listed(values: Sequence[object], lang: str) -> str:
    more = message(lang, "check more", n=len(values) - MOST_LISTED) if len(values) > MOST_LISTED else ""
    return ", ".join(map(str, values[:MOST_LISTED])) + more


def _units(page: DocumentPage, outline: Outline, lang: str) -> str:
    if not outline.rows:
        return _section(lang, "units heading", f'<p class="kb-quiet">{say(lang, "units none")}</p>')
    tree = outline_rows(outline, lang, "", page.edition.ref)
    return _section(lang, "units heading", f'<div class="kb-document-units">{tree}</div>')


def _pages(page: DocumentPage, lang: str) -> str:
    """The place for the pages of a file; the viewer says where its licence allows none."""
    stored = page.stored
    if stored is None or stored.media_type != "application/pdf" or not stored.n_pages:
        return ""
    button = f'<button type="button" class="kb-act" data-pages>{say(lang, "show the page")}</button>'
    return _section(lang, "pages heading", f'{button}<div class="kb-pages" hidden>{viewer_html(lang)}</div>')


def _removal(page: DocumentPage, lang: str) -> str:
    """The form to leave a text out of the index; it must be opened first."""
    if page.here != "loaded":
        return ""
    return (
        f'<details class="kb-removal kb-editors"><summary class="kb-act">{say(lang, "remove heading")}</summary>'
        f'<p>{say(lang, "remove what")}</p><button type="button" class="kb-primary" data-do="remove" '
        f'data-edition="{escape(page.edition.doc_id)}">{say(lang, "remove confirm")}</button></details>'
    )


def without_file_name(note: Notice, source: str) -> Notice:
    """A note without the name of its file, which is shown beside it."""
    if note.kind == "note of file" and note.get("file") == source:
        inner: Notice = note.get("note")
        return inner
    text = note.get("text") if note.kind == "note text" else ""  # of an index that was built before notes were data
    return notice("note text", text=text.removeprefix(f"{source}: ")) if text else note


# --- a reading


def recognised_html(event: Mapping[str, Any], name: str, lang: str) -> str:
    """The recognised edition of a file, with a warning if its name says otherwise, its licence, and the choice to add
    it."""
    known = bool(event.get("known"))
    ref = str(event.get("ref") or "")
    notes = [without_file_name(notice_from_json(each), name) for each in event.get("notes", ())]
    warned = [note for note in notes if note.kind.startswith("recognised") or note.kind == "note of file"]
    other = any(note.kind in NOT_ITS_NAME for note in warned)
    head = message(lang, "add recognised" if known else "add unknown", ref=ref)
    state = str(event.get("status") or "")
    limit = event.get("limit") if isinstance(event.get("limit"), int) else 0
    licence = licence_words(str(event.get("redistribute") or "unknown"), limit or 0, lang, in_catalog=known)
    rows = "".join(f"<li>{escape(each)}</li>" for each in licence)
    lines = "".join(
        f"<li>{worded(with_full_stop(capitalised(words(each, lang))))}</li>" for each in dict.fromkeys(notes)
    )
    listed = f'<ul class="kb-plain">{lines}</ul>' if lines else ""
    warning = f'<p class="kb-superseded"><b>{say(lang, "add not its name")}</b></p>' if other else ""
    status_tag = tag(status(lang, state), "status") if state not in {"current", "unknown", ""} else ""
    size = message(lang, "add bounded", pages=f"{event.get('pages', 0):,}", units=f"{event.get('units', 0):,}")
    return (
        f'<div class="kb-recognised"><h3>{escape(head)}</h3>{warning}<div>{foreign(str(event.get("title") or ""))}'
        f'{status_tag}</div><div class="kb-quiet">{escape(size)}</div>'
        f"{listed}"
        f'<h4>{say(lang, "licence heading")}</h4><ul class="kb-plain">{rows}</ul>'
        '<div class="kb-acts"><button type="button" class="kb-primary" data-do="add">'
        f"{say(lang, 'add confirm')}</button>"
        f'<button type="button" class="kb-act" data-do="discard">{say(lang, "add discard")}</button></div></div>'
    )


NOT_ITS_NAME = frozenset({"recognised otherwise", "recognised otherwise why", "recognised by name alone"})
"""Notes that a file is another edition than its name says."""


def progress_html(stage: Mapping[str, Any], name: str, index_id: str, lang: str) -> str:
    """The progress of a reading, and the index that answers meanwhile."""
    done, total = (int(stage.get(key) or 0) for key in ("done", "total"))
    kind = str(stage.get("stage") or "")
    if kind == "fetching":
        text = message(lang, "job fetching", ref=str(stage.get("ref") or ""), done=done, total=total)
    elif kind in {"reading", "embedding"}:
        text = message(lang, f"job {kind}", done=done, total=total)
    elif kind == "removing":
        text = message(lang, "job removing", name=name)
    else:
        text = message(lang, "add reading", name=name) if name else message(lang, "job starting")
    bar = (
        f'<progress max="{total}" value="{done}" aria-label="{escape(text)}"></progress>'
        if total
        else f'<progress aria-label="{escape(text)}"></progress>'
    )
    meanwhile = f'<p class="kb-quiet">{say(lang, "job meanwhile", id=index_id)}</p>' if index_id else ""
    stop = f'<button type="button" class="kb-act" data-do="stop">{say(lang, "job stop")}</button>'
    return f"<p>{escape(text)}</p>{bar}{meanwhile}{stop}"


def outcome_html(
    ended: str, files: Sequence[Mapping[str, Any]], why: Notice | None, index_id: str, written: bool, lang: str
) -> str:
    """The result of a reading, with a line for each file that it read or refused."""
    rows: list[str] = []
    for each in files:
        outcome = str(each.get("outcome"))
        text = message(lang, "job outcome", name=str(each.get("name")), outcome=message(lang, f"outcome {outcome}"))
        reason = words(_as_on_screen(notice_from_json(each["message"])), lang) if each.get("message") else ""
        notes = [words(notice_from_json(note), lang) for note in each.get("notes") or ()]
        rows.append(f"<li>{worded(' '.join(map(with_full_stop, filter(None, (text, reason, *notes)))))}</li>")
    if ended == "done" and index_id:
        head, css = message(lang, "job done" if written else "job unchanged", id=index_id), "kb-done"
    elif ended == "stopped":
        head, css = message(lang, "job stopped"), "kb-note"
    else:
        head, css = words(_as_on_screen(why), lang) if why else message(lang, "job failed"), "kb-problem"
    listed = f'<ul class="kb-plain">{"".join(rows)}</ul>' if rows else ""
    return f'<p class="{css}">{worded(with_full_stop(head))}</p>{listed}'


def _as_on_screen(note: Notice) -> Notice:
    """A message of a reading, with the next step that this screen offers instead of a command."""
    return replace(note, kind="fetch by hand here") if note.kind == "fetch by hand" else note


def watched_folders(folders: Sequence[Path]) -> list[tuple[str, bool]]:
    """The folders that every build reads, each with a flag whether it exists."""
    return [(str(folder), folder.is_dir()) for folder in folders]


def no_index(lang: str = "en") -> str:
    """The line that says how to build an index where there is none."""
    head = f"<strong>{say(lang, 'no index yet')}</strong>"
    return f'<div class="kb-problem">{head} {with_commands(message(lang, "how to build"))}</div>'
