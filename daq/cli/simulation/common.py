"""What the subcommands of `daq sim` share."""

import json
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any, TypeVar

import click

import simulators
from daq.cli.exits import NO_ANSWER
from daq.errors import DaqError

F = TypeVar("F", bound=Callable[..., Any])

ENVIRONMENT = "DAQ_SIM_CONTROL"


class SimulationError(DaqError):
    """The simulated laboratory cannot be run, or refuses what it is told."""

    def __init__(self, text: str, advice: str = "") -> None:
        super().__init__(text)
        self.advice = advice


class NoLaboratoryError(DaqError):
    """No simulated laboratory answers."""

    exit_code = NO_ANSWER


def control_option(words: str) -> Callable[[F], F]:
    """The option ``--control``; also from the environment."""
    return click.option("--control", metavar="PLACE", envvar=ENVIRONMENT, help=words)


running_lab_option = control_option(
    "Where the running laboratory can be talked to: the path of its socket, or host:port; "
    f"also from {ENVIRONMENT}."
)


@contextmanager
def laboratory(control: str | None) -> Generator[simulators.ControlClient]:
    """A conversation with a running laboratory; its errors become the command's.

    Raises:
        NoLaboratoryError: none answers there.
        SimulationError: it refuses.
    """
    if control is None:
        raise click.UsageError(
            "which laboratory? Give --control PLACE, as it was given to `daq sim run`, or set "
            f"{ENVIRONMENT}"
        )
    try:
        with simulators.ControlClient(control) as client:
            yield client
    except simulators.NotRunningError as error:
        raise NoLaboratoryError(
            f"{error}; `daq sim run FILE --control {control}` runs one"
        ) from error
    except (simulators.SimulatorError, ValueError) as error:
        raise SimulationError(
            str(error),
            f"`daq sim list --control {control}` shows its instruments and what each takes",
        ) from error


def assignment(text: str) -> tuple[str, Any]:
    """NAME=VALUE as a name and a value: a number, true, false, null, or else a text.

    Without ``=`` it is a key that is pressed: no value.
    """
    name, equals, word = text.partition("=")
    if not equals:
        return name, None
    try:
        return name, json.loads(word)
    except ValueError:
        return name, word
