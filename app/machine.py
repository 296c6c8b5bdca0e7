"""The six actions for programs: ask, search, lookup, batch, cite, check. Their results are plain JSON data.

The endpoints of the app and the tools of ``kb mcp`` are these methods, and their results have the keys and values of
``--format json``. Every input is limited in size; an error that the caller can correct is a :class:`kb.errors.KBError`.
"""

from __future__ import annotations

import functools
import hashlib
import inspect
import json
import logging
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_type_hints

from app.plain_data import found_dict, lookup_dict
from app.plain_text import without_surrogates
from kb.catalog.editions import check_date
from kb.drafts.report import report_dict
from kb.errors import ConfigError, KBError
from kb.export.answer_lists import RowPlace, row_json
from kb.export.citations import answer_dict, citation_dict
from kb.lists.inputs import BatchInput
from kb.lists.tables import InputRow
from kb.messages import LANGUAGES, error_words, message, notices_in_words
from kb.messages import language as language_of
from kb.messages import words as in_words
from kb.types import MAX_QUESTION, SearchFilter, notice

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kb import KnowledgeBase, Recorder
    from kb.drafts.draft import Draft

_ACTIONS_LOG = logging.getLogger(__name__)

ACTIONS = ("ask", "search", "lookup", "batch", "cite", "check")
"""The names of the actions, which are those of the methods, the endpoints and the tools."""
MOST_ROWS = 500
MOST_REFERENCES = 100
MAX_DRAFT = 400_000
"""Characters of a draft; a longer one is a file for `kb check`."""
KINDS_OF_TEXT = ("md", "html", "txt", "csv")


@dataclass(frozen=True, slots=True)
class Actions:
    """The actions over one knowledge base.

    ``read_draft`` reads a draft's file, ``language`` is the interface's; files are written for a moment in ``scratch``,
    a folder of our own, or where the system keeps such files. ``log`` takes what writes an entry of the log.
    """

    base: Callable[[], KnowledgeBase]
    read_draft: Callable[[Path], Draft]
    language: str = "en"
    scratch: Path | None = None
    log: Callable[[Callable[[Recorder], int]], None] = lambda _: None

    def ask(
        self,
        question: str,
        documents: list[str] | None = None,
        publishers: list[str] | None = None,
        languages: list[str] | None = None,
        forces: list[str] | None = None,
        as_of: str | None = None,
        register: bool = True,
        history: list[str] | None = None,
        language: str = "",
    ) -> dict[str, Any]:
        """Answer a question in verbatim sentences with citations, or refuse.

        Args:
            question: A question or a reference, in English or Korean; at most 2,000 characters.
            documents: Only these documents, by their ids.
            publishers: Only these publishers.
            languages: Only documents in these languages, as two-letter codes.
            forces: Only sentences of these forces: shall, should, recommends, may, can, informative.
            as_of: Only editions that stood on this day, YYYY-MM-DD.
            register: Whether the register, which is not the official text, may be quoted.
            history: The questions asked before, oldest first; a follow-up is read against them.
            language: Language of the words around quotes where the question shows none: en or ko.
        """
        chosen = self._filter(documents, publishers, languages, forces, as_of, register)
        asked = [_text_given(each) for each in _some(history, MOST_REFERENCES)]
        lang = self._lang(language)
        answer = self.base().ask(_text_given(question), chosen, asked, language=lang)
        self.log(lambda recorder: recorder.question(answer))
        return _as_json(answer_dict(answer, lang))

    def search(
        self,
        query: str,
        limit: int = 10,
        documents: list[str] | None = None,
        publishers: list[str] | None = None,
        languages: list[str] | None = None,
        forces: list[str] | None = None,
        as_of: str | None = None,
        register: bool = True,
    ) -> dict[str, Any]:
        """Find the passages nearest to a query, best first, each with its citation.

        Args:
            query: What is looked for, in English or Korean; at most 2,000 characters.
            limit: How many passages, 1 to 200.
            documents: Only these documents, by their ids.
            publishers: Only these publishers.
            languages: Only documents in these languages, as two-letter codes.
            forces: Only sentences of these forces: shall, should, recommends, may, can, informative.
            as_of: Only editions that stood on this day, YYYY-MM-DD.
            register: Whether the register, which is not the official text, may be found.
        """
        chosen = self._filter(documents, publishers, languages, forces, as_of, register)
        found = self.base().search(_text_given(query), min(max(_whole(limit, "limit"), 1), 200), chosen)
        notices = notices_in_words(found.notices, language_of(query, self.language))
        return _as_json({"hits": [found_dict(each) for each in found], "notices": notices})

    def lookup(
        self, references: list[str], edition: str | None = None, as_of: str | None = None, language: str = ""
    ) -> dict[str, Any]:
        """Look units up by reference: exact, or a choice, or nothing with what is near.

        Args:
            references: References as people write them, such as "OECD 1.3" or "유네스코 제37항".
            edition: In this edition of the work, by its id or its year.
            as_of: In the editions that stood on this day, YYYY-MM-DD.
            language: Language of messages where a reference shows none: en or ko.
        """
        asked = [_text_given(each) for each in _some(references, MOST_REFERENCES)]
        found = self.base().look_up_records(asked, as_of or None, edition or None)
        rows = [
            lookup_dict(item, language_of(text, self._lang(language)))
            for text, items in zip(asked, found, strict=True)
            for item in items
        ]
        return _as_json({"references": rows})

    def batch(
        self,
        rows: list[str],
        documents: list[str] | None = None,
        publishers: list[str] | None = None,
        as_of: str | None = None,
        register: bool = True,
        language: str = "",
    ) -> dict[str, Any]:
        """Answer questions and references row by row, in order.

        Args:
            rows: Questions and references mixed; at most 500.
            documents: Only these documents, by their ids.
            publishers: Only these publishers.
            as_of: Only editions that stood on this day, YYYY-MM-DD.
            register: Whether the register, which is not the official text, may be quoted.
            language: Language of the words around quotes where a row shows none: en or ko.
        """
        chosen = self._filter(documents, publishers, None, None, as_of, register)
        asked = [_text_given(each) for each in _some(rows, MOST_ROWS)]
        numbered = tuple(InputRow(RowPlace(n, "rows", "", n), text) for n, text in enumerate(asked, 1) if text)
        digest = hashlib.sha256("\n".join(asked).encode()).hexdigest()
        given = BatchInput(numbered, "rows", digest, (), self._lang(language), chosen)
        found = self.base().lists().answered(given)
        made = _as_json({"rows": [row_json(row) for row in found.rows], "index_id": found.source.index_id})
        self.log(lambda recorder: recorder.exported(None, "json", _bytes(made), found.rows))
        return made

    def cite(self, lines: list[str]) -> dict[str, Any]:
        """Make the citation list of references and questions, numbered in order.

        Args:
            lines: One reference or question each; at most 500.
        """
        asked = [_in_one_line_of_words(_text_given(each)) for each in _some(lines, MOST_ROWS)]
        found = self.base().cite(asked)
        listed = [
            citation_dict(citation) | {"input_line": asked_for.line, "input": asked_for.words}
            for citation, asked_for in zip(found.citations, found.asked, strict=True)
        ]
        made = _as_json({"citations": listed, "faults": [in_words(fault, self.language) for fault in found.faults]})
        self.log(lambda recorder: recorder.cited(None, "json", _bytes(made), found.citations))
        return made

    def check(self, text: str, kind: str = "md", language: str = "") -> dict[str, Any]:
        """Check the references and quotations of a draft: right, misquoted, cut, of another edition, gone, unknown.

        Args:
            text: The draft, at most 400,000 characters.
            kind: What the text is: md, html, txt or csv.
            language: Language of the report: en or ko; the draft's own where it is left out.
        """
        if kind not in KINDS_OF_TEXT:
            raise ConfigError(notice("sent kind", name=kind[:20], kinds=", ".join(KINDS_OF_TEXT)))
        words = without_surrogates(text)
        if len(words) > MAX_DRAFT:
            raise ConfigError(notice("too long", n=len(words), limit=MAX_DRAFT))
        with tempfile.TemporaryDirectory(prefix="kb-draft-", dir=self.scratch) as folder:
            path = Path(folder) / f"draft.{kind}"
            path.write_text(words, "utf-8")
            draft = self.read_draft(path)
        report = self.base().check(draft)
        self.log(lambda recorder: recorder.checked(Path(path.name), words.encode(), report))
        return _as_json(report_dict(report, self._lang(language or language_of(words[:20_000], self.language))))

    def _lang(self, language: str) -> str:
        return language if language in LANGUAGES else self.language

    def _filter(
        self,
        documents: list[str] | None,
        publishers: list[str] | None,
        languages: list[str] | None,
        forces: list[str] | None,
        as_of: str | None,
        register: bool,
    ) -> SearchFilter:
        """The filter that an action asks for.

        :raises ConfigError: a document is not in the index, or ``as_of`` is no day.
        """
        only = _some(documents, 200)
        for doc_id, near in (self.base().contents().unknown_documents(only) if only else {}).items():
            raise ConfigError(notice("document not here", document=doc_id[:120], near=", ".join(near) or "–"))
        return SearchFilter(
            tuple(only),
            tuple(_some(publishers, 200)),
            tuple(_some(languages, 200)),
            tuple(_some(forces, 200)),
            bool(register),
            check_date(as_of) if as_of else None,
        )


def for_programs(actions: Actions, name: str, fault: Callable[[str], Exception]) -> Callable[..., dict[str, Any]]:
    """An action with its types spelled out, and with its errors as ``fault`` makes them of a line for the caller; of an
    error that is ours it says nothing."""
    action: Callable[..., dict[str, Any]] = getattr(actions, name)

    @functools.wraps(action)
    def work(*given: Any, **named: Any) -> dict[str, Any]:
        try:
            for argument, value in shape.bind(*given, **named).arguments.items():
                if argument in texts and not isinstance(value, texts[argument]):
                    raise ConfigError(notice("not a text", name=argument))
            return action(*given, **named)
        except KBError as error:
            raise fault(error_words(error, actions.language)) from None
        except Exception:
            _ACTIONS_LOG.exception("an action failed")
            raise fault(message(actions.language, "general problem")) from None

    hints = get_type_hints(action)
    shape = inspect.signature(action)
    texts = {each: kind for each, kind in hints.items() if each in shape.parameters and kind in (str, str | None)}
    typed = [each.replace(annotation=hints[each.name]) for each in shape.parameters.values()]
    work.__annotations__ = hints
    work.__doc__ = inspect.getdoc(action)
    work.__signature__ = shape.replace(parameters=typed, return_annotation=hints["return"])  # type: ignore[attr-defined]
    return work


def _whole(given: object, name: str) -> int:
    """A whole number that a program gave under a name.

    :raises ConfigError: it is none.
    """
    if isinstance(given, bool) or not isinstance(given, (int, float)) or given != given // 1:
        raise ConfigError(notice("not a whole number", name=name))
    return int(given)


def _some(given: Sequence[str] | None, limit: int) -> list[str]:
    """A list of texts that a program gave, within its bound.

    :raises ConfigError: it is none, or longer.
    """
    if given is None:
        return []
    if not isinstance(given, (list, tuple)) or not all(isinstance(each, str) for each in given):
        raise ConfigError(notice("not a list of texts"))
    if len(given) > limit:
        raise ConfigError(notice("list too long", n=len(given), limit=limit))
    return [without_surrogates(each) for each in given]


def _text_given(given: str) -> str:
    """A text that a program gave, without what cannot be stored.

    :raises ConfigError: it is too long.
    """
    text = without_surrogates(given).strip()
    if len(text) > MAX_QUESTION:
        raise ConfigError(notice("too long", n=len(text), limit=MAX_QUESTION))
    return text


def _in_one_line_of_words(text: str) -> str:
    return " ".join(text.split())


def _bytes(made: dict[str, Any]) -> bytes:
    return json.dumps(made, ensure_ascii=False).encode()


def _as_json(found: dict[str, Any]) -> dict[str, Any]:
    """The data as JSON holds it: lists for tuples."""
    made: dict[str, Any] = json.loads(json.dumps(found, ensure_ascii=False))
    return made
