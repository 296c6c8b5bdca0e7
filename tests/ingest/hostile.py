"""Functions that misbehave in a worker process: they crash, hang, fill the memory or print endlessly."""

from __future__ import annotations

import os
import resource
import signal
import time
from pathlib import Path

from kb.errors import NoTextError


def behave(order: str) -> object:
    """Does what it is told, as a reader would that meets a hostile file."""
    what, _, rest = order.partition(" ")
    match what:
        case "length":
            return len(rest)
        case "sleep":
            time.sleep(float(rest))
            return "slept"
        case "exit":
            os._exit(int(rest))
        case "kill":
            os.kill(os.getpid(), getattr(signal, rest))
        case "once":  # dies the first time it is tried
            path = Path(rest)
            if not path.exists():
                path.touch()
                os._exit(1)
            return "second time"
        case "spin":
            while True:
                pass
        case "half-speed" | "tenth-speed":  # works a fifth or a tenth of the time, for so many seconds by the clock
            pause = 0.08 if what == "half-speed" else 0.18
            until = time.monotonic() + float(rest)
            while time.monotonic() < until:
                begun = time.process_time()
                while time.process_time() - begun < 0.02:
                    pass
                time.sleep(pause)
            return "done"
        case "grow":
            return len(bytearray(int(rest)))
        case "raise":
            raise ValueError(f"line one\nline two \x1b[31m{rest}")
        case "document-error":
            raise NoTextError(f"{rest}: nothing\nhere")
        case "unpicklable":
            return lambda: None
        case "shout":
            os.write(1, b"to stdout")
            os.write(2, b"to stderr")
            return "shouted"
        case "recurse":
            return behave(order)
        case "processor-seconds":
            return resource.getrlimit(resource.RLIMIT_CPU)[0]
        case "pid":
            return os.getpid()
    return what
