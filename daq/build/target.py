"""What is to run: a setup, how its sinks deliver, where people are reached."""

from collections.abc import Iterable, Mapping

import msgspec

from daq.build.notification import addresses_of
from daq.build.setup import Setup
from daq.build.sinks import Addresses, SinkSetup, build_sink, sink_setup
from daq.notification.sender import Address


class Target(msgspec.Struct, frozen=True):
    """Two of these tell what a reload has to do. Holds secrets: not for printing."""

    setup: Setup
    sinks: Mapping[str, SinkSetup]
    addresses: Mapping[str, Address]

    @classmethod
    def of(cls, setup: Setup) -> "Target":
        """Read the secrets and certificates that are needed; blocks for as long as that takes.

        Raises:
            SecretError: a secret cannot be read.
        """
        config = setup.config
        sinks = {
            name: sink_setup(name, sink, config.site.name) for name, sink in config.sink.items()
        }
        return cls(setup, sinks, addresses_of(config))


def build_sinks(target: Target, names: Iterable[str]) -> dict[str, Addresses]:
    """The sinks of these names; imports what they need, which may take half a second."""
    return {name: build_sink(name, target.sinks[name]) for name in names}
