"""The record of a file's first pages, from which :mod:`kb.catalog.recognition` recognises the edition. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TitlePage:
    """The first pages of a file.

    ``text`` is all of their words. ``titles`` are the words printed as the file's title, likeliest first; a heading
    further down, a running head and a footnote are not titles. ``cover`` are the other short lines of the title page,
    the metadata and the running heads: names of bodies, numbers, dates, editions. ``issuer`` is the body that issued
    the file, empty if it is not known.
    """

    text: str
    titles: tuple[str, ...] = ()
    cover: str = ""
    issuer: str = ""
