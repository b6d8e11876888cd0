"""Modbus masters that are not ours: minimalmodbus (PyPI) and mbpoll (Debian)."""

import importlib
import re
import shutil
import subprocess
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest

BAUD = 115200
_LINE = re.compile(r"\[(\d+)\]:\s+(\S+)")


@contextmanager
def minimal(port: str, unit: int) -> Generator[Any]:
    """A ``minimalmodbus.Instrument`` on a pty, 8N1."""
    library: Any = importlib.import_module("minimalmodbus")
    instrument = library.Instrument(port, unit)
    instrument.serial.baudrate = BAUD
    instrument.serial.timeout = 5.0
    try:
        yield instrument
    finally:
        instrument.serial.close()


def mbpoll(port: str, unit: int, arguments: Sequence[str], write: Sequence[str] = ()) -> str:
    """Run mbpoll once at a path or host:port; what it prints, and its errors."""
    program = shutil.which("mbpoll")
    if program is None:
        pytest.fail("mbpoll is missing: install the Debian package mbpoll")
    if port.startswith("/"):
        place = ["-m", "rtu", "-b", str(BAUD), "-P", "none", port]
    else:
        host, _, number = port.rpartition(":")
        place = ["-m", "tcp", "-p", number, host]
    values = ["--", *write] if write else []
    options = ["-a", str(unit), "-1", "-0", "-o", "5", *arguments]
    done = subprocess.run(
        [program, *options, *place, *values],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    return done.stdout + done.stderr


def values_of(printed: str) -> dict[int, str]:
    """The registers mbpoll has printed, by number."""
    return {int(place): value for place, value in _LINE.findall(printed)}
