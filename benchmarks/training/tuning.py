"""Fine-tunes an encoder's layers for questions, and adapters of its vectors, on judged questions; passages keep their
vectors.

Not a measurement by itself: :mod:`benchmarks.training.ranker` uses it. Each dense layer from :data:`FIRST` on gets a
low-rank addition (Hu et al., "LoRA", 2021) through which only questions go, so an index need not be made anew and no
passage is encoded while training: the loss is a softmax over thousands of passages' vectors at once, at temperature
0.03. With it an adapter (:class:`kb.models.ranker.LowRankAdapter`) of both sides is learned.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from kb.models.encoder import best_dtype, libraries
from kb.models.ranker import LowRankAdapter
from kb.retrieval.query_vectors import MIX

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.training.sets import Set
    from kb.models.encoder import SentenceEncoder

RANK = 64
"""The rank of the adapter."""
LAYER_RANK = 16
FIRST = 6
"""The first layer that is tuned; the layers below are computed once for both vectors of a question."""
KINDS = (
    *("attention.self.query", "attention.self.key", "attention.self.value"),
    *("attention.output.dense", "intermediate.dense", "output.dense"),
)
PASSES = 3
RATE, LAYER_RATE = 1.5e-3, 1.5e-3
WARM, LEAST = 20, 0.05
"""Steps until the full rate, and the share of it that is left at the end."""
TEMPERATURE = 0.03
BATCH = 96
MOST = 2_000
"""Questions of a set in one pass."""
PASSAGES, PASSAGES_KNOWN = 5_000, 3_000
"""Number of negative passages: of a whole set, and if each question's document is known."""


class _Added(torch.nn.Module):
    """A dense layer and its addition."""

    def __init__(self, layer: Any) -> None:
        super().__init__()
        self.layer = layer
        wide = layer.in_features
        self.into = torch.nn.Parameter(torch.zeros(wide, LAYER_RANK).normal_(0, wide**-0.5))
        self.out = torch.nn.Parameter(torch.zeros(LAYER_RANK, layer.out_features))

    def forward(self, x: Any) -> Any:
        """The layer's output with the addition's."""
        return self.layer(x) + (x @ self.into) @ self.out


class Tower:
    """An encoder of questions with trainable additions; the encoder that is given is not changed."""

    def __init__(self, encoder: SentenceEncoder) -> None:
        _, sentence_transformers = libraries()
        model = sentence_transformers.SentenceTransformer(str(encoder.folder), device="cpu")[0].auto_model
        self._ids = encoder.query_ids
        for parameter in model.parameters():
            parameter.requires_grad_(False)
        self._model = model.eval()
        self.added: dict[str, list[_Added]] = {kind: [] for kind in KINDS}
        for layer in model.encoder.layer[FIRST:]:
            for kind in KINDS:
                *above, name = kind.split(".")
                place = layer.get_submodule(".".join(above))
                new = _Added(getattr(place, name))
                setattr(place, name, new)
                self.added[kind].append(new)

    def restart(self, arrays: dict[str, Any] | None = None) -> None:
        """Additions that change nothing yet, or those given."""
        with torch.no_grad():
            for kind, layers in self.added.items():
                for n, layer in enumerate(layers):
                    if arrays is None:
                        layer.into.normal_(0, layer.into.shape[0] ** -0.5)
                        layer.out.zero_()
                    else:
                        layer.into.copy_(torch.tensor(arrays[f"{kind}.in"][n]))
                        layer.out.copy_(torch.tensor(arrays[f"{kind}.out"][n]))

    def parameters(self) -> list[Any]:
        """The weights that are trained."""
        return [p for layers in self.added.values() for layer in layers for p in (layer.into, layer.out)]

    def arrays(self) -> dict[str, Any]:
        """``KIND.in`` ``(layers, d_in, r)`` and ``KIND.out`` ``(layers, r, d_out)``; see
        :func:`kb.models.ranker.tuning_of`."""
        out: dict[str, Any] = {"first": np.array(FIRST)}
        for kind, layers in self.added.items():
            out[f"{kind}.in"] = np.stack([layer.into.detach().numpy() for layer in layers])
            out[f"{kind}.out"] = np.stack([layer.out.detach().numpy() for layer in layers])
        return out

    def encode(self, asked: Sequence[tuple[str, ...]]) -> Any:
        """``(n, d)``, rows of length 1: questions through the tuned layers, each by its texts as
        :func:`kb.retrieval.query_vectors.with_vectors` mixes them."""
        rows = iter(self._encode([text for texts in asked for text in texts]))
        found = [[next(rows) for _ in texts] for texts in asked]
        mixed = [v[0] if len(v) == 1 else MIX * v[0] + (1 - MIX) * v[1] for v in found]
        return torch.nn.functional.normalize(torch.stack(mixed), dim=1)

    def _encode(self, texts: Sequence[str]) -> list[Any]:
        ids = self._ids(texts)
        by_length = sorted(range(len(ids)), key=lambda i: len(ids[i]))
        third = max(1, -(-len(ids) // 3))
        rows: list[Any] = [None] * len(ids)
        for at in range(0, len(ids), third):  # a long question need not make all the others as long
            part = by_length[at : at + third]
            width = max(len(ids[i]) for i in part)
            tokens = torch.zeros(len(part), width, dtype=torch.long)
            mask = torch.zeros(len(part), width, dtype=torch.long)
            for row, i in enumerate(part):
                tokens[row, : len(ids[i])] = torch.tensor(ids[i])
                mask[row, : len(ids[i])] = 1
            with torch.autocast("cpu", dtype=torch.bfloat16, enabled=best_dtype() == "bfloat16"):
                states = self._model(input_ids=tokens, attention_mask=mask).last_hidden_state.float()
            pooled = (states * mask[:, :, None]).sum(1) / mask.sum(1)[:, None]
            for i, row in zip(part, torch.nn.functional.normalize(pooled, dim=1), strict=True):
                rows[i] = row
        return rows

    def encode_all(self, asked: Sequence[tuple[str, ...]]) -> Any:
        """:meth:`encode` of many, as a numpy array."""
        with torch.no_grad():
            return np.concatenate([self.encode(asked[at : at + 96]).numpy() for at in range(0, len(asked), 96)])


@dataclass(frozen=True, slots=True)
class Tuned:
    """The result of a training: the arrays of a tuning, and an adapter."""

    arrays: dict[str, Any]
    adapter: LowRankAdapter


def train(tower: Tower, sets: list[Set], folds: tuple[int, ...], seed: int = 0) -> Tuned:
    """A tuning and an adapter from the questions of some folds.

    :raises ValueError: no set has questions of these folds.
    """
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    tower.restart()
    adapter = new_adapter(sets[0].vectors.shape[1])
    groups = [{"params": adapter, "weight_decay": 0.02}, {"params": tower.parameters(), "weight_decay": 0.01}]
    optimiser = torch.optim.AdamW(groups, lr=RATE)
    held = [torch.tensor(s.vectors) for s in sets]
    steps = [batch for _ in range(PASSES) for batch in batches(sets, folds, rng)]
    if not steps:
        raise ValueError("no questions to learn from in these folds")
    for step, (number, questions) in enumerate(steps):
        share = min(1.0, (step + 1) / WARM) * max(LEAST, 1 - step / len(steps))
        optimiser.param_groups[0]["lr"], optimiser.param_groups[1]["lr"] = RATE * share, LAYER_RATE * share
        asked = tower.encode([sets[number].texts[i] for i in questions])
        loss = loss_of(adapter, asked, held[number], sets[number], questions, rng)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return Tuned(tower.arrays(), adapter_of(adapter))


def new_adapter(d: int) -> list[Any]:
    """The parts of an adapter that changes nothing yet: of questions ``(d, r)`` and ``(r, d)``, then of passages."""
    parts = []
    for _ in range(2):
        parts += [torch.zeros(d, RANK).normal_(0, 0.03).requires_grad_(), torch.zeros(RANK, d, requires_grad=True)]
    return parts


def adapter_of(parts: list[Any]) -> LowRankAdapter:
    """The adapter of trained parts."""
    a, b, c, e = (part.detach().numpy() for part in parts)
    return LowRankAdapter((a, b), (c, e))


def loss_of(adapter: list[Any], asked: Any, held: Any, s: Set, questions: Any, rng: Any) -> Any:
    """The loss of some questions of a set with their vectors ``asked``: softmax over passages at
    :data:`TEMPERATURE`."""
    unit = torch.nn.functional.normalize
    chosen, right, outside = _chosen(s, questions, rng)
    passages = held[chosen]
    p = unit(passages + passages @ adapter[2] @ adapter[3], dim=1)
    q = unit(asked + asked @ adapter[0] @ adapter[1], dim=1)
    logits = (q @ p.T / TEMPERATURE).masked_fill(torch.tensor(outside), -1e9)
    loss = torch.logsumexp(logits, 1) - torch.logsumexp(logits.masked_fill(~torch.tensor(right), -1e9), 1)
    return loss.mean() * (len(questions) / BATCH)


def batches(sets: list[Set], folds: tuple[int, ...], rng: Any) -> list[tuple[int, Any]]:
    """The questions of one pass by their set's number, in some order."""
    out = []
    for number, s in enumerate(sets):
        mine = rng.permutation([i for i in range(len(s.fold)) if s.fold[i] in folds and s.positives[i]])[:MOST]
        out += [(number, mine[at : at + BATCH]) for at in range(0, len(mine), BATCH)]
    return [out[i] for i in rng.permutation(len(out))]


def _chosen(s: Set, questions: Any, rng: Any) -> tuple[Any, Any, Any]:
    """Passages to distinguish; which are right for a question, and which its scopes exclude: ``(questions, n)``."""
    wanted = [p for i in questions for p in s.positives[i]]
    if s.scope is None:
        others = rng.choice(len(s.vectors), min(len(s.vectors), PASSAGES), replace=False)
    else:
        others = np.unique(np.concatenate([s.scope[i] for i in questions]))
        if len(others) > PASSAGES_KNOWN:
            others = rng.choice(others, PASSAGES_KNOWN, replace=False)
    chosen = np.unique(np.concatenate([others, wanted])).astype(int)
    right = np.zeros((len(questions), len(chosen)), dtype=bool)
    outside = np.zeros_like(right)
    for row, i in enumerate(questions):
        right[row] = np.isin(chosen, s.positives[i])
        if s.scope is not None:
            outside[row] = ~np.isin(chosen, s.scope[i])
    return chosen, right, outside
