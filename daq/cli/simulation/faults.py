"""`daq sim fault`, `faults` and `cancel`: what goes wrong in a running laboratory."""

from typing import Any

import click

from daq.cli.completing import devices
from daq.cli.options import Duration, json_option, print_json
from daq.cli.screens import out
from daq.cli.simulation.common import laboratory, running_lab_option
from daq.cli.tables import print_table


@click.command(
    epilog="Example: daq sim fault balance late --delay 2s --for 10s --control /tmp/lab.sock"
)
@click.argument("device", shell_complete=devices)
@click.argument("kind")
@click.option("--at", type=Duration(), default="0s", help="Begin after so long.")
@click.option("--for", "duration", type=Duration(), help="Last so long; default: until cancelled.")
@click.option("--every", type=Duration(), help="Come back after so long, again and again.")
@click.option(
    "--probability", type=click.FloatRange(0, 1), default=1.0, help="Strike a reply so often."
)
@click.option("--count", type=click.IntRange(1), help="Strike at most so many replies.")
@click.option(
    "--delay", type=Duration(), default="1s", show_default=True, help="Of late and of split."
)
@click.option("--channel", default="", help="Of an event that can happen to a channel alone.")
@click.option("--seed", type=int, help="For the same chance again; default: the laboratory's.")
@running_lab_option
@json_option
def fault(control: str | None, *, as_json: bool, **settings: object) -> None:
    """Let a fault of KIND happen to DEVICE now.

    On any wire: silence, late, garble, split, checksum, disconnect; and the events of the model,
    listed by `daq sim list --control PLACE`. Prints the number by which `daq sim cancel` ends it.
    """
    settings["for"] = settings.pop("duration")
    with laboratory(control) as lab:
        injected = lab.ask("fault", **settings)
    if as_json:
        print_json(injected)
    else:
        out().print(f"fault {injected['number']}: {_words(injected['fault'])}")


@click.command(epilog="Example: daq sim faults --control /tmp/lab.sock")
@running_lab_option
@json_option
def faults(control: str | None, *, as_json: bool) -> None:
    """List the faults at work, with how often each has struck or begun."""
    with laboratory(control) as lab:
        found: list[dict[str, Any]] = lab.ask("faults")
    if as_json:
        print_json(found)
        return
    rows = [(str(each["number"]), _words(each["fault"]), str(each["hits"])) for each in found]
    print_table(("number", "fault", "hits"), rows, right="number hits")


@click.command(epilog="Example: daq sim cancel 3 --control /tmp/lab.sock")
@click.argument("number", type=int, required=False)
@click.option("--device", default="", help="All faults of this instrument.", shell_complete=devices)
@click.option("--all", "everything", is_flag=True, help="All faults.")
@running_lab_option
@json_option
def cancel(
    number: int | None, device: str, control: str | None, *, everything: bool, as_json: bool
) -> None:
    """End the fault with this NUMBER, those of an instrument, or all."""
    if sum((number is not None, bool(device), everything)) != 1:
        raise click.UsageError(
            "give one of NUMBER, --device and --all; `daq sim faults` lists the faults"
        )
    with laboratory(control) as lab:
        found = lab.ask("cancel", number=number, device=device)
    if as_json:
        print_json(found)
    else:
        numbers = ", ".join(str(each) for each in found["cancelled"])
        out().print(f"cancelled: {numbers or 'none'}")


def _words(fault: dict[str, Any]) -> str:
    parts = [f"{fault['kind']} of {fault['device']}"]
    parts += [fault["channel"]] if fault["channel"] else []
    parts += [f"for {fault['duration']:g} s"] if fault["duration"] is not None else []
    parts += [f"every {fault['every']:g} s"] if fault["every"] is not None else []
    parts += [f"probability {fault['probability']:g}"] if fault["probability"] < 1 else []
    parts += [f"{fault['count']} times"] if fault["count"] is not None else []
    return ", ".join(parts)
