"""Compares encoding passages here with sentence-transformers in float32: processor seconds, and cosines of the vectors.

The passages are drawn from the index of a home. Both sides use the same encoder and one thread. Ours computes in the
precision that is fastest on the processor and also gives the vectors of the sentences, which the other side does not
compute. With ``--dtype float32`` ours computes in float32 as well.

``python -m benchmarks.measurements.encoding HOME [--encoder minilm] [--passages 400] [--dtype auto]``
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from pathlib import Path

import numpy as np

from ingest.embedding import STORED_AT_ONCE
from kb.index.layout import INDEX
from kb.index.passage_sentences import searched_sentences
from kb.index.reader import Store
from kb.models.encoder import SentenceEncoder, libraries


def main() -> int:
    """Prints one line for each of the two, and how near their vectors are."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("home", type=Path)
    parser.add_argument("--encoder", default="minilm")
    parser.add_argument("--dtype", default="auto")
    parser.add_argument("--passages", type=int, default=400)
    args = parser.parse_args()
    with Store.open(args.home / INDEX) as store:
        n = min(args.passages, store.n_passages)
        passages = [store.passage(row) for row in random.Random(1).sample(range(store.n_passages), n)]
    texts = [passage.search_text for passage in passages]
    parts = [searched_sentences(passage) for passage in passages]
    encoder = SentenceEncoder(args.encoder, args.dtype, cache=args.home / "cache" / "encoders")
    torch, sentence_transformers = libraries()
    torch.set_num_threads(1)
    other = sentence_transformers.SentenceTransformer(str(encoder.folder), device="cpu")
    other.max_seq_length = encoder.info.max_tokens
    other.encode(texts[:2])
    started = time.process_time()
    wanted = other.encode([encoder.info.passage_prompt + text for text in texts], normalize_embeddings=True)
    theirs = time.process_time() - started
    encoder.encode_parts(texts[:2], parts[:2])
    found = np.zeros_like(wanted)
    started = time.process_time()
    order = sorted(range(n), key=lambda i: len(texts[i]))
    for at in range(0, n, STORED_AT_ONCE):
        batch = order[at : at + STORED_AT_ONCE]
        found[batch] = encoder.encode_parts([texts[i] for i in batch], [parts[i] for i in batch])[0]
    ours = time.process_time() - started
    cosines = (found * wanted).sum(axis=1)
    print(f"{n} passages of {np.mean(encoder.count_tokens(texts)):.0f} tokens in the mean, encoder {args.encoder}")
    print(f"sentence-transformers, float32: {theirs:.1f} s of the processor, {n / theirs:.1f} passages a second")
    print(f"ours with sentences, {args.dtype}: {ours:.1f} s of the processor, {n / ours:.1f} passages a second")
    print(f"theirs / ours = {theirs / ours:.2f}; cosines: least {cosines.min():.5f}, mean {cosines.mean():.5f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
