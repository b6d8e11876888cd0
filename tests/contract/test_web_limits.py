"""What anybody may send to the page is bounded in length, number and time."""

import asyncio
import sys
from pathlib import Path

import aiohttp
import pytest

from daq.web import doors, pages
from daq.web.access import sign_in
from drivers.model import Status
from tests.journal_samples import NS
from tests.web_site import Site, site
from tests.web_site import fill as journal

HEAD = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n"


async def connect(page: Site) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    return await asyncio.open_connection("127.0.0.1", page.port)


async def is_cut_off(reader: asyncio.StreamReader) -> bool:
    """Whether the other end closes without an answer, however long it takes to."""
    try:
        async with asyncio.timeout(30):
            return await reader.read(1) == b""
    except ConnectionError:
        return True


async def hang_up(*writers: asyncio.StreamWriter) -> None:
    for writer in writers:
        writer.close()
    await asyncio.sleep(0)


async def test_a_head_that_is_too_long_is_refused(tmp_path: Path) -> None:
    async with site(tmp_path) as page:
        assert (await page.get("/?x=" + "x" * 10_000))[0] == 400
        assert (await page.get("/", Junk="x" * 10_000))[0] == 400
        assert (await page.get("/"))[0] == 200


async def test_a_form_that_is_too_long_is_refused(tmp_path: Path) -> None:
    async with site(tmp_path) as page:
        assert await page.sign_in("x" * 100_000) == 413


async def test_a_form_that_does_not_come_is_not_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sign_in, "READ_LIMIT", 0.2)
    async with site(tmp_path) as page:
        reader, writer = await connect(page)
        writer.write(
            b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nSec-Fetch-Site: same-origin\r\n"
            b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n\r\npass"
        )
        async with asyncio.timeout(30):
            assert (await reader.read()).startswith(b"HTTP/1.1 408")
        await hang_up(writer)


async def test_only_so_many_connections_and_the_silent_among_them_give_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doors, "CONNECTIONS", 5)
    monkeypatch.setattr(doors, "FIRST", 1.0)
    monkeypatch.setattr(doors, "LOOK", 0.1)
    async with site(tmp_path) as page:
        silent = [await connect(page) for _ in range(5)]
        for number, (_, writer) in enumerate(silent):
            writer.write(HEAD[: number * 5])  # a request that never comes to its end
        with pytest.raises((aiohttp.ClientError, OSError)):
            await page.get("/")
        assert all([await is_cut_off(reader) for reader, _ in silent])
        assert (await page.get("/"))[0] == 200
        await hang_up(*[writer for _, writer in silent])


async def test_only_so_many_pages_are_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "VIEWERS", 0)
    async with site(tmp_path) as page:
        assert (await page.get("/", **{"X-Live": "1"}))[0] == 503
        assert (await page.get("/"))[0] == 200


@pytest.mark.parametrize("version", ["-1", "9" * 5000, "x", "", "1e9", "\u0661"])
async def test_any_version_is_answered(tmp_path: Path, version: str) -> None:
    async with (
        site(tmp_path) as page,
        page.session.get(
            page.url, headers={"X-Live": version.encode().decode("latin-1")[:5000]}
        ) as answer,
    ):
        assert answer.status == 200


@pytest.mark.parametrize(
    "path",
    [
        "/static/../app.py",
        "/static/..%2fapp.py",
        "/static/%2e%2e/app.py",
        "/static//etc/passwd",
        "/views/overview/view.py",
        "/templates/layout.html",
    ],
)
async def test_no_other_file_is_given_out(tmp_path: Path, path: str) -> None:
    async with site(tmp_path) as page:
        reader, writer = await connect(page)
        writer.write(
            f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".encode()
        )
        async with asyncio.timeout(30):
            answer = await reader.read()
        assert answer.split(b"\r\n")[0].split()[1] in (b"403", b"404")
        await hang_up(writer)


@pytest.mark.parametrize(
    ("link", "status", "words"),
    [
        ("/nowhere", 404, "/nowhere 没有内容"),
        ("/sign-out", 405, "此地址只接收表单"),
        ("/instrument/none", 404, "没有名为 none 的仪器"),
        ("/instrument/meter?from=soon", 404, "其中有无效的时间"),
        ("/instrument/meter?from=now&to=-1h", 404, "结束必须晚于开始"),
        ("/instrument/meter?from=-99999d", 404, "时段最长 20 年"),
        ("/buses?bus=none", 404, "没有名为 none 且接有仪器的总线"),
        ("/instrument/meter/export?format=exe", 404, "没有 exe 格式"),
        ("/events/export?format=parquet", 409, "需要页面所在的计算机安装附加包"),
    ],
)
async def test_an_error_is_told_in_the_language_of_who_looks(
    tmp_path: Path, link: str, status: int, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    async with site(tmp_path) as page:
        await journal(tmp_path, 1, NS, lambda _: ((1.0,), (Status.GOOD,)))
        found, text = await page.get(link, **{"Accept-Language": "zh-CN"})
        assert found == status
        told = text.partition("<h1>")[2].partition("</main>")[0]
        assert words in told
        assert 'lang="en"' not in told


@pytest.mark.parametrize(
    ("link", "status"),
    [
        ("/instrument/none", 404),
        ("/instrument/meter?from=yesterdayish", 404),
        ("/instrument/meter?from=now&to=-1h", 404),
        ("/instrument/meter?from=-99999d", 404),
        ("/instrument/meter?from=2026-11-23T99:00", 404),
        ("/instrument/meter?channel=" + "x" * 3000, 200),
        ("/instrument/meter?" + "channel=a.b&" * 300, 200),
        ("/instrument/meter/export?format=exe", 404),
        ("/instrument/%00", 404),
        ("/?size=%3Cscript%3E", 200),
        ("/%ff", 404),
    ],
)
async def test_any_link_is_answered_in_words(tmp_path: Path, link: str, status: int) -> None:
    async with site(tmp_path) as page:
        found, text = await page.get(link)
        assert found == status
        assert "Traceback" not in text
        assert "<script>" not in text
