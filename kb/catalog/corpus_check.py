"""Checks the tables of ``corpus/`` against each other: amendments, dates of application, the glossary.

The register has its own check (:func:`kb.catalog.register.check_register`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from kb.catalog.amendments import check_amendments, installed_amendments
from kb.catalog.catalog import Catalog, corpus_dir, name_of
from kb.catalog.dates import check_dates, installed_dates
from kb.catalog.glossary import GLOSSARY, check_glossary, load_glossary, load_pairs, texts_of
from kb.catalog.toml_tables import read_if_there
from kb.messages import message_table

if TYPE_CHECKING:
    from pathlib import Path

    from kb.catalog.register import Register
    from kb.types import Notice


def check_tables(register: Register, catalog: Catalog, folder: Path | None = None) -> list[Notice]:
    """A notice for each fault of the tables in ``corpus/``, or in a folder of that form.

    :raises ConfigError: a table cannot be read.
    """
    known = {(entry.of_document, entry.key) for entry in register.entries}
    unit_ids = {register.unit_id(entry) for entry in register.entries}
    faults = check_amendments(installed_amendments(folder), catalog.editions, known)
    faults += check_dates(installed_dates(folder), catalog.editions, unit_ids)
    where = folder or corpus_dir()
    glossary, crosswalk, pairs = (where / name for name in (GLOSSARY, "crosswalk.toml", "terms-ko-en.tsv"))

    def text(path: Path) -> str:
        return read_if_there(path, name_of(path)) or ""

    if not text(glossary):
        return faults
    terms = load_glossary(text(glossary), name_of(glossary))
    messages: list[tuple[Notice | str, str]] = [
        (f"kb/messages/ko.toml, {key}", said) for key, said in message_table("ko").items()
    ]
    texts = [*texts_of(register, text(crosswalk), name_of(crosswalk)), *messages]
    return faults + check_glossary(terms, texts, load_pairs(text(pairs), name_of(pairs)))
