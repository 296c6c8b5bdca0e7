"""The ``kb`` command: arguments, printing, exit codes. The composition root; no logic.

Heavy imports are inside the commands that need them, so that ``kb lookup`` starts without torch, faiss or gradio.
Exit codes: 0 done, 1 failed, 2 wrong usage, 3 some documents or quotes failed, 4 not found or refused. Results go to
stdout, messages to stderr.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kb.errors import ConfigError, IndexError_, KBError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from app.service import Found, LookUp, Service, UnitView
    from app.settings import Loaded, Settings
    from ingest.build import Summary
    from kb.catalog import Catalog
    from kb.types import Answer, Citation, Edition, SearchFilter

FAILED, USAGE, SOME_FAILED, NOT_FOUND = 1, 2, 3, 4
_UNSAFE = {
    c: None
    for c in (*range(9), *range(11, 32), 127, *range(0x80, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A))
}


class _Group(click.Group):
    """Turns this project's errors into one line on stderr and exit code 1 (2 for settings)."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except KBError as error:
            say(f"kb: {error}")
            ctx.exit(USAGE if isinstance(error, ConfigError) else FAILED)
        except BrokenPipeError:
            sys.stderr.close()
            ctx.exit(0)


def out(text: str = "") -> None:
    """A line of result; terminal control characters in document text are dropped."""
    click.echo(text.translate(_UNSAFE))


def say(text: str) -> None:
    """A message for the person."""
    click.echo(text.translate(_UNSAFE), err=True)


def package_version() -> str:
    """The installed version of the project."""
    try:
        return version("standards-kb")
    except PackageNotFoundError:
        return "0+source"


def _today() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%d")


def _settings(ctx: click.Context) -> Settings:
    settings: Settings = _loaded(ctx).settings
    return settings


def _loaded(ctx: click.Context) -> Loaded:
    from app.settings import load

    root = ctx.find_root()
    if "loaded" not in root.meta:
        root.meta["loaded"] = load(root.params)
    loaded: Loaded = root.meta["loaded"]
    return loaded


def _service(ctx: click.Context) -> Service:
    from app.service import Service

    s = _settings(ctx)
    return Service(s.home_path, s.encoder, s.encoder_dtype, s.query_prompt, s.passage_prompt, s.dense_weight)


_FORMAT = click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", help="How results are written."
)


def _filters(function: Callable[..., Any]) -> Callable[..., Any]:
    for option in (
        click.option(
            "--document", "-d", "documents", multiple=True, metavar="ID", help="Only this document (repeatable)."
        ),
        click.option("--publisher", multiple=True, help="Only this publisher (repeatable)."),
        click.option(
            "--force",
            "forces",
            multiple=True,
            type=click.Choice(["shall", "should", "recommends", "may", "can", "informative"]),
            help="Only sentences of this force (repeatable).",
        ),
        click.option("--language", multiple=True, help="Only documents in this language (repeatable)."),
        click.option("--no-register", is_flag=True, help="Leave the register out; official texts only."),
    ):
        function = option(function)
    return function


def _chosen(
    service: Service,
    documents: Sequence[str],
    publisher: Sequence[str],
    language: Sequence[str],
    forces: Sequence[str],
    no_register: bool,
) -> SearchFilter:
    from kb.types import SearchFilter

    loaded = {d.doc_id for d in service.store.documents}
    for doc_id in documents:
        if doc_id not in loaded:
            raise click.BadParameter(f"{doc_id!r} is not in the index; `kb corpus list --loaded` shows what is")
    return SearchFilter(tuple(documents), tuple(publisher), tuple(language), tuple(forces), not no_register)


@click.group(cls=_Group, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--home", metavar="DIR", help="Where index, caches and added files live.")
@click.version_option(package_version(), prog_name="kb")
def main(home: str | None) -> None:
    """Standards on AI ethics and governance: ask, look up and cite, with the exact place.

    \b
    Example:
        kb ingest ~/standards
        kb ask "What must human oversight of high-risk AI aim at?"
        kb lookup "OECD 1.3"
    """


# --- ingest ----------------------------------------------------------------------------------------------------------


@main.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path, readable=False))
@click.option("--force", is_flag=True, help="Read every document anew.")
@click.option("--ocr", is_flag=True, help="Read pages without text by OCR (needs ocrmypdf).")
@click.option("--dry-run", is_flag=True, help="Read and report, but leave the index as it is.")
@click.option("--quiet", "-q", is_flag=True, help="No progress bars.")
@_FORMAT
@click.pass_context
def ingest(
    ctx: click.Context, paths: tuple[Path, ...], force: bool, ocr: bool, dry_run: bool, quiet: bool, form: str
) -> None:
    """Read documents into the index: PATHS, the standing folders, and the register.

    Files of PATHS are remembered and read again when they change. Exit code 3: some files could not be read.

    \b
    Example:
        kb ingest ~/standards/ead1e.pdf ~/standards/unesco
    """
    summary = _build(_settings(ctx), paths, force=force, ocr=ocr, dry_run=dry_run, quiet=quiet or form == "json")
    if form == "json":
        out(json.dumps(asdict(summary), ensure_ascii=False, indent=2))
    else:
        _print_summary(summary, dry_run)
    if summary.failed:
        ctx.exit(SOME_FAILED)


def _drop_folder() -> Path:
    from kb.catalog import corpus_dir

    return corpus_dir() / "documents"


def _build(
    settings: Settings,
    paths: Sequence[Path],
    *,
    force: bool = False,
    ocr: bool = False,
    dry_run: bool = False,
    quiet: bool = False,
) -> Summary:
    from ingest.build import ingest_paths
    from kb.encoders import SentenceEncoder
    from kb.register import load_corpus

    encoder = SentenceEncoder(
        settings.encoder, settings.encoder_dtype, settings.query_prompt or None, settings.passage_prompt or None
    )
    with _Progress(quiet or not sys.stderr.isatty()) as progress:
        return ingest_paths(
            settings.home_path,
            paths,
            encoder,
            load_corpus(),
            (_drop_folder(), *settings.document_folders),
            force=force,
            ocr=ocr,
            dry_run=dry_run,
            today=_today(),
            version=package_version(),
            tell=progress,
        )


class _Progress:
    """Progress bars on stderr, one a stage."""

    def __init__(self, quiet: bool) -> None:
        self._quiet = quiet
        self._bar: Any = None
        self._stage = ""

    def __enter__(self) -> _Progress:
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.close()

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Shows how far a stage is."""
        if self._quiet:
            return
        from tqdm import tqdm

        if stage != self._stage:
            if self._bar is not None:
                self._bar.close()
            self._stage = stage
            self._bar = tqdm(total=total, desc=stage, unit="file" if stage == "reading" else "passage")
        self._bar.update(done - self._bar.n)


def _print_summary(summary: Summary, dry_run: bool) -> None:
    for report in summary.files:
        name = Path(report.path).name
        if report.outcome.value in {"new", "changed", "unchanged", "kept"}:
            size = f"{report.n_pages} pages, {report.n_units} units, {report.n_passages} passages"
            proven = {True: ", numbering proven", False: ", numbering NOT proven", None: ""}[report.proven]
            out(f"{report.outcome.value:<9} {name} → {report.ref} [{report.doc_id}]: {size}{proven}")
        elif report.outcome.value == "failed":
            out(f"failed    {report.message}")
        else:
            out(f"{report.outcome.value:<9} {name}: {report.message}")
        if report.message and report.outcome.value in {"changed", "kept"}:
            out(f"          {report.message}")
        for note in report.notes:
            out(f"          note: {note}")
    for note in summary.notes:
        say(f"note: {note}")
    reading = (
        f"{summary.n_pages_read / summary.seconds_reading:,.0f} pages/s" if summary.n_pages_read else "nothing to read"
    )
    embedding = (
        f"{summary.n_embedded / summary.seconds_embedding:,.0f} passages/s"
        if summary.n_embedded
        else "nothing to embed"
    )
    state = (
        "dry run: the index is as it was"
        if dry_run
        else f"index {summary.index_id}" + ("" if summary.written else " (up to date)")
    )
    say(
        f"{summary.n_documents} documents, {summary.n_passages} passages; read {summary.n_pages_read} pages "
        f"({reading}), embedded {summary.n_embedded} passages ({embedding}); {summary.seconds:.1f} s; {state}"
    )


# --- corpus ----------------------------------------------------------------------------------------------------------


@main.group()
def corpus() -> None:
    """The catalog: what is here, in which edition, under which licence."""


def _catalog() -> Catalog:
    from kb.catalog import corpus_dir, load_catalog

    return load_catalog((corpus_dir() / "catalog.toml").read_text("utf-8"), "corpus/catalog.toml")


def _loaded_ids(ctx: click.Context) -> dict[str, Edition]:
    from kb.store import Store

    try:
        with Store.open(_settings(ctx).home_path / "index") as store:
            return {d.doc_id: d.edition for d in store.documents}
    except IndexError_ as error:
        if "no index at" not in str(error):
            say(f"kb: {error}")
        return {}


@corpus.command("list")
@click.option("--loaded", "only_loaded", is_flag=True, help="Only what the index holds.")
@_FORMAT
@click.pass_context
def corpus_list(ctx: click.Context, only_loaded: bool, form: str) -> None:
    """Every edition of the catalog, and whether it is loaded, register only, or neither.

    \b
    Example:
        kb corpus list --loaded
    """
    loaded = _loaded_ids(ctx)
    catalog = _catalog()
    described = {doc_id for e in loaded.values() for doc_id in e.register_of}
    editions = {e.doc_id: e for e in (*catalog.editions, *loaded.values())}
    rows: list[dict[str, Any]] = []
    for doc_id, edition in sorted(editions.items()):
        state = "loaded" if doc_id in loaded else "register" if doc_id in described else "absent"
        if only_loaded and state != "loaded":
            continue
        rows.append(
            {
                "doc_id": doc_id,
                "ref": edition.ref,
                "status": edition.status.value,
                "issued": edition.issued,
                "state": state,
                "verified": edition.verified,
                "title": edition.title,
            }
        )
    if form == "json":
        out(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for row in rows:
        mark = "" if row["verified"] else "  (facts not verified)"
        out(f"{row['state']:<9} {row['status']:<11} {row['doc_id']:<42} {row['ref']}{mark}")
    say("loaded: official text in the index · register: our own description only · absent: add it with `kb corpus add`")


@corpus.command("show")
@click.argument("doc_id")
@_FORMAT
@click.pass_context
def corpus_show(ctx: click.Context, doc_id: str, form: str) -> None:
    """One edition: facts, licence, where it comes from, what the index holds of it.

    \b
    Example:
        kb corpus show oecd-legal-0449-2019
    """
    loaded = _loaded_ids(ctx)
    edition = loaded.get(doc_id) or _catalog().get(doc_id)
    data = asdict(edition) | {"loaded": doc_id in loaded}
    if form == "json":
        out(json.dumps(data, ensure_ascii=False, indent=2))
        return
    for key, value in data.items():
        if value not in (None, "", (), []):
            out(f"{key + ':':<18} {getattr(value, 'value', value)}")
    if not edition.verified:
        out("                   these facts are not verified against a source")


@corpus.command("add")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, readable=False))
@click.option("--no-ingest", is_flag=True, help="Only copy; do not build the index.")
@click.pass_context
def corpus_add(ctx: click.Context, files: tuple[Path, ...], no_ingest: bool) -> None:
    """Copy files into the home folder, say what each one is, and read them into the index.

    \b
    Example:
        kb corpus add ~/Downloads/7003-2024.pdf
    """
    from ingest.add import add_file

    home = _settings(ctx).home_path
    failed = 0
    for path in files:
        try:
            added = add_file(path, home)
        except KBError as error:
            say(f"kb: {error}")
            failed += 1
            continue
        out(f"added {path.name}: {added.what}")
        for note in added.notes:
            out(f"      note: {note}")
    if not no_ingest and failed < len(files):
        summary = _build(_settings(ctx), ())
        _print_summary(summary, dry_run=False)
        failed += len(summary.failed)
    if failed:
        ctx.exit(SOME_FAILED if failed < len(files) else FAILED)


@corpus.command("fetch")
@click.argument("doc_ids", nargs=-1)
@click.pass_context
def corpus_fetch(ctx: click.Context, doc_ids: tuple[str, ...]) -> None:
    """Download editions whose publisher allows it; for others, say how to add the file by hand.

    \b
    Example:
        kb corpus fetch oecd-legal-0449-2024
    """
    from ingest.add import fetch

    catalog = _catalog()
    wanted = [catalog.get(d) for d in doc_ids] if doc_ids else [e for e in catalog.editions if e.file_url]
    failed = 0
    for edition in wanted:
        try:
            added = fetch(edition, _settings(ctx).home_path)
        except KBError as error:
            say(f"kb: {error}")
            failed += 1
            continue
        out(f"fetched {edition.ref}: {added.what}")
        for note in added.notes:
            out(f"      note: {note}")
    if failed:
        ctx.exit(SOME_FAILED if failed < len(wanted) else FAILED)
    say("run `kb ingest` to read what was fetched")


@corpus.command("check")
@click.argument("doc_ids", nargs=-1)
@click.option("--units", "list_units", is_flag=True, help="List every unit with its pages.")
@click.option("--witness", is_flag=True, help="Compare each page's words with pypdf's and poppler's.")
@_FORMAT
@click.pass_context
def corpus_check(ctx: click.Context, doc_ids: tuple[str, ...], list_units: bool, witness: bool, form: str) -> None:
    """The extraction report of loaded documents; exit code 3 when a numbering is not proven.

    \b
    Example:
        kb corpus check eu-ai-act-2024-1689
    """
    from kb.store import Store

    failed = False
    reports: list[dict[str, Any]] = []
    with Store.open(_settings(ctx).home_path / "index") as store:
        for doc_id in doc_ids or [d.doc_id for d in store.documents]:
            document = store.document(doc_id)
            if document is None:
                raise IndexError_(f"document {doc_id!r} is not in the index; `kb corpus list --loaded` shows what is")
            report = dict(document.report)
            failed = failed or not report.get("holds", True)
            if form == "json":
                reports.append({"doc_id": doc_id, "ref": document.edition.ref, "notes": document.notes} | report)
                continue
            _print_report(doc_id, document.edition.ref, report, document.notes)
            if list_units:
                for unit in store.units(doc_id):
                    pages = (
                        f"{unit.page_start}"
                        if unit.page_start == unit.page_end
                        else f"{unit.page_start}–{unit.page_end}"
                    )
                    out(f"    {unit.kind:<14} {unit.path:<28} PDF page {pages:<9} {unit.title[:80]}")
            if witness and document.media_type == "application/pdf":
                _print_witnesses(Path(document.source))
    if form == "json":
        out(json.dumps(reports, ensure_ascii=False, indent=2))
    if failed:
        ctx.exit(SOME_FAILED)


def _print_witnesses(path: Path) -> None:
    from ingest.witness import compare
    from kb import pdfium

    if not path.is_file():
        out(f"    witnesses: {path.name} is no longer where it was read")
        return
    with pdfium.open_pdf(path) as document:
        pages = [pdfium.read_page(document, n).text for n in range(1, len(document) + 1)]
    notes = compare(path, pages)
    if not notes:
        out("    witnesses agree on every page")
    for note in notes:
        how = f"{note.share:.1%} of the words differ" if note.share else "same words in another order"
        out(f"    page {note.page}, {note.witness}: {how}; first “{note.ours[:40]}” against “{note.theirs[:40]}”")


def _print_report(doc_id: str, ref: str, report: dict[str, Any], notes: Sequence[str]) -> None:
    out(f"{ref} [{doc_id}]: {'numbering proven' if report.get('holds') else 'numbering NOT proven'}")
    for kind, count in report.get("counts", ()):
        out(f"    {kind:<14} {count}")
    for kind, want, got in report.get("expected", ()):
        out(f"    expected {want} × {kind}, found {got}{'' if want == got else '  ← differs'}")
    for name in ("gaps", "duplicates", "order_breaks", "empty", "overlong"):
        values = report.get(name) or ()
        if values:
            more = f" … and {len(values) - 8} more" if len(values) > 8 else ""
            out(f"    {name.replace('_', ' ')}: {', '.join(values[:8])}{more}")
    if report.get("unproven"):
        values = report["unproven"]
        out(f"    {len(values)} units cited by heading and page, their list being unproven, e.g. {values[0]}")
    if report.get("n_refused"):
        examples = "; ".join(report["refused"][:3])
        out(f"    {report['n_refused']} lines looked numbered and were refused, e.g. {examples}")
    if report.get("pages_without_text"):
        out(f"    pages without text: {', '.join(map(str, report['pages_without_text']))}")
    out(
        f"    {report.get('n_chars', 0):,} characters, {report.get('n_uncovered', 0):,} outside any unit; "
        f"{report.get('n_furniture', 0)} running lines cut"
    )
    for note in notes:
        out(f"    note: {note}")


@corpus.command("remove")
@click.argument("doc_id")
@click.pass_context
def corpus_remove(ctx: click.Context, doc_id: str) -> None:
    """Drop one document from the index; it stays out until it is named or added again.

    \b
    Example:
        kb corpus remove file-draft-1a2b3c4d
    """
    from ingest.build import remove
    from kb.encoders import SentenceEncoder

    s = _settings(ctx)
    encoder = SentenceEncoder(s.encoder, s.encoder_dtype, s.query_prompt or None, s.passage_prompt or None)
    say(f"index {remove(s.home_path, doc_id, encoder, _today(), package_version())}")


# --- index -----------------------------------------------------------------------------------------------------------


@main.group()
def index() -> None:
    """What the index is made of."""


@index.command("info")
@_FORMAT
@click.pass_context
def index_info(ctx: click.Context, form: str) -> None:
    """Index id, encoder, documents and counts.

    \b
    Example:
        kb index info --format json
    """
    from kb.store import Store

    with Store.open(_settings(ctx).home_path / "index") as store:
        manifest = store.manifest
        if form == "json":
            out(json.dumps(manifest, ensure_ascii=False, indent=2))
            return
        encoder = manifest["encoder"]
        out(f"index     {manifest['index_id']} (built {manifest['created']}, version {manifest['version']})")
        out(f"encoder   {encoder['name']}, {encoder['dimension']} dimensions, {encoder['fingerprint']}")
        out(f"passages  {manifest['n_passages']}")
        for d in manifest["documents"]:
            out(
                f"  {d['doc_id']:<42} {d['pages']:>4} pages {d['units']:>5} units {d['passages']:>5} passages  "
                f"{d['sha256'][:12]}"
            )


@index.command("verify")
@_FORMAT
@click.pass_context
def index_verify(ctx: click.Context, form: str) -> None:
    """Check every passage against its document's text, rows against vectors and words; exit code 3 on a fault.

    \b
    Example:
        kb index verify
    """
    from app.verify import verify_index
    from kb.store import Store

    with Store.open(_settings(ctx).home_path / "index") as store:
        result = verify_index(store)
    if form == "json":
        out(json.dumps(asdict(result), indent=2))
    else:
        out(f"{result.n_passages} passages: document text at their spans equals the passage for {result.n_equal}")
        out(f"{result.n_units} units within their document, {result.n_pages} pages map back to the file's own text")
        out(f"vector rows {result.n_vectors}, word rows {result.n_words}")
        for fault in result.faults:
            out(f"fault: {fault}")
    if result.faults:
        ctx.exit(SOME_FAILED)


# --- ask, search, look up, cite ---


@main.command()
@click.argument("question")
@_filters
@_FORMAT
@click.pass_context
def ask(ctx: click.Context, /, question: str, form: str, **filters: Any) -> None:
    """An answer in verbatim sentences with numbered citations, or a refusal (exit code 4).

    \b
    Example:
        kb ask "Who is responsible for human oversight of high-risk AI systems?"
    """
    from kb.export import answer_dict

    service = _service(ctx)
    answer = service.ask(question, _chosen(service, **filters))
    if form == "json":
        out(json.dumps(answer_dict(answer), ensure_ascii=False, indent=2))
    else:
        _print_answer(answer)
    if answer.refused:
        ctx.exit(NOT_FOUND)


def _print_answer(answer: Answer) -> None:
    if answer.refused:
        out(f"Not answered: {answer.reason}.")
        out(f"Searched: {'; '.join(answer.searched) or 'nothing'}.")
        if answer.nearest:
            out("Nearest places (not support):")
            for citation in answer.nearest:
                out(f"  {_place(citation)}")
        for notice in answer.notices:
            say(f"note: {notice}")
        return
    for sentence in answer.sentences:
        out(f"{sentence.text} {''.join(f'[{n}]' for n in sentence.cites)}")
    out()
    for citation in answer.citations:
        out(f"[{citation.n}] {_place(citation)}")
        if citation.url:
            out(f"    {citation.url}")
    for notice in answer.notices:
        say(f"note: {notice}")


def _place(citation: Citation) -> str:
    from kb.citing import page_words

    status = ""
    if citation.status == "superseded":
        status = f"; superseded{f' by {citation.superseded_by}' if citation.superseded_by else ''}"
    mark = "; register, not the official text" if citation.match == "register" else ""
    checked = "" if citation.verified else "; not verified"
    where = f", {citation.locator}" if citation.locator else ""
    edition = f"{citation.title}, {citation.edition}"
    return f"{citation.doc_ref}{where}, {page_words(citation)} — {edition}{status}{mark}{checked}"


@main.command()
@click.argument("query")
@click.option("-k", default=10, show_default=True, type=click.IntRange(1, 200), help="How many passages.")
@click.option("--explain", is_flag=True, help="Show which retriever found each passage, and its scores.")
@_filters
@_FORMAT
@click.pass_context
def search(ctx: click.Context, /, query: str, k: int, explain: bool, form: str, **filters: Any) -> None:
    """Ranked passages (exit code 4 when none).

    \b
    Example:
        kb search "algorithmic impact assessment" -k 5 --explain
    """
    service = _service(ctx)
    found, notices = service.search(query, k, _chosen(service, **filters))
    if form == "json":
        out(json.dumps([_found_dict(f) for f in found], ensure_ascii=False, indent=2))
    else:
        for n, item in enumerate(found, 1):
            out(f"{n:>2}. {_place(item.citation)}")
            if explain:
                parts = ", ".join(f"{name} {value:.3f}" for name, value in item.hit.parts)
                out(f"    {item.hit.retriever} {item.hit.score:.3f} ({parts})")
            words = item.citation.quote
            out(f"    {words if len(words) <= 320 else words[:320] + ' …'}")
    for notice in notices:
        say(f"note: {notice}")
    if not found:
        say("nothing found")
        ctx.exit(NOT_FOUND)


def _found_dict(found: Found) -> dict[str, Any]:
    return {
        "score": found.hit.score,
        "retriever": found.hit.retriever,
        "parts": dict(found.hit.parts),
        "passage_id": found.passage.passage_id,
        "text": found.passage.text,
        "citation": asdict(found.citation),
    }


@main.command()
@click.argument("reference", nargs=-1, required=True)
@click.option("--children", is_flag=True, help="List the unit's direct parts.")
@_FORMAT
@click.pass_context
def lookup(ctx: click.Context, reference: tuple[str, ...], children: bool, form: str) -> None:
    """Units by reference: exact, or a choice, or nothing (exit code 4).

    \b
    Example:
        kb lookup "UNESCO para 37" "OECD 1.3"
    """
    service = _service(ctx)
    looked = [item for text in reference for item in service.look_up(text)]
    if form == "json":
        out(json.dumps([_lookup_dict(item) for item in looked], ensure_ascii=False, indent=2))
    else:
        for item in looked:
            _print_lookup(item, children)
    if not all(item.units for item in looked):
        ctx.exit(NOT_FOUND)


def _lookup_dict(item: LookUp) -> dict[str, Any]:
    return {
        "reference": item.written,
        "units": [_view_dict(view) for view in item.units],
        "choices": [{"unit_id": u, "name": name} for u, name in item.choices],
        "near": [{"unit_id": u, "name": name} for u, name in item.near],
        "message": item.message,
    }


def _view_dict(view: UnitView) -> dict[str, Any]:
    return {
        "unit_id": view.unit.unit_id,
        "kind": view.unit.kind,
        "number": view.unit.number,
        "path": view.unit.path,
        "title": view.title,
        "text": view.text,
        "is_register": view.is_register,
        "parents": [u.unit_id for u in view.parents],
        "children": [u.unit_id for u in view.children],
        "other_editions": list(view.other_editions),
        "citation": asdict(view.citation),
    }


def _print_lookup(item: LookUp, children: bool) -> None:
    for view in item.units:
        out(_place(view.citation))
        if view.parents:
            out(f"  in: {' > '.join(u.path for u in view.parents)}")
        for line in view.text.replace("\x02", "").replace("\f", "\n").splitlines():
            out(f"  {line.strip()}")
        if children:
            for child in view.children:
                out(f"  - {child.path}{f' — {child.title}' if child.title else ''}")
        if view.other_editions:
            out(f"  other editions hold this number too: {', '.join(view.other_editions)}")
        out(f"  {view.unit.unit_id}")
    if item.choices:
        out(f"{item.written}: which one?")
        for unit_id, name in item.choices:
            out(f"  {name}   {unit_id}")
    if not item.units and not item.choices:
        out(f"{item.written}: not found.")
        for unit_id, name in item.near:
            out(f"  near, but not it: {name}   {unit_id}")
    if item.message:
        say(f"note: {item.message}")


@main.command()
@click.argument("doc_id")
@click.argument("number", type=click.IntRange(1))
@click.option("--quote", help="Words to mark, as they stand on the page.")
@click.option("-o", "--output", type=click.Path(path_type=Path, dir_okay=False), required=True, help="PNG to write.")
@click.pass_context
def page(ctx: click.Context, doc_id: str, number: int, quote: str | None, output: Path) -> None:
    """Write PDF page NUMBER of a document as an image, with a quote marked exactly or not at all.

    Exit code 3: the page was written, but the quote could not be marked; 4: the words are not on the page.

    \b
    Example:
        kb page nist-ai-100-1-2023 12 --quote "risk tolerance" -o page.png
    """
    from app.pageview import page_image
    from kb.errors import ReferenceNotFound

    service = _service(ctx)
    try:
        image, marked = page_image(service, doc_id, number, quote)
    except ReferenceNotFound as error:
        say(f"kb: {error}")
        ctx.exit(NOT_FOUND)
    image.save(output, "PNG")
    say(f"{output}: {doc_id}, PDF page {number}" + ("" if not quote else ", quote marked" if marked else ""))
    if quote and not marked:
        say("kb: no exact highlight is known for this quote; the page is unmarked")
        ctx.exit(SOME_FAILED)


@main.command()
@click.argument("source", type=click.File("r", encoding="utf-8"))
@click.option("-f", "--to", "form", type=click.Choice(["csv", "json"]), default="csv", show_default=True)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="File to write; default stdout.")
@click.pass_context
def cite(ctx: click.Context, source: Any, form: str, output: Path | None) -> None:
    """A citation list from SOURCE: one reference or question a line, or the JSON of `kb ask`. "-" is stdin.

    Quotes are cut to the licence's limit where there is one. Exit code 3: some lines gave no citation.

    \b
    Example:
        kb cite references.txt -f csv -o citations.csv
    """
    from app.citelist import citation_list
    from kb.export import to_csv, to_json

    result = citation_list(_service(ctx), source.read(5_000_000))
    text = to_csv(result.citations) if form == "csv" else to_json(result.citations)
    if output is None:
        sys.stdout.write(text)
    else:
        output.write_text(text, "utf-8", newline="")
        say(f"{len(result.citations)} citations → {output}")
    for fault in result.faults:
        say(f"kb: {fault}")
    if result.faults:
        ctx.exit(SOME_FAILED if result.citations else NOT_FOUND)


# --- app, settings ---


@main.command()
@click.option("--host", help="Address to listen on (default 127.0.0.1).")
@click.option("--port", type=int, help="Port to listen on (default 7860).")
@click.pass_context
def serve(ctx: click.Context, host: str | None, port: int | None) -> None:
    """Open the app in a browser; prints its address.

    \b
    Example:
        kb serve --port 8000
    """
    from app.settings import load

    loaded = load({**ctx.find_root().params, "host": host, "port": port})
    from app.chat import serve as serve_app

    serve_app(loaded.settings)


@main.group()
def config() -> None:
    """Settings: kb.toml, KB_* variables, flags."""


@config.command("show")
@_FORMAT
@click.pass_context
def config_show(ctx: click.Context, form: str) -> None:
    """Every setting, its value and where it was set.

    \b
    Example:
        kb config show
    """
    loaded = _loaded(ctx)
    values = asdict(loaded.settings)
    if form == "json":
        out(json.dumps({k: {"value": v, "origin": loaded.origin[k]} for k, v in values.items()}, indent=2))
        return
    for name, value in values.items():
        out(f"{name:<16} {value!s:<44} {loaded.origin[name]}")


@main.command()
@click.pass_context
def doctor(ctx: click.Context) -> None:
    """What works on this machine, and what is missing with how to get it.

    \b
    Example:
        kb doctor
    """
    from app.doctor import findings

    bad = False
    for finding in findings(_settings(ctx)):
        bad = bad or (finding.needed and not finding.ok)
        out(f"{'ok     ' if finding.ok else 'missing'} {finding.what}" + (f": {finding.how}" if finding.how else ""))
    if bad:
        ctx.exit(FAILED)


if __name__ == "__main__":
    main()
