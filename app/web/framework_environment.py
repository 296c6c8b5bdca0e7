"""Prepares the environment in which gradio is loaded: without gradio's own variables, with a temporary folder of its
own.

Gradio reads environment variables that open files, start an editor, share the page or report its use, and it puts page
images into a folder of the whole machine. Here the variables are removed before it is imported, and its folder is one
that only this person may enter and that is removed at the end.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

TEMPORARY = "serving"
"""The folder in the home folder with the temporary folders of running apps."""
MAX_TEMPORARY = 512 * 1024**2
"""Largest size in bytes of the temporary folder of a running app: page images and sent files."""

_FRAMEWORK_PREFIXES = ("GRADIO_", "OAUTH_", "SPACE_")
_FRAMEWORK_NAMES = frozenset({"FORWARDED_ALLOW_IPS", "SYSTEM", "WEB_CONCURRENCY"})


def framework_variables(environment: Mapping[str, str]) -> list[str]:
    """The names of the variables that change gradio's behaviour."""
    return sorted(name for name in environment if name.startswith(_FRAMEWORK_PREFIXES) or name in _FRAMEWORK_NAMES)


@contextmanager
def framework_environment(home: Path) -> Iterator[tuple[str, ...]]:
    """Removes gradio's variables and gives it a temporary folder; yields the names that were set.

    At the end the folder is removed and the variables are restored. A folder that a killed app left is removed too.
    """
    former = {name: os.environ[name] for name in framework_variables(os.environ)}
    folder = temporary_folder(home)
    ours = {
        "GRADIO_TEMP_DIR": str(folder),
        "GRADIO_EXAMPLES_CACHE": str(folder / "examples"),
        "GRADIO_ANALYTICS_ENABLED": "False",
        "GRADIO_MCP_SERVER": "False",
        "GRADIO_RUN_HISTORY": "False",
        "GRADIO_SHARE": "False",
        "GRADIO_SSR_MODE": "False",
        "FORWARDED_ALLOW_IPS": "",  # which proxies count is decided in app/web/request_guard.py
        "HF_HUB_DISABLE_TELEMETRY": "1",
        **{name: _with_this_machine(os.environ.get(name, "")) for name in ("NO_PROXY", "no_proxy")},
    }
    replaced = {name: os.environ[name] for name in ours if name in os.environ}
    for name in former:
        del os.environ[name]
    os.environ.update(ours)
    try:
        yield tuple(former)
    finally:
        for name in ours:
            os.environ.pop(name, None)
        os.environ.update({**replaced, **former})
        shutil.rmtree(folder, ignore_errors=True)


def _with_this_machine(reached_directly: str) -> str:
    """The hosts for which no proxy is used, with this machine added: gradio requests its own address when it starts."""
    return ",".join(filter(None, (reached_directly, "127.0.0.1,localhost,::1")))


def temporary_folder(home: Path) -> Path:
    """A new folder with the rights 0700, in the home folder or in the system's folder for temporary files."""
    parent = home / TEMPORARY
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        parent.mkdir(mode=0o700, exist_ok=True)
        _sweep_folders(parent)
        return Path(tempfile.mkdtemp(prefix=f"{os.getpid()}-", dir=parent)).resolve()
    except OSError:  # a home folder that can only be read
        return Path(tempfile.mkdtemp(prefix="standards-kb-")).resolve()


def trim_folder(folder: Path, limit: int) -> int:
    """Removes the least recently used files of a folder until it has at most ``limit`` bytes; returns its size in
    bytes.

    Files younger than a minute stay, because they may still be written.
    """
    found: list[tuple[float, int, Path]] = []
    for path in folder.rglob("*"):
        try:
            state = path.lstat()
        except OSError:
            continue
        if not path.is_dir():
            found.append((max(state.st_atime, state.st_mtime), state.st_size, path))
    left, young = sum(size for _, size, _ in found), time.time() - 60
    for used, size, path in sorted(found):
        if left <= limit or used > young:
            break
        path.unlink(missing_ok=True)
        left -= size
    return left


def _sweep_folders(parent: Path) -> None:
    """Removes the folders of apps that no longer run."""
    for folder in parent.iterdir():
        number = folder.name.partition("-")[0]
        if number.isdigit() and not _is_alive(int(number)):
            shutil.rmtree(folder, ignore_errors=True)


def _is_alive(process: int) -> bool:
    if sys.platform == "win32":  # asking there would end the process
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:  # another person's process
        return True
    return True
