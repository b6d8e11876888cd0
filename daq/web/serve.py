"""`daq web`: builds the page, serves it, and stops in order."""

import asyncio
import logging
import signal
import ssl
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from aiohttp import web

from daq.access.follow import Following
from daq.config.config import Config
from daq.config.errors import ConfigError
from daq.config.load import load_config
from daq.config.types import split_host_port
from daq.config.web import WebConfig
from daq.incidents.folder import folder_beside
from daq.notify import notify
from daq.web.access.diary import Diary
from daq.web.access.gate import Gate
from daq.web.access.keys import Keys
from daq.web.access.register import KnownUsers, SharedSecret
from daq.web.access.sessions import Sessions
from daq.web.app import build_app
from daq.web.data.register import Register
from daq.web.doors import Doors
from daq.web.download import Downloads
from daq.web.errors import WebError
from daq.web.eventlog import EventLog
from daq.web.history import History
from daq.web.live.watch import Watch
from daq.web.pages import Pages
from daq.web.render import Renderer
from daq.web.tls import server_context
from daq.web.view import Sources

log = logging.getLogger(__name__)

STOP_LIMIT = 3.0
"""Seconds for what is being answered when the page stops."""

HEAD = 8190
"""Bytes a line of a request's head may have."""

KEEP_ALIVE = 30.0

LINGER = 1.0
"""Seconds in which the rest of a refused form is read, so that its sender sees the answer."""


async def run_web(path: Path, config: Config) -> None:
    """Serve the page until SIGTERM or SIGINT. ``config`` is what was read from ``path``.

    Raises:
        WebError: the address cannot be had, or a file of TLS cannot be used.
        SecretError: a secret cannot be read.
        UsersFileError: the file of users cannot be read, or is wrong.
    """
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with serving(path, config):
        notify("READY=1\nSTATUS=the page is at " + config.web.listen)
        await stop.wait()
        notify("STOPPING=1")


@asynccontextmanager
async def serving(path: Path, config: Config) -> AsyncGenerator[None]:
    """Serve the page while the block runs.

    Raises:
        WebError: the address cannot be had, or a file of TLS cannot be used.
        SecretError: a secret cannot be read.
        UsersFileError: the file of users cannot be read, or is wrong.
    """
    diary = Diary(config.socket)
    gate = _gate(config, diary)
    tls = None if config.web.tls is None else server_context(config.web.tls)
    watch = Watch(config.journal.path, config.socket, _register(path), Register.of(config))
    history = History(config.journal.path)
    doors, renderer = Doors(), Renderer()
    pages = Pages(config, watch, renderer)
    sources = Sources(
        history,
        Downloads(history),
        config.socket,
        folder_beside(config.journal.path),
        EventLog(),
        watch.asked_again,
    )
    app = build_app(gate, pages, renderer, sources, doors)
    try:
        async with _listening(app, doors, config.web, tls), asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(watch.run(), name="web: watch"),
                group.create_task(doors.watch(), name="web: doors"),
                group.create_task(diary.run(), name="web: diary"),
            ]
            yield
            for task in tasks:
                task.cancel()
    finally:
        await asyncio.to_thread(history.close)


def _gate(config: Config, diary: Diary) -> Gate:
    """Who is let in: users of their own where there are some, else who knows the secret."""
    if config.access.users is None:
        shared = SharedSecret(Keys.of(config.web))
        return Gate(config.web, shared, Sessions(), diary, config.has_sign_in)
    following = Following(config.access.users, diary.in_force)
    known = KnownUsers(following, config.access, diary)
    return Gate(config.web, known, Sessions(life=config.access.idle), diary, can_sign_in=True)


def _register(path: Path) -> Callable[[], Register | None]:
    def read() -> Register | None:
        try:
            return Register.of(load_config(path))
        except ConfigError as error:
            log.warning("web: the configuration cannot be read, the old one is shown: %s", error)
            return None

    return read


@asynccontextmanager
async def _listening(
    app: web.Application, doors: Doors, config: WebConfig, tls: ssl.SSLContext | None
) -> AsyncGenerator[None]:
    runner = web.AppRunner(
        app,
        handle_signals=False,
        access_log=None,
        max_line_size=HEAD,
        max_field_size=HEAD,
        keepalive_timeout=KEEP_ALIVE,
        lingering_time=LINGER,
        shutdown_timeout=STOP_LIMIT,
    )
    await runner.setup()
    assert runner.server is not None  # noqa: S101 - setup() has made it
    host, port = split_host_port(config.listen)
    try:
        listening = await doors.listen(runner.server, host, port, tls)
    except OSError as error:
        await runner.cleanup()
        raise WebError(
            f"[web] listen: cannot listen on {config.listen}: {error.strerror or error}; "
            "is `daq web` running already? else choose another port"
        ) from error
    log.info("the page is at %s://%s/", "https" if tls else "http", config.listen)
    try:
        yield
    finally:
        listening.close()
        await runner.server.shutdown(STOP_LIMIT)
        await runner.cleanup()
