"""The daemon's own loops under the watchdog: what is away is alive, what hangs is not."""

import asyncio
import math
from collections.abc import Mapping
from pathlib import Path

from daq.acquire.poller import OPEN_LIMIT, BusPoller, OpenLink
from daq.journal.entry import Series, Severity
from daq.pulse import Judge, Pulse
from drivers.errors import OpenFailedError
from drivers.model import Status, Value
from drivers.transport.link import Link
from tests.journal_samples import append, running, series_key, until
from tests.scripted_sink import ScriptedSink, pumping
from tests.virtual_time import for_seconds, run_virtual

PERIOD = 15.0


class Nobody:
    """Takes what a poller tells."""

    def append_event(
        self,
        kind: str,
        subject: str,
        text: str,
        *,
        severity: Severity = "info",
        data: Mapping[str, object] | None = None,
    ) -> int:
        return 0

    def append_scan(
        self,
        series: Series,
        time: int,
        values: tuple[Value, ...],
        statuses: tuple[Status, ...],
    ) -> int:
        return 0


async def _never() -> Link:
    await asyncio.sleep(math.inf)
    raise AssertionError


async def _refused() -> Link:
    await asyncio.sleep(1)
    raise OpenFailedError("no such port")


def stuck_after(open_link: OpenLink, seconds: float) -> float | None:
    """When the watchdog finds a poller stuck; None when it does not."""
    found: list[float] = []

    async def main() -> None:
        poller, judge = BusPoller("line", open_link, [], Nobody()), Judge()
        clock = asyncio.get_running_loop().time
        start = clock()

        async def watch() -> None:
            while True:
                await asyncio.sleep(PERIOD)
                if judge.look(clock(), [poller.pulse]):
                    found.append(clock() - start)

        task = asyncio.ensure_future(poller.run())
        await for_seconds(watch(), seconds)
        task.cancel()
        await asyncio.wait([task])

    run_virtual(main())
    return found[0] if found else None


def test_a_poller_whose_port_is_away_is_alive() -> None:
    assert stuck_after(_refused, 3600) is None


def test_a_poller_that_hangs_where_it_has_a_deadline_is_stuck() -> None:
    found = stuck_after(_never, 3600)
    assert found is not None
    assert OPEN_LIMIT < found <= OPEN_LIMIT + 2 * PERIOD


async def shown_alive(*pulses: Pulse) -> None:
    """Wait for a look at which nothing is found: what is stuck is found at every look."""
    judge, clock = Judge(), asyncio.get_running_loop().time
    judge.look(clock(), pulses)
    await until(lambda: not judge.look(clock(), pulses))


async def test_a_pump_whose_destination_is_away_is_alive(tmp_path: Path) -> None:
    sink = ScriptedSink()
    sink.reachable = False
    async with running(tmp_path / "j.db") as journal, pumping(journal, sink) as pump:
        append(journal, journal.series(series_key()), 1)
        await until(lambda: sink.connects > 3)
        assert pump.pulse.due < math.inf
        await shown_alive(pump.pulse, journal.pulse)


async def test_a_pump_that_hangs_in_its_sink_is_late(tmp_path: Path) -> None:
    sink = ScriptedSink()
    sink.hold = asyncio.Event()
    async with running(tmp_path / "j.db") as journal, pumping(journal, sink) as pump:
        append(journal, journal.series(series_key()), 1)
        await until(lambda: bool(sink.writes))
        due = pump.pulse.due
        assert due < math.inf
        judge = Judge()
        assert not judge.look(due + 1, [pump.pulse])
        assert judge.look(due + 1 + PERIOD, [pump.pulse]) == [pump.pulse]
        sink.hold.set()


async def test_a_journal_with_nothing_to_commit_may_rest(tmp_path: Path) -> None:
    async with running(tmp_path / "j.db") as journal:
        append(journal, journal.series(series_key()), 1)
        await until(lambda: journal.committed == 1 and journal.pulse.due == math.inf)
