"""Reads HTML as source pages: its visible words as a browser shows them. The only importer of ``bs4``."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

from bs4 import BeautifulSoup
from bs4.element import NavigableString, PreformattedString, Tag

from ingest.layout.source_page import FileContent, LineRole
from ingest.readers.encodings import decode, encoding_note
from ingest.readers.flow import INDENT, MAX_CELL, Paragraph, changes_note, one_line, table_rows
from ingest.readers.numbering import BULLET, numeral
from ingest.readers.page_marks import marked_pages
from kb.errors import UnreadableError
from kb.types import notice

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_BLOCKS = frozenset(
    (
        "p div section article header footer main aside address li ul ol dl dt dd table caption tr h1 h2 h3 h4 h5 h6 "
        "br hr blockquote pre figure figcaption details summary fieldset legend form hgroup search center menu dir "
        "body optgroup option"
    ).split()
)
_LEFT_OUT = frozenset(
    (
        "script style template noscript head nav svg title meta link base canvas iframe object audio video select "
        "button datalist textarea rp rt del s strike"
    ).split()
)
_TEXT_BLOCKS = "p li td th h1 h2 h3 h4 h5 h6 dt dd summary figcaption caption".split()
_CHANGES = frozenset("del s strike ins".split())
_HEADINGS = {f"h{n}": n for n in range(1, 7)}
_UNSEEN_STYLE = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse))", re.IGNORECASE)
_BLOCK_STYLE = re.compile(r"(?:^|;)\s*display\s*:\s*(?:block|flex|grid|list-item|table)\b", re.IGNORECASE)
_NO_MARKER = re.compile(r"list-style(?:-type)?\s*:[^;]*\bnone\b", re.IGNORECASE)
_MENU_ROLES = frozenset("navigation menu menubar search banner contentinfo".split())
_MENU_NAMES = frozenset(
    "nav navbar navigation menu menubar main-menu breadcrumb breadcrumbs skip skiplink skip-link skip-links pagination "
    "pager cookie-banner cookie-consent cookie-notice site-header site-footer".split()
)
_SKIP_LINK = re.compile(
    r"(?:skip|jump) to (?:main |the )?(?:content|navigation|text|article)|본문\s*(?:으로\s*)?(?:바로\s*가기|건너뛰기)"
    r"|(?:주\s*)?메뉴\s*바로\s*가기|saltar al contenido|aller au contenu",
    re.IGNORECASE,
)
_NOTE_ROLES = frozenset("doc-footnote doc-endnote doc-endnotes note".split())
_NOTE_NAMES = re.compile(r"(?:^|[\s_-])(?:foot|end)-?notes?(?:$|[\s_-])|^fn-?\d+$", re.IGNORECASE)
_NOTE_MARK = re.compile(
    r"\[?\(?(?:\d{1,3}|[ivxl]{1,5}|[a-z]|[*†‡§¶]{1,3}|주\s?\d{1,3})\)?\]?(?:\s*,\s*\d{1,3})*", re.IGNORECASE
)
_MEASURED = re.compile(r"(?:^|[\s\d(/·×*])(?:[kcdmnµμ]?m|km|in|ft|yd|s|h|g|kg|[A-Za-z]|10)$|[\d)]$|[=^+×·]\s*\w{1,3}$")
_SUPERSCRIPT = str.maketrans("0123456789+-n()", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻ⁿ⁽⁾")
_TRADE = {"TM": "™", "SM": "℠", "tm": "™"}
_CHARSET = re.compile(rb"<(?:meta|\?xml)[^>]{0,200}?(?:charset|encoding)\s*=\s*[\"']?([\w.:-]{2,40})", re.IGNORECASE)
_RESPONSIBLE = {
    "Author": re.compile(r"^(?:dc\.|dcterms\.|citation_)?author$", re.IGNORECASE),
    "Publisher": re.compile(r"^(?:dc\.|dcterms\.|citation_)?publisher$", re.IGNORECASE),
    "Date": re.compile(r"^(?:(?:dc|dcterms)\.(?:date\.)?|citation_)?(?:issued|date|publication_date)$", re.IGNORECASE),
    "PageCreator": re.compile(r"^(?:dc\.|dcterms\.|citation_)?creator$", re.IGNORECASE),
}
"""By the key of the metadata: names of the elements with the responsible persons or bodies. The creator is often the
person who made the page; "Creator" in a PDF is the program."""
_TYPES = {"a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}


def read_html(path: Path) -> FileContent:
    """The visible words: a paragraph for each block element and for each table row, in order; notes come last.

    List numbers are counted as a browser does; deleted words and hidden words are left out.

    :raises UnreadableError: the file has no visible text.
    """
    text, encoding = decode(path, _declared)
    content = html_content(text)
    if not any(page.text.strip() for page in content.pages):
        raise UnreadableError(notice("web page without text", file=path.name))
    declared = _declared(text[:4096].encode("ascii", "ignore"))
    notes = [] if declared and declared.casefold() == encoding else encoding_note(encoding)
    return FileContent(content.pages, [], content.metadata, [*notes, *content.notes])


def html_content(text: str) -> FileContent:
    """The content of HTML, which may have no visible word."""
    soup = BeautifulSoup(text, "html.parser")
    _close_implied(soup)
    walk = _Walk()
    walk.read([soup])
    paragraphs = [p for p in walk.paragraphs if p.text]
    notes = changes_note(max(sum(p.changed for p in paragraphs), min(1, walk.n_changes)))
    title = soup.title.get_text(" ", strip=True) if soup.title else ""
    metadata = {"Title": title} if title else {}
    for key, named in _RESPONSIBLE.items():
        for tag in soup.find_all("meta", attrs={"name": named}):
            metadata.setdefault(key, " ".join(_attribute(tag, "content").split())[:200])
    return FileContent(marked_pages(paragraphs), [], metadata, notes)


def _declared(data: bytes) -> str | None:
    """The encoding that an HTML or XML head names."""
    found = _CHARSET.search(data[:4096])
    return found.group(1).decode("ascii", "replace") if found else None


_ENDED_BY_A_ROW = ({"tr", "td", "th"}, {"table"})
_ENDED_BY: dict[str, tuple[set[str], set[str]]] = {
    "li": ({"li"}, {"ul", "ol", "menu", "dir"}),
    "dt": ({"dt", "dd"}, {"dl"}),
    "dd": ({"dt", "dd"}, {"dl"}),
    "td": ({"td", "th"}, {"table", "tr"}),
    "th": ({"td", "th"}, {"table", "tr"}),
    "tr": _ENDED_BY_A_ROW,
    "tbody": ({*_ENDED_BY_A_ROW[0], "thead", "tbody", "tfoot"}, _ENDED_BY_A_ROW[1]),
    "tfoot": ({*_ENDED_BY_A_ROW[0], "thead", "tbody", "tfoot"}, _ENDED_BY_A_ROW[1]),
}
"""By an element's name: the elements that its start tag ends, and the elements inside which it may be nested all the
same."""

_MOST_PARENTS = 40
_LABEL = re.compile(r"\(?(?:[a-z]{1,2}|\d{1,3}|[ivx]{1,5})[.)]{1,2}|\([a-z\d]{1,3}\)|[–•-]")
"""A term of a description list that is only the number of its description."""


def _close_implied(soup: BeautifulSoup) -> None:
    """Takes list items, cells and rows out of those before them, whose end tags the file leaves out as it may."""
    for tag in soup.find_all(list(_ENDED_BY)):
        ends, bounds = _ENDED_BY[tag.name]
        outermost = None
        for parent in islice(tag.parents, _MOST_PARENTS):
            if parent.name in bounds:
                break
            outermost = parent if parent.name in ends else outermost
        if outermost is not None:
            outermost.insert_after(tag.extract())


@dataclass(slots=True)
class _OpenList:
    """An open list: the form of its numbers (empty for bullets, "none" for no marker), the next one, and the step."""

    form: str
    next: int
    step: int = 1


@dataclass(slots=True)
class _Walk:
    """One walk through a page. It has its own stack, because HTML nests without bound and Python's calls do not."""

    paragraphs: list[Paragraph] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    lists: list[_OpenList] = field(default_factory=list)
    marker: str = ""
    depth: int = 0
    pre: int = 0
    note: int = 0
    changed: bool = False
    n_changes: int = 0

    def read(self, nodes: Iterable[Any]) -> None:
        """Reads elements and words; afterwards ``paragraphs`` holds their text."""
        todo: list[Any] = [*nodes][::-1]
        while todo:
            node = todo.pop()
            if callable(node) and not isinstance(node, Tag):
                node()
            elif isinstance(node, PreformattedString):  # comments, doctypes, declarations
                continue
            elif isinstance(node, NavigableString):
                self.words.append(str(node) if self.pre else _folded(str(node)))
            elif isinstance(node, Tag) and self._is_shown(node):
                self._open(node, todo)
        self.end()

    def _is_shown(self, tag: Tag) -> bool:
        if tag.name in _CHANGES and tag.get_text(strip=True):
            self.n_changes += 1
            self.changed = self.changed or tag.find_parent(_TEXT_BLOCKS) is not None
        return tag.name not in _LEFT_OUT and not _is_hidden(tag) and not _is_menu(tag)

    def _open(self, tag: Tag, todo: list[Any]) -> None:
        """Handles a tag's beginning, and puts its content and what ends it on the stack."""
        name = tag.name
        if name == "sup":
            self._raised(tag)
            return
        if name == "br":
            self.words.append("\n")
            return
        if name == "table" and not _lays_out(tag):
            self.end()
            caption = tag.find("caption")
            if isinstance(caption, Tag):
                self.words.append(_cell_text(caption))
                self.end()
            self.paragraphs.extend(_rows_of(tag))
            return
        if name == "q":
            self.words.append("“")
            todo.append(lambda: self.words.append("”"))
        is_block = name in _BLOCKS or bool(_BLOCK_STYLE.search(_attribute(tag, "style")))
        cell = name in {"td", "th"}
        if name == "dd" and _LABEL.fullmatch("".join(self.words).strip()):
            is_block = False  # "a." and the text that it numbers are one paragraph
            self.words.append(" ")
            todo.append(self.end)
        elif name == "dt" and _LABEL.fullmatch(tag.get_text(" ", strip=True)):
            self.end()
            todo.extend(reversed(tag.contents))
            return
        if is_block or cell:
            self.end()
        if name in {"ol", "ul", "menu", "dir"}:
            self.lists.append(_list_of(tag))
            todo.append(self.lists.pop)
        if name == "li":
            self.marker = self._marker(tag)
        closers = self._enter(tag)
        if is_block or cell:
            todo.append(self.end)
        todo.extend(reversed(closers))
        if closers:  # a heading or a note closes its elements after its own text has ended
            todo.append(self.end)
        todo.extend(reversed(tag.contents))

    def _enter(self, tag: Tag) -> list[Any]:
        """Sets the state that is valid inside a tag, and returns a list of functions that restore the former one."""
        closers: list[Any] = []
        if tag.name in _HEADINGS:
            before, self.depth = self.depth, _HEADINGS[tag.name]
            closers.append(lambda: setattr(self, "depth", before))
        if tag.name == "li":
            closers.append(lambda: setattr(self, "marker", ""))
        if tag.name == "pre":
            self.pre += 1
            closers.append(lambda: setattr(self, "pre", self.pre - 1))
        if _is_note(tag):
            self.end()
            self.note += 1
            closers.append(lambda: setattr(self, "note", self.note - 1))
        return closers

    def _raised(self, tag: Tag) -> None:
        """A raised part: the mark of a note is no part of the words; an exponent and the like is."""
        inside = tag.get_text(strip=True)
        before = "".join(self.words[-3:]).rstrip()
        begins = not before and not self.note and tag.find_parent(_TEXT_BLOCKS) is not None
        if begins and re.fullmatch(r"\d{1,2}(?:bis|ter)?", inside) and tag.find("a") is None:
            self.words.append(f"{inside} ")  # a raised number of a paragraph in a law
            return
        names = " ".join(
            [_attribute(tag, "class"), _attribute(tag, "id"), *(_attribute(a, "href") for a in tag.find_all("a"))]
        )
        says_so = bool(re.search(r"note|ref|fn|cite", names, re.IGNORECASE)) or tag.find("a") is not None
        if (says_so and _NOTE_MARK.fullmatch(inside)) or re.fullmatch(r"[*†‡§¶]{1,3}", inside):
            return
        after_a_word = not _MEASURED.search(before) and not re.search(r"\d$", before)
        lettered = re.fullmatch(r"[a-z]{1,5}", inside, re.IGNORECASE) is not None
        if _NOTE_MARK.fullmatch(inside) and after_a_word and (not lettered or before[-1:] in '.,;:!?)”’"'):
            return
        inside = _TRADE.get(inside, inside)
        self.words.append(inside.translate(_SUPERSCRIPT) if re.fullmatch(r"[-+n()\d]+", inside) else inside)

    def _marker(self, tag: Tag) -> str:
        if not self.lists or _NO_MARKER.search(_attribute(tag, "style")):
            return ""
        current = self.lists[-1]
        if current.form == "none":
            return ""
        if not current.form:
            return f"{BULLET} "
        value = _attribute(tag, "value").strip()
        n = int(value) if re.fullmatch(r"-?\d{1,6}", value) else current.next
        current.next = n + current.step
        return f"{numeral(current.form, n)}. "

    def end(self) -> None:
        """Ends the open paragraph."""
        text = "".join(self.words)
        self.words = []
        lines = [
            words for line in text.split("\n") if (words := one_line(line) if self.pre else " ".join(line.split()))
        ]
        changed, self.changed = self.changed, self.changed and not lines
        if not lines:
            return
        role = LineRole.NOTE if self.note else LineRole.TEXT
        indent = INDENT * max(0, len(self.lists) - 1)
        marker, self.marker = self.marker, ""
        self.paragraphs.append(Paragraph(marker + "\n".join(lines), self.depth, role, indent, changed))


def _folded(text: str) -> str:
    """The words of a text node with each run of blanks and line ends as one blank, as a browser shows them."""
    return re.sub(r"[ \t\r\n\f]+", " ", text)


def _attribute(tag: Any, name: str) -> str:
    value = tag.get(name)
    return " ".join(value) if isinstance(value, list) else str(value or "")


def _is_hidden(tag: Tag) -> bool:
    if tag.get("hidden") is not None and _attribute(tag, "hidden").casefold() != "until-found":
        return True
    if _attribute(tag, "aria-hidden").casefold() == "true" or (tag.name == "dialog" and tag.get("open") is None):
        return True
    return bool(_UNSEEN_STYLE.search(_attribute(tag, "style")))


def _is_menu(tag: Tag) -> bool:
    """Whether an element is navigation of the site and not part of the page's text."""
    if tag.name in {"html", "body", "main", "article"}:
        return False
    if _attribute(tag, "role").casefold() in _MENU_ROLES and not (tag.name == "header" and tag.find(list(_HEADINGS))):
        return not tag.find("h1")
    names = {n.casefold() for n in (*_attribute(tag, "class").split(), *_attribute(tag, "id").split())}
    if names & _MENU_NAMES and not tag.find("h1"):
        return True
    if tag.name == "a" and tag.get_text(strip=True) in {"¶", "#", "§", "🔗", ""} and tag.find_parent(list(_HEADINGS)):
        return tag.find("img") is None  # the address of a heading, shown beside it
    if tag.name == "a":
        return _attribute(tag, "href").startswith("#") and bool(_SKIP_LINK.fullmatch(tag.get_text(" ", strip=True)))
    if tag.name == "footer":
        return not any(p.name in {"main", "article", "section", "blockquote"} for p in tag.parents)
    return tag.name in {"ul", "ol", "menu"} and _is_link_list(tag)


def _is_link_list(tag: Tag) -> bool:
    """Whether a list is nothing but links away, above the page's first heading: a menu without its name."""
    links = [a for a in tag.find_all("a") if a.get_text(strip=True)]
    if len(links) < 3 or any(_attribute(a, "href").startswith("#") for a in links):
        return False
    linked = sum(len(a.get_text("", strip=True)) for a in links)
    if linked < 0.95 * len(tag.get_text("", strip=True)):
        return False
    return tag.find_previous(list(_HEADINGS)) is None and tag.find_next("h1") is not None


def _is_note(tag: Tag) -> bool:
    if _attribute(tag, "role").casefold() in _NOTE_ROLES:
        return True
    return tag.name in {"section", "div", "ol", "ul", "aside", "p", "li", "dl"} and any(
        _NOTE_NAMES.search(name) for name in (*_attribute(tag, "class").split(), _attribute(tag, "id"))
    )


def _list_of(tag: Tag) -> _OpenList:
    if _NO_MARKER.search(_attribute(tag, "style")):
        return _OpenList("none", 1)
    if tag.name != "ol":
        return _OpenList("", 1)
    form = _TYPES.get(_attribute(tag, "type").strip(), "decimal")
    reverse = tag.get("reversed") is not None
    items = sum(c.find_parent(["ol", "ul"]) is tag and not _is_hidden(c) for c in tag.find_all("li")) if reverse else 0
    start = _attribute(tag, "start").strip()
    first = int(start) if re.fullmatch(r"-?\d{1,6}", start) else items if reverse else 1
    return _OpenList(form, first, -1 if reverse else 1)


# --- tables ----------------------------------------------------------------------------------------------------------


def _lays_out(table: Tag) -> bool:
    """Whether a table only lays the page out: its cells hold headings, tables, or long text."""
    if _attribute(table, "role").casefold() in {"presentation", "none"}:
        return True
    if table.find(["table", *_HEADINGS]):
        return True
    cells = table.find_all(["td", "th"])
    return len(cells) < 2 or any(len(cell.get_text()) > MAX_CELL for cell in cells)


def _rows_of(table: Tag) -> list[Paragraph]:
    """The rows of a table; a cell that spans rows is in each of them."""
    rows: list[list[str]] = []
    changed: list[bool] = []
    pending: dict[int, tuple[int, str]] = {}
    heads = 0
    for row in table.find_all("tr"):
        if not _visible_in(row, table):
            continue
        cells = [c for c in row.find_all(["td", "th"], recursive=False) if not _is_hidden(c)]
        out: list[str] = []
        todo: Iterator[Tag] = iter(cells)
        while True:
            if len(out) in pending:
                n, text = pending.pop(len(out))
                if n > 1:
                    pending[len(out)] = (n - 1, text)
                out.append(text)
                continue
            cell = next(todo, None)
            if cell is None:
                break
            text = _cell_text(cell)
            span = _attribute(cell, "rowspan").strip()
            if re.fullmatch(r"\d{1,4}", span) and int(span) > 1:
                pending[len(out)] = (int(span) - 1, text)
            out.append(text)
        in_head = row.find_parent("thead") is not None or (bool(cells) and all(c.name == "th" for c in cells))
        heads += in_head and heads == len(rows)
        changed.append(any(t.get_text(strip=True) for t in row.find_all(list(_CHANGES))))
        rows.append(out)
    return table_rows(rows, heads, changed)


def _visible_in(row: Tag, table: Tag) -> bool:
    """Whether a row and the elements between it and its table are shown."""
    node: Tag | None = row
    while node is not None and node is not table:
        if _is_hidden(node):
            return False
        node = node.parent
    return True


def _cell_text(tag: Tag) -> str:
    """The visible words of a cell or caption on one line; its lists are counted, its notes' marks are left out."""
    walk = _Walk()
    walk.read(tag.contents)
    return " ".join(p.text.replace("\n", " ") for p in walk.paragraphs)
