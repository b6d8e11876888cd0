"""A wire that ends in a pseudo-terminal under a stable path.

A pty knows 8 data bits and no parity only: whatever a client sets beside that is ignored or
refused by the kernel, so simulated instruments are opened with 8N1.
"""

import asyncio
import contextlib
import os
import select
import termios
import tty
from pathlib import Path

from simulators.errors import WireError
from simulators.wire.endpoint import Endpoint, Listener, Session

CHUNK = 4096
PEEK = 0.02
"""Seconds between two looks for a client while nobody has the port open."""


class PtyEndpoint(Endpoint, Session):
    """A pty with a symbolic link to it; it is its own session.

    The lab does not hold the client's side open. So it learns when a client closes the port,
    and what is sent while nobody has it open is lost, as on a real line.
    """

    def __init__(self, path: Path, listener: Listener) -> None:
        self._path = path
        self._listener = listener
        self._master = -1
        self._name = ""
        self._open = False
        self._peek: asyncio.TimerHandle | None = None
        self._made: list[Path] = []

    @property
    def address(self) -> str:
        """The path of the link."""
        return str(self._path)

    async def plug(self) -> None:
        """Make a pty and point the link to it."""
        self._put_up()

    async def unplug(self) -> None:
        """Take link and pty away; a client that has it open gets an error."""
        if self._master < 0:
            return
        was_open = self._open
        with contextlib.suppress(OSError):
            if str(self._path.readlink()) == self._name:
                self._path.unlink()
        self._release()
        if was_open:
            self._listener.left(self)

    async def close(self) -> None:
        """Unplug, and remove the folders made for the link if they are empty."""
        await self.unplug()
        for folder in reversed(self._made):
            with contextlib.suppress(OSError):
                folder.rmdir()
        self._made.clear()

    def write(self, data: bytes) -> bool:
        """Send what fits; like a line without flow control the rest is lost."""
        if not self._open:
            return False
        try:
            return os.write(self._master, data) == len(data)
        except OSError:
            return False

    def drop(self) -> None:
        """Break the line for the client: it gets a hang-up and finds a new pty at the path.

        Raises:
            WireError: the path is not to be had any more.
        """
        if self._master < 0:
            return
        was_open = self._open
        self._release()
        if was_open:
            self._listener.left(self)
        self._put_up()

    def _put_up(self) -> None:
        try:
            self._make()
            self._link()
        except OSError as error:
            self._release()
            raise WireError(f"{self._path}: {error.strerror}") from error
        self._look()

    def _make(self) -> None:
        self._master, slave = os.openpty()
        tty.setraw(slave)
        self._name = os.ttyname(slave)
        os.close(slave)
        os.set_blocking(self._master, False)

    def _link(self) -> None:
        if self._path.exists() and not self._path.is_symlink():
            raise FileExistsError(0, "exists and is no link; remove it or choose another path")
        missing = [parent for parent in self._path.parents if not parent.exists()]
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._made += reversed(missing)
        draft = self._path.with_name(f".{self._path.name}.{os.getpid()}")
        draft.symlink_to(self._name)
        draft.replace(self._path)

    def _release(self) -> None:
        self._open = False
        if self._peek is not None:
            self._peek.cancel()
        if self._master >= 0:
            asyncio.get_running_loop().remove_reader(self._master)
            os.close(self._master)
            self._master = -1

    def _look(self) -> None:
        """See whether a client has opened the port; otherwise look again later."""
        loop = asyncio.get_running_loop()
        poll = select.poll()
        poll.register(self._master, select.POLLIN)
        state = dict(poll.poll(0)).get(self._master, 0)
        if state & select.POLLHUP and not state & select.POLLIN:
            self._peek = loop.call_later(PEEK, self._look)
            return
        self._open = True
        self._listener.connected(self)
        loop.add_reader(self._master, self._readable)

    def _readable(self) -> None:
        try:
            data = os.read(self._master, CHUNK)
        except BlockingIOError:
            return
        except OSError:
            self._hung_up()
            return
        self._listener.received(self, data)

    def _hung_up(self) -> None:
        asyncio.get_running_loop().remove_reader(self._master)
        self._open = False
        self._forget()
        self._listener.left(self)
        self._look()

    def _forget(self) -> None:
        """Leave the next client neither what this one has not read, nor its settings."""
        with contextlib.suppress(OSError, termios.error):
            slave = os.open(self._name, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
            try:
                tty.setraw(slave)
                termios.tcflush(slave, termios.TCIFLUSH)
            finally:
                os.close(slave)
