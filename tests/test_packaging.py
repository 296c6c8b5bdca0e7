"""The lock file fits pyproject.toml, and the repository contains no name of a machine."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
PIN = re.compile(r"^(?P<name>[\w.-]+)==(?P<version>\S+)(?P<rest>(?:.*\\\n)+.*)", re.MULTILINE)


@pytest.fixture(scope="module")
def locked() -> dict[str, str]:
    return {pin["name"]: pin["version"] for pin in PIN.finditer((ROOT / "requirements.lock").read_text())}


def test_every_requirement_is_locked_at_a_version_it_allows(locked: dict[str, str]) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"].values()
    wanted = [Requirement(line) for lines in (project["dependencies"], *extras) for line in lines]
    unmet = [str(r) for r in wanted if not r.specifier.contains(locked.get(canonicalize_name(r.name), "0"))]
    assert unmet == [], "run `make lock`"


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-cuda.lock"])
def test_every_pin_has_a_hash_and_no_address(name: str) -> None:
    text = (ROOT / name).read_text()
    pins = list(PIN.finditer(text))
    assert len(pins) == len(re.findall(r"^[A-Za-z]", text, re.MULTILINE)) > 0
    assert all("--hash=sha256:" in pin["rest"] for pin in pins)
    assert "://" not in text
    assert "--" not in text.replace("--hash=sha256:", "")


def test_the_cuda_runtime_is_only_in_its_own_lock(locked: dict[str, str]) -> None:
    assert [name for name in locked if name.startswith(("nvidia-", "cuda-", "triton"))] == []
