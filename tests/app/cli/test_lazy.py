"""The table of each group of commands: places that exist, and the same line of help as the command itself."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import click
import pytest
from click.shell_completion import ShellComplete

from app.cli.lazy import LazyGroup
from app.cli.main import main
from kb.catalog.register import load_corpus
from tests.builds import build
from tests.paths import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def groups(group: LazyGroup = main, path: str = "kb") -> Iterator[tuple[str, LazyGroup]]:
    yield path, group
    for name in group.lazy:
        command = group.get_command(click.Context(group), name)
        if isinstance(command, LazyGroup):
            yield from groups(command, f"{path} {name}")


GROUPS = dict(groups())


@pytest.mark.parametrize("path", GROUPS)
def test_the_table_says_what_the_commands_say(path: str) -> None:
    group = GROUPS[path]
    for name, (_, line) in group.lazy.items():
        command = group.get_command(click.Context(group), name)
        assert command is not None
        assert command.name == name
        listed = click.Command(name, help=line)
        assert listed.get_short_help_str(500) == command.get_short_help_str(500)


def test_the_groups_are_all_seen() -> None:
    assert {"kb", "kb corpus", "kb register", "kb crosswalk", "kb index"} <= GROUPS.keys()


def test_an_unknown_command_is_none() -> None:
    assert main.get_command(click.Context(main), "nonsense") is None


def test_a_shell_completes_names_without_their_modules() -> None:
    found = ShellComplete(main, {}, "kb", "_KB_COMPLETE").get_completions([], "cor")
    assert [(item.value, item.help) for item in found] == [("corpus", main.lazy["corpus"][1])]


LIGHT = {
    "kb --help": ["--help"],
    "kb corpus --help": ["corpus", "--help"],
    "kb corpus list": ["corpus", "list"],
    "kb register list": ["register", "list", "--work", "oecd"],
    "kb config show": ["config", "show"],
    "kb lookup": ["lookup", "OECD 1.3"],
}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose index holds the whole register, by the stand-in encoder."""
    home = tmp_path_factory.mktemp("register") / "home"
    build(home, register=load_corpus())
    return home


@pytest.mark.parametrize("arguments", LIGHT.values(), ids=LIGHT.keys())
def test_quick_commands_load_no_arrays_and_no_models(arguments: list[str], home: Path) -> None:
    heavy = {"numpy", "faiss", "bm25s", "torch", "tokenizers", "gradio", "pypdf", "pypdfium2", "tqdm", "xlsxwriter"}
    code = (
        "import sys\nfrom app.cli.main import main\n"
        f"try:\n    main(['--home', {str(home)!r}, *{arguments!r}])\n"
        f"finally:\n    print(sorted(set(sys.modules) & {heavy!r}), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stderr.splitlines()[-1] == "[]"
