"""Trains and judges ``kb.evaluation.readers.reading``: the words of a paragraph, and of a document, that answer.

It writes ``kb/data/reading.npz``.

Run it as ``python -m benchmarks.training.reading --bench FOLDER``. It prints how many of the h2o questions find all
their strings in the 120 words shown, by document (nothing is trained there), and the answer-span F1 on PolicyQA,
cross-validated by policy with the shipped code on rounded weights. ``--jobs 2`` trains folds side by side."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import nn

from benchmarks.training.background_idf import lines
from kb.evaluation.measures import best_token_f1, holds_all, squad_tokens
from kb.evaluation.readers import reading
from kb.models.encoder import SentenceEncoder
from kb.text.cleaning import clean

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

OUT = Path(__file__).parent.parent.parent / "kb" / "data" / "reading.npz"
FOLDS = 5
EPOCHS = 10
SEEDS = (0,)
"""One network each; two together were no better (`benchmarks/results/reading.md`)."""
BATCH = 24
RATE = 3e-3
LEVELS = 31
"""A weight is rounded to this many steps each side of 0; finer ones change no figure."""


@dataclass(frozen=True, slots=True)
class Case:
    """A question on a paragraph, the inputs of the network, and the F1 of every run of its words."""

    question: str
    text: str
    answers: tuple[str, ...]
    policy: str
    held: Any
    asked: list[int]
    measured: Any
    f1: Any


def cases(bench: Path) -> list[Case]:
    """PolicyQA's reader questions."""
    folder = bench / "policyqa"
    texts = {entry["_id"]: entry["text"] for entry in lines(folder / "corpus.jsonl.gz")}
    out = []
    for row in lines(folder / "reader.jsonl.gz"):
        text = texts[row["paragraph"]]
        words = [m.group() for m in reading._READING_TOKEN.finditer(text)]
        out.append(
            Case(
                row["question"],
                text,
                tuple(row["answers"]),
                row["paragraph"].split("::")[0],
                np.array([reading.bucket(reading.stem(word), reading.TERMS) for word in words]),
                reading.question_buckets(row["question"]),
                reading.measures(row["question"], words),
                f1_of_runs(words, row["answers"]),
            )
        )
    return out


def f1_of_runs(words: Sequence[str], answers: Sequence[str]) -> Any:
    """``(n, n)``: the best F1 of words *i* to *j* over the answers, 0 below the diagonal."""
    plain = [(squad_tokens(word) or [""])[0] for word in words]
    sums = np.concatenate([[0], np.cumsum([bool(word) for word in plain])])
    length = sums[None, 1:] - sums[:-1, None]
    best = np.zeros((len(words), len(words)), np.float32)
    for answer in answers:
        wanted = Counter(word for m in reading._READING_TOKEN.finditer(answer) for word in squad_tokens(m.group()))
        if not wanted:
            continue
        shared = np.zeros_like(best)
        for word, n in wanted.items():
            at = np.concatenate([[0], np.cumsum([w == word for w in plain])])
            if at[-1]:
                shared += np.minimum(at[None, 1:] - at[:-1, None], n)
        best = np.maximum(best, 2 * shared / np.maximum(length + wanted.total(), 1))
    return np.triu(best).astype(np.float16)


class Net(nn.Module):  # type: ignore[misc]
    """Embedded stems and measures, three convolutions that the question steers, one score for each run."""

    def __init__(self, term: int = 32, width: int = 48, about: int = 48, drop: float = 0.3) -> None:
        super().__init__()
        self.te = nn.Embedding(reading.TERMS, term)
        self.qe = nn.EmbeddingBag(reading.ASKED, about, mode="mean")
        nn.init.normal_(self.te.weight, std=0.3)
        nn.init.normal_(self.qe.weight, std=0.3)
        self.inp = nn.Linear(term + reading.MEASURES, width)
        self.conv = nn.ModuleList(nn.Conv1d(width, width, 5, padding=2 * k, dilation=k) for k in reading.DILATIONS)
        self.film = nn.ModuleList(nn.Linear(about, 2 * width) for _ in range(len(reading.DILATIONS) + 1))
        self.glob = nn.Linear(2 * width, width)
        self.out = nn.Linear(width, 3)
        self.bil = nn.Linear(about, width)
        self.len = nn.Parameter(torch.zeros(len(reading.LENGTHS) + 1))
        self.drop = nn.Dropout(drop)

    def forward(self, held: Any, measured: Any, mask: Any, asked: Any, offsets: Any) -> Any:
        """``(b, n, n)`` scores of runs."""
        about = self.drop(self.qe(asked, offsets) * 3)
        m = mask[..., None].float()

        def turned(k: int, x: Any) -> Any:
            scale, shift = self.film[k](about)[:, None].chunk(2, -1)
            return x * (1 + scale) + shift

        x = torch.relu(turned(0, self.inp(torch.cat([self.drop(self.te(held)), measured], -1)))) * m
        for k, conv in enumerate(self.conv):
            y = conv(self.drop(x).transpose(1, 2)).transpose(1, 2)
            x = (x + torch.relu(turned(k + 1, y))) * m
            if k == 1:
                # the blanks of shorter paragraphs are 0, and nothing is below it here
                both = torch.cat([x.max(1)[0], x.sum(1) / m.sum(1)], -1)
                x = x + self.glob(self.drop(both))[:, None]
        first, last, within = self.out(self.drop(x) * (1 + self.bil(about)[:, None])).unbind(-1)
        within = torch.where(mask, within, torch.zeros_like(within)) * 0.3
        sums = within.cumsum(1)
        at = torch.arange(held.shape[1])
        length = torch.bucketize((at - at[:, None]).clamp(min=0) + 1.0, torch.tensor(reading.LENGTHS))
        scores = first[:, :, None] - (sums - within)[:, :, None] + last[:, None, :] + sums[:, None, :]
        allowed = mask[:, :, None] & mask[:, None, :] & (at >= at[:, None])
        return (scores + self.len[length]).masked_fill(~allowed, -1e9)


def batch(part: Sequence[Case]) -> tuple[tuple[Any, ...], Any]:
    """The network's input, and the F1 of runs."""
    n = max(len(c.held) for c in part)
    held, mask = torch.zeros(len(part), n, dtype=torch.long), torch.zeros(len(part), n, dtype=torch.bool)
    measured, f1 = torch.zeros(len(part), n, reading.MEASURES), torch.zeros(len(part), n, n)
    asked: list[int] = []
    offsets = []
    for i, case in enumerate(part):
        k = len(case.held)
        held[i, :k], mask[i, :k] = torch.from_numpy(case.held), True
        measured[i, :k], f1[i, :k, :k] = torch.from_numpy(case.measured), torch.from_numpy(case.f1.astype(np.float32))
        offsets.append(len(asked))
        asked += case.asked
    return (held, measured, mask, torch.tensor(asked), torch.tensor(offsets)), f1


def train(part: Sequence[Case], seed: int) -> dict[str, Any]:
    """The weights, rounded to whole numbers, with scales: maximises the expected F1 of the run it would draw.

    At first also the likelihood of the best runs, which gives a slope where the expected F1 is near 0.
    """
    torch.manual_seed(seed)
    random = np.random.default_rng(seed)
    net = Net()
    optimizer = torch.optim.AdamW(net.parameters(), lr=RATE, weight_decay=1e-4)
    total = EPOCHS * (len(part) // BATCH + 9)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, RATE, total_steps=total)
    for epoch in range(EPOCHS):
        net.train()
        order = random.permutation(len(part))
        for at in range(0, len(order), BATCH * 8):  # alike in length together: less is spent on blanks
            near = sorted(order[at : at + BATCH * 8], key=lambda i: len(part[i].held))
            for b in range(0, len(near), BATCH):
                given, f1 = batch([part[i] for i in near[b : b + BATCH]])
                log = torch.log_softmax(net(*given).flatten(1), 1)
                f1 = f1.flatten(1)
                sharp = f1**8
                sharp = sharp / sharp.sum(1, keepdim=True).clamp(min=1e-6)
                likelihood = (sharp * log.clamp(min=-50)).sum(1)
                expected = (log.exp() * f1).sum(1)
                loss = -(0.15 * (1 - epoch / EPOCHS) * likelihood + torch.log(expected + 0.02)).mean()
                optimizer.zero_grad()
                loss.backward()
                nn.utils.clip_grad_norm_(net.parameters(), 1.0)
                optimizer.step()
                schedule.step()
    return rounded(net.state_dict(), part)


def rounded(weights: Mapping[str, Any], part: Sequence[Case]) -> dict[str, Any]:
    """Whole numbers and scales. A row that training never used is 0: a word not seen says nothing."""
    used = {"te.weight": {int(b) for c in part for b in c.held}, "qe.weight": {b for c in part for b in c.asked}}
    out: dict[str, Any] = {}
    for name, tensor in weights.items():
        values = tensor.numpy().copy()
        if name in used:
            values[[row for row in range(len(values)) if row not in used[name]]] = 0
        levels = LEVELS if values.ndim > 1 else 32_000
        scale = (np.abs(values).max(axis=-1, keepdims=True) if name in used else np.abs(values).max()) / levels
        scale = np.maximum(scale, 1e-9).astype(np.float32)
        out[name] = np.rint(values / scale).astype(np.int8 if values.ndim > 1 else np.int16)
        out[f"{name}.scale"] = scale
    return out


def packed(nets: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The arrays of the file."""
    return {f"{i}:{name}": value for i, net in enumerate(nets) for name, value in net.items()} | {
        "nets": np.array(len(nets))
    }


def folds(all_cases: Sequence[Case]) -> list[int]:
    """Each case's fold; a policy is in one, and the folds are about alike in size."""
    counts = Counter(case.policy for case in all_cases)
    sizes = [0] * FOLDS
    of = {}
    for policy in sorted(sorted(counts), key=lambda p: -counts[p]):
        of[policy] = int(np.argmin(sizes))
        sizes[of[policy]] += counts[policy]
    return [of[case.policy] for case in all_cases]


def held_out(all_cases: Sequence[Case], fold: int) -> list[tuple[float, ...]]:
    """F1 of the fold's questions: of each number of networks together, by the shipped code."""
    torch.set_num_threads(1)
    of = folds(all_cases)
    part = [case for case, f in zip(all_cases, of, strict=True) if f != fold]
    nets = [train(part, seed) for seed in SEEDS]
    scores = []
    for n in range(1, len(nets) + 1):
        stored = packed(nets[:n])
        reading.arrays = lambda _name, stored=stored: stored  # type: ignore[misc]
        reading._nets.cache_clear()
        row = []
        for case, f in zip(all_cases, of, strict=True):
            if f == fold:
                start, end = reading.span(case.question, case.text)
                row.append(best_token_f1(case.text[start:end], case.answers))
        scores.append(row)
    return list(zip(*scores, strict=True))


def shown(bench: Path, encoder: SentenceEncoder | None, vectors: Path | None) -> dict[str, list[bool]]:
    """For each document of h2o, whether the words shown hold all strings of each question.

    :param vectors: file that keeps the vectors of the pages' pieces.
    """
    folder = bench / "h2o-token-presence"
    pages: dict[str, list[str]] = {}
    for entry in lines(folder / "corpus.jsonl.gz"):
        pages.setdefault(entry["metadata"]["doc"], []).append(clean(entry["text"])[0])
    places = [(name, n, a, b) for name in pages for n, page in enumerate(pages[name]) for a, b in reading.pieces(page)]
    rows: Any = None
    if encoder is not None:
        if vectors is not None and vectors.is_file():
            rows = np.load(vectors)
        else:
            rows = encoder.encode_passages([pages[name][n][a:b] for name, n, a, b in places])
            if vectors is not None:
                np.save(vectors, rows)
    out: dict[str, list[bool]] = {name: [] for name in pages}
    for row in lines(folder / "queries.jsonl.gz"):
        name = row["metadata"]["doc"]
        senses: list[reading.Sense] = []
        if encoder is not None:
            cosines = rows @ encoder.encode_query(row["text"])
            senses = [
                reading.Sense(n, a, b, float(c)) for (d, n, a, b), c in zip(places, cosines, strict=True) if d == name
            ]
        found = reading.window(row["text"], pages[name], senses)
        words = " ".join(pages[name][s.page][s.start : s.end] for s in found)
        out[name].append(holds_all(words, row["tokens"], reading.WINDOW_WORDS))
    return out


def line(name: str, scores: Sequence[Any]) -> str:
    """A row of the table."""
    return f"| {name} | {len(scores)} | " + " | ".join(f"{x:.3f}" for x in np.mean(scores, axis=0)) + " |"


def main() -> int:
    """Prints the tables and writes the weights."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bench", type=Path, required=True, help="folder of the development sets")
    parser.add_argument("--jobs", type=int, default=1, help="processes")
    parser.add_argument("--fold", type=int, action="append", help="only this fold, and write nothing")
    parser.add_argument("--cache", type=Path, default=Path(".cache"), help="folder for the converted encoder")
    parser.add_argument("--vectors", type=Path, help="file that keeps the pages' vectors")
    parser.add_argument("--only-shown", action="store_true", help="only the words shown of a document")
    given = parser.parse_args()
    torch.set_num_threads(1)
    print("\nh2o, all strings in the 120 words shown\n")
    print("| document | questions | words | words and e5 |")
    print("| --- | --: | --: | --: |")
    by_words = shown(given.bench, None, None)
    by_sense = shown(given.bench, SentenceEncoder("e5", cache=given.cache), given.vectors)
    for name in by_words:
        print(f"| {name} | {len(by_words[name])} | {np.mean(by_words[name]):.3f} | {np.mean(by_sense[name]):.3f} |")
    every = [np.concatenate(list(held.values())) for held in (by_words, by_sense)]
    print(f"| all | {len(every[0])} | {every[0].mean():.3f} | {every[1].mean():.3f} |", flush=True)
    if given.only_shown:
        return 0
    all_cases = cases(given.bench)
    print("\nPolicyQA, answer-span F1 on policies not trained on\n", flush=True)
    print("| fold | questions | " + " | ".join(f"{n + 1} networks" for n in range(len(SEEDS))) + " |")
    print("| --- | --: |" + " --: |" * len(SEEDS), flush=True)
    together = []
    which = given.fold if given.fold is not None else range(FOLDS)
    with ProcessPoolExecutor(given.jobs) as pool:
        for fold, scores in zip(which, pool.map(partial(held_out, all_cases), which), strict=True):
            together += scores
            print(
                f"| {fold} | {len(scores)} | " + " | ".join(f"{x:.3f}" for x in np.mean(scores, axis=0)) + " |",
                flush=True,
            )
    print(line("all", together), flush=True)
    if given.fold is not None:
        return 0
    np.savez_compressed(OUT, **packed([train(all_cases, seed) for seed in SEEDS]))
    print(f"\n{OUT.name}: {OUT.stat().st_size:,} bytes\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
