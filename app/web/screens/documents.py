"""The Documents screen: the list of documents, one document in full, adding files and downloading texts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import gradio as gr

from app.web.handlers import Handlers
from app.web.html.documents import (
    document_html,
    documents_list,
    documents_shell,
    outcome_html,
    progress_html,
    recognised_html,
    watched_folders,
)
from app.web.html.pieces import problem_box
from app.web.reading_jobs import ReadingJob, ReadingJobs
from app.web.screens.given import given_number, given_text
from app.web.screens.screen import OWN_STYLE, Context, Screen, script
from app.web.sign_in import need_editor, who_asks
from app.web.uploads_in_pieces import MAX_ADDED_FILE, MAX_UPLOAD_PIECE, Uploads
from kb.errors import ConfigError, KBError
from kb.messages import message
from kb.types import Notice, notice, notice_from_json


def documents_screen(context: Context) -> Screen:
    """The panel of the screen; its script loads the content."""
    desk = context.desk
    calls = DocumentCalls(desk, ReadingJobs(desk.settings, desk.reading_command))

    def shell(code: str) -> str:
        return documents_shell(code, watched_folders(desk.settings.document_folders), MAX_ADDED_FILE)

    panel = gr.HTML(
        shell(context.start),
        js_on_load=script("documents/list", "documents/adding"),
        elem_id="kb-documents",
        **OWN_STYLE,
    )
    functions = (
        calls.list, calls.document, calls.upload, calls.piece, calls.recognise, calls.add, calls.discard,
        calls.get, calls.ingest, calls.remove, calls.stop, calls.job,
    )  # fmt: skip
    return Screen((panel,), lambda code: (shell(code),), {each.__name__: each for each in functions})


class DocumentCalls:
    """The calls of the screen's scripts."""

    def __init__(
        self,
        desk: Handlers,
        jobs: ReadingJobs,
        uploads: Uploads | None = None,
        allow: Callable[[], None] = lambda: need_editor(who_asks()),
    ) -> None:
        self._allow = allow
        self._desk = desk
        self._jobs = jobs
        self._uploads = uploads or Uploads()

    # --- what is here

    def list(self, data: Mapping[str, Any], lang: str) -> dict[str, str]:
        """The list of all documents with its search and facets."""
        del data
        return {"html": documents_list(self._desk.base().contents().listing(), lang)}

    def document(self, data: Mapping[str, Any], lang: str) -> dict[str, str]:
        """One document in full."""
        doc_id, base = given_text(data, "document", 200), self._desk.base()
        page = base.document_page(doc_id)
        if page is None:
            return {"html": problem_box(message(lang, "document gone")), "document": ""}
        return {"html": document_html(page, base.outline(doc_id), lang), "document": doc_id}

    # --- files on their way

    def upload(self, data: Mapping[str, Any], lang: str) -> dict[str, Any]:
        """Begins the upload of a file; its pieces follow."""
        self._allow()
        token = self._uploads.begin(given_text(data, "name", 1000), given_number(data, "size"), who_asks().name)
        if not token:
            raise ConfigError(notice("add too large", n=self._uploads.most // 1_000_000))
        del lang
        return {"upload": token}

    def piece(self, data: Mapping[str, Any], lang: str) -> dict[str, Any]:
        """The next piece of a file."""
        del lang
        piece = given_text(data, "data", MAX_UPLOAD_PIECE + 1)
        if not self._uploads.piece(given_text(data, "upload", 60), given_number(data, "at"), piece):
            raise ConfigError(notice("add lost"))
        return {}

    def recognise(self, data: Mapping[str, Any], lang: str) -> dict[str, Any]:
        """Reads an uploaded file to recognise its edition.

        :raises ConfigError: the file is not complete, or another job is under way.
        """
        self._allow()
        upload = self._uploads.whole(given_text(data, "upload", 60))
        if upload is None:
            raise ConfigError(notice("add lost"))
        return self._started(self._jobs.start("recognise", upload.name, file=str(upload.path)), lang)

    def add(self, data: Mapping[str, Any], lang: str) -> dict[str, Any]:
        """Adds a file that was recognised, and builds the index."""
        self._allow()
        upload = self._uploads.whole(given_text(data, "upload", 60))
        if upload is None:
            raise ConfigError(notice("add lost"))
        return self._started(self._jobs.start("add", upload.path.name, file=str(upload.path)), lang)

    def discard(self, data: Mapping[str, Any], lang: str) -> dict[str, Any]:
        """Removes an uploaded file."""
        self._uploads.drop(given_text(data, "upload", 60))
        return {"html": f'<p class="kb-note">{message(lang, "add discarded")}</p>', "running": False}

    def get(self, data: Mapping[str, Any], lang: str) -> dict[str, Any]:
        """Downloads an edition from its publisher, or all that may be downloaded freely, and builds the index."""
        self._allow()
        chosen = given_text(data, "edition", 200)
        here = [] if chosen else [d.doc_id for d in self._desk.base().contents().documents]
        return self._started(self._jobs.start("get", editions=[chosen] if chosen else [], here=here), lang)

    def ingest(self, data: Mapping[str, Any], lang: str) -> dict[str, Any]:
        """Builds the index from the home folder and the watched folders."""
        self._allow()
        del data
        return self._started(self._jobs.start("ingest"), lang)

    def remove(self, data: Mapping[str, Any], lang: str) -> dict[str, Any]:
        """Builds the index without one document."""
        self._allow()
        doc_id = given_text(data, "edition", 200)
        page = self._desk.base().document_page(doc_id)
        if page is None or page.here != "loaded":
            raise ConfigError(notice("document not in index", id=doc_id))
        return self._started(self._jobs.start("remove", page.edition.ref, document=doc_id), lang)

    def stop(self, data: Mapping[str, Any], lang: str) -> dict[str, Any]:
        """Stops the job that is under way."""
        self._allow()
        self._jobs.stop()
        return self.job(data, lang)

    def job(self, data: Mapping[str, Any], lang: str) -> dict[str, Any]:
        """The progress of the job under way, or the result of the last one."""
        job = self._jobs.current()
        if job is None:
            return {"html": "", "running": False, "n": 0}
        if not job.ended:
            return {"html": progress_html(job.stage, job.name, self._index_id(), lang), "running": True, "n": job.n}
        if job.do == "add":
            self._uploads.drop(given_text(data, "upload", 60))
        events = job.events("recognised")
        if job.do == "recognise" and events and job.ended == "done":
            return {"html": recognised_html(events[0], job.name, lang), "running": False, "n": job.n, "choose": True}
        html, changed = self._outcome(job, lang), job.ended == "done"
        status = self._desk.status(lang) if changed else ""
        return {"html": html, "running": False, "n": job.n, "changed": changed, "status": status}

    def _outcome(self, job: ReadingJob, lang: str) -> str:
        failed, done = job.events("failed"), job.events("done")
        why: Notice | None = notice_from_json(failed[0]["why"]) if failed else None
        index = str(done[0].get("index") or "") if done else ""
        return outcome_html(job.ended, job.events("file"), why, index, bool(done and done[0].get("written")), lang)

    def _started(self, job: ReadingJob | None, lang: str) -> dict[str, Any]:
        if job is None:
            raise ConfigError(notice("add busy", id=self._index_id()))
        return {"html": progress_html(job.stage, job.name, self._index_id(), lang), "running": True, "n": job.n}

    def _index_id(self) -> str:
        """The id of the index in service; empty if there is none yet."""
        try:
            return self._desk.base().index_id
        except KBError:
            return ""
