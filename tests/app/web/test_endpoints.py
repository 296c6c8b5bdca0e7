"""The named endpoints as the framework's own client calls them, and what is refused to programs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from gradio_client import Client
from gradio_client.exceptions import AppError

from app.accounts import AccountRole, Accounts
from app.machine import ACTIONS
from kb.errors import ConfigError
from tests.app.web.serving import actions_over, fetched, served
from tests.library import command, opened

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from kb.knowledge_base import KnowledgeBase

QUESTION = "How long are ledgers kept after the robot has left the orchard?"
QUIET: dict[str, Any] = {"download_files": False, "verbose": False, "analytics_enabled": False}
JSON = {"Content_Type": "application/json"}


@pytest.fixture(scope="module")
def port(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with served(tmp_path_factory.mktemp("served"), opened(home)) as number:
        yield number


@pytest.fixture(scope="module")
def client(port: int) -> Iterator[Client]:
    found = Client(f"http://127.0.0.1:{port}", **QUIET)
    yield found
    found.close()


def printed(home: Path, *arguments: str) -> Any:
    return json.loads(command("--home", str(home), *arguments).stdout)


def test_every_endpoint_and_nothing_else_is_named(client: Client) -> None:
    described = client.view_api(return_format="dict", print_info=False)
    assert tuple(described["named_endpoints"]) == tuple(f"/{name}" for name in ACTIONS)
    assert described["unnamed_endpoints"] == {}
    asked = described["named_endpoints"]["/ask"]["parameters"]
    assert [each["parameter_name"] for each in asked][:2] == ["question", "documents"]
    assert not asked[0]["parameter_has_default"] and asked[1]["parameter_has_default"]


def test_an_endpoint_gives_what_the_command_prints(client: Client, home: Path, tmp_path: Path) -> None:
    answer = client.predict(question=QUESTION, api_name="/ask")
    assert answer["citations"] and answer == printed(home, "ask", QUESTION, "--format", "json")
    found = client.predict(query="ledger", limit=3, api_name="/search")
    assert found["hits"] == printed(home, "search", "ledger", "-k", "3", "--format", "json")
    units = client.predict(references=["OECD 1.3", "99.9"], api_name="/lookup")
    assert units["references"] == printed(home, "lookup", "OECD 1.3", "99.9", "--format", "json")
    (tmp_path / "list.txt").write_text(f"OECD 1.3\n{QUESTION}\n")
    cited = client.predict(lines=["OECD 1.3", QUESTION], api_name="/cite")
    assert cited["citations"] == printed(home, "cite", str(tmp_path / "list.txt"), "-f", "json")
    (tmp_path / "draft.md").write_text('OECD 1.3 says "quite another thing".')
    checked = client.predict(text='OECD 1.3 says "quite another thing".', api_name="/check")
    assert checked == printed(home, "check", str(tmp_path / "draft.md"), "--format", "json")


def test_a_batch_gives_each_row_what_the_question_gives(client: Client) -> None:
    rows = client.predict(rows=["OECD 1.3", QUESTION], api_name="/batch")["rows"]
    answer = client.predict(question=QUESTION, api_name="/ask")
    assert [row["row"] for row in rows] == [1, 2]

    def place(citation: dict[str, Any]) -> tuple[Any, ...]:
        return citation["doc_id"], citation["char_start"], citation["char_end"], citation["quote_sha256"]

    assert [place(each) for each in rows[1]["citations"]] == [place(each) for each in answer["citations"]]


def test_what_can_be_mended_is_one_line(client: Client, capfd: pytest.CaptureFixture[str]) -> None:
    for given, said in (
        ({"question": "x" * 2001}, "2,000"),
        ({"question": "x", "documents": ["y"]}, "not in the index"),
    ):
        with pytest.raises(AppError, match=said):
            client.predict(**given, api_name="/ask")
    assert "Traceback" not in "".join(capfd.readouterr())


@pytest.mark.parametrize("limit", ["many", 2.5, True, None])
def test_a_limit_that_is_no_whole_number_is_told(base: KnowledgeBase, limit: Any) -> None:
    with pytest.raises(ConfigError, match="whole number"):
        actions_over(base).search("ledgers", limit=limit)


@pytest.mark.parametrize(
    ("endpoint", "given", "named"),
    [
        ("check", {"text": ["a", 1]}, "text"),
        ("check", {"text": "a", "kind": {}}, "kind"),
        ("ask", {"question": {"a": 1}}, "question"),
        ("ask", {"question": "a", "as_of": 20240101}, "as_of"),
        ("search", {"query": 3}, "query"),
        ("lookup", {"references": ["a"], "edition": [1]}, "edition"),
        ("batch", {"rows": ["a"], "language": None}, "language"),
    ],
)
def test_what_is_no_text_is_told_and_is_no_fault_of_ours(
    client: Client, capfd: pytest.CaptureFixture[str], endpoint: str, given: dict[str, Any], named: str
) -> None:
    with pytest.raises(AppError, match=f"a text is expected for {named}"):
        client.predict(**given, api_name=f"/{endpoint}")
    assert "Traceback" not in "".join(capfd.readouterr())


def test_any_client_asks_and_waits(port: int) -> None:
    status, _, body = fetched(port, "/gradio_api/call/v2/lookup", "POST", b'{"references": ["OECD 1.3"]}', **JSON)
    assert status == 200
    status, _, body = fetched(port, f"/gradio_api/call/v2/lookup/{json.loads(body)['event_id']}")
    assert "event: complete" in body and "principle:1.3" in body


def test_an_argument_that_an_endpoint_does_not_have_is_told(port: int) -> None:
    status, _, body = fetched(port, "/gradio_api/call/v2/lookup", "POST", b'{"references": ["x"], "limit": 3}', **JSON)
    assert status == 400
    assert "the arguments are not those of this endpoint" in json.loads(body)["detail"]


def join(number: object) -> bytes:
    return json.dumps({"data": ["x"], "fn_index": number, "session_hash": "abc"}).encode()


def test_what_the_page_calls_is_refused_outside_it(port: int) -> None:
    config = json.loads(fetched(port, "/config")[2])
    private = [each["id"] for each in config["dependencies"] if each["api_visibility"] != "public"]
    assert private
    for number in (*private, "0", None, True, 1.0, -1, 10**40):
        assert fetched(port, "/gradio_api/queue/join", "POST", join(number), **JSON)[0] == 403, number
    for body in (b"", b"[]", b"{", b"[" * 100_000, b"\xff"):
        assert fetched(port, "/gradio_api/queue/join", "POST", body, **JSON)[0] == 403
    names = [each["api_name"] for each in config["dependencies"] if each["api_visibility"] != "public"]
    for name in {str(name) for name in names} | {"x", "..", "v2"}:
        for path in (f"/gradio_api/call/{name}", f"/gradio_api/call/v2/{name}", f"/gradio_api/run/{name}",
                     f"/gradio_api/api/{name}"):  # fmt: skip
            assert fetched(port, path, "POST", b'{"data": []}', **JSON)[0] == 404, path
    for path in ("/calls/about/facts", "/calls/documents/add", "/calls/x/y"):
        assert fetched(port, path, "POST", b"{}", **JSON)[0] == 403, path
    body = json.dumps({"data": [], "fn_index": private[0]}).encode()
    for path in ("/gradio_api/run/ask", "/gradio_api/api/ask"):
        assert fetched(port, path, "POST", body, **JSON)[0] == 404


def test_the_page_calls_with_a_cookie_that_no_other_site_sends(port: int) -> None:
    _, headers, _ = fetched(port, "/")
    assert {"HttpOnly", "SameSite=Strict"} <= set(headers["set-cookie"].split("; "))
    cookie = headers["set-cookie"].partition(";")[0]
    config = json.loads(fetched(port, "/config")[2])
    private = next(each["id"] for each in config["dependencies"] if each["api_visibility"] != "public")
    assert fetched(port, "/gradio_api/queue/join", "POST", join(private), **JSON, Cookie=cookie)[0] == 200
    assert fetched(port, "/gradio_api/queue/join", "POST", join(private), **JSON, Cookie=cookie + "x")[0] == 403
    assert "set-cookie" not in fetched(port, "/", Cookie=cookie)[1]


def test_without_the_endpoints_programs_are_refused(tmp_path: Path, base: KnowledgeBase) -> None:
    with served(tmp_path, base, programs=False) as port:
        for path in ("/gradio_api/call/ask", "/gradio_api/call/v2/ask", "/gradio_api/info", "/gradio_api/openapi.json"):
            assert fetched(port, path, "POST" if "call" in path else "GET", b'{"data": ["x"]}', **JSON)[0] == 404
        assert fetched(port, "/gradio_api/queue/join", "POST", join(0), **JSON)[0] == 403
        assert fetched(port, "/")[0] == 200


def test_a_program_signs_in_where_there_are_accounts(tmp_path: Path, base: KnowledgeBase, home: Path) -> None:
    Accounts(tmp_path).add("mina", AccountRole.READER, "correct horse battery")
    with served(tmp_path, base) as port:
        address = f"http://127.0.0.1:{port}"
        found = Client(address, **QUIET, auth=("mina", "correct horse battery"))
        assert found.predict(references=["OECD 1.3"], api_name="/lookup")["references"][0]["units"]
        found.close()
        with pytest.raises(Exception, match="Could not login"):
            Client(address, **QUIET, auth=("mina", "another password"))


@pytest.mark.parametrize("kept", [True, False], ids=["path-kept", "path-taken-away"])
def test_under_a_path_of_a_proxy_everything_is_found(tmp_path: Path, base: KnowledgeBase, kept: bool) -> None:
    before = "/kb" if kept else ""
    given = {"root_path": "/kb", "trusted_proxies": "127.0.0.1", "allowed_hosts": "kb.example.org"}
    said = {"X_Forwarded_Host": "kb.example.org", "X_Forwarded_Proto": "https", "X_Forwarded_For": "192.0.2.7"}
    with served(tmp_path, base, **given) as port:
        status, headers, page = fetched(port, f"{before}/", **said, Accept="text/html")
        assert status == 200 and "https://kb.example.org/kb" in page
        assert "Path=/kb" in headers["set-cookie"] and "Secure" in headers["set-cookie"]
        config = json.loads(fetched(port, f"{before}/config", **said)[2])
        assert config["root"] == "https://kb.example.org/kb"
        status, _, body = fetched(port, f"{before}/gradio_api/call/v2/lookup", "POST", b'{"references": ["OECD 1.3"]}',
                                  **JSON, **said, Origin="https://kb.example.org")  # fmt: skip
        assert status == 200
        assert (
            "principle:1.3"
            in fetched(port, f"{before}/gradio_api/call/v2/lookup/{json.loads(body)['event_id']}", **said)[2]
        )
        assert fetched(port, f"{before}/gradio_api/queue/join", "POST", join(len(ACTIONS)), **JSON, **said)[0] == 403
        assert fetched(port, f"{before}/gradio_api/file=/etc/hostname", **said)[0] in {403, 404}
