"""The libraries that are compared: each ingests files into a folder, opens the folder, and gives the pages it finds.

All use the same files and the same encoder. Everything else (splitter, store, ranking) is the library's own with its
defaults. None of them reads PDF by itself, so pypdf does, which the readers of LangChain and LlamaIndex call too. A
library is imported by its own function, so that the others need not be installed.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kb.models.encoder import encoder_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Page = tuple[str, int]
    Search = Callable[[str], list[Page]]

CHUNK, OVERLAP = 1000, 100
"""Characters of a piece, where a library cuts by characters."""
TOKENS, TOKENS_OVERLAP = 256, 32
"""Tokens of a piece, where it cuts by tokens: the encoder reads no more."""
FOUND = 50
"""Pieces that are asked for, so that there are ten pages among them."""


@dataclass(frozen=True)
class System:
    """One library: the packages that it needs, the function that ingests, and the one that opens."""

    name: str
    packages: tuple[str, ...]
    ingest: Callable[[Sequence[Path], Path, str], None]
    opened: Callable[[Path, str], Search]

    def versions(self) -> str:
        """The packages with their versions.

        :raises PackageNotFoundError: one is not installed.
        """
        return ", ".join(f"{name} {version(name)}" for name in self.packages)

    def absent(self) -> str:
        """The first package that is not installed; empty where all are."""
        for name in self.packages:
            try:
                version(name)
            except PackageNotFoundError:
                return name
        return ""


def pages_of(files: Sequence[Path]) -> list[tuple[str, Page]]:
    """The text of each page with its file and its number, from 1; a file without pages is one page."""
    from pypdf import PdfReader

    out: list[tuple[str, Page]] = []
    for path in files:
        if path.suffix == ".pdf":
            out += [(page.extract_text(), (path.name, n)) for n, page in enumerate(PdfReader(path).pages, 1)]
        else:
            out.append((path.read_text("utf-8"), (path.name, 1)))
    return [(text, page) for text, page in out if text.strip()]


def _sentence_transformer(encoder: str) -> Any:
    from sentence_transformers import SentenceTransformer

    return SentenceTransformer(str(encoder_folder(encoder)[0]), device="cpu")


def _pieces(files: Sequence[Path]) -> list[tuple[str, Page]]:
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter(chunk_size=CHUNK, chunk_overlap=OVERLAP)
    return [(piece, page) for text, page in pages_of(files) for piece in splitter.split_text(text)]


# --- ours


def _ours_ingest(files: Sequence[Path], out: Path, encoder: str) -> None:
    import subprocess
    import sys

    command = [sys.executable, "-m", "app.cli.main", "--home", str(out), "ingest", "-q", *map(str, files)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=_settings(encoder))


def _settings(encoder: str) -> dict[str, str]:
    import os

    return {k: v for k, v in os.environ.items() if not k.startswith("KB_")} | {"KB_ENCODER": encoder}


def _ours_opened(out: Path, encoder: str) -> Search:
    from kb import KnowledgeBase
    from kb.models.models import EncoderSettings, Models
    from kb.types import SearchFilter

    base = KnowledgeBase.open(out, Models(settings=EncoderSettings(encoder, cache=out / "cache" / "encoders")))
    sources = {document.doc_id: Path(document.source).name for document in base.contents().documents}
    without_register = SearchFilter(include_register=False)  # the others have no register

    def search(question: str) -> list[Page]:
        return [
            (sources[hit.passage.doc_id], page)
            for hit in base.search(question, FOUND, without_register)
            for page in range(hit.passage.page_start, hit.passage.page_end + 1)
        ]

    return search


# --- LangChain


def _langchain_embeddings(encoder: str) -> Any:
    from langchain_core.embeddings import Embeddings

    model = _sentence_transformer(encoder)

    class Packaged(Embeddings):
        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            return model.encode(texts, normalize_embeddings=True).tolist()

        def embed_query(self, text: str) -> list[float]:
            return self.embed_documents([text])[0]

    return Packaged()


def _langchain_ingest(files: Sequence[Path], out: Path, encoder: str) -> None:
    from langchain_community.vectorstores import FAISS
    from langchain_core.documents import Document

    pieces = [Document(text, metadata={"file": file, "page": n}) for text, (file, n) in _pieces(files)]
    FAISS.from_documents(pieces, _langchain_embeddings(encoder)).save_local(str(out))


def _langchain_opened(out: Path, encoder: str) -> Search:
    from langchain_community.vectorstores import FAISS

    store = FAISS.load_local(str(out), _langchain_embeddings(encoder), allow_dangerous_deserialization=True)
    return lambda question: [
        (found.metadata["file"], found.metadata["page"]) for found in store.similarity_search(question, FOUND)
    ]


# --- txtai


def _txtai_ingest(files: Sequence[Path], out: Path, encoder: str) -> None:
    from txtai import Embeddings

    pieces = _pieces(files)
    embeddings = Embeddings(path=str(encoder_folder(encoder)[0]), hybrid=True, content=False)
    embeddings.index([(n, text, None) for n, (text, _) in enumerate(pieces)])
    embeddings.save(str(out / "index"))
    (out / "pages.json").write_text(json.dumps([page for _, page in pieces]), "utf-8")


def _txtai_opened(out: Path, encoder: str) -> Search:
    from txtai import Embeddings

    embeddings = Embeddings()
    embeddings.load(str(out / "index"))
    pages = json.loads((out / "pages.json").read_text("utf-8"))
    return lambda question: [tuple(pages[int(n)]) for n, _ in embeddings.search(question, FOUND)]


# --- LlamaIndex


def _llama_encoder(encoder: str) -> Any:
    from llama_index.core.base.embeddings.base import BaseEmbedding
    from pydantic import PrivateAttr

    class Packaged(BaseEmbedding):
        _model: Any = PrivateAttr()

        def __init__(self, **given: Any) -> None:
            super().__init__(**given)
            self._model = _sentence_transformer(encoder)

        def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
            return self._model.encode(texts, normalize_embeddings=True).tolist()

        def _get_text_embedding(self, text: str) -> list[float]:
            return self._get_text_embeddings([text])[0]

        def _get_query_embedding(self, query: str) -> list[float]:
            return self._get_text_embedding(query)

        async def _aget_query_embedding(self, query: str) -> list[float]:
            return self._get_text_embedding(query)

    return Packaged(embed_batch_size=32)


def _llama_ingest(files: Sequence[Path], out: Path, encoder: str) -> None:
    from llama_index.core import Document, VectorStoreIndex
    from llama_index.core.node_parser import SentenceSplitter

    keys = ["file", "page"]
    documents = [
        Document(
            text=text, metadata={"file": file, "page": n}, excluded_embed_metadata_keys=keys,
            excluded_llm_metadata_keys=keys,
        )
        for text, (file, n) in pages_of(files)
    ]  # fmt: skip
    splitter = SentenceSplitter(chunk_size=TOKENS, chunk_overlap=TOKENS_OVERLAP, include_prev_next_rel=False)
    index = VectorStoreIndex.from_documents(documents, embed_model=_llama_encoder(encoder), transformations=[splitter])
    index.storage_context.persist(str(out))


def _llama_opened(out: Path, encoder: str) -> Search:
    from llama_index.core import StorageContext, load_index_from_storage

    stored = StorageContext.from_defaults(persist_dir=str(out))
    index = load_index_from_storage(stored, embed_model=_llama_encoder(encoder))
    retriever = index.as_retriever(similarity_top_k=FOUND)
    return lambda question: [(f.metadata["file"], f.metadata["page"]) for f in retriever.retrieve(question)]


SYSTEMS = (
    System("this project", ("standards-kb",), _ours_ingest, _ours_opened),
    System("LangChain", ("langchain-community", "langchain-text-splitters", "pypdf"), _langchain_ingest,
           _langchain_opened),
    System("txtai", ("txtai", "langchain-text-splitters", "pypdf"), _txtai_ingest, _txtai_opened),
    System("LlamaIndex", ("llama-index-core", "pypdf"), _llama_ingest, _llama_opened),
)  # fmt: skip
