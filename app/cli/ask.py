"""``kb ask`` and ``kb search``: an answer with citations, ranked passages."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from app.cli.console import FORMAT, NOT_FOUND, out, out_json, tell_person
from app.cli.opened import knowledge_base
from app.cli.recording import record
from app.cli.settings import reranked, settings_of
from app.cli.usage import Misuse, WrongValue
from app.plain_data import found_dict
from app.plain_text import answer_lines, note_lines, place_line
from kb.catalog.editions import check_date
from kb.export.citations import answer_dict
from kb.messages import language as language_of
from kb.messages import message
from kb.messages import notices_in_words as in_words
from kb.types import SearchFilter, notice

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kb import KnowledgeBase
    from kb.types import Answer


def filtered(function: Callable[..., Any]) -> Callable[..., Any]:
    """Adds the filters to a command; :func:`chosen` reads them."""
    for option in (
        click.option(
            "--document", "-d", "documents", multiple=True, metavar="ID", help="Only this document (repeatable)."
        ),
        click.option("--publisher", multiple=True, help="Only this publisher (repeatable)."),
        click.option(
            "--force",
            "forces",
            multiple=True,
            type=click.Choice(["shall", "should", "recommends", "may", "can", "informative"]),
            help="Only sentences of this force (repeatable).",
        ),
        click.option("--language", multiple=True, help="Only documents in this language (repeatable)."),
        click.option("--as-of", metavar="DATE", help="Only editions that stood on this day, YYYY-MM-DD."),
        click.option("--no-register", is_flag=True, help="Leave the register out; official texts only."),
    ):
        function = option(function)
    return function


def chosen(
    base: KnowledgeBase,
    documents: Sequence[str],
    publisher: Sequence[str],
    language: Sequence[str],
    forces: Sequence[str],
    no_register: bool,
    as_of: str | None = None,
) -> SearchFilter:
    """The filter that the options of :func:`filtered` ask for.

    :raises WrongValue: a document that the index does not hold.
    :raises ConfigError: ``as_of`` is no day.
    """
    for doc_id, near in base.contents().unknown_documents(documents).items() if documents else ():
        if near:
            raise WrongValue(notice("usage not in index near", doc_id=doc_id, names=", ".join(near)))
        raise WrongValue(notice("usage not in index", doc_id=doc_id))
    day = check_date(as_of) if as_of else None
    return SearchFilter(tuple(documents), tuple(publisher), tuple(language), tuple(forces), not no_register, as_of=day)


@click.command()
@click.argument("question")
@filtered
@click.option(
    "--llm/--no-llm",
    default=None,
    help="Let the language model of KB_LLM_BASE_URL rephrase the quotes; the default where one is set.",
)
@click.option(
    "--after",
    multiple=True,
    metavar="QUESTION",
    help="An earlier question that this one follows (repeatable, oldest first): “and UNESCO?” is read against it.",
)
@reranked
@FORMAT
@click.pass_context
def ask(
    ctx: click.Context, /, question: str, llm: bool | None, after: tuple[str, ...], form: str, **filters: Any
) -> None:
    """An answer in verbatim sentences with numbered citations, or a refusal (exit code 4).

    With a language model its sentences come first, as far as the quotes bear them out; the quotes follow. The words
    around the quotes are English or Korean, as the question is, or as KB_LANGUAGE says where it shows no language.

    \b
    Example:
        kb ask "Who is responsible for human oversight of high-risk AI systems?"
        kb ask "And 1.5?" --after "What does OECD 1.4 ask?"
    """
    base = knowledge_base(ctx)
    interface = settings_of(ctx).interface
    answer = base.ask(question, chosen(base, **filters), after, language=interface)
    if llm is not False:
        answer = _with_draft(ctx, base, answer, bool(llm))
    if form == "json":
        out_json(json.dumps(answer_dict(answer, interface), ensure_ascii=False, indent=2))
    else:
        _print_answer(answer, interface)
    record(ctx, base, lambda recorder: recorder.question(answer))
    if answer.refused:
        ctx.exit(NOT_FOUND)


def _with_draft(ctx: click.Context, base: KnowledgeBase, answer: Answer, wanted: bool) -> Answer:
    """The answer with a draft, where a language model is set.

    :raises Misuse: none is, and one is wanted.
    """
    settings = settings_of(ctx)
    if not settings.llm_base_url:
        if wanted:
            raise Misuse("usage no model")
        return answer
    *_, last = base.drafts(answer)
    return last


def _print_answer(answer: Answer, otherwise: str) -> None:
    for line in answer_lines(answer, otherwise):
        out(line)
    for line in note_lines(answer, otherwise):
        tell_person(line)


@click.command("search")
@click.argument("query")
@click.option("-k", default=10, show_default=True, type=click.IntRange(1, 200), help="How many passages.")
@click.option("--explain", is_flag=True, help="Show which retriever found each passage, and its scores.")
@filtered
@reranked
@FORMAT
@click.pass_context
def search_passages(ctx: click.Context, /, query: str, k: int, explain: bool, form: str, **filters: Any) -> None:
    """Ranked passages (exit code 4 when none).

    \b
    Example:
        kb search "algorithmic impact assessment" -k 5 --explain
    """
    base = knowledge_base(ctx)
    found, lang = base.search(query, k, chosen(base, **filters)), settings_of(ctx).interface
    if form == "json":
        out_json(json.dumps([found_dict(f) for f in found], ensure_ascii=False, indent=2))
    else:
        for n, item in enumerate(found, 1):
            out(f"{n:>2}. {place_line(item.citation)}")
            if explain:
                parts = ", ".join(f"{name} {value:.3f}" for name, value in item.hit.parts)
                out(f"    {item.hit.retriever} {item.hit.score:.3f} ({parts})")
            words = item.citation.quote
            out(f"    {words if len(words) <= 320 else words[:320] + ' …'}")
    for found_notice in found.notices:
        lines = in_words([found_notice], language_of(query, lang))
        tell_person(message(language_of(query, lang), "note", text=lines))
    if not found.hits:
        tell_person(message(lang, "search nothing"))
        ctx.exit(NOT_FOUND)
