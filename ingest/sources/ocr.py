"""Makes a copy of a scanned PDF with a text layer, by the program ``ocrmypdf`` if it is installed.

Only pages without text are read; their words are marked as OCR and are never highlighted on the original.
"""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

from kb.errors import UnreadableError
from kb.files import written_beside
from kb.types import notice

if TYPE_CHECKING:
    from pathlib import Path

HOW_TO_GET_OCR = "apt-get install ocrmypdf tesseract-ocr tesseract-ocr-kor tesseract-ocr-spa (or brew install ocrmypdf)"
OCR_LANGUAGES = ("eng", "kor", "spa")
OCR_SECONDS = 1_800


def with_text_layer(path: Path, sha256: str, folder: Path) -> Path:
    """The path of a copy of the PDF in which every page has text; it is made once for each content.

    :raises UnreadableError: the program is not installed (the error says how to install it), fails, or takes too long.
    """
    made = folder / f"{sha256}.pdf"
    if made.is_file():
        return made
    program = shutil.which("ocrmypdf")
    if program is None:
        raise UnreadableError(notice("ocr not installed", file=path.name, how=HOW_TO_GET_OCR))
    folder.mkdir(parents=True, exist_ok=True)
    command = [
        program,
        "--skip-text",
        "--quiet",
        "--output-type",
        "pdf",
        "--optimize",
        "0",
        "-l",
        "+".join(_installed_languages()),
    ]
    with written_beside(made, ".new.pdf") as beside:
        try:
            done = subprocess.run(
                [*command, str(path), str(beside)], capture_output=True, text=True, timeout=OCR_SECONDS, check=False
            )
        except subprocess.TimeoutExpired as error:
            raise UnreadableError(notice("ocr too long", file=path.name, seconds=OCR_SECONDS)) from error
        if done.returncode or not beside.is_file():
            said = " ".join(done.stderr.split())[-160:]
            raise UnreadableError(notice("ocr failed", file=path.name, why=said or done.returncode))
    return made


def _installed_languages() -> list[str]:
    """The languages of this project that tesseract has; English where it cannot be asked."""
    try:
        listed = subprocess.run(
            ["tesseract", "--list-langs"], capture_output=True, text=True, timeout=30, check=False
        ).stdout.split()
    except (OSError, subprocess.TimeoutExpired):
        listed = []
    return [language for language in OCR_LANGUAGES if language in listed] or ["eng"]
