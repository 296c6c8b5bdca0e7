"""The English words of notices and reports, for tests that compare words, and the search for English in Korean."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from kb.messages import words

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from ingest.plan import FileReport
    from kb.types import Notice


# what has no Korean name: publishers, commands, settings, programs and a provision's own verb
NAMES = set(
    """
    OECD UNESCO NIST IEEE HLEG EU AI Act Art Article MAP para Para LEGAL PDF KB LLM
    kb ingest corpus fetch add serve FILE FOLDER test words
    BERT SIL TOML XML
    Python standards gradio sentence transformers faiss cpu pypdfium pdfium pypdf pdf OCR ocr
    ocrmypdf HTML HTTP https MiB list remove identify home loaded no register not DOCUMENTS force index verify
    shall should may can recommends will
    Markdown BibTeX RIS CSL JSON CSV XLSX OSCAL make install eval RERANKER LANGUAGES HOME
    I II III IV
    CSV XLSX DOCX JSON CSL BibTeX RIS OSCAL
    """.split()
)


def latin_words(text: str, *quoted: str, known: Collection[str] = frozenset(NAMES)) -> list[str]:
    """The words in Latin letters that are neither names nor part of what is quoted, and no identifier."""
    for quote in sorted(filter(None, quoted), key=len, reverse=True):
        text = text.replace(quote, " ")
    text = re.sub(r"`[^`]*`|'[a-z_]+'|--[a-z-]+(?: [A-Z]+)*|\bKB_[A-Z_]+", " ", text)  # what is typed as it is
    text = re.sub(r"https?://\S+|urn:\S+|\([ivxl]+\)|\b[\w.-]*\d[\w.:-]*\b|\b[a-z]+(?:-[a-z0-9]+)+\b", " ", text)
    return sorted(set(re.findall(r"[A-Za-z]{2,}", text)) - set(known))


def english(notices: Iterable[Notice]) -> tuple[str, ...]:
    """The words of notices."""
    return tuple(words(each, "en") for each in notices)


def message_of(report: FileReport) -> str:
    """The words of a report's message, "" where it has none."""
    return words(report.message, "en") if report.message else ""
