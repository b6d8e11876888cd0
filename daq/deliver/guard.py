"""Calls a sink so that nothing it does can hurt: within a deadline, with one kind of error."""

import asyncio
import logging
from collections.abc import Awaitable
from typing import TypeVar

from daq.deliver.sink import SinkError, SinkUnavailableError

log = logging.getLogger(__name__)
T = TypeVar("T")


async def guarded(sink: str, answer: Awaitable[T], limit: float) -> T:
    """Await what a sink is doing, at most ``limit`` seconds.

    Raises:
        SinkError: whatever went wrong.
    """
    try:
        async with asyncio.timeout(limit):
            return await answer
    except TimeoutError as error:
        raise SinkUnavailableError(f"no answer within {limit:g} s") from error
    except SinkError:
        raise
    except Exception as error:  # a mistake in one sink must not stop the others
        log.exception("sink %s: internal error", sink)
        raise SinkUnavailableError(f"internal error: {error!r}") from error
