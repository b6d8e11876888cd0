"""Looks for Modbus units, and reads those that answer with every profile."""

import asyncio
from collections.abc import Sequence
from functools import partial

from daq.scan.finding import Found, Match
from daq.scan.judge import best_first, judge_registers
from daq.scan.known import Known
from daq.scan.line import Line
from daq.scan.plan import Seek
from daq.scan.question import QuestionLink
from drivers.driver import Driver
from drivers.errors import DriverError, TransportError
from drivers.modbus.profile import ModbusProfile
from drivers.modbus.seek import answers, is_read
from drivers.model import Identity, Sample
from drivers.profile import Profile
from drivers.registry import build_driver

EXAMINATION = 10.0
"""Seconds a unit is read with one profile; a device that refuses much costs many requests."""


async def seek(line: Line, step: Seek, profiles: Sequence[Known]) -> None:
    """Look for a unit; put what answers under the line's findings.

    Raises:
        TransportError: the line is lost, or does not fall silent.
    """
    link = await line.open()
    line.forget()
    with link.permitting(partial(is_read, framing=step.framing)):
        try:
            await answers(link, step.unit, step.framing)
        except TransportError:
            raise
        except DriverError:
            return
        examined = [await _examine(line, link, step, known) for known in profiles]
    matches = best_first([match for match in examined if match is not None])
    line.findings.found.append(
        Found(serial=line.serial, unit=step.unit, framing=step.framing, matches=matches)
    )


async def _examine(line: Line, link: QuestionLink, step: Seek, known: Known) -> Match | None:
    profile = known.profile
    driver = build_driver(profile, unit=step.unit, framing=step.framing)
    identity, sample = Identity(), None
    try:
        async with asyncio.timeout(EXAMINATION):
            identity = await driver.identify(link)
            sample = await _read(driver, link, profile)
    except TimeoutError:
        text = f"unit {step.unit} was not read to the end as {known.reference}: it is too slow"
        line.findings.notes.append(text)
    except TransportError:
        raise
    except DriverError:
        return None
    specific = isinstance(profile, ModbusProfile) and bool(profile.identify.match)
    return judge_registers(known, identity, profile.channels, sample, specific=specific)


async def _read(driver: Driver, link: QuestionLink, profile: Profile) -> Sample | None:
    try:
        return await driver.read(link, driver.plan([each.name for each in profile.channels]))
    except TransportError:
        raise
    except DriverError:
        return None
