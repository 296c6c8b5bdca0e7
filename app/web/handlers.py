"""The handlers of the app: what happens when a person asks, looks up or clicks.

Each method of :class:`Handlers` makes one call of the knowledge base, which answers from one index, and returns its
result as HTML of :mod:`app.web.html`. An error that a person can correct becomes one line on the page; any other error
is logged, and the page shows a general line.
"""

from __future__ import annotations

import logging
import platform
import re
import threading
from collections.abc import Iterator, Sequence  # gradio reads the handlers' annotations
from dataclasses import replace
from functools import partial
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

from app.models import models_of
from app.plain_text import without_surrogates
from app.recording import recorded
from app.web.html.chat import Turn
from app.web.html.documents import no_index
from app.web.html.pieces import hint, problem_box
from app.web.reading_jobs import READING_COMMAND
from app.web.sign_in import who_asks
from kb import KnowledgeBase
from kb.errors import ConfigError, KBError, NoIndexError
from kb.messages import LANGUAGES, error_words, message, words
from kb.types import MAX_QUESTION, notice

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.settings import Settings
    from app.web.uploads import FileReaders
    from kb import Recorder
    from kb.types import Answer, SearchFilter

EXAMPLES = (
    "What does OECD say about accountability of AI actors?",
    "Who must keep logs of high-risk AI systems?",
    "How should privacy and data protection be assured?",
    "What are the drivers and inhibitors of transparency?",
    "EU AI Act Article 14",
    "OECD 원칙 1.3",
    "유네스코 권고 제37항",
    "인공지능 시스템의 투명성과 설명가능성",
)
EXAMPLE_REFERENCES = (
    "OECD 1.3",
    "UNESCO para 37",
    "EU AI Act Art. 14",
    "NIST MAP 3.1",
    "IEEE 7003-2024",
    "HLEG 1.4",
    "제37항",
)

_LOG = logging.getLogger(__name__)
_T = TypeVar("_T")


class Handlers:
    """The handlers. The knowledge base is opened at the first call that finds an index, and kept."""

    def __init__(
        self,
        settings: Settings,
        base: KnowledgeBase | None = None,
        readers: FileReaders | None = None,
        reading_command: Sequence[str] = READING_COMMAND,
    ) -> None:
        self.settings = settings
        self.reading_command = tuple(reading_command)
        self._base = base
        self._readers = readers
        self._lock = threading.Lock()

    def base(self) -> KnowledgeBase:
        """The knowledge base, opened when it is first needed.

        :raises NoIndexError: there is no index yet.
        :raises IndexFolderError: the index is damaged.
        """
        with self._lock:
            if self._base is None:
                models = partial(models_of, self.settings)
                self._base = KnowledgeBase.open(
                    self.settings.home_path, models, self.settings.store_address, self.settings.exact_up_to
                )
            return self._base

    def files(self) -> FileReaders:
        """The readers of files that a browser sends.

        :raises ConfigError: the app was started without them.
        """
        if self._readers is None:
            raise ConfigError(notice("no file readers"))
        return self._readers

    def warm(self) -> None:
        """Loads the encoder and the index ahead. An error is only logged; the first question shows it."""
        try:
            self.base().warm()
        except KBError as error:
            _LOG.info("not loaded ahead: %s", error)
        except Exception:
            _LOG.exception("loading ahead failed")

    def attempt(self, work: Callable[[], _T], lang: str = "en") -> tuple[_T | None, str]:
        """The result of ``work`` and "", or ``None`` and one line about the error."""
        try:
            return work(), ""
        except KBError as error:
            return None, self._without_home(error_words(error, lang))
        except Exception:
            _LOG.exception("a handler failed")
            return None, message(lang, "general problem")

    def _without_home(self, text: str) -> str:
        """A line without the path of the home folder, which must not be shown in the browser."""
        home = self.settings.home_path
        for path in {str(home), str(home.resolve())}:
            if Path(path).is_absolute() and len(path) > 1:
                text = re.sub(rf"{re.escape(path)}(?![\w.-])", "KB_HOME", text)
        return text

    # --- Ask

    def answer(
        self,
        question: str,
        earlier: Sequence[str] = (),
        chosen: SearchFilter | None = None,
        lang: str = "en",
        n: int = 1,
        is_logged: bool = True,
    ) -> Turn:
        """Turn ``n`` of a conversation: the question with its answer, or with one line about why there is none.

        The question is read against the ``earlier`` questions, in the form in which those were read. An answer that is
        only made again is not logged again.
        """
        question = without_surrogates(question).strip()
        if len(question) > MAX_QUESTION:
            return Turn(n, question[:200] + "…", None, _too_long(question, lang))
        found, problem = self.attempt(lambda: self._answer(question, chosen, earlier, lang, is_logged), lang)
        answer, entry = found or (None, 0)
        return Turn(n, question, answer, problem, entry)

    def _answer(
        self, question: str, chosen: SearchFilter | None, earlier: Sequence[str], lang: str, is_logged: bool
    ) -> tuple[Answer, int]:
        answer = self.base().ask(question, chosen, earlier, language=lang)
        return answer, self.record(lambda recorder: recorder.question(answer)) if is_logged else 0

    def record(self, write: Callable[[Recorder], int], user: str = "") -> int:
        """The number of the log entry that ``write`` makes; 0, with a line in the app's own log, if it cannot be
        written."""
        number, fault = recorded(self.settings, self.base(), "web", user or who_asks().name, write)
        if fault is not None:
            _LOG.warning("%s", words(fault, "en"))
        return number

    def drafts(self, turn: Turn) -> Iterator[Turn]:
        """The turn after each sentence that a language model adds to its draft; nothing is yielded if no model
        is set."""
        if not self.settings.llm_base_url or turn.answer is None:
            return
        try:
            for answer in self.base().drafts(turn.answer):
                yield replace(turn, answer=answer)
        except Exception:  # the quotes are in the page already
            _LOG.exception("a draft failed")

    # --- About

    def facts(self, lang: str = "en") -> list[tuple[str, str]]:
        """The contents and versions of the index in service as names and values, or the reason why there is none."""
        facts, problem = self.attempt(lambda: self._facts(lang), lang)
        return facts if facts is not None else [(message(lang, "fact problem"), problem)]

    def _facts(self, lang: str) -> list[tuple[str, str]]:
        index = self.base().contents().facts()
        encoder = {key: index.encoder[key] for key in ("name", "fingerprint", "dimension")}
        facts = {
            "index": index.index_id,
            "built": message(lang, "built by", created=index.created, version=index.version),
            "documents": message(lang, "counted documents", n=index.n_documents, registers=index.n_registers),
            "pages": f"{index.n_pages:,}",
            "units": f"{index.n_units:,}",
            "passages": f"{index.n_passages:,}",
            "encoder": message(lang, "encoder facts", **encoder),
            "reranker": self._reranker_words(lang),
            "model": self._model_words(lang),
            "versions": ", ".join(
                [f"Python {platform.python_version()}", *(_package_version_words(p, lang) for p in _SHOWN_VERSIONS)]
            ),
        }
        return [(message(lang, f"fact {key}"), value) for key, value in facts.items()]

    def _reranker_words(self, lang: str) -> str:
        s = self.settings
        if not s.reranker:
            return message(lang, "fact none")
        known = s.reranker_languages.strip()
        languages = message(lang, "reranker languages", languages=s.reranker_languages) if known else ""
        return message(lang, "reranker facts", name=s.reranker, languages=languages, depth=s.reranker_depth)

    def _model_words(self, lang: str) -> str:
        if not self.settings.llm_base_url:
            return message(lang, "fact none")
        model = self.settings.llm_model or message(lang, "model unnamed")
        return message(lang, "model facts", model=model, host=urlsplit(self.settings.llm_base_url).hostname)

    def status(self, lang: str = "en") -> str:
        """The line under the title: the number of loaded publications, or how to build an index."""
        text, problem = self.attempt(lambda: self._status(lang), lang)
        return problem_box(problem) if text is None else text

    def _status(self, lang: str) -> str:
        try:
            index = self.base().contents().facts()
        except NoIndexError:
            return no_index(lang)
        n = index.n_documents
        key = {0: "none loaded", 1: "one loaded"}.get(n, "loaded")
        return hint(message(lang, key, n=n, id=index.index_id))

    def language(self, accepted: str) -> str:
        """The interface's language: the setting, else the first language of the browser's list that has messages."""
        if self.settings.language != "auto":
            return self.settings.language
        wanted = (part.split(";")[0].strip().lower().partition("-")[0] for part in accepted[:500].split(","))
        return next((code for code in wanted if code in LANGUAGES), self.settings.interface)


_SHOWN_VERSIONS = ("standards-kb", "gradio", "sentence-transformers", "faiss-cpu", "bm25s", "pypdfium2")


def _package_version_words(package: str, lang: str) -> str:
    try:
        return f"{package} {metadata.version(package)}"
    except metadata.PackageNotFoundError:
        return message(lang, "not installed", package=package)


def _too_long(text: str, lang: str) -> str:
    return message(lang, "too long", n=len(text), limit=MAX_QUESTION)
