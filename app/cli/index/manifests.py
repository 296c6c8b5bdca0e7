"""The commands ``kb index info`` and ``kb index diff``: show the manifest of an index, and compare two of them."""

from __future__ import annotations

import json

import click

from app.cli.console import FORMAT, out, out_json
from app.cli.opened import knowledge_base
from app.cli.settings import settings_of
from kb import index_manifest


@click.command("info")
@FORMAT
@click.pass_context
def index_info(ctx: click.Context, form: str) -> None:
    """Index id, encoder, documents and counts.

    \b
    Example:
        kb index info --format json
    """
    settings = settings_of(ctx)
    manifest = knowledge_base(ctx).contents().manifest
    if form == "json":
        out_json(json.dumps(manifest, ensure_ascii=False, indent=2))
        return
    encoder = manifest["encoder"]
    out(f"index     {manifest['index_id']} (built {manifest['created']}, version {manifest['version']})")
    out(f"encoder   {encoder['name']}, {encoder['dimension']} dimensions, {encoder['fingerprint']}")
    if settings.reranker:
        out(f"reranker  {settings.reranker}, depth {settings.reranker_depth} (a setting; no part of the index)")
    out(f"passages  {manifest['n_passages']}")
    for near in manifest.get("near", {}).values():
        read = f"{near['probes']} lists" if near["probes"] else "all lists, since too few are found in some"
        out(
            f"nearest   {near['rows']} vectors in lists; a question reads {read}; of the 50 nearest are found "
            f"{near['recall']:.3f} ({near['questions']} questions, up to {settings.exact_up_to} passages all)"
        )
    for d in manifest["documents"]:
        out(
            f"  {d['doc_id']:<42} {d['pages']:>4} pages {d['units']:>5} units {d['passages']:>5} passages  "
            f"{d['sha256'][:12]}"
        )


@click.command("diff")
@click.argument("old")
@click.argument("new", default="")
@FORMAT
@click.pass_context
def index_diff(ctx: click.Context, old: str, new: str, form: str) -> None:
    """Documents added, removed and changed between two indexes: homes, index folders, or generations of this home.

    NEW is the index in service when it is left out. `kb index diff` never changes an index.

    \b
    Example:
        kb index diff ~/kb-last-year ~/kb
    """
    home = settings_of(ctx).home_path
    before, after = index_manifest(home, old), index_manifest(home, new)
    a, b = ({d["doc_id"]: d for d in m["documents"]} for m in (before, after))
    fields = ("sha256", "pages", "units", "passages")
    changed = {
        doc_id: {f: [a[doc_id][f], b[doc_id][f]] for f in fields if a[doc_id][f] != b[doc_id][f]}
        for doc_id in sorted(a.keys() & b.keys())
    }
    found = {
        "old": before["index_id"],
        "new": after["index_id"],
        "added": sorted(b.keys() - a.keys()),
        "removed": sorted(a.keys() - b.keys()),
        "changed": {doc_id: what for doc_id, what in changed.items() if what},
        "unchanged": sum(not what for what in changed.values()),
        "documents": [len(a), len(b)],
        "passages": [before["n_passages"], after["n_passages"]],
        "made_otherwise": {
            k: [before[k], after[k]] for k in ("encoder", "settings", "version") if before[k] != after[k]
        },
    }
    if form == "json":
        out_json(json.dumps(found, ensure_ascii=False, indent=2))
        return
    out(f"{before['index_id']} (built {before['created']}) → {after['index_id']} (built {after['created']})")
    out(f"documents {len(a)} → {len(b)}, passages {before['n_passages']} → {after['n_passages']}")
    for doc_id in found["added"]:
        out(f"added     {doc_id:<42} {b[doc_id]['passages']} passages")
    for doc_id in found["removed"]:
        out(f"removed   {doc_id:<42} {a[doc_id]['passages']} passages")
    for doc_id, what in found["changed"].items():
        told = ["another file" if f == "sha256" else f"{f} {x} → {y}" for f, (x, y) in what.items()]
        out(f"changed   {doc_id:<42} {', '.join(told)}")
    for name, (x, y) in found["made_otherwise"].items():
        out(f"{name}: {_parts_of_value(x)} → {_parts_of_value(y)}")
    out(f"{found['unchanged']} documents unchanged")


def _parts_of_value(value: object) -> str:
    return ", ".join(f"{k} {v}" for k, v in value.items() if v) if isinstance(value, dict) else str(value)
