"""A line on which anything may come, for tests of instruments that speak text."""

import time

from drivers.driver import Driver
from drivers.errors import DriverError
from drivers.registry import build_driver
from drivers.text.profile import TextProfile
from drivers.transcript import ScriptedLink
from drivers.transport.reply import Arrival, Expected, Reply

ADDRESSES = ["01", "A", "1", "00", "128"]


class NoisyLine(ScriptedLink):
    """Whatever is sent, the next of some pieces comes; silence once they are used up."""

    def __init__(self, pieces: list[bytes]) -> None:
        super().__init__([])
        self._pieces = list(pieces)

    def next(self) -> bytes:
        return self._pieces.pop(0) if self._pieces else b""

    async def exchange(
        self,
        request: bytes,
        expected: Expected,
        *,
        timeout: float | None = None,  # noqa: ASYNC109 - of the protocol; nothing waits here
        silence: float = 0.0,
    ) -> Reply:
        piece = bytearray(self.next())
        for end in {len(piece) // 2, len(piece)}:
            if expected.find(piece[:end]):
                return Reply(bytes(piece), time.time_ns())
        raise expected.explain(bytes(piece))

    async def send(self, request: bytes, *, regardless: bool = False) -> None:
        pass

    async def heard(self, wait: float) -> bool:
        piece = self.next()
        if self.listener is None or not piece:
            return False
        arrival = Arrival(time.time_ns(), pause=1.0)
        return self.listener.hear(piece, arrival) or bool(self._pieces)


def driver_of(profile: TextProfile) -> Driver:
    if not profile.address_form:
        return build_driver(profile)
    for address in ADDRESSES:
        try:
            return build_driver(profile, address=address)
        except DriverError:
            continue
    raise AssertionError(f"{profile.name}: no address of {ADDRESSES} fits {profile.address_form}")


def without_delays(profile: TextProfile) -> TextProfile:
    line = profile.text.model_copy(update={"read_delay": 0.0, "write_delay": 0.0})
    return profile.model_copy(update={"text": line})
