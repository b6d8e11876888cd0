"""Which messages are to be sent, which wait for their answer, and what became of them."""

import asyncio
from collections.abc import Iterable, Iterator

from daq.deliver.mqtt_codes import is_success
from daq.deliver.mqtt_payload import Message
from daq.deliver.mqtt_publisher import Publisher, UnsendableError
from daq.deliver.sink import SinkUnavailableError


class Window:
    """Sends ahead of the answers, as many as may be unanswered; each answer makes room for one.

    It goes on from within what the publisher reports, not from a task: a task would be woken
    for each answer.
    """

    def __init__(self, size: int) -> None:
        self.size = size
        self.loss: str | None = None
        self.done = asyncio.Event()
        self.heard = 0.0
        """When the last answer came, or the first message was sent; the loop's time."""
        self._clock = asyncio.get_running_loop().time
        self._waiting: Iterator[tuple[int, Message]] | None = None
        self._unanswered = 0
        self._answers = False
        self._failures: dict[int, int] = {}
        self._publisher: Publisher | None = None

    def begin(self, publisher: Publisher, messages: Iterable[Message]) -> None:
        """Send these, and set ``done`` when each is answered or the connection is lost."""
        self._publisher = publisher
        self._failures = {}
        self._waiting = enumerate(messages)
        self.done.clear()
        self.heard = self._clock()
        self.ready()

    def end(self) -> dict[int, int]:
        """Send no more; the reason code of each message that failed, by its position."""
        self._waiting = self._publisher = None  # who holds this: no ring between two batches
        return self._failures

    def answered(self, tag: int, code: int) -> None:
        """See Listener."""
        self._unanswered -= 1
        self._answers = True
        if not is_success(code):
            self._failures[tag] = code

    def ready(self) -> None:
        """See Listener."""
        if self._answers:
            self._answers = False
            self.heard = self._clock()
        try:
            self._fill()
        except SinkUnavailableError as error:
            self.lost(str(error))
        if self._waiting is None and not self._unanswered:
            self.done.set()

    def lost(self, reason: str) -> None:
        """See Listener."""
        if self.loss is None:
            self.loss = reason
        self.done.set()

    def _fill(self) -> None:
        publisher = self._publisher
        if publisher is None or self._waiting is None:
            return
        while self._unanswered < self.size and publisher.writable:
            following = next(self._waiting, None)
            if following is None:
                self._waiting = None
                break
            self._send(publisher, *following)
        publisher.flush()

    def _send(self, publisher: Publisher, position: int, message: Message) -> None:
        try:
            publisher.send(position, message)
        except UnsendableError as error:
            self._failures[position] = error.code
        else:
            self._unanswered += 1
