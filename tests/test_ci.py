"""What .ci/run adds to pytest: one closing line for two runs, packages that are named when absent, no skipped test."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FAST = "[100%]\n===== 1014 passed, 2 skipped, 60 deselected, 1 warning in 200.50s (0:03:20) =====\n"
REST = """FAILED tests/a.py::test_b
== 1 failed, 58 passed, 1 skipped, 1014 deselected, 2 errors in 12.25s ==
make: *** Error 1
"""


def counts(tmp_path: Path, *logs: str) -> subprocess.CompletedProcess[str]:
    paths = [tmp_path / str(n) for n in range(len(logs))]
    for path, log in zip(paths, logs, strict=True):
        path.write_text(log)
    return subprocess.run(
        [sys.executable, ROOT / ".ci/counts.py", *paths], capture_output=True, text=True, check=False, cwd=tmp_path
    )


def test_the_closing_lines_of_two_runs_are_added_up(tmp_path: Path) -> None:
    found = counts(tmp_path, FAST, REST)
    assert found.returncode == 0, found.stderr
    assert found.stdout.strip("=\n") == " 1 failed, 1072 passed, 3 skipped, 1 warning, 2 errors in 212.75s "


def test_ci_runs_the_independent_check_of_the_measures() -> None:
    """The comparison with ranx is slow; CI runs the slow tests, and has what the comparison needs."""
    run, makefile = (ROOT / ".ci/run").read_text(), (ROOT / "Makefile").read_text()
    assert "for target in test test-slow; do" in run
    assert re.search(r"^SLOW := .*\bslow\b", makefile, re.MULTILINE)
    assert re.search(r'^test-slow:.*\n(?:\t.*\n)*\t.*-m "\$\(SLOW\)"', makefile, re.MULTILINE)
    oracle = (ROOT / "tests/kb/evaluation/test_measures.py").read_text()
    assert re.search(r"@pytest\.mark\.slow.*\n(?:@.*\n)*def test_agrees_with_ranx", oracle)
    assert '"ranx' in (ROOT / "pyproject.toml").read_text()


def test_a_run_without_a_closing_line_is_named(tmp_path: Path) -> None:
    found = counts(tmp_path, FAST, "12 passed in all, said a test in 3s of its own\nKilled\n")
    assert found.returncode == 1
    assert found.stderr == "pytest run 2 did not come to its end\n"


def test_absent_packages_are_named_and_only_root_installs_them(tmp_path: Path) -> None:
    """With a PATH on which nothing but the shell's own tools, and no apt-get, is to be found."""
    for name in ("bash", "env", "id"):
        (tmp_path / name).symlink_to(shutil.which(name) or name)
    script, path = str(ROOT / ".ci/packages"), {"PATH": str(tmp_path)}
    wanted = "chromium poppler-utils libreoffice-writer-nogui libreoffice-calc-nogui"
    found = subprocess.run([script], env=path, capture_output=True, text=True, check=True)
    assert found.stdout == f"{wanted}\n"

    without = subprocess.run([script, "install"], env=path, capture_output=True, text=True, check=False)
    assert (without.returncode, without.stdout) == (1, "")
    assert without.stderr == f"absent, and there is no apt-get to install them with: {wanted}\n"

    for name, said in (("apt-get", 'echo "$@"'), ("id", "echo 1000")):
        (tmp_path / name).unlink(missing_ok=True)
        (tmp_path / name).write_text(f"#!{tmp_path / 'bash'}\n{said}\n")
        (tmp_path / name).chmod(0o755)
    denied = subprocess.run([script, "install"], env=path, capture_output=True, text=True, check=False)
    assert (denied.returncode, denied.stdout) == (1, "")
    assert denied.stderr == f"absent, and only root may install them: apt-get install {wanted}\n"


SKIPPING = """
import pytest
def test_body(): pytest.skip("no chromium")
@pytest.mark.skipif(True, reason="no documents")
def test_mark(): pass
@pytest.mark.optional
def test_optional(): pytest.skip("not root")
@pytest.mark.xfail(strict=True)
def test_known(): assert False
"""


@pytest.mark.parametrize("ci", [True, False])
def test_a_skipped_test_fails_in_ci_unless_it_is_optional(tmp_path: Path, ci: bool) -> None:
    shutil.copy(ROOT / "tests/conftest.py", tmp_path)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / "test_skipping.py").write_text(SKIPPING)
    environment = {name: value for name, value in os.environ.items() if name != "CI"} | ({"CI": "true"} if ci else {})
    environment["PYTHONPATH"] = str(ROOT)  # the conftest's plugins are of this checkout
    found = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "test_skipping.py"],
        cwd=tmp_path, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    closing = found.stdout.splitlines()[-1]
    assert ("1 failed, 1 skipped, 1 xfailed, 1 error" if ci else "3 skipped, 1 xfailed") in closing, found.stdout
    assert found.stdout.count("skipped in CI, where nothing that tests need may be absent: ") == (4 if ci else 0)
    assert "no chromium" in found.stdout
