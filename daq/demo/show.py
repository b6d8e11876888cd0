"""Runs the demonstration: broker, simulators, daemon and page up, a table on, all down again."""

import asyncio
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import msgspec
from rich.console import Console
from rich.live import Live

from daq.config.config import Config
from daq.config.load import load_config
from daq.config.sink import MqttSink
from daq.demo.broker import embedded_broker
from daq.demo.prepare import demo_source, write_demo_config
from daq.demo.processes import Child, daq_process
from daq.demo.summary import Summary, summarise
from daq.demo.table import Row, live_table
from daq.demo.watcher import Watcher
from daq.journal.reader import JournalReader
from drivers.registry import load_profile

REFRESH = 0.25
"""Seconds between two pictures of the table."""

START = 10.0
"""Seconds the simulators may take to get ready, on a slow machine."""

SETTLE = 1.0
"""Seconds the last entry may take from the journal to the subscriber."""


class _House(msgspec.Struct, frozen=True):
    """What is up while the demonstration runs."""

    folder: Path
    config: Config
    watcher: Watcher
    lab: Child
    daemon: Child
    page: Child


async def run_demo(seconds: float | None, console: Console | None) -> Summary:
    """Run until Ctrl-C, or for some seconds; with a table when there is a console.

    Raises:
        DemoUnavailableError: something needed is missing, or a part ended by itself.
    """
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="daq-demo-") as name:
        async with asyncio.TaskGroup() as tasks, _house(Path(name), tasks) as house:
            complete = await _watch(house, seconds, console)
            await _stop(house)
            summary = _summarise(house, complete=complete)
    summary.seconds = round(time.monotonic() - started, 2)
    return summary


@asynccontextmanager
async def _house(folder: Path, tasks: asyncio.TaskGroup) -> AsyncGenerator[_House]:
    path = write_demo_config(demo_source(), folder)
    config = load_config(path)
    sink = _broker(config)
    _, port = sink.brokers[0]
    watcher = Watcher(port, sink.prefix)
    served = str(folder / "served.jsonl")
    lab = daq_process("simulators", "sim", "run", str(path), "--served", served, folder=folder)
    daemon = daq_process("daemon", "run", str(path), folder=folder)
    page = daq_process("page", "web", str(path), folder=folder)
    async with embedded_broker(port), _listening(watcher, tasks), lab as simulators:
        await simulators.wait_output(START)
        async with daemon as running, page as shown:
            yield _House(folder, config, watcher, simulators, running, shown)


@asynccontextmanager
async def _listening(watcher: Watcher, tasks: asyncio.TaskGroup) -> AsyncGenerator[None]:
    ready = asyncio.Event()
    task = tasks.create_task(watcher.run(ready.set), name="demo watcher")
    try:
        async with asyncio.timeout(5):
            await ready.wait()
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])


async def _watch(house: _House, seconds: float | None, console: Console | None) -> bool:
    """Show the table until time is up (True), a signal comes (False), or a part fails."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):  # the last: the window is closed
        loop.add_signal_handler(number, stop.set)
    async with asyncio.TaskGroup() as tasks:
        running = [
            tasks.create_task(child.watch(), name=f"watch {child.name}")
            for child in (house.lab, house.daemon, house.page)
        ]
        if console is not None:
            running.append(tasks.create_task(_show(house, console), name="demo table"))
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await stop.wait()
        for task in running:
            task.cancel()
    return not stop.is_set()


async def _show(house: _House, console: Console) -> None:
    rows, footer = _rows(house.config), _footer(house)

    def picture() -> None:
        table = live_table(rows, house.watcher.groups, footer, console.height)
        live.update(table, refresh=True)

    with Live(console=console, auto_refresh=False, transient=False) as live:
        await _repeat(picture)


async def _repeat(picture: Callable[[], None]) -> None:
    while True:
        picture()
        await asyncio.sleep(REFRESH)


def _rows(config: Config) -> list[Row]:
    rows: list[Row] = []
    for name, instrument in config.instrument.items():
        channels = {c.name: c for c in load_profile(instrument.profile).channels}
        for group, settings in instrument.group.items():
            wanted = settings.channels or tuple(channels)
            rows += [Row(name, group, channels[c], settings.interval) for c in wanted]
    return rows


def _footer(house: _House) -> list[str]:
    copy = house.folder / "demo.toml"
    sink = _broker(house.config)
    _, port = sink.brokers[0]
    subscribe = f"mosquitto_sub -p {port} -t '{sink.prefix}/#' -v"
    page = f"http://{house.config.web.listen}/"
    return [
        f"[dim]in a browser:[/]         [bold link={page}]{page}[/]",
        f"[dim]in another terminal:[/]  {_daq()} status -c {copy}",
        f"                      {_daq()} tail -c {copy}",
        f"                      {subscribe}",
        "[dim]then:[/] config/demo.toml, config/example.toml, docs/.  [bold]Ctrl-C ends.[/]",
    ]


def _daq() -> str:
    """The command as it can be typed here: by name only when it is found by name."""
    beside = Path(sys.executable).with_name("daq")
    return "daq" if shutil.which("daq") == str(beside) else os.path.relpath(beside)


def _broker(config: Config) -> MqttSink:
    return next(sink for sink in config.sink.values() if isinstance(sink, MqttSink))


async def _stop(house: _House) -> None:
    """The daemon first: it delivers what is left, and says so in its last entry."""
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(house.page.stop(), name="demo: stop the page")
        await house.daemon.stop()
        await house.lab.stop()
    with JournalReader(house.config.journal.path) as reader:
        last = reader.last
    await house.watcher.wait_for(last, SETTLE)


def _summarise(house: _House, *, complete: bool) -> Summary:
    return summarise(
        house.config.journal.path,
        house.folder / "served.jsonl",
        house.watcher,
        # Whoever ends it early may not have waited for the slowest instrument.
        expected=list(house.config.instrument) if complete else [],
    )
