"""The exceptions this project raises on purpose, one sentence each.

::

    KBError                     something the user can act on; the message says what, where, why, what to do
    ├── ConfigError             a setting, catalog or register file is wrong; names the file and line or key
    ├── DocumentError           one document cannot be read; the rest of the batch goes on
    │   ├── UnreadableError     the file is missing, empty, damaged, not what its ending says, or not permitted
    │   ├── EncryptedError      the file needs a password
    │   ├── NoTextError         the pages carry no text layer (a scan)
    │   └── TooLargeError       the file is beyond the stated bound on size, pages or time
    ├── IndexFolderError        the index folder is missing, damaged, or built by another encoder
    │   └── NoIndexError        there is no index yet
    ├── StoreError              a store on other machines is away, of another version, or holds what does not fit
    ├── ReferenceNotFound       no unit carries this reference; carries near misses
    ├── AmbiguousReference      several documents hold this number; carries the choices
    ├── EncoderError            the encoder cannot be loaded, or its weights are not the ones named
    ├── LogError                the log of questions cannot be written or read, or does not fit its signed head
    └── GeneratorError          the language model is absent, slow, or does not answer as asked; quotes stand without it

Errors of libraries are converted to these where the library is called (``raise … from``).
"""

from __future__ import annotations

from kb.types import Notice, notice
from kb.wording import value_in_words


class KBError(Exception):
    """An error that the user can do something about; ``str(error)`` is the whole message in English.

    ``notice`` is the message as data, so that it can be worded in another language (:func:`kb.messages.error_words`).
    It is ``None`` only for an error that another program made of a text.
    """

    def __init__(self, message: str | Notice) -> None:
        super().__init__(message)
        self.notice = message if isinstance(message, Notice) else None

    @property
    def as_notice(self) -> Notice:
        """The message as a notice, also where it is no more than a text."""
        return self.notice or notice("note text", text=str(self))

    def __str__(self) -> str:
        return value_in_words(self.args[0], "en").strip()


class ConfigError(KBError):
    """A setting, catalog entry or register entry is wrong."""


class DocumentError(KBError):
    """One document cannot be read; others are unaffected."""


class UnreadableError(DocumentError):
    """The file is missing, empty, damaged, misnamed or not permitted."""


class EncryptedError(DocumentError):
    """The file opens only with a password."""


class NoTextError(DocumentError):
    """No page of the file has text."""


class TooLargeError(DocumentError):
    """The file exceeds a bound on size, pages or time."""


class IndexFolderError(KBError):
    """The index folder is missing, damaged or does not fit the encoder."""


class NoIndexError(IndexFolderError):
    """There is no index at the place asked for."""


class StoreError(KBError):
    """A store is unreachable, refuses the connection, is of another version, or its content is not as expected."""


class EncoderError(KBError):
    """The encoder is missing, or its weights are not the named ones."""


class LogError(KBError):
    """The log of questions cannot be written or read, or does not match its signed head; answers are given all the
    same."""


class GeneratorError(KBError):
    """The language model's endpoint is absent, slow, or answers otherwise than asked; its text is one line."""


class ReferenceNotFound(KBError):
    """No unit has the reference; ``near`` holds the ids of units offered as near misses."""

    def __init__(self, message: str | Notice, near: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.near = near


class AmbiguousReference(KBError):
    """Several documents hold the number; ``choices`` holds the unit ids."""

    def __init__(self, message: str | Notice, choices: tuple[str, ...]) -> None:
        super().__init__(message)
        self.choices = choices
