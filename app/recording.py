"""Logs what the app and the commands do. If the log cannot be written, the answer is given all the same."""

from __future__ import annotations

import getpass
import logging
from typing import TYPE_CHECKING

from kb.audit.question_log import log_of_home
from kb.errors import KBError
from kb.messages import words
from kb.types import notice

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.settings import Settings
    from kb import KnowledgeBase, QuestionLog, Recorder
    from kb.types import Notice

_RECORDING_LOG = logging.getLogger(__name__)


def log_of_settings(settings: Settings) -> QuestionLog:
    """The log that the settings name."""
    return log_of_home(settings.home_path, settings.log_head_folder, settings.log_days)


def recorded(
    settings: Settings, base: KnowledgeBase, via: str, user: str, write: Callable[[Recorder], int]
) -> tuple[int, Notice | None]:
    """The number of the entry that ``write`` makes, 0 where nothing is logged; and why that is, where it is a fault."""
    if not settings.is_logged:
        return 0, None
    try:
        return write(base.recorder(user, via, log_of_settings(settings))), None
    except KBError as error:
        return 0, notice("log not kept", why=error.as_notice)
    except OSError as error:
        return 0, notice("log not kept", why=error.strerror or str(error))


def log_writer(
    settings: Settings, base: Callable[[], KnowledgeBase], via: str, user: Callable[[], str]
) -> Callable[[Callable[[Recorder], int]], None]:
    """A function that writes log entries for one interface; an error of the log goes to the app's own log."""

    def log(write: Callable[[Recorder], int]) -> None:
        fault = recorded(settings, base(), via, user(), write)[1]
        if fault is not None:
            _RECORDING_LOG.warning("%s", words(fault, "en"))

    return log


def user_of_machine() -> str:
    """The name of the person who called the command, "" where the system has none."""
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return ""
