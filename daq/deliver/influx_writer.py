"""What writes to one database: bytes in, an answer out."""

from typing import Protocol

from daq.deliver.influx_answer import Answer


class Writer(Protocol):
    """Posts line protocol with times in nanoseconds to one database."""

    async def post(self, body: bytes, *, compressed: bool) -> Answer:
        """Post, and wait for the answer.

        Raises:
            SinkMisconfiguredError: the address or the certificate is wrong.
            SinkUnavailableError: there is no answer.
        """
        ...

    async def close(self) -> None:
        """Close the connections."""
        ...
