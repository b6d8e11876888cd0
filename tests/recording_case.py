"""A test case made of a recording: what went over a line, and what acquisition must make of it.

A folder of ``tests/cases/recordings/`` holds ``recording.jsonl``, ``config.toml`` (the daemon's
configuration; its bus is at ``${REPLAY_PLACE}``) and ``expected.json`` (the scans of each group,
in order). By hand:

    python -m tests.recording_case NAME                write expected.json, to be read and judged
    python -m tests.recording_case NAME --record 10s   record the [lab] of config.toml first
"""

import argparse
import asyncio
import json
import os
import tempfile
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeAlias

from daq.build.buses import build_poller
from daq.build.capture import record_directly
from daq.build.recordings import about_bus
from daq.build.setup import Setup
from daq.build.timing import Timing
from daq.build.unjournaled import Unjournaled
from daq.config.load import load_config
from daq.journal.entry import Series
from drivers.model import Status, Value
from drivers.recording.writer import Writer
from drivers.units import parse_duration
from simulators import read_recording, read_scenario, replaying, running_lab

Scan: TypeAlias = dict[str, dict[str, Any]]
"""``values`` of the channels that have one, ``quality`` of those that are not good."""
Scans: TypeAlias = dict[str, list[Scan]]
"""By instrument and group, joined by a dot."""

FOLDER = Path(__file__).parent / "cases" / "recordings"
CERTAIN = 0.6
"""Of the scans there were time for, this part has certainly been."""
DEADLINE = 60.0
"""Seconds a play may take beyond the length of the recording, on a busy machine."""


class Keeper(Unjournaled):
    """Keeps the first so many scans of each group; ``full`` is set when all have come."""

    def __init__(self, wanted: Mapping[str, int] | None = None) -> None:
        self.scans: Scans = {}
        self.full = asyncio.Event()
        self._wanted = wanted

    def append_scan(
        self,
        series: Series,
        time: int,
        values: tuple[Value, ...],
        statuses: tuple[Status, ...],
    ) -> int:
        """Keep a scan, if it is among the first."""
        del time
        name = f"{series.key.instrument}.{series.key.group}"
        kept = self.scans.setdefault(name, [])
        if self._wanted is None or len(kept) < self._wanted.get(name, 0):
            kept.append(_scan(series, values, statuses))
        if self._wanted is not None:
            missing = [n for n, count in self._wanted.items() if len(self.scans.get(n, ())) < count]
            if not missing:
                self.full.set()
        return 0


def _scan(series: Series, values: tuple[Value, ...], statuses: tuple[Status, ...]) -> Scan:
    names = [channel.name for channel in series.key.channels]
    return {
        "values": {n: v for n, v in zip(names, values, strict=True) if v is not None},
        "quality": {n: str(s) for n, s in zip(names, statuses, strict=True) if s},
    }


async def played(case: Path, wanted: Mapping[str, int]) -> Scans:
    """Replay a recording to the acquisition of the daemon; the first scans of each group."""
    recording = read_recording(case / "recording.jsonl")
    seconds = recording.entries[-1].t / 1e9
    with tempfile.TemporaryDirectory(prefix="replay-") as folder:
        place = "127.0.0.1:0" if recording.header.line.address else Path(folder) / "line"
        async with replaying(recording, place) as replay:
            setup = _setup(case, replay.address)
            keeper = Keeper(wanted)
            poller = build_poller(setup, recording.header.bus, keeper, _timing(setup))
            task = asyncio.create_task(poller.run(), name="poll")
            try:
                async with asyncio.timeout(seconds + DEADLINE):
                    await keeper.full.wait()
            finally:
                task.cancel()
                await asyncio.wait({task})
    return keeper.scans


def _setup(case: Path, place: str) -> Setup:
    environ = {**os.environ, "REPLAY_PLACE": place}
    return Setup.of(load_config(case / "config.toml", environ=environ))


def _timing(setup: Setup) -> Timing:
    return Timing.of(setup.config, asyncio.get_running_loop().time())


@asynccontextmanager
async def _lab(case: Path) -> AsyncGenerator[Setup]:
    """The simulated laboratory of a case, and the configuration that reaches it."""
    with tempfile.TemporaryDirectory(prefix="record-") as folder:
        os.environ["REPLAY_PLACE"] = f"{folder}/line"
        scenario = read_scenario(case / "config.toml")
        async with running_lab(scenario) as lab:
            yield _setup(case, lab.wires[0].address)


async def recorded(case: Path, seconds: float) -> None:
    """Record what goes over the line while the laboratory of a case is polled."""
    async with _lab(case) as setup:
        (bus,) = setup.config.bus
        with (case / "recording.jsonl").open("wb") as file:
            writer = Writer(file, about_bus(setup, bus))
            await record_directly(setup, bus, writer, seconds)


async def _make(case: Path, seconds: float | None) -> None:
    if seconds is not None:
        await recorded(case, seconds)
    found = await played(case, _safe_counts(case))
    (case / "expected.json").write_text(json.dumps(found, indent=1) + "\n")


def _safe_counts(case: Path) -> dict[str, int]:
    """How many scans of each group a recording surely has, failures and back-off considered."""
    seconds = read_recording(case / "recording.jsonl").entries[-1].t / 1e9
    config = _setup(case, "127.0.0.1:1").config
    return {
        f"{name}.{group}": max(1, int(CERTAIN * seconds / settings.interval))
        for name, item in config.instrument.items()
        for group, settings in item.group.items()
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("name")
    parser.add_argument("--record", type=parse_duration, metavar="DURATION")
    options = parser.parse_args()
    asyncio.run(_make(FOLDER / options.name, options.record))
