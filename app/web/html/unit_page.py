"""A unit on the Look up screen as HTML: its tree, its words, its editions side by side, its counterparts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from app.plain_text import beginning, citation_line, status_note, with_full_stop
from app.web.html.escape import escape, foreign, link
from app.web.html.evidence import edition_words, fact_tags
from app.web.html.names import full_words, label_place, label_title, row_words, say, sentence, unit_link
from app.web.html.paragraphs import quote_paragraphs
from app.web.html.pieces import QUOTE_LANGUAGES, attribute_text, capitalised, tag, word_rows
from app.web.html.viewer import viewer_html
from kb import messages
from kb.audit.edition_table import Marked, marked_words
from kb.messages import message
from kb.text.cleaning import readable
from kb.types import Notice, Status, notice

if TYPE_CHECKING:
    from kb import (
        Counterpart,
        LookedUp,
        LookUp,
        Outline,
        OutlineRow,
        SuggestedUnit,
        UnitInEdition,
        UnitLabel,
        UnitPage,
    )

UNIT_SHOWN = 20_000
"""Characters of a unit that a look-up shows; an annex can be very long."""
MOST_COMPARED = 12_000
"""Characters of a text up to which its words are compared with another edition's."""
SHORT_TEXT = 400
"""Characters of each unit that are shown if several references were read."""
COPY_FORMS = ("line", "text", "markdown", "bibtex", "ris", "csl", "address")
"""The forms in which a unit can be copied; the messages ``copy as …`` name them."""
_SAID_BY_ROWS = frozenset({"with near misses", "not loaded"})
"""Notices whose content the rows below a look-up show better."""


# --- the combobox


def look_up_shell(lang: str, examples: Sequence[str]) -> str:
    """The screen before the first reference."""
    tries = "".join(
        f'<button type="button" class="kb-try" data-try="{escape(each)}">{foreign(each)}</button>' for each in examples
    )
    return (
        f'<section class="kb-lookup-screen" lang="{lang}" aria-label="{say(lang, "tab lookup")}" '
        f'data-copied="{say(lang, "copied")}" data-added="{say(lang, "added to list")}">'
        f'<form class="kb-combo" role="search"><label class="kb-label" for="kb-reference">'
        f'{say(lang, "reference here")}</label><div class="kb-combo-row"><div class="kb-combo-box">'
        '<input id="kb-reference" type="text" role="combobox" aria-autocomplete="list" aria-expanded="false" '
        'aria-controls="kb-reference-list" aria-describedby="kb-reference-told" autocomplete="off" spellcheck="false" '
        f'maxlength="2000" placeholder="{say(lang, "lookup hint")}">'
        f'<ul id="kb-reference-list" class="kb-options" role="listbox" aria-label="{say(lang, "suggestions")}" hidden>'
        f'</ul></div><button type="submit" class="kb-primary">{say(lang, "look up")}</button></div>'
        '<div id="kb-reference-told" class="kb-unseen" role="status"></div></form>'
        f'<div id="kb-unit-area" aria-live="polite" aria-busy="false"><div class="kb-start">'
        f'<p>{say(lang, "lookup try")}</p><div class="kb-tries">{tries}</div></div></div></section>'
    )


def suggestion_options(found: Sequence[SuggestedUnit], lang: str) -> str:
    """The options of the combobox, each with the reason why it is offered; a guess is marked."""
    rows: list[str] = []
    for n, each in enumerate(found):
        named, group = each.named, each.group.value
        place = label_place(named.label, lang, named.ref)
        title = label_title(named.label, lang)
        first = foreign(place or title)
        rest = (
            f' <span class="kb-option-title">{foreign(title)}</span>' if title and place and title not in place else ""
        )
        rows.append(
            f'<li role="option" id="kb-option-{n}" aria-selected="false" class="kb-option kb-option-{group}" '
            f'data-unit="{escape(named.unit_id)}" data-text="{escape(full_words(named, lang))}">'
            f'<span class="kb-option-main"><b>{first}</b>{rest}</span>'
            f'<span class="kb-option-ref">{foreign(named.ref)}</span>'
            f'<span class="kb-option-group">{say(lang, f"suggest {group}")}</span></li>'
        )
    return "".join(rows)


# --- what a look-up led to


def looked_up_html(found: LookedUp, lang: str) -> str:
    """The result of the references in a string: one unit in full, a choice, or the units beside a gap."""
    if found.page is not None:
        return unit_page_html(found.page, lang, found.found[0].notice)
    several = len(found.found) > 1
    out = [f'<p class="kb-quiet">{say(lang, "found several", n=len(found.found))}</p>'] if several else []
    out += [_one_reference(item, found, lang) for item in found.found]
    if found.missing.ranges:
        rows = "".join(f"<li>{escape(capitalised(sentence(each, lang)))}</li>" for each in found.missing.ranges)
        out.append(f'<section><h3>{say(lang, "numbers there heading")}</h3><ul class="kb-plain">{rows}</ul></section>')
    if found.missing.elsewhere:
        rows = _unit_rows((unit_id for unit_id, _ in found.missing.elsewhere), found, lang)
        out.append(f'<section class="kb-elsewhere"><h3>{say(lang, "elsewhere heading")}</h3>{rows}</section>')
    return f'<div class="kb-results">{"".join(out)}</div>'


def _one_reference(item: LookUp, found: LookedUp, lang: str) -> str:
    out = [f'<section class="kb-result"><h2 dir="auto">{escape(item.written[:200])}</h2>']
    for seen in item.units:
        named = found.names[seen.unit.unit_id]
        short = readable(beginning(seen.text, SHORT_TEXT))
        out.append(f"<h3>{unit_link(named.unit_id, full_words(named, lang))}</h3>")
        out.append(f'<div class="kb-words" dir="auto"{_lang_of(seen.citation.language)}>{escape(short)}</div>')
    if item.choices:
        out.append(f"<p>{say(lang, 'choose heading')}</p>{_unit_rows((u for u, _ in item.choices), found, lang)}")
    elif item.notice and not item.units:
        remark = _without(item.notice)
        if remark and (text := sentence(remark, lang)):
            out.append(f'<div class="kb-problem" role="alert">{foreign(with_full_stop(text))}</div>')
        out += [_absent_text(each, lang) for each in _of_kind(item.notice, "not loaded")]
    if item.near:
        rows = _unit_rows((unit_id for unit_id, _ in item.near), found, lang)
        out.append(f'<div class="kb-near-rows"><h3>{say(lang, "near heading")}</h3>{rows}</div>')
    return "".join([*out, "</section>"])


def _unit_rows(unit_ids: Iterable[str], found: LookedUp, lang: str) -> str:
    named = [found.names[each] for each in dict.fromkeys(unit_ids) if each in found.names]
    rows = "".join(
        f"<li>{unit_link(each.unit_id, row_words(each.label, lang, each.ref), 'kb-link kb-row-link')}"
        f' <span class="kb-quiet">{foreign(each.ref)}</span></li>'
        for each in named
    )
    return f'<ul class="kb-rows-list">{rows}</ul>'


def _absent_text(remark: Notice, lang: str) -> str:
    """A line that a text is not loaded, with the ways to obtain it."""
    ref = str(remark.get("ref"))
    there = link(str(remark.get("url")), message(lang, "official source", ref=ref))
    get = (
        f'<button type="button" class="kb-act" data-documents="{escape(ref)}">{say(lang, "get in documents")}</button>'
    )
    return f'<p class="kb-absent">{say(lang, "text absent", ref=ref)} {get} {there}</p>'


def _without(remark: Notice) -> Notice | None:
    """A notice without the parts that the rows below it show."""
    if remark.kind in _SAID_BY_ROWS:
        return None
    if remark.kind not in {"joined", "sentences"}:
        return remark
    items = [each for each in remark.get("items") if isinstance(each, Notice)]
    kept = [rest for each in items if (rest := _without(each)) is not None]
    return notice(remark.kind, items=tuple(kept)) if kept else None


def _of_kind(remark: Notice, kind: str) -> list[Notice]:
    """The notices of a kind inside a notice, the notice itself included."""
    if remark.kind == kind:
        return [remark]
    items = remark.get("items") if remark.kind in {"joined", "sentences"} else ()
    return [found for each in items or () if isinstance(each, Notice) for found in _of_kind(each, kind)]


# --- a unit in full


def unit_page_html(page: UnitPage, lang: str, remark: Notice | None = None) -> str:
    """A unit with its tree beside it; ``said`` is the remark of the look-up about it."""
    ref = page.view.edition.ref
    rows = outline_rows(page.outline, lang, page.view.unit.unit_id, ref)
    tree = (
        f'<details class="kb-tree" open><summary>{say(lang, "tree show")}</summary>'
        f'<nav aria-label="{say(lang, "tree of", ref=ref)}">{rows}'
        "</nav></details>"
    )
    sections = "".join(
        (_unit_card(page, lang, remark), _parts_list(page, lang), _changes(page, lang), _editions_beside(page, lang),
         _counterparts(page, lang))
    )  # fmt: skip
    return f'<div class="kb-unit-grid">{tree}<div class="kb-unit-main">{sections}</div></div>'


def outline_rows(found: Outline, lang: str, here: str = "", ref: str = "") -> str:
    """Rows of a document's tree; a closed row with parts has a button that opens it."""
    more = f'<li class="kb-quiet">{say(lang, "tree more", n=found.more)}</li>' if found.more else ""
    rows = "".join(_outline_row(row, lang, here, ref) for row in found.rows)
    return f'<ul class="kb-tree-rows">{rows}{more}</ul>'


def _outline_row(row: OutlineRow, lang: str, here: str, ref: str) -> str:
    unit_id = row.label.unit_id
    current = ' aria-current="true"' if unit_id == here else ""
    named = row_words(row.label, lang, ref)
    button = ""
    if row.has_parts:
        state = "true" if row.rows else "false"
        label = escape(f"{message(lang, 'tree open')}: {named}")
        button = (
            f'<button type="button" class="kb-twist" aria-expanded="{state}" aria-label="{label}" '
            f'data-branch="{escape(unit_id)}"></button>'
        )
    inside = "".join(_outline_row(each, lang, here, ref) for each in row.rows)
    below = f'<ul class="kb-tree-rows">{inside}</ul>' if inside else ""
    return f"<li>{button}{unit_link(unit_id, named, 'kb-tree-link', current)}{below}</li>"


def _unit_card(page: UnitPage, lang: str, remark: Notice | None) -> str:
    view, edition, citation = page.view, page.view.edition, page.view.citation
    successor = page.edition_refs.get(edition.superseded_by or "", "")
    status = status_note(edition.status.value, (successor,) if successor else (), lang)
    out = ['<article class="kb-unit-card">', _path_to(page, lang)]
    heading = row_words(page.label, lang, edition.ref)
    out.append(f'<h2 class="kb-unit-title" dir="auto" tabindex="-1">{escape(heading)}</h2>')
    if lang == "ko" and page.label.title_ko and page.label.title:
        out.append(f'<div class="kb-quiet" lang="en">{foreign(page.label.title)}</div>')
    publisher = messages.publisher_words(lang, edition.publisher)
    facts = f"{foreign(edition.title)}{edition_words(edition.edition, edition.issued, lang)} · {foreign(publisher)}"
    out.append(f'<div class="kb-quiet">{facts}</div>')
    if status:
        out.append(_status_line(page, status, lang))
    if remark is not None and (more := _said_beside(remark)) is not None:
        out.append(f'<div class="kb-note">{foreign(with_full_stop(sentence(more, lang)))}</div>')
    out.append(_neighbours(page, lang))
    out.append(f'<div class="kb-where">{escape(messages.page_words(lang, citation))}</div>')
    words = paragraphs_html(view.text, citation.language, lang)
    gist = page.gist_ko if lang == "ko" else page.gist_en
    if gist and view.is_register:
        words = paragraphs_html(gist, lang, lang)  # the register says it in both languages
    out.append(f'<blockquote class="kb-quote">{words}</blockquote><div class="kb-tags">')
    out.append(
        tag(message(lang, "register"), "register")
        if view.is_register
        else tag(message(lang, "documents' words"), "match")
    )
    out.append("" if view.unit.proven else tag(message(lang, "numbering not proven"), "status"))
    out.append(f"{fact_tags(citation, lang)}</div>")
    if gist and not view.is_register:
        out.append(
            f'<details class="kb-gist"><summary>{say(lang, "gist heading")}</summary><p>{foreign(gist)}</p></details>'
        )
    out.append(_unit_actions(page, heading, lang))
    out.append(f'<div class="kb-quiet">{say(lang, "licence", text=citation.licence)}</div>')
    out.append(f'<div class="kb-unit-page" hidden>{viewer_html(lang)}</div></article>')
    return "".join(out)


def _path_to(page: UnitPage, lang: str) -> str:
    """The way to a unit, its document first; each step is a link."""
    edition = page.view.edition
    if page.whole:
        first = unit_link(page.whole, edition.ref, "kb-link")
    else:
        first = f'<a class="kb-link" href="#" data-document="{escape(edition.doc_id)}">{foreign(edition.ref)}</a>'
    steps = [first, *(unit_link(each.unit_id, label_place(each, lang, edition.ref)) for each in page.parents)]
    items = "".join(f"<li>{step}</li>" for step in steps)
    return f'<nav class="kb-crumbs" aria-label="{say(lang, "path to unit")}"><ol>{items}</ol></nav>'


def _status_line(page: UnitPage, status: str, lang: str) -> str:
    """The status of an edition; its successor is a link to the unit there, or to the document."""
    edition = page.view.edition
    later = next((each for each in page.editions if each.doc_id == edition.superseded_by), None)
    text = foreign(with_full_stop(capitalised(status)))
    if later is not None:
        named = page.names[later.unit_id]
        text += f" {unit_link(later.unit_id, full_words(named, lang))}"
    elif edition.superseded_by:
        ref = page.edition_refs.get(edition.superseded_by, edition.superseded_by)
        text += f' <a class="kb-link" href="#" data-document="{escape(edition.superseded_by)}">{foreign(ref)}</a>'
    css = "kb-quiet" if edition.status is Status.UNKNOWN else "kb-superseded"  # an unknown state is no warning
    return f'<div class="{css}">{text}</div>'


def _said_beside(remark: Notice) -> Notice | None:
    """The remark of a look-up about a unit, without its name, status and other editions, which the page shows."""
    if remark.kind in {"found", "place taken", "place not known", "amended unit", *_SAID_BY_ROWS}:
        return None
    if remark.kind.startswith(("applies from", "amended")):
        return None
    if remark.kind not in {"joined", "sentences"}:
        return remark
    items = tuple(
        rest for each in remark.get("items") if isinstance(each, Notice) and (rest := _said_beside(each)) is not None
    )
    return notice(remark.kind, items=items) if items else None


def _neighbours(page: UnitPage, lang: str) -> str:
    ref = page.view.edition.ref

    def towards(label: UnitLabel | None, key: str, sign: str) -> str:
        if label is None:
            return '<span class="kb-step"></span>'
        named = row_words(label, lang, ref)
        place = foreign(label_place(label, lang, ref) or label_title(label, lang))
        text = f"‹ {place}" if sign == "‹" else f"{place} ›"
        full = escape(message(lang, f"{key} unit", name=named))
        href = f"?unit={escape(label.unit_id)}"
        return (
            f'<a class="kb-step kb-step-{key}" href="{href}" data-unit="{escape(label.unit_id)}" title="{full}" '
            f'aria-label="{full}">{text}</a>'
        )

    if page.before is None and page.after is None:
        return ""
    return f'<div class="kb-steps">{towards(page.before, "previous", "‹")}{towards(page.after, "next", "›")}</div>'


def _unit_actions(page: UnitPage, heading: str, lang: str) -> str:
    unit_id, citation = page.view.unit.unit_id, page.view.citation
    at = f'data-of="{escape(unit_id)}"'
    forms = "".join(
        f'<button type="button" class="kb-act" data-copy="{form}" {at}>{say(lang, f"copy as {form}")}</button>'
        for form in COPY_FORMS
    )
    asked = escape(message(lang, "about this", name=page.written.partition(" [")[0].replace("“", "").replace("”", "")))
    line = attribute_text(citation_line(citation, lang))
    buttons = (
        f'<button type="button" class="kb-act" data-add {at}>{say(lang, "add to list")}</button>'
        f'<button type="button" class="kb-act" data-show-page {at}>{say(lang, "show the page")}</button>'
        f'<button type="button" class="kb-act" data-line="{line}">{say(lang, "copy citation")}</button>'
        f'<details class="kb-forms"><summary class="kb-act">{say(lang, "copy as")}</summary>'
        f'<div class="kb-forms-list">{forms}</div></details>'
        f'<button type="button" class="kb-act" data-ask="{asked}">{say(lang, "ask about this")}</button>'
    )
    there = link(citation.url, message(lang, "official page"))
    return f'<div class="kb-acts" aria-label="{escape(heading)}" role="group">{buttons}{there}</div>'


def _parts_list(page: UnitPage, lang: str) -> str:
    if not page.parts:
        return ""
    ref = page.view.edition.ref
    rows = "".join(f"<li>{unit_link(each.unit_id, row_words(each, lang, ref))}</li>" for each in page.parts)
    head = f"{say(lang, 'parts heading')} ({len(page.parts)})"
    return f'<section class="kb-parts"><h3>{head}</h3><ul class="kb-rows-list">{rows}</ul></section>'


def _changes(page: UnitPage, lang: str) -> str:
    notices = [*page.amendments, *page.dates]
    if not notices:
        return ""
    rows = "".join(f"<li>{escape(with_full_stop(capitalised(sentence(each, lang))))}</li>" for each in notices)
    return (
        f'<section class="kb-changes"><h3>{say(lang, "changes heading")}</h3><ul class="kb-plain">{rows}</ul></section>'
    )


def _editions_beside(page: UnitPage, lang: str) -> str:
    if not page.editions:
        return ""
    rows = "".join(_edition_beside(page, each, lang) for each in page.editions)
    head = f"{say(lang, 'editions heading')} ({len(page.editions)})"
    return f'<section class="kb-editions"><h3>{head}</h3>{rows}</section>'


def _edition_beside(page: UnitPage, other: UnitInEdition, lang: str) -> str:
    """The unit of another edition beside this one, with the differing words marked; the older of the two is on the
    left."""
    view = page.view
    mine = readable(view.text)
    theirs = other.text_ko if lang == "ko" and other.is_register and other.text_ko else other.text
    if lang == "ko" and view.is_register and page.gist_ko:
        mine = page.gist_ko
    elif view.is_register and page.gist_en:
        mine = page.gist_en
    comparable = view.is_register == other.is_register
    short = max(len(mine), len(theirs)) <= MOST_COMPARED
    left: Marked = ((mine[:UNIT_SHOWN], False),)
    right: Marked = ((theirs[:UNIT_SHOWN], False),)
    if comparable and short:
        left, right = marked_words(mine, theirs)
    note = "words marked" if comparable and short else "texts too long" if comparable else "texts not compared"
    named = page.names[other.unit_id]
    status = tag(messages.status(lang, other.status), "" if other.status == "current" else "status")
    relation = tag(message(lang, f"relation {other.relation}"))
    ours = tag(message(lang, "register"), "register") if other.is_register else ""
    mine_tag = tag(message(lang, "register"), "register") if view.is_register else ""
    issued = f' <span class="kb-quiet">{say(lang, "issued", date=other.issued)}</span>' if other.issued else ""
    title = row_words(page.label, lang, view.edition.ref)
    written_in = lang if view.is_register else view.citation.language
    return (
        '<div class="kb-pair"><div class="kb-beside">'
        f'<h4>{say(lang, "this edition")}: {foreign(view.edition.ref)}</h4><div class="kb-quiet">{foreign(title)}</div>'
        f'<div class="kb-tags">{mine_tag}</div>{marked_html(left, "del", written_in)}'
        f'</div><div class="kb-beside"><h4>{unit_link(other.unit_id, full_words(named, lang))}</h4>'
        f'<div class="kb-tags">{status}{relation}{ours}{issued}</div>'
        f"{marked_html(right, 'ins', lang if other.is_register else view.citation.language)}</div>"
        f'<p class="kb-quiet">{say(lang, note)}</p></div>'
    )


def marked_html(words: Marked, element: str, language: str = "") -> str:
    """Words in which those are marked that the other side lacks."""
    inside = " ".join(f"<{element}>{escape(w)}</{element}>" if marked else escape(w) for w, marked in words)
    return f'<div class="kb-words" dir="auto"{_lang_of(language)}>{inside}</div>'


def _counterparts(page: UnitPage, lang: str) -> str:
    head = f"<h3>{say(lang, 'counterparts heading')}</h3>"
    if not page.counterparts:
        return (
            f'<section class="kb-counterparts">{head}<p class="kb-quiet">{say(lang, "counterparts none")}</p></section>'
        )
    note = ""
    if page.counterparts_of is not None:
        ref = page.view.edition.ref
        name = row_words(page.counterparts_of, lang, ref)
        text = say(lang, "counterparts of parent", name=name)
        note = f'<p class="kb-note">{text} {unit_link(page.counterparts_of.unit_id, name)}</p>'
    rows = "".join(_counterpart_row(page, each, lang) for each in page.counterparts)
    label = tag(message(lang, "crosswalk label"), "register")
    return f'<section class="kb-counterparts">{head}{label}{note}<ul class="kb-rows-list">{rows}</ul></section>'


def _counterpart_row(page: UnitPage, found: Counterpart, lang: str) -> str:
    edge = found.edge
    named = page.names.get(edge.target)
    text = full_words(named, lang) if named else found.locator
    relation, review = (message(lang, f"crosswalk {code.value}") for code in (edge.relation, edge.status))
    reason = edge.rationale_ko if lang == "ko" else edge.rationale_en
    return (
        f'<li>{unit_link(edge.target, text)}<div class="kb-tags">{tag(relation, "match")}{tag(review, "status")}</div>'
        f'<div class="kb-quiet">{foreign(reason)}</div></li>'
    )


def paragraphs_html(text: str, language: str, lang: str) -> str:
    """The words of a unit by paragraphs, up to the shown length."""
    cut = text[:UNIT_SHOWN]
    shown = word_rows([readable(part) for part in quote_paragraphs(cut)], language)
    rest = len(text) - len(cut)
    return shown + (f'<div class="kb-quiet">{say(lang, "more of unit", n=rest)}</div>' if rest > 0 else "")


def _lang_of(language: str) -> str:
    return f' lang="{escape(language)}"' if language in QUOTE_LANGUAGES else ""
