"""The page of use and cost over the month that is calculated by hand."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

from daq.config.load import load_config
from daq.web.serve import serving
from tests.servers.process import free_port
from tests.usage_samples import CASES, Case
from tests.web_site import Site, site

CASE = Case(CASES / "march")


@asynccontextmanager
async def page(folder: Path) -> AsyncGenerator[Site]:
    port = free_port()
    path = folder / "daq.toml"
    web = f'[web]\nlisten = "127.0.0.1:{port}"\n'
    path.write_text((CASE.folder / "daq.toml").read_text("utf-8") + web)
    await asyncio.to_thread(CASE.fill, folder / "journal.db")
    async with (
        serving(path, load_config(path)),
        aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(30)) as session,
    ):
        yield Site(f"http://127.0.0.1:{port}", session)


async def test_a_month_is_shown_in_both_languages_and_taken_along(tmp_path: Path) -> None:
    async with page(tmp_path) as there:
        status, text = await there.get("/usage?month=2026-03&by=cost-centre")
        assert status == 200
        for said in ("Of planned", "2841.60", "6153.01", "20260317-1", "126.73", "Tube oven"):
            assert said in text
        assert text.count('class="state ') == 7
        _, text = await there.get("/usage/found?month=2026-03", **{"Accept-Language": "zh"})
        for said in ("计划内利用率", "13.1\u202f%", "未计入", "3192.54"):
            assert said in text
        _, csv = await there.get("/usage/finance?month=2026-03")
        assert csv.replace("\r\n", "\n") == (CASE.folder / "finance.csv").read_text("utf-8")
        for language, title in (("en", "Utilisation and cost 2026-03"), ("zh", "利用率与费用报告")):
            status, report = await there.get(
                "/usage/report?month=2026-03", **{"Accept-Language": language}
            )
            assert (status, title in report) == (200, True)
            assert "6\u202f153.01" in report


async def test_a_link_that_means_nothing_says_so(tmp_path: Path) -> None:
    async with page(tmp_path) as there:
        for link, said in (
            ("/usage?month=2999-01", "has begun"),
            ("/usage?month=soon", "such as 2026-11"),
            ("/usage?by=colour", "not by colour"),
            ("/usage/report?month=2026-03&format=doc", "html and pdf"),
        ):
            status, text = await there.get(link)
            assert (status, said in text) == (404, True), link


async def test_without_instruments_in_use_it_says_what_it_takes(tmp_path: Path) -> None:
    async with site(tmp_path) as there:
        status, text = await there.get("/usage")
        assert (status, "[usage.NAME]" in text) == (200, True)
