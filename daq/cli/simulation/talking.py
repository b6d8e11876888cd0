"""`daq sim list`, `state`, `set`, `served`, `speed`: a running laboratory seen and operated."""

import json
from typing import Any

import click

import simulators
from daq.cli.completing import devices
from daq.cli.options import json_option, print_json
from daq.cli.screens import out
from daq.cli.simulation.common import assignment, control_option, laboratory, running_lab_option
from daq.cli.tables import print_table


@click.command("list", epilog="Example: daq sim list --control /tmp/lab.sock")
@control_option("List the instruments of the laboratory that runs there, not the models.")
@json_option
def list_models(control: str | None, *, as_json: bool) -> None:
    """List the models that can be simulated, or the instruments of a running laboratory."""
    if control is not None:
        _list_devices(control, as_json=as_json)
        return
    models = simulators.models()
    if as_json:
        print_json(dict(models))
    else:
        print_table(("model", "description"), models)


def _list_devices(control: str, *, as_json: bool) -> None:
    with laboratory(control) as lab:
        devices = lab.ask("list")
    if as_json:
        print_json(devices)
        return
    print_table(
        ("instrument", "model", "address", "unit"),
        [(each["name"], each["model"], each["address"], str(each["unit"])) for each in devices],
    )
    rows = [
        (each["name"], what, name, words)
        for each in devices
        for what in ("controls", "events")
        for name, words in each[what].items()
    ]
    print_table(
        ("instrument", "set or fault", "name", "what it does"),
        [(name, "set" if what == "controls" else "fault", *rest) for name, what, *rest in rows],
    )


@click.command(epilog="Example: daq sim state furnace --control /tmp/lab.sock")
@click.argument("device", default="", shell_complete=devices)
@running_lab_option
@json_option
def state(device: str, control: str | None, *, as_json: bool) -> None:
    """Show what DEVICE truly measures and how it stands; without DEVICE all of them."""
    with laboratory(control) as lab:
        found: dict[str, Any] = lab.ask("state", device=device)
    states: dict[str, Any] = {device: found} if device else found
    if as_json:
        print_json(found)
    else:
        _print_states(states)


@click.command("set", epilog="Example: daq sim set furnace setpoint=350 --control /tmp/lab.sock")
@click.argument("device", shell_complete=devices)
@click.argument("assignments", metavar="NAME[=VALUE]...", nargs=-1, required=True)
@running_lab_option
@json_option
def set_controls(
    device: str, assignments: tuple[str, ...], control: str | None, *, as_json: bool
) -> None:
    """Operate DEVICE: turn its knobs, press its keys, put a load on it.

    NAME=VALUE sets a control, NAME alone presses a key. An event is set to true (or to a
    channel) to begin and to false to end. `daq sim list --control PLACE` lists what there is.
    """
    values = dict(assignment(each) for each in assignments)
    with laboratory(control) as lab:
        found: dict[str, Any] = lab.ask("set", device=device, values=values)
    if as_json:
        print_json(found)
    else:
        _print_states({device: found})


@click.command(epilog="Example: daq sim served --control /tmp/lab.sock --json")
@running_lab_option
@json_option
def served(control: str | None, *, as_json: bool) -> None:
    """Count the replies of each instrument: made, sent whole, struck by faults."""
    with laboratory(control) as lab:
        counts = lab.ask("served")
    if as_json:
        print_json(counts)
        return
    rows = [
        (name, *(str(each[key]) for key in ("replies", "served", "struck")))
        for name, each in counts.items()
    ]
    print_table(("instrument", "replies", "served", "struck"), rows, right="replies served struck")


@click.command(epilog="Example: daq sim speed 60 --control /tmp/lab.sock")
@click.argument("factor", type=click.FloatRange(0, simulators.FASTEST), required=False)
@running_lab_option
@json_option
def speed(factor: float | None, control: str | None, *, as_json: bool) -> None:
    """Make the physics run FACTOR times as fast as the clock; without FACTOR tell how fast."""
    with laboratory(control) as lab:
        found = lab.ask("speed", speed=factor)
    if as_json:
        print_json(found)
    else:
        out().print(f"{found['speed']:g} s of physics in a second")


def _print_states(states: dict[str, Any]) -> None:
    rows = [
        (name, what, key, value if isinstance(value, str) else json.dumps(value))
        for name, each in states.items()
        for what, values in (("shows", each["channels"]), ("is set to", each["controls"]))
        for key, value in values.items()
    ]
    rows += [
        (name, "happens", event, "") for name, each in states.items() for event in each["happening"]
    ]
    print_table(("instrument", "", "name", "value"), rows, right="value")
