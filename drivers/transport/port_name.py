"""Finds the device that a port's name means, anew at each open: its adapter may be another now.

A path (``/dev/serial/by-id/...``) is followed by the operating system. ``hwgrep://REGEX`` is
pyserial's way to name an adapter by what it is: the port whose device, description or hardware id
(``USB VID:PID=0403:6001 SER=A50285BI``) the expression finds, whatever the case. pyserial takes the
first of several; here that is an error, since the other one may be any instrument.

Source: pyserial 3.5 documentation, "URL Handlers", hwgrep://, and "list_ports", grep().
"""

import re
from collections.abc import Callable, Iterable

from drivers.errors import OpenFailedError
from drivers.transport.port_info import PortInfo

SCHEME = "hwgrep://"


def expression(name: str) -> re.Pattern[str] | None:
    """The regular expression of such a name; None for a path.

    Raises:
        ValueError: it is none.
    """
    if not name.startswith(SCHEME):
        return None
    try:
        return re.compile(name.removeprefix(SCHEME), re.IGNORECASE)
    except re.error as error:
        raise ValueError(f"{name}: no regular expression: {error}") from None


def find_device(name: str, ports: Callable[[], Iterable[PortInfo]]) -> str:
    """The device a name means at this moment; ``ports`` lists those there are.

    Raises:
        OpenFailedError: none fits, or more than one.
    """
    try:
        wanted = expression(name)
    except ValueError as error:
        raise OpenFailedError(str(error), kind="unsuitable") from None
    if wanted is None:
        return name
    every = list(ports())
    found = [info for info in every if any(map(wanted.search, _said(info)))]
    if len(found) == 1:
        return str(found[0].device)
    listed = "; ".join(" ".join(_said(info)) for info in found or every) or "none"
    if found:
        text = f"{name}: {len(found)} ports fit, and only one may: {listed}"
        raise OpenFailedError(text, kind="unsuitable")
    raise OpenFailedError(f"{name}: no port fits; present: {listed}")


def _said(info: PortInfo) -> list[str]:
    """What the expression is tried on: device, description, hardware id."""
    words = [info.manufacturer, info.product]
    said = [str(info.device), " ".join(word for word in words if word)]
    if info.vid is not None and info.pid is not None:
        serial = f" SER={info.serial_number}" if info.serial_number else ""
        said.append(f"USB VID:PID={info.vid:04X}:{info.pid:04X}{serial}")
    return [text for text in said if text]
