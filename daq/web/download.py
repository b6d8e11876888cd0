"""A download out of the journal, written by a thread while the browser takes it."""

import asyncio
import logging
from collections.abc import Callable, Collection
from typing import BinaryIO, TypeAlias, cast, get_args

from aiohttp import web

from daq.errors import DaqError
from daq.export import Format, MissingExtraError, export
from daq.journal.query import Query
from daq.journal.reader import JournalReader
from daq.web.doors import DOWNLOAD
from daq.web.errors import BusyError, NotDoneError, WrongLinkError
from daq.web.history import History

log = logging.getLogger(__name__)

AT_A_TIME = 1
"""Downloads at a time: they read whole periods, and others want to look."""

TAKE_LIMIT = 30.0
"""Seconds a browser may take for a piece."""

LONGEST = 3600.0
"""Seconds a download may take."""

TYPES: dict[Format, str] = {
    "csv": "text/csv; charset=utf-8",
    "jsonl": "application/x-ndjson",
    "parquet": "application/vnd.apache.parquet",
}


Write: TypeAlias = Callable[[JournalReader, Format, BinaryIO], object]
"""Writes a file in a format to a stream."""


class Downloads:
    """Gives exports to browsers, a few at a time."""

    def __init__(self, history: History) -> None:
        self._history = history
        self._running = 0

    async def give(
        self, request: web.Request, name: str, query: Query, channels: Collection[str]
    ) -> web.StreamResponse:
        """The readings a query wants, as the file ``name``; see ``write``."""
        return await self.write(
            request,
            name,
            lambda reader, form, stream: export(reader, query, form, stream, channels=channels),
        )

    async def write(self, request: web.Request, name: str, write: Write) -> web.StreamResponse:
        """What is written, as the file ``name`` in the format ``?format=`` asks for.

        Raises:
            BusyError: another download is under way.
            WrongLinkError: there is no such format.
            NotDoneError: the format needs a package that is not installed.
        """
        file_format = _format(request.query.get("format", "csv"))
        if self._running >= AT_A_TIME:
            raise BusyError("download")
        self._running += 1
        try:
            return await self._write(request, f"{name}.{file_format}", write, file_format)
        finally:
            self._running -= 1

    async def _write(
        self, request: web.Request, name: str, write: Write, file_format: Format
    ) -> web.StreamResponse:
        answer = web.StreamResponse(
            headers={
                "Content-Type": TYPES[file_format],
                "Content-Disposition": f'attachment; filename="{name}"',
            }
        )
        request[DOWNLOAD] = True
        stream = _Stream(request, answer)
        try:
            await self._history.read(
                lambda reader: write(reader, file_format, cast("BinaryIO", stream)), LONGEST
            )
            await stream.end()
        except (DaqError, OSError) as error:
            if isinstance(error, MissingExtraError):
                raise NotDoneError("parquet") from error
            if not answer.prepared:
                raise
            log.warning("web: the download of %s did not come to its end: %s", name, error)
            _cut_off(request)
        return answer


class _Stream:
    """Written to by a thread; hands on to the browser, and waits until it has taken it."""

    def __init__(self, request: web.Request, answer: web.StreamResponse) -> None:
        self._request, self._answer = request, answer
        self._loop = asyncio.get_running_loop()

    def write(self, data: bytes) -> int:
        """Hand a piece on.

        Raises:
            OSError: the browser is gone, or does not take it.
        """
        future = asyncio.run_coroutine_threadsafe(self._give(bytes(data)), self._loop)
        try:
            future.result(TAKE_LIMIT)
        except TimeoutError as error:
            future.cancel()
            raise OSError("the browser does not take the download") from error
        return len(data)

    async def end(self) -> None:
        """Nothing more comes."""
        await self._give(b"")
        await self._answer.write_eof()

    async def _give(self, data: bytes) -> None:
        # Not before there is something: an export that cannot begin is an error page still.
        if not self._answer.prepared:
            await self._answer.prepare(self._request)
        if data:
            await self._answer.write(data)


def _cut_off(request: web.Request) -> None:
    """A file that just ended would be taken for a complete one."""
    if request.transport is not None:
        request.transport.abort()


def _format(wanted: str) -> Format:
    if wanted not in get_args(Format):
        raise WrongLinkError("format", format=wanted[:30])
    return cast("Format", wanted)
