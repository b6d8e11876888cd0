"""What can be asked of the daemon about notification; how it is with it is in the status."""

from pathlib import Path
from typing import Annotated

import msgspec

from daq.control.client import ask
from daq.control.request import By, Request

DEADLINE = 60.0
"""Seconds a message may take: as long as the daemon takes for a command."""


class TrialRequest(Request, tag="notify-test", frozen=True):
    """Send a recipient a message that tells of nothing."""

    recipient: Annotated[str, msgspec.Meta(max_length=100)]
    by: By = ""


class TrialDone(msgspec.Struct, frozen=True):
    """It was taken."""

    recipient: str


def ask_trial(path: Path, request: TrialRequest) -> TrialDone:
    """Have a test message sent.

    Raises:
        NotRunningError: nobody answers there.
        DeclinedError: there is no such recipient, or the message was not taken.
    """
    return ask(path, request, TrialDone, DEADLINE)
