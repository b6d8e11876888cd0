"""What the journal has to say for itself."""

import msgspec

from daq.journal.entry import Severity
from daq.journal.eventcodec import Data


class Notice(msgspec.Struct, frozen=True):
    """An event to be journalled."""

    kind: str
    subject: str
    severity: Severity
    text: str
    data: Data
