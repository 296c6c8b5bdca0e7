"""Writes requirements.lock and requirements-cuda.lock from pyproject.toml.

    python .ci/lock.py [--upgrade] [--wheel FILE ...]

uv resolves every dependency, of every extra, for every platform at once and notes the hashes of all files. Two things
are done to its answer:

- The CUDA runtime, which only the registry's Linux build of torch asks for, goes into a file of its own, so that a
  CPU build installs without it (`.ci/absent.py` decides).
- A wheel that pip's own settings may offer beside the registry (a CPU build of torch) is admitted by its hash.
  ``--wheel FILE`` records one in `.ci/local-wheels.lock`, from where it is copied to the entry of the same public
  version. The record is a requirement file of its own because pip, given hashes, prefers a registry's file to a
  better one in a folder: `.ci/environment` installs from it first.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MAIN = ROOT / "requirements.lock"
CUDA = ROOT / "requirements-cuda.lock"
WHEELS = ROOT / ".ci" / "local-wheels.lock"

IS_CUDA = re.compile(r"nvidia-|cuda-|triton$")
PIN = re.compile(r"(?P<name>[A-Za-z0-9._-]+)(?:\[[^]]*\])?==(?P<version>[^\s;]+)")
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")

HEADER = "# Written by `make lock` from pyproject.toml; edit that instead.\n"


def resolve(upgrade: bool) -> str:
    """What uv answers: one entry per package, with hashes and `# via` comments."""
    uv = shutil.which("uv", path=str(Path(sys.executable).parent)) or shutil.which("uv")
    if uv is None:
        raise SystemExit("lock: uv not found; `make lock` installs it")
    with tempfile.TemporaryDirectory() as folder:
        answer = Path(folder) / "answer.txt"
        if not upgrade and MAIN.exists():  # uv keeps the versions it finds in its output file
            answer.write_text(MAIN.read_text() + (CUDA.read_text() if CUDA.exists() else ""))
        command = [uv, "pip", "compile", "pyproject.toml", "--all-extras", "--universal", "--python-version=3.11"]
        # fewest: one version for all Pythons where one will do, so that everybody runs the same code
        command += ["--generate-hashes", "--no-emit-index-url", "--no-header", "--fork-strategy=fewest", "--quiet"]
        command += ["--upgrade"] if upgrade else []
        subprocess.run([*command, f"--output-file={answer}"], cwd=ROOT, check=True)
        return answer.read_text()


def entries(text: str) -> dict[str, str]:
    """Name to entry: the pin's line with the indented lines that follow it."""
    found: dict[str, str] = {}
    for entry in re.split(r"^(?=\S)", text, flags=re.MULTILINE):
        if pin := PIN.match(entry):
            found[pin["name"]] = found.get(pin["name"], "") + entry
    return found


def needed_by(entry: str) -> set[str]:
    """The names in an entry's `# via` comment."""
    comment = entry.partition("# via")[2]
    return set(re.findall(r"[A-Za-z][A-Za-z0-9._-]*", comment))


def record(wheels: list[Path]) -> None:
    """Adds the wheels to the file of local wheels, one line per version."""
    hashes: dict[str, set[str]] = {}
    for line in WHEELS.read_text().splitlines() if WHEELS.exists() else []:
        if pin := PIN.match(line):
            hashes[pin[0]] = set(HASH.findall(line))
    for wheel in wheels:
        name, version = wheel.name.split("-")[:2]
        with wheel.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        hashes.setdefault(f"{name.lower().replace('_', '-')}=={version}", set()).add(f"--hash=sha256:{digest}")
    lines = [" ".join([pin, *sorted(found)]) + "\n" for pin, found in sorted(hashes.items())]
    WHEELS.write_text("# Wheels beside the registry, recorded by `make lock WHEELS=FILE`.\n" + "".join(lines))


def admit_local_wheels(found: dict[str, str]) -> None:
    """Adds the recorded wheels' hashes to the entries of the same name and public version."""
    for line in WHEELS.read_text().splitlines() if WHEELS.exists() else []:
        local = PIN.match(line)
        if local is None:
            continue
        pin = PIN.match(found.get(local["name"], ""))
        if pin is None or pin["version"] != local["version"].partition("+")[0]:
            raise SystemExit(f"lock: {local[0]} is not the locked version; record its successor or delete the line")
        first, rest = found[local["name"]].split("\n", 1)
        known = set(HASH.findall(rest))
        extra = "".join(f"    {digest} \\\n" for digest in HASH.findall(line) if digest not in known)
        found[local["name"]] = f"{first}\n{extra}{rest}"


def main() -> None:
    """Reads the options, resolves, splits, writes both files."""
    parser = argparse.ArgumentParser(description="Writes both lock files from pyproject.toml.")
    parser.add_argument("--upgrade", action="store_true", help="take newer versions than the locked ones")
    parser.add_argument("--wheel", type=Path, nargs="+", default=[], help="wheels beside the registry to admit by hash")
    options = parser.parse_args()

    if options.wheel:
        record(options.wheel)
    found = entries(resolve(options.upgrade))
    cuda = {name: entry for name, entry in found.items() if IS_CUDA.match(name)}
    for name, entry in cuda.items():
        if others := needed_by(entry) - set(cuda) - {"torch"}:
            raise SystemExit(f"lock: {name} is needed by {', '.join(sorted(others))}, not by torch alone")
    admit_local_wheels(found)
    MAIN.write_text(HEADER + "".join(entry for name, entry in found.items() if name not in cuda))
    CUDA.write_text(HEADER + "# Only for a torch that asks for it.\n" + "".join(cuda.values()))
    print(f"lock: {len(found) - len(cuda)} packages in {MAIN.name}, {len(cuda)} in {CUDA.name}")


if __name__ == "__main__":
    main()
