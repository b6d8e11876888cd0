"""The InfluxDB sink: a line for each entry. Writing a line again changes nothing there."""

import asyncio
import zlib
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

import msgspec

from daq.deliver.influx_answer import (
    Answer,
    Meaning,
    all_dropped,
    in_words,
    seconds_to_wait,
    understand,
)
from daq.deliver.influx_http import HttpWriter
from daq.deliver.lineprotocol import Encoder, Line
from daq.deliver.present import Present
from daq.deliver.settings import InfluxSettings, TlsSettings
from daq.deliver.sink import Beat, Outcome, SinkMisconfiguredError, SinkUnavailableError
from daq.deliver.tls import make_context
from daq.journal.entry import Entry

if TYPE_CHECKING:
    from collections.abc import Callable
    from ssl import SSLContext

    from daq.deliver.influx_writer import Writer

    MakeWriter = Callable[[InfluxSettings, SSLContext | None], Writer]

GZIP = 31
"""What zlib wants to hear to write a gzip header."""

WORTH_A_THREAD = 64 * 1024
"""Bytes above which compressing takes longer than handing it to a thread."""


class InfluxSink:
    """One database, by the v1 or the v2 write API.

    A request with bad lines is answered with 400 although the good ones were written. The bad
    ones are found by sending halves again, which is harmless: identical points are one point.
    """

    def __init__(self, name: str, settings: InfluxSettings) -> None:
        self._name = name
        self._settings = settings
        self._encoder = Encoder(settings.site, settings.measurement, settings.event_measurement)
        self._writer: Writer | None = None

    @property
    def name(self) -> str:
        """The sink's name in the configuration."""
        return self._name

    async def connect(self) -> None:
        """Write nothing: shows whether server, database and credentials are right.

        Raises:
            SinkMisconfiguredError: wrong database, credentials or certificate.
            SinkUnavailableError: the server cannot be reached, or is not ready.
        """
        await self.close()
        self._writer = await _open(self._settings)
        answer = await self._ask(b"", compressed=False)
        if understand(answer) is not Meaning.BAD_LINES:  # some call an empty body bad
            self._raise_for(answer)

    def check(self) -> None:
        """Nothing is known between requests."""

    @property
    def address(self) -> str:
        """The URL of the server."""
        return self._settings.url

    @property
    def retains(self) -> bool:
        """False: points carry their time; nothing is replaced, nothing forgotten."""
        return False

    async def write(
        self,
        batch: Sequence[Entry],
        *,
        historical: bool,  # noqa: ARG002 - points carry their time; nothing is replaced
        newest: Collection[int] = (),  # noqa: ARG002 - as above
    ) -> Outcome:
        """Write all lines, in as many requests as it takes.

        Raises:
            SinkMisconfiguredError: the database takes nothing until somebody changes something.
            SinkUnavailableError: the server is away, busy, or not ready.
        """
        lines, refused = self._encode(batch)
        size = self._settings.lines
        parts = [lines[i : i + size] for i in range(0, len(lines), size)]
        while parts:
            parts += await self._write_part(parts.pop(0), refused)
        return Outcome(refused=refused)

    async def beat(self, beat: Beat) -> None:
        """Nothing: whoever asks the database sees whether scans come."""

    async def show(self, present: Present) -> bool:
        """Nothing: a database holds what was, the events of it."""
        del present
        return True

    async def close(self) -> None:
        """Close the connections; harmless when there are none."""
        writer, self._writer = self._writer, None
        if writer is not None:
            await writer.close()

    def _encode(self, batch: Sequence[Entry]) -> tuple[list[Line], dict[int, str]]:
        lines: list[Line] = []
        refused: dict[int, str] = {}
        for entry in batch:
            try:
                lines.append(self._encoder.encode(entry))
            except (ValueError, OverflowError) as error:
                refused[entry.seq] = f"cannot be written as line protocol: {error}"
        return lines, refused

    async def _write_part(self, part: list[Line], refused: dict[int, str]) -> list[list[Line]]:
        """Write some lines; what has to be written again, in smaller parts, is returned."""
        answer = await self._post(part)
        meaning = understand(answer)
        if meaning not in (Meaning.BAD_LINES, Meaning.TOO_LARGE):
            self._raise_for(answer)
            return []
        if len(part) == 1 or (meaning is Meaning.BAD_LINES and all_dropped(answer, len(part))):
            refused.update((line.seq, in_words(answer)) for line in part)
            return []
        # What is wrong with a line is mostly wrong with its series: keep those together.
        part = sorted(part, key=lambda line: line.series)
        return [part[: len(part) // 2], part[len(part) // 2 :]]

    async def _post(self, part: list[Line]) -> Answer:
        body = b"\n".join([line.data for line in part])
        if not self._settings.gzip:
            return await self._ask(body, compressed=False)
        if len(body) > WORTH_A_THREAD:
            return await self._ask(await asyncio.to_thread(_compress, body), compressed=True)
        return await self._ask(_compress(body), compressed=True)

    async def _ask(self, body: bytes, *, compressed: bool) -> Answer:
        if self._writer is None:
            raise SinkUnavailableError("not connected")
        conceal = self._settings.conceal
        try:
            answer = await self._writer.post(body, compressed=compressed)
        except SinkUnavailableError as error:
            error.args = (conceal(str(error)),)
            raise
        return msgspec.structs.replace(answer, text=conceal(answer.text))

    def _raise_for(self, answer: Answer) -> None:
        meaning = understand(answer)
        if meaning is Meaning.MISCONFIGURED:
            raise SinkMisconfiguredError(f"{self._settings.url}: {in_words(answer)}")
        if meaning is not Meaning.TAKEN:
            wait = seconds_to_wait(answer)
            raise SinkUnavailableError(in_words(answer), retry_after=wait)


def _compress(body: bytes) -> bytes:
    # Level 1: a third of the time of the default for a tenth more bytes.
    return zlib.compress(body, 1, GZIP)


async def _open(settings: InfluxSettings) -> "Writer":
    make, context = await asyncio.to_thread(_prepare, settings)
    return make(settings, context)


def _prepare(settings: InfluxSettings) -> "tuple[MakeWriter, SSLContext | None]":
    """Runs in a thread: imports and certificates take too long for the event loop."""
    secure = settings.tls or settings.url.startswith("https:")
    context = make_context(settings.tls or TlsSettings()) if secure else None
    if settings.client == "direct":
        return HttpWriter, context
    from daq.deliver.influx_library import LibraryWriter  # noqa: PLC0415 - 25 MB, only when used

    return LibraryWriter, context
