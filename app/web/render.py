"""Answers, citations, units and lists → HTML for the app, and the plain text a person copies. Pure; no retrieval.

Whatever comes from a document, a question or the catalog passes :func:`escape`, which leaves neither HTML nor Markdown
nor a template to interpret: the chat reads its messages as Markdown, and the app's HTML panels fill templates. Nothing
here holds a line break, because a blank line would end an HTML block in Markdown.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from kb import messages
from kb.catalog.edges import LABEL
from kb.messages import message
from kb.references.suggestions import SuggestionKind
from kb.text.cleaning import readable

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from kb.library.counterparts import Counterpart
    from kb.lookup.lookup import LookUp, UnitView
    from kb.references.suggestions import NameSuggestion
    from kb.types import Answer, Citation, Edition, Sentence, Unit

LONG = 700
"""Characters of a quote shown at once; the rest unfolds."""

_NOWHERE: Mapping[str, Sequence[Counterpart]] = {}
REGISTER_WORDS = message("en", "register")

_LANGUAGES = frozenset({"en", "ko", "es"})
_PUNCTUATION = {c: f"&#{c};" for c in range(33, 127) if not chr(c).isalnum() and chr(c) != ","}
_UNPRINTABLE = dict.fromkeys([*range(32), *range(127, 160), 0x2028, 0x2029], " ")
_UNPAIRED = re.compile("[\ud800-\udfff]")
_PLAIN_UNSAFE = dict.fromkeys([*range(9), *range(11, 32), *range(127, 160)], " ")


def tidy(text: str) -> str:
    """The text without halves of surrogate pairs, which cannot be sent or stored."""
    return _UNPAIRED.sub("\ufffd", text)


def escape(text: str) -> str:
    """The text with every ASCII sign but the comma as a character reference: nothing to interpret in HTML, an
    attribute, Markdown or a template. Line ends and control characters become blanks."""
    return tidy(text).translate(_UNPRINTABLE).translate(_PUNCTUATION)


def escape_lines(text: str) -> str:
    """As :func:`escape`, line ends kept as ``<br>``."""
    return "<br>".join(escape(line) for line in text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))


def foreign(text: str) -> str:
    """Escaped text whose writing direction cannot spill over what follows."""
    return f"<bdi>{escape(text)}</bdi>"


def safe_url(url: str) -> str:
    """The address if a browser may follow it (http or https, with a host, no credentials), else ""."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    good = parts.scheme in {"http", "https"} and parts.hostname and "@" not in parts.netloc
    return url if good and not re.search(r"[\s\x00-\x20\x7f-\x9f\\]", url) else ""


def link(url: str, words: str) -> str:
    """A link that opens in a new tab and hands nothing over, or "" for an address not to be followed."""
    safe = safe_url(url)
    return f'<a href="{escape(safe)}" target="_blank" rel="noopener noreferrer">{escape(words)}</a>' if safe else ""


# --- words


def framing(question: str, otherwise: str = "en") -> str:
    """The language of the words around the quotes: the question's, else ``otherwise``."""
    return messages.language(question, otherwise)


def place(citation: Citation, lang: str = "en") -> str:
    """Unit path or heading without the document's name; "" where the whole document is meant."""
    path = citation.path.strip()
    path = path.removeprefix(citation.doc_ref).lstrip(" ,") if path.startswith(citation.doc_ref) else path
    if citation.locator_type == "heading":
        return message(lang, "under", heading=citation.locator or path)
    return path


def match_words(citation: Citation, lang: str = "en") -> str:
    """How the quote relates to the text at its place."""
    known = citation.match in {"verbatim", "elided", "register"}
    return message(lang, citation.match) if known else citation.match


def status_words(status: str, successors: Sequence[str], lang: str = "en") -> str:
    """What to know of an edition's status, a superseded one with its successors; "" for a current one."""
    if status == "current":
        return ""
    said = messages.status(lang, status)
    if not successors or status == "unknown":
        return said
    return message(lang, "successor", status=said, successor=messages.listed(lang, successors))


def plain(text: str) -> str:
    """Text to copy: control characters are blanks, everything else as it is."""
    return tidy(text).translate(_PLAIN_UNSAFE)


def citation_line(citation: Citation, lang: str = "en") -> str:
    """One line to paste: document, place, page, then the quote, or our own words marked as ours."""
    parts = [citation.doc_ref]
    if named := place(citation, lang):
        parts.append(named)
    status = status_words(citation.status, citation.superseded_by, lang)
    mark, page = (f" [{status}]" if status else ""), messages.page_words(lang, citation)
    if citation.match == "register":
        checked = "" if citation.verified else message(lang, "own words unchecked")
        ours = message(lang, "own words", checked=checked)
        return plain(f"{', '.join(parts)}{mark}; {ours}, {page}: {citation.quote}")
    source = "" if lang == citation.language else f" ({messages.source_language(lang, citation)})"
    return plain(f"{', '.join([*parts, page])}{mark}: “{citation.quote}”{source}")


def answer_text(answer: Answer, lang: str = "en") -> str:
    """The whole answer as plain text with its citations, or the refusal; ``lang`` where the question shows none."""
    lang = framing(answer.question, lang)
    asked, index = message(lang, "question", text=answer.question), message(lang, "index", id=answer.index_id)
    if answer.refused:
        searched = f" {message(lang, 'searched', refs='; '.join(answer.searched))}" if answer.searched else ""
        return plain(
            f"{asked}\n{message(lang, 'not answered')}: {_ended(messages.sentences(answer.reason, lang))}{searched}\n{index}"
        )
    lines = [asked, ""]
    if answer.draft:
        said = (_draft_line(sentence, lang) for sentence in answer.draft)
        lines += [f"({message(lang, 'draft')})", *said, "", f"({message(lang, 'verbatim')})"]
    for name, sentences in by_document(answer):
        lines += [f"{name}:"] if name else []
        lines += [f"{s.text} {''.join(f'[{n}]' for n in s.cites)}" for s in sentences]
    lines += [
        "",
        *(f"[{c.n}] {citation_line(c, lang)}" for c in answer.citations),
        *(messages.words(n, lang) for n in answer.notices),
        index,
    ]
    return plain("\n".join(lines))


def by_document(answer: Answer) -> list[tuple[str, list[Sentence]]]:
    """The sentences that have citations, document by document in order, each group with the document's name; without
    one where the whole answer is from one document."""
    refs = {c.n: c.doc_ref for c in answer.citations}
    groups = [(ref, list(own)) for ref, own in groupby(_supported(answer), key=lambda s: refs[s.cites[0]])]
    return groups if len(groups) > 1 else [("", own) for _, own in groups]


def _draft_line(sentence: Sentence, lang: str) -> str:
    mark = f" ({message(lang, 'translation')})" if sentence.kind == "translated" else ""
    return f"{sentence.text} {''.join(f'[{n}]' for n in sentence.cites)}{mark}"


def _ended(text: str) -> str:
    text = text.strip()
    return text if text.endswith((".", "!", "?")) else f"{text}."


# --- pieces


def _tag(words: str, kind: str = "") -> str:
    return f'<span class="kb-tag{f" kb-{kind}" if kind else ""}">{escape(words)}</span>' if words else ""


def _folded(text: str, language: str = "", lang_words: str = "en") -> str:
    """A quote; what goes beyond :data:`LONG` characters unfolds."""
    lang = f' lang="{escape(language)}"' if language in _LANGUAGES else ""
    if len(text) <= LONG * 1.3:
        return f'<div class="kb-words" dir="auto"{lang}>{escape(text)}</div>'
    cut = text.rfind(" ", LONG // 2, LONG) + 1 or LONG
    return (
        f'<div class="kb-words" dir="auto"{lang}>{escape(text[:cut])}</div><details class="kb-rest">'
        f"<summary>{message(lang_words, 'remaining', n=len(text) - cut)}</summary>"
        f'<div class="kb-words" dir="auto"{lang}>{escape(text[cut:])}</div></details>'
    )


def _copy(text: str, words: str) -> str:
    # a line break in an attribute would do no harm in HTML, but nothing here holds one
    return (
        f'<button type="button" class="kb-act" data-kb="copy" data-text="{_attribute(text)}">{escape(words)}</button>'
    )


def _attribute(text: str) -> str:
    return "&#10;".join(escape(line) for line in text.split("\n"))


def _unit_button(unit_id: str, words: str, css: str = "kb-act") -> str:
    return f'<button type="button" class="{css}" data-kb="unit" data-unit="{escape(unit_id)}">{foreign(words)}</button>'


def problem(message: str) -> str:
    """A message in place of an answer."""
    return f'<div class="kb-problem" role="alert">{escape(_ended(message))}</div>'


def hint(message: str) -> str:
    """A quiet line where there is nothing to show yet."""
    return f'<div class="kb-hint">{escape(message)}</div>'


# --- the chat


@dataclass(frozen=True, slots=True)
class Turn:
    """A question and what came of it: an answer, or the problem that stood in its way."""

    n: int
    question: str
    answer: Answer | None = None
    problem: str = ""


def conversation(turns: Sequence[Turn], examples: Sequence[str], pending: str = "", lang: str = "en") -> str:
    """The chat: questions and answers in order; before the first, examples to click. ``pending`` is a question that
    is still being answered; ``lang`` is the interface's language."""
    out = [
        f'{_question(turn.question)}<div class="kb-a">'
        f"{answer(turn.answer, turn.n, lang) if turn.answer is not None else problem(turn.problem)}</div>"
        for turn in turns
    ]
    if pending:
        out.append(f'{_question(pending)}<div class="kb-a kb-hint" aria-busy="true">{message(lang, "searching")}</div>')
    if not out:
        out = [f'<div class="kb-hint">{message(lang, "welcome")}</div>', _buttons("ask", examples, "kb-row")]
    label = escape(message(lang, "conversation"))
    return f'<div class="kb-chat" role="log" aria-label="{label}" tabindex="0">{"".join(out)}</div>'


def _question(text: str) -> str:
    return f'<div class="kb-q" dir="auto">{escape_lines(text)}</div>'


def _buttons(kind: str, texts: Sequence[str], css: str) -> str:
    return "".join(
        f'<button type="button" class="{css}" data-kb="{kind}" data-unit="{escape(t)}">{foreign(t)}</button>'
        for t in texts
    )


def _supported(answer: Answer) -> list[Sentence]:
    known = {c.n for c in answer.citations}
    return [s for s in answer.sentences if s.cites and set(s.cites) <= known]


def answer(found: Answer, turn: int, lang: str = "en") -> str:
    """The answer: sentences grouped by document, each with its markers, then notices. A marker links to
    ``#kb-TURN-N``. A sentence whose citations do not all resolve is withheld, and the reader told.
    The words around the quotes are in the question's language, in ``lang`` where it shows none."""
    lang = framing(found.question, lang)
    if found.refused:
        return _refusal(found, turn, lang)
    by_number = {c.n: c for c in found.citations}
    shown = _supported(found)
    out: list[str] = []
    for _, group in groupby(
        shown, key=lambda s: (by_number[s.cites[0]].doc_ref, by_number[s.cites[0]].match == "register")
    ):
        sentences = list(group)
        first = by_number[sentences[0].cites[0]]
        out.append(f'<div class="kb-doc">{foreign(first.doc_ref)}{_mark_source(first, lang)}</div>')
        for sentence in sentences:
            marks = "".join(_mark(by_number[n], turn, lang) for n in sentence.cites)
            out.append(f'<div class="kb-sentence">{_folded(sentence.text, first.language, lang)}{marks}</div>')
    withheld = len(found.sentences) - len(shown)
    notices = [
        *(messages.words(n, lang) for n in found.notices),
        *([message(lang, "withheld", n=withheld)] if withheld else []),
    ]
    return f'<div class="kb-answer">{_draft(found, by_number, turn, lang)}{"".join(out)}{_notices(notices)}</div>'


def _draft(found: Answer, by_number: Mapping[int, Citation], turn: int, lang: str) -> str:
    """A model's sentences, marked as such, above the quotes they rest on."""
    out: list[str] = []
    for sentence in found.draft:
        if not sentence.cites or not set(sentence.cites) <= set(by_number):
            continue
        marks = " ".join(f'<a class="kb-mark" href="#kb-{turn}-{n}">&#91;{n}&#93;</a>' for n in sentence.cites)
        mark = _tag(message(lang, "translation"), "status") if sentence.kind == "translated" else ""
        out.append(f'<div class="kb-sentence kb-words" dir="auto">{escape(sentence.text)} {marks}{mark}</div>')
    head = f'<div class="kb-doc">{message(lang, "in short")}{_tag(message(lang, "draft"), "model")}</div>'
    return f'<div class="kb-draft">{head}{"".join(out)}</div>' if out else ""


def _mark(citation: Citation, turn: int, lang: str) -> str:
    words = _joined(place(citation, lang), messages.page_words(lang, citation))
    return (
        f'<div class="kb-sub"><a class="kb-mark" href="#kb-{turn}-{citation.n}">&#91;{citation.n}&#93;</a> '
        f"{foreign(words)}</div>"
    )


def _mark_source(citation: Citation, lang: str) -> str:
    """What to know of a document before its first quote: whether it is the register, its status, its language."""
    return (
        _tag(message(lang, "register") if citation.match == "register" else "", "register")
        + _tag(status_words(citation.status, (), lang), "status")
        + _tag(messages.source_language(lang, citation))
    )


def _notices(notices: Iterable[str]) -> str:
    items = "".join(f"<li>{foreign(n)}</li>" for n in notices)
    return f'<ul class="kb-notices">{items}</ul>' if items else ""


def _refusal(found: Answer, turn: int, lang: str) -> str:
    why = foreign(_ended(_capital(messages.sentences(found.reason, lang))))
    head = f'<div class="kb-doc">{message(lang, "not answered")}</div>'
    out = [f'<div class="kb-answer kb-refused">{head}<div>{why}</div>']
    if found.nearest:
        items = "".join(
            f'<li><a class="kb-near" href="#kb-{turn}-{c.n}">{foreign(_joined(c.doc_ref, place(c, lang)))}</a>, '
            f"{escape(messages.page_words(lang, c))}</li>"
            for c in found.nearest
        )
        out.append(f'<div class="kb-sub">{message(lang, "nearest")}</div><ul>{items}</ul>')
    if found.searched:
        refs = "; ".join(foreign(r) for r in found.searched)
        n = len(found.searched)
        summary = message(lang, "n searched" if n > 1 else "one searched", n=n)
        out.append(f'<details class="kb-rest"><summary>{summary}</summary>{refs}</details>')
    out.append(_notices([messages.words(n, lang) for n in found.notices]) + "</div>")
    return "".join(out)


def _joined(*parts: str) -> str:
    return ", ".join(filter(None, parts))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


# --- evidence


def cards(found: Answer, turn: int, selected: int = 1, lang: str = "en") -> str:
    """The evidence of an answer, or the nearest places of a refusal, one card each, in the question's language."""
    lang = framing(found.question, lang)
    listed = found.citations or found.nearest
    if not listed:
        return hint(message(lang, "no evidence"))
    copy = _copy(answer_text(found, lang), message(lang, "copy answer"))
    head = f'<div class="kb-head">{_heading(found, lang)}{copy}</div>'
    body = "".join(card(c, turn, c.n == selected, not found.citations, lang) for c in listed)
    return f'<div class="kb-cards">{head}{body}</div>'


def _heading(found: Answer, lang: str) -> str:
    words = message(lang, "evidence for" if found.citations else "nearest to")
    asked = found.question if len(found.question) <= 90 else found.question[:89] + "…"
    return f'<div class="kb-sub">{words} “{foreign(asked)}”</div>'


def card(citation: Citation, turn: int, selected: bool = False, near: bool = False, lang: str = "en") -> str:
    """One citation with everything needed to check it."""
    status = status_words(citation.status, citation.superseded_by, lang)
    words = message(lang, "near")
    number = f'<span class="kb-n kb-n-near">{words}</span>' if near else f'<span class="kb-n">{citation.n}</span>'
    where = place(citation, lang)
    named = f"<strong>{foreign(where)}</strong> · " if where else ""
    out = [
        f'<article class="kb-card{" kb-selected" if selected else ""}" id="kb-{turn}-{citation.n}">',
        f'<div class="kb-card-top">{number}<strong>{foreign(citation.doc_ref)}</strong></div>',
        f'<div class="kb-sub">{foreign(citation.title)}{_edition_words(citation.edition, citation.issued, lang)}</div>',
    ]
    if status:
        out.append(f'<div class="kb-superseded">{foreign(_ended(_capital(status)))}</div>')
    out.append(f'<div class="kb-where">{named}{escape(messages.page_words(lang, citation))}</div>')
    out.append(f'<blockquote class="kb-quote">{_folded(citation.quote, citation.language, lang)}</blockquote>')
    out.append('<div class="kb-tags">')
    out.append(_tag(match_words(citation, lang), "register" if citation.match == "register" else "match"))
    out.append(_facts(citation, lang))
    licence = message(lang, "licence", text="")
    out.append(f'</div><div class="kb-sub">{licence}{foreign(citation.licence)}</div><div class="kb-acts">')
    at = f'data-turn="{turn}" data-n="{citation.n}"'
    out.append(f'<button type="button" class="kb-act" data-kb="page" {at}>{message(lang, "show page")}</button>')
    if citation.unit_id:
        out.append(_unit_button(citation.unit_id, message(lang, "look up")))
    out.append(_copy(citation_line(citation, lang), message(lang, "copy citation")))
    out.append(link(citation.url, message(lang, "official page")) + "</div></article>")
    return "".join(out)


def _facts(citation: Citation, lang: str) -> str:
    """Force, whether it was checked, language, as tags."""
    informative = citation.force == "informative"
    force = message(lang, "informative") if informative else message(lang, "force", force=citation.force)
    checked = _tag(message(lang, "checked")) if citation.verified else _tag(message(lang, "not checked"), "status")
    return _tag(force) + checked + _tag(messages.source_language(lang, citation))


def _edition_words(edition: str, issued: str, lang: str = "en") -> str:
    words = " · ".join(filter(None, (edition, message(lang, "issued", date=issued) if issued else "")))
    return f" · {foreign(words)}" if words else ""


def page_caption(lines: Sequence[str]) -> str:
    """What is said above a page image, or in its place."""
    first, *rest = lines or ("",)
    more = "".join(f"<div>{foreign(line)}</div>" for line in rest)
    return f'<div class="kb-caption"><strong>{foreign(first)}</strong>{more}</div>'


# --- look-up


def look_up(
    found: Sequence[LookUp],
    refs: Mapping[str, str],
    elsewhere: Mapping[str, Sequence[Counterpart]] = _NOWHERE,
    lang: str = "en",
) -> str:
    """What references led to; ``refs`` gives the names of editions, ``elsewhere`` counterparts by unit id."""
    return f'<div class="kb-lookup">{"".join(_one_look_up(item, refs, elsewhere, lang) for item in found)}</div>'


def _one_look_up(
    item: LookUp, refs: Mapping[str, str], elsewhere: Mapping[str, Sequence[Counterpart]], lang: str
) -> str:
    out = ["<section>"]
    if item.notice:
        css = "kb-note" if item.units or item.choices else "kb-problem"
        out.append(f'<div class="{css}">{foreign(_ended(messages.words(item.notice, lang)))}</div>')
    out += [unit(view, refs, elsewhere.get(view.unit.unit_id, ()), lang) for view in item.units]
    for key, pairs in (
        ("which one" if len(item.choices) > 1 else "this one", item.choices),
        ("near misses", item.near),
    ):
        if pairs:
            buttons = "".join(f"<li>{_unit_button(unit_id, named, 'kb-row')}</li>" for unit_id, named in pairs)
            out.append(f'<div class="kb-sub">{message(lang, key)}</div><ul class="kb-rows">{buttons}</ul>')
    return "".join([*out, "</section>"])


def suggestions(found: Sequence[tuple[NameSuggestion, str]], lang: str = "en") -> str:
    """What may be meant by what was typed, each with its name in words; a guess is marked as one."""
    if not found:
        return ""
    rows: list[str] = []
    for each, named in found:
        title = each.unit.title
        words = f"{named} — {title}" if title and title not in named else named
        guess = f' <span class="kb-note">{message(lang, "perhaps")}</span>' if each.how is SuggestionKind.LIKE else ""
        rows.append(f"<li>{_unit_button(each.unit.unit_id, words, 'kb-row')}{guess}</li>")
    return f'<div class="kb-sub">{message(lang, "suggestions")}</div><ul class="kb-rows">{"".join(rows)}</ul>'


def unit(view: UnitView, refs: Mapping[str, str], elsewhere: Sequence[Counterpart] = (), lang: str = "en") -> str:
    """A unit in its tree: what it is part of, its words, its parts, its other editions, its counterparts elsewhere."""
    citation = view.citation
    edition = view.edition
    later = (refs.get(edition.superseded_by, edition.superseded_by),) if edition.superseded_by else ()
    status = status_words(edition.status.value, later, lang)
    crumbs = "".join(f"{_unit_button(u.unit_id, u.path, 'kb-crumb')} › " for u in view.parents)
    title = f"{view.unit.path} — {view.title}" if view.title and view.title != view.unit.path else view.unit.path
    out = [
        '<article class="kb-card kb-unit">',
        f'<div class="kb-sub">{foreign(edition.ref)} › {crumbs}</div>',
        f'<h3 dir="auto">{escape(title)}</h3>',
        f'<div class="kb-sub">{foreign(edition.title)}{_edition_words(edition.edition, edition.issued, lang)}'
        f" · {foreign(edition.publisher)}</div>",
    ]
    if status:
        out.append(f'<div class="kb-superseded">{foreign(_ended(_capital(status)))}</div>')
    out.append(f'<div class="kb-where">{escape(messages.page_words(lang, citation))}</div>')
    out.append(
        f'<blockquote class="kb-quote">{_unit_words(view.text, citation.language)}</blockquote><div class="kb-tags">'
    )
    ours = view.is_register
    out.append(
        _tag(message(lang, "register"), "register") if ours else _tag(message(lang, "documents' words"), "match")
    )
    out.append("" if view.unit.proven else _tag(message(lang, "numbering not proven"), "status"))
    out.append(_facts(citation, lang))
    unit_id = f"{message(lang, 'unit id')} <code>{escape(view.unit.unit_id)}</code>"
    licence = f"{message(lang, 'licence', text='')}{foreign(citation.licence)}"
    out.append(f'</div><div class="kb-sub">{unit_id} · {licence}</div>')
    copy = _copy(citation_line(citation, lang), message(lang, "copy citation"))
    out.append(f'<div class="kb-acts">{copy}{link(citation.url, message(lang, "official page"))}</div>')
    if view.children:
        rows = "".join(f"<li>{_unit_button(u.unit_id, _child_words(u), 'kb-row')}</li>" for u in view.children)
        parts = message(lang, "parts", n=len(view.children))
        out.append(f'<div class="kb-sub">{parts}</div><ul class="kb-rows">{rows}</ul>')
    if view.other_editions:
        others = "; ".join(foreign(refs.get(d, d)) for d in view.other_editions)
        out.append(f'<div class="kb-sub">{message(lang, "other editions", refs="")}{others}</div>')
    if elsewhere:
        named = message(lang, "counterparts", n=len(elsewhere), label=LABEL)
        out.append(f'<div class="kb-sub">{escape(named)}</div>')
        out.append(f'<ul class="kb-rows">{"".join(_counterpart(each) for each in elsewhere)}</ul>')
    return "".join([*out, "</article>"])


def _counterpart(found: Counterpart) -> str:
    edge = found.edge
    named = f"{found.locator} — {found.title}" if found.title and found.title not in found.locator else found.locator
    tags = f"{_tag(edge.relation.value, 'match')}{_tag(edge.status.value, 'status')}{_tag(LABEL, 'register')}"
    why = f'<div class="kb-sub">{foreign(edge.rationale_en)}</div>'
    return f'<li>{_unit_button(edge.target, named, "kb-row")}<div class="kb-tags">{tags}</div>{why}</li>'


def _child_words(child: Unit) -> str:
    return f"{child.path} — {child.title}" if child.title and child.title != child.path else child.path


UNIT_SHOWN = 20_000
"""Characters of a unit that a look-up shows; an annex can be a small book."""


def _unit_words(text: str, language: str) -> str:
    """A unit's words with the line ends of its paragraphs kept, where a line ends a sentence or an item begins."""
    cut = text[:UNIT_SHOWN]
    paragraphs = [
        readable(p) for p in re.split(r"\n(?=\s*(?:\n|\(?[0-9a-zA-Z]{1,4}[.)]\s|[•–\-]\s))|(?<=[.;:])\n", cut)
    ]
    lang = f' lang="{escape(language)}"' if language in _LANGUAGES else ""
    shown = "".join(f'<div class="kb-words" dir="auto"{lang}>{escape(p)}</div>' for p in paragraphs if p)
    rest = len(text) - len(cut)
    return shown + (f'<div class="kb-sub">… and {rest:,} more characters; look up its parts</div>' if rest > 0 else "")


# --- documents


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the documents page. ``how`` says how a document is added that is not loaded; ``proven`` is ``None``
    where it has no numbered units."""

    edition: Edition
    successor: str = ""
    n_pages: int = 0
    n_units: int = 0
    proven: bool | None = None
    source: str = ""
    notes: tuple[str, ...] = ()


def documents(loaded: Sequence[Row], registers: Sequence[Row], described: Sequence[Row], addable: Sequence[Row]) -> str:
    """Official documents that are loaded, the register, what only the register describes, and what could be added."""
    out = ['<div class="kb-documents">']
    out.append(f"<h3>Loaded: the publications’ own text ({len(loaded)})</h3>")
    out.append(
        _table(loaded, True)
        if loaded
        else hint(
            "None yet. Answers come from the register alone. Add a publication with `kb corpus add FILE`, or a folder "
            "of them with `kb ingest FOLDER`."
        )
    )
    out.append(f"<h3>Register only: described here in our own words ({len(described)})</h3>")
    out.append(_table(described, False, "entries") if described else hint("None."))
    out.append(f"<h3>The register itself ({len(registers)})</h3>")
    out.append(_table(registers, True) if registers else hint("None."))
    out.append(
        f"<details><summary><h3>Known to the catalog, neither loaded nor described ({len(addable)})</h3></summary>"
    )
    out.append((_table(addable, False) if addable else hint("None.")) + "</details></div>")
    return "".join(out)


def _table(rows: Sequence[Row], loaded: bool, units: str = "") -> str:
    last = "Source" if loaded else "How to add it"
    columns = ["Reference", "Title", "Edition", "Status"]
    columns += ["Pages", "Units", "Numbering"] if loaded else ([_capital(units)] if units else [])
    head = "".join(f"<th>{c}</th>" for c in [*columns, last])
    body = "".join(_table_row(row, loaded, bool(units)) for row in rows)
    return f'<div class="kb-table"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _table_row(row: Row, loaded: bool, units: bool) -> str:
    edition = row.edition
    cells = [
        f"<strong>{foreign(edition.ref)}</strong><br><code>{escape(edition.doc_id)}</code>",
        foreign(edition.title),
        foreign(" · ".join(filter(None, (edition.edition, edition.issued)))),
        f"{_tag(edition.status.value, '' if edition.status.value == 'current' else 'status')}"
        + (f'<div class="kb-sub">successor: {foreign(row.successor)}</div>' if row.successor else ""),
    ]
    if loaded:
        numbering = {None: "no numbered units", True: "proven", False: "not proven: heading and page are cited"}[
            row.proven
        ]
        cells += [f"{row.n_pages:,}", f"{row.n_units:,}", escape(numbering)]
        cells.append(foreign(row.source))
    else:
        cells += [f"{row.n_units:,}"] if units else []
        cells.append(how_to_add(edition))
    notes = " ".join(_capital(n.removeprefix(f"{row.source}: ")) for n in row.notes)
    more = f'<tr class="kb-more"><td colspan="{len(cells)}" class="kb-sub">{foreign(notes)}</td></tr>' if notes else ""
    return f"<tr>{''.join(f'<td>{c}</td>' for c in cells)}</tr>{more}"


def how_to_add(edition: Edition) -> str:
    """How a person gets this edition into the index."""
    page = link(edition.landing_url, "official page ↗")
    if edition.file_url:
        return f"<code>kb corpus fetch {escape(edition.doc_id)}</code>{f'<br>{page}' if page else ''}"
    got = f"get the file from the {page}, then " if page else "get the file from its publisher, then "
    return f"{got}<code>kb corpus add FILE</code>"


# --- about


def about(facts: Sequence[tuple[str, str]]) -> str:
    """What this is, and what the index in service is made of."""
    rows = "".join(f"<tr><th>{escape(name)}</th><td>{foreign(value)}</td></tr>" for name, value in facts)
    table = f'<div class="kb-table"><table>{rows}</table></div>'
    return f'<div class="kb-about">{ABOUT}<h3>The index in service</h3>{table}</div>'


ABOUT = (
    "<h3>What this is</h3>"
    "<p>A knowledge base of AI ethics and governance guidance that answers with passages you can check: the sentence "
    "itself, its clause or paragraph, its printed page and its edition. No language model writes the answers and "
    "nothing leaves this machine, unless one is set by whoever runs this: then question and quotes are sent to it, its "
    "sentences are marked as its own, and those that the quotes do not bear out are withheld.</p>"
    "<h3>The register is our own words</h3>"
    "<p>The publications may not be shipped with this project, so it carries a <em>register</em>: descriptions of "
    "their provisions in the project’s own words, in English and Korean. It is never a quotation, and every sentence "
    f"from it is marked <em>{REGISTER_WORDS}</em>. Entries that were not checked against the official text say so. "
    "Page numbers given for it are pages of the register, not of the publication. When you add the publication, its "
    "own words take the register’s place.</p>"
    "<h3>What it does not do</h3>"
    "<p>It gives no legal advice and certifies nothing. When no passage carries an answer, it says so and names what "
    "it searched. Page images are shown only where a document’s licence allows them.</p>"
)

NO_INDEX = (
    '<div class="kb-problem"><strong>There is no index yet.</strong> Run <code>kb ingest</code> in a terminal to build '
    "one from the register, or <code>kb ingest FOLDER</code> to read your own documents as well. This page takes it up "
    "as soon as it is there; reload it then.</div>"
)


def references(words: str, examples: Sequence[str]) -> str:
    """A line of words and references to try."""
    buttons = _buttons("reference", examples, "kb-act")
    return f'<div class="kb-hint">{escape(words)}</div><div class="kb-acts">{buttons}</div>'
