"""Listens at the broker like any other subscriber: what arrives here has gone the whole way."""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress

import aiomqtt
import msgspec

from daq.demo.broker import HOST

RATE_WINDOW = 10.0
"""Seconds over which a rate is counted."""


class Message(msgspec.Struct):
    """The payload of a scan or an event, as far as the demonstration needs it."""

    time: str
    seq: int
    values: dict[str, float | int | bool | str | None] = {}
    quality: dict[str, str] = {}


class LatestGroup:
    """The newest scan of one group, and how often scans come."""

    def __init__(self) -> None:
        self.message = Message("", 0)
        self.arrived = 0.0
        self._arrivals: deque[float] = deque()

    def update(self, message: Message) -> None:
        """Take a new scan."""
        self.message = message
        self.arrived = time.monotonic()
        self._arrivals.append(self.arrived)

    def rate(self) -> float:
        """Scans a second, over the last window."""
        now = time.monotonic()
        while self._arrivals and now - self._arrivals[0] > RATE_WINDOW:
            self._arrivals.popleft()
        if not self._arrivals:
            return 0.0
        return (len(self._arrivals) - 1) / max(now - self._arrivals[0], 1.0)


class Watcher:
    """Counts every delivered entry by its sequence number; keeps the newest scan of each group."""

    def __init__(self, port: int, prefix: str) -> None:
        self.delivered: dict[int, str] = {}
        self.duplicates = 0
        self.groups: dict[tuple[str, str], LatestGroup] = {}
        self._arrival = asyncio.Event()
        self._port = port
        self._prefix = prefix

    async def run(self, ready: Callable[[], None]) -> None:
        """Listen until cancelled; ``ready`` is called once subscribed."""
        version = aiomqtt.ProtocolVersion.V311
        async with aiomqtt.Client(
            HOST, self._port, protocol=version, identifier="daq-demo-watcher"
        ) as client:
            await client.subscribe(f"{self._prefix}/#", qos=1)
            ready()
            async for message in client.messages:
                self._take(str(message.topic).split("/"), message.payload)

    async def wait_for(self, seq: int, deadline: float) -> bool:
        """Wait until this entry has arrived; False when the deadline (seconds) passes first."""
        with suppress(TimeoutError):
            async with asyncio.timeout(deadline):
                while seq not in self.delivered:
                    self._arrival.clear()
                    await self._arrival.wait()
        return seq in self.delivered

    def _take(self, topic: list[str], payload: bytes) -> None:
        try:
            message = msgspec.json.decode(payload, type=Message)
        except msgspec.DecodeError:
            return  # status and metadata carry no sequence number
        self.duplicates += message.seq in self.delivered
        self.delivered[message.seq] = payload.decode()
        self._arrival.set()
        if message.values:
            instrument, group = topic[-2:]
            self.groups.setdefault((instrument, group), LatestGroup()).update(message)
