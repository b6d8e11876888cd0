"""How far runs are in their programmes, as the daemon tells it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec

from daq.control.client import ask
from daq.control.request import Request

if TYPE_CHECKING:
    from daq.programme.progress import Progress


class ProgrammeRequest(Request, tag="run-programme", frozen=True):
    """How far the run of this number is in its programme; null when it is in none."""

    run: Annotated[str, msgspec.Meta(max_length=40)]


def ask_progress(socket: Path, run: str) -> "Progress | None":
    """How far a run is at this moment; None when it is not compared with a programme.

    Raises:
        NotRunningError: nobody answers.
        DeclinedError: the daemon is too old to know.
    """
    # The daemon has the class of what a programme has come to only where it has a programme.
    from daq.programme.progress import Progress  # noqa: PLC0415

    return ask(socket, ProgrammeRequest(run=run), Progress | None)  # type: ignore[arg-type]
