"""A copy of a Word draft with comments: where they stand, and that nothing else is changed."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

import docx
import pytest

from ingest.drafts.word import read_word
from ingest.drafts.word_comments import DraftComment, with_comments

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def draft(tmp_path: Path) -> Path:
    made = docx.Document()
    made.add_heading("Head", 1)
    paragraph = made.add_paragraph("It says “lamps are ")
    paragraph.add_run("lit by ").bold = True
    paragraph.add_run("hand” and more & <more>.")
    made.add_paragraph("Nothing here.")
    path = tmp_path / "draft.docx"
    made.save(str(path))
    return path


def commented(path: Path, *comments: tuple[str, str]) -> bytes:
    """The copy with a comment on the first place of some words each."""
    parts = read_word(path).draft.parts
    made = []
    for words, text in comments:
        part, start = next((n, p.text.index(words)) for n, p in enumerate(parts) if words in p.text)
        made.append(DraftComment(part, start, start + len(words), text))
    return with_comments(path, made)


def covered(data: bytes) -> dict[str, str]:
    """Of each comment the words that its range covers."""
    root = docx.Document(io.BytesIO(data)).element.body
    out: dict[str, str] = {}
    open_ids: list[str] = []
    for node in root.iter():
        name = node.tag.rpartition("}")[2] if isinstance(node.tag, str) else ""
        if name in {"commentRangeStart", "commentRangeEnd"}:
            (comment,) = [v for k, v in node.attrib.items() if k.endswith("}id")]
            open_ids.append(comment) if name.endswith("Start") else open_ids.remove(comment)
            out.setdefault(comment, "")
        elif name == "t":
            for each in open_ids:
                out[each] += node.text or ""
    assert not open_ids
    return out


def test_comments_cover_exactly_their_words(draft: Path) -> None:
    data = commented(
        draft, ("lamps are lit by hand", "wrong & <odd>\nsecond line"), ("are lit", "inside"), ("Nothing", "x")
    )
    made = docx.Document(io.BytesIO(data))
    assert [c.text for c in made.comments] == ["wrong & <odd>\nsecond line", "inside", "x"]
    assert list(covered(data).values()) == ["lamps are lit by hand", "are lit", "Nothing"]


def test_words_formatting_and_other_parts_stay(draft: Path) -> None:
    data = commented(draft, ("are lit by ha", "inside words"), ("more", "again"))
    before, after = docx.Document(str(draft)), docx.Document(io.BytesIO(data))
    assert [p.text for p in before.paragraphs] == [p.text for p in after.paragraphs]
    assert "".join(r.text for r in after.paragraphs[1].runs if r.bold) == "lit by "
    with zipfile.ZipFile(draft) as old, zipfile.ZipFile(io.BytesIO(data)) as new:
        changed = {n for n in old.namelist() if old.read(n) != new.read(n)}
        assert changed <= {
            "word/document.xml",
            "word/_rels/document.xml.rels",
            "[Content_Types].xml",
            "word/comments.xml",
        }
    assert data == commented(draft, ("are lit by ha", "inside words"), ("more", "again"))


def test_comments_that_were_there_stay(draft: Path, tmp_path: Path) -> None:
    made = docx.Document(str(draft))
    made.add_comment(made.paragraphs[2].runs, text="an older one", author="B", initials="b")
    path = tmp_path / "older.docx"
    made.save(str(path))
    data = commented(path, ("lamps", "a new one"))
    found = docx.Document(io.BytesIO(data)).comments
    assert sorted(c.text for c in found) == ["a new one", "an older one"]
    assert len({c.comment_id for c in found}) == 2
