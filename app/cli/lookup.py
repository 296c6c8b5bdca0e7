"""``kb lookup``: units by reference."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import click

from app.cli.console import FORMAT, NOT_FOUND, out, out_json, tell_person
from app.cli.opened import knowledge_base
from app.plain_data import lookup_dict
from app.plain_text import place_line
from kb.messages import cite_as, language, message, status, words

if TYPE_CHECKING:
    from kb import LookUpRecords, RelatedUnit, UnitInEdition, UnitRecord


def _label_in(word: str, lang: str) -> str:
    return message(lang, f"label {word}")


@click.command()
@click.argument("reference", nargs=-1, required=True)
@click.option("--children", is_flag=True, help="List the unit's direct parts.")
@click.option("--context", is_flag=True, help="Show the units before and after it with their words.")
@click.option("--edition", metavar="ID|YEAR", help="In this edition of the work, by its id or year.")
@click.option("--as-of", metavar="DATE", help="In the editions that stood on this day, YYYY-MM-DD.")
@click.option(
    "--lang", type=click.Choice(["en", "ko"]), help="The register's title and gist, and labels, in one language."
)
@FORMAT
@click.pass_context
def lookup(
    ctx: click.Context,
    reference: tuple[str, ...],
    children: bool,
    context: bool,
    edition: str | None,
    as_of: str | None,
    lang: str | None,
    form: str,
) -> None:
    """Units by reference or by name: exact, or a choice, or nothing (exit code 4).

    \b
    Example:
        kb lookup "UNESCO para 37" "OECD 1.3"
        kb lookup --edition 2019 --context "OECD 1.4(b)"
    """
    found = knowledge_base(ctx).look_up_records(reference, as_of, edition, context)
    asked = list(zip(map(language, reference), found, strict=True))
    looked = [(lang or code, item) for code, items in asked for item in items]
    if form == "json":
        out_json(json.dumps([lookup_dict(item, code) for code, item in looked], ensure_ascii=False, indent=2))
    else:
        for code, items in asked:
            for item in items:
                _print_lookup(item, children, context, lang, lang or code)
    if not all(item.records for _, item in looked):
        ctx.exit(NOT_FOUND)


def _print_lookup(looked: LookUpRecords, children: bool, context: bool, lang: str | None, labels: str) -> None:
    item = looked.found
    for record in looked.records:
        _print_unit(record, children, context, lang, labels)
    if item.choices:
        out(f"{item.written}: {_label_in('which one', labels)}")
        for unit_id, name in item.choices:
            out(f"  {name}   {unit_id}")
    if not item.units and not item.choices:
        out(f"{item.written}: {_label_in('not found', labels)}.")
        for unit_id, name in item.near:
            out(f"  {_label_in('near', labels)}: {name}   {unit_id}")
    if item.notice:
        tell_person(f"{_label_in('note', labels)}: {words(item.notice, labels)}")


def _print_unit(record: UnitRecord, children: bool, context: bool, lang: str | None, labels: str) -> None:
    out(place_line(record.citation, labels))
    title = record.title_ko if lang == "ko" and record.title_ko else record.title
    if title and title not in record.citation.locator:
        out(f"  {_label_in('title', labels)}: {title}")
    if record.parents:
        out(f"  {_label_in('in', labels)}: {' > '.join(_titled_path(each, lang) for each in record.parents)}")
    if record.before and context:
        before = f"{_titled_path(record.before, lang)}: {_text_in(record, record.before, lang)}"
        out(f"  {_label_in('before', labels)}: {before}")
    for line in _unit_lines(record, lang):
        out(f"  {line}")
    if record.after and context:
        after = f"{_titled_path(record.after, lang)}: {_text_in(record, record.after, lang)}"
        out(f"  {_label_in('after', labels)}: {after}")
    if not context and (record.before or record.after):
        beside = [f"{_label_in('before', labels)}: {record.before.path}"] if record.before else []
        beside += [f"{_label_in('after', labels)}: {record.after.path}"] if record.after else []
        out(f"  {'; '.join(beside)}")
    if children:
        for child in record.children:
            out(f"  - {_titled_path(child, lang)}")
    for other in record.editions:
        out(f"  {_label_in('other editions', labels)}: {_other(other, labels)}")
    for found in record.counterparts:
        edge, title = found.edge, f" — {found.title}" if found.title else ""
        out(f"  {message(labels, f'crosswalk {edge.relation.value}')}: {found.locator}{title}")
        review, ours = message(labels, f"crosswalk {edge.status.value}"), message(labels, "crosswalk label")
        out(f"    {review}; {ours}; {edge.edge_id}")
    out(f"  {_label_in('cite as', labels)}: {cite_as(record.citation, labels)}")
    out(f"  {record.unit_id}")


def _unit_lines(record: UnitRecord, lang: str | None) -> list[str]:
    """The unit's words in lines; of the register only the language asked for, with a Korean gist beside a text."""
    if record.is_register and lang:
        gist = record.gist_ko if lang == "ko" else record.gist_en
        return [gist] if gist else [record.text]
    lines = [line.strip() for line in record.text.replace("\x02", "").replace("\f", "\n").splitlines()]
    if lang == "ko" and record.gist_ko:
        lines.append(f"{_label_in('gist', lang)}: {record.gist_ko}")
    return lines


def _text_in(record: UnitRecord, unit: RelatedUnit, lang: str | None) -> str:
    return unit.text_ko if lang == "ko" and record.is_register and unit.text_ko else unit.text


def _titled_path(unit: RelatedUnit, lang: str | None) -> str:
    title = unit.title_ko if lang == "ko" and unit.title_ko else unit.title
    return f"{unit.path} — {title}" if title and title not in unit.path else unit.path


def _other(other: UnitInEdition, lang: str) -> str:
    words = other.text_ko if lang == "ko" and other.is_register and other.text_ko else other.text
    relation = message(lang, f"relation {other.relation}")
    return f"{other.ref} ({status(lang, other.status)}), {other.path}: {relation}: {words}"
