"""Run a program with a wall clock a test sets: ``python -m tests.stepped FILE daq run ...``.

FILE holds one little-endian int64, the nanoseconds the wall clock is ahead; ``set_ahead`` writes
it, also while the process runs. Everything in the process that asks ``time.time_ns`` or
``time.time`` sees the step, drivers included; the monotonic clocks go on. Nothing of this is in
the product: the clock is replaced before any of its modules is imported.
"""

import mmap
import runpy
import struct
import sys
import time
from pathlib import Path

_AHEAD = struct.Struct("<q")


def set_ahead(file: Path, seconds: float) -> None:
    """Set the wall clock of whoever runs on ``file``: so many seconds ahead of this machine's."""
    content = _AHEAD.pack(int(seconds * 1e9))
    if file.exists():
        with file.open("r+b") as stream:
            stream.write(content)
    else:
        file.write_bytes(content)


def _install(file: Path) -> None:
    with file.open("rb") as stream:
        shared = mmap.mmap(stream.fileno(), _AHEAD.size, access=mmap.ACCESS_READ)
    real_ns, real = time.time_ns, time.time
    time.time_ns = lambda: real_ns() + _AHEAD.unpack(shared)[0]
    time.time = lambda: real() + _AHEAD.unpack(shared)[0] / 1e9


if __name__ == "__main__":
    _install(Path(sys.argv[1]))
    sys.argv = sys.argv[2:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
