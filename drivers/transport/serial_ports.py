"""The serial ports of this machine, and the names under which they stay the same."""

import os
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from pathlib import Path

import msgspec
import serialx

from drivers.transport.port_info import PortInfo

LINKS = Path("/dev/serial")
"""Where udev keeps the stable names: the folders ``by-id`` and ``by-path``."""


class SerialPort(msgspec.Struct, frozen=True, kw_only=True):
    """One serial port.

    ``by_id`` names the adapter wherever it is plugged in, ``by_path`` the socket whatever is
    plugged in; empty where there is no such name. ``warning`` says why ``by_id`` cannot be
    relied on.
    """

    device: str
    description: str = ""
    by_id: str = ""
    by_path: str = ""
    warning: str = ""

    @property
    def stable(self) -> str:
        """The best name for a configuration; the device itself when there is no better."""
        return (not self.warning and self.by_id) or self.by_path or self.device


def list_ports(
    links: Path = LINKS, infos: Iterable[PortInfo] | None = None
) -> tuple[SerialPort, ...]:
    """Every serial port there is, in order. Reads folders and opens no port.

    ``infos`` replaces what the system knows of its ports.
    """
    every = system_ports() if infos is None else infos
    known = {os.path.realpath(info.device): info for info in every}
    ids, paths = _names(links / "by-id"), _names(links / "by-path")
    twins = _twins(known)
    ports = [
        SerialPort(
            device=known[device].device if device in known else device,
            description=_description(known.get(device)),
            by_id=_best(ids.get(device, ())),
            by_path=_best(paths.get(device, ())),
            warning=_warning(device, twins.get(device, ()), ids, paths),
        )
        for device in {*known, *ids, *paths}
    ]
    return tuple(sorted(ports, key=_in_order))


def stable_name(port: str, links: Path = LINKS) -> str:
    """The best name for the port that is meant, however it is written."""
    device = os.path.realpath(port)
    ports = {os.path.realpath(each.device): each for each in list_ports(links)}
    return ports[device].stable if device in ports and device == port else port


def system_ports() -> Sequence[PortInfo]:
    """What the system knows of its ports. Reads folders and opens no port."""
    try:
        return serialx.list_serial_ports()
    except OSError:
        return ()


def _names(folder: Path) -> dict[str, list[str]]:
    """The links in a folder, by what they lead to."""
    found: dict[str, list[str]] = defaultdict(list)
    if folder.is_dir():
        for link in folder.iterdir():
            found[os.path.realpath(link)].append(str(link))
    return dict(found)


def _best(names: Iterable[str]) -> str:
    """The usual one: newer versions of udev make a second name by path with the USB version."""
    return min(names, key=lambda name: ("usbv" in name, len(name), name), default="")


def _twins(known: Mapping[str, PortInfo]) -> dict[str, list[str]]:
    """The ports that udev names alike, because they say the same of themselves."""
    groups: dict[Hashable, list[str]] = defaultdict(list)
    for device, info in known.items():
        if info.vid is not None:
            groups[_self(info)].append(device)
    return {device: group for group in groups.values() if group[1:] for device in group}


def _self(info: PortInfo) -> Hashable:
    who = (info.vid, info.pid, info.manufacturer, info.product, info.serial_number)
    return (*who, info.interface_num, info.port_number)


def _warning(
    device: str,
    twins: Iterable[str],
    ids: Mapping[str, list[str]],
    paths: Mapping[str, list[str]],
) -> str:
    others = sorted(set(twins) - {device})
    if others:
        return (
            f"shares its name by-id with {', '.join(others)}: both adapters say the same of "
            "themselves, so the name leads to either; use the name by-path, or one of the "
            "adapters elsewhere"
        )
    if device not in ids and "usb" in _best(paths.get(device, ())):
        return "has no name by-id; another adapter of its kind may have taken it"
    return ""


def _description(info: PortInfo | None) -> str:
    if info is None:
        return ""
    serial = f"({info.serial_number})" if info.serial_number else ""
    return " ".join(word for word in (info.manufacturer, info.product, serial) if word)


def _in_order(port: SerialPort) -> tuple[int, str]:
    return len(port.device), port.device
