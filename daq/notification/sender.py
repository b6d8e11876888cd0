"""Sends messages by the ways apprise knows: mail, webhooks, DingTalk, WeCom, Feishu, SMS.

Apprise blocks and cannot be interrupted, so each message goes in a thread of its own. Whoever
waits for it says how long; what a thread that was late did in the end is told all the same.
"""

import asyncio
import logging
import re
import threading
from collections.abc import Callable, Mapping
from functools import partial
from typing import Protocol, Self, cast

import msgspec

from daq.notification.conceal import conceal
from daq.notification.errors import SendError
from daq.notification.message import Message
from daq.plain import one_line

FOREIGN = ("apprise", "requests", "urllib3")
"""Loggers that say where they send to, secrets included."""


LONGEST = 200
"""Characters of a complaint of apprise."""

_ERRNO = re.compile(r"\[Errno [^\]]*\] [\w ]+")
"""The cause of a failure, deep inside what libraries say of it."""

HUNG = 3
"""Threads by the same way that nobody waits for any more and that have not ended, at most."""


class Sender(Protocol):
    """Takes messages to people."""

    def begin(self, name: str, message: Message) -> "asyncio.Future[None]":
        """Send a message to a recipient; done when it was taken, or ends in ``SendError``."""
        ...


class Address(msgspec.Struct, frozen=True):
    """Where somebody is reached: a URL of apprise, which is a secret and never printed."""

    url: str

    def __repr__(self) -> str:
        return "Address(***)"


class AppriseSender:
    """Sends to the addresses of recipients."""

    def __init__(self, addresses: Mapping[str, Address]) -> None:
        self._addresses = addresses
        self._threads: dict[str, list[threading.Thread]] = {}

    def adopt(self, addresses: Mapping[str, Address]) -> None:
        """Go on with other addresses."""
        self._addresses = addresses

    def begin(self, name: str, message: Message) -> "asyncio.Future[None]":
        """Send a message to a recipient; done when it was taken, or ends in ``SendError``."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[None] = loop.create_future()
        address = self._addresses.get(name)
        alive = [thread for thread in self._threads.get(name, []) if thread.is_alive()]
        if address is None or len(alive) >= HUNG:
            why = "has no address" if address is None else "earlier attempts have not ended"
            done.set_exception(SendError(why))
            return done
        work = partial(deliver, address, message)
        thread = threading.Thread(
            target=_run, args=(work, loop, done), name=f"notify {name}", daemon=True
        )
        self._threads[name] = [*alive, thread]
        thread.start()
        return done


def deliver(address: Address, message: Message) -> None:
    """Send a message and wait for the answer; blocks.

    Raises:
        SendError: it was not taken.
    """
    plugin = _plugin(address)
    with _Listening() as heard:
        try:
            taken = bool(plugin.notify(body=message.body, title=message.title, **_form(message)))
        except Exception as error:  # noqa: BLE001 - whatever a plugin does not catch
            raise SendError(conceal(f"{type(error).__name__}: {error}", address.url)) from None
    if not taken:
        raise SendError(conceal(heard.words or "not taken", address.url))


def _form(message: Message) -> dict[str, str]:
    return {"notify_type": message.tone, "body_format": "text"}


def _plugin(address: Address) -> "_Plugin":
    with _Listening() as heard:
        try:
            import apprise  # noqa: PLC0415 - 20 MB that only who tells people needs
        except ImportError:
            raise SendError("apprise is not installed: pip install 'lab-daq[notify]'") from None
        asset = apprise.AppriseAsset(app_id="lab-daq", app_desc="laboratory", app_url="")
        instantiate = cast("_Instantiate", apprise.Apprise.instantiate)  # pyright: ignore[reportUnknownMemberType]
        plugin = instantiate(address.url, asset=asset, suppress_exceptions=True)
    if plugin is None:
        words = heard.words or "is not a URL of apprise"
        raise SendError(conceal(words, address.url, hosts=False))
    return plugin


class _Instantiate(Protocol):
    def __call__(
        self, url: str, *, asset: object, suppress_exceptions: bool
    ) -> "_Plugin | None": ...


class _Plugin(Protocol):
    def notify(self, *, body: str, title: str, notify_type: str, body_format: str) -> object:
        """Send, and say whether it was taken."""
        ...


class _Listening(logging.Handler):
    """What apprise says of a failure, in this thread; none of it goes into our log."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self._thread = threading.get_ident()
        self._heard: list[str] = []

    @property
    def words(self) -> str:
        """The last complaint, and the cause as far as it was told."""
        return "; ".join(dict.fromkeys(self._heard[-2:]))

    def emit(self, record: logging.LogRecord) -> None:
        """Keep complaints, and the causes of them that are told at a lower level."""
        if record.thread != self._thread:
            return
        text = record.getMessage()
        if record.levelno >= logging.WARNING or "Exception" in text:
            found = _ERRNO.search(text)
            self._heard.append(one_line(found[0] if found else text, LONGEST))

    def __enter__(self) -> Self:
        for name in FOREIGN:
            logging.getLogger(name).propagate = False
        logger = logging.getLogger("apprise")
        logger.setLevel(logging.DEBUG)
        logger.addHandler(self)
        return self

    def __exit__(self, *_: object) -> None:
        logging.getLogger("apprise").removeHandler(self)


def _run(
    work: Callable[[], None], loop: asyncio.AbstractEventLoop, done: "asyncio.Future[None]"
) -> None:
    error: Exception | None = None
    try:
        work()
    except SendError as failure:
        error = failure
    except Exception as failure:  # noqa: BLE001 - a thread must not end without a word
        error = SendError(f"internal error: {type(failure).__name__}")
    try:
        loop.call_soon_threadsafe(_settle, done, error)
    except RuntimeError:
        return  # the loop is closed: nobody waits any more


def _settle(done: "asyncio.Future[None]", error: Exception | None) -> None:
    if done.done():  # too late
        return
    if error is None:
        done.set_result(None)
    else:
        done.set_exception(error)
