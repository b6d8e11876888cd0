"""Reads one instrument once, for commissioning."""

import time

from daq.build.buses import instrument_driver, link_opener
from daq.config.config import Config
from drivers.model import Channel, Identity, Sample
from drivers.registry import load_profile


async def read_once(
    config: Config, instrument: str
) -> tuple[Identity, tuple[Channel, ...], Sample, float]:
    """Open the bus, identify the instrument, read all channels of its profile.

    Returns what it says it is, the channels, the sample, and the seconds the read took.

    Raises:
        DriverError: the bus cannot be opened, or the instrument does not answer.
    """
    item = config.instrument[instrument]
    driver = instrument_driver(config, item)
    plan = driver.plan([channel.name for channel in load_profile(item.profile).channels])
    link = await link_opener(config, item.bus)()
    try:
        identity = await driver.identify(link)
        begun = time.monotonic()
        sample = await driver.read(link, plan)
        return identity, plan.channels, sample, time.monotonic() - begun
    finally:
        await link.close()
