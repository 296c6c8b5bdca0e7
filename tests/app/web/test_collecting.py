"""The calls of the citation list: rows, files, previews, pasted references; hostile words stay words."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from typing import Any

import pytest

from app.web.calls import Download
from app.web.collecting import MAX_PASTED_LINES, TYPES_OF_FILES, CitationBasket
from app.web.html.basket import basket_start
from kb.audit.collected import kept_record
from kb.citing.citation import quote_hash
from kb.errors import ConfigError
from kb.export.formats import LIST_FORMATS
from kb.knowledge_base import KnowledgeBase
from kb.messages import LANGUAGES
from tests.app.web.pages import HOSTILE, check
from tests.app.web.test_korean import english


@pytest.fixture
def basket(base: KnowledgeBase) -> CitationBasket:
    return CitationBasket(lambda: base)


@pytest.fixture
def items(base: KnowledgeBase) -> list[dict[str, Any]]:
    cited = [base.look_up(each)[0].units[0].citation for each in ("OECD 1.3", "UNESCO para 37")]
    return [kept_record(c) | {"note": f"note {n}"} for n, c in enumerate(cited, 1)]


def test_rows_in_the_order_given_with_notes(basket: CitationBasket, items: list[dict[str, Any]]) -> None:
    found = basket.rows({"items": items[::-1]}, "en")
    page = check(found["html"])
    assert page.text.index("para. 37") < page.text.index("Principle 1.3")
    assert "note 2" in page.text and found["stale"] == 0
    assert [row["item"]["unit_id"] for row in found["rows"]] == [each["unit_id"] for each in items[::-1]]


def test_what_is_out_of_date_shows_old_and_new(basket: CitationBasket, items: list[dict[str, Any]]) -> None:
    old = items[0]["quote"].replace("openness", "secrecy")
    stale = items[0] | {"quote": old, "quote_sha256": quote_hash(old), "index_id": "older"}
    found = basket.rows({"items": [stale, items[1]]}, "en")
    page = check(found["html"])
    assert found["stale"] == 1 and [row["stale"] for row in found["rows"]] == [True, False]
    struck = [a for tag, a in page.tags if tag in {"del", "ins"}]
    assert struck and "secrecy" in page.text and "openness" in page.text
    assert found["rows"][0]["item"] is None and found["rows"][0]["now"]["quote"].startswith("Calls for openness")
    taken = found["rows"][0]["now"]
    assert basket.rows({"items": [taken]}, "en")["stale"] == 0


@pytest.mark.parametrize("form", LIST_FORMATS)
def test_every_format_has_a_file_and_a_preview(basket: CitationBasket, items: list[dict[str, Any]], form: str) -> None:
    call = {"items": items, "format": form, "style": "ieee"}
    for lang in LANGUAGES:
        file = basket.file(call, lang)
        assert isinstance(file, Download) and file.data and file.media_type == TYPES_OF_FILES[form]
        preview = basket.preview(call, lang)
        assert ("page" in preview) == (form in {"docx", "html", "md"})
        if "html" in preview:
            check(preview["html"])
            assert "Principle" in preview["html"] or form in {"bibtex", "ris", "csl-json"}


def test_csv_word_and_styles_are_read_back(basket: CitationBasket, items: list[dict[str, Any]]) -> None:
    table = basket.file({"items": items, "format": "csv"}, "en").data.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(table, newline="")))
    assert [row["unit_id"] for row in rows] == [each["unit_id"] for each in items]
    assert ["note 1" in row["notices"] for row in rows] == [True, False]
    pages = set()
    for style in ("ieee", "apa", "chicago", "iso690"):
        word = basket.file({"items": items, "format": "docx", "style": style}, "en").data
        pages.add(zipfile.ZipFile(io.BytesIO(word)).read("word/document.xml"))
    assert len(pages) == 4
    assert all(b"note 2" in each for each in pages)


@pytest.mark.parametrize("call", [{}, {"format": "exe"}, {"format": ["csv"]}, {"format": "csv", "items": "x"}])
def test_a_wrong_format_or_an_empty_list_is_one_line(basket: CitationBasket, call: dict[str, Any]) -> None:
    with pytest.raises(ConfigError):
        basket.file(call, "en")


def test_pasted_lines_are_added_or_said_why_not(basket: CitationBasket) -> None:
    found = basket.paste({"text": "OECD 1.3\r\n\n1.3\nIEEE 2857\nUNESCO para 37\n"}, "en")
    page = check(found["html"])
    assert [each["unit_id"].rpartition(":")[2] for each in found["items"]] == ["1.3", "37"]
    assert "2 of 4" in page.text
    units = [a["data-unit"] for _, a in page.tags if a.get("data-do") == "collect"]
    assert len(units) > 1 and all(basket.rows({"items": [{"unit_id": u}]}, "en")["stale"] == 0 for u in units)
    with pytest.raises(ConfigError, match=f"{MAX_PASTED_LINES}"):
        basket.paste({"text": "OECD 1.3\n" * (MAX_PASTED_LINES + 1)}, "en")
    assert basket.paste({"text": 7}, "en")["items"] == []


def test_the_clipboard_has_both_forms(basket: CitationBasket, items: list[dict[str, Any]]) -> None:
    copied = basket.copied({"items": items}, "en")
    assert "Principle 1.3" in copied["text"] and "Principle 1.3" in copied["html"]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_stay_words(basket: CitationBasket, items: list[dict[str, Any]], text: str) -> None:
    hostile = {name: text for name in items[0] if isinstance(items[0][name], str)}
    for call in ([items[0] | {"note": text}], [hostile | {"note": text}], [{"unit_id": text, "note": text}]):
        check(basket.rows({"items": call}, "en")["html"])
        for form in ("csv", "bibtex"):
            preview = basket.preview({"items": call, "format": form}, "en")
            check(preview["html"])
    check(basket.paste({"text": text}, "en")["html"])


def test_korean_words_around_the_quotes(basket: CitationBasket, items: list[dict[str, Any]]) -> None:
    known = [items[0]["quote"], items[1]["quote"], "UNESCO Recommendation on the Ethics of AI", "note", "Principle"]
    rows = basket.rows({"items": items}, "ko")["html"]
    assert english(check(rows).text, *known) == []
    old = items[0]["quote"].replace("openness", "secrecy")
    stale = items[0] | {"quote": old, "quote_sha256": quote_hash(old), "index_id": "older"}
    html = basket.rows({"items": [stale]}, "ko")["html"]
    words = [w for text in (old, items[0]["quote"]) for w in text.split()]
    assert english(check(html).text, old, *known, *words, "secrecy", "openness") == []
    assert english(check(basket_start("ko")).text, "IEEE", "APA", "Chicago", "ISO") == []
    assert english(check(basket.paste({"text": "1.3\nOECD 99.9"}, "ko")["html"]).text, *known, "HLEG Ethics Guidelines",
                   "Requirement") == []  # fmt: skip


def test_items_are_read_back_from_json(basket: CitationBasket, items: list[dict[str, Any]]) -> None:
    assert basket.rows(json.loads(json.dumps({"items": items})), "en")["stale"] == 0
    assert basket.rows({"items": [1, None, "x", {}, {"note": "n"}]}, "en")["rows"] == []
