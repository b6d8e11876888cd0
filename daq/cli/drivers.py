"""`daq drivers`: the instruments that can be read without writing anything."""

import asyncio

import click

from daq.cli.completing import profiles
from daq.cli.exits import FAILED
from daq.cli.options import json_option, print_json
from daq.cli.screens import out
from daq.cli.tables import print_table
from daq.config.template_check import wrong_templates
from drivers.errors import ProfileError
from drivers.profile import Profile
from drivers.registry import available_profiles, load_profile
from drivers.transcript import failures


@click.group(epilog="Example: daq drivers show eastron-sdm630")
def command() -> None:
    """List, show and check instrument profiles."""


@command.command("list", epilog="Example: daq drivers list --json")
@json_option
def list_profiles(*, as_json: bool) -> None:
    """List every bundled profile."""
    found = [load_profile(name) for name in available_profiles()]
    if as_json:
        print_json([_summary(profile) for profile in found])
        return
    rows = [
        (head.name, head.manufacturer, head.model, head.protocol, str(len(profile.channels)))
        for profile in found
        for head in (profile.profile,)
    ]
    print_table(
        ("name", "manufacturer", "model", "protocol", "channels"),
        rows,
        right="channels",
        drop=("channels", "manufacturer", "protocol"),
    )


@command.command("show", epilog="Example: daq drivers show mettler-sics")
@click.argument("name", metavar="NAME|FILE.toml", shell_complete=profiles)
@json_option
def show_profile(name: str, *, as_json: bool) -> None:
    """Show one profile: its channels, serial defaults, and where its facts come from."""
    profile = load_profile(name)
    if as_json:
        print_json(_summary(profile) | {"channels": list(profile.channels)})
        return
    _print_profile(profile)


@command.command("check", epilog="Example: daq drivers check lab/our-meter.toml")
@click.argument("name", metavar="NAME|FILE.toml", shell_complete=profiles)
@json_option
def check_profile(name: str, *, as_json: bool) -> None:
    """Validate a profile and play its transcripts against the real driver; no device needed.

    The alarms it declares are checked as those of a configuration are. Exit code 3 when the
    profile is wrong, 1 when a transcript fails.
    """
    profile = load_profile(name)
    if alarms := wrong_templates(name):
        raise ProfileError("\n".join(alarms))
    wrong = asyncio.run(failures(profile))
    if as_json:
        print_json({"ok": not wrong, "transcripts": len(profile.transcript), "failures": wrong})
    else:
        for failure in wrong:
            out().print(failure, style="bold red", markup=False)
        right = len(profile.transcript) - len(wrong)
        alarms = f", {len(profile.alarm)} alarms" if profile.alarm else ""
        out().print(
            f"{profile.name}: {right} of {len(profile.transcript)} transcripts hold{alarms}"
        )
    if wrong:
        raise click.exceptions.Exit(FAILED)


def _summary(profile: Profile) -> dict[str, object]:
    head = profile.profile
    return {
        "name": head.name,
        "manufacturer": head.manufacturer,
        "model": head.model,
        "protocol": head.protocol,
        "description": head.description,
        "source": list(head.source),
        "serial": profile.serial.model_dump(),
        "transcripts": len(profile.transcript),
        "alarms": list(profile.alarm),
    }


def _print_profile(profile: Profile) -> None:
    head, serial = profile.profile, profile.serial
    out().print(f"[bold]{head.name}[/]: {head.manufacturer} {head.model}")
    if head.description:
        out().print(head.description)
    parity = serial.parity[0].upper()
    out().print(f"serial: {serial.baud} {serial.data_bits}{parity}{serial.stop_bits}")
    rows = [
        (c.name, c.display_unit or c.unit, c.kind, _range(c.low, c.high), c.description)
        for c in profile.channels
    ]
    print_table(
        ("channel", "unit", "kind", "plausible", "description"), rows, drop=("kind", "plausible")
    )
    if profile.alarm:
        out().print(f"alarms: {', '.join(profile.alarm)}")
    for source in head.source:
        out().print(f"source: {source}", style="dim", markup=False)


def _range(low: float | None, high: float | None) -> str:
    if low is None and high is None:
        return ""
    return f"{'' if low is None else f'{low:g}'} .. {'' if high is None else f'{high:g}'}"
