"""The look-up as HTML: units in their tree, choices, near misses and suggestions."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from app.plain_text import citation_line, status_note, with_full_stop
from app.web.html.escape import escape, foreign, link
from app.web.html.evidence import edition_words, fact_tags
from app.web.html.pieces import QUOTE_LANGUAGES, button_row, capitalised, copy_button, tag, unit_button
from kb import Counterpart, LookUp, NameSuggestion, SuggestionKind, UnitView, messages
from kb.messages import message, words
from kb.text.cleaning import readable
from kb.types import Unit

_NOWHERE: Mapping[str, Sequence[Counterpart]] = {}


def look_up_page(
    found: Sequence[LookUp],
    refs: Mapping[str, str],
    elsewhere: Mapping[str, Sequence[Counterpart]] = _NOWHERE,
    lang: str = "en",
) -> str:
    """The results of a look-up; ``refs`` gives the names of editions, ``elsewhere`` counterparts by unit id."""
    return f'<div class="kb-lookup">{"".join(_one_look_up(item, refs, elsewhere, lang) for item in found)}</div>'


def _one_look_up(
    item: LookUp, refs: Mapping[str, str], elsewhere: Mapping[str, Sequence[Counterpart]], lang: str
) -> str:
    out = ["<section>"]
    if item.notice:
        css = "kb-note" if item.units or item.choices else "kb-problem"
        out.append(f'<div class="{css}">{foreign(with_full_stop(words(item.notice, lang)))}</div>')
    out += [unit_card(view, refs, elsewhere.get(view.unit.unit_id, ()), lang) for view in item.units]
    for key, pairs in (
        ("which one" if len(item.choices) > 1 else "this one", item.choices),
        ("near misses", item.near),
    ):
        if pairs:
            rows = "".join(f"<li>{unit_button(unit_id, named, 'kb-row')}</li>" for unit_id, named in pairs)
            out.append(f'<div class="kb-sub">{message(lang, key)}</div><ul class="kb-rows">{rows}</ul>')
    return "".join([*out, "</section>"])


def suggestion_list(found: Sequence[NameSuggestion], lang: str = "en") -> str:
    """Units that the typed text may mean, each with its name in words; a guess is marked as one."""
    if not found:
        return ""
    rows: list[str] = []
    for each in found:
        title = each.unit.title
        words = f"{each.name} — {title}" if title and title not in each.name else each.name
        guess = f' <span class="kb-note">{message(lang, "perhaps")}</span>' if each.how is SuggestionKind.LIKE else ""
        rows.append(f"<li>{unit_button(each.unit.unit_id, words, 'kb-row')}{guess}</li>")
    return f'<div class="kb-sub">{message(lang, "suggestions")}</div><ul class="kb-rows">{"".join(rows)}</ul>'


def unit_card(view: UnitView, refs: Mapping[str, str], elsewhere: Sequence[Counterpart] = (), lang: str = "en") -> str:
    """A unit in its tree: what it is part of, its words, its parts, its other editions, its counterparts elsewhere."""
    citation = view.citation
    edition = view.edition
    successor = refs.get(edition.superseded_by or "", edition.superseded_by)
    status = status_note(edition.status.value, (successor,) if successor else (), lang)
    crumbs = "".join(f"{unit_button(u.unit_id, u.path, 'kb-crumb')} › " for u in view.parents)
    title = f"{view.unit.path} — {view.title}" if view.title and view.title != view.unit.path else view.unit.path
    out = [
        '<article class="kb-card kb-unit">',
        f'<div class="kb-sub">{foreign(edition.ref)} › {crumbs}</div>',
        f'<h3 dir="auto">{escape(title)}</h3>',
        f'<div class="kb-sub">{foreign(edition.title)}{edition_words(edition.edition, edition.issued, lang)}'
        f" · {foreign(edition.publisher)}</div>",
    ]
    if status:
        out.append(f'<div class="kb-superseded">{foreign(with_full_stop(capitalised(status)))}</div>')
    out.append(f'<div class="kb-where">{escape(messages.page_words(lang, citation))}</div>')
    words = _words_in_lines(view.text, citation.language, lang)
    out.append(f'<blockquote class="kb-quote">{words}</blockquote><div class="kb-tags">')
    ours = view.is_register
    out.append(tag(message(lang, "register"), "register") if ours else tag(message(lang, "documents' words"), "match"))
    out.append("" if view.unit.proven else tag(message(lang, "numbering not proven"), "status"))
    out.append(fact_tags(citation, lang))
    unit_id = f"{message(lang, 'unit id')} <code>{escape(view.unit.unit_id)}</code>"
    licence = f"{message(lang, 'licence', text='')}{foreign(citation.licence)}"
    out.append(f'</div><div class="kb-sub">{unit_id} · {licence}</div>')
    copy = copy_button(citation_line(citation, lang), message(lang, "copy citation"), lang)
    out.append(f'<div class="kb-acts">{copy}{link(citation.url, message(lang, "official page"))}</div>')
    if view.children:
        rows = "".join(f"<li>{unit_button(u.unit_id, _child_words(u), 'kb-row')}</li>" for u in view.children)
        parts = message(lang, "parts", n=len(view.children))
        out.append(f'<div class="kb-sub">{parts}</div><ul class="kb-rows">{rows}</ul>')
    if view.other_editions:
        others = "; ".join(foreign(refs.get(d, d)) for d in view.other_editions)
        out.append(f'<div class="kb-sub">{message(lang, "other editions", refs="")}{others}</div>')
    if elsewhere:
        named = message(lang, "counterparts", n=len(elsewhere), label=message(lang, "crosswalk label"))
        out.append(f'<div class="kb-sub">{escape(named)}</div>')
        out.append(f'<ul class="kb-rows">{"".join(_counterpart(each, lang) for each in elsewhere)}</ul>')
    return "".join([*out, "</article>"])


def _counterpart(found: Counterpart, lang: str) -> str:
    edge = found.edge
    named = f"{found.locator} — {found.title}" if found.title and found.title not in found.locator else found.locator
    relation, review = (message(lang, f"crosswalk {code.value}") for code in (edge.relation, edge.status))
    tags = tag(relation, "match") + tag(review, "status") + tag(message(lang, "crosswalk label"), "register")
    why = f'<div class="kb-sub">{foreign(edge.rationale_ko if lang == "ko" else edge.rationale_en)}</div>'
    return f'<li>{unit_button(edge.target, named, "kb-row")}<div class="kb-tags">{tags}</div>{why}</li>'


def _child_words(child: Unit) -> str:
    return f"{child.path} — {child.title}" if child.title and child.title != child.path else child.path


UNIT_SHOWN = 20_000
"""Characters of a unit that a look-up shows; an annex can be a small book."""


def _words_in_lines(text: str, language: str, words: str) -> str:
    """A unit's words with the line ends of its paragraphs kept, where a line ends a sentence or an item begins."""
    cut = text[:UNIT_SHOWN]
    paragraphs = [
        readable(p) for p in re.split(r"\n(?=\s*(?:\n|\(?[0-9a-zA-Z]{1,4}[.)]\s|[•–\-]\s))|(?<=[.;:])\n", cut)
    ]
    lang = f' lang="{escape(language)}"' if language in QUOTE_LANGUAGES else ""
    shown = "".join(f'<div class="kb-words" dir="auto"{lang}>{escape(p)}</div>' for p in paragraphs if p)
    rest = len(text) - len(cut)
    return shown + (f'<div class="kb-sub">{escape(message(words, "more of unit", n=rest))}</div>' if rest > 0 else "")


def reference_examples(words: str, examples: Sequence[str]) -> str:
    """A line of words and references to try."""
    row = button_row("reference", examples, "kb-act")
    return f'<div class="kb-hint">{escape(words)}</div><div class="kb-acts">{row}</div>'
