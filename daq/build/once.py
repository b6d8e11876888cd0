"""Reads one instrument once, for commissioning."""

import time

from daq.build.buses import link_opener
from daq.build.setup import Setup
from drivers.model import Channel, Identity, Sample


async def read_once(
    setup: Setup, instrument: str
) -> tuple[Identity, tuple[Channel, ...], Sample, float]:
    """Open the bus, identify the instrument, read all channels of its profile.

    Returns what it says it is, the channels, the sample, and the seconds the read took.

    Raises:
        DriverError: the bus cannot be opened, or the instrument does not answer.
    """
    item = setup.config.instrument[instrument]
    driver = setup.driver(item)
    plan = driver.plan(tuple(setup.profile(item).channel))
    link = await link_opener(setup, item.bus)()
    try:
        identity = await driver.identify(link)
        begun = time.monotonic()
        sample = await driver.read(link, plan)
        return identity, plan.channels, sample, time.monotonic() - begun
    finally:
        await link.close()
