"""Whether another program has a serial port, and which. Linux; reads folders and opens no port.

There is no one lock that all programs respect. What is looked at, and what this program does:

- ``flock`` (picocom, tio, pyserial's ``exclusive``): serialx takes it at each open;
- ``TIOCEXCL`` (gpsd, screen, ModemManager): the kernel refuses others but for root; ``claim`` looks
  at it, for root, and sets it;
- a lock file ``LCK..ttyUSB0`` (minicom): looked at, not made. It needs a folder that services
  cannot write to, and is left behind by a crash.
"""

import errno
import fcntl
import os
import termios
from collections.abc import Iterator
from pathlib import Path

LOCKS = Path("/var/lock")
PROCESSES = Path("/proc")

TIOCGEXCL = 0x80045440
"""Whether a terminal is exclusive: asm-generic/ioctls.h; MIPS, PowerPC and SPARC have another."""


def check_lock_file(port: str, locks: Path = LOCKS) -> None:
    """Look for the lock file of a program that runs.

    Raises:
        OSError: EBUSY; the text names the program.
    """
    for name in dict.fromkeys((Path(port).name, Path(os.path.realpath(port)).name)):
        file = locks / f"LCK..{name}"
        try:
            pid = int(file.read_text("ascii"))
        except (OSError, ValueError):
            continue
        if pid != os.getpid() and (PROCESSES / str(pid)).exists():
            raise OSError(errno.EBUSY, f"{_program(pid)} locked it with {file}")


def claim(port: str) -> None:
    """Keep others from an open port, as far as the kernel does that. Not for pseudo terminals.

    Raises:
        OSError: EBUSY, when another program has claimed it already.
    """
    descriptor = os.open(port, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK)
    try:
        claim_terminal(descriptor)
    finally:
        os.close(descriptor)


def claim_terminal(descriptor: int) -> None:
    """The same for an open terminal. It stays claimed until all have closed it."""
    try:
        taken = fcntl.ioctl(descriptor, TIOCGEXCL, bytes(4)) != bytes(4)
    except OSError:
        taken = False  # an architecture or driver that does not tell
    if taken:
        raise OSError(errno.EBUSY, "another program has made it exclusive")
    fcntl.ioctl(descriptor, termios.TIOCEXCL)


def holder(port: str, processes: Path = PROCESSES) -> str:
    """Who has a port open, for people; empty when that cannot be seen."""
    device = os.path.realpath(port)
    pids = [pid for pid in _pids(processes) if _has_open(processes / str(pid) / "fd", device)]
    others = [_program(pid, processes) for pid in pids if pid != os.getpid()]
    if others:
        return f"another program: {', '.join(others)}"
    return "this program itself" if pids else ""


def _pids(processes: Path) -> Iterator[int]:
    yield from sorted(int(entry.name) for entry in processes.iterdir() if entry.name.isdecimal())


def _has_open(folder: Path, device: str) -> bool:
    try:
        return any(_target(entry) == device for entry in folder.iterdir())
    except OSError:  # another user's, or gone meanwhile
        return False


def _target(descriptor: Path) -> str:
    try:
        return str(descriptor.readlink())
    except OSError:  # closed meanwhile
        return ""


def _program(pid: int, processes: Path = PROCESSES) -> str:
    try:
        name = (processes / str(pid) / "comm").read_text("utf-8", errors="replace").strip()
    except OSError:
        name = "a program"
    return f"{name} (pid {pid})"
