"""The list of code that determines how a file is read is compared with the imports, in both directions."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.versions import data_files, pipeline_version, reader_files, version_of_reading

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]

READ_A_FILE = ("ingest/parse.py", "ingest/passages/document.py")
"""A file becomes a document in two steps: one in a worker process, one that needs the encoder's tokens."""

NOT_HASHED = {
    "ingest/__init__.py": "public names only",
    "ingest/sources/find.py": "decides which files are read, and under which name they are reported",
    "kb/__init__.py": "public names only",
    "kb/catalog/catalog.py": "a document's catalog entry is compared as data",
    "kb/catalog/own_files.py": "what a person said of a file is compared as data",
    "kb/errors.py": "wording of messages",
    "kb/types.py": "records; a change in them changes the code that fills them",
}
"""Modules that reading a file imports, and why an edit of them leaves what was read as it is."""


def imported(path: Path) -> Iterator[str]:
    """Every dotted name that a module imports anywhere when it runs (not for type checking alone)."""
    todo: list[ast.AST] = [ast.parse(path.read_text("utf-8"))]
    while todo:
        node = todo.pop()
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            todo.extend(node.orelse)
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}: a relative import is not followed here"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("import_module", "__import__")):
            assert isinstance(node.args[0], ast.Constant), f"{path}: an import by a computed name is not followed here"
            yield str(node.args[0].value)
        todo.extend(ast.iter_child_nodes(node))


def module_files(name: str) -> list[Path]:
    """The files that importing a dotted name runs: the packages on the way, and the module itself."""
    parts = name.split(".")
    places = [ROOT.joinpath(*parts[:n]) for n in range(1, len(parts) + 1)]
    candidates = [place for p in places for place in (p / "__init__.py", p.with_suffix(".py"))]
    return [file for file in candidates if file.is_file()]


def reached() -> set[str]:
    """Every module of ours that reading a file runs, as a path from the root."""
    todo = [ROOT / name for name in READ_A_FILE]
    seen: set[Path] = set()
    while todo:
        path = todo.pop()
        if path in seen:
            continue
        seen.add(path)
        if path.relative_to(ROOT).as_posix() not in NOT_HASHED:  # nor do the modules that these import decide anything
            ours = [name for name in imported(path) if name.partition(".")[0] in {"ingest", "kb"}]
            todo.extend(file for name in ours for file in module_files(name))
    return {path.relative_to(ROOT).as_posix() for path in seen}


def hashed() -> set[str]:
    return {path.relative_to(ROOT).as_posix() for path in reader_files()}


def empty(files: set[str]) -> set[str]:
    return {name for name in files if not (ROOT / name).read_text("utf-8").strip()}


def test_every_module_that_reading_imports_is_hashed() -> None:
    missing = reached() - hashed() - NOT_HASHED.keys()
    assert missing - empty(missing) == set()


def test_every_module_that_is_hashed_is_imported_by_reading() -> None:
    # an edit of a hashed module makes every user's documents be read anew: none may be hashed without need
    unused = hashed() - reached()
    assert unused - empty(unused) == set()


def tables_named(path: Path) -> set[str]:
    """The tables of ``kb/data`` that a module opens; a computed name is a fault."""
    calls = [node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call)]
    opened = [node for node in calls if ast.unparse(node.func).rpartition(".")[2] in {"table", "arrays"}]
    names = [node.args[0] for node in opened if node.args]
    assert all(isinstance(name, ast.Constant) for name in names), f"{path}: a table with a computed name"
    return {str(name.value) for name in names if isinstance(name, ast.Constant)}


def test_every_table_that_reading_opens_is_hashed() -> None:
    opened = {name for file in reader_files() for name in tables_named(file)}
    assert opened == {file.stem for file in data_files()}
    assert "words" in opened


def test_another_word_in_a_table_is_another_version(tmp_path: Path) -> None:
    changed = [tmp_path / file.name for file in data_files()]
    for file, copy in zip(data_files(), changed, strict=True):
        copy.write_bytes(file.read_bytes() + b" ")
    assert pipeline_version() == version_of_reading(reader_files(), data_files())
    assert pipeline_version() != version_of_reading(reader_files(), changed)


def test_the_exceptions_are_exceptions() -> None:
    assert NOT_HASHED.keys() <= reached()
    assert not NOT_HASHED.keys() & hashed()


def test_the_walk_follows_imports_inside_functions() -> None:
    assert "ingest/readers/word.py" in reached()
    assert "kb/text/sentences.py" in reached()
