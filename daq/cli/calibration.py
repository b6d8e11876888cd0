"""`daq calibration`: which certificates are in force, when they are due, what they say."""

import time
from pathlib import Path

import click
import msgspec

from daq.build.setup import Setup
from daq.calibration.certificate import Certificate
from daq.calibration.due import Due, due_list
from daq.cli.calibrating.evaluating import apply
from daq.cli.calibrating.importing import import_dcc
from daq.cli.calibrating.showing import as_plain, chosen, print_certificate
from daq.cli.configuration import configured_setup
from daq.cli.exits import FAILED
from daq.cli.options import config_option, json_option, print_json
from daq.cli.screens import out
from daq.cli.tables import print_table

COLUMNS = ("state", "instrument", "asset", "certificate", "channels", "laboratory", "due", "days")
COLOURS = {"past due": "bold red", "due soon": "yellow", "in force": "green", "none": "dim"}
SOON = 30
"""Days before the due date from which on a certificate is due soon."""


@click.group(epilog="Example: daq calibration due")
def command() -> None:
    """List certificates and when they are due, import one, or evaluate the past with another.

    Certificates are files in the folder `[calibration] path`: docs/reference/calibration.md.
    """


command.add_command(import_dcc)
command.add_command(apply)


class _Row(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the list."""

    state: str
    instrument: str = ""
    asset: str = ""
    certificate: str = ""
    channels: tuple[str, ...] = ()
    laboratory: str = ""
    due: str = ""
    days: int | None = None


@command.command("list", epilog="Example: daq calibration list --json")
@config_option
@json_option
def list_certificates(config_path: Path, *, as_json: bool) -> None:
    """List every instrument with its certificates, also those before and those not yet in force."""
    setup = configured_setup(config_path)
    _print(_rows(setup, time.time_ns()), as_json=as_json)


@command.command("due", epilog="Example: daq calibration due --within 60")
@click.option("--within", type=click.IntRange(0), default=SOON, show_default=True, help="Days.")
@config_option
@json_option
def due(config_path: Path, within: int, *, as_json: bool) -> None:
    """List what is past due or will be within so many days; exit code 1 if anything is past due."""
    setup, now = configured_setup(config_path), time.time_ns()
    rows = [
        _row(setup, one, now)
        for one in due_list(setup.calibrations)
        if (days := one.days(now)) is not None and days <= within
    ]
    _print(rows, as_json=as_json)
    if not rows and not as_json:
        out().print(f"nothing is due within {within} days")
    if any(row.state == "past due" for row in rows):
        raise click.exceptions.Exit(FAILED)


@command.command("show", epilog="Example: daq calibration show 2026-0815")
@click.argument("number", metavar="NUMBER|INSTRUMENT")
@config_option
@json_option
def show(number: str, config_path: Path, *, as_json: bool) -> None:
    """Show a certificate, or those of an instrument: points, corrections, uncertainties, hash."""
    setup = configured_setup(config_path)
    certificates = chosen(setup.register, number, config_path)
    if as_json:
        print_json([as_plain(one) for one in certificates])
        return
    for certificate in certificates:
        print_certificate(certificate)


@command.command("check", epilog="Example: daq calibration check")
@config_option
def check(config_path: Path) -> None:
    """Check every certificate against the instruments, and name those that belong to none.

    Every error is shown with file and line; exit code 3 when there is one, 1 when an instrument has
    no certificate in force or one that is past due.
    """
    setup, now = configured_setup(config_path), time.time_ns()
    rows = _rows(setup, now)
    for one in setup.register.others:
        out().print(f"{one.number}: belongs to no configured instrument", markup=False)
    wrong = [row for row in rows if row.state in ("none", "past due") and row.instrument]
    for row in wrong:
        what = f"certificate {row.certificate} is past due" if row.certificate else "no certificate"
        out().print(f"{row.instrument}: {what}", markup=False)
    out().print(f"{len(setup.register.certificates)} certificates, {len(wrong)} to see to")
    if wrong:
        raise click.exceptions.Exit(FAILED)


def _rows(setup: Setup, now: int) -> list[_Row]:
    rows = [_row(setup, one, now) for one in due_list(setup.calibrations)]
    in_force = {(row.instrument, row.certificate) for row in rows}
    for entry in setup.register.entries:
        item = entry.item
        if item.name not in setup.calibrations:
            rows.append(_Row(state="none", instrument=item.name, asset=item.asset))
        rows += [
            _other(one, item.name, now)
            for one in entry.certificates
            if (item.name, one.number) not in in_force
        ]
    return rows + [_other(one, "", now) for one in setup.register.others]


def _row(setup: Setup, due: Due, now: int) -> _Row:
    days = due.days(now)
    return _Row(
        state=_state(days),
        instrument=due.instrument,
        asset=setup.config.instrument[due.instrument].asset,
        certificate=due.certificate,
        channels=due.channels,
        laboratory=due.laboratory,
        due=due.due,
        days=days,
    )


def _other(one: Certificate, instrument: str, now: int) -> _Row:
    later = one.valid_from > time.strftime("%Y-%m-%d", time.gmtime(now // 10**9))
    state = "not configured" if not instrument else "not yet" if later else "before"
    return _Row(
        state=state,
        instrument=instrument,
        asset=one.asset,
        certificate=one.number,
        channels=tuple(channel.channel for channel in one.channels),
        laboratory=one.laboratory,
        due=one.due,
    )


def _state(days: int | None) -> str:
    if days is None or days > SOON:
        return "in force"
    return "past due" if days < 0 else "due soon"


def _print(rows: list[_Row], *, as_json: bool) -> None:
    if as_json:
        print_json(rows)
        return
    cells = [
        (
            row.state,
            row.instrument,
            row.asset,
            row.certificate,
            ", ".join(row.channels),
            row.laboratory,
            row.due,
            "" if row.days is None else str(row.days),
        )
        for row in rows
    ]
    drop = ("laboratory", "asset", "channels")
    print_table(COLUMNS, cells, right="days", drop=drop, colours=COLOURS)
