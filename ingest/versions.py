"""Versions of everything besides the documents that determines the contents of an index.

These are the code that reads files, the register, the crosswalk and the encoder. A stored document is read again when
its version (:func:`document_version`) differs from the present one.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import kb
from kb.catalog.catalog import corpus_dir, text_of_corpus
from kb.catalog.crosswalk import load_edges
from kb.catalog.register import register_files
from kb.code_version import code_sha256
from kb.index.layout import KOREAN

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ingest.parse import Task
    from kb.catalog.edges import Edge
    from kb.protocols import Encoder

CROSSWALK = "crosswalk.toml"
"""The file of the installed crosswalk, under ``corpus/``."""

INGEST = Path(__file__).parent

READING = (
    "ingest/parse.py",
    "ingest/bibliography",
    "ingest/readers",
    "ingest/layout",
    "ingest/units",
    "ingest/passages",
    "kb/boxes.py",
    "kb/catalog/kinds.py",
    "kb/catalog/recognition.py",
    "kb/catalog/title_match.py",
    "kb/catalog/title_page.py",
    "kb/index/passage_sentences.py",
    "kb/pdf.py",
    "kb/data/__init__.py",
    "kb/text/cleaning.py",
    "kb/text/common_words.py",
    "kb/text/force.py",
    "kb/text/force_frames.py",
    "kb/text/hangul.py",
    "kb/text/korean_units.py",
    "kb/text/languages.py",
    "kb/text/lazy_patterns.py",
    "kb/text/locators.py",
    "kb/text/numerals.py",
    "kb/text/page_kinds.py",
    "kb/text/romanisation.py",
    "kb/text/sentences.py",
)
"""The code that determines how a file is read: folders with all of their modules, and single modules.

A test compares this list with the imports of the code that reads a file, in both directions.
"""


TABLES_READ = ("titles", "words")
"""The tables of ``kb/data`` that determine how a file is read: common words decide hyphens, languages and names,
the weights of titles decide what a document is called."""


@cache
def pipeline_version() -> str:
    """Twelve hexadecimal digits, a hash of the code that turns a file into passages, without its comments and
    docstrings, and of the tables that this code opens; if they change, documents are read again."""
    return version_of_reading(reader_files(), data_files())


def version_of_reading(modules: Iterable[Path], tables: Iterable[Path]) -> str:
    """Twelve hexadecimal digits, a hash of what modules do and of the bytes of tables."""
    digest = hashlib.sha256(code_sha256(modules).encode())
    for path in tables:
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def reader_files() -> list[Path]:
    """The modules that :func:`pipeline_version` hashes."""
    packages = {"ingest": INGEST, "kb": Path(kb.__file__).parent}
    named = (name.split("/", 1) for name in READING)
    parts = [packages[package] / name for package, name in named]
    return [file for part in parts for file in ([part] if part.suffix else sorted(part.rglob("*.py")))]


def data_files() -> list[Path]:
    """The tables that :func:`pipeline_version` hashes."""
    return [Path(kb.__file__).parent / "data" / f"{name}.json" for name in TABLES_READ]


def index_settings(encoder: Encoder, korean: str) -> dict[str, Any]:
    """The settings that an index records: versions, the token limit, and its analyser of Korean."""
    return {
        "pipeline": pipeline_version(),
        "max_tokens": encoder.info.max_tokens,
        "crosswalk": crosswalk_version(),
        KOREAN: korean,
    }


@cache
def crosswalk_version() -> str:
    """Twelve hexadecimal digits, a hash of the installed crosswalk, which is copied into the index."""
    return hashlib.sha256((corpus_dir() / CROSSWALK).read_bytes()).hexdigest()[:12]


@cache
def crosswalk_edges() -> tuple[Edge, ...]:
    """The edges of the installed crosswalk. Their units are not checked, because an index may be built from a part of
    the register."""
    return load_edges(text_of_corpus(corpus_dir() / CROSSWALK), None, None, f"corpus/{CROSSWALK}")


@cache
def register_version() -> str:
    """A hash of everything from which the registers are compiled: the data, and the code that typesets it."""
    code = (INGEST / "sources" / name for name in ("compiled_register.py", "pdf_document.py"))
    digest = hashlib.sha256(code_sha256(code).encode())
    for path in register_files(corpus_dir()):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def document_version(encoder: Encoder, task: Task) -> str:
    """The version by which a document is read: code, encoder, token limit; for a register its data, for other files
    what a person recorded."""
    data = f"/{register_version()[:12]}" if task.register_id else ""
    if task.own is not None:
        data += f"/{hashlib.sha256(repr(task.own).encode()).hexdigest()[:12]}"
    return f"{pipeline_version()}/{encoder.info.name}/{encoder.info.max_tokens}{data}"
