"""The files of a generation, compared with what its manifest records of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kb.errors import IndexFolderError
from kb.files import file_sha256
from kb.index.layout import damaged

if TYPE_CHECKING:
    from pathlib import Path


class RecordedFiles:
    """The files of the generation in ``folder``: lengths and hashes, and the times of the last writing, by name."""

    folder: Path
    _recorded: dict[str, tuple[int, str]]
    _written: dict[str, int]

    def _check_size(self, name: str) -> None:
        """Checks the sizes of files on opening, so that a truncated file is always reported, and the hash of files that
        were modified since they were written.

        :raises IndexFolderError: a file is missing, has another length than when it was written, or other content.
        """
        alone = self._recorded.get(name)
        inside = {name: alone} if alone is not None else {}
        for file, (size, _) in (inside or self._files_under(name)).items():
            try:
                found = (self.folder / file).stat().st_size
            except OSError as error:
                raise damaged(self.folder, f"{file}: {error.strerror}") from error
            if found != size:
                raise damaged(self.folder, f"{file} has {found:,} bytes of {size:,}")
            self._check_written(file)

    def _files_under(self, folder: str) -> dict[str, tuple[int, str]]:
        """The files in a folder of the generation, and in folders below."""
        return {file: each for file, each in self._recorded.items() if file.startswith(f"{folder}/")}

    def _check_written(self, name: str) -> None:
        """Checks that a database, or a file that a search reads, is unchanged, before anything is quoted from it.

        A file whose time of modification is unchanged counts as unchanged. In addition each text is compared with its
        own hash when it is read, and ``kb index verify`` reads every file completely.

        :raises IndexFolderError: it is not.
        """
        if not self.is_as_written(name):
            raise damaged(self.folder, f"{name} is not as it was written")

    def is_as_written(self, name: str) -> bool:
        """Whether a file is, by the time of the last writing, or else by the hash.

        :raises IndexFolderError: the file cannot be read.
        """
        path = self.folder / name
        try:
            state = path.stat()
            size, sha256 = self._recorded.get(name, (-1, ""))
            same = (state.st_size, state.st_mtime_ns) == (size, self._written.get(name))
            return same or file_sha256(path) == sha256
        except OSError as error:
            raise damaged(self.folder, f"{name}: {error.strerror}") from error

    def changed_files(self) -> tuple[str, ...]:
        """Files that are missing, or written to since and not as they were written."""
        out: list[str] = []
        for file in self._recorded:
            try:
                whole = self.is_as_written(file)
            except IndexFolderError:
                whole = False
            if not whole:
                out.append(file)
        return tuple(out)

    def damaged_files(self) -> tuple[str, ...]:
        """Files that are missing or not as they were written, by their hashes."""
        out: list[str] = []
        for file, (_, sha256) in self._recorded.items():
            try:
                if file_sha256(self.folder / file) != sha256:
                    out.append(file)
            except OSError:
                out.append(file)
        return tuple(out)
