"""Certificates, ours (TOML) and PTB's (DCC): one that can be used, or what is wrong with it.

Invariants. A file of ours is a certificate or a ``TomlError`` that names the file; a DCC is a
certificate or a ``DccError``. What a certificate says of any reading is a number, what it states as
uncertainty is none below 0, and its series key comes back from JSON as it was.
"""

import functools
import math
import tempfile
from collections.abc import Iterator
from pathlib import Path

import msgspec

from daq.calibration.calibration import Calibration
from daq.calibration.certificate import Certificate
from daq.calibration.dcc import imported
from daq.calibration.errors import DccError
from daq.calibration.file import read_certificate
from drivers.tomlfile import TomlError
from tests.fuzz.choices import Choices, changed

ROOT = Path(__file__).parents[2]
READINGS = (0.0, -1.0, 1e-300, 150.0, 1e300, -math.inf, math.inf)


@functools.cache
def documents() -> tuple[bytes, ...]:
    """Certificates to begin with: one of ours, then DCCs."""
    dcc = sorted((ROOT / "tests/cases/dcc").glob("*.xml"))
    ours = ROOT / "config/certificates/balance.toml"
    return tuple(path.read_bytes() for path in (ours, *dcc))


@functools.cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(prefix="fuzz-certificate-")


def target(data: bytes) -> None:
    """Read a certificate that the bytes are, or that they make of a known one."""
    choices = Choices(data)
    kind = choices.below(4)
    content = choices.rest()
    if kind > 1:
        content = changed(documents()[kind % 2 and 1 + len(content) % 3], Choices(content))
    path = Path(_folder().name) / "certificate"
    path.write_bytes(content)
    try:
        certificate = read_certificate(path)[0] if kind % 2 == 0 else imported(path).certificate
    except (TomlError, DccError) as error:
        wrong = error
    else:
        _usable(certificate)
        return
    assert str(wrong).startswith(str(path))


def _usable(certificate: Certificate) -> None:
    for one in certificate.calibrations():
        assert msgspec.json.decode(msgspec.json.encode(one), type=Calibration) == one
        for reading in READINGS:
            assert isinstance(one.corrected(reading), float)
            unsure = one.uncertainty_at(reading)
            assert unsure is None or unsure >= 0


def seeds() -> Iterator[bytes]:
    """Every known certificate, as it is and with one thing changed."""
    for number, content in enumerate(documents()):
        yield bytes([1 if number else 0]) + content
        yield from (bytes([3 if number else 2, what]) for what in range(8))
