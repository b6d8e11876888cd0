"""Opens a serial line as a link. The only place that knows serialx."""

import asyncio
import errno
import grp
import os
import termios
from collections.abc import Callable
from pathlib import Path

import msgspec
import serialx

from drivers.errors import OpenFailedError
from drivers.transport.link import Link, Settings
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

    The link starts dirty: a reply to a request of an earlier owner may still be on its way.

    Raises:
        OpenFailedError: the text says why and what can be done.
    """
    _refuse_pty(port, serial)
    settings = msgspec.structs.replace(settings, character=serial.character)
    link = make(name, settings)
    try:
        async with asyncio.timeout(open_timeout):
            await _connect(link, port, serial)
    except TimeoutError as error:
        raise OpenFailedError(f"{port}: did not open within {open_timeout:g} s") from error
    except (OSError, termios.error, serialx.SerialException, ValueError) as error:
        text = await asyncio.to_thread(_explain, port, serial, error)
        raise OpenFailedError(f"{port}: {text}") from error
    link.dirty = True
    return link


async def _connect(link: Link, port: str, serial: SerialSettings) -> None:
    await serialx.create_serial_connection(
        asyncio.get_running_loop(),
        lambda: link,
        port,
        baudrate=serial.baud,
        parity=serialx.Parity(serial.parity[0].upper()),
        stopbits=serialx.StopBits(serial.stop_bits),
        xonxoff=serial.flow == "software",
        rtscts=serial.flow == "hardware",
        exclusive=True,
        byte_size=serial.data_bits,
    )


def _refuse_pty(port: str, serial: SerialSettings) -> None:
    # Linux accepts other settings on the first open of a pty and fails a later one with EINVAL.
    if _is_pty(port) and (serial.data_bits, serial.parity) != (8, "none"):
        raise OpenFailedError(
            f"{port}: is a pseudo terminal, which only does 8 data bits and no parity, "
            f"not {serial}; set data_bits = 8 and parity = 'none' for it"
        )


def _is_pty(port: str) -> bool:
    return os.path.realpath(port).startswith("/dev/pts/")


def _explain(port: str, serial: SerialSettings, error: Exception) -> str:
    """What went wrong in words of the user, with what to do about it. May look at files."""
    if isinstance(error, FileNotFoundError):
        return f"no such port; present: {_present()}"
    if isinstance(error, PermissionError):
        group = _group(port)
        return f"no permission; add the user to the group {group} (usermod -aG {group} USER)"
    # termios.error has no errno attribute, only arguments.
    number: object = error.args[0] if error.args else None
    if number == errno.EBUSY:
        return f"held by another program (fuser -v {port} shows which)"
    if number in (errno.ENOTTY, errno.EISDIR, errno.ENXIO):
        return "is not a serial port"
    if isinstance(error, (termios.error, serialx.SerialException, ValueError)):
        return f"the port does not do {serial}, flow control {serial.flow} ({error})"
    return str(error)


def _present() -> str:
    try:
        ports = [str(info.device) for info in serialx.list_serial_ports()]
    except OSError:
        ports = []
    return ", ".join(ports) or "none; is the adapter plugged in?"


def _group(port: str) -> str:
    try:
        return grp.getgrgid(Path(port).stat().st_gid).gr_name
    except (OSError, KeyError):
        return "dialout"
