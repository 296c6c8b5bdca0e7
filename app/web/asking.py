"""The calls of the Ask screen's scripts: answers, the conversation as a file, feedback. No data of a person is kept
here.

The browser keeps the conversation. With a question it sends the earlier questions against which it is read; an answer
of an earlier day is made again from its question and its filter.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from itsdangerous import BadData, URLSafeSerializer

from app.plain_text import citation_line, without_surrogates
from app.web.calls import Download
from app.web.handlers import Handlers
from app.web.html.chat import FEEDBACK_REASONS, Turn, refused_steps, turn_html
from app.web.html.evidence import evidence_cards, place_words
from app.web.html.filters import FORCE_VALUES, Choices, Chosen, filter_words
from app.web.sign_in import signing_key, who_asks
from app.web.waiting_line import WaitingLine
from kb.errors import ConfigError
from kb.export.citations import answer_dict, citation_dict
from kb.export.formats import ListOptions, list_bytes
from kb.messages import language, message
from kb.types import MAX_QUESTION, SearchFilter, notice

if TYPE_CHECKING:
    from app.web.calls import Call
    from kb.types import Answer, Citation

MAX_EARLIER = 12
MAX_TURNS_WRITTEN = 100
MAX_CHOSEN = 200
CONVERSATION_FORMS = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "md": "text/markdown; charset=utf-8",
    "html": "text/html; charset=utf-8",
    "json": "application/json",
}


class Asking:
    """The functions of the Ask screen."""

    def __init__(self, desk: Handlers) -> None:
        self._desk = desk
        self._line = WaitingLine()

    def calls(self) -> dict[str, Call]:
        """The functions by the names that scripts call them by."""
        return {"answer": self.answer, "export": self.export, "feedback": self.feedback}

    @cached_property
    def _entries(self) -> URLSafeSerializer:
        """Signs the number of the log entry that an answer has, so that nobody can judge another person's answer."""
        return URLSafeSerializer(signing_key(self._desk.settings.home_path), salt="kb entry")

    # --- an answer

    def answer(self, data: Mapping[str, Any], lang: str) -> Iterator[dict[str, Any]]:
        """The events of a question, one after the other: its place in the waiting line, the search, the answer, its
        draft."""
        question, n = without_surrogates(_sent_text(data.get("question"))).strip(), _turn_number(data.get("n"))
        chosen = chosen_filter(data.get("filter"))
        if not question or len(question) > MAX_QUESTION:
            yield self._sent(self._desk.answer(question, (), None, lang, n), chosen, lang)
            return
        with self._line.place() as place:
            for before in place:
                yield {"status": message(lang, "waiting", n=before + 1)}
            yield {"status": message(lang, "searching")}
            earlier, is_new = earlier_questions(data.get("earlier")), data.get("again") is not True
            turn = self._desk.answer(question, earlier, chosen.filter, lang, n, is_new)
        yield self._sent(turn, chosen, lang)
        for grown in self._desk.drafts(turn):  # no one waits for the language model of another person's question
            yield self._sent(grown, chosen, lang)

    def _sent(self, turn: Turn, chosen: Chosen, lang: str) -> dict[str, Any]:
        """A turn as the page receives it: HTML, cards, citations, and words to copy."""
        limited = filter_words(chosen, self._names() if chosen.filter.doc_ids else {}, lang)
        sent: dict[str, Any] = {
            "html": turn_html(
                turn, lang, limited, refused_steps(turn.answer, bool(limited), chosen.filter.as_of is not None)
            )
        }
        answer = turn.answer
        if answer is None:
            return {**sent, "problem": turn.problem, "cards": "", "citations": []}
        words_in = language(answer.question, lang)
        listed = (*answer.citations, *answer.also_relevant) or answer.nearest
        clip = self._desk.base().lists().copied_answer(answer, lang)
        return {
            **sent,
            "read": answer.question,
            "refused": answer.refused,
            "index": answer.index_id,
            "entry": self._entries.dumps([turn.entry, who_asks().name]) if turn.entry else 0,
            "cards": evidence_cards(answer, turn.n, 0, lang),
            "citations": [_shown_citation(each, words_in) for each in listed],
            "cited": 0 if answer.refused else len(answer.citations),
            "text": clip.text,
            "rich": clip.html,
        }

    def _names(self) -> dict[str, str]:
        return {doc_id: name for name, doc_id in self.choices().documents}

    def choices(self) -> Choices:
        """The values by which a question can be limited; none if there is no index."""
        return self._desk.attempt(self._choices)[0] or Choices()

    def _choices(self) -> Choices:
        contents = self._desk.base().contents()
        found = contents.filter_choices()
        spoken = sorted({d.edition.language for d in contents.documents if not d.edition.register_of} - {"und"})
        return Choices(found.publishers, found.documents, tuple(spoken))

    # --- the conversation as a file

    def export(self, data: Mapping[str, Any], lang: str) -> Download:
        """The conversation as a file, each answer made anew from its question and filter.

        :raises ConfigError: the format does not exist, or there is nothing to write.
        """
        form, turns = _sent_text(data.get("form")), data.get("turns")
        asked = [each for each in turns if isinstance(each, dict)] if isinstance(turns, list) else []
        if form not in CONVERSATION_FORMS or not asked:
            raise ConfigError(notice("nothing to export"))
        answers: list[Answer] = []
        for each in asked[:MAX_TURNS_WRITTEN]:
            question = without_surrogates(_sent_text(each.get("question"))).strip()[:MAX_QUESTION]
            chosen = chosen_filter(each.get("filter")).filter
            answers.append(
                self._desk.base().ask(question, chosen, earlier_questions(each.get("earlier")), language=lang)
            )
        name = f"{message(lang, 'conversation')}.{form}"
        if form == "json":
            return Download(
                name, _indented_json([answer_dict(each, lang) for each in answers]), CONVERSATION_FORMS[form]
            )
        found = self._desk.base().lists().of_answers(answers, lang)
        return Download(name, list_bytes(found, form, ListOptions(lang)), CONVERSATION_FORMS[form])

    # --- feedback

    def feedback(self, data: Mapping[str, Any], lang: str) -> str:
        """Logs a person's judgement of an answer, with the answer's log entry; returns the words of thanks.

        :raises ConfigError: the entry was not given to this person with an answer, or nothing can be logged.
        """
        reasons = [each for each in _sent_list(data.get("reasons")) if each in FEEDBACK_REASONS]
        try:
            entry, whose = self._entries.loads(_sent_text(data.get("entry"))[:400])
        except BadData:
            entry, whose = 0, ""
        verdict = "good" if data.get("good") is True else "bad"
        if (
            not entry
            or whose != who_asks().name
            or not self._desk.record(lambda recorder: recorder.feedback(entry, verdict, reasons))
        ):
            raise ConfigError(notice("feedback not kept"))
        return message(lang, "feedback thanks")


def _shown_citation(citation: Citation, lang: str) -> dict[str, Any]:
    """A citation as the object of the API, with the words for the note of a marker and for a list."""
    words = {"words": place_words(citation, lang), "line": citation_line(citation, lang)}
    return {**citation_dict(citation), **words}


def _indented_json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode("utf-8", "replace")


# --- what a browser sends, as far as it is well formed


def _sent_text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _turn_number(value: object, otherwise: int = 1) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 10**9 else otherwise


def _sent_list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _strings(value: object) -> tuple[str, ...]:
    return tuple(each[:300] for each in _sent_list(value) if isinstance(each, str) and each)[:MAX_CHOSEN]


def earlier_questions(value: object) -> Sequence[str]:
    """The last few earlier questions, as they were read, oldest first."""
    return [without_surrogates(each)[:MAX_QUESTION] for each in _strings_whole(value)][-MAX_EARLIER:]


def _strings_whole(value: object) -> list[str]:
    return [each for each in _sent_list(value)[-MAX_EARLIER:] if isinstance(each, str)]


def chosen_filter(value: object) -> Chosen:
    """The filter that a browser sends; a value that cannot be one is dropped."""
    data = value if isinstance(value, dict) else {}
    editions, day = _sent_text(data.get("editions")), _sent_text(data.get("day"))
    as_of: str | None = None
    if editions == "current":
        as_of = datetime.datetime.now(tz=datetime.UTC).date().isoformat()
    elif editions == "day":
        try:
            as_of = datetime.date.fromisoformat(day).isoformat()
        except ValueError:
            as_of = None
    found = SearchFilter(
        doc_ids=_strings(data.get("documents")),
        publishers=_strings(data.get("publishers")),
        languages=_strings(data.get("languages")),
        forces=tuple(each for each in _strings(data.get("forces")) if each in FORCE_VALUES),
        include_register=data.get("official") is not True,
        as_of=as_of,
    )
    return Chosen(found, editions == "current")
