"""The documents page and the about page as HTML."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.web.html.escape import escape, foreign, link
from app.web.html.pieces import capitalised, hint, tag
from kb.messages import message
from kb.types import Edition

REGISTER_WORDS = message("en", "register")


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


def documents_page(
    loaded: Sequence[Row], registers: Sequence[Row], described: Sequence[Row], addable: Sequence[Row]
) -> str:
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
    columns += ["Pages", "Units", "Numbering"] if loaded else ([capitalised(units)] if units else [])
    head = "".join(f"<th>{c}</th>" for c in [*columns, last])
    body = "".join(_table_row(row, loaded, bool(units)) for row in rows)
    return f'<div class="kb-table"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _table_row(row: Row, loaded: bool, units: bool) -> str:
    edition = row.edition
    cells = [
        f"<strong>{foreign(edition.ref)}</strong><br><code>{escape(edition.doc_id)}</code>",
        foreign(edition.title),
        foreign(" · ".join(filter(None, (edition.edition, edition.issued)))),
        f"{tag(edition.status.value, '' if edition.status.value == 'current' else 'status')}"
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
    notes = " ".join(capitalised(n.removeprefix(f"{row.source}: ")) for n in row.notes)
    more = f'<tr class="kb-more"><td colspan="{len(cells)}" class="kb-sub">{foreign(notes)}</td></tr>' if notes else ""
    return f"<tr>{''.join(f'<td>{c}</td>' for c in cells)}</tr>{more}"


def how_to_add(edition: Edition) -> str:
    """How a person gets this edition into the index."""
    page = link(edition.landing_url, "official page ↗")
    if edition.file_url:
        return f"<code>kb corpus fetch {escape(edition.doc_id)}</code>{f'<br>{page}' if page else ''}"
    got = f"get the file from the {page}, then " if page else "get the file from its publisher, then "
    return f"{got}<code>kb corpus add FILE</code>"


def about_page(facts: Sequence[tuple[str, str]]) -> str:
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
