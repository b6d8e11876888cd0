"""What the daemon tells of the traffic on a bus."""

from pathlib import Path

import msgspec

from daq.control.client import ask
from daq.control.request import Request
from drivers.recording.piece import About, Page


class RecordingRequest(Request, tag="recording", frozen=True):
    """The pieces of a bus's ring from number ``after`` on.

    -1 asks for no piece, but for the number of the next.
    """

    bus: str
    after: int = 0


class BusRecording(msgspec.Struct, frozen=True):
    """Some of the latest traffic of a bus, and which bus that is."""

    about: About
    page: Page


def ask_recording(path: Path, bus: str, after: int) -> BusRecording:
    """The latest traffic of a bus, from piece number ``after`` on; at most a page.

    Raises:
        NotRunningError: nobody answers there.
        DeclinedError: it has no such bus, or is too old to record.
    """
    return ask(path, RecordingRequest(bus=bus, after=after), BusRecording)
