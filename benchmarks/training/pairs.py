"""Trains the reader of pairs (:mod:`kb.models.pair_reader`) and measures it by cross-validation.

    python -m benchmarks.training.pairs --added HOME --bench DIR [--write [--no-folds]]

``--added`` is a home with the documents of the set h2o-token-presence in ``--bench``, which no ranker has seen: a
sentence is as right as it holds the words of the reference answer. Documents fall into three folds of about as many
questions. For each a reader is trained on the other two, by the softmax loss over right sentences and those that the
learned choice puts first beside them. Only these figures speak for the weights that ``--write`` saves, which have seen
all documents.

What the lower layers make of a text is computed once and kept in memory; only the last layers are trained. A fold takes
two to ten minutes of a core.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from benchmarks.training.sentences import AS_GOOD, FOLDS, asked_of_added, base_of
from benchmarks.training.tuning import KINDS
from kb import data
from kb.answering.sentence_choice import read_again, sentence_weights
from kb.models.encoder import SentenceEncoder, best_dtype
from kb.models.pair_reader import HEAD_SCALES, WEIGHTS_OF_READER, PairReader, pair_reader_of
from kb.models.torch_bert import TorchBert

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.training.sentences import SentencesOf

FIRST = 9
"""The first layer in which question and sentence are read together, and that is trained."""
RANK, HIDDEN = 16, 64
CLOSED = -3.0
"""What the gates begin with: there is little attention between question and sentence."""
COSINES = (15.0, 5.0)
"""What the weights of both cosines begin with."""
CANDIDATES = 10
"""Wrong sentences of a question that training draws from: the first by their log odds."""
AT_ONCE, RIGHT = 6, 2
"""Sentences that are drawn of a question, and how many right ones among them at most."""
PASSES, BATCH = 2, 8
RATE, HEAD_RATE, WARM, LEAST = 1e-3, 3e-2, 15, 0.05
"""The rates of the layers, and of the gates and cosines; steps until the full rate, and the share that is left."""
OUT = Path(data.__file__).parent / f"{WEIGHTS_OF_READER}.npz"


@dataclass(slots=True)
class PairsOf:
    """A question with its sentences as token ids, the log odds of the learned choice, and which are right."""

    group: str
    question: tuple[int, ...]
    texts: list[tuple[int, ...]]
    odds: Any
    right: Any


def pairs_of(encoder: SentenceEncoder, asked: Sequence[SentencesOf]) -> list[PairsOf]:
    """The questions made ready, each with its right sentences and the wrong ones that may be drawn."""
    out = []
    for q in asked:
        odds = q.features @ sentence_weights()
        right = q.worth >= AS_GOOD * q.worth.max()
        first = np.argsort(-odds, kind="stable")
        kept = [*first[right[first]], *first[~right[first]][:CANDIDATES]]
        question, texts = encoder.ids_of_pairs(q.text, [q.texts[n] for n in kept])
        out.append(PairsOf(q.group, tuple(question), [tuple(ids) for ids in texts], odds[kept], right[kept]))
    return out


class ReadingLayers(TorchBert):
    """An encoder, its last layers with additions that are trained, gates and a head."""

    def __init__(self, encoder: SentenceEncoder, first: int = FIRST, dtype: str | None = None) -> None:
        """Additions that change nothing yet, to the layers from number ``first`` on."""
        super().__init__(torch, encoder.folder, dtype or best_dtype())
        self.first = first
        self.kept: dict[tuple[int, ...], Any] = {}
        self.restart()

    def restart(self) -> None:
        """Additions that change nothing yet, and a head that gives cosines."""

        def random(*shape: int) -> Any:
            return torch.zeros(*shape).normal_(0, shape[0] ** -0.5).requires_grad_()

        self.added = {}
        for i in range(self.first, self._layers):
            for kind in KINDS:
                name = f"encoder.layer.{i}.{kind}"
                outer, inner = self._weights[f"{name}.weight"].shape
                self.added[name] = (random(inner, RANK), torch.zeros(RANK, outer, requires_grad=True))
        width = self._words.shape[1]
        self.hidden, self.hidden_bias = random(3 * width, HIDDEN), torch.zeros(HIDDEN, requires_grad=True)
        self.out = torch.zeros(HIDDEN, requires_grad=True)
        self.gates = torch.full((self._layers - self.first, self._heads), CLOSED, requires_grad=True)
        self.cosines = torch.tensor(COSINES, requires_grad=True)

    def parameters(self) -> tuple[list[Any], list[Any]]:
        """The weights that are trained: those of layers and head, and the few that move faster."""
        layers = [part for parts in self.added.values() for part in parts]
        return [*layers, self.hidden, self.hidden_bias, self.out], [self.gates, self.cosines]

    def arrays(self, encoder: str) -> dict[str, Any]:
        """What :func:`kb.models.pair_reader.pair_reader_of` reads, in half precision."""
        out: dict[str, Any] = {"encoder": np.array(encoder), "first": np.array(self.first)}
        for kind in KINDS:
            for end, n in (("in", 0), ("out", 1)):
                layers = [self.added[f"encoder.layer.{i}.{kind}"][n] for i in range(self.first, self._layers)]
                out[f"{kind}.{end}"] = torch.stack(layers).detach().numpy().astype(np.float16)
        for name in ("gates", "cosines", "hidden", "hidden_bias", "out"):
            out[name] = getattr(self, name).detach().numpy().astype(np.float16)
        return out

    def _dense(self, x: Any, name: str) -> Any:
        product = super()._dense(x, name)
        if name not in self.added:
            return product
        into, out = self.added[name]
        return product + (x @ into.to(x.dtype)) @ out.to(x.dtype)

    def keep_lower(self, texts: Sequence[tuple[int, ...]]) -> None:
        """Computes and keeps what the lower layers make of texts."""
        missing = sorted(set(texts) - self.kept.keys(), key=len)
        with torch.no_grad():
            for at in range(0, len(missing), 48):
                part = missing[at : at + 48]
                ids, mask = padded(part)
                words, places = np.unique(ids, return_inverse=True)
                x = self._embedded(self._rows_of_words(words.tolist())[torch.from_numpy(places.reshape(ids.shape))])
                for i in range(self.first):
                    x = self._layer(x, i, mask[:, None, None, :].expand(-1, 1, ids.shape[1], -1))
                self.kept |= {text: rows[: len(text)].clone() for text, rows in zip(part, x, strict=True)}

    def scores(self, pairs: Sequence[tuple[tuple[int, ...], tuple[int, ...]]]) -> Any:
        """``(n,)``: of questions with texts, both kept by :meth:`keep_lower`."""
        (q, q_mask), (t, t_mask) = (self._stacked([pair[side] for pair in pairs]) for side in (0, 1))
        x, mask, asked = torch.cat([q, t], 1), torch.cat([q_mask, t_mask], 1), q.shape[1]
        of_text = torch.arange(x.shape[1]) >= asked
        across = (of_text[:, None] != of_text[None, :]).float()
        away = torch.zeros(mask.shape).masked_fill(~mask, -1e4)[:, None, None, :]
        for i, gate in enumerate(self.gates, self.first):
            x = self._layer(x, i, (away + gate[None, :, None, None] * across).to(x.dtype))
        x, unit = x.float(), torch.nn.functional.normalize
        q, t, inside = x[:, :asked], x[:, asked:], q_mask[:, :, None].float()
        both = unit(q, dim=2) @ unit(t, dim=2).transpose(1, 2)
        nearest = both.masked_fill(~t_mask[:, None, :], -1).max(2).values
        nearest = (nearest * q_mask).sum(1) / q_mask.sum(1)
        a = unit((q * inside).sum(1), dim=1)
        b = unit((t * t_mask[:, :, None].float()).sum(1), dim=1)
        one, two, three = HEAD_SCALES
        inner = torch.tanh(torch.cat([one * a * b, two * (a - b).abs(), three * a], 1) @ self.hidden + self.hidden_bias)
        return self.cosines[0] * (a * b).sum(1) + self.cosines[1] * nearest + inner @ self.out

    def _stacked(self, texts: Sequence[tuple[int, ...]]) -> tuple[Any, Any]:
        """The kept states of texts, padded, and which are of their tokens."""
        rows = [self.kept[text] for text in texts]
        return torch.nn.utils.rnn.pad_sequence(rows, batch_first=True), padded(texts)[1]


def padded(texts: Sequence[tuple[int, ...]]) -> tuple[Any, Any]:
    """``(n, longest)`` token ids, and which are of the text."""
    longest = max(map(len, texts))
    ids = np.array([[*text, *[1] * (longest - len(text))] for text in texts])
    return ids, torch.tensor([[n < len(text) for n in range(longest)] for text in texts])


def train_reader(layers: ReadingLayers, questions: Sequence[PairsOf], encoder: str, seed: int = 0) -> dict[str, Any]:
    """The arrays of a reader trained on questions.

    :raises ValueError: there are fewer questions than one step takes.
    """
    if len(questions) < BATCH:
        raise ValueError(f"{len(questions)} questions are too few to train a reader on")
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    layers.restart()
    slow, fast = layers.parameters()
    optimiser = torch.optim.AdamW([{"params": slow, "weight_decay": 0.01}, {"params": fast, "weight_decay": 0.0}])
    order = np.concatenate([rng.permutation(len(questions)) for _ in range(PASSES)])
    steps = len(order) // BATCH
    for step in range(steps):
        share = min(1.0, (step + 1) / WARM) * max(LEAST, 1 - step / steps)
        for group, rate in zip(optimiser.param_groups, (RATE, HEAD_RATE), strict=True):
            group["lr"] = rate * share
        batch = [questions[i] for i in order[step * BATCH : (step + 1) * BATCH]]
        drawn = [drawn_sentences(q, rng) for q in batch]
        texts = [(q.question, q.texts[n]) for q, mine in zip(batch, drawn, strict=True) for n in mine]
        layers.keep_lower([text for pair in texts for text in pair])
        scores, loss = layers.scores(texts), torch.zeros(())
        for q, mine in zip(batch, drawn, strict=True):
            own, scores = scores[: len(mine)], scores[len(mine) :]
            loss = loss - torch.logsumexp(torch.log_softmax(own, 0)[torch.from_numpy(q.right[mine])], 0) / BATCH
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        if step % 20 == 19:
            sys.stderr.write(f"step {step + 1} of {steps}, loss {float(loss.detach()):.3f}\n")
    return layers.arrays(encoder)


def drawn_sentences(question: PairsOf, rng: Any) -> list[int]:
    """A few sentences of a question: right ones, and wrong ones that the learned choice puts first rather than last."""
    first = np.argsort(-question.odds, kind="stable")
    right = rng.permutation(np.flatnonzero(question.right))[:RIGHT].tolist()
    wrong = first[~question.right[first]]
    weights = 1 / (2 + np.arange(len(wrong)))
    n = min(len(wrong), AT_ONCE - len(right))
    return [*right, *(rng.choice(wrong, n, replace=False, p=weights / weights.sum()).tolist() if n else [])]


def folds_of_groups(questions: Sequence[PairsOf]) -> dict[str, int]:
    """The fold of each document: the largest first into the fold with the fewest questions."""
    sizes = {name: sum(q.group == name for q in questions) for name in {q.group for q in questions}}
    filled, out = [0] * FOLDS, {}
    for name in sorted(sizes, key=lambda name: (-sizes[name], name)):
        out[name] = int(np.argmin(filled))
        filled[out[name]] += sizes[name]
    return out


def is_first_right(encoder: SentenceEncoder, reader: PairReader, asked: SentencesOf) -> tuple[bool, bool]:
    """Whether the sentence that the learned choice puts first is right, and the one put first after reading."""
    odds = asked.features @ sentence_weights()
    best = read_again(odds, lambda near: encoder.scores_of_pairs(reader, asked.text, [asked.texts[n] for n in near]))
    as_good = AS_GOOD * asked.worth.max()
    return bool(asked.worth[int(np.argmax(odds))] >= as_good), bool(asked.worth[best] >= as_good)


def main() -> int:
    """Prints the cross-validated figures and writes the weights."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--added", type=Path, required=True, help="home with the documents of the set")
    parser.add_argument("--bench", type=Path, required=True, help="folder of the development sets")
    parser.add_argument("--write", action="store_true", help="write the weights")
    parser.add_argument("--no-folds", action="store_true", help="leave out the figures, with --write")
    given = parser.parse_args()
    base = base_of(given.added)
    built_with = base.library().store.manifest["encoder"]
    encoder = base.models().encoder(built_with)
    if not isinstance(encoder, SentenceEncoder):
        raise SystemExit("the index was not built with an encoder that can be trained")
    asked = asked_of_added(base, given.bench)
    questions = pairs_of(encoder, asked)
    layers, fold = ReadingLayers(encoder), folds_of_groups(questions)
    found: dict[str, list[tuple[bool, bool]]] = {}
    for held in range(0 if given.no_folds else FOLDS):
        arrays = train_reader(layers, [q for q in questions if fold[q.group] != held], built_with["name"])
        reader = pair_reader_of(arrays)
        for q in asked:
            if fold[q.group] == held:
                found.setdefault(q.group, []).append(is_first_right(encoder, reader, q))
    if found:
        found["all"] = [pair for pairs in list(found.values()) for pair in pairs]
    for name, rows in sorted(found.items()):
        before, after = np.mean(rows, axis=0)
        sys.stdout.write(f"{name}\t{len(rows)}\tlearned choice {before:.3f}\tafter reading {after:.3f}\n")
    if given.write:
        np.savez_compressed(OUT, **train_reader(layers, questions, built_with["name"]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
