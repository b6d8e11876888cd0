"""What the daemon does on signals: SIGTERM and SIGINT stop it, SIGHUP makes it reload."""

import asyncio
import os
import signal
import sys

STOP = (signal.SIGTERM, signal.SIGINT)

FORCE_AFTER = 1.0
"""Seconds after the first signal to stop from which on a second one ends the process at once.
Not sooner: a supervisor such as timeout(1) sends the same signal to the process and to its group.
"""


class Signals:
    """``stop`` and ``reload`` are set by signals; made at the start, in the main thread."""

    def __init__(self) -> None:
        self.stop = asyncio.Event()
        self.reload = asyncio.Event()
        self._terminal = sys.stderr.isatty()
        self._loop = asyncio.get_running_loop()
        self._loop.add_signal_handler(signal.SIGHUP, self._hang_up)
        for number in STOP:
            self._loop.add_signal_handler(number, self._stop)

    def _hang_up(self) -> None:
        """SIGHUP is also what a closed terminal sends to what was started in it."""
        if self._terminal and not os.isatty(2):
            self._stop()
        else:
            self.reload.set()

    def _stop(self) -> None:
        if not self.stop.is_set():
            self.stop.set()
            self._loop.call_later(FORCE_AFTER, self._let_kill)

    def _let_kill(self) -> None:
        """What is committed survives it; this is for a disk or a line that does not let go."""
        for number in STOP:
            self._loop.remove_signal_handler(number)
            signal.signal(number, signal.SIG_DFL)
