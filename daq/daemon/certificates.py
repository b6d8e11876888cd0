"""Tells the journal of certificates that it has not had before, the whole of each."""

from collections.abc import Collection

from daq.build.setup import Setup
from daq.calibration.calibration import Calibration
from daq.calibration.certificate import Certificate
from daq.calibration.due import Due, due_list
from daq.journal import kinds
from daq.journal.behalf import NOBODY, Asker
from daq.journal.entry import SeriesKey
from daq.journal.journal import Journal


def tell_certificates(journal: Journal, setup: Setup, asker: Asker = NOBODY) -> None:
    """An event for each certificate in force that no series of the journal has had.

    To be called before the series are made, so that the certificate is durable no later than the
    first of them. ``asker`` is who had them put in force.
    """
    known = list(journal.known)
    had = {(key.instrument, one.hash) for key in known for one in key.calibrations}
    certificates = {one.hash: one for one in setup.register.certificates}
    for due in due_list(setup.calibrations):
        if (due.instrument, due.hash) not in had:
            _tell(journal, due, certificates[due.hash], _previous(known, due), asker)


def _tell(
    journal: Journal,
    due: Due,
    certificate: Certificate,
    previous: Collection[Calibration],
    asker: Asker,
) -> None:
    until = f", due {due.due}" if due.due else ""
    channels = ", ".join(due.channels)
    journal.append_event(
        kinds.CERTIFICATE_IN_FORCE.name,
        due.instrument,
        f"{due.instrument}: certificate {due.certificate} of {due.laboratory} is in force for "
        f"{channels}{until}",
        data={
            "number": due.certificate,
            "laboratory": due.laboratory,
            "calibrated": due.calibrated,
            "due": due.due,
            "channels": channels,
            "previous": ", ".join(sorted({one.certificate for one in previous})),
            "previous_hash": ", ".join(sorted({one.hash for one in previous})),
            **asker.data(),
            "hash": due.hash,
            "certificate": certificate.canonical.decode(),
        },
    )


def _previous(known: Collection[SeriesKey], due: Due) -> list[Calibration]:
    """What was in force last for the channels of this one."""
    last: dict[str, Calibration] = {}
    for key in known:
        if key.instrument == due.instrument:
            last |= {one.channel: one for one in key.calibrations}
    return [last[channel] for channel in due.channels if channel in last]
