"""The certificates a configuration names: read, and held against its instruments."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from daq.calibration.register import Item, Register, belongs, register
from daq.config.calibration import CalibrationConfig
from daq.config.catalogue import ProfileFacts
from daq.config.checks.parts import Parts
from daq.config.instrument import InstrumentConfig
from drivers.tomlfile import Document, Problem, TomlError, did_you_mean

if TYPE_CHECKING:
    from daq.calibration.folder import Filed

NUMBERS = ("float", "integer")


def read_certificates(calibration: CalibrationConfig) -> "tuple[Filed, ...]":
    """The certificates; none where no folder is named.

    Raises:
        TomlError: a file is wrong; holds every problem of every file.
    """
    if calibration.path is None:
        return ()
    from daq.calibration.folder import read_folder  # noqa: PLC0415 - 5 ms that only these need

    return read_folder(calibration.path)


def register_of(
    calibration: CalibrationConfig, instruments: Mapping[str, InstrumentConfig]
) -> Register:
    """Instruments and certificates together.

    Raises:
        TomlError: a file is wrong.
    """
    certificates = [one.certificate for one in read_certificates(calibration)]
    return register([_item(name, config) for name, config in instruments.items()], certificates)


def certificate_problems(document: Document, parts: Parts) -> list[Problem]:
    """What is wrong with the certificates, each at its line of its own file."""
    if parts.calibration is None or parts.calibration.path is None:
        return []
    try:
        filed = read_certificates(parts.calibration)
    except TomlError as error:
        if any(problem.file == str(parts.calibration.path) for problem in error.problems):
            return [document.problem(("calibration", "path"), str(error))]
        return list(error.problems)
    return [problem for one in filed for problem in _misfits(one, parts)]


def _misfits(filed: "Filed", parts: Parts) -> Iterator[Problem]:
    for name, instrument in parts.instruments.items():
        if not belongs(filed.certificate, _item(name, instrument)):
            continue
        yield from _other_serial(filed, name, instrument)
        facts = parts.facts(instrument)
        if facts is not None:
            yield from _channels(filed, name, facts)


def _other_serial(filed: "Filed", name: str, instrument: InstrumentConfig) -> Iterable[Problem]:
    theirs, ours = filed.certificate.serial_number, instrument.serial_number
    if theirs and ours and theirs != ours:
        yield filed.document.problem(
            ("instrument", "serial_number"),
            f'"{theirs}" is not the serial number of instrument {name}, which is "{ours}"',
            "one of the two files is wrong, or the certificate is another instrument's",
        )


def _channels(filed: "Filed", name: str, facts: ProfileFacts) -> Iterator[Problem]:
    for one in filed.certificate.channels:
        key = ("channel", one.channel)
        if one.channel not in facts.channels:
            hint = did_you_mean(one.channel, facts.channels)
            hint = hint or f"have: {', '.join(facts.channels)}"
            yield filed.document.problem(
                key, f'instrument {name} has no channel "{one.channel}"', hint
            )
        elif (unit := facts.units.get(one.channel)) is not None and unit != one.unit:
            message = f'is "{one.unit}", but instrument {name} gives "{unit}"'
            yield filed.document.problem(
                (*key, "unit"), message, "convert the certificate's numbers"
            )
        elif facts.kinds.get(one.channel, "float") not in NUMBERS:
            yield filed.document.problem(key, "is no channel of numbers")


def _item(name: str, instrument: InstrumentConfig) -> Item:
    return Item(
        name=name,
        asset=instrument.asset,
        serial_number=instrument.serial_number,
        title=instrument.title,
        place=instrument.room,
    )
