"""Decides which publication a number in a reference belongs to, by the words around the number.

The words may be a name of the catalog or a description (:mod:`kb.references.descriptions`); the number is then looked
up in these documents only. Words that match neither are taken as the name of an unknown publication. If such words
stand beside a known name, they are kept with the number, and the look-up accepts a unit only if its headings contain
them.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from kb.references.descriptions import DescribedDocuments
from kb.references.folding import fold_with_offsets
from kb.references.name_words import kind_of, looks_like_a_name, singular
from kb.references.names import Lexicon, Name, name_at
from kb.references.phrases import IDENTIFIER
from kb.references.tokens import Token
from kb.text.hangul import begins_with_hangul

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kb.references.folding import Folded

MAX_NAMED = 300
"""Characters of a text that is read as nothing but references with their names."""

_PROSE = frozenset(
    "what which who whom whose why how when where does do did is are was were be been can could may might must shall"
    " should"
    " would will has have had say says said require requires required mean means apply applies compare conflict"
    " conflicts"
    " differ differs explain explains describe describes summarise summarize list tell give you we us it this that"
    " these"
    " those there if because let discuss ask asks call calls called think believe means".split()
)
_KOREAN_PROSE = re.compile(
    r"무엇|어떻|어느|어떤|왜|누가|누구|언제|몇|(?:인가|는가|나요|까요|니까|습니다|은지|는지|인지|세요|주십시오|해줘|려줘)$|설명|요약|비교|알려|대해서?$|따르면"
)
_LEADING = frozenset(
    "see cf also e g i e eg ie per under according to as in look up find open show please get cite citing cited refer"
    " refers"
    " referring ref reference read lookup quote the a an our my and or both for section paragraph at pursuant within"
    " via from of"
    " 참조 참고 찾아 보기 조회 검색 인용 및 와 과 또는 우리 우리의 저희 당사 당사의".split()
)
_OURS = frozenset("our my 우리 우리의 저희 당사 당사의".split())
_WE = frozenset(
    "company firm bank university library organisation organization agency 회사 회사의 기관 기관의 대학 은행".split()
)
"""Words behind "our" that say who we are, and nothing of the document."""
_IGNORED = frozenset(
    "adopted published issued dated revised amended current latest new force entitled titled so called as of by its"
    " 현행 최신"
    " 개정 시행 발표 제정".split()
)
_JOIN_TOKENS = re.compile(r"^(?:of|in|from|under|within)\b|^의")


def with_names(text: Folded, tokens: list[Token], lexicon: Lexicon, strict: bool) -> list[Token]:
    """The tokens of a text after the words around its numbers were matched with documents.

    The tokens of a sentence or a question are not changed. Words that match nothing are left as they are; with
    ``strict`` they become the name of an unknown publication, or words beside the number of a known one.
    """
    if not is_reference_shaped(text, tokens):
        return _without_lone_identifiers(tokens)
    tokens = _numbers_of_names(tokens)
    out: list[Token] = []
    named = False
    i = 0
    while i < len(tokens):
        end = i + 1
        if tokens[i].type != "P":
            while end < len(tokens) and tokens[end].type != "P":
                end += 1
            words = _AroundNumber(
                text, tokens[i:end], out[-1] if out else None, tokens[end] if end < len(tokens) else None
            )
            words.named, words.named_after = named, _is_named_after(tokens, end)
            read = words.read(lexicon, strict)
            out += read
            named = any(t.type == "N" for t in read) or (named and not words.part)
        else:
            out.append(tokens[i])
        i = end
    return _without_lone_identifiers(out)


def _without_lone_identifiers(tokens: list[Token]) -> list[Token]:
    """The tokens without identifiers ("GV.RR-04") that follow words none of which names a document."""
    out: list[Token] = []
    for token in tokens:
        if token.phrase is not None and token.phrase.kind == IDENTIFIER:
            named = any(t.type == "N" for t in tokens)
            if not named and any(t.type in "XW" and not _is_lead(t) and not _is_id_word(t) for t in tokens):
                out.append(Token("X", token.start, token.end, value=token.phrase.raw_keys[0].partition(":")[2]))
                continue
        out.append(token)
    return out


_ID_WORDS = frozenset(
    "metric indicator control category subcategory measure item row id no 지표 통제 항목 번호".split()
)
"""Words that say that an identifier follows: "metric HB-1a 2.1"."""


def _is_id_word(token: Token) -> bool:
    return token.type == "X" and token.value.casefold() in _ID_WORDS


def is_reference_shaped(text: Folded, tokens: Sequence[Token]) -> bool:
    """Whether a text can consist of references only: it has a number and a name, and is no sentence or question."""
    if len(text.raw) > MAX_NAMED or "?" in text.s or not any(t.type == "P" for t in tokens):
        return False
    loud = text.raw.isupper()
    words = [t.value.lower() for t in tokens if t.type == "X" and (loud or not t.value.isupper())]  # "WHO" asks nothing
    if any(word in _PROSE for word in words):
        return False
    return not any(begins_with_hangul(word) and _KOREAN_PROSE.search(word) for word in words)


def _numbers_of_names(tokens: list[Token]) -> list[Token]:
    """Makes a number part of a name if it has no kind, follows a word and precedes a number with a kind: "Opinion 7
    paragraph 12".
    """
    out = list(tokens)
    for n, token in enumerate(tokens):
        phrase = token.phrase
        if phrase is None or phrase.kind or phrase.raw_keys or not n:
            continue
        version = tokens[n - 1].type == "N" and len(phrase.parts) == 2 and phrase.parts[1] == "0"
        if tokens[n - 1].type not in "XW" and not version:
            continue
        after = n + 1
        while after < len(tokens) and (tokens[after].type == "F" or tokens[after].value == ","):
            after += 1
        following = tokens[after].phrase if after < len(tokens) else None
        if following is not None and (following.kind or following.raw_keys):
            name = Token("X", token.start, token.end, value=".".join(phrase.parts))
            out[n] = replace(name, type="F") if version else name
    return out


def _is_named_after(tokens: Sequence[Token], start: int) -> bool:
    """Whether the numbers from ``start`` on are followed directly by a known name."""
    for token in tokens[start:]:
        if token.type == "N":
            return token.name is not None and bool(token.name.docs)
        if token.type in "XWS":
            return False
    return False


class _AroundNumber:
    """The tokens between two numbers, or before the first or after the last one."""

    def __init__(self, text: Folded, tokens: list[Token], before: Token | None, following: Token | None) -> None:
        self.text, self.tokens, self.before, self.following = text, tokens, before, following
        self.named = self.named_after = False
        a, b = 0, len(tokens)
        self.joined = False
        if following is not None and following.phrase is not None and following.phrase.kind == IDENTIFIER:
            while b > a and _is_id_word(tokens[b - 1]):
                b -= 1
        self.ours = False
        while a < b and (tokens[a].type in "JOS" or _is_filling(tokens[a]) or self._leads(tokens[a])):
            self.joined = self.joined or (before is not None and bool(_JOIN_TOKENS.match(tokens[a].value)))
            self.ours = self.ours or tokens[a].value.lower() in _OURS
            a += 1
        while b > a and (tokens[b - 1].type in "JOS" or _is_filling(tokens[b - 1])):
            b -= 1
        self.head, self.part, self.tail = tokens[:a], tokens[a:b], tokens[b:]

    def _leads(self, token: Token) -> bool:
        """Whether a word comes before the name: "see", "our"; behind "our" the word for who we are."""
        return _is_lead(token) or (self.ours and token.type == "X" and token.value.lower() in _WE)

    def read(self, lexicon: Lexicon, strict: bool) -> list[Token]:
        """The tokens with recognised names inserted. ``named`` says that the number before them has its name already;
        ``named_after`` says that the number after them is followed by its name."""
        part = self.part
        strange = [t for t in part if t.type in "XW" and t.value.lower() not in _IGNORED]
        known = [t for t in part if t.type == "N" and t.name is not None and t.name.docs and not t.name.unknown]
        if not strange and len(known) == sum(t.type == "N" for t in part):
            return [*self.head, *_of_that_kind(self.text, part, lexicon, strict), *self.tail]
        if not part or (not strange and any(t.name is not None and t.name.draft for t in part)):
            return self.tokens
        trails = self.named and not self.joined and self.following is None
        if not trails:
            named_part = (
                _understood(self.text, part, lexicon, self.ours) or self._of_two(lexicon) or self._with_kind(lexicon)
            )
            if named_part is not None:
                return [*self.head, *named_part, *self.tail]
        if not strict:
            return self.tokens
        if not strange:  # the name is of a known kind, but of no document here
            return self.tokens
        words = self.text.original(part[0].start, part[-1].end)
        if (trails or (self.named_after and not known)) and not looks_like_a_name(words):
            return self.tokens  # the words describe the subject of a unit of a known publication
        theirs = self.before if self.joined or self.following is None else self.following
        leads = self.joined or self.following is not None
        only_issuers = all(t.name is not None and t.name.issuer for t in known)
        if not leads or (known and not (only_issuers and looks_like_a_name(" ".join(t.value for t in strange)))):
            if theirs is not None and theirs.phrase is not None:
                theirs.phrase.beside = " ".join(t.value for t in strange) or words
            return self.tokens
        unknown = Token("N", part[0].start, part[-1].end, name=Name(unknown=words))
        return [*self.head, unknown, *self.tail]

    def _of_two(self, lexicon: Lexicon) -> list[Token] | None:
        """Two names joined by a conjunction: the first belongs to the number before, the second to the one after."""
        if self.before is None or self.following is None or not self.joined:
            return None
        for n, token in enumerate(self.part):
            left, right = self.part[:n], self.part[n + 1 :]
            if token.type == "J" and left and right:
                first, second = _understood(self.text, left, lexicon), _understood(self.text, right, lexicon)
                if first is not None and second is not None:
                    return [*first, token, *second]
        return None

    def _with_kind(self, lexicon: Lexicon) -> list[Token] | None:
        """A name whose last word is the kind of unit, because documents may number any kind of part ("Lesson 4")."""
        phrase = self.following.phrase if self.following is not None else None
        last = self.part[-1]
        if phrase is None or phrase.kind or phrase.raw_keys or len(self.part) < 2 or last.type != "X":
            return None
        rest = self.part[:-1]
        while (rest and rest[-1].type in "JO") or _is_filling(rest[-1]):
            rest = rest[:-1]
        found = _understood(self.text, rest, lexicon) if rest else None
        if found is None or any(lexicon.editions[doc].in_catalog for doc in _docs(found)):
            return None
        phrase.kind, phrase.weak = singular(last.value.lower()), False
        return found


def _docs(tokens: Sequence[Token]) -> list[str]:
    return [doc for t in tokens if t.name is not None for doc in t.name.docs]


def _understood(text: Folded, part: list[Token], lexicon: Lexicon, ours: bool = False) -> list[Token] | None:
    """The tokens as a name, from the catalog or by description; ``None`` if they match nothing."""
    strange = any(t.type in "XW" and t.value.lower() not in _IGNORED for t in part)
    if (
        not strange
        and part[0].type == "N"
        and all(t.name is None or (t.name.docs and not t.name.unknown) for t in part)
    ):
        return part
    found = lexicon.descriptions.find(text.original(part[0].start, part[-1].end), ours)
    return [_name_of(part, found, lexicon)] if found is not None else None


def _is_filling(token: Token) -> bool:
    return token.type == "F" and not token.value.isalpha()


def _is_lead(token: Token) -> bool:
    return token.type == "X" and token.value.lower() in _LEADING


def _of_that_kind(text: Folded, part: list[Token], lexicon: Lexicon, strict: bool) -> list[Token]:
    """Limits a publisher's name with a kind of text beside it to its texts of that kind: "OECD framework"."""
    names = [t for t in part if t.type == "N"]
    if len(names) != 1 or names[0].name is None or not names[0].name.issuer:
        return part
    kinds = {kind for t in part if t.type == "F" and (kind := kind_of(singular(t.value)))}
    if not kinds:
        return part
    docs = tuple(d for d in names[0].name.docs if kinds <= lexicon.descriptions.kinds_of(d))
    if docs == names[0].name.docs or (not docs and not strict):
        return part
    token, issuer = names[0], names[0].name.issuer
    name = Name(docs, issuer=issuer) if docs else Name(unknown=text.original(part[0].start, part[-1].end))
    narrowed = Token("N", token.start, token.end, name=name)
    return [narrowed if t is token else t for t in part]


def _name_of(part: Sequence[Token], found: DescribedDocuments, lexicon: Lexicon) -> Token:
    """The token of a description; with typos corrected it may be a name of the catalog, even of a publisher."""
    start, end = part[0].start, part[-1].end
    if found.read_as:
        meant = fold_with_offsets(found.read_as)
        exact = name_at(meant, 0, lexicon)
        if exact is not None and exact[0] == len(meant.s) and exact[1].docs:
            docs = exact[1].docs
            return Token(
                "N", start, end, name=replace(exact[1], described=DescribedDocuments(docs, read_as=found.read_as))
            )
    chains = {d for doc in found.doc_ids for d in lexicon.chains[doc]}
    given = len(chains) > len(found.doc_ids)
    return Token("N", start, end, name=Name(found.doc_ids, given, described=found))
