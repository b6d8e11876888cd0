"""What the daemon answers to a request to vouch for its journal now."""

from pathlib import Path

import msgspec

from daq.control.client import ask
from daq.control.request import Request

DEADLINE = 30.0
"""Seconds for a checkpoint: the disk has to take what waits."""


class CheckpointRequest(Request, tag="checkpoint", frozen=True):
    """Take a checkpoint of all that has been appended."""


class CheckpointTaken(msgspec.Struct, frozen=True, kw_only=True):
    """The number of its event, and its text."""

    seq: int
    text: str


def ask_checkpoint(path: Path) -> CheckpointTaken:
    """Have the daemon vouch for its journal now.

    Raises:
        NotRunningError: nobody answers there.
        DeclinedError: it cannot, or does not take checkpoints.
    """
    return ask(path, CheckpointRequest(), CheckpointTaken, DEADLINE)
