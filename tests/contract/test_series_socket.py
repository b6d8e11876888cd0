"""Series through the daemon's socket, the commands and the page, as people fill them."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import aiohttp
import msgspec
import pytest
from click.testing import CliRunner, Result

from daq.__main__ import cli
from daq.control.client import DeclinedError
from daq.control.series import SeriesTakeRequest, ask_series
from daq.control.server import control_socket
from daq.daemon.series import SeriesCommands, commands
from daq.journal import Journal
from daq.series.desk import Desk
from daq.series.follower import Follower
from drivers.model import Status
from tests.journal_samples import NOON, Clock, running, until
from tests.series_samples import RULES, RUN, Bench
from tests.web_site import Site, site

CONFIG = """
[site]
name = "lab"
[journal]
path = "journal.db"
[control]
socket = "daq.sock"
"""


def fast(_instrument: str, _channel: str) -> float:
    return 0.1


@asynccontextmanager
async def daemon(folder: Path, name: str) -> AsyncGenerator[tuple[Bench, Follower, Clock]]:
    """What of a daemon keeps series, with a bench that writes its journal."""
    (folder / "daq.toml").write_text(CONFIG)
    clock = Clock(NOON)
    async with running(folder / "journal.db") as journal:
        follower = Follower(journal, Desk(RULES), clock)
        task = asyncio.create_task(follower.run(), name="series")
        await until(lambda: follower.ready)
        asked = commands(SeriesCommands(follower, fast))
        async with control_socket(folder / "daq.sock", asked):
            yield Bench(journal, name=name), follower, clock
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def settled(journal: Journal, follower: Follower) -> None:
    await until(lambda: not journal.pending and follower.judged == journal.committed)


async def daq(folder: Path, *arguments: str, typed: str = "") -> Result:
    """A command, in a thread; what it shows is wide enough."""
    return await asyncio.to_thread(
        CliRunner().invoke,
        cli,
        ["series", *arguments, "-c", str(folder / "daq.toml")],
        input=typed,
        env={"COLUMNS": "200"},
    )


async def answered(
    bench: Bench,
    follower: Follower,
    work: Callable[[], object],
    readings: list[tuple[float, Status]],
) -> None:
    """Give each wish a reading that was taken after it."""
    task = asyncio.ensure_future(asyncio.to_thread(work))
    for value, status in readings:
        await until(lambda: bool(follower.waiting))
        bench.weigh(value, status)
        await until(lambda: not follower.waiting)
    await task


def take(folder: Path) -> Result:
    command = ["series", "take", "--by", "Li", "-c", str(folder / "daq.toml")]
    return CliRunner().invoke(cli, command)


async def test_a_scale_without_a_key_is_filled_by_enter_and_scanner(tmp_path: Path) -> None:
    async with daemon(tmp_path, "scale") as (bench, follower, _):
        assert "say which run is meant: none goes on" in str(
            (await daq(tmp_path, "show")).exception
        )
        bench.start("dip", "scale")
        await settled(bench.journal, follower)
        results: list[Result] = []

        def scan() -> None:
            command = ["series", "fill", "--by", "Li", "-c", str(tmp_path / "daq.toml")]
            results.append(CliRunner().invoke(cli, command, input="A-1\n\nA-2\nA-3\n"))

        good, moving = Status.GOOD, Status.UNSTABLE
        await answered(bench, follower, scan, [(10.0, good), (11.0, moving), (12.0, good)])
        assert results[0].output.splitlines() == [
            f"{RUN}: line 1 of 2: 10 kg, no statement possible",
            f"{RUN}: next is line 2 of 2",
            f"{RUN}: line 2 not filled: uncertain: unstable",
            f"{RUN}: line 2 of 2: 12 kg, no statement possible",
            f"{RUN}: complete; verdict: no statement possible",
        ]
        with pytest.raises(DeclinedError, match="strike out a line"):
            await asyncio.to_thread(
                ask_series, tmp_path / "daq.sock", SeriesTakeRequest(run=RUN, by="Li")
            )
        await daq(tmp_path, "strike", "--by", "Li", "--why", "spilt")
        await answered(bench, follower, lambda: results.append(take(tmp_path)), [(9.0, moving)])
        assert results[1].exit_code == 1
        await answered(bench, follower, lambda: results.append(take(tmp_path)), [(12.0, good)])
        assert results[2].exit_code == 0
        shown = (await daq(tmp_path, "show")).output
        assert "2 of 2 measured, going on" in shown
        assert "at least 9 kg, guarded acceptance, w = U" in shown
        assert "verdict: no statement possible (no uncertainty)" in shown


async def test_a_balance_with_a_key_is_named_by_the_scanner(tmp_path: Path) -> None:
    async with daemon(tmp_path, "balance") as (bench, follower, _):
        bench.start()
        await settled(bench.journal, follower)
        named = await daq(tmp_path, "fill", RUN, "--by", "Li", typed="A-1\n\n")
        assert f"{RUN}: next is line 1 of 3" in named.output
        assert "press it" in named.output
        for value in (50.0, 50.45, 50.6):
            bench.weigh(value)
        await settled(bench.journal, follower)
        shown = (await daq(tmp_path, "show", RUN)).output
        for part in ("after GB/T 1", "A-1", "50.45", "0.6915", "mean 50.35", "verdict: fail"):
            assert part in shown
        struck = await daq(tmp_path, "strike", RUN, "3", "--by", "Li", "--why", "spilt")
        assert struck.output == f"{RUN}: next is line 3 of 3\n"
        bench.run("run-paused")
        bench.weigh(50.0)
        await settled(bench.journal, follower)
        shown = (await daq(tmp_path, "show", RUN)).output
        assert "by Li: spilt" in shown
        assert "last reading filled nothing: the run is paused" in shown
        file = tmp_path / "out.csv"
        assert (await daq(tmp_path, "export", RUN, "-o", str(file))).exit_code == 0
        assert file.read_bytes().count(b"\r\n") == 4
        wrong = await daq(tmp_path, "export", RUN, "-o", str(tmp_path / "no" / "out.csv"))
        assert "out.csv" in str(wrong.exception)
        told = msgspec.json.decode((await daq(tmp_path, "show", "--json")).output)
        assert [line["number"] for line in told["lines"]] == [1, 2, 3]


async def _act(page: Site, **fields: str) -> tuple[int, str]:
    async with page.session.post(
        f"{page.url}/series/{RUN}/act",
        data=fields,
        headers={"Origin": page.url},
        allow_redirects=False,
    ) as answer:
        return answer.status, await answer.text()


async def test_the_page_shows_a_series_and_acts_for_who_has_signed_in(tmp_path: Path) -> None:
    async with (
        daemon(tmp_path, "balance") as (bench, follower, _),
    ):
        bench.start()
        for value in (50.0, 50.45):
            bench.weigh(value)
        bench.weigh(50.0, Status.UNSTABLE)
        await settled(bench.journal, follower)
        (tmp_path / "journal.sock").symlink_to(tmp_path / "daq.sock")
        async with site(tmp_path) as page:
            status, text = await page.get(f"/series/{RUN}")
            assert status == 200
            for part in ("<strong>3</strong> / 3", "fail", "unstable", "49.50 to 50.50 g"):
                assert part in text
            assert 'id="filling"' not in text, "nobody has signed in"
            _, chinese = await page.get(f"/series/{RUN}/now", **{"Accept-Language": "zh"})
            for part in ("不合格", "合格", "49.50 至 50.50 g", "不稳定"):
                assert part in chinese
            status, table = await page.get(f"/series/{RUN}/csv")
            assert (status, table.count("\n")) == (200, 3)
            assert (await page.get("/series/20200101-1"))[0] == 404
            assert f"/run/{RUN}" in text
            assert (await _act(page, action="take"))[0] == 403
            await page.sign_in()
            assert (await _act(page, action="dance"))[0] == 400
            assert (await _act(page, action="strike", line="x", reason="y"))[0] == 400
            assert (await _act(page, action="take", sample="x" * 101))[0] == 400
            status, said = await _act(page, action="take", sample="RUN-STOP")
            assert status == 400
            assert "a card for the page of the run" in said
            status, said = await _act(page, action="take")
            assert status == 409
            assert "press it" in said
            assert (await _act(page, action="take", sample="A-3"))[0] == 303
            assert (await _act(page, action="strike", line="2", reason="spilt"))[0] == 303
            _, text = await page.get(f"/series/{RUN}/now")
            for part in ("<strong>2</strong> / 3", "A-3", "Ada: spilt", "<s>50.45 g</s>"):
                assert part in text
            bench.weigh(50.1)
            bench.weigh(50.2)
            bench.run("run-ended")
            await settled(bench.journal, follower)
            _, text = await page.get(f"/series/{RUN}/now")
            assert "Verdict:" in text
            assert "The run has ended" in text


async def test_without_a_journal_the_page_says_so(tmp_path: Path) -> None:
    async with site(tmp_path) as page:
        assert isinstance(page.session, aiohttp.ClientSession)
        status, text = await page.get(f"/series/{RUN}")
        assert status == 200
        assert "banner bad" in text
        assert (await page.get(f"/series/{RUN}/csv"))[0] == 503
