"""Whose certificates there are, and which of them are in force. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import msgspec

from daq.calibration.calibration import Calibration
from daq.calibration.certificate import Certificate


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """An instrument as the configuration has it."""

    name: str
    asset: str = ""
    serial_number: str = ""
    title: str = ""
    place: str = ""


class Entry(msgspec.Struct, frozen=True):
    """An instrument and its certificates, the one that began last is last."""

    item: Item
    certificates: tuple[Certificate, ...] = ()


class Register(msgspec.Struct, frozen=True):
    """The instruments with their certificates; ``others`` are of nothing that is configured."""

    entries: tuple[Entry, ...] = ()
    others: tuple[Certificate, ...] = ()

    @property
    def certificates(self) -> tuple[Certificate, ...]:
        """All of them."""
        return (*(one for entry in self.entries for one in entry.certificates), *self.others)

    def in_force(self, day: date) -> Mapping[str, tuple[Calibration, ...]]:
        """By instrument, the calibrations of its channels on a day, where it has any."""
        found = {entry.item.name: in_force(entry.certificates, day) for entry in self.entries}
        return {name: calibrations for name, calibrations in found.items() if calibrations}


def register(items: Iterable[Item], certificates: Sequence[Certificate]) -> Register:
    """Bring instruments and certificates together, by asset id or else by serial number."""
    entries = [Entry(item, _of(item, certificates)) for item in items]
    taken = {one.number for entry in entries for one in entry.certificates}
    return Register(tuple(entries), tuple(one for one in certificates if one.number not in taken))


def belongs(certificate: Certificate, item: Item) -> bool:
    """Whether a certificate is an instrument's: assets decide where both have one."""
    if certificate.asset and item.asset:
        return certificate.asset == item.asset
    return bool(certificate.serial_number) and certificate.serial_number == item.serial_number


def in_force(certificates: Iterable[Certificate], day: date) -> tuple[Calibration, ...]:
    """For each channel what the certificate says that began last, on a day."""
    found: dict[str, Calibration] = {}
    for certificate in sorted(certificates, key=_age):
        if certificate.begins <= day:
            found |= {one.channel: one for one in certificate.calibrations()}
    return tuple(found[name] for name in sorted(found))


def _of(item: Item, certificates: Iterable[Certificate]) -> tuple[Certificate, ...]:
    return tuple(sorted((one for one in certificates if belongs(one, item)), key=_age))


def _age(certificate: Certificate) -> tuple[str, str, str]:
    return certificate.valid_from, certificate.calibrated, certificate.number
