"""Makes index terms of Korean words: stems and character bigrams, or morphemes by ``kiwipiepy`` (its only importer).

A Korean word carries particles and endings ("책임성을", "책임성이"), so whole words seldom match. Stripping known
endings and comparing character bigrams retrieves about as well as Kiwi's morphemes, without a model. Kiwi takes seconds
to load and 0.5 GB; it is used only if the setting ``korean`` says so, and is loaded for the first text with Hangul. An
index records its analyser, and questions to the index are analysed by the same one.
"""

from __future__ import annotations

import importlib.util
import threading
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Protocol

from kb.errors import ConfigError, IndexFolderError
from kb.release import version_of
from kb.text.lazy_patterns import lazy
from kb.types import notice

if TYPE_CHECKING:
    from collections.abc import Sequence

KIWI_PACKAGE = "kiwipiepy"
HOW_TO_GET_KIWI = "pip install kiwipiepy"
"""How to get what the setting ``korean = "kiwi"`` needs."""

HANGUL = lazy(r"[가-힣]+")
_KEPT = lazy(r"NN[GP]|NR|XR|V[VA]|MAG|SL|SH|SN|W_SERIAL")
"""Tags of Sejong: nouns, numerals, roots, verb and adjective stems, adverbs, foreign and Chinese words, numbers."""

_WEAK_WORDS = frozenset(
    """무엇 무슨 어떤 어떻게 어느 어디 누구 누가 언제 왜 얼마 다음 중에 어떠한 대한 대해 대하여 위한 위해 위하여
    따른 따라 따르면 통한 통해 관한 관해 관하여 있는 있다 있습니 있습니까 없는 없다 하는 한다 합니까 합니다
    하나요 되는 된다 됩니까 됩니다 되나요 그리고 그러나 또한 및 등 또는 수 것 것은 것이 것을 이 그 저 때 더
    가장 아닌 아니""".split()
)
"""Words that ask or join, before and after their endings are cut."""

_WEAK = frozenset(
    "하 되 있 없 않 이 그 저 것 수 등 때 및 또는 따르 대하 위하 관하 통하 의하 어떻 무엇 어떤 어느".split()
)
"""Words that every text has, and words that only mark a question."""


PARTICLES = tuple(
    sorted(
        """은 는 이 가 을 를 의 에 에서 에게 께 으로 로 와 과 랑 도 만 까지 부터 보다 처럼 마다 조차 이라도 라도
        이나 나 이며 며 이든 든지 이란 란 이라는 라는 이라고 라고 이라면 라면 으로서 로서 으로써 로써 에는
        에서는 에게는 으로는 로는 에도 에서도 에의 에서의 으로의 로의 와의 과의 에게서 뿐 밖에 들 들이 들은
        들을 들의 들에 들에게 적 적인 적으로 적이고 이다 이고 이지 인 인지 인가 인가요 입니다 입니까 이었다
        이었습니다 였다 였습니다 인데 임 이어야 여야 까요 나요""".split(),
        key=lambda p: (-len(p), p),
    )
)
"""Particles and the copula, longest first; plural 들 and adjectival 적 go with them."""
_PARTICLE_SET, _LONGEST_PARTICLE = frozenset(PARTICLES), max(map(len, PARTICLES))

ONLY_ASKS = lazy(
    r"(?<![가-힣])(?:(?:있|없|하|되|됩|합|인|일|될|할|받|주)(?:나요|는지요?|습니까|니까|을까요|까요|는가요?|죠|지요|가요)"
    r"|해야|하여야|할|하려면|되려면|[가-힣]으?려면|몇|며칠|있어야|않아도|않으면|하지|되지|해도"
    r"|얼마 ?동안(?:인가요|입니까|이죠|일까요)?"
    r"|(?:경우|때)(?:는|가|에는|에|이)?(?= ?(?:언제|무엇|어떤|있|는 ))|(?<=어떤 )(?:경우|때)에?)(?![가-힣])"
    r"|(?<![가-힣])[가-힣]{1,2}(?:니까|나요|까요|는가|는지|은가요?)(?=\W*(?:\([^()]*\)\W*)?$)"
    r"|(?<![가-힣])(?:몇 ?)?(?:개|명|인|가지|곳|번|회|차례|개월|년|월|일|주|시간|분|세|살|건|쪽|얼마|누구|무엇"
    r"|언제|어디)(?:인가요?|인지요?|입니까|이에요|예요|이죠|일까요?|이나 되나요)(?![가-힣])"
    r"|(?<=[A-Za-z)\]”’\"'])(?:" + "|".join(PARTICLES) + ")(?![가-힣])"
)
"""What only asks in a Korean question: words that do, auxiliary verbs, a last verb of one or two syllables with an
ending that asks ("말합니까"), what is counted with one ("몇 명인가요"), particles behind a word in other letters
("NIST에서"). Hardly a text has them, so that they would count as the rarest words of a question."""

_PREDICATE = lazy(
    r"(?P<stem>[가-힣]{2,}?)(?:시키|시켜|시킨|시킬|당하|당한|하|해|했|한|할|함|합|되|돼|됐|된|될|됨|됩|받는|받은|받을|스러운)[가-힣]{0,4}"
)
"""A noun made a verb: 보호하여야, 보호됩니까, 보호해야."""

_NOUN_TAIL = lazy(
    "(?:상|내|간|별|측|중|시)?(?:" + "|".join(PARTICLES) + "){0,3}"
    r"|(?:들)?(?:시키|시켜|시킨|시킬|당하|당한|하|해|했|한|할|함|합|되|돼|됐|된|될|됨|됩|있|없|받|지)[가-힣]{0,4}"
)


def telling_words(question: str) -> list[str]:
    """The Korean words of a question, as written, that neither join nor only ask, in their order."""
    return [word for word in HANGUL.findall(ONLY_ASKS.sub(" ", question)) if stem_of(word) not in _WEAK_WORDS]


class Analyser(Protocol):
    """Tokenises Korean text."""

    @property
    def name(self) -> str:
        """The analyser's name for the manifest, because texts and questions must be tokenised alike."""
        ...

    def terms(self, texts: Sequence[str]) -> list[list[str]]:
        """For each text its index terms in order, of the Korean words alone."""
        ...


class Stems:
    """The default analyser: each word without its particles and endings, and its character bigrams."""

    name = "stems-1"

    def terms(self, texts: Sequence[str]) -> list[list[str]]:
        """For each text its index terms in order: every stem followed by its pairs of characters."""
        out: list[list[str]] = []
        for text in texts:
            stems = [stem for word in HANGUL.findall(text) if (stem := stem_of(word)) not in _WEAK_WORDS]
            out.append([t for stem in stems for t in (stem, *bigrams(stem))])
        return out


def bigrams(word: str) -> list[str]:
    """Pairs of neighbouring characters; the word itself where it has fewer than two."""
    return [word[i : i + 2] for i in range(len(word) - 1)] or [word]


def stem_of(word: str) -> str:
    """A word without the particles and endings it carries; two syllables at least stay."""
    for _ in range(2):  # particles come in chains of two: 에서 + 는, 들 + 의
        longest = min(_LONGEST_PARTICLE, len(word) - 2)
        cut = next((n for n in range(longest, 0, -1) if word[-n:] in _PARTICLE_SET), 0)
        if not cut:
            break
        word = word[:-cut]
    found = _PREDICATE.match(word)
    return found["stem"] if found else word


_FIRST, _VOWELS, _FINALS = 0xAC00, 21, 28
_A, _O, _WA, _U, _WO, _EU, _I, _EO, _YEO = 0, 8, 9, 13, 14, 18, 20, 4, 6
"""Vowels by their place in a syllable's code."""
_CONTRACTED_VOWELS = {_O: _WA, _U: _WO, _EU: _EO, _I: _YEO}
"""The last vowel of a stem with the ending 아 or 어: 보 → 봐, 멈추 → 멈춰, 크 → 커, 알리 → 알려."""
_N, _L, _M, _B, _SS = 4, 8, 16, 17, 20
"""Final consonants that endings put under a stem's last vowel: 알린, 알릴, 알림, 알립니다, 알렸다."""
_VERB_ENDINGS = "고 는 는지 지 기 면 며 게 나 니 려 도 던 거 느 다".split()


_OPENED_STEMS = {"하": ("해", "했"), "되": ("돼", "됐")}
"""How the stems of "to do" and "to become" end before endings that begin with a vowel, and in the past."""


def forms_of(word: str) -> tuple[str, ...]:
    """The beginnings that a verb or adjective ("알리다") has when it is inflected, of two syllables at least.

    Irregular stems are taken as regular ones, but for those in 하, 되, 르 and ㅂ (하다 → 해, 모르다 → 몰라, 쉽다 →
    쉬운).
    """
    stem = word[:-1]
    if not stem or not HANGUL.fullmatch(stem):
        return ()
    head, code = stem[:-1], ord(stem[-1]) - _FIRST
    consonant, vowel, final = code // (_VOWELS * _FINALS), code // _FINALS % _VOWELS, code % _FINALS

    def last(vowel: int, final: int = 0) -> str:
        return head + chr(_FIRST + (consonant * _VOWELS + vowel) * _FINALS + final)

    forms = [stem] if len(stem) > 1 else []
    forms += [stem + ending for ending in _VERB_ENDINGS]
    if not final:
        forms += [last(vowel, under) for under in (_N, _L, _M, _B)]
        opened = _CONTRACTED_VOWELS.get(vowel, vowel)
        if vowel == _EU and head and (ord(head[-1]) - _FIRST) // _FINALS % _VOWELS in (_A, _O):  # 모으다 → 모아
            opened = _A
        forms += [last(opened), last(opened, _SS)]
        forms += [last(opened) + ending for ending in ("야", "서", "도", "지", "진", "요")]
    else:
        forms += [stem + ending for ending in ("아", "어", "았", "었", "은", "을", "음", "습", "으")]
        if final == _B:  # 쉽다 → 쉬운, 쉬워
            forms += [last(vowel) + ending for ending in ("운", "워", "울", "웠")]
        if final == _L:  # 만들다 → 만드는, 만든, 만듭니다
            forms += [last(vowel), last(vowel, _N), last(vowel, _B)]
    if (opened_stem := _OPENED_STEMS.get(stem[-1])) is not None:  # 알려야 하다 → 해야; 되다 → 돼야, 됐
        said, past = opened_stem
        forms += [head + past, *(head + said + ending for ending in ("", "야", "서", "도", "지", "진", "요"))]
    if stem[-1] == "르" and head:  # 따르다 → 따라; 다르다 → 달라
        before = ord(head[-1]) - _FIRST
        forms += [f"{head}라", f"{head}랐"]
        if not before % _FINALS:
            forms += [f"{head[:-1]}{chr(_FIRST + before + _L)}{end}" for end in ("라", "랐", "러", "렀")]
    return tuple(dict.fromkeys(form for form in forms if len(form) > 1))


def is_tail(rest: str) -> bool:
    """Whether what follows a noun within a word is particles or endings."""
    return not rest or _NOUN_TAIL.fullmatch(rest) is not None


class Morphemes:
    """Nouns and stems of verbs and adjectives, by Kiwi; parts of a compound noun count beside it."""

    def __init__(self) -> None:
        """Loads nothing yet."""
        self._kiwi: Any = None
        self._lock = threading.Lock()

    @property
    def name(self) -> str:
        """The analyser with its release, which its cuts belong to."""
        return f"{KIWI_PACKAGE}-{version_of(KIWI_PACKAGE)}"

    def terms(self, texts: Sequence[str]) -> list[list[str]]:
        """For each text its index terms in order; Kiwi is not loaded unless one has Hangul."""
        out: list[list[str]] = [[] for _ in texts]
        korean = [i for i, text in enumerate(texts) if HANGUL.search(text)]
        if not korean:
            return out
        with self._lock:  # Kiwi's own threads work on a list; two lists at once gain nothing
            if self._kiwi is None:
                from kiwipiepy import Kiwi

                self._kiwi = Kiwi(num_workers=1)
            for i, tokens in zip(korean, self._kiwi.tokenize([texts[i] for i in korean]), strict=True):
                out[i] = [t.form for t in tokens if _KEPT.match(t.tag) and HANGUL.match(t.form) and t.form not in _WEAK]
        return out


@lru_cache(maxsize=1)
def shared_morphemes() -> Morphemes:
    """The one analyser of this process: loading Kiwi takes seconds."""
    return Morphemes()


def is_installed() -> bool:
    """Whether Kiwi can be imported."""
    return importlib.util.find_spec(KIWI_PACKAGE) is not None


def by_setting(setting: str) -> Analyser:
    """The analyser that a setting asks for: ``stems``, or ``kiwi``.

    :raises ConfigError: it asks for Kiwi, which is not installed.
    """
    if setting == "stems":
        return Stems()
    if not is_installed():
        raise ConfigError(notice("kiwi needed", setting=setting, package=KIWI_PACKAGE, command=HOW_TO_GET_KIWI))
    return shared_morphemes()


def by_name(name: str) -> Analyser:
    """The analyser an index was built with, by its name.

    :raises IndexFolderError: it is not installed, or in another release, whose cuts would not meet those of the index.
    """
    if name == Stems.name:
        return Stems()
    have = shared_morphemes().name if is_installed() else ""
    if have == name:
        return shared_morphemes()
    how = notice("kiwi other", have=have) if have else notice("kiwi absent", command=HOW_TO_GET_KIWI)
    raise IndexFolderError(notice("kiwi of index", name=name, how=how))
