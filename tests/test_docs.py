"""The documentation agrees with the tree: paths exist, and the described order of imports is the checked one."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
DOCS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
PATH = re.compile(r"(?<![\w/.~*<-])(?:kb|ingest|app|corpus|tests|benchmarks|docs)/[\w./-]*\w(?:/(?!\w))?")
NOT_SHIPPED = re.compile(r"corpus/documents(/|$)")  # a person's own files


def named(text: str) -> list[str]:
    """The paths of this project that a text names, each once."""
    return sorted({found for found in PATH.findall(text) if not NOT_SHIPPED.match(found)})


@pytest.mark.parametrize("doc", DOCS, ids=lambda doc: doc.name)
def test_every_path_in_the_documentation_exists(doc: Path) -> None:
    text = doc.read_text("utf-8")
    absent = [path for path in named(text) if not (ROOT / path).exists()]
    assert absent == []
    assert all((ROOT / path).is_dir() for path in named(text) if path.endswith("/"))
    linked = re.findall(r"\]\(((?:docs/)?[\w.-]+\.md)\)", text)
    assert [name for name in linked if not (doc.parent / name).exists()] == []


@pytest.mark.parametrize("doc", DOCS, ids=lambda doc: doc.name)
def test_every_test_that_is_named_exists(doc: Path) -> None:
    for file, test in re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", doc.read_text("utf-8")):
        assert f"def {test}(" in (ROOT / file).read_text("utf-8"), f"{file}::{test}"


def test_paths_are_found_in_prose_and_in_trees() -> None:
    text = (
        "`kb/pdf.py`, kb/text/, in kb/data/rarity.json. Not ../app/x.py, ~/kb/y or corpus/documents/z.pdf\n  app/cli/"
    )
    assert named(text) == ["app/cli/", "kb/data/rarity.json", "kb/pdf.py", "kb/text/"]


def test_the_picture_of_the_order_is_what_is_checked() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    (layers,) = [contract["layers"] for contract in contracts if contract["type"] == "layers"]
    checked = [re.sub(r"[()]", "", layer).replace(" :", ",") for layer in layers]
    text = (ROOT / "docs/architecture.md").read_text("utf-8").partition("## Who may import whom")[2]
    picture = text.split("```")[1].removeprefix("text\n").splitlines()
    assert picture == checked


def test_every_folder_has_its_line() -> None:
    text = (ROOT / "docs/architecture.md").read_text("utf-8")
    folders = [
        path.parent.relative_to(ROOT).as_posix() + "/"
        for p in ("kb", "ingest", "app")
        for path in ROOT.glob(f"{p}/*/**/__init__.py")
    ]
    assert folders
    assert [folder for folder in folders if folder not in named(text)] == []
