"""`daq record`: the raw traffic of a bus, into a file."""

import asyncio
import contextlib
from collections.abc import Generator
from pathlib import Path

import click

from daq.build.capture import Daemon, record_directly
from daq.build.recordings import about_bus
from daq.build.setup import Setup
from daq.cli.completing import buses
from daq.cli.configuration import configured_setup
from daq.cli.named import known
from daq.cli.options import Duration, config_option, json_option, print_json
from daq.cli.screens import out
from daq.cli.unwritable import UnwritableError
from daq.control.client import NotRunningError
from daq.errors import DaqError
from drivers.recording.piece import About
from drivers.recording.writer import Writer


class RecordingError(DaqError):
    """The file cannot be written."""


class NothingError(DaqError):
    """Nothing was heard."""

    exit_code = 4
    advice = "`daq read INSTRUMENT` asks one instrument of the bus, `daq scan PORT` what is on it"


@click.command(epilog="Example: daq record rs485-1 -c daq.toml -o incident.jsonl --for 60s")
@click.argument("bus", shell_complete=buses)
@config_option
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help="The file to write; it must not exist yet.",
)
@click.option("--for", "seconds", type=Duration(), help="End after so long; default: at Ctrl-C.")
@click.option(
    "--ring", is_flag=True, help="Write what the daemon has kept of the last minutes, and end."
)
@json_option
def command(
    bus: str, config_path: Path, output: Path, seconds: float | None, *, ring: bool, as_json: bool
) -> None:
    """Record every byte that goes over BUS, with times, while it is polled.

    A running daemon is asked for the traffic and goes on undisturbed. Without one the bus is
    opened and polled as the configuration says, but nothing is journalled. `daq sim replay`
    plays the file, docs/reference/recording-file.md describes it.

    Exit code 4 when there was nothing to record.
    """
    setup = configured_setup(config_path)
    known("bus", bus, setup.config.bus, config_path)
    if not setup.members(bus):
        raise click.UsageError(
            f"no instrument of {config_path} is on bus {bus}, so that nothing goes over it; "
            "take a bus that has one"
        )
    if ring and seconds is not None:
        raise click.UsageError("--ring is about the past and --for about the future; leave one out")
    trouble = "nothing went over it"
    with (
        _recording(output, about_bus(setup, bus)) as writer,
        contextlib.suppress(KeyboardInterrupt),  # the usual end
    ):
        trouble = _record(setup, bus, writer, seconds, ring=ring) or trouble
    if not writer.pieces:
        raise NothingError(f"{bus}: {trouble}")
    if as_json:
        print_json(_plain(bus, output, writer))
    else:
        _print(bus, output, writer)


@contextlib.contextmanager
def _recording(path: Path, about: About) -> Generator[Writer]:
    """A new file and its writer; removed again when nothing comes to stand in it."""
    try:
        with path.open("xb") as file:
            writer = Writer(file, about)
            try:
                yield writer
            finally:
                if not writer.pieces:
                    path.unlink()
    except FileExistsError as error:
        raise RecordingError(
            f"{path} exists; a recording is evidence, take another name"
        ) from error
    except OSError as error:
        raise UnwritableError(path, error) from error


def _record(setup: Setup, bus: str, writer: Writer, seconds: float | None, *, ring: bool) -> str:
    """Record; what the bus suffers from, as far as is known."""
    daemon = Daemon(setup.config.socket, bus)
    if ring:
        daemon.copy(writer)
        return ""
    try:
        daemon.skip()
    except NotRunningError:
        _note(f"no daemon runs: polling {bus} as configured, without journal")
        return asyncio.run(record_directly(setup, bus, writer, seconds)).counters.trouble
    _note(f"the daemon polls {bus}: recording what it hears")
    daemon.follow(writer, seconds)
    return ""


def _note(text: str) -> None:
    click.echo(f"daq: {text}", err=True)


def _plain(bus: str, output: Path, writer: Writer) -> dict[str, object]:
    return {
        "bus": bus,
        "file": str(output),
        "pieces": writer.pieces,
        "sent_bytes": writer.sent,
        "received_bytes": writer.received,
        "seconds": writer.seconds,
        "missing": writer.lost,
    }


def _print(bus: str, output: Path, writer: Writer) -> None:
    out().print(
        f"{bus}: {writer.sent} bytes sent and {writer.received} received in "
        f"{writer.seconds:.1f} s, {writer.pieces} pieces in {output}",
        soft_wrap=True,
        markup=False,
    )
    if writer.lost:
        out().print(f"{writer.lost} pieces are missing: they came too fast", style="yellow")
