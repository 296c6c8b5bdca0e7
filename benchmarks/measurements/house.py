"""Measures how tidy the code is: import circles, service objects, local imports, repeated names, long files, patches.

``python -m benchmarks.measurements.house [--root DIR] [--list]`` prints every measure, its number and its bound; with
``--list`` also every place that counts. Exit code 1 if a number is above its bound, which `tests/test_house.py` asserts
too.

All numbers come from the syntax trees of `kb`, `ingest` and `app`; nothing is imported or run. The function of each
measure defines what is counted. At commit 700af07, before `kb` had folders, they find 7 modules in a circle, 64
functions of a service, 202 local imports (141 of them of our own modules), 196 names defined twice, 11 long files and
25 patches of our own functions.
"""

from __future__ import annotations

import argparse
import ast
import re
import sys
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("kb", "ingest", "app")
LONG = 600
LOCAL_IMPORTS_ALLOWED = (
    "app/web/server.py",
    "kb/__init__.py",
    "kb/knowledge_base.py",
    "kb/index/reader.py",
    "kb/models/encoder.py",
    "kb/export/oscal.py",
    "app/models.py",
    "app/cli/opened.py",
    "app/cli/serve.py",
    "ingest/__init__.py",
    "ingest/parse.py",
    "ingest/pipeline.py",
    "ingest/sources/register_files.py",
)
"""The files that import a module of ours inside a function; ``docs/architecture.md`` gives the reason of each."""

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Source:
    """One file of Python: its path from the root, the dotted name of its module, its lines and its syntax tree."""

    path: str
    module: str
    lines: int
    tree: ast.Module


@cache
def sources(root: Path, packages: tuple[str, ...] = PACKAGES) -> tuple[Source, ...]:
    """Every Python file of ``packages`` below ``root``, by path."""
    found = []
    for file in sorted(file for package in packages for file in (root / package).rglob("*.py")):
        path, text = file.relative_to(root), file.read_text("utf-8")
        parts = path.with_suffix("").parts
        module = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        found.append(Source(path.as_posix(), module, len(text.splitlines()), ast.parse(text)))
    return tuple(found)


# ---------------------------------------------------------------------------------------------------------- circles


def _last_name(node: ast.AST) -> str:
    """``c`` of ``a.b.c``."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def imports_of(source: Source, node: ast.AST, modules: set[str]) -> Iterator[str]:
    """The modules among ``modules`` that one statement or call imports; parent packages do not count by themselves."""
    names: list[str] = []
    if isinstance(node, ast.Import):
        names = [alias.name for alias in node.names]
    elif isinstance(node, ast.ImportFrom):
        base = node.module or ""
        if node.level:
            package = source.module.split(".")
            if not source.path.endswith("__init__.py"):
                package = package[:-1]
            base = ".".join([*package[: len(package) - node.level + 1], *([node.module] if node.module else [])])
        names = [f"{base}.{alias.name}" for alias in node.names]
    elif isinstance(node, ast.Call) and _last_name(node.func) in ("import_module", "__import__"):
        names = [arg.value for arg in node.args[:1] if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
    for name in names:
        if name in modules:
            yield name
        elif isinstance(node, ast.ImportFrom) and name.rpartition(".")[0] in modules:
            yield name.rpartition(".")[0]


def import_graph(files: tuple[Source, ...]) -> dict[str, set[str]]:
    """Module → the modules it imports, wherever the import stands: at the top, under TYPE_CHECKING, in a function."""
    modules = {file.module for file in files}
    return {
        file.module: {name for node in ast.walk(file.tree) for name in imports_of(file, node, modules)} - {file.module}
        for file in files
    }


def circles(graph: dict[str, set[str]]) -> list[list[str]]:
    """The groups of modules that reach each other (strongly connected components of two or more), largest first."""

    def reached(start: str) -> set[str]:
        seen: set[str] = set()
        waiting = [start]
        while waiting:
            new = graph[waiting.pop()] - seen
            seen |= new
            waiting.extend(new)
        return seen

    reach = {module: reached(module) for module in graph}
    groups = {
        frozenset(other for other in reach[module] if module in reach[other])
        for module in graph
        if module in reach[module]
    }
    return sorted((sorted(group) for group in groups), key=lambda group: (-len(group), group))


def modules_in_a_circle(root: Path) -> list[str]:
    """Modules of one package or of several that import each other, directly or by way of others."""
    groups = circles(import_graph(sources(root)))
    return [f"{module} (circle {n})" for n, group in enumerate(groups, 1) for module in group]


# ------------------------------------------------------------------------------------------------- service objects


def _functions(tree: ast.Module) -> Iterator[tuple[Function, bool]]:
    """Every function, at any depth, and whether it is a method that is given its object or class first."""
    for node in ast.walk(tree):
        for child in ast.iter_child_nodes(node):
            if isinstance(child, Function):
                static = any(ast.unparse(d) == "staticmethod" for d in child.decorator_list)
                yield child, isinstance(node, ast.ClassDef) and not static


def functions_of_a_service(root: Path) -> list[str]:
    """Functions and methods whose first parameter, `self` aside, is named `service` or annotated `Service`."""
    found = []
    for file in sources(root):
        for function, is_method in _functions(file.tree):
            parameters = [*function.args.posonlyargs, *function.args.args][1 if is_method else 0 :]
            for parameter in (*parameters, *function.args.kwonlyargs)[:1]:
                annotation = ast.unparse(parameter.annotation) if parameter.annotation else ""
                if parameter.arg == "service" or re.search(r"\bService\b", annotation):
                    found.append(f"{file.path}:{function.lineno} {function.name}")
    return found


# --------------------------------------------------------------------------------------------------- local imports


@cache
def all_local_imports(root: Path) -> list[str]:
    """Import statements inside functions, each once, whatever they import: our modules and libraries."""
    found = []
    for file in sources(root):
        inside = {
            id(node): node
            for function, _ in _functions(file.tree)
            for node in ast.walk(function)
            if isinstance(node, ast.Import | ast.ImportFrom)
        }
        for node in sorted(inside.values(), key=lambda node: node.lineno):
            name = node.names[0].name if isinstance(node, ast.Import) else "." * node.level + (node.module or "")
            found.append(f"{file.path}:{node.lineno} {name}")
    return found


def local_imports(root: Path) -> list[str]:
    """The imports of :func:`all_local_imports` that import a module of ours."""
    places = all_local_imports(root)
    return [place for place in places if place.split()[1].partition(".")[0] in ("", *PACKAGES)]


def local_imports_not_allowed(root: Path) -> list[str]:
    """The imports of :func:`local_imports` in files that may not import inside functions."""
    return [place for place in local_imports(root) if not place.startswith(LOCAL_IMPORTS_ALLOWED)]


# ------------------------------------------------------------------------------------------------------------ names


@cache
def names_defined_twice(root: Path) -> list[str]:
    """Names defined at the top level of two or more modules, private ones included: functions, classes, and
    variables assigned singly (`A = …` and `a: int = …`, but neither `a, b = …` nor anything under an `if`)."""
    where = defaultdict(set)
    for file in sources(root):
        for node in file.tree.body:
            if isinstance(node, Function | ast.ClassDef):
                where[node.name].add(file.path)
            elif isinstance(node, ast.Assign | ast.AnnAssign):
                for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                    if isinstance(target, ast.Name):
                        where[target.id].add(file.path)
    twice = sorted((name for name in where if len(where[name]) > 1), key=lambda name: (-len(where[name]), name))
    return [f"{name}: {', '.join(sorted(where[name]))}" for name in twice]


def public_names_defined_twice(root: Path) -> list[str]:
    """The names of :func:`names_defined_twice` that other modules may import."""
    return [place for place in names_defined_twice(root) if not place.startswith("_")]


# ------------------------------------------------------------------------------------------------------------ files


def long_files(root: Path) -> list[str]:
    """Files of more than 600 lines, longest first."""
    files = sorted(sources(root), key=lambda file: -file.lines)
    return [f"{file.path} ({file.lines} lines)" for file in files if file.lines > LONG]


# ---------------------------------------------------------------------------------------------------------- patches


@dataclass(frozen=True)
class _Ours:
    """The names that our modules define at their top level, by dotted name; imported names lead to their origin."""

    modules: dict[str, dict[str, ast.AST | str]]

    @classmethod
    def of(cls, files: tuple[Source, ...]) -> _Ours:
        names = {file.module for file in files}
        modules: dict[str, dict[str, ast.AST | str]] = {}
        for file in files:
            top = modules.setdefault(file.module, {})
            for node in ast.walk(file.tree):
                if isinstance(node, ast.ImportFrom) and not node.level:
                    for alias in node.names:
                        top.setdefault(alias.asname or alias.name, f"{node.module}.{alias.name}")
            for node in file.tree.body:
                if isinstance(node, Function | ast.ClassDef):
                    top[node.name] = node
                elif isinstance(node, ast.Assign | ast.AnnAssign):
                    for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                        if isinstance(target, ast.Name):
                            top[target.id] = node
        return cls({name: modules[name] for name in names})

    def find(self, dotted: str) -> ast.AST | str | None:
        """The definition of a dotted name: a node, `module` for a module, None if it is not of ours or not known."""
        for _ in range(9):  # an import of an import of an import
            if dotted in self.modules:
                return "module"
            parts = dotted.split(".")
            cut = next((n for n in range(len(parts), 0, -1) if ".".join(parts[:n]) in self.modules), 0)
            if not cut:
                return None
            node = self.modules[".".join(parts[:cut])].get(parts[cut])
            rest = parts[cut + 1 :]
            if isinstance(node, str):
                dotted = ".".join([node, *rest])
                continue
            if rest and isinstance(node, ast.ClassDef):
                for member in node.body:
                    if isinstance(member, Function) and member.name == rest[0]:
                        return member
                    if isinstance(member, ast.AnnAssign | ast.Assign) and rest[0] in ast.unparse(member).split("=")[0]:
                        return member
                return None
            return node
        return None


def _patched(call: ast.Call) -> tuple[ast.expr, ast.expr | None] | None:
    """The target that a call replaces: an object and the name of its attribute, or only a dotted string."""
    last = _last_name(call.func)
    if not call.args or last not in ("setattr", "delattr", "patch", "object", "multiple"):
        return None
    function = ast.unparse(call.func)
    if function.endswith(("monkeypatch.setattr", "monkeypatch.delattr", "patch.object", "patch.multiple")):
        first = call.args[0]
        alone = isinstance(first, ast.Constant) and isinstance(first.value, str)
        return (first, None) if alone or len(call.args) == 1 else (first, call.args[1])
    return (call.args[0], None) if last == "patch" and "monkeypatch" not in function else None


def _meanings(file: Source, scopes: tuple[Function, ...], ours: _Ours) -> dict[str, str]:
    """Names of a test's file and enclosing functions → dotted names of ours: imports, parameters, values made."""
    known: dict[str, str] = {}
    for node in ast.walk(file.tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            known |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            known |= {alias.asname: alias.name for alias in node.names if alias.asname}
    for scope in scopes:
        for parameter in scope.args.args + scope.args.kwonlyargs:
            if parameter.annotation and (dotted := known.get(ast.unparse(parameter.annotation).strip("'\""))):
                known[parameter.arg] = dotted
        for node in ast.walk(scope):
            if (
                isinstance(node, ast.Assign)
                and isinstance(node.value, ast.Call)
                and isinstance(node.targets[0], ast.Name)
            ):
                head, _, rest = ast.unparse(node.value.func).partition(".")
                made = f"{known.get(head, head)}.{rest}".strip(".")
                if isinstance(ours.find(made), ast.ClassDef):
                    known[node.targets[0].id] = made
    return known


def _calls(node: ast.AST, scopes: tuple[Function, ...] = ()) -> Iterator[tuple[ast.Call, tuple[Function, ...]]]:
    """Every call, and the functions that it is in, outermost first."""
    if isinstance(node, ast.Call):
        yield node, scopes
    if isinstance(node, Function):
        scopes = (*scopes, node)
    for child in ast.iter_child_nodes(node):
        yield from _calls(child, scopes)


@cache
def _patches(root: Path) -> list[tuple[str, bool]]:
    """Each patch of something of ours in tests, and whether it replaces code and not a plain value."""
    ours, found = _Ours.of(sources(root)), []
    for file in sources(root, ("tests",)):
        for node, scopes in _calls(file.tree):
            if not (what := _patched(node)):
                continue
            target, attribute = what
            if attribute is None:
                dotted = ast.literal_eval(target) if isinstance(target, ast.Constant) else ast.unparse(target)
                names = [dotted]
            else:
                head, _, rest = ast.unparse(target).partition(".")
                dotted = f"{_meanings(file, scopes, ours).get(head, head)}.{rest}".strip(".")
                if isinstance(attribute, ast.Constant):
                    names = [f"{dotted}.{attribute.value!s}"]
                else:  # a parameter of the test: the names in its decorators
                    decorators = [d for outer in scopes for d in outer.decorator_list]
                    words = [c.value for d in decorators for c in ast.walk(d) if isinstance(c, ast.Constant)]
                    names = [f"{dotted}.{word}" for word in map(str, words) if ours.find(f"{dotted}.{word}")]
                    names = names or [f"{dotted}.?"]
            if dotted.partition(".")[0] in PACKAGES and (attribute is None or ours.find(dotted)):
                is_value = all(isinstance(ours.find(name), ast.Assign | ast.AnnAssign) for name in names)
                found.append((f"{file.path}:{node.lineno} {names[0]}", not is_value))
    return found


def patches_of_our_functions(root: Path) -> list[str]:
    """`monkeypatch.setattr`, `unittest.mock.patch` and the like in tests that replace a function, a class or a method
    of ours. What cannot be resolved, such as an attribute of an object, counts."""
    return [place for place, is_code in _patches(root) if is_code]


def patches_of_our_values(root: Path) -> list[str]:
    """Patches in tests that replace a plain value of ours, such as a limit that a test makes small."""
    return [place for place, is_code in _patches(root) if not is_code]


# ----------------------------------------------------------------------------------------------------------- bounds


@dataclass(frozen=True)
class Measure:
    """One number with its bound, and the only names that may be among the counted ones (``None``: any)."""

    what: str
    count: Callable[[Path], list[str]]
    bound: int
    only: tuple[str, ...] | None = None

    def found(self, root: Path = ROOT) -> list[str]:
        """Every place that the measure counts."""
        return self.count(root)

    def unexpected(self, found: list[str]) -> list[str]:
        """The places that are not among the allowed names."""
        return [] if self.only is None else [place for place in found if Path(place.split()[0]).stem not in self.only]


# The bounds. Only this table changes when the numbers fall.
LONG_FILES: tuple[str, ...] = ()
MEASURES = (
    Measure("modules in an import circle", modules_in_a_circle, 0),
    Measure("functions whose first parameter is a service", functions_of_a_service, 0),
    Measure("local imports, libraries included", all_local_imports, 28),
    Measure("local imports of our own modules", local_imports, 23),
    Measure("of these, where they are not allowed", local_imports_not_allowed, 0),
    Measure("names defined in two modules or more", names_defined_twice, 55),
    Measure("of these, public ones", public_names_defined_twice, 6),
    Measure(f"files above {LONG} lines", long_files, 0, LONG_FILES),
    Measure("patches of our own functions in tests", patches_of_our_functions, 0),
    Measure("patches of our own values in tests", patches_of_our_values, 3),
)


def main() -> int:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", type=Path, default=ROOT, help="another checkout to measure")
    parser.add_argument("--list", action="store_true", help="name every place, not only circles, files and patches")
    options = parser.parse_args()
    wrong = False
    counted = [(measure, measure.found(options.root)) for measure in MEASURES]
    for measure, found in counted:
        above = len(found) > measure.bound or bool(measure.unexpected(found))
        wrong = wrong or above
        print(f"{measure.what:<46} {len(found):>4}  bound {measure.bound:>4}{'  ABOVE' if above else ''}")
    short = (modules_in_a_circle, long_files, patches_of_our_functions, patches_of_our_values)
    for measure, found in counted:
        if found and (options.list or measure.count in short):
            print(f"\n{measure.what}")
            print("\n".join(f"  {place}" for place in found))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
