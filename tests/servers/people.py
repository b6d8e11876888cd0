"""A mail server and a web hook that people are told through: real ones, on loopback."""

import asyncio
from email import message_from_bytes, policy
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from aiohttp import web
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.servers.process import free_port

if TYPE_CHECKING:
    from email.message import EmailMessage


class MailServer:
    """Keeps the mails it takes; ``answer`` is what it says to each."""

    def __init__(self, port: int | None = None) -> None:
        self.port = port or free_port()
        self.mails: list[EmailMessage] = []
        self.answer = "250 OK"
        self._server: asyncio.Server | None = None

    @property
    def url(self) -> str:
        """Where it is reached, for apprise."""
        return f"mailto://127.0.0.1:{self.port}?from=daq@lab.example&to=li@lab.example"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - as aiosmtpd calls it
        """Take a mail."""
        if self.answer.startswith("250"):
            content = cast("bytes", envelope.content)
            self.mails.append(message_from_bytes(content, policy=policy.default))
        return self.answer

    async def start(self) -> None:
        """Listen."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(partial(SMTP, self), "127.0.0.1", self.port)

    async def stop(self) -> None:
        """Listen no more."""
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()
            self._server = None


class WebHook:
    """Keeps what is posted to it; ``status`` is what it answers."""

    def __init__(self, port: int | None = None) -> None:
        self.port = port or free_port()
        self.posts: list[dict[str, Any]] = []
        self.status = 200
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        """Where it is reached, for apprise; the last part of it is a secret."""
        return f"json://127.0.0.1:{self.port}/hook/opensesame"

    async def start(self) -> None:
        """Listen."""
        app = web.Application()
        app.router.add_post("/hook/opensesame", self._take)
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_address=True).start()

    async def stop(self) -> None:
        """Listen no more."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def _take(self, request: web.Request) -> web.Response:
        if self.status == web.HTTPOk.status_code:
            self.posts.append(await request.json())
        return web.Response(status=self.status)
