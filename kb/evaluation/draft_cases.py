"""Makes a test set of drafts with known errors, from the texts of an index.

Every quotation is taken from the index when the set is made, so that the project contains no words of a publication.
Wrong cases are altered in one of the ways in which people misquote. The same index gives the same set.
"""

from __future__ import annotations

import re
from dataclasses import field
from functools import cached_property
from itertools import cycle
from typing import TYPE_CHECKING

from kb.drafts.comparison import LibraryLetters
from kb.drafts.findings import DraftVerdict
from kb.drafts.quotations import LIMITING
from kb.drafts.sources import changed_since
from kb.records import dataclass
from kb.text.cleaning import readable
from kb.text.letters import compared_letters
from kb.text.sentences import sentences

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from kb.library.library import Library
    from kb.types import Unit

V = DraftVerdict
BEFORE, BRACKET, NOTE, BLOCK, ALONE, AGAIN = "before", "bracket", "note", "block", "alone", "again"
"""How a quotation and its reference stand: the reference before it, in brackets behind it, in a note, over a block
quote, nowhere, or as words that point back."""


@dataclass(frozen=True, slots=True)
class DraftCase:
    """A reference or a quotation of a made draft, and the verdict that it must get.

    ``quote`` is "" where the reference alone is judged; ``says`` are words added to the sentence.
    """

    kind: str
    reference: str
    quote: str
    verdict: DraftVerdict
    stands: str = BEFORE
    says: str = ""

    @property
    def is_wrong(self) -> bool:
        """Whether the case is one that must be found."""
        return self.verdict not in {V.SAYS_SO, V.ELIDED_RIGHTLY, V.EXISTS, V.STANDS_HERE}


@dataclass(frozen=True, slots=True)
class MadeDraft:
    """A draft of the set: its name with the ending of its format, its language and its cases in order."""

    name: str
    language: str
    cases: tuple[DraftCase, ...]


DRAFTS = (
    ("first-en.md", "en"), ("second-en.md", "en"), ("third-ko.md", "ko"), ("fourth-en.txt", "en"),
    ("fifth-ko.html", "ko"), ("sixth-en.docx", "en"), ("seventh-en.docx", "en"), ("eighth-ko.docx", "ko"),
    ("ninth-ko.docx", "ko"), ("tenth-en.pdf", "en"), ("eleventh-en.pdf", "en"), ("twelfth-en.csv", "en"),
)  # fmt: skip
"""The drafts that are made, with their languages."""


MAIN_SOURCES = (
    "eu-hleg-2019", "nist-ai-100-1-2023", "coe-cets-225", "g7-hiroshima-code-2023", "eu-ai-act-2024-1689",
    "unesco-ohchr-input-2022", "eu-prohibited-practices-guidelines-2025",
)  # fmt: skip
"""The documents that most cases quote."""


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence of a numbered unit, as a person reads it, and the reference that a person would write."""

    unit: Unit
    reference: str
    text: str

    @property
    def words(self) -> list[str]:
        return self.text.split()


@dataclass
class DraftSet:
    """The set for one library; documents that are not loaded give no cases."""

    library: Library
    letters: LibraryLetters = field(init=False)

    def __post_init__(self) -> None:
        self.letters = LibraryLetters(self.library)

    @cached_property
    def sentences(self) -> dict[str, list[_Sentence]]:
        """Sentences of 12 to 45 words of each official document, those that stand there once."""
        out: dict[str, list[_Sentence]] = {}
        for document in self.library.store.documents:
            if document.edition.register_of or document.edition.rendition_of:
                continue
            found = list(self._sentences_of(document.doc_id))
            if found:
                out[document.doc_id] = found
        return out

    def _sentences_of(self, doc_id: str) -> Iterator[_Sentence]:
        text = self.library.store.text(doc_id)
        korean = any(d.edition.language == "ko" for d in self.library.store.documents if d.doc_id == doc_id)
        low, high = (6, 30) if korean else (12, 45)
        for unit in self.library.store.units(doc_id):
            if not unit.proven or not re.search(r"\d|①|②|③", unit.path):
                continue
            own = text[unit.own.start : unit.own.end]
            if "|" in own or "…" in own or "[" in own:
                continue
            stretches = re.split(r"\n\s*[-o]\s", own) if korean else [own]
            for words in (readable(each[a:b]) for each in stretches for a, b in sentences(each)):
                n = len(words.split())
                if not low <= n <= high or not re.match(r"[A-Z가-힣]", words) or not re.search(r"[.다]\W*$", words):
                    continue
                if re.search(r"[“”\"‘’「」*]|\(\d|\d{2,}", words):
                    continue
                folded = compared_letters(words)
                if self.letters.of(doc_id).letters.count(folded) == 1:
                    yield _Sentence(unit, self.library.units.describe(unit.unit_id), words)

    def of(self, *doc_ids: str) -> list[_Sentence]:
        """Sentences of some documents, taken in turn, every unit once."""
        rows = [self._one_a_unit(d) for d in doc_ids if d in self.sentences]
        out: list[_Sentence] = []
        for n in range(max(map(len, rows), default=0)):
            out += [row[n] for row in rows if n < len(row)]
        return out

    def _one_a_unit(self, doc_id: str) -> list[_Sentence]:
        seen: dict[str, _Sentence] = {}
        for each in self.sentences[doc_id]:
            if not changed_since(self.library, each.unit.unit_id):
                seen.setdefault(each.unit.unit_id, each)
        return list(seen.values())

    # --- the cases

    def drafts(self) -> tuple[MadeDraft, ...]:
        """The drafts of the set, each with a share of the cases of its language."""
        out: list[MadeDraft] = []
        shares = {lang: self._shared(lang, sum(each == lang for _, each in DRAFTS)) for lang in ("en", "ko")}
        for name, lang in DRAFTS:
            cases = shares[lang].pop(0)
            if name.endswith(".csv"):
                cases = [c for c in cases if c.stands in {BEFORE, BRACKET, NOTE, BLOCK}]
            out.append(MadeDraft(name, lang, tuple(cases)))
        return tuple(out)

    def _shared(self, lang: str, n: int) -> list[list[DraftCase]]:
        cases = self.cases_ko() if lang == "ko" else self.cases_en()
        shares: list[list[DraftCase]] = [[] for _ in range(n)]
        for share, case in zip(cycle(range(n)), cases, strict=False):
            shares[share].append(case)
        return shares

    def cases_en(self) -> list[DraftCase]:
        """The cases of the English drafts, right and wrong in turn."""
        supply = iter(self.of(*MAIN_SOURCES))
        wrong = [
            *self._take(supply, 5, self._word_changed),
            *self._take(supply, 4, self._words_added),
            *self._take(supply, 4, self._words_dropped),
            *self._take(supply, 5, self._cut),
            *self._take(supply, 5, self._fragment),
            *self._take(supply, 4, self._of_other_unit),
            *self._stitched(5),
            *self._other_editions(5),
            *self._mistaken(4),
            *self._no_such_units(),
            *self._superseded(3),
            *self._other_pages(3),
            *self._invented(),
        ]
        stands = cycle((BEFORE, BRACKET, NOTE, BLOCK))
        right = [
            *self._take(supply, 22, lambda s: DraftCase("whole", s.reference, s.text, V.SAYS_SO, next(stands))),
            *self._take(supply, 7, self._elided),
            *self._take(supply, 6, self._part_of_sentence),
            *self._take(supply, 4, lambda s: DraftCase("alone", "", s.text, V.STANDS_HERE, ALONE)),
            *self._take(supply, 6, lambda s: DraftCase("exists", s.reference, "", V.EXISTS)),
            *self._right_pages(4),
            *self._take(supply, 4, lambda s: DraftCase("again", s.reference, s.text, V.SAYS_SO, AGAIN)),
        ]
        return _in_turn(wrong, right)

    def cases_ko(self) -> list[DraftCase]:
        """The cases of the Korean drafts: of the Korean standard, and of English texts quoted in Korean sentences."""
        korean = iter(self.of("kr-ai-ethics-standard-2020"))
        english = iter(self.of("eu-hleg-2019", "coe-cets-225", "nist-ai-100-1-2023")[60:])
        wrong = [
            *self._take(korean, 3, self._word_changed),
            *self._take(korean, 2, self._words_added),
            *self._take(english, 3, self._fragment),
            *self._take(english, 3, self._word_changed),
            *self._take(english, 2, self._of_other_unit),
            DraftCase("no unit", "유네스코 인공지능 윤리 권고 제180항", "", V.NO_SUCH_UNIT),
            DraftCase("no unit", "국가 인공지능 윤리기준(2020), 핵심요건 14", "", V.NO_SUCH_UNIT),
            *self._superseded(2, skip=3),
        ]
        right = [
            *self._take(korean, 6, lambda s: DraftCase("whole", s.reference, s.text, V.SAYS_SO, BEFORE)),
            *self._take(english, 6, lambda s: DraftCase("whole", s.reference, s.text, V.SAYS_SO, BRACKET)),
            *self._take(english, 3, self._elided),
            *self._take(english, 3, lambda s: DraftCase("again", s.reference, s.text, V.SAYS_SO, AGAIN)),
        ]
        return _in_turn(wrong, right)

    def _take(
        self, supply: Iterator[_Sentence], n: int, make: Callable[[_Sentence], DraftCase | None]
    ) -> list[DraftCase]:
        """The first ``n`` cases that can be made of the next sentences."""
        out: list[DraftCase] = []
        for sentence in supply:
            if (made := make(sentence)) is not None:
                out.append(made)
            if len(out) == n:
                break
        return out

    def _word_changed(self, s: _Sentence) -> DraftCase:
        words = s.words
        at = max(range(2, len(words) - 2), key=lambda n: len(words[n]))
        words[at] = "매우다른말로" if re.search("[가-힣]", s.text) else "otherwise"
        return DraftCase("word changed", s.reference, " ".join(words), V.DIFFERS)

    def _words_added(self, s: _Sentence) -> DraftCase:
        words = s.words
        at = len(words) // 2
        added = "무엇보다 먼저" if re.search("[가-힣]", s.text) else "fully and promptly"
        return DraftCase("words added", s.reference, " ".join([*words[:at], added, *words[at:]]), V.DIFFERS, BRACKET)

    def _words_dropped(self, s: _Sentence) -> DraftCase:
        words = s.words
        at = len(words) // 2
        return DraftCase("words dropped", s.reference, " ".join([*words[:at], *words[at + 3 :]]), V.DIFFERS, NOTE)

    def _cut(self, s: _Sentence) -> DraftCase | None:
        found = next((m for m in LIMITING.finditer(s.text) if len(s.text[: m.start()].split()) >= 8), None)
        if found is None or not s.text[: found.start()].rstrip()[-1].isalpha():
            return None
        return DraftCase("cut", s.reference, f"{s.text[: found.start()].rstrip()}.", V.CUT)

    def _fragment(self, s: _Sentence) -> DraftCase | None:
        words = s.words[2:-2]
        at = next((n for n in range(len(words) - 1, 5, -1) if len(words[n]) > 6 and words[n].isalpha()), None)
        if at is None:
            return None
        cut = " ".join([*words[:at], words[at][:-3]])
        return DraftCase("fragment", s.reference, cut, V.FRAGMENT)

    def _of_other_unit(self, s: _Sentence) -> DraftCase | None:
        others = [
            o
            for o in self._one_a_unit(s.unit.doc_id)
            if o.unit.parent_id != s.unit.parent_id or o.unit.parent_id is None
        ]
        others = [
            o for o in others
            if not (o.unit.span.start <= s.unit.span.start < o.unit.span.end)
            and not (s.unit.span.start <= o.unit.span.start < s.unit.span.end) and o.unit.unit_id != s.unit.unit_id
        ]  # fmt: skip
        if not others:
            return None
        return DraftCase("other unit", others[len(others) // 2].reference, s.text, V.OTHER_CONTENT, BRACKET)

    def _elided(self, s: _Sentence) -> DraftCase | None:
        words = s.words
        third = len(words) // 3
        if third < 4 or re.search(r"\b(?:no|not|never|without|nor)\b|않|아니|없", s.text):
            return None
        quote = f"{' '.join(words[:third])} … {' '.join(words[2 * third :])}"
        return DraftCase("elided", s.reference, quote, V.ELIDED_RIGHTLY)

    def _part_of_sentence(self, s: _Sentence) -> DraftCase:
        return DraftCase("part", s.reference, " ".join(s.words[2:10]).rstrip(",;:"), V.SAYS_SO)

    def _stitched(self, n: int) -> list[DraftCase]:
        out: list[DraftCase] = []
        for doc_id in ("eu-hleg-2019", "nist-ai-100-1-2023", "coe-cets-225", "g7-hiroshima-code-2023"):
            rows = self.of(doc_id)
            for a, b in list(zip(rows[5::9], rows[9::9], strict=False))[:2]:
                joint = " … " if len(out) % 2 else " "
                quote = " ".join(a.words[:9]).rstrip(",;:") + joint + " ".join(b.words[-9:])
                out.append(DraftCase("stitched", a.reference, quote, V.STITCHED))
        return out[:n]

    def _other_editions(self, n: int) -> list[DraftCase]:
        """The wording of 2019 given as that of 2024, and of the Parliament's text as that of the Act."""
        out = [
            DraftCase("other edition", s.reference.replace("(2019)", "(2024)"), s.text, V.OTHER_EDITION)
            for s in self.of("oecd-legal-0449-2019")
            if s.reference.endswith(("1.2(b)", "1.4(a)", "1.2(a)", "2.1(b)"))
        ]
        letters = self.letters.of("eu-ai-act-2024-1689").letters if "eu-ai-act-2024-1689" in self.sentences else ""
        for s in self.of("ep-p9-ta-2024-0138") if letters else ():
            if compared_letters(s.text) not in letters and len(out) < n:
                act = s.reference.replace("P9_TA(2024)0138", "Regulation (EU) 2024/1689")
                out.append(DraftCase("other edition", act, s.text, V.OTHER_EDITION))
        return out[:n]

    def _mistaken(self, n: int) -> list[DraftCase]:
        name = "UNESCO Recommendation on the Ethics of Artificial Intelligence (2021)"
        found = self.of("unesco-ohchr-input-2022")[2:]
        return [DraftCase("mistaken", f"{name}, {s.unit.path}", s.text, V.OTHER_DOCUMENT, BEFORE) for s in found[:n]]

    def _no_such_units(self) -> list[DraftCase]:
        references = ("OECD/LEGAL/0449 (2024), Principle 1.9", "UNESCO para 180", "Article 130 of the AI Act",
                      "NIST AI 100-1, GOVERN 1.9", "CETS 225, Article 48")  # fmt: skip
        out = [DraftCase("no unit", each, "", V.NO_SUCH_UNIT) for each in references]
        return [*out, DraftCase("no edition", "OECD/LEGAL/0449 (2021)", "", V.NO_SUCH_EDITION)]

    def _superseded(self, n: int, skip: int = 0) -> list[DraftCase]:
        rows = self.of("ieee-ead-v1-2016")[skip : skip + n]
        rows = rows or self.of("ep-p9-ta-2024-0138")[skip : skip + n]
        return [DraftCase("superseded", s.reference, "", V.SUPERSEDED_SINCE) for s in rows]

    def _other_pages(self, n: int) -> list[DraftCase]:
        out = []
        for s, label in self._labelled()[:n]:
            out.append(DraftCase("page", s.reference, s.text, V.OTHER_PAGE, BEFORE, f"p. {int(label) + 7}"))
        return out

    def _right_pages(self, n: int) -> list[DraftCase]:
        rows = self._labelled()[20 : 20 + n]
        return [DraftCase("page", s.reference, s.text, V.SAYS_SO, BEFORE, f"p. {label}") for s, label in rows]

    def _labelled(self) -> list[tuple[_Sentence, str]]:
        """Sentences on one page that prints its number."""
        out = []
        for s in self.of("eu-hleg-2019", "nist-ai-100-1-2023"):
            place = self.letters.find(s.text, self.letters.scope_of_unit(s.unit))
            pages = self.library.store.pages(s.unit.doc_id)
            on = [p for p in pages if place and p.start <= place.span.start and place.span.end <= p.end]
            if on and (on[0].label or "").isdigit():
                out.append((s, str(on[0].label)))
        return out

    def _invented(self) -> list[DraftCase]:
        quotes = (
            "Every lamp of the harbour answers to the keeper who has lit it that evening",
            "A ladder against the wall is counted among the tools of the orchard in winter",
            "No kettle shall be left on the stove while its owner walks down to the river",
        )
        references = ("CETS 225, Article 14", "NIST AI 100-1, GOVERN 1.1", "CETS 225, Article 8")
        return [DraftCase("invented", r, q, V.NOWHERE) for r, q in zip(references, quotes, strict=True)]


def _in_turn(wrong: Sequence[DraftCase], right: Sequence[DraftCase]) -> list[DraftCase]:
    """Wrong and right cases mixed evenly."""
    out: list[DraftCase] = []
    for n in range(max(len(wrong), len(right))):
        out += [*wrong[n : n + 1], *right[n : n + 1]]
    return out
