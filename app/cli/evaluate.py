"""The command ``kb eval``: measures this project on question sets, compared with a fixed baseline, with bounds
to pass."""

from __future__ import annotations

import json
import re
import subprocess
import tempfile
import time
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from app.cli.console import FAILED, FORMAT, out, out_json, tell_person
from app.cli.opened import knowledge_base, models_maker
from app.cli.settings import reranked, settings_of
from app.cli.usage import WrongValue
from app.models import reranker_of
from ingest.drafts.reading import read_draft
from ingest.embedding import VectorCache, embed
from kb.catalog.catalog import corpus_dir
from kb.errors import KBError
from kb.evaluation import measures, systems
from kb.evaluation.measures import trec_run
from kb.evaluation.questions_sets import is_set, load_bench_set
from kb.evaluation.readers.support import ENCODERS
from kb.evaluation.rephrasings import REPHRASINGS_FOLDER, evaluate_rephrasings, load_rephrasings
from kb.evaluation.rephrasings import REPHRASINGS_NAME as REPHRASINGS_SET
from kb.evaluation.runner import evaluate as run_set
from kb.evaluation.runner_drafts import DRAFTS_NAME as DRAFTS_SET
from kb.evaluation.runner_drafts import evaluate_drafts
from kb.evaluation.runner_own import evaluate_own, load_own
from kb.models.encoder import SentenceEncoder
from kb.release import package_version, today
from kb.text.korean import by_setting
from kb.types import notice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.settings import Settings
    from kb.drafts.draft import Draft
    from kb.evaluation.runner import EvaluationResult, MeasureRow
    from kb.evaluation.systems import System
    from kb.protocols import Encoder
    from kb.types import FloatArray

EVALUATION_CACHE = Path("cache") / "evaluation.sqlite"
"""The file for vectors of the sets' texts, apart from those of the index."""


@click.command("eval")
@click.argument("sets", nargs=-1, metavar="[SET]...")
@click.option(
    "--corpus", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="The corpus of a set that has none."
)
@click.option("--split", type=click.Choice(["all", "dev", "test"]), default="all", help="Part of the own set.")
@click.option("--limit", type=click.IntRange(1), metavar="N", help="About N questions of each task, evenly taken.")
@click.option(
    "--baseline/--no-baseline", "with_baseline", default=True, help="Measure the baseline too (default) or not."
)
@click.option("--min", "least", multiple=True, metavar="SET.MEASURE=VALUE", help="Fail below a value (repeatable).")
@click.option("--max", "most", multiple=True, metavar="SET.MEASURE=VALUE", help="Fail above a value (repeatable).")
@click.option(
    "--run", "run_file", type=click.Path(path_type=Path, dir_okay=False), help="Write our rankings as a TREC run."
)
@click.option("--list", "only_list", is_flag=True, help="Say what the sets hold, and measure nothing.")
@reranked
@FORMAT
@click.pass_context
def evaluate_sets(
    ctx: click.Context,
    sets: tuple[str, ...],
    corpus: Path | None,
    split: str,
    limit: int | None,
    with_baseline: bool,
    least: tuple[str, ...],
    most: tuple[str, ...],
    run_file: Path | None,
    only_list: bool,
    form: str,
) -> None:
    """Measure search, answers and refusals on question sets.

    SET is "own" (the project's questions, on the index; the default), "drafts" (drafts with known faults, made from the
    index, for `kb check`), "rephrasings" (sentences as a language model writes them, right and wrong, for the check of
    its sentences), a folder with a set in the BEIR-like form, or a folder of such folders. Every figure has a 95 %
    interval. Exit code 1: a gate of --min or --max failed.

    \b
    Example:
        kb eval own --min own.lookup_exact=0.95 --max own.quotes_not_found=0
        kb eval ~/bench/scifact --limit 100 --format json
    """
    gates = [(*_gate(text, "--min"), True) for text in least] + [(*_gate(text, "--max"), False) for text in most]
    chosen = _folders([each for each in sets or ("own",) if each not in {DRAFTS_SET, REPHRASINGS_SET}])
    if only_list:
        _list_sets(chosen, corpus, split, limit, form)
        return
    settings = settings_of(ctx)
    session = _Session(ctx, settings, with_baseline)
    outcomes = [
        session.own(split, limit) if folder is None else session.folder(folder, corpus, limit) for folder in chosen
    ]
    if DRAFTS_SET in sets:
        outcomes.append(session.drafts())
    if REPHRASINGS_SET in sets:
        outcomes.append(evaluate_rephrasings(load_rephrasings(corpus_dir() / REPHRASINGS_FOLDER)))
    if run_file is not None:
        _write_runs(run_file, outcomes)
    rows = [row for outcome in outcomes for row in outcome.rows]
    failed = _failed_gates(gates, rows)
    if form == "json":
        out_json(
            json.dumps({**session.identity(limit, split), **_results(outcomes, failed)}, ensure_ascii=False, indent=2)
        )
    else:
        for outcome in outcomes:
            _print(outcome)
    for line in failed:
        tell_person(f"gate failed: {line}")
    if failed:
        ctx.exit(FAILED)


class _Session:
    """The resources of one run: encoders, the systems under test, the knowledge base; each is opened once."""

    def __init__(self, ctx: click.Context, settings: Settings, with_baseline: bool) -> None:
        self._ctx = ctx
        self._settings = settings
        self._with_baseline = with_baseline
        self._systems: list[System] | None = None
        self._index_id = ""
        self._tell = _ProgressLines()

    def _encoder(self, name: str, prompts: tuple[str, str]) -> Encoder:
        query, passage = prompts
        by = replace(self._settings, encoder=name, query_prompt=query, passage_prompt=passage)
        return models_maker(self._ctx)(by).encoder()

    def _embed(self, texts: Sequence[str], encoder: Encoder) -> FloatArray:
        cache = VectorCache(self._settings.home_path / EVALUATION_CACHE)
        try:
            rows, _ = embed(texts, encoder, cache, lambda done, total: self._tell("embedding", done, total))
            return rows
        finally:
            for note in cache.notes:
                tell_person(f"note: {note}")
            cache.close()

    def systems(self) -> list[System]:
        """This project, and the baseline unless it was switched off."""
        if self._systems is None:
            s = self._settings
            own = self._encoder(s.encoder, (s.query_prompt, s.passage_prompt))
            known = self._encoder(systems.BASELINE_ENCODER, ("", ""))
            loaded = [e for e in (known, own) if isinstance(e, SentenceEncoder)]
            readers = {e.info.name: e for e in loaded if e.info.name in ENCODERS}
            self._systems = [systems.ours(own, self._embed, readers, by_setting(s.korean), reranker_of(s))]
            if self._with_baseline:
                self._systems.append(systems.baseline(known, self._embed))
        return self._systems

    def folder(self, folder: Path, corpus: Path | None, limit: int | None) -> EvaluationResult:
        """The measures of a set in a folder."""
        return run_set(load_bench_set(folder, corpus, limit), self.systems(), self._tell)

    def own(self, split: str, limit: int | None) -> EvaluationResult:
        """The measures of the project's own questions on the index in service."""
        own = load_own(_own_folder(), split, limit)
        base = knowledge_base(self._ctx)
        self._index_id = base.index_id
        baseline = self.systems()[1] if self._with_baseline else None
        return evaluate_own(base, own, baseline, self._tell)

    def drafts(self) -> EvaluationResult:
        """The measures of drafts with known faults, which are made from the index in service, written as files and
        checked."""
        base = knowledge_base(self._ctx)
        self._index_id = base.index_id
        with tempfile.TemporaryDirectory() as folder:

            def read(name: str, data: bytes) -> Draft:
                path = Path(folder) / name
                path.write_bytes(data)
                return read_draft(path)

            return evaluate_drafts(base, read, self._tell)

    def identity(self, limit: int | None, split: str) -> dict[str, Any]:
        """The facts that identify a run: release, commit, day, index, encoders, reranker, limit, split, kind of
        interval."""
        return {
            "version": package_version(),
            "commit": _commit(),
            "date": today(),
            "index_id": self._index_id,
            "encoders": {
                system.name: [{"name": e.info.name, "fingerprint": e.info.fingerprint} for e in system.encoders]
                for system in self._systems or []
            },
            "reranker": self._reranker(),
            "limit": limit,
            "split": split,
            "interval": {"level": measures.LEVEL, "resamples": measures.RESAMPLES, "seed": measures.SEED},
        }

    def _reranker(self) -> dict[str, Any] | None:
        s = self._settings
        named = {"name": s.reranker, "languages": s.reranker_languages, "depth": s.reranker_depth}
        return named if s.reranker else None


class _ProgressLines:
    """Prints a line of progress to stderr now and then."""

    def __init__(self) -> None:
        self._label = ""
        self._last = time.monotonic()

    def __call__(self, label: str, done: int, total: int) -> None:
        now = time.monotonic()
        if label != self._label or now - self._last >= 15:
            self._label, self._last = label, now
            tell_person(f"{label} {done} of {total}")


def _own_folder() -> Path:
    return corpus_dir() / "qrels"


def _folders(names: Sequence[str]) -> list[Path | None]:
    """The folders of the named sets; ``None`` stands for the project's own set.

    :raises WrongValue: a name is neither "own" nor such a folder.
    """
    found: list[Path | None] = []
    for name in names:
        path = Path(name).expanduser()
        if name == "own":
            found.append(None)
        elif is_set(path):
            found.append(path)
        else:
            inner = sorted(p for p in path.iterdir() if is_set(p)) if path.is_dir() else []
            if not inner:
                raise WrongValue(notice("usage no set", name=name), param_hint="SET")
            found.extend(inner)
    return found


def _list_sets(chosen: Sequence[Path | None], corpus: Path | None, split: str, limit: int | None, form: str) -> None:
    rows: list[dict[str, Any]] = []
    for folder in chosen:
        if folder is None:
            questions = load_own(_own_folder(), split, limit)
            kinds: dict[str, int] = {}
            for question in questions.questions:
                kinds[question.kind] = kinds.get(question.kind, 0) + 1
            rows.append({"set": "own", "tasks": kinds, "notes": []})
            continue
        bench = load_bench_set(folder, corpus, limit)
        tasks: dict[str, int] = {}
        if bench.ranking is not None:
            tasks["entries"] = len(bench.ranking.entries)
            tasks["ranking"] = len(bench.ranking.qrels)
            tasks["unanswerable"] = len(bench.ranking.questions) - len(bench.ranking.qrels)
            tasks["known document"] = len(bench.ranking.questions) if bench.ranking.known else 0
        if bench.tokens is not None:
            tasks["required strings"] = len(bench.tokens.questions)
        tasks |= {"refusal": len(bench.refusals), "span": len(bench.spans), "support": len(bench.claims)}
        rows.append({"set": bench.name, "tasks": {k: n for k, n in tasks.items() if n}, "notes": list(bench.notes)})
    if form == "json":
        out_json(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    width = max(len(r["set"]) for r in rows)
    for row in rows:
        out(f"{row['set']:<{width}}  {', '.join(f'{name} {n:,}' for name, n in row['tasks'].items())}")
        for note in row["notes"]:
            tell_person(f"note: {row['set']}: {note}")


def _gate(text: str, option: str) -> tuple[str, float]:
    name, sign, value = text.rpartition("=")
    try:
        bound = float(value)
    except ValueError:
        bound = float("nan")
    if not sign or "." not in name or bound != bound:
        raise WrongValue(notice("usage bound", text=text), param_hint=option)
    return name, bound


def _failed_gates(gates: Sequence[tuple[str, float, bool]], rows: Sequence[MeasureRow]) -> list[str]:
    """The bounds that our figures do not keep; a bound on a measure that does not exist fails too."""
    by_key = {row.key: row for row in rows}
    failed = []
    for name, bound, at_least in gates:
        row = by_key.get(name)
        figure = row.figures.get("ours") if row is not None else None
        if figure is None:
            failed.append(f"{name}: not measured")
        elif figure.value < bound if at_least else figure.value > bound:
            failed.append(f"{name} is {figure.value:.4f}, {'below' if at_least else 'above'} {bound:g}")
    return failed


def _write_runs(path: Path, outcomes: Sequence[EvaluationResult]) -> None:
    """Writes one run to the file; of several runs each to a file with set and mode before the ending.

    :raises KBError: a file cannot be written.
    """
    runs = [(outcome.name, mode, run) for outcome in outcomes for mode, run in outcome.runs.items()]
    if not runs:
        raise KBError(notice("nothing was ranked"))
    for name, mode, run in runs:
        to = path if len(runs) == 1 else path.with_name(".".join(filter(None, [path.stem, name, mode])) + path.suffix)
        safe = {_unblank(q): [(_unblank(d), score) for d, score in ranked] for q, ranked in run.items()}
        try:
            to.write_text(trec_run(safe, "kb"), "utf-8")
        except OSError as error:
            raise KBError(notice("result not written", path=str(to), why=str(error.strerror))) from error
        tell_person(f"wrote {to}")


def _unblank(name: str) -> str:
    return re.sub(r"\s", lambda m: f"%{ord(m.group()):02X}", name)


def _results(outcomes: Sequence[EvaluationResult], failed: Sequence[str]) -> dict[str, Any]:
    return {
        "sets": [
            {
                "set": outcome.name,
                "notes": list(outcome.notes),
                "measures": [
                    {
                        "measure": row.measure,
                        **{name: asdict(figure) for name, figure in row.figures.items()},
                        **({"difference": asdict(row.difference)} if row.difference else {}),
                    }
                    for row in outcome.rows
                ],
            }
            for outcome in outcomes
        ],
        "gates_failed": list(failed),
    }


def _print(outcome: EvaluationResult) -> None:
    width = max([len(row.key) for row in outcome.rows], default=10)
    out(f"{'':<{width}}  {'n':>5}  {'ours':<22}  {'baseline':<22}  ours − baseline")
    for row in outcome.rows:
        n = next(iter(row.figures.values())).n
        cells = [_figure_cell(row.figures.get(name)) for name in ("ours", "baseline")]
        out(f"{row.key:<{width}}  {n:>5}  {cells[0]:<22}  {cells[1]:<22}  {_figure_cell(row.difference, '+')}".rstrip())
    for note in outcome.notes:
        tell_person(f"note: {outcome.name}: {note}")
    out()


def _figure_cell(figure: Any, sign: str = "") -> str:
    if figure is None:
        return "–"
    if figure.low == figure.high == figure.value and float(figure.value).is_integer():
        return f"{figure.value:{sign}.0f}"
    digits = 4 if 0 < figure.value < 0.05 and not sign else 3  # seconds are small
    return f"{figure.value:{sign}.{digits}f} [{figure.low:{sign}.{digits}f}, {figure.high:{sign}.{digits}f}]"


def _commit() -> str:
    """The commit of the checkout that runs, empty if there is none; a star after it says that files were changed."""
    try:
        done = subprocess.run(
            ["git", "describe", "--always", "--abbrev=12", "--dirty=*", "--exclude=*"],
            cwd=Path(__file__).parent,
            capture_output=True,
            text=True,
            timeout=10,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip()
