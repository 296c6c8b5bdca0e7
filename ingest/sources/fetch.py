"""Downloads editions into the home folder, if their publishers allow it.

No incomplete file is accepted: a file is downloaded elsewhere, read, proven to be the requested edition, and only then
copied into the home folder. ``fetched.json`` records the address, the day and the SHA-256 of each download.
"""

from __future__ import annotations

import json
import tempfile
import urllib.error
import urllib.request
from contextlib import suppress
from http.client import HTTPException
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from ingest.parse import Task
from ingest.sources import find
from ingest.sources.add import Added, add_file, read_alone
from kb.errors import DocumentError, UnreadableError
from kb.files import file_sha256, write_whole
from kb.types import Notice, notice

if TYPE_CHECKING:
    from collections.abc import Callable
    from http.client import HTTPMessage
    from typing import IO

    from kb.types import Edition

TIMEOUT = 60
"""Seconds without a byte after which a download is given up."""
CHUNK = 1 << 16
RECORD = "fetched.json"
"""The file of a home folder that records the downloads."""
ACCEPT = "application/pdf, application/pdf;type=pdfa2a;q=0.9, application/pdf;type=pdfa1a;q=0.9, */*;q=0.1"
"""The Publications Office of the EU gives a CELEX address in the form asked for, PDF/A only where it is named."""
LANGUAGE = "en"


def is_https(url: str) -> bool:
    """Whether an address is of the kind from which editions are downloaded."""
    return urlsplit(url).scheme == "https"


def fetch(
    edition: Edition,
    home: Path,
    day: str = "",
    most: int = find.MAX_FILE_BYTES,
    is_allowed: Callable[[str], bool] = is_https,
) -> Added:
    """Downloads an edition whose publisher allows it, checks that the file is that edition, adds it and records it.

    :param day: day of the download, for the record.
    :param most: largest size of the file in bytes.
    :param is_allowed: says which addresses may be requested: the edition's own, and those of other hosts to which it
        redirects.
    :raises UnreadableError: the download is not allowed, fails, or is not that edition; the error says how to add it by
        hand.
    """
    if not edition.file_url:
        raise _by_hand(edition, notice("fetch no address"))
    if not is_allowed(edition.file_url):
        raise _by_hand(edition, notice("fetch not https"))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{edition.doc_id}.pdf"
        try:
            _download(edition.file_url, path, most, is_allowed)
        except urllib.error.HTTPError as error:
            error.close()
            wall = error.code in {401, 403, 429, 503}
            why = notice("fetch turned away" if wall else "fetch site error", code=error.code)
            raise _by_hand(edition, why) from error
        except (urllib.error.URLError, HTTPException, OSError, ValueError) as error:
            raise _by_hand(edition, notice("fetch failed", why=str(error))) from error
        digest = file_sha256(path)
        try:
            result = read_alone(Task(path, digest))
        except DocumentError as error:
            raise _by_hand(edition, notice("fetch unreadable", why=error.as_notice)) from error
        if result.edition.doc_id != edition.doc_id:
            raise _by_hand(edition, notice("fetch another", found=result.edition.ref))
        added = add_file(path, home)
    _record_fetched(home, edition, digest, day)
    return added


def _by_hand(edition: Edition, why: Notice) -> UnreadableError:
    """The error that an edition is not downloaded, and how to add it by hand."""
    place = edition.landing_url or notice("the publisher")
    return UnreadableError(notice("fetch by hand", ref=edition.ref, why=why, place=place))


def fetched(home: Path) -> dict[str, dict[str, str]]:
    """The downloads of a home folder by the id of the edition: address, day, and SHA-256."""
    try:
        data: Any = json.loads((home / RECORD).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return data if isinstance(data, dict) else {}


def _record_fetched(home: Path, edition: Edition, sha256: str, day: str) -> None:
    told = fetched(home) | {edition.doc_id: {"address": edition.file_url or "", "day": day, "sha256": sha256}}
    with suppress(OSError):  # the file is there and is read; only where it is from is not kept
        write_whole(home / RECORD, json.dumps(told, ensure_ascii=False, indent=2, sort_keys=True) + "\n")


class Redirects(urllib.request.HTTPRedirectHandler):
    """Follows a redirect within a host, and to another host if its address is allowed.

    If an https address redirects to the same host by http, as the Publications Office of the EU does, the new address
    is requested by https instead.
    """

    def __init__(self, is_allowed: Callable[[str], bool]) -> None:
        self._is_allowed = is_allowed

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> urllib.request.Request | None:
        old, new = urlsplit(req.full_url), urlsplit(newurl)
        if old.scheme == "https" and new.scheme == "http" and new.netloc == old.netloc:
            newurl = new._replace(scheme="https").geturl()
        same = urlsplit(newurl)[:2] == old[:2]
        if not same and not self._is_allowed(newurl):
            fp.close()
            raise ValueError(f"it is redirected to {newurl}, which is not https")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _download(url: str, path: Path, most: int, is_allowed: Callable[[str], bool]) -> None:
    """Downloads a file.

    :raises ValueError: the response is too large, shorter than announced, or a web page.
    """
    headers = {"User-Agent": "standards-kb", "Accept": ACCEPT, "Accept-Language": LANGUAGE}
    request = urllib.request.Request(url, headers=headers)  # noqa: S310 - the scheme is checked by the caller
    size = 0
    with (
        urllib.request.build_opener(Redirects(is_allowed)).open(request, timeout=TIMEOUT) as reply,
        path.open("wb") as file,
    ):
        announced = reply.headers.get("Content-Length")
        if announced and announced.isdigit() and int(announced) > most:
            raise ValueError(f"more than {most:,} bytes")
        while block := reply.read(CHUNK):
            if size == 0 and not block.lstrip()[:5].startswith(b"%PDF-"):
                kind = reply.headers.get_content_type()
                raise ValueError(f"what came is no PDF but {kind}, perhaps a page that asks for a click")
            size += len(block)
            if size > most:
                raise ValueError(f"more than {most:,} bytes")
            file.write(block)
    if announced and announced.isdigit() and size < int(announced):
        raise ValueError(f"the transfer broke off after {size:,} of {int(announced):,} bytes")
    if size == 0:
        raise ValueError("nothing came")
