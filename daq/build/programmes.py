"""From a configuration to programmes."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from daq.config.config import Config
from daq.config.programme import ProgrammeConfig, RoleConfig, StepConfig, ToleranceConfig
from daq.daemon.running import Running
from daq.journal.journal import Journal
from daq.programme.follower import Follower
from daq.programme.keep import Keep, folder_beside
from daq.programme.programme import Band, Loop, Programme, Role, Source, Step
from daq.pulse import Pulse
from daq.runs.run import Run


def build_programmes(config: Config) -> dict[str, Programme]:
    """Every programme, by its name."""
    return {name: build_programme(name, item) for name, item in config.programme.items()}


def build_follower(
    running: Running,
    journal: Journal,
    runs: Callable[[], Iterable[Run] | None],
    clock: Callable[[], int],
    pulse: Pulse,
) -> Follower:
    """The part that compares ``runs`` with the programmes of the configuration in force."""
    keep = Keep(folder_beside(running.config.journal.path))
    programmes = _Known(running)
    return Follower(journal, runs, programmes, keep, clock, pulse=pulse)


class _Known:
    """The programmes of the configuration in force; made anew when it is another one."""

    def __init__(self, running: Running) -> None:
        self._running = running
        self._config: Config | None = None
        self._made: dict[str, Programme] = {}

    def __call__(self) -> Mapping[str, Programme]:
        if self._config is not self._running.config:
            self._config = self._running.config
            self._made = build_programmes(self._config)
        return self._made


def build_programme(name: str, item: ProgrammeConfig) -> Programme:
    """One programme."""
    return Programme(
        name=name,
        title=item.title,
        standard=item.standard,
        roles=tuple(_role(role, each) for role, each in item.role.items()),
        steps=_steps(item.step, item),
        void_after=_ns(item.void_after),
        reading_holds=_ns(item.reading_holds),
        lag=_ns(item.lag),
        controller=None if item.controller is None else _source(item.controller),
    )


def _role(name: str, item: RoleConfig) -> Role:
    return Role(
        name=name,
        source=_source(item.channel),
        set_point=None if item.set_point is None else _source(item.set_point),
        set_point_within=item.set_point_within,
        tolerance=_band(item.tolerance),
        ramp_tolerance=_band(item.ramp_tolerance),
        start=item.start,
        uncertain=item.uncertain,
    )


def _steps(steps: Sequence[StepConfig], whole: ProgrammeConfig) -> tuple[Step | Loop, ...]:
    return tuple(_step(step, whole) for step in steps)


def _step(step: StepConfig, whole: ProgrammeConfig) -> Step | Loop:
    cycles: int | None = getattr(step, "cycles", None)
    if cycles is not None:
        within: Sequence[StepConfig] = getattr(step, "step", ())
        return Loop(name=step.name, cycles=cycles, steps=_steps(within, whole))
    return Step(
        name=step.name,
        set=step.set,
        off=step.off,
        ramp=_ns(step.ramp),
        rate=step.rate,
        dwell=None if step.dwell is None else _ns(step.dwell),
        tolerance=_bands(step.tolerance),
        ramp_tolerance=_bands(step.ramp_tolerance),
        dwell_from=step.dwell_from,
        soak=_ns(step.soak),
        wait_at_most=_ns(step.wait_at_most),
        out_at_most=_ns(step.out_at_most),
        interruption=step.interruption or whole.interruption,
        out_of_band=step.out_of_band or whole.out_of_band,
        controller_step=step.controller_step,
    )


def _bands(given: Mapping[str, ToleranceConfig]) -> dict[str, Band]:
    return {role: Band(each.below, each.above) for role, each in given.items()}


def _band(given: ToleranceConfig | None) -> Band | None:
    return None if given is None else Band(given.below, given.above)


def _source(text: str) -> Source:
    instrument, *group, channel = text.split(".")
    return Source(instrument, channel, group[0] if group else "")


def _ns(seconds: float) -> int:
    return round(seconds * 1e9)
