"""A page served within a test: a real server on a loopback port, over a journal of its own."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeAlias

import aiohttp

from daq.config.load import load_config
from daq.journal import Journal, JournalSettings
from daq.web.serve import serving
from drivers.model import Status, Value
from tests.journal_samples import NS, series_key
from tests.servers.process import free_port

PASSWORD = "correct horse"  # noqa: S105 - of the test's own page
TOKEN = "b64-token-of-a-program"  # noqa: S105

CONFIG = """
[site]
name = "lab"
title = "Lab <b>one</b>"
[journal]
path = "{folder}/journal.db"
[bus.line]
address = "127.0.0.1:1"
[instrument.meter]
profile = "eastron-sdm630"
bus = "line"
unit = 1
title = "Meter <script>alert(1)</script>"
group.g = {{ interval = "1s" }}
[web]
listen = "127.0.0.1:{port}"
"""

SIGN_IN = """
password = {{ file = "{folder}/password" }}
token = {{ file = "{folder}/token" }}
"""


class Site:
    """Where a page is, and who asks it."""

    def __init__(self, url: str, session: aiohttp.ClientSession) -> None:
        self.url, self.session = url, session

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    async def get(self, path: str, **headers: str) -> tuple[int, str]:
        """Status and text; redirects are not followed."""
        async with self.session.get(
            self.url + path, headers=headers, allow_redirects=False
        ) as answer:
            return answer.status, await answer.text()

    async def sign_in(self, password: str = PASSWORD, **headers: str) -> int:
        """The status of trying to."""
        form = {"password": password, "name": "Ada", "to": "/"}
        async with self.session.post(
            self.url + "/sign-in",
            data=form,
            headers={"Origin": self.url, **headers},
            allow_redirects=False,
        ) as answer:
            return answer.status


@asynccontextmanager
async def site(folder: Path, *, web: str = "", sign_in: bool = True) -> AsyncGenerator[Site]:
    """The page of a laboratory with one meter; no daemon runs."""
    port = free_port()
    for name, secret in (("password", PASSWORD), ("token", TOKEN)):
        (folder / name).write_text(secret)
        (folder / name).chmod(0o600)
    path = folder / "daq.toml"
    text = CONFIG + (SIGN_IN if sign_in else "") + web.replace("{", "{{").replace("}", "}}")
    path.write_text(text.format(folder=folder, port=port), "utf-8")
    jar = aiohttp.CookieJar(unsafe=True)  # for an address instead of a name
    async with (
        serving(path, load_config(path)),
        aiohttp.ClientSession(cookie_jar=jar, timeout=aiohttp.ClientTimeout(30)) as session,
    ):
        yield Site(f"http://127.0.0.1:{port}", session)


Reading: TypeAlias = tuple[tuple[Value, ...], tuple[Status, ...]]


async def fill(folder: Path, count: int, start: int, reading: Callable[[int], Reading]) -> None:
    """A journal with so many scans of the meter, one a second from ``start`` (ns) on.

    Each thousandth is preceded by an event about bus ``bus-NUMBER``.
    """
    journal = await Journal.open(folder / "journal.db", JournalSettings())
    series = journal.series(series_key("meter", width=len(reading(0)[0])))
    task = asyncio.create_task(journal.run(), name="journal")
    seq = 0
    for number in range(count):
        moment = start + number * NS
        if number % 1000 == 0:
            journal.append_event("bus-lost", f"bus-{number}", "lost", time=moment)
        seq = journal.append_scan(series, moment, *reading(number))
    await journal.wait_beyond(seq - 1)
    task.cancel()
    await asyncio.wait([task])
    await journal.close()
