"""Who is let in where there are accounts or a proxy that signs people in, asked over real connections."""

from __future__ import annotations

import base64
import json
import re
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

import pytest

from app.accounts import ACCOUNTS_FILE, AccountRole, Accounts, Person
from app.settings import Settings
from app.web.handlers import Handlers
from app.web.html.bar import bar_html
from app.web.html.login import sign_in_page
from app.web.layers import Layers, check_who_may_come
from app.web.page import request_language
from app.web.sign_in import ATTEMPTS_OF_ADDRESS, KEY_FILE, Attempts, need_editor, person_of, who_asks
from app.web.stopping import Stopping
from kb.errors import ConfigError, KBError
from kb.messages import LANGUAGES
from tests.app.web.pages import HOSTILE, check, shown
from tests.app.web.serving import fetched, replied, served

if TYPE_CHECKING:
    from pathlib import Path

    from app.web.request_guard import Application

PASSWORD = "correct horse battery"
PAGE = {"Accept": "text/html"}
FORM = {"Content_Type": "application/x-www-form-urlencoded"}
PATHS = ["/config", "/gradio_api/info", "/gradio_api/queue/data?session_hash=x", "/gradio_api/file=/x", "/theme.css",
         "/gradio_api/app_id", "/gradio_api/call/ask/x", "/mcp", "/gradio_api/heartbeat/x", "/assets/x.js"]  # fmt: skip


@pytest.fixture
def accounts(tmp_path: Path) -> Accounts:
    found = Accounts(tmp_path)
    found.add("mina", AccountRole.EDITOR, PASSWORD)
    return found


async def page(scope: Any, _: Any, send: Any) -> None:
    """What stands behind the layers: says who asks."""
    person = person_of(scope)
    assert who_asks() == person or scope["path"] == "/gradio_api/startup-events"
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": f"{person.name}: {person.role.value}".encode()})


def guarded(home: Path, host: str = "127.0.0.1", **given: str) -> Application:
    """That page with the guard and the signing in before it."""
    settings = Settings(home=str(home), host=host, **given)
    layers = Layers(settings, partial(request_language, Handlers(settings)), dict, Stopping())
    layers.stopping.application = page
    return layers.guarded()


@pytest.fixture
def port(accounts: Accounts) -> Application:
    return guarded(accounts.path.parent)


def form(name: str = "mina", password: str = PASSWORD, after: str = "") -> bytes:
    return urlencode({"username": name, "password": password, "next": after}).encode()


def signed_in(port: Application) -> str:
    """The cookie of a session."""
    status, headers, _ = replied(port, "/login", "POST", form(), **FORM)
    assert status == 200
    return headers["set-cookie"].partition(";")[0]


@pytest.mark.parametrize("path", PATHS)
def test_nothing_is_shown_without_signing_in(port: Application, path: str) -> None:
    for method in ("GET", "POST", "HEAD", "PUT", "OPTIONS"):
        assert replied(port, path, method)[0] == 401, method


def test_a_person_is_led_to_the_page_for_signing_in_and_back(port: Application) -> None:
    status, headers, _ = replied(port, "/?unit=urn%3Akb%3Ax&q=a%22b", **PAGE)
    assert (status, headers["location"]) == (303, "/login?unit=urn%3Akb%3Ax&q=a%22b")
    status, _, page = replied(port, headers["location"], **PAGE)
    after = re.search('name="next" value="([^"]*)"', page)
    assert status == 200 and after is not None and "script" not in page
    status, headers, _ = replied(port, "/login", "POST", form(after="?unit=urn%3Akb%3Ax&q=a%22b"), **FORM, **PAGE)
    assert (status, headers["location"]) == (303, "/?unit=urn%3Akb%3Ax&q=a%22b")
    assert replied(port, "/config", Cookie=headers["set-cookie"].partition(";")[0])[0] == 200


@pytest.mark.parametrize(
    "after", ["//evil.example", "https://evil.example", "/\\evil.example", "?a=b\r\nX-Y: z", "javascript:x"]
)
def test_signing_in_leads_nowhere_else(port: Application, after: str) -> None:
    _, headers, _ = replied(port, "/login", "POST", form(after=after), **FORM, **PAGE)
    assert headers["location"].partition("?")[0] == "/"
    assert "x-y" not in headers


def test_a_session_is_a_signed_cookie_that_scripts_and_other_sites_do_not_get(port: Application) -> None:
    _, headers, _ = replied(port, "/login", "POST", form(), **FORM)
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(headers["set-cookie"].split("; "))
    cookie = headers["set-cookie"].partition(";")[0]
    mark = cookie.rindex(".") + 1  # its last letter holds bits that count for nothing; the first counts whole
    altered = cookie[:mark] + ("A" if cookie[mark] != "A" else "B") + cookie[mark + 1 :]
    for wrong in (altered, cookie.replace("=", "=x", 1), "kb-session=", "x"):
        assert replied(port, "/config", Cookie=wrong)[0] == 401
    assert replied(port, "/config", Cookie=cookie)[0] == 200


def test_another_password_and_a_removed_account_end_sessions(port: Application, accounts: Accounts) -> None:
    cookie = signed_in(port)
    accounts.set_password("mina", PASSWORD + "2")
    assert replied(port, "/config", Cookie=cookie)[0] == 401
    accounts.set_password("mina", PASSWORD)
    cookie = signed_in(port)
    accounts.add("other", AccountRole.READER, PASSWORD)
    accounts.remove("mina")
    assert replied(port, "/config", Cookie=cookie)[0] == 401


def test_a_restart_ends_no_session(accounts: Accounts) -> None:
    home = accounts.path.parent
    cookie = signed_in(guarded(home))
    assert (home / KEY_FILE).stat().st_mode & 0o777 == 0o600
    assert replied(guarded(home), "/config", Cookie=cookie)[0] == 200


def test_signing_out_takes_the_cookie_away(port: Application) -> None:
    status, headers, _ = replied(port, "/logout", "POST", b"", Cookie=signed_in(port))
    assert (status, headers["location"]) == (303, "/login")
    assert "kb-session=;" in headers["set-cookie"] and "Max-Age=0" in headers["set-cookie"]


def test_another_site_signs_nobody_in_or_out(port: Application) -> None:
    for path in ("/login", "/logout"):
        assert replied(port, path, "POST", form(), **FORM, Origin="http://evil.example")[0] == 403


def test_guessing_is_slowed_down_and_says_for_how_long(port: Application) -> None:
    for n in range(ATTEMPTS_OF_ADDRESS):
        assert replied(port, "/login", "POST", form(password=f"wrong password {n}"), **FORM)[0] == 401
    status, headers, _ = replied(port, "/login", "POST", form(), **FORM)
    assert status == 429 and int(headers["retry-after"]) > 0
    status, _, page = replied(port, "/login", "POST", form(), **FORM, **PAGE, Accept_Language="ko")
    assert status == 429 and "시도가 너무 많았습니다" in page.replace("&#46;", ".")
    basic = "Basic " + base64.b64encode(f"mina:{PASSWORD}".encode()).decode()
    status, _, said = replied(port, "/config", Authorization=basic, Accept_Language="ko")
    assert status == 429 and json.loads(said)["detail"].startswith("시도가 너무 많았습니다")
    assert "Too many attempts" in replied(port, "/config", Authorization=basic)[2]


def test_a_right_password_is_not_counted(port: Application) -> None:
    for _ in range(3):
        for n in range(ATTEMPTS_OF_ADDRESS - 1):
            replied(port, "/login", "POST", form(password=f"wrong password {n}"), **FORM)
        assert replied(port, "/login", "POST", form(), **FORM)[0] == 200


def test_programs_give_name_and_password_with_each_request(port: Application) -> None:
    def basic(text: str) -> str:
        return "Basic " + base64.b64encode(text.encode()).decode()

    assert replied(port, "/config", Authorization=basic(f"mina:{PASSWORD}"))[0] == 200
    for wrong in (basic("mina:wrong password"), basic("mina"), "Basic %%%", "Bearer x", "Basic"):
        assert replied(port, "/config", Authorization=wrong)[0] == 401


def test_a_damaged_file_of_accounts_lets_nobody_in(port: Application, accounts: Accounts) -> None:
    cookie = signed_in(port)
    accounts.path.write_text("{")
    assert replied(port, "/config", Cookie=cookie)[0] == 503
    accounts.path.unlink()  # no accounts at all: on this machine alone the app is open again
    assert replied(port, "/config")[0] == 200


def test_forms_that_are_none_are_refused(port: Application) -> None:
    for body in (b"", b"username=mina", b"\xff\xfe\x00", b"&" * 5000, b"username=" + b"a" * 9000, b"{}"):
        assert replied(port, "/login", "POST", body, **FORM)[0] in {400, 401}, body[:20]
    assert replied(port, "/login", "DELETE")[0] == 405


def test_the_page_for_signing_in_is_korean_for_whom_reads_korean(port: Application) -> None:
    _, _, page = replied(port, "/login", **PAGE, Accept_Language="ko-KR,ko;q=0.9")
    assert '<html lang="ko">' in page and "비밀번호" in page and "Password" not in page


@pytest.mark.parametrize("hostile", HOSTILE)
def test_the_page_for_signing_in_shows_hostile_words_as_words(hostile: str) -> None:
    page = sign_in_page("en", "/login", hostile, hostile)
    plain = sign_in_page("en", "/login", "x", "x")
    assert re.findall(r"<[^>]*>", page)[:3] == re.findall(r"<[^>]*>", plain)[:3]
    assert len(re.findall("<", page)) == len(re.findall("<", plain))


def test_the_served_app_shows_nothing_without_signing_in(accounts: Accounts) -> None:
    with served(accounts.path.parent) as number:
        for path in ("/", *PATHS):
            for method in ("GET", "POST", "HEAD"):
                assert fetched(number, path, method)[0] == 401, (path, method)
        status, headers, _ = fetched(number, "/login", "POST", form(), **FORM)
        assert status == 200
        assert fetched(number, "/config", Cookie=headers["set-cookie"].partition(";")[0])[0] == 200


def test_the_bar_names_who_is_signed_in_and_signs_out(accounts: Accounts) -> None:
    with served(accounts.path.parent, programs=False) as number:
        session = fetched(number, "/login", "POST", form(), **FORM)[1]["set-cookie"].partition(";")[0]
        page = fetched(number, "/", Cookie=session)[1]["set-cookie"].partition(";")[0]
        join, cookies = b'{"data": [], "fn_index": 0, "session_hash": "seen"}', f"{session}; {page}"
        path = "/gradio_api/queue/join"
        assert fetched(number, path, "POST", join, Content_Type="application/json", Cookie=cookies)[0] == 200
        told = fetched(number, "/gradio_api/queue/data?session_hash=seen", Cookie=cookies)[2]
    assert "<bdi>mina</bdi>" in told and "data-sign-out" in told


def test_the_bar_shows_hostile_names_as_words_and_nobody_without_accounts() -> None:
    for lang in LANGUAGES:
        assert "kb-person" not in bar_html(lang)
        assert "data-sign-out" not in bar_html(lang, "mina")  # a proxy signed this person in
        for hostile in HOSTILE:
            assert shown(hostile) in check(bar_html(lang, hostile, True)).text


def test_each_account_has_a_part_of_the_browsers_storage_of_its_own(port: Application, accounts: Accounts) -> None:
    accounts.add("jun", AccountRole.READER, PASSWORD)
    lines: dict[str, set[str]] = {}
    for name in ("mina", "jun"):
        session = replied(port, "/login", "POST", form(name), **FORM)[1]["set-cookie"].partition(";")[0]
        cookies = f"{session}; {replied(port, '/', Cookie=session)[1]['set-cookie'].partition(';')[0]}"
        for _ in range(2):  # the page's own cookie is there already, so that one line is left
            lines.setdefault(name, set()).add(replied(port, "/", Cookie=cookies)[1]["set-cookie"])
    assert [len(each) for each in lines.values()] == [1, 1]
    assert lines["mina"] != lines["jun"]
    for line in (*lines["mina"], *lines["jun"]):
        assert re.match(r"kb-shelf=[0-9a-f]{16}; Path=/; Max-Age=\d{6,}; SameSite=Strict$", line)  # scripts read it
    assert "set-cookie" not in replied(port, "/config", Cookie=session)[1]


# --- by a proxy that signs people in


def test_a_proxy_signs_people_in(tmp_path: Path) -> None:
    given = {"sso_header": "X-Remote-User", "sso_editors": "Boss@Example.org", "trusted_proxies": "127.0.0.1"}
    by_proxy = guarded(tmp_path, **given)
    assert replied(by_proxy, "/config", X_Remote_User="boss@example.org")[2] == "boss@example.org: editor"
    assert replied(by_proxy, "/config", X_Remote_User="민아")[2] == "민아: reader"
    for wrong in ("", " ", "a" * 65, "a,b", "a\tb"):
        status, _, said = replied(by_proxy, "/config", X_Remote_User=wrong)
        assert status == 401, wrong
    assert "sign-in named nobody" in said


def test_nobody_but_the_proxy_signs_people_in(tmp_path: Path) -> None:
    given = {"sso_header": "X-Remote-User", "trusted_proxies": "10.0.0.5"}
    for said in ({"X_Remote_User": "boss"}, {"X_Remote_User": "boss", "X_Forwarded_For": "10.0.0.5"}):
        assert replied(guarded(tmp_path, **given), "/config", **said)[0] == 401


# --- addresses that other machines reach


def test_other_machines_are_let_in_only_by_accounts_or_a_proxy(tmp_path: Path) -> None:
    for host in ("0.0.0.0", "::", "192.168.0.4", "kb.intern"):
        with pytest.raises(ConfigError, match=r"kb accounts add.*KB_SSO_HEADER.*127\.0\.0\.1"):
            check_who_may_come(Settings(home=str(tmp_path), host=host))
    for host in ("127.0.0.1", "::1", "localhost"):
        check_who_may_come(Settings(home=str(tmp_path), host=host))
    check_who_may_come(Settings(home=str(tmp_path), host="0.0.0.0", sso_header="X-User", trusted_proxies="10.0.0.5"))
    with pytest.raises(ConfigError, match="KB_TRUSTED_PROXIES"):
        check_who_may_come(Settings(home=str(tmp_path), sso_header="X-User"))
    Accounts(tmp_path).add("mina", AccountRole.READER, PASSWORD)
    check_who_may_come(Settings(home=str(tmp_path), host="0.0.0.0"))


def test_where_other_machines_come_no_accounts_is_no_open_door(accounts: Accounts) -> None:
    port = guarded(accounts.path.parent, "0.0.0.0")
    assert replied(port, "/config")[0] == 401
    (accounts.path.parent / ACCOUNTS_FILE).unlink()
    assert replied(port, "/config")[0] == 401


# --- the parts


def test_attempts_are_counted_by_key_and_forgotten_in_time() -> None:
    now = [0.0]
    attempts = Attempts({"address": 3}, 60, lambda: now[0])
    for _ in range(3):
        assert attempts.wait(("address", "a")) == 0
        attempts.count(("address", "a"))
        now[0] += 1
    assert attempts.wait(("address", "a")) == 57
    assert attempts.wait(("address", "b")) == 0
    now[0] += 57
    assert attempts.wait(("address", "a")) == 0


def test_a_reader_may_not_change_things() -> None:
    need_editor(Person("boss", AccountRole.EDITOR))
    with pytest.raises(KBError, match="editor"):
        need_editor(Person("mina", AccountRole.READER))
