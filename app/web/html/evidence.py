"""The evidence beside an answer as HTML: one card for each citation."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from app.plain_text import beginning, citation_line, match_words, status_note, with_full_stop
from app.web.html.escape import escape, foreign, link
from app.web.html.names import cited_place
from app.web.html.pieces import capitalised, copy_button, folded_quote, hint, joined, own_title, tag, unit_button
from kb import messages
from kb.messages import edition_name, message
from kb.types import Answer, Citation


def evidence_cards(found: Answer, turn: int, selected: int = 1, lang: str = "en") -> str:
    """The evidence of an answer, or the nearest places of a refusal, in the language of the question: each document
    once, then a card for each of its places."""
    lang = messages.language(found.question, lang)
    listed = found.citations or found.nearest
    if not listed:
        return hint(message(lang, "no evidence"))
    out = [
        f'<h2 class="kb-sub">{_heading(found, lang)}</h2>',
        _sources(listed, turn, selected, not found.citations, lang),
    ]
    if found.also_relevant:
        out.append(f'<h2 class="kb-sub">{message(lang, "also relevant")}</h2>')
        out.append(_sources(found.also_relevant, turn, selected, False, lang))
    return f'<div class="kb-cards">{"".join(out)}</div>'


QUESTION_SHOWN = 90
"""Characters of the question in the heading over its evidence."""


def _sources(listed: Sequence[Citation], turn: int, selected: int, near: bool, lang: str) -> str:
    """The cards of citations in their order, consecutive ones of one document below its name, edition and status."""
    out: list[str] = []
    for _, run in groupby(listed, key=lambda c: (c.doc_ref, c.doc_id, c.match == "register")):
        cards = list(run)
        out.append(f'<section class="kb-source">{document_head(cards[0], lang)}')
        out += [evidence_card(c, turn, c.n == selected, near, lang, has_head=False) for c in cards]
        out.append("</section>")
    return "".join(out)


def document_head(citation: Citation, lang: str) -> str:
    """Name, title, edition and status of the document of a citation."""
    status = status_note(citation.status, citation.superseded_by, lang)
    warning = f'<div class="kb-superseded">{foreign(with_full_stop(capitalised(status)))}</div>' if status else ""
    return (
        f'<div class="kb-source-head"><strong>{foreign(citation.doc_ref)}</strong>'
        f'<div class="kb-sub">{foreign(own_title(citation.doc_ref, citation.title))}'
        f"{edition_words(citation.edition, citation.issued, lang)}</div>{warning}</div>"
    )


def _heading(found: Answer, lang: str) -> str:
    words = message(lang, "evidence for" if found.citations else "nearest to")
    return f"{words} “{foreign(beginning(found.question, QUESTION_SHOWN))}”"


def place_words(citation: Citation, lang: str) -> str:
    """Document, unit and page of a citation in one line, with the status of an edition that is not current."""
    status = status_note(citation.status, citation.superseded_by, lang)
    where = joined(citation.doc_ref, cited_place(citation, lang), messages.page_words(lang, citation))
    return f"{where} [{status}]" if status else where


def evidence_card(
    citation: Citation, turn: int, selected: bool = False, near: bool = False, lang: str = "en", has_head: bool = True
) -> str:
    """One citation with everything needed to check it; without its head if that is above several cards."""
    words = message(lang, "near")
    number = f'<span class="kb-n kb-n-near">{words}</span>' if near else f'<span class="kb-n">{citation.n}</span>'
    where = cited_place(citation, lang)
    named = f"<strong>{foreign(where)}</strong>" if where else ""
    page = f'<span class="kb-where">{escape(messages.page_words(lang, citation))}</span>'
    out = [
        f'<article class="kb-card{" kb-selected" if selected else ""}" id="kb-{turn}-{citation.n}">',
        document_head(citation, lang) if has_head else "",
        f'<div class="kb-card-top">{number}{named}{page}</div>',
    ]
    words = folded_quote(citation.quote, citation.language, lang, citation.sentence)
    out.append(f'<blockquote class="kb-quote">{words}</blockquote>')
    out.append('<div class="kb-acts">')  # before the facts, which are longer than the place for the cards
    at = f'data-turn="{turn}" data-n="{citation.n}"'
    out.append(f'<button type="button" class="kb-act" data-kb="page" {at}>{message(lang, "show page")}</button>')
    if citation.unit_id:
        out.append(unit_button(citation.unit_id, message(lang, "look up")))
    out.append(f'<button type="button" class="kb-act" data-kb="collect" {at}>{message(lang, "collect")}</button>')
    out.append(copy_button(citation_line(citation, lang), message(lang, "copy citation"), lang))
    out.append(link(citation.url, message(lang, "official page")) + '</div><div class="kb-tags">')
    out.append(tag(match_words(citation, lang), "register" if citation.match == "register" else "match"))
    out.append(fact_tags(citation, lang))
    licence = message(lang, "licence", text="")
    out.append(f'</div><div class="kb-sub">{licence}{foreign(citation.licence)}</div></article>')
    return "".join(out)


def fact_tags(citation: Citation, lang: str) -> str:
    """Force, whether it was checked, language, as tags."""
    informative = citation.force == "informative"
    force = message(lang, "informative") if informative else message(lang, "force", force=citation.force)
    checked = tag(message(lang, "checked")) if citation.verified else tag(message(lang, "not checked"), "status")
    return tag(force) + checked + tag(messages.source_language(lang, citation))


def edition_words(edition: str, issued: str, lang: str = "en") -> str:
    """Edition and date of issue, to follow a title."""
    words = " · ".join(
        filter(None, (edition_name(lang, edition), message(lang, "issued", date=issued) if issued else ""))
    )
    return f" · {foreign(words)}" if words else ""
