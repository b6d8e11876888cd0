"""From a configuration to the methods of series, and the part that keeps series."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from daq.build.setup import Setup
from daq.config.instrument import InstrumentConfig
from daq.config.method import MethodConfig
from daq.daemon.running import Clock, Running
from daq.daemon.subsystem import Subsystem
from daq.journal.journal import Journal
from drivers.model import Status
from drivers.text.profile import TextProfile

if TYPE_CHECKING:
    from daq.method.conformity import Limits
    from daq.method.method import Method
    from daq.series.desk import Rules


def series_subsystem(running: Running, journal: Journal, clock: Clock) -> Subsystem:
    """What keeps series; without a method nothing does, and nothing of it is imported."""
    if not running.config.method:
        return Subsystem()
    from daq.daemon.series import SeriesCommands, commands  # noqa: PLC0415 - only these need it
    from daq.series.desk import Desk  # noqa: PLC0415
    from daq.series.follower import Follower  # noqa: PLC0415

    follower = Follower(journal, Desk(series_rules(running.setup)), clock)

    def interval(instrument: str, channel: str) -> float:
        return interval_of(running.setup, instrument, channel)

    running.followers.append(
        lambda target: setattr(follower.desk, "rules", series_rules(target.setup))
    )
    return Subsystem(
        parts={"series": follower},
        pulses=(follower.pulse,),
        commands=commands(SeriesCommands(follower, interval)),
    )


def series_rules(setup: Setup) -> "Rules":
    """What a configuration says of series."""
    from daq.series.desk import Rules  # noqa: PLC0415 - only who has methods needs it

    items = setup.config.instrument.items()
    return Rules(
        methods={name: method_of(name, one, setup) for name, one in setup.config.method.items()},
        channels={name: _channels(setup, item) for name, item in items},
        silences={(name, ch): s for name, item in items for ch, s in _silences(setup, item)},
    )


def method_of(name: str, config: MethodConfig, setup: Setup) -> "Method":
    """A method with its limits worked out."""
    from daq.method.conformity import Limits, Rule  # noqa: PLC0415 - only who has methods needs it
    from daq.method.method import Method  # noqa: PLC0415

    return Method(
        name=name,
        channel=config.channel,
        instrument=config.instrument,
        title=config.title,
        standard=config.standard,
        edition=config.edition,
        count=config.samples,
        limits=limits_of(config),
        mean_limits=Limits(config.mean_lower, config.mean_upper),
        rule=Rule(config.rule, config.guard),
        nominal=config.nominal,
        lot=config.lot,
        allowed=config.allowed,
        uncertainty=config.uncertainty,
        k=config.k,
        decimals=_decimals(config, setup),
        rounding=config.rounding,
        compare=config.compare,
        grubbs=config.outlier,
    )


def limits_of(config: MethodConfig) -> "Limits":
    """The limits of a value, in its unit."""
    from daq.method.conformity import Limits  # noqa: PLC0415 - only who has methods needs it

    nominal = config.nominal or 0.0
    scale = nominal / 100 if config.deviation == "percent" else 1.0
    return Limits(
        config.lower if config.below is None else nominal - config.below * scale,
        config.upper if config.above is None else nominal + config.above * scale,
    )


def interval_of(setup: Setup, instrument: str, channel: str) -> float:
    """Seconds between two readings of a channel; 0 where it is not read."""
    item = setup.config.instrument.get(instrument)
    if item is None:
        return 0.0
    reading = (g.interval for g in item.group.values() if channel in setup.channels(item, g))
    return min(reading, default=0.0)


def _decimals(config: MethodConfig, setup: Setup) -> int | None:
    if config.decimals is not None or not config.instrument:
        return config.decimals
    item = setup.config.instrument.get(config.instrument)
    channel = setup.profile(item).channel.get(config.channel) if item else None
    return channel.channel(config.channel).decimals if channel else None


def _channels(setup: Setup, item: InstrumentConfig) -> dict[str, str]:
    """The channels that are read, with their units."""
    read = {name for group in item.group.values() for name in setup.channels(item, group)}
    return {n: ch.unit for n, ch in setup.profile(item).channel.items() if n in read}


def _silences(setup: Setup, item: InstrumentConfig) -> Iterator[tuple[str, Status]]:
    """The channels of a profile that are driven by a key."""
    profile = setup.profile(item)
    if not isinstance(profile, TextProfile):
        return
    for name, channel in profile.channel.items():
        stream = profile.stream.get(channel.query)
        if stream is not None and stream.silence is not None:
            yield name, stream.silence
