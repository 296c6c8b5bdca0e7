"""The screen Crosswalk as HTML: the tables, the pairs side by side, the queue of suggestions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.plain_text import beginning
from app.web.html.escape import escape, foreign
from app.web.html.names import full_words, row_words, say, unit_link
from app.web.html.pieces import tag
from app.web.html.unit_page import paragraphs_html
from kb.catalog.edges import MACHINE, Edge, Relation, Review
from kb.messages import message

if TYPE_CHECKING:
    from kb import UnitWords
    from kb.catalog.crosswalk import GroupCoverage, UnitCoverage

VIEWS = ("works", "principles", "queue")
"""The parts of the screen; the messages ``crosswalk …`` name them."""
EXPORTS = ("csv", "xlsx", "oscal")
MOST_TEXT = 3_000
"""Characters of a unit that a pair shows."""


@dataclass(frozen=True, slots=True)
class PairCount:
    """The number of pairs between two families of publications."""

    reviewed: int = 0
    proposed: int = 0

    def words(self) -> str:
        """ "3 + 1": reviewed, then proposed; "" for none."""
        return (
            f"{self.reviewed}{f' + {self.proposed}' if self.proposed else ''}" if self.reviewed + self.proposed else ""
        )


def crosswalk_shell(lang: str) -> str:
    """The screen before its first table is loaded."""
    buttons = "".join(
        f'<button type="button" class="kb-act" data-view="{view}" aria-pressed="{str(view == "works").lower()}">'
        f"{say(lang, f'crosswalk {view}', n='…') if view == 'queue' else say(lang, f'crosswalk {view}')}</button>"
        for view in VIEWS
    )
    exports = "".join(
        f'<button type="button" class="kb-act" data-export="{kind}">{say(lang, f"export {kind}")}</button>'
        for kind in EXPORTS
    )
    return (
        f'<section class="kb-crosswalk-screen" lang="{lang}" aria-label="{say(lang, "tab crosswalk")}">'
        f'<p class="kb-quiet">{say(lang, "crosswalk intro")}</p><div class="kb-acts kb-views">{buttons}'
        f'<details class="kb-forms"><summary class="kb-act">{say(lang, "crosswalk exports")}</summary>'
        f'<div class="kb-forms-list">{exports}</div></details></div>'
        '<div class="kb-crosswalk-area" tabindex="-1" aria-live="polite" aria-busy="true"></div></section>'
    )


def works_table(families: Sequence[str], counts: Mapping[frozenset[str], PairCount], lang: str) -> str:
    """Families of publications against each other: how many pairs are reviewed and proposed."""
    head = "".join(f'<th scope="col">{foreign(name)}</th>' for name in families)
    body: list[str] = []
    for a in families:
        cells = [f'<th scope="row">{foreign(a)}</th>']
        for b in families:
            count = counts.get(frozenset((a, b)), PairCount()) if a != b else PairCount()
            said = message(lang, "crosswalk cell", a=a, b=b, reviewed=count.reviewed, proposed=count.proposed)
            label, shown = escape(said), escape(count.words())
            button = (
                f'<button type="button" class="kb-cell" data-a="{escape(a)}" data-b="{escape(b)}" '
                f'aria-label="{shown}, {label}" '
                f'title="{label}">{shown}</button>'
                if count.words()
                else '<span aria-hidden="true">·</span>'
            )
            cells.append(f"<td>{button}</td>")
        body.append(f"<tr>{''.join(cells)}</tr>")
    corner = f'<td><span class="kb-unseen">{say(lang, "crosswalk works")}</span></td>'
    return (
        f'<p class="kb-quiet">{say(lang, "crosswalk legend")}</p><div class="kb-scroll" tabindex="0" role="region" '
        f'aria-label="{say(lang, "crosswalk works")}"><table class="kb-matrix"><thead><tr>{corner}{head}</tr></thead>'
        f"<tbody>{''.join(body)}</tbody></table></div>"
    )


def principles_table(
    groups: Sequence[GroupCoverage], families: Sequence[str], words: Mapping[str, UnitWords], lang: str
) -> str:
    """The units of the report against families of publications, and where there is no counterpart at all."""
    out = [
        f'<p class="kb-quiet">{say(lang, "crosswalk row legend")} {say(lang, "coverage note")}</p>'
        '<label class="kb-tick"><input type="checkbox" class="kb-gaps-only"> '
        f"{say(lang, 'coverage gaps only')}</label>"
    ]
    for group in (each for each in groups if each.units):
        without = sum(unit.is_gap for unit in group.units)
        title = escape(message(lang, "coverage group", name=group.name, n=len(group.units), without=without))
        shown = [name for name in families if any(_has(unit, name) for unit in group.units)]
        head = "".join(f'<th scope="col">{foreign(name)}</th>' for name in shown)
        rows = "".join(_principle_row(unit, shown, words, lang) for unit in group.units)
        corner = f'<td><span class="kb-unseen">{title}</span></td>'
        out.append(
            f'<details class="kb-group"><summary><h3>{title}</h3></summary><div class="kb-scroll" tabindex="0" '
            f'role="region" aria-label="{title}"><table class="kb-matrix"><thead><tr>{corner}{head}</tr></thead>'
            f"<tbody>{rows}</tbody></table></div></details>"
        )
    return "".join(out)


def _has(unit: UnitCoverage, family: str) -> bool:
    return bool(unit.own.get(family) or unit.within.get(family))


def _principle_row(unit: UnitCoverage, families: Sequence[str], words: Mapping[str, UnitWords], lang: str) -> str:
    named = words.get(unit.unit_id)
    name = row_words(named.named.label, lang, named.named.ref) if named else unit.unit_id.rpartition(":")[2]
    cells: list[str] = []
    for family in families:
        own, within = unit.own.get(family, 0), unit.within.get(family, 0)
        text = " ".join(part for part in (str(own) if own else "", f"({within})" if within else "") if part)
        label = escape(message(lang, "crosswalk cell row", a=name, b=family, n=text))
        cells.append(
            f'<td><button type="button" class="kb-cell" data-of="{escape(unit.unit_id)}" data-b="{escape(family)}" '
            f'aria-label="{label}">{escape(text)}</button></td>'
            if text
            else '<td><span aria-hidden="true">·</span></td>'
        )
    gap = f" {tag(message(lang, 'coverage gap'), 'status')}" if unit.is_gap else ""
    link = unit_link(unit.unit_id, name) if named else foreign(name)
    return f'<tr data-gap="{str(unit.is_gap).lower()}"><th scope="row">{link}{gap}</th>{"".join(cells)}</tr>'


def pairs_html(title: str, edges: Sequence[Edge], words: Mapping[str, UnitWords], lang: str, back: bool = True) -> str:
    """Pairs side by side with both texts, the relation, the reason and the place for a judgement."""
    rows = "".join(pair_html(each, words, lang) for each in edges)
    head = (
        f'<button type="button" class="kb-act" data-view="back">{say(lang, "crosswalk back")}</button>' if back else ""
    )
    none = "" if edges else f'<p class="kb-quiet">{say(lang, "crosswalk none here")}</p>'
    return f'{head}<h2 tabindex="-1">{escape(title)}</h2>{_for_readers(lang)}{none}{rows}'


def _for_readers(lang: str) -> str:
    return f'<p class="kb-quiet kb-readers">{say(lang, "editors judge")}</p>'


def pair_html(edge: Edge, words: Mapping[str, UnitWords], lang: str, said: str = "") -> str:
    """One pair; ``said`` is the confirmation of a recorded judgement."""
    reviewed = edge.status is Review.REVIEWED
    relation = message(lang, f"crosswalk {edge.relation.value}")
    meaning = message(lang, f"crosswalk says {edge.relation.value}")
    tags = tag(f"{relation}: {meaning}", "match")
    tags += tag(message(lang, f"crosswalk {edge.status.value}"), "" if reviewed else "status")
    reason = edge.rationale_ko if lang == "ko" else edge.rationale_en
    if edge.is_machine_made:
        reason = ""
        tags += tag(message(lang, "crosswalk machine"), "status")
    who = edge.reviewer or ("" if edge.author == MACHINE else edge.author)
    judged = message(lang, "crosswalk judged", who=who, day=edge.changed) if who else edge.changed
    why = f"<p>{say(lang, 'crosswalk reason', text=reason)}</p>" if reason else ""
    done = f'<p class="kb-done" role="status">{escape(said)}</p>' if said else ""
    return (
        f'<article class="kb-pair kb-edge" id="{edge.edge_id}" data-edge="{edge.edge_id}">'
        f"{_side(edge.source, words, lang)}{_side(edge.target, words, lang)}"
        f'<div class="kb-wide"><div class="kb-tags">{tags}</div>{why}<p class="kb-quiet">{foreign(judged)}</p>{done}'
        f"{_judging(edge, lang)}</div></article>"
    )


def _side(unit_id: str, words: Mapping[str, UnitWords], lang: str) -> str:
    found = words.get(unit_id)
    if found is None:
        return f'<div class="kb-beside"><p class="kb-quiet">{say(lang, "text not here")}</p></div>'
    if found.is_register:
        gist = found.gist_ko if lang == "ko" else found.gist_en
        text = paragraphs_html(gist or beginning(found.text, MOST_TEXT), lang, lang)
        mark = tag(message(lang, "register"), "register")
    else:
        text = paragraphs_html(beginning(found.text, MOST_TEXT), found.language, lang)
        mark = tag(message(lang, "documents' words"), "match")
    return f'<div class="kb-beside"><h4>{unit_link(unit_id, full_words(found.named, lang))}</h4>{mark}{text}</div>'


def _judging(edge: Edge, lang: str) -> str:
    """The form for a person's judgement: agree, another relation, or none; each with a name and a reason."""
    options = "".join(
        f'<option value="{each.value}"{" selected" if each is edge.relation else ""}>'
        f"{say(lang, f'crosswalk {each.value}')}: {say(lang, f'crosswalk says {each.value}')}</option>"
        for each in Relation
    )
    at = edge.edge_id
    return (
        f'<details class="kb-judging kb-editors"><summary class="kb-act">{say(lang, "judge heading")}</summary>'
        f'<div class="kb-judge-fields"><label><span class="kb-label">{say(lang, "judge name")}</span>'
        f'<input name="by" maxlength="120" autocomplete="name"></label>'
        f'<label class="kb-judge-note"><span class="kb-label">{say(lang, "judge note")}</span>'
        f'<input name="note" maxlength="500"></label>'
        f'<label><span class="kb-label">{say(lang, "judge relation")}</span><select name="relation">{options}</select>'
        f'</label><label><span class="kb-label">{say(lang, "judge against")}</span><select name="against">'
        f'<option value="official texts">{say(lang, "judge against texts")}</option>'
        f'<option value="gists">{say(lang, "judge against gists")}</option></select></label></div>'
        f'<div class="kb-acts"><button type="button" class="kb-act" data-judge="agree" data-at="{at}">'
        f'{say(lang, "judge agree")}</button><button type="button" class="kb-act" data-judge="change" data-at="{at}">'
        f'{say(lang, "judge change")}</button><button type="button" class="kb-act" data-judge="reject" data-at="{at}">'
        f'{say(lang, "judge reject")}</button><span class="kb-judge-told" role="alert"></span></div></details>'
    )


def queue_html(edges: Sequence[Edge], words: Mapping[str, UnitWords], lang: str, said: str = "") -> str:
    """The pairs that wait for a judgement, and the search for further ones."""
    done = f'<p class="kb-done" role="status">{escape(said)}</p>' if said else ""
    find = (
        f'<form class="kb-suggest-pairs kb-editors"><label><span class="kb-label">{say(lang, "queue for")}</span>'
        f'<input name="reference" maxlength="200" autocomplete="off"></label>'
        f'<button type="submit" class="kb-primary" data-running="{say(lang, "queue running")}">'
        f"{say(lang, 'queue find')}</button></form>"
    )
    rows = "".join(pair_html(each, words, lang) for each in edges)
    none = "" if edges else f'<p class="kb-quiet">{say(lang, "queue empty")}</p>'
    return f'<p class="kb-quiet">{say(lang, "queue intro")}</p>{_for_readers(lang)}{find}{done}{none}{rows}'
