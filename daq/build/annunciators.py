"""From the annunciators of a configuration to what switches lamps and horns."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import TypeAlias

from daq.acquire.output import Output
from daq.annunciator.choice import Choice
from daq.annunciator.coils import CoilAnnunciator, Places
from daq.annunciator.command import CommandAnnunciator, Settings
from daq.annunciator.diary import Diary, EventTaker
from daq.build.setup import Setup
from daq.config import annunciator as tables
from daq.config.config import Config
from daq.pulse import Pulse
from drivers.modbus.coil import CoilUnit

Annunciator: TypeAlias = CoilAnnunciator | CommandAnnunciator


class Annunciators:
    """All of a daemon, by name. They outlive the pollers, which a reload may start anew."""

    def __init__(self, config: Config, events: EventTaker, clock: Callable[[], int]) -> None:
        self._config = config
        self._made: Mapping[str, Annunciator] = {
            name: _made(name, table, events, clock) for name, table in config.annunciator.items()
        }

    def __iter__(self) -> Iterator[Annunciator]:
        """Every one, in the order of the configuration."""
        return iter(self._made.values())

    @property
    def commands(self) -> Mapping[str, CommandAnnunciator]:
        """Those that are tasks of their own."""
        return {n: made for n, made in self._made.items() if isinstance(made, CommandAnnunciator)}

    @property
    def pulses(self) -> Sequence[Pulse]:
        """The signs of life of those that are tasks."""
        return tuple(each.pulse for each in self.commands.values())

    def outputs(self, setup: Setup, bus: str) -> Sequence[Output]:
        """New outputs for the poller of a bus, as the setup has it."""
        found: list[Output] = []
        for name, table in self._config.annunciator.items():
            made = self._made[name]
            if isinstance(table, tables.CoilAnnunciator) and table.bus == bus:
                assert isinstance(made, CoilAnnunciator)  # noqa: S101 - made of that table
                line = setup.config.bus[bus]
                unit = CoilUnit(table.unit, tcp=line.framing == "tcp", verify=table.verify)
                make = partial(
                    Output, name, unit, flash=table.flash or 0.0, retry_limit=line.retry_limit
                )
                found.append(made.attach(make))
        return found


def _made(
    name: str, table: tables.AnnunciatorConfig, events: EventTaker, clock: Callable[[], int]
) -> Annunciator:
    is_command = isinstance(table, tables.CommandAnnunciator)
    diary = Diary(name, events, clock, names=is_command)
    choice = Choice(frozenset(table.priorities), frozenset(table.groups))
    if isinstance(table, tables.CommandAnnunciator):
        return CommandAnnunciator(diary, choice, Settings(table.run, table.deadline, table.every))
    places = Places(table.lamp, table.horn, flash=table.flash is not None)
    return CoilAnnunciator(diary, choice, places)
