"""The Crosswalk screen: pairs of related provisions of different publications, and a person's judgement on
each pair."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import gradio as gr

from app.accounts import account_key
from app.web.calls import Download
from app.web.handlers import Handlers
from app.web.html.crosswalk import (
    PairCount,
    crosswalk_shell,
    pair_html,
    pairs_html,
    principles_table,
    queue_html,
    works_table,
)
from app.web.html.names import full_words
from app.web.screens.given import given_number, given_text
from app.web.screens.screen import OWN_STYLE, Context, Screen, script
from app.web.sign_in import need_editor, who_asks
from kb import Crosswalks
from kb.catalog.crosswalk import family_names, family_of
from kb.catalog.edges import Edge, Relation, Review
from kb.crosswalk_workbook import crosswalk_workbook
from kb.errors import AmbiguousReference, ConfigError, ReferenceNotFound
from kb.export.oscal import to_oscal
from kb.messages import message
from kb.release import package_version, today
from kb.types import notice

MOST_PAIRS = 60
"""Pairs that one table cell opens."""
SUGGESTED_A_UNIT = 3
SUGGESTED_A_GAP = 1
"""Suggestions for a named provision, and for each provision without a counterpart."""
MOST_GAPS = 60

_CROSSWALK_FILES: dict[str, tuple[str, str, Callable[[Crosswalks], bytes]]] = {
    "csv": ("crosswalk.csv", "text/csv", lambda walks: walks.crosswalk.to_csv().encode()),
    "xlsx": (
        "crosswalk.xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        lambda walks: crosswalk_workbook(walks, package_version()),
    ),
    "oscal": (
        "crosswalk-oscal.json",
        "application/json",
        lambda walks: to_oscal(walks.crosswalk.edges, walks.edition_of, walks.name, package_version()).encode(),
    ),
}


def crosswalk_screen(context: Context) -> Screen:
    """The panel of the screen; its script loads the content."""
    calls = CrosswalkCalls(context.desk)
    panel = gr.HTML(
        crosswalk_shell(context.start), js_on_load=script("crosswalk/crosswalk"), elem_id="kb-crosswalk", **OWN_STYLE
    )
    functions = (calls.works, calls.principles, calls.queue, calls.pairs, calls.judge, calls.suggest, calls.export)
    return Screen((panel,), lambda code: (crosswalk_shell(code),), {each.__name__: each for each in functions})


class CrosswalkCalls:
    """The calls of the screen's scripts."""

    def __init__(self, desk: Handlers, allow: Callable[[], None] = lambda: need_editor(who_asks())) -> None:
        self._allow = allow
        self._desk = desk
        self._writing = threading.Lock()
        self._walks = Crosswalks(desk.settings.home_path)

    # --- tables

    def works(self, data: Mapping[str, Any], lang: str) -> dict[str, Any]:
        """Publications against each other."""
        del data
        counts: dict[frozenset[str], PairCount] = {}
        edges = self._walks.crosswalk.edges
        for edge in edges:
            pair = frozenset((family_of(edge.source), family_of(edge.target)))
            old = counts.get(pair, PairCount())
            if edge.status is Review.REVIEWED:
                counts[pair] = PairCount(old.reviewed + 1, old.proposed)
            elif edge.status is Review.PROPOSED:
                counts[pair] = PairCount(old.reviewed, old.proposed + 1)
        there = {name for pair in counts for name in pair}
        families = [name for name in family_names() if name in there]
        families += sorted(there.difference(families))
        return {"html": works_table(families, counts, lang), "queued": self._queued_words(lang)}

    def principles(self, data: Mapping[str, Any], lang: str) -> dict[str, Any]:
        """Principles, articles and criteria against publications, with what has no counterpart."""
        del data
        groups = self._walks.crosswalk.report()
        words = self._desk.base().units_in_words([unit.unit_id for group in groups for unit in group.units])
        return {"html": principles_table(groups, family_names(), words, lang), "queued": self._queued_words(lang)}

    def queue(self, data: Mapping[str, Any], lang: str, said: str = "") -> dict[str, Any]:
        """The pairs that wait for a judgement."""
        del data
        edges = self._waiting()[:MOST_PAIRS]
        return {"html": queue_html(edges, self._words(edges), lang, said), "queued": self._queued_words(lang)}

    def _waiting(self) -> list[Edge]:
        return [edge for edge in self._walks.crosswalk.edges if edge.is_machine_made]

    def _queued_words(self, lang: str) -> str:
        return message(lang, "crosswalk queue", n=len(self._waiting()))

    # --- pairs

    def pairs(self, data: Mapping[str, Any], lang: str) -> dict[str, Any]:
        """The pairs of two publications, or of a unit and its parts with a publication, side by side."""
        a, b, of = given_text(data, "a", 200), given_text(data, "b", 200), given_text(data, "of", 400)
        if of:
            here = self._walks.units(of)
            fits = [e for e in self._both_ways() if e.source in here and family_of(e.target) == b]
        else:
            fits = [e for e in self._both_ways() if family_of(e.source) == a and family_of(e.target) == b]
        fits.sort(key=lambda edge: (edge.source != of, edge.status is not Review.REVIEWED, -edge.relation.strength))
        edges = fits[: given_number(data, "most", MOST_PAIRS)][:MOST_PAIRS]
        words = self._words(edges)
        if of:
            named = self._desk.base().units_in_words([of])
            name = full_words(named[of].named, lang) if of in named else of
            title = message(lang, "crosswalk pairs one", name=name, n=len(fits))
        else:
            title = message(lang, "crosswalk pairs", a=a, b=b, n=len(fits))
        return {"html": pairs_html(title, edges, words, lang)}

    def _both_ways(self) -> list[Edge]:
        known = [edge for edge in self._walks.crosswalk.edges if edge.status is not Review.REJECTED]
        return [each for edge in known for each in (edge, edge.inverted())]

    def _words(self, edges: Sequence[Edge]) -> dict[str, Any]:
        return self._desk.base().units_in_words([unit for edge in edges for unit in (edge.source, edge.target)])

    # --- what a person does

    def judge(self, data: Mapping[str, Any], lang: str) -> dict[str, Any]:
        """Records a person's judgement on a pair, as ``kb crosswalk review`` does."""
        self._allow()
        by, note, how = given_text(data, "by", 120), given_text(data, "note", 500), given_text(data, "how", 20)
        by = signed_by(by, who_asks().name)
        if not by:
            raise ConfigError(notice("judge no name"))
        if not note:
            raise ConfigError(notice("judge no note"))
        against = given_text(data, "against", 60)
        with self._writing:
            edge = self._walks.crosswalk.find(given_text(data, "edge", 40))
            if edge is None:
                raise ConfigError(notice("pair gone"))
            turned = given_text(data, "source", 400) == edge.target
            chosen = _relation(given_text(data, "relation", 20)) if how == "change" else edge.relation
            if how == "change" and turned:
                chosen = chosen.inverse  # the pair was shown from its other side
            judged, _ = self._walks.review(
                edge.edge_id, None if how == "reject" else chosen, note, by, today(), against
            )
        shown = judged.inverted() if turned else judged
        relation = message(lang, f"crosswalk {shown.relation.value}")
        said = {
            "reject": message(lang, "judge rejected"),
            "change": message(lang, "judge changed", relation=relation),
        }.get(how, message(lang, "judge agreed"))
        return {"html": pair_html(shown, self._words([shown]), lang, said), "queued": self._queued_words(lang)}

    def suggest(self, data: Mapping[str, Any], lang: str) -> dict[str, Any]:
        """Searches for similar pairs, for a provision or for all without a counterpart, and keeps them as suggestions
        to be judged.

        :raises ConfigError: the reference names no provision of the register.
        """
        self._allow()
        reference = given_text(data, "reference", 200)
        try:
            units = [self._walks.unit(reference)] if reference else list(self._walks.gaps()[:MOST_GAPS])
        except (ReferenceNotFound, AmbiguousReference) as error:
            raise ConfigError(notice("queue no unit", text=reference)) from error
        limit = SUGGESTED_A_UNIT if reference else SUGGESTED_A_GAP
        found, _ = self._desk.base().suggest_edges(self._walks, units, limit, today())
        with self._writing:
            known = {edge.pair for edge in self._walks.crosswalk.edges}
            fresh = [each.edge for each in found if each.edge.pair not in known]
            if fresh:
                self._walks.record(fresh)
        return self.queue({}, lang, message(lang, "queue found", n=len(fresh)))

    def export(self, data: Mapping[str, Any], lang: str) -> Download:
        """The crosswalk as a file."""
        del lang
        name, media_type, make = _CROSSWALK_FILES.get(given_text(data, "kind", 20), _CROSSWALK_FILES["csv"])
        return Download(name, make(self._walks), media_type)


def signed_by(given: str, account: str) -> str:
    """The name under which a judgement is recorded: the given name with the account's, so that nobody signs as
    another."""
    if account_key(given) == account_key(account):
        return account
    return f"{given} ({account})" if given and account else given or account


def _relation(text: str) -> Relation:
    return next((each for each in Relation if each.value == text), Relation.RELATED)
