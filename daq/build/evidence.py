"""From a configuration to what evidence needs of it."""

from daq.build.incidents import incident_rules
from daq.build.setup import Setup
from daq.evidence.concern import Concern
from daq.evidence.subject import Subject


def concern_of(setup: Setup, subject: Subject) -> Concern:
    """What a subject is about, by the buses and alarms of its instruments."""
    config, wanted = setup.config, frozenset(subject.instruments)
    reaches = incident_rules(config).reaches
    return Concern(
        instruments=wanted,
        buses={
            name: item.bus
            for name, item in config.instrument.items()
            if name in wanted or not wanted
        },
        alarms=frozenset(
            name for name, reach in reaches.items() if not wanted.isdisjoint(reach.instruments)
        ),
        run="" if subject.run is None else subject.run.id,
        everything=not wanted,
    )
