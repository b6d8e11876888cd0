"""Who may look at the page and who may act, against a real server."""

import asyncio
import ssl
from pathlib import Path

import aiohttp
import pytest

from daq.config.load import load_config
from daq.web.access import attempts
from daq.web.errors import WebError
from daq.web.headers import SECURITY
from tests.servers.certificates import make_certificates
from tests.servers.process import free_port
from tests.web_site import PASSWORD, TOKEN, Site, serving, site

VIEW = 'sign_in_to = "view"\n'


async def test_on_this_machine_everybody_may_look_and_nobody_act(tmp_path: Path) -> None:
    async with site(tmp_path) as page:
        status, text = await page.get("/")
        assert status == 200
        assert "Overview" in text
        for headers in ({}, {"Origin": page.url}):
            async with page.session.post(page.url + "/sign-out", headers=headers) as answer:
                assert answer.status == 403


async def test_names_of_the_configuration_cannot_carry_scripts(tmp_path: Path) -> None:
    async with site(tmp_path) as page:
        _, text = await page.get("/")
        assert "<script>alert" not in text
        assert "&lt;script&gt;alert(1)" in text
        assert "Lab &lt;b&gt;one" in text


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ("127.0.0.1", 200),
        ("localhost", 200),
        ("[::1]:80", 200),
        ("lab-pc.example", 200),
        ("evil.example", 421),
        ("127.0.0.1.evil.example", 421),
        ("evil.example:8470@127.0.0.1", 421),
    ],
)
async def test_it_answers_to_its_own_names_alone(tmp_path: Path, name: str, status: int) -> None:
    """A page elsewhere could let its own name point here (DNS rebinding)."""
    async with site(tmp_path, web='names = ["lab-pc.example"]\n') as page:
        assert (await page.get("/", Host=name))[0] == status


async def test_every_answer_says_what_the_browser_may_do(tmp_path: Path) -> None:
    async with site(tmp_path) as page:
        for path in ("/", "/static/live.js", "/nothing", "/instrument/none", "/sign-in"):
            async with page.session.get(page.url + path) as answer:
                assert {key: answer.headers[key] for key in SECURITY} == SECURITY
                assert "unsafe" not in answer.headers["Content-Security-Policy"]
                assert "Server" not in answer.headers
                assert answer.headers["Cache-Control"] in ("no-store", "no-cache")
        _, text = await page.get("/")
        assert "style=" not in text
        assert "<script>" not in text


async def test_signing_in_and_out(tmp_path: Path) -> None:
    async with site(tmp_path) as page:
        async with page.session.post(
            page.url + "/sign-in",
            data={"password": PASSWORD, "name": "Ada\r\nX-Evil: 1 <b>", "to": "/?size=small"},
            headers={"Origin": page.url},
            allow_redirects=False,
        ) as answer:
            assert (answer.status, answer.headers["Location"]) == (303, "/?size=small")
            cookie = answer.headers["Set-Cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert "Path=/" in cookie
        assert PASSWORD not in cookie
        _, text = await page.get("/")
        assert "AdaX-Evil 1 b" in text  # a name, and nothing that could be more than that
        async with page.session.post(
            page.url + "/sign-out", headers={"Origin": page.url}, allow_redirects=False
        ) as answer:
            assert answer.status == 303
        assert "AdaX-Evil" not in (await page.get("/"))[1]


async def test_a_session_that_was_ended_is_of_no_use_any_more(tmp_path: Path) -> None:
    async with site(tmp_path, web=VIEW) as page:
        assert await page.sign_in() == 303
        (cookie,) = [c.value for c in page.session.cookie_jar if c.key == "daq-session"]
        await page.session.post(page.url + "/sign-out", headers={"Origin": page.url})
        status, _ = await page.get("/", Cookie=f"daq-session={cookie}", Accept="text/html")
        assert status == 303


async def test_what_needs_a_sign_in_to_be_seen_is_not_seen_without(tmp_path: Path) -> None:
    async with site(tmp_path, web=VIEW) as page:
        status, text = await page.get("/instrument/meter?from=-1h", Accept="text/html")
        assert status == 303
        for path in ("/", "/instrument/meter", "/instrument/meter/export", "/nothing"):
            status, text = await page.get(path)
            assert status == 401
            assert "Meter" not in text
        assert (await page.get("/static/page.css"))[0] == 200
        assert (await page.get("/", Authorization=f"Bearer {TOKEN}"))[0] == 200
        assert (await page.get("/", Authorization="Bearer wrong"))[0] == 401
        assert await page.sign_in() == 303
        assert (await page.get("/instrument/meter"))[0] == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "", "Sec-Fetch-Site": "none"},
    ],
)
async def test_no_other_page_can_act_for_somebody(tmp_path: Path, headers: dict[str, str]) -> None:
    async with site(tmp_path) as page:
        assert await page.sign_in(**headers) == 403
        assert await page.sign_in() == 303
        async with page.session.post(page.url + "/sign-out", headers=headers) as answer:
            assert answer.status == 403


@pytest.mark.parametrize(
    "target", ["//evil.example", "/\\evil.example", "https://evil.example", ""]
)
async def test_signing_in_leads_nowhere_else(tmp_path: Path, target: str) -> None:
    async with (
        site(tmp_path) as page,
        page.session.post(
            page.url + "/sign-in",
            data={"password": PASSWORD, "to": target},
            headers={"Origin": page.url},
            allow_redirects=False,
        ) as answer,
    ):
        assert answer.headers["Location"] == "/"


async def test_a_password_cannot_be_tried_for_long(tmp_path: Path) -> None:
    async with site(tmp_path) as page:
        for _ in range(attempts.FREE):
            assert await page.sign_in("guess") == 403
        assert await page.sign_in("guess") == 429
        assert await page.sign_in() == 429  # not even the right one tells now


async def test_no_page_and_no_log_has_a_secret(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    async with site(tmp_path) as page:
        texts = [(await page.get("/", Authorization=f"Bearer {TOKEN}x"))[1]]
        await page.sign_in(PASSWORD + "x")
        await page.sign_in()
        paths = ("/", "/sign-in", "/instrument/meter", "/nothing", "/static/live.js")
        texts += [(await page.get(path))[1] for path in paths]
    for text in (*texts, caplog.text):
        assert PASSWORD not in text
        assert TOKEN not in text


async def test_without_a_password_nobody_signs_in(tmp_path: Path) -> None:
    async with site(tmp_path, sign_in=False) as page:
        assert "Nobody can sign in" in (await page.get("/sign-in"))[1]
        assert await page.sign_in("") == 403
        assert (await page.get("/", Authorization="Bearer "))[0] == 200  # looking is for everybody


async def test_other_machines_get_tls_and_have_to_sign_in(tmp_path: Path) -> None:
    """Bound to every address, asked over loopback: what decides is what it is bound to."""
    made = make_certificates(tmp_path / "certificates")
    port, path = free_port(), tmp_path / "daq.toml"
    (tmp_path / "password").write_text(PASSWORD)
    path.write_text(
        f"""
[site]
name = "lab"
[web]
listen = "0.0.0.0:{port}"
password = {{ file = "{tmp_path}/password" }}
tls = {{ certificate = "{made.server.certificate}", key = "{made.server.key}" }}
"""
    )
    trust = ssl.create_default_context(cafile=str(made.authority))
    async with (
        serving(path, load_config(path)),
        aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session,
    ):
        url = f"https://127.0.0.1:{port}"
        async with session.get(url, ssl=trust) as answer:
            assert answer.status == 401
            assert answer.headers["Strict-Transport-Security"]
        page = Site(url, session)
        form = {"password": PASSWORD}
        async with session.post(
            url + "/sign-in", data=form, headers={"Origin": url}, ssl=trust, allow_redirects=False
        ) as answer:
            assert answer.status == 303
            assert "Secure" in answer.headers["Set-Cookie"]
        async with session.get(url, ssl=trust) as answer:
            assert answer.status == 200
        old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        old.check_hostname, old.verify_mode = False, ssl.CERT_NONE
        with pytest.warns(DeprecationWarning, match="TLS"):
            old.maximum_version = ssl.TLSVersion.TLSv1_1
        with pytest.raises(aiohttp.ClientError):
            await session.get(url, ssl=old)
        with pytest.raises(aiohttp.ClientError):
            await session.get(f"http://127.0.0.1:{port}/")
        assert page.port == port


async def test_a_used_port_and_a_wrong_key_are_said(tmp_path: Path) -> None:
    async with site(tmp_path) as page:
        config = load_config(tmp_path / "daq.toml")
        with pytest.raises(WebError, match=rf"cannot listen on 127\.0\.0\.1:{page.port}"):
            async with serving(tmp_path / "daq.toml", config):
                pass
    (tmp_path / "key.pem").write_text("no key")
    path = tmp_path / "tls.toml"
    path.write_text(
        f"""
[site]
name = "lab"
[web]
listen = "127.0.0.1:{free_port()}"
tls = {{ certificate = "{tmp_path}/key.pem", key = "{tmp_path}/key.pem" }}
"""
    )
    with pytest.raises(WebError, match=r"key\.pem: cannot be used"):
        async with serving(path, load_config(path)):
            pass
    await asyncio.sleep(0)
