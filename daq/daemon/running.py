"""What runs: the configuration in force, the pollers of its buses, the pumps of its sinks."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

import msgspec

from daq.acquire.output import Output
from daq.acquire.poller import BusPoller
from daq.build.buses import build_poller
from daq.build.changes import Changes
from daq.build.kept import keep_configuration
from daq.build.setup import Setup
from daq.build.sinks import Addresses, build_pump
from daq.build.target import Target
from daq.build.timing import Timing
from daq.config.config import Config
from daq.daemon.certificates import tell_certificates
from daq.daemon.parts import Parts
from daq.deliver.pump import Pump
from daq.journal.behalf import NOBODY, Asker
from daq.journal.journal import Journal

Clock: TypeAlias = Callable[[], int]
"""ns since 1970 UTC."""

BUS_LIMIT = 3.0
"""Seconds a bus may take to stop: the exchange under way is cut off, the line closed."""

SINK_LIMIT = 4.0
"""Seconds a sink may take to stop: it may finish its write, and takes leave."""


def no_outputs(setup: Setup, bus: str) -> Sequence[Output]:
    """What is written on a bus where nothing is."""
    del setup, bus
    return ()


class Step(msgspec.Struct, frozen=True):
    """From what runs to a target. ``sinks`` are those that begin, built."""

    target: Target
    changes: Changes
    sinks: Mapping[str, Addresses]


class Ready(msgspec.Struct, frozen=True):
    """A step with its pollers built, too: all that could fail has been done."""

    step: Step
    timing: Timing
    pollers: Mapping[str, BusPoller]


class Running:
    """What the daemon does at this moment. ``outputs`` are what a poller writes on its bus.

    Whoever tells of it (status, metrics, watchdog) keeps this object and asks anew each time: a
    reload replaces the configuration and some of the parts.
    """

    def __init__(
        self,
        group: asyncio.TaskGroup,
        journal: Journal,
        target: Target,
        clock: Clock,
        outputs: Callable[[Setup, str], Sequence[Output]] = no_outputs,
    ) -> None:
        self.target = target
        self.configured = clock()
        """When the configuration in force was applied, ns since 1970 UTC."""
        self.buses = Parts[BusPoller](group, "poll")
        self.sinks = Parts[Pump](group, "pump")
        self.changed = asyncio.Event()
        """Set when a reload has changed what runs; whoever waits for it clears it."""
        self.followers: list[Callable[[Target], object]] = []
        """Called with what is in force from now on, before anything of it begins."""
        self._journal = journal
        self._clock = clock
        self._outputs = outputs
        self._timing = Timing.of(target.setup.config, asyncio.get_running_loop().time())

    @property
    def setup(self) -> Setup:
        """The configuration in force, with its profiles."""
        return self.target.setup

    @property
    def config(self) -> Config:
        """The configuration in force."""
        return self.target.setup.config

    @property
    def config_hash(self) -> str:
        """What identifies the configuration in force."""
        return self.target.setup.hash

    def start(self, sinks: Mapping[str, Addresses]) -> None:
        """Begin to deliver and to acquire."""
        tell_certificates(self._journal, self.setup)
        keep_configuration(self.setup)
        self._start_sinks(sinks)
        names = self.setup.used_buses
        self._start_buses({name: self._poller(name, self.setup, self._timing) for name in names})

    async def prepare(self, step: Step, asker: Asker = NOBODY) -> Ready:
        """Build the pollers a step needs, one in each turn of the event loop.

        ``asker`` is who put its certificates in force.
        """
        setup, timing = step.target.setup, self._timing.renewed(step.target.setup.config)
        pollers: dict[str, BusPoller] = {}
        tell_certificates(self._journal, setup, asker)
        keep_configuration(setup)
        for name in step.changes.buses.beginning:
            pollers[name] = self._poller(name, setup, timing)
            await asyncio.sleep(0)
        return Ready(step, timing, pollers)

    async def change(self, ready: Ready, tell: Callable[[], object]) -> None:
        """Stop what goes, ``tell``, start what comes. What stays does not notice.

        Both kinds are told to stop at once, but no bus waits for a sink.
        """
        changes = ready.step.changes
        buses = self.buses.dismiss(changes.buses.ending)
        sinks = self.sinks.dismiss(changes.sinks.ending)
        self.target, self._timing, self.configured = ready.step.target, ready.timing, self._clock()
        kept = self.config.journal
        self._journal.keep_within(max_size=kept.max_size, max_age=kept.max_age)
        await self.buses.ended(buses, within=BUS_LIMIT)
        tell()
        for follow in self.followers:
            follow(self.target)
        self._start_buses(ready.pollers)
        await self.sinks.ended(sinks, within=SINK_LIMIT)
        for name in changes.sinks.removed:
            self._journal.retire(name)
        self._start_sinks(ready.step.sinks)
        self.changed.set()

    def _poller(self, name: str, setup: Setup, timing: Timing) -> BusPoller:
        outputs = self._outputs(setup, name)
        return build_poller(setup, name, self._journal, timing, self._clock, outputs)

    def _start_buses(self, pollers: Mapping[str, BusPoller]) -> None:
        for name, poller in pollers.items():
            self.buses.start(name, poller)

    def _start_sinks(self, sinks: Mapping[str, Addresses]) -> None:
        """A pump begins where the journal says its sink has got to: the one before must be gone."""
        for name, addresses in sinks.items():
            self.sinks.start(name, build_pump(self._journal, addresses, self.target.sinks[name]))
