"""Prints the evidence for a citation list as a PDF."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from PIL import Image

from ingest.sources.pdf_document import FONT, PdfFacts, pdf_document

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kb.audit.evidence import ReportBlock

SIZE = (595.28, 841.89)
MARGIN = 56.0
MOST_IMAGE_HEIGHT = 560.0
_LOOKS = {"title": (18.0, 0, 0.0), "head": (11.0, 0, 14.0), "text": (9.0, 0, 4.0), "quote": (9.5, 40, 4.0),
          "small": (7.0, 90, 3.0)}  # fmt: skip
"""Size, grey value and space above of each kind of words."""


def size_of_image(data: bytes) -> tuple[int, int]:
    """The width and height of an image in its own pixels."""
    with Image.open(io.BytesIO(data)) as image:
        return image.size


def printed_evidence(blocks: Sequence[ReportBlock], language: str, day: str) -> bytes:
    """The bytes of the PDF of a report's blocks; the same blocks and day give the same bytes."""
    title = blocks[0].text if blocks else ""
    with pdf_document(PdfFacts(title, title, "standards-kb", language, day), SIZE) as pdf:
        pdf.set_margin(MARGIN)
        pdf.set_auto_page_break(True, MARGIN)
        pdf.add_page()
        for block in blocks:
            if block.image is not None:
                pdf.set_y(pdf.get_y() + 6)
                wide, high = size_of_image(block.image)
                scale = min(pdf.epw / wide, MOST_IMAGE_HEIGHT / high)
                if pdf.will_page_break(high * scale):
                    pdf.add_page()
                pdf.image(io.BytesIO(block.image), w=wide * scale, h=high * scale)
                continue
            size, grey, above = _LOOKS[block.kind]
            inset = 14.0 if block.kind == "quote" else 0.0
            if block.kind == "head" and pdf.will_page_break(6 * size):
                pdf.add_page()
            pdf.set_y(pdf.get_y() + above)
            pdf.set_font(FONT, size=size)
            pdf.set_text_color(grey)
            pdf.set_x(MARGIN + inset)
            pdf.multi_cell(pdf.epw - inset, 1.4 * size, block.text, align="L", new_x="LMARGIN", new_y="NEXT")
        return bytes(pdf.output())
