"""The manifest of any index: the one in service, one of another home or folder, or an older generation."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kb.index.generations import current_folder
from kb.index.layout import CURRENT, INDEX, MANIFEST, damaged, is_manifest_of

if TYPE_CHECKING:
    from collections.abc import Mapping


def index_manifest(home: Path, name: str = "") -> Mapping[str, Any]:
    """The manifest of an index: the one in service under ``home``, or the one that ``name`` means.

    ``name`` is another home, an index folder, or a generation of this home. No other file is read.

    :raises IndexFolderError: there is none, or it is damaged.
    """
    root = home / INDEX
    path = Path(name).expanduser() if name else root
    if name and Path(name).name == name and (root / name / MANIFEST).is_file():
        folder = root / name
    elif (path / MANIFEST).is_file():
        folder = path
    else:
        folder = current_folder(path if (path / CURRENT).is_file() or not name else path / INDEX)
    try:
        written = (folder / MANIFEST).read_bytes()
        manifest: dict[str, Any] = json.loads(written.decode("utf-8"))
        _ = [manifest[key] for key in ("index_id", "created", "n_passages", "encoder", "settings", "version")]
        _ = [d[f] for d in manifest["documents"] for f in ("doc_id", "sha256", "pages", "units", "passages")]
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise damaged(folder / MANIFEST, str(error)) from error
    if not is_manifest_of(folder, written):
        raise damaged(folder / MANIFEST, "it is not as it was written")
    return manifest
