"""Reads an instrument, and tells what it reads; for test_read_late.py.

Listens to one whose keys count, or asks one once. A process of its own, so that it can be stopped.
"""

import asyncio
import json
import sys

from daq.loop import loop_factory
from drivers.errors import DriverError, ReplyTimeoutError
from drivers.text.driver import TextDriver
from drivers.text.profile import TextProfile
from drivers.transport.link import Link
from drivers.transport.reply import Settings
from drivers.transport.serial_line import open_serial
from drivers.transport.serial_settings import SerialSettings
from drivers.transport.tcp import open_tcp

WAIT = 3.0
"""Seconds a reply is waited for."""

PROFILE = {
    "profile": {
        "name": "keyed",
        "manufacturer": "Example",
        "model": "X",
        "protocol": "text",
        "source": ["made up for this test"],
    },
    "stream": {"weights": {"reply": [{"pattern": "W (?P<weight>[0-9]+) g"}], "silence": "off"}},
    "channel": {"weight": {"query": "weights"}},
}


class Line:
    """A reply of one line."""

    length = 100

    def find(self, buffer: bytearray) -> tuple[int, int] | None:
        """The first line."""
        end = buffer.find(b"\n") + 1
        return (0, end) if end else None

    def explain(self, buffer: bytes) -> DriverError:
        """Nothing came."""
        return ReplyTimeoutError(f"no line: {buffer!r}")


async def opened(address: str) -> Link:
    """The line to a far end of ``tests/far_end.py``."""
    settings = Settings(timeout=WAIT)
    host, _, port = address.rpartition(":")
    if host:
        return await open_tcp(host, int(port), settings, "line")
    return await open_serial(address, SerialSettings(), settings, "line")


def tell(what: object) -> None:
    """Tell it to the test."""
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


async def listen(link: Link) -> None:
    """Tell value, status and time of each line, until killed."""
    driver = TextDriver(TextProfile.model_validate(PROFILE))
    plan = driver.plan(["weight"])
    await driver.identify(link)
    tell("listening")
    while True:
        sample = await driver.read(link, plan)
        if sample.values[0] is not None:
            tell((sample.values[0], str(sample.statuses[0]), sample.time))
        await link.rest(0.02)


async def ask(link: Link) -> None:
    """Ask, and tell what the answer is and how long after the question it is dated, s."""
    try:
        asked = link.clock()
        asking = asyncio.create_task(link.exchange(b"?\n", Line()))
        await asyncio.sleep(0)
        tell("asked")
        reply = await asking
        tell((reply.data.decode(), (reply.time - asked) / 1e9))
    except DriverError as error:
        tell((str(error), 0.0))


async def main(way: str, address: str) -> None:
    """Do the one or the other."""
    link = await opened(address)
    await (listen(link) if way == "listen" else ask(link))
    await link.close()


if __name__ == "__main__":
    with asyncio.Runner(loop_factory=loop_factory(sys.argv[1])) as runner:
        runner.run(main(sys.argv[2], sys.argv[3]))
