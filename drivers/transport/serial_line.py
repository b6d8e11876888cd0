"""Opens a serial line as a link. What the system knows of its ports is in ``serial_ports``."""

import asyncio
import contextlib
import errno
import grp
import os
import termios
from collections.abc import Callable
from functools import partial
from pathlib import Path

import msgspec
import serialx

from drivers.errors import OpenFailedError
from drivers.transport.fine_timer import FineTimer
from drivers.transport.link import Link, Settings
from drivers.transport.port_holder import check_lock_file, claim, holder
from drivers.transport.port_name import find_device
from drivers.transport.serial_ports import list_ports, system_ports
from drivers.transport.serial_settings import SerialSettings

__all__ = ["SerialSettings", "open_serial"]


async def open_serial(
    port: str,
    serial: SerialSettings,
    settings: Settings,
    name: str,
    *,
    open_timeout: float = 5.0,
    make: Callable[[str, Settings], Link] = Link,
) -> Link:
    """Open a serial port exclusively; ``make`` makes the link, if it is to be one of a kind.

    ``port`` is a path, or ``hwgrep://REGEX`` as of ``drivers.transport.port_name``; either is
    resolved now. The link starts dirty: a reply to a request of an earlier owner may still be on
    its way.

    Raises:
        OpenFailedError: the text says why and what can be done.
    """
    settings = msgspec.structs.replace(settings, character=serial.character)
    link = make(name, settings)
    device = port
    try:
        async with asyncio.timeout(open_timeout):
            device = await asyncio.to_thread(_look_up, port, serial)
            await _connect(link, device, serial)
    except TimeoutError as error:
        raise OpenFailedError(f"{port}: did not open within {open_timeout:g} s") from error
    except (OSError, termios.error, serialx.SerialException, ValueError) as error:
        kind, text = await asyncio.to_thread(_explain, device, serial, error)
        raise OpenFailedError(f"{port}: {text}", kind=kind) from error
    link.dirty = True
    return link


def _look_up(port: str, serial: SerialSettings) -> str:
    """The device; what speaks against opening it is found out before."""
    device = find_device(port, system_ports)
    _refuse_pty(device, serial)
    check_lock_file(device)
    return device


async def _connect(link: Link, device: str, serial: SerialSettings) -> None:
    transport, _ = await serialx.create_serial_connection(
        asyncio.get_running_loop(),
        lambda: link,
        device,
        baudrate=serial.baud,
        parity=serialx.Parity(serial.parity[0].upper()),
        stopbits=serialx.StopBits(serial.stop_bits),
        xonxoff=serial.flow == "software",
        rtscts=serial.flow == "hardware",
        exclusive=True,
        byte_size=serial.data_bits,
    )
    link.before_close = partial(_drop_unsent, transport)
    link.timer = FineTimer()
    if link.closed:
        link.timer.close()
    # A pseudo terminal stays claimed when it is closed, as long as its other end is open.
    if not _is_pty(device):
        try:
            await asyncio.to_thread(claim, device)
        except OSError:
            await link.close()
            raise
        except asyncio.CancelledError:
            transport.abort()
            raise


def _drop_unsent(transport: serialx.SerialTransport) -> None:
    """Without this, closing waits for what flow control holds back, for half a minute."""
    with contextlib.suppress(OSError, termios.error, serialx.SerialException):
        transport.serial.reset_write_buffer()


def _refuse_pty(port: str, serial: SerialSettings) -> None:
    # Linux accepts other settings on the first open of a pty and fails a later one with EINVAL.
    if _is_pty(port) and (serial.data_bits, serial.parity) != (8, "none"):
        raise OpenFailedError(
            f"{port}: is a pseudo terminal, which only does 8 data bits and no parity, "
            f"not {serial}; set data_bits = 8 and parity = 'none' for it",
            kind="unsuitable",
        )


def _is_pty(port: str) -> bool:
    return os.path.realpath(port).startswith("/dev/pts/")


def _explain(port: str, serial: SerialSettings, error: Exception) -> tuple[str, str]:
    """The kind of trouble, and words for the user with what to do about it. May look at files."""
    if isinstance(error, FileNotFoundError):
        return "lost", f"no such port; present: {_present()}"
    if isinstance(error, PermissionError):
        group = _group(port)
        text = f"no permission; add the user to the group {group} (usermod -aG {group} USER)"
        return "forbidden", text
    # termios.error has no errno attribute, only arguments.
    number: object = error.args[0] if error.args else None
    if number == errno.EBUSY:
        return "busy", _busy(port, error)
    if number in (errno.ENOTTY, errno.EISDIR, errno.ENXIO):
        return "unsuitable", "is not a serial port"
    if isinstance(error, (termios.error, serialx.SerialException, ValueError)):
        text = f"the port does not do {serial}, flow control {serial.flow} ({error})"
        return "unsuitable", text
    return "lost", str(error)


def _busy(port: str, error: Exception) -> str:
    who = holder(port)
    if who:
        return f"held by {who}"
    seen = f": {error.args[1]}" if "locked it with" in str(error) else ""
    return f"held by another program{seen} (sudo fuser -v {port} shows which)"


def _present() -> str:
    return ", ".join(port.stable for port in list_ports()) or "none; is the adapter plugged in?"


def _group(port: str) -> str:
    try:
        return grp.getgrgid(Path(port).stat().st_gid).gr_name
    except (OSError, KeyError):
        return "dialout"
