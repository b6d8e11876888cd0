"""The daemon, which counts on SIGUSR1 what it holds: ``counted.py run FILE``.

What it counts goes into the file ``counted`` beside FILE.
"""

import asyncio
import gc
import os
import signal
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import msgspec

from daq.allocator import one_arena
from daq.app import run_daemon
from daq.cli.configuration import fit_setup
from daq.collector import calm_collector
from daq.logs import log_to_stderr

WAIT = 60.0


class Counted(msgspec.Struct, frozen=True):
    """What a process holds besides garbage, and what garbage had gathered.

    ``objects`` counts by type those that the collector looks at, ``rings`` those that only it
    could free, because they held each other, since the last count; without what asyncio leaves
    of each connection that was closed.
    """

    objects: dict[str, int]
    rings: dict[str, int]
    descriptors: int
    threads: int


OF_A_CONNECTION = ("_SelectorSocketTransport", "method", "dict", "socket", "TransportSocket")
"""A closed transport of asyncio holds a method of its own, which holds it."""


def ask(pid: int, config: Path) -> Counted:
    """Let a process count."""
    file = config.with_name("counted")
    file.unlink(missing_ok=True)
    os.kill(pid, signal.SIGUSR1)
    limit = time.monotonic() + WAIT
    while not file.exists():
        assert time.monotonic() < limit, "does not count"
        time.sleep(0.01)
    return msgspec.json.decode(file.read_bytes(), type=Counted)


def count(file: Path) -> None:
    """Collect, count, write. Nothing is collected but here, so nothing escapes."""
    gc.set_debug(gc.DEBUG_SAVEALL)
    gc.collect()
    gc.set_debug(0)
    rings = Counter(type(each).__name__ for each in gc.garbage)
    gc.garbage.clear()
    closed = rings["_SelectorSocketTransport"]
    rings.subtract(dict.fromkeys(OF_A_CONNECTION, closed))
    gc.collect()
    counted = Counted(
        objects=Counter(type(each).__name__ for each in gc.get_objects()),
        rings={name: number for name, number in rings.items() if number > 0},
        descriptors=len(list(Path("/proc/self/fd").iterdir())),
        threads=threading.active_count(),
    )
    draft = file.with_suffix(".new")
    draft.write_bytes(msgspec.json.encode(counted))
    draft.replace(file)


async def main(config: Path) -> None:
    """Run the daemon as `daq run` does."""
    file = config.with_name("counted")
    asyncio.get_running_loop().add_signal_handler(signal.SIGUSR1, count, file)
    await run_daemon(config.absolute(), fit_setup(config))


if __name__ == "__main__":
    one_arena()
    log_to_stderr("info")
    calm_collector()
    gc.disable()
    asyncio.run(main(Path(sys.argv[2])))
