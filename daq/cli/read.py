"""`daq read`: one instrument once, straight from the device."""

import asyncio
import time
from pathlib import Path

import click
import msgspec

from daq.build.once import read_once
from daq.calibration.calibration import Calibration
from daq.calibration.evaluate import Evaluator
from daq.cli.completing import instruments
from daq.cli.configuration import configured_setup
from daq.cli.named import known
from daq.cli.options import config_option, json_option, print_json
from daq.cli.screens import out
from daq.cli.tables import print_table
from daq.errors import DaqError
from daq.plain import printable
from drivers.errors import DriverError
from drivers.model import Channel, Identity, Sample, Value


class NoAnswerError(DaqError):
    """The instrument cannot be read."""

    exit_code = 4
    advice = (
        "is it switched on and connected, with these settings? `daq scan` finds out what is on a "
        "line; a port that a daemon holds is read with `daq tail`"
    )


class _Result(msgspec.Struct, frozen=True):
    """What one read of all channels gave, and how long it took in seconds."""

    identity: Identity
    channels: tuple[Channel, ...]
    sample: Sample
    seconds: float
    calibrations: tuple[Calibration, ...] = ()

    @property
    def evaluated(self) -> tuple[tuple[int, Calibration, Value, float | None], ...]:
        """Of each calibrated channel its place, certificate, corrected value and uncertainty."""
        evaluator = Evaluator(self.channels, self.calibrations)
        found = evaluator(self.sample.values)
        return tuple(
            (place, one, found.values[place], found.uncertainties[place])
            for place, one in evaluator.places
        )


@click.command(epilog="Example: daq read balance -c daq.toml")
@click.argument("instrument", shell_complete=instruments)
@config_option
@json_option
def command(instrument: str, config_path: Path, *, as_json: bool) -> None:
    """Read INSTRUMENT once, straight from the device: identification and every channel.

    For commissioning: neither daemon nor journal is involved; values are as read, and what a
    certificate makes of them is told besides. A port the daemon holds cannot be
    opened a second time; stop the daemon, or use `daq tail` to see what it reads. Exit code 4
    when the instrument does not answer, 1 when a channel is bad.
    """
    setup = configured_setup(config_path)
    known("instrument", instrument, setup.config.instrument, config_path)
    try:
        identity, channels, sample, seconds = asyncio.run(read_once(setup, instrument))
    except DriverError as error:
        raise NoAnswerError(f"{instrument}: {error}") from error
    ours = tuple(
        one
        for one in setup.calibrations.get(instrument, ())
        if one.is_of(identity.serial_number.strip())
    )
    result = _Result(identity, channels, sample, seconds, ours)
    if as_json:
        print_json(_plain(instrument, result))
    else:
        _print(instrument, result)
    if any(status.quality for status in sample.statuses):
        raise click.exceptions.Exit(1)


def _plain(instrument: str, result: _Result) -> dict[str, object]:
    names = [channel.name for channel in result.channels]
    statuses = zip(names, result.sample.statuses, strict=True)
    plain: dict[str, object] = {
        "instrument": instrument,
        "time": result.sample.time,
        "seconds": result.seconds,
        "identity": result.identity,
        "values": dict(zip(names, result.sample.values, strict=True)),
        "units": {channel.name: channel.unit for channel in result.channels},
        "quality": {name: str(status) for name, status in statuses if status},
    }
    if result.calibrations:
        found = result.evaluated
        plain["corrected"] = {names[place]: value for place, _, value, _ in found}
        plain["uncertainty"] = {names[place]: unsure for place, _, _, unsure in found}
    return plain


def _print(instrument: str, result: _Result) -> None:
    identity = result.identity
    words = (identity.manufacturer, identity.model, identity.serial_number, identity.firmware)
    said = ", ".join(word for word in words if word) or "answers; it does not say what it is"
    stamp = time.strftime("%H:%M:%S", time.localtime(result.sample.time / 1e9))
    out().print(f"{instrument}: {printable(said)}", markup=False)
    out().print(f"read at {stamp} in {result.seconds * 1000:.0f} ms")
    rows = zip(result.channels, result.sample.values, result.sample.statuses, strict=True)
    print_table(
        ("channel", "value", "unit", "quality"),
        [
            (
                channel.name,
                channel.format(value),
                channel.display_unit or channel.unit,
                str(status),
            )
            for channel, value, status in rows
        ],
        right="value",
        colours={"good": "green", "uncertain": "yellow", "bad": "bold red"},
    )
    for place, one, value, unsure in result.evaluated:
        channel = result.channels[place]
        sure = "uncertainty not stated" if unsure is None else f"± {unsure:.2g} (k = {one.k:g})"
        unit = channel.display_unit or channel.unit
        text = f"{channel.name} is {channel.format(value)} {unit}, {sure}, by certificate"
        out().print(f"{text} {printable(one.certificate)}", markup=False, soft_wrap=True)
