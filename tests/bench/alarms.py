"""What judging costs: ``python -m tests.bench.alarms [rules]``.

CPU time of this process for one second of 1,000 scans with the given number of rules (1,000) on
their channels: all kinds in turn, limits and charts, one channel of each scan read by each rule.
Scans are in memory, as the watcher gets them when it keeps up. Then the whole way beside a journal
that writes them: reading, judging, events, cursor.
"""

import asyncio
import random
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from daq.alarms.desk import Desk
from daq.alarms.rule import Rule
from daq.alarms.watcher import Watcher
from daq.build.alarms import build_rules
from daq.config.config import Config
from daq.journal import Journal
from daq.journal.entry import Scan, Series, SeriesKey
from drivers.model import Channel, Status

INSTRUMENTS, RATE, SECONDS, WIDTH = 100, 1000, 10, 4
NS = 1_000_000_000
START = 1_795_435_200 * NS
KINDS: tuple[dict[str, Any], ...] = (
    {"type": "limit", "high": 4.0, "dead_band": 0.5, "on_delay": "1s"},
    {"type": "change", "rise": 7.0, "window": "10s"},
    {"type": "deviation", "by": 6.0, "settle": "10s"},
    {"type": "stale", "after": "10s"},
    {"type": "quality"},
    {"type": "flat", "window": "1min"},
    {"type": "shewhart", "mean": 0.0, "sigma": 1.2},
    {"type": "ewma", "mean": 0.0, "sigma": 1.2},
    {"type": "cusum", "mean": 0.0, "sigma": 1.2},
    {"type": "trend", "above": 50.0, "window": "10s", "horizon": "10min"},
)


def rules(count: int) -> list[Rule]:
    alarms: dict[str, dict[str, Any]] = {}
    for number in range(count):
        kind = KINDS[number // INSTRUMENTS % len(KINDS)]
        instrument = f"i{number % INSTRUMENTS}"
        alarm: dict[str, Any] = {"channel": f"{instrument}.c{number % WIDTH}", **kind}
        if kind["type"] == "deviation":
            alarm["set_point"] = f"{instrument}.c{(number + 1) % WIDTH}"
        alarms[f"a{number}"] = alarm
    return build_rules(Config.model_validate({"site": {"name": "bench"}, "alarm": alarms}))


def key(number: int) -> SeriesKey:
    return SeriesKey(
        site="bench",
        instrument=f"i{number}",
        group="all",
        model="m",
        asset="",
        interval=INSTRUMENTS / RATE,
        channels=tuple(Channel(name=f"c{n}") for n in range(WIDTH)),
    )


def made(count: int) -> list[Scan]:
    draw = random.Random(1).gauss
    series = [Series(number + 1, key(number)) for number in range(INSTRUMENTS)]
    good = (Status.GOOD,) * WIDTH
    return [
        Scan(
            number + 1,
            START + number * NS // RATE,
            series[number % INSTRUMENTS],
            tuple(draw(0, 1.2) for _ in range(WIDTH)),
            good,
        )
        for number in range(count)
    ]


def judged(count: int) -> tuple[float, int]:
    """Part of one core at RATE scans a second, and how many changes there were."""
    desk, scans = Desk(rules(count)), made(RATE * SECONDS)
    begun = time.process_time()
    changes = sum(len(desk.take(scan)) for scan in scans)
    return (time.process_time() - begun) / SECONDS, changes


async def beside(count: int, folder: Path) -> float:
    """Part of one core with a journal that takes RATE scans a second, in real time."""
    journal = await Journal.open(folder / f"{count}.db")
    watcher = Watcher(journal, Desk(rules(count)), time.time_ns)
    tasks = [asyncio.create_task(part.run()) for part in (journal, watcher)]
    scans = made(RATE * SECONDS)
    begun, loop = time.process_time(), asyncio.get_running_loop()
    start = loop.time()
    for number in range(0, len(scans), RATE // 100):
        for scan in scans[number : number + RATE // 100]:
            series = journal.series(scan.series.key)
            journal.append_scan(series, scan.time, scan.values, scan.statuses)
        await asyncio.sleep(max(start + number / RATE - loop.time(), 0))
    spent = time.process_time() - begun
    for task in reversed(tasks):
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    await journal.close()
    return spent / SECONDS


def main() -> None:
    count = int(sys.argv[1]) if sys.argv[1:] else 1000
    part, changes = judged(count)
    with tempfile.TemporaryDirectory() as folder:
        without = asyncio.run(beside(0, Path(folder)))
        within = asyncio.run(beside(count, Path(folder)))
    sys.stdout.write(
        f"{count} rules, {RATE} scans/s of {WIDTH} channels, {changes / SECONDS:.0f} changes/s\n"
        f"  judging alone                    {part:6.1%} of one core\n"
        f"  beside the journal, more than without {within - without:6.1%} of one core\n"
    )


if __name__ == "__main__":
    import logging

    logging.disable(logging.CRITICAL)
    main()
