"""An MQTT broker inside the process. For the demonstration only; never for production."""

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from importlib import import_module
from typing import Any, cast

from daq.errors import DaqError

HOST = "127.0.0.1"
DEADLINE = 5.0
"""Seconds the broker may take to start."""


class DemoUnavailableError(DaqError):
    """What the demonstration needs is not installed, or cannot be started."""


@asynccontextmanager
async def embedded_broker(port: int) -> AsyncGenerator[None]:
    """Run a broker on a loopback port while the block runs.

    Raises:
        DemoUnavailableError: amqtt is not installed, or the port is taken.
    """
    try:
        amqtt = cast("Any", import_module("amqtt.broker"))
    except ImportError as error:
        raise DemoUnavailableError(
            "the demonstration needs an embedded broker: pip install 'lab-daq[demo]'"
        ) from error
    logging.getLogger("amqtt").setLevel(logging.CRITICAL)
    logging.getLogger("transitions").setLevel(logging.CRITICAL)
    broker = amqtt.Broker(
        {
            "listeners": {"default": {"type": "tcp", "bind": f"{HOST}:{port}"}},
            "plugins": {
                "amqtt.plugins.authentication.AnonymousAuthPlugin": {"allow_anonymous": True}
            },
        }
    )
    try:
        async with asyncio.timeout(DEADLINE):
            await broker.start()
    except (OSError, TimeoutError, amqtt.BrokerError) as error:
        raise DemoUnavailableError(f"no broker on {HOST}:{port}: {error}") from error
    try:
        yield
    finally:
        async with asyncio.timeout(DEADLINE):
            await broker.shutdown()
