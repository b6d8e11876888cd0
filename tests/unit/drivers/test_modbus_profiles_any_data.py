"""Whatever stands in the registers of an instrument: a value, a bad status or a driver error."""

import contextlib
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.errors import DriverError
from drivers.modbus.driver import ModbusDriver
from drivers.modbus.profile import ModbusProfile
from drivers.model import Quality, Sample
from drivers.registry import available_profiles, load_profile
from tests.examples import examples
from tests.modbus_lab import Refusal, Say, answer, memory_link
from tests.virtual_time import run_virtual

PROFILES = {
    name: profile
    for name in available_profiles()
    if isinstance(profile := load_profile(name), ModbusProfile)
}


@pytest.mark.parametrize("name", PROFILES)
@examples(20)
@given(data=st.binary(min_size=8, max_size=64), refused=st.sets(st.integers(0, 15)))
def test_any_registers_give_values_or_statuses(name: str, data: bytes, refused: set[int]) -> None:
    words = [int.from_bytes(data[i : i + 2], "big") for i in range(0, len(data) - 1, 2)]

    def registers(_function: int, address: int, count: int) -> list[int] | Refusal:
        if refused & {place % 16 for place in range(address, address + count)}:
            return Refusal(2)
        return [words[place % len(words)] for place in range(address, address + count)]

    def far(request: bytes, say: Say) -> None:
        say(answer(request, registers), 0.0)

    async def talk() -> Sample:
        link, _ = memory_link(far)
        driver = ModbusDriver(PROFILES[name], 1)
        with contextlib.suppress(DriverError):
            await driver.identify(link)
        try:
            return await driver.read(link, driver.plan(list(PROFILES[name].channel)))
        finally:
            await link.close()

    try:
        sample = run_virtual(talk())
    except DriverError:
        return
    for value, status in zip(sample.values, sample.statuses, strict=True):
        assert (value is None) == (status.quality is Quality.BAD)
        assert not isinstance(value, float) or math.isfinite(value)
