"""Limits the memory and processor time of this process, before it opens untrusted files, and returns freed memory.

The limits are in force even when the parent process was killed. On a system without such limits nothing is set, and
only the parent's clock ends the process.
"""

from __future__ import annotations

import contextlib
import ctypes

try:
    import resource
except ImportError:  # a system without limits of processes
    resource = None  # type: ignore[assignment]


def limit_resource(name: str, value: int) -> None:
    """Sets a bound of this process, such as ``RLIMIT_AS`` in bytes, never above the one that it already has."""
    with contextlib.suppress(AttributeError, ValueError, OSError):  # not every system has every limit
        kind = getattr(resource, name)
        _, hard = resource.getrlimit(kind)
        resource.setrlimit(kind, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))


def limit_processor(seconds: float) -> None:
    """Limits the further processor time of this process."""
    if resource is not None:
        used = resource.getrusage(resource.RUSAGE_SELF)
        limit_resource("RLIMIT_CPU", int(used.ru_utime + used.ru_stime + seconds) + 1)


def give_memory_back() -> None:
    """Returns freed memory to the system, if the C library can be told to.

    glibc keeps freed blocks between blocks in use: batches of texts of different lengths leave hundreds of megabytes of
    them, which no later batch can use.
    """
    with contextlib.suppress(AttributeError, OSError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)
