"""A page that would be the same is not made anew with every look at daemon and journal."""

import asyncio
import re
import time
from pathlib import Path

import pytest

from daq.web import pages
from drivers.model import Status
from tests.web_site import Site, fill, site


def version_of(text: str) -> str:
    found = re.search(r'data-version="(\d+)"', text)
    assert found is not None
    return found[1]


async def live(page: Site, path: str, version: str) -> str:
    """What an open page gets next."""
    return version_of((await page.get(path, **{"X-Live": version}))[1])


async def rises(page: Site, by: int) -> None:
    """Wait for some snapshots, on a page that shows each of them."""
    version = version_of((await page.get("/"))[1])
    for _ in range(by):
        version = await live(page, "/", version)


async def test_only_a_change_of_what_is_shown_is_sent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "REST", 3600.0)
    async with site(tmp_path) as page:
        open_page = version_of((await page.get("/alarms"))[1])
        waiting = asyncio.create_task(live(page, "/alarms", open_page), name="an open page")
        await rises(page, 4)
        assert not waiting.done(), "nothing of alarms has changed"
        await fill(tmp_path, 1, time.time_ns(), lambda _: ((1.0,), (Status.GOOD,)))
        assert int(await waiting) > int(open_page)
        waiting = asyncio.create_task(live(page, "/alarms", "0"), name="a page long forgotten")
        await rises(page, 1)
        assert int(await waiting) > 0


async def test_a_page_at_rest_is_sent_now_and_then(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "REST", 0.1)
    monkeypatch.setattr(pages, "KNOWN", 1)
    async with site(tmp_path) as page:
        for _ in range(3):
            version = version_of((await page.get("/alarms"))[1])
            assert int(await live(page, "/alarms", version)) >= int(version)
