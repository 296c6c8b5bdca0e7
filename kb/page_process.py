"""The process that opens PDFs when a question is asked: the boxes of quotes, and images of pages. It has bounds.

:mod:`kb.page_workers` starts it and talks to it over its input and output: each message is a length and JSON, an image
follows as its bytes. It writes no file, gets no settings and no keys, and ends when its input does or nothing is asked.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import struct
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from kb import pdf
from kb.errors import KBError
from kb.process_bounds import limit_processor, limit_resource

if TYPE_CHECKING:
    from collections.abc import Iterator

LENGTH = struct.Struct(">I")
IDLE_SECONDS = 120.0
"""A process that is asked nothing for so long ends; the next question starts another."""


def serve_pages(memory: int, seconds: float) -> None:
    """Answers requests until there are no more; ``memory`` in bytes, ``seconds`` of processor time for each."""
    answers = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in (1, 2):
        os.dup2(nowhere, number)  # messages of libraries would get between the answers
    limit_resource("RLIMIT_AS", memory)
    limit_resource("RLIMIT_CORE", 0)
    limit_resource("RLIMIT_FSIZE", 0)
    _send(answers, {"ready": True})
    for request in _requests(sys.stdin.buffer):
        limit_processor(2 * seconds + 5)
        body = b""
        try:
            with pdf.open_pdf(Path(request["path"])) as document:
                if request["do"] == "boxes":
                    answer: dict[str, Any] = {
                        "boxes": [
                            pdf.quote_rects(document, index, [(a, b) for a, b in ranges], expected)
                            for index, ranges, expected in request["pages"]
                        ]
                    }
                elif request["do"] == "lines":
                    answer = {"lines": pdf.page_lines(document, request["page"])}
                else:
                    image = pdf.render(document, request["page"], request["scale"])
                    body = image.tobytes()
                    answer = {"width": image.width, "height": image.height}
        except KBError as error:
            answer = {"why": str(error)[:300]}
        except Exception as error:  # whatever a library raises is this file's fault; pdfium's own are RuntimeErrors
            answer = {"why": f"{type(error).__name__}: {str(error)[:120]}"}
        _send(answers, answer | {"bytes": len(body)}, body)


def _requests(questions: BinaryIO) -> Iterator[Any]:
    while True:
        with contextlib.suppress(OSError, ValueError):  # a system where only sockets can be waited for
            if not select.select([questions], [], [], IDLE_SECONDS)[0]:
                return
        head = questions.read(LENGTH.size)
        if len(head) < LENGTH.size:
            return
        yield json.loads(questions.read(LENGTH.unpack(head)[0]))


def _send(answers: BinaryIO, answer: dict[str, Any], body: bytes = b"") -> None:
    head = json.dumps(answer).encode()
    answers.write(LENGTH.pack(len(head)) + head)
    answers.write(body)
    answers.flush()
