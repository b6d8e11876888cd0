"""Certificates, and series under them, for tests."""

from pathlib import Path

import msgspec

from daq.calibration.calibration import Calibration
from daq.calibration.curve import Line, table
from daq.journal.entry import SeriesKey
from tests.journal_samples import series_key

BALANCE = """\
number = "{number}"
laboratory = "Example Calibration Ltd"
calibrated = {calibrated}
{due}
[instrument]
asset = "{asset}"
serial_number = "{serial}"
[channel.weight]
unit = "g"
points = [
    {{ reading = 0.0, reference = {offset}, uncertainty = 0.0001 }},
    {{ reading = 200.0, reference = {end}, uncertainty = 0.0004 }},
]
"""


def balance(
    folder: Path,
    number: str = "2026-0815",
    *,
    offset: float = 0.5,
    calibrated: str = "2026-03-12",
    due: str = "2090-03-12",
    asset: str = "A-0042",
    serial: str = "",
) -> Path:
    """A certificate of a balance: ``offset`` is added to every reading."""
    folder.mkdir(exist_ok=True)
    file = folder / f"{number}.toml"
    text = BALANCE.format(
        number=number,
        calibrated=calibrated,
        due=f"due = {due}" if due else "",
        asset=asset,
        serial=serial,
        offset=offset,
        end=200.0 + offset,
    )
    file.write_text(text, "utf-8")
    return file


def calibration(
    channel: str = "c1", number: str = "0815", *, due: str = "", serial: str = ""
) -> Calibration:
    """Adds 0.5 at a reading of 0 and 1.5 at 10; U = 0.1 + 0.01 |x| from 0 to 10."""
    return Calibration(
        channel=channel,
        certificate=number,
        hash=f"hash of {number}",
        laboratory="Example Calibration Ltd",
        calibrated="2026-03-12",
        due=due,
        serial_number=serial,
        correction=table(((0.0, 0.5), (10.0, 1.5))),
        uncertainty=Line(0.1, 0.01),
        low=0.0,
        high=10.0,
    )


def calibrated_key(*calibrations: Calibration, width: int = 2) -> SeriesKey:
    return msgspec.structs.replace(
        series_key(width=width), calibrations=calibrations or (calibration(),)
    )
