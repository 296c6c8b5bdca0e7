"""The filters of a question: as chips above the answer to come, and in words above an answer that was given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from app.web.html.escape import escape, foreign
from kb.messages import language_name, message, publisher_words
from kb.types import Force, SearchFilter

FORCE_VALUES = tuple(force.value for force in Force)


@dataclass(frozen=True, slots=True)
class Choices:
    """The values to choose from: publishers, documents as pairs of name and id, language codes."""

    publishers: tuple[str, ...] = ()
    documents: tuple[tuple[str, str], ...] = ()
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Chosen:
    """The filter that a person chose, and whether only current editions are searched."""

    filter: SearchFilter = field(default_factory=SearchFilter)
    is_current: bool = False


def force_words(force: str, lang: str) -> str:
    """A normative force in words."""
    return message(lang, "informative") if force == "informative" else message(lang, "force", force=force)


def filter_chips(choices: Choices, lang: str) -> str:
    """A chip for each filter, which unfolds to its values and shows the chosen one."""
    named = {
        "publishers": [(each, publisher_words(lang, each)) for each in choices.publishers],
        "documents": [(doc_id, name) for name, doc_id in choices.documents],
        "languages": [(code, language_name(lang, code)) for code in choices.languages],
        "forces": [(force, force_words(force, lang)) for force in FORCE_VALUES],
    }
    chips = [_chip(name, options, lang) for name, options in named.items()]
    chips.insert(2, _editions(lang))
    return (
        f'<div class="kb-filters" role="group" aria-label="{escape(message(lang, "filters"))}">{"".join(chips)}</div>'
    )


def _chip(name: str, options: Sequence[tuple[str, str]], lang: str) -> str:
    boxes = "".join(
        f'<label class="kb-pick"><input type="checkbox" data-filter="{name}" data-value="{escape(value)}">'
        f"<span>{foreign(words)}</span></label>"
        for value, words in options
    )
    sought = escape(message(lang, "find in list"))
    find = (
        f'<input type="text" class="kb-seek" aria-label="{sought}" placeholder="{sought}">' if len(options) > 12 else ""
    )
    return _chip_of(name, find + boxes, lang)


def _editions(lang: str) -> str:
    options = "".join(
        f'<label class="kb-pick"><input type="radio" name="kb-editions" data-filter="editions" data-value="{value}">'
        f"<span>{escape(message(lang, f'editions {value}'))}</span></label>"
        for value in ("all", "current", "day")
    )
    day = escape(message(lang, "editions day"))
    return _chip_of("editions", f'{options}<input type="date" data-filter="day" aria-label="{day}">', lang)


def _chip_of(name: str, inside: str, lang: str) -> str:
    label, all_of = message(lang, f"filter {name}"), message(lang, "filter all")
    cleared = escape(message(lang, "filter clear", name=label))
    return (
        f'<details class="kb-pickchip" data-chip="{name}" data-label="{escape(label)}" data-all="{escape(all_of)}">'
        f"<summary>{escape(label)}: <span>{escape(all_of)}</span></summary>"
        f'<div class="kb-picks">{inside}</div></details>'
        f'<button type="button" class="kb-clear" data-clear="{name}" aria-label="{cleared}" hidden>×</button>'
    )


def filter_words(chosen: Chosen, names: Mapping[str, str], lang: str) -> str:
    """The filter of a question in words, empty if there is none; ``names`` are the names of documents by id."""
    found = chosen.filter
    set_to = {
        "publishers": list(found.publishers),
        "documents": [names.get(each, each) for each in found.doc_ids],
        "editions": [message(lang, "editions current") if chosen.is_current else found.as_of] if found.as_of else [],
        "languages": [language_name(lang, each) for each in found.languages],
        "forces": [force_words(each, lang) for each in found.forces],
    }
    parts = [f"{message(lang, f'filter {name}')}: {', '.join(values)}" for name, values in set_to.items() if values]
    if not found.include_register:
        parts.append(message(lang, "filter official"))
    return " · ".join(parts)
