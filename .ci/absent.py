"""Prints what an installed package requires here and does not find: `python .ci/absent.py torch`.

The registry's Linux build of torch requires the CUDA runtime, a CPU build does not; its own metadata says which it is.
"""

from __future__ import annotations

import sys
from importlib.metadata import PackageNotFoundError, requires, version

from packaging.requirements import Requirement


def absent(package: str) -> list[str]:
    """The requirements of ``package`` that apply to this machine and name nothing that is installed."""
    missing = []
    for line in requires(package) or []:
        requirement = Requirement(line)
        if requirement.marker and not requirement.marker.evaluate({"extra": ""}):
            continue
        try:
            version(requirement.name)
        except PackageNotFoundError:
            missing.append(requirement.name)
    return missing


if __name__ == "__main__":
    for name in absent(sys.argv[1]):
        print(name)
