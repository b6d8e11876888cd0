"""How a command line says which entries of a sink's quarantine are meant, and why."""

import click

from daq.cli.completing import sinks
from daq.cli.lists import Listed
from daq.control.request import REASON

ALL = ((1, 2**63 - 1),)


class Reason(click.ParamType[str]):
    """One line of text, no longer than the daemon takes."""

    name = "text"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The text itself."""
        if len(value) > REASON or not value.isprintable():
            self.fail(f"must be one line of at most {REASON} characters", param, ctx)
        return value


def _numbers(text: str) -> tuple[object, ...]:
    first, _, last = text.partition("-")
    if not first.isdecimal() or not (last or first).isdecimal():
        raise ValueError(f"{text!r} is neither a number such as 4711 nor a range such as 1-99")
    ends = int(first), int(last or first)
    if not 1 <= ends[0] <= ends[1] < 2**63:
        raise ValueError(f"{text!r}: entries are numbered from 1, and a range goes upwards")
    return ends


sink_argument = click.argument("sink", shell_complete=sinks)
numbers_argument = click.argument(
    "numbers", metavar="[SEQ|SEQ-SEQ]...", type=Listed(_numbers), nargs=-1
)
all_option = click.option("--all", "everything", is_flag=True, help="All the sink has refused.")

reason_option = click.option(
    "--reason", type=Reason(), default="", help="Why; goes into the event that tells of it."
)


def chosen_of(
    numbers: tuple[tuple[int, int], ...], *, everything: bool
) -> tuple[tuple[int, int], ...]:
    """The ranges that are meant.

    Raises:
        click.UsageError: neither numbers nor all of them are asked for, or both.
    """
    if everything == bool(numbers):
        raise click.UsageError(
            "give the numbers of entries, or --all; `daq quarantine list` shows them"
        )
    return ALL if everything else tuple(sorted(numbers))
