"""What the daemon tells of the traffic on a bus."""

import msgspec

from drivers.recording.piece import About, Page


class BusRecording(msgspec.Struct, frozen=True):
    """Some of the latest traffic of a bus, and which bus that is."""

    about: About
    page: Page
