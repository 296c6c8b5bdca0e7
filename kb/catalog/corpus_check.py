"""The checks of ``corpus/`` beside the register's own: amendments, dates of application, words of the glossary."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kb.catalog.amendments import check_amendments, installed_amendments
from kb.catalog.catalog import Catalog, corpus_dir
from kb.catalog.dates import check_dates, installed_dates
from kb.catalog.glossary import GLOSSARY, check_glossary, load_glossary, load_pairs, texts_of
from kb.messages import table

if TYPE_CHECKING:
    from pathlib import Path

    from kb.catalog.register import Register


def check_tables(register: Register, catalog: Catalog, folder: Path | None = None) -> list[str]:
    """A line for each fault of the tables in ``corpus/``, or in a folder of that form.

    :raises ConfigError: a table cannot be read.
    """
    known = {(entry.of_document, entry.key) for entry in register.entries}
    unit_ids = {register.unit_id(entry) for entry in register.entries}
    faults = check_amendments(installed_amendments(folder), catalog.editions, known)
    faults += check_dates(installed_dates(folder), catalog.editions, unit_ids)
    where = folder or corpus_dir()

    def text(name: str) -> str:
        return (where / name).read_text("utf-8") if (where / name).is_file() else ""

    if not text(GLOSSARY):
        return faults
    terms = load_glossary(text(GLOSSARY), str(where / GLOSSARY) if folder else f"corpus/{GLOSSARY}")
    messages = [(f"kb/messages/ko.toml, {key}", said) for key, said in table("ko").items()]
    texts = [*texts_of(register, text("crosswalk.toml")), *messages]
    return faults + check_glossary(terms, texts, load_pairs(text("terms-ko-en.tsv")))
