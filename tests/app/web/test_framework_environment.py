"""Gradio sees none of its environment variables, and gets a temporary folder of its own that is removed at the end."""

from __future__ import annotations

import os
import signal
import socket
import stat
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from urllib.request import proxy_bypass_environment

import pytest

from app.web.framework_environment import TEMPORARY, framework_environment, framework_variables, trim_folder
from tests.paths import ROOT


def test_its_variables_are_taken_away_and_given_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = {"GRADIO_ALLOWED_PATHS": "/etc", "GRADIO_VIBE_MODE": "1", "GRADIO_SHARE": "True",
             "FORWARDED_ALLOW_IPS": "*", "GRADIO_TEMP_DIR": "/tmp/everyone"}  # fmt: skip
    for name in framework_variables(os.environ):
        monkeypatch.delenv(name)
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    with framework_environment(tmp_path) as ignored:
        assert ignored == tuple(sorted(given))
        assert "GRADIO_ALLOWED_PATHS" not in os.environ
        assert "GRADIO_VIBE_MODE" not in os.environ
        assert os.environ["GRADIO_SHARE"] == os.environ["GRADIO_ANALYTICS_ENABLED"] == "False"
        assert os.environ["FORWARDED_ALLOW_IPS"] == ""
    assert {name: os.environ[name] for name in given} == given
    assert framework_variables(os.environ) == sorted(given)


def test_its_folder_is_closed_to_others_and_gone_at_the_end(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with framework_environment(home):
        folder = Path(os.environ["GRADIO_TEMP_DIR"])
        assert folder.parent == home / TEMPORARY
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        (folder / "page.webp").write_bytes(b"x")
    assert not folder.exists()


def test_what_a_killed_app_left_is_removed_and_a_running_ones_is_not(tmp_path: Path) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    for number in (ended.pid, os.getpid()):
        (tmp_path / TEMPORARY / f"{number}-left").mkdir(parents=True)
    with framework_environment(tmp_path):
        left = [f.name for f in (tmp_path / TEMPORARY).iterdir() if f.name.endswith("-left")]
    assert left == [f"{os.getpid()}-left"]


def test_the_temporary_folder_is_bounded(tmp_path: Path) -> None:
    for n in range(5):
        path = tmp_path / f"{n % 2}" / f"page-{n}"
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"x" * 1000)
        os.utime(path, (1_000_000 + n, 1_000_000 + n))
    (tmp_path / "being-written").write_bytes(b"x" * 1000)
    assert trim_folder(tmp_path, 3000) == 3000
    assert sorted(path.name for path in tmp_path.rglob("*-*")) == ["being-written", "page-3", "page-4"]
    assert trim_folder(tmp_path, 0) == 1000  # what is a few seconds old stays


def test_a_home_that_can_only_be_read_is_no_hindrance(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with framework_environment(tmp_path / "file"):
        folder = Path(os.environ["GRADIO_TEMP_DIR"])
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert not folder.exists()


@pytest.mark.timeout(170)
def test_the_command_serves_no_file_that_a_variable_names_and_tidies_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    home = tmp_path / "home"
    secret = tmp_path / "secret.txt"
    secret.write_text("a secret")
    for name in framework_variables(os.environ):
        monkeypatch.delenv(name)
    environment = os.environ | {
        "KB_HOME": str(home), "KB_PORT": str(port), "GRADIO_ALLOWED_PATHS": str(tmp_path), "GRADIO_VIBE_MODE": "1",
        "PYTHONPATH": str(ROOT),
    }  # fmt: skip
    log = (tmp_path / "log").open("w+")
    process = subprocess.Popen(
        [sys.executable, "-m", "app.cli.main", "serve"], env=environment, stdout=log, stderr=log, cwd=tmp_path
    )
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        for _ in range(600):
            try:
                opener.open(f"http://127.0.0.1:{port}/theme.css", timeout=20).close()
                break
            except OSError:
                assert process.poll() is None, (tmp_path / "log").read_text()
                time.sleep(0.2)
        with pytest.raises(urllib.error.HTTPError, match=r"403|404"):
            opener.open(f"http://127.0.0.1:{port}/gradio_api/file={secret}", timeout=20)
        assert len(list((home / TEMPORARY).iterdir())) == 1
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0
    finally:
        process.kill()
        process.wait()
        log.close()
    assert list((home / TEMPORARY).iterdir()) == []
    said = (tmp_path / "log").read_text()
    assert "kb: not used: GRADIO_ALLOWED_PATHS, GRADIO_VIBE_MODE" in said
    assert "Traceback" not in said


def test_no_proxy_is_asked_for_this_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "kb.example.org")
    monkeypatch.delenv("NO_PROXY", raising=False)
    with framework_environment(tmp_path):
        assert proxy_bypass_environment("127.0.0.1:7860") and proxy_bypass_environment("kb.example.org")
        assert not proxy_bypass_environment("example.org")
    assert os.environ["no_proxy"] == "kb.example.org"
    assert "NO_PROXY" not in os.environ
