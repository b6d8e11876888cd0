"""Has checkpoints stamped with a time by an authority (RFC 3161)."""

import base64
import ssl
from collections.abc import Sequence
from urllib.parse import urlsplit

import h11

from daq.daemon.deposit import Deposit
from daq.daemon.keeper import KeepError
from daq.deliver.http_connection import HttpConnection, Response
from daq.journal import kinds
from daq.journal.chain.kept import Kept
from daq.journal.chain.names import file_name
from daq.journal.chain.stamp import (
    Question,
    StampError,
    StampUnreadableError,
    answered,
    question,
)
from daq.journal.journal import Journal
from daq.timefmt import rfc3339

_OK = 200
_HEADERS = (("Content-Type", "application/timestamp-query"), ("Connection", "close"))


class TimeStamps:
    """An authority at an address. The newest checkpoint is enough: it follows from all before."""

    name = "time-stamp"
    limit = 30.0

    def __init__(self, url: str, journal: Journal, deposit: Deposit | None) -> None:
        self._url, self._journal, self._deposit = url, journal, deposit

    async def missing(self, checkpoints: Sequence[Kept]) -> Sequence[Kept]:
        """The newest, if no event tells that it was stamped.

        Raises:
            JournalError: the journal cannot be read.
        """
        newest = checkpoints[-1:]
        for kept in newest:
            since = await self._journal.events_between(kept.seq, self._journal.committed)
            if any(event.kind == kinds.CHECKPOINT_STAMPED.name for event in since):
                return ()
        return newest

    async def keep(self, kept: Kept) -> None:
        """Get a stamp, journal it, and keep it with the deposited checkpoint.

        Raises:
            KeepError: the authority cannot be reached, or does not give one.
        """
        stamp, response = await self._stamp(kept.text.encode())
        if self._deposit is not None:
            await self._deposit.write(file_name(kept, ".tsr"), response.body)
        self._journal.append_event(
            kinds.CHECKPOINT_STAMPED.name,
            "journal",
            f"checkpoint {kept.seq} was stamped: seen at {rfc3339(stamp)} by {self._url}",
            data={
                "checkpoint": kept.seq,
                "token": base64.b64encode(response.body).decode(),
                "authority": self._url,
                "stamped": rfc3339(stamp),
            },
        )

    async def _stamp(self, text: bytes) -> tuple[int, Response]:
        try:
            return await self._answer(question(text))
        except StampUnreadableError:
            # OpenSSL's does not put its certificates into the order that DER asks for: without.
            pass
        except StampError as error:
            raise KeepError(f"{self._url}: {error}") from error
        try:
            return await self._answer(question(text, certificates=False))
        except StampError as error:
            raise KeepError(f"{self._url}: {error}") from error

    async def _answer(self, asked: Question) -> tuple[int, Response]:
        response = await self._ask(asked)
        return answered(asked, response.body), response

    async def _ask(self, asked: Question) -> Response:
        parts = urlsplit(self._url)
        context = ssl.create_default_context() if parts.scheme == "https" else None
        port = parts.port or (443 if context else 80)
        connection = HttpConnection(parts.hostname or "", port, context)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        try:
            response = await connection.post(target, _HEADERS, asked.request)
        except (OSError, h11.RemoteProtocolError) as error:
            raise KeepError(f"{self._url}: {error}") from error
        finally:
            connection.close()
        if response.status != _OK:
            raise KeepError(f"{self._url}: answers {response.status}")
        return response
