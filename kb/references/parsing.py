"""The parser of references: text → :class:`Reference`. Pure; it knows forms and names, but not which units exist.

A text is parsed in three steps. It is normalised (width, case, dashes, spaces) with a map back to its own offsets; it
is split into tokens (name of a document, year, numbered phrase, conjunction, other word); and sequences of numbered
phrases are attached to the name beside them. Every pattern is anchored and bounded, so the time is linear in the text's
length.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from kb.catalog.catalog import Catalog
from kb.records import dataclass
from kb.references.folding import Folded, fold_with_offsets
from kb.references.inner_numbers import set_inside
from kb.references.lexicon import lexicon_of
from kb.references.name_words import looks_like_a_name
from kb.references.names import (
    ByIdentity,
    Lexicon,
    name_at,
    newest_first,
    of_year,
    years_of,
)
from kb.references.naming import is_reference_shaped, with_names
from kb.references.phrases import (
    OUTLINE_KINDS,
    Phrase,
)
from kb.references.schemes import keys_anywhere, keys_in, keys_of_own
from kb.references.slips import with_slips_mended
from kb.references.tokens import MAX_REFERENCES, Token, has_kind, tokens_of, without_own_captions
from kb.types import Status

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from kb.catalog.publications import Adoption
    from kb.types import Edition

MOST_HEAD_WORDS = 12
"""Number of words at the beginning of a text that are tried as the description of a document."""
MAX_CHARS = 2_000
"""Characters of a text that are read. A longer text is no reference, and the rest of it is ignored."""


@dataclass(frozen=True, slots=True)
class Reference:
    """One reference in a text, parsed from its words alone; whether such a unit exists is not known yet.

    ``doc_ids`` are the editions the name allows, newest first; empty where no document is named. ``keys`` are the unit
    keys the number may have there, likeliest first; ``("whole",)`` stands for the document itself. ``span`` is
    half-open in the text, ``written`` its words. ``edition_given`` says that one edition was asked for, not a work.
    ``bare``: no document is named. ``unknown`` holds the name or year that the catalog does not have:
    such a reference is never found; neither is one with ``not_in_edition``, an edition that its work does not have.
    ``number`` is the number as a person writes it, for notices. ``several``: the name fits several works, so that none
    is taken without asking; ``others`` are editions that it fits less well. ``keys_otherwise`` are sought where none
    of ``keys`` is there. ``read_as`` is the name with its slips put right, ``adopted`` the adoption by whose number
    the edition was named. ``draft``: ``unknown`` is a draft of the standards ``doc_ids``. ``beside`` are words beside
    the number that no name explains.
    """

    doc_ids: tuple[str, ...]
    keys: tuple[str, ...]
    written: str
    span: tuple[int, int]
    edition_given: bool = False
    bare: bool = False
    unknown: str = ""
    number: str = ""
    not_in_edition: str | None = None
    several: bool = False
    others: tuple[str, ...] = ()
    keys_otherwise: tuple[str, ...] = ()
    read_as: str = ""
    adopted: Adoption | None = None
    draft: bool = False
    beside: str = ""


def parse(text: str, catalog: Catalog) -> tuple[Reference, ...]:
    """Every reference in the first :data:`MAX_CHARS` characters of ``text``, in reading order.

    Ranges and lists come back as one reference each. A lone number counts only where a document, a kind of unit or
    nothing else is beside it: "1.3 million" is no reference.
    """
    return _once(text[:MAX_CHARS], ByIdentity(catalog), False)[0]


def is_reference(text: str, catalog: Catalog) -> bool:
    """Whether ``text`` consists of references only, so that it is looked up and not searched."""
    if len(text) > MAX_CHARS:
        return False
    references, pure = _once(text, ByIdentity(catalog), False)
    return pure and bool(references)


def is_written_as_reference(text: str, catalog: Catalog) -> bool:
    """Whether ``text`` is looked up rather than searched: it consists of references, or of a number with the name of an
    unknown publication."""
    if is_reference(text, catalog):
        return True
    references = read(text, catalog, strict=True)[0]
    return any(
        each.keys != ("whole",) and looks_like_a_name(each.unknown or each.beside)
        for each in references
        if (each.unknown or each.beside)
    ) and is_shaped(text, catalog)


def is_shaped(text: str, catalog: Catalog) -> bool:
    """Whether a text contains a number and is neither a sentence nor a question."""
    folded = fold_with_offsets(text[:MAX_CHARS])
    return is_reference_shaped(folded, tokens_of(folded, lexicon_of(ByIdentity(catalog))))


def read(text: str, catalog: Catalog, strict: bool = False) -> tuple[tuple[Reference, ...], bool]:
    """The results of :func:`parse` and :func:`is_reference` together, from one parse of the text.

    ``strict`` is for text that was entered to be looked up: unmatched words around a number are then the name of an
    unknown publication.
    """
    references, pure = _once(text[:MAX_CHARS], ByIdentity(catalog), strict)
    return references, pure and bool(references) and len(text) <= MAX_CHARS


def described_whole(text: str, catalog: Catalog) -> Reference | None:
    """The reference to the documents that a text without numbers describes, or ``None``."""
    text = text[:MAX_CHARS].strip()
    found = lexicon_of(ByIdentity(catalog)).descriptions.find(text) if text else None
    if found is None:
        return None
    return Reference(found.doc_ids, ("whole",), text, (0, len(text)), several=found.is_choice, read_as=found.read_as)


def named_by(name: str, editions: Sequence[Edition]) -> tuple[str, ...]:
    """The ids of those of ``editions`` that a name stands for, by one of their names or as a description."""
    catalog = Catalog(tuple(editions))
    exact = [doc for each in parse(name, catalog) if each.keys == ("whole",) for doc in each.doc_ids]
    described = described_whole(name, catalog)
    return newest_first((*exact, *(described.doc_ids if described is not None else ())))


def described_head(
    text: str, catalog: Catalog, units: Callable[[str, Sequence[str]], Sequence[object]]
) -> tuple[tuple[str, ...], str] | None:
    """The documents that the first words of a text describe, with the rest of the text, if the rest names a unit.

    ``units`` gives the units of documents that have a given name.
    """
    words = text.split()
    descriptions = lexicon_of(ByIdentity(catalog)).descriptions
    for n in range(min(len(words) - 1, MOST_HEAD_WORDS), 0, -1):
        head, rest = " ".join(words[:n]).strip(" ,:;"), " ".join(words[n:])
        found = descriptions.find(head)
        if found is not None and not found.read_as and units(rest, found.doc_ids):
            return found.doc_ids, rest
    return None


def without_names(text: str, catalog: Catalog) -> tuple[tuple[str, ...], str]:
    """The editions of the documents named in ``text``, newest first, and the text without these names."""
    lexicon = lexicon_of(ByIdentity(catalog))
    folded = fold_with_offsets(text[:MAX_CHARS])
    docs: tuple[str, ...] = ()
    out: list[str] = []
    i = 0
    while i < len(folded.s):
        found = name_at(folded, i, lexicon) if folded.s[i] != " " else None
        if found is not None and found[1].docs and not found[1].only_whole:
            both = tuple(doc for doc in docs if doc in found[1].docs)
            docs = both or (docs if docs and found[1].issuer else found[1].docs)
            i = found[0]
            continue
        out.append(folded.s[i])
        i += 1
    whole = {e.urn.removesuffix("programme") for d in docs if (e := lexicon.editions[d]).urn.endswith(":programme")}
    parts = tuple(d for d, e in lexicon.editions.items() if d not in docs and e.urn.rpartition(":")[0] + ":" in whole)
    return docs + parts, "".join(out)


# --- tokens ----------------------------------------------------------------------------------------------------------


# --- runs and their names --------------------------------------------------------------------------------------------


@lru_cache(maxsize=64)
def _once(text: str, catalog: ByIdentity[Catalog], strict: bool) -> tuple[tuple[Reference, ...], bool]:
    """:func:`_read` with a cache, because several steps parse the same question."""
    return _read(text, lexicon_of(catalog), strict)


def _read(raw: str, lexicon: Lexicon, strict: bool) -> tuple[tuple[Reference, ...], bool]:
    """The references of a text, and whether it consists of nothing else."""
    meant = with_slips_mended(raw, lexicon.acronyms)
    if meant:
        references, pure = _read_strictly(meant, lexicon, strict)
        if references and (pure or (strict and any(each.keys != ("whole",) for each in references))):
            start = len(raw) - len(raw.lstrip())
            written = raw.strip()
            span = (start, start + len(written))
            return tuple(replace(each, written=written, span=span) for each in references), pure
    return _read_strictly(raw, lexicon, strict)


def _read_strictly(raw: str, lexicon: Lexicon, strict: bool) -> tuple[tuple[Reference, ...], bool]:
    """Like :func:`_read`, but without correcting typos first."""
    text = fold_with_offsets(raw)
    tokens = with_names(text, tokens_of(text, lexicon), lexicon, strict)
    tokens = tokens if strict else without_own_captions(tokens)
    pure = bool(tokens) and not any(t.type in "XW" for t in tokens)
    names = _bundle(tokens, lexicon)
    found: list[tuple[int, Reference]] = []
    i = 0
    live: Token | None = None
    last: Token | None = None
    while i < len(tokens) and len(found) < MAX_REFERENCES:
        token = tokens[i]
        if token.type == "N":
            live = last = token if token.bundle else live
        elif token.type in "XWS":
            live = None
            last = None if token.type == "S" else last
        elif token.type == "F" and token.value == ")" and live is not None and live.backward:
            live = None
        elif token.type == "P":
            end = i
            while end + 1 < len(tokens) and _in_run(tokens, end + 1):
                end += 1
            while tokens[end].type != "P" and tokens[end].type != "Y":
                end -= 1
            run = tokens[i : end + 1]
            name = _partner(text, tokens, i, end, live, last, names)
            found += _emit(text, run, name, pure, lexicon)
            i = end
        i += 1
    for name in names:
        if not name.used and (reference := _whole(text, name, pure, len(names), lexicon)):
            found.append((name.first, reference))
    found.sort(key=lambda item: item[0])
    return tuple(reference for _, reference in found[:MAX_REFERENCES]), pure


def _in_run(tokens: list[Token], k: int) -> bool:
    """Whether a token continues the sequence of numbered phrases before it, as "and" does in "1.2 and 1.3"."""
    if tokens[k].type == "O":
        return k + 1 < len(tokens) and tokens[k + 1].type == "Y" and tokens[k].value != "("
    return tokens[k].type in "PJY" or (tokens[k].type == "F" and tokens[k].value != ")")


def _bundle(tokens: list[Token], lexicon: Lexicon) -> list[Token]:
    """Adjacent names of one document as one name ("UNESCO … (SHS/BIO/PI/2021/1)"), with the year beside them."""
    heads: list[Token] = []
    i = 0
    while i < len(tokens):
        token = tokens[i]
        if token.type != "N" or token.name is None:
            i += 1
            continue
        token.bundle, token.first = [token], token.start
        token.docs, token.given, token.unknown = token.name.docs, token.name.given, token.name.unknown
        if i and tokens[i - 1].type == "Y":
            token.year, token.first = tokens[i - 1].value, tokens[i - 1].start
        issuer, j = token.name.issuer, i + 1
        while j < len(tokens):
            here = tokens[j]
            if here.type == "N" and here.name is not None:
                docs = tuple(d for d in token.docs if d in here.name.docs) if not token.unknown else ()
                if here.name.unknown and issuer and not here.name.docs:
                    token.docs, token.unknown, issuer = (), here.name.unknown, ""
                elif docs:
                    token.docs, token.given = docs, token.given or here.name.given
                    issuer = issuer if here.name.issuer else ""
                elif issuer and here.name.docs and not here.name.issuer and not here.name.unknown:
                    break
                else:
                    break
                token.bundle.append(here)
                token.end = here.end
            elif here.type == "Y" and not token.year:
                token.year, token.end = here.value, here.end
            elif (
                here.type == "F"
                or (here.type == "O" and here.value in {"(", "of", "of the", "의", "de", "del", "de la"})
                or (here.type == "J" and here.value == "," and j + 1 < len(tokens) and tokens[j + 1].type in "NY")
            ):
                pass
            elif here.type == "W" and issuer:
                token.unknown, token.docs, issuer = "?", (), ""  # "EU Data Act": a law that the catalog lacks
                break
            elif here.type == "X" and issuer and _law_ahead(tokens, j):
                token.unknown, token.docs, issuer = "?", (), ""
                break
            else:
                break
            j += 1
        token.value = issuer
        if token.year and token.docs:
            fitting = of_year(token.docs, token.year, lexicon)
            if not fitting:
                chain = newest_first(d for doc in token.docs for d in lexicon.chains[doc])
                fitting = of_year(chain, token.year, lexicon)
            if fitting:
                token.docs, token.given = fitting, True
            else:
                token.unknown = token.unknown or f"An edition of {token.year}"
        heads.append(token)
        i += 1
        while i < j and any(tokens[i] is b for b in token.bundle):
            i += 1
        # the names inside a bundle are not heads of their own
        for k in range(i, min(j, len(tokens))):
            if any(tokens[k] is b for b in token.bundle[1:]):
                i = k + 1
    return heads


def _law_ahead(tokens: list[Token], j: int) -> bool:
    """Whether the next one to three words end in a word like "Act", so that they name a law that the catalog lacks."""
    for k in range(j, min(j + 4, len(tokens))):
        if tokens[k].type == "W":
            return True
        if tokens[k].type not in "XF":
            return False
    return False


def _partner(
    text: Folded,
    tokens: list[Token],
    start: int,
    end: int,
    live: Token | None,
    last: Token | None,
    names: list[Token],
) -> Token | None:
    """The name that a sequence of phrases belongs to, or ``None``; an unknown document is a name without editions."""
    phrases = [t.phrase for t in tokens[start : end + 1] if t.phrase]
    if live is not None and not live.backward:
        live.used = True
        return live
    trail, joined = _trailing(tokens, end)
    if trail is not None and trail.bundle and (joined or not _phrase_follows(tokens, trail)):
        trail.used = trail.backward = True
        return trail
    if live is not None:
        live.used = True
        return live
    if unknown := _stranger(text, tokens, start, end):
        return Token("N", tokens[start].start, tokens[start].start, unknown=unknown)
    carry = last if last is not None else names[0] if len(names) == 1 else None
    if carry is not None and not carry.unknown and carry.docs and _fits(phrases):
        carry.used = True
        return replace(carry, first=-1)
    return None


def _fits(phrases: Sequence[Phrase]) -> bool:
    return all(p.kind or p.raw_keys or p.core > 1 for p in phrases) and not any(p.docs is not None for p in phrases)


def _trailing(tokens: list[Token], end: int) -> tuple[Token | None, bool]:
    """The name directly after a sequence of phrases, and whether "of", "의" or a bracket connects the two."""
    joined = False
    for token in tokens[end + 1 : end + 6]:
        if token.type == "N":
            return token, joined
        if token.type == "O":
            joined = True
        elif token.type not in "FY" and not (token.type == "J" and token.value == ","):
            break
    return None, False


def _phrase_follows(tokens: list[Token], name: Token) -> bool:
    at = next(k for k, t in enumerate(tokens) if t is name)
    for token in tokens[at + 1 :]:
        if token.type == "P":
            return True
        if token.type not in "FYON" and not (token.type == "J" and token.value == ","):
            return False
    return False


def _stranger(text: Folded, tokens: list[Token], start: int, end: int) -> str:
    """The name of a document that the catalog lacks beside a sequence of phrases, as in "Data Act Article 4" and
    "Article 8 of the Charter"; "" if there is none."""
    phrase = tokens[start].phrase
    if (
        phrase is None
        or phrase.docs is not None
        or phrase.kind not in {"article", "recital", "annex", "section", "para", "clause"}
    ):
        return ""
    k = start - 1
    while k >= 0 and tokens[k].type in "F":
        k -= 1
    if k >= 0:
        before = tokens[k]
        if before.type == "W":
            words = [before.value]
            while k and tokens[k - 1].type == "X" and tokens[k - 1].value[:1].isupper() and len(words) < 5:
                k -= 1
                words.insert(0, tokens[k].value)
            return " ".join(words)
        if before.type == "X" and len(before.value) > 1 and before.value.isascii():
            shouted = before.value.isupper() and before.value.isalpha() and not text.raw.isupper()
            if shouted:
                return before.value
        if before.type == "X" and len(before.value) > 3 and before.value.isdigit():
            return before.value  # the number of a standard that the catalog does not have
        if before.type == "X" and before.value.endswith(("법", "규정", "협약", "조례", "지침")):
            return before.value
    after = [t for t in tokens[end + 1 : end + 7] if t.type != "F"]
    if after and after[0].type == "O" and after[0].value != "(":
        words = []
        for token in after[1:6]:
            if token.type not in "XW":
                break
            words.append(token.value)
            if token.type == "W":
                return " ".join(words)
        if words and words[0][:1].isupper():
            return words[0]
    return ""


def _emit(
    text: Folded, run: list[Token], name: Token | None, pure: bool, lexicon: Lexicon
) -> list[tuple[int, Reference]]:
    """The references of a sequence of phrases. A year applies to the phrases before it, back to the previous year."""
    waiting: list[Phrase] = []
    for k, token in enumerate(run):
        if token.phrase is not None:
            if k and any(t.type == "Y" for t in run[max(0, k - 2) : k]):
                waiting = []
            waiting.append(token.phrase)
        elif token.type == "Y":
            for phrase in waiting:
                phrase.years.append(token.value)
    out: list[tuple[int, Reference]] = []
    first = True
    anchor = ""
    if name is not None:
        kinds = [token.phrase.kind for token in run if token.phrase is not None]
        anchor = name.anchor = name.anchor or kinds[-1 if name.backward else 0]
    phrases = [token.phrase for token in run if token.phrase is not None]
    set_inside(text, phrases)
    for phrase in phrases:
        if name is None and phrase.weak and phrase.docs is None:
            lettered = phrase.core > 1 and len(phrase.parts) > phrase.core
            if not pure and not lettered:
                continue
        start, end = phrase.start, phrase.end
        # "OECD 1.3 and Article 14": the list continues, but not within the same document
        whose = name if name is None or phrase.kind == anchor or has_kind(phrase.kind, name, lexicon) else None
        if first and whose is not None and name is not None and name.first >= 0 and name.end > name.start:
            start, end = min(start, name.first), max(end, name.end)
            name.first = -1  # the name is used up, so that the next phrase does not include its words
        first = False
        opened = "(" in text.s[start:end] and text.s.count("(", start, end) > text.s.count(")", start, end)
        span = text.span(start, end + 1 if opened and text.s[end : end + 1] == ")" else end)
        years = phrase.years or [""]
        if phrase.inside and out and whose is not None and not any(lexicon.editions[d].in_catalog for d in whose.docs):
            span = (out.pop()[1].span[0], span[1])  # "Section 1, 1.2" is one place
        out += [(phrase.start, _reference(text, phrase, whose, span, year, lexicon)) for year in years]
    return out


def _reference(
    text: Folded, phrase: Phrase, name: Token | None, span: tuple[int, int], year: str, lexicon: Lexicon
) -> Reference:
    """The reference of one phrase, with its name and year."""
    written = text.raw[span[0] : span[1]]
    number = text.original(phrase.start, phrase.end)
    if phrase.docs is not None:
        return Reference(phrase.docs, phrase.raw_keys, written, span, True, False, phrase.unknown, number)
    if name is None:
        return _bare(phrase, year, written, span, number, lexicon)
    if name.unknown:
        unknown = name.unknown if name.unknown != "?" else written
        draft = name.name is not None and name.name.draft
        keys_there = _keys_of(name.docs, phrase, lexicon)[0] if draft else keys_anywhere(phrase)
        return Reference(name.docs, tuple(keys_there), written, span, name.given, False, unknown, number, draft=draft)
    docs, given = name.docs, name.given
    if year:
        fitting = of_year(docs, year, lexicon)
        if not fitting:
            return Reference(docs, keys_anywhere(phrase), written, span, True, False, f"An edition of {year}", number)
        docs, given = fitting, True
    schemes = lexicon.publications.schemes_of(name.value)
    if schemes and phrase.kind not in OUTLINE_KINDS and not phrase.raw_keys:
        # "UNESCO para 3" is in the Recommendation; other works are tried only for numbers that it cannot have
        schemes = schemes[:1] if keys_in(schemes[0], phrase) else schemes[1:]
        docs = tuple(doc for doc in docs if lexicon.editions[doc].scheme in schemes) or docs
    keys, otherwise, fitting_docs = _keys_of(docs, phrase, lexicon)
    if not keys:  # the document has no such kind of unit; the reference is kept, and will not be found
        keys, fitting_docs = [f"{phrase.kind or 'unit'}:{'.'.join(phrase.parts)}"], list(docs)
    described = name.name.described if name.name is not None else None
    several = _fits_several(name)
    return Reference(
        tuple(fitting_docs),
        tuple(keys),
        written,
        span,
        given,
        False,
        "",
        number,
        several=several,
        others=_others(name, fitting_docs) if several else described.others if described is not None else (),
        keys_otherwise=tuple(otherwise),
        read_as=described.read_as if described is not None else "",
        adopted=name.name.adopted if name.name is not None else None,
        beside=phrase.beside,
    )


def _fits_several(name: Token) -> bool:
    """Whether a name fits several works, so that the user must choose one."""
    if name.name is None or len(name.docs) < 2:
        return False
    return name.name.several or (name.name.described is not None and name.name.described.is_choice)


def _others(name: Token, docs: Sequence[str]) -> tuple[str, ...]:
    """The other documents that a name of several works can mean, without ``docs``."""
    described = name.name.described if name.name is not None else None
    more = described.others if described is not None else ()
    return tuple(doc for doc in (*name.docs, *more) if doc not in docs)


def _keys_of(docs: Sequence[str], phrase: Phrase, lexicon: Lexicon) -> tuple[list[str], list[str], list[str]]:
    """The keys that a phrase can mean in ``docs``, the keys to try if none exists, and the documents it fits."""
    keys: list[str] = []
    otherwise: list[str] = []
    fitting: list[str] = []
    for doc in docs:
        edition = lexicon.editions[doc]
        here = keys_in(edition.scheme, phrase)
        if not edition.in_catalog:
            here, more = keys_of_own(phrase)
            otherwise += [key for key in more if key not in otherwise]
        elif edition.scheme == "outline" and here:  # only its text shows what kinds of units it has
            otherwise += [key for each in keys_of_own(phrase) for key in each if key not in otherwise]
        if here:
            fitting.append(doc)
            keys += [key for key in here if key not in keys]
    return keys, otherwise, fitting


def _bare(phrase: Phrase, year: str, written: str, span: tuple[int, int], number: str, lexicon: Lexicon) -> Reference:
    """The reference of a number without a name; a year beside it limits it to editions of that year."""
    keys = keys_anywhere(phrase)
    docs: tuple[str, ...] = ()
    unknown = ""
    if year:
        every = [e.doc_id for e in lexicon.editions.values() if not e.is_register and e.rendition_of is None]
        docs = tuple(d for d in every if year in years_of(lexicon.editions[d])[0])
        unknown = "" if docs else f"An edition of {year}"
    return Reference(docs, keys, written, span, bool(year), True, unknown, number, beside=phrase.beside)


def _whole(text: Folded, name: Token, pure: bool, n_names: int, lexicon: Lexicon) -> Reference | None:
    """The reference to a whole document, from a name without a number; ``None`` if it is none.

    The name of a publisher alone counts only if the text has nothing else.
    """
    if (name.value or name.unknown == "?" or (name.name and name.name.foreign)) and not (pure and n_names == 1):
        return None
    span = text.span(name.first, name.end)
    written = text.raw[span[0] : span[1]].strip()
    docs = name.docs
    if not name.given:  # a work's name does not mean its drafts and withdrawn texts; they must be named themselves
        docs = tuple(d for d in docs if lexicon.editions[d].status is not Status.DRAFT) or docs
    unknown = written if name.unknown == "?" else name.unknown
    described = name.name.described if name.name is not None else None
    return Reference(
        docs,
        ("whole",),
        written,
        span,
        name.given,
        False,
        unknown,
        several=_fits_several(name),
        read_as=described.read_as if described is not None else "",
        adopted=name.name.adopted if name.name is not None else None,
        draft=name.name is not None and name.name.draft,
    )
