"""Asks ten questions over the real documents: is a page with the answer among the first three citations?

Run it on an index that holds the documents: ``python -m benchmarks.measurements.ten --home DIR``.
"""

from __future__ import annotations

import argparse
import sys
import tomllib
from pathlib import Path

from app.models import models_of
from app.settings import load_settings
from kb.knowledge_base import KnowledgeBase

QUESTIONS = Path(__file__).parent.parent / "data" / "ten_questions.toml"


def main() -> int:
    """Prints a line a question and the share found; exit code 1 under eight of ten."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", help="home folder with the index")
    settings = load_settings({"home": parser.parse_args().home}).settings
    base = KnowledgeBase.open(settings.home_path, models_of(settings))
    questions = tomllib.loads(QUESTIONS.read_text("utf-8"))["question"]
    found = 0
    for question in questions:
        answer = base.ask(question["text"])
        cited = [(c.doc_id, c.page_index, c.locator) for c in answer.citations[:3]]
        good = any(d == question["document"] and p in question["pages"] for d, p, _ in cited)
        found += good
        places = "; ".join(f"{d} page {p} {locator[:40]}" for d, p, locator in cited) or f"refused: {answer.reason}"
        print(f"{'yes' if good else 'NO '} {question['text']}")
        print(f"      wanted {question['document']} {question['pages']}; {places}")
    print(f"{found} of {len(questions)} among the first three citations; index {base.library().store.index_id}")
    return 0 if found >= 0.8 * len(questions) else 1


if __name__ == "__main__":
    sys.exit(main())
