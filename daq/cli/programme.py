"""`daq runs evaluate`, and what `daq runs show` says of a programme."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from daq.cli.configuration import configured
from daq.cli.options import config_option, json_option, print_json
from daq.cli.progress import progress, quiet_option
from daq.config.whereabouts import find_socket
from daq.control.client import DeclinedError, NotRunningError
from daq.control.programmes import ask_progress
from daq.journal.reader import JournalReader
from daq.runs.past import find_run
from daq.runs.run import Run

if TYPE_CHECKING:
    from daq.programme.progress import Progress
    from daq.programme.told import Told


@click.command(epilog="Example: daq runs evaluate 20261123-1")
@click.argument("run", metavar="NUMBER")
@click.option(
    "--configured",
    "as_configured",
    is_flag=True,
    help="By the programme as it is configured now, not as it was when the run began.",
)
@config_option
@quiet_option
@json_option
def evaluate(
    run: str, config_path: Path, *, as_configured: bool, quiet: bool, as_json: bool
) -> None:
    """Compare the run NUMBER with its programme: every ramp and dwell, from the journal alone.

    The daemon may run or not. What it judged while the run went on is in the journal as well
    (`daq runs show`); this reads every reading anew.
    """
    from daq.build.programmes import build_programmes  # noqa: PLC0415 - of this command alone
    from daq.cli.programme_lines import print_evaluation  # noqa: PLC0415
    from daq.programme import past  # noqa: PLC0415

    config = configured(config_path)
    with JournalReader(config.journal.path) as reader:
        one = find_run(reader, run)
        programme = past.programme_for(
            reader, one, build_programmes(config), journalled=not as_configured
        )
        with progress("comparing", quiet=quiet or as_json) as tell:
            found = past.evaluate(reader, one, programme, tell)
    if as_json:
        print_json(found)
    else:
        print_evaluation(found)


def told_of(reader: JournalReader, run: Run) -> "Told | None":
    """What the daemon journalled of the programme of a run; None without one."""
    if not run.programme:
        return None
    from daq.programme import past, told  # noqa: PLC0415 - of runs with a programme alone

    return told.told(past.programme_events(reader, run))


def print_programme(told: "Told | None", config_path: Path, run: Run) -> None:
    """Print how a run is in its programme; nothing without one."""
    if told is None:
        return
    from daq.cli.programme_lines import print_told  # noqa: PLC0415

    print_told(told, progress_of(config_path, run))


def progress_of(config_path: Path, run: Run) -> "Progress | None":
    """How far a run is, as the daemon knows it; None when it does not, or does not run."""
    if not run.programme or run.state == "ended":
        return None
    try:
        return ask_progress(find_socket(config_path), run.id)
    except (NotRunningError, DeclinedError):
        return None
