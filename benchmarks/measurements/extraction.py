"""Measures how well PDFs are read, with a bound for each figure.

``python -m benchmarks.measurements.extraction [--documents DIR] [--only NAME …] [--bars abcde] [--list N]``

The witnesses are poppler's ``pdftotext`` (order, words, word boxes) and pypdf (speed); the printed page numbers were
read by eye (``benchmarks/data/printed_pages.tsv``). Everything sampled is sampled with a fixed seed.
"""

from __future__ import annotations

import argparse
import csv
import itertools
import random
import re
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.parse import Parsed, Task, parse_file
from ingest.readers.pdf import read_pdf
from kb import pdf
from kb.boxes import Rect
from kb.files import file_sha256
from kb.text.cleaning import clean, fold, readable
from kb.text.locators import page_at, raw_ranges
from kb.text.sentences import sentences
from kb.types import SOFT_HYPHEN, Page

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parent.parent.parent
DOCUMENTS = ROOT.parent / "shared" / "documents"
PRINTED = Path(__file__).parent.parent / "data" / "printed_pages.tsv"
HYPHENS = Path(__file__).parent.parent / "data" / "hyphens.tsv"
SEED = 3
N_SENTENCES = 2000
N_RECTS = 500
Quote = tuple["Read", int, int]


def poppler(*arguments: str) -> str:
    """The standard output of ``pdftotext``."""
    return subprocess.run(["pdftotext", *arguments, "-"], check=True, capture_output=True).stdout.decode(
        "utf-8", "replace"
    )


@dataclass
class Read:
    """A PDF as the project reads it, and as the witnesses do."""

    path: Path
    name: str
    parsed: Parsed

    @cached_property
    def text(self) -> str:
        return self.parsed.layout.text

    @property
    def pages(self) -> tuple[Page, ...]:
        return self.parsed.layout.pages

    @cached_property
    def raw(self) -> list[str]:
        """The raw text of every page, line-end hyphens undecided."""
        with pdf.open_pdf(self.path) as document:
            return [pdf.read_page(document, page.index).text for page in self.pages]

    @cached_property
    def modes(self) -> dict[str, list[str]]:
        """Page texts by each of pdftotext's three orders, folded."""
        out = {}
        for mode, flag in (("reading", ()), ("raw", ("-raw",)), ("layout", ("-layout",))):
            out[mode] = [fold(page) for page in poppler(*flag, str(self.path)).split("\f")]
        return out

    @cached_property
    def plain(self) -> list[str]:
        """Page texts by pdftotext in the order of the content stream."""
        return poppler("-raw", str(self.path)).split("\f")

    @cached_property
    def clean(self) -> tuple[str, list[int]]:
        """Clean text of the whole document, and where each character came from."""
        return clean(self.text)

    @cached_property
    def words(self) -> dict[int, list[tuple[float, float, float, float, str]]]:
        """pdftotext's word boxes by page, in page fractions from the top left."""
        data = poppler("-bbox", "-cropbox", str(self.path))
        data = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", " ", data)
        pages: dict[int, list[tuple[float, float, float, float, str]]] = {}
        space = "{http://www.w3.org/1999/xhtml}"
        for n, page in enumerate(ET.fromstring(data).iter(f"{space}page"), 1):
            width, height = float(page.get("width", 1)), float(page.get("height", 1))
            pages[n] = [
                (
                    float(w.get("xMin", 0)) / width,
                    float(w.get("yMin", 0)) / height,
                    float(w.get("xMax", 0)) / width,
                    float(w.get("yMax", 0)) / height,
                    w.text or "",
                )
                for w in page.iter(f"{space}word")
            ]
        return pages

    @cached_property
    def sizes(self) -> list[tuple[float, float]]:
        """Displayed width and height of every page in points."""
        with pdf.open_pdf(self.path) as document:
            return [document.get_page_size(i) for i in range(len(document))]

    def quotes(self) -> list[tuple[int, int]]:
        """Document ranges of the sentences that a citation may quote."""
        words, origin = self.clean
        out = []
        for a, b in sentences(words):
            text = words[a:b]
            if len(text) >= 25 and len(text.split()) >= 4 and sum(map(str.isalpha, text)) >= 0.5 * len(text):
                out.append((origin[a], origin[b - 1] + 1))
        return out

    def pieces(self, start: int, end: int) -> list[tuple[Page, int, int, str]]:
        """The quote's parts: page, raw range, document text there."""
        out = []
        for page in self.pages[page_at(self.pages, start).index - 1 : page_at(self.pages, end - 1).index]:
            at = max(page.start, start)
            for a, b in raw_ranges(page, start, end):
                out.append((page, a, b, self.text[at : at + b - a]))
                at += b - a
        return out


def sample(reads: list[Read], n: int, rng: random.Random) -> list[Quote]:
    """``n`` quotes, the same number from every document as far as it has them."""
    pools = {r.name: [(r, a, b) for a, b in r.quotes()] for r in reads}
    for pool in pools.values():
        rng.shuffle(pool)
    out: list[Quote] = []
    left = sorted(pools.values(), key=len)
    for i, pool in enumerate(left):
        out += pool[: (n - len(out)) // (len(left) - i)]
    return out


# --- (a) quotes against pdftotext


def check_quotes(quotes: list[Quote], most: int) -> None:
    """Prints how many quotes are slices and how many pdftotext shows on the same page, with the misses by reason."""
    slices = found = elsewhere = 0
    reasons: Counter[str] = Counter()
    listed: list[str] = []
    modes: Counter[str] = Counter()
    for read, start, end in quotes:
        pieces = read.pieces(start, end)
        joined = "".join(read.raw[p.index - 1][a:b] for p, a, b, _ in pieces)
        there = "".join(t for *_, t in pieces)
        same = joined.replace(SOFT_HYPHEN, "-") == there.replace(SOFT_HYPHEN, "-")
        whole = there == read.text[start:end].replace("\f", "")
        slices += same and whole and bool(readable(read.text[start:end]))
        for mode, pages in read.modes.items():
            modes[mode] += all(fold(t) in pages[p.index - 1] for p, _, _, t in pieces)
        if all(fold(t) in read.modes["reading"][p.index - 1] for p, _, _, t in pieces):
            found += 1
            continue
        if all(any(fold(t) in pages[p.index - 1] for pages in read.modes.values()) for p, _, _, t in pieces):
            elsewhere += 1
            reason = "order: pdftotext's reading order differs, its other order agrees"
        else:
            reason = _reason(read, pieces)
        reasons[reason] += 1
        listed.append(f"    {read.name} p.{pieces[0][0].index} [{start}:{end}] {reason}")
    n = len(quotes)
    print(f"(a) {n} random sentences: slices {slices} ({slices / n:.2%})")
    print(
        f"    on the same page by pdftotext: reading order {found} ({found / n:.2%}), "
        f"with -raw or -layout {found + elsewhere} ({(found + elsewhere) / n:.2%}); bar 99 %"
    )
    print("    by one order alone: " + ", ".join(f"{mode} {k / n:.2%}" for mode, k in modes.items()))
    for reason, k in reasons.most_common():
        print(f"    {k:4d} {reason}")
    print("\n".join(listed[:most]))


def _reason(read: Read, pieces: list[tuple[Page, int, int, str]]) -> str:
    for page, _, _, text in pieces:
        there = read.modes["raw"][page.index - 1]
        if fold(text) in there:
            continue
        letters = "".join(c for c in fold(text) if c.isalnum())
        if any(letters in "".join(c for c in p[page.index - 1] if c.isalnum()) for p in read.modes.values()):
            return "sign: letters agree, another sign does not"
        bag = Counter(fold(w) for w in read.plain[page.index - 1].split())
        words = Counter(fold(w) for w in readable(text).split())
        missing = [w for w in words - bag if w not in there]
        if not missing:
            return "order: every word is there, in another order"
        if all(len(w) < 4 or w.strip("()").isdigit() for w in missing):
            return "mark: a raised mark stands elsewhere"
        return f"words: {len(missing)} of {sum(words.values())} not there"
    return "other"


# --- (b) rectangles read back


def rects_of(document: object, read: Read, start: int, end: int) -> list[tuple[int, Rect]]:
    """Boxes of a quote over its pages, complete or none, as the base makes them."""
    out: list[tuple[int, Rect]] = []
    for page, pieces in itertools.groupby(read.pieces(start, end), key=lambda piece: piece[0]):
        parts = list(pieces)
        text = "".join(part[3] for part in parts)
        boxes = pdf.quote_rects(document, page.index, [(a, b) for _, a, b, _ in parts], text)
        if not boxes and text.strip():
            return []
        out += [(page.index, box) for box in boxes]
    return out


def check_rects(quotes: list[Quote], most: int) -> None:
    """Prints how many highlights pdftotext reads back as exactly the quote."""
    exact = by_crop = unmarked = 0
    wrong: list[str] = []
    by_read: defaultdict[str, list[Quote]] = defaultdict(list)
    for quote in quotes:
        by_read[quote[0].name].append(quote)
    for group in by_read.values():
        read = group[0][0]
        with pdf.open_pdf(read.path) as document:
            for _, start, end in group:
                rects = rects_of(document, read, start, end)
                wanted = _letters("".join(t for *_, t in read.pieces(start, end)))
                if not rects:
                    unmarked += 1
                    wrong.append(f"    {read.name} [{start}:{end}] unmarked")
                elif _letters(_by_words(read, rects)) == wanted:
                    exact += 1
                elif _letters(_by_crop(read, rects)) == wanted:
                    exact += 1
                    by_crop += 1
                else:
                    got = _letters(_by_crop(read, rects))
                    pairs = enumerate(zip(got, wanted, strict=False))
                    i = next((i for i, (x, y) in pairs if x != y), min(len(got), len(wanted)))
                    wrong.append(
                        f"    {read.name} p.{rects[0][0]} [{start}:{end}] reads back otherwise at {i}/{len(wanted)}: "
                        f"{got[i : i + 12]!r} for {wanted[i : i + 12]!r}"
                    )
    n = len(quotes)
    bad = len(wrong) - unmarked
    print(f"(b) {n} random quotes: boxes read back as exactly the quote {exact} ({exact / n:.2%}; {by_crop} by crop),")
    print(f"    unmarked {unmarked}, otherwise {bad}; bar 99 % and none wrong")
    print("\n".join(wrong[:most]))


def reads_back(read: Read, start: int, end: int) -> str:
    """Whether pdftotext reads back "exact" the quote from its highlight, something "otherwise", or it is "unmarked"."""
    with pdf.open_pdf(read.path) as document:
        rects = rects_of(document, read, start, end)
    if not rects:
        return "unmarked"
    wanted = _letters("".join(text for *_, text in read.pieces(start, end)))
    same = _letters(_by_words(read, rects)) == wanted or _letters(_by_crop(read, rects)) == wanted
    return "exact" if same else "otherwise"


def _letters(text: str) -> str:
    return "".join(c for c in fold(text) if c.isalnum())


def _by_words(read: Read, rects: list[tuple[int, Rect]]) -> str:
    """The words whose middle lies in the boxes, box by box from left to right."""
    out: list[str] = []
    for page, (x0, y0, x1, y1) in rects:
        inside = [w for w in read.words[page] if x0 <= (w[0] + w[2]) / 2 <= x1 and y0 <= (w[1] + w[3]) / 2 <= y1]
        out += [w[4] for w in sorted(inside)]
    return " ".join(out)


def _by_crop(read: Read, rects: list[tuple[int, Rect]]) -> str:
    """The characters pdftotext finds when it reads each box alone, at 10 units a point."""
    out: list[str] = []
    for page, (x0, y0, x1, y1) in rects:
        width, height = (10 * v for v in read.sizes[page - 1])
        drop = (y1 - y0) / 3  # pdftotext goes by base lines: those of the line above stay out
        box = (x0 * width, (y0 + drop) * height, (x1 - x0) * width, (y1 - y0 - drop) * height)
        x, y, w, h = (str(round(v)) for v in box)
        out.append(
            poppler(
                "-raw",
                "-cropbox",
                "-r",
                "720",
                "-f",
                str(page),
                "-l",
                str(page),
                "-x",
                x,
                "-y",
                y,
                "-W",
                w,
                "-H",
                h,
                str(read.path),
            )
        )
    return " ".join(out)


# --- (c) residues in clean text

_WATERMARK = re.compile(
    r"Authorized licensed use limited|Downloaded on .{0,60}IEEE Xplore|Restrictions apply\.", re.IGNORECASE
)
_TOKEN = re.compile(r"[^\W\d_]+")


def check_residues(reads: list[Read], most: int) -> None:
    """Prints what extraction left broken in clean text, document by document and in all."""
    total: Counter[str] = Counter()
    listed: list[str] = []
    general: Counter[str] = Counter()
    for read in reads:
        for page in read.plain:
            general.update(w.casefold() for w in _TOKEN.findall(re.sub(r"\S+-\n\S+", " ", page)))
    for read in reads:
        words, _ = read.clean
        n = Counter(
            torn=len(_torn(words, general, listed, read.name)),
            ligatures=sum(0xFB00 <= ord(c) <= 0xFB06 for c in words),
            soft_hyphens=sum(c in "\x02\xad\ufffe" for c in words),
            private_use=sum(0xE000 <= ord(c) <= 0xF8FF for c in words),
            watermark=len(_WATERMARK.findall(words)),
            letter_spaced=len(re.findall(r"(?:\b\w ){5,}\w\b", words)),
        )
        n["headers_left"], n["headers"] = _headers(read, listed)
        n.update(_hyphens(read, general, listed))
        print(f"(c) {read.name}: " + ", ".join(f"{k} {v}" for k, v in n.items()))
        total.update(n)
    print("(c) all: " + ", ".join(f"{k} {v}" for k, v in total.items()))
    for what, of in (("headers_left", "headers"), ("hyphens_wrong", "hyphens"), ("hyphens_unread", "hyphens")):
        print(f"    {what} {total[what] / max(1, total[of]):.2%} of {total[of]}; bar 1 %")
    print("\n".join(listed[:most]))


def _torn(words: str, general: Counter[str], listed: list[str], name: str) -> list[str]:
    """A letter or two, a blank, and a rest that is no word alone but one with them."""
    out = []
    for m in re.finditer(r"\b([^\W\d_]{1,2}) ([^\W\d_]{3,})\b", words):
        a, b = m.group(1).casefold(), m.group(2).casefold()
        if general[b] <= 1 and general[a + b] > 2 * general[b] and (len(a) == 1 or general[a] < general[a + b]):
            out.append(m.group())
            listed.append(f"    {name}: torn? {m.group()!r}")
    return out


def _headers(read: Read, listed: list[str]) -> tuple[int, int]:
    """Recurring first and last lines by pdftotext's reading: how many are left in clean text as lines, of how many."""
    edges: defaultdict[str, list[int]] = defaultdict(list)
    for n, page in enumerate(poppler("-layout", str(read.path)).split("\f"), 1):
        lines = [re.sub(r"\s+", " ", line).strip() for line in page.splitlines() if line.strip()]
        for line in {*lines[:2], *lines[-2:]}:
            if sum(map(str.isalpha, line)) > 3 and not re.match(r"\(?\d+[).]|Article|\(?[a-z]\)", line):
                edges[re.sub(r"\d+", "#", fold(line))].append(n)
    left = n_all = 0
    body = defaultdict(list)
    for line in read.parsed.layout.lines:
        body[line.page].append(re.sub(r"\d+", "#", fold(read.parsed.layout.line_text(line))))
    for key, pages in edges.items():
        runs = sum(b - a <= 2 for a, b in itertools.pairwise(pages))
        if len(pages) < 4 or runs < 0.6 * (len(pages) - 1):
            continue
        n_all += len(pages)
        still = [p for p in pages if key in body[p]]
        left += len(still)
        if still:
            listed.append(
                f"    {read.name}: running line left on {len(still)} of {len(pages)} pages: {still[:6]} {key[:40]!r}"
            )
    return left, n_all


def _hyphens(read: Read, general: Counter[str], listed: list[str]) -> Counter[str]:
    """Line-end hyphens: all, decided wrongly, and those nobody has read.

    Right by the witnesses: closed where pdftotext shows the closed word inside a line somewhere, kept where it shows
    both halves as words and never the closed one. The rest was read by eye: ``benchmarks/data/hyphens.tsv``.
    """
    by_eye = dict(_by_eye())
    own = Counter(w.casefold() for page in read.plain for w in _TOKEN.findall(re.sub(r"\S+-\n\S+", " ", page)))
    n: Counter[str] = Counter(hyphens=0, hyphens_wrong=0, hyphens_unread=0)
    for page, raw in zip(read.pages, read.raw, strict=True):
        left = {n for _, start, length in page.segments for n in range(start, start + length)}
        for m in re.finditer(rf"(\w+){SOFT_HYPHEN}\s*(\w+)", raw):
            kept = m.end(1) in left
            if m.end(1) - 1 in left:
                n["hyphens"] += 1
                a, b = m.group(1).casefold(), m.group(2).casefold()
                pair = f"{a}|{b}"
                if not kept and own[a + b]:
                    fine = True  # the document writes it so, wherever else it may not
                elif pair in by_eye:
                    fine = by_eye[pair] == ("keep" if kept else "close")
                elif kept:
                    fine = (general[a] > 1 and general[b] > 1 and not general[a + b]) or b.isdigit() or a.isdigit()
                else:
                    fine = general[a + b] > 0
                if not fine:
                    n["hyphens_wrong" if pair in by_eye else "hyphens_unread"] += 1
                    listed.append(f"    {read.name} p.{page.index}: hyphen {'kept' if kept else 'closed'}: {pair}")
    return n


def _by_eye() -> list[tuple[str, str]]:
    """Halves of broken words whose right form was read by eye: ``left|right`` and ``keep`` or ``close``."""
    if not HYPHENS.is_file():
        return []
    rows = [line.split("\t") for line in HYPHENS.read_text("utf-8").splitlines() if line and not line.startswith("#")]
    return [(row[0], row[1]) for row in rows]


# --- (d) speed, (e) printed pages


def check_speed(paths: list[Path]) -> None:
    """Prints the time of text, units and locators against plain pypdf text extraction, in one process, one run."""
    import pypdf

    parse_file(Task(paths[-1], ""))  # imports and catalog are no part of the comparison

    def cpu(work: Callable[[Path], object]) -> float:
        began = time.process_time()  # what other programs on the machine do is not counted
        for path in paths:
            work(path)
        return time.process_time() - began

    n_pages = 0

    def ours(path: Path) -> None:
        nonlocal n_pages
        n_pages += len(parse_file(Task(path, file_sha256(path))).layout.pages)

    def theirs(path: Path) -> None:
        for page in pypdf.PdfReader(path).pages:
            page.extract_text()

    whole, reading, plain = cpu(ours), cpu(read_pdf), cpu(theirs)
    print(
        f"(d) {n_pages} pages, one process: text, units and locators {whole:.2f} s of CPU = "
        f"{n_pages / whole:.0f} pages/s (reading alone {reading:.2f} s);"
    )
    print(f"    pypdf text alone {plain:.2f} s; ratio {plain / whole:.1f}; bar > 1 and 300 pages/s")


def check_printed(reads: list[Read], folder: Path, most: int) -> None:
    """Prints how many page labels equal the number read by eye."""
    by_path = {str(read.path.relative_to(folder)): read for read in reads}
    right = n = 0
    listed = []
    with PRINTED.open(encoding="utf-8") as file:
        for row in csv.DictReader((line for line in file if not line.startswith("#")), delimiter="\t"):
            read = by_path.get(row["document"])
            if read is None:
                continue
            n += 1
            label = read.pages[int(row["pdf_page"]) - 1].label or "-"
            right += label == row["printed"]
            if label != row["printed"]:
                listed.append(f"    {read.name} p.{row['pdf_page']}: printed {row['printed']}, found {label}")
    print(f"(e) printed pages: {right} of {n} as read by eye; bar all")
    print("\n".join(listed[:most]))


def main() -> None:
    """Prints the bars asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--documents", type=Path, default=DOCUMENTS, help="folder with the PDFs")
    parser.add_argument("--only", nargs="*", default=[], help="only files whose name holds one of these words")
    parser.add_argument("--bars", default="abcde", help="which of a b c d e")
    parser.add_argument("--list", type=int, default=60, help="at most so many single cases under each bar")
    args = parser.parse_args()
    paths = sorted(p for p in args.documents.rglob("*.pdf") if not args.only or any(w in p.name for w in args.only))
    if not paths:
        sys.exit(f"no PDF under {args.documents}")
    reads = [Read(p, p.stem[:24], parse_file(Task(p, file_sha256(p)))) for p in paths]
    print(f"{len(reads)} PDFs, {sum(len(r.pages) for r in reads)} pages, seed {SEED}")
    rng = random.Random(SEED)
    if "a" in args.bars:
        check_quotes(sample(reads, N_SENTENCES, rng), args.list)
    if "b" in args.bars:
        check_rects(sample(reads, N_RECTS, rng), args.list)
    if "c" in args.bars:
        check_residues(reads, args.list)
    if "e" in args.bars:
        check_printed(reads, args.documents, args.list)
    if "d" in args.bars:
        check_speed(paths)


if __name__ == "__main__":
    main()
