"""Works out the numbers of a pack again; apart from the command, for its imports."""

from collections.abc import Callable
from pathlib import Path

import click

from daq.calibration.certificate import Certificate
from daq.calibration.file import read_certificate
from daq.evidence.errors import EvidenceError
from daq.evidence.evaluate import Evaluated, evaluate
from daq.evidence.reading import OpenedPack, opened
from daq.export.again import Again
from daq.journal.entry import Scan
from drivers.tomlfile import TomlError


def work(path: Path, certificate: Path | None, instrument: str | None) -> Evaluated:
    """The numbers of a pack, under its own certificates or another.

    Raises:
        EvidenceError: the pack cannot be read.
        EvidenceError: the certificate is wrong, too.
        click.UsageError: it is not clear which instrument is meant.
    """
    with opened(path) as pack:
        if certificate is None:
            return evaluate(pack)
        return evaluate(pack, _again(pack, _read(certificate), instrument))


def _read(path: Path) -> Certificate:
    try:
        return read_certificate(path)[0]
    except TomlError as error:
        raise EvidenceError("; ".join(map(str, error.problems))) from error


def _again(
    pack: OpenedPack, certificate: Certificate, instrument: str | None
) -> Callable[[Scan], Scan | None]:
    keys = [series.key for series in pack.series.values()]
    fitting = {key.instrument for key in keys if certificate.asset in ("", key.asset)}
    wanted = {instrument} if instrument else fitting
    if len(wanted) != 1 or not wanted <= {key.instrument for key in keys}:
        there = ", ".join(sorted({key.instrument for key in keys}))
        raise click.UsageError(
            f"name the instrument of the certificate with -i; the pack has {there}"
        )
    return Again(wanted.pop(), certificate.calibrations())
