"""The commands ``kb crosswalk export`` and ``import``: write the crosswalk for other programs, and read it back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from app.cli.console import FORMAT, USAGE, out, out_json, tell_person, write_result
from app.cli.crosswalk.shown import open_crosswalk
from app.cli.settings import error_in_words, interface_of
from app.cli.usage import Misuse
from kb.crosswalk_workbook import crosswalk_workbook
from kb.errors import KBError
from kb.export.oscal import to_oscal, validate
from kb.messages import message
from kb.release import package_version
from kb.types import notice

if TYPE_CHECKING:
    from collections.abc import Callable

    from kb import Crosswalks


def _oscal(walks: Crosswalks) -> bytes:
    version = package_version()
    return to_oscal(walks.crosswalk.edges, walks.edition_of, walks.name, version).encode()


_EXPORTS: dict[str, Callable[[Crosswalks], bytes]] = {
    "csv": lambda walks: walks.crosswalk.to_csv().encode(),
    "xlsx": lambda walks: crosswalk_workbook(walks, package_version()),
    "oscal": _oscal,
}


@click.command()
@click.option("-f", "kind", required=True, type=click.Choice(["csv", "xlsx", "oscal"]), help="The form of the file.")
@click.option("-o", "target", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path), help="Where to.")
@click.pass_context
def export(ctx: click.Context, kind: str, target: Path | None) -> None:
    """All edges as CSV (which `import` reads back), a workbook, or an OSCAL mapping collection.

    \b
    Example:
        kb crosswalk export -f oscal -o crosswalk.json
    """
    walks, lang = open_crosswalk(ctx), interface_of(ctx)
    if kind == "xlsx" and target is None:
        raise Misuse("usage workbook file")
    data = _EXPORTS[kind](walks)
    if kind == "oscal":
        try:
            tell_person(message(lang, "edges valid", by=validate(data.decode())))
        except KBError as error:
            if "not installed" not in str(error):
                raise
            tell_person(message(lang, "note", text=error_in_words(ctx, error)))
    if target is None:
        click.echo(data, nl=False)
    else:
        write_result(target, data)
        tell_person(message(lang, "edges written", file=target, n=len(walks.crosswalk.edges)))
    tell_person(message(lang, "crosswalk notice"))


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@FORMAT
@click.pass_context
def import_file(ctx: click.Context, file: Path, form: str) -> None:
    """Takes in a CSV file such as `export` writes: what differs goes into crosswalk.toml of the home folder.

    \b
    Example:
        kb crosswalk import crosswalk.csv
    """
    walks, lang = open_crosswalk(ctx), interface_of(ctx)
    try:
        text = file.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        tell_person(f"kb: {message(lang, 'edges not UTF-8', file=file)}")
        ctx.exit(USAGE)
    except OSError as error:
        raise KBError(notice("path unreadable", path=str(file), why=str(error.strerror))) from error
    done, path = walks.take_in(text, str(file))
    if form == "json":
        out_json(json.dumps({"new": done.new, "changed": done.changed, "same": done.same, "file": str(path)}))
    else:
        out(message(lang, "edges taken in", new=done.new, changed=done.changed, same=done.same))
    if done.new or done.changed:
        tell_person(message(lang, "recorded in file", path=path))
