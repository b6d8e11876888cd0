"""Plays a recording until a signal comes: for the command line."""

import asyncio
from collections.abc import Callable

from simulators.replay.stage import Replay
from simulators.run import stop_signal


def serve_replay(replay: Replay, ready: Callable[[Replay], None]) -> None:
    """Play until SIGINT or SIGTERM; ``ready`` is told once, when the port can be opened.

    Raises:
        WireError: the path or port is not to be had.
    """
    asyncio.run(_serve(replay, ready))


async def _serve(replay: Replay, ready: Callable[[Replay], None]) -> None:
    stop = stop_signal()
    async with replay:
        ready(replay)
        await stop.wait()
