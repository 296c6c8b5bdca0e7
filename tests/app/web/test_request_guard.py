"""Which requests the served app accepts, tested over real connections, and which headers every reply has."""

from __future__ import annotations

import http.client
import json
import socket
from typing import TYPE_CHECKING

import pytest

from app.settings import Settings
from app.web.framework_environment import framework_environment
from app.web.handlers import Handlers
from app.web.page import launch
from app.web.request_guard import MAX_BODY, GuardRules, host_name
from kb.types import MAX_QUESTION
from tests.app.web.serving import fetched, free_port, served

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """The port of the app, served on loopback with a further name."""
    number = free_port()
    settings = Settings(home=str(tmp_path_factory.mktemp("home")), port=number, allowed_hosts="kb.example.org")
    with framework_environment(settings.home_path):
        blocks = launch(Handlers(settings))
        yield number
        blocks.close(verbose=False)


PAGES = ["/", "/config", "/gradio_api/app_id", "/theme.css", "/gradio_api/queue/data?session_hash=x"]


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("host", ["evil.example", "evil.example:{port}", "127.0.0.1.evil.example", "192.0.2.7:{port}"])
def test_a_name_that_was_made_to_lead_here_reads_nothing(port: int, path: str, host: str) -> None:
    status, headers, body = fetched(port, path, Host=host.format(port=port))
    assert status == 421
    assert "access-control-allow-origin" not in headers
    assert "components" not in body


@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS", "HEAD", "PUT", "DELETE"])
def test_the_name_is_checked_whatever_the_method(port: int, method: str) -> None:
    preflight = {"Origin": "http://evil.example", "Access_Control_Request_Method": "POST"}
    assert fetched(port, "/gradio_api/queue/join", method, Host="evil.example", **preflight)[0] == 421


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:1", "http://localhost", "file://"])
def test_a_page_of_another_site_asks_nothing(port: int, origin: str) -> None:
    body = json.dumps({"data": [], "fn_index": 0, "session_hash": "x"}).encode()
    for kind in ("application/json", "text/plain", "application/x-www-form-urlencoded"):
        status, headers, _ = fetched(port, "/gradio_api/queue/join", "POST", body, Origin=origin, Content_Type=kind)
        assert status == 403
        assert "access-control-allow-origin" not in headers
    assert fetched(port, "/config", Origin=origin)[0] == 403


def test_what_a_browser_says_of_the_site_counts_where_it_names_no_origin(port: int) -> None:
    assert fetched(port, "/config", Sec_Fetch_Site="cross-site", Sec_Fetch_Mode="no-cors")[0] == 403
    assert fetched(port, "/config", Sec_Fetch_Site="same-site", Sec_Fetch_Mode="cors")[0] == 403
    assert fetched(port, "/", Sec_Fetch_Site="cross-site", Sec_Fetch_Mode="navigate")[0] == 200
    assert fetched(port, "/config", Sec_Fetch_Site="same-origin", Sec_Fetch_Mode="cors")[0] == 200


@pytest.mark.parametrize("host", ["127.0.0.1:{port}", "localhost:{port}", "LOCALHOST", "[::1]:9", "kb.example.org"])
def test_the_names_of_the_app_are_served(port: int, host: str) -> None:
    name = host.format(port=port)
    assert fetched(port, "/config", Host=name, Origin=f"http://{name}")[0] == 200


def test_a_request_without_a_host_or_with_a_torn_one_is_refused(port: int) -> None:
    for host in ("a b", "user@127.0.0.1", "127.0.0.1:x", "[::1", "127.0.0.1/x"):
        assert fetched(port, "/config", Host=host)[0] in {400, 421}


def test_every_reply_carries_the_headers_of_security(port: int) -> None:
    for path, host in (("/", ""), ("/config", ""), ("/assets/none.js", ""), ("/", "evil.example")):
        _, headers, _ = fetched(port, path, **({"Host": host} if host else {}))
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert "default-src 'self'" in headers["content-security-policy"]
        assert headers["x-frame-options"] == "DENY"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"


def test_what_anyone_says_as_a_proxy_changes_nothing(port: int) -> None:
    plain = json.loads(fetched(port, "/config")[2])["root"]
    said = {
        "X_Forwarded_Host": "evil.example", "X_Forwarded_Proto": "https", "X_Gradio_Server": "http://evil.example/",
        "Forwarded": "host=evil.example", "X_Forwarded_For": "192.0.2.9", "X_Original_URL": "/monitoring",
    }  # fmt: skip
    status, _, body = fetched(port, "/config", **said)
    assert status == 200
    assert json.loads(body)["root"] == plain
    assert "evil" not in body


def test_a_proxy_that_the_settings_name_is_believed(tmp_path: Path) -> None:
    number = free_port()
    settings = Settings(home=str(tmp_path), port=number, trusted_proxies="127.0.0.0/8", allowed_hosts="kb.example.org")
    blocks = launch(Handlers(settings))
    try:
        said = {"X_Forwarded_Host": "kb.example.org", "X_Forwarded_Proto": "https"}
        status, _, body = fetched(number, "/config", Origin="https://kb.example.org", **said)
        assert (status, json.loads(body)["root"]) == (200, "https://kb.example.org")
        assert fetched(number, "/config", X_Forwarded_Host="evil.example")[0] == 421
    finally:
        blocks.close(verbose=False)


def test_whoever_leaves_out_the_slash_behind_the_path_of_the_page_is_sent_to_it(tmp_path: Path) -> None:
    with served(tmp_path, root_path="/kb") as number:
        status, headers, _ = fetched(number, "/kb?tab=list")
        assert (status, headers["location"]) == (308, "/kb/?tab=list")
        assert fetched(number, "/kb/?tab=list")[0] == 200
        assert fetched(number, "/kb", Host="evil.example")[0] == 421


def test_a_long_body_is_refused_before_it_is_parsed(port: int) -> None:
    join = "/gradio_api/queue/join"
    status, _, _ = fetched(port, join, "POST", None, Content_Length=str(600_000_000), Content_Type="application/json")
    assert status == 413
    assert fetched(port, join, "POST", None, Content_Length="9" * 18)[0] == 413

    def pieces() -> Iterator[bytes]:
        block = b"[" * 60_000
        for _ in range(MAX_BODY // len(block) + 5):
            yield b"%x\r\n%s\r\n" % (len(block), block)
        yield b"0\r\n\r\n"

    try:
        status, _, said = fetched(
            port, join, "POST", pieces(), Transfer_Encoding="chunked", Content_Type="application/json"
        )
    except (ConnectionResetError, BrokenPipeError):  # the reply and the end came while the rest was still sent
        status, said = 413, ""
    assert status == 413, said
    assert 50 * MAX_QUESTION < MAX_BODY
    assert fetched(port, "/config")[0] == 200


@pytest.mark.parametrize(
    ("headers", "status", "english", "korean"),
    [
        ({"Host": "evil.example"}, 421, "this address is not served under that name", "이 주소는 그 이름으로"),
        ({"Origin": "http://evil.example"}, 403, "requests from pages of another site", "다른 사이트의 화면에서"),
        ({"Content_Length": "9" * 18}, 413, "a request may have 2,097,152 bytes", "요청은 2,097,152바이트까지입니다"),
        ({"Sec_Fetch_Site": "cross-site"}, 403, "requests from pages of another site", "다른 사이트의 화면에서"),
    ],
)
def test_a_refusal_is_in_the_language_that_the_browser_asks_for(
    port: int, headers: dict[str, str], status: int, english: str, korean: str
) -> None:
    wanted = {
        "": english,
        "fr": english,
        "en-GB,ko;q=0.5": english,
        "ko-KR,ko;q=0.9,en;q=0.8": korean,
        "\xff;,": english,
    }
    for accepted, said in wanted.items():
        found, kind, body = fetched(port, "/config", "POST", Accept_Language=accepted, **headers)
        assert (found, kind["content-type"]) == (status, "application/json")
        assert json.loads(body)["detail"].startswith(said), accepted


def test_only_the_calls_that_take_a_file_may_be_long(port: int) -> None:
    body = b'{"items": "' + b"x" * (MAX_BODY + 1000) + b'"}'
    headers = {"Content_Type": "application/json", "Content_Length": str(len(body))}
    for path in ("/calls/list/rows", "/calls/batch/read", "/calls/check/read"):
        assert fetched(port, path, "POST", body, **headers)[0] != 413
        assert fetched(port, path, "POST", None, Content_Length=str(40 * 1024**2))[0] == 413
    for path in ("/calls/batch/rows", "/calls/ask/ask", "/elsewhere/calls/list/rows"):
        assert fetched(port, path, "POST", None, Content_Length=str(len(body)))[0] == 413


@pytest.mark.parametrize(
    "path",
    [
        "/gradio_api/deep_link?session_hash=x", "/?deep_link=x", "/gradio_api/token", "/gradio_api/upload",
        "/gradio_api/upload_progress", "/gradio_api/proxy=http://127.0.0.1:9/",
        "/gradio_api/runs", "/monitoring", "/gradio_api/vibe-code/", "/gradio_api/run-history/records",
        "/gradio_api/process_recording", "/gradio_api/mcp/sse", "/gradio_api/profiling/summary",
    ],
)  # fmt: skip
def test_parts_of_the_framework_that_the_page_does_not_use_are_closed(port: int, path: str) -> None:
    for method in ("GET", "POST"):
        assert fetched(port, path, method)[0] == 404, method


def test_files_of_the_machine_are_not_served(port: int) -> None:
    for path in ("/gradio_api/file=/etc/hostname", "/gradio_api/file=../../etc/hostname", "/gradio_api/file=http://x/"):
        assert fetched(port, path)[0] in {403, 404}


@pytest.mark.parametrize(
    ("host", "known", "unknown"),
    [
        ("127.0.0.1", ["localhost", "127.0.0.1:80", "127.1.2.3", "[::1]"], ["192.168.0.4", "a.example", ""]),
        ("192.168.0.4", ["192.168.0.4:7860"], ["localhost", "192.168.0.5", "a.example"]),
        ("0.0.0.0", ["192.168.0.4:7860", "localhost", "[2001:db8::1]:7860"], ["a.example", "localhost.a.example"]),
        ("::", ["[2001:db8::1]:7860", "10.0.0.1"], ["a.example"]),
        ("kb.intern", ["kb.intern", "KB.intern.:7860"], ["intern", "a.kb.intern"]),
    ],
)
def test_a_name_can_be_made_to_lead_anywhere_an_address_cannot(host: str, known: list[str], unknown: list[str]) -> None:
    rules = GuardRules(host)
    assert [name for name in known if not rules.is_served(name)] == []
    assert [name for name in unknown if rules.is_served(name)] == []


def test_what_is_no_host_is_none() -> None:
    assert [host_name(text) for text in ("a@b", "b/c", "b?c", "b#c", "b:70000", "[::1", "")] == [None] * 7


@pytest.mark.allow_hosts(["127.0.0.1", "::1"])
def test_ipv6_is_listened_on(tmp_path: Path) -> None:
    number = free_port()
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        pytest.skip("this machine has no IPv6")
    blocks = launch(Handlers(Settings(home=str(tmp_path), port=number, host="::1")))
    try:
        connection = http.client.HTTPConnection("::1", number, timeout=20)
        connection.request("GET", "/config")
        assert connection.getresponse().status == 200
        connection.close()
    finally:
        blocks.close(verbose=False)
