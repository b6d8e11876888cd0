"""A serial line with one Modbus RTU unit at its far end, and what that end sees of the timing.

    python -m tests.bench.plant.rtu_line BAUD TURNAROUND SKIP CYCLES

Prints the path of a pseudo terminal, answers every read of registers there, and after SKIP and
then CYCLES requests prints an ``Observed`` as JSON; it goes on answering until it is terminated.

A pseudo terminal passes bytes on at once, so the line is this program's clock: a request of n
characters is on the line for n character times from the moment it is seen here, the unit takes
TURNAROUND seconds, and each character of the reply comes when its stop bit would end, in pieces
of a millisecond, as USB adapters hand them over. The silence before a request is the time from
the end of the last character of the reply before it to the moment the request is seen. While a
request may come the terminal is read without waiting, so that moments are exact to microseconds.
"""

import os
import sys
import termios
import time
import tty
from itertools import pairwise

import msgspec

from drivers.modbus.crc import crc
from simulators.wire.pace import Pace

REQUEST = 8
PIECE = 0.001
NAP = 0.0005
"""Seconds before a moment from which on the clock is watched instead of slept by."""

WATCH = 0.05
"""Seconds after a reply for which the next request is watched for without a pause."""


class Observed(msgspec.Struct, frozen=True):
    """What the far end saw; seconds.

    ``cycles`` are the times from one request to the next, ``gaps`` the silences between them;
    ``late`` how much later than it should this program itself ended the reply of each cycle.
    """

    cycles: list[float]
    gaps: list[float]
    late: list[float]


class Line:
    """The far end."""

    def __init__(self, baud: int, turnaround: float) -> None:
        self._master, slave = os.openpty()
        tty.setraw(slave, termios.TCSANOW)
        self.path = os.ttyname(slave)
        self._slave = slave
        os.set_blocking(self._master, False)
        self._character = Pace.of(baud).character
        self._turnaround = turnaround
        self._ended = 0.0

    def cycle(self) -> tuple[float, float, float]:
        """Take one request and answer it.

        When it came, the silence before it, and how late the reply ended.
        """
        request, began = self._request()
        gap = began - self._ended
        reply = _reply(request)
        start = began + len(request) * self._character + self._turnaround
        step = max(1, round(PIECE / self._character))
        late = 0.0
        for at in range(0, len(reply), step):
            piece = reply[at : at + step]
            due = start + (at + len(piece)) * self._character
            _wait_until(due)
            self._ended = time.monotonic()
            os.write(self._master, piece)
            late = self._ended - due
        return began, gap, late

    def _request(self) -> tuple[bytes, float]:
        """The next request and the moment its first byte was seen."""
        buffer, began = b"", 0.0
        while len(buffer) < REQUEST:
            try:
                piece = os.read(self._master, 4096)
            except BlockingIOError:
                if time.monotonic() - self._ended > WATCH:
                    time.sleep(NAP / 10)
                os.sched_yield()
                continue
            began = began or time.monotonic()
            buffer += piece
        return buffer, began


def _reply(request: bytes) -> bytes:
    count = int.from_bytes(request[4:6], "big")
    body = request[:2] + bytes([2 * count]) + b"\x40\x01" * count
    return body + crc(body)


def _wait_until(moment: float) -> None:
    rest = moment - time.monotonic() - NAP
    if rest > 0:
        time.sleep(rest)
    while time.monotonic() < moment:
        os.sched_yield()


def main(baud: int, turnaround: float, skip: int, cycles: int) -> None:
    """Answer; say what was seen."""
    line = Line(baud, turnaround)
    print(line.path, flush=True)  # noqa: T201 - what the parent waits for
    for _ in range(skip):
        line.cycle()
    print("begun", flush=True)  # noqa: T201 - the parent measures from here on
    seen = [line.cycle() for _ in range(cycles + 1)]
    times, gaps, late = zip(*seen, strict=True)
    spans = [after - before for before, after in pairwise(times)]
    observed = Observed(spans, list(gaps[1:]), list(late[:-1]))
    print(msgspec.json.encode(observed).decode(), flush=True)  # noqa: T201 - what the parent reads
    while True:
        line.cycle()


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
