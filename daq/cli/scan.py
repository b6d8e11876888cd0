"""`daq scan`: which ports there are, and what is on a line."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import get_args

import click
import msgspec

from daq.build.propose import propose
from daq.cli.completing import ports
from daq.cli.completing import profiles as profiles_there_are
from daq.cli.exits import FAILED, INTERRUPTED, NO_ANSWER
from daq.cli.lists import Listed, words
from daq.cli.options import Duration, json_option, print_json
from daq.cli.progress import quiet_option
from daq.cli.scan_report import announce, print_findings, print_ports, progress_bar, warn
from daq.errors import DaqError
from daq.scan.bounds import Bounds, addresses, numbers
from daq.scan.finding import Findings
from daq.scan.known import Known
from daq.scan.place import Place, place_of
from daq.scan.plan import plan_scan, unaskable
from daq.scan.search import Search
from drivers.errors import OpenFailedError
from drivers.registry import Framing, available_profiles, load_profile
from drivers.transport.serial_ports import list_ports, stable_name
from drivers.transport.serial_settings import Parity

DEFAULTS = Bounds()


class CannotScanError(DaqError):
    """The line cannot be opened."""

    exit_code = 4


@click.command(epilog="Example: daq scan /dev/ttyUSB0 --baud 9600,19200 --units 1-16 --for 2min")
@click.argument("where", metavar="[PORT|HOST:PORT]", required=False, shell_complete=ports)
@click.option("--baud", "bauds", type=Listed(numbers), help="Speeds, as 9600,19200.")
@click.option(
    "--parity", "parities", type=Listed(words(*get_args(Parity))), help="As none,even,odd."
)
@click.option("--data-bits", type=Listed(words("7", "8")), help="As 7,8.")
@click.option("--stop-bits", type=Listed(words("1", "2")), help="As 1,2.")
@click.option(
    "--framing",
    "framings",
    type=Listed(words(*get_args(Framing))),
    help="Modbus framing on TCP; default: tcp on port 502, elsewhere tcp,rtu.",
)
@click.option("--units", type=Listed(numbers), help="Modbus units; default: 1-10.")
@click.option(
    "--addresses",
    type=Listed(addresses),
    help="Of other protocols, as 01-04,A; default: 1,01,A.",
)
@click.option(
    "--profile",
    "profiles",
    multiple=True,
    help="Look for this alone; may be given several times.",
    shell_complete=profiles_there_are,
)
@click.option(
    "--folder",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Look for the profiles in this folder as well.",
)
@click.option(
    "--timeout", type=Duration(), default="500ms", show_default=True, help="For an answer."
)
@click.option(
    "--for", "limit", type=Duration(), default="2min", show_default=True, help="End after so long."
)
@quiet_option
@json_option
def command(
    where: str | None,
    profiles: tuple[str, ...],
    folder: Path | None,
    *,
    quiet: bool,
    as_json: bool,
    **options: object,
) -> None:
    """List the serial ports, or find out what is on a line.

    Without PORT: the serial ports with the names under which they stay the same.

    With one: asks with every setting, address and profile within the bounds what is there, and
    prints a piece of configuration to standard output. Settings that are not given are those of
    each profile. Only questions are sent: the identification of a profile, and Modbus reads; no
    instrument is written to or started up. It says beforehand how long it may take. Ctrl-C ends
    it with what was found so far.

    Exit code 0 when an instrument was recognised, 1 when something answers that no profile fits,
    4 when nothing answers.
    """
    if where is None:
        _list(as_json=as_json)
        return
    place, bounds = _place(where), _bounds(options)
    _check_units(place, bounds)
    known = _profiles(profiles, folder)
    trials = plan_scan(place, known, bounds)
    for name in unaskable(known) if profiles else ():
        warn(f"{name} says nothing that a scan could ask (it has no [identify])")
    announce(place, trials, bounds)
    with progress_bar(trials, quiet=quiet) as progress:
        search = Search(place, trials, known, bounds, progress)
        interrupted = _run(search)
    _report(place, search.findings, as_json=as_json)
    raise click.exceptions.Exit(INTERRUPTED if interrupted else _exit_code(search.findings))


def _list(*, as_json: bool) -> None:
    ports = list_ports()
    if as_json:
        print_json([{**msgspec.structs.asdict(port), "stable": port.stable} for port in ports])
    else:
        print_ports(ports)


def _place(where: str) -> Place:
    try:
        return place_of(where)
    except ValueError as error:
        raise click.UsageError(f"{error}; `daq scan` alone lists the ports") from error


def _bounds(options: dict[str, object]) -> Bounds:
    """What was given; the rest by default. Bits are words until here."""
    given = {name: value for name, value in options.items() if value is not None}
    try:
        return msgspec.convert(given, Bounds, strict=False)
    except msgspec.ValidationError as error:
        raise click.UsageError(str(error)) from error


def _check_units(place: Place, bounds: Bounds) -> None:
    first, last = (1, 247) if place.port else (0, 255)
    if wrong := [unit for unit in bounds.units if not first <= unit <= last]:
        raise click.UsageError(f"a unit is from {first} to {last} here, not {wrong[0]}")


def _profiles(names: Sequence[str], folder: Path | None) -> list[Known]:
    """Those named, or all there are; those of a folder besides. Paths count from anywhere."""
    own = [str(path) for path in sorted(folder.glob("*.toml"))] if folder else []
    wanted = [*(names or available_profiles()), *own]
    paths = [str(Path(name).absolute()) if name.endswith(".toml") else name for name in wanted]
    return [Known(name, load_profile(name)) for name in dict.fromkeys(paths)]


def _run(search: Search) -> bool:
    """Search until done, or until Ctrl-C; whether it was that."""
    try:
        asyncio.run(search.run())
    except OpenFailedError as error:
        raise CannotScanError(str(error)) from error
    except KeyboardInterrupt:
        return True
    return False


def _report(place: Place, findings: Findings, *, as_json: bool) -> None:
    port = stable_name(place.port) if place.port else ""
    proposal = propose(place, port, findings.found)
    if as_json:
        print_json(
            {
                "where": str(place),
                "complete": findings.complete,
                "found": findings.found,
                "not_understood": findings.heard,
                "notes": findings.notes,
                "configuration": proposal,
            }
        )
        return
    print_findings(findings)
    click.echo(proposal, nl=False)


def _exit_code(findings: Findings) -> int:
    if any(each.matches for each in findings.found):
        return 0
    return FAILED if findings.found or findings.heard else NO_ANSWER
