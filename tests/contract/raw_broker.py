"""An MQTT broker that says what a test wants, and takes packets apart with nothing of ours."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import TypeAlias

import msgspec

PATIENCE = 30.0
CONNACK = bytes.fromhex("2003000000")

CONNECT, PUBLISH, PINGREQ, DISCONNECT = 1, 3, 12, 14


class Packet(msgspec.Struct, frozen=True):
    """A packet as it came: kind, flags, what follows the length."""

    kind: int
    flags: int
    body: bytes

    @property
    def packet_id(self) -> bytes:
        """Of a PUBLISH with QoS 1."""
        end = 2 + int.from_bytes(self.body[:2], "big")
        return self.body[end : end + 2]


class Caller:
    """One connection to the broker, from the broker's side; ``heard`` is all that came."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.heard: list[Packet] = []
        self.writer = writer
        self._reader = reader

    async def packet(self) -> Packet:
        """The next packet; IncompleteReadError at the end."""
        first = (await self._reader.readexactly(1))[0]
        length, shift, more = 0, 0, 0x80
        while more & 0x80:
            more = (await self._reader.readexactly(1))[0]
            length |= (more & 0x7F) << shift
            shift += 7
        packet = Packet(first >> 4, first & 15, await self._reader.readexactly(length))
        self.heard.append(packet)
        return packet

    async def packets(self, count: int) -> Sequence[Packet]:
        """The next ones."""
        return [await self.packet() for _ in range(count)]

    async def silent_for(self, seconds: float) -> bool:
        """Whether nothing comes for so long; what comes is gone."""
        try:
            async with asyncio.timeout(seconds):
                await self._reader.read(1)
        except TimeoutError:
            return True
        return False

    async def say(self, data: bytes) -> None:
        """Send bytes."""
        self.writer.write(data)
        await self.writer.drain()

    async def acknowledge(self, packet: Packet, rest: bytes = b"") -> None:
        """PUBACK a message, with what follows the identifier."""
        body = packet.packet_id + rest
        await self.say(bytes((0x40, len(body))) + body)

    async def serve(self) -> None:
        """Answer everything, as a broker does, until the end."""
        while True:
            packet = await self.packet()
            if packet.kind == PUBLISH:
                await self.acknowledge(packet)
            elif packet.kind == PINGREQ:
                await self.say(b"\xd0\x00")

    async def welcome(self, connack: bytes = CONNACK) -> None:
        """Take CONNECT and the message that says we are online."""
        assert (await self.packet()).kind == CONNECT
        await self.say(connack)
        await self.acknowledge(await self.packet())


Talk: TypeAlias = Callable[[Caller], Awaitable[None]]


class RawBroker(msgspec.Struct):
    """Where it listens, and who called."""

    port: int = 0
    callers: list[Caller] = []


@asynccontextmanager
async def broker(talk: Talk) -> AsyncGenerator[RawBroker]:
    """Talk so to everyone who calls; what a talk asserts fails the test."""
    found = RawBroker()
    failures: list[BaseException] = []
    tasks: set[asyncio.Task[None]] = set()

    async def called(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        caller = Caller(reader, writer)
        found.callers.append(caller)
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        try:
            await talk(caller)
        except (OSError, asyncio.IncompleteReadError):
            pass
        except AssertionError as error:
            failures.append(error)
        finally:
            writer.transport.abort()

    server = await asyncio.start_server(called, "127.0.0.1", 0)
    found.port = server.sockets[0].getsockname()[1]
    try:
        async with asyncio.timeout(PATIENCE):
            yield found
    finally:
        server.close()
        await server.wait_closed()
        if tasks:
            await asyncio.wait(tasks, timeout=PATIENCE)
    assert not failures, failures
